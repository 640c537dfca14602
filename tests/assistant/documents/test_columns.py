"""Rows as a file: a spreadsheet opens it, and runs nothing of it."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.documents import columns


def read(written: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_rows_are_read_back_with_every_letter() -> None:
    rows = [["Văn phòng; “Huyện ủy”", 'Lời "nói"'], ["Đặng Thị Ẩn", ""]]
    written = columns.write(["Đơn vị", "Nguồn"], rows)
    assert written.startswith(b"\xef\xbb\xbf")
    assert read(written) == [["Đơn vị", "Nguồn"], *rows]


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r\n=1", "＝1", '=HYPERLINK("x")']
)
def test_a_cell_that_begins_like_a_formula_is_words(cell: str) -> None:
    ((shown,),) = read(columns.write([], [[cell]]))[1:]
    assert shown == f"'{cell.strip()}"


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_whatever_is_said_no_cell_is_a_formula_and_no_row_is_lost(rows: list[list[str]]) -> None:
    back = read(columns.write(["a", "b"], rows))
    assert len(back) == len(rows) + 1
    for row in back:
        assert len(row) == 2
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
