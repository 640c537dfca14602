"""Documents on their way in: nothing that was received is lost, nothing is taken in twice, whoever dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.inbox import NAME_BYTES, Busy, Inbox, Keeper, Tell, Upload, safe_name, taking, work
from assistant.intake import Event, sync
from ingest.errors import LibraryError, ProgramUpdated
from ingest.formats import extension
from ingest.load import article_id
from ingest.worker import Readers
from tests.conftest import ROOT, Nep
from tests.fakes import CountingEncoder
from vectorstore.library import Library
from vectorstore.lock import Lock

STORY = "Chuyện kể\n\nNgày 12-4-1954, Văn phòng Huyện ủy Bình Lãng được thành lập ở một ngôi đình cổ.\n"


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path)


def brought(inbox: Inbox, name: str, content: bytes = b"x") -> Upload:
    with inbox.arrival(name) as arrival:
        arrival.write(content)
        return arrival.keep()


def named(inbox: Inbox, name: str) -> Upload:
    return next(upload for upload in inbox.uploads() if upload.name == name)


def added(path: Path, tell: Tell) -> Iterator[Event]:
    yield Event("added", str(path), path.stem, f"Bài {path.stem}")


def refusing(path: Path, tell: Tell) -> Iterator[Event]:
    yield Event("refused", str(path), reason="tệp trống.")


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)


# --- arriving --------------------------------------------------------------------------------------


def test_what_was_brought_waits_under_its_name_with_its_bytes(inbox: Inbox) -> None:
    upload = brought(inbox, "Lịch sử.docx", b"abc")
    assert inbox.uploads() == [upload]
    assert (upload.name, upload.size, upload.state) == ("Lịch sử.docx", 3, "waiting")
    document = inbox.document(upload)
    assert document is not None
    assert (document.name, document.read_bytes()) == ("Lịch sử.docx", b"abc")
    about = json.loads((inbox.folder / upload.id / "upload.json").read_text(encoding="utf-8"))
    assert about == {"name": "Lịch sử.docx", "size": 3, "received": upload.received.isoformat(), "by": ""}


def test_uploads_stand_in_the_order_in_which_they_came(inbox: Inbox) -> None:
    for n in range(12):
        brought(inbox, f"{n}.txt")
    assert [upload.name for upload in inbox.uploads()] == [f"{n}.txt" for n in range(12)]


def test_an_upload_that_breaks_off_leaves_nothing(inbox: Inbox) -> None:
    with inbox.arrival("a.txt") as arrival:
        arrival.write(b"half")
        assert inbox.uploads() == []
    assert list(inbox.folder.iterdir()) == []


def test_what_is_kept_is_on_the_disk_before_anyone_is_told(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes, the note of their name and the change of names: each is synced, the last one last."""
    synced: list[str] = []
    sync = os.fsync

    def note(handle: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        sync(handle)

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("this system does not tell which file is synced")
    monkeypatch.setattr(os, "fsync", note)
    brought(inbox, "a.txt")
    assert [Path(name).name for name in synced][:2] == ["a.txt", ".upload.json"]
    assert synced[-1] == str(inbox.folder)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Báo cáo năm 2023.docx", "Báo cáo năm 2023.docx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Tài liệu\\a.doc", "a.doc"),
        ("..", "tài liệu"),
        (".ẩn.txt", "ẩn.txt"),
        ("a\nb\x00.txt", "a_b_.txt"),
        ('<img src="x">.pdf', "_img src=_x__.pdf"),
        ("con.txt", "_con.txt"),
        ("LPT1", "_LPT1"),
        ("upload.json", "_upload.json"),
        ("State.JSON", "_State.JSON"),
        ("a.txt. ", "a.txt"),
        ("\udce1.txt", "_.txt"),
    ],
)
def test_a_name_becomes_one_that_every_file_system_takes(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text(max_size=400))
def test_any_name_is_one_file_of_bearable_length_that_keeps_its_suffix(name: str) -> None:
    safe = safe_name(name + ".docx")
    assert Path(safe).name == safe
    assert safe not in (".", "..")
    assert not safe.startswith(".")
    assert len(safe.encode()) <= NAME_BYTES
    last = name.replace("\\", "/").rpartition("/")[2]
    assert extension(safe) == ".docx" or not last.strip(" .")


