"""Of which year a text tells a thing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.timing import tells_another_year, tells_of
from ingest.types import Span

EACH_IN_ITS_CLAUSE = "Năm 2005, được tặng Cờ thi đua; năm 2018, được tặng Bằng khen."


def _at(text: str, words: str) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


@pytest.mark.parametrize(
    ("text", "words", "year", "another"),
    [
        (EACH_IN_ITS_CLAUSE, "Cờ thi đua", 2018, True),
        (EACH_IN_ITS_CLAUSE, "Bằng khen", 2018, False),
        (EACH_IN_ITS_CLAUSE, "Cờ thi đua", 2005, False),
        # Of a year that the text does not tell of, nobody knows.
        (EACH_IN_ITS_CLAUSE, "Cờ thi đua", 2011, False),
        # What names no year may be of any.
        ("Được tặng Cờ thi đua; năm 2018, được tặng Bằng khen.", "Cờ thi đua", 2018, False),
        # Several years of one award.
        ("Các năm 2005, 2018 được tặng Cờ thi đua.", "Cờ thi đua", 2005, False),
        ("Cờ thi đua năm 2005, năm 2018 và năm 2020.", "Cờ thi đua", 2018, False),
        # A period is all its years.
        ("Từ năm 2010 đến năm 2020, 5 lần được tặng cờ; năm 2015, Bằng khen.", "cờ", 2015, False),
        ("Năm 2010, nhận cờ, năm 2015 nhận Bằng khen.", "cờ", 2015, True),
    ],
)
def test_what_stands_in_the_clause_of_another_year_is_of_that(
    text: str, words: str, year: int, another: bool
) -> None:
    assert tells_another_year(text, _at(text, words), (year,)) is another


@given(st.text("năm 12058;, .", max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_without_a_year_asked_about_nothing_is_of_another(text: str, start: int, end: int) -> None:
    assert not tells_another_year(text, Span(min(start, end), max(start, end)), ())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Thành lập năm 1948.", True),
        ("Trần Văn Bình (1940 - 1955)", True),
        ("tran van binh tu nam 1940 den nam 1955", True),
        ("Thành lập năm 1951.", False),
        ("(18/10/1930 - 18/10/2020)", False),  # a day and its anniversary are no period
        ("Văn phòng được thành lập.", None),
    ],
)
def test_a_text_tells_of_its_years_and_of_all_in_a_period(text: str, told: bool | None) -> None:
    assert tells_of(text, (1948,)) is told
