"""Coming in, going out and looking after accounts, as people meet it, in a real Chromium."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from assistant import web
from assistant.audit import read
from assistant.records import accounts, entrance
from assistant.records.store import Store
from tests.assistant.browsing import DESK, PHONE, browser, serving
from tests.assistant.office import desk
from tests.assistant.site.accounts import PASSWORD, PEOPLE, QUESTION, house, office, peopled

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page


class Place:
    """The application with accounts, and where it keeps them."""

    def __init__(self, home: Path) -> None:
        self.home, self.store = home, peopled(home)
        of = office()
        self.app = web.app(house(of, home, self.store), desk(of, home))
        self.address = ""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("Nep"))
    with serving(made.app) as made.address:
        yield made


@pytest.fixture(scope="module")
def chromium(place: Place) -> Iterator[Browser]:
    with browser() as launched:
        yield launched


Visit = Callable[..., "Page"]


@pytest.fixture
def visit(chromium: Browser, place: Place) -> Iterator[Visit]:
    """Opens a page in a browser session of its own, and comes in as somebody. Nothing may be asked of another
    server, and no script may fail: it is asserted here."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open(path: str, who: str | None = None, size: dict[str, int] = DESK) -> Page:
        context = chromium.new_context(viewport=size, locale="vi-VN", reduced_motion="reduce")  # type: ignore[arg-type]
        contexts.append(context)
        here = urlsplit(place.address).netloc
        context.on("request", lambda r: None if urlsplit(r.url).netloc == here else faults.append(r.url))
        context.on("weberror", lambda e: faults.append(str(e.error)))
        page = context.new_page()
        page.goto(place.address + path)
        if who is not None:
            come_in(page, who)
        return page

    yield open
    for context in contexts:
        context.close()
    forget_failures(place.store)
    assert not faults


def come_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()


def forget_failures(store: Store) -> None:
    with store.writing() as db:
        db.execute("DELETE FROM attempts")


def path(page: Page) -> str:
    parts = urlsplit(page.url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def test_whoever_opens_a_page_comes_in_first_and_is_then_on_it(visit: Visit, place: Place) -> None:
    page = visit("/tu-lieu?tim=ng%C3%A0y")
    assert path(page).startswith("/dang-nhap?den=")
    assert page.get_by_role("navigation").get_by_role("link").count() == 0
    come_in(page, "an", "không phải mật khẩu này")
    page.get_by_role("alert").filter(has_text="chưa đúng").wait_for()
    come_in(page, "An")  # capitals make no difference
    page.wait_for_url("**/tu-lieu?tim=*")
    masthead = page.locator(".masthead")
    assert "Nguyễn Thị An" in masthead.inner_text()
    masthead.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/dang-nhap")
    page.go_back()
    page.get_by_label("Mật khẩu").wait_for()
    assert "/dang-nhap" in page.url  # what was read is not to be found there any more
    kinds = [line.what for line in read(place.home) if line.who == "an"]
    assert kinds[-3:] == ["login.failed", "login", "logout"]


def test_a_session_is_kept_in_a_cookie_that_no_script_and_no_other_site_gets(visit: Visit) -> None:
    page = visit("/", "an")
    page.wait_for_url(lambda url: urlsplit(url).path == "/")
    (cookie,) = [c for c in page.context.cookies() if c["name"] == "nep_session"]
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["expires"]) == (True, "Lax", -1)
    assert page.evaluate("document.cookie") == ""


def test_five_wrong_passwords_make_one_wait_and_say_how_long(visit: Visit) -> None:
    page = visit("/dang-nhap")
    for _ in range(entrance.FREE):
        with page.expect_response("**/dang-nhap"):
            come_in(page, "an", "sai mật khẩu rồi")
    with page.expect_response("**/dang-nhap") as answered:
        come_in(page, "an")  # the right one, too early
    assert answered.value.status == 429
    told = page.get_by_role("alert")
    told.filter(has_text="Hãy đợi").wait_for()
    assert "giây" in told.inner_text()
    assert page.get_by_label("Tên đăng nhập").input_value() == "an"


def test_a_session_that_has_ended_is_told_and_the_question_stays(visit: Visit, place: Place) -> None:
    page = visit("/", "an")
    field = page.locator("#asking textarea")
    field.wait_for()
    with place.store.writing() as db:
        db.execute("UPDATE sessions SET seen = seen - ? WHERE account = 'an'", (30 * 24 * 3600,))
    field.fill(QUESTION)
    field.press("Enter")
    told = page.locator("#ended")
    told.wait_for()
    assert "Phiên làm việc đã hết" in told.inner_text()
    with page.context.expect_page() as opened:
        told.get_by_role("link", name="đăng nhập lại").click()
    come_in(opened.value, "an")
    opened.value.locator("#asking textarea").wait_for()
    assert field.input_value() == QUESTION
    page.evaluate("window.dispatchEvent(new Event('focus'))")  # as a person who comes back to this tab
    told.wait_for(state="hidden")
    field.press("Enter")
    page.locator(".exchange.answered").wait_for()


def test_what_is_asked_is_in_the_log_with_the_passages_used(visit: Visit, place: Place) -> None:
    page = visit("/", "binh")
    field = page.locator("#asking textarea")
    field.wait_for()
    field.fill(QUESTION)
    field.press("Enter")
    page.locator(".exchange.answered").wait_for()
    line = [line for line in read(place.home) if line.what == "ask" and line.who == "binh"][-1]
    assert line.details["question"] == QUESTION
    (used,) = line.details["passages"]
    assert (used["article"], used["end"] - used["start"]) == ("ngay-vui", 57)


