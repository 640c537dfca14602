"""A language model's wording, sentence by sentence, each proven by the quotes that it cites.

The model is offered sentences of the articles under short random keys and writes sentences that end with
the keys of what they rest on. A sentence without a key that was offered, or with anything in it that its
quotes do not say, is dropped. Nothing here is shown that ``assistant.verify`` has not let pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

import prompts
from assistant.models import LONGEST_ANSWER, LanguageModel, Message
from assistant.types import Citation, Dropped
from assistant.verify import Source, verify
from ingest.vietnamese import fold, normalise, sentences

#: Of the model's context so much is left free: its tokens are others than those counted here.
MARGIN = 0.25
#: No more evidence is offered, in tokens: a small model on two cores reads 30 a second.
EVIDENCE = 700
#: Whoever writes more than this is running on: so many sentences, so many characters.
MOST_SENTENCES, MOST_CHARACTERS = 12, 4_000

# Letters and digits that no one takes for another, or for the number of a source.
_LETTERS, _DIGITS = "ABCDEGHKLMNPQRSTVX", "23456789"


@dataclass(frozen=True, slots=True)
class Offered:
    """A quote that the model may cite, under its ``key``; ``unit`` is the office its article is about."""

    key: str
    citation: Citation
    unit: str | None

    @property
    def source(self) -> Source:
        c = self.citation
        return Source(c.quote, self.unit, c.title, c.published)


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence of the model's with the keys that it cites, all of them offered."""

    text: str
    keys: tuple[str, ...]


class NoAnswer(Exception):  # no error: the model says that the evidence does not answer
    """The model says that the evidence does not answer."""


def offer(quotes: Iterable[tuple[Citation, str | None]], random: Random) -> tuple[Offered, ...]:
    """The quotes, each with the unit of its article, under keys that no text could have foreseen."""
    keys = [letter + digit for letter in _LETTERS for digit in _DIGITS]
    random.shuffle(keys)
    return tuple(Offered(key, citation, unit) for key, (citation, unit) in zip(keys, quotes, strict=False))


Task = Literal["answer", "summary", "speech"]


def messages(
    task: Task, question: str, offered: Sequence[Offered], context: int, count: Callable[[str], int]
) -> tuple[tuple[Message, ...], tuple[Offered, ...]]:
    """What the model is told, and the evidence that fits: the first as many as do, whole. ``count`` gives the
    tokens of a text."""
    before = (
        Message("system", prompts.load("write_system").fill()),
        Message("user", prompts.load("write_example").fill()),
        Message("assistant", prompts.load("write_example_answer").fill()),
    )
    room = int(context * (1 - MARGIN)) - LONGEST_ANSWER - count(_asked(task, question, ""))
    room = min(EVIDENCE, room - sum(count(m.content) for m in before))
    lines: list[str] = []
    for one in offered:
        line = f"[{one.key}] {_fenced(one)}"
        room -= count(line) + 1
        if room < 0:
            break
        lines.append(line)
    return (*before, Message("user", _asked(task, question, "\n".join(lines)))), tuple(offered[: len(lines)])


def _asked(task: Task, question: str, evidence: str) -> str:
    values = {"evidence": evidence, **({"question": _plain(question)} if task == "answer" else {})}
    return prompts.load(f"write_{task}").fill(values)


def _fenced(offered: Offered) -> str:
    """A quote as the model reads it: one line, that cannot end the evidence or look like a key of it, under
    the name of the office it is about where it does not say that itself."""
    quote = _plain(offered.citation.quote)
    unit = offered.unit
    return quote if not unit or fold(unit) in fold(quote) else f"({_plain(unit)}) {quote}"


def _plain(text: str) -> str:
    return " ".join(text.translate(_BRACKETS).split())


_BRACKETS = str.maketrans({"<": "‹", ">": "›", "[": "(", "]": ")"})


# --- reading what it writes -----------------------------------------------------------------------

