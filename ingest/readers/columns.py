"""In which order the words of a page are read: rows, columns and tables, without headers and page numbers.

A PDF file says where each letter is drawn, text recognition where it saw each word; neither says what a row
or a column is. That is found here from the places alone, by pure functions that know no file format.
Lengths are in points, y grows downwards, and a word stands on its ``base`` line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, takewhile
from statistics import median

from ingest import furniture
from ingest.encodings import is_well_formed
from ingest.vietnamese import fold

# --- what is given -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Word:
    """Letters without white space between them. ``size`` is that of the font. ``raised`` says that it
    stands above the line in small type; ``base`` is then that of the line. ``blank`` is False where no white
    space was set before it, so that it may belong to the word on its left."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool = False
    slanted: bool = False
    raised: bool = False
    blank: bool = True


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line that is drawn on the page, upright or level, from the left or upper end."""

    x: float
    y: float
    length: float
    upright: bool


#: The left, upper, right and lower edge of what is on a page.
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page, its words in any order, with the strokes and pictures on it. ``number`` counts from 1.
    ``scanned`` says that the page itself was a picture: sizes are then measured rather than known, and no
    word is known to be bold or slanted."""

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    strokes: tuple[Stroke, ...] = ()
    pictures: tuple[Box, ...] = ()
    scanned: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """The words of one sheet on one base line, from left to right, and the ``size`` of the largest; or a
    whole table that was found, with the cells of its lines, of which the first names the columns if there is
    a ``header``."""

    words: tuple[Word, ...]
    size: float
    table: tuple[tuple[str, ...], ...] = ()
    header: bool = False

    @property
    def left(self) -> float:
        return self.words[0].left

    @property
    def right(self) -> float:
        return self.words[-1].right

    @property
    def base(self) -> float:
        return self.words[0].base

    @property
    def text(self) -> str:
        return _text(self.words)

    @property
    def first_word(self) -> float:
        """How wide its first word is, which may be drawn in pieces."""
        parts = takewhile(lambda pair: _is_one(*pair), pairwise(self.words))
        return max([self.words[0].right, *(word.right for _, word in parts)]) - self.left


@dataclass(frozen=True, slots=True)
class Region:
    """Rows that are read one after the other. They end left of the ``edge`` where another column begins, and
    begin at or right of ``start`` where one ends. A ``block`` stands beside another, as the names over a
    letter and the signature under it do, and its rows are lines of their own. ``measure`` is the width of the
    column left of it, which mostly is its own too."""

    rows: tuple[Row, ...]
    edge: float
    block: bool = False
    start: float = 0.0
    measure: float = 0.0


def regions(sheets: Sequence[Sheet]) -> list[list[Region]]:
    """The regions of each sheet in the order in which they are read, without headers and page numbers."""
    pages = _without_margins(sheets, [_with_drawn_tables(sheet) for sheet in sheets])
    known: dict[float, list[_Gutter]] = {}
    for sheet, rows in zip(sheets, pages, strict=True):
        known.setdefault(paper(sheet), []).extend(_gutters(rows))
    return [_regions(rows, known[paper(sheet)]) for sheet, rows in zip(sheets, pages, strict=True)]


def paper(sheet: Sheet) -> float:
    """What sheets have in common whose columns and lines end in the same place: their width; scans are each
    cut anew."""
    return -sheet.number if sheet.scanned else round(sheet.width)


# --- rows ----------------------------------------------------------------------------------------

#: Words are in one row if their base lines differ by less than this share of their size.
SAME_BASE = 0.35
#: A wider gap, in sizes of the font, is more than the blank between two words.
WIDE_GAP = 1.0
#: Two words that no blank was set between are one if the gap is smaller, in sizes of the font.
NO_GAP = 0.1

_UNIT = re.compile(r"(?:\A|[^a-z])(?:[kcdm]?m|ha)$")
_NOTE = re.compile(r"[\d,*()\[\]]+")


def _text(words: Sequence[Word]) -> str:
    """The words of a row as a text. Marks that point to a footnote are left out: behind a year they would
    make another number of it."""
    out = ""
    last: Word | None = None
    for word in words:
        touches = last is None or _is_one(last, word)
        if not (word.raised and last and _NOTE.fullmatch(word.text) and not _UNIT.search(out)):
            out += word.text if touches else f" {word.text}"
        last = word
    return out


def _is_one(last: Word, word: Word) -> bool:
    return not word.blank and word.left - last.right < NO_GAP * last.size


