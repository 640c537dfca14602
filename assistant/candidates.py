"""What of the passages found may answer, each stretch with what is known of it. Pure.

A stretch is a sentence, a clause of a long one, a list with its lead-in, or, where two things are asked
at once, up to three sentences. What is known of it are the features by which ``assistant.extract`` chooses.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.asked import Asked
from assistant.kinds import answers, value
from assistant.question import Kind
from assistant.scope import Around, meant, names_another
from assistant.scope import scope as scope_of
from assistant.texts import read
from ingest.chunk import context
from ingest.mentions import quotations
from ingest.types import Article, Block, Span
from ingest.vietnamese import LIST_ITEM, curled, sentences
from vectorstore.types import Hit

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
#: An answer that fits its kind less than this is none.
LEAST_STRENGTH = 0.33
#: An answer of a kind must be at least this surely about what the question names.
LEAST_SCOPE = 0.6
#: Of several awards in one stretch those are marked that fit nearly as well as the best.
AS_GOOD = 0.9

#: Kinds without which a stretch is no answer, however many words it shares with the question.
REQUIRED = frozenset(
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
        Kind.OFFICE,
    }
)


#: Blocks that say what they say under a heading, a lead-in or the names of columns.
LINES = frozenset({"item", "row"})

#: Kinds of answer that may take several sentences.
LONG_KINDS = frozenset({Kind.FUNCTION, Kind.QUOTE})


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of a stretch. ``own`` is the share of the question's words that it says itself,
    ``beside`` the share that its title and its neighbours add, ``every`` the share of all the
    question's syllables, names and grammar too, each by its rarity. ``passage`` and ``cosine`` are what the
    search gave its passage, ``sentence`` the cosine of its nearest sentence. ``typed`` is how well it holds
    the kinds asked for, ``untyped`` whether it holds none of them though some are known. ``hundreds`` is its
    length in hundreds of characters; then whether it leans on a sentence that it leaves out, how many of
    its ends cut a sentence, whether it is a photo caption, and whether it ends inside a quotation or a list.
    ``relevance`` and ``fit`` are the reader's (see ``assistant.reader``), 0 before it has read."""

    own: float
    beside: float
    every: float
    passage: float
    cosine: float
    sentence: float
    typed: float
    untyped: float
    hundreds: float
    leaning: float
    cuts: float
    caption: float
    unclosed: float
    relevance: float = 0.0
    fit: float = 0.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch of an article that may answer: ``span``, its ``sentences``, whether it ``cuts`` a
    sentence at its beginning and at its end, the ``passage`` to show it in. ``marks`` are the words in
    it that answer by their form, ``value`` the first in a form to compare by, None where there is none.
    ``coverage`` is the share of what was asked that it says, what stands beside it counted in part,
    ``said`` the share in its own words, those that say which office aside; ``told`` the words that it
    or what stands around it says, a bit a word. ``scope`` is how surely it is about what the question
    names, and ``lacking`` the kinds asked for that it must hold and does not."""

    article: Article
    span: Span
    sentences: tuple[Span, ...]
    cuts: tuple[bool, bool]
    passage: Span
    marks: tuple[Span, ...]
    value: str | None
    coverage: float
    said: float
    told: int
    scope: float
    lacking: tuple[Kind, ...]
    features: Features

    @property
    def text(self) -> str:
        return self.span.of(self.article.text)


@dataclass(frozen=True, slots=True)
class _Segment:
    """A sentence, or a clause of a long one, with what it says of the question's words (a bit a
    word), and whether it stands in a list with its lead-in."""

    span: Span
    sentence: Span
    says: int
    nearly: int
    in_list: bool


@dataclass(frozen=True, slots=True)
class _Where:
    """A block of an article that the search touched: what stands around it, what a line of a list or a table
    stands ``under``, what the article's title says of the question's words, and the passages found in it."""

    around: Around
    block: Block
    under: str
    beside: tuple[int, int]
    hits: Sequence[Hit]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of an article with what is told of it at a glance, the words that it has. ``features``
    are those of its candidate but for ``typed`` and ``untyped``, which stay 0: to look for the kinds
    asked for, and for whom it is about, takes many times as long (see ``inspected``)."""

    asked: Asked
    run: Sequence[_Segment]
    where: _Where
    hit: Hit
    own: float
    own_office: float
    lent: float
    told: int
    features: Features

    def inspected(self) -> Inspected:
        """The stretch with whom it is about and the kinds of answer that it holds."""
        asked, run, article = self.asked, self.run, self.where.around.article
        another = any(names_another(s.span.of(article.text), asked, article) for s in run)
        said = " ".join(
            [*(read(s.span.of(article.text)).folded for s in run), *meant(article, run[0].span.start)]
        )
        kinds = asked.question.kinds
        found = tuple(_best_answers(run, kind, asked, article.text, self.where.under) for kind in kinds)
        return Inspected(
            stretch=self,
            found=found,
            scope=scope_of(asked, said, another, self.where.around),
            typed=sum(f[0][1] for f in found if f) / len(found),
            untyped=float(kinds != (Kind.OTHER,) and not any(found)),
        )


