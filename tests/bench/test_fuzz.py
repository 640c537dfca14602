"""Files are damaged in the same ways each time, and what becomes of them is counted."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path
from random import Random

import pytest

from bench import fuzz
from bench.fuzz import damaged, outcome, table
from ingest import clean, formats
from ingest.limits import Limits
from ingest.worker import Readers

#: The process that reads, in which a file does what its first word says.
OBEDIENT = """
from ingest import formats, worker
from ingest.errors import UnreadableFile
from ingest.layout import Page, plain
def read(path, limits):
    match path.read_text(errors="replace").split()[:1]:
        case ["refuse"]: raise UnreadableFile("x. Hãy sửa.")
        case ["fail"]: raise KeyError("of a reader")
        case ["system"]: raise BlockingIOError(11, "strange")
        case ["crash"]: import os; os.abort()
        case ["hang"]: import time; time.sleep(60)
    return plain("Văn phòng có 15 cán bộ, đảng viên.")
formats.reader_of = lambda suffix: read
worker.main()
"""
PROGRAM = (sys.executable, "-c", OBEDIENT)


@pytest.mark.parametrize(
    ("does", "how"),
    [("read", "read"), ("refuse", "refused"), ("fail", "error"), ("system", "error"), ("crash", "crash")],
)
def test_an_outcome_is_what_became_of_the_file(tmp_path: Path, does: str, how: str) -> None:
    path = tmp_path / "a.pdf"
    path.write_text(does)
    with Readers(program=PROGRAM) as readers:
        assert outcome(path, readers)[0] == how


def test_a_hanging_reader_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_text("hang")
    with Readers(Limits(seconds=1), PROGRAM) as readers:
        assert outcome(path, readers)[0] == "time"


def test_a_page_on_which_cleaning_fails_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(page: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(clean, "clean", failing)
    path = tmp_path / "a.pdf"
    path.write_text("read")
    with Readers(program=PROGRAM) as readers:
        how, known = outcome(path, readers)
    assert how == "error"
    assert "ZeroDivisionError" in known


def test_the_same_seed_damages_in_the_same_way_and_every_file_is_damaged() -> None:
    data = fuzz._html()
    first = [damaged(data, Random(n)) for n in range(100)]
    assert first == [damaged(data, Random(n)) for n in range(100)]
    assert sum(changed != data for changed in first) > 90


def test_no_damage_fails_on_nothing_and_none_on_a_file_of_nothing_it_looks_for() -> None:
    for data in (b"", b"a", b"<p>", bytes(50)):
        for n in range(200):
            damaged(data, Random(n))


def test_the_parts_of_a_package_are_damaged_inside_a_whole_package() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.xml", "<a>" + "x" * 500 + "</a>")
    whole = 0
    for n in range(60):
        made = damaged(out.getvalue(), Random(n))
        try:
            with zipfile.ZipFile(io.BytesIO(made)) as archive:
                whole += archive.testzip() is None and made != out.getvalue()
        except Exception:  # damaged as a whole, which is meant as well
            continue
    assert whole > 20


def test_a_run_counts_each_file_once_and_keeps_one_input_a_finding(tmp_path: Path) -> None:
    made = {".pdf": b"fail " + b"x" * 500, ".docx": b"read " + b"x" * 500}
    with Readers(program=PROGRAM) as readers:
        rows = fuzz.fuzz(made, 1, range(12), readers, tmp_path)
    assert sum(row.files for row in rows.values()) == 12
    assert rows[".pdf"].findings > 0
    assert rows[".docx"].read > 0
    kept = sorted(tmp_path.glob("pdf-*-error.pdf"))
    assert len(kept) == len(rows[".pdf"].found) == 1
    assert "KeyError" in Path(f"{kept[0]}.log").read_text(encoding="utf-8")
    assert table(rows).splitlines()[1].split()[0] == ".pdf"
    assert "KeyError" in table(rows)


def test_findings_that_differ_in_their_figures_alone_are_one() -> None:
    where = '  File "/somewhere/ingest/readers/pdf.py", line 7, in read\n'
    assert fuzz._signature("error", f"{where}KeyError: 15") == fuzz._signature(
        "error", f"{where}KeyError: 16"
    )
    assert fuzz._signature("error", f"{where}KeyError: 15") != fuzz._signature("error", "KeyError: 15")


def test_every_specimen_is_read_while_it_is_whole(tmp_path: Path) -> None:
    made = {suffix: make() for suffix, make in fuzz._MAKERS.items()}
    assert {formats.READERS[suffix] for suffix in made} == set(formats.READERS.values())
    with Readers() as readers:
        for suffix, data in made.items():
            if formats.READERS[suffix] in ("office", "scan"):  # which take seconds, with other programs
                continue
            path = tmp_path / f"a{suffix}"
            path.write_bytes(data)
            assert outcome(path, readers) == ("read", "")
