"""Questions with options: the right one is what a fact says, the wrong ones are what facts of the same kind
and form say of other offices. Pure.

A wrong option is never right as well, as far as the ledger knows: it agrees with nothing that any article
says, in facts of that kind, of the office asked about, of one that may be the same (another office of the
same place, one that an article does not name with its place), or of nobody in particular. Duties are not
asked about: what one office is told to do, others do too, whether or not their articles say so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

from assistant.drafts import cited, exercises
from assistant.ledger import names_holder, place, told_date, unit_key
from assistant.types import Citation
from ingest.facts import Fact, FactKind, Role, compatible
from ingest.types import Article
from ingest.vietnamese import fold

#: A question has at most so many wrong options.
WRONG = 3
#: A wrong number is at most so many times the right one, or the right one so many times it.
_OF_A_SIZE = 10


class Form(Enum):
    """What the options of a question are."""

    WHEN = "when"
    AWARD = "award"
    PERSON = "person"
    NUMBER = "number"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Option:
    """A possible answer in the words of an article: ``value`` is what it is compared by, ``unit`` whose fact
    it is, ``evidence`` the sentence that says it of that unit, with the words marked."""

    words: str
    value: str
    unit: str
    evidence: Citation


@dataclass(frozen=True, slots=True)
class Quiz:
    """A question with its ``right`` option and one to three ``wrong`` ones; ``fact`` is asked about."""

    question: str
    form: Form
    fact: Fact
    right: Option
    wrong: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Quizzes:
    """The questions, in the order of the facts; ``alone`` are those for which no other office has a fact of
    the kind and form, so that they cannot be asked so."""

    asked: tuple[Quiz, ...]
    alone: tuple[str, ...]


def quizzes(
    chosen: Sequence[Fact], ledger: Iterable[Fact], article: Callable[[str], Article], seed: str
) -> Quizzes:
    """Every question that the ``chosen`` facts give. Wrong options come from the whole ``ledger``, whose
    articles ``article`` gives; which of many, the ``seed`` decides."""
    by_kind: dict[FactKind, list[Fact]] = {kind: [] for kind in FactKind}
    for fact in ledger:
        by_kind[fact.kind].append(fact)
    asked: dict[str, Quiz] = {}
    alone: dict[str, None] = {}
    for fact in chosen:
        for question, form in _questions(fact, by_kind[fact.kind], article):
            if question in asked:
                continue
            right = _option(fact, form, article(fact.article))
            if right is None:
                continue
            wrong = _wrong(fact, form, right, by_kind[fact.kind], article, f"{seed}\0{question}")
            if wrong:
                asked[question] = Quiz(question, form, fact, right, wrong)
            else:
                alone[question] = None
    return Quizzes(tuple(asked.values()), tuple(q for q in alone if q not in asked))


def ordered(words: Iterable[str], seed: str) -> list[str]:
    """The words of a question's options in the order that the seed gives them, always the same one."""
    return sorted(words, key=lambda w: _drawn(seed, w))


def now_right(unit: str, form: Form, kind: FactKind, value: str, ledger: Iterable[Fact]) -> Fact | None:
    """A fact by which an option with this value would be right for the unit, None where there is none."""
    home = place(unit)
    return next(
        (
            fact
            for fact in ledger
            if fact.kind is kind
            and _may_be_of(fact, unit, home)
            and any(_same(form, value, v) for v in _values(fact, form))
        ),
        None,
    )


# --- the questions ---------------------------------------------------------------------------------


