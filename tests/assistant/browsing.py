"""An application served from this process, and a real Chromium to look at it with."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from assistant.site.door import LANGUAGE, THEME
from tests.conftest import ROOT

if TYPE_CHECKING:
    from fastapi import FastAPI
    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = Path("/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The address of the application, on a free port; what it was asked can be seen in this process. It must
    be made before Playwright is started, whose event loop runs on."""
    import uvicorn

    server = uvicorn.Server(uvicorn.Config(app, log_config=None, log_level="critical"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = server.force_exit = True
            thread.join(20)


@contextmanager
def browser(*flags: str) -> Iterator[Browser]:
    """Chromium, with further flags; the test is skipped where there is none."""
    from playwright.sync_api import sync_playwright

    if not CHROMIUM.exists():
        pytest.skip(f"there is no Chromium at {CHROMIUM}: the page was not tried in a browser")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *flags])
        yield launched
        launched.close()


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The address of ``python app.py serve`` on a library, as a person starts it."""
    command = [sys.executable, "app.py", "--home", str(home), "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        said = re.search(r"http://[\d.]+:\d+", line)
        assert said, line
        try:
            yield said[0]
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


@contextmanager
def sessions(chromium: Browser, address: str, patience: float = 15_000) -> Iterator[Callable[..., Page]]:
    """A function that opens a path in a browser session of its own, by the ``size`` of the window and other
    options of a context; what is waited for may take ``patience`` milliseconds. Whatever is done there, no
    request may go to another server and no script may fail: it is asserted when this is left."""
    contexts: list[BrowserContext] = []
    foreign: list[str] = []
    failures: list[str] = []

    def watch(url: str) -> None:
        if urlsplit(url).netloc != urlsplit(address).netloc and not url.startswith(
            ("data:", "blob:", "about:")
        ):
            foreign.append(url)

    def open(path: str = "/", size: dict[str, int] = DESK, motion: str = "reduce", **others: Any) -> Page:
        context = chromium.new_context(viewport=size, locale="vi-VN", reduced_motion=motion, **others)  # type: ignore[arg-type]
        contexts.append(context)
        context.on("request", lambda request: watch(request.url))
        page = context.new_page()
        page.set_default_timeout(patience)
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.on("console", lambda m: failures.append(m.text) if m.type == "error" else None)
        page.goto(address + path)
        return page

    yield open
    for context in contexts:
        context.close()
    assert foreign == []
    assert failures == []


@dataclass
class Seen:
    """What pages did while they were open: requests that went ``away`` to another server, scripts that
    ``failed`` or were stopped by the content security policy, and ``dialogs`` that came up."""

    away: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def nothing(self) -> None:
        """Asserts that none of it happened."""
        assert self.away == [], "requests left the server"
        assert self.failed == [], "a script failed, or the browser had to stop something"
        assert self.dialogs == [], "something ran"


def watching(context: BrowserContext, address: str) -> Seen:
    """What the pages do that are opened in the context from now on; those of the server at ``address`` are
    its own."""
    seen = Seen()

    def asked(url: str) -> None:
        there = urlsplit(url)
        if there.scheme not in ("data", "blob", "about") and there.netloc != urlsplit(address).netloc:
            seen.away.append(url)

    def told(message: Any) -> None:
        # That a page is not there is what a test may want to see.
        if message.type == "error" and "the server responded with a status of" not in message.text:
            seen.failed.append(f"{message.page.url if message.page else ''}: {message.text}")

    def came_up(dialog: Any) -> None:
        seen.dialogs.append(dialog.message)
        dialog.dismiss()

    context.on("request", lambda request: asked(request.url))
    context.on("console", told)
    context.on("weberror", lambda error: seen.failed.append(str(error.error)))
    context.on("dialog", came_up)
    return seen


def reading(
    chromium: Browser, address: str, size: dict[str, int] = DESK, language: str = "vi", theme: str = ""
) -> BrowserContext:
    """A session of somebody who has chosen that language and, unless it is empty, those colours."""
    context = chromium.new_context(viewport=size, locale="vi-VN", reduced_motion="reduce")  # type: ignore[arg-type]
    chosen = {LANGUAGE: language, THEME: theme}
    context.add_cookies(
        [{"name": name, "value": value, "url": address} for name, value in chosen.items() if value]
    )
    context.set_default_timeout(30_000)
    return context


@cache
def _axe() -> str:
    found = find_spec("axe_playwright_python")
    assert found is not None
    assert found.origin is not None
    return (Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8")


def barriers(page: Page) -> list[str]:
    """What axe-core finds to keep people out of a page as it is shown now: the serious and the critical."""
    page.evaluate(_axe())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(told => told.violations)")
    return [
        f"{rule['id']} ({rule['impact']}): {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


# --- every page that there is ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """A page, and what is done there before it is looked at."""

    path: str
    after: str = ""
    act: Callable[[Page], None] = lambda page: None

    def __str__(self) -> str:
        return f"{self.path} {self.after}".strip()

    def open(self, page: Page, address: str) -> None:
        page.goto(address + self.path)
        if self.path == "/":
            page.wait_for_selector(".example, .exchange")
        self.act(page)


def asked(page: Page) -> None:
    """The first example is asked, and answered."""
    page.locator(".example").first.click()
    page.wait_for_selector(".exchange:not(.working) .card", state="attached")
    page.wait_for_selector(".working", state="detached")


def opened(page: Page) -> None:
    asked(page)
    page.locator(".number").first.click()
    page.locator("#reader #trich").wait_for()


def menu(page: Page) -> None:
    page.locator(".display summary").click()


def edited(page: Page) -> None:
    page.locator("[data-edit]").first.click()
    page.locator("#editor input").first.wait_for()


def places(page: Page, address: str, ways: list[str]) -> list[Place]:
    """The pages that the masthead leads to, one of each kind of page that these lead to, and what is to be
    seen there besides. The kind of a page is its path without what it is of, and what is asked of it."""
    found = [Place(way) for way in ways]
    found += [Place("/", "asked", asked), Place("/", "reading a source", opened), Place("/", "menu", menu)]
    known = {_kind(place.path) for place in found}
    for place in tuple(found):
        if place.after in ("reading a source", "menu"):
            continue
        place.open(page, address)
        links = page.locator("main a[href], #conversation a[href], aside a[href]")
        for link in links.evaluate_all(
            "all => all.filter(a => !a.hasAttribute('download') && a.origin === location.origin)"
            ".map(a => a.pathname + a.search + a.hash)"
        ):
            if _kind(link) not in known and _is_page(page, address + link):
                known.add(_kind(link))
                found.append(Place(link))
    if "/tu-lieu" in ways:
        page.goto(f"{address}/tu-lieu")
        if page.locator("[data-edit]").count():
            found.append(Place("/tu-lieu", "editing", edited))
    return [*found, Place("/bai/khong-co"), Place("/khong-co")]


def _kind(link: str) -> str:
    parts = urlsplit(link)
    first, *rest = parts.path.strip("/").split("/")
    asked_for = sorted(name.partition("=")[0] for name in parts.query.split("&"))
    return f"{first} {len(rest)} {asked_for}"


def _is_page(page: Page, url: str) -> bool:
    answer = page.request.get(url)
    return answer.ok and "text/html" in answer.headers.get("content-type", "")
