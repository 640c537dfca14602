"""A trainer's whole job, in a real Chromium on the sample articles: from chosen articles to a quiz with its
evidence, to both copies as documents, to a source that changes."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import docx
import pypdfium2  # type: ignore[import-untyped]
import pytest

from assistant.records import materials, records
from assistant.training import Material, Part
from tests.assistant.browsing import DESK, PHONE, barriers, browser, reading, served, watching
from tests.conftest import SAMPLES, Nep

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Download, Page

BINH_LANG = "van-phong-huyen-uy-binh-lang"
FOUNDED = "ngày 02/9/1948"


@pytest.fixture(scope="module")
def home(samples_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(samples_home, tmp_path_factory.mktemp("training") / "Nep"))


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    with served(home) as address:
        yield address


@pytest.fixture(scope="module")
def chromium(address: str) -> Iterator[Browser]:
    with browser() as launched:
        yield launched


def material(home: Path) -> Material:
    (kept,) = materials.listed(records(home), "")
    return kept.material


def fetched(page: Page, label: str) -> tuple[str, bytes]:
    """A downloaded document with its name."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=label, exact=True).click()
    download: Download = waiting.value
    return unquote(download.suggested_filename), Path(download.path()).read_bytes()


def words_of_pdf(document: bytes) -> str:
    with pypdfium2.PdfDocument(document) as pdf:
        told = [page.get_textpage().get_text_range() for page in pdf]
    return " ".join(" ".join(told).split())


def words_of_word(document: bytes) -> str:
    opened = docx.Document(io.BytesIO(document))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return " ".join(" ".join([*(p.text for p in opened.paragraphs), *cells]).split())


def notes_of_word(document: bytes) -> str:
    """The words of its footnotes."""
    opened = docx.Document(io.BytesIO(document))
    (part,) = [p for p in opened.part.package.iter_parts() if str(p.partname).endswith("/footnotes.xml")]
    from lxml import etree

    return " ".join("".join(etree.fromstring(part.blob).itertext()).split())


