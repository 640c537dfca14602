"""A member of staff at work with the chat, in a real Chromium: from the question to the copied answer, and
back to it another day. Desk and phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from assistant import web
from assistant.answer import Assistant
from assistant.records import records
from assistant.site.house import House
from assistant.site.requests import done
from tests.assistant.browsing import DESK, PHONE, browser, serving, sessions
from tests.assistant.office import Office, desk
from vectorstore import encoders
from vectorstore.library import Library

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page


SENT: list[tuple[str, dict[str, str]]] = []


@pytest.fixture(scope="module")
def library(samples_home: Path) -> Iterator[Library]:
    with Library.open(samples_home, encoders.load()) as library:
        yield library


@pytest.fixture(scope="module")
def asked(library: Library) -> str:
    """A question that the samples answer."""
    assistant = Assistant(library)
    made = (f"{unit} được thành lập ngày nào?" for unit in library.units())
    return next(question for question in made if assistant.ask(question).status == "answered")


@pytest.fixture(scope="module")
def several(library: Library) -> str:
    """A question that the samples answer from several places."""
    assistant = Assistant(library)
    made = (
        f"{unit} {asked}"
        for asked in ("được tặng thưởng những gì?", "có những mốc son nào?", "làm những việc gì?")
        for unit in library.units()
    )
    return next(q for q in made if len({(c.article, c.start) for c in assistant.ask(q).citations}) > 1)


@pytest.fixture(scope="module")
def address(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    from starlette.routing import Route

    home = tmp_path_factory.mktemp("Nep")
    app = web.app(House(Assistant(library), library, records(home), lambda: False), desk(Office([]), home))

    def takes(path: str) -> Route:
        def take(request: Any, fields: dict[str, str]) -> dict[str, str]:
            SENT.append((path, fields))
            return {"say": "Đã ghi nhận."}

        return Route(path, done(take), methods=["POST"])

    # The pages of the notebook and of the review take these; here it is looked at what they are sent.
    for path in ("/so-tay/ghim", "/tham-dinh/danh-gia", "/tham-dinh/thieu"):
        app.router.routes.insert(0, takes(path))
    with serving(app) as address:
        yield address


@pytest.fixture(scope="module")
def chromium(address: str) -> Iterator[Browser]:
    with browser() as launched:
        yield launched


Visit = Callable[..., "Page"]


@pytest.fixture
def visit(chromium: Browser, address: str) -> Iterator[Visit]:
    """Opens the page of the chat once it can be asked."""
    with sessions(chromium, address, 20_000) as opened:

        def open(path: str = "/", size: dict[str, int] = DESK, **others: Any) -> Page:
            page = opened(path, size, **others)
            page.wait_for_selector("#asking textarea")
            return page

        yield open


def ask(page: Page, question: str) -> Locator:
    """Types and sends; the exchange, once it is answered."""
    count = page.locator(".exchange").count()
    page.locator("#asking textarea").fill(question)
    page.locator("#asking textarea").press("Enter")
    return settled(page, count + 1)


def settled(page: Page, count: int) -> Locator:
    page.wait_for_function(
        """n => document.querySelectorAll('.exchange').length === n
                && !document.querySelector('.working, .asking-again')""",
        arg=count,
    )
    return page.locator(".exchange").nth(count - 1)


def kept(page: Page) -> str:
    """The conversation's id, once the address has it."""
    page.wait_for_url(re.compile(r"\?c="))
    return parse_qs(urlsplit(page.url).query)["c"][0]


def row(page: Page, id: str) -> Locator:
    return page.locator(f"#talk-list li[data-conversation='{id}']")


def show_talks(page: Page) -> None:
    if not page.locator("#talks").is_visible():
        page.locator("#show-talks").click()


def read(exchange: Locator, library: Library) -> list[str]:
    """The words that the answer's numbers point to, as they stand in the articles."""
    quotes = []
    for number in exchange.locator(".number").all():
        link = urlsplit(number.get_attribute("href") or "")
        place = parse_qs(link.query)
        text = library.article(unquote(link.path.removeprefix("/bai/"))).text
        quotes.append(text[int(place["tu"][0]) : int(place["den"][0])])
    return quotes


SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])


# --- from the question to the copied answer ------------------------------------------------------


