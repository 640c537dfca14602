"""The one facade of the assistant: a question and its history become an Answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

import prompts
from assistant.anniversary import EVENT, Anniversary, Reckoning, asked_anniversary, reckon
from assistant.asked import Asked, idf
from assistant.extract import Evidence, Extract, Reads, extract
from assistant.gather import NOTHING, Gathered, Line, contradicting, gather
from assistant.question import Question, recognise, understand
from assistant.reader import Reader
from assistant.types import EXTRACTIVE, TALK, Answer, Citation, Statement, Status, Turn
from ingest.facts import Fact
from ingest.mentions import is_office_pair
from ingest.types import Article, Span
from ingest.vietnamese import dates, even_fold, fold, nfc, sentences, terms, tokens
from vectorstore.e5 import E5
from vectorstore.respell import Respelling, is_syllable
from vectorstore.types import Filter, Hit

#: How many passages are read for an answer. On the development questions the passage that answers is
#: among these for all but a few in a hundred; reading more brings near misses and costs time.
PASSAGES_READ = 12


#: What a pair of neighbouring words counts beside its single words: together they say more than each
#: alone, and one that the library never has may stand together in the question by chance.
PAIR, UNKNOWN_PAIR = 1.5, 0.25
#: How one speaks of a person: beside a name it says nothing of what is asked, with marks and folded.
ADDRESS = frozenset(
    form
    for word in ("đồng", "chí", "đồng_chí", "ông", "bà", "anh", "chị", "bác")
    for form in (word, fold(word))
)
#: What a word counts that says which office is asked about: nearly every sentence has it.
OFFICE_WORD = 0.35


class Searchable(Protocol):
    """What the assistant needs of a library."""

    def units(self) -> list[str]: ...

    def respell(self, question: str) -> Respelling: ...

    def article(self, article_id: str) -> Article: ...

    def facts(self, unit: str | None = None, *, where: Filter | None = None) -> list[Fact]: ...

    def search(self, question: str, k: int = 10, where: Filter | None = None) -> list[Hit]: ...

    def passage_count(self) -> int: ...

    def document_frequency(self, terms: Collection[str], *, folded: bool = False) -> dict[str, int]: ...


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question ready to be answered: as it is understood, and as it is read with the marks that it
    was typed without; the passages found, the question ready for comparing, and the names in it that
    the library does not know, which are left out of that."""

    question: Question
    reading: Respelling
    hits: tuple[Hit, ...]
    asked: Asked
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer and what it was chosen from, for whoever words it anew: the question as it was
    understood, the passages found, best first, and the words of ``must``, without which no wording says
    what the answer does. No passages where the answer was not chosen from any."""

    question: Question
    answer: Answer
    hits: tuple[Hit, ...] = ()
    must: tuple[str, ...] = ()


class Assistant:
    """Answers questions from one library. Holds no state of a conversation: what was said before
    comes with each question, so one assistant serves any number of people at once."""

    def __init__(
        self, library: Searchable, reader: Reads | None = None, today: Callable[[], date] = date.today
    ) -> None:
        """``reader`` is the one that comes with the program unless another is given; ``today`` tells
        from what day "bao nhiêu năm rồi" is counted."""
        self._library = library
        self._reader = reader or Reader(E5.bundled)
        self._today = today

    def ask(self, question: str, history: Sequence[Turn] = (), where: Filter | None = None) -> Answer:
        """What the library says to a question, or that it does not.

        ``history`` holds the turns before, oldest first; ``where`` restricts which articles are
        read. Raises BadQuestion for a question that is empty, too long or without a word.
        """
        return self.answered(question, history, where).answer

    def answered(self, question: str, history: Sequence[Turn] = (), where: Filter | None = None) -> Answered:
        """As ``ask``, with what the answer was chosen from."""
        began = time.perf_counter()
        asked = understand(question, history, self._library.units())
        if asked.talk:
            return Answered(asked, _replied(prompts.load(asked.talk.value).fill(), began))
        anniversary = asked_anniversary(asked)
        # What an article says of the very year asked about stands before what can be reckoned.
        names_year = anniversary is not None and anniversary.year is not None
        if anniversary and not names_year:
            reckoned = self._reckoned(asked, anniversary, where, began)
            if reckoned:
                return Answered(asked, reckoned)
        looked = self._look(asked, where)
        if anniversary and names_year and not looked.found.answers:
            reckoned = self._reckoned(asked, anniversary, where, began)
            if reckoned:
                return Answered(asked, reckoned)
        return Answered(looked.question, _worded(looked, began), looked.hits, _must(looked))

    def _look(self, understood: Question, where: Filter | None) -> _Looked:
        """What the library holds for a question."""
        prepared = self.prepare(understood, where)
        question, articles = prepared.question, _Articles(self._library)
        # The items of a list or the sides of a comparison come from the ledger.
        gathered = NOTHING
        if not prepared.unknown:
            gathered = gather(question, self._library.facts(where=where), articles)
        if gathered:
            return _Looked(
                question, prepared.reading, NOTHING_FOUND, articles, prepared.hits, gathered=gathered
            )
        found = extract(prepared.asked, prepared.hits, self._reader)
        if found.answers and not prepared.unknown:
            others = () if question.several else self._disagreeing(found.answers[0], articles)
            return _Looked(question, prepared.reading, found, articles, found.hits, others=others)
        years = tuple(f"năm {y}" for y in question.years if not self._knows(str(y)))
        return _Looked(
            question,
            prepared.reading,
            replace(found, answers=(), support=(), nearest=found.answers or found.nearest),
            articles,
            found.hits,
            unknown=(*prepared.unknown, *years),
            filtered=bool(where) and not prepared.hits,
        )

    def _disagreeing(self, first: Evidence, articles: Mapping[str, Article]) -> tuple[Line, ...]:
        """What other articles say otherwise than the first answer."""
        if not first.marks or not first.article.unit:
            return ()
        return contradicting(first.article.id, first.span, self._library.facts(), articles, first.marks)

    def prepare(self, understood: Question, where: Filter | None = None) -> Prepared:
        """All that an answer is chosen from."""
        reading = self._library.respell(nfc(understood.text))
        hits = self._library.search(understood.text, PASSAGES_READ, where)
        understood = recognise(understood, hits)
        rarity = self._rarity(understood)
        # Among the articles of offices nothing is let pass.
        strict = bool(understood.office_words or self._library.units())
        names = {n: self._known_as(n, strict) for n in (*understood.names, *understood.suspects)}
        unknown = tuple(n for n, known_as in names.items() if known_as is None)
        known = tuple(filter(None, (names[n] for n in understood.names)))
        about = replace(understood, names=() if unknown else known)
        asked = Asked.of(about, self._weights(about, rarity), rarity, reading.text)
        return Prepared(understood, reading, tuple(hits), asked, unknown)

    def _reckoned(
        self, asked: Question, anniversary: Anniversary, where: Filter | None, began: float
    ) -> Answer | None:
        """The anniversary counted from the date that the library gives, None where it gives none."""
        looked = self._look(understand(anniversary.question, (), self._library.units()), where)
        found = looked.found
        if not found.answers or not _tells(found.answers[0], anniversary.event):
            return None
        first = found.answers[0]
        marked = (d for m in first.marks for d in dates(m.of(first.article.text)))
        reckoning = next(filter(None, (reckon(d, anniversary, self._today()) for d in marked)), None)
        return _counted(asked, reckoning, looked, began) if reckoning else None

    def _rarity(self, question: Question) -> dict[str, float]:
        """The rarity of each of the question's terms in the library."""
        own = terms(question.text)
        wanted = {*question.words, *(own.folded if question.bare else own.exact)}
        total = self._library.passage_count()
        frequency = self._library.document_frequency(wanted, folded=question.bare)
        return {w: idf(n, total) for w, n in frequency.items()}

    def _weights(self, question: Question, rarity: Mapping[str, float]) -> dict[str, float]:
        """Each word's rarity times what such a word counts."""
        unheard = idf(0, self._library.passage_count())
        weights = {}
        addressed = ADDRESS if question.names else frozenset()
        for word in question.words:
            weight, known = rarity[word], rarity[word] < unheard
            if "_" in word:
                weight *= PAIR if known or is_office_pair(word) else UNKNOWN_PAIR
            if known and word in question.office_words:
                weight *= OFFICE_WORD
            weights[word] = 0.0 if word in addressed else weight
        topic = sum(weights[w] for w in question.topic & weights.keys())
        rest = sum(weights.values()) - topic
        if 0 < topic < rest:
            # Half of what is asked is its topic, however many words lead up to it.
            weights |= {w: weights[w] * rest / topic for w in question.topic & weights.keys()}
        return weights

    def _known_as(self, name: str, strict: bool) -> str | None:
        """By which words the library knows a name, None where it does not. Where not ``strict`` its foreign
        words are enough ("Phía Tây Fresno"), and one all foreign that is not there is let pass as "": such
        names are spelled in many ways."""
        if self._knows(name):
            return name
        if strict:
            return None
        if _is_foreign(name):
            return ""
        foreign = " ".join(name[t.start : t.end] for t in tokens(name) if not is_syllable(t.exact))
        return foreign if foreign and self._knows(foreign) else None

    def _knows(self, name: str) -> bool:
        """Whether the words of a name stand side by side anywhere in the library, marks or not. Foreign
        names are written whole and in part, so that each word alone tells."""
        words = terms(name).folded
        pairs = [w for w in words if "_" in w]
        sought = pairs if pairs and not _is_foreign(name) else [w for w in words if "_" not in w]
        found = self._library.document_frequency(sought, folded=True)
        return all(found.get(w, 0) for w in sought)


