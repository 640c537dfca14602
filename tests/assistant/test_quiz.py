"""What a question with options promises: the right one is borne out by its quote, a wrong one is another
unit's real fact and true of nobody that may be the unit asked about, and no two options are the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.ledger import place, unit_key
from assistant.quiz import WRONG, Form, Quiz, now_right, ordered, plainly, quizzes
from ingest.facts import Fact, FactKind, compatible, facts
from ingest.load import find, load
from ingest.types import Article
from ingest.vietnamese import fold
from tests.conftest import SAMPLES
from tests.vectorstore.articles import made


def of_unit(place_: str, *sentences: str, id: str = "", kind: str = "Văn phòng Huyện ủy") -> Article:
    """An article about the office of a place; {unit} in a sentence is that office."""
    unit = f"{kind} {place_}"
    told = [s.format(unit=unit) for s in sentences]
    return made(id or fold(place_).replace(" ", "-"), *told, title=unit, unit=unit)[0]


def asked(*articles: Article, seed: str = "s") -> dict[str, Quiz]:
    ledger = [f for a in articles for f in facts(a)]
    by_id = {a.id: a for a in articles}
    return {q.question: q for q in quizzes(ledger, ledger, by_id.__getitem__, seed).asked}


FOUNDED = "{{unit}} được thành lập ngày {}."
AWARDED = "Năm {}, {{unit}} được Chủ tịch nước tặng thưởng {}."


def test_wrong_options_are_what_other_units_facts_say() -> None:
    quiz = asked(
        of_unit("Lạc Sơn", FOUNDED.format("02/9/1948")),
        of_unit("Đông Hà", FOUNDED.format("12/4/1954")),
        of_unit("Tân Kỳ", FOUNDED.format("19/5/1960")),
        of_unit("Hòa Vang", FOUNDED.format("03/02/1951")),
        of_unit("Mỹ Lộc", FOUNDED.format("01/01/1977")),
    )["Văn phòng Huyện ủy Lạc Sơn được thành lập khi nào?"]
    assert quiz.right.words == "Ngày 02/9/1948"
    assert len(quiz.wrong) == WRONG
    assert {o.words for o in quiz.wrong} < {
        "Ngày 12/4/1954",
        "Ngày 19/5/1960",
        "Ngày 03/02/1951",
        "Ngày 01/01/1977",
    }
    for option in quiz.wrong:
        assert option.words.removeprefix("Ngày ") in option.evidence.quote
        assert option.unit in option.evidence.quote


def test_where_other_units_have_fewer_facts_there_are_fewer_options_and_with_none_it_is_counted() -> None:
    one = of_unit("Lạc Sơn", FOUNDED.format("02/9/1948"))
    other = of_unit("Đông Hà", FOUNDED.format("12/4/1954"))
    (quiz, _) = asked(one, other).values()
    assert [o.words for o in quiz.wrong] == ["Ngày 12/4/1954"]
    ledger = facts(one)
    alone = quizzes(ledger, ledger, lambda _: one, "s")
    assert (alone.asked, alone.alone) == ((), ("Văn phòng Huyện ủy Lạc Sơn được thành lập khi nào?",))


def test_a_date_that_another_article_gives_the_same_unit_is_no_wrong_option() -> None:
    """Two units share the day; and the unit's own day is told elsewhere only as a year."""
    found = asked(
        of_unit("Lạc Sơn", FOUNDED.format("02/9/1948")),
        of_unit("Lạc Sơn", AWARDED.format(2001, "Huân chương Lao động hạng Ba"), id="sau"),
        of_unit("Đông Hà", FOUNDED.format("2/9/1948")),
        of_unit("Tân Kỳ", FOUNDED.format("19/5/1960")),
    )
    quiz = found["Văn phòng Huyện ủy Lạc Sơn được thành lập khi nào?"]
    assert [o.words for o in quiz.wrong] == ["Ngày 19/5/1960"]


def test_an_office_of_the_same_place_gives_no_wrong_option() -> None:
    found = asked(
        of_unit("Cần Thơ", FOUNDED.format("02/9/1948"), kind="Văn phòng Thành ủy"),
        of_unit("Cần Thơ", FOUNDED.format("12/4/1954"), id="truoc", kind="Văn phòng Tỉnh ủy"),
        of_unit("Tân Kỳ", FOUNDED.format("19/5/1960")),
    )
    quiz = found["Văn phòng Thành ủy Cần Thơ được thành lập khi nào?"]
    assert [o.unit for o in quiz.wrong] == ["Văn phòng Huyện ủy Tân Kỳ"]


