"""What is the article on a page, and what is not: real pages in full, made-up ones of every style."""

from __future__ import annotations

import textwrap
import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clean import Cleaned, Piece, article, clean
from ingest.errors import UnreadableFile
from ingest.layout import Draft, document, markdown, plain
from ingest.load import load
from ingest.types import Article, BlockKind, Span
from ingest.vietnamese import nfc

TITLE = "Văn phòng Huyện ủy Lạc Bình gặp mặt kỷ niệm 90 năm Ngày truyền thống"
P1 = (
    "Sáng 16/10, Văn phòng Huyện ủy Lạc Bình tổ chức gặp mặt kỷ niệm 90 năm Ngày truyền thống Văn phòng "
    "cấp ủy (18/10/1930 - 18/10/2020). Dự buổi gặp mặt có đồng chí Trần Văn Khải, Bí thư Huyện ủy."
)
P2 = (
    "Phát biểu tại buổi gặp mặt, đồng chí Lê Thị Hạnh, Chánh Văn phòng Huyện ủy, ôn lại chặng đường 90 năm "
    "qua và cảm ơn các thế hệ cán bộ đi trước đã dày công vun đắp truyền thống của cơ quan."
)
P3 = (
    "Nhân dịp này, Văn phòng Huyện ủy Lạc Bình đón nhận Huân chương Lao động hạng Ba; 05 cá nhân được tặng "
    "Kỷ niệm chương “Vì sự nghiệp văn phòng cấp ủy”./."
)
UNIT = "Văn phòng Huyện ủy Lạc Bình"


def read(raw: str) -> Cleaned:
    return clean(plain(raw))


def of(kind: BlockKind, cleaned: Cleaned) -> list[str]:
    return [piece.text for piece in cleaned.pieces if piece.kind == kind]


def fields(c: Cleaned | Article) -> tuple[str, date | None, str | None, str | None, str | None]:
    return c.title, c.published, c.author, c.source, c.unit


# --- documents -----------------------------------------------------------------------------------

LETTERHEAD = ("TỈNH ỦY HÀ LƯƠNG", "VĂN PHÒNG", "*", "Số 12-BC/VPTU", "ĐẢNG CỘNG SẢN VIỆT NAM")
DAY = "Hà Lương, ngày 5 tháng 10 năm 2020"
SIGNED = ("Nơi nhận:", "- Thường trực Tỉnh ủy,", "- Lưu Văn phòng.", "CHÁNH VĂN PHÒNG", "Nguyễn Văn Ba")


def drafts(*lines: str | Draft) -> list[Draft]:
    return [line if isinstance(line, Draft) else Draft(line) for line in lines]


def test_of_a_document_every_line_stays_from_the_letterhead_to_the_signature() -> None:
    lines = [*LETTERHEAD, DAY, "BÁO CÁO", "Tổng kết công tác văn phòng", P1, "Kết quả", P2, *SIGNED]
    c = clean(document(drafts(*lines)))
    assert fields(c) == (
        "BÁO CÁO Tổng kết công tác văn phòng",
        date(2020, 10, 5),
        "Nguyễn Văn Ba",
        None,
        "Văn phòng Huyện ủy Lạc Bình",
    )
    kept = " ".join(piece.text for piece in c.pieces)
    assert [line for line in lines if line.lstrip("- *") not in kept] == [DAY]
    assert of("item", c) == ["Thường trực Tỉnh ủy,", "Lưu Văn phòng."]
    assert of("heading", c) == ["TỈNH ỦY HÀ LƯƠNG", "VĂN PHÒNG", "Kết quả"]


def test_a_letterhead_set_as_a_table_is_no_table() -> None:
    c = clean(
        document(
            drafts(
                Draft("TỈNH ỦY HÀ LƯƠNG | ĐẢNG CỘNG SẢN VIỆT NAM", "header"),
                Draft(f"Số 12-BC/VPTU | {DAY}", "row"),
                "QUYẾT ĐỊNH",
                "Ban hành Quy chế làm việc",
                P1,
                Draft("Đơn vị | Biên chế", "header"),
                Draft("Phòng Tổng hợp | 12", "row"),
            )
        )
    )
    assert fields(c)[:2] == ("QUYẾT ĐỊNH Ban hành Quy chế làm việc", date(2020, 10, 5))
    assert of("header", c) == ["Đơn vị | Biên chế"]
    assert of("row", c) == ["Phòng Tổng hợp | 12"]
    assert "Số 12-BC/VPTU" in of("paragraph", c)


def test_a_document_that_is_a_saved_page_of_a_portal_is_cut_as_one() -> None:
    page = ["Trang chủ", "Tin tức", TITLE, "Thứ sáu, 16/10/2020, 09:00", "Lượt xem: 12", P1, P2, "Hồng Trang"]
    c = clean(document(drafts(*page, "Chia sẻ")))
    assert fields(c) == (TITLE, date(2020, 10, 16), "Hồng Trang", None, UNIT)
    assert [p.text for p in c.pieces] == [TITLE, P1, P2]


