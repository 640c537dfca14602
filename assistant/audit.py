"""The log of who did what: a file of JSON lines a day in the library's folder, kept for so many days.

It says who asked what and which passages were used, who changed what, and who came in or failed to. No
password, token or answer is in it. That it cannot be written stops nobody: an office with a full disk still
wants its answers.
"""

from __future__ import annotations

import json
import logging
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from assistant.records.store import Told
from assistant.types import Answer

_log = logging.getLogger(__name__)

#: The folder in the library's folder.
AUDIT = "audit"
#: For so many days the log is kept where nothing else is said.
DAYS = 365
#: From so many bytes on the day goes on in a further file.
LARGEST = 10_000_000
#: Characters of a text in it at most; what is longer is cut.
LONGEST = 2_000
_FILE = re.compile(r"(\d{4}-\d\d-\d\d)(?:\.(\d+))?\.jsonl")

#: What can be done, with the words for it. One with a dot belongs to what stands before it.
KINDS = {
    "ask": "Hỏi",
    "login": "Đăng nhập",
    "login.failed": "Đăng nhập sai",
    "login.slowed": "Bị buộc chờ vì đăng nhập sai nhiều lần",
    "logout": "Đăng xuất",
    "account.add": "Tạo tài khoản",
    "account.role": "Đổi vai trò",
    "account.full": "Đổi họ tên",
    "account.password": "Đổi mật khẩu",
    "account.disable": "Khóa tài khoản",
    "account.enable": "Mở khóa tài khoản",
    "account.remove": "Xóa tài khoản",
    "account.token": "Cấp mã cho chương trình",
    "account.revoke": "Thu hồi mã của chương trình",
    "document.bring": "Đưa tài liệu vào",
    "document.retry": "Cho nạp lại tài liệu",
    "document.drop": "Bỏ tài liệu khỏi hàng đợi",
    "document.add": "Thêm bài",
    "document.update": "Cập nhật bài",
    "document.edit": "Sửa thông tin bài",
    "document.remove": "Gỡ bài",
    "library.backup": "Sao lưu thư viện",
    "library.restore": "Phục hồi thư viện",
    "library.rebuild": "Dựng lại chỉ mục",
    "conversation.rename": "Đổi tên cuộc trò chuyện",
    "conversation.remove": "Xóa cuộc trò chuyện",
    "notebook.make": "Tạo sổ tay",
    "notebook.rename": "Đổi tên sổ tay",
    "notebook.occasion": "Chọn dịp kỷ niệm cho sổ tay",
    "notebook.pin": "Ghim vào sổ tay",
    "notebook.unpin": "Bỏ khỏi sổ tay",
    "notebook.note": "Sửa ghi chú, nhóm trong sổ tay",
    "notebook.order": "Sắp xếp lại sổ tay",
    "notebook.remove": "Xóa sổ tay",
    "review.judge": "Đánh giá câu trả lời",
    "review.send": "Gửi câu hỏi chưa có tư liệu",
    "review.close": "Đóng câu hỏi chưa có tư liệu",
    "review.reopen": "Mở lại câu hỏi chưa có tư liệu",
    "review.approve": "Thẩm định câu trả lời",
    "review.withdraw": "Rút câu trả lời đã thẩm định",
    "material.make": "Soạn tài liệu định hướng",
    "material.change": "Sửa tài liệu định hướng",
    "material.open": "Mở tài liệu định hướng cho người học",
    "material.shut": "Đóng tài liệu định hướng với người học",
    "material.remove": "Xóa tài liệu định hướng",
}
#: What is known of it, with the words for that.
DETAILS = {
    "account": "tài khoản",
    "address": "từ địa chỉ",
    "approval": "mã câu thẩm định",
    "article": "mã bài",
    "articles": "các bài",
    "author": "tác giả",
    "by": "qua",
    "closing": "kết quả",
    "count": "số bài",
    "conversation": "mã cuộc trò chuyện",
    "conversations": "số cuộc trò chuyện",
    "day": "ngày",
    "drafts": "số câu đang soạn",
    "file": "tệp",
    "full": "họ tên",
    "good": "đúng",
    "material": "mã tài liệu",
    "materials": "số tài liệu định hướng",
    "name": "tên",
    "notebook": "mã sổ tay",
    "notebooks": "số sổ tay",
    "opened": "số tài liệu đang mở",
    "passages": "các đoạn",
    "pin": "mã mục",
    "published": "ngày đăng",
    "question": "câu hỏi",
    "role": "vai trò",
    "source": "nguồn",
    "status": "kết quả",
    "title": "tên",
    "tokens": "số mã",
    "unit": "đơn vị",
    "units": "các đơn vị",
    "upload": "mã lượt tải lên",
}
#: Stands before the name of whoever works at the machine, as its system knows them: no account's name can
#: have a colon in it.
AT_MACHINE = "máy:"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing done: when (with its zone), by whom (the name of an account; AT_MACHINE and the name of the
    system's user on the command line; empty for whoever opens the page where there are no accounts), what
    (mostly a key of KINDS), and what else is known of it."""

    at: datetime
    who: str
    what: str
    details: dict[str, Any]

    @property
    def row(self) -> dict[str, Any]:
        return {
            "at": self.at.isoformat(timespec="seconds"),
            "who": self.who,
            "what": self.what,
        } | self.details


class Audit:
    """The log in ``home``; from several threads and processes at once. ``days`` is for how long it is kept:
    0 keeps none."""

    def __init__(self, home: Path, days: int = DAYS, largest: int = LARGEST) -> None:
        self._folder, self._days, self._largest = home / AUDIT, days, largest
        self._lock = threading.Lock()
        self._cleared: date | None = None

    def note(self, who: str, what: str, /, **details: Any) -> None:
        """Writes a line of what was done now. What cannot be written is told to the program's own log."""
        now = datetime.now(UTC)
        with self._lock:
            try:
                if self._cleared != now.date():
                    self.clear(now.date())
                if self._days:
                    self._write(Line(now, who, what, {k: _short(v) for k, v in details.items()}))
            except OSError as error:
                _log.warning("the audit log cannot be written: %s", error)

    def telling(self, who: Callable[[], str]) -> Told:
        """What notes every change that it is told of, as made by whoever ``who`` then gives."""

        def told(what: str, /, **about: Any) -> None:
            self.note(who(), what, **about)

        return told

    def asked(self, who: str, question: str, answer: Answer | None, **details: Any) -> None:
        """Notes a question and which passages its answer rests on; None where none could be given."""
        used = (
            [{"article": c.article, "start": c.start, "end": c.end} for c in answer.citations]
            if answer
            else []
        )
        status = answer.status if answer else "failed"
        self.note(who, "ask", question=question, status=status, passages=used, **details)

    def clear(self, today: date) -> None:
        """Removes what is older than it is to be kept. Done at the first line of each day."""
        self._cleared = today
        first = today - timedelta(days=self._days)
        for day, _, file in _files(self._folder):
            if day <= first or not self._days:
                with suppress(OSError):
                    file.unlink()

    def _write(self, line: Line) -> None:
        if not self._folder.is_dir():
            self._folder.mkdir(parents=True, exist_ok=True)
            self._folder.chmod(0o700)
        day = line.at.date()
        numbers = [n for d, n, _ in _files(self._folder) if d == day]
        file = self._folder / _name(day, max(numbers, default=1))
        # What another of the system's users has begun may be theirs alone to write.
        if file.exists() and (file.stat().st_size >= self._largest or not os.access(file, os.W_OK)):
            file = self._folder / _name(day, max(numbers) + 1)
        text = json.dumps(line.row, ensure_ascii=False, default=str) + "\n"
        # In one piece at the end, so that lines of two processes never mix.
        with file.open("ab", buffering=0) as out:
            out.write(text.encode(errors="backslashreplace"))


#: Keeps nothing.
NOWHERE = Audit(Path(os.devnull), 0)


def read(home: Path) -> Iterator[Line]:
    """Every line that is kept, the oldest first. One that was cut off, as by a full disk, is left out."""
    for _, _, file in _files(home / AUDIT):
        with file.open(encoding="utf-8", errors="replace") as lines:
            for text in lines:
                with suppress(ValueError, KeyError, TypeError):
                    row = json.loads(text)
                    at, who, what = datetime.fromisoformat(row.pop("at")), row.pop("who"), row.pop("what")
                    yield Line(at, str(who), str(what), row)


def _short(value: Any) -> Any:
    return value[:LONGEST] + " …" if isinstance(value, str) and len(value) > LONGEST else value


def _name(day: date, number: int) -> str:
    return f"{day}.jsonl" if number == 1 else f"{day}.{number}.jsonl"


def _files(folder: Path) -> list[tuple[date, int, Path]]:
    """The files of the log in their order, each with its day and its number in it."""
    found = []
    for file in folder.iterdir() if folder.is_dir() else ():
        if match := _FILE.fullmatch(file.name):
            with suppress(ValueError):
                found.append((date.fromisoformat(match[1]), int(match[2] or 1), file))
    return sorted(found)
