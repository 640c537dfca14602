"""A path becomes an Article: found, read, decoded, cleaned; or one sentence that says why not."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest import clean, encodings, layout
from ingest.errors import UnreadableFile
from ingest.types import Article

#: An article of 5,000 words is 35 KB, the printed history of a district's party some 900 KB. A larger
#: file is no article, and would drown every answer: it is refused by its size, before it is read.
MAX_BYTES = 2_000_000


def _plain(path: Path) -> layout.Page:
    return layout.plain(_text(path))


def _markdown(path: Path) -> layout.Page:
    return layout.markdown(_text(path))


#: From a file name's suffix, in small letters, to the reader of that format. A reader imports what
#: it needs when it is called, and raises UnreadableFile or OSError.
READERS: Mapping[str, Callable[[Path], layout.Page]] = {".txt": _plain, ".md": _markdown}


@dataclass(frozen=True, slots=True)
class Found:
    """``files`` are to be loaded, in order, each once. ``skipped`` were seen in a folder and passed
    over because no reader takes their suffix."""

    files: tuple[Path, ...]
    skipped: tuple[Path, ...]


def find(paths: Iterable[Path]) -> Found:
    """The files that ``paths`` (files or folders, searched to any depth) stand for, as absolute
    paths. Hidden files and folders inside a folder are left alone, and so are links to folders,
    which may lead in a circle. A file that was named itself is always among ``files``, and so is a
    folder that may not be listed: ``load`` says what is wrong with it.

    Raises UnreadableFile for a path that does not exist."""
    files: dict[Path, None] = {}
    skipped: dict[Path, None] = {}
    for path in map(_absolute, paths):
        if not os.path.lexists(path):
            raise UnreadableFile(f"Không tìm thấy “{path}”. Hãy kiểm tra lại tên tệp hoặc thư mục.")
        for file in _walk(path) if path.is_dir() else [path]:
            wanted = file == path or file.is_dir() or file.suffix.lower() in READERS
            (files if wanted else skipped)[file] = None
    return Found(tuple(files), tuple(file for file in skipped if file not in files))


def _absolute(path: Path) -> Path:
    """Without ``..``, but through no link: the file keeps the name it has for the office."""
    return Path(os.path.abspath(path))  # noqa: PTH100 (resolve() would follow links)


def _walk(folder: Path) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        yield folder
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if not entry.is_dir():
            yield entry
        elif not entry.is_symlink():
            yield from _walk(entry)


def load(path: Path) -> Article:
    """The article in a file. Its id is the file's stem; its ``file`` the absolute path.

    Raises UnreadableFile, which says in Vietnamese which file, what is wrong and what to do, when
    the format is unknown, the file cannot be read, is too large, blank, binary or in an encoding
    other than UTF-8, UTF-16 and those of Vietnamese before Unicode (``ingest.encodings``), or holds
    nothing but page furniture."""
    path = _absolute(path)
    try:
        cleaned = clean.clean(_page(path))
    except UnreadableFile as e:
        raise UnreadableFile(f"{path.name}: {e}") from e
    except OSError as e:
        raise UnreadableFile(f"{path.name}: {_reason(e)}") from e
    return clean.article(path.stem, str(path), cleaned)


def _page(path: Path) -> layout.Page:
    size = path.stat().st_size
    if path.is_dir():
        raise UnreadableFile("là thư mục không mở được. Hãy xin quyền đọc thư mục này, rồi nạp lại.")
    if not path.is_file():
        raise UnreadableFile("không phải là tệp thường. Hãy chọn tệp bài viết.")
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(READERS)
        raise UnreadableFile(f"định dạng này chưa đọc được. Hãy lưu bài thành một trong các dạng {known}.")
    if size > MAX_BYTES:
        raise UnreadableFile(
            f"tệp nặng {_megabytes(size)} MB, quá mức {_megabytes(MAX_BYTES)} MB của một bài viết. "
            "Hãy tách tệp thành từng bài, rồi nạp lại."
        )
    return reader(path)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f}".rstrip("0").rstrip(".").replace(".", ",")


def _reason(error: OSError) -> str:
    match error:
        case PermissionError():
            return "không có quyền đọc tệp. Hãy xin quyền đọc, hoặc chép tệp sang thư mục khác, rồi nạp lại."
        case FileNotFoundError():
            return "tệp không còn ở đó. Hãy kiểm tra lại tên tệp."
    what = error.strerror or "lỗi ổ đĩa"
    return f"không đọc được tệp ({what}). Hãy thử chép tệp sang ổ đĩa khác, rồi nạp lại."


# --- bytes ---------------------------------------------------------------------------------------

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


def _text(path: Path) -> str:
    """The characters of a text file."""
    data = path.read_bytes()
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
