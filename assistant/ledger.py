"""The ledger of facts as people use it: grouped, put in short, and what articles disagree about. Pure."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.facts import Fact, FactKind, Role, compatible
from ingest.units import offices
from ingest.vietnamese import fold

#: "Gần 80 %" and "79 %" are the same count: within so much of each other.
ABOUT = 0.1

# Events that an office has once, by how the finder names them; what else has the same name in two articles
# (a yearly meeting) is the same only within one year.
_ONCE = re.compile(
    r"(?:thanh lap|tai lap|tien than|ngay truyen thong|tach|sap nhap|giai the|doi ten|nang cap|khoi cong|"
    r"khanh thanh|giai phong|di vao hoat dong|sinh|mat)\b"
)
# Posts that one person holds at a time.
_SOLE = re.compile(
    r"(?:quyen )?(?:chanh|bi thu|chu tich|giam doc|truong|tong|chu nhiem|hieu truong|to truong)\b"
)
# Posts that many hold at a time, and those that somebody held before.
_MANY = re.compile(r"^(?:nguyen|cuu)\b|\b(?:uy vien|thanh vien|dai bieu|chuyen vien)\b")
_SHORT_FOR = {
    "ubnd": "uy ban nhan dan",
    "hdnd": "hoi dong nhan dan",
    "tp": "thanh pho",
    "tx": "thi xa",
    "vp": "van phong",
}


@dataclass(frozen=True, slots=True)
class Section:
    """The facts of one unit and kind. ``unit`` is None for those whose unit is not clear."""

    unit: str | None
    kind: FactKind
    facts: tuple[Fact, ...]


def sections(facts: Iterable[Fact]) -> list[Section]:
    """The facts unit by unit in order of the alphabet (those without a unit last), kind by kind in the
    order of ``FactKind``; dates and awards by time, else as given."""
    grouped: dict[tuple[str, FactKind], list[Fact]] = defaultdict(list)
    spelled: dict[str, str | None] = {}
    for fact in facts:
        name = unit_key(fact.unit) if fact.unit else ""
        spelled.setdefault(name, fact.unit)
        grouped[name, fact.kind].append(fact)
    order = list(FactKind)
    keys = sorted(grouped, key=lambda k: (not k[0], k[0], order.index(k[1])))
    return [Section(spelled[name], kind, tuple(_sorted(kind, grouped[name, kind]))) for name, kind in keys]


def _sorted(kind: FactKind, facts: Sequence[Fact]) -> list[Fact]:
    if kind is FactKind.DATE:
        return sorted(facts, key=lambda f: f.value.lstrip("-"))
    if kind is FactKind.AWARD:
        return sorted(facts, key=lambda f: (f.when is None, f.when or ""))
    return list(facts)


@lru_cache(4096)
def unit_key(unit: str) -> str:
    """What units are compared by: neither case, marks, tone placement nor usual abbreviations matter."""
    return " ".join(_SHORT_FOR.get(word, word) for word in re.findall(r"\w+", fold(unit)))


def place(unit: str) -> str:
    """The name of the place that an office is of, folded and without its level; empty where it has none."""
    named = next(offices(unit), None)
    words = named.place.split() if named else []
    return fold(" ".join(w for w in words if not w[:1].islower() and w not in ("TP", "TX")))


def names_holder(fact: Fact) -> bool:
    """Whether a person's post is one that tells who is meant: a committee has many members."""
    return fact.kind is FactKind.PERSON and _MANY.search(fact.subject) is None


def units_like(wanted: str, units: Iterable[str | None]) -> list[str]:
    """Of these units, each once in order of the alphabet, those whose name has ``wanted`` in it as whole
    words; the one whose whole name it is, alone."""
    sought = unit_key(wanted)
    known = {unit_key(unit): unit for unit in units if unit}
    if sought in known:
        return [known[sought]]
    return sorted(unit for name, unit in known.items() if sought and f" {sought} " in f" {name} ")


def of_units(facts: Iterable[Fact], units: Iterable[str]) -> list[Fact]:
    """The facts of these units."""
    wanted = {unit_key(unit) for unit in units}
    return [fact for fact in facts if fact.unit and unit_key(fact.unit) in wanted]


# --- in short -------------------------------------------------------------------------------------


def short(fact: Fact, text: str) -> str:
    """A fact in one line of Vietnamese, made of the article's own words (``text`` is the article's)."""

    def said(role: Role, between: str = ", ") -> str:
        return between.join(" ".join(span.of(text).split()) for span in fact.all(role))

    when = f" ({told_date(fact.when)})" if fact.when and fact.part(Role.DATE) else ""
    match fact.kind:
        case FactKind.DATE:
            return f"{told_date(fact.value)}: {said(Role.EVENT)}"
        case FactKind.AWARD:
            giver, receiver = said(Role.GIVER), said(Role.RECEIVER)
            told = [
                f"{said(Role.NUMBER)} {said(Role.AWARD, ' ')}{when}".strip(),
                f"{giver} trao" if giver else "",
                f"{receiver} nhận" if receiver else "",
            ]
            return " · ".join(filter(None, told))
        case FactKind.PERSON:
            return f"{said(Role.POST)}: {said(Role.PERSON)}{when}"
        case FactKind.COUNT:
            return f"{said(Role.NUMBER)} {said(Role.COUNTED)}{when}"
        case FactKind.QUOTE:
            return f"{said(Role.SPEAKER)}: “{said(Role.WORDS)}”"
        case FactKind.MOTTO:
            return f"“{said(Role.WORDS)}”"
        case FactKind.FUNCTION:
            return said(Role.WORDS, "; ")


