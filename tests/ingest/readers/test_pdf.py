"""PDF files as programs print them: the text comes back in paragraphs; a refusal names the next step."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.table import _Cell
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, FrameBreak, PageBreak, Spacer, Table
from reportlab.platypus import Image as Picture

from ingest import clean, layout
from ingest.errors import UnreadableFile
from ingest.layout import Line, Page
from ingest.limits import Limits
from ingest.readers import pdf
from tests.ingest.readers.printing import (
    BODY,
    CAPTION,
    FONTS,
    HEADING,
    HEADLINE,
    HEIGHT,
    PARAGRAPHS,
    TITLE,
    WHOLE,
    WIDTH,
    article,
    canvas,
    difference,
    needs_office,
    needs_tesseract,
    office_print,
    paragraph,
    picture_file,
    pictures,
    printed,
)


def read(path: Path, limits: Limits | None = None) -> Page:
    return pdf.read(path, limits or Limits())


def texts(page: Page) -> list[str]:
    return [line.text for line in page.lines]


def kinds(page: Page) -> list[str | None]:
    return [line.kind for line in page.lines]


def refusal(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableFile) as refused:
        read(path, limits)
    said = str(refused.value)
    assert "Hãy" in said or "hãy" in said  # the next step
    return said


# --- text ----------------------------------------------------------------------------------------


def test_an_article_comes_back_in_its_title_and_its_paragraphs(tmp_path: Path) -> None:
    page = read(printed(tmp_path / "a.pdf", article()))
    assert texts(page) == [TITLE, *PARAGRAPHS]
    assert kinds(page) == ["title"] + ["paragraph"] * len(PARAGRAPHS)
    assert all(line.pages == ((0, 1),) for line in page.lines)
    assert page.whole


def test_a_paragraph_that_a_page_breaks_is_one_and_knows_both_pages(tmp_path: Path) -> None:
    low = (60.0, 60.0, WIDTH - 120, 130.0)  # frames so low that paragraphs break
    page = read(printed(tmp_path / "a.pdf", article(), [low]))
    assert texts(page) == [TITLE, *PARAGRAPHS]
    broken = [line for line in page.lines if len(line.pages) > 1]
    assert broken
    for line in broken:
        (first, one), (second, two) = line.pages
        assert (first, two) == (0, one + 1)
        assert line.text[second - 1] == " "


def margin(drawn: Canvas, page: int) -> None:
    drawn.drawString(60, HEIGHT - 40, "Kỷ yếu 90 năm Văn phòng Huyện ủy Hà Lương")
    drawn.drawRightString(WIDTH - 60, HEIGHT - 40, "Lưu hành nội bộ")
    drawn.drawCentredString(WIDTH / 2, 30, f"- {page} -")


def test_headers_footers_and_page_numbers_are_off(tmp_path: Path) -> None:
    story = [paragraph(text) for text in PARAGRAPHS * 8]
    page = read(printed(tmp_path / "a.pdf", story, margin=margin))
    assert max(n for line in page.lines for _, n in line.pages) > 2
    assert texts(page) == list(PARAGRAPHS * 8)


@pytest.mark.parametrize("number", ["{}", "Trang {}/3", "{}/3", "trang {}", "– {} –", "Page {} of 3", "[{}]"])
def test_page_numbers_are_known_in_every_dress(tmp_path: Path, number: str) -> None:
    def foot(drawn: Canvas, page: int) -> None:
        drawn.drawCentredString(WIDTH / 2, 30, number.format(page))

    story: list[Flowable] = []
    for text in PARAGRAPHS[:3]:
        story += [paragraph(text), PageBreak()]
    page = read(printed(tmp_path / "a.pdf", story[:-1], margin=foot))
    assert texts(page) == list(PARAGRAPHS[:3])


def test_a_year_at_the_foot_of_a_page_is_text(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    for y, text in (
        (100, "Cuộc khởi nghĩa ở Sơn Khê giành thắng lợi hoàn toàn vào ngày 23 tháng 8 năm"),
        (84, "1945"),
    ):
        drawn.drawString(60, y, text)
    drawn.save()
    assert texts(read(tmp_path / "a.pdf"))[0].endswith("tháng 8 năm 1945")


def test_what_a_browser_prints_around_a_page_is_off(tmp_path: Path) -> None:
    def around(drawn: Canvas, page: int) -> None:
        drawn.drawString(24, HEIGHT - 22, "10/20/26, 3:05 PM")
        drawn.drawCentredString(WIDTH / 2, HEIGHT - 22, "Văn phòng Huyện ủy - Cổng thông tin")
        drawn.drawString(24, 15, "https://haluong.example/tin-tuc/bai-viet-90-nam")
        drawn.drawRightString(WIDTH - 24, 15, f"{page}/1")

    page = read(printed(tmp_path / "a.pdf", article(), margin=around))
    assert texts(page) == [TITLE, *PARAGRAPHS]
    assert clean.clean(page).published is None


def test_two_columns_under_a_title_are_read_one_after_the_other(tmp_path: Path) -> None:
    story = [paragraph(TITLE, HEADLINE), *(paragraph(text) for text in PARAGRAPHS * 2)]
    frames = [
        (60.0, HEIGHT - 130, WIDTH - 120, 70.0),
        (60.0, 60.0, 225.0, HEIGHT - 200),
        (310.0, 60.0, 225.0, HEIGHT - 200),
    ]
    page = read(printed(tmp_path / "a.pdf", story, frames))
    assert texts(page) == [TITLE, *PARAGRAPHS * 2]


def test_headings_are_told_by_their_type(tmp_path: Path) -> None:
    story = [paragraph("I. Quá trình hình thành", HEADING), paragraph(PARAGRAPHS[0])]
    page = read(printed(tmp_path / "a.pdf", [paragraph(TITLE, HEADLINE), *story]))
    assert list(zip(kinds(page), texts(page), strict=True))[1] == ("heading", "I. Quá trình hình thành")


def test_items_are_told_by_their_marks(tmp_path: Path) -> None:
    items = [
        "- Phòng Tổng hợp: tham mưu, theo dõi các nghị quyết và tổng hợp báo cáo định kỳ hằng tháng;",
        "+ Cơ yếu.",
    ]
    page = read(printed(tmp_path / "a.pdf", [paragraph(PARAGRAPHS[0]), *map(paragraph, items)]))
    assert texts(page)[1:] == [item[2:] for item in items]
    assert kinds(page)[1:] == ["item", "item"]


def test_the_words_under_a_picture_are_its_caption(tmp_path: Path) -> None:
    Image.effect_noise((300, 150), 80).save(tmp_path / "p.png")
    caption = "Cán bộ Văn phòng Huyện ủy Hà Lương qua các thời kỳ gặp mặt."
    shown = [Picture(str(tmp_path / "p.png"), 300, 150), paragraph(caption, CAPTION)]
    page = read(printed(tmp_path / "a.pdf", [*article(), *shown, paragraph(PARAGRAPHS[0])]))
    assert [line.text for line in page.lines if line.kind == "caption"] == [caption]


def test_marks_of_footnotes_do_not_run_into_years(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    line = drawn.beginText(60, 700)
    for text, rise in (
        ("Huyện ủy ra đời năm 1930", 0),
        ("1", 5),
        (", nay có trụ sở rộng 25 m", 0),
        ("2", 5),
        (".", 0),
    ):
        line.setRise(rise)
        line.setFont("Text", 7 if rise else 12)
        line.textOut(text)
    drawn.drawText(line)
    drawn.save()
    assert texts(read(tmp_path / "a.pdf")) == ["Huyện ủy ra đời năm 1930, nay có trụ sở rộng 25 m2."]


def test_text_that_runs_across_a_page_is_no_part_of_it(tmp_path: Path) -> None:
    def stamp(drawn: Canvas, page: int) -> None:
        drawn.saveState()
        drawn.translate(200, 300)
        drawn.rotate(45)
        drawn.setFont("Bold", 60)
        drawn.drawString(0, 0, "DỰ THẢO")
        drawn.restoreState()

    assert texts(read(printed(tmp_path / "a.pdf", article(), margin=stamp))) == [TITLE, *PARAGRAPHS]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_lies_on_its_side_is_read(tmp_path: Path, turn: int) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    drawn.translate(WIDTH / 2, HEIGHT / 2)
    drawn.rotate(turn)
    for y, text in (
        (40, "Văn phòng Huyện ủy Hà Lương được thành lập ngày 18/10/1930 tại"),
        (24, "làng Sơn Khê."),
    ):
        drawn.drawString(-200, y, text)
    drawn.save()
    said = "Văn phòng Huyện ủy Hà Lương được thành lập ngày 18/10/1930 tại làng Sơn Khê."
    assert texts(read(tmp_path / "a.pdf")) == [said]


# --- columns -------------------------------------------------------------------------------------


def in_columns(count: int, top: float = 0, gap: float = 18) -> list[tuple[float, float, float, float]]:
    """The frames of columns, under a frame as wide as all of them if there is a ``top``."""
    left, lower, width, height = WHOLE
    each = (width - gap * (count - 1)) / count
    over = [(left, lower + height - top, width, top)] if top else []
    return over + [(left + n * (each + gap), lower, each, height - top) for n in range(count)]


NARROW = BODY.clone("narrow", fontSize=10, leading=13, firstLineIndent=0, spaceAfter=5)
RAGGED = NARROW.clone("ragged", alignment=0)
INDENTED = NARROW.clone("indented", firstLineIndent=12, spaceAfter=0)
SIGNED = HEADING.clone("signed", alignment=2)


@pytest.mark.parametrize("style", [NARROW, RAGGED, INDENTED])
@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("times", [1, 4, 6, 8, 11])
def test_columns_are_read_however_full_the_last_of_them_is(
    tmp_path: Path, style: ParagraphStyle, count: int, times: int
) -> None:
    story = [
        paragraph(TITLE, HEADLINE),
        *(paragraph(text, style) for text in PARAGRAPHS * times),
        paragraph("Trần Văn An", SIGNED),
    ]
    page = read(printed(tmp_path / "a.pdf", story, in_columns(count)))
    meant = [TITLE, *PARAGRAPHS * times, "Trần Văn An"]
    assert " ".join(texts(page)) == " ".join(meant)
    if style is not RAGGED:  # where a last line that is full at the foot of a column could go on
        assert texts(page) == meant
    assert (page.lines[0].kind, page.lines[-1].kind) == ("title", None)


@pytest.mark.parametrize("style", [NARROW, RAGGED, INDENTED])
@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_title_over_columns_is_no_part_of_them(
    tmp_path: Path, style: ParagraphStyle, count: int, times: int
) -> None:
    story = [
        paragraph(TITLE, HEADLINE),
        FrameBreak(),
        *(paragraph(text, style) for text in PARAGRAPHS * times),
        paragraph("Trần Văn An", SIGNED),
    ]
    page = read(printed(tmp_path / "a.pdf", story, in_columns(count, top=70)))
    meant = [TITLE, *PARAGRAPHS * times, "Trần Văn An"]
    assert " ".join(texts(page)) == " ".join(meant)
    if style is not RAGGED:  # where a last line that is full at the foot of a column could go on
        assert texts(page) == meant
    assert (page.lines[0].kind, page.lines[-1].kind) == ("title", None)


def test_a_picture_and_a_table_in_a_column_stand_where_they_are(tmp_path: Path) -> None:
    Image.effect_noise((200, 80), 80).save(tmp_path / "p.png")
    caption = "Cán bộ, chuyên viên Văn phòng Huyện ủy Hà Lương họp mặt nhân ngày truyền thống"
    rows = [("Năm", "Số người"), ("1930", "03"), ("2020", "19")]
    style = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("FONT", (0, 0), (-1, -1), "Text", 10)]
    story = [
        *(paragraph(text, NARROW) for text in PARAGRAPHS[:2]),
        Picture(str(tmp_path / "p.png"), 200, 80),
        paragraph(caption, CAPTION),
        Table(rows, style=style),
        *(paragraph(text, NARROW) for text in PARAGRAPHS[2:]),
    ]
    page = read(printed(tmp_path / "a.pdf", story, in_columns(2)))
    table = [" | ".join(row) for row in rows]
    assert texts(page) == [*PARAGRAPHS[:2], caption, *table, *PARAGRAPHS[2:]]
    assert page.lines[2].kind == "caption"


# --- tables --------------------------------------------------------------------------------------

ROWS = (
    ("STT", "Họ và tên", "Chức vụ", "Thời gian"),
    ("1", "Trần Văn An", "Chánh Văn phòng Huyện ủy kiêm Trưởng phòng Tổng hợp", "1930-1945"),
    ("2", "Lê Thị Bình", "Phó Chánh Văn phòng", "1945-1954"),
    ("3", "Phạm Văn Cường", "Chuyên viên", "1954"),
)


def test_a_table_with_rules_comes_line_by_line_with_its_cells(tmp_path: Path) -> None:
    cells = [[paragraph(cell, HEADING if n == 0 else BODY) for cell in row] for n, row in enumerate(ROWS)]
    table = Table(cells, colWidths=[40, 130, 180, 110], style=[("GRID", (0, 0), (-1, -1), 0.5, "black")])
    page = read(printed(tmp_path / "a.pdf", [paragraph(PARAGRAPHS[0]), table, paragraph(PARAGRAPHS[1])]))
    assert texts(page) == [PARAGRAPHS[0], *(" | ".join(row) for row in ROWS), PARAGRAPHS[1]]
    assert kinds(page) == ["paragraph", "header", "row", "row", "row", "paragraph"]


def test_a_table_without_rules_is_told_by_its_columns(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    for n, row in enumerate(ROWS[1:]):
        for x, cell in zip((60, 90, 240, 440), row, strict=True):
            drawn.setFont("Text", 9)
            drawn.drawString(x, 700 - 20 * n, cell.replace(" kiêm Trưởng phòng Tổng hợp", ""))
    drawn.save()
    page = read(tmp_path / "a.pdf")
    assert texts(page)[0] == "1 | Trần Văn An | Chánh Văn phòng Huyện ủy | 1930-1945"
    assert kinds(page) == ["row"] * 3


# --- what offices have ---------------------------------------------------------------------------


def centred(cell: _Cell, lines: Sequence[str], bold: bool = False) -> None:
    for n, text in enumerate(lines):
        line = cell.paragraphs[0] if n == 0 else cell.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.space_after = Pt(0)
        line.add_run(text).bold = bold


@needs_office
def test_an_offices_letter_from_a_word_processor_is_read_block_by_block(tmp_path: Path) -> None:
    document = Document()
    document.styles["Normal"].font.size = Pt(13)
    head = document.add_table(1, 2)
    centred(head.cell(0, 0), ["ĐẢNG BỘ TỈNH SƠN KHÊ", "HUYỆN ỦY HÀ LƯƠNG", "Số 125-BC/HU"])
    centred(head.cell(0, 1), ["ĐẢNG CỘNG SẢN VIỆT NAM"], bold=True)
    centred(head.cell(0, 1), ["ĐẢNG CỘNG SẢN VIỆT NAM", "Hà Lương, ngày 05 tháng 10 năm 2020"])
    for text, size in (("BÁO CÁO", 16), ("Kết quả hoạt động của Văn phòng Huyện ủy", 13)):
        line = document.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = line.add_run(text)
        run.bold, run.font.size = True, Pt(size)
    for text in PARAGRAPHS:
        document.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    foot = document.add_table(1, 2)
    centred(foot.cell(0, 0), ["Nơi nhận:", "- Thường trực Tỉnh ủy,", "- Lưu Văn phòng."])
    centred(foot.cell(0, 1), ["T/M BAN THƯỜNG VỤ", "PHÓ BÍ THƯ", "Trần Văn An"], bold=True)
    document.save(str(tmp_path / "a.docx"))
    read_back = texts(read(office_print(tmp_path / "a.docx")))
    assert read_back[:3] == ["ĐẢNG BỘ TỈNH SƠN KHÊ", "HUYỆN ỦY HÀ LƯƠNG", "Số 125-BC/HU"]
    assert "Hà Lương, ngày 05 tháng 10 năm 2020" in read_back
    assert [text for text in read_back if text in PARAGRAPHS] == list(PARAGRAPHS)
    assert read_back[-6:-3] == ["Nơi nhận:", "Thường trực Tỉnh ủy,", "Lưu Văn phòng."]
    assert read_back[-3:] == ["T/M BAN THƯỜNG VỤ", "PHÓ BÍ THƯ", "Trần Văn An"]


@needs_office
@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_newsletter_from_a_word_processor_is_read_without_its_head(tmp_path: Path, count: int) -> None:
    document = Document()
    document.styles["Normal"].font.name = "DejaVu Serif"
    document.styles["Normal"].font.size = Pt(10)
    document.sections[0].header.paragraphs[0].text = "Bản tin nội bộ"
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(TITLE)
    run.bold, run.font.size = True, Pt(15)
    body = document.add_section(WD_SECTION.CONTINUOUS)
    body._sectPr.find(qn("w:cols")).set(qn("w:num"), str(count))
    for text in PARAGRAPHS:
        document.add_paragraph(text).paragraph_format.space_after = Pt(4)
    document.save(str(tmp_path / "a.docx"))
    page = read(office_print(tmp_path / "a.docx"))
    assert texts(page) == [TITLE, *PARAGRAPHS]
    assert page.lines[0].kind == "title"


def line_of_page(line: Line, picture: Path) -> list[Flowable]:
    """A portal's line as a browser prints it: photos have their captions under them."""
    if line.wrapped or line.kind == "caption":
        return [Picture(str(picture), 200, 80), paragraph(line.text, CAPTION)]
    return [paragraph(line.text), Spacer(1, 6)]


