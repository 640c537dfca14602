"""A page asks the language model of the house to write, and keeps what is proven of it.

The model may take minutes. The answer to the page begins at once with blanks, which JSON allows, one every
moment: whatever stands between, a proxy, sees that it goes on; and whoever leaves stops the model.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from assistant.generate import Task
from assistant.places import PULSE, Places
from assistant.prose import Prose, prose
from assistant.site.requests import Refusal, guarded, told
from assistant.types import Answer
from assistant.visit import say

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


class Rewords(Protocol):
    """What words matter anew: first the matter as it was drawn, last what stands."""

    def reword(
        self, task: Task, drawn: Answer, question: str = "", must: Sequence[str] = ()
    ) -> Iterator[Answer]: ...


@dataclass(frozen=True, slots=True)
class Pen:
    """Who writes, and in which places, which others wait for too."""

    writer: Rewords
    places: Places


def written(
    pen: Pen,
    task: Task,
    matter: Callable[[Request], Answer],
    keep: Callable[[Request, Prose], Mapping[str, Any]],
) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint that has the ``matter`` worded and gives to ``keep`` what came of it; where nothing did,
    the page is told why and nothing is changed. Both may refuse."""

    async def write(request: Request) -> Response:
        from starlette.concurrency import run_in_threadpool
        from starlette.responses import StreamingResponse

        drawn = await run_in_threadpool(matter, request)

        def make() -> Generator[Answer]:
            yield from pen.writer.reword(task, drawn)

        def done(last: Answer) -> Mapping[str, Any]:
            found = prose(last)
            if found is None:
                return {"error": last.note or say(_NOTHING), "fields": {}}
            return keep(request, found)

        async def said() -> AsyncIterator[bytes]:
            last = drawn
            try:
                async with aclosing(pen.places.each(make, PULSE)) as steps:
                    async for step in steps:
                        last = step or last
                        yield b" "
                answer = await run_in_threadpool(done, last)
            except Refusal as refusal:
                answer = {"error": refusal.words, "fields": {}}
            except Exception as error:
                answer = {"error": told(error)[1], "fields": {}}
            yield json.dumps(answer, ensure_ascii=False).encode()

        return StreamingResponse(said(), media_type="application/json")

    return guarded(write)


_NOTHING = "Mô hình ngôn ngữ không viết được gì. Lời của các bài vẫn như trước."
