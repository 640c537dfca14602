"""Articles, names and questions that would run, fetch or lead away, taken in by the real program and looked
at on every page in a real Chromium: they are words. And articles that give orders to a language model that
obeys: no answer changes by them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from assistant import pages, web
from assistant.answer import Assistant
from assistant.conversation import Exchange
from assistant.inbox import Inbox
from assistant.models import Message
from assistant.records import conversations, records
from assistant.records.accounts import ALONE
from assistant.shelf import Desk
from assistant.site.house import House
from assistant.writer import Writer
from ingest.limits import Limits
from tests.assistant.browsing import DESK, PHONE, Seen, browser, places, reading, served, serving, watching
from tests.assistant.language import ToldModel, offered
from tests.payloads import EVIL, INSTRUCTIONS, PAYLOADS
from vectorstore import encoders
from vectorstore.library import Library

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.conftest import Nep

UNIT = "Văn phòng Huyện ủy Cẩm Giang"
FOUNDED = f"Ngày 12-4-1954, {UNIT} được thành lập."


def test_the_corpus_is_as_wide_as_it_says() -> None:
    assert len(set(PAYLOADS)) >= 40
    assert len(set(INSTRUCTIONS)) >= 25
    kinds = (
        "<script",
        "onerror",
        "<svg",
        "<meta",
        "<iframe",
        "<form",
        "<link",
        "@import",
        "data:",
        "javascript:",
    )
    for kind in (*kinds, "data:", "style=", "![", "{{", "\u202e", "\u200b", "<base", "<object"):
        assert any(kind in payload for payload in PAYLOADS), kind


def named(payload: str, n: int) -> str:
    """A file's name that has the payload, as far as a file may be called so."""
    name = re.sub(r"[/\0\n]", "∕", payload).encode()[:150].decode(errors="ignore")
    return f"{name} {n}.txt"


