"""The web page: Gradio holds the conversation, our own routes serve the articles, and every
response carries the headers that keep a browser from asking anyone else for anything."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import logging
import re
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Generator, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import prompts
from assistant import api, pages, shelf, shelf_pages
from assistant.conversation import Excerpt, Exchange, excerpt, turns
from assistant.examples import examples
from assistant.places import Crowded, Places
from assistant.site import address as addresses
from assistant.site import display, entrance, members, notebook, status, timeline
from assistant.site.address import Address
from assistant.site.door import Door
from assistant.site.house import Asked, House, Shelf
from assistant.site.requests import shown
from assistant.types import Answer, Citation
from assistant.visit import say
from ingest.errors import NepError, UnknownArticle

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger(__name__)

_STATIC = Path(__file__).parent / "static"

# Answers made at the same time. Two keep both cores of a small machine at work; the other two let
# a quick question pass a slow one.
_AT_ONCE = 4
# Answers worded by a language model at the same time; the model itself has a queue of its own.
_WORDED_AT_ONCE = 8
# After so many seconds of silence it is looked whether whoever asked is still there.
_PULSE = 2.0
# Questions waiting behind them; at a tenth of a second each the last one waits six seconds.
_WAITING = 64
# The longest request taken, documents apart. The longest question that makes sense is a page of text.
_LONGEST_REQUEST = 1 << 20
# Example questions shown.
_EXAMPLES = 4

_APOLOGY = (
    "Xin lỗi, hệ thống gặp trục trặc khi tìm câu trả lời. Hãy thử lại; nếu vẫn lỗi, báo người quản trị."
)


# --- a question becomes an exchange --------------------------------------------------------------


def exchange(assistant: Asked, library: Shelf, question: str, before: Sequence[Exchange]) -> Exchange:
    """Asks, and keeps with the answer the stretches of text its citations are shown in. Whatever
    goes wrong becomes a notice in the conversation; only what nobody foresaw is logged."""
    try:
        return _answered(library, question, assistant.ask(question, turns(before)))
    except NepError as error:
        return Exchange(question, notice=str(error))
    except Exception:
        _log.exception("a question could not be answered")
        return Exchange(question, notice=_APOLOGY)


def _answered(library: Shelf, question: str, answer: Answer) -> Exchange:
    return Exchange(question, answer, tuple(_excerpt(library, c) for c in answer.citations))


def settled(exchanges: Sequence[Exchange]) -> tuple[Exchange, ...]:
    """The conversation after a language model was stopped: what stood before stands."""
    stands = exchanges[-1].standing if exchanges else None
    if stands is None or stands.answer is None:
        return tuple(exchanges)
    note = prompts.load("note_stopped").fill()
    return (*exchanges[:-1], replace(stands, answer=replace(stands.answer, note=note)))


def _excerpt(library: Shelf, citation: Citation) -> Excerpt:
    """The quote in its passage; alone, where the article has been changed or removed meanwhile."""
    with suppress(UnknownArticle):
        text = library.article(citation.article).text
        if text[citation.start : citation.end] == citation.quote:
            return excerpt(text, citation)
    return Excerpt(citation.quote, citation.start, False, False)


def _answered_examples(
    assistant: Asked, library: Shelf, demo: Callable[[], bool]
) -> Callable[[], tuple[tuple[str, ...], bool]]:
    """A function that gives the example questions, each one answered by this library, and whether
    the library is empty. It looks again when the library has changed, or is another one than in the
    ``demo``."""
    known: tuple[tuple[str, ...], bool] = ((), True)
    looked: tuple[bool, int] | None = None

    def look() -> tuple[tuple[str, ...], bool]:
        nonlocal known, looked
        now = demo(), library.generation()
        if looked != now:
            articles = library.articles()
            answered: list[str] = []
            for question in examples(articles):
                if len(answered) < _EXAMPLES and assistant.ask(question).status == "answered":
                    answered.append(question)
            known, looked = (tuple(answered), not articles), now
        return known

    return look


# --- the Gradio part -----------------------------------------------------------------------------


def _import_gradio() -> ModuleType:
    """Gradio, imported without its habit of reading and rewriting the type stubs that lie beside
    its own sources: that is half of the time the import takes (2.4 of 4.8 s), and a program has no
    business writing there. For a class without a source file, as an OSError here says, it is left out."""

    def no_file(object: Any) -> str:
        raise OSError

    kept = inspect.getfile
    inspect.getfile = no_file
    try:
        return importlib.import_module("gradio")
    finally:
        inspect.getfile = kept


def _blocks(
    house: House,
    places: Places,
    writer: api.Words | None,
    worded: Places,
) -> gr.Blocks:
    import gradio as gr

    assistant, library = house.assistant, house.library
    look = _answered_examples(assistant, library, house.demo)

    def welcome() -> str:
        try:
            questions, empty = look()
        except Exception:  # the page opens, without examples; a question will say what is wrong
            _log.exception("no example questions")
            questions, empty = (), False
        return pages.conversation((), questions, empty=empty)

    async def ask(
        question: str, exchanges: tuple[Exchange, ...], request: Any
    ) -> AsyncIterator[tuple[Any, Any, Any]]:
        exchanges = settled(exchanges)
        yield pages.conversation((*exchanges, Exchange(question))), "", gr.skip()

        def make() -> Generator[Exchange]:
            yield exchange(assistant, library, question, exchanges)

        after = Exchange(question)
        try:
            async with aclosing(places.each(make)) as steps:
                async for step in steps:
                    after = step or after
        except Crowded as error:
            after = Exchange(question, notice=str(error))
        who = request.request.scope["state"]["visit"].owner
        await asyncio.to_thread(house.audit.asked, who, question, after.answer)
        # The same notice twice in a row says nothing new.
        done = exchanges if exchanges[-1:] == (after,) else (*exchanges, after)
        yield pages.conversation(done), gr.skip(), done

    ask.__annotations__ = {"request": gr.Request}  # by which Gradio knows what to give

    async def word(exchanges: tuple[Exchange, ...]) -> AsyncIterator[tuple[Any, Any, Any]]:
        """The last answer worded anew by the language model, as far as it is proven; it stands meanwhile."""
        *before, drawn = exchanges or (Exchange(""),)
        if writer is None or drawn.answer is None or drawn.answer.status != "answered":
            yield gr.skip(), gr.skip(), gr.skip()
            return

        def made(now: Exchange, *, writing: bool) -> tuple[Any, Any, Any]:
            all_now = (*before, replace(now, standing=drawn) if writing else now)
            return pages.conversation(all_now), all_now, gr.update(visible=writing)

        def make() -> Generator[Exchange]:
            for answer in writer.ask(drawn.question, turns(before)):
                yield _answered(library, drawn.question, answer)

        yield made(drawn, writing=True)
        ended = drawn
        try:
            async with aclosing(worded.each(make, _PULSE)) as steps:
                async for step in steps:
                    if step and step != ended:
                        ended = step
                        yield made(ended, writing=True)
                    else:  # Gradio learns only now that the browser has left
                        yield gr.skip(), gr.skip(), gr.skip()
        except Crowded:
            pass  # the answer stands as it is
        except Exception:
            _log.exception("an answer could not be worded")
            ended = drawn
        yield made(ended, writing=False)

    def stopped(exchanges: tuple[Exchange, ...]) -> tuple[Any, Any, Any]:
        now = settled(exchanges)
        return pages.conversation(now), now, gr.update(visible=False)

    def begin() -> tuple[Any, Any, Any, Any]:
        return welcome(), "", (), gr.update(visible=False)

    with gr.Blocks(title=pages.NAME, analytics_enabled=False, fill_width=True) as blocks:
        exchanges = gr.State(())
        shown = gr.HTML(
            pages.conversation(()), elem_id="conversation", apply_default_css=False, js_on_load=None
        )
        with gr.Column(elem_id="desk"):
            with gr.Row(elem_id="composer"):
                question = gr.Textbox(
                    label="Câu hỏi",
                    show_label=False,
                    container=False,
                    placeholder="Nhập câu hỏi…",
                    lines=1,
                    max_lines=6,
                    elem_id="asking",
                    html_attributes=gr.InputHTMLAttributes(autocomplete="off", spellcheck=False),
                )
                send = gr.Button("Hỏi", elem_id="send", variant="primary")
            with gr.Row(elem_id="below"):
                fresh = gr.Button("Cuộc trò chuyện mới", elem_id="fresh")
                stop = gr.Button("Dừng viết", elem_id="stop", visible=False)
                gr.HTML(
                    pages.KEYS,
                    apply_default_css=False,
                    js_on_load=None,
                )
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        blocks.load(welcome, None, shown, **quiet)
        asking = gr.on(
            [question.submit, send.click],
            ask,
            [question, exchanges],
            [shown, question, exchanges],
            trigger_mode="once",
            concurrency_limit=_AT_ONCE,
            **quiet,
        )
        if writer is not None:
            wording = asking.then(
                word, exchanges, [shown, exchanges, stop], concurrency_limit=_WORDED_AT_ONCE, **quiet
            )
            stop.click(stopped, exchanges, [shown, exchanges, stop], cancels=[wording], **quiet)
            # Whoever asks on, or begins anew, waits for no wording.
            gr.on([question.submit, send.click, fresh.click], None, cancels=[wording], **quiet)
        fresh.click(begin, None, [shown, question, exchanges, stop], **quiet)
    queued: gr.Blocks = blocks.queue(max_size=_WAITING, api_open=False)
    return queued


# What the page needs of Gradio. Its other routes fetch addresses, take uploads or describe
# themselves, and are not there.
_NEEDED = re.compile(
    r"/theme\.css|/(?:assets|static)/.*"
    r"|/gradio_api/(?:queue/(?:join|data)|cancel|heartbeat/\w+)"
)


class _Only:
    """Gradio, cut down to what the page needs; its start page made ours."""

    def __init__(self, gradio: ASGIApp, demo: Callable[[], bool]) -> None:
        self._gradio, self._demo = gradio, demo

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.responses import HTMLResponse

        if scope["type"] != "http":
            await self._gradio(scope, receive, send)
        elif scope["path"] == "/":
            await self._start_page(scope, receive, send)
        elif _NEEDED.fullmatch(scope["path"]):
            await self._gradio(scope, receive, send)
        else:
            await HTMLResponse(pages.failure(say("Không có trang này.")), 404)(scope, receive, send)

    async def _start_page(self, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.responses import HTMLResponse

        status, body = 200, b""

        async def keep(message: Message) -> None:
            nonlocal status, body
            status = message.get("status", status)
            body += message.get("body", b"")

        plain = [h for h in scope["headers"] if h[0] != b"accept-encoding"]  # we read it: no compression
        await self._gradio({**scope, "headers": plain}, receive, keep)
        nonce = secrets.token_urlsafe(16)
        page = pages.shell(body.decode(), demo=self._demo(), nonce=nonce)
        headers = {
            _CSP: _policy(script=f"'self' 'nonce-{nonce}' 'unsafe-eval'", style="'self' 'unsafe-inline'")
        }
        await HTMLResponse(page, status, headers)(scope, receive, send)


# --- headers -------------------------------------------------------------------------------------

_CSP = "content-security-policy"


def _policy(script: str = "'self'", style: str = "'self'") -> str:
    """The Content-Security-Policy: this server and nobody else. Gradio's page needs inline styles
    and, for its HTML component's template, ``unsafe-eval``; no inline script runs without its nonce."""
    return (
        f"default-src 'self'; script-src {script}; style-src {style}; img-src 'self' data: blob:; "
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
_PUBLIC = re.compile(rf"{pages.STATIC}/.*|/static/.*|/theme\.css")


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
                added.setdefault(_CSP, _policy())
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
    """Whether a browser keeps what it is sent. Gradio names its assets by their content; everything else may
    change under its name, and what somebody read is not to be found on that computer by the next."""
    if path.startswith("/assets/"):
        return "public, max-age=31536000, immutable"
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
    page of the state tells of the computer."""
    gr = _import_gradio()
    from fastapi import FastAPI
    from starlette.responses import HTMLResponse
    from starlette.routing import Mount, Route
    from starlette.staticfiles import StaticFiles

    application = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    application.add_middleware(Door, store=house.records, address=address)
    application.add_middleware(_Guarded, address=address)
    application.router.routes.extend(display.routes())
    application.router.routes.extend(entrance.routes(house, address))
    application.router.routes.extend(members.routes(house))
    application.router.routes.extend(shelf.routes(desk, house.library, house.demo, house.audit))
    application.router.routes.extend(timeline.routes(house))
    application.router.routes.extend(notebook.routes(house))
    places, worded = Places(_AT_ONCE, _WAITING), Places(_WORDED_AT_ONCE, _WAITING)
    here = machine or status.Machine(home=desk.inbox.folder.parent, encoder="")
    application.router.routes.extend(status.routes(house, here, places, worded))
    application.router.routes.append(
        api.route(api.Office(house.assistant, writer, house.library, places, worded, house.audit))
    )

    def article(request: Request) -> Response:
        found = house.library.article(request.path_params["id"])
        place = request.query_params
        kept = house.library.original(found.id) is not None
        return HTMLResponse(pages.article(found, place.get("tu"), place.get("den"), original=kept))

    application.router.routes.append(Route("/bai/{id:path}", shown(article)))
    application.mount(pages.STATIC, StaticFiles(directory=_STATIC))

    async def mount() -> None:
        gr.mount_gradio_app(
            application,
            _blocks(house, places, writer, worded),
            path="/",
            footer_links=[],
            run_history=False,
            show_error=False,
            max_file_size=0,
            ssr_mode=False,
            mcp_server=False,
            root_path=address.url if address else None,
            theme=gr.themes.Base(font=["Source Sans Pro", "sans-serif"], font_mono=["monospace"]),
        )

    asyncio.run(mount())  # outside of an event loop Gradio makes four of its own, and closes none
    mounted = application.router.routes[-1]
    assert isinstance(mounted, Mount)
    mounted.app = _Only(mounted.app, house.demo)
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
