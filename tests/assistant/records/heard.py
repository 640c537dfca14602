"""What the records tell of their changes, kept to be looked at."""

from __future__ import annotations

from typing import Any


class Heard(list[tuple[str, dict[str, Any]]]):
    """Each change with what is known of it, in order."""

    def __call__(self, what: str, /, **about: Any) -> None:
        self.append((what, about))

    @property
    def kinds(self) -> list[str]:
        return [what for what, _ in self]
