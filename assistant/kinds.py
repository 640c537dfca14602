"""Does a text hold the kind of answer that a question expects, and where? Pure.

Each kind finds its stretches by their form; how well one fits is its form's strength, from 0 to 1,
and its nearness to what is asked about.
"""

from __future__ import annotations

import re
from bisect import bisect, bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from assistant.asked import Asked
from assistant.question import Kind, Question
from assistant.scope import BODY, COMMITTEE
from assistant.texts import read
from assistant.timing import tells_another_year
from ingest.mentions import documents, ordinals, post
from ingest.types import Span
from ingest.vietnamese import UPPER, DateMention, Token, curled, even_fold, fold, normalise

#: How much of an answer's fit is its form; the rest is its nearness to the words asked for, of which
#: half is lost for every so many words between.
FORM, HALF_WAY = 0.6, 6
#: What a date is worth in another clause than the award or the person asked about, and all else in one that
#: tells of another year than the one asked about.
FAR = 0.3
#: What the dates of a range are worth beside one that stands alone: the first where a day that is
#: kept is asked for, the first else, the second. And what a place in brackets is worth.
KEPT_DATE, OPENING_DATE, CLOSING_DATE, ASIDE = 0.85, 0.5, 0.2, 0.7
#: What a name that nothing tells to be a person's is worth where a person is asked for, of several
#: syllables and of one; and speech that is reported rather than quoted.
LONG_NAME, SHORT_NAME, REPORTED = 0.6, 0.4, 0.5
#: What a number is worth in another unit than what is measured usually comes in.
OTHER_UNIT = 0.55
#: Answers kept found: a question's best sentences are looked at again when they are read.
_KEPT = 1 << 8


@lru_cache(_KEPT)
def answers(kind: Kind, text: str, asked: Asked, under: str = "") -> tuple[tuple[Span, float], ...]:
    """The stretches of a text that are an answer of that kind, each with how well it fits, 0 to 1:
    by its form, and by how near it stands to the words asked for. None stands in the question. ``under`` is
    what a line of a list or a table stands under."""
    found = [
        (span, strength)
        for span, strength in _of_kind(kind, curled(text), under, asked.question)
        if span.end == span.start or not _in_question(span.of(text), asked.question)
    ]
    if not found:
        return ()
    here = read(text).tokens
    clauses = [m.start() for m in _CLAUSE_END.finditer(text)]
    clause = [bisect(clauses, t.start) for t in here]
    fixed = _fixed(asked, here)
    anchors, total = (fixed, 1.0) if fixed else _by_words(asked, here)
    near = _nearness(text, here, clause, anchors, total)
    own = {clause[k] for _, k, _ in fixed}
    # A date in another clause than the award or the person asked about is that of something else. Where the
    # text has neither, it may speak of them by another name: whether it does is for ``scope`` to say.
    strict = kind in (Kind.DATE, Kind.YEAR) and _has_fixed(asked) and bool(own)

    def fit(span: Span) -> float:
        # What has no words of its own to mark (a function is told, not named) is near by itself.
        nearness = near(span) if span.start < span.end else 1.0
        far = (strict and bisect(clauses, span.start) not in own) or tells_another_year(
            text, span, asked.question.years
        )
        return (FAR if far else 1.0) * (FORM + (1 - FORM) * nearness)

    return tuple((span, strength * fit(span)) for span, strength in found)


#: The places of what an answer must be near, in a text's tokens: by what it is, where and its weight.
_Anchors = list[tuple[str, int, float]]


