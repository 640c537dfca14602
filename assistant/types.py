"""A conversation's turns, and the one Answer type that every way of answering yields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ingest.types import Article, Span

Role = Literal["user", "assistant"]
Status = Literal["answered", "refused"]


#: How an answer was made: from the articles' own words, worded by a language model, a reply to small talk, or
#: written by an editor.
EXTRACTIVE, MODEL, TALK, EDITOR = "extractive", "model", "talk", "editor"


def written(day: date) -> str:
    """A day as it is written in Vietnamese, 09/04/2024."""
    return f"{day:%d/%m}/{day.year:04d}"  # not every system writes early years in four digits


#: What is said beside words that were read off a picture.
SCANNED = "Bản quét: hãy đối chiếu với bản gốc"


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation so far, oldest first in a history."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact words that carry a statement: ``quote == article.text[start:end]``.

    ``n`` is the number shown; it counts from 1 in one answer. ``marks`` are the words inside the
    quote that answer (a date, a name …), as positions in the article's text; empty where the type
    of answer is not clear. ``passage`` is the stretch of text to show the quote in. ``page`` is the number of
    the page on which the quote begins, None where the document has no pages. ``scanned`` says that some of
    the quote was read off a picture, so that it is to be compared with the document itself.
    ``source`` is the publication that the article comes from.
    """

    n: int
    article: str
    title: str
    published: date | None
    quote: str
    start: int
    end: int
    marks: tuple[Span, ...]
    passage: Span
    page: int | None = None
    scanned: bool = False
    source: str | None = None

    @classmethod
    def of(
        cls, article: Article, span: Span, passage: Span, marks: tuple[Span, ...] = (), n: int = 0
    ) -> Citation:
        """The words of an article at ``span``; ``n`` is given when they are put into an answer."""
        return cls(
            n=n,
            article=article.id,
            title=article.title,
            published=article.published,
            quote=span.of(article.text),
            start=span.start,
            end=span.end,
            marks=marks,
            passage=passage,
            page=article.page(span.start),
            scanned=article.is_scanned(span),
            source=article.source,
        )


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of the answer and the numbers of the citations that carry it (never empty)."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sentence that a language model wrote and that is not shown, and in Vietnamese why."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Approved:
    """Who has approved an answer, by the name as a person writes it, and on which day."""

    by: str
    on: date

    @property
    def words(self) -> str:
        return f"Đã thẩm định bởi {self.by} ngày {written(self.on)}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the library says, or that it does not.

    ``text`` is the plain answer without citation markers. A refusal has ``statements`` empty,
    ``missing`` saying in Vietnamese what is not in the library (an answer that gathers says there what
    it lacks of what was asked, None where nothing), and ``citations`` holding the
    nearest passages, which are not an answer. ``read_as`` is the question as it was understood,
    None where it was taken as it stood; ``guessed`` tells that this may not be what was meant, and is to
    be asked back ("Bạn muốn hỏi: …?"). ``mode`` names the way of answering
    (``extractive``; ``model`` where a language model worded it; ``talk`` for a reply to small talk, which is
    refused as a question and cites nothing; ``editor`` where an editor wrote it), ``ms`` is the time taken in
    milliseconds. Where a language model was asked, ``dropped`` are its sentences that are not shown, and
    ``note`` says in Vietnamese why its wording does not stand, None where it does. ``approved`` tells who has
    approved of it, None where nobody has.
    """

    status: Status
    text: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    missing: str | None
    read_as: str | None
    mode: str
    ms: float
    guessed: bool = False
    dropped: tuple[Dropped, ...] = ()
    note: str | None = None
    approved: Approved | None = None
