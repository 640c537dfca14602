"""A library of its own for each test."""

from __future__ import annotations

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
