"""Typed mentions: what a text names is found whole, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.mentions import awards, documents, names, numbers, people, quotations
from ingest.types import Span


def _found(find: Callable[[str], Iterable[Span]], text: str) -> list[str]:
    return [span.of(text) for span in find(text)]


def test_a_name_is_cut_into_office_and_name_proper() -> None:
    text = "Đại diện Văn phòng Tỉnh ủy Sông Lam và Ban Bí thư Trung ương Đảng dự."
    opening, office, board = names(text)
    assert opening.opens
    assert text[office.start : office.end] == "Văn phòng Tỉnh ủy Sông Lam"
    assert [p.of(text) for p in office.proper] == ["Sông Lam"]
    assert office.office
    assert text[board.start : board.end] == "Ban Bí thư Trung ương Đảng"
    assert board.proper == ()


@pytest.mark.parametrize("place", ["Xuân Trường", "Hội An", "Hải Phòng", "Bà Rịa"])
def test_a_place_named_like_an_office_word_stays_whole(place: str) -> None:
    text = f"họp tại Thành ủy {place} hôm qua"
    (name,) = names(text)
    assert [p.of(text) for p in name.proper] == [place]


@pytest.mark.parametrize(
    ("text", "name"), [("Giúp Tỉnh ủy Sông Lam họp.", "Tỉnh ủy Sông Lam"), ("Ở Sông Lam có", "Sông Lam")]
)
def test_the_word_that_opens_a_sentence_is_no_part_of_a_name(text: str, name: str) -> None:
    (found,) = names(text)
    assert text[found.start : found.end] == name
    assert [p.of(text) for p in found.proper] == ["Sông Lam"]


def test_an_abbreviated_city_is_one_name() -> None:
    text = "ở TP. Sông Lam"
    (name,) = names(text)
    assert [p.of(text) for p in name.proper] == ["Sông Lam"]


def test_people_are_found_by_family_name_or_address_without_their_office() -> None:
    text = "Đồng chí Trần Văn Bình, Chánh Văn phòng Thành ủy; ông Hùng và bà Lê Thị Hoa ở Bến Nghé."
    assert _found(people, text) == ["Trần Văn Bình", "Hùng", "Lê Thị Hoa"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bà Ngô Thị Lành bắt đầu làm văn thư.", ["Ngô Thị Lành"]),
        ("Bà Rịa có nhiều đổi thay.", []),
        ("IV. Các đồng chí Chánh Văn phòng", []),
    ],
)
def test_a_title_or_a_number_that_opens_a_line_is_no_part_of_a_name(text: str, expected: list[str]) -> None:
    assert [person.of(text) for person in people(text)] == expected


def test_the_place_of_a_committee_is_no_person_but_who_follows_it_is() -> None:
    text = "Văn phòng Tỉnh ủy Hà Lương; Bí thư Huyện ủy Hoàng Thị Nhàn; Bí thư Thành ủy Sông Lam Lê Văn Tám."
    assert _found(people, text) == ["Hoàng Thị Nhàn", "Lê Văn Tám"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("được tặng Huân chương Lao động hạng Nhất, 07 cá nhân", ["Huân chương Lao động hạng Nhất"]),
        ("Huân chương Lao động hạng nhì cho tập thể", ["Huân chương Lao động hạng nhì"]),
        (
            "Bằng Khen của Thủ tướng Chính phủ vì đã có thành tích",
            ["Bằng Khen của Thủ tướng Chính phủ"],
        ),
        ("danh hiệu “Tập thể xuất sắc” năm 2014", ["danh hiệu “Tập thể xuất sắc”"]),
        ('Kỷ niệm chương "Vì sự nghiệp văn phòng".', ['Kỷ niệm chương "Vì sự nghiệp văn phòng"']),
        ("chương trình công tác năm", []),
    ],
)
def test_an_award_has_its_class_and_its_name(text: str, expected: list[str]) -> None:
    assert _found(awards, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("có 19 cán bộ, gần 80% đại học", ["19", "gần 80%"]),
        ("07 cá nhân và mười lăm tập thể", ["07", "mười lăm"]),
        ("ngày 18/10/1930, năm 2010, 45-NQ/TW, Chỉ thị 05", []),
        ("trực 24/24 giờ", []),
        ("1.234 người, 3,5 triệu đồng", ["1.234", "3,5 triệu"]),
        ("một số việc trong năm qua", []),
    ],
)
def test_numbers_are_counts_and_not_dates_or_documents(text: str, expected: list[str]) -> None:
    assert _found(numbers, text) == expected


def test_quotations_come_without_their_marks() -> None:
    assert _found(quotations, 'Bác dặn “phải cẩn thận” và "giữ bí mật".') == ["phải cẩn thận", "giữ bí mật"]


def test_a_quotation_that_runs_on_is_found_to_its_end() -> None:
    assert _found(quotations, "Bác dặn: “Phải cẩn thận. Phải") == ["Phải cẩn thận. Phải"]
    assert _found(quotations, 'Bác dặn: "Phải cẩn thận. Phải') == ["Phải cẩn thận. Phải"]


@pytest.mark.parametrize("text", ["«giữ bí mật»", "''giữ bí mật''", "'giữ bí mật'", "”giữ bí mật”"])
def test_quotation_marks_of_every_sort_quote_alike(text: str) -> None:
    assert _found(quotations, f"Bác dặn {text} và thôi.") == ["giữ bí mật"]
    (award,) = _found(awards, f"tặng Cờ {text.replace('giữ bí mật', 'Đơn vị giỏi')} năm 2010.")
    assert award.startswith("Cờ ")
    assert "Đơn vị giỏi" in award


def test_documents_are_found_by_their_number() -> None:
    text = "Nghị quyết số 45-NQ/TW, Chỉ thị 05-CT/TW và Đề án 25 của tỉnh"
    assert _found(documents, text) == ["Nghị quyết số 45-NQ/TW", "Chỉ thị 05-CT/TW", "Đề án 25"]


@given(st.text(st.sampled_from("aăđ ĐHuânVăn“”\"'().,-/0123456789%\n tảng"), max_size=120))
def test_every_mention_lies_in_its_text(text: str) -> None:
    for find in (people, awards, numbers, quotations, documents):
        for span in find(text):
            assert 0 <= span.start < span.end <= len(text)
    for name in names(text):
        assert all(name.start <= p.start < p.end <= name.end for p in name.proper)
