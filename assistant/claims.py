"""What a text claims that can be checked against another: its dates, counts, ranks, awards, who held which
post, who did it, and which of these stand together. Pure.

A statement and the quotes that it cites are read by the same eyes, so that whatever is misread is misread on
both sides alike. Positions are those of the text given, which must have been cleaned (see ``tidy``).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ingest.figures import amount
from ingest.mentions import Name, awards, documents, names, people, quotations
from ingest.types import Span
from ingest.units import Office, offices
from ingest.vietnamese import UPPER, Token, dates, nfc, normalise, sentences, tokens

# --- the text itself ------------------------------------------------------------------------------

# Markup that a language model leaves, and marks of sources at the end of a clause.
_JUNK = re.compile(r"[*`#_~\u200b-\u200f\ufeff]+|\s*\[\d{1,2}\](?=\s*(?:[.,;:!?\[]|$))")
_BLANK = re.compile(r"[^\S\n]+")
_QUOTE_MARKS = str.maketrans({"«": "“", "»": "”", "„": "“", "‟": "“", "″": '"'})
_CLUSTER = re.compile(r"[^\u0300-\u036f]?[\u0300-\u036f]*", re.DOTALL)
_YEARS = re.compile(r"(?<=\d{4})[-–—](?=\d{1,4}(?:\D|$))")
_MONTHS = {
    name: n
    for n, names_ in enumerate(
        "giêng|một;hai;ba;tư|bốn;năm;sáu;bảy;tám;chín;mười;mười một;mười hai|chạp".split(";"), 1
    )
    for name in names_.split("|")
}
_MONTH = re.compile(
    rf"(?<=tháng\s)(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})(?=\s+năm\s+\d|\s*[,/]?\s*\d{{4}})",
    re.IGNORECASE,
)
_SHORT = {
    "ubnd": "Ủy ban nhân dân",
    "hđnd": "Hội đồng nhân dân",
    "mttq": "Mặt trận Tổ quốc",
    "đ/c": "đồng chí",
    "đ/c.": "đồng chí",
    "tp": "thành phố",
    "tp.": "thành phố",
    "tx": "thị xã",
    "tx.": "thị xã",
}
_SHORTENED = re.compile(rf"(?<!\w)(?:UBND|HĐND|MTTQ|[đĐ]/c\.?|T[PX]\.?(?=\s[{UPPER}]))(?!\w)")


@lru_cache(1 << 10)
def tidy(text: str) -> tuple[str, tuple[int, ...]]:
    """The text in NFC without markup, blanks made one, short forms in full, months in digits and the
    years of a period set apart, and for every letter of it the position in the text that it comes from (and
    one more, of the end)."""
    clean, at = nfc(text).translate(_QUOTE_MARKS), list(range(len(text) + 1))
    if len(clean) != len(text):
        clusters = [(nfc(m[0]).translate(_QUOTE_MARKS), m.start()) for m in _CLUSTER.finditer(text)]
        clean = "".join(c for c, _ in clusters)
        at = [start for c, start in clusters for _ in c] + [len(text)]
    changes: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
        (_JUNK, lambda m: ""),
        (_BLANK, lambda m: " "),
        (_YEARS, lambda m: " - "),
        (_SHORTENED, lambda m: _SHORT[m[0].lower()]),
        (_MONTH, lambda m: str(_MONTHS[m[0].casefold()])),
    )
    for pattern, replace in changes:
        for m in reversed([m for m in pattern.finditer(clean) if m[0] != " "]):
            new = replace(m)
            clean = clean[: m.start()] + new + clean[m.end() :]
            at[m.start() : m.end()] = [at[m.start()]] * len(new)
    return clean, tuple(at)


@lru_cache(1 << 12)
def evenly(text: str) -> str:
    """Normalised letter for letter, so that positions stay."""
    whole = normalise(text)
    if len(whole) == len(text):
        return whole
    return "".join(c.casefold() if len(c.casefold()) == 1 else c for c in text)


# --- dates ----------------------------------------------------------------------------------------

Day = tuple[int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class When:
    """A day, month or year, or a period of two, as far as the text gives them. ``side`` is "trước" or "sau"
    where the thing was before it or after; ``edge`` is "từ" or "đến" where it is one end of a period ("tính
    đến": up to then); ``part`` the part of the day or of the year: "chiều", "đầu"."""

    span: Span
    first: Day
    last: Day | None = None
    side: str = ""
    edge: str = ""
    part: str = ""


_BETWEEN = re.compile(r"\s*(?:-|–|—|đến|tới|cho đến)\s*(?:hết\s+)?")
_SIDE = re.compile(
    r"(?<!\w)(trước|sau|từ|tính đến|đến|tới|kể từ)\s+(?:(?:khi|ngày|tháng|hết|cuối|đầu|giữa)\s+)*$"
)

_PART = re.compile(r"(?<!\w)(đầu|giữa|cuối|sáng|trưa|chiều|tối|đêm)\s$")


def _whens(text: str, norm: str) -> tuple[When, ...]:
    found: list[When] = []
    for d in dates(text):
        before = _SIDE.search(norm, max(0, d.start - 24), d.start)
        cue = before[1] if before else ""
        day: Day = (d.day, d.month, d.year)
        last = found[-1] if found else None
        if last and last.last is None and _BETWEEN.fullmatch(norm, last.span.end, d.start):
            found[-1] = When(Span(last.span.start, d.end), last.first, day)
            continue
        side = cue if cue in ("trước", "sau") else ""
        edge = {"từ": "từ", "kể từ": "từ", "đến": "đến", "tới": "đến", "tính đến": "tính đến"}.get(cue, "")
        part = _PART.search(norm, max(0, d.start - 12), d.start)
        found.append(When(Span(d.start, d.end), day, None, side, edge, part[1] if part else ""))
    return tuple(found)


# --- counts and ranks -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Count:
    """A number with its sign (">" for "hơn" …) and what is counted, the words behind it up to the next."""

    span: Span
    value: str
    bound: str
    after: frozenset[str]
    before: frozenset[str]
    near: frozenset[str]
    head: str
    weak: bool
    when: When | None


_UNIT = r"(?:một|hai|ba|bốn|sáu|bảy|bẩy|tám|chín)(?!\w)"
# After a ten "năm" is no five but the noun: "hai mươi năm".
_LAST = r"(?:\s(?:mốt|một|hai|ba|tư|bốn|lăm|nhăm|sáu|bảy|bẩy|tám|chín)(?!\w))?"
_TENS = rf"(?:mười(?!\w){_LAST}|(?:{_UNIT}|năm)\smươi(?!\w){_LAST})"
_HUNDREDS = rf"(?:{_UNIT}|năm)\străm(?!\w)(?:\s(?:linh|lẻ)\s{_UNIT}|\s{_TENS})?"
_SMALL = rf"(?:{_HUNDREDS}|{_TENS}|{_UNIT})"
_WORDS = rf"(?:{_SMALL}|năm(?!\w))(?:\s(?:nghìn|ngàn|triệu|tỷ|tỉ)(?!\w)(?:\s{_SMALL})?)*"
_BOUNDS = {
    "hơn": ">",
    "trên": ">",
    "quá": ">",
    "gần": "<~",
    "ngót": "<~",
    "xấp xỉ": "~",
    "khoảng": "~",
    "chừng": "~",
    "độ": "~",
    "dưới": "<",
    "chưa đầy": "<",
    "chưa đến": "<",
    "ít nhất": ">=",
    "tối thiểu": ">=",
    "không dưới": ">=",
    "tối đa": "<=",
    "nhiều nhất": "<=",
    "không quá": "<=",
}
_COUNT = re.compile(
    rf"(?:(?<!\w)(?P<bound>{'|'.join(sorted(_BOUNDS, key=len, reverse=True))})\s+)?"
    rf"(?P<number>(?:\d+(?:[.,]\d+)*|(?<!\w){_WORDS}(?!\w))"
    rf"(?P<over>\sphần\s(?:{_UNIT}|mười|\d+)(?!\w))?"
    r"(?:\s(?:trăm|nghìn|ngàn|triệu|tỷ|tỉ)(?!\w))*(?P<share>\s?%|\sphần trăm)?)"
)
# "năm" is five only before what can be counted, and "một" so often an article that it only may not
# contradict.
_COUNTABLE = re.compile(
    r"\s(?:người|đồng chí|cán bộ|công chức|đảng viên|chuyên viên|nhân viên|phòng|ban|bộ phận|chi bộ|đảng bộ|"
    r"tập thể|cá nhân|biên chế|đơn vị|xã|phường|huyện|thị trấn|thôn|đại biểu|liệt sĩ|lần|kỳ|năm|ngày|"
    r"nghị quyết|chỉ thị|kết luận|đề án|nhiệm vụ|tủ|chiếc|cuốn|tập|huân chương|bằng khen|giấy khen|hội nghị|"
    r"văn bản|tổ|đội|khóa|giờ|phút|tuần)(?!\w)"
)
_RANK_WORDS = dict(
    zip(
        "nhất nhì hai ba tư bốn năm sáu bảy tám chín mười".split(),
        (1, 2, 2, 3, 4, 4, *range(5, 11)),
        strict=True,
    )
)
_RANK = re.compile(
    rf"(?<!\w)(?P<cue>thứ|khóa|khoá|đại hội|quý|kỳ|lần thứ)\s"
    rf"(?:lần thứ\s)?(?P<rank>[ivxlc]+|\d{{1,3}}|{'|'.join(_RANK_WORDS)})(?!\w)"
)
_ROMAN = re.compile(r"(?<![\w.-])(?=[IVXLC]{2,})(?:X{0,3}L|L?X{0,4})?(?:IX|IV|V?I{0,3})(?![\w-])")
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


@dataclass(frozen=True, slots=True)
class Rank:
    """A place in a row: "lần thứ XXIII", "khóa 15"."""

    span: Span
    value: int


def _roman(letters: str) -> int:
    values = [_ROMAN_DIGITS[c] for c in letters.casefold()]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))


