"""The training articles dealt into heaps, so that each can be read by what was trained on the others."""

from __future__ import annotations

from collections.abc import Sequence

#: Into how many heaps the articles are dealt.
HEAPS = 3


def heap_of(article: str, articles: Sequence[str]) -> int:
    """Which heap an article lies in, counted from 0."""
    return sorted(articles).index(article) % HEAPS
