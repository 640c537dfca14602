"""The page as a person meets it, in a real Chromium: asked, read, clicked, typed at; desk and phone."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from assistant import web
from assistant.types import Answer, Turn
from ingest.errors import BadQuestion
from tests.assistant.browsing import DESK, PHONE, browser, serving, sessions
from tests.assistant.office import Office, Reply, answered, article, citation, desk, house, refused
from tests.conftest import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from tests.conftest import Nep


OFFICE = "Văn phòng Tỉnh ủy Hải Lâm"
HOSTILE = '<script>window.hacked = 1</script><img src="http://evil.example/x" onerror="window.hacked = 2">'
STORY = article(
    "chang-duong",
    "Chặng đường bảy mươi năm",
    *(f"Đoạn mở đầu thứ {i}. " + "Chuyện kể còn dài. " * 12 for i in range(12)),
    f"Ngày 12-4-1954, {OFFICE} được thành lập. Từ đó đến nay, ngày 12 tháng 4 là ngày truyền thống.",
    *(f"Đoạn kết thứ {i}. " + "Chuyện kể còn dài. " * 12 for i in range(6)),
    captions=["Ảnh: Buổi lễ năm 2024."],
    published=date(2024, 4, 9),
    unit=OFFICE,
)
MEETING = article("gap-mat", "Gặp mặt", "Các đại biểu nhắc đến mốc 12-4-1954.", published=date(2024, 4, 13))
EVIL = article("x y", f"Tên {HOSTILE}", f"Câu {HOSTILE} hết.")

FOUNDED = f"Ngày 12-4-1954, {OFFICE} được thành lập."
WHEN = f"{OFFICE} được thành lập ngày nào?"
SCAN = replace(
    article("ban-quet", "Kỷ yếu 1994", f"Ngày 12-4-1954, {OFFICE} ra đời tại xã Bình Lãng.", "Hết."),
    pages=((0, 1), (75, 2)),
    scanned=frozenset([1]),
)
BORN = f"{OFFICE} ra đời ở đâu?"
DAY = f"Ngày truyền thống của {OFFICE} là ngày nào?"
FOUNDING = answered(
    citation(1, STORY, FOUNDED, "12-4-1954"),
    citation(2, MEETING, "Các đại biểu nhắc đến mốc 12-4-1954.", "12-4-1954"),
    citation(3, STORY, "Từ đó đến nay, ngày 12 tháng 4 là ngày truyền thống.", "ngày 12 tháng 4"),
)


def slowly() -> Answer:
    time.sleep(1)
    return FOUNDING


REPLIES: dict[str, Reply] = {
    WHEN: FOUNDING,
    DAY: answered(FOUNDING.citations[0]),
    BORN: answered(
        replace(citation(1, SCAN, SCAN.text.split("\n\n")[1], "Bình Lãng"), page=1, scanned=True)
    ),
    "Ở Thanh Hóa?": refused("không có bài nào nhắc đến “Thanh Hóa”.", citation(1, MEETING, MEETING.title)),
    "Chậm?": slowly,
    "": BadQuestion("Câu hỏi đang trống."),
    "🙂": BadQuestion("Hãy hỏi bằng lời."),
    "Hỏng?": RuntimeError("bí mật của máy"),
    HOSTILE: answered(citation(1, EVIL, EVIL.text.split("\n\n")[1], HOSTILE), read_as=HOSTILE),
}  # fmt: skip


# --- a server and a browser ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def office() -> Office:
    return Office([STORY, MEETING, EVIL, SCAN], REPLIES)


@pytest.fixture(scope="module")
def address(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application served from this process, so that what it was asked can be seen."""
    home = tmp_path_factory.mktemp("Nep")
    app = web.app(house(office, home, lambda: True), desk(office, home))
    with serving(app) as address:
        yield address


@pytest.fixture(scope="module")
def chromium(address: str) -> Iterator[Browser]:
    with browser() as launched:
        yield launched


Visit = Callable[..., "Page"]


