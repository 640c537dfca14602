"""Files into the library: one way for the command line, for a folder that is kept in step, and for what is
brought to the web page. Every document is told of by one value, whatever becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ingest.errors import UnreadableFile

if TYPE_CHECKING:
    from ingest.worker import Readers
    from vectorstore.library import Library

#: The version of the readers: what an older one has read is read again, since a newer one may read more of
#: it.
READERS_VERSION = 1

Status = Literal["added", "updated", "unchanged", "duplicate", "refused", "removed"]


@dataclass(frozen=True, slots=True)
class Event:
    """What became of one document. ``file`` is its path, ``article`` and ``title`` those of the article it is
    in the library as (None where it was refused), ``reason`` the sentence that says why it was refused."""

    status: Status
    file: str
    article: str | None = None
    title: str | None = None
    reason: str | None = None


#: Told how far the work on a file is: (done, total, file), in any unit.
Within = Callable[[float, float, str], object]


def take_in(
    library: Library, paths: Iterable[Path], readers: Readers, within: Within | None = None
) -> Iterator[Event]:
    """Reads every one of these files and adds what it holds, telling of each document as soon as it is done.
    A refused one stops no other."""
    files = list(paths)
    for i, file in enumerate(files):

        def progress(done: int, total: int, what: str, i: int = i, file: Path = file) -> None:
            if within is not None:
                within(i + done / max(total, 1), len(files), file.name)

        progress(0, 1, "")
        yield from _one(library, file, readers, progress)


def _one(
    library: Library, file: Path, readers: Readers, progress: Callable[[int, int, str], None]
) -> Iterator[Event]:
    from ingest.chunk import passages
    from ingest.load import Refused, documents
    from vectorstore.catalogue import Source
    from vectorstore.originals import digest

    try:
        sha256 = digest(file) if file.is_file() else ""
    except OSError:
        sha256 = ""  # the reader says why it cannot be read
    held: list[str] = []
    refused = False
    for document in documents(file, readers):
        if isinstance(document, Refused):
            refused = True
            yield Event("refused", document.file, reason=document.reason)
            continue
        article = document.article
        # What was refused may be read another time, when a program that was missing is there: no hash.
        source = Source(document.file, str(file), "" if refused else sha256, READERS_VERSION)
        outcome = library.add(article, passages(article), progress, source=source, original=document.original)
        held.append(document.file)
        yield Event(outcome.status, document.file, outcome.article, article.title)  # type: ignore[arg-type]
    if held:
        # An archive read again that has lost a member. Where nothing could be read, what was known stays.
        for gone in library.let_go(str(file), keep=held) if not refused else ():
            yield Event("removed", gone.file, gone.id, gone.title)


@dataclass(frozen=True, slots=True)
class Plan:
    """What it takes to make the library equal to a folder: the files to read, in order, those that are there
    unchanged, and those in the library that are gone from the folder. ``elsewhere`` counts the files that the
    library holds from outside the folder, which stay."""

    read: tuple[Path, ...]
    unchanged: tuple[Path, ...]
    gone: tuple[str, ...]
    elsewhere: int


def plan(folder: Path, files: Iterable[Path], containers: Mapping[str, tuple[str, int]]) -> Plan:
    """Compares the ``files`` of a folder with what the library has read (``Library.containers``), by the
    bytes of each."""
    from vectorstore.originals import digest

    read: list[Path] = []
    unchanged: list[Path] = []
    here = list(files)
    for file in here:
        try:
            same = str(file) in containers and containers[str(file)] == (digest(file), READERS_VERSION)
        except OSError:
            same = False
        (unchanged if same else read).append(file)
    present = {str(file) for file in here}
    inside = {c for c in containers if Path(c).is_relative_to(folder)}
    gone = sorted(inside - present)
    return Plan(tuple(read), tuple(unchanged), tuple(gone), len(containers) - len(inside))


def sync(
    library: Library, folder: Path, readers: Readers, within: Within | None = None, *, emptied: bool = False
) -> Iterator[Event]:
    """Makes the library equal to a folder: reads what is new or changed, lets go of what has vanished, and
    tells of each; done again it does nothing. Articles from elsewhere stay.

    Raises UnreadableFile where the folder is not there, or holds no file any more while the library has some
    from it, unless ``emptied`` says that it is so: a disk that is not connected looks like an empty
    folder."""
    from ingest.load import find

    if not folder.is_dir():
        raise UnreadableFile(
            f"Không tìm thấy thư mục “{folder}”. Hãy kiểm tra lại tên thư mục hoặc kết nối ổ đĩa."
        )
    found = find([folder])
    if unreadable := [file for file in found.files if file.is_dir()]:
        raise UnreadableFile(
            f"Không mở được thư mục “{unreadable[0]}” nên chưa biết tệp nào còn, tệp nào mất. Hãy xin quyền "
            "đọc thư mục đó rồi chạy lại."
        )
    to_do = plan(folder, found.files, library.containers())
    if to_do.gone and not found.files and not emptied:
        raise UnreadableFile(
            f"Thư mục “{folder}” không còn tệp nào, trong khi thư viện có {len(to_do.gone)} tệp lấy từ đó. "
            "Nếu ổ đĩa mạng chưa kết nối, hãy kết nối rồi chạy lại; nếu đúng là muốn gỡ hết, hãy thêm --emptied."
        )
    yield from take_in(library, to_do.read, readers, within)
    # After what is new: a file that was only moved is known again by its content.
    for container in to_do.gone:
        for gone in library.let_go(container):
            yield Event("removed", gone.file, gone.id, gone.title)
