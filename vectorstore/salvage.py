"""A database that was damaged: what of it still holds, and how that is brought into a new one.

SQLite keeps no checksum of what it stores. So each article has a seal over all of it that cannot be made
again; what does not fit its seal is never shown. The rest, indexes and terms and facts and vectors, is made
anew by ``rebuild``; where a seal is broken only a backup helps. Which of the two it is, is found by reading.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from ingest.errors import LibraryError, LibraryLocked
from vectorstore import schema
from vectorstore.originals import Originals

#: The one command for damage to what can be made again, and the one for damage to the rest.
REBUILD = "Hãy chạy «python app.py rebuild»."
RESTORE = (
    "Hãy phục hồi bản sao lưu gần nhất bằng «python app.py restore TỆP» (chưa có bản sao lưu thì nạp lại các "
    "tài liệu vào một thư mục mới qua --home)."
)

#: What a library's folder holds, beside what can be made again.
DATABASE, ORIGINALS = "library.sqlite3", "originals"

IN_USE = "Thư viện đang được dùng. Hãy dừng Nếp (cửa sổ «serve», việc nạp bài) rồi chạy lại."

#: Bytes of the smallest database there is; SQLite makes one of a smaller file.
_SMALLEST = 512

#: What cannot be made again, in the order in which it is written.
_TRUTH = ("meta", "articles", "blocks", "passages")
_KEYS = {"schema", "generation", "normaliser", "library"}

#: The columns of an article that its seal covers, in their order there; then come its blocks and passages.
SEALED = "id, title, text, published, author, source, unit, file, digest, pages, said"
SEALED_BLOCK = 'kind, "start", "end"'
SEALED_PASSAGE = 'id, ordinal, "start", "end", tokens, record'
_SEALED_BY_US = f"{schema.SEAL_VERSION}:"

Row = tuple[Any, ...]


class LibraryDamaged(LibraryError):
    """The database is not what was stored. Its sentence names the command that repairs it."""


#: What sqlite3 raises for a database that is damaged: the latter where the words of its own error are.
_DAMAGE = (sqlite3.DatabaseError, UnicodeDecodeError)


class Damaged(sqlite3.DatabaseError):
    """What was read is not what was stored."""


def must_be_there(home: Path) -> None:
    """Raises LibraryDamaged where there was a library and its database is gone: an empty one in its place
    would hide that, and delete the copies of its documents."""
    database = home / DATABASE
    size = database.stat().st_size if database.exists() else 0
    if size < _SMALLEST and (size or Originals(home / ORIGINALS) or (home / "chroma").exists()):
        raise LibraryDamaged(
            f"Thư viện ở {home} mất tệp {DATABASE} (hoặc tệp trống không), tuy còn các tệp khác. {RESTORE}"
        )


def seal(article: Row, blocks: Iterable[Row], passages: Iterable[Row]) -> str:
    """What changes with every change of an article: our version, and SHA-256 (hex) over the columns SEALED
    of it, SEALED_BLOCK and SEALED_PASSAGE of its blocks and passages in order."""
    content = json.dumps([article, list(blocks), list(passages)], ensure_ascii=False)
    return _SEALED_BY_US + sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def is_sealed(given: str | None) -> bool:
    """Whether an article's seal is one that can be compared; an older program made others, or none."""
    return given is not None and given.startswith(_SEALED_BY_US)


def advice(file: Path) -> str:
    """The command that repairs the damaged database in ``file``. Reads what cannot be made again: 1 s for
    10,000 passages."""
    try:
        with closing(sqlite3.connect(file)) as db:
            return REBUILD if is_whole(db) else RESTORE
    except _DAMAGE:
        return RESTORE


def is_whole(db: sqlite3.Connection) -> bool:
    """Whether all that cannot be made again is as it was stored."""
    try:
        _truth(db)
    except _DAMAGE:
        return False
    return True


def salvaged(file: Path, fresh: Path) -> None:
    """Write into ``fresh`` a database of all that holds in ``file``: whole articles, as many vectors as can
    be read, and nothing that is made from them. Raises LibraryError where no such thing can be had."""
    clear(fresh)
    try:
        with closing(sqlite3.connect(file)) as old, closing(schema.connect(fresh)) as new:
            schema.write_ahead(new)
            new.execute("BEGIN")
            _copy(old, new, _truth(old))
            new.execute("COMMIT")
    except BaseException as e:
        clear(fresh)
        raise (error(e, file) if isinstance(e, _DAMAGE) else e) from e


def clear(file: Path) -> None:
    """Delete a database with all its journals."""
    for leftover in (file, *journals(file)):
        leftover.unlink(missing_ok=True)


def _truth(db: sqlite3.Connection) -> dict[str, list[Row]]:
    """All that cannot be made again, by table, read without any index. Raises sqlite3.DatabaseError unless it
    is what was stored."""
    rows = {table: db.execute(f"SELECT * FROM {table} NOT INDEXED").fetchall() for table in _TRUTH}
    if not {key for key, _ in rows["meta"]} >= _KEYS:
        raise Damaged("meta")
    blocks = _by_article(db, "blocks", SEALED_BLOCK)
    passages = _by_article(db, "passages", SEALED_PASSAGE)
    ids = set()
    for *row, sealed in db.execute(f"SELECT {SEALED}, seal FROM articles NOT INDEXED"):
        ids.add(row[0])
        if is_sealed(sealed) and sealed != seal(tuple(row), blocks[row[0]], passages[row[0]]):
            raise Damaged("seal")
    if not ids >= blocks.keys() | passages.keys():
        raise Damaged("articles")
    return rows


