"""The crash run in small: real processes, really killed."""

from __future__ import annotations

import random
from pathlib import Path

from bench import crash
from tests.fakes import CountingEncoder
from tests.vectorstore.articles import made
from vectorstore.library import Library


def test_a_few_kills_leave_a_whole_library(tmp_path: Path) -> None:
    folder = tmp_path / "tài liệu"
    folder.mkdir()
    tallies = crash.crash(4, 3, folder, tmp_path / "Nep", lambda line: None)
    assert [tally.kills for tally in tallies.values()] == [2, 2]
    assert all(set(tally.wrong.values()) == {0} for tally in tallies.values())


def test_what_was_said_to_be_there_and_is_not_counts_as_lost(tmp_path: Path) -> None:
    with Library.open(tmp_path / "Nep", CountingEncoder(), write=True) as library:
        library.add(*made("a", "Văn phòng có 46 cán bộ."))
        said = ["added      a  Bài", "added      b  Bài", "removed    c  Bài", "added      c  Bài"]
        assert list(crash.faults(library, said)) == [("lost", "b was said to be added")]


def test_the_folder_changes_the_same_way_from_the_same_seed(tmp_path: Path) -> None:
    seen = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        chance, versions = random.Random(5), dict[int, int]()
        for _ in range(3):
            crash.change(tmp_path / name, versions, chance)
        seen.append((sorted(p.name for p in (tmp_path / name).iterdir()), versions))
    assert seen[0] == seen[1]
    assert {Path(name).suffix for name in seen[0][0]} == set(crash.FORMATS)


def test_two_libraries_of_one_folder_hold_the_same(tmp_path: Path) -> None:
    held = []
    for name in ("one", "two"):
        with Library.open(tmp_path / name, CountingEncoder(), write=True) as library:
            library.add(*made("a", "Văn phòng có 46 cán bộ."))
            held.append(crash.content(library))
    assert held[0] == held[1]
    assert len(held[0]) == 1
