"""The rules know how offices speak, and no office, place or person of the articles they are measured on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from ingest.load import find, load
from ingest.mentions import names, people
from ingest.types import Article
from ingest.vietnamese import fold, nfc, sentences
from tests.conftest import ROOT

#: What the program may know of the world: whom and what the articles of any office speak of.
GENERAL = {
    "Việt Nam",
    "Hồ Chí Minh",  # whose words every office quotes, under several names
    "Bác Hồ",
    "T.Ư",  # Trung ương, abbreviated
    "Trang Thông",  # of "Trang Thông tin điện tử", as every office calls its pages
}
#: The files that hold rules: all that the program consists of, but for its sample articles.
RULES = ("app.py", "assistant", "ingest", "prompts", "vectorstore")
#: All that is written by hand.
WRITTEN = (*RULES, "bench", "docs", "tests", "README.md", "CHANGELOG.md", "Makefile", "pyproject.toml")
TEXT = {".css", ".js", ".json", ".jsonl", ".md", ".py", ".svg", ".toml", ".txt", ""}
#: Shorter sentences are anybody's.
SENTENCE = 40


def files(tops: Iterable[str]) -> Iterator[Path]:
    for top in tops:
        path = ROOT / top
        found = path.rglob("*") if path.is_dir() else [path]
        yield from (f for f in found if f.is_file() and f.suffix in TEXT and "__pycache__" not in f.parts)


@pytest.fixture(scope="module")
def articles(seeds: Path) -> list[Article]:
    return [load(file) for file in find([seeds]).files]


def proper_names(article: Article) -> Iterator[str]:
    """The names of units, places and people that an article has, in its text and about it. One syllable
    with a capital is as often a word that opens a line."""
    for text in (article.text, article.unit or "", article.author or "", article.source or ""):
        spans = [*people(text), *(part for name in names(text) for part in name.proper)]
        yield from (s.of(text) for s in spans if len(re.findall(r"\w+", s.of(text))) > 1)


def test_no_rule_names_a_unit_place_or_person_of_the_seed_articles(articles: list[Article]) -> None:
    known = {fold(name) for article in articles for name in proper_names(article)}
    known -= {fold(name) for name in GENERAL}
    assert len(known) > 15, "the articles name more than that"
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(known)))})(?!\w)")
    found = []
    for file in files(RULES):
        if "samples" not in file.parts:
            lines = fold(file.read_text(encoding="utf-8")).splitlines()
            for number, line in enumerate(lines, 1):
                found += [f"{file.relative_to(ROOT)}:{number}: {m[0]}" for m in pattern.finditer(line)]
    assert not found, "\n".join(found)


def dev_questions() -> list[str]:
    folder = ROOT.parent / "shared" / "eval"
    rows = [
        json.loads(line)
        for file in (folder / "domain_dev.jsonl", folder / "xquad_vi_dev" / "questions.jsonl")
        if file.is_file()
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    return [row["question"] for row in rows]


def even(text: str) -> str:
    """One spelling and one blank between words, so that a line break hides no copy."""
    return " ".join(re.sub(r'["\'“”\\]', " ", nfc(text)).split())


def test_no_sentence_of_the_articles_or_of_the_questions_stands_in_the_project(
    articles: list[Article],
) -> None:
    # What an article is called is no sentence of it: the tests that load it expect its title.
    copied = {
        even(span.of(a.text))
        for a in articles
        for block in a.blocks
        if block.kind != "title"
        for span in sentences(a.text, block.start, block.end)
    }
    copied |= {even(question) for question in dev_questions()}
    copied = {s for s in copied if len(s) >= SENTENCE}
    assert len(copied) > 50
    found = []
    for file in files(WRITTEN):
        text = even(file.read_text(encoding="utf-8"))
        found += [f"{file.relative_to(ROOT)}: {s}" for s in copied if s in text]
    assert not found, "\n".join(found)