def _nearness(
    text: str, here: Sequence[Token], clause: Sequence[int], anchors: _Anchors, total: float
) -> Callable[[Span], float]:
    """How near a stretch stands to the anchors, 0 to 1: each one's share of the total weight, halved
    for every HALF_WAY words between. The end of a clause is as far as twice that; so is what follows the
    stretch where the stretch stands in brackets, since these explain what went before."""
    places = [k + 2 * HALF_WAY * number for k, number in enumerate(clause)]
    starts, ends = [t.start for t in here], [t.end for t in here]

    def near(span: Span) -> float:
        # The first token that ends behind the stretch's beginning, and the last that begins before its end.
        first, last = bisect(ends, span.start), bisect_left(starts, span.end) - 1
        if first > last:
            return 0.0
        behind = 2 * HALF_WAY if _aside(text, span) else 0
        best: dict[str, float] = {}
        for what, k, weight in anchors:
            at = places[k]
            gap = at - places[last] + behind if at > places[last] else max(places[first] - at, 0)
            best[what] = max(best.get(what, 0.0), weight * 0.5 ** (gap / HALF_WAY))
        return min(1.0, sum(best.values()) / total)

    return near


_CLAUSE_END = re.compile(r";|[.!?…]\s")


def _has_fixed(asked: Asked) -> bool:
    return bool(asked.question.awards or asked.persons)


def _fixed(asked: Asked, here: Sequence[Token]) -> _Anchors:
    """Where the text has the award, the year or the person that the question names; all else must be
    near the first of these that it has."""
    words = [t.folded for t in here]
    for phrase in (*asked.question.awards, *map(str, asked.question.years), *asked.persons):
        sought = phrase.split()
        starts = [k for k in range(len(words)) if words[k : k + len(sought)] == sought]
        if starts:
            return [(phrase, k, 1.0) for start in starts for k in range(start, start + len(sought))]
    return []


def _by_words(asked: Asked, here: Sequence[Token]) -> tuple[_Anchors, float]:
    """Where the text has the question's words, and what all of them weigh."""
    weights = {w: asked.weights[i] for i, w in enumerate(asked.folded) if "_" not in w}
    # The names say whom it is about, not what; they count where nothing else does.
    weights = weights or dict.fromkeys((w for forms in asked.names for w in forms[0].split()), 1.0)
    found = [(t.folded, k, weights[t.folded]) for k, t in enumerate(here) if t.folded in weights]
    return found, sum(weights.values()) or 1.0


def _in_question(words: str, question: Question) -> bool:
    said = read(question.text).normalised
    return read(words).folded in read(said).folded if question.bare else read(words).normalised in said


_PLACE_CUE = re.compile(
    r"\b(?:(?:tại|ở|thuộc|từ|đến|về)\s+(?:[^\W\d_]+\s+)?"
    r"|(?:tỉnh|huyện|xã|phường|quận|thị xã|thị trấn|thành phố|TP\.?|ấp|thôn|làng|nước)\s+"
    r"|(?P<street>(?:số\s+(?:nhà\s+)?\d+\S*,?\s+)?(?:đường|phố|ngõ|hẻm|quốc lộ)\s+))$",
    re.IGNORECASE,
)
_MOTTO = re.compile(r"phương châm|khẩu hiệu|tôn chỉ", re.IGNORECASE)
_MOTTO_CUE = re.compile(r"truyền thống|tinh thần|phẩm chất", re.IGNORECASE)
_SPEECH_CUE = re.compile(
    r"nói|dạy|dặn|phát biểu|nhận định|khẳng định|nhấn mạnh|viết|chỉ đạo|theo|kêu gọi", re.IGNORECASE
)
_DUTIES = (
    r"tham mưu|phục vụ|giúp|tổng hợp|quản lý|bảo đảm|đảm bảo|tổ chức|thực hiện|hướng dẫn|theo dõi|nghiên cứu"
)
_DUTY = re.compile(
    rf"(?:chức năng|nhiệm vụ)\b[^.]{{0,120}}?(?:\blà\b|:|\bgồm\b)[^.;]{{0,20}}?\b(?:{_DUTIES})"
    rf"|\b(?:có|thực hiện(?: tốt)?) (?:chức năng|nhiệm vụ),?\s+(?:{_DUTIES})"
    rf"|\b(?:là|gồm|sau)\s*:\s*(?:{_DUTIES})"
    rf"|^[-–•+*]?\s*(?:{_DUTIES})[^.]*;$",
    re.IGNORECASE,
)