@dataclass(frozen=True, slots=True)
class Inspected:
    """A stretch with all by which a first look orders it: beside its features what was ``found`` in it of
    each kind asked for, with how well that fits, best first; the rest are those of its candidate."""

    stretch: Stretch
    found: tuple[Sequence[tuple[Span, float]], ...]
    scope: float
    typed: float
    untyped: float

    def candidate(self) -> Candidate:
        """The stretch with all that is known of it."""
        at, found, scope = self.stretch, self.found, self.scope
        asked, run, article = at.asked, at.run, at.where.around.article
        kinds, span = asked.question.kinds, _span_of(run)
        # A question of names alone ("Ông X giữ chức vụ gì?") leaves no word to be said.
        total, topics = asked.total, asked.topics
        return Candidate(
            article=article,
            span=span,
            sentences=tuple(_sentences_of(run)),
            cuts=_cuts(run),
            passage=Span(min(at.hit.passage.start, span.start), max(at.hit.passage.end, span.end)),
            marks=_all_marks(kinds, article.text, found),
            value=value(article.text, found),
            coverage=(at.own + at.lent) / total if total else 1.0,
            said=(at.own - at.own_office) / topics if topics else 1.0,
            told=at.told,
            scope=scope,
            lacking=tuple(
                kind
                for kind, f in zip(kinds, found, strict=True)
                if kind in REQUIRED and (scope < LEAST_SCOPE or not f or f[0][1] < LEAST_STRENGTH)
            ),
            features=replace(at.features, typed=self.typed, untyped=self.untyped),
        )


def stretches(asked: Asked, hits: Sequence[Hit]) -> Iterator[Stretch]:
    """The stretches of the passages found, in no order."""
    by_article: dict[str, list[Hit]] = {}
    for hit in hits:
        by_article.setdefault(hit.article.id, []).append(hit)
    for found in by_article.values():
        article = found[0].article
        title = f"{article.title}\n{article.unit or ''}"
        unit, whole = read(article.unit or "").folded, read(article.text).folded
        beside = asked.said(title)
        for block in with_lists(article):
            here = [h for h in found if h.passage.start < block.end and block.start < h.passage.end]
            if here:
                paragraph = read(article.text[block.start : block.end]).folded
                around = Around(article, unit, read(title).folded, paragraph, whole, block.kind in LINES)
                under = _under(article, block)
                segments = _segments(asked, article, block, under)
                where = _Where(around, block, under, beside, here)
                for i, j in _runs(segments, asked):
                    shown_in = _shown_in(segments[i], segments[j - 1], here)
                    if shown_in:
                        yield _stretch(asked, where, segments, i, j, shown_in)


def _under(article: Article, block: Block) -> str:
    """What a line of a list or a table stands under: its heading, its lead-in, the names of its columns."""
    if block.kind not in LINES:
        return ""
    above = context(article, block.start)
    return "\n".join(span.of(article.text) for span in (above.heading, above.leads) if span)


def _shown_in(first: _Segment, last: _Segment, hits: Sequence[Hit]) -> Hit | None:
    """The best-placed passage that the run lies in, at least in part."""
    run = Span(first.span.start, last.span.end)
    return max(
        (h for h in hits if run.overlaps(h.passage)),
        key=lambda h: h.score,
        default=None,
    )


def _runs(segments: Sequence[_Segment], asked: Asked) -> Iterator[tuple[int, int]]:
    """The runs of neighbouring segments that are short enough to quote, each [i, j)."""
    in_list = bool(segments) and segments[0].in_list
    several = len(asked.question.kinds) > 1 or not LONG_KINDS.isdisjoint(asked.question.kinds)
    most = MOST_ITEMS if in_list else MOST_SENTENCES if several else 1
    for i, first in enumerate(segments):
        held = 0
        for j, last in enumerate(segments[i:], i + 1):
            held += j == i + 1 or last.sentence != segments[j - 2].sentence
            long = last.span.end - first.span.start > LONGEST_QUOTE
            if j > i + 1 and (long or held > most):
                break
            yield i, j


@lru_cache(1 << 8)
def with_lists(article: Article) -> tuple[Block, ...]:
    """The article's blocks, a lead-in that ends with a colon and the items of its list as one."""
    return tuple(_with_lists(article))


def _with_lists(article: Article) -> Iterator[Block]:
    lead: Block | None = None
    for block in article.blocks:
        if lead is not None:
            if block.kind == "item" or (block.kind == lead.kind and _goes_on(article.text, lead, block)):
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
    return after_item or first_item or bool(LIST_ITEM.match(text, block.start))


