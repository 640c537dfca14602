"""The best answer that needs no language model: the words of the articles that answer, verbatim. Pure.

Every stretch of up to three sentences that a search brought is a candidate. It is scored by how much
of what the question asks it says (each word by its rarity), by whether it holds the kind of answer
expected, by its passage's place in the search, and by whether it is about what the question names.
The best stands; where nothing says enough, or none holds the kind asked for, that is the outcome.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.question import Kind, Question
from ingest.mentions import (
    Name,
    awards,
    documents,
    is_office_pair,
    names,
    numbers,
    ordinals,
    people,
    post,
    quotations,
)
from ingest.types import Article, Block, Span
from ingest.vietnamese import Token, dates, fold, normalise, sentences, terms, tokens
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
#: What a syllable is worth that is said without its partner.
APART = 0.75
#: How much each part counts in the score of a stretch.
COVERAGE, TYPE, PASSAGE = 1.0, 0.5, 0.35
#: What a stretch loses for each hundred characters, for leaning on a sentence it leaves out, for
#: each end at which it cuts a sentence, for being a photo caption, and for ending inside a quotation
#: or a list.
LENGTH, LEANING, CUT, CAPTION, UNCLOSED = 0.03, 0.04, 0.06, 0.12, 0.1
#: How much of an answer's fit is its form; the rest is its nearness to the words asked for, of which
#: half is lost for every so many words between.
FORM, HALF_WAY = 0.6, 6
#: What the dates of a range are worth beside one that stands alone, and a place in brackets.
OPENING_DATE, CLOSING_DATE, ASIDE = 0.7, 0.2, 0.7
#: How apt a stretch is that speaks of one office when the question names none.
PARTICULAR = 0.93
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
    beside it counted in part, ``said`` the share in its own words; ``score`` orders evidence within
    one question."""

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
    candidates = sorted(_candidates(question, hits, weights), key=lambda c: -c.evidence.score)
    about = [c for c in candidates if c.scope > 0]
    enough = [c for c in about if c.evidence.coverage >= LEAST_COVERAGE and c.evidence.said >= LEAST_SAID]
    typed = [c for c in enough if not c.lacking]
    if not typed:
        nearest = enough or about or candidates
        return Extract(
            answers=(),
            support=(),
            nearest=tuple(_distinct(c.evidence for c in nearest))[:MOST_NEAREST],
            lacking=enough[0].lacking if enough else (),
            unsaid=nearest[0].unsaid if nearest else _single(question.words),
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


# The sentences of a library come up again and again in a conversation; a few thousand are kept read.
_KEPT = 1 << 13


@lru_cache(_KEPT)
def _terms_of(text: str) -> tuple[frozenset[str], frozenset[str]]:
    here = terms(text)
    return frozenset(here.exact), frozenset(here.folded)


@lru_cache(_KEPT)
def _tokens_of(text: str) -> tuple[Token, ...]:
    return tuple(tokens(text))


@lru_cache(_KEPT)
def _names_of(text: str) -> tuple[Name, ...]:
    return tuple(names(text))


@lru_cache(_KEPT)
def _people_of(text: str) -> tuple[Span, ...]:
    return tuple(people(text))


@dataclass(frozen=True, slots=True)
class _Segment:
    """A sentence, or a clause of a long one, with what it says of the question's words (a bit a
    word), the answers of each kind in it, and the names in it, folded."""

    span: Span
    sentence: Span
    says: int
    nearly: int
    answers: tuple[tuple[tuple[Span, float], ...], ...]
    folded: str
    other_unit: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    evidence: Evidence
    scope: float
    lacking: tuple[Kind, ...]
    unsaid: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """The question made ready for comparing: weights in the order of its words."""

    question: Question
    weights: tuple[float, ...]
    folded: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    pairs: tuple[int, ...]

    @property
    def total(self) -> float:
        return sum(self.weights)

    def weigh(self, bits: int) -> float:
        """The weight of the words said. A syllable that stands in a pair of the question but is said
        apart from its partner ("thư" of "văn thư" in "bí thư") counts in part."""
        return sum(
            w if not pairs or bits & pairs else w * APART
            for i, (w, pairs) in enumerate(zip(self.weights, self.pairs, strict=True))
            if bits >> i & 1
        )

    def unsaid(self, bits: int) -> tuple[str, ...]:
        """The syllables not said; both of a word like "huân chương" that is not said as a whole."""
        missing = {w for i, w in enumerate(self.question.words) if not bits >> i & 1}
        split = {s for w in missing if is_office_pair(w) for s in w.split("_")}
        return tuple(w for w in _single(self.question.words) if w in missing or w in split)

    def said(self, text: str) -> tuple[int, int]:
        """The words that a text has, and those it has with other marks: a bit a word."""
        exact, folded = _terms_of(text)
        says = nearly = 0
        for i, word in enumerate(self.question.words):
            if word in (folded if self.question.bare else exact):
                says |= 1 << i
            elif self.folded[i] in folded:
                nearly |= 1 << i
        return says, nearly


def _candidates(
    question: Question, hits: Sequence[Hit], weights: Mapping[str, float]
) -> Iterator[_Candidate]:
    asked = _Asked(
        question,
        tuple(weights.get(w, 0.0) for w in question.words),
        tuple(fold(w) for w in question.words),
        tuple((fold(n), *_ALIASES.get(fold(n), ())) for n in question.names),
        tuple(_pairs_of(w, question.words) for w in question.words),
    )
    best, worst = (hits[0].score, hits[-1].score) if hits else (0.0, 0.0)
    place = {h.passage.id: (h.score - worst) / (best - worst) if best > worst else 1.0 for h in hits}
    by_article: dict[str, list[Hit]] = {}
    for hit in hits:
        by_article.setdefault(hit.article.id, []).append(hit)
    for found in by_article.values():
        article = found[0].article
        title = f"{article.title}\n{article.unit or ''}"
        around_all = asked.said(title)
        whole = fold(article.text)
        for block in _with_lists(article):
            here = [h for h in found if h.passage.start < block.end and block.start < h.passage.end]
            if here:
                yield from _in_block(asked, article, block, here, place, around_all, fold(title), whole)


_LEADS_IN = re.compile(r":\s*$")
_ITEM = re.compile(r"[-–•+*]\s|\(?(?:\d{1,2}|[a-zđ])[.)]\s")


def _with_lists(article: Article) -> Iterator[Block]:
    """The article's blocks, a lead-in and the items of its list as one."""
    open_list: Block | None = None
    for block in article.blocks:
        if open_list and block.kind == open_list.kind and _ITEM.match(article.text, block.start):
            open_list = replace(open_list, end=block.end)
            continue
        if open_list:
            yield open_list
        open_list = block if _LEADS_IN.search(article.text[block.start : block.end]) else None
        if not open_list:
            yield block
    if open_list:
        yield open_list


def _pairs_of(word: str, words: Sequence[str]) -> int:
    """The pairs among the words that a syllable is part of, a bit each; none for a pair."""
    return sum(1 << i for i, pair in enumerate(words) if "_" in pair and word in pair.split("_"))


def _in_block(
    asked: _Asked,
    article: Article,
    block: Block,
    hits: Sequence[Hit],
    place: Mapping[str, float],
    title_said: tuple[int, int],
    title: str,
    whole: str,
) -> Iterator[_Candidate]:
    segments = _segments(asked, article, block)
    paragraph = article.text[block.start : block.end]
    most = MOST_ITEMS if "\n" in paragraph else MOST_SENTENCES
    for i, first in enumerate(segments):
        says = nearly = 0
        for j in range(i, len(segments)):
            last = segments[j]
            run = segments[i : j + 1]
            if j > i and (
                last.span.end - first.span.start > LONGEST_QUOTE or len({s.sentence for s in run}) > most
            ):
                break
            says |= last.says
            nearly |= last.nearly
            # The sentence before and the one after are what a reader has in mind as well.
            around = [segments[k] for k in (i - 1, j + 1) if 0 <= k < len(segments)]
            context = title_said[0] | title_said[1]
            for s in around:
                context |= s.says | s.nearly
            near = nearly & ~says
            own = asked.weigh(says) + OTHER_MARKS * asked.weigh(near)
            beside = CONTEXT * asked.weigh(context & ~says & ~near)
            # A question of names alone ("Ông X giữ chức vụ gì?") leaves no word to be said.
            coverage, said = ((own + beside) / asked.total, own / asked.total) if asked.total else (1.0, 1.0)
            kinds = [_best_answers(run, k) for k in range(len(asked.question.kinds))]
            scope = _scope(asked, run, article, title, paragraph, whole)
            lacking = tuple(
                kind
                for kind, found in zip(asked.question.kinds, kinds, strict=True)
                if kind in _REQUIRED and (scope < LEAST_SCOPE or not found or found[0][1] < LEAST_STRENGTH)
            )
            strength = sum(found[0][1] for found in kinds if found) / len(kinds)
            span = Span(first.span.start, last.span.end)
            passage = max(
                (h for h in hits if h.passage.start < span.end and span.start < h.passage.end),
                key=lambda h: place[h.passage.id],
                default=None,
            )
            if passage is None:
                continue
            cuts = (first.span.start > first.sentence.start, last.span.end < last.sentence.end)
            leaning = bool(_LEANING.match(article.text, first.sentence.start)) and i > 0
            score = scope * (COVERAGE * coverage + TYPE * strength + PASSAGE * place[passage.passage.id]) - (
                LENGTH * (span.end - span.start) / 100
                + LEANING * leaning
                + CUT * sum(cuts)
                + CAPTION * (block.kind == "caption")
                + UNCLOSED
                * (_unclosed(span.of(article.text)) or (most == MOST_ITEMS and last is not segments[-1]))
            )
            marks = tuple(
                sorted(
                    {
                        m
                        for kind, found in zip(asked.question.kinds, kinds, strict=True)
                        for m in _marks(kind, article.text, found)
                    }
                )
            )
            yield _Candidate(
                Evidence(
                    article=article,
                    span=span,
                    sentences=tuple(_sentences_of(run)),
                    cuts=cuts,
                    marks=marks,
                    passage=Span(min(passage.passage.start, span.start), max(passage.passage.end, span.end)),
                    value=_value(article.text, kinds),
                    coverage=coverage,
                    said=said,
                    score=score,
                ),
                scope,
                lacking,
                asked.unsaid(says | nearly | context),
            )


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


def _segments(asked: _Asked, article: Article, block: Block) -> list[_Segment]:
    found = []
    for sentence in sentences(article.text, block.start, block.end):
        for span in _clauses(article.text, sentence):
            text = span.of(article.text)
            says, nearly = asked.said(text)
            found.append(
                _Segment(
                    span=span,
                    sentence=sentence,
                    says=says,
                    nearly=nearly,
                    answers=tuple(
                        tuple(
                            (Span(a.start + span.start, a.end + span.start), strength)
                            for a, strength in _answers(kind, text, asked)
                        )
                        for kind in asked.question.kinds
                    ),
                    folded=fold(text),
                    other_unit=_names_another(text, asked, article),
                )
            )
    return found


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


# --- is it about what was named? -----------------------------------------------------------------

#: Other names of those that every office knows by several.
_ALIASES: Mapping[str, tuple[str, ...]] = {
    "bac ho": ("ho chi minh", "ho chu tich", "nguoi", "bac"),
    "ho chi minh": ("bac ho", "ho chu tich"),
    "bac": ("ho chi minh", "bac ho"),
}


def _names_another(text: str, asked: _Asked, article: Article) -> bool:
    """Whether the text names an office of another place than the question does, or the article that
    the question's names lead to."""
    own = " ".join(
        [*(n for forms in asked.names for n in forms), fold(article.unit or "") if asked.names else ""]
    )
    persons = _people_of(text)
    return any(
        _BODY.search(fold(text[name.start : name.end]))
        and any(p not in persons and fold(p.of(text)) not in own for p in name.proper)
        for name in _names_of(text)
    )


def _scope(
    asked: _Asked, run: Sequence[_Segment], article: Article, title: str, block: str, whole: str
) -> float:
    """How sure it is that the stretch is about every name of the question: 1 for a name in it, or in
    the title or the unit, if the stretch names no other office; less for one elsewhere in the
    article; 0 where the article never has it. An award asked about
    must be in the stretch with its class, and a year must stand in the stretch, near it in
    its ``block``, in the title or be that of the article."""
    scope = 1.0
    for forms in asked.names:
        if any(_has(s.folded, n) for s in run for n in forms):
            continue
        elsewhere = any(s.other_unit for s in run)
        if any(_has(title, n) for n in forms):
            scope *= 0.5 if elsewhere else _by_short_name(run, article)
        elif any(_has(whole, n) for n in forms):
            scope *= 0.4 if elsewhere or article.unit else 0.7
        else:
            return 0.0
    if not asked.names and not asked.question.several and any(s.other_unit for s in run):
        scope *= PARTICULAR
    for award in asked.question.awards:
        if not any(award in s.folded for s in run):
            return 0.0
    years = [str(y) for y in asked.question.years]
    if years and not any(y in s.folded for y in years for s in run):
        if str(article.published)[:4] in years or any(y in title for y in years):
            scope *= 0.95
        elif any(y in block for y in years):
            scope *= 0.75
        else:
            return 0.0
    return scope


_BODY = re.compile(r"\b(?:uy|van phong|ubnd|hdnd|uy ban|hoi dong|ban|dang bo|so|cuc|chi bo)\b")
_COMMITTEE = re.compile(r"\b(?:trung uong|cap uy|(?:tinh|thanh|huyen|quan|thi|dang|khu) uy)\b")


def _by_short_name(run: Sequence[_Segment], article: Article) -> float:
    """How sure it is that a stretch speaks of its article's office without its place: it does where
    it has the short name ("Văn phòng Tỉnh ủy"), hardly where it has that of others only ("Trung
    ương", "cấp ủy"), almost surely where it names none."""
    own = set(_COMMITTEE.findall(fold(article.unit or "")))
    named = {c for s in run for c in _COMMITTEE.findall(s.folded)}
    return 1.0 if not own or own & named else 0.5 if named else 0.97


def _has(folded: str, name: str) -> bool:
    at = folded.find(name)
    while at >= 0:
        before = folded[at - 1 : at]
        after = folded[at + len(name) : at + len(name) + 1]
        if not before.isalnum() and not after.isalnum():
            return True
        at = folded.find(name, at + 1)
    return False


# --- does it hold the kind of answer expected? ----------------------------------------------------


def _best_answers(run: Sequence[_Segment], kind: int) -> list[tuple[Span, float]]:
    return sorted((a for s in run for a in s.answers[kind]), key=lambda a: -a[1])


def _answers(kind: Kind, text: str, asked: _Asked) -> Iterator[tuple[Span, float]]:
    """The stretches of a text that are an answer of that kind, each with how well it fits, 0 to 1:
    by its form, and by how near it stands to the words asked for. None stands in the question."""
    said = normalise(asked.question.text)
    found = [
        (span, strength)
        for span, strength in _of_kind(kind, text, asked.question)
        if span.end == span.start or not _in_question(span.of(text), said, asked.question.bare)
    ]
    if found:
        near = _nearness(text, asked)
        yield from ((span, strength * (FORM + (1 - FORM) * near(span))) for span, strength in found)


def _nearness(text: str, asked: _Asked) -> Callable[[Span], float]:
    """How near a stretch stands to what is asked about in a text, 0 to 1: each word's share of the
    weight, halved for every HALF_WAY words between. The end of a clause is as far as twice that. The
    award or the year that the question names is what all else must be near; else its words are."""
    here = _tokens_of(text)
    weights = _anchors(asked, here)
    clauses = [m.start() for m in _CLAUSES.finditer(text)]
    places = [k + 2 * HALF_WAY * bisect(clauses, t.start) for k, t in enumerate(here)]
    found = [(at, t.folded) for at, t in zip(places, here, strict=True) if t.folded in weights]
    total = sum(weights.values()) or 1.0

    def near(span: Span) -> float:
        inside = [at for at, t in zip(places, here, strict=True) if span.start < t.end and t.start < span.end]
        if not inside:
            return 0.0
        best: dict[str, float] = {}
        for at, word in found:
            gap = max(inside[0] - at, at - inside[-1], 0)
            best[word] = max(best.get(word, 0.0), weights[word] * 0.5 ** (gap / HALF_WAY))
        return sum(best.values()) / total

    return near


_CLAUSES = re.compile(r";|[.!?…]\s")


def _anchors(asked: _Asked, here: Sequence[Token]) -> dict[str, float]:
    words = " ".join(t.folded for t in here)
    for fixed in (*asked.question.awards, *map(str, asked.question.years)):
        if _has(words, fixed):
            # The last word of an award is its class, by which it differs from the others.
            return {w: float(i) for i, w in enumerate(fixed.split(), 1)}
    weights = dict.fromkeys((w for forms in asked.names for w in forms[0].split()), 1.0)
    return weights | {w: asked.weights[i] for i, w in enumerate(asked.folded) if "_" not in w}


def _in_question(words: str, said: str, bare: bool) -> bool:
    return (fold(words) in fold(said)) if bare else (normalise(words) in said)


_PLACE_CUE = re.compile(
    r"\b(?:(?:tại|ở|thuộc|từ|đến|về)\s+(?:[^\W\d_]+\s+)?"
    r"|(?:tỉnh|huyện|xã|phường|quận|thị xã|thị trấn|thành phố|TP\.?|ấp|thôn|làng|nước)\s+"
    r"|(?P<street>(?:số\s+(?:nhà\s+)?\d+\S*,?\s+)?(?:đường|phố|ngõ|hẻm|quốc lộ)\s+))$",
    re.IGNORECASE,
)
_MOTTO = re.compile(r"phương châm|khẩu hiệu|tôn chỉ", re.IGNORECASE)
_MOTTO_CUE = re.compile(r"truyền thống|tinh thần|phẩm chất|phải|là", re.IGNORECASE)
_SPEECH_CUE = re.compile(
    r"nói|dạy|dặn|phát biểu|nhận định|khẳng định|nhấn mạnh|viết|chỉ đạo|theo|kêu gọi", re.IGNORECASE
)
_DUTIES = (
    r"tham mưu|phục vụ|giúp|tổng hợp|quản lý|bảo đảm|đảm bảo|tổ chức|thực hiện|hướng dẫn|theo dõi|nghiên cứu"
)
_DUTY = re.compile(
    rf"(?:chức năng|nhiệm vụ)\b[^.]{{0,120}}?(?:\blà\b|:|\bgồm\b)[^.;]{{0,20}}?\b(?:{_DUTIES})"
    rf"|\b(?:chức năng|nhiệm vụ),?\s+(?:{_DUTIES})|\b(?:là|gồm|sau)\s*:\s*(?:{_DUTIES})"
    rf"|^[-–•+*]\s*(?:{_DUTIES})",
    re.IGNORECASE,
)


def _of_kind(kind: Kind, text: str, question: Question) -> Iterator[tuple[Span, float]]:
    match kind:
        case Kind.DATE:
            yield from _days(text)
        case Kind.YEAR:
            for d in dates(text):
                if d.year:
                    yield Span(d.start, d.end), 0.9 if d.day else 1.0
        case Kind.NUMBER:
            yield from _counts(text, question)
        case Kind.ORDINAL:
            for span in ordinals(text):
                yield span, 1.0
        case Kind.AWARD:
            for span in awards(text):
                yield span, 1.0
        case Kind.PERSON:
            # Who holds a post is told where the post is named.
            told = question.post is None or _tells_post(fold(text), fold(question.post))
            for span in _people_of(text):
                yield span, 1.0 if told else 0.2
            for name in _names_of(text):
                if not name.office and " " in text[name.start : name.end]:
                    yield Span(name.start, name.end), 0.6 if told else 0.2
        case Kind.AGENT:
            for span in _people_of(text):
                yield span, 1.0
            for name in _names_of(text):
                if not (name.opens and not name.office and " " not in text[name.start : name.end]):
                    yield Span(name.start, name.end), 0.9 if name.office else 0.7
        case Kind.PLACE:
            yield from _places(text)
        case Kind.UNIT:
            for name in _names_of(text):
                words = text[name.start : name.end]
                if name.office and _BODY.search(fold(words)):
                    yield Span(name.start, name.end), 1.0 if name.proper else 0.5
                elif not name.office and not (name.opens and " " not in words):
                    yield Span(name.start, name.end), 0.6
        case Kind.QUOTE:
            for span in quotations(text):
                cue = _SPEECH_CUE.search(text[max(0, span.start - 60) : span.start])
                long_enough = span.of(text).count(" ") >= 3
                yield span, (1.0 if cue else 0.5) * (1.0 if long_enough else 0.4)
        case Kind.MOTTO:
            for span in quotations(text):
                before = text[max(0, span.start - 40) : span.start]
                yield span, 1.0 if _MOTTO.search(before) else 0.7 if _MOTTO_CUE.search(before) else 0.4
        case Kind.NAME:
            for span in quotations(text):
                yield span, 1.0
            for name in _names_of(text):
                if not (name.opens and " " not in text[name.start : name.end]):
                    yield Span(name.start, name.end), 0.5
        case Kind.OFFICE:
            for name in _names_of(text):
                if name.office:
                    yield Span(name.start, name.end), 1.0 if post(text[name.start : name.end]) else 0.4
        case Kind.DOCUMENT:
            for span in documents(text):
                yield span, 1.0
        case Kind.FUNCTION:
            m = _DUTY.search(text)
            if m:
                yield Span(m.end(), m.end()), 1.0
        case Kind.OTHER:
            return


def _places(text: str) -> Iterator[tuple[Span, float]]:
    """Names after a word of place, a street with its number; other names that are no person's, less."""
    persons = _people_of(text)
    for name in _names_of(text):
        for part in name.proper:
            before = text[max(0, part.start - 30) : part.start]
            cue = _PLACE_CUE.search(before)
            if (part in persons and not cue) or (name.opens and " " not in part.of(text)):
                continue
            street = len(before) - cue.start("street") if cue and cue["street"] else 0
            strength = 1.0 if cue else 0.5 if " " in part.of(text) else 0.2
            yield Span(part.start - street, part.end), strength * (ASIDE if _aside(text, part) else 1.0)


def _aside(text: str, span: Span) -> bool:
    """Whether the stretch stands in brackets: "tại X (nay thuộc tỉnh Y)"."""
    before = text[: span.start]
    return before.count("(") > before.count(")")


def _tells_post(text: str, asked: str) -> bool:
    """Whether a folded text names the post asked about: with the same committee behind it, or with
    none where its article says whose it is."""
    head, committee = _split_post(asked)
    for m in re.finditer(rf"(?<!pho )(?<!nguyen )\b{re.escape(head)}\b", text):
        here = _COMMITTEE.match(text, m.end() + 1)
        if not committee or not here or here[0] == committee:
            return True
    return False


def _split_post(post: str) -> tuple[str, str | None]:
    committee = _COMMITTEE.search(post)
    return (post[: committee.start()].strip(), committee[0]) if committee else (post, None)


def _days(text: str) -> Iterator[tuple[Span, float]]:
    """Dates, the fuller the better. In "(18/10/1930 - 18/10/2020)", as anniversaries are written, the
    first is the day that is kept and the second one of its anniversaries."""
    found = list(dates(text))
    for before, d, after in zip([None, *found], found, [*found[1:], None], strict=False):
        strength = 1.0 if d.day and d.year else 0.75 if d.day or d.month else 0.6
        if before and _RANGE.fullmatch(text, before.end, d.start):
            strength *= CLOSING_DATE
        elif after and _RANGE.fullmatch(text, d.end, after.start):
            strength *= OPENING_DATE
        yield Span(d.start, d.end), strength


_RANGE = re.compile(r"\s*[-–—]\s*")


def _counts(text: str, question: Question) -> Iterator[tuple[Span, float]]:
    """Numbers, by whether what follows is what the question counts. A number with another word right
    behind it counts something else."""
    for span in numbers(text):
        after = [t.folded if question.bare else t.exact for t in _first_tokens(text, span.end, 5)]
        if not question.counted:
            yield span, 0.7
        elif question.counted[0] in after[:2]:
            fits = 1.0 if set(question.counted) <= set(after) else 0.9
            # "23 cán bộ được tặng …" does not say how many there are.
            yield span, fits if not question.had or _HAVING.search(text[: span.start]) else 0.3
        elif question.counted[0] in after:
            yield span, 0.6
        elif not _COUNTS_NEXT.match(text, span.end):
            yield span, 0.5
        else:
            yield span, 0.2


_HAVING = re.compile(
    r"(?:\b(?:có|gồm|với|là|đạt|còn|tổng số|biên chế|hiện nay)|[:(])(?:\s+[^\W\d_]+){0,2}\s*$", re.IGNORECASE
)
_COUNTS_NEXT = re.compile(r"\s\w")


def _first_tokens(text: str, start: int, most: int) -> list[Token]:
    return list(itertools.islice(tokens(text[start : start + 60]), most))


def _marks(kind: Kind, text: str, found: Sequence[tuple[Span, float]]) -> list[Span]:
    """What to mark of the answers found, best first: the best; of awards every one as good, up to
    where somebody else receives one."""
    good = [span for span, strength in found if span.start < span.end and strength >= found[0][1] * AS_GOOD]
    if kind is not Kind.AWARD:
        return good[:1]
    return [m for m in good if not _OTHER_RECEIVER.search(text, good[0].end, m.start)]


_OTHER_RECEIVER = re.compile(r"\b(?:cá nhân|đồng chí|cán bộ|tập thể)\b", re.IGNORECASE)


def _value(text: str, kinds: Sequence[Sequence[tuple[Span, float]]]) -> str | None:
    """The first answer in a form to compare by: a date by its numbers, all else normalised."""
    first = next((found[0][0] for found in kinds if found and found[0][0].start < found[0][0].end), None)
    if first is None:
        return None
    date = next(dates(first.of(text)), None)
    return f"{date.day}/{date.month}/{date.year}" if date else normalise(first.of(text))


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


def _single(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(w for w in words if "_" not in w)
