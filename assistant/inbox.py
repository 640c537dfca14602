"""Documents on their way into the library: kept on the disk as soon as they arrive, then taken in one after
another by a process of its own.

What is brought to the page is an upload, a folder in ``home/inbox`` that is named after the moment it came:

    20261122-091502-731845-9f3a1c/
        upload.json     the name that the user has for the document, its size, when it came
        Lịch sử.docx    the document, under that name as far as a file system takes it
        state.json      how far the work on it is; not there while it waits

A folder whose name begins with a dot is still arriving, or already going: nobody works on it. The process
that works (``python app.py inbox``) holds ``home/inbox.lock`` and ends when nothing waits; the page starts
it, and starts it again should it die. So a document that was received is taken in or refused with a reason,
whoever dies.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, cast

from ingest.errors import LibraryLocked, NepError, ProgramUpdated

if TYPE_CHECKING:
    from assistant.intake import Event
    from assistant.intake import Status as EventStatus
    from ingest.types import Article, Passage
    from ingest.worker import Readers
    from vectorstore.catalogue import Source
    from vectorstore.library import Library
    from vectorstore.types import Outcome, Progress

#: The uploads' folder, and the lock of whoever works on them, in the library's folder.
FOLDER, LOCK = "inbox", "inbox.lock"

#: Deaths of the working process that one document may cause; then it is refused. One may be an accident.
DEATHS = 2
#: How long the outcome of an upload that went well is shown, and a broken-off one is kept.
SHOWN = timedelta(days=1)
#: Seconds between two looks at a library that another process is writing to.
LOOK_AGAIN = 0.5
#: Seconds that the library is let go of between two documents, so that a change made by hand finds its turn.
BREATH = 0.1
#: Seconds between two notes of how far the work is: the page asks once a second.
NOTED = 0.4
#: Bytes that the name of a document may have; most file systems take 255.
NAME_BYTES = 180

_log = logging.getLogger(__name__)

State = Literal["waiting", "working", "done", "refused"]
#: ``reading`` the document, ``storing`` what it holds, or ``held up`` by another process that writes.
Stage = Literal["reading", "storing", "held up"]

_ID = re.compile(r"\d{8}-\d{6}-\d{6}-[0-9a-f]{6}")
_ABOUT, _STATE = "upload.json", "state.json"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one document of an upload. ``inside`` is its path in the upload's archive, empty for the
    upload itself. ``namesake`` is the id of another article that came from a file of that name."""

    status: EventStatus
    inside: str
    article: str | None = None
    title: str | None = None
    reason: str | None = None
    namesake: str | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload as it is now. ``name`` is the user's, ``size`` in bytes, ``received`` in UTC. While it is
    worked on, ``stage`` says at what, and ``progress`` (0 to 1) how far ``storing`` is. ``documents`` are
    those done with so far. It is ``refused`` if any of them was, or for a ``reason`` of its own. ``by`` is
    the name of the account that brought it, empty where there are no accounts."""

    id: str
    name: str
    size: int
    received: datetime
    state: State = "waiting"
    stage: Stage = "reading"
    progress: float = 0.0
    attempts: int = 0
    documents: tuple[Taken, ...] = ()
    reason: str | None = None
    by: str = ""

    @property
    def open(self) -> bool:
        """Whether there is work left to do on it."""
        return self.state in ("waiting", "working")


class Busy(NepError):
    """What was asked cannot be done to an upload while it is worked on."""


class Inbox:
    """The uploads of the library in ``home``. Any number of processes may look and bring; one works."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / FOLDER

    def arrival(self, name: str, by: str = "") -> Arrival:
        """Makes room for a document of that name, brought ``by`` an account. OSError where that cannot be."""
        self.folder.mkdir(parents=True, exist_ok=True)
        now = datetime.now(UTC)
        id = f"{now:%Y%m%d-%H%M%S-%f}-{secrets.token_hex(3)}"
        return Arrival(self.folder, Upload(id, _shown(name), 0, now, by=by))

    def uploads(self) -> list[Upload]:
        """All uploads, oldest first."""
        found = (self.upload(id) for id in self._ids())
        return [upload for upload in found if upload]

    def upload(self, id: str) -> Upload | None:
        """The upload of that id; None where there is none."""
        about = _read(self.folder / id / _ABOUT) if _ID.fullmatch(id) else None
        if about is None:
            return None
        received = datetime.fromisoformat(about["received"])
        upload = Upload(id, about["name"], about["size"], received, by=about.get("by", ""))
        state = _read(self.folder / id / _STATE)
        if state is None:
            return upload
        documents = tuple(Taken(**taken) for taken in state.pop("documents"))
        return replace(upload, documents=documents, **state)

    def upload_of(self, file: str) -> Upload | None:
        """The upload in whose folder a document lies, or lay; None where it came another way."""
        with suppress(ValueError):
            return self.upload(next(iter(Path(file).relative_to(self.folder).parts), ""))
        return None

    def is_open(self) -> bool:
        """Whether any upload is not done with."""
        newest_first = (self.upload(id) for id in reversed(self._ids()))  # what waits is mostly new
        return any(upload is not None and upload.open for upload in newest_first)

    def document(self, upload: Upload) -> Path | None:
        """Where an upload's document lies; None once it is gone."""
        with suppress(OSError):
            for entry in (self.folder / upload.id).iterdir():
                if entry.name not in (_ABOUT, _STATE) and not entry.name.startswith("."):
                    return entry
        return None

    def note(self, upload: Upload, *, lasting: bool = False) -> None:
        """Keeps how far the work on an upload is; ``lasting`` so that a power cut does not undo it. One that
        was taken away meanwhile stays away."""
        kept = ("state", "stage", "progress", "attempts", "reason")
        state = {field: getattr(upload, field) for field in kept}
        state["documents"] = [asdict(taken) for taken in upload.documents]
        with suppress(FileNotFoundError):
            _write(self.folder / upload.id / _STATE, state, lasting=lasting)

    def drop(self, id: str) -> bool:
        """Takes an upload away, with its document; whether it was there. Raises Busy."""
        upload = self.upload(id)
        if upload is None:
            return False
        if upload.state == "working":
            raise Busy(f"Tệp “{upload.name}” đang được nạp. Hãy đợi nạp xong.")
        gone = self.folder / f".{id}"
        with suppress(FileNotFoundError):  # in one step: half an upload is none
            (self.folder / id).replace(gone)
        shutil.rmtree(gone, ignore_errors=True)
        return True

    def retry(self, id: str) -> bool:
        """Lets a refused upload wait once more; whether it was there, with its document."""
        upload = self.upload(id)
        if upload is None or upload.state != "refused" or self.document(upload) is None:
            return False
        (self.folder / id / _STATE).unlink(missing_ok=True)
        return True

    def sweep(self) -> None:
        """Takes away what is of no use any more: the outcomes of yesterday, and what broke off on its way."""
        before = datetime.now(UTC) - SHOWN
        for upload in self.uploads():
            if upload.state == "done" and upload.received < before:
                self.drop(upload.id)
        with suppress(OSError):
            for entry in self.folder.iterdir():
                if entry.name.startswith(".") and entry.stat().st_mtime < before.timestamp():
                    shutil.rmtree(entry, ignore_errors=True)

    def _ids(self) -> list[str]:
        try:
            return sorted(entry.name for entry in self.folder.iterdir() if _ID.fullmatch(entry.name))
        except OSError:
            return []


