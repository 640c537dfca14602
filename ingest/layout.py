"""What a file holds, line by line, before anyone asks what is furniture: plain text, Markdown, or what a
reader of some document format has found.

Pages are pasted in every shape: a paragraph a line with or without blank lines between, or the whole
file wrapped by hand at 70 to 80 columns. ``plain`` and ``markdown`` undo that and give whole lines.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, zip_longest
from typing import Any

from ingest.encodings import repaired
from ingest.errors import UnreadableFile
from ingest.types import BlockKind
from ingest.vietnamese import nfc

#: A file is wrapped by hand only if its longest line is within these columns: fewer is a list of
#: short lines, more is a paragraph.
WRAP_COLUMNS = range(40, 131)
#: … and if at least so many of its line breaks stand inside a sentence. In Vietnamese running text
#: four words of five begin small, so a wrapped file is far above; a file of whole lines is near 0.
WRAPPED_SHARE = 0.5
#: No shorter line is broken because it is full: it is an entry of a list, or a verse.
MIN_WRAPPED = 25
#: A break is taken for a wrap where the line before it fills so much of the widest line.
FULL_LINE = 0.7


@dataclass(frozen=True, slots=True)
class Line:
    """One whole line: NFC, single blanks, no list marker (``bullet`` says that there was one).

    ``kind`` is what the markup says the line is, None where it does not say. ``wrapped`` says that
    the line was put together from a short line and its continuation, in a file that otherwise keeps
    a paragraph on a line: pages wrap nothing but photo captions. ``gap`` says that a blank line
    stood before it. ``pages`` are the pages it stands on, each with the position in ``text`` from which
    on it does; empty where the file has no pages.
    """

    text: str
    kind: BlockKind | None = None
    bullet: bool = False
    wrapped: bool = False
    gap: bool = False
    pages: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A paragraph, heading, item or line of a table as a reader of documents finds it: any characters,
    any white space. ``kind`` is what the document says it is, None where it does not say (a paragraph of
    no style: body, title or furniture). ``page`` counts from 1; None in a format without pages.
    ``goes_on`` says that it continues the draft before it, which a page or column broke."""

    text: str
    kind: BlockKind | None = None
    page: int | None = None
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a file, and its fields (title, date, author, source, unit) by their names: those of
    its ``front`` matter go before what the page says, its ``hints`` count where the page says nothing.

    ``whole`` says that all of it is one document, as an office writes them, rather than a page cut out of a
    portal: none of its lines is left out for being short. ``scanned`` are the numbers of the pages that were
    read off a picture.
    """

    lines: tuple[Line, ...]
    front: Mapping[str, Any]
    hints: Mapping[str, Any] = field(default_factory=dict)
    whole: bool = False
    scanned: frozenset[int] = frozenset()


def plain(raw: str) -> Page:
    """A plain text file. Raises UnreadableFile for front matter that is not valid YAML."""
    front, body = _front_matter(_characters(raw))
    return Page(_whole(_line(text) for text in body.split("\n")), front)


def markdown(raw: str) -> Page:
    """A Markdown file: headings are known, photos give their captions, no markup is left. Raises
    UnreadableFile for front matter that is not valid YAML."""
    front, body = _front_matter(_characters(raw))
    return Page(_whole(_markdown_lines(body)), front)


def document(
    drafts: Iterable[Draft],
    front: Mapping[str, Any] | None = None,
    hints: Mapping[str, Any] | None = None,
    scanned: Iterable[int] = (),
) -> Page:
    """What a reader found in a document, each draft a line: characters set right, old Vietnamese charsets
    read, white space single, list markers off, drafts without a word left out, pages kept."""
    found = list(drafts)
    # Old charsets first: what is a control or a soft hyphen in Unicode was a letter in one of them.
    texts = repaired("\n".join(re.sub(r"[\r\n]+", " ", draft.text) for draft in found)).split("\n")
    lines: list[Line] = []
    for draft, text in zip(found, texts, strict=False):  # of no drafts there is one empty text
        line = _line(_characters(text), draft.kind)
        if line.bullet and line.kind is None:
            line = replace(line, kind="item")
        if not any(c.isalnum() for c in line.text):
            continue
        joins = draft.goes_on and bool(lines)
        before = f"{lines[-1].text} " if joins else ""
        turns = lines[-1].pages if joins else ()
        if draft.page is not None and (not turns or turns[-1][1] != draft.page):
            turns = (*turns, (len(before), draft.page))
        if joins:
            lines[-1] = replace(lines[-1], text=before + text, pages=turns)
        else:
            lines.append(replace(line, pages=turns))
    return Page(tuple(lines), front or {}, hints or {}, whole=True, scanned=frozenset(scanned))


def unwrapped(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines of a document that may have been pasted from a page line by line, with those whole that the
    page had wrapped: its captions. Only lines of which the document says nothing are joined, and no more than
    two: several that begin small are a list."""
    whole: list[Line] = []
    for line, following in zip_longest(lines, lines[1:]):
        last = whole[-1] if whole else None
        unsaid = last is not None and last.kind is None and line.kind is None and not last.bullet
        alone = not (last and _begins_small(last)) and not (following and _begins_small(following))
        if last and unsaid and alone and _begins_small(line) and _continues(last, line):
            caption = len(last.text) < WRAP_COLUMNS.stop
            whole[-1] = replace(last, text=f"{last.text} {line.text}", wrapped=caption)
        else:
            whole.append(line)
    return tuple(whole)


