"""Coming in, going out, and one's own password."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from assistant import pages
from assistant.records import accounts, entrance, sessions
from assistant.records.accounts import AccountError
from assistant.records.entrance import Slowed, Wrong
from assistant.site import entrance_pages
from assistant.site.address import Address
from assistant.site.display import way_back
from assistant.site.door import ONWARD, SESSION
from assistant.site.house import House
from assistant.site.requests import Refusal, done, form, guarded, shown
from assistant.visit import at, say, visit

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute


def routes(house: House, address: Address | None = None) -> list[BaseRoute]:
    """The entrance, the way out and the page of one's own account. Over HTTPS, as ``address`` says, a session
    is never sent without it."""
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse
    from starlette.routing import Route

    store = house.records

    def opened(response: Response, account: str) -> Response:
        """The answer that begins a session of the account in this browser, until it is closed or it ends."""
        token = sessions.begin(store, account, time.time())
        response.set_cookie(
            SESSION,
            token,
            path=at("/"),
            secure=address is not None and address.secure,
            httponly=True,
            samesite="lax",
        )
        return response

    def entering(request: Request) -> Response:
        to = way_back(request.query_params.get(ONWARD, ""))
        if visit().account is not None:
            return RedirectResponse(at(to), 303)
        return HTMLResponse(entrance_pages.entering(to))

    def come_in(request: Request, fields: dict[str, str]) -> Response:
        name, password = fields.get("name", ""), fields.get("password", "")
        where = request.client.host if request.client else ""
        # What is nobody's name may be a password, typed in the wrong place.
        known = accounts.account(store, name)
        who = known.name if known else ""
        try:
            account = entrance.come_in(store, name, password, where, time.time())
        except Slowed as slowed:
            house.audit.note(who, "login.slowed", address=where)
            raise Refusal(429, entrance_pages.slowed(slowed.seconds)) from None
        except Wrong:
            house.audit.note(who, "login.failed", address=where)
            raise Refusal(401, say("Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy thử lại.")) from None
        house.audit.note(account.name, "login", address=where)
        return opened(JSONResponse({"to": way_back(fields.get(ONWARD, ""))}), account.name)

    async def enter(request: Request) -> Response:
        return await run_in_threadpool(come_in, request, await form(request))

    def leave(request: Request, fields: dict[str, str]) -> Response:
        if token := request.cookies.get(SESSION):
            sessions.end(store, token)
            house.audit.note(visit().owner, "logout")
        response = JSONResponse({"to": pages.ENTRANCE})
        response.delete_cookie(SESSION, path=at("/"))
        return response

    def own(request: Request) -> Response:
        return HTMLResponse(entrance_pages.own())

    def change(request: Request, fields: dict[str, str]) -> Mapping[str, Any] | Response:
        name = visit().owner
        where = request.client.host if request.client else ""
        try:
            # Whoever found the page open must not try out passwords either.
            entrance.come_in(store, name, fields.get("old", ""), where, time.time())
        except Slowed as slowed:
            raise Refusal(429, entrance_pages.slowed(slowed.seconds)) from None
        except Wrong:
            house.audit.note(name, "login.failed", address=where)
            words = say("Mật khẩu hiện nay chưa đúng.")
            raise Refusal(422, say("Chưa đổi mật khẩu."), {"old": words}) from None
        fresh = fields.get("password", "")
        if fresh != fields.get("again", ""):
            words = say("Hai lần nhập mật khẩu mới không giống nhau.")
            raise Refusal(422, say("Chưa đổi mật khẩu."), {"again": words})
        try:
            accounts.set_password(store, name, fresh)
        except AccountError as error:
            raise Refusal(
                422, say("Chưa đổi mật khẩu."), {"password": say(accounts.WRONG[error.wrong], **error.values)}
            ) from None
        said = say("Đã đổi mật khẩu. Các máy khác đang dùng tài khoản này phải đăng nhập lại.")
        return opened(JSONResponse({"say": said}), name)

    return [
        Route(pages.ENTRANCE, shown(entering, None)),
        Route(pages.ENTRANCE, guarded(enter, None), methods=["POST"]),
        Route(pages.EXIT, done(leave), methods=["POST"]),
        Route(pages.OWN, shown(own)),
        Route(pages.OWN, done(change), methods=["POST"]),
    ]
