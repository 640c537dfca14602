"""Whatever happens to the machine: a working library, or one sentence that names the one command that helps.

Through the real program, with the real encoder and the real Chroma.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, Nep, Ran
from vectorstore import encoders
from vectorstore.library import Library

QUESTION = "Văn phòng Huyện ủy Sơn Khê có bao nhiêu cán bộ?"
ANSWER = "36 cán bộ"


def written(folder: Path, name: str, *paragraphs: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text("\n\n".join(paragraphs) + "\n", encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def made(nep: Nep, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of three short articles, and beside it the folder that they come from."""
    folder = tmp_path_factory.mktemp("storage")
    office = folder / "Tài liệu"
    written(office, "son-khe.txt", "Văn phòng Huyện ủy Sơn Khê", "Văn phòng Huyện ủy Sơn Khê có 36 cán bộ.")
    written(office, "ha-luong.txt", "Tỉnh ủy Hà Lương", "Ngày 12/5/1947, Văn phòng Tỉnh ủy Hà Lương ra đời.")
    written(office, "binh-lang.txt", "Huyện ủy Bình Lãng", "Văn phòng được tặng Huân chương Lao động.")
    ran = nep("ingest", office, home=folder / "Nep")
    assert ran.code == 0, ran.err
    return folder


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Path:
    """The folder of the articles; that of the library is beside it, called Nep. A test may change both."""
    return Path(shutil.copytree(made / "Tài liệu", tmp_path / "Tài liệu"))


@pytest.fixture
def home(made: Path, office: Path) -> Path:
    return Path(shutil.copytree(made / "Nep", office.with_name("Nep")))


def whole(nep: Nep, home: Path) -> set[str]:
    """The ids of the articles of a library that is sound and answers."""
    ran = nep("verify", home=home)
    assert (ran.code, ran.err) == (0, ""), ran.out
    assert ANSWER in nep("ask", QUESTION, home=home).out
    return {row["id"] for row in json.loads(nep("articles", "--json", home=home).out)}


