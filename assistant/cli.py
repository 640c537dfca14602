"""The command line. Here alone arguments and the environment are read, and here text is printed.

Results go to standard output, what is said about the work to standard error. Exit codes: 0 done,
1 something was refused or failed, 2 wrong usage; 130 and 141 where Ctrl+C or a closed pipe ended it.
"""

from __future__ import annotations

import argparse
import errno
import ipaddress
import json
import logging
import os
import re
import shutil
import signal
import sys
import tempfile
import textwrap
import threading
import unicodedata
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn, Protocol

from ingest.errors import BadQuestion, LibraryError, NepError, UnreadableFile
from ingest.limits import Limits

if TYPE_CHECKING:
    from assistant.answer import Answered, Assistant
    from assistant.audit import Audit
    from assistant.generate import Task
    from assistant.intake import Event
    from assistant.models import LanguageModel
    from assistant.records.accounts import Listed
    from assistant.records.store import Told
    from assistant.types import Answer, Citation, Turn
    from assistant.writer import Answers, Writer
    from ingest.facts import Fact, FactKind
    from ingest.types import Article
    from vectorstore.catalogue import Shelved
    from vectorstore.library import Library
    from vectorstore.types import Filter, Hit

HOST, PORT = "127.0.0.1", 7860
#: The samples live in a library of their own inside the office's folder, and never mix with it.
DEMO_FOLDER = "bai-mau"
LOG = "nep.log"
#: The variables that set what one document may take, by the limit that each sets.
LIMITS = {
    "NEP_MAX_MB": "megabytes",
    "NEP_MAX_EXPANDED_MB": "expanded",
    "NEP_MAX_CHARACTERS": "characters",
    "NEP_MAX_PAGES": "pages",
    "NEP_MAX_SCANNED_PAGES": "scanned",
    "NEP_MAX_SECONDS": "seconds",
    "NEP_MAX_PAGE_SECONDS": "page_seconds",
    "NEP_MAX_MEMORY_MB": "memory",
    "NEP_MAX_FILES": "files",
}
#: What each role is called.
ROLES = {"reader": "người đọc", "editor": "biên tập", "administrator": "quản trị"}
#: The variable that says for how many days the audit log is kept.
AUDIT_DAYS = "NEP_AUDIT_DAYS"
#: What a fact says in short has no more characters.
SHORT = 160
#: How far the process that takes uploads in stands back behind the others.
_NICE = 10
# Beyond this the log begins anew; the one before it is kept.
LOG_BYTES = 2_000_000

_LOG = logging.getLogger("nep")


class Ask(Protocol):
    """What gives the answer that stands in the end."""

    def __call__(self, question: str, history: Sequence[Turn] = (), /) -> Answer: ...


DONE, FAILED, MISUSED, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 130, 141


@dataclass(frozen=True, slots=True)
class Settings:
    """What the arguments and the environment decide. ``llm`` names a language model as
    ``assistant.models.connect`` takes it, None for none; its key is never shown. ``switches`` are those that
    keep the libraries off the network: by name, the value found in the environment and the one it must
    have. ``url`` is the address that people type where that is another than the server's; ``audit_days``, for
    how long the audit log is kept, None for as long as usual."""

    home: Path
    encoder: str
    chroma_url: str | None
    llm: str | None
    llm_key: str | None = field(repr=False)
    switches: Mapping[str, tuple[str | None, str]]
    limits: Limits
    url: str | None = None
    audit_days: int | None = None


def main(argv: Sequence[str], environ: Mapping[str, str], offline: Mapping[str, str]) -> int:
    """Runs one command and gives the exit code. Never raises for what a user can meet."""
    for stream in (sys.stdout, sys.stderr):
        # Vietnamese comes out whatever the locale says; a file name that is not text comes out escaped.
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    try:
        args = _parser().parse_args(argv)
    except SystemExit as end:  # 0 after help, 2 after a wrong usage
        return end.code if isinstance(end.code, int) else FAILED
    try:
        settings = _settings(args, environ, offline)
    except RuntimeError:
        _tell("Không biết thư mục cá nhân nào để đặt thư viện. Hãy chỉ ra thư mục bằng --home THƯ-MỤC.")
        return MISUSED
    except ValueError as error:
        _tell(str(error))
        return MISUSED
    with _Log(settings.home).keeping() as log:
        try:
            code: int = args.run(settings, args)
            sys.stdout.flush()
            return code
        except SystemExit:  # a wrong usage that only the command could see
            return MISUSED
        except KeyboardInterrupt:
            _tell("Đã dừng.")
            return INTERRUPTED
        except BrokenPipeError:
            # What is left in the buffer goes nowhere, or the interpreter complains when it closes.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return PIPE_CLOSED
        except NepError as error:
            _tell(str(error))
            return FAILED
        except Exception as error:
            _tell(_explained(error) or log.unforeseen())
            return FAILED


def _settings(args: argparse.Namespace, environ: Mapping[str, str], offline: Mapping[str, str]) -> Settings:
    """Raises RuntimeError where a ``~`` stands for nobody's home folder, ValueError for a limit that is no
    number."""
    home = getattr(args, "home", None) or environ.get("NEP_HOME") or Path.home() / "Nep"
    return Settings(
        home=Path(home).expanduser().absolute(),
        encoder=environ.get("NEP_ENCODER") or "e5-small",
        chroma_url=environ.get("NEP_CHROMA_URL") or None,
        llm=environ.get("NEP_LLM") or None,
        llm_key=environ.get("NEP_LLM_KEY") or None,
        switches={name: (environ.get(name), wanted) for name, wanted in offline.items()},
        limits=Limits(
            **{field: _number(environ, name) for name, field in LIMITS.items() if environ.get(name)}
        ),
        url=environ.get("NEP_URL") or None,
        audit_days=_number(environ, AUDIT_DAYS, least=0) if environ.get(AUDIT_DAYS) else None,
    )


def _number(environ: Mapping[str, str], name: str, least: int = 1) -> int:
    given = environ[name].strip()
    if not (given.isascii() and given.isdecimal() and len(given) < 10 and int(given) >= least):
        kind = "dương" if least else "từ 0 trở lên"
        raise ValueError(
            f"Biến {name} phải là một số nguyên {kind}, không phải “{given}”. Hãy sửa hoặc bỏ biến đó."
        )
    return int(given)


# --- when something goes wrong ---------------------------------------------------------------------


def _explained(error: Exception) -> str | None:
    """A sentence for what the system refused, where the reason is the machine's and not a mistake."""
    if not isinstance(error, OSError):
        return None
    where = f" “{error.filename}”" if error.filename else ""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return f"Ổ đĩa đã đầy, không ghi được{where}. Hãy giải phóng dung lượng rồi chạy lại."
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return f"Không có quyền đọc hoặc ghi{where}. Hãy kiểm tra quyền truy cập rồi chạy lại."
    return None


