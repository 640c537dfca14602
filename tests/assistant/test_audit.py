"""The log of who did what: written, kept for so long, and read."""

from __future__ import annotations

import ast
import json
import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from assistant.audit import AT_MACHINE, AUDIT, DETAILS, KINDS, LONGEST, NOWHERE, Audit, read
from assistant.records import accounts, belongings, records
from assistant.records.accounts import AccountError, Role
from tests.assistant.office import answered, article, citation
from tests.conftest import ROOT, Nep
from vectorstore.library import EDITABLE

DAY = article("ngay-vui", "Ngày vui", "Ngày truyền thống là 12-4.")


def days(home: Path) -> list[str]:
    return sorted(file.name for file in (home / AUDIT).iterdir())


def past(home: Path, ago: int) -> Path:
    """The file of the day so many days ago, with a line in it."""
    file = home / AUDIT / f"{datetime.now(UTC).date() - timedelta(days=ago)}.jsonl"
    file.parent.mkdir(exist_ok=True)
    file.write_text('{"at": "2020-01-01T00:00:00+00:00", "who": "x", "what": "login"}\n')
    return file


def test_what_is_noted_is_read_again_in_order(tmp_path: Path) -> None:
    audit = Audit(tmp_path)
    audit.note("an", "login", address="10.0.0.1")
    audit.note("", "document.remove", article="bài một\n")
    first, second = read(tmp_path)
    assert (first.who, first.what, first.details) == ("an", "login", {"address": "10.0.0.1"})
    assert (second.who, second.what, second.details) == ("", "document.remove", {"article": "bài một\n"})
    assert datetime.now(UTC) - first.at < timedelta(minutes=1)
    (file,) = (tmp_path / AUDIT).iterdir()
    assert len(file.read_text().splitlines()) == 2
    assert (tmp_path / AUDIT).stat().st_mode & 0o077 == 0


def test_a_question_is_noted_with_the_passages_used_and_without_the_answer(tmp_path: Path) -> None:
    used = citation(1, DAY, "Ngày truyền thống là 12-4.")
    Audit(tmp_path).asked("an", "Ngày nào?", answered(used))
    Audit(tmp_path).asked("an", "Ngày nào?", None)
    line, failed = read(tmp_path)
    assert line.details == {
        "question": "Ngày nào?",
        "status": "answered",
        "passages": [{"article": "ngay-vui", "start": used.start, "end": used.end}],
    }
    assert failed.details == {"question": "Ngày nào?", "status": "failed", "passages": []}


def test_a_large_day_goes_on_in_a_further_file(tmp_path: Path) -> None:
    audit = Audit(tmp_path, largest=200)
    for n in range(30):
        audit.note("an", "ask", question=f"câu {n}")
    today = datetime.now(UTC).date()
    assert len(days(tmp_path)) > 9  # so that the tenth does not stand before the second
    assert f"{today}.jsonl" in days(tmp_path)
    assert f"{today}.2.jsonl" in days(tmp_path)
    assert [line.details["question"] for line in read(tmp_path)] == [f"câu {n}" for n in range(30)]


def test_what_is_too_old_goes_and_the_rest_stays(tmp_path: Path) -> None:
    old, kept = past(tmp_path, 30), past(tmp_path, 29)
    other = tmp_path / AUDIT / "ghi-chú.txt"
    other.write_text("của tôi")
    audit = Audit(tmp_path, days=30)
    audit.note("an", "login")
    assert not old.exists()
    assert kept.exists()
    assert other.exists()
    audit.clear(datetime.now(UTC).date() + timedelta(days=1))
    assert not kept.exists()


def test_nought_days_keep_none_and_leave_none(tmp_path: Path) -> None:
    past(tmp_path, 0)
    audit = Audit(tmp_path, days=0)
    audit.note("an", "login")
    assert days(tmp_path) == []
    assert list(read(tmp_path)) == []


