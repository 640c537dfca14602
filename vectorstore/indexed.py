"""What of an article is indexed, and for what it is found: one place for adding, mending and checking."""

from __future__ import annotations

from functools import lru_cache

from ingest.types import Article, Passage, Span
from ingest.vietnamese import Terms, sentences, terms


def embedded_text(article: Article, passage: Passage) -> str:
    """What is embedded for a passage: its words, under the name of the office they are about, since
    near-identical sentences tell of different offices. The title in its place finds less, and no
    name at all finds much less; docs/decisions/002-how-passages-are-ranked.md."""
    return _under_office(article, passage.start, passage.end)


def embedded_sentences(article: Article, passage: Passage) -> list[str]:
    """What is embedded for each sentence of a passage, in order, under the name of the office too. A
    passage of one sentence has none: it is that sentence."""
    return [_under_office(article, s.start, s.end) for s in sentences_of(article, passage)]


def sentences_of(article: Article, passage: Passage) -> tuple[Span, ...]:
    """The sentences of a passage that are embedded, in order."""
    found = _sentences(article.text, passage.start, passage.end)
    return found if len(found) > 1 else ()


@lru_cache(1 << 11)
def _sentences(text: str, start: int, end: int) -> tuple[Span, ...]:
    return tuple(sentences(text, start, end))


def _under_office(article: Article, start: int, end: int) -> str:
    words = article.text[start:end]
    return f"{article.unit}\n{words}" if article.unit else words


def own(article: Article, passage: Passage) -> Terms:
    """The terms of the passage itself."""
    return terms(article.text[passage.start : passage.end])


def about(article: Article) -> Terms:
    """The terms of what the passage's article is about: its title and its unit."""
    return terms("\n".join(filter(None, (article.title, article.unit))))
