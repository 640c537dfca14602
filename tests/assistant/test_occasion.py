from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from assistant import occasion
from assistant.occasion import Occasion
from ingest.facts import facts
from ingest.load import find, load
from ingest.types import Article
from tests.assistant.office import article
from tests.conftest import ROOT

UNIT = "Văn phòng Tỉnh ủy Hải Lâm"
FOUNDED = article(
    "a",
    "Chặng đường",
    f"Ngày 12-4-1954, {UNIT} được thành lập.",
    f"Năm 1997, {UNIT} được Chủ tịch nước tặng thưởng Huân chương Lao động hạng Nhì.",
    f"Năm 1985, {UNIT} được Chủ tịch nước tặng thưởng Huân chương Lao động hạng Ba.",
    f"Năm 2010, {UNIT} được Chủ tịch nước tặng thưởng Huân chương Lao động hạng Nhất.",
    unit=UNIT,
    source="Báo Hải Lâm",
)
OTHERWISE = article("b", "Chuyện khác", f"Ngày 12-4-1955, {UNIT} được thành lập.", unit=UNIT)


def prepared(*articles: Article, unit: str = UNIT, day: date = date(2026, 4, 12)) -> Occasion:
    told = [fact for one in articles for fact in facts(one)]
    return occasion.occasion(unit, day, told, {a.id: a for a in articles}.__getitem__)


def test_the_years_are_counted_from_the_founding_with_the_arithmetic_and_the_words() -> None:
    found = prepared(FOUNDED)
    (kept,) = found.kept
    assert kept.count == 72
    assert "2026" in kept.sentence
    assert "1954" in kept.sentence
    assert "72" in kept.sentence
    cited = kept.evidence[0]
    assert cited.quote == FOUNDED.text[cited.start : cited.end]
    assert "12-4-1954" in cited.quote
    assert found.unknown == ()


def test_where_articles_disagree_nothing_is_counted_and_both_dates_are_told() -> None:
    found = prepared(FOUNDED, OTHERWISE)
    assert found.kept == ()
    (words,) = found.unknown
    for told in ("12/04/1954", "12/04/1955", "Chặng đường", "Chuyện khác"):
        assert told in words


def test_an_unknown_founding_is_said_and_never_guessed() -> None:
    found = prepared(FOUNDED, unit="Văn phòng Huyện ủy Bình Lãng")
    assert found.kept == ()
    assert "không nói" in found.unknown[0]


def test_a_year_before_the_founding_has_no_anniversary() -> None:
    found = prepared(FOUNDED, day=date(1950, 4, 12))
    assert found.kept == ()
    assert "chưa có kỷ niệm" in found.unknown[0]


def test_the_sheet_has_awards_by_class_and_every_entry_its_very_words() -> None:
    chapters = occasion.sheet(UNIT, facts(FOUNDED), {"a": FOUNDED}.__getitem__)
    names = [c.name for c in chapters]
    assert names[0] == "Thành lập"
    awards = next(c for c in chapters if c.name == "Khen thưởng")
    assert [("Nhất" in e.words, "Nhì" in e.words, "Ba" in e.words) for e in awards.entries] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]
    for chapter in chapters:
        for entry in chapter.entries:
            cited = entry.evidence
            assert FOUNDED.text[cited.start : cited.end] == cited.quote
            assert entry.evidence.source == "Báo Hải Lâm"


def test_the_sheet_tells_where_another_article_says_otherwise() -> None:
    both = {"a": FOUNDED, "b": OTHERWISE}
    told = [*facts(FOUNDED), *facts(OTHERWISE)]
    begun = occasion.sheet(UNIT, told, both.__getitem__)[0].entries
    assert len(begun) == 2
    assert "1955" in begun[0].disputed[0]
    assert "Chuyện khác" in begun[0].disputed[0]


@pytest.fixture(scope="module")
def samples() -> list[Article]:
    return [load(file) for file in find([ROOT / "ingest" / "samples"]).files]


def test_every_unit_of_the_samples_has_a_sheet_of_its_own_words(samples: Sequence[Article]) -> None:
    articles = {a.id: a for a in samples}
    told = [fact for one in samples for fact in facts(one)]
    units = sorted({f.unit for f in told if f.unit})
    assert len(units) > 3
    for unit in units:
        chapters = occasion.sheet(unit, told, articles.__getitem__)
        assert chapters
        for entry in (e for c in chapters for e in c.entries):
            cited = entry.evidence
            assert articles[cited.article].text[cited.start : cited.end] == cited.quote
        found = occasion.occasion(unit, date(2030, 10, 18), told, articles.__getitem__)
        assert found.kept or found.unknown
