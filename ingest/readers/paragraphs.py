"""The words of a document's pages, each with its place, become paragraphs, headings and lines of tables.

Neither a PDF file nor text recognition says where a paragraph ends: that is seen in indents, in spaces, in
lines that end early though the next word had room, and in how the words go on. Pure functions that know no
file format; see ``columns`` for how the lines are found and for the units.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median

from ingest import furniture
from ingest.layout import Draft
from ingest.readers import columns
from ingest.readers.columns import Region, Row, Sheet
from ingest.types import CELLS, BlockKind

# --- lines ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Frame:
    """From where to where the lines of a region go, and how far apart those of a paragraph are, in sizes of
    the font."""

    start: float
    end: float
    pitch: float
    sheet: Sheet
    block: bool


@dataclass(frozen=True, slots=True)
class _Line:
    """A row with what is asked of it again and again. ``bold`` is None where only a part of it is."""

    row: Row
    frame: _Frame
    text: str
    left: float
    right: float
    size: float
    bold: bool | None
    slanted: bool

    @property
    def page(self) -> int:
        return self.frame.sheet.number

    @property
    def base(self) -> float:
        return self.row.base

    @property
    def indent(self) -> float:
        """How far right of the region's edge it begins, in font sizes."""
        return (self.left - self.frame.start) / self.size

    @property
    def begins_small(self) -> bool:
        return self.text.lstrip("(“\"'‘")[:1].islower()

    @property
    def is_open(self) -> bool:
        """Whether its sentence has not ended."""
        return not _ENDED.search(self.text)

    @property
    def marker(self) -> re.Match[str] | None:
        return _MARKER.match(self.text)

    @property
    def even(self) -> bool:
        """Whether as much room is left of it as right of it, be it none."""
        left, right = self.left - self.frame.start, self.frame.end - self.right
        return abs(left - right) < 2 * self.size

    @property
    def centred(self) -> bool:
        left, right = self.left - self.frame.start, self.frame.end - self.right
        exactly = not self.frame.sheet.scanned and abs(left - right) < SLACK * self.size
        return self.even and min(left, right) > (SLACK if exactly else 1) * self.size

    @property
    def full(self) -> bool:
        return abs(self.frame.end - self.right) < FULL * self.size

    @property
    def set_right(self) -> bool:
        """Whether it stands right of the middle, as a signature does."""
        left, right = self.left - self.frame.start, self.frame.end - self.right
        return left > right + (INDENT if self.full else ASIDE) * self.size

    @property
    def amid_page(self) -> bool:
        """Whether it is centred on the page, as a title may be over columns of which one is empty."""
        return abs(self.left + self.right - self.frame.sheet.width) < 2 * self.size

    def had_room_for(self, following: _Line) -> bool:
        """Whether the first word of the next line would have fitted behind it: it ended on purpose."""
        both = self.centred and following.centred
        width = self.frame.end - (self.frame.start if both else self.left)
        needed = self.right - self.left + following.row.first_word + BLANK * self.size
        return needed < width - SLACK * self.size


#: How far apart lines are, in font sizes, where nothing tells.
PITCH = 1.3
#: A blank between words, and by how much a line may end before the edge, in font sizes.
BLANK = 0.25
SLACK = 0.3
#: A line is full if it ends so near to the edge, in font sizes.
FULL = 0.15
#: A line stands right of the middle if so much more room is left of it than right of it, in font sizes.
ASIDE = 4.0
_ENDED = re.compile(r"[.!?…:;][”’\"')\]»]*$")
_LISTED = re.compile(r"[.!?…:;,][”’\"')\]»]*$")
_MARKER = re.compile(
    r"(?:[-–—+*•●○▪▫◦■□➢►▶❖✓✔✦·\ue000-\uf8ff]\s*(?=\S)"
    r"|\(?(?:\d{1,2}(?:\.\d{1,2}){0,3}|[a-zđA-ZĐ]|[IVX]{1,5})(?:[.):/]|\s?[-–])\s+(?=\S)"
    r"|(?:Điều|Mục|Chương|Phần|ĐIỀU|MỤC|CHƯƠNG|PHẦN)\s+(?:\d{1,3}|[IVX]{1,5}|thứ)\b)"
)
_BULLET = re.compile(r"[-–—+*•●○▪▫◦■□➢►▶❖✓✔✦·\ue000-\uf8ff]\s*[^\W\d_]")


#: So many rows show where their column begins.
ROWS = 5
#: The lines of a page without columns may go as far as this share of its width, even if none does.
MEASURE = 0.7


