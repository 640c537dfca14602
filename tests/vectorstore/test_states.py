"""Whatever is done to a library, in whatever order: it holds what a plain dictionary would."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ingest.types import Article
from tests.fakes import CountingEncoder
from tests.vectorstore.articles import made
from vectorstore.catalogue import Source
from vectorstore.library import Library
from vectorstore.nearest import Nearest
from vectorstore.originals import digest
from vectorstore.types import Outcome

NAMES = ["a.txt", "b.txt", "thư.zip"]
WORDS = ["Năm 2005, Văn phòng có 46 cán bộ.", "Đoạn một. Đoạn hai.", "Huân chương Lao động."]
UNITS = [None, "Huyện ủy Bình Lãng", "Tỉnh ủy Hà Lương"]

names = st.sampled_from(NAMES)


@dataclass
class Held:
    """An article as it ought to be: the words its files have, and what people put in its fields."""

    words: str
    files: set[str]
    edits: dict[str, str | None] = field(default_factory=dict)


class Machine(RuleBasedStateMachine):
    """Files of three contents come, change, move and go; people edit; the library is closed and opened."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.home = Path(self.folder.name) / "Nep"
        self.library = self.opened()
        self.articles: dict[str, Held] = {}

    def opened(self) -> Library:
        return Library.open(self.home, CountingEncoder(), write=True)

    def teardown(self) -> None:
        assert self.library.verify() == []
        kept = {path.name for a in self.articles if (path := self.library.original(a)) is not None}
        folder = self.home / "originals"
        assert kept == (set(os.listdir(folder)) if folder.is_dir() else set())  # noqa: PTH208
        self.library.close()
        self.folder.cleanup()

    # --- what is done

    def path(self, name: str) -> str:
        return str(Path(self.folder.name) / name)

    def of(self, file: str) -> str | None:
        return next((id for id, held in self.articles.items() if file in held.files), None)

    def let_go_of(self, file: str) -> None:
        id = self.of(file)
        if id is not None:
            self.articles[id].files.discard(file)
            if not self.articles[id].files:
                del self.articles[id]

    @rule(name=names, words=st.sampled_from(WORDS), blank=st.booleans())
    def read(self, name: str, words: str, blank: bool) -> None:
        file = self.path(name)
        Path(file).write_text(words + " " * blank, encoding="utf-8")  # other bytes that say the same
        article, passages = made(Path(name).stem, words, file=file)
        source = Source(file, file, digest(Path(file)), 1)
        known, twin = self.of(file), next((i for i, h in self.articles.items() if h.words == words), None)
        outcome = self.library.add(article, passages, source=source, original=Path(file))
        if twin is not None:
            assert outcome == Outcome("unchanged" if twin == known else "duplicate", twin)
            if known != twin:
                self.let_go_of(file)
            self.articles[twin].files.add(file)
            self.articles[twin].files = self.files_now(twin)
        elif known is not None and len(self.articles[known].files) == 1:
            assert outcome.article == known
            self.articles[known].words = words
        else:
            assert outcome.article not in self.articles
            self.let_go_of(file)
            self.articles[outcome.article] = Held(words, {file})

    def files_now(self, id: str) -> set[str]:
        """The files of an article after it was met in another: those that are gone from the disk may be let
        go of then, those that are there never are."""
        (shelved,) = [s for s in self.library.shelf() if s.id == id]
        assert set(shelved.files) <= self.articles[id].files
        assert all(not os.path.lexists(file) for file in self.articles[id].files - set(shelved.files))
        return set(shelved.files)

    @rule(name=names)
    def delete(self, name: str) -> None:
        Path(self.path(name)).unlink(missing_ok=True)

    @rule(name=names)
    def let_go(self, name: str) -> None:
        file = self.path(name)
        id = self.of(file)
        goes = [id] if id is not None and self.articles[id].files == {file} else []
        assert [article.id for article in self.library.let_go(file)] == goes
        self.let_go_of(file)

    @precondition(lambda self: self.articles)
    @rule(data=st.data())
    def remove(self, data: Any) -> None:
        id = data.draw(st.sampled_from(sorted(self.articles)))
        self.library.remove(id)
        del self.articles[id]

    @precondition(lambda self: self.articles)
    @rule(data=st.data(), unit=st.sampled_from(UNITS))
    def edit(self, data: Any, unit: str | None) -> None:
        id = data.draw(st.sampled_from(sorted(self.articles)))
        self.library.edit(id, {"unit": unit})
        if unit is None:  # as the document has it
            self.articles[id].edits.pop("unit", None)
        else:
            self.articles[id].edits["unit"] = unit

    @rule(order=st.permutations(NAMES))
    def rename(self, order: list[str]) -> None:
        new = {self.path(a): self.path(b) for a, b in zip(NAMES, order, strict=True) if a != b}
        moved = {a: b for a, b in new.items() if self.of(a) is not None}
        for file in set(moved.values()) - moved.keys():
            self.let_go_of(file)
        for held in self.articles.values():
            held.files = {moved.get(file, file) for file in held.files}
        self.library.rename(moved)

    @rule()
    def close_and_open(self) -> None:
        self.library.close()
        self.library = self.opened()

    @rule()
    def rebuild(self) -> None:
        assert self.library.rebuild() == []

    # --- what must hold

    @invariant()
    def holds_what_it_should(self) -> None:
        assert {s.id: set(s.files) for s in self.library.shelf()} == {
            id: held.files for id, held in self.articles.items()
        }
        for article in self.library.articles():
            self.is_as_it_should_be(article)

    def is_as_it_should_be(self, article: Article) -> None:
        held = self.articles[article.id]
        assert article.text == f"Tiêu đề\n\n{held.words}"
        assert article.unit == held.edits.get("unit")
        assert article.file in held.files


def test_a_library_holds_what_a_dictionary_would(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Nearest, "follow", lambda self, progress=None: None)  # Chroma is looked at elsewhere
    monkeypatch.setattr(Nearest, "rebuild", lambda self, progress=None: True)
    monkeypatch.setattr(Nearest, "ids", lambda self: None)
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=60,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
