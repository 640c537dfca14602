"""The vectors in Chroma, embedded or on a server: a copy of SQLite's that can always be made again.

What Chroma really does decides the shape of this file: an embedded store belongs to one process at a
time, even for reading (opening it writes to its files); a killed process, or a disk that forgets, may
leave files that end the next one, so files that are not, byte for byte, as Chroma left them are thrown
away and made again; deleted records cost others their place in the graph, so many deletions are answered
by a fresh collection. docs/decisions/001-sqlite-is-the-truth.md has the figures.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ingest.errors import LibraryError
from vectorstore.originals import digest
from vectorstore.types import Vectors

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection
    from chromadb.config import Settings

_LOG = logging.getLogger(__name__)

#: The most records that Chroma takes in one call.
BATCH = 5_461

#: Of all records ever put into a collection, the share that may have been deleted from it.
DELETED_SHARE = 0.1

#: Seconds that a Chroma server may take for one answer. Its client would wait for ever.
SERVER_SECONDS = 30.0

# Neighbours of a record in the graph, and how many are considered when it is built and searched.
_NEIGHBOURS, _BUILD, _SEARCH = 32, 100, 200


class ChromaError(LibraryError):
    """Chroma cannot be used now. Nothing is lost: SQLite has it all."""


class Chroma:
    """The collection of one library. Not to be used by two processes at a time when embedded."""

    def __init__(self, client: ClientAPI, library: str, where: str, folder: Path | None) -> None:
        self._client = client
        self._prefix = f"nep-{library}-"
        self._where = where
        self._folder = folder
        self._collection: Collection | None = None
        self._ids: set[str] = set()
        self._deleted = 0
        self._left: dict[str, str] = {}

    @classmethod
    def embedded(cls, folder: Path, library: str) -> Chroma:
        """The store in ``folder``, made where there is none. Files that are not exactly as the last
        ``close`` left them are thrown away. Raises ChromaError."""
        with _translated(str(folder)):
            if folder.exists() and _stamp_of(folder) != _read_stamp(folder):
                shutil.rmtree(folder)
        try:
            return cls._opened(folder, library)
        except ChromaError:
            if not folder.exists():
                raise
        # Nothing in it that SQLite has not: what cannot be opened now cannot be opened tomorrow either.
        with _translated(str(folder)):
            shutil.rmtree(folder)
        return cls._opened(folder, library)

    @classmethod
    def _opened(cls, folder: Path, library: str) -> Chroma:
        from chromadb import PersistentClient
        from chromadb.api.shared_system_client import SharedSystemClient

        with _translated(str(folder)):
            try:
                client = PersistentClient(folder, settings=_settings())
            except BaseException:
                # It keeps what it could not start for the next who asks for this folder.
                SharedSystemClient._identifier_to_system.pop(str(folder), None)
                raise
            try:
                chroma = cls(client, library, str(folder), folder)
                chroma._adopt()
                chroma._look()
            except BaseException:
                client.close()  # type: ignore[attr-defined]  # every client has it, its type has not
                raise
        return chroma

    @classmethod
    def server(cls, url: str, library: str) -> Chroma:
        """The library's collection on the Chroma server at ``url``. Raises ChromaError."""
        from chromadb import HttpClient

        at = urlsplit(url if "//" in url else f"//{url}")
        with _translated(url):
            client = HttpClient(
                host=at.hostname or "localhost",
                port=at.port or (443 if at.scheme == "https" else 8000),
                ssl=at.scheme == "https",
                settings=_settings(),
            )
            for session in _sessions(client):
                session.timeout = SERVER_SECONDS
            chroma = cls(client, library, url, None)
            chroma._adopt()
        return chroma

    def _adopt(self) -> None:
        """Take the newest complete collection of this library. Another process may be filling the
        next one, so what is not complete is left alone."""
        self._collection, self._ids, self._deleted = None, set(), 0
        complete = [c for c in self._ours() if (c.metadata or {}).get("complete")]
        if complete:
            newest = max(complete, key=_number)
            self._collection = self._client.get_collection(newest.name, embedding_function=None)
            self._ids = set(self._collection.get(include=[])["ids"])
            self._deleted = int((newest.metadata or {}).get("deleted", 0))

    def _ours(self) -> list[Collection]:
        return [c for c in self._client.list_collections() if c.name.startswith(self._prefix)]

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the passages it holds, as far as this process knows."""
        return frozenset(self._ids)

    def refresh(self) -> None:
        """Look again at what a server holds; another process may have changed it."""
        with _translated(self._where):
            self._adopt()

    def nearest(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """The ids of the ``k`` passages nearest to a unit vector and their cosines, best first."""
        if self._collection is None or not self._ids:
            return []
        with _translated(self._where):
            found = self._collection.query(
                query_embeddings=vector, n_results=min(k, len(self._ids)), include=["distances"]
            )
            distances = found["distances"]
            assert distances is not None  # they were asked for
            return [(id, 1.0 - d) for id, d in zip(found["ids"][0], distances[0], strict=True)]

    def takes(self, removed: int) -> bool:
        """Whether so many more deletions leave the graph sound; if not, ``replace``."""
        gone = self._deleted + removed
        return self._collection is not None and gone <= DELETED_SHARE * (len(self._ids) + self._deleted)

    def _look(self) -> None:
        """Note the files as they are now, after what Chroma has just done: it writes when it is opened and
        when it is changed, and at no other time."""
        if self._folder is not None:
            self._left = _files(self._folder)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """While Chroma changes its files. Raises OSError where another hand has changed them: what it wrote
        would be taken for Chroma's own."""
        if self._folder is not None and self._left != _files(self._folder):
            raise OSError("its files were changed from outside")
        try:
            yield
        finally:
            self._look()

    def change(self, remove: Sequence[str], add: Iterable[tuple[Sequence[str], Vectors]]) -> None:
        """Delete and put passages; putting one twice changes nothing. At most BATCH a batch."""
        with _translated(self._where), self._writing():
            assert self._collection is not None  # ``takes`` said so
            if remove:
                self._deleted += len(remove)
                self._collection.modify(metadata={"complete": 1, "deleted": self._deleted})
            for at in range(0, len(remove), BATCH):
                some = list(remove[at : at + BATCH])
                self._collection.delete(ids=some)
                self._ids.difference_update(some)
            self._fill(self._collection, self._ids, add)

    def replace(self, batches: Iterable[tuple[Sequence[str], Vectors]]) -> None:
        """Put everything into a fresh collection, switch to it, and drop the old one."""
        with _translated(self._where), self._writing():
            old = self._ours()
            number = max(map(_number, old), default=0) + 1
            fresh = self._client.create_collection(
                f"{self._prefix}{number}",
                metadata={"complete": 0, "deleted": 0},
                configuration={
                    "hnsw": {
                        "space": "cosine",
                        "ef_construction": _BUILD,
                        "ef_search": _SEARCH,
                        "max_neighbors": _NEIGHBOURS,
                    }
                },
                embedding_function=None,
            )
            ids: set[str] = set()
            self._fill(fresh, ids, batches)
            fresh.modify(metadata={"complete": 1, "deleted": 0})
            self._collection, self._ids, self._deleted = fresh, ids, 0
            for collection in old:
                self._client.delete_collection(collection.name)

    @staticmethod
    def _fill(
        collection: Collection, ids: set[str], batches: Iterable[tuple[Sequence[str], Vectors]]
    ) -> None:
        for some, vectors in batches:
            collection.upsert(ids=list(some), embeddings=vectors)
            ids.update(some)

    def close(self, *, sound: bool = True) -> None:
        """Let go of it. If it was sound, note for the next ``embedded`` how Chroma left its files, be they so
        still or not; if not, the next one makes them again."""
        try:
            with _translated(self._where):
                self._client.close()  # type: ignore[attr-defined]  # every client has it, its type has not
                if self._folder is None:
                    for session in _sessions(self._client):
                        session.close()
                elif sound:
                    stamp = json.dumps(_stamp(self._left))
                    _stamp_file(self._folder).write_text(stamp, encoding="utf-8")
                else:
                    _stamp_file(self._folder).unlink(missing_ok=True)
        except ChromaError:
            # A disk that is full, say. Without its stamp the copy is made again next time.
            _LOG.warning("Chroma was not closed cleanly", exc_info=True)


