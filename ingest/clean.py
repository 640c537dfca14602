"""A page becomes an article: furniture off, captions apart; title, date, author, source and office.

The mechanism is the shape of a page, not the habits of one portal: an article is the running text
from its first whole sentence to its last. What stands before is the page's head, in which the title,
a kicker and the dateline are found; what stands after is its tail, in which the signature is. There,
short lines are furniture unless they prove to be something else. Inside the running text it is the
other way round: a line stays unless it is furniture by its very words (``furniture.py``).

A document that an office wrote has no furniture, and all of it is its text: the letterhead, the table in the
appendix, the list of recipients. Only where it is a portal's page that was saved or pasted, as lines of
furniture tell, is it cut as such.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import takewhile
from typing import Any

from ingest import furniture
from ingest.errors import UnreadableFile
from ingest.furniture import Imprint
from ingest.layout import Line, Page
from ingest.types import CELLS, RUNNING, Article, Block, BlockKind
from ingest.units import in_normal_case, unit
from ingest.vietnamese import UPPER, dates, fold, nfc, normalise, sentences

#: Between the blocks of an article's text.
BLANK_LINE = "\n\n"
#: A line so long is running text even without a full stop: no title or heading is.
RUNNING_CHARS = 200
#: A line that ends like a sentence is running text if it has so many words; fewer are a slogan.
RUNNING_WORDS = 6
#: A line of so many words with a full stop inside is running text, whatever it ends in.
SEVERAL_WORDS = 25
#: Lines of fewer words before the title are menu entries and names of sections.
TITLE_WORDS = 5
#: A photo's caption is not longer.
CAPTION_CHARS = 350
#: The readers' comments begin after at least half of the running text, and none is longer than this.
COMMENT_CHARS = 400


@dataclass(frozen=True, slots=True)
class Piece:
    """One block to be: a single line of clean text, and the pages it stands on (see ``layout.Line``)."""

    kind: BlockKind
    text: str
    pages: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Cleaned:
    """An article without its page; see ``Article`` for the fields. ``pieces`` begin with the title
    and end with the captions."""

    pieces: tuple[Piece, ...]
    published: date | None = None
    author: str | None = None
    source: str | None = None
    unit: str | None = None
    scanned: frozenset[int] = frozenset()

    @property
    def title(self) -> str:
        return self.pieces[0].text


def clean(page: Page) -> Cleaned:
    """The article on a page. Its front matter overrides what the page says. Raises UnreadableFile
    when nothing but furniture is on the page, or when the front matter makes no sense."""
    given = _given(page.front)
    known = given.get("title") or ""
    if page.whole and not any(map(_is_of_a_portal, page.lines)):
        parts = _document(page.lines, known)
    else:
        lines = _without_lists_of_others(_one_line_imprints(map(_unlisted, page.lines)))
        body = [n for n, line in enumerate(lines) if _is_running(line)]
        parts = _article(lines, body[0], body[-1], bool(known)) if body else _notes(lines)
    hints = _given(page.hints)
    title = given.get("title") or parts.title or hints.get("title")
    if not title:
        raise UnreadableFile(
            "không còn nội dung sau khi bỏ trình đơn, nút bấm của trang. "
            "Hãy mở tệp, dán lại phần bài viết, rồi nạp lại."
        )
    pieces = _pieces(title, parts)
    found = unit(title, *_lead_and_rest(pieces))
    said = parts.imprint
    return Cleaned(
        pieces,
        published=given.get("published", said.published or hints.get("published")),
        author=given.get("author", said.author or hints.get("author")),
        source=given.get("source", said.source or hints.get("source")),
        unit=given.get("unit", found),
        scanned=page.scanned,
    )


def _is_of_a_portal(line: Line) -> bool:
    # A row of figures looks like a counter, and the name of a column like a button.
    return line.kind not in ("header", "row") and furniture.is_furniture(line.text)


def _unlisted(line: Line) -> Line:
    # A portal sets as lists also its menus, its counters and its links to other articles.
    return replace(line, kind=None, bullet=True) if line.kind == "item" else line


def _lead_and_rest(pieces: Sequence[Piece]) -> tuple[str, list[str]]:
    """The first paragraph, with the headings over it, and the other paragraphs."""
    texts = [p.text for p in pieces if p.kind == "heading" or p.kind in RUNNING]
    first = next((n for n, p in enumerate(pieces[1:]) if p.kind in RUNNING), -1)
    return "\n".join(texts[: first + 1]), texts[first + 1 :]


def article(id: str, file: str, cleaned: Cleaned) -> Article:
    """The article of a cleaned page: its text, the positions of its blocks and pages, its digest."""
    blocks: list[Block] = []
    pages: list[tuple[int, int]] = []
    at = 0
    for piece in cleaned.pieces:
        blocks.append(Block(piece.kind, at, at + len(piece.text)))
        for start, page in piece.pages:
            if not pages or pages[-1][1] != page:
                pages.append((at + start, page))
        at += len(piece.text) + len(BLANK_LINE)
    c = cleaned
    text = BLANK_LINE.join(piece.text for piece in c.pieces)
    scanned = c.scanned.intersection(page for _, page in pages)
    content = [c.title, text, c.published and c.published.isoformat(), c.author, c.source, c.unit]
    content += map(str, sorted(scanned))  # the same words typed are another document, one beyond doubt
    digest = hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
    # What stands before the first known page, a title that the file's own fields give, is on that page.
    turns = tuple((0 if n == 0 else start, page) for n, (start, page) in enumerate(pages))
    said = c.published, c.author, c.source, c.unit
    return Article(id, c.title, text, tuple(blocks), *said, file, digest, turns, scanned)


# --- front matter --------------------------------------------------------------------------------

_FIELDS = {
    "title": "title", "tieu de": "title",
    "date": "published", "published": "published", "ngay": "published", "ngay dang": "published",
    "author": "author", "tac gia": "author",
    "source": "source", "nguon": "source",
    "unit": "unit", "don vi": "unit",
}  # fmt: skip


def _given(front: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that the front matter gives, by the names of ``Cleaned``; keys it does not know are
    left alone. An empty ``author:`` says that there is none."""
    given: dict[str, Any] = {}
    for key, value in front.items():
        field = _FIELDS.get(" ".join(fold(str(key)).replace("_", " ").replace("-", " ").split()))
        if field:
            given[field] = _day(value) if field == "published" else _one_line(str(key), value)
    return given


