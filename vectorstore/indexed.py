"""What of an article is indexed, and for what it is found: one place for adding, mending and checking."""

from __future__ import annotations

from ingest.types import Article, Passage
from ingest.vietnamese import Terms, terms


def embedded_text(article: Article, passage: Passage) -> str:
    """What is embedded for a passage: its words, under the title of its article."""
    return f"{article.title}\n{article.text[passage.start : passage.end]}"


def own(article: Article, passage: Passage) -> Terms:
    """The terms of the passage itself."""
    return terms(article.text[passage.start : passage.end])


def about(article: Article) -> Terms:
    """The terms of what the passage's article is about: its title and its unit."""
    return terms("\n".join(filter(None, (article.title, article.unit))))
