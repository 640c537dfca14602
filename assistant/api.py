"""What other programs ask over HTTP: the rows of the command line as JSON, answers in OpenAI's protocol, and
tools in the Model Context Protocol.

An application of its own inside that of the page: nothing here is HTML, whatever goes wrong is JSON, and
``/openapi.json`` describes this and nothing else. No page of another site may read or send anything.
"""

# Annotations are values here, not texts: FastAPI reads those of functions inside functions.

import json
import logging
import re
import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from assistant import mcp
from assistant.audit import NOWHERE, Audit
from assistant.doctor import program_version
from assistant.export import answer_row, article_row, passage_row
from assistant.generate import Task
from assistant.ledger import units_like
from assistant.narrow import Narrowed, filtering
from assistant.places import Places
from assistant.question import understand
from assistant.records.accounts import Role
from assistant.site.requests import from_here
from assistant.types import SCANNED, Answer, Citation, Turn, written
from assistant.visit import visit
from ingest.errors import BadQuestion, NepError, UnknownArticle
from ingest.types import Article
from vectorstore.catalogue import Shelved
from vectorstore.types import Filter, Hit

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Receive, Scope, Send

_log = logging.getLogger(__name__)

T = TypeVar("T")

#: The addresses that are answered here.
PATHS = re.compile(r"/(?:api|v1)(?:/.*)?|/mcp|/health|/openapi\.json", re.DOTALL)
#: The models that the OpenAI protocol names: what the office has, and never a language model's wording.
OWN, EXTRACTIVE = "nep", "nep-extractive"
#: While an answer is being made, a client is looked after every so many seconds: whether it is still there,
#: and that it does not take the silence for a lost connection.
PULSE = 2.0
#: Of what was said before, more of one turn is not read: answers of ours are shorter, and reading takes time.
LONGEST_TURN = 4_000

_APOLOGY = "Nếp gặp lỗi ngoài dự kiến. Hãy thử lại; nếu vẫn lỗi, báo người phụ trách kỹ thuật."
_FOREIGN = "Trang web khác không được dùng địa chỉ này của Nếp."
_NOT_JSON = "Hãy gửi nội dung dạng JSON (Content-Type: application/json)."
_BROKEN_JSON = "Nội dung gửi lên không phải JSON đúng dạng."
_SOURCES, _NEAREST = "Nguồn:", "Đoạn gần nhất (không phải câu trả lời):"


class Asked(Protocol):
    """What this file needs of the assistant."""

    def ask(self, question: str, history: Sequence[Turn] = (), where: Filter | None = None) -> Answer: ...


class Words(Protocol):
    """What this file needs of the assistant with a language model behind it: first the assistant's own
    answer, last what stands. ``model`` is the name of the language model."""

    @property
    def model(self) -> str: ...

    def ask(
        self, question: str, history: Sequence[Turn] = (), where: Filter | None = None
    ) -> Iterator[Answer]: ...

    def reword(
        self, task: Task, drawn: Answer, question: str = "", must: Sequence[str] = ()
    ) -> Iterator[Answer]: ...


class Shelf(Protocol):
    """What this file needs of the library."""

    def shelf(self) -> Sequence[Shelved]: ...

    def article(self, id: str, /) -> Article: ...

    def search(self, question: str, k: int = 10, where: Filter | None = None) -> Sequence[Hit]: ...


@dataclass(frozen=True, slots=True)
class Office:
    """What programs ask: the ``assistant``, the ``writer`` where there is a language model, the ``library``
    they answer from, the ``places`` in which answers are made, and those in which they are ``worded``: a
    model that is slow holds up nobody who does not wait for it. The ``audit`` keeps who asked what."""

    assistant: Asked
    writer: Words | None
    library: Shelf
    places: Places
    worded: Places
    audit: Audit = NOWHERE

    def making(self, *, wording: bool) -> Places:
        """Where an answer is made, worded by the language model or not."""
        return self.worded if wording and self.writer else self.places