def _questions(
    fact: Fact, of_kind: Sequence[Fact], article: Callable[[str], Article]
) -> Iterator[tuple[str, Form]]:
    """The questions that a fact answers with one of several options, the plainest first."""
    unit = fact.unit
    if unit is None:
        return
    text = article(fact.article).text
    plain = exercises([fact], {fact.article: article(fact.article)})
    if plain and fact.kind in _PLAIN and not (fact.kind is FactKind.AWARD and _again(fact, of_kind)):
        yield plain[0].question, _PLAIN[fact.kind]
    match fact.kind:
        case FactKind.DATE if fact.subject == "ngay truyen thong" and not place(unit):
            yield f"Ngày truyền thống {unit} là ngày nào?", Form.WHEN
        case FactKind.AWARD if " | " not in fact.subject:
            if fact.when and "/" not in fact.when and fact.part(Role.DATE):
                yield f"Năm {fact.when[:4]}, {unit} được tặng phần thưởng nào?", Form.AWARD
            elif _has_class(fact.value):
                yield f"{unit} đã được tặng phần thưởng nào?", Form.AWARD
        case FactKind.PERSON if (post := fact.part(Role.POST)) and place(unit) and names_holder(fact):
            named = " ".join(post.of(text).split())
            where = "" if place(unit) in fold(named) else f"Ở {unit}, "
            if fact.when and "/" in fact.when:
                yield _opened(f"{where}ai giữ chức {named} ({told_date(fact.when)})?"), Form.PERSON
            elif fact.when:
                yield _opened(f"{where}năm {fact.when[:4]}, ai giữ chức {named}?"), Form.PERSON
            elif not any(_rivals(fact, other) for other in of_kind):
                yield _opened(f"{where}ai giữ chức {named}?"), Form.PERSON


# What the questions of ``drafts`` ask for, by kind; a fact of any other kind has no such question here.
_PLAIN = {
    FactKind.DATE: Form.WHEN,
    FactKind.AWARD: Form.WHEN,
    FactKind.MOTTO: Form.WORDS,
    FactKind.COUNT: Form.NUMBER,
}


def _again(fact: Fact, of_kind: Sequence[Fact]) -> bool:
    """Whether the same award was given another time, so that the award alone does not tell which."""
    return any(_rivals(fact, o, lambda f: f.when) for o in of_kind if o.value == fact.value and o.when)


def _rivals(fact: Fact, other: Fact, told: Callable[[Fact], str | None] = lambda f: f.value) -> bool:
    """Whether of the same office and subject something else is told, so that they do not tell which is
    meant: another holder of a post."""
    return (
        unit_key(other.unit or "") == unit_key(fact.unit or "")
        and other.subject == fact.subject
        and told(other) != told(fact)
    )


# --- the options -----------------------------------------------------------------------------------


def _option(fact: Fact, form: Form, article: Article) -> Option | None:
    """What a fact says, as an option; None where its words alone do not say it, or stand elsewhere."""
    roles = {
        Form.WHEN: Role.DATE,
        Form.AWARD: Role.AWARD,
        Form.PERSON: Role.PERSON,
        Form.NUMBER: Role.NUMBER,
        Form.WORDS: Role.WORDS,
    }
    marks = fact.all(roles[form])
    values = _values(fact, form)
    within = all(fact.sentence.start <= m.start and m.end <= fact.sentence.end for m in marks)
    if not marks or not values or not within or fact.unit is None or (form is Form.WHEN and len(marks) > 1):
        return None
    words = " ".join(" ".join(m.of(article.text).split()) for m in marks)
    return Option(_opened(words), values[0], fact.unit, cited(article, fact.sentence, marks))


def _opened(words: str) -> str:
    """Words as they stand alone: "năm 2010" and "Năm 2005" must not be told apart by their first letter."""
    return words[:1].upper() + words[1:]


def _wrong(
    fact: Fact,
    form: Form,
    right: Option,
    of_kind: Sequence[Fact],
    article: Callable[[str], Article],
    seed: str,
) -> tuple[Option, ...]:
    assert fact.unit is not None
    home = place(fact.unit)
    barred = [v for f in of_kind if _may_be_of(f, fact.unit, home) for v in _values(f, form)]
    shape = _shape(form, right)
    # Those of the same subject first: another founding day rather than the day of some meeting.
    others = sorted(
        (f for f in of_kind if f.unit and place(f.unit) not in ("", home)),
        key=lambda f: (f.subject != fact.subject, _drawn(seed, repr(f))),
    )
    found: list[Option] = []
    for other in others:
        values = _values(other, form)
        if not values or any(_same(form, v, b) for v in values for b in barred):
            continue
        option = _option(other, form, article(other.article))
        if (
            option
            and _shape(form, option) == shape
            and _is_near(form, option.value, right.value)
            and not any(_alike(form, option, known) for known in (right, *found))
        ):
            found.append(option)
            if len(found) == WRONG:
                break
    return tuple(found)