def _is_foreign(name: str) -> bool:
    """Whether no word of a name is spelled as Vietnamese is."""
    return not any(is_syllable(t.exact) for t in tokens(name))


# --- wording -------------------------------------------------------------------------------------


class _Articles(dict[str, Article]):
    """The articles of a library by id, each fetched when it is asked for: few questions need any."""

    def __init__(self, library: Searchable) -> None:
        super().__init__()
        self._library = library

    def __missing__(self, id: str) -> Article:
        self[id] = self._library.article(id)
        return self[id]


NOTHING_FOUND = Extract((), (), (), (), (), ())


@dataclass(frozen=True, slots=True)
class _Looked:
    """What was looked up: the question as understood and as read, what was found, the articles by id, and the
    passages. For a refusal the names and years that the library does not know, and whether the filter left no
    article; for an answer what other articles say otherwise, or what was gathered instead for a list or a
    comparison."""

    question: Question
    reading: Respelling
    found: Extract
    articles: Mapping[str, Article]
    hits: tuple[Hit, ...]
    unknown: tuple[str, ...] = ()
    filtered: bool = False
    others: tuple[Line, ...] = ()
    gathered: Gathered = NOTHING


def _worded(looked: _Looked, began: float) -> Answer:
    question, found = looked.question, looked.found
    status: Status = "answered"
    missing: str | None = None
    if looked.gathered:
        citations, statements, text, missing = _listed_answer(looked.gathered, looked.articles)
    elif found.answers:
        citations, statements, text = _statements(found.answers, found.support, looked)
    else:
        status = "refused"
        if looked.filtered:
            missing = prompts.load("missing_filtered").fill()
        else:
            missing = _missing(question, found, looked.unknown)
        citations, statements = tuple(_citation(i, e) for i, e in enumerate(found.nearest, 1)), ()
        text = prompts.load("refusal").fill(missing=missing)
    return Answer(
        status=status,
        text=text,
        statements=statements,
        citations=citations,
        missing=missing,
        read_as=_read_as(question, looked.reading),
        mode=EXTRACTIVE,
        ms=_since(began),
        guessed=not looked.reading.sure,
    )


