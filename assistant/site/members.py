"""The accounts, in the hands of administrators."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from assistant import pages
from assistant.records import accounts, sessions
from assistant.records.accounts import AccountError, Role
from assistant.site import members_pages
from assistant.site.house import House
from assistant.site.requests import Refusal, done, shown
from assistant.visit import say

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute


def routes(house: House) -> list[BaseRoute]:
    """The page of all accounts, and one for each."""
    from starlette.responses import HTMLResponse
    from starlette.routing import Route

    store = house.records

    def all_of_them(request: Request) -> Response:
        return HTMLResponse(members_pages.all_of_them(accounts.listed(store)))

    def one(request: Request) -> Response:
        name = accounts.plain(request.path_params["name"])
        found = next((member for member in accounts.listed(store) if member.account.name == name), None)
        if found is None:
            raise Refusal(404, say("Không có tài khoản “{name}”.", name=name[:64]))
        return HTMLResponse(members_pages.one(found, accounts.held(store, name)))

    def add(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        role = _role(fields.get("role", ""))
        name, full, password = (fields.get(one, "") for one in ("name", "full", "password"))
        if not accounts.exist(store):
            # Whoever sits at the machine would be outside at once, with nobody's word for it.
            raise Refusal(409, say(members_pages.FIRST))
        made = _asked(lambda: accounts.add(store, name, full, role, password))
        return {"to": members_pages.path(made.name)}

    def change(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        name, role = request.path_params["name"], _role(fields.get("role", ""))
        _asked(lambda: accounts.set_full(store, name, fields.get("full", "")))
        _asked(lambda: accounts.set_role(store, name, role))
        return {"say": say("Đã lưu.")}

    def password(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        name = accounts.plain(request.path_params["name"])
        _asked(lambda: accounts.set_password(store, name, fields.get("password", "")))
        return {"say": say("Đã đặt mật khẩu mới. Người này phải đăng nhập lại.")}

    def shut(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        name, disabled = accounts.plain(request.path_params["name"]), fields.get("disabled") == "1"
        _asked(lambda: accounts.disable(store, name, disabled))
        return {}

    def revoke(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        name = accounts.plain(request.path_params["name"])
        sessions.revoke(store, name)
        return {}

    def remove(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        name = accounts.plain(request.path_params["name"])
        _asked(lambda: accounts.remove(store, name))
        return {"to": pages.MEMBERS}

    own = f"{pages.MEMBERS}/{{name}}"
    changes = (("", change), ("/mat-khau", password), ("/khoa", shut), ("/thu-hoi", revoke), ("/xoa", remove))
    return [
        Route(pages.MEMBERS, shown(all_of_them, Role.ADMINISTRATOR)),
        Route(pages.MEMBERS, done(add, Role.ADMINISTRATOR), methods=["POST"]),
        Route(own, shown(one, Role.ADMINISTRATOR)),
        *(Route(f"{own}{path}", done(do, Role.ADMINISTRATOR), methods=["POST"]) for path, do in changes),
    ]


def _role(given: str) -> Role:
    try:
        return Role(int(given))
    except ValueError:
        raise Refusal(422, say("Chưa lưu."), {"role": say("Hãy chọn một vai trò.")}) from None


def _asked(change: Callable[[], Any]) -> Any:
    """What the change gives. Raises Refusal, in the visitor's language and beside the field that is wrong."""
    try:
        return change()
    except AccountError as error:
        words, field = say(accounts.WRONG[error.wrong], **error.values), accounts.WRONG_FIELDS[error.wrong]
        if field is None:
            raise Refusal(409, words) from None
        raise Refusal(422, say("Chưa lưu. Hãy sửa những chỗ được chỉ ra."), {field: words}) from None
