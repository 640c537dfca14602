"""What happened when, and who was honoured with what: the dated events and the awards of the ledger, each
once with every article that tells of it. Pure.

Nothing is put together that might be two things: two tellings are of one event where they are of one unit, of
one kind and of dates that agree, and say the same of it or one says all that the other does.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum

from assistant.ledger import disagreements, unit_key
from ingest.facts import Fact, FactKind, Role, compatible
from ingest.types import Article
from ingest.vietnamese import fold, tokens

#: Words by which two tellings without a known subject may be one: what has fewer says too little.
TELLING_WORDS = 3


class Kind(Enum):
    """What sort of event; the value is its name in addresses."""

    FOUNDING = "thanh-lap"
    KEPT = "truyen-thong"
    MEETING = "hoi-hop"
    LIFE = "con-nguoi"
    AWARD = "khen-thuong"
    OTHER = "khac"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an article says it: the sentence ``start`` to ``end`` of its text, which is the ``quote`` in one
    line. ``when`` is the date as it is told there (None where none is), ``words`` what is said to have
    happened or been given."""

    article: str
    title: str
    published: date | None
    start: int
    end: int
    quote: str
    when: str | None
    words: str


@dataclass(frozen=True, slots=True)
class Event:
    """``when`` is the date as far as it is told ("1930-10-18", "1930-10", "1930"; a period "2015/2020"), and
    ``first`` to ``last`` the days that it may mean. ``words`` are an article's own. ``unit`` is None where no
    article makes clear whose event it is. ``sources`` begin with the one that says most; ``otherwise`` is
    where articles give the same event another date."""

    when: str
    first: date
    last: date
    kind: Kind
    unit: str | None
    words: str
    sources: tuple[Source, ...]
    otherwise: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Award:
    """``name`` is the award without its class, ``rank`` the class (1 to 4, None without one), ``key`` what
    both are compared by. ``to`` are those of the unit who received it, empty where that is the unit itself;
    ``number`` is how many were given, as told. ``when`` is a year, a date or a period; None where no article
    says."""

    unit: str | None
    name: str
    rank: int | None
    key: str
    givers: tuple[str, ...]
    to: tuple[str, ...]
    number: str | None
    when: str | None
    sources: tuple[Source, ...]
    otherwise: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """``events`` by time, the awards that have a year among them; ``yearly`` those of which no article says
    the year (a day kept every year); all ``awards`` by unit, class and time."""

    events: tuple[Event, ...] = ()
    yearly: tuple[Event, ...] = ()
    awards: tuple[Award, ...] = ()


def timeline(facts: Iterable[Fact], articles: Mapping[str, Article]) -> Timeline:
    """The events and awards that these facts tell. ``articles`` by id must hold every article of the
    facts."""
    told = [f for f in facts if f.kind in (FactKind.DATE, FactKind.AWARD)]
    rivals = _rivals(told)
    dated, honours = _Groups(articles), _Groups(articles)
    for fact in sorted(told, key=lambda f: _fullest_first(f, articles[f.article])):
        (dated if fact.kind is FactKind.DATE else honours).take(fact)
    awards = tuple(sorted((_award(g, articles, rivals) for g in honours.all()), key=_award_order))
    happened = [_event(g, articles, rivals) for g in dated.all()]
    happened += [_given(award) for award in awards if award.when]
    events = sorted((e for e in happened if not e.when.startswith("--")), key=_order)
    yearly = sorted((e for e in happened if e.when.startswith("--")), key=lambda e: (e.when, *_order(e)))
    return Timeline(tuple(events), tuple(yearly), awards)


def days_of(when: str) -> tuple[date, date]:
    """The first and the last day that a date or a period of the ledger may mean, so that "1930-10" is the
    whole month. Of one without a year, the days of a leap year."""
    since, _, until = when.partition("/")
    first, last = _days(since)
    return first, _days(until)[1] if until else last


def _days(iso: str) -> tuple[date, date]:
    year, month, day = (*(int(n) for n in iso.replace("--", "2000-").split("-")), 0, 0)[:3]
    year = min(max(year, 1), 9998)
    try:
        if day:
            return date(year, month, day), date(year, month, day)
        first = date(year, month or 1, 1)
    except ValueError:  # a day that no calendar has is of its year
        first, month = date(year, 1, 1), 0
    if not month:
        return first, date(year, 12, 31)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


# --- of what sort ----------------------------------------------------------------------------------

