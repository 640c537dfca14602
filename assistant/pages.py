"""Values in, escaped HTML out: everything the office sees in a browser is written here, by pure
functions. No text of an article or of a person reaches a page but through ``_esc`` or ``marked``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape as _esc
from itertools import groupby
from urllib.parse import quote as _url

from assistant.types import Answer, Citation, Turn
from ingest.types import Article, Block, Span

NAME = "Nếp"
PROMISE = "Hỏi về truyền thống cơ quan, nhận câu trả lời kèm đúng câu chữ của bài viết."

#: Where our own style sheet, script, icon and font are served.
STATIC = "/nep"

KEYS = '<p class="keys"><kbd>Enter</kbd> để hỏi, <kbd>Shift</kbd> + <kbd>Enter</kbd> để xuống dòng</p>'

# A source card shows the cited words with about two lines of text on either side: enough to see
# what they speak of, little enough that three cards stand beside a three-sentence answer.
_CONTEXT = 160
# A longer question is cut where it is shown; all of it is asked, and comes back for mending.
_LONGEST_SHOWN = 600


# --- the values of a conversation ----------------------------------------------------------------


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
    neither, the question is being worked on."""

    question: str
    answer: Answer | None = None
    excerpts: tuple[Excerpt, ...] = ()
    notice: str | None = None


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


# --- small pieces --------------------------------------------------------------------------------


def _date(day: date) -> str:
    return f"{day:%d/%m}/{day.year:04d}"


def _within(inner: Span, outer: Span) -> Span | None:
    start, end = max(inner.start, outer.start), min(inner.end, outer.end)
    return Span(start, end) if start < end else None


def marked(text: str, span: Span, cited: Span | None, answering: Sequence[Span] = (), mark: str = "") -> str:
    """``text[span]`` escaped, the cited words in one ``<mark>`` and, inside it, the words that
    answer in ``<strong>``. Without its tags it is that very text. ``mark`` is put into the tag."""
    cited = cited and _within(cited, span)
    if cited is None:
        return _esc(span.of(text))
    pieces, at = [], cited.start
    for one in sorted(answering):
        strong = _within(one, Span(at, cited.end))
        if strong:
            pieces.append(f"{_esc(text[at : strong.start])}<strong>{_esc(strong.of(text))}</strong>")
            at = strong.end
    inside = "".join(pieces) + _esc(text[at : cited.end])
    before, after = text[span.start : cited.start], text[cited.end : span.end]
    return f"{_esc(before)}<mark{mark}>{inside}</mark>{_esc(after)}"


def article_path(article: str, start: int | None = None, end: int | None = None) -> str:
    """The address of an article's page, at a place in it where one is given."""
    path = f"/bai/{_url(article, safe='')}"
    return path if start is None else f"{path}?tu={start}&den={end}#trich"


def _link(citation: Citation, label: str, attributes: str) -> str:
    """A link to the cited place. It opens a tab of its own where our script does not take it, so
    that the conversation is never left."""
    address = _esc(article_path(citation.article, citation.start, citation.end))
    return f'<a href="{address}" target="_blank" rel="noopener" data-article {attributes}>{label}</a>'


# --- the conversation ----------------------------------------------------------------------------


def conversation(exchanges: Sequence[Exchange], questions: Sequence[str] = (), *, empty: bool = False) -> str:
    """The whole conversation, oldest first; while there is none, the welcome with its examples.
    ``empty`` tells that the library holds no article to ask about."""
    # The log stays the same element from the first page on: a screen reader is told of additions only.
    welcome = "" if exchanges else _welcome(questions, empty)
    body = "".join(_exchange(i, exchange) for i, exchange in enumerate(exchanges, 1))
    return (
        f'<div class="conversation"><div class="opening">{welcome}</div>'
        f'<div class="log" role="log" aria-live="polite" aria-relevant="additions" '
        f'aria-label="Cuộc trò chuyện">{body}</div></div>'
    )


def _welcome(questions: Sequence[str], empty: bool) -> str:
    if empty:
        return (
            '<section class="welcome"><h2>Kho bài đang trống</h2><p>Chưa có bài viết nào để trả lời. '
            "Nạp một thư mục bài bằng lệnh <code>python app.py ingest thư-mục</code>, rồi tải lại trang này."
            "</p></section>"
        )
    buttons = "".join(
        f'<li><button type="button" class="example" data-ask="{_esc(q)}">{_esc(q)}</button></li>'
        for q in questions
    )
    examples = f'<p class="lead">Có thể bắt đầu từ một câu hỏi mẫu:</p><ul class="examples">{buttons}</ul>'
    return (
        '<section class="welcome"><h2>Cần tìm điều gì trong kho bài?</h2>'
        "<p>Nêu câu hỏi như khi hỏi một đồng nghiệp: ngày thành lập, ngày truyền thống, khen thưởng, "
        "chức năng, phương châm, con người, con số. Khi kho bài không nói tới, Nếp sẽ nói là không có.</p>"
        f"{examples if questions else ''}</section>"
    )


