"""Answers are made in threads, so many at a time: the page and other programs wait in one line."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import closing, suppress
from typing import Any, TypeVar

from ingest.errors import NepError

T = TypeVar("T")

#: Seconds of silence after which whoever listens over a network is sent a sign of life: only so it shows
#: whether they are still there.
PULSE = 2.0

_END = object()


class Crowded(NepError):
    """Too many are waiting already."""


class Places:
    """So many iterators run ``at_once``, and so many more may wait. Belongs to one event loop."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._at_once = at_once
        self._most = at_once + waiting
        self._here: set[asyncio.Task[Any] | None] = set()

    @property
    def busy(self) -> int:
        """How many are running; may be asked from any thread."""
        return min(len(self._here), self._at_once)

    @property
    def waiting(self) -> int:
        """How many wait for a place; may be asked from any thread."""
        return max(len(self._here) - self._at_once, 0)

    async def calm(self, at_most: float) -> None:
        """Comes back when nobody is being answered and nobody waits for it, or after ``at_most`` seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(at_most):
                while here := {task for task in self._here if task}:
                    await asyncio.wait(here)

    async def each(
        self, make: Callable[[], Generator[T]], pulse: float | None = None
    ) -> AsyncGenerator[T | None]:
        """What the iterator gives that ``make`` makes, and None whenever ``pulse`` seconds have passed
        without. Whoever closes this closes the iterator: at once where it has not begun, else at its next
        step, and only then its place is free for another. Raises Crowded, and what the iterator raises."""
        if len(self._here) >= self._most:
            raise Crowded("Đang có quá nhiều câu hỏi chờ trả lời. Hãy hỏi lại sau ít phút.")
        made: asyncio.Queue[Any] = asyncio.Queue()
        unwanted = threading.Event()
        # A task of its own: the thread goes on for a moment after whoever asked has left.
        task = asyncio.create_task(self._in_turn(make, made, unwanted))
        self._here.add(task)
        task.add_done_callback(self._here.discard)
        try:
            while True:
                try:
                    one = await asyncio.wait_for(made.get(), pulse)
                except TimeoutError:
                    yield None
                    continue
                if one is _END:
                    return
                if isinstance(one, Exception):
                    raise one
                yield one
        finally:
            unwanted.set()

    async def _in_turn(
        self, make: Callable[[], Generator[Any]], made: asyncio.Queue[Any], unwanted: threading.Event
    ) -> None:
        loop = asyncio.get_running_loop()

        def put(one: object) -> None:
            loop.call_soon_threadsafe(made.put_nowait, one)

        async with self._free:
            ended: asyncio.Future[object] = loop.create_future()

            def run() -> None:
                end = _run(make, put, unwanted)
                with suppress(RuntimeError):  # the loop is closed: the program has been told to stop
                    loop.call_soon_threadsafe(_settle, ended, end)

            # A thread of its own: the loop's own few would be all taken by answers that hang.
            threading.Thread(target=run, name="nep-answer", daemon=True).start()
            end = await ended
        self._here.discard(asyncio.current_task())
        made.put_nowait(end)


def _settle(ended: asyncio.Future[object], end: object) -> None:
    if not ended.done():
        ended.set_result(end)


def _run(
    make: Callable[[], Generator[object]], put: Callable[[object], None], unwanted: threading.Event
) -> object:
    """Runs the iterator to its end, or until it is unwanted; the error that it raised."""
    try:
        if not unwanted.is_set():
            with closing(make()) as running:
                for one in running:
                    put(one)
                    if unwanted.is_set():
                        break
    except Exception as error:
        return error
    return _END