def test_a_list_of_links_in_a_saved_page_is_none_of_the_articles() -> None:
    links = [Draft("Hội thi văn nghệ các cơ quan", "item"), Draft("Huyện ủy họp thường kỳ", "item")]
    page: list[str | Draft] = ["Trang chủ", TITLE, "Lượt xem: 12", P1, P2, "Tin liên quan", *links, P3]
    assert [p.text for p in clean(document(drafts(*page))).pieces] == [TITLE, P1, P2, P3]


def test_a_name_beside_the_day_is_the_authors() -> None:
    c = clean(document([Draft(TITLE, "title"), *drafts("16/10/2020", "Minh Châu", P1)]))
    assert fields(c)[:3] == (TITLE, date(2020, 10, 16), "Minh Châu")
    assert [p.text for p in c.pieces] == [TITLE, P1]


def test_what_a_document_is_called_elsewhere_counts_only_where_it_does_not_say() -> None:
    hints = {"title": "Danh sách", "author": "Lê Thị Sáu"}
    rows = [Draft("Họ tên | Năm", "header"), Draft("Nguyễn Văn Ba | 1930", "row")]
    assert fields(clean(document(rows, hints=hints)))[:3] == ("Danh sách", None, "Lê Thị Sáu")
    titled = clean(document([Draft(TITLE, "title"), *drafts(P1, "Hồng Trang")], hints=hints))
    assert fields(titled)[:3] == (TITLE, None, "Hồng Trang")


def test_a_title_given_apart_is_not_repeated_in_the_text() -> None:
    c = clean(document(drafts(TITLE, P1), front={"title": TITLE}))
    assert [p.text for p in c.pieces] == [TITLE, P1]


def test_every_position_of_a_paged_document_has_its_page() -> None:
    half = P2.index("Phát") + 40
    page = document(
        [
            Draft(TITLE, "title", page=1),
            Draft(P1, page=1),
            Draft(P2[:half], page=1),
            Draft(P2[half:], page=2, goes_on=True),
            Draft("Quang cảnh buổi gặp mặt", "caption", page=1),
            Draft(P3, page=3),
        ]
    )
    a = article("bai", "/bai.pdf", clean(page))
    assert a.page(0) == 1
    assert a.page(a.text.index(P1)) == 1
    second = a.text.index(P2[half:].split(" ", 1)[1])
    assert (a.page(a.text.index(P2)), a.page(second)) == (1, 2)
    assert a.page(a.text.index(P3)) == 3
    assert a.page(a.text.index("Quang cảnh")) == 1
    assert list(a.pages) == sorted(a.pages)
    assert article("bai", "/bai.txt", read(P1)).page(5) is None


# --- the real pages ------------------------------------------------------------------------------


@pytest.fixture
def seed(seeds: Path, request: pytest.FixtureRequest) -> Article:
    return load(next(seeds.glob(f"{request.param}*")))


REAL = [
    (
        "000",
        "Phát huy vai trò tham mưu - tổng hợp - phục vụ",
        None,
        "Hồng Trang",
        "Trang Thông tin điện tử thành phố Châu Đốc",
        "Văn phòng Thành ủy Châu Đốc",
        (6, 0, 1),
    ),
    (
        "001",
        "Phát huy vai trò cầu nối công việc của cấp uỷ đến với chính quyền, nhân dân",
        date(2016, 10, 18),
        "Hoài Anh",
        None,
        None,
        (4, 1, 1),
    ),
    (
        "002",
        "VĂN PHÒNG TỈNH ỦY BÌNH THUẬN: Họp măt Kỷ niệm 89 năm (18/10/1930 - 18/10/2019) "
        "Ngày truyền thống văn phòng cấp ủy",
        date(2019, 10, 16),
        "TT",
        None,
        "Văn phòng Tỉnh ủy Bình Thuận",
        (9, 0, 0),
    ),
    (
        "003",
        "Họp mặt kỷ niệm 90 năm Ngày truyền thống Văn phòng cấp ủy",
        date(2020, 10, 16),
        "Vĩ Lâm",
        "TGCT",
        "Văn phòng Thành ủy Cần Thơ",
        (8, 0, 5),
    ),
    (
        "004",
        "Văn phòng Huyện ủy Xuân Trường tự hào truyền thống 91 năm xây dựng và phát triển "
        "(18/10/1930 - 18/10/2021)",
        None,
        "Phòng Biên tập - VP Huyện ủy",
        None,
        "Văn phòng Huyện ủy Xuân Trường",
        (6, 0, 2),
    ),
]


@pytest.mark.parametrize(("seed", "expected"), [(r[0], r[1:6]) for r in REAL], indirect=["seed"])
def test_every_field_of_a_real_page(seed: Article, expected: tuple[object, ...]) -> None:
    assert fields(seed) == expected


@pytest.mark.parametrize(("seed", "shape"), [(r[0], r[6]) for r in REAL], indirect=["seed"])
def test_every_block_of_a_real_page(seed: Article, shape: tuple[int, int, int]) -> None:
    kinds = [b.kind for b in seed.blocks]
    assert (kinds.count("paragraph"), kinds.count("heading"), kinds.count("caption")) == shape
    assert kinds[0] == "title"
    assert kinds == sorted(kinds, key=lambda kind: kind == "caption")