def _number(collection: Collection) -> int:
    return int(collection.name.rsplit("-", 1)[1])


def _sessions(client: ClientAPI) -> list[Any]:
    """The HTTP sessions of a client, which sets no time limit on them and does not close them."""
    own: Any = client
    return [own._server._session, own._admin_client._server._session]


def _settings() -> Settings:
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)


def _stamp_file(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.json")


def _stamp_of(folder: Path) -> dict[str, Any]:
    return _stamp(_files(folder))


def _stamp(files: dict[str, str]) -> dict[str, Any]:
    """Who wrote the files in a folder, and what is in each."""
    from chromadb import __version__

    return {"chromadb": __version__, "files": files}


def _files(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file in a folder: 70 ms for the 31 MB of 10,000 passages."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): digest(file) for file in files}


def _read_stamp(folder: Path) -> object:
    try:
        return json.loads(_stamp_file(folder).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


@contextmanager
def _translated(where: str) -> Iterator[None]:
    try:
        yield
    except (LibraryError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as e:  # a panic in Chroma's Rust core is no Exception
        raise ChromaError(
            f"Không dùng được kho vector Chroma ({where}): {type(e).__name__}: {e}. "
            "Kiểm tra kho hoặc máy chủ Chroma rồi chạy «python app.py rebuild»."
        ) from e