def _lines(pages: Sequence[Sequence[Region]], sheets: Sequence[Sheet]) -> list[list[_Line]]:
    """The lines of each region of the document, in reading order."""
    known = [(region, sheet) for regions, sheet in zip(pages, sheets, strict=True) for region in regions]
    usual = _pitch([row for region, _ in known for row in region.rows], PITCH)
    starts = [_start(region.rows) for region, _ in known if len(region.rows) >= ROWS]
    ends = _ends(known)
    out = []
    for region, sheet in known:
        size = region.rows[0].size
        start, end = _start(region.rows), ends[columns.paper(sheet), region.edge]
        unshown = columns.end_of_text(region.rows) is None
        if len(region.rows) < ROWS or (region.measure and unshown):
            start = max((x for x in starts if region.start - size < x <= start + size), default=start)
            start = min(start, end - region.measure)
        if unshown and max(row.right for row in region.rows) < start + region.measure + size / 2:
            end = start + region.measure
        frame = _Frame(start, end, _pitch(region.rows, usual), sheet, region.block)
        framed = _framed(region.rows, frame)
        out.append([_line(part, its_frame) for its_frame, row in framed for part in _split(row)])
    return out


def _ends(known: Sequence[tuple[Region, Sheet]]) -> dict[tuple[float, float], float]:
    """How far the lines of a column go on paper of one width, by the edge that the column has."""
    rights: dict[float, list[tuple[float, list[float]]]] = {}
    for region, sheet in known:
        found = [row.right for row in region.rows if not row.table]
        rights.setdefault(columns.paper(sheet), []).append((region.edge, found))
    ends: dict[tuple[float, float], float] = {}
    for region, sheet in known:
        paper, edge, size = columns.paper(sheet), region.edge, region.rows[0].size
        if (paper, edge) not in ends:
            far = edge == columns.FAR
            same = [x for other, found in rights[paper] if far or abs(other - edge) < size for x in found]
            ends[paper, edge] = max(MEASURE * sheet.width if far else 0, _end(same, size))
    return ends


def _framed(rows: Sequence[Row], frame: _Frame) -> Iterator[tuple[_Frame, Row]]:
    """The rows in their frame; running text of which no line goes as far, as it stands beside a picture or an
    empty column, in a frame of its own."""
    for short, found in groupby(rows, lambda row: frame.end - row.right > columns.COLUMN_SHORT * row.size):
        part = list(found)
        text = [row for row in part if not row.table]
        end = columns.end_of_text(text) if short else None
        if end is None:
            yield from ((frame, row) for row in part)
            continue
        own = replace(frame, start=_start(text), end=end)
        large = columns.LARGER * median(row.size for row in text)
        for row in part:
            inside = row.size < large or abs(end - row.right) < FULL * row.size
            yield (own if inside else frame), row


def _split(row: Row) -> list[Row]:
    """The parts of a row, if most are a page's furniture: the entries of a menu; else the row."""
    cells = columns.cells(row)
    furnished = sum(furniture.is_margin(cell.text) for cell in cells)
    return cells if len(cells) > 1 and 2 * furnished >= len(cells) else [row]


def _start(rows: Sequence[Row]) -> float:
    """The leftmost place where not just one line of many begins."""
    lefts = sorted(row.left for row in rows if not row.table)
    many, near = max(1, len(lefts) // 10), rows[0].size / 2
    return next((x for x in lefts if sum(abs(x - y) < near for y in lefts) >= many), 0.0)


def _end(rights: Sequence[float], size: float) -> float:
    """The rightmost place where not just one line of many ends."""
    many, ordered = max(1, len(rights) // 50), sorted(rights)
    ends = (ordered[n - 1] for n in range(len(rights), 0, -1)
            if n - bisect_right(ordered, ordered[n - 1] - size) >= many)  # fmt: skip
    return next(ends, 0.0)


def _pitch(rows: Sequence[Row], usual: float) -> float:
    """How far apart the lines of one paragraph are, in font sizes: as those are in which a sentence goes on.
    What is ``usual`` where there are not enough of them."""
    steps = [
        (b.base - a.base) / a.size
        for a, b in pairwise(rows)
        if b.words[0].text[:1].islower()
        and 0 < b.base - a.base < 3 * a.size
        and not _ENDED.search(a.words[-1].text)
    ]
    return median(steps) if len(steps) > 2 else usual


def _line(row: Row, frame: _Frame) -> _Line:
    letters = sum(len(word.text) for word in row.words)
    bold = sum(len(word.text) for word in row.words if word.bold)
    mixed = min(bold, letters - bold) > 0.1 * letters
    slanted = all(word.slanted for word in row.words)
    size = median(word.size for word in row.words if not word.raised or len(row.words) == 1)
    whole = None if mixed else 2 * bold > letters
    return _Line(row, frame, row.text, row.left, row.right, size, whole, slanted)


# --- paragraphs ----------------------------------------------------------------------------------

#: Lines are further apart than usual if by this factor.
LOOSE = 1.2
#: Of one paragraph are only lines whose sizes differ by less; as text recognition measures them, by less.
SAME_SIZE = 0.08
SAME_SIZE_SCANNED = 0.2
#: A line is indented, or set back, by more than this, in font sizes.
INDENT = 0.9


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """Lines of one region that belong together, or one line that stands for a whole table."""

    lines: tuple[_Line, ...]
    goes_on: bool = False

    @property
    def page(self) -> int:
        return self.lines[0].page

    @property
    def size(self) -> float:
        return median(line.size for line in self.lines)

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines)

    @property
    def text(self) -> str:
        return columns.joined([line.text for line in self.lines])


def _paragraphs(lines: Sequence[_Line]) -> list[_Paragraph]:
    """The paragraphs of one region."""
    groups: list[list[_Line]] = []
    for line in lines:
        if groups and not _begins(groups[-1], line):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_Paragraph(tuple(group)) for group in groups]