def _one_line(key: str, value: Any) -> str | None:
    values = value if isinstance(value, list) else [value]
    if any(isinstance(v, list | dict) for v in values):
        raise UnreadableFile(f"mục “{key}” ở đầu tệp phải là một dòng chữ. Hãy sửa lại, rồi nạp lại.")
    words = ", ".join(" ".join(nfc(str(v)).split()) for v in values if v is not None)
    return words or None


def _day(value: Any) -> date | None:
    if value is None or value == "":
        return None
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    text = nfc(str(value))
    full = next((d for d in dates(text) if d.day and d.month and d.year), None)
    try:
        if full:
            return date(full.year or 0, full.month or 0, full.day or 0)
        return datetime.fromisoformat(text.strip()).date()
    except ValueError:
        raise UnreadableFile(
            f"không hiểu ngày “{text}” ở đầu tệp. Hãy ghi như 18/10/2020, rồi nạp lại."
        ) from None


# --- what a line is ------------------------------------------------------------------------------


def _words(words: str) -> str:
    """A pattern of the words, each whole, that are listed between ``|``."""
    listed = sorted((w.strip() for w in re.split(r"[|\n]", words)), key=len, reverse=True)
    return rf"(?<!\w)(?:{'|'.join(map(re.escape, filter(None, listed)))})(?!\w)"


_SENTENCE_END = re.compile(r"[.!?…][”’\"')\]»]*(?:/\.)?$")
_LIST_FOLLOWS = re.compile(r"[:;,][”’\"')\]»]*$")
_THE_END = re.compile(r"\./\.?[”’\"')\]]*$")
_SIGNED = re.compile(r"(?P<end>\./\.?)\s*\(?(?P<name>[^.()]{2,40})\)?$")
_NUMBERED = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,5}|[a-zđA-ZĐ])\s?[.)/–-]\s*(?=[^\W\d_])|(?:Phần|Mục|Chương)\s+[\dIVX]+"
)
_ROMAN = re.compile(r"[IVX]{1,5}\s?[.)/–-]\s")
_YEAR = re.compile(r"(?:19|20)\d\d$")

