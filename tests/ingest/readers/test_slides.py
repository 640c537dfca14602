"""Presentations, slide by slide, in the order in which they are read."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from PIL import Image
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Cm, Pt

from ingest import clean
from ingest.errors import UnreadableFile
from ingest.layout import Page
from ingest.limits import Limits
from ingest.readers import slides

TITLE, CONTENT, SECTION, ONLY_TITLE, BLANK = 0, 1, 2, 5, 6


class Deck:
    """A presentation in the making."""

    def __init__(self) -> None:
        self.made: Any = Presentation()

    def slide(self, layout: int, title: str = "", body: str = "") -> Any:
        slide = self.made.slides.add_slide(self.made.slide_layouts[layout])
        if title:
            slide.shapes.title.text = title
        if body:
            slide.placeholders[1].text = body
        return slide

    def saved(self, path: Path) -> Path:
        self.made.save(path)
        return path


def box(slide: Any, text: str, left: float, top: float) -> Any:
    shape = slide.shapes.add_textbox(Cm(left), Cm(top), Cm(5), Cm(1))
    shape.text_frame.text = text
    return shape


def read(path: Path, limits: Limits | None = None) -> Page:
    return slides.read(path, limits or Limits())


def kinds(page: Page) -> list[tuple[str | None, str]]:
    return [(line.kind, line.text) for line in page.lines]


def refusal(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableFile) as refused:
        read(path, limits)
    assert "Hãy" in str(refused.value)
    return str(refused.value)


def test_the_first_title_is_the_title_and_the_others_are_headings(tmp_path: Path) -> None:
    deck = Deck()
    deck.slide(TITLE, "Truyền thống Văn phòng\nHuyện ủy Bình Lãng", "Tài liệu sinh hoạt")
    deck.slide(CONTENT, "Chức năng", "Tham mưu, tổng hợp\nPhục vụ cấp ủy")
    page = read(deck.saved(tmp_path / "a.pptx"))
    assert kinds(page) == [
        ("title", "Truyền thống Văn phòng Huyện ủy Bình Lãng"),
        (None, "Tài liệu sinh hoạt"),
        ("heading", "Chức năng"),
        ("item", "Tham mưu, tổng hợp"),
        ("item", "Phục vụ cấp ủy"),
    ]
    assert page.whole


def test_each_line_knows_its_slide(tmp_path: Path) -> None:
    deck = Deck()
    for name in ("Một", "Hai", "Ba"):
        deck.slide(CONTENT, f"Phần {name}", "Nội dung")
    page = read(deck.saved(tmp_path / "a.pptx"))
    assert [line.pages for line in page.lines] == [((0, n),) for n in (1, 1, 2, 2, 3, 3)]


def test_the_day_on_the_first_slide_is_that_of_the_presentation(tmp_path: Path) -> None:
    deck = Deck()
    deck.slide(TITLE, "Truyền thống Văn phòng Huyện ủy", "Bình Lãng, ngày 12 tháng 3 năm 2020")
    deck.slide(CONTENT, "Thành lập", "Văn phòng được thành lập tháng 3 năm 1946 tại xã Trường Lạc.")
    assert clean.clean(read(deck.saved(tmp_path / "a.pptx"))).published == dt.date(2020, 3, 12)


def test_boxes_are_read_from_the_top_down_and_from_the_left_to_the_right(tmp_path: Path) -> None:
    deck = Deck()
    slide = deck.slide(BLANK)
    for text, left, top in [("bốn", 1, 10), ("ba", 12, 5.2), ("hai", 1, 5.4), ("một", 6, 1)]:
        box(slide, text, left, top)
    assert [text for _, text in kinds(read(deck.saved(tmp_path / "a.pptx")))] == ["một", "hai", "ba", "bốn"]


def test_grouped_boxes_are_read_together(tmp_path: Path) -> None:
    deck = Deck()
    slide = deck.slide(BLANK)
    box(slide, "sau cùng", 1, 15)
    group = slide.shapes.add_group_shape()
    for text, left in (("phải", 9), ("trái", 1)):
        shape = group.shapes.add_textbox(Cm(left), Cm(3), Cm(4), Cm(1))
        shape.text_frame.text = text
    inner = group.shapes.add_group_shape().shapes.add_textbox(Cm(1), Cm(6), Cm(4), Cm(1))
    inner.text_frame.text = "trong cùng"
    found = [text for _, text in kinds(read(deck.saved(tmp_path / "a.pptx")))]
    assert found == ["trái", "phải", "trong cùng", "sau cùng"]


def test_bullets_are_what_the_paragraph_or_its_layout_says(tmp_path: Path) -> None:
    deck = Deck()
    deck.slide(TITLE, "Bìa")
    slide = deck.slide(CONTENT, "Nội dung", "có dấu\nkhông dấu")
    etree.SubElement(slide.placeholders[1].text_frame.paragraphs[1]._p.get_or_add_pPr(), qn("a:buNone"))
    marked = box(slide, "đánh dấu riêng", 1, 15)
    etree.SubElement(marked.text_frame.paragraphs[0]._p.get_or_add_pPr(), qn("a:buChar"), char="•")
    deck.slide(SECTION, "Phần hai", "lời dẫn của phần")
    assert kinds(read(deck.saved(tmp_path / "a.pptx")))[2:] == [
        ("item", "có dấu"),
        ("paragraph", "không dấu"),
        ("item", "đánh dấu riêng"),
        ("heading", "Phần hai"),
        ("paragraph", "lời dẫn của phần"),
    ]


PROSE = (
    "Văn phòng được thành lập tháng 3 năm 1946 tại xã Trường Lạc. Khi đó cả cơ quan có ba người.",
    "Năm 1954, Văn phòng về huyện lỵ.",
)


def test_an_article_pasted_where_a_list_belongs_is_paragraphs(tmp_path: Path) -> None:
    deck = Deck()
    deck.slide(TITLE, "Bìa")
    deck.slide(CONTENT, "Lịch sử", "\n".join((*PROSE, "Văn phòng có nhiệm vụ:", "tham mưu, tổng hợp;")))
    deck.slide(CONTENT, "Ra đời", "Văn phòng ra đời năm 1946 tại xã Trường Lạc.")
    listed = deck.slide(CONTENT, "Nhiệm vụ", "Tham mưu cho cấp ủy.\nPhục vụ cấp ủy.")
    own = listed.placeholders[1].text_frame.add_paragraph()
    own.text = PROSE[0]
    etree.SubElement(own._p.get_or_add_pPr(), qn("a:buChar"), char="•")
    assert [kind for kind, _ in kinds(read(deck.saved(tmp_path / "a.pptx")))[1:]] == [
        *("heading", "paragraph", "paragraph", "paragraph", "item"),
        *("heading", "paragraph"),
        *("heading", "item", "item", "item"),
    ]


def test_what_calls_itself_a_caption_stands_apart(tmp_path: Path) -> None:
    deck = Deck()
    deck.slide(TITLE, "Truyền thống Văn phòng Huyện ủy")
    deck.slide(CONTENT, "Lịch sử", "\n".join((*PROSE, "Ảnh: Cán bộ văn phòng năm 1960")))
    box(deck.slide(ONLY_TITLE, "Hội nghị"), "Ảnh: Đại biểu dự hội nghị năm 2020", 1, 15)
    found = clean.clean(read(deck.saved(tmp_path / "a.pptx"))).pieces
    assert [piece.text for piece in found if piece.kind == "caption"] == [
        "Cán bộ văn phòng năm 1960",
        "Đại biểu dự hội nghị năm 2020",
    ]


def test_a_box_right_below_a_picture_is_its_caption(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (4, 3)).save(picture, "PNG")
    deck = Deck()
    deck.slide(TITLE, "Bìa")
    slide = deck.slide(ONLY_TITLE, "Hội nghị")
    slide.shapes.add_picture(picture, Cm(1), Cm(4), Cm(8), Cm(6))
    box(slide, "Đại biểu dự hội nghị", 2, 10.2)
    box(slide, "Năm 2020 có 30 đại biểu", 12, 4)
    box(slide, "Cảm ơn các đại biểu", 2, 15)
    assert kinds(read(deck.saved(tmp_path / "a.pptx")))[2:] == [
        ("paragraph", "Năm 2020 có 30 đại biểu"),
        ("caption", "Đại biểu dự hội nghị"),
        ("paragraph", "Cảm ơn các đại biểu"),
    ]


@pytest.mark.parametrize(
    ("below", "author"),
    [
        ("Thu Hạnh", "Thu Hạnh"),
        ("16/10/2019\nTT", "TT"),
        ("Người trình bày: NGUYỄN THU HẠNH", "NGUYỄN THU HẠNH"),
        ("Phòng Tổng hợp - VP Huyện ủy\n2020", "Phòng Tổng hợp - VP Huyện ủy"),
        ("TÀI LIỆU SINH HOẠT", None),
        ("Tài liệu sinh hoạt chi bộ", None),
        ("", None),
    ],
)
def test_who_signs_below_the_first_title_is_the_author(
    tmp_path: Path, below: str, author: str | None
) -> None:
    deck = Deck()
    deck.slide(TITLE, "Truyền thống Văn phòng Huyện ủy", below)
    deck.slide(CONTENT, "Lịch sử", PROSE[0])
    assert clean.clean(read(deck.saved(tmp_path / "a.pptx"))).author == author


def test_the_largest_line_of_a_first_slide_of_boxes_is_the_title(tmp_path: Path) -> None:
    deck = Deck()
    first = deck.slide(BLANK)
    for n, (text, size) in enumerate(
        [("HUYỆN ỦY BÌNH LÃNG", 16), ("LỊCH SỬ VĂN PHÒNG", 40), ("Năm 2020", 20)]
    ):
        shape = box(first, text, 1, 1 + 4 * n)
        shape.text_frame.paragraphs[0].runs[0].font.size = Pt(size)
    deck.slide(CONTENT, "Ra đời", PROSE[0])
    page = read(deck.saved(tmp_path / "a.pptx"))
    assert [text for kind, text in kinds(page) if kind == "title"] == ["LỊCH SỬ VĂN PHÒNG"]
    assert clean.clean(page).title == "LỊCH SỬ VĂN PHÒNG"


def test_sides_that_are_compared_are_read_one_after_the_other(tmp_path: Path) -> None:
    deck = Deck()
    slide = deck.slide(4, "Trước và sau")
    texts = ("Năm 1946", "ba người", "Năm 2020", "ba mươi người")
    for place, text in zip(list(slide.placeholders)[1:], texts, strict=True):
        place.text = text
    page = read(deck.saved(tmp_path / "a.pptx"))
    assert tuple(text for _, text in kinds(page)[1:]) == texts


def test_a_table_is_its_names_and_its_rows(tmp_path: Path) -> None:
    deck = Deck()
    slide = deck.slide(ONLY_TITLE, "Khen thưởng")
    table = slide.shapes.add_table(4, 3, Cm(1), Cm(5), Cm(20), Cm(5)).table
    for n, row in enumerate(
        [["Đơn vị", "Năm", "Hình thức"], ["Sơn Khê", "2015", ""], ["", "2018", "Cờ thi đua"]]
    ):
        for m, text in enumerate(row):
            table.cell(n, m).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    assert kinds(read(deck.saved(tmp_path / "a.pptx")))[1:] == [
        ("header", "Đơn vị | Năm | Hình thức"),
        ("row", "Sơn Khê | 2015"),
        ("row", "Sơn Khê | 2018 | Cờ thi đua"),
    ]


def test_notes_stand_behind_their_slide(tmp_path: Path) -> None:
    deck = Deck()
    slide = deck.slide(CONTENT, "Thành lập", "Năm 1946")
    slide.notes_slide.notes_text_frame.text = "Nhấn mạnh xã Trường Lạc.\nHỏi lại người nghe."
    deck.slide(CONTENT, "Trưởng thành", "Năm 1975")
    page = read(deck.saved(tmp_path / "a.pptx"))
    assert kinds(page)[2:4] == [
        ("paragraph", "Nhấn mạnh xã Trường Lạc."),
        ("paragraph", "Hỏi lại người nghe."),
    ]
    assert page.lines[3].pages == ((0, 1),)


def field(kind: str, text: str) -> Any:
    made = etree.Element(qn("a:fld"), id="{1}", type=kind)
    etree.SubElement(made, qn("a:t")).text = text
    return made


def test_what_stands_on_every_slide_and_the_day_of_today_are_left_out(tmp_path: Path) -> None:
    deck = Deck()
    slide = deck.slide(CONTENT, "Thành lập", "Năm 1946")
    layout = deck.made.slide_layouts[CONTENT]
    for placeholder in layout.placeholders:
        if placeholder.placeholder_format.type in (13, 15, 16):  # number, footer, date
            slide.shapes.clone_placeholder(placeholder)
    for shape in list(slide.placeholders)[2:]:
        shape.text_frame.text = "Chân trang 02/11/2026"
    number, today = box(slide, "Trang ", 1, 17), box(slide, "", 5, 17)
    number.text_frame.paragraphs[0]._p.append(field("slidenum", "7"))
    today.text_frame.paragraphs[0]._p.append(field("datetime1", "02/11/2026"))
    assert len(slide.placeholders) > 2
    words = " ".join(text for _, text in kinds(read(deck.saved(tmp_path / "a.pptx"))))
    assert words == "Thành lập Năm 1946 Trang"


def test_hidden_slides_are_left_out_and_the_others_keep_their_numbers(tmp_path: Path) -> None:
    deck = Deck()
    deck.slide(CONTENT, "Một", "a")
    deck.slide(CONTENT, "Nháp", "b").element.set("show", "0")
    deck.slide(CONTENT, "Ba", "c")
    page = read(deck.saved(tmp_path / "a.pptx"))
    assert [text for _, text in kinds(page)] == ["Một", "a", "Ba", "c"]
    assert page.lines[-1].pages == ((0, 3),)


RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DIAGRAM = """<dgm:dataModel xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><dgm:ptLst><dgm:pt modelId="0" type="doc"/>
 <dgm:pt modelId="1"><dgm:t><a:bodyPr/>
 <a:p><a:r><a:t>Chánh Văn </a:t></a:r><a:r><a:t>phòng</a:t></a:r></a:p></dgm:t></dgm:pt>
 <dgm:pt modelId="2"><dgm:t><a:bodyPr/><a:p><a:r><a:t>Phòng Tổng hợp</a:t></a:r></a:p></dgm:t></dgm:pt>
 </dgm:ptLst></dgm:dataModel>"""
FRAME = """<p:graphicFrame xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><p:nvGraphicFramePr>
 <p:cNvPr id="9" name="Sơ đồ"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>
 <p:xfrm><a:off x="0" y="9000000"/><a:ext cx="1" cy="1"/></p:xfrm><a:graphic>
 <a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/diagram">
 <dgm:relIds xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" r:dm="{id}"/>
 </a:graphicData></a:graphic></p:graphicFrame>"""


def test_the_words_of_a_drawn_diagram_are_read(tmp_path: Path) -> None:
    from pptx.opc.package import Part
    from pptx.opc.packuri import PackURI

    deck = Deck()
    slide = deck.slide(ONLY_TITLE, "Tổ chức")
    kind = "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml"
    part = Part(PackURI("/ppt/diagrams/data1.xml"), kind, slide.part.package, DIAGRAM.encode())
    id = slide.part.relate_to(
        part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/diagramData"
    )
    slide.shapes._spTree.append(etree.fromstring(FRAME.format(id=id)))
    slide.shapes._spTree.append(etree.fromstring(FRAME.format(id="rId99")))  # leads nowhere
    found = kinds(read(deck.saved(tmp_path / "a.pptx")))
    assert found == [("title", "Tổ chức"), ("item", "Chánh Văn phòng"), ("item", "Phòng Tổng hợp")]


def test_text_in_an_old_charset_is_put_into_unicode(tmp_path: Path) -> None:
    deck = Deck()
    deck.slide(
        CONTENT, "TruyÒn thèng V¨n phßng HuyÖn ñy", "§¶ng bé l·nh ®¹o nh©n d©n, tr­ëng thµnh qua c¸c thêi kú"
    )
    assert [text for _, text in kinds(read(deck.saved(tmp_path / "a.pptx")))] == [
        "Truyền thống Văn phòng Huyện ủy",
        "Đảng bộ lãnh đạo nhân dân, trưởng thành qua các thời kỳ",
    ]


def test_the_name_of_the_file_is_a_title_where_no_slide_has_one(tmp_path: Path) -> None:
    deck = Deck()
    deck.slide(BLANK)
    assert read_hints(deck, tmp_path / "Lịch-sử Văn phòng.pptx") == {"title": "Lịch sử Văn phòng"}
    assert read_hints(deck, tmp_path / "Presentation1.pptx") == {"title": "Trang chiếu"}


def read_hints(deck: Deck, path: Path) -> dict[str, str]:
    box(deck.made.slides[0], "chữ", 1, 1)
    return dict(read(deck.saved(path)).hints)


# --- what is refused -----------------------------------------------------------------------------


def test_more_slides_than_pages_are_read_are_refused(tmp_path: Path) -> None:
    deck = Deck()
    for _ in range(4):
        deck.slide(CONTENT, "a", "b")
    path = deck.saved(tmp_path / "a.pptx")
    read(path, Limits(pages=4))
    assert "4 trang chiếu" in refusal(path, Limits(pages=3))


def test_slides_without_words_are_refused(tmp_path: Path) -> None:
    deck = Deck()
    deck.slide(BLANK)
    assert "không có chữ" in refusal(deck.saved(tmp_path / "a.pptx"))


@pytest.mark.parametrize(
    ("part", "before", "after"),
    [
        ("ppt/presentation.xml", b"<p:sldId ", b"<p:sldId"),
        ("ppt/slides/slide1.xml", b"</p:sld>", b""),
        ("ppt/slides/_rels/slide1.xml.rels", b"slideLayout2", b"slideLayout99"),
    ],
)
def test_a_damaged_presentation_is_refused(tmp_path: Path, part: str, before: bytes, after: bytes) -> None:
    deck = Deck()
    deck.slide(CONTENT, "a", "b")
    whole, broken = deck.saved(tmp_path / "a.pptx"), tmp_path / "b.pptx"
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            assert name != part or before in data
            new.writestr(name, data.replace(before, after) if name == part else data)
    assert "bị hỏng" in refusal(broken)


def test_what_is_no_presentation_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.pptx"
    path.write_bytes(b"%PDF-1.4")
    assert "tệp PDF" in refusal(path)