def _ranks(text: str, norm: str, taken: Sequence[Span]) -> Iterator[Rank]:
    seen: list[Span] = []
    for m in _RANK.finditer(norm):
        span = Span(m.start("rank"), m.end("rank"))
        word = m["rank"]
        bare = m["cue"] not in ("thứ", "lần thứ") and not word.isdigit()
        if any(span.overlaps(t) for t in taken) or (bare and text[span.start].islower()):
            continue
        seen.append(span)
        yield Rank(span, int(word) if word.isdigit() else _RANK_WORDS.get(word) or _roman(word))
    for m in _ROMAN.finditer(text):
        span = Span(m.start(), m.end())
        if m[0] and not any(span.overlaps(t) for t in (*taken, *seen)):
            yield Rank(span, _roman(m[0]))


def _counts(
    text: str, norm: str, taken: Sequence[Span], words: Sequence[Token], whens: Sequence[When]
) -> Iterator[Count]:
    found: list[tuple[re.Match[str], str]] = []
    for m in _COUNT.finditer(norm):
        span = Span(m.start("number"), m.end("number"))
        if any(span.overlaps(t) for t in taken):
            continue
        first = m["number"].split()[0]
        name = text[span.start].isupper() and not _opens(text, m.start())
        if not first[0].isdigit() and (name or (m["number"] == "năm" and not _is_five(norm, span))):
            continue
        found.append((m, _value(m)))
    starts = sorted([*(m.start() for m, _ in found), *(w.span.start for w in whens), len(text)])
    counted: list[str] = []
    for i, (m, value) in enumerate(found):
        start, end = m.start("number"), m.end("number")
        until = next(at for at in starts if at >= end)
        stop = _GOES_OFF.search(norm, end, until)
        after = [t.exact for t in words if end <= t.start < (stop.start() if stop else until)]
        since = found[i - 1][0].end() if i else 0
        before = [t.exact for t in words if since <= t.start < m.start() and is_content(t.exact)]
        if not set(before) - {"lên", "xuống"}:  # "tăng từ 1.200 lên 3.450"
            before = [*counted, *before]
        counted = before = before[-8:]
        after = [w for w in after if is_content(w)][:12]
        comma = _COMMA.search(norm, end)
        near = [t.exact for t in words if end <= t.start < (comma.start() if comma else len(text))]
        yield Count(
            Span(start, end),
            value,
            _BOUNDS.get(m["bound"] or "", ""),
            frozenset(after),
            frozenset(before),
            frozenset([w for w in near if w in after][:2]),
            after[0] if after else "",
            m["number"] == "một",
            next(iter(_right_behind(norm, Span(start, end), whens)), None),
        )


