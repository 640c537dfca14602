"""A file is read by a process that may break, hang or grow: one sentence each, and the next is read."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import worker
from ingest.errors import UnreadableFile
from ingest.layout import Line, Page
from ingest.limits import Limits
from ingest.types import RUNNING
from ingest.worker import ReaderFailed, Readers

#: The real process, in which every file of a format is a program that does what a reader may do. What the
#: program calls ``page`` is read.
OBEDIENT = """
from ingest import formats, worker
from ingest.layout import Line, Page
def read(path, limits):
    given = {"path": path, "limits": limits, "Line": Line, "Page": Page}
    exec(path.read_text(encoding="utf-8"), given)
    return given.get("page", Page((Line(given.get("text", "đã đọc")),), {}))
formats.reader_of = lambda suffix: read
worker.main()
"""
PROGRAM = (sys.executable, "-c", OBEDIENT)
REFUSES = "from ingest.errors import UnreadableFile\nraise UnreadableFile('có mật khẩu. Hãy bỏ.')"
TIGHT = Limits(seconds=1, memory=100, expanded=1, characters=100_000, scanned=2, page_seconds=1)

posix = pytest.mark.skipif(os.name != "posix", reason="limits and signals of another kind")
linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    """One for all tests: a process that one of them breaks is the next one's test, too."""
    with Readers(TIGHT, PROGRAM) as own:
        yield own


def told(tmp_path: Path, does: str, name: str = "a.pdf") -> Path:
    path = tmp_path / name
    path.write_text(does, encoding="utf-8")
    return path


def text(page: Page) -> str:
    return "\n".join(line.text for line in page.lines)


def failure(readers: Readers, path: Path) -> ReaderFailed:
    with pytest.raises(ReaderFailed) as failed:
        readers.page(path)
    assert "Hãy" in str(failed.value)  # the next step
    return failed.value


# --- a page comes over as it was -------------------------------------------------------------------

