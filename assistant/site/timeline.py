"""The routes of what happened when and of the awards: two pages, their picture and their tables as files."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING

from assistant import pages
from assistant.documents import attachment, columns
from assistant.ledger import unit_key
from assistant.site import drawing, timeline_pages
from assistant.site.house import House, Shelf
from assistant.site.requests import shown
from assistant.site.timeline_pages import AWARDS, PICTURE, TABLE, Asked, AwardsAsked, Honours, View
from assistant.timeline import (
    SORTED_BY,
    Kind,
    Timeline,
    Wanted,
    Years,
    awards_of,
    counts,
    decades,
    givers_of,
    holders,
    of,
    ordered,
    timeline,
    units_of,
    years_of,
)
from assistant.visit import say, visit

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

#: Pictures that are kept: a page has two, and zooming goes back and forth.
KEPT = 64
# From the first year or to the last one is what somebody asks who leaves that field empty.
_FIRST, _LAST = 1, 9998


# --- what is asked ---------------------------------------------------------------------------------


def asked(query: Mapping[str, str], kinds: Iterable[str]) -> tuple[Asked, tuple[str, ...]]:
    """What an address asks of the events; what makes no sense is left out of account, and said."""
    known = {kind.value: kind for kind in Kind}
    chosen = tuple(kind for kind in Kind if kind in {known.get(name) for name in kinds})
    years, notes = _years(query)
    return Asked(_name(query, "don-vi"), chosen, years, _number(query)), notes


def awards_asked(query: Mapping[str, str]) -> tuple[AwardsAsked, tuple[str, ...]]:
    """The same for the awards."""
    by, _, way = query.get("sap", "").partition(".")
    by, way = query.get("theo", by), query.get("chieu", way)
    years, notes = _years(query)
    rank = query.get("hang", "")
    wanted = Wanted(
        _name(query, "don-vi"),
        _name(query, "khen-thuong"),
        int(rank) if rank in ("0", "1", "2", "3", "4") else None,
        _name(query, "trao"),
        years,
    )
    by = by if by in SORTED_BY else ""
    return AwardsAsked(wanted, by, bool(by) and way == "giam", _number(query)), notes


def _name(query: Mapping[str, str], field: str) -> str:
    return " ".join(query.get(field, "").split())[:300]


def _number(query: Mapping[str, str]) -> int:
    number = query.get("trang", "")
    return max(int(number), 1) if number.isascii() and number.isdecimal() and len(number) < 7 else 1


def _years(query: Mapping[str, str]) -> tuple[Years | None, tuple[str, ...]]:
    """From one year to another; either may be left open. With them, what is wrong with what was typed."""
    typed = [query.get(field, "").strip()[:20] for field in ("tu", "den")]
    for words in typed:
        is_year = words.isascii() and words.isdecimal() and _FIRST <= int(words[:9]) <= _LAST
        if words and not is_year:
            return None, (
                say("“{typed}” không phải là một năm. Hãy nhập năm như 1930; đang xem mọi năm.", typed=words),
            )
    if not any(typed):
        return None, ()
    first, last = int(typed[0] or _FIRST), int(typed[1] or _LAST)
    if first > last:
        return Years(last, first), (
            say("Năm đầu đứng sau năm cuối, nên Nếp đã đổi chỗ: từ {a} đến {b}.", a=last, b=first),
        )
    return Years(first, last), ()


# --- what is shown ---------------------------------------------------------------------------------


def view(line: Timeline, wish: Asked, articles: int, notes: tuple[str, ...] = ()) -> View:
    """The events of a choice."""
    units = units_of([*line.events, *line.yearly])
    unit = _spelled(wish.unit, units)
    chosen = of(line.events, unit, wish.kinds)
    whole = years_of(chosen)
    years = whole
    if wish.years:
        open_first = whole.first if whole else wish.years.first
        open_last = whole.last if whole else wish.years.last
        first = open_first if wish.years.first == _FIRST else wish.years.first
        last = open_last if wish.years.last == _LAST else wish.years.last
        years = Years(first, max(first, last))
        wish = Asked(unit, wish.kinds, years, wish.page)
    shown_events = of(chosen, years=years) if years else []
    return View(
        Asked(unit, wish.kinds, wish.years, wish.page),
        whole,
        years,
        tuple(shown_events),
        tuple(of(line.yearly, unit, wish.kinds)),
        tuple(decades(chosen)),
        tuple(units),
        len(line.events),
        articles,
        notes,
    )


def honours(line: Timeline, wish: AwardsAsked, articles: int, notes: tuple[str, ...] = ()) -> Honours:
    """The awards of a choice."""
    units = units_of(line.awards)
    unit = _spelled(wish.wanted.unit, units)
    wanted = Wanted(unit, wish.wanted.award, wish.wanted.rank, wish.wanted.giver, wish.wanted.years)
    found = awards_of(line.awards, wanted)
    names = {award.key: (award.name, award.rank) for award in line.awards}
    return Honours(
        AwardsAsked(wanted, wish.by, wish.down, wish.page),
        tuple(ordered(found, wish.by, down=wish.down) if wish.by else found),
        tuple(counts(found)),
        tuple(holders(found)),
        tuple(units),
        tuple(givers_of(line.awards)),
        tuple((key, *names[key]) for key in sorted(names)),
        len(line.awards),
        articles,
        notes,
    )


def _spelled(name: str, units: Iterable[str]) -> str:
    """The unit as the articles spell it; as it was asked for where they do not have it."""
    key = unit_key(name)
    return next((unit for unit in units if unit_key(unit) == key), name)


# --- what is kept ----------------------------------------------------------------------------------


class Kept:
    """The timeline of the library as it is now, and the last pictures drawn of it; from several threads."""

    def __init__(self, library: Shelf) -> None:
        self._library = library
        self._lock = Lock()
        self._known: tuple[int, Timeline, int] | None = None
        self._pictures: OrderedDict[tuple[object, ...], str] = OrderedDict()

    def now(self) -> tuple[int, Timeline, int]:
        """The library's generation, its timeline, and the number of its articles."""
        with self._lock:
            generation = self._library.generation()
            if self._known is None or self._known[0] != generation:
                articles = {article.id: article for article in self._library.articles()}
                told = [fact for fact in self._library.facts() if fact.article in articles]
                self._known = generation, timeline(told, articles), len(articles)
                self._pictures.clear()
            return self._known

    def picture(self, key: tuple[object, ...], draw: Callable[[], str]) -> str:
        """What was drawn under that key, or is drawn now."""
        with self._lock:
            known = self._pictures.get(key)
            if known is not None:
                self._pictures.move_to_end(key)
                return known
        made = draw()
        with self._lock:
            self._pictures[key] = made
            while len(self._pictures) > KEPT:
                self._pictures.popitem(last=False)
        return made


