"""Does a text hold the kind of answer that a question expects, and where? Pure.

Each kind finds its stretches by their form; how well one fits is its form's strength, from 0 to 1,
and its nearness to what is asked about.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence

from assistant.asked import Asked, names_of, people_of, tokens_of
from assistant.question import Kind, Question
from assistant.scope import BODY, COMMITTEE
from ingest.mentions import awards, documents, numbers, ordinals, post, quotations
from ingest.types import Span
from ingest.vietnamese import Token, dates, fold, normalise, tokens

#: How much of an answer's fit is its form; the rest is its nearness to the words asked for, of which
#: half is lost for every so many words between.
FORM, HALF_WAY = 0.6, 6
#: What a date is worth in another clause than the award or the person asked about.
FAR = 0.3
#: What the dates of a range are worth beside one that stands alone: the first where a day that is
#: kept is asked for, the first else, the second. And what a place in brackets is worth.
KEPT_DATE, OPENING_DATE, CLOSING_DATE, ASIDE = 0.85, 0.5, 0.2, 0.7


def answers(kind: Kind, text: str, asked: Asked) -> Iterator[tuple[Span, float]]:
    """The stretches of a text that are an answer of that kind, each with how well it fits, 0 to 1:
    by its form, and by how near it stands to the words asked for. None stands in the question."""
    said = normalise(asked.question.text)
    found = [
        (span, strength)
        for span, strength in _of_kind(kind, text, asked.question)
        if span.end == span.start or not _in_question(span.of(text), said, asked.question.bare)
    ]
    if not found:
        return
    here = tokens_of(text)
    clauses = [m.start() for m in _CLAUSE_END.finditer(text)]
    clause = [bisect(clauses, t.start) for t in here]
    fixed = _fixed(asked, here)
    anchors, total = (fixed, 1.0) if fixed else _by_words(asked, here)
    near = _nearness(text, here, clause, anchors, total)
    # A date in another clause than the award or the person asked about is that of something else.
    strict = kind in (Kind.DATE, Kind.YEAR) and _has_fixed(asked)
    own = {clause[k] for _, k, _ in fixed}
    for span, strength in found:
        # What has no words of its own to mark (a function is told, not named) is near by itself.
        nearness = near(span) if span.start < span.end else 1.0
        far = strict and bisect(clauses, span.start) not in own
        yield span, strength * (FAR if far else 1.0) * (FORM + (1 - FORM) * nearness)


#: The places of what an answer must be near, in a text's tokens: by what it is, where and its weight.
_Anchors = list[tuple[str, int, float]]


def _nearness(
    text: str, here: Sequence[Token], clause: Sequence[int], anchors: _Anchors, total: float
) -> Callable[[Span], float]:
    """How near a stretch stands to the anchors, 0 to 1: each one's share of the total weight, halved
    for every HALF_WAY words between. The end of a clause is as far as twice that; so is what follows the
    stretch where the stretch stands in brackets, since these explain what went before."""
    places = [k + 2 * HALF_WAY * number for k, number in enumerate(clause)]

    def near(span: Span) -> float:
        inside = [at for at, t in zip(places, here, strict=True) if span.start < t.end and t.start < span.end]
        if not inside:
            return 0.0
        behind = 2 * HALF_WAY if _aside(text, span) else 0
        best: dict[str, float] = {}
        for what, k, weight in anchors:
            at = places[k]
            gap = at - inside[-1] + behind if at > inside[-1] else max(inside[0] - at, 0)
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


def _in_question(words: str, said: str, bare: bool) -> bool:
    return (fold(words) in fold(said)) if bare else (normalise(words) in said)


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


def _of_kind(kind: Kind, text: str, question: Question) -> Iterator[tuple[Span, float]]:
    match kind:
        case Kind.DATE:
            yield from _days(text, bool(_A_KEPT_DAY.search(fold(question.text))))
        case Kind.YEAR:
            for d in dates(text):
                if d.year:
                    yield Span(d.start, d.end), 0.9 if d.day else 1.0
        case Kind.NUMBER:
            yield from _counts(text, question)
        case Kind.ORDINAL:
            for span in ordinals(text):
                yield span, 1.0
        case Kind.AWARD:
            for span in awards(text):
                yield span, 1.0
        case Kind.PERSON:
            # Who holds a post is told where the post is named.
            told = question.post is None or _tells_post(fold(text), fold(question.post))
            for span in people_of(text):
                yield span, 1.0 if told else 0.2
            for name in names_of(text):
                if not name.office and " " in text[name.start : name.end]:
                    yield Span(name.start, name.end), 0.6 if told else 0.2
        case Kind.AGENT:
            for span in people_of(text):
                yield span, 1.0
            for name in names_of(text):
                if not (name.opens and not name.office and " " not in text[name.start : name.end]):
                    yield Span(name.start, name.end), 0.9 if name.office else 0.7
        case Kind.PLACE:
            yield from _places(text)
        case Kind.UNIT:
            for name in names_of(text):
                words = text[name.start : name.end]
                if name.office and BODY.search(fold(words)):
                    yield Span(name.start, name.end), 1.0 if name.proper else 0.5
                elif not name.office and not (name.opens and " " not in words):
                    yield Span(name.start, name.end), 0.6
        case Kind.QUOTE:
            for span in quotations(text):
                cue = _SPEECH_CUE.search(text[max(0, span.start - 60) : span.start])
                long_enough = span.of(text).count(" ") >= 3
                yield span, (1.0 if cue else 0.5) * (1.0 if long_enough else 0.4)
        case Kind.MOTTO:
            for span in quotations(text):
                before = text[max(0, span.start - 40) : span.start]
                yield span, 1.0 if _MOTTO.search(before) else 0.7 if _MOTTO_CUE.search(before) else 0.2
        case Kind.NAME:
            for span in quotations(text):
                yield span, 1.0
            for name in names_of(text):
                if not (name.opens and " " not in text[name.start : name.end]):
                    yield Span(name.start, name.end), 0.5
        case Kind.OFFICE:
            for name in names_of(text):
                if name.office:
                    yield Span(name.start, name.end), 1.0 if post(text[name.start : name.end]) else 0.4
        case Kind.DOCUMENT:
            for span in documents(text):
                yield span, 1.0
        case Kind.FUNCTION:
            m = _DUTY.search(text)
            if m:
                yield Span(m.end(), m.end()), 1.0
        case Kind.OTHER:
            return


def _places(text: str) -> Iterator[tuple[Span, float]]:
    """Names after a word of place, a street with its number; other names that are no person's, less."""
    persons = people_of(text)
    for name in names_of(text):
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
    """Dates, the fuller the better. In "(18/10/1930 - 18/10/2020)", as anniversaries are written, the
    first is the day that is ``kept`` and the second one of its anniversaries; neither is when
    something else took place."""
    found = list(dates(text))
    for before, d, after in zip([None, *found], found, [*found[1:], None], strict=False):
        strength = 1.0 if d.day and d.year else 0.75 if d.day or d.month else 0.6
        if before and _RANGE.fullmatch(text, before.end, d.start):
            strength *= CLOSING_DATE
        elif after and _RANGE.fullmatch(text, d.end, after.start):
            strength *= KEPT_DATE if kept else OPENING_DATE
        yield Span(d.start, d.end), strength