_YEAR_AFTER = re.compile(
    r"(?:\d|(?<!\w)(?:mỗi|một|nhiều|hằng|hàng|những|các|trong|cuối|đầu|giữa|cả|từng|mấy|vài|qua|mươi|mười|trăm|chục|"
    r"hai|ba|bốn|sáu|bảy|tám|chín))\s$"
)


def _is_five(norm: str, span: Span) -> bool:
    return bool(_COUNTABLE.match(norm, span.end)) and not _YEAR_AFTER.search(
        norm, max(0, span.start - 8), span.start
    )


_COMMA = re.compile(r"[,;:.()!?…\n]|\snăm\s\d")
# Where what is said of a count ends: with its sentence, or with a comma that begins to tell another thing.
_GOES_OFF = re.compile(
    r"[;.!?…](?=\s|$)|\n|,\s(?=(?:đã|được|trong|còn|nay|chiếm|gồm|giảm|tăng|không|có|là)(?!\w))"
)
_STOP = re.compile(r"[;.!?…](?=\s|$)|\n")


def _opens(text: str, at: int) -> bool:
    return not text[:at].rstrip(" “\"'(-") or bool(re.search(r"[.!?:;\n“]\s*$", text[:at]))


def _value(m: re.Match[str]) -> str:
    share = "%" if m["share"] else ""
    number = m["number"][: len(m["number"]) - len(m["share"] or "")].replace("bẩy", "bảy")
    number = re.sub(r"\s(?:linh|lẻ)(?=\s)", "", number)
    if m["over"]:
        return "/".join(str(amount(part)) for part in number.split(" phần "))
    return f"{amount(number) or number}{share}"


