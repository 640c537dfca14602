"""What the pages work with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from assistant.audit import NOWHERE, Audit
from assistant.records.store import Store
from assistant.types import Answer, Turn
from ingest.facts import Fact
from ingest.types import Article
from vectorstore.catalogue import Shelved
from vectorstore.types import Filter, Hit


class Asked(Protocol):
    """What a page needs of the assistant."""

    def ask(self, question: str, history: Sequence[Turn] = (), where: Filter | None = None) -> Answer: ...


class Shelf(Protocol):
    """What a page needs of the library."""

    def articles(self) -> Sequence[Article]: ...

    def article(self, id: str, /) -> Article: ...

    def shelf(self) -> Sequence[Shelved]: ...

    def search(self, question: str, k: int = 10, where: Filter | None = None) -> Sequence[Hit]: ...

    def original(self, id: str, /) -> Path | None: ...

    def facts(self) -> Sequence[Fact]: ...

    def generation(self) -> int: ...


@dataclass(frozen=True, slots=True)
class House:
    """The ``assistant`` and the ``library`` it answers from, which holds samples while it is a ``demo``; the
    ``records`` of the people who come, and the ``audit`` of what they do. ``unreviewed`` answers without what
    editors have approved; None where the assistant itself does."""

    assistant: Asked
    library: Shelf
    records: Store
    demo: Callable[[], bool]
    audit: Audit = NOWHERE
    unreviewed: Asked | None = None
