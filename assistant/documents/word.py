"""A document as Word has it (.docx): A4 and the type of a Vietnamese office paper, with footnotes that Word
itself numbers and moves.

python-docx knows no footnotes: their part is put together here from its pieces.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Any

from assistant.documents.types import Document, Heading, Note, PageBreak, Paragraph, Run, Table
from assistant.documents.writing import writable

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph as ParagraphOfWord

FONT = "Times New Roman"
#: What takes its place on a computer without it.
_STAND_IN = "Liberation Serif"
LANGUAGE = "vi-VN"
_PROGRAM = "Nếp"
#: Points: of the text, of what stands in tables, of the notes.
_TEXT, _CELL, _NOTE = 14, 12, 10
#: Millimetres, as office papers have them: top, right, bottom, left.
_MARGINS = (20, 20, 20, 30)
_WIDTH, _HEIGHT = 210, 297
#: Millimetres: of a first line, and of what stands further in.
_FIRST, _IN = 10, 10
#: The deepest heading that Word has, and the longest title that it keeps beside a document.
_DEEPEST, _LONGEST_TITLE = 9, 255

# The numbers of the two lines that Word draws above notes; those of notes follow.
_RULES = (("separator", -1), ("continuationSeparator", 0))


def write(document: Document) -> bytes:
    """The document as a .docx. A note stands in full at each place that it is given for, so that what is
    copied from the document takes its evidence along."""
    import docx

    word = docx.Document()
    _set_up(word, document)
    notes = _Notes(word)
    _lines(word.add_paragraph(style="Title")._p, document.title)
    for line in document.about:
        _lines(word.add_paragraph(style="Subtitle")._p, line)
    fresh = False  # whether what comes next begins a page
    for look, some in groupby(document.blocks, lambda b: b.look if isinstance(b, Paragraph) else None):
        row = _row(word) if look == "numbered" else None
        for block in some:
            match block:
                case PageBreak():
                    fresh = True
                    continue
                case Heading(level, text):
                    paragraph = word.add_paragraph(style=f"Heading {min(max(level, 1), _DEEPEST)}")
                    _lines(paragraph._p, text)
                case Paragraph(runs):
                    paragraph = word.add_paragraph(style=_LOOKS[block.look])
                    if row is not None:
                        _number(paragraph, row)
                    _runs(paragraph._p, runs, notes)
                case Table():
                    paragraph = word.add_paragraph(style="Table Text")  # it stands apart from another table
                    _table(word, block, notes)
            if fresh:
                paragraph.paragraph_format.page_break_before = True
                fresh = False
    kept = BytesIO()
    word.save(kept)
    return kept.getvalue()


_LOOKS = {
    "plain": "Normal",
    "item": "List Bullet",
    "numbered": "List Number",
    "quote": "Quote",
    "remark": "Remark",
}


# --- words -----------------------------------------------------------------------------------------


def _element(parent: Any, name: str, **values: object) -> Any:
    """A new last element of ``parent``, its attributes in the same name space."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    made = OxmlElement(f"w:{name}")
    for key, value in values.items():
        made.set(qn(f"w:{key}"), str(value))
    parent.append(made)
    return made


def _lines(parent: Any, text: str, *, bold: bool = False, italic: bool = False, style: str = "") -> Any:
    """A run with the text, every blank of it kept."""
    run = _element(parent, "r")
    if bold or italic or style:
        properties = _element(run, "rPr")
        if style:
            _element(properties, "rStyle", val=style)
        for is_so, name in ((bold, "b"), (italic, "i")):
            if is_so:
                _element(properties, name)
    for piece in re.split(r"([\n\t])", writable(text)):
        if piece == "\n":
            _element(run, "br")
        elif piece == "\t":
            _element(run, "tab")
        elif piece:
            words = _element(run, "t")
            words.text = piece
            words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return run


def _runs(parent: Any, runs: tuple[Run, ...], notes: _Notes, *, bold: bool = False) -> None:
    for run in runs:
        _lines(parent, run.text, bold=run.bold or bold, italic=run.italic)
        for n, note in enumerate(run.notes):
            if n:  # 1 and 2 side by side are not 12
                _lines(parent, ", ", style="FootnoteReference")
            number = notes.add(note)
            reference = _lines(parent, "", style="FootnoteReference")
            _element(reference, "footnoteReference", id=number)


# --- notes -----------------------------------------------------------------------------------------


