"""The accounts in the hands of administrators: what is said before one is removed."""

from __future__ import annotations

import html
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant import web
from assistant.audit import read
from assistant.conversation import Exchange
from assistant.records import accounts, conversations, notebooks, sessions
from assistant.records.store import Store
from tests.assistant.office import desk
from tests.assistant.site.accounts import house, office, peopled

OURS = {"x-nep": "1", "accept": "*/*"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return peopled(tmp_path)


@pytest.fixture
def client(store: Store, tmp_path: Path) -> Iterator[TestClient]:
    of = office()
    app = web.app(house(of, tmp_path, store), desk(of, tmp_path))
    with TestClient(app, "http://127.0.0.1:7860") as made:
        made.cookies.set("nep_session", sessions.begin(store, "chi", time.time()))
        yield made


def shown(client: TestClient, language: str = "vi") -> str:
    client.cookies.set("nep_language", language)
    return html.unescape(client.get("/quan-tri/an").text)


def test_what_would_go_with_an_account_is_on_its_page_and_in_what_is_asked_back(
    client: TestClient, store: Store
) -> None:
    for n in range(12):
        conversations.keep(store, "an", None, [Exchange(f"Hỏi {n}?", notice="…")])
    for n in range(2):
        notebooks.make(store, "an", f"Sổ {n}")
    page = shown(client)
    assert "<dt>Đang giữ</dt><dd>12 cuộc trò chuyện, 2 sổ tay</dd>" in page
    assert "Cùng với tài khoản sẽ xóa 12 cuộc trò chuyện, 2 sổ tay." in page
    assert "hãy chọn “Khóa tài khoản”" in page
    assert "With it are deleted: conversations: 12, notebooks: 2." in shown(client, "en")
    accounts.disable(store, "an")
    assert "hãy chọn “Khóa tài khoản”" not in shown(client)


def test_an_account_that_has_nothing_is_said_to_have_nothing(client: TestClient) -> None:
    page = shown(client)
    assert "<dt>Đang giữ</dt><dd>Chưa có gì</dd>" in page
    assert "Xóa tài khoản “an”?" in page
    assert "sẽ xóa" not in page


def test_it_goes_with_the_account_and_the_log_says_who_did_it(
    client: TestClient, store: Store, tmp_path: Path
) -> None:
    notebooks.make(store, "an", "Sổ")
    assert client.post("/quan-tri/an/xoa", headers=OURS, json={}).json() == {"to": "/quan-tri"}
    assert notebooks.listed(store, "an") == []
    line = list(read(tmp_path))[-1]
    assert (line.who, line.what, line.details) == ("chi", "account.remove", {"account": "an", "notebooks": 1})


def test_what_is_saved_unchanged_is_no_change(client: TestClient, tmp_path: Path) -> None:
    sent = {"full": "Nguyễn  Thị An", "role": "1"}
    for fields in (sent, sent | {"role": "2"}, sent | {"role": "2", "full": "An"}):
        assert client.post("/quan-tri/an", headers=OURS, json=fields).json() == {"say": "Đã lưu."}
    assert [(line.what, line.details) for line in read(tmp_path)] == [
        ("account.role", {"account": "an", "role": "editor"}),
        ("account.full", {"account": "an", "full": "An"}),
    ]
