"""What tests of every package share."""

from __future__ import annotations

from pathlib import Path

import pytest

SEEDS = Path(__file__).parents[2] / "shared" / "seeds"


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of real articles that stands beside the checkout; skips where it does not."""
    if not SEEDS.is_dir():
        pytest.skip("the seed articles are not beside this checkout")
    return SEEDS
