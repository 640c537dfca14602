"""The page of the documents as a person meets it, in a real Chromium: dropped, watched, changed, removed."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from assistant import web
from assistant.inbox import Inbox, Tell, taking, work
from assistant.intake import Event
from assistant.shelf import Desk
from ingest.errors import LibraryLocked
from ingest.limits import Limits
from ingest.types import Article
from ingest.worker import Readers
from tests.assistant.browsing import DESK, PHONE, browser, serving
from tests.assistant.office import Office, house
from tests.conftest import ROOT
from tests.fakes import CountingEncoder
from vectorstore.library import Library

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, FilePayload, Locator, Page

HOSTILE = "<img src=x onerror=window.hacked=1>"
STORY = (
    "Chuyện Bình Lãng\n\n16/10/2020\n\nNgày 12-4-1954, Văn phòng Huyện ủy Bình Lãng được thành lập ở một "
    "ngôi đình cổ.\n\nNăm 1990, Văn phòng dời về trụ sở mới bên bờ sông và làm việc ở đó đến nay.\n"
)
REPORT = "Báo cáo năm 2023\n\nNăm 2023, Văn phòng Thành ủy Sơn Khê phục vụ 48 cuộc họp và nhận 1 Bằng khen.\n"


class Stocked(Office):
    """Shows the articles of a real library."""

    def __init__(self, library: Library) -> None:
        super().__init__([])
        self._library = library

    def article(self, id: str) -> Article:
        return self._library.article(id)

    def original(self, id: str) -> Path | None:
        return self._library.original(id)


class Place:
    """The application on a library of its own. Documents are taken in by a thread; one whose name begins
    with “chậm” only when ``go`` is set. While ``locked``, nobody else gets to write."""

    def __init__(self, home: Path) -> None:
        self.home, self.inbox = home, Inbox(home)
        self.library = Library.open(home, CountingEncoder())
        self.go = threading.Event()
        self.locked = False
        self.beside = ThreadPoolExecutor(1)
        office = Stocked(self.library)
        desk = Desk(self.library, self.said, self.writing, self.inbox, self.wake, Limits(megabytes=2))
        self.app = web.app(house(office, home), desk)

    def said(self, id: str) -> dict[str, str | None]:
        return self.library.said(id)

    def writing(self) -> Library:
        if self.locked:
            raise LibraryLocked("Bận.")
        return Library.open(self.home, CountingEncoder(), write=True)

    def wake(self) -> None:
        self.beside.submit(self.take_in)

    def take_in(self) -> None:
        with Readers() as readers:
            plain = taking(lambda: Library.open(self.home, CountingEncoder(), write=True), readers)

            def take(path: Path, tell: Tell) -> Iterator[Event]:
                if path.name.startswith("chậm"):
                    tell("storing", 0.4)
                    self.go.wait(30)
                yield from plain(path, tell)

            work(self.inbox, take)

    def stock(self, *files: tuple[str, str]) -> None:
        for name, words in files:
            with self.inbox.arrival(name) as arrival:
                arrival.write(words.encode())
                arrival.keep()
        self.take_in()

    def empty(self) -> None:
        self.go.set()
        self.beside.submit(lambda: None).result()
        with Library.open(self.home, CountingEncoder(), write=True) as library:
            for article in library.articles():
                library.remove(article.id)
        for upload in self.inbox.uploads():
            self.inbox.drop(upload.id)
        self.go.clear()
        self.locked = False


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, str]]:
    place = Place(tmp_path_factory.mktemp("Nep"))
    with serving(place.app) as address:
        yield place, address
    place.beside.shutdown()
    place.library.close()


@pytest.fixture
def place(made: tuple[Place, str]) -> Iterator[Place]:
    yield made[0]
    made[0].empty()


@pytest.fixture(scope="module")
def chromium(made: tuple[Place, str]) -> Iterator[Browser]:
    with browser() as launched:
        yield launched


Visit = Callable[..., "Page"]


@pytest.fixture
def visit(chromium: Browser, place: Place, made: tuple[Place, str]) -> Iterator[Visit]:
    """Opens the page in a browser session of its own. Whatever a test does there, no request may go to
    another server, no script may fail and none but ours may run: it is asserted here."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []
    address = made[1]

    def open(path: str = "/tu-lieu", size: dict[str, int] = DESK) -> Page:
        context = chromium.new_context(viewport=size, locale="vi-VN", reduced_motion="reduce")  # type: ignore[arg-type]
        contexts.append(context)
        context.on("request", lambda r: None if urlsplit(r.url).netloc in address else faults.append(r.url))
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        # A change that is refused, or a lost connection, is an error of the console to Chromium alone.
        page.on(
            "console",
            lambda m: faults.append(m.text) if m.type == "error" and "load resource" not in m.text else None,
        )
        page.goto(address + path)
        return page

    yield open
    for context in contexts:
        for page in context.pages:
            assert page.evaluate("typeof window.hacked") == "undefined"
        context.close()
    assert faults == []


