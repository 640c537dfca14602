"""Web pages, saved from a portal or exported by an office program, alone or with their pictures in one file.

Where the article is on a page is what trafilatura finds out; what is taken are the page's own lines there and
around, so that nothing of the article is lost, and ``ingest.clean`` still sees the dateline above it and the
signature under it. Where trafilatura finds too little, all lines of the page are taken. A date counts only
where the page declares it: nothing is guessed from addresses, counters or copyright lines.
"""

from __future__ import annotations

import email
import json
import logging
import re
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from email.message import Message
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest import furniture
from ingest.encodings import repaired
from ingest.errors import UnreadableFile
from ingest.layout import Draft, Page, document
from ingest.limits import Limits
from ingest.readers.markup import CAPTION_CHARS, LINKED, Block, blocks, draft, tree
from ingest.readers.text import characters
from ingest.vietnamese import dates, fold, nfc, normalise

if TYPE_CHECKING:
    from lxml.html import HtmlElement


def read(path: Path, limits: Limits) -> Page:
    """The article on a web page, with the lines around it that may say what it is called, when it was
    published and by whom. Raises UnreadableFile, for a page without words with what such a page is."""
    data = path.read_bytes()
    charset = None
    if _is_bundle(data):
        data, charset = _main_page(data)
    markup = characters(data, charset or _declared_charset(data))
    root = tree(markup)
    found = blocks(root, limits.characters)
    if not any(c.isalpha() for block in found for c in block.text):
        raise UnreadableFile(_wordless(root))
    if sum(len(block.text) for block in found) > limits.characters:
        raise UnreadableFile(
            f"trang có hơn {limits.characters} ký tự, quá mức của một bài viết. Hãy tách thành nhiều trang "
            "nhỏ, rồi nạp lại."
        )
    if root.find(".//input[@type='password']") is not None and not any(map(_is_long, found)):
        raise UnreadableFile(
            "trang chỉ có chỗ đăng nhập, không có bài viết. Hãy đăng nhập trong trình duyệt, mở bài viết, "
            "lưu lại, rồi nạp lại."
        )
    said = _Declared.of(root)
    if _is_by_office(root):
        hints = {"title": said.name} if said.name else {}
        return document(map(_exported, found), hints=hints)
    return _article(root, found, said)


# --- bytes ---------------------------------------------------------------------------------------

_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)\b[^<>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE
)
#: Where a page declares its charset, if it does.
_HEAD_BYTES = 1 << 14


def _declared_charset(data: bytes) -> str | None:
    found = _CHARSET.search(data[:_HEAD_BYTES])
    return found[1].decode("ascii", "ignore") if found else None


_BUNDLE = re.compile(
    rb"\s*(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?(?:mime-version|content-type):", re.IGNORECASE
)


def _is_bundle(data: bytes) -> bool:
    """Whether a page is packed with its pictures, as a letter with enclosures is (MHTML)."""
    return bool(_BUNDLE.match(data[:_HEAD_BYTES]))


def _main_page(data: bytes) -> tuple[bytes, str | None]:
    """The page of a bundle, and the charset that the bundle says it is in: the part that it starts with, else
    the first page in it; where that only arranges others in frames, the largest of these."""
    bundle = email.message_from_bytes(data.lstrip())
    pages = [part for part in bundle.walk() if part.get_content_type() in _PAGES]
    start = str(bundle.get_param("start") or "")
    first = [part for part in pages if start and part.get("Content-ID") == start] or pages
    if not first:
        raise UnreadableFile(
            "tệp trang web này không chứa trang nào đọc được. Hãy mở trang trong trình duyệt, lưu lại dạng "
            "“Trang web, một tệp”, rồi nạp lại."
        )
    main = first[0]
    if b"<frameset" in _payload(main).lower():
        main = max((part for part in pages if part is not main), key=lambda p: len(_payload(p)), default=main)
    return _payload(main), main.get_content_charset()


