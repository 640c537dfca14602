"""Within which of the library's articles it is looked: as people choose it, and as a search is told. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, date
from typing import TYPE_CHECKING, Any

from ingest.errors import BadQuestion
from ingest.vietnamese import fold
from vectorstore.types import Filter

if TYPE_CHECKING:
    from vectorstore.catalogue import Shelved

#: The most units, and the most sources, that are chosen at a time.
MOST = 20


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The units and sources by their names in the library, and the years of publication, both included;
    nothing, or None, does not restrict."""

    units: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    from_year: int | None = None
    to_year: int | None = None

    def __bool__(self) -> bool:
        return self != EVERYWHERE


#: In the whole library.
EVERYWHERE = Narrowed()


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen in a library: units and sources in order of the alphabet, the years of the oldest
    and of the newest article, None where none has a date."""

    units: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    first: int | None = None
    last: int | None = None


def filtering(within: Narrowed, shelf: Callable[[], Iterable[Shelved]]) -> Filter:
    """What a search is told. A name that no article has lets nothing through."""
    articles = frozenset(a.id for a in shelf() if a.source in within.sources) if within.sources else None
    return Filter(
        articles=articles,
        units=frozenset(within.units) or None,
        published_from=date(within.from_year, 1, 1) if within.from_year else None,
        published_to=date(within.to_year, 12, 31) if within.to_year else None,
    )


def choices(shelf: Iterable[Shelved]) -> Choices:
    """What the articles on the shelf leave to choose from."""
    articles = list(shelf)
    years = [a.published.year for a in articles if a.published]
    return Choices(
        _named(a.unit for a in articles),
        _named(a.source for a in articles),
        min(years, default=None),
        max(years, default=None),
    )


def _named(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({name for name in names if name}, key=lambda name: (fold(name), name)))


def narrowed(sent: Mapping[str, Any]) -> Narrowed:
    """What a browser sends: lists ``units`` and ``sources``, and ``from`` and ``to`` as they were typed. What
    is none of that is left out of account; raises BadQuestion for years that are none."""
    since, until = _year(sent.get("from")), _year(sent.get("to"))
    if since and until and since > until:
        raise BadQuestion(f"Khoảng năm chưa đúng: {since} đứng sau {until}. Hãy sửa lại giới hạn năm.")
    return Narrowed(_texts(sent.get("units")), _texts(sent.get("sources")), since, until)


def _texts(sent: object) -> tuple[str, ...]:
    names = sent if isinstance(sent, list) else []
    return tuple(dict.fromkeys(name for name in names[:MOST] if isinstance(name, str) and name))


def _year(sent: object) -> int | None:
    typed = sent.strip() if isinstance(sent, str) else ""
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and 1 <= int(typed[:5]) <= MAXYEAR):
        raise BadQuestion(f"Năm “{typed[:20]}” chưa đúng. Hãy ghi năm bằng bốn chữ số, ví dụ 1975.")
    return int(typed)
