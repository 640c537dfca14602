"""The door of the web application: every request is answered as the visit it is part of, and where there are
accounts nobody sees anything without having come in."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

from assistant import api, pages
from assistant.records import accounts
from assistant.records.accounts import ALONE, Account
from assistant.records.store import Store
from assistant.site.address import Address
from assistant.site.requests import told
from assistant.visit import Language, Theme, Visit, at, say, visit, visiting

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

#: The cookies that say how somebody reads, and the one of a session.
LANGUAGE, THEME, SESSION = "nep_language", "nep_theme", "nep_session"
#: What the address of the entrance says of where to go on.
ONWARD = "den"

# What holds nobody's words: files that are the same in every installation.
_STATIC = re.compile(rf"(?:{pages.STATIC}|/static)/.*")
# What is there for those who have not come in: the entrance, and how one reads it; that the program answers.
_OPEN = re.compile(rf"{pages.ENTRANCE}|{pages.DISPLAY}|/health")


class Door:
    """The application behind it is asked with ``visit()`` set to the visit. Once there has been an account,
    nobody comes in without one, whatever becomes of it."""

    def __init__(self, app: ASGIApp, store: Store, address: Address | None = None) -> None:
        self._app, self._store, self._address = app, store, address
        self._kept = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.concurrency import run_in_threadpool
        from starlette.requests import HTTPConnection

        if scope["type"] == "websocket":  # nothing here speaks it
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asking = HTTPConnection(scope)
        now = self._visited(asking, None)
        if not _STATIC.fullmatch(scope["path"]):
            try:
                now = self._visited(asking, await run_in_threadpool(self._who, asking))
            except Exception as error:
                with visiting(now):
                    await _failed(scope["path"], error)(scope, receive, send)
                return
        scope.setdefault("state", {})["visit"] = now  # for those who answer outside of this call
        with visiting(now):
            shut = now.account is None and not (
                _STATIC.fullmatch(scope["path"]) or _OPEN.fullmatch(scope["path"])
            )
            answer = _turned_away(asking) if shut else self._app
            await answer(scope, receive, send)

    def _visited(self, asking: HTTPConnection, account: Account | None) -> Visit:
        cookies = asking.cookies
        language: Language = "en" if cookies.get(LANGUAGE) == "en" else "vi"
        theme: Theme = None
        if (chosen := cookies.get(THEME)) in ("light", "dark"):
            theme = "light" if chosen == "light" else "dark"
        return Visit(
            account, language, theme, self._address.base if self._address else "", _asked_for(asking.scope)
        )

    def _who(self, asking: HTTPConnection) -> Account | None:
        """Whose visit it is, None for whoever has not come in."""
        self._kept = self._kept or accounts.exist(self._store)
        if not self._kept:
            return ALONE
        kind, _, token = asking.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and api.PATHS.fullmatch(asking.scope["path"]):
            return accounts.of_token(self._store, token.strip())
        session = asking.cookies.get(SESSION)
        return accounts.of_session(self._store, session, time.time()) if session else None


def _turned_away(asking: HTTPConnection) -> Response:
    """What whoever has not come in is told: people at the entrance, programs in their own shape."""
    from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse

    path, method, headers = asking.scope["path"], asking.scope["method"], asking.headers
    if api.PATHS.fullmatch(path):
        words = say(
            "Cần mã dành cho chương trình: gửi “Authorization: Bearer MÃ”. Người quản trị cấp mã bằng lệnh "
            "“python app.py accounts token TÊN”."
        )
        refused = api.refusal(path, 401, words, "invalid_api_key")
        refused.headers["www-authenticate"] = "Bearer"
        return refused
    words = say("Bạn chưa đăng nhập, hoặc phiên làm việc đã hết. Hãy mở lại trang và đăng nhập.")
    if method not in ("GET", "HEAD"):
        return JSONResponse({"error": words, "fields": {}}, 401)
    opened = headers.get("sec-fetch-mode", "navigate") == "navigate"
    if not (opened and "text/html" in headers.get("accept", "")):
        return HTMLResponse(pages.failure(words), 401)
    here = visit().here
    to = pages.ENTRANCE if here == pages.HOME else f"{pages.ENTRANCE}?{ONWARD}={quote(here, safe='/')}"
    return RedirectResponse(at(to), 303)


def _failed(path: str, error: Exception) -> Response:
    from starlette.responses import HTMLResponse

    status, words = told(error)
    if api.PATHS.fullmatch(path):
        return api.refusal(path, status, words)
    return HTMLResponse(pages.failure(words), status)


def _asked_for(scope: Scope) -> str:
    """The path and the query, as they stand in an address."""
    query = scope["query_string"].decode("latin-1")
    path = quote(scope["path"])
    return f"{path}?{query}" if query else path