def _stretch(asked: Asked, where: _Where, segments: Sequence[_Segment], i: int, j: int, hit: Hit) -> Stretch:
    """The run [i, j) of a block's segments at a glance."""
    run = segments[i:j]
    first = run[0]
    article = where.around.article
    span, similarity = _span_of(run), hit.similarity or 0.0
    text = span.of(article.text)
    says, nearly = _union((s.says, s.nearly) for s in run)
    # The sentence before and the one after are what a reader has in mind as well.
    near_by = [(s.says, s.nearly) for s in (*segments[max(0, i - 1) : i], *segments[j : j + 1])]
    in_mind = _union([where.beside, *near_by])
    context = in_mind[0] | in_mind[1]
    nearly &= ~says
    own = asked.weigh(says) + OTHER_MARKS * asked.weigh(nearly)
    own_office = asked.weigh(says & asked.offices) + OTHER_MARKS * asked.weigh(nearly & asked.offices)
    beside_it = context & ~says & ~nearly
    # Which office it is, the title says for every sentence below it, unless that is all that is asked.
    office = asked.weigh(beside_it & asked.offices) * (1.0 if asked.topics else CONTEXT)
    lent = office + CONTEXT * asked.weigh(beside_it & ~asked.offices)
    total = asked.total
    return Stretch(
        asked=asked,
        run=run,
        where=where,
        hit=hit,
        own=own,
        own_office=own_office,
        lent=lent,
        told=says | nearly | context,
        features=Features(
            own=own / total if total else 1.0,
            beside=lent / total if total else 0.0,
            every=asked.share_of_all(text),
            passage=hit.score,
            cosine=similarity,
            sentence=_cosine(span, where.hits, similarity),
            typed=0.0,
            untyped=0.0,
            hundreds=len(text) / 100,
            leaning=float(i > 0 and bool(_LEANING.match(article.text, first.sentence.start))),
            cuts=float(sum(_cuts(run))),
            caption=float(where.block.kind == "caption"),
            unclosed=float(_unclosed(text) or (first.in_list and j < len(segments))),
        ),
    )


def _cosine(span: Span, hits: Sequence[Hit], otherwise: float) -> float:
    """The cosine of the nearest of the sentences that a stretch has a part of."""
    return max((c for hit in hits for s, c in hit.sentences if span.overlaps(s)), default=otherwise)


def _span_of(run: Sequence[_Segment]) -> Span:
    return Span(run[0].span.start, run[-1].span.end)


def _cuts(run: Sequence[_Segment]) -> tuple[bool, bool]:
    first, last = run[0], run[-1]
    return first.span.start > first.sentence.start, last.span.end < last.sentence.end


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
    marks = curled(text)
    return marks.count("“") != marks.count("”") or marks.count('"') % 2 == 1


def _sentences_of(run: Sequence[_Segment]) -> Iterator[Span]:
    """The run as its sentences, each cut to what the run holds of it."""
    for _, segments in itertools.groupby(run, key=lambda s: s.sentence):
        spans = [s.span for s in segments]
        yield Span(spans[0].start, spans[-1].end)


def _segments(asked: Asked, article: Article, block: Block, under: str) -> list[_Segment]:
    paragraph = article.text[block.start : block.end]
    in_list = "\n" in paragraph
    return [
        _segment(asked, article, span, sentence, under, in_list)
        for sentence, span in _cut(paragraph, block.start)
    ]


def _segment(
    asked: Asked, article: Article, span: Span, sentence: Span, under: str, in_list: bool
) -> _Segment:
    # What a line stands under, it says too: "3. Trần Văn Bình (1976 - 1991)" below "Các đồng chí Bí thư".
    says, nearly = _union(map(asked.said, filter(None, (span.of(article.text), under))))
    return _Segment(span, sentence, says, nearly, in_list)


@lru_cache(1 << 12)
def _cut(paragraph: str, start: int) -> tuple[tuple[Span, Span], ...]:
    """The sentences of a paragraph that starts there in its article and, with each, its stretches: itself or
    its clauses."""
    cut = ((s, clause) for s in sentences(paragraph) for clause in _clauses(paragraph, s))
    return tuple((sentence.moved(start), clause.moved(start)) for sentence, clause in cut)


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


def _best_answers(
    run: Sequence[_Segment], kind: Kind, asked: Asked, text: str, under: str
) -> list[tuple[Span, float]]:
    found = (
        (span.moved(s.span.start), strength)
        for s in run
        for span, strength in answers(kind, s.span.of(text), asked, under)
    )
    return sorted(found, key=lambda a: -a[1])


def _all_marks(
    kinds: Sequence[Kind], text: str, found: Sequence[Sequence[tuple[Span, float]]]
) -> tuple[Span, ...]:
    return tuple(sorted({m for kind, f in zip(kinds, found, strict=True) for m in _marks(kind, text, f)}))


def _marks(kind: Kind, text: str, found: Sequence[tuple[Span, float]]) -> list[Span]:
    """What to mark of the answers found, best first: the best; of awards every one as good, up to
    where somebody else receives one."""
    good = [span for span, strength in found if span.start < span.end and strength >= found[0][1] * AS_GOOD]
    if kind is not Kind.AWARD:
        return good[:1]
    return [m for m in good if not _OTHER_RECEIVER.search(text, good[0].end, m.start)]


_OTHER_RECEIVER = re.compile(r"\b(?:cá nhân|đồng chí|cán bộ|tập thể)\b", re.IGNORECASE)