class _Log(logging.Handler):
    """Warnings and tracebacks, for the person who maintains the machine: in a file of the library's
    folder, or of the system's temporary one, and never on the screen."""

    def __init__(self, home: Path) -> None:
        super().__init__(logging.WARNING)
        self.setFormatter(logging.Formatter("%(asctime)s %(name)s: %(message)s"))
        self._folders = (home, Path(tempfile.gettempdir()))
        self._file: Path | None = None

    @contextmanager
    def keeping(self) -> Iterator[_Log]:
        """All that is logged, and all that goes wrong where nobody waits for it, comes here."""

        def in_thread(failure: threading.ExceptHookArgs) -> None:
            _LOG.error("in a thread", exc_info=failure.exc_value)

        def unraised(failure: sys.UnraisableHookArgs) -> None:
            _LOG.error("while cleaning up", exc_info=failure.exc_value)

        hooks = threading.excepthook, sys.unraisablehook
        threading.excepthook, sys.unraisablehook = in_thread, unraised
        logging.getLogger().addHandler(self)
        try:
            yield self
        finally:
            logging.getLogger().removeHandler(self)
            threading.excepthook, sys.unraisablehook = hooks

    def emit(self, record: logging.LogRecord) -> None:
        for folder in self._folders:
            with suppress(OSError):
                if folder.is_dir():
                    file = folder / LOG
                    if file.exists() and file.stat().st_size > LOG_BYTES:
                        file.replace(file.with_suffix(".cũ.log"))
                    with file.open("a", encoding="utf-8", errors="backslashreplace") as out:
                        out.write(self.format(record) + "\n")
                    self._file = file
                    return

    def unforeseen(self) -> str:
        """Keeps the error now being handled; the sentence that says where."""
        _LOG.exception("unforeseen")
        if self._file is None:
            return "Nếp gặp lỗi ngoài dự kiến. Hãy chạy lại; nếu vẫn lỗi, báo người phụ trách kỹ thuật."
        return f"Nếp gặp lỗi ngoài dự kiến. Hãy gửi tệp “{self._file}” cho người phụ trách kỹ thuật."


# --- saying things ---------------------------------------------------------------------------------


def _tell(text: str) -> None:
    """To the person at the screen, beside the result."""
    with suppress(BrokenPipeError):
        print(text, file=sys.stderr, flush=True)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _day(day: date | None) -> str:
    from assistant.types import written

    return written(day) if day else ""


def _width(text: str) -> int:
    """The columns a text takes on a screen: none for a combining mark, two for a wide character."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def _table(rows: Sequence[Sequence[str]], room: int | None) -> Iterator[str]:
    """Aligned lines; the last column is cut to ``room`` columns a line, where that is given."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        line = "  ".join(
            cell + " " * (w - _width(cell)) for cell, w in zip(row, widths, strict=True)
        ).rstrip()
        while room and _width(line) > room:
            line = line[: room - _width(line) - 1].rstrip() + "…"
        yield line


def _screen() -> int | None:
    """The columns of the screen; None where the output goes elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


class _Bar:
    """A progress bar on standard error, where that is a screen; else nothing. Calling it takes
    (done, total, what). ``print`` puts a line of the result above the bar."""

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._bar: Any = None

    def __call__(self, done: float, total: float, what: str) -> None:
        if not sys.stderr.isatty():
            return
        if self._bar is None:
            from tqdm import tqdm

            layout = f"{{desc}} {{bar:24}} {{percentage:3.0f}}% của {{total:.0f}} {self._unit} [{{elapsed}}]"
            self._bar = tqdm(file=sys.stderr, leave=False, bar_format=layout, total=total)
        self._bar.total = total
        self._bar.set_description_str(textwrap.shorten(what, 40, placeholder="…"), refresh=False)
        self._bar.update(done - self._bar.n)

    def print(self, line: str) -> None:
        if self._bar is not None:
            self._bar.write(line, file=sys.stdout)
            sys.stdout.flush()
        else:
            print(line, flush=True)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


@contextmanager
def _progress(unit: str) -> Iterator[_Bar]:
    bar = _Bar(unit)
    try:
        yield bar
    finally:
        bar.close()


# --- the library -----------------------------------------------------------------------------------


def _library(
    settings: Settings, *, write: bool = False, mend: bool = False, told: Told | None = None
) -> AbstractContextManager[Library]:
    from vectorstore import encoders
    from vectorstore.library import Library

    def tell(what: str, article: str, about: Mapping[str, Any]) -> None:
        if told is not None:
            told(f"document.{what}", article=article, **about)

    encoder = encoders.load(settings.encoder)
    return Library.open(
        settings.home, encoder, chroma_url=settings.chroma_url, write=write, mend=mend, told=tell
    )


def _changing(settings: Settings, told: Told | None = None) -> AbstractContextManager[Library]:
    """The library, to be changed. ``told`` hears of every change; if nobody else does, the log, as of one by
    whoever runs this command."""
    return _library(settings, write=True, told=told or _telling(settings))


def _existing(
    settings: Settings, *, write: bool = False, mend: bool = False
) -> AbstractContextManager[Library]:
    """The library, for what makes no sense without one: a mistyped folder is not made into one."""
    if not settings.home.is_dir():
        raise LibraryError(f"Chưa có thư viện ở “{settings.home}”. {_FILL}")
    return _changing(settings) if write else _library(settings, mend=mend)


def _assistant(library: Library) -> Assistant:
    """Raises LibraryError for a library without articles, where any answer would mislead."""
    from assistant.answer import Assistant

    if not library.passage_count():
        raise LibraryError(f"Thư viện chưa có bài nào. {_FILL}")
    return Assistant(library)


_FILL = "Hãy nạp bài trước: python app.py ingest THƯ-MỤC"


class _Tally:
    """What became of the documents of one run, told a line each; ``skipped`` is how many files in folders
    were of no known format."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.counts: Counter[str] = Counter()
        self.skipped = 0
        self._say = say

    @property
    def added(self) -> bool:
        """Whether any document is in the library now, or was before."""
        return self.counts.total() > self.counts["refused"]

    def count(self, event: Event) -> None:
        """Tells of one document. A copy of another counts as unchanged."""
        status = "unchanged" if event.status == "duplicate" else event.status
        self.counts[status] += 1
        if event.status == "refused":
            told = f"{event.file}: {event.reason}"
        else:
            note = f"  (tệp {Path(event.file).name} trùng nội dung)" if event.status == "duplicate" else ""
            told = f"{event.article}  {event.title}{note}"
        # A name may hold anything, a line break too; a document stays a line.
        self._say(f"{status:<10} {' '.join(told.splitlines())}")

    @property
    def summary(self) -> str:
        words = (
            ("added", "bài mới"),
            ("updated", "bài cập nhật"),
            ("unchanged", "bài không đổi"),
            ("removed", "bài gỡ đi"),
            ("refused", "tệp bị từ chối"),
        )
        parts = [f"{self.counts[key]} {name}" for key, name in words if self.counts[key]]
        if self.skipped:
            parts.append(f"{self.skipped} tệp bỏ qua vì không phải định dạng tài liệu đọc được")
        return ("; ".join(parts) or "Không có tệp nào để nạp") + "."


def _add(
    library: Library, paths: Iterable[Path], limits: Limits, say: Callable[[str], None], bar: _Bar
) -> _Tally:
    """Adds every file that ``paths`` stand for, telling a line a document; a refused one stops no other."""
    from assistant.intake import Event, take_in
    from ingest.load import find
    from ingest.worker import Readers

    tally = _Tally(say)
    files: dict[Path, None] = {}
    skipped: set[Path] = set()
    for path in paths:
        try:
            found = find([path])
        except UnreadableFile as error:
            tally.count(Event("refused", str(path), reason=str(error)))
        except OSError as error:
            reason = _explained(error) or f"không mở được ({error.strerror})."
            tally.count(Event("refused", str(path), reason=reason))
        else:
            files |= dict.fromkeys(found.files)
            skipped.update(found.skipped)
    with Readers(limits) as readers:
        for event in take_in(library, files, readers, bar):
            tally.count(event)
    tally.skipped = len(skipped - files.keys())
    return tally


