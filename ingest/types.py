"""The values that the whole program passes on: frozen, and every position is a (start, end).

Positions count Python characters (code points) of ``Article.text``, half open, so that
``article.text[start:end]`` is always the text meant. Nothing else is ever stored as a copy.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Literal, Protocol

#: An ``item`` is one of a list. A table is its ``header``, the line that names its columns, where it has
#: one, and its ``row`` lines; CELLS stands between the cells of a line.
BlockKind = Literal["title", "heading", "paragraph", "item", "header", "row", "caption"]

#: The kinds of blocks that an article's words are in, titles, headings and captions apart.
RUNNING: frozenset[BlockKind] = frozenset({"paragraph", "item", "header", "row"})

#: Between two cells of a line of a table.
CELLS = " | "


class Placed(Protocol):
    """Anything that stands at a stretch of a text: a Span, a Block, a Passage, a word."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of an article's text, in code points, half open."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]

    def overlaps(self, other: Placed) -> bool:
        """Whether the two stretches have a character in common."""
        return self.start < other.end and other.start < self.end

    def moved(self, by: int) -> Span:
        """The same stretch of a text that stands ``by`` characters further on."""
        return Span(self.start + by, self.end + by)


@dataclass(frozen=True, slots=True)
class Block:
    """One line of an article's text, by what it is. Photo captions are blocks of their own, and
    stand after the running text, so that no passage runs through one."""

    kind: BlockKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """One article, cleaned. ``text`` is the title, then the running text, then the photo captions,
    a block a line, blocks separated by one blank line; NFC, no page furniture.

    ``None`` in a metadata field means that the article itself does not say: nothing is guessed.
    ``digest`` is the SHA-256 (hex) over title, text, metadata and ``scanned``, so that a page on which
    nothing but the view counter moved is unchanged; ``file`` is the absolute path it was read from, and for
    a document inside an archive that path followed by the path inside.

    ``pages`` tells on which page of a paged document a position stands: from the first position of each
    pair on, up to that of the next, the text stands on the page of that number. Empty where there are no
    pages. ``scanned`` are the numbers of those that text recognition read off a picture, which takes a figure
    for another now and then without knowing it.
    """

    id: str
    title: str
    text: str
    blocks: tuple[Block, ...]
    published: date | None
    author: str | None
    source: str | None
    unit: str | None
    file: str
    digest: str
    pages: tuple[tuple[int, int], ...] = ()
    scanned: frozenset[int] = frozenset()

    def page(self, position: int) -> int | None:
        """The number of the page that a position stands on, None where there are no pages."""
        n = bisect_right(self.pages, position, key=lambda turn: turn[0])
        return self.pages[n - 1][1] if n else None

    def is_scanned(self, place: Placed) -> bool:
        """Whether some of what stands there was read off a picture."""
        turns = (number for at, number in self.pages if place.start < at < place.end)
        return not self.scanned.isdisjoint([self.page(place.start), *turns])


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one article that is searched as a whole.

    ``id`` depends on the article, the position and the words alone, so the same passage keeps its
    id when its article is read again. ``ordinal`` counts from 0 in reading order. ``tokens`` is the
    tiktoken count of the passage.
    """

    id: str
    article: str
    ordinal: int
    start: int
    end: int
    tokens: int


def passage_id(article: str, start: int, end: int, words: str) -> str:
    """The id of the passage ``words``, found at ``start`` to ``end`` of the article of that id."""
    return sha256(f"{article}\0{start}\0{end}\0{words}".encode()).hexdigest()[:16]