def _begins(paragraph: Sequence[_Line], line: _Line) -> bool:
    """Whether a line begins a paragraph, or goes on with the one before."""
    last = paragraph[-1]
    if last.row.table or line.row.table or line.base <= last.base:
        return True
    inside = last.is_open and line.begins_small and not line.marker
    step = (line.base - last.base) / (line.frame.pitch * max(last.size, line.size))
    if line.frame.block:  # of a date or a name that is too long for its block
        inside = inside or (last.is_open and line.text[0].isdigit() and not line.marker)
        return not inside or step > LOOSE
    if not _same_type(last, line) or step > LOOSE:
        return not inside or step > LOOSE**2 or last.had_room_for(line)
    if inside:
        return False
    if len(paragraph) == 1 and last.left - line.left > ASIDE * line.size:
        return not line.centred or last.had_room_for(line)
    if last.centred and line.centred:
        return bool(line.marker) or (last.had_room_for(line) and not line.bold)
    if last.even and line.centred and last.is_open and not last.had_room_for(line):
        return bool(line.marker)  # the first of centred lines fills the width
    listed = line.bold or _LISTED.search(last.text) or line.indent > INDENT
    return bool(line.marker and listed) or _is_set_apart(paragraph, line) or _has_ended(paragraph, line)


def _has_ended(paragraph: Sequence[_Line], following: _Line) -> bool:
    """Whether a paragraph has ended before a line: its last left room, or is the first of lines that all are
    set to one width not to be."""
    *others, last = paragraph
    right = max((line.right for line in others), default=last.right)
    near = FULL * last.size
    one_width = len(others) > 1 or (bool(others) and others[0].full)
    justified = one_width and all(right - line.right < near for line in others)
    before = justified and right - last.right > near and not last.frame.sheet.scanned
    return last.had_room_for(following) or (before and not last.is_open)


def _same_type(last: _Line, line: _Line) -> bool:
    near = SAME_SIZE_SCANNED if line.frame.sheet.scanned else SAME_SIZE
    if abs(line.size - last.size) > near * max(line.size, last.size):
        return False
    return line.bold is None or last.bold is None or line.bold == last.bold


def _is_set_apart(paragraph: Sequence[_Line], line: _Line) -> bool:
    """Whether a line begins further right or left than those of the paragraph go on."""
    first, last = paragraph[0], paragraph[-1]
    shift = (line.left - last.left) / line.size
    if len(paragraph) > 1:
        return abs(shift) > INDENT
    if first.marker:
        return shift < -INDENT and line.indent > INDENT
    if shift > INDENT:
        return True
    return line.indent > INDENT  # the first line is indented, and so is this


# --- from page to page ---------------------------------------------------------------------------

#: Footnotes, below the text, are smaller than it by this factor.
NOTE_SIZE = 0.92


