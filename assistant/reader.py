"""Reads a question and a sentence together: which words of the sentence answer, and how surely.

A small network over what is known of every syllable of the sentence: what the bundled encoder makes of
it in its context, how that agrees with the question's syllables, which of the question's words stand
beside it, what it is by its form (a date, a number, a name …) and whether that is the kind asked for.
Three dilated convolutions see a syllable's surroundings; two outputs say where the answer begins and
ends. The idea is that of DrQA (Chen, Fisch, Weston and Bordes, 2017, "Reading Wikipedia to Answer
Open-Domain Questions"), with a frozen encoder instead of word vectors.

The weights lie in ``reader.npz``, a few copies of the network that were trained from different seeds
and vote; ``bench/train_reader.py`` makes them. What a syllable's features are is said here only, for
training and for use.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np
import numpy.typing as npt

from assistant.asked import Asked
from assistant.kinds import answers
from assistant.question import Kind
from assistant.texts import read
from ingest.types import Span
from ingest.vietnamese import Token
from vectorstore.e5 import cores
from vectorstore.types import Vectors

#: The longest answer, in syllables; nine in ten of the development answers have eight or fewer.
LONGEST_ANSWER = 24
#: Words by which Vietnamese asks, standing where the answer would stand.
ASKING = frozenset("ai gì nào đâu mấy nhiêu sao".split())
#: Words of grammar: answers seldom begin or end with one, and saying one again means nothing.
GRAMMAR_WORDS = frozenset(
    """là của được có đã và các những cho với trong ở tại vào về theo khi thì mà này đó ấy để một như còn
    nữa cũng bằng trên dưới ra lên đang sẽ rằng nhưng hoặc hay cùng tới qua lại rất bị do bởi từ đến nên
    vẫn đều gồm không người""".split()
)
#: How much of an asked word's nearness is left one syllable further on.
DECAY = 0.8
#: Stretches are weighed as if their scores were divided by this: below 1 the likeliest counts more. On
#: the development questions 0.7 and 0.8 bring F1 1.5 points more than the likeliest stretch alone.
WARMTH = 0.75
#: How much likelier it is that nothing answers than that a sentence without a word does.
NO_WORDS = 20.0
#: What is kept read: the sentences of a library come up again and again in a conversation. What is seen of
#: one takes 4 KB a syllable, 180 KB.
_KEPT_SENTENCES, _KEPT_QUESTIONS = 1 << 9, 1 << 4

#: What a syllable may be by its form: inside such a stretch, and at its beginning.
FORMS: tuple[Callable[[str], Iterator[Span]], ...] = (
    lambda text: (Span(d.start, d.end) for d in read(text).dates),
    lambda text: iter(read(text).numbers),
    lambda text: iter(read(text).people),
    lambda text: (part for name in read(text).names for part in name.proper),
    lambda text: iter(read(text).quotations),
    lambda text: iter(read(text).awards),
)
#: Likenesses of a syllable to the question's.
NEAR = 4
#: Features of a syllable: by its form, by its place, and beside the question.
FEATURES = 2 * len(FORMS) + 7 + 12

Matrix = npt.NDArray[np.float32]


class Encodes(Protocol):
    """What the reader needs of the encoder; see ``vectorstore.e5``."""

    def read(self, text: str, *, query: bool) -> Seen: ...


class Seen(Protocol):
    """The pieces of a text and, a row each, the encoder's states."""

    @property
    def pieces(self) -> tuple[Span, ...]: ...

    @property
    def states(self) -> Vectors: ...

    @property
    def last(self) -> Vectors: ...


@dataclass(frozen=True, slots=True)
class States:
    """A text to the encoder, a row a syllable. ``middle`` are its states in the middle of the encoder, each
    of mean 0 and variance 1. ``directions`` are those there and at its end, without what all syllables of
    the text share and of length 1, so that their products are cosines."""

    middle: Matrix
    directions: tuple[Matrix, Matrix]

    @classmethod
    def of(cls, middle: Matrix, last: Matrix) -> States:
        return cls(_normalised(middle), (_directions(middle), _directions(last)))


