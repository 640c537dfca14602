"""What is written as Word is opened with python-docx and, where it is installed, with LibreOffice."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import docx
import pypdfium2  # type: ignore[import-untyped]
import pytest
from docx.oxml.ns import qn

from assistant.documents import word
from assistant.documents.types import Document, Heading, Note, Paragraph, Run, Table
from tests.assistant.documents.papers import BAD, FIRST, LETTERS, SECOND, WHOLE


def opened(document: Document) -> Any:
    return docx.Document(io.BytesIO(word.write(document)))


def part(of: Any, kind: str) -> Any:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml.parser import parse_xml

    return parse_xml(of.part.part_related_by(getattr(RELATIONSHIP_TYPE, kind)).blob)


def words(element: Any) -> str:
    """The words as Word shows them, with its ends of lines."""
    shown = {qn("w:br"): "\n", qn("w:tab"): "\t"}
    return "".join(shown.get(e.tag, e.text if e.tag == qn("w:t") else "") for e in element.iter())


def notes(of: Any) -> dict[int, str]:
    return {
        int(n.get(qn("w:id"))): words(n)
        for n in part(of, "FOOTNOTES").iterchildren()
        if n.get(qn("w:type")) is None
    }


def test_each_note_is_a_footnote_that_shows_where_from_and_the_exact_words() -> None:
    of = opened(WHOLE)
    referred = [int(r.get(qn("w:id"))) for r in of.element.body.iter(qn("w:footnoteReference"))]
    found = notes(of)
    given = [FIRST, SECOND, SECOND, FIRST, SECOND]
    assert referred == list(found) == [1, 2, 3, 4, 5]
    for note, text in zip(given, found.values(), strict=True):
        assert f"“{note.quote}”".encode() in text.encode()
        assert note.title in text
        if note is FIRST:
            assert text.startswith(f" {FIRST.title}, Báo Thử, 16/10/2020, trang 3: “")
        else:
            assert "None" not in text
            assert text.endswith("(Bản quét: hãy đối chiếu với bản gốc)")


def test_the_part_of_the_notes_is_what_word_expects() -> None:
    of = opened(WHOLE)
    kinds = [n.get(qn("w:type")) for n in part(of, "FOOTNOTES").iterchildren()]
    assert kinds[:2] == ["separator", "continuationSeparator"]
    with zipfile.ZipFile(io.BytesIO(word.write(WHOLE))) as packed:
        assert "word/footnotes.xml" in packed.namelist()
        assert "wordprocessingml.footnotes+xml" in packed.read("[Content_Types].xml").decode()
    ids = {style.style_id for style in of.styles}
    used = {e.get(qn("w:val")) for e in part(of, "FOOTNOTES").iter(qn("w:pStyle"), qn("w:rStyle"))}
    assert used == {"FootnoteText", "FootnoteReference"} <= ids


def test_paper_type_language_and_properties_are_those_of_an_office_paper() -> None:
    of = opened(WHOLE)
    section = of.sections[0]
    sizes = (section.page_width, section.page_height, section.left_margin, section.right_margin)
    assert [round(size.mm) for size in sizes] == [210, 297, 30, 20]
    assert of.core_properties.title == WHOLE.title
    assert of.core_properties.language == "vi-VN"
    defaults = of.styles.element.find(qn("w:docDefaults"))
    assert next(defaults.iter(qn("w:rFonts"))).get(qn("w:ascii")) == "Times New Roman"
    assert next(defaults.iter(qn("w:lang"))).get(qn("w:val")) == "vi-VN"


def test_headings_lists_and_tables_are_real_ones() -> None:
    of = opened(WHOLE)
    styled = [(p.style.name, p.text) for p in of.paragraphs if p.text]
    assert ("Heading 1", "Thành lập") in styled
    assert ("Heading 2", "Trình tự") in styled
    assert [text for style, text in styled if style == "List Bullet"] == ["Việc một", "Việc hai"]
    numbered = [p for p in of.paragraphs if p.style.name == "List Number"]
    rows = [p._p.pPr.numPr.numId.val for p in numbered]
    assert rows[0] == rows[1] != rows[2], "a list after other words counts anew"
    table = of.tables[0]
    assert [cell.text for cell in table.rows[0].cells] == ["Năm", "Hình thức"]
    repeated = [bool(list(row._tr.iter(qn("w:tblHeader")))) for row in table.rows]
    assert repeated == [True, False, False]
    later = next(p for p in of.paragraphs if p.text == "Phần sau")
    assert later.paragraph_format.page_break_before


def test_what_xml_cannot_hold_breaks_nothing() -> None:
    note = Note(BAD, BAD, None, 1, BAD)
    bad = Document(
        BAD * 30,
        (BAD,),
        (Heading(40, BAD), Paragraph((Run(BAD, notes=(note,)),)), Table((BAD,), (((Run(BAD),),),))),
    )
    of = opened(bad)
    assert "g & <w:t> ]]> </p> " in words(of.element.body)
    assert "g & <w:t> ]]> </p> " in notes(of)[1]
    assert opened(Document("", (), ())).paragraphs


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_another_program_prints_the_words_and_the_notes(tmp_path: Path) -> None:
    paper = tmp_path / "paper.docx"
    paper.write_bytes(word.write(WHOLE))
    home = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(paper)]
    subprocess.run(command, check=True, capture_output=True, timeout=200)
    with pypdfium2.PdfDocument(paper.with_suffix(".pdf")) as printed:
        pages = [page.get_textpage().get_text_range() for page in printed]
    assert len(pages) == 2
    # Where no font of this computer has a letter, it is printed out of its row: counted, not read.
    said = "".join([WHOLE.title, *(f"{note.title}“{note.quote}”" for note in (FIRST, SECOND, SECOND))])
    assert Counter("".join(said.split())) <= Counter(pages[0])
    assert set(LETTERS) <= set(pages[1])


def test_the_words_of_a_list_hang_by_its_style_and_by_its_level_alike() -> None:
    # Word heeds the style, LibreOffice the level of the list.
    items = (Paragraph((Run("Việc"),), "item"), Paragraph((Run("Việc"),), "numbered"))
    made = docx.Document(io.BytesIO(word.write(Document("Sổ", (), items))))
    numbering = made.part.numbering_part.element
    for name in ("List Bullet", "List Number"):
        style = made.styles[name].element
        kind = numbering.num_having_numId(style.pPr.numPr.numId.val).abstractNumId.val
        (level,) = numbering.xpath(f"w:abstractNum[@w:abstractNumId={kind}]/w:lvl[@w:ilvl=0]/w:pPr")
        places = [dict(of.find(qn("w:ind")).attrib) for of in (style.pPr, level)]
        left, hanging = (int(places[0][qn(f"w:{of}")]) for of in ("left", "hanging"))
        assert places[0] == places[1]
        assert 0 < hanging <= left
        assert [stop.get(qn("w:pos")) for stop in level.iter(qn("w:tab"))] == [str(left)]
