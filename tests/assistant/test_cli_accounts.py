"""Accounts, the log and an office's address on the command line."""

from __future__ import annotations

import json
import os
import pty
import pwd
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import pytest

from assistant.audit import AT_MACHINE, AUDIT, read
from assistant.cli import LOG
from assistant.conversation import Exchange
from assistant.inbox import Inbox
from assistant.records import accounts, conversations, notebooks, records, sessions
from assistant.records.accounts import Role
from assistant.records.store import RECORDS
from tests.conftest import ROOT, SAMPLES, Nep

GOOD = "gió đưa cành trúc la đà"
#: Who runs the commands of these tests.
OPERATOR = f"{AT_MACHINE}{pwd.getpwuid(os.getuid()).pw_name}"


@pytest.fixture
def home(nep: Nep, tmp_path: Path) -> Path:
    """A folder with an administrator “chi”."""
    home = tmp_path / "Nep"
    made = nep(
        *("accounts", "add", "chi", "--role", "administrator", "--full", "Trần Chi"),
        home=home,
        typed=f"{GOOD}\n",
    )
    assert (made.code, made.lines) == (0, ["Đã tạo tài khoản chi (quản trị)."])
    return home


def test_accounts_are_made_changed_listed_and_removed(nep: Nep, home: Path) -> None:
    assert nep("accounts", "add", "An", home=home, typed=f"{GOOD}\n").code == 0
    assert nep("accounts", "role", "an", "--role", "editor", home=home).code == 0
    assert nep("accounts", "disable", "an", home=home).code == 0
    rows = json.loads(nep("accounts", "list", "--json", home=home).out)
    assert [(r["name"], r["full"], r["role"], r["disabled"]) for r in rows] == [
        ("an", "an", "editor", True),
        ("chi", "Trần Chi", "administrator", False),
    ]
    assert [line.split() for line in nep("accounts", "list", home=home).lines] == [
        ["an", "an", "editor", "đã", "khóa"],
        ["chi", "Trần", "Chi", "administrator"],
    ]
    assert nep("accounts", "enable", "an", home=home).code == 0
    assert nep("accounts", "passwd", "an", home=home, typed="một mật khẩu khác\n").code == 0
    store = records(home)
    assert accounts.proven(store, "an", "một mật khẩu khác")
    assert nep("accounts", "remove", "an", "--yes", home=home).lines == ["Đã xóa tài khoản an."]
    assert accounts.account(store, "an") is None
    assert [(line.who, line.what) for line in read(home)] == [
        (OPERATOR, f"account.{what}")
        for what in ("add", "add", "role", "disable", "enable", "password", "remove")
    ]
    assert GOOD not in "".join(file.read_text() for file in (home / AUDIT).iterdir())


def test_a_token_is_shown_once_and_revoked(nep: Nep, home: Path) -> None:
    (token,) = nep("accounts", "token", "chi", home=home).lines
    store = records(home)
    assert accounts.of_token(store, token) == accounts.account(store, "chi")
    assert nep("accounts", "token", "chi", "--revoke", home=home).lines == ["Đã thu hồi 1 mã của chi."]
    assert accounts.of_token(store, token) is None


