"""How somebody reads is chosen by a form that needs no script, and nobody is led away by it."""

from __future__ import annotations

import re
from html import unescape
from http.cookies import SimpleCookie

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from assistant import pages, web
from assistant.site import display
from tests.assistant.office import Office, article, desk, house

STORY = article("chuyen", "Chuyện", "Ngày 12-4-1954, Văn phòng được thành lập.")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    home, office = tmp_path_factory.mktemp("Nep"), Office([STORY])
    app = web.app(house(office, home), desk(office, home))
    return TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)


@pytest.fixture(autouse=True)
def forgotten(client: TestClient) -> None:
    client.cookies.clear()


def choose(client: TestClient, **fields: str) -> SimpleCookie:
    """The cookies that are set."""
    answer = client.post(f"{pages.DISPLAY}?back=/", data=fields)
    assert answer.status_code == 303
    return SimpleCookie("\n".join(answer.headers.get_list("set-cookie")))


def test_a_language_is_kept_for_a_year_and_the_page_is_shown_in_it(client: TestClient) -> None:
    assert '<html lang="vi"' in client.get("/tu-lieu").text
    kept = choose(client, language="en")["nep_language"]
    assert (kept.value, kept["max-age"], kept["path"]) == ("en", str(365 * 24 * 3600), "/")
    assert (kept["samesite"], kept["httponly"]) == ("lax", True)
    page = client.get("/tu-lieu").text
    assert '<html lang="en"' in page
    assert "<h1>Documents</h1>" in page
    assert 'name="language" value="en" aria-pressed="true"' in page


def test_colours_are_kept_and_given_back_to_the_system(client: TestClient) -> None:
    choose(client, theme="dark")
    assert 'data-theme="dark"' in client.get("/bai/chuyen").text
    assert choose(client, theme="")["nep_theme"].value == ""
    assert "data-theme" not in client.get("/bai/chuyen").text


def test_one_returns_to_where_one_was(client: TestClient) -> None:
    page = client.get("/tu-lieu?tim=%C4%91%C3%A0n&trung=1").text
    action = re.search(r'action="(/hien-thi[^"]*)"', page)
    assert action
    answer = client.post(unescape(action[1]), data={"language": "en"})
    assert answer.headers["location"] == "/tu-lieu?tim=%C4%91%C3%A0n&trung=1"


@pytest.mark.parametrize(
    "address",
    [
        *(
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "javascript:alert(1)",
        ),
        *(
            "",
            "tu-lieu",
            "/\t/evil.example",
            "/\n/evil.example",
            "http:/evil",
            "//[",
            "/x\r\nSet-Cookie: a=b",
        ),
    ],
)
def test_nobody_is_led_away(client: TestClient, address: str) -> None:
    assert display.way_back(address) == "/"
    assert client.post(pages.DISPLAY, params={"back": address}).headers["location"] == "/"


@given(st.text(max_size=30))
def test_the_way_back_is_always_a_path_of_ours(address: str) -> None:
    way = display.way_back(address)
    assert way.startswith("/")
    assert not way.startswith("//")
    assert way.isascii()
    assert not set(way) & set(" \\\r\n\t")


def test_what_is_no_choice_changes_nothing(client: TestClient) -> None:
    assert not choose(client, language="fr", theme="pink")
    assert not choose(client)
    other = client.post(pages.DISPLAY, data={"language": "en"}, headers={"sec-fetch-site": "cross-site"})
    assert "set-cookie" not in other.headers


def test_a_choice_outlives_an_absurd_form(client: TestClient) -> None:
    answer = client.post(pages.DISPLAY, content=b"language=en&theme=" + b"a" * 100_000)
    assert answer.status_code == 303
    assert "nep_language=en" in answer.headers["set-cookie"]
