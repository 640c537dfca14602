"""The weights learned from what separates right from wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

import pytest
import torch

from assistant.candidates import Features
from bench.learn_weights import (
    LEAST,
    MOST,
    NAMES,
    READ_ONLY,
    Choice,
    Verdict,
    bounded,
    learned,
    learned_on,
    row_of,
    verdict_weights,
    written,
)


@contextmanager
def drawn() -> Iterator[None]:
    """Every figure that is drawn inside is the same each time."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        yield


def _choices(gold_by: str, most: int = 30) -> list[Choice]:
    """Stretches of which the one with most of a feature is right; all else is drawn at random."""
    with drawn():
        choices = []
        for n in range(most):
            rows = torch.rand(5, len(NAMES))
            choices.append(Choice(n % 3, rows, torch.arange(5) == rows[:, NAMES.index(gold_by)].argmax()))
        return choices


def test_the_feature_that_tells_the_right_stretch_weighs_most() -> None:
    choices = _choices("own")
    weights = learned(choices)
    assert weights.argmax() == NAMES.index("own")
    assert all((c.rows @ weights).argmax() == c.gold.int().argmax() for c in choices)


def test_a_feature_that_never_differs_weighs_nothing() -> None:
    choices = _choices("own")
    for c in choices:
        c.rows[:, NAMES.index("fit")] = 0.0
    weights = learned(choices)
    assert weights[NAMES.index("fit")] == 0
    assert weights.abs().sum() > 0


def test_after_reading_the_first_look_counts_as_a_whole_beside_the_reader() -> None:
    first = torch.rand(len(NAMES))
    reader = [NAMES.index(name) for name in READ_ONLY]
    first[reader] = 0.0
    choices = _choices("fit")
    weights = learned_on(first, choices)
    assert weights.argmax() == NAMES.index("fit")
    others = [n for n in range(len(NAMES)) if n not in reader]
    shares = weights[others] / first[others]
    torch.testing.assert_close(shares, shares[:1].expand_as(shares), rtol=1e-4, atol=1e-6)


def test_a_question_without_or_with_only_right_stretches_teaches_nothing() -> None:
    choices = _choices("own")
    rows = choices[0].rows[:3]
    idle = [
        Choice(0, rows, torch.zeros(3, dtype=torch.bool)),
        Choice(0, rows, torch.ones(3, dtype=torch.bool)),
    ]
    # What they hold moves the scale of the features, and nothing else.
    alone, together = (float(learned(c)[NAMES.index("own")]) for c in (choices, [*choices, *idle]))
    assert together == pytest.approx(alone, rel=0.1)


def test_a_verdict_is_above_zero_where_the_articles_answer() -> None:
    with drawn():
        verdicts = []
        for n in range(80):
            row, answers = torch.rand(len(NAMES)), n % 2 == 0
            row[NAMES.index("every")] = 0.8 if answers else 0.3
            verdicts.append(Verdict(n % 3, row, answers))
    weights, constant = verdict_weights(verdicts)
    assert all((float(v.row @ weights) + constant > 0) == v.answers for v in verdicts)
    assert weights.argmax() == NAMES.index("every")


def test_a_weight_beyond_its_bound_is_the_bound_and_the_others_stay() -> None:
    found = dict(zip(NAMES, bounded(torch.full((len(NAMES),), 9.0)).tolist(), strict=True))
    assert found == dict.fromkeys(NAMES, 9.0) | MOST
    found = dict(zip(NAMES, bounded(torch.full((len(NAMES),), -9.0)).tolist(), strict=True))
    assert found == dict.fromkeys(NAMES, -9.0) | LEAST


def test_what_is_written_is_what_the_program_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from assistant import extract

    file = tmp_path / "weights.txt"
    file.write_text("# Kept.\nold 1\n", encoding="utf-8")
    columns = {"first": [float(n) for n in range(len(NAMES) + 1)], "read": [-0.5] * (len(NAMES) + 1)}
    written(columns, file)
    assert file.read_text(encoding="utf-8").startswith("# Kept.\nfeature")
    monkeypatch.setattr(extract, "__file__", str(tmp_path / "extract.py"))
    extract.weights.cache_clear()
    try:
        assert extract.weights() == {name: tuple(column) for name, column in columns.items()}
    finally:
        extract.weights.cache_clear()


def test_a_row_holds_the_features_in_their_order() -> None:
    features = Features(*(float(n) for n in range(len(NAMES))))
    assert row_of(features) == [float(n) for n in range(len(NAMES))]
    assert [f.name for f in fields(Features)] == NAMES
