"""What of an article is indexed, and for what it is found: one place for adding, mending and checking."""

from __future__ import annotations

from functools import lru_cache

from ingest.chunk import context
from ingest.types import Article, Passage, Span
from ingest.vietnamese import Terms, sentences, terms


def embedded_text(article: Article, passage: Passage) -> str:
    """What is embedded for a passage: its words, under the name of the office they are about, since
    near-identical sentences tell of different offices, and under the words before the list or the names of
    the columns of the table that it continues. The title or the heading in its place finds less, and no name
    at all finds much less; docs/decisions/002-how-passages-are-ranked.md."""
    return _under_office(article, Span(passage.start, passage.end))


def embedded_sentences(article: Article, passage: Passage) -> list[str]:
    """What is embedded for each sentence of a passage, in order, under the name of the office too, an item of
    a list under the words before the list, and a line of a table under the names of its columns. A passage of
    one sentence has none: it is that sentence."""
    return [_under_office(article, s) for s in sentences_of(article, passage)]


def sentences_of(article: Article, passage: Passage) -> tuple[Span, ...]:
    """The sentences of a passage that are embedded, in order."""
    found = _sentences(article.text, passage.start, passage.end)
    return found if len(found) > 1 else ()


@lru_cache(1 << 11)
def _sentences(text: str, start: int, end: int) -> tuple[Span, ...]:
    return tuple(sentences(text, start, end))


def above(article: Article, passage: Passage) -> str:
    """What a passage stands under, for which it is found too: the heading, the words before a list that it
    continues, the names of the columns of its table; a line each, none of them a part of the passage."""
    found = context(article, passage.start)
    return "\n".join(span.of(article.text) for span in (found.heading, found.leads) if span is not None)


def _under_office(article: Article, span: Span) -> str:
    leads = context(article, span.start).leads
    above = leads.of(article.text) if leads else None
    return "\n".join(filter(None, (article.unit, above, span.of(article.text))))


def own(article: Article, passage: Passage) -> Terms:
    """The terms of the passage itself."""
    return terms(article.text[passage.start : passage.end])


def about(article: Article, passage: Passage) -> Terms:
    """The terms of what the passage is about: its article's title and unit, and what it stands under."""
    return terms("\n".join(filter(None, (article.title, article.unit, above(article, passage)))))
