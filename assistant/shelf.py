"""The routes of the library's documents: brought, listed, changed, downloaded, removed.

Reading goes to the library that is open for it; every change opens it for writing for a moment, and waits its
turn. What changes something is done for our own pages alone: another site can send a visitor's browser here,
but neither with our header nor under our origin.
"""

from __future__ import annotations

import errno
import logging
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import unquote

from assistant import pages, shelf_pages
from assistant.audit import NOWHERE, Audit
from assistant.inbox import Busy, Inbox
from assistant.records.accounts import Role
from assistant.shelf_pages import COLUMNS, FIELDS, Alike, Asked, File, Listing, Row
from assistant.site.requests import Refusal, form, guarded, shown
from assistant.types import written
from assistant.visit import say, visit
from ingest.errors import LibraryLocked, UnknownArticle
from ingest.limits import Limits
from ingest.types import RUNNING, Article
from ingest.vietnamese import fold, nfc
from vectorstore.catalogue import Shelved

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from vectorstore.library import Library

#: Rows of the list that are shown at a time.
ROWS = 50
#: Two articles are much the same from this share of the shorter one on.
ALIKE = 0.5
#: A paragraph that stands in so many articles is a formula, and makes none of them a copy.
FORMULA = 100
#: Seconds that a change waits for another process to finish writing, and between two tries. The process that
#: takes in uploads lets go for longer than that between two documents.
PATIENCE, TRY_AGAIN = 10.0, 0.04
#: The most characters that a field of an article may have.
LONGEST_FIELD = 500

_log = logging.getLogger(__name__)

T = TypeVar("T")

_LOCKED = (
    "Chưa làm được, vì một chương trình khác đang ghi vào thư viện (có thể là đang nạp tài liệu). Thư viện "
    "không thay đổi; hãy thử lại sau ít phút."
)
_FULL = "Ổ đĩa đã đầy nên không nhận được tệp. Hãy giải phóng dung lượng rồi tải lên lại."
_UNWRITABLE = "Không ghi được tệp vào thư mục của thư viện. Hãy báo người phụ trách kỹ thuật."


class Held(Protocol):
    """What this file reads of the library."""

    def shelf(self) -> list[Shelved]: ...

    def article(self, id: str, /) -> Article: ...

    def generation(self) -> int: ...


class Kept(Protocol):
    """Where the documents of the articles are that the pages show."""

    def original(self, id: str, /) -> Path | None: ...

    def article(self, id: str, /) -> Article: ...


@dataclass(frozen=True, slots=True)
class Desk:
    """What the page works with: the office's ``library`` open for reading, what an article's document
    ``said`` in the fields that people have changed, and ``writing`` to open the library for a change
    (LibraryLocked while another process writes); the ``inbox``, and ``wake`` for whoever takes in what is
    there; what one document may weigh."""

    library: Held
    said: Callable[[str], Mapping[str, str | None]]
    writing: Callable[[], AbstractContextManager[Library]]
    inbox: Inbox
    wake: Callable[[], None]
    limits: Limits


# --- the list --------------------------------------------------------------------------------------


class Shelf:
    """The rows of the list, made anew when the library has changed; from several threads at once."""

    def __init__(self, library: Held, inbox: Path) -> None:
        self._library, self._inbox = library, inbox
        self._lock = Lock()
        self._known: tuple[int, tuple[Row, ...]] | None = None
        # Of every article as it was when it came: an article that comes changes nothing in the others.
        self._paragraphs: dict[tuple[object, ...], Mapping[int, int]] = {}

    def rows(self) -> tuple[int, tuple[Row, ...]]:
        """The library's generation, and a row for each article."""
        with self._lock:
            generation = self._library.generation()
            if self._known is None or self._known[0] != generation:
                self._known = generation, self._made()
            return self._known

    def _made(self) -> tuple[Row, ...]:
        shelved = self._library.shelf()
        stamps = {a.id: (a.id, a.added, a.characters, a.files) for a in shelved}
        known = self._paragraphs
        self._paragraphs = {}
        for id, stamp in stamps.items():
            with suppress(UnknownArticle):  # removed since
                self._paragraphs[stamp] = known.get(stamp) or paragraphs(self._library.article(id))
        near = alike({id: self._paragraphs.get(stamp, {}) for id, stamp in stamps.items()})
        same = _namesakes(shelved)
        titles = {a.id: a.title for a in shelved}
        return tuple(
            Row(
                article,
                tuple(file(one, self._inbox) for one in article.files),
                tuple(
                    Alike(other, titles[other], near[article.id].get(other))
                    for other in sorted(
                        near[article.id].keys() | same[article.id],
                        key=lambda other: (-near[article.id].get(other, 0.0), titles[other]),
                    )
                ),
            )
            for article in shelved
        )


