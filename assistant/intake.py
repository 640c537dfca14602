"""Files into the library: one way for the command line, for a folder that is kept in step, and for what is
brought to the web page. Every document is told of by one value, whatever becomes of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ingest.errors import UnreadableFile

if TYPE_CHECKING:
    from ingest.types import Article
    from ingest.worker import Readers
    from vectorstore.library import Library

#: The version of the readers: what an older one has read is read again, since a newer one may read more of
#: it.
READERS_VERSION = 2

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

    container = _shown(file)
    try:
        sha256 = digest(file) if file.is_file() else ""
    except OSError:
        sha256 = ""  # the reader says why it cannot be read
    held: dict[str, Article] = {}
    refused = False
    for document in documents(file, readers):
        if isinstance(document, Refused):
            refused = True
            yield Event("refused", document.file, reason=document.reason)
            continue
        article = document.article
        source = Source(document.file, container, sha256, READERS_VERSION)
        outcome = library.add(article, passages(article), progress, source=source, original=document.original)
        held[document.file] = article
        yield Event(outcome.status, document.file, outcome.article, article.title)  # type: ignore[arg-type]
    if refused and held:
        # What was refused may be read another time, when a program that was missing is there: no hash.
        name, article = held.popitem()
        library.add(article, passages(article), source=Source(name, container, "", READERS_VERSION))
    elif held:
        # An archive read again that has lost a member. Where nothing could be read, what was known stays.
        for gone in library.let_go(container, keep=held.keys()):
            yield Event("removed", gone.file, gone.id, gone.title)


def _shown(file: Path) -> str:
    """A path as the library keeps it: bytes that are no characters, which some file systems have, in hex."""
    return str(file).encode("utf-8", "backslashreplace").decode("utf-8")


@dataclass(frozen=True, slots=True)
class Plan:
    """What it takes to make the library equal to a folder: the files to read, in order, those that are there
    unchanged, those that only have another name now (from the old to the new), and those in the library that
    are gone from the folder. ``elsewhere`` counts the files that the library holds from outside the folder,
    which stay."""

    read: tuple[Path, ...]
    unchanged: tuple[Path, ...]
    moved: Mapping[str, str]
    gone: tuple[str, ...]
    elsewhere: int


def plan(folder: Path, files: Iterable[Path], containers: Mapping[str, tuple[str, int]]) -> Plan:
    """Compares the ``files`` of a folder with what the library has read (``Library.containers``), by the
    bytes of each."""
    from vectorstore.library import is_gone

    here = {_shown(file): (file, _bytes(file)) for file in files}
    known = {c: read for c, read in containers.items() if Path(c).is_relative_to(folder)}
    changed = {name for name, (_, sha256) in here.items() if known.get(name) != (sha256, READERS_VERSION)}
    free: dict[tuple[str, int], list[str]] = defaultdict(list)
    for name in sorted(known, reverse=True):
        if known[name][0] and (name in changed or (name not in here and is_gone(name))):
            free[known[name]].append(name)
    moved: dict[str, str] = {}
    for name in sorted(changed):
        if was := free[here[name][1], READERS_VERSION]:
            moved[was.pop()] = name
    read = changed - set(moved.values())
    return Plan(
        read=tuple(file for name, (file, _) in here.items() if name in read),
        unchanged=tuple(file for name, (file, _) in here.items() if name not in changed),
        moved=moved,
        gone=tuple(sorted(c for c in known if c not in here and c not in moved and is_gone(c))),
        elsewhere=len(containers) - len(known),
    )


def _bytes(file: Path) -> str:
    """The hash of a file's bytes; another one each time where they cannot be read."""
    from vectorstore.originals import digest

    try:
        return digest(file)
    except OSError as e:
        return f"{file}: {e}"


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
            "Nếu ổ đĩa mạng chưa kết nối, hãy kết nối rồi chạy lại; nếu đúng là muốn gỡ hết, hãy thêm "
            "--emptied."
        )
    if to_do.moved:
        renamed, removed = library.rename(to_do.moved)
        for article in renamed:
            yield Event("unchanged", article.file, article.id, article.title)
        for article in removed:
            yield Event("removed", article.file, article.id, article.title)
    yield from take_in(library, to_do.read, readers, within)
    # After what is new: a file that was moved and read anew is known again by its content.
    for container in to_do.gone:
        for gone in library.let_go(container):
            yield Event("removed", gone.file, gone.id, gone.title)
