"""Whoever works through a page by keyboard keeps the place: after a change the focus stands where it was, or
at what is nearest, the page does not jump, and what happened is read out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from assistant import web
from assistant.generate import Task
from assistant.records import notebooks
from assistant.site.house import House
from assistant.types import MODEL, Answer, Dropped, Statement
from tests.assistant.browsing import barriers, browser, serving, sessions
from tests.assistant.office import Office, article, citation, desk, house
from tests.assistant.test_browser_model import ToldWriter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Browser, Page

UNIT = "Văn phòng Tỉnh ủy Hải Lâm"
YEARS = (2005, 2010, 2014, 2018)
STORY = article(
    "chang-duong",
    "Chặng đường bảy mươi năm",
    f"Ngày 12-4-1954, {UNIT} được thành lập.",
    *(
        f"Năm {year}, {UNIT} được Chủ tịch nước tặng thưởng Huân chương Lao động hạng {rank}."
        for year, rank in zip(YEARS, ("Ba", "Nhì", "Nhất", "Nhất"), strict=True)
    ),
    published=date(2024, 4, 9),
    source="Báo Hải Lâm",
    unit=UNIT,
)


class Hand(ToldWriter):
    """Words what it is given as it is told, once the test lets it go on."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self.fails = False

    def reword(
        self, task: Task, drawn: Answer, question: str = "", must: Sequence[str] = ()
    ) -> Iterator[Answer]:
        yield drawn
        assert self.go.acquire(timeout=20)
        if self.fails:
            yield replace(drawn, note="Mô hình trả lời quá chậm. Trên đây là nguyên văn tư liệu.")
            return
        said = Statement(f"{UNIT} ra đời ngày 12-4-1954.", (1,))
        dropped = (Dropped("Có từ năm 1930.", "nguồn được dẫn không có thời gian: “1930”"),)
        yield replace(drawn, statements=(said,), mode=MODEL, dropped=dropped)


@dataclass(frozen=True)
class Room:
    address: str
    house: House
    writer: Hand


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    home, office = tmp_path_factory.mktemp("Nep"), Office([STORY])
    rooms, writer = house(office, home), Hand(office)
    with serving(web.app(rooms, desk(office, home), writer=writer)) as address:
        yield Room(address, rooms, writer)


@pytest.fixture(scope="module")
def chromium(room: Room) -> Iterator[Browser]:
    with browser() as launched:
        yield launched


@pytest.fixture
def visit(chromium: Browser, room: Room) -> Iterator[Callable[..., Page]]:
    with sessions(chromium, room.address) as open:
        yield open


def noted(room: Room, page: Page, pins: int) -> str:
    """The path of a new notebook for the office, with so many of the awards pinned."""
    id = notebooks.make(room.house.records, "", "Diễn văn")
    path = f"/so-tay/{id}"
    page.goto(f"{room.address}{path}")
    send(page, f"{path}/dip", unit=UNIT, day="12/04/2026")
    for quote in [line for line in STORY.text.split("\n") if line.startswith("Năm")][:pins]:
        c = citation(1, STORY, quote)
        send(page, "/so-tay/ghim", notebook=id, article=STORY.id, start=str(c.start), end=str(c.end))
    page.reload()
    return path


def send(page: Page, path: str, **sent: str) -> None:
    answer = page.evaluate(
        """async ([path, fields]) => (await fetch(path, {
            method: "POST", headers: {"X-Nep": "1", "Content-Type": "application/json"},
            body: JSON.stringify(fields)})).status""",
        [path, sent],
    )
    assert answer == 200, path


def focus(page: Page) -> str:
    """The name of what has the focus."""
    return str(
        page.evaluate(
            "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()"
        )
    )


def marked(page: Page) -> None:
    """The page is known again while it is not loaded anew."""
    page.evaluate("window.stays = true")


def stayed(page: Page) -> bool:
    return bool(page.evaluate("window.stays === true"))


def happened(page: Page, words: str) -> None:
    expect(page.get_by_role("status").filter(has_text=words).last).to_be_attached()


def order(page: Page) -> list[str]:
    return [re.findall(r"\d{4}", text)[0] for text in page.locator(".pins .text").all_inner_texts()]


def test_an_item_is_moved_with_the_focus_on_it_and_the_page_where_it_was(
    visit: Callable[..., Page], room: Room
) -> None:
    page = visit("/so-tay")
    noted(room, page, 4)
    marked(page)
    page.locator(".pins > li").nth(2).get_by_role("button", name="Đưa lên").focus()
    page.evaluate("scrollTo(0, 300)")
    before = page.evaluate("scrollY")
    assert before > 0
    page.keyboard.press("Enter")
    happened(page, "Đã đưa lên.")
    assert order(page) == ["2005", "2014", "2010", "2018"]
    assert focus(page).startswith("Đưa lên: Năm 2014")
    assert abs(page.evaluate("scrollY") - before) < 2
    page.keyboard.press("Enter")  # at the top there is no way up: the way down has the focus
    expect(page.locator(".pins .text").first).to_contain_text("2014")
    assert focus(page).startswith("Đưa xuống: Năm 2014")
    page.keyboard.press("Enter")
    happened(page, "Đã đưa xuống.")
    assert order(page) == ["2005", "2014", "2010", "2018"]
    assert focus(page).startswith("Đưa xuống: Năm 2014")
    assert stayed(page)


