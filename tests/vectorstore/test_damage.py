"""What a disk can do to a library: every file of Chroma missing, cut or filled with garbage, no room left, no
right to write. Each ends in a working library, or in a sentence that says what to do; ``test_salvage``
damages the database itself."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.errors import LibraryError
from tests.fakes import CountingEncoder
from tests.vectorstore.articles import made
from vectorstore.library import Library

ANIMALS = ("Con mèo.", "Con chó.", "Con gà.", "Con vịt.", "Con bò.", "Con trâu.")


def filled(home: Path) -> Path:
    with Library.open(home, CountingEncoder(), write=True) as library:
        library.add(*made("a", *ANIMALS[:3]))
        library.add(*made("b", *ANIMALS[3:]))
    return home


def answers(home: Path) -> None:
    """A library that finds everything it held."""
    with Library.open(home, CountingEncoder()) as library:
        for animal in ANIMALS:
            assert library.search(animal.removeprefix("Con ").rstrip("."))[0].text == animal
        assert library.verify() == []


# --- Chroma ----------------------------------------------------------------------------------------


def _missing(file: Path) -> None:
    file.unlink()


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _emptied(file: Path) -> None:
    file.write_bytes(b"")


def _garbage(file: Path) -> None:
    file.write_bytes(os.urandom(file.stat().st_size))


def _rotten(file: Path) -> None:
    """Garbage of the same size that came at the same time: a disk that forgets."""
    stat = file.stat()
    _garbage(file)
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


@pytest.mark.parametrize("damage", [_missing, _cut, _emptied, _garbage, _rotten])
def test_whatever_becomes_of_a_file_of_chroma_nothing_is_lost(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    home = filled(tmp_path / "Nep")
    files = [f.relative_to(home) for f in sorted((home / "chroma").rglob("*")) if f.is_file()]
    assert len(files) >= 5
    for n, file in enumerate([*files, Path("chroma.json")]):
        hurt = Path(shutil.copytree(home, tmp_path / f"{n}"))
        damage(hurt / file)
        answers(hurt)


def test_chroma_may_be_spoilt_while_it_is_open(tmp_path: Path) -> None:
    home = filled(tmp_path / "Nep")
    with Library.open(home, CountingEncoder()) as serving:
        assert serving.search("mèo")
        for file in (home / "chroma").rglob("*"):
            if file.is_file():
                _garbage(file)
        assert serving.search("trâu")[0].text == "Con trâu."
        with Library.open(home, CountingEncoder(), write=True) as writing:
            writing.add(*made("c", "Con ngựa."))
        assert serving.search("ngựa")[0].text == "Con ngựa."
    answers(home)


# --- no room, no right -----------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes; skips where none may be mounted."""
    disk = tmp_path / "đĩa"
    disk.mkdir()
    mounting = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounting.returncode:
        pytest.skip("no disk may be mounted here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_on_a_full_disk_what_was_stored_stays_and_the_rest_is_told(small: Path) -> None:
    home = small / "Nep"
    stored: list[str] = []
    with Library.open(home, CountingEncoder(), write=True) as library:

        def until_it_is_full() -> None:
            for n in range(2_000):
                library.add(*made(f"a{n}", f"Con vật số {n}. " * 20))
                stored.append(f"a{n}")

        with pytest.raises(LibraryError, match="Ổ đĩa đã đầy"):
            until_it_is_full()
        assert len(stored) > 5
    for file in (home / "chroma").rglob("*"):  # what can be made again gives its room back
        if file.is_file():
            file.unlink()
    with Library.open(home, CountingEncoder()) as library:
        assert sorted(article.id for article in library.articles()) == sorted(stored)
        assert library.search("vật")


def test_a_folder_that_may_only_be_read_answers_and_says_why_it_takes_nothing(
    tmp_path: Path, small: Path
) -> None:
    home = filled(tmp_path / "Nep")
    shutil.copytree(home, small / "Nep")
    subprocess.run(["mount", "-o", "remount,ro", str(small)], check=True)
    with pytest.raises(LibraryError, match="quyền ghi"):
        Library.open(small / "Nep", CountingEncoder(), write=True)


def test_a_folder_that_turns_read_only_loses_nothing(tmp_path: Path, small: Path) -> None:
    home = small / "Nep"
    with Library.open(home, CountingEncoder(), write=True) as library:
        library.add(*made("a", *ANIMALS[:3]))
        subprocess.run(["mount", "-o", "remount,ro", str(small)], check=False)
        if os.access(small, os.W_OK):
            pytest.skip("a disk in use may not be made read-only here")
        with pytest.raises(LibraryError):
            library.add(*made("b", *ANIMALS[3:]))
        assert library.search("mèo")[0].text == "Con mèo."
    subprocess.run(["mount", "-o", "remount,rw", str(small)], check=True)
    with Library.open(home, CountingEncoder(), write=True) as library:
        library.add(*made("b", *ANIMALS[3:]))
    answers(home)
