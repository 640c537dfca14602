"""Awards: which, of what class, who gave it, who received it, when. Pure.

An award is a fact only where the sentence says that it was given: "được … tặng", "… trao tặng …", "đón
nhận …". What is striven for or proposed is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.mentions import awards
from ingest.reading import (
    LEAD,
    Found,
    Parts,
    Reading,
    Role,
    Sentence,
    behind,
    iso,
    key,
    leads,
    tells_time,
    trimmed,
    within,
)
from ingest.types import Span
from ingest.vietnamese import UPPER, DateMention, fold

#: A giver or a receiver is named in no more characters; what is longer is not a name.
NAMED_WITHIN = 160

_GIVEN = re.compile(
    r"\b(?:(?P<give>(?:trao |truy |phong |khen |quyết định )?tặng(?: thưởng| cho)?|trao(?: tặng)?|"
    r"khen thưởng|phong tặng)"
    r"|(?P<take>(?:vinh dự )?(?:(?:được )?đón nhận|nhận(?: được)?|đạt(?: được)?|giành(?: được)?|"
    r"được công nhận)))(?!\w)",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:phấn đấu|đề nghị|xét tặng|hồ sơ|hướng tới|quyết tâm|xứng đáng|tiêu chuẩn|đề xuất|trình|sẽ|mong|"
    r"nếu)\b",
    re.IGNORECASE,
)
# Words that name an award only with a name behind them.
_NAMELESS = {"danh hieu", "giai thuong", "huan chuong", "huy chuong", "huy hieu", "cup", "danh hieu thi dua"}
_PASSIVE = re.compile(r"\bđược\b", re.IGNORECASE)
_CLASS = re.compile(r"\bhạng (?:nhất|nhì|ba|tư)(?!\w)", re.IGNORECASE)
_FURTHER_CLASS = re.compile(r"(?:,|\s+và|\s*,\s*và)\s+(?P<class>(?:hạng )?(?:Nhất|Nhì|nhì|Ba))(?!\w)")
_OF_GIVER = re.compile(rf"\s+của\s+(?P<giver>(?:[Cc]ác\s+)?[{UPPER}][^,;.()]*)")
_SOME = re.compile(
    r"\b(?:(?:nhiều|các|một số|\d[\d.]*|hàng \w+|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)\s+)"
    r"(?:lượt\s+)?(?:tập thể|cá nhân|cán bộ|đồng chí|đảng viên|công chức|người)[^,;.]*$",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"[^,;.()\d]{0,20},?\s*\(?(?:từ\s+)?(?:năm\s+)?(?P<from>(?:19|20)\d\d)\s*(?:đến|tới|"
    r"[-–—])\s*(?:năm\s+)?(?P<to>(?:19|20)\d\d)"
)
# What may stand before a further award of the same grant: "…; năm 2000, Huân chương …".
_NEXT_IN_LIST = re.compile(r"(?:và\s+)?(?:(?:năm\s+)?\d{4}\s*[,:]?\s*(?:là\s+)?)?(?:\d+\s+)?", re.IGNORECASE)
_BRACKETED = re.compile(r"\s*\(")


@dataclass(frozen=True, slots=True)
class _Grant:
    """Who gave and who received, as far as said; a grant that names no receiver is to the one before."""

    givers: tuple[Span, ...]
    receiver: Span | None
    unit: str | None
    told: bool


def honours(reading: Reading) -> Iterator[Found]:
    """The awards given, each with what its own clause says of it."""
    found = list(awards(reading.text))
    for sentence in reading.sentences:
        inside = within(found, sentence.span)
        last: _Grant | None = None
        for i, award in enumerate(inside):
            clause = sentence.clause_at(award.start)
            before = inside[i - 1].end if i and inside[i - 1].end > clause.start else clause.start
            after = inside[i + 1].start if i + 1 < len(inside) else clause.end
            name = _named(reading.text, award)
            grant = _grant(reading, sentence, clause, award, before, last)
            if grant is None or _is_nameless(key(name.of(reading.text))):
                continue
            last = grant
            yield from _found(reading, sentence, clause, name, grant, min(after, clause.end))


def _is_nameless(name: str) -> bool:
    kind = next((n for n in _NAMELESS if name.startswith(n)), "")
    # "giải thưởng Viện …" in a name that goes on in small letters is cut after its first word.
    return name in _NAMELESS or (kind in ("danh hieu", "giai thuong") and name.count(" ") < 3)


def _named(text: str, award: Span) -> Span:
    """The award without its giver: "Bằng khen" of "Bằng khen của Thủ tướng Chính phủ"."""
    of = re.search(r"\s+của\s", award.of(text))
    return (
        Span(award.start, award.start + of.start())
        if of and "“" not in award.of(text)[: of.start()]
        else award
    )


def _grant(
    reading: Reading, sentence: Sentence, clause: Span, award: Span, before: int, last: _Grant | None
) -> _Grant | None:
    text = reading.text
    begins = clause.start
    while begins > sentence.span.start and text[sentence.span.start : begins].rstrip().endswith(":"):
        begins = sentence.clause_at(len(text[:begins].rstrip()) - 2).start  # what announces the list
    clause = Span(begins, clause.end)
    verbs = list(_GIVEN.finditer(text, clause.start, award.start))
    verb = verbs[-1] if verbs else None
    if verb is None or _NOT_YET.search(text, clause.start, award.start):
        goes_on = _NEXT_IN_LIST.fullmatch(text, clause.start, award.start)
        listed = last is not None and verb is None and (before > clause.start or goes_on)
        headed = sentence.block.start == sentence.span.start and _is_listed(reading, sentence, award)
        return last if listed else _Grant((), None, reading.article.unit, False) if headed else None
    if last is not None and before > verb.end():
        return last  # "tặng bằng khen, giấy khen": both by the same verb
    given = verb.start()
    part = max(clause.start, *(text.rfind(mark, clause.start, given) + 1 for mark in (",",)))
    if verb["take"]:
        givers = _names(text, _of_giver(text, award))
        return _to(reading, sentence, clause, Span(clause.start, given), part, givers, last)
    passive = list(_PASSIVE.finditer(text, clause.start, given))
    if passive and not re.search(r"\b(?:tặng|nhận|trao)\b", text[passive[-1].end() : given]):
        by = trimmed(text, Span(passive[-1].end(), given))
        givers = _names(text, by if _is_name(text, by) else _of_giver(text, award))
        to = Span(clause.start, passive[-1].start())
        start = max(clause.start, text.rfind(",", clause.start, passive[-1].start()) + 1)
        return _to(reading, sentence, clause, to, start, givers, last)
    dated = [d for d in reading.dates_in(Span(clause.start, given)) if leads(text, clause, d)]
    by = trimmed(text, Span(max([part, *(d.end for d in dated)]), given))
    to = trimmed(text, Span(verb.end(), award.start))
    behind_award = re.match(r"[^,;.:]{0,40}?\s(?:cho|đối với)\s+([^,;.]+)", text[award.end : clause.end])
    if not to.of(text).strip() and behind_award:
        to = Span(award.end + behind_award.start(1), award.end + behind_award.end(1))
    givers = _names(text, by if _is_name(text, by) else None)
    return _to(reading, sentence, clause, to, to.start, givers, last)


def _is_listed(reading: Reading, sentence: Sentence, award: Span) -> bool:
    """Whether the award is an item of a list of awards: its line begins with it, or with its year, and a
    heading or a line before says what the list is."""
    text = reading.text
    begins = re.fullmatch(
        r"[-–•+*\s]*(?:(?:\d+[.)]|năm \d{4}|\d{4})[\s:,.–-]*)*", text[sentence.span.start : award.start], re.I
    )
    heading = fold(sentence.heading.of(text)) if sentence.heading else ""
    above = fold(text[max(0, sentence.block.start - 400) : sentence.block.start])
    return bool(begins) and bool(
        re.search(r"khen thuong|phan thuong|danh hieu|tang|dat duoc|trao", f"{heading} {above}")
    )


def _of_giver(text: str, award: Span) -> Span | None:
    """Who stands behind the award as its giver: "Bằng khen của Thủ tướng Chính phủ"."""
    inner = re.search(r"\s+của\s+", award.of(text))
    m = _OF_GIVER.match(text, award.start + inner.start()) if inner else _OF_GIVER.match(text, award.end)
    if not m:
        return None
    giver = re.sub(r"\s+(?:vì|về|do|năm|cho|trong|đã|tặng|trao|và có)\b.*", "", m["giver"])
    return Span(m.start("giver"), m.start("giver") + len(giver))


def _is_name(text: str, span: Span) -> bool:
    words = span.of(text)
    return (
        0 < len(words) <= NAMED_WITHIN
        and any(c in UPPER for c in words)
        and not re.search(r"\bđể\b|\bđã có\b", words)
    )


def _names(text: str, span: Span | None) -> tuple[Span, ...]:
    """The several givers of "Văn phòng Trung ương Đảng, Tỉnh ủy và UBND tỉnh"."""
    if span is None:
        return ()
    at, found = span.start, []
    for m in [*re.finditer(rf",\s*(?:và\s+)?|\s+và\s+(?=[{UPPER}])", span.of(text)), None]:
        end = span.start + m.start() if m else span.end
        part = trimmed(text, Span(at, end))
        part = Span(part.start + len(_VINH_DU.match(part.of(text))[0]), part.end)  # type: ignore[index]
        part = Span(part.start, part.start + len(re.sub(r"\s+(?:đã|vừa|cũng)$", "", part.of(text))))
        if part.start < part.end and any(c in UPPER for c in part.of(text)):
            found.append(part)
        at = span.start + m.end() if m else end
    return tuple(found)


_VINH_DU = re.compile(r"(?:(?:vinh dự|đã|các|lãnh đạo)\s+)*", re.IGNORECASE)


def _to(
    reading: Reading,
    sentence: Sentence,
    clause: Span,
    stretch: Span,
    part: int,
    givers: tuple[Span, ...],
    last: _Grant | None,
) -> _Grant:
    """The grant to whom ``stretch`` names; what begins at ``part`` is nearest to the verb."""
    text = reading.text
    near = Span(min(part, stretch.end), stretch.end)
    some = _SOME.search(text[near.start : near.end].rstrip())
    people = reading.people_in(near)
    named = [
        o for o in reading.offices_in(near) if not _overlaps(o.span, givers) and not _in_post(text, o.span)
    ]
    held = _POST.match(text, near.start, near.end)
    if held and not some:  # "đồng chí X, Chánh Văn phòng, được …"
        people = reading.people_in(stretch)
    if some:
        receiver = trimmed(text, Span(near.start + some.start(), near.end))
        return _Grant(givers, receiver, _unit(reading, sentence, stretch, givers, last), True)
    someone = _SOMEONE.match(text, near.start, near.end)
    if someone and not people:  # "đồng chí Trưởng ban được …"
        receiver = trimmed(text, Span(someone.start("who"), near.end))
        return _Grant(givers, receiver, _unit(reading, sentence, stretch, givers, last), True)
    if people and not (named and named[-1].span.start > people[-1].end):
        person = people[-1]
        return _Grant(givers, person, _unit(reading, sentence, stretch, givers, last), True)
    if named:
        office = named[0] if stretch.start == part else named[-1]
        return _Grant(givers, office.span, reading.whose(office), True)
    wider = [
        o for o in reading.offices_in(stretch) if not _overlaps(o.span, givers) and not _in_post(text, o.span)
    ]
    persons = reading.people_in(stretch)
    if persons and not near.of(text).strip() and not (wider and wider[-1].span.start > persons[-1].start):
        # "đồng chí X, Chánh Văn phòng, được …"
        return _Grant(givers, persons[-1], _unit(reading, sentence, stretch, givers, last), True)
    if last is not None:
        return _Grant(givers, last.receiver, last.unit, last.told)
    if wider:
        return _Grant(givers, wider[-1].span, reading.whose(wider[-1]), True)
    return _Grant(givers, None, _unit(reading, sentence, stretch, givers, last), False)


_SOMEONE = re.compile(r"\s*(?P<who>(?:các\s+)?(?:đồng chí|đ/c|ông|bà|anh|chị)\s)", re.IGNORECASE)
_POST = re.compile(
    r"\s*(?:nguyên |quyền )?(?:phó |tổng )*(?:chánh|bí thư|chủ tịch|trưởng|giám đốc|ủy viên|uỷ viên|"
    r"chuyên viên)\b",
    re.IGNORECASE,
)
_POST_BEFORE = re.compile(
    r"\b(?:chánh|phó|bí thư|thường trực|chủ tịch|ủy viên|trưởng|phòng)\s+$", re.IGNORECASE
)


def _in_post(text: str, span: Span) -> bool:
    return bool(_POST_BEFORE.search(text[max(0, span.start - 16) : span.start]))


def _unit(
    reading: Reading, sentence: Sentence, stretch: Span, givers: tuple[Span, ...], last: _Grant | None
) -> str | None:
    if last is not None:
        return last.unit
    ahead = Span(sentence.span.start, stretch.end)
    named = [o for o in reading.offices_in(ahead) if not _overlaps(o.span, givers)]
    own = [o for o in named if reading.whose(o) == reading.article.unit]
    return reading.article.unit if own or not named else reading.whose(named[0])


def _overlaps(span: Span, others: tuple[Span, ...]) -> bool:
    return any(map(span.overlaps, others))


def _found(
    reading: Reading, sentence: Sentence, clause: Span, name: Span, grant: _Grant, after: int
) -> Iterator[Found]:
    text = reading.text
    office = grant.receiver is None or any(o.span == grant.receiver for o in reading.offices)
    to = "" if office or grant.receiver is None else f" | {key(grant.receiver.of(text))}"
    rest: Parts = (
        *((Role.GIVER, giver) for giver in grant.givers),
        *(((Role.RECEIVER, grant.receiver),) if grant.receiver else ()),
    )
    several = _SEVERAL.search(text, max(sentence.span.start, name.start - 8), name.start)
    number: Parts = ((Role.NUMBER, Span(several.start("number"), several.end("number"))),) if several else ()
    first = _CLASS.search(text, name.start, name.end)
    base = Span(name.start, first.start()) if first else name
    base = trimmed(text, base)
    subject = key(base.of(text)) + to
    whens = _whens(reading, clause, name, after)
    for dated, when in whens:
        told = (
            *(number if len(whens) == 1 else ()),
            (Role.AWARD, name),
            *rest,
            *((Role.DATE, d) for d in dated),
        )
        yield Found(sentence.span, told, key(name.of(text)), subject, grant.unit, when)
    at = name.end
    while first and (m := _FURTHER_CLASS.match(text, at, after)):
        level = Span(m.start("class"), m.end("class"))
        words = key(level.of(text))
        value = f"{key(base.of(text))} {words if words.startswith('hang') else f'hang {words}'}"
        for dated, when in _whens(reading, clause, name, after):
            told = ((Role.AWARD, base), (Role.AWARD, level), *rest, *((Role.DATE, d) for d in dated))
            yield Found(sentence.span, told, value, subject, grant.unit, when)
        at = m.end()


_SEVERAL = re.compile(r"(?P<number>\d+)\s+$")
# "(các năm 2001, 2006)": given more than once.
_YEARS = re.compile(
    r"\s*\((?:các\s+)?(?:năm\s+)?(?P<years>(?:19|20)\d\d(?:(?:\s*[,;]\s*|"
    r"\s+và\s+)(?:năm\s+)?(?:19|20)\d\d)+)\)"
)


_AND_BEFORE = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:\s*,\s*|\s+và\s+)$")
# "Từ năm 2015 đến năm 2020, …" before the award.
_LEADING_PERIOD = re.compile(
    r"\b(?:năm\s+)?(?P<from>(?:19|20)\d\d)\s*(?:đến|tới|[-–—])\s*(?:năm\s+)?(?P<to>(?:19|20)\d\d)(?![\d/])"
)


def _whens(
    reading: Reading, clause: Span, name: Span, after: int
) -> list[tuple[tuple[Span, ...], str | None]]:
    """Each time that the award was given, where the text says how often; else the one time, or none."""
    years = _YEARS.match(reading.text, name.end, after)
    if years is None:
        dated, when = _when(reading, clause, name, after)
        joined = _AND_BEFORE.search(reading.text, clause.start, dated[0].start) if dated else None
        if joined and when and len(when) == len("2017"):  # "Năm 2012 và năm 2017, …"
            first = Span(joined.start("year"), joined.end("year"))
            return [((first,), joined["year"]), (dated, when)]
        return [(dated, when)]
    at = years.start("years")
    found = [Span(at + m.start(), at + m.end()) for m in re.finditer(r"\d{4}", years["years"])]
    return [((span,), span.of(reading.text)) for span in found]


def _when(reading: Reading, clause: Span, name: Span, after: int) -> tuple[tuple[Span, ...], str | None]:
    """When the award was given: behind it before the next award, else as its clause begins."""
    text = reading.text
    period = _PERIOD.match(text, name.end, after)
    if period:
        span = Span(period.start("from"), period.end("to"))
        return (span,), f"{period['from']}/{period['to']}"
    dated = [d for d in reading.dates_in(clause) if tells_time(text, d)]
    lead = [d for d in dated if leads(text, clause, d)]
    near: DateMention | None = behind(text, dated, name.end, after, lead)
    if near is None and _BRACKETED.match(text, name.end, after):
        near = next((d for d in dated if name.end <= d.start < after), None)
    if near is None:
        near = next((d for d in reversed(lead) if d.end <= name.start), None)
    if near is None:
        leading = _LEADING_PERIOD.search(text, clause.start, name.start)
        if leading and LEAD.fullmatch(text, clause.start, leading.start()):
            span = Span(leading.start("from"), leading.end("to"))
            return (span,), f"{leading['from']}/{leading['to']}"
        return (), None
    return (Span(near.start, near.end),), iso(near)