def _rows(words: Iterable[Word]) -> list[Row]:
    """From top to bottom."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.base):
        if rows and word.base - rows[-1][0].base < SAME_BASE * min(word.size, rows[-1][0].size):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [_row(row) for row in rows]


def _row(words: Iterable[Word]) -> Row:
    ordered = sorted(words, key=lambda word: word.left)
    return Row(tuple(ordered), max(word.size for word in ordered))


def joined(rows: Iterable[str]) -> str:
    """The lines of a paragraph as one: no blank behind the hyphen, dash or stroke that a line was broken at,
    and no hyphen where it only broke a word: ``1930-`` ``1935``, ``in-`` ``ternet``."""
    text = ""
    for row in rows:
        if not text:
            text = row
        elif not BROKEN.search(text):
            text = f"{text} {row}"
        else:
            text = (text[:-1] if _breaks_a_word(text, row) else text) + row
    return text


#: The end of a line that was broken at a hyphen, a dash or a stroke.
BROKEN = re.compile(r"[^\s\-–/][-–/\u2010\u2011\u00ad]$")
_LAST_LETTERS = re.compile(r"([^\W\d_]+)[-\u2010\u00ad]$")
_FIRST_LETTERS = re.compile(r"[^\W\d_]+")


def _breaks_a_word(text: str, row: str) -> bool:
    """Whether the hyphen at the end of a text is one of the break alone. Two syllables that it joins
    (``xã hội-`` ``chính trị``), a name and a number keep theirs."""
    if text.endswith("\u00ad"):
        return True
    before, after = _LAST_LETTERS.search(text), _FIRST_LETTERS.match(row)
    if not before or not after or not after[0].islower():
        return False
    return not (is_well_formed(before[1]) and is_well_formed(after[0]))


# --- what is on every page -----------------------------------------------------------------------

#: So many rows at the top and at the bottom of a page may be its header and its footer.
MARGIN_ROWS = 4
#: On so many pages a row must stand in the same place before it is taken for a header; of a document of two
#: pages on both, apart from the text.
REPEATED = 3
#: … where "the same place" is this share of the page's height.
PLACE = 0.012
#: … or so near to the page's edge, in points: word processors set heads half an inch from it, text an inch.
EDGE = 50.0
#: A row stands apart from the text if it is so many sizes away, or smaller by this factor.
APART = 1.4
SMALLER = 0.92
#: Between what is in the margin of a lone page and the text is white of so many sizes, and it is not larger
#: than the text by this factor.
WHITE = 1.5
TITLE = 1.15
LARGER = 1.05

_PAGE_NUMBER = re.compile(
    r"[^\w]*(?P<label>trang|page|tr\.?)?\s*(?P<number>\d{1,4})(?P<of>\s*(?:[/|]|of|tren)\s*\d{1,4})?[^\w.,;:%]*"
)
_ROMAN_NUMBER = re.compile(r"[-–— ]*[ivxl]{1,6}[-–— ]*")
# The last row that a browser prints, "https://… 1/3", and what may stand in the first: "10/16/20, 3:05 PM".
_ADDRESS = r"(?:https?://|file://|www\.|about:blank)\S*"
_OF = r"\d+\s*(?:/|of)\s*\d+"
_DAY, _TIME = r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}", r"\d{1,2}[:h]\d\d(?::\d\d)?"
_AT = rf"(?:{_DAY},?\s+{_TIME}|{_TIME},?\s+{_DAY})"
_PRINTED_FROM = re.compile(rf"{_ADDRESS}.*?{_OF}|{_OF}\s.*?(?:{_AT}|{_ADDRESS}).*")
_PRINTED_AT = re.compile(rf"{_AT}.*|.*\s{_AT}(?:\s*\w\w)?|.*\s{_ADDRESS}")


def _without_margins(sheets: Sequence[Sheet], pages: Sequence[Sequence[Row]]) -> list[list[Row]]:
    """The rows of each page without those that are on every page, page numbers, and what a browser prints
    around a page: its name, its address and the day on which it was printed."""
    pages = [_without_imprint(rows) for rows in pages]
    tops = _repeated(sheets, [rows[:MARGIN_ROWS] for rows in pages])
    feet = _repeated(sheets, [rows[::-1][:MARGIN_ROWS] for rows in pages])
    pages = [
        rows[top : max(top, len(rows) - foot)] for rows, top, foot in zip(pages, tops, feet, strict=True)
    ]
    pages = _without_numbers(sheets, pages, last=True)
    pages = _without_numbers(sheets, pages, last=False)
    alone = len(sheets) == 1 and not sheets[0].scanned  # what would repeat itself cannot
    return [_without_running_lines(sheets[0], pages[0])] if alone else pages


def _repeated(sheets: Sequence[Sheet], edges: Sequence[Sequence[Row]]) -> list[int]:
    """How many rows from each page's edge inwards are on other pages too, digits apart."""
    places: dict[str, list[tuple[float, float]]] = {}
    for sheet, rows in zip(sheets, edges, strict=True):
        for row in rows:
            places.setdefault(_pattern(row), []).append((row.base / sheet.height, row.size))
    counts = []
    for sheet, rows in zip(sheets, edges, strict=True):
        count = 0
        for n, row in enumerate(rows):
            at = row.base / sheet.height
            same = sum(abs(at - y) < PLACE and abs(row.size - size) < 1 for y, size in places[_pattern(row)])
            apart = n + 1 < len(rows) and (_is_at_edge(sheet, row) or _apart(row, rows[n + 1]))
            if row.table or not (same >= REPEATED or (same == len(sheets) == 2 and apart)):
                break
            count = n + 1
        counts.append(count)
    return counts


