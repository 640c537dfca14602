"""Orientation material is kept as it was made, for its owner, and shown to others only when opened."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import training
from assistant.records import materials, records
from assistant.records.store import Store
from assistant.training import Choice, Material
from ingest.facts import facts
from ingest.load import find, load
from tests.assistant.records.heard import Heard
from tests.conftest import SAMPLES


@pytest.fixture(scope="module")
def drawn() -> Material:
    articles = {a.id: a for a in (load(file) for file in find([SAMPLES]).files)}
    choice = Choice(tuple(articles), ())
    ledger = [f for a in articles.values() for f in facts(a)]
    given = training.offer(choice, ledger, articles.__getitem__, "s")
    return training.material("Tên", choice, "s", given)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return records(tmp_path)


def test_what_is_kept_comes_back_equal(drawn: Material, store: Store) -> None:
    assert materials.from_json(materials.to_json(drawn)) == drawn
    id = materials.keep(store, "lan", drawn)
    kept = materials.held(store, "lan", id)
    assert kept is not None
    assert (kept.material, kept.owner, kept.made) == (drawn, "lan", kept.changed)
    assert [k.id for k in materials.listed(store, "lan")] == [id]


def test_nobody_else_sees_changes_or_removes_it(drawn: Material, store: Store) -> None:
    id = materials.keep(store, "lan", drawn)
    assert materials.held(store, "minh", id) is None
    assert materials.to_learn(store, "minh", id) is None
    assert materials.listed(store, "minh") == []
    assert materials.opened_by_others(store, "minh") == []
    assert materials.change(store, "minh", id, lambda m: replace(m, title="Khác")) is None
    assert not materials.remove(store, "minh", id)
    kept = materials.held(store, "lan", id)
    assert kept is not None
    assert kept.material.title == "Tên"


def test_what_is_opened_others_may_learn_with_and_no_more(drawn: Material, store: Store) -> None:
    id = materials.keep(store, "lan", drawn)
    materials.change(store, "lan", id, lambda m: replace(m, opened=True))
    assert [k.id for k in materials.opened_by_others(store, "minh")] == [id]
    assert materials.opened_by_others(store, "lan") == []
    assert materials.to_learn(store, "minh", id) is not None
    assert materials.held(store, "minh", id) is None
    materials.change(store, "lan", id, lambda m: replace(m, opened=False))
    assert materials.to_learn(store, "minh", id) is None
    assert materials.to_learn(store, "lan", id) is not None


def test_a_change_that_fails_changes_nothing(drawn: Material, store: Store) -> None:
    id = materials.keep(store, "lan", drawn)

    def fails(_: Material) -> Material:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - our own
        materials.change(store, "lan", id, fails)
    kept = materials.held(store, "lan", id)
    assert kept is not None
    assert kept.material == drawn


def test_changes_at_once_are_all_kept(drawn: Material, store: Store) -> None:
    id = materials.keep(store, "lan", drawn)
    some = [item.id for item in drawn.items[:8]]

    def leave_out(item: str) -> None:
        materials.change(
            store, "lan", id, lambda m: training.changed(m, item, lambda i: replace(i, left_out=True))
        )

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(leave_out, some))
    kept = materials.held(store, "lan", id)
    assert kept is not None
    assert {i.id for i in kept.material.items if i.left_out} == set(some)


def test_the_last_changed_stands_first_and_the_removed_is_gone(drawn: Material, store: Store) -> None:
    first, second = (materials.keep(store, "lan", drawn) for _ in range(2))
    materials.change(store, "lan", first, lambda m: replace(m, title="Mới"))
    assert next(k.material.title for k in materials.listed(store, "lan")) == "Mới"
    assert materials.remove(store, "lan", first)
    assert not materials.remove(store, "lan", first)
    assert [k.id for k in materials.listed(store, "lan")] == [second]


def test_what_is_made_changed_opened_and_removed_is_told(drawn: Material, tmp_path: Path) -> None:
    heard = Heard()
    store = records(tmp_path, heard)
    id = materials.keep(store, "lan", drawn)
    for how in ({"title": "Mới"}, {"title": "Mới"}, {"opened": True}, {"opened": False}):
        materials.change(store, "lan", id, lambda m, how=how: replace(m, **how))  # type: ignore[misc]
    assert not materials.remove(store, "minh", id)
    assert materials.remove(store, "lan", id)
    assert heard.kinds == [f"material.{what}" for what in ("make", "change", "open", "shut", "remove")]
    assert heard[0][1] == {"material": id, "title": "Tên", "articles": drawn.choice.articles, "units": ()}
    assert heard[-1][1] == {"material": id, "title": "Mới"}