# --- characters ----------------------------------------------------------------------------------

_NEWLINE = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Soft hyphens, zero-width and direction marks, and control characters: nothing that is ever read.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffc]"
)


_SYMBOL = re.compile("[\\ue000-\\uf8ff]")  # of a font of symbols: bullets and arrows pasted from Word


def _characters(raw: str) -> str:
    return nfc(_SYMBOL.sub("•", _INVISIBLE.sub("", _NEWLINE.sub("\n", raw))))


# --- front matter --------------------------------------------------------------------------------

_FRONT = re.compile(r"\s*---[ \t]*\n(?P<yaml>.*?)\n?---[ \t]*(?:\n|\Z)", re.DOTALL)


def _front_matter(text: str) -> tuple[Mapping[str, Any], str]:
    found = _FRONT.match(text)
    if not found:
        return {}, text
    import yaml

    try:
        fields = yaml.safe_load(found["yaml"])
    except (yaml.YAMLError, ValueError, RecursionError) as e:
        mark = getattr(e, "problem_mark", None)
        where = f" (dòng {mark.line + 2})" if mark else ""
        raise UnreadableFile(
            f"phần khai báo giữa hai dòng “---” ở đầu tệp viết sai{where}. Hãy viết mỗi dòng một mục dạng "
            "“title: …”, đặt giá trị có dấu hai chấm trong ngoặc kép, rồi nạp lại."
        ) from e
    # Two rules drawn around a few words of text are not front matter.
    return (fields, text[found.end() :]) if isinstance(fields, dict) else ({}, text)


# --- whole lines ---------------------------------------------------------------------------------

_BULLET = re.compile(r"(?:[•●○▪▫◦■□➢►▶❖✓✔✦·]\s*|[-–—*+]\s+|[-–+](?=[^\W\d_]))+(?=\S)")
_SENTENCE_END = re.compile(r"[.!?…:;][”’\"')\]»]*$")
_NUMBER_GOES_ON = re.compile(r"\d[\d.,/-]*\s+[a-zà-ỹđ]")  # "… đã trao" / "12 suất quà cho"
_NUMBERED = re.compile(r"(?:\d{1,2}|[IVX]{1,5}|[a-zđ])\s?[.)/-]\s")


def _line(text: str, kind: BlockKind | None = None) -> Line:
    text = " ".join(text.split())
    marker = _BULLET.match(text)
    return Line(text[marker.end() :] if marker else text, kind, bullet=bool(marker))


