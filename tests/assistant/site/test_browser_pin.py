"""Pinned in a real Chromium: words of an article that are selected, to the letter; and over real articles,
from a question to a Word document whose footnotes have their very words."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import docx
import pypdfium2  # type: ignore[import-untyped]
import pytest
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from assistant import web
from assistant.notebook import Notebook
from assistant.records import notebooks, records
from ingest.types import Article
from tests.assistant.browsing import DESK, PHONE, barriers, browser, reading, served, serving, watching
from tests.assistant.office import Office, article, desk, house
from tests.conftest import Nep
from vectorstore.encoders import load
from vectorstore.library import Library

if TYPE_CHECKING:
    from playwright.sync_api import Page

NAME = "Diễn văn kỷ niệm: Văn phòng, 18/10"


def only(home: Path) -> Notebook:
    (kept,) = notebooks.listed(records(home), "")
    return kept.notebook


def articles(home: Path) -> dict[str, Article]:
    with Library.open(home, load(), write=False) as library:
        return {one.id: one for one in library.articles()}


def footnotes(document: bytes) -> list[str]:
    """The words of each footnote of a Word document, ends of lines included."""
    opened = docx.Document(io.BytesIO(document))
    (part,) = [p for p in opened.part.package.iter_parts() if str(p.partname).endswith("/footnotes.xml")]
    signs = {qn("w:br"): "\n", qn("w:tab"): "\t"}
    found = []
    for note in parse_xml(part.blob).iter(qn("w:footnote")):
        if note.get(qn("w:type")) is None:
            found.append(
                "".join(
                    e.text or "" if e.tag == qn("w:t") else signs.get(str(e.tag), "") for e in note.iter()
                )
            )
    return found


def fetched(page: Page, label: str) -> tuple[str, bytes]:
    with page.expect_download() as waiting:
        page.get_by_role("link", name=label, exact=True).click()
    return unquote(waiting.value.suggested_filename), Path(waiting.value.path()).read_bytes()


def ask(page: Page, question: str) -> None:
    page.get_by_role("textbox", name="Câu hỏi").fill(question)
    page.keyboard.press("Enter")
    page.wait_for_selector(".exchange:not(.working) .card", state="attached")
    page.wait_for_selector(".working", state="detached")


@contextmanager
def at_home(home: Path) -> Iterator[tuple[str, Any]]:
    with served(home) as address, browser() as chromium:
        yield address, chromium


def speech(home: Path, question: str, unit: str) -> None:
    """The whole job; leaves a notebook with an answer's statements, a fact, and what came of both."""
    with at_home(home) as (address, chromium):
        context = reading(chromium, address)
        seen = watching(context, address)
        page = context.new_page()

        # A question, and what it is answered with, pinned.
        page.goto(address)
        page.wait_for_selector(".example")
        ask(page, question)
        page.get_by_role("button", name="Ghim vào sổ tay", exact=True).click()
        page.get_by_role("link", name="Mở sổ tay").click()
        page.wait_for_url("**/so-tay/*")
        assert barriers(page) == []

        # Named, and prepared for the day.
        name = page.get_by_label("Tên", exact=True)
        name.fill(NAME)
        page.get_by_role("button", name="Đổi tên").click()
        page.get_by_role("heading", level=1, name=NAME).wait_for()
        page.get_by_label("Đơn vị").fill(unit)
        page.get_by_label("Ngày (ngày/tháng/năm)").fill("18/10/2030")
        page.get_by_role("button", name="Chuẩn bị").click()
        page.get_by_text("2030 − ").first.wait_for()

        # A fact of the sheet beside it, both in order and with a remark.
        before = page.locator(".pins > li").count()
        page.locator(".facts input[type=checkbox]").last.check()
        page.get_by_role("button", name="Ghim các mục đã chọn").click()
        page.locator(".pins > li").nth(before).wait_for()
        first, *_, last = [pin.text for pin in only(home).pins]
        page.locator(".pins li").last.get_by_role("button", name="Đưa lên").press("Enter")
        page.locator(".pins li").last.get_by_role("button", name="Đưa lên").wait_for()
        page.locator(".pins .edit summary").first.click()
        page.locator(".pins textarea").first.fill("Đọc chậm đoạn này.")
        page.locator(".pins .edit button").first.click()
        page.locator(".pins .note", has_text="Đọc chậm đoạn này.").wait_for()
        assert {first, last} <= {pin.text for pin in only(home).pins}

        # Handed out, under the notebook's name as far as a disk has it.
        word = fetched(page, "Tải về Word")
        pdf = fetched(page, "Tải về PDF")
        plain = fetched(page, "Tải về Markdown")
        assert word[0].startswith("Diễn văn kỷ niệm")
        assert word[0].endswith(".docx")
        context.close()
        seen.nothing()

    held, told = articles(home), footnotes(word[1])
    evidence = [one for pin in only(home).pins for one in pin.evidence]
    assert len(evidence) >= 2
    for cited in evidence:
        article = held[cited.article]
        words = article.text[cited.start : cited.end]
        assert words == cited.quote
        notes = [note for note in told if f"“{words}”" in note]
        assert notes, f"no footnote has the words {words!r}"
        assert all(article.title in note for note in notes)
        if article.source:
            assert all(article.source in note for note in notes)
        if article.published:
            assert all(f"{article.published:%d/%m/%Y}" in note for note in notes)
    everything = {article.text for article in held.values()}
    for note in told:  # and none has other words than an article's
        quote = note[note.index("“") + 1 : note.rindex("”")]
        assert any(quote in text for text in everything) or any(f"“{e.quote}”" in note for e in evidence)
    with pypdfium2.PdfDocument(pdf[1]) as opened:
        shown = "".join("".join(p.get_textpage().get_text_range() for p in opened).split())
    assert "".join(evidence[0].quote.split())[:60] in shown
    assert plain[1].decode().count("[^1]") >= 2


