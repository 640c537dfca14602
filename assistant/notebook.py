"""A speechwriter's notebook: what was pinned, in groups and in an order of one's own, each with the exact
words that bear it out and whether they still stand. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

from assistant.documents.types import Block, Document, Heading, Note, Paragraph, Run
from assistant.evidence import Standing, worst
from assistant.occasion import Occasion
from assistant.prose import WORDED, Prose, paragraphs
from assistant.transcript import approved
from assistant.types import Approved, Citation, written
from assistant.visit import say
from ingest.types import Article, Span


@dataclass(frozen=True, slots=True)
class Pin:
    """Something to be said. ``text`` is a statement or the words of an article; ``worded`` tells that a
    language model wrote it, ``note`` is the writer's own remark, ``group`` the heading that it stands under
    (empty: before all groups). ``approved`` tells which editor had approved the answer that it comes from."""

    id: str
    text: str
    evidence: tuple[Citation, ...]
    worded: bool = False
    note: str = ""
    group: str = ""
    approved: Approved | None = None

    def standing(self, article: Callable[[str], Article]) -> Standing:
        """The worst of its evidence."""
        return worst(self.evidence, article)


@dataclass(frozen=True, slots=True)
class Notebook:
    """``unit`` and ``day`` are the occasion that is prepared, empty and None before it is chosen; ``prose``
    is what a language model has made of the pins, None where none was asked."""

    name: str
    pins: tuple[Pin, ...] = ()
    unit: str = ""
    day: date | None = None
    prose: Prose | None = None

    @property
    def groups(self) -> tuple[tuple[str, tuple[Pin, ...]], ...]:
        """The pins by their group, in order; those without one first."""
        names = dict.fromkeys(sorted((p.group for p in self.pins), key=bool))
        return tuple((name, tuple(p for p in self.pins if p.group == name)) for name in names)


# --- how a notebook is changed ---------------------------------------------------------------------


def pin(
    text: str, evidence: Sequence[Citation], *, worded: bool = False, approved: Approved | None = None
) -> Pin:
    """The pin of these words; the same words of the same places have the same id."""
    places = [f"{c.article}:{c.start}:{c.end}" for c in evidence]
    id = sha256("\0".join((text, *places)).encode()).hexdigest()[:12]
    return Pin(id, text, tuple(evidence), worded, approved=approved)


def quoted(evidence: Citation) -> Pin:
    """The pin of an article's own words."""
    return pin(" ".join(evidence.quote.split()), [evidence])


def held(notebook: Notebook, id: str) -> Pin | None:
    return next((p for p in notebook.pins if p.id == id), None)


def added(notebook: Notebook, pin: Pin) -> Notebook:
    """With the pin as the last one; as it was, where it is there already."""
    if held(notebook, pin.id):
        return notebook
    return replace(notebook, pins=(*notebook.pins, pin))


def without(notebook: Notebook, id: str) -> Notebook:
    return replace(notebook, pins=tuple(p for p in notebook.pins if p.id != id))


def annotated(notebook: Notebook, id: str, note: str, group: str) -> Notebook:
    """The pin with that remark, under that group; a pin that comes into another group stands last there."""
    found = held(notebook, id)
    if found is None:
        return notebook
    changed = replace(found, note=note.strip(), group=" ".join(group.split()))
    if changed.group == found.group:
        return replace(notebook, pins=tuple(changed if p.id == id else p for p in notebook.pins))
    return replace(notebook, pins=(*without(notebook, id).pins, changed))


def moved(notebook: Notebook, id: str, by: int) -> Notebook:
    """The pin changes places with the one before (-1) or behind it (1) in its group."""
    found = held(notebook, id)
    if found is None:
        return notebook
    beside = [p for p in notebook.pins if p.group == found.group]
    to = beside.index(found) + by
    if not 0 <= to < len(beside):
        return notebook
    swap = {id: beside[to], beside[to].id: found}
    return replace(notebook, pins=tuple(swap.get(p.id, p) for p in notebook.pins))


def group_moved(notebook: Notebook, name: str, by: int) -> Notebook:
    """The group changes places with the one before or behind it; what has no group stays first."""
    groups = [list(pins) for group, pins in notebook.groups if group]
    names = [pins[0].group for pins in groups]
    if name not in names or not 0 <= names.index(name) + by < len(names):
        return notebook
    at, to = names.index(name), names.index(name) + by
    groups[at], groups[to] = groups[to], groups[at]
    loose = [p for p in notebook.pins if not p.group]
    return replace(notebook, pins=(*loose, *(p for pins in groups for p in pins)))


