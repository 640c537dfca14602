"""What can be asked next: questions about the same office, from what else the ledger holds of it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from assistant.ledger import of_units, unit_key
from assistant.types import Answer
from ingest.facts import Fact, FactKind, Role
from ingest.types import Article
from ingest.vietnamese import fold

#: Questions shown under an answer, and the most that are tried for them: some are not answered, or by what
#: has been said already.
SHOWN, TRIED = 3, 8
# A post or what is counted is named in the question; a longer one makes no question that people would ask.
_LONGEST_PART = 60


def follow_ups(
    asked: Sequence[str],
    answer: Answer,
    facts: Sequence[Fact],
    article: Callable[[str], Article],
) -> tuple[str, ...]:
    """At most ``TRIED`` questions about the office that the answer tells of, those of other kinds of facts
    than it tells first. None about what its own quotes tell, none of the ``asked``, and none where it is not
    clear which office it tells of. ``article`` gives one by its id; whether each question is answered is for
    the assistant to say."""
    unit, told = _told(asked[-1] if asked else "", answer, facts)
    if unit is None:
        return ()
    kinds = {fact.kind for fact in told}
    known = {(fact.kind, fact.subject) for fact in told}
    others = [fact for fact in of_units(facts, [unit]) if (fact.kind, fact.subject) not in known]
    made = sorted(_questions(unit, others, article), key=lambda q: (q[0] in kinds, q[1]))
    before = {_plain(question) for question in asked}
    return tuple(dict.fromkeys(q for _, _, q in made if _plain(q) not in before))[:TRIED]


def answered(questions: Iterable[str], answer: Answer, ask: Callable[[str], Answer]) -> tuple[str, ...]:
    """Those of the questions that the library answers, and by other words than stand in the ``answer``; at
    most ``SHOWN``, no two by the same words."""
    told = [{(c.article, c.start) for c in answer.citations}]
    found: list[str] = []
    for question in questions:
        if len(found) == SHOWN:
            break
        said = ask(question)
        cited = {(c.article, c.start) for c in said.citations}
        if said.status == "answered" and not said.guessed and not any(cited <= known for known in told):
            found.append(question)
            told.append(cited)
    return tuple(found)


def _told(question: str, answer: Answer, facts: Sequence[Fact]) -> tuple[str | None, list[Fact]]:
    """The office that the answer tells of, and the facts in its quotes."""
    if answer.status != "answered":
        return _named(question, facts), []
    told = [
        fact
        for fact in facts
        if any(
            c.article == fact.article and c.start < fact.sentence.end and fact.sentence.start < c.end
            for c in answer.citations
        )
    ]
    named = _named(question, facts)
    units = Counter(fact.unit for fact in told if fact.unit)
    return named or (units.most_common(1)[0][0] if units else None), told


def _named(question: str, facts: Iterable[Fact]) -> str | None:
    """The office of the ledger that the question names, the one with the longest name."""
    words = f" {unit_key(question)} "
    units = {fact.unit for fact in facts if fact.unit}
    return max((unit for unit in units if f" {unit_key(unit)} " in words), key=len, default=None)


# A question for each kind of fact, in the order in which people would ask them.
_EVENTS = (
    ("thanh lap", "{unit} được thành lập ngày nào?"),
    ("ngay truyen thong", "Ngày truyền thống của {unit} là ngày nào?"),
)
_PLAIN = {
    FactKind.AWARD: "{unit} được tặng thưởng Huân chương gì?",
    FactKind.FUNCTION: "Chức năng của {unit} là gì?",
    FactKind.MOTTO: "Phương châm của {unit} là gì?",
}
_ORDER = [
    FactKind.DATE,
    FactKind.AWARD,
    FactKind.FUNCTION,
    FactKind.MOTTO,
    FactKind.PERSON,
    FactKind.COUNT,
]


def _questions(
    unit: str, facts: Iterable[Fact], article: Callable[[str], Article]
) -> Iterator[tuple[FactKind, int, str]]:
    """Questions with the kind they are of and their place in the order."""
    for n, fact in enumerate(facts):
        place = _ORDER.index(fact.kind) * 1000 + min(n, 999) if fact.kind in _ORDER else 0
        if fact.kind is FactKind.DATE:
            for subject, question in _EVENTS:
                if fact.subject == subject:
                    yield fact.kind, place, _sentence(question, unit=unit)
        elif fact.kind in _PLAIN:
            yield fact.kind, place, _sentence(_PLAIN[fact.kind], unit=unit)
        elif fact.kind is FactKind.PERSON:
            if post := _part(fact, Role.POST, article):
                of = "" if fold(unit) in fold(post) else f" {unit}"
                yield fact.kind, place, _sentence("Ai là {post}{of}?", post=post, of=of)
        elif fact.kind is FactKind.COUNT and (counted := _part(fact, Role.COUNTED, article)):
            yield fact.kind, place, _sentence("{unit} có bao nhiêu {counted}?", unit=unit, counted=counted)


def _part(fact: Fact, role: Role, article: Callable[[str], Article]) -> str | None:
    span = fact.part(role)
    words = " ".join(span.of(article(fact.article).text).split()) if span else ""
    return words if 0 < len(words) <= _LONGEST_PART else None


def _sentence(question: str, **parts: str) -> str:
    said = question.format(**parts)
    return said[:1].upper() + said[1:]


def _plain(question: str) -> str:
    return unit_key(question)
