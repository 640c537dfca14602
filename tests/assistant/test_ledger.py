"""The ledger as people use it: in order, in short, and with what articles disagree about."""

from __future__ import annotations

import pytest

from assistant.ledger import (
    disagreements,
    of_units,
    parts_of,
    sections,
    short,
    told_date,
    unit_key,
    units_like,
)
from ingest.facts import Fact, FactKind, Role, facts
from ingest.types import Span
from tests.vectorstore.articles import made

UNIT = "Văn phòng Huyện ủy Bình Lãng"


def fact(
    value: str,
    *,
    kind: FactKind = FactKind.DATE,
    article: str = "a",
    unit: str | None = UNIT,
    subject: str = "thanh lap",
    when: str | None = None,
) -> Fact:
    here = Span(0, 5)
    return Fact(kind, article, unit, here, ((Role.EVENT, here),), value, subject, when)


# --- disagreements ---------------------------------------------------------------------------------


def disagree(*values: str, kind: FactKind, subject: str, whens: tuple[str | None, ...] = ()) -> bool:
    """Whether an article of its own for each value makes a disagreement."""
    when = whens or (None,) * len(values)
    told = [
        fact(v, kind=kind, subject=subject, when=w, article=f"bai-{n}")
        for n, (v, w) in enumerate(zip(values, when, strict=True))
    ]
    groups = disagreements(told)
    assert groups in ([], [tuple(told)])
    return bool(groups)


@pytest.mark.parametrize(
    ("one", "other", "subject", "expected"),
    [
        ("1948-09-02", "1948-09-05", "thanh lap", True),
        ("1948-09-02", "1948", "thanh lap", False),
        ("1930-10-18", "--10-18", "ngay truyen thong", False),
        ("1930-10-18", "--10-14", "ngay truyen thong", True),
        ("2020-10-15", "2021-10-15", "to chuc hop mat", False),
        ("2020-10-15", "2020-10-16", "to chuc hop mat", True),
    ],
)
def test_dates_of_one_event_disagree_unless_one_contains_the_other(
    one: str, other: str, subject: str, expected: bool
) -> None:
    assert disagree(one, other, kind=FactKind.DATE, subject=subject) is expected


@pytest.mark.parametrize(
    ("one", "other", "whens", "expected"),
    [
        ("19", "21", (None, None), True),
        ("19", "21", ("2020", "2020"), True),
        ("19", "21", ("2019", "2020"), False),
        ("19", "19", ("2020", "2020"), False),
        ("~80%", "79%", (None, None), False),
        ("~80%", "45%", (None, None), True),
        (">30000", "30125", (None, None), False),
        (">30000", "20125", (None, None), True),
        ("80%", "15", (None, None), False),
    ],
)
def test_counts_of_one_time_disagree(
    one: str, other: str, whens: tuple[str | None, str | None], expected: bool
) -> None:
    assert disagree(one, other, kind=FactKind.COUNT, subject="can bo", whens=whens) is expected


def test_an_award_with_a_class_is_given_in_one_year_and_others_again_and_again() -> None:
    third, first = "huan chuong lao dong hang ba", "huan chuong lao dong hang nhat"
    subject = "huan chuong lao dong"
    award = FactKind.AWARD
    assert disagree(third, third, kind=award, subject=subject, whens=("2005", "2006"))
    assert disagree(third, first, kind=award, subject=subject, whens=("2005", "2005"))
    assert not disagree(third, first, kind=award, subject=subject, whens=("2005", "2010"))
    assert not disagree(third, third, kind=award, subject=subject, whens=("2005", None))
    assert not disagree("bang khen", "bang khen", kind=award, subject="bang khen", whens=("2005", "2006"))


def test_two_holders_of_one_post_at_one_time_disagree() -> None:
    post, person = "chanh van phong", FactKind.PERSON
    assert disagree("le van sau", "do van bay", kind=person, subject=post, whens=("2020", "2020"))
    assert disagree("le van sau", "do van bay", kind=person, subject=post, whens=("2018/", "2020"))
    assert not disagree("le van sau", "do van bay", kind=person, subject=post, whens=("2010/2018", "2018/"))
    assert not disagree("le van sau", "sau", kind=person, subject=post, whens=("2020", "2020"))
    assert not disagree(
        "le van sau", "do van bay", kind=person, subject=f"pho {post}", whens=("2020", "2020")
    )


def test_what_one_article_says_several_times_is_no_disagreement() -> None:
    both = fact("1948"), fact("1951")
    assert disagreements(both) == []
    assert disagreements([*both, fact("1951", article="b")]) == []
    third = fact("1960", article="c")
    assert disagreements([*both, third]) == [(*both, third)]


def test_facts_of_other_units_and_of_none_never_disagree() -> None:
    assert disagreements([fact("1948"), fact("1951", article="b", unit="Văn phòng Huyện ủy Kim Hòa")]) == []
    assert disagreements([fact("1948", unit=None), fact("1951", article="b", unit=None)]) == []
    same = fact("1948"), fact("1951", article="b", unit="VP HUYỆN UỶ BÌNH LÃNG")
    assert disagreements(same) == [same]


