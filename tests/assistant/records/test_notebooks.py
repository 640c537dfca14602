from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.notebook import Notebook, added, annotated, pin
from assistant.records import notebooks, records
from assistant.records.store import Store
from tests.assistant.office import article, citation

STORY = article("a", "Chuyện", "Văn phòng ra đời năm 1954.", published=date(2024, 4, 9))
PIN = pin("Ra đời.", [citation(1, STORY, "Văn phòng ra đời năm 1954.")], worded=True)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return records(tmp_path)


def test_a_notebook_comes_back_as_it_was_kept() -> None:
    held = annotated(
        added(Notebook("Diễn văn", (), "Văn phòng", date(2026, 4, 12)), PIN), PIN.id, "a\nb", "c"
    )
    assert notebooks.from_json(notebooks.to_json(held)) == held


def test_the_last_used_comes_first_and_each_is_its_owner_s_alone(store: Store) -> None:
    first, second = notebooks.make(store, "an", "Một"), notebooks.make(store, "an", "Hai")
    assert [k.id for k in notebooks.listed(store, "an")] == [second, first]
    changed = notebooks.change(store, "an", first, lambda held: added(held, PIN))
    assert changed is not None
    assert changed.pins == (PIN,)
    assert [k.id for k in notebooks.listed(store, "an")] == [first, second]
    assert notebooks.notebook(store, "an", first) == changed
    assert notebooks.notebook(store, "binh", first) is None
    assert notebooks.change(store, "binh", first, lambda held: replace(held, name="khác")) is None
    assert not notebooks.remove(store, "binh", first)
    assert notebooks.notebook(store, "an", first) == changed


def test_a_change_that_fails_changes_nothing(store: Store) -> None:
    id = notebooks.make(store, "", "Một")

    def fail(held: Notebook) -> Notebook:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        notebooks.change(store, "", id, fail)
    assert notebooks.notebook(store, "", id) == Notebook("Một")


def test_a_notebook_is_removed(store: Store) -> None:
    id = notebooks.make(store, "", "Một")
    assert notebooks.remove(store, "", id)
    assert notebooks.listed(store, "") == []