def test_any_upload_whatever_its_name_comes_back_as_it_was_called(inbox: Inbox) -> None:
    for name in ("state.json", "upload.json", "a" * 900 + ".txt", "“Kỷ yếu” <b>.pdf", "Ẩn.txt"):
        upload = brought(inbox, name)
        assert named(inbox, name) == upload
        assert inbox.document(upload) is not None


@pytest.mark.parametrize("id", ["", "..", "../x", "20261122-091502-731845-9f3a1c/..", "x" * 300, "a\0b"])
def test_an_id_that_is_none_finds_nothing(inbox: Inbox, id: str) -> None:
    brought(inbox, "a.txt")
    assert inbox.upload(id) is None
    assert not inbox.drop(id)
    assert not inbox.retry(id)


# --- being taken in --------------------------------------------------------------------------------


def test_what_waits_is_taken_in_in_order_and_its_copy_deleted(inbox: Inbox) -> None:
    for name in ("b.txt", "a.txt"):
        brought(inbox, name)
    told: list[Event] = []
    assert work(inbox, added, told.append)
    assert [event.article for event in told] == ["b", "a"]
    assert [upload.state for upload in inbox.uploads()] == ["done", "done"]
    upload = named(inbox, "a.txt")
    assert [(taken.article, taken.title) for taken in upload.documents] == [("a", "Bài a")]
    assert inbox.document(upload) is None


def test_what_comes_while_another_is_taken_in_is_taken_in_too(inbox: Inbox) -> None:
    brought(inbox, "a.txt")

    def take(path: Path, tell: Tell) -> Iterator[Event]:
        if path.stem == "a":
            brought(inbox, "b.txt")
        yield from added(path, tell)

    work(inbox, take)
    assert named(inbox, "b.txt").state == "done"


def test_a_refused_document_stays_with_its_reason_and_can_be_tried_again(inbox: Inbox) -> None:
    id = brought(inbox, "a.txt", b"abc").id
    work(inbox, refusing)
    refused = named(inbox, "a.txt")
    assert (refused.state, refused.documents[0].reason) == ("refused", "tệp trống.")
    work(inbox, added)  # of itself it is not tried again
    assert named(inbox, "a.txt") == refused
    assert inbox.retry(id)
    assert named(inbox, "a.txt").state == "waiting"
    work(inbox, added)
    assert named(inbox, "a.txt").state == "done"


def test_of_an_archive_every_document_is_told_of_and_one_refused_keeps_it(inbox: Inbox) -> None:
    def take(path: Path, tell: Tell) -> Iterator[Event]:
        yield Event("added", f"{path}/năm 2020/a.docx", "a", "Bài A")
        yield Event("added", f"{path}/năm 2021/a.docx", "a-2", "Bài A khác")
        yield Event("refused", f"{path}/hỏng.pdf", reason="tệp hỏng.")

    brought(inbox, "tất cả.zip")
    work(inbox, take)
    upload = named(inbox, "tất cả.zip")
    assert upload.state == "refused"
    assert [(t.inside, t.status, t.namesake) for t in upload.documents] == [
        ("năm 2020/a.docx", "added", None),
        ("năm 2021/a.docx", "added", "a"),
        ("hỏng.pdf", "refused", None),
    ]
    assert inbox.document(upload) is not None


