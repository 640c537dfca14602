"""Spreadsheets: Excel workbooks, and tables in text files with a separator between their cells.

A sheet of an office is a page with a table on it: a letterhead and a title above, sometimes notes and
signatures below. What is read are the values as the sheet shows them, never formulas.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache
from itertools import islice, pairwise, takewhile
from math import isfinite
from pathlib import Path
from typing import Any, Literal

from ingest.errors import UnreadableFile
from ingest.layout import Draft, Page, document
from ingest.limits import Limits
from ingest.readers.package import checked
from ingest.readers.text import characters
from ingest.types import CELLS
from ingest.vietnamese import fold, nfc

#: A table made for people has fewer columns. What stands further right is not read.
MAX_COLUMNS = 512
_EXCEL = "Excel (.xlsx)"


def read(path: Path, limits: Limits) -> Page:
    """The tables of a workbook's visible sheets, or of a text file, each with what stands above and below
    it. The rows of a table are lines with its cells between CELLS, a dash for an empty one."""
    if path.suffix.lower() in (".csv", ".tsv"):
        sheets = [_Sheet("", _separated(characters(path.read_bytes()), limits))]
    else:
        checked(path, limits, "xl/workbook.xml", _EXCEL)
        sheets = _workbook(path, limits)
    sheets = [sheet for sheet in sheets if any(any(row) for row in sheet.rows)]
    if not sheets:
        raise UnreadableFile(
            "bảng tính không có ô nào có chữ hoặc số. Hãy mở tệp bằng Excel cho tính xong các công thức, "
            "lưu lại, rồi nạp lại."
        )
    return document(_drafts(sheets, path.stem))


# --- tables, of whatever document ----------------------------------------------------------------

#: Stands for an empty cell between others, so that each cell keeps its column.
EMPTY = "–"
#: No name of a column, nor of a group of rows, is longer.
NAME_CHARS = 100

#: A cell that is drawn over several: its first row and column and its last ones, counted from 0.
Merged = tuple[int, int, int, int]


def table(
    rows: Sequence[Sequence[str]], merged: Sequence[Merged] = (), named: bool | None = None
) -> Iterator[Draft]:
    """The lines of a table: the names of its columns, then a line a row. ``named`` says whether the first
    row of several cells names the columns; None lets its words tell. What stands over it is its title.

    Where a column is named in two rows, by its own name under one for several columns, both are told. Rows
    and columns without a word are left out; a row of one cell in a wider table is a heading in it."""
    full = _filled_down(rows, merged)
    first = next((n for n, row in enumerate(full) if _count(row) > 1), len(full))
    yield from (Draft(cell) for row in full[:first] for cell in row if cell)
    if named is None:
        named = names_columns(full[first], full[first + 1 :]) if first < len(full) else False
    head = min(_height(merged, first), len(full) - first - 1) if named else 0
    columns = [n for n in range(max(map(len, full), default=0)) if any(row[n] for row in full[first:])]
    if head:
        _spread(full, merged, range(first, first + head))
        names = ([row[n] for row in full[first : first + head] if row[n]] for n in columns)
        yield Draft(_line([" – ".join(dict.fromkeys(name)) for name in names]), "header")
    for row in full[first + head :]:
        filled = [cell for cell in row if cell]
        if len(filled) == 1 and len(columns) > 1 and not _is_figure(filled[0]):
            yield Draft(filled[0], "heading" if len(filled[0]) <= NAME_CHARS else "paragraph")
        elif filled:
            yield Draft(_line([row[n] for n in columns]), "row")


def _filled_down(rows: Sequence[Sequence[str]], merged: Sequence[Merged]) -> list[list[str]]:
    """The rows, all of one width; words or a date that are drawn over several rows in each of them, for
    which they speak. A figure, a sum as a rule, stays in the first."""
    wide = max(map(len, rows), default=0)
    full = [[*map(_cell, row), *[""] * (wide - len(row))] for row in rows]
    for top, left, bottom, _ in merged:
        words = full[top][left] if left < wide else ""
        figure = _is_figure(words) and not _TELLS_WHEN.search(words)
        if words and not figure and len(words) <= NAME_CHARS:
            for row in full[top + 1 : bottom + 1]:
                if any(row) and not row[left]:
                    row[left] = words
    return full


def _height(merged: Sequence[Merged], first: int) -> int:
    """How many rows name the columns from the row ``first`` on: as many as the tallest name is drawn over."""
    return max((bottom - top + 1 for top, _, bottom, _ in merged if top == first), default=1)


def _spread(rows: list[list[str]], merged: Sequence[Merged], head: range) -> None:
    """Puts each name that is drawn over several columns into all of them."""
    for top, left, _, right in merged:
        if top in head and left < len(rows[top]):
            end = min(right + 1, len(rows[top]))
            rows[top][left:end] = [rows[top][left]] * (end - left)


def _count(row: Sequence[str]) -> int:
    return sum(bool(cell) for cell in row)


def _cell(text: str) -> str:
    """A cell's words, without what would read as the end of it."""
    return " ".join(text.replace("|", "/").split())


