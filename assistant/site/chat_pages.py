"""The conversation, and what stands around the box it is asked in. Pure, like ``pages``: values in, escaped
HTML out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from html import escape as _esc
from itertools import groupby
from types import MappingProxyType

from assistant import pages
from assistant.conversation import Excerpt, Exchange, Verdict
from assistant.narrow import Choices, Narrowed
from assistant.pages import SHELF, cited_link, marked
from assistant.transcript import approved, copied, limits
from assistant.types import MODEL, SCANNED, TALK, Answer, Citation, Statement, written
from assistant.visit import at, say
from ingest.types import Span

#: Where conversations are had, each under its id.
TALKS = "/tro-chuyen"
#: What is sent to other pages of ours: whether an answer is good, a question without one, words to keep.
RATE, LACKING, PIN = f"{pages.REVIEW}/danh-gia", f"{pages.REVIEW}/thieu", f"{pages.NOTEBOOK}/ghim"

# A longer question is cut where it is shown; all of it is asked, and comes back for mending.
_LONGEST_SHOWN = 600
# The longest sentence that goes with a judgement.
_LONGEST_WORDS = 1000


# --- small pieces --------------------------------------------------------------------------------


def _said(words: str, **values: object) -> str:
    return _esc(say(words, **values))


def address(conversation: str) -> str:
    """Where a conversation is opened."""
    return f"{pages.HOME}?c={conversation}"


# --- the conversation ----------------------------------------------------------------------------


def conversation(
    exchanges: Sequence[Exchange],
    questions: Sequence[str] = (),
    *,
    empty: bool = False,
    id: str | None = None,
    judged: Mapping[tuple[int, str], Verdict] = MappingProxyType({}),
) -> str:
    """The whole conversation, oldest first; while there is none, the welcome with its examples.
    ``empty`` tells that the library holds no article to ask about, ``id`` under which the conversation is
    kept, ``judged`` what its owner thinks of the answers, by number and question."""
    # The log stays the same element from the first page on: a screen reader is told of additions only.
    welcome = "" if exchanges else _welcome(questions, empty)
    body = "".join(exchange(n, one, id, judged.get((n, one.question))) for n, one in enumerate(exchanges, 1))
    kept = f' data-conversation="{_esc(id)}"' if id else ""
    return (
        f'<div class="conversation"{kept}><div class="opening">{welcome}</div>'
        f'<div class="log" role="log" aria-live="polite" aria-relevant="additions" '
        f'aria-label="{_said("Cuộc trò chuyện")}">{body}</div></div>'
    )


def _welcome(questions: Sequence[str], empty: bool) -> str:
    if empty:
        link = f'<a href="{at(SHELF)}">{_said("Tư liệu")}</a>'
        how = _said("Hãy đưa tài liệu vào ở trang {link}, rồi tải lại trang này.", link="\0")
        return (
            f'<section class="welcome"><h2>{_said("Kho bài đang trống")}</h2>'
            f"<p>{_said('Chưa có bài viết nào để trả lời.')} {how.replace(chr(0), link)}</p></section>"
        )
    buttons = "".join(
        f'<li><button type="button" class="example" data-ask="{_esc(q)}">{_esc(q)}</button></li>'
        for q in questions
    )
    lead = _said("Có thể bắt đầu từ một câu hỏi mẫu:")
    examples = f'<p class="lead">{lead}</p><ul class="examples">{buttons}</ul>'
    how = _said(
        "Nêu câu hỏi như khi hỏi một đồng nghiệp: ngày thành lập, ngày truyền thống, khen thưởng, chức năng, "
        "phương châm, con người, con số. Khi kho bài không nói tới, Nếp sẽ nói là không có."
    )
    return (
        f'<section class="welcome"><h2>{_said("Cần tìm điều gì trong kho bài?")}</h2>'
        f"<p>{how}</p>{examples if questions else ''}</section>"
    )


def exchange(number: int, value: Exchange, id: str | None = None, verdict: Verdict | None = None) -> str:
    """One question with what came of it; ``number`` counts from 1."""
    sources = acts = ""
    writing = value.standing is not None
    if value.notice is not None:
        kind, body = "notice", _notice(value)
    elif value.answer is None:
        kind = "working"
        doing = _said("Đang tìm trong các bài viết")
        body = f'<p class="wait" data-asked="{_esc(value.question)}">{doing}{_DOTS}</p>'
    else:
        kind = value.answer.status
        where = _Where(id, number) if id and not writing else None
        body = _reply(value.answer, where) + _wording(value.answer, writing=writing) + _limited(value)
        sources = _sources(number, value.answer, value.excerpts)
        acts = "" if writing else _acts(value, number, where, verdict)
    within = f' data-within="{_esc(within_json(value.within))}"' if value.within else ""
    return (
        f'<section class="exchange {kind}" id="luot-{number}" data-n="{number}"{within}><div class="words">'
        f'{_question(value, kind)}<div class="reply">{body}</div>{acts}</div>{sources}</section>'
    )


def working() -> str:
    """An exchange whose question is being worked on, to be filled in by the script."""
    return exchange(0, Exchange(" "))


_DOTS = '<span class="dots" aria-hidden="true"></span>'


def _question(value: Exchange, kind: str) -> str:
    shown = value.question.strip()
    if not shown and kind != "working":
        return ""
    if len(shown) > _LONGEST_SHOWN:
        shown = shown[:_LONGEST_SHOWN].rstrip() + " …"
    change = ""
    if kind in ("answered", "refused"):
        label = _said("Sửa câu hỏi rồi hỏi lại")
        change = (
            f'<button type="button" class="change" data-change="{_esc(value.question)}" aria-live="off" '
            f'aria-label="{label}" title="{label}"></button>'
        )
    return (
        f'<div class="asked"><h2 class="question"><span class="unseen">{_said("Câu hỏi: ")}</span>'
        f"{_esc(shown)}</h2>{change}</div>"
    )


def _notice(value: Exchange) -> str:
    mend = ""
    if value.question.strip():
        mend = (
            f'<p><button type="button" class="mend" data-mend="{_esc(value.question)}">'
            f"{_said('Sửa lại câu hỏi')}</button></p>"
        )
    return f'<p class="label">{_said("Chưa hỏi được")}</p><p>{_esc(value.notice or "")}</p>{mend}'


class _Where:
    """The attributes by which a button names an exchange of a kept conversation."""

    def __init__(self, id: str, number: int) -> None:
        self.fields = {"conversation": id, "exchange": str(number)}

    def data(self, **more: object) -> str:
        return " ".join(f'data-{name}="{_esc(str(v))}"' for name, v in (self.fields | more).items())

    def hidden(self, **more: object) -> str:
        return "".join(
            f'<input type="hidden" name="{name}" value="{_esc(str(v))}">'
            for name, v in (self.fields | more).items()
        )


def _reply(answer: Answer, where: _Where | None) -> str:
    read_as = ""
    if answer.read_as and answer.guessed:
        read_as = f'<p class="read-as">{_said("Bạn muốn hỏi:")} <q>{_esc(answer.read_as)}</q>?</p>'
    elif answer.read_as:
        read_as = f'<p class="read-as">{_said("Hiểu câu hỏi là:")} <q>{_esc(answer.read_as)}</q></p>'
    if answer.mode == TALK:
        return f"<p>{_esc(answer.text)}</p>"
    if answer.status == "refused":
        missing = answer.missing or answer.text
        return (
            f'{read_as}<p class="label">{_said("Tư liệu không có câu trả lời")}</p>'
            f"<p>{_esc(missing[:1].upper() + missing[1:])}</p>"
        )
    by_number = {c.n: c for c in answer.citations}
    said = []
    # Sentences that rest on the same sources were one stretch of text: one paragraph, numbered once. What
    # was reckoned from them stands by itself.
    quotes = [c.quote for c in answer.citations]
    for (numbers, is_quoted), together in groupby(
        enumerate(answer.statements, 1), key=lambda s: (s[1].citations, _quotes(s[1].text, quotes))
    ):
        cited = [by_number[n] for n in numbers if n in by_number]
        each = list(together)
        text = _emphasised(" ".join(one.text for _, one in each), cited if is_quoted else ())
        pins = "".join(_pin(n, one, where) for n, one in each)
        said.append(f'<p class="statement">{text}{_numbers(cited)}{pins}</p>')
    if answer.missing:
        said.append(f'<p class="note">{_esc(answer.missing)}</p>')
    if answer.approved:
        said.append(f'<p class="approved">{_esc(approved(answer.approved))}</p>')
    return read_as + "".join(said)


def _pin(n: int, statement: Statement, where: _Where | None) -> str:
    """The button that keeps one statement in the notebook."""
    if where is None:
        return ""
    label = _said("Ghim câu này vào sổ tay: {begun}", begun=_begun(statement.text))
    return (
        f'<button type="button" class="pin" aria-live="off" data-send="{PIN}" {where.data(statement=n)} '
        f'aria-label="{label}" title="{_said("Ghim câu này vào sổ tay")}"></button>'
    )


def _begun(text: str) -> str:
    words = text.split()
    return " ".join(words[:8]) + (" …" if len(words) > 8 else "")


def _wording(answer: Answer, *, writing: bool) -> str:
    """What a language model has to do with the answer: nothing, where it was not asked."""
    parts = []
    if answer.mode == MODEL:
        by = _said("Lời văn của mô hình ngôn ngữ; từng câu đã được đối chiếu với nguồn.")
        parts.append(f'<p class="worded">{by}</p>')
    if writing:
        doing = (
            _said("Mô hình ngôn ngữ đang viết tiếp")
            if answer.mode == MODEL
            else _said("Mô hình ngôn ngữ đang viết lại câu trả lời")
        )
        parts.append(f'<p class="wait writing">{doing}{_DOTS}</p>')
    if answer.note:
        parts.append(f'<p class="note">{_esc(answer.note)}</p>')
    if answer.dropped and not writing:
        items = "".join(
            f"<li><q>{_esc(d.text)}</q> <span>({_esc(d.why)})</span></li>" for d in answer.dropped
        )
        why = _said("{n} câu của mô hình không hiện vì không khớp nguồn", n=len(answer.dropped))
        parts.append(f'<details class="dropped"><summary>{why}</summary><ul>{items}</ul></details>')
    return "".join(parts)


def _limited(value: Exchange) -> str:
    if not value.within or value.answer is None or value.answer.mode == TALK:
        return ""
    return f'<p class="limited">{_said("Chỉ tìm trong")}: {_esc(", ".join(limits(value.within)))}</p>'


def _quotes(statement: str, quotes: Sequence[str]) -> bool:
    """Whether a statement is taken from the quotes, or has one of them in it."""
    words = statement.strip("… ")
    return any(words in quote or quote in words for quote in quotes)


def _emphasised(text: str, cited: Sequence[Citation]) -> str:
    """The statement with the words that answer made strong, where it repeats them."""
    words = {m.of(" " * c.start + c.quote) for c in cited for m in c.marks}
    found = [Span(m.start(), m.end()) for w in words if w for m in re.finditer(re.escape(w), text)]
    pieces, at = [], 0
    for span in sorted(found, key=lambda s: (s.start, -s.end)):
        if span.start >= at:
            pieces.append(f"{_esc(text[at : span.start])}<strong>{_esc(span.of(text))}</strong>")
            at = span.end
    return "".join(pieces) + _esc(text[at:])


def _numbers(cited: Sequence[Citation]) -> str:
    """The citations' numbers, kept on the line of the last word."""
    links = "".join(
        cited_link(
            c,
            f"[{c.n}]",
            f'class="number" data-n="{c.n}" aria-label="{_said("Nguồn {n}: {title}", n=c.n, title=c.title)}"',
        )
        for c in cited
    )
    return f'<span class="numbers">\u2060{links}</span>' if links else ""


