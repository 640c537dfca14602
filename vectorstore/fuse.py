"""Ranked lists in, one ranked list out. Pure: no I/O, no state."""

from __future__ import annotations

from collections.abc import Mapping
from math import hypot, sqrt
from statistics import fmean

from ingest.vietnamese import tokens

#: Weight of the vectors in the fused score, the terms having the rest: for a question with all its
#: marks, and for one without any, where the encoder is lost. The middle of the range in which the
#: fusion beats both parts; docs/decisions/002-how-passages-are-ranked.md.
MARKED, BARE = 0.6, 0.25

#: Share of marked syllables of ordinary Vietnamese text; a question at or above it has its marks.
USUAL_MARKS = 0.5


def vector_weight(question: str) -> float:
    """How much the vectors count for this question, between ``BARE`` and ``MARKED``: it falls with
    the share of its syllables that carry a mark."""
    words = [token for token in tokens(question) if not token.is_number]
    if not words:
        return MARKED
    share = sum(word.exact != word.folded for word in words) / len(words)
    return BARE + (MARKED - BARE) * min(1.0, share / USUAL_MARKS)


def blend(parts: list[tuple[float, Mapping[int, float]]]) -> list[tuple[int, float]]:
    """Passages by the weighted sum of their standard scores (z-scores) in each list, best first.

    Each part is a weight and the scores of passages, higher better. Scores of different lists are
    made comparable by their spread among the passages of the list. A passage that a list lacks
    gets the lowest score of that list. Equal sums keep the order of the numbers.
    """
    candidates = sorted(set().union(*(scores for _, scores in parts)))
    total = dict.fromkeys(candidates, 0.0)
    for weight, scores in parts:
        if not scores:
            continue
        least = min(scores.values())
        full = [scores.get(n, least) for n in candidates]
        mean = fmean(full)
        # As ``statistics.pstdev`` gives it, which reckons with fractions and takes a hundred times as long.
        spread = hypot(*(score - mean for score in full)) / sqrt(len(full))
        if spread == 0 or max(full) == least:
            continue
        for n, score in zip(candidates, full, strict=True):
            total[n] += weight * (score - mean) / spread
    return sorted(total.items(), key=lambda item: (-item[1], item[0]))
