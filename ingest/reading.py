"""An article read sentence by sentence, for what states a fact: clauses, dates, offices, people. Pure.

Everything is found once for the whole article and cut to the sentence or the clause that is looked at.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from functools import cached_property
from itertools import pairwise

from ingest.mentions import people, quotations
from ingest.types import Article, Block, Span
from ingest.units import Office, offices, whose
from ingest.vietnamese import LIST_ITEM, UPPER, DateMention, curled, dates, sentences, tokens


class Role(Enum):
    """What a stretch is to the fact it belongs to; the value is its name in JSON."""

    EVENT = "event"
    DATE = "date"
    AWARD = "award"
    GIVER = "giver"
    RECEIVER = "receiver"
    PERSON = "person"
    POST = "post"
    SPEAKER = "speaker"
    WORDS = "words"
    NUMBER = "number"
    COUNTED = "counted"


Parts = tuple[tuple[Role, Span], ...]

#: What is longer is no sentence but a table or a mistake; every fact looks at all of its own sentence, so
#: such a one would cost the square of its length. The longest of thirty real articles has 1,064 characters.
SENTENCE_CHARACTERS = 6_000
#: A line that announces a list has no more characters.
ANNOUNCES_WITHIN = 160


@dataclass(frozen=True, slots=True)
class Found:
    """A fact as a finder gives it; see ``ingest.facts.Fact`` for what each part means."""

    sentence: Span
    parts: Parts
    value: str
    subject: str
    unit: str | None
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the article (a heading and an item of a list is one), the block it stands in, the
    heading above it, and its clauses: cut at semicolons and colons, outside quotation marks and brackets."""

    span: Span
    block: Block
    heading: Span | None
    clauses: tuple[Span, ...]

    def clause_at(self, position: int) -> Span:
        """The clause in which a position of the sentence lies."""
        return next((c for c in self.clauses if position < c.end), self.clauses[-1])


