"""Anniversaries, computed rather than copied: which one a question asks about, when it began, and the
arithmetic. Pure; the date that an anniversary counts from is the library's to tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

import prompts
from assistant.question import Question
from ingest.mentions import people
from ingest.vietnamese import DateMention, even_fold, fold, has_marks

#: What is asked: how many years it is in a year, how many years something has lasted, or in which year
#: it will be so many.
Asked = Literal["count", "age", "year"]


@dataclass(frozen=True, slots=True)
class Anniversary:
    """An anniversary asked about. ``event`` are the words for what is kept, as an answer calls it
    ("ngày truyền thống của Văn phòng …"), ``subject`` whose it is ("" where the question does not say).
    ``question`` asks the library for the day it counts from. ``year`` is the year asked about, ``count``
    the number of years asked about; None where the question gives none: for "bao nhiêu năm rồi" neither
    is given."""

    asked: Asked
    event: str
    subject: str
    question: str
    year: int | None
    count: int | None


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How many years it is in which ``year``. ``day`` is the anniversary's day as it is written,
    "18/10/2026", None where the founding date gives no day and month, or the year does not have that
    day. ``sentence`` shows the arithmetic, in Vietnamese."""

    count: int
    year: int
    day: str | None
    sentence: str


# All matched against the text folded letter for letter.
_HOW_MANY = (
    r"(?:bao nhieu|may) (?:nam|tuoi)|lan thu (?:may|bao nhieu)|thu (?:may|bao nhieu)"
    r"|lan may|bao nhieu (?:nam )?(?:roi)?"
)
_COUNT = re.compile(
    rf"\b(?:la )?(?:le |dip |nhan )?(?:dip )?ky niem (?:lan )?(?:tron )?(?:{_HOW_MANY})"
    r"|\b(?:bao nhieu nam|lan thu (?:may|bao nhieu)) (?:cua |le )*ky niem"
    r"|\bky niem(?= .*(?:bao nhieu nam|lan thu may|lan thu bao nhieu))"
)
_AGE = re.compile(
    r"\b(?:da |duoc |tron |vua tron |se tron |co |da co |duoc tron |da tron |la |cach day "
    r"|trai qua |da trai qua |hoat dong duoc )+"
    r"(?:bao nhieu|may) (?:nam(?= tuoi| truyen thong| lich su| hinh thanh| xay dung| thanh lap"
    r"| hoat dong| ra doi| roi|[ ?.!]*$)|tuoi)"
    r"(?: (?:tuoi|truyen thong|lich su|hinh thanh|xay dung|thanh lap|hoat dong|ra doi|va phat trien"
    r"|hinh thanh va phat trien))*"
    r"(?: roi| nay)?|\bbao nhieu tuoi(?: roi)?"
)
_YEAR_OF = re.compile(
    r"\b(?:ky niem|tron|du|dung) (?:lan thu )?(?P<count>\d{1,4})(?: nam| tuoi)?(?! (?:can bo|nguoi|dong chi))"
)
_WHEN = re.compile(r"\b(?:khi nao|nam nao|bao gio|vao nam nao|luc nao|ngay nao|vao ngay nao)\b")
# A meeting that keeps an anniversary has a date of its own, which is not reckoned.
_MEETING = re.compile(
    r"\b(?:hop mat|gap mat|toa dam|hoi nghi|hoi thao|mit tinh|buoi|dien ra|to chuc|tham du|du le"
    r"|phat bieu|doc dien van)\b"
)
_BODY = re.compile(
    r"\b(?:van phong|dang bo|chi bo|co quan|don vi|to chuc|uy ban|hoi dong|dang|ban|so|hoi|doan"
    r"|truong|bao|tinh|huyen|"
    r"thanh pho|xa|nganh|nuoc|cap uy|tinh uy|thanh uy|huyen uy)\b"
)
_THE_YEAR = re.compile(
    r"(?:\b(?:tinh |ke )?(?:den|toi|vao|trong|sang|o) )?(?:\bhet )?\bnam (?P<year>1\d{3}"
    r"|20\d\d)(?: nay)?(?: thi| la)?,?|\b(?:den nay|hien nay|den bay gio|bay gio|nam nay|hom nay)\b,?"
)
_TRADITION = re.compile(r"\b(?:ngay )?truyen thong\b(?: cua\b)?")
_FOUNDING = re.compile(r"\b(?:ngay |duoc |ke tu |tu |khi |ngay duoc )*(?:thanh lap|ra doi)\b(?: cua\b)?")
#: What may have its anniversary beside a founding and a tradition, folded. A place alone has none.
EVENT = re.compile(
    r"\b(?:giai phong|chien thang|khoi nghia|cach mang|thong nhat|tai lap|chia tach|hop nhat|sap nhap|"
    r"quoc khanh|doc lap|khanh thanh|dat ten|cong nhan|ky ket|ban hanh|khai truong|phong tang|"
    r"ngay sinh|ngay mat)\b"
)
_DAY_OF = re.compile(r"\bngay\b")
_LOOSE = re.compile(
    r"\b(?:la|thi|duoc|da|se|vao|cua|tron|roi|ke tu|tinh|cho biet|hoi|xin|le|dip|nhan|vay|a|nhi|hay"
    r"|lan thu|den|nay|minh|nam)$"
    r"|^(?:la|thi|vay|cho toi biet|cho biet|xin hoi|hoi|hay|va|tinh|cua|se|da|duoc|vao|den)\b"
)


