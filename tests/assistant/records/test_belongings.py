"""What goes with an account, and what stays."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.conversation import Exchange
from assistant.records import (
    accounts,
    belongings,
    conversations,
    materials,
    notebooks,
    records,
    reviews,
    sessions,
)
from assistant.records.accounts import Role
from assistant.records.reviews import Asked, Draft
from assistant.records.store import RECORDS, Store
from assistant.training import Choice, Material
from tests.assistant.office import answered, article, citation
from tests.assistant.records.heard import Heard

GOOD = "gió đưa cành trúc la đà"
STORY = article("a", "Bài", "Văn phòng Huyện ủy Suối Khê được thành lập ngày 02/9/1946.")
QUESTION = "Văn phòng Huyện ủy Suối Khê được thành lập ngày nào?"
ANSWER = answered(citation(1, STORY, "được thành lập ngày 02/9/1946", "02/9/1946"))
MATERIAL = Material("Tên", Choice((), ()), "s", (), 0, 0, ())
#: What is under a name and is the office's: why people asked, and what editors go by.
OFFICES = {"feedback", "unanswered_senders"}


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def store(tmp_path: Path, heard: Heard) -> Store:
    """Two people, each with one of everything."""
    store = records(tmp_path, heard)
    accounts.add(store, "chi", "Trần Chi", Role.ADMINISTRATOR, GOOD)
    accounts.add(store, "an", "Lê An", Role.EDITOR, GOOD)
    for name in ("an", "chi"):
        who = accounts.account(store, name)
        assert who is not None
        conversations.keep(store, name, None, [Exchange(QUESTION, ANSWER)])
        notebooks.make(store, name, "Sổ")
        materials.keep(store, name, MATERIAL)
        materials.keep(store, name, replace(MATERIAL, opened=True))
        reviews.keep_draft(store, name, Draft(QUESTION))
        asked = Asked(Exchange(QUESTION, ANSWER), (), QUESTION, 1, "1")
        reviews.judge(store, who, "c", 1, asked, good=True, words="")
        reviews.send(store, who, asked)
        reviews.approve(store, who, f"{QUESTION} {name}", ANSWER, {}, (), frozenset())
        sessions.begin(store, name, 1.0)
        sessions.give_token(store, name)
    return store


EVERYTHING = {"conversations": 1, "notebooks": 1, "materials": 1, "opened": 1, "drafts": 1, "tokens": 1}


def rows(store: Store, table: str, column: str, name: str) -> int:
    with store.reading() as db:
        return int(
            db.execute(f"SELECT count(*) AS n FROM {table} WHERE {column} = ?", (name,)).fetchone()["n"]
        )


def test_all_that_is_one_s_alone_goes_with_the_account_and_nobody_else_s(store: Store, heard: Heard) -> None:
    assert accounts.held(store, "AN") == EVERYTHING
    assert accounts.remove(store, "an") == EVERYTHING
    assert heard[-1] == ("account.remove", {"account": "an", **EVERYTHING})
    for table, column in belongings.OWNED.items():
        assert rows(store, table, column, "an") == 0
        assert rows(store, table, column, "chi") > 0
    with store.reading() as db:
        assert (
            db.execute("SELECT count(*) AS n FROM exchanges").fetchone()["n"] == 1
        )  # hung on a conversation
    assert accounts.held(store, "chi") == EVERYTHING


def test_what_is_the_office_s_stays_under_the_name(store: Store) -> None:
    accounts.remove(store, "an")
    for table in OFFICES:
        assert rows(store, table, "owner", "an") == 1
    assert {one.by for one in reviews.approvals(store)[0]} == {"Lê An", "Trần Chi"}


def test_every_table_that_says_whose_it_is_is_one_or_the_other(store: Store, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / RECORDS) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        named = {
            table
            for table in tables
            for _, column, *_ in db.execute(f"PRAGMA table_info({table})")
            if column in ("owner", "account")
        }
    assert named == belongings.OWNED.keys() | OFFICES


def test_an_account_goes_whole_or_not_at_all(store: Store, heard: Heard) -> None:
    with store.writing() as db:
        db.execute("CREATE TRIGGER broken BEFORE DELETE ON sessions BEGIN SELECT RAISE(ABORT, 'no'); END")
    heard.clear()
    with pytest.raises(sqlite3.IntegrityError):
        accounts.remove(store, "an")
    assert accounts.account(store, "an") is not None
    assert accounts.held(store, "an") == EVERYTHING
    assert heard == []


def test_the_last_administrator_loses_nothing(store: Store) -> None:
    with pytest.raises(accounts.AccountError, match="người quản trị cuối cùng"):
        accounts.remove(store, "chi")
    assert accounts.held(store, "chi") == EVERYTHING


def test_a_disabled_account_keeps_everything(store: Store) -> None:
    accounts.disable(store, "an")
    assert accounts.held(store, "an") == EVERYTHING


def test_what_came_after_an_account_was_gone_goes_with_the_next(store: Store) -> None:
    """An answer that was being made meanwhile is kept for somebody who is not there any more."""
    accounts.add(store, "binh", "", Role.READER, GOOD)
    accounts.remove(store, "an")
    conversations.keep(store, "an", None, [Exchange(QUESTION, ANSWER)])
    accounts.remove(store, "binh")
    assert rows(store, "conversations", "owner", "an") == 0


def test_every_kind_has_its_words(store: Store) -> None:
    assert accounts.held(store, "an").keys() == belongings.WORDS.keys()
    assert accounts.held(store, "ma") == {}