@dataclass(frozen=True, slots=True)
class _Sentence:
    """What of a sentence does not depend on the question: its ``directions``, and what the copies of the
    network make of its states in the middle of the encoder, side by side (see ``_Copy.own``)."""

    directions: tuple[Matrix, Matrix]
    own: Matrix


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of one sentence. ``span`` is the likeliest answer in it, ``fit`` the
    logarithm of how much likelier it is than that nothing answers, ``relevance`` the same of the
    sentence as a whole. ``begins`` and ``ends`` hold, a syllable each, what they add to ``fit``."""

    span: Span
    fit: float
    relevance: float
    tokens: tuple[Token, ...]
    begins: Matrix
    ends: Matrix

    def fit_of(self, span: Span) -> float:
        """How well another stretch of the sentence answers; -inf where it holds no syllable."""
        inside = syllables_in(self.tokens, span)
        return float(self.begins[inside[0]] + self.ends[inside[-1]]) if inside else -float("inf")


class Reader:
    """Reads sentences for a question. Safe to use from several threads."""

    def __init__(self, encoder: Callable[[], Encodes], weights: Path | None = None) -> None:
        """``encoder`` gives the encoder when something is to be read; ``weights`` are those that come
        with the program unless a file is named."""
        self._encoder = encoder
        stored = np.load(weights or Path(__file__).with_name("reader.npz"))
        self._kinds = [str(name) for name in stored["kinds"]]
        copies = int(stored["copies"])
        self._copies = [
            _Copy(
                {
                    key.partition("/")[2]: stored[key].astype(np.float32)
                    for key in stored
                    if key.startswith(f"{n}/")
                }
            )
            for n in range(copies)
        ]
        self._question = lru_cache(_KEPT_QUESTIONS)(self._hear)
        self._kept: OrderedDict[str, _Sentence] = OrderedDict()
        self._keeping = Lock()
        # The encoder takes one core for one text, so that several are best read side by side.
        self._beside = ThreadPoolExecutor(cores(), "nep-reader")

    def read(self, asked: Asked, sentences: Sequence[str]) -> list[Reading]:
        """A reading of each sentence, in their order. A sentence without a word reads as no answer."""
        spoken = [s for s in sentences if read(s).tokens] if read(asked.reading).tokens else []
        readings = dict(zip(spoken, self._read(asked, spoken), strict=True))
        return [readings.get(s, _NOTHING) for s in sentences]

    def _hear(self, question: str) -> States:
        return states_of(self._encoder(), question, query=True)

    def _seen(self, sentences: Sequence[str]) -> list[_Sentence]:
        """What is seen of each, be it kept from an earlier question or looked at now. Only these go to other
        threads: to wake one takes as long as much of the reading."""
        with self._keeping:
            known = {s: self._kept[s] for s in sentences if s in self._kept}
        new = [s for s in dict.fromkeys(sentences) if s not in known]
        known |= zip(new, self._beside.map(self._see, new), strict=True)
        with self._keeping:
            for s in sentences:
                self._kept[s] = known[s]
                self._kept.move_to_end(s)
            while len(self._kept) > _KEPT_SENTENCES:
                self._kept.popitem(last=False)
        return [known[s] for s in sentences]

    def _see(self, sentence: str) -> _Sentence:
        states = states_of(self._encoder(), sentence, query=False)
        own = np.concatenate([copy.own(states.middle) for copy in self._copies], axis=1)
        return _Sentence(states.directions, own)

    def _read(self, asked: Asked, sentences: Sequence[str]) -> list[Reading]:
        if not sentences:
            return []
        question, wh, kinds = (
            self._question(asked.reading),
            asking(asked),
            kinds_vector(asked, self._kinds),
        )
        seen = self._seen(sentences)
        near = _laid_out([cosines(s.directions, question, wh) for s in seen])
        features = _laid_out([features_of(asked, s) for s in sentences])
        said = _laid_out([np.ones((len(s.own), 1), np.float32) for s in seen])
        # Of each copy its own part.
        parts = np.split(_laid_out([s.own for s in seen]), len(self._copies), axis=1)
        heard = question.middle

        def vote(n: int) -> Matrix:
            return self._copies[n].forward(parts[n], near, features, said, heard, wh, kinds)

        others = self._beside.map(vote, range(1, len(self._copies)))
        votes = np.stack([vote(0), *others])
        readings, at = [], 0
        for sentence in sentences:
            here = read(sentence).tokens
            own = votes[:, at : at + len(here)]
            at += len(here) + REACH
            begins, ends = own[..., 0].mean(axis=0), own[..., 1].mean(axis=0)
            together = _together(begins, ends)
            first, last = best_span(together)
            readings.append(
                Reading(
                    span=Span(here[first].start, here[last].end),
                    fit=float(together.max()),
                    relevance=float(own[..., 2].max(axis=1).mean()),
                    tokens=here,
                    begins=begins,
                    ends=ends,
                )
            )
        return readings


#: Of a stretch that is not read: it speaks neither for it nor against it.
UNREAD = Reading(Span(0, 0), 0.0, 0.0, (), np.zeros(0, np.float32), np.zeros(0, np.float32))
_NOTHING = Reading(Span(0, 0), -NO_WORDS, -NO_WORDS, (), np.zeros(0, np.float32), np.zeros(0, np.float32))


def _together(begins: Matrix, ends: Matrix) -> Matrix:
    """What each stretch scores, by its first and its last syllable; -inf for those that are too long."""
    size = len(begins)
    short = np.tri(size, size, LONGEST_ANSWER - 1, dtype=bool) & ~np.tri(size, size, -1, dtype=bool)
    return np.where(short, begins[:, None] + ends[None, :], -np.inf).astype(np.float32)


def best_span(together: Matrix) -> tuple[int, int]:
    """The first and the last syllable of the stretch that is expected to share most with the answer: twice
    the syllables that both have, over those of the two together (F1), weighed by how likely each
    stretch is to be the answer. Where one stretch is likely alone, it is that."""
    likely = np.exp((together - together.max()) / WARMTH)
    likely /= likely.sum()
    size = len(likely)
    # Of each syllable, how likely it is inside: the stretches that begin no later and end no sooner.
    inside = likely.cumsum(axis=0)[:, ::-1].cumsum(axis=1)[:, ::-1].diagonal()
    shared = np.concatenate([[0.0], inside.cumsum()])
    first, last = np.arange(size)[:, None], np.arange(size)[None, :]
    expected = 2 * (shared[last + 1] - shared[first]) / (np.maximum(last - first + 1, 1) + inside.sum())
    best = np.where(np.isfinite(together), expected, -1.0).argmax()
    first_best, last_best = np.unravel_index(int(best), together.shape)
    return int(first_best), int(last_best)


# --- what is known of a syllable ------------------------------------------------------------------


def states_of(encoder: Encodes, text: str, *, query: bool) -> States:
    """What the encoder makes of each syllable of a text."""
    seen, here = encoder.read(text, query=query), read(text).tokens
    return States.of(by_syllable(here, seen.pieces, seen.states), by_syllable(here, seen.pieces, seen.last))


def syllables_in(here: Sequence[Token], span: Span) -> list[int]:
    """The places of the syllables that a stretch has a part of, in order."""
    return [i for i, token in enumerate(here) if span.overlaps(token)]


def by_syllable(here: Sequence[Token], pieces: Sequence[Span], states: Vectors) -> Matrix:
    """The mean state of each syllable's pieces, a row a syllable; zeros where the encoder read none."""
    rows = np.zeros((len(here), states.shape[1]), np.float32)
    own: list[range] = []
    at = 0
    for token in here:
        while at < len(pieces) and pieces[at].end <= token.start:
            at += 1
        end = at
        while end < len(pieces) and pieces[end].start < token.end:
            end += 1
        own.append(range(at, end))
    read = [i for i, places in enumerate(own) if places]
    if read:
        sizes = np.array([len(own[i]) for i in read])
        places = [n for i in read for n in own[i]]
        rows[read] = np.add.reduceat(states[places], sizes.cumsum() - sizes) / sizes[:, None]
    return rows