class Reading:
    """An article with all that its facts are made of. Every list is in order of position."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.text = curled(article.text)  # every position is as it was

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[Sentence]:
        heading: Span | None = None
        announced: Span | None = None
        for block, next_block in pairwise((*self.article.blocks, None)):
            assert block is not None  # only the last is None
            found = sentences(self.text, block.start, block.end)
            if block.kind in ("title", "heading") and found:
                found = [Span(found[0].start, found[-1].end)]
                heading = found[0] if block.kind == "heading" else None
            if not self._is_line(block):
                announced = None
            for span in self._whole(found):
                if span.end - span.start > SENTENCE_CHARACTERS:
                    continue
                yield Sentence(span, block, announced or heading, self._clauses(span))
            if next_block and self._announces(block, next_block):
                announced = Span(block.start, block.end)

    def _is_line(self, block: Block) -> bool:
        """Whether a block is a line of a list or a table."""
        return block.kind in ("item", "row") or self._marker(block) is not None

    def _announces(self, block: Block, list_begins: Block) -> bool:
        """Whether a block is a heading in all but its kind: a line that is no sentence, right above the first
        line of a list. What has no styles (a table of lines, a letter) tells its headings in no other way."""
        first = self._marker(list_begins)
        begins = first in ("-", "1", "01", "a")
        words = self.text[block.start : block.end]
        is_short = len(words) <= ANNOUNCES_WITHIN and words[-1] not in ".;,!?"
        own = self._marker(block)  # "1. Các đồng chí …" above "- …" heads them, "- …" does not
        return block.kind in ("paragraph", "heading") and begins and is_short and not own == first == "-"

    def _marker(self, block: Block) -> str | None:
        """The number or letter of a line of a list, "-" for a bullet; None for what begins with neither."""
        item = LIST_ITEM.match(self.text, block.start, block.end)
        return item and (item["number"] or "-")

    def _whole(self, found: Sequence[Span]) -> Iterator[Span]:
        """The sentences, those joined again that one quotation runs through."""
        at: Span | None = None
        for span in found:
            at = span if at is None else Span(at.start, span.end)
            if not self.is_quoted(at.end):
                yield at
                at = None
        if at is not None:
            yield at

    def _clauses(self, span: Span) -> tuple[Span, ...]:
        shut = [*within(self.quotations, span), *within(self.brackets, span)]
        cuts = [
            m
            for m in _CLAUSE_END.finditer(self.text, span.start, span.end)
            if not any(s.start <= m.start() < s.end for s in shut)
        ]
        at, clauses = span.start, []
        for m in cuts:
            if m.start() > at:
                clauses.append(Span(at, m.start()))
            at = m.end()
        return (*clauses, Span(at, span.end)) if at < span.end else tuple(clauses)

    # --- what the text names

    @cached_property
    def quotations(self) -> list[Span]:
        """What stands between quotation marks, one quotation within another included."""
        return sorted({*_nested(self.text), *quotations(self.text)})

    @cached_property
    def brackets(self) -> list[Span]:
        return [Span(m.start(), m.end()) for m in _BRACKETS.finditer(self.text)]

    @cached_property
    def dates(self) -> list[DateMention]:
        return list(dates(self.text))

    @cached_property
    def offices(self) -> list[Office]:
        return [self._without_person(office) for office in offices(self.text)]

    def _without_person(self, office: Office) -> Office:
        """Of "Văn phòng Huyện ủy Trần Văn Bình" the office alone, unless that is a place by its level."""
        inside = within(self.people, office.span)
        if not office.place or not inside or office.place[0].islower() or office.place.startswith("T"):
            return office
        person = inside[0]
        place = len(office.place) - (office.span.end - person.start)
        kept = office.place[: max(place, 0)].strip()
        end = office.span.start + len(self.text[office.span.start : person.start].rstrip())
        return replace(office, span=Span(office.span.start, end), place=kept)

    @cached_property
    def people(self) -> list[Span]:
        return list(people(self.text))

    def is_quoted(self, position: int) -> bool:
        return any(q.start <= position < q.end for q in self.quotations)

    def dates_in(self, span: Span) -> list[DateMention]:
        first = bisect_left(self.dates, span.start, key=lambda d: d.start)
        last = bisect_left(self.dates, span.end, first, key=lambda d: d.start)
        return [d for d in self.dates[first:last] if d.end <= span.end]

    def offices_in(self, span: Span) -> list[Office]:
        first = bisect_left(self.offices, span.start, key=lambda o: o.span.start)
        last = bisect_left(self.offices, span.end, first, key=lambda o: o.span.start)
        return [o for o in self.offices[first:last] if o.span.end <= span.end]

    def people_in(self, span: Span) -> list[Span]:
        return within(self.people, span)

    # --- whose a fact is

    def whose(self, office: Office) -> str | None:
        return whose(office, self.article.unit)

    def unit_in(self, *spans: Span) -> str | None:
        """The first office that one of these stretches names, of the first that names any; the article's
        own where none does. An office in a person's post ("Chánh Văn phòng Tỉnh ủy"), or that acts on
        another ("được Huyện ủy tặng"), is not who the sentence speaks of."""
        for span in spans:
            for office in self.offices_in(span):
                ahead = self.text[max(span.start, office.span.start - 40) : office.span.start]
                own = office.kind.startswith("Văn phòng") and _OF.search(ahead)
                if not own and _OTHERS.search(ahead):
                    continue
                if office.span.of(self.text)[0].isupper() or self.whose(office):
                    return self.whose(office)
        return self.article.unit


_CLAUSE_END = re.compile(r"[;:]\s+")
_BRACKETS = re.compile(r"\([^()\n]{1,200}\)")
_OTHERS = re.compile(
    r"(?:chánh|phó|bí thư|thường trực|thường vụ|chấp hành|chủ tịch|ủy viên|trưởng|lãnh đạo|nguyên|được|bởi|"
    r"giúp|cho|trình|của|với|đến|tới|tại|truyền thống)\s+$",
    re.IGNORECASE,
)
_OF = re.compile(r"(?<!truyền thống )\bcủa\s+$", re.IGNORECASE)


def _nested(text: str) -> Iterator[Span]:
    """What stands between a “ and its ”, within one line."""
    opened: list[int] = []
    for m in re.finditer(r"[“”\n]", text):
        if m[0] == "“":
            opened.append(m.end())
        elif m[0] == "\n":
            opened.clear()
        elif opened:
            start = opened.pop()
            if m.start() - start >= 3:
                yield Span(start, m.start())


def within(spans: Sequence[Span], span: Span) -> list[Span]:
    """The spans, sorted, that lie in ``span``."""
    first = bisect_left(spans, Span(span.start, span.start))
    found = []
    for s in spans[first:]:
        if s.start >= span.end:
            break
        if s.end <= span.end:
            found.append(s)
    return found


def trimmed(text: str, span: Span) -> Span:
    """The stretch without the blanks and the separators around it."""
    start, end = span.start, span.end
    while start < end and (text[start].isspace() or text[start] in ",;:–—-•+*"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ".,;:–—-"):
        end -= 1
    return Span(start, end)


def key(text: str, most: int | None = None) -> str:
    """A stretch as it is compared: its words folded, one blank between; at most so many."""
    words = [t.folded for t in tokens(text)]
    return " ".join(words if most is None else words[:most])


def iso(d: DateMention) -> str:
    """A date, or what is said of it: 1930-10-18, 1930-10, 1930; --10-18 and --10 without the year."""
    year = f"{d.year:04}" if d.year else "-"
    return "-".join([year, *(f"{n:02}" for n in (d.month, d.day) if n)])


def full(d: DateMention, published: date | None) -> str:
    """The date of something just reported, the year taken from the report where it is left out."""
    if d.year or not (published and d.month and d.day):
        return iso(d)
    try:
        day = date(published.year, d.month, d.day)
    except ValueError:
        return iso(d)
    return day.isoformat() if abs((published - day).days) <= REPORTED_WITHIN else iso(d)


#: A report names a day without its year where it was or will be within so many days.
REPORTED_WITHIN = 60


# --- whose time a date tells ------------------------------------------------------------------------

# What may stand before a date that leads its clause.
LEAD = re.compile(
    r"[-–•+*]?\s*(?:(?i:và|rồi|cũng|ngay|vào|từ|đến|ở|tại|trong|riêng|cuối|đầu|giữa|mùa|xuân|hè|thu|đông|"
    r"sáng|trưa|"
    r"chiều|tối|đêm|khoảng|những|hội|lúc|buổi)\s+|(?:\d{1,2}\s?(?:giờ|h)\d{0,2}'?,?\s+)|"
    rf"[{UPPER}][^\W\d_]*(?=\s+(?:ngày|tháng|năm|đầu|cuối|giữa|[{UPPER}]))\s+)*",
)
# Dates that tell no event's time: terms, deadlines, what came before or after.
_NO_TIME = re.compile(
    r"\b(?:nhiệm kỳ|giai đoạn|thời kỳ|niên khóa|niên khoá|trước|sau|hết|so với|kể từ|cho đến|"
    r"giai đoạn từ)\s+$",
    re.IGNORECASE,
)
UNTIL = re.compile(r"\s*(?:[-–—]|đến|tới)\s*")
_OPEN_END = re.compile(r"\s*(?:[-–—]|đến|tới)\s*(?:nay|(?:năm |tháng |ngày )?\d)", re.IGNORECASE)


def tells_time(text: str, d: DateMention) -> bool:
    """Whether the date is the time of something: no term, no deadline, no end of a period."""
    if not d.year and not d.day:
        return False
    if _NO_TIME.search(text[max(0, d.start - 20) : d.start]) or _OPEN_END.match(text, d.end):
        return False
    # Of "từ năm 1991 đến năm 1997" neither; of "từ ngày 12 đến ngày 14/10/2020" the full date.
    return not re.search(r"\d{4}\s*(?:[-–—]|đến|tới)\s*(?:năm\s+)?$", text[max(0, d.start - 18) : d.start])


def leads(text: str, clause: Span, d: DateMention) -> bool:
    """Whether the date leads its clause, or what follows a comma or "và" in it."""
    if LEAD.fullmatch(text, clause.start, d.start):
        return True
    comma = max(text.rfind(",", clause.start, d.start), text.rfind(" và ", clause.start, d.start))
    if comma < 0 or not re.match(r"\s*,|\s+[^\W\d_]", text[d.end : d.end + 3]):
        return False
    start = comma + 1 if text[comma] == "," else comma + 4
    return bool(re.fullmatch(r"\s*(?:và |đến |vào |từ )?\s*", text[start : d.start]))


_DAYS = re.compile(r"\btừ (?:ngày )?\d+(?:/\d+)? đến\s*$")


def behind(
    text: str, dated: Sequence[DateMention], start: int, end: int, lead: Sequence[DateMention]
) -> DateMention | None:
    """The date right behind an event's words: before the next event, comma and leading date."""
    d = next((d for d in dated if d.start >= start), None)
    if d is None or d.start >= end or d in lead:
        return None
    between = text[start : d.start]
    return None if re.search(r",\s|;|\bnhân\b|\bthực hiện\b|\btheo\b|\bđến\b", _DAYS.sub("", between)) else d


def compatible(one: str, other: str) -> bool:
    """Whether two dates as ``iso`` gives them may be the same day: one says no more than the other."""
    a, b = _fields(one), _fields(other)
    return all(x == y for x, y in zip(a, b, strict=False) if x and y)


def fuller(one: str, other: str) -> bool:
    """Whether ``one`` says all that ``other`` does, and more."""
    return one != other and compatible(one, other) and len(one.replace("-", "")) > len(other.replace("-", ""))


def _fields(value: str) -> tuple[str, ...]:
    return ("", *value[2:].split("-")) if value.startswith("--") else tuple(value.split("-"))