@SIZES
@pytest.mark.parametrize("clipboard", ["new", "old"])
def test_an_answer_is_copied_with_its_sources_to_the_letter(
    visit: Visit, asked: str, library: Library, size: dict[str, int], clipboard: str
) -> None:
    page = visit(size=size, permissions=["clipboard-read", "clipboard-write"])
    exchange = ask(page, asked)
    page.evaluate("window.readText = () => navigator.clipboard.readText()")
    if clipboard == "old":  # as under an http address of the office's network
        page.evaluate(
            """() => {
                const read = navigator.clipboard.readText.bind(navigator.clipboard);
                window.readText = read;
                Object.defineProperty(navigator, 'clipboard', {value: undefined});
            }"""
        )
    exchange.locator(".copy").click()
    said = exchange.locator(".acts > .said")
    said.wait_for()
    assert said.inner_text() == "Đã chép câu trả lời và nguồn."
    assert said.get_attribute("role") == "status"
    text = page.evaluate("window.readText()")
    assert text.startswith(f"{asked}\n\n1. ")
    quotes = dict.fromkeys(read(exchange, library))
    assert quotes
    for quote in quotes:
        assert f"“{quote}”" in text
    for title in exchange.locator(".card .title").all_text_contents():
        assert title in text
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_a_quote_is_seen_before_its_article_is_opened(visit: Visit, asked: str, library: Library) -> None:
    page = visit()
    exchange = ask(page, asked)
    number = exchange.locator(".number").first
    number.hover()
    card = page.locator("#peek")
    card.wait_for()
    assert read(exchange, library)[0] in (card.locator(".quote").text_content() or "")
    page.mouse.move(5, 5)
    card.wait_for(state="detached")
    page.locator("#asking textarea").focus()
    exchange.locator(".change").focus()
    page.keyboard.press("Tab")  # by the keyboard, too
    card.wait_for()
    assert number.get_attribute("aria-describedby") == "peek"
    page.keyboard.press("Escape")
    assert page.locator("#peek").count() == 0


@SIZES
def test_all_cited_places_are_gone_through_in_the_opened_article(
    visit: Visit, several: str, library: Library, size: dict[str, int]
) -> None:
    page = visit(size=size)
    exchange = ask(page, several)
    places = len({number.get_attribute("href") for number in exchange.locator(".number").all()})
    assert places > 1
    exchange.locator(".number").first.click()
    shown = "() => [...document.querySelectorAll('#reader mark')].map(e => e.textContent).join('\\n\\n')"
    seen: list[str] = []
    for n in range(places):
        page.wait_for_function(f"seen => !['', ...seen].includes(({shown})())", arg=seen)
        seen.append(page.evaluate(shown))
        assert page.locator("#reader .place").inner_text().endswith(f"/{places}")
        if n % 2:
            page.keyboard.press("ArrowRight")
        else:
            page.locator("#reader [data-turn='1']").click()
    assert sorted(seen) == sorted(set(read(exchange, library)))
    page.keyboard.press("Escape")
    assert not page.locator("#reader").is_visible()


# --- going on ------------------------------------------------------------------------------------


@SIZES
def test_what_can_be_asked_next_is_answered(visit: Visit, asked: str, size: dict[str, int]) -> None:
    page = visit(size=size)
    ask(page, asked)
    follow = page.locator(".follow")
    follow.first.wait_for()
    assert 1 <= follow.count() <= 3
    questions = follow.all_inner_texts()
    assert asked not in questions
    follow.first.click()
    exchange = settled(page, 2)
    assert exchange.locator(".question").text_content() == f"Câu hỏi: {questions[0]}"
    assert "answered" in (exchange.get_attribute("class") or "")
    assert page.locator(".exchange").first.locator(".follow").count() == 0


@SIZES
def test_a_question_is_asked_within_one_office_and_says_so(
    visit: Visit, library: Library, size: dict[str, int]
) -> None:
    page = visit(size=size)
    unit = library.units()[-1]
    page.locator("#within summary").click()
    page.locator("#chon-units").select_option(unit)
    page.locator("#nam-to").fill("2999")
    page.locator("#nam-to").press("Enter")
    page.keyboard.press("Escape")
    assert page.locator(".chip").all_inner_texts() == [unit, "đến năm 2999"]
    exchange = ask(page, "Ngày truyền thống là ngày nào?")
    assert exchange.locator(".limited").inner_text() == f"Chỉ tìm trong: {unit}, đến năm 2999"
    for card in exchange.locator(".card .open").all():
        link = urlsplit(card.get_attribute("href") or "")
        assert library.article(unquote(link.path.removeprefix("/bai/"))).unit == unit
    page.reload()
    page.wait_for_selector(".chip")
    assert page.locator(".chip").all_inner_texts() == [unit, "đến năm 2999"]
    page.locator(".chip").first.click()
    page.locator(".chip").first.click()
    assert page.locator(".chip").count() == 0
    assert ask(page, "Còn phương châm?").locator(".limited").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_years_the_wrong_way_round_are_told_and_the_question_stays(visit: Visit) -> None:
    page = visit()
    page.locator("#within summary").click()
    page.locator("#nam-from").fill("2020")
    page.locator("#nam-to").fill("2010")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    exchange = ask(page, "Ngày truyền thống là ngày nào?")
    assert "2020 đứng sau 2010" in exchange.inner_text()
    assert page.locator("#asking textarea").input_value() == "Ngày truyền thống là ngày nào?"


