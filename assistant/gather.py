"""Questions that gather and compare, answered from the ledger: a line an item, each with its own quote. Pure.

What is asked for, ``assistant.wish`` reads out of the question; here the facts of which that is true become
lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.ledger import disagreements, unit_key
from assistant.question import Question
from assistant.wish import ANSWERS, OFFICE, Side, Wish, stands_at, wished
from ingest.facts import Fact, FactKind, Role, compatible, fuller
from ingest.types import Article, Span
from ingest.vietnamese import UPPER, curled

#: An answer has no more lines, and its quotes no more characters together: what is read at one sitting.
MOST_LINES, MOST_CHARACTERS = 12, 1_700
#: A sentence longer than this is cut to the part that tells the fact, where that stands alone.
LONG_QUOTE = 200
#: One quote has no more characters, or it crowds out all the others.
LONGEST_QUOTE = 700
#: Words told twice: of the shorter's words the other has so many.
SAME_WORDS = 0.85


@dataclass(frozen=True, slots=True)
class Line:
    """One item: ``span`` is a verbatim quote in the text of the article ``article``, ``marks`` the words in
    it that answer. ``label`` says whose it is where the quote does not, None where it does."""

    label: str | None
    article: str
    span: Span
    marks: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """``lines`` in order of unit and time; events in order of time. ``missing`` are the offices asked about,
    named as the library or the question does, of which the articles do not say it. ``more`` is how many
    further lines there are beyond the longest answer."""

    lines: tuple[Line, ...] = ()
    missing: tuple[str, ...] = ()
    more: int = 0

    def __bool__(self) -> bool:
        return bool(self.lines)


NOTHING = Gathered()


def gather(question: Question, facts: Sequence[Fact], articles: Mapping[str, Article]) -> Gathered:
    """The lines that answer a question for a list or a comparison; ``NOTHING`` where it is none, or where
    the facts do not clearly answer it. ``articles`` by id must hold every article of the facts."""
    wish = wished(question, facts)
    if wish is None:
        return NOTHING

    def lines(side: Side | None) -> list[Line]:
        chosen = _chosen(wish, _matching(wish, facts, articles, side))
        return _lines(wish, _holders(wish, chosen) if wish.tenure else chosen, articles)

    if not wish.sides:
        return _shown([lines(None)], ())
    found = [(side, lines(side)) for side in wish.sides]
    missing = tuple(side.name for side, of_side in found if not of_side)
    return _shown([of_side for _, of_side in found if of_side], missing)


def contradicting(
    article: str,
    span: Span,
    facts: Sequence[Fact],
    articles: Mapping[str, Article],
    marks: Sequence[Span] = (),
) -> tuple[Line, ...]:
    """What other articles say otherwise than a fact that stands in ``span`` of ``article``; of the facts
    there only those that have one of the ``marks`` in them, if any are given. Each label names the article by
    its title, with its date where it has one."""
    told = [f for f in facts if f.article == article and _is_told(f, span, marks)]
    keys = {(f.kind, unit_key(f.unit), f.subject) for f in told if f.unit}
    kinds = {kind for kind, _, _ in keys}
    rivals: dict[tuple[FactKind, str, str], list[Fact]] = {key: [] for key in keys}
    for fact in facts:
        if fact.kind in kinds and fact.unit:
            key = (fact.kind, unit_key(fact.unit), fact.subject)
            if key in rivals:
                rivals[key].append(fact)
    lines: dict[tuple[str, Span], Line] = {}
    for group in rivals.values():
        for other in dict.fromkeys(f.article for f in group if f.article != article):
            between = [f for f in group if f.article in (article, other)]
            for against in disagreements(between):
                if any(f in told for f in against):
                    for fact in against:
                        if fact.article == other:
                            line = _contradiction(fact, articles[other])
                            lines.setdefault((other, line.span), line)
    return tuple(lines.values())


def _is_told(fact: Fact, span: Span, marks: Sequence[Span]) -> bool:
    told = [s for role in ANSWERS[fact.kind] for s in fact.all(role)]
    inside = bool(told) and all(span.start <= s.start and s.end <= span.end for s in told)
    return inside and (not marks or any(s.overlaps(m) for _, s in fact.parts for m in marks))


def _contradiction(fact: Fact, article: Article) -> Line:
    day = article.published
    title = f"“{article.title}”" + (f" ({day.day:02}/{day.month:02}/{day.year})" if day else "")
    quote = _quote(article.text, fact)
    return Line(title, article.id, quote, _within(quote, _answers(fact, ANSWERS[fact.kind])))


# --- the facts that answer --------------------------------------------------------------------------


def _matching(
    wish: Wish, facts: Iterable[Fact], articles: Mapping[str, Article], side: Side | None
) -> list[Fact]:
    """The facts that are as wished, of the offices of one side."""
    return [
        fact
        for fact in facts
        if fact.kind is wish.kind
        and _is_of(fact, wish, side)
        and (wish.subject is None or wish.subject.match(fact.subject))
        and (not wish.years or any(_falls_in(fact, since, until) for since, until in wish.years))
        and (fact.kind not in _CHECKS or _CHECKS[fact.kind](fact, wish))
        and _says(fact, articles[fact.article].text, wish)
    ]


def _is_of(fact: Fact, wish: Wish, side: Side | None) -> bool:
    if fact.unit is None:
        return fact.kind is FactKind.QUOTE and side is None and not wish.scope
    if side is None:
        return f"{unit_key(fact.unit)} ".startswith(f"{wish.scope} ") if wish.scope else True
    # Who is quoted in an article about an office need not speak for it.
    return fact.kind is not FactKind.QUOTE and unit_key(fact.unit) in side.units


def _says(fact: Fact, text: str, wish: Wish) -> bool:
    """Whether the fact's own stretches have what else is asked for."""
    if not (wish.giver or wish.words or wish.names):
        return True
    if wish.giver and not set(wish.giver) <= _words(fact, text, Role.GIVER):
        return False
    whole = " ".join(unit_key(span.of(text)) for _, span in fact.parts)
    # Who speaks is not whom the words name.
    who = fact.subject if fact.kind is FactKind.QUOTE else f"{whole} | {fact.subject}"
    if any(not any(stands_at(who, form) >= 0 for form in forms) for forms in wish.names):
        return False
    return wish.words <= {*whole.split(), *fact.subject.split()}