_PAGES = ("text/html", "application/xhtml+xml")


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _wordless(root: HtmlElement) -> str:
    """What to say of a page on which there is nothing to read."""
    if root.find(".//frameset") is not None or root.find(".//iframe") is not None:
        return (
            "trang chỉ xếp các khung (frame), chữ nằm ở các trang khác. Hãy mở trang trong trình duyệt, bấm "
            "chuột phải vào khung có bài viết, mở khung đó thành trang riêng, lưu lại, rồi nạp lại."
        )
    if root.find(".//script") is not None:
        return (
            "trang chưa có chữ nào: chữ chỉ hiện ra khi trang chạy trong trình duyệt. Hãy mở trang trong "
            "trình duyệt, đợi hiện hết, lưu lại dạng “Trang web, một tệp” hoặc in ra PDF, rồi nạp lại."
        )
    return "trang không có chữ nào. Hãy kiểm tra lại tệp, rồi nạp lại."


# --- what a page declares ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Declared:
    """What a page says of itself for programs. ``titles`` are its names for the article, the surest first;
    ``name`` is that of its window. ``published`` is the day in Viet Nam."""

    titles: tuple[str, ...] = ()
    name: str | None = None
    published: date | None = None
    author: str | None = None
    site: str | None = None

    @classmethod
    def of(cls, root: HtmlElement) -> _Declared:
        meta = _meta(root)
        window = _clean(root.findtext(".//head/title"))
        linked = _about(_linked_data(root), [*meta.get("og:title", ()), window])
        sites = [*meta.get("og:site_name", ()), *(_name(node.get("publisher")) for node in linked)]
        site = next((site for site in map(_clean, sites) if site), None)
        named: list[Any] = [*meta.get("og:title", ()), *(node.get("headline") for node in linked)]
        named += [*meta.get("twitter:title", ()), *meta.get("dc.title", ()), window]
        titles = [_without_site(title, site) for title in map(_clean, named) if title]
        days: list[Any] = [day for key in _PUBLISHED for day in meta.get(key, ())]
        days += [node.get("datePublished") for node in linked]
        marked = root.xpath("//body//*[@itemprop = 'datePublished' or (self::time and @pubdate)]")
        days += _only(_day(_moment(element)) for element in marked)  # a list of others may have theirs
        authors: list[Any] = [
            *meta.get("author", ()),
            *meta.get("article:author", ()),
            *meta.get("dc.creator", ()),
        ]
        authors += [_name(node.get("author")) for node in linked]
        return cls(
            tuple(dict.fromkeys(title for title in titles if title and not _is_of_site(title, site))),
            _without_site(window, site) if window and not _is_of_site(window, site) else None,
            next((day for day in (d if isinstance(d, date) else _day(d) for d in days) if day), None),
            next((author for author in map(_clean, authors) if author and _is_person(author, site)), None),
            site,
        )


_PUBLISHED = (
    "article:published_time", "article:published", "datepublished", "og:published_time", "publish-date",
    "publishdate", "pubdate", "publication_date", "dc.date.issued", "dcterms.issued", "dc.date.published",
)  # fmt: skip


def _meta(root: HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        own = any(parent.tag == "head" for parent in element.iterancestors())  # in a list it is another's
        for key in ("property", "name", "itemprop") if own else ("property", "name"):
            if element.get(key) and element.get("content"):
                found.setdefault((element.get(key) or "").strip().lower(), []).append(
                    element.get("content") or ""
                )
    return found


#: No page nests what it declares deeper.
_DEEP = 6
_ARTICLES = re.compile(
    r"(?:News|Blog|Report|Scholarly|Opinion\w*|Review\w*)?(?:Article|Posting|BlogPosting)$"
)


def _linked_data(root: HtmlElement) -> list[dict[str, Any]]:
    """What the page says in JSON-LD of the articles on it."""
    found: list[dict[str, Any]] = []
    for script in root.iterfind(".//script[@type='application/ld+json']"):
        with suppress(ValueError, RecursionError):
            found += _articles(json.loads(script.text or "", strict=False), _DEEP)
    return found


def _articles(node: Any, deep: int) -> Iterator[dict[str, Any]]:
    if isinstance(node, list) and deep:
        for item in node:
            yield from _articles(item, deep - 1)
    elif isinstance(node, dict):
        kinds = node.get("@type")
        if any(_ARTICLES.match(str(kind)) for kind in (kinds if isinstance(kinds, list) else [kinds])):
            yield node
        else:
            yield from _articles(node.get("@graph"), deep - 1) if deep else ()


def _about(nodes: list[dict[str, Any]], titles: Sequence[str]) -> list[dict[str, Any]]:
    """Of several articles that are spoken of the one that is on the page."""
    if len(nodes) < 2:
        return nodes
    return [node for node in nodes if any(_is_title(_clean(node.get("headline")), title) for title in titles)]


def _only(days: Iterable[date | None]) -> list[date]:
    """The day, if all are the same."""
    found = {day for day in days if day}
    return list(found) if len(found) == 1 else []


def _name(value: Any) -> str | None:
    """The name of a person or a body in JSON-LD, of several those of all."""
    several = value if isinstance(value, list) else [value]
    names = [item.get("name") if isinstance(item, dict) else item for item in several]
    return ", ".join(name for name in names if isinstance(name, str)) or None


def _moment(element: HtmlElement) -> str | None:
    said = (element.get("datetime"), element.get("content"), "".join(element.itertext()))
    return next((value for value in said if value and value.strip()), None)


def _clean(value: object) -> str:
    return " ".join(nfc(value).split()) if isinstance(value, str) else ""


_ISO = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:[T ]+(?P<time>\d{2}:\d{2})(?::\d{2}(?:[.,]\d+)?)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?)?$"
)
_HERE = timezone(timedelta(hours=7))
#: A page before that is none, but a clock that was never set.
_FIRST_YEAR, _LAST_YEAR = furniture.FIRST_YEAR, 2100


