"""The assistant with a language model behind it: the answer at once, then its wording as it is proven."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from random import Random, SystemRandom
from typing import Protocol

import prompts
from assistant.answer import Answered
from assistant.generate import LINK, NoAnswer, Offered, Task, Written, offer, write
from assistant.models import LanguageModel, ModelError
from assistant.texts import read
from assistant.types import MODEL, Answer, Citation, Dropped, Statement, Turn
from ingest.chunk import count
from ingest.types import Article, Span
from ingest.vietnamese import dates, fold, sentences
from vectorstore.types import Filter, Hit

#: Of an answer without marked words, the share of its words that a wording must have to stand for it.
LEAST_TOLD = 0.5


class Answers(Protocol):
    """What the writer needs of the assistant."""

    def answered(
        self, question: str, history: Sequence[Turn] = (), where: Filter | None = None
    ) -> Answered: ...


class Writer:
    """Words the assistant's answers anew. Every answer begins with the assistant's own, which stands unless
    the wording says all that it does and is proven. Holds no state but the model's."""

    def __init__(
        self,
        assistant: Answers,
        article: Callable[[str], Article],
        model: LanguageModel,
        random: Random | None = None,
    ) -> None:
        """``article`` gives an article by its id; ``random`` makes the keys."""
        self._assistant, self._article, self._model = assistant, article, model
        self._random = random or SystemRandom()

    @property
    def model(self) -> str:
        """The model's name."""
        return self._model.name

    def ask(
        self, question: str, history: Sequence[Turn] = (), where: Filter | None = None
    ) -> Iterator[Answer]:
        """The assistant's answer, then the wording as it grows by proven sentences, last of all what stands.
        One answer alone where there is nothing to word: a refusal, a reply to small talk, a sum, and an
        answer to an English question, which leads in English. Closing the iterator stops the model. Raises
        BadQuestion as the assistant does."""
        answered = self._assistant.answered(question, history, where)
        yield answered.answer
        if answered.answer.status == "answered" and answered.hits and not answered.question.english:
            yield from self._worded("answer", answered)

    def reword(
        self, task: Task, drawn: Answer, question: str = "", must: Sequence[str] = ()
    ) -> Iterator[Answer]:
        """The same for what was drawn without a question of anybody's (see ``assistant.drafts``): its quotes
        alone are the evidence, and ``must`` the words that a wording may not leave out."""
        yield drawn
        if drawn.status == "answered":
            yield from self._written(task, question, drawn, drawn.citations, must)

    def _worded(self, task: Task, answered: Answered) -> Iterator[Answer]:
        citations = (*answered.answer.citations, *_around(answered))
        yield from self._written(task, answered.question.text, answered.answer, citations, answered.must)

    def _written(
        self, task: Task, question: str, drawn: Answer, citations: Sequence[Citation], must: Sequence[str]
    ) -> Iterator[Answer]:
        began = time.perf_counter()
        quotes = [(c, self._article(c.article).unit) for c in citations if not _instructs(c.quote)]
        offered = offer(quotes, self._random)
        proven: list[Written] = []
        dropped: list[Dropped] = []

        def stands(note: str) -> Answer:
            text = prompts.load(note).fill() if note.startswith("note_") else note
            return replace(drawn, dropped=tuple(dropped), note=text, ms=drawn.ms + _since(began))

        writing = write(task, question, offered, self._model, count)
        try:
            for written in writing:
                if isinstance(written, Dropped):
                    dropped.append(written)
                else:
                    proven.append(written)
                    yield _answer(drawn, proven, dropped, offered, _since(began))
        except NoAnswer:
            yield stands("note_silent" if task == "answer" else "note_unproven")
            return
        except ModelError as error:
            yield stands(prompts.load("note_failed").fill(reason=str(error)))
            return
        finally:
            writing.close()
        if not proven:
            yield stands("note_unproven")
        elif task == "answer" and not _tells(proven, drawn, must):
            yield stands("note_partial")
        else:
            yield _answer(drawn, proven, dropped, offered, _since(began))


def _answer(
    drawn: Answer,
    proven: Sequence[Written],
    dropped: Sequence[Dropped],
    offered: Sequence[Offered],
    ms: float,
) -> Answer:
    """The proven sentences, their sources numbered in the order in which they come."""
    keys = list(dict.fromkeys(key for written in proven for key in written.keys))
    by_key = {o.key: o.citation for o in offered}
    number = {key: n for n, key in enumerate(keys, 1)}
    return replace(
        drawn,
        text=" ".join(w.text for w in proven),
        statements=tuple(Statement(w.text, tuple(number[k] for k in w.keys)) for w in proven),
        citations=tuple(replace(by_key[key], n=n) for key, n in number.items()),
        mode=MODEL,
        dropped=tuple(dropped),
        ms=drawn.ms + ms,
    )


def _around(answered: Answered) -> Iterator[Citation]:
    """The sentences of the passages found, best first, that are of the offices which the answer cites and not
    in its quotes already."""
    cited = answered.answer.citations
    articles = {hit.article.id: hit.article for hit in answered.hits}
    units = {articles[c.article].unit for c in cited if c.article in articles}
    told = [(c.article, Span(c.start, c.end)) for c in cited]
    for hit in answered.hits:
        if hit.article.unit in units:
            for span in _sentences_of(hit):
                if not any(a == hit.article.id and span.overlaps(s) for a, s in told):
                    told.append((hit.article.id, span))
                    start, end = min(hit.passage.start, span.start), max(hit.passage.end, span.end)
                    yield Citation.of(hit.article, span, Span(start, end))


def _sentences_of(hit: Hit) -> Iterator[Span]:
    for block in hit.article.blocks:
        if block.kind not in ("title", "heading") and Span(block.start, block.end).overlaps(hit.passage):
            for span in sentences(hit.article.text, block.start, block.end):
                if span.overlaps(hit.passage):
                    yield span


# What speaks to whoever writes the answer rather than of the office; no article of an office does.
_INSTRUCTIONS = re.compile(
    r"\b(?:bo qua (?:moi|cac|tat ca|nhung)? ?(?:huong dan|chi dan|yeu cau|lenh|loi dan)|quen (?:moi|het) "
    r"|(?:ignore|disregard) (?:all|any|previous|the)\b|system prompt|tro ly (?:ai|ao)\b|mo hinh ngon ngu"
    r"|(?:hay|phai) tra loi (?:rang|la)\b|khi tra loi\b|you are (?:now|an?)\b)"
)


def _instructs(quote: str) -> bool:
    """Whether a quote tells the model what to do, or where to lead people: it is no evidence."""
    return bool(LINK.search(quote) or _INSTRUCTIONS.search(fold(" ".join(quote.split()))))


def _tells(proven: Sequence[Written], drawn: Answer, must: Collection[str]) -> bool:
    """Whether the wording says what the answer does: the words that answer, dates in whatever form; without
    any, most of the words of its first sentence."""
    text = " ".join(w.text for w in proven)
    if must:
        return all(_says(text, words) for words in must)
    wanted = {t for t in read(drawn.statements[0].text).terms[1] if "_" not in t}
    return len(wanted & read(text).terms[1]) >= LEAST_TOLD * len(wanted)


def _says(text: str, words: str) -> bool:
    if fold(words) in fold(text):
        return True
    asked = [(d.day, d.month, d.year) for d in dates(words)]
    told = [(d.day, d.month, d.year) for d in dates(text)]
    return bool(asked) and all(day in told for day in asked)


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)