# --- what can be done with an answer -------------------------------------------------------------


def _acts(value: Exchange, number: int, where: _Where | None, verdict: Verdict | None) -> str:
    """One quiet row: nothing in it is told as part of the answer."""
    answer = value.answer
    if answer is None or answer.mode == TALK:
        return ""
    acts = []
    if answer.status == "answered":
        acts.append(
            f'<button type="button" class="act copy" data-copy="{_esc(copied(value))}" '
            f'data-done="{_said("Đã chép câu trả lời và nguồn.")}" '
            f'data-failed="{_said("Trình duyệt không cho chép. Hãy bôi đen câu trả lời rồi bấm Ctrl+C.")}">'
            f"{_said('Sao chép kèm nguồn')}</button>"
        )
        if where:
            acts.append(_sent(PIN, where, _said("Ghim vào sổ tay")))
    elif where:
        acts.append(_sent(LACKING, where, _said("Gửi vào danh sách câu hỏi chưa có tư liệu")))
    if where:
        acts += [_judgement(number, where, verdict, good=good) for good in (True, False)]
    if not acts:
        return ""
    label = _said("Việc làm với câu trả lời {n}", n=number)
    return f'<div class="acts" role="group" aria-live="off" aria-label="{label}">{"".join(acts)}</div>'


