"""The conversations beside the chat: listed, found, opened, named, removed, taken along; and what can be
asked next in one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from assistant import suggest
from assistant.conversation import Exchange
from assistant.documents import attachment
from assistant.narrow import Narrowed, filtering
from assistant.places import Places
from assistant.records import conversations
from assistant.records.reviews import judged
from assistant.site import chat_pages, conversations_pages
from assistant.site.chat_pages import TALKS
from assistant.site.house import House
from assistant.site.requests import Refusal, done, shown
from assistant.transcript import markdown
from assistant.types import TALK, Answer
from assistant.visit import say, visit

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

GONE = "Không có cuộc trò chuyện này. Có thể nó đã bị xóa."

# Answers to suggested questions that are remembered; each is some 10 kB.
_REMEMBERED = 512
# Seconds for which a suggestion waits until nobody waits for an answer.
_PATIENCE = 10.0


def routes(house: House, places: Places) -> list[BaseRoute]:
    """Whoever asks is shown their own conversations alone. What could be asked next is looked for when nobody
    waits in ``places`` for an answer."""
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import HTMLResponse, Response
    from starlette.routing import Route

    store = house.records
    follow_ups, turn = _follow_ups(house), asyncio.Semaphore(1)

    def listed(request: Request) -> Response:
        words = request.query_params.get("tim", "")[:500]
        kept = conversations.listed(store, visit().owner, words)
        return HTMLResponse(conversations_pages.listed(kept, words))

    def opened(request: Request) -> Response:
        id = request.path_params["id"]
        held = _held(house, id)
        return HTMLResponse(chat_pages.conversation(held, id=id, judged=judged(store, visit().owner, id)))

    @shown
    def suggested(request: Request) -> Response:
        held = _held(house, request.path_params["id"])
        return HTMLResponse(chat_pages.suggestions(follow_ups(held)))

    async def next_questions(request: Request) -> Response:
        async with turn:
            await places.calm(_PATIENCE)
            return await run_in_threadpool(suggested, request)

    def taken(request: Request) -> Response:
        id = request.path_params["id"]
        held = _held(house, id)
        name = next((one.name for one in conversations.listed(store, visit().owner) if one.id == id), "")
        return Response(
            markdown(name, held),
            media_type="text/markdown; charset=utf-8",
            headers=attachment(name or id, "md"),
        )

    def renamed(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        name = " ".join(fields.get("name", "").split())
        if not name:
            words = say("Tên chưa có chữ nào. Hãy nhập tên.")
            raise Refusal(400, words, {"name": words})
        if not conversations.rename(store, visit().owner, request.path_params["id"], name):
            raise Refusal(404, say(GONE))
        return {"say": say("Đã đổi tên.")}

    def removed(request: Request, _: dict[str, str]) -> Mapping[str, Any]:
        if not conversations.remove(store, visit().owner, request.path_params["id"]):
            raise Refusal(404, say(GONE))
        return {"say": say("Đã xóa cuộc trò chuyện.")}

    one = f"{TALKS}/{{id}}"
    return [
        Route(TALKS, shown(listed)),
        Route(one, shown(opened)),
        Route(f"{one}/goi-y", next_questions),
        Route(f"{one}/tai-ve", shown(taken)),
        Route(f"{one}/ten", done(renamed), methods=["POST"]),
        Route(f"{one}/xoa", done(removed), methods=["POST"]),
    ]


def _held(house: House, id: str) -> tuple[Exchange, ...]:
    held = conversations.exchanges(house.records, visit().owner, id)
    if held is None:
        raise Refusal(404, say(GONE))
    return held


def _follow_ups(house: House) -> Callable[[tuple[Exchange, ...]], tuple[str, ...]]:
    """A function that gives what can be asked after a conversation."""
    assistant = house.unreviewed or house.assistant  # what was approved may be so no longer

    @lru_cache(_REMEMBERED)
    def asked(question: str, within: Narrowed, generation: int) -> Answer:
        return assistant.ask(question, (), filtering(within, house.library.shelf))

    def found(held: tuple[Exchange, ...]) -> tuple[str, ...]:
        last = held[-1] if held else None
        if last is None or last.answer is None or last.answer.mode == TALK:
            return ()
        library = house.library
        generation = library.generation()
        before = [one.question for one in held]
        questions = suggest.follow_ups(before, last.answer, library.facts(), library.article)
        return suggest.answered(questions, last.answer, lambda q: asked(q, last.within, generation))

    return found
