"""Dates of events: what was founded, renamed, split, merged, held or kept, and when. Pure.

A date belongs to the event of its own clause: one right behind the event's words ("thành lập năm 1930"),
or one that leads the clause ("Năm 1991, … được tách ra"). A date that is neither belongs to none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.mentions import awards, numbers
from ingest.reading import (
    LEAD,
    UNTIL,
    Found,
    Parts,
    Reading,
    Role,
    Sentence,
    behind,
    compatible,
    full,
    iso,
    key,
    leads,
    tells_time,
    trimmed,
)
from ingest.types import Span
from ingest.units import Office
from ingest.vietnamese import UPPER, DateMention, fold

#: What the day that an office keeps is compared by, and the founding of what came before it.
KEPT_DAY, FORERUNNER = "ngay truyen thong", "tien than"
#: An event is told in no more characters; a longer clause is cut at the comma before the event's words.
EVENT_CHARACTERS = 160
#: Words of a thing that is not an office, by which its founding is told from another's.
THING_WORDS = 4

# What happened, by the name under which two articles tell of the same. In Vietnamese the one it happened
# to stands before "được thành lập", "ra đời"; behind "quyết định thành lập".
_HAPPENED = {
    "tai lap": r"tái lập|tái thành lập",
    "thanh lap": r"thành lập|ra đời|khai sinh|(?<=được )lập|(?<=quyết định )lập|ra mắt",
    "tach": r"chia tách|tách (?:ra|khỏi|từ|thành|riêng)|được tách",
    "sap nhap": r"sáp nhập|hợp nhất",
    "giai the": r"giải thể",
    "doi ten": r"đổi tên|mang tên|lấy tên",
    "nang cap": r"(?:được )?nâng (?:cấp )?lên(?: thành)?",
    "chuyen tru so": r"chuyển về|dời về|chuyển trụ sở|dời trụ sở",
    "di vao hoat dong": r"đi vào hoạt động",
    "khoi cong": r"khởi công",
    "khanh thanh": r"khánh thành",
    "bat dau": r"bắt đầu",
    "cong nhan": r"công nhận",
    "giai phong": r"được giải phóng|giải phóng hoàn toàn",
    "sinh": r"(?<!hồi )(?<!tái )(?<!học )(?<!phát )(?<!khai )sinh(?= (?:ngày|tháng|năm|vào)\b)",
    "mat": r"qua đời|từ trần|mất(?= (?:ngày|tháng|năm|vào)\b)",
    "hop": r"họp lần thứ \w+|họp(?= (?:tại|ở)\b)",
    "khai mac": r"khai mạc|diễn ra",
    "to chuc": r"tổ chức(?= (?:thành công )?(?:buổi |cuộc |lễ )?(?:họp mặt|gặp mặt|tọa đàm|toạ đàm|kỷ niệm|"
    r"hội nghị|hội thảo|đại hội|lễ|mít tinh|công bố|đón nhận)\b)",
}
_EVENT = re.compile(
    r"\b(?:"
    + "|".join(f"(?P<{name.replace(' ', '_')}>{form})" for name, form in _HAPPENED.items())
    + r")(?!\w)",
    re.IGNORECASE,
)
# These take the time that is told of them and no other: one far away is that of something else.
_NEAR_ALONE = {"cong nhan", "sinh", "mat", "giai phong"}
# A gathering with its date right behind its name: "hội nghị lịch sử tháng 10-1930".
_GATHERING = re.compile(
    r"(?<!nghị quyết )(?<!kết luận )\b(?P<what>(?:đại hội|hội nghị)(?!\s+(?:đã|sẽ|"
    r"còn)\b)[^,;:.()“”\d]{0,90}?)"
    r"\s+(?:ngày|tháng|năm)\s+\d",
    re.IGNORECASE,
)
# A gathering that follows a leading date at once: "đầu năm 1941, Hội nghị đại biểu …".
_GATHERING_FIRST = re.compile(r",?\s+(?P<what>(?:đại hội|hội nghị)[^,;:.“”]{2,100})", re.IGNORECASE)


def events(reading: Reading) -> Iterator[Found]:
    """The dated events of an article, the days that offices keep among them."""
    days = [(sentence, list(_kept_days(reading, sentence))) for sentence in reading.sentences]
    named = [f for _, kept in days for f in kept if f.unit]
    for i, (sentence, kept) in enumerate(days):
        yield from (_known(f, named, reading.article.unit) for f in kept)
        if sentence.block.kind == "caption":
            continue
        told = list(_told(reading, sentence, bool(kept)))
        yield from told
        if i + 1 < len(reading.sentences):
            yield from _forerunner(reading, sentence, reading.sentences[i + 1], told)


# --- the day that an office keeps -----------------------------------------------------------------

_KEPT = re.compile(
    r"\bngày (?:hội )?(?:truyền thống|thành lập)(?!\w)|\btruyền thống(?= (?:\d+|[^\W\d_]+ mươi) năm)|"
    r"\bkỷ niệm (?:lần thứ )?\d+ năm thành lập(?!\w)|"
    r"\b\d+ năm (?:xây dựng|hình thành|phát triển|trưởng thành)(?=[^.;:()]{0,60}\(\d)",
    re.IGNORECASE,
)
# "18-10 (1930-2016)": the day, then the years of the first one and of its anniversary.
_DAY_AND_YEARS = re.compile(
    r"(?<!\d)(?P<day>(?P<d>0?[1-9]|[12]\d|3[01])[-/.](?P<m>0?[1-9]|1[0-2]))\s*"
    r"\((?P<year>1[89]\d\d|20\d\d)\s*[-–—]\s*(?:1[89]|20)\d\d\)"
)
_CHOSEN = re.compile(r"\b(?:lấy|chọn|là|làm|được)\b", re.IGNORECASE)
#: The date of a kept day stands no further from the words for it than so many characters.
KEPT_WITHIN = 150


def _kept_days(reading: Reading, sentence: Sentence) -> Iterator[Found]:
    text = reading.text
    spans = [Span(m.start(), m.end()) for m in _KEPT.finditer(text, sentence.span.start, sentence.span.end)]
    for i, words in enumerate(spans):
        # From the kept day before to the next: of four in one sentence each has its own date.
        clause = sentence.clause_at(words.start)
        after = min([clause.end, *(s.start for s in spans[i + 1 : i + 2])])
        before = max([clause.start, *(s.end for s in spans[:i])])
        dated = _date_of_kept(reading, words, Span(before, after))
        if dated is None:
            continue
        value, parts = dated
        founded = "thanh lap" in fold(words.of(text))
        end = min([parts[0][1].start] if parts[0][1].start > words.end else [after])
        event = trimmed(text, Span(words.start, max(end, words.end)))
        event = Span(event.start, min(event.end, _end_of_name(text, event, words.end)))
        owner = _keeper(reading, sentence, words, after)
        yield Found(
            sentence.span, ((Role.EVENT, event), *parts), value, "thanh lap" if founded else KEPT_DAY, owner
        )


def _known(day: Found, named: list[Found], unit: str | None) -> Found:
    """The kept day with its owner where only other sentences of the article name that: "Ngày truyền thống
    18/10"."""
    if day.unit:
        return day
    same = (f.unit for f in named if f.subject == day.subject and compatible(f.value, day.value))
    return replace(day, unit=next(same, unit if day.subject != KEPT_DAY else None))