def told_date(iso: str) -> str:
    """A date or a period of the ledger as it is written in Vietnamese: ``1930-10-18`` is 18/10/1930,
    ``1951/1960`` is 1951–1960, ``2010/`` is từ 2010."""
    if "/" in iso:
        since, until = iso.split("/")
        return f"{told_date(since)}–{told_date(until)}" if until else f"từ {told_date(since)}"
    return "/".join(reversed(iso.lstrip("-").split("-")))


def parts_of(fact: Fact, text: str) -> dict[str, str]:
    """What stands in each role, by the role's name; several in one role are joined."""
    roles = dict.fromkeys(role for role, _ in fact.parts)
    return {
        role.value: (" " if role is Role.AWARD else "; ").join(span.of(text) for span in fact.all(role))
        for role in roles
    }


# --- disagreements --------------------------------------------------------------------------------


def disagreements(facts: Iterable[Fact]) -> list[tuple[Fact, ...]]:
    """The groups of facts in which articles say different things of the same unit, kind and subject, each
    group in the order given. An article disagrees with another where nothing that the other says of the
    subject agrees with it: a fuller date agrees with a shorter one that it contains, a count with one of
    another year, a holder of a post with one of another time. Functions, mottos and words said do not
    exclude each other, nor do facts without a unit."""
    grouped: dict[tuple[FactKind, str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.unit and fact.kind in _CONFLICTS:
            grouped[fact.kind, unit_key(fact.unit), fact.subject].append(fact)
    found = (_conflicting(_CONFLICTS[key[0]], group) for key, group in grouped.items())
    return [group for group in found if group]


def _conflicting(conflict: Callable[[Fact, Fact], bool], group: Sequence[Fact]) -> tuple[Fact, ...]:
    by_article: dict[str, list[Fact]] = defaultdict(list)
    for fact in group:
        by_article[fact.article].append(fact)
    against: set[int] = set()
    for one, other in itertools.combinations(by_article, 2):
        for a, b in itertools.product(by_article[one], by_article[other]):
            agrees = not all(conflict(a, x) for x in by_article[other]) or not all(
                conflict(x, b) for x in by_article[one]
            )
            if not agrees:
                against |= {id(a), id(b)}
    return tuple(fact for fact in group if id(fact) in against)


def _dates_conflict(a: Fact, b: Fact) -> bool:
    if compatible(a.value, b.value):
        return False
    return bool(_ONCE.match(a.subject)) or a.value[:4] == b.value[:4]


def _awards_conflict(a: Fact, b: Fact) -> bool:
    """An award with a class is given once: in two years it is told differently, and so are two classes in
    one year."""
    if not (a.when and b.when) or "/" in a.when + b.when or " hang " not in f"{a.value} {b.value}":
        return False
    return (a.value == b.value) != compatible(a.when, b.when)


def _holders_conflict(a: Fact, b: Fact) -> bool:
    if not _SOLE.match(a.subject) or not (a.when and b.when):
        return False
    same = a.value.endswith(f" {b.value}") or b.value.endswith(f" {a.value}") or a.value == b.value
    (start, end), (since, until) = _years(a.when), _years(b.when)
    at_once = (start, end) == (since, until) or max(start, since) < min(end, until)
    return not same and at_once


def _years(when: str) -> tuple[float, float]:
    """A point of time has no length, save that it lies inside the year it names."""
    since, _, until = when.partition("/")
    first = float(since[:4])
    if "/" not in when:
        return first + 0.25, first + 0.75
    return first, float(until[:4]) if until else float("inf")


def _counts_conflict(a: Fact, b: Fact) -> bool:
    if (
        a.when
        and b.when
        and not (a.when == b.when or ("/" not in a.when + b.when and compatible(a.when, b.when)))
    ):
        return False
    return " " in a.subject and not _amounts_agree(a.value, b.value)


_AMOUNT = re.compile(r"(?P<sign>[~<>]?)(?P<number>[\d.]+)(?P<share>%?)")


def _amounts_agree(one: str, other: str) -> bool:
    a, b = _AMOUNT.fullmatch(one), _AMOUNT.fullmatch(other)
    if not a or not b or a["share"] != b["share"]:
        return True  # a share and a number are not of one kind
    x, y = float(a["number"]), float(b["number"])
    if a["sign"] == b["sign"] == "":
        return x == y
    if "~" in a["sign"] + b["sign"]:
        return abs(x - y) <= ABOUT * max(x, y)
    return all(
        (sign != ">" or there >= here) and (sign != "<" or there <= here)
        for sign, here, there in ((a["sign"], x, y), (b["sign"], y, x))
        if sign
    ) or bool(a["sign"] and b["sign"])


_CONFLICTS: Mapping[FactKind, Callable[[Fact, Fact], bool]] = {
    FactKind.DATE: _dates_conflict,
    FactKind.AWARD: _awards_conflict,
    FactKind.PERSON: _holders_conflict,
    FactKind.COUNT: _counts_conflict,
}
