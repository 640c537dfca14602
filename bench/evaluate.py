"""How well questions are answered: the assistant beside the LangChain tutorial, in one run.

    python -m bench.evaluate --office FOLDER --office-questions FILE --xquad FOLDER --out FILE.json
        [--heaps FOLDER]

``--office`` holds an office's articles, ``--xquad`` the folder ``articles`` and ``questions.jsonl``. A
question line has ``id``, ``question``, ``must``, ``sources`` and optionally ``kind``, ``history`` and
``paragraph``: ``bench.measures`` says what they mean, and what each figure is. The questions of each
set are asked of its own articles, as they were typed and with every diacritic stripped, and then of the
other set's articles, which answer none of them. Those that say which paragraph answers are asked of the other
half of their own set's articles, too: near the subject, and without the answer.

The reader's weights were trained on the development articles, whose figures are therefore too good: with
``--heaps``, the folder of ``bench.train_reader``, each question is read by weights that have not seen
its article.

Prints a table a set, then writes the same figures as JSON (shares from 0 to 1, milliseconds) with the
commit that they belong to, and beside it ``FILE-wrong.txt``: every question on which the assistant fell
short, with what was wanted and what was said.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.answer import Assistant
from assistant.reader import Reader
from assistant.types import Answer, Turn
from bench.heaps import HEAPS, heap_of
from bench.measures import Gold, Question, Quote, Said, means, quantile, scores
from bench.retrieval import bare
from bench.tutorial import Tutorial
from ingest.chunk import passages
from ingest.errors import BadQuestion
from ingest.load import find, load
from ingest.types import Article, Span
from ingest.vietnamese import nfc
from vectorstore import encoders
from vectorstore.e5 import E5
from vectorstore.library import Library
from vectorstore.types import Encoder

#: The rows of a table, in order. A share is printed in per cent; a row without a figure is left out.
ROWS = {
    "found_first": "passage found first",
    "found_in_five": "passage found within five",
    "sentence_first": "answer sentence is the first statement",
    "contained": "answer contained, at most 600 characters",
    "grounded": "grounded: contained in what is cited too",
    "exact": "highlighted words, exact match",
    "f1": "highlighted words, F1",
    "refused_answerable": "refused, though the articles answer",
    "refused_unanswerable": "refused, since they do not",
    "ms_median": "ms, median",
    "ms_p95": "ms, 95 of 100",
}
#: An answer of which one of these is 0 is listed as wrong.
NONE_OF = ("found_first", "found_in_five", "sentence_first", "contained", "grounded", "f1")

Way = Callable[[Question], Said]
#: What a question is to be read with; None is what comes with the program.
ReaderFor = Callable[[Question], Reader | None]
#: Figures by way of answering.
Figures = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Corpus:
    articles: tuple[Article, ...]
    questions: tuple[Question, ...]
    #: Where the answers stand, by the question's id; only those that a question file places.
    golds: Mapping[str, Gold]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, what was said to it, and what that is worth."""

    question: Question
    said: Said
    figures: Mapping[str, float]
    ms: float


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of one set of questions; ``cells`` by how they were typed, ``ms`` what each took the
    assistant as it was typed."""

    name: str
    title: str
    cells: dict[str, Figures]
    wrong: str
    ms: tuple[float, ...]


# --- reading ---------------------------------------------------------------------------------------


def read(articles: Path, questions: Path) -> Corpus:
    files = find([articles]).files
    loaded = {file: load(file) for file in files}
    asked = [
        Question(
            id=row["id"],
            text=row["question"],
            kind=row.get("kind", ""),
            must=tuple(map(tuple, row["must"])),
            sources=tuple(row["sources"]),
            paragraph=row.get("paragraph"),
            history=tuple(Turn(**turn) for turn in row.get("history", ())),
        )
        for row in map(json.loads, filter(str.strip, questions.read_text(encoding="utf-8").splitlines()))
    ]
    golds = {}
    for q in asked:
        for file, article in loaded.items():
            if q.paragraph is not None and q.may_cite(article.id):
                paragraph = _paragraph(article, file.read_text(encoding="utf-8-sig"), q.paragraph)
                golds[q.id] = Gold.within(article.text, paragraph, q.must)
    return Corpus(tuple(loaded.values()), tuple(asked), golds)


def _paragraph(article: Article, raw: str, index: int) -> Span:
    """Where a paragraph of a file came to stand in its article. Paragraphs are parted by blank lines,
    and the title is none. Raises ValueError where cleaning has changed its words."""
    words = re.split(r"\n\s*\n", nfc(raw).strip())[index + 1].replace("\ufeff", " ").split()
    found = re.search(r"\s+".join(map(re.escape, words)), article.text)
    if found is None:
        raise ValueError(f"{article.file}: paragraph {index} is not in the article as it was loaded")
    return Span(*found.span())


# --- the ways of answering -------------------------------------------------------------------------


@contextmanager
def opened(
    articles: Sequence[Article], encoder: Encoder, reader_for: ReaderFor = lambda _: None
) -> Iterator[dict[str, Way]]:
    """Both ways of answering from these articles, by name."""
    with TemporaryDirectory() as home:
        with Library.open(Path(home), encoder, write=True) as library:
            for article in articles:
                library.add(article, passages(article))
        # Opened anew, as the office opens it: Chroma has caught up.
        with Library.open(Path(home), encoder) as library, Tutorial(articles, encoder) as tutorial:
            yield {"assistant": by_assistant(library, reader_for), "baseline": tutorial.ask}


def by_assistant(library: Library, reader_for: ReaderFor = lambda _: None) -> Way:
    assistant_of = cache(lambda reader: Assistant(library, reader))

    def ask(question: Question) -> Said:
        try:
            answered = assistant_of(reader_for(question)).answered(question.text, question.history)
        except BadQuestion as reason:
            return Said(True, str(reason), ())
        found = tuple(
            Quote(h.article.id, Span(h.passage.start, h.passage.end), h.text) for h in answered.hits
        )
        return said_by(answered.answer, found)

    return ask


def said_by(answer: Answer, found: tuple[Quote, ...]) -> Said:
    """An Answer as it is measured. What it highlights are the first words marked in the first citation
    of its first statement, or the whole statement where none are."""
    if answer.status == "refused":
        return Said(True, answer.text, found)
    by_number = {c.n: c for c in answer.citations}
    cited = {c.n: Quote(c.article, Span(c.start, c.end), c.quote) for c in answer.citations}
    first = answer.statements[0]
    citation = by_number[first.citations[0]]
    mark = citation.marks[0].moved(-citation.start).of(citation.quote) if citation.marks else first.text
    return Said(
        refused=False,
        answer=answer.text,
        found=found,
        statement=first.text,
        carried=tuple(cited[n] for n in first.citations),
        highlight=mark,
        cited=tuple(cited.values()),
    )


# --- asking ----------------------------------------------------------------------------------------


def without_marks(question: Question) -> Question:
    """The question, and the conversation before it, typed without diacritics."""
    history = tuple(replace(turn, content=bare(turn.content)) for turn in question.history)
    return replace(question, text=bare(question.text), history=history)


def unanswerable(question: Question) -> Question:
    """The question as one asked of articles that know nothing of it."""
    return replace(question, must=(), sources=(), paragraph=None)


def ask(way: Way, questions: Sequence[Question], golds: Mapping[str, Gold]) -> list[Asked]:
    asked = []
    for question in questions:
        began = time.perf_counter()
        said = way(question)
        ms = (time.perf_counter() - began) * 1000
        asked.append(Asked(question, said, scores(question, said, golds.get(question.id)), ms))
    return asked


def measured(asked: Sequence[Asked]) -> dict[str, float]:
    """What one cell of the tables holds: the rows of a column, in their order."""
    times = [a.ms for a in asked]
    ms = {"ms_median": quantile(times, 0.5), "ms_p95": quantile(times, 0.95)}
    figures = means([a.figures for a in asked])
    shares = {name: round(figures[name], 4) for name in ROWS if name in figures}
    return shares | {name: round(value, 1) for name, value in ms.items()}


def table(
    name: str,
    ways: Mapping[str, Way],
    typed: Mapping[str, Sequence[Question]],
    golds: Mapping[str, Gold],
) -> Table:
    """Every question asked in both ways, for each manner of typing them."""
    asked = {
        manner: {way: ask(answer, questions, golds) for way, answer in ways.items()}
        for manner, questions in typed.items()
    }
    return tabled(name, asked)


def halved(corpus: Corpus, name: str, encoder: Encoder, reader_for: ReaderFor) -> Table:
    """Every question asked of the half of the articles that does not hold its answer, in both ways."""
    asked: dict[str, list[Asked]] = {}
    for half in (0, 1):
        articles = corpus.articles[half::2]
        away = [q for q in corpus.questions if not any(q.may_cite(a.id) for a in articles)]
        with opened(articles, encoder, reader_for) as ways:
            for way, answer in ways.items():
                asked[way] = asked.get(way, []) + ask(answer, [*map(unanswerable, away)], {})
    return tabled(name, {"as_typed": asked})


def tabled(name: str, asked: Mapping[str, Mapping[str, Sequence[Asked]]]) -> Table:
    """The table of what was answered, by how it was typed and by way of answering."""
    cells = {
        manner: {way: measured(answers) for way, answers in ways.items()} for manner, ways in asked.items()
    }
    wrong = [
        listed(a, f"{name}, {manner.replace('_', ' ')}")
        for manner, ways in asked.items()
        for a in ways["assistant"]
        if lacks(a)
    ]
    first = next(iter(asked.values()))["assistant"]
    able = sum(bool(a.question.must) for a in first)
    title = f"{name}: {able} questions with an answer, {len(first) - able} without"
    return Table(name, title, cells, "".join(wrong), tuple(a.ms for a in first))


def unseen(xquad: Corpus, heaps: Path) -> ReaderFor:
    """For each question the weights of the reader that were trained without its article."""
    readers = [Reader(E5.bundled, heaps / f"{heap}.npz") for heap in range(HEAPS)]
    articles = [a.id for a in xquad.articles]
    heap = {q.id: heap_of(q.sources[0], articles) for q in xquad.questions}
    return lambda question: readers[heap.get(question.id, 0)]


def evaluate(
    office: Corpus, xquad: Corpus, encoder: Encoder, reader_for: ReaderFor = lambda _: None
) -> Iterator[Table]:
    """The tables, one by one as they are measured."""
    for name, corpus, other, others in (
        ("office", office, "xquad", xquad),
        ("xquad", xquad, "office", office),
    ):
        _tell(f"{name}: encoding {len(corpus.articles)} articles in both ways, then asking …")
        with opened(corpus.articles, encoder, reader_for) as ways:
            typed = {"as_typed": corpus.questions, "without_marks": [*map(without_marks, corpus.questions)]}
            yield table(name, ways, typed, corpus.golds)
            yield table(f"{other}_of_{name}", ways, {"as_typed": [*map(unanswerable, others.questions)]}, {})
        if corpus.golds and len(corpus.articles) > 1:
            _tell(f"{name}: asking each half of the articles what the other answers …")
            yield halved(corpus, f"{name}_of_halves", encoder, reader_for)


# --- showing ---------------------------------------------------------------------------------------


def printed(table: Table) -> str:
    """One table in Markdown: a column for each manner of typing and way of answering."""
    columns = {
        f"{way}, {manner.replace('_', ' ')}": figures
        for manner, of_manner in table.cells.items()
        for way, figures in of_manner.items()
    }
    lines = [
        f"### {table.title}\n",
        f"| | {' | '.join(columns)} |",
        f"| --- |{' ---: |' * len(columns)}",
    ]
    for row, label in ROWS.items():
        if any(row in figures for figures in columns.values()):
            cells = (_cell(row, figures[row]) for figures in columns.values())
            lines.append(f"| {label} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(row: str, value: float) -> str:
    return f"{value:.0f}" if row.startswith("ms") else f"{100 * value:.1f}"


def lacks(asked: Asked) -> list[str]:
    """In what an answer fell short."""
    short = [name for name in NONE_OF if asked.figures.get(name) == 0]
    if asked.figures.get("refused_answerable") == 1:
        short.append("refused")
    if asked.figures.get("refused_unanswerable") == 0:
        short.append("answered")
    return short


def listed(asked: Asked, where: str) -> str:
    q, said = asked.question, asked.said
    wanted = "; ".join(" | ".join(group) for group in q.must) or "a refusal"
    answer = said.answer.replace("\n", "\n             ")
    return (
        f"{q.id} ({where}) {q.text}\n"
        f"    short of {', '.join(lacks(asked))}\n"
        f"    wanted   {wanted}\n"
        f"    {'refused ' if said.refused else 'answered'} {answer}\n"
        + (f"    marked   {said.highlight}\n" if not said.refused else "")
    )


def both(tables: Iterable[Table]) -> dict[str, float]:
    """What a question as it was typed takes over both libraries, each asked its own."""
    times = [ms for t in tables if t.name in ("office", "xquad") for ms in t.ms]
    return {"ms_median": round(quantile(times, 0.5), 1), "ms_p95": round(quantile(times, 0.95), 1)}


def as_json(commit: str | None, tables: Sequence[Table], office: Corpus, xquad: Corpus) -> dict[str, Any]:
    return {
        "commit": commit,
        "articles": {"office": len(office.articles), "xquad": len(xquad.articles)},
        "questions": {"office": len(office.questions), "xquad": len(xquad.questions)},
        "figures": {t.name: t.cells for t in tables},
        "both": both(tables),
    }


def current_commit() -> str | None:
    """The commit of this checkout, with ``-dirty`` after it where files were changed since; None where
    there is no git to ask."""
    command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parent)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(argv: Sequence[str] | None = None, encoder: Encoder | None = None) -> None:
    """Runs it all. ``encoder`` is the bundled one where none is given."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--office", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--office-questions", type=Path, required=True, metavar="FILE")
    parser.add_argument("--xquad", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    parser.add_argument("--heaps", type=Path, metavar="FOLDER")
    given = parser.parse_args(argv)
    for path in (
        given.office,
        given.office_questions,
        given.xquad / "articles",
        given.xquad / "questions.jsonl",
    ):
        if not path.exists():
            parser.error(f"there is no {path}")
    commit = current_commit()  # now, while the code that runs is the code that lies there
    office = read(given.office, given.office_questions)
    xquad = read(given.xquad / "articles", given.xquad / "questions.jsonl")
    tables = []
    reader_for: ReaderFor = unseen(xquad, given.heaps) if given.heaps else lambda _: None
    for measured_table in evaluate(office, xquad, encoder or encoders.load(), reader_for):
        print(printed(measured_table), flush=True)
        tables.append(measured_table)
    report = as_json(commit, tables, office, xquad)
    median, p95 = report["both"].values()
    print(f"Both libraries, as typed: {median} ms in the median, {p95} ms at 95 of 100\n")
    found = json.dumps(report, ensure_ascii=False, indent=1)
    given.out.write_text(found + "\n", encoding="utf-8")
    wrong = given.out.with_name(f"{given.out.stem}-wrong.txt")
    wrong.write_text("".join(t.wrong for t in tables), encoding="utf-8")
    _tell(f"{given.out} holds the figures, {wrong} the answers that fell short.")


if __name__ == "__main__":
    main()
