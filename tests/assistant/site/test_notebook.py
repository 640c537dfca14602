from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import docx
import pytest
from starlette.testclient import TestClient

from assistant import web
from assistant.conversation import Exchange
from assistant.models import LanguageModel, Message, ModelSlow
from assistant.records import conversations, notebooks
from assistant.site.house import House
from assistant.types import EDITOR, MODEL, Approved
from assistant.writer import Writer
from tests.assistant.language import ToldModel, key_of
from tests.assistant.office import Office, answered, article, citation, desk, house, refused
from tests.assistant.test_writer import ToldAnswers

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
    assert re.search(r'<input type="checkbox" name="fact" value="\d+:\d+:chang-duong">', page)
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


def facts_of(client: TestClient, path: str) -> list[str]:
    """What the sheet of facts offers to be pinned."""
    return re.findall(r'name="fact" value="([^"]+)"', client.get(path).text)


def test_facts_that_are_marked_are_pinned_at_once_and_none_twice(client: TestClient, rooms: House) -> None:
    id = book(rooms)
    path = f"/so-tay/{id}"
    say(client, f"{path}/dip", unit=UNIT, day="12/4/2026")
    offered = facts_of(client, path)
    assert len(offered) >= 2
    told = client.post(f"{path}/to-du-kien", json={"fact": "\n".join(offered)}).json()
    held = notebooks.notebook(rooms.records, "", id)
    assert held is not None
    assert {pin.text for pin in held.pins} == {FOUNDED.quote, AWARD.quote}
    assert told == {"done": "Đã ghim 2 mục vào sổ tay “Diễn văn 12/4”."}
    # Sent again, as a second tab may, they are there once; what is pinned is marked so.
    client.post(f"{path}/to-du-kien", json={"fact": "\n".join(offered)})
    assert notebooks.notebook(rooms.records, "", id) == held
    assert facts_of(client, path) == []
    assert "Đã ghim</span>" in client.get(path).text


def test_only_facts_of_the_sheet_are_pinned_and_something_must_be_marked(
    client: TestClient, rooms: House
) -> None:
    path = f"/so-tay/{book(rooms)}"
    say(client, f"{path}/dip", unit=UNIT, day="")
    for sent, status in (({}, 422), ({"fact": "0:3:chang-duong"}, 409), ({"fact": "1:2:khong-co"}, 409)):
        answer = client.post(f"{path}/to-du-kien", json=sent)
        assert (answer.status_code, bool(answer.json()["error"])) == (status, True)
    assert notebooks.listed(rooms.records, "")[0].notebook.pins == ()


def test_what_an_editor_had_approved_says_so_on_the_page_and_in_the_file(
    client: TestClient, rooms: House
) -> None:
    answer = replace(answered(FOUNDED), mode=EDITOR, approved=Approved("Lê Thị <b>Hà", date(2026, 3, 2)))
    id = conversations.keep(rooms.records, "", None, [Exchange("Khi nào?", answer)])
    say(client, "/so-tay/ghim", conversation=id, exchange="1")
    path = f"/so-tay/{notebooks.listed(rooms.records, '')[0].id}"
    assert "Đã thẩm định bởi Lê Thị &lt;b&gt;Hà ngày 02/03/2026" in client.get(path).text
    assert "Đã thẩm định bởi Lê Thị" in client.get(f"{path}/tai-ve.md").text
    word = docx.Document(BytesIO(client.get(f"{path}/tai-ve.docx").content))
    assert "Đã thẩm định bởi Lê Thị <b>Hà ngày 02/03/2026." in [p.text for p in word.paragraphs]


# --- worded by a language model ---------------------------------------------------------------------


@contextmanager
def writing(office: Office, rooms: House, home: Path, model: LanguageModel) -> Iterator[TestClient]:
    writer = Writer(ToldAnswers(answered(FOUNDED)), office.article, model)
    with TestClient(
        web.app(rooms, desk(office, home), writer=writer), base_url="http://127.0.0.1", headers=OURS
    ) as made:
        yield made


def pinned(client: TestClient, rooms: House) -> str:
    """The path of a notebook with both statements."""
    id = book(rooms)
    for one in (FOUNDED, AWARD):
        place = {"article": STORY.id, "start": str(one.start), "end": str(one.end)}
        client.post("/so-tay/ghim", json={"notebook": id, **place})
    return f"/so-tay/{id}"


