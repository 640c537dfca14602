"""Pictures of pages as Tesseract reads them: clear or not, upright or not, one or many."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageFilter, ImageOps
from reportlab.platypus import Paragraph, Table

from ingest.errors import UnreadableFile
from ingest.layout import Page
from ingest.limits import Limits
from ingest.readers import scan
from tests.ingest.readers.printing import (
    BODY,
    HEADLINE,
    PARAGRAPHS,
    TITLE,
    article,
    difference,
    needs_tesseract,
    paragraph,
    pictures,
    printed,
)

TEXT = " ".join([TITLE, *PARAGRAPHS])
SHORT = " ".join([TITLE, PARAGRAPHS[0]])


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Image.Image:
    """An article on a page, at 200 dpi."""
    return pictures(printed(tmp_path_factory.mktemp("page") / "a.pdf", article()))[0]


@pytest.fixture(scope="session")
def piece(tmp_path_factory: pytest.TempPathFactory) -> Image.Image:
    """The top of a page, with a title and one paragraph: SHORT."""
    page = pictures(printed(tmp_path_factory.mktemp("piece") / "a.pdf", article()[:2]))[0]
    return page.crop((0, 100, page.width, 600))


def read(path: Path, limits: Limits | None = None) -> Page:
    return scan.read(path, limits or Limits(page_seconds=60))


def saved(folder: Path, image: Image.Image, name: str = "a.png") -> Path:
    image.save(folder / name)
    return folder / name


def text(page: Page) -> str:
    return " ".join(line.text for line in page.lines)


def refusal(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableFile) as refused:
        read(path, limits)
    said = str(refused.value)
    assert "Hãy" in said or "hãy" in said  # the next step
    return said


# --- what is read --------------------------------------------------------------------------------


@needs_tesseract
def test_a_page_comes_back_in_its_title_and_its_paragraphs(tmp_path: Path, page: Image.Image) -> None:
    read_back = read(saved(tmp_path, page))
    assert difference(text(read_back), TEXT) < 0.01
    assert [line.kind for line in read_back.lines] == ["title"] + ["paragraph"] * len(PARAGRAPHS)
    assert {line.pages for line in read_back.lines} == {((0, 1),)}


TITLES = {
    "a line that fills the width": "VĂN PHÒNG HUYỆN ỦY HÀ LƯƠNG - NHỮNG CHẶNG ĐƯỜNG LỊCH SỬ VẺ VANG",
    "broken by hand": "VĂN PHÒNG HUYỆN ỦY HÀ LƯƠNG:<br/>90 NĂM XÂY DỰNG<br/>VÀ TRƯỞNG THÀNH",
    "before a dash": "Văn phòng Huyện ủy Hà Lương phát huy vai trò<br/>tham mưu - tổng hợp<br/>- phục vụ",
    "a last word alone": "Người giữ “mạch” thông tin của cơ quan ở xã vùng cao Kim Hòa",
}


@needs_tesseract
@pytest.mark.parametrize("how", TITLES)
def test_a_title_of_several_lines_is_one_and_the_day_below_none_of_it(tmp_path: Path, how: str) -> None:
    day = paragraph("18/10/2020", BODY.clone("day", alignment=1))
    story = [Paragraph(TITLES[how], HEADLINE), day, *map(paragraph, PARAGRAPHS)]
    read_back = read(saved(tmp_path, pictures(printed(tmp_path / "a.pdf", story))[0]))
    title, below, *_ = read_back.lines
    assert title.kind == "title"
    assert difference(title.text, TITLES[how].replace("<br/>", " ")) < 0.03
    assert (below.kind, below.text) == (None, "18/10/2020")


ITEMS = (
    "Theo dõi, đôn đốc việc thực hiện nghị quyết;",
    "Quản lý tài chính, tài sản của Đảng bộ;",
    "Tiếp nhận, xử lý đơn, thư gửi đến Huyện ủy.",
)


@needs_tesseract
@pytest.mark.parametrize("mark", ["-", "–", "•", "+", "*"])
@pytest.mark.parametrize("gap", [4, 12])
def test_the_marks_of_a_list_make_items_and_are_no_text(tmp_path: Path, mark: str, gap: int) -> None:
    style = BODY.clone("item", leftIndent=24, firstLineIndent=0, bulletIndent=24 - 6 - gap)
    items = [Paragraph(item, style, bulletText=mark) for item in ITEMS]
    story = [*article()[:2], paragraph("Nhiệm vụ của Văn phòng gồm:"), *items, paragraph(PARAGRAPHS[1])]
    lines = read(saved(tmp_path, pictures(printed(tmp_path / "a.pdf", story))[0])).lines
    assert [line.text for line in lines if line.kind == "item"] == list(ITEMS)


@needs_tesseract
def test_dashes_between_words_stay(tmp_path: Path) -> None:
    said = "Đồng chí Cao Văn Tường giữ cương vị Chánh Văn phòng – người đầu tiên – từ năm 1951 – 1960."
    story = [*article()[:2], paragraph(said)]
    read_back = text(read(saved(tmp_path, pictures(printed(tmp_path / "a.pdf", story))[0])))
    assert read_back.replace("–", "-").endswith(said.replace("–", "-"))


def shaded(image: Image.Image) -> Image.Image:
    """As under a lamp on the right: the left is dark."""
    light = (
        Image.linear_gradient("L").rotate(90).resize(image.size).point(lambda value: 90 + value * 165 // 255)
    )
    return Image.composite(image, Image.new("L", image.size), light)


SPOILED: dict[str, Callable[[Image.Image], Image.Image]] = {
    "turned by three degrees": lambda image: image.rotate(-3, Image.Resampling.BICUBIC, True, fillcolor=255),
    "unevenly lit": shaded,
    "light on dark": ImageOps.invert,
    "blurred": lambda image: image.filter(ImageFilter.GaussianBlur(1.5)),
    "pale": lambda image: image.point(lambda value: 150 + value * 60 // 255),
    "small": lambda image: image.resize(
        (image.width * 2 // 5, image.height * 2 // 5), Image.Resampling.LANCZOS
    ),
}


@needs_tesseract
@pytest.mark.parametrize("how", SPOILED)
def test_a_spoiled_picture_is_put_right(tmp_path: Path, piece: Image.Image, how: str) -> None:
    assert difference(text(read(saved(tmp_path, SPOILED[how](piece)))), SHORT) < 0.02


@needs_tesseract
@pytest.mark.parametrize("turn", [180, 270])
def test_a_page_on_its_side_or_upside_down_is_turned(tmp_path: Path, piece: Image.Image, turn: int) -> None:
    assert difference(text(read(saved(tmp_path, piece.rotate(turn, expand=True)))), SHORT) < 0.02


@needs_tesseract
def test_the_pages_of_a_tiff_file_are_pages_and_its_thumbnails_none(
    tmp_path: Path, piece: Image.Image
) -> None:
    path = tmp_path / "a.tif"
    thumbnail = piece.resize((piece.width // 8, piece.height // 8))
    thumbnail.encoderinfo = {"tiffinfo": {254: 1}}
    piece.save(path, save_all=True, append_images=[piece, thumbnail])
    read_back = read(path)
    assert {line.pages[0][1] for line in read_back.lines} == read_back.scanned == {1, 2}
    assert sum(line.text.startswith("Ngày 18/10/1930") for line in read_back.lines) == 2


@needs_tesseract
@pytest.mark.parametrize("name", ["a.jpg", "a.bmp", "a.webp", "a.png"])
def test_every_format_is_read(tmp_path: Path, piece: Image.Image, name: str) -> None:
    image = piece.convert("RGB")
    if name == "a.png":  # black letters on nothing
        image = Image.new("RGBA", piece.size, "black")
        image.putalpha(ImageOps.invert(piece))
    assert "Văn phòng Huyện ủy Hà Lương" in text(read(saved(tmp_path, image, name)))


@needs_tesseract
def test_a_photograph_is_held_as_its_camera_was(tmp_path: Path, piece: Image.Image) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    piece.rotate(90, expand=True).save(tmp_path / "a.jpg", exif=exif)
    assert "Văn phòng Huyện ủy Hà Lương" in text(read(tmp_path / "a.jpg"))


@needs_tesseract
def test_a_table_with_rules_comes_line_by_line_with_its_cells(tmp_path: Path) -> None:
    rows = [("Họ và tên", "Chức vụ"), ("Trần Văn An", "Chánh Văn phòng Huyện ủy kiêm Trưởng phòng Tổng hợp")]
    cells = [[paragraph(cell, BODY.clone("cell", firstLineIndent=0)) for cell in row] for row in rows]
    table = Table(cells, colWidths=[150, 220], style=[("GRID", (0, 0), (-1, -1), 0.7, "black")])
    image = pictures(
        printed(tmp_path / "a.pdf", [paragraph(TITLE, HEADLINE), table, paragraph(PARAGRAPHS[0])])
    )[0]
    read_back = read(saved(tmp_path, image.crop((0, 100, image.width, 700))))
    assert [line.text for line in read_back.lines if line.kind == "row"] == [" | ".join(row) for row in rows]


@needs_tesseract
def test_a_line_that_is_left_out_is_read_when_the_others_are_gone(
    tmp_path: Path, piece: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it happens with lines that are as clear as the others."""
    whole = scan._read

    def forgetful(*asked: object) -> list[list[scan._Line]]:
        blocks = whole(*asked)  # type: ignore[arg-type]
        return [block[:2] + block[3:] for block in blocks] if asked[2] == scan._PAGE else blocks

    meant = text(read(saved(tmp_path, piece)))
    monkeypatch.setattr(scan, "_read", forgetful)
    assert text(read(saved(tmp_path, piece))) == meant