def _whole(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The lines without blank ones, and with the wraps taken back."""
    rows = list(lines)
    breaks = [(a, b) for a, b in pairwise(rows) if a.text and b.text]
    width = max((len(row.text) for row in rows), default=0)
    inside = sum(_continues(a, b) for a, b in breaks)
    wrapped = width in WRAP_COLUMNS and len(breaks) > 1 and inside >= WRAPPED_SHARE * len(breaks)
    whole: list[list[Line]] = []  # each whole line as the rows it is made of
    last: Line | None = None  # the row before, None after a blank one
    for row in rows:
        if not row.text:
            last = None
            continue
        full = wrapped and last is not None and len(last.text) >= FULL_LINE * width
        if last and _may_join(last, row) and (full or _continues(last, row)):
            whole[-1].append(row)
        else:
            whole.append([replace(row, gap=last is None)])
        last = row
    return tuple(_joined(parts, wrapped) for parts in whole)


def _joined(rows: list[Line], wrapped_file: bool) -> Line:
    if len(rows) == 1:
        return rows[0]
    caption = not wrapped_file and any(_begins_small(row) for row in rows[1:])
    return replace(rows[0], text=" ".join(row.text for row in rows), wrapped=caption)


def _may_join(line: Line, following: Line) -> bool:
    same_kind = line.kind == following.kind and line.kind not in ("title", "heading")
    return same_kind and not following.bullet and not _NUMBERED.match(following.text)


def _continues(line: Line, following: Line) -> bool:
    """Whether the break stands inside a sentence: it has not ended, and what follows begins small,
    or both are a title in capitals."""
    if not _may_join(line, following) or _SENTENCE_END.search(line.text):
        return False
    return (
        bool(len(line.text) >= MIN_WRAPPED and _begins_small(following))
        or bool(len(line.text) >= min(WRAP_COLUMNS) and _NUMBER_GOES_ON.match(following.text))
        or (_capitals(line.text) and _capitals(following.text))
    )


def _begins_small(line: Line) -> bool:
    return line.text.lstrip("(“\"'‘")[:1].islower()


def _capitals(text: str) -> bool:
    """A line of capitals that is long enough to be a title rather than the name of a section."""
    return text.isupper() and len(text.split()) > 3


# --- Markdown ------------------------------------------------------------------------------------

_COMMENT = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"^ {0,3}(?:```|~~~).*$", re.MULTILINE)
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]+\]:\s*\S+.*$", re.MULTILINE)
_SETEXT = re.compile(r"^ {0,3}(?![#>\-*+=|])(\S.*)\n {0,3}(=+|-{2,})[ \t]*$", re.MULTILINE)
_RULE = re.compile(
    r"^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|\|?[ \t:|-]*-[ \t:|-]*\|[ \t:|-]*)$",
    re.MULTILINE,
)
_HARD_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_HEADING = re.compile(r"\s{0,3}(?P<depth>#{1,6})\s+(?P<text>.*?)(?:\s+#+)?\s*$")
_QUOTE = re.compile(r"^\s{0,3}(?:>\s?)+")
_PHOTO = re.compile(
    r"!\[(?P<alt>[^\[\]]*)\](?:\([^)]*\)|\[[^\]]*\])?|<img\b[^>]*?\balt\s*=\s*[\"'](?P<img>[^\"']*)[\"'][^>]*>"
    r"|<figcaption[^>]*>(?P<figure>.*?)</figcaption>",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"\[(?P<words>[^\[\]]+)\](?:\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+[\"'][^)]*)?\)|\[[^\]]*\])"
)
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^>\s]+)>")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_STRONG = re.compile(r"(\*{1,3}|~~)(?=\S)([^*~]{1,400}?)(?<=\S)\1")
_UNDERLINED = re.compile(r"(?<!\w)(_{1,3})(?=\S)([^\n]{1,100}?)(?<=\S)\1(?!\w)")
_CODE = re.compile(r"`+([^`]+)`+")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")
_PRIVATE = 0xE000  # characters for private use: no text has them any more, see _characters
_ESCAPED = re.compile(rf"[{chr(_PRIVATE)}-{chr(_PRIVATE + 0x7F)}]")
_TABLE_ROW = re.compile(r"^\s*\|(.*)\|\s*$")


def _markdown_lines(body: str) -> Iterable[Line]:
    body = _COMMENT.sub("", body)
    body = _FENCE.sub("", _DEFINITION.sub("", body))
    body = _SETEXT.sub(lambda m: f"{'#' if m[2][0] == '=' else '##'} {m[1]}\n", body)
    body = _HARD_BREAK.sub("\n", _RULE.sub("", body))
    titled = False
    for row in body.split("\n"):
        row = _QUOTE.sub("", row)
        photos = [m["alt"] or m["img"] or m["figure"] or "" for m in _PHOTO.finditer(row)]
        row = _PHOTO.sub("", row)
        heading = _HEADING.match(row)
        if heading:
            first = heading["depth"] == "#" and not titled
            titled = titled or first
            yield Line("")
            yield _line(_inline(heading["text"]), "title" if first else "heading")
            yield Line("")
        elif cells := _TABLE_ROW.match(row):
            words = (_inline(cell).strip() for cell in cells[1].split("|"))
            yield _line(" | ".join(word for word in words if word), "paragraph")
            yield Line("")
        elif not photos or row.strip():
            yield _line(_inline(row))
        for caption in photos:
            yield Line("")
            yield _line(_inline(caption), "caption")
            yield Line("")


def _inline(text: str) -> str:
    """The words of a line of Markdown, without emphasis, links, tags and entities."""
    text = _ESCAPE.sub(lambda m: chr(_PRIVATE + ord(m[1])), text)  # out of reach of what follows
    text = _CODE.sub(r"\1", text)
    text = _AUTOLINK.sub(r"\1", _LINK.sub(lambda m: m["words"], text))
    text = _TAG.sub("", text)
    for _ in range(2):  # bold inside italics
        text = _UNDERLINED.sub(r"\2", _STRONG.sub(r"\2", text))
    return html.unescape(_ESCAPED.sub(lambda m: chr(ord(m[0]) - _PRIVATE), text))
