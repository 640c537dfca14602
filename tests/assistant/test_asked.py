"""The question made ready for comparing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.asked import APART, Asked, has, single
from assistant.question import understand


def _asked(question: str) -> Asked:
    q = understand(question)
    return Asked.of(q, dict.fromkeys(q.words, 1.0))


def test_all_words_said_weigh_all_there_is() -> None:
    asked = _asked("Công tác văn thư lưu trữ ra sao?")
    says, nearly = asked.said("Công tác văn thư lưu trữ có tiến bộ.")
    assert asked.weigh(says) == asked.total
    assert nearly == 0


def test_a_syllable_said_apart_from_its_partner_counts_in_part() -> None:
    asked = _asked("Văn thư ra sao?")
    says, _ = asked.said("Bí thư phát biểu.")
    assert asked.weigh(says) == pytest.approx(APART)


def test_a_word_with_other_marks_is_nearly_said() -> None:
    asked = _asked("Lưu trữ ra sao?")
    says, nearly = asked.said("công tac luu tru")
    assert says == 0
    assert nearly


def test_a_bare_question_is_said_by_marked_words() -> None:
    asked = _asked("luu tru ra sao")
    assert asked.said("công tác lưu trữ")[0]


def test_what_is_unsaid_is_named_with_both_halves_of_a_word() -> None:
    asked = _asked("Được tặng Huân chương gì?")
    says, nearly = asked.said("được tặng Kỷ niệm chương")
    assert asked.unsaid(says | nearly) == ("huân", "chương")


def test_a_well_known_name_has_its_other_forms() -> None:
    (forms,) = _asked("Bác Hồ nói gì?").names
    assert "ho chi minh" in forms


def test_people_are_told_from_places() -> None:
    assert _asked("Trần Văn Bình làm gì ở Sơn Khê?").persons == ("tran van binh",)


@given(st.text(st.sampled_from("ab "), max_size=12), st.text(st.sampled_from("ab"), min_size=1, max_size=3))
def test_a_name_is_had_as_whole_words_only(text: str, name: str) -> None:
    assert has(text, name) == (f" {name} " in f" {text} ")


def test_single_syllables_are_told_from_pairs() -> None:
    assert single(("văn", "văn_phòng", "phòng")) == ("văn", "phòng")