def _date_of_kept(reading: Reading, words: Span, stretch: Span) -> tuple[str, Parts] | None:
    """The date of the kept day at ``words``, of those in ``stretch``: behind it in brackets or alone, else
    before it where the sentence says that it was chosen. Of an anniversary's range the first."""
    text = reading.text
    both = _DAY_AND_YEARS.search(text, words.end, stretch.end)
    if both and both.start() - words.end <= KEPT_WITHIN:
        year = Span(both.start("year"), both.end("year"))
        value = f"{year.of(text)}-{int(both['m']):02}-{int(both['d']):02}"
        return value, ((Role.DATE, Span(both.start("day"), both.end("day"))), (Role.DATE, year))
    found = reading.dates_in(stretch)
    behind = [
        d
        for d in found
        if words.end <= d.start <= words.end + KEPT_WITHIN and (d.day or _ranges(text, found, d))
    ]
    if behind and not re.search(r"[.;]\s", text[words.end : behind[0].start]):
        between = text[words.end : behind[0].start]
        if "(" in between or "," not in between:
            return iso(behind[0]), ((Role.DATE, Span(behind[0].start, behind[0].end)),)
    ahead = [d for d in found if d.day and d.end <= words.start and words.start - d.end <= KEPT_WITHIN]
    if ahead and (
        _CHOSEN.search(text, ahead[-1].end, words.start)
        or _CHOSEN.search(text, max(stretch.start, ahead[-1].start - 12), ahead[-1].start)
    ):
        return iso(ahead[-1]), ((Role.DATE, Span(ahead[-1].start, ahead[-1].end)),)
    return None


