"""The lines of a web page, by what its markup says they are."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.markup import blocks, draft, tree


def kinds(markup: str) -> list[tuple[str | None, str]]:
    return [(block.kind, block.text) for block in blocks(tree(markup))]


def texts(markup: str) -> list[str]:
    return [text for _, text in kinds(markup)]


def test_headings_items_and_paragraphs_are_told_apart() -> None:
    found = kinds("<h2>Chức năng</h2><p>Tham mưu.</p><ul><li>một<li><p>hai</p></ul><div>ba</div>")
    assert found == [
        ("heading", "Chức năng"),
        (None, "Tham mưu."),
        ("item", "một"),
        ("item", "hai"),
        (None, "ba"),
    ]


def test_a_list_that_arranges_the_page_has_no_items() -> None:
    assert kinds("<ul><li><h2>Tin</h2><p>Văn phòng có 15 cán bộ.</p></li></ul>")[1] == (
        None,
        "Văn phòng có 15 cán bộ.",
    )
    assert kinds(f"<ul><li>{'chữ ' * 300}</li></ul>")[0][0] is None


def test_a_lead_set_in_large_letters_is_no_heading() -> None:
    assert kinds(f"<h2>{'Sáng nay ' * 20}</h2>")[0][0] is None


def test_an_item_gets_its_mark_back_and_a_button_is_no_heading() -> None:
    item, button, heading = map(draft, blocks(tree("<li>một</li><h3>Tin liên quan</h3><h3>Chức năng</h3>")))
    assert (item.kind, item.text) == (None, "• một")
    assert button.kind is None
    assert heading.kind == "heading"


def test_parts_of_a_word_are_one_word_and_blocks_are_lines() -> None:
    assert texts(
        "<p><b>V</b>ăn <span>phò</span><span>ng</span>\n  <i>Huyện</i>&nbsp;ủy</p>x<div>y</div>z"
    ) == [
        "Văn phòng Huyện ủy",
        "x",
        "y",
        "z",
    ]


def test_breaks_end_lines_but_not_inside_a_sentence_or_a_heading() -> None:
    assert texts("<p>Nơi nhận:<br>Thường trực Huyện ủy;<br><br>Lưu Văn phòng.</p>") == [
        "Nơi nhận:",
        "Thường trực Huyện ủy;",
        "Lưu Văn phòng.",
    ]
    found = blocks(tree("<p>Lãnh đạo chụp ảnh<br>\ncùng đại biểu</p><h1>Gặp mặt<br>Kỷ niệm</h1>"))
    assert [(block.text, block.wrapped) for block in found] == [
        ("Lãnh đạo chụp ảnh cùng đại biểu", True),
        ("Gặp mặt Kỷ niệm", False),
    ]
    assert [block.wrapped for block in blocks(tree("<p><b>Gặp</b> <i>mặt</i> <b>kỷ niệm</b></p>"))] == [False]


def test_lines_that_were_typed_are_kept() -> None:
    assert texts("<pre>Văn phòng\nPhòng Tổng hợp\n</pre>") == ["Văn phòng", "Phòng Tổng hợp"]


def test_fields_in_a_row_do_not_grow_together() -> None:
    row = "<div><span>16/10/2020</span><span>Thu Hạnh</span><span>Lượt xem: 12</span></div>"
    assert texts(row) == ["16/10/2020 | Thu Hạnh | Lượt xem: 12"]


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>var a = 'x';</script>",
        "<style>p {color: red}</style>",
        "<noscript>Hãy bật JavaScript</noscript>",
        "<template><p>mẫu</p></template>",
        "<p hidden>ẩn</p>",
        '<div style="display : none"><p>ẩn</p></div>',
        "<select><option>Chọn</option></select>",
        "<button>Gửi</button><textarea>viết ở đây</textarea>",
        "<!-- ghi chú -->",
        "<?php x ?>",
    ],
)
def test_what_nobody_sees_is_left_out_and_what_follows_it_stays(hidden: str) -> None:
    assert texts(f"<div>trước <!-- --></div><div>{hidden}phía sau còn nguyên cả câu</div>") == [
        "trước",
        "phía sau còn nguyên cả câu",
    ]


def test_a_page_that_a_script_would_show_is_read_all_the_same() -> None:
    assert texts('<body style="visibility:hidden"><p>Văn phòng Huyện ủy</p></body>') == ["Văn phòng Huyện ủy"]


def test_captions_are_known_by_their_element_or_the_name_of_their_style() -> None:
    found = kinds(
        "<figure><img src=a><figcaption>Đại biểu dự họp</figcaption></figure><p class=MsoCaption>Hình 1</p>"
        "<table><tr><td><img src=b></td></tr><tr><td class='pic-caption'>Toàn cảnh</td></tr></table>"
    )
    assert found == [("caption", "Đại biểu dự họp"), ("caption", "Hình 1"), ("caption", "Toàn cảnh")]


def test_a_line_in_italics_or_in_the_middle_under_a_picture_is_known() -> None:
    below = (
        "<p><img src=a><br><em>Đại biểu dự họp</em></p>",
        "<center><img src=a></center><p align=center>Toàn cảnh</p>",
    )
    for markup in below:
        assert [block.below for block in blocks(tree(markup))] == [True]
    for markup in (
        "<p><img src=a></p><p>Toàn cảnh</p>",
        '<p align=center><img src=a width="16">Xem thêm</p>',
    ):
        assert [block.below for block in blocks(tree(markup))] == [False]


def test_the_share_of_links_is_that_of_each_line() -> None:
    found = blocks(tree("<p>Các tin khác<br><a href=1>Gặp mặt</a></p><p><a name=x>Đây là</a> chữ</p>"))
    assert [block.linked for block in found] == [0.0, 1.0, 0.0]


# --- tables --------------------------------------------------------------------------------------


def test_a_table_is_its_names_and_its_rows() -> None:
    rows = "<tr><td>2015</td><td>Bằng<br>khen</td></tr><tr><td>2018</td><td><p>Cờ</p><p>thi đua</p></td></tr>"
    found = [("header", "Năm | Hình thức"), ("row", "2015 | Bằng khen"), ("row", "2018 | Cờ thi đua")]
    assert kinds(f"<table><tr><th>Năm</th><th>Hình thức</th></tr>{rows}</table>") == found
    assert (
        kinds(f"<table border=1><tbody><tr><td><b>Năm</b></td><td>Hình thức</td></tr>{rows}</table>") == found
    )


def test_a_cell_over_several_rows_or_columns_is_told_where_it_stands() -> None:
    markup = (
        "<table border=1><tr><td rowspan=2>Đơn vị</td><td colspan=2>Khen thưởng</td></tr>"
        "<tr><td>Năm</td><td>Hình thức</td></tr>"
        "<tr><td rowspan=2>Sơn Khê</td><td>2015</td><td>Bằng khen</td></tr>"
        "<tr><td>2018</td><td>Cờ thi đua</td></tr></table>"
    )
    assert kinds(markup) == [
        ("header", "Đơn vị | Khen thưởng – Năm | Khen thưởng – Hình thức"),
        ("row", "Sơn Khê | 2015 | Bằng khen"),
        ("row", "Sơn Khê | 2018 | Cờ thi đua"),
    ]


def test_cells_over_more_columns_than_any_table_has_arrange_the_page() -> None:
    row = "<tr>" + "<td rowspan=9999 colspan=9999>a</td><td>b</td>" * 20 + "</tr>"
    assert {kind for kind, _ in kinds(f"<table border=1>{row * 50}</table>")} == {None}


PROSE = "<p>Văn phòng Huyện ủy được thành lập tháng 3 năm 1946 tại xã Trường Lạc.</p>"


@pytest.mark.parametrize(
    "markup",
    [
        f"<table><tr><td>Trang chủ</td><td>{PROSE * 20}</td></tr><tr><td>a</td><td>b</td></tr></table>",
        f"<table><tr><td>Trang chủ</td><td>{PROSE}</td></tr></table>",
        f"<table border=1><tr><td>a<td>b<tr><td>c<td><h3>Tin</h3>{PROSE}</table>",
        f"<table><tr><td><table><tr><td>a</table><td>b<tr><td>c<td>{PROSE}</table>",
        "<table border=1><tr><td><a href=1>Trang chủ</a></td><td><a href=2>Tin tức</a></td></tr>"
        "<tr><td><a href=3>Văn bản</a></td><td><a href=4>Liên hệ</a></td></tr></table>",
        "<table><tr><td>HUYỆN ỦY BÌNH LÃNG</td><td>ĐẢNG CỘNG SẢN VIỆT NAM</td></tr>"
        "<tr><td>VĂN PHÒNG</td><td>Bình Lãng, ngày 12 tháng 3 năm 2020</td></tr></table>",
        "<table border=1><tr><td><img src=a><td><img src=b><tr><td>Ảnh một<td>Ảnh hai</table>",
    ],
    ids=["column", "one row", "heading", "nested", "menu", "letterhead", "gallery"],
)
def test_a_table_that_arranges_the_page_is_none(markup: str) -> None:
    assert {kind for kind, _ in kinds(markup)} <= {None, "heading"}


# --- whatever is wrong with it -------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["div", "font", "b", "blockquote", "ul><li", "table><tr><td", "x-y"])
def test_elements_in_each_other_deeper_than_any_parser_goes_are_read(tag: str) -> None:
    page = f"<body><h1>Gặp mặt</h1>{f'<{tag}>' * 5_000}<p>ở trong cùng</p><p>Phía sau.</p>"
    assert texts(page)[:1] == ["Gặp mặt"]
    assert texts(page)[-2:] == ["ở trong cùng", "Phía sau."]


def test_there_are_lines_without_any_markup() -> None:
    assert texts("Văn phòng Huyện ủy") == ["Văn phòng Huyện ủy"]
    assert texts("") == texts("<html></html>") == texts("<!-- -->") == []


def test_entities_are_letters() -> None:
    assert texts(
        "<p>V&#259;n ph&ograve;ng Huy&#x1EC7;n &#7911;y &amp; &ldquo;th&agrave;nh l&#7853;p&rdquo;"
    ) == ["Văn phòng Huyện ủy & “thành lập”"]


def test_no_more_is_gathered_than_is_wanted() -> None:
    page = tree("<p>mười chữ cái</p>" * 1_000)
    assert len(blocks(page, 100)) == 9  # of 12 characters each
    assert len(blocks(page)) == 1_000


WORDS = st.text("abđ ", min_size=1, max_size=8)
TAGS = st.sampled_from("p div span b li ul h2 td tr table br a i img figcaption x".split())


@given(st.lists(st.tuples(TAGS, WORDS, st.booleans()), max_size=20))
def test_whatever_the_markup_every_letter_is_read_once(parts: list[tuple[str, str, bool]]) -> None:
    page = "".join(f"<{tag}>{words}{f'</{tag}>' * closed}" for tag, words, closed in parts)
    letters = "".join(sorted("".join(words for _, words, _ in parts).replace(" ", "")))
    assert "".join(sorted(re.sub(r"\W", "", "".join(texts(page))))) == letters