# By the beginning of an event's subject, as ``ingest.events`` names it.
_KINDS = (
    (Kind.KEPT, re.compile(r"ngay truyen thong\b")),
    (
        Kind.FOUNDING,
        re.compile(
            r"(?:thanh lap|tai lap|tien than|tach|sap nhap|giai the|doi ten|nang cap|chuyen tru so|"
            r"di vao hoat dong)\b"
        ),
    ),
    (Kind.LIFE, re.compile(r"(?:sinh|mat)\b")),
    (
        Kind.MEETING,
        re.compile(
            r"(?:to chuc|hoi nghi|dai hoi)\b|.*\b(?:khai mac|dien ra|hop lan thu|hop tai|hop mat|gap mat|"
            r"toa dam|hoi thao|le ky niem)\b"
        ),
    ),
)


def _kind(fact: Fact) -> Kind:
    if fact.kind is FactKind.AWARD:
        return Kind.AWARD
    return next((kind for kind, words in _KINDS if words.match(fact.subject)), Kind.OTHER)


# --- each once -------------------------------------------------------------------------------------


def _fullest_first(fact: Fact, article: Article) -> tuple[object, ...]:
    """Who says most comes first, then who said it first."""
    when = _when(fact)
    return (
        when is None or when.startswith("--"),
        -len((when or "").replace("-", "")),
        article.published or date.max,
        fact.article,
        fact.sentence.start,
    )


def _when(fact: Fact) -> str | None:
    return fact.value if fact.kind is FactKind.DATE else fact.when


@dataclass(slots=True)
class _Group:
    """Tellings of one thing, the fullest first."""

    facts: list[Fact] = field(default_factory=list)
    said: list[frozenset[str]] = field(default_factory=list)


class _Groups:
    """Facts as they come, each put to those that tell of the same."""

    def __init__(self, articles: Mapping[str, Article]) -> None:
        self._articles = articles
        self._by_subject: defaultdict[object, list[_Group]] = defaultdict(list)
        self._by_year: defaultdict[object, list[_Group]] = defaultdict(list)
        self._all: list[_Group] = []

    def all(self) -> list[_Group]:
        return self._all

    def take(self, fact: Fact) -> None:
        unit = unit_key(fact.unit) if fact.unit else ""
        kind, when = _kind(fact), _when(fact)
        said = frozenset(t.folded for t in tokens(_words(fact, self._articles)))
        subject = (unit, kind, fact.subject, *_apart(fact, self._articles))
        year = (unit, kind, when[:4]) if when and fact.kind is FactKind.DATE else None
        same = None
        if unit:
            same = next((g for g in self._by_subject[subject] if _is_again(g.facts[0], fact)), None)
        if same is None and year:
            same = next((g for g in self._by_year[year] if _alike(g, fact, said)), None)
        if same is None:
            same = _Group()
            self._all.append(same)
            self._by_subject[subject].append(same)
            if year:
                self._by_year[year].append(same)
        same.facts.append(fact)
        same.said.append(said)


def _apart(fact: Fact, articles: Mapping[str, Article]) -> tuple[str, ...]:
    """What else tells two awards of one name apart: the class, and where no year does, who gave it."""
    if fact.kind is not FactKind.AWARD:
        return ()
    once = _rank(fact.value) is not None and " | " not in fact.subject
    if once or fact.when:
        return (fact.value,)
    text = articles[fact.article].text
    return (fact.value, *sorted(fold(giver.of(text)) for giver in fact.all(Role.GIVER)))


# Events that say by their name alone which they are. Other names are the first words of what happened.
_NAMED = re.compile(
    r"(?:thanh lap|tai lap|tien than|ngay truyen thong|tach|sap nhap|giai the|nang cap|chuyen tru so|"
    r"di vao hoat dong|sinh|mat)$|doi ten\b"
)


def _is_again(known: Fact, fact: Fact) -> bool:
    """Whether a further telling under the same name is of the same event."""
    if not _at_once(known, fact):
        return False
    of_one_day = known.value == fact.value and len(fact.value) == len("1930-10-18")
    return fact.kind is FactKind.AWARD or of_one_day or _NAMED.match(fact.subject) is not None


def _at_once(known: Fact, fact: Fact) -> bool:
    """Whether a further telling may be of the same time; the ``known`` one is the fuller. An award with a
    class is given to a unit once, so that one told without its year is that one."""
    before, when = _when(known), _when(fact)
    if before is None or when is None:
        return when is None
    return before == when or ("/" not in before + when and compatible(before, when))


