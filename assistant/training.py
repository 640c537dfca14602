"""Orientation material as a trainer keeps it: what is chosen from the library, drawn from it, and changed.

Everything in it is an item with its evidence; the trainer may word it otherwise, and the evidence stays. An
item is of the articles as they were when it was made (their states are kept with it): what has changed since
is told, and the item is made anew when the trainer wants it. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from hashlib import sha256
from itertools import zip_longest
from typing import Literal, TypeVar

from assistant.drafts import cited, exercises, tellings
from assistant.evidence import state
from assistant.glossary import TermKind, glossary
from assistant.ledger import disagreements, unit_key
from assistant.prose import Prose
from assistant.quiz import Form, Option, now_right, ordered, plainly, quizzes
from assistant.types import Citation
from ingest.facts import Fact, FactKind
from ingest.types import Article

#: So many of each the first draft has; the others are offered.
TERMS, QUESTIONS, QUIZZES = 16, 10, 10
#: The longest title, and the longest wording of a trainer's own.
LONGEST_TITLE, LONGEST_WORDS = 120, 2_000
#: A page of A4 in the type of office papers takes so many lines of so many characters under its title; what
#: stands between two paragraphs is as high as so many lines.
PAGE_LINES, LINE_CHARACTERS, PARAGRAPH = 35, 72, 0.35

# So many characters a source and a date have, behind a title and its number.
_SOURCE = 40

T = TypeVar("T")


class Part(Enum):
    """What an item is; in the order in which the parts of the material stand."""

    SUMMARY = "summary"
    TERM = "term"
    QUESTION = "question"
    QUIZ = "quiz"


@dataclass(frozen=True, slots=True)
class Item:
    """A sentence of the summary, a term, a question, or a question with options.

    ``ask`` is the question or the term (empty for a sentence), ``says`` the sentence, the explanation, the
    answer or the right option, in the article's words, which ``evidence`` quotes. ``about`` names what of the
    ledger it tells, so that it can be found again in a changed article. ``states`` are those of its
    articles, by their ids. ``kind`` is the kind of the fact by its name, or of the term; ``unit`` is what a
    question is about. Of one with options, ``form`` is what these are, ``wrong`` are those not right.
    ``own_ask`` and ``own_says`` are the trainer's own words in place of ours, None where ours stand.
    """

    id: str
    part: Part
    ask: str
    says: str
    evidence: Citation
    about: tuple[str, ...]
    states: tuple[tuple[str, str], ...]
    kind: str = ""
    unit: str = ""
    form: Form | None = None
    wrong: tuple[Option, ...] = ()
    left_out: bool = False
    own_ask: str | None = None
    own_says: str | None = None

    @property
    def asked(self) -> str:
        return self.ask if self.own_ask is None else self.own_ask

    @property
    def said(self) -> str:
        return self.says if self.own_says is None else self.own_says

    @property
    def reworded(self) -> bool:
        return self.own_ask is not None or self.own_says is not None


@dataclass(frozen=True, slots=True)
class Choice:
    """The articles, by their ids, and the units that material is drawn from."""

    articles: tuple[str, ...]
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """``items`` stand part by part, each part in the trainer's order. ``seed`` decides the order of options,
    so that every copy has the same one. ``alone`` and ``disputed`` are how many questions could not be asked
    with options because no other office has a fact of the kind, and at all because articles disagree;
    ``silent`` are the titles of chosen articles that nothing could be drawn from. ``opened`` tells whether
    learners may do the quiz. ``prose`` is what a language model has made of the summary, None where none was
    asked."""

    title: str
    choice: Choice
    seed: str
    items: tuple[Item, ...]
    alone: int
    disputed: int
    silent: tuple[str, ...]
    opened: bool = False
    prose: Prose | None = None

    def of(self, part: Part) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.part is part)

    def item(self, id: str) -> Item | None:
        return next((item for item in self.items if item.id == id), None)

    def options(self, item: Item) -> list[str]:
        """The words of a question's options in the order in which every copy has them."""
        return ordered((item.says, *(o.words for o in item.wrong)), f"{self.seed}\0{item.id}")


