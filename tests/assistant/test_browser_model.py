"""The page with a language model behind it, in a real Chromium: the answer stands at once, the wording grows,
and a model that is slow, stopped or gone holds up nobody."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant import web
from assistant.generate import Task
from assistant.types import Answer, Dropped, Statement, Turn
from tests.assistant.browsing import browser, serving
from tests.assistant.office import Office, Reply, answered, article, citation, desk, house, refused
from vectorstore.types import Filter

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

UNIT = "Văn phòng Tỉnh ủy Hải Lâm"
STORY = article(
    "chang-duong",
    "Chặng đường bảy mươi năm",
    f"Ngày 12-4-1954, {UNIT} được thành lập. Năm 2014, Văn phòng được tặng Huân chương Lao động hạng Nhì.",
    unit=UNIT,
)
FOUNDED = f"Ngày 12-4-1954, {UNIT} được thành lập."
GIVEN = "Năm 2014, Văn phòng được tặng Huân chương Lao động hạng Nhì."
DRAWN = answered(citation(1, STORY, FOUNDED, "12-4-1954"))
BORN = f"{UNIT} ra đời ngày 12 tháng 4 năm 1954."
FIRST = replace(DRAWN, text=BORN, statements=(Statement(BORN, (1,)),), mode="model")
BOTH = replace(
    FIRST,
    text=f"{BORN} {GIVEN}",
    statements=(*FIRST.statements, Statement(GIVEN, (2,))),
    citations=(*FIRST.citations, citation(2, STORY, GIVEN)),
    dropped=(Dropped("Văn phòng có từ năm 1930.", "nguồn được dẫn không có thời gian: “1930”"),),
)
WHEN, OTHER, HUNG, DOWN = "Thành lập khi nào?", "Ở đâu?", "Mô hình treo?", "Mô hình hỏng?"


class ToldWriter:
    """Words as it is told, each step when the test lets it go on. ``left`` counts those broken off."""

    model = "giả"

    def __init__(self, office: Office) -> None:
        self._office = office
        self.go = threading.Semaphore(0)
        self.left = 0

    def ask(
        self, question: str, history: Sequence[Turn] = (), where: Filter | None = None
    ) -> Iterator[Answer]:
        drawn = self._office.ask(question, history, where)
        try:
            yield drawn
            if question == DOWN:
                yield replace(drawn, note="Máy chủ mô hình gặp lỗi (500). Câu trả lời là nguyên văn tư liệu.")
            elif drawn.status == "answered":
                shown = drawn
                for step in (FIRST, BOTH):
                    while not self.go.acquire(timeout=0.5):
                        yield shown  # a chance to be closed
                    shown = step
                    yield shown
        except GeneratorExit:
            self.left += 1
            raise

    def reword(
        self, task: Task, drawn: Answer, question: str = "", must: Sequence[str] = ()
    ) -> Iterator[Answer]:
        yield drawn


@pytest.fixture(scope="module")
def office() -> Office:
    replies: dict[str, Reply] = {OTHER: refused("không nói ở đâu.")}
    replies |= dict.fromkeys((WHEN, HUNG, DOWN), DRAWN)
    return Office([STORY], replies)


@pytest.fixture(scope="module")
def writer(office: Office) -> ToldWriter:
    return ToldWriter(office)


@pytest.fixture(scope="module")
def address(office: Office, writer: ToldWriter, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("Nep")
    app = web.app(house(office, home), desk(office, home), writer=writer)
    with serving(app) as address:
        yield address


@pytest.fixture(scope="module")
def chromium(address: str) -> Iterator[Browser]:
    with browser() as launched:
        yield launched


@pytest.fixture
def visit(chromium: Browser, address: str) -> Iterator[Callable[..., Page]]:
    contexts = []

    def open(width: int = 1280) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 820}, locale="vi-VN")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.goto(address)
        page.wait_for_selector("#asking textarea")
        return page

    yield open
    for context in contexts:
        context.close()


def ask(page: Page, question: str) -> None:
    page.locator("#asking textarea").fill(question)
    page.locator("#send").click()


def waited(condition: Callable[[], bool], seconds: float = 15) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("width", [1280, 390])
def test_the_answer_stands_at_once_and_the_wording_replaces_it(
    visit: Callable[..., Page], writer: ToldWriter, width: int, tmp_path: Path
) -> None:
    page = visit(width)
    ask(page, WHEN)
    page.wait_for_selector(".writing")
    assert FOUNDED in page.locator(".reply").inner_text()
    assert page.locator("#stop").is_visible()
    writer.go.release()
    page.wait_for_selector(".worded")
    assert BORN in page.locator(".reply").inner_text()
    writer.go.release()
    page.wait_for_selector(".dropped")
    page.wait_for_selector("#stop", state="hidden")
    assert page.locator(".statement").count() == 2
    assert page.locator(".card").count() == 2
    assert page.locator(".writing").count() == 0
    page.locator(".dropped summary").click()
    assert "Văn phòng có từ năm 1930." in page.locator(".dropped").inner_text()
    page.screenshot(path=tmp_path / f"model-{width}.png", full_page=True)
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0


def test_stopping_leaves_the_answer_and_says_so(visit: Callable[..., Page], writer: ToldWriter) -> None:
    left = writer.left
    page = visit()
    ask(page, WHEN)
    page.wait_for_selector(".writing")
    writer.go.release()
    page.wait_for_selector(".worded")
    page.locator("#stop").click()
    page.wait_for_selector(".note")
    assert FOUNDED in page.locator(".reply").inner_text()
    assert "Đã dừng mô hình" in page.locator(".note").inner_text()
    assert page.locator(".worded, .writing").count() == 0
    page.wait_for_selector("#stop", state="hidden")
    assert waited(lambda: writer.left > left)


def test_whoever_asks_on_is_answered_and_the_model_is_left(
    visit: Callable[..., Page], writer: ToldWriter
) -> None:
    left = writer.left
    page = visit()
    ask(page, HUNG)
    page.wait_for_selector(".writing")
    ask(page, OTHER)
    page.wait_for_selector(".exchange.refused")
    assert "Không nói ở đâu." in page.locator(".exchange.refused .reply").inner_text()
    page.wait_for_selector(".writing", state="detached")
    assert page.locator(".exchange").count() == 2
    assert FOUNDED in page.locator(".exchange").first.inner_text()
    assert waited(lambda: writer.left > left)


def test_a_model_that_hangs_holds_up_no_other_user(visit: Callable[..., Page], writer: ToldWriter) -> None:
    hung = [visit() for _ in range(5)]
    for page in hung:
        ask(page, HUNG)
    for page in hung:
        page.wait_for_selector(".writing")
    other = visit()
    began = time.monotonic()
    ask(other, OTHER)
    other.wait_for_selector(".exchange.refused")
    assert time.monotonic() - began < 10
    left = writer.left
    for page in hung:
        page.context.close()
    assert waited(lambda: writer.left >= left + 5, 40), "whoever leaves stops the model"


def test_a_model_that_is_down_is_told_under_the_answer(visit: Callable[..., Page]) -> None:
    page = visit()
    ask(page, DOWN)
    page.wait_for_selector(".note")
    assert FOUNDED in page.locator(".reply").inner_text()
    assert "gặp lỗi (500)" in page.locator(".note").inner_text()
    page.wait_for_selector("#stop", state="hidden")
