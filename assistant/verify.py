"""Is every checkable thing in a statement, which a language model worded, in the quotes that it cites? Pure.

What is not proved is not shown: where it cannot be told whether a quote says a thing, it does not.
A statement
is taken apart into claims (``claims.py``), and each must be found in the quotes *and* stand there with what
the statement puts it with: a year with its event, a class with its award, a person with the post. The quotes
are only those of articles about the office that the statement speaks of.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import partial

from assistant.claims import (
    Award,
    Claims,
    Count,
    Held,
    Segment,
    When,
    claims,
    evenly,
    is_content,
    syllables,
    tidy,
)
from ingest.types import Span
from ingest.units import Office, whose
from ingest.vietnamese import UPPER, Token, normalise


@dataclass(frozen=True, slots=True)
class Source:
    """A cited quote with what is known of its article; ``published`` proves no date that the quote leaves
    out."""

    text: str
    unit: str | None
    title: str
    published: date | None


class Wrong(Enum):
    """What kind of thing in a statement the quotes do not bear out."""

    NUMBER = "số liệu"
    DATE = "thời gian"
    AWARD = "khen thưởng"
    DOCUMENT = "số hiệu văn bản"
    PERSON = "người"
    UNIT = "đơn vị"
    NAME = "tên riêng"
    QUOTATION = "lời trích"
    WORDS = "nội dung"
    NEGATION = "ý phủ định"
    SUPERLATIVE = "mức độ"


@dataclass(frozen=True, slots=True)
class Finding:
    kind: Wrong
    words: Span  # in the statement


@dataclass(frozen=True, slots=True)
class Verdict:
    """``unsupported``: what the quotes do not say. ``flags``: what turns or raises the meaning and is not in
    them. Either alone makes the statement another one than the quotes prove."""

    unsupported: tuple[Finding, ...]
    flags: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        return not self.unsupported and not self.flags


#: The content words of a statement of which at least such a share must be in the quotes.
SHARE = 0.55
#: … and no so many in a row may be missing.
MISSING = 4
#: How much better another place of the quotes must fit than the one that has the same date or number.
BETTER = 1.2
#: … and than the time, where the better place tells no time at all.
APART = 4.0


def verify(statement: str, sources: Sequence[Source]) -> Verdict:
    """What of a statement its sources do not prove. Never raises, whatever the text."""
    text, places = tidy(statement)
    said = claims(text)
    if not sources or not said.syllables:
        return Verdict((Finding(Wrong.WORDS, Span(0, len(statement))),), ())
    case = _Case(said, tuple(_Proof.of(s) for s in sources))

    def found(checks: Sequence[Callable[[_Case], Iterator[Finding]]]) -> tuple[Finding, ...]:
        each = {f for check in checks for f in check(case)}
        back = [Finding(f.kind, _placed(f.words, places, len(statement))) for f in each]
        return tuple(sorted(back, key=lambda f: (f.words, f.kind.name)))

    return Verdict(found(_CHECKS), found(_FLAGS))


def _placed(span: Span, places: Sequence[int], length: int) -> Span:
    start = places[min(span.start, len(places) - 1)]
    return Span(start, max(start, min(places[min(span.end, len(places) - 1)], length)))


# --- what the quotes say --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Proof:
    """A quote as it is read, and what is known of its article."""

    quote: Claims
    title: Claims
    unit: Claims
    office: str | None
    offices: frozenset[str]

    @classmethod
    def of(cls, source: Source) -> _Proof:
        quote, title, unit = (claims(tidy(t)[0]) for t in (source.text, source.title, source.unit or ""))
        named = {_full(o, unit.text or None) for c in (quote, title) for o in c.offices}
        return cls(quote, title, unit, unit.text or None, frozenset(n for n in (*named, unit.norm) if n))

    @property
    def read(self) -> tuple[Claims, Claims, Claims]:
        return self.quote, self.title, self.unit


@dataclass(frozen=True)
class _Case:
    said: Claims
    proofs: tuple[_Proof, ...]

    def about(self, at: int) -> tuple[_Proof, ...]:
        """The quotes that can prove what stands at a place: of those offices that its segment names, or the
        last that was named before it, or the first."""
        placed = [o for o in self.said.offices if o.place]
        segment = next((s for s in self.said.segments if s.span.start <= at < s.span.end), None)
        here = [o for o in placed if segment and segment.span.overlaps(o.span)]
        if not here:
            here = [o for o in placed if o.span.start <= at][-1:] or placed[:1]
        return tuple(p for p in self.proofs if any(_names(p, o) for o in here)) or self.proofs

    def segment(self, at: int) -> Segment | None:
        return next((s for s in self.said.segments if s.span.start <= at < s.span.end), None)

    def persons(self, segment: Segment) -> frozenset[tuple[str, ...]]:
        """Of whom a segment tells: those it names, or the last that were named before."""
        before = [s.persons for s in self.said.segments if s.span.end <= segment.span.end and s.persons]
        return before[-1] if before else frozenset()


def _full(office: Office, unit: str | None) -> str | None:
    if office.general or office.place:
        return evenly(office.name)
    full = whose(office, unit)
    return normalise(full) if full else None


_LEVEL = re.compile(r"(?<!\w)(?:tỉnh|thành phố|tp\.?|huyện|quận|thị xã|tx\.?|xã|phường|thị trấn)\s(?=\S)")


def _same_office(one: str, other: str) -> bool:
    """The same office, where one may leave out the level of the place: "Đảng ủy (xã) Kim Hòa"."""
    if one == other:
        return True
    a, b = _LEVEL.sub("", one), _LEVEL.sub("", other)
    return a == b and (a == one or b == other)


def _names(proof: _Proof, office: Office) -> bool:
    """Whether a quote names the office, or is of an article about it or about an office of it."""
    name = normalise(office.name)
    if not office.place:
        return any(_within(syllables(name), c.syllables) for c in proof.read)
    tails = (n.split(" ", i)[-1] for n in proof.offices for i in range(n.count(" ") + 1))
    return any(_same_office(name, n) for n in tails)


def _within(part: Sequence[str], whole: Sequence[str]) -> bool:
    n = len(part)
    part = tuple(part)
    return any(tuple(whole[i : i + n]) == part for i in range(len(whole) - n + 1))


# --- dates ----------------------------------------------------------------------------------------


def _fits(said: tuple[int | None, ...], told: tuple[int | None, ...]) -> bool:
    """Whether a date says no more than another."""
    return all(s is None or s == t for s, t in zip(said, told, strict=True))


def _clashes(said: tuple[int | None, ...], told: tuple[int | None, ...]) -> bool:
    return any(s is not None and t is not None and s != t for s, t in zip(said, told, strict=True))


def _proves(told: When, said: When) -> bool:
    """A period proves the same period, and either end where it is told as such ("từ", "đến") or is a whole
    day; a day proves its month and its year."""
    if told.side != said.side or (said.part and said.part != told.part):
        return False
    if said.last:
        return bool(told.last) and _fits(said.first, told.first) and _fits(said.last, told.last or ())
    if told.last is None:
        return _fits(said.first, told.first)
    begins, ends = _fits(said.first, told.first), _fits(said.first, told.last)
    whole = all(told.first) or all(told.last)
    return (begins and (whole or said.edge == "từ")) or (ends and (whole or said.edge == "đến"))


def _contradicts(told: When, said: When) -> bool:
    """Whether they cannot be the same time."""
    if _proves(told, said):
        return False
    if told.last or said.last:
        return True
    return _clashes(said.first, told.first) or told.side != said.side


def _dates(case: _Case) -> Iterator[Finding]:
    for when in case.said.whens:
        proofs = case.about(when.span.start)
        told = [w for p in proofs for w in p.quote.whens]
        if _is_share(case, when, proofs):
            continue
        if not any(_proves(w, when) for w in told):
            yield Finding(Wrong.DATE, when.span)
            continue
        segment = case.segment(when.span.start)
        if segment and not any(a.span.overlaps(segment.span) for a in case.said.awards):
            words = segment.words - _own_words(proofs) - _apart(case)
            at = [s for s in _told_then(when, proofs) if s.posts]
            if segment.posts and at:
                if not any(_same_post(a, b) for s in at for a in segment.posts for b in s.posts):
                    yield Finding(Wrong.PERSON, when.span)
                continue
            if _beside_another(case, when, proofs):
                yield Finding(Wrong.DATE, when.span)
                continue
            persons = case.persons(segment)
            if _of_these(persons, when, proofs):
                continue
            if _better_elsewhere(words, proofs, partial(_side, when)):
                yield Finding(Wrong.DATE, when.span)
            elif persons and any(s.persons for s in _told_then(when, proofs)):
                yield Finding(Wrong.PERSON, when.span)


def _apart(case: _Case) -> frozenset[str]:
    """The words of people and quotations, which tell who and what, not when."""
    spans = (*case.said.quotations, *case.said.people)
    return frozenset(w for span in spans for w in syllables(span.of(case.said.text)))


def _is_share(case: _Case, when: When, proofs: Sequence[_Proof]) -> bool:
    """ "2/3 cán bộ" reads like a day."""
    day, month, year = when.first
    return year is None and any(c.value == f"{day}/{month}" for p in proofs for c in p.quote.counts)


def _side(said: When, told: Segment) -> bool | None:
    """True where a segment is of that time, False where it is of another, None where it does not tell."""
    whens = told.whens
    if any(_proves(w, said) for w in whens):
        return True
    return False if whens and all(_contradicts(w, said) for w in whens) else None


def _own_words(proofs: Sequence[_Proof]) -> frozenset[str]:
    """The words of the articles' offices stand everywhere and tell nothing from another."""
    return frozenset(w for p in proofs for w in p.unit.syllables)