def test_a_speechwriter_goes_from_a_question_to_a_word_document_over_real_articles(
    seeds: Path, nep: Nep, tmp_path: Path
) -> None:
    home = tmp_path / "Nep"
    nep("ingest", str(seeds), home=home)
    with Library.open(home, load(), write=False) as library:
        kept = {fact.unit for fact in library.facts() if fact.subject == "ngay truyen thong" and fact.unit}
    unit = max(kept, key=len)
    speech(home, f"Ngày truyền thống của {unit} là ngày nào?", unit)


# --- words of an article ---------------------------------------------------------------------------

ODD = article(
    "odd",
    "Chuyện 😀 của văn phòng",
    "Ngày 12-4-1954, văn phòng <b>ra đời</b> 🎉 với năm người & một máy chữ.",
    "Năm 1960, 𝒗ăn phòng dời nhà, “vượt nắng, thắng mưa”.",
    "Đến nay có 46 người.",
    captions=["Ảnh: 📷 văn phòng xưa."],
    source="Báo Hải Lâm",
)

SELECT = """([from, start, to, end]) => {
    const stretches = [...document.querySelectorAll('[data-at]')];
    const place = (stretch, count) => {  // so many code points into it
        const walker = document.createTreeWalker(stretch, NodeFilter.SHOW_TEXT);
        for (let node; (node = walker.nextNode()); ) {
            const letters = Array.from(node.data);
            if (count <= letters.length) return [node, letters.slice(0, count).join('').length];
            count -= letters.length;
        }
        return [stretch, stretch.childNodes.length];
    };
    const range = document.createRange();
    range.setStart(...place(stretches[from], start));
    range.setEnd(...place(stretches[to], end));
    getSelection().removeAllRanges();
    getSelection().addRange(range);
}"""


def select(page: Page, one: int, start: int, other: int, end: int) -> None:
    """Selects from a letter of one stretch to a letter of another, and waits until it may be pinned."""
    page.evaluate("getSelection().removeAllRanges()")
    page.wait_for_selector(".pin-bar", state="detached")
    page.evaluate(SELECT, [one, start, other, end])
    page.wait_for_selector(".pin-bar")


@pytest.fixture
def office() -> Office:
    return Office([ODD])


def test_what_is_selected_in_an_article_is_pinned_to_the_letter(office: Office, tmp_path: Path) -> None:
    rooms = house(office, tmp_path)
    with serving(web.app(rooms, desk(office, tmp_path))) as address, browser() as chromium:
        context = reading(chromium, address)
        seen = watching(context, address)
        page = context.new_page()
        page.goto(f"{address}/bai/odd?tu=25&den=60")
        starts = page.locator("[data-at]").evaluate_all("all => all.map(one => Number(one.dataset.at))")
        lengths = page.locator("[data-at]").evaluate_all(
            "all => all.map(one => Array.from(one.textContent).length)"
        )
        assert starts == [block.start for block in ODD.blocks]
        chance = random.Random(6)
        places = [(0, 0, len(starts) - 1, lengths[-1])]
        for _ in range(25):
            one, other = sorted(chance.choices(range(len(starts)), k=2))
            start, end = chance.randint(0, lengths[one]), chance.randint(0, lengths[other])
            places.append(
                (one, min(start, end), other, max(start, end)) if one == other else (one, start, other, end)
            )
        for one, start, other, end in places:
            text = ODD.text[starts[one] + start : starts[other] + end]
            if not text.strip():
                continue
            select(page, one, start, other, end)
            sent = page.locator(".pin-bar button").evaluate("button => ({...button.dataset})")
            assert ODD.text[int(sent["start"]) : int(sent["end"])].strip() == text.strip()
        # The last of them, pinned as a person does.
        select(page, 1, 0, 1, lengths[1])
        page.get_by_role("button", name="Ghim đoạn này", exact=True).click()
        page.locator(".pin-bar").get_by_role("link", name="Mở sổ tay").wait_for()
        (pin,) = only(tmp_path).pins
        assert pin.text == ODD.text[ODD.blocks[1].start : ODD.blocks[1].end]
        assert pin.evidence[0].start == ODD.blocks[1].start
        context.close()
        seen.nothing()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_paragraph_is_pinned_by_keyboard(office: Office, tmp_path: Path, size: dict[str, int]) -> None:
    rooms = house(office, tmp_path)
    with serving(web.app(rooms, desk(office, tmp_path))) as address, browser() as chromium:
        page = reading(chromium, address, size).new_page()
        page.goto(f"{address}/bai/odd")
        button = page.get_by_role("button", name="Ghim đoạn này: Năm 1960, 𝒗ăn phòng dời nhà, “vượt nắng, …")
        button.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        assert button.evaluate(
            "one => one === document.activeElement && getComputedStyle(one).opacity === '1'"
        )
        box = button.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size["width"]
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Mở sổ tay").wait_for()
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        (pin,) = only(tmp_path).pins
        assert pin.text == "Năm 1960, 𝒗ăn phòng dời nhà, “vượt nắng, thắng mưa”."
