"""The best answer that needs no language model: the words of the articles that answer, verbatim. Pure.

Every stretch of up to three sentences that a search brought is a candidate. It is scored by how much
of what the question asks it says (each word by its rarity), by whether it holds the kind of answer
expected, by its passage's place in the search, and by whether it is about what the question names.
The best stands; where nothing says enough, or none holds the kind asked for, that is the outcome.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.asked import Asked, folded, single
from assistant.kinds import answers, value
from assistant.question import Kind, Question
from assistant.scope import Around, names_another
from assistant.scope import scope as scope_of
from ingest.mentions import quotations
from ingest.types import Article, Block, Span
from ingest.vietnamese import fold, sentences
from vectorstore.types import Hit

# --- what is measured, and the figures that were chosen on the development questions ---------------

#: A sentence longer than this is also offered by its clauses.
LONG_SENTENCE = 260
#: The longest stretch that is quoted, in characters: a reader takes it in at one look.
LONGEST_QUOTE = 520
#: The most sentences in one stretch.
MOST_SENTENCES = 3
#: The most in a list with its lead-in.
MOST_ITEMS = 12
#: What a word is worth that stands in the title, the heading or the sentences around only.
CONTEXT = 0.45
#: What a word is worth that differs in its marks only.
OTHER_MARKS = 0.7
#: How much each part counts in the score of a stretch.
COVERAGE, TYPE, PASSAGE = 1.0, 0.5, 0.35
#: What a stretch loses for each hundred characters, for leaning on a sentence it leaves out, for
#: each end at which it cuts a sentence, for being a photo caption, and for ending inside a quotation
#: or a list.
LENGTH, LEANING, CUT, CAPTION, UNCLOSED = 0.03, 0.04, 0.06, 0.12, 0.1
#: An answer that fits its kind less than this is none.
LEAST_STRENGTH = 0.33
#: An answer of a kind must be at least this surely about what the question names.
LEAST_SCOPE = 0.6
#: Of several awards in one stretch those are marked that fit nearly as well as the best.
AS_GOOD = 0.9
#: Below this share of what is asked, the library does not say.
LEAST_COVERAGE = 0.45
LEAST_SAID = 0.35
#: Another article's stretch is evidence too from this share of the best one's score on.
LEAST_SHARE = 0.72
#: How much less of the question's words a line of a list may say than the best one.
LIST_SLACK = 0.35
#: How many statements a list has at most, and how many near passages a refusal shows.
MOST_ANSWERS, MOST_NEAREST = 8, 3

#: Kinds without which a stretch is no answer, however many words it shares with the question.
_REQUIRED = frozenset(
    {
        Kind.DATE,
        Kind.YEAR,
        Kind.NUMBER,
        Kind.ORDINAL,
        Kind.AWARD,
        Kind.PERSON,
        Kind.AGENT,
        Kind.QUOTE,
        Kind.MOTTO,
        Kind.PLACE,
        Kind.DOCUMENT,
    }
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch of one article that answers: ``span`` (what is quoted), its ``sentences``, whether it
    ``cuts`` a sentence at its beginning and at its end, the ``marks`` in it that are the answer
    itself, and the ``passage`` to show it in. ``value`` is the first mark in a form to compare by,
    None without marks. ``coverage`` is the share of what was asked that it says, 0 to 1, what stands
    beside it counted in part, ``said`` the share in its own words, those that say which office aside;
    ``score`` orders evidence within one question."""

    article: Article
    span: Span
    sentences: tuple[Span, ...]
    cuts: tuple[bool, bool]
    marks: tuple[Span, ...]
    passage: Span
    value: str | None
    coverage: float
    said: float
    score: float


@dataclass(frozen=True, slots=True)
class Extract:
    """``answers``: what answers, best first, each followed in ``support`` by other articles' evidence
    of the same fact (same order and length). Without answers, ``lacking`` says why: the kinds that
    no stretch holds, or ``()`` where nothing says enough of what was asked; ``unsaid`` are the words
    asked for that the nearest stretch does not have. ``nearest`` is evidence that is no answer."""

    answers: tuple[Evidence, ...]
    support: tuple[tuple[Evidence, ...], ...]
    nearest: tuple[Evidence, ...]
    lacking: tuple[Kind, ...]
    unsaid: tuple[str, ...]