# --- awards ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Award:
    """An award: its name, its class, what it is for in quotation marks, and when, by whom and to whom it
    was given, as far as the text says."""

    span: Span
    name: tuple[str, ...]
    grade: int | None
    motto: str
    whens: tuple[When, ...]
    giver: str
    receiver: str


_GRADES = {"nhất": 1, "nhì": 2, "ba": 3, "tư": 4, "i": 1, "ii": 2, "iii": 3, "1": 1, "2": 2, "3": 3}
_GRADE = re.compile(r"\s*hạng\s(nhất|nhì|ba|tư|i{1,3}|[123])(?!\w)")
_OF = re.compile(r"\s*\bcủa\s.*|\s*\bcho\s.*")
_GAVE = r"(?:(?:truy|trao|phong)\s)?(?:tặng|trao|khen)(?:\sthưởng)?"
_GIVEN = re.compile(rf"(?:được|do)\s(?P<who>(?:(?!được|do)[^;.()“”])*?)\s(?:đã\s)?{_GAVE}(?!\w)")
_GIVES = re.compile(
    rf"(?P<who>[^,;.()“”]*?)\s(?:đã\s)?(?<!được\s){_GAVE}(?:\scho)?\s(?P<whom>[^,;.()“”]*?)\s*$"
)
_GETS = re.compile(
    r"(?P<whom>[^,;.()“”]*?)\s*(?:đã\s|vinh dự\s|từng\s|cũng\s|đều\s|lần lượt\s|hai lần\s|ba lần\s)*"
    r"(?:được|đón nhận|(?<!ghi )(?<!công )(?<!đón )nhận)(?!\w)"
)
_ADJACENT = re.compile(r"\s*(?:của\s[^,;.]{2,60}?\s)?[(]?(?:vào\s|trong\s|các\s)?(?:ngày\s|tháng\s|năm\s)?$")


