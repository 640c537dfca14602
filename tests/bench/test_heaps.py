"""The heaps of articles."""

from __future__ import annotations

from bench.heaps import HEAPS, heap_of

ARTICLES = [f"bai-{n}" for n in range(10)]


def test_every_article_lies_in_one_heap_and_the_heaps_are_even() -> None:
    sizes = [sum(heap_of(a, ARTICLES) == heap for a in ARTICLES) for heap in range(HEAPS)]
    assert sum(sizes) == len(ARTICLES)
    assert max(sizes) - min(sizes) <= 1


def test_the_order_in_which_articles_come_moves_none() -> None:
    assert [heap_of(a, ARTICLES) for a in ARTICLES] == [heap_of(a, ARTICLES[::-1]) for a in ARTICLES]