# --- commands --------------------------------------------------------------------------------------


def _ingest(settings: Settings, args: argparse.Namespace) -> int:
    from ingest.formats import READABLE

    with _changing(settings) as library, _progress("tệp") as bar:
        tally = _add(library, args.paths, settings.limits, bar.print, bar)
    _tell(tally.summary)
    if not tally.counts:
        _tell(f"Hãy chỉ ra tệp hoặc thư mục có tài liệu thuộc một trong các dạng: {READABLE}.")
    return FAILED if tally.counts["refused"] or not tally.counts else DONE


def _sync(settings: Settings, args: argparse.Namespace) -> int:
    from assistant.sync import changes

    folder = Path(os.path.abspath(args.folder))  # noqa: PTH100 (resolve() would follow links)
    code = _sync_once(settings, folder, emptied=args.emptied)
    if not args.watch:
        return code
    _tell(f"Đang theo dõi “{folder}”. Bấm Ctrl+C để dừng.")
    for _ in changes(folder):
        try:
            _sync_once(settings, folder, emptied=args.emptied, quiet=True)
        except NepError as error:  # another program is writing, the disk is away: another time
            _tell(str(error))
    return DONE


def _sync_once(settings: Settings, folder: Path, *, emptied: bool, quiet: bool = False) -> int:
    """One pass over the folder; a ``quiet`` one that finds nothing to do says nothing."""
    from assistant.intake import sync
    from ingest.worker import Readers

    with (
        _changing(settings) as library,
        _progress("tệp") as bar,
        Readers(settings.limits) as readers,
    ):
        tally = _Tally(bar.print)
        for event in sync(library, folder, readers, bar, emptied=emptied):
            tally.count(event)
        articles = len(library.shelf())
    if tally.counts:
        _tell(tally.summary)
    elif not quiet:
        _tell(f"Thư viện đã khớp với thư mục: {articles} bài, không có gì thay đổi.")
    return FAILED if tally.counts["refused"] else DONE


def _backup(settings: Settings, args: argparse.Namespace) -> int:
    from assistant.records.store import RECORDS
    from vectorstore.backup import backup

    file = Path(os.path.abspath(args.file))  # noqa: PTH100
    with _progress("tệp") as bar:
        articles = backup(settings.home, file, bar, [RECORDS])
    _telling(settings)("library.backup", file=str(file), count=articles)
    print(f"Đã sao lưu {articles} bài vào {file} ({file.stat().st_size / 1_000_000:.1f} MB).")
    return DONE


def _restore(settings: Settings, args: argparse.Namespace) -> int:
    from assistant.records import records, sessions
    from assistant.records.store import RECORDS
    from vectorstore.backup import restore

    articles = 0

    def prove(home: Path) -> list[str]:
        nonlocal articles
        fresh = replace(settings, home=home, chroma_url=None)
        with _library(fresh, mend=True) as library, _progress("đoạn") as bar:
            found = library.verify(deep=False)
            if found:  # made by an older program, perhaps
                library.rebuild(bar)
                found = library.verify(deep=False)
            articles = len(library.shelf())
            return found

    file = Path(os.path.abspath(args.file))  # noqa: PTH100
    aside = restore(settings.home, file, prove, [RECORDS])
    if (settings.home / RECORDS).exists():  # whoever has a session of that time must come in again
        sessions.end_all(records(settings.home))
    _telling(settings)("library.restore", file=str(file), count=articles)
    print(f"Đã phục hồi {articles} bài vào {settings.home}; thư viện nguyên vẹn.")
    if aside is not None:
        _tell(f"Thư viện trước đó được giữ ở {aside}. Khi chắc chắn không cần nữa, có thể xóa thư mục này.")
    return DONE


def _ask(settings: Settings, args: argparse.Namespace) -> int:
    if bool(args.question) == bool(args.batch) or bool(args.batch) != bool(args.out):
        args.misused("cần một câu hỏi, hoặc --batch TỆP cùng với --out TỆP")
    if args.batch:
        return _ask_batch(settings, args.batch, args.out)
    from assistant.export import answer_row

    with _existing(settings) as library, _asking(settings, library) as ask:
        answer = ask(" ".join(args.question))
    if args.json:
        print(_json(answer_row(answer)))
    else:
        for line in _spoken(answer, _screen()):
            print(line)
    return DONE


@contextmanager
def _asking(settings: Settings, library: Library) -> Iterator[Ask]:
    """What answers: the assistant with what its editors approved, and behind it the language model where one
    is set."""
    answers = _reviewed(settings, _assistant(library), library.article)
    with _writer(settings, answers, library.article) as writer:
        if writer is None:
            yield lambda *asked: answers.answered(*asked).answer
        else:
            yield lambda *asked: _standing(writer.ask(*asked))


def _reviewed(settings: Settings, answers: Answers, article: Callable[[str], Article]) -> Answers:
    """The assistant with what editors have approved; itself where nobody has left any records: asking makes
    none."""
    from assistant.records import records
    from assistant.records.store import RECORDS
    from assistant.reviewed import Reviewed

    if not (settings.home / RECORDS).exists():
        return answers
    return Reviewed(answers, article, records(settings.home))


@contextmanager
def _writer(
    settings: Settings, answers: Answers, article: Callable[[str], Article]
) -> Iterator[Writer | None]:
    """What words the answers with the language model that is set, None where none is. Raises ModelError where
    it cannot be had."""
    if settings.llm is None:
        yield None
        return
    from assistant.writer import Writer

    with _model(settings.llm, settings.llm_key) as model:
        yield Writer(answers, article, model)


@contextmanager
def _model(setting: str, key: str | None) -> Iterator[LanguageModel]:
    from assistant.models import Waiting, connect

    model = Waiting(connect(setting, key))
    try:
        yield model
    finally:
        model.close()


def _standing(answers: Iterator[Answer]) -> Answer:
    """The last of the answers on the way to the one that stands."""
    return deque(answers, maxlen=1).pop()


def _spoken(answer: Answer, room: int | None) -> Iterator[str]:
    """An answer as a person reads it: what it says, then the numbered sources."""
    from assistant.types import SCANNED

    def wrapped(text: str, indent: str = "") -> Iterator[str]:
        if room is None:
            yield indent + text
        else:
            yield from textwrap.wrap(text, room, initial_indent=indent, subsequent_indent=indent)

    if answer.read_as:
        asked_back = f"(Bạn muốn hỏi: “{answer.read_as}”?)" if answer.guessed else ""
        yield from wrapped(asked_back or f"(Hiểu câu hỏi là: {answer.read_as})")
    if answer.statements:
        # A line for what rests on the same sources: the items of a list each on their own.
        for cited, together in groupby(answer.statements, key=lambda s: s.citations):
            numbers = "".join(f" [{n}]" for n in cited)
            yield from wrapped(" ".join(s.text + numbers for s in together))
        if answer.missing:
            yield from wrapped(answer.missing)
        if answer.note:
            yield from wrapped(f"({answer.note})")
        if answer.approved:
            yield from wrapped(f"({answer.approved.words}.)")
        if answer.dropped:
            yield from wrapped(
                f"({len(answer.dropped)} câu của mô hình không hiện vì không khớp nguồn; xem bằng --json)"
            )
        heading = "Nguồn:"
    else:
        yield from wrapped(answer.text)
        if answer.missing and answer.missing not in answer.text:
            yield from wrapped(answer.missing)
        heading = "Đoạn gần nhất (không phải câu trả lời):"
    if answer.citations:
        yield ""
        yield heading
    for citation in answer.citations:
        yield from wrapped(f"[{citation.n}] " + " · ".join(filter(None, _named(citation))))
        yield from wrapped(f"“{' '.join(citation.quote.split())}”", "    ")
        if citation.scanned:
            yield from wrapped(f"({SCANNED}.)", "    ")


