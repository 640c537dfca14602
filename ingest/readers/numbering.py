"""The numbers of lists, which Word counts and draws and no paragraph holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.readers.styles import Style, Styles
from ingest.readers.wordml import W, is_on, number, value

if TYPE_CHECKING:
    from lxml.etree import _Element


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a list: ``text`` has ``%1`` for the number of the first level. ``restart`` is the number of
    levels from the first on after any of which it begins anew, None for all above it. ``plain`` says that
    the numbers of all levels are written in digits here. ``style`` is the paragraph style tied to it."""

    start: int
    format: str
    text: str
    restart: int | None
    plain: bool
    style: str | None
    run: _Element | None

    @classmethod
    def of(cls, level: _Element) -> Level:
        start = number(value(level, "start"))
        return cls(
            1 if start is None else start,
            value(level, "numFmt") or "decimal",
            value(level, "lvlText") or "",
            number(value(level, "lvlRestart")),
            is_on(level, "isLgl"),
            value(level, "pStyle"),
            level.find(W + "rPr"),
        )


@dataclass(frozen=True, slots=True)
class _Scheme:
    """How a list is numbered. Lists of the same ``family`` count on from one another, but for levels that
    ``restarts`` gives a number to begin with."""

    family: str
    levels: Mapping[int, Level]
    restarts: Mapping[int, int]


class Numbers:
    """Counts the paragraphs of lists as they come."""

    def __init__(self, root: _Element | None, styles: Styles) -> None:
        self._styles = styles
        lists = [] if root is None else root.findall(W + "num")
        families = [] if root is None else root.findall(W + "abstractNum")
        self._lists = {item.get(W + "numId"): item for item in lists}
        self._families = {family.get(W + "abstractNumId"): family for family in families}
        self._schemes: dict[str, _Scheme | None] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def level(self, properties: _Element | None, styles: tuple[Style, ...]) -> tuple[str, int] | None:
        """The list of a paragraph and the level in it, as the paragraph or its style says; None for one that
        is in no list."""
        own = None if properties is None else properties.find(W + "numPr")
        set_by = [] if own is None else [own]
        for style in styles:
            theirs = None if style.paragraph is None else style.paragraph.find(W + "numPr")
            set_by += [] if theirs is None else [theirs]
        id = next(filter(None, (value(by, "numId") for by in set_by)), None)
        scheme = self._scheme(id) if id else None
        if id is None or scheme is None:
            return None
        said = next(filter(None, (value(by, "ilvl") for by in set_by)), None)
        tied = (n for style in styles for n, level in scheme.levels.items() if level.style == style.id)
        return id, number(said) or 0 if said else next(tied, 0)

    def next(self, id: str, at: int) -> tuple[str, Level | None]:
        """The number of the next paragraph of a list, as it is written before it, and its level. Empty for a
        level of bullets."""
        scheme = self._scheme(id)
        level = scheme.levels.get(at) if scheme else None
        if scheme is None or level is None:
            return "", None
        counts = self._counts.setdefault(scheme.family, {})
        start = scheme.restarts.get(at, level.start)
        anew = at not in counts or (at in scheme.restarts and (id, at) not in self._begun)
        counts[at] = start if anew else counts[at] + 1
        self._begun.add((id, at))
        for deeper in [n for n in counts if n > at]:
            restart = scheme.levels[deeper].restart if deeper in scheme.levels else None
            if restart is None or at < restart:
                del counts[deeper]
        return _written(scheme, level, counts), level

    def _scheme(self, id: str) -> _Scheme | None:
        if id not in self._schemes:
            self._schemes[id] = self._read_scheme(id)
        return self._schemes[id]

    def _read_scheme(self, id: str, linked: bool = False) -> _Scheme | None:
        item = self._lists.get(id)
        name = value(item, "abstractNumId")
        family = self._families.get(name)
        if item is None or name is None or family is None:
            return None
        style = self._styles.chain(value(family, "numStyleLink"))[:1]
        properties = style[0].paragraph if style else None
        numbering = None if properties is None else properties.find(W + "numPr")
        other = value(numbering, "numId")
        if other and not linked:
            return self._read_scheme(other, linked=True)
        levels = {_place(level): Level.of(level) for level in family.findall(W + "lvl")}
        restarts: dict[int, int] = {}
        for override in item.findall(W + "lvlOverride"):
            level = override.find(W + "lvl")
            if level is not None:
                levels[_place(override)] = Level.of(level)
            start = number(value(override, "startOverride"))
            if start is not None:
                restarts[_place(override)] = start
        return _Scheme(name, levels, restarts)


def _place(level: _Element) -> int:
    return number(level.get(W + "ilvl")) or 0


def _written(scheme: _Scheme, level: Level, counts: Mapping[int, int]) -> str:
    if level.format == "bullet":
        return ""

    def number(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        its = scheme.levels.get(at, level)
        count = counts.get(at, scheme.restarts.get(at, its.start))
        return _counted(count, "decimal" if level.plain else its.format)

    return re.sub(r"%([1-9])", number, level.text)


_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
#: Beyond, letters and Roman numbers are written in digits: Word counts by letters up to here.
MOST_LETTERS = 780


def _counted(count: int, format: str) -> str:
    """A number as a list of that format writes it, in digits for a format that is not known."""
    if format == "none":
        return ""
    if format == "decimalZero":
        return f"{count:02}"
    if not 0 < count <= MOST_LETTERS:
        return str(count)
    match format:
        case "lowerLetter" | "upperLetter":  # … y, z, aa, bb
            written = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        case "lowerRoman" | "upperRoman":
            written = ""
            for value, letters in _ROMAN:
                written += letters * (count // value)
                count %= value
        case _:
            return str(count)
    return written.upper() if format.startswith("upper") else written
