"""Files read in a process apart, which may break, hang or grow without harm to anything but one file.

The libraries that read documents are large, some are written in C, and what they are given comes from
anywhere. So a second Python process reads, one file after another, bounded in time, memory, disk and
processors; whatever becomes of it, the person who gave the file gets one sentence, and the next file a
process that works. The two talk in lines of JSON: a request down, any number of ``extend`` lines and one
answer up. This module is both ends: ``Readers`` asks, and ``python -m ingest.worker`` reads. Both must be of
one version; where the program was replaced while it runs, none is asked any more.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from types import TracebackType
from typing import IO, Any, Literal

from ingest import formats
from ingest.errors import ProgramUpdated, UnreadableFile
from ingest.layout import Line, Page
from ingest.limits import Limits

#: What libraries leave behind grows from file to file. A process is replaced after so many files, or when it
#: has held so many megabytes: it holds 70 when it has read a small file of every format.
FILES_A_PROCESS = 200
RETIRING_MEGABYTES = 300
#: Processors that a library may use at a time: so many seconds of theirs pass in one on the wall.
PROCESSORS = 4
#: A file's name may have 255 bytes, and a character four of them.
STEM_CHARS = 60
#: What a page is made of is looked at line by line, so a line counts for so many characters at least.
LINE_CHARACTERS = 40

_log = logging.getLogger(__name__)


class ReaderFailed(UnreadableFile):
    """A file that was not refused by its reader, but on which the reader failed. ``how`` it did; ``trace``
    says where, for the people who write the reader, empty where that is not known."""

    def __init__(self, how: Literal["error", "crash", "time", "memory"], words: str, trace: str = "") -> None:
        super().__init__(words)
        self.how = how
        self.trace = trace


# --- a page as JSON --------------------------------------------------------------------------------


def packed(page: Page) -> dict[str, Any]:
    """The page as JSON has it. What YAML can give for a field, and JSON has no way to write, goes as its
    words, but for dates."""
    return {
        "lines": [[x.text, x.kind, x.bullet, x.wrapped, x.gap, x.pages] for x in page.lines],
        "front": _packed(page.front),
        "hints": _packed(page.hints),
        "whole": page.whole,
        "scanned": sorted(page.scanned),
    }


def unpacked(data: Mapping[str, Any]) -> Page:
    """The page that was packed."""
    lines = (
        Line(text, kind, bullet, wrapped, gap, tuple((at, number) for at, number in pages))
        for text, kind, bullet, wrapped, gap, pages in data["lines"]
    )
    front, hints = _unpacked(data["front"]), _unpacked(data["hints"])
    return Page(tuple(lines), front, hints, data["whole"], frozenset(data["scanned"]))


def _bounded(page: Page, limits: Limits) -> Page:
    """The page, if what comes after can cope with its length. Raises UnreadableFile."""
    fields = [*page.front.values(), *page.hints.values()]
    length = sum(len(field) for field in fields if isinstance(field, str))
    length += sum(max(len(line.text), LINE_CHARACTERS) for line in page.lines)
    if length > limits.characters:
        counts = (limits.characters, limits.characters // LINE_CHARACTERS)
        most, lines = (f"{n:,}".replace(",", ".") for n in counts)
        raise UnreadableFile(
            f"tệp quá dài cho một bài viết: hơn {most} chữ cái, hoặc hơn {lines} dòng. "
            "Hãy tách tệp thành từng bài, rồi nạp lại."
        )
    return page


def _packed(value: object) -> Any:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return {"datetime": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case list() | tuple():
            return [_packed(item) for item in value]
        case Mapping():
            return {"fields": [[_packed(key), _packed(item)] for key, item in value.items()]}
    return str(value)


def _unpacked(value: Any) -> Any:
    match value:
        case {"datetime": written}:
            return datetime.fromisoformat(written)
        case {"date": written}:
            return date.fromisoformat(written)
        case {"fields": fields}:
            return {_unpacked(key): _unpacked(item) for key, item in fields}
        case list():
            return [_unpacked(item) for item in value]
    return value


# --- the end that asks -----------------------------------------------------------------------------

_ROOT = Path(__file__).parents[1]
#: What is started to read; the limits and a folder are added.
PROGRAM = (sys.executable, "-m", "ingest.worker")


def _version() -> bytes:
    """What tells the reading part of the program as it lies on the disk from any other version of it."""
    found = sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        with suppress(OSError):  # it is being replaced
            found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.digest()


#: That of this process: it is what was there as it started, to within the moment that starting takes.
_STARTED = _version()

_UPDATED = "Chương trình vừa được cập nhật trong lúc đang chạy. Hãy khởi động lại Nếp, rồi nạp lại."
_BROKEN = (
    "tệp hỏng hoặc viết sai quy cách, nên không đọc được. Hãy mở tệp bằng chương trình đã tạo ra nó, lưu lại "
    "thành tệp mới, rồi nạp lại."
)
_CRASHED = (
    "chương trình đọc dừng giữa chừng, có lẽ vì tệp hỏng. Hãy mở tệp bằng chương trình đã tạo ra nó, lưu lại "
    "thành tệp mới, rồi nạp lại."
)
_GREEDY = (
    "đọc tệp này cần quá nhiều bộ nhớ (hơn {memory} MB). Hãy tách tệp thành nhiều tệp nhỏ, hoặc bỏ bớt hình "
    "ảnh, rồi nạp lại."
)
_SLOW = (
    "đọc tệp này quá lâu (hơn {seconds} giây), nên đã dừng. Hãy tách tệp thành nhiều tệp nhỏ, hoặc bỏ bớt "
    "hình ảnh, rồi nạp lại."
)
_LARGE = (
    "nội dung của tệp khi bung ra lớn hơn {expanded} MB. Hãy tách tệp thành nhiều tệp nhỏ, hoặc bỏ bớt hình "
    "ảnh, rồi nạp lại."
)


class Readers:
    """Reads the files of all formats, for as long as the ``with`` block lasts: one at a time, not from
    several threads at once. The process that reads starts with the first file that needs it: ``program``,
    which another may stand for that speaks like ``main``. ``peak`` is the most memory that any process has
    held when it answered, in megabytes."""

    def __init__(self, limits: Limits | None = None, program: Sequence[str] = PROGRAM) -> None:
        self.limits = limits or Limits()
        self.peak = 0
        self._program = program
        self._process: _Process | None = None

    def __enter__(self) -> Readers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the process that reads, if there is one; the next file starts another."""
        process, self._process = self._process, None
        if process:
            process.end()

    def page(self, path: Path, suffix: str | None = None, name: str | None = None) -> Page:
        """What a file holds. ``suffix`` (one of ``formats.READERS``) is the format that it is in, where its
        name does not say; ``name`` what it was called where it came from, if that is another name.

        Raises UnreadableFile, which is ReaderFailed where the reader did not refuse the file but failed on
        it, or OSError."""
        suffix = suffix or formats.extension(path.name)
        if suffix in formats.TEXTS:  # as fast as it was, and no file of text has ever broken our own code
            return _bounded(formats.reader_of(suffix)(path, self.limits), self.limits)
        stem = formats.stem(name or path.name)
        return unpacked(self._asked({"page": os.path.abspath(path), "suffix": suffix, "stem": stem}))  # noqa: PTH100

    def attachments(self, path: Path, folder: Path) -> list[tuple[str, Path]]:
        """What is attached to a letter: the names as the letter has them, and files that hold it, under names
        of our own in ``folder``. Raises like ``page``."""
        names: list[str] = self._asked({"attachments": os.path.abspath(path), "folder": str(folder)})  # noqa: PTH100
        return [(name, folder / str(n)) for n, name in enumerate(names)]

    def _asked(self, request: Mapping[str, str]) -> Any:
        """What the process answers; it is ended unless it has answered in good order. Raises ProgramUpdated
        where it would be of another version than this."""
        if _version() != _STARTED:
            self.close()
            raise ProgramUpdated(_UPDATED)
        process = self._process
        if process is None or not process.is_fit():
            self.close()
            process = self._process = _Process(self._program, self.limits)
        try:
            answer = process.answer(request)
            self.peak = max(self.peak, process.peak)
        except BaseException:
            self.close()
            raise
        match answer:
            case {"done": done}:
                return done
            case {"refused": str(words)}:
                raise UnreadableFile(words)
            case {"system": [int(number), str(words)]}:
                raise OSError(number, words)
        self.close()
        if "memory" in answer:
            raise ReaderFailed("memory", _GREEDY.format(memory=self.limits.memory), answer["memory"])
        trace = str(answer.get("failed", ""))
        _log.info("%s\n%s", next(iter(request.values())), trace)
        raise ReaderFailed("error", _BROKEN, trace)


