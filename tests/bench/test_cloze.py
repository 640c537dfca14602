"""Questions made from sentences."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from assistant.reader import ASKING
from bench.cloze import FEWEST, cloze
from ingest.vietnamese import tokens

SENTENCE = (
    "Ngày 12 tháng 4 năm 1954, đồng chí Trần Văn Bình lập Văn phòng Hà Lương với 27 cán bộ, một máy in."
)
words = st.lists(
    st.sampled_from(
        "Năm 1954, đồng chí Trần Bình lập kho thóc ở Hà Lương với 27 cán bộ; “tận tụy” và ( ) … –".split()
    ),
    max_size=30,
).map(" ".join)
seeds = st.integers(0, 10_000)


@given(words, seeds)
def test_the_answer_stands_in_the_sentence_and_its_question_asks(sentence: str, seed: int) -> None:
    made = cloze(sentence, Random(seed))
    if made is None:
        return
    question, answer = made
    assert 0 <= answer.start < answer.end <= len(sentence)
    assert answer.of(sentence) == answer.of(sentence).strip()
    assert question.endswith("?")
    assert question[0] == question[0].upper()
    asked = [t.exact for t in tokens(question)]
    assert ASKING & set(asked) or {"nhiêu", "thời", "người", "loại"} & set(asked)


@given(seeds, st.lists(st.integers(0, 99), min_size=6, max_size=40, unique=True))
def test_the_words_of_the_answer_are_not_in_the_question(seed: int, numbers: list[int]) -> None:
    """Where every word of a sentence stands in it once."""
    sentence = " ".join(f"chữ{chr(97 + n // 10)}{chr(97 + n % 10)}" for n in numbers)
    made = cloze(sentence, Random(seed))
    if made:
        question, answer = made
        said = {t.exact for t in tokens(question)}
        left = [t.exact for t in tokens(sentence) if t.exact in said]
        assert not said & {t.exact for t in tokens(answer.of(sentence))}
        assert len(left) >= FEWEST


@given(seeds)
def test_the_coin_alone_decides(seed: int) -> None:
    assert cloze(SENTENCE, Random(seed)) == cloze(SENTENCE, Random(seed))


def test_what_has_a_form_is_asked_for_by_the_word_for_it() -> None:
    asked: dict[str, set[str]] = {}
    for seed in range(400):
        made = cloze(SENTENCE, Random(seed))
        if made:
            said = {t.exact for t in tokens(made[0])}
            asked.setdefault(made[1].of(SENTENCE), set()).update(said & {"ai", "nhiêu", "mấy", "nào", "gì"})
    assert "ai" in asked["Trần Văn Bình"]
    assert {"nhiêu", "mấy"} <= asked["27"]
    assert "nào" in asked["Ngày 12 tháng 4 năm 1954"]
    assert any("máy in" in answer for answer in asked)


def test_too_little_makes_no_question() -> None:
    for sentence in ("", "27", "Hai từ.", "và của ở"):
        assert all(cloze(sentence, Random(seed)) is None for seed in range(20))