def test_printed_portal_pages_give_the_articles_that_their_text_gives(seeds: Path, tmp_path: Path) -> None:
    Image.effect_noise((200, 80), 80).save(tmp_path / "p.png")
    for path in sorted(seeds.glob("*.txt")):
        pasted = layout.plain(path.read_text(encoding="utf-8"))
        story = [part for line in pasted.lines for part in line_of_page(line, tmp_path / "p.png")]
        one = clean.clean(pasted)
        two = clean.clean(read(printed(tmp_path / f"{path.stem}.pdf", story)))
        meant, got = ("\n".join(piece.text for piece in cleaned.pieces) for cleaned in (one, two))
        assert difference(got, meant) < 0.01, path.name
        assert (two.title, two.published, two.author) == (one.title, one.published, one.author), path.name


# --- fonts from before Unicode, and letters that the file does not tell ----------------------------


def registered(name: str, drawn_as: str, glyphs: dict[str, str] | None = None) -> str:
    """A font that calls itself ``drawn_as``, and draws for each character of ``glyphs`` the letter there."""
    font = TTFont(name, str(FONTS / "DejaVuSerif.ttf"))
    font.face.name = drawn_as.encode()
    for character, letter in (glyphs or {}).items():
        font.face.charToGlyph[ord(character)] = font.face.charToGlyph[ord(letter)]
        font.face.charWidths[ord(character)] = font.face.charWidths[ord(letter)]
    pdfmetrics.registerFont(font)
    return name