@dataclass(frozen=True, slots=True)
class Offer:
    """All that the choice gives, part by part, of each article the sentences that tell most first; the rest
    as ``Material`` has it."""

    items: tuple[Item, ...]
    alone: int
    disputed: int
    silent: tuple[str, ...]


# --- what the library gives ------------------------------------------------------------------------


def offer(choice: Choice, ledger: Sequence[Fact], article: Callable[[str], Article], seed: str) -> Offer:
    """Everything that the chosen articles and units give; ``ledger`` is that of the whole library, whose
    articles ``article`` gives. What articles disagree about is not asked."""
    units = {unit_key(unit) for unit in choice.units}
    named = set(choice.articles)
    chosen = [f for f in ledger if f.article in named or (f.unit and unit_key(f.unit) in units)]
    articles = {id: article(id) for id in dict.fromkeys((*choice.articles, *(f.article for f in chosen)))}
    disputed = {fact for group in disagreements(ledger) for fact in group}
    plain = [f for f in chosen if f not in disputed]
    asked = quizzes(plain, ledger, article, seed)

    def states(*evidence: Citation) -> tuple[tuple[str, str], ...]:
        return tuple((id, state(article(id))) for id in dict.fromkeys(c.article for c in evidence))

    items: list[Item] = []
    of_article: dict[str, list[Fact]] = defaultdict(list)
    for fact in chosen:
        of_article[fact.article].append(fact)
    for id, spans in tellings(chosen, articles).items():
        for span in spans:
            quote = cited(articles[id], span)
            about = tuple(dict.fromkeys(_about(f) for f in of_article[id] if f.sentence.overlaps(span)))
            items.append(_item(Part.SUMMARY, "", " ".join(quote.quote.split()), quote, about, states(quote)))
    for term in glossary(chosen, articles):
        quote = cited(articles[term.article], term.sentence, term.marks)
        if term.kind is TermKind.SHORT:
            says = " ".join(" ".join(m.of(articles[term.article].text).split()) for m in term.marks)
        else:
            says = " ".join(quote.quote.split())
        about = (f"{term.kind.name}|{unit_key(term.term)}",)
        items.append(
            replace(_item(Part.TERM, term.term, says, quote, about, states(quote)), kind=term.kind.name)
        )
    for one in exercises(plain, articles):
        (quote,) = one.drawn.citations
        kept = _item(Part.QUESTION, one.question, one.answer, quote, (_about(one.fact),), states(quote))
        items.append(replace(kept, kind=one.fact.kind.name, unit=one.fact.unit or ""))
    for quiz in asked.asked:
        evidence = (quiz.right.evidence, *(o.evidence for o in quiz.wrong))
        kept = _item(
            Part.QUIZ, quiz.question, quiz.right.words, evidence[0], (_about(quiz.fact),), states(*evidence)
        )
        items.append(
            replace(
                kept,
                kind=quiz.fact.kind.name,
                unit=quiz.fact.unit or "",
                form=quiz.form,
                wrong=quiz.wrong,
            )
        )
    telling = {item.evidence.article for item in items}
    silent = tuple(articles[id].title for id in choice.articles if id not in telling)
    return Offer(tuple(items), len(asked.alone), len([f for f in chosen if f in disputed]), silent)


def _item(
    part: Part,
    ask: str,
    says: str,
    evidence: Citation,
    about: tuple[str, ...],
    states: tuple[tuple[str, str], ...],
) -> Item:
    words = f"{part.value}\0{ask}\0{says}\0{evidence.article}\0{evidence.start}\0{states}"
    return Item(sha256(words.encode()).hexdigest()[:12], part, ask, says, evidence, about, states)


def _about(fact: Fact) -> str:
    """What a fact tells of, whatever it says of it: the same in a corrected article."""
    more = {
        FactKind.AWARD: fact.value,
        FactKind.PERSON: fact.when or fact.value,
        FactKind.COUNT: fact.when or "",
        FactKind.QUOTE: fact.value,
    }
    return "|".join((fact.kind.name, unit_key(fact.unit or ""), fact.subject, more.get(fact.kind, "")))


# --- a first draft ---------------------------------------------------------------------------------


