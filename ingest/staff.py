"""People with their posts and periods, and what they said. Pure.

A person has a post where the two stand in apposition ("X, Chánh Văn phòng Tỉnh ủy"; "Chánh Văn phòng X"),
where a verb joins them ("X giữ chức …"; "Chánh Văn phòng đầu tiên là X"), in neighbouring cells of a table,
or in a list or table under a heading that names the post.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.mentions import Name, names
from ingest.reading import Found, Parts, Reading, Role, Sentence, iso, key, leads, tells_time, trimmed, within
from ingest.types import Span
from ingest.units import Office
from ingest.vietnamese import UPPER, fold, normalise

_HEAD = (
    r"(?:(?:nguyên|quyền|phó|tổng|cựu)\s+)*(?:chánh (?:văn phòng|thanh tra)|bí thư|chủ tịch|chủ nhiệm|"
    r"thủ tướng|tổng bí thư|bộ trưởng|thứ trưởng|giám đốc|hiệu trưởng|viện trưởng|tổng biên tập|cục trưởng|"
    r"vụ trưởng|trưởng (?:ban|phòng|đoàn|khối|bộ phận)|phó (?:ban|phòng|đoàn)|phó chánh văn phòng|"
    r"tổ trưởng|tổ phó|chuyên viên|(?:tỉnh|thành|huyện|quận|thị|đảng) ủy viên|ủy viên|chi ủy viên|đại biểu|"
    r"chánh án|chỉ huy trưởng|chính ủy|thường trực (?:tỉnh|thành|huyện|quận|thị|đảng) ủy)(?!\w)"
)
_POST_HEAD = re.compile(_HEAD)
#: A post is named in no more characters.
POST_WITHIN = 140
# What follows a run of capitals and still belongs to the post: its level with or without the place.
_LEVEL = re.compile(
    rf"\s(?:tỉnh|thành phố|huyện|quận|thị xã|xã|phường|thị trấn|khối|khóa|"
    rf"khoá)(?:\s(?:[{UPPER}][^\W\d_]*)(?:\s[{UPPER}][^\W\d_]*)*)?(?!\w)"
)
_PERIOD = re.compile(
    r"[\s,:|(–-]*(?:(?:giai đoạn|nhiệm kỳ|thời kỳ|các năm)\s+)?"
    r"(?:(?:từ\s+)?(?:tháng\s+\d+\s*(?:/|năm)\s*)?(?:năm\s+)?(?P<from>(?:19|20)\d\d)\s*(?:[-–—]|"
    r"đến|tới)\s*"
    r"(?:tháng\s+\d+\s*(?:/|năm)\s*)?(?:năm\s+)?(?P<to>(?:19|20)\d\d|nay|hiện nay)"
    r"|từ\s+(?:tháng\s+\d+\s*(?:/|năm)\s*)?(?:năm\s+)?(?P<since>(?:19|20)\d\d)(?:\s+đến\s+nay)?)"
)
_JOINED = re.compile(
    r",?\s+(?:(?:được|đã|đang|nay|hiện|về|tiếp tục|phân công|điều động|tín nhiệm|cử|bầu|bổ nhiệm)\s+)*"
    r"(?:(?:giữ|làm|là|đảm nhiệm|đảm nhận|bầu|bổ nhiệm|cử)\s+)+(?:chức vụ\s+|chức\s+|cương vị\s+)?",
    re.IGNORECASE,
)
_IS = re.compile(
    r"(?P<post>" + _HEAD + r"(?:[^,;:.()“”]{0,60}?))\s+(?:đầu tiên\s+|hiện nay\s+|đương nhiệm\s+|khi đó\s+)?"
    r"(?:là|do)\s+(?:đồng chí|đ/c|ông|bà|anh|chị)\s+$",
    re.IGNORECASE,
)
_FIRST_LETTERS = re.compile(
    r"[-–•+*\s]*(?:\d{1,3}(?:[.)]|\s*\|)\s*)?(?:(?:đồng chí|đ/c|ông|bà)\s+)?$", re.IGNORECASE
)
# Titles that say nothing without the body they are of.
_BARE = {
    "chu tich",
    "thu tuong",
    "tong bi thu",
    "tong thong",
    "dong chi",
    "dai bieu",
    "uy vien",
    "chuyen vien",
}


def staff(reading: Reading) -> Iterator[Found]:
    """Each person with each post."""
    runs = list(names(reading.text))
    last: tuple[Span, Sentence] | None = None
    for sentence in reading.sentences:
        for person in reading.people_in(sentence.span):
            if reading.is_quoted(person.start) or " " not in person.of(reading.text):
                continue
            posts = list(_posts(reading, sentence, person, runs))
            if not posts and last and last[1] is sentence:
                posts = [last[0]] if _goes_on(reading.text, sentence, person) else []
            for post in posts:
                found = _found(reading, sentence, person, post)
                if found:
                    last = post, sentence
                    yield found


def _posts(reading: Reading, sentence: Sentence, person: Span, runs: list[Name]) -> Iterator[Span]:
    text = reading.text
    before = _post_before(text, sentence, person)
    if before:
        yield before
    yield from _posts_after(text, sentence, person, runs)
    listed = _FIRST_LETTERS.fullmatch(text, sentence.span.start, person.start)
    if listed and sentence.heading:
        heading = sentence.heading.of(text)
        m = _POST_HEAD.search(normalise(heading)) if len(normalise(heading)) == len(heading) else None
        rest = text[person.end : sentence.span.end].strip(" .;,")
        if m and (not rest or _PERIOD.match(text, person.end, sentence.span.end)):
            yield trimmed(text, Span(sentence.heading.start + m.start(), sentence.heading.end))


def _post_before(text: str, sentence: Sentence, person: Span) -> Span | None:
    """ "Chánh Văn phòng Huyện ủy X Nguyễn Văn A", "Chánh Văn phòng đầu tiên là đồng chí A"."""
    start = max(sentence.span.start, person.start - POST_WITHIN)
    joined = _IS.search(text, start, person.start)
    if joined and not re.search(r"\b(?:khi|sau|ông|bà|và|đã|được|do)\b", joined["post"]):
        return trimmed(text, Span(joined.start("post"), joined.end("post")))
    cut = max(text.rfind(mark, start, person.start) for mark in ",;:.()“”")
    stretch = Span(max(start, cut + 1), person.start)
    words = normalise(stretch.of(text))
    if len(words) != stretch.end - stretch.start:
        return None
    found = list(_POST_HEAD.finditer(words))
    for m in found[:1]:
        post = trimmed(text, Span(stretch.start + m.start(), person.start))
        # Nothing but capitals and the small halves of office words may stand between the two.
        if not re.search(r"\b(?:là|và|của|với|cùng|đồng chí|cho|do|được|tặng)\b", post.of(text)):
            return post
    return None


def _posts_after(text: str, sentence: Sentence, person: Span, runs: list[Name]) -> Iterator[Span]:
    """ ", Phó Bí thư Thường trực Thành ủy, Chủ tịch HĐND thành phố"; "giữ chức Chánh Văn phòng"."""
    at = person.end
    joined = _JOINED.match(text, at, sentence.span.end)
    comma = re.compile(r"\s*(?:,|[-–(|])\s*(?:hiện là\s+|là\s+)?").match(text, at, sentence.span.end)
    begins = joined or comma
    while begins:
        post = _post_at(text, begins.end(), sentence.span.end, runs)
        if post is None:
            return
        yield post
        begins = re.compile(r"\s*,\s*(?:kiêm\s+)?|\s+kiêm\s+").match(text, post.end, sentence.span.end)


def _post_at(text: str, start: int, end: int, runs: list[Name]) -> Span | None:
    words = normalise(text[start : min(end, start + POST_WITHIN)])
    m = _POST_HEAD.match(words)
    if not m:
        return None
    stop = start + m.end()
    run = next((r for r in runs if r.start < stop <= r.end or r.start == stop + 1), None)
    if run and run.end <= end:
        stop = max(stop, run.end)
    level = _LEVEL.match(text, stop, end)
    return Span(start, level.end() if level else stop)


def _goes_on(text: str, sentence: Sentence, person: Span) -> bool:
    """ "…; từ tháng 7 năm 2020 đến nay là đồng chí X": another in the post just told of."""
    clause = sentence.clause_at(person.start)
    return bool(
        re.fullmatch(
            r"(?:tiếp đó|sau đó|kế tiếp|từ|đến|nay|hiện|và|tháng|năm|\d|[\s/,-])*\s*là\s+(?:đồng chí|đ/c|"
            r"ông|bà)\s+",
            text[clause.start : person.start],
            re.IGNORECASE,
        )
    )


def _found(reading: Reading, sentence: Sentence, person: Span, post: Span) -> Found | None:
    text = reading.text
    named = reading.offices_in(post)
    office = named[-1] if named else _office_over(reading, post)
    words = key(post.of(text))
    if office is None and (words in _BARE or reading.article.unit is None):
        return None
    former = words.startswith(("nguyen", "cuu"))
    unit = _unit(reading, post, office)
    period, when = _period(reading, sentence, person, post)
    if when is None and not former:
        when = _then(reading, sentence, person, post)
    parts: Parts = ((Role.PERSON, person), (Role.POST, post), *(((Role.DATE, period),) if period else ()))
    held = _held(text, post, office) if unit else words
    return Found(sentence.span, parts, key(person.of(text)), held, unit, when)


def _then(reading: Reading, sentence: Sentence, person: Span, post: Span) -> str | None:
    """When somebody with no period had a post: as the sentence begins, else when the article appeared."""
    text = reading.text
    if re.search(
        r"\b(?:đầu tiên|khi đó|lúc đó|lúc bấy giờ|thời kỳ|cố)\b",
        text[min(post.start, person.start) - 10 : person.end],
    ):
        return None
    for d in reading.dates_in(Span(sentence.span.start, person.start)):
        if d.year and tells_time(text, d) and leads(text, sentence.span, d):
            return iso(d)
    published = reading.article.published
    return str(published.year) if published else None


def _office_over(reading: Reading, post: Span) -> Office | None:
    """The office that a post's last word begins to name: "Chánh Văn phòng" + "Văn phòng"."""
    return next((o for o in reading.offices if o.span.overlaps(post)), None)


