"""Whatever goes wrong behind a page is a sentence with a way out, in the visitor's language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant import pages, web
from assistant.site.door import LANGUAGE
from ingest.errors import NepError
from tests.assistant.office import Office, article, desk, house

SECRET = "bí mật của máy"
STORY = article("chuyen", "Chuyện", "Ngày 12-4-1954, Văn phòng được thành lập.")
#: What Python and servers say when they are not asked to be polite.
TECHNICAL = re.compile(r"Traceback|, line \d|Exception|Internal Server Error|RuntimeError")


class Broken(Office):
    """An office whose every drawer is stuck, for as long as ``stuck`` says why."""

    stuck: Exception | None = None

    def __getattribute__(self, name: str) -> object:
        stuck = object.__getattribute__(self, "stuck")
        if stuck and not name.startswith("_") and name not in ("stuck", "broken", "asked"):
            raise stuck
        return object.__getattribute__(self, name)


@pytest.fixture
def office() -> Broken:
    return Broken([STORY])


@pytest.fixture
def client(office: Broken, tmp_path: Path) -> TestClient:
    app = web.app(house(office, tmp_path), desk(office, tmp_path))
    return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)


def polite(html: str) -> None:
    """A page of ours, with words of ours and a way out."""
    assert html.startswith("<!doctype html>")
    assert not TECHNICAL.search(html)
    assert SECRET not in html
    assert 'href="/"' in html


@pytest.mark.parametrize("error", [RuntimeError(SECRET), NepError("Kho hỏng. Hãy phục hồi.")])
@pytest.mark.parametrize("path", [*(way.path for way in pages.WAYS), "/bai/chuyen", "/bai/chuyen/goc"])
def test_a_page_over_a_broken_library_says_so_in_a_sentence(
    client: TestClient, office: Broken, path: str, error: Exception
) -> None:
    office.stuck = error
    page = client.get(path)
    polite(page.text)
    if page.status_code != 200:
        said = re.search(r"<h1>[^<]+</h1><p>([^<]+)</p>", page.text)
        assert said
        assert said[1].endswith(".")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("way", [*(way.path for way in pages.WAYS if way.path != "/"), "/bai", "/khong"])
def test_what_is_not_there_is_said_to_be_so(client: TestClient, way: str, language: str) -> None:
    client.cookies.set(LANGUAGE, language)
    page = client.get(f"{way}/khong-co-thu-nay")
    assert page.status_code == 404
    polite(page.text)
    assert f'<html lang="{language}"' in page.text


@pytest.mark.parametrize("way", [way.path for way in pages.WAYS if way.path != "/"])
def test_a_change_of_what_is_not_there_is_refused_in_words(client: TestClient, way: str) -> None:
    answer = client.post(f"{way}/khong-co-thu-nay/xoa", json={}, headers={"x-nep": "1"})
    assert 400 <= answer.status_code < 500
    assert not TECHNICAL.search(answer.text)
