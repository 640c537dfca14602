"""A document as PDF: pages that look the same everywhere, with the notes at the foot of the page that
needs them.

reportlab sets lines but knows no footnotes: here lines are put on a page as long as they and their notes fit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from itertools import count, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from xml.sax.saxutils import escape

from assistant.documents.types import Document, Heading, Note, PageBreak, Paragraph, Run, Table
from assistant.documents.writing import writable

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Paragraph as Lines

_FONTS = Path(__file__).with_name("fonts")
_FAMILY = "Nep Serif"
#: The family's files: upright, bold, italic, both.
_FACES = ("regular", "bold", "italic", "bold-italic")
_PROGRAM = "Nếp"
LANGUAGE = "vi-VN"

#: Points in a millimetre; all that follows is in points.
_MM = 72 / 25.4
_PAGE = (210 * _MM, 297 * _MM)
_TOP, _RIGHT, _BOTTOM, _LEFT = (side * _MM for side in (20, 20, 20, 30))
_WIDTH, _HEIGHT = _PAGE[0] - _LEFT - _RIGHT, _PAGE[1] - _TOP - _BOTTOM
#: Between words and the notes under them, where the line is drawn that parts them; between a cell's line and
#: its words.
_RULE, _PADDING = 12, 4
#: Fewer lines of a paragraph than this stay alone on no page.
_TOGETHER = 2


@dataclass(frozen=True, slots=True)
class _Strip:
    """What stands side by side and is broken across pages by lines: a paragraph, or a row of a table.

    ``cells`` are paragraphs of one style, wrapped at their widths; ``notes`` what they may refer to, by
    number. ``head`` is the row that is repeated above a row on a new page; ``name`` and ``level`` are a
    heading's for the list of contents."""

    cells: tuple[Lines, ...]
    notes: Mapping[int, _Strip]
    indent: float = 0
    before: float = 0
    after: float = 0
    boxed: bool = False
    shaded: bool = False
    head: _Strip | None = None
    name: str = ""
    level: int = 0

    @property
    def lines(self) -> int:
        return max(len(_lines(cell)) for cell in self.cells)

    @property
    def least(self) -> int:
        """How many lines stay together: a row stands on one page, if one can hold it."""
        head = self.head.height(self.head.lines) if self.head else 0
        whole = self.boxed and head + self.height(self.lines) <= _HEIGHT
        return self.lines if whole else 1

    def height(self, lines: int) -> float:
        """That of the first lines."""
        return float(lines * self.cells[0].style.leading + 2 * _PADDING * self.boxed)

    def noted(self, lines: int) -> list[_Strip]:
        """The notes that the first lines refer to."""
        found = {number for cell in self.cells for number in _references(cell, lines)}
        return [self.notes[number] for number in sorted(found & self.notes.keys())]

    def cut(self, lines: int) -> tuple[_Strip, _Strip]:
        """The first lines, and the rest, which begins a page."""
        parts = [_cut(cell, lines) for cell in self.cells]
        return (
            replace(self, cells=tuple(first for first, _ in parts), after=0),
            replace(self, cells=tuple(rest for _, rest in parts), before=0, name=""),
        )

    def draw(self, canvas: Canvas, top: float, height: float) -> None:
        x = _LEFT + self.indent
        for cell in self.cells:
            pad = _PADDING * self.boxed
            if self.boxed:
                canvas.setLineWidth(0.5)
                canvas.setFillGray(0.92)
                canvas.rect(x, top - height, cell.width + 2 * pad, height, fill=int(self.shaded))
                canvas.setFillGray(0)
            cell.drawOn(canvas, x + pad, top - pad - len(_lines(cell)) * cell.style.leading)
            x += cell.width + 2 * pad


def write(document: Document) -> bytes:
    """The document as a PDF with its fonts in it: A4, numbered pages, headings as its list of contents."""
    from reportlab.pdfgen.canvas import Canvas

    _styles()
    kept = BytesIO()
    canvas = Canvas(kept, pagesize=_PAGE, lang=LANGUAGE)
    canvas.setTitle(" ".join(_clean(document.title).split()))
    canvas.setAuthor(_PROGRAM)
    canvas.setCreator(_PROGRAM)
    canvas.setSubject(" ".join(_clean(" · ".join(document.about)).split()))
    sheet = _Sheet(canvas)
    for part in _parts(document):
        if part:
            sheet.put(part)
        else:
            sheet.turn()
    sheet.end()
    canvas.save()
    return kept.getvalue()


