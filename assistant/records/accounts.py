"""Who may do what: the roles, the accounts and their passwords, and a person who has come in."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING

from assistant.records import belongings, sessions
from assistant.records.belongings import Belongings
from assistant.records.store import Store
from ingest.errors import NepError

if TYPE_CHECKING:
    import sqlite3

    from argon2 import PasswordHasher

# An account that is removed stays as a name that nobody else gets: what is kept under it, and what the log
# says of it, would else become another person's.
TABLES = """
CREATE TABLE IF NOT EXISTS accounts (
    name TEXT PRIMARY KEY, full TEXT NOT NULL, role INTEGER NOT NULL, password TEXT NOT NULL,
    disabled INTEGER NOT NULL DEFAULT 0, made TEXT NOT NULL, removed TEXT
) WITHOUT ROWID;
"""

#: Characters of a password, at least and at most. Length is what makes it hard to guess; rules about signs
#: and capitals make people write it down.
SHORTEST, LONGEST = 10, 200
#: Characters of a full name at most.
LONGEST_FULL = 100
_NAME = re.compile(r"[^\W_][\w.@-]{1,63}")
# What Argon2id takes to make or to try one: 46 MB once over on one core is what OWASP advises at least
# (cheatsheetseries.owasp.org, Password Storage); at that a small machine has it in a twentieth of a second.
_ITERATIONS, _KIBIBYTES, _CORES = 2, 46 * 1024, 1
# So many at a time, whoever else comes waits: thirty people who come in at eight take no gigabyte.
_HASHING = threading.BoundedSemaphore(2)


class Role(IntEnum):
    """Each may do what those before it may."""

    READER = 1
    EDITOR = 2
    ADMINISTRATOR = 3


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may come in. ``name`` is what is typed to come in, and under which records are kept;
    ``full`` is the name as a person writes it."""

    name: str
    full: str
    role: Role