def _named(citation: Citation) -> tuple[str, ...]:
    page = f"trang {citation.page}" if citation.page is not None else ""
    return citation.title, page, _day(citation.published), citation.article


@dataclass(frozen=True, slots=True)
class _Asked:
    """One line of a batch: a question with what was said before it."""

    line: int
    id: str | int
    question: str
    history: tuple[Turn, ...]


def _ask_batch(settings: Settings, batch: Path, out: Path) -> int:
    from assistant.export import answer_row, refused_row

    if batch.resolve() == out.resolve():
        raise NepError("Tệp kết quả trùng với tệp câu hỏi. Hãy chọn tên khác cho --out.")
    asked, wrong = _questions(batch)
    for problem in wrong:
        _tell(problem)
    failed = bool(wrong)
    with (
        _replaced(out) as file,
        _existing(settings) as library,
        _asking(settings, library) as ask,
        _progress("câu") as bar,
    ):
        for i, item in enumerate(asked):
            bar(i, len(asked), "Đang trả lời")
            try:
                row = answer_row(ask(item.question, item.history), item.id)
            except BadQuestion as error:
                failed = True
                _tell(f"Dòng {item.line}: {error}")
                row = refused_row(str(error), item.id)
            file.write(_json(row) + "\n")
    _tell(f"Đã trả lời {len(asked)} câu hỏi, kết quả ở “{out}”.")
    return FAILED if failed else DONE


def _questions(batch: Path) -> tuple[list[_Asked], list[str]]:
    """The questions of a batch file, and a sentence for each line that holds none."""
    try:
        lines = batch.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise NepError(f"Không đọc được tệp câu hỏi “{batch}”. Hãy kiểm tra lại tên tệp.") from error
    except UnicodeDecodeError as error:
        raise NepError(f"Tệp câu hỏi “{batch}” không ở bảng mã UTF-8. Hãy lưu lại bằng UTF-8.") from error
    asked: list[_Asked] = []
    wrong: list[str] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                asked.append(_question(number, line))
            except ValueError as error:
                wrong.append(f"Dòng {number} của “{batch.name}”: {error}.")
    return asked, wrong


def _question(number: int, line: str) -> _Asked:
    """The question in one line of JSON. Raises ValueError that says what is wrong with it."""
    from assistant.types import Turn

    try:
        row = json.loads(line)
    except ValueError as error:
        raise ValueError("không phải JSON") from error
    match row:
        case {"id": str() | int() as id, "question": str() as question}:
            said = row.get("history") or []
        case _:
            raise ValueError("cần có “id” và “question”")
    turns: list[Turn] = []
    for turn in said if isinstance(said, list) else [None]:
        match turn:
            case {"role": "user" | "assistant" as role, "content": str() as content}:
                turns.append(Turn(role, content))
            case _:
                raise ValueError("“history” phải là danh sách {role: user hoặc assistant, content}")
    return _Asked(number, id, question, tuple(turns))


