"""What an office is for, and the words it lives by: functions, duties, mottos. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.reading import Found, Reading, Role, Sentence, key, trimmed, within
from ingest.types import Span

#: What functions and mottos are compared by.
FUNCTION, MOTTO = "chuc nang", "phuong cham"

_DOES = (
    r"(?:trực tiếp |chủ yếu |tổ chức |nghiên cứu, )?(?:tham mưu|phục vụ|giúp|tổng hợp|quản lý|bảo đảm|"
    r"đảm bảo|tổ chức|"
    r"thực hiện|hướng dẫn|theo dõi|nghiên cứu|thông tin|thẩm định|tiếp nhận|chuẩn bị|đôn đốc|kiểm tra|"
    r"điều hòa|điều hoà|"
    r"xây dựng|phối hợp|làm đầu mối|là cơ quan|là trung tâm)"
)
_DUTY = re.compile(
    rf"(?<!cơ quan )\bchức năng(?:,? (?:và )?nhiệm vụ)?(?: chính| chủ yếu|"
    rf" cơ bản)?(?: là)?:?\s+(?P<a>{_DOES}(?!\w))"
    rf"|\b(?:có|với|giao)(?: \w+)? nhiệm vụ(?: chính| chủ yếu)?(?: là)?:?\s+(?P<b>{_DOES}(?!\w))"
    rf"|\b(?:chức năng|nhiệm vụ)\b[^.;:“”]{{0,150}}(?:là|gồm|sau|sau đây|như)?\s*:\s*(?P<c>{_DOES}(?!\w))"
    r"|\b(?:tiếp tục |luôn |chính )*là (?:một trong những )?(?P<d>(?:cơ quan|bộ phận|đơn vị|trung tâm)"
    r"(?: đầu mối)? (?:tham mưu|giúp việc|thông tin|tổng hợp|phục vụ)(?!\w))",
    re.IGNORECASE,
)
_LISTS = re.compile(r"\b(?:chức năng|nhiệm vụ)\b[^.;]{0,160}:$", re.IGNORECASE)
# An item of such a list begins with what is done.
_ITEM = re.compile(
    rf"(?P<mark>\s*(?:[-–•+*]\s+|\d{{1,2}}[.)]\s+|[a-zđ]\)\s+)?)(?:{_DOES}|đề xuất|chủ trì|tiếp|tổng kết|"
    rf"sơ kết|biên tập|lưu trữ|"
    r"trình|ban hành|soạn thảo|đảm nhiệm|cung cấp|giữ|lập|sao|in|mở|tập huấn|bồi dưỡng|nắm|cùng|tham gia|"
    r"là|chịu trách nhiệm)(?!\w)",
    re.IGNORECASE,
)
# Duties that are set for the time to come or for an occasion are no function of the office.
_NOT_ITS = re.compile(r"\b(?:trọng tâm|thời gian tới|giai đoạn mới|năm tới|đặt ra)\b", re.IGNORECASE)


def duties(reading: Reading) -> Iterator[Found]:
    """Functions and duties: a sentence that tells them, or each item of a list that it announces."""
    text = reading.text
    listing: Sentence | None = None
    for sentence in reading.sentences:
        if sentence.block.kind in ("title", "caption"):
            continue
        if listing and _ITEM.match(text, sentence.span.start, sentence.span.end):
            item = _ITEM.match(text, sentence.span.start, sentence.span.end)
            words = _ended(text, Span(item.end("mark") if item else sentence.span.start, sentence.span.end))
            yield _function(reading, listing, sentence.span, words, listing.span.end)
            continue
        listing = None
        if _LISTS.search(sentence.span.of(text)) and not _NOT_ITS.search(sentence.span.of(text)):
            listing = sentence
            continue
        m = _DUTY.search(text, sentence.span.start, sentence.span.end)
        if m and m.lastgroup and not _NOT_ITS.search(text, sentence.span.start, m.end()):
            yield from _told(reading, sentence, m, m.lastgroup)


def _told(reading: Reading, sentence: Sentence, m: re.Match[str], form: str) -> Iterator[Found]:
    text = reading.text
    start = m.start(form)
    quoted = next((q for q in reading.quotations if q.start <= start < q.end), None)
    before = Span(sentence.clause_at(m.start()).start, m.start())
    if form == "d" and not any(o.span.end <= m.start() for o in reading.offices_in(before)):
        return
    end = quoted.end if quoted else sentence.span.end
    if quoted:
        stop = re.compile(r"[.!?…]\s").search(text, start, end)
        end = stop.start() if stop else end
    yield _function(reading, sentence, sentence.span, _ended(text, Span(start, end)), m.start())


def _function(reading: Reading, told: Sentence, quote: Span, words: Span, before: int) -> Found:
    unit = reading.unit_in(Span(told.span.start, before), told.span) if before > told.span.start else None
    of = re.compile(r"\b(?:chức năng|nhiệm vụ)\s+của\s+", re.IGNORECASE).search(
        reading.text, told.span.start, told.span.end
    )
    if of:
        named = [o for o in reading.offices_in(told.span) if o.span.start - of.end() in range(4)]
        unit = reading.whose(named[0]) if named else unit
    parts = tuple((Role.WORDS, item) for item in _items(reading.text, words))
    return Found(quote, parts, key(words.of(reading.text)), FUNCTION, unit)


def _items(text: str, words: Span) -> Iterator[Span]:
    """The duties of one sentence, between semicolons."""
    at = words.start
    for m in [*re.finditer(r";\s+", words.of(text)), None]:
        end = words.start + m.start() if m else words.end
        if at < end:
            yield trimmed(text, Span(at, end))
        at = words.start + m.end() if m else end


def _ended(text: str, span: Span) -> Span:
    """The stretch without its closing marks."""
    words = span.of(text).rstrip(" .;,…/")
    return trimmed(text, Span(span.start, span.start + len(words)))


# --- mottos ---------------------------------------------------------------------------------------

_CALLED = re.compile(r"\b(?:phương châm|khẩu hiệu|tôn chỉ|châm ngôn)\b[^“”\".;]{0,60}[“\"]$", re.IGNORECASE)
_PLAIN = re.compile(
    r"\b(?:phương châm|khẩu hiệu|tôn chỉ)(?:\s+\w+){0,6}?\s*(?:là)?\s*:\s*(?P<words>[^“”\".;:]{8,160})",
    re.IGNORECASE,
)
# Virtues side by side, each of two words or more: "Trung thành, tận tụy, sáng tạo".
_VIRTUES = re.compile(
    r"[^\W\d_]+(?:\s[^\W\d_]+){1,3}(?:(?:\s*[,–-]|\s+và)\s*[^\W\d_]+(?:\s[^\W\d_]+){1,3}){2,}.*", re.DOTALL
)
_AWARDED = re.compile(
    r"\b(?:danh hiệu|tiêu chuẩn|huân chương|kỷ niệm chương|giải thưởng|đề án|nghị quyết|chỉ thị|về|"
    r"cuộc vận động|phong trào)\s*[“\"]$",
    re.I,
)
#: A motto has no more words.
MOTTO_WORDS = 40


def mottos(reading: Reading) -> Iterator[Found]:
    """What is called a motto, and virtues set side by side between quotation marks."""
    text = reading.text
    for sentence in reading.sentences:
        for quotation in within(reading.quotations, sentence.span):
            before = text[max(sentence.span.start, quotation.start - 120) : quotation.start]
            words = quotation.of(text)
            called = _CALLED.search(before) and len(words.split()) >= 2
            virtues = (
                _VIRTUES.fullmatch(words.strip(" .…")) and not _AWARDED.search(before) and _short_items(words)
            )
            if (called or virtues) and len(words.split()) <= MOTTO_WORDS:
                yield _motto(reading, sentence, quotation)
        for m in _PLAIN.finditer(text, sentence.span.start, sentence.span.end):
            yield _motto(reading, sentence, _ended(text, Span(m.start("words"), m.end("words"))))


def _short_items(words: str) -> bool:
    items = [i for i in re.split(r"\s*[,–]\s*|\s+-\s+", words) if i]
    return len(items) >= 3 and all(len(i.split()) <= 4 for i in items[:3])


def _motto(reading: Reading, sentence: Sentence, words: Span) -> Found:
    unit = reading.unit_in(
        Span(sentence.clause_at(words.start).start, words.start), Span(sentence.span.start, words.start)
    )
    return Found(sentence.span, ((Role.WORDS, words),), key(words.of(reading.text)), MOTTO, unit)
