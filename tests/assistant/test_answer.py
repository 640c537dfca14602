"""The facade: one Answer type, citations that are the article's very words, refusals that say why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.answer import Assistant
from assistant.types import Answer, Turn
from ingest.chunk import passages
from ingest.errors import BadQuestion
from ingest.load import load
from tests.fakes import CountingEncoder, CountingReader
from vectorstore.library import Library
from vectorstore.types import Filter

pytestmark = pytest.mark.usefixtures("plain_weights")

LAM = """Văn phòng Tỉnh ủy Sông Lam kỷ niệm ngày truyền thống

Ngày đăng: 16/10/2019

Ban Bí thư Trung ương Đảng quyết định lấy ngày 18/10/1930 làm ngày truyền thống của văn phòng cấp ủy.

Văn phòng Tỉnh ủy Sông Lam hiện có 27 cán bộ, công chức. Chánh Văn phòng là đồng chí Trần Văn Bình.

Văn phòng Tỉnh ủy Sông Lam được Chủ tịch nước tặng thưởng Huân chương Lao động hạng Ba năm 2005.
"""
NGHE = """Văn phòng Thành ủy Bến Nghé họp mặt truyền thống

Ngày đăng: 15/10/2020

Từ năm ấy, ngày 18-10-1930 được Ban Bí thư Trung ương Đảng lấy làm ngày truyền thống văn phòng cấp ủy.

Văn phòng Thành ủy Bến Nghé được Chủ tịch nước tặng thưởng Huân chương Lao động hạng Nhất năm 2015.
"""
KHE = """Văn phòng Huyện ủy Suối Khê những chặng đường

Ngày đăng: 02/09/2016

Văn phòng Huyện ủy Suối Khê được thành lập ngày 02/9/1946.

Năm 2016, Văn phòng Huyện ủy Suối Khê kỷ niệm 70 năm ngày thành lập.
"""
TODAY = date(2026, 5, 1)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("articles")
    with Library.open(folder / "Nep", CountingEncoder(), write=True) as library:
        for name, text in (("lam", LAM), ("nghe", NGHE), ("khe", KHE)):
            file = folder / f"{name}.txt"
            file.write_text(text, encoding="utf-8")
            article = load(file)
            library.add(article, passages(article))
        yield library


def _check(answer: Answer, library: Library) -> Answer:
    """Every promise of the type holds, whatever was asked."""
    for c in answer.citations:
        assert library.article(c.article).text[c.start : c.end] == c.quote
        assert c.passage.start <= c.start < c.end <= c.passage.end
        assert all(c.start <= m.start < m.end <= c.end for m in c.marks)
    assert [c.n for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    quotes = {c.n: c.quote for c in answer.citations}
    for s in answer.statements:
        assert s.citations
        reckoned = " = " in s.text and s is answer.statements[0]
        assert reckoned or s.text.strip("… ") in quotes[s.citations[0]]
        assert s.text in answer.text
    assert (answer.status == "refused") == (not answer.statements) == (answer.missing is not None)
    return answer


def _ask(library: Library, question: str, *history: Turn, where: Filter | None = None) -> Answer:
    assistant = Assistant(library, CountingReader(), today=lambda: TODAY)
    return _check(assistant.ask(question, history, where), library)


def test_an_answer_is_the_articles_own_words(library: Library) -> None:
    a = _ask(library, "Văn phòng Tỉnh ủy Sông Lam có bao nhiêu cán bộ?")
    assert a.status == "answered"
    assert a.text == "Văn phòng Tỉnh ủy Sông Lam hiện có 27 cán bộ, công chức."
    (c,) = a.citations
    assert (c.article, c.published is not None) == ("lam", True)
    assert [library.article(c.article).text[m.start : m.end] for m in c.marks] == ["27"]


def test_one_fact_in_two_articles_is_one_statement_with_two_citations(library: Library) -> None:
    a = _ask(library, "Ngày truyền thống của văn phòng cấp ủy là ngày nào?")
    assert len(a.statements) == 1
    assert a.statements[0].citations == (1, 2)
    assert {c.article for c in a.citations} == {"lam", "nghe"}


def test_each_unit_has_its_own_award(library: Library) -> None:
    assert "hạng Ba" in _ask(library, "Văn phòng Tỉnh ủy Sông Lam được tặng Huân chương gì?").text
    assert "hạng Nhất" in _ask(library, "Văn phòng Thành ủy Bến Nghé được tặng Huân chương gì?").text


def test_a_name_that_no_article_has_is_named_in_the_refusal(library: Library) -> None:
    a = _ask(library, "Văn phòng Thành ủy Đồi Mây được thành lập năm nào?")
    assert a.status == "refused"
    assert a.missing is not None
    assert "“Đồi Mây”" in a.missing


def test_a_mistyped_name_is_asked_back_and_not_taken_for_the_one_that_is_known(library: Library) -> None:
    a = _ask(library, "Đồng chí Trần Văn Bihnh là ai?")
    assert a.status == "refused"
    assert "“Trần Văn Bihnh”" in (a.missing or "")
    assert (a.read_as, a.guessed) == ("Đồng chí Trần Văn Bình là ai?", True)
    assert "Chánh Văn phòng" in _ask(library, a.read_as or "").text


def test_a_post_is_told_by_a_post_and_not_by_a_duty(tmp_path: Path) -> None:
    told = "Đồng chí Trần Văn Bình yêu cầu Văn phòng Tỉnh ủy làm tốt nhiệm vụ."
    for more, status in (
        ("", "refused"),
        (" Đồng chí Trần Văn Bình là Chánh Văn phòng Tỉnh ủy.", "answered"),
    ):
        file = tmp_path / f"{status}.txt"
        file.write_text(f"Văn phòng Tỉnh ủy Sông Lam họp\n\n{told}{more}", encoding="utf-8")
        article = load(file)
        with Library.open(tmp_path / status, CountingEncoder(), write=True) as library:
            library.add(article, passages(article))
            a = _ask(library, "Đồng chí Trần Văn Bình giữ chức vụ gì?")
        assert a.status == status
        assert "nhiệm vụ" not in a.text


FRESNO = """Những khu phố của thành phố Fresno