def _by_article(db: sqlite3.Connection, table: str, columns: str) -> dict[str, list[Row]]:
    found: dict[str, list[tuple[int, Row]]] = defaultdict(list)
    for article, ordinal, *row in db.execute(f"SELECT article, ordinal, {columns} FROM {table} NOT INDEXED"):
        found[article].append((ordinal, tuple(row)))
    return defaultdict(list, {id: [row for _, row in sorted(rows)] for id, rows in found.items()})


def _copy(old: sqlite3.Connection, new: sqlite3.Connection, truth: dict[str, list[Row]]) -> None:
    schema.make(new)
    new.execute("DELETE FROM meta")
    for table, rows in truth.items():
        if rows:
            new.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    schema.note(new)
    new.execute("UPDATE articles SET indexed = NULL")
    for (number,) in new.execute("SELECT number FROM passages").fetchall():
        for table in ("vectors", "sentences"):
            with suppress(*_DAMAGE):  # it is embedded again
                row = old.execute(
                    f"SELECT * FROM {table} NOT INDEXED WHERE passage = ?", (number,)
                ).fetchone()
                if row is not None and row[0] == number:
                    new.execute(f"INSERT INTO {table} VALUES (?, ?)", row)
    with suppress(*_DAMAGE):  # what is not there any more is noted again when the file is read again
        for row in old.execute("SELECT file, container, sha256, readers, article FROM sources"):
            with suppress(sqlite3.DatabaseError):
                new.execute("INSERT INTO sources VALUES (?, ?, ?, ?, ?)", row)
    give_sources(new)


def give_sources(db: sqlite3.Connection) -> None:
    """A source for each article that has not the one that it was read from: to be read again."""
    db.execute(
        "INSERT OR REPLACE INTO sources SELECT file, file, '', 0, id FROM articles a "
        "WHERE NOT EXISTS (SELECT 1 FROM sources s WHERE s.file = a.file AND s.article = a.id)"
    )


# --- one file in the place of another ----------------------------------------------------------------


def put(fresh: Path, place: Path) -> None:
    """Let the database in ``fresh`` be the one in ``place``, in one step: whoever dies leaves the one or the
    other. Raises LibraryLocked where a connection to the old one is open, OSError."""
    settle(fresh)
    if place.exists():
        settle(place)
    # Of one too damaged to be settled: the new one would take them for its own.
    for journal in journals(place):
        journal.unlink(missing_ok=True)
    fresh.replace(place)


def settle(file: Path) -> bool:
    """Have all of a database in its one file; False where it is too damaged for that. Raises LibraryLocked
    where another connection is open, OSError where the disk does not let it."""
    if not file.stat().st_size:
        return True  # SQLite would make it a database
    with closing(sqlite3.connect(file, timeout=1.0, isolation_level=None)) as db:
        try:
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
            db.execute("BEGIN EXCLUSIVE")
            db.execute("COMMIT")
            db.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.DatabaseError as e:
            if _is(e, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise LibraryLocked(IN_USE) from e
            if _is(e, sqlite3.SQLITE_FULL, *_REFUSED):
                raise OSError(str(e)) from e
            return False
    return True


def journals(file: Path) -> list[Path]:
    """The files in which SQLite may have a part of the database in ``file``."""
    return [file.with_name(file.name + suffix) for suffix in ("-wal", "-shm", "-journal")]


# --- words -------------------------------------------------------------------------------------------


@contextmanager
def translated(file: Path) -> Iterator[None]:
    """What goes wrong with the database in ``file``, as LibraryError."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # a mistake of ours, not of the disk
    except _DAMAGE as e:
        raise error(e, file) from e


def error(cause: Exception, file: Path) -> LibraryError:
    """A sentence that says what is wrong with the database, and one that says what to do."""
    if _is(cause, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LibraryError("Thư viện đang bận ghi quá lâu. Hãy đợi việc nạp bài đang chạy xong rồi thử lại.")
    if is_full(cause):
        return LibraryError(
            f"Ổ đĩa đã đầy, không ghi được thư viện {file}. Hãy giải phóng dung lượng rồi chạy lại."
        )
    if _is(cause, *_REFUSED):
        return LibraryError(
            f"Không đọc hoặc ghi được thư viện {file} ({cause}). "
            "Hãy kiểm tra quyền ghi và dung lượng trống của ổ đĩa, rồi chạy lại."
        )
    if isinstance(cause, schema.Foreign):
        return LibraryDamaged(f"Tệp {file} không phải là thư viện của Nếp, hoặc đã bị hỏng. {RESTORE}")
    return LibraryDamaged(f"Tệp thư viện {file} bị hỏng ({cause}). {advice(file)}")


def is_full(error: Exception) -> bool:
    """Whether the disk had no room left."""
    return _is(error, sqlite3.SQLITE_FULL)


#: What the system did not let SQLite do.
_REFUSED = (
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH,
    sqlite3.SQLITE_NOLFS,
)


def _is(error: Exception, *codes: int) -> bool:
    """Whether SQLite gave one of these as its reason; the lowest byte of its code."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in codes
