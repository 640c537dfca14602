"""The question made ready for comparing with texts. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.question import Question
from assistant.texts import read
from ingest.mentions import is_office_pair
from ingest.vietnamese import fold

#: What a syllable is worth that is said without its partner; on the development questions between
#: 0.6 and 0.9 all is one, at 1 a library without the answer is refused 6 in a hundred less often.
APART = 0.75

#: Other names of those that every office knows by several.
_ALIASES: Mapping[str, tuple[str, ...]] = {
    "bac ho": ("ho chi minh", "ho chu tich", "nguoi", "bac"),
    "ho chi minh": ("bac ho", "ho chu tich"),
    "bac": ("ho chi minh", "bac ho"),
}


def idf(frequency: int, total: int) -> float:
    """How rare a term is that stands in so many of all texts: the idf of BM25 (Robertson and Spärck
    Jones), never below 0."""
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))


def has(folded: str, name: str) -> bool:
    """Whether a folded text has a folded name as whole words."""
    at = folded.find(name)
    while at >= 0:
        before = folded[at - 1 : at] if at else ""
        after = folded[at + len(name) : at + len(name) + 1]
        if not before.isalnum() and not after.isalnum():
            return True
        at = folded.find(name, at + 1)
    return False


def single(words: Sequence[str]) -> tuple[str, ...]:
    """The syllables among the terms."""
    return tuple(w for w in words if "_" not in w)


@dataclass(frozen=True, eq=False)
class Asked:
    """A question with the ``weights`` of its words and, in the same order, their ``folded`` forms and
    the ``pairs`` that each is part of, a bit a word. ``names`` are the folded forms of each name,
    ``persons`` those of the names that are people's, ``offices`` the words that say which office, a
    bit a word. ``every`` are all terms of the question, names and grammar too, with their
    rarity. ``reading`` is its text with the marks that it was typed without. Each is a question of its own:
    what is remembered of one goes by its identity, for all that it holds would take long to compare."""

    question: Question
    weights: tuple[float, ...]
    folded: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    pairs: tuple[int, ...]
    persons: tuple[str, ...]
    offices: int
    every: tuple[tuple[str, float], ...]
    reading: str

    @classmethod
    def of(
        cls,
        question: Question,
        weights: Mapping[str, float],
        every: Mapping[str, float] | None = None,
        reading: str | None = None,
    ) -> Asked:
        """``weights`` gives each of the question's words its weight, ``every`` each of its terms its
        rarity, spelled like the words; without them the weights serve, and the text for ``reading``."""
        return cls(
            question,
            tuple(weights.get(w, 0.0) for w in question.words),
            tuple(fold(w) for w in question.words),
            tuple((fold(n), *_ALIASES.get(fold(n), ())) for n in question.names),
            tuple(_pairs_of(w, question.words) for w in question.words),
            _persons(question.text),
            sum(1 << i for i, w in enumerate(question.words) if w in question.office_words),
            tuple((weights if every is None else every).items()),
            question.text if reading is None else reading,
        )

    @cached_property
    def total(self) -> float:
        return sum(self.weights)

    @cached_property
    def topics(self) -> float:
        """The weight of the words that do not say which office."""
        return sum(w for i, w in enumerate(self.weights) if not self.offices >> i & 1)

    @cached_property
    def _total_of_all(self) -> float:
        return sum(weight for _, weight in self.every)

    def share_of_all(self, text: str) -> float:
        """The share of all the question's terms that a text has, each by its rarity, 0 to 1."""
        exact, folded = read(text).terms
        here = folded if self.question.bare else exact
        total = self._total_of_all
        return sum([weight for term, weight in self.every if term in here]) / total if total else 0.0

    def said(self, text: str) -> tuple[int, int]:
        """The words that a text has, and those it has with other marks: a bit a word."""
        exact, folded = read(text).terms
        says = nearly = 0
        for i, word in enumerate(self.question.words):
            if word in (folded if self.question.bare else exact):
                says |= 1 << i
            elif self.folded[i] in folded:
                nearly |= 1 << i
        return says, nearly

    def weigh(self, bits: int) -> float:
        """The weight of the words said. A syllable that stands in a pair of the question but is said
        apart from its partner ("thư" of "văn thư" in "bí thư") counts in part."""
        total, left = 0.0, bits
        while left:  # this is asked of every sentence several times: only the words said are looked at
            i = (left & -left).bit_length() - 1
            left &= left - 1
            pairs = self.pairs[i]
            total += self.weights[i] if not pairs or bits & pairs else self.weights[i] * APART
        return total

    def unsaid(self, bits: int) -> tuple[str, ...]:
        """The syllables not said; both of a word like "huân chương" that is not said as a whole."""
        missing = {w for i, w in enumerate(self.question.words) if not bits >> i & 1}
        split = {s for w in missing if is_office_pair(w) for s in w.split("_")}
        return tuple(w for w in single(self.question.words) if w in missing or w in split)


def _persons(text: str) -> tuple[str, ...]:
    """The people that a question names, folded. A name of two syllables may as well be a place's."""
    found = (fold(p.of(text)) for p in read(text).people)
    return tuple(name for name in found if name.count(" ") != 1)


def _pairs_of(word: str, words: Sequence[str]) -> int:
    return sum(1 << i for i, pair in enumerate(words) if "_" in pair and word in pair.split("_"))
