"""Orientation material as documents to hand out: the teacher's copy, the learner's, the summary on one page
and the glossary. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import Enum
from string import ascii_uppercase

from assistant.documents.types import Block, Document, Heading, Note, Paragraph, Run, Table
from assistant.glossary import TermKind
from assistant.prose import WORDED, paragraphs
from assistant.training import Item, Material, Part, on_a_page, told_anew
from assistant.types import SCANNED, Citation, written

#: Said beside words that the trainer has changed.
REWORDED = "đã sửa lời"
# Where a learner writes: so many lines for an answer of so many characters, and one more.
_BLANK = "." * 40
_LINE, _OF_A_LINE, _MOST_LINES = "." * 118, 90, 6


class Copy(Enum):
    """For whom a document is; the value is its name in an address."""

    TEACHER = "giao-vien"
    LEARNER = "hoc-vien"
    SUMMARY = "tom-tat"
    GLOSSARY = "thuat-ngu"


#: What each is called.
NAMES: Mapping[Copy, str] = {
    Copy.TEACHER: "Bản của người dạy",
    Copy.LEARNER: "Bản của người học",
    Copy.SUMMARY: "Tóm tắt một trang",
    Copy.GLOSSARY: "Bảng thuật ngữ",
}


def document(copy: Copy, of: Material, stale: frozenset[str], today: date) -> Document:
    """A copy of the material as it is handed out ``today``: without what the trainer has left out, and
    without the items of these ids, whose sources have changed; how many these are is said in it."""
    items = [item for item in of.items if not item.left_out and item.id not in stale]
    dropped = sum(not item.left_out and item.id in stale for item in of.items)
    kept = {part: [item for item in items if item.part is part] for part in Part}
    match copy:
        case Copy.TEACHER:
            blocks = _teacher(of, kept, _worded(of, stale))
        case Copy.LEARNER:
            blocks = _learner(of, kept)
        case Copy.SUMMARY:
            blocks = _worded(of, stale) or _summary(on_a_page(kept[Part.SUMMARY]))
        case Copy.GLOSSARY:
            blocks = _glossary(kept[Part.TERM])
    about = [f"{NAMES[copy]} · {written(today)}"]
    if copy is Copy.LEARNER:
        about.append(f"Họ và tên: {_BLANK}  Đơn vị: {_BLANK}")
    if dropped:
        about.append(f"Đã để ra ngoài {dropped} mục vì nguồn đã thay đổi sau khi soạn.")
    return Document(of.title, tuple(about), tuple(blocks))


def _run(item: Item, words: str, *, own: bool, bold: bool = False) -> tuple[Run, ...]:
    """Words of an item with their evidence, and a remark where they are the trainer's own."""
    said = Run(words, bold=bold, notes=(Note.of(item.evidence),))
    return (said, Run(f" ({REWORDED})", italic=True)) if own else (said,)


# --- the teacher's copy ----------------------------------------------------------------------------


def _worded(of: Material, stale: frozenset[str]) -> list[Block]:
    """The summary in a language model's words: nothing where there are none, and where some of them do not
    stand any more."""
    told = told_anew(of, stale)
    return list(paragraphs(told, WORDED)) if told and told == of.prose else []


def _teacher(of: Material, kept: Mapping[Part, Sequence[Item]], worded: Sequence[Block]) -> list[Block]:
    blocks: list[Block] = []
    if worded:
        blocks += [Heading(1, "Tóm tắt"), *worded]
    elif kept[Part.SUMMARY]:
        blocks.append(Heading(1, "Tóm tắt"))
        blocks += [
            Paragraph(_run(item, item.said, own=item.own_says is not None)) for item in kept[Part.SUMMARY]
        ]
    if kept[Part.TERM]:
        blocks += [Heading(1, "Bảng thuật ngữ"), *_glossary(kept[Part.TERM])]
    if kept[Part.QUESTION]:
        blocks.append(Heading(1, "Câu hỏi và lời đáp"))
        for n, item in enumerate(kept[Part.QUESTION], 1):
            blocks.append(Paragraph(_question(n, item)))
            answer = _run(item, item.said, own=item.own_says is not None)
            blocks.append(Paragraph((Run("Đáp: ", italic=True), *answer)))
    if kept[Part.QUIZ]:
        blocks.append(Heading(1, "Trắc nghiệm"))
        for n, item in enumerate(kept[Part.QUIZ], 1):
            blocks.append(Paragraph(_question(n, item)))
            blocks += [Paragraph(_told_option(letter, words, item)) for letter, words in _lettered(of, item)]
        blocks.append(Heading(2, "Đáp án"))
        rows = [
            ((Run(f"{n}"),), (Run(f"{letter}. {words}"),))
            for n, item in enumerate(kept[Part.QUIZ], 1)
            for letter, words in _lettered(of, item)
            if words == item.says
        ]
        blocks.append(Table(("Câu", "Đáp án"), tuple(rows)))
    return blocks