class Arrival:
    """A document that is being received: ``write`` its bytes, then ``keep`` it. Left without ``keep``,
    nothing of it stays. Every step may raise OSError."""

    def __init__(self, folder: Path, upload: Upload) -> None:
        self._folder, self._upload = folder, upload
        self._beside = folder / f".{upload.id}"
        self._beside.mkdir()
        self._out = (self._beside / safe_name(upload.name)).open("wb")
        self._kept = False

    def write(self, some: bytes) -> int:
        """Adds bytes; how many there are now."""
        self._out.write(some)
        self._upload = replace(self._upload, size=self._upload.size + len(some))
        return self._upload.size

    def keep(self) -> Upload:
        """The upload, which now outlasts a power cut."""
        self._out.flush()
        os.fsync(self._out.fileno())
        self._out.close()
        about = {
            "name": self._upload.name,
            "size": self._upload.size,
            "received": self._upload.received.isoformat(),
            "by": self._upload.by,
        }
        _write(self._beside / _ABOUT, about, lasting=True)
        self._beside.replace(self._folder / self._upload.id)
        _sync(self._folder)
        self._kept = True
        return self._upload

    def __enter__(self) -> Arrival:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._kept:
            with suppress(OSError):
                self._out.close()
            shutil.rmtree(self._beside, ignore_errors=True)


# --- names and files -----------------------------------------------------------------------------

_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f-\x9f\ud800-\udfff<>:"|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]')
#: Names that Windows keeps for devices, and those of our own files beside the document.
_TAKEN_NAMES = re.compile(r"(?i:(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?|upload\.json|state\.json)")