def _without_running_lines(sheet: Sheet, rows: Sequence[Row]) -> list[Row]:
    """The rows of a page without those that stand in its margin, far from the text or right above a title.
    What is larger than the text is a title itself; a day, and a name below the text, is the article's."""
    if len(rows) < 2:
        return list(rows)
    size = median(row.size for row in rows)

    def runs(row: Row, inner: Row) -> bool:
        head = row.base < inner.base
        white = abs(row.base - inner.base) - (inner if head else row).size
        far = _is_in_margin(sheet, row, rows) and white > WHITE * size
        title = head and inner.size > TITLE * row.size and not _all_bold([row.words])
        small = not row.table and row.size < LARGER * size
        kept = furniture.imprint(row.text) or (not head and furniture.is_signature(row.text))
        return small and not kept and (far or (title and _is_at_edge(sheet, row)))

    first = next((n for n in range(MARGIN_ROWS, 0, -1) if n < len(rows) and runs(rows[n - 1], rows[n])), 0)
    last = rows[-1]
    foot = len(rows) - first > 1 and runs(last, rows[-2])
    return list(rows[first : len(rows) - foot])


def _is_in_margin(sheet: Sheet, row: Row, rows: Sequence[Row]) -> bool:
    """Whether a row is nearer to the upper or the lower edge of the page than rows come to its sides."""
    sides = min(row.left for row in rows), sheet.width - max(row.right for row in rows)
    return min(row.base, sheet.height - row.base) < min(sides)


def _is_at_edge(sheet: Sheet, row: Row) -> bool:
    return min(row.base, sheet.height - row.base) < EDGE


def _pattern(row: Row) -> str:
    return re.sub(r"\d+", "0", fold(row.text))


def _without_imprint(rows: Sequence[Row]) -> Sequence[Row]:
    edges = [rows[0], rows[-1]] if len(rows) > 1 else []
    if not any(_PRINTED_FROM.fullmatch(row.text) for row in edges):
        return rows
    drop = [row for row in edges if _PRINTED_FROM.fullmatch(row.text) or _PRINTED_AT.fullmatch(row.text)]
    return [row for row in rows if not any(row is other for other in drop)]


def _without_numbers(
    sheets: Sequence[Sheet], pages: Sequence[Sequence[Row]], *, last: bool
) -> list[list[Row]]:
    """Without the page numbers among the last, or the first, rows of the pages. A lone number is one if it
    counts on from page to page, or is the page's own and stands apart."""
    edges = [rows[-1 if last else 0] if rows else None for rows in pages]
    found = [_PAGE_NUMBER.fullmatch(fold(row.text)) if row and not row.table else None for row in edges]
    numbers = [int(match["number"]) if match else None for match in found]
    ahead = Counter(number - n for n, number in enumerate(numbers) if number is not None)
    out = []
    for n, (rows, row, match) in enumerate(zip(pages, edges, found, strict=True)):
        number = numbers[n]
        apart = bool(row) and (len(rows) < 2 or _apart(rows[-1 if last else 0], rows[-2 if last else 1]))
        drop = bool(row and not row.table and _ROMAN_NUMBER.fullmatch(row.text) and apart)
        if match and number is not None:
            marked = bool(match["label"] or match["of"]) or number == sheets[n].number
            drop = (marked and apart) or ahead[number - n] >= 2
        out.append(list(rows[:-1] if last else rows[1:]) if drop else list(rows))
    return out


def _apart(row: Row, inner: Row) -> bool:
    """Whether a row stands apart from the text, or is in other type."""
    gap, large = abs(row.base - inner.base), max(row.size, inner.size)
    return gap > APART * large or (row.size < SMALLER * inner.size and gap > large)


# --- tables that are drawn -----------------------------------------------------------------------

