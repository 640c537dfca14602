"""Predictable stand-ins for the parts that are models, so that tests can assert exact values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from hashlib import sha256

import numpy as np

from assistant.asked import Asked
from assistant.candidates import Features
from assistant.reader import Reading
from ingest.types import Span
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


class CountingReader:
    """Reads by counting: a sentence is as relevant as the share of the question's words that it has, and
    its likeliest answer is the longest stretch of words that the question has not (the first of
    several), by ``rather`` likelier than any other stretch. ``read_last`` are the sentences of the last
    call."""

    def __init__(self, rather: float = 1.0) -> None:
        self._rather = rather
        self.read_last: tuple[str, ...] = ()

    def read(self, asked: Asked, sentences: Sequence[str]) -> list[Reading]:
        self.read_last = tuple(sentences)
        return [self._read(asked, sentence) for sentence in sentences]

    def _read(self, asked: Asked, sentence: str) -> Reading:
        here = tuple(tokens(sentence))
        question = {t.exact for t in tokens(asked.reading)}
        said = {t.exact for t in here}
        share = len(question & said) / len(question)
        runs: list[list[int]] = [[]]
        for i, token in enumerate(here):
            if token.exact in question:
                runs.append([])
            else:
                runs[-1].append(i)
        best = max(runs, key=len) or [0]
        begins, ends = (np.full(len(here), (share - self._rather) / 2, np.float32) for _ in range(2))
        if here:
            begins[best[0]] = ends[best[-1]] = share / 2
        span = Span(here[best[0]].start, here[best[-1]].end) if here else Span(0, 0)
        return Reading(span, share, share, here, begins, ends)


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
    "own": 8.0,
    "beside": 2.0,
    "every": 8.0,
    "typed": 1.0,
    "untyped": -1.0,
    "relevance": 1.0,
    "constant": -8.0,
}


def plain_weights() -> dict[str, tuple[float, ...]]:
    """The columns of ``assistant.extract.weights`` with the figures above."""
    names = [*(f.name for f in fields(Features)), "constant"]
    return {
        column: tuple(weights.get(name, 0.0) for name in names)
        for column, weights in (("first", FIRST), ("read", READ), ("enough", ENOUGH))
    }
