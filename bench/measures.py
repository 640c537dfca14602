"""What is measured of an answer: pure functions from a question and what was said to figures.

How two texts are compared is written here and not taken from ``ingest.vietnamese``: a mistake there
must not hide itself from its own measure. Only where a sentence ends is the program's own word.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.types import Turn
from ingest.types import Span
from ingest.vietnamese import sentences

#: The longest answer that counts, in characters: what a reader takes in at one look. A question of the
#: kind ``aggregate`` asks for a line an item, and may have three times that.
LONGEST, LONGEST_OF_KIND = 600, {"aggregate": 1800}
#: Passages that a reader looks through.
LOOKED_THROUGH = 5

Groups = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Question:
    """``must`` are groups of alternatives: one of each group belongs in the answer; no group at all
    where the articles do not answer. ``sources`` are the articles that may be cited, by their ids or
    how these begin. ``paragraph`` is the index of the paragraph that answers, after the title, None
    where nobody noted it."""

    id: str
    text: str
    kind: str
    must: tuple[tuple[str, ...], ...]
    sources: tuple[str, ...]
    paragraph: int | None
    history: tuple[Turn, ...]

    def may_cite(self, article: str) -> bool:
        return article.startswith(self.sources)


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of an article, and its words."""

    article: str
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """What one way of answering made of a question. ``statement`` is the first sentence of the answer
    and ``carried`` what is cited for it; ``highlight`` the words shown as the answer itself; ``cited``
    all that is cited; ``found`` the passages that the search brought, best first. A refusal has no
    statement, and cites nothing."""

    refused: bool
    answer: str
    found: tuple[Quote, ...]
    statement: str = ""
    carried: tuple[Quote, ...] = ()
    highlight: str = ""
    cited: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Gold:
    """Where the answer stands in its article: the paragraph, and those of its sentences that hold one
    of the alternatives. Of a gold answer that runs over the end of a sentence (one of 612 in XQuAD)
    the whole paragraph counts as the sentence."""

    paragraph: Span
    sentences: tuple[Span, ...]

    @classmethod
    def within(cls, text: str, paragraph: Span, must: Groups) -> Gold:
        of_paragraph = sentences(text, paragraph.start, paragraph.end)
        holding = [s for s in of_paragraph if any(holds([group], s.of(text)) for group in must)]
        return cls(paragraph, tuple(holding) or (paragraph,))


def scores(question: Question, said: Said, gold: Gold | None) -> dict[str, float]:
    """The figures of one answer, each 0 to 1; one that does not apply to the question is left out.

    ``refused_unanswerable``  a question without an answer was refused: its only figure
    ``refused_answerable``    a question with an answer was refused: all below but the first two are 0
    ``found_first``, ``found_in_five``  the first passage found, or one of the first five, shares at
        least a character with the gold paragraph (asked only where ``gold`` is known)
    ``sentence_first``  the first statement holds the gold answer, and what is cited for it is of the
        right article and overlaps a gold sentence (or lies anywhere in it, without ``gold``)
    ``contained``  the answer holds the gold answer and is no longer than may be
    ``grounded``   it is contained, and so it is in what is cited of the right articles
    ``exact``, ``f1``  the highlighted words against the alternatives of all groups, the best of them
    """
    if not question.must:
        return {"refused_unanswerable": float(said.refused)}
    figures = {"refused_answerable": float(said.refused)}
    if gold is not None:
        hits = [
            question.may_cite(p.article) and _overlap(p.span, gold.paragraph)
            for p in said.found[:LOOKED_THROUGH]
        ]
        figures |= {"found_first": float(any(hits[:1])), "found_in_five": float(any(hits))}
    contained = (
        not said.refused
        and len(said.answer) <= LONGEST_OF_KIND.get(question.kind, LONGEST)
        and holds(question.must, said.answer)
    )
    # A line between two quotes, so that no answer is read across them.
    quotes = "\n|\n".join(q.text for q in said.cited if question.may_cite(q.article))
    golds = [alternative for group in question.must for alternative in group]
    return figures | {
        "sentence_first": float(not said.refused and _is_answer_sentence(question, said, gold)),
        "contained": float(contained),
        "grounded": float(contained and holds(question.must, quotes)),
        "exact": 0.0 if said.refused else exact(said.highlight, golds),
        "f1": 0.0 if said.refused else f1(said.highlight, golds),
    }