class _Notes:
    """The part of a Word document that has its footnotes."""

    def __init__(self, word: Word) -> None:
        from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
        from docx.opc.packuri import PackURI
        from docx.opc.part import XmlPart
        from docx.oxml.ns import nsdecls
        from docx.oxml.parser import parse_xml

        package = word.part.package
        assert package is not None
        self._notes = parse_xml(f"<w:footnotes {nsdecls('w', 'r')}/>")
        for kind, number in _RULES:
            rule = _element(self._notes, "footnote", type=kind, id=number)
            paragraph = _element(rule, "p")
            _element(_element(paragraph, "pPr"), "spacing", before=0, after=0, line=240, lineRule="auto")
            _element(_element(paragraph, "r"), kind)
        part = XmlPart(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, self._notes, package)
        word.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
        self._last = 0

    def add(self, note: Note) -> int:
        """The number by which the document refers to the note."""
        self._last += 1
        footnote = _element(self._notes, "footnote", id=self._last)
        paragraph = _element(footnote, "p")
        _element(_element(paragraph, "pPr"), "pStyle", val="FootnoteText")
        _element(_lines(paragraph, "", style="FootnoteReference"), "footnoteRef")
        _lines(paragraph, " ")
        _lines(paragraph, note.title, italic=True)
        _lines(paragraph, f"{f', {note.place}' if note.place else ''}: “")
        _lines(paragraph, note.quote)
        _lines(paragraph, f"”{note.doubt}")
        return self._last


# --- lists and tables ------------------------------------------------------------------------------


def _row(word: Word) -> int:
    """The number of a new list that counts from 1, for the paragraphs that stand in one row."""
    numbering: Any = word.part.numbering_part.element
    style = word.styles["List Number"].element
    kind = numbering.num_having_numId(style.pPr.numPr.numId.val).abstractNumId.val
    number = numbering.add_num(kind)
    number.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(number.numId)


def _number(paragraph: ParagraphOfWord, row: int) -> None:
    properties: Any = paragraph._p.get_or_add_pPr()
    numbered = properties.get_or_add_numPr()
    numbered.get_or_add_ilvl().val = 0
    numbered.get_or_add_numId().val = row


def _table(word: Word, table: Table, notes: _Notes) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    made = word.add_table(rows=0, cols=len(table.header), style="Table Grid")
    head = tuple((Run(name),) for name in table.header)
    for n, row in enumerate((head, *table.rows)):
        line = made.add_row()
        properties = line._tr.get_or_add_trPr()
        _element(properties, "cantSplit")
        if n == 0:  # on every page that the table runs over
            _element(properties, "tblHeader")
        for cell, runs in zip(line.cells, row, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.style = "Table Text"
            if n == 0:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                shade = _element(cell._tc.get_or_add_tcPr(), "shd", val="clear", color="auto")
                shade.set(shade.attrib.keys()[0].replace("val", "fill"), "EDEDED")
            _runs(paragraph._p, runs, notes, bold=n == 0)
    # What follows stands apart, too, and a document ends with a paragraph.
    word.add_paragraph(style="Table Text")


# --- the document around it ------------------------------------------------------------------------


def _set_up(word: Word, document: Document) -> None:
    """Paper, type, language and properties."""
    from docx.shared import Mm

    section = word.sections[0]
    section.page_width, section.page_height = Mm(_WIDTH), Mm(_HEIGHT)
    top, right, bottom, left = (Mm(some) for some in _MARGINS)
    section.top_margin, section.right_margin = top, right
    section.bottom_margin, section.left_margin = bottom, left
    section.header_distance = section.footer_distance = Mm(10)
    # The number of the page stands above it, in the middle, from the second page on.
    section.different_first_page_header_footer = True
    header = section.header.paragraphs[0]
    header.style = "Header"
    _lines(_element(header._p, "fldSimple", instr="PAGE"), "2")
    _styles(word)
    _settings(word)
    kept = word.core_properties
    kept.title = " ".join(writable(document.title).split())[:_LONGEST_TITLE]
    kept.author = kept.last_modified_by = _PROGRAM
    kept.comments = ""
    kept.language = LANGUAGE
    kept.created = kept.modified = datetime.now(UTC).replace(tzinfo=None)


def _styles(word: Word) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.oxml.ns import qn

    styles = word.styles
    defaults = styles.element.find(qn("w:docDefaults"))
    assert defaults is not None
    fonts = next(defaults.iter(qn("w:rFonts")))
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)
    next(defaults.iter(qn("w:lang"))).set(qn("w:val"), LANGUAGE)
    for name in ("Table Text", "footnote text", "Remark"):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name == "footnote text")
    reference = styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER, builtin=True)
    reference.element.styleId = "FootnoteReference"
    reference.font.superscript = True
    styles["footnote text"].element.styleId = "FootnoteText"

    _style(word, "Normal", _TEXT, ALIGN.JUSTIFY, after=6, first=_FIRST)
    _style(word, "Title", 16, ALIGN.CENTER, after=6, bold=True)
    _style(word, "Subtitle", 13, ALIGN.CENTER, after=3, italic=True)
    for level in range(1, _DEEPEST + 1):
        _style(
            word,
            f"Heading {level}",
            _TEXT,
            ALIGN.LEFT,
            before=12,
            after=4,
            bold=True,
            italic=level > 2,
            keep=True,
        )
    _style(word, "List Bullet", _TEXT, ALIGN.JUSTIFY, after=4, first=-6, left=_IN)
    _style(word, "List Number", _TEXT, ALIGN.JUSTIFY, after=4, first=-8, left=_IN)
    _style(word, "Quote", _TEXT, ALIGN.JUSTIFY, after=6, left=_IN, italic=True)
    _style(word, "Remark", _CELL, ALIGN.LEFT, after=6, left=_IN)
    _style(word, "Table Text", _CELL, ALIGN.LEFT, before=2, after=2)
    _style(word, "footnote text", _NOTE, ALIGN.JUSTIFY, after=2)
    _style(word, "Header", _TEXT, ALIGN.CENTER)