#: Ends of strokes that are nearer, in points, meet.
MEET = 3.0
#: A shorter stroke, in points, is a mark.
SHORT = 6.0


def _with_drawn_tables(sheet: Sheet) -> list[Row]:
    """The rows of a sheet, each table whose cells are drawn as one row."""
    words = list(sheet.words)
    tables = []
    for strokes in _together(_whole([stroke for stroke in sheet.strokes if stroke.length >= SHORT])):
        xs = _apart_from_each_other([s.x for s in strokes if s.upright])
        ys = _apart_from_each_other([s.y for s in strokes if not s.upright])
        if len(xs) < 3 or len(ys) < 3:
            continue
        inside = [w for w in words if xs[0] < (w.left + w.right) / 2 < xs[-1] and ys[0] < w.base < ys[-1] + 1]
        lines = _cells(inside, strokes, xs, ys)
        if len(lines) > 1 and sum(len(line) > 1 for line in lines) > 1:
            tables.append((xs, ys, lines, inside))
            gone = set(map(id, inside))
            words = [word for word in words if id(word) not in gone]
    rows = _rows(words)
    for xs, ys, lines, inside in tables:
        size = median(word.size for word in inside)
        whole = Word("", xs[0], xs[-1], ys[0] + size, size)
        rows.append(Row((whole,), size, *_table(lines)))
    return sorted(rows, key=lambda row: row.base)


def _whole(strokes: Iterable[Stroke]) -> list[Stroke]:
    """The strokes with those put together that go on from each other, or lie over each other."""
    out: list[Stroke] = []
    for stroke in sorted(strokes, key=lambda s: (s.upright, *((s.x, s.y) if s.upright else (s.y, s.x)))):
        near = len(out)
        while near and out[near - 1].upright == stroke.upright and _across(out[near - 1], stroke) <= MEET:
            near -= 1
        met = next((n for n in range(near, len(out)) if _meet(out[n], stroke)), None)
        if met is None:
            out.append(stroke)
        else:
            out[met] = _both(out[met], stroke)
    return out


def _across(a: Stroke, b: Stroke) -> float:
    """How far apart two strokes of one direction run."""
    return abs(a.x - b.x) if a.upright else abs(a.y - b.y)


def _both(a: Stroke, b: Stroke) -> Stroke:
    """The stroke that two of one direction make, on the line of the first."""
    (ax, ay, bx, by), (cx, cy, dx, dy) = _ends(a), _ends(b)
    if a.upright:
        return Stroke(a.x, min(ay, cy), max(by, dy) - min(ay, cy), True)
    return Stroke(min(ax, cx), a.y, max(bx, dx) - min(ax, cx), False)


def _together(strokes: Sequence[Stroke]) -> list[list[Stroke]]:
    """The strokes that meet, directly or through others."""
    groups: list[list[Stroke]] = []
    for stroke in strokes:
        met = [group for group in groups if any(_meet(stroke, other) for other in group)]
        groups = [group for group in groups if not any(group is other for other in met)]
        groups.append([stroke, *(s for group in met for s in group)])
    return groups


def _meet(a: Stroke, b: Stroke) -> bool:
    (ax, ay, bx, by), (cx, cy, dx, dy) = _ends(a), _ends(b)
    return ax - MEET <= dx and cx - MEET <= bx and ay - MEET <= dy and cy - MEET <= by


def _ends(s: Stroke) -> Box:
    return (s.x, s.y, s.x, s.y + s.length) if s.upright else (s.x, s.y, s.x + s.length, s.y)


def _apart_from_each_other(places: Iterable[float]) -> list[float]:
    out: list[float] = []
    for place in sorted(places):
        if not out or place - out[-1] > MEET:
            out.append(place)
    return out


def _cells(
    words: Sequence[Word], strokes: Sequence[Stroke], xs: Sequence[float], ys: Sequence[float]
) -> list[tuple[tuple[str, ...], bool]]:
    """The lines of a drawn table: the texts of the cells that begin in it, and whether all are bold. Cells
    between which no stroke is drawn are one."""
    across, down = range(len(xs) - 1), range(len(ys) - 1)
    first = {(i, j): (i, j) for j in down for i in across}  # of each field, the first field of its cell
    for j in down:
        for i in across:
            middle = (xs[i] + xs[i + 1]) / 2, (ys[j] + ys[j + 1]) / 2
            if i and not any(s.upright and abs(s.x - xs[i]) <= MEET and _at(s, middle[1]) for s in strokes):
                first[i, j] = first[i - 1, j]
            elif j and not any(
                not s.upright and abs(s.y - ys[j]) <= MEET and _at(s, middle[0]) for s in strokes
            ):
                first[i, j] = first[i, j - 1]
    held: dict[tuple[int, int], list[Word]] = {}
    for word in words:
        i = sum(x < (word.left + word.right) / 2 for x in xs[1:-1])
        j = sum(y < word.base - 0.3 * word.size for y in ys[1:-1])
        held.setdefault(first[i, j], []).append(word)
    lines = []
    for j in down:
        cells = [held[i, j] for i in across if (i, j) in held]
        texts = tuple(text for cell in cells if (text := joined([row.text for row in _rows(cell)])))
        if texts:
            lines.append((texts, all(word.bold for cell in cells for word in cell)))
    return lines


