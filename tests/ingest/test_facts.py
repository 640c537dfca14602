"""The ledger: what an attentive clerk would put down from an article, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.facts import Fact, FactKind, Role, compatible, facts, fuller
from ingest.figures import amount
from ingest.load import load
from ingest.types import Article
from tests.conftest import ROOT, SAMPLES, SEEDS
from tests.vectorstore.articles import made

UNIT = "Văn phòng Tỉnh ủy Lạc Sơn"

Told = tuple[str | None, str, str | None]


def article(*paragraphs: str, title: str = "Bài viết", unit: str | None = UNIT) -> Article:
    return made("a", *paragraphs, title=title, unit=unit)[0]


def found(kind: FactKind, *paragraphs: str, title: str = "Bài viết", unit: str | None = UNIT) -> list[Fact]:
    return [f for f in facts(article(*paragraphs, title=title, unit=unit)) if f.kind is kind]


def told(kind: FactKind, *paragraphs: str, title: str = "Bài viết", unit: str | None = UNIT) -> list[Told]:
    """Whose, what and when of each fact of that kind."""
    return [(f.unit, f.value, f.when) for f in found(kind, *paragraphs, title=title, unit=unit)]


def words(fact: Fact, role: Role, *paragraphs: str) -> list[str]:
    text = article(*paragraphs).text
    return [span.of(text) for span in fact.all(role)]


HEADED = [
    (
        "IV. Các đồng chí Chánh Văn phòng Tỉnh ủy",
        "1. Cao Văn Tường (1951 - 1960)",
        "2. Ngô Thị Bưởi (1960 - 1976)",
    ),
    (
        "Các đồng chí Chánh Văn phòng Tỉnh ủy qua các thời kỳ:",
        "- Cao Văn Tường (1951 - 1960)",
        "- Ngô Thị Bưởi (1960 - 1976)",
    ),
]


@pytest.mark.parametrize("lines", HEADED)
def test_a_line_above_a_list_is_its_heading_where_nothing_is_styled(lines: tuple[str, ...]) -> None:
    after = "3. Không thuộc danh sách."
    assert told(FactKind.PERSON, "Văn phòng lớn mạnh.", *lines, "Trần Văn Bình (1976 - 1991)", after) == [
        (UNIT, "cao van tuong", "1951/1960"),
        (UNIT, "ngo thi buoi", "1960/1976"),
    ]


def test_a_sentence_or_a_line_of_the_list_itself_heads_none() -> None:
    assert (
        told(FactKind.PERSON, "Chánh Văn phòng Tỉnh ủy đã phát biểu.", "1. Cao Văn Tường (1951 - 1960)") == []
    )
    assert told(FactKind.PERSON, "2. Chánh Văn phòng Tỉnh ủy", "3. Cao Văn Tường (1951 - 1960)") == []


# --- events ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "Văn phòng Huyện ủy Kim Động được tách ra năm 1996 từ Văn phòng Huyện ủy Kim Thi "
            "(thành lập năm 1979).",
            [("Văn phòng Huyện ủy Kim Động", "1996"), ("Văn phòng Huyện ủy Kim Thi", "1979")],
        ),
        ("Văn phòng Tỉnh ủy Lạc Sơn được thành lập ngày 02/9/1948.", [(UNIT, "1948-09-02")]),
        ("Tháng 5 năm 1946, Tỉnh ủy quyết định thành lập Văn phòng Tỉnh ủy.", [(UNIT, "1946-05")]),
        ("Năm 1951, Tổ giúp việc được đổi tên thành Văn phòng Tỉnh ủy.", [(UNIT, "1951")]),
        ("Đến tháng 4/1991, Văn phòng Tỉnh ủy Lạc Sơn được tái lập sau khi tách tỉnh.", [(UNIT, "1991-04")]),
        ("Đảng bộ xã Kim Hòa được thành lập năm 1962.", [("Đảng bộ xã Kim Hòa", "1962")]),
        (
            "Văn phòng ra đời ngày 12/8/1961, ngay sau khi Đảng bộ tỉnh được thành lập (ngày 20/6/1961).",
            [(UNIT, "1961-08-12"), ("Đảng bộ tỉnh Lạc Sơn", "1961-06-20")],
        ),
        ("Nhiệm kỳ 2015 - 2020, Văn phòng được kiện toàn. Sau năm 1975, cơ quan làm nhiều việc.", []),
        ("Văn phòng phấn đấu số hóa tài liệu trước năm 2025; khu nhà sẽ được thành lập năm 2026.", []),
    ],
)
def test_a_date_belongs_to_the_event_of_its_own_clause(
    sentence: str, expected: list[tuple[str, str]]
) -> None:
    assert [(unit, value) for unit, value, _ in told(FactKind.DATE, sentence)] == expected


@pytest.mark.parametrize(
    "words",
    [
        "kỷ niệm 90 năm Ngày truyền thống Văn phòng cấp ủy (18/10/1930 – 18/10/2020)",
        "Ban Bí thư lấy ngày 18-10-1930 làm ngày truyền thống của Văn phòng cấp uỷ",
        "Ngày 18 tháng 10 năm 1930 được chọn làm Ngày truyền thống Văn phòng cấp ủy",
        "Ngày truyền thống Văn phòng cấp ủy là ngày 18.10.1930",
        "Kỷ niệm 85 năm Ngày truyền thống Văn phòng cấp uỷ 18-10 (1930-2015)",
    ],
)
def test_the_day_that_is_kept_is_given_once_with_its_first_year(words: str) -> None:
    assert told(FactKind.DATE, f"{words}.") == [("Văn phòng cấp ủy", "1930-10-18", None)]


def test_near_identical_sentences_about_sister_bodies_keep_their_own_days() -> None:
    sentence = (
        "Ngày 14/10/1930 là ngày truyền thống ngành Tổ chức xây dựng Đảng, ngày 15/10/1930 là "
        "ngày truyền thống "
        "công tác Dân vận của Đảng, ngày 16/10/1948 là ngày truyền thống ngành Kiểm tra Đảng, "
        "ngày 18/10/1930 là "
        "ngày truyền thống Văn phòng cấp ủy."
    )
    assert told(FactKind.DATE, sentence) == [
        ("Ngành Tổ chức xây dựng Đảng", "1930-10-14", None),
        ("Công tác Dân vận của Đảng", "1930-10-15", None),
        ("Ngành Kiểm tra Đảng", "1948-10-16", None),
        ("Văn phòng cấp ủy", "1930-10-18", None),
    ]


def test_a_forerunner_takes_the_date_of_the_sentence_before() -> None:
    paragraph = (
        "Tháng 10 năm 1946, Tỉnh ủy họp, quyết định lập Tổ giúp việc. Đây là tiền thân của Văn phòng Tỉnh ủy."
    )
    (fact,) = (f for f in found(FactKind.DATE, paragraph) if f.subject == "tien than")
    assert (fact.unit, fact.value) == (UNIT, "1946-10")
    assert fact.sentence.of(article(paragraph).text) == paragraph


# --- awards ----------------------------------------------------------------------------------------


def test_each_award_has_the_year_the_giver_and_the_receiver_of_its_clause() -> None:
    sentence = (
        "Năm 1997 Chủ tịch nước tặng thưởng Văn phòng Tỉnh ủy Huân chương Lao động hạng Nhì; "
        "năm 2010, Văn phòng "
        "được tặng Huân chương Lao động hạng Nhất; 07 cá nhân được Thủ tướng Chính phủ tặng "
        "Bằng khen (năm 2012)."
    )
    second, first, praise = found(FactKind.AWARD, sentence)
    assert (second.value, second.when) == ("huan chuong lao dong hang nhi", "1997")
    assert words(second, Role.GIVER, sentence) == ["Chủ tịch nước"]
    assert words(second, Role.RECEIVER, sentence) == ["Văn phòng Tỉnh ủy"]
    assert (first.value, first.when, first.subject) == (
        "huan chuong lao dong hang nhat",
        "2010",
        "huan chuong lao dong",
    )
    assert (praise.value, praise.when, praise.unit) == ("bang khen", "2012", UNIT)
    assert words(praise, Role.GIVER, sentence) == ["Thủ tướng Chính phủ"]
    assert praise.subject == "bang khen | 7 ca nhan"


def test_a_row_of_a_table_tells_of_a_person_the_post_and_the_period() -> None:
    rows = (
        "Nguyễn Văn Bền | Chánh Văn phòng | 1947 - 1954",
        "2 | Lê Thị Chín | Chánh Văn phòng | 1975 - nay",
    )
    assert told(FactKind.PERSON, *rows) == [
        (UNIT, "nguyen van ben", "1947/1954"),
        (UNIT, "le thi chin", "1975/"),
    ]


def test_an_award_of_a_person_is_not_the_offices() -> None:
    sentence = "Đồng chí Nguyễn Văn Tám, Chánh Văn phòng, được tặng Huân chương Lao động hạng Ba năm 2011."
    (fact,) = found(FactKind.AWARD, sentence)
    assert words(fact, Role.RECEIVER, sentence) == ["Nguyễn Văn Tám"]
    assert fact.subject == "huan chuong lao dong | nguyen van tam"


def test_a_list_of_awards_shares_who_gave_and_who_received() -> None:
    sentence = (
        "Văn phòng Tỉnh ủy được Đảng, Nhà nước trao tặng: Huân chương Lao động hạng Ba (năm "
        "1995), Huân chương Lao "
        "động hạng Nhì (2000); Huân chương Độc lập hạng Nhất và hạng Ba."
    )
    assert told(FactKind.AWARD, sentence) == [
        (UNIT, "huan chuong lao dong hang ba", "1995"),
        (UNIT, "huan chuong lao dong hang nhi", "2000"),
        (UNIT, "huan chuong doc lap hang ba", None),
        (UNIT, "huan chuong doc lap hang nhat", None),
    ]


def test_an_award_given_several_times_is_a_fact_each_time() -> None:
    sentence = "Văn phòng được tặng 02 Huân chương Lao động hạng Nhất (các năm 2001, 2006); 03 Cờ thi đua."
    assert told(FactKind.AWARD, sentence) == [
        (UNIT, "huan chuong lao dong hang nhat", "2001"),
        (UNIT, "huan chuong lao dong hang nhat", "2006"),
        (UNIT, "co thi dua", None),
    ]
    twice = "Năm 2012 và năm 2017, Văn phòng được Tỉnh ủy tặng Bằng khen."
    assert [when for _, _, when in told(FactKind.AWARD, twice)] == ["2012", "2017"]
    yearly = "Từ năm 2015 đến năm 2020, Văn phòng đạt danh hiệu “Tập thể Lao động xuất sắc”."
    assert [when for _, _, when in told(FactKind.AWARD, yearly)] == ["2015/2020"]
    flags = found(FactKind.AWARD, sentence)[-1]
    assert words(flags, Role.NUMBER, sentence) == ["03"]
    assert told(FactKind.COUNT, sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Văn phòng phấn đấu đạt danh hiệu “Tập thể lao động xuất sắc” năm 2022.",
        "Tỉnh ủy đề nghị tặng Văn phòng Huân chương Lao động hạng Ba.",
        "Phong trào thi đua và Huân chương Lao động là niềm tự hào.",
    ],
)
def test_an_award_hoped_for_is_none(sentence: str) -> None:
    assert told(FactKind.AWARD, sentence) == []


# --- functions and mottos --------------------------------------------------------------------------


def test_a_function_is_told_by_a_sentence_or_by_each_item_of_a_list() -> None:
    duties = "Giúp Tỉnh ủy xây dựng chương trình công tác;", "Quản lý tài chính của Đảng bộ."
    after = "Phát biểu tại buổi lễ, đồng chí Bí thư ghi nhận kết quả."
    text = (
        "Văn phòng có chức năng tham mưu, giúp Tỉnh ủy; là trung tâm thông tin.",
        "Nhiệm vụ gồm:",
        *duties,
        after,
    )
    first, second, third = found(FactKind.FUNCTION, *text)
    assert words(first, Role.WORDS, *text) == ["tham mưu, giúp Tỉnh ủy", "là trung tâm thông tin"]
    assert words(second, Role.WORDS, *text) == [duties[0].rstrip(";")]
    assert words(third, Role.WORDS, *text) == [duties[1].rstrip(".")]
    assert {f.unit for f in (first, second, third)} == {UNIT}


def test_what_a_department_is_told_to_do_is_no_function() -> None:
    assert not found(
        FactKind.FUNCTION, "Văn phòng phối hợp với các cơ quan chức năng tham mưu cho cấp ủy ban hành."
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Văn phòng làm việc theo phương châm “Chủ động, chính xác, kịp thời”.",
        "Xứng đáng với truyền thống “Trung thành - Trách nhiệm - Gương mẫu”.",
        "Phương châm hành động: Đoàn kết, kỷ cương, sáng tạo.",
    ],
)
def test_a_motto_is_what_is_called_one_or_virtues_side_by_side(sentence: str) -> None:
    assert len(found(FactKind.MOTTO, sentence)) == 1


@pytest.mark.parametrize("quoted", ["bưng, bê, kê, đặt", "trong sạch, vững mạnh", "đầu mối công việc"])
def test_other_words_between_quotation_marks_are_no_motto(quoted: str) -> None:
    assert not found(FactKind.MOTTO, f"Người ta gọi đó là “{quoted}” của cơ quan.")


# --- people and what they said ---------------------------------------------------------------------


def test_a_person_has_every_post_named_with_whose_it_is() -> None:
    sentence = (
        "Đến dự có đồng chí Trần Thị Hoa, Phó Bí thư Thường trực Tỉnh ủy, Chủ tịch HĐND "
        "tỉnh; ông Nguyễn Văn An."
    )
    assert [(f.unit, f.subject, f.value) for f in found(FactKind.PERSON, sentence)] == [
        ("Tỉnh ủy Lạc Sơn", "pho bi thu thuong truc", "tran thi hoa"),
        ("HĐND tỉnh Lạc Sơn", "chu tich", "tran thi hoa"),
    ]


@pytest.mark.parametrize(
    ("sentence", "when"),
    [
        ("Chánh Văn phòng Tỉnh ủy Lê Văn Sáu phát biểu.", None),
        ("Từ năm 1991 đến năm 1997, đồng chí Lê Văn Sáu giữ chức Chánh Văn phòng Tỉnh ủy.", "1991/1997"),
        ("Đồng chí Lê Văn Sáu được bổ nhiệm làm Chánh Văn phòng Tỉnh ủy từ tháng 3/2020.", "2020/"),
        ("Chánh Văn phòng đầu tiên là đồng chí Lê Văn Sáu.", None),
    ],
)
def test_a_post_has_its_period(sentence: str, when: str | None) -> None:
    assert told(FactKind.PERSON, sentence) == [(UNIT, "le van sau", when)]


def test_a_person_is_named_without_the_form_of_address() -> None:
    sentence = "Ông Võ Văn Thành - nguyên Chánh Văn phòng Tỉnh ủy giai đoạn 1989 - 1997 - dự lễ."
    (fact,) = found(FactKind.PERSON, sentence)
    assert words(fact, Role.PERSON, sentence) == ["Võ Văn Thành"]
    assert fact.when == "1989/1997"


def test_who_is_given_something_by_a_chairman_is_none() -> None:
    assert not found(FactKind.PERSON, "Bà Tống Thị Mây được Chủ tịch Ủy ban nhân dân tỉnh tặng Bằng khen.")


def test_a_quotation_has_its_speaker_and_a_quotation_in_it_does_not_cut_it() -> None:
    before = "Đồng chí Bùi Xuân Kiên nói: “Người làm văn phòng phải giữ “chữ tín” với mọi người”."
    after = "“Chúng tôi luôn cố gắng làm tốt hơn mỗi ngày”, bà Trần Thị Hoa cho biết."
    first, second = found(FactKind.QUOTE, before, after)
    assert words(first, Role.WORDS, before, after) == ["Người làm văn phòng phải giữ “chữ tín” với mọi người"]
    assert (first.subject, second.subject) == ("bui xuan kien", "tran thi hoa")


@pytest.mark.parametrize("marks", ['"|"', "«|»", "''|''", "'|'", "”|”"])
def test_quotations_and_mottos_are_found_whatever_marks_they_stand_between(marks: str) -> None:
    opens, closes = marks.split("|")
    before = "Đồng chí Bùi Xuân Kiên nói: “Người làm văn phòng phải giữ chữ tín với mọi người”."
    after = "Phương châm của Văn phòng là “Trung thành, tận tụy, sáng tạo”."
    typed = [text.replace("“", opens).replace("”", closes) for text in (before, after)]
    for kind in (FactKind.QUOTE, FactKind.MOTTO):
        assert told(kind, *typed) == told(kind, before, after) != []
    (fact,) = found(FactKind.QUOTE, *typed)
    assert words(fact, Role.WORDS, *typed) == ["Người làm văn phòng phải giữ chữ tín với mọi người"]


# --- counts ----------------------------------------------------------------------------------------


def test_a_count_has_what_it_counts_and_as_of_when() -> None:
    sentence = (
        "Năm 2020, Văn phòng phục vụ 126 hội nghị; xử lý 4.120 văn bản đến; gần 80% cán bộ là đảng viên."
    )
    assert [(f.subject, f.value, f.when) for f in found(FactKind.COUNT, sentence)] == [
        ("hoi nghi", "126", "2020"),
        ("van ban den", "4120", "2020"),
        ("can bo", "~80%", "2020"),
    ]


def test_a_term_is_when_a_count_was_made() -> None:
    sentence = "Từ đầu nhiệm kỳ 2015 - 2020 đến nay, Văn phòng tham mưu ban hành 18 nghị quyết và 43 chỉ thị."
    assert told(FactKind.COUNT, sentence) == [(UNIT, "18", "2015/2020"), (UNIT, "43", "2015/2020")]


@pytest.mark.parametrize(
    "sentence",
    [
        "Trải qua 91 năm xây dựng, Nghị quyết Đại hội XII nêu 3 đột phá chiến lược và hai cuộc kháng chiến.",
        "Trụ sở ở số 12 đường Hùng Vương, trực 24/24 giờ; Chỉ thị 05-CT/TW, Đề án 25.",
        "Thời gian tìm một văn bản còn 10 phút.",
    ],
)
def test_durations_numbers_of_documents_and_addresses_are_no_counts(sentence: str) -> None:
    assert told(FactKind.COUNT, sentence) == []


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("07", "7"),
        ("1.860", "1860"),
        ("3,5 triệu", "3500000"),
        ("gần 80%", "~80%"),
        ("hơn 30.000", ">30000"),
        ("mười lăm", "15"),
        ("hai trăm ba mươi", "230"),
        ("97,6%", "97.6%"),
        ("dưới 5", "<5"),
    ],
)
def test_an_amount_is_read_whatever_way_it_is_written(said: str, value: str) -> None:
    assert amount(said) == value


# --- the whole -------------------------------------------------------------------------------------


def test_dates_that_say_less_agree_with_those_that_say_more() -> None:
    assert compatible("1930-10-18", "1930-10")
    assert compatible("--10-18", "1930-10-18")
    assert not compatible("1930-10-18", "1930-10-14")
    assert not compatible("1930", "1931-10")
    assert fuller("1930-10-18", "--10-18")
    assert not fuller("1930", "1930-10")


def test_what_is_said_twice_is_one_fact_in_its_fullest_form() -> None:
    title = "Kỷ niệm 90 năm Ngày truyền thống Văn phòng cấp ủy (18/10/1930 - 18/10/2020)"
    text = (
        "Ban Bí thư lấy ngày 18/10/1930 làm Ngày truyền thống Văn phòng cấp ủy.",
        "Ngày truyền thống 18/10 đã đến.",
    )
    (fact,) = found(FactKind.DATE, *text, title=title)
    assert fact.sentence.of(article(*text, title=title).text) == text[0]


def test_an_article_without_an_office_has_no_unit_to_give() -> None:
    assert told(FactKind.DATE, "Năm 1976, Văn phòng Tỉnh ủy được thành lập.", unit=None) == [
        (None, "1976", None)
    ]


_PIECES = st.sampled_from(
    [
        "Văn phòng Tỉnh ủy Lạc Sơn ",
        "được thành lập ",
        "năm 1946",
        ", ",
        "; ",
        ". ",
        "Ngày truyền thống ",
        "18/10/1930",
        " - ",
        "(",
        ")",
        "“",
        "”",
        "được Chủ tịch nước tặng ",
        "Huân chương Lao động hạng Nhất",
        " và hạng Ba",
        "07 cán bộ ",
        "gần 80% ",
        "đồng chí Trần Văn Bình, Chánh Văn phòng",
        " nói: ",
        "chức năng tham mưu, ",
        "phương châm ",
        "nhiệm vụ gồm:",
        "\n\n",
        "Từ tháng 7/2020 đến nay là ",
        "tiền thân của ",
        "Đây là ",
        "😀",
        "uỷ ",
        "TP. ",
        "nhiệm kỳ 2015 - 2020 ",
    ]
)


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_every_position_lies_in_the_text_and_says_what_is_meant(text: str) -> None:
    paragraphs = [" ".join(p.split()) for p in re.split(r"\n+", text) if p.strip()]
    a = article(*paragraphs)
    last = (0, 0)
    for fact in facts(a):
        assert 0 <= fact.sentence.start < fact.sentence.end <= len(a.text)
        for _, span in fact.parts:
            assert 0 <= span.start < span.end <= len(a.text)
            assert span.of(a.text).strip() == span.of(a.text)
        place = (fact.parts[0][1].start, fact.parts[-1][1].end)
        assert last <= place
        last = place
    assert facts(a) == facts(a)


# What an attentive clerk puts down: kind and value | when | whose ("=" is the article's own, "-" unclear).
BY_HAND = """
000_1c9a38812c006eef : Văn phòng Thành ủy Châu Đốc
DATE 1930-10 | - | Ban Chấp hành Trung ương Đảng
DATE 1930-10-18 | - | Văn phòng cấp ủy
FUNCTION tham muu tong hop va phuc | - | =
QUOTE cong tac van phong co tam | - | =
COUNT 19 | - | =
COUNT ~80% | - | =
PERSON phan hong van | - | Thành ủy Châu Đốc
QUOTE trai qua nhieu thoi ky du | - | =
FUNCTION tham muu giup viec ban chap | - | =
AWARD danh hieu tap the lao dong | - | =
AWARD bang khen | 2010 | =
AWARD danh hieu dan dau phong trao | 2014 | =
001_e9fa6fb2466f2ac5 : -
DATE 1930-10-18 | - | Văn phòng cấp ủy
FUNCTION thong tin tong hop phuc vu | - | =
002_95c6242a8c484f5b : Văn phòng Tỉnh ủy Bình Thuận
DATE 1930-10 | - | Ban Chấp hành Trung ương Đảng
DATE 1930-10 | - | Ban Chấp hành Trung ương Đảng
DATE 1930-10-18 | - | Văn phòng cấp ủy
FUNCTION tham muu tong hop va truc | - | Văn phòng cấp ủy
COUNT 18 | 2015/2020 | =
COUNT 43 | 2015/2020 | =
COUNT 245 | 2015/2020 | =
COUNT 915 | 2015/2020 | =
COUNT 167 | 2015/2020 | =
AWARD huan chuong lao dong hang ba | - | =
AWARD bang khen | - | =
MOTTO trung thanh tan tuy doan ket | - | =
003_3f00fff053eb8e22 : Văn phòng Thành ủy Cần Thơ
DATE 2020-10-15 | - | =
DATE 1930-10-18 | - | Văn phòng cấp ủy
PERSON tran quoc trung | 2020 | Trung ương Đảng
PERSON tran quoc trung | 2020 | -
PERSON pham van hieu | 2020 | Thành ủy Cần Thơ
PERSON pham van hieu | 2020 | HĐND thành phố Cần Thơ
PERSON tran viet truong | 2020 | Thành ủy Cần Thơ
PERSON tran viet truong | 2020 | UBND TP Cần Thơ
PERSON nguyen minh tam | 2020 | Thành ủy Cần Thơ
PERSON nguyen minh tam | 2020 | =
DATE 1941 | - | -
DATE 1941 | - | Văn phòng Tỉnh ủy Cần Thơ
AWARD huan chuong lao dong hang nhat | - | =
COUNT 7 | - | =
AWARD huan chuong lao dong hang ba | - | =
AWARD huan chuong lao dong hang nhi | - | =
AWARD bang khen | - | =
MOTTO tuyet doi trung thanh doan ket | - | Văn phòng cấp ủy
QUOTE voi truyen thong ve vang 90 | - | =
PERSON lu van dien | - | Trung ương Đảng
PERSON lu van dien | - | Tỉnh ủy Cần Thơ
PERSON pham thanh van | - | Tỉnh ủy Cần Thơ
004_6a142eff5366d8c5 : Văn phòng Huyện ủy Xuân Trường
DATE 1930-10-18 | - | =
QUOTE cong tac van phong co tam | - | =
DATE --10-18 | - | Văn phòng cấp ủy
AWARD bang khen | - | =
AWARD giay khen | - | =
AWARD co don vi dan dau phong | - | =
AWARD ky niem chuong vi su nghiep | - | =
guong-sang-van-phong-dang-uy-kim-hoa : Văn phòng Đảng ủy xã Kim Hòa
DATE 1968 | - | =
COUNT 2 | - | =
COUNT 1860 | 2023 | =
DATE 1962 | - | Đảng bộ xã Kim Hòa
COUNT 412 | 2023 | Đảng bộ xã Kim Hòa
COUNT 14 | 2023 | Đảng bộ xã Kim Hòa
FUNCTION giup dang uy ban thuong vu | - | =
PERSON quach van luc | 2023 | Đảng ủy xã Kim Hòa
DATE 2017 | - | =
DATE 2018 | - | =
COUNT 21 | - | =
QUOTE tai lieu de lan thi de | - | =
AWARD bang khen | 2015 | =
AWARD ky niem chuong vi su nghiep | 2020 | =
AWARD giay khen | 2020/2022 | =
truyen-thong-van-phong-huyen-uy-truong-lac : Văn phòng Huyện ủy Trường Lạc
DATE 1946-10 | - | Huyện ủy Trường Lạc
DATE 1946-10 | - | Huyện ủy Trường Lạc
COUNT 3 | 1946-10 | Huyện ủy Trường Lạc
PERSON cao van tuong | 1946-10 | =
DATE 1946-10 | - | =
DATE 1951 | - | =
COUNT 8 | 1951 | =
COUNT 17 | - | Huyện ủy Trường Lạc
COUNT 11 | - | =
DATE 2012 | - | =
COUNT 100% | 2019 | =
PERSON bui xuan kien | - | =
QUOTE nguoi lam van phong giu duoc | - | =
AWARD huan chuong khang chien hang nhat | 1985 | =
AWARD huan chuong lao dong hang nhi | 2006 | =
DATE --10-18 | - | Văn phòng cấp ủy
AWARD co thi dua | 2016 | =
COUNT 23 | 2016 | =
AWARD ky niem chuong vi su nghiep | - | =
PERSON cao van tuong | 1951/1960 | =
PERSON ngo thi buoi | 1960/1976 | =
PERSON dang huu phuc | 1976/1991 | =
PERSON ly thanh tung | 1991/2010 | =
PERSON truong my dung | 2010/ | =
DATE 1965 | - | =
van-phong-huyen-uy-binh-lang : Văn phòng Huyện ủy Bình Lãng
DATE 2021-10-15 | - | =
DATE 1930-10-18 | - | Văn phòng cấp ủy
PERSON trinh van hoe | 2021 | Huyện ủy Bình Lãng
COUNT 64 | - | =
PERSON hoang thi nhan | 2021 | Huyện ủy Bình Lãng
PERSON hoang thi nhan | 2021 | =
DATE 1948-09-02 | - | =
COUNT 7 | - | =
COUNT 11 | 2021 | =
COUNT 9 | 2021 | =
COUNT 2 | 2021 | =
COUNT 126 | 2020 | =
COUNT 58 | 2020 | =
COUNT 4120 | 2020 | =
AWARD huan chuong lao dong hang ba | 2005 | =
AWARD bang khen | 2018 | =
AWARD ky niem chuong vi su nghiep | - | =
QUOTE tham muu phai di truoc mot | - | =
MOTTO chu dong chinh xac kip thoi | - | =
van-phong-thanh-uy-son-khe : Văn phòng Thành ủy Sơn Khê
DATE 1930-10-18 | - | Văn phòng cấp ủy
DATE 2009-04-20 | - | =
PERSON vu dinh khoat | - | =
PERSON pham thi thu ngan | 2020/ | =
COUNT 18 | - | =
COUNT 3 | - | =
COUNT 15 | - | =
FUNCTION giup thanh uy xay dung va | - | =
FUNCTION tham dinh de an van ban | - | =
FUNCTION quan ly tai chinh tai san | - | =
FUNCTION tiep nhan xu ly don thu | - | =
COUNT 9 | 2021 | =
COUNT 14 | 2021 | =
COUNT 173 | 2021 | =
QUOTE muon tham muu dung thi phai | - | =
AWARD huan chuong lao dong hang ba | 2014 | =
AWARD huan chuong lao dong hang nhi | 2019 | =
MOTTO guong mau tan tam hieu qua | - | =
DATE 2021-06-01 | - | =
COUNT >2/3 | - | =
van-phong-tinh-uy-ha-luong : Văn phòng Tỉnh ủy Hà Lương
DATE 1930-10-18 | - | Văn phòng cấp ủy
DATE 1947-03 | - | =
COUNT 5 | - | =
DATE 1954-08 | - | =
DATE 1954-08 | - | =
FUNCTION tham muu giup tinh uy ban | - | =
COUNT 46 | 2020 | =
COUNT 6 | 2020 | =
COUNT ~90% | 2020 | =
COUNT 21 | 2015/2020 | =
COUNT 38 | 2015/2020 | =
COUNT 412 | 2015/2020 | =
COUNT >30000 | 2015/2020 | =
AWARD huan chuong lao dong hang nhi | 1997 | =
AWARD huan chuong lao dong hang nhat | 2010 | =
PERSON le quang thach | 2020 | Tỉnh ủy Hà Lương
PERSON le quang thach | 2020 | =
QUOTE lam cong tac van phong la | - | =
MOTTO trung thanh tan tuy sang tao | - | =
PERSON do van man | 1947-03 | =
"""


def _by_hand() -> dict[str, set[str]]:
    listed: dict[str, set[str]] = {}
    own = stem = ""
    for line in BY_HAND.strip().splitlines():
        if " : " in line:
            stem, own = line.split(" : ")
            listed[stem] = set()
        else:
            fact, when, unit = line.split(" | ")
            listed[stem].add(f"{fact} | {when} | {own if unit == '=' else unit}")
    return listed


@pytest.mark.parametrize("folder", [SAMPLES, SEEDS], ids=["samples", "seeds"])
def test_the_ledger_is_what_a_clerk_would_write(folder: Path) -> None:
    if not folder.is_dir():
        pytest.skip("the seed articles are not beside this checkout")
    right = wrong = missed = 0
    for path in sorted(folder.iterdir()):
        listed = _by_hand()[path.stem]
        ours = {
            f"{f.kind.name} {' '.join(f.value.split()[:6])} | {f.when or '-'} | {f.unit or '-'}"
            for f in facts(load(path))
        }
        right, wrong, missed = (
            right + len(ours & listed),
            wrong + len(ours - listed),
            missed + len(listed - ours),
        )
    assert right / (right + wrong) >= 0.95, "precision"
    assert right / (right + missed) >= 0.95, "recall"


def test_foreign_articles_yield_no_office_facts() -> None:
    folder = ROOT.parent / "shared" / "eval" / "xquad_vi_dev" / "articles"
    if not folder.is_dir():
        pytest.skip("the encyclopaedic articles are not beside this checkout")
    found = [fact for path in sorted(folder.iterdir()) for fact in facts(load(path))]
    assert {fact.unit for fact in found} == {None}
    assert not [f for f in found if f.kind in (FactKind.AWARD, FactKind.FUNCTION, FactKind.MOTTO)]