def extract(question: Question, hits: Sequence[Hit], weights: Mapping[str, float]) -> Extract:
    """The evidence for a question among the hits of its search. ``weights`` gives each of the
    question's words its rarity; the hits are best first."""
    asked = Asked.of(question, weights)
    candidates = sorted(_candidates(asked, hits), key=lambda c: -c.evidence.score)
    about = [c for c in candidates if c.scope > 0]
    enough = [c for c in about if c.evidence.coverage >= LEAST_COVERAGE and c.evidence.said >= LEAST_SAID]
    typed = [c for c in enough if not c.lacking]
    if not typed:
        nearest = enough or about or sorted(candidates, key=lambda c: -c.likeness)
        return Extract(
            answers=(),
            support=(),
            nearest=tuple(_distinct(c.evidence for c in nearest))[:MOST_NEAREST],
            lacking=enough[0].lacking if enough else (),
            unsaid=asked.unsaid(nearest[0].told) if nearest else single(question.words),
        )
    floor = typed[0].evidence.score * LEAST_SHARE
    others = _distinct(c.evidence for c in typed if c.evidence.score >= floor)
    if question.several:
        said = others[0].said - LIST_SLACK
        chosen = _one_an_article([e for e in others if e.said >= said])
    else:
        chosen = [_fullest(others)]
    support = tuple(tuple(_same_fact(e, [o for o in others if o not in chosen])) for e in chosen)
    return Extract(tuple(chosen), support, (), (), ())


# --- candidates ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Segment:
    """A sentence, or a clause of a long one, with what it says of the question's words (a bit a
    word), the answers of each kind in it, whether it names another office, and whether it stands in
    a list with its lead-in."""

    span: Span
    sentence: Span
    says: int
    nearly: int
    answers: tuple[tuple[tuple[Span, float], ...], ...]
    folded: str
    other_unit: bool
    in_list: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Evidence on trial: ``likeness`` is its score before it is asked what it is about, ``told`` the
    words of the question that it or what stands around it says, a bit a word."""

    evidence: Evidence
    likeness: float
    scope: float
    lacking: tuple[Kind, ...]
    told: int


def _candidates(asked: Asked, hits: Sequence[Hit]) -> Iterator[_Candidate]:
    places = _places_in_search(hits)
    by_article: dict[str, list[Hit]] = {}
    for hit in hits:
        by_article.setdefault(hit.article.id, []).append(hit)
    for found in by_article.values():
        article = found[0].article
        title = f"{article.title}\n{article.unit or ''}"
        unit = folded(article.unit or "")
        beside = asked.said(title)
        whole = fold(article.text)
        for block in _with_lists(article):
            here = [h for h in found if h.passage.start < block.end and block.start < h.passage.end]
            if here:
                paragraph = folded(article.text[block.start : block.end])
                around = Around(article, unit, folded(title), paragraph, whole)
                segments = _segments(asked, article, block)
                for i, j in _runs(segments):
                    shown = _shown_in(segments[i], segments[j - 1], here, places)
                    if shown:
                        place = places[shown.passage.id]
                        yield _candidate(asked, around, block, segments, i, j, beside, shown, place)


def _places_in_search(hits: Sequence[Hit]) -> dict[str, float]:
    """Each passage's place between the worst and the best of the search, 0 to 1."""
    scores = [h.score for h in hits]
    spread = max(scores, default=0.0) - min(scores, default=0.0)
    return {h.passage.id: (h.score - min(scores)) / spread if spread else 1.0 for h in hits}


def _shown_in(
    first: _Segment, last: _Segment, hits: Sequence[Hit], places: Mapping[str, float]
) -> Hit | None:
    """The best-placed passage that the run lies in, at least in part."""
    return max(
        (h for h in hits if h.passage.start < last.span.end and first.span.start < h.passage.end),
        key=lambda h: places[h.passage.id],
        default=None,
    )


def _runs(segments: Sequence[_Segment]) -> Iterator[tuple[int, int]]:
    """The runs of neighbouring segments that are short enough to quote, each [i, j)."""
    most = _most_sentences(segments)
    for i, first in enumerate(segments):
        for j in range(i + 1, len(segments) + 1):
            run = segments[i:j]
            long = run[-1].span.end - first.span.start > LONGEST_QUOTE
            if j > i + 1 and (long or len({s.sentence for s in run}) > most):
                break
            yield i, j


def _most_sentences(segments: Sequence[_Segment]) -> int:
    return MOST_ITEMS if segments and segments[0].in_list else MOST_SENTENCES


