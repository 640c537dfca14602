"""A library in one file and back: one whole state, proven before it replaces anything."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from ingest.errors import LibraryError, LibraryLocked
from tests.fakes import CountingEncoder
from tests.vectorstore.articles import made
from tests.vectorstore.conftest import Open
from tests.vectorstore.older import as_earlier_programs_left_it
from vectorstore import backup as backup_module
from vectorstore import salvage
from vectorstore.backup import NOTE, backup, restore
from vectorstore.catalogue import Source
from vectorstore.library import Library
from vectorstore.originals import digest
from vectorstore.salvage import LibraryDamaged


def add(library: Library, folder: Path, name: str, *paragraphs: str) -> None:
    file = folder / f"{name}.txt"
    file.write_text("\n".join(paragraphs), encoding="utf-8")
    article, passages = made(name, *paragraphs, file=str(file))
    library.add(article, passages, source=Source(str(file), str(file), digest(file), 1), original=file)


@pytest.fixture
def stored(open_library: Open, tmp_path: Path) -> None:
    with open_library(write=True) as library:
        add(library, tmp_path, "a", "Con mèo.", "Con chó.")
        add(library, tmp_path, "b", "Con gà.")
        library.edit("b", {"author": "Nguyễn Văn An"})


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "ổ đĩa khác" / "nep.zip"


def proven(home: Path) -> list[str]:
    with Library.open(home, CountingEncoder(), mend=True) as library:
        return library.verify()


def content(home: Path) -> object:
    """All that is stored, in the database and beside it."""
    with sqlite3.connect(home / "library.sqlite3") as db:
        tables = ("articles", "blocks", "passages", "vectors", "sentences", "facts", "sources", "terms")
        rows = [sorted(db.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in tables]
    db.close()
    return rows, {f.name: f.read_bytes() for f in (home / "originals").iterdir()}


def left(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


@pytest.mark.usefixtures("stored")
def test_a_library_comes_back_as_it_was(open_library: Open, home: Path, copy: Path) -> None:
    before = content(home)
    said: list[tuple[int, int, str]] = []
    assert backup(home, copy, lambda *what: said.append(what)) == 2
    assert [(done, total) for done, total, _ in said] == [(1, 2), (2, 2)]
    assert left(copy.parent) == {"nep.zip"}
    shutil.rmtree(home)
    assert restore(home, copy, proven) is None
    assert content(home) == before
    with open_library(write=True) as library:
        assert library.verify() == []
        assert library.search("mèo")[0].text == "Con mèo."
        assert library.article("b").author == "Nguyễn Văn An"
    assert content(home) == before


@pytest.mark.usefixtures("stored")
def test_what_was_there_is_set_aside_and_still_a_library(
    open_library: Open, home: Path, copy: Path, tmp_path: Path
) -> None:
    backup(home, copy)
    with open_library(write=True) as library:
        library.remove("a")
        add(library, tmp_path, "c", "Con vịt.")
    later = content(home)
    (home / "inbox").mkdir()
    (home / "inbox" / "đang chờ.docx").touch()
    aside = restore(home, copy, proven)
    assert aside is not None
    assert content(aside) == later
    with open_library(write=True) as library:
        assert [a.id for a in library.articles()] == ["a", "b"]
        assert library.verify() == []
    with open_library(home=aside) as former:
        assert [a.id for a in former.articles()] == ["b", "c"]
        assert former.verify() == []
    assert (home / "inbox" / "đang chờ.docx").exists()
    assert not [name for name in left(home) if name.startswith(".nep-")]


@pytest.mark.usefixtures("stored")
def test_a_backup_is_one_whole_state_though_somebody_writes(
    open_library: Open, home: Path, copy: Path, tmp_path: Path
) -> None:
    library = open_library(write=True)
    with ThreadPoolExecutor(1) as beside:
        made_copies = beside.submit(lambda: [backup(home, copy.with_name(f"{n}.zip")) for n in range(4)])
        n = 0
        while not made_copies.done():
            add(library, tmp_path, "c", f"Lần {n}.")
            library.remove("c")
            n += 1
    assert set(made_copies.result()) <= {2, 3}
    assert n > 0
    for n in range(4):
        other = tmp_path / f"thư viện {n}"
        assert restore(other, copy.with_name(f"{n}.zip"), proven) is None


@pytest.mark.usefixtures("stored")
def test_a_document_that_is_removed_while_it_is_packed_has_the_state_taken_again(
    open_library: Open, home: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = open_library(write=True)
    take = backup_module._copy

    def removed_after(database: Path, to: Path) -> None:
        take(database, to)
        if "a" in {shelved.id for shelved in library.shelf()}:
            library.remove("a")

    monkeypatch.setattr(backup_module, "_copy", removed_after)
    assert backup(home, copy) == 1


@pytest.mark.usefixtures("stored")
def test_no_file_is_overwritten_and_none_is_put_into_the_library(home: Path, copy: Path) -> None:
    copy.parent.mkdir()
    copy.write_text("quý")
    with pytest.raises(LibraryError, match="không ghi đè"):
        backup(home, copy)
    assert copy.read_text() == "quý"
    with pytest.raises(LibraryError, match="nằm ngoài"):
        backup(home, home / "nep.zip")
    link = copy.with_name("đường tắt")
    link.symlink_to(home)
    with pytest.raises(LibraryError, match="nằm ngoài"):
        backup(home, link / "nep.zip")


def test_there_must_be_a_library(tmp_path: Path, copy: Path) -> None:
    with pytest.raises(LibraryError, match="Chưa có thư viện"):
        backup(tmp_path / "không có", copy)
    with pytest.raises(LibraryError, match="Không tìm thấy bản sao lưu"):
        restore(tmp_path / "không có", copy, proven)
    assert not copy.parent.exists()
    assert not (tmp_path / "không có").exists()


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("damage", "command"),
    [
        ("UPDATE articles SET text = replace(text, 'mèo', 'hổ')", r"app\.py restore TỆP"),
        ("DELETE FROM terms_data WHERE id > 10", r"app\.py rebuild"),
    ],
)
def test_a_damaged_library_is_not_backed_up_but_told_how_to_repair(
    home: Path, copy: Path, damage: str, command: str
) -> None:
    with sqlite3.connect(home / "library.sqlite3") as db:
        db.execute(damage)
    db.close()
    with pytest.raises(LibraryDamaged, match=rf"chưa sao lưu.*{command}"):
        backup(home, copy)
    assert left(copy.parent) == set()


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("damage", ["lost", "changed"])
def test_a_library_with_a_damaged_copy_is_backed_up_after_a_rebuild(
    open_library: Open, home: Path, copy: Path, tmp_path: Path, damage: str
) -> None:
    with open_library() as library:
        original = library.original("a")
    assert original is not None
    if damage == "lost":
        original.unlink()
    else:
        original.write_text("khác")
    (tmp_path / "a.txt").unlink()
    with pytest.raises(LibraryDamaged, match=r"app\.py rebuild"):
        backup(home, copy)
    with open_library(write=True) as library:
        library.rebuild()
    assert backup(home, copy) == 2


@pytest.mark.usefixtures("stored")
def test_a_disk_that_is_full_leaves_no_file(home: Path, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LibraryError, match="dung lượng trống"):
        backup(home, copy)
    assert left(copy.parent) == set()


@pytest.mark.usefixtures("stored")
def test_what_processes_that_died_have_left_is_cleared_away(home: Path, copy: Path) -> None:
    copy.parent.mkdir()
    (copy.parent / ".nep-cũ").mkdir()
    (copy.parent / ".nep-cũ" / "packed").write_bytes(b"x" * 1000)
    backup(home, copy)
    assert left(copy.parent) == {"nep.zip"}
    (home / ".nep-cũ").mkdir()
    restore(home, copy, proven)
    assert not (home / ".nep-cũ").exists()


# --- what is no backup, and what is damaged ----------------------------------------------------------


def rewritten(file: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """A backup with other entries, as somebody might make one."""
    with zipfile.ZipFile(file) as packed:
        entries = {name: packed.read(name) for name in packed.namelist()}
    change(entries)
    with zipfile.ZipFile(file, "w") as packed:
        for name, data in entries.items():
            packed.writestr(name, data)


def put(name: str, data: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda entries: entries.update({name: data})


def drop(name: str) -> Callable[[dict[str, bytes]], None]:
    def change(entries: dict[str, bytes]) -> None:
        del entries[next(entry for entry in entries if entry.startswith(name))]

    return change


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (put("originals/../../bên ngoài", b"x"), "không phải là bản sao lưu"),
        (put("originals/..", b"x"), "không phải là bản sao lưu"),
        (put("/etc/x", b"x"), "không phải là bản sao lưu"),
        (put("originals/..\\x", b"x"), "không phải là bản sao lưu"),
        (put("nep-backup.json", b"[]"), "không phải là bản sao lưu"),
        (put("nep-backup.json", b"{}"), "không phải là bản sao lưu"),
        (put("nep-backup.json", json.dumps({"format": 99}).encode()), "phiên bản khác"),
        (put("library.sqlite3", b"x" * 9000), "không nguyên vẹn"),
        (put("library.sqlite3", b""), "không nguyên vẹn"),
        (drop("nep-backup.json"), "không phải là bản sao lưu"),
        (drop("library.sqlite3"), "không phải là bản sao lưu"),
    ],
)
def test_what_is_no_backup_is_refused_and_the_library_stays(
    home: Path, copy: Path, change: Callable[[dict[str, bytes]], None], told: str
) -> None:
    backup(home, copy)
    before, beside = content(home), left(home.parent)
    rewritten(copy, change)
    with pytest.raises(LibraryError, match=told):
        restore(home, copy, proven)
    assert content(home) == before
    assert left(home.parent) == beside


@pytest.mark.usefixtures("stored")
def test_each_damaged_byte_of_a_backup_is_noticed_or_does_no_harm(home: Path, copy: Path) -> None:
    backup(home, copy)
    whole, before = copy.read_bytes(), content(home)
    damaged = [whole[:n] for n in (0, 10, len(whole) // 2, len(whole) - 10)]
    for n in range(0, len(whole), len(whole) // 60):
        damaged.append(whole[:n] + bytes([whole[n] ^ 0x55]) + whole[n + 1 :])
    outcomes = set()
    for n, data in enumerate(damaged):
        copy.write_bytes(data)
        other = home.with_name(f"thư viện {n}")
        try:
            restore(other, copy, proven_by_its_seals)
        except LibraryError:
            outcomes.add("refused")
            assert not (other / "library.sqlite3").exists()
        else:
            outcomes.add("restored")
            assert content(other) == before
    assert "refused" in outcomes


def proven_by_its_seals(home: Path) -> list[str]:
    with Library.open(home, CountingEncoder(), chroma_url="127.0.0.1:9", mend=True) as library:
        return [fault for fault in library.verify(deep=False) if "Chroma" not in fault]


# --- the moments of a restoration ----------------------------------------------------------------------


@pytest.mark.usefixtures("stored")
def test_a_library_that_is_in_use_is_not_replaced(open_library: Open, home: Path, copy: Path) -> None:
    backup(home, copy)
    before = content(home)
    for write in (False, True):
        with open_library(write=write) as library:
            assert library.article("a")
            with pytest.raises(LibraryLocked, match="Hãy dừng Nếp"):
                restore(home, copy, proven)
    assert content(home) == before
    restore(home, copy, proven)


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("damage", ["garbage", "gone", "empty", "with journal"])
def test_a_library_damaged_beyond_repair_is_replaced_and_kept_aside(
    open_library: Open, home: Path, copy: Path, damage: str
) -> None:
    backup(home, copy)
    before, database = content(home), home / "library.sqlite3"
    match damage:
        case "garbage":
            database.write_bytes(os.urandom(20_000))
        case "gone":
            database.unlink()
        case "empty":
            database.write_bytes(b"")
        case "with journal":
            database.write_bytes(os.urandom(20_000))
            database.with_name("library.sqlite3-wal").write_bytes(os.urandom(5_000))
    damaged = database.read_bytes() if database.exists() else None
    with pytest.raises(LibraryDamaged, match=r"app\.py restore TỆP"):
        open_library()
    aside = restore(home, copy, proven)
    assert aside is not None
    kept = aside / "library.sqlite3"
    assert (kept.read_bytes() if kept.exists() else None) == damaged
    assert content(home) == before
    assert open_library().verify() == []


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("step", ["aside", "documents", "database"])
def test_a_restoration_that_fails_on_the_way_leaves_the_library_as_it_was(
    open_library: Open, home: Path, copy: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    backup(home, copy)
    with open_library(write=True) as library:
        library.remove("a")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        match step:
            case "aside":
                broken.setattr(backup_module, "_link", full)
            case "documents":
                broken.setattr(backup_module, "synced", full)
            case "database":
                broken.setattr(salvage, "put", full)
        with pytest.raises(LibraryError, match=r"như cũ.*dung lượng trống"):
            restore(home, copy, proven)
    with open_library(write=True) as library:
        assert [a.id for a in library.articles()] == ["b"]
        assert library.verify() == []
    assert len(list((home / "originals").iterdir())) == 1  # what the restoration had brought is swept


@pytest.mark.usefixtures("stored")
def test_where_the_disk_knows_no_second_names_what_was_there_is_copied(
    home: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(home, copy)
    before = content(home)

    def unknown(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", unknown)
    aside = restore(home, copy, proven)
    assert aside is not None
    assert content(aside) == before


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("schema", [1, 2])
def test_a_backup_of_an_older_program_is_brought_up_to_ours(
    open_library: Open, home: Path, copy: Path, schema: int
) -> None:
    with open_library() as library:
        before = library.articles()
    as_earlier_programs_left_it(home / "library.sqlite3", schema)
    shutil.rmtree(home / "originals")
    assert backup(home, copy) == 2
    restore(home, copy, proven)
    with open_library() as library:
        assert library.articles() == before
        assert library.verify() == []


# --- what is kept beside the library ----------------------------------------------------------------


def kept(file: Path, *words: str) -> None:
    """Adds the words to a database beside the library."""
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE IF NOT EXISTS said (words TEXT)")
        db.executemany("INSERT INTO said VALUES (?)", [(one,) for one in words])


def words_in(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as db:
        return [row[0] for row in db.execute("SELECT words FROM said ORDER BY rowid")]


@pytest.mark.usefixtures("stored")
def test_a_database_beside_the_library_goes_with_it_and_comes_back(home: Path, copy: Path) -> None:
    kept(home / "people.db", "một")
    open_still = sqlite3.connect(home / "people.db")
    open_still.execute("BEGIN IMMEDIATE")
    open_still.execute("INSERT INTO said VALUES ('chưa xong')")
    backup(home, copy, beside=["people.db", "absent.db"])
    open_still.rollback()
    open_still.close()
    assert copy.stat().st_mode & 0o077 == 0
    kept(home / "people.db", "hai")
    aside = restore(home, copy, proven, ["people.db", "absent.db"])
    assert words_in(home / "people.db") == ["một"]
    assert aside is not None
    assert words_in(aside / "people.db") == ["một", "hai"]


@pytest.mark.usefixtures("stored")
def test_a_backup_without_it_leaves_it_as_it_is(home: Path, copy: Path) -> None:
    backup(home, copy)
    with zipfile.ZipFile(copy) as packed:
        assert json.loads(packed.read(NOTE))["format"] == 1  # an older program takes it too
    kept(home / "people.db", "một")
    restore(home, copy, proven, ["people.db"])
    assert words_in(home / "people.db") == ["một"]


@pytest.mark.usefixtures("stored")
def test_a_backup_with_more_than_is_known_here_is_refused(home: Path, copy: Path) -> None:
    kept(home / "people.db", "một")
    backup(home, copy, beside=["people.db"])
    with pytest.raises(LibraryError, match="không phải là bản sao lưu"):
        restore(home, copy, proven)
    assert words_in(home / "people.db") == ["một"]


@pytest.mark.usefixtures("stored")
def test_a_damaged_database_beside_the_library_is_not_packed(home: Path, copy: Path) -> None:
    (home / "people.db").write_bytes(b"this is no database" * 1000)
    with pytest.raises(LibraryDamaged, match=r"people\.db|dữ liệu"):
        backup(home, copy, beside=["people.db"])
    assert not copy.exists()
