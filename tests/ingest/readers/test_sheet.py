"""Spreadsheets as lines that can be understood one by one."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import unicodedata
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.chartsheet import Chartsheet
from openpyxl.worksheet.worksheet import Worksheet

from ingest import clean
from ingest.encodings import TCVN3
from ingest.errors import UnreadableFile
from ingest.layout import Page
from ingest.limits import Limits
from ingest.readers import sheet
from ingest.types import CELLS

Row = list[object]
NAMES = ["STT", "Họ và tên", "Năm sinh"]
PEOPLE: list[list[Any]] = [[1, "Trần Thị Bình", 1971], [2, "Lê Văn Lương", 1980]]


def book(path: Path, **sheets: Any) -> Path:
    """A workbook of these sheets, each the rows of its values, by their names."""
    made = openpyxl.Workbook()
    assert made.active
    made.remove(made.active)
    for name, rows in sheets.items():
        for row in (new := made.create_sheet(name.replace("_", " "))) and rows:
            new.append(row)
    made.save(path)
    return path


def first(made: openpyxl.Workbook) -> Worksheet:
    assert isinstance(made.active, Worksheet)
    return made.active


def read(path: Path, limits: Limits | None = None) -> Page:
    return sheet.read(path, limits or Limits())


def kinds(page: Page) -> list[tuple[str | None, str]]:
    """The lines, but for the title that a table without one gets from its file, ``a`` or ``b``."""
    assert sum(line.kind == "title" for line in page.lines) == 1
    lines = [(line.kind, line.text) for line in page.lines]
    return [line for line in lines if line not in (("title", "a"), ("title", "b"))]


def rows(page: Page) -> list[str]:
    return [line.text for line in page.lines if line.kind == "row"]


def refusal(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableFile) as refused:
        read(path, limits)
    assert "Hãy" in str(refused.value)
    return str(refused.value)


# --- workbooks -----------------------------------------------------------------------------------


def test_a_table_row_is_a_line_with_its_cells(tmp_path: Path) -> None:
    page = read(book(tmp_path / "a.xlsx", Sheet1=[NAMES, *PEOPLE]))
    assert kinds(page) == [
        ("header", "STT | Họ và tên | Năm sinh"),
        ("row", "1 | Trần Thị Bình | 1971"),
        ("row", "2 | Lê Văn Lương | 1980"),
    ]
    assert page.whole


def test_an_empty_cell_keeps_its_place_and_empty_rows_and_columns_go(tmp_path: Path) -> None:
    table = [
        [None, "Đơn vị", None, "Năm", "Ghi chú"],
        [],
        [None, "Sơn Khê", None, None, "mới"],
        [None, "Hà Lương"],
    ]
    page = read(book(tmp_path / "a.xlsx", Sheet1=table))
    assert [text for _, text in kinds(page)] == ["Đơn vị | Năm | Ghi chú", "Sơn Khê | – | mới", "Hà Lương"]


def test_a_name_that_stands_over_several_rows_is_told_in_each(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    for row in (["Đơn vị", "Năm", "Tổng"], ["Sơn Khê", 2015, 30], [None, 2018, None], ["Hà Lương", 2019, 5]):
        first(made).append(row)
    first(made).merge_cells("A2:A3")
    first(made).merge_cells("C2:C3")  # a sum is said once: it is not each row's
    made.save(tmp_path / "a.xlsx")
    assert rows(read(tmp_path / "a.xlsx")) == ["Sơn Khê | 2015 | 30", "Sơn Khê | 2018", "Hà Lương | 2019 | 5"]


def test_names_of_columns_in_two_rows_are_told_together(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    for row in (["Đơn vị", "Khen thưởng", None], [None, "Năm", "Hình thức"], ["Sơn Khê", 2015, "Bằng khen"]):
        first(made).append(row)
    for merged in ("A1:A2", "B1:C1"):
        first(made).merge_cells(merged)
    made.save(tmp_path / "a.xlsx")
    assert kinds(read(tmp_path / "a.xlsx")) == [
        ("header", "Đơn vị | Khen thưởng – Năm | Khen thưởng – Hình thức"),
        ("row", "Sơn Khê | 2015 | Bằng khen"),
    ]


def test_a_row_of_one_cell_in_a_table_is_a_heading_in_it(tmp_path: Path) -> None:
    page = read(
        book(tmp_path / "a.xlsx", Sheet1=[NAMES, ["I. KHỐI ĐẢNG"], PEOPLE[0], ["II. ĐOÀN THỂ"], PEOPLE[1]])
    )
    assert [kind for kind, _ in kinds(page)] == ["header", "heading", "row", "heading", "row"]


def test_an_office_form_gives_its_title_day_and_notes(tmp_path: Path) -> None:
    form = [
        ["HUYỆN ỦY BÌNH LÃNG", None, None, "ĐẢNG CỘNG SẢN VIỆT NAM"],
        ["VĂN PHÒNG", None, None, "Bình Lãng, ngày 12 tháng 3 năm 2020"],
        [],
        ["DANH SÁCH TẬP THỂ ĐƯỢC KHEN THƯỞNG"],
        ["NĂM 2019"],
        ["(Kèm theo Quyết định số 12-QĐ/HU)"],
        [],
        ["STT", "Đơn vị", "Hình thức", "Số người"],
        [1, "Phòng Tổng hợp", "Bằng khen", 5],
        [2, "Phòng Hành chính", "Giấy khen", 7],
        ["Ghi chú: số liệu đến hết năm 2019."],
    ]
    page = read(book(tmp_path / "a.xlsx", Sheet1=form))
    assert ("title", "DANH SÁCH TẬP THỂ ĐƯỢC KHEN THƯỞNG NĂM 2019") in kinds(page)
    assert (None, "HUYỆN ỦY BÌNH LÃNG") in kinds(page)
    assert kinds(page)[-4:] == [
        ("header", "STT | Đơn vị | Hình thức | Số người"),
        ("row", "1 | Phòng Tổng hợp | Bằng khen | 5"),
        ("row", "2 | Phòng Hành chính | Giấy khen | 7"),
        (None, "Ghi chú: số liệu đến hết năm 2019."),
    ]
    cleaned = clean.clean(page)
    assert cleaned.title == "DANH SÁCH TẬP THỂ ĐƯỢC KHEN THƯỞNG NĂM 2019"
    assert cleaned.published == dt.date(2020, 3, 12)


def test_two_tables_of_a_sheet_have_names_of_columns_each(tmp_path: Path) -> None:
    both = [NAMES, *PEOPLE, [], ["Đơn vị", "Số người"], ["Sơn Khê", 12], ["Hà Lương", 15]]
    found = kinds(read(book(tmp_path / "a.xlsx", Sheet1=both)))
    assert [text for kind, text in found if kind == "header"] == [
        "STT | Họ và tên | Năm sinh",
        "Đơn vị | Số người",
    ]


def test_a_table_without_names_of_columns_has_none(tmp_path: Path) -> None:
    assert kinds(read(book(tmp_path / "a.xlsx", Sheet1=[["Thành lập", 1946], ["Chia tách", 1991]]))) == [
        ("row", "Thành lập | 1946"),
        ("row", "Chia tách | 1991"),
    ]


def test_years_may_name_columns(tmp_path: Path) -> None:
    table = [["Chỉ tiêu", 2018, 2019, 2020], ["Văn bản", 120, 135, 150]]
    assert kinds(read(book(tmp_path / "a.xlsx", Sheet1=table)))[0] == (
        "header",
        "Chỉ tiêu | 2018 | 2019 | 2020",
    )


def test_a_list_of_one_column_is_lines(tmp_path: Path) -> None:
    page = read(
        book(tmp_path / "a.xlsx", Sheet1=[["Danh sách các phòng"], ["Phòng Tổng hợp"], ["Phòng Cơ yếu"]])
    )
    assert kinds(page) == [("title", "Danh sách các phòng"), (None, "Phòng Tổng hợp"), (None, "Phòng Cơ yếu")]


# --- what a workbook is called -------------------------------------------------------------------


def test_several_sheets_are_told_apart_by_their_names(tmp_path: Path) -> None:
    page = read(
        book(tmp_path / "Khen-thưởng_Sơn Khê.xlsx", Năm_2018=[NAMES, PEOPLE[0]], Năm_2019=[NAMES, PEOPLE[1]])
    )
    assert kinds(page)[:2] == [("title", "Khen thưởng Sơn Khê"), ("heading", "Năm 2018")]
    assert ("heading", "Năm 2019") in kinds(page)
    # What the first sheet is called is not what the second is about.
    assert clean.clean(page).title == "Khen thưởng Sơn Khê"


def test_sheets_of_years_in_a_workbook_without_a_name_name_it_together(tmp_path: Path) -> None:
    page = read(book(tmp_path / "Book1.xlsx", **{"2018": [NAMES, PEOPLE[0]], "2019": [NAMES, PEOPLE[1]]}))
    assert [text for kind, text in kinds(page) if kind in ("title", "heading")] == [
        "2018, 2019",
        "2018",
        "2019",
    ]


def test_a_table_that_nobody_named_is_an_article_all_the_same(tmp_path: Path) -> None:
    found = clean.clean(read(book(tmp_path / "file.xlsx", Sheet1=[["Năm", "Số"], [1930, 86], [1931, 87]])))
    assert [piece.text for piece in found.pieces] == ["Bảng tính", "Năm | Số", "1930 | 86", "1931 | 87"]


def test_the_title_over_the_table_goes_before_the_name_of_the_sheet(tmp_path: Path) -> None:
    titled = read(book(tmp_path / "a.xlsx", Biên_chế=[["Bảng biên chế năm 2020"], NAMES, *PEOPLE]))
    assert [text for kind, text in kinds(titled) if kind == "title"] == ["Bảng biên chế năm 2020"]
    named = read(book(tmp_path / "b.xlsx", Biên_chế=[NAMES, *PEOPLE]))
    assert [text for kind, text in kinds(named) if kind == "title"] == ["Biên chế"]


@pytest.mark.parametrize("name", ["Sheet1", "Trang tính1", "Sheet 2", "Sheet1 (2)"])
def test_a_sheet_that_nobody_named_has_no_name(tmp_path: Path, name: str) -> None:
    page = read(book(tmp_path / "bien-che-2020.xlsx", **{name: [NAMES, *PEOPLE]}))
    assert kinds(page)[0] == ("title", "bien che 2020")


def test_hidden_sheets_are_left_out(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", Sheet1=[NAMES, *PEOPLE], Nháp=[["Lương", "mật"], ["9", "9"]])
    made = openpyxl.load_workbook(path)
    made["Nháp"].sheet_state = "hidden"
    made.save(path)
    assert kinds(read(path)) == kinds(read(book(tmp_path / "b.xlsx", Sheet1=[NAMES, *PEOPLE])))


def test_a_sheet_that_is_a_chart_is_no_table(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", Sheet1=[NAMES, *PEOPLE])
    made = openpyxl.load_workbook(path)
    chart = made.create_chartsheet("Biểu đồ")
    assert isinstance(chart, Chartsheet)
    made.save(path)
    assert len(rows(read(path))) == 2


# --- values --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "pattern", "shown"),
    [
        (dt.date(1930, 10, 18), "dd/mm/yyyy", "18/10/1930"),
        (dt.datetime(2020, 10, 16), "mm-dd-yy", "16/10/2020"),
        (dt.datetime(2020, 10, 16, 9, 5), "d/m/yy h:mm", "16/10/2020 09:05"),
        (dt.datetime(2020, 10, 16), "d/m/yy h:mm", "16/10/2020"),
        (dt.date(1946, 1, 1), "yyyy", "1946"),  # no first of January was meant
        (dt.date(1946, 3, 1), "mm/yyyy", "03/1946"),
        (dt.date(1946, 3, 1), "mmm-yy", "03/1946"),
        (dt.date(2026, 3, 18), "d-mmm", "18/03"),  # the year is that of typing
        (dt.date(2020, 10, 16), '"ngày" dd "tháng" mm "năm" yyyy', "16/10/2020"),
        (dt.date(2020, 10, 16), "[$-42A]dd/mm/yyyy;@", "16/10/2020"),
        (dt.time(14, 30), "h:mm", "14:30"),
        (dt.timedelta(hours=26, minutes=5), "[h]:mm", "26:05"),
        (1.0, "General", "1"),
        (1234567, "#,##0", "1234567"),
        (12.5, "General", "12,5"),
        (0.1 + 0.2, "General", "0,3"),
        (3.14159, "0.00", "3,14"),
        (2.5, "0", "3"),
        (-0.4, "0", "0"),
        (1234.5, "#,##0.0", "1234,5"),
        (1_250_000, "#,##0,", "1250"),
        (0.955, "0.0%", "95,5%"),
        (1, "0%", "100%"),
        (7, "0000", "0007"),
        (1e-7, "0.00E+00", "0,0000001"),
        (True, "General", "Có"),
        (False, "General", "Không"),
        ("  nhiều\ndòng_x000D_ chữ ", "General", "nhiều dòng chữ"),
        ("a|b", "General", "a/b"),
        ("#REF!", "General", ""),
    ],
)
def test_a_value_is_what_the_sheet_shows(tmp_path: Path, value: object, pattern: str, shown: str) -> None:
    made = openpyxl.Workbook()
    for row in (["Nội dung", "Giá trị", "Ghi chú"], ["mục", value, "x"]):
        first(made).append(row)
    cell = first(made).cell(2, 2)
    cell.number_format = pattern
    if value == "#REF!":
        cell.data_type = "e"
    made.save(tmp_path / "a.xlsx")
    assert rows(read(tmp_path / "a.xlsx")) == [" | ".join(filter(None, ["mục", shown or "–", "x"]))]


def test_formulas_give_what_they_came_to(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", Sheet1=[["Nội dung", "Số", "Ghi chú"], ["Tổng", "=1+1", "đủ"]])
    assert rows(read(path)) == ["Tổng | – | đủ"]  # openpyxl computes nothing
    computed = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(computed, "w") as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb"(<f>1\+1</f>)<v ?/?>(?:</v>)?", rb"\1<v>2</v>", old.read(name)))
    assert rows(read(computed)) == ["Tổng | 2 | đủ"]


def test_text_in_an_old_charset_is_put_into_unicode(tmp_path: Path) -> None:
    old = "Danh s¸ch c¸n bé, ®¶ng viªn V¨n phßng HuyÖn ñy"
    page = read(
        book(tmp_path / "a.xlsx", Sheet1=[["STT", old], [1, "NguyÔn V¨n ThÞnh, tr\u00adëng phßng Tæng hîp"]])
    )
    assert kinds(page) == [
        ("header", "STT | Danh sách cán bộ, đảng viên Văn phòng Huyện ủy"),
        ("row", "1 | Nguyễn Văn Thịnh, trưởng phòng Tổng hợp"),
    ]


# --- what harms ----------------------------------------------------------------------------------


def test_a_sheet_that_was_formatted_to_its_last_row_is_read_at_once(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", Sheet1=[NAMES, *PEOPLE])
    made = openpyxl.load_workbook(path)
    first(made)["A1048576"].number_format = "0.00"
    first(made)["XFD3"].number_format = "0.00"
    made.save(path)
    assert len(kinds(read(path, Limits(characters=100)))) == 3


def test_more_characters_or_columns_than_anyone_reads_are_refused(tmp_path: Path) -> None:
    long = book(tmp_path / "a.xlsx", Sheet1=[NAMES] + [[n, "Trần Thị Bình", 1971] for n in range(100)])
    assert "hơn 1000 ký tự" in refusal(long, Limits(characters=1000))
    wide = book(tmp_path / "b.xlsx", Sheet1=[["x"] * 600, ["y"] * 600])
    assert "cột" in refusal(wide)


def test_a_workbook_without_a_value_is_refused(tmp_path: Path) -> None:
    assert "không có ô nào" in refusal(book(tmp_path / "a.xlsx", Sheet1=[[None], ["  "]]))
    hidden = book(tmp_path / "b.xlsx", Sheet1=[[]], Nháp=[["a"]])
    made = openpyxl.load_workbook(hidden)
    made["Nháp"].sheet_state = "veryHidden"
    made.save(hidden)
    assert "không có ô nào" in refusal(hidden)


def rewritten(path: Path, part: str, change: Iterable[tuple[bytes, bytes]]) -> Path:
    """The workbook with one of its parts changed."""
    changed = path.with_stem(f"{path.stem}-2")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            for before, after in change if name == part else ():
                assert before in data
                data = data.replace(before, after)
            new.writestr(name, data)
    return changed


@pytest.mark.parametrize(
    ("part", "before", "after"),
    [
        ("xl/worksheets/sheet1.xml", b"</sheetData>", b""),
        ("xl/worksheets/sheet1.xml", b'r="A1"', b'r="?"'),
        ("xl/workbook.xml", b"sheetId", b"id"),
        ("xl/styles.xml", b"<cellXfs", b"<cellXf"),
    ],
)
def test_a_damaged_workbook_is_refused(tmp_path: Path, part: str, before: bytes, after: bytes) -> None:
    path = book(tmp_path / "a.xlsx", Sheet1=[NAMES, *PEOPLE])
    assert "bị hỏng" in refusal(rewritten(path, part, [(before, after)]))


def test_what_is_no_workbook_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", Sheet1=[NAMES, *PEOPLE])
    evil = rewritten(path, "xl/workbook.xml", [(b"<workbook", b'<!DOCTYPE a [<!ENTITY b "c">]><workbook')])
    assert "khai báo lạ" in refusal(evil)
    text = tmp_path / "b.xlsx"
    text.write_bytes(b"%PDF-1.4")
    assert "tệp PDF" in refusal(text)


def test_a_workbook_with_macros_is_read_like_one_without(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", Sheet1=[NAMES, *PEOPLE])
    assert kinds(read(Path(shutil.copy(path, tmp_path / "a.xlsm")))) == kinds(read(path))


# --- text files ----------------------------------------------------------------------------------

TEXT = "STT;Họ và tên;Nhiệm vụ\n1;Trần Thị Bình;Tham mưu, tổng hợp\n2;Lê Văn Lương;Lưu trữ, văn thư\n"


def put(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_whatever_separates_the_cells_is_found(tmp_path: Path, separator: str) -> None:
    text = "\n".join(separator.join(map(str, row)) for row in [NAMES, *PEOPLE])
    for name in ("a.csv", "a.tsv"):
        assert rows(read(put(tmp_path / name, text))) == [
            "1 | Trần Thị Bình | 1971",
            "2 | Lê Văn Lương | 1980",
        ]


def test_commas_inside_cells_do_not_separate_them(tmp_path: Path) -> None:
    assert rows(read(put(tmp_path / "a.csv", TEXT)))[0] == "1 | Trần Thị Bình | Tham mưu, tổng hợp"
    quoted = 'STT,Nhiệm vụ\n1,"Tham mưu, tổng hợp\nvà ""phục vụ"""\n2,Lưu trữ\n'
    assert rows(read(put(tmp_path / "b.csv", quoted)))[0] == '1 | Tham mưu, tổng hợp và "phục vụ"'


