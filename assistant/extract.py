"""The best answer that needs no language model: the words of the articles that answer, verbatim. Pure.

Every stretch that a search brought is a candidate (``assistant.candidates``). A first look orders them by
what is known of each; the best are read together with the question (``assistant.reader``) and ordered
again. The best stands; where it is not sure enough, the next stand beside it. Where nothing says enough of
what is asked, or none holds the kind asked for, that is the outcome.
"""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from operator import attrgetter, mul
from pathlib import Path
from typing import Protocol

from assistant.asked import Asked, single
from assistant.candidates import Candidate, Features, Inspected, stretches
from assistant.question import Kind
from assistant.reader import UNREAD, Reading
from assistant.timing import tells_another_year
from ingest.types import Article, Span
from vectorstore.types import Hit

#: How many stretches are read together with the question. On the development questions the one that
#: answers is among these for 98 of 100; each takes 1 to 5 ms.
READ = 6
#: What the first look holds so much less likely than the best (natural logarithm) is not read: a fifth of the
#: stretches, and the one that answers for 1 of 612 development questions.
WITHIN = 8.0
#: How much doubt whether a stretch is about what the question names takes from its score, for each halving of
#: that: among the articles of offices more than all else can bring, elsewhere what it takes from the verdict
#: as well. What is not about it at all counts as LEAST_ABOUT.
OFFICE_DOUBT, DOUBT, LEAST_ABOUT = 4.0, 1.0, 1 / 32
#: What it counts beside a passage's score from the search (a sum of z-scores) that one of its stretches is
#: sure to answer, and that one of its article's is. On the development questions 1 to 1.5 and 2 to 4 find as
#: many passages first.
READ_COUNTS, ARTICLE_COUNTS = 1.5, 3.0
#: Stretches stand in the answer until it is as sure as this that one of them answers, at most so many
#: and so many characters together.
SURE, MOST_TOGETHER, LONGEST_TOGETHER = 0.997, 4, 590
#: A stretch that is less likely than this does not stand beside another.
LIKELY = 0.002
#: Two values are the same answer if both fit their kind as well as this: a weak form may find the same
#: words in sentences that say different things.
SAME_FITS = 0.5
#: Of an office the library does not say what no stretch says this share of, with what stands beside it
#: and in its own words.
LEAST_COVERAGE, LEAST_SAID = 0.45, 0.35
#: The verdict (see the column ``enough`` of the weights) from which a stretch answers where no office is
#: asked about (0 where one is), that from which one may stand beside one that answers, and that from which
#: one may answer though its form is not one that is asked for.
LENIENT, BESIDE, SURELY = -3.5, -6.0, 0.0
#: The reader's stretch is marked rather than none, and rather than one of the kind asked for where it is
#: this much likelier (natural logarithm).
RATHER = 2.0
#: How much less of the question's words a line of a list may say than the best one.
LIST_SLACK = 0.35
#: How many statements a list has at most, and how many near passages a refusal shows.
MOST_ANSWERS, MOST_NEAREST = 8, 3

#: Kinds that are told in a whole sentence: no words of it are the answer more than others.
_TOLD = frozenset({Kind.FUNCTION})


