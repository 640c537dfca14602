"""The package that Word, Excel and PowerPoint files are, looked through before a library opens it: XML and
pictures in one zip file. A few hundred kilobytes can unfold into gigabytes, so everything is unfolded once
here, in small pieces that are thrown away.
"""

from __future__ import annotations

import errno
import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from ingest.errors import UnreadableFile
from ingest.limits import Limits

#: A package of a thousand pictures has some two thousand parts.
MAX_PARTS = 10_000
#: What office programs write shrinks to a tenth, a table of one word to a fortieth, and the most that the
#: method of packing can do is a thousandth.
MAX_RATIO = 200
#: A smaller part is harmless whatever its ratio.
SMALL_PART = 1_000_000
#: What is unfolded at a time, in bytes.
PIECE = 1 << 16


def checked(path: Path, limits: Limits, main: str, what: str) -> None:
    """Returns if the file is a package that is safe to open: it has its ``main`` part
    (``word/document.xml``, or whatever part of that folder the package itself names as its main one), all of
    it unfolds to no more than ``limits.expanded``, nothing in it is damaged or locked by a password, and no
    XML in it declares entities.

    ``what`` names the format to the user: ``Word (.docx)``. Raises UnreadableFile or OSError."""
    try:
        with zipfile.ZipFile(path) as package:
            _check_parts(package, limits, what)
            _check_main(package, main, what)
            _check_contents(package, limits, what)
    except zipfile.BadZipFile as e:
        raise UnreadableFile(_not_a_package(path, what) or _damaged(what)) from e
    except (zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, OverflowError) as e:
        raise UnreadableFile(_damaged(what)) from e
    except OSError as e:
        if e.errno not in (None, errno.EINVAL):  # a place in the file that cannot be is no fault of the disk
            raise
        raise UnreadableFile(_damaged(what)) from e


# --- the parts -----------------------------------------------------------------------------------


def _check_parts(package: zipfile.ZipFile, limits: Limits, what: str) -> None:
    """What the table of contents says, which costs nothing to ask."""
    parts = package.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableFile(_locked(what))
    if len(parts) > MAX_PARTS:
        raise UnreadableFile(
            f"tệp {what} gồm tới {len(parts)} phần bên trong, quá mức {MAX_PARTS} phần. "
            "Hãy chép nội dung sang tệp mới, rồi nạp lại."
        )
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise UnreadableFile(_damaged(what))
    if any(_is_xml(p) and p.file_size > max(SMALL_PART, MAX_RATIO * p.compress_size) for p in parts):
        raise UnreadableFile(
            f"tệp {what} bị nén bất thường: bung ra lớn gấp hơn {MAX_RATIO} lần, không giống tệp do chương "
            "trình văn phòng lưu. Hãy chép nội dung sang tệp mới, rồi nạp lại."
        )
    _check_size(sum(part.file_size for part in parts), limits, what)


def _check_size(size: int, limits: Limits, what: str) -> None:
    if size > limits.expanded * 1_000_000:
        raise UnreadableFile(
            f"tệp {what} khi bung ra lớn hơn {limits.expanded} MB. Hãy tách thành nhiều tệp nhỏ, hoặc nén "
            "bớt hình ảnh trong tệp, rồi nạp lại."
        )


def _is_xml(part: zipfile.ZipInfo) -> bool:
    return part.filename.lower().endswith((".xml", ".rels", ".vml"))


#: Only a document type brings entities into XML, and no office program writes one.
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_ENCODING = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]*)["']""")
#: The package format knows UTF-8 and UTF-16; in any other, a declaration may be spelled in other bytes.
_ENCODINGS = frozenset({b"utf-8", b"utf8", b"utf-16", b"utf-16le", b"utf-16be", b"us-ascii", b"ascii"})


def _check_contents(package: zipfile.ZipFile, limits: Limits, what: str) -> None:
    """What unfolding each part gives: sizes are counted once more, as a table of contents may lie."""
    unfolded = 0
    for part in package.infolist():
        tail, first = b"", True
        with package.open(part) as stream:
            while piece := stream.read(PIECE):
                unfolded += len(piece)
                _check_size(unfolded, limits, what)
                if _is_xml(part):
                    seen = tail + piece.replace(b"\0", b"")  # UTF-16 reads like ASCII without its zeros
                    declared = _ENCODING.search(seen) if first else None
                    odd = declared and declared[1].lower() not in _ENCODINGS
                    if odd or _DECLARED.search(seen):
                        raise UnreadableFile(
                            f"tệp {what} chứa khai báo lạ có thể gây hại, không giống tệp do chương trình "
                            "văn phòng lưu. Hãy mở tệp bằng chương trình văn phòng, lưu thành tệp mới, rồi "
                            "nạp lại."
                        )
                    tail, first = seen[-16:], False


_RELATION = re.compile(rb"<[^<>]*?Relationship\b[^<>]*>")
_TO_MAIN = re.compile(rb"""\sType\s*=\s*["'][^"']*/officeDocument["']""")
_TARGET = re.compile(rb"""\sTarget\s*=\s*["']/?([^"']+)["']""")


