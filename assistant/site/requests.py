"""How a page is asked: something is shown, or something is changed. Whatever goes wrong is a sentence.

What changes something is done for our own pages alone: another site can send a visitor's browser here, but
neither with our header nor under our origin. A page sends a form as JSON (``static/forms.js``), and is told
``{"to": path}`` where to go, ``{"say": sentence}`` what to show, or ``{"error": sentence, "fields": {name:
sentence}}``; with neither it shows itself as it is now, and says ``{"done": sentence}``.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant import pages
from assistant.records.accounts import Role
from assistant.visit import say, visit
from ingest.errors import NepError, UnknownArticle

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_log = logging.getLogger(__name__)

#: The most bytes that a form may send.
LONGEST_FORM = 1 << 18

APOLOGY = "Nếp gặp lỗi ngoài dự kiến. Hãy thử lại; nếu vẫn lỗi, báo người phụ trách kỹ thuật."
GONE = "Trong kho không có bài viết này. Bài có thể đã được gỡ."
FOREIGN = "Việc này chỉ làm được từ trang của Nếp. Hãy tải lại trang rồi thử lại."
_NOT_YOURS = "Tài khoản của bạn không được làm việc này. Hãy nhờ người quản trị Nếp."


class Refusal(Exception):
    """A request that is not done: the status, a sentence as the visitor reads it, and sentences of fields."""

    def __init__(self, status: int, words: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(words)
        self.status, self.words, self.fields = status, words, fields or {}


def shown(
    endpoint: Callable[[Request], Response], role: Role | None = Role.READER
) -> Callable[[Request], Response]:
    """A page, for those who have the role (None: for anybody), or the page that says why there is none. Runs
    in a thread."""

    def answer(request: Request) -> Response:
        from starlette.responses import HTMLResponse

        try:
            if role and not visit().may(role):
                raise Refusal(403, say(_NOT_YOURS))
            return endpoint(request)
        except Refusal as refusal:
            return HTMLResponse(pages.failure(refusal.words), refusal.status)
        except Exception as error:
            status, words = told(error)
            return HTMLResponse(pages.failure(words), status)

    return answer


def done(
    endpoint: Callable[[Request, dict[str, str]], Mapping[str, Any] | Response], role: Role = Role.READER
) -> Callable[[Request], Awaitable[Response]]:
    """A change, by those who have the role: the endpoint is given the form's fields and says what the page is
    told. Runs in a thread."""

    async def change(request: Request) -> Response:
        from starlette.concurrency import run_in_threadpool
        from starlette.responses import JSONResponse, Response

        said = await run_in_threadpool(endpoint, request, await form(request))
        return said if isinstance(said, Response) else JSONResponse(said)

    return guarded(change, role)


def guarded(
    endpoint: Callable[[Request], Any], role: Role | None = Role.READER
) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that changes something and reads the request's body itself; a plain function runs in a
    thread."""

    async def answer(request: Request) -> Response:
        from starlette.concurrency import run_in_threadpool
        from starlette.responses import JSONResponse

        try:
            if not is_ours(request.headers):
                raise Refusal(403, say(FOREIGN))
            if role and not visit().may(role):
                raise Refusal(403, say(_NOT_YOURS))
            if iscoroutinefunction(endpoint):
                response: Response = await endpoint(request)
            else:
                response = await run_in_threadpool(endpoint, request)
            return response
        except Refusal as refusal:
            return JSONResponse({"error": refusal.words, "fields": dict(refusal.fields)}, refusal.status)
        except Exception as error:
            status, words = told(error)
            return JSONResponse({"error": words, "fields": {}}, status)

    return answer


def told(error: Exception) -> tuple[int, str]:
    """The status and the sentence for what went wrong; what nobody foresaw is logged."""
    match error:
        case UnknownArticle():
            return 404, say(GONE)
        case NepError():
            return 500, str(error)
    _log.error("a request could not be answered", exc_info=error)
    return 500, say(APOLOGY)


def from_here(headers: Mapping[str, str]) -> bool:
    """Whether a request comes from no other site's page: browsers say where it does, programs say nothing."""
    origin = headers.get("origin")
    return headers.get("sec-fetch-site", "none") in ("same-origin", "none") and (
        origin is None or urlsplit(origin).netloc == headers.get("host")
    )


def is_ours(headers: Mapping[str, str]) -> bool:
    """Whether a page of ours has sent this: no other may send our header without being asked first."""
    return headers.get("x-nep") == "1" and headers.get("sec-fetch-site") != "none" and from_here(headers)


async def form(request: Request) -> dict[str, str]:
    """The fields that were sent, as JSON. Raises Refusal."""
    body = b""
    async for some in request.stream():
        body += some
        if len(body) > LONGEST_FORM:
            raise Refusal(413, say("Nội dung gửi lên quá dài. Hãy viết ngắn lại."))
    with suppress(ValueError, RecursionError):
        fields = json.loads(body)
        if isinstance(fields, dict) and all(isinstance(value, str) for value in fields.values()):
            for value in fields.values():
                value.encode()  # half of a surrogate pair is no text
            return fields
    raise Refusal(400, say("Trang gửi lên không đúng dạng. Hãy tải lại trang rồi thử lại."))
