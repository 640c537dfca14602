"""Lists and comparisons from the ledger: every office that has it, no other, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.gather import MOST_CHARACTERS, MOST_LINES, NOTHING, Gathered, contradicting, gather
from assistant.question import understand
from ingest.facts import Fact, facts
from ingest.load import find, load
from ingest.types import Article, Span
from tests.conftest import SAMPLES
from tests.vectorstore.articles import made


@dataclass(frozen=True, slots=True)
class Library:
    articles: dict[str, Article]
    facts: list[Fact]

    @classmethod
    def of(cls, articles: Iterable[Article]) -> Library:
        by_id = {a.id: a for a in articles}
        return cls(by_id, [f for a in by_id.values() for f in facts(a)])

    @property
    def units(self) -> list[str]:
        return sorted({a.unit for a in self.articles.values() if a.unit})

    def gather(self, asked: str) -> Gathered:
        found = gather(understand(asked, (), self.units), self.facts, self.articles)
        for line in found.lines:
            # What is shown is in the article, and what is marked is in what is shown.
            text = self.articles[line.article].text
            assert 0 <= line.span.start < line.span.end <= len(text)
            assert line.span.of(text).strip() == line.span.of(text)
            assert line.marks
            assert all(line.span.start <= m.start < m.end <= line.span.end for m in line.marks)
        assert len(found.lines) <= MOST_LINES
        assert sum(line.span.end - line.span.start for line in found.lines) <= MOST_CHARACTERS
        assert len({(line.article, line.span) for line in found.lines}) == len(found.lines)
        return found

    def told(self, asked: str) -> list[str]:
        """Each line with its label before it and its marks in brackets, as people would read it."""
        found = []
        for line in self.gather(asked).lines:
            text = self.articles[line.article].text
            quote = line.span.of(text)
            for m in reversed(line.marks):
                start, end = m.start - line.span.start, m.end - line.span.start
                quote = f"{quote[:start]}[{quote[start:end]}]{quote[end:]}"
            found.append(f"{line.label}: {quote}" if line.label else quote)
        return found


# Offices whose articles say nearly the same, sister bodies of one place, and a day told in two ways.
AN_KHUE, DONG_TRIEU, LAC_SON = (
    "Văn phòng Tỉnh ủy An Khuê",
    "Văn phòng Huyện ủy Đông Triều",
    "Văn phòng Thành ủy Lạc Sơn",
)


@pytest.fixture(scope="module")
def library() -> Library:
    an_khue, _ = made(
        "an-khue",
        "Văn phòng Tỉnh ủy An Khuê được thành lập ngày 12/3/1946.",
        "Tỉnh ủy An Khuê được thành lập ngày 10/3/1946.",
        "Năm 1998, Văn phòng Tỉnh ủy An Khuê được Chủ tịch nước tặng thưởng Huân chương Lao động hạng Ba; "
        "năm 2008, Văn phòng Tỉnh ủy An Khuê được Chủ tịch nước tặng thưởng Huân chương Lao động hạng Nhất.",
        "Năm 2012, Văn phòng được Thủ tướng Chính phủ tặng Bằng khen.",
        "Phương châm của Văn phòng là “Chủ động, chính xác, tận tụy, kịp thời”.",
        "Văn phòng có nhiệm vụ giúp Tỉnh ủy chuẩn bị chương trình; quản lý tài sản của Đảng bộ tỉnh; theo "
        "dõi việc thực hiện nghị quyết.",
        "Đồng chí Lương Văn Bảy, Chánh Văn phòng Tỉnh ủy, cho biết: “Chúng tôi luôn coi việc nhỏ "
        "như việc lớn”.",
        "Hiện nay, Văn phòng có 41 cán bộ, công chức.",
        title="Văn phòng Tỉnh ủy An Khuê qua các chặng đường",
        unit=AN_KHUE,
        published=date(2020, 10, 12),
    )
    again, _ = made(
        "an-khue-2",
        "Ngày 15/3/1946, Văn phòng Tỉnh ủy An Khuê được thành lập.",
        "Văn phòng Tỉnh ủy An Khuê được Chủ tịch nước tặng thưởng Huân chương Lao động hạng Nhất.",
        title="Gặp mặt truyền thống ở An Khuê",
        unit=AN_KHUE,
        published=date(2021, 10, 15),
    )
    dong_trieu, _ = made(
        "dong-trieu",
        "Văn phòng Huyện ủy Đông Triều được thành lập ngày 12/3/1951.",
        "Huyện ủy Đông Triều được thành lập ngày 01/3/1951.",
        "Năm 2001, Văn phòng Huyện ủy Đông Triều được Chủ tịch nước tặng thưởng Huân chương Lao động "
        "hạng Ba.",
        "Năm 1963, Văn phòng Huyện ủy Đông Triều được tách ra từ Văn phòng Tỉnh ủy.",
        "Văn phòng có nhiệm vụ giúp Huyện ủy chuẩn bị chương trình; quản lý tài sản của Đảng bộ huyện.",
        "Đồng chí Ngô Thị Lành, Chánh Văn phòng Huyện ủy, được Chủ tịch UBND tỉnh tặng Bằng khen năm 2015.",
        "Hiện nay, Văn phòng có 14 cán bộ, công chức.",
        title="Văn phòng Huyện ủy Đông Triều 70 năm",
        unit=DONG_TRIEU,
        published=date(2021, 3, 12),
    )
    lac_son, _ = made(
        "lac-son",
        "Văn phòng Thành ủy Lạc Sơn phấn đấu được tặng Huân chương Lao động hạng Ba.",
        "Văn phòng Thành ủy Lạc Sơn được Tỉnh ủy tặng Bằng khen năm 2019.",
        "Phương châm của Văn phòng là “Gương mẫu, đoàn kết, sáng tạo, hiệu quả”.",
        title="Văn phòng Thành ủy Lạc Sơn",
        unit=LAC_SON,
        published=date(2022, 10, 18),
    )
    return Library.of([an_khue, again, dong_trieu, lac_son])


# --- lists -----------------------------------------------------------------------------------------

THIRD_1998 = "Năm 1998, Văn phòng Tỉnh ủy An Khuê được Chủ tịch nước tặng thưởng Huân chương Lao động hạng Ba"
FIRST_2008 = (
    "năm 2008, Văn phòng Tỉnh ủy An Khuê được Chủ tịch nước tặng thưởng Huân chương Lao động hạng Nhất."
)
THIRD_2001 = (
    "Năm 2001, Văn phòng Huyện ủy Đông Triều được Chủ tịch nước tặng thưởng Huân chương Lao động hạng Ba."
)
PRAISED_2012 = f"{AN_KHUE}: Năm 2012, Văn phòng được Thủ tướng Chính phủ tặng Bằng khen."
PRAISED_2019 = "Văn phòng Thành ủy Lạc Sơn được Tỉnh ủy tặng Bằng khen năm 2019."
FOUNDED_1946 = "Văn phòng Tỉnh ủy An Khuê được thành lập ngày 12/3/1946."
FOUNDED_1946_TOO = "Ngày 15/3/1946, Văn phòng Tỉnh ủy An Khuê được thành lập."
FOUNDED_1951 = "Văn phòng Huyện ủy Đông Triều được thành lập ngày 12/3/1951."
SPLIT_1963 = "Năm 1963, Văn phòng Huyện ủy Đông Triều được tách ra từ Văn phòng Tỉnh ủy."
MOTTOS = [
    f"{AN_KHUE}: Phương châm của Văn phòng là “Chủ động, chính xác, tận tụy, kịp thời”.",
    f"{LAC_SON}: Phương châm của Văn phòng là “Gương mẫu, đoàn kết, sáng tạo, hiệu quả”.",
]
DUTIES = [
    f"{AN_KHUE}: giúp Tỉnh ủy chuẩn bị chương trình",
    f"{AN_KHUE}: quản lý tài sản của Đảng bộ tỉnh",
    f"{AN_KHUE}: theo dõi việc thực hiện nghị quyết",
]
HEAD_OF_AN_KHUE = (
    f"{AN_KHUE}: Đồng chí Lương Văn Bảy, Chánh Văn phòng Tỉnh ủy, cho biết: “Chúng tôi luôn coi việc nhỏ như "
    "việc lớn”."
)
HEAD_OF_DONG_TRIEU = (
    f"{DONG_TRIEU}: Đồng chí Ngô Thị Lành, Chánh Văn phòng Huyện ủy, được Chủ tịch UBND tỉnh tặng Bằng khen "
    "năm 2015."
)
STAFF = [
    f"{AN_KHUE}: Hiện nay, Văn phòng có 41 cán bộ, công chức.",
    f"{DONG_TRIEU}: Hiện nay, Văn phòng có 14 cán bộ, công chức.",
]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("Những văn phòng nào được tặng Huân chương Lao động?", [THIRD_2001, THIRD_1998, FIRST_2008]),
        ("nhung van phong nao da duoc tang huan chuong lao dong", [THIRD_2001, THIRD_1998, FIRST_2008]),
        ("Which offices received the Labour Order?", [THIRD_2001, THIRD_1998, FIRST_2008]),
        ("Những văn phòng nào được tặng Huân chương Lao động hạng Nhất?", [FIRST_2008]),
        ("Những văn phòng nào được tặng Huân chương Lao động hạng Ba?", [THIRD_2001, THIRD_1998]),
        ("Năm 2001 những văn phòng nào được tặng Huân chương Lao động?", [THIRD_2001]),
        ("Những văn phòng nào được tặng Huân chương Lao động trước năm 2000?", [THIRD_1998]),
        (
            "Những văn phòng nào được tặng Huân chương Lao động từ năm 2000 đến năm 2010?",
            [THIRD_2001, FIRST_2008],
        ),
        ("Những văn phòng huyện ủy nào được tặng Huân chương Lao động?", [THIRD_2001]),
        ("Văn phòng nào được tặng Huân chương Lao động cao nhất?", [FIRST_2008]),
        ("Chủ tịch nước đã tặng huân chương cho những văn phòng nào?", [THIRD_2001, THIRD_1998, FIRST_2008]),
        ("Những văn phòng nào được Thủ tướng Chính phủ tặng Bằng khen?", [PRAISED_2012]),
        ("Những đơn vị nào được Tỉnh ủy tặng Bằng khen?", [PRAISED_2019]),
        ("Liệt kê các phần thưởng của Văn phòng Tỉnh ủy An Khuê", [THIRD_1998, FIRST_2008, PRAISED_2012]),
        ("Văn phòng Thành ủy Lạc Sơn đã được tặng những phần thưởng gì?", [PRAISED_2019]),
        (
            "Ngoài Huân chương Lao động, Văn phòng Tỉnh ủy An Khuê còn được tặng những phần thưởng nào?",
            [PRAISED_2012],
        ),
        ("Liệt kê những lời phát biểu của đồng chí Lương Văn Bảy", [HEAD_OF_AN_KHUE]),
        ("Những ai được tặng Bằng khen?", [HEAD_OF_DONG_TRIEU]),
        ("Liệt kê các phần thưởng của đồng chí Ngô Thị Lành", [HEAD_OF_DONG_TRIEU]),
        ("Những đồng chí nào là Chánh Văn phòng?", [HEAD_OF_DONG_TRIEU, HEAD_OF_AN_KHUE]),
        ("Kể tên các Chánh Văn phòng Huyện ủy", [HEAD_OF_DONG_TRIEU]),
        ("Kể tên các Chánh Văn phòng Tỉnh ủy An Khuê", [HEAD_OF_AN_KHUE]),
        ("Liệt kê các lãnh đạo của Văn phòng Tỉnh ủy An Khuê", [HEAD_OF_AN_KHUE]),
        ("Những mốc quan trọng của Văn phòng Huyện ủy Đông Triều là gì?", [FOUNDED_1951, SPLIT_1963]),
        ("Nêu các sự kiện của Văn phòng Huyện ủy Đông Triều", [FOUNDED_1951, SPLIT_1963]),
        ("Trình bày lịch sử hình thành của Văn phòng Huyện ủy Đông Triều", [FOUNDED_1951, SPLIT_1963]),
        ("Những văn phòng nào được thành lập năm 1951?", [FOUNDED_1951]),
        ("Liệt kê các văn phòng được thành lập sau năm 1950", [FOUNDED_1951]),
        ("Liệt kê phương châm của các văn phòng", MOTTOS),
        ("Những phương châm nào được nêu trong các bài viết?", MOTTOS),
        ("Văn phòng Tỉnh ủy An Khuê có những nhiệm vụ gì?", DUTIES),
        ("Các nhiệm vụ của Văn phòng Tỉnh ủy An Khuê là gì?", DUTIES),
        ("Mỗi văn phòng có bao nhiêu cán bộ?", STAFF[::-1]),
    ],
)
def test_a_list_has_every_item_and_no_other(library: Library, asked: str, expected: list[str]) -> None:
    told = [line.replace("[", "").replace("]", "") for line in library.told(asked)]
    assert sorted(told) == sorted(expected)
    found = library.gather(asked)
    assert not found.missing
    assert not found.more


@pytest.mark.parametrize(
    "asked",
    [
        # what the facts do not say
        "Những văn phòng nào được tặng Huân chương Hồ Chí Minh?",
        "Những văn phòng nào được tặng Huân chương Lao động hạng Nhì?",
        "Những văn phòng nào được Thủ tướng Chính phủ tặng Huân chương Lao động?",
        "Những văn phòng nào được tặng Huân chương Lao động năm 1999?",
        "Liệt kê các phần thưởng của Văn phòng Huyện ủy Đông Triều từ năm 2010",
        "Những Huyện ủy nào được tặng Huân chương Lao động?",
        "Liệt kê các giấy khen của Văn phòng Tỉnh ủy An Khuê",
        # another office than any that is known
        "Liệt kê các phần thưởng của Văn phòng Tỉnh ủy Hoài Ân",
        "Liệt kê các phần thưởng của Văn phòng Huyện ủy An Khuê",
        "Liệt kê các phần thưởng của Huyện ủy Đông Triều",
        "liet ke cac phan thuong cua van phong tinh uy hoai an",
        "Kể tên các Chánh Văn phòng Huyện ủy An Khuê",
        "Kể tên các Phó Chánh Văn phòng Tỉnh ủy An Khuê",
        "Những phương châm của Văn phòng Huyện ủy Đông Triều",
        "So sánh khen thưởng của Văn phòng Tỉnh ủy Hoài Ân và Văn phòng Tỉnh ủy Bắc Giao",
        # what no list of facts can tell
        "Những văn phòng nào chưa được tặng Huân chương Lao động?",
        "Văn phòng nào được tặng nhiều huân chương nhất?",
        "Kể tên các Chánh Văn phòng hiện nay",
        "Những văn phòng nào đã tặng Huân chương Lao động?",
        "Những văn phòng nào sẽ được tặng Huân chương Lao động?",
        "So sánh Văn phòng Tỉnh ủy An Khuê và Văn phòng Huyện ủy Đông Triều",
        # other matters in the same words
        "Liệt kê các món ăn ở căng tin của Văn phòng Tỉnh ủy An Khuê",
        "Liệt kê các bệnh viện ở An Khuê được tặng Huân chương Lao động",
        "Những nhiệm vụ của Văn phòng Tỉnh ủy An Khuê về du lịch là gì?",
        "Kể tên các cầu thủ được tặng Huân chương Lao động",
        # one thing is asked for, not a list
        "Văn phòng Tỉnh ủy An Khuê được thành lập ngày nào?",
        "Văn phòng Tỉnh ủy An Khuê được tặng Huân chương Lao động hạng Nhất năm nào?",
        "Văn phòng Tỉnh ủy An Khuê có bao nhiêu cán bộ?",
        "Xin chào!",
    ],
)
def test_what_the_facts_do_not_clearly_answer_gathers_nothing(library: Library, asked: str) -> None:
    assert library.gather(asked) is NOTHING


def test_the_marks_are_the_words_that_answer(library: Library) -> None:
    assert library.told("Những văn phòng nào được tặng Huân chương Lao động hạng Nhất?") == [
        "năm 2008, [Văn phòng Tỉnh ủy An Khuê] được Chủ tịch nước tặng thưởng "
        "[Huân chương Lao động hạng Nhất]."
    ]
    assert library.told("Những cơ quan nào đã tặng Bằng khen cho Văn phòng Thành ủy Lạc Sơn?") == [
        "Văn phòng Thành ủy Lạc Sơn được [Tỉnh ủy] tặng Bằng khen năm 2019."
    ]
    (line,) = library.told("Những văn phòng nào được thành lập năm 1951?")
    assert line == "[Văn phòng Huyện ủy Đông Triều được thành lập] [ngày 12/3/1951]."


def test_the_fuller_of_two_articles_stands_for_both(library: Library) -> None:
    lines = library.gather("Những văn phòng nào được tặng Huân chương Lao động hạng Nhất?").lines
    assert [line.article for line in lines] == ["an-khue"]


def test_what_articles_tell_differently_is_listed_both_ways(library: Library) -> None:
    assert library.told("Những mốc lịch sử của Văn phòng Tỉnh ủy An Khuê") == [
        "Văn phòng Tỉnh ủy An Khuê được thành lập [ngày 12/3/1946].",
        "[Ngày 15/3/1946], Văn phòng Tỉnh ủy An Khuê được thành lập.",
    ]


# --- comparisons -----------------------------------------------------------------------------------


def test_a_comparison_has_lines_of_both_sides(library: Library) -> None:
    asked = "So sánh năm thành lập của Văn phòng Tỉnh ủy An Khuê và Văn phòng Huyện ủy Đông Triều"
    assert library.told(asked) == [
        "Văn phòng Tỉnh ủy An Khuê được thành lập [ngày 12/3/1946].",
        "[Ngày 15/3/1946], Văn phòng Tỉnh ủy An Khuê được thành lập.",
        "Văn phòng Huyện ủy Đông Triều được thành lập [ngày 12/3/1951].",
    ]
    assert library.gather(asked).missing == ()


def test_a_body_is_compared_by_its_own_date_not_by_its_offices(library: Library) -> None:
    assert library.told("So sánh ngày thành lập của Tỉnh ủy An Khuê và Huyện ủy Đông Triều") == [
        "Tỉnh ủy An Khuê được thành lập [ngày 10/3/1946].",
        "Huyện ủy Đông Triều được thành lập [ngày 01/3/1951].",
    ]


def test_a_side_without_evidence_is_missing(library: Library) -> None:
    found = library.gather(
        "So sánh phương châm của Văn phòng Tỉnh ủy An Khuê và Văn phòng Huyện ủy Đông Triều"
    )
    assert [line.label for line in found.lines] == [AN_KHUE]
    assert found.missing == (DONG_TRIEU,)


def test_an_unknown_side_is_missing_by_the_name_it_was_asked_by(library: Library) -> None:
    found = library.gather(
        "So sánh khen thưởng của Văn phòng Huyện ủy Đông Triều và Văn phòng Tỉnh ủy Hoài Ân"
    )
    assert [line.article for line in found.lines] == ["dong-trieu"]
    assert found.missing == ("Văn phòng Tỉnh ủy Hoài Ân",)


def test_places_alone_stand_for_their_offices(library: Library) -> None:
    found = library.told("Văn phòng An Khuê và Lạc Sơn khác nhau thế nào về phương châm?")
    assert [line.partition(":")[0] for line in found] == [AN_KHUE, LAC_SON]


def test_counts_are_compared_without_those_of_whom_more_is_said() -> None:
    one, _ = made("a", "Hiện nay, Văn phòng có 41 cán bộ.", unit=AN_KHUE, published=date(2020, 1, 1))
    other, _ = made("b", "Trong chiến tranh, 07 cán bộ hy sinh khi làm nhiệm vụ.", unit=DONG_TRIEU)
    found = Library.of([one, other]).gather(f"So sánh số cán bộ của {AN_KHUE} và {DONG_TRIEU}")
    assert [line.article for line in found.lines] == ["a"]
    assert found.missing == (DONG_TRIEU,)


# --- the length of an answer -----------------------------------------------------------------------


def test_a_long_list_is_cut_and_says_how_many_are_left_out() -> None:
    units = [
        f"Văn phòng Huyện ủy Tân {name}"
        for name in "An Bình Châu Dân Giang Hà Khê Lập Mỹ Ninh Phú Quý Sơn Thành Vân".split()
    ]
    many = [
        made(f"bai-{n}", f"{unit} được tặng Huân chương Lao động hạng Ba.", unit=unit)[0]
        for n, unit in enumerate(units)
    ]
    found = Library.of(many).gather("Những văn phòng nào được tặng Huân chương Lao động?")
    assert len(found.lines) == MOST_LINES
    assert found.more == len(many) - MOST_LINES


def test_two_sides_share_the_room() -> None:
    text = "Năm {}, Văn phòng được Ủy ban nhân dân tỉnh tặng Bằng khen vì thành tích xuất sắc."
    one, _ = made("a", *(text.format(y) for y in range(1990, 2010)), unit=AN_KHUE)
    other, _ = made("b", *(text.format(y) for y in range(1990, 2010)), unit=DONG_TRIEU)
    found = Library.of([one, other]).gather(f"So sánh khen thưởng của {AN_KHUE} và {DONG_TRIEU}")
    assert [line.label for line in found.lines] == [AN_KHUE] * 6 + [DONG_TRIEU] * 6
    assert found.more == 28


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 15), st.integers(1, 6))
def test_no_list_is_longer_than_an_answer_may_be(clauses: int, offices: int) -> None:
    sentence = "; ".join(
        f"năm {1990 + n}, Văn phòng được Ủy ban nhân dân tỉnh tặng Cờ thi đua" for n in range(clauses)
    )
    made_up = [
        made(f"bai-{n}", sentence.capitalize() + ".", unit=f"Văn phòng Huyện ủy Tân {x}")[0]
        for n, x in zip(range(offices), "An Bình Châu Dân Giang Hà".split(), strict=False)
    ]
    Library.of(made_up).gather("Những văn phòng nào được tặng Cờ thi đua?")


# --- disagreements ---------------------------------------------------------------------------------


def span_of(library: Library, article: str, quote: str) -> Span:
    start = library.articles[article].text.index(quote)
    return Span(start, start + len(quote))


def test_another_articles_date_of_the_same_event_contradicts(library: Library) -> None:
    span = span_of(library, "an-khue", FOUNDED_1946)
    (line,) = contradicting("an-khue", span, library.facts, library.articles)
    text = library.articles["an-khue-2"].text
    assert line.label == "“Gặp mặt truyền thống ở An Khuê” (15/10/2021)"
    assert line.span.of(text) == FOUNDED_1946_TOO
    assert [m.of(text) for m in line.marks] == ["Ngày 15/3/1946"]


@pytest.mark.parametrize(
    ("article", "quote"),
    [
        ("an-khue", "Tỉnh ủy An Khuê được thành lập ngày 10/3/1946."),
        ("an-khue", FIRST_2008),
        ("dong-trieu", FOUNDED_1951),
        ("lac-son", PRAISED_2019),
    ],
)
def test_what_agrees_or_is_told_of_others_does_not_contradict(
    library: Library, article: str, quote: str
) -> None:
    assert contradicting(article, span_of(library, article, quote), library.facts, library.articles) == ()


def test_only_facts_that_are_marked_are_compared(library: Library) -> None:
    span = span_of(library, "an-khue", FOUNDED_1946)
    day, place = span_of(library, "an-khue", "ngày 12/3/1946"), Span(span.start, span.start + 3)
    assert contradicting("an-khue", span, library.facts, library.articles, [day])
    assert not contradicting("an-khue", span, library.facts, library.articles, [Span(0, 1)])
    assert contradicting("an-khue", span, library.facts, library.articles, [place])


# --- the samples and the real articles --------------------------------------------------------------


def library_in(folder: Path) -> Library:
    return Library.of(load(path) for path in find([folder]).files)


@pytest.fixture(scope="module")
def samples() -> Library:
    return library_in(SAMPLES)


def test_the_samples_name_every_office_with_the_award(samples: Library) -> None:
    told = samples.told("Những văn phòng nào được tặng Huân chương Lao động?")
    for place in ("Bình Lãng", "Trường Lạc", "Sơn Khê", "Hà Lương"):
        assert any(place in line for line in told)
    assert not any("Kim Hòa" in line for line in told)


def test_a_list_under_a_heading_is_labelled_with_the_post(samples: Library) -> None:
    told = samples.told("Kể tên các Chánh Văn phòng Huyện ủy Trường Lạc qua các thời kỳ")
    assert len(told) == 5
    assert all(line.startswith("Văn phòng Huyện ủy Trường Lạc, Chánh Văn phòng Huyện ủy: ") for line in told)


def test_who_held_a_post_in_a_time_is_told_by_the_periods(samples: Library) -> None:
    told = samples.told("Những ai làm Chánh Văn phòng Huyện ủy Trường Lạc từ năm 1980 đến năm 1995?")
    assert len(told) == 2


HELD = "Văn phòng Huyện ủy Trường Lạc, Chánh Văn phòng Huyện ủy: "


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (
            "Chánh Văn phòng Huyện ủy Trường Lạc là ai?",
            [
                "1. [Cao Văn Tường] (1951 - 1960)",
                "2. [Ngô Thị Bưởi] (1960 - 1976)",
                "3. [Đặng Hữu Phúc] (1976 - 1991)",
                "4. [Lý Thanh Tùng] (1991 - 2010)",
                "5. [Trương Mỹ Dung] (từ năm 2010)",
            ],
        ),
        ("Năm 1980 ai là Chánh Văn phòng Huyện ủy Trường Lạc?", ["3. [Đặng Hữu Phúc] (1976 - 1991)"]),
        (
            "Ai là Chánh Văn phòng Huyện ủy Trường Lạc từ năm 1976 đến năm 1991?",
            ["3. [Đặng Hữu Phúc] (1976 - 1991)"],
        ),
        (
            "Năm 1976 ai là Chánh Văn phòng Huyện ủy Trường Lạc?",
            ["2. [Ngô Thị Bưởi] (1960 - 1976)", "3. [Đặng Hữu Phúc] (1976 - 1991)"],
        ),
        (
            "ai la chanh van phong huyen uy truong lac dau tien",
            ["1. [Cao Văn Tường] (1951 - 1960)"],
        ),
        (
            "Hiện nay ai là Chánh Văn phòng Huyện ủy Trường Lạc?",
            ["5. [Trương Mỹ Dung] (từ năm 2010)"],
        ),
        ("Đặng Hữu Phúc làm Chánh Văn phòng giai đoạn nào?", ["3. Đặng Hữu Phúc ([1976 - 1991])"]),
        (
            "Đồng chí Đặng Hữu Phúc giữ chức Chánh Văn phòng từ năm nào đến năm nào?",
            ["3. Đặng Hữu Phúc ([1976 - 1991])"],
        ),
    ],
)
def test_of_those_who_held_a_post_the_ones_asked_for_are_told(
    samples: Library, asked: str, expected: list[str]
) -> None:
    assert samples.told(asked) == [HELD + line for line in expected]


@pytest.mark.parametrize(
    "asked",
    [
        "Trước đồng chí Đặng Hữu Phúc, ai là Chánh Văn phòng Huyện ủy Trường Lạc?",
        "Năm 1930 ai là Chánh Văn phòng Huyện ủy Trường Lạc?",
        "Nguyễn Văn Nam làm Chánh Văn phòng Huyện ủy Trường Lạc khi nào?",
        "Hiện nay Bí thư Huyện ủy Trường Lạc là ai?",
        "Chánh Văn phòng Huyện ủy Bình Lãng là ai?",  # one is named, without a period
    ],
)
def test_of_a_post_nothing_is_told_that_the_periods_do_not_say(samples: Library, asked: str) -> None:
    assert samples.gather(asked) == NOTHING


@pytest.fixture(scope="module")
def real(seeds: Path) -> Library:
    return library_in(seeds)


def test_the_real_articles_name_both_offices_with_the_award_and_its_class(real: Library) -> None:
    one, other = real.told("Những văn phòng nào được tặng Huân chương Lao động?")
    assert "Cần Thơ" in one
    assert "hạng Nhất" in one
    assert "Bình Thuận" in other
    assert "hạng Ba" in other


@pytest.mark.parametrize(
    "asked",
    [
        "Những văn phòng nào được tặng Huân chương Hồ Chí Minh?",
        "Liệt kê các phần thưởng của Văn phòng Tỉnh ủy Thanh Hóa",
        "Kể tên các đại biểu dự họp mặt ở Cần Thơ",
        "Những cán bộ nào được tặng Huân chương Lao động?",
        "Kể tên các Chánh Văn phòng Tỉnh ủy Bình Thuận",
    ],
)
def test_the_real_articles_are_silent_on_what_they_do_not_say(real: Library, asked: str) -> None:
    assert real.gather(asked) is NOTHING


def test_a_speaker_is_known_by_his_other_names(real: Library) -> None:
    told = real.told("Những lời dạy của Bác Hồ về công tác văn phòng")
    assert len(told) == 1
    assert "Hồ Chí Minh" in told[0]
