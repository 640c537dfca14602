"""Values in, escaped HTML out: everything the office sees in a browser is written here, by pure
functions. No text of an article or of a person reaches a page but through ``_esc`` or ``marked``."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape as _esc
from itertools import chain, groupby
from urllib.parse import quote as _url

from assistant.records.accounts import Role
from assistant.types import Citation, written
from assistant.visit import at, say, visit
from ingest.types import CELLS, RUNNING, Article, Block, BlockKind, Span

NAME = "Nếp"
PROMISE = "Hỏi về truyền thống cơ quan, nhận câu trả lời kèm đúng câu chữ của bài viết."

#: Where our own style sheet, script, icon and font are served.
STATIC = "/giao-dien"
#: The pages that the masthead leads to.
HOME, SHELF = "/", "/tu-lieu"
NOTEBOOK, TIMELINE, TRAINING, REVIEW = "/so-tay", "/dong-thoi-gian", "/dinh-huong", "/tham-dinh"
STATUS, MEMBERS, OWN = "/trang-thai", "/quan-tri", "/tai-khoan"
ENTRANCE, EXIT = "/dang-nhap", "/dang-xuat"
#: Where the choice of language and colours is sent.
DISPLAY = "/hien-thi"


# --- small pieces --------------------------------------------------------------------------------


def _within(inner: Span, outer: Span) -> Span | None:
    start, end = max(inner.start, outer.start), min(inner.end, outer.end)
    return Span(start, end) if start < end else None


def marked(
    text: str,
    span: Span,
    cited: Span | None,
    answering: Sequence[Span] = (),
    mark: str = "",
    turns: Sequence[tuple[int, int]] = (),
) -> str:
    """``text[span]`` escaped, the cited words in one ``<mark>`` and, inside it, the words that
    answer in ``<strong>``. Without its tags it is that very text. ``mark`` is put into the tag;
    ``turns`` are the positions at which a page of some number begins."""

    def words(start: int, end: int) -> str:
        pieces, at = [], start
        for position, number in turns:
            if start <= position < end:
                pieces.append(f"{_esc(text[at:position])}{_turn(number)}")
                at = position
        return "".join(pieces) + _esc(text[at:end])

    cited = cited and _within(cited, span)
    if cited is None:
        return words(span.start, span.end)
    pieces, at = [], cited.start
    for one in sorted(answering):
        strong = _within(one, Span(at, cited.end))
        if strong:
            pieces.append(f"{words(at, strong.start)}<strong>{words(strong.start, strong.end)}</strong>")
            at = strong.end
    inside = "".join(pieces) + words(at, cited.end)
    return f"{words(span.start, cited.start)}<mark{mark}>{inside}</mark>{words(cited.end, span.end)}"


def _turn(number: int) -> str:
    """Where a page begins. Its number is drawn by the style sheet: it is none of the article's words."""
    label = _esc(say("Trang {n}", n=number))
    return f'<span class="turn" role="doc-pagebreak" aria-label="{label}" data-page="{number}"></span>'


def article_path(article: str, start: int | None = None, end: int | None = None) -> str:
    """The address of an article's page, at a place in it where one is given."""
    path = f"/bai/{_url(article, safe='')}"
    return path if start is None else f"{path}?tu={start}&den={end}#trich"


def original_path(article: str) -> str:
    """The address of the document that an article was read from."""
    return f"{article_path(article)}/goc"


def cited_link(citation: Citation, label: str, attributes: str = "") -> str:
    """A link to the cited place; ``label`` is HTML. It opens a tab of its own where our script does not take
    it, so that what one is doing is never left."""
    address = _esc(at(article_path(citation.article, citation.start, citation.end)))
    return f'<a href="{address}" target="_blank" rel="noopener" data-article {attributes}>{label}</a>'


