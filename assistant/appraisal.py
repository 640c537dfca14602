"""An editor's own answer: evidence chosen in the articles, statements written on it and checked against it,
and what became of the evidence when an article changed. Pure, but for the articles that are looked up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from assistant.asked import has
from assistant.conversation import Excerpt, excerpt
from assistant.records.reviews import Approval, Line, Place
from assistant.types import EDITOR, Answer, Citation, Statement
from assistant.verify import Source, verify
from ingest.errors import UnknownArticle
from ingest.mentions import names, people
from ingest.types import RUNNING, Article, Span
from ingest.vietnamese import fold, sentences
from vectorstore.types import Hit

#: A paragraph that shares less with the words that stood there (0 to 1) is not what became of them.
LEAST_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Found:
    """A passage found for the words sought: its sentences, each with its place in the article."""

    article: Article
    passage: Span
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of words that an approved answer cites: ``old`` is the text that stood around them, ``new``
    the paragraph that stands there now, None where there is none like it; ``stands`` tells that the very
    words are still in the article, ``gone`` that the article is not."""

    citation: Citation
    old: str
    new: str | None
    stands: bool
    gone: bool


def found(hits: Sequence[Hit]) -> Iterator[Found]:
    """Each passage with the sentences that can be chosen from it, each of them once: passages overlap."""
    told: set[tuple[str, Span]] = set()
    for hit in hits:
        text, passage = hit.article.text, Span(hit.passage.start, hit.passage.end)
        spans = [
            span
            for block in hit.article.blocks
            if Span(block.start, block.end).overlaps(passage)
            for span in sentences(text, block.start, block.end)
            if span.overlaps(passage) and (hit.article.id, span) not in told
        ]
        told |= {(hit.article.id, span) for span in spans}
        if spans:
            yield Found(hit.article, Span(min(spans[0].start, passage.start), spans[-1].end), tuple(spans))


def chosen(article: Article, start: int, end: int) -> Place | None:
    """That stretch of an article, None where there is no such one."""
    if not 0 <= start < end <= len(article.text):
        return None
    return Place(article.id, start, end, article.text[start:end])


def cited(place: Place, article: Callable[[str], Article]) -> Citation | None:
    """A place as evidence; None where other words stand there by now, or the article is gone."""
    try:
        held = article(place.article)
    except UnknownArticle:
        return None
    span = Span(place.start, place.end)
    if span.of(held.text) != place.words:
        return None
    return Citation.of(held, span, _around(held, span))


def _around(article: Article, span: Span) -> Span:
    blocks = [Span(b.start, b.end) for b in article.blocks if span.overlaps(b)] or [span]
    return Span(min(b.start for b in blocks), max(b.end for b in blocks))


def excerpts(answer: Answer, article: Callable[[str], Article]) -> tuple[Excerpt, ...]:
    """The text around each citation of an answer; the quote alone where it is not there any more."""
    made = []
    for c in answer.citations:
        shown = Excerpt(c.quote, c.start, False, False)
        try:
            text = article(c.article).text
        except UnknownArticle:
            text = ""
        made.append(excerpt(text, c) if text[c.start : c.end] == c.quote else shown)
    return tuple(made)


def stand(answer: Answer, article: Callable[[str], Article]) -> bool:
    """Whether every word that an answer cites still stands where it is cited from."""
    return all(cited(Place(c.article, c.start, c.end, c.quote), article) for c in answer.citations)


def fault(text: str, citations: Sequence[Citation], unit: Callable[[str], str | None]) -> str | None:
    """Why a statement may not be approved on this evidence, None where everything in it that can be checked
    stands there; ``unit`` gives the office that an article is about."""
    if not citations:
        return "Câu này chưa gắn với câu trích nào."
    verdict = verify(text, [Source(c.quote, unit(c.article), c.title, c.published) for c in citations])
    findings = verdict.unsupported or verdict.flags
    if not findings:
        return None
    kinds = ", ".join(dict.fromkeys(f.kind.value for f in findings))
    words = ", ".join(dict.fromkeys(f"“{f.words.of(text)}”" for f in findings))
    return f"Câu trích được chọn không có {kinds}: {words}."