def _awards(text: str, norm: str, whens: Sequence[When]) -> Iterator[Award]:
    spans = list(awards(text))
    spans += [
        Span(m.start() + len(m[0]) - len(m[0].lstrip()), m.end())
        for m in _GRADE.finditer(norm)
        if not any(s.start <= m.start(1) < s.end for s in spans)
    ]
    spoken_for = {w for span in spans for w in _right_behind(norm, span, whens)}
    name: tuple[str, ...] = ()
    giver: dict[tuple[str, ...], str] = {}
    for span in sorted(spans):
        words = norm[span.start : span.end]
        graded = _GRADE.search(words) or _GRADE.match(norm, span.end)
        end = max(span.end, graded.end() if graded and graded.string is norm else 0)
        bare = words.lstrip().startswith("hạng")
        motto = re.search(r"[“\"](.+?)[”\"]", words)
        if not bare:
            plain = _GRADE.sub(" ", _OF.sub("", re.sub(r"[“\"].*", "", words)))
            name = tuple(plain.split())
        clause = _clause_start(text, span.start)
        who = (
            _of(words)
            or _of(norm[end : end + 60], "")
            or _who(norm, clause, span.start)
            or giver.get(name, "")
        )
        if name[:1] == ("huân",) and who:
            giver[name] = who
        grade = _GRADES[graded[1]] if graded else None
        yield Award(
            Span(span.start, end),
            name,
            grade,
            evenly(motto[1]) if motto else "",
            _of_time(text, norm, Span(span.start, end), whens, spoken_for),
            who,
            _whom(norm, clause, span.start),
        )


def _of(words: str, before: str = ".*?") -> str:
    m = re.match(
        before + r"\s*\bcủa\s((?:chủ tịch|thủ tướng|chính phủ|ủy ban|ubnd|"
        r"bộ|ban|tỉnh|huyện|thành|trung ương)[^,;.()]*)",
        words,
    )
    return re.split(r"\s(?:năm|ngày|tháng|vào|cho|trong|và)\b", m[1])[0].strip() if m else ""


def _who(norm: str, start: int, end: int) -> str:
    clause = norm[start:end]
    for m in [*_GIVEN.finditer(clause)][-1:]:
        return m["who"].strip()
    gives = None if re.search(r"được (?:truy |trao |phong )?tặng", clause) else _GIVES.search(clause)
    return _untimed(gives["who"]) if gives else ""


def _whom(norm: str, start: int, end: int) -> str:
    clause = norm[start:end]
    m = next(iter([*_GETS.finditer(clause)][-1:]), None) or _GIVES.search(clause)
    return _untimed(m["whom"]) if m else ""


def _untimed(words: str) -> str:
    return re.sub(r"^\s*(?:(?:vào|trong|nhân|từ)\s)?(?:(?:ngày|tháng|năm)\s[\d/ .-]+)+", "", words).strip()


_CLAUSE = re.compile(
    r"[;:.!?…\n]\s|,\s(?=còn\s|được\s|(?:đến |từ |sang |vào )?(?:ngày|tháng|năm)\s\d)"
    r"|[)]\s*(?:,|và)\s|\svà\s(?=được\s)|\n"
)


def _clause_start(text: str, at: int) -> int:
    """Where the clause begins that reaches to ``at``: with the date that stands apart before it, and with its
    subject where a clause goes on with "được"."""
    return max((m.end() for m in _CLAUSE.finditer(text, 0, at)), default=0)


_LISTED = re.compile(r"(?:,| và)\s(?:năm\s)?")


def _right_behind(norm: str, span: Span, whens: Sequence[When]) -> tuple[When, ...]:
    found: list[When] = []
    for w in whens:
        if not found and span.end <= w.span.start and _ADJACENT.fullmatch(norm, span.end, w.span.start):
            found.append(w)
        elif found and _LISTED.fullmatch(norm, found[-1].span.end, w.span.start):
            told = norm.startswith((",", " được", " văn phòng"), w.span.end)  # it tells of what follows
            found += [] if told else [w]
    return tuple(found)


def _of_time(
    text: str, norm: str, span: Span, whens: Sequence[When], spoken_for: set[When]
) -> tuple[When, ...]:
    """When it was given: the date right behind it, else the last before it in its sentence that is not right
    behind another, else the next."""
    near = _right_behind(norm, span, whens)
    if near:
        return near
    whens = [w for w in whens if w not in spoken_for]
    start = max((m.end() for m in re.finditer(r"[.!?…]\s|\n", text[: span.start])), default=0)
    before = [w for w in whens if start <= w.span.start and w.span.end <= span.start]
    if before:
        year = [w for w in before if w.first[2]]
        told = (year or before)[-1:]
        for w in reversed(before[:-1]):  # "năm 1997 và năm 2010 được …"
            if _LISTED.fullmatch(norm, w.span.end, told[0].span.start):
                told.insert(0, w)
        return tuple(told)
    stop = re.search(r"[.!?…](?:\s|$)|[;\n]", text[span.end :])
    end = span.end + stop.start() if stop else len(text)
    return tuple([w for w in whens if span.end <= w.span.start and w.span.end <= end][:1])