class Reads(Protocol):
    """What reads a question and sentences together; see ``assistant.reader.Reader``."""

    def read(self, asked: Asked, sentences: Sequence[str]) -> list[Reading]: ...


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch of one article that answers: ``span`` (what is quoted), its ``sentences``, whether it
    ``cuts`` a sentence at its beginning and at its end, the ``marks`` in it that are the answer
    itself, and the ``passage`` to show it in. ``value`` is the first mark in a form to compare by,
    None without marks. ``likely`` is how likely it is the one that answers, among those weighed, and
    ``fits`` how well what it holds is of the kind asked for, 0 to 1."""

    article: Article
    span: Span
    sentences: tuple[Span, ...]
    cuts: tuple[bool, bool]
    marks: tuple[Span, ...]
    passage: Span
    value: str | None
    likely: float
    fits: float


@dataclass(frozen=True, slots=True)
class Extract:
    """``answers``: what answers, best first, each followed in ``support`` by other articles' evidence
    of the same fact (same order and length). Without answers, ``lacking`` says why: the kinds that
    no stretch holds, or ``()`` where nothing says enough of what was asked; ``unsaid`` are the words
    asked for that the nearest stretch does not have. ``nearest`` is evidence that is no answer. ``hits``
    are the passages that were read, best first now that they are."""

    answers: tuple[Evidence, ...]
    support: tuple[tuple[Evidence, ...], ...]
    nearest: tuple[Evidence, ...]
    lacking: tuple[Kind, ...]
    unsaid: tuple[str, ...]
    hits: tuple[Hit, ...]


def extract(asked: Asked, hits: Sequence[Hit], reader: Reads) -> Extract:
    """The evidence for a question among the hits of its search, best first."""
    strict = among_offices(asked, hits)
    found = read(asked, first_look(asked, hits, strict), reader, strict)
    hits = _reordered(hits, found)
    about = [r for r in found if r.candidate.scope > 0]
    enough = [r for r in about if _says_enough(r, 0.0 if strict else LENIENT, strict)]
    if not any(_is_of_kind(r, strict) for r in enough):
        nearest = enough or about or found
        return Extract(
            answers=(),
            support=(),
            nearest=tuple(_distinct(_evidence(asked, r, 0.0) for r in nearest))[:MOST_NEAREST],
            lacking=enough[0].candidate.lacking if enough else (),
            unsaid=asked.unsaid(nearest[0].candidate.told) if nearest else single(asked.question.words),
            hits=hits,
        )
    # Of an office every stretch must be of the kind; elsewhere what speaks for it is enough.
    stand = [r for r in about if _says_enough(r, BESIDE, strict) and (not strict or _is_of_kind(r, strict))]
    likely = _likelihoods(stand)
    every = [_evidence(asked, r, p) for r, p in zip(stand, likely, strict=True)]
    evidence = _distinct(every)
    if asked.question.several and strict and len({e.article.id for e in evidence}) > 1:
        least = stand[0].candidate.said - LIST_SLACK
        said = {r.candidate.span: r.candidate.said for r in stand}
        chosen = _one_an_article([e for e in evidence if said[e.span] >= least])
    else:
        chosen = _enough(_fullest_first(evidence), every)
    support = tuple(tuple(_same_fact(e, [o for o in evidence if o not in chosen])) for e in chosen)
    return Extract(tuple(chosen), support, (), (), (), hits)


def among_offices(asked: Asked, hits: Sequence[Hit]) -> bool:
    """Whether an office is asked about or speaks. Their articles are so alike that near is not the same: what
    is learned from an encyclopaedia alone is not trusted there."""
    return bool(asked.offices) or any(hit.article.unit for hit in hits)


def _may_stand(candidate: Candidate) -> bool:
    """Whether a stretch passes all that is asked of one among offices but the learned verdict."""
    return candidate.scope > 0 and _has_words(candidate) and not candidate.lacking


def _has_words(candidate: Candidate) -> bool:
    return candidate.coverage >= LEAST_COVERAGE and candidate.said >= LEAST_SAID


def _says_enough(read: Weighed, least: float, strict: bool) -> bool:
    """Whether a stretch says enough of what is asked."""
    return _verdict(read, strict) > least and (not strict or _has_words(read.candidate))


def _is_of_kind(read: Weighed, strict: bool) -> bool:
    """Whether a stretch holds the kinds of answer asked for. Where not strict, all that is known of it may
    outweigh that its form is none that is known: a place is told without a name ("nhà địa lý người Đức")."""
    return not read.candidate.lacking or (not strict and _verdict(read, strict) > SURELY)


def _verdict(read: Weighed, strict: bool) -> float:
    """How surely a stretch is an answer at all. Where not strict, doubt whether it is about what the question
    names is weighed as well; where strict, that is for rules."""
    return read.enough + (0.0 if strict else _doubt(read.candidate.scope, strict))


# --- weighing -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate as it was read: its ``score``, by which they are ordered, and whether it says
    ``enough`` of what is asked (more than 0) to be an answer at all."""

    candidate: Candidate
    reading: Reading
    score: float
    enough: float


