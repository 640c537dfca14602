from __future__ import annotations

import unicodedata

import pytest

from bench.measures import (
    Gold,
    Question,
    Quote,
    Said,
    exact,
    f1,
    fold,
    holds,
    means,
    quantile,
    scores,
    spelled,
    syllables,
)
from ingest.types import Span

TEXT = (
    "Bến Đá\n\n"
    "Chợ họp từ sáng sớm. Cầu xây năm 1936. Cầu dài 210 m.\n\n"
    "Năm 1936 trường mở cửa. Thầy giáo đầu tiên là ông Vũ Trí."
)
FIRST = Span(TEXT.index("Chợ"), TEXT.index("\n\nNăm"))


def question(*must: tuple[str, ...], sources: tuple[str, ...] = ("ben-da",), kind: str = "xquad") -> Question:
    return Question("q", "Cầu xây năm nào?", kind, must, sources, 0, ())


def quote(words: str, article: str = "ben-da") -> Quote:
    start = TEXT.index(words)
    return Quote(article, Span(start, start + len(words)), words)


def said(
    statement: str, highlight: str = "", carried: Quote | None = None, found: tuple[Quote, ...] = ()
) -> Said:
    cited = (carried or quote(statement),)
    return Said(False, statement, found, statement, cited, highlight or statement, cited)


# --- one spelling ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hòa", "hoà"),
        ("ỦY", "uỷ"),
        ("Ðảng", "đảng"),
        (unicodedata.normalize("NFD", "Thượng Vân"), "thượng vân"),
    ],
)
def test_a_word_is_spelled_in_one_way_wherever_its_tone_stands(one: str, other: str) -> None:
    assert spelled(one) == spelled(other)