def _held(text: str, post: Span, office: Office | None) -> str:
    """The post without its body, which the unit names: "chanh van phong", "pho bi thu thuong truc"."""
    head = text[post.start : office.span.start] if office else post.of(text)
    words = key(head)
    if office and fold(office.kind).startswith("van phong"):
        return f"{words} van phong".strip()
    return words or key(post.of(text))


def _unit(reading: Reading, post: Span, office: Office | None) -> str | None:
    if office:
        return reading.whose(office)
    own = reading.article.unit
    committee = re.search(r"\bbi thu|ban thuong vu|thuong truc|uy vien\b", fold(post.of(reading.text)))
    if committee and own and fold(own).startswith("van phong "):
        return own[len("Văn phòng ") :]
    return own


def _period(reading: Reading, sentence: Sentence, person: Span, post: Span) -> tuple[Span | None, str | None]:
    text = reading.text
    m = _PERIOD.match(text, person.end, sentence.span.end) or _PERIOD.match(text, post.end, sentence.span.end)
    if m is None:
        clause = sentence.clause_at(person.start)
        m = next(
            (p for p in _PERIOD.finditer(text, clause.start, person.start) if p.end() + 20 >= person.start),
            None,
        )
    if m is None:
        return None, None
    since = m["since"] or m["from"]
    until = m["to"] if m["to"] and m["to"].isdigit() else ""
    span = trimmed(text, Span(m.start(), m.end()))
    opening = 1 if text[span.start] == "(" else 0
    return Span(span.start + opening, span.end), f"{since}/{until}"