def _better_elsewhere(
    words: frozenset[str], proofs: Sequence[_Proof], fits: Callable[[Segment], bool | None]
) -> bool:
    """Whether the words lie more in segments that do not fit than in any that does."""
    segments = [s for p in proofs for s in p.quote.segments]
    weight = {
        w: math.log(1 + len(segments) / n) if (n := sum(w in s.words for s in segments)) else 0.0
        for w in words
    }
    best: dict[bool | None, float] = {True: 0.0, False: 0.0, None: 0.0}
    for segment in segments:
        side = fits(segment)
        best[side] = max(best[side], sum(weight[w] for w in words & segment.words))
    if best[None] > max(best[False], APART * best[True]):
        return True  # it is told without any time, and nothing like it at this one
    return best[False] > BETTER * best[True] and best[False] > best[None]


def _beside_another(case: _Case, when: When, proofs: Sequence[_Proof]) -> bool:
    """Whether the words right before the date stand right before another in the quotes, and not beside it."""
    words = set(case.said.beside(when)[0][-2:]) - _apart(case) - _own_words(proofs)
    told = [(w, p.quote.beside(w)) for p in proofs for w in p.quote.whens]
    mine = [before + behind for w, (before, behind) in told if _proves(w, when)]
    others = [before for w, (before, _) in told if _contradicts(w, when) and not (w.last and all(w.first))]
    return len(words) > 1 and not any(words & set(m) for m in mine) and any(words <= set(o) for o in others)


