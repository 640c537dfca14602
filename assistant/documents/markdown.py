"""A document as Markdown (.md) with footnotes, for editors and programs that take plain text. Pure."""

from __future__ import annotations

import re
from itertools import groupby

from assistant.documents.types import Block, Document, Heading, Note, PageBreak, Paragraph, Run, Table
from assistant.documents.writing import writable

#: The deepest heading that Markdown has; the title is the first.
_DEEPEST = 6

# What means something wherever it stands, and what does so at the beginning of a line or of an address. A
# backslash makes each of them a sign like others.
_ANYWHERE = re.compile(r"[\\`*_\[\]{}<>&~|$^#@]")
_BEGINNING = re.compile(r"(?m)^([ \t]*)([-+=:]|\d+(?=[.)]))")
_ADDRESS = re.compile(r"(?i):(?=//)|(?<=\bwww)\.")
_LEADING = re.compile(r"(?m)^[ \t]+")
_SPACES = re.compile(r"[ \t]*\n[ \t]*")
_BREAK = "\\\n"


def write(document: Document) -> bytes:
    """The document in UTF-8. No text of it becomes markup: each comes out of a reader of Markdown as it is
    here. Equal notes have one number."""
    numbers: dict[Note, int] = {}
    parts = [f"# {_line(document.title)}"]
    if document.about:
        parts.append(_BREAK.join(_marked("*", " ".join(line.split())) for line in document.about))
    for look, some in groupby(document.blocks, lambda b: b.look if isinstance(b, Paragraph) else None):
        blocks = [_block(block, n, numbers) for n, block in enumerate(some, 1)]
        parts.append(("\n" if look in ("item", "numbered") else "\n\n").join(blocks))
    if numbers:
        parts.append("\n\n".join(_note(note, number) for note, number in numbers.items()))
    return ("\n\n".join(parts) + "\n").encode()


def _block(block: Block, place: int, numbers: dict[Note, int]) -> str:
    """``place`` is that among the neighbours of the same look, from 1."""
    match block:
        case Heading(level, text):
            return f"{'#' * min(max(level, 1) + 1, _DEEPEST)} {_line(text)}"
        case Paragraph(runs, look):
            mark = {"item": "- ", "numbered": f"{place}. ", "quote": "> ", "remark": "> "}.get(look, "")
            further = mark if look in ("quote", "remark") else " " * len(mark)
            return mark + _runs(runs, numbers).replace("\n", f"\n{further}")
        case Table(header, rows):
            lines = [
                [_line(name) for name in header],
                ["---"] * len(header),
                *([_runs(cell, numbers, one_line=True) for cell in row] for row in rows),
            ]
            return "\n".join(f"| {' | '.join(line)} |" for line in lines)
        case PageBreak():
            return "---"


def _note(note: Note, number: int) -> str:
    title = _marked("*", " ".join(note.title.split()))
    place = f", {note.place}" if note.place else ""
    words = f"{title}{_escaped(f'{place}: “{note.quote}”{note.doubt}')}"
    return f"[^{number}]: " + _begun(words).replace("\n", "\n    ")


def _runs(runs: tuple[Run, ...], numbers: dict[Note, int], *, one_line: bool = False) -> str:
    written = []
    for run in runs:
        text = " ".join(_SPACES.split(writable(run.text))) if one_line else run.text
        written.append(_marked("**" * run.bold + "*" * run.italic, text))
        written += (f"[^{numbers.setdefault(note, len(numbers) + 1)}]" for note in run.notes)
    words = "".join(written)
    return words if one_line else _begun(words)


# --- words -----------------------------------------------------------------------------------------


def _escaped(text: str) -> str:
    """The text so that it is read as it is, wherever it stands in a line; its ends of lines are kept."""
    words = _ANYWHERE.sub(r"\\\g<0>", writable(text))
    return _ADDRESS.sub(r"\\\g<0>", words).replace("\n", _BREAK)


def _begun(words: str) -> str:
    """Escaped words so that no line of them begins a list, a heading or code, and the last is not broken."""
    while words.endswith(_BREAK):
        words = words.removesuffix(_BREAK)
    words = _BEGINNING.sub(lambda m: m[1] + (f"{m[2]}\\" if m[2][0].isdigit() else f"\\{m[2]}"), words)
    return _LEADING.sub(lambda m: "".join(f"&#{ord(blank)};" for blank in m[0]), words)


def _line(text: str) -> str:
    """The text in one line, as headings need it."""
    return _begun(_escaped(" ".join(writable(text).split())))


def _marked(mark: str, text: str) -> str:
    """The text, escaped, between two marks, which must touch letters: what is blank at its ends stays
    outside."""
    inner = text.strip()
    if not mark or not inner:
        return _escaped(text)
    before, _, after = text.partition(inner)
    return f"{_escaped(before)}{mark}{_escaped(inner)}{mark}{_escaped(after)}"