# --- what they said -------------------------------------------------------------------------------

_SAYS = (
    r"(?:nói|cho biết|cho hay|chia sẻ|tâm sự|nhấn mạnh|khẳng định|nhận định|nhận xét|đánh giá|căn dặn|dặn|"
    r"dặn dò|dạy|"
    r"phát biểu|bày tỏ|viết|chỉ rõ|nêu rõ|kể|kể lại|nhớ lại|đề nghị|yêu cầu|kêu gọi|tuyên bố|trả lời|chỉ đạo|"
    r"giải thích|bộc bạch|xúc động|lưu ý|mong muốn|động viên)"
)
_BEFORE = re.compile(
    rf"\b{_SAYS}(?!\w)(?:[^“”\".;:]{{0,80}}(?::|\brằng:?))?\s*[“\"]$|:\s*[“\"]$", re.IGNORECASE
)
_ACCORDING = re.compile(r"\btheo\b[^“”\".;:]{2,80}[:,]\s*[“\"]$", re.IGNORECASE)
_AFTER = re.compile(
    rf"[”\"]\s*[,.–-]*\s*(?P<who>[^“”\".;:]{{2,80}}?)\s+(?:đã\s+|cũng\s+|vui vẻ\s+)?{_SAYS}(?!\w)"
)
_ADDRESSED = re.compile(
    rf"\b(?:[Bb]ác|[Cc]ụ|[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị|[Đđ]ồng chí)\s+(?P<name>[{UPPER}][^\W\d_]*)(?!\w)"
)
_PRONOUN = re.compile(r"(?:Đồng chí|Ông|Bà|Người|Bác|Anh|Chị)\s+(?!\s*[A-ZĐ])")
#: Fewer words between quotation marks are a name or a manner of speaking, not something said.
WORDS_SAID = 6