def _of_these(persons: frozenset[tuple[str, ...]], when: When, proofs: Sequence[_Proof]) -> bool:
    """Whether that time is told of one of these people."""
    return any(_same_person(a, b) for s in _told_then(when, proofs) for a in s.persons for b in persons)


def _told_then(when: When, proofs: Sequence[_Proof]) -> list[Segment]:
    return [s for p in proofs for s in p.quote.segments if any(_proves(w, when) for w in s.whens)]


# --- counts, ranks, documents ---------------------------------------------------------------------


def _numbers(case: _Case) -> Iterator[Finding]:
    for count in case.said.counts:
        proofs = case.about(count.span.start)
        told = [c for p in proofs for c in p.quote.counts]
        if _of_document(case, count, proofs) or (not told and count.weak) or _is_tally(case, count):
            continue
        same = [c for c in told if c.value == count.value and c.bound == count.bound]
        if (not same and not count.weak) or (
            not _counts_this(count, same)
            or not _counted_then(case, count, same)
            or (told and _counts_another(count, same, [c for c in told if _is_other(c, count)]))
        ):
            yield Finding(Wrong.NUMBER, count.span)


def _counts_this(count: Count, same: Sequence[Count]) -> bool:
    """Whether what is counted stands by that number in the quotes, if it says what."""
    return not (count.near and same) or any(
        count.near & (c.after | c.before)
        or c.near & (count.after | count.before)
        or (not c.near and count.before & c.before)
        for c in same
    )


def _counted_then(case: _Case, count: Count, same: Sequence[Count]) -> bool:
    """Whether it was so many at that time, where the quotes give each number its own: "1.200 (năm 2018)"."""
    segment = case.segment(count.span.start)
    said = (count.when,) if count.when else segment.whens if segment and segment.own else ()
    told = [c.when for c in same if c.when]
    return (
        len(told) < len(same) or not told or not said or any(_proves(t, s) for t in told for s in said if s)
    )


def _is_other(told: Count, said: Count) -> bool:
    return told.value != said.value and not told.weak and ("%" in told.value) == ("%" in said.value)