@pytest.fixture
def visit(chromium: Browser, address: str) -> Iterator[Visit]:
    """Opens a page, the chat's once it can be asked."""
    with sessions(chromium, address) as opened:

        def open(path: str = "/", size: dict[str, int] = DESK, **others: Any) -> Page:
            page = opened(path, size, **others)
            if path == "/":
                page.wait_for_selector(".example")
                page.wait_for_selector("#asking textarea")
            return page

        yield open


def field(page: Page) -> Locator:
    return page.locator("#asking textarea")


def ask(page: Page, question: str) -> Locator:
    """Types and sends; the exchange, once it is answered."""
    count = page.locator(".exchange").count()
    field(page).fill(question)
    field(page).press("Enter")
    return settled(page, count + 1)


def settled(page: Page, count: int) -> Locator:
    page.wait_for_function(
        "n => document.querySelectorAll('.exchange').length === n && !document.querySelector('.working')",
        arg=count,
    )
    return page.locator(".exchange").nth(count - 1)


def on_screen(of: Locator) -> bool:
    box = of.bounding_box()
    height = of.page.viewport_size
    return (
        box is not None
        and height is not None
        and box["y"] >= 0
        and box["y"] + box["height"] <= height["height"]
    )


def focused(of: Locator) -> bool:
    return bool(of.evaluate("e => e === document.activeElement"))


# --- asking and reading --------------------------------------------------------------------------


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_source_off_a_scan_asks_to_be_compared_before_anything_is_opened(
    visit: Visit, size: dict[str, int]
) -> None:
    page = visit(size=size)
    warning = re.compile("hãy đối chiếu với bản gốc")
    shown = [one for one in ask(page, BORN).get_by_text(warning).all() if one.is_visible()]
    assert shown
    for one in shown:
        box = one.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size["width"]
    opened = visit(page.locator(".number").first.get_attribute("href"), size=size)
    assert opened.get_by_text("trong bài (trang 1) do máy nhận dạng từ bản quét").is_visible()


def test_a_cited_number_opens_the_article_at_the_exact_words(visit: Visit) -> None:
    page = visit()
    numbers = ask(page, WHEN).locator(".number")
    assert numbers.all_inner_texts() == ["[1]", "[2]", "[3]"]
    for index, cited in enumerate(FOUNDING.citations):
        numbers.nth(index).click()
        mark = page.locator("#reader #trich")
        mark.wait_for()
        assert mark.evaluate("e => e.textContent") == cited.quote
        assert page.locator("#reader mark").count() == 1
        assert page.locator("#reader h1").inner_text() == cited.title
        assert on_screen(mark)
        assert focused(mark)
        page.keyboard.press("Escape")
        assert not page.locator("#reader").is_visible()
        assert focused(numbers.nth(index))


def test_sources_stand_beside_the_answer_with_the_cited_words_marked(visit: Visit) -> None:
    page = visit()
    exchange = ask(page, WHEN)
    cards = exchange.locator(".card")
    assert cards.count() == 3
    assert cards.nth(0).locator("mark").inner_text() == FOUNDED
    assert cards.nth(0).locator("mark strong").inner_text() == "12-4-1954"
    assert "09/04/2024" in cards.nth(0).inner_text()
    words, source = exchange.locator(".words").bounding_box(), cards.nth(0).bounding_box()
    assert words is not None
    assert source is not None
    assert source["x"] >= words["x"] + words["width"]
    cards.nth(1).get_by_text("Mở bài").click()
    page.locator("#reader #trich").wait_for()
    assert page.locator("#reader h1").inner_text() == MEETING.title
    page.locator("#reader .close").click()
    assert not page.locator("#reader").is_visible()


def test_on_a_phone_the_sources_fold_under_the_answer(visit: Visit) -> None:
    page = visit(size=PHONE)
    exchange = ask(page, WHEN)
    assert not exchange.locator(".card").first.is_visible()
    exchange.locator(".fold > summary").click()
    assert exchange.locator(".card").first.is_visible()
    words, source = exchange.locator(".words").bounding_box(), exchange.locator(".card").first.bounding_box()
    assert words is not None
    assert source is not None
    assert source["y"] >= words["y"] + words["height"]
    exchange.locator(".number").first.click()
    page.locator("#reader #trich").wait_for()
    assert on_screen(page.locator("#reader #trich"))