def kinds_vector(asked: Asked, names: Sequence[str]) -> Matrix:
    """One for each kind asked for, in the order of the names."""
    kinds = {kind.name for kind in asked.question.kinds[:2]}
    return np.array([name in kinds for name in names], np.float32)


def kind_names() -> list[str]:
    """The order in which training numbers the kinds."""
    return [kind.name for kind in Kind]


def asking(asked: Asked) -> Matrix:
    """Which of the question's syllables ask."""
    return np.array([t.exact in ASKING for t in read(asked.reading).tokens], np.float32)


def features_of(asked: Asked, sentence: str) -> Matrix:
    """The features of each syllable of a sentence, shape (syllables, FEATURES)."""
    return np.concatenate([_own_features(sentence), _beside_question(asked, sentence)], axis=1)


@lru_cache(1 << 12)
def _own_features(sentence: str) -> Matrix:
    here = read(sentence).tokens
    rows = np.zeros((len(here), FEATURES - 12), np.float32)
    for n, form in enumerate(FORMS):
        for span in form(sentence):
            inside = syllables_in(here, span)
            rows[inside, 2 * n] = 1
            rows[inside[:1], 2 * n + 1] = 1
    for i, token in enumerate(here):
        before = sentence[here[i - 1].end : token.start] if i else ""
        after = sentence[token.end : here[i + 1].start] if i + 1 < len(here) else ""
        rows[i, 2 * len(FORMS) :] = (
            token.exact in GRAMMAR_WORDS,
            sentence[token.start].isupper(),
            token.is_number,
            before != " ",
            after != " ",
            i == 0,
            i == len(here) - 1,
        )
    return rows