def _must(looked: _Looked) -> tuple[str, ...]:
    """The words that answer: those marked in the first of the evidence, or in every line gathered."""
    if looked.gathered:
        lines = looked.gathered.lines
        return tuple(m.of(looked.articles[line.article].text) for line in lines for m in line.marks)
    first = looked.found.answers[:1]
    return tuple(m.of(e.article.text) for e in first for m in e.marks)


def _statements(
    answers: Sequence[Evidence], support: Sequence[Sequence[Evidence]], looked: _Looked
) -> tuple[tuple[Citation, ...], tuple[Statement, ...], str]:
    """The citations, the statements that they carry, and the plain text; at the end what other articles
    say otherwise, each with the name of its article."""
    citations: list[Citation] = []
    statements: list[Statement] = []
    lines = []
    for evidence, others in zip(answers, support, strict=True):
        cited = [_citation(len(citations) + 1 + i, e) for i, e in enumerate((evidence, *others))]
        citations += cited
        texts = _statement_texts(evidence)
        statements += [Statement(text, tuple(c.n for c in cited)) for text in texts]
        lines.append(("\n" if "\n" in evidence.span.of(evidence.article.text) else " ").join(texts))
    wording = prompts.load("disagreement")
    for line in looked.others:
        article = looked.articles[line.article]
        citations.append(_line_citation(len(citations) + 1, article, line.span, line.marks))
        text = wording.fill(article=line.label or article.title, quote=_cut(article, line.span))
        statements.append(Statement(text, (len(citations),)))
        lines.append(text)
    return tuple(citations), tuple(statements), "\n".join(lines)


