"""What happened when, and who was honoured: each once, with every article that tells of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from assistant.timeline import (
    Award,
    Event,
    Kind,
    Source,
    Timeline,
    Wanted,
    Years,
    awards_of,
    counts,
    days_of,
    decades,
    givers_of,
    holders,
    of,
    ordered,
    timeline,
    told_by,
    units_of,
    years_of,
)
from ingest.facts import facts
from ingest.load import load
from ingest.types import Article
from tests.assistant.office import article

OFFICE = "Văn phòng Huyện ủy Bình Lãng"
FOUNDED = f"Ngày 12-4-1954, {OFFICE} được thành lập."
STORY = article("a", "Chuyện Bình Lãng", FOUNDED, published=date(2020, 10, 16), unit=OFFICE)
AGAIN = article(
    "b", "Nhìn lại", f"{OFFICE} được thành lập năm 1954.", published=date(2018, 1, 2), unit=OFFICE
)
OTHER = article(
    "c", "Tài liệu khác", f"Ngày 3-5-1956, {OFFICE} được thành lập.", published=date(2021, 1, 2), unit=OFFICE
)


def told(*articles: Article) -> Timeline:
    return timeline([fact for one in articles for fact in facts(one)], {one.id: one for one in articles})


def honoured(id: str, *sentences: str, unit: str = OFFICE) -> Article:
    return article(id, f"Thành tích {id}", *sentences, unit=unit)


def said(sources: Sequence[Source]) -> list[str]:
    return [source.article for source in sources]


# --- events ----------------------------------------------------------------------------------------


def test_an_event_has_its_day_its_unit_its_sort_and_the_words_of_its_article() -> None:
    (event,) = told(STORY).events
    assert (event.when, event.first, event.last) == ("1954-04-12", date(1954, 4, 12), date(1954, 4, 12))
    assert (event.unit, event.kind) == (OFFICE, Kind.FOUNDING)
    assert event.words == f"{OFFICE} được thành lập"
    (source,) = event.sources
    assert STORY.text[source.start : source.end] == source.quote == FOUNDED
    assert (source.title, source.published) == ("Chuyện Bình Lãng", date(2020, 10, 16))


def test_what_several_articles_tell_is_shown_once_with_all_of_them_the_fullest_first() -> None:
    (event,) = told(AGAIN, STORY).events
    assert event.when == "1954-04-12"
    assert said(event.sources) == ["a", "b"]
    assert event.otherwise == ()


def test_articles_that_disagree_stand_beside_each_other() -> None:
    first, second = told(STORY, AGAIN, OTHER).events
    assert (first.when, second.when) == ("1954-04-12", "1956-05-03")
    assert [(s.article, s.when) for s in first.otherwise] == [("c", "1956-05-03")]
    assert sorted((s.article, s.when) for s in second.otherwise) == [("a", "1954-04-12"), ("b", "1954")]


def test_hundreds_of_articles_that_say_the_same_disagree_with_one_all_of_them() -> None:
    same = [article(f"x{n}", f"Bài {n}", FOUNDED, unit=OFFICE) for n in range(120)]
    first, second = told(*same, OTHER).events
    assert len(first.sources) == len(second.otherwise) == 120
    assert said(first.otherwise) == ["c"]


def test_two_offices_of_one_year_are_two_events() -> None:
    other = "Văn phòng Huyện ủy Sơn Khê"
    line = told(STORY, article("d", "Sơn Khê", f"Ngày 12-4-1954, {other} được thành lập.", unit=other))
    assert [event.unit for event in line.events] == [OFFICE, other]


def test_congresses_of_one_year_that_differ_in_their_number_are_two() -> None:
    one = article(
        "a", "A", "Năm 1960, Đại hội đại biểu Đảng bộ huyện lần thứ nhất được tổ chức.", unit=OFFICE
    )
    two = article("b", "B", "Năm 1960, Đại hội đại biểu Đảng bộ huyện lần thứ hai được tổ chức.", unit=OFFICE)
    assert len(told(one, two).events) == 2


def test_a_day_kept_every_year_joins_the_first_one_and_without_it_stands_apart() -> None:
    yearly = article("y", "Ngày hội", "Hằng năm, lấy ngày 18-10 là Ngày truyền thống Văn phòng cấp ủy.")
    first = article("z", "Ngày đầu", "Ngày 18-10-1930 là Ngày truyền thống Văn phòng cấp ủy.")
    alone = told(yearly)
    assert alone.events == ()
    assert [event.when for event in alone.yearly] == ["--10-18"]
    both = told(yearly, first)
    assert both.yearly == ()
    assert [(e.when, e.kind, set(said(e.sources))) for e in both.events] == [
        ("1930-10-18", Kind.KEPT, {"y", "z"})
    ]


def test_events_stand_in_order_of_time() -> None:
    line = told(
        article(
            "a",
            "A",
            f"Năm 1990, {OFFICE} dời về trụ sở mới.",
            f"Ngày 12-4-1954, {OFFICE} được thành lập.",
            f"Tháng 8 năm 1976, {OFFICE} được sáp nhập.",
            unit=OFFICE,
        )
    )
    assert [event.when for event in line.events] == ["1954-04-12", "1976-08", "1990"]


@pytest.mark.parametrize(
    ("when", "first", "last"),
    [
        ("1930-10-18", date(1930, 10, 18), date(1930, 10, 18)),
        ("1930-02", date(1930, 2, 1), date(1930, 2, 28)),
        ("1930-12", date(1930, 12, 1), date(1930, 12, 31)),
        ("1930", date(1930, 1, 1), date(1930, 12, 31)),
        ("2015/2020", date(2015, 1, 1), date(2020, 12, 31)),
        ("2015/", date(2015, 1, 1), date(2015, 12, 31)),
        ("--02-29", date(2000, 2, 29), date(2000, 2, 29)),
        ("1931-02-30", date(1931, 1, 1), date(1931, 12, 31)),
        ("0000", date(1, 1, 1), date(1, 12, 31)),
        ("9999", date(9998, 1, 1), date(9998, 12, 31)),
    ],
)
def test_a_date_is_as_wide_as_it_is_told(when: str, first: date, last: date) -> None:
    assert days_of(when) == (first, last)


# --- awards ----------------------------------------------------------------------------------------


def test_an_award_has_its_class_its_giver_and_its_year_and_is_an_event() -> None:
    line = told(honoured("a", f"Năm 2010, Chủ tịch nước tặng thưởng {OFFICE} Huân chương Lao động hạng Nhì."))
    (award,) = line.awards
    assert (award.unit, award.name, award.rank) == (OFFICE, "Huân chương Lao động", 2)
    assert (award.givers, award.to, award.when) == (("Chủ tịch nước",), (), "2010")
    (event,) = line.events
    assert (event.kind, event.words) == (Kind.AWARD, "Huân chương Lao động hạng Nhì")
    assert event.sources == award.sources


def test_an_award_told_without_its_year_is_the_one_that_has_it_where_it_is_given_once() -> None:
    line = told(
        honoured("a", f"Năm 2010, Chủ tịch nước tặng thưởng {OFFICE} Huân chương Lao động hạng Nhì."),
        honoured("b", f"{OFFICE} vinh dự được Chủ tịch nước tặng thưởng Huân chương Lao động hạng Nhì."),
    )
    (award,) = line.awards
    assert award.when == "2010"
    assert said(award.sources) == ["a", "b"]


def test_an_award_of_two_years_is_two_and_one_without_a_class_or_a_year_stays_apart() -> None:
    line = told(
        honoured("a", f"Năm 2010, {OFFICE} được Thủ tướng Chính phủ tặng Bằng khen."),
        honoured("b", f"Năm 2015, {OFFICE} được Thủ tướng Chính phủ tặng Bằng khen."),
        honoured("c", f"{OFFICE} được Thủ tướng Chính phủ tặng Bằng khen."),
    )
    assert [award.when for award in line.awards] == ["2010", "2015", None]
    assert all(award.otherwise == () for award in line.awards)


def test_a_class_that_is_told_of_two_years_is_a_disagreement() -> None:
    line = told(
        honoured("a", f"Năm 2010, Chủ tịch nước tặng thưởng {OFFICE} Huân chương Lao động hạng Nhì."),
        honoured("b", f"Năm 2012, Chủ tịch nước tặng thưởng {OFFICE} Huân chương Lao động hạng Nhì."),
    )
    assert [(a.when, [s.when for s in a.otherwise]) for a in line.awards] == [
        ("2010", ["2012"]),
        ("2012", ["2010"]),
    ]


def award(unit: str | None, name: str, rank: int | None, when: str | None, *givers: str) -> Award:
    key = f"{name} {rank}".casefold()
    source = Source("a", "A", None, 0, 1, "x", when, name)
    return Award(unit, name, rank, key, givers, (), None, when, (source,))


SOME = (
    award("A", "Huân chương", 1, "2001", "Chủ tịch nước"),
    award("A", "Huân chương", 3, "1990", "Chủ tịch nước"),
    award("B", "Huân chương", 3, None, "Chủ tịch nước"),
    award("B", "Bằng khen", None, "2010/2012", "Thủ tướng"),
    award(None, "Bằng khen", None, "2011"),
)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), [0, 1, 2, 3, 4]),
        (Wanted(unit="b"), [2, 3]),
        (Wanted(rank=3), [1, 2]),
        (Wanted(rank=0), [3, 4]),
        (Wanted(giver="thu tuong"), [3]),
        (Wanted(award="huân chương 3"), [1, 2]),
        (Wanted(years=Years(2011, 2011)), [3, 4]),
        (Wanted(unit="A", rank=3, years=Years(2000, 2020)), []),
    ],
)
def test_awards_are_chosen_by_unit_class_giver_name_and_year(wanted: Wanted, found: list[int]) -> None:
    assert awards_of(SOME, wanted) == [SOME[n] for n in found]


@pytest.mark.parametrize(
    ("by", "down", "found"),
    [
        ("nam", False, [1, 0, 3, 4, 2]),
        ("nam", True, [4, 3, 0, 1, 2]),
        ("hang", False, [0, 1, 2, 3, 4]),
        ("trao", False, [0, 1, 2, 3, 4]),
        ("don-vi", True, [2, 3, 0, 1, 4]),
        ("ten", False, [3, 4, 0, 1, 2]),
    ],
)
def test_awards_are_sorted_by_a_column_with_what_is_empty_last(by: str, down: bool, found: list[int]) -> None:
    assert ordered(SOME, by, down=down) == [SOME[n] for n in found]


def test_awards_are_counted_by_unit_and_class() -> None:
    assert [(c.unit, c.ranks, c.others, c.total) for c in counts(SOME)] == [
        ("A", (1, 0, 1, 0), 0, 2),
        ("B", (0, 0, 1, 0), 1, 2),
        (None, (0, 0, 0, 0), 1, 1),
    ]


def test_units_with_the_same_award_stand_together() -> None:
    third = holders(SOME)[0]
    assert (third.name, third.rank, third.units) == ("Huân chương", 3, 2)
    assert [a.unit for a in third.awards] == ["A", "B"]


def test_what_can_be_chosen_from_is_named_once() -> None:
    assert units_of(SOME) == ["A", "B"]
    assert givers_of(SOME) == ["Chủ tịch nước", "Thủ tướng"]


# --- choosing --------------------------------------------------------------------------------------


def event(when: str, unit: str | None = None, kind: Kind = Kind.OTHER) -> Event:
    return Event(when, *days_of(when), kind, unit, when, (Source("a", "A", None, 0, 1, "x", when, when),))


def test_events_are_chosen_by_unit_sort_and_years_that_they_touch() -> None:
    events = [event("1930-10-18", "A", Kind.KEPT), event("1941", "B"), event("1985/1990", "A", Kind.AWARD)]
    assert of(events) == events
    assert of(events, "a") == [events[0], events[2]]
    assert of(events, kinds=[Kind.AWARD, Kind.KEPT]) == [events[0], events[2]]
    assert of(events, years=Years(1988, 1999)) == [events[2]]
    assert of(events, "Không có") == []
    assert years_of(events) == Years(1930, 1990)
    assert years_of([]) is None


def test_decades_have_no_gap() -> None:
    found = decades([event("1939"), event("1930"), event("1951")])
    assert [(years.first, years.last, n) for years, n in found] == [
        (1930, 1939, 2),
        (1940, 1949, 0),
        (1950, 1959, 1),
    ]
    assert decades([]) == []


def test_years_are_halved_doubled_and_moved_within_the_whole() -> None:
    whole = Years(1930, 2029)
    assert whole.scaled(0.5) == Years(1955, 2004)
    assert Years(1990, 1990).scaled(0.5) == Years(1990, 1990)
    assert Years(2020, 2029).scaled(2).inside(whole) == Years(2010, 2029)
    assert Years(1955, 2004).scaled(4).inside(whole) == whole
    assert Years(1930, 1939).moved(-0.5).inside(whole) == Years(1930, 1939)
    assert Years(1930, 1939).moved(0.5) == Years(1935, 1944)
    assert Years(1990, 1990).moved(-0.5) == Years(1989, 1989)


def test_sources_that_say_the_same_are_told_together() -> None:
    a, b, c = (
        Source(id, id, None, 0, 1, "x", w, "Ngày") for id, w in (("a", "1930"), ("b", "1930"), ("c", "1931"))
    )
    assert [(when, said(some)) for when, _, some in told_by([a, b, c])] == [
        ("1930", ["a", "b"]),
        ("1931", ["c"]),
    ]


# --- real articles ---------------------------------------------------------------------------------


@pytest.fixture
def real(seeds: Path) -> list[Article]:
    return [load(file) for file in sorted(seeds.glob("*.txt"))]


def test_every_event_and_award_of_real_articles_stands_word_for_word_where_it_says(
    real: list[Article],
) -> None:
    line = told(*real)
    by_id = {one.id: one for one in real}
    assert line.events
    assert line.awards
    things: list[Event | Award] = [*line.events, *line.yearly, *line.awards]
    for thing in things:
        assert thing.sources
        for source in (*thing.sources, *thing.otherwise):
            stretch = by_id[source.article].text[source.start : source.end]
            assert " ".join(stretch.split()) == source.quote


def test_the_day_that_real_articles_keep_is_one_event_of_several_articles(real: list[Article]) -> None:
    (kept,) = [e for e in told(*real).events if e.kind is Kind.KEPT and len(e.sources) > 1]
    assert kept.when == "1930-10-18"
    assert len({source.article for source in kept.sources}) >= 4


def test_every_dated_fact_of_real_articles_is_told_once(real: list[Article]) -> None:
    line = told(*real)
    everything = [fact for one in real for fact in facts(one)]
    dates = [fact for fact in everything if fact.kind.name == "DATE"]
    awards = [fact for fact in everything if fact.kind.name == "AWARD"]
    plain = [e for e in (*line.events, *line.yearly) if e.kind is not Kind.AWARD]
    assert {(s.article, s.start) for e in plain for s in e.sources} == {
        (fact.article, fact.sentence.start) for fact in dates
    }
    assert {(s.article, s.start) for a in line.awards for s in a.sources} == {
        (fact.article, fact.sentence.start) for fact in awards
    }
