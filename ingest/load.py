"""A path becomes Articles: found, read, cleaned; or one sentence a document that says why not."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest import archive, clean, formats
from ingest.errors import UnreadableFile
from ingest.limits import Limits
from ingest.types import Article
from ingest.vietnamese import nfc
from ingest.worker import Readers

#: Of a name longer than this nobody reads the end, and nobody types it.
ID_CHARS = 100
#: The id of an article whose file's name has not one character to show.
NAMELESS = "không tên"


@dataclass(frozen=True, slots=True)
class Found:
    """``files`` are to be loaded, in order, each once. ``skipped`` were seen in a folder and passed
    over because no reader takes their format."""

    files: tuple[Path, ...]
    skipped: tuple[Path, ...]


def find(paths: Iterable[Path]) -> Found:
    """The files that ``paths`` (files or folders, searched to any depth) stand for, as absolute
    paths. Hidden files and folders inside a folder are left alone, and so are what computers put there by
    themselves, and links to folders, which may lead in a circle. A file that was named itself is always among
    ``files``, and so is a folder that may not be listed: ``documents`` says what is wrong with it.

    Raises UnreadableFile for a path that does not exist."""
    files: dict[Path, None] = {}
    skipped: dict[Path, None] = {}
    for path in map(_absolute, paths):
        if not os.path.lexists(path):
            raise UnreadableFile(f"Không tìm thấy “{path}”. Hãy kiểm tra lại tên tệp hoặc thư mục.")
        for file in _walk(path) if path.is_dir() else [path]:
            wanted = file == path or file.is_dir() or _is_readable(file)
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
        if formats.is_clutter(entry.name):
            continue
        if not entry.is_dir():
            yield entry
        elif not entry.is_symlink():
            yield from _walk(entry)


def _is_readable(file: Path) -> bool:
    """A file of another suffix is another program's; of one without, its bytes may tell."""
    suffix = formats.extension(file.name)
    if suffix:
        return suffix in formats.SUFFIXES
    try:
        return formats.sniffed(file) is not None
    except OSError:
        return False


# --- documents -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Document:
    """One document that was read. ``file`` is the absolute path that it came from, and for what was inside
    another file that file's followed by the path inside; ``article.file`` is the same. ``original`` is a file
    of the document's own bytes, which is there until the next one is drawn."""

    article: Article
    file: str
    original: Path


@dataclass(frozen=True, slots=True)
class Refused:
    """One document, or a whole file, that was not read: ``reason`` says what is wrong and what to do."""

    file: str
    reason: str


def documents(path: Path, readers: Readers) -> Iterator[Document | Refused]:
    """What is in a file: one document, those of a .zip file, or a letter with what is attached to it. What
    cannot be read is refused by itself and keeps no other from being read; nothing is raised."""
    path = _absolute(path)
    return _documents(_Source(path, path.name, _shown(str(path))), readers)


def load(path: Path, readers: Readers | None = None) -> Article:
    """The article in a file, and of a letter that of the letter itself. Its id is the file's stem, set right
    where it has what no name should; its ``file`` the absolute path.

    Raises UnreadableFile, which says in Vietnamese which file, what is wrong and what to do: among others
    when the format is unknown, the file cannot be read, is too large, blank, damaged or locked, holds nothing
    but page furniture, or is an archive."""
    path = _absolute(path)
    source = _Source(path, path.name, _shown(str(path)))
    try:
        with nullcontext(readers) if readers else Readers() as own:
            suffix = _suffix(source, own.limits)
            if suffix in formats.ARCHIVES:
                raise UnreadableFile("là tệp nén, có thể chứa nhiều bài. Hãy giải nén, rồi nạp từng bài.")
            return _article(source, suffix, own)
    except (UnreadableFile, OSError) as e:
        raise UnreadableFile(f"{_shown(path.name)}: {_reason(e)}") from e


@dataclass(frozen=True, slots=True)
class _Source:
    """A file to be read: ``path`` is where its bytes are, ``name`` what it was called, ``file`` what it is
    known by. ``inside`` are the suffixes of the files that it was in."""

    path: Path
    name: str
    file: str
    inside: frozenset[str] = frozenset()

    def member(self, path: Path, name: str, suffix: str) -> _Source:
        """A file that was in this one, which is of that suffix."""
        return _Source(path, name.rpartition("/")[2], f"{self.file}/{_shown(name)}", self.inside | {suffix})