class _Sheet:
    """The page that is being filled: words from the top, notes kept for its foot."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._page, self._depth = 1, -1
        #: How much is used from the top, and what waits for the foot.
        self._used, self._notes = 0.0, list[_Strip]()

    def put(self, strips: list[_Strip]) -> None:
        """Adds what belongs together (a heading and what follows it, or one strip), on a new page where its
        beginning finds no room."""
        if self._used and not self._fits(strips):
            self._turn_for(strips[0])
        for strip in strips:
            self._place(strip)

    def end(self) -> None:
        """Ends the last page, and those that only its notes need."""
        while left := self._finish():
            self._next(left)

    def turn(self) -> None:
        """Ends the page; notes that found no room on it stand at the foot of the next."""
        self._next(self._finish())

    def _next(self, notes: list[_Strip]) -> None:
        self._canvas.showPage()
        self._page += 1
        self._used, self._notes = 0.0, notes

    def _room(self, notes: list[_Strip]) -> float:
        """What is left for words when these notes, too, stand at the foot."""
        all_notes = [*self._notes, *notes]
        foot = sum(n.height(n.lines) + n.after for n in all_notes) + _RULE * bool(all_notes)
        return _HEIGHT - self._used - foot

    def _most(self, strip: _Strip) -> int:
        """How many lines of it the page still has room for, with their notes."""
        before = strip.before if self._used else 0
        for lines in range(strip.lines, 0, -1):
            if before + strip.height(lines) <= self._room(strip.noted(lines)):
                rest = strip.lines - lines
                if 0 < rest < _TOGETHER:
                    lines = max(0, strip.lines - _TOGETHER)
                return lines if lines >= min(_TOGETHER, strip.lines) else 0
        return 0

    def _fits(self, strips: list[_Strip]) -> bool:
        """Whether all but the last, and the beginning of the last, find room."""
        *whole, last = strips
        used = self._used
        try:
            for strip in whole:
                self._used += strip.before + strip.height(strip.lines) + strip.after
            return self._most(last) >= last.least
        finally:
            self._used = used

    def _place(self, strip: _Strip) -> None:
        lines = self._most(strip)
        if lines < strip.least and self._used > (strip.head.height(strip.head.lines) if strip.head else 0):
            self._turn_for(strip)
            lines = self._most(strip)
        lines = lines or 1  # what finds no room on an empty page leaves its notes to the next
        if lines >= strip.lines:
            self._draw(strip, lines)
        else:
            first, rest = strip.cut(lines)
            self._draw(first, lines)
            self._turn_for(rest)
            self._place(rest)

    def _turn_for(self, strip: _Strip) -> None:
        self.turn()
        if strip.head:
            self._draw(strip.head, strip.head.lines)

    def _draw(self, strip: _Strip, lines: int) -> None:
        self._used += strip.before if self._used else 0
        top = _PAGE[1] - _TOP - self._used
        if strip.name:
            # A list of contents goes down by one step at a time.
            self._depth = min(max(strip.level, 1) - 1, self._depth + 1)
            key = f"{self._page}-{self._used:.1f}"
            self._canvas.bookmarkHorizontal(key, 0, top + strip.cells[0].style.leading)
            self._canvas.addOutlineEntry(strip.name, key, self._depth)
        strip.draw(self._canvas, top, strip.height(lines))
        self._used += strip.height(lines) + strip.after
        self._notes += strip.noted(lines)

    def _finish(self) -> list[_Strip]:
        """Draws the number of the page and its foot; the notes that found no room."""
        canvas = self._canvas
        if self._page > 1:
            canvas.setFont(_face(), _TEXT)
            canvas.drawCentredString(_PAGE[0] / 2, _PAGE[1] - _TOP / 2 - _TEXT / 2, str(self._page))
        room = max(_HEIGHT - self._used - _RULE, 0.0)
        here, left = list[_Strip](), list[_Strip]()
        for note in self._notes:
            lines = 0 if left else min(note.lines, int(room // note.height(1)))
            if 0 < lines < note.lines:
                first, rest = note.cut(lines)
                here.append(first)
                left.append(rest)
            else:
                (here if lines else left).append(note)
            room -= note.height(lines) + note.after
        if here:
            top = _BOTTOM + sum(note.height(note.lines) + note.after for note in here)
            canvas.setLineWidth(0.5)
            canvas.line(_LEFT, top + _RULE / 2, _LEFT + _WIDTH / 4, top + _RULE / 2)
            for note in here:
                height = note.height(note.lines)
                note.draw(canvas, top, height)
                top -= height + note.after
        return left


# --- what stands on the pages ----------------------------------------------------------------------

#: Points, as in Word: of the text, of what stands in tables, of the notes.
_TEXT, _CELL, _NOTE = 13, 11, 9
_IN = 10 * _MM


def _parts(document: Document) -> Iterator[list[_Strip]]:
    """What is put on a page together, from the first to the last; an empty part begins a new page."""
    numbers = count(1)
    waiting = [_paragraph(_marked(Run(document.title)), "title", after=6)]
    waiting += [_paragraph(_marked(Run(line)), "about", after=3) for line in document.about]
    for look, some in groupby(document.blocks, lambda b: b.look if isinstance(b, Paragraph) else None):
        for place, block in enumerate(some, 1):
            match block:
                case Heading(level, text):
                    style = "heading" if level < 3 else "deep"
                    name = " ".join(_clean(text).split())
                    waiting.append(
                        _paragraph(_marked(Run(text)), style, before=12, after=4, name=name, level=level)
                    )
                    continue
                case PageBreak():
                    if waiting:
                        yield waiting
                    waiting = []
                    yield []
                    continue
                case Paragraph(runs):
                    mark = {"item": "•", "numbered": f"{place}."}.get(look or "")
                    words, notes = _words(runs, numbers)
                    inner = _IN if look in ("quote", "remark") else 0
                    yield [*waiting, _paragraph(words, block.look, notes, mark=mark, indent=inner, after=6)]
                case Table():
                    head, *rows = _rows(block, numbers)
                    yield [*waiting, head, *rows[:1]]
                    yield from ([row] for row in rows[1:])
            waiting = []
    if waiting:
        yield waiting


def _paragraph(
    words: str,
    style: str,
    notes: Mapping[int, _Strip] | None = None,
    *,
    mark: str | None = None,
    indent: float = 0,
    before: float = 0,
    after: float = 0,
    name: str = "",
    level: int = 0,
) -> _Strip:
    cell = _wrapped(words, style, _WIDTH - indent, mark)
    return _Strip((cell,), notes or {}, indent, before, after, name=name, level=level)


def _rows(table: Table, numbers: Iterator[int]) -> Iterator[_Strip]:
    """The table's rows, its head first; the last stands apart from what follows."""
    width = _WIDTH / max(len(table.header), 1) - 2 * _PADDING
    head = _Strip(
        tuple(_wrapped(_marked(Run(name, bold=True)), "cell", width) for name in table.header),
        {},
        boxed=True,
        shaded=True,
    )
    yield head
    for n, row in enumerate(table.rows, 1):
        said = [_words(runs, numbers) for runs in row]
        notes = {number: note for _, some in said for number, note in some.items()}
        cells = tuple(_wrapped(words, "cell", width) for words, _ in said)
        yield _Strip(cells, notes, after=10 if n == len(table.rows) else 0, boxed=True, head=head)