def payload(name: str, words: str | bytes) -> FilePayload:
    content = words if isinstance(words, bytes) else words.encode()
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def drop(page: Page, *files: tuple[str, str]) -> None:
    """Files dragged from outside and dropped on the page."""
    given = page.evaluate_handle(
        """files => {
            const data = new DataTransfer();
            for (const [name, words] of files) data.items.add(new File([words], name));
            return data;
        }""",
        [list(one) for one in files],
    )
    page.dispatch_event("#drop", "dragenter", {"dataTransfer": given})
    assert "over" in (page.locator(".bring").get_attribute("class") or "")
    page.dispatch_event("#drop", "dragover", {"dataTransfer": given})
    page.dispatch_event("#drop", "drop", {"dataTransfer": given})
    assert "over" not in (page.locator(".bring").get_attribute("class") or "")


def upload(page: Page, name: str, state: str = "") -> Locator:
    return page.locator(f".upload{state}", has_text=name)


def listed(page: Page) -> list[str]:
    return page.locator(".library .title").all_inner_texts()


def focused(of: Locator) -> bool:
    return bool(of.evaluate("e => e === document.activeElement"))


def wait(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 15
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)


# --- bringing --------------------------------------------------------------------------------------


def test_files_dropped_together_are_taken_in_and_the_bad_one_says_why(visit: Visit) -> None:
    page = visit()
    assert "Thư viện chưa có bài nào" in page.locator("#list").inner_text()
    drop(page, ("Bình Lãng.txt", STORY), ("trống.txt", ""), ("Sơn Khê.txt", REPORT))
    upload(page, "Bình Lãng.txt", ".done").wait_for()
    upload(page, "Sơn Khê.txt", ".done").wait_for()
    assert "Chưa nạp được. Tệp trống" in upload(page, "trống.txt", ".refused").inner_text()
    assert "Đã nạp thành bài Chuyện Bình Lãng" in upload(page, "Bình Lãng.txt").inner_text()
    page.locator(".library .title", has_text="Báo cáo năm 2023").wait_for()
    assert listed(page) == ["Báo cáo năm 2023", "Chuyện Bình Lãng"]
    row = page.locator("tr", has_text="Chuyện Bình Lãng").inner_text()
    for said in ("16/10/2020", "Văn phòng Huyện ủy Bình Lãng", "Văn bản", "Bình Lãng.txt"):
        assert said in row


def test_progress_is_shown_and_a_reload_in_the_middle_loses_nothing(visit: Visit, place: Place) -> None:
    page = visit()
    page.set_input_files("#files", [payload("chậm.txt", STORY), payload("sau.txt", REPORT)])
    upload(page, "chậm.txt", ".working").get_by_text("Đang nạp vào thư viện: 40 %").wait_for()
    assert upload(page, "chậm.txt").locator("progress").get_attribute("value") == "40"
    assert "đang đợi đến lượt" in upload(page, "sau.txt", ".waiting").inner_text()
    page.reload()
    assert "40 %" in upload(page, "chậm.txt", ".working").inner_text()
    place.go.set()
    upload(page, "chậm.txt", ".done").wait_for()
    upload(page, "sau.txt", ".done").wait_for()
    page.locator(".library tbody tr").nth(1).wait_for()
    assert sorted(listed(page)) == ["Báo cáo năm 2023", "Chuyện Bình Lãng"]
    page.get_by_role("button", name="Ẩn 2 tệp đã nạp xong").click()
    page.locator("#queue li").first.wait_for(state="detached")


