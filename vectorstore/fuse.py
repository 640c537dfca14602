"""Ranked lists in, one ranked list out. Pure: no I/O, no state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from math import hypot, sqrt
from statistics import fmean

from ingest.vietnamese import tokens


@dataclass(frozen=True, slots=True)
class Weights:
    """What each part counts in the fused score: the cosine of the passage, that of its best sentence, and
    the term score."""

    passage: float
    sentence: float
    terms: float


#: For a question with all its marks, and for one without any, where the encoder is lost. The middle of the
#: range in which the fusion beats its parts; docs/decisions/002-how-passages-are-ranked.md.
MARKED = Weights(passage=0.45, sentence=0.25, terms=0.30)
BARE = Weights(passage=0.15, sentence=0.10, terms=0.75)

#: The same for passages of which the sentences have not been looked at yet.
FIRST_MARKED = Weights(passage=0.6, sentence=0.0, terms=0.4)
FIRST_BARE = Weights(passage=0.25, sentence=0.0, terms=0.75)

#: Share of marked syllables of ordinary Vietnamese text; a question at or above it has its marks.
USUAL_MARKS = 0.5


def weights(question: str, *, first: bool = False) -> Weights:
    """What counts how much for this question: the vectors less, the fewer of its syllables carry a mark.
    ``first`` for the fusion in which no sentence has been looked at."""
    words = [token for token in tokens(question) if not token.is_number]
    share = sum(word.exact != word.folded for word in words) / len(words) if words else 1.0
    marked = min(1.0, share / USUAL_MARKS)
    ends = (FIRST_BARE, FIRST_MARKED) if first else (BARE, MARKED)
    bare_to_marked = zip(*map(astuple, ends), strict=True)
    return Weights(*(bare * (1 - marked) + full * marked for bare, full in bare_to_marked))


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