_PHOTO_LABEL = re.compile(
    r"(?:(?:trong |hình )?ảnh(?: minh h[oọ][aạ]| tư liệu)?|chú thích(?: ảnh)?|photo|caption)"
    r"\s*(?:\d+\s*)?:\s*",
    re.IGNORECASE,
)
_PHOTO_CREDIT = re.compile(
    r"(?:(?<!\w)Ảnh|(?<!\w)ẢNH|[(\[]ảnh)"
    r"(?:\s*:\s*[^.:;]{1,60}|\s+(?:tư liệu|minh họa|minh hoạ)[^.:;]{0,40})[.)\]]*$"
)
# A picture is of people or of an occasion …
_PICTURED = re.compile(
    r"(?:(?:các|một số|nguyên)\s+)*"
    + _words("""
        đồng chí | đ/c | lãnh đạo | đại biểu | ông | bà | bí thư | phó bí thư | chủ tịch
        phó chủ tịch | chánh văn phòng | phó chánh văn phòng | thường trực | ban thường vụ
        cán bộ | tập thể | cá nhân | đoàn | thành viên | toàn cảnh | quang cảnh | khung cảnh
        hội nghị | lễ | buổi | đại hội | tiết mục | trụ sở | trao | chụp ảnh | tặng
    """)
)
# … doing something that a camera sees.
_ACT = re.compile(
    _words("""
        phát biểu | trao | tặng | chụp ảnh | lưu niệm | báo cáo | tham dự | dự hội | dự lễ
        dự buổi | chủ trì | công bố | nhận | ôn lại | ôn truyền thống | chia sẻ | tiếp
        làm việc với | chúc mừng | khai mạc | bế mạc | trình bày | biểu diễn | dâng hương
        dâng hoa | ký kết | ra mắt | tại hội nghị | tại buổi | tại lễ | tại đại hội
        tại chương trình | tại cuộc họp | qua các thời kỳ | thăm | kiểm tra | cắt băng
        văn nghệ
    """)
)
#: A heading says it in fewer words than a caption: of so few, none is a caption by its words alone.
CAPTION_WORDS = 7


def _is_running(line: Line) -> bool:
    """Whether the line is part of the article's running text, beyond doubt."""
    text = line.text
    if line.kind is not None:
        return line.kind in RUNNING
    if _is_marked_caption(text) or furniture.imprint(text) or furniture.is_margin(text):
        return False
    if line.wrapped and len(text) <= CAPTION_CHARS:
        return False
    if len(text) >= RUNNING_CHARS:
        return True
    words = len(text.split())
    several = words >= SEVERAL_WORDS and len(sentences(text)) > 1
    return several or (words >= RUNNING_WORDS and bool(_SENTENCE_END.search(text) or _SIGNED.search(text)))


def _is_marked_caption(text: str) -> bool:
    """Whether the line itself says that it is a photo's caption: ``Ảnh: …``, ``… Ảnh: A``."""
    if len(text) > CAPTION_CHARS:
        return False
    return bool(_PHOTO_LABEL.match(text) or _PHOTO_CREDIT.search(text))


def _reads_as_caption(line: Line) -> bool:
    """Whether a line without a full stop between paragraphs tells what is on a photo: who does what."""
    words = normalise(line.text)
    return (
        len(words.split()) >= CAPTION_WORDS
        and len(words) <= CAPTION_CHARS
        and not _NUMBERED.match(line.text)
        and not _LIST_FOLLOWS.search(words)
        and bool(_PICTURED.match(words))
        and bool(_ACT.search(words))
    )


def _twice(lines: Sequence[Line], n: int) -> bool:
    """Whether the next line or the one before says the same: a photo's text for the blind, and its
    caption."""
    near = [*lines[max(0, n - 1) : n], *lines[n + 1 : n + 2]]
    return len(lines[n].text) <= CAPTION_CHARS and any(_same(lines[n].text, line.text) for line in near)


def _caption(text: str) -> str | None:
    """A caption without its label; None for one that is only the photographer's name."""
    label = _PHOTO_LABEL.match(text)
    words = text[label.end() :].strip() if label else text
    return None if not words or (label and furniture.is_name(words)) else words


def _same(a: str, b: str) -> bool:
    return normalise(a).strip(" .") == normalise(b).strip(" .")


# --- lists of other articles, comments ------------------------------------------------------------


def _one_line_imprints(page: Iterable[Line]) -> list[Line]:
    """The lines, with a dateline that is set as a bulleted row (``• TT``, ``• /``, ``• 16/10/2019``)
    drawn together into one."""
    lines, out = list(page), list[Line]()
    n = 0
    while n < len(lines):
        end = n
        while end < len(lines) and lines[end].bullet:
            end += 1
        row = " | ".join(line.text for line in lines[n:end])
        said = furniture.imprint(row) if end - n > 1 and len(row) <= furniture.IMPRINT_CHARS else None
        if said and said.published:
            out.append(replace(lines[n], text=row, bullet=False))
        else:
            end = max(end, n + 1)
            out.extend(lines[n:end])
        n = end
    return out


def _without_lists_of_others(lines: Sequence[Line]) -> list[Line]:
    """The lines up to the readers' comments or the teasers of other articles, without the links to
    other articles that stand in the middle."""
    weights = [len(line.text) if _is_running(line) else 0 for line in lines]
    total, before = sum(weights), 0
    kept: list[Line] = []
    n = 0
    while n < len(lines):
        line = lines[n]
        related = before > 0 and furniture.begins_related(line.text)
        if 0 < total <= 2 * before:
            if _closes(line.text):
                return [*kept, *takewhile(lambda later: not _is_running(later), lines[n:])]
            if furniture.begins_comments(line.text) and _are_comments(lines[n + 1 :]):
                return [*kept, line]
            if related and _are_teasers(lines[n + 1 :]):
                return [*kept, line]
        if related:
            while n + 1 < len(lines) and _is_link(lines[n + 1]):
                n += 1
        else:
            kept.append(line)
        before += weights[n]
        n += 1
    return kept


