"""The terms and offices that an article itself explains: each with the very sentence that does. Pure.

Nothing is explained that the article does not explain: an abbreviation is taken where its letters are those
of the words beside it, a definition where a sentence says of its subject what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from assistant.ledger import names_holder, place, unit_key
from ingest.facts import Fact, FactKind, Role
from ingest.reading import Reading, Sentence
from ingest.types import RUNNING, Article, Span
from ingest.vietnamese import UPPER, fold


class TermKind(Enum):
    """What a term is; the value is what people read. In the order in which they are told."""

    SHORT = "Chữ viết tắt"
    TERM = "Thuật ngữ"
    DAY = "Ngày truyền thống"
    OFFICE = "Cơ quan, đơn vị"
    POST = "Chức danh"


@dataclass(frozen=True, slots=True)
class Term:
    """``term`` as a reader looks it up; ``marks`` are the words of the sentence that explain it, all of it
    where there are none apart."""

    kind: TermKind
    term: str
    article: str
    sentence: Span
    marks: tuple[Span, ...]


def glossary(facts: Sequence[Fact], articles: Mapping[str, Article]) -> tuple[Term, ...]:
    """What the articles explain, kind by kind and in order of the alphabet, each term once: by the first
    article that explains it. ``facts`` are those that are chosen, of the articles or of more."""
    found: dict[tuple[TermKind, str], Term] = {}
    offices: set[str] = set()
    for term in _all(facts, articles):
        key = unit_key(term.term)
        # What an office is and does says more of it than when it began.
        if term.kind is TermKind.OFFICE and key in offices:
            continue
        offices |= {key} if term.kind is TermKind.OFFICE else set()
        found.setdefault((term.kind, key), term)
    order = list(TermKind)
    return tuple(sorted(found.values(), key=lambda t: (order.index(t.kind), fold(t.term))))


def _all(facts: Sequence[Fact], articles: Mapping[str, Article]) -> Iterator[Term]:
    readings = {id: Reading(article) for id, article in articles.items()}
    for reading in readings.values():
        article = reading.article
        for sentence in reading.sentences:
            if sentence.block.kind in RUNNING:
                yield from _shortened(article, sentence.span)
                yield from _now_called(article, sentence.span)
                yield from _defined(reading, sentence)
    told = [f for f in facts if f.unit and f.article in articles]
    for kind in (FactKind.FUNCTION, FactKind.DATE):
        for fact in told:
            if fact.kind is kind:
                yield from _office(fact, readings[fact.article])
    for fact in told:
        post = fact.part(Role.POST)
        if post and names_holder(fact) and _within(fact.sentence, post):
            yield _post(fact, post, articles[fact.article].text)


# --- abbreviations ---------------------------------------------------------------------------------

_BRACKETS = re.compile(r"(?P<before>[^()]*?)\s*\((?P<inside>[^()]{2,60})\)")
_SHORT = re.compile(rf"[{UPPER}](?:[.\-–/&]?[{UPPER}]){{1,7}}\.?")
#: A word, and what may join two of them inside a name.
_WORD = re.compile(r"[^\W\d_]+")


def _shortened(article: Article, sentence: Span) -> Iterator[Term]:
    """ "Hội đồng nhân dân (HĐND)", "HĐND (Hội đồng nhân dân)"."""
    text = article.text
    for m in _BRACKETS.finditer(text, sentence.start, sentence.end):
        inside, before = Span(m.start("inside"), m.end("inside")), Span(m.start("before"), m.end("before"))
        last = re.search(r"\S+$", before.of(text))
        if _SHORT.fullmatch(inside.of(text)):
            short, full = inside, _spelled_before(text, before, inside.of(text))
        elif last and _SHORT.fullmatch(last[0]):
            short = Span(before.start + last.start(), before.end)
            full = inside if _initials(inside.of(text)) == _letters(short.of(text)) else None
        else:
            continue
        if full:
            yield Term(TermKind.SHORT, short.of(text), article.id, sentence, (full,))


def _spelled_before(text: str, before: Span, short: str) -> Span | None:
    """The last words before an abbreviation whose first letters it has."""
    words = list(_WORD.finditer(text, before.start, before.end))
    letters = _letters(short)
    some = words[-len(letters) :]
    if "".join(w[0][0].casefold() for w in some) != letters:
        return None
    return Span(some[0].start(), some[-1].end())


def _letters(short: str) -> str:
    return "".join(c for c in short if c.isalpha()).casefold()


def _initials(words: str) -> str:
    return "".join(w[0][0] for w in _WORD.finditer(words)).casefold()


_NOW = re.compile(
    rf"(?P<name>(?:(?i:tỉnh|thành phố|huyện|quận|thị xã|thị trấn|xã|phường|làng|thôn)\s)?"
    rf"[{UPPER}][^\W\d_]*(?:\s[{UPPER}][^\W\d_]*){{0,5}})\s*"
    r"\((?P<now>(?:nay|trước đây|trước|tức|còn gọi|hay còn gọi|gọi tắt|viết tắt)\s[^()]{2,100})\)"
)


def _now_called(article: Article, sentence: Span) -> Iterator[Term]:
    """ "X (nay thuộc tỉnh Y)", "X (gọi tắt là Z)"."""
    for m in _NOW.finditer(article.text, sentence.start, sentence.end):
        now = Span(m.start("now"), m.end("now"))
        yield Term(TermKind.TERM, _opened(" ".join(m["name"].split())), article.id, sentence, (now,))


# --- definitions -----------------------------------------------------------------------------------

#: The subject of a definition has no more words.
SUBJECT_WORDS = 7
_IS = re.compile(
    r"(?P<subject>[^,;:.()“”]+?)\s+(?:được hiểu\s+)?là\s+(?:một\s+|những\s+|các\s+)?(?P<head>cơ quan|tổ chức|"
    r"đơn vị|bộ phận|bộ máy|trung tâm|đầu mối|cầu nối|ngày|chức danh|người đứng đầu|người giúp|hoạt động|"
    r"quá trình|tập hợp|hình thức|văn bản|hệ thống|đội ngũ|lực lượng|nơi|công việc)(?!\w)"
    r"(?!\s+(?:đầu tiên|duy nhất|thứ|dẫn đầu|đi đầu|tiêu biểu|xuất sắc|điển hình))"
)
# What begins a sentence and stands for something said before, or is not what the sentence defines.
_NO_SUBJECT = re.compile(
    r"(?:đó|đây|này|ấy|nó|họ|tôi|chúng|ta|ông|bà|anh|chị|đồng chí|mình|ai|gì|khi|nếu|tuy|nhưng|và|từ|trong|"
    r"sau|trước|với|theo|để|trên|hiện|nay|thời|điều|việc này|ngoài|bên|nói|qua|tại|ở|do|vì|được|đã|đang|sẽ|"
    r"luôn|tiếp tục|vẫn|cũng|không|thực sự|phải|xứng đáng)(?!\w)",
    re.IGNORECASE,
)


def _defined(reading: Reading, sentence: Sentence) -> Iterator[Term]:
    """ "Văn phòng cấp ủy là cơ quan …": what the sentence begins with, by its full name where it is an
    office."""
    text = reading.text
    m = _IS.match(text, sentence.span.start, sentence.span.end)
    if m is None or reading.is_quoted(m.start()):
        return
    subject = Span(m.start("subject"), m.end("subject"))
    words = subject.of(text).split()
    if (
        len(words) > SUBJECT_WORDS
        or any(_NO_SUBJECT.fullmatch(w) for w in words)
        or _NO_SUBJECT.match(" ".join(words))
    ):
        return
    office = next(iter(reading.offices_in(subject)), None)
    if office and office.span == subject:
        unit = reading.whose(office)
        if unit:
            yield Term(TermKind.OFFICE, unit, reading.article.id, sentence.span, ())
    elif words[0][0] in UPPER and not any(True for _ in reading.dates_in(subject)):
        yield Term(TermKind.TERM, " ".join(words), reading.article.id, sentence.span, ())


# --- what the ledger tells of an office --------------------------------------------------------------

_ORIGIN = re.compile(r"thanh lap|tien than|tai lap|doi ten\b.*")


def _office(fact: Fact, reading: Reading) -> Iterator[Term]:
    """What a sentence that names the office says of its duties or its beginning; the day that all offices of
    its kind keep."""
    assert fact.unit is not None
    marks = tuple(m for m in fact.all(Role.WORDS) or fact.all(Role.DATE) if _within(fact.sentence, m))
    if fact.kind is FactKind.DATE and fact.subject == "ngay truyen thong":
        if not place(fact.unit) and len(fact.value.lstrip("-").split("-")) > 1:
            words = f"Ngày truyền thống {fact.unit}"
            yield Term(TermKind.DAY, words, fact.article, fact.sentence, marks)
    elif (fact.kind is FactKind.FUNCTION or _ORIGIN.fullmatch(fact.subject)) and any(
        reading.whose(office) == fact.unit for office in reading.offices_in(fact.sentence)
    ):
        yield Term(TermKind.OFFICE, fact.unit, fact.article, fact.sentence, marks)


def _post(fact: Fact, post: Span, text: str) -> Term:
    """A post with who holds it, and of which office where its own words do not say."""
    words = " ".join(post.of(text).split())
    unit = fact.unit or ""
    named = words if place(unit) in fold(words) else f"{words} – {unit}"
    return Term(TermKind.POST, _opened(named), fact.article, fact.sentence, fact.all(Role.PERSON))


def _within(sentence: Span, mark: Span) -> bool:
    return sentence.start <= mark.start and mark.end <= sentence.end


def _opened(words: str) -> str:
    return words[:1].upper() + words[1:]
