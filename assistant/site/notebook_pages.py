"""The pages of the notebooks. Pure: values in, escaped HTML out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape as _esc

from assistant import notebook as notebooks
from assistant import pages
from assistant.documents import FORMATS
from assistant.evidence import Standing
from assistant.notebook import Notebook, Pin
from assistant.occasion import Chapter, Entry, Occasion
from assistant.prose import Prose
from assistant.records.notebooks import Kept
from assistant.site import prose_pages
from assistant.transcript import approved, published
from assistant.types import Citation, written
from assistant.visit import at, say


def _page(title: str, main: str) -> str:
    return pages.frame(
        title, main, kind="notebook", here=pages.NOTEBOOK, sheets=["notebook", "prose"], foot=pages.reader()
    )


# --- the list --------------------------------------------------------------------------------------


def listing(held: Sequence[Kept]) -> str:
    """All notebooks of one person, the last used first."""
    rows = "".join(_row(kept) for kept in held)
    none = say("Chưa có sổ tay nào. Ghim một câu trả lời, một dữ kiện hoặc đặt tên cho sổ tay mới.")
    lead = say("Nơi gom câu chữ có dẫn nguồn cho bài phát biểu, rồi tải về Word, PDF.")
    shelf = f'<ul class="books">{rows}</ul>' if held else f'<p class="empty">{_esc(none)}</p>'
    naming = _naming(f"{pages.NOTEBOOK}/moi", "", say("Tên sổ tay mới"), say("Tạo sổ tay"))
    name = say("Sổ tay")
    return _page(name, f'<h1>{_esc(name)}</h1><p class="lead">{_esc(lead)}</p>{naming}{shelf}')


def _naming(path: str, name: str, label: str, button: str) -> str:
    return (
        f'<form class="line" data-send="{_esc(path)}"><label>{_esc(label)} '
        f'<input name="name" value="{_esc(name)}" maxlength="120" required autocomplete="off"></label>'
        f'<button class="main">{_esc(button)}</button></form>'
    )


def _row(kept: Kept) -> str:
    held = kept.notebook
    about = [say("{n} mục", n=len(held.pins))]
    if held.unit:
        about.append(held.unit)
    if held.day:
        about.append(written(held.day))
    return (
        f'<li><a href="{at(f"{pages.NOTEBOOK}/{kept.id}")}">{_esc(held.name)}</a>'
        f"<span>{_esc(' · '.join(about))}</span></li>"
    )


# --- one notebook ----------------------------------------------------------------------------------


def opened(
    id: str,
    held: Notebook,
    standing: Mapping[str, Standing],
    units: Sequence[str],
    prepared: Occasion | None,
    chapters: Sequence[Chapter],
    prose: Prose | None = None,
    *,
    writes: bool = False,
) -> str:
    """A notebook with all that is done there. ``standing`` tells of each pin, by its id, whether its sources
    still say it; ``prepared`` and ``chapters`` are of the occasion that was chosen; ``prose`` is what of a
    language model's still stands, and ``writes`` tells whether there is one to write."""
    path = f"{pages.NOTEBOOK}/{id}"
    return _page(
        held.name,
        f'<nav class="up"><a href="{at(pages.NOTEBOOK)}">{_esc(say("Mọi sổ tay"))}</a></nav>'
        f"<h1>{_esc(held.name)}</h1>{_export(path, held, standing)}"
        f"{_occasion(path, held, units, prepared)}{_pins(path, held, standing)}"
        f"{_prose(path, held, prose, writes=writes)}"
        f"{_sheet(id, held, chapters)}{_care(path, held)}",
    )


_NAMES = {"docx": "Word", "pdf": "PDF", "md": "Markdown"}


def _export(path: str, held: Notebook, standing: Mapping[str, Standing]) -> str:
    if not held.pins:
        return ""
    links = "".join(
        f'<a href="{at(f"{path}/tai-ve.{suffix}")}" download>'
        f"{_esc(say('Tải về {form}', form=_NAMES.get(suffix, suffix)))}</a>"
        for suffix in FORMATS
    )
    left = sum(standing[p.id] is not Standing.UNCHANGED for p in held.pins)
    note = ""
    if left:
        words = say("{n} mục có nguồn đã thay đổi sẽ không có trong bản tải về.", n=left)
        note = f'<p class="warning">{_esc(words)}</p>'
    return f'<p class="ways-out">{links}</p>{note}'


