"""Packages of Office, safe to open or refused with what is wrong."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from ingest.errors import UnreadableFile
from ingest.limits import Limits
from ingest.readers.package import MAX_PARTS, checked, seems

MAIN = "word/document.xml"
TYPES = "[Content_Types].xml"
BODY = "<w:document><w:body><w:p>Văn phòng Huyện ủy Bình Lãng</w:p></w:body></w:document>"


def packed(
    path: Path, parts: Mapping[str, str | bytes] | None = None, method: int = zipfile.ZIP_DEFLATED
) -> Path:
    with zipfile.ZipFile(path, "w", method) as package:
        for name, content in (parts or {TYPES: "<Types/>", MAIN: BODY}).items():
            package.writestr(name, content)
    return path


def refusal(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableFile) as refused:
        checked(path, limits or Limits(), MAIN, "Word (.docx)")
    said = str(refused.value)
    assert "Hãy" in said
    assert said[0].islower()  # the file's name stands before it
    return said


def test_a_sound_package_passes(tmp_path: Path) -> None:
    checked(packed(tmp_path / "a.docx"), Limits(), MAIN, "Word (.docx)")


def test_a_main_part_of_another_name_passes_where_the_package_names_it(tmp_path: Path) -> None:
    relation = (
        '<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/officeDocument" Target="/word/document2.xml"/></Relationships>'
    )
    parts = {"word/document2.xml": BODY, "_rels/.rels": relation}
    checked(packed(tmp_path / "a.docx", parts), Limits(), MAIN, "Word (.docx)")
    assert "bị hỏng" in refusal(
        packed(tmp_path / "b.docx", {TYPES: "", "xl/document2.xml": BODY, "_rels/.rels": relation})
    )


@pytest.mark.parametrize(
    ("head", "seen"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "ảnh JPEG"),
        (b"\x89PNG\r\n\x1a\n", "ảnh PNG"),
        (b"%PDF-1.7\n", "tệp PDF"),
        (b"{\\rtf1\\ansi", "tệp RTF"),
        (b"Rar!\x1a\x07", "tệp nén RAR"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html><html>", "trang web (HTML)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") + b"\0\0", "Word 97-2003"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + b"\0\0", "Excel 97-2003"),
    ],
)
def test_a_file_of_another_format_is_called_by_its_format(tmp_path: Path, head: bytes, seen: str) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(head + bytes(range(256)))
    assert seen in refusal(path)


def test_what_begins_like_no_known_format_is_not_guessed_at(tmp_path: Path) -> None:
    assert seems("Văn phòng".encode()) is None
    path = tmp_path / "a.docx"
    path.write_text("Văn phòng Huyện ủy", encoding="utf-8")
    assert "có vẻ" not in refusal(path)


@pytest.mark.parametrize(
    ("part", "seen"),
    [
        ("xl/workbook.xml", "Excel (.xlsx)"),
        ("ppt/presentation.xml", "PowerPoint (.pptx)"),
        ("hinh-anh/1.jpg", "nén ZIP"),
    ],
)
def test_a_package_of_something_else_is_called_by_its_format(tmp_path: Path, part: str, seen: str) -> None:
    assert seen in refusal(packed(tmp_path / "a.docx", {part: "x"}))


@pytest.mark.parametrize("data", [b"", b"\0" * 10_000])
def test_an_empty_file_is_told_from_a_damaged_one(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(data)
    assert "tệp trống" in refusal(path)


def test_a_password_is_named(tmp_path: Path) -> None:
    compound = tmp_path / "a.docx"
    stream = "EncryptedPackage".encode("utf-16-le") + b"\0\0"
    compound.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + stream)
    assert "mật khẩu" in refusal(compound)
    zipped = packed(tmp_path / "b.docx")
    data = bytearray(zipped.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + offset] |= 1  # the flag of an encrypted part
    zipped.write_bytes(data)
    assert "mật khẩu" in refusal(zipped)


def test_damage_anywhere_is_damage(tmp_path: Path) -> None:
    whole = packed(tmp_path / "a.docx", {TYPES: "<Types/>", MAIN: BODY * 50}).read_bytes()
    cut = tmp_path / "b.docx"
    cut.write_bytes(whole[: len(whole) // 2])
    flipped = tmp_path / "c.docx"
    place = whole.find(MAIN.encode()) + len(MAIN) + 20
    flipped.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
    for path in (cut, flipped):
        assert "bị hỏng" in refusal(path)


def test_no_package_unfolds_to_more_than_is_allowed(tmp_path: Path) -> None:
    noise = bytes(range(256)) * 8_000
    path = packed(tmp_path / "a.docx", {MAIN: BODY, "word/media/a.jpg": noise})
    checked(path, Limits(expanded=3), MAIN, "Word (.docx)")
    assert "lớn hơn 2 MB" in refusal(path, Limits(expanded=2))


def test_sizes_that_lie_are_not_believed(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.docx", {MAIN: BODY, "word/media/a.bin": bytes(5_000_000)})
    data = bytearray(path.read_bytes())
    place = data.find(b"PK\x01\x02", data.find(b"PK\x01\x02") + 1)
    data[place + 24 : place + 28] = struct.pack("<I", 100)  # what the table of contents says it unfolds to
    path.write_bytes(data)
    assert "bị hỏng" in refusal(path, Limits(expanded=1))


def test_xml_that_shrinks_as_no_document_does_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.docx", {MAIN: "<w:p/>" * 1_000_000})
    assert path.stat().st_size < 100_000
    assert "nén bất thường" in refusal(path)


@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_no_xml_may_declare_entities(tmp_path: Path, charset: str) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>'
    path = packed(tmp_path / "a.docx", {MAIN: BODY, "word/styles.xml": bomb.encode(charset)})
    assert "khai báo lạ" in refusal(path)


def test_a_declaration_is_found_across_the_pieces_that_are_read(tmp_path: Path) -> None:
    for before in range(65_520, 65_540):
        path = packed(tmp_path / "a.docx", {MAIN: " " * before + "<!DOCTYPE a>" + BODY}, zipfile.ZIP_STORED)
        assert "khai báo lạ" in refusal(path)


def test_xml_in_a_charset_that_could_hide_a_declaration_is_refused(tmp_path: Path) -> None:
    hidden = b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a>'
    assert "khai báo lạ" in refusal(packed(tmp_path / "a.docx", {MAIN: BODY, "word/a.xml": hidden}))


def test_a_package_of_too_many_parts_is_refused(tmp_path: Path) -> None:
    parts = {MAIN: BODY} | {f"word/{n}.xml": "" for n in range(MAX_PARTS)}
    assert "phần bên trong" in refusal(packed(tmp_path / "a.docx", parts, zipfile.ZIP_STORED))


def test_methods_of_packing_that_office_does_not_use_are_refused(tmp_path: Path) -> None:
    assert "bị hỏng" in refusal(packed(tmp_path / "a.docx", method=zipfile.ZIP_BZIP2))