# --- what is sent and what comes back, as /openapi.json describes it --------------------------------


def _text(text: str) -> str:
    """Raises ValueError for what JSON can write and no text can hold: half of a surrogate pair."""
    text.encode()
    return text


Text = Annotated[str, AfterValidator(_text)]
Year = Annotated[int, Field(ge=1, le=9999)]


class _Sent(BaseModel):
    """Numbers are numbers and texts are texts; a field that does not exist is a mistake worth telling."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Said(_Sent):
    """One message of the conversation so far."""

    role: Literal["user", "assistant"]
    content: Text


class Where(_Sent):
    """Which articles may be read; what is left out does not restrict."""

    unit: Text | None = Field(None, description="Name of the office the articles are about, or part of it.")
    source: Text | None = Field(None, description="Name of the publication they come from, or part of it.")
    from_year: Year | None = Field(None, description="Published in this year or later.")
    to_year: Year | None = Field(None, description="Published in this year or earlier.")


class AskBody(_Sent):
    """A question with what was said before it."""

    question: Text = Field(description="In Vietnamese, with or without diacritics, or in English.")
    history: list[Said] = Field([], description="The conversation so far, oldest message first.")
    filter: Where | None = None


class StatementRow(BaseModel):
    """One sentence of the answer, and the ``n`` of the citations that carry it."""

    text: str
    citations: list[int]


class CitationRow(BaseModel):
    """The exact words that carry a statement: ``quote`` is ``text[start:end]`` of the article, counted in
    code points; ``marks`` are the [start, end] of the words inside it that answer."""

    n: int
    article: str
    title: str
    published: str | None = Field(description="ISO 8601 date.")
    quote: str
    start: int
    end: int
    marks: list[tuple[int, int]]
    page: int | None
    scanned: bool = Field(description="Whether some of it was read off a picture: compare with the document.")


class DroppedRow(BaseModel):
    """A sentence of the language model that is not shown, and why."""

    text: str
    why: str


class ApprovedRow(BaseModel):
    """Who of the office's editors has approved the answer, and when."""

    by: str
    on: str = Field(description="ISO 8601 date.")


class AnswerRow(BaseModel):
    """The row that ``ask --json`` prints. A refusal has no statements, says in ``missing`` what the library
    lacks, and its citations are the nearest passages, which are no answer."""

    id: str | int | None
    status: Literal["answered", "refused"]
    answer: str
    statements: list[StatementRow]
    citations: list[CitationRow]
    missing: str | None
    read_as: str | None = Field(description="The question as it was understood, where not as it stood.")
    guessed: bool = Field(description="Whether read_as may not be what was meant.")
    mode: str
    ms: float
    dropped: list[DroppedRow]
    note: str | None = Field(
        description="Why the language model's wording does not stand, where it does not."
    )
    approved: ApprovedRow | None = Field(description="Null where nobody has approved of it.")


class ArticleRow(BaseModel):
    """The row that ``articles --json`` prints."""

    id: str
    title: str
    published: str | None = Field(description="ISO 8601 date.")
    author: str | None
    source: str | None
    unit: str | None = Field(description="The office the article is about.")
    chars: int = Field(description="Length of the text in code points.")
    passages: int


class WholeArticle(ArticleRow):
    """An article with its text, in which citations count their positions."""

    text: str


class Health(BaseModel):
    """That the program answers, and from what; where there are accounts, whoever shows no token is told the
    first alone."""

    status: Literal["ok"]
    version: str | None = None
    articles: int | None = None
    passages: int | None = None
    model: str | None = Field(
        None, description="The language model that words answers, null where there is none."
    )


class Problem(BaseModel):
    """What went wrong: a Vietnamese sentence for the person at the screen."""

    detail: str


class Part(BaseModel):
    """A part of a message; texts are read."""

    type: str
    text: Text | None = None


