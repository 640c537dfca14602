"""Questions made from sentences: a stretch is taken out and asked for. Pure, given its coin.

Vietnamese asks in place: "thua 308 điểm" is asked for by "thua bao nhiêu điểm?". So a sentence with one
of its stretches replaced by the word that asks for such a thing is a question as people ask it, and
the stretch is its answer. Words are dropped and moved at random, since nobody repeats a text to the letter.
"""

from __future__ import annotations

import re
from random import Random

from assistant.reader import GRAMMAR_WORDS
from assistant.texts import read
from ingest.mentions import numbers
from ingest.types import Span
from ingest.vietnamese import dates

_DATE = ("khi nào", "năm nào", "vào thời gian nào", "ngày nào")
_NUMBER = ("bao nhiêu", "bao nhiêu", "mấy")
_PERSON = ("ai", "người nào")
_NAME = ("ai", "gì", "tên gì", "nào", "đâu")
_THING = ("gì", "cái gì", "điều gì", "những gì", "loại nào")

#: How often a stretch with a form (a date, a number, a name) is asked for rather than any phrase.
FORMED = 0.6
#: The longest phrase asked for, and the fewest words that a question must keep.
PHRASE, FEWEST = 6, 3


def cloze(sentence: str, coin: Random) -> tuple[str, Span] | None:
    """A question about a stretch of the sentence, and the stretch; None where too little is left."""
    formed = _formed(sentence)
    if formed and coin.random() < FORMED:
        words, answer = coin.choice(formed)
    else:
        phrase = _phrase(sentence, coin)
        if phrase is None:
            return None
        words, answer = _THING, phrase
    left = _clause(sentence[: answer.start].split()[::-1], coin, ",;:")[::-1]
    right = _clause(sentence[answer.end :].split(), coin, ",;:.")
    dropped = coin.choice((0.0, 0.0, 0.1, 0.2, 0.35))
    left, right = ([w for w in side if coin.random() > dropped] for side in (left, right))
    if len(left) + len(right) < FEWEST:
        return None
    question = " ".join(_order(left, right, coin.choice(words), coin)).strip(" ,.;:") + "?"
    return question[0].upper() + question[1:], answer


def _formed(sentence: str) -> list[tuple[tuple[str, ...], Span]]:
    found: list[tuple[tuple[str, ...], Span]]
    found = [(_DATE, Span(d.start, d.end)) for d in dates(sentence)]
    found += [(_NUMBER, n) for n in numbers(sentence)]
    persons = set(read(sentence).people)
    for name in read(sentence).names:
        for part in name.proper:
            if not (name.opens and " " not in part.of(sentence)):
                found.append((_PERSON if part in persons else _NAME, part))
    return found


def _phrase(sentence: str, coin: Random) -> Span | None:
    """A stretch between words of grammar and marks, or now and then two with what joins them."""
    runs: list[list[Span]] = [[]]
    for token in read(sentence).tokens:
        apart = runs[-1] and sentence[runs[-1][-1].end : token.start] != " "
        if token.exact in GRAMMAR_WORDS or apart:
            runs.append([])
        if token.exact not in GRAMMAR_WORDS:
            runs[-1].append(Span(token.start, token.end))
    runs = [run for run in runs if run]
    if not runs:
        return None
    n = coin.randrange(len(runs))
    size = coin.randint(1, min(PHRASE, len(runs[n])))
    first = coin.randint(0, len(runs[n]) - size)
    end = runs[n][first + size - 1].end
    if n + 1 < len(runs) and coin.random() < 0.25:
        end = runs[n + 1][-1].end
    return Span(runs[n][first].start, end)


def _clause(words: list[str], coin: Random, ends: str) -> list[str]:
    """The first words, nearest to the answer, mostly up to the end of their clause."""
    words = words[: coin.randint(3, 14)]
    for i, word in enumerate(words):
        if re.search(rf"[{re.escape(ends)}]$", word) and i >= 2 and coin.random() < 0.7:
            return words[: i + 1]
    return words


def _order(left: list[str], right: list[str], asks: str, coin: Random) -> list[str]:
    draw = coin.random()
    if draw < 0.55:
        return [*left, asks, *right]
    if draw < 0.75:
        return [*right, *left, "là", asks] if coin.random() < 0.5 else [*left, *right, asks]
    return [
        asks,
        *(["đã"] if coin.random() < 0.3 else []),
        *(left + right if coin.random() < 0.5 else right + left),
    ]
