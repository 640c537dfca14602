"""Coming in by name and password. Whoever gets it wrong again and again has to wait: by the account, so that
one person's password cannot be tried out from everywhere, and by the address, so that one machine cannot try
everybody's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.records import accounts
from assistant.records.accounts import Account
from assistant.records.store import Store

if TYPE_CHECKING:
    import sqlite3

# ``last`` is in seconds since the epoch.
TABLES = """
CREATE TABLE IF NOT EXISTS attempts (whose TEXT PRIMARY KEY, times INTEGER NOT NULL, last REAL NOT NULL)
WITHOUT ROWID;
"""

#: So many may fail in a row before it slows down.
FREE = 5
#: Seconds to wait after the last of these; twice as long after each further one, up to the longest.
FIRST_WAIT, LONGEST_WAIT = 30.0, 900.0
#: After so many seconds without a further one, failures are forgotten.
FORGOTTEN = 3600.0


class Wrong(Exception):
    """Name and password do not belong together, or the account is disabled."""


class Slowed(Exception):
    """Too many have failed: nothing was tried. ``seconds`` are left to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def wait(times: int) -> float:
    """The seconds to wait after so many failures in a row."""
    return min(FIRST_WAIT * 2 ** min(times - FREE, 30), LONGEST_WAIT) if times >= FREE else 0.0


def come_in(store: Store, name: str, password: str, address: str, now: float) -> Account:
    """The account of who comes in from that address. Raises Wrong and Slowed; ``now`` is in seconds since the
    epoch."""
    whose = (f"account {accounts.plain(name)[:100]}", f"address {address}")
    with store.writing() as db:
        db.execute("DELETE FROM attempts WHERE last <= ?", (now - FORGOTTEN,))
        # Counted before it is known to fail: of many at once not one is tried too many.
        left = max(_left(db, one, now) for one in whose)
        if not left:
            for one in whose:
                db.execute(
                    "INSERT INTO attempts VALUES (?, 1, ?) "
                    "ON CONFLICT DO UPDATE SET times = times + 1, last = excluded.last",
                    (one, now),
                )
    if left:
        raise Slowed(left)
    found = accounts.proven(store, name, password)
    if found is None:
        raise Wrong
    with store.writing() as db:
        for one in whose:
            db.execute("DELETE FROM attempts WHERE whose = ?", (one,))
    return found


def _left(db: sqlite3.Connection, whose: str, now: float) -> float:
    row = db.execute("SELECT times, last FROM attempts WHERE whose = ?", (whose,)).fetchone()
    return max(0.0, row["last"] + wait(row["times"]) - now) if row else 0.0