def _at(stroke: Stroke, place: float) -> bool:
    start = stroke.y if stroke.upright else stroke.x
    return start - MEET <= place <= start + stroke.length + MEET


def _table(lines: Sequence[tuple[tuple[str, ...], bool]]) -> tuple[tuple[tuple[str, ...], ...], bool]:
    """The cells of a table's lines, and whether the first names the columns: it is bold as no other is, and
    as long as the longest."""
    texts = tuple(cells for cells, _ in lines)
    named = lines[0][1] and not any(bold for _, bold in lines[1:])
    return texts, named and len(texts[0]) == max(map(len, texts))


# --- tables that are set with gaps ---------------------------------------------------------------

#: A table without strokes has at least so many rows.
TABLE_ROWS = 3
#: Cells begin, or end, in one place if they differ by less than this, in sizes of the font.
ALIGNED = 0.5
#: Lines of running text have at least so many words, and so many of them begin small, as they break inside
#: sentences: in Vietnamese four words of five do. Cells begin with a capital or a figure.
PROSE_WORDS = 3
PROSE_BREAKS = 0.4
#: So many rows of it show how wide a column is.
FILLED_ROWS = 5

_MARKER = re.compile(
    r"(?:[-–—+*•●○▪▫◦■□➢►▶❖✓✔✦·\ue000-\uf8ff]|\(?(?:\d{1,2}(?:\.\d{1,2}){0,3}|[a-zđA-ZĐ]|[IVX]{1,5})[.):/]?)"
)
#: What stands before the text that it belongs to: the mark of an item, a day, a name with a colon.
_KEY = re.compile(rf"{_MARKER.pattern}|(?:[Nn]ăm |[Nn]gày |[Tt]háng )?\d[\d/.\s–-]*:?|.*:")


def cells(row: Row) -> list[Row]:
    """The parts of a row that wide gaps divide; of a whole table, itself."""
    return [row] if row.table else [_row(words) for words in _cells_of(row)]


def _cells_of(row: Row) -> list[tuple[Word, ...]]:
    cells: list[list[Word]] = []
    for word in row.words:
        if cells and word.left - cells[-1][-1].right < WIDE_GAP * word.size:
            cells[-1].append(word)
        else:
            cells.append([word])
    return [tuple(cell) for cell in cells]


def _with_set_tables(rows: Sequence[Row]) -> list[Row]:
    """The rows, each stretch of them that is a table without strokes as one."""
    out: list[Row] = []
    n = 0
    split = [[] if row.table else _cells_of(row) for row in rows]
    while n < len(rows):
        end = n
        while end < len(rows) and len(split[n]) > 1 and _aligned(split[n], split[end], rows[n].size):
            end += 1
        if end - n >= TABLE_ROWS and _is_table(split[n:end]):
            lines = [(tuple(map(_text, cells)), _all_bold(cells)) for cells in split[n:end]]
            left, right = min(r.left for r in rows[n:end]), max(r.right for r in rows[n:end])
            whole = replace(rows[n].words[0], left=left, right=right)
            out.append(Row((whole,), rows[n].size, *_table(lines)))
        else:
            end = n + 1
            out.append(rows[n])
        n = end
    return out


def _all_bold(cells: Sequence[Sequence[Word]]) -> bool:
    return all(word.bold for cell in cells for word in cell)


def _aligned(cells: Sequence[Sequence[Word]], others: Sequence[Sequence[Word]], size: float) -> bool:
    """Whether each cell begins, or from the second on ends, where that of the other row does; in two
    columns, which centred lines side by side are too, they must begin there."""
    near = ALIGNED * size
    return len(cells) == len(others) and all(
        abs(a[0].left - b[0].left) < near
        or (n > 0 and len(cells) > 2 and abs(a[-1].right - b[-1].right) < near)
        for n, (a, b) in enumerate(zip(cells, others, strict=True))
    )


def _is_table(rows: Sequence[Sequence[Sequence[Word]]]) -> bool:
    columns = list(zip(*rows, strict=True))
    if len(columns) == 2 and all(_MARKER.fullmatch(_text(cell)) for cell in columns[0]):
        return False
    return not all(map(_is_prose, columns))