def test_a_question_is_put_otherwise_and_asked_again_in_its_place(visit: Visit, asked: str) -> None:
    page = visit()
    first = ask(page, asked)
    ask(page, "Ở Thanh Hóa?")
    page.locator("#asking textarea").fill("Nháp")
    first.locator(".change").click()
    box = first.locator(".mending textarea")
    assert box.input_value() == asked
    box.fill(f"{asked} ")
    asked_back: list[str] = []

    def answer(accept: bool) -> Callable[[Any], None]:
        def reply(dialog: Any) -> None:
            asked_back.append(dialog.message)
            dialog.accept() if accept else dialog.dismiss()

        return reply

    page.once("dialog", answer(False))
    box.press("Enter")
    assert asked_back == ["Hỏi lại sẽ bỏ 1 câu hỏi và trả lời đứng sau. Bỏ chúng và hỏi lại?"]
    assert page.locator(".exchange").count() == 2
    page.once("dialog", answer(True))
    box.press("Enter")
    settled(page, 1)
    page.locator(".mending").wait_for(state="detached")
    assert page.locator("#asking textarea").input_value() == "Nháp"
    page.reload()
    page.wait_for_selector("#asking textarea")
    assert page.locator(".exchange").count() == 1


def test_what_cannot_be_asked_again_leaves_the_answer_as_it_was(visit: Visit, asked: str) -> None:
    page = visit()
    exchange = ask(page, asked)
    exchange.locator(".change").click()
    exchange.locator(".mending textarea").fill("🙂")
    exchange.locator(".mending textarea").press("Enter")
    exchange.locator(".mending .problem").wait_for()
    assert exchange.locator(".number").count() > 0
    exchange.locator(".mending .leave").click()
    page.reload()
    page.wait_for_selector("#asking textarea")
    assert page.locator(".exchange .number").count() > 0


# --- what was asked another day ------------------------------------------------------------------


@SIZES
def test_a_reload_and_a_second_tab_go_on_with_the_conversation(
    visit: Visit, asked: str, size: dict[str, int]
) -> None:
    page = visit(size=size)
    ask(page, asked)
    id = kept(page)
    page.reload()
    page.wait_for_selector("#asking textarea")
    assert page.locator(".exchange").count() == 1
    ask(page, "Ở Thanh Hóa?")
    other = visit(f"/?c={id}", size=size)
    assert other.locator(".exchange").count() == 2
    assert kept(other) == id