Khu phía Tây của Fresno có tên khác là Tây Nam Fresno, nơi đặt trụ sở cũ của tòa báo.
"""


@pytest.mark.parametrize("office", [False, True])
def test_a_foreign_name_is_known_by_its_foreign_words_where_no_office_is_told_of(
    tmp_path: Path, office: bool
) -> None:
    with Library.open(tmp_path / "Nep", CountingEncoder(), write=True) as library:
        for name, text in (("fresno", FRESNO), ("lam", LAM))[: 1 + office]:
            file = tmp_path / f"{name}.txt"
            file.write_text(text, encoding="utf-8")
            article = load(file)
            library.add(article, passages(article))
        answer = _check(_ask(library, "Khu Phố Tây Fresno có tên khác là gì?"), library)
    if office:
        assert answer.missing is not None
        assert "Phố Tây Fresno" in answer.missing
    else:
        assert "Tây Nam Fresno" in answer.text


def test_a_foreign_name_of_several_parts_is_let_pass_where_no_office_is_told_of(tmp_path: Path) -> None:
    file = tmp_path / "fresno.txt"
    file.write_text(FRESNO, encoding="utf-8")
    article = load(file)
    with Library.open(tmp_path / "Nep", CountingEncoder(), write=True) as library:
        library.add(article, passages(article))
        answer = _ask(library, "Khu phía Tây của Fresno mà Smyth-Blackford đến có tên khác là gì?")
    assert "Smyth" not in (answer.missing or "")


def test_a_fact_that_the_unit_lacks_is_refused_though_another_has_it(library: Library) -> None:
    a = _ask(library, "Văn phòng Thành ủy Bến Nghé có bao nhiêu cán bộ?")
    assert a.status == "refused"
    assert "27" not in a.text


def test_the_day_of_another_body_is_not_the_day_of_this_one(library: Library) -> None:
    a = _ask(library, "Ngày truyền thống ngành Tuyên giáo là ngày nào?")
    assert a.status == "refused"
    assert a.missing is not None
    assert "Tuyên giáo" in a.missing


def test_an_award_that_the_unit_lacks_is_named_in_the_refusal(library: Library) -> None:
    a = _ask(library, "Văn phòng Tỉnh ủy Sông Lam được tặng Huân chương Độc lập năm nào?")
    assert a.status == "refused"
    assert a.missing is not None
    assert "“Huân chương Độc lập”" in a.missing


def test_a_question_about_something_else_is_refused_with_near_passages(library: Library) -> None:
    a = _ask(library, "Thời tiết ngày mai ở Bến Nghé thế nào?")
    assert a.status == "refused"
    assert a.citations, "the nearest passages are shown, as no answer"


def test_a_question_typed_bare_finds_the_office_it_names(library: Library) -> None:
    a = _ask(library, "van phong thanh uy ben nghe duoc tang huan chuong gi")
    assert "hạng Nhất" in a.text
    assert [c.article for c in a.citations] == ["nghe"]


def test_a_place_typed_bare_that_no_article_has_is_refused(library: Library) -> None:
    a = _ask(library, "van phong thanh uy doi may duoc tang huan chuong gi")
    assert a.status == "refused"
    assert a.missing is not None
    assert "doi may" in a.missing


def test_a_follow_up_says_how_it_was_read(library: Library) -> None:
    before = Turn("user", "Văn phòng Tỉnh ủy Sông Lam được Chủ tịch nước tặng thưởng gì?")
    a = _ask(library, "Còn ở Bến Nghé thì sao?", before, Turn("assistant", "Huân chương Lao động hạng Ba."))
    assert "hạng Nhất" in a.text
    assert a.read_as == "Văn phòng Thành ủy Bến Nghé được Chủ tịch nước tặng thưởng gì?"


def test_a_whole_question_is_not_said_to_be_read_otherwise(library: Library) -> None:
    assert _ask(library, "Chánh Văn phòng Tỉnh ủy Sông Lam là ai?").read_as is None


def test_a_filter_hides_the_articles_it_leaves_out(library: Library) -> None:
    a = _ask(
        library,
        "Ngày truyền thống của văn phòng cấp ủy là ngày nào?",
        where=Filter(articles=frozenset({"nghe"})),
    )
    assert {c.article for c in a.citations} == {"nghe"}


def test_a_filter_that_leaves_nothing_is_named_as_the_reason(library: Library) -> None:
    a = _ask(library, "Ngày truyền thống là ngày nào?", where=Filter(articles=frozenset({"x"})))
    assert a.status == "refused"
    assert "điều kiện lọc" in a.text


def test_a_question_that_cannot_be_asked_is_an_error_in_words(library: Library) -> None:
    with pytest.raises(BadQuestion, match="đang trống"):
        Assistant(library, CountingReader()).ask("  ")


# --- a question read otherwise than it was typed --------------------------------------------------


def test_a_question_typed_bare_shows_how_it_was_read(library: Library) -> None:
    a = _ask(library, "van phong tinh uy song lam co bao nhieu can bo")
    assert a.read_as == "văn phòng tỉnh ủy sông lam có bao nhiêu cán bộ"
    assert not a.guessed
    assert "27" in a.text


def test_a_slip_of_typing_is_mended_and_asked_back(library: Library) -> None:
    a = _ask(library, "Văn phòng Tỉnh ủy Sông Lam cos bao nhiêu cán bộ?")
    assert (a.read_as, a.guessed) == ("Văn phòng Tỉnh ủy Sông Lam có bao nhiêu cán bộ?", True)
    assert "27" in a.text


def test_a_question_taken_as_it_stands_is_not_asked_back(library: Library) -> None:
    a = _ask(library, "Văn phòng Tỉnh ủy Sông Lam có bao nhiêu cán bộ?")
    assert (a.read_as, a.guessed) == (None, False)


def test_a_refusal_shows_how_the_question_was_read_too(library: Library) -> None:
    a = _ask(library, "van phong thanh uy ben nghe co bao nhieu can bo")
    assert a.status == "refused"
    assert a.read_as == "văn phòng thành ủy bến nghé có bao nhiêu cán bộ"


def test_an_english_question_is_answered_with_the_vietnamese_quote(library: Library) -> None:
    a = _ask(library, "How many staff does the Song Lam Provincial Party Committee Office have?")
    assert a.status == "answered"
    assert "Văn phòng Tỉnh ủy Sông Lam hiện có 27 cán bộ, công chức." in a.text
    assert [c.article for c in a.citations] == ["lam"]
    assert a.read_as is not None
    assert "bao nhiêu cán bộ" in a.read_as


# --- small talk -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("Xin chào!", "Xin chào!"),
        ("Cảm ơn bạn", "Rất vui"),
        ("Bạn là ai?", "Tôi là Nếp"),
        ("hello", "Xin chào!"),
    ],
)
def test_small_talk_gets_its_reply_and_is_no_answer(library: Library, said: str, reply: str) -> None:
    a = _ask(library, said)
    assert (a.status, a.mode) == ("refused", "talk")
    assert a.text.startswith(reply)
    assert a.missing == a.text
    assert (a.statements, a.citations, a.read_as) == ((), (), None)


def test_a_greeting_before_a_question_is_no_small_talk(library: Library) -> None:
    a = _ask(library, "Xin chào, Văn phòng Tỉnh ủy Sông Lam có bao nhiêu cán bộ?")
    assert (a.status, a.mode) == ("answered", "extractive")
    assert "27" in a.text


# --- anniversaries --------------------------------------------------------------------------------

FOUNDED = "Văn phòng Huyện ủy Suối Khê được thành lập ngày 02/9/1946."


def test_an_anniversary_is_reckoned_from_the_day_of_founding_which_is_cited(library: Library) -> None:
    a = _ask(library, "Năm 2026 Văn phòng Huyện ủy Suối Khê kỷ niệm bao nhiêu năm ngày thành lập?")
    first, second = a.statements
    assert first.text.startswith("2026 − 1946 = 80: ")
    assert second.text == FOUNDED
    (c,) = a.citations
    assert (c.article, c.quote) == ("khe", FOUNDED)
    assert first.citations == second.citations == (1,)
    assert [library.article(c.article).text[m.start : m.end] for m in c.marks] == ["02/9/1946"]


def test_the_count_that_an_article_names_for_that_year_stands_before_arithmetic(library: Library) -> None:
    a = _ask(library, "Năm 2016 Văn phòng Huyện ủy Suối Khê kỷ niệm bao nhiêu năm ngày thành lập?")
    assert a.text == "Năm 2016, Văn phòng Huyện ủy Suối Khê kỷ niệm 70 năm ngày thành lập."
    assert " = " not in a.text


def test_how_long_it_is_to_this_day_is_counted_in_full_years(library: Library) -> None:
    a = _ask(library, "Văn phòng Huyện ủy Suối Khê thành lập được bao nhiêu năm rồi?")
    assert a.statements[0].text.startswith("2025 − 1946 = 79: ")  # on 1 May 2026 the 80th is to come
    assert a.statements[-1].text == FOUNDED


def test_the_year_of_an_anniversary_to_come_is_reckoned(library: Library) -> None:
    a = _ask(library, "Kỷ niệm 100 năm thành lập Văn phòng Huyện ủy Suối Khê vào năm nào?")
    assert a.statements[0].text.startswith("1946 + 100 = 2046: ")


def test_a_day_that_all_offices_keep_is_reckoned_from_the_article_that_tells_it(library: Library) -> None:
    a = _ask(library, "Năm 2026 kỷ niệm bao nhiêu năm ngày truyền thống của văn phòng cấp ủy?")
    assert a.statements[0].text.startswith("2026 − 1930 = 96: ")
    assert "1930" in a.citations[0].quote


@pytest.mark.parametrize(
    "question",
    [
        "Văn phòng Tỉnh ủy Sông Lam thành lập được bao nhiêu năm rồi?",
        "Năm 2026 Văn phòng Tỉnh ủy Sông Lam kỷ niệm bao nhiêu năm ngày thành lập?",
        "Năm 1940 Văn phòng Huyện ủy Suối Khê kỷ niệm bao nhiêu năm ngày thành lập?",
    ],
)
def test_without_a_day_to_count_from_nothing_is_reckoned(library: Library, question: str) -> None:
    a = _ask(library, question)
    assert a.status == "refused"
    assert " = " not in a.text


def test_the_real_articles_answer_their_questions(
    seeds: Path, seeds_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vectorstore import encoders

    monkeypatch.undo()  # with what comes with the program, whole
    with Library.open(seeds_home, encoders.load()) as library:
        assistant = Assistant(library)
        a = _check(
            assistant.ask("Bao nhiêu cán bộ, đảng viên đang làm việc ở Văn phòng Thành ủy Châu Đốc?"), library
        )
        assert [library.article(c.article).text[m.start : m.end] for c in a.citations for m in c.marks][
            :1
        ] == ["19"]
        unknown = assistant.ask("Văn phòng Thành ủy Hải Phòng được thành lập vào năm nào?")
        assert _check(unknown, library).status == "refused"