def _occasion(path: str, held: Notebook, units: Sequence[str], prepared: Occasion | None) -> str:
    options = "".join(f'<option value="{_esc(unit)}">' for unit in units)
    day = written(held.day) if held.day else ""
    form = (
        f'<form class="line" data-send="{_esc(f"{path}/dip")}">'
        f'<label>{_esc(say("Đơn vị"))} <input name="unit" value="{_esc(held.unit)}" list="don-vi" '
        f'autocomplete="off"></label><datalist id="don-vi">{options}</datalist>'
        f'<label class="short">{_esc(say("Ngày (ngày/tháng/năm)"))} <input name="day" value="{_esc(day)}" '
        f'inputmode="numeric" autocomplete="off"></label>'
        f"<button>{_esc(say('Chuẩn bị'))}</button></form>"
    )
    told = ""
    if prepared is not None:
        kept = "".join(
            f'<li><p class="sum">{_esc(one.sentence)}</p>{"".join(map(_quote, one.evidence))}</li>'
            for one in prepared.kept
        )
        told = f'<ul class="kept">{kept}</ul>' if kept else ""
        told += "".join(f'<p class="warning">{_esc(words)}</p>' for words in prepared.unknown)
    return f'<section><h2 id="dip">{_esc(say("Dịp kỷ niệm"))}</h2>{form}{told}</section>'


def _pins(path: str, held: Notebook, standing: Mapping[str, Standing]) -> str:
    name = _esc(say("Đã ghim ({n})", n=len(held.pins)))
    if not held.pins:
        how = say(
            "Chưa có mục nào. Bấm “Ghim vào sổ tay” ở câu trả lời, ở dòng thời gian, hoặc lấy từ tờ dữ kiện "
            "bên dưới."
        )
        return f'<section><h2>{name}</h2><p class="empty">{_esc(how)}</p></section>'
    groups = [group for group, _ in held.groups if group]
    known = "".join(f'<option value="{_esc(group)}">' for group in groups)
    body = "".join(_group(path, group, pins, standing, groups) for group, pins in held.groups)
    return f'<section><h2>{name}</h2><datalist id="nhom">{known}</datalist>{body}</section>'


def _group(
    path: str, name: str, pins: Sequence[Pin], standing: Mapping[str, Standing], groups: Sequence[str]
) -> str:
    head = ""
    if name:
        ways = ""
        if name != groups[0]:
            ways += pages.button(
                f"{path}/nhom", "↑", label=say("Đưa nhóm “{name}” lên", name=name), group=name, by="-1"
            )
        if name != groups[-1]:
            ways += pages.button(
                f"{path}/nhom", "↓", label=say("Đưa nhóm “{name}” xuống", name=name), group=name, by="1"
            )
        head = f'<div class="group"><h3>{_esc(name)}</h3>{ways}</div>'
    items = "".join(_pin(path, p, standing[p.id], n, len(pins)) for n, p in enumerate(pins))
    return f'{head}<ol class="pins">{items}</ol>'


def _pin(path: str, pin: Pin, standing: Standing, n: int, of: int) -> str:
    own = f"{path}/muc/{pin.id}"
    said = {
        Standing.UNCHANGED: "",
        Standing.CHANGED: say("Nguồn đã thay đổi: hãy kiểm tra lại."),
        Standing.GONE: say("Bài đã được gỡ khỏi kho: hãy kiểm tra lại."),
    }[standing]
    warning = f'<p class="warning">{_esc(said)}</p>' if said else ""
    worded = f'<p class="worded">{_esc(say("Lời văn của mô hình ngôn ngữ."))}</p>' if pin.worded else ""
    note = f'<p class="note">{_esc(pin.note)}</p>' if pin.note else ""
    if pin.approved:
        worded = f'<p class="approved">{_esc(approved(pin.approved))}</p>{worded}'
    words = _short(pin.text)
    ways = ""
    if n > 0:
        ways += pages.button(f"{own}/chuyen", "↑", label=say("Đưa lên: {text}", text=words), by="-1")
    if n < of - 1:
        ways += pages.button(f"{own}/chuyen", "↓", label=say("Đưa xuống: {text}", text=words), by="1")
    sure = say("Bỏ mục này khỏi sổ tay?")
    ways += pages.button(f"{own}/bo", say("Bỏ"), label=say("Bỏ khỏi sổ tay: {text}", text=words), sure=sure)
    # Where the statement is its quote, the quote is not said twice.
    quotes = "".join(_quote(c, words=" ".join(c.quote.split()) != pin.text) for c in pin.evidence)
    edit = (
        f'<details class="edit"><summary>{_esc(say("Ghi chú, nhóm"))}</summary>'
        f'<form data-send="{_esc(f"{own}/sua")}"><label>{_esc(say("Nhóm"))} '
        f'<input name="group" value="{_esc(pin.group)}" list="nhom" autocomplete="off"></label>'
        f'<label>{_esc(say("Ghi chú"))} <textarea name="note" rows="3">{_esc(pin.note)}</textarea></label>'
        f"<button>{_esc(say('Lưu'))}</button></form></details>"
    )
    kind = "" if standing is Standing.UNCHANGED else ' class="stale"'
    return (
        f'<li{kind}><p class="text">{_esc(pin.text)}</p>{warning}{worded}{note}{quotes}'
        f'<div class="acts">{ways}{edit}</div></li>'
    )