def material(title: str, choice: Choice, seed: str, given: Offer) -> Material:
    """A first draft of what is offered: as much of the summary as a page holds, and some of the rest, of
    every kind. No fact is asked twice, and no question tells another's answer."""
    by_part: dict[Part, list[Item]] = {part: [] for part in Part}
    for item in given.items:
        by_part[item.part].append(item)
    asked: list[Item] = []
    for part, most in ((Part.QUIZ, QUIZZES), (Part.QUESTION, QUESTIONS)):
        own: list[Item] = []
        for item in _mixed(by_part[part], seed):
            fresh = not any(set(item.about) & set(other.about) for other in asked)
            if len(own) < most and fresh and not any(_tells(item, o) or _tells(o, item) for o in asked):
                own.append(item)
                asked.append(item)
    terms = sorted(by_part[Part.TERM], key=lambda t: t.kind == TermKind.POST.name)[:TERMS]
    kept = {item.id for item in (*terms, *asked)}
    told = sorted(_page(_turns(by_part[Part.SUMMARY])), key=_in_reading_order(choice, given))
    items = (*told, *(item for item in given.items if item.id in kept))
    return Material(title, choice, seed, items, given.alone, given.disputed, given.silent)


def _in_reading_order(choice: Choice, given: Offer) -> Callable[[Item], tuple[int, int]]:
    articles = [*choice.articles, *dict.fromkeys(item.evidence.article for item in given.items)]
    return lambda item: (articles.index(item.evidence.article), item.evidence.start)


def _mixed(items: Sequence[Item], seed: str) -> list[Item]:
    """The items, kinds in turn; within a kind as the seed draws them."""
    known = {item.id: item for item in items}
    by_kind: dict[str, list[Item]] = defaultdict(list)
    for id in ordered(known, seed):
        by_kind[known[id].kind].append(known[id])
    return _in_turn([by_kind[kind] for kind in sorted(by_kind, key=_weight)])


def _weight(kind: str) -> int:
    return [*(k.name for k in FactKind), kind].index(kind)


def _turns(items: Sequence[Item]) -> list[Item]:
    """Sentences, articles in turn."""
    by_article: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_article[item.evidence.article].append(item)
    return _in_turn(list(by_article.values()))


def _in_turn(rows: Sequence[Sequence[T]]) -> list[T]:
    return [one for column in zip_longest(*rows) for one in column if one is not None]


def _tells(item: Item, other: Item) -> bool:
    """Whether a question has the answer of another in it."""
    return item.unit == other.unit and f" {plainly(other.said)} " in f" {plainly(item.asked)} "


def _page(items: Iterable[Item]) -> list[Item]:
    """Of sentences those that a page holds with the list of their sources; each is taken as it comes, or left
    where it is too long for what is left."""
    held: list[Item] = []
    for item in items:
        if _lines([*held, item]) <= PAGE_LINES:
            held.append(item)
    return held


