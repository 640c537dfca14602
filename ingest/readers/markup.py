"""The markup of web pages, and of letters written as such: the lines that are read on a page, one after
another, with what the markup says each of them is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest import furniture
from ingest.layout import Draft
from ingest.readers.sheet import Merged, is_letterhead, table
from ingest.types import BlockKind

if TYPE_CHECKING:
    from lxml.html import HtmlElement


def tree(markup: str) -> HtmlElement:
    """The elements of a page, whatever is wrong with it."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    for source in (markup, _FORMATTING.sub("", markup), _CONTAINER.sub("<br>", _FORMATTING.sub("", markup))):
        with suppress(etree.ParserError, etree.XMLSyntaxError):
            root = etree.fromstring(source.encode("utf-8", "replace") or b"<p>", parser)
            if root is not None and not any("depth" in error.message for error in parser.error_log):
                return root
    return html.document_fromstring("<p>")


#: Left out where elements stand in each other too deep for the parser, as those that were never closed do.
_FORMATTING = re.compile(r"</?(?:span|font|b|i|u|em|strong|center|small|big|a|o:p)\b[^<>]*>", re.IGNORECASE)
#: Where that is not enough, all that is no line of its own but ends with the next.
_CONTAINER = re.compile(
    r"</?(?!(?:p|h[1-6]|li|br|title|meta|head|body|html|script|style)\b)[a-z][^<>]*>", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Block:
    """A line of a page. ``element`` is the innermost that it stands in, ``linked`` the share of its
    characters that lead elsewhere. ``below`` says that it stands right under a picture, set in the middle or
    in italics; ``wrapped`` that a sentence in it was broken by hand."""

    text: str
    kind: BlockKind | None
    element: HtmlElement
    linked: float = 0.0
    below: bool = False
    wrapped: bool = False


def blocks(root: HtmlElement, most: int | None = None) -> list[Block]:
    """The lines of a page, in order: paragraphs, headings, items of lists, lines of tables, captions. The
    first line that makes them more than ``most`` characters is the last."""
    walker = _Walker(most)
    walker.walk(root)
    return walker.found


def draft(block: Block) -> Draft:
    """A line as a document's. What is set as a heading, but is a button by its words, is left for
    ``ingest.clean`` to judge; an item gets a list marker, as it has where it is pasted."""
    text, kind = block.text, block.kind
    if kind == "item":
        return Draft(f"• {text}")
    if kind in ("title", "heading", "caption") and furniture.is_margin(text):
        return Draft(text)
    return Draft(text, kind)


_NEVER = frozenset(
    """
    head title script style noscript template svg math map object embed applet iframe frame noframes canvas
    audio video select option optgroup datalist button input textarea progress meter label rp rt
    """.split()
)
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_LINES = _HEADINGS | frozenset(
    """
    html body address article aside blockquote caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form frameset header hgroup hr legend li main menu nav ol p pre search section
    summary table tbody td tfoot th thead tr ul
    """.split()
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_CENTRED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
_CAPTION = re.compile(r"caption|chu-?thich", re.IGNORECASE)
#: Of a line with a larger share of its characters in links the purpose is to lead elsewhere.
LINKED = 0.6
#: A caption is not longer, unless it is marked up as one.
CAPTION_CHARS = 350
#: No item of a list is longer: such a list arranges the page.
_ITEM_CHARS = 1_000
#: No heading has more words: it is a lead that is set in large letters.
_HEADING_WORDS = 30
#: Hidden parts are left out, but not where they are nearly all of the page, which a script would show.
_HIDDEN_SHARE = 0.5


class _Walker:
    """Gathers the lines of a page while it walks through it."""

    def __init__(self, most: int | None) -> None:
        self.found: list[Block] = []
        self._left = most
        self._inside: list[HtmlElement] = []  # elements that stand on lines of their own
        self._words: list[_Words] = []
        self._links = self._slanted = 0  # open elements
        self._after_picture = False

    def walk(self, root: HtmlElement) -> None:
        from lxml import etree

        total = _length(root)
        skipped: HtmlElement | None = None
        steps = etree.iterwalk(root, events=("start", "end"))
        for step, element in steps:
            tag = str(element.tag)
            if step == "end":
                if element is not skipped:
                    self._close(element, tag)
                skipped = None
                self._add(element.tail)
            elif self._left is not None and self._left < 0:
                return
            elif tag in _NEVER or (_is_hidden(element) and _length(element) <= _HIDDEN_SHARE * total):
                steps.skip_subtree()
                skipped = element
            elif tag == "table" and (rows := _table(element)):
                steps.skip_subtree()
                skipped = element
                self._flush()
                self.found += (Block(row.text, row.kind, element) for row in rows)
                self._left = None if self._left is None else self._left - sum(len(row.text) for row in rows)
            else:
                self._open(element, tag)

    def _open(self, element: HtmlElement, tag: str) -> None:
        if _is_line(element, tag):
            self._flush()
            self._inside.append(element)
        elif tag == "br":
            self._break()
        elif tag == "img":
            self._flush()
            self._after_picture = _is_picture(element)
        elif tag == "wbr":
            pass
        elif _begins_field(element):
            self._add(" | ")
        self._links += tag == "a" and element.get("href") is not None
        self._slanted += tag in ("i", "em")
        for n, text in enumerate((element.text or "").split("\n") if tag == "pre" else [element.text]):
            if n:
                self._break()
            self._add(text)

    def _close(self, element: HtmlElement, tag: str) -> None:
        if self._inside and self._inside[-1] is element:
            self._flush()
            self._inside.pop()
        self._links -= tag == "a" and element.get("href") is not None
        self._slanted -= tag in ("i", "em")

    def _break(self) -> None:
        self._words.append(_Words(_BREAK, False, False))

    def _add(self, text: str | None) -> None:
        if text:
            before, after = " " * text[0].isspace(), " " * text[-1].isspace()
            words = _Words(f"{before}{' '.join(text.split())}{after}", self._links > 0, self._slanted > 0)
            self._words.append(words)
            self._left = None if self._left is None else self._left - len(words.text)

    def _flush(self) -> None:
        """Ends the line, or the lines that breaks make of it."""
        lines = [line for line in _broken(self._words) if any(map(str.isalnum, _text(line)))]
        if lines and self._inside:
            kind = self._kind("".join(words.text for words in self._words))
            whole = [[words for line in lines for words in (*line, _BLANK)]] if kind else _unwrapped(lines)
            for line in whole:
                length = sum(words.length for words in line)
                linked = sum(words.length for words in line if words.linked) / length
                slanted = sum(words.length for words in line if words.slanted) > _MOSTLY * length
                below = self._after_picture and (slanted or any(map(_is_centred, self._inside[-3:])))
                wrapped = kind is None and any(words is _BLANK for words in line)
                self.found.append(Block(_text(line), kind, self._inside[-1], linked, below, wrapped))
                self._after_picture = False
        self._words.clear()

    def _kind(self, text: str) -> BlockKind | None:
        for element in reversed(self._inside):
            tag = str(element.tag)
            if tag in _HEADINGS:
                return "heading" if len(text.split()) <= _HEADING_WORDS else None
            named = _CAPTION.search(element.get("class") or "") and len(text) <= CAPTION_CHARS
            if tag == "figcaption" or named:
                return "caption"
            if tag == "li":
                short = len(text) <= _ITEM_CHARS and not any(True for _ in element.iter(*_HEADINGS))
                return "item" if short else None
            if tag in ("td", "th", "article", "main", "body"):
                return None
        return None


_MOSTLY = 0.9


def _length(element: HtmlElement) -> int:
    """How much text is in an element, scripts and the like apart."""
    texts = (
        text
        for part in element.iter()
        for text in (
            part.text if part.tag not in _NEVER else None,
            part.tail if part is not element else None,
        )
    )
    return sum(len(text.strip()) for text in texts if text)


def _is_hidden(element: HtmlElement) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


def _is_line(element: HtmlElement, tag: str) -> bool:
    return tag in _LINES or "display:block" in (element.get("style") or "").replace(" ", "")


def _is_centred(element: HtmlElement) -> bool:
    style = element.get("style") or ""
    return element.tag == "center" or element.get("align") == "center" or bool(_CENTRED.search(style))


#: A picture that is less wide, in points, is a button or a sign.
_ICON = 100


def _is_picture(image: HtmlElement) -> bool:
    width = re.match(r"\d+", image.get("width") or "")
    return width is None or int(width[0]) > _ICON


def _begins_field(element: HtmlElement) -> bool:
    """Whether an element begins another field of a row (``<span>day</span><span>name</span>``), without a
    blank between the two."""
    before, parent = element.getprevious(), element.getparent()
    fields = ("span", "time", "a", "small")
    if before is None or before.tail or before.tag not in fields or element.tag not in fields:
        return False
    if parent is None or parent.tag not in ("div", "header", "section", "article"):
        return False
    last, first = "".join(before.itertext())[-1:], "".join(element.itertext())[:1]
    return last.isalnum() and (first.isupper() or first.isdigit())


@dataclass(frozen=True, slots=True)
class _Words:
    """Words of a line as they stand between two tags."""

    text: str
    linked: bool
    slanted: bool

    @property
    def length(self) -> int:
        return len(self.text.strip())


_BLANK = _Words(" ", False, False)


def _text(line: Sequence[_Words]) -> str:
    return " ".join("".join(words.text for words in line).split())


def _broken(words: Sequence[_Words]) -> list[list[_Words]]:
    """The lines that breaks make."""
    lines: list[list[_Words]] = [[]]
    for stretch in words:
        if stretch.text == _BREAK:
            lines.append([])
        else:
            lines[-1].append(stretch)
    return lines


_BREAK = "\n"


def _unwrapped(lines: Sequence[list[_Words]]) -> list[list[_Words]]:
    """The lines without the breaks inside a sentence, which were made for the looks of it."""
    whole: list[list[_Words]] = []
    for line in lines:
        if whole and _text(line)[:1].islower() and not re.search(r"[.!?…:;]$", _text(whole[-1])):
            whole[-1] = [*whole[-1], _BLANK, *line]
        else:
            whole.append(line)
    return whole


# --- tables --------------------------------------------------------------------------------------

#: A cell with more characters or lines in it than these holds a part of the page.
_CELL_CHARS, _CELL_LINES = 2_000, 12
#: A table without rules of two columns and no more rows is a letterhead, or the place for signatures.
_LETTERHEAD_ROWS = 3
#: No table has more columns, and no cell is drawn over more.
_COLUMNS = 100


def _table(element: HtmlElement) -> list[Draft]:
    """The lines of a table; none for one that only arranges the page."""
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in element.iter("tr")]
    rows = [row for row in rows if row]
    if len(rows) < 2 or max(map(len, rows)) not in range(2, _COLUMNS + 1) or _arranges(element):
        return []
    inside = [[blocks(cell) for cell in row] for row in rows]
    texts = [[" ".join(block.text for block in cell) for cell in row] for row in inside]
    lines = [line for row in inside for cell in row for line in cell]
    long = any(len(cell) > _CELL_LINES for row in inside for cell in row)
    long = long or any(len(text) > _CELL_CHARS for row in texts for text in row)
    alone = 2 * sum(sum(map(bool, row)) > 1 for row in texts) < len(texts)
    linked = sum(line.linked * len(line.text) for line in lines)
    if long or alone or linked > LINKED * sum(len(line.text) for line in lines):
        return []
    named = all(cell.tag == "th" for cell in rows[0]) or element.find("thead") is not None
    few = not named and len(rows) <= _LETTERHEAD_ROWS and max(map(len, rows)) == 2
    if few and (not _is_ruled(element) or is_letterhead(" ; ".join(line.text for line in lines))):
        return []
    grid, merged = _grid(rows, texts)
    return list(table(grid, merged, named or None)) if max(map(len, grid)) <= _COLUMNS else []


def _arranges(element: HtmlElement) -> bool:
    """Whether a table has parts of a page in it: tables, headings, as many pictures as a gallery."""
    parts = [str(part.tag) for part in element.iter("table", "tr", "img", *_HEADINGS)]
    return parts.count("table") > 1 or parts.count("img") >= parts.count("tr") or bool(_HEADINGS & {*parts})


def _is_ruled(element: HtmlElement) -> bool:
    """Whether a line of a table is drawn, as far as its own markup says."""
    if element.get("border") not in (None, "0"):
        return True
    styles = ((part.get("style") or "", part.get("class") or "") for part in element.iter("table", "td"))
    return any("solid" in style or "bordered" in names for style, names in styles)


def _grid(
    rows: Sequence[Sequence[HtmlElement]], texts: Sequence[Sequence[str]]
) -> tuple[list[list[str]], list[Merged]]:
    """The words of a table's cells in rows and columns, and the cells that are drawn over several."""
    taken: set[tuple[int, int]] = set()
    grid: list[list[str]] = []
    merged: list[Merged] = []
    for n, (row, words) in enumerate(zip(rows, texts, strict=True)):
        line: list[str] = []
        for cell, text in zip(row, words, strict=True):
            if len(line) > _COLUMNS:
                break
            while (n, len(line)) in taken:
                line.append("")
            down = min(_span(cell, "rowspan"), len(rows) - n)
            right = min(_span(cell, "colspan"), _COLUMNS - min(len(line), _COLUMNS - 1))
            left = len(line)
            if down > 1 or right > 1:
                merged.append((n, left, n + down - 1, left + right - 1))
                taken |= {(n + i, left + j) for i in range(1, down) for j in range(right)}
            line += [text, *[""] * (right - 1)]
        grid.append(line)
    return grid, merged


def _span(cell: HtmlElement, name: str) -> int:
    number = re.fullmatch(r"\s*(\d{1,4})\s*", cell.get(name) or "")
    return max(1, int(number[1])) if number else 1
