"""The address that people type: read as it is written, and held against what is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant import pages, web
from assistant.site.address import Address, inside, must_be_clear, ours, read
from ingest.errors import NepError
from tests.assistant.office import desk
from tests.assistant.site.accounts import house, office, peopled

if TYPE_CHECKING:
    from fastapi import FastAPI


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://ten-may/nep", Address("https", "ten-may", "/nep")),
        (" https://ten-may/nep/ ", Address("https", "ten-may", "/nep")),
        ("https://Ten-May:443", Address("https", "ten-may", "")),
        ("https://ten-may:8443/a/b", Address("https", "ten-may:8443", "/a/b")),
        ("http://192.168.1.5:7860/", Address("http", "192.168.1.5:7860", "")),
        ("https://[fd00::1]/nep", Address("https", "[fd00::1]", "/nep")),
    ],
)
def test_an_address_is_read(url: str, address: Address) -> None:
    assert read(url) == address
    assert read(address.url) == address


@pytest.mark.parametrize(
    "url",
    [
        *("", "ten-may", "ten-may/nep", "//ten-may/nep", "ftp://ten-may", "https://", "https:///nep"),
        *("https://a:b@ten-may/", "https://ten-may/?a=1", "https://ten-may/#a", "https://ten-may:x/"),
        *(
            "https://ten-may/a b",
            'https://ten-may/"',
            "https://ten-may//a",
            "https://tên-máy/",
            "https://[x/",
        ),
    ],
)
def test_what_is_no_address_is_told_with_an_example(url: str) -> None:
    with pytest.raises(NepError, match="https://ten-may/nep"):
        read(url)


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("ten-may:8443", True),
        ("TEN-MAY", True),
        ("127.0.0.1:7860", True),
        ("[::1]:7860", True),
        ("localhost", True),
        ("ten-may.evil.example", False),
        ("evil.example", False),
        ("", False),
    ],
)
def test_a_host_is_ours_by_its_name_or_an_address(host: str, known: bool) -> None:
    assert ours(host, read("https://ten-may:8443/nep")) is known
    assert ours(host, None) is (known and "may" not in host.lower())


@pytest.mark.parametrize(
    ("asked", "path"),
    [("/nep/a%20b", "/a b"), ("/nep", "/"), ("/nep/", "/"), ("/a%20b", "/a b"), ("/nepal", "/nepal")],
)
def test_a_proxy_may_take_the_path_away_or_leave_it(asked: str, path: str) -> None:
    scope = {
        "type": "http",
        "path": asked.replace("%20", " "),
        "raw_path": asked.encode(),
        "headers": [(b"host", b"127.0.0.1:7860"), (b"x", b"y")],
        "scheme": "http",
    }
    seen = inside(scope, read("https://ten-may/nep"))
    assert (seen["path"], seen["raw_path"]) == (path, path.replace(" ", "%20").encode())
    assert seen["scheme"] == "https"
    assert seen["headers"] == [(b"x", b"y"), (b"host", b"ten-may")]
    assert scope["scheme"] == "http"


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    of, home = office(), tmp_path_factory.mktemp("Nep")
    return web.app(house(of, home, peopled(home)), desk(of, home))


def test_a_path_that_is_a_page_of_ours_or_leads_to_one_is_refused(application: FastAPI) -> None:
    own = {way.path for way in pages.WAYS} - {"/"}
    assert len(own) > 4
    below = {"/bai/nep", "/so-tay/nep", "/tham-dinh/duyet/nep"}  # an article, a notebook … could be called so
    for base in own | below | {"/bai", "/api", "/v1", "/mcp", pages.STATIC, f"{pages.STATIC}/nep", "/assets"}:
        with pytest.raises(NepError, match=f"đường dẫn “{base}”.*https://ten-may/nep"):
            must_be_clear(read(f"https://ten-may{base}"), application.routes)


@pytest.mark.parametrize(
    "base", ["", "/nep", "/noi-bo/so-tay", "/so-tay-chung", "/so", "/dang-nhap/nep", "/tham-dinh/thieu/nep"]
)
def test_any_other_path_is_taken(application: FastAPI, base: str) -> None:
    must_be_clear(read(f"https://ten-may{base}"), application.routes)


def test_under_a_path_of_our_own_a_page_could_not_be_told_from_another() -> None:
    """Why it is refused: what a proxy that takes the path away asks for the notebooks is what one that leaves
    it asks for the first page."""
    scope = {"type": "http", "path": "/so-tay", "raw_path": b"/so-tay", "headers": [], "scheme": "http"}
    assert inside(scope, read("https://ten-may/so-tay"))["path"] == "/"
    assert inside(scope, read("https://ten-may/nep"))["path"] == "/so-tay"
