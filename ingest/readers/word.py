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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import accumulate, groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ingest.errors import UnreadableFile
from ingest.furniture import is_name
from ingest.layout import Draft, Page, document, unwrapped
from ingest.limits import Limits
from ingest.readers.fonts import UNICODE, Reading, is_spelled, reading_of
from ingest.readers.numbering import Numbers
from ingest.readers.package import checked
from ingest.readers.sheet import Merged, is_letterhead, table
from ingest.readers.styles import Style, Styles
from ingest.readers.wordml import A, M, W, children, inside, is_on, number, value
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
    page = document(drafts, hints=hints)
    return replace(page, lines=unwrapped(page.lines))


_BLANK = "tệp không có chữ nào. Hãy kiểm tra lại tệp, rồi nạp lại."
_PICTURES = (
    "tệp chỉ có hình ảnh, không có chữ. Hãy mở tệp bằng Word, lưu thành PDF, rồi nạp tệp PDF đó: nếu hình là "
    "ảnh chụp văn bản, chữ trong ảnh sẽ được nhận dạng."
)


# --- the parts of a document ---------------------------------------------------------------------

_DC = "{http://purl.org/dc/elements/1.1/}"
_VML = "{urn:schemas-microsoft-com:vml}"

#: The strict form of the format has the same elements under other names of their families.
_STRICT: Mapping[bytes, str] = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": W,
    b"http://purl.oclc.org/ooxml/officeDocument/math": M,
    b"http://purl.oclc.org/ooxml/drawingml/main": A,
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
        body = None if found is None else found.find(W + "body")
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
        for relation in children(relations):
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target") or ""))
            kind = (relation.get("Type") or "").rpartition("/")[2]
            if relation.get("TargetMode") != "External" and target[1:] in self._names:
                found.setdefault(kind, target[1:])
        return found


# --- the words of a paragraph --------------------------------------------------------------------