def _words(fact: Fact, text: str, role: Role) -> set[str]:
    return {w for span in fact.all(role) for w in unit_key(span.of(text)).split()}


def _award_is_apt(fact: Fact, wish: Wish) -> bool:
    _, _, to = fact.subject.partition(" | ")
    if (wish.to_people is not None and bool(to) is not wish.to_people) or _NO_NAME.match(to):
        return False
    if wish.awards and not any(_begins(fact.value, award) for award in wish.awards):
        return False
    if any(_begins(fact.value, award) for award in wish.without):
        return False
    return Role.GIVER not in wish.marks or fact.part(Role.GIVER) is not None


# Who was given something without being named: "07 cá nhân", "nhiều tập thể".
_NO_NAME = re.compile(r"\d|nhieu |cac |mot so |hang |tap the|can bo|ca nhan|dong chi$")


def _begins(value: str, award: str) -> bool:
    return f"{value} ".startswith(f"{award} ")


def _date_is_apt(fact: Fact, wish: Wish) -> bool:
    """Of all events those of the office: neither a person's birth nor the first day of a thing."""
    if wish.subject:
        return True
    found = _OF_OFFICE.match(fact.subject)
    return found is not None and not fact.value.startswith("-") and (wish.gatherings or not found["met"])


_OF_OFFICE = re.compile(
    r"(?:thanh lap(?:$| (?:van phong|dang bo|chi bo|to|ban|bo phan)\b)|(?:tien than|tai lap|doi ten|tach|"
    r"sap nhap|"
    r"giai the|nang cap|chuyen tru so|di vao hoat dong|ngay truyen thong|khoi cong|khanh thanh|giai phong|"
    r"van phong|co quan|(?P<met>to chuc|khai mac|hop|hoi nghi|dai hoi))\b)"
)