def _lines(items: Sequence[Item]) -> float:
    """The lines of a summary: a paragraph an article, and one of all sources."""
    letters: dict[str, int] = defaultdict(int)
    sources = {item.evidence.article: len(item.evidence.title) + _SOURCE for item in items}
    for item in items:
        letters[item.evidence.article] += len(item.said) + len(" [1] ")
    paragraphs = [*letters.values(), sum(sources.values())]
    return sum(-(-n // LINE_CHARACTERS) + PARAGRAPH for n in paragraphs)


def summed(of: Material, stale: Collection[str]) -> tuple[Item, ...]:
    """The summary as it is handed out: what one page holds, without what the trainer has left out and without
    the items of these ids, whose sources have changed."""
    return on_a_page([i for i in of.of(Part.SUMMARY) if not i.left_out and i.id not in stale])


def told_anew(of: Material, stale: Collection[str]) -> Prose | None:
    """The prose of the summary without the sentences that rest on what is not part of it any more. None where
    there is none."""
    if of.prose is None:
        return None
    places = {(i.evidence.article, i.evidence.start, i.evidence.end) for i in summed(of, stale)}
    still = (s for s in of.prose.sentences if all((c.article, c.start, c.end) in places for c in s.evidence))
    return replace(of.prose, sentences=tuple(still))


def on_a_page(items: Sequence[Item]) -> tuple[Item, ...]:
    """Of the sentences of a summary, in order, those that one page of A4 holds."""
    return tuple(_page(items))


# --- changes by the trainer ------------------------------------------------------------------------


def changed(of: Material, id: str, change: Callable[[Item], Item]) -> Material:
    """The material with one item changed."""
    return replace(of, items=tuple(change(item) if item.id == id else item for item in of.items))


def moved(of: Material, id: str, by: int) -> Material:
    """The material with an item so many places further down in its part (up where negative), as far as that
    goes."""
    item = of.item(id)
    if item is None:
        return of
    own = list(of.of(item.part))
    at = own.index(item)
    own.insert(max(0, min(len(own) - 1, at + by)), own.pop(at))
    return _with_part(of, item.part, own)


def added(of: Material, item: Item) -> Material:
    """The material with a further item at the end of its part; as it was where the item is there."""
    return of if of.item(item.id) else _with_part(of, item.part, [*of.of(item.part), item])


def _with_part(of: Material, part: Part, items: Sequence[Item]) -> Material:
    return replace(of, items=tuple(i for p in Part for i in (items if p is part else of.of(p))))


def reworded(item: Item, ask: str, says: str) -> Item:
    """An item in the trainer's own words; where they are ours, ours stand. The right option of a question is
    the fact's words, and stays."""
    own_ask = ask if item.part is not Part.SUMMARY and ask and ask != item.ask else None
    own_says = says if item.part is not Part.QUIZ and says and says != item.says else None
    return replace(item, own_ask=own_ask, own_says=own_says)


# --- what has changed since ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """What makes an item stale, by ``what``: its article is ``gone``; the quote is ``lost`` from it, or
    ``moved`` in it, or ``kept`` while something else in the article or of it was changed; a wrong option is
    ``right`` now, by an article. ``title`` is the article's, ``words`` the quote or the option."""

    what: Literal["gone", "lost", "moved", "kept", "right"]
    title: str
    words: str


def changes(
    item: Item, article: Callable[[str], Article | None], ledger: Iterable[Fact]
) -> tuple[Change, ...]:
    """What has changed since the item was made, empty where it stands. ``article`` gives None for an article
    that is no longer there; ``ledger`` is that of the whole library as it is now."""
    return tuple(_changes(item, article, ledger))


def _changes(
    item: Item, article: Callable[[str], Article | None], ledger: Iterable[Fact]
) -> Iterator[Change]:
    states = dict(item.states)
    for c in (item.evidence, *(option.evidence for option in item.wrong)):
        now = article(c.article)
        if now is None:
            yield Change("gone", c.title, c.quote)
        elif state(now) != states.get(c.article):
            if now.text[c.start : c.end] == c.quote:
                yield Change("kept", now.title, c.quote)
            else:
                yield Change("moved" if c.quote in now.text else "lost", now.title, c.quote)
    if item.form is not None:
        for option in item.wrong:
            by = now_right(item.unit, item.form, FactKind[item.kind], option.value, ledger)
            source = article(by.article) if by else None
            if source:
                yield Change("right", source.title, option.words)


def anew(item: Item, given: Offer, held: Iterable[Item] = ()) -> Item | None:
    """The item as the library gives it now, in the place of the old one; the one that asks the same before
    the one that is about the same, and of the same article before others. None where it gives none, or what
    it gives is ``held`` already."""
    known = {one.id for one in held}

    def worth(other: Item) -> tuple[bool, bool, bool]:
        return (
            bool(item.ask) and other.ask == item.ask,
            other.says == item.says,
            other.evidence.article == item.evidence.article,
        )

    same = [
        other
        for other in given.items
        if other.part is item.part
        and other.id not in known
        and ((item.ask and other.ask == item.ask) or set(other.about) & set(item.about))
    ]
    best = max(same, key=worth, default=None)
    return replace(best, left_out=item.left_out) if best else None


def suggested_title(articles: Sequence[str], units: Sequence[str]) -> str:
    """A name for material from articles with these titles and from these units."""
    named = [*units, *articles]
    if not named:
        return ""
    first = named[0]
    more = f" và {len(named) - 1} nguồn khác" if len(named) > 1 else ""
    room = LONGEST_TITLE - len("Tài liệu định hướng: ") - len(more)
    return f"Tài liệu định hướng: {first if len(first) <= room else first[: room - 1].rstrip() + '…'}{more}"
