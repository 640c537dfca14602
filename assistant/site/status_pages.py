"""The page of the state, as HTML. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape as _esc

from assistant import pages
from assistant.visit import say


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is told, by its name; ``good`` is False where something has to be done about it."""

    name: str
    value: str
    good: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that belong together, under a title."""

    title: str
    lines: Sequence[Line]


def page(groups: Sequence[Group]) -> str:
    """The whole page: first in a sentence whether all is well, then line by line."""
    title = say("Trạng thái")
    bad = [line for group in groups for line in group.lines if not line.good]
    lead = say("Nếp đang hoạt động bình thường.")
    if bad:
        names = ", ".join(line.name for line in bad)
        lead = say("Có {n} điều cần người quản trị xem lại: {what}.", n=len(bad), what=names)
    return pages.frame(
        title,
        f'<h1>{_esc(title)}</h1><p class="lead">{_esc(lead)}</p>{"".join(map(_group, groups))}',
        kind="accounts",
        here=pages.STATUS,
        sheets=["accounts"],
    )


def _group(group: Group) -> str:
    rows = "".join(_row(line) for line in group.lines)
    return (
        f'<section><h2>{_esc(group.title)}</h2><table class="state"><caption class="unseen">'
        f"{_esc(group.title)}</caption><tbody>{rows}</tbody></table></section>"
    )


def _row(line: Line) -> str:
    mark, kind = ("", "") if line.good else (f"{_esc(say('Cần xem lại'))}: ", ' class="bad"')
    return f'<tr{kind}><th scope="row">{_esc(line.name)}</th><td>{mark}{_esc(line.value)}</td></tr>'