def _words(runs: tuple[Run, ...], numbers: Iterator[int]) -> tuple[str, dict[int, _Strip]]:
    """The runs in the markup of reportlab, and their notes by the numbers that stand in it."""
    words, notes = "", dict[int, _Strip]()
    for run in runs:
        words += _marked(run)
        mine = {next(numbers): note for note in run.notes}
        if mine:
            words += f"<super>{', '.join(map(str, mine))}</super>"
        notes |= {number: _note(number, note) for number, note in mine.items()}
    return words, notes


def _note(number: int, note: Note) -> _Strip:
    place = f", {note.place}" if note.place else ""
    title = _marked(Run(note.title, italic=True))
    words = f"<super>{number}</super> {title}{_marked(Run(f'{place}: “{note.quote}”{note.doubt}'))}"
    return _paragraph(words, "note", after=2)


def _marked(run: Run) -> str:
    words = escape(_clean(run.text)).replace("\n", "<br/>")
    if run.italic:
        words = f"<i>{words}</i>"
    return f"<b>{words}</b>" if run.bold else words


def _clean(text: str) -> str:
    """The text as it is drawn: a letter and its accents are one sign of the font."""
    return unicodedata.normalize("NFC", writable(text))


# --- reportlab -------------------------------------------------------------------------------------


