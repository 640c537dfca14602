"""Questions in English are read as Vietnamese ones; what is not known stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import english
from assistant.question import Form, Kind, recognise, understand
from assistant.types import Turn

UNITS = (
    "Văn phòng Tỉnh ủy Hà Lương",
    "Văn phòng Thành ủy Sơn Khê",
    "Văn phòng Huyện ủy Bình Lãng",
    "Văn phòng Huyện ủy Trường Lạc",
)

READINGS = (
    (
        "When is the traditional day of Party committee offices?",
        "Ngày truyền thống văn phòng cấp ủy khi nào?",
        Kind.DATE,
    ),
    (
        "When was the Ha Luong Provincial Party Committee Office founded?",
        "Văn phòng Tỉnh ủy Hà Lương thành lập khi nào?",
        Kind.DATE,
    ),
    (
        "What year was the Office of the Binh Lang District Party Committee established?",
        "Văn phòng Huyện ủy Bình Lãng thành lập năm nào?",
        Kind.YEAR,
    ),
    (
        "Where is the headquarters of the Son Khe City Party Committee Office?",
        "Trụ sở Văn phòng Thành ủy Sơn Khê ở đâu?",
        Kind.PLACE,
    ),
    (
        "Who is the Chief of Office of the Ha Luong Provincial Party Committee?",
        "Chánh Văn phòng Tỉnh ủy Hà Lương là ai?",
        Kind.PERSON,
    ),
    ("Who was the first Chief of Office in Son Khe?", "Chánh Văn phòng đầu tiên Sơn Khê là ai?", Kind.PERSON),
    (
        "Who chose 18 October 1930 as the traditional day?",
        "ai chọn ngày 18/10/1930 ngày truyền thống?",
        Kind.AGENT,
    ),
    (
        "How many staff does the Son Khe City Party Committee Office have?",
        "Văn phòng Thành ủy Sơn Khê có bao nhiêu cán bộ?",
        Kind.NUMBER,
    ),
    (
        "How many directives did the Ha Luong office issue in 2020?",
        "Văn phòng Tỉnh ủy Hà Lương ban hành năm 2020 bao nhiêu chỉ thị?",
        Kind.NUMBER,
    ),
    (
        "How many Party members are there in Kim Hoa commune?",
        "Xã Kim Hoa có bao nhiêu đảng viên?",
        Kind.NUMBER,
    ),
    (
        "What awards did the Binh Lang District Party Committee Office receive?",
        "Văn phòng Huyện ủy Bình Lãng được nhận những phần thưởng nào?",
        Kind.AWARD,
    ),
    (
        "What was the Binh Lang office awarded by the State President in 2005?",
        "Văn phòng Huyện ủy Bình Lãng được tặng thưởng gì Chủ tịch nước năm 2005?",
        Kind.AWARD,
    ),
    (
        "Which offices received the Labour Order?",
        "Những văn phòng nào được nhận Huân chương Lao động?",
        Kind.UNIT,
    ),
    (
        "Which class of Labour Order was awarded to Truong Lac?",
        "Hạng nào Huân chương Lao động được tặng thưởng Trường Lạc?",
        Kind.AWARD,
    ),
    (
        "What is the motto of the Ha Luong Provincial Party Committee Office?",
        "Phương châm Văn phòng Tỉnh ủy Hà Lương là gì?",
        Kind.MOTTO,
    ),
    (
        "What are the functions and duties of the Party committee office?",
        "Chức năng, nhiệm vụ văn phòng cấp ủy là gì?",
        Kind.FUNCTION,
    ),
    ("What did Uncle Ho say about office work?", "Bác Hồ nói gì về công tác văn phòng?", Kind.QUOTE),
    ("Why was the office evacuated in 1965?", "Văn phòng sơ tán năm 1965 vì sao?", Kind.CAUSE),
    (
        "Has the Ha Luong office received the First-class Labour Order?",
        "Có phải Văn phòng Tỉnh ủy Hà Lương được nhận Huân chương Lao động hạng Nhất không?",
        Kind.OTHER,
    ),
    ("Compare the awards of Ha Luong and Son Khe", "So sánh phần thưởng Hà Lương và Sơn Khê?", Kind.OTHER),
    (
        "List the awards of the Truong Lac office",
        "Liệt kê các phần thưởng Văn phòng Huyện ủy Trường Lạc?",
        Kind.OTHER,
    ),
    ("What is the full name of Project 25?", "Tên đầy đủ đề án 25 là gì?", Kind.NAME),
    ("What position does Le Quang Thach hold?", "Le Quang Thach giữ chức vụ nào?", Kind.OFFICE),
    (
        "What is the predecessor of the Ha Luong Provincial Party Committee Office?",
        "Tiền thân Văn phòng Tỉnh ủy Hà Lương là gì?",
        Kind.NAME,
    ),
    ("Who signed the decision?", "ai ký quyết định?", Kind.AGENT),
    ("What is the ticket price from Hanoi to Son Khe?", "ticket price Hà Nội đến Sơn Khê là gì?", Kind.OTHER),
    ("What is the weather in Binh Lang tomorrow?", "weather Bình Lãng tomorrow là gì?", Kind.OTHER),
    (
        "In what year did the office receive the Second-class Labour Medal?",
        "Văn phòng được nhận Huân chương Lao động hạng Nhì năm nào?",
        Kind.YEAR,
    ),
    ("On which street is the office located?", "Văn phòng đặt đường nào?", Kind.PLACE),
    ("How long did the evacuation last?", "evacuation last bao lâu?", Kind.NUMBER),
    ("How old is the Binh Lang office?", "Văn phòng Huyện ủy Bình Lãng bao nhiêu tuổi?", Kind.NUMBER),
    (
        "Tell me about the history of the Truong Lac office",
        "Lịch sử Văn phòng Huyện ủy Trường Lạc?",
        Kind.OTHER,
    ),
    (
        "Please tell me when the Son Khe office was founded",
        "Văn phòng Thành ủy Sơn Khê thành lập khi nào?",
        Kind.DATE,
    ),
    (
        "who is the secretary of the binh lang district party committee",
        "Bí thư Huyện ủy Bình Lãng là ai?",
        Kind.PERSON,
    ),
    (
        "when was the can tho party committee office founded",
        "Văn phòng cấp ủy Can Tho thành lập khi nào?",
        Kind.DATE,
    ),
    ("What is Tống Thị Mây's initiative called?", "Tống Thị Mây sáng kiến gọi là gì?", Kind.NAME),
    ("Which resolution was implemented?", "Nghị quyết nào implemented?", Kind.DOCUMENT),
    (
        "When was Da Nang City Party Committee Office established?",
        "Văn phòng Thành ủy Da Nang thành lập khi nào?",
        Kind.DATE,
    ),
    ("Who is Phạm Thị Thu Ngân?", "Phạm Thị Thu Ngân là ai?", Kind.OFFICE),
    (
        "What percentage of staff have a university degree?",
        "bao nhiêu phần trăm cán bộ trình độ đại học?",
        Kind.NUMBER,
    ),
    ("How many Chiefs of Office has Truong Lac had?", "Trường Lạc bao nhiêu Chánh Văn phòng?", Kind.NUMBER),
    (
        "Did the Son Khe office receive a Certificate of Merit in 2018?",
        "Có phải Văn phòng Thành ủy Sơn Khê được nhận Bằng khen năm 2018 không?",
        Kind.OTHER,
    ),
    ("Who was awarded the Commemorative Medal?", "ai được tặng thưởng Kỷ niệm chương?", Kind.AGENT),
    ("What about Son Khe?", "Còn Sơn Khê thì sao?", Kind.OTHER),
    ("And in Binh Lang?", "Còn Bình Lãng thì sao?", Kind.OTHER),
    ("Which year?", "Năm nào?", Kind.YEAR),
)


@pytest.mark.parametrize(("asked", "read", "kind"), READINGS)
def test_an_english_question_is_read_as_a_vietnamese_one(asked: str, read: str, kind: Kind) -> None:
    q = understand(asked, (), UNITS)
    assert q.english
    assert q.asked == asked
    assert q.text == read
    assert q.kinds[0] is kind


@pytest.mark.parametrize(
    "text",
    [
        "Super Bowl 50 diễn ra khi nào?",
        "Doctor Who là ai?",
        "Ai hát bài The Voice of the People?",
        "van phong to chuc the nao",
        "the con son khe",
        "dai hoi in o dau",
        "an toan la gi",
        "Windows là gì",
        "do ai ban hanh",
        "to chuc nao",
        "them thong tin",
    ],
)
def test_foreign_names_and_bare_syllables_make_no_english(text: str) -> None:
    q = understand(text)
    assert not q.english
    assert q.text == text


def test_what_the_table_does_not_know_is_kept_so_that_it_can_be_missed() -> None:
    q = understand("What is the ticket price to Son Khe?", (), UNITS)
    assert {"ticket", "price"} <= set(q.words)
    assert "Sơn Khê" in q.names


def test_a_place_that_no_office_of_the_library_has_stays_a_name() -> None:
    q = recognise(understand("when was the da nang city party committee office founded", (), UNITS), ())
    assert q.names == ("Da Nang",)


def test_an_english_follow_up_leans_on_what_was_asked_in_either_language() -> None:
    asked = "When was the Ha Luong Provincial Party Committee Office founded?"
    whole = "Văn phòng Thành ủy Sơn Khê thành lập khi nào?"
    for before in (asked, "Văn phòng Tỉnh ủy Hà Lương thành lập khi nào?"):
        assert understand("What about Son Khe?", [Turn("user", before)], UNITS).text == whole
        assert understand("Còn Sơn Khê?", [Turn("user", before)], UNITS).text == whole


def test_a_pronoun_in_english_means_who_was_spoken_of() -> None:
    history = [
        Turn("user", "Who is the Chief of Office of the Ha Luong Provincial Party Committee?"),
        Turn("assistant", "Đồng chí Lê Quang Thạch, Chánh Văn phòng Tỉnh ủy."),
    ]
    assert understand("What did he say?", history, UNITS).text.startswith("Lê Quang Thạch nói gì")


def test_forms_are_read_in_english_too() -> None:
    assert understand("Compare Ha Luong and Son Khe", (), UNITS).form is Form.COMPARISON
    assert understand("Compare Ha Luong and Son Khe", (), UNITS).compares == (UNITS[0], UNITS[1])
    assert understand("List the awards of Ha Luong", (), UNITS).form is Form.LIST
    assert understand("Was the office evacuated?", (), UNITS).form is Form.YES_NO


def test_the_lexicon_is_large_and_each_entry_is_found() -> None:
    lines = [line.partition(" = ") for line in english._LEXICON.strip().splitlines()]
    assert len(lines) >= 250
    assert all(said and vietnamese for said, _, vietnamese in lines)
    assert len({said for said, _, _ in lines}) == len(lines)


@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    assert isinstance(english.read(text, UNITS), str)