@contextmanager
def _replaced(path: Path) -> Iterator[IO[str]]:
    """A file that takes the place of ``path`` when all went well; until then the old one stands."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise NepError(f"Không ghi được vào “{path.parent}”. Hãy chọn thư mục khác cho --out.") from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            yield file
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)  # as any new file; a temporary one is the owner's alone
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _articles(settings: Settings, args: argparse.Namespace) -> int:
    from assistant.export import article_row

    with _existing(settings) as library:
        rows = [article_row(article) for article in library.shelf()]
    if args.json:
        print(_json(rows))
    elif rows:
        head = ("Mã bài", "Ngày đăng", "Đoạn", "Đơn vị", "Tiêu đề")
        body = [
            (r["id"], _day(_read_day(r["published"])), str(r["passages"]), r["unit"] or "", r["title"])
            for r in rows
        ]
        for line in _table([head, *body], _screen()):
            print(line)
    else:
        _tell(f"Thư viện chưa có bài nào. {_FILL}")
    return DONE


#: The kinds of facts as they are typed; their Vietnamese labels are understood too.
_TYPES = {
    "date": "DATE",
    "award": "AWARD",
    "function": "FUNCTION",
    "motto": "MOTTO",
    "quote": "QUOTE",
    "person": "PERSON",
    "count": "COUNT",
}


def _facts(settings: Settings, args: argparse.Namespace) -> int:
    kind = _kind(args.type, args.misused) if args.type is not None else None
    with _existing(settings) as library:
        known = library.facts()
        articles = {article.id: article for article in library.articles()}
    chosen = known if args.unit is None else _of_unit(known, args.unit)
    chosen = [fact for fact in chosen if kind is None or fact.kind is kind]
    if args.json:
        for row in _fact_rows(chosen, articles):
            print(_json(row))
    elif chosen:
        for line in _ledger(chosen, articles, _screen()):
            print(line)
    elif not articles:
        _tell(f"Thư viện chưa có bài nào. {_FILL}")
    else:
        _tell("Không có dữ kiện nào như vậy trong các bài.")
    return DONE


def _of_unit(facts: Sequence[Fact], unit: str) -> list[Fact]:
    """The facts of the units whose name has that in it. Raises LibraryError, listing those there are, where
    none has."""
    from assistant.ledger import of_units, unit_key, units_like

    units = units_like(unit, (fact.unit for fact in facts))
    if not units:
        named = sorted({fact.unit for fact in facts if fact.unit}, key=unit_key)
        listed = "".join(f"\n  {unit}" for unit in named) or " (chưa có đơn vị nào)"
        raise LibraryError(f"Không có dữ kiện nào của đơn vị “{unit}”. Các đơn vị đã biết:{listed}")
    return of_units(facts, units)


def _draft(settings: Settings, args: argparse.Namespace) -> int:
    from assistant.drafts import exercises, summary
    from assistant.export import answer_row

    if bool(args.articles) == bool(args.unit):
        args.misused("cần mã các bài, hoặc --unit ĐƠN-VỊ")
    with (
        _existing(settings) as library,
        _writer(settings, _assistant(library), library.article) as writer,
    ):
        facts = library.facts()
        if args.unit:
            facts = _of_unit(facts, args.unit)
        chosen = sorted({fact.article for fact in facts}) if args.unit else dict.fromkeys(args.articles)
        articles = {id: library.article(id) for id in chosen}
        facts = [fact for fact in facts if fact.article in articles]

        def worded(task: Task, drawn: Answer, question: str = "", must: Sequence[str] = ()) -> Answer:
            return drawn if writer is None else _standing(writer.reword(task, drawn, question, must))

        if args.what == "questions":
            drafts = [
                (e.question, worded("answer", e.drawn, e.question, (e.answer,)))
                for e in exercises(facts, articles)
            ]
        else:
            drafts = [("", worded(args.what, summary(facts, articles)))]
    for question, answer in drafts:
        if args.json:
            print(_json({**answer_row(answer), "question": question or None}))
        else:
            for line in (*([f"Hỏi: {question}"] if question else []), *_spoken(answer, _screen()), ""):
                print(line)
    if not drafts:
        _tell("Các bài đã chọn không có dữ kiện nào để đặt câu hỏi.")
    return DONE


def _kind(typed: str, misused: Callable[[str], NoReturn]) -> FactKind:
    """The kind of facts that a typed name or label means, without regard to case or marks."""
    from ingest.facts import FactKind
    from ingest.vietnamese import fold

    kinds = {name: FactKind[of] for name, of in _TYPES.items()}
    labels = {" ".join(fold(kind.value).replace(",", " ").split()): kind for kind in FactKind}
    found = (kinds | labels).get(" ".join(fold(typed).replace(",", " ").split()))
    if found is None:
        known = ", ".join(f"{name} ({kind.value})" for name, kind in kinds.items())
        misused(f"không có loại dữ kiện “{typed}”; các loại: {known}")
    return found


def _fact_rows(facts: Sequence[Fact], articles: Mapping[str, Article]) -> Iterator[dict[str, object]]:
    """The facts for a program: one object each, in the order of the ledger."""
    from assistant.ledger import disagreements, parts_of, sections

    disputed = {id(fact) for group in disagreements(facts) for fact in group}
    names = {of: name for name, of in _TYPES.items()}
    for fact in (fact for section in sections(facts) for fact in section.facts):
        article = articles[fact.article]
        yield {
            "unit": fact.unit,
            "type": names[fact.kind.name],
            "value": fact.value,
            "subject": fact.subject,
            "when": fact.when,
            "parts": parts_of(fact, article.text),
            "quote": fact.sentence.of(article.text),
            "article": article.id,
            "title": article.title,
            "published": article.published.isoformat() if article.published else None,
            "start": fact.sentence.start,
            "end": fact.sentence.end,
            "scanned": article.is_scanned(fact.sentence),
            "disputed": id(fact) in disputed,
        }


def _ledger(facts: Sequence[Fact], articles: Mapping[str, Article], room: int | None) -> Iterator[str]:
    """The facts as a person reads them: unit by unit and kind by kind, each with its quote and its article;
    what articles disagree about stands together."""
    from assistant.ledger import disagreements, sections, short
    from assistant.types import SCANNED

    def wrapped(text: str, indent: str) -> Iterator[str]:
        if room is None:
            yield indent + text
        else:
            yield from textwrap.wrap(text, room, initial_indent=indent, subsequent_indent=indent)

    def told(fact: Fact, indent: str) -> Iterator[str]:
        article = articles[fact.article]
        # The quote below has all the words.
        line = textwrap.shorten(short(fact, article.text), SHORT, placeholder=" …")
        quoted = " ".join(fact.sentence.of(article.text).split())
        yield from wrapped(f"- {line}", indent)
        yield from wrapped(f"“{quoted}”", f"{indent}    ")
        named = " · ".join(filter(None, (article.title, _day(article.published), article.id)))
        yield from wrapped(f"({named})", f"{indent}    ")
        if article.is_scanned(fact.sentence):
            yield from wrapped(f"({SCANNED}.)", f"{indent}    ")

    disputed = {id(fact): group for group in disagreements(facts) for fact in group}
    unit: str | None = ""
    for section in sections(facts):
        if section.unit != unit:
            if unit != "":
                yield ""
            unit = section.unit
            yield from wrapped(unit or "Chưa rõ đơn vị", "")
        yield f"  {section.kind.value}"
        shown: set[int] = set()
        for fact in section.facts:
            group = disputed.get(id(fact))
            if group is None:
                yield from told(fact, "    ")
            elif id(fact) not in shown:
                yield "    Các bài viết nêu khác nhau:"
                for one in group:
                    yield from told(one, "      ")
                shown |= {id(one) for one in group}


def _read_day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _show(settings: Settings, args: argparse.Namespace) -> int:
    with _existing(settings) as library:
        text = library.article(args.article).text
    # Bytes: a console that turned \n into \r\n would move every position after it.
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()
    return DONE


def _remove(settings: Settings, args: argparse.Namespace) -> int:
    with _existing(settings, write=True) as library:
        title = library.article(args.article).title
        library.remove(args.article)
    _tell(f"Đã gỡ khỏi thư viện: {title}")
    return DONE


def _verify(settings: Settings, args: argparse.Namespace) -> int:
    with _existing(settings) as library:
        problems = library.verify()
        articles = 0 if problems else len(library.shelf())
    for problem in problems:
        print(problem)
    if problems:
        _tell(f"Thư viện có {len(problems)} chỗ sai; cuối mỗi dòng là lệnh để sửa.")
        return FAILED
    print(f"Thư viện nguyên vẹn: {articles} bài.")
    return DONE


def _rebuild(settings: Settings, args: argparse.Namespace) -> int:
    with _existing(settings, mend=True) as library, _progress("đoạn") as bar:
        told = library.rebuild(bar)
        articles = len(library.shelf())
    _telling(settings)("library.rebuild", count=articles)
    for sentence in told:
        _tell(sentence)
    print(f"Đã dựng lại chỉ mục của {articles} bài.")
    return DONE


def _serve(settings: Settings, args: argparse.Namespace) -> int:
    from assistant.caretaker import Caretaker
    from assistant.inbox import Inbox, Keeper
    from assistant.records import records
    from assistant.reviewed import Reviewed
    from assistant.shelf import Desk
    from assistant.site import address as addresses
    from assistant.site.house import House
    from assistant.site.status import Machine
    from assistant.visit import visit
    from assistant.web import app, serve

    url = args.url or settings.url
    address = addresses.read(url) if url else None
    audit = _audit(settings)
    by_visitor = audit.telling(lambda: visit().owner)
    store = records(settings.home, by_visitor)
    if address or not _is_here(args.host):
        _must_be_kept(settings, address.url if address else args.host)
    if args.articles:
        with _changing(settings) as library, _progress("bài") as bar:
            tally = _add(library, [args.articles], settings.limits, bar.print, bar)
        _tell(tally.summary)
        if not tally.added:
            return FAILED
    inbox = Inbox(settings.home)
    program = Path(__file__).parents[1] / "app.py"
    worker = [sys.executable, str(program), "inbox", "--home", str(settings.home)]
    with _library(settings) as own, ExitStack() as opened, ThreadPoolExecutor(1) as beside:
        samples = None
        if not own.passage_count():
            demo = replace(settings, home=settings.home / DEMO_FOLDER)
            # The page opens while the samples are still being read; who asks before that waits a moment.
            samples = Arriving(beside.submit(lambda: opened.enter_context(_samples(demo))))
        shown = Shown(own, samples)
        reviewed = Reviewed(shown, shown.article, store)
        caretaker = Caretaker(partial(own.verify, deep=False), lambda: audit.clear(datetime.now(UTC).date()))
        with (
            _writer(settings, reviewed, shown.article) as writer,
            Keeper(inbox, worker) as keeper,
            caretaker,
        ):
            writing = partial(_changing, settings, by_visitor)
            desk = Desk(own, own.said, writing, inbox, keeper.wake, settings.limits)
            house = House(reviewed, shown, store, lambda: shown.demo, audit, shown)
            model = writer.model if writer else None
            machine = Machine(
                settings.home, settings.encoder, model, settings.switches, lambda: caretaker.checked
            )
            if address and address.base:
                addresses.must_be_clear(address, app(house, desk).routes)
            serve(house, desk, args.host, args.port, writer=writer, address=address, machine=machine)
    return DONE


class Arriving:
    """A library that is still being loaded, and the assistant that answers from it: whoever asks waits
    until it is there, and is told what went wrong if it never comes."""

    def __init__(self, library: Future[Library]) -> None:
        self._library = library

    def answered(self, question: str, history: Sequence[Turn] = (), where: Filter | None = None) -> Answered:
        from assistant.answer import Assistant

        return Assistant(self._library.result()).answered(question, history, where)

    def articles(self) -> Sequence[Article]:
        return self._library.result().articles()

    def article(self, id: str) -> Article:
        return self._library.result().article(id)

    def shelf(self) -> Sequence[Shelved]:
        return self._library.result().shelf()

    def search(self, question: str, k: int = 10, where: Filter | None = None) -> Sequence[Hit]:
        return self._library.result().search(question, k, where)

    def original(self, id: str) -> Path | None:
        return self._library.result().original(id)

    def facts(self) -> Sequence[Fact]:
        return self._library.result().facts()

    def generation(self) -> int:
        return self._library.result().generation()


class Shown:
    """The library that the page shows and asks: the office's own as soon as an article is in it, the samples
    until then. The two never mix."""

    def __init__(self, own: Library, samples: Arriving | None) -> None:
        from assistant.answer import Assistant

        self._own, self._assistant, self._samples = own, Assistant(own), samples

    @property
    def demo(self) -> bool:
        """Whether it is the samples."""
        return self._demo() is not None

    def _demo(self) -> Arriving | None:
        samples = self._samples
        if samples is not None and self._own.passage_count():
            self._samples = samples = None
        return samples

    def ask(self, question: str, history: Sequence[Turn] = (), where: Filter | None = None) -> Answer:
        return self.answered(question, history, where).answer

    def answered(self, question: str, history: Sequence[Turn] = (), where: Filter | None = None) -> Answered:
        return (self._demo() or self._assistant).answered(question, history, where)

    def articles(self) -> Sequence[Article]:
        return (self._demo() or self._own).articles()

    def article(self, id: str) -> Article:
        return (self._demo() or self._own).article(id)

    def shelf(self) -> Sequence[Shelved]:
        return (self._demo() or self._own).shelf()

    def search(self, question: str, k: int = 10, where: Filter | None = None) -> Sequence[Hit]:
        return (self._demo() or self._own).search(question, k, where)

    def original(self, id: str) -> Path | None:
        return (self._demo() or self._own).original(id)

    def facts(self) -> Sequence[Fact]:
        return (self._demo() or self._own).facts()

    def generation(self) -> int:
        return (self._demo() or self._own).generation()


def _feedback(settings: Settings, args: argparse.Namespace) -> int:
    from assistant.gold import gathered
    from assistant.records import records
    from assistant.records.store import RECORDS

    with _existing(settings) as library:
        kept = (settings.home / RECORDS).exists()
        rows = gathered(records(settings.home), library.article) if kept else []
    with _replaced(args.out) as file:
        for row in rows:
            file.write(_json(row) + "\n")
    _tell(f"Đã ghi {len(rows)} câu hỏi từ đánh giá và thẩm định vào “{args.out}”.")
    return DONE


def _inbox(settings: Settings, args: argparse.Namespace) -> int:
    from assistant.inbox import Inbox, taking, work
    from ingest.worker import Readers

    with suppress(AttributeError, OSError):  # whoever asks a question meanwhile goes first
        os.nice(_NICE)
    # Told to stop, as when the computer is switched off, it notes that the document is not to blame.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    tally, inbox, audit = _Tally(print), Inbox(settings.home), _audit(settings)

    def told(what: str, /, file: str = "", **about: object) -> None:
        """As of a change by whoever brought the document."""
        if upload := inbox.upload_of(file):
            audit.note(upload.by, what, **about, upload=upload.id)
        else:
            audit.note("", what, **about)

    with Readers(settings.limits) as readers:
        take = taking(partial(_changing, settings, told), readers)
        if not work(inbox, take, tally.count):
            return DONE
    _tell(tally.summary)
    return FAILED if tally.counts["refused"] else DONE


def _is_here(host: str) -> bool:
    """Whether an address to listen at is reached from this machine alone."""
    with suppress(ValueError):
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    return False


def _must_be_kept(settings: Settings, where: str) -> None:
    """Raises NepError where there are no accounts: whoever reached the page would read every article."""
    from assistant.records import accounts, records
    from assistant.records.store import RECORDS

    if (settings.home / RECORDS).exists() and accounts.exist(records(settings.home)):
        return
    raise NepError(
        f"Không mở ở địa chỉ “{where}”: Nếp chưa có tài khoản nào, nên ai trong mạng cũng đọc được mọi bài. "
        "Hãy tạo tài khoản quản trị đầu tiên: python app.py accounts add TÊN --role administrator. Chưa cần "
        f"thì dùng {HOST}."
    )


def _samples(settings: Settings) -> AbstractContextManager[Library]:
    """The library of the samples, loaded first where it is not."""
    import ingest

    samples = Path(ingest.__file__).parent / "samples"
    if not settings.home.exists():
        _tell("Thư viện chưa có bài nào: nạp các bài mẫu để dùng thử (chỉ lần đầu) …")
    with _library(settings, write=True) as library, _progress("bài") as bar:
        _add(library, [samples], settings.limits, lambda line: None, bar)
    return _library(settings)


# --- people ----------------------------------------------------------------------------------------


def _audit(settings: Settings) -> Audit:
    from assistant.audit import DAYS, Audit

    return Audit(settings.home, DAYS if settings.audit_days is None else settings.audit_days)


def _telling(settings: Settings) -> Told:
    """Tells the log of what whoever runs this command changes."""
    from assistant.audit import AT_MACHINE

    return _audit(settings).telling(lambda: f"{AT_MACHINE}{_operator()}")


def _operator() -> str:
    """Whoever runs this command, as the system knows them: the environment could say anybody."""
    if sys.platform == "win32":
        return os.getlogin()
    import pwd

    with suppress(KeyError):
        return pwd.getpwuid(os.getuid()).pw_name
    return str(os.getuid())


def _accounts(settings: Settings, args: argparse.Namespace) -> int:
    from assistant.records import accounts, records, sessions
    from assistant.records.accounts import Role

    store = records(settings.home, _telling(settings))
    if args.do == "list":
        return _list_accounts(accounts.listed(store), as_json=args.json)
    if not args.name:
        args.misused("thiếu TÊN")
    known = accounts.account(store, args.name)
    name = known.name if known else args.name
    role = Role[args.role.upper()] if args.role else None
    match args.do:
        case "add":
            made = accounts.add(store, name, args.full or "", role or Role.READER, _password())
            print(f"Đã tạo tài khoản {made.name} ({ROLES[made.role.name.lower()]}).")
        case "passwd":
            accounts.known(store, name)
            accounts.set_password(store, name, _password())
            print(f"Đã đổi mật khẩu của {name}. Người này phải đăng nhập lại.")
        case "role":
            if role is None:
                args.misused("thiếu --role")
            else:
                accounts.set_role(store, name, role)
                print(f"{name} nay là: {ROLES[role.name.lower()]}.")
        case "disable" | "enable":
            accounts.disable(store, name, args.do == "disable")
            print(f"Đã {'khóa' if args.do == 'disable' else 'mở khóa'} tài khoản {name}.")
        case "remove":
            accounts.known(store, name)
            if not args.yes:
                _agreed(name, _counted(accounts.held(store, name)))
            gone = _counted(accounts.remove(store, name))
            print(f"Đã xóa tài khoản {name}{gone and f', cùng {gone}'}.")
        case "token":
            accounts.known(store, name)
            if args.revoke:
                count = sessions.revoke(store, name)
                print(f"Đã thu hồi {count} mã của {name}.")
            else:
                token = sessions.give_token(store, name)
                print(token)
                _tell(
                    "Đây là mã để chương trình hỏi thay tài khoản này (Authorization: Bearer MÃ). Hãy cất "
                    "kỹ: mã không xem lại được."
                )
    return DONE


def _list_accounts(members: Sequence[Listed], *, as_json: bool) -> int:
    rows = [
        {
            "name": m.account.name,
            "full": m.account.full,
            "role": m.account.role.name.lower(),
            "disabled": m.disabled,
            "made": m.made.isoformat(),
            "tokens": m.tokens,
        }
        for m in members
    ]
    if as_json:
        print(_json(rows))
    elif not rows:
        _tell("Chưa có tài khoản nào. Tạo tài khoản đầu tiên: accounts add TÊN --role administrator")
    else:
        shown = [
            (m.account.name, m.account.full, m.account.role.name.lower(), "đã khóa" if m.disabled else "")
            for m in members
        ]
        for line in _table(shown, _screen()):
            print(line)
    return DONE


def _counted(held: Mapping[str, int]) -> str:
    from assistant.records.belongings import WORDS

    return ", ".join(words.format(n=held[what]) for what, words in WORDS.items() if what in held)


def _agreed(name: str, held: str) -> None:
    """Asks back before an account is removed. Raises NepError unless that is agreed to, or where nobody sits
    at the terminal."""
    lost = f"Cùng với tài khoản {name} sẽ xóa {held}." if held else f"Tài khoản {name} chưa có gì của riêng."
    _tell(
        f"{lost} Việc này không hoàn lại được, và tên này không dùng lại được nữa. Câu trả lời đã thẩm định, "
        f"lời đánh giá và nhật ký vẫn còn, dưới tên này. Muốn giữ lại tất cả: accounts disable {name}."
    )
    if not sys.stdin.isatty():
        raise NepError("Chưa xóa gì. Nếu đúng là muốn xóa, hãy chạy lại lệnh với --yes.")
    sys.stderr.write("Gõ lại tên tài khoản để xóa: ")
    sys.stderr.flush()
    from assistant.records.accounts import plain

    if plain(sys.stdin.readline()) != name:
        raise NepError("Chưa xóa gì.")


def _password() -> str:
    """Asked for twice where somebody sits at the terminal, else the first line of standard input. Raises
    NepError."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    from getpass import getpass

    first = getpass("Mật khẩu: ")
    if getpass("Nhập lại mật khẩu: ") != first:
        raise NepError("Hai lần nhập không giống nhau. Hãy chạy lại lệnh.")
    return first


