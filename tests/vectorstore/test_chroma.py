"""The real Chroma, embedded and as a server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from vectorstore import chroma as chroma_module
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


# --- files that are not as Chroma left them ------------------------------------------------------------

MANY = np.random.default_rng(1).normal(size=(1_100, 8)).astype(np.float32)
#: All that an embedded store of more than a thousand records has.
FILES = [
    "chroma.sqlite3",
    "data_level0.bin",
    "header.bin",
    "index_metadata.pickle",
    "length.bin",
    "link_lists.bin",
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that was closed, with its stamp beside it."""
    folder = tmp_path_factory.mktemp("store") / "chroma"
    chroma = Chroma.embedded(folder, "thu")
    chroma.replace([([f"x{n}" for n in range(len(MANY))], MANY)])
    chroma.close()
    assert sorted(f.name for f in folder.rglob("*") if f.is_file()) == FILES
    return folder


@pytest.fixture
def own_store(store: Path, folder: Path) -> Path:
    """A copy of that store, which a test may damage."""
    shutil.copy(store.with_name("chroma.json"), folder.with_name("chroma.json"))
    return Path(shutil.copytree(store, folder))


def damage(file: Path, how: str) -> None:
    """What may become of a file; where its bytes change unseen, as on a disk that forgets, its size and its
    time of change stay."""
    stat = file.stat()
    match how:
        case "gone":
            file.unlink()
        case "cut":
            os.truncate(file, stat.st_size // 2)
        case "garbage unseen":
            file.write_bytes(os.urandom(stat.st_size))
            os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        case "one bit unseen":
            data = bytearray(file.read_bytes())
            data[len(data) // 2] ^= 1
            file.write_bytes(data)
            os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_a_store_that_was_only_copied_is_taken_as_it_is(own_store: Path) -> None:
    chroma = Chroma.embedded(own_store, "thu")
    assert len(chroma.ids) == len(MANY)
    chroma.close()


@pytest.mark.parametrize("how", ["gone", "cut", "garbage unseen", "one bit unseen"])
@pytest.mark.parametrize("name", FILES)
def test_no_damaged_file_is_ever_opened(own_store: Path, name: str, how: str) -> None:
    (file,) = own_store.rglob(name)
    damage(file, how)
    chroma = Chroma.embedded(own_store, "thu")
    assert chroma.ids == frozenset()
    chroma.close()


WHILE_OPEN = """
import sys
from pathlib import Path
from tests.vectorstore.test_chroma import MANY, damage
from vectorstore.chroma import Chroma, ChromaError
folder, name, how, begin = Path(sys.argv[1]), *sys.argv[2:]
chroma = Chroma.embedded(folder, "thu")
assert len(chroma.ids) == len(MANY)
(file,) = folder.rglob(name)
if begin == "asked": chroma.nearest(MANY[0], 3)
damage(file, how)
ask, change = lambda: chroma.nearest(MANY[1], 3), lambda: chroma.change([], [(["mới"], MANY[:1])])
for work in (ask, change, chroma.close):
    try: work()
    except ChromaError: pass
"""


@pytest.mark.parametrize("begin", ["opened", "asked"])
@pytest.mark.parametrize("name", ["data_level0.bin", "index_metadata.pickle", "chroma.sqlite3"])
def test_a_file_damaged_while_it_is_open_ends_neither_this_process_nor_the_next(
    own_store: Path, name: str, begin: str
) -> None:
    command = [sys.executable, "-c", WHILE_OPEN, str(own_store), name, "garbage unseen", begin]
    assert subprocess.run(command, check=False, timeout=120).returncode == 0
    chroma = Chroma.embedded(own_store, "thu")
    assert chroma.ids == frozenset()
    chroma.close()


def test_a_store_that_could_not_be_opened_is_tried_anew_in_the_same_process(
    own_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(own_store / "chroma.sqlite3", "garbage unseen")
    stamp = json.dumps(chroma_module._stamp_of(own_store))
    own_store.with_name("chroma.json").write_text(stamp, encoding="utf-8")
    with monkeypatch.context() as full:
        full.setattr(shutil, "rmtree", lambda folder: None)
        with pytest.raises(ChromaError, match="Không dùng được kho vector"):
            Chroma.embedded(own_store, "thu")
    own_store.with_name("chroma.json").unlink()
    Chroma.embedded(own_store, "thu").close()


def test_a_store_that_cannot_be_opened_though_its_stamp_fits_is_made_anew(own_store: Path) -> None:
    damage(own_store / "chroma.sqlite3", "garbage unseen")
    stamp = json.dumps(chroma_module._stamp_of(own_store))
    own_store.with_name("chroma.json").write_text(stamp, encoding="utf-8")
    chroma = Chroma.embedded(own_store, "thu")
    assert chroma.ids == frozenset()
    chroma.replace(batch(0, 1))
    assert chroma.nearest(AXES[1], 1)[0][0] == "p1"
    chroma.close()
    chroma = Chroma.embedded(own_store, "thu")
    assert chroma.ids == {"p0", "p1"}
    chroma.close()


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
