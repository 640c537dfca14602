"""Who is looking at a page, in which language, and under which address: known for as long as a request is
answered, wherever words for a page are made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from assistant.records.accounts import ALONE, Account, Role

Language = Literal["vi", "en"]
#: None follows what the system is set to.
Theme = Literal["light", "dark"] | None

_TABLES = Path(__file__).parent / "interface"


@dataclass(frozen=True, slots=True)
class Visit:
    """``account`` is None for whoever has not come in. ``base`` is the path under which the program is
    reached behind a proxy ("/nep"), empty without one; ``here`` is the page asked for, path and query,
    without it."""

    account: Account | None = ALONE
    language: Language = "vi"
    theme: Theme = None
    base: str = ""
    here: str = "/"

    def may(self, role: Role) -> bool:
        return self.account is not None and self.account.role >= role

    @property
    def owner(self) -> str:
        """Under which name records are kept."""
        return self.account.name if self.account else ""


_now: ContextVar[Visit] = ContextVar("visit", default=Visit())  # noqa: B039 - a frozen value


def visit() -> Visit:
    """The visit that is being answered; outside of any, that of whoever sits at the machine."""
    return _now.get()


@contextmanager
def visiting(visit: Visit) -> Iterator[None]:
    """Within it, ``visit()`` is that one: also in the coroutines and threads that are begun there by
    Starlette."""
    token = _now.set(visit)
    try:
        yield
    finally:
        _now.reset(token)


def at(path: str) -> str:
    """The address of a path of ours ("/tu-lieu"), as a browser reaches it."""
    return f"{visit().base}{path}"


def say(words: str, /, **values: object) -> str:
    """Words of the interface in the visitor's language: ``words`` are the Vietnamese ones, ``{name}`` in them
    is filled in. Every text that is given here as it stands has its English in ``interface/*.json``. Not
    escaped: what goes into HTML is."""
    told = _english()[words] if visit().language == "en" and words in _english() else words
    return told.format(**values) if values else told


@cache
def _english() -> dict[str, str]:
    """By the Vietnamese, of every page."""
    found: dict[str, str] = {}
    for table in sorted(_TABLES.glob("*.json")):
        found |= json.loads(table.read_text(encoding="utf-8"))
    return found