class Message(BaseModel):
    """A message in OpenAI's protocol; those of other roles than user and assistant are not read."""

    role: str
    content: Text | list[Part] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.text)
        return self.content or ""


class ChatBody(BaseModel):
    """A request in OpenAI's protocol. Other parameters are accepted and have no effect."""

    messages: list[Message] = Field(description="The last user message is the question.")
    model: Text = OWN
    stream: bool | None = False


class Reply(BaseModel):
    """The answer with [n] markers and its sources in plain text; ``nep`` has it in its parts."""

    role: Literal["assistant"]
    content: str
    nep: AnswerRow


class Choice(BaseModel):
    index: int
    message: Reply
    finish_reason: Literal["stop"]


class Completion(BaseModel):
    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[Choice]


class Model(BaseModel):
    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class Models(BaseModel):
    object: Literal["list"]
    data: list[Model]


class Wrong(BaseModel):
    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIProblem(BaseModel):
    """What went wrong, in OpenAI's shape."""

    error: Wrong


# --- the tools of the Model Context Protocol, described to a language model --------------------------


class Questioned(_Sent):
    """What ``ask`` is called with."""

    question: Text = Field(description="Câu hỏi tiếng Việt (có dấu hoặc không dấu) hoặc tiếng Anh.")
    history: list[Said] = Field([], description="Hội thoại trước đó, tin cũ nhất trước.")


class Sought(_Sent):
    """What ``search`` is called with."""

    question: Text = Field(description="Điều cần tìm, viết thành câu hỏi hoặc từ khóa.")
    k: int = Field(5, ge=1, le=20, description="Số đoạn nhiều nhất.")


TOOLS = (
    mcp.Tool(
        "ask",
        "Hỏi tư liệu",
        "Trả lời từ tư liệu của cơ quan, mỗi ý kèm nguồn [n]; điều tư liệu không nói thì nói rõ là không có.",
        Questioned,
    ),
    mcp.Tool(
        "search",
        "Tìm đoạn",
        "Tìm các đoạn nguyên văn gần câu hỏi nhất trong tư liệu của cơ quan; chưa phải câu trả lời.",
        Sought,
    ),
)


# --- between their terms and ours --------------------------------------------------------------------


def narrowed(where: Where | None, shelf: Callable[[], Sequence[Shelved]]) -> Filter | None:
    """The filter, its names found among those of the library. A name that none has lets nothing through."""
    if where is None:
        return None

    def meant(name: str | None, known: Callable[[Shelved], str | None]) -> tuple[str, ...]:
        return () if name is None else tuple(units_like(name, map(known, shelf())) or [name])

    units, sources = meant(where.unit, lambda a: a.unit), meant(where.source, lambda a: a.source)
    return filtering(Narrowed(units, sources, where.from_year, where.to_year), shelf)


def asked(messages: Sequence[Message]) -> tuple[str, tuple[Turn, ...]]:
    """The question, and what was said before it. Raises BadQuestion where there is none."""
    said = [m for m in messages if m.role in ("user", "assistant")]
    while said and said[-1].role != "user":
        said.pop()
    if not said:
        raise BadQuestion("Chưa có câu hỏi: cần ít nhất một tin nhắn có role là “user”.")
    before = tuple(
        Turn("user", m.text) if m.role == "user" else Turn("assistant", told(m.text)) for m in said[:-1]
    )
    return said[-1].text, before


def content(answer: Answer) -> str:
    """The answer as plain text: what it says with the numbers of its sources, then these, a line each."""
    said = "\n".join(" ".join([s.text, "".join(f"[{n}]" for n in s.citations)]) for s in answer.statements)
    guess, reading = f"(Bạn muốn hỏi: “{answer.read_as}”?)", f"(Hiểu câu hỏi là: {answer.read_as})"
    lines = [guess if answer.guessed else reading] if answer.read_as else []
    lines.append(said or answer.text)
    if answer.missing and answer.missing not in answer.text:
        lines.append(answer.missing)
    if answer.approved:
        lines.append(f"({answer.approved.words}.)")
    if answer.citations:
        lines += ["", _SOURCES if answer.statements else _NEAREST, *map(_source, answer.citations)]
    return "\n".join(lines)


