"""Lines with their places become paragraphs, headings, items, captions and lines of tables."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.layout import Draft
from ingest.readers.columns import Box, Sheet, Word
from ingest.readers.paragraphs import drafts

LEFT, RIGHT, PITCH = 60.0, 540.0, 16.0
PARAGRAPHS = (
    "Ngày 18 tháng 10 năm 1930, Văn phòng Huyện ủy Hà Lương ra đời tại làng Sơn Khê trong hoàn cảnh hết sức "
    "khó khăn, cán bộ chỉ có ba người.",
    "Sau ngày giải phóng, cơ quan chuyển về thị trấn Bình Lãng cùng các ban của cấp ủy để tiện phục vụ nhân "
    "dân trong toàn huyện và các xã lân cận.",
)


def line(
    text: str, x: float, y: float, size: float = 12, bold: bool = False, slanted: bool = False
) -> list[Word]:
    """A line from ``x`` on, each letter half as wide as the type is large."""
    out = []
    for word in text.split():
        out.append(Word(word, x, x + len(word) * size / 2, y, size, bold, slanted))
        x += (len(word) + 1) * size / 2
    return out


def wrapped(
    text: str, indent: float = 0, width: float = RIGHT - LEFT, size: float = 12
) -> list[tuple[float, str]]:
    """The lines of a paragraph, each with where it begins from the left edge."""
    lines: list[tuple[float, str]] = []
    for word in text.split():
        if lines and lines[-1][0] + len(f"{lines[-1][1]} {word}") * size / 2 <= width:
            lines[-1] = (lines[-1][0], f"{lines[-1][1]} {word}")
        else:
            lines.append((0 if lines else indent, word))
    return lines


def page(
    texts: Sequence[str], indent: float = 0, gap: float = 0, number: int = 1, scanned: bool = False
) -> Sheet:
    """A page of paragraphs."""
    words: list[Word] = []
    y = 80.0
    for text in texts:
        for x, part in wrapped(text, indent):
            words += line(part, LEFT + x, y)
            y += PITCH
        y += gap
    return Sheet(number, 600, 800, tuple(words), scanned=scanned)


def texts(*sheets: Sheet) -> list[str]:
    return [draft.text for draft in drafts(sheets)]


def sheet(*lines: list[Word], number: int = 1, pictures: tuple[Box, ...] = ()) -> Sheet:
    return Sheet(number, 600, 800, tuple(word for words in lines for word in words), pictures=pictures)


# --- where a paragraph begins ----------------------------------------------------------------------


@pytest.mark.parametrize("scanned", [False, True])
@pytest.mark.parametrize(("indent", "gap"), [(24, 0), (0, 8), (24, 6)])
def test_paragraphs_are_told_by_their_indent_or_the_space_between(
    indent: float, gap: float, scanned: bool
) -> None:
    assert texts(page(PARAGRAPHS, indent, gap, scanned=scanned)) == list(PARAGRAPHS)


def test_a_line_that_ends_early_ends_its_paragraph() -> None:
    assert texts(page([*PARAGRAPHS, "Hết."])) == [*PARAGRAPHS, "Hết."]


WORDS = st.lists(st.text("abcdđeêghiklmnoôơpqrstuưvxy", min_size=1, max_size=7), min_size=2, max_size=60)


@given(st.lists(WORDS, min_size=1, max_size=6), st.sampled_from([18.0, 24.0, 36.0]))
def test_whatever_is_wrapped_with_an_indent_comes_back(paragraphs: list[list[str]], indent: float) -> None:
    meant = [" ".join(words).capitalize() + " xong." for words in paragraphs]
    meant = [text if text.split()[0] not in ("I", "V", "X") else f"A{text}" for text in meant]
    meant = [*PARAGRAPHS, *meant]  # which show where lines begin
    assert texts(page(meant, indent)) == meant


@pytest.mark.parametrize("marker", ["-", "+", "•", "1.", "a)", "2.1.", "IV."])
def test_each_item_of_a_list_is_its_own(marker: str) -> None:
    items = [
        f"{marker} Phòng Tổng hợp tham mưu, theo dõi các nghị quyết và chương trình hành động của cấp ủy "
        "huyện;"
    ] * 3
    got = drafts([page([PARAGRAPHS[0], *items])])
    assert [draft.text for draft in got] == [PARAGRAPHS[0], *items]
    assert {draft.kind for draft in got[1:]} == ({"item"} if marker in "-+•" else {"paragraph"})


def test_a_number_amid_a_sentence_begins_no_item() -> None:
    first = "Cán bộ văn phòng đã thực hiện tốt bản nghị quyết của Huyện ủy Hà Lương mang số"
    assert len(wrapped(first)) == 1
    lines = [line(first, LEFT, 80), line("12 - về công tác văn phòng.", LEFT, 96)]
    assert texts(sheet(*lines, below(*lines)))[0] == f"{first} 12 - về công tác văn phòng."


def justified(lines: Sequence[str], right: float, y: float = 80, number: int = 1) -> list[list[Word]]:
    """Lines that all end in one place, but for the last of each paragraph, which ends in ``|``."""
    out = []
    for n, text in enumerate(lines):
        row = line(text.rstrip("|"), LEFT, y + PITCH * n)
        if not text.endswith("|"):
            wide = (right - row[-1].right) / (len(row) - 1)
            row = [Word(w.text, w.left + wide * k, w.right + wide * k, w.base, w.size)
                   for k, w in enumerate(row)]  # fmt: skip
        out.append(row)
    return out


FULL = (
    "Văn phòng Huyện ủy đã giữ gìn tài liệu an toàn và in ấn",
    "kịp thời nhiều văn bản trong những năm kháng chiến dài.",
    "Cán bộ tận tụy, bảo đảm thông tin liên lạc luôn thông suốt.|",
    "Nhà nước tặng thưởng huân chương cho tập thể cơ quan",
    "nhân ngày truyền thống của ngành trong cả nước.|",
)
assert 370 - 24 < 6 * len(FULL[2].rstrip("|")) < 370 - 6  # no room for a word, and not full


def test_a_line_that_is_not_set_to_the_width_of_the_others_ends_its_paragraph() -> None:
    got = texts(sheet(*justified(FULL, LEFT + 370)))
    assert got == [" ".join(FULL[:3]).rstrip("|"), " ".join(FULL[3:]).rstrip("|")]


@pytest.mark.parametrize("end", [";", ".", ""])
def test_a_full_line_at_the_foot_of_a_page_goes_on_whatever_it_ends_in(end: str) -> None:
    upper = [*FULL[:1], FULL[1].rstrip(".") + end]
    pages = [
        sheet(*justified(upper, LEFT + 370)),
        sheet(*justified(["Nhà nước tặng thưởng.|"], LEFT + 370), number=2),
    ]
    assert [draft.goes_on for draft in drafts(pages)] == [False, True]


def test_the_text_of_an_article_does_not_go_on_with_the_day_that_stands_right_above() -> None:
    day = line("10/10/2023", RIGHT - 60, 64)
    assert texts(sheet(day, list(page(PARAGRAPHS).words))) == ["10/10/2023", *PARAGRAPHS]


def test_running_text_beside_an_empty_column_is_as_wide_as_its_lines() -> None:
    title = line("Văn phòng Huyện ủy Hà Lương trong những năm tháng ấy", LEFT, 50, 18, bold=True)
    text = (
        "Trong kháng chiến, cơ quan phải di chuyển nhiều lần giữa các xã phía tây của huyện. Khi ấy Văn "
        "phòng Huyện ủy Hà Lương có ba người, do đồng chí Trần Văn An phụ trách, lo việc in ấn và giao liên."
    )
    narrow = [line(part, LEFT, 90 + PITCH * n) for n, (_, part) in enumerate(wrapped(text, width=200))]
    assert texts(sheet(title, *narrow))[1:] == [text]


def test_lines_around_a_picture_are_one_paragraph() -> None:
    text = (
        "Cán bộ văn phòng vẫn giữ gìn tài liệu an toàn, in ấn kịp thời hàng nghìn trang văn bản, bảo đảm "
        "thông tin liên lạc thông suốt giữa cấp ủy với các chi bộ cơ sở trong những năm kháng chiến gian "
        "khổ ấy."
    )
    narrow = wrapped(text, width=280)
    lines = [line(part, LEFT, 80 + PITCH * n) for n, (_, part) in enumerate(narrow)]
    more = page(PARAGRAPHS, 24)
    moved = [Word(w.text, w.left, w.right, w.base + PITCH * len(narrow), w.size) for w in more.words]
    assert texts(sheet(*lines, moved)) == [text, *PARAGRAPHS]


# --- pages and columns -----------------------------------------------------------------------------


def broken(text: str, after: int) -> tuple[Sheet, Sheet]:
    """Two pages, each with other text, between which a paragraph is broken after some lines."""
    lines = wrapped(text, 24)
    first, second = page(PARAGRAPHS, 24), page([], number=2)
    y = max(word.base for word in first.words) + PITCH
    upper = [w for n, (x, part) in enumerate(lines[:after]) for w in line(part, LEFT + x, y + PITCH * n)]
    lower = [w for n, (x, part) in enumerate(lines[after:]) for w in line(part, LEFT + x, 80 + PITCH * n)]
    rest = page(PARAGRAPHS, 24)
    moved = [Word(w.text, w.left, w.right, w.base + PITCH * (len(lines) - after), w.size) for w in rest.words]
    return (
        Sheet(1, 600, 800, (*first.words, *upper)),
        Sheet(second.number, 600, 800, (*lower, *moved)),
    )


LONG = (
    "Trong kháng chiến, cơ quan phải di chuyển nhiều lần giữa các xã. Cán bộ văn phòng giữ gìn tài liệu an "
    "toàn, in ấn kịp thời hàng nghìn trang văn bản trong giai đoạn 1945-1954, bảo đảm thông tin liên lạc "
    "thông suốt. Năm 1985 tập thể được tặng Huân chương Lao động hạng Ba, năm 1995 được tặng Huân chương "
    "Lao động hạng Nhì."
)


@pytest.mark.parametrize("after", range(1, len(wrapped(LONG, 24))))
def test_a_paragraph_that_a_page_breaks_goes_on(after: int) -> None:
    got = drafts(broken(LONG, after))
    assert [draft.goes_on for draft in got] == [False, False, False, True, False, False]
    assert f"{got[2].text} {got[3].text}" == LONG
    assert (got[2].page, got[3].page) == (1, 2)
    assert got[2].kind == got[3].kind == "paragraph"


def test_a_number_that_a_page_breaks_stays_in_one_piece() -> None:
    pages = [
        sheet(
            line(
                f"{'Văn phòng hoạt động bí mật trong giai đoạn khó khăn nhất là từ năm':<70} 1930-", LEFT, 80
            )
        ),
        sheet(line("1935 rồi ra công khai.", LEFT, 80), number=2),
    ]
    got = drafts(pages)
    assert got[0].text.endswith("từ năm 1930-1935")
    assert (got[1].text, got[1].goes_on) == ("rồi ra công khai.", True)


def test_a_page_that_begins_a_paragraph_is_no_continuation() -> None:
    assert not any(draft.goes_on for draft in drafts([page(PARAGRAPHS, 24), page(PARAGRAPHS, 24, number=2)]))


def test_a_footnote_stands_behind_the_paragraph_that_it_is_under() -> None:
    first, second = broken(LONG, 2)
    note = line("1 Theo hồi ký của một cán bộ lão thành ở Sơn Khê.", LEFT, 700, 9)
    got = drafts([Sheet(1, 600, 800, (*first.words, *note)), second])
    assert f"{got[2].text} {got[3].text}" == LONG
    assert got[4] == Draft("1 Theo hồi ký của một cán bộ lão thành ở Sơn Khê.", None, 1)


# --- what a paragraph is ---------------------------------------------------------------------------


def below(*lines: list[Word], gap: float = 40) -> list[Word]:
    """Text under the lines."""
    y = max(word.base for words in lines for word in words) + gap - 80
    return [Word(w.text, w.left, w.right, w.base + y, w.size) for w in page(PARAGRAPHS, 24).words]


def test_the_largest_lines_at_the_top_are_the_title() -> None:
    kicker = line("Kỷ niệm ngày truyền thống", 200, 60, 14, bold=True)
    title = [
        line("Văn phòng Huyện ủy Hà Lương", 160, 90, 18, bold=True),
        line("90 năm trưởng thành", 200, 114, 18, bold=True),
    ]
    got = drafts([sheet(kicker, *title, below(*title))])
    assert [(draft.kind, draft.text) for draft in got[:2]] == [
        ("heading", "Kỷ niệm ngày truyền thống"),
        ("title", "Văn phòng Huyện ủy Hà Lương 90 năm trưởng thành"),
    ]


def test_a_bold_line_is_a_heading_and_a_bold_sentence_is_not() -> None:
    heading = line("I. Quá trình hình thành", LEFT, 60, bold=True)
    lead = line("Văn phòng ra đời trong những ngày đấu tranh sục sôi.", LEFT, 90, bold=True)
    got = drafts([sheet(heading, lead, below(heading, lead))])
    assert [draft.kind for draft in got] == ["heading", None, "paragraph", "paragraph"]


def test_a_short_line_in_the_type_of_the_text_is_left_to_others() -> None:
    dateline = line("Thứ sáu, 16/10/2020 | 08:15", LEFT, 60)
    assert drafts([sheet(dateline, below(dateline))])[0].kind is None


def test_the_furniture_of_a_page_is_no_heading() -> None:
    banner = line("TIN TỨC", LEFT, 60, 18, bold=True)
    menu = [*line("Trang chủ", LEFT, 90), *line("Giới thiệu", 180, 90), *line("Liên hệ", 300, 90)]
    got = drafts([sheet(banner, menu, below(banner, menu))])
    assert [draft.text for draft in got[:4]] == ["TIN TỨC", "Trang chủ", "Giới thiệu", "Liên hệ"]
    assert {draft.kind for draft in got[:4]} == {None}


def test_slanted_or_centred_words_under_a_picture_are_its_caption() -> None:
    text, caption = page([PARAGRAPHS[0]]), "Cán bộ Văn phòng gặp mặt đầu xuân"
    under = line(caption, 200, 420, slanted=True)
    picture = (150.0, 200.0, 450.0, 405.0)
    got = drafts([sheet(list(text.words), under, below(under), pictures=(picture,))])
    assert (got[1].text, got[1].kind) == (caption, "caption")
    assert drafts([sheet(list(text.words), under, below(under))])[1].kind is None


def test_small_bold_or_slanted_sentences_are_captions_though_their_picture_is_gone() -> None:
    text = page(PARAGRAPHS)
    said = "Cán bộ Văn phòng gặp mặt nhân ngày truyền thống của ngành."
    for bold in (False, True):
        under = line(said, LEFT, 300, 9, bold=bold, slanted=not bold)
        label = line("Nơi nhận:", LEFT, 340, 9, bold=bold, slanted=not bold)
        note = line(f"1 {said}", LEFT, 380, 9, bold=bold, slanted=not bold)
        got = drafts([sheet(list(text.words), under, label, note)])[-3:]
        assert [draft.kind == "caption" for draft in got] == [True, False, False]
    assert drafts([sheet(list(text.words), line(said, LEFT, 300, 9))])[-1].kind is None


def test_a_title_under_an_emblem_is_no_caption() -> None:
    title = line("Văn phòng Huyện ủy Hà Lương", 160, 90, 18, bold=True)
    assert drafts([sheet(title, below(title), pictures=((250.0, 0.0, 350.0, 75.0),))])[0].kind == "title"


def test_a_signature_is_no_heading() -> None:
    text = list(page(PARAGRAPHS, 24).words)
    signed = line("Trần Văn An", 400, 400, bold=True)
    assert drafts([sheet(text, signed)])[-1] == Draft("Trần Văn An", None, 1)


def test_a_signature_that_nearly_fills_its_column_is_no_heading() -> None:
    text = list(page(PARAGRAPHS, 24).words)
    name = line("Phòng Tổng hợp - Văn phòng Huyện ủy Hà Lương và các cán bộ lão thành", 0, 400, bold=True)
    signed = [Word(w.text, w.left + RIGHT - name[-1].right, w.right + RIGHT - name[-1].right, 400, 12, True)
              for w in name]  # fmt: skip
    ends = [Word("x", RIGHT - 6, RIGHT, 80, 12)]
    assert drafts([sheet([*text, *ends], signed)])[-1].kind is None


def test_a_date_that_is_too_long_for_its_block_is_one_line() -> None:
    left = [line("HUYỆN ỦY HÀ LƯƠNG", 69, 60), line("Số 12-BC/HU", 87, 76)]
    right = [
        line("ĐẢNG CỘNG SẢN VIỆT NAM", 340, 60),
        line("Hà Lương, ngày 5 tháng 10 năm", 330, 76),
        line("2020", 400, 92),
    ]
    assert "Hà Lương, ngày 5 tháng 10 năm 2020" in texts(sheet(*left, *right, below(*right)))


def test_a_page_without_words_gives_nothing() -> None:
    assert drafts([]) == []
    assert drafts([sheet()]) == []