def button(
    path: str,
    name: str,
    *,
    label: str = "",
    sure: str = "",
    busy: str = "",
    kind: str = "",
    id: str = "",
    **fields: str,
) -> str:
    """A button that sends ``fields`` (``static/forms.js``). ``label`` is its whole name where ``name`` is
    short, ``sure`` what is asked back first, ``busy`` what is said while that takes long, ``kind`` its
    class; by its ``id`` the button that undoes it is known, which then has the focus."""
    given = {
        "id": id,
        "class": kind,
        "data-send": path,
        **{f"data-{field}": value for field, value in fields.items()},
    }
    given |= {"aria-label": label, "data-sure": sure, "data-busy": busy}
    told = "".join(f' {attribute}="{_esc(value)}"' for attribute, value in given.items() if value)
    return f'<button type="button"{told}>{_esc(name)}</button>'


def pager(page: int, last: int, to: Callable[[int], str], name: str, attributes: str = "") -> str:
    """The ways to the pages of a list before and behind this one, of which there are ``last``; nothing where
    there is one. ``to`` gives the path of a page, ``name`` says of what they are the pages; the links have
    ``attributes``, and a ``data-key`` by which a script knows them."""
    if last < 2:
        return ""

    def step(number: int, words: str, key: str) -> str:
        if not 1 <= number <= last:
            return f'<span class="off">{_esc(words)}</span>'
        return f'<a href="{_esc(at(to(number)))}" data-key="{key}" {attributes}>{_esc(words)}</a>'

    here = _esc(say("Trang {page} trong {pages}", page=page, pages=last))
    before, after = step(page - 1, say("Trang trước"), "prev"), step(page + 1, say("Trang sau"), "next")
    return f'<nav class="pager" aria-label="{_esc(name)}">{before}<span>{here}</span>{after}</nav>'


# --- an article ----------------------------------------------------------------------------------


def article(
    value: Article, start: str | None = None, end: str | None = None, *, original: bool = False
) -> str:
    """The page of one article. ``start`` and ``end`` are the cited place as it stands in the
    address; a place that is not in the text is left out of account. ``original`` says that the document
    itself can be had."""
    cited = _place(value.text, start, end)
    spans = [span for block in value.blocks for span in _spans(value.text, block)]
    # One place may run over several blocks; the first of them carries the anchor.
    first = next((span for span in spans if cited and _within(cited, span)), None)
    turns = _turns(value, spans)

    def html(span: Span) -> str:
        mark = ' id="trich" tabindex="-1"' if span is first else ""
        inside = turns[bisect_left(turns, (span.start, 0)) : bisect_left(turns, (span.end, 0))]
        words = marked(value.text, span, cited, mark=mark, turns=inside)
        # Where its words stand: by this a selection is found in the text.
        return f'<span data-at="{span.start}">{words}</span>'

    shown = iter(spans)
    parts = [_Part(b.kind, [html(next(shown)) for _ in _spans(value.text, b)]) for b in value.blocks]
    titles = [part.html for part in parts if part.kind == "title"]
    body = _body([part for part in parts if part.kind == "heading" or part.kind in RUNNING])
    captions = "".join(f"<li>{part.html}</li>" for part in parts if part.kind == "caption")
    if captions:
        name = _esc(say("Chú thích ảnh"))
        captions = f'<section class="captions"><h2>{name}</h2><ul>{captions}</ul></section>'
    head = "".join(f"<h1>{title}</h1>" for title in titles) or f"<h1>{_esc(value.title)}</h1>"
    pinned = "".join(
        f' data-{name}="{_esc(words)}"'
        for name, words in (
            ("pin", value.id),
            ("pin-this", say("Ghim đoạn này")),
            ("pin-block", say("Ghim đoạn này: {begun}")),
        )
    )
    return frame(
        value.title,
        f'<article class="article"{pinned}><header>{head}{_about(value)}{_scanned(value, original)}'
        f"{_ways(value, first and cited, original)}"
        f"</header>{body}{captions}</article>",
    )