@pytest.mark.parametrize(
    ("error", "reason"),
    [(LibraryError("Ổ đĩa đầy."), "Ổ đĩa đầy."), (RuntimeError("bí mật"), "lỗi ngoài dự kiến")],
)
def test_whatever_goes_wrong_is_a_reason_and_stops_no_other(
    inbox: Inbox, error: Exception, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    def take(path: Path, tell: Tell) -> Iterator[Event]:
        if path.stem == "a":
            raise error
        yield from added(path, tell)

    brought(inbox, "a.txt")
    brought(inbox, "b.txt")
    work(inbox, take)
    assert named(inbox, "a.txt").state == "refused"
    assert reason in (named(inbox, "a.txt").reason or "")
    assert "bí mật" not in (named(inbox, "a.txt").reason or "")
    assert named(inbox, "b.txt").state == "done"


def test_an_archive_with_nothing_in_it_is_refused(inbox: Inbox) -> None:
    brought(inbox, "rỗng.zip")
    work(inbox, lambda path, tell: [])
    assert "không có tài liệu nào" in (named(inbox, "rỗng.zip").reason or "")


def test_how_far_the_work_is_can_be_seen_meanwhile(inbox: Inbox) -> None:
    seen: list[tuple[str, str, float]] = []

    def see() -> None:
        now = inbox.uploads()[0]
        seen.append((now.state, now.stage, now.progress))

    def take(path: Path, tell: Tell) -> Iterator[Event]:
        see()
        tell("storing", 0.5)
        see()
        tell("held up", 0.0)
        see()
        yield from added(path, tell)

    brought(inbox, "a.txt")
    work(inbox, take)
    assert seen == [("working", "reading", 0.0), ("working", "storing", 0.5), ("working", "held up", 0.0)]


def test_what_is_worked_on_cannot_be_taken_away_and_what_waits_can(inbox: Inbox) -> None:
    first, second = brought(inbox, "a.txt"), brought(inbox, "b.txt")

    def take(path: Path, tell: Tell) -> Iterator[Event]:
        with pytest.raises(Busy, match=r"a\.txt"):
            inbox.drop(first.id)
        assert inbox.drop(second.id)
        assert not inbox.retry(first.id)
        yield from added(path, tell)

    work(inbox, take)
    assert [upload.name for upload in inbox.uploads()] == ["a.txt"]
    assert inbox.drop(first.id)
    assert list(inbox.folder.iterdir()) == []


def test_an_upload_taken_away_at_the_last_moment_stays_away(inbox: Inbox) -> None:
    upload = brought(inbox, "a.txt")

    def take(path: Path, tell: Tell) -> Iterator[Event]:
        (inbox.folder / upload.id).rename(inbox.folder / ".gone")
        yield from refusing(path, tell)

    work(inbox, take)
    assert inbox.uploads() == []


def test_yesterday_s_outcomes_are_swept_away_and_refusals_stay(inbox: Inbox) -> None:
    brought(inbox, "a.txt")
    work(inbox, added)
    brought(inbox, "b.txt")
    work(inbox, refusing)
    brought(inbox, "c.txt")
    (inbox.folder / ".20200101-000000-000000-abcdef").mkdir()
    os.utime(inbox.folder / ".20200101-000000-000000-abcdef", (0, 0))
    for about in inbox.folder.glob("*/upload.json"):
        old = json.loads(about.read_text()) | {"received": "2020-01-01T00:00:00+00:00"}
        about.write_text(json.dumps(old))
    inbox.sweep()
    assert [upload.name for upload in inbox.uploads()] == ["b.txt", "c.txt"]
    assert len(list(inbox.folder.iterdir())) == 2


# --- the library -----------------------------------------------------------------------------------


def opened(home: Path) -> Library:
    return Library.open(home, CountingEncoder(), write=True)


def test_an_upload_becomes_an_article_under_the_user_s_name_with_its_original(inbox: Inbox) -> None:
    brought(inbox, "Chuyện Bình Lãng.txt", STORY.encode())
    with Readers() as readers:
        work(inbox, taking(lambda: opened(inbox.home), readers))
    upload = inbox.uploads()[0]
    assert upload.state == "done", upload
    with opened(inbox.home) as library:
        assert library.article("Chuyện Bình Lãng").title == "Chuyện kể"
        original = library.original("Chuyện Bình Lãng")
        assert original is not None
        assert original.read_bytes() == STORY.encode()


def test_two_documents_of_one_name_are_both_kept_and_the_same_one_is_known_again(inbox: Inbox) -> None:
    brought(inbox, "a.txt", STORY.encode())
    brought(inbox, "a.txt", STORY.replace("1954", "1955").encode())
    brought(inbox, "b.txt", STORY.encode())
    with Readers() as readers:
        work(inbox, taking(lambda: opened(inbox.home), readers))
    taken = [upload.documents[0] for upload in inbox.uploads()]
    assert [(t.status, t.article, t.namesake) for t in taken] == [
        ("added", "a", None),
        ("added", "a-2", "a"),
        ("duplicate", "a", None),
    ]
    with opened(inbox.home) as library:
        assert [article.id for article in library.articles()] == ["a", "a-2"]


def test_what_was_brought_stays_when_a_folder_that_had_it_too_loses_it(inbox: Inbox, tmp_path: Path) -> None:
    folder = tmp_path / "tài liệu"
    folder.mkdir()
    (folder / "kể.txt").write_text(STORY, encoding="utf-8")
    brought(inbox, "a.txt", STORY.encode())
    with Readers() as readers:
        work(inbox, taking(lambda: opened(inbox.home), readers))
        with opened(inbox.home) as library:
            assert [event.status for event in sync(library, folder, readers)] == ["duplicate"]
            (folder / "kể.txt").unlink()
            assert list(sync(library, folder, readers, emptied=True)) == []
            assert [article.id for article in library.articles()] == ["a"]


def test_while_another_writes_the_document_waits_its_turn_and_says_so(inbox: Inbox) -> None:
    brought(inbox, "a.txt", STORY.encode())
    with Readers() as readers, opened(inbox.home):
        thread = threading.Thread(target=work, args=(inbox, taking(lambda: opened(inbox.home), readers)))
        thread.start()
        until(lambda: inbox.uploads()[0].stage == "held up")
        assert inbox.uploads()[0].state == "working"
    thread.join(20)
    assert inbox.uploads()[0].state == "done"


def test_between_two_documents_someone_else_may_write(inbox: Inbox) -> None:
    """Whoever tries every 40 ms, as the page does, gets the library long before twenty documents are in."""
    for n in range(20):
        brought(inbox, f"{n}.txt", STORY.replace("1954", str(1900 + n)).encode())
    with Readers() as readers:
        thread = threading.Thread(target=work, args=(inbox, taking(lambda: opened(inbox.home), readers)))
        thread.start()
        until(lambda: any(upload.state == "done" for upload in inbox.uploads()))
        while True:
            with suppress(LibraryError), opened(inbox.home):
                waiting = sum(upload.state == "waiting" for upload in inbox.uploads())
                break
            time.sleep(0.04)
        thread.join(60)
    assert waiting > 5
    assert all(upload.state == "done" for upload in inbox.uploads())


def test_the_command_takes_in_what_waits_and_tells_of_it(inbox: Inbox, nep: Nep) -> None:
    brought(inbox, "a.txt", STORY.encode())
    brought(inbox, "trống.txt", b"")
    ran = nep("inbox", home=inbox.home)
    assert ran.code == 1
    assert [line.split()[0] for line in ran.lines] == ["added", "refused"]
    assert "1 bài mới; 1 tệp bị từ chối" in ran.err
    assert [upload.state for upload in inbox.uploads()] == ["done", "refused"]
    again = nep("inbox", home=inbox.home)
    assert (again.code, again.out) == (0, "")


# --- processes that die ----------------------------------------------------------------------------

# Takes in what waits, as the real program does; a document called "giết…" kills the process, "đợi…" holds it.
WORKER = """
import os, signal, sys, time
from pathlib import Path
from assistant.inbox import Inbox, work
from assistant.intake import Event, sync
from ingest.load import article_id

home, deadly = Path(sys.argv[1]), sys.argv[2]
signal.signal(signal.SIGTERM, signal.default_int_handler)

def take(path, tell):
    with (home / "begun.txt").open("a") as log:
        log.write(path.stem + "\\n")
    if path.stem == deadly:
        os.kill(os.getpid(), signal.SIGKILL)
    while path.stem == "đợi" and not (home / "đi").exists():
        time.sleep(0.02)
    yield Event("added", str(path), path.stem, path.stem)

sys.exit(0 if work(Inbox(home), take) else 7)
"""


def worker(home: Path, deadly: str = "") -> list[str]:
    return [sys.executable, "-c", WORKER, str(home), deadly]


def begun(home: Path) -> list[str]:
    log = home / "begun.txt"
    return log.read_text().split() if log.exists() else []


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)  # where `python -c` finds our packages


