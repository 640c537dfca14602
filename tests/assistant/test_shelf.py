"""The routes of the documents over HTTP, with a real library: what they do, for whom, what they refuse."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from assistant import shelf
from assistant.inbox import Inbox, taking, work
from assistant.shelf import Desk, Shelf, alike, asked, changes, file, listing, paragraphs
from assistant.shelf_pages import Alike, Asked, File, Row
from assistant.site.requests import LONGEST_FORM
from ingest.errors import LibraryLocked
from ingest.limits import Limits
from ingest.worker import Readers
from tests.assistant.office import Office, article, shelved
from tests.assistant.test_pages import Read
from tests.fakes import CountingEncoder
from vectorstore.library import Library

OURS = {"x-nep": "1", "origin": "http://127.0.0.1:7860", "sec-fetch-site": "same-origin"}
TODAY = date(2026, 11, 22)
STORY = (
    "Chuyện Bình Lãng\n\n16/10/2020\n\nNgày 12-4-1954, Văn phòng Huyện ủy Bình Lãng được thành lập ở một "
    "ngôi đình cổ.\n\nNăm 1990, Văn phòng dời về trụ sở mới bên bờ sông và làm việc ở đó đến nay.\n"
)


def open_for_writing(home: Path) -> Library:
    return Library.open(home, CountingEncoder(), write=True)


class Place:
    """A library with its page: ``client`` asks as a browser on our page does. ``writing`` opens the library;
    a test may put something else there."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.inbox = Inbox(home)
        self.library = Library.open(home, CountingEncoder())
        self.woken = 0
        self.writing: Callable[[], AbstractContextManager[Library]] = lambda: open_for_writing(home)
        desk = Desk(
            self.library, self._said, lambda: self.writing(), self.inbox, self._wake, Limits(megabytes=1)
        )
        app = Starlette(routes=shelf.routes(desk, self.library, lambda: False))
        self.client = TestClient(app, base_url="http://127.0.0.1:7860", headers=OURS)

    def _wake(self) -> None:
        self.woken += 1

    def _said(self, article: str) -> dict[str, str | None]:
        return self.library.said(article)

    def bring(self, name: str, content: bytes, **headers: str) -> Any:
        sent = {"x-nep-name": quote(name)} | headers
        return self.client.post("/tu-lieu/tep", content=content, headers=sent)

    def take_in(self, *files: tuple[str, str]) -> None:
        """Brings files and has them taken in."""
        for name, words in files:
            assert self.bring(name, words.encode()).status_code == 200
        with Readers() as readers:
            work(self.inbox, taking(lambda: open_for_writing(self.home), readers))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    with made.client, made.library:
        yield made


@pytest.fixture
def stocked(place: Place) -> Place:
    place.take_in(("Bình Lãng.txt", STORY))
    return place


# --- bringing --------------------------------------------------------------------------------------


def test_a_document_that_is_brought_waits_in_the_inbox_and_someone_is_woken(place: Place) -> None:
    content = b"abc" * 100_000
    sent = place.bring("Lịch sử (bản 2).docx", content)
    assert sent.status_code == 200
    upload = place.inbox.uploads()[0]
    assert sent.json() == {"id": upload.id}
    assert (upload.name, upload.size) == ("Lịch sử (bản 2).docx", 300_000)
    document = place.inbox.document(upload)
    assert document is not None
    assert document.read_bytes() == content
    assert place.woken == 1