def test_the_separator_that_excel_names_is_taken(tmp_path: Path) -> None:
    assert rows(read(put(tmp_path / "a.csv", "sep=:\r\nSTT:Tên\r\n1:Sơn Khê\r\n"))) == ["1 | Sơn Khê"]


def test_a_quotation_mark_that_is_never_closed_swallows_nothing(tmp_path: Path) -> None:
    page = read(put(tmp_path / "a.csv", 'STT,Tên\n1,"Sơn Khê\n2,Hà Lương\n3,Bình Lãng\n'))
    assert rows(page) == ['1 | "Sơn Khê', "2 | Hà Lương", "3 | Bình Lãng"]


def test_prose_with_commas_is_no_table(tmp_path: Path) -> None:
    text = "Văn phòng có hai phòng\nPhòng Tổng hợp, do ông Bình phụ trách\nPhòng Cơ yếu\nPhòng Hành chính\n"
    assert "row" not in {kind for kind, _ in kinds(read(put(tmp_path / "a.csv", text)))}


def in_tcvn3(text: str) -> bytes:
    """The bytes that the ABC fonts draw as this text, of small letters."""
    letters = {TCVN3.read(bytes([b]).decode("latin-1")): b for b in range(0xA1, 0x100)}
    return bytes(letters.get(c, ord(c) if c < "\x80" else 0x3F) for c in unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    "encoded",
    [
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        in_tcvn3(TEXT),
    ],
    ids=["utf-8", "utf-16", "utf-16 without a mark", "tcvn3"],
)
def test_a_text_table_is_read_in_any_encoding(tmp_path: Path, encoded: bytes) -> None:
    assert kinds(read(put(tmp_path / "a.csv", encoded))) == [
        ("header", "STT | Họ và tên | Nhiệm vụ"),
        ("row", "1 | Trần Thị Bình | Tham mưu, tổng hợp"),
        ("row", "2 | Lê Văn Lương | Lưu trữ, văn thư"),
    ]


