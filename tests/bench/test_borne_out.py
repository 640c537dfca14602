"""What a statement says beyond its quotes is found without the verifier."""

from __future__ import annotations

import pytest

from bench.borne_out import missing

QUOTE = "Năm 2005, Văn phòng Huyện ủy Lạc Sơn được tặng Huân chương Lao động hạng Ba, ngày 02/9/2005."


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("Ngày 2 tháng 9 năm 2005, Văn phòng được tặng Huân chương Lao động hạng Ba.", []),
        ("Năm 2006, Văn phòng được tặng Huân chương Lao động hạng Ba.", ["2006"]),
        ("Năm 2005, Văn phòng được tặng Huân chương Lao động hạng Nhì.", ["Nhì"]),
        ("Văn phòng Huyện uỷ Lạc Sơn được tặng huân chương.", []),
        ("Văn phòng Huyện ủy Lạc Thủy được tặng huân chương.", ["Thủy"]),
        ("Văn phòng “được tặng Huân chương Lao động”.", []),
        ("Văn phòng “đã được tặng huân chương”.", ["đã được tặng huân chương"]),
        ("Tỉnh Hòa Bình.", ["Hòa", "Bình"]),
    ],
)
def test_numbers_names_and_quotations_must_stand_in_the_quotes(statement: str, found: list[str]) -> None:
    assert missing(statement, [QUOTE]) == found


def test_titles_and_offices_bear_names_out_but_no_numbers() -> None:
    assert missing("Đảng bộ Lạc Thủy có 3 chi bộ.", [QUOTE], ["Lạc Thủy 3", "Đảng bộ"]) == ["3"]
