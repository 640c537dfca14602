"""What is drawn from the ledger is verbatim, of the office itself, and asks only what has one answer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import pytest

from assistant.drafts import MOST_OF_ONE, exercises, summary
from ingest.facts import facts
from ingest.load import find, load
from ingest.types import Article, Span
from tests.conftest import SAMPLES
from tests.vectorstore.articles import made

UNIT = "Văn phòng Huyện ủy Lạc Sơn"
STORY, _ = made(
    "lac-son",
    "Văn phòng Huyện ủy Lạc Sơn được thành lập ngày 02/9/1948.",
    "Năm 2005, Văn phòng Huyện ủy Lạc Sơn được Chủ tịch nước tặng thưởng Huân chương Lao động hạng Ba; "
    "năm 2018, được Thủ tướng Chính phủ tặng Bằng khen.",
    "Đồng chí Ngô Thị Lành, Chánh Văn phòng Huyện ủy, được Chủ tịch UBND tỉnh tặng Bằng khen năm 2015.",
    "Phương châm của Văn phòng là “Chủ động, chính xác, kịp thời”.",
    "Hội nghị tổng kết được tổ chức ngày 12/10/2020.",
    title="Văn phòng Huyện ủy Lạc Sơn",
    unit=UNIT,
)
BARE, _ = made("rong", "Trời hôm nay đẹp.", title="Ngày mới")


def all_of(*articles: Article) -> tuple[list[object], dict[str, Article]]:
    return [f for a in articles for f in facts(a)], {a.id: a for a in articles}


def samples() -> Sequence[Article]:
    return [load(file) for file in find([SAMPLES]).files]


def test_a_summary_has_the_office_s_own_story_in_reading_order() -> None:
    told = summary(*all_of(STORY))  # type: ignore[arg-type]
    assert told.status == "answered"
    quotes = [c.quote for c in told.citations]
    assert quotes[0] == "Văn phòng Huyện ủy Lạc Sơn được thành lập ngày 02/9/1948."
    assert any("Huân chương Lao động hạng Ba" in q for q in quotes)
    assert any("Chủ động, chính xác" in q for q in quotes)
    assert not any("Hội nghị tổng kết" in q or "Ngô Thị Lành" in q for q in quotes)
    assert [s.citations for s in told.statements] == [(n,) for n in range(1, len(quotes) + 1)]


def test_of_an_article_that_tells_nothing_of_an_office_nothing_is_drawn() -> None:
    told = summary(*all_of(BARE))  # type: ignore[arg-type]
    assert (told.status, told.statements, told.citations) == ("refused", (), ())
    assert told.missing
    assert exercises(*all_of(BARE)) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize("article", samples(), ids=lambda a: a.id)
def test_every_quote_is_the_article_s_own_and_none_comes_twice(article: Article) -> None:
    told = summary(*all_of(article))  # type: ignore[arg-type]
    spans = [Span(c.start, c.end) for c in told.citations]
    assert [s.of(article.text) for s in spans] == [c.quote for c in told.citations]
    assert spans == sorted(spans)
    assert not any(a.overlaps(b) for a, b in combinations(spans, 2))
    assert len(spans) <= MOST_OF_ONE
    asked = exercises(*all_of(article))  # type: ignore[arg-type]
    assert len({e.question for e in asked}) == len(asked)
    for e in asked:
        (cited,) = e.drawn.citations
        assert article.text[cited.start : cited.end] == cited.quote
        assert cited.marks
        for mark in cited.marks:
            assert " ".join(mark.of(article.text).split()) in e.answer


def test_a_question_asks_for_what_one_sentence_answers() -> None:
    asked = {e.question: e.answer for e in exercises(*all_of(STORY))}  # type: ignore[arg-type]
    assert asked[f"{UNIT} được thành lập khi nào?"] == "ngày 02/9/1948"
    assert asked[f"{UNIT} được tặng Huân chương Lao động hạng Ba khi nào?"] == "Năm 2005"
    assert asked[f"{UNIT} được tặng Bằng khen khi nào?"] == "năm 2018"
    assert asked[f"Phương châm của {UNIT} là gì?"] == "Chủ động, chính xác, kịp thời"


def test_only_what_an_office_has_is_counted() -> None:
    counts, _ = made(
        "dem",
        "Năm 2020, Văn phòng Huyện ủy Lạc Sơn có 12 cán bộ, trong đó 09 đồng chí là đảng viên.",
        "Năm 2020, Văn phòng đã phục vụ 126 hội nghị, gần 40 đoàn khách.",
        title="Văn phòng Huyện ủy Lạc Sơn",
        unit=UNIT,
    )
    asked = [(e.question, e.answer) for e in exercises(*all_of(counts))]  # type: ignore[arg-type]
    assert asked == [(f"Năm 2020, {UNIT} có bao nhiêu cán bộ?", "12")]


def test_when_a_post_was_held_is_asked_where_the_article_says() -> None:
    asked = {e.question: e.answer for a in samples() for e in exercises(*all_of(a))}  # type: ignore[arg-type]
    assert "1976 - 1991" in asked["Đặng Hữu Phúc giữ chức Chánh Văn phòng Huyện ủy trong thời gian nào?"]
    # "Đến năm 2019, 100% chi bộ …" counts no things.
    assert not any(q.startswith("Năm 2019, ") for q in asked)