def test_the_page_asks_only_while_something_is_at_work(visit: Visit, place: Place) -> None:
    page = visit()
    asked: list[float] = []
    page.on("request", lambda r: asked.append(time.monotonic()) if r.url.endswith("hang-doi") else None)
    page.wait_for_timeout(1500)
    assert asked == []
    page.set_input_files("#files", [payload("chậm.txt", STORY)])
    upload(page, "chậm.txt", ".working").wait_for()
    page.wait_for_timeout(2500)
    assert 2 <= len(asked) <= 6
    place.go.set()
    upload(page, "chậm.txt", ".done").wait_for()
    asked.clear()
    page.wait_for_timeout(2000)
    assert len(asked) <= 1


def test_a_file_that_is_too_large_is_told_so_at_once(visit: Visit, place: Place) -> None:
    page = visit()
    page.set_input_files("#files", [payload("to.txt", b"x" * 2_000_001), payload("a.txt", STORY)])
    large = upload(page, "to.txt", ".refused")
    large.wait_for()
    assert "quá 2 MB" in large.inner_text()
    upload(page, "a.txt", ".done").wait_for()
    assert [one.name for one in place.inbox.uploads()] == ["a.txt"]
    large.get_by_role("button", name="Bỏ qua").click()
    assert large.count() == 0
    assert focused(page.locator("#drop"))


def test_a_file_that_could_not_be_sent_is_sent_again(visit: Visit) -> None:
    page = visit()
    page.context.set_offline(True)
    page.set_input_files("#files", [payload("a.txt", STORY)])
    lost = upload(page, "a.txt", ".refused")
    lost.wait_for()
    assert "Không liên lạc được với máy chủ" in lost.inner_text()
    page.context.set_offline(False)
    lost.get_by_role("button", name="Thử lại").click()
    upload(page, "a.txt", ".done").wait_for()
    assert page.locator("#sending li").count() == 0


def test_a_refused_file_is_tried_again_and_let_go(visit: Visit, place: Place) -> None:
    place.stock(("trống.txt", ""))
    page = visit()
    row = upload(page, "trống.txt", ".refused")
    document = place.inbox.document(place.inbox.uploads()[0])
    assert document is not None
    document.write_text(STORY, encoding="utf-8")  # what was in its way is there no more
    row.get_by_role("button", name="Thử lại").click()
    upload(page, "trống.txt", ".done").wait_for()
    drop(page, ("trống.txt", ""))
    row.get_by_role("button", name="Bỏ qua").click()
    row.wait_for(state="detached")
    assert [one.state for one in place.inbox.uploads()] == ["done"]


def test_two_documents_of_one_name_are_both_kept_and_said_to_be_two(visit: Visit, place: Place) -> None:
    place.stock(("a.txt", STORY))
    page = visit()
    drop(page, ("a.txt", REPORT), ("b.txt", STORY))
    upload(page, "b.txt", ".done").wait_for()
    assert "bài khác từ tệp cùng tên; cả hai được giữ" in page.locator("#queue").inner_text()
    assert "Trùng nội dung với bài đã có" in upload(page, "b.txt").inner_text()
    page.locator(".library tbody tr").nth(1).wait_for()
    assert len(listed(page)) == 2


def test_hostile_names_titles_and_fields_are_shown_as_text(visit: Visit) -> None:
    page = visit()
    drop(page, (f"{HOSTILE}.txt", f"Tên {HOSTILE}\n\nCâu {HOSTILE} hết, dài thêm cho đủ một đoạn văn.\n"))
    upload(page, HOSTILE, ".done").wait_for()
    page.locator(".library .title", has_text=HOSTILE).wait_for()
    page.get_by_role("button", name="Sửa").click()
    for field in ("#edit-unit", "#edit-source", "#edit-author"):
        page.locator(field).fill(f'"{HOSTILE}')
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.locator("#told", has_text=HOSTILE).wait_for()
    page.locator("td", has_text=HOSTILE).first.wait_for()
    page.get_by_role("button", name="Gỡ").click()
    assert HOSTILE in page.locator("#remover").inner_text()
    page.keyboard.press("Escape")
    page.locator(".library .title").click()
    page.locator("#reader h1").wait_for()
    assert page.locator("main img, #reader img").count() == 0


