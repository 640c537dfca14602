"""An office for the tests of the web page: a few articles, and an assistant that says what it was told to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from assistant.inbox import Inbox
from assistant.records import records
from assistant.shelf import Desk
from assistant.site.house import House
from assistant.types import Answer, Citation, Statement, Turn
from ingest.errors import UnknownArticle
from ingest.facts import Fact, facts
from ingest.limits import Limits
from ingest.types import Article, Block, BlockKind, Passage, Span
from vectorstore.catalogue import Shelved
from vectorstore.library import Library
from vectorstore.types import Filter, Hit

Reply = Answer | Exception | Callable[[], Answer]


def article(
    id: str,
    title: str,
    *paragraphs: str,
    captions: Sequence[str] = (),
    published: date | None = None,
    author: str | None = None,
    source: str | None = None,
    unit: str | None = None,
) -> Article:
    """An article as the ingest leaves it: a block a line, a blank line between blocks."""
    lines: list[tuple[BlockKind, str]] = [("title", title)]
    lines += [("paragraph", p) for p in paragraphs]
    lines += [("caption", c) for c in captions]
    blocks, at = [], 0
    for kind, line in lines:
        blocks.append(Block(kind, at, at + len(line)))
        at += len(line) + 2
    text = "\n\n".join(line for _, line in lines)
    return Article(id, title, text, tuple(blocks), published, author, source, unit, f"{id}.txt", id)


def citation(n: int, of: Article, quote: str, *marks: str) -> Citation:
    """The place where ``quote`` stands first, shown in its block; ``marks`` are words inside it."""
    start = of.text.index(quote)
    block = next(b for b in of.blocks if b.start <= start < b.end)
    spans = [Span(start + quote.index(m), start + quote.index(m) + len(m)) for m in marks]
    passage = Span(block.start, max(block.end, start + len(quote)))
    return Citation.of(of, Span(start, start + len(quote)), passage, tuple(spans), n)


def answered(*citations: Citation, read_as: str | None = None) -> Answer:
    """Each citation's quote as a statement of its own."""
    said = tuple(Statement(c.quote, (c.n,)) for c in citations)
    return Answer(
        "answered", " ".join(c.quote for c in citations), said, citations, None, read_as, "extractive", 1.0
    )


def refused(missing: str, *nearest: Citation) -> Answer:
    text = f"Tư liệu không có câu trả lời: {missing}"
    return Answer("refused", text, (), nearest, missing, None, "extractive", 1.0)


def shelved(of: Article, **others: object) -> Shelved:
    """The article as the list of the library has it; ``others`` are fields that are to be otherwise."""
    plain: dict[str, object] = {
        "id": of.id,
        "title": of.title,
        "published": of.published,
        "author": of.author,
        "source": of.source,
        "unit": of.unit,
        "characters": len(of.text),
        "passages": 1,
        "files": (of.file,),
        "original": None,
        "edited": frozenset(),
        "added": None,
    }
    return Shelved(**(plain | others))  # type: ignore[arg-type]


def desk(office: Office, home: Path) -> Desk:
    """What the page of the documents works with, for a test that changes nothing there."""

    def writing() -> Library:
        raise AssertionError("nothing is to be changed")

    return Desk(office, lambda id: {}, writing, Inbox(home), lambda: None, Limits())


def holding(*articles: Article) -> Callable[[str], Article]:
    """Gives one of these articles by its id, or raises UnknownArticle."""
    return Office(articles).article


def house(office: Office, home: Path, demo: Callable[[], bool] = lambda: False) -> House:
    """What the pages work with, its records in ``home``."""
    return House(office, office, records(home), demo)


class Office:
    """Library and assistant in one. ``asked`` keeps every question with the history it came with;
    what has no reply is refused. While ``broken``, no article can be had."""

    def __init__(self, articles: Sequence[Article], replies: dict[str, Reply] | None = None) -> None:
        self._articles = list(articles)
        self._replies = replies or {}
        self.broken: Exception | None = None
        self.asked: list[tuple[str, tuple[Turn, ...]]] = []

    def articles(self) -> list[Article]:
        return list(self._articles)

    def article(self, id: str) -> Article:
        if self.broken:
            raise self.broken
        for one in self._articles:
            if one.id == id:
                return one
        raise UnknownArticle(f"Trong thư viện không có bài “{id}”.")

    def original(self, id: str) -> Path | None:
        return None

    def facts(self) -> list[Fact]:
        return [fact for one in self._articles for fact in facts(one)]

    def generation(self) -> int:
        return len(self._articles)

    def shelf(self) -> list[Shelved]:
        return [shelved(one) for one in self._articles]

    def search(self, question: str, k: int = 10, where: Filter | None = None) -> list[Hit]:
        """Every article, whole, in the order of the shelf."""
        if self.broken:
            raise self.broken
        return [
            Hit(one, Passage(f"{one.id}-0", one.id, 0, 0, len(one.text), 1), 1 / n, None, None)
            for n, one in enumerate(self._articles[:k], 1)
        ]

    def ask(self, question: str, history: Sequence[Turn] = (), where: Filter | None = None) -> Answer:
        self.asked.append((question, tuple(history)))
        reply = self._replies.get(question)
        if isinstance(reply, Exception):
            raise reply
        if reply is None:
            return refused("không có bài nào nói về điều này.")
        return reply() if callable(reply) else reply
