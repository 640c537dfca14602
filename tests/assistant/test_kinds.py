"""The kind of answer that a text holds, where it is, and how well it fits."""

from __future__ import annotations

import pytest

from assistant.asked import Asked
from assistant.candidates import LEAST_STRENGTH
from assistant.kinds import answers, value
from assistant.question import Kind, understand
from ingest.types import Span

MEETING = "Chiều 15/10, họp mặt kỷ niệm 90 năm Ngày truyền thống (18/10/1930 - 18/10/2020)."


def _best(question: str, text: str) -> str | None:
    q = understand(question)
    asked = Asked.of(q, dict.fromkeys(q.words, 1.0))
    found = sorted(answers(q.kinds[0], text, asked), key=lambda a: -a[1])
    assert all(0 <= strength <= 1 for _, strength in found)
    return found[0][0].of(text) if found else None


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("Họp ngày nào?", "Họp ngày 15/10/2020, sau ngày 14/10.", "15/10/2020"),
        ("Họp ngày nào?", "Họp kỷ niệm (18/10/1930 - 18/10/2020).", "18/10/1930"),
        ("Ngày truyền thống là ngày nào?", MEETING, "18/10/1930"),
        ("ngay truyen thong la ngay nao", MEETING, "18/10/1930"),
        ("Họp mặt Ngày truyền thống diễn ra khi nào?", MEETING, "15/10"),
        ("Họp mặt khi nào?", MEETING, "15/10"),
        ("Thành lập năm nào?", "Thành lập năm 1948, nâng cấp năm 2009.", "năm 1948"),
        ("Ban hành bao nhiêu chỉ thị?", "ban hành 18 nghị quyết, 43 chỉ thị", "43"),
        ("Đại hội lần thứ mấy?", "Nghị quyết Đại hội lần thứ XXIV", "thứ XXIV"),
        (
            "Được tặng huân chương gì?",
            "được tặng Huân chương Lao động hạng Ba",
            "Huân chương Lao động hạng Ba",
        ),
        ("Bí thư Huyện ủy là ai?", "đồng chí Trịnh Văn Hòe, Bí thư Huyện ủy", "Trịnh Văn Hòe"),
        ("Ai quyết định?", "Ban Bí thư Trung ương Đảng quyết định", "Ban Bí thư Trung ương Đảng"),
        ("Họp ở đâu?", "họp tại Bến Nghé (nay thuộc tỉnh Sông Lam)", "Bến Nghé"),
        (
            "Trần Văn Bình đã nói gì?",
            "Đồng chí nói: “Phải làm cho thật cẩn thận”.",
            "Phải làm cho thật cẩn thận",
        ),
        ("Phương châm là gì?", "“Thi đua” theo phương châm “Chủ động, kịp thời”", "Chủ động, kịp thời"),
        ("Tờ báo tên là gì?", "ra tờ báo “Tiến lên” của Đảng bộ", "Tiến lên"),
        ("Trần Văn Bình giữ chức vụ gì?", "Trần Văn Bình, Phó Bí thư Tỉnh ủy, dự", "Phó Bí thư Tỉnh ủy"),
        ("Theo nghị quyết nào?", "theo Nghị quyết số 45-NQ/TW", "Nghị quyết số 45-NQ/TW"),
        ("Cơ quan nào tặng?", "do Văn phòng Tỉnh ủy Sông Lam tặng", "Văn phòng Tỉnh ủy Sông Lam"),
    ],
)
def test_each_kind_is_found_by_its_form(question: str, text: str, answer: str) -> None:
    assert _best(question, text) == answer


@pytest.mark.parametrize(
    ("year", "award"),
    [("2005", "Huân chương Lao động hạng Ba"), ("2018", "Bằng khen")],
)
@pytest.mark.parametrize(
    "text",
    [
        "Năm 2005, được Chủ tịch nước tặng Huân chương Lao động hạng Ba; năm 2018, được tặng Bằng khen.",
        "Năm 2005 được tặng Huân chương Lao động hạng Ba, năm 2018 được tặng Bằng khen của Thủ tướng.",
        "Được tặng Huân chương Lao động hạng Ba năm 2005; Bằng khen năm 2018.",
    ],
)
def test_of_awards_of_several_years_the_one_of_the_year_asked_about_fits(
    text: str, year: str, award: str
) -> None:
    question = understand(f"Năm {year} Văn phòng được tặng phần thưởng gì?")
    found = answers(Kind.AWARD, text, Asked.of(question, dict.fromkeys(question.words, 1.0)))
    (fitting,) = [span.of(text) for span, strength in found if strength > LEAST_STRENGTH]
    assert fitting.startswith(award)


def test_who_holds_the_post_that_a_line_stands_under_fits() -> None:
    question = understand("Chánh Văn phòng Huyện ủy là ai?")
    asked = Asked.of(question, dict.fromkeys(question.words, 1.0))
    line = "2. Ngô Thị Bưởi (1960 - 1976)"
    alone = answers(Kind.PERSON, line, asked)
    under = answers(Kind.PERSON, line, asked, "Các đồng chí Chánh Văn phòng Huyện ủy")
    assert {span.of(line) for span, _ in under} == {"Ngô Thị Bưởi"}
    assert max(strength for _, strength in alone) < LEAST_STRENGTH < max(strength for _, strength in under)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Họp ngày nào?", "Hội nghị họp rất sôi nổi."),
        ("Có bao nhiêu cán bộ?", "Đội ngũ cán bộ đông đảo."),
        ("Ai là Bí thư?", "công tác rất tốt."),
        ("Chức năng là gì?", "Chức năng rất quan trọng."),
    ],
)
def test_a_text_without_the_kind_holds_no_answer(question: str, text: str) -> None:
    assert _best(question, text) is None


def test_what_the_question_says_itself_is_no_answer() -> None:
    assert _best("Ngày 18/10/1930 là ngày nào?", "Ngày 18/10/1930 là ngày vui.") is None


def test_a_function_is_told_without_words_to_mark() -> None:
    assert _best("Chức năng của văn phòng là gì?", "có chức năng tham mưu, giúp việc") == ""


def test_days_are_compared_by_their_numbers_and_all_else_by_its_words() -> None:
    text = "ngày 18 tháng 10 năm 1930; Uỷ ban"
    assert value(text, [[(Span(0, 25), 1.0)]]) == value("18-10-1930", [[(Span(0, 10), 1.0)]])
    assert value(text, [[(Span(27, 33), 1.0)]]) == "ủy ban"
    assert value(text, [[]]) is None


def test_every_kind_can_be_looked_for() -> None:
    q = understand("Văn phòng thế nào?")
    asked = Asked.of(q, dict.fromkeys(q.words, 1.0))
    for kind in Kind:
        assert isinstance(list(answers(kind, "Văn phòng họp ngày 18/10/1930 tại Bến Nghé.", asked)), list)


@pytest.mark.parametrize("opens", ["“", '"', "«", "''"])
def test_what_is_quoted_over_several_sentences_begins_at_its_mark(opens: str) -> None:
    sentence = f"Bác Hồ đã từng nói {opens}Công tác văn phòng có tầm quan trọng đặc biệt."
    assert _best("Bác Hồ nói gì?", sentence) == "Công tác văn phòng có tầm quan trọng đặc biệt."