def _exchange(number: int, exchange: Exchange) -> str:
    shown = exchange.question.strip()
    if len(shown) > _LONGEST_SHOWN:
        shown = shown[:_LONGEST_SHOWN].rstrip() + " …"
    asked = f'<h2 class="question"><span class="unseen">Câu hỏi: </span>{_esc(shown)}</h2>' if shown else ""
    sources = ""
    if exchange.notice is not None:
        kind, body = "notice", _notice(exchange)
    elif exchange.answer is None:
        kind = "working"
        body = (
            f'<p class="wait" data-asked="{_esc(exchange.question)}">Đang tìm trong các bài viết'
            '<span class="dots" aria-hidden="true"></span></p>'
        )
    else:
        kind, body = exchange.answer.status, _reply(exchange.answer)
        sources = _sources(number, exchange.answer, exchange.excerpts)
    return (
        f'<section class="exchange {kind}" id="luot-{number}"><div class="words">{asked}'
        f'<div class="reply">{body}</div></div>{sources}</section>'
    )


def _notice(exchange: Exchange) -> str:
    mend = ""
    if exchange.question.strip():
        mend = (
            f'<p><button type="button" class="mend" data-mend="{_esc(exchange.question)}">'
            "Sửa lại câu hỏi</button></p>"
        )
    return f'<p class="label">Chưa hỏi được</p><p>{_esc(exchange.notice or "")}</p>{mend}'


def _reply(answer: Answer) -> str:
    read_as = ""
    if answer.read_as and answer.guessed:
        read_as = f'<p class="read-as">Bạn muốn hỏi: <q>{_esc(answer.read_as)}</q>?</p>'
    elif answer.read_as:
        read_as = f'<p class="read-as">Hiểu câu hỏi là: <q>{_esc(answer.read_as)}</q></p>'
    if answer.mode == "talk":
        return f"<p>{_esc(answer.text)}</p>"
    if answer.status == "refused":
        missing = answer.missing or answer.text
        return (
            f'{read_as}<p class="label">Tư liệu không có câu trả lời</p>'
            f"<p>{_esc(missing[:1].upper() + missing[1:])}</p>"
        )
    by_number = {c.n: c for c in answer.citations}
    said = []
    # Sentences that rest on the same sources were one stretch of text: one paragraph, numbered once. What
    # was reckoned from them stands by itself.
    quotes = [c.quote for c in answer.citations]
    for (numbers, is_quoted), together in groupby(
        answer.statements, key=lambda s: (s.citations, _quotes(s.text, quotes))
    ):
        cited = [by_number[n] for n in numbers if n in by_number]
        text = " ".join(statement.text for statement in together)
        shown = _emphasised(text, cited if is_quoted else ())
        said.append(f'<p class="statement">{shown}{_numbers(cited)}</p>')
    if answer.missing:
        said.append(f'<p class="note">{_esc(answer.missing)}</p>')
    return read_as + "".join(said)


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
        _link(c, f"[{c.n}]", f'class="number" aria-label="Nguồn {c.n}: {_esc(c.title)}"') for c in cited
    )
    return f'<span class="numbers">\u2060{links}</span>' if links else ""