def _is_prose(lines: Sequence[Sequence[Word]]) -> bool:
    """Whether lines are running text: they break inside sentences, where four words of five begin small."""
    words = sum(map(len, lines)) / len(lines)
    small = sum(line[0].text[:1].islower() for line in lines[1:])
    return words >= PROSE_WORDS and small >= PROSE_BREAKS * (len(lines) - 1) > 0


def end_of_text(rows: Sequence[Row]) -> float | None:
    """Where the lines of rows end that are running text, which several show by breaking there inside a
    sentence; None of other rows."""
    if len(rows) < FILLED_ROWS:
        return None
    rights = [row.right for row in rows]
    size = median(row.size for row in rows)
    end = max((x for x in rights if sum(0 <= x - y < size for y in rights) >= TABLE_ROWS), default=-FAR)
    full = [(a, b) for a, b in pairwise(rows) if abs(end - a.right) < COLUMN_SHORT * size]
    breaks = sum(b.words[0].text[:1].islower() for _, b in full)
    wide = end - min(row.left for row in rows) > COLUMN * size
    return end if wide and breaks >= max(FILLED_ROWS - 1, PROSE_BREAKS * len(full)) else None


# --- columns -------------------------------------------------------------------------------------

#: What divides two columns, in sizes of the font: of prose, and of two blocks set side by side, such as the
#: names of an office and of the party above a letter; such a block has at most so many rows.
GUTTER = 0.8
BLOCK_GUTTER = 2.0
BLOCK_ROWS = 16
#: In a single row only a gap as wide as this divides.
ROW_GUTTER = 4.0
#: A column of prose is wider than this, in sizes of the font.
COLUMN = 8.0
#: A column of so many rows is seen to be one though the next has but a few, so many sizes of the font apart.
BEGUN_ROWS = 8
BEGUN_PITCH = 3.0
#: Where a column is known to be, its lines begin this near to its edge; if nothing stands in the other one,
#: the longest of several ends this near to it. In sizes of the font.
COLUMN_INDENT = 3.0
COLUMN_SHORT = 4.0
#: Titles beside the text, rather than years or names that it belongs to: so many rows, of so many words.
TITLES = 5
TITLE_WORDS = 2.5
#: Rows of one block are not further apart, in sizes of the font.
BLOCK_PITCH = 2.0

_Gap = tuple[float, float]
#: Right of every page.
FAR = 1e6


@dataclass(frozen=True, slots=True)
class _Band:
    """The rows from ``start`` to ``end`` stand in two columns, left and right of ``at``; ``pairs`` tells of
    how many it is seen. The columns are ``prose`` or blocks; ``measure`` is the left one's width if known."""

    start: int
    end: int
    at: float
    pairs: int
    prose: bool
    measure: float = 0.0


@dataclass(frozen=True, slots=True)
class _Gutter:
    """The white between two columns of prose: the left one goes from ``start`` to ``end``, the right one from
    ``at`` to ``right``."""

    start: float
    end: float
    at: float
    right: float


def _regions(
    rows: Sequence[Row],
    gutters: Sequence[_Gutter] = (),
    edge: float = FAR,
    block: bool = False,
    start: float = 0.0,
    measure: float = 0.0,
) -> list[Region]:
    """The rows of a sheet in the order in which they are read, columns one after the other. ``gutters`` are
    those of the whole document: a page that is not full shows its own too little."""
    band, known = _band(rows, prose=True), _known_band(rows, gutters)
    if known and (band is None or (known.start <= band.start < band.end <= known.end and known.at < band.at)):
        band = known
    if band is None:
        rows = _with_set_tables(rows)
        band = _band(rows, prose=False)
    if band is None:
        return [Region(tuple(rows), edge, block, start, measure)] if rows else []
    left, right = _halves(rows, band)
    width = band.measure or max(row.right for row in left) - min(row.left for row in left)
    before, after = ([g for g in gutters if g.right < band.at], [g for g in gutters if g.start > band.at])
    return [
        *_regions(rows[: band.start], gutters, edge, block, start, measure),
        *_regions(left, before, band.at, not band.prose, start, measure),
        *_regions(right, after, edge, not band.prose, band.at, width if band.prose else 0.0),
        *_regions(rows[band.end :], gutters, edge, block, start, measure),
    ]


def _halves(rows: Sequence[Row], band: _Band) -> tuple[list[Row], list[Row]]:
    left, right = [], []
    for row in rows[band.start : band.end]:
        if words := [word for word in row.words if word.left < band.at]:
            left.append(_part(row, words))
        if words := [word for word in row.words if word.left >= band.at]:
            right.append(_part(row, words))
    return left, right