def test_a_refusal_does_not_look_like_an_answer(visit: Visit) -> None:
    exchange = ask(visit(), "Ở Thanh Hóa?")
    assert "refused" in (exchange.get_attribute("class") or "")
    assert "Tư liệu không có câu trả lời" in exchange.inner_text()
    assert "Không có bài nào nhắc đến “Thanh Hóa”." in exchange.inner_text()
    assert "không phải câu trả lời" in exchange.locator(".fold > summary").inner_text()
    assert exchange.locator("mark, .number").count() == 0


def test_an_article_s_link_works_as_any_link(visit: Visit) -> None:
    cited = FOUNDING.citations[0]
    page = visit(f"/bai/{cited.article}?tu={cited.start}&den={cited.end}#trich")
    mark = page.locator("#trich")
    assert mark.evaluate("e => e.textContent") == cited.quote
    assert on_screen(mark)
    assert focused(mark)
    assert page.title() == f"{STORY.title} — Nếp"


def test_a_link_clicked_with_the_middle_button_opens_a_tab(visit: Visit) -> None:
    page = visit()
    number = ask(page, WHEN).locator(".number").first
    with page.context.expect_page() as opened:
        number.click(button="middle")
    opened.value.wait_for_selector("#trich")
    assert not page.locator("#reader").is_visible()
    assert page.locator(".exchange").count() == 1


def test_an_example_is_asked_with_one_click(visit: Visit, office: Office) -> None:
    page = visit()
    example = page.locator(".example").first
    question = example.inner_text()
    assert question in REPLIES
    example.click()
    assert settled(page, 1).locator(".question").text_content() == f"Câu hỏi: {question}"
    assert field(page).input_value() == ""


# --- conversations -------------------------------------------------------------------------------


def test_conversations_of_two_browser_sessions_never_mix(visit: Visit, office: Office) -> None:
    one, two = visit(), visit()
    ask(one, WHEN)
    office.asked.clear()
    ask(two, "Ở Thanh Hóa?")
    ask(one, DAY)
    assert one.locator(".exchange").count() == 2
    assert two.locator(".exchange").count() == 1
    assert "Thanh Hóa" not in one.locator(".log").inner_text()
    assert "thành lập" not in two.locator(".log").inner_text()
    assert office.asked == [
        ("Ở Thanh Hóa?", ()),
        (DAY, (Turn("user", WHEN), Turn("assistant", FOUNDING.text))),
    ]


def test_a_new_conversation_begins_with_nothing_said(visit: Visit, office: Office) -> None:
    page = visit()
    ask(page, WHEN)
    page.locator("#talks").get_by_role("link", name="Cuộc trò chuyện mới").click()
    page.wait_for_selector(".example")
    assert page.locator(".exchange").count() == 0
    ask(page, DAY)
    assert office.asked[-1] == (DAY, ())


def test_what_was_said_stays_untouched_when_more_is_said(visit: Visit) -> None:
    """Screen readers announce what is added to the log: nothing may be written anew."""
    page = visit()
    first = ask(page, WHEN).locator(".reply")
    first.evaluate("e => { window.kept = e; window.log = document.querySelector('[role=log]') }")
    ask(page, "Ở Thanh Hóa?")
    assert first.evaluate("e => e === window.kept && e.isConnected")
    log = page.locator("[role=log]")
    assert log.evaluate("e => e === window.log")
    assert log.get_attribute("aria-live") == "polite"
    assert page.locator("[role=log] .sources").first.get_attribute("aria-live") == "off"


