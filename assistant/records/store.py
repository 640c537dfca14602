"""The file that the records are in: one SQLite database, written by any number of threads and processes."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from ingest.errors import NepError

#: The file's name in the library's folder.
RECORDS = "records.db"
#: Seconds that a writer waits for another.
_PATIENCE = 10.0


class RecordsError(NepError):
    """The records cannot be read or written."""


class Told(Protocol):
    """Is told of a change once it is made: what it was (a key of ``assistant.audit.KINDS``), and what was
    changed. Who made it is known to whoever listens."""

    def __call__(self, what: str, /, **about: Any) -> None: ...


def nobody(what: str, /, **about: Any) -> None:
    """Nobody wants to know."""


class Store:
    """Reads and writes the records in ``home``, from several threads and processes at once. The file is made
    when it is first asked for.

    ``tables`` is the SQL of the matters kept there, each statement made to do nothing where the table is
    there already (CREATE … IF NOT EXISTS). ``told`` is told of every change, by the functions that make them.
    """

    def __init__(self, home: Path, *tables: str, told: Told = nobody) -> None:
        self._file = home / RECORDS
        self._tables = tables
        #: To be told of a change after it is kept, and not of one that was taken back.
        self.tell = told
        self._made = False
        self._lock = threading.Lock()
        self._own = threading.local()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection whose rows are ``sqlite3.Row``; everything read in it is of one moment. Raises
        RecordsError."""
        with self._transaction("DEFERRED") as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection whose changes are all kept when it is left, none if an error leaves it. Raises
        RecordsError, also where another process has been writing for too long."""
        with self._transaction("IMMEDIATE") as db:
            yield db

    @contextmanager
    def _transaction(self, kind: str) -> Iterator[sqlite3.Connection]:
        try:
            db = self._connection()
            db.execute(f"BEGIN {kind}")
            try:
                yield db
            except BaseException:
                db.rollback()
                raise
            db.commit()
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                words = "Chưa lưu được: một chương trình khác đang ghi. Hãy thử lại sau ít phút."
            else:
                words = (
                    f"Không đọc hoặc ghi được tệp “{self._file}”. Hãy kiểm tra ổ đĩa còn chỗ và quyền ghi "
                    "vào thư mục thư viện, rồi thử lại."
                )
            raise RecordsError(words) from error
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
                raise
            raise RecordsError(
                f"Tệp “{self._file}” đã hỏng. Hãy phục hồi từ bản sao lưu gần nhất bằng lệnh restore."
            ) from error

    def _connection(self) -> sqlite3.Connection:
        """This thread's connection: it ends with the thread."""
        db: sqlite3.Connection | None = getattr(self._own, "db", None)
        if db is None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(self._file, timeout=_PATIENCE, isolation_level=None)
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA foreign_keys = ON")
            with self._lock:
                if not self._made:
                    with suppress(OSError):  # the file may be another's
                        self._file.chmod(0o600)
                    for table in self._tables:
                        db.executescript(table)
                    self._made = True
            self._own.db = db
        return db
