"""Pictures of every page for ``docs/SCREENS.md``: ``make screenshots``.

The program is started on the sample articles as a person starts it, by an office with three accounts that
has asked, judged, pinned and made a material; every page that the masthead leads to is shown, with one of
each kind that these lead to: in Vietnamese and in English at both widths, and in the dark. What the program
comes to show is shown without a line being added here.
"""

from __future__ import annotations

import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from PIL import Image
from playwright.sync_api import Error, Page

from assistant import pages
from assistant.records import accounts, records
from assistant.records.accounts import Role
from tests.assistant.browsing import DESK, PHONE, Place, browser, places, reading, served

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "ingest" / "samples"
SCREENS = ROOT / "docs" / "screens"
#: Taller pages are cut: what is below says no more about how they look.
TALLEST = 2400
#: Milliseconds after which a page that has come stands still.
SETTLED = 400
#: The first one looks.
PEOPLE = (
    ("lan", "Trần Thị Lan", Role.ADMINISTRATOR),
    ("minh", "Nguyễn Văn Minh", Role.EDITOR),
    ("hoa", "Lê Thị Hoa", Role.READER),
)
PASSWORD = secrets.token_urlsafe()
#: What the sample articles do not say.
UNANSWERED = "Văn phòng có bao nhiêu xe ô tô?"
#: Colours of a picture: enough for the edges of letters, in a quarter of the bytes.
COLOURS = 48


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is looked at; ``told`` is what the page of pictures calls it."""

    name: str
    told: str
    size: Mapping[str, int]
    language: str = "vi"
    theme: str = "light"


LOOKS = (
    Look("desk", "1280 pixels", DESK),
    Look("phone", "390 pixels", PHONE),
    Look("desk-en", "English", DESK, "en"),
    Look("phone-en", "English, 390 pixels", PHONE, "en"),
    Look("desk-dark", "dark", DESK, "vi", "dark"),
)


def name_of(place: Place) -> str:
    """A page's name in files: its path, without what it is of, and what was done there."""
    first, *rest = urlsplit(place.path).path.strip("/").split("/")
    asked = "-".join(re.findall(r"(\w+)=", urlsplit(place.path).query))
    after = re.sub(r"\W+", "-", place.after)
    return "-".join(filter(None, (first or "hoi-dap", "mot" * bool(rest), asked, after)))