def _are_comments(lines: Sequence[Line]) -> bool:
    return all(len(line.text) <= COMMENT_CHARS for line in lines)


def _closes(text: str) -> bool:
    """Whether the line is the credit that closes an article: ``Tin, ảnh: A``."""
    said = furniture.imprint(text)
    return bool(said and said.author and _CREDIT.match(fold(text)))


_CREDIT = re.compile(r"\W*(?:tin|bai|tac gia|by|author)\b")


def _is_link(line: Line) -> bool:
    """Whether the line, in a list of other articles, is one of its links."""
    text = line.text
    return (
        not _is_running(line)
        and not _is_marked_caption(text)
        and not _NUMBERED.match(text)
        and line.kind != "heading"
    )


_BROKEN_OFF = re.compile(r"(?:\.\.\.|…)\W*$")


def _are_teasers(lines: Sequence[Line]) -> bool:
    """Whether nothing but titles, or titles with the first words of their articles, follows: no two
    paragraphs in a row, nor one that closes an article."""
    last: Line | None = None
    bodies: list[str] = []
    for line in lines:
        running = _is_running(line)
        if running and (last is None or _is_running(last) or _THE_END.search(line.text)):
            return False
        if not running and _closes(line.text):
            return False
        if running:
            bodies.append(line.text)
        last = line
    return len(bodies) != 1 or bool(_BROKEN_OFF.search(bodies[0]))


# --- the article ---------------------------------------------------------------------------------


@dataclass(slots=True)
class _Parts:
    """What is found on a page, gathered line by line: ``title`` is empty until it is known."""

    title: str
    body: list[Piece]
    captions: list[Piece]
    imprint: Imprint


def _notes(lines: Sequence[Line]) -> _Parts:
    """A page without one whole sentence: its first line is the title, and every line stays."""
    parts = _Parts("", [], [], Imprint())
    for line in lines:
        said = furniture.imprint(line.text)
        if said:
            parts.imprint = furniture.merge(parts.imprint, said)
        elif furniture.is_furniture(line.text) or (not parts.title and furniture.is_margin(line.text)):
            continue
        elif _is_marked_caption(line.text) or line.kind == "caption":
            parts.captions.append(_piece("caption", line))
        elif not parts.title:
            parts.title = line.text
        else:
            parts.body.append(_piece("heading" if line.kind == "heading" else "paragraph", line))
    return parts


def _piece(kind: BlockKind, line: Line, cut: int = 0) -> Piece:
    """A line as a block of that kind, without the first ``cut`` of its characters; a paragraph that stood
    behind a list marker is an item."""
    if kind == "paragraph":
        kind = "item" if line.bullet else line.kind if line.kind in RUNNING else kind
    turns = [(max(0, start - cut), page) for start, page in line.pages]
    pages = tuple(turn for n, turn in enumerate(turns) if turn[0] or n + 1 == len(turns) or turns[n + 1][0])
    return Piece(kind, line.text[cut:], pages)


def _article(lines: Sequence[Line], first: int, last: int, titled: bool) -> _Parts:
    """A page whose running text goes from the line ``first`` to the line ``last``; ``titled`` says that
    its title is known from elsewhere."""
    parts = _head(lines[:first])
    opening, parts.imprint = _tagged(lines[first].text, parts.imprint)
    if not parts.title and not titled:  # its first sentence is the title
        end = sentences(opening)[0].end
        parts.title, opening = opening[:end], opening[end:].strip()
    if opening:
        parts.body.append(_piece("paragraph", lines[first], len(lines[first].text) - len(opening)))
    _middle(lines, first + 1, last + 1, parts)
    _tail(lines[last + 1 :], parts)
    return parts


_TAG = re.compile(rf"\((?P<tag>[{UPPER}]{{2,12}}|[\w-]+(?:\.[\w-]+)+)\)\s*[-–:]?\s*(?=[{UPPER}“\"\d])")
_SITE = re.compile(
    rf"(?P<tag>(?:[\w-]+\.)+(?:vn|com|org|net|gov|edu))\s*[-–:]\s*(?=[{UPPER}“\"])", re.IGNORECASE
)