def _counts_another(count: Count, same: Sequence[Count], others: Sequence[Count]) -> bool:
    """Whether what is counted is counted by another number in the quotes."""

    def overlap(told: Count) -> float:
        near = len(count.after & told.after) + 2.0 * (count.head != "" and count.head == told.head)
        return near + 0.5 * len(count.before & told.before) + 0.25 * len(count.after & told.before)

    best = max(map(overlap, same), default=0.0)
    return max(map(overlap, others), default=0.0) > max(best, 1.0 if same else 2.0)


def _is_tally(case: _Case, count: Count) -> bool:
    """ "hai lần: …" where the statement itself gives the two."""
    listed = [a for a in case.said.awards if a.grade or a.motto]
    return count.head == "lần" and len(listed) > 1 and count.value == str(len(listed))


_NUMBERED = re.compile(r"(?:số|nghị quyết|chỉ thị|quyết định|kết luận|đề án|chương trình)\s$")


def _of_document(case: _Case, count: Count, proofs: Sequence[_Proof]) -> bool:
    numbered = _NUMBERED.search(case.said.norm, 0, count.span.start)
    return bool(numbered) and any(
        re.search(rf"(?<!\d){re.escape(count.span.of(case.said.text))}(?!\d)", d.of(p.quote.text))
        for p in proofs
        for d in p.quote.documents
    )


def _ranks(case: _Case) -> Iterator[Finding]:
    for rank in case.said.ranks:
        told = {r.value for p in case.about(rank.span.start) for r in p.quote.ranks}
        if rank.value not in told:
            yield Finding(Wrong.NUMBER, rank.span)


_SYMBOL = re.compile(r"\d[\w/-]*(?:-\w[\w/-]*)?")


def _documents(case: _Case) -> Iterator[Finding]:
    for document in case.said.documents:
        told = [d.of(p.quote.text) for p in case.about(document.start) for d in p.quote.documents]
        mine = document.of(case.said.text)
        if not any(_same_document(mine, other) for other in told):
            yield Finding(Wrong.DOCUMENT, document)


def _same_document(said: str, told: str) -> bool:
    a, b = _SYMBOL.search(said), _SYMBOL.search(told)
    if not a or not b:
        return False
    one, other = normalise(a[0]), normalise(b[0])
    kinds = normalise(said[: a.start()]).split()[:1], normalise(told[: b.start()]).split()[:1]
    alike = kinds[0] == kinds[1] or not kinds[0] or not kinds[1]
    return alike and (one == other or re.split(r"[-/]", other)[0] == one)


# --- awards ---------------------------------------------------------------------------------------


def _awards(case: _Case) -> Iterator[Finding]:
    for award in case.said.awards:
        told = [a for p in case.about(award.span.start) for a in p.quote.awards]
        if not any(_same_award(award, other) for other in told):
            yield Finding(Wrong.AWARD, award.span)


def _same_award(said: Award, told: Award) -> bool:
    return (
        told.name[: len(said.name)] == said.name
        and (said.grade is None or said.grade == told.grade)
        and (not said.motto or _plain(said.motto) == _plain(told.motto))
        and all(any(_within_time(t, w) for t in told.whens) for w in said.whens)
        and (not said.giver or _same_giver(said.giver, told.giver))
        and _may_receive(said.receiver, told.receiver)
    )


def _within_time(told: When, said: When) -> bool:
    if said.edge == "tính đến":
        return (told.first[2] or 0) <= (said.first[2] or 0)
    return _proves(told, said) or not _contradicts(told, said)


def _same_giver(said: str, told: str) -> bool:
    """Each that is said to have given it, among those who did."""
    givers = [syllables(g) for g in _AND.split(told) if g]
    return all(
        any(a[: len(b)] == b or b[: len(a)] == a for b in givers) for a in map(syllables, _AND.split(said))
    )


_AND = re.compile(r",\s(?:và\s)?|\svà\s")


_PEOPLE = re.compile(r"(?<!\w)(?:cá nhân|cán bộ|đồng chí|ông|bà|người|nhân viên|công chức)(?!\w)")


def _may_receive(said: str, told: str) -> bool:
    """Whether an award can be that of the receiver: an office and a person are not the same."""
    one, other = _sort(said), _sort(told)
    heads = [
        m[0] if (m := _BODY.search(r)) and sort == "office" else ""
        for r, sort in ((said, one), (told, other))
    ]
    return (one == other or not one or not other) and (heads[0] == heads[1] or not all(heads))


_BODY = re.compile(
    r"(?<!\w)(?:văn phòng|chi bộ|đảng bộ|công đoàn|chi đoàn|đoàn thanh niên|hội phụ nữ|ủy ban|"
    r"(?:tỉnh|thành|huyện|quận|thị|đảng) ủy)(?!\w)"
)