def taken(page: Page) -> bytes:
    """The page as a small PNG, in a window as high as it is: what sticks to its foot is shown there."""
    window = page.viewport_size
    assert window
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    page.set_viewport_size({"width": window["width"], "height": max(height, window["height"])})
    page.evaluate("scrollTo(0, 0)")
    shot = page.screenshot()
    page.set_viewport_size(window)
    small = BytesIO()
    image = Image.open(BytesIO(shot)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()


def sent(page: Page, path: str, **fields: str) -> Any:
    """What the program says to a form of a page of its own."""
    url = urljoin(page.url, path)
    return page.request.post(url, data=fields, headers={"x-nep": "1"}, fail_on_status_code=True).json()


def come_in(page: Page, address: str) -> None:
    page.goto(f"{address}{pages.ENTRANCE}")
    sent(page, pages.ENTRANCE, name=PEOPLE[0][0], password=PASSWORD)


def furnished(page: Page, address: str) -> list[Place]:
    """An office's first morning: what the articles answer is asked, judged and pinned, what they do not is
    sent to the editors; an occasion is prepared, and a material for those who are new, whose pages are
    given."""
    page.goto(address)
    page.locator(".example").first.wait_for()
    for question in page.locator(".example").all_inner_texts():
        page.goto(address)
        page.locator("#question").fill(question)
        page.locator("#send").click()
        page.locator(".exchange.answered").wait_for()
        where = {"conversation": page.locator(".conversation").get_attribute("data-conversation") or ""}
        sent(page, f"{pages.NOTEBOOK}/ghim", **where, exchange="1")
    sent(page, f"{pages.REVIEW}/danh-gia", **where, exchange="1", good="0", words="Nên nêu cả nơi thành lập.")
    page.locator("#question").fill(UNANSWERED)
    page.locator("#send").click()
    page.locator(".exchange.refused").wait_for()
    sent(page, f"{pages.REVIEW}/thieu", **where, exchange="2")
    page.goto(f"{address}{pages.NOTEBOOK}")
    page.locator(f"main a[href^='{pages.NOTEBOOK}/']").first.click()
    notebook = urlsplit(page.url).path
    unit = page.locator("datalist option").first.get_attribute("value") or ""
    sent(page, f"{notebook}/dip", unit=unit, day="02/09/2026")
    page.goto(f"{address}{pages.TRAINING}/moi")
    units = page.locator("input[name='don-vi']").evaluate_all("all => all.map(one => one.value)")
    material = sent(page, f"{pages.TRAINING}/moi", **{"don-vi": "\n".join(units[:2])})["to"]
    return [Place(material, "made"), Place(f"{material}/lam-bai", "quiz")]


def shown(address: str) -> Iterator[tuple[Place, Look, bytes]]:
    """Each page in each way of looking; one that cannot be shown is told of and left out."""
    with browser() as chromium:
        context = reading(chromium, address)
        page = context.new_page()
        come_in(page, address)
        made = furnished(page, address)
        found = [*places(page, address, [way.path for way in pages.WAYS]), *made]
        context.close()
        for look in LOOKS:
            context = reading(chromium, address, dict(look.size), look.language, look.theme)
            page = context.new_page()
            entrance = Place(pages.ENTRANCE)
            entrance.open(page, address)
            yield entrance, look, taken(page)
            come_in(page, address)
            for place in found:
                try:
                    place.open(page, address)
                    page.wait_for_timeout(SETTLED)
                    yield place, look, taken(page)
                except Error as error:
                    print(f"{place}, {look.name}: {error.message.splitlines()[0]}", file=sys.stderr)
            context.close()


def listed(found: Sequence[tuple[str, str, Sequence[Look]]]) -> str:
    """The page that shows the pictures: of each page its name in files, its title, how it was looked at."""
    parts = [
        "# Every page\n\nMade by `make screenshots` from the sample articles that come with the program.\n",
    ]
    for name, title, looks in found:
        pictures = "\n\n".join(
            f"{one.told}:\n\n![{title}, {one.told}](screens/{name}-{one.name}.png)" for one in looks
        )
        parts.append(f"## {title}\n\n{pictures}\n")
    return "\n".join(parts)


#: The part of an address that is drawn by lot.
_BY_LOT = re.compile(r"(?<=/)[\w-]{16}(?=/|$)")


def title_of(place: Place) -> str:
    """The name of a page of the masthead, the address of any other; the same each time it is drawn."""
    names = {way.path: way.name for way in pages.WAYS}
    title = names.get(place.path, f"`{_BY_LOT.sub('…', urlsplit(place.path).path)}`")
    return f"{title}, {place.after}" if place.after else title


def main() -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    for old in SCREENS.glob("*.png"):
        old.unlink()
    found: dict[str, tuple[str, list[Look]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "Nep"
        command = [sys.executable, "app.py", "--home", str(home), "ingest", str(SAMPLES)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        store = records(home)
        for name, full, role in PEOPLE:
            accounts.add(store, name, full, role, PASSWORD)
        with served(home) as address:
            for place, look, picture in shown(address):
                name = name_of(place)
                (SCREENS / f"{name}-{look.name}.png").write_bytes(picture)
                found.setdefault(name, (title_of(place), []))[1].append(look)
    told = [(name, title, looks) for name, (title, looks) in found.items()]
    (ROOT / "docs" / "SCREENS.md").write_text(listed(told), encoding="utf-8")


if __name__ == "__main__":
    main()
