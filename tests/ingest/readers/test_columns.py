"""Words with their places come in the order in which they are read; what is on every page does not come."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.columns import Region, Row, Sheet, Stroke, Word, cells, joined, regions

LETTER = 6.0  # of type of 12 points, half of its size


def words(text: str, x: float, y: float, size: float = 12.0, bold: bool = False) -> list[Word]:
    """A line of text from ``x`` on, each letter half as wide as the type is large."""
    out = []
    for word in text.split(" "):
        if word:
            out.append(Word(word, x, x + len(word) * size / 2, y, size, bold))
        x += (len(word) + 1) * size / 2
    return out


def sheet(*lines: Iterable[Word], number: int = 1, strokes: tuple[Stroke, ...] = ()) -> Sheet:
    return Sheet(number, 600, 800, tuple(word for line in lines for word in line), strokes)


def rows(*sheets: Sheet) -> list[list[Row]]:
    return [[row for region in page for row in region.rows] for page in regions(sheets)]


def texts(*sheets: Sheet) -> list[list[str]]:
    return [[row.text for row in page] for page in rows(*sheets)]


def body(page: int) -> list[list[Word]]:
    """Lines that differ from page to page."""
    return [
        words(f"dòng {chr(97 + page)}{chr(97 + n)} của bài viết về Hà Lương", 60, 100 + 16 * n)
        for n in range(9)
    ]


LINES = [
    [f"dòng {chr(97 + page)}{chr(97 + n)} của bài viết về Hà Lương" for n in range(9)] for page in range(5)
]


# --- rows ----------------------------------------------------------------------------------------


def test_words_come_from_top_to_bottom_and_from_left_to_right() -> None:
    first, second = words("Văn phòng Huyện ủy", 60, 100), words("ra đời năm 1930", 60, 116)
    assert texts(sheet(reversed([*first, *second]))) == [["Văn phòng Huyện ủy", "ra đời năm 1930"]]


def test_pieces_of_a_word_that_touch_are_one() -> None:
    pieces = [
        Word("Hu", 60, 72, 100, 12),
        Word("y", 72, 78, 100, 12, blank=False),
        Word("ệ", 78, 84, 100, 12, blank=False),
    ]
    apart = Word("n", 95, 101, 100, 12, blank=False)
    assert texts(sheet([*pieces, apart])) == [["Huyệ n"]]


@pytest.mark.parametrize(
    ("before", "raised", "meant"),
    [
        ("1930", "1", "1930"),
        ("1930", "(2)", "1930"),
        ("rộng 25 m", "2", "rộng 25 m2"),
        ("25 km", "2", "25 km2"),
        ("thôn", "3", "thôn"),
        ("thứ 2", "nd", "thứ 2nd"),
    ],
)
def test_a_raised_mark_of_a_footnote_is_left_out(before: str, raised: str, meant: str) -> None:
    line = words(before, 60, 100)
    mark = Word(raised, line[-1].right, line[-1].right + 4, 100, 7, raised=True, blank=False)
    assert texts(sheet([*line, mark])) == [[meant]]


@pytest.mark.parametrize(
    ("lines", "meant"),
    [
        (["giai đoạn 1930-", "1935 và sau"], "giai đoạn 1930-1935 và sau"),
        (["Huyện ủy-", "HĐND"], "Huyện ủy-HĐND"),
        (["dùng in-", "ternet"], "dùng internet"),
        (["về chính trị-", "xã hội"], "về chính trị-xã hội"),
        (["kinh tế -", "xã hội"], "kinh tế - xã hội"),
        (["chủ nghĩa Mác-", "Lênin"], "chủ nghĩa Mác-Lênin"),
        (["số 12/", "QĐ-UBND"], "số 12/QĐ-UBND"),
        (["số 12-", "NQ/TW"], "số 12-NQ/TW"),
        (["tháng 10 năm", "1930"], "tháng 10 năm 1930"),
        (["trư-", "ờng học"], "trường học"),
        (["com\u00ad", "puter"], "computer"),
    ],
)
def test_what_stands_at_the_end_of_a_line_is_put_together(lines: list[str], meant: str) -> None:
    assert joined(lines) == meant


@given(st.lists(st.text("abcdeăâđêôơư ", min_size=1).filter(str.strip), min_size=1))
def test_lines_without_hyphens_are_joined_by_blanks(lines: list[str]) -> None:
    assert joined(lines).split() == " ".join(lines).split()


# --- what is on every page -----------------------------------------------------------------------


def test_rows_that_are_on_three_pages_in_one_place_are_off() -> None:
    pages = [
        sheet(
            words("Kỷ yếu Huyện ủy", 60, 40, 9),
            *body(n),
            words(f"Lưu hành nội bộ {n + 7}", 60, 780, 9),
            number=n + 1,
        )
        for n in range(3)
    ]
    assert texts(*pages) == LINES[:3]


def test_rows_that_are_on_both_of_two_pages_are_off_where_they_stand_apart() -> None:
    pages = [sheet(words("Kỷ yếu Huyện ủy", 60, 40), *body(n), number=n + 1) for n in range(2)]
    assert texts(*pages) == LINES[:2]
    same = [sheet(words("Kỷ yếu Huyện ủy", 60, 86), *body(n), number=n + 1) for n in range(2)]
    assert texts(*same) == [["Kỷ yếu Huyện ủy", *lines] for lines in LINES[:2]]


def test_a_row_that_is_on_one_page_stays() -> None:
    pages = [
        sheet(words(text, 60, 40), *body(n), number=n + 1)
        for n, text in enumerate(("Mở đầu", "Nội dung", "Kết luận"))
    ]
    assert [page[0] for page in texts(*pages)] == ["Mở đầu", "Nội dung", "Kết luận"]


def test_a_head_that_two_pages_have_at_their_edge_is_off_though_the_text_is_near() -> None:
    pages = [sheet(words("Kỷ yếu Huyện ủy", 60, 46), *body(n)[1:], number=n + 1) for n in range(2)]
    near = [
        Sheet(p.number, 600, 800, tuple(Word(w.text, w.left, w.right, w.base - 55 * (w.base > 50), w.size)
              for w in p.words)) for p in pages
    ]  # fmt: skip
    assert texts(*near) == [lines[1:] for lines in LINES[:2]]


@pytest.mark.parametrize("head", ["Tài liệu lưu hành nội bộ", "Văn phòng Huyện ủy Hà Lương"])
def test_what_stands_in_the_margin_of_a_lone_page_is_off(head: str) -> None:
    assert texts(sheet(words(head, 60, 40), *body(0), words("Lưu hành nội bộ", 60, 770))) == [LINES[0]]
    title = words("Hà Lương", 60, 65, 18)
    assert texts(sheet(words(head, 60, 45), title, *body(0))) == [["Hà Lương", *LINES[0]]]


@pytest.mark.parametrize(
    ("text", "y", "size"),
    [("16/10/2020 08:15", 40, 12), ("Hà Lương", 40, 18), ("Quá trình hình thành", 70, 12)],
)
def test_a_day_a_title_and_what_is_in_the_text_stay_on_a_lone_page(text: str, y: float, size: float) -> None:
    assert texts(sheet(words(text, 60, y, size), *body(0))) == [[text, *LINES[0]]]


def test_who_signs_at_the_foot_of_a_lone_page_stays() -> None:
    assert texts(sheet(*body(0), words("Trần Văn An", 300, 770))) == [[*LINES[0], "Trần Văn An"]]


def test_numbers_that_count_on_are_page_numbers_wherever_they_begin() -> None:
    pages = [sheet(*body(n), words(str(45 + n), 300, 260), number=n + 1) for n in range(2)]
    assert texts(*pages) == LINES[:2]


@pytest.mark.parametrize("number", ["1945", "12.", "50%", "3,5"])
def test_a_lone_number_that_does_not_count_pages_is_text(number: str) -> None:
    assert texts(sheet(*body(0), words(number, 60, 244))) == [[*LINES[0], number]]


def test_a_dateline_at_the_top_stays_where_no_browser_printed() -> None:
    line = "16/10/2020 08:15"
    assert texts(sheet(words(line, 60, 40), *body(0))) == [[line, *LINES[0]]]


@pytest.mark.parametrize(
    "foot", ["https://haluong.example/bai-viet 1/3", "file:///C:/bai.html 1/1", "1 of 2 20/10/2026, 15:05"]
)
@pytest.mark.parametrize("head", ["10/20/26, 3:05 PM Cổng thông tin", "15:05 20/10/2026 Cổng thông tin"])
def test_the_day_of_printing_goes_with_the_address(head: str, foot: str) -> None:
    printed = sheet(words(head, 20, 20, 8), *body(0), words(foot, 20, 790, 8))
    assert texts(printed) == [LINES[0]]


# --- tables --------------------------------------------------------------------------------------


def grid(xs: list[float], ys: list[float]) -> tuple[Stroke, ...]:
    level = [Stroke(xs[0], y, xs[-1] - xs[0], False) for y in ys]
    upright = [Stroke(x, ys[0], ys[-1] - ys[0], True) for x in xs]
    return (*level, *upright)


CELLS = [
    *words("TT", 65, 115, bold=True), *words("Họ tên", 105, 115, bold=True),
    *words("Năm", 205, 115, bold=True),
    *words("1", 65, 140), *words("Trần Văn", 105, 140), *words("An", 105, 156), *words("1930-", 205, 140),
    *words("1945", 205, 156),
]  # fmt: skip


def test_the_cells_of_a_drawn_table_hold_their_words() -> None:
    table = sheet(
        words("Danh sách", 60, 80),
        CELLS,
        words("Hết.", 60, 200),
        strokes=grid([60, 100, 200, 300], [100, 122, 165]),
    )
    before, found, after = rows(table)[0]
    assert found.table == (("TT", "Họ tên", "Năm"), ("1", "Trần Văn An", "1930-1945"))
    assert found.header
    assert (before.text, after.text) == ("Danh sách", "Hết.")


def test_strokes_in_pieces_draw_the_same_table() -> None:
    pieces = [
        Stroke(s.x + (0 if s.upright else part), s.y + (part if s.upright else 0), 10, s.upright)
        for s in grid([60, 100, 200, 300], [100, 122, 165])
        for part in range(0, int(s.length) - 5, 8)
    ]
    found = rows(sheet(CELLS, strokes=tuple(pieces)))[0][0]
    assert found.table == (("TT", "Họ tên", "Năm"), ("1", "Trần Văn An", "1930-1945"))


def test_cells_without_a_stroke_between_are_one() -> None:
    strokes = (*grid([60, 100, 300], [100, 122, 165]), Stroke(200, 122, 43, True))
    found = rows(sheet(CELLS, strokes=strokes))[0][0]
    assert found.table == (("TT", "Họ tên Năm"), ("1", "Trần Văn An", "1930-1945"))


def test_a_frame_around_text_is_no_table() -> None:
    frame = grid([50, 560], [80, 260])
    assert texts(sheet(*body(0), strokes=frame)) == [LINES[0]]


def test_three_rows_of_cells_that_are_aligned_are_a_table() -> None:
    names = [("Trần Văn An", "1930-1945"), ("Lê Bình", "1945-1954"), ("Phạm Văn Cường", "1954-1960")]
    lines = [
        [*words(name, 60, 100 + 16 * n), *words(years, 250, 100 + 16 * n)]
        for n, (name, years) in enumerate(names)
    ]
    found = rows(sheet(*lines))[0]
    assert found[0].table == tuple(names)
    two = rows(sheet(*lines[:2]))[0]
    assert not any(row.table for row in two)


def test_numbers_before_items_are_no_column() -> None:
    lines = [
        [*words(f"{n}.", 60, 100 + 16 * n), *words("tham mưu cho cấp ủy", 100, 100 + 16 * n)]
        for n in range(1, 5)
    ]
    assert texts(sheet(*lines)) == [[f"{n}. tham mưu cho cấp ủy" for n in range(1, 5)]]


def test_a_row_is_divided_at_wide_gaps() -> None:
    row = rows(sheet([*words("Trang chủ", 60, 100), *words("Tin tức", 140, 100)]))[0][0]
    assert [part.text for part in cells(row)] == ["Trang chủ", "Tin tức"]


# --- columns -------------------------------------------------------------------------------------

LEFT = [
    "Văn phòng ra đời trong",
    "những năm đầu gian khó",
    "của phong trào cách mạng",
    "ở vùng đất Sơn Khê và",
    "các xã phía tây huyện.",
]
RIGHT = [
    "Sau ngày giải phóng cơ",
    "quan chuyển về thị trấn",
    "cùng với các ban của",
    "cấp ủy và chính quyền",
    "để tiện phục vụ dân.",
]


@pytest.mark.parametrize("shift", [0, 3, 7])
def test_columns_are_read_one_after_the_other_whether_their_lines_are_level_or_not(shift: float) -> None:
    title = words("Văn phòng Huyện ủy Hà Lương qua các thời kỳ", 60, 60, 14)
    left = [words(text, 60, 100 + 16 * n) for n, text in enumerate(LEFT)]
    right = [words(text, 260, 100 + shift + 16 * n) for n, text in enumerate(RIGHT)]
    foot = words("Bài viết có sử dụng tư liệu của nhiều tác giả khác nhau ở huyện.", 60, 220)
    got = texts(sheet(title, *left, *right, foot))[0]
    assert got[1:-1] == [*LEFT, *RIGHT]


def test_titles_beside_the_text_do_not_run_into_it() -> None:
    titles = [
        "Huyện ủy họp giao ban",
        "Bình Lãng đón bằng",
        "Sơn Khê mở hội xuân",
        "Thi đua yêu nước",
        "Lịch tiếp dân",
    ]
    left = [words(text, 60, 100 + 16 * n) for n, text in enumerate([*LEFT, *RIGHT])]
    right = [words(text, 300, 104 + 18 * n, 10) for n, text in enumerate(titles)]
    assert texts(sheet(*left, *right))[0] == [*LEFT, *RIGHT, *titles]


def test_a_column_of_which_a_page_shows_little_is_known_from_another_page() -> None:
    full = [words(text, 60, 100 + 16 * n) for n, text in enumerate(LEFT)]
    full += [words(text, 260, 100 + 16 * n) for n, text in enumerate(RIGHT)]
    last = [words(text, 60, 100 + 16 * n) for n, text in enumerate(RIGHT)]
    short = words("xong.", 260, 104)
    assert texts(sheet(*full), sheet(*last, short, number=2)) == [[*LEFT, *RIGHT], [*RIGHT, "xong."]]
    alone = regions([sheet(*full), sheet(*last, number=2)])[1]
    assert [row.text for region in alone for row in region.rows] == RIGHT
    assert alone[0].edge < 260  # though nothing stands right of it


def test_a_column_that_only_begins_is_read_behind_the_one_beside_it() -> None:
    left = [words(text, 60, 100 + 16 * n) for n, text in enumerate([*LEFT, *RIGHT])]
    right = [words(text, 260, 104 + 16 * n) for n, text in enumerate(["và các xã", "trong huyện."])]
    assert texts(sheet(*left, *right))[0] == [*LEFT, *RIGHT, "và các xã", "trong huyện."]


def test_a_short_title_stands_over_all_columns() -> None:
    title = words("Sơn Khê", 270, 60, 18)
    three = [
        words(text, x, 100 + 16 * n)
        for x, side in ((60, LEFT), (240, RIGHT), (420, LEFT))
        for n, text in enumerate(side)
    ]
    assert texts(sheet(title, *three))[0] == ["Sơn Khê", *LEFT, *RIGHT, *LEFT]


def test_years_beside_the_text_stay_in_their_rows() -> None:
    years = [words(year, 60, 100 + 32 * n) for n, year in enumerate(["1930", "1945", "1954"])]
    told = [words(text, 150, 100 + 16 * n) for n, text in enumerate(LEFT)]
    assert texts(sheet(*years, *told))[0][::2] == [
        f"{year} {text}" for year, text in zip((1930, 1945, 1954), LEFT[::2], strict=True)
    ]


def test_names_side_by_side_over_a_letter_are_blocks() -> None:
    left = [words("ĐẢNG BỘ TỈNH", 84, 60), words("HUYỆN ỦY HÀ LƯƠNG", 69, 76), words("Số 12-BC/HU", 87, 92)]
    right = [words("ĐẢNG CỘNG SẢN VIỆT NAM", 320, 60), words("Hà Lương, ngày 5/10/2020", 314, 92)]
    under = words("Trong năm qua cán bộ văn phòng đã nỗ lực phấn đấu vươn lên.", 60, 150)
    first, second, text = regions([sheet(*left, *right, under)])[0]
    assert [row.text for row in first.rows] == ["ĐẢNG BỘ TỈNH", "HUYỆN ỦY HÀ LƯƠNG", "Số 12-BC/HU"]
    assert [row.text for row in second.rows] == ["ĐẢNG CỘNG SẢN VIỆT NAM", "Hà Lương, ngày 5/10/2020"]
    assert (first.block, second.block, text.block) == (True, True, False)


def test_words_that_are_spread_over_a_line_stay_in_it() -> None:
    spread = [*words("Văn", 60, 100), *words("phòng", 250, 100), *words("Huyện", 450, 100)]
    assert texts(sheet(spread, words("ủy Hà Lương.", 60, 116))) == [["Văn phòng Huyện", "ủy Hà Lương."]]


@given(
    st.lists(
        st.tuples(
            st.text("abcđêơư", min_size=1, max_size=6),
            st.integers(0, 90),
            st.integers(5, 70),
            st.sampled_from([8, 12, 20]),
        ),
        max_size=40,
    )
)
def test_no_word_of_the_text_is_lost_wherever_it_stands(placed: list[tuple[str, int, int, int]]) -> None:
    strewn = [Word(text, 6 * x, 6 * x + len(text) * size / 2, 11 * y, size) for text, x, y, size in placed]
    strewn.append(Word("mép", 0, 18, 400, 12))  # so that no part of the page is margin
    read: list[Region] = regions([sheet(strewn)])[0]
    got = [
        word
        for region in read
        for row in region.rows
        for word in (*row.text.split(), *" ".join(sum(row.table, ())).split())
    ]
    assert sorted(got) == sorted(word.text for word in strewn)