class _Process:
    """A running reader. Its folder, which has all that it writes, goes with it."""

    def __init__(self, program: Sequence[str], limits: Limits) -> None:
        self._limits = limits
        self._folder = tempfile.TemporaryDirectory(prefix="nep-", ignore_cleanup_errors=True)
        try:
            self._child = subprocess.Popen(
                [*program, json.dumps(asdict(limits)), self._folder.name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=_ROOT,  # where `-m` finds this package, whatever the caller's folder and path
                start_new_session=True,  # a group to end as one, and no Ctrl-C but through us
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except BaseException:
            self._folder.cleanup()
            raise
        self._files = 0
        self.peak = 0
        self._lines: SimpleQueue[bytes] = SimpleQueue()
        self._listener = Thread(target=_listen, args=(self._child.stdout, self._lines.put), daemon=True)
        self._listener.start()

    def is_fit(self) -> bool:
        """Whether another file can be given to it."""
        worn = self._files >= FILES_A_PROCESS or self.peak >= RETIRING_MEGABYTES
        return not worn and self._child.poll() is None

    def answer(self, request: Mapping[str, str]) -> Mapping[str, Any]:
        """Raises ReaderFailed when there is none, or none in time."""
        self._files += 1
        assert self._child.stdin
        allowed = self._limits.seconds
        more = self._limits.scanned * self._limits.page_seconds
        began = monotonic()
        try:
            self._child.stdin.write(_line(request))
            self._child.stdin.flush()
            while line := self._lines.get(timeout=max(0.0, began + allowed - monotonic())):
                answer: dict[str, Any] = json.loads(line)
                if "extend" not in answer:
                    self.peak = answer["peak"]
                    return answer
                granted = min(int(answer["extend"]), more)
                allowed, more = allowed + granted, more - granted
        except Empty:
            raise ReaderFailed("time", _SLOW.format(seconds=allowed)) from None
        except (BrokenPipeError, ValueError):  # it died before the request came, or amid a line
            pass
        raise self._death()

    def _death(self) -> ReaderFailed:
        with suppress(subprocess.TimeoutExpired):  # its last line is read before it is quite gone
            self._child.wait(1)
        code = self._child.returncode
        if code == -getattr(signal, "SIGXCPU", 0):
            return ReaderFailed("time", _SLOW.format(seconds=self._limits.seconds))
        if code == -getattr(signal, "SIGKILL", 0):  # not by us: the system had no memory left for it
            return ReaderFailed("memory", _GREEDY.format(memory=self._limits.memory))
        return ReaderFailed("crash", _CRASHED, f"exit code {code}")

    def end(self) -> None:
        """Ends it and what it has started, and takes its folder away."""
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child.pid, signal.SIGKILL)
        self._child.kill()
        self._child.wait()
        self._listener.join(1)
        for pipe in (self._child.stdin, self._child.stdout):
            with suppress(OSError):  # what it was not there to read any more
                if pipe:
                    pipe.close()
        self._folder.cleanup()


def _listen(pipe: IO[bytes], put: Callable[[bytes], None]) -> None:
    """Puts every line, and an empty one at the end."""
    with suppress(OSError, ValueError):
        for line in pipe:
            put(line)
    put(b"")


def _line(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message).encode() + b"\n"


# --- the end that reads ----------------------------------------------------------------------------

_waiting: Callable[[Mapping[str, Any]], None] | None = None


def extend(seconds: int) -> None:
    """For a reader that is about to do work which takes longer than reading does, as text recognition: the
    process that waits for its answer shall wait so many seconds more. Without one, nothing happens."""
    if _waiting:
        _bound_processors(seconds)
        _waiting({"extend": seconds})


def main() -> None:
    """Reads the files that are asked for on standard input until that ends. The arguments are the limits as
    JSON, and the folder for whatever is written."""
    global _waiting
    limits, folder = Limits(**json.loads(sys.argv[1])), sys.argv[2]
    # What a library or another program reads or prints must not come between.
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    lines: SimpleQueue[bytes] = SimpleQueue()

    def heard(line: bytes) -> None:
        if not line:
            _vanish(folder)
        lines.put(line)

    def say(message: Mapping[str, Any]) -> None:
        answers.write(_line(message))
        answers.flush()

    Thread(target=_listen, args=(requests, heard), daemon=True).start()
    _confine(limits, folder)
    _waiting = say
    while True:
        request = json.loads(lines.get())
        _bound_processors(limits.seconds)
        say(_answer(request, limits) | {"peak": _peak()})


#: Errors of the system that no system is at fault for: of libraries that call their own errors so, and of
#: numbers in a file that lead before its beginning.
_NOT_THE_DISK = (None, errno.EINVAL, errno.EOVERFLOW)


def _answer(request: Mapping[str, str], limits: Limits) -> dict[str, Any]:
    try:
        if "attachments" in request:
            return {"done": _attachments(Path(request["attachments"]), Path(request["folder"]), limits)}
        page = _page(Path(request["page"]), request["suffix"], request["stem"], limits)
        return {"done": packed(page)}
    except UnreadableFile as e:
        return {"refused": str(e)}
    except MemoryError:
        return {"memory": traceback.format_exc()}
    except OSError as e:
        if e.errno == errno.EFBIG:
            return {"refused": _LARGE.format(expanded=limits.expanded)}
        if e.errno in _NOT_THE_DISK:
            return {"failed": traceback.format_exc()}
        return {"system": [e.errno, e.strerror or ""]}
    except Exception:  # whatever a library thinks of: the file is at fault, or the reader
        return {"failed": traceback.format_exc()}


def _page(path: Path, suffix: str, stem: str, limits: Limits) -> Page:
    read = formats.reader_of(suffix)
    if formats.extension(path.name) == suffix and formats.stem(path.name) == stem:
        page = read(path, limits)
    else:  # libraries look at the suffix, and a sheet without a title is called after its file
        named = "".join(c for c in stem if c.isprintable() and c not in '/\\:*?"<>|')[:STEM_CHARS].strip(". ")
        with tempfile.TemporaryDirectory() as folder:
            page = read(Path(shutil.copyfile(path, Path(folder, f"{named or 'file'}{suffix}"))), limits)
    return _bounded(page, limits)


def _attachments(path: Path, folder: Path, limits: Limits) -> list[str]:
    from ingest.readers import mail

    found = mail.attachments(path)
    if len(found) > limits.files:
        raise UnreadableFile(
            f"thư đính kèm {len(found)} tệp, quá mức {limits.files} tệp. "
            "Hãy lưu riêng các tệp cần, rồi nạp lại."
        )
    for n, (_, data) in enumerate(found):
        (folder / str(n)).write_bytes(data)
    return [name for name, _ in found]


def _vanish(folder: str) -> None:
    """The process that asked is gone, be it by force: nothing of this one shall stay."""
    shutil.rmtree(folder, ignore_errors=True)
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)  # with whatever program a reader has started
    os._exit(1)