def said(reading: Reading) -> Iterator[Found]:
    """Quotations with their speaker."""
    text = reading.text
    for sentence in reading.sentences:
        inside = within(reading.quotations, sentence.span)
        for quotation in inside:
            nested = any(
                q != quotation and q.start <= quotation.start and quotation.end <= q.end for q in inside
            )
            if nested or len(quotation.of(text).split()) < WORDS_SAID:
                continue
            speaker = _speaker(reading, sentence, quotation)
            if speaker:
                parts = ((Role.SPEAKER, speaker), (Role.WORDS, quotation))
                name = key(_full_name(reading, speaker))
                yield Found(sentence.span, parts, key(quotation.of(text)), name, reading.article.unit)


def _full_name(reading: Reading, speaker: Span) -> str:
    """The whole name of who is called by the given name alone: "bà Mây"."""
    name = speaker.of(reading.text)
    if " " in name:
        return name
    whole = (p.of(reading.text) for p in reading.people if p.start < speaker.start)
    return next((p for p in whole if p.split()[-1] == name), name)


def _speaker(reading: Reading, sentence: Sentence, quotation: Span) -> Span | None:
    text = reading.text
    after = _AFTER.match(text, quotation.end, min(len(text), quotation.end + 160))
    if after:
        found = _person_in(reading, Span(after.start("who"), after.end("who") + 1))
        if found:
            return found
    ahead = text[max(sentence.span.start, quotation.start - 300) : quotation.start]
    cue = _BEFORE.search(ahead) or _ACCORDING.search(ahead)
    if not cue:
        return None
    clause = Span(sentence.span.start, quotation.start)
    found = _person_in(reading, clause)
    if found is None and _PRONOUN.match(text, sentence.span.start):
        found = _person_in(reading, Span(sentence.block.start, sentence.span.start))
    return found


def _person_in(reading: Reading, span: Span) -> Span | None:
    """The last person named in the stretch, else somebody addressed by a given name ("bà Mây")."""
    people = reading.people_in(span)
    if people:
        return people[-1]
    addressed = list(_ADDRESSED.finditer(reading.text, span.start, span.end))
    return Span(addressed[-1].start(), addressed[-1].end("name")) if addressed else None