def _alike(group: _Group, fact: Fact, said: frozenset[str]) -> bool:
    """Whether one telling says all that the other does."""
    if not _at_once(group.facts[0], fact):
        return False
    return any(
        len(min(said, other, key=len)) >= TELLING_WORDS and (said <= other or other <= said)
        for other in group.said
    )


# --- disagreements ---------------------------------------------------------------------------------

_Rivals = Mapping[Fact, tuple[Fact, ...]]


def _rivals(facts: Sequence[Fact]) -> _Rivals:
    """For each fact that articles disagree about, the facts of its unit, kind and subject that they do not
    agree on with it. Articles that say just the same of a subject are one for this: there may be hundreds."""
    about: defaultdict[tuple[object, ...], defaultdict[str, list[Fact]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for fact in facts:
        if fact.unit:
            about[fact.kind, unit_key(fact.unit), fact.subject][fact.article].append(fact)
    found: dict[Fact, tuple[Fact, ...]] = {}
    for by_article in about.values():
        alike: defaultdict[frozenset[tuple[str, str | None]], list[str]] = defaultdict(list)
        for id, told in by_article.items():
            alike[frozenset((f.value, f.when) for f in told)].append(id)
        if len(alike) < 2:
            continue
        one_of_each = [fact for ids in alike.values() for fact in by_article[ids[0]]]
        for against in disagreements(one_of_each):
            # Articles tell the same where the sets of what they tell are equal.
            full = [
                fact
                for ids in alike.values()
                for id in ids
                for fact in by_article[id]
                if any(f.article == ids[0] and (f.value, f.when) == (fact.value, fact.when) for f in against)
            ]
            for fact in full:
                found[fact] = tuple(f for f in full if (f.value, f.when) != (fact.value, fact.when))
    return found


def _otherwise(group: _Group, articles: Mapping[str, Article], rivals: _Rivals) -> tuple[Source, ...]:
    own = set(group.facts)
    others = dict.fromkeys(f for fact in group.facts for f in rivals.get(fact, ()) if f not in own)
    return tuple(_source(fact, articles) for fact in others)


# --- what is shown ---------------------------------------------------------------------------------


def _words(fact: Fact, articles: Mapping[str, Article]) -> str:
    """What happened, or what was given, in the article's own words."""
    text = articles[fact.article].text
    role = Role.EVENT if fact.kind is FactKind.DATE else Role.AWARD
    words = " ".join(" ".join(span.of(text).split()) for span in fact.all(role))
    return words[:1].upper() + words[1:]


def _source(fact: Fact, articles: Mapping[str, Article]) -> Source:
    article = articles[fact.article]
    return Source(
        fact.article,
        article.title,
        article.published,
        fact.sentence.start,
        fact.sentence.end,
        " ".join(fact.sentence.of(article.text).split()),
        _when(fact),
        _words(fact, articles),
    )


def _sources(group: _Group, articles: Mapping[str, Article]) -> tuple[Source, ...]:
    """One an article and sentence, in the order of the group."""
    found: dict[tuple[str, int], Source] = {}
    for fact in group.facts:
        found.setdefault((fact.article, fact.sentence.start), _source(fact, articles))
    return tuple(found.values())


def _event(group: _Group, articles: Mapping[str, Article], rivals: _Rivals) -> Event:
    first = group.facts[0]
    when = first.value
    words = max((_words(f, articles) for f in group.facts if f.value == when), key=len)
    unit = first.unit
    return Event(
        when,
        *days_of(when),
        _kind(first),
        unit,
        words,
        _sources(group, articles),
        _otherwise(group, articles, rivals),
    )


def _given(award: Award) -> Event:
    """The event of an award's being given; it has a time."""
    assert award.when is not None
    words = _titled(award)
    if award.to:
        words = f"{words} · {', '.join(award.to)}"
    first, last = days_of(award.when)
    return Event(award.when, first, last, Kind.AWARD, award.unit, words, award.sources, award.otherwise)


#: The classes of awards, the first one first, as they are written.
RANKS = ("hạng Nhất", "hạng Nhì", "hạng Ba", "hạng Tư")
_RANKS = ("nhat", "nhi", "ba", "tu")
_RANKED = re.compile(r",?\s*\bhạng (?:nhất|nhì|ba|tư)(?!\w)", re.IGNORECASE)


def _titled(award: Award) -> str:
    return f"{award.name} {RANKS[award.rank - 1]}" if award.rank else award.name


def _rank(value: str) -> int | None:
    _, hang, rank = value.rpartition(" hang ")
    return _RANKS.index(rank) + 1 if hang and rank in _RANKS else None


def _award(group: _Group, articles: Mapping[str, Article], rivals: _Rivals) -> Award:
    first = group.facts[0]
    said = [(fact, articles[fact.article].text) for fact in group.facts]
    names = Counter(_name(fact, text) for fact, text in said)
    rank = _rank(first.value)
    numbers = [number.of(text) for fact, text in said for number in fact.all(Role.NUMBER)]
    is_own = " | " not in first.subject
    return Award(
        first.unit,
        max(names, key=lambda name: names[name]),
        rank,
        first.value,
        _each(giver.of(text) for fact, text in said for giver in fact.all(Role.GIVER)),
        () if is_own else _each(to.of(text) for fact, text in said for to in fact.all(Role.RECEIVER)),
        numbers[0] if numbers else None,
        first.when,
        _sources(group, articles),
        _otherwise(group, articles, rivals),
    )


def _name(fact: Fact, text: str) -> str:
    part = fact.part(Role.AWARD)
    name = " ".join(part.of(text).split()) if part else ""
    name = _RANKED.sub("", name) if _rank(fact.value) else name
    return name[:1].upper() + name[1:]


def _each(names: Iterable[str]) -> tuple[str, ...]:
    """Each once, however it is spelled."""
    found: dict[str, str] = {}
    for name in names:
        plain = " ".join(name.split())
        found.setdefault(fold(plain), plain)
    return tuple(found.values())


def _order(event: Event) -> tuple[object, ...]:
    return event.first, event.last, unit_key(event.unit or ""), event.kind.value, event.words


def _award_order(award: Award) -> tuple[object, ...]:
    unit = unit_key(award.unit or "")
    return not unit, unit, award.rank or 9, award.when is None, award.when or "", award.key


# --- what is chosen --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Years:
    """The years ``first`` to ``last``, both of them included."""

    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first + 1

    def has(self, event: Event) -> bool:
        """Whether the event falls into these years, or may."""
        return event.first.year <= self.last and self.first <= event.last.year

    def inside(self, whole: Years) -> Years:
        """As many years as these, moved until they are among ``whole``; all of these where they are more."""
        length = min(len(self), len(whole))
        first = min(max(self.first, whole.first), whole.last - length + 1)
        return Years(first, first + length - 1)

    def scaled(self, by: float) -> Years:
        """So many times as many years (one at the least) around the same middle."""
        length = max(1, round(len(self) * by))
        first = self.first + (len(self) - length) // 2
        return Years(first, first + length - 1)

    def moved(self, by: float) -> Years:
        """The years so many times their own number later, by one at the least."""
        step = max(1, round(len(self) * abs(by))) * (1 if by > 0 else -1)
        return Years(self.first + step, self.last + step)


def of(
    events: Iterable[Event], unit: str | None = None, kinds: Iterable[Kind] = (), years: Years | None = None
) -> list[Event]:
    """The events of that unit (by its full name, however spelled), of these kinds and in these years; an
    empty choice takes all."""
    wanted, key = set(kinds), unit_key(unit) if unit else ""
    return [
        event
        for event in events
        if (not wanted or event.kind in wanted)
        and (not key or unit_key(event.unit or "") == key)
        and (years is None or years.has(event))
    ]


def years_of(events: Sequence[Event]) -> Years | None:
    """From the first event's year to the last one's; None where there is no event."""
    if not events:
        return None
    return Years(min(e.first.year for e in events), max(e.last.year for e in events))


def decades(events: Iterable[Event]) -> list[tuple[Years, int]]:
    """Each decade from the first event's to the last one's, with the number of events that begin in it."""
    counted = Counter(event.first.year // 10 for event in events)
    if not counted:
        return []
    return [(Years(10 * d, 10 * d + 9), counted[d]) for d in range(min(counted), max(counted) + 1)]


def units_of(things: Iterable[Event | Award]) -> list[str]:
    """The units of these, each once, in order of the alphabet."""
    found: dict[str, str] = {}
    for thing in things:
        if thing.unit:
            found.setdefault(unit_key(thing.unit), thing.unit)
    return [found[key] for key in sorted(found)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which awards: ``unit``, ``giver`` and ``award`` (with its class) by name, ``rank`` a class, 0 those
    without one, None any; given in ``years``. An empty choice takes all."""

    unit: str = ""
    award: str = ""
    rank: int | None = None
    giver: str = ""
    years: Years | None = None


def awards_of(awards: Iterable[Award], wanted: Wanted) -> list[Award]:
    """The awards that are wanted. One whose year nobody tells is in no years."""
    unit, giver = unit_key(wanted.unit), fold(wanted.giver)

    def fits(award: Award) -> bool:
        return (
            (not unit or unit_key(award.unit or "") == unit)
            and (not wanted.award or award.key == wanted.award)
            and (wanted.rank is None or (award.rank or 0) == wanted.rank)
            and (not giver or any(fold(name) == giver for name in award.givers))
            and (wanted.years is None or _given_in(award, wanted.years))
        )

    return [award for award in awards if fits(award)]


def _given_in(award: Award, years: Years) -> bool:
    if award.when is None:
        return False
    first, last = days_of(award.when)
    return first.year <= years.last and years.first <= last.year


@dataclass(frozen=True, slots=True)
class Count:
    """The awards of one unit by class: ``ranks`` are the first to the fourth, ``others`` those without a
    class."""

    unit: str | None
    ranks: tuple[int, int, int, int]
    others: int

    @property
    def total(self) -> int:
        return sum(self.ranks) + self.others


def counts(awards: Iterable[Award]) -> list[Count]:
    """The awards of each unit by class, the unit with most first classes first."""
    by_unit: defaultdict[str, list[Award]] = defaultdict(list)
    for award in awards:
        by_unit[unit_key(award.unit or "")].append(award)
    found = [
        Count(
            some[0].unit,
            (
                sum(a.rank == 1 for a in some),
                sum(a.rank == 2 for a in some),
                sum(a.rank == 3 for a in some),
                sum(a.rank == 4 for a in some),
            ),
            sum(a.rank is None for a in some),
        )
        for some in by_unit.values()
    ]
    found.sort(key=lambda c: unit_key(c.unit or ""))
    return sorted(found, key=lambda c: (c.unit is None, *(-n for n in (*c.ranks, c.total))))


@dataclass(frozen=True, slots=True)
class Holders:
    """An award with its class, and those that were given it by unit, in order of the alphabet."""

    name: str
    rank: int | None
    key: str
    awards: tuple[Award, ...]

    @property
    def units(self) -> int:
        return len({unit_key(award.unit or "") for award in self.awards})


def holders(awards: Iterable[Award]) -> list[Holders]:
    """What was given to units themselves, the award that most of them have first."""
    by_award: defaultdict[str, list[Award]] = defaultdict(list)
    for award in awards:
        if award.unit and not award.to:
            by_award[award.key].append(award)
    found = [Holders(some[0].name, some[0].rank, key, tuple(some)) for key, some in by_award.items()]
    return sorted(found, key=lambda h: (-h.units, h.rank or 9, h.key))


def givers_of(awards: Iterable[Award]) -> list[str]:
    """Who gave them, each once, in order of the alphabet."""
    names = {fold(name): name for award in awards for name in award.givers}
    return [names[key] for key in sorted(names)]


def ordered(awards: Sequence[Award], by: str, *, down: bool) -> list[Award]:
    """The awards sorted by a column ("don-vi", "ten", "hang", "trao", "nam"), what has nothing in it last;
    those that are equal there stay in order."""
    key = _SORTED[by]
    some = [award for award in awards if key(award)]
    none = [award for award in awards if not key(award)]
    return [*sorted(some, key=key, reverse=down), *none]


_SORTED: Mapping[str, Callable[[Award], str]] = {
    "don-vi": lambda award: unit_key(award.unit or ""),
    "ten": lambda award: award.key,
    "hang": lambda award: str(award.rank or ""),
    "trao": lambda award: fold(award.givers[0]) if award.givers else "",
    "nam": lambda award: award.when or "",
}
#: The columns that awards may be sorted by.
SORTED_BY = tuple(_SORTED)


def told_by(sources: Iterable[Source]) -> Iterator[tuple[str, str, tuple[Source, ...]]]:
    """Sources that say the same together: the date ("" where none is told), the words, and who says so."""
    by: defaultdict[tuple[str, str], list[Source]] = defaultdict(list)
    for source in sources:
        by[source.when or "", fold(source.words)].append(source)
    for (when, _), some in by.items():
        yield when, some[0].words, tuple(some)
