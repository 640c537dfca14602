"""Notebooks, kept for whoever writes in them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from assistant.notebook import Notebook, differences
from assistant.records.store import Store

if TYPE_CHECKING:
    from pydantic import TypeAdapter

TABLES = """
CREATE TABLE IF NOT EXISTS notebooks (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, changed TEXT NOT NULL, notebook TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS notebooks_of ON notebooks (owner, changed);
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A notebook as it is kept; the time is UTC."""

    id: str
    changed: datetime
    notebook: Notebook


@cache
def _notebooks() -> TypeAdapter[Notebook]:
    from pydantic import TypeAdapter

    return TypeAdapter(Notebook)


def to_json(notebook: Notebook) -> str:
    """A notebook as a text; ``from_json`` gives an equal one."""
    return _notebooks().dump_json(notebook).decode()


def from_json(text: str) -> Notebook:
    return _notebooks().validate_json(text)


def listed(store: Store, owner: str) -> list[Kept]:
    """The owner's notebooks, the last used first."""
    with store.reading() as db:
        rows = db.execute(
            "SELECT id, changed, notebook FROM notebooks WHERE owner = ? ORDER BY changed DESC", (owner,)
        )
        return [
            Kept(row["id"], datetime.fromisoformat(row["changed"]), from_json(row["notebook"]))
            for row in rows
        ]


def notebook(store: Store, owner: str, id: str) -> Notebook | None:
    """None where the owner has no such notebook."""
    with store.reading() as db:
        row = db.execute("SELECT notebook FROM notebooks WHERE id = ? AND owner = ?", (id, owner)).fetchone()
    return from_json(row["notebook"]) if row else None


def make(store: Store, owner: str, name: str) -> str:
    """A new notebook; gives its id."""
    id = secrets.token_urlsafe(12)
    with store.writing() as db:
        db.execute("INSERT INTO notebooks VALUES (?, ?, ?, ?)", (id, owner, _now(), to_json(Notebook(name))))
    store.tell("notebook.make", notebook=id, name=name)
    return id


def change(store: Store, owner: str, id: str, how: Callable[[Notebook], Notebook]) -> Notebook | None:
    """The notebook as ``how`` makes it of what it is at that moment; None where the owner has no such one."""
    with store.writing() as db:
        row = db.execute("SELECT notebook FROM notebooks WHERE id = ? AND owner = ?", (id, owner)).fetchone()
        if row is None:
            return None
        before = from_json(row["notebook"])
        changed = how(before)
        db.execute(
            "UPDATE notebooks SET changed = ?, notebook = ? WHERE id = ?", (_now(), to_json(changed), id)
        )
    for what, about in differences(before, changed):
        store.tell(f"notebook.{what}", notebook=id, **about)
    return changed


def remove(store: Store, owner: str, id: str) -> bool:
    """Whether there was such a notebook; it is gone then."""
    with store.writing() as db:
        gone = db.execute(
            "DELETE FROM notebooks WHERE id = ? AND owner = ? RETURNING notebook", (id, owner)
        ).fetchone()
    if gone:
        store.tell("notebook.remove", notebook=id, name=from_json(gone["notebook"]).name)
    return gone is not None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