def test_a_trainer_goes_from_articles_to_both_copies_and_is_told_of_a_changed_source(
    chromium: Browser, address: str, home: Path, nep: Nep, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    context = reading(chromium, address)
    seen = watching(context, address)
    page = context.new_page()

    # Chosen: an article that is searched for, and a unit beside it.
    page.goto(f"{address}/dinh-huong")
    page.get_by_role("link", name="Soạn tài liệu mới").click()
    page.get_by_label("Tìm bài viết, đơn vị").fill("binh lang")
    page.keyboard.press("Enter")
    page.wait_for_url("**tim=binh**")
    page.locator(f'input[name="bai"][value="{BINH_LANG}"]').check()
    page.get_by_label("Tìm bài viết, đơn vị").fill("hà lương")
    page.keyboard.press("Enter")
    page.get_by_role("group", name="Đã chọn").wait_for()
    page.get_by_label("Văn phòng Tỉnh ủy Hà Lương", exact=True).check()
    page.get_by_label("Tên tài liệu (có thể để trống)").fill("Bài giảng truyền thống")
    page.get_by_role("button", name="Soạn tài liệu").click()
    page.get_by_role("heading", name="Bài giảng truyền thống").wait_for()
    made = page.url
    assert barriers(page) == []

    # Every part is there; evidence opens at the very words.
    drawn = material(home)
    assert all(drawn.of(part) for part in Part)
    first = drawn.of(Part.SUMMARY)[0]
    row = page.locator(f"#muc-{first.id}")
    row.locator("summary").first.click()
    row.get_by_role("link", name="Mở bài").click()
    page.locator("#reader mark").first.wait_for()
    assert page.locator("#reader mark").first.inner_text() in first.evidence.quote
    page.keyboard.press("Escape")

    # By keyboard: left out, and put back, without losing one's place.
    page.get_by_role("button", name=f"Để ra ngoài: {first.said}").focus()
    page.keyboard.press("Enter")
    back = page.get_by_role("button", name=f"Đưa lại: {first.said}")
    back.wait_for()
    expect(back).to_be_focused()
    assert material(home).of(Part.SUMMARY)[0].left_out
    page.keyboard.press("Enter")
    page.get_by_role("button", name=f"Để ra ngoài: {first.said}").wait_for()

    # In the trainer's own words.
    question = drawn.of(Part.QUESTION)[0]
    row = page.locator(f"#muc-{question.id}")
    row.locator(".wording summary").click()
    row.get_by_label("Câu hỏi").fill("Anh chị cho biết điều này?")
    row.get_by_role("button", name="Lưu").click()
    page.locator(f"#muc-{question.id}", has_text="Đã sửa lời").wait_for()

    # A further question.
    page.get_by_role("link", name="Thêm câu trắc nghiệm").click()
    page.get_by_role("heading", name="Thêm câu trắc nghiệm").wait_for()
    assert barriers(page) == []
    add = page.locator('button[data-do="them"]')
    offered = add.count()
    assert offered > 0
    add.first.click()
    expect(add).to_have_count(offered - 1)
    assert len(material(home).of(Part.QUIZ)) == len(drawn.of(Part.QUIZ)) + 1

    # Both copies.
    page.goto(made)
    now = material(home)
    questions = [*now.of(Part.QUESTION), *now.of(Part.QUIZ)]
    answers = {i.said for i in now.of(Part.QUESTION)}
    quotes = {" ".join(i.evidence.quote.split()) for i in questions}
    for label, read in (("Word", words_of_word), ("PDF", words_of_pdf)):
        name, document = fetched(page, f"Bản của người học, {label}")
        assert name.startswith("Bản của người học - Bài giảng truyền thống.")
        learner = read(document)
        assert [i.asked for i in questions if i.asked not in learner] == []
        options = [option for i in now.of(Part.QUIZ) for option in now.options(i)]
        assert [option for option in options if option not in learner] == []
        assert not any(quote in learner for quote in quotes)
        assert not any(answer in learner for answer in answers if len(answer) > len("ngày 02/9/1948"))
        assert "Đáp" not in learner
        name, document = fetched(page, f"Bản của người dạy, {label}")
        teacher = read(document)
        assert [i.said for i in questions if i.said not in teacher] == []
        proven = notes_of_word(document) if label == "Word" else teacher
        assert [quote for quote in quotes if quote not in proven] == []
    name, document = fetched(page, "Tóm tắt một trang, PDF")
    with pypdfium2.PdfDocument(document) as pdf:
        assert len(pdf) == 1
    told = words_of_pdf(document)
    assert [i.said for i in now.of(Part.SUMMARY) if i.said not in told] == []

    # The source changes: what rests on it is stale, out of the copies, and made anew.
    file = next(SAMPLES.glob(f"{BINH_LANG}.*"))
    corrected = tmp_path / file.name
    words = file.read_text(encoding="utf-8")
    assert FOUNDED in words
    corrected.write_text(words.replace(FOUNDED, "ngày 03/9/1948"), encoding="utf-8")
    assert nep("remove", BINH_LANG, home=home).code == 0
    assert nep("ingest", corrected, home=home).code == 0
    page.goto(made)
    page.get_by_text("Nguồn đã thay đổi ở").wait_for()
    assert barriers(page) == []
    _, document = fetched(page, "Bản của người dạy, Word")
    assert "vì nguồn đã thay đổi sau khi soạn" in words_of_word(document)
    assert FOUNDED not in notes_of_word(document)
    page.get_by_role("button", name="Làm lại tất cả").click()
    page.get_by_text("Nguồn đã thay đổi ở").wait_for(state="detached")
    assert any("03/9/1948" in i.evidence.quote for i in material(home).items)
    assert not any(FOUNDED in i.evidence.quote for i in material(home).items)
    seen.nothing()
    context.close()


def test_a_learner_does_the_quiz_by_keyboard_and_sees_the_evidence(
    chromium: Browser, address: str, home: Path
) -> None:
    context = reading(chromium, address, PHONE)
    seen = watching(context, address)
    page = context.new_page()
    page.goto(f"{address}/dinh-huong")
    (kept,) = materials.listed(records(home), "")
    page.goto(f"{address}/dinh-huong/{kept.id}/lam-bai")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    asked = kept.material.of(Part.QUIZ)
    assert page.locator(".quiz fieldset").count() == len(asked)
    letter = "ABCD"[kept.material.options(asked[0]).index(asked[0].says)]
    page.locator(".quiz fieldset").first.locator("input").first.focus()
    page.keyboard.press("Space")
    for _ in range("ABCD".index(letter)):
        page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Chấm bài").focus()
    page.keyboard.press("Enter")
    page.get_by_text(f"Đúng 1 trên {len(asked)} câu").wait_for()
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    first = page.locator(".marked > li").first
    assert f"Đúng: {letter}. {asked[0].says}" in first.inner_text()
    shown = " ".join(first.locator("blockquote").inner_text().split())
    assert shown == " ".join(asked[0].evidence.quote.split())
    assert page.locator(".marked .wrong blockquote").count() == len(asked) - 1
    assert materials.listed(records(home), "") == [kept]
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    seen.nothing()
    context.close()
