"""Where it is looked: what is chosen, what a browser may say, and what a search is told."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.narrow import EVERYWHERE, MOST, Choices, Narrowed, choices, filtering, narrowed
from ingest.errors import BadQuestion
from tests.assistant.office import article, shelved
from vectorstore.types import Filter

SHELF = [
    shelved(article("a", "A", "x", published=date(1990, 5, 1), source="Báo Hải Lâm", unit="Văn phòng B")),
    shelved(article("b", "B", "x", published=date(2024, 5, 1), source="Báo Hải Lâm", unit="Đảng ủy A")),
    shelved(article("c", "C", "x", source="Tạp chí", unit="Văn phòng B")),
]


def test_names_and_years_become_what_a_search_is_told() -> None:
    chosen = Narrowed(("Văn phòng B",), ("Báo Hải Lâm",), 1980, 2000)
    assert filtering(chosen, lambda: SHELF) == Filter(
        frozenset({"a", "b"}), frozenset({"Văn phòng B"}), date(1980, 1, 1), date(2000, 12, 31)
    )
    assert filtering(Narrowed(sources=("Báo khác",)), lambda: SHELF) == Filter(frozenset())
    assert not filtering(EVERYWHERE, lambda: SHELF)


def test_what_can_be_chosen_is_what_is_on_the_shelf_in_order_of_the_alphabet() -> None:
    assert choices(SHELF) == Choices(("Đảng ủy A", "Văn phòng B"), ("Báo Hải Lâm", "Tạp chí"), 1990, 2024)
    assert choices([]) == Choices()


@pytest.mark.parametrize("sent", [{}, {"units": 7, "sources": None, "from": 1990, "to": []}, {"units": [""]}])
def test_what_makes_no_sense_restricts_nothing(sent: dict[str, object]) -> None:
    assert narrowed(sent) == EVERYWHERE


def test_a_browser_says_names_and_years() -> None:
    sent = {"units": ["A", "B", "A"], "sources": ["C"], "from": " 1990 ", "to": "2000"}
    assert narrowed(sent) == Narrowed(("A", "B"), ("C",), 1990, 2000)
    assert len(narrowed({"units": [str(n) for n in range(1000)]}).units) == MOST


@pytest.mark.parametrize("sent", [{"from": "chín mươi"}, {"to": "0"}, {"from": "99999"}, {"from": "²"}])
def test_a_year_that_is_none_is_told_with_the_way_out(sent: dict[str, str]) -> None:
    with pytest.raises(BadQuestion, match="bốn chữ số"):
        narrowed(sent)


def test_years_the_wrong_way_round_are_told() -> None:
    with pytest.raises(BadQuestion, match="2000 đứng sau 1990"):
        narrowed({"from": "2000", "to": "1990"})
