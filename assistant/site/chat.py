"""The asking: what the page tells Gradio and is told by it, and how a question becomes a kept exchange.

Nothing of a conversation is held in memory: the page says which one it shows, and what was said before is
read from the records, under its owner's name. So a page that is loaded anew, a second tab or a program that
was started again go on where the conversation stands.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import logging
from collections.abc import AsyncIterator, Callable, Generator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

import prompts
from assistant import api, pages
from assistant.conversation import Excerpt, Exchange, excerpt, turns
from assistant.examples import examples
from assistant.narrow import EVERYWHERE, Choices, Narrowed, choices, filtering, narrowed
from assistant.places import PULSE, Crowded, Places
from assistant.records import conversations
from assistant.records.reviews import judged
from assistant.site import chat_pages, conversations_pages
from assistant.site.conversations import GONE
from assistant.site.house import Asked, House, Shelf
from assistant.site.requests import Refusal
from assistant.types import Answer, Citation
from assistant.visit import Visit, say, visit, visiting
from ingest.errors import BadQuestion, NepError, UnknownArticle

if TYPE_CHECKING:
    import gradio as gr

_log = logging.getLogger(__name__)

# Answers worded by a language model at the same time; the model itself has a queue of its own.
WORDED_AT_ONCE = 8
# Answers made at the same time. Two keep both cores of a small machine at work; the other two let
# a quick question pass a slow one.
AT_ONCE = 4
# Questions waiting behind them; at a tenth of a second each the last one waits six seconds.
WAITING = 64
# Example questions shown.
_EXAMPLES = 4

APOLOGY = "Xin lỗi, hệ thống gặp trục trặc khi tìm câu trả lời. Hãy thử lại; nếu vẫn lỗi, báo người quản trị."


# --- a question becomes an exchange --------------------------------------------------------------


def exchange(
    assistant: Asked,
    library: Shelf,
    question: str,
    before: Sequence[Exchange],
    within: Narrowed = EVERYWHERE,
) -> Exchange:
    """Asks, and keeps with the answer the stretches of text its citations are shown in. Whatever
    goes wrong becomes a notice in the conversation; only what nobody foresaw is logged."""
    try:
        where = filtering(within, library.shelf)
        return _answered(library, question, assistant.ask(question, turns(before), where), within)
    except NepError as error:
        return Exchange(question, notice=str(error))
    except Exception:
        _log.exception("a question could not be answered")
        return Exchange(question, notice=say(APOLOGY))


def _answered(library: Shelf, question: str, answer: Answer, within: Narrowed) -> Exchange:
    excerpts = tuple(_excerpt(library, c) for c in answer.citations)
    return Exchange(question, answer, excerpts, within=within)


def stopped(exchange: Exchange) -> Exchange:
    """An exchange after the language model that worded it was stopped: the answer stands as it was."""
    if exchange.answer is None:
        return exchange
    return replace(exchange, answer=replace(exchange.answer, note=prompts.load("note_stopped").fill()))


def _excerpt(library: Shelf, citation: Citation) -> Excerpt:
    """The quote in its passage; alone, where the article has been changed or removed meanwhile."""
    with suppress(UnknownArticle):
        text = library.article(citation.article).text
        if text[citation.start : citation.end] == citation.quote:
            return excerpt(text, citation)
    return Excerpt(citation.quote, citation.start, False, False)


def answered_examples(
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


def opened(house: House) -> Callable[[str | None], str]:
    """A function that gives the start page, which shows the visitor's conversation of that id, or a new one.
    Raises Refusal where there is no such one."""
    look = answered_examples(house.unreviewed or house.assistant, house.library, house.demo)

    @lru_cache(1)
    def left(generation: int) -> Choices:
        return choices(house.library.shelf())

    def page(id: str | None) -> str:
        owner = visit().owner
        held = conversations.exchanges(house.records, owner, id) if id else ()
        if held is None:
            raise Refusal(404, say(GONE))
        questions: tuple[str, ...] = ()
        empty, known = False, Choices()
        try:
            questions, empty = look()
            known = left(house.library.generation())
        except Exception:  # the page opens, without examples; a question will say what is wrong
            _log.exception("no example questions")
        fresh = chat_pages.conversation((), questions, empty=empty)
        main = fresh
        if held and id:
            main = chat_pages.conversation(held, id=id, judged=judged(house.records, owner, id))
        within = held[-1].within if held else EVERYWHERE
        talks = conversations_pages.talks(conversations.listed(house.records, owner))
        room = chat_pages.room(main, fresh, chat_pages.desk(known, within), talks)
        return pages.asking(room, demo=house.demo())

    return page


# --- what the page says with a question ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """``turn`` is a word by which the page knows the answer again; ``conversation`` is None for a new one;
    ``again`` is the number of the exchange that is asked anew, those behind it being given up; ``shown`` is
    how many exchanges the page shows; ``writing`` the number of the one whose wording was broken off for the
    question."""

    turn: str = ""
    conversation: str | None = None
    again: int | None = None
    shown: int = 0
    writing: int | None = None
    within: Narrowed = EVERYWHERE

    @classmethod
    def of(cls, sent: object) -> Told:
        """What a browser sent, as far as it makes sense. Raises BadQuestion for years that are none."""
        fields: dict[str, Any] = sent if isinstance(sent, dict) else {}

        def text(name: str) -> str:
            value = fields.get(name)
            return value[:100] if isinstance(value, str) else ""

        def count(name: str) -> int:
            value = fields.get(name)
            return value if isinstance(value, int) and 0 < value < 1 << 20 else 0

        within = fields.get("within")
        return cls(
            text("turn"),
            text("conversation") or None,
            count("again") or None,
            count("shown"),
            count("writing") or None,
            narrowed(within) if isinstance(within, dict) else EVERYWHERE,
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Which exchange a page is told of: its conversation and number, and by which word the page knows it."""

    turn: str = ""
    conversation: str | None = None
    number: int = 0

    @classmethod
    def of(cls, sent: object) -> Place:
        """What a browser sent, as far as it makes sense."""
        told = Told.of(sent)
        return cls(told.turn, told.conversation, told.shown)


