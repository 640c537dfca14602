"""What holds of every page, in a real Chromium on the sample articles: it can be used by everybody, in both
languages and colours, at any size of text, and asks no other server for anything. A page that the masthead
comes to lead to is looked at without a line being added here."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant import pages
from tests.assistant.browsing import (
    CHROMIUM,
    DESK,
    PHONE,
    QUIET,
    Place,
    barriers,
    browser,
    places,
    reading,
    served,
    watching,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SIZES = {"desk": DESK, "phone": PHONE}


@pytest.fixture(scope="module")
def address(samples_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = Path(shutil.copytree(samples_home, tmp_path_factory.mktemp("manners") / "Nep"))
    with served(home) as address:
        yield address


@pytest.fixture(scope="module")
def chromium(address: str) -> Iterator[Browser]:
    with browser() as launched:
        yield launched


@pytest.fixture(scope="module")
def everywhere(chromium: Browser, address: str) -> list[Place]:
    context = reading(chromium, address)
    found = places(context.new_page(), address, [way.path for way in pages.WAYS])
    context.close()
    assert {way.path for way in pages.WAYS} <= {place.path for place in found}
    assert any("/bai/" in place.path and "tu=" in place.path for place in found), "no quoted place was found"
    return found


def told(found: list[str]) -> str:
    return "\n".join(dict.fromkeys(found))


# --- for everybody ---------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_keeps_anybody_out_and_none_asks_another_server(
    chromium: Browser, address: str, everywhere: list[Place], language: str, theme: str, size: str
) -> None:
    context = reading(chromium, address, SIZES[size], language, theme)
    seen = watching(context, address)
    page = context.new_page()
    found = []
    for place in everywhere:
        place.open(page, address)
        found += [f"{place}: {barrier}" for barrier in barriers(page)]
        if page.evaluate("document.documentElement.lang") != language:
            found.append(f"{place}: says to be in another language")
        if page.evaluate("document.documentElement.scrollWidth") > SIZES[size]["width"]:
            found.append(f"{place}: must be scrolled sideways")
    context.close()
    assert not found, told(found)
    seen.nothing()


#: Elements whose words do not fit into them, or reach out of the window.
LOST = """() => [...document.querySelectorAll('body *')].filter(e => {
    const style = getComputedStyle(e), box = e.getBoundingClientRect();
    if (!box.width || !e.checkVisibility({ visibilityProperty: true })) return false;
    if (e.matches('option') || style.clipPath !== 'none') return false;
    if (e.closest('.unseen, .sr-only, .skip, [role=region], svg')) return false;
    const cut = ['hidden', 'clip'], field = e.matches('input, select, textarea');
    const block = style.display !== 'inline' && style.overflowX !== 'visible';
    const wide = block && e.scrollWidth > e.clientWidth + 1;
    const high = e.scrollHeight > e.clientHeight + 2 && cut.includes(style.overflowY);
    const own = field || e.matches('button')
        || [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    const outside = own && (box.left < -1 || box.right > innerWidth + 1);
    return outside || !field && e.textContent.trim() && (wide || high);
}).map(e => `${e.tagName} ${e.id} ${e.className}: ${e.textContent.trim().slice(0, 60)}`)"""


@pytest.mark.parametrize("size", SIZES)
def test_text_of_twice_the_size_is_all_there(
    chromium: Browser, address: str, everywhere: list[Place], size: str
) -> None:
    """In a browser whose letters are set to 200 % (WCAG 1.4.4)."""
    found = []
    with chromium.browser_type.launch(
        executable_path=CHROMIUM, args=[*QUIET, "--blink-settings=defaultFontSize=32"]
    ) as large:
        for language in ("vi", "en"):
            page = reading(large, address, SIZES[size], language).new_page()
            for place in everywhere:
                place.open(page, address)
                assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "34px"
                if page.evaluate("document.documentElement.scrollWidth") > SIZES[size]["width"]:
                    found.append(f"{place}: must be scrolled sideways")
                found += [f"{place}: is lost: {one}" for one in page.evaluate(LOST)]
    assert not found, told(found)


#: What can be used with a pointer, each marked with its number.
USABLE = """() => {
    const within = document.querySelector('dialog[open]') ?? document;
    const all = [...within.querySelectorAll(
        'a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex="-1"])')];
    return all.filter(e => {
        const box = e.getBoundingClientRect();
        const other = e.type === 'radio' && !e.checked && document.getElementsByName(e.name).length > 1;
        if (e.disabled || other || e.closest('.unseen') || e.tabIndex < 0) return false;
        return box.width && box.height && e.checkVisibility({ visibilityProperty: true });
    }).map((e, n) => {
        e.dataset.usable = n;
        return `${e.tagName} ${e.className || e.id}: ${(e.textContent || e.name).trim().slice(0, 50)}`;
    });
}"""
HERE = """() => {
    const e = document.activeElement, s = getComputedStyle(e), box = e.getBoundingClientRect();
    if (e === document.body || e === document.documentElement) return null;
    const outlined = s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2;
    const within = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const name = `${e.tagName} ${e.className || e.id}: ${(e.textContent || e.name).trim().slice(0, 50)}`;
    return { usable: e.dataset.usable ?? null, seen: outlined && within, name };
}"""
#: More steps than any page has places to stop at.
MANY = 400


def walked(page: Page) -> tuple[list[str], set[int]]:
    """What is wrong with the places that the Tab key stops at, and the numbers of those that are usable."""
    wrong, reached = [], set()
    page.evaluate("document.activeElement?.blur()")
    first = None
    for _ in range(MANY):
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        if here is None:  # the browser's own controls come between the last and the first
            continue
        if here["usable"] is not None:
            if here["usable"] == first:
                break
            first = here["usable"] if first is None else first
            reached.add(int(here["usable"]))
        if not here["seen"]:
            wrong.append(f"is not seen when it has the focus: {here['name']}")
    return wrong, reached


@pytest.mark.parametrize("size", SIZES)
def test_everything_is_reached_with_the_keyboard_and_seen_to_be(
    chromium: Browser, address: str, everywhere: list[Place], size: str
) -> None:
    context = reading(chromium, address, SIZES[size])
    page = context.new_page()
    found = []
    for place in everywhere:
        place.open(page, address)
        usable = page.evaluate(USABLE)
        wrong, reached = walked(page)
        missed = [name for n, name in enumerate(usable) if n not in reached]
        found += [f"{place}: {one}" for one in wrong]
        found += [f"{place}: is not reached: {name}" for name in missed]
    context.close()
    assert not found, told(found)


def test_every_page_has_its_parts_and_says_where_one_is(
    chromium: Browser, address: str, everywhere: list[Place]
) -> None:
    context = reading(chromium, address)
    page = context.new_page()
    ways = [way.path for way in pages.WAYS]
    titles: dict[str, str] = {}
    for place in everywhere:
        place.open(page, address)
        assert page.title().endswith(pages.NAME), place
        assert page.locator("a.skip").count() == 1, place
        assert page.locator("nav.ways a").count() >= len(ways), place
        if place.path in ways:
            assert page.locator("nav.ways [aria-current=page]").get_attribute("href") == place.path
        if not place.after:
            titles.setdefault(page.title(), place.path)
        levels = page.evaluate(
            "[...document.querySelectorAll('h1, h2, h3, h4')].filter(h => h.checkVisibility() && "
            "!h.closest('dialog')).map(h => Number(h.tagName[1]))"
        )
        assert all(after <= before + 1 for before, after in pairwise(levels)), (
            place,
            levels,
        )
    context.close()
    assert set(ways) <= set(titles.values()), "two pages have the same title"


# --- how one reads ---------------------------------------------------------------------------------


def test_language_and_colours_are_chosen_in_the_masthead_and_stay(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport=DESK, color_scheme="light")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{address}/tu-lieu?tim=an")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator(".display summary").press("Enter")
    page.get_by_role("button", name="English").press("Enter")
    page.get_by_role("heading", name="Documents").wait_for()
    assert page.url == f"{address}/tu-lieu?tim=an"
    page.locator(".display summary").click()
    page.get_by_role("button", name="Dark").click()
    page.wait_for_selector("html[data-theme=dark]")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != light
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    page.goto(address)
    page.wait_for_selector(".example")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(36, 31, 25)"
    context.close()


@pytest.mark.parametrize("theme", ["", "light", "dark"])
@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_chat_is_as_dark_as_was_chosen_or_as_the_system(
    chromium: Browser, address: str, theme: str, system: str
) -> None:
    context = reading(chromium, address, theme=theme)
    page = context.new_page()
    page.emulate_media(color_scheme=system)  # type: ignore[arg-type]
    page.goto(address)
    page.wait_for_selector(".example")
    for part in ("body", "#question", "#send", "#conversation", ".example"):
        scheme = page.locator(part).first.evaluate("e => getComputedStyle(e).colorScheme")
        assert (part, scheme) == (part, theme or system)
    context.close()


def test_without_a_script_the_menu_still_works(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{address}/tu-lieu")
    page.locator(".display summary").click()
    box = page.locator(".display form").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Documents").wait_for()
    context.close()


def test_the_menu_closes_with_escape_and_gives_the_focus_back(chromium: Browser, address: str) -> None:
    context = reading(chromium, address)
    page = context.new_page()
    page.goto(f"{address}/tu-lieu")
    page.locator(".display summary").press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert not page.locator(".display form").is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    context.close()