def _style(
    word: Word,
    name: str,
    size: float,
    align: Any,
    *,
    before: float = 0,
    after: float = 0,
    first: float = 0,
    left: float = 0,
    bold: bool = False,
    italic: bool = False,
    keep: bool = False,
) -> None:
    """Gives a style our look in place of the template's: sizes and distances in points, what stands in from
    the margin in millimetres."""
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    style: ParagraphStyle = word.styles[name]
    for looks, kept in (("w:rPr", ()), ("w:pPr", (qn("w:numPr"), qn("w:outlineLvl")))):
        for properties in style.element.findall(qn(looks)):
            for one in [one for one in properties if one.tag not in kept]:
                properties.remove(one)
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, italic
    style.font.color.rgb = RGBColor(0, 0, 0)
    shape = style.paragraph_format
    shape.alignment = align
    shape.space_before, shape.space_after, shape.line_spacing = Pt(before), Pt(after), 1.15
    shape.left_indent, shape.first_line_indent = Mm(left), Mm(first)
    if first < 0:
        _hang(word, style, Mm(left).twips, Mm(-first).twips)
    if keep:
        shape.keep_with_next = shape.keep_together = True


def _hang(word: Word, style: Any, left: int, hanging: int) -> None:
    """The words behind the mark of a list begin where its further lines do. Word heeds the style, LibreOffice
    the level of the list: both say the same, in twentieths of a point."""
    from docx.oxml.ns import qn

    numbering: Any = word.part.numbering_part.element
    kind = numbering.num_having_numId(style.element.pPr.numPr.numId.val).abstractNumId.val
    marks = next(m for m in numbering.iter(qn("w:abstractNum")) if m.get(qn("w:abstractNumId")) == str(kind))
    shape = next(marks.iter(qn("w:pPr")))
    for old in list(shape):
        shape.remove(old)
    _element(_element(shape, "tabs"), "tab", val="num", pos=left)
    _element(shape, "ind", left=left, hanging=hanging)


def _settings(word: Word) -> None:
    """The rules above notes are named once more; spelling is checked as Vietnamese; a computer without our
    font takes one of the same widths; the template's picture of itself is left out."""
    from docx.oxml.ns import qn

    settings = word.settings.element
    notes = _element(settings, "footnotePr")
    for _, number in _RULES:
        _element(notes, "footnote", id=number)
    compatibility = settings.find(qn("w:compat"))
    assert compatibility is not None
    compatibility.addprevious(notes)  # the order is laid down
    spoken = settings.find(qn("w:themeFontLang"))
    if spoken is not None:
        spoken.attrib.clear()
        spoken.set(qn("w:val"), LANGUAGE)
    package = word.part.package
    assert package is not None
    for id, related in list(package.rels.items()):
        if related.reltype.endswith("/thumbnail"):
            del package.rels[id]
    for related in word.part.rels.values():
        if related.reltype.endswith("/fontTable"):
            related.target_part._blob = _fonts()


@cache
def _fonts() -> bytes:
    from docx.oxml.ns import nsdecls

    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>'
        f'<w:font w:name="{FONT}"><w:altName w:val="{_STAND_IN}"/><w:family w:val="roman"/>'
        '<w:pitch w:val="variable"/></w:font></w:fonts>'
    ).encode()
