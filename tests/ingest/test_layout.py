"""Lines as they were meant: wraps taken back, markup gone, nothing joined that was apart."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.layout import Draft, Page, document, markdown, plain
from ingest.vietnamese import nfc

LONG = (
    "Cán bộ, đảng viên, nhân viên làm công tác văn phòng luôn tận tụy với công việc được giao, không ngừng "
    "học tập, rèn luyện để nâng cao trình độ. Mỗi người là một mắt xích của bộ máy giúp việc cấp ủy."
)


def lines(page: Page) -> list[str]:
    return [line.text for line in page.lines]


def kinds(page: Page) -> list[tuple[str | None, str]]:
    return [(line.kind, line.text) for line in page.lines]


# --- plain text ----------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [60, 72, 80, 100])
def test_a_wrapped_file_gives_its_paragraphs_back(columns: int) -> None:
    title = "Họp mặt truyền thống"
    raw = "\n\n".join([title, textwrap.fill(LONG, columns), textwrap.fill(LONG, columns)])
    page = plain(raw)
    assert lines(page) == [title, LONG, LONG]
    assert not any(line.wrapped for line in page.lines)


def test_lines_that_are_paragraphs_stay_apart_without_blank_lines() -> None:
    rows = ["Họp mặt truyền thống", LONG, "Hồng Đào", LONG]
    assert lines(plain("\n".join(rows))) == rows


def test_a_short_line_and_its_continuation_are_one_in_a_file_of_whole_paragraphs() -> None:
    page = plain(f"{LONG}\n\nLãnh đạo huyện chụp ảnh cùng đại biểu dự\nhọp mặt truyền thống.\n\n{LONG}")
    assert lines(page)[1] == "Lãnh đạo huyện chụp ảnh cùng đại biểu dự họp mặt truyền thống."
    assert [line.wrapped for line in page.lines] == [False, True, False]


def test_a_paragraph_broken_before_a_number_is_one() -> None:
    page = plain(f"Tăng áp suất cục bộ của khí trong phổi đến mức cần có của O\n2 quanh bệnh nhân. {LONG}")
    assert len(page.lines) == 1
    assert not page.lines[0].wrapped


@pytest.mark.parametrize(
    "rows",
    [
        ["Các phòng gồm:", "phòng Tổng hợp", "phòng Hành chính"],
        ["Văn phòng có chức năng sau đây", "- tham mưu", "- phục vụ"],
        ["Các nhiệm vụ", "1. tham mưu", "2. phục vụ", "a) hằng ngày"],
        ["TIN MỚI NHẤT", "VĂN PHÒNG HUYỆN ỦY LẠC BÌNH HỌP MẶT"],
    ],
)
def test_lists_and_names_of_sections_are_not_joined(rows: list[str]) -> None:
    assert len(plain("\n".join(rows)).lines) == len(rows)


def test_markers_of_lists_are_taken_off_and_remembered() -> None:
    page = plain("\uf0b7 Một\n- Hai\n+ Ba\n– Bốn\n-Năm\n1. Sáu\n-5 độ\n•")
    assert lines(page) == ["Một", "Hai", "Ba", "Bốn", "Năm", "1. Sáu", "-5 độ", "•"]
    assert [line.bullet for line in page.lines] == [True] * 5 + [False] * 3


def test_blanks_are_one_and_invisible_characters_none() -> None:
    assert lines(plain("\ufeffVăn\u00a0 phòng\t cấp\u200b \u00ad ủy \r\n\r\n \u00a0 \r\nHết\x0c")) == [
        "Văn phòng cấp ủy",
        "Hết",
    ]


def test_a_gap_is_remembered() -> None:
    assert [line.gap for line in plain("Một\nHai\n\nBa").lines] == [True, False, True]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_no_letter_is_lost_and_none_is_made(raw: str) -> None:
    def letters(text: str) -> str:
        return "".join(c for c in nfc(text) if c.isalpha() or c.isdigit())

    if "---" not in raw:
        assert "".join(map(letters, lines(plain(raw)))) == letters(raw)


# --- Markdown ------------------------------------------------------------------------------------


def test_headings_of_both_styles() -> None:
    page = markdown("Tên bài\n=======\n\n## Một ##\nCâu.\n\nHai\n---\n\n# Ba\n")
    assert kinds(page) == [
        ("title", "Tên bài"),
        ("heading", "Một"),
        (None, "Câu."),
        ("heading", "Hai"),
        ("heading", "Ba"),
    ]


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ("**Đậm** và *nghiêng* và ***cả hai***", "Đậm và nghiêng và cả hai"),
        ("__Đậm__ và _nghiêng_", "Đậm và nghiêng"),
        ("tên_tệp_dài 2 * 3 * 4", "tên_tệp_dài 2 * 3 * 4"),
        ("[Báo](https://a.vn/x_(y) 'Tên') nói", "Báo nói"),
        ("[Báo][1] nói <https://a.vn>", "Báo nói https://a.vn"),
        ("<b>Đậm</b> &amp; <span style='x'>nhạt</span>", "Đậm & nhạt"),
        ("5 < 6 và 7 > 6", "5 < 6 và 7 > 6"),
        (r"\*không nghiêng\*", "*không nghiêng*"),
        ("> Lời trích", "Lời trích"),
        ("`mã`", "mã"),
        ("| Năm | Huân chương |", "Năm | Huân chương"),
    ],
)
def test_no_markup_is_left(marked: str, text: str) -> None:
    assert lines(markdown(marked)) == [text]


def test_photos_give_their_captions() -> None:
    page = markdown("Câu một ![Quang cảnh](a.jpg) tiếp.\n\n<img src='x' alt=\"Trụ sở\">\n\n![](b.jpg)\n")
    assert kinds(page) == [(None, "Câu một tiếp."), ("caption", "Quang cảnh"), ("caption", "Trụ sở")]


def test_what_is_no_text_at_all_is_gone() -> None:
    raw = "<!-- ẩn\nẩn -->\nMột\n\n***\n\n<script>ẩn</script>\n\n[1]: https://a.vn\n\n```\nHai\n```\n\n|---|:-:|\n"
    assert lines(markdown(raw)) == ["Một", "Hai"]


def test_lists_keep_their_entries_apart() -> None:
    assert lines(markdown("* Một\n* Hai\n\n1. Ba\n2. Bốn")) == ["Một", "Hai", "1. Ba", "2. Bốn"]


# --- front matter --------------------------------------------------------------------------------


def test_front_matter_is_read_and_taken_off() -> None:
    page = plain("---\ntitle: Tên\n---\nCâu.")
    assert page.front == {"title": "Tên"}
    assert lines(page) == ["Câu."]


def test_an_empty_front_matter_is_none() -> None:
    assert markdown("---\n---\nCâu.").front == {}


# --- documents -------------------------------------------------------------------------------------


def test_what_a_page_broke_is_one_line_that_knows_its_pages() -> None:
    page = document(
        [
            Draft("Văn phòng có\n 45 ", page=1),
            Draft("cán bộ", page=2, goes_on=True),
            Draft("và 12 chi bộ.", page=2, goes_on=True),
            Draft("Hết.", page=3),
        ]
    )
    assert [(line.text, line.pages) for line in page.lines] == [
        ("Văn phòng có 45 cán bộ và 12 chi bộ.", ((0, 1), (16, 2))),
        ("Hết.", ((0, 3),)),
    ]
    assert page.whole


def test_the_lines_of_a_document_are_unicode_without_markers_and_without_empty_ones() -> None:
    old = "Héi nghÞ tæng kÕt c«ng t¸c\nv¨n phßng cÊp ñy do Tr\xadëng ban chñ tr×"
    page = document([Draft("  "), Draft("***"), Draft("• Một việc"), Draft(old), Draft("I. Đầu", "heading")])
    assert [(line.text, line.kind, line.bullet) for line in page.lines] == [
        ("Một việc", "item", True),
        ("Hội nghị tổng kết công tác văn phòng cấp ủy do Trưởng ban chủ trì", None, False),
        ("I. Đầu", "heading", False),
    ]


def test_a_document_of_nothing_has_no_lines() -> None:
    assert document([]).lines == ()
    assert document([Draft("\n")], hints={"title": "x"}).hints == {"title": "x"}
