"""The page of the state: what runs here, from what it answers, and that no word leaves."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import pages
from assistant.caretaker import Checked
from assistant.doctor import LOW_DISK, program_version
from assistant.places import Places
from assistant.records.accounts import Role
from assistant.records.store import RECORDS
from assistant.site import status_pages
from assistant.site.house import House
from assistant.site.requests import shown
from assistant.site.status_pages import Group, Line
from assistant.types import written
from assistant.visit import say, visit

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

# The packages whose versions a support call asks for.
_PACKAGES = ("gradio", "chromadb", "onnxruntime", "numpy")


@dataclass(frozen=True, slots=True)
class Machine:
    """What is known of the computer: the library's folder ``home``, the names of the ``encoder`` and of the
    language ``model`` (None without one), the network ``switches`` by name, each as it was found and as it
    must be, and what the last look over the library found."""

    home: Path
    encoder: str
    model: str | None = None
    switches: Mapping[str, tuple[str | None, str]] = field(default_factory=dict)
    checked: Callable[[], Checked | None] = lambda: None


def routes(house: House, machine: Machine, answering: Places, wording: Places) -> list[BaseRoute]:
    """The page; ``answering`` and ``wording`` are where answers are made, and worded by a language model."""
    from starlette.responses import HTMLResponse
    from starlette.routing import Route

    def page(request: Request) -> Response:
        groups = [
            Group(say("Thư viện"), _library(house, machine)),
            Group(say("Trả lời"), _answers(machine, answering, wording)),
            Group(say("Mạng"), _network(machine.switches)),
            Group(say("Máy chủ"), _computer(machine)),
            Group(say("Phiên bản"), _versions()),
        ]
        return HTMLResponse(status_pages.page(groups))

    return [Route(pages.STATUS, shown(page))]


def _library(house: House, machine: Machine) -> list[Line]:
    shelf = house.library.shelf()
    passages = sum(article.passages for article in shelf)
    lines = [
        Line(say("Số bài"), str(len(shelf))),
        Line(say("Số đoạn"), str(passages)),
        Line(say("Lần thay đổi thứ"), str(house.library.generation())),
    ]
    if house.demo():
        lines.insert(0, Line(say("Nội dung"), say("Bài mẫu: thư viện của cơ quan chưa có bài nào.")))
    checked = machine.checked()
    if checked is None:
        soon = say("Chưa kiểm tra từ khi khởi động; sẽ tự kiểm tra trong ít phút.")
        lines.append(Line(say("Kiểm tra"), soon))
    else:
        when = f"{checked.at:%H:%M} {written(checked.at.date())}"
        if checked.problems:
            wrong = len(checked.problems)
            told = say("{when}: có {n} chỗ sai. Người quản trị hãy chạy lệnh verify.", when=when, n=wrong)
        else:
            told = say("{when}: nguyên vẹn.", when=when)
        lines.append(Line(say("Kiểm tra"), told, not checked.problems))
    return lines


def _answers(machine: Machine, answering: Places, wording: Places) -> list[Line]:
    model = machine.model or say("Không dùng: câu trả lời trích nguyên văn từ bài viết.")
    lines = [
        Line(say("Mô hình tìm kiếm"), machine.encoder),
        Line(say("Mô hình ngôn ngữ"), model),
        Line(say("Đang trả lời"), _busy(answering)),
    ]
    if machine.model:
        lines.append(Line(say("Mô hình đang viết"), _busy(wording)))
    return lines


def _busy(places: Places) -> str:
    return say("{busy} câu hỏi, {waiting} câu đang đợi", busy=places.busy, waiting=places.waiting)


def _network(switches: Mapping[str, tuple[str | None, str]]) -> list[Line]:
    kept = all(found == wanted for found, wanted in switches.values())
    told = (
        say("Không câu hỏi, bài viết nào rời khỏi máy chủ này.")
        if kept
        else say("Có công tắc mạng chưa tắt. Người quản trị hãy khởi động lại Nếp.")
    )
    return [Line(say("Ra ngoài"), told, kept)] + [
        Line(name, found if found is not None else say("chưa đặt"), found == wanted)
        for name, (found, wanted) in switches.items()
    ]


def _computer(machine: Machine) -> list[Line]:
    lines = []
    with suppress(OSError):
        free = shutil.disk_usage(next(f for f in (machine.home, *machine.home.parents) if f.exists())).free
        lines.append(Line(say("Ổ đĩa còn trống"), _size(free), free > LOW_DISK))
    lines.append(Line(say("Hệ điều hành"), f"{platform.system()} {platform.machine()}"))
    if visit().may(Role.ADMINISTRATOR):
        lines.append(Line(say("Thư mục thư viện"), str(machine.home)))
        with suppress(OSError):
            kept = sum(file.stat().st_size for file in machine.home.rglob("*") if file.is_file())
            records = machine.home / RECORDS
            lines.append(Line(say("Thư viện chiếm"), _size(kept)))
            lines.append(Line(say("Hồ sơ người dùng"), f"{records} ({_size(records.stat().st_size)})"))
    return lines


def _size(size: int) -> str:
    told = f"{size / (1 << 30):.1f} GB" if size >= 1 << 30 else f"{size / (1 << 20):.1f} MB"
    return told if visit().language == "en" else told.replace(".", ",")


def _versions() -> Sequence[Line]:
    lines = [Line(pages.NAME, program_version()), Line("Python", platform.python_version())]
    for name in _PACKAGES:
        with suppress(PackageNotFoundError):
            lines.append(Line(name, version(name)))
    return lines
