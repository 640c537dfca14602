"""Who has come in, and for which programs: sessions that end, and tokens that are kept until they are
revoked. Of either only a hash is stored, so that whoever reads the file cannot come in with it."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from assistant.records.store import Store

if TYPE_CHECKING:
    import sqlite3

# Times are seconds since the epoch.
TABLES = """
CREATE TABLE IF NOT EXISTS sessions (
    token TEXT PRIMARY KEY, account TEXT NOT NULL, begun REAL NOT NULL, seen REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sessions_of ON sessions (account);
CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY, account TEXT NOT NULL, made TEXT NOT NULL)
WITHOUT ROWID;
"""

HOUR = 3600.0
#: A session ends so many seconds after it was last used: a working day, so that lunch ends none.
IDLE = 10 * HOUR
#: And so many after it began, however much it is used.
ALTOGETHER = 7 * 24 * HOUR
#: That a session is used is written down again after so many seconds.
_NOTED = 60.0
#: What a program's token begins with, so that one that got into a file is known for what it is.
MARK = "nep_"


def _hashed(token: str) -> str:
    # No salt and no slow function: a token is 32 random bytes, nobody guesses those.
    return sha256(token.encode(errors="replace")).hexdigest()


def begin(store: Store, account: str, now: float) -> str:
    """The token of a new session. Sessions that have ended are forgotten."""
    token = secrets.token_urlsafe(32)
    with store.writing() as db:
        db.execute("DELETE FROM sessions WHERE seen <= ? OR begun <= ?", (now - IDLE, now - ALTOGETHER))
        db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", (_hashed(token), account, now, now))
    return token


def used(store: Store, token: str, now: float) -> str | None:
    """The name of the account whose session it is; None where it has ended or never was."""
    key = _hashed(token)
    with store.reading() as db:
        row = db.execute(
            "SELECT account, seen FROM sessions WHERE token = ? AND seen > ? AND begun > ?",
            (key, now - IDLE, now - ALTOGETHER),
        ).fetchone()
    if row is None:
        return None
    if row["seen"] < now - _NOTED:
        with store.writing() as db:
            db.execute("UPDATE sessions SET seen = max(seen, ?) WHERE token = ?", (now, key))
    return str(row["account"])


def end(store: Store, token: str) -> None:
    with store.writing() as db:
        db.execute("DELETE FROM sessions WHERE token = ?", (_hashed(token),))


def end_of(db: sqlite3.Connection, account: str) -> None:
    """Within a change: ends every session of the account."""
    db.execute("DELETE FROM sessions WHERE account = ?", (account,))


def end_all(store: Store) -> None:
    with store.writing() as db:
        db.execute("DELETE FROM sessions")


def give_token(store: Store, account: str) -> str:
    """A new token with which a program comes in for the account. It cannot be shown again."""
    token = MARK + secrets.token_urlsafe(32)
    made = datetime.now(UTC).isoformat(timespec="seconds")
    with store.writing() as db:
        db.execute("INSERT INTO tokens VALUES (?, ?, ?)", (_hashed(token), account, made))
    store.tell("account.token", account=account)
    return token


def of_token(store: Store, token: str) -> str | None:
    """The name of the account for which a program with this token comes in."""
    with store.reading() as db:
        row = db.execute("SELECT account FROM tokens WHERE token = ?", (_hashed(token),)).fetchone()
    return str(row["account"]) if row else None


def revoke(store: Store, account: str) -> int:
    """How many tokens the account had; none of them opens anything now."""
    with store.writing() as db:
        count = db.execute("DELETE FROM tokens WHERE account = ?", (account,)).rowcount
    store.tell("account.revoke", account=account, tokens=count)
    return count