def _beside_question(asked: Asked, sentence: str) -> Matrix:
    here, question = read(sentence).tokens, read(asked.reading).tokens
    exact = [t.exact for t in here]
    said = [t.exact for t in question]
    content = set(said) - GRAMMAR_WORDS - ASKING
    bare = {t.folded for t in question}
    pairs = set(pairwise(said))
    before_asking, behind_asking = _around_asking(said)
    asks = [word in content for word in exact]
    near = _nearness(asks)
    onward = _nearness(asks[::-1])[::-1]
    paired = [pair in pairs for pair in pairwise(exact)]
    columns: tuple[Sequence[float], ...] = (
        asks,
        [word in said for word in exact],
        [token.folded in bare for token in here],
        [*paired, False],
        [False, *paired],
        [False, *(word in before_asking for word in exact[:-1])],
        [*(word in behind_asking for word in exact[1:]), False],
        near,
        onward,
    )
    rows = np.zeros((len(here), 12), np.float32)
    for n, column in enumerate(columns):
        rows[:, n] = column
    found = sorted(answers(asked.question.kinds[0], sentence, asked), key=lambda a: -a[1])
    for rank, (span, strength) in enumerate(found):
        inside = syllables_in(here, span)
        rows[inside, 9] = np.maximum(rows[inside, 9], strength)
        if rank == 0:
            rows[inside, 10] = strength
            rows[inside[:1], 11] = strength
    return rows


def _around_asking(said: Sequence[str]) -> tuple[set[str], set[str]]:
    """The words right before and right behind those that ask: the answer stands between the same."""
    at = [i for i, word in enumerate(said) if word in ASKING]
    before = {said[i - 1] for i in at if i}
    # "là gì" and "bao nhiêu" ask as one.
    before |= {said[i - 2] for i in at if i > 1 and said[i - 1] in ("bao", "là")}
    return before, {said[i + 1] for i in at if i + 1 < len(said)}


def _nearness(asked: Sequence[bool]) -> list[float]:
    """How near, to the left, the words asked for stand: each fades with every syllable between."""
    near, rows = 0.0, []
    for is_asked in asked:
        rows.append(near)
        near = near * DECAY + is_asked
    return rows


# --- the network ----------------------------------------------------------------------------------


def cosines(directions: tuple[Matrix, Matrix], question: States, wh: Matrix) -> Matrix:
    """How near each syllable comes to any of the question's, and to those that ask, in the middle of the
    encoder and at its end, shape (n, NEAR)."""
    parts = []
    for own, asked in zip(directions, question.directions, strict=True):
        near = own @ asked.T
        asks = near[:, wh > 0].max(axis=1) if wh.any() else np.zeros(len(near), np.float32)
        parts += [near.max(axis=1), asks]
    return np.stack(parts, axis=1)


#: The convolutions' steps, and how far the widest reaches to each side: half its five places.
DILATIONS = (1, 2, 4)
REACH = 2 * max(DILATIONS)


