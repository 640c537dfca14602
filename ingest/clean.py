"""Page furniture off; title, date, author and source found; captions apart."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date

from ingest.types import Article, Block, BlockKind
from ingest.vietnamese import nfc

#: Between the blocks of an article's text.
BLANK_LINE = "\n\n"


@dataclass(frozen=True, slots=True)
class Piece:
    """One block to be: a single line of clean text."""

    kind: BlockKind
    text: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """An article without its page; see ``Article`` for the fields. ``pieces`` begin with the title
    and end with the captions."""

    pieces: tuple[Piece, ...]
    published: date | None = None
    author: str | None = None
    source: str | None = None
    unit: str | None = None

    @property
    def title(self) -> str:
        return self.pieces[0].text


def clean(raw: str) -> Cleaned:
    lines = [" ".join(line.split()) for line in nfc(raw).splitlines()]
    lines = [line for line in lines if line]
    return Cleaned((Piece("title", lines[0]), *(Piece("paragraph", line) for line in lines[1:])))


def article(id: str, file: str, cleaned: Cleaned) -> Article:
    """The article of a cleaned page: its text, the positions of its blocks, its digest."""
    blocks: list[Block] = []
    at = 0
    for piece in cleaned.pieces:
        blocks.append(Block(piece.kind, at, at + len(piece.text)))
        at += len(piece.text) + len(BLANK_LINE)
    text = BLANK_LINE.join(piece.text for piece in cleaned.pieces)
    c = cleaned
    content = [c.title, text, c.published and c.published.isoformat(), c.author, c.source, c.unit]
    digest = hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
    return Article(
        id, c.title, text, tuple(blocks), c.published, c.author, c.source, c.unit, file, digest
    )