_RANGE = re.compile(r"\s*[-–—]\s*")


def _counts(text: str, question: Question) -> Iterator[tuple[Span, float]]:
    """Numbers, by whether what follows is what the question counts. A number with another word right
    behind it counts something else."""
    for span in numbers(text):
        after = [t.folded if question.bare else t.exact for t in _first_tokens(text, span.end, 5)]
        if not question.counted:
            yield span, 0.7
        elif fold(" ".join(question.counted[:2])) == "phan tram":
            yield span, 1.0 if re.search(r"%|phần trăm", span.of(text)) else 0.2
        elif question.counted[0] in after[:2]:
            fits = 1.0 if set(question.counted) <= set(after) else 0.9
            # "23 cán bộ được tặng …" does not say how many there are.
            yield span, fits if not question.had or _HAVING.search(text[: span.start]) else 0.3
        elif question.counted[0] in after:
            yield span, 0.6
        elif not _COUNTS_NEXT.match(text, span.end):
            yield span, 0.5
        else:
            yield span, 0.2


_HAVING = re.compile(
    r"(?:\b(?:có|gồm|với|là|đạt|còn|tổng số|biên chế|hiện nay)|[:(])(?:\s+[^\W\d_]+){0,2}\s*$", re.IGNORECASE
)
_COUNTS_NEXT = re.compile(r"\s\w")


def _first_tokens(text: str, start: int, most: int) -> list[Token]:
    return list(itertools.islice(tokens(text[start : start + 60]), most))


def value(text: str, kinds: Sequence[Sequence[tuple[Span, float]]]) -> str | None:
    """The first answer in a form to compare by: a date by its numbers, all else normalised."""
    first = next((found[0][0] for found in kinds if found and found[0][0].start < found[0][0].end), None)
    if first is None:
        return None
    date = next(dates(first.of(text)), None)
    return f"{date.day}/{date.month}/{date.year}" if date else normalise(first.of(text))