def _check_main(package: zipfile.ZipFile, main: str, what: str) -> None:
    names = set(package.namelist())
    named = _named_main(package) if main not in names else main
    if named in names and _folder(named) == _folder(main) and named.endswith(".xml"):
        return
    other = next((format for part, format in _MAIN_PARTS.items() if part in names and part != main), None)
    if other is None and "mimetype" in names and "content.xml" in names:
        other = "OpenDocument (.odt, .ods, .odp)"
    if other is None and "[Content_Types].xml" not in names:
        other = "nén ZIP"
    raise UnreadableFile(_mistaken(f"tệp {other}", what) if other else _damaged(what))


def _folder(name: str) -> str:
    return name.rpartition("/")[0]


def _named_main(package: zipfile.ZipFile) -> str:
    """The part that the package names as its main one: some programs call it ``word/document2.xml``. Empty
    where it names none."""
    if "_rels/.rels" not in package.namelist():
        return ""
    for relation in _RELATION.findall(package.read("_rels/.rels").replace(b"\0", b"")):
        target = _TARGET.search(relation)
        if target and _TO_MAIN.search(relation):
            return target[1].decode("utf-8", "replace")
    return ""


_MAIN_PARTS: Mapping[str, str] = {
    "word/document.xml": "Word (.docx)",
    "xl/workbook.xml": "Excel (.xlsx)",
    "xl/workbook.bin": "Excel nhị phân (.xlsb)",
    "ppt/presentation.xml": "PowerPoint (.pptx)",
}

# --- what is no package --------------------------------------------------------------------------

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: What stands in the directory of a compound file, of which Office before 2007 made its documents.
_STREAMS: Mapping[str, str] = {
    "WordDocument": "tệp Word 97-2003 (.doc)",
    "PowerPoint Document": "tệp PowerPoint 97-2003 (.ppt)",
    "Workbook": "tệp Excel 97-2003 (.xls)",
    "Book": "tệp Excel 97-2003 (.xls)",
}
#: How files begin, each with what to call such a file.
_SIGNATURES: Mapping[bytes, str] = {
    b"%PDF-": "tệp PDF",
    b"\xff\xd8\xff": "ảnh JPEG",
    b"\x89PNG": "ảnh PNG",
    b"GIF8": "ảnh GIF",
    b"BM": "ảnh BMP",
    b"II*\0": "ảnh TIFF",
    b"MM\0*": "ảnh TIFF",
    b"{\\rtf": "tệp RTF",
    b"PK\x03\x04": "tệp nén ZIP",
    b"Rar!": "tệp nén RAR",
    b"7z\xbc\xaf\x27\x1c": "tệp nén 7-Zip",
    b"\x1f\x8b": "tệp nén GZ",
    b"MZ": "chương trình Windows",
    b"<!doctype html": "trang web (HTML)",
    b"<html": "trang web (HTML)",
    b"<?xml": "tệp XML",
}


def seems(head: bytes) -> str | None:
    """What a file is by how it begins, in words for the user (``ảnh JPEG``), or None. ``head`` is its first
    kilobyte or, to tell the documents of Office 97 apart, all of it."""
    if head.startswith(_COMPOUND):
        named = (kind for stream, kind in _STREAMS.items() if _stream(stream) in head)
        return next(named, "tệp Office 97-2003")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:32].lower()
    found = (kind for mark, kind in _SIGNATURES.items() if head.startswith(mark) or start.startswith(mark))
    return next(found, None)


def _stream(name: str) -> bytes:
    """How a compound file writes the name of a stream: whole, with the end of the name behind."""
    return name.encode("utf-16-le") + b"\0\0"


def _not_a_package(path: Path, what: str) -> str | None:
    """What to say of a file that is no zip file at all; None for one that begins like one."""
    data = path.read_bytes()
    if not data.strip(b"\0"):
        return f"tệp trống, không có nội dung {what}. Hãy chép lại tệp từ nơi lưu gốc, rồi nạp lại."
    if data.startswith(_COMPOUND) and _stream("EncryptedPackage") in data:
        return _locked(what)
    if data.startswith(b"PK\x03\x04"):
        return None
    return _mistaken(seems(data), what)


def _mistaken(seen: str | None, what: str) -> str:
    seeming = f", có vẻ là {seen}" if seen else ""
    return (
        f"không phải tệp {what}, dù tên tệp ghi như vậy{seeming}. Hãy mở tệp bằng đúng chương trình đã tạo "
        f"ra nó, lưu thành {what}, rồi nạp lại."
    )


def _locked(what: str) -> str:
    return (
        f"tệp {what} có mật khẩu. Hãy mở tệp bằng mật khẩu, bỏ mật khẩu trong mục bảo vệ tài liệu, lưu lại, "
        "rồi nạp lại."
    )


def _damaged(what: str) -> str:
    return (
        f"tệp {what} bị hỏng hoặc chép chưa hết. Hãy chép lại tệp từ nơi lưu gốc; nếu vẫn vậy, hãy mở tệp "
        "bằng chương trình văn phòng để sửa, lưu lại, rồi nạp lại."
    )
