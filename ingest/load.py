"""A path becomes an Article: found, read, decoded, cleaned; or one sentence that says why not."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest import clean, layout
from ingest.errors import UnreadableFile
from ingest.types import Article

#: An article of 5,000 words is 35 KB. What is larger than this is a data file, and would hold up
#: every answer; it is refused by its size alone, before it is read.
MAX_BYTES = 5_000_000


def _plain(path: Path) -> clean.Cleaned:
    return clean.clean(layout.plain(_decode(path, _bytes(path))))


def _markdown(path: Path) -> clean.Cleaned:
    return clean.clean(layout.markdown(_decode(path, _bytes(path))))


#: From a file name's suffix, lower case, to the reader of that format.
READERS: Mapping[str, Callable[[Path], clean.Cleaned]] = {".txt": _plain, ".md": _markdown}


@dataclass(frozen=True, slots=True)
class Found:
    """``files`` are to be loaded, in order, each once. ``skipped`` were seen in a folder and passed
    over because no reader takes their suffix."""

    files: tuple[Path, ...]
    skipped: tuple[Path, ...]


def find(paths: Iterable[Path]) -> Found:
    """The files that ``paths`` (files or folders, searched to any depth) stand for, as absolute
    paths. Hidden files and folders inside a folder are left alone. A file that was named itself is
    always among ``files``, and so is a folder that may not be listed: ``load`` says what is wrong
    with it. Raises UnreadableFile for a path that does not exist."""
    files: dict[Path, None] = {}
    skipped: dict[Path, None] = {}
    for path in paths:
        path = Path(os.path.abspath(path))
        if not path.exists():
            raise UnreadableFile(f"Không tìm thấy “{path}”. Hãy kiểm tra lại tên tệp hoặc thư mục.")
        for file in _walk(path) if path.is_dir() else [path]:
            known = file == path or file.is_dir() or file.suffix.lower() in READERS
            (files if known else skipped)[file] = None
    return Found(tuple(files), tuple(f for f in skipped if f not in files))


def _walk(folder: Path) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        yield folder
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            if not entry.is_symlink():  # a link may lead back up
                yield from _walk(entry)
        else:
            yield entry


def load(path: Path) -> Article:
    """The article in a file; its id is the file's stem. Raises UnreadableFile with the reason."""
    path = Path(os.path.abspath(path))
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableFile(f"“{path.name}”: chưa đọc được định dạng này.")
    return clean.article(path.stem, str(path), reader(path))


def _bytes(path: Path) -> bytes:
    return path.read_bytes()


def _decode(path: Path, data: bytes) -> str:
    return data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