def _of_kind(kind: Kind, text: str, under: str, question: Question) -> Iterator[tuple[Span, float]]:
    match kind:
        case Kind.DATE:
            yield from _days(text, bool(_A_KEPT_DAY.search(read(question.text).folded)))
        case Kind.YEAR:
            yield from _years(text, bool(_A_MONTH.search(read(question.text).folded)))
        case Kind.NUMBER:
            yield from _counts(text, question)
        case Kind.ORDINAL:
            for span in ordinals(text):
                yield span, 1.0
        case Kind.AWARD:
            for span in _merged([*read(text).awards, *read(text).found(_PRIZE)]):
                yield span, 1.0
        case Kind.PERSON:
            # Who holds a post is told where the post is named.
            told = question.post is None or _tells_post(
                f"{read(under).folded}\n{read(text).folded}", fold(question.post)
            )
            for span in read(text).people:
                yield span, 1.0 if told else 0.2
            for span in _foreign(text, question):
                strength = LONG_NAME if " " in span.of(text) else SHORT_NAME
                yield span, strength if told else 0.2
        case Kind.AGENT:
            for span in read(text).people:
                yield span, 1.0
            for name in read(text).names:
                if name.office:
                    yield Span(name.start, name.end), 0.9
            for span in _foreign(text, question):
                yield span, 0.7
        case Kind.PLACE:
            yield from _places(text)
        case Kind.UNIT:
            for name in read(text).names:
                words = text[name.start : name.end]
                if name.office and BODY.search(fold(words)):
                    yield Span(name.start, name.end), 1.0 if name.proper else 0.5
            for span in _foreign(text, question):
                yield _with_noun(text, span, question), 0.6
        case Kind.QUOTE:
            for span in read(text).quotations:
                cue = _SPEECH_CUE.search(text[max(0, span.start - 60) : span.start])
                long_enough = span.of(text).count(" ") >= 3
                yield span, (1.0 if cue else 0.5) * (1.0 if long_enough else 0.4)
            for m in _SPEECH.finditer(text):
                yield Span(m.start("words"), m.end("words")), REPORTED
        case Kind.MOTTO:
            for span in read(text).quotations:
                before = text[max(0, span.start - 40) : span.start]
                yield span, 1.0 if _MOTTO.search(before) else 0.7 if _MOTTO_CUE.search(before) else 0.2
        case Kind.NAME:
            for span in read(text).quotations:
                yield span, 1.0
            for span in _foreign(text, question):
                yield _with_noun(text, span, question), 0.5
            for m in _CALLED.finditer(text):
                yield Span(m.start("name"), m.end("name")), 0.7
        case Kind.OFFICE:
            for name in read(text).names:
                if name.office:
                    yield Span(name.start, name.end), 1.0 if post(text[name.start : name.end]) else 0.3
        case Kind.DOCUMENT:
            for span in documents(text):
                yield span, 1.0
        case Kind.FUNCTION:
            duty = _DUTY.search(text)
            if duty:
                yield Span(duty.end(), duty.end()), 1.0
        case Kind.CAUSE:
            for m in _CAUSE.finditer(text):
                yield Span(m.start("cause"), m.end("cause")), 0.5 if m["cue"].lower() in ("để", "do") else 0.9
        case Kind.OTHER:
            yield from _told_of(text, question)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The spans without those that overlap a longer one, in order."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: s.start - s.end):
        if not any(map(span.overlaps, kept)):
            kept.append(span)
    return sorted(kept)


