"""The values of a conversation: a question, what came of it, and the text around what was cited. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.narrow import EVERYWHERE, Narrowed
from assistant.types import Answer, Citation, Turn

# A source card shows the cited words with about two lines of text on either side: enough to see
# what they speak of, little enough that three cards stand beside a three-sentence answer.
_CONTEXT = 160


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of an article around cited words: ``text`` is ``article.text[start:start + len]``.
    ``more_before`` and ``more_after`` tell whether the paragraph goes on there."""

    text: str
    start: int
    more_before: bool
    more_after: bool


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what came of it: an answer with one excerpt a citation (kept with it, so that
    a source never changes under an answer already given), or a notice why there is none. With
    neither, the question is being worked on. While a language model words the answer anew, ``standing`` is
    the exchange that stands if it is stopped. ``within`` is where it was looked."""

    question: str
    answer: Answer | None = None
    excerpts: tuple[Excerpt, ...] = ()
    notice: str | None = None
    standing: Exchange | None = None
    within: Narrowed = EVERYWHERE


@dataclass(frozen=True, slots=True)
class Verdict:
    """What whoever asked thinks of an answer, with a sentence of theirs, which may be empty."""

    good: bool
    words: str = ""


def excerpt(text: str, citation: Citation) -> Excerpt:
    """What stands close to the quote in its passage and its paragraph, cut at blanks."""
    line, stop = text.rfind("\n", 0, citation.start) + 1, text.find("\n", citation.end)
    stop = stop if stop >= 0 else len(text)
    start = first = max(min(citation.passage.start, citation.start), line)
    end = last = min(max(citation.passage.end, citation.end), stop)
    if citation.start - _CONTEXT > first:
        blank = re.compile(r"\s+").search(text, citation.start - _CONTEXT, citation.start)
        start = blank.end() if blank else citation.start
    if citation.end + _CONTEXT < last:
        blanks = list(re.compile(r"\s+").finditer(text, citation.end, citation.end + _CONTEXT))
        end = blanks[-1].start() if blanks else citation.end
    return Excerpt(text[start:end], start, start > line, end < stop)


def turns(exchanges: Iterable[Exchange]) -> tuple[Turn, ...]:
    """The conversation as the assistant is given it: what was answered or refused, notices left out."""
    found: list[Turn] = []
    for exchange in exchanges:
        if exchange.answer is not None:
            found += Turn("user", exchange.question), Turn("assistant", exchange.answer.text)
    return tuple(found)
