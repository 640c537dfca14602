"""Rows become a file that a spreadsheet opens with a double click. Pure.

The cells stand between semicolons: where a comma is the sign of decimals, as in Vietnam, Excel takes a comma
for no end of a column. The mark at the beginning tells Excel that the letters are UTF-8.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

#: What a spreadsheet takes for the beginning of a formula, in any width in which it can be typed.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")


def write(names: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The file: the names of the columns, then the rows. A cell that would be run as a formula has an
    apostrophe before it, which a spreadsheet takes for the sign of words."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in (names, *rows):
        writer.writerow([_plain(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig", errors="replace")


def _plain(cell: str) -> str:
    """The words of a cell in one line; no formula."""
    words = " ".join(cell.replace("\0", "").split())
    return f"'{words}" if words.startswith(_FORMULA) else words
