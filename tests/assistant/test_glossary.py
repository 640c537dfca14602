"""A glossary says of a term what an article says of it, in the very sentence, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.glossary import Term, TermKind, glossary
from ingest.facts import facts
from ingest.load import find, load
from ingest.types import Article
from tests.conftest import SAMPLES
from tests.vectorstore.articles import made

UNIT = "Văn phòng Huyện ủy Lạc Sơn"


def terms(*articles: Article) -> tuple[Term, ...]:
    return glossary([f for a in articles for f in facts(a)], {a.id: a for a in articles})


def told(*sentences: str) -> list[tuple[str, str, str]]:
    """Kind, term and explaining words of what an article with these sentences explains."""
    article, _ = made("bai", *sentences, title=UNIT, unit=UNIT)
    return [
        (t.kind.value, t.term, "; ".join(m.of(article.text) for m in t.marks) or t.sentence.of(article.text))
        for t in terms(article)
    ]


@pytest.mark.parametrize(
    ("sentence", "short", "full"),
    [
        ("Hội đồng nhân dân (HĐND) tỉnh họp.", "HĐND", "Hội đồng nhân dân"),
        ("Kỳ họp của HĐND (Hội đồng nhân dân) tỉnh.", "HĐND", "Hội đồng nhân dân"),
        ("Ứng dụng công nghệ thông tin (CNTT) được đẩy mạnh.", "CNTT", "công nghệ thông tin"),
        ("Phát triển kinh tế - xã hội (KT-XH) của huyện.", "KT-XH", "kinh tế - xã hội"),
        ("Ông về Trung ương (T.Ư) công tác.", "T.Ư", "Trung ương"),
    ],
)
def test_an_abbreviation_is_spelled_out_by_the_words_beside_it(sentence: str, short: str, full: str) -> None:
    assert ("Chữ viết tắt", short, full) in told(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Nghị quyết T.Ư 4 (khóa XI) được quán triệt.",
        "Ông Nguyễn Văn An (UBND) dự họp.",
        "Chỉ thị số 05-CT/TW (2016) được học tập.",
        "Ảnh chụp tại hội trường (đứng giữa là khách).",
    ],
)
def test_letters_that_are_not_those_of_the_words_explain_nothing(sentence: str) -> None:
    assert not [one for one in told(sentence) if one[0] == "Chữ viết tắt"]


def test_what_a_sentence_says_its_subject_is_defines_it() -> None:
    sentence = "Công tác cơ yếu là hoạt động cơ mật đặc biệt của Đảng."
    assert told(sentence) == [("Thuật ngữ", "Công tác cơ yếu", sentence)]
    assert (
        told("Đó là hoạt động thường xuyên.", "Năm 2012, Văn phòng là đơn vị đầu tiên dùng chữ ký số.") == []
    )


def test_a_place_with_another_name_now_is_told() -> None:
    assert ("Thuật ngữ", "Thị xã Hà Lương", "nay là thành phố Hà Lương") in told(
        "Cơ quan về thị xã Hà Lương (nay là thành phố Hà Lương) làm việc."
    )


def test_an_office_is_explained_by_its_duties_before_its_beginning_and_only_where_it_is_named() -> None:
    begun = f"{UNIT} được thành lập ngày 02/9/1948."
    duty = f"{UNIT} có chức năng tham mưu, giúp Huyện ủy tổ chức công việc lãnh đạo."
    assert [one[:2] for one in told(begun)] == [("Cơ quan, đơn vị", UNIT)]
    ((_, _, words),) = [one for one in told(begun, duty) if one[1] == UNIT]
    assert words.startswith("tham mưu")
    assert told("Góp phần thực hiện tốt chức năng tham mưu, tổng hợp cho cấp ủy.") == []


def test_the_day_that_all_such_offices_keep_is_told_and_one_office_s_is_not() -> None:
    found = told("Ban Bí thư đã chọn ngày 18/10/1930 làm Ngày truyền thống Văn phòng cấp ủy.")
    assert [one[:2] for one in found] == [("Ngày truyền thống", "Ngày truyền thống Văn phòng cấp ủy")]


def test_a_post_is_introduced_with_who_holds_it_and_of_which_office() -> None:
    found = told("Đồng chí Ngô Thị Lành, Chánh Văn phòng Huyện ủy, phát biểu.")
    assert found == [("Chức danh", f"Chánh Văn phòng Huyện ủy – {UNIT}", "Ngô Thị Lành")]


def test_every_term_stands_in_its_sentence_and_comes_once(seeds: Path) -> None:
    articles = {a.id: a for folder in (SAMPLES, seeds) for a in map(load, find([folder]).files)}
    found = terms(*articles.values())
    assert {t.kind for t in found} >= {TermKind.DAY, TermKind.OFFICE, TermKind.POST}
    assert len({(t.kind, t.term.casefold()) for t in found}) == len(found)
    for term in found:
        text = articles[term.article].text
        assert all(term.sentence.start <= m.start < m.end <= term.sentence.end for m in term.marks)
        if term.kind in (TermKind.SHORT, TermKind.TERM):
            assert term.term.casefold() in " ".join(term.sentence.of(text).split()).casefold()