def _audited(settings: Settings, args: argparse.Namespace) -> int:
    from assistant.audit import DETAILS, KINDS, read
    from assistant.records.accounts import plain

    since = _since(args)
    for line in read(settings.home):
        if since and line.at.astimezone().date() < since:
            continue
        if args.who is not None and plain(line.who) != plain(args.who):
            continue
        if args.what is not None and not f"{line.what}.".startswith(f"{args.what}."):
            continue
        if args.json:
            print(_json(line.row))
        else:
            told = "  ".join(f"{DETAILS.get(key, key)}={_json(v)}" for key, v in line.details.items())
            when = f"{line.at.astimezone():%d/%m/%Y %H:%M:%S}"
            print("  ".join([when, line.who or "(máy chủ)", KINDS.get(line.what, line.what), told]).rstrip())
    return DONE


def _since(args: argparse.Namespace) -> date | None:
    if args.since is None:
        return None
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        with suppress(ValueError):
            return datetime.strptime(args.since, form).date()
    args.misused("--since là một ngày, ví dụ 2026-11-22 hoặc 22/11/2026")
    return None


def _doctor(settings: Settings, args: argparse.Namespace) -> int:
    from assistant.doctor import examine

    with ExitStack() as opened:
        key = settings.llm_key
        model = partial(opened.enter_context, _model(settings.llm, key)) if settings.llm else None
        findings = list(
            examine(settings.home, settings.encoder, settings.chroma_url, settings.switches, model)
        )
    if args.json:
        print(_json({f.key: f.value for f in findings}))
    else:
        for line in _table([("" if f.good else "✗", f.label, f.value) for f in findings], None):
            print(line)
    return DONE if all(f.good for f in findings) else FAILED


