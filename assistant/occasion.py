"""An anniversary to be prepared: how many years it is by what the articles say, and the facts of the office
that keeps it. Pure; what the articles do not say, or say in two ways, is said to be so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.anniversary import Anniversary, reckon
from assistant.drafts import cited
from assistant.ledger import disagreements, of_units, place, sections, short, told_date
from assistant.types import Citation
from assistant.visit import say
from ingest.facts import Fact, FactKind
from ingest.types import Article
from ingest.vietnamese import DateMention, fold


@dataclass(frozen=True, slots=True)
class Kept:
    """An anniversary: ``count`` years in the year of the occasion, the ``sentence`` that shows the
    arithmetic, and the words that tell the day it counts from."""

    count: int
    sentence: str
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is kept by ``unit`` on ``day``. ``unknown`` are sentences on what cannot be counted and why."""

    unit: str
    day: date
    kept: tuple[Kept, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact of the sheet: in short, with the sentence that says it. ``disputed`` are the entries of other
    articles that say otherwise, in short with their article's title."""

    fact: Fact
    words: str
    evidence: Citation
    disputed: tuple[str, ...]

    @property
    def place(self) -> str:
        """Where its words stand, by which a page names it."""
        return f"{self.evidence.start}:{self.evidence.end}:{self.evidence.article}"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the sheet of facts, named in the visitor's language."""

    name: str
    entries: tuple[Entry, ...]


_FOUNDING = re.compile(r"thanh lap\b")
_BEGINNING = re.compile(r"(?:thanh lap|tai lap|tien than)\b")
_TRADITION = re.compile(r"ngay truyen thong\b")


def occasion(unit: str, day: date, facts: Sequence[Fact], article: Callable[[str], Article]) -> Occasion:
    """The anniversaries that ``unit`` keeps in that year: of its founding, of its traditional day, and of the
    traditional days of offices of its sort, which have no place of their own. ``article`` gives one by its
    id."""
    dated = [f for f in facts if f.kind is FactKind.DATE and f.unit]
    own = of_units(dated, [unit])
    kept: list[Kept] = []
    unknown: list[str] = []
    for sought, event in ((_FOUNDING, "ngày thành lập"), (_TRADITION, "ngày truyền thống của")):
        told = [f for f in own if sought.match(f.subject)]
        _count(told, f"{event} {unit}", day, article, kept, unknown)
        if not told and sought is _FOUNDING:
            unknown.append(say("Kho bài không nói {unit} được thành lập ngày nào.", unit=unit))
    shared: dict[str, list[Fact]] = {}
    for fact in dated:
        if _TRADITION.match(fact.subject) and _is_sort_of(fact.unit or "", unit) and fact not in own:
            shared.setdefault(fact.unit or "", []).append(fact)
    for name, told in shared.items():
        _count(told, f"ngày truyền thống của {name}", day, article, kept, unknown)
    return Occasion(unit, day, _each_once(kept), tuple(unknown))


def _is_sort_of(general: str, unit: str) -> bool:
    """Whether a name without a place may stand for all offices that begin with the same word, as ``unit``
    does."""
    first, other = fold(general).split()[:2], fold(unit).split()[:2]
    return not place(general) and bool(first) and first == other


def _count(
    told: Sequence[Fact],
    event: str,
    day: date,
    article: Callable[[str], Article],
    kept: list[Kept],
    unknown: list[str],
) -> None:
    """Adds what the facts of one event come to."""
    if not told:
        return
    if disagreements(told):
        dates = "; ".join(dict.fromkeys(f"{told_date(f.value)} ({article(f.article).title})" for f in told))
        unknown.append(
            say("Các bài nói khác nhau về {event}: {dates}. Chưa tính số năm.", event=event, dates=dates)
        )
        return
    dated = [f for f in told if re.fullmatch(r"\d{4}(?:-\d\d){0,2}", f.value)]
    if not dated:
        unknown.append(
            say("Các bài nêu {event} nhưng không nêu năm bắt đầu, nên chưa tính số năm.", event=event)
        )
        return
    fullest = max(dated, key=lambda f: len(f.value))
    year, month, monthday = [*map(int, fullest.value.split("-")), None, None][:3]
    asked = Anniversary("count", event, "", "", day.year, None)
    reckoned = reckon(DateMention(0, 0, monthday, month, year), asked, day)
    if reckoned is None:
        unknown.append(
            say(
                "{event} là {date}: năm {year} chưa có kỷ niệm.",
                event=f"{event[:1].upper()}{event[1:]}",
                date=told_date(fullest.value),
                year=day.year,
            )
        )
        return
    same = [f for f in dated if f.value == fullest.value]
    kept.append(Kept(reckoned.count, reckoned.sentence, tuple(_said(f, article) for f in same[:3])))


def _each_once(kept: Sequence[Kept]) -> tuple[Kept, ...]:
    return tuple({one.sentence: one for one in kept}.values())


def _said(fact: Fact, article: Callable[[str], Article]) -> Citation:
    """The sentence that says a fact."""
    return cited(article(fact.article), fact.sentence, [span for _, span in fact.parts])


# --- the sheet of facts ----------------------------------------------------------------------------

_NAMES = {
    FactKind.DATE: "Các mốc khác",
    FactKind.AWARD: "Khen thưởng",
    FactKind.FUNCTION: "Chức năng, nhiệm vụ",
    FactKind.MOTTO: "Phương châm",
    FactKind.QUOTE: "Lời phát biểu",
    FactKind.PERSON: "Con người",
    FactKind.COUNT: "Số liệu",
}
_CLASSES = ("hang nhat", "hang nhi", "hang ba", "hang tu")


def sheet(unit: str, facts: Sequence[Fact], article: Callable[[str], Article]) -> tuple[Chapter, ...]:
    """The facts of an office by what they tell: its founding, milestones, awards by class, functions, mottos,
    words said, people, figures. Chapters without an entry are left out; what two articles say alike stands
    once. ``article`` gives one by its id."""
    own = of_units(facts, [unit])
    against: dict[int, tuple[Fact, ...]] = {
        id(f): tuple(o for o in group if o.article != f.article and o.value != f.value)
        for group in disagreements(own)
        for f in group
    }

    def entry(fact: Fact) -> Entry:
        others = tuple(
            f"{short(o, article(o.article).text)} ({article(o.article).title})"
            for o in against.get(id(fact), ())
        )
        return Entry(fact, short(fact, article(fact.article).text), _said(fact, article), others)

    chapters: list[Chapter] = []
    for section in sections(own):
        entries = tuple(entry(f) for f in _told_once(section.facts))
        if section.kind is FactKind.DATE:
            begun = tuple(e for e in entries if _BEGINNING.match(e.fact.subject))
            rest = tuple(e for e in entries if not _BEGINNING.match(e.fact.subject))
            chapters += [Chapter(say("Thành lập"), begun), Chapter(say(_NAMES[section.kind]), rest)]
        elif section.kind is FactKind.AWARD:
            chapters.append(Chapter(say(_NAMES[section.kind]), tuple(sorted(entries, key=_rank))))
        else:
            chapters.append(Chapter(say(_NAMES[section.kind]), entries))
    return tuple(c for c in chapters if c.entries)


def _told_once(facts: Sequence[Fact]) -> list[Fact]:
    """Of facts that say the same, the first."""
    found: dict[tuple[str, str, str | None], Fact] = {}
    for fact in facts:
        found.setdefault((fact.subject, fact.value, fact.when), fact)
    return list(found.values())


def _rank(entry: Entry) -> int:
    """By class, those without one last; the order of time stays within one."""
    return next((n for n, c in enumerate(_CLASSES) if entry.fact.value.endswith(c)), len(_CLASSES))
