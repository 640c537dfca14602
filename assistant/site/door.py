"""The door of the web application: every request is answered as the visit it is part of."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from assistant.records.accounts import ALONE
from assistant.visit import Language, Theme, Visit, visiting

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

#: The cookies that say how somebody reads.
LANGUAGE, THEME = "nep_language", "nep_theme"


class Door:
    """The application behind it is asked with ``visit()`` set to the visit."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        from starlette.requests import HTTPConnection

        cookies = HTTPConnection(scope).cookies
        language: Language = "en" if cookies.get(LANGUAGE) == "en" else "vi"
        theme: Theme = None
        if (chosen := cookies.get(THEME)) in ("light", "dark"):
            theme = "light" if chosen == "light" else "dark"
        now = Visit(ALONE, language, theme, here=_asked_for(scope))
        scope.setdefault("state", {})["visit"] = now  # for those who answer outside of this call
        with visiting(now):
            await self._app(scope, receive, send)


def _asked_for(scope: Scope) -> str:
    """The path and the query, as they stand in an address."""
    query = scope["query_string"].decode("latin-1")
    path = quote(scope["path"])
    return f"{path}?{query}" if query else path
