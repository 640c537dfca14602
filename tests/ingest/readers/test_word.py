"""Word documents give the words that a reader sees, in their order, with what the document says they are."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clean import clean
from ingest.limits import Limits
from ingest.readers import word
from tests.ingest.readers.writing import (
    OFFICE,
    W,
    body,
    changed,
    in_list,
    level,
    lines,
    numbering,
    p,
    package,
    read,
    refusal,
    run,
    saved,
    style,
    table,
    tc,
    texts,
    tr,
)

# --- paragraphs and their kinds ----------------------------------------------------------------------


def test_paragraphs_come_in_order_with_the_kinds_that_their_styles_give_them(tmp_path: Path) -> None:
    d = docx.Document()
    d.add_heading("Văn phòng Huyện ủy Sơn Khê", 0)
    d.add_paragraph("Sáu mươi năm một chặng đường", style="Subtitle")
    d.add_heading("Sự ra đời", 1)
    d.add_paragraph("Văn phòng được thành lập ngày 12/4/1947.")
    d.add_paragraph("Trụ sở đầu tiên đặt tại xã Bình Lãng.", style="Body Text")
    d.add_heading("Các phòng", 2)
    d.add_paragraph("Phòng Tổng hợp", style="List Bullet")
    d.add_paragraph("Phòng Hành chính", style="List Bullet")
    d.add_paragraph("Tham mưu", style="List Number")
    d.add_paragraph("Phục vụ", style="List Number")
    d.add_paragraph("Trụ sở năm 1962", style="Caption")
    t = d.add_table(2, 2, style="Table Grid")
    for cell, text in zip(t._cells, ["Họ và tên", "Thời gian", "Đinh Văn Lâm", "1947 - 1951"], strict=True):
        cell.text = text
    d.add_paragraph("Nhiều đồng chí đã trưởng thành từ đây.", style="List Paragraph")
    assert lines(saved(tmp_path / "a.docx", d)) == [
        ("title", "Văn phòng Huyện ủy Sơn Khê"),
        ("heading", "Sáu mươi năm một chặng đường"),
        ("heading", "Sự ra đời"),
        (None, "Văn phòng được thành lập ngày 12/4/1947."),
        (None, "Trụ sở đầu tiên đặt tại xã Bình Lãng."),
        ("heading", "Các phòng"),
        ("item", "Phòng Tổng hợp"),
        ("item", "Phòng Hành chính"),
        ("item", "1. Tham mưu"),
        ("item", "2. Phục vụ"),
        ("caption", "Trụ sở năm 1962"),
        ("header", "Họ và tên | Thời gian"),
        ("row", "Đinh Văn Lâm | 1947 - 1951"),
        (None, "Nhiều đồng chí đã trưởng thành từ đây."),
    ]


OUTLINE = '<w:pPr><w:outlineLvl w:val="{}"/></w:pPr>'


@pytest.mark.parametrize(
    ("styles", "kind"),
    [
        (style("s", "heading 3"), "heading"),
        (style("s", "Tiêu đề 1"), "heading"),
        (style("s", "Đề mục 2"), "heading"),
        (style("s", "Heading1"), "heading"),
        (style("s", "Tiêu đề"), "title"),
        (style("s", "Tên bài"), "title"),
        (style("s", "Chú thích ảnh"), "caption"),
        (style("s", "List Bullet 2"), "item"),
        (style("s", "Mục lớn", base="t") + style("t", "Mục", base="u") + style("u", "heading 1"), "heading"),
        (style("s", "Mục lớn", OUTLINE.format(0)), "heading"),
        (style("s", "Mục lớn", base="t") + style("t", "Mục", OUTLINE.format(8)), "heading"),
        (style("s", "Thân bài", OUTLINE.format(9), base="t") + style("t", "heading 1"), None),
        (style("s", "Vòng", base="t") + style("t", "Tròn", base="s"), None),
        (style("s", "Body Text 2"), None),
        (style("s", "Thân bài"), None),
        ("", None),
    ],
)
def test_a_style_speaks_by_its_name_its_base_or_its_outline_level(
    tmp_path: Path, styles: str, kind: str | None
) -> None:
    assert body(tmp_path, p("Những năm đầu", style="s"), styles=styles) == [(kind, "Những năm đầu")]


def test_a_paragraph_has_an_outline_level_of_its_own(tmp_path: Path) -> None:
    assert body(tmp_path, p("Những năm đầu", more='<w:outlineLvl w:val="1"/>')) == [
        ("heading", "Những năm đầu")
    ]


def test_a_paragraph_without_a_style_has_the_default_one(tmp_path: Path) -> None:
    styles = style("Thường", "Chữ thường", OUTLINE.format(0), default=1)
    assert body(tmp_path, p("Những năm đầu"), styles=styles) == [("heading", "Những năm đầu")]


@pytest.mark.parametrize("name", ["heading 1", "Title"])
def test_a_style_of_headings_makes_no_heading_of_running_text(tmp_path: Path, name: str) -> None:
    text = "Văn phòng Huyện ủy tham mưu, phục vụ sự lãnh đạo của cấp ủy trên mọi lĩnh vực công tác. " * 3
    assert body(tmp_path, p(text, style="s"), styles=style("s", name)) == [(None, text.strip())]


# --- inside a paragraph ------------------------------------------------------------------------------


def test_a_break_in_a_paragraph_begins_a_line_and_in_a_heading_is_a_blank(tmp_path: Path) -> None:
    parts = ("VĂN PHÒNG HUYỆN ỦY", "<w:r><w:br/></w:r>", "SƠN KHÊ")
    styles = style("h", "heading 1")
    assert body(tmp_path, p(*parts) + p(*parts, style="h"), styles=styles) == [
        (None, "VĂN PHÒNG HUYỆN ỦY"),
        (None, "SƠN KHÊ"),
        ("heading", "VĂN PHÒNG HUYỆN ỦY SƠN KHÊ"),
    ]


def test_a_break_amid_a_sentence_is_a_blank(tmp_path: Path) -> None:
    page = '<w:r><w:br w:type="page"/></w:r>'
    broken = p("Văn phòng có 15", "<w:r><w:br/></w:r>", "cán bộ.", page, "đ/c Lâm")
    assert texts(tmp_path, broken) == ["Văn phòng có 15 cán bộ.", "đ/c Lâm"]


def test_a_caption_that_a_page_had_wrapped_is_whole(tmp_path: Path) -> None:
    text = "Ngày 12/3, Huyện ủy Bình Lãng tổ chức gặp mặt các đồng chí nguyên lãnh đạo văn phòng."
    rows = (
        "Gặp mặt truyền thống văn phòng",
        text,
        "Thường trực Huyện ủy chụp ảnh lưu niệm cùng các đại biểu",
        "dự buổi gặp mặt tại hội trường Huyện ủy.",
        text.replace("12/3", "13/3"),
    )
    assert texts(tmp_path, "".join(map(p, rows))) == [*rows[:2], f"{rows[2]} {rows[3]}", rows[4]]
    found = clean(read(tmp_path / "a.docx")).pieces
    assert found[-1].kind == "caption"
    assert found[-1].text == f"{rows[2]} {rows[3]}"


@pytest.mark.parametrize(
    "rows",
    [
        ("Văn phòng có các nhiệm vụ sau đây", "tham mưu cho cấp ủy về mọi công việc", "phục vụ cấp ủy,"),
        ("Văn phòng Huyện ủy Bình Lãng có nhiệm vụ:", "tham mưu cho cấp ủy"),
        ("BÁO CÁO CỦA VĂN PHÒNG HUYỆN ỦY", "ĐẢNG CỘNG SẢN VIỆT NAM MUÔN NĂM"),
        ("Nơi nhận", "như trên"),
    ],
)
def test_lines_that_were_meant_as_lines_stay_apart(tmp_path: Path, rows: tuple[str, ...]) -> None:
    assert texts(tmp_path, "".join(map(p, rows)))[-1] == rows[-1]


def test_tabs_hyphens_and_symbols_are_characters(tmp_path: Path) -> None:
    xml = p(
        "<w:r><w:t>Số</w:t><w:tab/><w:t>05</w:t><w:noBreakHyphen/><w:t>CT</w:t></w:r>",
        "<w:r><w:t>, hu</w:t><w:softHyphen/><w:t>yện, 37</w:t>",
        '<w:sym w:font="Symbol" w:char="F0B0"/><w:t>C</w:t></w:r>',
    )
    assert texts(tmp_path, xml) == ["Số 05-CT, huyện, 37°C"]


def test_a_bullet_from_a_font_of_symbols_marks_an_item(tmp_path: Path) -> None:
    xml = p('<w:r><w:sym w:font="Wingdings" w:char="F0D8"/><w:tab/><w:t>Phòng Tổng hợp</w:t></w:r>')
    assert body(tmp_path, xml) == [("item", "Phòng Tổng hợp")]


def test_links_fields_and_controls_give_the_words_they_show(tmp_path: Path) -> None:
    asking = f"<w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('Bấm để điền')}</w:sdtContent>"
    xml = p(
        f"<w:hyperlink>{run('Trang chủ ')}</w:hyperlink>",
        f"<w:smartTag>{run('Sơn Khê ')}</w:smartTag>",
        '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>DATE</w:instrText></w:r>',
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("năm 1947 ")}',
        f"<w:fldSimple>{run('số 3 ')}</w:fldSimple>",
        f"<w:sdt><w:sdtPr/><w:sdtContent>{run('đã điền ')}</w:sdtContent></w:sdt>",
        f"<w:sdt>{asking}</w:sdt>",
    )
    assert texts(tmp_path, xml) == ["Trang chủ Sơn Khê năm 1947 số 3 đã điền"]


def test_changes_that_are_tracked_are_taken_as_accepted(tmp_path: Path) -> None:
    inserted, deleted = "<w:rPr><w:ins/></w:rPr>", "<w:rPr><w:del/></w:rPr>"
    gone = f"<w:del><w:r><w:delText>1957</w:delText></w:r></w:del><w:moveFrom>{run('xa')}</w:moveFrom>"
    xml = (
        p("Thành lập năm ", gone, f"<w:ins>{run('1947')}</w:ins>", f"<w:moveTo>{run(' tại xã')}</w:moveTo>")
        + p("Hai đoạn", more=deleted)
        + p(" thành một.", more=inserted)
        + p("<w:del><w:r><w:delText>Đã xóa.</w:delText></w:r></w:del>", more=deleted)
        + p("Còn lại.")
        + table(tr("Tên", "Năm"), tr("A", "1950", more="<w:del/>"), tr("B", "1951"))
    )
    assert texts(tmp_path, xml) == [
        "Thành lập năm 1947 tại xã", "Hai đoạn thành một.", "Còn lại.", "Tên | Năm", "B | 1951"
    ]  # fmt: skip


def test_text_that_is_hidden_is_left_out(tmp_path: Path) -> None:
    styles = (
        '<w:style w:type="character" w:styleId="ẩn"><w:name w:val="Ẩn"/><w:rPr><w:vanish/></w:rPr></w:style>'
    )
    xml = p(
        "Thấy",
        run(" ẩn", more="<w:vanish/>"),
        run(" ẩn nữa", more='<w:rStyle w:val="ẩn"/>'),
        run(" lại thấy", more='<w:vanish w:val="0"/>'),
    )
    assert texts(tmp_path, xml, styles=styles) == ["Thấy lại thấy"]


def test_a_large_first_letter_belongs_to_its_word(tmp_path: Path) -> None:
    xml = p("V", more='<w:framePr w:dropCap="drop"/>') + p("ăn phòng Huyện ủy.")
    assert texts(tmp_path, xml) == ["Văn phòng Huyện ủy."]


def test_a_power_and_a_fraction_stay_apart_from_the_number_beside_them(tmp_path: Path) -> None:
    raised = '<w:vertAlign w:val="superscript"/>'
    one, two, ten, three = (f"<m:r><m:t>{n}</m:t></m:r>" for n in (1, 2, 10, 3))
    half = f"<m:oMath><m:f><m:num>{one}</m:num><m:den>{two}</m:den></m:f></m:oMath>"
    cube = f"<m:oMath><m:sSup><m:e>{ten}</m:e><m:sup>{three}</m:sup></m:sSup></m:oMath>"
    up = {n: run(str(n), more=raised) for n in (1, 2, 6)}
    powers, formulas = p("năm 1947", up[1], ", 10", up[6], " km", up[2]), p(half, " và ", cube)
    assert texts(tmp_path, powers + formulas) == ["năm 1947¹, 10⁶ km2", "1/2 và 10³"]


# --- beside the body ---------------------------------------------------------------------------------


def test_a_text_box_is_read_once_behind_its_paragraph(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{p('Trong khung')}{table(tr('Tên', 'Năm'), tr('A', '1950'))}</w:txbxContent>"
    both = (
        f"<mc:AlternateContent><mc:Choice><w:drawing><a:x>{box}</a:x></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent>"
    )
    xml = p("Trước ", f"<w:r>{both}</w:r>", "và sau.") + p(f"<w:r><w:pict>{box}</w:pict></w:r>") + p("Hết.")
    inside = ["Trong khung", "Tên | Năm", "A | 1950"]
    assert texts(tmp_path, xml) == ["Trước và sau.", *inside, *inside, "Hết."]


def note(kind: str, id: int) -> str:
    return f'<w:r><w:{kind}Reference w:id="{id}"/></w:r>'


def test_notes_stand_at_the_end_in_the_order_of_their_references(tmp_path: Path) -> None:
    footnotes = "".join(f'<w:footnote w:id="{n}">{p(f"Chú thích {n}.")}</w:footnote>' for n in (0, 1, 2, 3))
    endnotes = f'<w:endnote w:id="1">{p("Ghi chú cuối.")}{p("Đoạn nữa.")}</w:endnote>'
    xml = p("Một", note("footnote", 2), ". Hai", note("endnote", 1), ".") + p(
        "Ba",
        note("footnote", 1),
        f"<w:del>{note('footnote', 3)}</w:del>",
        note("footnote", 2),
        note("footnote", 9),
    )
    assert body(tmp_path, xml, footnotes=footnotes, endnotes=endnotes) == [
        (None, "Một. Hai."),
        (None, "Ba"),
        ("paragraph", "Chú thích 2."),
        ("paragraph", "Ghi chú cuối."),
        ("paragraph", "Đoạn nữa."),
        ("paragraph", "Chú thích 1."),
    ]


def test_headers_footers_and_comments_are_left_out(tmp_path: Path) -> None:
    d = docx.Document()
    commented = d.add_paragraph("Nội dung bài viết.")
    d.add_comment(commented.runs, "Cần xem lại", author="A")
    d.sections[0].header.paragraphs[0].text = "Đầu trang"
    d.sections[0].footer.paragraphs[0].text = "Chân trang"
    assert lines(saved(tmp_path / "a.docx", d)) == [(None, "Nội dung bài viết.")]


def test_the_table_of_contents_is_left_out(tmp_path: Path) -> None:
    contents = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    )
    xml = (
        f"{contents}<w:sdtContent>{p('Mục lục')}</w:sdtContent></w:sdt>"
        + p("I. Sự ra đời ..... 3", style="m")
        + p("I. Sự ra đời")
    )
    assert texts(tmp_path, xml, styles=style("m", "toc 1")) == ["I. Sự ra đời"]


# --- tables ------------------------------------------------------------------------------------------

HEADER = "<w:tblHeader/>"
ROW = tr("Đinh Văn Lâm", "1947")


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (tr("Họ và tên", "Năm"), "header"),
        (tr("1945", "1946", more=HEADER), "header"),
        (tr("Lò Thị Sơn", "1946"), "row"),
    ],
)
def test_the_first_line_names_the_columns_where_it_says_so_or_looks_so(
    tmp_path: Path, first: str, kind: str
) -> None:
    found = body(tmp_path, table(first, ROW, ROW))
    assert [k for k, _ in found] == [kind, "row", "row"]


def test_the_tables_own_title_may_stand_over_the_names(tmp_path: Path) -> None:
    over = tr(tc("Chánh Văn phòng qua các thời kỳ", '<w:gridSpan w:val="2"/>'))
    assert body(tmp_path, table(over, tr("Họ và tên", "Năm"), ROW)) == [
        (None, "Chánh Văn phòng qua các thời kỳ"),
        ("header", "Họ và tên | Năm"),
        ("row", "Đinh Văn Lâm | 1947"),
    ]


def test_an_empty_cell_keeps_its_place(tmp_path: Path) -> None:
    rows = [tr("Đơn vị", "Thành lập", "Chia tách"), tr("Phòng A", "", "1997"), tr("Phòng B", "1962", "")]
    assert texts(tmp_path, table(*rows)) == [
        "Đơn vị | Thành lập | Chia tách", "Phòng A | – | 1997", "Phòng B | 1962"
    ]  # fmt: skip


def test_merged_cells_speak_for_the_rows_and_columns_they_are_drawn_over(tmp_path: Path) -> None:
    d = docx.Document()
    t = d.add_table(5, 3, style="Table Grid")
    words = "Đơn vị,Cán bộ,,,Nam,Nữ,Phòng A,1,2,,3,4,Cộng,,10"
    for cell, text in zip(t._cells, words.split(","), strict=True):
        cell.text = text
    t.cell(0, 0).merge(t.cell(1, 0))
    t.cell(0, 1).merge(t.cell(0, 2))
    t.cell(2, 0).merge(t.cell(3, 0))
    t.cell(4, 0).merge(t.cell(4, 1))
    assert lines(saved(tmp_path / "a.docx", d)) == [
        ("header", "Đơn vị | Cán bộ – Nam | Cán bộ – Nữ"),
        ("row", "Phòng A | 1 | 2"),
        ("row", "Phòng A | 3 | 4"),
        ("row", "Cộng | – | 10"),
    ]


def test_columns_that_are_drawn_a_little_askew_are_columns(tmp_path: Path) -> None:
    wide = '<w:gridSpan w:val="2"/>'
    rows = (
        tr("Họ và tên", tc("Chức vụ", wide), "Năm"),
        tr(tc("Lâm", wide), "Chánh Văn phòng", "1947"),
        tr(tc("Cộng", '<w:gridSpan w:val="3"/>'), "1"),
    )
    assert texts(tmp_path, table(*rows)) == [
        "Họ và tên | Chức vụ | Năm", "Lâm | Chánh Văn phòng | 1947", "Cộng | – | 1"
    ]  # fmt: skip


@given(st.lists(st.lists(st.integers(0, 70), min_size=1, max_size=5), min_size=2, max_size=5))
@settings(max_examples=30)
def test_every_cell_is_read_whatever_it_says_of_its_width(
    tmp_path_factory: pytest.TempPathFactory, spans: list[list[int]]
) -> None:
    cells = [
        [tc(f"ô{n}x{m}", f'<w:gridSpan w:val="{span}"/>') for m, span in enumerate(row)]
        for n, row in enumerate(spans)
    ]
    found = " ".join(texts(tmp_path_factory.mktemp("spans"), table(*(tr(*row) for row in cells))))
    assert list(dict.fromkeys(re.findall(r"ô\d+x\d+", found))) == [
        f"ô{n}x{m}" for n, row in enumerate(spans) for m in range(len(row))
    ]


def test_the_paragraphs_of_a_cell_and_a_table_inside_are_one_line(tmp_path: Path) -> None:
    inner = table(tr("Tên", "Năm"), tr("A", "1950"))
    rows = (
        tr("STT", "Nội dung"),
        tr(tc("1"), tc(p("Một") + p("Hai", "<w:r><w:br/></w:r>", "Ba") + inner + p(""))),
    )
    assert body(tmp_path, table(*rows)) == [
        ("header", "STT | Nội dung"),
        ("row", "1 | Một Hai Ba Tên / Năm A / 1950"),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [tr("Một", "Hai", "Ba")],
        [tr("Một"), tr("Hai"), tr("Ba")],
        [tr(tc(p("Một") + p("Hai") + p("Ba")))],
    ],
)
def test_a_table_of_one_row_or_column_is_its_paragraphs(tmp_path: Path, rows: list[str]) -> None:
    assert body(tmp_path, table(*rows)) == [(None, "Một"), (None, "Hai"), (None, "Ba")]


def test_a_letterhead_is_its_paragraphs(tmp_path: Path) -> None:
    rows = (
        tr(tc(p("HUYỆN ỦY SƠN KHÊ") + p("VĂN PHÒNG")), "ĐẢNG CỘNG SẢN VIỆT NAM"),
        tr("Số 15-BC/VPHU", "Sơn Khê, ngày 3 tháng 2 năm 2020"),
    )
    assert texts(tmp_path, table(*rows, ruled=False)) == [
        "HUYỆN ỦY SƠN KHÊ",
        "VĂN PHÒNG",
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "Số 15-BC/VPHU",
        "Sơn Khê, ngày 3 tháng 2 năm 2020",
    ]
    assert len(texts(tmp_path, table(*rows))) == 5  # whatever is drawn around the place and the day
    assert len(texts(tmp_path, table(tr("Họ và tên", "Năm"), ROW))) == 2
    assert len(texts(tmp_path, table(tr("Họ và tên", "Năm"), ROW, ruled=False))) == 4


def test_a_table_inside_a_layout_table_is_a_table(tmp_path: Path) -> None:
    inner = table(tr("Họ và tên", "Năm"), ROW)
    assert body(tmp_path, table(tr(tc(inner + p("")), "Bên cạnh"))) == [
        ("header", "Họ và tên | Năm"),
        ("row", "Đinh Văn Lâm | 1947"),
        (None, "Bên cạnh"),
    ]


def test_ordinal_numbers_of_a_table_are_counted(tmp_path: Path) -> None:
    rows = [tr(tc(in_list("")), name) for name in ("Lâm", "Sơn")]
    xml = table(tr("STT", "Tên"), *rows) + in_list("") + in_list("Khê")
    assert texts(tmp_path, xml, numbering=numbering(level(0, "decimal", "%1"))) == [
        "STT | Tên", "1 | Lâm", "2 | Sơn", "4 Khê"
    ]  # fmt: skip


# --- what the file says about itself -------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        "", "Báo cáo", "Microsoft Word - Báo cáo tổng kết năm", "Document1", "Tài liệu 1", "untitled",
        "bao cao tong ket nam.docx", "Lich su van phong.doc", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "ĐẢNG CỘNG SẢN VIỆT NAM", "ismail - [2010]", "PowerPoint Presentation",
    ],
)  # fmt: skip
def test_a_title_that_nobody_gave_is_no_hint(tmp_path: Path, title: str) -> None:
    d = docx.Document()
    d.add_paragraph("Một câu.")
    d.core_properties.title = title
    assert dict(read(saved(tmp_path / "a.docx", d)).hints) == {}


@pytest.mark.parametrize(
    "author",
    [
        "", "Admin", "User", "Administrator", "python-docx", "Windows User", "Microsoft Office User", "HP",
        "ismail", "Mr Computer", "Hoang Laptop", "User01 Dell", "Văn phòng Huyện ủy Sơn Khê", "tvan",
        "www.vanban.vn",
    ],
)  # fmt: skip
def test_an_author_that_is_no_person_is_no_hint(tmp_path: Path, author: str) -> None:
    d = docx.Document()
    d.add_paragraph("Một câu.")
    d.core_properties.author = author
    assert dict(read(saved(tmp_path / "a.docx", d)).hints) == {}


def test_title_and_author_are_hints_and_the_dates_of_the_file_are_nothing(tmp_path: Path) -> None:
    d = docx.Document()
    d.add_paragraph("Một câu.")
    d.core_properties.title = "Lịch sử Văn phòng  Huyện ủy"
    d.core_properties.author = "Đinh Thị Lan"
    page = read(saved(tmp_path / "a.docx", d))
    assert dict(page.hints) == {"title": "Lịch sử Văn phòng Huyện ủy", "author": "Đinh Thị Lan"}
    assert dict(page.front) == {}
    assert clean(page).published is None


# --- the package ---------------------------------------------------------------------------------------


def test_files_with_macros_and_templates_are_read_too(tmp_path: Path) -> None:
    for suffix, kind in (("docm", "ms-word.document.macroEnabled"), ("dotx", "openxmlformats.template")):
        path = saved(tmp_path / f"a.{suffix}", _small())
        main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        changed(path, "[Content_Types].xml", main, f"application/vnd.{kind}.main+xml")
        assert lines(path) == [(None, "Một câu.")]


def test_the_strict_form_of_the_format_is_read(tmp_path: Path) -> None:
    path = package(tmp_path / "a.docx", p("Một", style="s"), {"styles": style("s", "heading 1")})
    for part in ("word/document.xml", "word/styles.xml"):
        changed(path, part, W, "http://purl.oclc.org/ooxml/wordprocessingml/main")
    assert lines(path) == [("heading", "Một")]


def test_the_main_part_may_have_another_name(tmp_path: Path) -> None:
    path = package(tmp_path / "a.docx", p("Một câu."), main="word/document2.xml")
    assert lines(path) == [(None, "Một câu.")]


def test_a_part_that_is_named_but_not_there_is_done_without(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.docx", _small())
    null = f'<Relationship Id="x9" Type="{OFFICE}/image" Target="NULL"/></Relationships>'
    changed(path, "word/_rels/document.xml.rels", "</Relationships>", null)
    changed(path, "word/_rels/document.xml.rels", '"numbering.xml"', '"khong-co.xml"')
    assert lines(path) == [(None, "Một câu.")]


def test_pictures_are_not_looked_at(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.docx", _pictured("Một câu."))
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("word/media/image9.png", b"no picture")
    assert lines(path) == [(None, "Một câu.")]


def _small() -> Document:
    d = docx.Document()
    d.add_paragraph("Một câu.")
    return d


def _pictured(text: str) -> Document:
    from PIL import Image

    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    picture.seek(0)
    d = docx.Document()
    d.add_paragraph(text)
    d.add_picture(picture)
    return d


# --- what is refused -------------------------------------------------------------------------------------


def test_a_document_without_a_word_is_refused(tmp_path: Path) -> None:
    assert "không có chữ nào" in refusal(saved(tmp_path / "a.docx", docx.Document()))
    assert "không có chữ nào" in refusal(package(tmp_path / "b.docx", p(" ") + table(tr("", ""), tr("", ""))))


def test_a_document_of_pictures_is_refused_with_what_to_do(tmp_path: Path) -> None:
    said = refusal(saved(tmp_path / "a.docx", _pictured("")))
    assert "chỉ có hình ảnh" in said
    assert "PDF" in said


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"\xff\xd8\xff\xe0" + bytes(100), "ảnh JPEG"),
        (b"%PDF-1.7\n" + bytes(100), "tệp PDF"),
        (b"{\\rtf1 }", "tệp RTF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument\0".encode("utf-16-le"), ".doc"),
        (b"<html><p>A</html>", "trang web"),
    ],
)
def test_another_format_is_named(tmp_path: Path, data: bytes, named: str) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(data)
    said = refusal(path)
    assert named in said
    assert "lưu thành Word (.docx)" in said


def test_a_document_with_a_password_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    directory = "EncryptedPackage\0".encode("utf-16-le")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + directory + bytes(512))
    assert "có mật khẩu" in refusal(path)


def test_a_package_without_a_document_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("ảnh.txt", "x")
    assert "không phải tệp Word" in refusal(path)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.docx", _small())
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert "hỏng" in refusal(path)
    path.write_bytes(whole[:-2000].replace(b"word/document.xml", b"word/xxxxxxxx.xml", 1) + whole[-2000:])
    assert "hỏng" in refusal(path)
    path.write_bytes(b"")
    assert "trống" in refusal(path)


@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "docProps/core.xml"])
def test_xml_that_is_no_xml_is_refused(tmp_path: Path, part: str) -> None:
    path = saved(tmp_path / "a.docx", _small())
    with zipfile.ZipFile(path) as file:
        xml = file.read(part).decode()
    assert "hỏng" in refusal(changed(path, part, xml, xml[: len(xml) // 2]))


def test_a_document_without_a_body_is_refused(tmp_path: Path) -> None:
    assert "hỏng" in refusal(
        changed(saved(tmp_path / "a.docx", _small()), "word/document.xml", "w:body", "w:b")
    )


BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(9))


@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "word/theme/theme1.xml"])
def test_a_document_type_in_any_part_is_refused(tmp_path: Path, part: str) -> None:
    path = saved(tmp_path / "a.docx", _small())
    with zipfile.ZipFile(path) as file:
        root = re.search(r"<[\w:]+ ", file.read(part).decode())
    assert root
    changed(path, part, root[0], f"<!DOCTYPE x [{BOMB}]>{root[0]}")
    assert "khai báo lạ" in refusal(path)


def test_a_file_that_unfolds_too_far_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.docx", _small())
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr("word/media/a.bin", bytes(3_000_000))
    assert lines(path) == [(None, "Một câu.")]
    assert "2 MB" in refusal(path, Limits(expanded=2))


#: Reads a file with so much memory allowed, and prints the most that was held, in megabytes.
PEAK = r"""
import re, sys
from pathlib import Path
from ingest.limits import Limits
from ingest.readers import word
print(len(word.read(Path(sys.argv[1]), Limits(memory=int(sys.argv[2]))).lines))
print(int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) // 1000)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the most memory that was held")
def test_what_is_not_refused_stays_within_its_memory(tmp_path: Path) -> None:
    """The dearest XML is that of empty elements, and of elements with many attributes."""
    memory = 200
    room = memory * 1_000_000 * word.XML_SHARE
    for xml in ("<w:x/>", '<w:x w:a="1" w:b="2" w:c="3" w:d="4"/>'):
        cost = len(xml) + word.TAG_BYTES + word.ATTRIBUTE_BYTES * xml.count("=")
        most = int(room * 0.98 / cost)
        path = package(tmp_path / "a.docx", p("Một câu.") + xml * most)
        with zipfile.ZipFile(path) as file:
            parts = {name: file.read(name) for name in file.namelist()}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:  # packed, it would be refused for that
            for name, data in parts.items():
                file.writestr(name, data)
        done = subprocess.run(
            [sys.executable, "-c", PEAK, str(path), str(memory)],
            capture_output=True,
            check=True,
            cwd=Path(__file__).parents[3],
        )
        found, peak = map(int, done.stdout.split())
        assert found == 1
        assert peak < memory
        assert "quá lớn" in refusal(path, Limits(memory=int(memory * 0.9)))


def test_a_list_that_writes_itself_long_is_bounded(tmp_path: Path) -> None:
    found = numbering(
        level(0, "upperRoman", "%1", start=999_999_999), level(1, "lowerLetter", "%2", start=781)
    )
    assert texts(tmp_path, in_list("x") + in_list("x", 1), numbering=found) == ["999999999 x", "781 x"]


def test_xml_of_python_docx_is_what_the_tests_think(tmp_path: Path) -> None:
    """That the hand-made documents are documents for others too."""
    d = docx.Document()
    made = d.styles.add_style("Mục lớn", WD_STYLE_TYPE.PARAGRAPH)
    made.base_style = d.styles["Heading 1"]
    d.add_paragraph("Sự ra đời", style="Mục lớn")
    d.element.body.insert(
        0, parse_xml(p("Một", run(" c©u", ".VnTime")).replace("<w:p>", f'<w:p xmlns:w="{W}">'))
    )
    assert lines(saved(tmp_path / "a.docx", d)) == [(None, "Một câu"), ("heading", "Sự ra đời")]