# Small words inside the names of foreign people and works: "Jan van der Berg", "Planet of Giants".
_INSIDE = re.compile(
    r"(?:[.,]?\s|-)(?:(?:of|the|de|du|da|del|della|der|den|von|van|di|ibn|bin|al|el|la|le|to|and|in"
    r"|y|&)[\s-])+"
)


def _foreign(text: str, question: Question) -> Iterator[Span]:
    """The names of a text that are no office's, whole: with the small words inside foreign ones, and
    without what the question itself says at their beginning or end. A capital that only opens a
    sentence makes none."""
    run: Span | None = None
    opens = False
    for name in read(text).names:
        if name.office:
            continue
        if run and _INSIDE.fullmatch(text, run.end, name.start):
            run = Span(run.start, name.end)
            continue
        if run and not (opens and " " not in run.of(text)):
            yield _unsaid(text, run, question)
        run, opens = Span(name.start, name.end), name.opens
    if run and not (opens and " " not in run.of(text)):
        yield _unsaid(text, run, question)


def _unsaid(text: str, span: Span, question: Question) -> Span:
    """Of a run of names the part that the question does not name: two names may stand side by side."""
    for name in question.names:
        words = span.of(text)
        if words.startswith(f"{name} "):
            return Span(span.start + len(name) + 1, span.end)
        if words.endswith(f" {name}"):
            return Span(span.start, span.end - len(name) - 1)
    return span


def _with_noun(text: str, span: Span, question: Question) -> Span:
    """A name with the noun asked for, where the text has it right before: "cơn bão" + "Dora"."""
    head = question.head
    if head:
        before = read(text[max(0, span.start - 40) : span.start]).tokens[-len(head) :]
        said = tuple(t.folded if question.bare else t.exact for t in before)
        if said == head:
            return Span(before[0].start + max(0, span.start - 40), span.end)
    return span


_PRIZE = re.compile(rf"[Gg]iải(?:\s[Tt]hưởng)?(?:\s[{UPPER}][^\W\d_]*)+(?:\s[a-zà-ỹ]+(?=[\s.,;]))?")
_CALLED = re.compile(
    r"\b(?:gọi là|gọi tắt là|mang tên|có tên(?: là)?|tên là|đổi tên thành|đổi thành"
    r"|biệt danh(?: là)?|còn gọi là|tức là)"
    r"\s+(?P<name>[^,.;:()\n“\"]{2,50}?)(?=[,.;:()\n]|$| (?:và|của|trong|do|bởi|để|khi|từ|vào|được|đã)\b)",
    re.IGNORECASE,
)
_SPEECH = re.compile(
    r"\b(?:nói|khẳng định|nhấn mạnh|cho rằng|phát biểu|nhận định|tuyên bố|cho biết|đề nghị|yêu cầu"
    r"|căn dặn|dặn|khuyên)"
    r"(?: rõ| rằng| là|:)+\s+(?P<words>[^“”\"\n]{15,}?)(?=[.;\n]|$)",
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"\b(?P<cue>bởi vì|vì|do|nhờ|bởi|nhằm|để|nguyên nhân(?: chính)? là|lý do(?: chính)? là)\s+"
    r"(?P<cause>[^.;\n]{6,}?)(?=[.;\n]|$)",
    re.IGNORECASE,
)


def _told_of(text: str, question: Question) -> Iterator[tuple[Span, float]]:
    """What answers a question for a thing of no kind: a name behind the noun asked for ("giả thuyết
    Polignac"), and what something is, where that is asked ("X là gì?": behind "X là")."""
    if question.head:
        for span in _foreign(text, question):
            whole = _with_noun(text, span, question)
            if whole != span:
                yield whole, 0.7
    what = _WHAT_IS.fullmatch(read(question.text).folded)
    if what and what["what"]:
        folded = even_fold(text)
        for m in re.finditer(
            rf"\b{re.escape(what['what'])}(?: \([^)]*\))?,? la ([^.;\n]{{4,}}?)(?=[.;\n]|$)", folded
        ):
            yield Span(m.start(1), m.end(1)), 0.8


