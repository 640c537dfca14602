"""An application served from this process, and a real Chromium to look at it with."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from fastapi import FastAPI
    from playwright.sync_api import Browser

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
