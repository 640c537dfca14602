from __future__ import annotations

from pathlib import Path
from threading import Thread

from vectorstore.lock import Lock


def test_one_holder_at_a_time(tmp_path: Path) -> None:
    first, second = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")
    assert first.take()
    assert not second.take()
    first.release()
    assert second.take()
    second.release()


def test_taking_twice_is_taking_once(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "lock")
    assert lock.take()
    assert lock.take()
    lock.release()
    assert not lock.held


def test_releasing_what_is_not_held_does_nothing(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "lock")
    lock.release()
    assert not lock.held


def test_another_thread_may_release(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "lock")
    assert lock.take()
    thread = Thread(target=lock.release)
    thread.start()
    thread.join()
    assert Lock(tmp_path / "lock").take()
