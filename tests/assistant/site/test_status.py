"""The page of the state: what it tells everybody, and what administrators alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from assistant.caretaker import Checked
from assistant.doctor import program_version
from assistant.places import Places
from assistant.records.accounts import Account, Role
from assistant.site import status
from assistant.site.house import House
from assistant.site.status import Machine
from assistant.visit import Visit, visiting
from tests.assistant.office import house
from tests.assistant.site.accounts import office

AN = Account("an", "Nguyễn An", Role.READER)
CHI = Account("chi", "Trần Chi", Role.ADMINISTRATOR)
OFF = {"HF_HUB_OFFLINE": ("1", "1")}


def page(home: Path, machine: Machine, now: Visit, of: House | None = None) -> str:
    """What the page says to that visit, without its tags."""
    (home / "records.db").write_bytes(b"")
    places = Places(1, 1)
    routes = status.routes(of or house(office(), home), machine, places, places)
    route: Callable[..., object] = routes[0].endpoint  # type: ignore[attr-defined]
    with visiting(now):
        from starlette.requests import Request

        scope = {"type": "http", "method": "GET", "path": "/trang-thai", "headers": [], "query_string": b""}
        body = route(Request(scope)).body.decode()  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body.partition("<main")[2]))


def test_it_tells_what_runs_here_and_from_what_it_answers(tmp_path: Path) -> None:
    checked = Checked(datetime(2026, 11, 22, 8, 5), ())
    said = page(tmp_path, Machine(tmp_path, "e5-small", "qwen", OFF, lambda: checked), Visit(AN))
    for words in (
        "Nếp đang hoạt động bình thường.",
        "Số bài 1 ",
        "Số đoạn 1 ",
        "Lần thay đổi thứ 1 ",
        "08:05 22/11/2026: nguyên vẹn.",
        "Mô hình tìm kiếm e5-small",
        "Mô hình ngôn ngữ qwen",
        "Đang trả lời 0 câu hỏi, 0 câu đang đợi",
        "Không câu hỏi, bài viết nào rời khỏi máy chủ này.",
        "HF_HUB_OFFLINE 1 ",
        "Ổ đĩa còn trống",
        f"Nếp {program_version()} ",
    ):
        assert words in said


def test_where_things_lie_is_told_administrators_alone(tmp_path: Path) -> None:
    machine = Machine(tmp_path, "e5-small")
    assert str(tmp_path) not in page(tmp_path, machine, Visit(AN))
    assert f"Thư mục thư viện {tmp_path}" in page(tmp_path, machine, Visit(CHI))


@pytest.mark.parametrize(
    ("machine", "told"),
    [
        (Machine(Path(), "", switches={"HF_HUB_OFFLINE": ("0", "1")}), "Cần xem lại: 0"),
        (Machine(Path(), "", switches={"HF_HUB_OFFLINE": (None, "1")}), "Cần xem lại: chưa đặt"),
        (Machine(Path(), "", checked=lambda: Checked(datetime(2026, 1, 2), ("Sai.",))), "có 1 chỗ sai"),
    ],
)
def test_what_is_not_well_is_said_first_and_in_its_line(tmp_path: Path, machine: Machine, told: str) -> None:
    said = page(tmp_path, machine, Visit(AN))
    assert "Nếp đang hoạt động bình thường." not in said
    assert "cần người quản trị xem lại" in said
    assert told in said


def test_the_samples_are_called_samples(tmp_path: Path) -> None:
    demo = house(office(), tmp_path, lambda: True)
    assert "Bài mẫu" in page(tmp_path, Machine(tmp_path, ""), Visit(AN), demo)
    assert "Samples" in page(tmp_path, Machine(tmp_path, ""), Visit(AN, "en"), demo)


def test_a_library_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    of = office()

    def broken() -> list[object]:
        raise RuntimeError("bí mật")

    of.shelf = broken  # type: ignore[method-assign, assignment]
    places = Places(1, 1)
    app = Starlette(routes=status.routes(house(of, tmp_path), Machine(tmp_path, ""), places, places))
    got = TestClient(app).get("/trang-thai")
    assert (got.status_code, "bí mật" in got.text) == (500, False)