def _listed_answer(
    gathered: Gathered, articles: Mapping[str, Article]
) -> tuple[tuple[Citation, ...], tuple[Statement, ...], str, str | None]:
    """A line an item, whose it is before the quote where that does not say so, each with its citation;
    then what was asked for and is not there."""
    citations: list[Citation] = []
    statements = []
    for line in gathered.lines:
        article, label = articles[line.article], line.label
        cited = [_line_citation(len(citations) + 1, article, line.span, line.marks)]
        named = _where_named(article, label) if label else None
        if named:
            # Whose it is, the quote does not say: the words that do are cited too.
            cited.append(_line_citation(len(citations) + 2, article, named))
        citations += cited
        quote = _cut(article, line.span)
        statements.append(Statement(f"{label}: {quote}" if label else quote, tuple(c.n for c in cited)))
    notes = [
        prompts.load("missing_side").fill(names=_listed(gathered.missing, quoted=False))
        if gathered.missing
        else "",
        prompts.load("more_items").fill(count=str(gathered.more)) if gathered.more else "",
    ]
    missing = " ".join(filter(None, notes)) or None
    text = "\n".join(filter(None, [*(s.text for s in statements), missing]))
    return tuple(citations), tuple(statements), text, missing


def _where_named(article: Article, unit: str) -> Span | None:
    """The first sentence of an article that names the unit, None where none does in so many words."""
    sought = fold(unit)
    return next((s for s in sentences(article.text) if sought in fold(s.of(article.text))), None)


def _cut(article: Article, span: Span) -> str:
    """The words of a stretch, with an ellipsis where they cut a sentence."""
    around = _block_around(article, span)
    whole = [s for s in sentences(article.text, around.start, around.end) if s.overlaps(span)]
    before = "… " if whole and whole[0].start < span.start else ""
    return f"{before}{span.of(article.text)}{' …' if whole and span.end < whole[-1].end else ''}"


def _line_citation(n: int, article: Article, span: Span, marks: tuple[Span, ...] = ()) -> Citation:
    return Citation.of(article, span, _block_around(article, span), marks, n)


def _block_around(article: Article, span: Span) -> Span:
    """The paragraphs that a stretch stands in."""
    blocks = [b for b in article.blocks if span.overlaps(b)]
    return Span(min(b.start for b in blocks), max(b.end for b in blocks))


#: What a founding and a kept day are told by, folded.
_FOUNDED = {"thanh lap": ("thanh lap", "ra doi"), "truyen thong": ("truyen thong",)}


