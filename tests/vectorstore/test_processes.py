"""Two processes on one library, and processes that are killed: nothing is lost, nobody waits."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.errors import LibraryLocked
from tests.fakes import CountingEncoder
from tests.vectorstore.articles import made
from tests.vectorstore.conftest import Open
from vectorstore.library import Library

_BEGIN = """
import os, sys
from pathlib import Path
from tests.fakes import CountingEncoder
from tests.vectorstore.articles import made
from vectorstore.library import Library
home, encoder = Path(sys.argv[1]), CountingEncoder()
"""


def started(home: Path, code: str) -> subprocess.Popen[str]:
    """Python code about the library in ``home``, in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", _BEGIN + code, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def ended(process: subprocess.Popen[str]) -> int:
    process.communicate(timeout=60)
    return process.returncode


ASKS = """
with Library.open(home, encoder) as library:
    for question in sys.stdin:
        hits = library.search(question)
        print(hits[0].text if hits else "", flush=True)
"""


def test_a_server_answers_from_what_another_process_has_added(home: Path, open_library: Open) -> None:
    with open_library(write=True) as library:
        library.add(*made("a", "Con mèo."))
    reader = started(home, ASKS)
    tell(reader, "mèo")
    assert said(reader) == "Con mèo."
    with open_library(write=True) as library:
        library.add(*made("b", "Con gà."))
        tell(reader, "gà")
        assert said(reader) == "Con gà."
        library.add(*made("a", "Con vịt."))
        library.remove("b")
    for question, answer in (("vịt", "Con vịt."), ("gà", "Con vịt.")):
        tell(reader, question)
        assert said(reader) == answer
    assert ended(reader) == 0
    assert open_library().verify() == []


def test_what_one_process_adds_in_another_is_seen_without_opening_again(
    home: Path, open_library: Open
) -> None:
    reader = open_library()
    assert reader.search("mèo") == []
    writer = started(
        home,
        "with Library.open(home, encoder, write=True) as library: library.add(*made('a', 'Con mèo.'))",
    )
    assert ended(writer) == 0
    assert reader.search("mèo")[0].text == "Con mèo."
    assert reader.verify() == []


@pytest.mark.parametrize(
    "moment",
    [
        "Library.close = lambda self: os.kill(os.getpid(), 9)",
        "from vectorstore.chroma import Chroma; Chroma._fill = lambda *_: os.kill(os.getpid(), 9)",
        "from vectorstore.chroma import Chroma; Chroma.close = lambda *_, **__: os.kill(os.getpid(), 9)",
    ],
    ids=["before Chroma follows", "while Chroma is filled", "before Chroma is closed"],
)
def test_a_process_killed_after_storing_loses_nothing(home: Path, open_library: Open, moment: str) -> None:
    with open_library(write=True) as library:
        library.add(*made("a", "Con mèo.", "Con chó."))
    killed = started(
        home,
        f"{moment}\n"
        "with Library.open(home, encoder, write=True) as library: library.add(*made('b', 'Con gà.'))",
    )
    assert ended(killed) == -signal.SIGKILL
    with open_library(write=True) as library:
        assert library.passage_count() == 3
        assert library.search("gà")[0].text == "Con gà."
        assert library.verify() == []


def test_a_process_killed_while_storing_leaves_the_state_before(home: Path, open_library: Open) -> None:
    with open_library(write=True) as library:
        library.add(*made("a", "Con mèo."))
    killed = started(
        home,
        "from vectorstore.catalogue import Pen\n"
        "Pen.put_terms = lambda *_: os.kill(os.getpid(), 9)\n"
        "with Library.open(home, encoder, write=True) as library: library.add(*made('b', 'Con gà.'))",
    )
    assert ended(killed) == -signal.SIGKILL
    with open_library(write=True) as library:
        assert [a.id for a in library.articles()] == ["a"]
        assert library.verify() == []
        assert library.add(*made("b", "Con gà.")).status == "added"


def test_a_writer_that_was_killed_leaves_no_lock(home: Path, open_library: Open) -> None:
    writer = started(
        home,
        "library = Library.open(home, encoder, write=True); print('mở', flush=True); sys.stdin.readline()",
    )
    assert said(writer) == "mở"
    with pytest.raises(LibraryLocked, match="đang ghi"):
        open_library(write=True)
    writer.kill()
    ended(writer)
    open_library(write=True)


def test_a_chroma_whose_data_was_overwritten_is_made_anew_without_a_crash(
    home: Path, open_library: Open
) -> None:
    with open_library(write=True) as library:
        library.add(*made("a", "Con mèo.", "Con chó."))
    for file in (home / "chroma").rglob("*.bin"):
        stat = file.stat()
        file.write_bytes(os.urandom(stat.st_size))
    reader = started(home, ASKS)
    tell(reader, "mèo")
    assert said(reader) == "Con mèo."
    assert ended(reader) == 0
    assert open_library().verify() == []


def test_a_chroma_that_vanished_is_made_anew(home: Path, open_library: Open) -> None:
    with open_library(write=True) as library:
        library.add(*made("a", "Con mèo.", "Con chó."))
    shutil.rmtree(home / "chroma")
    with Library.open(home, CountingEncoder()) as reader:
        assert reader.search("mèo")[0].text == "Con mèo."
        assert reader.verify() == []
    assert (home / "chroma" / "chroma.sqlite3").exists()


def test_processes_that_open_a_new_library_at_once_agree(home: Path, open_library: Open) -> None:
    code = "with Library.open(home, encoder) as library: print(library.passage_count())"
    together = [started(home, code) for _ in range(4)]
    assert [ended(process) for process in together] == [0] * 4
    assert open_library().verify() == []