def test_an_editor_changes_documents_and_a_reader_reads_them(visit: Visit) -> None:
    page = visit("/tu-lieu", "binh")
    page.locator(".library").wait_for()
    assert page.get_by_role("button", name="Chọn tệp").is_visible()
    assert page.get_by_role("button", name="Sửa: ").count() == 1
    page = visit("/tu-lieu", "an")
    page.locator(".library").wait_for()
    shown = page.locator("main button, main input, main select").evaluate_all("all => all.map(e => e.id)")
    assert set(shown) == {"words", "order", "doubled", ""}  # the last is the form's own button
    page.get_by_label("Tìm trong tên bài").fill("không có bài này")
    page.locator(".empty").wait_for()
    with page.expect_navigation():
        page.get_by_role("link", name="Xem tất cả").click()
    page.locator(".library a.title").click()
    page.locator("#reader[open] .article").wait_for()
    page.goto(urlsplit(page.url)._replace(path="/bai/ngay-vui/sua", query="").geturl())
    assert "không được làm việc này" in page.inner_text("main")


def test_an_administrator_makes_an_account_helps_and_shuts_it(visit: Visit, place: Place) -> None:
    page = visit("/quan-tri", "chi")
    page.get_by_role("link", name="binh").wait_for()
    form = page.locator("section form")
    form.get_by_label("Tên đăng nhập").fill("dung")
    form.get_by_label("Họ tên").fill("Phạm Dung")
    form.get_by_label("Mật khẩu ban đầu").fill("ngắn")
    form.get_by_role("button", name="Thêm tài khoản").click()
    fault = form.locator(".wrong")
    fault.wait_for()
    assert "ít nhất 10 ký tự" in fault.inner_text()
    assert page.evaluate("document.activeElement.name") == "password"
    form.get_by_label("Mật khẩu ban đầu").fill("một mật khẩu để bắt đầu")
    form.get_by_role("button", name="Thêm tài khoản").click()
    page.wait_for_url("**/quan-tri/dung")
    assert page.locator("h1").inner_text().startswith("Phạm Dung")

    theirs = visit("/tai-khoan")
    come_in(theirs, "dung", "một mật khẩu để bắt đầu")
    theirs.get_by_label("Mật khẩu hiện nay").fill("một mật khẩu để bắt đầu")
    theirs.get_by_label("Mật khẩu mới", exact=True).fill("một mật khẩu của riêng mình")
    theirs.get_by_label("Nhập lại mật khẩu mới").fill("một mật khẩu của riêng mình")
    theirs.get_by_role("button", name="Đổi mật khẩu").click()
    theirs.get_by_role("status").filter(has_text="Đã đổi mật khẩu").wait_for()
    assert theirs.get_by_label("Mật khẩu hiện nay").input_value() == ""
    theirs.goto(f"{place.address}/tai-khoan")  # still in
    assert "Phạm Dung" in theirs.inner_text("main")

    page.get_by_label("Vai trò").select_option("2")
    page.get_by_role("button", name="Lưu").click()
    page.get_by_role("status").filter(has_text="Đã lưu").wait_for()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Khóa tài khoản").click()
    page.locator("main").get_by_text("Đã khóa").first.wait_for()
    expect(page.get_by_role("button", name="Mở khóa tài khoản")).to_be_focused()
    theirs.goto(f"{place.address}/tai-khoan")
    assert urlsplit(theirs.url).path == "/dang-nhap"
    page.get_by_role("button", name="Xóa tài khoản").click()
    page.wait_for_url("**/quan-tri")
    assert page.get_by_role("link", name="dung", exact=True).count() == 0
    kinds = [line.what for line in read(place.home) if line.details.get("account") == "dung"]
    assert kinds == ["account.add", "account.password", "account.role", "account.disable", "account.remove"]


def test_the_last_administrator_stays(visit: Visit, place: Place) -> None:
    page = visit("/quan-tri/chi", "chi")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Khóa tài khoản").click()
    page.get_by_role("alert").filter(has_text="người quản trị cuối cùng").wait_for()
    found = accounts.account(place.store, "chi")
    assert found is not None
    assert found.role is PEOPLE["chi"][1]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("large", [False, True], ids=["plain", "large"])
def test_the_pages_fit_the_screen_also_with_letters_twice_as_large(
    visit: Visit, place: Place, size: dict[str, int], large: bool
) -> None:
    page = visit("/", "chi", size)
    page.wait_for_url(lambda url: urlsplit(url).path == "/")
    for to in ("/quan-tri", "/quan-tri/binh", "/tai-khoan", "/trang-thai", "/tu-lieu", "/dang-nhap"):
        if to == "/dang-nhap":
            page.context.clear_cookies()
        page.goto(place.address + to)
        if large:
            page.evaluate("document.documentElement.style.fontSize = '212.5%'")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, (to, wide)


def test_everything_is_done_by_keyboard(visit: Visit) -> None:
    page = visit("/quan-tri")
    page.get_by_label("Tên đăng nhập").focus()
    page.keyboard.type("chi")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: urlsplit(url).path == "/quan-tri")
    reached = set()
    until = time.monotonic() + 20
    while time.monotonic() < until:
        page.keyboard.press("Tab")
        label = page.evaluate("document.activeElement.textContent || document.activeElement.name || ''")
        reached.add(label.strip())
        if label.strip() == "Thêm tài khoản":
            break
    assert {"Trần Chi", "Đăng xuất", "binh", "name", "password", "Thêm tài khoản"} <= reached
