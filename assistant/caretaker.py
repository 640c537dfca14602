"""What is looked after once a day while the program serves."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType

from ingest.errors import NepError

_log = logging.getLogger(__name__)

DAY = 86_400.0
#: Seconds after the start: whoever has opened the page goes first.
AFTER = 20.0


@dataclass(frozen=True, slots=True)
class Checked:
    """When the library was looked over, in local time, and what was wrong with it: a sentence each."""

    at: datetime
    problems: tuple[str, ...]


class Caretaker:
    """Soon after the start and then daily: does what there is to ``tidy``, and has the library looked over by
    ``verify``, which gives what is wrong."""

    def __init__(
        self,
        verify: Callable[[], Sequence[str]],
        tidy: Callable[[], None],
        after: float = AFTER,
        every: float = DAY,
    ) -> None:
        self._verify, self._tidy, self._after, self._every = verify, tidy, after, every
        self._checked: Checked | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="nep-caretaker", daemon=True)

    @property
    def checked(self) -> Checked | None:
        """What the last look found; None before the first."""
        return self._checked

    def __enter__(self) -> Caretaker:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _keep(self) -> None:
        wait = self._after
        while not self._ended.wait(wait):
            wait = self._every
            try:
                self._tidy()
                self._checked = Checked(datetime.now(), tuple(self._verify()))
            except NepError as error:
                self._checked = Checked(datetime.now(), (str(error),))
            except Exception:
                _log.exception("the library could not be looked over")
