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
    return _KINDS.get(READERS.get(suffix, ""), suffix.lstrip(".").upper() or "Khác")


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
    return f"{number:,}".replace(",", ".")


def _size(size: int) -> str:
    """Bytes as a person counts them."""
    if size < 1_000:
        return f"{size} byte"
    if size < 1_000_000:
        return f"{round(size / 1_000)} kB"
    return f"{size / 1_000_000:.1f} MB".replace(".", ",")


def _sentence(reason: str) -> str:
    return _esc(reason[:1].upper() + reason[1:])


def _opened(article: str, title: str, attributes: str = "") -> str:
    """A link that opens the article beside the list."""
    path = _esc(pages.article_path(article))
    return f'<a href="{path}" target="_blank" rel="noopener" data-article{attributes}>{_esc(title)}</a>'


# --- the page --------------------------------------------------------------------------------------


def page(listing: Listing, uploads: Sequence[Upload], limits: Limits, *, demo: bool = False) -> str:
    """The whole page. ``demo`` says that questions are still answered from the samples."""
    banner = ""
    if demo:
        banner = (
            '<p class="note">Thư viện của cơ quan chưa có bài nào, nên trang hỏi đáp đang dùng các bài mẫu. '
            "Khi tài liệu đầu tiên nạp xong, câu trả lời sẽ lấy từ tài liệu của cơ quan; bài mẫu không lẫn "
            "vào.</p>"
        )
    too_large = _esc(too_large_for(limits))
    return pages.frame(
        "Tư liệu",
        f"<h1>Tư liệu</h1>{banner}"
        f'<section class="bring" aria-label="Đưa tài liệu vào" data-upload="{UPLOAD}" data-queue="{QUEUE}" '
        f'data-most="{limits.megabytes * 1_000_000}" data-too-large="{too_large}">'
        '<button type="button" id="drop" aria-describedby="formats"><strong>Chọn tệp</strong> '
        "<span>hoặc kéo tệp, thư mục thả vào đây</span></button>"
        '<input type="file" id="files" multiple hidden>'
        f'<p id="formats">Đọc được {_esc(READABLE)}. Mỗi tệp không quá {limits.megabytes} MB.</p>'
        "<noscript><p>Đưa tài liệu vào cần JavaScript. Hãy bật lên rồi tải lại "
        "trang.</p></noscript></section>"
        '<section id="incoming" aria-label="Tài liệu đang nạp"><ol id="sending" class="uploads"></ol>'
        f"{queue(uploads, listing.generation)}</section>"
        '<p id="heard" class="unseen" role="status"></p><p id="told" role="status"></p>'
        f"{_search(listing)}{table(listing)}",
        kind="shelf",
        here=pages.SHELF,
        scripts=["shelf"],
        foot=f"{pages.reader()}{_EDITOR}{_REMOVER}",
    )


def too_large_for(limits: Limits) -> str:
    """Why a file that is too large is not taken."""
    return (
        f"Tệp nặng quá {limits.megabytes} MB nên không nhận được. Hãy tách thành nhiều tệp nhỏ hơn, rồi tải "
        "lên lại."
    )


