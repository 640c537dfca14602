"""The characters of files that are text inside, whatever they say of themselves."""

from __future__ import annotations

import unicodedata

from ingest.readers import text


def test_a_byte_that_was_lost_does_not_make_utf_8_another_charset() -> None:
    written = "Văn phòng Huyện ủy Bình Lãng được thành lập tháng 3 năm 1946 tại xã Trường Lạc. " * 5
    data = written.encode()
    assert text.characters(data + b"\xe1\xba").startswith(written)


def test_a_charset_that_is_declared_wrongly_is_not_believed() -> None:
    assert text.characters("Bình Lãng".encode(), "windows-1252") == "Bình Lãng"
    assert text.characters("Bình".encode("utf-16"), "utf-8") == "Bình"
    assert text.characters(b"Binh", "no-such-charset") == "Binh"


def test_windows_1258_is_read_as_it_says() -> None:
    assert unicodedata.normalize(
        "NFC", text.characters("Bi\u0300nh La\u0303ng".encode("cp1258"), "windows-1258")
    ) == ("Bình Lãng")