@dataclass(frozen=True, slots=True)
class Step:
    """What has come of a question: where it stands now, the exchanges that are new by their numbers, and a
    sentence where they could not be kept. ``wrong`` says why what stood there stands; ``worded`` whether a
    language model can be asked to word the answer."""

    place: Place
    made: tuple[tuple[int, Exchange], ...] = ()
    said: str | None = None
    wrong: str | None = None
    worded: bool = False

    def news(self) -> dict[str, Any]:
        """What the page's script is told."""
        id = self.place.conversation
        return {
            "turn": self.place.turn,
            "conversation": id,
            "sections": [chat_pages.exchange(n, made, id) for n, made in self.made],
            "said": self.said,
            "wrong": self.wrong,
            "worded": self.worded,
        }


def asked(house: House, owner: str, question: str, told: Told) -> Step:
    """Asks in a conversation of the owner's and keeps what came of it. A question that could not be
    answered is replaced by its next try, and replaces no answer."""
    held: tuple[Exchange, ...] = ()
    if told.conversation:
        held = conversations.exchanges(house.records, owner, told.conversation) or ()
    before = held
    if told.again is not None and told.again <= len(held):
        before = held[: told.again - 1]
    elif held and held[-1].answer is None and held[-1].question == question:
        before = held[:-1]
    made: list[tuple[int, Exchange]] = []
    if before and told.writing == len(before):
        before = (*before[:-1], stopped(before[-1]))
        made.append((len(before), before[-1]))
    after = exchange(house.assistant, house.library, question, before, told.within)
    number = len(before) + 1
    place = Place(told.turn, told.conversation, number)
    if after.answer is None and told.again is not None:
        return Step(place, wrong=after.notice)
    made.append((number, after))
    if not question.strip():
        return Step(place, tuple(made))
    try:
        id = conversations.keep(house.records, owner, told.conversation, (*before, after))
    except NepError as error:
        return Step(place, tuple(made), said=str(error))
    return Step(replace(place, conversation=id), tuple(made))


# --- the Gradio part -----------------------------------------------------------------------------


def import_gradio() -> ModuleType:
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


