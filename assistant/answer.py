"""The one facade of the assistant: a question and its history become an Answer."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Protocol

import prompts
from assistant.extract import Evidence, Extract, extract
from assistant.question import Question, recognise, understand
from assistant.types import Answer, Citation, Statement, Turn
from ingest.mentions import is_office_pair
from ingest.vietnamese import fold, terms, tokens
from vectorstore.types import Filter, Hit

#: How many passages are read for an answer. On the development questions the passage that answers is
#: among these for all but a few in a hundred; reading more brings near misses and costs time.
PASSAGES_READ = 12


#: What a pair of neighbouring words counts beside its single words: together they say more than each
#: alone, and one that the library never has may stand together in the question by chance.
PAIR, UNKNOWN_PAIR = 1.5, 0.25
#: What a word counts that says which office is asked about: nearly every sentence has it.
OFFICE_WORD = 0.35

#: How answers without a language model are made.
MODE = "extractive"


class Searchable(Protocol):
    """What the assistant needs of a library."""

    def units(self) -> list[str]: ...

    def search(self, question: str, k: int = 10, where: Filter | None = None) -> list[Hit]: ...

    def passage_count(self) -> int: ...

    def document_frequency(self, terms: Collection[str], *, folded: bool = False) -> dict[str, int]: ...


class Assistant:
    """Answers questions from one library. Holds no state of a conversation: what was said before
    comes with each question, so one assistant serves any number of people at once."""

    def __init__(self, library: Searchable) -> None:
        self._library = library

    def ask(self, question: str, history: Sequence[Turn] = (), where: Filter | None = None) -> Answer:
        """What the library says to a question, or that it does not.

        ``history`` holds the turns before, oldest first; ``where`` restricts which articles are
        read. Raises BadQuestion for a question that is empty, too long or without a word.
        """
        began = time.perf_counter()
        understood = understand(question, history, self._library.units())
        hits = self._library.search(understood.text, PASSAGES_READ, where)
        understood = recognise(understood, hits)
        weights = self._weights(understood)
        named = (*understood.names, *understood.suspects)
        unknown = tuple(n for n in named if not self._knows(n))
        found = extract(replace(understood, names=()) if unknown else understood, hits, weights)
        if found.answers and not unknown:
            return _answered(understood, found, began)
        if not hits and where:
            missing = prompts.load("missing_filtered").fill()
        else:
            years = (f"năm {y}" for y in understood.years if not self._knows(str(y)))
            missing = _missing(understood, found, (*unknown, *years))
        return _refused(understood, found, missing, began)

    def _weights(self, question: Question) -> dict[str, float]:
        """Each word's rarity in the library, the idf of BM25 (Robertson and Spärck Jones), times what
        such a word counts."""
        total = self._library.passage_count()
        frequency = self._library.document_frequency(question.words, folded=question.bare)
        weights = {}
        for word in question.words:
            n = frequency.get(word, 0)
            weight = math.log(1 + (total - n + 0.5) / (n + 0.5))
            if "_" in word:
                weight *= PAIR if n or is_office_pair(word) else UNKNOWN_PAIR
            if n and word in question.office_words:
                weight *= OFFICE_WORD
            weights[word] = weight
        topic = sum(weights[w] for w in question.topic & weights.keys())
        rest = sum(weights.values()) - topic
        if 0 < topic < rest:
            # Half of what is asked is its topic, however many words lead up to it.
            weights |= {w: weights[w] * rest / topic for w in question.topic & weights.keys()}
        return weights

    def _knows(self, name: str) -> bool:
        """Whether the words of a name stand side by side anywhere in the library, marks or not."""
        pairs = [t for t in terms(name).folded if "_" in t] or list(terms(name).folded)
        return all(self._library.document_frequency(pairs, folded=True).get(p, 0) for p in pairs)


# --- wording -------------------------------------------------------------------------------------


def _answered(question: Question, found: Extract, began: float) -> Answer:
    citations: list[Citation] = []
    statements: list[Statement] = []
    lines = []
    for evidence, support in zip(found.answers, found.support, strict=True):
        cited = [_citation(len(citations) + 1 + i, e) for i, e in enumerate((evidence, *support))]
        citations += cited
        texts = _statement_texts(evidence)
        statements += [Statement(text, tuple(c.n for c in cited)) for text in texts]
        lines.append(("\n" if "\n" in evidence.span.of(evidence.article.text) else " ").join(texts))
    return Answer(
        status="answered",
        text="\n".join(lines),
        statements=tuple(statements),
        citations=tuple(citations),
        missing=None,
        read_as=_read_as(question),
        mode=MODE,
        ms=_since(began),
    )


def _refused(question: Question, found: Extract, missing: str, began: float) -> Answer:
    return Answer(
        status="refused",
        text=prompts.load("refusal").fill(missing=missing),
        statements=(),
        citations=tuple(_citation(i, e) for i, e in enumerate(found.answers or found.nearest, 1)),
        missing=missing,
        read_as=_read_as(question),
        mode=MODE,
        ms=_since(began),
    )


def _missing(question: Question, found: Extract, unknown: Sequence[str]) -> str:
    """What the library does not say, in words: a name, the kind of thing asked for, or words."""
    if unknown:
        return prompts.load("missing_name").fill(names=_listed(unknown))
    own = [fold(e.span.of(e.article.text)) for e in found.nearest if _is_about(e, question)]
    points = [*question.awards, *(f"nam {year}" for year in question.years)]
    unheard = next((p for p in points if not any(p in quote for quote in own)), None)
    if unheard and not found.answers and (unheard in question.awards or not found.lacking):
        topic = _listed(question.names, quoted=False) or prompts.load("this_topic").fill()
        point = _in_words(question.text, unheard) if unheard in question.awards else f"năm {unheard[4:]}"
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
    at = "".join(fold(c)[:1] or c for c in text).find(folded)
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
    return Citation(
        n=n,
        article=e.article.id,
        title=e.article.title,
        published=e.article.published,
        quote=e.span.of(e.article.text),
        start=e.span.start,
        end=e.span.end,
        marks=e.marks,
        passage=e.passage,
    )


def _statement_texts(e: Evidence) -> list[str]:
    """The sentences quoted, with an ellipsis where a sentence is cut."""
    texts = [s.of(e.article.text) for s in e.sentences]
    if e.cuts[0]:
        texts[0] = f"… {texts[0]}"
    if e.cuts[1]:
        texts[-1] = f"{texts[-1]} …"
    return texts


def _read_as(question: Question) -> str | None:
    return None if question.text == question.asked else question.text


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)
