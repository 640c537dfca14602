from __future__ import annotations

from assistant.examples import MOST, examples
from tests.assistant.office import article

HOUSE = article(
    "nha", "Chặng đường", "Ngày 12-4-1954, cơ quan được thành lập.",
    "Năm 2014, cơ quan được tặng thưởng Huân chương Lao động hạng Nhì.", unit="Văn phòng Huyện ủy Sông Trăng",
)  # fmt: skip
YARD = article("san", "Ngày vui", "Ngày truyền thống là 12-4.", unit="văn phòng Tỉnh ủy Hải Lâm")


def test_asks_of_each_unit_what_its_article_speaks_of() -> None:
    assert set(examples([HOUSE, YARD])) == {
        "Văn phòng Huyện ủy Sông Trăng được tặng thưởng Huân chương gì?",
        "Văn phòng Huyện ủy Sông Trăng được thành lập ngày nào?",
        "Ngày truyền thống của văn phòng Tỉnh ủy Hải Lâm là ngày nào?",
    }


def test_units_take_turns_before_one_is_asked_of_twice() -> None:
    assert "Sông Trăng" in examples([HOUSE, YARD])[0]
    assert "Hải Lâm" in examples([HOUSE, YARD])[1]


def test_finds_what_is_written_in_capitals_or_with_the_tone_elsewhere() -> None:
    loud = article("to", "TO", "NGÀY TRUYỀN THỐNG 18/10", unit="Văn phòng Thành uỷ Nam Hà")
    assert examples([loud]) == ("Ngày truyền thống của Văn phòng Thành uỷ Nam Hà là ngày nào?",)


def test_an_article_without_unit_or_without_such_facts_gives_no_question() -> None:
    nameless = article("a", "A", "Ngày truyền thống là 12-4.")
    silent = article("b", "B", "Hôm nay trời đẹp.", unit="Văn phòng Tỉnh ủy Hải Lâm")
    assert examples([nameless, silent]) == ()
    assert examples([]) == ()


def test_questions_are_few_and_distinct() -> None:
    many = [
        article(str(i), "Bài", "Ngày truyền thống 1-2.", "Phương châm là thế.", unit=f"Văn phòng {i}")
        for i in range(30)
    ]
    found = examples([*many, *many])
    assert len(found) == len(set(found)) == MOST
