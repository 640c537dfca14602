"""The web application: our own pages, Gradio behind the chat, and every response carries the headers that
keep a browser from asking anyone else for anything."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import api, pages, shelf, shelf_pages
from assistant.places import Places
from assistant.site import address as addresses
from assistant.site import (
    chat,
    conversations,
    display,
    entrance,
    members,
    notebook,
    review,
    status,
    timeline,
    training,
)
from assistant.site.address import Address
from assistant.site.door import Door
from assistant.site.house import House
from assistant.site.requests import FOREIGN, is_ours, shown
from assistant.site.wording import Pen
from assistant.visit import say
from ingest.errors import NepError

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger(__name__)

_STATIC = Path(__file__).parent / "static"

# The longest request taken, documents apart. The longest question that makes sense is a page of text.
_LONGEST_REQUEST = 1 << 20


# --- the Gradio part -----------------------------------------------------------------------------

# What the pages need of Gradio: the calls of ``chat.engine`` and a face of type. Its other routes fetch
# addresses, take uploads or describe themselves, and are not there.
_NEEDED = {
    "GET": re.compile(r"/static/fonts/.*|/gradio_api/call/word/\w+"),
    "HEAD": re.compile(r"/static/fonts/.*"),
    "POST": re.compile(r"/gradio_api/(?:run/(?:ask|stop)|call/word)"),
}


class _Only:
    """Gradio, cut down to what the pages need, and called by them alone."""

    def __init__(self, gradio: ASGIApp) -> None:
        self._gradio = gradio

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.datastructures import Headers
        from starlette.responses import HTMLResponse, JSONResponse

        answer = self._gradio
        if scope["type"] == "http":
            needed = _NEEDED.get(scope["method"])
            if not (needed and needed.fullmatch(scope["path"])):
                answer = HTMLResponse(pages.failure(say("Không có trang này.")), 404)
            elif scope["method"] == "POST" and not is_ours(Headers(scope=scope)):
                answer = JSONResponse({"error": say(FOREIGN), "fields": {}}, 403)
        await answer(scope, receive, send)


# --- headers -------------------------------------------------------------------------------------

# This server and nobody else; no script and no style but from files of ours.
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; object-src 'none'; frame-ancestors 'self'; base-uri 'self'; form-action 'self'"
)

# What a page of ours may ask of the computer in front of it: nothing.
_NOTHING = ("camera", "display-capture", "geolocation", "microphone", "midi", "payment", "serial", "usb")
_ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "no-referrer",
    "permissions-policy": ", ".join(f"{name}=()" for name in _NOTHING),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
# Files that are the same for everybody.
_PUBLIC = re.compile(rf"{pages.STATIC}/.*|/static/.*")


class _Guarded:
    """The whole application, asked for under its own address alone, behind a limit on what is sent
    to it, and with headers on what it sends. Behind a proxy, ``address`` is the one that people type: what is
    behind this is asked as if it listened there itself, at the root of it."""

    def __init__(self, app: ASGIApp, address: Address | None = None) -> None:
        from starlette.middleware.body_limit import RequestBodyLimitMiddleware

        self._app, self._address = app, address
        # What is sent without its length being said first is counted as it comes.
        self._limited = RequestBodyLimitMiddleware(app, _LONGEST_REQUEST)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.datastructures import Headers, MutableHeaders
        from starlette.responses import PlainTextResponse

        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        known = addresses.ours(headers.get("host", ""), self._address)
        if self._address is not None and known:
            scope = addresses.inside(scope, self._address)

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = MutableHeaders(scope=message)
                added.setdefault("content-security-policy", _POLICY)
                added.update(_ALWAYS)
                if self._address is not None and self._address.secure:
                    added["strict-transport-security"] = "max-age=31536000"
                added["cache-control"] = _kept(scope["path"])
            await send(message)

        async def refuse(status: int, words: str) -> None:
            path = scope["path"]
            plain = PlainTextResponse(words, status)
            refusal = api.refusal(path, status, words) if api.PATHS.fullmatch(path) else plain
            await refusal(scope, receive, sent)

        length = headers.get("content-length", "0")
        if not known:
            right = self._address.url if self._address else f"http://127.0.0.1:{scope['server'][1]}"
            await refuse(
                421,
                f"Hãy mở Nếp bằng đúng địa chỉ của nó, ví dụ {right}. Muốn gọi Nếp bằng tên máy, người quản "
                "trị thêm --url khi chạy serve.",
            )
        elif scope["path"] == shelf_pages.UPLOAD:
            await self._app(scope, receive, sent)
        elif length.isdecimal() and int(length) > _LONGEST_REQUEST:
            await refuse(413, "Nội dung gửi lên quá dài.")
        else:
            await self._limited(scope, receive, sent)


def _kept(path: str) -> str:
    """Whether a browser keeps what it is sent. What somebody read is not to be found on that computer by the
    next; what is the same for everybody may change under its name."""
    return "no-cache" if _PUBLIC.fullmatch(path) else "no-store"


# --- the application -----------------------------------------------------------------------------


def app(
    house: House,
    desk: shelf.Desk,
    *,
    writer: api.Words | None = None,
    address: Address | None = None,
    machine: status.Machine | None = None,
) -> FastAPI:
    """The web application: the chat at ``/``, an article at ``/bai/{id}``, the office's documents at
    ``/tu-lieu``, and what ``api`` has for programs. ``writer`` words answers where there is a language
    model. ``address`` is the one people type where that is another than the server's; ``machine`` is what the
    page of the state tells of the computer.

    Raises NepError where a page of our own lies at the path of the ``address``."""
    gr = chat.import_gradio()
    from fastapi import FastAPI
    from starlette.responses import HTMLResponse
    from starlette.routing import Mount, Route
    from starlette.staticfiles import StaticFiles

    application = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    application.add_middleware(Door, store=house.records, address=address)
    application.add_middleware(_Guarded, address=address)
    places, worded = Places(chat.AT_ONCE, chat.WAITING), Places(chat.WORDED_AT_ONCE, chat.WAITING)
    pen = Pen(writer, worded) if writer else None
    here = machine or status.Machine(home=desk.inbox.folder.parent, encoder="")
    office = api.Office(house.assistant, writer, house.library, places, worded, house.audit)

    page = chat.opened(house)

    def start(request: Request) -> Response:
        return HTMLResponse(page(request.query_params.get("c")))

    def article(request: Request) -> Response:
        found = house.library.article(request.path_params["id"])
        place = request.query_params
        kept = house.library.original(found.id) is not None
        return HTMLResponse(pages.article(found, place.get("tu"), place.get("den"), original=kept))

    application.router.routes += (
        *display.routes(),
        *entrance.routes(house, address),
        *members.routes(house),
        *shelf.routes(desk, house.library, house.demo, house.audit),
        *review.routes(house),
        *timeline.routes(house),
        *training.routes(house, pen),
        *notebook.routes(house, pen),
        *conversations.routes(house, places),
        *status.routes(house, here, places, worded),
        api.route(office),
        Route(pages.HOME, shown(start)),
        Route("/bai/{id:path}", shown(article)),
    )
    application.mount(pages.STATIC, StaticFiles(directory=_STATIC))

    async def mount() -> None:
        gr.mount_gradio_app(
            application,
            chat.engine(house, places, writer, worded),
            path="/",
            run_history=False,
            show_error=False,
            max_file_size=0,
            ssr_mode=False,
            mcp_server=False,
        )

    asyncio.run(mount())  # outside of an event loop Gradio makes four of its own, and closes none
    mounted = application.router.routes[-1]
    assert isinstance(mounted, Mount)
    mounted.app = _Only(mounted.app)
    if address:
        addresses.must_be_clear(address, application.routes)
    return application


def serve(
    house: House,
    desk: shelf.Desk,
    host: str,
    port: int,
    *,
    writer: api.Words | None = None,
    address: Address | None = None,
    machine: status.Machine | None = None,
) -> None:
    """Serves until Ctrl+C. Says the address in one line once connections are accepted; port 0
    takes a free one.

    Raises NepError where the address cannot be had.
    """
    listening = _listen(host, port)  # before Gradio's seconds of import: a taken port is told at once
    with listening:
        import uvicorn

        port = listening.getsockname()[1]
        there = _address(host, port) + (f" ({address.url})" if address else "")

        class Server(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                print(f"Nếp đang phục vụ tại {there} — bấm Ctrl+C để dừng.", flush=True)

        config = uvicorn.Config(
            app(house, desk, writer=writer, address=address, machine=machine),
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            # Who it is that a proxy on this machine asks for: by whose address failed logins are counted.
            proxy_headers=address is not None,
        )
        with suppress(KeyboardInterrupt):
            Server(config).run([listening])


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise NepError(f"Không có địa chỉ “{host}” trên máy này. Chọn địa chỉ khác bằng --host.") from error
    try:
        # A port just given up may be taken again at once.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen()
    except OSError as error:
        listening.close()
        raise NepError(
            f"Không mở được cổng {port} tại “{host}”: cổng đang được chương trình khác dùng hoặc không được "
            f"phép. Chọn cổng khác bằng --port, ví dụ --port {port + 1 if 1024 <= port < 65535 else 7861}."
        ) from error
    return listening


def _address(host: str, port: int) -> str:
    """The address to type on this machine; a host that stands for every interface is reached as this one."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)
    return f"http://{f'[{host}]' if ':' in host and not host.startswith('[') else host}:{port}"