words = st.text(max_size=12)
lines = st.builds(
    Line,
    words,
    st.sampled_from([None, "title", "heading", "caption", *sorted(RUNNING)]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.lists(st.tuples(st.integers(0), st.integers(1)), max_size=3).map(tuple),
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | words
    | st.dates()
    | st.datetimes()
    | st.datetimes(timezones=st.just(UTC)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words | st.integers(), inner, max_size=3),
    max_leaves=6,
)
fields = st.dictionaries(words, values, max_size=3)
scanned = st.frozensets(st.integers(1), max_size=3)
pages = st.builds(Page, st.lists(lines, max_size=4).map(tuple), fields, fields, st.booleans(), scanned)


@given(pages)
def test_a_page_is_the_same_after_its_way_through_json(page: Page) -> None:
    there = json.loads(json.dumps(worker.packed(page)))
    assert worker.unpacked(there) == page


def test_a_field_that_json_cannot_write_comes_over_as_its_words() -> None:
    there = json.loads(json.dumps(worker.packed(Page((), {"title": b"abc", "tags": {"một"}}))))
    assert worker.unpacked(there).front == {"title": "b'abc'", "tags": "{'một'}"}


def test_a_page_is_the_same_after_its_way_through_the_process(tmp_path: Path, readers: Readers) -> None:
    given = told(
        tmp_path,
        "from datetime import date\n"
        "page = Page((Line('Điều 1', 'heading', pages=((0, 2), (5, 3))), Line('một', bullet=True, gap=True)),"
        " {'date': date(2020, 10, 18)}, {'author': None}, whole=True)",
    )
    assert readers.page(given) == Page(
        (Line("Điều 1", "heading", pages=((0, 2), (5, 3))), Line("một", bullet=True, gap=True)),
        {"date": date(2020, 10, 18)},
        {"author": None},
        whole=True,
    )


@pytest.mark.parametrize(
    "name", ["Bài viết số 1.pdf", "hai\ndòng.pdf", "😀 \u202e“$(x)`'\".pdf", "đ" * 125 + ".pdf"]
)
def test_a_file_of_any_name_is_read(tmp_path: Path, readers: Readers, name: str) -> None:
    assert text(readers.page(told(tmp_path, "text = path.name", name))) == name


@linux
def test_a_name_of_bytes_that_are_no_characters_is_read(tmp_path: Path, readers: Readers) -> None:
    name = os.fsdecode(b"c\xf4ng v\xe3n.pdf")
    assert text(readers.page(told(tmp_path, "text = path.name", name))) == name


def test_a_path_is_taken_from_where_the_caller_is(
    tmp_path: Path, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(tmp_path, "")
    monkeypatch.chdir(tmp_path)
    assert text(readers.page(Path("a.pdf"))) == "đã đọc"


def test_a_file_without_its_suffix_is_read_under_a_name_that_has_it(tmp_path: Path, readers: Readers) -> None:
    path = told(tmp_path, "text = path.suffix", "Báo cáo")
    assert text(readers.page(path, ".docx")) == ".docx"


def test_the_real_process_starts_wherever_the_caller_stands(tmp_path: Path) -> None:
    root = str(Path(worker.__file__).parents[1])
    program = (
        f"import sys; sys.path.insert(0, {root!r})\n"
        "from ingest.worker import Readers\n"
        "from pathlib import Path\n"
        "with Readers() as readers:\n"
        "    try: readers.page(Path('khong-co.pdf'))\n"
        "    except OSError as e: print(e.errno)\n"
        "    except Exception as e: print(e)\n"
    )
    env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert ran.stderr == ""
    assert ran.stdout.strip()
    assert "chương trình đọc dừng" not in ran.stdout


UPDATED_WHILE_IT_RUNS = """
import sys
from pathlib import Path
from ingest.errors import ProgramUpdated, UnreadableFile
from ingest.worker import Readers

def reads(readers):
    try:
        return readers.page(Path(sys.argv[1])).lines[-1].text
    except (ProgramUpdated, UnreadableFile) as e:
        return f"{type(e).__name__}: {e}"

reader = Path("ingest/readers/sheet.py")
old = reader.read_bytes()
with Readers() as readers:
    print(reads(readers))
    reader.write_bytes(old + b"# another\\n")
    print(reads(readers))
    reader.write_bytes(old)
    print(reads(readers))
"""


def test_no_file_is_refused_because_the_program_was_updated_meanwhile(tmp_path: Path) -> None:
    package = Path(worker.__file__).parent
    shutil.copytree(package, tmp_path / "ingest", ignore=shutil.ignore_patterns("__pycache__"))
    path = told(tmp_path, "Tên,Năm\nBình Lãng,1946\n", "a.csv")
    env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"PYTHONIOENCODING": "utf-8"}
    ran = subprocess.run(
        [sys.executable, "-c", UPDATED_WHILE_IT_RUNS, str(path)],
        cwd=tmp_path, env=env, capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    before, meanwhile, after = ran.stdout.splitlines()
    assert before == after == "Bình Lãng | 1946"
    assert meanwhile.startswith("ProgramUpdated: Chương trình vừa được cập nhật")
    assert "Hãy khởi động lại" in meanwhile


def test_a_text_is_read_without_a_process(tmp_path: Path) -> None:
    with Readers(program=("this-is-no-program",)) as readers:
        page = readers.page(told(tmp_path, "Văn phòng có 15 cán bộ.", "a.txt"))
    assert text(page) == "Văn phòng có 15 cán bộ."


def test_nothing_heavy_is_loaded_before_it_is_asked_for() -> None:
    ours = "import ingest.worker, sys; print(*(m for m in sys.modules if m.startswith('ingest.')))"
    ran = subprocess.run([sys.executable, "-c", ours], capture_output=True, text=True, check=True)
    assert "ingest.worker" in ran.stdout
    assert "ingest.readers" not in ran.stdout
    assert "ingest.clean" not in ran.stdout


# --- what is wrong comes over as a sentence ---------------------------------------------------------


def test_what_a_reader_refuses_is_refused_in_its_words(tmp_path: Path, readers: Readers) -> None:
    path = told(tmp_path, REFUSES)
    with pytest.raises(UnreadableFile, match=r"^có mật khẩu\. Hãy bỏ\.$") as refused:
        readers.page(path)
    assert not isinstance(refused.value, ReaderFailed)


def test_what_the_system_says_comes_over_as_it_is(tmp_path: Path, readers: Readers) -> None:
    with pytest.raises(FileNotFoundError):
        readers.page(tmp_path / "khong-co.pdf")
    with pytest.raises(PermissionError, match="cấm"):
        readers.page(told(tmp_path, "raise PermissionError(13, 'cấm')"))


@pytest.mark.parametrize(
    "error", ["ValueError('x')", "RecursionError()", "OSError('its own')", "OSError(22, 'x')"]
)
def test_a_reader_that_fails_is_a_sentence_to_the_user_and_a_trace_to_us(
    tmp_path: Path, readers: Readers, error: str
) -> None:
    failed = failure(readers, told(tmp_path, f"raise {error}"))
    assert failed.how == "error"
    assert "hỏng" in str(failed)
    assert error.partition("(")[0] in failed.trace
    assert "Traceback" not in str(failed)


@posix
def test_a_reader_that_crashes_takes_no_other_file_with_it(tmp_path: Path, readers: Readers) -> None:
    segfault = told(tmp_path, "import ctypes\nctypes.string_at(0)")
    assert failure(readers, segfault).how == "crash"
    assert text(readers.page(told(tmp_path, "", "b.pdf"))) == "đã đọc"
    assert failure(readers, told(tmp_path, "import os\nos._exit(3)", "c.pdf")).how == "crash"
    assert text(readers.page(told(tmp_path, "", "d.pdf"))) == "đã đọc"


def test_a_reader_that_hangs_is_stopped(tmp_path: Path, readers: Readers) -> None:
    began = time.monotonic()
    failed = failure(readers, told(tmp_path, "import time\ntime.sleep(60)"))
    assert failed.how == "time"
    assert "hơn 1 giây" in str(failed)
    assert time.monotonic() - began < 5
    assert text(readers.page(told(tmp_path, "", "b.pdf"))) == "đã đọc"


def test_a_library_that_never_lets_go_is_stopped(tmp_path: Path, readers: Readers) -> None:
    # A regular expression holds the interpreter: no other thread of that process can do anything.
    assert failure(readers, told(tmp_path, "import re\nre.match('(a*)*b', 'a' * 40)")).how == "time"


def test_a_reader_that_says_so_is_given_the_time_for_its_scanned_pages(
    tmp_path: Path, readers: Readers
) -> None:
    slow = "import time\nfrom ingest import worker\nworker.extend(limits.page_seconds)\ntime.sleep(1.5)"
    assert text(readers.page(told(tmp_path, slow))) == "đã đọc"


def test_no_more_time_is_given_than_the_pages_that_may_be_scanned_need(
    tmp_path: Path, readers: Readers
) -> None:
    began = time.monotonic()
    asks = "import time\nfrom ingest import worker\nwhile True: worker.extend(1); time.sleep(.3)"
    failed = failure(readers, told(tmp_path, asks))
    assert "hơn 3 giây" in str(failed)
    assert 2.5 < time.monotonic() - began < 6


def test_a_reader_that_was_never_asked_by_a_process_needs_no_time() -> None:
    worker.extend(5)


@linux
@pytest.mark.parametrize(
    "hoard",
    ["held = bytearray(10**9)", "held = []\nwhile True: held.append(bytearray(10**6))"],
    ids=["at once", "bit by bit"],
)
def test_a_reader_that_wants_all_memory_does_not_get_it(tmp_path: Path, readers: Readers, hoard: str) -> None:
    failed = failure(readers, told(tmp_path, hoard))
    assert failed.how == "memory"
    assert "bộ nhớ (hơn 100 MB)" in str(failed)
    assert text(readers.page(told(tmp_path, "", "b.pdf"))) == "đã đọc"


@linux
def test_memory_is_bounded_by_what_is_held_not_by_what_is_mapped(tmp_path: Path, readers: Readers) -> None:
    # Libraries and the programs that a reader starts map far more than they ever write to.
    mapped = "import mmap\nheld = mmap.mmap(-1, 10**9, prot=mmap.PROT_READ)"
    assert text(readers.page(told(tmp_path, mapped))) == "đã đọc"


@linux
def test_a_file_that_grows_without_end_is_cut(tmp_path: Path, readers: Readers) -> None:
    with pytest.raises(UnreadableFile, match="bung ra lớn hơn 1 MB"):
        readers.page(told(tmp_path, "open('x', 'wb').write(bytes(3 * 10**6))"))


@pytest.mark.parametrize(
    "page",
    ["(Line('a' * 50_001),) * 2, {}", "(Line('a'),) * 2_501, {}", "(), {'title': 'a' * 100_001}"],
    ids=["characters", "lines", "a field"],
)
def test_a_text_without_end_is_refused(tmp_path: Path, readers: Readers, page: str) -> None:
    with pytest.raises(UnreadableFile, match=r"hơn 100\.000 chữ cái, hoặc hơn 2\.500 dòng\. Hãy"):
        readers.page(told(tmp_path, f"page = Page({page})"))


def test_a_file_of_text_is_bounded_like_the_others(tmp_path: Path, readers: Readers) -> None:
    with pytest.raises(UnreadableFile, match="quá dài"):
        readers.page(told(tmp_path, "a.\n" * 2_501, "a.txt"))


def test_what_a_library_prints_or_reads_does_not_come_between(tmp_path: Path, readers: Readers) -> None:
    noise = (
        "import os\nprint('noise'); os.write(1, b'{}\\n'); os.write(2, b'x' * 200_000)\n"
        "text = str(os.read(0, 9))"
    )
    assert text(readers.page(told(tmp_path, noise))) == "b''"


# --- nothing stays ----------------------------------------------------------------------------------


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def gone(pid: int) -> bool:
    for _ in range(50):
        if not alive(pid):
            return True
        time.sleep(0.1)
    return False


def test_what_is_written_is_gone_with_the_process(
    tmp_path: Path, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers.close()
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    writes = (
        "import subprocess, sys, tempfile, time\n"
        "tempfile.mkdtemp(); open('core', 'w').close()\n"
        "told = [sys.executable, '-c', 'import tempfile; print(tempfile.mkdtemp())']\n"
        "text = subprocess.run(told, capture_output=True, text=True).stdout.strip()\n"
    )
    there = text(readers.page(told(tmp_path, writes)))
    assert there.startswith(str(temporary))
    assert failure(readers, told(tmp_path, f"{writes}\ntime.sleep(60)", "b.pdf")).how == "time"
    readers.close()
    assert list(temporary.iterdir()) == []


@linux
def test_a_program_that_a_reader_started_is_stopped_with_it(tmp_path: Path, readers: Readers) -> None:
    noted = tmp_path / "pid"
    starts = (
        "import subprocess, pathlib\n"
        "sleeper = subprocess.Popen(['sleep', '60'])\n"
        f"pathlib.Path({str(noted)!r}).write_text(str(sleeper.pid))\n"
        "sleeper.wait()"
    )
    assert failure(readers, told(tmp_path, starts)).how == "time"
    assert gone(int(noted.read_text(encoding="ascii")))


@linux
@pytest.mark.parametrize("busy", ["sleeper.wait()", "while True: pass"])
def test_a_reader_ends_when_the_one_who_asked_is_killed(tmp_path: Path, busy: str) -> None:
    noted = tmp_path / "pids"
    starts = (
        "import os, subprocess, pathlib\n"
        "sleeper = subprocess.Popen(['sleep', '60'])\n"
        f"pathlib.Path({str(noted)!r}).write_text(f'{{os.getpid()}} {{sleeper.pid}} {{os.getcwd()}}')\n"
        f"{busy}"
    )
    path = told(tmp_path, starts)
    program = (
        "import sys; from pathlib import Path; from ingest.worker import Readers\n"
        f"Readers(program={PROGRAM!r}).page(Path({str(path)!r}))"
    )
    asking = subprocess.Popen([sys.executable, "-c", program], cwd=Path(worker.__file__).parents[1])
    while not (noted.exists() and noted.read_text(encoding="utf-8")):
        assert asking.poll() is None
        time.sleep(0.05)
    time.sleep(0.1)
    asking.send_signal(signal.SIGKILL)
    asking.wait()
    reader, sleeper, folder = noted.read_text(encoding="utf-8").split(maxsplit=2)
    assert gone(int(reader))
    assert gone(int(sleeper))
    assert not Path(folder).exists()


def pid(readers: Readers, path: Path) -> str:
    return text(readers.page(path))


def test_one_process_reads_many_files_and_none_too_many(
    tmp_path: Path, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers.close()
    monkeypatch.setattr(worker, "FILES_A_PROCESS", 3)
    path = told(tmp_path, "import os\ntext = str(os.getpid())")
    pids = [pid(readers, path) for _ in range(7)]
    assert [pids.index(p) for p in pids] == [0, 0, 0, 3, 3, 3, 6]


@linux
def test_a_process_that_has_grown_reads_no_further_file(
    tmp_path: Path, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers.close()
    monkeypatch.setattr(worker, "RETIRING_MEGABYTES", 80)
    path = told(tmp_path, "import os\ntext = str(os.getpid())")
    grows = told(tmp_path, "import os\nheld = b'x' * 80_000_000\ntext = str(os.getpid())", "b.pdf")
    held = bytearray(150_000_000)  # what the one that asks holds is not counted
    first, second, third = pid(readers, path), pid(readers, grows), pid(readers, path)
    assert first == second != third
    del held


def test_a_refused_file_costs_no_new_process(tmp_path: Path, readers: Readers) -> None:
    path = told(tmp_path, "import os\ntext = str(os.getpid())")
    refused = told(tmp_path, REFUSES, "b.pdf")
    before = pid(readers, path)
    with pytest.raises(UnreadableFile):
        readers.page(refused)
    assert pid(readers, path) == before


@linux
def test_a_process_that_died_while_it_waited_is_no_fault_of_the_next_file(
    tmp_path: Path, readers: Readers
) -> None:
    path = told(tmp_path, "import os\ntext = str(os.getpid())")
    before = pid(readers, path)
    os.kill(int(before), signal.SIGKILL)
    assert gone(int(before))
    process = readers._process
    while process is not None and process.is_fit():  # its last thread may take a moment longer
        time.sleep(0.01)
    assert pid(readers, path) != before


def test_an_interrupted_wait_leaves_no_answer_for_the_next_file(
    tmp_path: Path, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert text(readers.page(told(tmp_path, ""))) == "đã đọc"

    def interrupted(line: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(json, "loads", interrupted)
        with pytest.raises(KeyboardInterrupt):
            readers.page(told(tmp_path, "text = 'một'"))
    assert text(readers.page(told(tmp_path, "text = 'hai'"))) == "hai"


# --- letters ------------------------------------------------------------------------------------------


def test_what_is_attached_to_a_letter_is_laid_down_under_names_of_our_own(tmp_path: Path) -> None:
    attached = [("../../a.docx", b"mot"), ("a.docx", b"hai"), ("", b"")]
    program = (
        "import sys, types\n"
        "import ingest.readers\n"
        "mail = types.ModuleType('ingest.readers.mail')\n"
        f"mail.attachments = lambda path: {attached!r}\n"
        "sys.modules['ingest.readers.mail'] = ingest.readers.mail = mail\n"
        "from ingest import worker\nworker.main()"
    )
    folder = tmp_path / "out"
    folder.mkdir()
    with Readers(Limits(files=3), (sys.executable, "-c", program)) as readers:
        found = readers.attachments(tmp_path / "a.eml", folder)
        assert [(name, path.read_bytes()) for name, path in found] == attached
        assert {path.parent for _, path in found} == {folder}
    with (
        Readers(Limits(files=2), (sys.executable, "-c", program)) as readers,
        pytest.raises(UnreadableFile, match="đính kèm 3 tệp, quá mức 2 tệp"),
    ):
        readers.attachments(tmp_path / "a.eml", folder)


def test_closing_twice_or_unused_does_no_harm() -> None:
    readers = Readers()
    readers.close()
    readers.close()


def test_a_date_is_not_taken_for_a_moment() -> None:
    page = Page((), {"a": date(2020, 10, 18), "b": datetime(2020, 10, 18)})
    there = worker.unpacked(json.loads(json.dumps(worker.packed(page)))).front
    assert [type(value) for value in there.values()] == [date, datetime]