def test_a_document_is_never_whole_in_memory(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each piece is written before the next one is asked for."""
    from assistant.inbox import Arrival

    steps: list[str] = []
    write = Arrival.write

    def note(self: Arrival, some: bytes) -> int:
        steps.append("written")
        return write(self, some)

    async def receive() -> dict[str, Any]:
        steps.append("asked")
        return {"type": "http.request", "body": b"x" * 1000, "more_body": steps.count("asked") < 50}

    async def send(message: Any) -> None:
        steps.append(str(message.get("status", "")))

    monkeypatch.setattr(Arrival, "write", note)
    headers = [
        (k.encode(), v.encode()) for k, v in (OURS | {"host": "127.0.0.1:7860", "x-nep-name": "a"}).items()
    ]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/tu-lieu/tep",
        "headers": headers,
        "query_string": b"",
    }
    asyncio.run(place.client.app(scope, receive, send))  # type: ignore[arg-type]
    assert steps[:100] == ["asked", "written"] * 50
    assert "200" in steps
    assert place.inbox.uploads()[0].size == 50_000


@pytest.mark.parametrize("chunked", [False, True])
def test_a_document_that_is_too_large_is_refused_with_a_sentence_and_leaves_nothing(
    place: Place, chunked: bool
) -> None:
    content = b"x" * 1_000_001
    pieces = (content[at : at + 50_000] for at in range(0, len(content), 50_000))
    sent = place.client.post(
        "/tu-lieu/tep", content=pieces if chunked else content, headers={"x-nep-name": "a.txt"}
    )
    assert sent.status_code == 413
    assert "quá 1 MB" in sent.json()["error"]
    assert not place.inbox.folder.exists() or list(place.inbox.folder.iterdir()) == []
    assert place.bring("a.txt", content[:1_000_000]).status_code == 200


def test_a_document_without_a_name_is_refused(place: Place) -> None:
    assert place.client.post("/tu-lieu/tep", content=b"x").status_code == 400
    assert place.bring(" ", b"x").status_code == 400


def test_a_full_disk_is_told_as_such(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from assistant.inbox import Arrival

    def full(self: Arrival, some: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Arrival, "write", full)
    sent = place.bring("a.txt", b"x")
    assert (sent.status_code, "Ổ đĩa đã đầy" in sent.json()["error"]) == (507, True)
    assert list(place.inbox.folder.iterdir()) == []


def test_the_queue_is_told_and_a_refused_document_is_retried_or_let_go(place: Place) -> None:
    place.take_in(("trống.txt", ""), ("a.txt", STORY))
    queue = place.client.get("/tu-lieu/hang-doi").text
    assert "Tệp trống" in queue
    assert 'data-busy="0"' in queue
    refused, done = place.inbox.uploads()
    assert place.client.post(f"/tu-lieu/tep/{refused.id}/thu-lai").status_code == 200
    assert 'data-busy="1"' in place.client.get("/tu-lieu/hang-doi").text
    assert place.woken == 3
    assert place.client.post(f"/tu-lieu/tep/{refused.id}/bo-qua").status_code == 200
    assert [upload.id for upload in place.inbox.uploads()] == [done.id]
    assert place.client.post("/tu-lieu/tep/xong").status_code == 200
    assert place.inbox.uploads() == []
    again = place.client.post(f"/tu-lieu/tep/{refused.id}/thu-lai")
    assert (again.status_code, "Hãy tải lên lại" in again.json()["error"]) == (404, True)


def test_what_is_being_taken_in_is_not_let_go(place: Place) -> None:
    place.bring("a.txt", b"x")
    upload = place.inbox.uploads()[0]
    place.inbox.note(replace(upload, state="working"))
    refusal = place.client.post(f"/tu-lieu/tep/{upload.id}/bo-qua")
    assert (refusal.status_code, refusal.json()["error"]) == (
        409,
        "Tệp “a.txt” đang được nạp. Hãy đợi nạp xong.",
    )


# --- for whom --------------------------------------------------------------------------------------

CHANGES = [
    "/tu-lieu/tep",
    "/tu-lieu/tep/xong",
    "/tu-lieu/tep/x/bo-qua",
    "/bai/Bình Lãng/sua",
    "/bai/Bình Lãng/go",
]


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize(
    "headers",
    [
        {"x-nep": ""},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:8000"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ],
)
def test_nothing_is_changed_for_another_site(stocked: Place, path: str, headers: dict[str, str]) -> None:
    sent = stocked.client.post(path, content=b"{}", headers={"x-nep-name": "a.txt"} | headers)
    assert sent.status_code == 403
    assert "trang của Nếp" in sent.json()["error"]
    assert [a.title for a in stocked.library.articles()] == ["Chuyện Bình Lãng"]
    assert len(stocked.inbox.uploads()) == 1


@pytest.mark.parametrize("path", [p for p in CHANGES if not p.endswith("sua")])
def test_looking_changes_nothing(stocked: Place, path: str) -> None:
    assert stocked.client.get(path).status_code in (404, 405)
    assert len(stocked.library.articles()) == 1


# --- changing --------------------------------------------------------------------------------------


def test_a_field_is_changed_and_what_the_document_says_stays_to_be_seen(stocked: Place) -> None:
    typed = {
        "title": "  Chuyện  cũ ",
        "published": "9-4-2021",
        "unit": "",
        "source": "Báo Sơn Khê",
        "author": "",
    }
    saved = stocked.client.post("/bai/Bình Lãng/sua", json=typed)
    assert (saved.status_code, saved.json()) == (200, {"title": "Chuyện cũ"})
    held = stocked.library.article("Bình Lãng")
    assert (held.title, held.published, held.source, held.author) == (
        "Chuyện cũ",
        date(2021, 4, 9),
        "Báo Sơn Khê",
        None,
    )
    form = Read(stocked.client.get("/bai/Bình Lãng/sua").text)
    assert "Theo tài liệu: Chuyện Bình Lãng" in form.text
    assert "Theo tài liệu: 16/10/2020" in form.text
    assert "đã sửa" in stocked.client.get("/tu-lieu").text


def test_what_is_wrong_is_said_field_by_field_and_nothing_saved(stocked: Place) -> None:
    typed = {"title": " ", "published": "31/02/2020", "unit": "x" * 501}
    refusal = stocked.client.post("/bai/Bình Lãng/sua", json=typed)
    assert refusal.status_code == 422
    assert set(refusal.json()["fields"]) == {"title", "published", "unit"}
    assert "Không có ngày 31/02/2020" in refusal.json()["fields"]["published"]
    assert stocked.library.article("Bình Lãng").title == "Chuyện Bình Lãng"


@pytest.mark.parametrize("body", [b"", b"[]", b"x", b'{"title": 1}', b"\xff", b"[" * 60_000])
def test_a_form_that_is_none_is_refused(stocked: Place, body: bytes) -> None:
    refusal = stocked.client.post("/bai/Bình Lãng/sua", content=body)
    assert refusal.status_code == 400
    assert "Hãy tải lại trang" in refusal.json()["error"]


def test_a_form_without_end_is_refused(stocked: Place) -> None:
    assert stocked.client.post("/bai/Bình Lãng/sua", content=b" " * (LONGEST_FORM + 1)).status_code == 413


def test_fields_that_are_none_of_ours_are_left_alone(stocked: Place) -> None:
    before = stocked.library.article("Bình Lãng")
    saved = stocked.client.post("/bai/Bình Lãng/sua", json={"text": "khác", "id": "khác", "file": "khác"})
    assert saved.status_code == 200
    assert stocked.library.article("Bình Lãng") == before


def test_an_article_is_removed_with_its_document(stocked: Place) -> None:
    original = stocked.library.original("Bình Lãng")
    assert original is not None
    assert stocked.client.post("/bai/Bình Lãng/go").status_code == 200
    assert stocked.library.articles() == []
    assert not original.exists()
    again = stocked.client.post("/bai/Bình Lãng/go")
    assert (again.status_code, "có thể đã được gỡ" in again.json()["error"]) == (404, True)
    assert stocked.client.get("/bai/Bình Lãng/sua").status_code == 404


def test_a_change_waits_for_its_turn_and_says_so_when_that_does_not_come(
    stocked: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = time.monotonic() + 0.4

    def busy() -> Library:
        if time.monotonic() < free:
            raise LibraryLocked("Bận.")
        return open_for_writing(stocked.home)

    stocked.writing = busy
    assert stocked.client.post("/bai/Bình Lãng/sua", json={"title": "Mới"}).status_code == 200
    monkeypatch.setattr(shelf, "PATIENCE", 0.2)
    free = time.monotonic() + 60
    refusal = stocked.client.post("/bai/Bình Lãng/sua", json={"title": "Mới nữa"})
    assert refusal.status_code == 503
    assert "đang nạp tài liệu" in refusal.json()["error"]
    assert stocked.library.article("Bình Lãng").title == "Mới"


def test_what_nobody_foresaw_is_an_apology_and_a_log(
    stocked: Place, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> Library:
        raise RuntimeError("bí mật")

    stocked.writing = broken
    refusal = stocked.client.post("/bai/Bình Lãng/go")
    assert refusal.status_code == 500
    assert "bí mật" not in refusal.text
    assert "RuntimeError: bí mật" in caplog.text


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("", None),
        ("9/4/2024", date(2024, 4, 9)),
        (" 09 . 04 . 2024 ", date(2024, 4, 9)),
        ("1-1-1930", date(1930, 1, 1)),
    ],
)
def test_a_day_is_read_as_people_write_it(text: str, day: date | None) -> None:
    assert changes({"published": text}, TODAY) == ({"published": day}, {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2024-04-09", "ngày/tháng/năm"),
        ("tháng 4/2024", "ngày/tháng/năm"),
        ("4/2024", "ngày/tháng/năm"),
        ("9/4/24", "bốn chữ số"),
        ("9/4/20244", "bốn chữ số"),
        ("29/02/2023", "Không có ngày"),
        ("4/13/2020", "Không có ngày"),
        ("1/1/0000", "Không có ngày"),
        ("9/4/2204", "chưa tới"),
        ("09/04/2024 <b>", "ngày/tháng/năm"),
    ],
)
def test_a_day_that_cannot_be_is_said_to_be_none(text: str, said: str) -> None:
    values, wrong = changes({"published": text}, TODAY)
    assert values == {}
    assert said in wrong["published"]


# --- downloading -----------------------------------------------------------------------------------


def test_the_document_comes_back_byte_by_byte_under_its_name_and_runs_nowhere(place: Place) -> None:
    words = f"<!doctype html><script>parent.hacked = 1</script><p>{STORY}"
    with open_for_writing(place.home) as library:
        from ingest.chunk import passages
        from ingest.clean import article as made
        from ingest.clean import clean
        from ingest.layout import plain

        lying = place.home / "Trang web “cũ”.html"
        lying.write_text(words, encoding="utf-8")
        one = made("trang", str(lying), clean(plain(STORY)))
        library.add(one, passages(one), original=lying)
    got = place.client.get("/bai/trang/goc")
    assert got.content == words.encode()
    headers = got.headers
    assert headers["content-disposition"] == f"attachment; filename*=utf-8''{quote('Trang web “cũ”.html')}"
    assert headers["content-type"] == "application/octet-stream"
    assert headers["content-security-policy"] == "sandbox; default-src 'none'"


def test_an_article_without_its_document_says_so(place: Place) -> None:
    with open_for_writing(place.home) as library:
        from tests.vectorstore.articles import made

        library.add(*made("a", "Một đoạn."))
    got = place.client.get("/bai/a/goc")
    assert got.status_code == 404
    assert "không giữ tệp gốc" in got.text
    assert place.client.get("/bai/không có/goc").status_code == 404


# --- the list --------------------------------------------------------------------------------------


def rows(*titles: str, **fields: object) -> list[Row]:
    made = []
    for n, title in enumerate(titles):
        one = shelved(article(str(n), title, "Một dòng."), **{k: v[n] for k, v in fields.items()})  # type: ignore[index]
        made.append(Row(one, (File(f"{title}.txt", None),), ()))
    return made


def titles(all: list[Row], asked: Asked) -> list[str]:
    return [row.article.title for row in listing(all, asked, 1).rows]


@pytest.mark.parametrize(
    "typed", ["Huyện uỷ", "huyen uy", "HUYỆN  ỦY", "uy binh", "16/10/2020", "bao son khe", "hoa"]
)
def test_an_article_is_found_by_any_of_its_words_with_or_without_marks(typed: str) -> None:
    found = rows("Chuyện cũ", "Khác")
    known = replace(
        found[0],
        article=replace(
            found[0].article,
            unit="Văn phòng Huyện ủy Bình Lãng",
            published=date(2020, 10, 16),
            source="Báo Sơn Khê",
            author="Lê Hòa",
        ),
    )
    assert titles([known, found[1]], Asked(words=typed)) == ["Chuyện cũ"]


def test_every_word_must_be_there() -> None:
    assert titles(rows("Một hai", "Một ba"), Asked(words="một ba", by="ten")) == ["Một ba"]
    assert titles(rows("Một hai"), Asked(words="bốn")) == []


@pytest.mark.parametrize(("down", "order"), [(False, "bac"), (True, "cab")])
def test_rows_with_nothing_in_the_column_stand_last_either_way(down: bool, order: str) -> None:
    days = {"published": [date(2021, 1, 1), date(2020, 1, 1), date(2022, 1, 1), None]}
    assert "".join(titles(rows("a", "b", "c", "d", **days), Asked(by="ngay", down=down))) == order + "d"


def test_titles_are_sorted_without_regard_to_marks_and_case() -> None:
    assert titles(rows("Đồng", "ánh", "Ấm", "e"), Asked(by="ten", down=False)) == ["Ấm", "ánh", "Đồng", "e"]


def test_the_last_added_stands_first_unless_asked_otherwise() -> None:
    when = {"added": [datetime(2026, 1, n, tzinfo=UTC) for n in (1, 3, 2)]}
    assert titles(rows("a", "b", "c", **when), Asked()) == ["b", "c", "a"]


def test_a_page_beyond_the_last_is_the_last() -> None:
    many = rows(*(f"{n:03}" for n in range(120)))
    shown = listing(many, Asked(by="ten", down=False, page=99), 1)
    assert (shown.asked.page, shown.pages, shown.found) == (3, 3, 120)
    assert [row.article.title for row in shown.rows] == [f"{n:03}" for n in range(100, 120)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, Asked()),
        ({"tim": " a ", "theo": "ngay"}, Asked("a", "ngay", True)),
        ({"theo": "ten"}, Asked("", "ten", False)),
        ({"theo": "ten", "chieu": "giam"}, Asked("", "ten", True)),
        ({"sap": "dai.giam"}, Asked("", "dai", True)),
        ({"theo": "<script>", "chieu": "x", "trang": "-1"}, Asked()),
        ({"trang": "9" * 5000}, Asked()),
        ({"trung": "1", "trang": "2"}, Asked(doubled=True, page=2)),
    ],
)
def test_what_an_address_asks_is_read_and_nonsense_left_out(query: dict[str, str], expected: Asked) -> None:
    assert asked(query) == expected


def test_the_list_is_looked_up_by_its_address(stocked: Place) -> None:
    assert "Chuyện Bình Lãng" in stocked.client.get("/tu-lieu?tim=binh+lang").text
    assert "Không có bài nào có “tàu”" in stocked.client.get("/tu-lieu?tim=tàu").text


def test_a_document_is_named_as_the_user_has_it_without_the_way_through_the_inbox() -> None:
    inbox = Path("/nep/inbox")
    assert file("/nep/inbox/2026-1/Lịch sử.docx", inbox) == File("Lịch sử.docx", None)
    assert file("/nep/inbox/2026-1/a.zip/năm 2020/b.docx", inbox) == File("a.zip › năm 2020 › b.docx", None)
    assert file("/bài/a.zip/b.docx", inbox) == File("b.docx", "/bài/a.zip/b.docx")


# --- what is double --------------------------------------------------------------------------------


def test_articles_are_alike_by_the_paragraphs_that_both_have() -> None:
    one, two, three, four = "m" * 60, "h" * 30, "b" * 10, "n" * 100
    held = {
        "a": paragraphs(article("a", "A", one, two, three)),
        "b": paragraphs(article("b", "B", one, two)),
        "c": paragraphs(article("c", "C", one, four)),
        "d": paragraphs(article("d", "D", four, three)),
    }
    found = alike(held)
    assert found["a"] == {"b": 1.0, "c": 0.6}
    assert found["b"] == {"a": 1.0, "c": pytest.approx(2 / 3)}
    assert found["c"] == {"a": 0.6, "b": pytest.approx(2 / 3), "d": pytest.approx(100 / 110)}


def test_half_is_not_more_than_half_and_a_title_is_no_paragraph() -> None:
    half = {"a": article("a", "Tên", "m" * 10, "h" * 10), "b": article("b", "Tên", "m" * 10, "b" * 10)}
    assert alike({id: paragraphs(one) for id, one in half.items()}) == {"a": {}, "b": {}}


def test_a_formula_that_everyone_writes_makes_no_copies() -> None:
    held = {
        str(n): paragraphs(article(str(n), "T", "Công thức chung của mọi bài.", str(n))) for n in range(150)
    }
    assert not any(alike(held).values())
    assert alike({"0": held["0"], "1": held["1"]})["0"]


def test_the_list_tells_copies_and_namesakes_and_follows_the_library(tmp_path: Path) -> None:
    same = "Một đoạn dài như nhau trong hai bài."
    office = Office(
        [article("a", "Kỷ yếu", same), article("b", "kỷ  yếu", "Khác hẳn."), article("c", "C", same, "x")]
    )
    office_shelf = Shelf(office, tmp_path)
    generation, made = office_shelf.rows()
    assert {row.article.id: row.alike for row in made} == {
        "a": (Alike("c", "C", 1.0), Alike("b", "kỷ  yếu", None)),
        "b": (Alike("a", "Kỷ yếu", None),),
        "c": (Alike("a", "Kỷ yếu", 1.0),),
    }
    assert [
        row.article.id for row in listing(made, Asked(doubled=True, by="ten", down=False), generation).rows
    ] == [
        "c",
        "a",
        "b",
    ]
    office._articles.pop()
    assert {row.article.id: len(row.alike) for row in office_shelf.rows()[1]} == {"a": 1, "b": 1}


def test_a_thousand_articles_are_listed_and_compared_in_time() -> None:
    many = [
        article(str(n), f"Bài {n}", *(f"Đoạn {(n * 7 + k) % 3000} của bài." * 5 for k in range(40)))
        for n in range(1000)
    ]
    began = time.monotonic()
    _, made = Shelf(Office(many), Path("/")).rows()
    listing(made, Asked(words="bai"), 1)
    assert time.monotonic() - began < 10  # 1 s on an idle computer
    assert len(made) == 1000


def test_json_is_what_a_change_answers(stocked: Place) -> None:
    told = stocked.client.post("/bai/không có/go")
    assert json.loads(told.text).keys() == {"error", "fields"}