def test_while_an_answer_is_sought_the_page_says_so_and_asks_the_next_question_in_its_turn(
    visit: Visit,
) -> None:
    page = visit()
    field(page).fill("Chậm?")
    field(page).press("Enter")
    page.locator(".working").wait_for()
    assert "Đang tìm" in page.locator(".working").inner_text()
    assert field(page).input_value() == ""
    field(page).fill(DAY)
    field(page).press("Enter")
    assert page.locator(".working").count() == 1
    assert field(page).input_value() == DAY
    settled(page, 2)
    assert [one.rpartition(":")[2].strip() for one in page.locator(".question").all_inner_texts()] == [
        "Chậm?",
        DAY,
    ]
    assert field(page).input_value() == ""


def test_a_question_that_waits_for_its_turn_may_still_be_changed(visit: Visit) -> None:
    page = visit()
    field(page).fill("Chậm?")
    field(page).press("Enter")
    page.locator(".working").wait_for()
    field(page).fill(DAY)
    field(page).press("Enter")
    field(page).press_sequentially(" nữa")
    settled(page, 1)
    assert field(page).input_value() == f"{DAY} nữa"


# --- what goes wrong -----------------------------------------------------------------------------


def test_a_question_that_cannot_be_asked_comes_back_with_the_reason(visit: Visit) -> None:
    page = visit()
    exchange = ask(page, "🙂")
    assert "Hãy hỏi bằng lời." in exchange.inner_text()
    assert field(page).input_value() == "🙂"
    field(page).fill("")
    page.locator("#send").click()
    assert "Câu hỏi đang trống." in settled(page, 2).inner_text()


def test_a_failure_is_an_apology_and_the_question_is_not_lost(visit: Visit) -> None:
    page = visit()
    exchange = ask(page, "Hỏng?")
    assert "Xin lỗi" in exchange.inner_text()
    assert "bí mật" not in page.content()
    assert field(page).input_value() == "Hỏng?"
    ask(page, WHEN)
    assert field(page).input_value() == ""


def test_hostile_text_is_shown_as_text(visit: Visit) -> None:
    page = visit()
    exchange = ask(page, HOSTILE)
    for part in (".question", ".read-as", ".statement", ".card .title", ".card mark"):
        assert HOSTILE in exchange.locator(part).first.inner_text(), part
    exchange.locator(".number").first.click()
    page.locator("#reader #trich").wait_for()
    assert HOSTILE in page.locator("#reader h1").inner_text()
    assert page.evaluate("window.hacked") is None
    assert page.locator("#conversation img, #reader img").count() == 0


def test_an_injected_handler_would_not_run(chromium: Browser, address: str) -> None:
    """The second wall: even in HTML that got past the escaping no script of its own runs."""
    inject = """() => new Promise(done => {
        addEventListener('securitypolicyviolation', e => done(e.effectiveDirective));
        const image = document.createElement('div');
        image.innerHTML = '<img src="data:," onerror="window.hacked = 1">';
        document.body.append(image);
    })"""
    page = chromium.new_page()
    for path in ("/", "/bai/gap-mat"):
        page.goto(address + path)
        assert page.evaluate(inject) == "script-src-attr"
        assert page.evaluate("typeof window.hacked") == "undefined"
    page.close()


def test_a_lost_connection_is_told_in_vietnamese_and_the_question_kept(
    chromium: Browser, address: str
) -> None:
    page = chromium.new_page()
    page.goto(address)
    page.wait_for_selector(".example")
    field(page).fill(WHEN)
    page.context.set_offline(True)
    field(page).press("Enter")
    page.locator("#lost").wait_for()
    assert "Chưa nhận được câu trả lời." in page.locator("#lost").inner_text()
    assert field(page).input_value() == WHEN
    assert not page.locator(".toast-wrap").is_visible()
    page.context.close()


# --- hands and eyes ------------------------------------------------------------------------------


def test_enter_asks_and_shift_enter_begins_a_line(visit: Visit) -> None:
    page = visit()
    field(page).press_sequentially("Một")
    field(page).press("Shift+Enter")
    field(page).press_sequentially("Hai")
    assert field(page).input_value() == "Một\nHai"
    # The Enter that ends a syllable in an input method asks nothing.
    field(page).dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    page.wait_for_timeout(300)
    assert page.locator(".exchange").count() == 0
    field(page).press("Enter")
    assert settled(page, 1).locator(".question").text_content() == "Câu hỏi: Một\nHai"


