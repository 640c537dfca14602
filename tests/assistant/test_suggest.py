"""What can be asked next: of the same office, answered, and nothing that was said already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answer import Assistant
from assistant.suggest import SHOWN, TRIED, answered, follow_ups
from assistant.types import Answer, Turn
from tests.assistant.office import Office, article, citation, refused
from tests.assistant.office import answered as says
from vectorstore import encoders
from vectorstore.library import Library

UNIT = "Văn phòng Tỉnh ủy Hải Lâm"
STORY = article(
    "chang-duong",
    "Chặng đường bảy mươi năm",
    f"Ngày 12-4-1954, {UNIT} được thành lập.",
    "Năm 2014, Văn phòng được Chủ tịch nước tặng Huân chương Lao động hạng Nhì.",
    f"Phương châm của {UNIT} là “Trung thành, tận tụy, sáng tạo”.",
    unit=UNIT,
)
FOUNDED = citation(1, STORY, f"Ngày 12-4-1954, {UNIT} được thành lập.")
OFFICE = Office([STORY])
ASKED = f"{UNIT} được thành lập ngày nào?"


def test_other_facts_of_the_same_office_are_suggested_and_what_was_told_is_not() -> None:
    made = follow_ups([ASKED], says(FOUNDED), OFFICE.facts(), OFFICE.article)
    assert f"{UNIT} được tặng thưởng Huân chương gì?" in made
    assert ASKED not in made
    assert all(UNIT in question for question in made)
    assert len(made) <= TRIED


def test_what_was_asked_before_is_not_suggested_however_it_was_typed() -> None:
    before = ["van phong tinh uy hai lam duoc tang thuong huan chuong gi", ASKED]
    made = follow_ups(before, says(FOUNDED), OFFICE.facts(), OFFICE.article)
    assert made
    assert f"{UNIT} được tặng thưởng Huân chương gì?" not in made


def test_nothing_is_suggested_where_no_office_is_clear() -> None:
    plain = article("khac", "Khác", "Trời hôm nay đẹp.")
    told = says(citation(1, plain, "Trời hôm nay đẹp."))
    assert follow_ups(["Trời thế nào?"], told, OFFICE.facts(), OFFICE.article) == ()
    assert follow_ups(["Ở Thanh Hóa?"], refused("không nói."), OFFICE.facts(), OFFICE.article) == ()


def test_a_refused_question_that_names_an_office_leads_to_what_is_known_of_it() -> None:
    made = follow_ups([f"{UNIT} có bao nhiêu xe?"], refused("không nói."), OFFICE.facts(), OFFICE.article)
    assert ASKED in made


def test_only_what_is_answered_otherwise_is_shown() -> None:
    given = citation(1, STORY, "Năm 2014, Văn phòng được Chủ tịch nước tặng Huân chương Lao động hạng Nhì.")
    replies: dict[str, Answer] = {
        "cùng chỗ": says(FOUNDED),
        "đoán": replace(says(given), guessed=True),
        "mới": says(given),
        "lại như thế": says(given),
    }
    ask = replies.get
    found = answered(["không", *replies], says(FOUNDED), lambda q: ask(q) or refused("không."))
    assert found == ("mới",)


def test_no_more_are_shown_than_can_be_read_at_a_glance() -> None:
    tried: list[str] = []

    def ask(question: str) -> Answer:
        tried.append(question)
        return says(replace(FOUNDED, start=len(tried), end=len(tried) + 1))

    assert answered("abcdefgh", refused("không."), ask) == ("a", "b", "c")
    assert len(tried) == SHOWN


@pytest.fixture(scope="module")
def library(samples_home: Path) -> Iterator[Library]:
    with Library.open(samples_home, encoders.load()) as library:
        yield library


def test_every_suggestion_is_answered_by_other_words(library: Library) -> None:
    assistant = Assistant(library)
    units = library.units()
    assert units
    shown = 0
    for unit in units:
        asked = f"{unit} được thành lập ngày nào?"
        answer = assistant.ask(asked)
        if answer.status != "answered":
            continue
        questions = follow_ups([asked], answer, library.facts(), library.article)
        for question in answered(questions, answer, assistant.ask):
            shown += 1
            said = assistant.ask(question, (Turn("user", asked), Turn("assistant", answer.text)))
            assert said.status == "answered", question
            assert {c.quote for c in said.citations} - {c.quote for c in answer.citations}, question
    assert shown >= len(units)