def _sources(number: int, answer: Answer, excerpts: Sequence[Excerpt]) -> str:
    if not answer.citations:
        return ""
    refused = answer.status == "refused"
    name = "Đoạn gần nhất" if refused else "Nguồn"
    warning = " — không phải câu trả lời" if refused else ""
    cards = "".join(_card(c, e, refused) for c, e in zip(answer.citations, excerpts, strict=True))
    # Not announced: a listener is told the answer, and goes to its sources when they are wanted.
    return (
        f'<aside class="sources" aria-live="off" aria-label="{name} của câu hỏi {number}">'
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
    day = ""
    if citation.published:
        day = f'<time datetime="{citation.published.isoformat()}">{_date(citation.published)}</time>'
    number = "" if refused else f'<span class="badge" aria-hidden="true">{citation.n}</span>'
    opening = _link(citation, "Mở bài", f'class="open" aria-label="Mở bài: {_esc(citation.title)}"')
    return (
        f'<li class="card">{number}<p class="title">{_esc(citation.title)}</p>'
        f'<blockquote class="passage">{words}</blockquote>'
        f'<p class="foot">{day}{opening}</p></li>'
    )


# --- an article ----------------------------------------------------------------------------------


def article(value: Article, start: str | None = None, end: str | None = None) -> str:
    """The page of one article. ``start`` and ``end`` are the cited place as it stands in the
    address; a place that is not in the text is left out of account."""
    cited = _place(value.text, start, end)
    # One place may run over several blocks; the first of them carries the anchor.
    first = next((b for b in value.blocks if cited and _within(cited, Span(b.start, b.end))), None)

    def html(block: Block) -> str:
        mark = ' id="trich" tabindex="-1"' if block is first else ""
        return marked(value.text, Span(block.start, block.end), cited, mark=mark)

    titles = [b for b in value.blocks if b.kind == "title"]
    running = [b for b in value.blocks if b.kind in ("heading", "paragraph")]
    captions = [b for b in value.blocks if b.kind == "caption"]
    head = "".join(f"<h1>{html(b)}</h1>" for b in titles) or f"<h1>{_esc(value.title)}</h1>"
    body = "".join(f"<h2>{html(b)}</h2>" if b.kind == "heading" else f"<p>{html(b)}</p>" for b in running)
    pictures = "".join(f"<li>{html(b)}</li>" for b in captions)
    if pictures:
        pictures = f'<section class="captions"><h2>Chú thích ảnh</h2><ul>{pictures}</ul></section>'
    facts = (
        ("Ngày đăng", _date(value.published) if value.published else None),
        ("Tác giả", value.author),
        ("Nguồn", value.source),
        ("Đơn vị", value.unit),
    )
    about = "".join(f"<div><dt>{name}</dt><dd>{_esc(text)}</dd></div>" for name, text in facts if text)
    about = f"<dl>{about}</dl>" if about else ""
    jump = '<p class="jump"><a href="#trich">Tới đoạn được trích</a></p>' if first else ""
    return _page(
        value.title,
        f'<article class="article"><header>{head}{about}{jump}</header>{body}{pictures}</article>',
    )


def _place(text: str, start: str | None, end: str | None) -> Span | None:
    try:
        span = Span(int(start or ""), int(end or ""))
    except ValueError:
        return None
    return span if 0 <= span.start < span.end <= len(text) else None


def failure(what: str) -> str:
    """The page for an address that shows nothing; ``what`` is the sentence that says why."""
    return _page(
        "Không mở được",
        f'<article class="article"><h1>Không mở được</h1><p>{_esc(what)}</p>'
        '<p><a href="/">Về trang hỏi đáp</a></p></article>',
    )


# --- the pages around them -----------------------------------------------------------------------

_HEAD = (
    f'<link rel="icon" type="image/svg+xml" href="{STATIC}/nep.svg">'
    f'<link rel="stylesheet" href="{STATIC}/nep.css"><script src="{STATIC}/nep.js" defer></script>'
)


def _masthead(promise: str) -> str:
    return (
        f'<header class="masthead"><a class="brand" href="/">'
        f'<img src="{STATIC}/nep.svg" alt="" width="40" height="40"><span>{NAME}</span></a>{promise}</header>'
    )


def _page(title: str, main: str) -> str:
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{_esc(title)} — {NAME}</title>{_HEAD}</head><body class="reading">'
        '<a class="skip" href="#noi-dung">Tới nội dung</a>'
        f'{_masthead("")}<main id="noi-dung">{main}</main></body></html>'
    )


_BANNER = (
    '<p class="banner"><strong>Đây là bài mẫu.</strong> Để hỏi trên bài của cơ quan, gom các tệp bài viết '
    "vào một thư mục rồi chạy <code>make run ARTICLES=thư-mục</code>.</p>"
)

_DIALOG = (
    '<dialog id="reader" aria-label="Bài gốc"><header class="bar"><p>Bài gốc</p>'
    '<a class="apart" target="_blank" rel="noopener" href="/">Mở trong thẻ riêng</a>'
    '<button type="button" class="close">Đóng</button></header>'
    '<div class="sheet" tabindex="-1"></div></dialog>'
)

# Shown by our script in place of Gradio's English messages.
_LOST = (
    '<p id="lost" class="banner" role="alert" hidden><strong>Chưa nhận được câu trả lời.</strong> Không '
    "liên lạc được với máy chủ, hoặc máy chủ đang quá bận. Câu hỏi vẫn còn đó; hãy hỏi lại sau ít phút.</p>"
)


def shell(page: str, *, demo: bool, nonce: str) -> str:
    """Gradio's own start page made ours: in Vietnamese, with our masthead standing before its
    scripts have run, without its advertising, and with ``nonce`` on its inline scripts, so that
    no other inline script runs."""
    page = re.sub(r"<html(\s+)lang=\"en\"", r'<html\1lang="vi"', page, count=1)
    page = re.sub(r"<meta\s+(?:property|name)=\"(?:og|twitter):[^>]*>\s*", "", page)
    page = re.sub(r"<link\s+rel=\"manifest\"[^>]*>\s*", "", page)
    page = re.sub(r"<script(?=[\s>])", f'<script nonce="{_esc(nonce)}"', page)
    head = f'<title>{NAME}</title><meta name="description" content="{_esc(PROMISE)}">{_HEAD}'
    top = (
        '<a class="skip" href="#question">Tới ô đặt câu hỏi</a>'
        f"{_masthead(f'<p>{_esc(PROMISE)}</p>')}{_BANNER if demo else ''}{_LOST}{_DIALOG}"
        '<noscript><p class="banner">Trang hỏi đáp cần JavaScript. Hãy bật lên rồi tải lại.</p></noscript>'
    )
    page = page.replace("</head>", f"{head}</head>", 1)
    return re.sub(r"<body[^>]*>", lambda m: m[0] + top, page, count=1)