def _day(value: object) -> date | None:
    """The day of a date that a page declares; None where it is not sure which day is meant: 10/3/2020 with AM
    or PM behind is an American's."""
    text = _clean(value)
    written = _ISO.match(text)
    try:
        if written:
            day = date.fromisoformat(written["day"])
            if written["time"] and written["zone"]:
                zone = written["zone"].replace("Z", "+00:00")
                zone = zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
                moment = datetime.fromisoformat(f"{written['day']}T{written['time']}:00{zone}")
                # The server's own clock, not that of its readers, shows in a zone of its own.
                day = moment.astimezone(_HERE).date()
        else:
            found = [d for d in dates(text) if d.day and d.month and d.year]
            if len(found) != 1 or re.search(r"[ap]\.?m\.?\b", text, re.IGNORECASE):
                return None
            day = date(found[0].year or 0, found[0].month or 0, found[0].day or 0)
    except ValueError:
        return None
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


# Names of portals and papers, and of accounts: nobody who writes is called that.
_SITE = re.compile(
    r"(?:cong|trang) (?:thong tin|tin|ttdt)|^bao \w|\.(?:vn|com|net|org)\b|website|portal|trang chu|home\b"
)
_NOBODY = re.compile(r"admin|quan tri|bien tap|bbt\b|webmaster|editor|user|vanphong|https?:|@|\d")


def _is_of_site(title: str, site: str | None) -> bool:
    return (bool(site) and normalise(title) == normalise(site or "")) or furniture.is_margin(title)


def _without_site(title: str, site: str | None) -> str:
    """A title without the names of its site and its section behind it or before it."""
    *parts, last = re.split(_BETWEEN, title)
    if parts and (_is_of_site(last, site) or _SITE.search(fold(last))):
        return _without_site(re.split(rf"{_BETWEEN}(?!.*{_BETWEEN})", title)[0], site)
    if parts and (_is_of_site(parts[0], site) or _SITE.search(fold(parts[0]))):
        return _without_site(re.split(_BETWEEN, title, maxsplit=1)[1], site)
    return title


#: What stands between a title and the name of its site.
_BETWEEN = r"\s+(?:[-–—|»:]|::)\s+"


def _is_person(author: str, site: str | None) -> bool:
    bare = fold(author)
    known = _NOBODY.search(bare) or _SITE.search(bare) or _is_of_site(author, site)
    return not known and furniture.is_signature(author)


# --- the article on a page -----------------------------------------------------------------------

#: A line so long is running text, as a rule.
_LONG = 80
#: Of a page's running text trafilatura finds so much, or what it finds is not believed.
_FOUND_SHARE = 0.35
#: The article stands in the innermost element that has so much of what trafilatura finds.
_ARTICLE_SHARE = 0.85
#: A part that calls itself a menu, but has so much of the page's running text, is none.
_MARGIN_SHARE = 0.3
#: Pages that are larger, in characters, trafilatura is not asked about: it takes a second for as many.
_ASKED = 300_000
#: So many lines above the title may belong to the article, and so many short ones behind its end.
_ABOVE, _BEHIND, _SHORT = 3, 6, 150


