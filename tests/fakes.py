"""Predictable stand-ins for the parts that are models, so that tests can assert exact values."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import numpy as np

from ingest.vietnamese import tokens
from vectorstore.types import Vectors


class CountingEncoder:
    """Counts words: each word of a text adds one to a place of the vector that the word's hash
    chooses, and the vector is brought to length 1. So texts with the same words have cosine 1, and
    texts without a common word nearly 0. A text without words is the first axis. ``texts`` keeps
    what was embedded as a passage, in order."""

    def __init__(self, dimensions: int = 64, name: str = "counting") -> None:
        self.name = name
        self.dimensions = dimensions
        self.texts: list[str] = []

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.texts.extend(texts)
        return np.stack([self._vector(text) for text in texts])

    def query(self, text: str) -> Vectors:
        return self._vector(text)

    def _vector(self, text: str) -> Vectors:
        counts = np.zeros(self.dimensions, dtype=np.float32)
        for token in tokens(text):
            counts[int.from_bytes(sha256(token.exact.encode()).digest()[:4], "big") % self.dimensions] += 1
        if not counts.any():
            counts[0] = 1
        unit: Vectors = counts / np.linalg.norm(counts)
        return unit
