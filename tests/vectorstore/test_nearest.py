"""Chroma beside SQLite: what is asked where, and what happens when Chroma cannot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import numpy as np
import pytest

from ingest.types import Article
from tests.fakes import CountingEncoder
from tests.vectorstore.articles import made
from vectorstore import nearest as nearest_module
from vectorstore.catalogue import Catalogue, Entry
from vectorstore.chroma import Chroma, ChromaError
from vectorstore.indexed import about, own
from vectorstore.lock import Lock
from vectorstore.nearest import Nearest
from vectorstore.types import Vectors


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    catalogue = Catalogue.open(tmp_path / "library.sqlite3")
    yield catalogue
    catalogue.close()


class Make(Protocol):
    def __call__(self) -> Nearest: ...


@pytest.fixture
def make(catalogue: Catalogue, tmp_path: Path) -> Iterator[Make]:
    """A Nearest as another process would have it: its own locks, the same files."""
    with ExitStack() as opened:

        def nearest() -> Nearest:
            made = Nearest(
                catalogue,
                lambda: Chroma.embedded(tmp_path / "chroma", "thu"),
                Lock(tmp_path / "chroma.lock"),
                shared=False,
            )
            opened.callback(made.close)
            return made

        yield nearest


def store(catalogue: Catalogue, id: str, *paragraphs: str) -> Article:
    article, passages = made(id, *paragraphs)
    vectors = CountingEncoder().passages([article.text[p.start : p.end] for p in passages])
    with catalogue.writing() as pen:
        pen.store(
            article,
            [
                Entry(p, v, v[None, :][:0], own(article, p), about(article, p))
                for p, v in zip(passages, vectors, strict=True)
            ],
        )
    return article


def ask(catalogue: Catalogue, nearest: Nearest, text: str, k: int = 3) -> list[str]:
    """The words found, best first."""
    with catalogue.reading() as view:
        found = nearest.nearest(view, vector(text), k)
        passages = view.passages(found)
        return [view.article(passages[n].article).text[passages[n].start : passages[n].end] for n in found]


def vector(text: str) -> Vectors:
    return CountingEncoder().query(text)


def test_chroma_and_the_exact_search_agree(catalogue: Catalogue, make: Make) -> None:
    words = ["một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám"]
    store(catalogue, "a", *(f"{a} {b}" for a in words for b in words))
    nearest = make()
    with catalogue.reading() as view:
        every = np.array(list(view.records().values()))
        exact = nearest.nearest(view, vector("hai ba"), 20, every)
        assert nearest.follow() == view.generation()
        approximate = nearest.by_chroma(view, vector("hai ba"), 20)
    assert list(exact.values()) == pytest.approx(list(approximate.values()), abs=1e-5)
    assert max(exact, key=exact.__getitem__) in approximate


def test_chroma_follows_what_is_added_changed_and_removed(catalogue: Catalogue, make: Make) -> None:
    nearest = make()
    store(catalogue, "a", "Con mèo.", "Con chó.")
    assert ask(catalogue, nearest, "mèo", 1) == ["Con mèo."]
    store(catalogue, "a", "Con gà.", "Con chó.")
    assert sorted(ask(catalogue, nearest, "mèo")) == ["Con chó.", "Con gà."]
    with catalogue.writing() as pen:
        pen.remove("a")
    assert ask(catalogue, nearest, "mèo") == []
    assert nearest.ids() == frozenset()


def test_only_of_those_given(catalogue: Catalogue, make: Make) -> None:
    store(catalogue, "a", "Con mèo.", "Con chó.", "Con gà.")
    with catalogue.reading() as view:
        some = sorted(view.records().values())[1:]
        found = make().nearest(view, vector("mèo"), 5, np.array(some))
    assert sorted(found) == some


def test_while_another_holds_chroma_the_exact_search_answers(catalogue: Catalogue, make: Make) -> None:
    store(catalogue, "a", "Con mèo.", "Con chó.")
    holder, other = make(), make()
    assert ask(catalogue, holder, "mèo", 1) == ["Con mèo."]
    assert ask(catalogue, other, "mèo", 1) == ["Con mèo."]
    assert other.ids() is None
    assert other.follow() is None
    store(catalogue, "b", "Con gà.")
    assert ask(catalogue, other, "gà", 1) == ["Con gà."]
    assert ask(catalogue, holder, "gà", 1) == ["Con gà."]
    holder.close()
    assert other.follow() is not None
    assert len(other.ids() or ()) == 3


def test_a_chroma_that_is_away_is_asked_again_only_later(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def away() -> Chroma:
        asked.append(1)
        raise ChromaError("không có máy chủ")

    store(catalogue, "a", "Con mèo.")
    nearest = Nearest(catalogue, away, Lock(tmp_path / "lock"), shared=True)
    assert ask(catalogue, nearest, "mèo") == ask(catalogue, nearest, "mèo") == ["Con mèo."]
    assert len(asked) == 1
    monkeypatch.setattr(nearest_module, "RETRY_SECONDS", 0.0)
    with pytest.raises(ChromaError):
        nearest.follow()
    nearest.close()


def test_a_chroma_that_fails_when_asked_is_made_again(
    catalogue: Catalogue, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearest_module, "RETRY_SECONDS", 0.0)
    store(catalogue, "a", "Con mèo.", "Con chó.")
    nearest = make()
    with monkeypatch.context() as broken:
        broken.setattr(Chroma, "nearest", lambda *_: (_ for _ in ()).throw(ChromaError("hỏng")))
        assert ask(catalogue, nearest, "mèo", 1) == ["Con mèo."]
    assert ask(catalogue, nearest, "mèo", 1) == ["Con mèo."]
    assert len(nearest.ids() or ()) == 2


def test_much_to_catch_up_with_is_done_beside_the_questions(
    catalogue: Catalogue, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearest_module, "CATCH_UP", 2)
    store(catalogue, "a", "Con mèo.", "Con chó.", "Con gà.")
    nearest = make()
    assert ask(catalogue, nearest, "gà", 1) == ["Con gà."]
    nearest.follow()
    assert len(nearest.ids() or ()) == 3
    assert ask(catalogue, nearest, "gà", 1) == ["Con gà."]


def test_many_deletions_make_a_fresh_collection(catalogue: Catalogue, make: Make) -> None:
    nearest = make()
    for n in range(4):
        store(catalogue, "a", *(f"Lần {n}, đoạn {i}." for i in range(30)))
        assert nearest.follow() is not None
    with catalogue.reading() as view:
        assert nearest.ids() == view.records().keys()
        assert len(nearest.by_chroma(view, vector("đoạn"), 100)) == 30


def test_closing_stops_a_rebuilding_and_the_next_one_finishes_it(
    catalogue: Catalogue, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearest_module, "BATCH", 1)
    store(catalogue, "a", "Con mèo.", "Con chó.", "Con gà.")
    nearest = make()
    with pytest.raises(ChromaError, match="Đã dừng"):
        nearest.rebuild(lambda done, total, what: nearest._closing.set())
    nearest.close()
    again = make()
    assert again.follow() is not None
    assert len(again.ids() or ()) == 3
