"""Who may do what: the roles, and a person who has come in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Role(IntEnum):
    """Each may do what those before it may."""

    READER = 1
    EDITOR = 2
    ADMINISTRATOR = 3


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may come in. ``name`` is what is typed to come in, and under which records are kept;
    ``full`` is the name as a person writes it."""

    name: str
    full: str
    role: Role


#: Whoever sits at the machine, where there are no accounts: alone there, and free to do everything.
ALONE = Account("", "Người dùng máy này", Role.ADMINISTRATOR)