# --- posts ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Held:
    """A person, by the syllables of the name, with a post."""

    span: Span
    person: tuple[str, ...]
    post: tuple[str, ...]


_POST = re.compile(
    r"(?<!\w)(?:(?:nguyên|quyền|phó|tổng|cựu)\s)*(?:chánh văn phòng|chánh thanh tra|tổng bí thư|bí thư|"
    r"chủ tịch|"
    r"chủ nhiệm|thủ tướng|bộ trưởng|thứ trưởng|giám đốc|hiệu trưởng|viện trưởng|tổng biên tập|cục trưởng|"
    r"vụ trưởng|trưởng (?:ban|phòng|đoàn|khối|bộ phận)|phó (?:ban|phòng|đoàn)|tổ trưởng|tổ phó|"
    r"(?:tỉnh|thành|huyện|quận|thị|đảng) ủy viên|chánh án|chính ủy|chỉ huy trưởng)(?!\w)"
    r"(?:\sthường trực)?(?:\s(?:(?:tỉnh|thành|huyện|quận|thị|đảng|khu) ủy|ubnd|hđnd|ủy ban nhân dân|"
    r"hội đồng nhân dân|nước|quốc hội|chính phủ|tổ chức|tuyên giáo|dân vận|nội chính|kiểm tra)(?!\w))?"
    r"(?:\s(?:tỉnh|huyện|xã|thành phố|thị xã|phường|quận)(?!\w))?"
)
_TITLE = r"(?:\s(?:đồng chí|đ/c|ông|bà|anh|chị))?"
# From a post to the person after it, and from a person to the post after.
_TO_PERSON = re.compile(
    r"(?:\s[^,;:.()“”\n]{0,40})?(?:,)?"
    rf"(?:\s(?:đầu tiên|hiện nay|đương nhiệm|khi đó|khi ấy|lúc đó|này))?(?:\s(?:là|do))?{_TITLE}\s"
)
_TO_POST = re.compile(
    r"(?:\s\([^)]*\))?(?:,|\s-)?\s(?:(?:là|giữ|làm|đảm nhiệm|đảm nhận|"
    r"được(?=\s(?:bầu|cử|bổ|phân|giao|tín))|bầu|cử|bổ nhiệm|chức|chức vụ|cương vị|vị trí|"
    r"hiện|người|đã|từng|phân công|tín nhiệm|nay|vai trò|trở thành)\s)*(?:[^;:.()“”\n]{0,60}?,\s)?"
    r"(?:được (?:phân công|bầu|cử|bổ nhiệm|giao|tín nhiệm)(?: (?:làm|giữ|giữ chức|giữ chức vụ))?\s)?"
)


_GOES_ON = re.compile(rf"[,;](?:\s[^;.,“”\n]{{0,60}})?\s(?:là|đến){_TITLE}\s")


def _held(text: str, norm: str, persons: Sequence[Span]) -> Iterator[Held]:
    posts = [Span(m.start(), m.end()) for m in _POST.finditer(norm)]
    last: tuple[int, tuple[str, ...]] = (len(text), ())
    at_lines = [m.start() for m in re.finditer(r"\n", text)]
    for person in persons:
        key = syllables(norm[person.start : person.end])
        taken = False
        if _GOES_ON.fullmatch(norm, last[0], person.start):  # "Chánh Văn phòng là A; từ năm 2020 là B"
            taken = True
            yield Held(person, key, last[1])
        for post in posts:
            between = (post.end, person.start) if post.end <= person.start else (person.end, post.start)
            if between[0] > between[1] or any(p.start >= between[0] and p.end <= between[1] for p in persons):
                continue
            pattern = _TO_PERSON if post.end <= person.start else _TO_POST
            if pattern.fullmatch(norm, *between):
                taken, last = True, (person.end, tuple(norm[post.start : post.end].split()))
                yield Held(person, key, tuple(norm[post.start : post.end].split()))
        if not taken and at_lines:
            # A line of a list: the post stands in the line over the list.
            heads = [
                p for p in posts if p.end < person.start and any(p.end <= n < person.start for n in at_lines)
            ]
            line = max((n for n in at_lines if n < person.start), default=-1)
            if heads and re.fullmatch(
                r"\s*[-–•+*]?\s*(?:\d+[.)])?\s*(?:(?:đồng chí|ông|bà)\s)?", norm[line + 1 : person.start]
            ):
                yield Held(person, key, tuple(norm[heads[-1].start : heads[-1].end].split()))