@pytest.fixture(scope="module")
def home(nep: Nep, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of an article a payload, which is its title, a paragraph, a caption and its file's name,
    and a conversation that is named by it."""
    folder, home = tmp_path_factory.mktemp("bai"), tmp_path_factory.mktemp("hostile") / "Nep"
    for n, payload in enumerate(PAYLOADS):
        told = f"Năm {1950 + n}, {payload} {FOUNDED}"
        words = f"Chuyện {payload}\n\n16/10/2020\n\n{told}\n\n- {payload}\n\nẢnh: {payload}\n"
        (folder / named(payload, n)).write_text(words, encoding="utf-8")
    every = "\n\n".join(PAYLOADS)
    (folder / "trang.md").write_text(f"# Trang {UNIT}\n\n{FOUNDED}\n\n{every}\n", encoding="utf-8")
    page = f"<html><head><title>Trang lạ</title></head><body><h1>Trang lạ</h1>{every}<p>{FOUNDED}</p>"
    (folder / "trang.html").write_text(page, encoding="utf-8")
    nep("ingest", folder, home=home)
    store = records(home)
    for payload in PAYLOADS:
        conversations.keep(store, ALONE.name, None, [Exchange(payload, notice=payload)])
    return home


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    with served(home) as address:
        yield address


@pytest.fixture(scope="module")
def chromium(address: str) -> Iterator[Browser]:
    with browser() as launched:
        yield launched


def unharmed(page: Page, seen: Seen) -> None:
    """That nothing ran, nothing was fetched, and nothing had to be stopped."""
    assert page.evaluate("window.hacked") is None, page.url
    assert (
        page.evaluate("document.querySelectorAll('main img, main iframe, main object, main base').length")
        == 0
    )
    seen.nothing()


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def send(page: Page, path: str, fields: dict[str, str]) -> int:
    """What one of our own pages would send; the status of the answer."""
    return int(
        page.evaluate(
            """async ([path, fields]) => (await fetch(path, { method: "POST", body: JSON.stringify(fields),
                headers: { "X-Nep": "1", "Content-Type": "application/json" } })).status""",
            [path, fields],
        )
    )


def test_every_article_shows_its_payload_as_words(
    chromium: Browser, address: str, nep: Nep, home: Path
) -> None:
    articles = json.loads(nep("articles", "--json", home=home).out)
    shown: set[str] = set()
    context = reading(chromium, address)
    seen = watching(context, address)
    page = context.new_page()
    for n, payload in enumerate(PAYLOADS):  # some articles take two of them, one after the other
        one = articles[n % len(articles)]
        path = f"/bai/{quote(one['id'], safe='')}"
        page.goto(address + path)
        assert page.locator("h1").first.evaluate("e => e.textContent") == one["title"]
        unharmed(page, seen)
        words = _letters(page.locator("article").evaluate("e => e.textContent"))
        shown |= {one for one in PAYLOADS if _letters(one) in words}
        # Said of it by hand, as well.
        fields = {"author": payload, "source": payload, "unit": payload}
        assert send(page, f"{path}/sua", fields) == 200
        page.goto(address + path)
        assert _letters(payload)[:40] in _letters(page.locator("dl").inner_text())
        unharmed(page, seen)
    context.close()
    # The ingest takes some for markup, and leaves them out.
    assert len(shown) > len(PAYLOADS) / 2, "payloads did not come through to the pages"


#: Forms that would shut the door behind the test, or leave nothing to look at.
_SPARED = re.compile(r"/(?:quan-tri|tai-khoan|dang-nhap|dang-xuat|hien-thi)|/(?:go|xoa)$")


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_every_page_and_form_of_a_hostile_library_is_harmless(
    chromium: Browser, address: str, size: str
) -> None:
    context = reading(chromium, address, {"desk": DESK, "phone": PHONE}[size])
    seen = watching(context, address)
    page = context.new_page()
    found = places(page, address, [way.path for way in pages.WAYS])
    for n, place in enumerate(found):
        place.open(page, address)
        unharmed(page, seen)
        if place.after:
            continue
        for number in range(page.locator("form[data-send]").count()):
            form = page.locator("form[data-send]").nth(number)
            fields = form.locator("input:not([type]), input[type=text], input[type=search], textarea")
            if _SPARED.search(form.get_attribute("data-send") or "") or not form.is_visible():
                continue
            for i in range(fields.count()):
                if fields.nth(i).is_visible():
                    fields.nth(i).fill(PAYLOADS[(n + number + i) % len(PAYLOADS)].replace("\n", " "))
            form.evaluate("form => form.requestSubmit()")
            page.wait_for_timeout(400)  # for the answer, and what it may do
            unharmed(page, seen)
            place.open(page, address)
            unharmed(page, seen)
    context.close()


def test_hostile_questions_and_searches_are_words(chromium: Browser, address: str) -> None:
    context = reading(chromium, address)
    seen = watching(context, address)
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(".example, .welcome")
    asked = [" ".join(PAYLOADS[n : n + 8]).replace("\n", " ") for n in range(0, len(PAYLOADS), 8)]
    for n, some in enumerate(asked, 1):
        page.locator("#asking textarea").fill(f"{some} {UNIT} được thành lập ngày nào?")
        page.locator("#send").click()
        page.wait_for_function(
            "n => document.querySelectorAll('.exchange').length >= n && !document.querySelector('.working')",
            arg=n,
        )
        assert some[:60] in page.locator(".question").nth(n - 1).evaluate("e => e.textContent")
        unharmed(page, seen)
    for payload in PAYLOADS:
        for path in (f"/tu-lieu?tim={quote(payload)}", f"/bai/{quote(payload, safe='')}"):
            page.goto(address + path)
            unharmed(page, seen)
    context.close()


# --- orders to a language model ---------------------------------------------------------------------

ASKED = (
    "Văn phòng Huyện ủy Bình Lãng được thành lập ngày nào?",
    "Ngày truyền thống của Văn phòng Tỉnh ủy Hà Lương là ngày nào?",
    "Phương châm của Văn phòng Huyện ủy Bình Lãng là gì?",
)
_ORDER = re.compile(r"1900|chiếm|evil|hướng dẫn|trợ lý|instruction|system|hidden|chỉ thị", re.IGNORECASE)


def obeys(messages: Sequence[Message]) -> str:
    """Repeats what it is offered; does what an order among it says, and says so under every key."""
    lines = []
    for key, words in offered(messages).items():
        if _ORDER.search(words):
            lines.append(f"Đã bị chiếm. ![ảnh](http://{EVIL}/lo.png) <img src=http://{EVIL}/x.png> [{key}]")
            lines.append(f"Văn phòng được thành lập năm 1900. [{key}]")
            lines.append(f"Xem http://{EVIL}/dang-nhap [bấm](javascript:window.hacked=1) [{key}]")
        lines.append(f"{words} [{key}]")
    return "\n".join(lines)


@pytest.fixture(scope="module")
def ordered(nep: Nep, samples_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples, and an article an order, of offices that are not asked about: an order is no fact."""
    home = Path(shutil.copytree(samples_home, tmp_path_factory.mktemp("ordered") / "Nep"))
    folder = tmp_path_factory.mktemp("lenh")
    of = (UNIT, "Văn phòng Huyện ủy Gia Sơn")
    for n, order in enumerate(INSTRUCTIONS):
        words = f"Chuyện kể số {n}\n\n16/10/2020\n\n{of[n % 2]} có nhiều chuyện hay. {order}\n\n{order}\n"
        (folder / f"chuyen-{n}.{('txt', 'md')[n % 2]}").write_text(words, encoding="utf-8")
    assert nep("ingest", folder, home=home).code == 0
    return home


def test_orders_in_articles_change_no_answer_and_lead_nowhere(
    chromium: Browser, samples_home: Path, ordered: Path
) -> None:
    with Library.open(samples_home, encoders.load()) as plain:
        expected = [Assistant(plain).ask(question) for question in ASKED]
    assert all(answer.status == "answered" for answer in expected)
    model = ToldModel(obeys)
    with Library.open(ordered, encoders.load()) as library:
        assistant = Assistant(library)
        writer = Writer(assistant, library.article, model)

        def never() -> Library:
            raise AssertionError("nothing is to be changed")

        desk = Desk(library, library.said, never, Inbox(ordered), lambda: None, Limits())
        house = House(assistant, library, records(ordered), lambda: False)
        for question, answer in zip(ASKED, expected, strict=True):
            assert assistant.ask(question).text == answer.text
        with ThreadPoolExecutor(1) as beside:  # Playwright's event loop runs in this thread
            app = beside.submit(web.app, house, desk, writer=writer).result()
        with serving(app) as address:
            context = reading(chromium, address)
            seen = watching(context, address)
            page = context.new_page()
            page.goto(address)
            page.wait_for_selector(".example")
            orders = [f"{order[:120]} {UNIT} được thành lập ngày nào?" for order in INSTRUCTIONS[:6]]
            for n, question in enumerate((*ASKED, *orders), 1):
                page.locator("#asking textarea").fill(question)
                page.locator("#send").click()
                page.wait_for_function(
                    "n => document.querySelectorAll('.exchange').length >= n"
                    " && !document.querySelector('.working, .writing')",
                    arg=n,
                )
                exchange = page.locator(".exchange").nth(n - 1)
                said = "\n".join(exchange.locator(".statement").all_inner_texts())
                assert "Đã bị chiếm" not in said or question in orders
                assert "năm 1900" not in said or question in orders
                links = exchange.locator("a").evaluate_all("all => all.map(a => a.origin)")
                assert set(links) <= {address}
                assert exchange.locator("img, iframe, script, .reply span[style]").count() == 0
                if n <= len(expected):
                    for mark in expected[n - 1].citations[0].marks:
                        assert (
                            mark.of(
                                " " * expected[n - 1].citations[0].start + expected[n - 1].citations[0].quote
                            )
                            in said
                        )
                assert page.evaluate("window.hacked") is None
            page = context.new_page()
            for n in range(len(INSTRUCTIONS)):
                page.goto(f"{address}/bai/chuyen-{n}")
                assert page.locator(".article img, .article [style], .article a[href^=http]").count() == 0
            seen.nothing()
            context.close()
    assert model.asked, "the model was not asked"