def _may_be_of(fact: Fact, unit: str, home: str) -> bool:
    """Whether a fact is, or may be, one of the unit."""
    if fact.unit is None or unit_key(fact.unit) == unit_key(unit):
        return True
    other = place(fact.unit)
    return not other or (bool(home) and (f" {home} " in f" {other} " or f" {other} " in f" {home} "))


def _values(fact: Fact, form: Form) -> tuple[str, ...]:
    """What a fact says in answer to a question of that form; empty where it says nothing."""
    if form is Form.WHEN and fact.kind is not FactKind.DATE:
        return (fact.when,) if fact.when else ()
    return (fact.value,)


def _shape(form: Form, option: Option) -> object:
    """Options of another shape than the right one would give it away."""
    match form:
        case Form.WHEN:
            numbers = len(re.findall(r"\d+", option.words))
            return len(option.value.split("-")), "/" in option.value, numbers
        case Form.AWARD:
            return _has_class(option.value)
        case Form.NUMBER:
            return re.sub(r"[\d.]+", "", option.value)
    return None


def _has_class(value: str) -> bool:
    return " hang " in value


def _is_near(form: Form, one: str, other: str) -> bool:
    """Whether a number is of the size of the other: nobody takes 4 for 4,120."""
    if form is not Form.NUMBER:
        return True
    a, b = (float(re.sub(r"[^\d.]", "", v) or 0) for v in (one, other))
    return 0 < max(a, b) <= _OF_A_SIZE * min(a, b)


def _same(form: Form, one: str, other: str) -> bool:
    """Whether two values do not exclude each other."""
    match form:
        case Form.WHEN:
            return _at_once(one, other)
        case Form.AWARD:
            a, b = (_CALLED.sub("", v) for v in (one, other))
            return a in b or b in a
        case Form.PERSON:
            return one.split()[-1:] == other.split()[-1:] or one in other or other in one
        case Form.NUMBER:
            return re.sub(r"[^\d.]", "", one) == re.sub(r"[^\d.]", "", other)
        case Form.WORDS:
            return one in other or other in one


# What the same award is called with or without: "danh hiệu dẫn đầu …" is "cờ đơn vị dẫn đầu …".
_CALLED = re.compile(r"^(?:(?:danh hieu|co|don vi|tap the)\s)+(?=\S)")


def _at_once(one: str, other: str) -> bool:
    """Whether a date or a period may be the other, or lies in it."""
    if "/" not in one + other:
        return compatible(one, other)
    (a, b), (c, d) = _years(one), _years(other)
    return max(a, c) <= min(b, d)


def _years(value: str) -> tuple[str, str]:
    since, _, until = value.partition("/")
    if "/" not in value:
        until = since
    return since[:4], (until or "9999")[:4]


def _alike(form: Form, one: Option, other: Option) -> bool:
    """Whether two options say the same, in whatever writing."""
    if form is Form.WHEN and "/" in one.value and "/" in other.value:
        same = one.value == other.value
    else:
        same = _same(form, one.value, other.value)
    return same or plainly(one.words) == plainly(other.words)


def plainly(words: str) -> str:
    """Words by which two options are told apart: neither marks, case, punctuation nor leading noughts."""
    return " ".join(w.lstrip("0") or "0" for w in re.findall(r"\w+", fold(words)))


def _drawn(seed: str, words: str) -> str:
    return sha256(f"{seed}\0{words}".encode()).hexdigest()