_ITEM = re.compile(r"[-–•+*]\s|\(?(?:\d{1,2}|[a-zđ])[.)]\s")


def _with_lists(article: Article) -> Iterator[Block]:
    """The article's blocks, a lead-in that ends with a colon and the items of its list as one."""
    lead: Block | None = None
    for block in article.blocks:
        if lead is not None:
            if block.kind == lead.kind and _goes_on(article.text, lead, block):
                lead = replace(lead, end=block.end)
                continue
            yield lead
            lead = None
        if article.text[block.start : block.end].endswith(":"):
            lead = block
        else:
            yield block
    if lead is not None:
        yield lead


def _goes_on(text: str, before: Block, block: Block) -> bool:
    """Whether a block is the next item of the list before it: by its bullet or number, or, these being
    lost, by the semicolons at the ends of items."""
    after_item = text[before.end - 1] == ";"
    first_item = text[before.end - 1] == ":" and text[block.end - 1] == ";"
    return after_item or first_item or bool(_ITEM.match(text, block.start))


def _candidate(
    asked: Asked,
    around: Around,
    block: Block,
    segments: Sequence[_Segment],
    i: int,
    j: int,
    beside: tuple[int, int],
    hit: Hit,
    place: float,
) -> _Candidate:
    """The run [i, j) of a block's segments, weighed. ``beside`` is what the title says."""
    run = segments[i:j]
    first, last = run[0], run[-1]
    article = around.article
    says, nearly = _union((s.says, s.nearly) for s in run)
    # The sentence before and the one after are what a reader has in mind as well.
    near_by = [(s.says, s.nearly) for s in (*segments[max(0, i - 1) : i], *segments[j : j + 1])]
    in_mind = _union([beside, *near_by])
    context = in_mind[0] | in_mind[1]
    nearly &= ~says
    own = asked.weigh(says) + OTHER_MARKS * asked.weigh(nearly)
    beside_it = context & ~says & ~nearly
    # Which office it is, the title says for every sentence below it, unless that is all that is asked.
    topics = asked.weigh_all(~asked.offices)
    office = asked.weigh(beside_it & asked.offices) * (1.0 if topics else CONTEXT)
    lent = office + CONTEXT * asked.weigh(beside_it & ~asked.offices)
    # A question of names alone ("Ông X giữ chức vụ gì?") leaves no word to be said.
    coverage = (own + lent) / asked.total if asked.total else 1.0
    said = (own - asked.weigh(says & asked.offices)) / topics if topics else 1.0
    found = [_best_answers(run, k) for k in range(len(asked.question.kinds))]
    strength = sum(f[0][1] for f in found if f) / len(found)
    scope = scope_of(asked, " ".join(s.folded for s in run), any(s.other_unit for s in run), around)
    lacking = tuple(
        kind
        for kind, f in zip(asked.question.kinds, found, strict=True)
        if kind in _REQUIRED and (scope < LEAST_SCOPE or not f or f[0][1] < LEAST_STRENGTH)
    )
    likeness = COVERAGE * coverage + TYPE * strength + PASSAGE * place
    span = Span(first.span.start, last.span.end)
    cuts = (first.span.start > first.sentence.start, last.span.end < last.sentence.end)
    loss = (
        LENGTH * (span.end - span.start) / 100
        + LEANING * (i > 0 and bool(_LEANING.match(article.text, first.sentence.start)))
        + CUT * sum(cuts)
        + CAPTION * (block.kind == "caption")
        + UNCLOSED * (_unclosed(span.of(article.text)) or (first.in_list and j < len(segments)))
    )
    marks = {
        m for kind, f in zip(asked.question.kinds, found, strict=True) for m in _marks(kind, article.text, f)
    }
    evidence = Evidence(
        article=article,
        span=span,
        sentences=tuple(_sentences_of(run)),
        cuts=cuts,
        marks=tuple(sorted(marks)),
        passage=Span(min(hit.passage.start, span.start), max(hit.passage.end, span.end)),
        value=value(article.text, found),
        coverage=coverage,
        said=said,
        score=scope * likeness - loss,
    )
    return _Candidate(evidence, likeness - loss, scope, lacking, says | nearly | context)


def _union(bits: Iterable[tuple[int, int]]) -> tuple[int, int]:
    says = nearly = 0
    for s, n in bits:
        says |= s
        nearly |= n
    return says, nearly