@pytest.mark.parametrize(
    ("arguments", "typed", "code", "told"),
    [
        (("add", "an"), "ngắn\n", 1, "ít nhất 10 ký tự"),
        (("add", "chi"), f"{GOOD}\n", 1, "Đã có tài khoản “chi”"),
        (("add", "hai tên"), f"{GOOD}\n", 1, "không có dấu cách"),
        (("passwd", "ma"), f"{GOOD}\n", 1, "Không có tài khoản “ma”"),
        (("token", "ma"), "", 1, "Không có tài khoản “ma”"),
        (("remove", "chi", "--yes"), "", 1, "người quản trị cuối cùng"),
        (("remove", "ma"), "", 1, "Không có tài khoản “ma”"),
        (("role", "chi", "--role", "reader"), "", 1, "người quản trị cuối cùng"),
        (("role", "chi"), "", 2, "thiếu --role"),
        (("add",), "", 2, "thiếu TÊN"),
        (("role", "chi", "--role", "vua"), "", 2, "--role"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    nep: Nep, home: Path, arguments: tuple[str, ...], typed: str, code: int, told: str
) -> None:
    ran = nep("accounts", *arguments, home=home, typed=typed)
    assert (ran.code, ran.out) == (code, "")
    assert told in ran.err


def test_the_first_account_is_an_administrator_s(nep: Nep, tmp_path: Path) -> None:
    ran = nep("accounts", "add", "an", home=tmp_path / "Nep", typed=f"{GOOD}\n")
    assert ran.code == 1
    assert "quản trị (administrator)" in ran.err


def test_the_log_is_read_by_day_by_person_and_by_kind(nep: Nep, home: Path) -> None:
    nep("accounts", "add", "an", home=home, typed=f"{GOOD}\n")
    nep("accounts", "role", "an", "--role", "editor", home=home)
    nep("accounts", "role", "an", "--role", "editor", home=home)  # it is already
    first, _, third = nep("audit", home=home).lines
    told = rf"\d\d/\d\d/\d{{4}} \d\d:\d\d:\d\d  {OPERATOR}  Tạo tài khoản  tài khoản=\"chi\""
    assert re.match(told, first)
    assert "Đổi vai trò" in third
    (row,) = (json.loads(line) for line in nep("audit", "--json", "--what", "account.role", home=home).lines)
    assert (row["who"], row["what"], row["account"]) == (OPERATOR, "account.role", "an")
    assert len(nep("audit", "--what", "account", "--since", "2020-01-01", home=home).lines) == 3
    assert len(nep("audit", "--who", OPERATOR.upper(), home=home).lines) == 3
    assert nep("audit", "--what", "acc", home=home).lines == []
    assert nep("audit", "--since", "01/01/2999", home=home).lines == []
    assert nep("audit", "--who", "an", home=home).lines == []
    assert nep("audit", "--since", "hôm qua", home=home).code == 2


def test_how_long_the_log_is_kept_is_a_setting(nep: Nep, home: Path) -> None:
    nep("accounts", "token", "chi", home=home, env={"NEP_AUDIT_DAYS": "0"})
    assert list(read(home)) == []
    wrong = nep("audit", home=home, env={"NEP_AUDIT_DAYS": "mãi"})
    assert wrong.code == 2
    assert "NEP_AUDIT_DAYS" in wrong.err


class Typing(Protocol):
    def __call__(self, *arguments: str, typed: str) -> tuple[int, str]: ...


@pytest.fixture
def at_terminal(home: Path) -> Typing:
    """Runs a command for somebody who sits at a terminal: its exit code, and what is read there."""

    def run(*arguments: str, typed: str) -> tuple[int, str]:
        ours, theirs = pty.openpty()
        environ = {k: v for k, v in os.environ.items() if not k.startswith("NEP_")} | {"NEP_HOME": str(home)}
        command = [sys.executable, str(ROOT / "app.py"), *arguments]
        with subprocess.Popen(
            command, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ
        ) as process:
            os.write(ours, typed.encode())
            out, err = process.communicate(timeout=60)
        os.close(ours)
        os.close(theirs)
        return process.returncode, (out + err).decode()

    return run


def test_an_account_is_removed_with_what_is_its_alone_once_that_is_agreed_to(
    nep: Nep, home: Path, at_terminal: Typing
) -> None:
    store = records(home)
    accounts.add(store, "an", "", Role.READER, GOOD)
    for n in range(2):
        notebooks.make(store, "an", f"Sổ {n}")
    conversations.keep(store, "an", None, [Exchange("Hỏi gì?", notice="Chưa hỏi được")])
    sessions.give_token(store, "an")
    held = "1 cuộc trò chuyện, 2 sổ tay, 1 mã cho chương trình"
    asked = nep("accounts", "remove", "an", home=home)
    assert (asked.code, asked.out) == (1, "")
    assert f"Cùng với tài khoản an sẽ xóa {held}." in asked.err
    assert "--yes" in asked.err
    assert "accounts disable an" in asked.err
    code, told = at_terminal("accounts", "remove", "an", typed="không\n")
    assert (code, "Chưa xóa gì." in told) == (1, True)
    assert len(notebooks.listed(store, "an")) == 2
    code, told = at_terminal("accounts", "remove", "an", typed="An\n")
    assert (code, f"Đã xóa tài khoản an, cùng {held}." in told) == (0, True)
    assert (notebooks.listed(store, "an"), conversations.listed(store, "an")) == ([], [])
    line = list(read(home))[-1]
    assert (line.who, line.what) == (OPERATOR, "account.remove")
    assert line.details == {"account": "an", "conversations": 1, "notebooks": 2, "tokens": 1}


def test_without_accounts_another_address_is_refused_with_the_way_out(nep: Nep, tmp_path: Path) -> None:
    for arguments in (("--host", "0.0.0.0"), ("--url", "https://ten-may/nep")):
        ran = nep("serve", *arguments, home=tmp_path / "Nep")
        assert ran.code == 1
        assert "ai trong mạng cũng đọc được mọi bài" in ran.err
        assert "accounts add TÊN --role administrator" in ran.err
    ran = nep("serve", "--url", "ten-may", home=tmp_path / "Nep")
    assert ran.code == 1
    assert "https://ten-may/nep" in ran.err


def test_with_accounts_any_address_is_served_to_those_who_come_in(home: Path) -> None:
    store = records(home)
    token = sessions.give_token(store, "chi")
    environ = {k: v for k, v in os.environ.items() if not k.startswith("NEP_")}
    environ |= {"NEP_HOME": str(home), "NEP_URL": "http://ten-may/nep", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, str(ROOT / "app.py"), "serve", "--host", "0.0.0.0", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline().decode()
            said = re.fullmatch(
                r"Nếp đang phục vụ tại http://127\.0\.0\.1:(\d+) \(http://ten-may/nep\).*\n", line
            )
            assert said, line

            def ask(path: str, **headers: str) -> tuple[int, str]:
                request = urllib.request.Request(f"http://127.0.0.1:{said[1]}{path}", headers=headers)
                try:
                    with urllib.request.urlopen(request, timeout=60) as response:
                        return response.status, response.read().decode()
                except urllib.error.HTTPError as error:
                    return error.code, error.read().decode()

            assert ask("/health") == (200, '{"status":"ok"}')
            assert ask("/api/articles")[0] == 401
            assert ask("/api/articles", Authorization=f"Bearer {token}")[0] == 200
            assert ask("/nep/dang-nhap", Host="ten-may")[0] == 200
            assert ask("/nep/dang-nhap", Host="may-khac")[0] == 421
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=60)
            assert process.returncode == 0
            assert b"Traceback" not in err
        finally:
            process.kill()


@pytest.fixture
def unlogged(own_home: Path) -> Path:
    """A copy of the sample library, in whose log nothing stands yet."""
    shutil.rmtree(own_home / AUDIT)
    return own_home


def test_a_backup_carries_the_accounts_and_a_restore_ends_every_session(
    nep: Nep, unlogged: Path, tmp_path: Path
) -> None:
    store = records(unlogged)
    accounts.add(store, "chi", "", Role.ADMINISTRATOR, GOOD)
    session = sessions.begin(store, "chi", 1e10)
    copy = tmp_path / "sao-luu" / "nep.zip"
    assert nep("backup", copy, home=unlogged).code == 0
    other = tmp_path / "khác" / "Nep"
    assert nep("restore", copy, home=other).code == 0
    restored = records(other)
    assert accounts.proven(restored, "chi", GOOD)
    assert accounts.of_session(restored, session, 1e10) is None
    assert accounts.of_session(store, session, 1e10) is not None
    assert (other / RECORDS).stat().st_mode & 0o077 == 0
    # What was done stays told where it was done.
    assert [line.what for line in read(unlogged)] == ["library.backup"]
    (restored_line,) = read(other)
    assert (restored_line.who, restored_line.what) == (OPERATOR, "library.restore")
    assert restored_line.details == {"file": str(copy), "count": len(list(SAMPLES.iterdir()))}


# --- what is changed on the command line -------------------------------------------------------------


def test_every_change_of_the_library_is_in_the_log_with_who_made_it(
    nep: Nep, unlogged: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "bài"
    folder.mkdir()
    one, two = folder / "một.txt", folder / "hai.txt"
    one.write_text("Bài một\n\nNgày 12-4-1954, cơ quan ra đời ở một ngôi đình.\n", encoding="utf-8")
    two.write_text("Bài hai\n\nNăm 1960, cơ quan dời nhà về thị xã.\n", encoding="utf-8")
    environ = {"LOGNAME": "chi", "USER": "chi"}  # the environment may say anybody
    assert nep("ingest", one, home=unlogged, env=environ).code == 0
    assert nep("ingest", one, home=unlogged).code == 0  # nothing changes
    assert nep("sync", folder, home=unlogged).code == 0
    two.write_text("Bài hai\n\nNăm 1961, cơ quan dời nhà về thị xã.\n", encoding="utf-8")
    one.unlink()
    assert nep("sync", folder, home=unlogged).code == 0
    assert nep("remove", "hai", home=unlogged).err == "Đã gỡ khỏi thư viện: Bài hai\n"
    assert nep("remove", "hai", home=unlogged).code == 1
    assert nep("rebuild", home=unlogged).code == 0
    lines = list(read(unlogged))
    assert {line.who for line in lines} == {OPERATOR}
    assert [(line.what, line.details.get("article"), line.details.get("title")) for line in lines] == [
        ("document.add", "một", "Bài một"),
        ("document.add", "hai", "Bài hai"),
        ("document.update", "hai", "Bài hai"),
        ("document.remove", "một", "Bài một"),
        ("document.remove", "hai", "Bài hai"),
        ("library.rebuild", None, None),
    ]
    assert lines[0].details["file"] == str(one)
    assert "ngôi đình" not in "".join(file.read_text() for file in (unlogged / AUDIT).iterdir())
    told = nep("audit", "--what", "document", home=unlogged).lines
    assert f'{OPERATOR}  Thêm bài  mã bài="một"  tên="Bài một"' in told[0]
    assert 'Gỡ bài  mã bài="hai"' in told[-1]


def test_what_was_brought_to_the_page_is_in_the_log_as_of_whoever_brought_it(
    nep: Nep, unlogged: Path
) -> None:
    inbox = Inbox(unlogged)
    with inbox.arrival("Lịch sử.txt", "binh") as arrival:
        arrival.write("Lịch sử\n\nNgày 12-4-1954, cơ quan ra đời.\n".encode())
        upload = arrival.keep()
    assert nep("inbox", home=unlogged).code == 0
    (line,) = read(unlogged)
    assert (line.who, line.what) == ("binh", "document.add")
    assert line.details == {"article": "Lịch sử", "title": "Lịch sử", "upload": upload.id}


def test_a_log_that_cannot_be_written_loses_no_change(nep: Nep, unlogged: Path) -> None:
    (unlogged / AUDIT).write_text("a file where the folder should be")
    (row, *_) = json.loads(nep("articles", "--json", home=unlogged).out)
    ran = nep("remove", row["id"], home=unlogged)
    assert (ran.code, ran.err) == (0, f"Đã gỡ khỏi thư viện: {row['title']}\n")
    assert row["id"] not in [r["id"] for r in json.loads(nep("articles", "--json", home=unlogged).out)]
    assert (
        nep("accounts", "add", "chi", "--role", "administrator", home=unlogged, typed=f"{GOOD}\n").code == 0
    )
    assert "audit log cannot be written" in (unlogged / LOG).read_text(encoding="utf-8")


def test_a_path_of_our_own_is_refused_as_the_office_s_address(nep: Nep, home: Path) -> None:
    ran = nep("serve", "--url", "https://ten-may/so-tay", "--port", "0", home=home)
    assert (ran.code, ran.out) == (1, "")
    assert "chính Nếp có trang ở đường dẫn “/so-tay”" in ran.err
    assert "https://ten-may/nep" in ran.err


def test_what_is_changed_on_the_pages_is_in_the_log_as_of_whoever_came_in(
    nep: Nep, unlogged: Path, tmp_path: Path
) -> None:
    """The server as it is started: each page's changes, those of the library too."""
    home = unlogged
    (row, *_) = json.loads(nep("articles", "--json", home=home).out)
    store = records(home)
    accounts.add(store, "chi", "", Role.ADMINISTRATOR, GOOD)
    session = sessions.begin(store, "chi", time.time())
    environ = {k: v for k, v in os.environ.items() if not k.startswith("NEP_")}
    environ |= {"NEP_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, str(ROOT / "app.py"), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environ) as process:
        try:
            assert process.stdout is not None
            said = re.search(r"http://[\d.:]+", process.stdout.readline().decode())
            assert said

            def send(path: str, **fields: str) -> dict[str, str]:
                request = urllib.request.Request(
                    f"{said[0]}{quote(path)}",
                    json.dumps(fields).encode(),
                    {"X-Nep": "1", "Cookie": f"nep_session={session}", "Sec-Fetch-Site": "same-origin"},
                )
                with urllib.request.urlopen(request, timeout=60) as response:
                    told: dict[str, str] = json.load(response)
                    return told

            send(f"/bai/{row['id']}/sua", title=row["title"], source="Báo Hải Lâm")
            send(f"/bai/{row['id']}/go")
            book = send("/so-tay/moi", name="Diễn văn")["to"]
            send(f"{book}/xoa")
            send("/quan-tri", name="an", full="Lê An", role="1", password=GOOD)
            send("/quan-tri/an/xoa")
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
        finally:
            process.kill()
    id = book.rpartition("/")[2]
    assert [(line.who, line.what, line.details) for line in read(home)] == [
        ("chi", "document.edit", {"article": row["id"], "source": "Báo Hải Lâm"}),
        ("chi", "document.remove", {"article": row["id"], "title": row["title"]}),
        ("chi", "notebook.make", {"notebook": id, "name": "Diễn văn"}),
        ("chi", "notebook.remove", {"notebook": id, "name": "Diễn văn"}),
        ("chi", "account.add", {"account": "an", "role": "reader"}),
        ("chi", "account.remove", {"account": "an"}),
    ]