def test_articles_that_tell_it_differently_are_found_from_their_words() -> None:
    one, _ = made("a", "Văn phòng Huyện ủy Bình Lãng được thành lập ngày 02/9/1948.", unit=UNIT)
    other, _ = made("b", "Ngày 05/9/1948, Văn phòng Huyện ủy Bình Lãng được thành lập.", unit=UNIT)
    (group,) = disagreements([*facts(one), *facts(other)])
    assert [(f.article, f.value) for f in group] == [("a", "1948-09-02"), ("b", "1948-09-05")]


# --- units -----------------------------------------------------------------------------------------


def test_units_are_the_same_without_marks_and_in_usual_abbreviations() -> None:
    assert unit_key("VP UBND TP. Cần Thơ") == unit_key("văn phòng uỷ ban nhân dân thành phố Cần Thơ")


def test_a_unit_is_found_by_part_of_its_name() -> None:
    known = [UNIT, "Huyện ủy Bình Lãng", None, "Văn phòng Tỉnh ủy Hà Lương"]
    assert units_like("binh lang", known) == ["Huyện ủy Bình Lãng", UNIT]
    assert units_like("HUYỆN UỶ BÌNH LÃNG", known) == ["Huyện ủy Bình Lãng"]
    assert units_like("lãn", known) == []
    assert units_like(" ", known) == []
    assert of_units([fact("1948"), fact("1", unit=None)], [UNIT.upper()]) == [fact("1948")]


# --- for people ------------------------------------------------------------------------------------


def test_sections_go_unit_by_unit_and_kind_by_kind() -> None:
    told = [
        fact("1", unit=None),
        fact("19", kind=FactKind.COUNT),
        fact("1951"),
        fact("1948-09-02"),
        fact("x", unit="Đảng bộ xã Kim Hòa"),
    ]
    found = sections(told)
    assert [(s.unit, s.kind, [f.value for f in s.facts]) for s in found] == [
        ("Đảng bộ xã Kim Hòa", FactKind.DATE, ["x"]),
        (UNIT, FactKind.DATE, ["1948-09-02", "1951"]),
        (UNIT, FactKind.COUNT, ["19"]),
        (None, FactKind.DATE, ["1"]),
    ]


@pytest.mark.parametrize(
    ("iso", "said"),
    [
        ("1930-10-18", "18/10/1930"),
        ("1930-10", "10/1930"),
        ("1930", "1930"),
        ("--10-18", "18/10"),
        ("1951/1960", "1951–1960"),
        ("2010/", "từ 2010"),
    ],
)
def test_a_date_is_told_the_vietnamese_way(iso: str, said: str) -> None:
    assert told_date(iso) == said


def test_each_kind_of_fact_has_a_short_form_of_the_articles_own_words() -> None:
    article, _ = made(
        "a",
        "Văn phòng Huyện ủy Bình Lãng được thành lập ngày 02/9/1948.",
        "Năm 2005, Văn phòng được Chủ tịch nước tặng thưởng Huân chương Lao động hạng Ba.",
        "Văn phòng có nhiệm vụ giúp Huyện ủy chuẩn bị chương trình.",
        "Văn phòng làm việc theo phương châm “Chủ động, chính xác, kịp thời”.",
        "Đồng chí Trần Văn Bình, Chánh Văn phòng Huyện ủy, nói: “Chúng tôi luôn cố gắng làm tốt hơn”.",
        "Năm 2020, Văn phòng phục vụ 126 hội nghị.",
        unit=UNIT,
    )
    told = {f.kind: short(f, article.text) for f in facts(article)}
    assert told == {
        FactKind.DATE: "02/09/1948: Văn phòng Huyện ủy Bình Lãng được thành lập",
        FactKind.AWARD: "Huân chương Lao động hạng Ba (2005) · Chủ tịch nước trao · Văn phòng nhận",
        FactKind.FUNCTION: "giúp Huyện ủy chuẩn bị chương trình",
        FactKind.MOTTO: "“Chủ động, chính xác, kịp thời”",
        FactKind.PERSON: "Chánh Văn phòng Huyện ủy: Trần Văn Bình",
        FactKind.QUOTE: "Trần Văn Bình: “Chúng tôi luôn cố gắng làm tốt hơn”",
        FactKind.COUNT: "126 hội nghị (2020)",
    }


def test_parts_are_texts_by_role() -> None:
    article, _ = made("a", "Tập thể được Tỉnh ủy, UBND tỉnh tặng Huân chương Lao động hạng Nhì và hạng Ba.")
    second, third = sorted(facts(article), key=lambda f: f.value, reverse=True)
    assert parts_of(second, article.text)["award"] == "Huân chương Lao động hạng Nhì"
    assert parts_of(third, article.text)["award"] == "Huân chương Lao động hạng Ba"
    assert parts_of(third, article.text)["giver"] == "Tỉnh ủy; UBND tỉnh"