def engine(house: House, places: Places, writer: api.Words | None, worded: Places) -> gr.Blocks:
    """What the page calls by name: ``ask`` and ``stop``, which answer at once, and ``word``, which answers
    step by step. Each answer is what ``Step.news`` says; None is a sign of life."""
    import gradio as gr
    from gradio.events import api as call

    library, records = house.library, house.records

    def shown(now: Visit, step: Step) -> dict[str, Any]:
        with visiting(now):
            return step.news()

    async def ask(question: Any, sent: Any, request: Any) -> dict[str, Any]:
        now = _visit(request)
        question = question if isinstance(question, str) else ""
        try:
            told = Told.of(sent)
        except BadQuestion as error:
            told = Told.of({**sent, "within": None})
            return shown(now, _refused(told, question, str(error)))
        step = Step(Place(told.turn))

        def make() -> Generator[Step]:
            with visiting(now):
                yield asked(house, now.owner, question, told)

        try:
            async with aclosing(places.each(make)) as steps:
                async for made in steps:
                    step = made or step
        except NepError as error:
            step = _refused(told, question, str(error))
        except Exception:
            _log.exception("a question could not be asked")
            with visiting(now):
                step = _refused(told, question, say(APOLOGY))
        answer = next((made.answer for n, made in step.made if n == step.place.number), None)
        await asyncio.to_thread(house.audit.asked, now.owner, question, answer)
        can = writer is not None and answer is not None and answer.status == "answered"
        return shown(now, replace(step, worded=can and step.place.conversation is not None))

    def up_to(now: Visit, place: Place) -> tuple[Exchange, ...]:
        """The conversation up to the exchange, where that is its last one; else nothing."""
        held: Sequence[Exchange] = ()
        with suppress(NepError):
            held = conversations.exchanges(records, now.owner, place.conversation or "") or ()
        return tuple(held) if held and len(held) == place.number else ()

    async def word(sent: Any, request: Any) -> AsyncIterator[dict[str, Any] | None]:
        """The last answer worded anew by the language model, as far as it is proven; it stands meanwhile."""
        now, place = _visit(request), Place.of(sent)
        held = up_to(now, place)
        if writer is None or not held or held[-1].answer is None or held[-1].answer.status != "answered":
            return
        *before, drawn = held

        def told(one: Exchange, *, writing: bool) -> dict[str, Any]:
            made = replace(one, standing=drawn) if writing else one
            return shown(now, Step(place, ((place.number, made),)))

        def make() -> Generator[Exchange]:
            where = filtering(drawn.within, library.shelf)
            for answer in writer.ask(drawn.question, turns(before), where):
                yield _answered(library, drawn.question, answer, drawn.within)

        yield told(drawn, writing=True)
        ended = drawn
        try:
            async with aclosing(worded.each(make, PULSE)) as steps:
                async for step in steps:
                    if step and step != ended:
                        ended = step
                        yield told(ended, writing=True)
                    else:  # Gradio learns only now that the browser has left
                        yield None
        except Crowded:
            pass  # the answer stands as it is
        except Exception:
            _log.exception("an answer could not be worded")
            ended = drawn
        if up_to(now, place) == held:  # nobody has stopped it or asked on meanwhile
            with suppress(NepError):  # what is shown is told to be kept no more than the first answer
                conversations.keep(records, now.owner, place.conversation, (*before, ended))
            yield told(ended, writing=False)

    def stop(sent: Any, request: Any) -> dict[str, Any]:
        """What stood before stands."""
        now, place = _visit(request), Place.of(sent)
        step = Step(place)
        if held := up_to(now, place):
            after = (*held[:-1], stopped(held[-1]))
            with suppress(NepError):
                conversations.keep(records, now.owner, place.conversation, after)
                step = Step(place, ((place.number, after[-1]),))
        return shown(now, step)

    # By these Gradio knows what to give; ``Any`` is whatever JSON there is.
    ask.__annotations__ = {"question": Any, "sent": Any, "request": gr.Request, "return": dict}
    word.__annotations__ = {"sent": Any, "request": gr.Request, "return": dict}
    stop.__annotations__ = {"sent": Any, "request": gr.Request, "return": dict}

    with gr.Blocks(title=pages.NAME, analytics_enabled=False, mode="server") as made:
        quiet: dict[str, Any] = {"api_visibility": "undocumented"}
        call(ask, api_name="ask", queue=False, **quiet)
        call(word, api_name="word", concurrency_limit=WORDED_AT_ONCE, **quiet)
        call(stop, api_name="stop", queue=False, **quiet)
    queued: gr.Blocks = made.queue(max_size=WAITING)
    return queued


def _visit(request: Any) -> Visit:
    """The visit that a question is part of."""
    now = request.request.scope.get("state", {}).get("visit")
    return now if isinstance(now, Visit) else Visit(account=None)


def _refused(told: Told, question: str, words: str) -> Step:
    """A question that was not asked at all."""
    place = Place(told.turn, told.conversation, told.shown + 1)
    if told.again is not None:
        return Step(place, wrong=words)
    return Step(place, ((place.number, Exchange(question, notice=words)),))
