"""Which formats are read: from a file's name, or from how it begins, to the reader of its format."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from ingest.errors import UnreadableFile
from ingest.layout import Page
from ingest.limits import Limits

_READERS: Mapping[str, str] = {
    "text": ".txt .md",
    "word": ".docx .docm .dotx .dotm",
    "office": ".doc .rtf .odt",
    "pdf": ".pdf",
    "scan": ".png .jpg .jpeg .tif .tiff .bmp .webp",
    "page": ".html .htm .xhtml .mht .mhtml",
    "mail": ".eml",
    "sheet": ".xlsx .xlsm .csv .tsv",
    "slides": ".pptx",
}
#: From a suffix, in small letters, to the module of ``ingest.readers`` that reads such files.
READERS: Mapping[str, str] = {
    suffix: module for module, suffixes in _READERS.items() for suffix in suffixes.split()
}
#: Files that hold other files and no words of their own.
ARCHIVES = frozenset({".zip"})
#: Letters, which have words of their own and may have other files attached.
LETTERS = frozenset(suffix for suffix, module in READERS.items() if module == "mail")
#: Text that our own code reads: without a library, so without a process that could break in its place.
TEXTS = frozenset(suffix for suffix, module in READERS.items() if module == "text")
SUFFIXES = frozenset(READERS) | ARCHIVES

#: What can be read, for the person who has something else.
READABLE = (
    "Word (.docx, .doc, .odt, .rtf), PDF, bảng tính (.xlsx, .csv), trang chiếu (.pptx), trang web (.html, "
    ".mht), thư điện tử (.eml), ảnh chụp trang giấy (.jpg, .png, .tif), văn bản (.txt, .md), hoặc tệp nén "
    ".zip có các tệp đó bên trong"
)

#: What the program that made a file can save it as, where that is one of ours.
_SAVE_AS: Mapping[str, str] = {
    ".xls": ".xlsx", ".xlsb": ".xlsx", ".ods": ".xlsx",
    ".ppt": ".pptx", ".pps": ".pptx", ".ppsx": ".pptx", ".odp": ".pptx",
    ".dot": ".docx", ".wps": ".docx", ".wpd": ".docx", ".pages": ".docx",
    ".msg": ".eml", ".heic": ".jpg", ".gif": ".png", ".djvu": ".pdf", ".xps": ".pdf",
    ".rar": ".zip", ".7z": ".zip", ".gz": ".zip", ".tar": ".zip", ".tgz": ".zip",
}  # fmt: skip


def reader_of(suffix: str) -> Callable[[Path, Limits], Page]:
    """The reader of the files of a suffix (one of READERS), which is imported only now."""
    read: Callable[[Path, Limits], Page] = import_module(f"ingest.readers.{READERS[suffix]}").read
    return read


def suffix_of(path: Path, name: str) -> str:
    """The suffix, one of SUFFIXES, of the format that a file is in: by its ``name`` if that tells, else by
    its first bytes, if they leave no doubt. Raises UnreadableFile for a format that is not read, OSError."""
    named = extension(name)
    if named in SUFFIXES:
        return named
    seen = sniffed(path)
    if seen:
        return seen
    if named in _SAVE_AS:
        raise UnreadableFile(
            f"dạng {named} chưa đọc được. Hãy mở tệp, lưu lại thành dạng {_SAVE_AS[named]}, rồi nạp lại."
        )
    raise UnreadableFile(f"định dạng này chưa đọc được. Hãy lưu bài thành một trong các dạng: {READABLE}.")


_EXTENSION = re.compile(r"\.(?=[\w~-]*[a-z])[a-z0-9_~-]{1,10}")


def extension(name: str) -> str:
    """The suffix of a file's name, in small letters; empty where what follows the last dot is a part of the
    name: ``Báo cáo 12.2020``, ``Tiểu sử đ.c Lê``."""
    suffix = Path(name).suffix.lower()
    return suffix if _EXTENSION.fullmatch(suffix) else ""


def stem(name: str) -> str:
    """A file's name without its suffix, and all of it where it has none."""
    return name[: len(name) - len(extension(name))]


#: What computers and office programs put beside a person's files, in small letters.
_CLUTTER = frozenset({"__macosx", "desktop.ini", "thumbs.db"})


def is_clutter(name: str) -> bool:
    """Whether a file or folder of that name is none that a person made: hidden, a lock of Office
    (``~$a.docx``), or a system's own."""
    return name.startswith((".", "~$")) or name.lower() in _CLUTTER


# --- magic ---------------------------------------------------------------------------------------

_STARTS: Mapping[bytes, str] = {
    b"{\\rtf": ".rtf",
    b"\x89PNG\r\n\x1a\n": ".png",
    b"\xff\xd8\xff": ".jpg",
    b"II*\0": ".tif",
    b"MM\0*": ".tif",
    b"%PDF-": ".pdf",
}
_PACKED = b"PK\x03\x04"
#: What the table at the end of a package of Office names, and where an OpenDocument file says what it is.
_PARTS: Mapping[bytes, str] = {
    b"word/document.xml": ".docx",
    b"xl/workbook.xml": ".xlsx",
    b"ppt/presentation.xml": ".pptx",
}
_ODT = b"mimetypeapplication/vnd.oasis.opendocument.text"
_WEB_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE)
#: So much of a file's beginning and of its end is looked at, in bytes.
_HEAD, _TABLE = 1 << 10, 1 << 18


def sniffed(path: Path) -> str | None:
    """The suffix of the format that a file's own bytes say it is in; None where they leave a doubt, or where
    it is no regular file. Raises OSError."""
    if not path.is_file():
        return None
    with path.open("rb") as file:
        head = file.read(_HEAD)
        file.seek(max(0, file.seek(0, os.SEEK_END) - _TABLE))
        end = file.read() if head.startswith(_PACKED) else b""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return ".webp"
    if _WEB_PAGE.match(head):
        return ".html"
    if head.startswith(_PACKED):
        return ".odt" if _ODT in head else next((s for part, s in _PARTS.items() if part in end), None)
    return next((suffix for start, suffix in _STARTS.items() if head.startswith(start)), None)