def test_words_that_differ_in_a_tone_or_a_mark_stay_apart() -> None:
    assert len({spelled(word) for word in ("ma", "má", "mà", "mả", "mã", "mạ", "mâ", "mă")}) == 8


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ngày 18 tháng 10 năm 1930", "18/10/1930"),
        ("ngày 08-05-1954", "8.5.1954"),
        ("18 tháng 10, 1930", "18-10-1930"),
        ("tháng 03 năm 1947", "tháng 3/1947"),
        ("2015–2020", "2015 - 2020"),
        ("“Trung thành”", "trung  thành"),
    ],
)
def test_dates_dashes_and_quote_marks_have_one_form(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_an_answer_is_held_as_whole_words_one_of_each_group() -> None:
    assert holds([("7", "bảy"), ("hạng Nhì",)], "Có bảy người nhận Huân chương hạng Nhì.")
    assert not holds([("7", "bảy"), ("hạng Nhì",)], "Có bảy người nhận Huân chương hạng Nhất.")
    assert not holds([("7",)], "Có 17 người.")
    assert not holds([("hoa",)], "Có hoà bình.")
    assert holds([("1930",)], "Ngày 18/10/1930.")
    assert holds([("12%",)], "Giảm 12%.")


# --- highlighted words -----------------------------------------------------------------------------


def test_syllables_leave_out_case_punctuation_and_the_dots_of_thousands() -> None:
    assert syllables("“Hoà Bình”, (30.000)!") == syllables("hòa bình 30000")
    assert syllables("18/10/1930") == ["18", "10", "1930"]
    assert syllables("6.5 km") == ["6", "5", "km"]


def test_exact_match_asks_for_all_words_and_no_other() -> None:
    assert exact("Năm 1936.", ["1936", "năm 1936"]) == 1
    assert exact("xây năm 1936", ["1936", "năm 1936"]) == 0


def test_f1_is_that_of_the_best_gold_answer() -> None:
    # Two of four syllables said are two of the two wanted: precision 1/2, recall 1.
    assert f1("xây năm 1936 đó", ["năm 1936"]) == pytest.approx(2 / 3)
    # Against "1936" alone it would be 1/4 and 1.
    assert f1("xây năm 1936 đó", ["1936"]) == pytest.approx(2 / 5)
    assert f1("xây năm 1936 đó", ["1936", "năm 1936"]) == pytest.approx(2 / 3)
    # A syllable said twice counts once where it is wanted once.
    assert f1("cầu cầu", ["cầu"]) == pytest.approx(2 / 3)
    assert f1("chợ", ["cầu"]) == 0
    assert f1("", ["cầu"]) == 0


# --- where the answer stands -----------------------------------------------------------------------


def test_gold_sentences_are_those_of_the_paragraph_that_hold_the_answer() -> None:
    gold = Gold.within(TEXT, FIRST, [("năm 1936",)])
    assert [s.of(TEXT) for s in gold.sentences] == ["Cầu xây năm 1936."]


def test_an_answer_across_two_sentences_makes_the_paragraph_the_sentence() -> None:
    assert Gold.within(TEXT, FIRST, [("1936. Cầu dài",)]).sentences == (FIRST,)


# --- scores ----------------------------------------------------------------------------------------

GOLD = Gold.within(TEXT, FIRST, [("1936",)])


def test_a_right_answer_has_every_figure() -> None:
    found = (quote("Chợ họp từ sáng sớm. Cầu xây năm 1936."),)
    assert scores(question(("1936",)), said("Cầu xây năm 1936.", "năm 1936", found=found), GOLD) == {
        "refused_answerable": 0,
        "found_first": 1,
        "found_in_five": 1,
        "sentence_first": 1,
        "contained": 1,
        "grounded": 1,
        "exact": 0,
        "f1": pytest.approx(2 / 3),
    }


def test_the_same_words_of_another_paragraph_are_not_the_answer_sentence() -> None:
    figures = scores(question(("1936",)), said("Năm 1936 trường mở cửa."), GOLD)
    assert (figures["sentence_first"], figures["contained"], figures["grounded"]) == (0, 1, 1)


def test_the_neighbour_of_the_answer_sentence_is_not_it() -> None:
    assert scores(question(("1936",)), said("Cầu dài 210 m."), GOLD)["sentence_first"] == 0


def test_the_same_words_of_another_article_do_not_ground_an_answer() -> None:
    elsewhere = quote("Cầu xây năm 1936.", "ben-go")
    figures = scores(question(("1936",)), said("Cầu xây năm 1936.", carried=elsewhere), GOLD)
    assert (figures["sentence_first"], figures["contained"], figures["grounded"]) == (0, 1, 0)


def test_without_a_paragraph_the_right_article_is_enough() -> None:
    figures = scores(question(("1936",), sources=("ben",)), said("Năm 1936 trường mở cửa."), None)
    assert figures["sentence_first"] == 1
    assert "found_first" not in figures


def test_a_passage_counts_as_found_among_the_first_five_of_its_article_alone() -> None:
    right, wrong = quote("Cầu dài 210 m."), quote("Năm 1936 trường mở cửa.")
    foreign = quote("Cầu dài 210 m.", "ben-go")

    def found(*passages: Quote) -> tuple[float, float]:
        figures = scores(question(("1936",)), said("Chợ họp từ sáng sớm.", found=passages), GOLD)
        return figures["found_first"], figures["found_in_five"]

    assert found(right, wrong) == (1, 1)
    assert found(wrong, foreign, right) == (0, 1)
    assert found(wrong, wrong, wrong, wrong, foreign, right) == (0, 0)
    assert found() == (0, 0)


def test_an_answer_too_long_is_none_unless_it_gathers() -> None:
    long = Said(False, "Cầu xây năm 1936. " + "Dài lắm. " * 70, (), cited=(quote("Cầu xây năm 1936."),))
    assert 600 < len(long.answer) < 1800
    assert scores(question(("1936",)), long, GOLD)["contained"] == 0
    assert scores(question(("1936",), kind="aggregate"), long, GOLD)["grounded"] == 1


def test_a_refusal_has_found_its_passage_and_said_nothing() -> None:
    refusal = Said(True, "Tư liệu không nhắc đến năm 1936.", (quote("Cầu xây năm 1936."),))
    assert scores(question(("1936",)), refusal, GOLD) == {
        "refused_answerable": 1,
        "found_first": 1,
        "found_in_five": 1,
        "sentence_first": 0,
        "contained": 0,
        "grounded": 0,
        "exact": 0,
        "f1": 0,
    }


def test_a_question_without_an_answer_asks_for_a_refusal_alone() -> None:
    assert scores(question(), Said(True, "Không có.", ()), None) == {"refused_unanswerable": 1}
    assert scores(question(), said("Cầu dài 210 m."), None) == {"refused_unanswerable": 0}


def test_a_mean_is_over_the_questions_that_have_the_figure() -> None:
    rows = [{"f1": 1.0}, {"f1": 0.5}, {"refused_unanswerable": 1.0}]
    assert means(rows) == {"f1": 0.75, "refused_unanswerable": 1}


def test_quantiles() -> None:
    assert quantile([3, 1, 2, 5, 4], 0.5) == 3
    assert quantile([float(n) for n in range(100)], 0.95) == 95
