from __future__ import annotations

from itertools import islice, pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest

from bench.growth import (
    REBUILD_SECONDS,
    Added,
    Grown,
    Point,
    Switching,
    articles,
    draw,
    grow,
    main,
    memory,
    table,
)
from ingest.chunk import passages
from tests.fakes import CountingEncoder

POINTS = (
    Point(1000, 4.0, 3.0, 200.0, 9e3),
    Point(2000, 5.0, 3.3, 230.0, 9e3, 40.0),
    Point(3000, 6.0, 3.0, 240.0, 9e3),
)


def test_flatness_is_the_last_stretch_as_a_multiple_of_the_first() -> None:
    grown = Grown(POINTS, close=3.0, reopen=1.0, rebuild=2.0)
    assert grown.flatness == 1.5
    assert grown.flatness_of_work == 1.0


def test_what_was_added_adds_up_to_a_time_a_passage() -> None:
    added = Added(10, 0.3, 0.1) + Added(30, 0.1, 0.1)
    assert added.passages == 40
    assert added.ms == pytest.approx(10)
    assert added.processor_ms == pytest.approx(5)


def test_articles_are_many_passages_each_other_than_all_others_and_the_same_in_every_run() -> None:
    first, again = (list(islice(articles(Random(3)), 12)) for _ in range(2))
    assert first == again
    assert len({a.digest for a in first}) == len({a.id for a in first}) == 12
    texts = [a.text[p.start : p.end] for a in first for p in passages(a)]
    assert len(set(texts)) == len(texts) > 60
    assert all(a.unit and a.unit in a.title for a in first)


def test_hashed_vectors_are_of_length_one_and_the_same_for_the_same_text() -> None:
    encoder = Switching(CountingEncoder(32))
    rows = encoder.passages(["a", "b", "a"])
    assert np.allclose(np.linalg.norm(rows, axis=1), 1)
    assert (rows[0] == rows[2]).all()
    assert (rows[0] == encoder.query("a")).all()
    assert abs(float(rows[0] @ rows[1])) < 0.9
    encoder.real = True
    assert (encoder.passages(["a"]) == CountingEncoder(32).passages(["a"])).all()


def test_a_library_grows_to_its_size_and_is_rebuilt(tmp_path: Path) -> None:
    encoder = CountingEncoder(32)
    grown = grow(tmp_path, 30, encoder, step=10, sampled=3)
    assert grown.points[-1].passages >= 30
    assert all(b.passages - a.passages >= 10 for a, b in pairwise(grown.points))
    assert all(p.ms > 0 and p.memory > 10 and p.disk > 100 for p in grown.points)
    assert all(p.real for p in grown.points)
    assert len(encoder.texts) > 10 * len(grown.points)  # the samples alone
    assert min(grown.close, grown.reopen, grown.rebuild) > 0


def test_memory_rises_with_what_is_held() -> None:
    before = memory()
    held = np.ones(4_000_000)
    assert memory() - before > 20
    assert held.sum() == 4_000_000


def test_the_table_has_the_curve_and_what_follows_from_it() -> None:
    printed = table(Grown(POINTS, close=3.0, reopen=1.0, rebuild=2.0))
    assert "| 2000 | 5.00 | 3.30 | 40.0 | 230 | 9.0 |" in printed
    assert "last stretch / first: 1.50, of the processor: 1.00" in printed
    assert "memory: 20.0 KB a passage more" in printed
    assert f"rebuild of 3000 passages: 2.0 s (at most {REBUILD_SECONDS})" in printed


def test_the_curve_becomes_a_picture(tmp_path: Path) -> None:
    draw(Grown(POINTS, close=3.0, reopen=1.0, rebuild=2.0), tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(("seconds", "code"), [(1.0, 0), (REBUILD_SECONDS + 1.0, 1)])
def test_a_rebuild_that_takes_too_long_fails_the_run(
    seconds: float, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bench.growth.grow", lambda *_: Grown(POINTS, 3.0, 1.0, seconds))
    assert main(["--passages", "3000"], CountingEncoder()) == code
    assert "| 3000 |" in capsys.readouterr().out
