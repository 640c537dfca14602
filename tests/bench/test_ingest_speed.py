from __future__ import annotations

import pytest

from bench import ingest_speed
from bench.ingest_speed import (
    Speed,
    Stock,
    by_encoder,
    by_library,
    main,
    profile,
    stock,
    table,
    texts,
    tokenizer,
    tokens,
)
from tests.conftest import SAMPLES
from vectorstore.e5 import E5, PASSAGE, PIECES


def test_passages_and_tokens_a_second_are_of_the_same_time() -> None:
    speed = Speed("x", passages=20, tokens=3_000, seconds=4.0)
    assert (speed.passages_a_second, speed.tokens_a_second) == (5.0, 750.0)


def test_the_table_compares_with_the_first() -> None:
    printed = table([Speed("plain", 20, 2_000, 10.0), Speed("ours", 20, 5_000, 5.0, sentences=True)])
    assert "| plain | 20 | 2.0 | 200 | 1.00 | 1.00 |" in printed
    assert "| ours (sentences too) | 20 | 4.0 | 1000 | 2.00 | 5.00 |" in printed


def test_the_stock_has_as_many_passages_as_were_asked_for() -> None:
    held = stock(12)
    assert len(texts(held)) >= 12
    assert len(texts(held)) == sum(len(cut) for _, cut in held)


def test_both_sides_read_the_same_pieces() -> None:
    """What sentence-transformers is given cuts Vietnamese as the bundled encoder does."""
    theirs = tokenizer()
    for file in SAMPLES.iterdir():
        for line in file.read_text(encoding="utf-8").split("\n"):
            if line.strip():
                ours, _ = E5.bundled().vocabulary.cut(PASSAGE + line, PIECES)
                assert theirs.encode(PASSAGE + line).ids[1:-1][:PIECES] == ours
                assert tokens([line]) == len(ours) + 2


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> Stock:
    """One short article."""
    monkeypatch.setattr("bench.growth.ARTICLE_SENTENCES", 5)
    return stock(1)


def test_the_library_embeds_sentences_too(short: Stock) -> None:
    alone, whole = by_encoder(short), by_library(short)
    assert alone.passages == whole.passages
    assert whole.tokens > 1.5 * alone.tokens
    assert alone.seconds > 0
    assert whole.seconds > 0


def test_a_profile_sees_into_the_encoder(short: Stock) -> None:
    assert "onnxruntime" in profile(short)


@pytest.mark.parametrize(("seconds", "code"), [(1.0, 0), (100.0, 1)])
def test_adding_that_is_slower_than_plain_encoding_fails_the_run_and_is_explained(
    seconds: float, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = {
        "sentence-transformers": '["plain", 20, 2000, 10.0, false]',
        "encoder": '["encoder", 20, 2000, 1.0, false]',
        "library": f'["library", 20, 5000, {seconds}, true]',
        "profile": "most of it in terms()",
    }
    monkeypatch.setattr(ingest_speed, "apart", lambda way, _: said[way])
    assert main([]) == code
    assert ("most of it in terms()" in capsys.readouterr().out) == bool(code)