def _shown(name: str) -> str:
    """A file's name as the user has it, without the folders that it was in, and fit to be stored as text."""
    return name.replace("\\", "/").rpartition("/")[2].encode(errors="replace").decode()[:1_000]


def safe_name(name: str) -> str:
    """A file's name as any file system takes it: what it must not hold replaced, its suffix kept, long ones
    shortened. The id of the article is made from it."""
    from ingest.formats import extension
    from ingest.vietnamese import nfc

    name = _NOT_IN_NAMES.sub("_", nfc(_shown(name))).strip(" .")
    if not name:
        return "tài liệu"
    if _TAKEN_NAMES.fullmatch(name):
        name = f"_{name}"
    suffix = name[len(name) - len(extension(name)) :]
    stem = name.removesuffix(suffix).encode()[: NAME_BYTES - len(suffix.encode())]
    return stem.decode(errors="ignore").rstrip(" .") + suffix


def _write(file: Path, value: dict[str, Any], *, lasting: bool) -> None:
    """Puts a value in a file in one step."""
    beside = file.with_name(f".{file.name}")
    with beside.open("w", encoding="utf-8") as out:
        json.dump(value, out, ensure_ascii=False)
        if lasting:
            out.flush()
            os.fsync(out.fileno())
    beside.replace(file)
    if lasting:
        _sync(file.parent)


def _read(file: Path) -> dict[str, Any] | None:
    """What is in the file; None where there is none, or none that can be read."""
    try:
        value: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return value