@pytest.mark.parametrize(
    ("font", "old", "meant"),
    [
        (".VnTime", "V¨n phßng HuyÖn ñy Hµ L­¬ng", "Văn phòng Huyện ủy Hà Lương"),
        (".VnTimeH", "V¨n phßng HuyÖn ñy", "VĂN PHÒNG HUYỆN ỦY"),
        ("VNI-Times", "Vaên phoøng Huyeän uûy Haø Löông", "Văn phòng Huyện ủy Hà Lương"),
    ],
)
def test_the_letters_that_an_old_font_draws_are_read(tmp_path: Path, font: str, old: str, meant: str) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    drawn.setFont(registered(f"old{font}", font), 12)
    drawn.drawString(60, 700, old)
    drawn.setFont("Text", 12)
    drawn.drawString(60, 600, "naïve, café")  # in another font the same characters mean themselves
    drawn.save()
    assert texts(read(tmp_path / "a.pdf")) == [meant, "naïve, café"]


def test_the_last_letter_of_a_line_is_no_hyphen_in_an_old_font(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    drawn.setFont(registered("old", ".VnArial", {"\xad": "ư"}), 12)
    drawn.drawString(60, 700, "C¸n bé v¨n phßng Hµ L­¬ng lµm viÖc cÇn mÉn, cÈn thËn nh­")
    drawn.drawString(60, 684, "mäi n¨m.")
    drawn.save()
    assert texts(read(tmp_path / "a.pdf")) == [
        "Cán bộ văn phòng Hà Lương làm việc cần mẫn, cẩn thận như mọi năm."
    ]


@needs_tesseract
def test_a_page_whose_letters_the_file_does_not_tell_is_looked_at(tmp_path: Path) -> None:
    letters = sorted(set("".join(PARAGRAPHS)) - set(" "))
    hidden = {letter: chr(0xE000 + n) for n, letter in enumerate(letters)}
    font = registered("garbled", "Garbled", {character: letter for letter, character in hidden.items()})
    style = BODY.clone("garbled", fontName=font)
    told = ["".join(hidden.get(letter, letter) for letter in text) for text in PARAGRAPHS[:2]]
    story = [paragraph(text, style) for text in told]
    got = " ".join(texts(read(printed(tmp_path / "a.pdf", story))))
    assert difference(got, " ".join(PARAGRAPHS[:2])) < 0.02


# --- pictures of pages ---------------------------------------------------------------------------


@needs_tesseract
def test_pages_that_are_pictures_are_read_among_pages_of_text(tmp_path: Path) -> None:
    printed(tmp_path / "a.pdf", [paragraph(text) for text in PARAGRAPHS[:1]])
    pictures(tmp_path / "a.pdf", 150)[0].save(tmp_path / "p.png")
    drawn = canvas(tmp_path / "b.pdf")
    drawn.drawString(60, 700, "Bài viết có hai trang, trang sau là ảnh chụp.")
    drawn.showPage()
    drawn.drawImage(str(tmp_path / "p.png"), 0, 0, WIDTH, HEIGHT)
    drawn.save()
    page = read(tmp_path / "b.pdf")
    assert page.lines[0].pages == ((0, 1),)
    assert page.lines[1].pages == ((0, 2),)
    assert difference(texts(page)[1], PARAGRAPHS[0]) < 0.02
    assert page.scanned == {2}


def searchable(path: Path, text: str) -> Path:
    """A picture of a page with hidden text over it, as scanners write it."""
    printed(path.with_name("p.pdf"), [paragraph(PARAGRAPHS[0])])
    pictures(path.with_name("p.pdf"), 150)[0].save(path.with_name("p.png"))
    drawn = canvas(path)
    drawn.drawImage(str(path.with_name("p.png")), 0, 0, WIDTH, HEIGHT)
    for n, start in enumerate(range(0, len(text), 70)):
        line = drawn.beginText(60, 700 - 16 * n)
        line.setTextRenderMode(3)
        line.textOut(text[start : start + 70])
        drawn.drawText(line)
    drawn.save()
    return path


@needs_tesseract
def test_hidden_text_that_is_no_vietnamese_is_not_believed(tmp_path: Path) -> None:
    page = read(
        searchable(tmp_path / "a.pdf", "Ngay 18/10/l93O tai lang San Khe, Van phong Huyen uy Ha Luang ")
    )
    assert difference(texts(page)[0], PARAGRAPHS[0]) < 0.02


def test_hidden_text_in_vietnamese_is_taken(tmp_path: Path, without_tesseract: None) -> None:
    page = read(searchable(tmp_path / "a.pdf", "Ngày 18/10/1930 tại làng Sơn Khê, Văn phòng được thành lập."))
    assert texts(page) == ["Ngày 18/10/1930 tại làng Sơn Khê, Văn phòng được thành lập."]
    assert page.scanned == {1}  # the scanner's own recognition is no surer


@pytest.fixture
def without_tesseract(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)


def test_a_file_of_pictures_names_the_program_that_is_missing(
    tmp_path: Path, without_tesseract: None
) -> None:
    said = refusal(picture_file(tmp_path / "a.pdf", [Image.new("L", (200, 280), 255)]))
    assert "sudo apt install tesseract-ocr tesseract-ocr-vie" in said
    assert "Windows" in said


def decorated(path: Path, *words: str) -> Path:
    """Pages of a few words over a picture, as presentations have them."""
    Image.effect_noise((200, 280), 80).save(path.with_name("p.png"))
    drawn = canvas(path)
    for text in words:
        drawn.setFont("Text", 12)
        drawn.drawImage(str(path.with_name("p.png")), 0, 0, WIDTH, HEIGHT)
        drawn.drawString(60, 700, text)
        drawn.showPage()
    drawn.save()
    return path


SLIDES = ("Kỷ yếu Văn phòng Huyện ủy Hà Lương", "Quá trình hình thành", "Những phần thưởng cao quý")


def test_words_over_a_picture_are_read_without_tesseract(tmp_path: Path, without_tesseract: None) -> None:
    assert texts(read(decorated(tmp_path / "a.pdf", *SLIDES))) == list(SLIDES)


def test_a_long_presentation_is_no_file_of_pictures(tmp_path: Path) -> None:
    assert texts(read(decorated(tmp_path / "a.pdf", *SLIDES), Limits(scanned=2))) == list(SLIDES)


# --- what the file says of itself ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "author", "hints"),
    [
        (TITLE, "Trần Văn An", {"title": TITLE, "author": "Trần Văn An"}),
        ("Microsoft Word - bao cao.doc", "Admin", {}),
        ("bai_viet_90_nam.docx", "VNPT", {}),
        ("bao cao.doc - Microsoft Word", "PC", {}),
        ("untitled", "anonymous", {}),
        ("Microsoft PowerPoint - Presentation1", "Windows User", {}),
        ("", "HP Inc.", {}),
        ("Document1", "huyenuy haluong", {}),
    ],
)
def test_fields_are_hints_where_they_mean_something(
    tmp_path: Path, title: str, author: str, hints: dict[str, str]
) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    drawn.setTitle(title)
    drawn.setAuthor(author)
    drawn.drawString(60, 700, "Văn phòng Huyện ủy Hà Lương.")
    drawn.save()
    assert read(tmp_path / "a.pdf").hints == hints


