"""Anniversaries are computed: what is asked, what to ask the library for it, and the arithmetic."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.anniversary import Anniversary, Asked, asked_anniversary, reckon
from assistant.question import Kind, understand
from ingest.errors import BadQuestion
from ingest.vietnamese import DateMention, dates

TODAY = date(2026, 11, 22)
DAY = "Ngày truyền thống của Văn phòng cấp ủy là ngày nào?"
HA_LUONG = "Văn phòng Tỉnh ủy Hà Lương được thành lập ngày nào?"
SON_KHE = "Văn phòng Thành ủy Sơn Khê được thành lập ngày nào?"


def _asked(text: str) -> Anniversary | None:
    return asked_anniversary(understand(text))


def _day(text: str) -> DateMention:
    return next(dates(text))


@pytest.mark.parametrize(
    ("text", "asked", "ask", "year", "count"),
    [
        ("Năm 2026 là kỷ niệm bao nhiêu năm Ngày truyền thống Văn phòng cấp ủy?", "count", DAY, 2026, None),
        ("Năm 2026 kỷ niệm lần thứ mấy Ngày truyền thống Văn phòng cấp ủy?", "count", DAY, 2026, None),
        ("Ngày truyền thống Văn phòng cấp ủy năm 2025 là kỷ niệm lần thứ mấy?", "count", DAY, 2025, None),
        ("Năm nay kỷ niệm bao nhiêu năm ngày truyền thống Văn phòng cấp ủy?", "count", DAY, None, None),
        (
            "Văn phòng Tỉnh ủy Hà Lương kỷ niệm bao nhiêu năm truyền thống vào năm 2021?",
            "count",
            "Ngày truyền thống của Văn phòng Tỉnh ủy Hà Lương là ngày nào?",
            2021,
            None,
        ),
        (
            "Năm 2026 là kỷ niệm lần thứ mấy ngày thành lập Văn phòng Tỉnh ủy Hà Lương?",
            "count",
            HA_LUONG,
            2026,
            None,
        ),
        ("Đến năm 2030 Văn phòng Thành ủy Sơn Khê tròn bao nhiêu tuổi?", "age", SON_KHE, 2030, None),
        ("Đến năm 2030, Văn phòng Thành ủy Sơn Khê tròn bao nhiêu năm?", "age", SON_KHE, 2030, None),
        ("Văn phòng Thành ủy Sơn Khê thành lập được bao nhiêu năm rồi?", "age", SON_KHE, None, None),
        ("Văn phòng Thành ủy Sơn Khê được thành lập cách đây bao nhiêu năm?", "age", SON_KHE, None, None),
        (
            "Tính đến năm 2024, Văn phòng Tỉnh ủy Hà Lương đã ra đời được bao nhiêu năm?",
            "age",
            HA_LUONG,
            2024,
            None,
        ),
        ("Khi nào kỷ niệm 100 năm Ngày truyền thống Văn phòng cấp ủy?", "year", DAY, None, 100),
        ("Bao giờ Văn phòng Tỉnh ủy Hà Lương tròn 100 năm?", "year", HA_LUONG, None, 100),
        ("Năm nào kỷ niệm 80 năm ngày thành lập Văn phòng Tỉnh ủy Hà Lương?", "year", HA_LUONG, None, 80),
        (
            "How old is the Son Khe City Party Committee Office?",
            "age",
            SON_KHE.replace("Sơn Khê", "Son Khe"),
            None,
            None,
        ),
        (
            "nam 2026 la ky niem bao nhieu nam ngay truyen thong van phong cap uy",
            "count",
            "ngay truyen thong cua van phong cap uy la ngay nao?",
            2026,
            None,
        ),
        (
            "van phong thanh uy son khe thanh lap duoc bao nhieu nam roi",
            "age",
            "van phong thanh uy son khe duoc thanh lap ngay nao?",
            None,
            None,
        ),
    ],
)
def test_an_anniversary_asks_the_library_for_the_day_it_counts_from(
    text: str, asked: Asked, ask: str, year: int | None, count: int | None
) -> None:
    found = _asked(text)
    assert found is not None
    assert (found.asked, found.question, found.year, found.count) == (asked, ask, year, count)
    assert understand(found.question).kinds == (Kind.DATE,)


@pytest.mark.parametrize(
    "text",
    [
        "Ngày truyền thống là ngày nào?",
        "Văn phòng có bao nhiêu cán bộ?",
        "Văn phòng có bao nhiêu cán bộ năm 2020?",
        "Văn phòng được tặng Huân chương năm nào?",
        "Họp mặt kỷ niệm 90 năm Ngày truyền thống diễn ra khi nào?",
        "Kỷ niệm chương được tặng năm nào?",
        "Có bao nhiêu cán bộ được tặng Kỷ niệm chương?",
        "Bà Mây bao nhiêu tuổi?",
        "Trần Văn Bình làm Chánh Văn phòng được bao nhiêu năm?",
        "Văn phòng sơ tán mấy năm?",
        "Bao nhiêu năm liền chi bộ hoàn thành xuất sắc nhiệm vụ?",
        "Anh bao nhiêu tuổi khi chơi trận chung kết?",
    ],
)
def test_any_other_question_asks_for_none(text: str) -> None:
    assert _asked(text) is None


def test_the_sentence_shows_the_arithmetic_and_both_days() -> None:
    asked = _asked("Năm 2026 là kỷ niệm bao nhiêu năm Ngày truyền thống Văn phòng cấp ủy?")
    assert asked is not None
    found = reckon(_day("ngày 18 tháng 10 năm 1930"), asked, TODAY)
    assert found is not None
    assert (found.count, found.year, found.day) == (96, 2026, "18/10/2026")
    assert found.sentence == (
        "2026 − 1930 = 96: năm 2026 là kỷ niệm 96 năm (lần thứ 96) ngày truyền thống của Văn phòng cấp ủy "
        "(18/10/1930 - 18/10/2026)."
    )


def test_the_year_of_a_round_anniversary_is_added_up() -> None:
    asked = _asked("Khi nào kỷ niệm 100 năm Ngày truyền thống Văn phòng cấp ủy?")
    assert asked is not None
    found = reckon(_day("18/10/1930"), asked, TODAY)
    assert found is not None
    assert (found.year, found.day) == (2030, "18/10/2030")
    assert found.sentence.startswith("1930 + 100 = 2030")


@pytest.mark.parametrize(
    ("today", "count"), [(date(2026, 4, 19), 16), (date(2026, 4, 20), 17), (date(2026, 11, 22), 17)]
)
def test_what_has_lasted_to_this_day_is_counted_in_full_years(today: date, count: int) -> None:
    asked = _asked("Văn phòng Thành ủy Sơn Khê thành lập được bao nhiêu năm rồi?")
    assert asked is not None
    found = reckon(_day("20/4/2009"), asked, today)
    assert found is not None
    assert found.count == count


@pytest.mark.parametrize(
    ("founded", "day", "period"),
    [
        ("tháng 3 năm 1947", None, "(3/1947 - 3/2027)"),
        ("năm 1947", None, "(1947 - 2027)"),
        ("29/2/1948", None, "(29/2/1948 - 29/2/2027)"),
    ],
)
def test_a_founding_date_without_its_day_gives_none(founded: str, day: str | None, period: str) -> None:
    asked = _asked("Năm 2027 là kỷ niệm bao nhiêu năm ngày thành lập Văn phòng Tỉnh ủy Hà Lương?")
    assert asked is not None
    found = reckon(_day(founded), asked, TODAY)
    assert found is not None
    assert found.day == day
    assert period in found.sentence


def test_nothing_is_reckoned_without_a_founding_year_or_for_a_year_before_it() -> None:
    asked = _asked("Năm 1930 là kỷ niệm bao nhiêu năm Ngày truyền thống Văn phòng cấp ủy?")
    assert asked is not None
    assert reckon(_day("18/10"), asked, TODAY) is None
    assert reckon(_day("18/10/1930"), asked, TODAY) is None
    assert reckon(_day("18/10/1948"), asked, TODAY) is None


@given(st.text(max_size=80))
def test_any_text_asks_for_an_anniversary_or_none(text: str) -> None:
    try:
        q = understand(text)
    except BadQuestion:
        return
    asked_anniversary(q)


@given(st.integers(1000, 2099), st.integers(1, 500))
def test_a_year_and_its_count_agree(founded: int, count: int) -> None:
    by_count = Anniversary("year", "ngày thành lập", "", "", None, count)
    found = reckon(DateMention(0, 4, None, None, founded), by_count, TODAY)
    assert found is not None
    by_year = Anniversary("count", "ngày thành lập", "", "", found.year, None)
    again = reckon(DateMention(0, 4, None, None, founded), by_year, TODAY)
    assert again is not None
    assert again.count == count


@pytest.mark.parametrize(
    "text",
    [
        "Sơn Khê kỷ niệm 90 năm vào ngày nào?",
        "son khe ky niem 90 nam vao ngay nao",
        "Hà Lương kỷ niệm bao nhiêu năm vào năm 2030?",
    ],
)
def test_a_place_alone_has_no_anniversary_to_be_reckoned(text: str) -> None:
    assert _asked(text) is None


def test_another_event_has_one() -> None:
    asked = _asked("Năm 2025 kỷ niệm bao nhiêu năm giải phóng Hà Lương?")
    assert asked is not None
    assert (asked.event, asked.question) == ("giải phóng Hà Lương", "Giải phóng Hà Lương là ngày nào?")