def _sent(path: str, where: _Where, label: str) -> str:
    return f'<button type="button" class="act" data-send="{path}" {where.data()}>{label}</button>'


def _judgement(number: int, where: _Where, verdict: Verdict | None, *, good: bool) -> str:
    label = _said("Trả lời tốt") if good else _said("Trả lời chưa tốt")
    given = verdict is not None and verdict.good == good
    words = _esc(verdict.words) if verdict and given else ""
    field = f"y-kien-{number}-{int(good)}"
    return (
        f'<details class="judge {"good" if good else "bad"}{" given" if given else ""}" '
        f'name="danh-gia-{number}">'
        f'<summary class="act" title="{label}"><span class="unseen">{label}</span>'
        f'<span class="unseen yours">{_said(" (đánh giá của bạn)")}</span></summary>'
        f'<form data-send="{RATE}">{where.hidden(good=int(good))}'
        f'<label for="{field}">{label}. {_said("Nói rõ thêm một câu, nếu muốn:")}</label>'
        f'<p class="line"><input id="{field}" name="words" autocomplete="off" '
        f'maxlength="{_LONGEST_WORDS}" value="{words}">'
        f"<button>{_said('Gửi')}</button></p></form></details>"
    )


def suggestions(questions: Sequence[str]) -> str:
    """Questions that can be asked next; nothing where there are none."""
    if not questions:
        return ""
    buttons = "".join(
        f'<li><button type="button" class="follow" data-ask="{_esc(q)}">{_esc(q)}</button></li>'
        for q in questions
    )
    label = _said("Có thể hỏi tiếp")
    return f'<nav class="follows" aria-live="off" aria-label="{label}"><p>{label}</p><ul>{buttons}</ul></nav>'