def test_a_disk_that_takes_nothing_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / AUDIT).write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING):
        Audit(tmp_path).note("an", "login")
    assert "cannot be written" in caplog.text
    full = Path("/dev/full")
    if full.exists():
        (tmp_path / AUDIT).unlink()
        (tmp_path / AUDIT).mkdir()
        (tmp_path / AUDIT / f"{datetime.now(UTC).date()}.jsonl").symlink_to(full)
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            Audit(tmp_path).note("an", "login")
        assert "No space left" in caplog.text
    NOWHERE.note("an", "login")


def test_a_line_that_was_cut_off_hides_no_other(tmp_path: Path) -> None:
    audit = Audit(tmp_path)
    audit.note("an", "login")
    (file,) = (tmp_path / AUDIT).iterdir()
    with file.open("a") as out:
        out.write('{"at": "2026-\n[1]\n{"at": 5, "who": "x", "what": "y"}\n')
    audit.note("binh", "login")
    assert [line.who for line in read(tmp_path)] == ["an", "binh"]


def test_lines_of_many_threads_never_mix(tmp_path: Path) -> None:
    audits = [Audit(tmp_path), Audit(tmp_path)]
    with ThreadPoolExecutor(8) as pool:
        for n in range(200):
            pool.submit(audits[n % 2].note, "an", "ask", question="câu " * 100, n=n)
    assert sorted(line.details["n"] for line in read(tmp_path)) == list(range(200))


def test_a_text_without_end_is_cut(tmp_path: Path) -> None:
    Audit(tmp_path).note("an", "ask", question="a" * 1_000_000, day=date(2026, 1, 2))
    (line,) = read(tmp_path)
    assert len(line.details["question"]) == LONGEST + 2
    assert json.loads(json.dumps(line.row))["day"] == "2026-01-02"


def test_a_change_is_noted_as_made_by_whoever_is_there_then(tmp_path: Path) -> None:
    who = "an"
    told = Audit(tmp_path).telling(lambda: who)
    told("notebook.make", notebook="x", name="Sổ")
    who = "binh"
    told("notebook.remove", notebook="x")
    assert [(line.who, line.what, line.details) for line in read(tmp_path)] == [
        ("an", "notebook.make", {"notebook": "x", "name": "Sổ"}),
        ("binh", "notebook.remove", {"notebook": "x"}),
    ]


def test_nobody_s_account_is_called_as_those_at_the_machine_are(tmp_path: Path) -> None:
    with pytest.raises(AccountError):
        accounts.add(records(tmp_path), f"{AT_MACHINE}root", "", Role.ADMINISTRATOR, "một mật khẩu dài")


def test_where_another_of_the_system_s_users_has_begun_the_day_it_goes_on_beside_it(
    nep: Nep, tmp_path: Path, bound: tuple[str, ...]
) -> None:
    Audit(tmp_path).note("an", "login")
    (file,) = (tmp_path / AUDIT).iterdir()
    file.chmod(0o444)
    typed = "một mật khẩu dài\n"
    made = nep(
        *("accounts", "add", "chi", "--role", "administrator"), home=tmp_path, prefix=bound, typed=typed
    )
    assert made.code == 0
    assert [line.what for line in read(tmp_path)] == ["login", "account.add"]


def said() -> Iterator[tuple[str, str, list[str]]]:
    """What the program says to the log: the file, what was done, and the names of what is known of it."""
    for file in sorted((ROOT / "assistant").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in (
                "tell",
                "told",
                "note",
            ):
                for given in ast.walk(ast.Tuple(list(node.args[:2]), ast.Load())):
                    if isinstance(given, ast.Constant) and re.fullmatch(r"[a-z]+\.[a-z]+", str(given.value)):
                        names = [keyword.arg for keyword in node.keywords if keyword.arg]
                        yield file.name, str(given.value), names


def test_everything_that_is_said_to_the_log_is_read_in_vietnamese() -> None:
    kinds = {what for _, what, _ in said()}
    assert len(kinds) > 25
    assert kinds <= KINDS.keys()
    assert {name for *_, names in said() for name in names} <= DETAILS.keys()
    assert {*belongings.WORDS, *EDITABLE, "passages", "status", "by"} <= DETAILS.keys()