def test_after_an_item_is_dropped_the_focus_is_at_the_one_beside_it(
    visit: Callable[..., Page], room: Room
) -> None:
    page = visit("/so-tay")
    noted(room, page, 3)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Bỏ khỏi sổ tay: Năm 2010").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Đã ghim (2)").wait_for()
    assert page.locator(".pins > li").nth(1).evaluate("(li) => li.contains(document.activeElement)")
    happened(page, "Đã bỏ khỏi sổ tay.")
    page.get_by_role("button", name="Bỏ khỏi sổ tay: Năm 2014").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Đã ghim (1)").wait_for()
    assert page.locator(".pins > li").first.evaluate("(li) => li.contains(document.activeElement)")


def test_a_remark_is_kept_and_what_is_typed_elsewhere_too(visit: Callable[..., Page], room: Room) -> None:
    page = visit("/so-tay")
    noted(room, page, 2)
    marked(page)
    for n in (0, 1):
        page.locator(".pins summary").nth(n).press("Enter")
        page.locator(".pins textarea").nth(n).fill(f"Ghi chú {n}")
    page.locator(".pins form").first.get_by_role("button", name="Lưu").focus()
    page.keyboard.press("Enter")
    happened(page, "Đã lưu.")
    expect(page.locator(".pins .note")).to_have_text("Ghi chú 0")
    assert focus(page) == "Ghi chú, nhóm"
    assert page.locator(".pins summary").first.evaluate("(one) => one === document.activeElement")
    assert page.locator(".pins textarea").nth(1).input_value() == "Ghi chú 1"
    assert page.locator(".pins textarea").nth(1).is_visible()
    assert stayed(page)


def test_facts_are_marked_and_pinned_by_keyboard(visit: Callable[..., Page], room: Room) -> None:
    page = visit("/so-tay")
    noted(room, page, 1)
    marked(page)
    awards = page.get_by_role("group").filter(has=page.get_by_role("checkbox", name=re.compile("2010"))).last
    every = awards.get_by_role("checkbox", name="Chọn tất cả")
    every.focus()
    page.keyboard.press("Space")
    boxes = awards.locator("input[name=fact]")
    offered = boxes.count()
    assert offered >= 2
    assert all(box.is_checked() for box in boxes.all())
    boxes.first.focus()
    page.keyboard.press("Space")
    assert every.evaluate("(box) => box.indeterminate && !box.checked")
    page.keyboard.press("Enter")  # in a form, this sends it
    page.get_by_role("heading", name=f"Đã ghim ({offered})").wait_for()
    happened(page, f"Đã ghim {offered - 1} mục")
    assert page.locator(".sheet-of-facts").evaluate("(form) => form.contains(document.activeElement)")
    assert page.locator("input[name=fact]:checked").count() == 0
    assert stayed(page)
    assert barriers(page) == []


def test_nothing_marked_is_told_and_nothing_is_pinned(chromium: Browser, room: Room) -> None:
    page = chromium.new_page()
    noted(room, page, 0)
    page.get_by_role("button", name="Ghim các mục đã chọn").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Chưa chọn mục nào")
    page.reload()
    assert page.locator(".pins > li").count() == 0
    page.close()


def test_the_model_writes_while_the_page_says_so_and_the_paragraph_comes_in_place(
    visit: Callable[..., Page], room: Room
) -> None:
    page = visit("/so-tay")
    noted(room, page, 2)
    marked(page)
    button = page.get_by_role("button", name="Viết lại bằng mô hình ngôn ngữ")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Mô hình đang viết…")).to_be_visible()
    assert button.get_attribute("aria-disabled") == "true"
    page.keyboard.press("Enter")  # asked once
    room.writer.go.release()
    page.locator(".prose .text").wait_for()
    happened(page, "Mô hình đã viết xong 1 câu.")
    assert "ra đời ngày 12-4-1954. [1]" in page.locator(".prose .text").inner_text()
    assert "từng câu đã được đối chiếu với nguồn" in page.locator(".prose").inner_text()
    assert not page.get_by_text("Có từ năm 1930.").is_visible()
    page.get_by_text("1 câu của mô hình đã bị bỏ").press("Enter")
    assert page.get_by_text("Có từ năm 1930.").is_visible()
    assert stayed(page)
    assert barriers(page) == []


def test_a_model_that_fails_is_told_and_can_be_asked_again(visit: Callable[..., Page], room: Room) -> None:
    page = visit("/so-tay")
    noted(room, page, 2)
    room.writer.fails = True
    try:
        page.get_by_role("button", name="Viết lại bằng mô hình ngôn ngữ").press("Enter")
        room.writer.go.release()
        expect(page.get_by_role("alert")).to_contain_text("Mô hình trả lời quá chậm.")
    finally:
        room.writer.fails = False
    assert page.locator(".prose").count() == 0
    assert (
        page.get_by_role("button", name="Viết lại bằng mô hình ngôn ngữ").get_attribute("aria-disabled")
        is None
    )
