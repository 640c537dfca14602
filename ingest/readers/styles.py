"""The styles of a Word document: what they say a paragraph is, and which font a run ends up in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.readers.fonts import Reading, reading_of
from ingest.readers.wordml import A, W, value
from ingest.types import BlockKind
from ingest.vietnamese import fold

if TYPE_CHECKING:
    from lxml.etree import _Element

#: Styles built on one another; Word itself stops at eleven.
STYLES_DEEP = 20


@dataclass(frozen=True, slots=True)
class Style:
    """``kind`` is what the style says by its name; ``contents`` that it is one of the table of contents.
    ``paragraph``, ``run`` and ``table`` are what it sets of each."""

    id: str
    base: str | None
    kind: BlockKind | None
    contents: bool
    paragraph: _Element | None
    run: _Element | None
    table: _Element | None

    @classmethod
    def of(cls, style: _Element) -> Style:
        name = " ".join(fold(value(style, "name") or "").split())
        return cls(
            style.get(W + "styleId") or "",
            value(style, "basedOn"),
            next((kind for kind, names in _KINDS.items() if names.match(name)), None),
            bool(_CONTENTS.match(name)),
            style.find(W + "pPr"),
            style.find(W + "rPr"),
            style.find(W + "tblPr"),
        )


# By the folded name of a style. Word keeps the names of its own styles in English, whatever the language it
# runs in; others give them in Vietnamese.
_KINDS: Mapping[BlockKind, re.Pattern[str]] = {
    "heading": re.compile(r"(?:heading|subtitle|tieu de (?:\d|phu|muc)|dau de|de muc|phu de)(?![a-z])"),
    "title": re.compile(r"(?:title|tieu de|ten bai|tua de|nhan de)$"),
    "caption": re.compile(r"(?:caption|chu thich)\b"),
    "item": re.compile(r"list (?:bullet|number)\b"),
}
_CONTENTS = re.compile(r"(?:toc(?: heading)?|table of figures|contents heading|muc luc)\s*\d*$")


class Styles:
    """The styles of a document, and which font a run ends up in."""

    def __init__(self, root: _Element | None, theme: _Element | None) -> None:
        styles = [] if root is None else root.findall(W + "style")
        self._styles = {style.id: style for style in map(Style.of, styles)}
        self._default = next(
            (
                style.get(W + "styleId")
                for style in styles
                if style.get(W + "type") == "paragraph" and style.get(W + "default") in ("1", "true", "on")
            ),
            None,
        )
        path = f"{W}docDefaults/{W}rPrDefault/{W}rPr"
        self._defaults = None if root is None else root.find(path)
        self._theme = _theme_fonts(theme)
        self._chains: dict[str | None, tuple[Style, ...]] = {}

    def of(self, paragraph: _Element | None) -> tuple[Style, ...]:
        """The style of a paragraph, by its properties, then those that it is based on."""
        return self.chain(value(paragraph, "pStyle") or self._default)

    def chain(self, id: str | None) -> tuple[Style, ...]:
        if id not in self._chains:
            found: list[Style] = []
            style = self._styles.get(id or "")
            while style and style not in found and len(found) < STYLES_DEEP:
                found.append(style)
                style = self._styles.get(style.base or "")
            self._chains[id] = tuple(found)
        return self._chains[id]

    def characters(self, run: _Element | None) -> Iterator[_Element]:
        """The properties of a run: its own, then those of its style of characters."""
        own = () if run is None else (run,)
        chain = self.chain(value(run, "rStyle"))
        return (properties for properties in (*own, *(s.run for s in chain)) if properties is not None)

    def reading(self, run: _Element | None, paragraph: tuple[Style, ...]) -> Reading | None:
        """How the characters of a run are meant; ``paragraph`` are the styles of its paragraph."""
        around = [style.run for style in paragraph] + [self._defaults]
        fonts = (self._font(p) for p in (*self.characters(run), *around) if p is not None)
        return reading_of(next(filter(None, fonts), ""))

    def _font(self, properties: _Element) -> str | None:
        """The font of the letters beyond ASCII: in old charsets it is those that tell."""
        fonts = properties.find(W + "rFonts")
        if fonts is None:
            return None
        for range in ("hAnsi", "ascii"):
            theme = fonts.get(f"{W}{range}Theme")
            name = self._theme.get(theme[:5]) if theme else fonts.get(W + range)
            if name:
                return name
        return None


def _theme_fonts(theme: _Element | None) -> dict[str, str | None]:
    """The fonts of the theme for headings (``major``) and for text (``minor``)."""
    paths = {} if theme is None else {key: f".//{A}{key}Font/{A}latin" for key in ("major", "minor")}
    fonts = {key: theme.find(path) for key, path in paths.items() if theme is not None}
    return {key: font.get("typeface") for key, font in fonts.items() if font is not None}