def _ranges(text: str, found: list[DateMention], d: DateMention) -> bool:
    """Whether a year stands first in brackets, as in "(1930 - 2020)"."""
    i = found.index(d)
    return (
        i + 1 < len(found)
        and UNTIL.fullmatch(text, d.end, found[i + 1].start) is not None
        and text[: d.start].rstrip().endswith("(")
    )


def _end_of_name(text: str, event: Span, start: int) -> int:
    stop = re.compile(r"\s*[,;:.(]|\s+(?:là|vào|được|nhằm|\d)\b").search(text, start, event.end)
    return stop.start() if stop else event.end


# "của Ban Tuyên giáo": whose day it is, where that is no office with a place.
_BRANCH = re.compile(
    rf"\s+(?:của\s+)?(?P<name>[{UPPER}][^\W\d_]*(?:\s[^\W\d_]+){{0,5}}?)"
    r"(?=\s*[,;.()]|\s+(?:là|và|được|vào|hằng|hàng|ngày|\d)|$)"
)


def _keeper(reading: Reading, sentence: Sentence, words: Span, end: int) -> str | None:
    """Whose day it is: the office named behind it, else the only general one of the sentence, else the
    article's, where the sentence names no other."""
    behind = reading.offices_in(Span(words.end, end))
    for office in behind:
        if (
            not re.search(r"[,;:.]", reading.text[words.end : office.span.start].replace("(", ","))
            or office.general
        ):
            return reading.whose(office)
    called = _BRANCH.match(reading.text, words.end, end)
    if called:
        return called["name"]
    general = {
        o.kind: o
        for o in reading.offices_in(sentence.span)
        if o.general
        and not fold(o.kind).startswith(("ban bi thu", "ban chap hanh", "trung uong", "dang cong"))
    }
    if len(general) == 1:
        return next(iter(general))
    if fold(words.of(reading.text)).startswith("ngay truyen thong"):
        return None  # who is named before keeps the day, but so do others
    named = reading.offices_in(Span(sentence.span.start, words.start))
    return reading.whose(named[-1]) if named and named[-1].place else None


# --- other events ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Event:
    """The words that tell what happened, and under what name."""

    span: Span
    name: str


def _told(reading: Reading, sentence: Sentence, kept: bool) -> Iterator[Found]:
    text = reading.text
    for clause in sentence.clauses:
        dated = [d for d in reading.dates_in(clause) if tells_time(text, d)]
        if not dated or any(q.start <= clause.start and clause.end <= q.end for q in reading.quotations):
            continue
        happened = _happened(reading, clause)
        lead = [d for d in dated if leads(text, clause, d)]
        taken = set()
        for i, event in enumerate(happened):
            following = happened[i + 1].span.start if i + 1 < len(happened) else clause.end
            d = behind(text, dated, event.span.end, following, lead)
            if d is None and event.name not in _NEAR_ALONE:
                d = next((x for x in reversed(lead) if x.end <= event.span.start), None)
            if d is None or (
                kept and KEPT_DAY in fold(text[clause.start : clause.end]) and d.end > event.span.end
            ):
                continue
            taken.add(d.start)
            yield _found(reading, sentence, clause, event, d)
        first = next(iter(lead), None)
        if first and first.start not in taken and not kept:
            yield from _gathering_or_milestone(reading, sentence, clause, first)


def _happened(reading: Reading, clause: Span) -> list[_Event]:
    found = []
    for m in _EVENT.finditer(reading.text, clause.start, clause.end):
        if m.lastgroup and not any(q.start <= m.start() < q.end for q in reading.quotations):
            before = fold(reading.text[max(clause.start, m.start() - 12) : m.start()])
            named = (
                m.lastgroup != "doi_ten"
                or m[0].casefold().startswith("đổi")
                or _first(reading, Span(m.end(), min(clause.end, m.end() + 60)))
            )
            if named and not re.search(
                r"(?:\b(?:ngay|nam|khi|ke tu|tu|luc) (?:duoc |moi )?|\bse (?:duoc )?)$", before
            ):
                found.append(_Event(Span(m.start(), m.end()), m.lastgroup.replace("_", " ")))
    for m in _GATHERING.finditer(reading.text, clause.start, clause.end):
        span = Span(m.start("what"), m.end("what"))
        if not any(span.start <= e.span.start < span.end for e in found):
            found.append(_Event(span, "hoi nghi"))
    return sorted(found, key=lambda e: e.span)