@pytest.mark.parametrize("seed", [r[0] for r in REAL], indirect=True)
def test_every_paragraph_of_a_real_page_survives_word_for_word(seed: Article) -> None:
    lines = [" ".join(line.split()) for line in nfc(Path(seed.file).read_text()).splitlines()]
    paragraphs = [line for line in lines if len(line) > 200]
    assert paragraphs
    for paragraph in paragraphs:
        assert paragraph.removeprefix("(TGCT) ") in seed.text


FURNITURE = [
    ("000", ["Chào mừng", "Responsive", "Ảnh:", "Hồng Trang", "Hình Ảnh Hoạt Động", "GÓP Ý", "KHÍ TƯỢNG"]),
    ("001", ["GMT", "15:21", "Hoài Anh", "\n.\n"]),
    ("002", ["TIN MỚI", "TIN NỔI", "• TT", "502", "16/10/2019", "|"]),
    ("003", ["(TGCT)", "12:43", "16/10/2020", "Vĩ Lâm", "Tin, ảnh"]),
    ("004", ["Lượt xem", "365", "T/h:", "Thống kê", "online", "3395648"]),
]


@pytest.mark.parametrize(("seed", "words"), FURNITURE, indirect=["seed"])
def test_no_furniture_of_a_real_page_is_left(seed: Article, words: list[str]) -> None:
    assert [word for word in words if word in seed.text] == []
    assert not seed.text.rstrip().endswith("35")


@pytest.mark.parametrize("seed", ["001"], indirect=True)
def test_a_kicker_is_a_heading_of_the_text(seed: Article) -> None:
    heading = next(b for b in seed.blocks if b.kind == "heading")
    assert seed.text[heading.start : heading.end].startswith("Kỷ niệm 86 năm")


@pytest.mark.parametrize("seed", ["001"], indirect=True)
def test_a_caption_given_twice_is_kept_once(seed: Article) -> None:
    assert seed.text.count("Đề án 25. Ảnh: Văn phòng Tỉnh ủy") == 1


@pytest.mark.parametrize("seed", ["003"], indirect=True)
def test_the_two_lines_of_a_caption_are_one(seed: Article) -> None:
    assert "cùng đại biểu dự họp mặt 90 năm" in seed.text


# --- page styles ---------------------------------------------------------------------------------


def test_an_article_without_furniture() -> None:
    c = read(f"Gặp mặt Ngày truyền thống\n\n{P1}\n\n{P2}\n\n{P3}")
    assert fields(c) == ("Gặp mặt Ngày truyền thống", None, None, None, UNIT)
    assert of("paragraph", c) == [P1, P2, P3]


def test_a_portal_with_menu_buttons_votes_and_lists_of_news() -> None:
    c = read(f"""Trang nhất
Tin tức
Tin hoạt động

{TITLE}

Thứ sáu - 16/10/2020 09:30
Đã xem: 1250
In ra
Gửi bài viết cho bạn bè

{P1}

{P2}

{P3}

Tác giả bài viết: Nguyễn Thu Hà
Nguồn tin: Cổng thông tin điện tử huyện Lạc Bình
Tổng số điểm của bài viết là: 5 trong 1 đánh giá
Xếp hạng: 5 - 1 phiếu bầu
Click để đánh giá bài viết

Những tin mới hơn
Hội nghị trực tuyến toàn quốc về công tác dân vận (20/10/2020)
Những tin cũ hơn
Đại hội Đảng bộ xã Tân Thủy thành công tốt đẹp (10/10/2020)
Ý kiến bạn đọc
Mã bảo mật
""")
    source = "Cổng thông tin điện tử huyện Lạc Bình"
    assert fields(c) == (TITLE, date(2020, 10, 16), "Nguyễn Thu Hà", source, UNIT)
    assert [p.text for p in c.pieces] == [TITLE, P1, P2, P3]


def test_a_title_in_capitals_over_two_lines() -> None:
    c = read(f"""VĂN PHÒNG HUYỆN ỦY LẠC BÌNH
GẶP MẶT KỶ NIỆM 90 NĂM NGÀY TRUYỀN THỐNG
Cập nhật lúc: 08:00, 16/10/2020 (GMT+7)
{P1}
{P2}
{P3}
Bài và ảnh: Thu Hà
""")
    assert c.title == "VĂN PHÒNG HUYỆN ỦY LẠC BÌNH GẶP MẶT KỶ NIỆM 90 NĂM NGÀY TRUYỀN THỐNG"
    assert fields(c)[1:] == (date(2020, 10, 16), "Thu Hà", None, UNIT)
    assert of("paragraph", c) == [P1, P2, P3]


def test_the_years_in_brackets_under_the_title_belong_to_it() -> None:
    c = read(f"Truyền thống Văn phòng Huyện ủy Lạc Bình\n(18/10/1930 - 18/10/2020)\n\n{P1}\n\n{P2}")
    assert c.title == "Truyền thống Văn phòng Huyện ủy Lạc Bình (18/10/1930 - 18/10/2020)"
    assert c.published is None