def _sort(receiver: str) -> str:
    """A person or an office, by the first that is named."""
    if "cá nhân" in receiver and "tập thể" in receiver:
        return ""
    person = _PEOPLE.search(receiver)
    office = re.search(
        r"(?<!\w)(?:văn phòng|tập thể|chi bộ|đảng bộ|công đoàn|đơn vị|(?:tỉnh|thành|huyện|đảng) ủy)(?!\w)",
        receiver,
    )
    if person and (not office or person.start() < office.start()):
        return "person"
    return "office" if office else ""


# --- people ---------------------------------------------------------------------------------------


def _same_person(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """By the full name, or by the given name alone."""
    return one == other or (min(len(one), len(other)) == 1 and one[-1:] == other[-1:])


def _people(case: _Case) -> Iterator[Finding]:
    for person in case.said.people:
        name = syllables(person.of(case.said.text))
        proofs = case.about(person.start)
        if not any(_within(name, c.syllables) for p in proofs for c in p.read):
            yield Finding(Wrong.PERSON, person)
    for held in case.said.held:
        told = [h for p in case.about(held.span.start) for h in p.quote.held]
        if not _may_hold(held, told) or not _post_named(held, case.about(held.span.start)):
            yield Finding(Wrong.PERSON, held.span)
    yield from _deeds(case)


_ROLE = re.compile(r"(?<!\w)(?P<role>của|do)\s(?:(?:đồng chí|đ/c|ông|bà|anh|chị)\s)?$")


def _deeds(case: _Case) -> Iterator[Finding]:
    """People of whom the quotes do not tell this, but of others."""
    for person in case.said.people:
        name = syllables(person.of(case.said.text))
        proofs = case.about(person.start)
        role = _ROLE.search(case.said.norm, max(0, person.start - 20), person.start)
        if role:
            told = [
                syllables(q.of(p.quote.text))
                for p in proofs
                for q in p.quote.people
                if (m := _ROLE.search(p.quote.norm, max(0, q.start - 20), q.start))
                and m["role"] == role["role"]
            ]
            if told and not any(_same_person(name, other) for other in told):
                yield Finding(Wrong.PERSON, person)
        segment = case.segment(person.start)
        says = bool(_SAYS.search(case.said.norm))
        words = segment.words if segment else frozenset()
        if says:
            words = next((w for w, people in case.said.told_apart if name in people), words)
        words = words - _own_words(proofs) - _apart(case)
        if _told_of_others(name, words, proofs, says):
            yield Finding(Wrong.PERSON, person)


def _told_of_others(
    name: tuple[str, ...], words: frozenset[str], proofs: Sequence[_Proof], says: bool
) -> bool:
    """Whether the words lie more in sentences about other people than in any about this one."""
    best = {True: 0, False: 0}
    for proof in proofs:
        last: frozenset[tuple[str, ...]] = frozenset()
        for sentence, persons in proof.quote.told_apart if says else proof.quote.told:
            persons = persons or last  # "Đồng chí đề nghị …" goes on about the one before
            last = persons
            if persons:
                mine = any(_same_person(name, other) for other in persons)
                best[mine] = max(best[mine], len(words & sentence))
    return best[False] > 1 + best[True]


_RANKED = ("nguyên", "quyền", "phó", "tổng", "cựu")


def _same_post(said: tuple[str, ...], told: tuple[str, ...]) -> bool:
    rank = [tuple(w for w in post[:2] if w in _RANKED) for post in (said, told)]
    return rank[0] == rank[1] and (set(said) <= set(told) or set(told) <= set(said))


def _may_hold(held: Held, told: Sequence[Held]) -> bool:
    """Not where the quotes give the person other posts, or the post to others only."""
    if any(_same_person(held.person, h.person) and _same_post(held.post, h.post) for h in told):
        return True
    if any(_same_person(held.person, h.person) for h in told):
        return False
    return not any(_same_post(held.post, h.post) for h in told)


def _post_named(held: Held, proofs: Sequence[_Proof]) -> bool:
    head = held.post[: 2 if held.post[0] not in _RANKED else 3]
    return any(_within(head, c.syllables) for p in proofs for c in p.read)


# --- offices and other names ----------------------------------------------------------------------


def _units(case: _Case) -> Iterator[Finding]:
    for office in case.said.offices:
        if office.general:
            continue  # a name like any other
        if not any(_names(p, office) for p in case.proofs):
            yield Finding(Wrong.UNIT, office.span)
    for level in _BARE_LEVEL.finditer(case.said.norm):
        span = Span(level.start(), level.end())
        inside = any(o.span.overlaps(span) for o in case.said.offices) or any(
            n.start <= span.start < n.end for n in case.said.names
        )
        if not inside and not any(
            _within(tuple(level[0].split()), c.syllables) for p in case.proofs for c in p.read
        ):
            yield Finding(Wrong.UNIT, span)
    yield from _doers(case)


_BARE_LEVEL = re.compile(
    r"(?<!\w)(?:tỉnh|huyện|xã|thành phố|thị xã|quận|phường|thị trấn|trung ương|toàn quốc|cả nước)(?!\w)"
)
_ADVERB = r"(?:đã|vinh dự|cũng|chính thức|luôn|hai lần|tiếp tục|từng|đều|còn)\s"
_DOES = re.compile(rf"\s(?:{_ADVERB})*(?P<verb>(?:được\s)?[^\W\d_]+)(?!\w)")
_VAGUE = {
    "có",
    "là",
    "và",
    "với",
    "cho",
    "trong",
    "ở",
    "tại",
    "được",
    "của",
    "do",
    "từ",
    "năm",
    "đã",
    "hiện",
    "nay",
    "lần",
    "phát",
    "giao",
    "vào",
}


def _doing(text: Claims, unit: str | None) -> Iterator[tuple[str, str, Office]]:
    """Each office that does something: the verb, the office's full name, and where it stands."""
    for office in text.offices:
        m = _DOES.match(text.norm, office.span.end)
        verb = m["verb"] if m else ""
        if m and text.text[m.start("verb")].islower() and verb not in _VAGUE:
            yield verb, _full(office, unit) or "", office


def _doers(case: _Case) -> Iterator[Finding]:
    """An office that the quotes name, but that is not the one of which they tell this."""
    for verb, _, office in list(_doing(case.said, None)):
        told: list[bool] = []
        for proof in case.about(office.span.start):
            mine = _full(office, proof.office)
            others = [name for v, name, _ in _doing(proof.quote, proof.office) if v == verb and name]
            told += [mine is None or _same_office(mine, other) for other in others]
        if told and not any(told):
            yield Finding(Wrong.UNIT, office.span)


def _names_proper(case: _Case) -> Iterator[Finding]:
    """Capitalised names must stand in the quotes as they are."""
    taken = [*case.said.people, *case.said.quotations]
    for name in case.said.names:
        for part in name.proper:
            if any(t.start <= part.start < t.end for t in taken):
                continue
            person = next((t.start for t in taken if part.start < t.start < part.end), part.end)
            words = syllables(case.said.text[part.start : person])
            proofs = case.about(part.start)
            if name.opens and part.start == name.start:
                if len(words) == 1:
                    continue
                if _stands(words, proofs):
                    continue
                words = words[1:]
            if not _stands(words, proofs) and not all(
                w.isdigit() or re.fullmatch("[ivxlc]+", w) for w in words
            ):
                yield Finding(Wrong.NAME, part)


def _capitals(case: _Case) -> Iterator[Finding]:
    """Of bodies and posts every word with a capital: the Thường trực is not the Ban Thường vụ."""
    known = frozenset(w for p in case.proofs for c in p.read for w in c.vocabulary)
    for name in case.said.names:
        if not name.office or (
            name.opens and name.start == 0 and len(name.proper) == 1 and name.proper[0].start == 0
        ):
            continue
        for token in case.said.tokens:
            inside = name.start < token.start < name.end or (token.start == name.start and not name.opens)
            if inside and case.said.text[token.start] in UPPER and token.exact not in known:
                yield Finding(Wrong.NAME, Span(token.start, token.end))
        for one, two in itertools.pairwise(t for t in case.said.tokens if name.start <= t.start < name.end):
            word = case.said.text[two.start].islower()  # of a word of two syllables
            if word and not _stands((one.exact, two.exact), case.proofs):
                yield Finding(Wrong.NAME, Span(one.start, two.end))


def _stands(words: Sequence[str], proofs: Sequence[_Proof]) -> bool:
    return any(_within(words, c.syllables) for p in proofs for c in p.read)


# --- what is quoted -------------------------------------------------------------------------------

_SAYS = re.compile(
    r"(?<!\w)(?:nói|cho biết|chia sẻ|nhấn mạnh|phát biểu|khẳng định|nêu rõ|cho rằng|theo|"
    r"bày tỏ|tâm sự|cho hay|phát biểu rằng|nhận định|kể)(?!\w)"
)


def _plain(words: str) -> str:
    return " ".join(re.sub(r"[“”\"‘’']", "", evenly(words)).split()).strip(" .,;:!?…")


_SPEECH = re.compile(r"(?:[:,]|rằng|^|[.!?…])\s*[“\"]?$")


def _verbatim(words: str, told: str) -> bool:
    """Whether the words stand in a text, and not right behind a "không" that they leave out."""
    found = [m.start() for m in re.finditer(re.escape(words), told)]
    return any(not re.search(r"(?<!\w)(?:không|chưa|chẳng|đừng)\s$", told[:at]) for at in found)


def _quotations(case: _Case) -> Iterator[Finding]:
    says = _SAYS.search(case.said.norm)
    for span in case.said.quotations:
        words = _plain(span.of(case.said.text))
        at = [p for p in case.about(span.start) if _verbatim(words, _plain(p.quote.text))]
        if not at or (
            says
            and _SPEECH.search(case.said.norm[: span.start])
            and not any(_said_by(case, p, words) for p in at)
        ):
            yield Finding(Wrong.QUOTATION, span)
    if says and case.said.people and not case.said.quotations:
        content = frozenset(t.exact for t in case.said.tokens if is_content(t.exact))
        shared = [len(content & p.quote.vocabulary) for p in case.proofs]
        best = [p for p, n in zip(case.proofs, shared, strict=True) if n == max(shared)]
        if not any(_speaks(case, p) for p in best):
            yield Finding(Wrong.QUOTATION, case.said.people[0])


def _speaks(case: _Case, proof: _Proof) -> bool:
    names = [syllables(p.of(case.said.text)) for p in case.said.people]
    return any(
        _same_person(n, q) or _within(n, proof.quote.syllables)
        for n in names
        for q in (proof.quote.persons or {()})
    )


def _said_by(case: _Case, proof: _Proof, words: str) -> bool:
    """Whether one of the statement's people, if it names any, is the one nearest to the quoted words."""
    names = [syllables(p.of(case.said.text)) for p in case.said.people]
    if not names:
        return True
    start = proof.quote.norm.find(words.split()[0] if words else "")
    found = proof.quote.norm.find(words)
    start = found if found >= 0 else start
    near = sorted(
        proof.quote.people, key=lambda p: min(abs(p.end - start), abs(p.start - start - len(words)))
    )
    return bool(near) and any(_same_person(n, syllables(near[0].of(proof.quote.text))) for n in names)


# --- words ----------------------------------------------------------------------------------------


def _words(case: _Case) -> Iterator[Finding]:
    known = frozenset(w for p in case.proofs for c in p.read for w in c.vocabulary)
    apart = [x.span for xs in (case.said.counts, case.said.whens, case.said.ranks) for x in xs]
    told = [
        t
        for t in case.said.tokens
        if is_content(t.exact) and not any(t.start < s.end and s.start < t.end for s in apart)
    ]
    missing = [t for t in told if t.exact not in known]
    run: list[Token] = []
    for token in told:
        run = [*run, token] if token.exact not in known else []
        if len(run) >= MISSING:
            yield Finding(Wrong.WORDS, Span(run[0].start, run[-1].end))
            return
    if told and 1 - len(missing) / len(told) < SHARE:
        yield Finding(Wrong.WORDS, Span(told[0].start, told[-1].end))


_OPPOSITES = [
    tuple(frozenset(f" {word} " for word in side.split(",")) for side in pair.split("|"))
    for pair in (
        "tăng|giảm;thành lập|giải thể;bắt đầu|kết thúc;nhiều nhất|ít nhất;đầu tiên|cuối cùng;cao|thấp;"
        "tất cả,toàn bộ,mọi,toàn thể|nhiều,một số,hầu hết,phần lớn,đa số;mở rộng|thu hẹp;sớm|muộn;"
        "hoàn thành|chưa hoàn thành;thống nhất|chia cắt;tập trung|phân tán;chia|sáp nhập"
    ).split(";")
]


_PLANS = re.compile(
    r"(?<!\w)(?:phấn đấu|nhiệm vụ trọng tâm|mục tiêu|sẽ|dự kiến|đề nghị|yêu cầu|"
    r"nguyện|quyết tâm|xác định|hướng tới)(?!\w)"
)
_DONE = re.compile(r"(?<!\w)(?:đã|vừa)(?!\w)")


def _done(case: _Case) -> Iterator[Finding]:
    """What the quotes only mean to do, told as done."""
    m = _DONE.search(case.said.norm)
    if not m or _PLANS.search(case.said.norm):
        return
    words = frozenset(t.exact for t in case.said.tokens if is_content(t.exact))
    told = [(len(words & w), s.of(p.quote.norm)) for p in case.proofs for s, w in p.quote.sentences]
    _, nearest = max(told, default=(0, ""))
    if _PLANS.search(nearest) and not _DONE.search(nearest):
        yield Finding(Wrong.WORDS, Span(m.start(), m.end()))


def _opposites(case: _Case) -> Iterator[Finding]:
    """A word whose contrary the quotes have, and not it."""
    told = "".join(f" {' '.join(p.quote.syllables)} " for p in case.proofs)
    said = f" {' '.join(case.said.syllables)} "
    for one, other in (pair for a, b in _OPPOSITES for pair in ((a, b), (b, a))):
        turned = [word for word in one if word in said and not any(w in told for w in one)]
        if turned and any(w in told for w in other) and not any(w in said for w in other):
            at = case.said.tokens[said[: said.index(turned[0])].count(" ")]
            yield Finding(Wrong.WORDS, Span(at.start, at.end))


# --- what turns or raises the meaning ---------------------------------------------------------------

_NOT = re.compile(
    r"(?<!\w)(?:không|chưa|chẳng)(?!\w)(?!\s(?:chỉ|những|ngừng|gian|khí|thể thiếu|quá|dưới|quân|đầy|đến))"
)
_ENDS_NOT = {"được", "bị", "đã", "mà", "nhưng", "và"}


def _denied(text: Claims) -> Iterator[tuple[Span, tuple[Token, ...]]]:
    """Each negation with the words it denies."""
    for m in _NOT.finditer(text.norm):
        words: list[Token] = []
        for token in text.tokens:
            if token.start < m.end():
                continue
            if len(words) == 4 or (
                words and (token.exact in _ENDS_NOT or re.search(r"[,;.:]", text.text[m.end() : token.start]))
            ):
                break
            if token.exact not in _ENDS_NOT:
                words.append(token)
        yield Span(m.start(), m.end()), tuple(w for w in words if is_content(w.exact))


def _negations(case: _Case) -> Iterator[Finding]:
    told = [[t.exact for t in words] for p in case.proofs for _, words in _denied(p.quote)]
    for span, tokens in _denied(case.said):
        words = [t.exact for t in tokens]
        if words and not any(words[:1] == other[:1] or len({*words} & {*other}) > 1 for other in told):
            yield Finding(Wrong.NEGATION, span)
    if told:
        asserted = {t.exact for p in case.proofs for t in _asserted(p.quote)}
        denied = {word for words in told for word in words[:3]} - asserted
        yield from (
            Finding(Wrong.NEGATION, Span(t.start, t.end)) for t in _asserted(case.said) if t.exact in denied
        )


def _asserted(text: Claims) -> list[Token]:
    denied = {t.start for _, tokens in _denied(text) for t in tokens}
    return [t for t in text.tokens if t.start not in denied]


_MOST = re.compile(
    r"(?<!\w)(?:duy nhất|đầu tiên|lần đầu|chỉ(?! thị| đạo| huy| tiêu| số| định| dẫn| mong)|hàng đầu|"
    r"trước tiên|sớm nhất|"
    r"(?<!hạng )(?<!thứ )(?<!ít )(?<!thống )(?<!đồng )nhất(?! trí| định| quán| thể))(?!\w)"
)


def _superlatives(case: _Case) -> Iterator[Finding]:
    for m in _MOST.finditer(case.said.norm):
        segment = case.segment(m.start())
        if not any(m[0] in words for words in _where_told(case, segment)):
            yield Finding(Wrong.SUPERLATIVE, Span(m.start(), m.end()))


def _where_told(case: _Case, segment: Segment | None) -> list[list[str]]:
    """The superlatives of each stretch of the quotes in which it can stand: of those about the same people
    where there are any."""
    stretches = [(p.quote, s) for p in case.proofs for s in p.quote.segments]
    if segment and segment.persons and not _SAYS.search(segment.span.of(case.said.norm)):
        same = [
            x for x in stretches if any(_same_person(a, b) for a in x[1].persons for b in segment.persons)
        ]
        stretches = same or stretches
    return [_MOST.findall(s.span.of(quote.norm)) for quote, s in stretches]


_CHECKS = (
    _dates,
    _numbers,
    _ranks,
    _documents,
    _awards,
    _people,
    _units,
    _names_proper,
    _capitals,
    _quotations,
    _words,
    _done,
    _opposites,
)
_FLAGS = (_negations, _superlatives)
