"""A folder that is watched: told whenever something in it has changed, and has then been quiet for a
moment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

#: Changes are told once nothing has happened for so many milliseconds: a large file is copied in many steps.
QUIET_MS = 1_600
#: However busy the folder is, changes are told after so many milliseconds.
AT_LEAST_MS = 60_000
#: And without a change every so many milliseconds: what a network disk does not tell of is found then.
LOOK_AGAIN_MS = 300_000


def changes(folder: Path, stop: Event | None = None, look_again_ms: int = LOOK_AGAIN_MS) -> Iterator[None]:
    """Yields after each change in the folder, at any depth, and now and then without one; ends when ``stop``
    is set, or by KeyboardInterrupt."""
    from watchfiles import watch

    for _ in watch(
        folder,
        watch_filter=None,
        debounce=AT_LEAST_MS,
        step=QUIET_MS,
        rust_timeout=look_again_ms,
        yield_on_timeout=True,
        stop_event=stop,
        raise_interrupt=True,
    ):
        yield