def file(path: str, inbox: Path) -> File:
    """A document as the list names it. What was brought to the page lay in a folder of its own in ``inbox``,
    for as long as it took; that is no place to look for it."""
    with suppress(ValueError):
        _, *inside = Path(path).relative_to(inbox).parts
        return File(" › ".join(inside), None)
    return File(Path(path).name, path)


def paragraphs(article: Article) -> dict[int, int]:
    """The words of an article, a paragraph each: by its hash, the number of its characters in all."""
    found: Counter[int] = Counter()
    for block in article.blocks:
        if block.kind in RUNNING:
            words = article.text[block.start : block.end]
            found[hash(words)] += len(words)
    return dict(found)


def alike(held: Mapping[str, Mapping[int, int]]) -> dict[str, dict[str, float]]:
    """For each article (by its ``paragraphs``) those that are much the same, with the share of the shorter
    one's characters that stand in paragraphs of both."""
    holders: defaultdict[int, list[str]] = defaultdict(list)
    for id, of_article in held.items():
        for words in of_article:
            holders[words].append(id)
    shared: Counter[tuple[str, str]] = Counter()
    for words, ids in holders.items():
        if len(ids) <= FORMULA:
            for one, other in combinations(ids, 2):
                shared[one, other] += min(held[one][words], held[other][words])
    found: dict[str, dict[str, float]] = {id: {} for id in held}
    for (one, other), characters in shared.items():
        share = characters / min(sum(held[one].values()), sum(held[other].values()))
        if share > ALIKE:
            found[one][other] = found[other][one] = share
    return found


def _namesakes(shelved: Sequence[Shelved]) -> dict[str, set[str]]:
    """For each article those that have the same title."""
    titled: defaultdict[str, set[str]] = defaultdict(set)
    for article in shelved:
        titled[_comparable(article.title)].add(article.id)
    return {article.id: titled[_comparable(article.title)] - {article.id} for article in shelved}


def _comparable(text: str) -> str:
    return " ".join(fold(text).split())


_SORTED: Mapping[str, Callable[[Row], Any]] = {
    "ten": lambda row: _comparable(row.article.title),
    "ngay": lambda row: row.article.published,
    "don-vi": lambda row: _comparable(row.article.unit or ""),
    "nguon": lambda row: _comparable(row.article.source or ""),
    "tac-gia": lambda row: _comparable(row.article.author or ""),
    "tep": lambda row: shelf_pages.kind(row.files[0].name),
    "dai": lambda row: row.article.characters,
    "luc": lambda row: row.article.added,
}


