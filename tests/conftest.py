"""What tests of every package share."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import settings

from assistant.records.store import RECORDS
from tests import fakes

# How long an example takes says more of what else the computer does than of the program.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

ROOT = Path(__file__).parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"
SAMPLES = ROOT / "ingest" / "samples"


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of real articles that stands beside the checkout; skips where it does not."""
    if not SEEDS.is_dir():
        pytest.skip("the seed articles are not beside this checkout")
    return SEEDS


@pytest.fixture
def plain_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretches are weighed by the figures of ``tests.fakes``, not by those that are learned."""
    monkeypatch.setattr("assistant.extract.weights", fakes.plain_weights)


# --- the program itself, as a person runs it -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ran:
    """What a finished command left behind."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode()

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Nep(Protocol):
    """Runs ``python app.py`` with the arguments given. ``home`` goes to NEP_HOME; ``prefix`` is a
    command to run it under; ``typed`` comes in at standard input."""

    def __call__(
        self,
        *arguments: str | Path,
        home: Path | None = None,
        env: Mapping[str, str] | None = None,
        prefix: tuple[str, ...] = (),
        typed: str | None = None,
    ) -> Ran: ...


@pytest.fixture(scope="session")
def nep() -> Nep:
    """The command line in a process of its own. No run may show a traceback: it is asserted here."""

    def run(
        *arguments: str | Path,
        home: Path | None = None,
        env: Mapping[str, str] | None = None,
        prefix: tuple[str, ...] = (),
        typed: str | None = None,
    ) -> Ran:
        command = [*prefix, sys.executable, str(ROOT / "app.py"), *map(str, arguments)]
        environ = {k: v for k, v in os.environ.items() if not k.startswith("NEP_")} | dict(env or {})
        if home is not None:
            environ["NEP_HOME"] = str(home)
        done = subprocess.run(
            command,
            capture_output=True,
            env=environ,
            timeout=240,
            check=False,
            input=None if typed is None else typed.encode(),
        )
        ran = Ran(done.returncode, done.stdout, done.stderr.decode())
        assert "Traceback" not in ran.err, ran.err
        return ran

    return run


@pytest.fixture(scope="session")
def seeds_home(seeds: Path, nep: Nep, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the seed articles. It is shared: a test that changes it takes a copy."""
    home = tmp_path_factory.mktemp("seeds") / "Nep"
    assert nep("ingest", seeds, home=home).code == 0
    return home


@pytest.fixture(scope="session")
def samples_home(nep: Nep, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A library of the sample articles. It is shared: a test that changes it takes a copy."""
    home = tmp_path_factory.mktemp("samples") / "Nep"
    assert nep("ingest", SAMPLES, home=home).code == 0
    yield home
    assert not (home / RECORDS).exists(), "a test kept its records in the library of all tests"


@pytest.fixture
def own_home(samples_home: Path, tmp_path: Path) -> Path:
    """A copy of the sample library that this test may change."""
    return Path(shutil.copytree(samples_home, tmp_path / "Nep"))


@pytest.fixture(scope="session")
def bound() -> tuple[str, ...]:
    """The command under which file permissions bind even an administrator; skips where there is none."""
    if os.getuid() != 0:
        return ()
    prefix = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    if not shutil.which("setpriv") or subprocess.run([*prefix, "true"], check=False).returncode:
        pytest.skip("an administrator may read everything, and setpriv cannot take that right away here")
    return prefix
