"""What was asked and answered as a text to take along, every source with it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.conversation import Exchange
from assistant.narrow import Narrowed
from assistant.types import MODEL, SCANNED, TALK, Answer, Approved, Citation, written
from assistant.visit import say


def limits(within: Narrowed) -> tuple[str, ...]:
    """In words where it was looked: each unit and source, and the years."""
    since, until = within.from_year, within.to_year
    years: tuple[str, ...] = ()
    if since and until:
        years = (say("năm {year}", year=since),) if since == until else (f"{since}–{until}",)
    elif since or until:
        years = (say("từ năm {year}", year=since) if since else say("đến năm {year}", year=until),)
    return (*within.units, *within.sources, *years)


def copied(exchange: Exchange) -> str:
    """The answer as text to paste: question, numbered statements, and below the sources with their titles,
    publications, dates, pages and quoted words, these exactly as they stand in the article. Empty where there
    is no answer."""
    answer = exchange.answer
    if answer is None or answer.mode == TALK:
        return ""
    parts = [exchange.question.strip()]
    if answer.status == "refused":
        missing = answer.missing or answer.text
        parts.append(f"{say('Tư liệu không có câu trả lời')}: {missing}")
        return "\n\n".join(parts)
    said = "\n".join(
        f"{n}. {statement.text} {''.join(f'[{c}]' for c in statement.citations)}"
        for n, statement in enumerate(answer.statements, 1)
    )
    if answer.missing:
        said += f"\n{answer.missing}"
    parts += [said, *_remarks(exchange)]
    parts.append(f"{say('Nguồn')}:")
    parts += [f"[{c.n}] {about(c)}\n“{c.quote}”" for c in answer.citations]
    return "\n\n".join(parts)


def published(citation: Citation) -> tuple[str, ...]:
    """Where cited words come from, besides the article's title: publication, day, page; and that they are to
    be compared, where they were read off a picture. What is not known is left out."""
    page = say("trang {page}", page=citation.page) if citation.page is not None else None
    day = written(citation.published) if citation.published else None
    doubt = say(SCANNED) if citation.scanned else None
    return tuple(filter(None, (citation.source, day, page, doubt)))


def about(citation: Citation) -> str:
    """The title, and where it was ``published``."""
    return ". ".join((citation.title, *published(citation)))


def approved(by: Approved) -> str:
    """Who has approved an answer, and when."""
    return say("Đã thẩm định bởi {by} ngày {on}", by=by.by, on=written(by.on))


def _remarks(exchange: Exchange) -> list[str]:
    remarks = []
    if exchange.within:
        remarks.append(f"{say('Chỉ tìm trong')}: {', '.join(limits(exchange.within))}")
    if exchange.answer and (by := exchange.answer.approved):
        remarks.append(approved(by))
    if exchange.answer and exchange.answer.mode == MODEL:
        remarks.append(say("Lời văn của mô hình ngôn ngữ; từng câu đã được đối chiếu với nguồn."))
    return remarks


def markdown(name: str, exchanges: Sequence[Exchange]) -> str:
    """A whole conversation as Markdown, under its name; what articles and people wrote is kept from being
    read as Markdown."""
    parts = [f"# {_plain(name)}", *(_told(exchange) for exchange in exchanges)]
    return "\n\n".join(parts) + "\n"


def _told(exchange: Exchange) -> str:
    parts = [f"## {_plain(' '.join(exchange.question.split()))}"]
    answer = exchange.answer
    if answer is None:
        return "\n\n".join([*parts, _plain(exchange.notice or "")])
    if answer.mode == TALK:
        return "\n\n".join([*parts, _plain(answer.text)])
    parts += [f"*{_plain(remark)}*" for remark in _remarks(exchange)]
    if answer.status == "refused":
        parts.append(f"**{say('Tư liệu không có câu trả lời')}.** {_plain(answer.missing or answer.text)}")
        return "\n\n".join(parts)
    parts += [
        " ".join([_plain(statement.text), *(_plain(f"[{c}]") for c in statement.citations)])
        for statement in answer.statements
    ]
    if answer.missing:
        parts.append(_plain(answer.missing))
    parts += [f"**{say('Nguồn')}**", *_sources(answer)]
    return "\n\n".join(parts)


def _sources(answer: Answer) -> list[str]:
    return [f"{_plain(f'[{c.n}] {about(c)}')}\n\n{_quoted(c.quote)}" for c in answer.citations]


def _quoted(words: str) -> str:
    return "\n".join(f"> {_plain(line)}" for line in f"“{words}”".split("\n"))


# What has a meaning anywhere in a line, and what has one at its beginning.
_SIGNS = re.compile(r"[\\`*_\[\]<>#|~&]")
_BEGINS = re.compile(r"^(\s*)(?:(\d{1,9})([.)])|([-+=]))(?=\s|$|[-=])", re.MULTILINE)


def _plain(text: str) -> str:
    """The text, so that Markdown shows it as it stands."""
    text = _SIGNS.sub(r"\\\g<0>", text)
    return _BEGINS.sub(lambda m: f"{m[1]}{m[2]}\\{m[3]}" if m[2] else f"{m[1]}\\{m[4]}", text)