def _count_is_apt(fact: Fact, wish: Wish) -> bool:
    """Not the count of those of whom more is said ("07 cán bộ hy sinh") where all are asked about."""
    return wish.subject is None or not _SAID_OF.search(fact.subject)


_SAID_OF = re.compile(r" (?:duoc|bi|la|co|dat|hy|o|tham)\b")

_CHECKS: Mapping[FactKind, Callable[[Fact, Wish], bool]] = {
    FactKind.AWARD: _award_is_apt,
    FactKind.DATE: _date_is_apt,
    FactKind.COUNT: _count_is_apt,
}


def _falls_in(fact: Fact, since: int, until: int) -> bool:
    when = fact.value if fact.kind is FactKind.DATE else fact.when
    if not when or when.startswith("-"):
        return False
    first, _, last = when.partition("/")
    begins = int(first[:4])
    ends = begins if "/" not in when else int(last[:4]) if last else 9999
    if fact.kind is FactKind.PERSON:  # who held the post at any time of it
        return begins <= until and since <= ends
    return since <= begins and ends <= until


def _chosen(wish: Wish, found: list[Fact]) -> list[Fact]:
    """The facts, each once, of those that tell the same the one that tells most; in order."""
    kept: list[Fact] = []
    for fact in sorted(found, key=_fullness, reverse=True):
        if not any(_same(one, fact) for one in kept):
            kept.append(fact)
    if wish.best:
        kept = _best(wish, kept)
    place = {id(fact): i for i, fact in enumerate(found)}

    def order(fact: Fact) -> tuple[str, str, int]:
        when = fact.value if fact.kind is FactKind.DATE else fact.when or "9999"
        whose = "" if wish.by_time else unit_key(fact.unit) if fact.unit else ""
        return whose, when, place[id(fact)]

    return sorted(kept, key=order)


def _holders(wish: Wish, facts: Sequence[Fact]) -> list[Fact]:
    """Of those who held a post, in order of time, who is asked for: with a year or a name all that matched,
    of the very period asked about those who held it then, the first or the last of several, else all of
    several. None unless the articles give their periods."""
    held = [f for f in facts if f.when]
    if wish.years or wish.names:
        asked = {f"{since}/{until}" for since, until in wish.years}
        return [f for f in held if f.when in asked] or held
    several = len({f.value for f in held}) > 1
    if wish.of_all is None:
        return held if several else []
    begins = [(f.when or "").partition("/")[0][:4] for f in held]
    if wish.of_all == "first":
        first = [f for f, began in zip(held, begins, strict=True) if began == min(begins)]
    else:
        first = [f for f in held if (f.when or "").endswith("/")]
    return first if several and len(first) == 1 else []


def _fullness(fact: Fact) -> tuple[int, int, int]:
    return len(fact.value), fact.part(Role.DATE) is not None, len(fact.parts)


def _same(one: Fact, other: Fact) -> bool:
    """Whether the fuller ``one`` tells what ``other`` does."""
    if fact_words := one.kind in (FactKind.QUOTE, FactKind.MOTTO, FactKind.FUNCTION):
        if one.kind is not FactKind.QUOTE and one.unit != other.unit:
            return False
        words = set(other.value.split())
        return fact_words and len(words & set(one.value.split())) >= SAME_WORDS * len(words)
    if unit_key(one.unit or "") != unit_key(other.unit or ""):
        return False
    if one.kind is FactKind.DATE:
        return one.subject == other.subject and (one.value == other.value or fuller(one.value, other.value))
    if one.kind is FactKind.AWARD:
        _, _, to = one.subject.partition(" | ")
        if to != other.subject.partition(" | ")[2] or not _begins(one.value, other.value):
            return False
        return not (one.when and other.when) or (one.value == other.value and _at_once(one.when, other.when))
    if one.kind is FactKind.PERSON:
        named = one.value == other.value or one.value.endswith(f" {other.value}")
        return named and one.subject.removeprefix("nguyen ") == other.subject.removeprefix("nguyen ")
    return (one.subject, one.value, one.when) == (other.subject, other.value, other.when)