# --- refusals ------------------------------------------------------------------------------------


@needs_tesseract
def test_a_picture_without_text_is_refused(tmp_path: Path) -> None:
    assert "không thấy chữ" in refusal(saved(tmp_path, Image.effect_noise((300, 200), 60)))
    assert "không thấy chữ" in refusal(saved(tmp_path, Image.new("RGB", (600, 400), "white")))


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4", b"\x89PNG\r\n\x1a\n", "Một bài viết.".encode()])
def test_a_file_that_is_no_picture_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.png").write_bytes(data)
    assert "không mở được ảnh" in refusal(tmp_path / "a.png")


def test_a_damaged_picture_is_refused(tmp_path: Path) -> None:
    for name in ("a.png", "a.jpg", "a.tif"):
        path = saved(tmp_path, Image.effect_noise((600, 400), 60), name)
        path.write_bytes(path.read_bytes()[:3000])
        assert "không mở được ảnh" in refusal(path)


@pytest.mark.parametrize("size", [(10_000, 9_500), (20_000, 10_000)])
def test_a_picture_of_too_many_dots_is_refused(tmp_path: Path, size: tuple[int, int]) -> None:
    assert "triệu điểm ảnh" in refusal(saved(tmp_path, Image.new("1", size)))


def test_too_many_pages_are_refused(tmp_path: Path) -> None:
    blank = Image.new("L", (20, 28), 255)
    blank.save(tmp_path / "a.tif", save_all=True, append_images=[blank] * 2)
    assert "3 trang là ảnh, quá mức 2 trang" in refusal(tmp_path / "a.tif", Limits(scanned=2))