def _whole(regions: Sequence[Sequence[_Paragraph]], body: _Body) -> list[_Paragraph]:
    """The paragraphs of a document in reading order. Those that go on with one that a page or a column broke
    are told; the footnotes below its first part stand behind its last."""
    out: list[_Paragraph] = []
    notes: list[_Paragraph] = []
    for found in regions:
        texts, below = list(found), list[_Paragraph]()
        while len(texts) > 1 and _is_note(texts[-1], body):
            below.insert(0, texts.pop())
        if out and _goes_on(out[-1].lines, texts[0].lines[0], body):
            out.append(replace(texts.pop(0), goes_on=True))
        if texts:
            out += [*notes, *texts]
            notes = []
        notes += below
    return out + notes


def _goes_on(paragraph: Sequence[_Line], first: _Line, body: _Body) -> bool:
    """Whether the first line of a region goes on with the paragraph that the region before ends in."""
    last = paragraph[-1]
    if any(line.row.table or line.frame.block for line in (last, first)):
        return False
    if not _same_type(last, first) or first.marker or _is_large(last.size, last.frame, body):
        return False
    if last.is_open and first.begins_small:
        return True
    if first.indent > INDENT or (last.bold and not body.bold):
        return False
    return not _has_ended(paragraph, first)  # few paragraphs end just where their last line is full


def _is_note(paragraph: _Paragraph, body: _Body) -> bool:
    line = paragraph.lines[0]
    small = paragraph.size < NOTE_SIZE * body.size and not line.frame.sheet.scanned and not line.row.table
    return small and bool(re.match(r"[\d*(\[]", line.text))


# --- what a paragraph is -------------------------------------------------------------------------

#: A heading is in larger type than the text by this factor, as text recognition measures it by more.
LARGE = 1.1
LARGE_SCANNED = 1.15
#: No heading is longer.
HEADING_CHARS = 250
HEADING_LINES = 5
#: What is longer, in characters, is running text, whatever it ends in: no caption is.
TEXT_CHARS = 350
#: Titles of one paragraph each are one title if their sizes differ by less; as text recognition measures
#: them, by less.
SAME_TITLE = 0.04
SAME_TITLE_SCANNED = 0.15

#: A caption that stands without its picture has at least so many words.
CAPTION_WORDS = 7
#: A picture, rather than a sign, is so many font sizes high, and its caption no further below it.
PICTURE_SIZES = 5
PICTURE_GAP = 2

_FULL_STOP = re.compile(r"[.;,][”’\"')\]»]*$")
_PICTURE = re.compile(r"(?<!\w)(?:Ảnh|ẢNH|Hình|ảnh)\s*(?:\d+\s*)?[:.]|[(\[][Ảả]nh")


@dataclass(frozen=True, slots=True)
class _Body:
    """The type that most of a document is set in: its ``size``, whether it is ``bold``, and whether its
    paragraphs begin with an indent."""

    size: float
    bold: bool
    indented: bool


def _body(paragraphs: Sequence[_Paragraph]) -> _Body:
    sizes, bold = Counter[float](), Counter[bool]()
    for line in (line for p in paragraphs for line in p.lines if not line.row.table):
        sizes[round(2 * line.size) / 2] += len(line.text)
        bold[bool(line.bold)] += len(line.text)
    size = max(sizes, key=lambda size: (sizes[size], size), default=0.0)
    long = [p.lines[:2] for p in paragraphs if len(p.lines) > 1]
    indented = sum(first.indent > INDENT and abs(second.indent) < INDENT for first, second in long)
    return _Body(size, bold[True] > bold[False], 2 * indented > len(long))


def _is_large(size: float, frame: _Frame, body: _Body) -> bool:
    return size > (LARGE_SCANNED if frame.sheet.scanned else LARGE) * body.size


def _kind(paragraph: _Paragraph, body: _Body) -> BlockKind | None:
    """What the type and the shape of a paragraph say beyond doubt that it is; None where they do not."""
    text, lines, frame = paragraph.text, paragraph.lines, paragraph.lines[0].frame
    large = _is_large(paragraph.size, frame, body)
    if _BULLET.match(text) and not (large and all(line.centred for line in lines)):
        return "item"  # what is large and centred is a title, broken before a dash
    aside = all(line.set_right and not (large and line.amid_page) for line in lines)
    if frame.block or aside or furniture.is_margin(text) or furniture.imprint(text) or _PICTURE.search(text):
        return None
    if _is_set_as_caption(paragraph, body):
        return "caption"
    if large or (paragraph.bold and not body.bold):
        short = len(text) <= HEADING_CHARS and len(lines) <= HEADING_LINES
        if short:
            return None if _FULL_STOP.search(text) else "heading"
    elif _is_caption(paragraph, body):
        return "caption"
    is_text = len(text) > TEXT_CHARS or (len(lines) > 1 and _LISTED.search(text))
    return "paragraph" if is_text else None


