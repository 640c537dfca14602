"""Coming in: who gets the password wrong again and again has to wait."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.records import accounts, entrance, records
from assistant.records.accounts import Role
from assistant.records.entrance import FIRST_WAIT, FORGOTTEN, FREE, LONGEST_WAIT, Slowed, Wrong
from assistant.records.store import Store

GOOD = "gió đưa cành trúc la đà"
HERE, THERE = "10.0.0.1", "10.0.0.2"
NOW = 1_000_000.0


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = records(tmp_path)
    accounts.add(store, "chi", "", Role.ADMINISTRATOR, GOOD)
    accounts.add(store, "an", "", Role.READER, GOOD)
    return store


def fail(store: Store, name: str, address: str, now: float) -> None:
    with pytest.raises(Wrong):
        entrance.come_in(store, name, "sai rồi nhé", address, now)


def left(store: Store, name: str, address: str, now: float) -> float:
    """The seconds to wait with the right password; 0 if it was taken."""
    try:
        entrance.come_in(store, name, GOOD, address, now)
    except Slowed as slowed:
        return slowed.seconds
    return 0.0


def test_four_slips_cost_nothing(store: Store) -> None:
    for _ in range(FREE - 1):
        fail(store, "an", HERE, NOW)
    assert left(store, "an", HERE, NOW) == 0


def test_after_five_the_right_password_waits_too_and_then_is_taken(store: Store) -> None:
    for _ in range(FREE):
        fail(store, "an", HERE, NOW)
    assert left(store, "an", HERE, NOW + 1) == FIRST_WAIT - 1
    assert left(store, "an", HERE, NOW + FIRST_WAIT) == 0


def test_each_further_failure_doubles_the_wait_up_to_the_longest(store: Store) -> None:
    now, waits = NOW, []
    for n in range(FREE + 8):
        fail(store, "an", HERE, now)
        if n >= FREE - 1:
            waits.append(left(store, "an", HERE, now))
            now += waits[-1]
    assert waits[:4] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT, 8 * FIRST_WAIT]
    assert waits[-1] == LONGEST_WAIT
    assert waits == sorted(waits)


def test_trying_while_one_waits_makes_it_no_longer(store: Store) -> None:
    for _ in range(FREE):
        fail(store, "an", HERE, NOW)
    for second in range(10):
        assert left(store, "an", HERE, NOW + second) == FIRST_WAIT - second


def test_an_account_is_guarded_against_every_address(store: Store) -> None:
    for n in range(FREE):
        fail(store, "AN" if n % 2 else "an", f"10.0.1.{n}", NOW)
    assert left(store, "an", THERE, NOW) == FIRST_WAIT
    assert left(store, "chi", THERE, NOW) == 0  # others come in meanwhile


def test_an_address_is_slowed_over_all_accounts_also_those_that_are_not_there(store: Store) -> None:
    for n in range(FREE):
        fail(store, f"người{n}", HERE, NOW)
    assert left(store, "chi", HERE, NOW) == FIRST_WAIT
    assert left(store, "chi", THERE, NOW) == 0


def test_coming_in_wipes_the_slate(store: Store) -> None:
    for _ in range(3):
        for _ in range(FREE - 1):
            fail(store, "an", HERE, NOW)
        assert left(store, "an", HERE, NOW) == 0


def test_failures_are_forgotten_after_an_hour(store: Store) -> None:
    for _ in range(FREE - 1):
        fail(store, "an", HERE, NOW)
    fail(store, "an", HERE, NOW + FORGOTTEN)
    assert left(store, "an", HERE, NOW + FORGOTTEN) == 0


def test_of_many_at_once_no_more_are_tried_than_of_one_after_the_other(store: Store) -> None:
    def attempt(_: int) -> str:
        try:
            entrance.come_in(store, "an", "sai rồi nhé", HERE, NOW)
        except Wrong:
            return "tried"
        except Slowed:
            return "waits"
        return "in"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, range(24)))
    assert outcomes.count("tried") == FREE
    assert outcomes.count("waits") == 24 - FREE