def test_only_one_works_and_a_second_ends_at_once(inbox: Inbox) -> None:
    brought(inbox, "đợi.txt")
    with subprocess.Popen(worker(inbox.home)) as first:
        until(lambda: begun(inbox.home) == ["đợi"])
        assert subprocess.run(worker(inbox.home), check=False, timeout=20).returncode == 7
        (inbox.home / "đi").touch()
        assert first.wait(20) == 0
    assert begun(inbox.home) == ["đợi"]


def test_a_process_killed_in_the_middle_leaves_the_document_to_the_next(inbox: Inbox) -> None:
    brought(inbox, "đợi.txt")
    with subprocess.Popen(worker(inbox.home)) as first:
        until(lambda: begun(inbox.home) == ["đợi"])
        first.kill()
    assert inbox.uploads()[0].state == "working"
    (inbox.home / "đi").touch()
    assert subprocess.run(worker(inbox.home), check=False, timeout=20).returncode == 0
    assert inbox.uploads()[0].state == "done"


def test_a_process_told_to_stop_does_not_blame_the_document(inbox: Inbox) -> None:
    brought(inbox, "đợi.txt")
    for n in range(4):
        with subprocess.Popen(worker(inbox.home), stderr=subprocess.DEVNULL) as stopped:
            until(lambda n=n: len(begun(inbox.home)) == n + 1)  # type: ignore[misc]
            stopped.send_signal(signal.SIGTERM)
            stopped.wait(20)
    assert inbox.uploads()[0].attempts == 0
    (inbox.home / "đi").touch()
    assert subprocess.run(worker(inbox.home), check=False, timeout=20).returncode == 0
    assert inbox.uploads()[0].state == "done"