#: Whoever sits at the machine, where there are no accounts: alone there, and free to do everything.
ALONE = Account("", "Người dùng máy này", Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Listed:
    """An account in the list of all. ``made`` is UTC; ``seen`` is when it was last used, seconds since the
    epoch, None if it is in no session; ``tokens`` is how many programs have one."""

    account: Account
    disabled: bool
    made: datetime
    seen: float | None
    tokens: int


#: What may be wrong with an account as it was asked for: the field, None where it is none of them, and a
#: sentence, in which ``{…}`` is filled in.
WRONG_FIELDS: Mapping[str, str | None] = {
    "unfit": "name",
    "taken": "name",
    "removed": "name",
    "unknown": "name",
    "long name": "full",
    "short": "password",
    "long": "password",
    "easy": "password",
    "first": "role",
    "last": None,
}
WRONG: Mapping[str, str] = {
    "unfit": "Tên đăng nhập gồm 2 đến 64 chữ cái, chữ số hoặc dấu . - _ @, không có dấu cách, bắt đầu bằng "
    "chữ cái hoặc chữ số.",
    "taken": "Đã có tài khoản “{name}”. Hãy chọn tên khác.",
    "removed": "Tên “{name}” đã thuộc một tài khoản bị xóa. Hãy chọn tên khác.",
    "unknown": "Không có tài khoản “{name}”.",
    "long name": "Họ tên dài quá {n} chữ cái. Hãy viết ngắn lại.",
    "short": "Mật khẩu cần ít nhất {n} ký tự. Một câu ngắn dễ nhớ là mật khẩu tốt.",
    "long": "Mật khẩu dài quá {n} ký tự. Hãy chọn mật khẩu ngắn hơn.",
    "easy": "Mật khẩu này dễ đoán: chỉ lặp lại vài ký tự hoặc chính tên của bạn. Hãy chọn mật khẩu khác.",
    "first": "Tài khoản đầu tiên phải là của người quản trị (administrator).",
    "last": "Đây là người quản trị cuối cùng. Hãy giao quyền quản trị cho một tài khoản khác trước.",
}


class AccountError(NepError):
    """An account cannot be made or changed as was asked: ``wrong`` is a key of WRONG, ``values`` are for its
    sentence."""

    def __init__(self, wrong: str, **values: object) -> None:
        super().__init__(WRONG[wrong].format(**values))
        self.wrong, self.values = wrong, values


# --- names and passwords ----------------------------------------------------------------------------


def plain(name: str) -> str:
    """A name as it is kept: however it was typed, capitals and the writing of letters aside."""
    return unicodedata.normalize("NFC", name.strip().casefold())


def _checked_name(name: str) -> str:
    name = plain(name)
    if not _NAME.fullmatch(name):
        raise AccountError("unfit")
    return name


def _checked_full(full: str, name: str) -> str:
    full = " ".join(full.split()) or name
    if len(full) > LONGEST_FULL:
        raise AccountError("long name", n=LONGEST_FULL)
    return full


def _typed(password: str) -> str:
    # The same letters come in other bytes from another keyboard.
    return unicodedata.normalize("NFC", password)


def check_password(password: str, name: str, full: str = "") -> None:
    """Raises AccountError for one that is too easy to guess, or too long to be read."""
    password = _typed(password)
    if len(password) < SHORTEST:
        raise AccountError("short", n=SHORTEST)
    if len(password) > LONGEST:
        raise AccountError("long", n=LONGEST)
    told = {part for part in (plain(name), plain(full)) if len(part) > 2}
    left = plain(password)
    for part in told:
        left = left.replace(part, "")
    if len(set(left)) < 4:
        raise AccountError("easy")


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(_ITERATIONS, _KIBIBYTES, _CORES)


def _hashed(password: str) -> str:
    with _HASHING:
        return _hasher().hash(_typed(password))


@cache
def _nobodys() -> str:
    """What a password is compared with where there is no such account: it takes as long."""
    return _hashed("không của ai cả")


def _fits(hashed: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    if len(password) > LONGEST:
        return False
    with _HASHING:
        try:
            return _hasher().verify(hashed, _typed(password))
        except (VerificationError, InvalidHashError):
            return False


# --- reading ----------------------------------------------------------------------------------------

_THERE = "removed IS NULL"


def exist(store: Store) -> bool:
    """Whether there is any account."""
    with store.reading() as db:
        return db.execute(f"SELECT 1 FROM accounts WHERE {_THERE} LIMIT 1").fetchone() is not None


def account(store: Store, name: str) -> Account | None:
    """The account of that name, also one that is disabled; None where there is none."""
    with store.reading() as db:
        row = db.execute(f"SELECT * FROM accounts WHERE name = ? AND {_THERE}", (plain(name),)).fetchone()
    return _account(row) if row else None


def _account(row: sqlite3.Row) -> Account:
    return Account(row["name"], row["full"], Role(row["role"]))


def listed(store: Store) -> list[Listed]:
    """Every account, by name."""
    with store.reading() as db:
        rows = db.execute(
            "SELECT *, (SELECT max(seen) FROM sessions WHERE account = name) AS seen, "
            f"(SELECT count(*) FROM tokens WHERE account = name) AS tokens FROM accounts WHERE {_THERE} "
            "ORDER BY name"
        ).fetchall()
    return [
        Listed(
            _account(row),
            bool(row["disabled"]),
            datetime.fromisoformat(row["made"]),
            row["seen"],
            row["tokens"],
        )
        for row in rows
    ]


def held(store: Store, name: str) -> Belongings:
    """What would go with the account if it were removed."""
    with store.reading() as db:
        return belongings.of(db, plain(name))


def proven(store: Store, name: str, password: str) -> Account | None:
    """The account, if this is its password and it may come in. Takes as long where it is not there."""
    with store.reading() as db:
        row = db.execute(
            f"SELECT * FROM accounts WHERE name = ? AND {_THERE} AND NOT disabled", (plain(name),)
        ).fetchone()
    fits = _fits(row["password"] if row else _nobodys(), password)
    return _account(row) if row and fits else None


def of_session(store: Store, token: str, now: float) -> Account | None:
    """Whose session it is, if that goes on; it has been used now. ``now`` is in seconds since the epoch."""
    return _entering(store, sessions.used(store, token, now))


def of_token(store: Store, token: str) -> Account | None:
    """For whom a program with this token comes in."""
    return _entering(store, sessions.of_token(store, token))


def _entering(store: Store, name: str | None) -> Account | None:
    if name is None:
        return None
    with store.reading() as db:
        row = db.execute(
            f"SELECT * FROM accounts WHERE name = ? AND {_THERE} AND NOT disabled", (name,)
        ).fetchone()
    return _account(row) if row else None


# --- changing ---------------------------------------------------------------------------------------


def add(store: Store, name: str, full: str, role: Role, password: str) -> Account:
    """Raises AccountError."""
    name = _checked_name(name)
    full = _checked_full(full, name)
    check_password(password, name, full)
    hashed = _hashed(password)
    with store.writing() as db:
        known = db.execute("SELECT removed FROM accounts WHERE name = ?", (name,)).fetchone()
        if known and known["removed"]:
            raise AccountError("removed", name=name)
        if known:
            raise AccountError("taken", name=name)
        first = not db.execute(f"SELECT 1 FROM accounts WHERE {_THERE}").fetchone()
        if first and role is not Role.ADMINISTRATOR:
            raise AccountError("first")
        made = datetime.now(UTC).isoformat(timespec="seconds")
        db.execute("INSERT INTO accounts VALUES (?, ?, ?, ?, 0, ?, NULL)", (name, full, role, hashed, made))
    store.tell("account.add", account=name, role=role.name.lower())
    return Account(name, full, role)


def set_password(store: Store, name: str, password: str) -> None:
    """Ends the sessions of that person. Raises AccountError."""
    found = known(store, name)
    check_password(password, found.name, found.full)
    hashed = _hashed(password)
    with store.writing() as db:
        db.execute("UPDATE accounts SET password = ? WHERE name = ?", (hashed, found.name))
        sessions.end_of(db, found.name)
    store.tell("account.password", account=found.name)


def set_role(store: Store, name: str, role: Role) -> None:
    """Raises AccountError."""
    found = known(store, name)
    with store.writing() as db:
        db.execute("UPDATE accounts SET role = ? WHERE name = ?", (role, found.name))
        _keep_an_administrator(db)
    if role is not found.role:
        store.tell("account.role", account=found.name, role=role.name.lower())


def set_full(store: Store, name: str, full: str) -> None:
    """Raises AccountError."""
    found = known(store, name)
    full = _checked_full(full, found.name)
    with store.writing() as db:
        db.execute("UPDATE accounts SET full = ? WHERE name = ?", (full, found.name))
    if full != found.full:
        store.tell("account.full", account=found.name, full=full)


def disable(store: Store, name: str, disabled: bool = True) -> None:
    """Nobody comes in with a disabled account; its sessions end. Raises AccountError."""
    found = known(store, name)
    with store.writing() as db:
        db.execute("UPDATE accounts SET disabled = ? WHERE name = ?", (disabled, found.name))
        _keep_an_administrator(db)
        if disabled:
            sessions.end_of(db, found.name)
    store.tell("account.disable" if disabled else "account.enable", account=found.name)


def remove(store: Store, name: str) -> Belongings:
    """The account is gone, with its password and with all that was its alone, which is what is given. What it
    has left to others stays under its name: verdicts, questions sent to the editors, approved answers. Raises
    AccountError."""
    found = known(store, name)
    with store.writing() as db:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        db.execute("UPDATE accounts SET removed = ?, password = '' WHERE name = ?", (now, found.name))
        _keep_an_administrator(db)
        gone = belongings.of(db, found.name)
        belongings.clear(db)
    store.tell("account.remove", account=found.name, **gone)
    return gone


def known(store: Store, name: str) -> Account:
    found = account(store, name)
    if found is None:
        raise AccountError("unknown", name=plain(name)[:64])
    return found


def _keep_an_administrator(db: sqlite3.Connection) -> None:
    """Within a change: takes it back where nobody would be left to take care of the others."""
    found = db.execute(
        f"SELECT 1 FROM accounts WHERE role = ? AND NOT disabled AND {_THERE}", (Role.ADMINISTRATOR,)
    ).fetchone()
    if not found:
        raise AccountError("last")