_LEANING = re.compile(
    r"(?:Theo đó|Từ đó|Đó|Đây|Do đó|Vì vậy|Vì thế|Chính vì thế|Qua đó|Đồng thời|Bên cạnh đó|Ngoài ra|"
    r"Trong đó|Sau đó|Khi đó|Ông|Bà|Họ|Nó|(?:\w+ ){1,3}này)\b"
)


def _unclosed(text: str) -> bool:
    return text.count("“") != text.count("”") or text.count('"') % 2 == 1


def _sentences_of(run: Sequence[_Segment]) -> Iterator[Span]:
    """The run as its sentences, each cut to what the run holds of it."""
    for _, segments in itertools.groupby(run, key=lambda s: s.sentence):
        spans = [s.span for s in segments]
        yield Span(spans[0].start, spans[-1].end)


def _segments(asked: Asked, article: Article, block: Block) -> list[_Segment]:
    paragraph = article.text[block.start : block.end]
    return [
        _segment(asked, article, span.moved(block.start), sentence.moved(block.start), "\n" in paragraph)
        for sentence, span in _cut(paragraph)
    ]


def _segment(asked: Asked, article: Article, span: Span, sentence: Span, in_list: bool) -> _Segment:
    text = span.of(article.text)
    says, nearly = asked.said(text)
    found = (answers(kind, text, asked) for kind in asked.question.kinds)
    return _Segment(
        span=span,
        sentence=sentence,
        says=says,
        nearly=nearly,
        answers=tuple(tuple((a.moved(span.start), strength) for a, strength in kind) for kind in found),
        folded=folded(text),
        other_unit=names_another(text, asked, article),
        in_list=in_list,
    )


@lru_cache(1 << 12)
def _cut(paragraph: str) -> tuple[tuple[Span, Span], ...]:
    """The sentences of a paragraph and, with each, its stretches: itself or its clauses."""
    return tuple((s, clause) for s in sentences(paragraph) for clause in _clauses(paragraph, s))


_CLAUSE_END = re.compile(r"[;,]\s+")


def _clauses(text: str, sentence: Span) -> Iterator[Span]:
    """The sentence whole, or a long one by its clauses, none inside quotation marks."""
    if sentence.end - sentence.start <= LONG_SENTENCE:
        yield sentence
        return
    quoted = [Span(q.start + sentence.start, q.end + sentence.start) for q in quotations(sentence.of(text))]
    start = sentence.start
    for m in _CLAUSE_END.finditer(text, sentence.start, sentence.end):
        inside = any(q.start < m.end() <= q.end for q in quoted)
        short = m.end() - start < (LONG_SENTENCE // 8 if m[0][0] == ";" else LONG_SENTENCE // 2)
        if not inside and not short and sentence.end - m.end() > 20:
            yield Span(start, m.start() + len(m[0].rstrip()))
            start = m.end()
    yield Span(start, sentence.end)


def _best_answers(run: Sequence[_Segment], kind: int) -> list[tuple[Span, float]]:
    return sorted((a for s in run for a in s.answers[kind]), key=lambda a: -a[1])


def _marks(kind: Kind, text: str, found: Sequence[tuple[Span, float]]) -> list[Span]:
    """What to mark of the answers found, best first: the best; of awards every one as good, up to
    where somebody else receives one."""
    good = [span for span, strength in found if span.start < span.end and strength >= found[0][1] * AS_GOOD]
    if kind is not Kind.AWARD:
        return good[:1]
    return [m for m in good if not _OTHER_RECEIVER.search(text, good[0].end, m.start)]


_OTHER_RECEIVER = re.compile(r"\b(?:cá nhân|đồng chí|cán bộ|tập thể)\b", re.IGNORECASE)


# --- choosing among the good ----------------------------------------------------------------------


def _distinct(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Best first, none that overlaps a better one."""
    kept: list[Evidence] = []
    for e in evidence:
        if not any(
            e.article.id == k.article.id and e.span.start < k.span.end and k.span.start < e.span.end
            for k in kept
        ):
            kept.append(e)
    return kept


def _one_an_article(evidence: Sequence[Evidence]) -> list[Evidence]:
    first: dict[str, Evidence] = {}
    for e in evidence:
        first.setdefault(e.article.id, e)
    return list(first.values())[:MOST_ANSWERS]


def _fullest(evidence: Sequence[Evidence]) -> Evidence:
    """The best evidence, or other evidence of the same day that gives its year as well."""
    best = evidence[0]
    return next((e for e in evidence if e.value and best.value and _fuller(e.value, best.value)), best)


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