def test_everything_is_reached_with_the_keyboard_and_shows_it(visit: Visit) -> None:
    page = visit()
    assert focused(field(page))
    ask(page, WHEN)
    page.evaluate("document.activeElement.blur()")
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate("""() => {
                const e = document.activeElement, s = getComputedStyle(e);
                if (e === document.body) return '';
                const sees = s.outlineStyle === 'solid' && parseFloat(s.outlineWidth) >= 2;
                return [e.className || e.id, e.textContent.trim(), sees].join('|');
            }""")
        )
    reached = "\n".join(seen)
    for name in (
        "skip|",
        "brand|",
        "number|[1]",
        "number|[3]",
        "open|Mở bài",
        "Hỏi|",
        "new|Cuộc trò chuyện mới",
    ):
        assert name in reached, reached
    assert [s for s in seen if s.endswith("|false")] == []
    number = page.locator(".number").first
    number.focus()
    page.keyboard.press("Enter")
    page.locator("#reader #trich").wait_for()
    assert focused(page.locator("#reader #trich"))


def test_the_skip_link_leads_to_the_question(visit: Visit) -> None:
    page = visit()
    page.locator(".skip").focus()
    assert on_screen(page.locator(".skip"))
    page.keyboard.press("Enter")
    assert focused(field(page))


@pytest.mark.parametrize("width", [320, 390, 640])
def test_narrow_and_zoomed_windows_need_no_scrolling_sideways(visit: Visit, width: int) -> None:
    """1280 pixels at a zoom of 400 % are 320 wide (WCAG 1.4.10)."""
    page = visit(size={"width": width, "height": 640})
    ask(page, WHEN)
    page.locator(".fold > summary").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".number").first.click()
    page.locator("#reader #trich").wait_for()
    assert page.locator("#reader .sheet").evaluate("e => e.scrollWidth - e.clientWidth") <= 0


def test_the_page_is_vietnamese_and_moves_little_when_asked_to(visit: Visit) -> None:
    page = visit()
    assert page.evaluate("document.documentElement.lang") == "vi"
    assert page.title() == "Nếp"
    assert page.get_by_label("Câu hỏi", exact=True).count() == 1
    field(page).fill("Chậm?")
    field(page).press("Enter")
    page.locator(".dots").wait_for()
    assert page.locator(".dots").evaluate("e => getComputedStyle(e, '::after').animationName") == "none"
    settled(page, 1)


# --- the real thing ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served(samples_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """``python app.py serve`` on the sample articles, as a person starts it."""
    home = Path(shutil.copytree(samples_home, tmp_path_factory.mktemp("served") / "Nep"))
    command = [sys.executable, "app.py", "--home", str(home), "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        said = re.search(r"http://[\d.]+:\d+", line)
        assert said, line
        yield said[0]
        process.send_signal(signal.SIGINT)
        process.wait(30)


def test_a_question_to_the_samples_is_answered_with_the_exact_words(
    served: str, chromium: Browser, nep: Nep, samples_home: Path
) -> None:
    context = chromium.new_context(viewport=DESK, locale="vi-VN")  # type: ignore[arg-type]
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(served)
    page.wait_for_selector(".example")
    assert page.locator(".example").count() >= 3
    page.locator(".example").first.click()
    exchange = settled(page, 1)
    assert "answered" in (exchange.get_attribute("class") or "")
    for number in exchange.locator(".number").all():
        link = urlsplit(number.get_attribute("href") or "")
        place = parse_qs(link.query)
        text = nep("show", unquote(link.path.removeprefix("/bai/")), home=samples_home).out
        quote = text[int(place["tu"][0]) : int(place["den"][0])]
        number.click()
        page.locator("#reader #trich").wait_for()
        marks = page.locator("#reader mark").evaluate_all("all => all.map(e => e.textContent)")
        assert quote
        assert "\n\n".join(marks) == quote
        page.keyboard.press("Escape")
    context.close()
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(served).netloc}