def _documents(source: _Source, readers: Readers) -> Iterator[Document | Refused]:
    suffix = refused = None
    try:
        suffix = _suffix(source, readers.limits)
        if suffix in source.inside:
            raise UnreadableFile(_WITHIN[suffix])
        if suffix in formats.ARCHIVES:
            yield from _members(source, suffix, readers)
        else:
            yield Document(_article(source, suffix, readers), source.file, source.path)
    except (UnreadableFile, OSError) as e:
        refused = Refused(source.file, _reason(e))
        yield refused
    if suffix in formats.LETTERS - source.inside:  # also those of a letter without a word
        yield from (one for one in _attachments(source, suffix, readers) if one != refused)


_WITHIN = {
    ".zip": "là tệp nén nằm trong một tệp nén khác. Hãy giải nén tệp bên ngoài, rồi nạp lại.",
    ".eml": "là thư đính kèm trong một thư khác. Hãy lưu riêng thư này thành tệp, rồi nạp lại.",
}


def _members(source: _Source, suffix: str, readers: Readers) -> Iterator[Document | Refused]:
    for member in archive.members(source.path, readers.limits):
        if isinstance(member.content, UnreadableFile):
            yield Refused(f"{source.file}/{_shown(member.name)}", str(member.content))
        else:
            yield from _documents(source.member(member.content, member.name, suffix), readers)


def _attachments(source: _Source, suffix: str, readers: Readers) -> Iterator[Document | Refused]:
    with TemporaryDirectory(prefix="nep-") as folder:
        try:
            attached = readers.attachments(source.path, Path(folder))
        except (UnreadableFile, OSError) as e:
            yield Refused(source.file, _reason(e))
            return
        names = archive.unique(name.replace("/", "-") for name, _ in attached)
        for name, (_, path) in zip(names, attached, strict=True):
            yield from _documents(source.member(path, name, suffix), readers)


def _article(source: _Source, suffix: str, readers: Readers) -> Article:
    page = readers.page(source.path, suffix, source.name)
    return clean.article(article_id(source.name), source.file, clean.clean(page))


def _suffix(source: _Source, limits: Limits) -> str:
    """The suffix of the format of a file that may be opened: other than regular files may keep whoever opens
    them waiting for ever. Raises UnreadableFile or OSError for others."""
    size = source.path.stat().st_size
    if source.path.is_dir():
        raise UnreadableFile("là thư mục không mở được. Hãy xin quyền đọc thư mục này, rồi nạp lại.")
    if not source.path.is_file():
        raise UnreadableFile("không phải là tệp thường. Hãy chọn tệp bài viết.")
    if size > limits.megabytes * 1_000_000:
        raise UnreadableFile(
            f"tệp nặng {size // 1_000_000} MB, quá mức {limits.megabytes} MB. Hãy tách thành nhiều tệp nhỏ, "
            "hoặc nén bớt hình ảnh trong tệp, rồi nạp lại."
        )
    return formats.suffix_of(source.path, source.name)


def _reason(error: UnreadableFile | OSError) -> str:
    match error:
        case UnreadableFile():
            return str(error)
        case PermissionError():
            return "không có quyền đọc tệp. Hãy xin quyền đọc, hoặc chép tệp sang thư mục khác, rồi nạp lại."
        case FileNotFoundError():
            return "tệp không còn ở đó. Hãy kiểm tra lại tên tệp."
        case OSError(errno=errno.ELOOP):
            return "là liên kết dẫn vòng tròn, không tới tệp nào. Hãy chọn chính tệp bài viết."
        case OSError(errno=errno.ENOSPC):
            return "ổ đĩa đã đầy, không còn chỗ để đọc tệp. Hãy xóa bớt tệp không cần, rồi nạp lại."
    what = error.strerror or "lỗi ổ đĩa"
    return f"không đọc được tệp ({what}). Hãy thử chép tệp sang ổ đĩa khác, rồi nạp lại."


# --- names -----------------------------------------------------------------------------------------

# Control and direction characters, line ends, and halves of characters: nothing that a line can show.
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]+"
)


def article_id(name: str) -> str:
    """The id of the article in a file of that name: its stem, NFC, in one line and of ID_CHARS at most."""
    shown = _UNSEEN.sub(" ", nfc(formats.stem(name))).strip()
    return shown[:ID_CHARS].rstrip() or NAMELESS


def _shown(path: str) -> str:
    """A path as the library keeps it: bytes that are no characters, which some file systems have, in hex."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")
