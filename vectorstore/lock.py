"""One holder at a time of a file, among threads, libraries and processes."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout


class Lock:
    """The right to write something, held from ``take`` to ``release`` or the end of the process,
    however it ends: the lock is the operating system's, so a killed process leaves none behind."""

    def __init__(self, path: Path) -> None:
        # Not bound to a thread: the thread that closes a library need not be the one that opened it.
        self._lock = FileLock(path, timeout=0, thread_local=False)

    @property
    def held(self) -> bool:
        return self._lock.is_locked

    def take(self) -> bool:
        """Whether it is ours now; never waits. OSError where the file cannot be made."""
        if self.held:
            return True
        try:
            self._lock.acquire()
        except Timeout:
            return False
        return True

    def release(self) -> None:
        self._lock.release()
