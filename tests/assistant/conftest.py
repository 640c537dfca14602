"""What the tests of the assistant share."""

from __future__ import annotations

from dataclasses import fields

import pytest

from assistant.candidates import Features

#: What each feature counts in these tests: the words it says, its place in the search, its kind. The
#: weights that come with the program are learned, and learned again; no promise hangs on their figures.
FIRST = {
    "own": 1.0,
    "beside": 0.6,
    "every": 4.0,
    "passage": 1.5,
    "typed": 1.0,
    "untyped": -1.0,
    "hundreds": -0.15,
    "leaning": -0.1,
    "cuts": -0.5,
    "caption": -0.5,
    "unclosed": -0.4,
}
READ = FIRST | {"relevance": 1.0, "fit": 0.2}
ENOUGH = {
    "own": 2.0,
    "beside": 1.0,
    "every": 2.0,
    "typed": 0.5,
    "untyped": -0.5,
    "relevance": 0.2,
    "constant": -1.0,
}


@pytest.fixture
def plain_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretches are weighed by the figures above."""
    names = [*(f.name for f in fields(Features)), "constant"]
    table = {
        column: tuple(weights.get(name, 0.0) for name in names)
        for column, weights in (("first", FIRST), ("read", READ), ("enough", ENOUGH))
    }
    monkeypatch.setattr("assistant.extract.weights", lambda: table)