def _article(root: HtmlElement, found: list[Block], said: _Declared) -> Page:
    """A portal's page, as far as it is about its article."""
    kept, title = _kept(root, found, said)
    opening = next((n for n, block in enumerate(kept) if _is_long(block)), len(kept))
    after = opening if title is None else title
    by_hand = 2 * sum(block.wrapped for block in kept) > sum(map(_is_long, kept))  # every line of the page
    lines = [_captioned(block, by_hand) if n > after else draft(block) for n, block in enumerate(kept)]
    if title is not None:
        lines[title] = Draft(kept[title].text, "title")
    front: dict[str, Any] = {}
    hints: dict[str, Any] = {"title": said.name, "author": said.author, "source": said.site}
    if title is None and said.titles and said.titles[0] != said.name:
        front["title"] = said.titles[0]
    head = kept[max(0, (opening - _ABOVE) if title is None else title - 1) : opening + _ABOVE]
    published = said.published or next(iter(_only(_times(head))), None)
    if published:
        shown = _datelines(head)
        (front if not shown or published in shown else hints)["date"] = published
    return _repaired(lines, front, {key: value for key, value in hints.items() if value})


def _captioned(block: Block, by_hand: bool) -> Draft:
    """A line of the article. A portal breaks no line by hand but one under a picture."""
    below = block.below or (block.wrapped and not by_hand)
    if below and block.kind is None and len(block.text) <= CAPTION_CHARS:
        return Draft(block.text, "caption")
    return draft(block)


def _repaired(lines: list[Draft], front: dict[str, Any], hints: dict[str, Any]) -> Page:
    """The page, of which ``ingest.clean`` judges every line by itself. An old charset is told by all of a
    page's lines: a title alone is too short to."""
    fields = [(where, key) for where in (front, hints) for key in where if isinstance(where[key], str)]
    texts = [*(where[key] for where, key in fields), *(line.text for line in lines)]
    right = repaired("\n".join(" ".join(text.splitlines()) for text in texts)).split("\n")
    for (where, key), said in zip(fields, right, strict=False):
        where[key] = said
    return replace(document(lines, front, hints), whole=False)


def _datelines(head: Sequence[Block]) -> set[date]:
    """The days that lines around the title show: readers trust these, and so a declared one that is none of
    them, as that on which all articles were moved to a new portal, is only a hint."""
    said = (furniture.imprint(block.text) for block in head)
    return {imprint.published for imprint in said if imprint and imprint.published}


def _times(head: Sequence[Block]) -> Iterator[date | None]:
    """The days that are marked up as such in the short lines around the title."""
    for block in head:
        for time in block.element.iter("time") if len(block.text) <= _SHORT else ():
            if not re.search(r"updat|modif", time.get("class") or ""):
                yield _day(time.get("datetime"))


def _kept(root: HtmlElement, found: Sequence[Block], said: _Declared) -> tuple[list[Block], int | None]:
    """The lines of the article and around it, and which of them is its title, if the page says."""
    margins = _margins(root, found)
    bare = [block for block in found if not _stands_in(block.element, margins)]
    if _title(bare, said, len(bare)) is None and (n := _title(found, said, len(found))) is not None:
        margins = {margin for margin in margins if not _stands_in(found[n].element, {margin})}
        bare = [block for block in found if not _stands_in(block.element, margins)]
    marked = _marked(root, bare)
    if marked is None:
        return _from_title(found, _title(found, said, len(found)))
    article = _holder(root, [block for block, mark in zip(bare, marked, strict=True) if mark])
    own = [_stands_in(block.element, {article}) for block in bare]
    first, last = own.index(True), len(own) - 1 - own[::-1].index(True)
    title = _title(bare, said, first)
    beside = {around for around in (article.getparent(),) if around is not None and around.tag != "body"}
    if title is not None:
        between = [block for block in bare[title + 1 : first] if _is_long(block)]
        if title > last or not all(
            _stands_in(block.element, _above(bare[title]) | beside) for block in between
        ):
            return _from_title(found, _title(found, said, len(found)))  # it was not the article
    end = max((n for n, block in enumerate(bare) if own[n] and _is_long(block)), default=last)
    kept = _before(bare, title, first, beside) | _behind(bare, last, beside)
    for n, block in enumerate(bare):
        leads = block.linked > LINKED  # a list inside the article may be of sources, but not one at its end
        if (
            n == title
            or (marked[n] and _is_long(block))
            or (own[n] and (not leads or (marked[n] and n < end)))
        ):
            kept.add(n)
    order = sorted(kept)
    return [bare[n] for n in order], None if title is None else order.index(title)