def _gutters(rows: Sequence[Row]) -> list[_Gutter]:
    """Those that a sheet shows by itself."""
    band = _band(rows, prose=True)
    if band is None:
        return []
    left, right = _halves(rows, band)
    ends = max(row.right for row in left), max(row.right for row in right)
    here = _Gutter(min(row.left for row in left), ends[0], band.at, ends[1])
    outside = (rows[: band.start], left, right, rows[band.end :])
    return [here, *(gutter for part in outside for gutter in _gutters(part))]


def _known_band(rows: Sequence[Row], gutters: Sequence[_Gutter]) -> _Band | None:
    """The longest stretch of rows that a gutter of the document divides, or that fills the column left of
    it."""
    bands = [band for gutter in gutters for places in _clear(rows, gutter)
             if (band := _divided(rows, places, gutter))]  # fmt: skip
    return max(bands, key=lambda band: band.pairs, default=None)


def _clear(rows: Sequence[Row], gutter: _Gutter) -> Iterator[list[int]]:
    """The stretches of rows that leave a gutter clear."""
    for clear, places in groupby(range(len(rows)), lambda n: _is_clear(rows[n], gutter)):
        if clear:
            yield list(places)


def _is_clear(row: Row, gutter: _Gutter) -> bool:
    """Whether no word of a row stands in a gutter, and none outside of its columns."""
    over = (gutter.at - gutter.end) / 4
    inside = all(word.right < gutter.end + over or word.left > gutter.at - over for word in row.words)
    return inside and not row.table and row.left > gutter.start - row.size and row.right < gutter.right + over


def _divided(rows: Sequence[Row], places: Sequence[int], gutter: _Gutter) -> _Band | None:
    """The band of the rows in these places, if they begin, or end, where the columns do."""
    at = gutter.at - (gutter.at - gutter.end) / 4
    start, end = _below_title(rows, places[0], places[-1] + 1, at), places[-1] + 1
    band = _Band(start, end, at, end - start, True, gutter.end - gutter.start)
    left, right = _halves(rows, band)
    size = median(row.size for row in rows[band.start : band.end])
    if left and right:
        edges = ((left, gutter.start, gutter.end), (right, gutter.at, gutter.right))
        fits = all(
            min(row.left for row in side) - start < COLUMN_INDENT * size
            or end - max(row.right for row in side) < ALIGNED * size
            for side, start, end in edges
        )
    else:
        over = gutter.end - max((row.right for row in left), default=-FAR)
        fits = over < (COLUMN_SHORT if len(left) >= TABLE_ROWS else ALIGNED) * size
    return band if fits else None


def _part(row: Row, words: Sequence[Word]) -> Row:
    return row if len(words) == len(row.words) else _row(words)


def _band(rows: Sequence[Row], *, prose: bool) -> _Band | None:
    """The stretch of rows that most surely stands in two columns, of prose or in blocks."""
    best: _Band | None = None
    seen: set[tuple[int, int, int]] = set()
    for n, gap in _candidates(rows):
        start, end, gap = _stretch(rows, n, gap)
        key = (start, end, round(gap[0]))
        if key in seen:
            continue
        seen.add(key)
        band = (_columns if prose else _blocks)(rows, start, end, gap)
        if band and (best is None or band.pairs > best.pairs):
            best = band
    return best


def _candidates(rows: Sequence[Row]) -> Iterator[tuple[int, _Gap]]:
    """Wide gaps inside a row, and between one row and the next where these overlap in height."""
    for n, row in enumerate(rows):
        for a, b in pairwise(row.words):
            if b.left - a.right >= WIDE_GAP * row.size:
                yield n, (a.right, b.left)
        if n + 1 < len(rows) and _beside(row, rows[n + 1]):
            yield n, (min(row.right, rows[n + 1].right), max(row.left, rows[n + 1].left))


def _beside(row: Row, other: Row) -> bool:
    apart = max(row.left, other.left) - min(row.right, other.right)
    overlap = abs(other.base - row.base) < 0.8 * min(row.size, other.size)
    return overlap and apart >= WIDE_GAP * row.size


def _stretch(rows: Sequence[Row], n: int, gap: _Gap) -> tuple[int, int, _Gap]:
    """How far up and down from row ``n`` the gap, or a part of it that is wide enough, goes on."""
    start, end = n, n + 1
    while end < len(rows) and (common := _common(rows[end], gap)):
        gap, end = common, end + 1
    while start > 0 and (common := _common(rows[start - 1], gap)):
        gap, start = common, start - 1
    return start, end, gap


