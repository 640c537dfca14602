"""A database whose pages are damaged: whoever opens it is told the truth, or the one command that helps."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import LibraryError, LibraryLocked
from ingest.facts import Fact
from ingest.types import Article
from tests.fakes import CountingEncoder
from tests.vectorstore.articles import made
from vectorstore import salvage
from vectorstore.library import Library
from vectorstore.nearest import Nearest
from vectorstore.salvage import LibraryDamaged

PAGE = 4096
QUESTION = "Huân chương năm 1993"


@dataclass(frozen=True)
class Stored:
    """A library's database as it was stored, and what it said."""

    data: bytes
    articles: list[Article]
    hits: list[str]
    facts: list[Fact]
    content: object

    @property
    def pages(self) -> int:
        return len(self.data) // PAGE


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Stored:
    home = tmp_path_factory.mktemp("stored") / "Nep"
    with pytest.MonkeyPatch.context() as patch:
        without_chroma(patch)
        with Library.open(home, CountingEncoder(), write=True) as library:
            for n in range(3):
                library.add(
                    *made(
                        f"bai-{n}",
                        f"Năm {1992 + n}, Văn phòng được tặng Huân chương Lao động hạng Ba.",
                        f"Ngày 0{n + 1}/9/1948, Văn phòng được thành lập. Hiện nay có {40 + n} cán bộ.",
                        unit=f"Văn phòng Huyện ủy Bình Lãng {n}",
                    )
                )
            library.edit("bai-1", {"author": "Nguyễn Văn An"})
            assert library.verify() == []
            articles, facts = library.articles(), library.facts()
            hits = [hit.text for hit in library.search(QUESTION)]
    data = (home / "library.sqlite3").read_bytes()
    return Stored(data, articles, hits, facts, content(home))


def without_chroma(patch: pytest.MonkeyPatch) -> None:
    """Chroma is looked at elsewhere; here the exact search answers."""
    patch.setattr(Nearest, "_in_step", lambda self, generation: False)
    patch.setattr(Nearest, "follow", lambda self, progress=None: None)
    patch.setattr(Nearest, "rebuild", lambda self, progress=None: True)
    patch.setattr(Nearest, "ids", lambda self: None)


@pytest.fixture(autouse=True)
def exact(monkeypatch: pytest.MonkeyPatch) -> None:
    without_chroma(monkeypatch)


def content(home: Path) -> object:
    with sqlite3.connect(home / "library.sqlite3") as db:
        tables = ("articles", "blocks", "passages", "vectors", "sentences", "facts", "sources", "terms")
        rows = [db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables]
    db.close()
    return rows


def put(home: Path, data: bytes) -> Path:
    home.mkdir(exist_ok=True)
    for journal in salvage.journals(home / "library.sqlite3"):
        journal.unlink(missing_ok=True)
    (home / "library.sqlite3").write_bytes(data)
    return home


def command(said: str) -> str:
    """The one command that a message names."""
    named = [c for c in ("rebuild", "restore") if f"python app.py {c}" in said]
    assert len(named) == 1, said
    return named[0]


def met(home: Path, stored: Stored) -> set[str]:
    """The commands that whoever uses the library in ``home`` is told; none where all is as it was stored. An
    article that is not what was stored is never shown."""
    told: set[str] = set()
    differs = False

    def ask(read: Callable[[], object], wanted: object) -> None:
        nonlocal differs
        try:
            differs = read() != wanted or differs
        except LibraryError as e:
            told.add(command(str(e)))

    try:
        with Library.open(home, CountingEncoder()) as library:
            for article in stored.articles:
                try:
                    assert library.article(article.id) == article
                except LibraryError:
                    differs = True
            ask(library.articles, stored.articles)
            ask(lambda: [hit.text for hit in library.search(QUESTION)], stored.hits)
            ask(library.facts, stored.facts)
            ask(lambda: [s.id for s in library.shelf()], [a.id for a in stored.articles])
            try:
                told |= {command(fault) for fault in library.verify()}
            except LibraryError as e:
                told.add(command(str(e)))
    except LibraryError as e:
        told.add(command(str(e)))
    assert told or not differs, "what is wrong is not told"
    assert len(told) <= 1, told
    return told


def is_repaired_as_told(home: Path, stored: Stored) -> None:
    if met(home, stored) == {"rebuild"}:
        with Library.open(home, CountingEncoder(), mend=True) as library:
            assert library.rebuild() == []
        assert met(home, stored) == set()
        assert content(home) == stored.content


@pytest.mark.parametrize("damage", ["turned", "emptied"])
def test_every_page_of_a_library_may_be_damaged(tmp_path: Path, stored: Stored, damage: str) -> None:
    outcomes = []
    for page in range(stored.pages):
        at = page * PAGE
        old = stored.data[at : at + PAGE]
        new = bytes(b ^ 0xFF for b in old) if damage == "turned" else bytes(PAGE)
        home = put(tmp_path / "Nep", stored.data[:at] + new + stored.data[at + PAGE :])
        outcomes.append(met(home, stored))
        is_repaired_as_told(home, stored)
    assert outcomes[0] == {"restore"}  # the header
    assert outcomes.count({"rebuild"}) > outcomes.count({"restore"}) > 1
    assert set() not in outcomes


