"""Conversations, kept for whoever held them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from assistant.conversation import Exchange
from assistant.records.store import Store
from ingest.vietnamese import fold

if TYPE_CHECKING:
    from pydantic import TypeAdapter

TABLES = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, begun TEXT NOT NULL, changed TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS conversations_of ON conversations (owner, changed);
CREATE TABLE IF NOT EXISTS exchanges (
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, n INTEGER NOT NULL,
    searched TEXT NOT NULL, exchange TEXT NOT NULL, PRIMARY KEY (conversation, n)
) WITHOUT ROWID;
"""

#: A conversation is named by its first question, cut after so many characters.
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation in the list of its owner; times are UTC."""

    id: str
    name: str
    begun: datetime
    changed: datetime


@cache
def _exchanges() -> TypeAdapter[Exchange]:
    from pydantic import TypeAdapter

    return TypeAdapter(Exchange)


def to_json(exchange: Exchange) -> str:
    """An exchange with its answer and evidence as a text; ``from_json`` gives an equal one."""
    return _exchanges().dump_json(exchange).decode()


def from_json(text: str) -> Exchange:
    return _exchanges().validate_json(text)


def keep(store: Store, owner: str, id: str | None, exchanges: Sequence[Exchange]) -> str:
    """Keeps a conversation as it is now, under a new id where it has none, or where that is not one of the
    owner's; gives the id. Exchanges without an answer are kept as they are shown."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    with store.writing() as db:
        known = db.execute(
            "UPDATE conversations SET changed = ? WHERE id = ? AND owner = ?", (now, id, owner)
        ).rowcount
        if id is None or not known:
            id = secrets.token_urlsafe(12)
            name = _named(exchanges[0].question) if exchanges else ""
            db.execute("INSERT INTO conversations VALUES (?, ?, ?, ?, ?)", (id, owner, name, now, now))
        db.execute("DELETE FROM exchanges WHERE conversation = ? AND n > ?", (id, len(exchanges)))
        for n, exchange in enumerate(exchanges, 1):
            said = exchange.answer.text if exchange.answer else exchange.notice or ""
            db.execute(
                "INSERT INTO exchanges VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE "
                "SET searched = excluded.searched, exchange = excluded.exchange "
                "WHERE exchange <> excluded.exchange",
                (id, n, fold(f"{exchange.question}\n{said}"), to_json(exchange)),
            )
    return id


def _named(question: str) -> str:
    words = " ".join(question.split())
    if len(words) <= LONGEST_NAME:
        return words
    return words[:LONGEST_NAME].rsplit(" ", 1)[0] + " …"


def listed(store: Store, owner: str, words: str = "") -> list[Kept]:
    """The owner's conversations, the newest first; those alone in which all the ``words`` stand."""
    wanted = fold(words).split()
    with store.reading() as db:
        rows = db.execute(
            "SELECT id, name, begun, changed FROM conversations WHERE owner = ? ORDER BY changed DESC",
            (owner,),
        ).fetchall()
        if wanted:
            said = {row["id"]: fold(row["name"]) for row in rows}
            for one in db.execute(
                "SELECT conversation, searched FROM exchanges JOIN conversations ON id = conversation "
                "WHERE owner = ?",
                (owner,),
            ):
                said[one["conversation"]] += "\n" + one["searched"]
            rows = [row for row in rows if all(word in said[row["id"]] for word in wanted)]
    return [
        Kept(r["id"], r["name"], datetime.fromisoformat(r["begun"]), datetime.fromisoformat(r["changed"]))
        for r in rows
    ]


def exchanges(store: Store, owner: str, id: str) -> tuple[Exchange, ...] | None:
    """A conversation of the owner, oldest exchange first; None where there is no such one."""
    with store.reading() as db:
        if not db.execute("SELECT 1 FROM conversations WHERE id = ? AND owner = ?", (id, owner)).fetchone():
            return None
        rows = db.execute(
            "SELECT exchange FROM exchanges WHERE conversation = ? ORDER BY n", (id,)
        ).fetchall()
    return tuple(from_json(row["exchange"]) for row in rows)


def exchange(store: Store, owner: str, id: str, n: int) -> Exchange | None:
    """The exchange with the number ``n``, counted from 1, None where there is no such one."""
    held = exchanges(store, owner, id) or ()
    return held[n - 1] if 1 <= n <= len(held) else None


def rename(store: Store, owner: str, id: str, name: str) -> bool:
    """Whether there is such a conversation; it has that name then."""
    with store.writing() as db:
        changed = db.execute(
            "UPDATE conversations SET name = ? WHERE id = ? AND owner = ?", (_named(name), id, owner)
        )
    if changed.rowcount:
        store.tell("conversation.rename", conversation=id, name=_named(name))
    return changed.rowcount > 0


def remove(store: Store, owner: str, id: str) -> bool:
    """Whether there was such a conversation; it is gone then."""
    with store.writing() as db:
        gone = db.execute(
            "DELETE FROM conversations WHERE id = ? AND owner = ? RETURNING name", (id, owner)
        ).fetchone()
    if gone:
        store.tell("conversation.remove", conversation=id, name=gone["name"])
    return gone is not None