def _about(value: Article) -> str:
    facts = (
        (say("Ngày đăng"), written(value.published) if value.published else None),
        (say("Tác giả"), value.author),
        (say("Nguồn"), value.source),
        (say("Đơn vị"), value.unit),
    )
    about = "".join(f"<div><dt>{_esc(name)}</dt><dd>{_esc(text)}</dd></div>" for name, text in facts if text)
    return f"<dl>{about}</dl>" if about else ""


def _scanned(value: Article, original: bool) -> str:
    """That, and on which pages, the words were read off a picture, where they were."""
    if not value.scanned:
        return ""
    some = value.scanned != {number for _, number in value.pages}
    numbers = ", ".join(map(str, sorted(value.scanned)))
    read = (
        say(
            "Chữ trong bài (trang {numbers}) do máy nhận dạng từ bản quét, có thể nhầm chữ, nhầm số.",
            numbers=numbers,
        )
        if some
        else say("Chữ trong bài do máy nhận dạng từ bản quét, có thể nhầm chữ, nhầm số.")
    )
    compare = (
        say("Trước khi dùng, hãy đối chiếu ngày tháng, số liệu, tên riêng với tệp gốc.")
        if original
        else say("Trước khi dùng, hãy đối chiếu ngày tháng, số liệu, tên riêng với bản gốc.")
    )
    return f'<p class="scanned">{_esc(read)} {_esc(compare)}</p>'


def _ways(value: Article, cited: Span | None, original: bool) -> str:
    """The links to the cited place, and to the document."""
    links = []
    if cited:
        page = value.page(cited.start)
        to = (
            say("Tới đoạn được trích")
            if page is None
            else say("Tới đoạn được trích (trang {page})", page=page)
        )
        links.append(f'<a href="#trich">{_esc(to)}</a>')
    if original:
        path = _esc(at(original_path(value.id)))
        links.append(f'<a class="original" href="{path}" download>{_esc(say("Tải tệp gốc"))}</a>')
    return f'<p class="jump">{"".join(links)}</p>' if links else ""


@dataclass(frozen=True, slots=True)
class _Part:
    """A block as HTML: one piece, and of a line of a table one a cell."""

    kind: BlockKind
    pieces: Sequence[str]

    @property
    def html(self) -> str:
        return "".join(self.pieces)


def _spans(text: str, block: Block) -> list[Span]:
    """The stretches of a block that stand apart: the cells of a line of a table."""
    if block.kind not in ("header", "row"):
        return [Span(block.start, block.end)]
    cells, at = [], block.start
    for cell in text[block.start : block.end].split(CELLS):
        cells.append(Span(at, at + len(cell)))
        at += len(cell) + len(CELLS)
    return cells


def _turns(value: Article, spans: Sequence[Span]) -> tuple[tuple[int, int], ...]:
    """Where a new page is to be shown, and its number: at the first words that stand on it. None in a
    document of one page."""
    if len({number for _, number in value.pages}) < 2:
        return ()
    found: dict[int, int] = {}
    for start, number in value.pages:
        n = bisect_right(spans, start, key=lambda span: span.end)
        if n < len(spans):
            found[max(start, spans[n].start)] = number
    return tuple(found.items())


# Where an item of a list says itself what number or letter it is, no bullet stands before it.
_NUMBERED = re.compile(
    r"(?:<[^>]*>)*\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-zđA-ZĐ]|[IVXLC]{1,6})\s?[.)/-](?=\s|[^\W\d])"
)


def _body(parts: Sequence[_Part]) -> str:
    def kind(part: _Part) -> str:
        return "row" if part.kind == "header" else part.kind

    return "".join(_group(name, list(group)) for name, group in groupby(parts, kind))


