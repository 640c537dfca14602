"""The timeline and the awards as a person meets them, in a real Chromium: zoomed, opened, taken along."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from PIL import Image

from assistant import pages, web
from assistant.site.timeline_pages import AWARDS
from tests.assistant.browsing import DESK, PHONE, browser, serving
from tests.assistant.office import Office, article, desk, house

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

A, B = "Văn phòng Huyện ủy Bình Lãng", "Văn phòng Thành ủy Sơn Khê"
ARTICLES = [
    article(
        "a",
        "Chuyện Bình Lãng",
        f"Ngày 12-4-1954, {A} được thành lập.",
        *(f"Ngày {day}-8-1976, {A} tổ chức hội nghị sơ kết công tác." for day in range(1, 15)),
        *(f"Năm {year}, {A} được Thủ tướng Chính phủ tặng Bằng khen." for year in range(1985, 2020, 2)),
        published=date(2020, 10, 16),
        unit=A,
    ),
    article(
        "b",
        "Chuyện Sơn Khê <img src=x onerror=window.hacked=1>",
        f"Ngày 20-4-2009, {B} được thành lập.",
        f"Năm 2014, Chủ tịch nước tặng thưởng {B} Huân chương Lao động hạng Ba.",
        unit=B,
    ),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    office, home = Office(ARTICLES), tmp_path_factory.mktemp("Nep")
    with serving(web.app(house(office, home), desk(office, home))) as served:
        yield served


@pytest.fixture(scope="module")
def chromium(address: str) -> Iterator[Browser]:
    with browser() as launched:
        yield launched


Visit = Callable[..., "Page"]


@pytest.fixture
def visit(chromium: Browser, address: str) -> Iterator[Visit]:
    """Opens a page. Whatever a test does there, no request may go to anybody else, and no script may fail."""
    asked: list[str] = []
    wrong: list[str] = []
    opened: list[Page] = []

    def open(path: str = pages.TIMELINE, size: dict[str, int] = DESK, **context: Any) -> Page:
        page = chromium.new_context(viewport=size, **context).new_page()  # type: ignore[arg-type]
        opened.append(page)
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(address + path)
        return page

    yield open
    for page in opened:
        assert page.evaluate("window.hacked") is None
        page.context.close()
    assert asked
    assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} == {
        urlsplit(address).netloc
    }
    assert wrong == []


def drawn(page: Page) -> Any:
    return page.locator(".drawn:visible")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_from_all_years_to_the_sentence(visit: Visit, size: dict[str, int]) -> None:
    page = visit(size=size)
    page.get_by_role("link", name="Dòng thời gian").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert drawn(page).count() == 1
    cluster = drawn(page).get_by_role("link", name="sự kiện, 1976", exact=False).first
    cluster.click()  # opens the years that it is of
    page.wait_for_url("**tu=1976**")
    assert drawn(page).get_by_role("link").count() >= 3
    page.get_by_role("link", name="Toàn bộ").click()
    page.wait_for_url(lambda url: "tu=" not in url)
    page.get_by_label("Đơn vị").select_option(B)
    page.get_by_role("button", name="Xem", exact=True).click()
    page.wait_for_url("**don-vi=**")
    event = drawn(page).get_by_role("link", name="20/04/2009", exact=False)
    event.click()
    page.locator("#reader mark").wait_for()
    assert page.locator("#reader mark").inner_text() == f"Ngày 20-4-2009, {B} được thành lập."
    assert "/bai/b?" in (page.locator("#reader .apart").get_attribute("href") or "")
    page.keyboard.press("Escape")
    assert not page.locator("#reader").is_visible()


def test_a_row_of_the_table_opens_its_sentence_too(visit: Visit) -> None:
    page = visit(f"{pages.TIMELINE}?tu=2009&den=2009")
    page.get_by_role("table").get_by_role("link", name="được thành lập").click()
    assert page.locator("#reader mark").inner_text() == f"Ngày 20-4-2009, {B} được thành lập."


def test_everything_is_reached_by_keyboard_and_seen_when_it_is(visit: Visit) -> None:
    page = visit(f"{pages.TIMELINE}?tu=2009&den=2020")
    reached: list[str] = []
    for _ in range(90):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                """() => { const e = document.activeElement;
                if (e === document.body) return "";
                const name = e.getAttribute("aria-label") || e.name || e.textContent;
                const hit = e.querySelector?.(".hit");
                const style = getComputedStyle(hit ?? e);
                const seen = hit ? style.strokeWidth === "3px" && style.stroke !== "none"
                                 : style.outlineStyle !== "none";
                return `${name.trim()}|${seen}`; }"""
            )
        )
        if reached[-1].startswith("Ghim vào sổ tay: 2014"):
            break
    names = [one.rpartition("|")[0] for one in reached]
    for wanted in (
        "don-vi",
        "tu",
        "den",
        "loai",
        "Xem",
        "Phóng to",
        "Thu nhỏ",
        "Tải hình (PNG)",
        "Tải bảng (CSV)",
    ):
        assert wanted in names, names
    assert any(name.startswith("20/04/2009: ") for name in names)
    assert [one for one in reached if one.endswith("|false")] == []
    page.keyboard.press("Shift+Tab")


def test_a_cluster_and_an_event_are_opened_by_keyboard(visit: Visit) -> None:
    page = visit(f"{pages.TIMELINE}?tu=2009&den=2009")
    drawn(page).get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    page.locator("#reader mark").wait_for()


def test_the_picture_and_the_tables_are_taken_along(visit: Visit, tmp_path: Path) -> None:
    page = visit(f"{pages.TIMELINE}?tu=1970&den=2020")
    for path, name, suffix in (
        (f"{pages.TIMELINE}?tu=1970&den=2020", "Tải hình (PNG)", "Dòng thời gian - 1970-2020.png"),
        (f"{pages.TIMELINE}?tu=1970&den=2020", "Tải bảng (CSV)", "Dòng thời gian - 1970-2020.csv"),
        (AWARDS, "Tải bảng (CSV)", "Thành tích.csv"),
    ):
        page.goto("/".join(page.url.split("/")[:3]) + path)
        with page.expect_download() as waiting:
            page.get_by_role("link", name=name).click()
        taken = waiting.value
        assert taken.suggested_filename == suffix
        there = tmp_path / suffix
        taken.save_as(there)
        if suffix.endswith("png"):
            colours = Image.open(there).convert("RGB").getcolors(1 << 24)
            assert colours is not None
            assert len(colours) > 50
        else:
            rows = list(csv.reader(io.StringIO(there.read_text("utf-8-sig"), newline=""), delimiter=";"))
            assert len(rows) > 5
            assert any(A in cell for cell in rows[1])


def test_a_screen_reader_is_given_tables_with_names_and_heads(visit: Visit) -> None:
    page = visit(f"{pages.TIMELINE}?tu=2009&den=2020")
    table = page.get_by_role("table").first
    assert "2009–2020" in table.locator("caption").inner_text()
    assert table.get_by_role("columnheader").all_inner_texts()[:5] == [
        "Thời gian",
        "Sự kiện",
        "Đơn vị",
        "Loại",
        "Nguồn",
    ]
    assert table.get_by_role("rowheader", name="20/04/2009").count() == 1
    picture = drawn(page)
    assert picture.get_attribute("aria-describedby") == "ke"
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_picture_has_the_colours_of_the_page(visit: Visit, address: str, theme: str) -> None:
    page = visit(f"{pages.TIMELINE}?tu=2009&den=2020")
    page.context.add_cookies([{"name": "nep_theme", "value": theme, "url": address}])
    page.reload()
    said = page.evaluate(
        """() => { const text = document.querySelector(".wide .drawn a text.f-ink");
        return [getComputedStyle(text).fill, getComputedStyle(document.body).color,
                getComputedStyle(text).fontFamily]; }"""
    )
    assert said[0] == said[1]
    assert "Nep Serif" in said[2]


@pytest.mark.parametrize("width", [320, 390, 640, 1024, 1280])
@pytest.mark.parametrize("path", [pages.TIMELINE, AWARDS])
def test_no_window_needs_scrolling_sideways(visit: Visit, path: str, width: int) -> None:
    page = visit(path, size={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if path == pages.TIMELINE:
        assert drawn(page).count() == 1
        smallest = page.evaluate(
            """Math.min(...[...document.querySelectorAll(".drawn")].filter(s => s.checkVisibility())
               .flatMap(s => [...s.querySelectorAll("a text.f-ink")])
               .map(t => t.getBoundingClientRect().height))"""
        )
        assert smallest >= 13


def test_words_as_the_browser_sets_them_do_not_cover_each_other(visit: Visit) -> None:
    for size in (DESK, PHONE):
        page = visit(size=size)
        page.evaluate("document.fonts.ready")
        covered = page.evaluate(
            """() => {
              const all = [...document.querySelectorAll(".drawn")].filter(s => s.checkVisibility())
                .flatMap(s => [...s.querySelectorAll("a")]).map(a => [a.ariaLabel,
                  [...a.querySelectorAll("text:not(.f-sheet)")].map(t => t.getBoundingClientRect())]);
              const found = [];
              for (const [i, [one, boxes]] of all.entries())
                for (const [other, others] of all.slice(i + 1))
                  for (const a of boxes) for (const b of others)
                    if (a.left < b.right - 1 && b.left < a.right - 1
                        && a.top < b.bottom - 4 && b.top < a.bottom - 4)
                      found.push(`${one} / ${other}`);
              return found;
            }"""
        )
        assert covered == []


def test_the_awards_are_sorted_and_chosen(visit: Visit) -> None:
    page = visit(AWARDS)
    page.get_by_role("columnheader", name="Năm").get_by_role("link").click()
    page.wait_for_url("**theo=nam**")
    years = page.locator(".awards td.when").all_inner_texts()
    assert years == sorted(years)
    page.get_by_label("Hạng", exact=True).select_option("3")
    page.get_by_role("button", name="Xem", exact=True).click()
    page.wait_for_url("**hang=3**")
    assert page.locator(".awards tbody th").all_inner_texts() == [B]


def test_what_is_pinned_is_sent_with_its_place(visit: Visit) -> None:
    page = visit(f"{pages.TIMELINE}?tu=2009&den=2009")
    sent: list[Any] = []

    def keep(route: Any) -> None:
        sent.append(route.request.post_data_json)
        route.fulfill(json={"say": "Đã ghim vào sổ tay."})

    page.route("**/so-tay/ghim", keep)
    page.get_by_role("button", name="Ghim vào sổ tay: 20/04/2009", exact=False).click()
    page.get_by_text("Đã ghim vào sổ tay.").wait_for()
    (fields,) = sent
    text = ARTICLES[1].text
    assert fields["article"] == "b"
    assert text[int(fields["start"]) : int(fields["end"])] == f"Ngày 20-4-2009, {B} được thành lập."