_EDITOR = (
    '<dialog id="editor" aria-label="Sửa thông tin bài"><header class="bar"><p>Sửa thông tin bài</p>'
    '<button type="button" class="close">Đóng</button></header>'
    '<div class="sheet" tabindex="-1"></div></dialog>'
)
_REMOVER = (
    '<dialog id="remover" aria-labelledby="removing" aria-describedby="removed">'
    '<h2 id="removing">Gỡ bài này khỏi thư viện?</h2><p class="which"></p>'
    '<p id="removed">Câu trả lời sẽ không dùng bài này nữa, và bản sao tệp gốc trong thư viện cũng bị xóa. '
    "Nếu bài lấy từ một thư mục vẫn được đồng bộ, hãy xóa cả tệp trong thư mục đó, kẻo bài được nạp lại.</p>"
    '<p class="fault" role="alert"></p><p class="acts"><button type="button" class="go">Gỡ bài</button>'
    '<button type="button" class="close">Không gỡ</button></p></dialog>'
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
        parts = (
            (count["working"] + count["waiting"], "tệp đang nạp hoặc đang đợi"),
            (count["refused"], "tệp chưa nạp được"),
            (over, "tệp đã nạp xong"),
        )
        said = " · ".join(f"{n} {what}" for n, what in parts if n)
        said += f" · chỉ hiện {_MOST} tệp" if len(uploads) > _MOST else ""
        summary = f'<p class="count">{said}</p>'
    if over > 1:
        clear = f'<p class="acts"><button type="button" data-do="xong">Ẩn {over} tệp đã nạp xong</button></p>'
    return (
        f'<div id="queue" data-busy="{int(busy)}" data-generation="{generation}">'
        f'{summary}<ol class="uploads">{rows}</ol>{clear}</div>'
    )


_ORDER: tuple[State, ...] = ("working", "refused", "waiting", "done")


def _upload(upload: Upload) -> str:
    acts = {
        "waiting": _act("bo-qua", "Bỏ qua", upload),
        "working": "",
        "done": _act("bo-qua", "Ẩn", upload),
        "refused": _act("thu-lai", "Thử lại", upload) + _act("bo-qua", "Bỏ qua", upload),
    }[upload.state]
    acts = f'<p class="acts">{acts}</p>' if acts else ""
    return (
        f'<li class="upload {upload.state}" data-id="{_esc(upload.id)}"><div class="what">'
        f'<p class="name">{_esc(upload.name)} <span>{_size(upload.size)}</span></p>{_state(upload)}</div>'
        f"{acts}</li>"
    )


def _act(name: str, label: str, upload: Upload) -> str:
    about = _esc(f"{label}: {upload.name}")
    return f'<button type="button" data-do="{name}" aria-label="{about}">{label}</button>'


def _state(upload: Upload) -> str:
    match upload.state:
        case "waiting":
            return '<p class="state">Đã nhận, đang đợi đến lượt</p>'
        case "working":
            return _working(upload)
    told = [_taken(taken, upload) for taken in upload.documents if taken.status != "removed"]
    if upload.reason:
        told.append(f'<span class="fault">Chưa nạp được. {_sentence(upload.reason)}</span>')
    if len(told) == 1 and not (upload.documents and upload.documents[0].inside):
        return f'<p class="state">{told[0]}</p>'
    refused = sum(taken.status == "refused" for taken in upload.documents)
    held = sum(taken.status not in ("refused", "removed") for taken in upload.documents)
    summary = f"Có {held} tài liệu trong thư viện" + (f", {refused} chưa nạp được" if refused else "")
    first = sorted(range(len(told)), key=lambda n: 'class="fault"' not in told[n])
    lines = [f"<li>{told[n]}</li>" for n in first]
    rest = lines[_TOLD:]
    more = ""
    if rest:
        more = f"<details><summary>Và {len(rest)} tài liệu khác</summary><ul>{''.join(rest)}</ul></details>"
    return f'<p class="state">{summary}:</p><ul class="documents">{"".join(lines[:_TOLD])}</ul>{more}'


def _working(upload: Upload) -> str:
    done = f" — xong {len(upload.documents)} tài liệu" if upload.documents else ""
    label = _esc(f"Đang nạp {upload.name}")
    match upload.stage:
        case "storing":
            percent = round(100 * upload.progress)
            return (
                f'<p class="state">Đang nạp vào thư viện: {percent} %{done}</p>'
                f'<progress max="100" value="{percent}" aria-label="{label}"></progress>'
            )
        case "held up":
            said = f"Đang đợi chương trình khác ghi xong vào thư viện{done}"
        case "reading":
            said = f"Đang đọc tài liệu{done}"
    return f'<p class="state">{said}…</p><progress aria-label="{label}"></progress>'


def _taken(taken: Taken, upload: Upload) -> str:
    """What became of one document."""
    inside = f'<span class="inside">{_esc(taken.inside)}:</span> ' if taken.inside else ""
    if taken.status == "refused":
        return f'{inside}<span class="fault">Chưa nạp được. {_sentence(taken.reason or "")}</span>'
    link = _opened(taken.article or "", taken.title or "")
    said = {
        "added": f"Đã nạp thành bài {link}",
        "updated": f"Đã nạp lại bài {link}",
        "unchanged": f"Đã có sẵn, không đổi: {link}",
        "duplicate": f"Trùng nội dung với bài đã có, nên không thêm bài mới: {link}",
    }.get(taken.status, link)
    if taken.namesake:
        other = _opened(taken.namesake, "bài kia")
        said += (
            '. <span class="also">Thư viện đã có bài khác từ tệp cùng tên; cả hai được giữ: '
            f"xem {other}.</span>"
        )
    return inside + said


# --- what is there ---------------------------------------------------------------------------------


def _search(listing: Listing) -> str:
    asked = listing.asked
    chosen = f"{asked.by}.{'giam' if asked.down else 'tang'}"
    options = "".join(
        f'<option value="{by}.{way}"{" selected" if f"{by}.{way}" == chosen else ""}>{_esc(name)}</option>'
        for by, way, name in _ORDERS
    )
    doubled = " checked" if asked.doubled else ""
    return (
        f'<form id="search" role="search" action="{pages.SHELF}"><h2>Trong thư viện</h2>'
        f'<p><label for="words">Tìm trong tên bài, đơn vị, nguồn, tác giả, tệp</label>'
        f'<input type="search" id="words" name="tim" value="{_esc(asked.words)}" autocomplete="off" '
        f'spellcheck="false"></p>'
        f'<p class="order"><label for="order">Sắp theo</label>'
        f'<select id="order" name="sap">{options}</select></p>'
        f'<p class="check"><input type="checkbox" id="doubled" name="trung" value="1"{doubled}>'
        '<label for="doubled">Chỉ bài trùng hoặc gần trùng</label></p>'
        '<p class="unseen"><button type="submit" tabindex="-1">Tìm</button></p></form>'
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
    asked = listing.asked
    if not listing.total:
        body = '<p class="empty">Thư viện chưa có bài nào. Hãy đưa tài liệu đầu tiên vào bằng ô ở trên.</p>'
    elif not listing.rows:
        words = f" có “{_esc(asked.words)}”" if asked.words else ""
        kind = " trùng hoặc gần trùng" if asked.doubled else ""
        body = f'<p class="empty">Không có bài{kind} nào{words}. <a href="{pages.SHELF}">Xem tất cả</a></p>'
    else:
        heads = "".join(_head(key, column, asked) for key, column in COLUMNS.items())
        rows = "".join(map(_row, listing.rows))
        body = (
            '<table class="library"><caption class="unseen">Các bài trong thư viện</caption><thead><tr>'
            f'{heads}<th scope="col"><span class="unseen">Việc</span></th></tr></thead>'
            f"<tbody>{rows}</tbody></table>{_pager(listing)}"
        )
    return (
        f'<section id="list" data-generation="{listing.generation}" aria-label="Các bài trong thư viện">'
        f'<p class="count">{_counted(listing)}</p>{body}</section>'
    )


def _counted(listing: Listing) -> str:
    if listing.found == listing.total:
        return f"{_count(listing.total)} bài" if listing.total else ""
    return f"{_count(listing.found)} trong {_count(listing.total)} bài"


def _head(key: str, column: Column, asked: Asked) -> str:
    here = asked.by == key
    down = not asked.down if here else column.down
    to = Asked(asked.words, key, down, asked.doubled)
    sort = f' aria-sort="{"descending" if asked.down else "ascending"}"' if here else ""
    arrow = f' <span aria-hidden="true">{"▾" if asked.down else "▴"}</span>' if here else ""
    return (
        f'<th scope="col" class="{key}"{sort}><a href="{_esc(address(to))}" data-list data-key="sort-{key}">'
        f"{column.name}{arrow}</a></th>"
    )


def _row(row: Row) -> str:
    article = row.article
    published = ""
    if article.published:
        published = f'<time datetime="{article.published.isoformat()}">{pages.day(article.published)}</time>'
    added = ""
    if article.added:
        local = article.added.astimezone()
        added = (
            f'<time datetime="{local.isoformat(timespec="seconds")}">{pages.day(local)} {local:%H:%M}</time>'
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
    edited = ' <span class="edited">đã sửa</span>' if article.edited else ""
    inside = f"{title}{edited}{_files(row.files)}{_alike(row.alike)}"
    data = "".join(
        f'<td class="{key}{"" if text else " none"}" data-name="{COLUMNS[key].name}">{text}</td>'
        for key, text in cells.items()
    )
    return (
        f'<tr data-id="{_esc(article.id)}" data-title="{_esc(article.title)}">'
        f'<th scope="row" class="ten">{inside}</th>{data}<td class="acts">{_acts(article)}</td></tr>'
    )


def _acts(article: Shelved) -> str:
    path, title = _esc(pages.article_path(article.id)), _esc(article.title)
    original = ""
    if article.original:
        href = _esc(pages.original_path(article.id))
        original = f'<a href="{href}" download data-key="goc" aria-label="Tải tệp gốc: {title}">Tải</a>'
    return (
        f'<button type="button" data-edit="{path}/sua" data-key="sua" aria-label="Sửa: {title}">Sửa</button>'
        f"{original}"
        f'<button type="button" data-remove="{path}/go" data-key="go" aria-label="Gỡ: {title}">Gỡ</button>'
    )


def _files(files: Sequence[File]) -> str:
    names = "; ".join(
        f'<span title="{_esc(file.place)}">{_esc(file.name)}</span>' if file.place else _esc(file.name)
        for file in files
    )
    same = f'<span class="same">Cùng nội dung trong {len(files)} tệp:</span> ' if len(files) > 1 else ""
    return f'<span class="files">{same}{names}</span>'


def _alike(alike: Sequence[Alike]) -> str:
    if not alike:
        return ""
    said = ", ".join(
        f"{_opened(other.id, other.title)} "
        + ("(cùng tên)" if other.share is None else f"(giống {_percent(other.share)} %)")
        for other in alike[:_NAMED]
    )
    more = f" và {len(alike) - _NAMED} bài khác" if len(alike) > _NAMED else ""
    return f'<span class="alike"><span class="same">Gần trùng với</span> {said}{more}</span>'


def _percent(share: float) -> int:
    """Rounded down: what differs in a word is not the same."""
    return int(100 * share)


def _pager(listing: Listing) -> str:
    if listing.pages < 2:
        return ""
    asked = listing.asked

    def to(number: int, label: str, key: str) -> str:
        if not 1 <= number <= listing.pages:
            return f'<span class="off">{label}</span>'
        there = Asked(asked.words, asked.by, asked.down, asked.doubled, number)
        return f'<a href="{_esc(address(there))}" data-list data-key="{key}">{label}</a>'

    before, after = to(asked.page - 1, "Trang trước", "prev"), to(asked.page + 1, "Trang sau", "next")
    return (
        f'<nav class="pager" aria-label="Các trang của danh sách">{before}'
        f"<span>Trang {asked.page} trong {listing.pages}</span>{after}</nav>"
    )


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
        "published": pages.day(article.published) if article.published else "",
        "unit": article.unit or "",
        "source": article.source or "",
        "author": article.author or "",
    }
    fields = "".join(_field(field, value, said, known.get(field, ())) for field, value in values.items())
    path = _esc(f"{pages.article_path(article.id)}/sua")
    return pages.frame(
        f"Sửa {article.title}",
        f'<form id="edit" data-save="{path}" novalidate><p class="fault" role="alert"></p>{fields}'
        '<p class="acts"><button type="submit">Lưu</button>'
        '<button type="button" class="close">Không lưu</button></p></form>',
        kind="shelf",
    )


def _field(field: str, value: str, said: Mapping[str, str | None], known: Iterable[str]) -> str:
    hints = []
    if field == "published":
        hints.append("ngày/tháng/năm, ví dụ 09/04/2024; để trống nếu không biết")
    if field in said:
        hints.append(f"Theo tài liệu: {_as_said(field, said[field])}")
    hint = "".join(f"<span>{_esc(text)}</span>" for text in hints)
    options = "".join(f'<option value="{_esc(one)}"></option>' for one in known)
    listed = f'<datalist id="known-{field}">{options}</datalist>' if options else ""
    attributes = 'inputmode="numeric" ' if field == "published" else ""
    attributes += f'list="known-{field}" ' if options else ""
    return (
        f'<p class="field"><label for="edit-{field}">{FIELDS[field]}</label>'
        f'<input id="edit-{field}" name="{field}" value="{_esc(value)}" autocomplete="off" {attributes}'
        f'aria-describedby="fault-{field} hint-{field}">{listed}'
        f'<span class="fault" id="fault-{field}"></span>'
        f'<span class="hint" id="hint-{field}">{hint}</span></p>'
    )


def _as_said(field: str, value: str | None) -> str:
    if not value:
        return "không ghi"
    return pages.day(date.fromisoformat(value)) if field == "published" else value