def test_an_award_that_the_unit_has_by_any_article_is_no_wrong_option() -> None:
    found = asked(
        of_unit("Lạc Sơn", AWARDED.format(2001, "Huân chương Lao động hạng Ba")),
        of_unit("Lạc Sơn", AWARDED.format(2011, "Huân chương Lao động hạng Nhì"), id="sau"),
        of_unit("Đông Hà", AWARDED.format(2005, "Huân chương Lao động hạng Nhì")),
        of_unit("Tân Kỳ", AWARDED.format(2006, "Huân chương Lao động hạng Nhất")),
    )
    quiz = found["Năm 2001, Văn phòng Huyện ủy Lạc Sơn được tặng phần thưởng nào?"]
    assert [o.words for o in quiz.wrong] == ["Huân chương Lao động hạng Nhất"]


def test_a_motto_written_otherwise_is_not_offered_twice() -> None:
    motto = "Phương châm của {{unit}} là “{}”."
    quiz = asked(
        of_unit("Lạc Sơn", motto.format("Chủ động, chính xác, kịp thời")),
        of_unit("Đông Hà", motto.format("CHỦ ĐỘNG - chính xác - kịp thời")),
        of_unit("Tân Kỳ", motto.format("Gương mẫu, tận tâm, hiệu quả")),
        of_unit("Hòa Vang", motto.format("Gương mẫu; tận tâm; hiệu quả")),
    )["Phương châm của Văn phòng Huyện ủy Lạc Sơn là gì?"]
    assert len(quiz.wrong) == 1
    assert plainly(quiz.wrong[0].words) == "guong mau tan tam hieu qua"


def test_duties_are_not_asked_with_options() -> None:
    duty = "{unit} có nhiệm vụ giúp Huyện ủy quản lý tài chính, tài sản của Đảng bộ huyện."
    assert not any("nhiệm vụ" in q for q in asked(of_unit("Lạc Sơn", duty), of_unit("Đông Hà", duty)))


def test_an_award_given_twice_is_not_asked_for_its_year() -> None:
    found = asked(
        of_unit("Lạc Sơn", AWARDED.format(2001, "Bằng khen"), AWARDED.format(2011, "Bằng khen")),
        of_unit("Đông Hà", AWARDED.format(2005, "Bằng khen")),
    )
    assert "Văn phòng Huyện ủy Lạc Sơn được tặng Bằng khen khi nào?" not in found
    assert "Văn phòng Huyện ủy Đông Hà được tặng Bằng khen khi nào?" in found


def test_an_option_becomes_right_when_an_article_says_so() -> None:
    before = [
        of_unit("Lạc Sơn", FOUNDED.format("02/9/1948")),
        of_unit("Đông Hà", FOUNDED.format("12/4/1954")),
    ]
    quiz = asked(*before)["Văn phòng Huyện ủy Lạc Sơn được thành lập khi nào?"]
    (wrong,) = quiz.wrong
    unit = "Văn phòng Huyện ủy Lạc Sơn"
    ledger = [f for a in before for f in facts(a)]
    assert now_right(unit, quiz.form, FactKind.DATE, wrong.value, ledger) is None
    late = facts(of_unit("Lạc Sơn", FOUNDED.format("12/4/1954"), id="moi"))
    found = now_right(unit, quiz.form, FactKind.DATE, wrong.value, [*ledger, *late])
    assert found is not None
    assert found.article == "moi"


def test_the_order_of_options_is_the_seed_s_and_no_other() -> None:
    words = ["Năm 1985", "Năm 2006", "Năm 2010", "Năm 2014"]
    assert ordered(words, "a") == ordered(reversed(words), "a")
    assert len({tuple(ordered(words, str(n))) for n in range(30)}) > 5


# --- for whatever the articles say -----------------------------------------------------------------