def _confine(limits: Limits, folder: str) -> None:
    """What is written goes to the folder, and is bounded; so is memory."""
    os.chdir(folder)
    tempfile.tempdir = folder
    for name in ("TMPDIR", "TMP", "TEMP"):
        os.putenv(name, folder)  # for the programs that a reader starts
    if sys.platform == "win32":
        return
    import resource

    _bound(resource.RLIMIT_CORE, 0)
    _bound(resource.RLIMIT_FSIZE, limits.expanded * 1_000_000)
    memory = limits.memory * 1_000_000
    if sys.platform == "linux":  # what is written to, rather than the libraries' code and what they reserve
        held = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5]) * resource.getpagesize()
        _bound(resource.RLIMIT_DATA, held + memory)
    else:
        _bound(resource.RLIMIT_AS, memory)


def _bound_processors(seconds: int) -> None:
    """Ends this process when it, and each it starts, has used the processors for so long from now on: it ends
    even where nobody is left to end it."""
    if sys.platform != "win32":
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        until = int(used.ru_utime + used.ru_stime) + 1 + PROCESSORS * seconds
        now, most = resource.getrlimit(resource.RLIMIT_CPU)
        if now == resource.RLIM_INFINITY or now < until:
            with suppress(ValueError, OSError):  # somebody has bounded it closer
                resource.setrlimit(resource.RLIMIT_CPU, (until, most))


def _bound(what: int, most: int) -> None:
    import resource

    with suppress(ValueError, OSError):  # a system that knows no such bound
        resource.setrlimit(what, (most, most))


def _peak() -> int:
    """The most memory that this process has held, in megabytes; 0 where the system does not say. Not what
    ``getrusage`` says, which counts what the process held that started this one."""
    if sys.platform != "linux":
        return 0
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 // 1_000_000


if __name__ == "__main__":
    from ingest import worker  # under its own name, by which the readers know it

    worker.main()
