"""An article becomes its ledger of facts: typed, each with the exact stretches that say it. Pure.

Precise rather than greedy: what a sentence does not clearly say of this event, award or office is left
out. No fact is a guess, save that a report's "Chiều 15/10" is of the year it was published in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from ingest.duties import duties, mottos
from ingest.events import events
from ingest.figures import figures
from ingest.honours import honours
from ingest.reading import Found, Parts, Reading, Role, compatible, fuller
from ingest.staff import said, staff
from ingest.types import RUNNING, Article, Span

__all__ = ["FACTS_VERSION", "Fact", "FactKind", "Role", "compatible", "facts", "fuller"]

#: Stored with every library; raise it when ``facts`` comes to find others in the same article.
FACTS_VERSION = 3


class FactKind(Enum):
    """What a fact tells; the value is what people read."""

    DATE = "Mốc thời gian"
    AWARD = "Khen thưởng"
    FUNCTION = "Chức năng, nhiệm vụ"
    MOTTO = "Phương châm"
    QUOTE = "Lời phát biểu"
    PERSON = "Nhân sự"
    COUNT = "Số liệu"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that an article says, by position in ``article.text``.

    ``unit`` is whose fact it is, by its full name; None where the article does not make that clear.
    ``sentence`` is the quote: a sentence or an item of a list, verbatim. ``parts`` are its stretches by
    role, in reading order of the fact; a role may come more than once (two givers, an award's name and its
    class).

    ``subject`` and ``value`` are for comparing: two facts of one unit, kind and subject speak of the same
    thing, and agree if their values do. By kind, subject and value are: the event and its date (ISO, as far
    as it is said: ``1930-10-18``, ``1930-10``, ``1930``, ``--10-18``); the award without its class, with
    whom it was given to unless that is the unit, and the award with its class; the post and the person; what
    is counted and the number (digits, with ``~``, ``>`` or ``<`` for about, more and less, and ``%``); the
    speaker and the words; for functions and mottos a fixed word and the words. All words folded.

    ``when`` is when it was so: the year or date of an award, the period of a person ("1951/1960", "2010/"),
    the year or period that a count is of, else of the article ("hiện nay"). None where nothing says.
    """

    kind: FactKind
    article: str
    unit: str | None
    sentence: Span
    parts: Parts
    value: str
    subject: str
    when: str | None = None

    def part(self, role: Role) -> Span | None:
        """The first stretch in that role."""
        return next((span for r, span in self.parts if r is role), None)

    def all(self, role: Role) -> tuple[Span, ...]:
        """Every stretch in that role."""
        return tuple(span for r, span in self.parts if r is role)


_FINDERS: tuple[tuple[FactKind, Callable[[Reading], Iterable[Found]]], ...] = (
    (FactKind.DATE, events),
    (FactKind.AWARD, honours),
    (FactKind.FUNCTION, duties),
    (FactKind.MOTTO, mottos),
    (FactKind.QUOTE, said),
    (FactKind.PERSON, staff),
    (FactKind.COUNT, figures),
)


def facts(article: Article) -> tuple[Fact, ...]:
    """The facts of an article in order of position, each once: of sentences that say the same, the one
    that says most, the running text before title and captions."""
    reading = Reading(article)
    found = [
        Fact(kind, article.id, f.unit, f.sentence, f.parts, f.value, f.subject, f.when)
        for kind, find in _FINDERS
        for f in find(reading)
    ]
    return tuple(sorted(_each_once(article, found), key=_place))


def _place(fact: Fact) -> tuple[int, int, str]:
    return fact.parts[0][1].start, fact.parts[-1][1].end, fact.kind.name


def _each_once(article: Article, found: list[Fact]) -> Iterator[Fact]:
    running = {b.start: b.kind == "heading" or b.kind in RUNNING for b in article.blocks}

    def worth(fact: Fact) -> tuple[bool, int, int]:
        block = max((s for s in running if s <= fact.sentence.start), default=0)
        return running.get(block, True), len(fact.parts), -fact.sentence.start

    kept: dict[tuple[FactKind, str | None, str], list[Fact]] = {}
    for fact in sorted(found, key=worth, reverse=True):
        same = kept.setdefault((fact.kind, fact.unit, fact.subject), [])
        if not any(_says(other, fact) for other in same):
            same[:] = [*(other for other in same if not _says(fact, other)), fact]
    for same in kept.values():
        yield from same


def _says(one: Fact, other: Fact) -> bool:
    """Whether ``one`` tells all that ``other``, of the same kind, unit and subject, does."""
    if one.kind is FactKind.DATE:
        return one.value == other.value or fuller(one.value, other.value)
    return one.value == other.value and (one.when == other.when or other.when is None)
