"""Labels of a picture: each thing has one, and none covers another."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.site.placing import GRID, MARK, MOST, across, down

WIDTH, GAP = 120.0, 10.0
places = st.lists(st.floats(0, 1000), max_size=150).map(sorted)


@settings(deadline=None)
@given(places, st.integers(1, 4))
def test_every_thing_has_one_label_across_and_nothing_is_covered(at: list[float], lanes: int) -> None:
    flags = across(at, lambda first, end: WIDTH, lanes=lanes, gap=GAP)
    assert [n for flag in flags for n in range(flag.first, flag.end)] == list(range(len(at)))
    assert all(0 <= flag.lane < lanes for flag in flags)
    assert [flag.at for flag in flags] == sorted(flag.at for flag in flags)
    for one, other in combinations(flags, 2):
        if one.up == other.up:
            if one.lane == other.lane:
                assert one.at + WIDTH + GAP <= other.at
            elif one.lane < other.lane:  # the other's pole passes the lane of this one
                assert one.at + WIDTH + GAP <= other.at or other.at <= one.at


@settings(deadline=None)
@given(places)
def test_a_label_stands_at_the_place_of_what_it_tells(at: list[float]) -> None:
    for flag in across(at, lambda first, end: WIDTH, lanes=3, gap=GAP):
        assert at[flag.first] - GRID <= flag.at <= at[flag.end - 1] + GRID


def test_what_is_far_apart_is_not_put_together() -> None:
    flags = across([0.0, 200.0, 400.0], lambda first, end: WIDTH, lanes=2, gap=GAP)
    assert [(f.first, f.end, f.lane, f.up) for f in flags] == [(n, n + 1, 0, True) for n in range(3)]


def test_things_of_one_day_share_a_pole_as_long_as_there_are_lanes() -> None:
    flags = across([50.0] * 4, lambda first, end: WIDTH, lanes=2, gap=GAP)
    assert len({(f.up, f.lane) for f in flags}) == 4
    (all_of_them,) = across([50.0] * 5, lambda first, end: WIDTH, lanes=2, gap=GAP)
    assert (all_of_them.first, all_of_them.end) == (0, 5)


@settings(deadline=None)
@given(places)
def test_marks_of_several_things_do_not_cover_each_other(at: list[float]) -> None:
    flags = across(at, lambda first, end: WIDTH, lanes=4, gap=GAP)
    several = [flag for flag in flags if flag.end - flag.first > 1]
    for one, other in pairwise(flags):
        if one in several and other in several:
            assert other.at - one.at >= MARK


def test_thousands_are_few_labels_soon() -> None:
    assert len(across([n / 5 for n in range(5000)], lambda first, end: WIDTH, lanes=4, gap=GAP)) <= MOST


@settings(deadline=None)
@given(places, st.integers(200, 1000))
def test_every_thing_has_one_label_down_and_none_covers_another(at: list[float], length: int) -> None:
    at = [place * length / 1000 for place in at]
    lines = down(at, lambda first, end: 40.0, length=length, gap=GAP, reach=100)
    assert [n for line in lines for n in range(line.first, line.end)] == list(range(len(at)))
    for one, other in pairwise(lines):
        assert one.top + 40 + GAP <= other.top + 1e-6
    for line in lines:
        assert line.top >= -1e-6
        assert line.top + 40 + GAP <= length + 1e-6
        assert len(lines) == 1 or abs(line.top + 25 - line.at) <= 100 + 1e-6
