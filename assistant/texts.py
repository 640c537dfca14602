"""Texts read once for comparing. Pure.

The sentences of a library come up again and again: several of a question's stretches share one, the best
are looked at once more when they are read, and the next question finds the same. So what is read out of a
text is kept with it.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache

from ingest import mentions, vietnamese
from ingest.mentions import Name
from ingest.types import Span
from ingest.vietnamese import DateMention, Token

#: Texts kept, the last used first to stay. A sentence of 160 characters takes 17 KB with all its readings,
#: most of it its terms: some 70 MB in all.
KEPT = 1 << 12


class Text:
    """A text and its readings (see ``ingest.vietnamese`` and ``ingest.mentions``), each made when it is first
    asked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._found: dict[re.Pattern[str], tuple[Span, ...]] = {}

    def found(self, pattern: re.Pattern[str]) -> tuple[Span, ...]:
        """Where the text has what a pattern describes; of the few that are the same for every question."""
        if pattern not in self._found:
            self._found[pattern] = tuple(Span(*m.span()) for m in pattern.finditer(self.text))
        return self._found[pattern]

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        return tuple(vietnamese.tokens(self.text))

    @cached_property
    def terms(self) -> tuple[frozenset[str], frozenset[str]]:
        """Exact and folded."""
        here = vietnamese.terms(self.text)
        return frozenset(here.exact), frozenset(here.folded)

    @cached_property
    def folded(self) -> str:
        return vietnamese.fold(self.text)

    @cached_property
    def normalised(self) -> str:
        return vietnamese.normalise(self.text)

    @cached_property
    def dates(self) -> tuple[DateMention, ...]:
        return tuple(vietnamese.dates(self.text))

    @cached_property
    def names(self) -> tuple[Name, ...]:
        return tuple(mentions.names(self.text))

    @cached_property
    def people(self) -> tuple[Span, ...]:
        return tuple(mentions.people(self.text))

    @cached_property
    def numbers(self) -> tuple[Span, ...]:
        return tuple(mentions.numbers(self.text))

    @cached_property
    def awards(self) -> tuple[Span, ...]:
        return tuple(mentions.awards(self.text))

    @cached_property
    def quotations(self) -> tuple[Span, ...]:
        return tuple(mentions.quotations(self.text))


@lru_cache(KEPT)
def read(text: str) -> Text:
    """The text with its readings, those that were made before."""
    return Text(text)