def listing(rows: Sequence[Row], asked: Asked, generation: int) -> Listing:
    """The rows that are asked for, in order. Rows with nothing in the column sorted by stand last."""
    words = _comparable(asked.words).split()
    found = [
        row for row in rows if (row.doubled or not asked.doubled) and all(w in _searched(row) for w in words)
    ]
    key = _SORTED[asked.by]
    some = [row for row in found if key(row)]
    none = [row for row in found if not key(row)]
    some.sort(key=_SORTED["ten"])
    some.sort(key=key, reverse=asked.down)
    ordered = some + sorted(none, key=_SORTED["ten"])
    last = max(1, -(-len(found) // ROWS))
    page = min(max(asked.page, 1), last)
    at = (page - 1) * ROWS
    asked = Asked(asked.words, asked.by, asked.down, asked.doubled, page)
    return Listing(asked, ordered[at : at + ROWS], len(found), len(rows), last, generation)


def _searched(row: Row) -> str:
    a = row.article
    day = written(a.published) if a.published else None
    texts = (a.title, a.unit, a.source, a.author, day, *(one.name for one in row.files))
    return _comparable(" ".join(filter(None, texts)))


def asked(query: Mapping[str, str]) -> Asked:
    """What an address asks of the list; what makes no sense is left out of account."""
    # The form of a narrow screen has column and order in one.
    by, _, way = query.get("sap", "").partition(".")
    by, way = query.get("theo", by), query.get("chieu", way)
    plain = Asked()
    number = query.get("trang", "")
    if by not in COLUMNS:
        by, way = plain.by, "giam"
    return Asked(
        words=query.get("tim", "").strip()[:200],
        by=by,
        down=way == "giam" if way in ("giam", "tang") else COLUMNS[by].down,
        doubled=query.get("trung") == "1",
        page=int(number) if number.isdecimal() and len(number) < 7 else 1,
    )


# --- fields ----------------------------------------------------------------------------------------

_DAY = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d+)")


def changes(typed: Mapping[str, str], today: date) -> tuple[dict[str, str | date | None], dict[str, str]]:
    """The fields of an article as they were typed: their values, and what is wrong, a sentence a field."""
    values: dict[str, str | date | None] = {}
    wrong: dict[str, str] = {}
    for field in FIELDS:
        if field not in typed:
            continue
        text = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", " ", nfc(typed[field])).split())
        try:
            if len(text) > LONGEST_FIELD:
                raise ValueError(say("Dài quá {n} chữ cái. Hãy viết ngắn lại.", n=LONGEST_FIELD))
            if field == "title" and not text:
                raise ValueError(say("Bài phải có tên. Hãy nhập tên bài."))
            values[field] = _day(text, today) if field == "published" else text or None
        except ValueError as error:
            wrong[field] = str(error)
    return values, wrong


def _day(text: str, today: date) -> date | None:
    """Raises ValueError with a sentence."""
    if not text:
        return None
    found = _DAY.fullmatch(text)
    if not found:
        raise ValueError(say("Không hiểu ngày “{day}”. Hãy viết ngày/tháng/năm, ví dụ 09/04/2024.", day=text))
    if len(found[3]) != 4:
        raise ValueError(say("Năm phải có đủ bốn chữ số, ví dụ 09/04/2024."))
    try:
        day = date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        raise ValueError(say("Không có ngày {day}. Hãy kiểm tra lại ngày và tháng.", day=text)) from None
    if day > today + timedelta(days=1):  # midnight comes earlier elsewhere
        raise ValueError(say("Ngày {day} chưa tới. Hãy kiểm tra lại năm.", day=text))
    return day


# --- the routes ------------------------------------------------------------------------------------


def routes(desk: Desk, kept: Kept, demo: Callable[[], bool], audit: Audit = NOWHERE) -> list[BaseRoute]:
    """The routes of this page, to stand before those of the articles; ``kept`` has the articles that the
    pages show, which are samples while it is a ``demo``. What comes and goes in the inbox is noted in the
    ``audit``; of what changes in the library, whoever opens it for the desk is told."""
    from starlette.concurrency import run_in_threadpool
    from starlette.requests import ClientDisconnect
    from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
    from starlette.routing import Route

    shelf = Shelf(desk.library, desk.inbox.folder)
    told = audit.telling(lambda: visit().owner)

    def page(request: Request) -> Response:
        generation, rows = shelf.rows()
        shown = listing(rows, asked(request.query_params), generation)
        return HTMLResponse(shelf_pages.page(shown, desk.inbox.uploads(), desk.limits, demo=demo()))

    def queue(request: Request) -> Response:
        return HTMLResponse(shelf_pages.queue(desk.inbox.uploads(), desk.library.generation()))

    async def bring(request: Request) -> Response:
        """The body is the document, ``X-Nep-Name`` its name (percent-encoded)."""
        name = unquote(request.headers.get("x-nep-name", ""), errors="replace").strip()
        if not name:
            raise Refusal(400, say("Tệp không có tên. Hãy đặt tên cho tệp rồi tải lên lại."))
        most = desk.limits.megabytes * 1_000_000
        too_large = Refusal(413, shelf_pages.too_large_for(desk.limits))
        declared = request.headers.get("content-length", "0")
        if not declared.isdecimal() or int(declared) > most:
            raise too_large
        try:
            with await run_in_threadpool(desk.inbox.arrival, name, visit().owner) as arrival:
                async for some in request.stream():
                    if some and await run_in_threadpool(arrival.write, some) > most:
                        raise too_large
                upload = await run_in_threadpool(arrival.keep)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        except OSError as error:
            _log.exception("an upload could not be received")
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            raise Refusal(507 if full else 500, say(_FULL if full else _UNWRITABLE)) from error
        told("document.bring", upload=upload.id, name=upload.name)
        desk.wake()
        return JSONResponse({"id": upload.id})

    def again(request: Request) -> Response:
        id = request.path_params["id"]
        if not desk.inbox.retry(id):
            raise Refusal(404, say("Tệp không còn trong hàng đợi. Hãy tải lên lại."))
        told("document.retry", upload=id)
        desk.wake()
        return JSONResponse({})

    def drop(request: Request) -> Response:
        id = request.path_params["id"]
        try:
            if desk.inbox.drop(id):
                told("document.drop", upload=id)
        except Busy as error:
            raise Refusal(409, str(error)) from error
        return JSONResponse({})

    def clear(request: Request) -> Response:
        for upload in desk.inbox.uploads():
            if upload.state == "done":
                desk.inbox.drop(upload.id)
        return JSONResponse({})

    def editing(request: Request) -> Response:
        id = request.path_params["id"]
        article = desk.library.article(id)
        _, rows = shelf.rows()
        known = {
            field: sorted({value for row in rows if (value := getattr(row.article, field))}, key=_comparable)
            for field in ("unit", "source", "author")
        }
        return HTMLResponse(shelf_pages.editing(article, desk.said(id), known))

    async def edit(request: Request) -> Response:
        values, wrong = changes(await form(request), date.today())
        if wrong:
            raise Refusal(422, say("Chưa lưu. Hãy sửa những chỗ được chỉ ra."), wrong)
        id = request.path_params["id"]
        edited = await run_in_threadpool(_changed, desk, lambda library: library.edit(id, values))
        return JSONResponse({"title": edited.title})

    def remove(request: Request) -> Response:
        id = request.path_params["id"]
        _changed(desk, lambda library: library.remove(id))
        return JSONResponse({})

    def original(request: Request) -> Response:
        article = kept.article(request.path_params["id"])
        path = kept.original(article.id)
        if path is None:
            return HTMLResponse(pages.failure(say("Thư viện không giữ tệp gốc của bài này.")), 404)
        # Never as what it says it is: a page that someone wrote must not run as one of ours.
        return FileResponse(
            path,
            media_type="application/octet-stream",
            filename=Path(article.file).name,
            headers={"content-security-policy": "sandbox; default-src 'none'"},
        )

    uploaded = f"{shelf_pages.UPLOAD}/{{id}}"
    return [
        Route(pages.SHELF, shown(page)),
        Route(shelf_pages.QUEUE, shown(queue, Role.EDITOR)),
        Route(shelf_pages.UPLOAD, guarded(bring, Role.EDITOR), methods=["POST"]),
        Route(f"{shelf_pages.UPLOAD}/xong", guarded(clear, Role.EDITOR), methods=["POST"]),
        Route(f"{uploaded}/thu-lai", guarded(again, Role.EDITOR), methods=["POST"]),
        Route(f"{uploaded}/bo-qua", guarded(drop, Role.EDITOR), methods=["POST"]),
        Route("/bai/{id:path}/goc", shown(original)),
        Route("/bai/{id:path}/sua", shown(editing, Role.EDITOR)),
        Route("/bai/{id:path}/sua", guarded(edit, Role.EDITOR), methods=["POST"]),
        Route("/bai/{id:path}/go", guarded(remove, Role.EDITOR), methods=["POST"]),
    ]


def _changed(desk: Desk, change: Callable[[Library], T]) -> T:
    """What the change gives, made as soon as the library can be had. Raises Refusal if it cannot."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            opened = desk.writing()
        except LibraryLocked as error:
            if time.monotonic() > until:
                raise Refusal(503, say(_LOCKED)) from error
            time.sleep(TRY_AGAIN)
            continue
        with opened as library:
            return change(library)