def _face(face: str = "regular") -> str:
    return f"{_FAMILY} {face}"


@cache
def _styles() -> dict[str, ParagraphStyle]:
    """Registers the fonts; the styles by their names."""
    from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for face in _FACES:
        pdfmetrics.registerFont(TTFont(_face(face), str(_FONTS / f"nep-serif-{face}.ttf")))
    upright, bold, italic, both = map(_face, _FACES)
    pdfmetrics.registerFontFamily(_FAMILY, upright, bold, italic, both)
    for face in _FACES:  # so that <b> and <i> are known within each of them
        pdfmetrics.registerFontFamily(_face(face), upright, bold, italic, both)

    def style(
        size: float, align: Literal[0, 1, 4], face: str = "regular", first: float = 0, left: float = 0
    ) -> ParagraphStyle:
        return ParagraphStyle(
            f"{face} {size}",
            fontName=_face(face),
            fontSize=size,
            leading=round(size * 1.35, 1),
            alignment=align,
            firstLineIndent=first,
            leftIndent=left,
            bulletIndent=left / 2,
            bulletFontName=_face(),
            bulletFontSize=size,
            allowWidows=1,
            allowOrphans=1,
        )

    return {
        "title": style(16, TA_CENTER, "bold"),
        "about": style(12, TA_CENTER, "italic"),
        "heading": style(_TEXT, TA_LEFT, "bold"),
        "deep": style(_TEXT, TA_LEFT, "bold-italic"),
        "plain": style(_TEXT, TA_JUSTIFY, first=_IN),
        "item": style(_TEXT, TA_JUSTIFY, left=_IN),
        "numbered": style(_TEXT, TA_JUSTIFY, left=_IN),
        "quote": style(_TEXT, TA_JUSTIFY, "italic"),
        "remark": style(_CELL, TA_LEFT),
        "cell": style(_CELL, TA_LEFT),
        "note": style(_NOTE, TA_JUSTIFY),
    }


def _wrapped(words: str, style: str, width: float, mark: str | None = None) -> Lines:
    from reportlab.platypus import Paragraph as Lines

    made = Lines(words, _styles()[style], bulletText=mark)
    made.wrap(width, _HEIGHT)
    return made


def _lines(cell: Any) -> list[Any]:
    """The lines of a wrapped paragraph."""
    return list(cell.blPara.lines)


def _references(cell: Any, lines: int) -> set[int]:
    """The numbers that stand raised in the first lines."""
    if cell.blPara.kind == 0:  # words of one look
        raised = [cell.frags[0].text] if cell.frags and cell.frags[0].rise > 0 else []
    else:
        raised = [word.text for line in _lines(cell)[:lines] for word in line.words if word.rise > 0]
    return {int(number) for text in raised for number in re.findall(r"\d+", text)}


def _cut(cell: Lines, lines: int) -> tuple[Lines, Lines]:
    """The first lines of a wrapped paragraph, and the others: none, where it has no more."""
    from reportlab.platypus import Paragraph as Lines

    width = cell.width
    parts: list[Any] = [cell, Lines("", cell.style)]
    if lines < len(_lines(cell)):
        parts = cell.split(width, lines * cell.style.leading + 0.1)
    for part in parts:
        part.wrap(width, _HEIGHT)
    first, rest = parts
    return first, rest
