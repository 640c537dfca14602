"""A library of its own for each test, and a Chroma server for those that want one."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from tests.fakes import CountingEncoder
from vectorstore.library import Library
from vectorstore.types import Encoder


class Open(Protocol):
    """Opens the test's library, with a counting encoder unless another is given; closed at the end."""

    def __call__(
        self,
        *,
        write: bool = False,
        encoder: Encoder | None = None,
        home: Path | None = None,
        chroma_url: str | None = None,
        mend: bool = False,
    ) -> Library: ...


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "Thư viện"


@pytest.fixture
def open_library(home: Path) -> Iterator[Open]:
    default = home
    with ExitStack() as opened:

        def library(
            *,
            write: bool = False,
            encoder: Encoder | None = None,
            home: Path | None = None,
            chroma_url: str | None = None,
            mend: bool = False,
        ) -> Library:
            made = Library.open(
                home or default, encoder or CountingEncoder(), chroma_url=chroma_url, write=write, mend=mend
            )
            return opened.enter_context(made)

        yield library


@pytest.fixture
def library(open_library: Open) -> Library:
    """An empty library, open for writing."""
    return open_library(write=True)


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Chroma server on this machine alone, as ``chroma run`` starts it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--path", str(tmp_path_factory.mktemp("server"))]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert server.poll() is None, "chroma run ended"
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)