def _tagged(paragraph: str, said: Imprint) -> tuple[str, Imprint]:
    """The first paragraph without the source's tag, ``(TTXVN)``, that it may begin with."""
    tag = _TAG.match(paragraph) or _SITE.match(paragraph)
    if not tag:
        return paragraph, said
    return paragraph[tag.end() :], furniture.merge(Imprint(source=tag["tag"]), said)


# --- a document -----------------------------------------------------------------------------------

#: What a document of an office is called, on a line of its own above what it is about.
_SORT = re.compile(
    _words("""
        báo cáo | nghị quyết | quyết định | kế hoạch | chỉ thị | tờ trình | thông báo | kết luận | quy định
        hướng dẫn | quy chế | quy trình | chương trình | đề án | biên bản | công văn | thông tri | đề cương
        bài phát biểu | phát biểu | diễn văn | tham luận | lời kêu gọi | thư chúc mừng | thông cáo | công điện
        bản tin | danh sách | tiểu sử | lý lịch | kỷ yếu | lịch sử
    """)
    + r"(?:\s+\(?(?:tóm tắt|chuyên đề|sơ kết|tổng kết|dự thảo)\)?)?"
)
#: The lines over every document of a party office or of an authority.
_LETTERHEAD = re.compile(
    r"đảng cộng sản việt nam|cộng h(?:òa|oà) xã hội chủ nghĩa việt nam"
    r"|độc lập\s*[-–—]\s*tự do\s*[-–—]\s*hạnh phúc"
    r"|số\s*:?\s*[\d….]*\s*[-–/]\s*[\w/ -]{2,30}"
)


def _document(lines: Sequence[Line], known: str) -> _Parts:
    """All of a document: its title, and every other line, in order, but those that say nothing except when,
    by whom and where it was published. ``known`` is its title, if that is known from elsewhere."""
    lines = [_labelled(part) for line in lines for part in _cells_of_letterhead(line)]
    running = [n for n, line in enumerate(lines) if _is_running(line)]
    if not running:
        return _notes(lines)
    first, last = running[0], running[-1]
    parts = _Parts("", [], [], Imprint())
    said = {n: s for n, line in enumerate(lines) if line.kind is None and (s := furniture.imprint(line.text))}
    for n in [n for n, line in enumerate(lines[:first]) if n not in said and _is_author(line)]:
        if any(m in said and said[m].published for m in (n - 1, n + 1)):
            said[n] = Imprint(author=lines[n].text)
    used: set[int] = set()
    if known:
        used = {n for n, line in enumerate(lines[:first]) if _repeats(line.text, known)}
    else:
        chosen = _document_title(lines[:first], said)
        if chosen is not None:
            parts.title, used = _whole_title(lines[:first], chosen)
        elif lines[first].kind in (None, "paragraph"):  # its first sentence is the title
            text = lines[first].text
            end = sentences(text)[0].end
            parts.title = text[:end]
            rest = len(text) - len(text[end:].lstrip())
            if rest < len(text):
                parts.body.append(_piece("paragraph", lines[first], rest))
            used = {first}
    for imprint in said.values():
        parts.imprint = furniture.merge(parts.imprint, imprint)
    kept = [line for n, line in enumerate(lines[:first]) if n not in said and n not in used]
    for line in kept:
        text = line.text
        if _LETTERHEAD.fullmatch(normalise(text)) or len(text.split()) > LEAD_WORDS:
            _add(line.kind or "paragraph", line, parts)
        else:
            _add(line.kind or ("caption" if _is_marked_caption(text) else "heading"), line, parts)
    between = [line for n, line in enumerate(lines) if first <= n <= last and n not in said and n not in used]
    if between:
        # The first of them is running, which is how _middle knows what stands before a line.
        _add("paragraph", between[0], parts)
        _middle(between, 1, len(between), parts)
    after = [line for n, line in enumerate(lines) if n > last and n not in said]
    for line in after:
        _add(line.kind or ("caption" if _is_marked_caption(line.text) else "paragraph"), line, parts)
    # Who signs stands below the office that he holds.
    signed = [after[n].text for n in range(len(after)) if after[n].kind is None and _signs(after, n)]
    author = furniture.signature(signed[-1]) if signed else None
    parts.imprint = furniture.merge(parts.imprint, Imprint(author=author))
    _closing_signature(parts)
    return parts


def _is_author(line: Line) -> bool:
    """Whether a line beside the day may be the author's name."""
    return line.kind is None and furniture.is_name(line.text) and furniture.is_byline(line.text)


def _labelled(line: Line) -> Line:
    """A paragraph or an item that calls itself a caption is one."""
    said = line.kind in ("paragraph", "item") and len(line.text) <= CAPTION_CHARS
    return replace(line, kind="caption") if said and _PHOTO_LABEL.match(line.text) else line


