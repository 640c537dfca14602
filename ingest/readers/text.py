"""Text files, Markdown or not, in UTF-8, UTF-16 or a Vietnamese charset from before Unicode; and the
characters of what else is text inside: pages, letters, tables."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from pathlib import Path

from ingest import encodings, layout
from ingest.errors import UnreadableFile
from ingest.limits import Limits
from ingest.readers.package import seems


def read(path: Path, limits: Limits) -> layout.Page:
    """The page of a text file, by its suffix a Markdown file or a plain one.

    An article of 5,000 words is 35 KB, the printed history of a district's party some 900 KB: of
    ``limits.characters``, each a byte at least, a larger file is no article, and would drown every answer. It
    is refused by its size, before it is read."""
    size = path.stat().st_size
    if size > limits.characters:
        raise UnreadableFile(
            f"tệp nặng {_megabytes(size)} MB, quá mức {_megabytes(limits.characters)} MB của một bài viết. "
            "Hãy tách tệp thành từng bài, rồi nạp lại."
        )
    raw = _text(path.read_bytes())
    return layout.markdown(raw) if path.suffix.lower() == ".md" else layout.plain(raw)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f}".rstrip("0").rstrip(".").replace(".", ",")


_BLANK = "tệp trống, không có chữ nào. Hãy kiểm tra lại tệp, rồi nạp lại."
_BINARY = (
    "không phải tệp văn bản, dù tên tệp ghi như vậy. Hãy mở tệp bằng đúng chương trình đã tạo ra nó, "
    "lưu lại thành văn bản (.txt), rồi nạp lại."
)
_ENCODING = (
    "không phải chữ Unicode (UTF-8, UTF-16), cũng không đọc được theo bảng mã tiếng Việt cũ nào (TCVN3, VNI, "
    "VISCII, VPS, Windows-1258). Hãy mở tệp bằng chương trình đã tạo ra nó, chuyển mã sang Unicode, chọn "
    "“Lưu thành…” với mã hóa UTF-8, rồi nạp lại."
)
#: What no text holds, and what a text may hold of control characters beside: none but these.
_CONTROLS = frozenset(range(0x20)) - set(b"\t\n\v\f\r\x1a\x1b\x07\x08\x1c\x1d\x1e\x1f")
#: The high bytes of the letters, marks and signs of a Vietnamese text in UTF-16.
_UTF16_HIGH = frozenset(b"\x00\x01\x02\x03\x1e\x20\x21\x22\x25")
#: Of a text in UTF-16 without its mark at least so many pairs of bytes are such letters.
_UTF16_SHARE = 0.98


def _text(data: bytes) -> str:
    """The characters of a text file's bytes."""
    text = _decoded(data)
    if not text.strip("\ufeff \t\r\n\v\f\x00\xa0\u200b"):
        raise UnreadableFile(_BLANK)
    if any(ord(c) in _CONTROLS for c in set(text)):
        raise UnreadableFile(_BINARY)
    return text


def _decoded(data: bytes) -> str:
    try:
        return encodings.repaired(_unicode(data))
    except UnicodeDecodeError as e:
        if b"\0" in data:
            raise UnreadableFile(_BINARY) from e
        text = encodings.decoded(data)
        if text is None:
            raise UnreadableFile(_ENCODING) from e
        return text


def _unicode(data: bytes) -> str:
    """Raises UnicodeDecodeError for what is neither UTF-8 nor UTF-16, UnreadableFile for UTF-32."""
    if data.startswith(codecs.BOM_UTF8):
        return data.decode("utf-8-sig")
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise UnreadableFile(_ENCODING)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    if b"\0" in data:
        return data.decode(_unmarked_utf16(data))
    return data.decode("utf-8")


def _unmarked_utf16(data: bytes) -> str:
    """Which UTF-16 a text with zero bytes and no byte order mark is in: one of each pair of bytes is
    nearly always one of a few. Raises UnreadableFile where it is none."""
    for name, high in (("utf-16-le", data[1::2]), ("utf-16-be", data[0::2])):
        letters = sum(high.count(byte) for byte in _UTF16_HIGH)
        if len(data) % 2 == 0 and letters >= _UTF16_SHARE * len(high):
            return name
    raise UnreadableFile(_BINARY if data.strip(b"\0 \r\n\t") else _BLANK)


# --- the characters of other formats -------------------------------------------------------------

_MARKS: Mapping[bytes, str] = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # begins like UTF-16
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
#: Charsets of one byte a letter under which older Vietnamese is passed on: none says that it is that.
_WESTERN = frozenset({"ascii", "cp1252", "cp1258", "iso8859-1", "iso8859-15"})
#: In a text in UTF-8 there may be a broken letter for so many whole ones.
_BROKEN = 50


def characters(data: bytes, declared: str | None = None) -> str:
    """The characters of a file: by its byte order mark, as UTF-8 if it can be that, as the charset that it
    declares, or as Vietnamese from before Unicode (``ingest.encodings``). Old Vietnamese that passed as
    Western stays as it is; ``layout.document`` sets that right. Raises UnreadableFile."""
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            return data.decode(name, "replace")
    if b"\0" in data:
        unmarked = _utf16(data)
        if unmarked is None:
            raise UnreadableFile(_not_text(data))
        return data.decode(unmarked, "replace")
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if broken * _BROKEN <= sum(c > "\x7f" for c in text) - broken:
        return text
    western = declared if declared and _codec(declared) in _WESTERN - {"ascii"} else None
    old = _strictly(data, western) or encodings.decoded(data) or _strictly(data, declared)
    if old is None:
        raise UnreadableFile(_not_text(data))
    return old


def _codec(name: str) -> str | None:
    try:
        return codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        return None


def _strictly(data: bytes, charset: str | None) -> str | None:
    try:
        return data.decode(charset.strip()) if charset else None
    except (LookupError, ValueError):
        return None


def _utf16(data: bytes) -> str | None:
    """Which UTF-16 a text with zero bytes is in, if any: of one in two bytes nearly all are a letter's."""
    for name, high in (("utf-16-le", data[1::2]), ("utf-16-be", data[0::2])):
        if sum(high.count(byte) for byte in b"\0\1\2\3\x1e\x20") >= 0.98 * len(high):
            return name
    return None


def _not_text(data: bytes) -> str:
    kind = seems(data)
    if kind or b"\0" in data:
        seeming = f", có vẻ là {kind}" if kind else ""
        return (
            f"không phải tệp có chữ như tên tệp ghi{seeming}. Hãy mở tệp bằng đúng chương trình đã tạo ra "
            "nó, lưu lại đúng dạng, rồi nạp lại."
        )
    return (
        "không phải chữ Unicode (UTF-8, UTF-16), cũng không đọc được theo bảng mã tiếng Việt cũ nào (TCVN3, "
        "VNI, VISCII, VPS, Windows-1258). Hãy mở tệp bằng chương trình đã tạo ra nó, lưu lại với mã hóa "
        "UTF-8, rồi nạp lại."
    )