def _common(row: Row, gap: _Gap) -> _Gap | None:
    bounds = [-FAR, *(x for word in row.words for x in (word.left, word.right)), FAR]
    free = [(max(a, gap[0]), min(b, gap[1])) for a, b in zip(bounds[::2], bounds[1::2], strict=True)]
    widest = max(free, key=lambda part: part[1] - part[0])
    return widest if widest[1] - widest[0] >= GUTTER * row.size else None


def _columns(rows: Sequence[Row], start: int, end: int, gap: _Gap) -> _Band | None:
    """The band of a gap, if prose stands on both of its sides, or on one, and titles on the other."""
    start = _below_title(rows, start, end, gap[1])
    pairs = len(_pairs(rows, start, end, gap[1]))
    if _is_begun(rows[start:end], gap[1]):
        return _Band(start, end, gap[1], pairs, prose=True)
    if pairs < 3:
        return None
    sides = _sides(rows[start:end], gap[1])
    prose = sum(map(_is_prose, sides))
    titles = all(len(side) >= TITLES and sum(map(len, side)) >= TITLE_WORDS * len(side) for side in sides)
    narrow = min(max(x[-1].right for x in side) - min(x[0].left for x in side) for side in sides)
    size = median(row.size for row in rows[start:end])
    if narrow > COLUMN * size and (prose == 2 or (prose and titles)):
        return _Band(start, end, gap[1], pairs, prose=True)
    return None


def _is_begun(rows: Sequence[Row], at: float) -> bool:
    """Whether beside a column of running text another one only begins, at the height of its first lines."""
    left = [_row(words) for words in _sides(rows, at)[0]]
    right = [_row(words) for words in _sides(rows, at)[1]]
    if len(left) < BEGUN_ROWS or not right or end_of_text(left) is None:
        return False
    close = all(b.base - a.base < BEGUN_PITCH * b.size for a, b in pairwise(right))
    level = right[0].base < left[1].base and close
    return level and len(right) < len(left) and right[-1].base < left[-1].base


def _below_title(rows: Sequence[Row], start: int, end: int, at: float) -> int:
    """Where the columns begin under rows in larger type, which stand over all of them even if short."""
    size = median(row.size for row in rows[start:end])
    first = next(iter(_pairs(rows, start, end, at)), start)
    return next((n for n in range(start, first) if rows[n].size < LARGER * size), first)


def _blocks(rows: Sequence[Row], start: int, end: int, gap: _Gap) -> _Band | None:
    """The band of a gap, if it divides two blocks, rather than the words of a line or cells of a table."""
    pairs = _pairs(rows, start, end, gap[1])
    if not pairs:
        return None
    first, last = pairs[0], pairs[-1] + 1
    while first > start and _close(rows[first - 1], rows[first]):
        first -= 1
    while last < end and _close(rows[last - 1], rows[last]):
        last += 1
    left, _ = _sides(rows[first:last], gap[1])
    size, wide = median(row.size for row in rows[first:last]), gap[1] - gap[0]
    keys = sum(bool(_KEY.fullmatch(_text(words))) for words in left) > len(left) / 2
    narrow = wide < (ROW_GUTTER if len(pairs) == 1 else BLOCK_GUTTER) * size
    if narrow or keys or last - first > BLOCK_ROWS or _spread(rows[first:last], wide):
        return None
    return _Band(first, last, gap[1], len(pairs), prose=False)


def _pairs(rows: Sequence[Row], start: int, end: int, at: float) -> list[int]:
    """Which rows stand on both sides, be it one with the row before or after on the other side."""
    sides = [(row.left < at, row.right > at) for row in rows[start:end]]
    both = {n for n, (left, right) in enumerate(sides, start) if left and right}
    turns = (
        n for n in range(start, end - 1)
        if sides[n - start] != sides[n + 1 - start] and _beside(rows[n], rows[n + 1])
    )  # fmt: skip
    return sorted(both.union(*({n, n + 1} for n in turns)))


def _sides(rows: Sequence[Row], at: float) -> tuple[list[list[Word]], list[list[Word]]]:
    left = ([word for word in row.words if word.left < at] for row in rows)
    right = ([word for word in row.words if word.left >= at] for row in rows)
    return list(filter(None, left)), list(filter(None, right))


def _close(row: Row, following: Row) -> bool:
    return following.base - row.base < BLOCK_PITCH * min(row.size, following.size)


def _spread(rows: Sequence[Row], wide: float) -> bool:
    """Whether some row has other gaps that are about as wide: words that were spread over a line, or the
    cells of a table that is not regular enough to be told."""
    return any(sum(b.left - a.right > wide / 2 for a, b in pairwise(row.words)) > 1 for row in rows)