def _is_answer_sentence(question: Question, said: Said, gold: Gold | None) -> bool:
    return holds(question.must, said.statement) and any(
        question.may_cite(q.article) and (gold is None or any(_overlap(q.span, s) for s in gold.sentences))
        for q in said.carried
    )


def _overlap(a: Span, b: Span) -> bool:
    return a.start < b.end and b.start < a.end


def means(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The mean of each figure over the questions that have it."""
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: [row[name] for row in rows if name in row] for name in names}
    return {name: sum(column) / len(column) for name, column in columns.items()}


def quantile(values: Sequence[float], share: float) -> float:
    """The value at that share of the way from the least to the greatest: 0.5 is the (upper) median."""
    return sorted(values)[int(len(values) * share)]


# --- comparing texts -------------------------------------------------------------------------------

_ETH = str.maketrans({"Ð": "Đ", "ð": "đ"})
# Each tone mark as the letter that types it in Telex.
_TELEX = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_SYLLABLE = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f])+")


def spelled(text: str) -> str:
    """The text in one spelling, fit for comparing only: lower case, Đ for its look-alike, and the tone
    of a syllable written after it, so that ``hòa`` and ``hoà`` are both ``hoaf``."""
    bare = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).translate(_ETH).casefold())
    return unicodedata.normalize("NFC", _SYLLABLE.sub(_tone_last, bare))


def _tone_last(syllable: re.Match[str]) -> str:
    letters = [c for c in syllable[0] if c not in _TELEX]
    return "".join(letters + [_TELEX[c] for c in syllable[0] if c in _TELEX])


# In the order in which they are applied. "ngayf" and "thangs" are "ngày" and "tháng", spelled.
_ONE_FORM = [
    (re.compile(r"[“”„\"'‘’«»*_`]"), ""),
    (re.compile(r"\s*[-‐‑–—−]\s*"), "-"),
    (re.compile(r"(?:ngayf )?\b(\d{1,2}) thangs (\d{1,2})(?: năm |, ?|[-/])(\d{4})\b"), r"\1/\2/\3"),
    (re.compile(r"\bthangs (\d{1,2})(?: năm |, ?|-)(\d{4})\b"), r"thangs \1/\2"),
    (re.compile(r"(?<=\d)[-.](?=\d)"), "/"),
    (re.compile(r"\b0(?=\d/)"), ""),
    (re.compile(r"\bngayf (?=\d{1,2}/)"), ""),
]


def fold(text: str) -> str:
    """``spelled``, with one form for dates (``18/10/1930``), dashes and blanks, and no quote marks."""
    folded = spelled(" ".join(text.split()))
    for form, one in _ONE_FORM:
        folded = form.sub(one, folded)
    return folded


def holds(must: Groups, text: str) -> bool:
    """Whether one alternative of each group stands in the text, as whole words: 7 is not in 17."""
    folded = fold(text)
    return all(any(_stands(fold(alternative), folded) for alternative in group) for group in must)


def _stands(words: str, text: str) -> bool:
    before = r"(?<!\w)" if words[:1].isalnum() else ""
    after = r"(?!\w)" if words[-1:].isalnum() else ""
    return bool(re.search(before + re.escape(words) + after, text))


# --- the highlighted words, as SQuAD compares them -------------------------------------------------

_THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")
_TOKEN = re.compile(r"[^\W_]+")


def syllables(text: str) -> list[str]:
    """What SQuAD's normalisation leaves of a text, for Vietnamese: syllables and numbers in one
    spelling, without case and punctuation. Nothing is dropped as an article: Vietnamese has none, and
    its classifiers are part of names."""
    return _TOKEN.findall(_THOUSANDS.sub("", spelled(text)))


def exact(said: str, golds: Sequence[str]) -> float:
    """1 where the words said are those of one gold answer, no more and no less; else 0."""
    return float(any(syllables(said) == syllables(gold) for gold in golds))


def f1(said: str, golds: Sequence[str]) -> float:
    """The harmonic mean of how much of what was said is gold and how much of the gold was said, in
    syllables; of several gold answers the best (Rajpurkar et al., 2016)."""
    return max(_f1(syllables(said), syllables(gold)) for gold in golds)


def _f1(said: Sequence[str], gold: Sequence[str]) -> float:
    common = (Counter(said) & Counter(gold)).total()
    return 2 * common / (len(said) + len(gold)) if common else 0.0