# --- sources -------------------------------------------------------------------------------------


def _sources(number: int, answer: Answer, excerpts: Sequence[Excerpt]) -> str:
    if not answer.citations:
        return ""
    refused = answer.status == "refused"
    name = _said("Đoạn gần nhất") if refused else _said("Nguồn")
    of = (
        _said("Đoạn gần nhất của câu hỏi {n}", n=number)
        if refused
        else _said("Nguồn của câu hỏi {n}", n=number)
    )
    warning = ""
    if refused:
        warning = f" — {_said('không phải câu trả lời')}"
    elif any(c.scanned for c in answer.citations):  # also where the sources are folded
        doubt = say(SCANNED)
        warning = f" — {_esc(doubt[0].lower() + doubt[1:])}"
    cards = "".join(_card(c, e, refused) for c, e in zip(answer.citations, excerpts, strict=True))
    # Not announced: a listener is told the answer, and goes to its sources when they are wanted.
    return (
        f'<aside class="sources" aria-live="off" aria-label="{of}">'
        f'<details class="fold"><summary>{name} <span>({len(answer.citations)}){warning}</span></summary>'
        f'<ol class="cards">{cards}</ol></details></aside>'
    )


def _card(citation: Citation, part: Excerpt, refused: bool) -> str:
    before, after = "… " * part.more_before, " …" * part.more_after
    if refused:  # nothing in a nearest passage answers, so nothing is marked
        words = f"{before}{_esc(part.text)}{after}"
    else:
        cited = Span(citation.start - part.start, citation.end - part.start)
        answering = [Span(m.start - part.start, m.end - part.start) for m in citation.marks]
        words = (
            f'<span class="around">{before}{_esc(part.text[: cited.start])}</span>'
            f"{marked(part.text, cited, cited, answering)}"
            f'<span class="around">{_esc(part.text[cited.end :])}{after}</span>'
        )
    published = citation.published
    day_shown = f'<time datetime="{published.isoformat()}">{written(published)}</time>' if published else None
    page = _said("trang {page}", page=citation.page) if citation.page is not None else None
    source = _esc(citation.source) if citation.source else None
    about = " · ".join(filter(None, (source, day_shown, page)))
    about = f'<span class="about">{about}</span>' if about else ""
    doubted = f'<p class="scanned">{_said(SCANNED)}</p>' if citation.scanned else ""
    number = "" if refused else f'<span class="badge" aria-hidden="true">{citation.n}</span>'
    label = _said("Mở bài: {title}", title=citation.title)
    opening = cited_link(citation, _said("Mở bài"), f'class="open" aria-label="{label}"')
    return (
        f'<li class="card" data-n="{citation.n}">{number}<p class="title">{_esc(citation.title)}</p>'
        f'<blockquote class="passage">{words}</blockquote>{doubted}'
        f'<p class="foot">{about}{opening}</p></li>'
    )


