"""Text in fonts from before Unicode is read by its font, and what only stands in one is left."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.encodings import TCVN3
from tests.ingest.readers.writing import A, in_list, level, numbering, p, run, style, texts

OLD = "V¨n phßng HuyÖn ñy L\u00ad¬ng S¬n"
NEW = "Văn phòng Huyện ủy Lương Sơn"


@pytest.mark.parametrize(
    ("font", "old", "new"),
    [
        (".VnTime", OLD, NEW),
        (".VnArial Narrow", "§¶ng bé", "Đảng bộ"),
        (".VnTime", "c¸ l¸", "cá lá"),  # too short to be told by its letters
        (".VnTimeH", "v¨n phßng huyÖn ñy", "VĂN PHÒNG HUYỆN ỦY"),
        (".VnTime", "V¡N PHßNG", "VĂN PHÒNG"),
        ("VNI-Times", "Vaên phoøng Huyeän uûy", "Văn phòng Huyện ủy"),
        ("VNI-Times", "ÑAÛNG BOÄ", "ĐẢNG BỘ"),
        (".VnTime", "Hà Nội", "Hà Nội"),  # typed in Unicode, whatever the font
        ("Times New Roman", "¡Adiós!", "¡Adiós!"),
    ],
)
def test_text_in_an_old_font_is_put_into_unicode_by_its_font(
    tmp_path: Path, font: str, old: str, new: str
) -> None:
    assert texts(tmp_path, p(run(old, font))) == [new]


DEFAULTS = "<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts {}/></w:rPr></w:rPrDefault></w:docDefaults>"


@pytest.mark.parametrize(
    "styles",
    [
        style("s", "Thân bài", '<w:rPr><w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/></w:rPr>'),
        style("s", "Thân bài", base="t")
        + style("t", "Chung", '<w:rPr><w:rFonts w:ascii=".VnTime"/></w:rPr>'),
        DEFAULTS.format('w:hAnsi=".VnTime"'),
        DEFAULTS.format('w:hAnsiTheme="minorHAnsi"'),
    ],
    ids=["style", "base", "defaults", "theme"],
)
def test_the_font_may_come_from_the_style_the_defaults_or_the_theme(tmp_path: Path, styles: str) -> None:
    theme = f'<a:theme xmlns:a="{A}"><a:minorFont><a:latin typeface=".VnTime"/></a:minorFont></a:theme>'
    xml = p("c¸ l¸", run(" résumé", "Arial"), style="s")
    assert texts(tmp_path, xml, styles=styles, theme=theme) == ["cá lá résumé"]


def test_the_font_of_a_style_of_characters_goes_before_that_of_the_paragraph(tmp_path: Path) -> None:
    styles = (
        '<w:style w:type="character" w:styleId="c"><w:name w:val="Hoa"/>'
        '<w:rPr><w:rFonts w:ascii=".VnTimeH" w:hAnsi=".VnTimeH"/></w:rPr></w:style>'
        + style("s", "Thân bài", '<w:rPr><w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/></w:rPr>')
    )
    xml = p(run("l¸", more='<w:rStyle w:val="c"/>'), " c¸", style="s")
    assert texts(tmp_path, xml, styles=styles) == ["LÁ cá"]


def test_a_letter_that_is_split_between_runs_is_whole(tmp_path: Path) -> None:
    vni = p(run("pho", "VNI-Times"), run("øng ", "VNI-Times"), run("Bo", "VNI-Times"), run("ä", "VNI-Helve"))
    font = '<w:rPr><w:rFonts w:hAnsi=".VnTime"/></w:rPr>'
    abc = p(f"<w:r>{font}<w:t>L</w:t><w:softHyphen/><w:t>¬ng</w:t></w:r>")
    assert texts(tmp_path, vni + abc) == ["phòng Bộ", "Lương"]


def test_unicode_that_was_typed_into_an_old_template_stays(tmp_path: Path) -> None:
    """Alone "cá nhân" might be either; the rest of the document tells."""
    today, long_ago = run("Văn phòng Huyện ủy", ".VnTime"), run(OLD, ".VnTime")
    doubtful = p(run("cá nhân", ".VnTime"))
    assert texts(tmp_path, doubtful + p(today)) == ["cá nhân", "Văn phòng Huyện ủy"]
    assert texts(tmp_path, doubtful + p(long_ago)) == ["cỏ nhõn", NEW]
    assert texts(tmp_path, p(run("mét sè", ".VnTime"))) == ["một số"]


def test_numbers_and_symbols_in_an_old_font_are_read(tmp_path: Path) -> None:
    old = '<w:rPr><w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/></w:rPr>'
    symbol = '<w:r><w:sym w:font=".VnTime" w:char="F0A7"/></w:r>'
    found = texts(
        tmp_path,
        in_list("Tên gọi") + p(symbol, run("¶ng bé", ".VnTime")),
        numbering=numbering(level(0, "decimal", "§iÒu %1.", old)),
    )
    assert found == ["Điều 1. Tên gọi", "Đảng bộ"]


ABC = {TCVN3.read(chr(byte)): chr(byte) for byte in range(0xA1, 0x100)}
WORDS = "Văn phòng Huyện ủy Trường Lạc được thành lập ngày 12 tháng 4 năm 1947, có nhiều đổi mới."


@given(st.sets(st.integers(1, len(WORDS) - 1)))
@settings(max_examples=30)
def test_it_does_not_matter_where_runs_of_an_old_font_are_cut(
    tmp_path_factory: pytest.TempPathFactory, cuts: set[int]
) -> None:
    old = "".join(ABC.get(c, c) for c in WORDS)
    assert old != WORDS
    places = [0, *sorted(cuts), len(old)]
    runs = [run(old[a:b], ".VnTime") for a, b in pairwise(places)]
    assert texts(tmp_path_factory.mktemp("cut"), p(*runs)) == [WORDS]