def test_a_file_that_has_gone_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "a.png")


# --- Tesseract -----------------------------------------------------------------------------------


def test_a_computer_without_tesseract_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    said = refusal(saved(tmp_path, Image.new("L", (100, 100), 255)))
    assert "sudo apt install tesseract-ocr tesseract-ocr-vie" in said
    assert "Windows" in said
    assert not scan.available()


def program(folder: Path, script: str) -> Path:
    path = folder / "tesseract"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_tesseract_without_vietnamese_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    english = program(tmp_path, 'echo "List of available languages (2):"; echo eng; echo osd')
    monkeypatch.setattr(shutil, "which", lambda name: str(english))
    said = refusal(saved(tmp_path, Image.new("L", (100, 100), 255)))
    assert "sudo apt install tesseract-ocr-vie" in said
    assert not scan.available()


def test_a_page_that_takes_too_long_is_refused_by_its_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = program(tmp_path, 'case "$1" in --list-langs) echo vie;; *) exec sleep 30;; esac')
    monkeypatch.setattr(shutil, "which", lambda name: str(slow))
    assert "trang 1" in refusal(saved(tmp_path, Image.new("L", (100, 100), 255)), Limits(page_seconds=1))


def test_a_tesseract_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = program(tmp_path, 'case "$1" in --list-langs) echo vie;; *) exit 1;; esac')
    monkeypatch.setattr(shutil, "which", lambda name: str(broken))
    assert "gặp lỗi" in refusal(saved(tmp_path, Image.new("L", (100, 100), 255)))


def test_each_page_asks_for_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = program(tmp_path, 'case "$1" in --list-langs) echo vie;; *) echo "<html><body/></html>";; esac')
    monkeypatch.setattr(shutil, "which", lambda name: str(quick))
    asked: list[int] = []
    monkeypatch.setattr("ingest.worker.extend", asked.append)
    blank = scan.Picture(20, 20, b"\xff" * 400)
    found = list(scan.sheets(((n, blank) for n in (3, 1, 2)), Limits(page_seconds=7)))
    assert [sheet.number for sheet in found] == [3, 1, 2]
    assert asked == [7, 7, 7]
