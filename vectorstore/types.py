"""What a search is given and what it returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from ingest.types import Article, Passage, Span
from ingest.vietnamese import fold

Vectors = npt.NDArray[np.float32]

#: Told of a change once it is stored: ``add``, ``update``, ``edit`` or ``remove``, the article's id, and by
#: their names title and file of what came, the title of what went, or the fields that were edited.
Told = Callable[[str, str, Mapping[str, Any]], Any]

#: Told how much of a long piece of work is done: (done, total, what). Called at least once.
Progress = Callable[[int, int, str], Any]


class Encoder(Protocol):
    """Text into unit vectors. ``name`` and ``dimensions`` are stored with the library."""

    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row a text, float32, shape (len(texts), dimensions), each row of length 1."""
        ...

    def query(self, text: str) -> Vectors:
        """Shape (dimensions,), float32, of length 1."""
        ...


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles may be searched. ``None`` does not restrict; a date bound leaves out articles
    that have no date. Units are compared without regard to case, tone placement or diacritics."""

    articles: frozenset[str] | None = None
    units: frozenset[str] | None = None
    published_from: date | None = None
    published_to: date | None = None

    def __bool__(self) -> bool:
        return self != Filter()

    def admits(self, article: Article) -> bool:
        """Whether an article may be searched."""
        if self.articles is not None and article.id not in self.articles:
            return False
        if self.units is not None and unit_key(article.unit or "") not in map(unit_key, self.units):
            return False
        day = article.published
        if self.published_from is not None and (day is None or day < self.published_from):
            return False
        return self.published_to is None or (day is not None and day <= self.published_to)


def unit_key(unit: str) -> str:
    """What units are compared by: neither case, marks nor blanks tell them apart."""
    return " ".join(fold(unit).split())


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found. ``score`` is the fused score, comparable within one search only: the best
    first. ``similarity`` is the cosine with the question, ``terms`` the term score (higher is
    better), None where the passage and its article's title have no telling term of the question.
    ``sentences`` are the passage's sentences in reading order, each with its own cosine; none of a passage
    of one sentence, or where an older library has not kept them."""

    article: Article
    passage: Passage
    score: float
    similarity: float | None
    terms: float | None
    sentences: tuple[tuple[Span, float], ...] = ()

    @property
    def text(self) -> str:
        return self.article.text[self.passage.start : self.passage.end]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one article that was added: ``added``, ``unchanged``, ``updated`` or
    ``duplicate`` (the same bytes are already stored as article ``article``)."""

    status: str
    article: str
