"""What is written as PDF is read back with another library than the one that wrote it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest

from assistant.documents import pdf
from assistant.documents.types import Block, Document, Heading, Note, PageBreak, Paragraph, Run, Table
from tests.assistant.documents.papers import BAD, FIRST, LETTERS, SECOND, WHOLE


@contextmanager
def opened(document: Document) -> Iterator[Any]:
    with pypdfium2.PdfDocument(pdf.write(document)) as of:
        yield of


def pages(document: Document) -> list[str]:
    """The letters of each page in their order, without what is blank."""
    with opened(document) as of:
        return ["".join(page.get_textpage().get_text_range().split()) for page in of]


def solid(text: str) -> str:
    return "".join(text.split())


def of(*blocks: Block) -> Document:
    return Document("Tên", (), blocks)


def numbered(n: int) -> Note:
    return Note(f"Bài số {n}", "Báo", None, n, f"lời của ghi chú {n}, " * 6 + f"hết {n}")


LONG = "Ngày 02/5/1931 cơ quan được lập và giao nhiều việc. " * 8


def test_the_right_letters_come_out_again() -> None:
    first, second = pages(WHOLE)
    assert solid(LETTERS) in second
    assert solid(WHOLE.title) in first
    for note in (FIRST, SECOND):
        assert solid(f"{note.title}{f', {note.place}' if note.place else ''}: “{note.quote}”") in first


def test_letters_and_accents_that_are_typed_apart_are_drawn_as_one() -> None:
    (page,) = pages(of(Paragraph((Run(unicodedata.normalize("NFD", LETTERS)),))))
    assert solid(LETTERS) in page


def test_every_face_of_the_font_has_every_letter() -> None:
    from reportlab.pdfbase import pdfmetrics

    pdf.write(WHOLE)
    for face in ("regular", "bold", "italic", "bold-italic"):
        font: Any = pdfmetrics.getFont(f"Nep Serif {face}")
        drawn = font.face.charToGlyph
        assert {ord(letter) for letter in f"{LETTERS}0123456789“”‘’–—…•%§"} <= drawn.keys()


def test_each_note_stands_at_the_foot_of_the_page_that_refers_to_it() -> None:
    """Each of the paragraphs is known by its own word, and has its note behind its last word."""
    blocks = [Paragraph((Run(f"Đoạn{n}a {LONG} đoạn{n}z.", notes=(numbered(n),)),)) for n in range(1, 31)]
    found = pages(of(*blocks))
    assert len(found) > 5
    for n in range(1, 31):
        (word,) = [i for i, page in enumerate(found) if f"đoạn{n}z." in page]
        (note,) = [i for i, page in enumerate(found) if f"{n}Bàisố{n},Báo,trang{n}:“" in page]
        assert word == note
        assert solid(numbered(n).quote) in found[note]


def test_nothing_is_lost_nor_twice_where_notes_are_longer_than_a_page() -> None:
    huge = Note("Bài dài", None, None, None, " ".join(f"chữ{n}." for n in range(3000)))
    found = "".join(pages(of(*(Paragraph((Run(f"lời{n}.", notes=(huge,)),)) for n in range(2)))))
    assert [found.count(f"lời{n}.") for n in range(2)] == [1, 1]
    assert {found.count(f"chữ{n}.") for n in range(3000)} == {2}


def test_a_table_repeats_its_head_and_breaks_rows_that_are_higher_than_a_page() -> None:
    rows = tuple(
        ((Run(f"dòng{n}."),), (Run(" ".join(f"ô{n}:{k}." for k in range(700 if n == 5 else 40))),))
        for n in range(12)
    )
    found = pages(of(Table(("ĐầuMột", "ĐầuHai"), rows)))
    assert len(found) > 3
    assert all(page.count("ĐầuMột") == 1 for page in found)
    whole = "".join(found)
    assert all(whole.count(f"dòng{n}.") == 1 for n in range(12))
    assert all(whole.count(f"ô5:{k}.") == 1 for k in range(700))


def test_a_heading_is_never_the_last_of_a_page() -> None:
    for lines in range(28, 45):
        blocks = [Paragraph((Run(f"dòng {n}"),)) for n in range(lines)]
        found = pages(of(*blocks, Heading(1, "ĐỀMỤC"), Paragraph((Run("theosau"),))))
        assert [("ĐỀMỤC" in page) == ("theosau" in page) for page in found] == [True] * len(found)


def test_pages_are_numbered_from_the_second_on_and_headings_are_its_contents() -> None:
    with opened(of(Heading(3, "Một"), PageBreak(), Heading(1, "Hai"), Heading(2, "Ba"))) as paper:
        assert [(i.level, i.get_title()) for i in paper.get_toc()] == [(0, "Một"), (0, "Hai"), (1, "Ba")]
        texts = [page.get_textpage().get_text_range() for page in paper]
        assert len(texts) == 2
        assert "2" in texts[1].split()
        assert "1" not in texts[0].split()


def test_paper_and_metadata_are_those_of_the_document() -> None:
    with opened(WHOLE) as paper:
        told = paper.get_metadata_dict()
        assert told["Title"] == WHOLE.title
        assert told["Author"] == "Nếp"
        assert [round(side / 72 * 25.4) for side in paper[0].get_size()] == [210, 297]


@pytest.mark.parametrize(
    "document",
    [
        Document("", (), ()),
        of(Paragraph(())),
        of(Paragraph((Run(""),)), Heading(1, "")),
        of(Paragraph((Run("", notes=(SECOND,)),))),
        of(Table(("a",), ())),
        of(PageBreak(), PageBreak()),
        of(Paragraph((Run("x" * 5000),)), Table(("y" * 300,) * 6, (((Run("z" * 400),),) * 6,))),
    ],
)
def test_what_is_empty_or_without_blanks_breaks_nothing(document: Document) -> None:
    found = "".join(pages(document))
    assert found.count("x") in (0, 5000)
    assert found.count("z") in (0, 2400)


def test_what_a_pdf_cannot_hold_and_markup_break_nothing() -> None:
    note = Note(BAD, BAD, None, 1, BAD)
    bad = Document(BAD, (BAD,), (Heading(9, BAD), Paragraph((Run(BAD, True, True, (note,)),), "item")))
    assert solid("g & <w:t> ]]> </p>") in pages(bad)[0]
    marked = replace(WHOLE, blocks=(Paragraph((Run("<b>đậm</b> &amp; <img src='x'/>"),)),))
    assert solid("<b>đậm</b> &amp; <img src='x'/>") in pages(marked)[0]
