"""Evidence that is kept: which state an article was in, and whether what was cited still stands. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from hashlib import sha256

from assistant.types import Citation
from ingest.errors import UnknownArticle
from ingest.types import Article, Span


class Standing(Enum):
    """Whether an article still says what was cited."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    GONE = "gone"


def standing(cited: Citation, article: Callable[[str], Article]) -> Standing:
    """Whether the words stand where they stood, in an article that is still called, dated and published as
    the citation says; what was changed elsewhere in it is no matter. ``article`` gives one by its id or
    raises UnknownArticle."""
    try:
        now = article(cited.article)
    except UnknownArticle:
        return Standing.GONE
    again = Citation.of(now, Span(cited.start, cited.end), cited.passage, cited.marks, cited.n)
    return Standing.UNCHANGED if again == cited else Standing.CHANGED


def worst(cited: Iterable[Citation], article: Callable[[str], Article]) -> Standing:
    """What is told of all of them: of the one that fared worst; unchanged where there is none."""
    found = {standing(one, article) for one in cited}
    return next((s for s in (Standing.GONE, Standing.CHANGED) if s in found), Standing.UNCHANGED)


def state(article: Article) -> str:
    """What tells an article from every other state of it: of its words, and of what the office says of it.
    Its own ``digest`` is that of the document, and stays when people put other values into its fields."""
    told = (
        article.title,
        article.text,
        str(article.published),
        article.author or "",
        article.source or "",
        article.unit or "",
        str(article.pages),
        str(sorted(article.scanned)),
    )
    return sha256("\0".join(told).encode()).hexdigest()
