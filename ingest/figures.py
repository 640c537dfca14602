"""Counts with what they count, and as of when. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.mentions import awards, numbers
from ingest.reading import Found, Parts, Reading, Role, Sentence, iso, key, leads, tells_time, trimmed, within
from ingest.types import RUNNING, Span
from ingest.vietnamese import DateMention, fold

# What is measured rather than counted, or only numbered.
_NOT_COUNTED = re.compile(
    r"\s*(?:năm|tháng|ngày|tuần|giờ|phút|giây|tuổi|thế kỷ|thập niên|thập kỷ|lần|phần|khóa|khoá|mùa|bước|"
    r"mặt|đột phá|"
    r"khâu|vấn đề|nội dung|lĩnh vực|mục tiêu|giải pháp|phương diện|yếu tố|loại|kiểu|cách|chiều|bên|nửa|"
    r"cuộc kháng chiến|"
    r"trong|của|và|hoặc|đến|tới|là|thì|điểm|độ|h|km|m|ha|kg|mét|dặm|tấn|yard|ki lô mét|kilômét|km2|"
    r"ở|ngoài|tăng|giảm|lẫn|nhanh|có thể|so|bị|được|đã|sẽ|đang|từ|cho|với|theo|như|trên|dưới|hơn|trở|tại|"
    r"về|bởi|vào|khi|nếu|"
    r"vì|mà|các|những|này|đó|không|rất|cao|thấp|lớn|nhỏ|mỗi|một|cùng|lên|xuống|đô|hay)(?!\w)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:\bsố|\bkhóa|\bkhoá|\bthứ|\bđề án|\bđiều|\bquý|\bmục|\bchương|\bphần|\btập|\bbảng|\bhình|\btrang|"
    r"\blúc|\bquận|\bphường|"
    r"\bban chấp hành|T\.Ư|\btrung ương|\bnghị quyết|\bquyết định|\bchỉ thị|\bkết luận|\blớp|\btổ|\bđội|"
    r"\bkhu|\bquân khu|"
    r"\bđường|\bquốc lộ|\btừ|\bcấp|\bhạng|\bloại|\bkênh|\bđiện thoại|\d\s*[-–])\s*$",
    re.IGNORECASE,
)
# Nouns that a number in words may count: "hai" and "ba" alone are too often a manner of speaking.
_COUNTABLE = re.compile(
    r"\s*(?:người|đồng chí|cán bộ|công chức|đảng viên|chuyên viên|nhân viên|phòng|ban|bộ phận|tổ chức|"
    r"chi bộ|đảng bộ|"
    r"tập thể|cá nhân|biên chế|đơn vị trực thuộc|xã|phường|huyện|thị trấn|thôn|đại biểu|liệt sĩ|"
    r"thương binh)(?!\w)",
    re.IGNORECASE,
)
# Where what is counted ends.
_ENDS = re.compile(
    r"\s*[,;:.()“”!?–…]|\s+(?:-\s|(?:được|bị|đã|đang|sẽ|có|là|của|trong|ngoài|ở|tại|để|cho|với|do|từ|"
    r"(?<!văn bản )đến|tới|theo|cùng|khi|bằng|"
    r"như|gồm|thuộc|không|và (?:nhiều|các|một|những|đã|được)|trên|dưới|trước|sau|về|vào|qua|trở|nhưng|mà|"
    r"thì|nên|vì|sinh hoạt|tham dự|tham gia|hy sinh|đạt|nhận|chiếm|"
    r"phục vụ|làm việc|công tác|này|đó|ấy|nhằm|nay|hiện|còn|và(?=\s+\d)|so với|do|xuống|lên|\d)(?!\w))",
    re.IGNORECASE,
)
# Items that go on with what is counted: "46 cán bộ, công chức, người lao động".
_GOES_ON = re.compile(
    r"(?:,\s+|\s+và\s+|,\s+và\s+)(?:cán bộ|công chức|viên chức|đảng viên|nhân viên|chuyên viên|"
    r"người lao động|chiến sĩ|"
    r"chương trình hành động|chương trình|báo cáo|kế hoạch|thị trấn|phường|xã|đề án|cá nhân|tập thể)"
    r"(?:\s+[^\W\d_]+){0,2}(?=\s*[,;.:()]|\s+(?:được|đã|có|là|của|trong|ở|tại|và|để|nhằm)\b|$)",
    re.IGNORECASE,
)
#: What is counted is named in no more words; what is said of it, in as many more.
COUNTED_WORDS, SAID_WORDS = 7, 4
# What is said of those counted, and makes them others: "23 cán bộ được tặng …".
_SAID_OF = re.compile(
    r"\s+(?:của\s[^,;.]{2,40}?\s)?(?:đã\s+)?(?P<said>(?:được|bị|là|có|đạt|hy|ở|tham)\s[^,;.]*)", re.IGNORECASE
)
_NOW = re.compile(r"\b(?:hiện|hiện nay|nay|đến nay|hiện có|hiện tại)\b", re.IGNORECASE)
_TERM = re.compile(
    r"\b(?:nhiệm kỳ|giai đoạn|trong (?:các |những )?năm|từ năm|từ)\s+(?:năm\s+)?(?P<from>(?:19|"
    r"20)\d\d)\s*(?:[-–—]|đến|tới)\s*"
    r"(?:năm\s+)?(?P<to>(?:19|20)\d\d)",
    re.IGNORECASE,
)
_SIGN = {"gan": "~", "khoang": "~", "hon": ">", "tren": ">", "it": ">", "duoi": "<", "toi": "<"}


def figures(reading: Reading) -> Iterator[Found]:
    """The counts of an article; not of a title or a caption, nor what somebody is quoted with."""
    found = list(numbers(reading.text))
    for sentence in reading.sentences:
        if sentence.block.kind not in RUNNING:
            continue
        for number in within(found, sentence.span):
            if not reading.is_quoted(number.start):
                yield from _count(reading, sentence, number)


def _count(reading: Reading, sentence: Sentence, number: Span) -> Iterator[Found]:
    text = reading.text
    value = amount(number.of(text))
    share = value is not None and value.endswith("%")
    counted = _counted(text, number, sentence.span.end, share)
    in_words = not any(c.isdigit() for c in number.of(text))
    if (
        value is None
        or counted is None
        or _NUMBERED.search(text[max(sentence.span.start, number.start - 24) : number.start])
        or _NOT_COUNTED.match(text, number.end)
        or _NOT_COUNTED.match(text, counted.start)
        or next(awards(text[counted.start : counted.end]), Span(1, 1)).start == 0  # a fact of its own
        or (in_words and not _COUNTABLE.match(text, number.end))
    ):
        return
    clause = sentence.clause_at(number.start)
    dated, when = _as_of(reading, sentence, clause, number)
    said = _SAID_OF.match(text, counted.end, clause.end)
    subject = key(counted.of(text), COUNTED_WORDS)
    if said and not share:
        subject = f"{subject} {key(said['said'], SAID_WORDS)}"
    unit = reading.unit_in(Span(clause.start, number.start), Span(sentence.span.start, number.start))
    parts: Parts = ((Role.NUMBER, number), (Role.COUNTED, counted), *(((Role.DATE, dated),) if dated else ()))
    yield Found(sentence.span, parts, value, subject, unit, when)


def _counted(text: str, number: Span, end: int, share: bool) -> Span | None:
    """What is counted: the words behind the number as far as they name it."""
    start = number.end
    if share:  # "gần 90% có trình độ đại học trở lên", "100% chi bộ"
        had = re.compile(r"\s+(?:(?:có|đạt|là|số)\s+)?").match(text, start, end)
        start = had.end() if had else start
    if start >= end or not re.match(r"\s*[^\W\d_]", text[start:end]):
        return None
    stop = _ENDS.search(text, start + 1, end)
    cut = stop.start() if stop else end
    words = list(re.finditer(r"\S+", text[start:cut]))[:COUNTED_WORDS]
    if not words:
        return None
    cut = start + words[-1].end()
    while more := _GOES_ON.match(text, cut, end):
        cut = more.end()
    cut = start + len(re.sub(r"(?:\s+(?:và|hoặc|cùng|các))+$", "", text[start:cut].rstrip()))
    return trimmed(text, Span(start, cut)) if cut > start else None


def _as_of(
    reading: Reading, sentence: Sentence, clause: Span, number: Span
) -> tuple[Span | None, str | None]:
    """Of when the count is: the date or the term that leads its clause or its sentence, else "now", which is
    when the article appeared."""
    text = reading.text
    for stretch in (clause, sentence.span):
        term = _TERM.search(text, stretch.start, number.start)
        if term:
            return Span(term.start("from"), term.end("to")), f"{term['from']}/{term['to']}"
        lead: list[DateMention] = [
            d
            for d in reading.dates_in(Span(stretch.start, number.start))
            if tells_time(text, d) and leads(text, stretch, d)
        ]
        if lead:
            return Span(lead[-1].start, lead[-1].end), iso(lead[-1])
    published = reading.article.published
    if published and _NOW.search(text, sentence.span.start, number.start):
        return None, str(published.year)
    return None, None


# --- numbers --------------------------------------------------------------------------------------

_DIGIT = {
    w: n
    for n, words in enumerate(
        ("không", "một mốt", "hai", "ba", "bốn tư", "năm lăm", "sáu", "bảy", "tám", "chín")
    )
    for w in words.split()
}
_TIMES = {
    "trăm": 100,
    "nghìn": 1_000,
    "ngàn": 1_000,
    "triệu": 1_000_000,
    "tỷ": 1_000_000_000,
    "tỉ": 1_000_000_000,
}


def amount(words: str) -> str | None:
    """A count in digits, with its sign and ``%``: "gần 80%" is ``~80%``, "hơn 30.000" is ``>30000``, "mười
    lăm" is ``15``. None where it is no number."""
    words = words.strip().casefold()
    first = fold(words.split()[0])
    sign = _SIGN.get(first, "")
    rest = re.sub(r"^(?:gần|hơn|trên|khoảng|dưới|ít nhất|tối đa|đến)\s+", "", words)
    share = "%" if re.search(r"%|phần trăm", rest) else ""
    rest = re.sub(r"\s*(?:%|phần trăm)", "", rest).strip()
    m = re.match(r"\d+(?:[.,]\d+)*", rest)
    number = _digits(m[0]) if m else _spelled(rest)
    if number is None:
        return None
    for word in rest[m.end() :].split() if m else ():
        number *= _TIMES.get(word, 1)
    return f"{sign}{number:.10g}{share}" if number != int(number) else f"{sign}{int(number)}{share}"


def _digits(words: str) -> float | None:
    """1.860 and 1,860 are thousands; 3,5 and 97.6 are not."""
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", words):
        return float(re.sub(r"[.,]", "", words))
    if re.fullmatch(r"\d+(?:[.,]\d+)?", words):
        return float(words.replace(",", "."))
    return None


def _spelled(words: str) -> float | None:
    total = group = 0
    for word in words.split():
        if word in _DIGIT:
            group += _DIGIT[word]
        elif word in ("mười", "mươi"):
            group = (group // 100) * 100 + (group % 100 or 1) * 10
        elif word == "trăm":
            group *= 100
        elif word in _TIMES:
            total, group = (total + (group or 1)) * _TIMES[word], 0
        else:
            return None
    return float(total + group) if total + group else None
