"""How well questions are answered: the assistant beside the plain top passage, in one run.

    python -m bench.answers ARTICLES_FOLDER QUESTIONS.jsonl [--without-marks]

A question line has ``question``, ``must`` (groups of alternatives: one of each group must stand in the
answer; no group at all where the articles do not answer) and optionally ``history``. Prints, for each
way of answering, the share of the answerable questions answered with all that must be there in at most
600 characters, of the answerable refused, of the unanswerable refused, and the milliseconds.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.answer import Assistant
from assistant.types import Turn
from ingest.chunk import passages
from ingest.load import find, load
from ingest.vietnamese import dates, fold, normalise, tokens
from vectorstore import encoders
from vectorstore.library import Library

LONGEST = 600


@dataclass(frozen=True, slots=True)
class Asked:
    question: str
    history: tuple[Turn, ...]
    must: tuple[tuple[str, ...], ...]


def canonical(text: str) -> str:
    """The words of a text in one spelling, each date as its numbers."""
    at, parts = 0, []
    for d in dates(text):
        parts += [text[at : d.start], " ".join(str(n) for n in (d.day, d.month, d.year) if n)]
        at = d.end
    return f" {' '.join(t.exact for t in tokens(normalise(' '.join([*parts, text[at:]]))))} "


def holds(must: Sequence[Sequence[str]], answer: str) -> bool:
    said = canonical(answer)
    return len(answer) <= LONGEST and all(any(canonical(a) in said for a in group) for group in must)


def measure(name: str, questions: Sequence[Asked], answer: Callable[[Asked], str | None]) -> None:
    """One row of the table. ``answer`` gives None for a refusal."""
    right = refused = rightly = 0
    times = []
    for q in questions:
        began = time.perf_counter()
        said = answer(q)
        times.append((time.perf_counter() - began) * 1000)
        right += bool(q.must) and said is not None and holds(q.must, said)
        refused += bool(q.must) and said is None
        rightly += not q.must and said is None
    able = sum(bool(q.must) for q in questions) or 1
    unable = sum(not q.must for q in questions) or 1
    print(
        f"| {name} | {right / able:.3f} | {refused / able:.3f} | {rightly / unable:.3f} "
        f"| {statistics.median(times):.0f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--without-marks", action="store_true")
    options = parser.parse_args()
    lines = options.questions.read_text(encoding="utf-8").splitlines()
    questions = [
        Asked(
            fold(q["question"]) if options.without_marks else q["question"],
            tuple(Turn(**turn) for turn in q.get("history", ())),
            tuple(map(tuple, q["must"])),
        )
        for q in map(json.loads, filter(str.strip, lines))
    ]
    with TemporaryDirectory() as home, Library.open(Path(home), encoders.load(), write=True) as library:
        for file in find([options.articles]).files:
            article = load(file)
            library.add(article, passages(article))
        assistant = Assistant(library)

        def by_assistant(q: Asked) -> str | None:
            answer = assistant.ask(q.question, q.history)
            return answer.text if answer.status == "answered" else None

        def by_top_passage(q: Asked) -> str | None:
            return library.search(q.question, 1)[0].text[:LONGEST]

        able = sum(bool(q.must) for q in questions)
        print(f"{able} questions with an answer, {len(questions) - able} without\n")
        print("| | right | refused wrongly | refused rightly | ms, median |")
        print("| --- | --- | --- | --- | --- |")
        measure("top passage", questions, by_top_passage)
        measure("assistant", questions, by_assistant)


if __name__ == "__main__":
    main()