def _source(c: Citation) -> str:
    page = f"trang {c.page}" if c.page is not None else None
    quote = f"“{' '.join(c.quote.split())}”"
    scanned = f"({SCANNED}.)" if c.scanned else None
    return f"[{c.n}] " + " · ".join(filter(None, (c.title, _day(c.published), page, quote, scanned)))


def _day(published: date | None) -> str | None:
    return written(published) if published else None


def listed(hits: Sequence[Hit]) -> str:
    """The passages found as plain text, best first."""
    if not hits:
        return "Không tìm thấy đoạn nào."
    return "\n\n".join(f"[{n}] {_place(hit)}\n{hit.text}" for n, hit in enumerate(hits, 1))


def _place(hit: Hit) -> str:
    page = hit.article.page(hit.passage.start)
    return " · ".join(
        filter(None, (hit.article.title, _day(hit.article.published), f"trang {page}" if page else None))
    )


_AROUND = re.compile(
    rf"^\((?:Bạn muốn hỏi|Hiểu câu hỏi là): [^\n]*\n|\n\n(?:{_SOURCES}|{re.escape(_NEAREST)})\n.*| ?\[\d+\]",
    re.DOTALL,
)


def told(content: str) -> str:
    """What an answer of ours said, without what stands around it: names in its sources are not the talk's."""
    return _AROUND.sub("", content)


# --- what goes wrong ----------------------------------------------------------------------------------


def refusal(path: str, status: int, words: str, code: str | None = None) -> "JSONResponse":
    """What a client of that address is told, in the shape that it expects."""
    from starlette.responses import JSONResponse

    words = words.encode(errors="replace").decode()  # the name of a field may be no text
    if path == "/mcp":
        return JSONResponse(mcp.error(None, mcp.NO_REQUEST, words), status)
    if path.startswith("/v1"):
        kind = "server_error" if status >= 500 else "invalid_request_error"
        told = {"error": {"message": words, "type": kind, "param": None, "code": code}}
        return JSONResponse(told, status)
    return JSONResponse({"detail": words}, status)


def _told(error: Exception) -> tuple[int, str]:
    """The status and the sentence for what went wrong."""
    match error:
        case BadQuestion():
            return 400, str(error)
        case UnknownArticle():
            return 404, str(error)
        case NepError():
            return 503, str(error)
    _log.error("a program could not be answered", exc_info=error)
    return 500, _APOLOGY


def _invalid(errors: Sequence[Any]) -> tuple[int, str]:
    """The status and the sentence for what was sent in the wrong shape."""
    first = errors[0]
    if first["type"] == "json_invalid":
        return 400, _BROKEN_JSON
    field = ".".join(str(part)[:50] for part in first["loc"][1:])
    if not field:
        return 422, "Nội dung gửi lên phải là một đối tượng JSON."
    match first["type"]:
        case "missing":
            return 422, f"Thiếu trường “{field}”."
        case "extra_forbidden":
            return 422, f"Không có trường “{field}”. Hãy xem /openapi.json."
    return 422, f"Trường “{field}” không đúng dạng. Hãy xem /openapi.json."


_HTTP = {
    400: _BROKEN_JSON,
    404: "Không có địa chỉ này. Hãy xem /openapi.json.",
    405: "Địa chỉ này không nhận phương thức đó. Hãy xem /openapi.json.",
    413: "Nội dung gửi lên quá dài.",
}


