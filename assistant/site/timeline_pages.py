"""The page of what happened when, and that of the awards. Pure, like ``pages``: values in, escaped HTML
out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from html import escape as _esc
from urllib.parse import urlencode

from assistant import pages
from assistant.ledger import told_date
from assistant.site.drawing import Heading, Mark, Picture
from assistant.timeline import (
    RANKS,
    Award,
    Count,
    Event,
    Holders,
    Kind,
    Source,
    Wanted,
    Years,
    told_by,
)
from assistant.types import written
from assistant.visit import at, say

#: The awards' own page, beside that of the events.
AWARDS = "/thanh-tich"
#: Where pictures and tables are had as files, below each page.
PICTURE, TABLE = "anh.png", "bang.csv"
#: Where what is to be kept for a speech is sent.
PIN = "/so-tay/ghim"

#: Rows of a table that are shown at a time.
ROWS = 100
# Awards of one kind named in the list of who has it; the rest is a link.
_NAMED = 12

KINDS: Mapping[Kind, str] = {
    Kind.FOUNDING: "Thành lập, tổ chức",
    Kind.KEPT: "Ngày truyền thống",
    Kind.MEETING: "Hội nghị, họp mặt",
    Kind.LIFE: "Con người",
    Kind.AWARD: "Khen thưởng",
    Kind.OTHER: "Sự kiện khác",
}
# The marks of the picture, for the words beside which they stand.
_SHAPES: Mapping[Kind, str] = {
    Kind.FOUNDING: '<circle cx="8" cy="8" r="5.5" class="f-red"/>',
    Kind.KEPT: '<path d="M8 1.5 14.5 8 8 14.5 1.5 8z" class="f-red"/>',
    Kind.MEETING: '<path d="M3 3h10v10H3z" class="f-focus"/>',
    Kind.LIFE: '<path d="M8 2.5 14 13.5H2z" class="f-soft"/>',
    Kind.AWARD: (
        '<path d="m8 .8 1.8 5.4h5.7l-4.6 3.4 1.7 5.5L8 11.7l-4.6 3.4 1.7-5.5L.5 6.2h5.7z" '
        'class="f-answers s-ink"/>'
    ),
    Kind.OTHER: '<circle cx="8" cy="8" r="5" class="f-sheet s-ink"/>',
}


# --- the values of the pages -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the events: a ``unit`` by name, empty for all; the ``kinds``, none for all; the
    ``years``, None for all; ``page`` of the table counts from 1."""

    unit: str = ""
    kinds: tuple[Kind, ...] = ()
    years: Years | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class View:
    """The events of a choice. ``whole`` are the years of that unit and those kinds, None where they have no
    event; ``years`` those that are shown. ``events`` are all that fall into them, ``yearly`` those of which
    no article says the year. ``units`` may be chosen from; ``dated`` is how many events the library has in
    all, ``articles`` how many articles; ``notes`` say what was asked and is not so."""

    asked: Asked
    whole: Years | None
    years: Years | None
    events: tuple[Event, ...]
    yearly: tuple[Event, ...]
    decades: tuple[tuple[Years, int], ...]
    units: tuple[str, ...]
    dated: int
    articles: int
    notes: tuple[str, ...] = ()

    @property
    def last_page(self) -> int:
        return max(1, -(-len(self.events) // ROWS))


@dataclass(frozen=True, slots=True)
class AwardsAsked:
    """Which awards are ``wanted``, sorted ``by`` a column (a key of COLUMNS, empty as they stand), from the
    last to the first where ``down``; ``page`` counts from 1."""

    wanted: Wanted = field(default_factory=Wanted)
    by: str = ""
    down: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Honours:
    """The awards of a choice, in order; what there is to choose from; who has how many, and who has the
    same."""

    asked: AwardsAsked
    awards: tuple[Award, ...]
    counts: tuple[Count, ...]
    holders: tuple[Holders, ...]
    units: tuple[str, ...]
    givers: tuple[str, ...]
    names: tuple[tuple[str, str, int | None], ...]
    total: int
    articles: int
    notes: tuple[str, ...] = ()

    @property
    def last_page(self) -> int:
        return max(1, -(-len(self.awards) // ROWS))


# --- addresses -------------------------------------------------------------------------------------


def address(asked: Asked, file: str = "") -> str:
    """The address, without what is before our paths, of a page of events or of a ``file`` of the same."""
    query: list[tuple[str, str]] = []
    if asked.unit:
        query.append(("don-vi", asked.unit))
    query += [("loai", kind.value) for kind in asked.kinds]
    if asked.years:
        query += [("tu", str(asked.years.first)), ("den", str(asked.years.last))]
    if asked.page > 1:
        query.append(("trang", str(asked.page)))
    return _with(f"{pages.TIMELINE}/{file}" if file else pages.TIMELINE, query)


def awards_address(asked: AwardsAsked, file: str = "") -> str:
    """The same for the awards."""
    wanted = asked.wanted
    query = [("don-vi", wanted.unit), ("khen-thuong", wanted.award), ("trao", wanted.giver)]
    query = [(name, value) for name, value in query if value]
    if wanted.rank is not None:
        query.append(("hang", str(wanted.rank)))
    if wanted.years:
        query += [("tu", str(wanted.years.first)), ("den", str(wanted.years.last))]
    if asked.by:
        query += [("theo", asked.by), ("chieu", "giam" if asked.down else "tang")]
    if asked.page > 1:
        query.append(("trang", str(asked.page)))
    return _with(f"{AWARDS}/{file}" if file else AWARDS, query)


def _with(path: str, query: Sequence[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


# --- the picture -----------------------------------------------------------------------------------


def picture(view: View) -> Picture:
    """What is drawn of a view that has years."""
    assert view.years is not None

    def mark(members: Sequence[int]) -> Mark:
        if len(members) == 1:
            return _mark(view.events[members[0]], view)
        return _together([view.events[n] for n in members], min(members), view)

    return Picture(view.years, tuple((event.first, event.last) for event in view.events), mark)


def _mark(event: Event, view: View) -> Mark:
    first = event.sources[0]
    when = told_date(event.when)
    if len(event.sources) > 1:
        when += " · " + say("{n} bài", n=len(_articles(event.sources)))
    whose = "" if view.asked.unit else event.unit or ""
    # What an event is called often ends with whose it is.
    if whose and whose.casefold() in event.words.casefold():
        whose = ""
    # A class of an award is not torn from its word.
    words = event.words
    for rank in RANKS:
        words = words.replace(rank, rank.replace(" ", "\xa0"))
    told = f"{told_date(event.when)}: {event.words}"
    if event.unit and event.unit.casefold() not in event.words.casefold():
        told += f" ({event.unit})"
    doubt = _doubt(event.otherwise, event.when, event.words)
    told += f". {doubt}" if doubt else ""
    told += ". " + say("Nguồn: {title}", title=first.title)
    return Mark(
        event.first,
        event.last,
        event.kind,
        when,
        words,
        at(pages.article_path(first.article, first.start, first.end)),
        told,
        whose,
        doubt,
        opens=True,
    )


def _doubt(otherwise: Sequence[Source], when: str | None, words: str) -> str:
    """What other articles say, in short."""
    if not otherwise:
        return ""
    said = {
        told_date(w) if w and w != when else f"{told_words} {told_date(w)}".strip() if w else told_words
        for w, told_words, _ in told_by(otherwise)
    }
    return say("Bài khác nói: {dates}", dates=", ".join(sorted(said)))


def _together(events: Sequence[Event], first: int, view: View) -> Mark:
    """Several events under one mark, which leads to the years they are of, or to their lines in the table."""
    years = Years(min(e.first.year for e in events), max(e.last.year for e in events))
    shown = view.years or years
    years = Years(max(years.first, shown.first), min(years.last, shown.last))
    count = len(events)
    said = _span(years)
    words = say("{n} sự kiện", n=count)
    if len(years) < len(shown):
        href = at(address(replace(view.asked, years=years, page=1))) + "#hinh"
        told = say("{n} sự kiện, {years}. Mở để xem từng sự kiện", n=count, years=said)
    else:
        there = replace(view.asked, page=1 + first // ROWS)
        href = at(address(there)) + f"#su-kien-{first + 1}"
        told = say("{n} sự kiện, {years}. Xem trong bảng", n=count, years=said)
    start, end = min(e.first for e in events), max(e.last for e in events)
    return Mark(start, end, events[0].kind, said, words, href, told, count=count)


def heading(view: View, today: date) -> Heading:
    """What stands around the picture on paper."""
    shown = {event.kind for event in view.events}
    return Heading(
        say("Dòng thời gian"),
        _chosen(view),
        {kind: say(name) for kind, name in KINDS.items() if kind in shown},
        say(
            "Nếp lập ngày {day} từ {articles} bài trong thư viện. Mỗi mốc có nguồn ở trang Dòng thời gian.",
            day=written(today),
            articles=view.articles,
        ),
    )


def _span(years: Years) -> str:
    return f"{years.first}–{years.last}" if len(years) > 1 else str(years.first)


def _chosen(view: View) -> str:
    """The choice in words."""
    asked = view.asked
    parts = [asked.unit or say("Mọi đơn vị")]
    if view.years:
        parts.append(_span(view.years))
    if asked.kinds:
        parts.append(", ".join(say(KINDS[kind]) for kind in asked.kinds))
    parts.append(say("{n} sự kiện", n=len(view.events)))
    return " · ".join(parts)


# --- the page of events ----------------------------------------------------------------------------


def page(view: View, wide: str, narrow: str, *, demo: bool) -> str:
    """The page; ``wide`` and ``narrow`` are the picture as elements, empty where there is nothing to draw."""
    if not view.articles or not view.dated:
        body = _nothing(view.articles)
    elif not view.events:
        around = f"{_overview(view)}{_zoom(view)}"
        body = f"{_filter(view)}{_notes(view.notes)}{around}{_none(view)}{_yearly(view)}"
    else:
        body = (
            f"{_filter(view)}{_notes(view.notes)}{_overview(view)}{_drawn(view, wide, narrow)}"
            f"{_events(view)}{_yearly(view)}"
        )
    return _framed(say("Dòng thời gian"), pages.TIMELINE, body, demo)


def _framed(title: str, path: str, body: str, demo: bool) -> str:
    tabs = "".join(
        f'<a href="{at(to)}"{" aria-current=page" if to == path else ""}>{_esc(say(name))}</a>'
        for to, name in ((pages.TIMELINE, "Dòng thời gian"), (AWARDS, "Thành tích"))
    )
    samples = ""
    if demo:
        samples = (
            f'<p class="note">{_esc(say("Thư viện đang chỉ có bài mẫu, nên dưới đây là của bài mẫu."))}</p>'
        )
    return pages.frame(
        title,
        f'<h1>{_esc(title)}</h1><nav class="tabs" aria-label="{_esc(say("Sự kiện và thành tích"))}">'
        f"{tabs}</nav>{samples}{body}",
        kind="reading timeline",
        here=pages.TIMELINE,
        foot=pages.reader(),
        sheets=("timeline",),
    )


def _nothing(articles: int) -> str:
    if articles:
        words = say("Các bài trong thư viện chưa nêu sự kiện nào có năm.")
        more = say("Khi có bài kể sự kiện kèm năm, ngày, sự kiện sẽ hiện ở đây.")
    else:
        words = say("Thư viện chưa có bài nào.")
        more = say("Khi có bài, các mốc thời gian và khen thưởng mà bài kể sẽ hiện ở đây.")
    link = f'<a href="{at(pages.SHELF)}">{_esc(say("Đưa tài liệu vào ở trang Tư liệu"))}</a>'
    return f'<section class="empty"><p><strong>{_esc(words)}</strong> {_esc(more)}</p><p>{link}</p></section>'


def _none(view: View) -> str:
    """That the choice has no event, and the ways out."""
    asked, whole = view.asked, view.whole
    ways = []
    if whole and view.years:
        words = say(
            "Không có sự kiện nào từ năm {first} đến năm {last}.",
            first=view.years.first,
            last=view.years.last,
        )
        ways.append(
            _way(replace(asked, years=None), say("Xem mọi năm ({a}–{b})", a=whole.first, b=whole.last))
        )
    elif asked.unit:
        words = say("Các bài không nêu sự kiện nào có năm của {unit}.", unit=asked.unit)
        if asked.kinds:
            words = say("Các bài không nêu sự kiện nào thuộc loại này của {unit}.", unit=asked.unit)
    else:
        words = say("Không có sự kiện nào thuộc loại đã chọn.")
    if asked.kinds:
        ways.append(_way(replace(asked, kinds=(), years=None), say("Xem mọi loại sự kiện")))
    if asked.unit:
        ways.append(_way(replace(asked, unit="", years=None), say("Xem mọi đơn vị")))
        there = awards_address(AwardsAsked(Wanted(unit=asked.unit)))
        ways.append(f'<a href="{_esc(at(there))}">{_esc(say("Xem thành tích của đơn vị này"))}</a>')
    links = "".join(f"<li>{way}</li>" for way in ways)
    return f'<section class="empty"><p><strong>{_esc(words)}</strong></p><ul>{links}</ul></section>'


def _way(asked: Asked, words: str, attributes: str = "") -> str:
    return f'<a href="{_esc(at(address(asked)))}"{attributes}>{_esc(words)}</a>'


def _notes(notes: Iterable[str]) -> str:
    return "".join(f'<p class="note" role="status">{_esc(note)}</p>' for note in notes)


def _shape(kind: Kind) -> str:
    return f'<svg class="shape" viewBox="0 0 16 16" aria-hidden="true">{_SHAPES[kind]}</svg>'


def _options(values: Iterable[tuple[str, str]], chosen: str) -> str:
    return "".join(
        f'<option value="{_esc(value)}"{" selected" if value == chosen else ""}>{_esc(name)}</option>'
        for value, name in values
    )


def _select(id: str, name: str, label: str, values: Iterable[tuple[str, str]], chosen: str) -> str:
    return (
        f'<p class="field"><label for="{id}">{_esc(label)}</label>'
        f'<select id="{id}" name="{name}">{_options(values, chosen)}</select></p>'
    )


def _year_fields(years: Years | None) -> str:
    first, last = (str(years.first), str(years.last)) if years else ("", "")
    fields = "".join(
        f'<p class="field year"><label for="{name}">{_esc(label)}</label><input id="{name}" name="{name}" '
        f'value="{value}" inputmode="numeric" autocomplete="off" maxlength="4" size="5"></p>'
        for name, label, value in (("tu", say("Từ năm"), first), ("den", say("Đến năm"), last))
    )
    return f'<div class="years">{fields}</div>'


def _filter(view: View) -> str:
    asked = view.asked
    kinds = "".join(
        f'<label><input type="checkbox" name="loai" value="{kind.value}"'
        f"{' checked' if kind in asked.kinds else ''}>{_shape(kind)}{_esc(say(name))}</label>"
        for kind, name in KINDS.items()
    )
    units = [("", say("Mọi đơn vị")), *((unit, unit) for unit in view.units)]
    return (
        f'<form class="choice" action="{at(pages.TIMELINE)}" aria-label="{_esc(say("Chọn sự kiện"))}">'
        f"{_select('don-vi', 'don-vi', say('Đơn vị'), units, asked.unit)}{_year_fields(asked.years)}"
        f"<fieldset><legend>{_esc(say('Loại sự kiện (không chọn là xem tất cả)'))}</legend>{kinds}</fieldset>"
        f'<p class="go"><button type="submit">{_esc(say("Xem"))}</button></p></form>'
    )


def _overview(view: View) -> str:
    """Every decade with how much happened in it; more than a few."""
    if len(view.decades) < 2:
        return ""
    most = max(count for _, count in view.decades)
    shown = view.years
    items = []
    for years, count in view.decades:
        is_shown = (
            shown is not None
            and shown != view.whole
            and years.first <= shown.last
            and shown.first <= years.last
        )
        height = round(30 * count / most) if count else 0
        height = max(height, 2) if count else 0
        bar = (
            '<svg class="bar-of" viewBox="0 0 24 32" aria-hidden="true">'
            '<path d="M2 31h20" class="s-line"/>'
            f'<path d="M4 {31 - height}h16v{height}H4z" class="f-red"/></svg>'
        )
        told = say("{first}–{last}: {n} sự kiện", first=years.first, last=years.last, n=count)
        inside = f'{bar}<span aria-hidden="true">{years.first}</span><span class="unseen">{_esc(told)}</span>'
        if not count:
            items.append(f'<li class="off">{inside}</li>')
            continue
        there = _esc(at(address(replace(view.asked, years=years, page=1))))
        mark = ' class="shown"' if is_shown else ""
        items.append(f'<li{mark}><a href="{there}#hinh" title="{_esc(told)}">{inside}</a></li>')
    return f'<nav class="overview" aria-label="{_esc(say("Từng thập kỷ"))}"><ol>{"".join(items)}</ol></nav>'


def _zoom(view: View) -> str:
    years, whole, asked = view.years, view.whole, view.asked
    if years is None or whole is None:
        return ""

    def step(words: str, to: Years | None, key: str) -> str:
        if to == years or (to is None and years == whole):
            return f'<span class="off">{_esc(words)}</span>'
        there = replace(asked, years=None if to == whole else to, page=1)
        return f'<a href="{_esc(at(address(there)))}#hinh" class="{key}">{_esc(words)}</a>'

    around = years.inside(whole) if years.last < whole.first or whole.last < years.first else years
    steps = (
        step(say("Sớm hơn"), around.moved(-0.5).inside(whole), "earlier"),
        step(say("Phóng to"), _closer(view, around), "in"),
        step(say("Thu nhỏ"), around.scaled(2).inside(whole), "out"),
        step(say("Toàn bộ"), None, "all"),
        step(say("Muộn hơn"), around.moved(0.5).inside(whole), "later"),
    )
    return f'<nav class="zoom" aria-label="{_esc(say("Phóng to, thu nhỏ"))}">{"".join(steps)}</nav>'


def _closer(view: View, years: Years) -> Years:
    """Half of the years, where the events are: around the middle one of them."""
    half = years.scaled(0.5)
    if not view.events:
        return half
    middle = view.events[len(view.events) // 2].first.year - len(half) // 2
    return Years(middle, middle + len(half) - 1).inside(years)


def _drawn(view: View, wide: str, narrow: str) -> str:
    assert view.years is not None
    summary = say(
        "Hình vẽ {n} sự kiện từ năm {first} đến năm {last}. Bảng ngay dưới hình kể đúng những sự kiện ấy.",
        n=len(view.events),
        first=view.years.first,
        last=view.years.last,
    )
    key = say(
        "Vạch đậm cạnh mốc: bài chỉ nêu năm, tháng hoặc khoảng năm. Vòng tròn có số: nhiều sự kiện gần nhau."
    )
    png = _esc(at(address(replace(view.asked, page=1), PICTURE)))
    return (
        f'<section class="picture" id="hinh"><h2>{_esc(_chosen(view))}</h2>{_zoom(view)}'
        f'<p class="unseen" id="ke">{_esc(summary)} <a href="#bang">{_esc(say("Tới bảng"))}</a></p>'
        f'<figure><div class="wide">{wide}</div><div class="narrow">{narrow}</div>'
        f"<figcaption>{_esc(key)}</figcaption></figure>"
        f'<p class="files"><a href="{png}" download>{_esc(say("Tải hình (PNG)"))}</a></p></section>'
    )


def _events(view: View) -> str:
    page = min(view.asked.page, view.last_page)
    at_first = (page - 1) * ROWS
    rows = "".join(
        _event(event, n) for n, event in enumerate(view.events[at_first : at_first + ROWS], at_first + 1)
    )
    csv = _esc(at(address(replace(view.asked, page=1), TABLE)))
    heads = _heads(("Thời gian", "Sự kiện", "Đơn vị", "Loại", "Nguồn"))
    turns = pages.pager(
        page,
        view.last_page,
        lambda n: f"{address(replace(view.asked, page=n))}#bang",
        say("Các trang của bảng"),
    )
    return (
        f'<section id="bang"><h2>{_esc(say("Bảng sự kiện"))}</h2><p class="files"><a href="{csv}" download>'
        f"{_esc(say('Tải bảng (CSV)'))}</a></p>"
        f'<table class="told"><caption>{_esc(_chosen(view))}</caption><thead><tr>{heads}'
        f'<th scope="col"><span class="unseen">{_esc(say("Việc"))}</span></th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
        f"{turns}</section>"
    )


def _heads(names: Sequence[str]) -> str:
    return "".join(f'<th scope="col">{_esc(say(name))}</th>' for name in names)


def _cell(name: str, html: str, kind: str = "") -> str:
    """A cell; on a narrow screen it says its name itself."""
    empty = "" if html else " none"
    return f'<td class="{kind}{empty}" data-name="{_esc(say(name))}">{html}</td>'


def _event(event: Event, number: int) -> str:
    doubt = _against(event.otherwise)
    first = event.sources[0]
    what = f"{_open(first, event.words)}{doubt}"
    when = told_date(event.when)
    return (
        f'<tr id="su-kien-{number}"><th scope="row" class="when">{_esc(when)}</th>'
        f"{_cell('Sự kiện', what, 'what')}{_cell('Đơn vị', _esc(event.unit or ''), 'whose')}"
        f"{_cell('Loại', _shape(event.kind) + _esc(say(KINDS[event.kind])), 'kind')}"
        f"{_cell('Nguồn', _sources(event.sources), 'sources')}"
        f'<td class="acts">{_pin(first, f"{when}: {event.words}")}</td></tr>'
    )


def _articles(sources: Sequence[Source]) -> dict[str, Source]:
    """The first source of each article."""
    found: dict[str, Source] = {}
    for source in sources:
        found.setdefault(source.article, source)
    return found


def _sources(sources: Sequence[Source]) -> str:
    links = [_source(source) for source in _articles(sources).values()]
    if len(links) <= 3:
        return f"<ul>{''.join(f'<li>{link}</li>' for link in links)}</ul>"
    first = "".join(f"<li>{link}</li>" for link in links[:2])
    rest = "".join(f"<li>{link}</li>" for link in links[2:])
    more = _esc(say("và {n} bài khác", n=len(links) - 2))
    return f"<ul>{first}</ul><details><summary>{more}</summary><ul>{rest}</ul></details>"


def _source(source: Source) -> str:
    day = f" <span>{written(source.published)}</span>" if source.published else ""
    return f"{_open(source, source.title)}{day}"


def _open(source: Source, words: str) -> str:
    """A link to the sentence, which opens over the page where our script runs."""
    href = _esc(at(pages.article_path(source.article, source.start, source.end)))
    return f'<a href="{href}" data-article title="{_esc(source.title)}">{_esc(words)}</a>'


def _against(otherwise: Sequence[Source]) -> str:
    """What other articles say of the same."""
    if not otherwise:
        return ""
    items = []
    for when, words, sources in told_by(otherwise):
        told = f"{told_date(when)}: {words}" if when else words
        links = ", ".join(_source(source) for source in _articles(sources).values())
        items.append(f"<li><strong>{_esc(told)}</strong> — {links}</li>")
    words = _esc(say("Các bài nói khác nhau. Bài khác nói:"))
    return f'<div class="against"><p>{words}</p><ul>{"".join(items)}</ul></div>'


def _pin(source: Source, fact: str) -> str:
    label = say("Ghim vào sổ tay: {what}", what=fact)
    place = {"article": source.article, "start": str(source.start), "end": str(source.end)}
    return pages.button(PIN, say("Ghim"), label=label, **place, fact=fact)


def _yearly(view: View) -> str:
    """What is told with a day and no year."""
    if not view.yearly:
        return ""
    rows = "".join(
        f'<tr><th scope="row" class="when">{_esc(told_date(event.when))}</th>'
        f"{_cell('Sự kiện', _open(event.sources[0], event.words), 'what')}"
        f"{_cell('Đơn vị', _esc(event.unit or ''))}{_cell('Nguồn', _sources(event.sources), 'sources')}"
        f'<td class="acts">{_pin(event.sources[0], f"{told_date(event.when)}: {event.words}")}</td></tr>'
        for event in view.yearly
    )
    title = _esc(say("Ngày được nhắc mà không nêu năm"))
    return (
        f'<section><h2>{title}</h2><table class="told"><caption class="unseen">{title}</caption><thead><tr>'
        f'{_heads(("Ngày", "Sự kiện", "Đơn vị", "Nguồn"))}<th scope="col"><span class="unseen">'
        f"{_esc(say('Việc'))}</span></th></tr></thead><tbody>{rows}</tbody></table></section>"
    )


_EVENTS_FILE = (
    "Thời gian",
    "Từ ngày",
    "Đến ngày",
    "Sự kiện",
    "Đơn vị",
    "Loại",
    "Nguồn",
    "Nguyên văn",
    "Bài khác nói",
)
_AWARDS_FILE = (
    "Đơn vị",
    "Hình thức khen thưởng",
    "Hạng",
    "Số lượng",
    "Trao cho",
    "Cấp trao tặng",
    "Năm",
    "Nguồn",
    "Nguyên văn",
    "Bài khác nói",
)


def events_table(view: View) -> tuple[list[str], list[list[str]]]:
    """All events of the view as the names of columns and rows of words."""
    rows = [
        [
            told_date(e.when),
            e.first.isoformat(),
            e.last.isoformat(),
            e.words,
            e.unit or "",
            say(KINDS[e.kind]),
            _cited(e.sources),
            e.sources[0].quote,
            _told_against(e.otherwise),
        ]
        for e in view.events
    ]
    return [say(name) for name in _EVENTS_FILE], rows


def _cited(sources: Sequence[Source]) -> str:
    return "; ".join(
        f"{source.title} ({written(source.published)})" if source.published else source.title
        for source in _articles(sources).values()
    )


def _told_against(otherwise: Sequence[Source]) -> str:
    return "; ".join(
        f"{told_date(when) if when else ''} {words} ({_cited(sources)})".strip()
        for when, words, sources in told_by(otherwise)
    )


# --- the page of awards ----------------------------------------------------------------------------

#: The columns of the awards that they may be sorted by, by their names in addresses.
COLUMNS: Mapping[str, str] = {
    "don-vi": "Đơn vị",
    "ten": "Hình thức khen thưởng",
    "hang": "Hạng",
    "trao": "Cấp trao tặng",
    "nam": "Năm",
}


def awards_page(honours: Honours, *, demo: bool) -> str:
    """The page of the awards."""
    if not honours.total:
        body = _no_award(honours.articles)
    elif not honours.awards:
        body = f"{_awards_filter(honours)}{_notes(honours.notes)}{_no_such_award(honours)}"
    else:
        body = (
            f"{_awards_filter(honours)}{_notes(honours.notes)}{_awards(honours)}{_counted(honours)}"
            f"{_shared(honours)}"
        )
    return _framed(say("Thành tích"), AWARDS, body, demo)


def _no_award(articles: int) -> str:
    if not articles:
        return _nothing(articles)
    words = say("Các bài trong thư viện chưa kể khen thưởng nào đã được trao.")
    way = f'<a href="{at(pages.TIMELINE)}">{_esc(say("Xem các sự kiện khác"))}</a>'
    return f'<section class="empty"><p><strong>{_esc(words)}</strong></p><p>{way}</p></section>'


def _no_such_award(honours: Honours) -> str:
    words = say("Các bài không kể khen thưởng nào như đã chọn.")
    way = f'<a href="{at(AWARDS)}">{_esc(say("Xem mọi khen thưởng"))}</a>'
    return f'<section class="empty"><p><strong>{_esc(words)}</strong></p><p>{way}</p></section>'


def _titled(name: str, rank: int | None) -> str:
    return f"{name} {say(RANKS[rank - 1])}" if rank else name


def _awards_filter(honours: Honours) -> str:
    asked, wanted = honours.asked, honours.asked.wanted
    units = [("", say("Mọi đơn vị")), *((unit, unit) for unit in honours.units)]
    names = [("", say("Mọi hình thức")), *((key, _titled(name, rank)) for key, name, rank in honours.names)]
    givers = [("", say("Mọi cấp")), *((giver, giver) for giver in honours.givers)]
    ranks = [("", say("Mọi hạng")), *((str(n), say(RANKS[n - 1])) for n in (1, 2, 3, 4))]
    ranks.append(("0", say("Không có hạng")))
    orders = [("", say("đơn vị, hạng, năm"))]
    for by, name in COLUMNS.items():
        orders.append((f"{by}.tang", say("{column}, tăng dần", column=say(name))))
        orders.append((f"{by}.giam", say("{column}, giảm dần", column=say(name))))
    rank = "" if wanted.rank is None else str(wanted.rank)
    order = f"{asked.by}.{'giam' if asked.down else 'tang'}" if asked.by else ""
    return (
        f'<form class="choice" action="{at(AWARDS)}" aria-label="{_esc(say("Chọn khen thưởng"))}">'
        f"{_select('don-vi', 'don-vi', say('Đơn vị'), units, wanted.unit)}"
        f"{_select('khen-thuong', 'khen-thuong', say('Hình thức khen thưởng'), names, wanted.award)}"
        f"{_select('hang', 'hang', say('Hạng'), ranks, rank)}"
        f"{_select('trao', 'trao', say('Cấp trao tặng'), givers, wanted.giver)}"
        f"{_year_fields(wanted.years)}{_select('sap', 'sap', say('Sắp theo'), orders, order)}"
        f'<p class="go"><button type="submit">{_esc(say("Xem"))}</button></p></form>'
    )


def _awards(honours: Honours) -> str:
    asked = honours.asked
    page = min(asked.page, honours.last_page)
    at_first = (page - 1) * ROWS
    rows = "".join(map(_award, honours.awards[at_first : at_first + ROWS]))
    heads = "".join(_head(by, name, asked) for by, name in COLUMNS.items())
    csv = _esc(at(awards_address(replace(asked, page=1), TABLE)))
    title = _esc(say("Bảng khen thưởng"))
    counted = say("{n} khen thưởng", n=len(honours.awards))
    if len(honours.awards) != honours.total:
        counted = say("{n} trong {all} khen thưởng", n=len(honours.awards), all=honours.total)
    turns = pages.pager(
        page,
        honours.last_page,
        lambda n: f"{awards_address(replace(asked, page=n))}#bang",
        say("Các trang của bảng"),
    )
    return (
        f'<section id="bang"><h2>{title}</h2><p class="files"><a href="{csv}" download>'
        f'{_esc(say("Tải bảng (CSV)"))}</a></p><table class="told awards"><caption>{_esc(counted)}</caption>'
        f'<thead><tr>{heads}{_heads(("Nguồn",))}<th scope="col"><span class="unseen">'
        f"{_esc(say('Việc'))}</span></th></tr></thead><tbody>{rows}</tbody></table>"
        f"{turns}"
        "</section>"
    )


def _head(by: str, name: str, asked: AwardsAsked) -> str:
    here = asked.by == by
    to = replace(asked, by=by, down=here and not asked.down, page=1)
    sort = f' aria-sort="{"descending" if asked.down else "ascending"}"' if here else ""
    arrow = f' <span aria-hidden="true">{"▾" if asked.down else "▴"}</span>' if here else ""
    href = _esc(at(awards_address(to)))
    return f'<th scope="col"{sort}><a href="{href}#bang">{_esc(say(name))}{arrow}</a></th>'


def _award(award: Award) -> str:
    first = award.sources[0]
    number = f"{award.number} " if award.number else ""
    what = _open(first, f"{number}{award.name}")
    if award.to:
        what += f'<span class="to">{_esc(say("Trao cho: {who}", who=", ".join(award.to)))}</span>'
    what += _against(award.otherwise)
    when = told_date(award.when) if award.when else ""
    fact = f"{number}{_titled(award.name, award.rank)}{f' ({when})' if when else ''}"
    unit = award.unit or say("Không rõ đơn vị")
    return (
        f'<tr><th scope="row" class="unit">{_esc(unit)}</th>{_cell("Hình thức khen thưởng", what, "what")}'
        f"{_cell('Hạng', _esc(say(RANKS[award.rank - 1])) if award.rank else '', 'rank')}"
        f"{_cell('Cấp trao tặng', _esc(', '.join(award.givers)), 'givers')}{_cell('Năm', _esc(when), 'when')}"
        f"{_cell('Nguồn', _sources(award.sources), 'sources')}"
        f'<td class="acts">{_pin(first, fact)}</td></tr>'
    )


def _counted(honours: Honours) -> str:
    """How many of which class each unit has."""
    title = _esc(say("Đếm theo đơn vị và hạng"))
    used = [n for n in range(4) if any(count.ranks[n] for count in honours.counts)]
    names = [*(say(RANKS[n]) for n in used), say("Không có hạng"), say("Tất cả")]
    heads = "".join(f'<th scope="col">{_esc(name[:1].upper() + name[1:])}</th>' for name in names)
    rows = []
    for count in honours.counts[:ROWS]:
        numbers = (*(count.ranks[n] for n in used), count.others, count.total)
        cells = "".join(
            f'<td data-name="{_esc(name)}"{"" if number else " class=none"}>{number or ""}</td>'
            for name, number in zip(names, numbers, strict=True)
        )
        unit = _esc(say("Không rõ đơn vị"))
        if count.unit:
            wanted = replace(honours.asked.wanted, unit=count.unit)
            there = awards_address(replace(honours.asked, wanted=wanted, page=1))
            unit = f'<a href="{_esc(at(there))}">{_esc(count.unit)}</a>'
        rows.append(f'<tr><th scope="row" class="unit">{unit}</th>{cells}</tr>')
    return (
        f'<section><h2>{title}</h2><table class="told counts"><caption class="unseen">{title}</caption>'
        f"<thead><tr>{_heads(('Đơn vị',))}{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        f"{_rest(len(honours.counts) - ROWS)}</section>"
    )


def _rest(more: int) -> str:
    if more <= 0:
        return ""
    return f'<p class="note">{_esc(say("Và {n} dòng nữa; hãy chọn hẹp hơn để xem.", n=more))}</p>'


def _shared(honours: Honours) -> str:
    """Which units have the same award."""
    title = _esc(say("Cùng một hình thức, những đơn vị nào"))
    rows = []
    for holder in honours.holders[:ROWS]:
        units = [
            f"{award.unit} ({told_date(award.when)})" if award.when else award.unit or ""
            for award in holder.awards
        ]
        shown = "".join(f"<li>{_esc(unit)}</li>" for unit in units[:_NAMED])
        if len(units) > _NAMED:
            there = awards_address(AwardsAsked(Wanted(award=holder.key)))
            more = _esc(say("và {n} lần trao khác", n=len(units) - _NAMED))
            shown += f'<li><a href="{_esc(at(there))}">{more}</a></li>'
        rows.append(
            f'<tr><th scope="row">{_esc(_titled(holder.name, holder.rank))}</th>'
            f"{_cell('Số đơn vị', str(holder.units), 'number')}{_cell('Đơn vị', f'<ul>{shown}</ul>')}</tr>"
        )
    if not rows:
        return ""
    return (
        f'<section><h2>{title}</h2><table class="told shared"><caption class="unseen">{title}</caption>'
        f"<thead><tr>{_heads(('Hình thức khen thưởng', 'Số đơn vị', 'Đơn vị'))}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>{_rest(len(honours.holders) - ROWS)}</section>"
    )


def awards_table(honours: Honours) -> tuple[list[str], list[list[str]]]:
    """All awards of the choice as the names of columns and rows of words."""
    rows = [
        [
            a.unit or "",
            a.name,
            say(RANKS[a.rank - 1]) if a.rank else "",
            a.number or "",
            ", ".join(a.to),
            ", ".join(a.givers),
            told_date(a.when) if a.when else "",
            _cited(a.sources),
            a.sources[0].quote,
            _told_against(a.otherwise),
        ]
        for a in honours.awards
    ]
    return [say(name) for name in _AWARDS_FILE], rows