def strangers(question: str, citations: Sequence[Citation], unit: Callable[[str], str | None]) -> list[str]:
    """The offices and people of a question that none of the evidence, nor the article that it stands in, is
    about: an answer from it would be about others."""
    about = fold("\n".join(f"{c.quote}\n{c.title}\n{unit(c.article) or ''}" for c in citations))
    found = []
    for name in names(question):
        if name.office and any(not has(about, fold(part.of(question))) for part in name.proper):
            found.append(question[name.start : name.end])
    for person in people(question):
        words = person.of(question)
        if not has(about, fold(words.split()[-1])):
            found.append(words)
    return list(dict.fromkeys(found))


def made(lines: Sequence[Line], citations: Mapping[int, Citation]) -> Answer:
    """The answer that the lines are: their sources numbered in the order in which they come. Every place that
    a line names is in ``citations``."""
    used = list(dict.fromkeys(n for line in lines for n in line.places))
    number = {n: i for i, n in enumerate(used, 1)}
    texts = [" ".join(line.text.split()) for line in lines]
    return Answer(
        status="answered",
        text="\n".join(texts),
        statements=tuple(
            Statement(text, tuple(number[n] for n in line.places))
            for text, line in zip(texts, lines, strict=True)
        ),
        citations=tuple(replace(citations[n], n=i) for n, i in number.items()),
        missing=None,
        read_as=None,
        mode=EDITOR,
        ms=0.0,
    )


def moved(approval: Approval, now: Mapping[str, Article | None]) -> Iterator[Moved]:
    """What became of each citation whose article has changed; ``now`` has those articles, None where one is
    gone."""
    old = dict(zip(approval.answer.citations, approval.excerpts, strict=False))
    for citation in approval.answer.citations:
        if citation.article in now:
            article = now[citation.article]
            text = old.get(citation, citation.quote)
            if article is None:
                yield Moved(citation, text, None, stands=False, gone=True)
            else:
                stands = citation.quote in article.text
                yield Moved(citation, text, _now(citation.quote, article), stands=stands, gone=False)


def _now(quote: str, article: Article) -> str | None:
    """The paragraph in which the words stand, or that is most like them."""
    at = article.text.find(quote)
    if at >= 0:
        return _around(article, Span(at, at + len(quote))).of(article.text)
    words = quote.split()
    texts = [article.text[b.start : b.end] for b in article.blocks if b.kind in RUNNING]
    best = max(((_alike(words, text), text) for text in texts), default=(0.0, ""), key=lambda b: b[0])
    return best[1] if best[0] >= LEAST_ALIKE else None


def _alike(words: Sequence[str], text: str) -> float:
    """The share of the words that stand in the text in the same order."""
    pairs = SequenceMatcher(None, words, text.split(), autojunk=False).get_matching_blocks()
    return sum(pair.size for pair in pairs) / max(len(words), 1)


def carried(answer: Answer, article: Callable[[str], Article]) -> tuple[tuple[Place, ...], tuple[Line, ...]]:
    """An answer to be worked on: its evidence, of which what moved is found again and what is gone left out,
    and its statements, each tied to what is left of its evidence."""
    places: list[Place] = []
    number: dict[int, int] = {}
    for c in answer.citations:
        try:
            text = article(c.article).text
        except UnknownArticle:
            continue
        at = c.start if text[c.start : c.end] == c.quote else text.find(c.quote)
        if at >= 0:
            places.append(Place(c.article, at, at + len(c.quote), c.quote))
            number[c.n] = len(places)
    lines = tuple(
        Line(s.text.strip("… "), tuple(number[n] for n in s.citations if n in number))
        for s in answer.statements
    )
    return tuple(places), lines or (Line(),)
