"""Who may do what: every address, asked by everybody who might."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant import pages, web
from assistant.audit import read
from assistant.records import accounts, records, sessions
from assistant.records.store import RECORDS, Store
from assistant.site import address as addresses
from tests.assistant.office import desk
from tests.assistant.site.accounts import PASSWORD, PEOPLE, house, office, peopled

OURS = {"x-nep": "1", "accept": "*/*"}
PAGE = {"accept": "text/html,*/*", "sec-fetch-mode": "navigate"}
#: Whoever has not come in, whoever has a session, and by which role; with what a page loaded by each gets.
STRANGER, READER, EDITOR, ADMINISTRATOR = "", "an", "binh", "chi"
WHO = (STRANGER, READER, EDITOR, ADMINISTRATOR)
IN, OUT, NOT_YOURS = 200, 303, 403
SEEN: dict[str, tuple[int, int, int, int]] = {
    "/": (OUT, IN, IN, IN),
    "/bai/ngay-vui": (OUT, IN, IN, IN),
    "/bai/ngay-vui/goc": (OUT, 404, 404, 404),
    "/bai/ngay-vui/sua": (OUT, NOT_YOURS, IN, IN),
    "/tu-lieu": (OUT, IN, IN, IN),
    "/tu-lieu/hang-doi": (OUT, NOT_YOURS, IN, IN),
    "/so-tay": (OUT, IN, IN, IN),
    "/so-tay/x": (OUT, 404, 404, 404),
    "/so-tay/x/tai-ve.docx": (OUT, 404, 404, 404),
    "/dinh-huong": (OUT, IN, IN, IN),
    "/dinh-huong/moi": (OUT, IN, IN, IN),
    "/dinh-huong/x": (OUT, 404, 404, 404),
    "/dinh-huong/x/them": (OUT, 404, 404, 404),
    "/dinh-huong/x/tai/giao-vien.docx": (OUT, 404, 404, 404),
    "/dinh-huong/x/lam-bai": (OUT, 404, 404, 404),
    "/quan-tri": (OUT, NOT_YOURS, NOT_YOURS, IN),
    "/quan-tri/an": (OUT, NOT_YOURS, NOT_YOURS, IN),
    "/quan-tri/ma": (OUT, NOT_YOURS, NOT_YOURS, 404),
    "/tai-khoan": (OUT, IN, IN, IN),
    "/trang-thai": (OUT, IN, IN, IN),
    "/dang-nhap": (IN, OUT, OUT, OUT),
    "/khong-co": (OUT, 404, 404, 404),
    "/gradio_api/app_id": (OUT, 404, 404, 404),
    "/gradio_api/call/word/x": (OUT, IN, IN, IN),
    "/gradio_api/info": (OUT, 404, 404, 404),
    "/config": (OUT, 404, 404, 404),
    "/giao-dien/nep.css": (IN, IN, IN, IN),
    "/giao-dien/../records.db": (OUT, 404, 404, 404),
    "/theme.css": (OUT, 404, 404, 404),
    "/health": (IN, IN, IN, IN),
    "/openapi.json": (401, IN, IN, IN),
    "/api/articles": (401, IN, IN, IN),
    "/v1/models": (401, IN, IN, IN),
}
#: What is sent by a page of ours. Other statuses from 400 on: it was allowed, and then wrong in itself.
SENT: dict[str, tuple[int, int, int, int]] = {
    "/tu-lieu/tep": (401, NOT_YOURS, 400, 400),
    "/tu-lieu/tep/xong": (401, NOT_YOURS, IN, IN),
    "/tu-lieu/tep/x/thu-lai": (401, NOT_YOURS, 404, 404),
    "/tu-lieu/tep/x/bo-qua": (401, NOT_YOURS, IN, IN),
    "/bai/ngay-vui/sua": (401, NOT_YOURS, 500, 500),  # in this office nothing is to be changed
    "/bai/ngay-vui/go": (401, NOT_YOURS, 500, 500),
    "/so-tay/moi": (401, 422, 422, 422),
    "/so-tay/ghim": (401, 404, 404, 404),
    "/so-tay/x/ten": (401, 422, 422, 422),
    "/so-tay/x/xoa": (401, 404, 404, 404),
    "/so-tay/x/dip": (401, 404, 404, 404),
    "/so-tay/x/nhom": (401, 404, 404, 404),
    "/so-tay/x/to-du-kien": (401, 422, 422, 422),
    "/so-tay/x/bo-doan-van": (401, 404, 404, 404),
    "/so-tay/x/muc/y/sua": (401, 404, 404, 404),
    "/so-tay/x/muc/y/chuyen": (401, 404, 404, 404),
    "/so-tay/x/muc/y/bo": (401, 404, 404, 404),
    "/dinh-huong/moi": (401, 422, 422, 422),
    "/dinh-huong/x/bo-doan-van": (401, 404, 404, 404),
    "/dinh-huong/x/ten": (401, 422, 422, 422),
    "/dinh-huong/x/xoa": (401, 404, 404, 404),
    "/dinh-huong/x/mo": (401, 404, 404, 404),
    "/dinh-huong/x/muc": (401, 404, 404, 404),
    "/dinh-huong/x/lam-lai": (401, 404, 404, 404),
    "/dinh-huong/x/loi": (401, 404, 404, 404),
    "/dinh-huong/x/them": (401, 404, 404, 404),
    "/quan-tri": (401, NOT_YOURS, NOT_YOURS, 422),
    "/quan-tri/an": (401, NOT_YOURS, NOT_YOURS, 422),
    "/quan-tri/an/mat-khau": (401, NOT_YOURS, NOT_YOURS, 422),
    "/quan-tri/an/khoa": (401, NOT_YOURS, NOT_YOURS, IN),
    "/quan-tri/an/thu-hoi": (401, NOT_YOURS, NOT_YOURS, IN),
    "/quan-tri/ma/xoa": (401, NOT_YOURS, NOT_YOURS, 422),
    "/tai-khoan": (401, 422, 422, 422),
    "/gradio_api/run/ask": (401, 422, 422, 422),
    "/gradio_api/run/stop": (401, 422, 422, 422),
    "/gradio_api/call/word": (401, 422, 422, 422),
    "/gradio_api/queue/join": (401, 404, 404, 404),
}

#: The pages whose own tests say what they answer: by the method and the address, the least role.
PAGES: dict[tuple[str, str], accounts.Role] = {
    **{
        ("GET", path): accounts.Role.READER
        for path in (
            *("/dong-thoi-gian", "/dong-thoi-gian/anh.png", "/dong-thoi-gian/bang.csv", "/thanh-tich"),
            *(
                "/thanh-tich/bang.csv",
                "/dinh-huong",
                "/dinh-huong/moi",
                "/dinh-huong/x",
                "/dinh-huong/x/them",
            ),
            *("/dinh-huong/x/tai/a.docx", "/dinh-huong/x/lam-bai"),
            *("/tro-chuyen", "/tro-chuyen/x", "/tro-chuyen/x/goi-y", "/tro-chuyen/x/tai-ve"),
        )
    },
    **{
        ("POST", path): accounts.Role.READER
        for path in (
            *("/tham-dinh/danh-gia", "/tham-dinh/thieu", "/dinh-huong/moi", "/dinh-huong/x/ten"),
            *("/dinh-huong/x/xoa", "/dinh-huong/x/mo", "/dinh-huong/x/muc", "/dinh-huong/x/lam-lai"),
            *("/dinh-huong/x/loi", "/dinh-huong/x/them"),
            *("/tro-chuyen/x/ten", "/tro-chuyen/x/xoa"),
        )
    },
    **{
        ("GET", path): accounts.Role.EDITOR
        for path in (
            *("/tham-dinh", "/tham-dinh/cau-hoi.jsonl", "/tham-dinh/thieu/1", "/tham-dinh/danh-gia/1"),
            *("/tham-dinh/duyet/x", "/tham-dinh/soan/x"),
        )
    },
    **{
        ("POST", path): accounts.Role.EDITOR
        for path in (
            *("/tham-dinh/thieu/1/dong", "/tham-dinh/thieu/1/mo", "/tham-dinh/duyet/x/rut"),
            *("/tham-dinh/soan", "/tham-dinh/soan/x"),
        )
    },
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return peopled(tmp_path_factory.mktemp("Nep"))


@pytest.fixture(scope="module")
def client(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    of, home = office(), tmp_path_factory.mktemp("Nep-logs")
    app = web.app(house(of, home, store), desk(of, home))
    # Errors that nobody foresaw are answers here too, as they are to a browser.
    with TestClient(app, "http://127.0.0.1:7860", False, follow_redirects=False) as client:
        yield client


def as_(client: TestClient, store: Store, who: str) -> TestClient:
    client.cookies.clear()
    if who:
        import time

        client.cookies.set("nep_session", sessions.begin(store, who, time.time()))
    return client


@pytest.mark.parametrize(("path", "expected"), SEEN.items())
def test_a_page_is_seen_by_those_who_may(
    client: TestClient, store: Store, path: str, expected: tuple[int, ...]
) -> None:
    got = tuple(as_(client, store, who).get(path, headers=PAGE).status_code for who in WHO)
    assert got == expected


@pytest.mark.parametrize(("path", "expected"), SENT.items())
def test_a_change_is_made_by_those_who_may(
    client: TestClient, store: Store, path: str, expected: tuple[int, ...]
) -> None:
    got = tuple(as_(client, store, who).post(path, headers=OURS, json={}).status_code for who in WHO)
    assert got == expected


@pytest.mark.parametrize(("asked", "least"), PAGES.items())
def test_every_other_page_is_for_those_who_have_its_role(
    client: TestClient, store: Store, asked: tuple[str, str], least: accounts.Role
) -> None:
    method, path = asked
    headers, away = (PAGE, OUT) if method == "GET" else (OURS, 401)
    sent: dict[str, str] | None = None if method == "GET" else {}
    for who in WHO:
        got = as_(client, store, who).request(method, path, headers=headers, json=sent).status_code
        if not who:
            assert got == away
        elif PEOPLE[who][1] < least:
            assert got == NOT_YOURS
        else:
            assert got not in (OUT, 401, NOT_YOURS)


def test_the_tables_have_every_route_of_our_own(client: TestClient) -> None:
    """A page that is added must say here who may see it."""
    known = {"/hien-thi", "/dang-xuat", "/dang-nhap"}  # for everybody

    def covered(pattern: str, method: str) -> bool:
        path = re.compile(re.sub(r"\{[^}]+\}", ".+", pattern))
        table = [*(SEEN if method == "GET" else SENT), *(p for m, p in PAGES if m == method)]
        return pattern in known or any(path.fullmatch(one) for one in table)

    routes = [r for r in client.app.router.routes if hasattr(r, "methods") and r.methods]  # type: ignore[attr-defined]
    missing = [(r.path, m) for r in routes for m in r.methods - {"HEAD"}]
    assert len(missing) > 15
    assert not [one for one in missing if not covered(*one)]


def test_nobody_reads_an_article_who_has_not_come_in(client: TestClient, store: Store) -> None:
    as_(client, store, STRANGER)
    for path in SEEN:
        for headers in (PAGE, {}, {"accept": "text/html", "sec-fetch-mode": "cors"}):
            told = client.get(path, headers=headers).text
            assert "Hải Lâm" not in told
            assert "Trần Chi" not in told
    asked = client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": "x"}]})
    assert asked.status_code == 401


def test_one_goes_on_to_the_page_that_was_asked_for_and_nowhere_else(
    client: TestClient, store: Store
) -> None:
    as_(client, store, STRANGER)
    to = client.get("/tu-lieu?tim=%C4%91%E1%BB%99&x=1", headers=PAGE).headers["location"]
    assert to == "/dang-nhap?den=/tu-lieu%3Ftim%3D%25C4%2591%25E1%25BB%2599%26x%3D1"
    entering = client.get(to, headers=PAGE).text
    assert 'value="/tu-lieu?tim=%C4%91%E1%BB%99&amp;x=1"' in entering
    assert client.get("/", headers=PAGE).headers["location"] == "/dang-nhap"
    sent = {"name": "an", "password": PASSWORD}
    for wanted, given in {
        "/tu-lieu?x=1": "/tu-lieu?x=1",
        "//evil.example": "/",
        "/\\evil.example": "/",
        "https://evil.example/": "/",
        "javascript:alert(1)": "/",
        "": "/",
        "tu-lieu": "/",
        "/a\nb": "/",
    }.items():
        client.cookies.clear()
        told = client.post("/dang-nhap", headers=OURS, json=sent | {"den": wanted})
        assert told.json() == {"to": given}


def test_one_comes_in_from_our_own_page_alone(client: TestClient, store: Store) -> None:
    as_(client, store, STRANGER)
    sent = {"name": "an", "password": PASSWORD}
    for headers in (
        {},
        {"x-nep": "1", "sec-fetch-site": "cross-site"},
        {"x-nep": "1", "origin": "http://evil.example"},
    ):
        told = client.post("/dang-nhap", headers=headers, json=sent)
        assert told.status_code == 403
        assert "set-cookie" not in told.headers


def test_a_session_that_is_guessed_or_of_somebody_gone_opens_nothing(
    client: TestClient, store: Store
) -> None:
    for token in ("", "x", "%C4%91", "../records.db", "a" * 5000):
        client.cookies.clear()
        response = client.get("/tu-lieu", headers=PAGE | {"cookie": f"nep_session={token}"})
        assert response.status_code == OUT


def test_once_there_was_an_account_nobody_comes_in_without_one(tmp_path: Path) -> None:
    of, store = office(), peopled(tmp_path)
    app = web.app(house(of, tmp_path, store), desk(of, tmp_path))
    with TestClient(app, "http://localhost", follow_redirects=False) as client:
        assert client.get("/tu-lieu", headers=PAGE).status_code == OUT
        with store.writing() as db:
            db.execute("DELETE FROM accounts")
        assert client.get("/tu-lieu", headers=PAGE).status_code == OUT


def test_the_first_account_shuts_the_door_of_a_server_that_runs(tmp_path: Path) -> None:
    of, store = office(), records(tmp_path)
    app = web.app(house(of, tmp_path, store), desk(of, tmp_path))
    with TestClient(app, "http://localhost", follow_redirects=False) as client:
        assert client.get("/tu-lieu", headers=PAGE).status_code == IN
        assert client.get("/health").json()["articles"] == 1
        assert "accounts add" in client.get("/quan-tri", headers=PAGE).text
        peopled(tmp_path)
        assert client.get("/tu-lieu", headers=PAGE).status_code == OUT


def test_records_that_cannot_be_read_let_nobody_in(tmp_path: Path) -> None:
    of = office()
    (tmp_path / RECORDS).write_bytes(b"this is no database" * 1000)
    app = web.app(house(of, tmp_path, records(tmp_path)), desk(of, tmp_path))
    with TestClient(app, "http://localhost") as client:
        page = client.get("/bai/ngay-vui", headers=PAGE)
        assert (page.status_code, "đã hỏng" in page.text, "12-4" in page.text) == (500, True, False)
        told = client.get("/api/articles")
        assert (told.status_code, list(told.json())) == (500, ["detail"])


# --- programs ------------------------------------------------------------------------------------------


def test_a_program_comes_in_with_a_token_and_is_told_in_its_own_shape_without(
    client: TestClient, store: Store
) -> None:
    as_(client, store, STRANGER)
    token = sessions.give_token(store, READER)
    good = {"authorization": f"Bearer {token}"}
    assert client.get("/api/articles", headers=good).status_code == 200
    assert client.get("/v1/models", headers=good).status_code == 200
    assert client.get("/health", headers=good).json()["articles"] == 1
    assert client.get("/health").json() == {"status": "ok"}
    for wrong in ({}, {"authorization": "Bearer nep_x"}, {"authorization": f"Basic {token}"}):
        plain = client.get("/api/articles", headers=wrong)
        assert (plain.status_code, list(plain.json())) == (401, ["detail"])
        assert plain.headers["www-authenticate"] == "Bearer"
        openai = client.post("/v1/chat/completions", headers=wrong, json={"messages": []})
        assert openai.json()["error"]["code"] == "invalid_api_key"
        tools = client.post("/mcp", headers=wrong, json={"jsonrpc": "2.0", "id": 1, "method": "ping"})
        assert (tools.status_code, tools.json()["jsonrpc"]) == (401, "2.0")
    # It opens no page.
    assert client.get("/tu-lieu", headers=PAGE | good).status_code == OUT


def test_what_a_program_asks_is_in_the_log(tmp_path: Path) -> None:
    of, store = office(), peopled(tmp_path)
    app = web.app(house(of, tmp_path, store), desk(of, tmp_path))
    with TestClient(app, "http://localhost") as client:
        good = {"authorization": f"Bearer {sessions.give_token(store, READER)}"}
        client.post("/api/ask", headers=good, json={"question": "Hỏi gì?"})
    (line,) = [line for line in read(tmp_path) if line.what == "ask"]
    assert (line.who, line.details["question"], line.details["by"]) == ("an", "Hỏi gì?", "program")


# --- headers, and the address ------------------------------------------------------------------------------


def test_what_one_has_read_is_not_kept_and_no_page_gets_at_the_computer(
    client: TestClient, store: Store
) -> None:
    as_(client, store, READER)
    for path in ("/", "/tu-lieu", "/bai/ngay-vui", "/trang-thai", "/api/articles"):
        headers = client.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert "camera=()" in headers["permissions-policy"]
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["x-frame-options"] == "SAMEORIGIN"
        assert "strict-transport-security" not in headers
    assert client.get("/giao-dien/nep.css").headers["cache-control"] == "no-cache"


def test_behind_a_proxy_the_name_of_the_office_is_taken_and_no_other(tmp_path: Path) -> None:
    of, store = office(), peopled(tmp_path)
    address = addresses.read("https://ten-may/nep/")
    app = web.app(house(of, tmp_path, store), desk(of, tmp_path), address=address)
    with TestClient(app, "http://127.0.0.1:7860", follow_redirects=False) as client:
        for host in ("ten-may", "TEN-MAY:443", "127.0.0.1:7860"):
            for path in ("/dang-nhap", "/nep/dang-nhap"):
                page = client.get(path, headers=PAGE | {"host": host})
                assert page.status_code == 200
                assert 'href="/nep/giao-dien/nep.css"' in page.text
                assert page.headers["strict-transport-security"] == "max-age=31536000"
        told = client.get("/dang-nhap", headers=PAGE | {"host": "ten-may.evil.example"})
        assert told.status_code == 421
        assert "https://ten-may/nep" in told.text
        assert client.get("/nepx/dang-nhap", headers=PAGE).headers["location"].startswith("/nep/dang-nhap?")
        assert client.get("/nep", headers=PAGE).headers["location"] == "/nep/dang-nhap"
        sent = {"name": "an", "password": PASSWORD}
        came = client.post(
            "/dang-nhap", headers=OURS | {"host": "ten-may", "origin": "https://ten-may"}, json=sent
        )
        assert came.json() == {"to": "/"}
        cookie = came.headers["set-cookie"].lower()
        for part in ("path=/nep/", "secure", "httponly", "samesite=lax"):
            assert part in cookie
        foreign = OURS | {"host": "ten-may", "origin": "https://evil.example"}
        assert client.post("/dang-nhap", headers=foreign, json=sent).status_code == 403


def test_the_people_of_the_tables_are_those_of_the_office() -> None:
    assert [PEOPLE[who][1] for who in WHO[1:]] == sorted(accounts.Role)
    assert pages.ENTRANCE in SEEN
