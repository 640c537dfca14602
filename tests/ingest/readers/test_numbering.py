"""The numbers that Word draws before the paragraphs of lists are written before them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingest.readers.writing import body, in_list, level, numbering, p, style, texts


@pytest.mark.parametrize(
    ("format", "text", "start", "numbers"),
    [
        ("decimal", "%1.", 1, ["1.", "2."]),
        ("decimal", "Điều %1:", 9, ["Điều 9:", "Điều 10:"]),
        ("decimalZero", "%1.", 9, ["09.", "10."]),
        ("lowerLetter", "%1)", 1, ["a)", "b)"]),
        ("lowerLetter", "%1)", 26, ["z)", "aa)"]),
        ("upperLetter", "(%1)", 3, ["(C)", "(D)"]),
        ("lowerRoman", "%1.", 1, ["i.", "ii."]),
        ("upperRoman", "%1.", 3, ["III.", "IV."]),
        ("upperRoman", "Phần %1", 48, ["Phần XLVIII", "Phần XLIX"]),
        ("ordinal", "%1", 1, ["1", "2"]),
        ("decimal", "%1.", 0, ["0.", "1."]),
        ("lowerLetter", "%1.", 999_999_999, ["999999999.", "1000000000."]),
    ],
)
def test_a_number_that_word_draws_stands_before_its_words(
    tmp_path: Path, format: str, text: str, start: int, numbers: list[str]
) -> None:
    found = body(
        tmp_path, in_list("Một") + in_list("Hai"), numbering=numbering(level(0, format, text, start=start))
    )
    assert found == [("item", f"{numbers[0]} Một"), ("item", f"{numbers[1]} Hai")]


def test_bullets_give_no_number(tmp_path: Path) -> None:
    xml = in_list("Một") + in_list("") + in_list(" ")
    assert body(tmp_path, xml, numbering=numbering(level(0, "bullet", "\uf0b7"))) == [("item", "Một")]


def test_a_paragraph_that_is_taken_out_of_its_list_has_no_number(tmp_path: Path) -> None:
    assert body(tmp_path, in_list("Một", id=0), numbering=numbering(level(0, "decimal", "%1."))) == [
        (None, "Một")
    ]


MULTILEVEL = (
    level(0, "upperRoman", "%1."),
    level(1, "decimal", "%2."),
    level(2, "decimal", "%2.%3.", "<w:isLgl/>"),
    level(3, "lowerLetter", "%4)"),
)


def test_a_level_begins_anew_below_each_number_above_it(tmp_path: Path) -> None:
    places = [0, 1, 2, 2, 1, 2, 3, 3, 2, 3, 0, 1]
    xml = "".join(in_list("x", at) for at in places)
    assert texts(tmp_path, xml, numbering=numbering(*MULTILEVEL)) == [
        "I. x", "1. x", "1.1. x", "1.2. x", "2. x", "2.1. x", "a) x", "b) x", "2.2. x", "a) x", "II. x",
        "1. x",
    ]  # fmt: skip


def test_a_level_that_is_missing_above_counts_from_its_start(tmp_path: Path) -> None:
    levels = level(0, "upperRoman", "%1."), level(1, "decimal", "%1.%2.", "<w:isLgl/>")
    assert texts(tmp_path, in_list("x", 1) + in_list("x", 0), numbering=numbering(*levels)) == [
        "1.1. x",
        "I. x",
    ]


def test_a_level_may_go_on_below_another_number(tmp_path: Path) -> None:
    levels = level(0, "upperRoman", "%1."), level(1, "decimal", "%2.", '<w:lvlRestart w:val="0"/>')
    xml = "".join(in_list("x", at) for at in (0, 1, 0, 1))
    assert texts(tmp_path, xml, numbering=numbering(*levels)) == ["I. x", "1. x", "II. x", "2. x"]


def test_lists_of_one_family_count_on_and_one_may_begin_anew(tmp_path: Path) -> None:
    more = (
        '<w:num w:numId="2"><w:abstractNumId w:val="7"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="7"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        '<w:num w:numId="4"><w:abstractNumId w:val="7"/>'
        f'<w:lvlOverride w:ilvl="0">{level(0, "lowerLetter", "%1)")}</w:lvlOverride></w:num>'
    )
    xml = "".join(in_list("x", id=id) for id in (1, 1, 2, 3, 3, 4))
    assert texts(tmp_path, xml, numbering=numbering(level(0, "decimal", "%1."), more=more)) == [
        "1. x", "2. x", "3. x", "1. x", "2. x", "c) x"
    ]  # fmt: skip


def test_headings_have_the_numbers_of_their_styles(tmp_path: Path) -> None:
    levels = (
        level(0, "upperRoman", "%1.", '<w:pStyle w:val="h1"/>'),
        level(1, "decimal", "%2.", '<w:pStyle w:val="h2"/>'),
    )
    numbered = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    styles = style("h1", "heading 1", numbered) + style("h2", "heading 2", base="h1")
    xml = p("Sự ra đời", style="h1") + p("Bối cảnh", style="h2") + p("Trưởng thành", style="h1")
    assert body(tmp_path, xml, styles=styles, numbering=numbering(*levels)) == [
        ("heading", "I. Sự ra đời"),
        ("heading", "1. Bối cảnh"),
        ("heading", "II. Trưởng thành"),
    ]


def test_a_list_may_be_numbered_by_a_style_of_lists(tmp_path: Path) -> None:
    link = (
        '<w:abstractNum w:abstractNumId="8"><w:numStyleLink w:val="l"/></w:abstractNum>'
        '<w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>'
    )
    styles = (
        '<w:style w:type="numbering" w:styleId="l"><w:name w:val="Danh mục"/>'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    found = numbering(level(0, "lowerLetter", "%1)"), more=link)
    assert texts(tmp_path, in_list("x", id=2), styles=styles, numbering=found) == ["a) x"]


def test_a_paragraph_that_was_deleted_is_not_counted(tmp_path: Path) -> None:
    gone = in_list("x").replace("<w:numPr>", "<w:rPr><w:del/></w:rPr><w:numPr>").replace("w:t", "w:delText")
    xml = in_list("Một") + gone + in_list("Hai")
    assert texts(tmp_path, xml, numbering=numbering(level(0, "decimal", "%1."))) == ["1. Một", "2. Hai"]