class _OurOwn:
    """Answers programs, and pages of this very server; what is posted has to be JSON, which no other site's
    page may send without being asked first."""

    def __init__(self, app: "ASGIApp") -> None:
        self._app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        from starlette.datastructures import Headers

        if scope["type"] == "http":
            headers = Headers(scope=scope)
            kind = headers.get("content-type", "").partition(";")[0].strip().lower()
            sends = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
            if not from_here(headers):
                await refusal(scope["path"], 403, _FOREIGN)(scope, receive, send)
                return
            if sends and kind != "application/json":
                await refusal(scope["path"], 415, _NOT_JSON)(scope, receive, send)
                return
        await self._app(scope, receive, send)


# --- the application ------------------------------------------------------------------------------------


def app(office: Office) -> "FastAPI":
    """The application that answers at PATHS."""
    from fastapi import FastAPI
    from fastapi.exceptions import RequestValidationError
    from starlette.exceptions import HTTPException
    from starlette.requests import Request
    from starlette.responses import JSONResponse, Response, StreamingResponse

    problems: dict[int | str, dict[str, Any]] = {
        400: {"model": Problem, "description": "The question cannot be asked, or no JSON was sent"},
        403: {"model": Problem, "description": "Sent by a page of another site"},
        404: {"model": Problem, "description": "No such article"},
        413: {"model": Problem, "description": "Too long"},
        415: {"model": Problem, "description": "Not sent as application/json"},
        422: {"model": Problem, "description": "Not of the described shape"},
        503: {"model": Problem, "description": "The library cannot be read, or too many are waiting"},
    }

    def wrong(*statuses: int) -> dict[int | str, dict[str, Any]]:
        return {status: problems[status] for status in statuses}

    wrong_openai: dict[int | str, dict[str, Any]] = {
        "4XX": {"model": OpenAIProblem, "description": "The request cannot be done as it was sent"},
        503: problems[503] | {"model": OpenAIProblem},
    }

    application = FastAPI(
        title="Nếp",
        version=program_version(),
        description="Answers from an office's own articles, every statement with the exact words of its "
        "source. Messages are in Vietnamese.",
        docs_url=None,
        redoc_url=None,
    )
    application.add_middleware(_OurOwn)

    @application.exception_handler(NepError)
    async def foreseen(request: Request, error: Exception) -> Response:
        return refusal(request.url.path, *_told(error))

    @application.exception_handler(Exception)
    async def unforeseen(request: Request, error: Exception) -> Response:
        return refusal(request.url.path, *_told(error))

    @application.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        status, words = _invalid(error.errors())
        # OpenAI's servers call this a bad request, and its clients know it as one.
        return refusal(request.url.path, 400 if request.url.path.startswith("/v1") else status, words)

    @application.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        response = refusal(request.url.path, error.status_code, _HTTP.get(error.status_code, _APOLOGY))
        response.headers.update(error.headers or {})
        return response

    def answers(
        question: str,
        history: Sequence[Turn],
        where: Callable[[], Filter | None] = lambda: None,
        *,
        wording: bool = True,
        who: str,
    ) -> Generator[Answer]:
        """The answers on the way to the one that stands. All that the library is asked is asked in here."""
        before = tuple(Turn(turn.role, turn.content[:LONGEST_TURN]) for turn in history)
        last = None
        try:
            if wording and office.writer:
                for last in office.writer.ask(question, before, where()):
                    yield last
            else:
                last = office.assistant.ask(question, before, where())
                yield last
        finally:
            office.audit.asked(who, question, last, by="program")

    @application.post(
        "/api/ask",
        response_model=AnswerRow,
        responses=wrong(400, 403, 413, 415, 422, 503),
        summary="Ask a question",
        operation_id="ask",
    )
    async def ask(body: AskBody, request: Request) -> Any:
        """Answers as `ask --json` does: chosen from the articles, or worded by the office's language model
        where it has one and every sentence is proven. What the articles do not say is refused, with status
        200."""
        history = [Turn(said.role, said.content) for said in body.history]

        who = visit().owner  # the answer is made in a thread that knows of no visit

        def make() -> Generator[Answer]:
            return answers(
                body.question, history, lambda: narrowed(body.filter, office.library.shelf), who=who
            )

        answer = await _last(office.making(wording=True).each(make, PULSE), request)
        return answer_row(answer) if answer else _nobody()

    @application.get(
        "/api/articles",
        response_model=list[ArticleRow],
        responses=wrong(403, 415, 503),
        summary="List the articles",
        operation_id="articles",
    )
    def articles() -> Any:
        return [article_row(article) for article in office.library.shelf()]

    @application.get(
        "/api/articles/{id:path}",
        response_model=WholeArticle,
        responses=wrong(403, 404, 415, 422, 503),
        summary="One article with its text",
        operation_id="article",
    )
    def article(id: str) -> Any:
        text = office.library.article(id).text
        row = next((article_row(a) for a in office.library.shelf() if a.id == id), None)
        if row is None:  # removed this very moment
            raise UnknownArticle(f"Trong thư viện không có bài “{id}”.")
        return row | {"text": text}

    @application.get(
        "/health",
        response_model=Health,
        response_model_exclude_unset=True,
        responses=wrong(403, 415, 503),
        summary="Whether the program answers, and from what",
        operation_id="health",
    )
    def health() -> Any:
        if not visit().may(Role.READER):
            return {"status": "ok"}
        shelf = office.library.shelf()
        return {
            "status": "ok",
            "version": program_version(),
            "articles": len(shelf),
            "passages": sum(a.passages for a in shelf),
            "model": office.writer.model if office.writer else None,
        }

    @application.get(
        "/v1/models",
        response_model=Models,
        responses=wrong_openai,
        summary="The models of the OpenAI protocol",
        operation_id="models",
    )
    def models() -> Any:
        """`nep`: what the office has. `nep-extractive`: never a language model's wording."""
        listed = [
            {"id": name, "object": "model", "created": 0, "owned_by": "nep"} for name in (OWN, EXTRACTIVE)
        ]
        return {"object": "list", "data": listed}

    @application.post(
        "/v1/chat/completions",
        response_model=Completion,
        responses=wrong_openai
        | {
            200: {"content": {"text/event-stream": {}}, "description": "The answer; a stream where asked for"}
        },
        summary="Ask in the OpenAI protocol",
        operation_id="complete",
    )
    async def complete(body: ChatBody, request: Request) -> Any:
        """The last user message is the question, user and assistant messages before it are the history,
        messages of the system are ignored. A refusal is an answer that says what is missing. The text of a
        stream comes once it stands, with comments before to keep the connection."""
        if body.model not in (OWN, EXTRACTIVE):
            words = f"Không có mô hình “{body.model[:100]}”. Hãy dùng {OWN} hoặc {EXTRACTIVE}."
            return refusal(request.url.path, 404, words, "model_not_found")
        question, history = asked(body.messages)
        head = {"id": f"chatcmpl-{secrets.token_hex(12)}", "created": int(time.time()), "model": body.model}

        wording, who = body.model == OWN, visit().owner

        def make() -> Generator[Answer]:
            return answers(question, history, wording=wording, who=who)

        steps = office.making(wording=wording).each(make, PULSE)
        if body.stream:
            first = await _first(steps, request)
            if first is None:
                return _nobody()
            return StreamingResponse(_events(head, first, steps, request), media_type="text/event-stream")
        answer = await _last(steps, request)
        if answer is None:
            return _nobody()
        message = {"role": "assistant", "content": content(answer), "nep": answer_row(answer)}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return head | {"object": "chat.completion", "choices": [choice]}

    server = mcp.Server("nep", "Nếp", program_version(), TOOLS)

    # Its messages describe themselves (tools/list); /openapi.json could say no more than "an object".
    @application.post("/mcp", include_in_schema=False)
    async def tools(request: Request) -> Response:
        version = request.headers.get("mcp-protocol-version")
        if version is not None and version not in mcp.VERSIONS:
            return refusal("/mcp", 400, f"Nếp không biết phiên bản “{version[:50]}” của giao thức.")
        reply = mcp.answer(await request.body(), server)
        if isinstance(reply, mcp.Call):
            call = reply
            try:
                reply = await run(call, request)
            except Exception as error:
                reply = call.failed(_told(error)[1])
        if reply is None:
            return Response(status_code=202)
        unread = reply.get("error", {}).get("code") in (mcp.NO_JSON, mcp.NO_REQUEST)
        return JSONResponse(reply, 400 if unread else 200)

    async def run(call: mcp.Call, request: Request) -> mcp.Reply | None:
        """What came of a call; None if the client has left."""
        match call.arguments:
            case Questioned(question=question, history=said):
                history = [Turn(s.role, s.content if s.role == "user" else told(s.content)) for s in said]
                who = visit().owner
                made = office.making(wording=True).each(lambda: answers(question, history, who=who), PULSE)
                answer = await _last(made, request)
                return call.done(content(answer), answer_row(answer)) if answer else None
            case Sought(question=question, k=k):
                found = await _last(office.places.each(lambda: passages(question, k), PULSE), request)
                if found is None:
                    return None
                return call.done(listed(found), {"passages": [passage_row(hit) for hit in found]})
        raise AssertionError(call.tool)

    def passages(question: str, k: int) -> Generator[Sequence[Hit]]:
        yield office.library.search(understand(question).text, k)

    def _nobody() -> Response:
        return Response(status_code=400)  # the client has left; nobody is there to read it

    return application