def _tells(evidence: Evidence, event: str) -> bool:
    """Whether the words quoted tell of the event that is counted from, and not of another one's date."""
    told, event = fold(evidence.span.of(evidence.article.text)), fold(event)
    needed = [words for name, words in _FOUNDED.items() if name in event]
    needed += [(word,) for word in EVENT.findall(event)]
    return all(any(word in told for word in words) for words in needed)


def _counted(question: Question, reckoning: Reckoning, looked: _Looked, began: float) -> Answer:
    """The arithmetic, and the words that it counts from."""
    found = looked.found
    citations, statements, text = _statements(found.answers[:1], found.support[:1], looked)
    counted_from = tuple(range(1, 2 + len(found.support[0])))
    return Answer(
        status="answered",
        text=f"{reckoning.sentence}\n{text}",
        statements=(Statement(reckoning.sentence, counted_from), *statements),
        citations=citations,
        missing=None,
        read_as=None if question.text == question.asked else question.text,
        mode=EXTRACTIVE,
        ms=_since(began),
    )


def _replied(reply: str, began: float) -> Answer:
    """A reply to small talk: no answer, and nothing that would be one."""
    return Answer("refused", reply, (), (), reply, None, TALK, _since(began))


def _missing(question: Question, found: Extract, unknown: Sequence[str]) -> str:
    """What the library does not say, in words: a name, the kind of thing asked for, or words."""
    if unknown:
        return prompts.load("missing_name").fill(names=_listed(unknown))
    own = [fold(e.span.of(e.article.text)) for e in found.nearest if _is_about(e, question)]
    points = [*question.awards, *map(str, question.years)]
    unheard = next((p for p in points if not any(p in quote for quote in own)), None)
    if unheard and not found.answers and (unheard in question.awards or not found.lacking):
        topic = _listed(question.names, quoted=False) or prompts.load("this_topic").fill()
        point = _in_words(question.text, unheard) if unheard in question.awards else f"năm {unheard}"
        return prompts.load("missing_point").fill(topic=topic, point=point)
    if found.lacking:
        kinds = _listed([k.value for k in found.lacking], quoted=False)
        topic = _listed(question.names, quoted=False) or prompts.load("this_topic").fill()
        return prompts.load("missing_kind").fill(topic=topic, kinds=kinds)
    unsaid = _phrases(question, frozenset(found.unsaid))
    if unsaid:
        return prompts.load("missing_words").fill(words=_listed(unsaid))
    return prompts.load("missing_anything").fill()


def _is_about(e: Evidence, question: Question) -> bool:
    about = fold(f"{e.article.title} {e.article.unit or ''}")
    return all(fold(name) in about for name in question.names)


def _in_words(text: str, folded: str) -> str:
    """A folded stretch of a text as the text writes it."""
    at = even_fold(text).find(folded)
    return text[at : at + len(folded)] if at >= 0 else folded


def _phrases(question: Question, words: frozenset[str]) -> list[str]:
    """The words as the question has them, neighbours together: “vé máy bay”."""
    phrases: list[tuple[int, int]] = []
    last = None
    for token in tokens(question.text):
        if (token.folded if question.bare else token.exact) not in words:
            last = None
            continue
        start = phrases.pop()[0] if last is not None and token.start == last + 1 else token.start
        phrases.append((start, token.end))
        last = token.end
    return list(dict.fromkeys(question.text[a:b] for a, b in phrases))


def _listed(words: Sequence[str], *, quoted: bool = True) -> str:
    return ", ".join(f"“{w}”" if quoted else w for w in words)


def _citation(n: int, e: Evidence) -> Citation:
    return Citation.of(e.article, e.span, e.passage, e.marks, n)


def _statement_texts(e: Evidence) -> list[str]:
    """The sentences quoted, with an ellipsis where a sentence is cut."""
    texts = [s.of(e.article.text) for s in e.sentences]
    if e.cuts[0]:
        texts[0] = f"… {texts[0]}"
    if e.cuts[1]:
        texts[-1] = f"{texts[-1]} …"
    return texts


def _read_as(question: Question, reading: Respelling) -> str | None:
    return None if reading.text == question.asked else reading.text


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)
