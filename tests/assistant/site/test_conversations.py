"""The conversations over HTTP: one's own alone, found by their words, named, removed, taken along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from assistant import web
from assistant.conversation import Exchange, excerpt
from assistant.records import conversations
from assistant.records.store import Store
from assistant.site.house import House
from tests.assistant.office import Office, answered, article, citation, desk, house, refused

UNIT = "Văn phòng Tỉnh ủy Hải Lâm"
STORY = article(
    "chang-duong",
    "Chặng đường",
    f"Ngày 12-4-1954, {UNIT} được thành lập.",
    "Năm 2014, Văn phòng được Chủ tịch nước tặng Huân chương Lao động hạng Nhì.",
    unit=UNIT,
)
FOUNDED = citation(1, STORY, f"Ngày 12-4-1954, {UNIT} được thành lập.")
GIVEN = citation(1, STORY, "Năm 2014, Văn phòng được Chủ tịch nước tặng Huân chương Lao động hạng Nhì.")
ASKED = f"{UNIT} được thành lập ngày nào?"
NEXT = f"{UNIT} được tặng thưởng Huân chương gì?"
OURS = {"x-nep": "1"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> House:
    return house(
        Office([STORY], {ASKED: answered(FOUNDED), NEXT: answered(GIVEN)}), tmp_path_factory.mktemp("Nep")
    )


@pytest.fixture(scope="module")
def client(home: House) -> Iterator[TestClient]:
    office = home.assistant
    assert isinstance(office, Office)
    with TestClient(web.app(home, desk(office, Path())), base_url="http://127.0.0.1:7860") as client:
        yield client


@pytest.fixture
def store(home: House) -> Iterator[Store]:
    yield home.records
    for owner in ("", "khac"):
        for one in conversations.listed(home.records, owner):
            conversations.remove(home.records, owner, one.id)


def kept(store: Store, owner: str = "", *more: Exchange) -> str:
    first = Exchange(ASKED, answered(FOUNDED), (excerpt(STORY.text, FOUNDED),))
    return conversations.keep(store, owner, None, (first, *more))


def test_the_list_has_one_s_own_and_finds_words_without_diacritics(client: TestClient, store: Store) -> None:
    mine, theirs = kept(store), kept(store, "khac")
    other = conversations.keep(store, "", None, [Exchange("Ở Thanh Hóa?", refused("không nói."))])
    all_listed = client.get("/tro-chuyen").text
    assert mine in all_listed
    assert other in all_listed
    assert theirs not in all_listed
    found = client.get("/tro-chuyen", params={"tim": "thanh hoa"}).text
    assert other in found
    assert mine not in found
    assert "Không có cuộc trò chuyện nào có những từ này." in client.get("/tro-chuyen?tim=xyz").text


def test_a_conversation_is_opened_at_its_address_and_as_a_part(client: TestClient, store: Store) -> None:
    id = kept(store)
    page = client.get(f"/?c={id}").text
    for html in (page, client.get(f"/tro-chuyen/{id}").text):
        assert f'data-conversation="{id}"' in html
        assert 'id="luot-1"' in html
    assert "<html" not in client.get(f"/tro-chuyen/{id}").text


def test_what_one_thinks_of_an_answer_is_seen_again_until_another_question_stands_there(
    client: TestClient, store: Store
) -> None:
    id = kept(store)
    (held,) = conversations.exchanges(store, "", id) or ()
    assert "judge bad given" not in client.get(f"/tro-chuyen/{id}").text
    where = {"conversation": id, "exchange": "1"}
    said = client.post(
        "/tham-dinh/danh-gia", json={**where, "good": "0", "words": "Thiếu <năm>."}, headers=OURS
    )
    assert said.json()["say"].startswith("Đã ghi nhận")
    for path in (f"/tro-chuyen/{id}", f"/?c={id}"):
        page = client.get(path).text
        assert ("judge bad given" in page, "judge good given" in page) == (True, False)
        assert 'value="Thiếu &lt;năm&gt;."' in page
    conversations.keep(store, "", id, (replace(held, question="Câu khác?"),))
    assert "given" not in client.get(f"/tro-chuyen/{id}").text


@pytest.mark.parametrize(
    "path", ["/?c={id}", "/tro-chuyen/{id}", "/tro-chuyen/{id}/goi-y", "/tro-chuyen/{id}/tai-ve"]
)
def test_somebody_else_s_conversation_is_as_if_it_did_not_exist(
    client: TestClient, store: Store, path: str
) -> None:
    theirs = client.get(path.format(id=kept(store, "khac")))
    none = client.get(path.format(id="khong-co"))
    assert theirs.status_code == none.status_code == 404
    assert "Không có cuộc trò chuyện này." in theirs.text
    assert "Hải Lâm" not in theirs.text


def test_somebody_else_s_conversation_is_neither_named_nor_removed(client: TestClient, store: Store) -> None:
    id = kept(store, "khac")
    for way, fields in (("ten", {"name": "Tên"}), ("xoa", {})):
        assert client.post(f"/tro-chuyen/{id}/{way}", json=fields, headers=OURS).status_code == 404
    assert [one.name for one in conversations.listed(store, "khac")] == [ASKED]


def test_a_conversation_is_named_and_removed_for_our_own_pages_alone(
    client: TestClient, store: Store
) -> None:
    id = kept(store)
    assert client.post(f"/tro-chuyen/{id}/ten", json={"name": "x"}).status_code == 403
    assert client.post(f"/tro-chuyen/{id}/ten", json={"name": " "}, headers=OURS).json()["fields"]["name"]
    said = client.post(f"/tro-chuyen/{id}/ten", json={"name": " Ngày <thành> lập "}, headers=OURS)
    assert said.json() == {"say": "Đã đổi tên."}
    assert "Ngày &lt;thành&gt; lập" in client.get("/tro-chuyen").text
    assert client.post(f"/tro-chuyen/{id}/xoa", json={}, headers=OURS).json() == {
        "say": "Đã xóa cuộc trò chuyện."
    }
    assert client.get(f"/tro-chuyen/{id}").status_code == 404


def test_a_conversation_is_taken_along_under_its_own_name(client: TestClient, store: Store) -> None:
    id = kept(store, "", Exchange("Ở Thanh Hóa?", refused("không nói.")))
    conversations.rename(store, "", id, 'Ngày lập: "Hải/Lâm"?')
    got = client.get(f"/tro-chuyen/{id}/tai-ve")
    assert got.headers["content-type"] == "text/markdown; charset=utf-8"
    name = got.headers["content-disposition"].partition("filename*=UTF-8''")[2]
    assert unquote(name) == "Ngày lập Hải Lâm.md"
    assert f"> “{FOUNDED.quote}”" in got.text
    assert "## Ở Thanh Hóa?" in got.text


def test_what_can_be_asked_next_is_answered_by_the_library(
    client: TestClient, store: Store, home: House
) -> None:
    id = kept(store)
    assert f'data-ask="{NEXT}"' in client.get(f"/tro-chuyen/{id}/goi-y").text
    office = home.assistant
    assert isinstance(office, Office)
    count = len(office.asked)
    client.get(f"/tro-chuyen/{id}/goi-y")
    assert len(office.asked) == count, "what was asked of the same library is remembered"


def test_after_what_is_no_answer_nothing_is_suggested(client: TestClient, store: Store) -> None:
    id = conversations.keep(store, "", None, [Exchange("Ở Thanh Hóa?", refused("không nói."))])
    assert client.get(f"/tro-chuyen/{id}/goi-y").text == ""