_PARAGRAPH, _TABLE, _RUN, _BOX = W + "p", W + "tbl", W + "r", W + "txbxContent"
_NOTES: Mapping[str, str] = {W + "footnoteReference": "footnotes", W + "endnoteReference": "endnotes"}
_DRAWN = frozenset(W + name for name in ("drawing", "pict", "object"))
_CHARACTERS: Mapping[str, str] = {
    W + "tab": " ",
    W + "ptab": " ",
    W + "br": "\n",
    W + "cr": "\n",
    W + "noBreakHyphen": "-",
    W + "softHyphen": "\u00ad",  # in an ABC font it is the letter ư
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
    font, code = symbol.get(W + "font") or "", symbol.get(W + "char") or ""
    place = int(code, 16) if re.fullmatch("[0-9a-fA-F]{1,4}", code) else 0
    byte = bytes([place & 0xFF])
    if reading := reading_of(font):
        return byte.decode("cp1252", "replace"), reading
    if font == "Symbol" and place & 0xFF in _SYMBOLS:
        return _SYMBOLS[place & 0xFF], None
    return chr(place) if place >= 0x20 else "", None


def _formula(element: _Element) -> str:
    """The words of a formula in one line: a fraction with its stroke, a power raised."""

    def part(name: str) -> str:
        found = element.find(M + name)
        return "" if found is None else _formula(found)

    if element.tag == M + "t":
        return element.text or ""
    if element.tag == M + "f":
        return f"{part('num')}/{part('den')}"
    if element.tag == M + "sSup":
        power = part("sup")
        return part("e") + (power.translate(_RAISED) if power.isdecimal() else f"^{power}")
    return "".join(map(_formula, element))


def _boxes(drawn: _Element) -> Iterator[_Element]:
    """The text boxes of a drawing, but not those inside one of them."""
    for child in inside(drawn):
        if child.tag == _BOX:
            yield child
        else:
            yield from _boxes(child)


# --- the paragraphs, tables and notes ------------------------------------------------------------


def _kind(properties: _Element | None, styles: tuple[Style, ...]) -> BlockKind | None:
    """What a paragraph is by its style, one that the style is based on, or its level in the outline, of which
    the last is that of plain text."""
    set_by = (properties, *(style.paragraph for style in styles))
    levels = (number(value(by, "outlineLvl")) for by in set_by)
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
    styles: Styles
    numbers: Numbers
    notes: Mapping[tuple[str, str], _Element]
    referred: dict[tuple[str, str], None] = field(default_factory=dict)  # the notes met so far, in order
    typed: bool | None = None  # see _is_typed_in_unicode, None until it is asked for

    @classmethod
    def of(cls, parts: _Parts) -> _Body:
        styles = Styles(parts.beside("styles"), parts.beside("theme"))
        found = [(part, note) for part in _NOTES.values() for note in children(parts.beside(part))]
        notes = {(part, note.get(W + "id") or ""): note for part, note in found}
        return cls(parts.main(), styles, Numbers(parts.beside("numbering"), styles), notes)

    def is_pictured(self) -> bool:
        return any(True for _ in self.root.iter(A + "blip", _VML + "imagedata"))

    def all(self) -> Iterator[Draft]:
        yield from self.drafts(self.root)
        for note in list(self.referred):
            for draft in self.drafts(self.notes[note]) if note in self.notes else ():
                yield replace(draft, kind=draft.kind or "paragraph")

    def drafts(self, parent: _Element, in_cell: bool = False) -> Iterator[Draft]:
        """The paragraphs and tables in an element. A paragraph of a cell that is nothing but its number
        stays: such is the column of the ordinal numbers."""
        before = _Words()
        for block in inside(parent):
            if block.tag == _TABLE:
                yield from self._table(block)
            elif block.tag == _PARAGRAPH:
                properties = block.find(W + "pPr")
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
            mark = None if properties is None else properties.find(W + "rPr")
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
        if reading is None or UNICODE.search(text):
            return text
        if not text.isascii() and is_spelled(text) and self._is_typed_in_unicode():
            return text
        return "\n".join(map(reading, text.split("\n")))

    def _is_typed_in_unicode(self) -> bool:
        """Whether most of what is in old fonts was typed in Unicode all the same: into an old template, on a
        computer that has not got its fonts and shows another."""
        if self.typed is None:
            words = map(self._words, self.root.iter(_PARAGRAPH))
            old = [text for found in words for text, reading in found.together() if reading]
            typed = sum(bool(UNICODE.search(text)) for text in old)
            self.typed = typed > sum(not UNICODE.search(text) and not is_spelled(text) for text in old)
        return self.typed

    def _words(self, paragraph: _Element) -> _Words:
        styles = self.styles.of(paragraph.find(W + "pPr"))
        words = _Words()
        for child in inside(paragraph):
            if child.tag == _RUN:
                self._run(child, styles, words)
            elif child.tag in (M + "oMath", M + "oMathPara"):
                words.add(_formula(child), None)
        return words

    def _run(self, run: _Element, styles: tuple[Style, ...], words: _Words) -> None:
        own = run.find(W + "rPr")
        if any(is_on(properties, "vanish") for properties in self.styles.characters(own)):
            return
        reading = self.styles.reading(own, styles)
        raised = value(own, "vertAlign") == "superscript"
        for child in inside(run):
            tag = str(child.tag)
            if tag == W + "t":
                words.add(child.text or "", reading, raised)
            elif tag in _CHARACTERS:
                words.add(_CHARACTERS[tag], reading)
            elif tag == W + "sym":
                words.add(*_symbol(child))
            elif tag in _NOTES:
                words.notes.append((_NOTES[tag], child.get(W + "id") or ""))
            elif tag in _DRAWN:
                words.boxes += _boxes(child)

    # --- tables ---

    def _table(self, element: _Element) -> Iterator[Draft]:
        rows = [row for row in inside(element) if row.tag == W + "tr" and not _is_deleted(row)]
        cells = [[cell for cell in inside(row) if cell.tag == W + "tc"] for row in rows]
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
        paragraphs = ("".join(t.text or "" for t in p.iter(W + "t")) for p in element.iter(_PARAGRAPH))
        return not self._is_ruled(element) or is_letterhead(" ; ".join(paragraphs))

    def _is_ruled(self, table: _Element) -> bool:
        """Whether any line of a table is drawn."""
        properties = table.find(W + "tblPr")
        styles = [style.table for style in self.styles.chain(value(properties, "tblStyle"))]
        borders = [set_by.find(W + "tblBorders") for set_by in (properties, *styles) if set_by is not None]
        borders += table.iter(W + "tcBorders")
        lines = (line for border in borders if border is not None for line in border)
        return any(line.get(W + "val") not in ("nil", "none", None) for line in lines)


def _runs_on(properties: _Element | None) -> bool:
    """Whether the next paragraph goes on in this one: its end has been deleted, or it is the large first
    letter of the next."""
    if properties is None:
        return False
    mark, frame = properties.find(W + "rPr"), properties.find(W + "framePr")
    deleted = mark is not None and any(mark.find(W + change) is not None for change in ("del", "moveFrom"))
    return deleted or (frame is not None and frame.get(W + "dropCap") in ("drop", "margin"))


def _is_deleted(row: _Element) -> bool:
    return row.find(f"{W}trPr/{W}del") is not None


def _is_repeated(row: _Element) -> bool:
    """Whether a row is repeated at the head of each page: it names the columns."""
    return is_on(row.find(W + "trPr"), "tblHeader")


def _goes_down(cell: _Element) -> bool:
    """Whether a cell is only the lower part of the one above it."""
    properties = cell.find(W + "tcPr")
    merge = None if properties is None else properties.find(W + "vMerge")
    return merge is not None and merge.get(W + "val") != "restart"


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
    return max(number(value(cell.find(W + "tcPr"), "gridSpan")) or 1, 1)


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