# --- segments -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch between commas with its words and the dates it is told of; ``own`` where they stand in it."""

    span: Span
    words: frozenset[str]
    whens: tuple[When, ...]
    own: bool
    persons: frozenset[tuple[str, ...]]
    posts: tuple[tuple[str, ...], ...]


_CUT = re.compile(
    r",\s|;\s|\n|(?<=[)])\s(?=và\s)|\s(?=(?:và|còn|rồi|đến)\s(?:đến\s|từ\s)?(?:ngày|tháng|năm)\s\d)|\s(?=còn\s)|[.!?…]\s"
)


_ASIDE = re.compile(r"[,;:.()!?…\n]|\s(?:đến|tới|và|còn)(?!\w)")
_STOPPED = frozenset(
    """và là của có được các những cho với trong trên tại ở từ đến này đó ấy khi một đã đang sẽ do về theo như
    để ngày tháng năm vào ra cũng còn bằng nên thì mà hay hoặc qua bởi vì nhờ cùng đều rất nay hiện lại đây
    đồng chí ông bà gồm sau trước giữa người số mọi mỗi riêng nơi việc sự cả bị tới lúc nhằm rằng
    gần hơn khoảng chừng dưới ít nhất sáng trưa chiều tối đầu cuối""".split()
)


def is_content(word: str) -> bool:
    return word not in _STOPPED and not word.isdigit()


@lru_cache(1 << 12)
def syllables(words: str) -> tuple[str, ...]:
    return tuple(t.exact for t in tokens(words))