# --- the list --------------------------------------------------------------------------------------


def test_the_list_is_searched_while_one_types_and_keeps_the_search(visit: Visit, place: Place) -> None:
    place.stock(("a.txt", STORY), ("b.txt", REPORT))
    page = visit()
    page.locator("#words").press_sequentially("binh lang")
    page.locator(".count", has_text="1 trong 2 bài").wait_for()
    assert listed(page) == ["Chuyện Bình Lãng"]
    assert focused(page.locator("#words"))
    assert "tim=binh+lang" in page.url
    page.reload()
    assert listed(page) == ["Chuyện Bình Lãng"]
    assert page.locator("#words").input_value() == "binh lang"
    page.locator("#words").fill("tàu hỏa")
    page.get_by_text("Không có bài nào có “tàu hỏa”").wait_for()
    page.get_by_role("link", name="Xem tất cả").click()
    assert len(listed(page)) == 2


def test_the_list_is_sorted_by_its_columns_with_the_keyboard(visit: Visit, place: Place) -> None:
    place.stock(("a.txt", STORY), ("b.txt", REPORT))
    page = visit()
    assert page.locator("th.luc").get_attribute("aria-sort") == "descending"
    page.get_by_role("link", name="Tên bài").focus()
    page.keyboard.press("Enter")
    page.locator("th.ten[aria-sort=ascending]").wait_for()
    assert listed(page) == ["Báo cáo năm 2023", "Chuyện Bình Lãng"]
    assert focused(page.get_by_role("link", name="Tên bài"))
    page.keyboard.press("Enter")
    page.locator("th.ten[aria-sort=descending]").wait_for()
    assert listed(page) == ["Chuyện Bình Lãng", "Báo cáo năm 2023"]
    page.reload()
    assert listed(page) == ["Chuyện Bình Lãng", "Báo cáo năm 2023"]


def test_copies_are_named_and_can_be_looked_at_alone(visit: Visit, place: Place) -> None:
    place.stock(
        ("a.txt", STORY), ("b.txt", STORY.replace("Chuyện Bình Lãng", "Chuyện khác")), ("c.txt", REPORT)
    )
    page = visit()
    assert "Gần trùng với Chuyện khác (giống 100 %)" in page.locator("tr", has_text="a.txt").inner_text()
    page.get_by_label("Chỉ bài trùng hoặc gần trùng").check()
    page.locator(".count", has_text="2 trong 3 bài").wait_for()
    assert "Báo cáo năm 2023" not in listed(page)


def test_an_article_is_read_beside_the_list_and_the_focus_comes_back(visit: Visit, place: Place) -> None:
    place.stock(("a.txt", STORY))
    page = visit()
    title = page.locator(".library .title")
    title.click()
    page.locator("#reader h1", has_text="Chuyện Bình Lãng").wait_for()
    assert "Tải tệp gốc" in page.locator("#reader").inner_text()
    page.keyboard.press("Escape")
    assert not page.locator("#reader").is_visible()
    assert focused(title)


def test_the_document_is_downloaded_byte_by_byte_under_its_name(visit: Visit, place: Place) -> None:
    place.stock(("Chuyện Bình Lãng (bản 2).txt", STORY))
    page = visit()
    with page.expect_download() as loading:
        page.get_by_role("link", name="Tải tệp gốc").click()
    assert loading.value.suggested_filename == "Chuyện Bình Lãng (bản 2).txt"
    assert Path(loading.value.path()).read_bytes() == STORY.encode()


# --- changing and removing -------------------------------------------------------------------------


