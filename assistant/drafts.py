"""What is drawn from the ledger for people who write: a summary, matter for a speech, questions with their
answers. Verbatim, each with its source; a language model may word it anew (``assistant.writer``). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.ledger import told_date
from assistant.types import EXTRACTIVE, Answer, Citation, Statement
from ingest.facts import Fact, FactKind, Role
from ingest.types import Article, Span

#: Of each article the facts that tell of it, at most so many a kind, in the order in which they are chosen.
#: What was said and the small counts of a report are no part of an office's story.
_CHOSEN = (
    (FactKind.DATE, 4),
    (FactKind.FUNCTION, 1),
    (FactKind.AWARD, 4),
    (FactKind.MOTTO, 1),
    (FactKind.PERSON, 1),
)
#: A draft has no more sentences of one article; one that says two facts counts once.
MOST_OF_ONE = 7

# Events of an office itself, the founding before all; a meeting or a person's birthday is none.
_OF_OFFICE = re.compile(
    r"(?P<first>thanh lap|tien than)|tai lap|doi ten|tach|sap nhap|giai the|nang cap|di vao hoat dong|"
    r"chuyen tru so"
)
_CLASS = {" hang nhat": 0, " hang nhi": 1, " hang ba": 2}


def summary(facts: Sequence[Fact], articles: Mapping[str, Article]) -> Answer:
    """The sentences that tell the story of these articles, in reading order. ``facts`` are those of the
    articles, by whose id ``articles`` holds them. Refused where the articles state nothing of the kind."""
    told = tellings(facts, articles)
    return drawn([cited(articles[id], span) for id, spans in told.items() for span in sorted(spans)])


def tellings(facts: Sequence[Fact], articles: Iterable[str]) -> dict[str, list[Span]]:
    """For each of the articles (by id) the sentences that tell its story, the one that tells most first; none
    overlaps another. Empty where an article states nothing of the kind."""
    of_article: dict[str, list[Fact]] = {id: [] for id in articles}
    for fact in facts:
        if fact.article in of_article:
            of_article[fact.article].append(fact)
    return {id: _apart(f.sentence for f in _telling(own))[:MOST_OF_ONE] for id, own in of_article.items()}


def _apart(spans: Iterable[Span]) -> list[Span]:
    """Those that overlap no longer one among them, in the order in which they came."""
    found = list(dict.fromkeys(spans))
    longer = sorted(found, key=lambda s: s.start - s.end)
    return [s for s in found if next(o for o in longer if o.overlaps(s)) == s]


def _telling(facts: Sequence[Fact]) -> Iterator[Fact]:
    for kind, most in _CHOSEN:
        some = [f for f in facts if f.kind is kind and f.unit is not None]
        if kind is FactKind.DATE:
            some = [f for f in some if _OF_OFFICE.match(f.subject)]
            some.sort(key=lambda f: (not _first(f), f.value))
        elif kind is FactKind.AWARD:
            some = [f for f in some if " | " not in f.subject]  # the office's own
            some.sort(key=lambda f: min((n for c, n in _CLASS.items() if f.value.endswith(c)), default=3))
        elif kind is FactKind.PERSON:
            some = [f for f in some if f.when]
        yield from some[:most]


def _first(fact: Fact) -> bool:
    found = _OF_OFFICE.match(fact.subject)
    return bool(found and found["first"])


def drawn(citations: Sequence[Citation]) -> Answer:
    """The quotes as an answer, a sentence each, numbered in this order: matter for a summary or a speech."""
    numbered = [replace(c, n=n) for n, c in enumerate(citations, 1)]
    if not numbered:
        missing = "các bài đã chọn không nêu mốc thời gian, nhiệm vụ hay khen thưởng nào."
        return Answer("refused", missing, (), (), missing, None, EXTRACTIVE, 0.0)
    said = tuple(Statement(" ".join(c.quote.split()), (c.n,)) for c in numbered)
    return Answer(
        "answered", " ".join(s.text for s in said), said, tuple(numbered), None, None, EXTRACTIVE, 0.0
    )


def cited(article: Article, span: Span, marks: Iterable[Span] = ()) -> Citation:
    """The words of an article at ``span``, shown in their block; of ``marks`` those inside."""
    block = next(b for b in article.blocks if span.overlaps(b))
    within = tuple(m for m in marks if span.start <= m.start and m.end <= span.end)
    return Citation.of(article, span, Span(min(block.start, span.start), max(block.end, span.end)), within)


# --- questions for a training sheet ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Exercise:
    """A question, the words that answer it, the answer with the sentence that says so, and the fact that is
    asked about."""

    question: str
    answer: str
    drawn: Answer
    fact: Fact


def exercises(facts: Sequence[Fact], articles: Mapping[str, Article]) -> tuple[Exercise, ...]:
    """A question for each fact that has one clear answer, in reading order, none twice. A fact of which it is
    not clear whose it is asks nothing."""
    found: dict[str, Exercise] = {}
    for fact in facts:
        article = articles[fact.article]
        asked = _question(fact, article.text)
        if asked is None or asked[0] in found:
            continue
        question, marks = asked
        # Whose it is, and what the answer hangs on, must stand in the sentence that is cited.
        if marks and all(fact.sentence.start <= m.start and m.end <= fact.sentence.end for m in marks):
            said = drawn([cited(article, fact.sentence, marks)])
            words = "; ".join(" ".join(m.of(article.text).split()) for m in marks)
            found[question] = Exercise(question, words, said, fact)
    return tuple(found.values())


# What an office begins with once, by how the finder names it.
_BEGUN = {
    "thanh lap": "{unit} được thành lập khi nào?",
    "tai lap": "{unit} được tái lập khi nào?",
    "tien than": "Tiền thân của {unit} ra đời khi nào?",
}
# "Văn phòng có 12 cán bộ", but not "đã phục vụ 12 hội nghị", "trong đó 12 đồng chí".
_HAS = re.compile(r"\b(?:có|gồm|biên chế|biên chế là)\s+$")


def _is_had(fact: Fact, text: str) -> bool:
    """Whether a count is of what its office has, neither about nor in part."""
    number = fact.part(Role.NUMBER)
    before = text[max(0, number.start - 12) : number.start] if number else ""
    return fact.value.isdecimal() and _HAS.search(before) is not None


def _question(fact: Fact, text: str) -> tuple[str, tuple[Span, ...]] | None:
    """The question that a fact answers, and the stretches that do."""
    unit = fact.unit
    if unit is None:
        return None

    def said(role: Role) -> str:
        return " ".join(" ".join(s.of(text).split()) for s in fact.all(role))

    match fact.kind:
        case FactKind.DATE if fact.subject in _BEGUN and not fact.value.startswith("-"):
            return _BEGUN[fact.subject].format(unit=unit), fact.all(Role.DATE)
        case FactKind.AWARD if (
            " | " not in fact.subject and fact.part(Role.DATE) and "/" not in (fact.when or "/")
        ):
            return f"{unit} được tặng {said(Role.AWARD)} khi nào?", fact.all(Role.DATE)
        case FactKind.FUNCTION:
            return f"{unit} có chức năng, nhiệm vụ gì?", fact.all(Role.WORDS)
        case FactKind.MOTTO:
            return f"Phương châm của {unit} là gì?", fact.all(Role.WORDS)
        case FactKind.PERSON if fact.when and "/" in fact.when and fact.part(Role.POST):
            return f"{said(Role.PERSON)} giữ chức {said(Role.POST)} trong thời gian nào?", fact.all(Role.DATE)
        case FactKind.COUNT if fact.when and len(fact.when) == len("2020") and _is_had(fact, text):
            when = told_date(fact.when)
            return f"Năm {when}, {unit} có bao nhiêu {said(Role.COUNTED)}?", fact.all(Role.NUMBER)
    return None
