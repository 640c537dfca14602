"""The facade: one Answer type, citations that are the article's very words, refusals that say why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answer import Assistant
from assistant.types import Answer, Turn
from ingest.chunk import passages
from ingest.errors import BadQuestion
from ingest.load import load
from tests.fakes import CountingEncoder
from vectorstore.library import Library
from vectorstore.types import Filter

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


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("articles")
    with Library.open(folder / "Nep", CountingEncoder(), write=True) as library:
        for name, text in (("lam", LAM), ("nghe", NGHE)):
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
        assert s.text.strip("… ") in quotes[s.citations[0]]
        assert s.text in answer.text
    assert (answer.status == "refused") == (not answer.statements) == (answer.missing is not None)
    return answer


def _ask(library: Library, question: str, *history: Turn, where: Filter | None = None) -> Answer:
    return _check(Assistant(library).ask(question, history, where), library)


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
        Assistant(library).ask("  ")


def test_the_real_articles_answer_their_questions(seeds: Path, seeds_home: Path) -> None:
    from vectorstore import encoders

    with Library.open(seeds_home, encoders.load()) as library:
        a = _ask(library, "Văn phòng Thành ủy Châu Đốc có bao nhiêu cán bộ, đảng viên?")
        assert [library.article(c.article).text[m.start : m.end] for c in a.citations for m in c.marks] == [
            "19"
        ]
        assert _ask(library, "Văn phòng Thành ủy Đà Nẵng được thành lập năm nào?").status == "refused"