def asked_anniversary(question: Question) -> Anniversary | None:
    """The anniversary that a question asks to be reckoned, None for any other question."""
    text = question.text
    folded = even_fold(text)
    if _MEETING.search(folded):
        return None
    year = next((int(m["year"]) for m in _THE_YEAR.finditer(folded) if m["year"]), None)
    inverse, when = _YEAR_OF.search(folded), _WHEN.search(folded)
    if inverse and when:
        return _anniversary("year", text, (inverse.span(), when.span()), None, int(inverse["count"]))
    counted = _COUNT.search(folded)
    if counted:
        more = re.compile(_HOW_MANY).search(folded, counted.end())
        cuts = (counted.span(), *((more.span(),) if more and counted[0] == "ky niem" else ()))
        return _anniversary("count", text, cuts, year, None)
    aged = _AGE.search(folded)
    if aged and _of_a_body(folded, text) and not re.search(r"\bkhi\b", folded[aged.end() :]):
        return _anniversary("age", text, (aged.span(),), year, None)
    return None


def _of_a_body(folded: str, text: str) -> bool:
    """Whether what grows old is an office or the like, and no person, nor a person's time in a post."""
    return (
        bool(_BODY.search(folded))
        and not any(True for _ in people(text))
        and not re.search(
            r"\b(?:ong|ba|dong chi|anh|chi|lam|giu chuc|cong tac) (?:[a-z]+ ){0,3}(?:bao nhieu|duoc)", folded
        )
    )


def _anniversary(
    asked: Asked, text: str, cuts: tuple[tuple[int, int], ...], year: int | None, count: int | None
) -> Anniversary | None:
    """The anniversary of what is left of the question without ``cuts``, its year and its asking."""
    folded = even_fold(text)
    kept = list(text)
    taken = [*cuts, *(m.span() for m in _THE_YEAR.finditer(folded))]
    tradition, founding = None, None
    for start, end in taken:
        tradition = tradition or re.search(r"truyen thong", folded[start:end])
        kept[start:end] = " " * (end - start)
    rest = "".join(kept)
    tradition = _TRADITION.search(even_fold(rest)) or tradition
    if tradition and (m := _TRADITION.search(even_fold(rest))):
        rest = rest[: m.start()] + " " * (m.end() - m.start()) + rest[m.end() :]
    while m := _FOUNDING.search(even_fold(rest)):
        founding = m
        rest = rest[: m.start()] + " " * (m.end() - m.start()) + rest[m.end() :]
    subject = _trimmed(rest)
    marked = has_marks(text)
    if tradition and not founding:
        event, ask = "ngày truyền thống", "là ngày nào"
    elif founding or asked == "age" or (_BODY.match(fold(subject)) and not _DAY_OF.match(fold(subject))):
        event, ask = "ngày thành lập", "là ngày nào"
    elif EVENT.search(fold(subject)):
        event, ask = "", "là ngày nào"
    else:
        return None
    if event == "ngày thành lập" and not subject:
        return None
    of = f"của {subject}" if event == "ngày truyền thống" and subject else subject
    named = " ".join(part for part in (event, of) if part)
    asking = f"{subject} được thành lập ngày nào?" if event == "ngày thành lập" else f"{named} {ask}?"
    asking = f"{asking[:1].upper()}{asking[1:]}"
    if not marked:
        # An answer does not repeat a name without its marks.
        return Anniversary(asked, event or subject, subject, fold(asking), year, count)
    return Anniversary(asked, named, subject, asking, year, count)


def _trimmed(rest: str) -> str:
    """The words that are left, without those at the two ends that only joined them to the asking."""
    words = " ".join(rest.split()).strip(" ?.!,:;")
    while m := _LOOSE.search(even_fold(words)):
        shorter = (words[: m.start()] + words[m.end() :]).strip(" ?.!,:;")
        if shorter == words:
            break
        words = shorter
    return words


def reckon(founded: DateMention, asked: Anniversary, today: date) -> Reckoning | None:
    """The anniversary, counted from the day that the library tells; ``today`` answers "bao nhiêu năm
    rồi" and stands in for a year that the question does not give. None where the date has no year, or
    the year asked about is not after it.

    "Kỷ niệm 96 năm" and "lần thứ 96" both are the difference of the years, as anniversaries are kept.
    What has lasted so long to this day is counted in full years.
    """
    if founded.year is None:
        return None
    if asked.count is not None:
        year, count = founded.year + asked.count, asked.count
    else:
        year = asked.year or today.year
        if asked.asked == "age" and asked.year is None and _is_to_come(founded, today):
            year -= 1
        count = year - founded.year
    if count <= 0:
        return None
    wording = {"count": "anniversary_count", "age": "anniversary_age", "year": "anniversary_year"}[
        asked.asked
    ]
    values = {
        "founded": str(founded.year),
        "year": str(year),
        "count": str(count),
        "event": asked.event,
        "period": f"{_written(founded, founded.year)} - {_written(founded, year)}",
    }
    sentence = prompts.load(wording).fill(values)
    return Reckoning(count, year, _day(founded, year), sentence)


def _is_to_come(founded: DateMention, today: date) -> bool:
    """Whether this year's anniversary is still to come."""
    return bool(founded.month) and (today.month, today.day) < (founded.month or 1, founded.day or 1)


def _written(d: DateMention, year: int) -> str:
    return "/".join(str(n) for n in (d.day if d.month else None, d.month, year) if n)


def _day(founded: DateMention, year: int) -> str | None:
    if not (founded.day and founded.month):
        return None
    try:
        date(year, founded.month, founded.day)
    except ValueError:
        return None
    return f"{founded.day}/{founded.month}/{year}"