_WHAT_IS = re.compile(r"(?P<what>[^?]{2,60}?) (?:la|nghia la|co nghia la|la cai) gi\W*")


def _places(text: str) -> Iterator[tuple[Span, float]]:
    """Names after a word of place, a street with its number; other names that are no person's, less."""
    persons = read(text).people
    for name in read(text).names:
        for part in name.proper:
            before = text[max(0, part.start - 30) : part.start]
            cue = _PLACE_CUE.search(before)
            if (part in persons and not cue) or (name.opens and " " not in part.of(text)):
                continue
            street = len(before) - cue.start("street") if cue and cue["street"] else 0
            strength = 1.0 if cue else 0.5 if " " in part.of(text) else 0.2
            yield Span(part.start - street, part.end), strength * (ASIDE if _aside(text, part) else 1.0)


def _aside(text: str, span: Span) -> bool:
    """Whether the stretch stands in brackets: "tại X (nay thuộc tỉnh Y)"."""
    before = text[: span.start]
    return before.count("(") > before.count(")")


def _tells_post(text: str, asked: str) -> bool:
    """Whether a folded text names the post asked about: with the same committee behind it, or with
    none where its article says whose it is."""
    head, committee = _split_post(asked)
    for m in re.finditer(rf"(?<!pho )(?<!nguyen )\b{re.escape(head)}\b", text):
        here = COMMITTEE.match(text, m.end() + 1)
        if not committee or not here or here[0] == committee:
            return True
    return False


def _split_post(post: str) -> tuple[str, str | None]:
    committee = COMMITTEE.search(post)
    return (post[: committee.start()].strip(), committee[0]) if committee else (post, None)


# "Ngày truyền thống … là ngày nào?", but not "lễ kỷ niệm ngày truyền thống diễn ra khi nào?".
_A_KEPT_DAY = re.compile(
    r"\bngay (?:truyen thong|thanh lap|ra doi|hoi)\b(?!.*\b(?:dien ra|to chuc|hop mat|gap mat|luc nao)\b)"
    r"(?<!ky niem ngay truyen thong)"
)


def _days(text: str, kept: bool) -> Iterator[tuple[Span, float]]:
    """Dates, the fuller the better, and periods. In "(18/10/1930 - 18/10/2020)", as anniversaries are
    written, the first is the day that is ``kept`` and the second one of its anniversaries; neither is
    when something else took place."""
    found = read(text).dates
    for before, d, after in zip([None, *found], found, [*found[1:], None], strict=False):
        strength = 1.0 if d.day and d.year else 0.75 if d.day or d.month else 0.6
        if before and _RANGE.fullmatch(text, before.end, d.start):
            strength *= CLOSING_DATE
        elif after and _RANGE.fullmatch(text, d.end, after.start):
            strength *= KEPT_DATE if kept else OPENING_DATE
        yield _plain_date(text, d), strength
    for span in read(text).found(_PERIOD):
        yield span, 0.6


def _years(text: str, month: bool) -> Iterator[tuple[Span, float]]:
    """The years of a text, or its months; centuries and decades."""
    for d in read(text).dates:
        if d.month if month else d.year:
            yield Span(d.start, d.end), 0.9 if d.day else 1.0
    for span in read(text).found(_PERIOD):
        yield span, 0.3 if month else 0.9


def _plain_date(text: str, date: DateMention) -> Span:
    """The date without the word "ngày" or "năm" before it, where it is one without it as well."""
    words = text[date.start : date.end]
    start = date.start + len(words) - len(_DATE_WORD.sub("", words))
    rest = next(iter(read(text[start : date.end]).dates), None)
    same = rest and (rest.day, rest.month, rest.year) == (date.day, date.month, date.year)
    return Span(start if same else date.start, date.end)