# --- reading the arguments -------------------------------------------------------------------------

_COMPLAINTS = (
    (r"the following arguments are required: (.+)", r"thiếu \1"),
    (r"unrecognized arguments: (.+)", r"không hiểu “\1”"),
    (r"argument LỆNH: invalid choice: '(.+?)'.*", r"không có lệnh “\1”"),
    (r"argument (\S+): invalid int value: '(.*)'", r"\1 phải là một số, không phải “\2”"),
    (r"argument (\S+): expected (?:one|at least one) argument", r"sau \1 phải có một giá trị"),
    (r"argument (\S+): (.+)", r"\1 không dùng được như vậy (\2)"),
)


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "Cách dùng: " if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    """argparse, speaking Vietnamese. Its own two groups stay empty, so that their English names
    never show; everything stands in ``given``."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, add_help=False, allow_abbrev=False, formatter_class=_Formatter)
        self.given = self.add_argument_group("Tham số")
        self.given.add_argument("-h", "--help", action="help", help="hiện hướng dẫn này")
        # Before the command or after it; SUPPRESS, or the default of the one would undo the other.
        self.given.add_argument(
            "--home",
            metavar="THƯ-MỤC",
            default=argparse.SUPPRESS,
            help="thư mục của thư viện (nếu không: biến NEP_HOME, nếu không nữa: Nep trong thư mục cá nhân)",
        )

    def error(self, message: str) -> NoReturn:
        for english, vietnamese in _COMPLAINTS:
            message, found = re.subn(f"^{english}$", vietnamese, message, flags=re.DOTALL)
            if found:
                break
        _tell(f"{self.format_usage()}Lệnh chưa đúng: {message}. Thêm --help để xem hướng dẫn.")
        raise SystemExit(MISUSED)


def _parser() -> _Parser:
    parser = _Parser(
        prog="app.py",
        description="Nếp trả lời câu hỏi về truyền thống cơ quan từ chính các bài của cơ quan, kèm nguồn.",
    )
    commands = parser.add_subparsers(title="Các lệnh", metavar="LỆNH", dest="command", required=True)

    def command(name: str, run: Callable[[Settings, argparse.Namespace], int], help: str) -> Any:
        made = commands.add_parser(name, help=help, description=help[0].upper() + help[1:] + ".")
        made.set_defaults(run=run, misused=made.error)
        return made.given

    json_help = "in dạng JSON cho chương trình khác đọc"

    c = command("ingest", _ingest, "nạp bài viết vào thư viện, từ tệp hoặc cả thư mục")
    c.add_argument("paths", metavar="ĐƯỜNG-DẪN", nargs="+", type=Path, help="tệp tài liệu hoặc thư mục")

    c = command(
        "sync", _sync, "làm cho thư viện khớp với một thư mục: nạp tệp mới, tệp đã sửa, gỡ tệp đã mất"
    )
    c.add_argument("folder", metavar="THƯ-MỤC", type=Path, help="thư mục tài liệu của cơ quan")
    c.add_argument("--watch", action="store_true", help="tiếp tục theo dõi thư mục cho đến khi bấm Ctrl+C")
    c.add_argument("--emptied", action="store_true", help="thư mục nay trống là đúng: gỡ mọi bài lấy từ đó")

    command("inbox", _inbox, "nạp những tài liệu đã tải lên mà chưa nạp xong")

    c = command("ask", _ask, "hỏi một câu, hoặc cả một tệp câu hỏi")
    c.add_argument("question", metavar="CÂU-HỎI", nargs="*", help="câu hỏi, đặt trong dấu nháy kép")
    c.add_argument("--json", action="store_true", help=json_help)
    c.add_argument("--batch", metavar="TỆP", type=Path, help="tệp câu hỏi, mỗi dòng một JSON: id, question")
    c.add_argument("--out", metavar="TỆP", type=Path, help="tệp nhận câu trả lời của --batch")

    c = command("feedback", _feedback, "ghi đánh giá và câu trả lời đã thẩm định thành tệp câu hỏi để đo")
    c.add_argument("--out", metavar="TỆP", type=Path, required=True, help="tệp nhận, mỗi dòng một JSON")

    c = command("articles", _articles, "liệt kê các bài trong thư viện")
    c.add_argument("--json", action="store_true", help=json_help)

    c = command("facts", _facts, "in sổ dữ kiện: mốc thời gian, khen thưởng, nhân sự, số liệu … kèm nguồn")
    c.add_argument("--unit", metavar="ĐƠN-VỊ", help="chỉ của đơn vị có tên này, gõ một phần tên cũng được")
    c.add_argument("--type", metavar="LOẠI", help=f"chỉ loại này: {', '.join(_TYPES)}")
    c.add_argument("--json", action="store_true", help="in dạng JSON, mỗi dòng một dữ kiện")

    c = command("draft", _draft, "soạn bản nháp có dẫn nguồn: tóm tắt, ý cho diễn văn, câu hỏi tập huấn")
    c.add_argument(
        "what",
        metavar="LOẠI",
        choices=("summary", "speech", "questions"),
        help="summary (tóm tắt), speech (diễn văn) hoặc questions (câu hỏi và lời đáp)",
    )
    c.add_argument("articles", nargs="*", metavar="MÃ-BÀI", help="các bài để soạn")
    c.add_argument("--unit", metavar="ĐƠN-VỊ", help="mọi bài của một đơn vị")
    c.add_argument("--json", action="store_true", help="in dạng JSON")
    c = command("show", _show, "in toàn văn một bài, đúng như đã lưu")
    c.add_argument("article", metavar="MÃ-BÀI", help="mã bài, xem bằng lệnh articles")

    c = command("remove", _remove, "gỡ một bài khỏi thư viện")
    c.add_argument("article", metavar="MÃ-BÀI", help="mã bài, xem bằng lệnh articles")

    command("verify", _verify, "kiểm tra thư viện có nguyên vẹn không")
    command("rebuild", _rebuild, "dựng lại chỉ mục tìm kiếm từ các bài đã lưu")

    c = command("backup", _backup, "sao lưu cả thư viện vào một tệp; chạy được trong khi đang phục vụ")
    c.add_argument("file", metavar="TỆP", type=Path, help="tệp sao lưu sẽ tạo, ví dụ nep-2026-11-22.zip")

    c = command("restore", _restore, "phục hồi thư viện từ tệp sao lưu, kiểm tra rồi mới thay")
    c.add_argument("file", metavar="TỆP", type=Path, help="tệp do lệnh backup tạo ra")

    c = command("accounts", _accounts, "quản lý tài khoản và mã dành cho chương trình")
    c.add_argument(
        "do",
        metavar="VIỆC",
        choices=("add", "list", "passwd", "role", "disable", "enable", "remove", "token"),
        help="add (tạo), list, passwd (đổi mật khẩu), role (đổi vai trò), disable (khóa), enable (mở khóa), "
        "remove (xóa) hoặc token (cấp mã)",
    )
    c.add_argument("name", metavar="TÊN", nargs="?", help="tên đăng nhập")
    c.add_argument("--role", choices=tuple(ROLES), metavar="VAI-TRÒ", help=", ".join(ROLES))
    c.add_argument("--full", metavar="HỌ-TÊN", help="họ tên, đặt trong dấu nháy kép")
    c.add_argument("--revoke", action="store_true", help="với token: thu hồi mọi mã của tài khoản")
    c.add_argument("--yes", action="store_true", help="với remove: xóa mà không hỏi lại")
    c.add_argument("--json", action="store_true", help=json_help)

    c = command("audit", _audited, "đọc nhật ký: ai hỏi gì, dùng đoạn nào, ai thay đổi gì, ai đăng nhập")
    c.add_argument("--since", metavar="NGÀY", help="chỉ từ ngày này, ví dụ 2026-11-22")
    c.add_argument(
        "--who", metavar="TÊN", help="chỉ của tài khoản này; của người gõ lệnh trên máy chủ: máy:TÊN"
    )
    c.add_argument(
        "--what", metavar="LOẠI", help="chỉ loại này: ask, login, account, document, library, notebook …"
    )
    c.add_argument("--json", action="store_true", help="in dạng JSON, mỗi dòng một việc")

    c = command("serve", _serve, "mở trang hỏi đáp")
    c.add_argument(
        "--host",
        metavar="ĐỊA-CHỈ",
        default=HOST,
        help=f"địa chỉ để nghe ({HOST}); khi đã có tài khoản thì địa chỉ nào cũng được",
    )
    c.add_argument(
        "--url",
        metavar="URL",
        help="địa chỉ người dùng gõ, khi dùng tên máy hoặc đứng sau máy chủ trung gian, ví dụ "
        "https://ten-may/nep (nếu không: biến NEP_URL)",
    )
    c.add_argument("--port", metavar="CỔNG", type=int, default=PORT, help=f"cổng ({PORT})")
    c.add_argument("--articles", metavar="ĐƯỜNG-DẪN", type=Path, help="nạp bài từ đây trước khi mở")

    c = command("doctor", _doctor, "xem phiên bản, đường dẫn, mô hình: những gì cần khi nhờ hỗ trợ")
    c.add_argument("--json", action="store_true", help=json_help)
    return parser
