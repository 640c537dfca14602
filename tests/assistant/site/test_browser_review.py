"""The editors' whole job in a real Chromium: from a refused question to an approved answer, given to staff
who ask in other words, to its revocation when the source changes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from assistant import web
from assistant.answer import Assistant
from assistant.inbox import Inbox
from assistant.records import conversations, records, reviews
from assistant.reviewed import Reviewed
from assistant.shelf import Desk
from assistant.site import chat
from assistant.site.house import House
from ingest.limits import Limits
from tests.assistant.browsing import DESK, PHONE, browser, serving
from vectorstore import encoders
from vectorstore.library import Library

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

REFUSED = "Trụ sở Văn phòng Huyện ủy Trường Lạc đóng ở thị trấn nào?"
OTHERWISE = "Cho tôi hỏi trụ sở của Văn phòng Huyện ủy Trường Lạc đóng ở thị trấn nào ạ?"
ANOTHER = "Trụ sở Văn phòng Huyện ủy Bình Lãng đóng ở thị trấn nào?"
STATEMENT = "Sau ngày đất nước thống nhất, trụ sở Văn phòng chuyển về thị trấn Trường Lạc."


@dataclass
class Place:
    home: Path
    library: Library
    house: House
    base: str = ""

    def writing(self) -> Library:
        return Library.open(self.home, encoders.load("e5-small"), write=True)


@pytest.fixture(scope="module")
def place(samples_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = Path(shutil.copytree(samples_home, tmp_path_factory.mktemp("review") / "Nep"))
    with Library.open(home, encoders.load("e5-small")) as library:
        plain, store = Assistant(library), records(home)
        reviewed = Reviewed(plain, library.article, store)
        house = House(reviewed, library, store, lambda: False, unreviewed=plain)
        made = Place(home, library, house)
        desk = Desk(library, library.said, made.writing, Inbox(home), lambda: None, Limits())
        with serving(web.app(house, desk)) as made.base:
            yield made


@pytest.fixture(scope="module")
def chromium(place: Place) -> Iterator[Browser]:
    with browser() as launched:
        yield launched


@pytest.fixture
def page(chromium: Browser, place: Place) -> Iterator[Page]:
    """A page that asks nobody but the server, and whose scripts never fail."""
    asked: list[str] = []
    failed: list[str] = []
    with chromium.new_context(viewport=DESK) as context:  # type: ignore[arg-type]
        opened = context.new_page()
        opened.on("request", lambda request: asked.append(request.url))
        opened.on("pageerror", lambda error: failed.append(str(error)))
        yield opened
        here = urlsplit(place.base).netloc
        assert asked
        assert {urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))} == {here}
        assert failed == []


def ask(page: Page, place: Place, question: str) -> str:
    """Asks on the page of the conversation; the last reply as it is read."""
    page.goto(f"{place.base}/")
    page.locator(".welcome").wait_for()
    page.locator("#asking textarea").fill(question)
    page.locator("#asking textarea").press("Enter")
    page.wait_for_function("() => document.querySelector('.exchange') && !document.querySelector('.working')")
    reply = page.locator(".exchange .reply").last
    reply.wait_for()
    return reply.inner_text()


def send(page: Page, path: str, **fields: str) -> Any:
    """What a page of ours sends, sent from it."""
    return page.evaluate(
        "async ([path, fields]) => (await fetch(path, {method: 'POST', headers: {'X-Nep': '1', "
        "'Content-Type': 'application/json'}, body: JSON.stringify(fields)})).json()",
        [path, fields],
    )


def fits(page: Page) -> None:
    """Nothing is wider than the window, on a phone too, and at twice the size of text."""
    for size in (DESK, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate("document.documentElement.style.fontSize = '212.5%'")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size(DESK)  # type: ignore[arg-type]


def test_from_a_refused_question_to_an_approved_answer_to_its_revocation(page: Page, place: Place) -> None:
    # Somebody asks, is refused, and sends the question to the editors.
    assert "Tư liệu không có câu trả lời" in ask(page, place, REFUSED)
    page.get_by_role("button", name="Gửi vào danh sách câu hỏi chưa có tư liệu").click()
    page.get_by_text("Đã gửi tới biên tập viên").wait_for()

    # An editor finds it on the list,
    page.goto(place.base)
    page.get_by_role("link", name="Thẩm định").click()
    page.get_by_role("heading", name="Thẩm định", exact=True).wait_for()
    fits(page)
    page.get_by_role("link", name=REFUSED).click()
    page.get_by_role("heading", name=REFUSED).wait_for()
    fits(page)
    page.get_by_role("button", name="Soạn câu trả lời").click()
    page.wait_for_url("**/tham-dinh/soan/*")

    # looks for the evidence, pressing Enter, and chooses the very sentence,
    sought = "trụ sở Văn phòng chuyển về thị trấn Trường Lạc"
    page.get_by_label("Tìm trong kho").fill(sought)
    page.get_by_label("Tìm trong kho").press("Enter")
    page.locator(f'#sought[value="{sought}"]').wait_for()  # the page is there anew
    chosen = page.get_by_role("button", name=f"Chọn câu: {STATEMENT}")
    chosen.wait_for()
    fits(page)
    chosen.click()
    page.get_by_role("button", name="Bỏ căn cứ 1").wait_for()
    assert page.get_by_label("[1]").is_checked(), "the sentence without evidence has it"

    # writes what it does not say, and is told; nothing is lost,
    page.get_by_label("Câu 1").fill("Trụ sở chuyển về thị trấn Trường Lạc năm 1976.")
    page.get_by_role("button", name="Kiểm tra và duyệt").click()
    assert "1976" in page.locator(".wrong").inner_text()
    assert page.get_by_label("Câu 1").input_value() == "Trụ sở chuyển về thị trấn Trường Lạc năm 1976."
    fits(page)

    # then what it does, and approves.
    page.get_by_label("Câu 1").fill(STATEMENT)
    page.get_by_role("button", name="Kiểm tra và duyệt").click()
    page.wait_for_url("**/tham-dinh/duyet/*")
    approved = page.url
    assert "Đang dùng" in page.locator(".state").inner_text()
    fits(page)
    link = page.locator(".evidence a").first.get_attribute("href")
    with page.context.expect_page() as opened:
        page.locator(".evidence a").first.click()
    assert opened.value.locator("#trich").inner_text() == STATEMENT
    assert link
    opened.value.close()

    # Staff who ask in other words are given it, marked as reviewed; who asks of another office is not.
    told = ask(page, place, OTHERWISE)
    assert STATEMENT in told
    assert "Đã thẩm định bởi Người dùng máy này ngày " in told
    assert "Đã thẩm định" not in ask(page, place, ANOTHER)

    # The source changes: it is void at once, and the editor is shown why.
    source = reviews.approvals(place.house.records)[0][0].answer.citations[0].article
    with place.writing() as library:
        library.edit(source, {"title": "Tên đã sửa"})
    assert "Đã thẩm định" not in ask(page, place, OTHERWISE)
    page.goto(approved)
    assert "cần thẩm định lại" in page.locator("p.state").inner_text()
    assert STATEMENT in page.locator(".moved").inner_text()
    fits(page)

    # It is approved anew, and withdrawn with a reason.
    page.get_by_role("button", name="Thẩm định lại").click()
    page.wait_for_url("**/tham-dinh/soan/*")
    page.get_by_role("button", name="Duyệt nguyên câu trả lời này").click()
    page.wait_for_url("**/tham-dinh/duyet/*")
    assert "Đã thẩm định bởi" in ask(page, place, OTHERWISE)
    page.goto(approved)
    page.get_by_label("Lý do rút").fill("Chờ văn bản mới.")
    page.get_by_role("button", name="Rút câu trả lời này").click()
    page.get_by_text("Chờ văn bản mới.").wait_for()
    # By keyboard one goes on beside what is gone, and is told what happened.
    expect(page.locator(".acts button").first).to_be_focused()
    expect(page.locator("#happened")).to_have_text("Đã rút câu trả lời.")
    assert "Đã rút" in page.locator("p.state").inner_text()
    assert "Đã thẩm định" not in ask(page, place, OTHERWISE)


def test_the_lists_are_worked_through_by_keyboard_alone(page: Page, place: Place) -> None:
    exchange = chat.exchange(place.house.assistant, place.library, ANOTHER, ())
    held = conversations.keep(place.house.records, "", None, (exchange,))
    page.goto(f"{place.base}/tham-dinh")
    send(page, "/tham-dinh/thieu", conversation=held, exchange="1")
    page.goto(f"{place.base}/tham-dinh")
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.innerText")
        if focused == ANOTHER:
            break
    assert focused == ANOTHER
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=ANOTHER).wait_for()
    page.get_by_label("Kết quả").select_option("Không thuộc việc của cơ quan")
    page.get_by_label("Ghi thêm").press("Enter")
    reopen = page.get_by_role("button", name="Mở lại")
    reopen.wait_for()
    expect(page.locator("#happened")).to_have_text("Đã đóng câu hỏi.")
    reopen.press("Enter")
    close = page.get_by_role("button", name="Đóng", exact=True)
    expect(close).to_be_focused()
    expect(page.locator("#happened")).to_have_text("Đã mở lại câu hỏi.")
    page.get_by_label("Kết quả").select_option("Không thuộc việc của cơ quan")
    close.press("Enter")
    expect(reopen).to_be_focused()
    page.goto(f"{place.base}/tham-dinh?loc=dong")
    assert "Không thuộc việc của cơ quan" in page.locator(".entries").inner_text()


def test_headings_stand_in_order_and_every_field_has_a_name(page: Page, place: Place) -> None:
    page.goto(f"{place.base}/tham-dinh")
    path = send(page, "/tham-dinh/soan", question="Văn phòng Thành ủy Sơn Khê được thành lập ngày nào?")["to"]
    for where in ("/tham-dinh", "/tham-dinh?xem=danh-gia", "/tham-dinh?xem=duyet", path):
        page.goto(place.base + where)
        levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
        assert levels[0] == 1
        assert all(b - a <= 1 for a, b in pairwise(levels)), (where, levels)
        unnamed = page.evaluate(
            "[...document.querySelectorAll('main :is(input:not([type=hidden]),select,textarea)')]"
            ".filter(f => !f.labels.length).map(f => f.outerHTML)"
        )
        assert unnamed == []


def test_evidence_is_chosen_by_keyboard_without_losing_the_place(page: Page, place: Place) -> None:
    page.goto(f"{place.base}/tham-dinh")
    path = send(page, "/tham-dinh/soan", question="Văn phòng Thành ủy Sơn Khê được thành lập ngày nào?")["to"]
    page.goto(place.base + path)
    page.get_by_label("Tìm trong kho").fill("thành lập văn phòng")
    page.get_by_label("Tìm trong kho").press("Enter")
    expect(page.locator("#happened")).to_contain_text("Đã tìm xong")
    expect(page.get_by_label("Tìm trong kho")).to_be_focused()
    choose = page.get_by_role("button", name="Chọn câu").first
    choose.focus()
    before = page.evaluate("scrollY")
    choose.press("Enter")
    page.get_by_role("button", name="Bỏ căn cứ 1").wait_for()
    expect(page.locator("#happened")).to_have_text("Đã chọn căn cứ.")
    assert page.evaluate("document.activeElement.closest('.passage') !== null")
    assert abs(page.evaluate("scrollY") - before) < page.viewport_size["height"]  # type: ignore[index]
    page.get_by_role("button", name="Thêm một câu").press("Enter")
    page.get_by_role("textbox", name="Câu 2").wait_for()
    expect(page.get_by_role("button", name="Thêm một câu")).to_be_focused()
    page.get_by_role("button", name="Bỏ căn cứ 1").press("Enter")
    expect(page.locator("#happened")).to_have_text("Đã bỏ căn cứ.")
    assert page.evaluate("document.activeElement !== document.body")