Steps = AsyncGenerator[Answer | None]


async def _last(steps: AsyncGenerator[T | None], request: "Request") -> T | None:
    """What stands at the end; None if the client has left meanwhile, which stops the model."""
    last = None
    async with aclosing(steps):
        async for step in steps:
            last = step if step is not None else last
            if step is None and await request.is_disconnected():
                return None
    return last


async def _first(steps: Steps, request: "Request") -> Answer | None:
    """The first answer: what cannot be asked shows itself before it, while a status can still be sent. None
    if the client has left."""
    async for answer in steps:
        if answer is not None:
            return answer
        if await request.is_disconnected():
            break
    await steps.aclose()
    return None


async def _events(
    head: dict[str, Any], answer: Answer, steps: Steps, request: "Request"
) -> AsyncIterator[str]:
    """A completion as server-sent events. A client can only add to what it was sent; a wording that does not
    stand would leave sentences and numbers of sources there that mean nothing any more. So text is sent once
    it stands, and comments until then. Whoever reads no more closes the steps."""

    def event(value: dict[str, Any]) -> str:
        return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"

    def chunk(delta: dict[str, str], finish: str | None = None, **extra: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return event(head | {"object": "chat.completion.chunk", "choices": [choice]} | extra)

    async with aclosing(steps):
        yield chunk({"role": "assistant", "content": ""})
        try:
            async for later in steps:
                answer = later or answer
                if await request.is_disconnected():
                    return
                yield ": Nếp đang soạn câu trả lời\n\n"
        except Exception as error:
            _, words = _told(error)
            yield event({"error": {"message": words, "type": "server_error", "param": None, "code": None}})
            return
        for line in content(answer).splitlines(keepends=True):
            yield chunk({"content": line})
        yield chunk({}, "stop", nep=answer_row(answer))
        yield "data: [DONE]\n\n"


def route(office: Office) -> "BaseRoute":
    """The application as a route of another one, which leaves its addresses as they are."""
    from starlette.routing import BaseRoute, Match

    answering = app(office)

    class Programs(BaseRoute):
        routes = answering.routes

        def matches(self, scope: "Scope") -> tuple[Match, "Scope"]:
            ours = scope["type"] == "http" and PATHS.fullmatch(scope["path"])
            return (Match.FULL if ours else Match.NONE), {}

        async def handle(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
            await answering(scope, receive, send)

    return Programs()