def test_a_program_that_was_updated_leaves_the_document_to_the_new_one(inbox: Inbox) -> None:
    brought(inbox, "a.pdf")

    def old(path: Path, tell: Tell) -> Iterator[Event]:
        raise ProgramUpdated("Hãy khởi động lại.")

    for _ in range(4):
        with pytest.raises(ProgramUpdated):
            work(inbox, old)
    assert (inbox.uploads()[0].state, inbox.uploads()[0].attempts) == ("working", 0)
    work(inbox, lambda path, tell: iter([Event("added", str(path), "a", "A")]))
    assert inbox.uploads()[0].state == "done"


def test_the_keeper_starts_again_what_died_and_a_deadly_document_is_refused(inbox: Inbox) -> None:
    for name in ("trước.txt", "giết.txt", "sau.txt"):
        brought(inbox, name)
    with Keeper(inbox, worker(inbox.home, "giết")):
        until(lambda: not inbox.is_open(), 60)
    assert [upload.state for upload in inbox.uploads()] == ["done", "refused", "done"]
    assert "dừng giữa chừng 2 lần" in (named(inbox, "giết.txt").reason or "")
    assert begun(inbox.home) == ["trước", "giết", "giết", "sau"]


def test_the_keeper_sleeps_until_it_is_woken(inbox: Inbox) -> None:
    with Keeper(inbox, worker(inbox.home)) as keeper:
        time.sleep(0.3)
        assert not inbox.folder.exists()
        brought(inbox, "a.txt")
        keeper.wake()
        until(lambda: not inbox.is_open())
        brought(inbox, "b.txt")
        keeper.wake()
        until(lambda: not inbox.is_open())
    assert begun(inbox.home) == ["a", "b"]


def test_the_work_goes_on_when_the_keeper_ends_and_is_not_done_twice(inbox: Inbox) -> None:
    brought(inbox, "đợi.txt")
    with Keeper(inbox, worker(inbox.home)):
        until(lambda: begun(inbox.home) == ["đợi"])
    with Keeper(inbox, worker(inbox.home)):  # another server starts and finds it at work
        time.sleep(1.2)
        assert begun(inbox.home) == ["đợi"]
        (inbox.home / "đi").touch()
        until(lambda: not inbox.is_open())
    assert begun(inbox.home) == ["đợi"]


def test_a_process_that_cannot_begin_is_not_started_again_and_again(inbox: Inbox) -> None:
    brought(inbox, "a.txt")
    count = inbox.home / "starts.txt"
    failing = [sys.executable, "-S", "-c", f"open({str(count)!r}, 'a').write('x'); raise SystemExit(1)"]
    with Keeper(inbox, failing):
        time.sleep(3)
    assert 1 <= len(count.read_text()) <= 3
    assert inbox.uploads()[0].state == "waiting"


def test_a_lock_that_nobody_holds_stands_in_nobody_s_way(inbox: Inbox) -> None:
    brought(inbox, "a.txt")
    held = Lock(inbox.home / "inbox.lock")
    assert held.take()
    assert not work(inbox, added)
    held.release()
    assert work(inbox, added)
    assert article_id("a.txt") == "a"
