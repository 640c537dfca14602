"""Copies of documents: each once, whole or not at all, and none that nobody names."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from ingest.errors import LibraryError
from tests.vectorstore.articles import made
from tests.vectorstore.conftest import Open
from vectorstore import originals as originals_module
from vectorstore.catalogue import Source
from vectorstore.library import Library
from vectorstore.originals import Originals, digest


@pytest.fixture
def originals(tmp_path: Path) -> Originals:
    return Originals(tmp_path / "originals")


def document(tmp_path: Path, words: str, name: str = "Bài.docx") -> Path:
    file = tmp_path / name
    file.write_text(words, encoding="utf-8")
    return file


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in (folder / "originals").iterdir())


def test_a_copy_has_the_bytes_of_its_document_and_is_called_by_their_hash(
    originals: Originals, tmp_path: Path
) -> None:
    file = document(tmp_path, "Nội dung")
    name = originals.keep(file)
    assert name == sha256("Nội dung".encode()).hexdigest() + ".docx"
    place = originals.path(name)
    assert place is not None
    assert place.read_bytes() == file.read_bytes()


def test_the_same_bytes_are_kept_once(originals: Originals, tmp_path: Path) -> None:
    first = originals.keep(document(tmp_path, "Một", "a.txt"))
    assert originals.keep(document(tmp_path, "Một", "b.TXT")) == first
    assert names(tmp_path) == [first]


def test_a_suffix_that_no_program_has_is_left_out(originals: Originals, tmp_path: Path) -> None:
    assert "." not in originals.keep(document(tmp_path, "Một", "bài.của văn phòng"))


def test_a_copy_that_was_cut_or_changed_is_made_again(originals: Originals, tmp_path: Path) -> None:
    file = document(tmp_path, "Nội dung")
    name = originals.keep(file)
    for damage in (b"", b"x" * file.stat().st_size):
        (tmp_path / "originals" / name).write_bytes(damage)
        assert not originals.is_sound(name)
        assert originals.keep(file) == name
        assert originals.is_sound(name)


def test_a_document_that_changes_while_it_is_copied_is_called_by_what_was_copied(
    originals: Originals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = document(tmp_path, "Trước")
    looked = originals_module.digest

    def changed_after(path: Path) -> str:
        found = looked(path)
        document(tmp_path, "Sau đó")
        return found

    monkeypatch.setattr(originals_module, "digest", changed_after)
    name = originals.keep(file)
    monkeypatch.undo()
    assert originals.is_sound(name)
    assert digest(file) == name.partition(".")[0]


def test_a_copy_that_could_not_be_written_leaves_nothing(
    originals: Originals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LibraryError, match="dung lượng trống"):
        originals.keep(document(tmp_path, "Một"))
    assert names(tmp_path) == []


def test_sweeping_takes_what_nobody_wants_and_nothing_that_is_not_ours(
    originals: Originals, tmp_path: Path
) -> None:
    wanted, other = (originals.keep(document(tmp_path, words)) for words in ("Một", "Hai"))
    folder = tmp_path / "originals"
    (folder / "half-123").write_text("nửa")
    (folder / "ghi chú.txt").write_text("của người dùng")
    (folder / "thư mục").mkdir()
    originals.sweep({wanted})
    assert names(tmp_path) == sorted([wanted, "ghi chú.txt", "thư mục"])
    assert originals.path(other) is None


def test_what_is_gone_and_what_has_changed_is_told_apart(originals: Originals, tmp_path: Path) -> None:
    sound, lost, changed = (originals.keep(document(tmp_path, words)) for words in ("Một", "Hai", "Ba"))
    (tmp_path / "originals" / lost).unlink()
    (tmp_path / "originals" / changed).write_text("Bốn")
    assert originals.lost([sound, lost, changed]) == [lost]
    assert originals.changed([sound, lost, changed]) == [changed]


# --- in a library ----------------------------------------------------------------------------------


def add(library: Library, file: Path, *paragraphs: str) -> str:
    article, passages = made(file.stem, *paragraphs, file=str(file))
    source = Source(str(file), str(file), digest(file), 1)
    return library.add(article, passages, source=source, original=file).status


def test_a_copy_comes_and_goes_with_its_article(open_library: Open, home: Path, tmp_path: Path) -> None:
    library = open_library(write=True)
    file = document(tmp_path, "Một", "a.txt")
    assert add(library, file, "Một.") == "added"
    kept = library.original("a")
    assert kept is not None
    assert kept.read_text(encoding="utf-8") == "Một"
    library.remove("a")
    assert names(home) == []


def test_the_copy_of_a_document_that_changed_takes_the_place_of_the_old_one(
    open_library: Open, home: Path, tmp_path: Path
) -> None:
    library = open_library(write=True)
    add(library, document(tmp_path, "Một", "a.txt"), "Một.")
    add(library, document(tmp_path, "Hai", "a.txt"), "Hai.")
    kept = library.original("a")
    assert kept is not None
    assert names(home) == [kept.name]
    assert kept.read_text(encoding="utf-8") == "Hai"
    assert library.verify() == []


def test_a_document_whose_bytes_changed_but_not_what_it_says_has_its_new_bytes_kept(
    open_library: Open, home: Path, tmp_path: Path
) -> None:
    library = open_library(write=True)
    add(library, document(tmp_path, "Một", "a.txt"), "Một.")
    assert add(library, document(tmp_path, "Một  ", "a.txt"), "Một.") == "unchanged"
    kept = library.original("a")
    assert kept is not None
    assert kept.read_text(encoding="utf-8") == "Một  "
    assert names(home) == [kept.name]


def test_a_copy_that_two_articles_share_stays_until_both_are_gone(
    open_library: Open, home: Path, tmp_path: Path
) -> None:
    library = open_library(write=True)
    for name in ("a.txt", "b.txt"):  # of one archive, say, whose bytes the two have in common
        add(library, document(tmp_path, "Chung", name), f"Riêng {name}.")
    library.remove("a")
    assert len(names(home)) == 1
    library.remove("b")
    assert names(home) == []


def test_a_copy_left_by_a_process_that_died_is_swept_by_the_next_writer(
    open_library: Open, home: Path, tmp_path: Path
) -> None:
    with open_library(write=True) as library:
        add(library, document(tmp_path, "Một", "a.txt"), "Một.")
    Originals(home / "originals").keep(document(tmp_path, "Hai", "b.txt"))
    (home / "originals" / "half-9").touch()
    with open_library() as library:
        assert library.verify() == []
        assert len(names(home)) == 3
    with open_library(write=True) as library:
        kept = library.original("a")
        assert kept is not None
        assert names(home) == [kept.name]


@pytest.mark.parametrize("damage", ["lost", "changed"])
@pytest.mark.parametrize("still_there", [True, False])
def test_a_copy_that_is_lost_or_changed_is_told_of_and_rebuild_has_an_answer(
    open_library: Open, home: Path, tmp_path: Path, damage: str, still_there: bool
) -> None:
    file = document(tmp_path, "Một", "a.txt")
    with open_library(write=True) as library:
        add(library, file, "Một.")
        kept = library.original("a")
        assert kept is not None
        kept.unlink() if damage == "lost" else kept.write_text("Ba")
        if not still_there:
            file.unlink()
        (fault,) = library.verify()
        assert "tệp gốc" in fault
        assert fault.endswith("Hãy chạy «python app.py rebuild».")
        told = library.rebuild()
        assert library.verify() == []
        again = library.original("a")
    if still_there:
        assert told == []
        assert again == kept
        assert kept.read_text(encoding="utf-8") == "Một"
    else:
        assert len(told) == 1
        assert "“a”" in told[0]
        assert (again is None) == (damage == "lost")