def _group(kind: str, parts: list[_Part]) -> str:
    match kind:
        case "item":
            items = (
                f'<li class="numbered">{p.html}</li>' if _NUMBERED.match(p.html) else f"<li>{p.html}</li>"
                for p in parts
            )
            return f"<ul>{''.join(items)}</ul>"
        case "row":
            return "".join(map(_table, _tables(parts)))
        case "heading":
            return "".join(f"<h2>{part.html}</h2>" for part in parts)
    return "".join(f"<p>{part.html}</p>" for part in parts)


def _tables(lines: Sequence[_Part]) -> list[list[_Part]]:
    """The lines of each table: one begins where columns are named anew."""
    tables: list[list[_Part]] = []
    for before, line in zip(chain([None], lines), lines, strict=False):
        if before is None or (line.kind == "header" and before.kind == "row"):
            tables.append([])
        tables[-1].append(line)
    return tables


def _table(lines: Sequence[_Part]) -> str:
    widths = [len(line.pieces) for line in lines if line.kind == "header"]
    widths = [max(widths)] if widths else [len(line.pieces) for line in lines]
    columns = max(set(widths), key=lambda width: (widths.count(width), width))

    def row(line: _Part) -> str:
        cell = 'th scope="col"' if line.kind == "header" else "td"
        end = cell.partition(" ")[0]
        if len(line.pieces) != columns:
            # Nobody knows which of its cells is missing: it is not shown under names that may be wrong.
            whole = _esc(CELLS).join(line.pieces)
            return f'<tr><{cell} colspan="{columns}">{whole}</{end}></tr>'
        return f"<tr>{''.join(f'<{cell}>{piece}</{end}>' for piece in line.pieces)}</tr>"

    head = "".join(row(line) for line in lines if line.kind == "header")
    body = "".join(row(line) for line in lines if line.kind == "row")
    head = f"<thead>{head}</thead>" if head else ""
    return (
        f'<div class="table" role="region" aria-label="{_esc(say("Bảng"))}" tabindex="0">'
        f"<table>{head}<tbody>{body}</tbody></table></div>"
    )


def _place(text: str, start: str | None, end: str | None) -> Span | None:
    try:
        span = Span(int(start or ""), int(end or ""))
    except ValueError:
        return None
    return span if 0 <= span.start < span.end <= len(text) else None


def failure(what: str) -> str:
    """The page for an address that shows nothing; ``what`` is the sentence that says why."""
    title = say("Không mở được")
    return frame(
        title,
        f'<article class="article"><h1>{_esc(title)}</h1><p>{_esc(what)}</p>'
        f'<p><a href="{at(HOME)}">{_esc(say("Về trang hỏi đáp"))}</a></p></article>',
    )


# --- the pages around them -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Way:
    """A page that the masthead leads to, for those who have the role."""

    path: str
    name: str
    role: Role = Role.READER


#: In the order in which they stand.
WAYS = (
    Way(HOME, "Hỏi đáp"),
    Way(NOTEBOOK, "Sổ tay"),
    Way(TIMELINE, "Dòng thời gian"),
    Way(SHELF, "Tư liệu"),
    Way(TRAINING, "Định hướng"),
    Way(REVIEW, "Thẩm định", Role.EDITOR),
    Way(MEMBERS, "Quản trị", Role.ADMINISTRATOR),
    Way(STATUS, "Trạng thái"),
)


def head(*sheets: str, scripts: Sequence[str] = ()) -> str:
    """What every page's head has, with further style sheets and scripts of ours by their names."""
    links = "".join(
        f'<link rel="stylesheet" href="{at(f"{STATIC}/{name}.css")}">' for name in ("nep", "pin", *sheets)
    )
    all_scripts = ("nep", "forms", "pin", *(["session"] if _has_come_in() else ()), *scripts)
    run = "".join(f'<script src="{at(f"{STATIC}/{name}.js")}" defer></script>' for name in all_scripts)
    icon = f'<link rel="icon" type="image/svg+xml" href="{at(f"{STATIC}/nep.svg")}">'
    return f"{icon}{links}{_night()}{run}"