def test_breadcrumbs_links_in_the_middle_tags_and_comments() -> None:
    c = read(f"""Trang chủ > Tin tức - Sự kiện > {TITLE}
{TITLE}
Ngày đăng: 16/10/2020 | Lượt xem: 1.204 | Tác giả: Thu Hà
Chia sẻ
Cỡ chữ: A- A A+

{P1}
Tin liên quan
• Bí thư Huyện ủy thăm Trường THPT Lạc Bình
• Huyện Lạc Bình phát động thi đua
{P2}
Đồng chí Lê Thị Hạnh, Chánh Văn phòng Huyện ủy, phát biểu tại buổi gặp mặt (Ảnh: Thu Hà)
{P3}
Theo Báo Lạc Bình
Từ khóa: văn phòng, huyện ủy, kỷ niệm
Bình luận (2)
Nguyễn Văn A
Bài viết rất hay và ý nghĩa đối với chúng tôi.
© 2020 Cổng thông tin điện tử huyện Lạc Bình
""")
    assert fields(c) == (TITLE, date(2020, 10, 16), "Thu Hà", "Báo Lạc Bình", UNIT)
    assert of("paragraph", c) == [P1, P2, P3]
    assert of("caption", c) == [
        "Đồng chí Lê Thị Hạnh, Chánh Văn phòng Huyện ủy, phát biểu tại buổi gặp mặt (Ảnh: Thu Hà)"
    ]


def test_english_furniture() -> None:
    c = read(f"""Home
About us
Skip to content
Văn phòng Huyện ủy Lạc Bình: 90 năm một chặng đường
Posted on 16/10/2020 by admin
Share
{P1}
{P2}
{P3}
By: Thu Hà
Related posts
Hội nghị tổng kết năm 2019
Leave a Reply
Your email address will not be published.
""")
    assert fields(c) == (
        "Văn phòng Huyện ủy Lạc Bình: 90 năm một chặng đường",
        date(2020, 10, 16),
        "Thu Hà",
        None,
        UNIT,
    )
    assert of("paragraph", c) == [P1, P2, P3]


def test_the_day_of_the_visit_the_banner_and_the_imprint_at_the_foot() -> None:
    c = read(f"""CỔNG THÔNG TIN ĐIỆN TỬ HUYỆN ỦY LẠC BÌNH
Thứ Hai, ngày 05/04/2021
XÂY DỰNG ĐẢNG
Văn phòng Huyện ủy Lạc Bình: Nơi hội tụ niềm tin
16/10/2020 10:20
Thu Hà
{P1}
{P2}
{P3}
Liên hệ
Địa chỉ: Số 1, thị trấn Lạc Bình.
Điện thoại: 02103.123.456
Giấy phép số 12/GP-TTĐT do Sở Thông tin và Truyền thông cấp ngày 10/01/2019.
Thiết kế bởi một công ty nào đó
""")
    assert fields(c) == (
        "Văn phòng Huyện ủy Lạc Bình: Nơi hội tụ niềm tin",
        date(2020, 10, 16),
        "Thu Hà",
        "Cổng thông tin điện tử Huyện ủy Lạc Bình",
        UNIT,
    )
    assert of("paragraph", c) == [P1, P2, P3]


def test_a_player_that_reads_the_page_out_is_no_text() -> None:
    c = read(f"{TITLE}\n16:20 16/10/2020\nNghe bài viết\n0:00\n/\n0:00\n1x\nGiọng nữ\n{P1}\n{P2}\nPV\n")
    assert fields(c) == (TITLE, date(2020, 10, 16), "PV", None, UNIT)
    assert [p.text for p in c.pieces] == [TITLE, P1, P2]


def test_a_kicker_in_capitals_before_the_title_without_a_date() -> None:
    kicker = "HƯỚNG TỚI KỶ NIỆM 90 NĂM NGÀY TRUYỀN THỐNG VĂN PHÒNG CẤP ỦY"
    c = read(f"{kicker}\n\nVăn phòng Huyện ủy Lạc Bình đổi mới phương thức\n\n{P1}\n\n{P2}\n\n(Theo TTXVN)")
    assert (c.title, c.source) == ("Văn phòng Huyện ủy Lạc Bình đổi mới phương thức", "TTXVN")
    assert of("heading", c) == [kicker]


@pytest.mark.parametrize("kicker", ["Chào mừng 90 năm Ngày truyền thống", "Thi đua lập thành tích chào mừng"])
@pytest.mark.parametrize("dateline", ["", "16/10/2020\n"])
def test_a_kicker_is_never_lost(kicker: str, dateline: str) -> None:
    c = read(f"Trang chủ\n{kicker}\n{TITLE}\n{dateline}{P1}\n{P2}")
    assert (c.title, of("heading", c)) == (TITLE, [kicker])


def test_place_and_date_at_the_end() -> None:
    c = read(f"{TITLE}\n\n{P1}\n\n{P2}\n\nLạc Bình, ngày 15 tháng 10 năm 2020\n\nNgười viết: Nguyễn Thu Hà\n")
    assert fields(c)[1:3] == (date(2020, 10, 15), "Nguyễn Thu Hà")
    assert of("paragraph", c) == [P1, P2]


