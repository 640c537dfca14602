"""Letters (.eml): what the sender wrote, without the letter it answers, and what is attached to it."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from itertools import takewhile
from mimetypes import MimeTypes
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.encodings import repaired
from ingest.errors import UnreadableFile
from ingest.furniture import FIRST_YEAR
from ingest.layout import Draft, Page, document, plain
from ingest.limits import Limits
from ingest.readers.markup import blocks, draft, tree
from ingest.readers.package import seems
from ingest.readers.text import characters
from ingest.vietnamese import fold, nfc

if TYPE_CHECKING:
    from lxml.html import HtmlElement


def read(path: Path, limits: Limits) -> Page:
    """The text of a letter: its subject is the title, its author whoever it names as its sender, its day the
    one on which it was sent, where it was sent. Of an answer, the letter that it quotes is left out, unless
    nothing else is in it. What is passed on stays: the day is then a hint, and the sender not its author.
    Attachments are not read: see ``attachments``. Raises UnreadableFile, OSError."""
    letter = _letter(path)
    if letter.get_content_type() in _LOCKED:
        raise UnreadableFile(
            "thư đã mã hóa, chỉ chương trình thư của người nhận đọc được. Hãy mở thư ở đó, chép nội dung "
            "sang tệp Word, rồi nạp lại."
        )
    parts = list(_parts(letter))
    subject, day = _header(letter, "Subject"), _day(letter)
    passed_on = bool(_PASSED_ON.match(fold(subject)))
    sender = "" if passed_on else _sender(letter)
    page, title, author = _page(parts, passed_on, limits, _PREFIX.sub("", subject).strip(), sender)
    if not any(c.isalpha() for line in page.lines for c in line.text):
        raise UnreadableFile(
            "thư không có chữ nào, chỉ có tệp đính kèm, được nạp riêng. Hãy xem kết quả của từng tệp đó."
            if any(map(_is_attached, parts))
            else "thư không có chữ nào. Hãy kiểm tra lại thư, rồi nạp lại."
        )
    front = {"title": title, "author": author, "date": None if passed_on else day}
    hints = {"date": day if passed_on else None}
    return replace(page, front=_filled(front), hints=_filled(hints), whole=True)


def _filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value}


def attachments(path: Path) -> list[tuple[str, bytes]]:
    """The files that are attached to a letter, by name and content, in order. Pictures that are shown in the
    text are not among them; a letter that is attached is, as a file of its own. A name has no folder in it.

    Raises UnreadableFile for what is no letter, OSError."""
    attached = [part for part in _parts(_letter(path)) if _is_attached(part)]
    return [(_name(part, n), _content(part)) for n, part in enumerate(attached, 1)]


# --- parts ---------------------------------------------------------------------------------------

#: Every letter has some of these.
_HEADERS = ("From", "Subject", "Date", "Received", "Message-ID", "To", "MIME-Version", "Content-Type")
_LOCKED = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")
#: No letter nests its parts deeper.
_DEEP = 50


def _letter(path: Path) -> Message:
    data = path.read_bytes()
    try:
        letter = email.message_from_bytes(data.removeprefix(b"\xef\xbb\xbf").lstrip())
    except (ValueError, RecursionError) as e:
        raise UnreadableFile(_NO_LETTER) from e
    if sum(header in letter for header in _HEADERS) < 2:
        kind = seems(data)
        raise UnreadableFile(f"có vẻ là {kind}, {_NO_LETTER}" if kind else _NO_LETTER)
    return letter


_NO_LETTER = (
    "không phải thư điện tử (.eml), dù tên tệp ghi như vậy. Hãy mở thư trong chương trình thư, lưu lại dạng "
    ".eml, rồi nạp lại."
)


def _parts(letter: Message, deep: int = _DEEP) -> Iterator[Message]:
    """The parts of a letter that hold something; a letter inside it is one of them."""
    children = letter.get_payload()
    if letter.get_content_maintype() == "multipart" and isinstance(children, list):
        for child in children if deep else ():
            if isinstance(child, Message):
                yield from _parts(child, deep - 1)
    else:
        yield letter


def _is_attached(part: Message) -> bool:
    kind, disposition = part.get_content_type(), part.get_content_disposition()
    set_apart, named = disposition == "attachment", _filename(part) is not None
    if kind.endswith("-signature") or (part.get_content_maintype() == "message" and kind != "message/rfc822"):
        return False
    if part.get_content_maintype() == "image":  # one with an id is shown in the text
        return set_apart or (named and part.get("Content-ID") is None)
    if kind in ("text/plain", "text/html"):  # some programs name the letter's own text
        return set_apart or (named and disposition is not None)
    return set_apart or named or kind == "message/rfc822" or part.get_content_maintype() == "application"


def _content(part: Message) -> bytes:
    payload = part.get_payload()
    if isinstance(payload, list):
        return payload[0].as_bytes() if payload and isinstance(payload[0], Message) else b""
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _filename(part: Message) -> str | None:
    headers = Message()
    for name in ("Content-Disposition", "Content-Type"):
        if raw := _raw(part, name):
            headers[name] = raw
    with suppress(ValueError, LookupError):
        return headers.get_filename()
    return None


_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"|?*]+')
_NAME_CHARS = 150


def _name(part: Message, number: int) -> str:
    """What an attachment is called: without a name by its place and its format, a letter by its subject."""
    name = _decoded(_filename(part) or "")
    inner = part.get_payload()
    if not name and isinstance(inner, list) and inner and isinstance(inner[0], Message):
        subject = _header(inner[0], "Subject").replace("/", "-")[:_NAME_CHARS].strip()
        name = f"{subject or f'thư đính kèm {number}'}.eml"
    name = _NOT_IN_NAMES.sub(" ", re.split(r"[/\\\\]", name)[-1]).strip()
    return name or f"đính kèm {number}{MimeTypes().guess_extension(part.get_content_type()) or ''}"


# --- headers -------------------------------------------------------------------------------------

_PREFIX = re.compile(r"\s*(?:(?:re|fwd?|fw|tr|trả lời|chuyển tiếp)(?:\s*\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_PASSED_ON = re.compile(r"\s*(?:fwd?|chuyen tiep)\s*:")


def _header(letter: Message, name: str) -> str:
    return _decoded(_raw(letter, name))


def _raw(letter: Message, name: str) -> str:
    """A header as it was sent, letters that were not encoded included; empty where there is none."""
    values = (str(value) for key, value in letter.raw_items() if key.lower() == name.lower())
    raw = next(values, "")
    careless = any("\ud800" <= c <= "\udfff" for c in raw)  # bytes that are no ASCII
    return _characters(raw.encode("utf-8", "surrogateescape")) if careless else raw


def _decoded(raw: str) -> str:
    """The words of a header, in one line: those with other letters than English are encoded one by one. Where
    a line of it was folded, the blank belongs to the words, unless both beside it are encoded."""
    words = raw
    with suppress(HeaderParseError):
        chunks = decode_header(re.sub(r"[\r\n]+(?=[ \t])", "", raw))
        words = "".join(
            chunk if isinstance(chunk, str) else _chunk(chunk, charset) for chunk, charset in chunks
        )
    return " ".join(nfc(words).split())


def _chunk(data: bytes, charset: str | None) -> str:
    """A part of a header. One that was not encoded comes as decode_header itself writes it."""
    named = charset.partition("*")[0] if charset else None  # what stands behind a star is a language
    return _characters(data, named) if named else data.decode("raw-unicode-escape", "replace")


def _characters(data: bytes, charset: str | None = None) -> str:
    try:
        return characters(data, charset)
    except UnreadableFile:  # too few letters to tell
        return data.decode("cp1252", "replace")


#: Machines and accounts: nobody who writes is called that.
_NOBODY = re.compile(r"(?:no-?reply|admin|mailer-daemon|postmaster|webmaster|scan|may scan|support)\b|.*@")


def _sender(letter: Message) -> str:
    """The name of the sender; empty where only an address is given."""
    name = _decoded(parseaddr(_raw(letter, "From"))[0]).strip("\"' ")
    return "" if _NOBODY.match(fold(name)) else name


def _day(letter: Message) -> date | None:
    with suppress(TypeError, ValueError, IndexError, OverflowError):
        day = parsedate_to_datetime(_header(letter, "Date")).date()
        return day if day.year >= FIRST_YEAR else None
    return None


# --- the text ------------------------------------------------------------------------------------

#: A plain version that has so much less of the letter than the other only says that there is another.
_PLAIN_SHARE = 0.5


def _page(
    parts: Sequence[Message], passed_on: bool, limits: Limits, title: str, author: str
) -> tuple[Page, str, str]:
    """The lines of the letter, its title and its author, put into Unicode: an old charset is told by all
    words together."""
    texts = [part for part in parts if not _is_attached(part)]
    typed = "\n\n".join(_typed(part) for part in texts if part.get_content_type() == "text/plain").split("\n")
    pages = [part for part in texts if part.get_content_type() == "text/html"]
    drafts = [line for part in pages for line in _drafts(part, passed_on, limits)]
    rows = [" ".join(line.text.split()) for line in drafts]
    if max(sum(map(len, typed)), sum(map(len, rows))) > limits.characters:
        raise UnreadableFile(
            f"thư có hơn {limits.characters} ký tự, quá mức của một bài viết. Hãy chép phần cần dùng sang "
            "tệp khác, rồi nạp lại."
        )
    typed = [typed[n] for n in _own(typed, passed_on)]
    if _letters(typed) >= _PLAIN_SHARE * _letters(rows):
        title, author, *typed = repaired("\n".join((title, author, *typed))).split("\n")
        return plain("\n".join(typed)), title, author
    title, author, *rows = repaired("\n".join((title, author, *rows))).split("\n")
    page = document(replace(line, text=text) for line, text in zip(drafts, rows, strict=True))
    return page, title, author


def _letters(lines: Sequence[str]) -> int:
    return sum(sum(map(str.isalnum, line)) for line in lines)


def _typed(part: Message) -> str:
    """The words of a part of plain text, without the rules drawn in it."""
    text = "\n".join(_characters(_content(part), part.get_content_charset()).splitlines())
    if str(part.get_param("format") or "").lower() == "flowed":  # a blank at its end says that a line goes on
        text = re.sub(r"(?<!^--) \n(?=[^\s>])", " ", text, flags=re.MULTILINE)
    return re.sub(r"^[ \t]*(?:[_=*~]{3,}|-{3,})[ \t]*$", "", text, flags=re.MULTILINE)


#: What programs call the letter that is answered, and the signature.
_QUOTED = (
    "//*[contains(@class, 'gmail_quote') or contains(@class, 'yahoo_quoted') or @id = 'divRplyFwdMsg']"
    " | //blockquote[@type = 'cite']"
)
_SIGNATURE = "//*[contains(@class, 'gmail_signature') or contains(@class, 'moz-signature')]"


def _drafts(part: Message, passed_on: bool, limits: Limits) -> list[Draft]:
    """The lines of a part that is written as a web page."""
    root = tree(_characters(_content(part), part.get_content_charset()))
    lines = _lines(root, limits)
    for path in (_SIGNATURE, *(() if passed_on else (_QUOTED,))):
        for element in root.xpath(path):
            if element.getparent() is not None:
                element.drop_tree()
        lines = _lines(root, limits) or lines
    return [lines[n] for n in _own([line.text for line in lines], passed_on)]


def _lines(root: HtmlElement, limits: Limits) -> list[Draft]:
    return [draft(block) for block in blocks(root, limits.characters)]


# --- answers and what is passed on ---------------------------------------------------------------

_RULE = re.compile(
    r"\s*-{2,}\s*(?:original message|reply message|forwarded message|(?:tin nhan|thu|tin|noi dung) goc|"
    r"(?:tin nhan|thu) (?:da )?(?:duoc )?chuyen tiep)\s*-*\s*$|\s*(?:begin forwarded message|bat dau thu)\b"
)
_WROTE = re.compile(r"\s*(?:vao|on|luc|ngay)\b.{4,200}(?:da viet|wrote)\s*:\s*$")
_FROM = re.compile(r"\s*\*?(?:from|tu|nguoi gui)\s*:\*?\s*\S")
_FIELD = re.compile(
    r"\s*\*?(?:sent|date|to|cc|subject|da gui|gui luc|ngay gui|ngay|den|toi|chu de|tieu de)\s*:\*?\s*\S"
)
#: No heading of a letter has more lines below the first.
_FIELDS = 6


def _own(lines: Sequence[str], passed_on: bool) -> list[int]:
    """Which lines of a letter are the sender's own: up to the letter that it answers and to the signature,
    and none that is quoted. All of them where nothing else would be left; of what is passed on all but the
    lines that say from whom it came."""
    bare = [fold(line) for line in lines]
    if passed_on:
        return [n for n in range(len(lines)) if not _RULE.match(bare[n]) and not _in_heading(bare, n)]
    ends = (n for n in range(len(lines)) if _RULE.match(bare[n]) or _in_heading(bare, n) or _wrote(bare, n))
    own = [n for n in range(next(ends, len(lines))) if not lines[n].lstrip().startswith(">")]
    end = next((n for n in own if lines[n] in ("--", "-- ")), len(lines))
    for kept in ([n for n in own if n < end], own):
        if _letters([lines[n] for n in kept]):
            return kept
    return list(range(len(lines)))


def _wrote(bare: Sequence[str], n: int) -> bool:
    """Whether a line, with the next where it was wrapped, says who wrote what is quoted below it."""
    return any(_WROTE.match(" ".join(bare[n : n + count])) for count in (1, 2))


def _in_heading(bare: Sequence[str], n: int) -> bool:
    """Whether a line is one of those that programs put over a letter: from whom it came, when and to whom it
    went, what it was about."""
    start = n
    while n - start < _FIELDS and start > 0 and _FIELD.match(bare[start]):
        start -= 1
    fields = takewhile(_FIELD.match, bare[start + 1 : start + 1 + _FIELDS])
    return bool(_FROM.match(bare[start])) and len(list(fields)) >= 2