def _stands_in(element: HtmlElement, parts: Set[HtmlElement]) -> bool:
    return element in parts or any(parent in parts for parent in element.iterancestors())


def _above(block: Block) -> set[HtmlElement]:
    """What a line's own element stands in."""
    parent = block.element.getparent()
    return set() if parent is None or parent.tag == "body" else {parent}


def _from_title(found: Sequence[Block], title: int | None) -> tuple[list[Block], int | None]:
    """All lines of a page, but those far above its title unless much of its text is there. Headings may be
    those of anything."""
    plain = [replace(block, kind=None) if block.kind == "heading" else block for block in found]
    lengths = [len(block.text) if _is_long(block) else 0 for block in found]
    if title is None or 2 * sum(lengths[:title]) > sum(lengths):
        return plain, title
    start = max(0, title - _ABOVE)
    return plain[start:], title - start


def _before(found: Sequence[Block], title: int | None, first: int, beside: Set[HtmlElement]) -> set[int]:
    """The lines above the article, from its title on; over that a few that stand right beside it, and so
    where the title is not known: they may say when and by whom."""
    near = beside if title is None else _above(found[title])
    start = first if title is None else title + 1
    over = range(max(0, min(first, first if title is None else title) - _ABOVE), min(first, start))
    kept = {n for n in over if len(found[n].text) <= _SHORT and _stands_in(found[n].element, near)}
    return {n for n in kept.union(range(start, first)) if found[n].linked <= LINKED}


def _behind(found: Sequence[Block], last: int, beside: Set[HtmlElement]) -> set[int]:
    """The lines right behind the article, up to the first that is about something else: a few short ones,
    among which its author and its source may be, and text that stands beside it."""
    kept: set[int] = set()
    for n in range(last + 1, len(found)):
        block = found[n]
        other = furniture.begins_related(block.text) or furniture.begins_comments(block.text)
        near = _stands_in(block.element, beside)
        short = len(block.text) <= _SHORT and n <= last + _BEHIND
        if other or block.linked > LINKED or block.kind == "heading" or not (near or short):
            break
        kept.add(n)
    return kept


# What the parts of a page beside the article are called by those who write pages, in words of names such as
# ``box-related-news``.
_MARGIN = re.compile(
    r"""
    (?<![a-z0-9]) (?:
    breadcrumbs? | menu | mainmenu | topmenu | submenu | nav | navbar | navigation | side-?bar | footer
    | comments? | binh-?luan | related | lien-?quan | (?:tin|bai)(?:-?viet)?-(?:khac|lien-?quan|moi)
    | share | sharing | social | toolbar | rating | danh-?gia | advert\w* | ads | quang-?cao | banner | cookie
    | popup | modal | newsletter | login | search | pag(?:ing|ination|er)
    | (?:most|other)-?(?:view\w*|news|read) | tags? | language | counter | thong-?ke | skip-?link
    ) (?![a-z0-9])
    """,
    re.VERBOSE,
)
_MARGIN_ROLES = frozenset("navigation banner contentinfo complementary search menu menubar dialog".split())


def _margins(root: HtmlElement, found: Sequence[Block]) -> set[HtmlElement]:
    """The parts of a page that are called menus, footers, comments and the like, unless so much running text
    is in one that its name is not to be believed."""
    running = [block for block in found if _is_long(block)]
    total = sum(len(block.text) for block in running)
    within: dict[HtmlElement, int] = {}
    for block in running:
        for parent in (block.element, *block.element.iterancestors()):
            within[parent] = within.get(parent, 0) + len(block.text)
    named = (element for element in root.iter() if isinstance(element.tag, str) and _is_margin(element))
    return {element for element in named if within.get(element, 0) <= _MARGIN_SHARE * total}


def _is_margin(element: HtmlElement) -> bool:
    tag, in_article = element.tag, any(parent.tag == "article" for parent in element.iterancestors())
    if tag in ("html", "body", "p", "h1", "h2"):
        return False
    if tag in ("nav", "dialog") or (tag in ("footer", "aside") and not in_article):
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|_", "-", names).lower()
    return element.get("role") in _MARGIN_ROLES or bool(_MARGIN.search(words))