@SIZES
def test_a_conversation_is_found_named_taken_along_and_removed(
    visit: Visit, asked: str, size: dict[str, int]
) -> None:
    page = visit(size=size)
    ask(page, asked)
    id = kept(page)
    page.locator("#fresh, #talks .new").locator("visible=true").first.click()
    page.wait_for_selector(".example")
    assert page.locator(".exchange").count() == 0
    ask(page, f"Ở huyện Mường Xa {size['width']} có gì?")
    show_talks(page)
    page.locator("#tim-chuyen").fill(f"muong xa {size['width']}")
    page.wait_for_function("() => document.querySelectorAll('#talk-list li').length === 1")
    assert "Mường Xa" in page.locator("#talk-list").inner_text()
    page.locator("#tim-chuyen").fill("")
    row(page, id).wait_for()
    row(page, id).locator("summary").focus()
    page.keyboard.press("Enter")
    name = row(page, id).locator("input[name=name]")
    name.fill("Ngày thành lập")
    name.press("Enter")
    page.wait_for_function("() => document.querySelector('#talks-said').textContent !== ''")
    assert page.locator("#talks-said").inner_text() == "Đã đổi tên."
    row(page, id).locator(".talk-name").get_by_text("Ngày thành lập").wait_for()
    row(page, id).locator("summary").click()
    with page.expect_download() as download:
        row(page, id).get_by_text("Tải về").click()
    assert download.value.suggested_filename == "Ngày thành lập.md"
    taken = Path(download.value.path()).read_text(encoding="utf-8")
    assert taken.startswith("# Ngày thành lập\n")
    assert asked in taken
    row(page, id).locator(".talk-name").click()
    page.wait_for_url(re.compile(re.escape(id)))
    assert asked in (page.locator(".question").first.text_content() or "")
    page.go_back()
    page.wait_for_function("() => document.querySelector('.question')?.textContent.includes('Mường Xa')")
    show_talks(page)
    row(page, id).locator("summary").click()
    page.once("dialog", lambda dialog: dialog.dismiss())
    row(page, id).get_by_text("Xóa").click()
    assert row(page, id).count() == 1
    page.once("dialog", lambda dialog: dialog.accept())
    row(page, id).get_by_text("Xóa").click()
    row(page, id).wait_for(state="detached")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_two_browser_sessions_never_mix(visit: Visit, asked: str) -> None:
    one, two = visit(), visit()
    ask(one, asked)
    ask(two, "Ở Thanh Hóa?")
    ask(one, "Còn khen thưởng?")
    assert kept(one) != kept(two)
    assert two.locator(".exchange").count() == 1
    assert "Thanh Hóa" not in one.locator(".log").inner_text()
    assert one.locator(".exchange").count() == 2


# --- what is said of an answer -------------------------------------------------------------------


@SIZES
def test_an_answer_is_judged_pinned_and_a_missing_one_reported(
    visit: Visit, asked: str, size: dict[str, int]
) -> None:
    page = visit(size=size)
    SENT.clear()
    exchange = ask(page, asked)
    id = kept(page)
    exchange.locator(".judge.bad summary").click()
    exchange.locator(".judge.bad input[name=words]").fill("Thiếu năm.")
    exchange.locator(".judge.bad input[name=words]").press("Enter")
    said = exchange.locator(".acts > .said")
    said.wait_for()
    assert said.inner_text() == "Đã ghi nhận."
    assert "đánh giá của bạn" in exchange.locator(".judge.bad summary").inner_text()
    exchange.locator(".judge.bad summary").click()  # it may be thought better of
    assert exchange.locator(".judge.bad input[name=words]").input_value() == "Thiếu năm."
    exchange.locator(".judge.bad summary").click()
    assert exchange.locator(".judge.given").count() == 1
    exchange.locator(".act").get_by_text("Ghim vào sổ tay").click()
    exchange.locator(".pin").first.focus()
    page.keyboard.press("Enter")
    exchange.locator(".statement .said").wait_for()
    missing = ask(page, "Ở Thanh Hóa?")
    missing.get_by_text("Gửi vào danh sách câu hỏi chưa có tư liệu").click()
    missing.locator(".acts > .said").wait_for()
    where = {"conversation": id, "exchange": "1"}
    assert [
        ("/tham-dinh/danh-gia", {**where, "good": "0", "words": "Thiếu năm."}),
        ("/so-tay/ghim", where),
        ("/so-tay/ghim", {**where, "statement": "1"}),
        ("/tham-dinh/thieu", {**where, "exchange": "2"}),
    ] == SENT
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_the_list_is_put_away_and_stays_so(visit: Visit) -> None:
    page = visit()
    assert page.locator("#talks").is_visible()
    page.locator("#hide-talks").click()
    assert not page.locator("#talks").is_visible()
    assert page.evaluate("document.activeElement.id") == "show-talks"
    page.reload()
    page.wait_for_selector("#asking textarea")
    assert not page.locator("#talks").is_visible()
    page.locator("#show-talks").click()
    assert page.locator("#talks").is_visible()


def test_the_page_is_read_in_english_too(visit: Visit, address: str, asked: str) -> None:
    page = visit()
    page.context.add_cookies([{"name": "nep_language", "value": "en", "url": address}])
    page.reload()
    page.wait_for_selector("#asking textarea")
    assert page.locator("#send").inner_text() == "Ask"
    exchange = ask(page, asked)
    assert exchange.locator(".copy").inner_text() == "Copy with sources"
    assert page.evaluate("document.documentElement.lang") == "en"
    own = [*page.locator("#talks h2, .below, .acts, .fold > summary").all_inner_texts()]
    assert not re.search(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệ]", " ".join(own).lower())