def _night() -> str:
    """The sheet of the dark colours, for whoever has chosen them or whose system is dark; never on paper."""
    match visit().theme:
        case "light":
            return ""
        case "dark":
            media = "screen"
        case None:
            media = "screen and (prefers-color-scheme: dark)"
    return f'<link rel="stylesheet" href="{at(f"{STATIC}/dark.css")}" media="{media}">'


def _masthead(promise: str, here: str = "") -> str:
    now = visit()
    ways = "".join(
        f'<a href="{at(way.path)}"{_HERE if way.path == here else ""}>{_esc(say(way.name))}</a>'
        for way in WAYS
        if now.may(way.role)
    )
    return (
        f'<header class="masthead"><a class="brand" href="{at(HOME)}">'
        f'<img src="{at(STATIC)}/nep.svg" alt="" width="40" height="40"><span>{NAME}</span></a>{promise}'
        f'<nav class="ways" aria-label="{_esc(say("Các trang"))}">{ways}</nav>'
        f"{_visitor()}{_display()}</header>{_ended()}"
    )


def _visitor() -> str:
    """Who has come in, and the way out; nothing where there are no accounts."""
    account = visit().account
    if account is None or not account.name:
        return ""
    return (
        f'<p class="visitor"><a href="{at(OWN)}">{_esc(account.full)}</a> '
        f'<button type="button" data-send="{EXIT}">{_esc(say("Đăng xuất"))}</button></p>'
    )


def _ended() -> str:
    """Shown by our script when a session has ended while its page stands open: what was written there is not
    lost, since one comes in again beside it."""
    if not _has_come_in():
        return ""
    words = say("Phiên làm việc đã hết. Hãy {link} ở thẻ mới, rồi quay lại đây làm tiếp; không mất gì cả.")
    link = f'<a href="{at(ENTRANCE)}" target="_blank" rel="noopener">{_esc(say("đăng nhập lại"))}</a>'
    return f'<p id="ended" class="banner" role="alert" hidden>{_esc(words).format(link=link)}</p>'


def _has_come_in() -> bool:
    account = visit().account
    return account is not None and account.name != ""


# Each language by its own name.
_LANGUAGES = (("vi", "Tiếng Việt"), ("en", "English"))


def _display() -> str:
    """The menu of how one reads; it needs no script."""
    now = visit()

    def choice(name: str, value: str, label: str, chosen: str, attributes: str = "") -> str:
        pressed = str(value == chosen).lower()
        return (
            f'<button name="{name}" value="{value}" aria-pressed="{pressed}"{attributes}>'
            f"{_esc(label)}</button>"
        )

    languages = "".join(
        choice("language", value, label, now.language, f' lang="{value}"') for value, label in _LANGUAGES
    )
    colours = "".join(
        choice("theme", value, label, now.theme or "")
        for value, label in (("", say("Theo máy")), ("light", say("Nền sáng")), ("dark", say("Nền tối")))
    )
    return (
        f'<details class="display"><summary>{_esc(say("Hiển thị"))}</summary>'
        f'<form method="post" action="{at(DISPLAY)}?back={_url(now.here, safe="")}">'
        f"<fieldset><legend>{_esc(say('Ngôn ngữ'))}</legend>{languages}</fieldset>"
        f"<fieldset><legend>{_esc(say('Màu nền'))}</legend>{colours}</fieldset></form></details>"
    )


_HERE = ' aria-current="page"'


def _root() -> str:
    """The attributes of a page's root: its language, its colours, where our scripts find us, and what they
    say when we are not there."""
    now = visit()
    away = say("Không liên lạc được với máy chủ. Hãy kiểm tra xem Nếp còn chạy không, rồi thử lại.")
    given = (
        ("lang", now.language),
        ("data-base", now.base),
        ("data-theme", now.theme),
        ("data-away", away),
        ("data-done", say("Đã xong.")),
    )
    return " ".join(f'{name}="{_esc(value)}"' for name, value in given if value)