def _at_once(one: str, other: str) -> bool:
    return one == other or ("/" not in one + other and compatible(one, other))


_CLASSES = ("nhat", "nhi", "ba", "tu")


def _best(wish: Wish, facts: list[Fact]) -> list[Fact]:
    """Those with the highest class, or of the earliest date; none where another may be higher or earlier."""
    if wish.kind is FactKind.DATE:
        years = {f.value[:4] for f in facts}
        first = [f for f in facts if f.value[:4] == min(years, default="")]
        return first if len({f.unit for f in first}) == 1 and len({f.unit for f in facts}) > 1 else []
    levels = [re.search(r" hang (nhat|nhi|ba|tu)$", f.value) for f in facts]
    known = [_CLASSES.index(m[1]) for m in levels if m]
    if not known or (min(known) > 0 and len(known) < len(facts)):
        return []
    return [f for f, m in zip(facts, levels, strict=True) if m and _CLASSES.index(m[1]) == min(known)]


# --- their lines ------------------------------------------------------------------------------------


def _lines(wish: Wish, facts: Sequence[Fact], articles: Mapping[str, Article]) -> list[Line]:
    """A line a fact, those of one stretch of text together."""
    lines: list[tuple[Line, str | None]] = []
    for fact in facts:
        article = articles[fact.article]
        roles = tuple(r for r in wish.marks if fact.part(r)) or ANSWERS[fact.kind]
        for span, marks in _quotes(article.text, fact, roles):
            line = Line(_label(fact, article.text, span), fact.article, span, _within(span, marks))
            at = next(
                (i for i, (other, unit) in enumerate(lines) if unit == fact.unit and _meet(other, line)), -1
            )
            if at < 0:
                lines.append((line, fact.unit))
            else:
                lines[at] = _together(lines[at][0], line), fact.unit
    return [line for line, _ in lines]


def _meet(one: Line, other: Line) -> bool:
    return one.article == other.article and one.span.overlaps(other.span)


def _together(one: Line, other: Line) -> Line:
    span = Span(min(one.span.start, other.span.start), max(one.span.end, other.span.end))
    label = one.label if one.label and other.label else None
    return Line(label, one.article, span, tuple(sorted({*one.marks, *other.marks})))


def _answers(fact: Fact, roles: Iterable[Role]) -> list[Span]:
    return [span for role in roles for span in fact.all(role)]