PLACES = ("Lạc Sơn", "Đông Hà", "Tân Kỳ", "Hòa Vang", "Mỹ Lộc", "Sơn Hà")
DAYS = st.dates(date(1945, 1, 1), date(1952, 12, 31)).map(
    lambda d: st.sampled_from(
        [
            f"{d.day}/{d.month}/{d.year}",
            f"{d.day:02}-{d.month:02}-{d.year}",
            f"{d.day} tháng {d.month} năm {d.year}",
        ]
    )
)
AWARDS = st.sampled_from(
    [f"Huân chương {what} hạng {n}" for what in ("Lao động", "Kháng chiến") for n in ("Nhất", "Nhì", "Ba")]
    + ["Bằng khen", "bằng khen", "Cờ thi đua", "Giấy khen"]
)
SENTENCES = st.one_of(
    DAYS.flatmap(lambda d: d).map(lambda d: FOUNDED.format(d)),
    st.tuples(st.integers(1998, 2004), AWARDS).map(lambda t: AWARDED.format(*t)),
    st.tuples(st.integers(2019, 2022), st.integers(5, 30)).map(
        lambda t: f"Năm {t[0]}, {{unit}} có {t[1]:02} cán bộ, công chức."
    ),
    st.sampled_from(["Tận tụy, chu đáo", "tận tụy; chu đáo", "Trung thành, sáng tạo", "Nhanh, đúng, đủ"]).map(
        lambda m: f"Phương châm của {{unit}} là “{m}”."
    ),
    st.sampled_from(["Ngô Thị Lành", "Trần Văn Lành", "Lê Quang Thạch", "Phạm Thị Ngân"]).map(
        lambda p: f"Đồng chí {p}, Chánh Văn phòng Huyện ủy, phát biểu."
    ),
)
LIBRARIES = st.lists(
    st.tuples(st.sampled_from(PLACES), st.lists(SENTENCES, min_size=1, max_size=4)), min_size=2, max_size=7
).map(lambda rows: [of_unit(p, *told, id=f"bai-{n}") for n, (p, told) in enumerate(rows)])


def check(articles: Sequence[Article]) -> int:
    """How many questions there were; each was looked at."""
    ledger = [f for a in articles for f in facts(a)]
    by_id = {a.id: a for a in articles}
    found = quizzes(ledger, ledger, by_id.__getitem__, "s").asked
    for quiz in found:
        options = (quiz.right, *quiz.wrong)
        for option in options:
            c = option.evidence
            assert by_id[c.article].text[c.start : c.end] == c.quote
            said = " ".join(c.quote.split()).casefold()
            assert all(m.of(by_id[c.article].text) in c.quote for m in c.marks)
            assert c.marks
            assert all(
                " ".join(m.of(by_id[c.article].text).split()).casefold() in option.words.casefold()
                for m in c.marks
            )
            assert all(word in said for word in option.words.casefold().split())
        assert not any(plainly(a.words) == plainly(b.words) for a, b in combinations(options, 2))
        assert 1 <= len(quiz.wrong) <= WRONG
        unit = quiz.fact.unit
        assert unit is not None
        for option in quiz.wrong:
            assert place(option.unit) not in ("", place(unit))
            for fact in ledger:
                if fact.kind is quiz.fact.kind and (
                    fact.unit is None
                    or unit_key(fact.unit) == unit_key(unit)
                    or place(fact.unit) == place(unit)
                ):
                    assert not says(fact, quiz.form, option.value), (quiz.question, option.words, fact)
    return len(found)


def says(fact: Fact, form: Form, value: str) -> bool:
    """Whether a fact bears out a value, told plainly and apart from the program's own comparison."""
    if form is Form.WHEN:
        own = fact.value if fact.kind is FactKind.DATE else fact.when
        if own is None:
            return False
        if "/" in own or "/" in value:
            return own == value
        return compatible(own, value)
    return fact.value == value


@settings(max_examples=60)
@given(LIBRARIES)
def test_no_wrong_option_is_right_whatever_the_articles_say(articles: list[Article]) -> None:
    check(articles)


def test_of_the_samples_and_the_real_articles_every_question_holds(seeds: Path) -> None:
    articles = [load(file) for folder in (SAMPLES, seeds) for file in find([folder]).files]
    assert check(articles) > 40


def test_of_the_samples_alone_every_question_holds() -> None:
    assert check([load(file) for file in find([SAMPLES]).files]) > 20


@pytest.mark.parametrize("seed", ["a", "b"])
def test_the_same_seed_gives_the_same_questions_in_whatever_order_the_library_is_read(seed: str) -> None:
    by_id = {a.id: a for a in (load(file) for file in find([SAMPLES]).files)}
    ledger = [f for a in by_id.values() for f in facts(a)]
    one, other = (quizzes(ledger, way, by_id.__getitem__, seed) for way in (ledger, ledger[::-1]))
    assert one == other
    assert len(one.asked) > 20