def _prose(path: str, held: Notebook, standing: Prose | None, *, writes: bool) -> str:
    if not held.prose and not (writes and held.pins):
        return ""
    made = prose_pages.prose(held.prose, standing) if held.prose and standing else ""
    acts = ""
    if writes and held.pins:
        name = say("Viết lại") if held.prose else say("Viết lại bằng mô hình ngôn ngữ")
        acts += prose_pages.button(f"{path}/viet", name)
    if held.prose:
        acts += pages.button(f"{path}/bo-doan-van", say("Bỏ đoạn văn"), sure=say("Bỏ đoạn văn này?"))
    lead = say("Các mục đã ghim thành một đoạn để đọc. Các mục vẫn giữ nguyên.")
    about = "" if made else f'<p class="lead">{_esc(lead)}</p>'
    return f'<section><h2>{_esc(say("Đoạn văn"))}</h2>{about}{made}<div class="acts">{acts}</div></section>'


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:60].rsplit(" ", 1)[0] + " …"


def _quote(cited: Citation, *, words: bool = True) -> str:
    """Where something stands, with the words that say it."""
    about = " · ".join(published(cited))
    link = pages.cited_link(cited, _esc(cited.title))
    quote = f"<q>{_esc(' '.join(cited.quote.split()))}</q> " if words else ""
    return (
        f'<p class="source">{quote}<cite>{link}</cite>{f" <span>{_esc(about)}</span>" if about else ""}</p>'
    )


def _sheet(id: str, held: Notebook, chapters: Sequence[Chapter]) -> str:
    name = _esc(say("Tờ dữ kiện"))
    if not held.unit:
        how = say("Chọn đơn vị ở phần Dịp kỷ niệm để xem mọi dữ kiện của đơn vị đó.")
        return f'<section><h2>{name}</h2><p class="empty">{_esc(how)}</p></section>'
    if not chapters:
        body = f'<p class="empty">{_esc(say("Kho bài không có dữ kiện nào của đơn vị này."))}</p>'
        return f"<section><h2>{name}: {_esc(held.unit)}</h2>{body}</section>"
    body = "".join(_chapter(held, chapter) for chapter in chapters)
    take = f'<p class="take"><button class="main">{_esc(say("Ghim các mục đã chọn"))}</button></p>'
    return (
        f'<section><h2>{name}: {_esc(held.unit)}</h2><form class="sheet-of-facts" '
        f'data-send="{_esc(f"{pages.NOTEBOOK}/{id}/to-du-kien")}">{body}'
        f"{take}</form></section>"
    )


def _chapter(held: Notebook, chapter: Chapter) -> str:
    entries = "".join(_entry(held, entry) for entry in chapter.entries)
    free = sum(not _is_pinned(held, entry) for entry in chapter.entries)
    label = _esc(say("Chọn tất cả: {name}", name=chapter.name))
    every = (
        f'<label class="all"><input type="checkbox" data-all aria-label="{label}"> '
        f"{_esc(say('Chọn tất cả'))}</label>"
        if free > 1
        else ""
    )
    return (
        f'<fieldset><legend><h3>{_esc(chapter.name)}</h3></legend>{every}<ul class="facts">{entries}</ul>'
        f"</fieldset>"
    )


def _is_pinned(held: Notebook, entry: Entry) -> bool:
    return notebooks.held(held, notebooks.quoted(entry.evidence).id) is not None


def _entry(held: Notebook, entry: Entry) -> str:
    words = f'<span class="text">{_esc(entry.words)}</span>'
    if _is_pinned(held, entry):
        fact = f'<p class="fact">{words} <span class="there">{_esc(say("Đã ghim"))}</span></p>'
    else:
        box = f'<input type="checkbox" name="fact" value="{_esc(entry.place)}">'
        fact = f'<label class="fact">{box} {words}</label>'
    disputed = ""
    if entry.disputed:
        others = "; ".join(entry.disputed)
        disputed = f'<p class="warning">{_esc(say("Bài khác nói khác: {others}", others=others))}</p>'
    return f"<li>{fact}{disputed}{_quote(entry.evidence)}</li>"


def _care(path: str, held: Notebook) -> str:
    remove = pages.button(
        f"{path}/xoa",
        say("Xóa sổ tay"),
        sure=say("Xóa sổ tay “{name}” cùng {n} mục đã ghim?", name=held.name, n=len(held.pins)),
        kind="drop",
    )
    return (
        f"<section><h2>{_esc(say('Sổ tay này'))}</h2>"
        f"{_naming(f'{path}/ten', held.name, say('Tên'), say('Đổi tên'))}<p>{remove}</p></section>"
    )