@pytest.mark.parametrize(
    ("data", "seen"),
    [
        (b"", "không có ô nào"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "ảnh JPEG"),
        (bytes(range(1, 256)) * 4, "Unicode"),
    ],
)
def test_what_is_no_text_table_is_refused(tmp_path: Path, data: bytes, seen: str) -> None:
    assert seen in refusal(put(tmp_path / "a.csv", data))


# --- tables of whatever document -----------------------------------------------------------------

CELL = st.text(st.sampled_from("abđ12|\n "), max_size=6)


@given(st.lists(st.lists(CELL, max_size=5), max_size=6), st.sampled_from([None, True, False]))
def test_every_word_of_a_table_is_in_its_lines_and_no_other(
    cells: list[list[str]], named: bool | None
) -> None:
    found = [word for draft in sheet.table(cells, named=named) for word in re.split(r"[\s|/–]+", draft.text)]
    wanted = [word for row in cells for cell in row for word in re.split(r"[\s|/]+", cell)]
    assert sorted(filter(None, found)) == sorted(filter(None, wanted))


@given(st.lists(st.lists(st.sampled_from(["", "a", "1"]), min_size=3, max_size=3), min_size=1, max_size=6))
def test_a_cell_stays_below_the_name_of_its_column(cells: list[list[str]]) -> None:
    table = [["Tên", "Năm", "Số"], *cells]
    for draft in list(sheet.table(table, named=True))[1:]:
        if draft.kind == "row":
            row = [cell.replace(sheet.EMPTY, "") for cell in draft.text.split(CELLS)]
            assert [*row, *[""] * (3 - len(row))] in cells


# --- whatever is broken --------------------------------------------------------------------------


@settings(max_examples=60)
@given(st.data())
def test_whatever_is_broken_in_a_workbook_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """A byte in one of its parts, with the package around it whole."""
    folder = tmp_path_factory.getbasetemp()
    whole = book(folder / "whole.xlsx", Sheet1=[NAMES, *PEOPLE], Hai=[NAMES, *PEOPLE])
    with zipfile.ZipFile(whole) as old:
        parts = {name: bytearray(old.read(name)) for name in old.namelist()}
    part = parts[data.draw(st.sampled_from(sorted(parts)))]
    part[data.draw(st.integers(0, len(part) - 1))] = data.draw(st.sampled_from(b'<>"/0A \x00\xff'))
    broken = folder / "broken.xlsx"
    with zipfile.ZipFile(broken, "w") as new:
        for name, content in parts.items():
            new.writestr(name, bytes(content))
    with suppress(UnreadableFile):
        read(broken)


@given(st.binary(max_size=300))
def test_whatever_the_bytes_of_a_text_table_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    with suppress(UnreadableFile):
        read(put(tmp_path_factory.getbasetemp() / "bytes.csv", data))