def _laid_out(parts: Sequence[Matrix]) -> Matrix:
    """The rows of all sentences one behind another, with so many of zeros behind each that no convolution
    reaches from one into the next: all go through the network at once, in a third of the time."""
    gap = np.zeros((REACH, parts[0].shape[1]), np.float32)
    return np.concatenate([rows for part in parts for rows in (part, gap)])


class _Copy:
    """One copy of the network, its weights laid out as numpy multiplies them fastest."""

    def __init__(self, w: dict[str, Matrix]) -> None:
        self._w = w
        self._own = _columns(np.concatenate([w["al.weight"], w["ph.weight"], w["qp.weight"]]))
        # What is asked for is the same for every syllable: it goes in as a constant.
        before, kinds = 3 * len(w["ph.weight"]) + NEAR + FEATURES, len(w["k.weight"])
        inp = w["inp.weight"]
        self._inp = _columns(np.concatenate([inp[:, :before], inp[:, before + kinds :]], axis=1))
        self._inp_kinds = inp[:, before : before + kinds]
        # (out, in, width) as (width * in, out)
        self._convolutions = [
            _columns(w[f"convs.{n}.weight"].transpose(0, 2, 1).reshape(len(inp), -1))
            for n in range(len(DILATIONS))
        ]

    def own(self, h: Matrix) -> Matrix:
        """What of a sentence's states goes into the network by itself."""
        made: Matrix = h @ self._own
        return made

    def forward(
        self, own: Matrix, near: Matrix, features: Matrix, said: Matrix, q: Matrix, wh: Matrix, kinds: Matrix
    ) -> Matrix:
        """How likely the answer begins and ends at each syllable, and that the sentence answers, each against
        no answer, shape (n, 3); ``said`` is 1 for a syllable and 0 between two sentences."""
        w = self._w
        al, ph, qp = np.split(own, 3, axis=1)
        attention = al @ (q @ w["al.weight"].T).T / 8
        attention = np.exp(attention - attention.max(axis=1, keepdims=True))
        attention /= attention.sum(axis=1, keepdims=True)
        asks = (q * wh[:, None]).sum(axis=0) / max(float(wh.sum()), 1.0)
        ph = ph + w["ph.bias"]
        pq = attention @ (q @ w["pq.weight"].T) + w["pq.bias"]
        qp = qp + w["qp.bias"]
        kind = w["k.weight"] @ kinds + w["k.bias"]
        gate = 1 / (1 + np.exp(-(w["kg.weight"] @ kinds + w["kg.bias"])))
        x = np.concatenate(
            [ph, ph * pq, (w["wh.weight"] @ asks)[None, :] * qp, near, features, features * gate], axis=1
        )
        x = np.maximum(x @ self._inp + (self._inp_kinds @ kind + w["inp.bias"]), 0) * said
        for n, (dilation, weight) in enumerate(zip(DILATIONS, self._convolutions, strict=True)):
            x = x + np.maximum(_convolved(x, weight, dilation) + w[f"convs.{n}.bias"], 0) * said
        out = x @ w["out.weight"].T + w["out.bias"] - w["null"]
        whole = x @ w["sen.weight"].T + w["sen.bias"] - w["nz"]
        return np.concatenate([out, whole], axis=1)


def _columns(weight: Matrix) -> Matrix:
    """Weights of shape (out, in) as what rows are multiplied with."""
    return np.ascontiguousarray(weight.T)


def _normalised(rows: Matrix) -> Matrix:
    """Each row with mean 0 and variance 1."""
    rows = rows - rows.mean(axis=1, keepdims=True)
    scaled: Matrix = rows / np.sqrt((rows**2).mean(axis=1, keepdims=True) + 1e-5)
    return scaled


def _directions(rows: Matrix) -> Matrix:
    """What each row has that the mean of all has not, of length 1."""
    rows = rows - rows.mean(axis=0)
    unit: Matrix = rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-6)
    return unit


def _convolved(x: Matrix, weight: Matrix, dilation: int) -> Matrix:
    """A convolution along the syllables that keeps their number; ``weight`` is (width * in, out)."""
    width = len(weight) // x.shape[1]
    reach = dilation * (width // 2)
    padded = np.pad(x, ((reach, reach), (0, 0)))
    y: Matrix = (
        np.concatenate([padded[k * dilation : k * dilation + len(x)] for k in range(width)], axis=1) @ weight
    )
    return y