def _cells_of_letterhead(line: Line) -> list[Line]:
    """A letterhead is set as a table without rules: the office and the number left, the motto and the day
    right. Each of its cells is a line of its own."""
    cells = line.text.split(CELLS)
    if line.kind in ("header", "row") and any(_LETTERHEAD.fullmatch(normalise(cell)) for cell in cells):
        return [replace(line, text=cell, kind=None, pages=line.pages[:1]) for cell in cells]
    return [line]


def _document_title(head: Sequence[Line], said: Mapping[int, Imprint]) -> int | None:
    """Which line before the running text is the title: what the document marks as such; the sort of document
    it is; else what would be a page's title, the letterhead apart."""
    known = next((n for n, line in enumerate(head) if line.kind == "title"), None)
    if known is not None:
        return known
    sort = next((n for n, line in enumerate(head) if _SORT.fullmatch(normalise(line.text))), None)
    if sort is not None:
        return sort
    letterhead = [n for n, line in enumerate(head) if _LETTERHEAD.fullmatch(normalise(line.text))]
    begins = max(letterhead, default=-1) + 1
    titles = [
        n
        for n, line in enumerate(head)
        if n not in said and n >= begins and line.kind != "caption" and not _is_marked_caption(line.text)
    ]
    # Below a letterhead the day stands over the title, on a page under it.
    dated = [] if letterhead else [n for n, s in said.items() if s.published and n < len(head)]
    return _title(head, titles, dated)


# --- head ----------------------------------------------------------------------------------------

_KICKER = re.compile(
    _words("""
        kỷ niệm | nhân kỷ niệm | hướng tới | chào mừng | tiến tới | mừng | hưởng ứng | nhân dịp
        nhân ngày | thi đua | thiết thực | tuyên truyền
    """)
)
_UNFINISHED = re.compile(
    r"(?:[,:–-]|(?<!\d )(?<!\w)năm|"
    + _words("""
        và | của | với | trong | ngày | lần thứ | kỷ niệm | cho | về | tại | các | những
        để | là | từ | đến | do | nhân
    """)
    + ")$"
)
_PORTAL = re.compile(
    r"(?P<name>(?:trang|cổng) (?:thông tin|tin|ttđt)(?: điện tử)?(?: tổng hợp)?"
    r"(?P<whose>(?:\s[^\s.,;:!|©–-]+)+))"
)


#: A line between title and text of more words is the lead, whatever it ends in.
LEAD_WORDS = 25


def _head(lines: Sequence[Line]) -> _Parts:
    """What the lines before the running text say."""
    parts = _Parts("", [], [], Imprint())
    portal: str | None = None
    titles: list[int] = []  # lines that may be the title
    contacts: list[int] = []  # an address is the portal's above the title, and the article's below it
    said: dict[int, Imprint] = {}
    spare: int | None = None  # a line in the words of a menu, if nothing else is there
    others = False  # a list of other articles has begun
    for n, line in enumerate(lines):
        text = line.text
        portal = portal or _portal(text)
        imprint = furniture.imprint(text)
        if line.kind in ("title", "heading"):
            titles.append(n)
        elif imprint:
            said[n] = imprint
        elif furniture.is_contact(text):
            contacts.append(n)
        elif furniture.is_margin(text):
            others = others or furniture.begins_related(text)
            spare = n if not furniture.is_furniture(text) and not furniture.is_menu(text) else spare
        elif line.kind == "caption" or _is_marked_caption(text) or _follows_a_photo(lines, n):
            parts.captions.append(_piece("caption", line))
        else:
            titles.append(n)
    chosen = _title(lines, titles, [n for n, s in said.items() if s.published])
    chosen = spare if chosen is None else chosen
    if chosen is None:
        parts.imprint = _imprint(said, 0, portal)
        return parts
    parts.title, used = _whole_title(lines, chosen)
    for n in sorted({*titles, *contacts} - used):
        line, text, words = lines[n], lines[n].text, len(lines[n].text.split())
        near_date = any(abs(n - d) == 1 and s.published for d, s in said.items())
        if _repeats(text, parts.title):
            continue
        if n < chosen:
            kicker = n in titles and words >= TITLE_WORDS and (not others or n == _before(titles, chosen))
            parts.body.extend([_piece("heading", line)] if kicker else [])
        elif line.kind is not None:
            parts.body.append(_piece("heading", line))
        elif furniture.is_name(text) and (near_date or line.gap):
            said[n] = Imprint(author=text)
        elif _reads_as_caption(line) or _twice(lines, n):
            parts.captions.append(_piece("caption", line))
        else:
            parts.body.append(_piece("paragraph" if n in contacts or words > LEAD_WORDS else "heading", line))
    parts.imprint = _imprint(said, chosen, portal)
    return parts


