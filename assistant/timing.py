"""Of which year does a text tell a thing? Pure.

A sentence that counts an office's honours year by year tells of each in a clause of its own: what stands in
the clause of one year did not happen in another.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from assistant.texts import read
from ingest.types import Span

# A clause also ends where a comma is followed by another year; not within a list of years.
_END = re.compile(r";|[.!?…]\s|(?<!\d)(?:,| và)(?=\s+(?:đến |từ |sang |trong |vào )?(?:ngày|tháng|năm)\s+\d)")


def tells_another_year(text: str, span: Span, years: Collection[int]) -> bool:
    """Whether what stands at ``span`` is told of another year than one of ``years``, where the text tells of
    one of these too. Where it has none of them, or the clause no year, nobody knows, and it is not."""
    clauses = _clauses(text)
    if not any(_covers(told, years) for _, told in clauses):
        return False
    here = [told for clause, told in clauses if clause.overlaps(span)]
    return bool(here) and all(told and not _covers(told, years) for told in here)


def tells_of(text: str, years: Collection[int]) -> bool | None:
    """Whether a text tells of one of these years, or of a period that has it; None where it tells of no year
    at all. The text may be folded."""
    told = _periods(text)
    return _covers(told, years) if told else None


#: Its first and its last year, the same for a single one.
_Period = tuple[int, int]


def _covers(told: Collection[_Period], years: Collection[int]) -> bool:
    return any(first <= year <= last for first, last in told for year in years)


@lru_cache(1 << 10)
def _clauses(text: str) -> tuple[tuple[Span, frozenset[_Period]], ...]:
    return tuple((span, _periods(span.of(text))) for span in _cut(text))


def _cut(text: str) -> Iterator[Span]:
    start = 0
    for m in _END.finditer(text):
        yield Span(start, m.end())
        start = m.end()
    if start < len(text):
        yield Span(start, len(text))


_RANGE = re.compile(r"(?<![\d/.-])(\d{4})\s*(?:[-–—]|đến|tới|den|toi)\s*(?:năm\s+|nam\s+)?(\d{4})(?![\d/.-])")


@lru_cache(1 << 12)
def _periods(text: str) -> frozenset[_Period]:
    ranges = ((int(m[1]), int(m[2])) for m in _RANGE.finditer(text))
    return frozenset((*ranges, *((d.year, d.year) for d in read(text).dates if d.year)))
