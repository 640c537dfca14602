"""Accounts, passwords, sessions and tokens: who may come in, and until when."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.records import accounts, records, sessions
from assistant.records.accounts import AccountError, Role
from assistant.records.store import RECORDS, Store
from tests.assistant.records.heard import Heard

GOOD = "gió đưa cành trúc la đà"
NOW = 1_000_000.0


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = records(tmp_path)
    accounts.add(store, "Chi", "Trần  Chi ", Role.ADMINISTRATOR, GOOD)
    return store


def test_the_first_account_is_an_administrator_s(tmp_path: Path) -> None:
    store = records(tmp_path)
    assert not accounts.exist(store)
    with pytest.raises(AccountError, match="người quản trị"):
        accounts.add(store, "an", "", Role.READER, GOOD)
    assert not accounts.exist(store)
    accounts.add(store, "chi", "", Role.ADMINISTRATOR, GOOD)
    assert accounts.exist(store)


def test_a_name_is_found_however_it_is_typed(store: Store) -> None:
    accounts.add(store, unicodedata.normalize("NFD", "Hòa"), "", Role.READER, GOOD)
    for typed in ("hòa", " HÒA ", unicodedata.normalize("NFD", "hòa")):
        found = accounts.account(store, typed)
        assert found is not None
        assert (found.name, found.full) == ("hòa", "hòa")
    found = accounts.account(store, "CHI")
    assert found is not None
    assert found.full == "Trần Chi"


@pytest.mark.parametrize("name", ["", "a", "hai tên", "-an", "an/../chi", "a" * 65, "an\x00", "_an"])
def test_a_name_that_cannot_be_typed_or_shown_is_refused(store: Store, name: str) -> None:
    with pytest.raises(AccountError) as refused:
        accounts.add(store, name, "", Role.READER, GOOD)
    assert accounts.WRONG_FIELDS[refused.value.wrong] == "name"


@pytest.mark.parametrize(
    ("password", "wrong"),
    [
        ("chín ký t", "short"),
        ("x" * 201, "long"),
        ("aaaaaaaaaaaa", "easy"),
        ("ngoc.anngoc.an", "easy"),
        ("Lê Ngọc An 1", "easy"),
    ],
)
def test_a_password_is_long_and_not_one_s_own_name(store: Store, password: str, wrong: str) -> None:
    with pytest.raises(AccountError) as refused:
        accounts.add(store, "ngoc.an", "Lê Ngọc An", Role.READER, password)
    assert refused.value.wrong == wrong
    assert accounts.account(store, "ngoc.an") is None


def test_a_password_needs_no_digit_and_no_sign(store: Store) -> None:
    accounts.add(store, "an", "", Role.READER, "mười ký tự")
    assert accounts.proven(store, "an", "mười ký tự")


def test_a_password_is_the_same_from_every_keyboard(store: Store) -> None:
    assert accounts.proven(store, "chi", unicodedata.normalize("NFD", GOOD))
    assert not accounts.proven(store, "chi", GOOD.upper())
    assert not accounts.proven(store, "chi", "")
    assert not accounts.proven(store, "chi", "x" * 1_000_000)
    assert not accounts.proven(store, "ai đó", GOOD)


def test_the_file_holds_no_password_and_no_token(store: Store, tmp_path: Path) -> None:
    session, token = sessions.begin(store, "chi", NOW), sessions.give_token(store, "chi")
    with sqlite3.connect(tmp_path / RECORDS) as db:
        held = "\n".join(db.iterdump())
    assert "argon2id" in held
    for secret in (GOOD, session, token):
        assert secret not in held
    assert (tmp_path / RECORDS).stat().st_mode & 0o077 == 0


def test_a_session_ends_when_it_is_not_used(store: Store) -> None:
    token = sessions.begin(store, "chi", NOW)
    used = NOW
    for _ in range(5):
        used += sessions.IDLE - 1
        assert accounts.of_session(store, token, used) is not None
    assert accounts.of_session(store, token, used + sessions.IDLE) is None


def test_a_session_ends_after_some_days_however_much_it_is_used(store: Store) -> None:
    token = sessions.begin(store, "chi", NOW)
    used = NOW
    while used + sessions.IDLE / 2 < NOW + sessions.ALTOGETHER:
        used += sessions.IDLE / 2
        assert accounts.of_session(store, token, used) is not None
    assert accounts.of_session(store, token, NOW + sessions.ALTOGETHER) is None


def test_sessions_that_have_ended_are_forgotten(store: Store) -> None:
    for _ in range(3):
        sessions.begin(store, "chi", NOW)
    sessions.begin(store, "chi", NOW + sessions.IDLE)
    with store.reading() as db:
        assert db.execute("SELECT count(*) FROM sessions").fetchone()[0] == 1


def test_going_out_ends_this_session_alone(store: Store) -> None:
    one, other = (sessions.begin(store, "chi", NOW) for _ in range(2))
    sessions.end(store, one)
    assert accounts.of_session(store, one, NOW) is None
    assert accounts.of_session(store, other, NOW) is not None
    assert accounts.of_session(store, "đoán bừa", NOW) is None


def test_a_new_password_and_being_disabled_end_a_person_s_sessions_and_nobody_else_s(store: Store) -> None:
    accounts.add(store, "an", "", Role.READER, GOOD)
    chi = sessions.begin(store, "chi", NOW)
    an = sessions.begin(store, "an", NOW)
    accounts.set_password(store, "an", GOOD + "!")
    assert accounts.of_session(store, an, NOW) is None
    assert not accounts.proven(store, "an", GOOD)
    an = sessions.begin(store, "an", NOW)
    accounts.disable(store, "an")
    assert accounts.of_session(store, an, NOW) is None
    assert not accounts.proven(store, "an", GOOD + "!")
    accounts.disable(store, "an", False)
    assert accounts.of_session(store, an, NOW) is None  # it does not come back
    assert accounts.proven(store, "an", GOOD + "!")
    assert accounts.of_session(store, chi, NOW) is not None


def test_a_role_holds_from_the_next_request_on(store: Store) -> None:
    accounts.add(store, "an", "", Role.READER, GOOD)
    token = sessions.begin(store, "an", NOW)
    accounts.set_role(store, "an", Role.EDITOR)
    now = accounts.of_session(store, token, NOW)
    assert now is not None
    assert now.role is Role.EDITOR


def test_the_last_administrator_can_be_neither_removed_nor_disabled_nor_demoted(store: Store) -> None:
    accounts.add(store, "an", "", Role.EDITOR, GOOD)
    accounts.add(store, "khoa", "", Role.ADMINISTRATOR, GOOD)
    accounts.disable(store, "khoa")  # a disabled one is none
    changes: tuple[Callable[[], object], ...] = (
        lambda: accounts.remove(store, "chi"),
        lambda: accounts.disable(store, "chi"),
        lambda: accounts.set_role(store, "chi", Role.EDITOR),
    )
    for change in changes:
        with pytest.raises(AccountError) as refused:
            change()
        assert refused.value.wrong == "last"
        assert accounts.proven(store, "chi", GOOD) == accounts.account(store, "chi")
    accounts.set_role(store, "an", Role.ADMINISTRATOR)
    accounts.remove(store, "chi")
    assert [one.account.name for one in accounts.listed(store)] == ["an", "khoa"]


def test_a_removed_account_leaves_nothing_to_come_in_with_and_its_name_to_nobody(store: Store) -> None:
    accounts.add(store, "an", "", Role.READER, GOOD)
    session, token = sessions.begin(store, "an", NOW), sessions.give_token(store, "an")
    accounts.remove(store, "an")
    assert accounts.of_session(store, session, NOW) is None
    assert accounts.of_token(store, token) is None
    assert accounts.account(store, "an") is None
    with pytest.raises(AccountError, match="bị xóa"):
        accounts.add(store, "AN", "", Role.READER, GOOD)


def test_a_program_comes_in_with_its_token_until_it_is_revoked(store: Store) -> None:
    tokens = [sessions.give_token(store, "chi") for _ in range(2)]
    assert all(accounts.of_token(store, token) == accounts.account(store, "chi") for token in tokens)
    assert accounts.of_token(store, tokens[0] + "x") is None
    assert accounts.listed(store)[0].tokens == 2
    assert sessions.revoke(store, "chi") == 2
    assert accounts.of_token(store, tokens[0]) is None


def test_nobody_is_changed_who_is_not_there(store: Store) -> None:
    with pytest.raises(AccountError, match="Không có tài khoản “ma”"):
        accounts.set_password(store, "ma", GOOD)
    with pytest.raises(AccountError, match="Đã có tài khoản “chi”"):
        accounts.add(store, "CHI", "", Role.READER, GOOD)


def test_every_change_of_an_account_is_told_without_its_secrets(tmp_path: Path) -> None:
    heard = Heard()
    store = records(tmp_path, heard)
    accounts.add(store, "chi", "", Role.ADMINISTRATOR, GOOD)
    accounts.add(store, "an", "Lê An", Role.READER, GOOD)
    for _ in range(2):  # a second time, nothing changes
        accounts.set_role(store, "AN", Role.EDITOR)
        accounts.set_full(store, "an", "Lê  Ngọc An")
    accounts.set_password(store, "an", f"{GOOD}!")
    token = sessions.give_token(store, "an")
    sessions.revoke(store, "an")
    accounts.disable(store, "an")
    accounts.disable(store, "an", False)
    accounts.remove(store, "an")
    with pytest.raises(AccountError):
        accounts.remove(store, "chi")
    assert heard.kinds == [
        f"account.{what}"
        for what in (
            *("add", "add", "role", "full", "password", "token", "revoke"),
            *("disable", "enable", "remove"),
        )
    ]
    assert heard[1][1] == {"account": "an", "role": "reader"}
    assert heard[3][1] == {"account": "an", "full": "Lê Ngọc An"}
    assert all(secret not in str(heard) for secret in (GOOD, token))
