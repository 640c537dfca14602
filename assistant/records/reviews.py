"""What people think of answers, the questions that had none, and the answers that editors approved."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from assistant.conversation import Exchange, Verdict
from assistant.records.accounts import Account
from assistant.records.conversations import from_json, to_json
from assistant.records.store import Store
from assistant.same import Rest, key
from assistant.types import Answer, Approved, Turn
from ingest.vietnamese import fold

if TYPE_CHECKING:
    from pydantic import TypeAdapter

TABLES = """
CREATE TABLE IF NOT EXISTS feedback (
    id INTEGER PRIMARY KEY, owner TEXT NOT NULL, full TEXT NOT NULL, at TEXT NOT NULL,
    conversation TEXT NOT NULL, n INTEGER NOT NULL, asked TEXT NOT NULL, good INTEGER NOT NULL,
    words TEXT NOT NULL, exchange TEXT NOT NULL, history TEXT NOT NULL, generation INTEGER NOT NULL,
    version TEXT NOT NULL, searched TEXT NOT NULL, UNIQUE (owner, conversation, n, asked)
);
CREATE TABLE IF NOT EXISTS unanswered (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, question TEXT NOT NULL, exchange TEXT NOT NULL,
    history TEXT NOT NULL, generation INTEGER NOT NULL, version TEXT NOT NULL, searched TEXT NOT NULL,
    closed TEXT, words TEXT NOT NULL DEFAULT '', closer TEXT, closed_at TEXT
);
CREATE TABLE IF NOT EXISTS unanswered_senders (
    question INTEGER NOT NULL REFERENCES unanswered (id) ON DELETE CASCADE, owner TEXT NOT NULL,
    full TEXT NOT NULL, asked TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (question, owner)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS approvals (
    id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, approval TEXT NOT NULL, searched TEXT NOT NULL,
    at TEXT NOT NULL, withdrawn INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS approval_events (
    id INTEGER PRIMARY KEY, approval TEXT NOT NULL REFERENCES approvals (id), what TEXT NOT NULL,
    full TEXT NOT NULL, at TEXT NOT NULL, words TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS review_drafts (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, draft TEXT NOT NULL, changed TEXT NOT NULL
);
"""

#: The words with which an editor closes a question that had no answer.
Closing = Literal["answered", "not_ours", "no_source", "other"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """An exchange as somebody had it: ``exchange.question`` is what was typed, ``history`` the turns before
    it, ``question`` the whole question as it was understood; the library's ``generation`` and the program's
    ``version`` tell from what it was answered."""

    exchange: Exchange
    history: tuple[Turn, ...]
    question: str
    generation: int
    version: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody (``by``) thinks of an answer; ``words`` is a sentence, empty where none was written."""

    id: int
    asked: Asked
    good: bool
    words: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that had no answer, sent by ``count`` people, first by ``by``, last at ``at``. ``closed``
    is None while it is open; then ``words`` may say more, and ``closer`` closed it at ``closed_at``."""

    id: int
    asked: Asked
    count: int
    by: str
    at: datetime
    closed: Closing | None
    words: str
    closer: str | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Approval:
    """An answer that an editor approved for a question, whole as it was understood. ``sources`` gives each
    cited article's ``assistant.evidence.state``, ``excerpts`` the text around each citation as
    it then stood. ``rest`` is what the library's own answer to the question rested on, empty where it had
    none. ``by`` and ``at`` say who approved it last; ``withdrawn`` that an editor took it back."""

    id: str
    question: str
    answer: Answer
    sources: Mapping[str, str]
    excerpts: tuple[str, ...]
    rest: Rest
    by: str
    at: datetime
    withdrawn: bool = False

    @property
    def approved(self) -> Approved:
        return Approved(self.by, self.at.astimezone().date())


@dataclass(frozen=True, slots=True)
class Event:
    """What became of an approval: it was ``approved`` or ``withdrawn``, by whom, and why."""

    what: Literal["approved", "withdrawn"]
    by: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of an article, with the words that stood there when it was chosen."""

    article: str
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """A statement being written: its text, and the places that it is tied to, counted from 1."""

    text: str = ""
    places: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer that an editor is working on. ``exchange`` is the answer that may be kept as it stands, None
    where there is none; ``sought`` the words that passages are searched by; ``origin`` where it comes from
    ("thieu:3", "danh-gia:7", "duyet:…"), empty for a question of the editor's own."""

    question: str
    origin: str = ""
    exchange: Exchange | None = None
    sought: str = ""
    places: tuple[Place, ...] = ()
    lines: tuple[Line, ...] = field(default=(Line(),))


# --- feedback --------------------------------------------------------------------------------------


def judge(
    store: Store, who: Account, conversation: str, n: int, asked: Asked, *, good: bool, words: str
) -> None:
    """Keeps what somebody thinks of the exchange ``n`` of a conversation; a second time, instead of the
    first."""
    said = fold(f"{asked.question}\n{_text(asked)}\n{words}\n{who.full}")
    with store.writing() as db:
        db.execute(
            "INSERT INTO feedback (owner, full, at, conversation, n, asked, good, words, exchange, history, "
            "generation, version, searched) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (owner, conversation, n, asked) DO UPDATE SET full = excluded.full, "
            "at = excluded.at, good = excluded.good, words = excluded.words, exchange = excluded.exchange, "
            "history = excluded.history, generation = excluded.generation, version = excluded.version, "
            "searched = excluded.searched",
            (
                who.name,
                who.full,
                _now(),
                conversation,
                n,
                asked.exchange.question,
                good,
                words,
                *_kept(asked),
                said,
            ),
        )
    store.tell("review.judge", question=asked.question, good=good)


def judged(store: Store, owner: str, conversation: str) -> dict[tuple[int, str], Verdict]:
    """What the owner thinks of the exchanges of a conversation, by their number and question."""
    with store.reading() as db:
        rows = db.execute(
            "SELECT n, asked, good, words FROM feedback WHERE owner = ? AND conversation = ?",
            (owner, conversation),
        ).fetchall()
    return {(row["n"], row["asked"]): Verdict(bool(row["good"]), row["words"]) for row in rows}


def feedback(
    store: Store, words: str = "", good: bool | None = None, page: slice = slice(None)
) -> tuple[list[Feedback], int]:
    """The latest first, those alone in which all the ``words`` stand, and how many there are; ``good`` None
    stands for both verdicts."""
    found, values = _searched(words)
    if good is not None:
        found, values = f"{found} AND good = ?", [*values, good]
    return _page(store, "feedback", found, values, "at DESC, id DESC", page, _feedback)


def one_feedback(store: Store, id: int) -> Feedback | None:
    return _one(store, "SELECT * FROM feedback WHERE id = ?", id, _feedback)


def _feedback(row: sqlite3.Row) -> Feedback:
    return Feedback(row["id"], _asked(row), bool(row["good"]), row["words"], row["full"], _time(row["at"]))


# --- questions that had no answer --------------------------------------------------------------------


def send(store: Store, who: Account, asked: Asked) -> Unanswered:
    """Puts a question on the editors' list, or counts one more person for it. One that was closed as answered
    is open again: it has none."""
    entry = key(asked.question)
    with store.writing() as db:
        db.execute(
            "INSERT INTO unanswered (key, question, exchange, history, generation, version, searched) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET exchange = excluded.exchange, "
            "history = excluded.history, generation = excluded.generation, version = excluded.version",
            (entry, asked.question, *_kept(asked), fold(asked.question)),
        )
        id = db.execute("SELECT id FROM unanswered WHERE key = ?", (entry,)).fetchone()["id"]
        db.execute(
            "INSERT INTO unanswered_senders VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET at = excluded.at",
            (id, who.name, who.full, asked.exchange.question, _now()),
        )
        db.execute("UPDATE unanswered SET closed = NULL WHERE id = ? AND closed = 'answered'", (id,))
    found = one_unanswered(store, id)
    assert found is not None
    store.tell("review.send", question=found.asked.question)
    return found


_SENT = """(SELECT unanswered.*, count(owner) AS count, max(at) AS at, min(at || ' ' || full) AS first
FROM unanswered JOIN unanswered_senders ON unanswered_senders.question = unanswered.id
GROUP BY unanswered.id)"""


def unanswered(
    store: Store, words: str = "", closed: bool | None = False, page: slice = slice(None)
) -> tuple[list[Unanswered], int]:
    """Those that most people have sent first, and how many there are; ``closed`` None stands for open and
    closed ones."""
    found, values = _searched(words)
    if closed is not None:
        found += f" AND closed IS {'NOT ' if closed else ''}NULL"
    return _page(store, _SENT, found, values, "count DESC, at DESC", page, _unanswered)


def one_unanswered(store: Store, id: int) -> Unanswered | None:
    return _one(store, f"SELECT * FROM {_SENT} WHERE id = ?", id, _unanswered)


def senders(store: Store, id: int) -> list[tuple[str, str, datetime]]:
    """Who sent a question, in which words, and when last; the first come first."""
    with store.reading() as db:
        rows = db.execute(
            "SELECT full, asked, at FROM unanswered_senders WHERE question = ? ORDER BY at", (id,)
        ).fetchall()
    return [(row["full"], row["asked"], _time(row["at"])) for row in rows]


def close(store: Store, who: Account, id: int, closing: Closing, words: str = "") -> bool:
    """Whether there is such a question; it is closed then."""
    with store.writing() as db:
        changed = db.execute(
            "UPDATE unanswered SET closed = ?, words = ?, closer = ?, closed_at = ? WHERE id = ? "
            "RETURNING question",
            (closing, words, who.full, _now(), id),
        ).fetchone()
    if changed:
        store.tell("review.close", question=changed["question"], closing=closing)
    return changed is not None


def reopen(store: Store, id: int) -> bool:
    """Whether there is such a question; it is open then."""
    with store.writing() as db:
        changed = db.execute(
            "UPDATE unanswered SET closed = NULL WHERE id = ? RETURNING question", (id,)
        ).fetchone()
    if changed:
        store.tell("review.reopen", question=changed["question"])
    return changed is not None


def _unanswered(row: sqlite3.Row) -> Unanswered:
    return Unanswered(
        id=row["id"],
        asked=_asked(row),
        count=row["count"],
        by=row["first"].partition(" ")[2],
        at=_time(row["at"]),
        closed=row["closed"],
        words=row["words"],
        closer=row["closer"],
        closed_at=_time(row["closed_at"]) if row["closed_at"] else None,
    )


# --- approved answers --------------------------------------------------------------------------------


def approve(
    store: Store,
    who: Account,
    question: str,
    answer: Answer,
    sources: Mapping[str, str],
    excerpts: Sequence[str],
    rest: Rest,
    words: str = "",
) -> Approval:
    """Approves an answer for a question; for one in the same words that was approved before, in its place."""
    entry, now = key(question), datetime.now(UTC)
    with store.writing() as db:
        row = db.execute("SELECT id FROM approvals WHERE key = ?", (entry,)).fetchone()
        id = row["id"] if row else secrets.token_urlsafe(9)
        made = Approval(id, question, answer, dict(sources), tuple(excerpts), rest, who.full, now)
        db.execute(
            "INSERT INTO approvals VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT (id) DO UPDATE SET "
            "approval = excluded.approval, searched = excluded.searched, at = excluded.at, withdrawn = 0",
            (
                id,
                entry,
                _approvals().dump_json(made).decode(),
                fold(f"{question}\n{answer.text}\n{who.full}"),
                _stamp(now),
            ),
        )
        _note(db, id, "approved", who, words)
    store.tell("review.approve", question=question, approval=id)
    return made


def withdraw(store: Store, who: Account, id: str, words: str) -> bool:
    """Whether there is such an approval that stands; it is withdrawn then."""
    with store.writing() as db:
        changed = db.execute(
            "UPDATE approvals SET withdrawn = 1 WHERE id = ? AND withdrawn = 0 RETURNING approval", (id,)
        ).fetchone()
        if changed:
            _note(db, id, "withdrawn", who, words)
    if changed:
        question = _approvals().validate_json(changed["approval"]).question
        store.tell("review.withdraw", question=question, approval=id)
    return changed is not None


def approvals(
    store: Store, words: str = "", withdrawn: bool | None = None, page: slice = slice(None)
) -> tuple[list[Approval], int]:
    """The latest first, and how many there are; ``withdrawn`` None stands for all."""
    found, values = _searched(words)
    if withdrawn is not None:
        found, values = f"{found} AND withdrawn = ?", [*values, withdrawn]
    return _page(store, "approvals", found, values, "at DESC", page, _approval)


def approval(store: Store, id: str) -> Approval | None:
    return _one(store, "SELECT * FROM approvals WHERE id = ?", id, _approval)


def events(store: Store, id: str) -> list[Event]:
    """What became of an approval, the latest first."""
    with store.reading() as db:
        rows = db.execute(
            "SELECT * FROM approval_events WHERE approval = ? ORDER BY id DESC", (id,)
        ).fetchall()
    return [Event(row["what"], row["full"], _time(row["at"]), row["words"]) for row in rows]


def changes(store: Store) -> int:
    """A number that is another one whenever an approval came, or was withdrawn."""
    with store.reading() as db:
        return int(db.execute("SELECT coalesce(max(id), 0) AS last FROM approval_events").fetchone()["last"])


def _note(db: sqlite3.Connection, id: str, what: str, who: Account, words: str) -> None:
    db.execute(
        "INSERT INTO approval_events (approval, what, full, at, words) VALUES (?, ?, ?, ?, ?)",
        (id, what, who.full, _now(), words),
    )


def _approval(row: sqlite3.Row) -> Approval:
    return replace(_approvals().validate_json(row["approval"]), withdrawn=bool(row["withdrawn"]))


# --- drafts ------------------------------------------------------------------------------------------

#: The drafts that are kept of one editor; the oldest go.
MOST_DRAFTS = 50


def keep_draft(store: Store, owner: str, draft: Draft, id: str | None = None) -> str:
    """Keeps a draft under its id, or a new one; gives the id."""
    id = id or secrets.token_urlsafe(9)
    with store.writing() as db:
        db.execute(
            "INSERT INTO review_drafts VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
            "draft = excluded.draft, changed = excluded.changed WHERE owner = excluded.owner",
            (id, owner, _drafts().dump_json(draft).decode(), _now()),
        )
        db.execute(
            "DELETE FROM review_drafts WHERE owner = ? AND id NOT IN "
            "(SELECT id FROM review_drafts WHERE owner = ? ORDER BY changed DESC LIMIT ?)",
            (owner, owner, MOST_DRAFTS),
        )
    return id


def draft(store: Store, owner: str, id: str) -> Draft | None:
    """The owner's draft of that id, None where there is no such one."""
    with store.reading() as db:
        row = db.execute("SELECT draft FROM review_drafts WHERE id = ? AND owner = ?", (id, owner)).fetchone()
    return _drafts().validate_json(row["draft"]) if row else None


def drop_draft(store: Store, owner: str, id: str) -> None:
    with store.writing() as db:
        db.execute("DELETE FROM review_drafts WHERE id = ? AND owner = ?", (id, owner))


# --- reading and writing -----------------------------------------------------------------------------


@cache
def _approvals() -> TypeAdapter[Approval]:
    from pydantic import TypeAdapter

    return TypeAdapter(Approval)


@cache
def _drafts() -> TypeAdapter[Draft]:
    from pydantic import TypeAdapter

    return TypeAdapter(Draft)


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _now() -> str:
    return _stamp(datetime.now(UTC))


def _time(iso: str) -> datetime:
    return datetime.fromisoformat(iso)


def _text(asked: Asked) -> str:
    return asked.exchange.answer.text if asked.exchange.answer else ""


def _kept(asked: Asked) -> tuple[str, str, int, str]:
    history = json.dumps([[turn.role, turn.content] for turn in asked.history], ensure_ascii=False)
    return to_json(asked.exchange), history, asked.generation, asked.version


def _asked(row: sqlite3.Row) -> Asked:
    exchange = from_json(row["exchange"])
    history = tuple(Turn(role, content) for role, content in json.loads(row["history"]))
    return Asked(exchange, history, understood(exchange), row["generation"], row["version"])


def understood(exchange: Exchange) -> str:
    """The whole question of an exchange."""
    return (exchange.answer.read_as if exchange.answer else None) or exchange.question


def _searched(words: str) -> tuple[str, list[Any]]:
    """A condition that all the words stand in what is searched, and its values."""
    wanted = fold(words).split()
    return " AND ".join(["1", *("instr(searched, ?)" for _ in wanted)]), list(wanted)


def _page(
    store: Store,
    table: str,
    found: str,
    values: Collection[Any],
    order: str,
    page: slice,
    read: Callable[[sqlite3.Row], T],
) -> tuple[list[T], int]:
    start = page.start or 0
    most = -1 if page.stop is None else page.stop - start
    with store.reading() as db:
        total = db.execute(f"SELECT count(*) AS n FROM {table} WHERE {found}", tuple(values)).fetchone()["n"]
        rows = db.execute(
            f"SELECT * FROM {table} WHERE {found} ORDER BY {order} LIMIT ? OFFSET ?", (*values, most, start)
        ).fetchall()
    return [read(row) for row in rows], int(total)


def _one(store: Store, query: str, id: int | str, read: Callable[[sqlite3.Row], T]) -> T | None:
    with store.reading() as db:
        row = db.execute(query, (id,)).fetchone()
    return read(row) if row else None
