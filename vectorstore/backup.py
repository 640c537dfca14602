"""A library in one file and back: the database as it is at one moment, and the documents it was read from;
and what else is kept in databases beside it, by the names that the caller knows.

Chroma is not in it: it is made again from the database. Nothing that is being read or written meanwhile is
disturbed, and nothing is replaced that was not first proven and set aside. Whoever dies on the way leaves
the library as it was, or the new one, and nothing beside that the next run does not clear away.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath

from ingest.errors import LibraryError, LibraryLocked
from vectorstore import salvage
from vectorstore.catalogue import Catalogue
from vectorstore.lock import Lock
from vectorstore.originals import NAME, Originals, synced
from vectorstore.salvage import DATABASE, ORIGINALS, REBUILD, LibraryDamaged
from vectorstore.types import Progress

NOTE = "nep-backup.json"
#: The shape of the file; another one is another program's. The first holds the library alone.
FORMAT = 2
_READABLE = (1, FORMAT)
#: How often a snapshot is taken again because a document was removed while it was being packed.
_TRIES = 5
_CHUNK = 1 << 20
_WORK = ".nep-"


def backup(home: Path, file: Path, progress: Progress | None = None, beside: Sequence[str] = ()) -> int:
    """Pack the library in ``home`` into ``file``, which must not be there yet, and give the number of its
    articles. ``beside`` are the names of further SQLite files there, packed where they are. Safe while it is
    served and written to: what is packed of each is one whole state. Raises LibraryError, LibraryDamaged
    where the library itself must be repaired first, and then leaves no file."""
    salvage.must_be_there(home)
    if not (home / DATABASE).is_file():
        raise LibraryError(f"Chưa có thư viện ở “{home}”. Hãy chỉ đúng thư mục bằng --home.")
    if os.path.lexists(file):
        raise LibraryError(f"Đã có tệp “{file}”. Hãy chọn tên khác: Nếp không ghi đè lên bản sao lưu.")
    if Path(os.path.realpath(file)).is_relative_to(os.path.realpath(home)):
        raise LibraryError(
            "Bản sao lưu phải nằm ngoài thư mục thư viện. Hãy chọn thư mục khác, tốt nhất là ổ đĩa khác."
        )
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with _workshop(file.parent) as folder:
            articles = _packed_whole(home, folder, progress, beside)
            (folder / _PACKED).replace(file)
            synced(file.parent)
    except OSError as e:
        raise LibraryError(
            f"Không ghi được bản sao lưu “{file}” ({e.strerror or e}). Hãy kiểm tra quyền ghi và dung lượng "
            "trống của ổ đĩa, rồi chạy lại."
        ) from e
    return articles


_PACKED = "packed"


class _Lost(Exception):
    """A document is not there as the database says: its name."""


def _packed_whole(home: Path, folder: Path, progress: Progress | None, beside: Sequence[str]) -> int:
    lost: set[str] = set()
    for _ in range(_TRIES):
        try:
            return _packed(home, folder, progress, beside)
        except _Lost as e:
            name = str(e)
            if name in lost:  # it was not just being removed
                break
            lost.add(name)
    raise LibraryDamaged(f"Có tệp gốc trong thư viện bị mất hoặc hỏng nên chưa sao lưu. {REBUILD}")


def _packed(home: Path, folder: Path, progress: Progress | None, beside: Sequence[str]) -> int:
    """Raises _Lost where a document went away after the database was copied."""
    snapshot = folder / "snapshot"
    snapshot.unlink(missing_ok=True)
    _copy(home / DATABASE, snapshot)
    names, articles = _proven(home, snapshot)
    copies = [name for name in beside if (home / name).is_file()]
    for name in copies:
        (folder / name).unlink(missing_ok=True)
        _copy(home / name, folder / name)
        if not _sound(folder / name):
            raise LibraryDamaged(f"Tệp “{home / name}” đã hỏng nên chưa sao lưu. {_DAMAGED_BESIDE}")
    originals = Originals(home / ORIGINALS)
    with (folder / _PACKED).open("wb") as file:
        with zipfile.ZipFile(file, "w", allowZip64=True) as packed:
            note = {
                "format": FORMAT if copies else 1,
                "beside": copies,
                "articles": articles,
                "made": datetime.now().isoformat(timespec="seconds"),
            }
            packed.writestr(NOTE, json.dumps(note))
            packed.write(snapshot, DATABASE, zipfile.ZIP_DEFLATED, compresslevel=1)
            for name in copies:
                packed.write(folder / name, name, zipfile.ZIP_DEFLATED, compresslevel=1)
            for n, name in enumerate(names):
                place = originals.path(name)
                if place is None or not _pack(packed, place, name):
                    raise _Lost(name)
                if progress is not None:
                    progress(n + 1, len(names), name)
        if copies:  # what people have left there is not for everybody on this computer
            (folder / _PACKED).chmod(0o600)
        file.flush()
        os.fsync(file.fileno())
    return articles


_DAMAGED_BESIDE = "Hãy phục hồi từ bản sao lưu gần nhất, hoặc chuyển tệp này đi nơi khác rồi chạy lại."


def _sound(database: Path) -> bool:
    """Whether a database is whole."""
    try:
        with closing(sqlite3.connect(database)) as db:
            return bool(db.execute("PRAGMA quick_check").fetchone()[0] == "ok")
    except sqlite3.DatabaseError:
        return False


def _pack(packed: zipfile.ZipFile, place: Path, name: str) -> bool:
    """Whether the document that went in is the one of that name. Most are packed as they are."""
    total = sha256()
    entry = zipfile.ZipInfo.from_file(place, f"{ORIGINALS}/{name}")
    try:
        with place.open("rb") as source, packed.open(entry, "w") as out:
            while chunk := source.read(_CHUNK):
                total.update(chunk)
                out.write(chunk)
    except FileNotFoundError:
        return False
    return total.hexdigest() == name.partition(".")[0]


def _copy(database: Path, to: Path) -> None:
    """One whole state of a database that others may be reading and writing, as a file of its own."""
    try:
        with closing(sqlite3.connect(database, timeout=30)) as source, closing(sqlite3.connect(to)) as target:
            source.backup(target)
    except sqlite3.DatabaseError as e:
        if salvage.is_full(e):
            raise OSError(errno.ENOSPC, "ổ đĩa đã đầy") from e
        raise salvage.error(e, database) from e


def _proven(home: Path, snapshot: Path) -> tuple[list[str], int]:
    """The names of the documents and the number of the articles of a database that is sound: a backup of a
    damaged one would be worse than none."""
    try:
        catalogue = Catalogue.open(snapshot)
        try:
            is_broken = catalogue.is_broken()
            with catalogue.reading() as view:
                names, articles = sorted(view.originals()), len(view.articles())
        finally:
            catalogue.close()
    except LibraryDamaged:
        is_broken = True
    if is_broken:
        raise LibraryDamaged(f"Thư viện ở {home} bị hỏng nên chưa sao lưu. {salvage.advice(snapshot)}")
    return names, articles


def restore(
    home: Path, file: Path, prove: Callable[[Path], list[str]], beside: Sequence[str] = ()
) -> Path | None:
    """Unpack a backup, have ``prove`` say what is wrong with the library in the folder it is given, and if
    nothing is, let it be the one in ``home``. Of the further files that may be ``beside`` it, those that the
    backup holds take their places; the others stay as they are. What was there is set aside: where, is what
    is given, None where nothing was. Raises LibraryError, and then the library in ``home`` is as it was."""
    if not file.is_file():
        raise LibraryError(f"Không tìm thấy bản sao lưu “{file}”. Hãy kiểm tra lại tên tệp.")
    try:
        home.mkdir(parents=True, exist_ok=True)
        with _workshop(home) as folder:
            fresh = folder / "library"
            _unpack(file, fresh, beside)
            try:
                found = prove(fresh)
            except LibraryDamaged:
                found = [str(file)]
            if found or not all(_sound(fresh / name) for name in beside if (fresh / name).exists()):
                raise LibraryError(
                    f"Bản sao lưu “{file}” không nguyên vẹn, nên thư viện hiện có vẫn như cũ. Hãy phục hồi "
                    "từ một bản sao lưu khác."
                )
            return _switched(home, fresh, folder, [name for name in beside if (fresh / name).exists()])
    except OSError as e:
        raise LibraryError(
            f"Không phục hồi được vào “{home}” ({e.strerror or e}). Thư viện hiện có vẫn như cũ. Hãy "
            "kiểm tra quyền ghi và dung lượng trống của ổ đĩa, rồi chạy lại."
        ) from e


#: What a file may do that is no backup, or a damaged one.
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    ValueError,
    TypeError,
    EOFError,
    RuntimeError,
    FileExistsError,
)


def _unpack(file: Path, home: Path, beside: Sequence[str]) -> None:
    """Raises LibraryError for what is not a backup, or a damaged one."""
    (home / ORIGINALS).mkdir(parents=True)
    try:
        with zipfile.ZipFile(file) as packed:
            note = json.loads(packed.read(NOTE))
            if note["format"] not in _READABLE:
                raise LibraryError(
                    f"Bản sao lưu “{file}” do một phiên bản khác của Nếp tạo ra. Hãy dùng đúng phiên bản đó."
                )
            packed.getinfo(DATABASE)
            for entry in packed.infolist():
                if entry.filename != NOTE:
                    with (
                        packed.open(entry) as source,
                        (home / _place(entry.filename, beside)).open("xb") as out,
                    ):
                        shutil.copyfileobj(source, out, _CHUNK)
    except _UNREADABLE as e:
        raise LibraryError(
            f"Tệp “{file}” không phải là bản sao lưu của Nếp, hoặc đã hỏng. Hãy dùng một bản sao lưu khác."
        ) from e


def _place(name: str, beside: Sequence[str]) -> str:
    """Where in a library's folder an entry belongs. Names of our own making alone: no other can lead out of
    it. Raises ValueError."""
    parts = PurePosixPath(name).parts
    if (
        name == DATABASE
        or name in beside
        or (len(parts) == 2 and parts[0] == ORIGINALS and NAME.fullmatch(parts[1]))
    ):
        return name
    raise ValueError(name)


def _switched(home: Path, fresh: Path, folder: Path, beside: Sequence[str]) -> Path | None:
    """The documents come first, under the names of their bytes, where they harm nobody; then the database
    takes its place in one step."""
    with ExitStack() as held:
        for name in ("writing.lock", "chroma.lock"):
            lock = Lock(home / name)
            if not lock.take():
                raise LibraryLocked(salvage.IN_USE)
            held.callback(lock.release)
        aside = _set_aside(home, folder / "aside", beside)
        (home / ORIGINALS).mkdir(exist_ok=True)
        for document in (fresh / ORIGINALS).iterdir():
            document.replace(home / ORIGINALS / document.name)
        synced(home / ORIGINALS)
        for name in beside:
            salvage.put(fresh / name, home / name)
        salvage.put(fresh / DATABASE, home / DATABASE)
        synced(home)
    return aside


def _set_aside(home: Path, aside: Path, beside: Sequence[str]) -> Path | None:
    """What there is of a library, in another folder too, without the room where the disk can do so."""
    databases, originals = [home / name for name in (DATABASE, *beside)], home / ORIGINALS
    if not (any(database.exists() for database in databases) or Originals(originals)):
        return None
    (aside / ORIGINALS).mkdir(parents=True)
    for database in databases:
        if not database.exists():
            continue
        journals = [file for file in salvage.journals(database) if file.exists()]
        for file in journals:
            shutil.copy2(file, aside)
        if salvage.settle(database):
            for file in journals:
                (aside / file.name).unlink()
        _link(database, aside / database.name)
    for document in originals.iterdir() if originals.is_dir() else ():
        if NAME.fullmatch(document.name):
            _link(document, aside / ORIGINALS / document.name)
    name = f"{home.name}-truoc-{datetime.now():%Y%m%d-%H%M%S-%f}"
    try:
        return aside.replace(home.with_name(name))
    except OSError:  # beside it is another disk, or another's folder
        return aside.replace(home / name)


def _link(file: Path, to: Path) -> None:
    try:
        os.link(file, to)
    except OSError:
        shutil.copy2(file, to)


@contextmanager
def _workshop(place: Path) -> Iterator[Path]:
    """A folder for what is not finished, in the folder where it will be needed; gone at the end, and with it
    those that processes left who died."""
    for left in place.glob(f"{_WORK}*"):
        with suppress(OSError):
            lock = Lock(left / "lock")
            if lock.take():
                lock.release()
                shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(dir=place, prefix=_WORK))
    lock = Lock(folder / "lock")
    try:
        lock.take()
        yield folder
    finally:
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)