def test_fields_are_changed_and_the_document_s_own_stay_in_sight(visit: Visit, place: Place) -> None:
    place.stock(("a.txt", STORY))
    page = visit()
    edit = page.get_by_role("button", name="Sửa: Chuyện Bình Lãng")
    edit.click()
    page.locator("#edit-title").wait_for()
    assert focused(page.locator("#edit-title"))
    page.locator("#edit-title").fill("")
    page.locator("#edit-published").fill("31/02/2021")
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_text("Không có ngày 31/02/2021").wait_for()
    assert "Bài phải có tên" in page.locator("#fault-title").inner_text()
    assert focused(page.locator("#edit-title"))
    assert page.locator("#edit-published").get_attribute("aria-invalid") == "true"
    page.locator("#edit-title").fill("Chuyện xưa")
    page.locator("#edit-published").fill("1/2/2021")
    page.keyboard.press("Enter")
    page.locator("#told", has_text="Đã lưu “Chuyện xưa”.").wait_for()
    assert not page.locator("#editor").is_visible()
    page.locator("tr", has_text="Chuyện xưa").wait_for()
    assert "01/02/2021" in page.locator("tr", has_text="Chuyện xưa").inner_text()
    again = page.get_by_role("button", name="Sửa: Chuyện xưa")
    assert focused(again)
    again.click()
    page.get_by_text("Theo tài liệu: 16/10/2020").wait_for()
    assert page.get_by_text("Theo tài liệu: Chuyện Bình Lãng").count() == 1
    assert place.library.article("a").title == "Chuyện xưa"


def test_a_change_that_cannot_be_made_now_keeps_what_was_typed(
    visit: Visit, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.shelf.PATIENCE", 0.1)
    place.stock(("a.txt", STORY))
    page = visit()
    page.get_by_role("button", name="Sửa").click()
    page.locator("#edit-title").fill("Chuyện xưa")
    place.locked = True
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_text("một chương trình khác đang ghi vào thư viện").wait_for()
    assert page.locator("#edit-title").input_value() == "Chuyện xưa"
    place.locked = False
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.locator("#told", has_text="Đã lưu").wait_for()


def test_an_article_is_removed_after_a_question_that_names_it(visit: Visit, place: Place) -> None:
    place.stock(("a.txt", STORY), ("b.txt", REPORT))
    page = visit()
    remove = page.get_by_role("button", name="Gỡ: Chuyện Bình Lãng")
    remove.click()
    assert page.locator("#remover .which").inner_text() == "Chuyện Bình Lãng"
    assert focused(page.get_by_role("button", name="Không gỡ"))
    page.keyboard.press("Enter")
    assert focused(remove)
    assert len(place.library.articles()) == 2
    remove.click()
    page.get_by_role("button", name="Gỡ bài").click()
    page.locator("#told", has_text="Đã gỡ “Chuyện Bình Lãng”").wait_for()
    page.locator(".count", has_text=re.compile(r"^1 bài$")).wait_for()
    assert listed(page) == ["Báo cáo năm 2023"]
    assert focused(page.get_by_role("button", name="Gỡ: Báo cáo năm 2023"))
    assert [a.id for a in place.library.articles()] == ["b"]


def test_what_comes_while_a_form_is_open_does_not_disturb_it(visit: Visit, place: Place) -> None:
    place.stock(("a.txt", STORY))
    page = visit()
    page.set_input_files("#files", [payload("chậm.txt", REPORT)])
    upload(page, "chậm.txt", ".working").wait_for()
    edit = page.get_by_role("button", name="Sửa")
    edit.click()
    page.locator("#edit-title").fill("Đang gõ dở")
    place.go.set()
    wait(lambda: len(place.library.articles()) == 2)
    page.wait_for_timeout(1500)
    assert page.locator("#edit-title").input_value() == "Đang gõ dở"
    page.keyboard.press("Escape")
    page.locator(".library tbody tr").nth(1).wait_for()
    assert len(listed(page)) == 2


# --- hands and eyes --------------------------------------------------------------------------------


def test_everything_is_done_with_the_keyboard_alone(visit: Visit, place: Place) -> None:
    place.stock(("trống.txt", ""), ("a.txt", STORY))
    page = visit()
    with page.expect_file_chooser() as choosing:
        page.locator("#drop").press("Enter")
    choosing.value.set_files([payload("b.txt", REPORT)])
    upload(page, "b.txt", ".done").wait_for()
    page.reload()
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate("""() => {
                const e = document.activeElement, s = getComputedStyle(e);
                if (e === document.body) return '|';
                const sees = s.outlineStyle === 'solid' && parseFloat(s.outlineWidth) >= 2;
                const name = e.getAttribute('aria-label') || e.textContent.trim();
                return [e.id || e.className || e.dataset.do || e.dataset.key, name, sees].join('|');
            }""")
        )
    reached = "\n".join(seen)
    for name in (
        "Hỏi đáp",
        "drop|",
        "Thử lại: trống.txt",
        "Bỏ qua: trống.txt",
        "words|",
        "doubled|",
        "sort-ngay|",
        "title|Chuyện Bình Lãng",
        "Sửa: Chuyện Bình Lãng",
        "Tải tệp gốc: Chuyện Bình Lãng",
        "Gỡ: Chuyện Bình Lãng",
    ):
        assert name in reached, reached
    assert [s for s in seen if s.endswith("|false") and not s.startswith("|")] == []