class Claims:
    """What one text claims. Each reading is made when it is first asked for, and kept."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.norm = evenly(text)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        return tuple(tokens(self.text))

    @cached_property
    def syllables(self) -> tuple[str, ...]:
        return tuple(t.exact for t in self.tokens)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        return frozenset(self.syllables)

    @cached_property
    def whens(self) -> tuple[When, ...]:
        return _whens(self.text, self.norm)

    @cached_property
    def documents(self) -> tuple[Span, ...]:
        return tuple(documents(self.text))

    @cached_property
    def awards(self) -> tuple[Award, ...]:
        return tuple(_awards(self.text, self.norm, self.whens))

    @cached_property
    def ranks(self) -> tuple[Rank, ...]:
        taken = [*(w.span for w in self.whens), *self.documents, *(a.span for a in self.awards)]
        return tuple(_ranks(self.text, self.norm, taken))

    @cached_property
    def counts(self) -> tuple[Count, ...]:
        spans = (w.span for w in self.whens), self.documents, (r.span for r in self.ranks)
        grades = (Span(m.start(1), m.end(1)) for m in _GRADE.finditer(self.norm))
        return tuple(
            _counts(
                self.text,
                self.norm,
                [s for group in spans for s in group] + list(grades),
                self.tokens,
                self.whens,
            )
        )

    @cached_property
    def names(self) -> tuple[Name, ...]:
        return tuple(names(self.text))

    @cached_property
    def people(self) -> tuple[Span, ...]:
        return tuple(people(self.text))

    @cached_property
    def persons(self) -> frozenset[tuple[str, ...]]:
        return frozenset(syllables(p.of(self.text)) for p in self.people)

    @cached_property
    def offices(self) -> tuple[Office, ...]:
        return tuple(self._placed(o) for o in offices(self.text))

    def _placed(self, office: Office) -> Office:
        """An office without the person that follows it like a place: "Chánh Văn phòng Tỉnh ủy Lê Văn X"."""
        person = next((p for p in self.people if office.place and p.overlaps(office.span)), None)
        if person is None or person.start <= office.span.start:
            return office
        return Office(Span(office.span.start, person.start - 1), office.kind, "", False)

    @cached_property
    def quotations(self) -> tuple[Span, ...]:
        return tuple(quotations(self.text))

    @cached_property
    def held(self) -> tuple[Held, ...]:
        return tuple(_held(self.text, self.norm, self.people))

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        return tuple(s for sentence in sentences(self.text) for s in self._segments(sentence))

    @cached_property
    def sentences(self) -> tuple[tuple[Span, frozenset[str]], ...]:
        return tuple((s, self._content(s)) for s in sentences(self.text))

    @cached_property
    def told(self) -> tuple[tuple[frozenset[str], frozenset[tuple[str, ...]]], ...]:
        """The words of each sentence, and the people that it names."""
        return self._told_in([s for s, _ in self.sentences])

    @cached_property
    def told_apart(self) -> tuple[tuple[frozenset[str], frozenset[tuple[str, ...]]], ...]:
        """The same of each part of a sentence between semicolons."""
        parts = [
            Span(a, b)
            for s, _ in self.sentences
            for a, b in itertools.pairwise(
                [
                    s.start,
                    *(m.start() for m in re.finditer(";", self.text) if s.start < m.start() < s.end),
                    s.end,
                ]
            )
        ]
        return self._told_in(parts)

    def _told_in(
        self, parts: Sequence[Span]
    ) -> tuple[tuple[frozenset[str], frozenset[tuple[str, ...]]], ...]:
        return tuple(
            (self._content(s), frozenset(syllables(p.of(self.text)) for p in self.people if p.overlaps(s)))
            for s in parts
        )

    def _segments(self, sentence: Span) -> list[Segment]:
        cuts = [
            m.start()
            for m in _CUT.finditer(self.text, sentence.start, sentence.end)
            if not any(w.span.start <= m.start() < w.span.end for w in self.whens)
        ]
        edges = [sentence.start, *cuts, sentence.end]
        spans = [Span(a, b) for a, b in itertools.pairwise(edges) if a < b]
        merged: list[Span] = []
        for span in spans:  # a date that stands apart belongs to what follows
            if merged and not self._content(merged[-1]) and not self.text.startswith(";", span.start):
                merged[-1] = Span(merged[-1].start, span.end)
            else:
                merged.append(span)
        own = [tuple(w for w in self.whens if w.span.overlaps(s)) for s in merged]
        aside = {w for w in self.whens if w.span.start and self.text[w.span.start - 1] == "("}
        made = []
        for i, span in enumerate(merged):
            told = own[i]
            if not set(told) - aside:
                told += next((own[j] for j in range(i - 1, -1, -1) if set(own[j]) - aside), ())
            if not told:
                for j in range(i + 1, len(merged)):
                    if self.text.startswith(";", merged[j].start) or own[j]:
                        told = () if self.text.startswith(";", merged[j].start) else own[j]
                        break
            persons = frozenset(syllables(p.of(self.text)) for p in self.people if p.overlaps(span))
            posts = tuple(tuple(m[0].split()) for m in _POST.finditer(self.norm, span.start, span.end))
            made.append(Segment(span, self._content(span), told, bool(own[i]), persons, posts))
        return made

    def beside(self, when: When) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The three words before a date, back to the date before, and the three behind it in its clause."""
        since = max((w.span.end for w in self.whens if w.span.end <= when.span.start), default=0)
        since = max((m.end() for m in _STOP.finditer(self.text, since, when.span.start)), default=since)
        stop = _ASIDE.search(self.norm, when.span.end)
        until = stop.start() if stop else len(self.text)
        before = [t.exact for t in self.tokens if since <= t.start < when.span.start and is_content(t.exact)]
        behind = [t.exact for t in self.tokens if when.span.end <= t.start < until and is_content(t.exact)]
        return tuple(before[-3:]), tuple(behind[:3])

    def _content(self, span: Span) -> frozenset[str]:
        return frozenset(
            t.exact for t in self.tokens if t.start < span.end and span.start < t.end and is_content(t.exact)
        )


@lru_cache(1 << 10)
def claims(text: str) -> Claims:
    """What a tidy text claims; kept, since a quote is asked of for many statements."""
    return Claims(text)
