"""What a question that gathers asks for: all that it says is accounted for, or it asks for nothing here.

What comes of it over articles is promised in ``test_gather``.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question import understand
from assistant.wish import Wish, stands_at, wished
from ingest.facts import Fact, FactKind, Role, facts
from tests.vectorstore.articles import made

SUOI_KHE, DONG_TRIEU = "Văn phòng Huyện ủy Suối Khê", "Văn phòng Huyện ủy Đông Triều"


@pytest.fixture(scope="module")
def ledger() -> list[Fact]:
    told = (
        ("{} được thành lập ngày 12/3/1951.", SUOI_KHE, "suoi-khe"),
        ("Năm 2001, {} được Chủ tịch nước tặng thưởng Huân chương Lao động hạng Ba.", DONG_TRIEU, "trieu"),
    )
    articles = [made(id, words.format(unit), title=unit, unit=unit)[0] for words, unit, id in told]
    return [fact for article in articles for fact in facts(article)]


def _wish(question: str, ledger: list[Fact]) -> Wish | None:
    return wished(understand(question, (), [SUOI_KHE, DONG_TRIEU]), ledger)


def test_a_list_names_its_kind_its_award_and_its_years(ledger: list[Fact]) -> None:
    wish = _wish("Liệt kê những văn phòng được tặng Huân chương Lao động từ năm 2000 đến năm 2010", ledger)
    assert wish is not None
    assert (wish.kind, wish.scope, wish.sides) == (FactKind.AWARD, "van phong", ())
    assert wish.awards == ("huan chuong lao dong",)
    assert wish.years == ((2000, 2010),)
    assert Role.AWARD in wish.marks


def test_a_comparison_has_a_side_for_each_office(ledger: list[Fact]) -> None:
    wish = _wish(f"So sánh ngày thành lập của {SUOI_KHE} và {DONG_TRIEU}", ledger)
    assert wish is not None
    assert wish.kind is FactKind.DATE
    assert [side.name for side in wish.sides] == [SUOI_KHE, DONG_TRIEU]
    assert all(side.units for side in wish.sides)


def test_an_office_that_no_article_is_of_is_a_side_without_units(ledger: list[Fact]) -> None:
    wish = _wish(f"So sánh ngày thành lập của {SUOI_KHE} và Văn phòng Huyện ủy Bàu Sen", ledger)
    assert wish is not None
    assert [bool(side.units) for side in wish.sides] == [True, False]


@pytest.mark.parametrize(
    "asked",
    [
        "Văn phòng Huyện ủy Suối Khê thành lập ngày nào?",
        "Những văn phòng nào chưa được tặng Huân chương Lao động?",
        "Liệt kê những món ăn ngon",
        "Chào bạn",
    ],
)
def test_what_facts_cannot_tell_is_no_wish(asked: str, ledger: list[Fact]) -> None:
    assert _wish(asked, ledger) is None


@given(st.lists(st.sampled_from(["van", "phong", "tinh", "uy", "vanphong"]), max_size=8), st.data())
def test_words_stand_where_they_are_whole(words: list[str], data: st.DataObject) -> None:
    text, sought = " ".join(words), data.draw(st.sampled_from(["van phong", "uy", "phong tinh uy"]))
    at = stands_at(text, sought)
    if at >= 0:
        assert text[at:].startswith(sought)
        assert f" {text} "[at] == f" {text} "[at + len(sought) + 1] == " "
    else:
        assert sought not in [
            " ".join(words[i:j]) for i in range(len(words)) for j in range(i, len(words) + 1)
        ]
