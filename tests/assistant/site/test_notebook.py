from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from assistant import web
from assistant.conversation import Exchange
from assistant.records import conversations, notebooks
from assistant.site.house import House
from assistant.types import MODEL
from tests.assistant.office import Office, answered, article, citation, desk, house, refused

UNIT = "Văn phòng Tỉnh ủy Hải Lâm"
STORY = article(
    "chang-duong",
    "Chặng đường <b>bảy mươi</b> năm",
    f"Ngày 12-4-1954, {UNIT} được thành lập.",
    f"Năm 2010, {UNIT} được Chủ tịch nước tặng thưởng Huân chương Lao động hạng Nhất.",
    published=date(2024, 4, 9),
    source="Báo Hải Lâm",
    unit=UNIT,
)
FOUNDED = citation(1, STORY, f"Ngày 12-4-1954, {UNIT} được thành lập.", "12-4-1954")
AWARD = citation(2, STORY, f"Năm 2010, {UNIT} được Chủ tịch nước tặng thưởng Huân chương Lao động hạng Nhất.")
OURS = {"X-Nep": "1", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def office() -> Office:
    return Office([STORY])


@pytest.fixture
def rooms(office: Office, tmp_path: Path) -> House:
    return house(office, tmp_path)


@pytest.fixture
def client(office: Office, rooms: House, tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(
        web.app(rooms, desk(office, tmp_path)), base_url="http://127.0.0.1", headers=OURS
    ) as made:
        yield made


def book(rooms: House) -> str:
    return notebooks.make(rooms.records, "", "Diễn văn 12/4")


def say(client: TestClient, path: str, **fields: str) -> str:
    answer = client.post(path, json=fields)
    assert answer.status_code == 200, answer.text
    return str(answer.json().get("say", ""))


PLACE = {"article": STORY.id, "start": str(FOUNDED.start), "end": str(FOUNDED.end)}


def test_the_first_pin_makes_a_notebook_and_says_into_which_it_went(client: TestClient, rooms: House) -> None:
    assert "Sổ tay của tôi" in say(client, "/so-tay/ghim", **PLACE)
    assert "đã có" in say(client, "/so-tay/ghim", **PLACE)
    (kept,) = notebooks.listed(rooms.records, "")
    (pin,) = kept.notebook.pins
    assert pin.text == FOUNDED.quote
    assert pin.evidence[0].quote == FOUNDED.quote
    assert pin.evidence[0].source == "Báo Hải Lâm"


def test_the_answer_leads_to_the_notebook(client: TestClient, rooms: House) -> None:
    told = client.post("/so-tay/ghim", json=PLACE).json()
    assert told["way"] == f"/so-tay/{notebooks.listed(rooms.records, '')[0].id}"
    assert client.get(told["way"]).status_code == 200


def test_a_pin_goes_into_the_notebook_named_else_into_the_last_used(client: TestClient, rooms: House) -> None:
    first, second = book(rooms), notebooks.make(rooms.records, "", "Khác")
    say(client, "/so-tay/ghim", **PLACE)
    say(client, "/so-tay/ghim", notebook=first, **PLACE)
    assert len(notebooks.notebook(rooms.records, "", second).pins) == 1  # type: ignore[union-attr]
    assert len(notebooks.notebook(rooms.records, "", first).pins) == 1  # type: ignore[union-attr]


def test_statements_are_pinned_from_the_kept_conversation_one_or_all(
    client: TestClient, rooms: House
) -> None:
    answer = answered(FOUNDED, AWARD)
    worded = replace(answer, mode=MODEL)
    id = conversations.keep(
        rooms.records, "", None, [Exchange("Khi nào?", answer), Exchange("Còn gì?", worded)]
    )
    say(client, "/so-tay/ghim", conversation=id, exchange="1", statement="2")
    pins = notebooks.listed(rooms.records, "")[0].notebook.pins
    assert [p.text for p in pins] == [AWARD.quote]
    assert not pins[0].worded
    say(client, "/so-tay/ghim", conversation=id, exchange="2")
    pins = notebooks.listed(rooms.records, "")[0].notebook.pins
    assert [p.text for p in pins] == [AWARD.quote, FOUNDED.quote]
    assert pins[1].worded


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"article": "nobody", "start": "0", "end": "5"},
        {"article": STORY.id, "start": "5", "end": "5"},
        {"article": STORY.id, "start": "0", "end": "99999"},
        {"article": STORY.id, "start": "x", "end": "²"},
        {"article": STORY.id, "start": "0", "end": "5", "words": "đã sửa"},
        {"conversation": "nobody", "exchange": "1"},
        {"conversation": "nobody", "exchange": "-1", "statement": "0"},
    ],
)
def test_what_is_not_there_is_not_pinned_and_said(
    client: TestClient, rooms: House, fields: dict[str, str]
) -> None:
    answer = client.post("/so-tay/ghim", json=fields)
    assert answer.status_code == 404
    assert answer.json()["error"].endswith(".")
    assert notebooks.listed(rooms.records, "") == []