def frame(
    title: str,
    main: str,
    *,
    kind: str = "reading",
    here: str = "",
    foot: str = "",
    sheets: Sequence[str] = (),
    scripts: Sequence[str] = (),
) -> str:
    """A page of our own: ``main`` under the masthead. ``kind`` is its class, ``here`` its path where the
    masthead leads to it; ``sheets`` and ``scripts`` are further ones of ours by name, ``foot`` goes behind
    the main part."""
    top = f'<a class="skip" href="#noi-dung">{_esc(say("Tới nội dung"))}</a>{_masthead("", here)}'
    return _document(
        f"<title>{_esc(title)} — {NAME}</title>{head(*sheets, scripts=scripts)}",
        kind,
        f'{top}<main id="noi-dung">{main}</main>{foot}',
    )


def _document(head: str, kind: str, body: str) -> str:
    return (
        f'<!doctype html><html {_root()}><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{head}</head>'
        f'<body class="{kind}">{body}</body></html>'
    )


def _banner() -> str:
    """Said while questions are answered from the samples."""
    link = f'<a href="{at(SHELF)}">{_esc(say("Tư liệu"))}</a>'
    how = say(
        "Để hỏi trên bài của cơ quan, hãy đưa tài liệu vào ở trang {link}; xong bài đầu tiên là dùng được "
        "ngay."
    )
    return (
        f'<p class="banner"><strong>{_esc(say("Đây là bài mẫu."))}</strong> {_esc(how).format(link=link)}</p>'
    )


def _places() -> str:
    """Leads from one cited place to the next; the script says at which one is."""
    before, after = _esc(say("Đoạn trích trước")), _esc(say("Đoạn trích sau"))
    return (
        f'<span class="places" role="group" data-place="{_esc(say("Đoạn trích {n}/{of}"))}" hidden>'
        f'<button type="button" data-turn="-1" aria-label="{before}" title="{before} (←)">‹</button>'
        '<span class="place" role="status"></span>'
        f'<button type="button" data-turn="1" aria-label="{after}" title="{after} (→)">›</button></span>'
    )


def reader() -> str:
    """Where an article opens beside what one is doing."""
    name = _esc(say("Toàn văn bài"))
    return (
        f'<dialog id="reader" aria-label="{name}"><header class="bar"><p>{name}</p>{_places()}'
        f'<a class="apart" target="_blank" rel="noopener" href="{at(HOME)}">'
        f"{_esc(say('Mở trong thẻ riêng'))}</a>"
        f'<button type="button" class="close">{_esc(say("Đóng"))}</button></header>'
        '<div class="sheet" tabindex="-1"></div></dialog>'
    )


def _lost() -> str:
    """Shown where no answer came."""
    why = say(
        "Không liên lạc được với máy chủ, hoặc máy chủ đang quá bận. Câu hỏi vẫn còn đó; hãy hỏi lại sau ít "
        "phút."
    )
    return (
        f'<p id="lost" class="banner" role="alert" hidden><strong>{_esc(say("Chưa nhận được câu trả lời."))}'
        f"</strong> {_esc(why)}</p>"
    )


def asking(room: str, *, demo: bool) -> str:
    """The start page: ``room`` under the masthead, which tells more than on other pages."""
    promise, script = _esc(say(PROMISE)), _esc(say("Trang hỏi đáp cần JavaScript. Hãy bật lên rồi tải lại."))
    about = f'<title>{NAME}</title><meta name="description" content="{promise}">'
    masthead = _masthead(f'<p class="promise">{promise}</p>', HOME)
    return _document(
        f"{about}{head('ask', scripts=('ask',))}",
        "asking",
        f'<a class="skip" href="#question">{_esc(say("Tới ô đặt câu hỏi"))}</a>{masthead}'
        f"{_banner() if demo else ''}{_lost()}{reader()}"
        f'<noscript><p class="banner">{script}</p></noscript>{room}',
    )