BORN = f"{UNIT} ra đời ngày 12-4-1954."


def speech(messages: Sequence[Message]) -> str:
    """A proven sentence, and one that nothing says."""
    key = key_of(messages, "12-4-1954")
    return f"{BORN} [{key}]\nVăn phòng có từ năm 1930. [{key}]\n"


def test_without_a_model_nobody_is_offered_its_words(client: TestClient, rooms: House) -> None:
    path = pinned(client, rooms)
    assert "/viet" not in client.get(path).text
    assert client.post(f"{path}/viet", json={}).status_code in (404, 405)


def test_the_model_words_the_pins_and_what_it_wrote_is_shown_counted_and_handed_out(
    office: Office, rooms: House, tmp_path: Path
) -> None:
    with writing(office, rooms, tmp_path, ToldModel(speech)) as client:
        path = pinned(client, rooms)
        assert f'data-send="{path}/viet"' in client.get(path).text
        assert client.post(f"{path}/viet", json={}).json() == {"done": "Mô hình đã viết xong 1 câu."}
        page = client.get(path).text
        assert BORN in page
        assert "Lời văn của mô hình ngôn ngữ; từng câu đã được đối chiếu với nguồn." in page
        assert "1 câu của mô hình đã bị bỏ" in page
        assert "Văn phòng có từ năm 1930." in page
        file = client.get(f"{path}/tai-ve.md").text
        assert BORN in file
        assert "Lời văn của mô hình ngôn ngữ; từng câu" in file
        assert "1930" not in file
        word = docx.Document(BytesIO(client.get(f"{path}/tai-ve.docx").content))
        assert any(BORN in p.text for p in word.paragraphs)

        # What its source does not say any more is not handed out.
        office._articles = [article(STORY.id, STORY.title, "Đã viết lại.")]
        assert BORN not in client.get(f"{path}/tai-ve.md").text
        assert "1 câu của mô hình ngôn ngữ không đưa vào" in client.get(f"{path}/tai-ve.md").text
        assert "1 câu không còn ở đây" in client.get(path).text
        client.post(f"{path}/bo-doan-van", json={})
        assert notebooks.listed(rooms.records, "")[0].notebook.prose is None


def down(messages: Sequence[Message]) -> Iterator[str]:
    yield "Văn phòng "
    raise ModelSlow("Mô hình trả lời quá chậm.")


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        pytest.param(down, "quá chậm", id="slow"),
        pytest.param(lambda _: "blah blah", "Không câu nào", id="nonsense"),
        pytest.param(lambda _: "", "Không câu nào", id="silent"),
    ],
)
def test_a_model_that_fails_leaves_the_pins_as_they_are_and_says_why(
    office: Office,
    rooms: House,
    tmp_path: Path,
    reply: Callable[[Sequence[Message]], str | Iterator[str]],
    why: str,
) -> None:
    with writing(office, rooms, tmp_path, ToldModel(reply)) as client:
        path = pinned(client, rooms)
        before = notebooks.listed(rooms.records, "")[0].notebook
        assert why in client.post(f"{path}/viet", json={}).json()["error"]
        assert notebooks.listed(rooms.records, "")[0].notebook == before


def test_while_the_model_hangs_others_are_served_and_the_line_is_kept_alive(
    office: Office, rooms: House, tmp_path: Path
) -> None:
    go = threading.Event()

    def waits(messages: Sequence[Message]) -> Iterator[str]:
        go.wait(20)
        yield speech(messages)

    with writing(office, rooms, tmp_path, ToldModel(waits)) as client, ThreadPoolExecutor() as beside:
        path = pinned(client, rooms)
        asked = beside.submit(client.post, f"{path}/viet", json={})
        try:
            assert client.get(path).status_code == 200
            assert not asked.done()
            time.sleep(2.5)  # longer than nothing is sent
        finally:
            go.set()
        answer = asked.result(20)
        assert answer.text.startswith(" ")
        assert answer.json()["done"]


def test_with_nothing_that_stands_the_model_is_not_asked(
    office: Office, rooms: House, tmp_path: Path
) -> None:
    model = ToldModel(speech)
    with writing(office, rooms, tmp_path, model) as client:
        answer = client.post(f"/so-tay/{book(rooms)}/viet", json={})
        assert (answer.status_code, model.asked) == (422, [])
        assert client.post("/so-tay/khac/viet", json={}).status_code == 404