def test_a_file_wrapped_by_hand_is_read_as_whole_paragraphs() -> None:
    pages = [textwrap.fill(text, 76) for text in (TITLE, P1, P2, P3)]
    c = read("\n\n".join(pages) + "\n\nThu Hà\n")
    assert fields(c) == (TITLE, None, "Thu Hà", None, UNIT)
    assert of("paragraph", c) == [P1, P2, P3]
    assert of("caption", c) == []


def test_plain_notes_without_one_full_stop_lose_nothing() -> None:
    lines = [
        "Văn phòng Huyện ủy Lạc Bình",
        "Thành lập năm 1947",
        "Trụ sở: số 12 đường Trần Phú",
        "Chánh Văn phòng: Lê Thị Hạnh",
        "Biên chế: 15 người",
    ]
    c = read("\n".join(lines))
    assert [p.text for p in c.pieces] == lines
    assert fields(c) == (lines[0], None, None, None, UNIT)


def test_the_address_below_the_title_is_the_article_s_and_above_it_the_portal_s() -> None:
    c = read(f"Email: a@lacbinh.vn\n{TITLE}\nĐịa chỉ: Số 1 phố Trần Phú\n\n{P1}\n\n{P2}")
    assert [p.text for p in c.pieces] == [TITLE, "Địa chỉ: Số 1 phố Trần Phú", P1, P2]


def test_a_lead_without_a_full_stop_is_text() -> None:
    lead = " ".join(["Chín mươi năm xây dựng và trưởng thành của cơ quan tham mưu"] * 3)
    assert of("paragraph", read(f"{TITLE}\n\n{lead}\n\n{P1}")) == [lead, P1]


def test_a_speech_is_about_the_office_it_names_after_the_greeting() -> None:
    c = read(f"Diễn văn kỷ niệm\n\n“Cánh tay nối dài”\n\n{P1}\n\nXin trân trọng cảm ơn các đồng chí!")
    assert c.unit == UNIT


def test_a_page_without_a_title_is_called_by_its_first_sentence() -> None:
    c = read(f"{P1}\n\n{P2}\n")
    assert c.title == P1[: P1.index(" Dự")]
    assert of("paragraph", c) == [P1[P1.index("Dự") :], P2]


@pytest.mark.parametrize(
    "change", [lambda t: unicodedata.normalize("NFD", t), lambda t: t.replace("\n", "\r\n")]
)
def test_decomposed_letters_and_windows_line_ends_make_no_difference(change: object) -> None:
    assert callable(change)
    raw = f"{TITLE}\n16/10/2020\n\n{P1}\n\n{P2}\n\nHồng Đào\n"
    assert read(change(raw)) == read(raw)


def test_the_look_alike_of_the_letter_is_mended() -> None:
    c = read(f"{TITLE}\n\n{P1.replace('Đ', 'Ð')} Ðảng bộ huyện có 412 đảng viên.\n\n{P2}")
    assert "Ð" not in "".join(p.text for p in c.pieces)
    assert any("Đảng bộ huyện có" in p.text for p in c.pieces)


# --- what must not be swallowed -------------------------------------------------------------------


def test_sections_lists_and_names_at_the_end_stay() -> None:
    c = read(f"""Lịch sử Văn phòng Huyện ủy Lạc Bình

1. Quá trình hình thành và phát triển

{P1}

Thời kỳ 1945 - 1954

{P2}

Những phần thưởng cao quý:
- Huân chương Lao động hạng Ba (năm 2010)
- Cờ thi đua của Chính phủ (năm 2015)

II. Các đồng chí Chánh Văn phòng qua các thời kỳ

1. Nguyễn Văn Ba (1976 - 1985)
2. Trần Thị Tư (1985 - 1995)
3. Lê Năm
""")
    assert of("heading", c) == [
        "1. Quá trình hình thành và phát triển",
        "Thời kỳ 1945 - 1954",
        "II. Các đồng chí Chánh Văn phòng qua các thời kỳ",
    ]
    assert of("paragraph", c)[2:] == [
        "Những phần thưởng cao quý:",
        "1. Nguyễn Văn Ba (1976 - 1985)",
        "2. Trần Thị Tư (1985 - 1995)",
        "3. Lê Năm",
    ]
    assert of("item", c) == [
        "Huân chương Lao động hạng Ba (năm 2010)",
        "Cờ thi đua của Chính phủ (năm 2015)",
    ]
    assert c.author is None