def _sync(folder: Path) -> None:
    """Makes a change of names outlast a power cut, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# --- the process that works ----------------------------------------------------------------------

#: Told what is being done to a document, and how far it is (0 to 1).
Tell = Callable[[Stage, float], None]
#: Takes in the documents of a file, and tells of each.
Take = Callable[[Path, Tell], Iterable["Event"]]

_DEADLY = (
    "chương trình đã dừng giữa chừng {times} lần khi nạp tệp này. Hãy mở tệp bằng chương trình đã tạo ra nó, "
    "lưu lại thành tệp mới, rồi tải lên lại."
)
_NOTHING = "trong tệp không có tài liệu nào. Hãy kiểm tra lại tệp."
_LOST = "tệp không còn trong hàng đợi. Hãy tải lên lại."
_UNFORESEEN = (
    "Nếp gặp lỗi ngoài dự kiến khi nạp tệp này. Hãy thử lại; nếu vẫn lỗi, báo người phụ trách kỹ thuật."
)


def work(inbox: Inbox, take: Take, say: Callable[[Event], None] = lambda event: None) -> bool:
    """Takes in what waits, in order, until nothing waits, and tells of each document. False at once where
    another process does that already."""
    from vectorstore.lock import Lock

    lock = Lock(inbox.home / LOCK)
    if not inbox.folder.is_dir() or not inbox.is_open():
        return True
    if not lock.take():
        return False
    try:
        # Looked at anew each time: more may have come.
        while upload := next((u for u in inbox.uploads() if u.open), None):
            _work_on(inbox, upload, take, say)
    finally:
        lock.release()
    return True


def _work_on(inbox: Inbox, upload: Upload, take: Take, say: Callable[[Event], None]) -> None:
    path = inbox.document(upload)
    died = upload.attempts if upload.state == "working" else 0
    now = replace(upload, state="working", stage="reading", progress=0.0, attempts=died + 1, documents=())
    if path is None or died >= DEATHS:
        why = _LOST if path is None else _DEADLY.format(times=died)
        inbox.note(replace(now, state="refused", reason=why), lasting=True)
        return
    inbox.note(now, lasting=True)
    noted = time.monotonic()

    def tell(stage: Stage, progress: float) -> None:
        nonlocal now, noted
        news = stage != now.stage
        now = replace(now, stage=stage, progress=progress)
        if news or time.monotonic() - noted >= NOTED:
            inbox.note(now)
            noted = time.monotonic()

    reason: str | None = None
    try:
        for event in take(path, tell):
            now = replace(now, documents=(*now.documents, _taken(event, path)))
            say(event)
            tell("reading", 0.0)
    except ProgramUpdated:  # the process that is started next is of the new version
        inbox.note(replace(now, attempts=died), lasting=True)
        raise
    except NepError as error:
        reason = str(error)
    except Exception:
        _log.exception("an upload could not be taken in")
        reason = _UNFORESEEN
    except BaseException:  # told to stop: it is not the document's fault
        inbox.note(replace(now, attempts=died), lasting=True)
        raise
    if reason is None and not now.documents:
        reason = _NOTHING
    refused = reason is not None or any(taken.status == "refused" for taken in now.documents)
    inbox.note(replace(now, state="refused" if refused else "done", reason=reason), lasting=True)
    if not refused:
        with suppress(OSError):  # the library has its own copy
            path.unlink()


def _taken(event: Event, path: Path) -> Taken:
    from ingest.load import article_id

    # A path is told of with bytes that are no characters in hex.
    inside = event.file.removeprefix(str(path).encode("utf-8", "backslashreplace").decode()).strip("/")
    wanted = article_id(inside.rpartition("/")[2] or path.name)
    other = wanted if event.status == "added" and event.article != wanted else None
    return Taken(event.status, inside, event.article, event.title, event.reason, other)


def taking(open: Callable[[], AbstractContextManager[Library]], readers: Readers) -> Take:
    """Takes documents into the library that ``open`` opens for writing. It is read without the library, which
    is opened for each document anew: whoever wants to change something meanwhile need not wait for the
    rest."""
    from assistant.intake import take_in

    def take(path: Path, tell: Tell) -> Iterator[Event]:
        return take_in(cast("Library", _Between(open, tell)), [path], readers)

    return take


class _Between:
    """The library as ``take_in`` needs it: there when something is to be changed, waiting as long as another
    process writes."""

    def __init__(self, open: Callable[[], AbstractContextManager[Library]], tell: Tell) -> None:
        self._open, self._tell = open, tell
        self._free_at = 0.0

    def add(
        self,
        article: Article,
        passages: Sequence[Passage],
        progress: Progress | None = None,
        *,
        source: Source | None = None,
        original: Path | None = None,
    ) -> Outcome:
        def within(done: int, total: int, what: str) -> None:
            self._tell("storing", done / max(total, 1))

        with self._opened() as library:
            self._tell("storing", 0.0)
            outcome = library.add(article, passages, within, source=source, original=original)
        self._free_at = time.monotonic() + BREATH
        return outcome

    def let_go(self, container: str, keep: Collection[str] = ()) -> list[Article]:
        with self._opened() as library:
            return library.let_go(container, keep)

    def _opened(self) -> AbstractContextManager[Library]:
        time.sleep(max(0.0, self._free_at - time.monotonic()))
        while True:
            try:
                return self._open()
            except LibraryLocked:
                self._tell("held up", 0.0)
                time.sleep(LOOK_AGAIN)


# --- who sees to it that it runs -----------------------------------------------------------------

#: Seconds between two looks while there is work, and the longest pause after the process failed again and
#: again.
_LOOK, _LONGEST_PAUSE = 0.5, 60.0


class Keeper:
    """Starts the process that works (``command``) as soon as there is something to do, and again if it dies
    before all is done. When the keeper's own process ends, the other one finishes its work."""

    def __init__(self, inbox: Inbox, command: Sequence[str]) -> None:
        self._inbox, self._command = inbox, tuple(command)
        self._woken, self._ended = threading.Event(), threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._failures = 0
        self._thread = threading.Thread(target=self._keep, name="nep-inbox", daemon=True)

    def __enter__(self) -> Keeper:
        self._inbox.sweep()
        self._thread.start()
        self.wake()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._woken.set()
        self._thread.join()
        if self._child is not None and self._child.poll() is None:
            self._child.returncode = 0  # it is left to itself on purpose: Popen has nothing to complain of

    def wake(self) -> None:
        """Looks whether there is something to do. Returns at once."""
        self._woken.set()

    def _keep(self) -> None:
        while not self._ended.is_set():
            self._woken.wait()
            self._woken.clear()
            self._failures = 0
            while not self._ended.is_set() and (self._inbox.is_open() or self._child is not None):
                self._look()
                # One that could not do its work will not the next moment either.
                self._ended.wait(min(_LOOK * 4**self._failures, _LONGEST_PAUSE))

    def _look(self) -> None:
        """Starts the process unless one works."""
        if self._child is not None:
            code = self._child.poll()
            if code is None:
                return
            self._child = None
            self._failures = self._failures + 1 if code > 0 else 0
            if self._failures:
                return
        if self._is_worked_on() or not self._inbox.is_open():
            return
        try:
            self._child = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl+C at the server is not for it
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError:
            _log.exception("the process that takes uploads in could not be started")
            self._failures += 1

    def _is_worked_on(self) -> bool:
        """Whether a process works that another server has started."""
        from vectorstore.lock import Lock

        lock = Lock(self._inbox.home / LOCK)
        try:
            if not lock.take():
                return True
        except OSError:
            return False
        lock.release()
        return False
