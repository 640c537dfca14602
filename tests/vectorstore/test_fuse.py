from __future__ import annotations

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.fuse import BARE, FIRST_BARE, FIRST_MARKED, MARKED, Weights, blend, weights

SCORES = st.dictionaries(st.integers(0, 30), st.floats(-100, 100), max_size=20)


def test_a_marked_question_trusts_the_vectors_and_a_bare_one_the_terms() -> None:
    assert weights("Văn phòng cấp ủy được thành lập ngày nào?") == MARKED
    assert weights("van phong cap uy duoc thanh lap ngay nao?") == BARE
    assert weights("Văn phòng cấp ủy được thành lập ngày nào?", first=True) == FIRST_MARKED
    assert weights("van phong cap uy duoc thanh lap ngay nao?", first=True) == FIRST_BARE


def test_a_question_with_some_marks_lies_between() -> None:
    between = weights("van phong cap uy thành lap ngay nao")
    assert BARE.passage < between.passage < MARKED.passage
    assert BARE.sentence < between.sentence < MARKED.sentence
    assert BARE.terms > between.terms > MARKED.terms


@pytest.mark.parametrize("kind", [MARKED, BARE, FIRST_MARKED, FIRST_BARE])
def test_weights_share_one_whole(kind: Weights) -> None:
    assert sum(astuple(kind)) == pytest.approx(1)


def test_a_question_without_words_trusts_the_vectors() -> None:
    assert weights("18/10/1930?") == MARKED
    assert weights("😀") == MARKED


def test_the_best_of_both_lists_comes_first() -> None:
    ranked = blend([(0.5, {1: 0.9, 2: 0.8, 3: 0.1}), (0.5, {1: 5.0, 2: 9.0, 3: 0.0})])
    assert [n for n, _ in ranked] == [2, 1, 3]


def test_exact_values() -> None:
    ranked = dict(blend([(0.7, {1: 1.0, 2: 0.0}), (0.3, {1: 0.0, 2: 4.0})]))
    assert ranked == {1: pytest.approx(0.4), 2: pytest.approx(-0.4)}


def test_a_passage_that_a_list_lacks_gets_the_least_of_that_list() -> None:
    assert blend([(1.0, {1: 3.0, 2: 1.0}), (1.0, {3: 1.0})]) == blend(
        [(1.0, {1: 3.0, 2: 1.0, 3: 1.0}), (1.0, {1: 1.0, 2: 1.0, 3: 1.0})]
    )


def test_equal_scores_keep_the_order_of_the_numbers() -> None:
    assert [n for n, _ in blend([(1.0, {9: 1.0, 4: 1.0, 7: 1.0})])] == [4, 7, 9]


def test_nothing_in_nothing_out() -> None:
    assert blend([]) == []
    assert blend([(0.5, {}), (0.5, {})]) == []


@given(SCORES, SCORES, st.floats(0, 1))
def test_everything_that_came_in_comes_out_once_and_in_order(
    a: dict[int, float], b: dict[int, float], weight: float
) -> None:
    ranked = blend([(weight, a), (1 - weight, b)])
    assert sorted(n for n, _ in ranked) == sorted(a.keys() | b.keys())
    scores = [score for _, score in ranked]
    assert scores == sorted(scores, reverse=True)


@given(st.dictionaries(st.integers(0, 30), st.integers(-1000, 1000), min_size=1))
def test_one_list_alone_keeps_its_order(scores: dict[int, int]) -> None:
    ranked = [scores[n] for n, _ in blend([(1.0, scores)])]
    assert ranked == sorted(ranked, reverse=True)
