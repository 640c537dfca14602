"""Where the labels of a picture stand so that none covers another: across above and below an axis, or down
beside one. What stands too close for labels of its own is put together. Pure geometry.

Things are given by their places on the axis, in ascending order; a label stands for the things ``first`` to
``end`` (half open) and is as large as a function says that is asked for those two.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

#: The size of a label, along the axis or across the lines of it, for the things from the first to the end.
Extent = Callable[[int, int], float]

#: Places closer than this are one place: of two poles between the two nobody would see which is whose.
GRID = 6.0
#: As wide is the mark of several things.
MARK = 24.0
#: More labels than that no picture has room for: the closest are put together before it is tried.
MOST = 90


@dataclass(frozen=True, slots=True)
class Flag:
    """A label above (``up``) or below the axis, on a pole at ``at`` and to its right; lane 0 is the
    nearest."""

    first: int
    end: int
    at: float
    up: bool
    lane: int


@dataclass(frozen=True, slots=True)
class Line:
    """A label beside an axis that runs down, from ``top`` on; what it tells of is at ``at``."""

    first: int
    end: int
    at: float
    top: float


@dataclass(frozen=True, slots=True)
class _Group:
    """Neighbours under one label; ``low`` to ``high`` are their outermost places."""

    first: int
    end: int
    low: float
    high: float

    @property
    def at(self) -> float:
        return round((self.low + self.high) / 2 / GRID) * GRID

    def with_(self, other: _Group) -> _Group:
        return _Group(self.first, other.end, self.low, other.high)


def across(places: Sequence[float], width: Extent, *, lanes: int, gap: float) -> list[Flag]:
    """The labels along a horizontal axis, in order of place: in ``lanes`` lanes above and as many below,
    ``gap`` between two neighbours. No label covers another, nor a pole."""
    groups = _close(places, 2 * lanes)
    while True:
        found, failed = _hoisted(groups, width, lanes, gap)
        if failed is not None:
            groups = _joined(groups, failed - 1, failed + 2 * lanes)
        elif (doubled := _doubled(groups)) is not None:
            groups = _joined(groups, doubled, doubled + 1)
        else:
            return found


def _hoisted(
    groups: Sequence[_Group], width: Extent, lanes: int, gap: float
) -> tuple[list[Flag], int | None]:
    """The flags, and which group found no room. From the last to the first, each in the nearest lane: a pole
    then passes the lanes below its own to the left of every label there."""
    # By side and lane: where a label must end, for the labels and the poles that stand to its right.
    free = {(up, lane): float("inf") for up in (True, False) for lane in range(lanes)}
    found: list[Flag] = []
    for n in range(len(groups) - 1, -1, -1):
        group = groups[n]
        end = group.at + width(group.first, group.end) + gap
        spot = next((spot for spot in _NEAREST[: lanes * 2] if end <= free[spot]), None)
        if spot is None:
            return [], n
        up, lane = spot
        for under in range(lane + 1):
            free[up, under] = min(free[up, under], group.at)
        found.append(Flag(group.first, group.end, group.at, up, lane))
    return found[::-1], None


_NEAREST = [(up, lane) for lane in range(9) for up in (True, False)]


def down(places: Sequence[float], height: Extent, *, length: float, gap: float, reach: float) -> list[Line]:
    """The labels beside a vertical axis of that ``length``, in order of place, ``gap`` between two
    neighbours. None is moved further from its place than ``reach``, and none covers another."""
    groups = _close(places, 4)
    while True:
        heights = [height(g.first, g.end) + gap for g in groups]
        tops = _settled([g.at - h / 2 for g, h in zip(groups, heights, strict=True)], heights, length)
        away = [abs(top + h / 2 - g.at) for g, top, h in zip(groups, tops, heights, strict=True)]
        worst = max(range(len(groups)), key=lambda n: away[n], default=None)
        if worst is None or len(groups) == 1 or (away[worst] <= reach and sum(heights) <= length):
            return [Line(g.first, g.end, g.at, top) for g, top in zip(groups, tops, strict=True)]
        groups = _joined(groups, worst - 4, worst + 4)


def _settled(wanted: Sequence[float], heights: Sequence[float], length: float) -> list[float]:
    """The tops, each as near to where it is wanted as stacking them allows: what would overlap moves
    together, so that it is off by the same on both sides (isotonic regression by pooling neighbours)."""
    above = [sum(heights[:n]) for n in range(len(heights))]
    blocks: list[tuple[float, int]] = []  # the mean of what is wanted less what stands above, of so many
    for top, over in zip(wanted, above, strict=True):
        mean, count = top - over, 1
        while blocks and blocks[-1][0] > mean:
            before, many = blocks.pop()
            mean, count = (before * many + mean * count) / (many + count), many + count
        blocks.append((mean, count))
    loose = max(0.0, length - sum(heights))
    settled = [min(max(mean, 0.0), loose) for mean, count in blocks for _ in range(count)]
    return [mean + over for mean, over in zip(settled, above, strict=True)]


def _doubled(groups: Sequence[_Group]) -> int | None:
    """The first of two neighbours that are several things each, and whose marks would cover each other."""
    for n in range(len(groups) - 1):
        one, other = groups[n], groups[n + 1]
        if other.at - one.at < MARK and one.end - one.first > 1 and other.end - other.first > 1:
            return n
    return None


# --- put together ----------------------------------------------------------------------------------


def _close(places: Sequence[float], at_one: int) -> list[_Group]:
    """A group for each thing; one for all at a place where more than ``at_one`` are. Never more than MOST."""
    groups: list[_Group] = []
    n = 0
    while n < len(places):
        end = n
        cell = round(places[n] / GRID)
        while end < len(places) and round(places[end] / GRID) == cell:
            end += 1
        if end - n > at_one:
            groups.append(_Group(n, end, places[n], places[end - 1]))
        else:
            groups += [_Group(i, i + 1, places[i], places[i]) for i in range(n, end)]
        n = end
    while len(groups) > MOST:
        groups = _joined(groups, 0, len(groups))
    return groups


def _joined(groups: Sequence[_Group], low: int, high: int) -> list[_Group]:
    """With the two neighbours made one that then reach least far, of those from ``low`` to ``high``."""
    low, high = max(low, 0), min(high, len(groups) - 1)
    if low >= high:
        low, high = max(0, len(groups) - 2), len(groups) - 1
    n = min(range(low, high), key=lambda n: groups[n + 1].high - groups[n].low)
    return [*groups[:n], groups[n].with_(groups[n + 1]), *groups[n + 2 :]]
