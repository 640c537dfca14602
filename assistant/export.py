"""Answers and articles as JSON rows: the shapes that other programs rely on. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.types import Answer, Citation

if TYPE_CHECKING:
    from vectorstore.catalogue import Shelved
    from vectorstore.types import Hit


def answer_row(answer: Answer, id: str | int | None = None) -> dict[str, Any]:
    """An answer under the id of its question. Positions are half open, in code points of the
    article's text; ``marks`` are the [start, end] of the words inside the quote that answer."""
    return {
        "id": id,
        "status": answer.status,
        "answer": answer.text,
        "statements": [{"text": s.text, "citations": list(s.citations)} for s in answer.statements],
        "citations": [_citation_row(c) for c in answer.citations],
        "missing": answer.missing,
        "read_as": answer.read_as,
        "guessed": answer.guessed,
        "mode": answer.mode,
        "ms": round(answer.ms, 1),
        "dropped": [{"text": d.text, "why": d.why} for d in answer.dropped],
        "note": answer.note,
        "approved": {"by": answer.approved.by, "on": answer.approved.on.isoformat()}
        if answer.approved
        else None,
    }


def _citation_row(citation: Citation) -> dict[str, Any]:
    return {
        "n": citation.n,
        "article": citation.article,
        "title": citation.title,
        "published": citation.published.isoformat() if citation.published else None,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "marks": [[m.start, m.end] for m in citation.marks],
        "page": citation.page,
        "scanned": citation.scanned,
    }


def refused_row(reason: str, id: str | int | None = None) -> dict[str, Any]:
    """The row of a question that could not be asked at all, in the shape of an answer's."""
    return answer_row(Answer("refused", "", (), (), reason, None, "none", 0.0), id)


def article_row(article: Shelved) -> dict[str, Any]:
    """An article in a list of the library; ``chars`` counts code points, ``passages`` is how many it has."""
    return {
        "id": article.id,
        "title": article.title,
        "published": article.published.isoformat() if article.published else None,
        "author": article.author,
        "source": article.source,
        "unit": article.unit,
        "chars": article.characters,
        "passages": article.passages,
    }


def passage_row(hit: Hit) -> dict[str, Any]:
    """A passage that a search found: ``text`` is ``[start:end]`` of the article's; ``score`` compares it with
    the others of the same search alone."""
    article, passage = hit.article, hit.passage
    return {
        "article": article.id,
        "title": article.title,
        "published": article.published.isoformat() if article.published else None,
        "page": article.page(passage.start),
        "start": passage.start,
        "end": passage.end,
        "text": hit.text,
        "score": hit.score,
    }
