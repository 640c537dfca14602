"""The editors' pages and the ways to them, asked as a browser asks."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from assistant.conversation import Exchange
from assistant.records import conversations, reviews
from assistant.records.accounts import Account, Role
from assistant.site import review
from assistant.site.house import House
from assistant.types import TALK, Answer
from assistant.visit import Visit, visiting
from ingest.types import Article
from tests.assistant.office import Office, answered, article, citation, house, refused

HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
KHE = article(
    "khe",
    "Văn phòng Huyện ủy Suối Khê",
    "Văn phòng Huyện ủy Suối Khê được thành lập ngày 02/9/1946. Trụ sở đặt tại làng Trà.",
    unit="Văn phòng Huyện ủy Suối Khê",
)
FOUNDED = "Văn phòng Huyện ủy Suối Khê được thành lập ngày 02/9/1946."
QUESTION = "Văn phòng Huyện ủy Suối Khê được thành lập ngày nào?"
SEAT = "Trụ sở Văn phòng Huyện ủy Suối Khê ở đâu?"
OWN = answered(citation(1, KHE, FOUNDED, "02/9/1946"))
NONE = refused("không có bài nào nói về “Trụ sở”.", citation(1, KHE, FOUNDED))
OURS = {"x-nep": "1", "sec-fetch-site": "same-origin", "content-type": "application/json"}
LAN = Account("lan", "Trần Thị Lan", Role.READER)
NAM = Account("nam", "Lê Văn Nam", Role.EDITOR)


class As:
    """The application, asked by somebody."""

    def __init__(self, app: Starlette) -> None:
        self._app, self.who = app, NAM

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        with visiting(Visit(self.who)):
            await self._app(scope, receive, send)


class Place:
    def __init__(self, home: Path) -> None:
        self.office = Office([KHE], {QUESTION: OWN})
        self.house: House = house(self.office, home)
        self.store = self.house.records
        self.app = As(Starlette(routes=review.routes(self.house)))
        self.client = TestClient(self.app, base_url="http://127.0.0.1:7860")

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    def post(self, path: str, status: int = 200, /, **fields: str) -> dict[str, Any]:
        answer = self.client.post(path, headers=OURS, content=json.dumps(fields))
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def held(self, who: Account, *exchanges: Exchange) -> str:
        return conversations.keep(self.store, who.name, None, exchanges)

    def change(self, changed: Article | None) -> None:
        self.office._articles[:] = [changed] if changed else []


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def words_of(page: str) -> str:
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", page)).split())


# --- what everybody may do -----------------------------------------------------------------------------


def test_a_verdict_is_kept_with_the_exchange_of_the_conversation_and_can_be_changed(place: Place) -> None:
    place.app.who = LAN
    id = place.held(LAN, Exchange("Trước?", NONE), Exchange(QUESTION, OWN))
    said = place.post("/tham-dinh/danh-gia", conversation=id, exchange="2", good="0", words=" Thiếu  nơi ")
    assert "chưa đúng" in said["say"]
    (one,), _ = reviews.feedback(place.store)
    assert (one.good, one.words, one.by) == (False, "Thiếu nơi", LAN.full)
    assert one.asked.exchange == Exchange(QUESTION, OWN)
    assert [turn.content for turn in one.asked.history] == ["Trước?", NONE.text]
    assert one.asked.generation == place.office.generation()
    place.post("/tham-dinh/danh-gia", conversation=id, exchange="2", good="1", words="")
    (one,), _ = reviews.feedback(place.store)
    assert (one.good, one.words) == (True, "")


@pytest.mark.parametrize(
    "fields",
    [
        {"exchange": "0"},
        {"exchange": "3"},
        {"exchange": "x"},
        {"exchange": ""},
        {"conversation": "khác"},
        {"exchange": "2"},  # a notice: nothing was answered
    ],
)
def test_what_is_not_in_a_conversation_of_one_s_own_cannot_be_judged_or_sent(
    place: Place, fields: dict[str, str]
) -> None:
    id = place.held(NAM, Exchange(QUESTION, OWN), Exchange(QUESTION, notice="Trống."))
    sent = {"conversation": id, "exchange": "1", "good": "1", "words": ""} | fields
    for path in ("danh-gia", "thieu"):
        assert "error" in place.post(f"/tham-dinh/{path}", 404, **sent)
    place.app.who = LAN
    place.post("/tham-dinh/danh-gia", 404, conversation=id, exchange="1", good="1", words="")
    assert reviews.feedback(place.store) == ([], 0)


@pytest.mark.parametrize("fields", [{"good": "2"}, {"good": ""}, {"words": "x" * 1001}])
def test_a_verdict_that_is_none_is_told_as_such(place: Place, fields: dict[str, str]) -> None:
    id = place.held(NAM, Exchange(QUESTION, OWN))
    sent = {"conversation": id, "exchange": "1", "good": "1", "words": ""} | fields
    assert place.post("/tham-dinh/danh-gia", 400, **sent)["error"]


def test_a_refused_question_goes_to_the_editors_once_for_all_who_send_it(place: Place) -> None:
    for who, told in ((LAN, "Đã gửi tới biên tập viên, ở"), (NAM, "2 người cùng hỏi")):
        place.app.who = who
        id = place.held(who, Exchange(SEAT, NONE))
        assert told in place.post("/tham-dinh/thieu", conversation=id, exchange="1")["say"]
    (entry,), _ = reviews.unanswered(place.store)
    assert entry.count == 2
    place.post(f"/tham-dinh/thieu/{entry.id}/dong", closing="not_ours", words="Hỏi Ủy ban.")
    said = place.post("/tham-dinh/thieu", conversation=id, exchange="1")["say"]
    assert "Không thuộc việc của cơ quan" in said
    assert "Hỏi Ủy ban." in said


def test_an_answered_question_and_small_talk_are_not_sent(place: Place) -> None:
    id = place.held(NAM, Exchange(QUESTION, OWN), Exchange("Chào", replace(NONE, mode=TALK)))
    for n in ("1", "2"):
        assert place.post("/tham-dinh/thieu", 400, conversation=id, exchange=n)["error"]


# --- who may do what -----------------------------------------------------------------------------------

EDITORS_ONLY = [
    ("GET", "/tham-dinh"),
    ("GET", "/tham-dinh/cau-hoi.jsonl"),
    ("GET", "/tham-dinh/thieu/1"),
    ("GET", "/tham-dinh/danh-gia/1"),
    ("GET", "/tham-dinh/duyet/x"),
    ("GET", "/tham-dinh/soan/x"),
    ("POST", "/tham-dinh/thieu/1/dong"),
    ("POST", "/tham-dinh/thieu/1/mo"),
    ("POST", "/tham-dinh/duyet/x/rut"),
    ("POST", "/tham-dinh/soan"),
    ("POST", "/tham-dinh/soan/x"),
]


@pytest.mark.parametrize(("method", "path"), EDITORS_ONLY)
def test_readers_are_kept_from_what_is_the_editors(place: Place, method: str, path: str) -> None:
    place.app.who = LAN
    answer = place.client.request(method, path, headers=OURS, content="{}")
    assert answer.status_code == 403


def test_every_way_but_two_is_the_editors_alone(place: Place) -> None:
    ways = {(m, r.path) for r in review.routes(place.house) for m in r.methods - {"HEAD"}}  # type: ignore[attr-defined]
    kept = {(m, p.replace("/1", "/{id:int}").replace("/x", "/{id}")) for m, p in EDITORS_ONLY}
    assert ways - kept == {("POST", "/tham-dinh/danh-gia"), ("POST", "/tham-dinh/thieu")}


def test_another_site_s_page_changes_nothing(place: Place) -> None:
    for method, path in EDITORS_ONLY:
        if method == "POST":
            assert place.client.post(path, content="{}").status_code == 403


@pytest.mark.parametrize("path", ["thieu/9", "danh-gia/9", "duyet/x", "soan/x", f"thieu/{10**18}"])
def test_an_entry_that_is_not_there_is_a_page_that_says_so(place: Place, path: str) -> None:
    assert "Không có mục này" in place.get(f"/tham-dinh/{path}", 404)


# --- the lists -----------------------------------------------------------------------------------------


def test_the_lists_show_what_waits_filtered_counted_and_in_pages(place: Place) -> None:
    for n in range(23):
        id = place.held(NAM, Exchange(f"Suối Khê có bao nhiêu cái {n}?", NONE))
        place.post("/tham-dinh/thieu", conversation=id, exchange="1")
    page = place.get("/tham-dinh")
    assert page.count('<li class="entry') == 20
    assert "23 mục" in page
    assert "Trang 1 trong 2" in page
    assert place.get("/tham-dinh?trang=2").count('<li class="entry') == 3
    assert place.get("/tham-dinh?tim=cai+17").count('<li class="entry') == 1
    assert "Không có mục nào có những chữ này." in place.get("/tham-dinh?tim=zzz")
    assert place.get("/tham-dinh?loc=dong").count('<li class="entry') == 0


@pytest.mark.parametrize(
    "query", ["xem=khac", "loc=x", "trang=0", "trang=-1", "trang=x", "trang=999999", "trang=²", "tim=%00"]
)
def test_an_address_that_asks_for_nothing_sensible_shows_a_list(place: Place, query: str) -> None:
    assert "<h1>Thẩm định</h1>" in place.get(f"/tham-dinh?{query}")


def test_what_people_write_is_text_on_every_page(place: Place) -> None:
    hostile = replace(KHE, title=HOSTILE, text=KHE.text + HOSTILE)
    place.change(hostile)
    answer = answered(citation(1, hostile, FOUNDED))
    id = place.held(NAM, Exchange(HOSTILE, answer), Exchange(HOSTILE, replace(NONE, missing=HOSTILE)))
    place.post("/tham-dinh/danh-gia", conversation=id, exchange="1", good="0", words=HOSTILE)
    place.post("/tham-dinh/thieu", conversation=id, exchange="2")
    kept = reviews.approve(place.store, NAM, HOSTILE, answer, {"khe": "x"}, (HOSTILE,), frozenset())
    reviews.withdraw(place.store, NAM, kept.id, HOSTILE)
    draft = place.post("/tham-dinh/soan", origin="danh-gia:1")["to"]
    place.post(draft, do="search", sought=HOSTILE, question=HOSTILE, s1=HOSTILE)
    paths = ["", "?xem=danh-gia", "?xem=duyet", "/danh-gia/1", "/thieu/1", f"/duyet/{kept.id}"]
    for page in [place.get(f"/tham-dinh{path}") for path in paths] + [place.get(draft)]:
        assert HOSTILE not in page
        assert "<img src=x" not in page
        assert "<script>" not in page
        assert html.escape("<img src=x") in page


# --- an answer is written ------------------------------------------------------------------------------


def begin(place: Place, question: str = SEAT) -> str:
    path: str = place.post("/tham-dinh/soan", question=question)["to"]
    return path


def choose(place: Place, path: str, words: str, **fields: str) -> None:
    start = KHE.text.index(words)
    place.post(path, do=f"add:{start}:{start + len(words)}:khe", **fields)


def approvals(place: Place) -> list[reviews.Approval]:
    return reviews.approvals(place.store)[0]


def test_from_a_refused_question_to_an_approved_answer(place: Place) -> None:
    id = place.held(LAN, Exchange(SEAT, NONE))
    place.app.who = LAN
    place.post("/tham-dinh/thieu", conversation=id, exchange="1")
    place.app.who = NAM
    entry = place.get("/tham-dinh/thieu/1")
    assert LAN.full in entry
    assert "Không có bài nào nói về" in words_of(entry)
    path = place.post("/tham-dinh/soan", origin="thieu:1")["to"]
    assert html.escape(SEAT) in place.get(path)
    place.post(path, do="search", sought="trụ sở")
    assert "Trụ sở đặt tại làng Trà." in place.get(path)
    choose(place, path, "Trụ sở đặt tại làng Trà.", s1="Trụ sở đặt tại làng Trà.")
    to = place.post(path, **{"do": "approve", "s1": "Trụ sở đặt tại làng Trà.", "s1-n": "1"})["to"]
    (made,) = approvals(place)
    assert to == f"/tham-dinh/duyet/{made.id}"
    assert (made.question, made.answer.text, made.by) == (SEAT, "Trụ sở đặt tại làng Trà.", NAM.full)
    (cited,) = made.answer.citations
    assert KHE.text[cited.start : cited.end] == cited.quote
    assert "Lê Văn Nam" in place.get(to)
    assert reviews.unanswered(place.store) == ([], 0), "it is answered"
    assert "Không có mục này" in place.get(path, 404), "the draft is done with"


@pytest.mark.parametrize(
    ("text", "ties", "told"),
    [
        ("Trụ sở đặt tại làng Trà từ năm 1950.", "1", "1950"),
        ("Trụ sở đặt tại làng Trà.", "", "chưa gắn"),
        ("", "1", "Chưa viết câu nào"),
    ],
)
def test_what_is_not_borne_out_is_told_statement_by_statement_and_nothing_is_lost(
    place: Place, text: str, ties: str, told: str
) -> None:
    path = begin(place)
    choose(place, path, "Trụ sở đặt tại làng Trà.")
    fields = {"do": "approve", "question": SEAT, "s1": text, "s1-n": ties}
    said = place.post(path, 400, **fields)
    assert told in said["fields"]["s1"]
    assert approvals(place) == []
    assert html.escape(text) in place.get(path)


def test_evidence_about_another_office_than_the_question_is_not_enough(place: Place) -> None:
    path = begin(place, SEAT.replace("Suối Khê", "Bến Nghé"))
    choose(place, path, "Trụ sở đặt tại làng Trà.")
    fields = {"do": "approve", "s1": "Trụ sở đặt tại làng Trà.", "s1-n": "1"}
    said = place.post(path, 400, **fields)
    assert "Bến Nghé" in said["fields"]["question"]
    assert approvals(place) == []


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("", "trống"),
        ("Xin chào", "không phải câu hỏi"),
        ("Năm nay Văn phòng Huyện ủy Suối Khê được tặng gì?", "ngày hỏi"),
        ("x" * 2001, ""),
    ],
)
def test_what_is_no_question_for_good_is_not_worked_on(place: Place, question: str, told: str) -> None:
    assert told in place.post("/tham-dinh/soan", 400, question=question)["error"]


def test_an_answer_is_kept_as_it_stands_while_its_sources_do(place: Place) -> None:
    path = begin(place, QUESTION)
    assert "Duyệt nguyên câu trả lời này" in place.get(path)
    place.change(replace(KHE, text="Thêm. " + KHE.text))
    assert "Duyệt nguyên câu trả lời này" not in place.get(path)
    assert place.post(path, 409, do="keep")["error"]
    place.change(KHE)
    place.post(path, do="keep")
    (made,) = approvals(place)
    assert (made.answer.text, made.answer.citations) == (OWN.text, OWN.citations)
    assert {words for *_, words in made.rest} == {"02/9/1946"}


@pytest.mark.parametrize(
    "do", ["add:0:5:khác", "add:0:999999:khe", "add:x:y:khe", "add:::", "drop:9", "less:1", "drop:²", "khác"]
)
def test_a_button_that_asks_for_nothing_there_is_changes_nothing(place: Place, do: str) -> None:
    path = begin(place)
    before = reviews.draft(place.store, NAM.name, path.rpartition("/")[2])
    answer = place.client.post(path, headers=OURS, content=json.dumps({"do": do}))
    assert answer.status_code < 500
    assert reviews.draft(place.store, NAM.name, path.rpartition("/")[2]) == before


def test_evidence_and_sentences_come_and_go_and_their_ties_follow(place: Place) -> None:
    path = begin(place)
    choose(place, path, FOUNDED)
    choose(place, path, "Trụ sở đặt tại làng Trà.", **{"s1": "a", "s1-n": "1"})
    place.post(path, **{"do": "more", "s1": "a", "s1-n": "1\n2"})
    place.post(path, **{"do": "drop:1", "s1": "a", "s1-n": "1\n2", "s2": "b", "s2-n": "1"})
    value = reviews.draft(place.store, NAM.name, path.rpartition("/")[2])
    assert value is not None
    assert [p.words for p in value.places] == ["Trụ sở đặt tại làng Trà."]
    assert [(line.text, line.places) for line in value.lines] == [("a", (1,)), ("b", ())]
    place.post(path, do="less:1", s1="a", s2="b")
    value = reviews.draft(place.store, NAM.name, path.rpartition("/")[2])
    assert value is not None
    assert [line.text for line in value.lines] == ["b"]


def test_a_draft_is_nobody_else_s(place: Place) -> None:
    path = begin(place)
    place.app.who = Account("khac", "Khác", Role.EDITOR)
    place.get(path, 404)
    place.post(path, 404, do="save")


# --- and what becomes of it ----------------------------------------------------------------------------


def approved(place: Place) -> str:
    place.post(begin(place, QUESTION), do="keep")
    return approvals(place)[0].id


def test_a_changed_source_is_shown_with_the_old_words_and_the_new(place: Place) -> None:
    id = approved(place)
    assert "Đang dùng" in place.get(f"/tham-dinh/duyet/{id}")
    place.change(replace(KHE, text=KHE.text.replace("1946", "1947")))
    page = words_of(place.get(f"/tham-dinh/duyet/{id}"))
    assert "cần thẩm định lại" in page
    assert "02/9/1946" in page
    assert "02/9/1947" in page
    assert "cần thẩm định lại" in place.get("/tham-dinh?xem=duyet&loc=doi")
    assert place.get("/tham-dinh?xem=duyet&loc=dung").count('<li class="entry') == 0
    place.change(None)
    assert "Bài này không còn trong kho." in place.get(f"/tham-dinh/duyet/{id}")


def test_what_is_void_is_approved_anew_on_the_evidence_that_still_stands(place: Place) -> None:
    id = approved(place)
    place.change(replace(KHE, title="Tên khác"))
    path = place.post("/tham-dinh/soan", origin=f"duyet:{id}")["to"]
    place.post(path, do="keep")
    (made,) = approvals(place)
    assert made.id == id
    assert "Đang dùng" in place.get(f"/tham-dinh/duyet/{id}")
    assert len(reviews.events(place.store, id)) == 2


def test_an_approval_is_withdrawn_with_a_reason_alone(place: Place) -> None:
    id = approved(place)
    assert place.post(f"/tham-dinh/duyet/{id}/rut", 400, words=" ")["fields"]["words"]
    place.post(f"/tham-dinh/duyet/{id}/rut", words="Sai nguồn.")
    page = place.get(f"/tham-dinh/duyet/{id}")
    assert "Đã rút" in page
    assert "Sai nguồn." in page
    place.post(f"/tham-dinh/duyet/{id}/rut", 404, words="nữa")


def test_the_question_file_is_a_download(place: Place) -> None:
    approved(place)
    answer = place.client.get("/tham-dinh/cau-hoi.jsonl")
    assert "attachment" in answer.headers["content-disposition"]
    (row,) = [json.loads(line) for line in answer.text.splitlines()]
    assert row["must"] == [["02/9/1946", "2/9/1946"]]


def test_a_conversation_of_the_editor_s_own_leads_to_the_desk(place: Place) -> None:
    id = place.held(NAM, Exchange(QUESTION, OWN))
    path = place.post("/tham-dinh/soan", conversation=id, exchange="1")["to"]
    assert "Duyệt nguyên câu trả lời này" in place.get(path)


def test_pages_stand_under_the_path_of_a_proxy_and_speak_english(place: Place) -> None:
    id = approved(place)

    class Behind(As):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            with visiting(Visit(NAM, "en", None, "/nep")):
                await self._app(scope, receive, send)

    client = TestClient(Behind(place.app._app), base_url="http://127.0.0.1:7860")
    for path in ("/tham-dinh", f"/tham-dinh/duyet/{id}", begin(place)):
        page = client.get(path).text
        assert not re.search(r'(?:href|src|action)="/(?!nep/)', page)
        assert 'lang="en"' in page
        assert "Review" in page


def test_an_answer_is_none_the_less_the_whole_answer(place: Place) -> None:
    """Every statement, every citation and its article stand on the page of a verdict."""
    answer: Answer = OWN
    id = place.held(NAM, Exchange(QUESTION, answer))
    place.post("/tham-dinh/danh-gia", conversation=id, exchange="1", good="0", words="")
    page = place.get("/tham-dinh/danh-gia/1")
    assert html.escape(FOUNDED) in words_of(page)
    assert f'href="/bai/khe?tu={answer.citations[0].start}&amp;den={answer.citations[0].end}#trich"' in page
