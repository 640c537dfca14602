"""Accounts, the log and an office's address on the command line."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from assistant.audit import AUDIT, read
from assistant.records import accounts, records, sessions
from assistant.records.accounts import Role
from assistant.records.store import RECORDS
from tests.conftest import ROOT, Nep

GOOD = "gió đưa cành trúc la đà"


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
    assert nep("accounts", "remove", "an", home=home).code == 0
    assert accounts.account(store, "an") is None
    kinds = [(line.who, line.what, line.details["by"]) for line in read(home)]
    assert kinds == [
        ("", f"account.{what}", "cli")
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
        (("remove", "chi"), "", 1, "người quản trị cuối cùng"),
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
    nep("accounts", "role", "chi", "--role", "administrator", home=home)
    first, second = nep("audit", home=home).lines
    assert re.match(r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d  \(máy chủ\)  Tạo tài khoản  account=\"chi\"", first)
    assert "Đổi vai trò" in second
    (row,) = (json.loads(line) for line in nep("audit", "--json", "--what", "account.role", home=home).lines)
    assert (row["who"], row["what"], row["role"]) == ("", "account.role", "administrator")
    assert len(nep("audit", "--what", "account", "--since", "2020-01-01", home=home).lines) == 2
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


def test_a_backup_carries_the_accounts_and_a_restore_ends_every_session(
    nep: Nep, own_home: Path, tmp_path: Path
) -> None:
    store = records(own_home)
    accounts.add(store, "chi", "", Role.ADMINISTRATOR, GOOD)
    session = sessions.begin(store, "chi", 1e10)
    copy = tmp_path / "sao-luu" / "nep.zip"
    assert nep("backup", copy, home=own_home).code == 0
    other = tmp_path / "khác" / "Nep"
    assert nep("restore", copy, home=other).code == 0
    restored = records(other)
    assert accounts.proven(restored, "chi", GOOD)
    assert accounts.of_session(restored, session, 1e10) is None
    assert accounts.of_session(store, session, 1e10) is not None
    assert (other / RECORDS).stat().st_mode & 0o077 == 0
    assert not (other / AUDIT).exists()  # what was done stays told where it was done
