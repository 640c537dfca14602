from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.notebook import Notebook, added, annotated, pin
from assistant.records import notebooks, records
from assistant.records.store import Store
from ingest.errors import UnknownArticle
from tests.assistant.office import article, citation
from tests.assistant.records.heard import Heard

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


def test_what_is_done_to_a_notebook_is_told_and_what_changes_nothing_is_not(tmp_path: Path) -> None:
    heard = Heard()
    store = records(tmp_path, heard)
    id = notebooks.make(store, "an", "Một")
    for _ in range(2):
        notebooks.change(store, "an", id, lambda held: added(held, PIN))
    notebooks.change(store, "an", id, lambda held: annotated(held, PIN.id, "điều riêng tư", "a"))
    notebooks.change(store, "an", id, lambda held: replace(held, name="Hai"))
    assert not notebooks.remove(store, "binh", id)
    assert notebooks.remove(store, "an", id)
    (place,) = PIN.evidence
    used = [{"article": "a", "start": place.start, "end": place.end}]
    assert heard == [
        ("notebook.make", {"notebook": id, "name": "Một"}),
        ("notebook.pin", {"notebook": id, "pin": PIN.id, "passages": used}),
        ("notebook.note", {"notebook": id, "pin": PIN.id}),
        ("notebook.rename", {"notebook": id, "name": "Hai"}),
        ("notebook.remove", {"notebook": id, "name": "Hai"}),
    ]


def test_a_change_that_is_taken_back_is_told_to_nobody(tmp_path: Path) -> None:
    heard = Heard()
    store = records(tmp_path, heard)
    id = notebooks.make(store, "an", "Một")
    heard.clear()

    def refused(held: Notebook) -> Notebook:
        raise UnknownArticle

    with pytest.raises(UnknownArticle):
        notebooks.change(store, "an", id, refused)
    assert heard == []
