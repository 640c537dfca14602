"""Word documents (.docx, and .docm, .dotx, .dotm, which are the same): the words that a reader sees, in their
order, with the kinds that the document's styles give them.

Of python-docx it is the parser that is used. Its ``Document`` keeps every picture in memory, stops at a
template or at a link that leads nowhere, and knows neither the numbers of lists nor notes nor text boxes nor
changes that are tracked.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import accumulate, groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ingest.encodings import TCVN3, VNI, is_well_formed
from ingest.errors import UnreadableFile
from ingest.furniture import is_name
from ingest.layout import Draft, Page, document
from ingest.limits import Limits
from ingest.readers.package import checked
from ingest.readers.sheet import Merged, is_letterhead, table
from ingest.types import BlockKind
from ingest.vietnamese import UPPER, fold

if TYPE_CHECKING:
    from lxml.etree import _Element

WHAT = "Word (.docx)"
#: No title or heading is longer: its style was taken for its looks.
HEADING_CHARS = 200
#: Word draws no table of more columns.
MOST_COLUMNS = 63
#: A table without lines that sets two columns side by side in no more rows is a letterhead, or the place
#: for the signatures: no table of facts.
LETTERHEAD_ROWS = 3
#: Styles built on one another; Word itself stops at eleven.
STYLES_DEEP = 20
#: The title that Word keeps beside a document is its first line more often than its title: of fewer words
#: it says nothing.
TITLE_WORDS = 3

#: What XML takes in memory once it is parsed, in bytes, measured with lxml 6: a tag, an attribute. (20 MB
#: of empty paragraphs take 400 MB, of paragraphs with four attributes 540 MB, of real text 160 MB.)
TAG_BYTES, ATTRIBUTE_BYTES = 130, 230
#: How much of the memory that reading may take the parsed XML may fill.
XML_SHARE = 0.5


def read(path: Path, limits: Limits) -> Page:
    """The lines of a Word document: its body, text boxes behind the paragraph they hang on, and at the end
    the footnotes and endnotes in the order of their references. Left out are headers, footers, comments,
    hidden text, what a tracked change has deleted, and the table of contents, which repeats the headings.

    Text in the fonts of before Unicode (.VnTime, VNI-Times) is put into Unicode by its font. Dates that the
    file keeps about itself are not used: they say when it was saved.

    Raises UnreadableFile or OSError."""
    checked(path, limits, "word/document.xml", WHAT)
    try:
        with zipfile.ZipFile(path) as package:
            parts = _Parts(package, limits)
            body = _Body.of(parts)
            drafts = list(body.all())
            hints = _hints(parts.parsed(parts.core))
    except (SyntaxError, RecursionError, zipfile.BadZipFile) as e:  # lxml's errors are SyntaxErrors
        raise UnreadableFile(
            f"tệp {WHAT} bị hỏng, nội dung bên trong không đọc được. Hãy mở tệp bằng Word hoặc LibreOffice, "
            "lưu thành tệp mới, rồi nạp lại."
        ) from e
    if not any(c.isalnum() for draft in drafts for c in draft.text):
        raise UnreadableFile(_PICTURES if body.is_pictured() else _BLANK)
    return document(drafts, hints=hints)


_BLANK = "tệp không có chữ nào. Hãy kiểm tra lại tệp, rồi nạp lại."
_PICTURES = (
    "tệp chỉ có hình ảnh, không có chữ. Hãy mở tệp bằng Word, lưu thành PDF, rồi nạp tệp PDF đó: nếu hình là "
    "ảnh chụp văn bản, chữ trong ảnh sẽ được nhận dạng."
)


# --- the parts of a document ---------------------------------------------------------------------

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_VML = "{urn:schemas-microsoft-com:vml}"

#: The strict form of the format has the same elements under other names of their families.
_STRICT: Mapping[bytes, str] = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": _W,
    b"http://purl.oclc.org/ooxml/officeDocument/math": _M,
    b"http://purl.oclc.org/ooxml/drawingml/main": _A,
}


class _Parts:
    """The parts of a package that hold the words, parsed when they are asked for."""

    def __init__(self, package: zipfile.ZipFile, limits: Limits) -> None:
        self._package = package
        self._names = frozenset(package.namelist())
        self._room = int(limits.memory * 1_000_000 * XML_SHARE)
        root = self._related("")
        self._main = root.get("officeDocument") or "word/document.xml"
        self.core = root.get("core-properties")
        self._beside = self._related(self._main)

    def main(self) -> _Element:
        found = self.parsed(self._main)
        body = None if found is None else found.find(_W + "body")
        if body is None:
            raise SyntaxError("no body")
        return body

    def beside(self, kind: str) -> _Element | None:
        """The part of a kind, ``styles`` or ``footnotes``, that belongs to the main one."""
        return self.parsed(self._beside.get(kind))

    def parsed(self, name: str | None) -> _Element | None:
        """Raises UnreadableFile where it would fill too much of the memory."""
        if name is None or name not in self._names:
            return None
        from docx.oxml import parse_xml

        xml = self._package.read(name)
        self._room -= len(xml) + TAG_BYTES * xml.count(b"<") + ATTRIBUTE_BYTES * xml.count(b"=")
        if self._room < 0:
            raise UnreadableFile(
                f"tệp {WHAT} có nội dung quá lớn để đọc. Hãy tách thành nhiều tệp nhỏ, rồi nạp lại."
            )
        for strict, usual in _STRICT.items():
            xml = xml.replace(strict, usual.strip("{}").encode())
        return cast("_Element", parse_xml(xml))

    def _related(self, part: str) -> dict[str, str]:
        """The names of the parts that a part names, the first of each kind, by the kind."""
        folder, name = posixpath.split(part)
        relations = self.parsed(posixpath.join(folder, "_rels", f"{name}.rels"))
        found: dict[str, str] = {}
        for relation in _children(relations):
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target") or ""))
            kind = (relation.get("Type") or "").rpartition("/")[2]
            if relation.get("TargetMode") != "External" and target[1:] in self._names:
                found.setdefault(kind, target[1:])
        return found


#: Elements that only hold others: what they hold stands where they stand. Changes that are tracked are
#: taken as accepted.
_WRAPPERS = frozenset(
    _W + name for name in "ins moveTo smartTag customXml hyperlink fldSimple bdo dir sdtContent".split()
)


def _inside(parent: _Element) -> Iterator[_Element]:
    """What stands in an element as its reader sees it, out of all wrappings."""
    for child in parent:
        if child.tag in _WRAPPERS:
            yield from _inside(child)
        elif child.tag == _W + "sdt":
            if not _is_filler(child.find(_W + "sdtPr")):
                yield from _inside(child)
        elif child.tag == _MC + "AlternateContent":  # the same for newer and for older programs
            yield from _inside(next(iter(child), child))
        else:
            yield child


def _is_filler(properties: _Element | None) -> bool:
    """Whether a field to be filled in still asks for it, or is filled by Word with the table of contents."""
    if properties is None:
        return False
    gallery = properties.find(f"{_W}docPartObj/{_W}docPartGallery")
    contents = gallery is not None and gallery.get(_W + "val") == "Table of Contents"
    return contents or _is_on(properties, "showingPlcHdr")


def _children(parent: _Element | None) -> list[_Element]:
    return [] if parent is None else list(parent)


def _value(parent: _Element | None, name: str) -> str | None:
    found = None if parent is None else parent.find(_W + name)
    return None if found is None else found.get(_W + "val")


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else None


def _is_on(parent: _Element | None, name: str) -> bool:
    found = None if parent is None else parent.find(_W + name)
    return found is not None and found.get(_W + "val") not in ("0", "false", "off")


# --- styles and fonts ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Style:
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
    def of(cls, style: _Element) -> _Style:
        name = " ".join(fold(_value(style, "name") or "").split())
        return cls(
            style.get(_W + "styleId") or "",
            _value(style, "basedOn"),
            next((kind for kind, names in _KINDS.items() if names.match(name)), None),
            bool(_CONTENTS.match(name)),
            style.find(_W + "pPr"),
            style.find(_W + "rPr"),
            style.find(_W + "tblPr"),
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


class _Styles:
    """The styles of a document, and which font a run ends up in."""

    def __init__(self, root: _Element | None, theme: _Element | None) -> None:
        styles = [] if root is None else root.findall(_W + "style")
        self._styles = {style.id: style for style in map(_Style.of, styles)}
        self._default = next(
            (
                style.get(_W + "styleId")
                for style in styles
                if style.get(_W + "type") == "paragraph" and style.get(_W + "default") in ("1", "true", "on")
            ),
            None,
        )
        path = f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr"
        self._defaults = None if root is None else root.find(path)
        self._theme = _theme_fonts(theme)
        self._chains: dict[str | None, tuple[_Style, ...]] = {}

    def of(self, paragraph: _Element | None) -> tuple[_Style, ...]:
        """The style of a paragraph, by its properties, then those that it is based on."""
        return self.chain(_value(paragraph, "pStyle") or self._default)

    def chain(self, id: str | None) -> tuple[_Style, ...]:
        if id not in self._chains:
            found: list[_Style] = []
            style = self._styles.get(id or "")
            while style and style not in found and len(found) < STYLES_DEEP:
                found.append(style)
                style = self._styles.get(style.base or "")
            self._chains[id] = tuple(found)
        return self._chains[id]

    def characters(self, run: _Element | None) -> Iterator[_Element]:
        """The properties of a run: its own, then those of its style of characters."""
        own = () if run is None else (run,)
        chain = self.chain(_value(run, "rStyle"))
        return (properties for properties in (*own, *(s.run for s in chain)) if properties is not None)

    def reading(self, run: _Element | None, paragraph: tuple[_Style, ...]) -> Reading | None:
        """How the characters of a run are meant; ``paragraph`` are the styles of its paragraph."""
        around = [style.run for style in paragraph] + [self._defaults]
        fonts = (self._font(p) for p in (*self.characters(run), *around) if p is not None)
        return _reading(next(filter(None, fonts), ""))

    def _font(self, properties: _Element) -> str | None:
        """The font of the letters beyond ASCII: in old charsets it is those that tell."""
        fonts = properties.find(_W + "rFonts")
        if fonts is None:
            return None
        for range in ("hAnsi", "ascii"):
            theme = fonts.get(f"{_W}{range}Theme")
            name = self._theme.get(theme[:5]) if theme else fonts.get(_W + range)
            if name:
                return name
        return None


def _theme_fonts(theme: _Element | None) -> dict[str, str | None]:
    """The fonts of the theme for headings (``major``) and for text (``minor``)."""
    paths = {} if theme is None else {key: f".//{_A}{key}Font/{_A}latin" for key in ("major", "minor")}
    fonts = {key: theme.find(path) for key, path in paths.items() if theme is not None}
    return {key: font.get("typeface") for key, font in fonts.items() if font is not None}


#: What the characters of an old font stand for.
Reading = Callable[[str], str]


def _read_capitals(text: str) -> str:
    return TCVN3.read(text).upper()


def _reading(font: str) -> Reading | None:
    """How the characters in a font are meant: the ABC fonts are called .VnTime, and .VnTimeH where small
    letters are drawn as capitals; those of VNI VNI-Times. None for fonts of Unicode."""
    if font.lower().startswith(".vn"):
        return _read_capitals if font.endswith("H") else TCVN3.read
    return VNI.read if re.match(r"vni[- ]", font, re.IGNORECASE) else None


# A letter that no old charset has: whatever its font, the text was typed in Unicode.
_UNICODE = re.compile("[ĂăĐđĨĩŨũƠơƯư\u0300-\u036f\u1e00-\u1eff]")
_SIGNS = "“”‘’–—…\u00a0"  # that are no letters in any charset
_MARKED_WORD = re.compile(rf"[^\W\d_]*[^\x00-\x7f{_SIGNS}](?:[^\W\d_]|[^\x00-\x7f{_SIGNS}])*")


def _is_spelled(text: str) -> bool:
    """Whether all words of a text with marks are Vietnamese as they stand."""
    return all(map(is_well_formed, _MARKED_WORD.findall(text)))


# --- the numbers of lists ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Level:
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
    def of(cls, level: _Element) -> _Level:
        start = _number(_value(level, "start"))
        return cls(
            1 if start is None else start,
            _value(level, "numFmt") or "decimal",
            _value(level, "lvlText") or "",
            _number(_value(level, "lvlRestart")),
            _is_on(level, "isLgl"),
            _value(level, "pStyle"),
            level.find(_W + "rPr"),
        )


@dataclass(frozen=True, slots=True)
class _Scheme:
    """How a list is numbered. Lists of the same ``family`` count on from one another, but for levels that
    ``restarts`` gives a number to begin with."""

    family: str
    levels: Mapping[int, _Level]
    restarts: Mapping[int, int]


class _Numbers:
    """Counts the paragraphs of lists as they come."""

    def __init__(self, root: _Element | None, styles: _Styles) -> None:
        self._styles = styles
        lists = [] if root is None else root.findall(_W + "num")
        families = [] if root is None else root.findall(_W + "abstractNum")
        self._lists = {item.get(_W + "numId"): item for item in lists}
        self._families = {family.get(_W + "abstractNumId"): family for family in families}
        self._schemes: dict[str, _Scheme | None] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def level(self, properties: _Element | None, styles: tuple[_Style, ...]) -> tuple[str, int] | None:
        """The list of a paragraph and the level in it, as the paragraph or its style says; None for one that
        is in no list."""
        own = None if properties is None else properties.find(_W + "numPr")
        set_by = [] if own is None else [own]
        for style in styles:
            theirs = None if style.paragraph is None else style.paragraph.find(_W + "numPr")
            set_by += [] if theirs is None else [theirs]
        id = next(filter(None, (_value(by, "numId") for by in set_by)), None)
        scheme = self._scheme(id) if id else None
        if id is None or scheme is None:
            return None
        said = next(filter(None, (_value(by, "ilvl") for by in set_by)), None)
        tied = (n for style in styles for n, level in scheme.levels.items() if level.style == style.id)
        return id, _number(said) or 0 if said else next(tied, 0)

    def next(self, id: str, at: int) -> tuple[str, _Level | None]:
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
        name = _value(item, "abstractNumId")
        family = self._families.get(name)
        if item is None or name is None or family is None:
            return None
        style = self._styles.chain(_value(family, "numStyleLink"))[:1]
        properties = style[0].paragraph if style else None
        numbering = None if properties is None else properties.find(_W + "numPr")
        other = _value(numbering, "numId")
        if other and not linked:
            return self._read_scheme(other, linked=True)
        levels = {_place(level): _Level.of(level) for level in family.findall(_W + "lvl")}
        restarts: dict[int, int] = {}
        for override in item.findall(_W + "lvlOverride"):
            level = override.find(_W + "lvl")
            if level is not None:
                levels[_place(override)] = _Level.of(level)
            start = _number(_value(override, "startOverride"))
            if start is not None:
                restarts[_place(override)] = start
        return _Scheme(name, levels, restarts)


def _place(level: _Element) -> int:
    return _number(level.get(_W + "ilvl")) or 0


def _written(scheme: _Scheme, level: _Level, counts: Mapping[int, int]) -> str:
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


# --- the words of a paragraph --------------------------------------------------------------------

_PARAGRAPH, _TABLE, _RUN, _BOX = _W + "p", _W + "tbl", _W + "r", _W + "txbxContent"
_NOTES: Mapping[str, str] = {_W + "footnoteReference": "footnotes", _W + "endnoteReference": "endnotes"}
_DRAWN = frozenset(_W + name for name in ("drawing", "pict", "object"))
_CHARACTERS: Mapping[str, str] = {
    _W + "tab": " ",
    _W + "ptab": " ",
    _W + "br": "\n",
    _W + "cr": "\n",
    _W + "noBreakHyphen": "-",
    _W + "softHyphen": "\u00ad",  # in an ABC font it is the letter ư
}
#: The signs of the font Symbol that occur in running text.
_SYMBOLS: Mapping[int, str] = dict(
    zip(b"\xa2\xa3\xa5\xab\xac\xae\xb0\xb1\xb2\xb3\xb4\xb8\xb9\xbb", "′≤∞↔←→°±″≥×÷≠≈", strict=True)
)
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(slots=True)
class _Words:
    """What the runs of a paragraph hold: stretches of text, each with how its characters are meant, the text
    boxes that hang on it, and the notes that it refers to."""

    stretches: list[tuple[str, Reading | None]] = field(default_factory=list)
    boxes: list[_Element] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def add(self, text: str, reading: Reading | None, raised: bool = False) -> None:
        """``raised`` digits behind a digit stay apart from it: 10⁶ is not 106."""
        last = self.stretches[-1][0][-1:] if self.stretches else ""
        if raised and text.isdecimal() and last.isdigit():
            text, reading = text.translate(_RAISED), None
        if text:
            self.stretches.append((text, reading))

    def together(self) -> list[tuple[str, Reading | None]]:
        """A letter of an old charset may be split between runs, so neighbours of one charset are joined."""
        return [
            ("".join(text for text, _ in neighbours), reading)
            for reading, neighbours in groupby(self.stretches, key=lambda stretch: stretch[1])
        ]


def _symbol(symbol: _Element) -> tuple[str, Reading | None]:
    """A sign that is given by its place in a font."""
    font, code = symbol.get(_W + "font") or "", symbol.get(_W + "char") or ""
    place = int(code, 16) if re.fullmatch("[0-9a-fA-F]{1,4}", code) else 0
    byte = bytes([place & 0xFF])
    if reading := _reading(font):
        return byte.decode("cp1252", "replace"), reading
    if font == "Symbol" and place & 0xFF in _SYMBOLS:
        return _SYMBOLS[place & 0xFF], None
    return chr(place) if place >= 0x20 else "", None


def _formula(element: _Element) -> str:
    """The words of a formula in one line: a fraction with its stroke, a power raised."""

    def part(name: str) -> str:
        found = element.find(_M + name)
        return "" if found is None else _formula(found)

    if element.tag == _M + "t":
        return element.text or ""
    if element.tag == _M + "f":
        return f"{part('num')}/{part('den')}"
    if element.tag == _M + "sSup":
        power = part("sup")
        return part("e") + (power.translate(_RAISED) if power.isdecimal() else f"^{power}")
    return "".join(map(_formula, element))


def _boxes(drawn: _Element) -> Iterator[_Element]:
    """The text boxes of a drawing, but not those inside one of them."""
    for child in _inside(drawn):
        if child.tag == _BOX:
            yield child
        else:
            yield from _boxes(child)


# --- the paragraphs, tables and notes ------------------------------------------------------------


def _kind(properties: _Element | None, styles: tuple[_Style, ...]) -> BlockKind | None:
    """What a paragraph is by its style, one that the style is based on, or its level in the outline, of which
    the last is that of plain text."""
    set_by = (properties, *(style.paragraph for style in styles))
    levels = (_number(_value(by, "outlineLvl")) for by in set_by)
    outline = next((level for level in levels if level is not None), None)
    named: BlockKind | None = next((style.kind for style in styles if style.kind), None)
    if named in ("title", "caption") or (outline is None and named == "heading"):
        return named
    if outline is not None and 0 <= outline < 9:
        return "heading"
    return "item" if named == "item" else None


# A break inside a sentence: what was pasted from a page that wrapped its lines.
_WRAP = re.compile(rf"(?<![.:;!?\s])\s*\n\s*(?=[{UPPER.lower()}])")


@dataclass(slots=True)
class _Body:
    """Walks through a document once, from its beginning: the numbers of its lists depend on it. ``notes`` are
    by the part they are in and their id."""

    root: _Element
    styles: _Styles
    numbers: _Numbers
    notes: Mapping[tuple[str, str], _Element]
    referred: dict[tuple[str, str], None] = field(default_factory=dict)  # the notes met so far, in order
    typed: bool | None = None  # see _is_typed_in_unicode, None until it is asked for

    @classmethod
    def of(cls, parts: _Parts) -> _Body:
        styles = _Styles(parts.beside("styles"), parts.beside("theme"))
        found = [(part, note) for part in _NOTES.values() for note in _children(parts.beside(part))]
        notes = {(part, note.get(_W + "id") or ""): note for part, note in found}
        return cls(parts.main(), styles, _Numbers(parts.beside("numbering"), styles), notes)

    def is_pictured(self) -> bool:
        return any(True for _ in self.root.iter(_A + "blip", _VML + "imagedata"))

    def all(self) -> Iterator[Draft]:
        yield from self.drafts(self.root)
        for note in list(self.referred):
            for draft in self.drafts(self.notes[note]) if note in self.notes else ():
                yield replace(draft, kind=draft.kind or "paragraph")

    def drafts(self, parent: _Element, in_cell: bool = False) -> Iterator[Draft]:
        """The paragraphs and tables in an element. A paragraph of a cell that is nothing but its number
        stays: such is the column of the ordinal numbers."""
        before = _Words()
        for block in _inside(parent):
            if block.tag == _TABLE:
                yield from self._table(block)
            elif block.tag == _PARAGRAPH:
                properties = block.find(_W + "pPr")
                words = self._words(block)
                self.referred.update(dict.fromkeys(words.notes))
                words.stretches[:0] = before.stretches
                before = _Words()
                if _runs_on(properties):
                    before = words
                else:
                    yield from self._paragraph(properties, words, in_cell)
                for box in words.boxes:
                    yield from self.drafts(box)
        if before.stretches:
            yield Draft(self._text(before))

    def _paragraph(self, properties: _Element | None, words: _Words, in_cell: bool) -> Iterator[Draft]:
        styles = self.styles.of(properties)
        in_list = self.numbers.level(properties, styles)
        written, level = self.numbers.next(*in_list) if in_list else ("", None)
        if not (any(text.strip() for text, _ in words.stretches) or (written and in_cell)):
            return
        if written:
            mark = None if properties is None else properties.find(_W + "rPr")
            own = self.styles.reading(level.run, ()) if level else None
            words.stretches[:0] = [(written, own or self.styles.reading(mark, styles)), (" ", None)]
        if any(style.contents for style in styles):
            return
        kind = _kind(properties, styles) or ("item" if in_list else None)
        text = self._text(words)
        if kind in ("title", "heading") and len(text) > HEADING_CHARS:
            kind = None
        if kind in ("title", "heading", "caption"):
            yield Draft(text, kind)
        else:
            yield from (Draft(line, kind) for line in _WRAP.sub(" ", text).split("\n"))

    def _text(self, words: _Words) -> str:
        return "".join(self._in_unicode(text, reading) for text, reading in words.together())

    def _in_unicode(self, text: str, reading: Reading | None) -> str:
        if reading is None or _UNICODE.search(text):
            return text
        if not text.isascii() and _is_spelled(text) and self._is_typed_in_unicode():
            return text
        return "\n".join(map(reading, text.split("\n")))

    def _is_typed_in_unicode(self) -> bool:
        """Whether most of what is in old fonts was typed in Unicode all the same: into an old template, on a
        computer that has not got its fonts and shows another."""
        if self.typed is None:
            words = map(self._words, self.root.iter(_PARAGRAPH))
            old = [text for found in words for text, reading in found.together() if reading]
            typed = sum(bool(_UNICODE.search(text)) for text in old)
            self.typed = typed > sum(not _UNICODE.search(text) and not _is_spelled(text) for text in old)
        return self.typed

    def _words(self, paragraph: _Element) -> _Words:
        styles = self.styles.of(paragraph.find(_W + "pPr"))
        words = _Words()
        for child in _inside(paragraph):
            if child.tag == _RUN:
                self._run(child, styles, words)
            elif child.tag in (_M + "oMath", _M + "oMathPara"):
                words.add(_formula(child), None)
        return words

    def _run(self, run: _Element, styles: tuple[_Style, ...], words: _Words) -> None:
        own = run.find(_W + "rPr")
        if any(_is_on(properties, "vanish") for properties in self.styles.characters(own)):
            return
        reading = self.styles.reading(own, styles)
        raised = _value(own, "vertAlign") == "superscript"
        for child in _inside(run):
            tag = str(child.tag)
            if tag == _W + "t":
                words.add(child.text or "", reading, raised)
            elif tag in _CHARACTERS:
                words.add(_CHARACTERS[tag], reading)
            elif tag == _W + "sym":
                words.add(*_symbol(child))
            elif tag in _NOTES:
                words.notes.append((_NOTES[tag], child.get(_W + "id") or ""))
            elif tag in _DRAWN:
                words.boxes += _boxes(child)

    # --- tables ---

    def _table(self, element: _Element) -> Iterator[Draft]:
        rows = [row for row in _inside(element) if row.tag == _W + "tr" and not _is_deleted(row)]
        cells = [[cell for cell in _inside(row) if cell.tag == _W + "tc"] for row in rows]
        if self._arranges(element, cells):
            for cell in (cell for row in cells for cell in row if not _goes_down(cell)):
                yield from self.drafts(cell)
            return
        places = _places(cells)
        texts = [[""] * max(map(len, cells)) for _ in cells]
        for text, row, columns in zip(texts, cells, places, strict=True):
            for cell, (left, _) in zip(row, columns, strict=True):
                text[left] = self._cell(cell)
        yield from table(texts, _merged(cells, places), _is_repeated(rows[0]) or None)

    def _cell(self, cell: _Element) -> str:
        """The words of a cell; none for one that the cell above it reaches into."""
        return (
            " ".join(draft.text for draft in self.drafts(cell, in_cell=True)) if not _goes_down(cell) else ""
        )

    def _arranges(self, element: _Element, cells: list[list[_Element]]) -> bool:
        """Whether a table only arranges what stands in it: in one row or column, or as a letterhead."""
        columns = max(map(len, cells), default=0)
        if len(cells) < 2 or columns not in range(2, MOST_COLUMNS + 1):
            return True
        if columns > 2 or len(cells) > LETTERHEAD_ROWS:
            return False
        paragraphs = ("".join(t.text or "" for t in p.iter(_W + "t")) for p in element.iter(_PARAGRAPH))
        return not self._is_ruled(element) or is_letterhead(" ; ".join(paragraphs))

    def _is_ruled(self, table: _Element) -> bool:
        """Whether any line of a table is drawn."""
        properties = table.find(_W + "tblPr")
        styles = [style.table for style in self.styles.chain(_value(properties, "tblStyle"))]
        borders = [set_by.find(_W + "tblBorders") for set_by in (properties, *styles) if set_by is not None]
        borders += table.iter(_W + "tcBorders")
        lines = (line for border in borders if border is not None for line in border)
        return any(line.get(_W + "val") not in ("nil", "none", None) for line in lines)


def _runs_on(properties: _Element | None) -> bool:
    """Whether the next paragraph goes on in this one: its end has been deleted, or it is the large first
    letter of the next."""
    if properties is None:
        return False
    mark, frame = properties.find(_W + "rPr"), properties.find(_W + "framePr")
    deleted = mark is not None and any(mark.find(_W + change) is not None for change in ("del", "moveFrom"))
    return deleted or (frame is not None and frame.get(_W + "dropCap") in ("drop", "margin"))


def _is_deleted(row: _Element) -> bool:
    return row.find(f"{_W}trPr/{_W}del") is not None


def _is_repeated(row: _Element) -> bool:
    """Whether a row is repeated at the head of each page: it names the columns."""
    return _is_on(row.find(_W + "trPr"), "tblHeader")


def _goes_down(cell: _Element) -> bool:
    """Whether a cell is only the lower part of the one above it."""
    properties = cell.find(_W + "tcPr")
    merge = None if properties is None else properties.find(_W + "vMerge")
    return merge is not None and merge.get(_W + "val") != "restart"


def _places(cells: list[list[_Element]]) -> list[list[tuple[int, int]]]:
    """The first and the last column of each cell of a table, counted from 0. A row of fewer cells than the
    others has some that are drawn over several columns; where these are, the first row of all cells tells."""
    starts = [[0, *accumulate(map(_span, row))] for row in cells]
    most = max(map(len, cells))
    whole = next(start for row, start in zip(cells, starts, strict=True) if len(row) == most)[:-1]
    places: list[list[tuple[int, int]]] = []
    for row, start in zip(cells, starts, strict=True):
        if len(row) == most:
            places.append([(n, n) for n in range(most)])
            continue
        right = -1
        places.append([])
        for n, (begin, end) in enumerate(pairwise(start)):
            last = most - len(row) + n  # leaves a column to each of the cells that follow
            left = min(max(bisect_right(whole, begin) - 1, right + 1), last)
            right = min(max(bisect_right(whole, end - 1) - 1, left), last)
            places[-1].append((left, right))
    return places


def _span(cell: _Element) -> int:
    """How many columns a cell is wide."""
    return max(_number(_value(cell.find(_W + "tcPr"), "gridSpan")) or 1, 1)


def _merged(cells: list[list[_Element]], places: list[list[tuple[int, int]]]) -> list[Merged]:
    """The cells that are drawn over several rows or columns."""
    drawn: list[Merged] = []
    latest: dict[int, int] = {}  # which of them is the last in each column
    for n, (row, columns) in enumerate(zip(cells, places, strict=True)):
        for cell, (left, right) in zip(row, columns, strict=True):
            if _goes_down(cell) and left in latest:
                top, *_ = drawn[latest[left]]
                drawn[latest[left]] = top, left, n, right
            else:
                latest[left] = len(drawn)
                drawn.append((n, left, n, right))
    return [place for place in drawn if place[0] < place[2] or place[1] < place[3]]


# --- what the file says about itself -------------------------------------------------------------

# What programs and their installers fill in by themselves, and the first line of every official letter.
_NO_TITLE = re.compile(
    r"microsoft word\b|(?:document|tai lieu|untitled|khong co tieu de|powerpoint presentation)\W*\d*$|"
    r".*\.(?:docx?|dotx?|docm|rtf|odt|pdf|txt|html?)\W*$|.*\[\d{4}\]|"
    r"cong hoa xa hoi chu nghia|dang cong san viet nam|doc lap\W"
)
_NO_AUTHOR = re.compile(
    r"\b(?:admin|administrator|user|users|guest|owner|customer|client|windows|microsoft|office|word|computer|"
    r"may tinh|laptop|desktop|pc|notebook|home|hp|dell|asus|acer|lenovo|sony|vaio|samsung|toshiba|intel|"
    r"python|docx|libreoffice|openoffice|apache|google|wps|test|ismail|company|cong ty|unknown)\b|\d"
)


def _hints(core: _Element | None) -> dict[str, str]:
    """Title and author that a person has given, as far as one can tell."""
    title, author = (" ".join(_core(core, name).split()) for name in ("title", "creator"))
    hints: dict[str, str] = {}
    if len(title.split()) >= TITLE_WORDS and len(title) <= HEADING_CHARS and not _NO_TITLE.match(fold(title)):
        hints["title"] = title
    if len(author.split()) > 1 and is_name(author) and not _NO_AUTHOR.search(fold(author)):
        hints["author"] = author
    return hints


def _core(core: _Element | None, name: str) -> str:
    return "" if core is None else core.findtext(_DC + name) or ""