@cache
def weights() -> dict[str, tuple[float, ...]]:
    """The columns of ``weights.txt``: what each feature counts in the first look, after reading, and for
    whether a stretch is an answer at all; ``bench/learn_weights.py`` makes it."""
    rows = [line.split() for line in Path(__file__).with_name("weights.txt").read_text().splitlines()]
    head, *body = [row for row in rows if row and not row[0].startswith("#")]
    names = [*(f.name for f in fields(Features)), "constant"]
    table = {row[0]: row[1:] for row in body}
    return {column: tuple(float(table[name][n]) for name in names) for n, column in enumerate(head[1:])}


#: The features in their order. (``astuple`` copies each number deeply and takes fifty times as long.)
_numbers: Callable[[Features], tuple[float, ...]] = attrgetter(*(f.name for f in fields(Features)))


def weigh(column: str, features: Features) -> float:
    """The sum of the features by a column of the weights."""
    *own, constant = weights()[column]
    total: float = sum(map(mul, own, _numbers(features)))
    return total + constant


def _doubt(scope: float, strict: bool) -> float:
    """0 or less: what it takes from a stretch that it is no more surely about what is named."""
    return (OFFICE_DOUBT if strict else DOUBT) * math.log2(max(scope, LEAST_ABOUT))


def first_look(
    asked: Asked, hits: Sequence[Hit], strict: bool, most: int = READ, within: float = WITHIN
) -> list[Candidate]:
    """The candidates most worth reading, best first, those that are about what is named before others: no
    more than ``most``, none less likely than the best by more than ``within``; ``strict`` among offices."""
    # Which kinds a stretch holds and whom it is about is looked at last, since it takes longest: this
    # is the most that the kinds can add, and whom it is about only takes away.
    counts = dict(zip((f.name for f in fields(Features)), weights()["first"], strict=False))
    typed, untyped = counts["typed"], counts["untyped"]
    gain = max(typed, 0.0) + max(untyped, 0.0)
    promising = [(weigh("first", s.features), n, s) for n, s in enumerate(stretches(asked, hits))]
    promising.sort(key=lambda p: (-p[0], p[1]))
    best: list[tuple[bool, float, int, Inspected]] = []
    for score, n, stretch in promising:
        # The most promising are weighed in full first, until none of the rest can come among the best.
        if len(best) >= most and best[most - 1][:2] < (False, -score - gain):
            break
        if best and best[0][:2] < (False, -score - gain - within):
            break
        seen = stretch.inspected()
        score += typed * seen.typed + untyped * seen.untyped + _doubt(seen.scope, strict)
        insort(best, (seen.scope == 0, -score, n, seen))
    return [seen.candidate() for _, less, _, seen in best[:most] if less - best[0][1] <= within]


def read(asked: Asked, found: Sequence[Candidate], reader: Reads, strict: bool) -> list[Weighed]:
    """The candidates read together with the question, best first. Among offices (``strict``) only those are
    read that the rules let stand: no reading makes an answer of the others, and it takes longest of all."""
    worth_it = list(dict.fromkeys(c.text for c in found if not strict or _may_stand(c)))
    readings = dict(zip(worth_it, reader.read(asked, worth_it), strict=True))
    weighed = []
    for candidate in found:
        reading = readings.get(candidate.text, UNREAD)
        known = replace(candidate.features, relevance=reading.relevance, fit=reading.fit)
        score = weigh("read", known) + _doubt(candidate.scope, strict)
        weighed.append(Weighed(replace(candidate, features=known), reading, score, weigh("enough", known)))
    return sorted(weighed, key=lambda w: -w.score)


def _likelihoods(read: Sequence[Weighed]) -> list[float]:
    """How likely each is the one that answers, if one does: they were learned to be so."""
    best = max((r.score for r in read), default=0.0)
    shares = [math.exp(r.score - best) for r in read]
    return [s / sum(shares) for s in shares]


def _reordered(hits: Sequence[Hit], read: Sequence[Weighed]) -> tuple[Hit, ...]:
    """The passages by what the search made of them and by how likely a stretch of theirs, and one of their
    article, answers."""
    likely = _likelihoods(read)

    def score(hit: Hit) -> float:
        here = of_article = 0.0
        for r, p in zip(read, likely, strict=True):
            if r.candidate.article.id == hit.article.id:
                of_article += p
                here += p if r.candidate.span.overlaps(hit.passage) else 0.0
        return hit.score + READ_COUNTS * here + ARTICLE_COUNTS * of_article

    return tuple(sorted(hits, key=score, reverse=True))