def started(*arguments: str | Path, home: Path, prefix: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("NEP_")} | {"NEP_HOME": str(home)}
    return subprocess.Popen(
        [*prefix, sys.executable, str(ROOT / "app.py"), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environ,
    )


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


THREE = {"son-khe", "ha-luong", "binh-lang"}


# --- several at once -----------------------------------------------------------------------------------


def more(folder: Path, n: int) -> Path:
    for i in range(n):
        words = f"Bài số {i} kể về buổi họp mặt lần thứ {i + 1} của Văn phòng Huyện ủy Kim Hòa."
        written(folder, f"hop-mat-{i:02}.txt", f"Họp mặt lần thứ {i + 1}", words, *([words] * 3))
    return folder


def test_of_two_that_ingest_at_once_one_is_told_to_wait_and_nothing_is_lost(
    nep: Nep, home: Path, tmp_path: Path
) -> None:
    with started("ingest", more(tmp_path / "nhiều", 12), home=home) as first:
        assert line(first).startswith("added")
        second = nep("ingest", written(tmp_path, "khac.txt", "Bài khác", "Nội dung của bài khác."), home=home)
        assert (second.code, second.out) == (1, "")
        assert "Hãy đợi việc đó xong rồi thử lại" in second.err
        out, _ = first.communicate(timeout=120)
    assert first.returncode == 0
    assert out.count("added") == 11
    assert nep("ingest", tmp_path / "khac.txt", home=home).out.startswith("added")
    assert whole(nep, home) == THREE | {f"hop-mat-{i:02}" for i in range(12)} | {"khac"}


def test_questions_during_an_ingest_see_whole_articles_and_ever_more_of_them(
    nep: Nep, home: Path, tmp_path: Path
) -> None:
    seen: list[int] = []
    with (
        Library.open(home, encoders.load()) as library,
        started("ingest", more(tmp_path / "nhiều", 12), home=home) as ingest,
    ):
        assert line(ingest).startswith("added")
        asked = nep("ask", QUESTION, home=home)
        assert ANSWER in asked.out
        while ingest.poll() is None:
            hits = library.search("buổi họp mặt của Văn phòng Huyện ủy Kim Hòa", 5)
            assert all(hit.article.text[hit.passage.start : hit.passage.end] == hit.text for hit in hits)
            shelf = library.shelf()
            assert all(shelved.passages > 0 for shelved in shelf)
            seen.append(len(shelf))
        ingest.communicate(timeout=60)
        seen.append(len(library.shelf()))
    assert seen == sorted(seen)
    assert seen[-1] == 15
    assert len(whole(nep, home)) == 15


# --- disks ---------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """A disk of so many bytes, if this machine lets us have one."""
    mounted: list[Path] = []

    def disk(size: int) -> Path:
        place = tmp_path / f"ổ đĩa {size}"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
        if not shutil.which("mount") or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("no right to mount a small disk here")
        mounted.append(place)
        return place

    yield disk
    for place in mounted:
        subprocess.run(["umount", "-l", str(place)], check=False)


def fill(disk: Path, free: int) -> Path:
    """A file that leaves so many bytes of a disk."""
    usage = shutil.disk_usage(disk)
    file = disk / "đầy"
    with file.open("wb") as out:
        out.write(bytes(max(0, usage.free - free)))
    return file


@pytest.mark.parametrize("free", [0, 250_000])
def test_a_disk_that_fills_up_loses_nothing_that_was_told_and_goes_on_when_there_is_room(
    nep: Nep, made: Path, tmp_path: Path, small_disk: Callable[[int], Path], free: int
) -> None:
    home = Path(shutil.copytree(made / "Nep", small_disk(12_000_000) / "Nep"))
    shutil.rmtree(home / "chroma")  # to be written anew, too
    many = more(tmp_path / "nhiều", 10)
    for i, file in enumerate(sorted(many.iterdir())):
        with file.open("a", encoding="utf-8") as out:
            out.write(f"\nDòng {i} rất dài. " * 2_000)
    filling = fill(home.parent, free)
    ran = nep("ingest", many, home=home)
    assert ran.code == 1
    assert "dung lượng" in ran.err
    told = [row.split()[1] for row in ran.lines if row.startswith("added")]
    filling.unlink()
    assert THREE | set(told) <= whole(nep, home)
    again = nep("ingest", many, home=home)
    assert again.code == 0, again.err
    assert len(whole(nep, home)) == 13
    assert len(list((home / "originals").iterdir())) == 13


def test_questions_are_answered_on_a_full_disk_or_say_that_it_is_full(
    nep: Nep, made: Path, small_disk: Callable[[int], Path]
) -> None:
    home = Path(shutil.copytree(made / "Nep", small_disk(6_000_000) / "Nep"))
    fill(home.parent, 0)
    ran = nep("ask", QUESTION, home=home)
    assert ANSWER in ran.out or "dung lượng" in ran.err
    (home.parent / "đầy").unlink()
    assert whole(nep, home) == THREE


def test_a_backup_that_finds_no_room_says_so_and_leaves_nothing(
    nep: Nep, home: Path, small_disk: Callable[[int], Path]
) -> None:
    disk = small_disk(16_384)
    ran = nep("backup", disk / "nep.zip", home=home)
    assert (ran.code, ran.out) == (1, "")
    assert "dung lượng trống" in ran.err
    assert list(disk.iterdir()) == []


def test_a_restoration_that_finds_no_room_leaves_the_library_as_it_was(
    nep: Nep, home: Path, tmp_path: Path, made: Path, small_disk: Callable[[int], Path]
) -> None:
    assert nep("backup", tmp_path / "nep.zip", home=home).code == 0
    small = Path(shutil.copytree(made / "Nep", small_disk(6_000_000) / "Nep"))
    filling = fill(small.parent, 50_000)
    ran = nep("restore", tmp_path / "nep.zip", home=small)
    assert (ran.code, ran.out) == (1, "")
    assert "như cũ" in ran.err
    filling.unlink()
    assert whole(nep, small) == THREE
    assert not list(small.glob(".nep-*"))


def test_where_there_is_no_room_for_a_temporary_file_the_document_is_refused_with_that_reason(
    nep: Nep, home: Path, tmp_path: Path, small_disk: Callable[[int], Path]
) -> None:
    disk = small_disk(100_000)
    fill(disk, 0)
    page = tmp_path / "trang.html"
    page.write_text("<html><body><h1>Bài</h1><p>Nội dung của bài.</p></body></html>", encoding="utf-8")
    words = written(tmp_path, "chu.txt", "Bài chữ", "Nội dung của bài chữ.")
    ran = nep("ingest", page, words, home=home, env={"TMPDIR": str(disk)})
    assert ran.code in (0, 1)
    assert [row.split()[0] for row in ran.lines][-1] == "added"
    assert ran.code == 0 or "ổ đĩa đã đầy" in ran.out
    assert whole(nep, home) >= THREE | {"chu"}


def test_a_folder_that_turns_read_only_during_the_work_is_told_of_and_the_work_goes_on_later(
    nep: Nep, home: Path, tmp_path: Path, bound: tuple[str, ...]
) -> None:
    many = more(tmp_path / "nhiều", 12)
    with started("ingest", many, home=home, prefix=bound) as ingest:
        told = [line(ingest).split()[1]]
        for folder in (home / "originals", home):
            folder.chmod(0o500)
        out, err = ingest.communicate(timeout=120)
    for folder in (home, home / "originals"):
        folder.chmod(0o700)
    assert ingest.returncode == 1
    assert "quyền ghi" in err
    assert "Traceback" not in err
    told += [row.split()[1] for row in out.splitlines()]
    assert THREE | set(told) <= whole(nep, home)
    assert nep("ingest", many, home=home).code == 0
    assert len(whole(nep, home)) == 15


# --- damage --------------------------------------------------------------------------------------------


def says_the_one_command(ran: Ran, command: str) -> None:
    assert ran.code == 1, ran.out
    said = ran.out + ran.err
    assert f"python app.py {command}" in said, said
    other = "rebuild" if command == "restore" else "restore"
    assert f"python app.py {other}" not in said, said


DAMAGE: dict[str, Callable[[Path], object]] = {
    "garbage": lambda database: database.write_bytes(os.urandom(40_000)),
    "header": lambda database: database.write_bytes(b"\xff" * 100 + database.read_bytes()[100:]),
    "empty": lambda database: database.write_bytes(b""),
    "gone": lambda database: database.unlink(),
    "cut": lambda database: os.truncate(database, 20_000),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_whoever_asks_a_library_that_is_damaged_beyond_repair_is_told_to_restore(
    nep: Nep, home: Path, damage: str
) -> None:
    DAMAGE[damage](home / "library.sqlite3")
    commands: list[list[str]] = [["ask", QUESTION], ["verify"]]
    for command in commands:
        says_the_one_command(nep(*command, home=home), "restore")


def test_whatever_is_done_to_a_library_whose_database_is_gone_it_is_told_to_restore_until_it_is(
    nep: Nep, home: Path, office: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "nep.zip"
    assert nep("backup", copy, home=home).code == 0
    (home / "library.sqlite3").unlink()
    for command, *paths in (
        ("ingest", office),
        ("sync", office),
        ("articles",),
        ("rebuild",),
        ("backup", tmp_path / "2.zip"),
    ):
        says_the_one_command(nep(str(command), *paths, home=home), "restore")
    restored = nep("restore", copy, home=home)
    assert restored.code == 0, restored.err
    assert whole(nep, home) == THREE
    again = nep("ingest", office, home=home)
    assert [row.split()[0] for row in again.lines] == ["unchanged"] * 3


def test_damage_to_what_is_made_from_the_articles_names_rebuild_which_repairs_it(
    nep: Nep, home: Path
) -> None:
    with sqlite3.connect(home / "library.sqlite3") as db:
        db.execute("DELETE FROM terms_data WHERE id > 10")
        db.execute("DELETE FROM vectors WHERE passage = 1")
    db.close()
    says_the_one_command(nep("verify", home=home), "rebuild")
    assert nep("rebuild", home=home).code == 0
    assert whole(nep, home) == THREE


def test_a_wrong_date_in_the_database_reaches_no_answer(nep: Nep, home: Path) -> None:
    with sqlite3.connect(home / "library.sqlite3") as db:
        db.execute("UPDATE articles SET text = replace(text, '1947', '1974')")
    db.close()
    ran = nep("ask", "Văn phòng Tỉnh ủy Hà Lương ra đời ngày nào?", home=home)
    assert "1974" not in ran.out
    says_the_one_command(ran, "restore")


def test_a_home_that_is_a_file_and_a_database_of_another_program_are_told_of(
    nep: Nep, office: Path, tmp_path: Path
) -> None:
    file = written(tmp_path, "Nep", "không phải thư mục")
    ran = nep("ingest", office, home=file)
    assert ran.code == 1
    assert "--home" in ran.err
    other = tmp_path / "khác"
    other.mkdir()
    with sqlite3.connect(other / "library.sqlite3") as db:
        db.execute("CREATE TABLE moz_places (url TEXT)")
    db.close()
    ran = nep("ingest", office, home=other)
    assert ran.code == 1
    assert "không phải là thư viện của Nếp" in ran.err


def test_damaged_files_of_chroma_are_not_met_by_anybody(nep: Nep, home: Path) -> None:
    for file in (f for f in (home / "chroma").rglob("*") if f.is_file()):
        stat = file.stat()
        file.write_bytes(os.urandom(stat.st_size or 100))
        os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert whole(nep, home) == THREE


SERVING = """
import sys
from pathlib import Path
from vectorstore import encoders
from vectorstore.library import Library
with Library.open(Path(sys.argv[1]), encoders.load()) as library:
    for question in sys.stdin:
        print(*(" ".join(hit.text.split()) for hit in library.search(question, 3)), flush=True)
"""


def test_a_serving_process_outlives_the_damage_of_any_file_of_chroma(
    nep: Nep, home: Path, tmp_path: Path
) -> None:
    serving = subprocess.Popen(
        [sys.executable, "-c", SERVING, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
    )

    def ask(question: str) -> str:
        assert serving.stdin is not None
        serving.stdin.write(question + "\n")
        serving.stdin.flush()
        return line(serving)

    assert ANSWER in ask(QUESTION)
    for n, name in enumerate(("data_level0.bin", "length.bin", "chroma.sqlite3")):
        for file in (home / "chroma").rglob(
            name
        ):  # they may have been thrown away, and be made anew just now
            stat = file.stat()
            file.write_bytes(os.urandom(stat.st_size))
            os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        assert ANSWER in ask(QUESTION)
        words = f"Hồ Lộc Hà rộng {n + 20} mẫu."
        assert nep("ingest", written(tmp_path, f"ho-{n}.txt", "Hồ", words), home=home).code == 0
        assert words.strip() in ask(f"Hồ Lộc Hà rộng {n + 20} mẫu")
    serving.communicate(timeout=60)
    assert serving.returncode == 0
    assert whole(nep, home) >= THREE