def _is_long(block: Block) -> bool:
    return len(block.text) >= _LONG and block.linked <= LINKED


def _marked(root: HtmlElement, found: Sequence[Block]) -> list[bool] | None:
    """Which lines trafilatura takes for the article's; None where that is too little to be believed."""
    text = _squeezed(_extracted(root)) if sum(len(block.text) for block in found) <= _ASKED else ""
    marked = [len(line := _squeezed(block.text)) >= _TOLD and line in text for block in found]
    running = sum(len(block.text) for block in found if _is_long(block))
    held = sum(len(b.text) for b, mark in zip(found, marked, strict=True) if mark and _is_long(b))
    return marked if any(marked) and held >= _FOUND_SHARE * running else None


#: A line of fewer letters may be found in a text by chance.
_TOLD = 20


def _squeezed(text: str) -> str:
    return "".join(filter(str.isalnum, nfc(text).casefold()))


def _extracted(root: HtmlElement) -> str:
    """The text that trafilatura finds on a page. It is asked for nothing else: what it tells of titles and
    dates it gathers from whatever looks like them."""
    import trafilatura
    from lxml import html

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        text = trafilatura.extract(html.tostring(root, encoding="unicode"), include_comments=False)
    except Exception:  # of a page that it stumbles over all lines are taken
        return ""
    return text or ""


def _holder(root: HtmlElement, marked: Sequence[Block]) -> HtmlElement:
    """The innermost element that most of the article stands in."""
    weights: dict[HtmlElement, int] = {}
    for block in marked:
        for parent in (block.element, *block.element.iterancestors()):
            weights[parent] = weights.get(parent, 0) + len(block.text)
    holder, total = root, weights[root]
    while True:
        inner = next((child for child in holder if weights.get(child, 0) >= _ARTICLE_SHARE * total), None)
        if inner is None:
            return holder
        holder = inner


def _title(found: Sequence[Block], said: _Declared, first: int) -> int | None:
    """Which line is the title: the one that the page declares, set as a heading if that stands there too,
    near the line ``first`` of the article; else its only heading of the first rank."""
    for title in said.titles:
        same = [n for n, block in enumerate(found) if _is_title(block.text, title)]
        same = [n for n in same if found[n].kind == "heading"] or same
        if same:
            return max((n for n in same if n <= first + 1), default=same[0])
    tops = [n for n, block in enumerate(found) if _is_top(block.element)]
    tops = [n for n in tops if not furniture.is_margin(found[n].text) and found[n].text != said.site]
    return tops[0] if len(tops) == 1 else None


def _is_title(text: str, title: str) -> bool:
    """Whether a line is the title, which may have the name of the site or of a section behind it."""
    line = normalise(text).strip(" .")
    *parts, _ = re.split(_BETWEEN, normalise(title))
    names = {
        normalise(title).strip(" ."),
        *(part.strip(" .") for part in parts if len(part.split()) >= _TITLE_WORDS),
    }
    return line in names


#: A part of a longer title is the title itself only if it has so many words.
_TITLE_WORDS = 4


def _is_top(element: HtmlElement) -> bool:
    return element.tag == "h1" or any(parent.tag == "h1" for parent in element.iterancestors())


# --- pages of office programs ---------------------------------------------------------------------

_OFFICE = re.compile(r"microsoft (?:word|excel|powerpoint)|libreoffice|openoffice|wps office", re.IGNORECASE)
_PROGRAM = re.compile(r"(?:word|excel|powerpoint)\.(?:document|sheet|slide)", re.IGNORECASE)


def _exported(block: Block) -> Draft:
    """A line with what the style of that name says in the office program."""
    style = (block.element.get("class") or "").lower()
    return Draft(block.text, "title") if style in ("msotitle", "title") else draft(block)


def _is_by_office(root: HtmlElement) -> bool:
    """Whether an office program exported the page: all of it is one document. What is pasted from one into a
    portal brings its marks with it, but not to the head of the page."""
    meta = {(m.get("name") or "").lower(): m.get("content") or "" for m in root.iterfind("head/meta")}
    return bool(_OFFICE.search(meta.get("generator", "")) or _PROGRAM.search(meta.get("progid", "")))
