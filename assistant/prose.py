"""Prose that a language model has written of chosen quotes: its sentences, each with what bears it out.
Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from assistant.documents.types import Block, Note, Paragraph, Run
from assistant.drafts import drawn
from assistant.evidence import Standing, worst
from assistant.types import MODEL, Answer, Citation, Dropped
from ingest.types import Article

#: Said with whatever a language model has worded.
WORDED = "Lời văn của mô hình ngôn ngữ; từng câu đã được đối chiếu với nguồn."


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and the quotes that prove it, never none."""

    text: str
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Prose:
    """The sentences in their order, and those that the model wrote and nothing bears out."""

    sentences: tuple[Sentence, ...]
    dropped: tuple[Dropped, ...] = ()

    def standing(self, article: Callable[[str], Article]) -> Prose:
        """The sentences whose sources still say so. ``article`` gives one by its id or raises
        UnknownArticle."""
        still = (s for s in self.sentences if worst(s.evidence, article) is Standing.UNCHANGED)
        return replace(self, sentences=tuple(still))


def matter(quotes: Iterable[Citation]) -> Answer:
    """What the model is to word: the quotes in their order, none twice. Refused where there is none."""
    return drawn(list({(q.article, q.start, q.end): q for q in quotes}.values()))


def prose(answer: Answer) -> Prose | None:
    """What the model has made of it; None where its wording does not stand, and ``answer.note`` says why."""
    if answer.mode != MODEL:
        return None
    by_number = {c.n: c for c in answer.citations}
    sentences = (Sentence(s.text, tuple(by_number[n] for n in s.citations)) for s in answer.statements)
    return Prose(tuple(sentences), answer.dropped)


def paragraphs(of: Prose, worded: str) -> tuple[Block, ...]:
    """The sentences as a document has them, their evidence in footnotes, and ``worded``, by whom they are;
    nothing where there is none."""
    if not of.sentences:
        return ()
    *first, last = [Run(s.text, notes=tuple(map(Note.of, s.evidence))) for s in of.sentences]
    runs = [run for one in first for run in (one, Run(" "))]
    return Paragraph((*runs, last)), Paragraph((Run(worded, italic=True),), "remark")