# --- around the box ------------------------------------------------------------------------------


def within_json(within: Narrowed) -> str:
    """Where it was looked, as the script holds it; ``narrow.narrowed`` reads it."""
    return json.dumps(
        {
            "units": within.units,
            "sources": within.sources,
            "from": str(within.from_year or ""),
            "to": str(within.to_year or ""),
        },
        ensure_ascii=False,
    )


def room(main: str, fresh: str, desk: str, talks: str) -> str:
    """The conversation and what it is asked with, the list of conversations beside them. ``fresh`` is a new
    conversation, for whoever begins one."""
    texts = {
        "turned": say("Hỏi lại sẽ bỏ {n} câu hỏi và trả lời đứng sau. Bỏ chúng và hỏi lại?"),
        "mend": say("Sửa câu hỏi"),
        "again": say("Hỏi lại"),
        "leave": say("Thôi"),
        "drop": say("Bỏ giới hạn: {name}"),
        "since": say("từ năm {year}"),
        "until": say("đến năm {year}"),
        "gone": say("Không có cuộc trò chuyện này. Có thể nó đã bị xóa."),
    }
    data = " ".join(f'data-say-{name}="{_esc(words)}"' for name, words in texts.items())
    keys = _said("{enter} để hỏi, {shift} để xuống dòng", enter="\0", shift="\1")
    keys = keys.replace("\0", "<kbd>Enter</kbd>").replace("\1", "<kbd>Shift</kbd> + <kbd>Enter</kbd>")
    return (
        f'<div class="room" id="room" {data}>{talks}<div class="talk">'
        f'<main id="conversation">{main}</main><template id="working">{working()}</template>'
        f'<template id="fresh-talk">{fresh}</template>'
        f'<p id="said" class="unseen" role="status"></p><div class="desk">{desk}{_box()}'
        f'<div class="below"><button type="button" class="plain" id="show-talks" aria-controls="talks" '
        f'aria-expanded="false">{_said("Các cuộc trò chuyện")}</button>'
        f'<a class="plain" id="fresh" href="{at(pages.HOME)}">{_said("Cuộc trò chuyện mới")}</a>'
        f'<p class="keys">{keys}</p></div></div></div></div>'
    )


def _box() -> str:
    """What a question is typed into."""
    return (
        f'<form id="asking"><textarea id="question" rows="1" aria-label="{_said("Câu hỏi")}" '
        f'placeholder="{_said("Nhập câu hỏi…")}" autocomplete="off" spellcheck="false"></textarea>'
        f'<button id="send">{_said("Hỏi")}</button>'
        f'<button type="button" id="stop" hidden>{_said("Dừng viết")}</button></form>'
    )


def desk(choices: Choices, within: Narrowed) -> str:
    """Where it is looked: what is chosen as chips, and what can be."""
    fields = []
    if len(choices.units) > 1:
        fields.append(_select("units", _said("Đơn vị"), choices.units))
    if len(choices.sources) > 1:
        fields.append(_select("sources", _said("Nguồn"), choices.sources))
    if choices.first != choices.last:
        fields += [
            _year("from", _said("Từ năm"), choices),
            _year("to", _said("Đến năm"), choices),
        ]
    if not fields and not within:
        return ""
    label = _said("Giới hạn tìm kiếm")
    return (
        f'<form id="within" data-within="{_esc(within_json(within))}" aria-label="{label}">'
        f'<details><summary class="plain">{label}</summary>'
        f'<div class="choices">{"".join(fields)}</div></details>'
        f'<ul class="chips" aria-label="{_said("Đang chỉ tìm trong")}"></ul></form>'
    )


def _select(name: str, label: str, names: Sequence[str]) -> str:
    options = "".join(f'<option value="{_esc(one)}">{_esc(one)}</option>' for one in names)
    return (
        f'<p><label for="chon-{name}">{label}</label><select id="chon-{name}" name="{name}">'
        f'<option value="">{_said("Chọn…")}</option>{options}</select></p>'
    )


def _year(name: str, label: str, choices: Choices) -> str:
    hint = choices.first if name == "from" else choices.last
    return (
        f'<p><label for="nam-{name}">{label}</label><input id="nam-{name}" name="{name}" inputmode="numeric" '
        f'size="6" maxlength="4" autocomplete="off" placeholder="{hint}"></p>'
    )