def test_the_day_on_which_a_file_was_made_is_no_date_of_an_article(tmp_path: Path) -> None:
    page = read(printed(tmp_path / "a.pdf", article()))
    assert clean.clean(page).published is None


# --- refusals ------------------------------------------------------------------------------------


def test_a_locked_file_is_refused_and_one_that_only_may_not_be_changed_is_read(tmp_path: Path) -> None:
    for name, password in (("a.pdf", "bimat"), ("b.pdf", "")):
        printed(tmp_path / name, article(), encrypt=StandardEncryption(password, "chu", canCopy=0))
    assert "mật khẩu" in refusal(tmp_path / "a.pdf")
    assert texts(read(tmp_path / "b.pdf")) == [TITLE, *PARAGRAPHS]


def test_a_file_without_a_word_is_refused(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    drawn.showPage()
    drawn.save()
    assert "không có chữ nào" in refusal(tmp_path / "a.pdf")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 word/document.xml", "Một bài viết.".encode()])
def test_a_file_that_is_no_pdf_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.pdf").write_bytes(data)
    assert "không phải tệp PDF" in refusal(tmp_path / "a.pdf")


@pytest.mark.parametrize("kept", [20, 400])
def test_a_damaged_file_is_refused(tmp_path: Path, kept: int) -> None:
    data = printed(tmp_path / "a.pdf", article()).read_bytes()
    (tmp_path / "a.pdf").write_bytes(data[:kept])
    assert "hỏng" in refusal(tmp_path / "a.pdf")


def test_a_file_that_has_gone_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "a.pdf")


def test_too_many_pages_are_refused_before_they_are_read(tmp_path: Path) -> None:
    blank = Image.new("L", (20, 28), 255)
    three = picture_file(tmp_path / "a.pdf", [blank] * 3)
    assert "3 trang, quá mức 2 trang" in refusal(three, Limits(pages=2))
    assert "3 trang là ảnh, quá mức 2 trang" in refusal(three, Limits(scanned=2))