_A_MONTH = re.compile(r"\bthang (?:nao|may|bao nhieu)\b")
_DATE_WORD = re.compile(r"^(?:ngày|năm)\s+", re.IGNORECASE)
_CENTURY = r"(?:[IVXLC]+|\d{1,2}|mười(?: \w+)?|hai mươi(?: mốt)?)"
_PERIOD = re.compile(
    rf"(?:(?:đầu|giữa|cuối|nửa (?:đầu|cuối|sau)) )?thế kỷ (?:thứ )?{_CENTURY}\b"
    r"|(?:những năm|thập niên|thập kỷ) (?:\d{4}|\d0|\w+ mươi)(?: (?:và|đến) (?:\d{4}|\d0)| ?[-–] ?\d{4})?"
    r"|mùa (?:xuân|hè|hạ|thu|đông)(?: năm)? \d{4}|\b(?:từ )?(?:năm )?\d{4} (?:đến|tới)(?: năm)? \d{4}"
    r"|\bnăm \d{4} ?[-–] ?\d{4}",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s*[-–—]\s*")


def _counts(text: str, question: Question) -> Iterator[tuple[Span, float]]:
    """Numbers, by whether what follows is what the question counts. A number with another word right
    behind it counts something else. What is measured goes with its unit where the question names no
    unit: "dài bao nhiêu" with "340 km"."""
    asked = read(question.text).folded
    measured = next((units for cue, units in _MEASURES if cue.search(asked)), None)
    for span in _numbers(text, question):
        words = span.of(text)
        after = [t.folded if question.bare else t.exact for t in _first_tokens(text, span.end, 5)]
        unit = _UNIT.match(text, span.end)
        if measured:
            fits = unit is not None and bool(measured.match(fold(unit["unit"])))
            # "ở tuổi 39", and what is measured in a unit that nobody thought of.
            yield (Span(span.start, unit.end()) if unit and fits else span), 1.0 if fits else OTHER_UNIT
        elif _A_SCORE.search(asked):
            yield span, 1.0 if _SCORE.fullmatch(words) else OTHER_UNIT
        elif not question.counted:
            yield (Span(span.start, unit.end()) if unit else span), 0.7
        elif fold(" ".join(question.counted[:2])) == "phan tram":
            yield span, 1.0 if re.search(r"%|phần trăm", words) else 0.4 if _SHARE.search(words) else 0.2
        elif question.counted[0] in after[:2]:
            fits_all = 1.0 if set(question.counted) <= set(after) else 0.9
            # "23 cán bộ được tặng …" does not say how many there are.
            yield span, fits_all if not question.had or _HAVING.search(text[: span.start]) else 0.3
        elif question.counted[0] in after:
            yield span, 0.6
        elif not _COUNTS_NEXT.match(text, span.end):
            yield span, 0.5
        else:
            yield span, 0.2


def _numbers(text: str, question: Question) -> list[Span]:
    """The numbers of a text: counts, shares, ranges and scores; also "năm" and "2000", which else are
    a year, where what is counted follows."""
    found = _merged([*read(text).found(_AMOUNT), *read(text).numbers])
    if question.counted:
        for m in _LIKE_A_YEAR.finditer(text):
            word = fold(m["next"]) if question.bare else normalise(m["next"])
            if word == question.counted[0] and not any(
                s.start < m.end(1) and m.start(1) < s.end for s in found
            ):
                found.append(Span(m.start(1), m.end(1)))
    return sorted(found)


_WORD_NUMBER = r"(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)"
_ABOUT = r"(?:(?:gần|hơn|trên|khoảng|dưới|chừng|quá)\s+)?"
_AMOUNT = re.compile(
    rf"{_ABOUT}(?:\b(?:\d+\s?[½¼¾⅓⅔]|[½¼¾⅓⅔]|một nửa|{_WORD_NUMBER} phần (?:ba|tư|năm|mười|nghìn)\b"
    rf"|đa số|phần lớn)"
    r"|\bhàng (?:chục|trăm|nghìn|ngàn|vạn|triệu|tỷ)(?: (?:nghìn|ngàn|triệu|tỷ))?\b"
    # "0,3 đến 0,6", "30 đến 50 nghìn", and the scores and the time that a clock shows
    r"|(?<![\w/.,-])\d+(?:[.,]\d+)*(?:\s?%)?(?: (?:đến|tới) | ?[–-] ?|:)\d+(?:[.,]\d+)*(?![\w/:-])"
    r"(?:\s*(?:%|phần trăm|triệu|tỷ|tỉ|nghìn|ngàn|trăm)(?!\w))*"
    r"|(?<![\w/.,-])\d+(?:[.,]\d+)*\s?×\s?10\d*)",
    re.IGNORECASE,
)
_LIKE_A_YEAR = re.compile(r"\b(\d{4}|năm|một)\s+(?P<next>[^\W\d_]+)", re.IGNORECASE)
_SHARE = re.compile(r"nửa|phần|đa số|½|¼|¾|⅓|⅔")
_A_SCORE = re.compile(r"\b(?:ty so|diem so|ti so|ty le|ti le)\b(?!.*phan tram)")
_SCORE = re.compile(r"\d+ ?[–:-] ?\d+|.*%|.*phần.*")
_UNIT = re.compile(
    r"\s?(?P<unit>(?:giây|phút|giờ|tiếng|ngày|tuần|tháng|năm|thập kỷ|thế kỷ|tuổi|km2?|kilômét"
    r"|cây số|mét|m2?|dặm|hải lý"
    r"|ha|héc ta|hecta|mẫu|tấn|tạ|kg|gam|đồng|đô la|đô-la|usd|bảng|euro|rúp|°C|độ|lít)"
    r"(?:\s(?:vuông|khối|anh|mỹ|tiền mặt|C|F)(?!\w))?(?:/(?:giờ|năm|ngày|tháng|s|h))?)(?!\w)",
    re.IGNORECASE,
)
# What is measured without naming the unit, folded, with the units it comes in.
_MEASURES = tuple(
    (re.compile(cue), re.compile(units))
    for cue, units in (
        (r"\bbao lau\b|bao nhieu thoi gian", r"giay|phut|gio|tieng|ngay|tuan|thang|nam|thap ky|the ky"),
        (r"\bbao nhieu tuoi\b", r"tuoi"),
        (r"\bbao xa\b|(?:dai|cao|rong|sau|cach) bao nhieu(?! [a-z])", r"km|kilo|cay so|met|m\b|dam|hai ly"),
        (
            r"\bbao nhieu tien\b|(?:gia(?! dinh)|kinh phi|chi phi|von) .*bao nhieu(?! [a-z])",
            r"dong|do|usd|bang|euro|rup",
        ),
        (r"dien tich .*bao nhieu(?! [a-z])", r"km|kilo|met|m2|dam|ha|hec|mau"),
    )
)
_HAVING = re.compile(
    r"(?:\b(?:có|gồm|với|là|đạt|còn|tổng số|biên chế|hiện nay)|[:(])(?:\s+[^\W\d_]+){0,2}\s*$", re.IGNORECASE
)
_COUNTS_NEXT = re.compile(r"\s\w")


def _first_tokens(text: str, start: int, most: int) -> Sequence[Token]:
    return read(text[start : start + 60]).tokens[:most]


def value(text: str, kinds: Sequence[Sequence[tuple[Span, float]]]) -> str | None:
    """The first answer in a form to compare by: a date by its numbers, all else normalised."""
    first = next((found[0][0] for found in kinds if found and found[0][0].start < found[0][0].end), None)
    if first is None:
        return None
    date = next(iter(read(first.of(text)).dates), None)
    return f"{date.day}/{date.month}/{date.year}" if date else read(first.of(text)).normalised