def _found(reading: Reading, sentence: Sentence, clause: Span, event: _Event, d: DateMention) -> Found:
    text = reading.text
    start = d.end if d.end <= event.span.start else clause.start
    aside = next((b for b in reading.brackets if b.start < event.span.start < b.end), None)
    if aside:  # "Văn phòng X (thành lập năm 1979)": said of what stands before the bracket
        named = reading.offices_in(Span(clause.start, aside.start))
        near = named and not text[named[-1].span.end : aside.start].strip()
        start = named[-1].span.start if near else aside.start + 1
    end = d.start if d.start >= event.span.end else _comma(text, event.span.end, clause.end)
    start = start if aside else _subject_start(text, start, event.span.start)
    told = trimmed(text, Span(start, end))
    lead = _PREPOSITION.match(text, told.start, event.span.start)
    told = Span(lead.end(), told.end) if lead else told
    told = _without(text, told, r"\s+(?:vào|từ|khoảng|đầu|cuối|ngày|\()$")
    told = Span(told.start, min(told.end, max(event.span.end, told.start + 2 * EVENT_CHARACTERS)))
    subject, unit = _about(reading, sentence, event, told, Span(clause.start, event.span.start))
    published = reading.article.published
    value = full(d, published) if event.name in ("to chuc", "khai mac", "hop") else iso(d)
    return Found(sentence.span, ((Role.EVENT, told), (Role.DATE, Span(d.start, d.end))), value, subject, unit)


_PREPOSITION = re.compile(r"(?:(?:từ|tại|trong|ở)\s+|[^,]*\svà\s+(?=quyết định\s))+", re.IGNORECASE)


def _subject_start(text: str, start: int, event: int) -> int:
    """Where the part of the clause begins that says to what it happened: behind the last comma that leaves
    more than verbs between it and the event's words."""
    at = event
    while (at := text.rfind(",", start, at)) >= 0:
        if _MORE_THAN_VERBS.search(text[at + 1 : event]):
            return at + 1
    return start


_MORE_THAN_VERBS = re.compile(r"(?i)^(?!\s*(?:(?:đã|được|và|chính thức|quyết định|còn|cũng|mới|vừa)\s+)*$)")


def _about(
    reading: Reading, sentence: Sentence, event: _Event, told: Span, ahead: Span
) -> tuple[str, str | None]:
    """The event's name, with that of the thing where it is no office; and whose it is."""
    text = reading.text
    if event.name in ("khai mac", "hop") and told.start < event.span.start:
        return key(told.of(text), 3 * THING_WORDS), reading.unit_in(told, sentence.span)
    if event.name in ("to chuc", "khai mac", "hop", "hoi nghi"):
        return key(text[event.span.start : told.end], 2 * THING_WORDS), reading.unit_in(told, sentence.span)
    before = Span(told.start, event.span.start)
    behind = Span(event.span.end, max(event.span.end, told.end))
    words = fold(text[before.start : before.end])
    if words.startswith(FORERUNNER) and event.name == "thanh lap":
        return FORERUNNER, _unit_of(reading, _first(reading, before))
    active = event.name in ("thanh lap", "tai lap", "giai the") and re.search(
        r"\b(?:quyet dinh|chu truong|cho phep|tien hanh|da)(?: [a-z]+)? $", words
    )
    if active:
        first = _first(reading, behind)
        near = first and first.span.start - behind.start <= 8
        if first and near:
            return event.name, _unit_of(reading, first)
        return f"{event.name} {key(text[behind.start : behind.end], THING_WORDS)}", reading.unit_in(
            before, ahead
        )
    own = _subject(reading, before)
    if own is not None:
        target = (
            f" {key(text[behind.start : behind.end], 2 * THING_WORDS)}" if event.name == "doi ten" else ""
        )
        return event.name + target, _unit_of(reading, own)
    if event.name in ("doi ten", "tach", "sap nhap"):
        # Of "A được tách khỏi B" it is A's; of "Tổ được đổi tên thành B", B's.
        first = _first(reading, behind) if event.name == "doi ten" or not words.strip() else None
        target = (
            f" {key(text[behind.start : behind.end], 2 * THING_WORDS)}" if event.name == "doi ten" else ""
        )
        if first or not words.strip():
            return event.name + target, _unit_of(reading, first)
    thing = key(text[before.start : before.end], THING_WORDS) or key(
        text[behind.start : behind.end], THING_WORDS
    )
    return f"{event.name} {thing}".strip(), reading.unit_in(before, behind, sentence.span)