@pytest.mark.parametrize(
    "line",
    [
        "Tin liên quan đến đại hội được Văn phòng cập nhật hằng ngày cho các chi bộ.",
        "Chia sẻ tại buổi gặp mặt, đồng chí Lê Thị Hạnh rất xúc động.",
        "Lượt xem trang thông tin đạt 365 lượt trong ngày khai trương.",
        "Người đăng ký dự thi phải là cán bộ, đảng viên của huyện.",
        "Theo Nghị quyết số 12, Văn phòng có 15 biên chế.",
        "Nguồn nhân lực của Văn phòng ngày càng được nâng cao.",
        "Thực hiện: Chỉ thị 05-CT/TW được quán triệt đến từng chi bộ.",
        "Ngày 18/10/1930 là ngày truyền thống của Văn phòng cấp ủy.",
        "Ảnh hưởng của bão làm gián đoạn liên lạc ở 03 xã.",
        "Anh: 12 huy chương, đứng thứ ba toàn đoàn trong đại hội.",
        "Cổng thông tin điện tử huyện Lạc Bình có 12 chuyên mục.",
        "Chào mừng đến với Lạc Bình, vùng đất của lễ hội.",
    ],
)
@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_a_sentence_that_begins_like_furniture_stays(line: str, place: str) -> None:
    order = {"first": [line, P1, P2], "middle": [P1, line, P2], "last": [P1, P2, line]}[place]
    c = read("\n\n".join([TITLE, *order]))
    assert of("paragraph", c) == order
    assert (c.published, c.author, c.source) == (None, None, None)


@pytest.mark.parametrize(
    "heading", ["Giới thiệu chung", "Kinh tế", "Miền Bắc", "Đánh giá", "1954", "Thông báo"]
)
def test_a_section_named_like_a_menu_stays_inside_the_article(heading: str) -> None:
    c = read(f"{TITLE}\n\n{P1}\n\n{heading}\n\n{P2}")
    assert of("heading", c) == [heading]


def test_an_article_named_like_a_menu_keeps_its_name() -> None:
    assert read(f"Trang chủ\nGiới thiệu chung\n\n{P1}\n\n{P2}").title == "Giới thiệu chung"


def test_text_behind_links_to_other_articles_stays() -> None:
    c = read(f"{TITLE}\n\n{P1}\n\n{P2}\n\nXem thêm\nBí thư Huyện ủy thăm trường học\n\n{P3}")
    assert of("paragraph", c) == [P1, P2, P3]
    assert of("heading", c) == []


def test_teasers_of_other_articles_are_not_text() -> None:
    c = read(f"""{TITLE}

{P1}

{P2}

{P3}

Các tin khác
Huyện ủy tổng kết công tác năm
Sáng 20/10, Huyện ủy tổ chức hội nghị tổng kết công tác năm với sự tham dự của các chi bộ.
Đoàn thanh niên ra quân
Ngày 21/10, đoàn viên thanh niên toàn huyện ra quân làm vệ sinh môi trường ở các xã.
""")
    assert of("paragraph", c) == [P1, P2, P3]


def test_sidebars_behind_the_signature_are_not_text() -> None:
    sidebars = "CHUYÊN MỤC CỦA CHÚNG TÔI\nVăn bản chỉ đạo mới\nCâu lạc bộ thơ"
    c = read(f"{TITLE}\n\n{P1}\n\n{P2}\n\nHồng Đào\n\n{sidebars}\n")
    assert [p.text for p in c.pieces] == [TITLE, P1, P2]
    assert c.author == "Hồng Đào"


def test_capitals_behind_a_signature_make_it_no_list_of_names() -> None:
    c = read(f"{TITLE}\n\n{P1}\n\n{P2}\n\nHồng Đào\n\nGÓC ẢNH ĐẸP\n\nLỊCH CÔNG TÁC\n")
    assert [p.text for p in c.pieces] == [TITLE, P1, P2]
    assert c.author == "Hồng Đào"


def test_numbers_between_and_after_the_paragraphs_are_not_text() -> None:
    c = read(f"{TITLE}\n\n{P1}\n\n•\n.\n1 2 3 »\n\n{P2}\n\n35\n")
    assert [p.text for p in c.pieces] == [TITLE, P1, P2]


# --- dates, signatures ---------------------------------------------------------------------------


def test_a_date_in_the_running_text_or_title_is_not_the_day_of_publication() -> None:
    c = read(
        f"Ngày 18/10/2020: Văn phòng Huyện ủy gặp mặt\n\n{P1}\n\nNgày 20/10/2020, hội nghị bế mạc tốt đẹp."
    )
    assert c.published is None


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Hồng Đào", "Hồng Đào"),
        ("HỒNG ĐÀO", "HỒNG ĐÀO"),
        ("(Thu Hà)", "Thu Hà"),
        ("Thu Hà (tổng hợp)", "Thu Hà"),
        ("Hoàng Lan – Minh Đức", "Hoàng Lan – Minh Đức"),
        ("BBT", "BBT"),
        ("Ban Biên tập", "Ban Biên tập"),
        ("Tin, ảnh: Vĩ An", "Vĩ An"),
        ("Tin, ảnh Vĩ An", "Vĩ An"),
        ("Bài: Thu Hà - Ảnh: Minh Đức", "Thu Hà"),
        ("Tác giả: Nguyễn Thu Hà", "Nguyễn Thu Hà"),
        ("T/h: Tổ Thư ký", "Tổ Thư ký"),
        ("Nguyễn Thu Hà - Văn phòng Huyện ủy", "Nguyễn Thu Hà - Văn phòng Huyện ủy"),
    ],
)
def test_the_signature_is_the_author_and_no_text(line: str, author: str) -> None:
    c = read(f"{TITLE}\n\n{P1}\n\n{P2}\n\n{line}\n")
    assert c.author == author
    assert [p.text for p in c.pieces] == [TITLE, P1, P2]