def _within(span: Span, marks: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(sorted({m for m in marks if span.start <= m.start and m.end <= span.end}))


def _quotes(text: str, fact: Fact, roles: Sequence[Role]) -> Iterator[tuple[Span, list[Span]]]:
    """What is quoted of a fact with the marks in it: one stretch, or an item of a long enumeration each."""
    marks = _answers(fact, roles)
    if fact.kind is FactKind.FUNCTION and len(marks) > 1:
        yield from ((mark, [mark]) for mark in marks)
    else:
        yield _quote(text, fact), marks


def _quote(text: str, fact: Fact) -> Span:
    """The fact's sentence, or what of a long one tells the fact and stands alone: its clauses between
    semicolons, without what leads up to it with a colon and what follows of others."""
    whole = fact.sentence
    told = [s for _, s in fact.parts if whole.start <= s.start and s.end <= whole.end]
    if fact.kind is FactKind.QUOTE or not told:
        return whole
    begins, ends = min(s.start for s in told), max(s.end for s in told)
    start, end = whole.start, whole.end
    if end - start > LONG_QUOTE or fact.kind is FactKind.AWARD:
        clauses = _clauses(text, whole)
        first = next(i for i, c in enumerate(clauses) if begins < c.end)
        last = next(i for i, c in enumerate(clauses) if ends <= c.end)
        # A person with the post stands without a verb.
        while (
            first
            and fact.kind is not FactKind.PERSON
            and not _STANDS.search(text, clauses[first].start, clauses[last].end)
        ):
            first -= 1
        start, end = clauses[first].start, clauses[last].end
    if end - start > LONG_QUOTE and (lead := list(_LEADS_UP.finditer(text, start, begins + 1))):
        start = lead[-1].end()
    if end - start > LONG_QUOTE and (tail := _OF_OTHERS.search(text, ends, end)):
        end = tail.start()
    while text[end - 1] in " ;,:":
        end -= 1
    return Span(start, end)


# A clause without a verb leans on the one before it.
_STANDS = re.compile(
    r"(?i)(?<!\w)(?:được|là|có|tặng|trao|nhận|đạt|giành|thành lập|ra đời|tách|đổi tên|mang tên|tổ chức|"
    r"ban hành|phục vụ|tham mưu|tiếp nhận|họp|gồm|sáp nhập|chuyển|do)(?!\w)"
)
_LEADS_UP = re.compile(rf":\s+(?=[{UPPER}])")
_OF_OTHERS = re.compile(
    r"[:,]\s+[“\"«]|,\s+(?=(?:và\s+)?(?:nhiều|các|một số|\d+|hàng)\s[^,;.]{2,100}?\s(?:được|đã|đạt)(?!\w))",
    re.IGNORECASE,
)


def _clauses(text: str, sentence: Span) -> list[Span]:
    """The stretches of a sentence between semicolons, quotations and brackets left whole."""
    found, at, depth = [], sentence.start, 0
    for m in re.finditer(r"[“(\[]|[”)\]]|;\s+", curled(sentence.of(text))):
        if m[0][0] == ";":
            if depth == 0:
                found.append(Span(at, sentence.start + m.start()))
                at = sentence.start + m.end()
        else:
            depth = max(0, depth + (1 if m[0] in "“([" else -1))
    return [*found, Span(at, sentence.end)]


def _label(fact: Fact, text: str, quote: Span) -> str | None:
    """Whose the fact is, where the quote does not say it; with the post that a heading above it names."""
    post = fact.part(Role.POST)
    above = post is not None and post.end <= quote.start
    if fact.unit is None or (not above and _names(unit_key(quote.of(text)), unit_key(fact.unit))):
        return None
    return f"{fact.unit}, {' '.join(post.of(text).split())}" if above and post else fact.unit


def _names(quote: str, unit: str) -> bool:
    """Whether a quote names the unit itself, not only an office of it."""
    found = re.finditer(rf"(?<!\S){re.escape(unit)}(?!\S)", quote)
    return any(not re.search(rf"(?<!\S)(?:{OFFICE}) $", quote[: m.start()]) for m in found)


def _shown(sides: Sequence[Sequence[Line]], missing: tuple[str, ...]) -> Gathered:
    """The lines of every side as far as there is room, shared out evenly; no line twice."""
    shown: dict[tuple[str, Span], Line] = {}
    more = 0
    for i, lines in enumerate(sides):
        left = len(sides) - i
        room = (MOST_CHARACTERS - sum(s.end - s.start for _, s in shown)) // left
        places = (MOST_LINES - len(shown)) // left
        for line in lines:
            size = line.span.end - line.span.start
            key = line.article, line.span
            if key in shown:
                continue
            if places < 1 or size > min(room, LONGEST_QUOTE):
                more += 1
                continue
            shown[key] = line
            room, places = room - size, places - 1
    return Gathered(tuple(shown.values()), missing, more) if shown else NOTHING