def _subject(reading: Reading, before: Span) -> Office | None:
    """The office that begins what stands before the event's words, and that they are said of."""
    first = _first(reading, before)
    if first is None:
        return None
    ahead = fold(reading.text[before.start : first.span.start]).strip()
    return first if re.fullmatch(r"(?:(?:va|nay|cung|khi|luc|thi|ngay|sau)\s*)*", ahead) else None


def _first(reading: Reading, span: Span) -> Office | None:
    return next(iter(reading.offices_in(span)), None)


def _unit_of(reading: Reading, office: Office | None) -> str | None:
    return reading.whose(office) if office else reading.article.unit


def _gathering_or_milestone(
    reading: Reading, sentence: Sentence, clause: Span, d: DateMention
) -> Iterator[Found]:
    """What a leading date tells of, in other words than those known: a gathering named at once, or else
    all that its clause says."""
    text = reading.text
    date_part = (Role.DATE, Span(d.start, d.end))
    gathering = _GATHERING_FIRST.match(text, d.end)
    if gathering and gathering.end() <= clause.end:
        what = trimmed(text, Span(gathering.start("what"), gathering.end("what")))
        yield Found(
            sentence.span,
            ((Role.EVENT, what), date_part),
            iso(d),
            key(what.of(text), 2 * THING_WORDS),
            reading.unit_in(what, sentence.span),
        )
        return
    if (
        text[d.end : d.end + 1] != ","
        or _SUBORDINATE.match(text, d.end)
        or not LEAD.fullmatch(text, clause.start, d.start)
    ):
        return
    told = trimmed(text, Span(d.end, clause.end))
    # What is awarded or counted is a fact of another kind.
    if any(awards(told.of(text))) or any("%" not in n.of(told.of(text)) for n in numbers(told.of(text))):
        return
    if told.end - told.start >= 20:
        end = (
            told.end if told.end - told.start <= EVENT_CHARACTERS else _comma(text, told.start + 60, told.end)
        )
        event = trimmed(text, Span(told.start, end))
        yield Found(
            sentence.span,
            ((Role.EVENT, event), date_part),
            iso(d),
            key(event.of(text), 2 * THING_WORDS),
            reading.unit_in(event, sentence.span),
        )


_SUBORDINATE = re.compile(r",\s+(?:khi|lúc|nhân|do|vì|để|với)\b", re.IGNORECASE)


def _forerunner(
    reading: Reading, sentence: Sentence, following: Sentence, told: list[Found]
) -> Iterator[Found]:
    """Of "Tháng 10 năm 1946, … lập Tổ giúp việc. Đây là tiền thân của …": when the forerunner began. The
    quote is both sentences."""
    text = reading.text
    words = fold(following.span.of(text)[:80])
    if (
        following.block != sentence.block
        or not told
        or FORERUNNER not in fold(following.span.of(text))
        or not re.match(
            r"day (?:chinh )?la|(?:cac |nhung )?(?:bo phan|to chuc|to|ban|co quan)[^.]{0,20} (?:nay|do)\b",
            words,
        )
    ):
        return
    m = re.search(r"tiền thân[^,;.]*", following.span.of(text), re.IGNORECASE)
    if m:
        event = Span(following.span.start + m.start(), following.span.start + m.end())
        office = _first(reading, event)
        earliest = min(told, key=lambda f: f.value)
        dated = [part for part in earliest.parts if part[0] is Role.DATE]
        whole = Span(sentence.span.start, following.span.end)
        yield Found(
            whole, ((Role.EVENT, event), *dated), earliest.value, FORERUNNER, _unit_of(reading, office)
        )


def _comma(text: str, start: int, end: int) -> int:
    at = text.find(",", start, end)
    return end if at < 0 else at


def _without(text: str, span: Span, tail: str) -> Span:
    words = re.sub(tail, "", span.of(text))
    return trimmed(text, Span(span.start, span.start + len(words)))
