"""Orientation material, kept for whoever made it; others see what its maker has opened."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from assistant.records.store import Store
from assistant.training import Material

if TYPE_CHECKING:
    from sqlite3 import Row

    from pydantic import TypeAdapter

TABLES = """
CREATE TABLE IF NOT EXISTS materials (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, made TEXT NOT NULL, changed TEXT NOT NULL,
    opened INTEGER NOT NULL, material TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS materials_of ON materials (owner, changed);
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """Material as it is kept; times are UTC."""

    id: str
    owner: str
    made: datetime
    changed: datetime
    material: Material


@cache
def _materials() -> TypeAdapter[Material]:
    from pydantic import TypeAdapter

    return TypeAdapter(Material)


def to_json(material: Material) -> str:
    """Material with its evidence as a text; ``from_json`` gives an equal one."""
    return _materials().dump_json(material).decode()


def from_json(text: str) -> Material:
    return _materials().validate_json(text)


def keep(store: Store, owner: str, material: Material) -> str:
    """Keeps new material; gives its id, which nobody can guess."""
    id, now = secrets.token_urlsafe(12), _now()
    with store.writing() as db:
        db.execute(
            "INSERT INTO materials VALUES (?, ?, ?, ?, ?, ?)",
            (id, owner, now, now, material.opened, to_json(material)),
        )
    choice = material.choice
    store.tell(
        "material.make", material=id, title=material.title, articles=choice.articles, units=choice.units
    )
    return id


def listed(store: Store, owner: str) -> list[Kept]:
    """The owner's, the last changed first."""
    with store.reading() as db:
        rows = db.execute("SELECT * FROM materials WHERE owner = ? ORDER BY changed DESC", (owner,))
        return [_kept(row) for row in rows]


def opened_by_others(store: Store, owner: str) -> list[Kept]:
    """What others have opened for learners, the last changed first."""
    with store.reading() as db:
        rows = db.execute(
            "SELECT * FROM materials WHERE owner <> ? AND opened ORDER BY changed DESC", (owner,)
        )
        return [_kept(row) for row in rows]


def held(store: Store, owner: str, id: str) -> Kept | None:
    """Material of the owner, None where there is no such."""
    with store.reading() as db:
        row = db.execute("SELECT * FROM materials WHERE id = ? AND owner = ?", (id, owner)).fetchone()
    return _kept(row) if row else None


def to_learn(store: Store, owner: str, id: str) -> Kept | None:
    """Material that one may learn with: one's own, or opened by whoever made it."""
    with store.reading() as db:
        row = db.execute(
            "SELECT * FROM materials WHERE id = ? AND (owner = ? OR opened)", (id, owner)
        ).fetchone()
    return _kept(row) if row else None


def change(store: Store, owner: str, id: str, how: Callable[[Material], Material]) -> Material | None:
    """The owner's material as ``how`` makes it of what is kept now, two changes at once one after the other;
    None where there is no such. Raises what ``how`` raises, and changes nothing then."""
    with store.writing() as db:
        row = db.execute("SELECT material FROM materials WHERE id = ? AND owner = ?", (id, owner)).fetchone()
        if row is None:
            return None
        before = from_json(row["material"])
        now = how(before)
        db.execute(
            "UPDATE materials SET material = ?, opened = ?, changed = ? WHERE id = ?",
            (to_json(now), now.opened, _now(), id),
        )
    if now.opened != before.opened:
        store.tell("material.open" if now.opened else "material.shut", material=id, title=now.title)
    elif now != before:
        store.tell("material.change", material=id, title=now.title)
    return now


def remove(store: Store, owner: str, id: str) -> bool:
    """Whether there was such material; it is gone then."""
    with store.writing() as db:
        gone = db.execute(
            "DELETE FROM materials WHERE id = ? AND owner = ? RETURNING material", (id, owner)
        ).fetchone()
    if gone:
        store.tell("material.remove", material=id, title=from_json(gone["material"]).title)
    return gone is not None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _kept(row: Row) -> Kept:
    made, changed = (datetime.fromisoformat(row[name]) for name in ("made", "changed"))
    return Kept(row["id"], row["owner"], made, changed, from_json(row["material"]))
