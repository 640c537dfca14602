"""Articles made by hand, a passage a paragraph."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from ingest.types import Article, Block, BlockKind, Passage, passage_id

Made = tuple[Article, tuple[Passage, ...]]


def made(
    id: str,
    *paragraphs: str,
    title: str = "Tiêu đề",
    unit: str | None = None,
    published: date | None = None,
    file: str | None = None,
) -> Made:
    """An article whose every paragraph is one passage; the file is /bai/<id>.txt unless given."""
    text = "\n\n".join((title, *paragraphs))
    blocks, passages, at = [], [], 0
    for n, line in enumerate((title, *paragraphs)):
        end = at + len(line)
        kind: BlockKind = "paragraph" if n else "title"
        blocks.append(Block(kind, at, end))
        if n:
            passages.append(Passage(passage_id(id, at, end, line), id, n - 1, at, end, len(line.split())))
        at = end + 2
    digest = sha256(f"{text}\0{unit}\0{published}".encode()).hexdigest()
    article = Article(
        id, title, text, tuple(blocks), published, None, None, unit, file or f"/bai/{id}.txt", digest
    )
    return article, tuple(passages)
