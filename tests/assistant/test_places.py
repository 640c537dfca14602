"""One line for all who ask: how many are answered at once, who is turned away, and who gives a place back."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Generator
from contextlib import aclosing

import pytest

from assistant.places import Crowded, Places


async def all_of(places: Places, make: Callable[[], Generator[int]]) -> list[int | None]:
    async with aclosing(places.each(make)) as steps:
        return [step async for step in steps]


def test_what_the_iterator_gives_comes_in_order() -> None:
    def make() -> Generator[int]:
        yield from (1, 2, 3)

    assert asyncio.run(all_of(Places(1, 0), make)) == [1, 2, 3]


def test_no_more_run_at_once_than_there_are_places() -> None:
    lock, running, most = threading.Lock(), 0, 0

    def make() -> Generator[int]:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1
        yield 1

    async def many() -> None:
        places = Places(2, 20)
        assert await asyncio.gather(*(all_of(places, make) for _ in range(12))) == [[1]] * 12

    asyncio.run(many())
    assert most == 2


def test_who_finds_the_line_full_is_told_and_the_others_are_served() -> None:
    go = threading.Event()

    def make() -> Generator[int]:
        go.wait(10)
        yield 1

    async def three() -> None:
        places = Places(1, 1)
        served = [asyncio.create_task(all_of(places, make)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Crowded, match="quá nhiều"):
            await all_of(places, make)
        go.set()
        assert await asyncio.gather(*served) == [[1], [1]]
        assert await all_of(places, make) == [1]

    asyncio.run(three())


def test_the_iterator_s_error_reaches_who_asked_and_frees_the_place() -> None:
    def broken() -> Generator[int]:
        yield 1
        raise ValueError("hỏng")

    def sound() -> Generator[int]:
        yield 2

    async def both() -> None:
        places = Places(1, 0)
        with pytest.raises(ValueError, match="hỏng"):
            await all_of(places, broken)
        assert await all_of(places, sound) == [2]

    asyncio.run(both())


def test_who_leaves_closes_the_iterator_and_only_then_is_the_place_free() -> None:
    closed, step, inside = threading.Event(), threading.Event(), threading.Event()

    def slow() -> Generator[int]:
        try:
            yield 1
            inside.set()
            step.wait(10)
            yield 2
            raise AssertionError("nobody wants this")
        finally:
            closed.set()

    def next_one() -> Generator[int]:
        yield int(closed.is_set())

    async def leave() -> None:
        places = Places(1, 1)
        async with aclosing(places.each(slow)) as steps:
            assert await anext(steps) == 1
            await asyncio.to_thread(inside.wait, 10)
        waiting = asyncio.create_task(all_of(places, next_one))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        step.set()
        assert await waiting == [1]

    asyncio.run(leave())


def test_who_leaves_before_the_turn_has_come_is_not_worked_for() -> None:
    go, begun = threading.Event(), []

    def first() -> Generator[int]:
        go.wait(10)
        yield 1

    def second() -> Generator[int]:
        begun.append(2)
        yield 2

    async def leave() -> None:
        places = Places(1, 1)
        served = asyncio.create_task(all_of(places, first))
        await asyncio.sleep(0)
        async with aclosing(places.each(second, pulse=0.01)) as steps:
            assert await anext(steps) is None
        go.set()
        assert await served == [1]
        await asyncio.sleep(0.05)

    asyncio.run(leave())
    assert begun == []


def test_silence_is_told_while_something_is_still_to_come() -> None:
    go = threading.Event()

    def make() -> Generator[int]:
        go.wait(10)
        yield 1

    async def heard() -> list[int | None]:
        found: list[int | None] = []
        async with aclosing(Places(1, 0).each(make, pulse=0.01)) as steps:
            async for step in steps:
                found.append(step)
                if len(found) == 3:
                    go.set()
        return found

    steps = asyncio.run(heard())
    assert steps[:3] == [None, None, None]
    assert steps[-1] == 1


def test_it_is_calm_when_nobody_is_answered_and_nobody_waits() -> None:
    async def run() -> list[str]:
        places = Places(1, 1)
        done: list[str] = []

        def make() -> Generator[int]:
            time.sleep(0.05)
            done.append("answer")
            yield 1

        await places.calm(1)
        asking = [asyncio.create_task(all_of(places, make)) for _ in range(2)]
        await asyncio.sleep(0.01)
        await places.calm(10)
        done.append("calm")
        await asyncio.gather(*asking)
        return done

    assert asyncio.run(run()) == ["answer", "answer", "calm"]


def test_who_waits_for_calm_does_not_wait_for_ever() -> None:
    async def run() -> int:
        places, end = Places(1, 0), threading.Event()

        def make() -> Generator[int]:
            end.wait(30)
            yield 1

        asking = asyncio.create_task(all_of(places, make))
        await asyncio.sleep(0.01)
        await places.calm(0.05)
        assert not asking.done()
        end.set()
        await asking
        return places.busy

    assert asyncio.run(run()) == 0