def _evidence(asked: Asked, read: Weighed, likely: float) -> Evidence:
    c = read.candidate
    return Evidence(
        article=c.article,
        span=c.span,
        sentences=c.sentences,
        cuts=c.cuts,
        marks=_marks(asked, read),
        passage=c.passage,
        value=c.value,
        likely=likely,
        fits=c.features.typed,
    )


def _marks(asked: Asked, read: Weighed) -> tuple[Span, ...]:
    """The words that answer: by their form where the question expects one, else as they were read."""
    c, reading = read.candidate, read.reading
    if not reading.tokens or any(k in _TOLD for k in asked.question.kinds):
        return c.marks
    if tells_another_year(c.text, reading.span, asked.question.years):
        return c.marks
    here = reading.span.moved(c.span.start)
    if not c.marks:
        return (here,)
    if len(asked.question.kinds) > 1 or any(map(here.overlaps, c.marks)):
        return c.marks
    formed = max(reading.fit_of(m.moved(-c.span.start)) for m in c.marks)
    return (here,) if reading.fit - formed > RATHER else c.marks


# --- choosing among the good ----------------------------------------------------------------------


def _distinct(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Best first, none that overlaps a better one."""
    kept: list[Evidence] = []
    for e in evidence:
        if not any(_overlap(e, k) for k in kept):
            kept.append(e)
    return kept


def _overlap(a: Evidence, b: Evidence) -> bool:
    return a.article.id == b.article.id and a.span.overlaps(b.span)


def _enough(found: Sequence[Evidence], every: Sequence[Evidence]) -> list[Evidence]:
    """The first, and those after it until it is sure that one of them answers. ``found`` overlap nowhere;
    ``every`` has besides what overlaps them, the clauses of a sentence and runs of these: together they are
    as likely as the place is, and one of them may be short enough where the best is not."""
    chosen: list[Evidence] = []
    sure, room = 0.0, LONGEST_TOGETHER + 1
    for e in found:
        here = [o for o in every if _overlap(o, e)]
        likely = sum(o.likely for o in here)
        if sure >= SURE or len(chosen) == MOST_TOGETHER:
            break
        if chosen and likely < LIKELY:
            continue
        sure += likely
        # What says the same once more stands in support, if it is another article's.
        if not any(_says_same(k, e) for k in chosen):
            fitting = (o for o in here if _length(o) < room and not any(_overlap(o, k) for k in chosen))
            some = next(fitting, None) if chosen else e
            if some:
                chosen.append(some)
                room -= _length(some) + 1
    return chosen


def _says_same(a: Evidence, b: Evidence) -> bool:
    """Whether two pieces of evidence hold the same answer, found by a form that fits what is asked."""
    fit = min(a.fits, b.fits) >= SAME_FITS
    return fit and a.value is not None and b.value is not None and _agree(a.value, b.value)


def _length(evidence: Evidence) -> int:
    return evidence.span.end - evidence.span.start


def _one_an_article(evidence: Sequence[Evidence]) -> list[Evidence]:
    first: dict[str, Evidence] = {}
    for e in evidence:
        first.setdefault(e.article.id, e)
    return list(first.values())[:MOST_ANSWERS]


def _fullest_first(found: Sequence[Evidence]) -> list[Evidence]:
    """With the best evidence first, or before it what fits best of other evidence of the same day that
    gives its year as well."""
    best = found[0]
    fuller = [e for e in found if e.value and best.value and _fuller(e.value, best.value)]
    first = max(fuller, key=lambda e: e.fits, default=best)
    return [first, *(e for e in found if e is not first)]


def _fuller(value: str, than: str) -> bool:
    return value != than and than.endswith("/None") and value.startswith(than.removesuffix("None"))


def _agree(a: str, b: str) -> bool:
    return a == b or _fuller(a, b) or _fuller(b, a)


def _same_fact(best: Evidence, others: Sequence[Evidence]) -> Iterator[Evidence]:
    """Other articles' evidence with the same answer, one an article."""
    if best.value is None:
        return
    seen = {best.article.id}
    for e in others:
        if e.article.id not in seen and e.value is not None and _agree(e.value, best.value):
            seen.add(e.article.id)
            yield e
