"""Wording, kept as text: ``load(name)`` gives the text of ``name.txt`` in this folder as a Prompt.

A prompt's variables stand in braces. They are strict: one that is missing or unknown is an error
that lists the names, so that no reader ever meets a brace.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text with variables in braces."""

    name: str
    text: str

    @property
    def variables(self) -> frozenset[str]:
        return frozenset(field for _, field, _, _ in string.Formatter().parse(self.text) if field)

    def fill(self, values: Mapping[str, str] | None = None, /, **more: str) -> str:
        """The text with its variables filled in. Raises ValueError naming each variable that is
        missing and each value that the text does not use."""
        given = {**(values or {}), **more}
        missing, unknown = self.variables - given.keys(), given.keys() - self.variables
        if missing or unknown:
            raise ValueError(f"prompt {self.name!r}: missing {sorted(missing)}, unknown {sorted(unknown)}")
        return self.text.format_map(given)


@lru_cache
def load(name: str) -> Prompt:
    """The prompt of that name. Raises ValueError, listing the names there are, for another."""
    folder = resources.files(__package__)
    file = folder / f"{name}.txt"
    if not file.is_file():
        known = sorted(f.name.removesuffix(".txt") for f in folder.iterdir() if f.name.endswith(".txt"))
        raise ValueError(f"no prompt {name!r}; there are {known}")
    return Prompt(name, file.read_text(encoding="utf-8").strip())