def _line(cells: Sequence[str]) -> str:
    last = max((n for n, cell in enumerate(cells) if cell), default=-1)
    return CELLS.join(cell or EMPTY for cell in cells[: last + 1])


def names_columns(row: Sequence[str], following: Sequence[Sequence[str]]) -> bool:
    """Whether the first row of a table names its columns: by words, or by words and years that go up or
    down."""
    cells = [cell for cell in row if cell]
    figures = [cell for cell in cells if _is_figure(cell)]
    if len(cells) < 2 or any(len(cell) > NAME_CHARS for cell in cells) or not following:
        return False
    if not figures:
        return True
    years = [int(cell) for cell in figures if _YEAR.fullmatch(cell)]
    in_order = years in (sorted(set(years)), sorted(set(years), reverse=True))
    return len(years) == len(figures) > 1 and in_order and not _is_figure(cells[0])


def _is_figure(text: str) -> bool:
    return bool(_FIGURE.fullmatch(text))


_FIGURE = re.compile(r"[-+(]?\d[\d.,/:%\s)-]*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_TELLS_WHEN = re.compile(r"(?:^|/)(?:19|20)\d\d$")

_LETTERHEAD = re.compile(
    r"cong hoa xa hoi chu nghia viet nam|dang cong san viet nam|doc lap\W+tu do\W+hanh phuc"
    r"|\S, ngay\W+(?:\d+\W+)?thang\W+(?:\d+\W+)?nam\b"
)


def is_letterhead(text: str) -> bool:
    """Whether the words are the motto or the place and day that stand at the head of an office's document."""
    return bool(_LETTERHEAD.search(fold(text)))


# --- the text around a table ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sheet:
    """``rows`` are the cells' words, empty cells as empty strings."""

    name: str
    rows: list[list[str]]
    merged: tuple[Merged, ...] = ()


def _drafts(sheets: Sequence[_Sheet], stem: str) -> Iterator[Draft]:
    """The lines of a workbook. Several sheets are about what the file's name says, each about what its own
    name and the lines over its table say; a single one goes by these, then by its name, then the file's."""
    names = [given_name(sheet.name) for sheet in sheets]
    known = given_name(stem) or ", ".join(filter(None, names))[:NAME_CHARS] or _NAMELESS
    if len(sheets) == 1:
        lines = list(_lines(sheets[0], titled=True))
        if not any(line.kind == "title" for line in lines):
            yield Draft(names[0] or known, "title")
        yield from lines
        return
    yield Draft(known, "title")
    for sheet, name in zip(sheets, names, strict=True):
        yield from [Draft(name, "heading")] if name else []
        yield from _lines(sheet, titled=False)


_NAMELESS = "Bảng tính"
#: What programs call a sheet, a workbook or a file that nobody gave a name.
_UNNAMED = re.compile(
    r"(?:sheet|trang tinh|trang|book|so lam viec|workbook|presentation|ban trinh bay|file|new microsoft .*)?"
    r"[\d\s.()]*"
)


def given_name(name: str) -> str | None:
    """The name that somebody gave a sheet or a file (its stem), in words; None for one that a program gave.
    A year is a name."""
    words = " ".join(re.sub(r"[_-]+", " ", nfc(name)).split())
    return None if _UNNAMED.fullmatch(fold(words)) and not _YEAR.fullmatch(words) else words


def _lines(sheet: _Sheet, titled: bool) -> Iterator[Draft]:
    """The lines of a sheet; ``titled`` says that its title is that of the whole workbook."""
    rows = sheet.rows
    first = _table_starts(rows)
    last = max((n for n, row in enumerate(rows) if _count(row) > 1), default=-1) + 1
    above = [cell for row in rows[:first] for cell in row if cell]
    title = _title(above) if titled else []
    for cell in above:
        if cell not in title:
            yield Draft(cell)
        elif cell == title[0]:
            yield Draft(" ".join(title), "title")
    for start, end in _tables(rows, first, last):
        inside = [m for m in sheet.merged if start <= m[0] < end]
        yield from table(rows[start:end], [(t - start, left, b - start, r) for t, left, b, r in inside])
    yield from (Draft(cell) for row in rows[max(first, last) :] for cell in row if cell)


def _table_starts(rows: Sequence[Sequence[str]]) -> int:
    """The first row of the first table: of two cells at least, and under the letterhead, which is set in
    two columns itself."""
    heads = (n for n, row in enumerate(rows[:_HEAD_ROWS]) if is_letterhead(" ; ".join(filter(None, row))))
    under = max(heads, default=-1) + 1
    while under and under < len(rows) and _count(rows[under]) > 1 and _count(rows[under]) <= 2 < _width(rows):
        under += 1
    return next((n for n, row in enumerate(rows) if n >= under and _count(row) > 1), len(rows))


#: No letterhead reaches further down.
_HEAD_ROWS = 8


def _width(rows: Sequence[Sequence[str]]) -> int:
    return max(map(_count, rows), default=0)


def _tables(rows: Sequence[Sequence[str]], first: int, last: int) -> Iterator[tuple[int, int]]:
    """Where the tables from the row ``first`` up to ``last`` begin and end. An empty row ends one where the
    next row names columns."""
    starts = [first] if first < last else []
    for n in range(first + 1, last):
        if not any(rows[n - 1]) and names_columns(rows[n], rows[n + 1 : last]) and _turns(rows, n, last):
            starts.append(n)
    return pairwise([*starts, last])


def _turns(rows: Sequence[Sequence[str]], n: int, last: int) -> bool:
    """Whether the row after an empty one is of another kind than the one below it, which has figures where
    it has words, or the same as one before, which named the columns there."""
    below = rows[n + 1] if n + 1 < last else []
    pairs = zip(rows[n], below, strict=False)
    return rows[n] in rows[:n] or any(a and not _is_figure(a) and _is_figure(b) for a, b in pairs)


_TITLES = re.compile(
    r"(?:danh (?:sach|muc)|bang|bieu|tong hop|thong ke|ket qua|so lieu|co cau|lich|ke hoach|bao cao|phu luc|"
    r"chuong trinh|theo doi|thong tin|tinh hinh|du toan|quyet toan|so theo doi|noi dung)\b"
)
_TITLE_GOES_ON = re.compile(r"(?:nam|giai doan|quy|thang|nhiem ky|tu nam|khoa|cua|tai|den|tinh den)\b")


def _title(above: Sequence[str]) -> list[str]:
    """Of the lines above a table those that are its title: one that begins as titles of tables do, else the
    first of some length; with the next, if that goes on."""
    lines = [line for line in above if not is_letterhead(line) and not line.startswith("(")]
    first = next((n for n, line in enumerate(lines) if _TITLES.match(fold(line))), None)
    if first is None:
        first = next((n for n, line in enumerate(lines) if len(line.split()) >= 4), None)
    if first is None:
        return lines[:1]
    return [lines[first], *takewhile(lambda line: _TITLE_GOES_ON.match(fold(line)), lines[first + 1 :])]


# --- workbooks -----------------------------------------------------------------------------------


def _workbook(path: Path, limits: Limits) -> list[_Sheet]:
    from openpyxl.reader.excel import ExcelReader

    class Tables(ExcelReader):
        def read_chartsheet(self, sheet: Any, rel: Any) -> None:
            """Charts have no words of their own, and many ways to be damaged."""

    try:
        # What openpyxl warns of are decorations that it does not know; what it fails on it leaves open.
        with warnings.catch_warnings(), path.open("rb") as file:
            warnings.simplefilter("ignore")
            reader = Tables(file, read_only=True, data_only=True, keep_links=False)
            reader.read()
            budget = _Budget(limits)
            shown = [sheet for sheet in reader.wb.worksheets if sheet.sheet_state == "visible"]
            return [_sheet(sheet, budget) for sheet in shown]
    except (UnreadableFile, MemoryError):
        raise
    except Exception as e:  # a damaged workbook surfaces as whatever its parts trip over
        if isinstance(e, OSError) and e.errno is not None:
            raise
        raise UnreadableFile(
            f"tệp {_EXCEL} bị hỏng, không mở được. Hãy mở tệp bằng Excel để sửa, lưu thành tệp mới, rồi nạp "
            "lại."
        ) from e


class _Budget:
    """How many characters may still be read."""

    def __init__(self, limits: Limits) -> None:
        self.limit = self.left = limits.characters

    def spend(self, row: Sequence[str]) -> None:
        self.left -= sum(map(len, row))
        if self.left < 0:
            raise UnreadableFile(
                f"bảng tính có hơn {self.limit} ký tự, quá lớn để tra cứu. Hãy tách thành nhiều tệp nhỏ, "
                "hoặc chỉ giữ các trang tính cần dùng, rồi nạp lại."
            )


def _sheet(sheet: Any, budget: _Budget) -> _Sheet:
    """A sheet of a workbook, its rows one after the other with one empty row for any number of them.

    The sheet's own size is not asked: programs write a million rows for a column that was once coloured.
    openpyxl's rows would be filled up with empty cells, and its read-only sheets know nothing of merged
    cells, so its parser is used as it uses it."""
    from openpyxl.cell.read_only import ReadOnlyCell
    from openpyxl.worksheet._reader import WorkSheetParser

    book = sheet.parent
    rows: list[list[str]] = []
    numbers: list[int] = []  # where each row stands in the sheet
    with book._archive.open(sheet._worksheet_path) as source:
        parser = WorkSheetParser(
            source, sheet._shared_strings, True, book.epoch, book._date_formats, book._timedelta_formats
        )
        for number, found in parser.parse():
            cells = {c["column"]: _shown(ReadOnlyCell(sheet, **c)) for c in found if c["value"] is not None}
            wide = max((column for column, words in cells.items() if words), default=0)
            if wide > MAX_COLUMNS:
                raise UnreadableFile(
                    f"trang tính “{sheet.title}” rộng hơn {MAX_COLUMNS} cột. Hãy chép phần bảng cần dùng "
                    "sang tệp mới, rồi nạp lại."
                )
            row = [cells.get(column, "") for column in range(1, wide + 1)]
            budget.spend(row)
            if row and numbers and number > numbers[-1] + 1:
                rows.append([])
                numbers.append(number - 1)
            if row:
                rows.append(row)
                numbers.append(number)
        ranges = [merged.bounds for merged in parser.merged_cells.mergeCell] if parser.merged_cells else []
    at = {number: n for n, number in enumerate(numbers)}
    merged = [
        (at[top], left - 1, bisect_right(numbers, bottom) - 1, right - 1)
        for left, top, right, bottom in ranges
        if top in at
    ]
    return _Sheet(str(sheet.title), rows, tuple(merged))


def _shown(cell: Any) -> str:
    """A cell's value as the sheet shows it to someone in Viet Nam."""
    value = cell.value
    match value:
        case _ if cell.data_type == "e":
            return ""
        case str():
            return " ".join(_ESCAPED.sub(" ", value).split())
        case bool():
            return "Có" if value else "Không"
        case date() | time() | timedelta():
            return _moment(value, _bare(cell.number_format))
        case int() | float():
            return _number(value, _bare(cell.number_format))
    return str(value)


#: How a workbook writes the characters that XML cannot hold.
_ESCAPED = re.compile(r"_x00[01][0-9A-Fa-f]_")
_ELAPSED = re.compile(r"\[([hms]+)\]")
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


@lru_cache(maxsize=1 << 8)
def _bare(number_format: str | None) -> str:
    """A number format, of positive numbers, without the words, colours and blanks in it."""
    return _LITERAL.sub("", _ELAPSED.sub(r"\1", (number_format or "General").lower())).partition(";")[0]


def _moment(value: date | time | timedelta, pattern: str) -> str:
    """A date or a time with no more than the sheet shows of it: what is shown as a year alone is kept as its
    first of January."""
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    clock = f"{value:%H:%M}" if isinstance(value, datetime | time) and "h" in pattern else ""
    if isinstance(value, time):
        return f"{value:%H:%M}"
    day = f"{value.day:02d}" if "d" in pattern else ""
    month = f"{value.month:02d}" if day or ("m" in pattern and not clock) else ""
    year = f"{value.year:04d}" if "y" in pattern else ""
    parts = [part for part in (day, month, year) if part]
    shown = "/".join(parts) if len(parts) > 1 or year else "".join(f"tháng {part}" for part in parts)
    return " ".join(filter(None, (shown, clock if clock != "00:00" or not shown else "")))


_DECIMALS = re.compile(r"[0#?]\.([0#?]+)")
_THOUSANDS = re.compile(r"[0#?](,+)(?![,0#?])")
_WHOLE = re.compile(r"[0#?]")
_EXACT = re.compile(r"general|/|e[+-]|^@?$")
#: What is computed is a little off in the last of its sixteen digits.
_SURE_DECIMALS = 10


def _number(value: float, pattern: str) -> str:
    """A number with no more decimals than the sheet shows, behind a comma; no mark between thousands."""
    if not isfinite(value):
        return ""
    if isinstance(value, int) and pattern == "general":
        return str(value)
    shown = _DECIMALS.search(pattern)
    decimals = len(shown[1]) if shown else 0
    if _EXACT.search(pattern) or not _WHOLE.search(pattern):
        decimals = _SURE_DECIMALS
    exact = Decimal(repr(value))
    if thousands := _THOUSANDS.search(pattern):
        exact = exact.scaleb(-3 * len(thousands[1]))
    percent = "%" if "%" in pattern else ""
    if percent:
        exact = exact.scaleb(2)
    text = f"{_rounded(exact, decimals):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    if re.fullmatch("0+", pattern):
        text = text.zfill(len(pattern))
    return ("0" if text == "-0" else text.replace(".", ",")) + percent


def _rounded(number: Decimal, decimals: int) -> Decimal:
    with localcontext(prec=400):  # a number of Excel has up to 309 digits before the comma
        return number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


# --- text files ----------------------------------------------------------------------------------

#: What stands between cells, the rarer in running text the earlier.
_SEPARATORS = "\t;|,"
#: So many lines tell which it is.
_TRIED = 50


def _separated(text: str, limits: Limits) -> list[list[str]]:
    """The rows of a table in text. Excel may say in a first line of its own what separates the cells."""
    said = re.match(r"sep=(.)\r?\n", text)
    text = text[said.end() :] if said else text
    separator = said[1] if said else _separator(text[:_SAMPLE])
    budget = _Budget(limits)
    try:
        found = list(_rows(text, separator))
    except csv.Error:  # a quotation mark that is never closed: it is one of the words
        found = list(_rows(text, separator, csv.QUOTE_NONE))
    rows = [[" ".join(cell.split()) for cell in row] for row in found]
    for row in rows:
        budget.spend(row)
    return rows


def _rows(text: str, separator: str, quoting: Literal[0, 3] = csv.QUOTE_MINIMAL) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, quoting=quoting, strict=True)


#: So much of a file, and so many of its rows, tell what separates its cells …
_SAMPLE, _TRIED = 100_000, 50
#: … if so many of them agree.
_AGREED = 0.5


def _separator(text: str) -> str:
    """What separates the cells: that by which most rows are of one and the same width. A list of one column
    has none."""
    evenness = {separator: _evenness(text, separator) for separator in _SEPARATORS}
    best = max(_SEPARATORS, key=evenness.__getitem__)
    return best if evenness[best] >= _AGREED else _NO_SEPARATOR


_NO_SEPARATOR = "\x1f"


def _evenness(text: str, separator: str) -> float:
    widths: Counter[int] = Counter()
    with suppress(csv.Error):  # of a row that the end of the sample cuts
        for row in islice(_rows(text, separator), _TRIED):
            widths[len(row)] += any(row)
    return max((n for width, n in widths.items() if width > 1), default=0) / max(1, widths.total())
