"""Evidence that is kept: the words of an article, and whether they still stand there. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from assistant.types import Citation
from ingest.errors import UnknownArticle
from ingest.types import Article


class Standing(Enum):
    """Whether an article still says what was pinned."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words of an article that bear something out; ``digest`` is the article's when it was pinned."""

    citation: Citation
    source: str | None
    digest: str

    def standing(self, article: Callable[[str], Article]) -> Standing:
        """Whether the words still stand there; ``article`` gives an article by its id or raises
        UnknownArticle. An article that was changed elsewhere still says them."""
        cited = self.citation
        try:
            now = article(cited.article)
        except UnknownArticle:
            return Standing.GONE
        same = now.digest == self.digest or now.text[cited.start : cited.end] == cited.quote
        return Standing.UNCHANGED if same else Standing.CHANGED
