"""Texts read once: what is kept is what would be read anew."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from assistant.texts import read
from ingest import mentions, vietnamese
from ingest.types import Span

SENTENCE = "Ngày 18/10/1930, đồng chí Trần Văn Bình được tặng Huân chương Lao động hạng Nhất và 46 bằng khen."


@given(st.text() | st.just(SENTENCE))
def test_a_text_is_read_as_its_readers_read_it(text: str) -> None:
    for _ in range(2):
        known = read(text)
        assert known.tokens == tuple(vietnamese.tokens(text))
        assert known.terms == tuple(frozenset(some) for some in _both(text))
        assert known.folded == vietnamese.fold(text)
        assert known.normalised == vietnamese.normalise(text)
        assert known.dates == tuple(vietnamese.dates(text))
        assert known.names == tuple(mentions.names(text))
        assert known.people == tuple(mentions.people(text))
        assert known.numbers == tuple(mentions.numbers(text))
        assert known.awards == tuple(mentions.awards(text))
        assert known.quotations == tuple(mentions.quotations(text))


def _both(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    here = vietnamese.terms(text)
    return here.exact, here.folded


def test_each_pattern_finds_its_own() -> None:
    text = read("một hai một")
    one, two = re.compile("một"), re.compile("hai")
    assert text.found(one) == (Span(0, 3), Span(8, 11))
    assert text.found(two) == (Span(4, 7),)
    assert text.found(one) == (Span(0, 3), Span(8, 11))


def test_the_same_words_are_read_once() -> None:
    assert read("Cây " + "lúa").tokens is read("Cây lúa").tokens