def differences(before: Notebook, after: Notebook) -> Iterator[tuple[str, dict[str, Any]]]:
    """What was done to a notebook, each with what it was done to: ``rename``, ``occasion``, ``pin`` with the
    passages that bear it out, ``unpin``, ``note`` (a remark or a group), ``order``. Nothing where it is the
    same."""
    if after.name != before.name:
        yield "rename", {"name": after.name}
    if (after.unit, after.day) != (before.unit, before.day):
        yield "occasion", {"unit": after.unit, "day": after.day}
    was, now = ({p.id: p for p in one.pins} for one in (before, after))
    for p in after.pins:
        if p.id not in was:
            passages = [{"article": c.article, "start": c.start, "end": c.end} for c in p.evidence]
            yield "pin", {"pin": p.id, "passages": passages}
    for p in before.pins:
        if p.id not in now:
            yield "unpin", {"pin": p.id}
    changed = [id for id in was if id in now and now[id] != was[id]]
    for id in changed:
        yield "note", {"pin": id}
    # A pin that comes into another group changes its place by that.
    stayed = [[id for id in pins if id in was and id in now and id not in changed] for pins in (was, now)]
    if stayed[0] != stayed[1]:
        yield "order", {}


# --- words that somebody has selected ---------------------------------------------------------------


def selected(text: str, start: int, end: int, words: str | None = None) -> Span | None:
    """The stretch of an article's text that is meant by these positions, without blanks at its ends. None
    where nothing stands there, or not the ``words`` that were seen (letters and digits are compared, since
    a page shows no ends of lines and no signs between cells): the article is another one by then."""
    if not 0 <= start < end <= len(text):
        return None
    chosen = text[start:end]
    span = Span(start + len(chosen) - len(chosen.lstrip()), start + len(chosen.rstrip()))
    if span.start >= span.end:
        return None
    if words is not None and _letters(span.of(text)) != _letters(words):
        return None
    return span


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


# --- how it is handed out --------------------------------------------------------------------------


def document(
    notebook: Notebook, occasion: Occasion | None, article: Callable[[str], Article], today: date
) -> Document:
    """The notebook as a document with its evidence in footnotes, in the visitor's language. What an article
    no longer says is left out and counted."""
    good = [p for p in notebook.pins if p.standing(article) is Standing.UNCHANGED]
    left = len(notebook.pins) - len(good)
    about = [say("Lập ngày {day} từ kho bài của cơ quan.", day=written(today))]
    if left:
        about.append(
            say("{n} mục không đưa vào vì nguồn đã thay đổi hoặc đã được gỡ: cần kiểm tra lại.", n=left)
        )
    blocks: list[Block] = []
    if occasion is not None:
        blocks += _occasion(occasion)
    for name, pins in replace(notebook, pins=tuple(good)).groups:
        if name:
            blocks.append(Heading(1, name))
        elif occasion is not None:
            blocks.append(Heading(1, say("Tư liệu")))
        for one in pins:
            notes = tuple(map(Note.of, one.evidence))
            blocks.append(Paragraph((Run(one.text, notes=notes),), "item"))
            if one.approved:
                blocks.append(Paragraph((Run(f"{approved(one.approved)}.", italic=True),), "remark"))
            if one.worded:
                blocks.append(Paragraph((Run(say("Lời văn của mô hình ngôn ngữ."), italic=True),), "remark"))
            if one.note:
                blocks.append(Paragraph((Run(say("Ghi chú: {note}", note=one.note)),), "remark"))
    if notebook.prose is not None:
        still = notebook.prose.standing(article)
        gone = len(notebook.prose.sentences) - len(still.sentences)
        if gone:
            left_out = "{n} câu của mô hình ngôn ngữ không đưa vào vì nguồn đã thay đổi hoặc đã được gỡ."
            about.append(say(left_out, n=gone))
        if still.sentences:
            blocks += [Heading(1, say("Đoạn văn")), *paragraphs(still, say(WORDED))]
    return Document(notebook.name, tuple(about), tuple(blocks))


def _occasion(occasion: Occasion) -> list[Block]:
    name = say("Dịp kỷ niệm: {unit}, ngày {day}", unit=occasion.unit, day=written(occasion.day))
    blocks: list[Block] = [Heading(1, name)]
    for kept in occasion.kept:
        notes = tuple(map(Note.of, kept.evidence))
        blocks.append(Paragraph((Run(kept.sentence, notes=notes),)))
    blocks += [Paragraph((Run(words),), "remark") for words in occasion.unknown]
    return blocks
