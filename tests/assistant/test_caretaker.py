"""What is looked after once a day: done soon, done again, and never the server's end."""

from __future__ import annotations

import threading

from assistant.caretaker import Caretaker
from ingest.errors import LibraryError


def test_it_tidies_and_looks_over_the_library_soon_and_again() -> None:
    tidied: list[int] = []
    looked = threading.Event()

    def verify() -> list[str]:
        if len(tidied) > 2:
            looked.set()
        return ["Có chỗ sai."] if len(tidied) > 1 else []

    with Caretaker(verify, lambda: tidied.append(1), after=0.01, every=0.01) as caretaker:
        assert looked.wait(20)
    assert caretaker.checked is not None
    assert caretaker.checked.problems == ("Có chỗ sai.",)


def test_before_the_first_look_it_knows_nothing() -> None:
    with Caretaker(list, lambda: None, after=60) as caretaker:
        assert caretaker.checked is None


def test_a_library_that_cannot_be_read_is_what_was_found_and_no_end() -> None:
    looks = threading.Semaphore(0)

    def verify() -> list[str]:
        looks.release()
        raise LibraryError("Thư viện hỏng.")

    with Caretaker(verify, lambda: None, after=0.01, every=0.01) as caretaker:
        for _ in range(3):
            assert looks.acquire(timeout=20)
    assert caretaker.checked is not None
    assert caretaker.checked.problems == ("Thư viện hỏng.",)


def test_a_mistake_of_ours_is_no_end_either() -> None:
    calls = threading.Semaphore(0)

    def tidy() -> None:
        calls.release()
        raise RuntimeError

    with Caretaker(list, tidy, after=0.01, every=0.01):
        for _ in range(3):
            assert calls.acquire(timeout=20)