def _follows_a_photo(lines: Sequence[Line], n: int) -> bool:
    return n > 0 and furniture.is_photo_placeholder(lines[n - 1].text)


def _repeats(text: str, title: str) -> bool:
    """Whether a line is the title again, be it with the name of the portal behind it."""
    return _same(text, title) or bool(re.match(rf"{re.escape(normalise(title))}\s[-–|]\s", normalise(text)))


def _before(titles: Sequence[int], chosen: int) -> int | None:
    return next((n for n in reversed(titles) if n < chosen), None)


def _title(lines: Sequence[Line], titles: Sequence[int], dated: Sequence[int]) -> int | None:
    """Which line is the title: the one that Markdown says is; the last before the dateline; one that
    the page gives twice; else the first that is long enough, or the next where that is a kicker."""
    for n in titles:
        if lines[n].kind == "title":
            return n
    known = next((n for n in titles if lines[n].kind == "heading"), None)
    if known is not None:
        return known
    if dated:
        last = dated[-1]
        earlier = [d for d in dated if d < last]
        between = [n for n in titles if n < last and (not earlier or n > earlier[-1])]
        above = between or [n for n in titles if n < last]
        above = [n for n in above if not furniture.is_name(lines[n].text)] or above
        if above:
            return above[-1]
    for n in titles:
        if (
            len(lines[n].text.split()) >= TITLE_WORDS
            and sum(_same(lines[n].text, lines[m].text) for m in titles) > 1
        ):
            return n
    long = [
        n for n in titles if len(lines[n].text.split()) >= TITLE_WORDS and not _NUMBERED.match(lines[n].text)
    ]
    long = [n for n in long if not _reads_as_caption(lines[n])] or long
    if len(long) > 1 and _KICKER.match(normalise(lines[long[0]].text)):
        return long[1]
    return long[0] if long else next(iter(titles), None)


def _whole_title(lines: Sequence[Line], chosen: int) -> tuple[str, set[int]]:
    """The title, with the line before or after it that belongs to it, and the lines it is made of."""
    title, used = lines[chosen].text, {chosen}
    if _SORT.fullmatch(normalise(title)) and chosen + 1 < len(lines):  # what it is about stands under it
        return f"{title} {lines[chosen + 1].text}", {chosen, chosen + 1}
    if lines[chosen].kind is not None:
        return title, used
    before, after = chosen - 1, chosen + 1
    if before >= 0 and not lines[chosen].gap and _carries_over(lines[before].text):
        title, used = f"{lines[before].text} {title}", used | {before}
    while after < len(lines) and not lines[after].gap and _goes_on(title, lines[after].text):
        title, used, after = f"{title} {lines[after].text}", used | {after}, after + 1
    return title, used


def _goes_on(title: str, following: str) -> bool:
    """Whether the next line belongs to the title: it is open, or the years follow in brackets."""
    if furniture.imprint(following):
        return False
    years = bool(re.fullmatch(r"\([^()]+\)", following))
    return years or (_carries_over(title) and not furniture.is_margin(following))


def _carries_over(text: str) -> bool:
    return bool(_UNFINISHED.search(normalise(text))) and not furniture.is_margin(text)


def _imprint(said: Mapping[int, Imprint], title: int, portal: str | None) -> Imprint:
    """What the head says in all. A date after the title goes before one above it, which counts only
    if it stands right there: at the top of a page stands the day it was looked at."""
    total = Imprint()
    for n in sorted(said, key=lambda n: (n < title, -n if n < title else n)):
        imprint = said[n]
        far = n < title - 1
        total = furniture.merge(total, replace(imprint, published=None) if far else imprint)
    return furniture.merge(total, Imprint(source=portal))


def _portal(text: str) -> str | None:
    """The portal that a banner or an imprint names: ``Chào mừng đến với Trang Thông tin điện tử …``."""
    found = _PORTAL.search(normalise(text)) if furniture.is_margin(text) else None
    if not found:
        return None
    whose = text[found.start("whose") : found.end("whose")]
    name = text[found.start("name") : found.start("whose")]
    if text.isupper():
        name, whose = name.capitalize(), " " + in_normal_case(whose.strip())
    return name[0].upper() + name[1:] + whose


# --- middle --------------------------------------------------------------------------------------