def _is_set_as_caption(paragraph: _Paragraph, body: _Body) -> bool:
    """Whether a paragraph is set as word processors set captions, smaller than the text and in another face,
    and is no label: its picture may have been left out."""
    other = (paragraph.bold and not body.bold) or all(line.slanted for line in paragraph.lines)
    small = paragraph.size < NOTE_SIZE * body.size and not _is_note(paragraph, body)
    return (
        small and other and len(paragraph.text.split()) >= CAPTION_WORDS and len(paragraph.text) <= TEXT_CHARS
    )


def _is_caption(paragraph: _Paragraph, body: _Body) -> bool:
    """Whether a short paragraph stands right under a picture, in other type than the text or centred."""
    first, lines = paragraph.lines[0], paragraph.lines
    small = paragraph.size < NOTE_SIZE * body.size
    if len(paragraph.text) > TEXT_CHARS or not (small or all(line.slanted or line.centred for line in lines)):
        return False
    middle = (min(line.left for line in lines) + max(line.right for line in lines)) / 2
    return any(
        left < middle < right
        and bottom - top > PICTURE_SIZES * first.size
        and abs(first.base - first.size - bottom) < PICTURE_GAP * first.size
        for left, top, right, bottom in first.frame.sheet.pictures
    )


def _title(paragraphs: Sequence[_Paragraph], kinds: Sequence[BlockKind | None], body: _Body) -> range:
    """Which paragraphs are the title: the largest heading before the text of the first page, with what stands
    around it in the same type."""
    known = list(zip(paragraphs, kinds, strict=True))
    text = (n for n, (p, kind) in enumerate(known) if kind == "paragraph" or p.page != paragraphs[0].page)
    large = [
        n
        for n, (p, kind) in enumerate(known[: next(text, len(known))])
        if kind == "heading" and _is_large(p.size, p.lines[0].frame, body)
    ]
    if not large:
        return range(0)
    largest = max(large, key=lambda n: (paragraphs[n].size, -n))
    near = SAME_TITLE_SCANNED if paragraphs[largest].lines[0].frame.sheet.scanned else SAME_TITLE
    same = {n for n in large if abs(paragraphs[n].size / paragraphs[largest].size - 1) < near}
    start, end = largest, largest + 1
    while start - 1 in same:
        start -= 1
    while end in same:
        end += 1
    return range(start, end)


# --- the entrance --------------------------------------------------------------------------------


def drafts(sheets: Sequence[Sheet]) -> list[Draft]:
    """The paragraphs, headings, items and lines of tables of a document's pages, in reading order. What a
    paragraph is, is said where its type and shape leave no doubt. A paragraph that a page or column breaks
    is one draft for each of its parts."""
    regions = [_paragraphs(lines) for lines in _lines(columns.regions(sheets), sheets)]
    body = _body([paragraph for region in regions for paragraph in region])
    chains: list[list[_Paragraph]] = []
    for paragraph in _whole(regions, body):
        if paragraph.goes_on:
            chains[-1].append(paragraph)
        else:
            chains.append([paragraph])
    wholes = [_Paragraph(tuple(line for part in chain for line in part.lines)) for chain in chains]
    kinds = [_kind(whole, body) for whole in wholes]
    title = _title(wholes, kinds, body)
    out: list[Draft] = []
    for n, (chain, kind) in enumerate(zip(chains, kinds, strict=True)):
        if chain[0].lines[0].row.table:
            out += _table(chain[0].lines[0].row, chain[0].page)
        elif n in title:
            out.append(Draft(chain[0].text, "title", chain[0].page, goes_on=n > title.start))
        else:
            out += _parts(chain, kind)
    return out


def _parts(chain: Sequence[_Paragraph], kind: BlockKind | None) -> list[Draft]:
    """The drafts of one paragraph. They are put together with a blank between, so a word that the end of a
    page breaks goes to the first page."""
    out: list[Draft] = []
    for paragraph in chain:
        text = paragraph.text
        if out and columns.BROKEN.search(out[-1].text):
            word, _, text = text.partition(" ")
            out[-1] = replace(out[-1], text=columns.joined([out[-1].text, word]))
        if text:
            out.append(Draft(text, kind, paragraph.page, goes_on=bool(out)))
    return out


def _table(row: Row, page: int) -> list[Draft]:
    kinds: list[BlockKind] = ["header" if row.header and n == 0 else "row" for n in range(len(row.table))]
    return [Draft(CELLS.join(cells), kind, page) for cells, kind in zip(row.table, kinds, strict=True)]