def test_a_refusal_cannot_be_pinned(client: TestClient, rooms: House) -> None:
    id = conversations.keep(rooms.records, "", None, [Exchange("Gì?", refused("không có.", FOUNDED))])
    assert client.post("/so-tay/ghim", json={"conversation": id, "exchange": "1"}).status_code == 404


def test_another_site_changes_nothing(client: TestClient, rooms: House) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/so-tay/ghim", json=PLACE, headers=foreign).status_code == 403
    assert notebooks.listed(rooms.records, "") == []


def test_a_notebook_is_made_renamed_and_deleted(client: TestClient) -> None:
    to = client.post("/so-tay/moi", json={"name": "  Diễn   văn "}).json()["to"]
    assert "<h1>Diễn văn</h1>" in client.get(to).text
    say(client, f"{to}/ten", name="Bài nói")
    assert "Bài nói" in client.get("/so-tay").text
    assert client.post(f"{to}/ten", json={"name": " "}).json()["fields"]["name"]
    assert client.post(f"{to}/xoa", json={}).json()["to"] == "/so-tay"
    gone = client.get(to)
    assert gone.status_code == 404
    assert "Không có sổ tay này" in gone.text


def test_the_occasion_shows_its_arithmetic_and_the_sheet_of_facts(client: TestClient, rooms: House) -> None:
    path = f"/so-tay/{book(rooms)}"
    say(client, f"{path}/dip", unit=UNIT.lower(), day="12/4/2026")
    page = client.get(path).text
    assert "2026 − 1954 = 72" in page
    assert "Huân chương Lao động hạng Nhất" in page
    assert re.search(r'data-send="/so-tay/ghim" data-notebook="[^"]+" data-article="chang-duong"', page)
    wrong = client.post(f"{path}/dip", json={"unit": "Văn phòng Lạ", "day": "31/02/2026"}).json()
    assert set(wrong["fields"]) == {"unit"}
    wrong = client.post(f"{path}/dip", json={"unit": UNIT, "day": "31/02/2026"}).json()
    assert "31/02/2026" in wrong["fields"]["day"]


def test_items_are_moved_grouped_annotated_and_taken_out(client: TestClient, rooms: House) -> None:
    id = book(rooms)
    for cited in (FOUNDED, AWARD):
        place = {"article": STORY.id, "start": str(cited.start), "end": str(cited.end)}
        say(client, "/so-tay/ghim", notebook=id, **place)

    def pins() -> list[str]:
        held = notebooks.notebook(rooms.records, "", id)
        assert held is not None
        return [p.id for _, group in held.groups for p in group]

    first, second = pins()
    say(client, f"/so-tay/{id}/muc/{second}/chuyen", by="-1")
    assert pins() == [second, first]
    say(client, f"/so-tay/{id}/muc/{second}/sua", note="<i>đọc chậm</i>", group="Thành tích")
    assert pins() == [first, second]
    page = client.get(f"/so-tay/{id}").text
    assert "&lt;i&gt;đọc chậm&lt;/i&gt;" in page
    assert "<h3>Thành tích</h3>" in page
    assert (
        client.post(f"/so-tay/{id}/muc/{second}/sua", json={"note": "x" * 5000, "group": ""}).status_code
        == 422
    )
    say(client, f"/so-tay/{id}/muc/{first}/bo")
    assert pins() == [second]


def test_a_changed_source_is_told_and_left_out_of_what_is_downloaded(
    client: TestClient, rooms: House, office: Office
) -> None:
    id = book(rooms)
    say(client, "/so-tay/ghim", notebook=id, **PLACE)
    other = replace(STORY, text=STORY.text.replace("12-4-1954", "13-4-1954"), digest="khác")
    office._articles[:] = [other]
    assert "Nguồn đã thay đổi" in client.get(f"/so-tay/{id}").text
    made = client.get(f"/so-tay/{id}/tai-ve.md").text
    assert "1 mục không đưa vào" in made
    assert "1954" not in made
    office._articles[:] = []
    assert "Bài đã được gỡ" in client.get(f"/so-tay/{id}").text


@pytest.mark.parametrize(("suffix", "begins"), [("docx", b"PK"), ("pdf", b"%PDF"), ("md", b"# ")])
def test_a_notebook_is_downloaded_under_its_vietnamese_name(
    client: TestClient, rooms: House, suffix: str, begins: bytes
) -> None:
    id = book(rooms)
    say(client, "/so-tay/ghim", notebook=id, **PLACE)
    file = client.get(f"/so-tay/{id}/tai-ve.{suffix}")
    assert file.content.startswith(begins)
    named = re.search(r"filename\*=UTF-8''([^;]+)", file.headers["content-disposition"])
    assert named
    assert unquote(named[1]).startswith("Diễn văn 12")
    assert unquote(named[1]).endswith(f".{suffix}")
    assert client.get(f"/so-tay/{id}/tai-ve.exe").status_code == 404
