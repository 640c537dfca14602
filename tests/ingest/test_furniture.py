"""The words of pages: what is furniture, and what a line about the article says."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.furniture import Imprint, imprint, is_furniture, is_margin, is_menu, is_name, is_signature

DAY = date(2020, 10, 16)


@pytest.mark.parametrize(
    "line",
    [
        "Lượt xem: 365",
        "LƯỢT XEM 1.204",
        "Số lượt xem: 12",
        "Đã xem: 1250",
        "1.204 lượt xem",
        "Chia sẻ",
        "In trang",
        "Cỡ chữ: A- A A+",
        "Gửi email",
        "TIN MỚI NHẤT",
        "Tin nổi bật",
        "Xem thêm »",
        "Bình luận (2)",
        "1 2 3 »",
        "•",
        "502",
        "Responsive image",
        "Chào mừng đến với trang thông tin!",
    ],
)
def test_furniture_is_known_however_it_is_spelled(line: str) -> None:
    assert is_margin(line) or is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "Chia sẻ khó khăn với đồng bào vùng lũ",
        "Tin nổi bật trong tuần là đại hội",
        "In ấn, phát hành tài liệu",
        "Người đang công tác tại Văn phòng",
        "Bảo mật thông tin trong công tác văn phòng",
        "Thiết kế bộ máy tinh gọn",
        "Ngày 18/10/1930",
        "(18/10/1930 - 18/10/2020)",
        "Huy Hoàng",
    ],
)
def test_other_words_are_not(line: str) -> None:
    assert not is_margin(line)
    assert not is_furniture(line)


@pytest.mark.parametrize(
    "line", ["Trang chủ > Tin tức", "Trang chủ / Tin tức / Đảng", "Tin tức | Văn bản | Liên hệ"]
)
def test_menus(line: str) -> None:
    assert is_menu(line)


def test_a_sentence_with_a_stroke_is_no_menu() -> None:
    assert not is_menu("Tham mưu / phục vụ")
    assert not is_menu("Văn phòng cấp ủy | tham mưu và tổng hợp")


@pytest.mark.parametrize(
    "line",
    [
        "16/10/2020",
        "12:43 - 16/10/2020",
        "16-10-2020",
        "16.10.2020, 10h30",
        "Thứ Sáu, 16/10/2020, 15:21 [GMT+7]",
        "Thứ 6, 16/10/2020 | 14:05",
        "T6, 16/10/2020",
        "Cập nhật: 16/10/2020 08:15 AM",
        "16/10/2020 02:30:00 PM",
        "Cập nhật lúc: 08:00, 16/10/2020 (GMT+7)",
        "Ngày đăng: 16/10/2020",
        "Ngày đăng tin: 16/10/2020 - Lượt xem: 12",
        "Đăng lúc: Thứ sáu - 16/10/2020 09:30 - Người đăng bài viết: Hồng Đào - Đã xem: 300",
        "Ngày 16 tháng 10 năm 2020",
        "Lạc Bình, ngày 16 tháng 10 năm 2020",
        "Được đăng: 16 Tháng 10 2020",
        "16 Tháng Mười, 2020",
        "Th10 16, 2020",
        "October 16, 2020",
        "2020-10-16T08:00:00",
        "Posted on 16/10/2020 by admin",
        "In bài viết | Gửi email | 16/10/2020",
    ],
)
def test_datelines(line: str) -> None:
    assert imprint(line) == Imprint(published=DAY)


def test_a_name_beside_a_date_is_the_author() -> None:
    assert imprint("TT / 16/10/2020") == Imprint(published=DAY, author="TT")
    assert imprint("Hồng Đào | 16/10/2020 | Lượt xem: 3") == Imprint(published=DAY, author="Hồng Đào")


@pytest.mark.parametrize(
    "line",
    [
        "(18/10/1930 - 18/10/2020)",
        "18/10/1930",
        "Ngày 16/10/2020 họp",
        "31/02/2020",
        "Hồng Đào",
        "Thực hiện: Chỉ thị 05-CT/TW",
        "Theo Nghị quyết số 12",
        "Theo đồng chí Lan",
        "Ảnh: Vĩ An",
        "Năm 1945 - 1954",
        "Tham mưu - tổng hợp - phục vụ",
    ],
)
def test_lines_that_are_no_imprint(line: str) -> None:
    assert imprint(line) is None


@pytest.mark.parametrize(
    ("line", "author", "source"),
    [
        ("Tin, ảnh: Vĩ An", "Vĩ An", None),
        ("Tin và ảnh: Lan", "Lan", None),
        ("Tin: Lan; ảnh: Đức", "Lan", None),
        ("Bài và ảnh Thu Hà", "Thu Hà", None),
        ("Tin, ảnh: Vĩ An - Hồng Hà", "Vĩ An - Hồng Hà", None),
        ("T/h: Phòng Biên tập - VP Huyện ủy", "Phòng Biên tập - VP Huyện ủy", None),
        ("Tác giả: Nguyễn An, Nguồn: Báo Lạc Bình", "Nguyễn An", "Báo Lạc Bình"),
        ("Nguồn: Báo Lạc Bình", None, "Báo Lạc Bình"),
        ("(Theo TTXVN)", None, "TTXVN"),
        ("Theo nhandan.vn", None, "nhandan.vn"),
        ("Thu Hà (Theo Báo Lạc Bình)", "Thu Hà", "Báo Lạc Bình"),
    ],
)
def test_credits(line: str, author: str | None, source: str | None) -> None:
    assert imprint(line) == Imprint(author=author, source=source)


def test_who_posts_is_not_who_wrote() -> None:
    assert imprint("Tác giả: Administrator") is None
    assert is_furniture("Người đăng: Hồng Đào")


def test_names_and_signatures() -> None:
    assert all(
        map(is_name, ["Hồng Đào", "HỒNG ĐÀO", "TT", "T.Hà", "Lan Anh - Minh Đức", "Lan Anh, Minh Đức"])
    )
    assert not any(
        map(is_name, ["Hồng", "Văn phòng Huyện ủy", "Hồng Đào nói", "Đơn vị 5", "A" * 50 + "a" * 50])
    )
    assert all(map(is_signature, ["Ban Biên tập", "PV (Tổng hợp)", "Hồng Đào - Văn phòng Huyện ủy"]))
    assert not is_signature("Huân chương Lao động hạng Ba")
