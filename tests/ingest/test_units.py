"""The office an article is about: named with its place, or not at all."""

from __future__ import annotations

import pytest

from ingest.units import in_normal_case, unit


def split(text: list[str]) -> tuple[str, list[str]]:
    """The lead, and the paragraphs after it."""
    return text[0], text[1:]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Văn phòng Huyện ủy Xuân Trường tự hào truyền thống 91 năm", "Văn phòng Huyện ủy Xuân Trường"),
        ("VĂN PHÒNG TỈNH ỦY BÌNH THUẬN: Họp mặt kỷ niệm 89 năm", "Văn phòng Tỉnh ủy Bình Thuận"),
        ("VĂN PHÒNG HUYỆN ỦY LẠC BÌNH KỶ NIỆM 90 NĂM", "Văn phòng Huyện ủy Lạc Bình"),
        ("VĂN PHÒNG HUYỆN UỶ NĂM CĂN", "Văn phòng Huyện ủy Năm Căn"),
        ("Văn Phòng Huyện Ủy Kim Sơn Tổ Chức Họp Mặt", "Văn phòng Huyện ủy Kim Sơn"),
        ("Văn phòng Thành uỷ TP. Hồ Chí Minh họp mặt", "Văn phòng Thành ủy TP Hồ Chí Minh"),
        ("Văn phòng Tỉnh ủy Bà Rịa - Vũng Tàu", "Văn phòng Tỉnh ủy Bà Rịa - Vũng Tàu"),
        ("Văn phòng Quận ủy 3 gặp mặt", "Văn phòng Quận ủy 3"),
        ("VP Thị ủy Kỳ Anh: 90 năm", "Văn phòng Thị ủy Kỳ Anh"),
        ("Văn phòng HĐND và UBND huyện Lạc Sơn tổng kết", "Văn phòng HĐND và UBND huyện Lạc Sơn"),
        ("Ban Tổ chức Tỉnh uỷ Hà Nam đón nhận Huân chương", "Ban Tổ chức Tỉnh ủy Hà Nam"),
        (
            "Văn phòng Đảng ủy Khối các cơ quan tỉnh Lạc Bình",
            "Văn phòng Đảng ủy Khối các cơ quan tỉnh Lạc Bình",
        ),
        ("Chánh Văn phòng Tỉnh ủy Lạc Bình Nguyễn Văn An nói", "Văn phòng Tỉnh ủy Lạc Bình"),
        ("Văn phòng Trung ương Đảng gặp mặt", "Văn phòng Trung ương Đảng"),
        ("Đảng bộ huyện Lạc Sơn qua 20 kỳ đại hội", "Đảng bộ huyện Lạc Sơn"),
        ("Sở Nội vụ tỉnh Hà Nam tổng kết", "Sở Nội vụ tỉnh Hà Nam"),
        ("Văn phòng Tỉnh ủy họp mặt", None),
        ("VĂN PHÒNG TỈNH ỦY PHÁT HUY TRUYỀN THỐNG", None),
        ("Đảng bộ tỉnh khóa XII", None),
        ("Ngày truyền thống Văn phòng cấp ủy", None),
    ],
)
def test_the_office_that_the_title_names(title: str, expected: str | None) -> None:
    assert unit(title) == expected


def test_an_office_without_a_place_in_the_title_finds_it_in_the_text() -> None:
    text = ["Văn phòng Huyện ủy Lạc Bình họp.", "Văn phòng Tỉnh ủy Hà Nam, Văn phòng Tỉnh ủy Hà Nam dự."]
    assert unit("Văn phòng Huyện ủy họp mặt", *split(text)) == "Văn phòng Huyện ủy Lạc Bình"


def test_a_title_in_capitals_ends_its_place_where_the_text_does() -> None:
    title = "VĂN PHÒNG HUYỆN ỦY LẠC BÌNH MÙA XUÂN TRÊN QUÊ HƯƠNG"
    assert unit(title, "Về huyện Lạc Bình những ngày này.") == "Văn phòng Huyện ủy Lạc Bình"
    assert unit(title) is None


def test_the_office_that_the_text_is_about() -> None:
    text = ["Văn phòng Thành ủy Đông Hà tổ chức họp mặt.", "Văn phòng Tỉnh ủy Đông Hà là tiền thân."]
    assert unit("Họp mặt truyền thống", *split(text)) == "Văn phòng Thành ủy Đông Hà"


def test_of_two_offices_named_alike_often_none_is_chosen() -> None:
    text = ["Hội nghị khai mạc.", *["Văn phòng Huyện ủy Lạc Bình và Văn phòng Huyện ủy Tân Phú ký kết."] * 3]
    assert unit("Ký kết thi đua", *split(text)) is None


def test_an_office_named_once_in_passing_is_not_what_the_article_is_about() -> None:
    assert unit("Họp mặt", "Buổi lễ diễn ra ấm cúng.", ["Có Văn phòng Huyện ủy Lạc Bình tham dự."]) is None


def test_the_short_name_speaks_for_the_full_one() -> None:
    text = ["Mở đầu.", "Văn phòng Huyện ủy Lạc Bình có 15 người.", *["Văn phòng Huyện ủy làm tốt."] * 3]
    assert unit("Chuyện nghề", *split(text)) == "Văn phòng Huyện ủy Lạc Bình"


def test_no_office_no_unit() -> None:
    assert unit("Oxygen", "Oxi được phát hiện năm 1774.", ["Hiệp hội có văn phòng ở Luân Đôn."]) is None


@pytest.mark.parametrize(
    ("shouted", "said"),
    [("HUYỆN ỦY LẠC BÌNH", "Huyện ủy Lạc Bình"), ("THÀNH PHỐ ĐÔNG HÀ", "thành phố Đông Hà")],
)
def test_capitals_become_the_usual_spelling(shouted: str, said: str) -> None:
    assert in_normal_case(shouted) == said
