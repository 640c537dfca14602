"""The passages nearest to a vector: by Chroma where it is whole, by SQLite's own vectors else."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np

from vectorstore.catalogue import Catalogue, Numbers, View
from vectorstore.chroma import BATCH, Chroma, ChromaError
from vectorstore.lock import Lock
from vectorstore.types import Progress, Vectors

_LOG = logging.getLogger(__name__)

#: Records that a question may wait for while Chroma catches up (0.4 s at 5,000 a second); with more
#: to do, a thread of its own does it, and the exact search answers meanwhile.
CATCH_UP = 2_000

#: Seconds that a question waits for another's turn with Chroma, which takes 1 to 2 ms.
QUEUE_SECONDS = 0.05

#: Seconds before a Chroma that failed is tried again; until then the exact search answers.
RETRY_SECONDS = 30.0


class Nearest:
    """Keeps Chroma in step with the catalogue, and answers exactly from the catalogue wherever
    Chroma cannot: it is held by another process, behind, broken, or away.

    ``lock`` is the right to change Chroma; an embedded one may not even be read without it.
    """

    def __init__(self, catalogue: Catalogue, connect: Callable[[], Chroma], lock: Lock, shared: bool) -> None:
        self._catalogue = catalogue
        self._connect = connect
        self._lock = lock
        self._shared = shared
        self._chroma: Chroma | None = None
        self._synced = -1
        self._retry_at = 0.0
        self._busy = threading.RLock()
        self._worker: threading.Thread | None = None
        self._closing = threading.Event()
        self._matrix: tuple[int, Numbers, Vectors] | None = None

    # --- asking

    def nearest(self, view: View, vector: Vectors, k: int, only: Numbers | None = None) -> dict[int, float]:
        """The numbers of the ``k`` passages nearest to a unit vector and their cosines, among those
        of ``only`` if given, best first."""
        # Chroma is asked by one thread at a time, and never while it changes.
        if only is None and self._busy.acquire(timeout=QUEUE_SECONDS):
            try:
                if self._in_step(view.generation()):
                    found = self._ask_chroma(view, vector, k)
                    if found is not None:
                        return found
            finally:
                self._busy.release()
        return self._exact(view, vector, k, only)

    def _ask_chroma(self, view: View, vector: Vectors, k: int) -> dict[int, float] | None:
        try:
            return self.by_chroma(view, vector, k)
        except ChromaError:
            self._give_up()
            return None

    def by_chroma(self, view: View, vector: Vectors, k: int) -> dict[int, float]:
        """What Chroma alone answers; see ``nearest``. Raises ChromaError."""
        if self._chroma is None:
            return {}
        found = self._chroma.nearest(vector, k)
        numbers = view.numbers_of([record for record, _ in found])
        return {numbers[record]: cosine for record, cosine in found if record in numbers}

    def _exact(self, view: View, vector: Vectors, k: int, only: Numbers | None) -> dict[int, float]:
        numbers, matrix = view.vectors(only) if only is not None else self._all(view)
        if not len(numbers):
            return {}
        cosines = matrix @ vector
        best = np.argsort(-cosines, kind="stable")[:k]
        return {int(numbers[i]): float(cosines[i]) for i in best}

    def _all(self, view: View) -> tuple[Numbers, Vectors]:
        generation = view.generation()
        kept = self._matrix
        if kept is None or kept[0] != generation:
            kept = self._matrix = (generation, *view.vectors())
        return kept[1], kept[2]

    # --- keeping in step

    def _in_step(self, generation: int) -> bool:
        """Whether Chroma holds what the catalogue held at that generation; catches up if that is
        quickly done, else begins to."""
        if self._synced == generation:
            return True
        if time.monotonic() < self._retry_at:
            return False
        try:
            self._open()
            if self._chroma is None:
                return False
            if self._shared:
                self._chroma.refresh()
            with self._catalogue.reading() as view:
                stored = view.records().keys()
                if len(stored ^ self._chroma.ids) <= CATCH_UP:
                    return self._follow(None) == generation
            self._begin_to_follow()
        except ChromaError:
            self._give_up()
        return False

    def follow(self, progress: Progress | None = None) -> int | None:
        """Bring Chroma to the catalogue's state, and say which generation that is. None where
        another process holds it: that one will. Raises ChromaError."""
        with self._busy:
            self._open()
            if self._chroma is None:
                return None
            if self._shared:
                self._chroma.refresh()
            return self._follow(progress)

    def try_to_follow(self) -> None:
        """``follow``, but a failure is only noted: the next start follows."""
        try:
            self.follow()
        except ChromaError:
            self._give_up()

    def rebuild(self, progress: Progress | None = None) -> bool:
        """Fill a fresh collection from the catalogue. False where another process holds Chroma.
        Raises ChromaError."""
        with self._busy:
            self._open()
            if self._chroma is None:
                return False
            return self._follow(progress, fresh=True) is not None

    def ids(self) -> frozenset[str] | None:
        """What Chroma holds, None where another process has it. Raises ChromaError."""
        with self._busy:
            self._open()
            if self._chroma is None:
                return None
            self._chroma.refresh()
            return self._chroma.ids

    def _open(self) -> None:
        """Have Chroma open, if we may."""
        if self._chroma is None and (self._shared or self._take()):
            try:
                self._chroma = self._connect()
            except ChromaError:
                self._lock.release()
                raise

    def _take(self) -> bool:
        try:
            return self._lock.take()
        except OSError as e:  # a folder that one may read and not write
            raise ChromaError(f"Không ghi được vào thư mục của kho vector ({e.strerror or e}).") from e

    def _follow(self, progress: Progress | None, fresh: bool = False) -> int | None:
        """The generation that Chroma now holds; None where it is not ours to change."""
        chroma = self._chroma
        assert chroma is not None
        with self._catalogue.reading() as view:
            generation, stored = view.generation(), view.records()
            gone = sorted(chroma.ids - stored.keys())
            new = {record: number for record, number in stored.items() if record not in chroma.ids}
            if gone or new or fresh:
                if not self._take():
                    return None
                try:
                    if fresh or not chroma.takes(len(gone)):
                        chroma.replace(self._batches(view, stored, progress))
                    else:
                        chroma.change(gone, self._batches(view, new, progress))
                finally:
                    if self._shared:
                        self._lock.release()
        self._synced = generation
        return generation

    def _batches(
        self, view: View, records: dict[str, int], progress: Progress | None
    ) -> Iterator[tuple[list[str], Vectors]]:
        """The vectors of these records, in the order of their numbers."""
        order = sorted(records, key=records.__getitem__)
        for at in range(0, len(order), BATCH):
            if self._closing.is_set():
                raise ChromaError("Đã dừng việc dựng lại kho vector.")
            some = order[at : at + BATCH]
            _, matrix = view.vectors([records[record] for record in some])
            yield some, matrix
            if progress is not None:
                progress(at + len(some), len(order), "Chroma")

    def _begin_to_follow(self) -> None:
        if self._worker is None or not self._worker.is_alive():
            self._worker = threading.Thread(target=self.try_to_follow, name="nep-chroma", daemon=True)
            self._worker.start()

    def _give_up(self) -> None:
        """Do without Chroma for a while."""
        if not self._closing.is_set():
            _LOG.warning("Chroma is not usable; searching SQLite's vectors", exc_info=True)
        with self._busy:
            self._retry_at = time.monotonic() + RETRY_SECONDS
            self._synced = -1
            chroma, self._chroma = self._chroma, None
            if chroma is not None:
                chroma.close(sound=False)
            self._lock.release()

    def close(self) -> None:
        self._closing.set()
        if self._worker is not None:
            self._worker.join()
        with self._busy:
            if self._chroma is not None:
                self._chroma.close()
                self._chroma = None
            self._lock.release()
