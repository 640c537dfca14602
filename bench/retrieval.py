"""How well passages are found: vectors, terms, plain reciprocal rank fusion and ours, side by side.

    python -m bench.retrieval EVAL_FOLDER

The folder holds ``articles/*.txt`` (a title, then paragraphs, parted by blank lines) and
``questions.jsonl`` (``question``, ``sources`` and ``paragraph``, the index of the paragraph that answers).
Each paragraph is one passage. A cell is the share of questions whose passage comes first / among the first
five, for the questions as they are, with no marks at all, and with every second word bare. Takes minutes.
"""

from __future__ import annotations

import argparse
import json
import re
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from ingest.types import Article, Block, Passage, passage_id
from ingest.vietnamese import nfc, terms
from vectorstore import encoders
from vectorstore.catalogue import Catalogue
from vectorstore.library import Library
from vectorstore.types import Vectors

#: The usual constant of reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009).
RRF = 60

Ranking = list[int]


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    article: str
    paragraph: int


def read(folder: Path) -> Iterator[tuple[Article, list[Passage]]]:
    for file in sorted((folder / "articles").glob("*.txt")):
        text = nfc(file.read_text(encoding="utf-8"))
        # One paragraph may have line breaks of its own.
        lines = [line for line in re.split(r"\n\s*\n", text.strip()) if line]
        blocks, at = [], 0
        for n, line in enumerate(lines):
            blocks.append(Block("paragraph" if n else "title", at, at + len(line)))
            at += len(line) + 2
        article = Article(
            file.stem,
            lines[0],
            "\n\n".join(lines),
            tuple(blocks),
            None,
            None,
            None,
            None,
            str(file),
            file.stem,
        )
        yield (
            article,
            [
                Passage(passage_id(file.stem, b.start, b.end, line), file.stem, n, b.start, b.end, 0)
                for n, (b, line) in enumerate(zip(blocks[1:], lines[1:], strict=True))
            ],
        )


def bare(text: str) -> str:
    """The text typed without marks, its capitals kept."""
    split = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", split))


def half(text: str) -> str:
    """The text with every second word bare, by a coin that always falls the same way."""
    coin = Random(text)
    return re.sub(r"\w+", lambda m: bare(m[0]) if coin.random() < 0.5 else m[0], text)


def by_score(scores: Mapping[int, float]) -> Ranking:
    return sorted(scores, key=lambda n: (-scores[n], n))


def reciprocal(*rankings: Ranking) -> Ranking:
    total: dict[int, float] = {}
    for ranking in rankings:
        for rank, n in enumerate(ranking, 1):
            total[n] = total.get(n, 0) + 1 / (RRF + rank)
    return by_score(total)


def cell(rankings: list[Ranking], gold: list[int]) -> str:
    first = sum(r[:1] == [g] for r, g in zip(rankings, gold, strict=True)) / len(gold)
    five = sum(g in r[:5] for r, g in zip(rankings, gold, strict=True)) / len(gold)
    return f"{first:.3f} / {five:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures how well passages are found.")
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [Question(q["question"], q["sources"][0], q["paragraph"]) for q in map(json.loads, lines)]
    encoder = encoders.load()
    with TemporaryDirectory() as home:
        began = time.perf_counter()
        with Library.open(Path(home), encoder, write=True) as library:
            for article, passages in read(folder):
                library.add(article, passages)
            seconds = time.perf_counter() - began
            print(f"{library.passage_count()} passages in {seconds:.0f} s, {len(questions)} questions\n")
            print(
                "| | vectors | terms | reciprocal rank | library | ms |\n"
                "| --- | --- | --- | --- | --- | --- |"
            )
            ways: dict[str, Callable[[str], str]] = {"as typed": nfc, "half bare": half, "bare": bare}
            for name, typed in ways.items():
                print(
                    f"| {name} | " + " | ".join(measure(library, Path(home), questions, typed, encoder.query))
                )


def measure(
    library: Library,
    home: Path,
    questions: list[Question],
    typed: Callable[[str], str],
    embed: Callable[[str], Vectors],
) -> Iterator[str]:
    catalogue = Catalogue.open(home / "library.sqlite3")
    columns: dict[str, list[Ranking]] = {"vectors": [], "terms": [], "rrf": [], "library": []}
    gold, times = [], []
    with catalogue.reading() as view:
        ids = {id: n for a in view.articles() for id, n in view.ids_of(a.id).items()}
        numbers, matrix = view.vectors()
        for question in questions:
            text = typed(question.text)
            gold.append(ids[view.passages_of(question.article)[question.paragraph].id])
            vectors = by_score(dict(zip(numbers.tolist(), (matrix @ embed(text)).tolist(), strict=True)))
            words = by_score(view.rank(terms(text)))
            began = time.perf_counter()
            hits = library.search(text, 10)
            times.append(time.perf_counter() - began)
            columns["vectors"].append(vectors)
            columns["terms"].append(words)
            columns["rrf"].append(reciprocal(vectors, words))
            columns["library"].append([ids[hit.passage.id] for hit in hits])
    catalogue.close()
    yield from (cell(rankings, gold) for rankings in columns.values())
    yield f"{sorted(times)[len(times) // 2] * 1000:.0f} |"


if __name__ == "__main__":
    main()
