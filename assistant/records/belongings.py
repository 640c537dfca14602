"""What is one account's alone: it is nobody else's to keep, and goes when the account goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

#: How many an account has, by the keys of WORDS.
Belongings = Mapping[str, int]

#: What an account may have, with the words for so many of it.
WORDS: Mapping[str, str] = {
    "conversations": "{n} cuộc trò chuyện",
    "notebooks": "{n} sổ tay",
    "materials": "{n} tài liệu định hướng",
    "opened": "{n} tài liệu định hướng đang mở cho người học",
    "drafts": "{n} câu trả lời đang soạn",
    "tokens": "{n} mã cho chương trình",
}
_COUNTED = {
    "conversations": "conversations WHERE owner = ?",
    "notebooks": "notebooks WHERE owner = ?",
    "materials": "materials WHERE owner = ? AND NOT opened",
    "opened": "materials WHERE owner = ? AND opened",
    "drafts": "review_drafts WHERE owner = ?",
    "tokens": "tokens WHERE account = ?",
}
#: The tables of it, with the column that says whose it is; what hangs on their rows goes with these.
OWNED = {
    "conversations": "owner",
    "notebooks": "owner",
    "materials": "owner",
    "review_drafts": "owner",
    "tokens": "account",
    "sessions": "account",
}


def of(db: sqlite3.Connection, name: str) -> Belongings:
    """What the account of that name has, nothing that it has none of."""
    counts = {
        what: int(db.execute(f"SELECT count(*) AS n FROM {where}", (name,)).fetchone()["n"])
        for what, where in _COUNTED.items()
    }
    return {what: n for what, n in counts.items() if n}


def clear(db: sqlite3.Connection) -> None:
    """Within a change: takes away all that belongs to accounts that are removed. Of every one of them, since
    an answer that was still being made when its account went is kept after it."""
    for table, whose in OWNED.items():
        db.execute(f"DELETE FROM {table} WHERE {whose} IN (SELECT name FROM accounts WHERE removed NOT NULL)")