# --- the routes ------------------------------------------------------------------------------------


def routes(house: House) -> list[BaseRoute]:
    """The routes of both pages."""
    from starlette.responses import HTMLResponse, Response
    from starlette.routing import Route

    kept = Kept(house.library)

    def of_events(request: Request) -> tuple[int, View]:
        generation, line, articles = kept.now()
        query: QueryParams = request.query_params
        wish, notes = asked(query, query.getlist("loai"))
        return generation, view(line, wish, articles, notes)

    def events(request: Request) -> Response:
        generation, found = of_events(request)
        wide = narrow = ""
        if found.events:
            wide, narrow = (_drawn(generation, found, wide=is_wide) for is_wide in (True, False))
        return HTMLResponse(timeline_pages.page(found, wide, narrow, demo=house.demo()))

    def _drawn(generation: int, found: View, *, wide: bool) -> str:
        now, wish = visit(), found.asked
        key = (generation, now.language, now.base, wide, wish.unit, wish.kinds, wish.years)

        def draw() -> str:
            return drawing.svg(timeline_pages.picture(found), say("Dòng thời gian"), "ke", wide=wide)

        return kept.picture(key, draw)

    def picture(request: Request) -> Response:
        _, found = of_events(request)
        if not found.events:
            return HTMLResponse(
                pages.failure(say("Không có sự kiện nào để vẽ. Hãy chọn lại năm và đơn vị.")), 404
            )
        around = timeline_pages.heading(found, date.today())
        drawn = drawing.png(timeline_pages.picture(found), around)
        return Response(drawn, media_type="image/png", headers=attachment(_named(found), "png"))

    def table(request: Request) -> Response:
        _, found = of_events(request)
        written = columns.write(*timeline_pages.events_table(found))
        return Response(written, media_type=_CSV, headers=attachment(_named(found), "csv"))

    def of_awards(request: Request) -> Honours:
        _, line, articles = kept.now()
        wish, notes = awards_asked(request.query_params)
        return honours(line, wish, articles, notes)

    def awards(request: Request) -> Response:
        return HTMLResponse(timeline_pages.awards_page(of_awards(request), demo=house.demo()))

    def awards_table(request: Request) -> Response:
        found = of_awards(request)
        name = " - ".join(filter(None, (say("Thành tích"), found.asked.wanted.unit)))
        written = columns.write(*timeline_pages.awards_table(found))
        return Response(written, media_type=_CSV, headers=attachment(name, "csv"))

    return [
        Route(pages.TIMELINE, shown(events)),
        Route(f"{pages.TIMELINE}/{PICTURE}", shown(picture)),
        Route(f"{pages.TIMELINE}/{TABLE}", shown(table)),
        Route(AWARDS, shown(awards)),
        Route(f"{AWARDS}/{TABLE}", shown(awards_table)),
    ]


_CSV = "text/csv; charset=utf-8"


def _named(found: View) -> str:
    """The name of a file of these events."""
    years = f"{found.years.first}-{found.years.last}" if found.years else ""
    return " - ".join(filter(None, (say("Dòng thời gian"), found.asked.unit, years)))
