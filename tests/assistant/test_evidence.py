from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.evidence import Standing, standing, state
from ingest.chunk import passages
from ingest.load import load
from ingest.types import Article
from tests.assistant.office import article, citation, holding
from tests.conftest import ROOT
from tests.fakes import CountingEncoder
from vectorstore.library import Library

STORY = article(
    "a", "Chuyện", "Ngày 12-4-1954, văn phòng ra đời.", "Năm 1960 dời nhà.", published=date(2024, 4, 9)
)
QUOTE = citation(1, STORY, "Ngày 12-4-1954, văn phòng ra đời.", "12-4-1954")


def test_what_was_changed_elsewhere_in_the_article_is_no_matter() -> None:
    assert standing(QUOTE, holding(STORY)) is Standing.UNCHANGED
    later = replace(STORY, text=STORY.text + "\n\nThêm một đoạn.", digest="khác", author="Người khác")
    assert standing(QUOTE, holding(later)) is Standing.UNCHANGED


@pytest.mark.parametrize(
    "now",
    [
        replace(STORY, text=STORY.text.replace("1954", "1955")),
        replace(STORY, title="Tên khác"),
        replace(STORY, published=date(2024, 4, 10)),
        replace(STORY, source="Báo khác"),
        replace(STORY, pages=((0, 1),), scanned=frozenset([1])),
    ],
    ids=["words", "title", "date", "source", "scanned"],
)
def test_other_words_there_or_another_name_or_day_of_the_article_are_a_change(now: Article) -> None:
    assert standing(QUOTE, holding(now)) is Standing.CHANGED


def test_an_article_that_is_not_there_is_gone() -> None:
    assert standing(replace(QUOTE, article="b"), holding(STORY)) is Standing.GONE


def test_every_state_of_an_article_is_told_apart() -> None:
    assert state(STORY) == state(replace(STORY, file="elsewhere.txt"))
    for changed in ({"title": "x"}, {"text": "x"}, {"published": None}, {"author": "x"}, {"unit": "x"}):
        assert state(replace(STORY, **changed)) != state(STORY)
    assert state(STORY) != state(replace(STORY, scanned=frozenset({1})))


def test_a_field_that_people_have_changed_is_another_state_of_the_same_document(tmp_path: Path) -> None:
    with Library.open(tmp_path, CountingEncoder(), write=True) as library:
        before = load(next((ROOT / "ingest" / "samples").glob("*.txt")))
        library.add(before, passages(before))
        after = library.edit(before.id, {"published": date(2001, 2, 3)})
    assert after.digest == before.digest
    assert state(after) != state(before)
