"""What a document consists of, whatever it is written as: frozen values without any format."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from assistant.types import SCANNED, Citation, written


@dataclass(frozen=True, slots=True)
class Note:
    """The evidence of something said, as a footnote has it: which article, by whom and of which day where
    known, the page, and the exact words. ``scanned`` asks to compare them with the document."""

    title: str
    source: str | None
    published: date | None
    page: int | None
    quote: str
    scanned: bool = False

    @classmethod
    def of(cls, citation: Citation) -> Note:
        """The footnote of a citation."""
        c = citation
        return cls(c.title, c.source, c.published, c.page, c.quote, c.scanned)

    @property
    def place(self) -> str:
        """Where the words stand, as a note says it behind the title: source, date and page, as far as they
        are known ("Báo Nhân Dân, 16/10/2020, trang 3")."""
        day = written(self.published) if self.published else None
        page = f"trang {self.page}" if self.page is not None else None
        return ", ".join(filter(None, (self.source, day, page)))

    @property
    def doubt(self) -> str:
        """What is said behind the words, where they are to be compared with the document; else nothing."""
        return f" ({SCANNED})" if self.scanned else ""


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one look, and the notes that stand behind them."""

    text: str
    bold: bool = False
    italic: bool = False
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """``level`` counts from 1, under the document's title."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``look`` is that of a paragraph, an item of a list (marked with a bullet, or ``numbered`` in a row with
    its neighbours), words quoted at length, or a remark of whoever made the document."""

    runs: tuple[Run, ...]
    look: Literal["plain", "item", "numbered", "quote", "remark"] = "plain"


@dataclass(frozen=True, slots=True)
class Table:
    """``header`` names the columns; every row has as many cells as it."""

    header: tuple[str, ...]
    rows: tuple[tuple[tuple[Run, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins a new page."""


Block = Heading | Paragraph | Table | PageBreak


@dataclass(frozen=True, slots=True)
class Document:
    """``about`` are the lines under the title: for whom, of which day, from what it was made."""

    title: str
    about: tuple[str, ...]
    blocks: tuple[Block, ...]