def test_a_signature_behind_the_closing_stroke() -> None:
    c = read(f"{TITLE}\n\n{P1}\n\n{P3} Hồng Đào\n")
    assert c.author == "Hồng Đào"
    assert of("paragraph", c)[-1] == P3


def test_the_agency_s_tag_is_the_source_and_no_text() -> None:
    for tag in ("(TTXVN)", "(TTXVN) -", "(baolacbinh.vn)", "baolacbinh.vn -"):
        c = read(f"{TITLE}\n\n{tag} {P1}\n\n{P2}")
        assert c.source == tag.strip("() -")
        assert of("paragraph", c)[0] == P1


def test_words_in_brackets_that_open_an_article_stay() -> None:
    c = read(f"{TITLE}\n\n(Trích diễn văn) {P1}\n\n{P2}")
    assert c.source is None
    assert of("paragraph", c)[0].startswith("(Trích diễn văn) Sáng")


# --- captions ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "caption"),
    [
        ("Ảnh: Quang cảnh buổi gặp mặt", "Quang cảnh buổi gặp mặt"),
        ("Quang cảnh buổi gặp mặt. Ảnh: Thu Hà", "Quang cảnh buổi gặp mặt. Ảnh: Thu Hà"),
        ("Quang cảnh buổi gặp mặt\nQuang cảnh buổi gặp mặt", "Quang cảnh buổi gặp mặt"),
        ("Responsive image\nNhà làm việc của cơ quan", "Nhà làm việc của cơ quan"),
        (
            "Đồng chí Lê Thị Hạnh, Chánh Văn phòng,\nphát biểu tại hội nghị.",
            "Đồng chí Lê Thị Hạnh, Chánh Văn phòng, phát biểu tại hội nghị.",
        ),
        (
            "Lãnh đạo Huyện ủy trao Kỷ niệm chương cho các cá nhân",
            "Lãnh đạo Huyện ủy trao Kỷ niệm chương cho các cá nhân",
        ),
    ],
)
@pytest.mark.parametrize("place", ["head", "middle", "tail"])
def test_photo_captions_stand_behind_the_text(lines: str, caption: str, place: str) -> None:
    order = {"head": [lines, P1, P2], "middle": [P1, lines, P2], "tail": [P1, P2, lines]}[place]
    c = read("\n\n".join([TITLE, "16/10/2020", *order]))
    assert of("caption", c) == [caption]
    assert of("paragraph", c) == [P1, P2]


def test_the_photographer_alone_is_no_caption() -> None:
    assert of("caption", read(f"{TITLE}\n\n{P1}\n\nẢnh: Thu Hà\n\n{P2}")) == []


# --- Markdown and front matter --------------------------------------------------------------------


def test_markdown_headings_photos_and_emphasis() -> None:
    c = clean(
        markdown(
            f"# {TITLE}\n\n**{P1}**\n\n![Quang cảnh](a.jpg)\n\n## Khen thưởng\n\n{P2}\n\n- *Một*\n- Hai\n"
        )
    )
    assert [(p.kind, p.text) for p in c.pieces] == [
        ("title", TITLE),
        ("paragraph", P1),
        ("heading", "Khen thưởng"),
        ("paragraph", P2),
        ("item", "Một"),
        ("item", "Hai"),
        ("caption", "Quang cảnh"),
    ]


FRONT = """---
tiêu đề: "Tên bài: do người nạp đặt"
ngay: 18/10/2021
tác giả: Tổ Lịch sử
Nguồn: Kỷ yếu
đơn vị: Văn phòng Huyện ủy Tân Phú
---
"""


@pytest.mark.parametrize("reader", [plain, markdown])
def test_front_matter_overrides_what_the_page_says(reader: object) -> None:
    assert callable(reader)
    c = clean(reader(f"{FRONT}{TITLE}\n16/10/2020\n\n{P1}\n\n{P2}\n\nHồng Đào\n"))
    assert fields(c) == (
        "Tên bài: do người nạp đặt",
        date(2021, 10, 18),
        "Tổ Lịch sử",
        "Kỷ yếu",
        "Văn phòng Huyện ủy Tân Phú",
    )
    assert of("heading", c) == [TITLE]
    assert of("paragraph", c) == [P1, P2]


@pytest.mark.parametrize(
    "given", ["2020-10-18", "18/10/2020", "'2020-10-18'", "ngày 18 tháng 10 năm 2020", "2020-10-18 07:30:00"]
)
def test_a_date_in_front_matter_may_be_written_in_any_way(given: str) -> None:
    assert read(f"---\ndate: {given}\n---\n{TITLE}\n\n{P1}").published == date(2020, 10, 18)