def test_any_byte_of_a_library_may_be_damaged(tmp_path: Path, stored: Stored) -> None:
    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
    @given(place=st.floats(0, 1, exclude_max=True), bits=st.integers(1, 255))
    def damaged(place: float, bits: int) -> None:
        data = bytearray(stored.data)
        data[int(place * len(data))] ^= bits
        is_repaired_as_told(put(tmp_path / "Nep", bytes(data)), stored)

    damaged()


@pytest.mark.parametrize("kept", [1, 100, 4096, 5000, 0.5, 0.99])
def test_a_database_that_was_cut_off_is_told_of(tmp_path: Path, stored: Stored, kept: float) -> None:
    size = kept if isinstance(kept, int) else int(kept * len(stored.data))
    home = put(tmp_path / "Nep", stored.data[:size])
    assert met(home, stored)
    is_repaired_as_told(home, stored)


def test_damage_beyond_the_index_is_not_rebuilt_and_stays_as_it_was(tmp_path: Path, stored: Stored) -> None:
    home = put(tmp_path / "Nep", stored.data)
    with sqlite3.connect(home / "library.sqlite3") as db:
        db.execute("UPDATE blocks SET \"end\" = 3 WHERE article = 'bai-1' AND ordinal = 1")
    db.close()
    before = content(home)
    assert met(home, stored) == {"restore"}
    with (
        Library.open(home, CountingEncoder(), mend=True) as library,
        pytest.raises(LibraryDamaged, match=r"app\.py restore TỆP"),
    ):
        library.rebuild()
    assert content(home) == before
    assert [f.name for f in home.iterdir() if f.name.endswith(".new")] == []


# --- the files beside it -------------------------------------------------------------------------------

KILLED = """
import os, sys
from pathlib import Path
from tests.fakes import CountingEncoder
from tests.vectorstore.articles import made
from vectorstore.library import Library
library = Library.open(Path(sys.argv[1]), CountingEncoder(), write=True)
library.add(*made("sau", "Bài nạp sau cùng."))
os.kill(os.getpid(), 9)
"""


@pytest.fixture
def killed(tmp_path: Path, stored: Stored) -> Path:
    """A library whose last article is in the journal alone, since its writer was killed."""
    home = put(tmp_path / "Nep", stored.data)
    done = subprocess.run([sys.executable, "-c", KILLED, str(home)], check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL
    assert (home / "library.sqlite3-wal").stat().st_size > 0
    return home


def test_what_is_in_the_journal_alone_is_there(killed: Path) -> None:
    with Library.open(killed, CountingEncoder()) as library:
        assert library.article("sau").text.endswith("Bài nạp sau cùng.")
        assert library.verify() == []


@pytest.mark.parametrize("file", ["library.sqlite3-wal", "library.sqlite3-shm"])
@pytest.mark.parametrize("damage", ["gone", "empty", "garbage", "cut"])
def test_a_journal_that_is_damaged_leaves_a_whole_library(
    killed: Path, stored: Stored, file: str, damage: str
) -> None:
    path = killed / file
    match damage:
        case "gone":
            path.unlink()
        case "empty":
            path.write_bytes(b"")
        case "garbage":
            path.write_bytes(os.urandom(path.stat().st_size))
        case "cut":
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with Library.open(killed, CountingEncoder(), write=True) as library:
        assert library.verify() == []
        ids = {article.id for article in library.articles()}
        assert ids - {"sau"} == {article.id for article in stored.articles}
        assert "sau" in ids or file.endswith("-wal")
        library.add(*made("nữa", "Bài nạp sau nữa."))
    with Library.open(killed, CountingEncoder()) as library:
        assert library.article("nữa")
        assert library.verify() == []


# --- one file in the place of another --------------------------------------------------------------------


def database(file: Path, value: int) -> Path:
    with sqlite3.connect(file) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE t (x)")
        db.execute("INSERT INTO t VALUES (?)", (value,))
    db.close()
    return file


def value(file: Path) -> int:
    with sqlite3.connect(file) as db:
        found = int(db.execute("SELECT x FROM t").fetchone()[0])
    db.close()
    return found


def test_a_database_takes_the_place_of_another_unless_that_is_open(tmp_path: Path) -> None:
    place, fresh = database(tmp_path / "a", 1), database(tmp_path / "b", 2)
    reader = sqlite3.connect(place)
    reader.execute("SELECT x FROM t").fetchall()
    with pytest.raises(LibraryLocked):
        salvage.put(fresh, place)
    reader.close()
    assert value(place) == 1
    salvage.put(fresh, place)
    assert value(place) == 2
    assert not fresh.exists()


def test_a_journal_of_the_old_database_is_not_taken_for_the_new_ones(tmp_path: Path) -> None:
    place, fresh = database(tmp_path / "a", 1), database(tmp_path / "b", 2)
    code = (
        "import os, sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "db.execute('UPDATE t SET x = 3'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(place)], check=False, timeout=60)
    assert place.with_name("a-wal").stat().st_size > 0
    salvage.put(fresh, place)
    assert value(place) == 2
