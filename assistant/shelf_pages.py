"""The page of the library's documents: what waits to be taken in, and what is there. Pure, like ``pages``:
values in, escaped HTML out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape as _esc
from urllib.parse import urlencode

from assistant import pages
from assistant.inbox import State, Taken, Upload
from assistant.records.accounts import Role
from assistant.types import written
from assistant.visit import at, say, visit
from ingest.formats import READABLE, READERS, extension
from ingest.limits import Limits
from ingest.types import Article
from vectorstore.catalogue import Shelved

#: Where documents are brought, and where the list of those that wait is had.
UPLOAD, QUEUE = f"{pages.SHELF}/tep", f"{pages.SHELF}/hang-doi"

_KINDS = {
    "text": "Văn bản",
    "word": "Word",
    "office": "Word",
    "pdf": "PDF",
    "scan": "Ảnh",
    "page": "Trang web",
    "mail": "Thư",
    "sheet": "Bảng tính",
    "slides": "Trang chiếu",
}
#: Articles that are named as like another one; the rest is counted.
_NAMED = 3
#: Documents of one upload that are told of at once; the others are unfolded.
_TOLD = 4
#: Uploads that need no summary, and the most that are shown at a time.
_FEW, _MOST = 3, 100


def kind(file: str) -> str:
    """What a person calls a file of that name."""
    suffix = extension(file)
    reader = READERS.get(suffix, "")
    return say(_KINDS[reader]) if reader in _KINDS else suffix.lstrip(".").upper() or say("Khác")


# --- the values of the page ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class File:
    """A document that holds an article. ``place`` is where it lies, None if it was brought to the page."""

    name: str
    place: str | None


@dataclass(frozen=True, slots=True)
class Alike:
    """Another article that is much the same: by its title, where ``share`` is None, or by so much (0 to 1) of
    the shorter one of the two."""

    id: str
    title: str
    share: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """An article in the list, with its documents, its own first, and the articles that are much the same."""

    article: Shelved
    files: tuple[File, ...]
    alike: tuple[Alike, ...]

    @property
    def doubled(self) -> bool:
        """Whether what it says stands more than once, in another file or in another article."""
        return len(self.files) > 1 or bool(self.alike)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the list: ``words`` to find, the column that it is sorted ``by`` (a key of COLUMNS),
    and whether from the last to the first; ``doubled`` rows only; ``page`` counts from 1."""

    words: str = ""
    by: str = "luc"
    down: bool = True
    doubled: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Listing:
    """The ``rows`` of one page of the list, of the ``found`` among ``total``. ``generation`` is the
    library's."""

    asked: Asked
    rows: Sequence[Row]
    found: int
    total: int
    pages: int
    generation: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list. ``down`` says that it is first sorted from the last to the first."""

    name: str
    down: bool = False


COLUMNS: Mapping[str, Column] = {
    "ten": Column("Tên bài"),
    "ngay": Column("Ngày", down=True),
    "don-vi": Column("Đơn vị"),
    "nguon": Column("Nguồn"),
    "tac-gia": Column("Tác giả"),
    "tep": Column("Tệp"),
    "dai": Column("Số ký tự", down=True),
    "luc": Column("Nạp lúc", down=True),
}


def address(asked: Asked) -> str:
    """The path of the page with what is asked of the list."""
    plain = Asked()
    given = {
        "tim": asked.words,
        "theo": asked.by if (asked.by, asked.down) != (plain.by, plain.down) else "",
        "chieu": ("giam" if asked.down else "tang")
        if (asked.by, asked.down) != (plain.by, plain.down)
        else "",
        "trung": "1" if asked.doubled else "",
        "trang": str(asked.page) if asked.page > 1 else "",
    }
    query = urlencode({name: value for name, value in given.items() if value})
    return f"{pages.SHELF}?{query}" if query else pages.SHELF


# --- small pieces ----------------------------------------------------------------------------------


def _count(number: int) -> str:
    return f"{number:,}" if visit().language == "en" else f"{number:,}".replace(",", ".")


def _size(size: int) -> str:
    """Bytes as a person counts them."""
    if size < 1_000:
        return f"{size} byte"
    if size < 1_000_000:
        return f"{round(size / 1_000)} kB"
    large = f"{size / 1_000_000:.1f} MB"
    return large if visit().language == "en" else large.replace(".", ",")


def _sentence(reason: str) -> str:
    return _esc(reason[:1].upper() + reason[1:])


def _opened(article: str, title: str, attributes: str = "") -> str:
    """A link that opens the article beside the list."""
    path = _esc(at(pages.article_path(article)))
    return f'<a href="{path}" target="_blank" rel="noopener" data-article{attributes}>{_esc(title)}</a>'


# --- the page --------------------------------------------------------------------------------------


def page(listing: Listing, uploads: Sequence[Upload], limits: Limits, *, demo: bool = False) -> str:
    """The whole page. ``demo`` says that questions are still answered from the samples."""
    title = _esc(say("Tư liệu"))
    banner = ""
    if demo:
        why = say(
            "Thư viện của cơ quan chưa có bài nào, nên trang hỏi đáp đang dùng các bài mẫu. Khi tài liệu đầu "
            "tiên nạp xong, câu trả lời sẽ lấy từ tài liệu của cơ quan; bài mẫu không lẫn vào."
        )
        banner = f'<p class="note">{_esc(why)}</p>'
    changing = visit().may(Role.EDITOR)
    return pages.frame(
        say("Tư liệu"),
        f"<h1>{title}</h1>{banner}{_bringing(uploads, limits, listing.generation) if changing else ''}"
        '<p id="heard" class="unseen" role="status"></p><p id="told" role="status"></p>'
        f"{_search(listing)}{table(listing)}",
        kind="shelf",
        here=pages.SHELF,
        scripts=["shelf"],
        foot=f"{pages.reader()}{_editor()}{_remover()}" if changing else pages.reader(),
    )


def _bringing(uploads: Sequence[Upload], limits: Limits, generation: int) -> str:
    """Where documents are brought, and what becomes of them."""
    readable = say(
        "Đọc được {formats}. Mỗi tệp không quá {megabytes} MB.",
        formats=say(READABLE),
        megabytes=limits.megabytes,
    )
    script = say("Đưa tài liệu vào cần JavaScript. Hãy bật lên rồi tải lại trang.")
    return (
        f'<section class="bring" aria-label="{_esc(say("Đưa tài liệu vào"))}"{_told_to_the_script(limits)}>'
        f'<button type="button" id="drop" aria-describedby="formats">'
        f"<strong>{_esc(say('Chọn tệp'))}</strong> "
        f"<span>{_esc(say('hoặc kéo tệp, thư mục thả vào đây'))}</span></button>"
        '<input type="file" id="files" multiple hidden>'
        f'<p id="formats">{_esc(readable)}</p><noscript><p>{_esc(script)}</p></noscript></section>'
        f'<section id="incoming" aria-label="{_esc(say("Tài liệu đang nạp"))}">'
        f'<ol id="sending" class="uploads"></ol>{queue(uploads, generation)}</section>'
    )


def _told_to_the_script(limits: Limits) -> str:
    """Where it sends what it is given, and what it says; braces are filled in there."""
    given = {
        "upload": at(UPLOAD),
        "queue": at(QUEUE),
        "most": str(limits.megabytes * 1_000_000),
        "too-large": too_large_for(limits),
        "waiting": say("Đang đợi tải lên"),
        "sending": say("Đang tải lên"),
        "sent": say("Đang tải lên: {percent} %"),
        "sending-file": say("Đang tải lên {name}"),
        "failed": say("Chưa tải lên được. {why}"),
        "again": say("Thử lại"),
        "skip": say("Bỏ qua"),
        "unread": say("Không đọc được thư mục vừa thả. Hãy thử chọn từng tệp."),
        "saving": say("Đang lưu…"),
        "saved": say("Đã lưu “{title}”."),
        "removing": say("Đang gỡ…"),
        "removed": say("Đã gỡ “{title}” khỏi thư viện."),
    }
    return "".join(f' data-{name}="{_esc(value)}"' for name, value in given.items())


def too_large_for(limits: Limits) -> str:
    """Why a file that is too large is not taken."""
    return say(
        "Tệp nặng quá {megabytes} MB nên không nhận được. Hãy tách thành nhiều tệp nhỏ hơn, rồi tải lên lại.",
        megabytes=limits.megabytes,
    )


def _editor() -> str:
    name = _esc(say("Sửa thông tin bài"))
    return (
        f'<dialog id="editor" aria-label="{name}"><header class="bar"><p>{name}</p>'
        f'<button type="button" class="close">{_esc(say("Đóng"))}</button></header>'
        '<div class="sheet" tabindex="-1"></div></dialog>'
    )


def _remover() -> str:
    what = say(
        "Câu trả lời sẽ không dùng bài này nữa, và bản sao tệp gốc trong thư viện cũng bị xóa. Nếu bài lấy "
        "từ một thư mục vẫn được đồng bộ, hãy xóa cả tệp trong thư mục đó, kẻo bài được nạp lại."
    )
    return (
        '<dialog id="remover" aria-labelledby="removing" aria-describedby="removed">'
        f'<h2 id="removing">{_esc(say("Gỡ bài này khỏi thư viện?"))}</h2><p class="which"></p>'
        f'<p id="removed">{_esc(what)}</p><p class="fault" role="alert"></p>'
        f'<p class="acts"><button type="button" class="go">{_esc(say("Gỡ bài"))}</button>'
        f'<button type="button" class="close">{_esc(say("Không gỡ"))}</button></p></dialog>'
    )


# --- what waits ------------------------------------------------------------------------------------


def queue(uploads: Sequence[Upload], generation: int) -> str:
    """The uploads (oldest first), and whether any is still to be taken in; ``generation`` is the library's.
    What is worked on and what asks for a decision stand first, then what waits, then what is done with."""
    busy = any(upload.open for upload in uploads)
    count = Counter(upload.state for upload in uploads)
    over = count["done"]
    ordered = [upload for state in _ORDER for upload in uploads if upload.state == state]
    rows = "".join(map(_upload, ordered[:_MOST]))
    summary = clear = ""
    if len(uploads) > _FEW:
        taking = count["working"] + count["waiting"]
        parts = (
            say("{n} tệp đang nạp hoặc đang đợi", n=taking) if taking else "",
            say("{n} tệp chưa nạp được", n=count["refused"]) if count["refused"] else "",
            say("{n} tệp đã nạp xong", n=over) if over else "",
            say("chỉ hiện {n} tệp", n=_MOST) if len(uploads) > _MOST else "",
        )
        summary = f'<p class="count">{_esc(" · ".join(filter(None, parts)))}</p>'
    if over > 1:
        label = _esc(say("Ẩn {n} tệp đã nạp xong", n=over))
        clear = f'<p class="acts"><button type="button" data-do="xong">{label}</button></p>'
    return (
        f'<div id="queue" data-busy="{int(busy)}" data-generation="{generation}">'
        f'{summary}<ol class="uploads">{rows}</ol>{clear}</div>'
    )


_ORDER: tuple[State, ...] = ("working", "refused", "waiting", "done")


def _upload(upload: Upload) -> str:
    acts = {
        "waiting": _act("bo-qua", say("Bỏ qua"), upload),
        "working": "",
        "done": _act("bo-qua", say("Ẩn"), upload),
        "refused": _act("thu-lai", say("Thử lại"), upload) + _act("bo-qua", say("Bỏ qua"), upload),
    }[upload.state]
    acts = f'<p class="acts">{acts}</p>' if acts else ""
    return (
        f'<li class="upload {upload.state}" data-id="{_esc(upload.id)}"><div class="what">'
        f'<p class="name">{_esc(upload.name)} <span>{_size(upload.size)}</span></p>{_state(upload)}</div>'
        f"{acts}</li>"
    )


def _act(name: str, label: str, upload: Upload) -> str:
    about = _esc(f"{label}: {upload.name}")
    return f'<button type="button" data-do="{name}" aria-label="{about}">{_esc(label)}</button>'


def _state(upload: Upload) -> str:
    match upload.state:
        case "waiting":
            return f'<p class="state">{_esc(say("Đã nhận, đang đợi đến lượt"))}</p>'
        case "working":
            return _working(upload)
    told = [_taken(taken, upload) for taken in upload.documents if taken.status != "removed"]
    if upload.reason:
        told.append(_refused(upload.reason))
    if len(told) == 1 and not (upload.documents and upload.documents[0].inside):
        return f'<p class="state">{told[0]}</p>'
    refused = sum(taken.status == "refused" for taken in upload.documents)
    held = sum(taken.status not in ("refused", "removed") for taken in upload.documents)
    summary = (
        say("Có {held} tài liệu trong thư viện, {refused} chưa nạp được", held=held, refused=refused)
        if refused
        else say("Có {held} tài liệu trong thư viện", held=held)
    )
    first = sorted(range(len(told)), key=lambda n: 'class="fault"' not in told[n])
    lines = [f"<li>{told[n]}</li>" for n in first]
    rest = lines[_TOLD:]
    more = ""
    if rest:
        others = _esc(say("Và {n} tài liệu khác", n=len(rest)))
        more = f"<details><summary>{others}</summary><ul>{''.join(rest)}</ul></details>"
    return f'<p class="state">{_esc(summary)}:</p><ul class="documents">{"".join(lines[:_TOLD])}</ul>{more}'


def _refused(reason: str) -> str:
    return f'<span class="fault">{_esc(say("Chưa nạp được."))} {_sentence(reason)}</span>'


def _working(upload: Upload) -> str:
    done = say("xong {n} tài liệu", n=len(upload.documents)) if upload.documents else ""
    label = _esc(say("Đang nạp {name}", name=upload.name))
    bar = ""
    match upload.stage:
        case "storing":
            percent = round(100 * upload.progress)
            said = say("Đang nạp vào thư viện: {percent} %", percent=percent)
            bar = f' max="100" value="{percent}"'
        case "held up":
            said = say("Đang đợi chương trình khác ghi xong vào thư viện")
        case "reading":
            said = say("Đang đọc tài liệu")
    said = " — ".join(filter(None, (said, done))) + ("" if bar else "…")
    return f'<p class="state">{_esc(said)}</p><progress{bar} aria-label="{label}"></progress>'


def _taken(taken: Taken, upload: Upload) -> str:
    """What became of one document."""
    inside = f'<span class="inside">{_esc(taken.inside)}:</span> ' if taken.inside else ""
    match taken.status:
        case "refused":
            return inside + _refused(taken.reason or "")
        case "added":
            words = say("Đã nạp thành bài {link}")
        case "updated":
            words = say("Đã nạp lại bài {link}")
        case "unchanged":
            words = say("Đã có sẵn, không đổi: {link}")
        case "duplicate":
            words = say("Trùng nội dung với bài đã có, nên không thêm bài mới: {link}")
        case _:
            words = "{link}"
    said = _esc(words).format(link=_opened(taken.article or "", taken.title or ""))
    if taken.namesake:
        words = say("Thư viện đã có bài khác từ tệp cùng tên; cả hai được giữ: xem {link}.")
        other = _opened(taken.namesake, say("bài kia"))
        said += f'. <span class="also">{_esc(words).format(link=other)}</span>'
    return inside + said


# --- what is there ---------------------------------------------------------------------------------


def _search(listing: Listing) -> str:
    asked = listing.asked
    chosen = f"{asked.by}.{'giam' if asked.down else 'tang'}"
    options = "".join(
        f'<option value="{by}.{way}"{" selected" if f"{by}.{way}" == chosen else ""}>'
        f"{_esc(say(name))}</option>"
        for by, way, name in _ORDERS
    )
    doubled = " checked" if asked.doubled else ""
    return (
        f'<form id="search" role="search" action="{at(pages.SHELF)}"><h2>{_esc(say("Trong thư viện"))}</h2>'
        f'<p><label for="words">{_esc(say("Tìm trong tên bài, đơn vị, nguồn, tác giả, tệp"))}</label>'
        f'<input type="search" id="words" name="tim" value="{_esc(asked.words)}" autocomplete="off" '
        f'spellcheck="false"></p>'
        f'<p class="order"><label for="order">{_esc(say("Sắp theo"))}</label>'
        f'<select id="order" name="sap">{options}</select></p>'
        f'<p class="check"><input type="checkbox" id="doubled" name="trung" value="1"{doubled}>'
        f'<label for="doubled">{_esc(say("Chỉ bài trùng hoặc gần trùng"))}</label></p>'
        f'<p class="unseen"><button type="submit" tabindex="-1">{_esc(say("Tìm"))}</button></p></form>'
    )


# What a narrow screen offers in place of the heads of columns.
_ORDERS = (
    ("luc", "giam", "mới nạp trước"),
    ("ten", "tang", "tên bài"),
    ("ngay", "giam", "ngày, mới trước"),
    ("ngay", "tang", "ngày, cũ trước"),
    ("don-vi", "tang", "đơn vị"),
    ("nguon", "tang", "nguồn"),
    ("tac-gia", "tang", "tác giả"),
    ("tep", "tang", "loại tệp"),
    ("dai", "giam", "dài trước"),
)


def table(listing: Listing) -> str:
    """The list of the articles, as far as it is asked for."""
    asked, name = listing.asked, _esc(say("Các bài trong thư viện"))
    if not listing.total:
        none = say("Thư viện chưa có bài nào. Hãy nhờ người biên tập đưa tài liệu vào.")
        if visit().may(Role.EDITOR):
            none = say("Thư viện chưa có bài nào. Hãy đưa tài liệu đầu tiên vào bằng ô ở trên.")
        body = f'<p class="empty">{_esc(none)}</p>'
    elif not listing.rows:
        all_of_them = f'<a href="{at(pages.SHELF)}">{_esc(say("Xem tất cả"))}</a>'
        body = f'<p class="empty">{_esc(_nothing(asked))} {all_of_them}</p>'
    else:
        heads = "".join(_head(key, say(column.name), asked) for key, column in COLUMNS.items())
        rows = "".join(map(_row, listing.rows))
        body = (
            f'<table class="library"><caption class="unseen">{name}</caption><thead><tr>'
            f'{heads}<th scope="col"><span class="unseen">{_esc(say("Việc"))}</span></th></tr></thead>'
            f"<tbody>{rows}</tbody></table>{_pager(listing)}"
        )
    return (
        f'<section id="list" data-generation="{listing.generation}" aria-label="{name}">'
        f'<p class="count">{_esc(_counted(listing))}</p>{body}</section>'
    )


def _nothing(asked: Asked) -> str:
    match asked.words, asked.doubled:
        case "", False:
            return say("Không có bài nào.")
        case "", True:
            return say("Không có bài trùng hoặc gần trùng nào.")
        case words, False:
            return say("Không có bài nào có “{words}”.", words=words)
        case words, True:
            return say("Không có bài trùng hoặc gần trùng nào có “{words}”.", words=words)
    raise AssertionError


def _counted(listing: Listing) -> str:
    total = _count(listing.total)
    if listing.found == listing.total:
        return say("{n} bài", n=total) if listing.total else ""
    return say("{found} trong {n} bài", found=_count(listing.found), n=total)


def _head(key: str, name: str, asked: Asked) -> str:
    here = asked.by == key
    down = not asked.down if here else COLUMNS[key].down
    to = Asked(asked.words, key, down, asked.doubled)
    sort = f' aria-sort="{"descending" if asked.down else "ascending"}"' if here else ""
    arrow = f' <span aria-hidden="true">{"▾" if asked.down else "▴"}</span>' if here else ""
    return (
        f'<th scope="col" class="{key}"{sort}><a href="{_esc(at(address(to)))}" data-list '
        f'data-key="sort-{key}">'
        f"{_esc(name)}{arrow}</a></th>"
    )


def _row(row: Row) -> str:
    article = row.article
    published = ""
    if article.published:
        published = f'<time datetime="{article.published.isoformat()}">{written(article.published)}</time>'
    added = ""
    if article.added:
        local = article.added.astimezone()
        added = (
            f'<time datetime="{local.isoformat(timespec="seconds")}">{written(local)} {local:%H:%M}</time>'
        )
    cells = {
        "ngay": published,
        "don-vi": _esc(article.unit or ""),
        "nguon": _esc(article.source or ""),
        "tac-gia": _esc(article.author or ""),
        "tep": _esc(kind(row.files[0].name)),
        "dai": _count(article.characters),
        "luc": added,
    }
    title = _opened(article.id, article.title, ' class="title" data-key="open"')
    edited = f' <span class="edited">{_esc(say("đã sửa"))}</span>' if article.edited else ""
    inside = f"{title}{edited}{_files(row.files)}{_alike(row.alike)}"
    data = "".join(
        f'<td class="{key}{"" if cells[key] else " none"}" data-name="{_esc(say(column.name))}">'
        f"{cells[key]}</td>"
        for key, column in COLUMNS.items()
        if key in cells
    )
    return (
        f'<tr data-id="{_esc(article.id)}" data-title="{_esc(article.title)}">'
        f'<th scope="row" class="ten">{inside}</th>{data}<td class="acts">{_acts(article)}</td></tr>'
    )


def _acts(article: Shelved) -> str:
    path = _esc(at(pages.article_path(article.id)))

    def about(label: str) -> str:
        return _esc(f"{label}: {article.title}")

    original = ""
    if article.original:
        href = _esc(at(pages.original_path(article.id)))
        original = (
            f'<a href="{href}" download data-key="goc" aria-label="{about(say("Tải tệp gốc"))}">'
            f"{_esc(say('Tải'))}</a>"
        )
    if not visit().may(Role.EDITOR):
        return original
    edit, remove = say("Sửa"), say("Gỡ")
    return (
        f'<button type="button" data-edit="{path}/sua" data-key="sua" aria-label="{about(edit)}">{_esc(edit)}'
        f"</button>{original}"
        f'<button type="button" data-remove="{path}/go" data-key="go" aria-label="{about(remove)}">'
        f"{_esc(remove)}</button>"
    )


def _files(files: Sequence[File]) -> str:
    changing = visit().may(Role.EDITOR)  # where documents lie on the server is for those who bring them
    names = "; ".join(
        f'<span title="{_esc(file.place)}">{_esc(file.name)}</span>'
        if file.place and changing
        else _esc(file.name)
        for file in files
    )
    same = ""
    if len(files) > 1:
        same = f'<span class="same">{_esc(say("Cùng nội dung trong {n} tệp:", n=len(files)))}</span> '
    return f'<span class="files">{same}{names}</span>'


def _alike(alike: Sequence[Alike]) -> str:
    if not alike:
        return ""

    def how(share: float | None) -> str:
        return say("cùng tên") if share is None else say("giống {percent} %", percent=_percent(share))

    said = ", ".join(
        f"{_opened(other.id, other.title)} ({_esc(how(other.share))})" for other in alike[:_NAMED]
    )
    more = ""
    if len(alike) > _NAMED:
        more = f" {_esc(say('và {n} bài khác', n=len(alike) - _NAMED))}"
    return f'<span class="alike"><span class="same">{_esc(say("Gần trùng với"))}</span> {said}{more}</span>'


def _percent(share: float) -> int:
    """Rounded down: what differs in a word is not the same."""
    return int(100 * share)


def _pager(listing: Listing) -> str:
    asked = listing.asked

    def to(number: int) -> str:
        return address(Asked(asked.words, asked.by, asked.down, asked.doubled, number))

    return pages.pager(asked.page, listing.pages, to, say("Các trang của danh sách"), "data-list")


# --- editing ---------------------------------------------------------------------------------------

#: The fields that may be changed, as a person knows them.
FIELDS: Mapping[str, str] = {
    "title": "Tên bài",
    "published": "Ngày",
    "unit": "Đơn vị",
    "source": "Nguồn",
    "author": "Tác giả",
}


def editing(article: Article, said: Mapping[str, str | None], known: Mapping[str, Collection[str]]) -> str:
    """The page with the form for an article's fields. ``said`` is what the document says in those that have
    been changed, ``known`` what other articles have in a field, to choose from."""
    values = {
        "title": article.title,
        "published": written(article.published) if article.published else "",
        "unit": article.unit or "",
        "source": article.source or "",
        "author": article.author or "",
    }
    fields = "".join(
        _field(field, say(name), values[field], said, known.get(field, ())) for field, name in FIELDS.items()
    )
    path = _esc(at(f"{pages.article_path(article.id)}/sua"))
    return pages.frame(
        say("Sửa {title}", title=article.title),
        f'<form id="edit" data-save="{path}" novalidate><p class="fault" role="alert"></p>{fields}'
        f'<p class="acts"><button type="submit">{_esc(say("Lưu"))}</button>'
        f'<button type="button" class="close">{_esc(say("Không lưu"))}</button></p></form>',
        kind="shelf",
    )


def _field(field: str, name: str, value: str, said: Mapping[str, str | None], known: Iterable[str]) -> str:
    hints = []
    if field == "published":
        hints.append(say("ngày/tháng/năm, ví dụ 09/04/2024; để trống nếu không biết"))
    if field in said:
        hints.append(say("Theo tài liệu: {value}", value=_as_said(field, said[field])))
    hint = "".join(f"<span>{_esc(text)}</span>" for text in hints)
    options = "".join(f'<option value="{_esc(one)}"></option>' for one in known)
    listed = f'<datalist id="known-{field}">{options}</datalist>' if options else ""
    attributes = 'inputmode="numeric" ' if field == "published" else ""
    attributes += f'list="known-{field}" ' if options else ""
    return (
        f'<p class="field"><label for="edit-{field}">{_esc(name)}</label>'
        f'<input id="edit-{field}" name="{field}" value="{_esc(value)}" autocomplete="off" {attributes}'
        f'aria-describedby="fault-{field} hint-{field}">{listed}'
        f'<span class="fault" id="fault-{field}"></span>'
        f'<span class="hint" id="hint-{field}">{hint}</span></p>'
    )


def _as_said(field: str, value: str | None) -> str:
    if not value:
        return say("không ghi")
    return written(date.fromisoformat(value)) if field == "published" else value