def _middle(lines: Sequence[Line], start: int, end: int, parts: _Parts) -> None:
    """Adds the lines between the first and the last paragraph."""
    for n in range(start, end):
        line, text, before = lines[n], lines[n].text, lines[n - 1].text
        running = _is_running(line)
        in_list = line.bullet or _LIST_FOLLOWS.search(text) or _LIST_FOLLOWS.search(before)
        if line.kind is not None:
            _add(line.kind, line, parts)
        elif _YEAR.match(text) and n + 1 < end and _is_running(lines[n + 1]):
            _add("heading", line, parts)
        elif furniture.is_furniture(text):
            continue
        elif _is_marked_caption(text) or _twice(lines, n) or (line.wrapped and not running):
            _add("caption", line, parts)
        elif running or (in_list and not _follows_a_photo(lines, n)):
            _add("paragraph", line, parts)
        elif _follows_a_photo(lines, n) or _reads_as_caption(line):
            _add("caption", line, parts)
        else:
            _add("heading", line, parts)


def _add(kind: BlockKind, line: Line, parts: _Parts) -> None:
    if kind == "caption":
        parts.captions.append(_piece(kind, line))
    else:
        parts.body.append(_piece("heading" if kind == "title" else kind, line))


# --- tail ----------------------------------------------------------------------------------------

_SHOUTED_WORDS = 6


def _tail(lines: Sequence[Line], parts: _Parts) -> None:
    """Reads what stands after the last paragraph: captions, the signature, the source. What follows
    the signature, the closing stroke ``./.`` or the first piece of furniture is not the article's."""
    _closing_signature(parts)
    text_before = parts.body[-1].text if parts.body else ""
    in_list = bool(_LIST_FOLLOWS.search(text_before))
    over = bool(_THE_END.search(text_before))
    signed = False
    for n, line in enumerate(lines):
        text = line.text
        said = furniture.imprint(text)
        if said:
            parts.imprint = furniture.merge(parts.imprint, said)
            signed = signed or bool(said.author or said.source)
        elif furniture.is_furniture(text):
            signed = signed or (
                bool(re.search(r"[^\W\d_]", text)) and not furniture.is_photo_placeholder(text)
            )
        elif line.kind == "caption" or _is_marked_caption(text):
            parts.captions.append(_piece("caption", line))
        elif furniture.is_margin(text):
            parts.imprint = furniture.merge(parts.imprint, Imprint(source=_portal(text)))
            signed = True
        elif signed:
            continue
        elif not in_list and line.kind is None and _signs(lines, n):
            parts.imprint = furniture.merge(parts.imprint, Imprint(author=furniture.signature(text)))
            signed = True
        elif over:
            continue
        elif line.wrapped or (line.kind is None and not in_list and _shows_a_photo(lines, n)):
            parts.captions.append(_piece("caption", line))
        elif line.kind is None and text.isupper() and len(text.split()) <= _SHOUTED_WORDS:
            signed = True
        else:
            heads = n + 1 < len(lines) and not line.bullet and bool(_ROMAN.match(text))
            in_list = in_list or heads or bool(_LIST_FOLLOWS.search(text))
            parts.body.append(_piece(line.kind or ("heading" if heads else "paragraph"), line))


_VERB = re.compile(r"(?<!\w)(?:có|là|được|đã|gồm|do|thuộc|sẽ|đang|về|cho)(?!\w)")


def _shows_a_photo(lines: Sequence[Line], n: int) -> bool:
    return _follows_a_photo(lines, n) or _twice(lines, n) or _reads_as_caption(lines[n])


def _signs(lines: Sequence[Line], n: int) -> bool:
    """Whether a line of the tail is the signature: a name, not one of a list of names, which are all set in
    capitals or none."""
    text = lines[n].text
    alike = (line.text for line in lines[n : n + 3] if line.text.isupper() == text.isupper())
    names = sum(map(furniture.is_name, alike))
    return names < 3 and furniture.is_signature(text) and not _VERB.search(normalise(text))


def _closing_signature(parts: _Parts) -> None:
    """Takes off a name that stands right behind the closing stroke: ``… văn minh./. Thu Hạnh``."""
    found = _SIGNED.search(parts.body[-1].text) if parts.body else None
    if found and furniture.is_name(found["name"]):
        parts.body[-1] = replace(parts.body[-1], text=parts.body[-1].text[: found.end("end")])
        parts.imprint = furniture.merge(parts.imprint, Imprint(author=found["name"].strip()))


# --- the text ------------------------------------------------------------------------------------


def _pieces(title: str, parts: _Parts) -> tuple[Piece, ...]:
    """The title, the running text, the captions, each caption once."""
    found = [Piece("heading", parts.title)] if parts.title and not _same(parts.title, title) else []
    return (Piece("title", title), *found, *parts.body, *_captions(parts.captions))


def _captions(pieces: Sequence[Piece]) -> Iterator[Piece]:
    seen: set[str] = set()
    for piece in pieces:
        words = _caption(piece.text)
        key = normalise(words or "").strip(" .")
        if words and key not in seen:
            seen.add(key)
            yield Piece("caption", words, tuple((0, page) for _, page in piece.pages[:1]))
