"""The speechwriter's whole job in a real Chromium: from a question to a Word file and its notes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ingest.load import find, load
from ingest.types import Article
from tests.assistant.browsing import DESK, PHONE, browser, reading, served, watching
from tests.conftest import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

UNIT = "Văn phòng Tỉnh ủy Hà Lương"
ASKED = f"{UNIT} được tặng thưởng Huân chương Lao động hạng Nhất năm nào?"


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return [load(file) for file in find([ROOT / "ingest" / "samples"]).files]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The program as a person starts it, on the sample articles."""
    with served(tmp_path_factory.mktemp("Nep") / "thu-vien") as address:
        yield address


@pytest.fixture(scope="module")
def chromium(address: str) -> Iterator[Browser]:
    with browser() as launched:
        yield launched


def notes(docx: bytes) -> list[str]:
    """The texts of the footnotes of a Word file."""
    import docx as word

    document = word.Document(BytesIO(docx))
    (part,) = [r.target_part for r in document.part.rels.values() if r.reltype.endswith("/footnotes")]
    xml = part.blob.decode()
    found = re.findall(r'<w:footnote [^>]*w:id="(?!-1"|0")\d+".*?</w:footnote>', xml, re.DOTALL)
    return ["".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", one)) for one in found]


def pin_other_than(page: Page, pinned: str) -> None:
    """Pins the first fact of the sheet that tells of something else."""
    fact = page.locator(".facts > li").filter(has_not_text=pinned).filter(has=page.get_by_role("checkbox"))
    fact.first.get_by_role("checkbox").check()
    page.get_by_role("button", name="Ghim các mục đã chọn").click()
    page.get_by_role("heading", name="Đã ghim (2)").wait_for()


def test_from_a_question_to_a_word_file_that_quotes_the_articles_byte_for_byte(
    chromium: Browser, address: str, articles: list[Article], tmp_path: Path
) -> None:
    context = reading(chromium, address, DESK)
    seen = watching(context, address)
    page = context.new_page()
    page.goto(address)
    page.fill("#asking textarea", ASKED)
    page.keyboard.press("Enter")
    page.locator(".exchange.answered").wait_for()
    page.get_by_role("button", name="Ghim vào sổ tay").last.click()
    page.get_by_text("Đã ghim vào sổ tay").first.wait_for()

    # The notebook, the occasion with its arithmetic, the sheet of facts.
    page.goto(f"{address}/so-tay")
    page.locator(".books a").first.click()
    page.get_by_label("Đơn vị").fill(UNIT)
    page.get_by_label("Ngày (ngày/tháng/năm)").fill("12/04/2035")
    page.get_by_role("button", name="Chuẩn bị").click()
    page.locator(".kept .sum").first.wait_for()
    told = page.locator(".kept .sum").first.inner_text()
    sum_ = re.match(r"2035 − (\d{4}) = (\d+):", told)
    assert sum_, told
    assert int(sum_[1]) + int(sum_[2]) == 2035
    pin_other_than(page, "Huân chương")
    page.reload()
    assert page.locator(".pins > li").count() == 2

    # In a group, with a remark, in another order.
    page.get_by_text("Ghi chú, nhóm").first.click()
    form = page.locator(".pins form").first
    form.get_by_label("Nhóm").fill("Thành tích")
    form.get_by_label("Ghi chú").fill("Nhắc ở phần mở đầu.")
    form.get_by_role("button", name="Lưu").click()
    page.get_by_role("heading", name="Thành tích").wait_for()
    assert page.get_by_text("Nhắc ở phần mở đầu.").first.is_visible()

    # The file, opened with the library that others read it with.
    with page.expect_download() as coming:
        page.get_by_role("link", name="Tải về Word").click()
    file = coming.value
    assert file.suggested_filename == "Sổ tay của tôi.docx"
    file.save_as(tmp_path / "a.docx")
    told_notes = notes((tmp_path / "a.docx").read_bytes())
    assert len(told_notes) >= 3
    for note in told_notes:
        quoted = re.search(r"“(.*)”", note, re.DOTALL)
        assert quoted, note
        assert any(quoted[1] in article.text for article in articles), quoted[1]
        assert any(article.title in note for article in articles), note
    assert any("hạng Nhất" in note for note in told_notes)

    seen.nothing()
    there = page.url
    context.close()

    # Asked back before it is gone.
    page = reading(chromium, address, DESK).new_page()
    page.goto(there)
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name=re.compile("^Bỏ khỏi sổ tay")).first.click()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name=re.compile("^Bỏ khỏi sổ tay")).first.click()
    page.get_by_role("heading", name="Đã ghim (1)").wait_for()
    page.context.close()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_is_wider_than_the_window(chromium: Browser, address: str, size: dict[str, int]) -> None:
    context = reading(chromium, address, size)
    page = context.new_page()
    page.goto(f"{address}/so-tay")
    page.get_by_label("Tên sổ tay mới").fill("Diễn văn kỷ niệm " + "rất dài " * 10)
    page.get_by_role("button", name="Tạo sổ tay").click()
    page.get_by_role("heading", name="Dịp kỷ niệm").wait_for()
    page.get_by_label("Đơn vị").fill(UNIT)
    page.get_by_role("button", name="Chuẩn bị").click()
    page.locator(".facts").first.wait_for()
    for scale in ("", "212.5%"):
        page.evaluate(f"document.documentElement.style.fontSize = '{scale}'")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
