"""The real Chroma, embedded and as a server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from vectorstore.chroma import Chroma, ChromaError
from vectorstore.types import Vectors

AXES: Vectors = np.eye(8, dtype=np.float32)
IDS = [f"p{n}" for n in range(8)]


def batch(*numbers: int) -> list[tuple[list[str], Vectors]]:
    return [([IDS[n] for n in numbers], AXES[list(numbers)])]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "chroma"


def filled(folder: Path, *numbers: int) -> Chroma:
    chroma = Chroma.embedded(folder, "thu")
    chroma.replace(batch(*numbers))
    return chroma


def test_an_empty_one_finds_nothing(folder: Path) -> None:
    chroma = Chroma.embedded(folder, "thu")
    assert chroma.ids == frozenset()
    assert chroma.nearest(AXES[0], 5) == []
    chroma.close()


def test_the_nearest_come_first_with_their_cosines(folder: Path) -> None:
    chroma = filled(folder, 0, 1, 2)
    question = (AXES[1] * 4 + AXES[2] * 3) / 5
    found = chroma.nearest(question, 10)
    assert [id for id, _ in found] == ["p1", "p2", "p0"]
    assert [cosine for _, cosine in found] == pytest.approx([0.8, 0.6, 0.0], abs=1e-6)
    assert chroma.nearest(question, 1) == found[:1]
    chroma.close()


def test_what_was_put_is_there_when_opened_again(folder: Path) -> None:
    filled(folder, 0, 1).close()
    chroma = Chroma.embedded(folder, "thu")
    assert chroma.ids == {"p0", "p1"}
    assert chroma.nearest(AXES[1], 1)[0][0] == "p1"
    chroma.close()


def test_putting_twice_changes_nothing(folder: Path) -> None:
    chroma = filled(folder, 0, 1)
    chroma.change([], batch(1, 2))
    chroma.change([], batch(1, 2))
    assert chroma.ids == {"p0", "p1", "p2"}
    assert len(chroma.nearest(AXES[0], 8)) == 3
    chroma.close()


def test_deleted_passages_are_found_no_more(folder: Path) -> None:
    chroma = filled(folder, 0, 1, 2)
    chroma.change(["p1"], [])
    assert chroma.ids == {"p0", "p2"}
    assert {id for id, _ in chroma.nearest(AXES[1], 8)} == {"p0", "p2"}
    chroma.close()


def test_many_deletions_ask_for_a_fresh_collection_even_after_closing(folder: Path) -> None:
    chroma = Chroma.embedded(folder, "thu")
    many = np.random.default_rng(1).normal(size=(50, 8)).astype(np.float32)
    ids = [f"x{n}" for n in range(50)]
    chroma.replace([(ids, many)])
    assert chroma.takes(5)
    assert not chroma.takes(6)
    chroma.change(ids[:3], [])
    chroma.close()
    chroma = Chroma.embedded(folder, "thu")
    assert chroma.takes(2)
    assert not chroma.takes(3)
    chroma.replace([(ids, many)])
    assert chroma.takes(5)
    chroma.close()


def test_replacing_switches_and_drops_the_old(folder: Path) -> None:
    chroma = filled(folder, 0, 1)
    chroma.replace(batch(2, 3))
    assert chroma.ids == {"p2", "p3"}
    chroma.close()
    chroma = Chroma.embedded(folder, "thu")
    assert chroma.ids == {"p2", "p3"}
    assert chroma.nearest(AXES[0], 1)[0][0] in {"p2", "p3"}
    chroma.close()


def test_a_replacement_that_failed_leaves_the_old_one(folder: Path) -> None:
    def broken() -> Iterator[tuple[list[str], Vectors]]:
        yield from batch(2)
        raise OSError("đĩa đầy")

    chroma = filled(folder, 0, 1)
    with pytest.raises(ChromaError, match="đĩa đầy"):
        chroma.replace(broken())
    chroma.close()
    chroma = Chroma.embedded(folder, "thu")
    assert chroma.ids == {"p0", "p1"}
    chroma.close()


@pytest.mark.parametrize("broken", ["data_level0.bin", "chroma.sqlite3"])
def test_files_that_another_hand_changed_are_never_opened(folder: Path, broken: str) -> None:
    filled(folder, 0, 1).close()
    (file,) = folder.rglob(broken)
    file.write_bytes(b"\xff" * 4096)
    chroma = Chroma.embedded(folder, "thu")
    assert chroma.ids == frozenset()
    chroma.replace(batch(0))
    assert chroma.nearest(AXES[0], 1)[0][0] == "p0"
    chroma.close()


def test_files_of_a_process_that_did_not_close_are_made_again(folder: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from tests.vectorstore.test_chroma import filled; "
        "filled(Path(sys.argv[1]), 0, 1); os._exit(9)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], check=False, timeout=120)
    assert done.returncode == 9
    chroma = Chroma.embedded(folder, "thu")
    assert chroma.ids == frozenset()
    chroma.close()


def test_a_folder_that_cannot_be_made_is_a_chroma_error(tmp_path: Path) -> None:
    (tmp_path / "tệp").write_text("")
    with pytest.raises(ChromaError, match="Không dùng được kho vector"):
        Chroma.embedded(tmp_path / "tệp" / "chroma", "thu")


# --- the server ------------------------------------------------------------------------------------


def test_a_server_serves_alike(url: str) -> None:
    chroma = Chroma.server(url, "mot")
    chroma.replace(batch(0, 1, 2))
    chroma.change(["p0"], batch(3))
    chroma.close()
    chroma = Chroma.server(url, "mot")
    assert chroma.ids == {"p1", "p2", "p3"}
    assert [id for id, _ in chroma.nearest(AXES[3], 1)] == ["p3"]
    chroma.close()


def test_two_libraries_on_one_server_do_not_mix(url: str) -> None:
    first, second = Chroma.server(url, "hai"), Chroma.server(url, "ba")
    first.replace(batch(0))
    second.replace(batch(1))
    first.refresh()
    assert first.ids == {"p0"}
    assert [id for id, _ in second.nearest(AXES[0], 5)] == ["p1"]
    first.close()
    second.close()


def test_what_another_process_put_on_the_server_is_seen_after_a_refresh(url: str) -> None:
    ours, theirs = Chroma.server(url, "bon"), Chroma.server(url, "bon")
    theirs.replace(batch(4))
    assert ours.ids == frozenset()
    ours.refresh()
    assert ours.ids == {"p4"}
    ours.close()
    theirs.close()


def test_a_server_that_is_away_is_a_chroma_error() -> None:
    with pytest.raises(ChromaError, match="Không dùng được kho vector"):
        Chroma.server("http://127.0.0.1:9", "nam")