@pytest.mark.parametrize("width", [320, 390, 640, 1024])
def test_no_window_needs_scrolling_sideways(visit: Visit, place: Place, width: int) -> None:
    long = "Chặngđườngbảymươinămkhôngcómộtdấucáchnào" * 3
    place.stock((f"{long}.txt", f"{long} của Văn phòng\n\n{STORY}"), ("trống.txt", ""), ("b.txt", REPORT))
    page = visit(size={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Sửa").first.click()
    page.locator("#edit-title").wait_for()
    box = page.locator("#editor").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_on_a_phone_a_row_is_a_card_that_names_its_fields_and_is_sorted_from_a_list(
    visit: Visit, place: Place
) -> None:
    place.stock(("a.txt", STORY), ("b.txt", REPORT))
    page = visit(size=PHONE)
    assert not page.locator(".library thead").is_visible()
    cell = page.locator("tr", has_text="Chuyện Bình Lãng").locator("td.ngay")
    assert "Ngày" in cell.evaluate("e => getComputedStyle(e, '::before').content")
    page.get_by_label("Sắp theo").select_option("ngay.giam")
    page.locator("tbody tr").first.get_by_text("Chuyện Bình Lãng").wait_for()
    assert "theo=ngay" in page.url


def test_what_happens_is_told_to_who_cannot_see_it(visit: Visit) -> None:
    page = visit()
    assert [one.get_attribute("id") for one in page.locator("main [role=status]").all()] == ["heard", "told"]
    drop(page, ("trống.txt", ""))
    page.locator("#heard", has_text="Tệp trống").wait_for(state="attached")
    assert page.evaluate("document.documentElement.lang") == "vi"


# --- the real thing --------------------------------------------------------------------------------


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """``python app.py serve`` as it is started on a new computer: with the samples."""
    command = [sys.executable, "app.py", "--home", str(tmp_path / "Nep"), "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = re.search(r"http://[\d.]+:\d+", process.stdout.readline())
        assert said
        yield said[0], tmp_path / "Nep"
        process.send_signal(signal.SIGINT)
        process.wait(30)


def test_the_first_document_takes_the_place_of_the_samples_without_a_new_start(
    served: tuple[str, Path], chromium: Browser
) -> None:
    address, home = served
    page = chromium.new_context(viewport=DESK).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(60_000)
    page.goto(address)
    page.locator(".example").first.wait_for()
    assert "Đây là bài mẫu" in page.locator(".banner").first.inner_text()
    page.get_by_role("link", name="Tư liệu").first.click()
    assert "bài mẫu" in page.locator(".note").inner_text()
    drop(page, ("Bình Lãng.txt", STORY))
    upload(page, "Bình Lãng.txt", ".done").wait_for()
    page.goto(address)
    page.locator("#asking textarea").fill("Văn phòng Huyện ủy Bình Lãng được thành lập ngày nào?")
    page.locator("#asking textarea").press("Enter")
    page.locator(".answered .number").first.wait_for()
    assert "12-4-1954" in page.locator(".exchange").inner_text()
    assert "Đây là bài mẫu" not in page.content()
    assert "Chuyện Bình Lãng" in page.locator(".answered .card").first.inner_text()
    page.context.close()
    assert list((home / "inbox").glob("*/Bình Lãng.txt")) == []