_KEYS = re.compile(r"(?:\s*\[[^\[\]\n]{0,40}\])+")
_KEY = re.compile(r"[A-Z]\d(?!\w)", re.IGNORECASE)
# What stands before a sentence in a list, and what makes words bold.
_MARKUP = re.compile(r"^\s*(?:[-–•+*#>]+|\d{1,2}[.)])\s+|[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}")
_NONE = re.compile(r"khong co\W*")
# What would lead out of a page that shows it, or be taken for a part of the page.
LINK = re.compile(r"https?:|www\.|!\[|\]\(|<[a-zA-Z/!]|\w\.\w+/\S")


def read(pieces: Iterable[str], offered: Sequence[Offered]) -> Iterator[Written]:
    """The sentences of a stream of text as soon as each is whole, with the keys at its end that were
    offered; several sentences before one key share it. Raises NoAnswer where the model says so and nothing
    else."""
    known = {o.key for o in offered}
    buffer, characters, count = "", 0, 0
    for piece in _ended(pieces):
        buffer += piece
        characters += len(piece)
        while end := _complete(buffer, last=piece == ""):
            stretch, buffer = buffer[:end], buffer[end:]
            for written in _sentences(stretch, known):
                if not count and _NONE.fullmatch(fold(written.text)):
                    raise NoAnswer
                count += 1
                yield written
        if characters > MOST_CHARACTERS or count >= MOST_SENTENCES:
            return


def _ended(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces, then an empty one."""
    for piece in pieces:
        if piece:
            yield piece
    yield ""


def _complete(buffer: str, *, last: bool) -> int:
    """How much of the text is whole: up to behind the first keys or a line's end; all of it at the
    ``last``. 0 where nothing is."""
    line = buffer.find("\n") + 1
    keys = _KEYS.search(buffer, 0, line or len(buffer))
    if keys:
        end = keys.end()
        # Another key, or the full stop, may still come.
        stop = re.compile(r"\s?[.!?…]?(?=\s|$|[^\W\d_])").match(buffer, end)
        if (
            last
            or line
            or (stop and stop.end() + 1 < len(buffer) and buffer[stop.end() :].lstrip()[:1] != "[")
        ):
            return stop.end() if stop else end
        return 0
    return line or (len(buffer) if last else 0)


def _sentences(stretch: str, known: Collection[str]) -> Iterator[Written]:
    keys = tuple(
        dict.fromkeys(
            k.upper() for group in _KEYS.findall(stretch) for k in _KEY.findall(group) if k.upper() in known
        )
    )
    text = _MARKUP.sub("", _KEYS.sub("", stretch)).strip()
    for span in sentences(text):
        words = span.of(text).strip()
        if any(c.isalnum() for c in words):
            yield Written(words if words[-1] in ".!?…”" else f"{words}.", keys)


# --- proving it -----------------------------------------------------------------------------------


def prove(written: Written, offered: Sequence[Offered]) -> Dropped | None:
    """Why a sentence may not be shown; None where every word of it that can be checked is in its quotes."""
    by_key = {o.key: o for o in offered}
    cited = [by_key[k] for k in written.keys if k in by_key]
    if not cited:
        return Dropped(written.text, "không dẫn nguồn")
    if LINK.search(written.text):
        return Dropped(written.text, "có liên kết hoặc thẻ trang web")
    verdict = verify(written.text, [o.source for o in cited])
    if verdict.holds:
        return None
    words = dict.fromkeys(f"“{f.words.of(written.text)}”" for f in verdict.unsupported)
    kinds = dict.fromkeys(f.kind.value for f in verdict.unsupported)
    return Dropped(written.text, f"nguồn được dẫn không có {', '.join(kinds)}: {', '.join(words)}")


def write(
    task: Task,
    question: str,
    offered: Sequence[Offered],
    model: LanguageModel,
    count: Callable[[str], int],
) -> Generator[Written | Dropped]:
    """The model's sentences in its own order, as it writes them: those proven, and those that are not to be
    shown. What it says twice comes once. Closing the iterator stops the model. Raises NoAnswer, and
    ModelError where the model fails."""
    told, within = messages(task, question, offered, model.context, count)
    stream = model.stream(told)
    seen: set[str] = set()
    try:
        for written in read(stream, within):
            if (words := normalise(written.text)) not in seen:
                seen.add(words)
                yield prove(written, within) or written
    finally:
        close = getattr(stream, "close", None)
        if close:
            close()