def test_an_empty_field_in_front_matter_says_that_there_is_none() -> None:
    c = read(f"---\nunit:\nauthor: [Hồng Đào, Thu Hà]\n---\n{TITLE}\n\n{P1}\n")
    assert (c.unit, c.author) == (None, "Hồng Đào, Thu Hà")


def test_a_title_in_front_matter_does_not_take_the_first_sentence_from_the_text() -> None:
    c = read(f"---\ntitle: Tên bài\n---\n{P1}\n\n{P2}")
    assert [p.text for p in c.pieces] == ["Tên bài", P1, P2]


@pytest.mark.parametrize(
    "front",
    [
        "title: a: b",
        "date: hôm qua",
        "date: 2020-13-45",
        "author: {ten: A}",
        "title: [" + "[" * 3000,
        "\tx: y",
    ],
)
def test_front_matter_that_makes_no_sense_is_refused_with_the_next_step(front: str) -> None:
    with pytest.raises(UnreadableFile, match="rồi nạp lại"):
        read(f"---\n{front}\n---\n{TITLE}\n\n{P1}")


def test_two_rules_around_words_are_not_front_matter() -> None:
    c = read(f"---\n{TITLE}\n---\n\n{P1}\n\n{P2}")
    assert c.title == TITLE


# --- the article ---------------------------------------------------------------------------------


def test_a_page_of_furniture_alone_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="không còn nội dung"):
        read("Trang chủ\nLiên hệ\n16/10/2020\n1 2 3 »\n")


PIECES = (Piece("title", "Tên bài"), Piece("paragraph", "Một câu."), Piece("caption", "Ảnh chụp"))


def test_the_text_is_its_blocks_with_a_blank_line_between() -> None:
    a = article("x", "/x.txt", Cleaned(PIECES, unit="Văn phòng"))
    assert a.text == "Tên bài\n\nMột câu.\n\nẢnh chụp"
    assert [a.text[b.start : b.end] for b in a.blocks] == [p.text for p in PIECES]
    assert (a.id, a.file, a.title, a.unit) == ("x", "/x.txt", "Tên bài", "Văn phòng")


def test_a_place_knows_whether_it_was_read_off_a_picture() -> None:
    first, second, third = (f"Câu của trang {n} nói về Văn phòng Huyện ủy Hà Lương." for n in "123")
    drafts = [Draft("Tên bài", "title", 1), Draft(first, "paragraph", 1), Draft(second, "paragraph", 2)]
    a = article("x", "/x.pdf", clean(document([*drafts, Draft(third, "paragraph", 3)], scanned=[2, 7])))
    assert a.scanned == {2}
    places = [Span(a.text.index(words), a.text.index(words) + len(words)) for words in (first, second, third)]
    assert [a.is_scanned(place) for place in places] == [False, True, False]
    assert a.is_scanned(Span(places[0].start, places[1].start + 1))
    assert not a.is_scanned(Span(places[0].start, places[1].start))


def test_a_scan_and_the_same_words_typed_are_two_documents() -> None:
    drafts = [Draft("Tên bài", "title", 1), Draft(P1, "paragraph", 1)]
    typed, scan = (article("x", "/x.pdf", clean(document(drafts, scanned=pages))) for pages in ([], [1]))
    assert (typed.text, typed.pages) == (scan.text, scan.pages)
    assert typed.digest != scan.digest


def test_the_digest_is_of_the_article_and_not_of_its_page() -> None:
    page = f"{TITLE}\nLượt xem: 365\n\n{P1}\n\n{P2}\n"
    same = article("a", "/a.txt", read(page)).digest
    assert article("b", "/b.txt", read(page.replace("365", "9.001"))).digest == same
    assert article("a", "/a.txt", read(page.replace("Trần Văn Khải", "Trần Văn Khai"))).digest != same
    assert article("a", "/a.txt", replace(read(page), author="Ai đó")).digest != same


line = st.one_of(
    st.sampled_from(
        [
            TITLE,
            P1,
            P2,
            P3,
            "",
            "",
            "Hồng Đào",
            "16/10/2020",
            "Tin liên quan",
            "Lượt xem: 3",
            "- Một",
            "1. Hai",
            "35",
        ]
    ),
    st.text(max_size=80),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(line, max_size=25).map("\n".join))
def test_whatever_the_page_the_text_is_clean_and_cleaning_it_again_changes_no_word(raw: str) -> None:
    for reader in (plain, markdown):
        try:
            a = article("x", "/x", clean(reader(raw)))
        except UnreadableFile:
            continue
        assert a.text == nfc(a.text)
        assert [b.start for b in a.blocks[1:]] == [b.end + 2 for b in a.blocks[:-1]]
        assert a.blocks[-1].end == len(a.text)
        for block in a.blocks:
            piece = a.text[block.start : block.end]
            assert piece
            assert piece == " ".join(piece.split())


@settings(max_examples=100, deadline=None)
@given(st.permutations([P1, P2, P3.removesuffix("/."), "Văn phòng có 15 cán bộ, đảng viên."]))
def test_whole_sentences_are_never_lost_whatever_their_order(paragraphs: list[str]) -> None:
    assert of("paragraph", read("\n\n".join([TITLE, *paragraphs]))) == paragraphs