def _question(n: int, item: Item, *, to_teacher: bool = True) -> tuple[Run, ...]:
    asked = Run(f"Câu {n}. {item.asked}", bold=True)
    own = to_teacher and item.own_ask is not None
    return (asked, Run(f" ({REWORDED})", italic=True)) if own else (asked,)


def _lettered(of: Material, item: Item) -> list[tuple[str, str]]:
    return list(zip(ascii_uppercase, of.options(item), strict=False))


def _told_option(letter: str, words: str, item: Item) -> tuple[Run, ...]:
    """An option with its evidence: the right one marked, a wrong one with the office whose fact it is."""
    if words == item.says:
        right = Run(f"{letter}. {words}", bold=True, notes=(Note.of(item.evidence),))
        return right, Run(" ← đúng", italic=True)
    option = next(o for o in item.wrong if o.words == words)
    return (
        Run(f"{letter}. {words}", notes=(Note.of(option.evidence),)),
        Run(f" (của {option.unit})", italic=True),
    )


# --- the learner's copy ----------------------------------------------------------------------------


def _learner(of: Material, kept: Mapping[Part, Sequence[Item]]) -> list[Block]:
    blocks: list[Block] = []
    if kept[Part.QUESTION]:
        blocks.append(Heading(1, "Câu hỏi"))
        for n, item in enumerate(kept[Part.QUESTION], 1):
            blocks.append(Paragraph(_question(n, item, to_teacher=False)))
            lines = min(_MOST_LINES, 1 + -(-len(item.said) // _OF_A_LINE))
            blocks += [Paragraph((Run(_LINE),))] * lines
    if kept[Part.QUIZ]:
        blocks.append(Heading(1, "Trắc nghiệm"))
        blocks.append(Paragraph((Run("Khoanh vào chữ cái trước câu trả lời đúng."),), "remark"))
        for n, item in enumerate(kept[Part.QUIZ], 1):
            blocks.append(Paragraph(_question(n, item, to_teacher=False)))
            blocks += [Paragraph((Run(f"{letter}. {words}"),)) for letter, words in _lettered(of, item)]
    return blocks


# --- the summary and the glossary ------------------------------------------------------------------


def _summary(items: Sequence[Item]) -> list[Block]:
    """The sentences, those of one article together, and the list of their sources: the sentences are quotes
    themselves, so that footnotes would say them twice."""
    numbers: dict[str, int] = {}
    listed: dict[str, Citation] = {}
    told: dict[str, list[Run]] = {}
    for item in items:
        id = item.evidence.article
        n = numbers.setdefault(id, len(numbers) + 1)
        listed.setdefault(id, item.evidence)
        own = "*" if item.own_says is not None else ""
        scanned = f" ({SCANNED})" if item.evidence.scanned else ""
        told.setdefault(id, []).append(Run(f"{item.said}{own} [{n}]{scanned} "))
    blocks: list[Block] = [Paragraph(tuple(runs)) for runs in told.values()]
    if numbers:
        named = "; ".join(f"[{n}] {_named(listed[id])}" for id, n in numbers.items())
        blocks.append(Paragraph((Run("Nguồn: ", bold=True), Run(f"{named}."))))
    if any(item.own_says is not None for item in items):
        blocks.append(Paragraph((Run("* Lời của người soạn, dựa trên câu trong nguồn."),), "remark"))
    return blocks


def _named(evidence: Citation) -> str:
    day = evidence.published
    return ", ".join(filter(None, (evidence.title, evidence.source, written(day) if day else None)))


def _glossary(items: Sequence[Item]) -> list[Block]:
    """The terms, kind by kind."""
    blocks: list[Block] = []
    for kind in TermKind:
        some = [item for item in items if item.kind == kind.name]
        blocks += [Heading(2, kind.value)] if some else []
        for item in some:
            said = _run(item, item.said, own=item.reworded)
            blocks.append(Paragraph((Run(f"{item.asked}: ", bold=True), *said)))
    return blocks
