"""The routes of the speechwriters' notebooks: pinned, put in order, prepared for an occasion, handed out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from assistant import notebook as notebooks
from assistant import occasion as occasions
from assistant import pages, prose
from assistant.documents import FORMATS, attachment
from assistant.drafts import cited
from assistant.evidence import Standing
from assistant.ledger import unit_key
from assistant.notebook import Notebook, Pin
from assistant.prose import Prose
from assistant.records import conversations
from assistant.records import notebooks as kept
from assistant.site import notebook_pages
from assistant.site.house import House
from assistant.site.requests import Refusal, done, shown
from assistant.site.wording import Pen, written
from assistant.types import MODEL, Answer
from assistant.visit import say, visit
from ingest.vietnamese import nfc

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

#: The most characters of a name and of a remark, and the most pins of a notebook.
LONGEST_NAME, LONGEST_NOTE, MOST_PINS = 120, 4_000, 500

_DAY = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})")


def routes(house: House, pen: Pen | None = None) -> list[BaseRoute]:
    """The routes under ``/so-tay``; ``pen`` is what writes prose of the pins, None where no language model
    is."""
    from starlette.responses import HTMLResponse
    from starlette.responses import Response as Plain
    from starlette.routing import Route

    store, library = house.records, house.library

    def listing(request: Request) -> Response:
        return HTMLResponse(notebook_pages.listing(kept.listed(store, visit().owner)))

    def opened(request: Request) -> Response:
        id = request.path_params["id"]
        found = _of(house, id)
        facts, article = library.facts(), cache(library.article)
        units = sorted({f.unit for f in facts if f.unit}, key=unit_key)
        unit = next((u for u in units if unit_key(u) == unit_key(found.unit)), found.unit)
        chapters = occasions.sheet(unit, facts, article) if unit else ()
        prepared = occasions.occasion(unit, found.day, facts, article) if unit and found.day else None
        standing = {p.id: p.standing(article) for p in found.pins}
        still = found.prose.standing(article) if found.prose else None
        return HTMLResponse(
            notebook_pages.opened(
                id, found, standing, units, prepared, chapters, still, writes=pen is not None
            )
        )

    def export(request: Request) -> Response:
        suffix = request.path_params["suffix"]
        if suffix not in FORMATS:
            raise Refusal(404, say("Sổ tay tải về được dạng Word, PDF hoặc Markdown."))
        found = _of(house, request.path_params["id"])
        article, prepared = cache(library.article), None
        if found.unit and found.day:
            prepared = occasions.occasion(found.unit, found.day, library.facts(), article)
        made = notebooks.document(found, prepared, article, date.today())
        form = FORMATS[suffix]
        return Plain(form.write(made), media_type=form.media_type, headers=attachment(found.name, suffix))

    def make(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        id = kept.make(store, visit().owner, _name(fields.get("name", "")))
        return {"to": f"{pages.NOTEBOOK}/{id}"}

    def rename(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        name = _name(fields.get("name", ""))
        return _changed(house, request, lambda held: replace(held, name=name), say("Đã đổi tên."))

    def remove(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        if not kept.remove(store, visit().owner, request.path_params["id"]):
            raise _gone()
        return {"to": pages.NOTEBOOK}

    def occasion(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        unit, typed = _line(fields.get("unit", "")), fields.get("day", "").strip()
        known = {unit_key(f.unit): f.unit for f in library.facts() if f.unit}
        if unit and unit_key(unit) not in known:
            words = say("Kho bài không có dữ kiện nào của đơn vị này. Hãy chọn một tên trong danh sách.")
            raise Refusal(422, say("Chưa lưu. Hãy sửa những chỗ được chỉ ra."), {"unit": words})
        day = _day(typed) if typed else None
        return _changed(
            house,
            request,
            lambda held: replace(held, unit=known.get(unit_key(unit), ""), day=day),
            say("Đã chuẩn bị."),
        )

    def annotate(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        note, group = nfc(fields.get("note", "")).strip(), _line(fields.get("group", ""))
        wrong = {}
        if len(note) > LONGEST_NOTE:
            wrong["note"] = say("Dài quá {n} chữ. Hãy viết ngắn lại.", n=LONGEST_NOTE)
        if len(group) > LONGEST_NAME:
            wrong["group"] = say("Dài quá {n} chữ. Hãy viết ngắn lại.", n=LONGEST_NAME)
        if wrong:
            raise Refusal(422, say("Chưa lưu. Hãy sửa những chỗ được chỉ ra."), wrong)
        pin = request.path_params["pin"]
        return _changed(
            house, request, lambda held: notebooks.annotated(held, pin, note, group), say("Đã lưu.")
        )

    def move(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        pin, by = request.path_params["pin"], _step(fields)
        return _changed(house, request, lambda held: notebooks.moved(held, pin, by), _moved(by))

    def move_group(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        by = _step(fields)
        group = fields.get("group", "")
        return _changed(house, request, lambda held: notebooks.group_moved(held, group, by), _moved(by))

    def drop(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        pin = request.path_params["pin"]
        words = say("Đã bỏ khỏi sổ tay.")
        return _changed(house, request, lambda held: notebooks.without(held, pin), words)

    def take(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        pins = _asked_for(house, fields)
        owner = visit().owner
        mine = kept.listed(store, owner)
        id = next((k.id for k in mine if k.id == fields.get("notebook", "")), mine[0].id if mine else None)
        id = id or kept.make(store, owner, say("Sổ tay của tôi"))
        name, fresh = _take(house, id, pins)
        words = (
            say("Đã ghim vào sổ tay “{name}”.", name=name)
            if fresh
            else say("Mục này đã có trong sổ tay “{name}”.", name=name)
        )
        return {"say": words, "way": f"{pages.NOTEBOOK}/{id}", "name": say("Mở sổ tay")}

    def take_facts(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        id, chosen = request.path_params["id"], set(filter(None, fields.get("fact", "").split("\n")))
        if not chosen:
            raise Refusal(422, say("Chưa chọn mục nào. Hãy đánh dấu những mục cần ghim."))
        unit = _of(house, id).unit
        chapters = occasions.sheet(unit, library.facts(), cache(library.article)) if unit else ()
        entries = [entry for chapter in chapters for entry in chapter.entries if entry.place in chosen]
        if chosen - {entry.place for entry in entries}:
            raise Refusal(409, say("Tờ dữ kiện đã thay đổi. Hãy tải lại trang rồi chọn lại."))
        name, fresh = _take(house, id, [notebooks.quoted(entry.evidence) for entry in entries])
        return {"done": say("Đã ghim {n} mục vào sổ tay “{name}”.", n=fresh, name=name)}

    def matter(request: Request) -> Answer:
        article = cache(library.article)
        pins = _of(house, request.path_params["id"]).pins
        quotes = [c for p in pins if p.standing(article) is Standing.UNCHANGED for c in p.evidence]
        if not quotes:
            raise Refusal(422, say("Chưa có mục nào còn đúng nguồn. Hãy ghim thêm rồi viết."))
        return prose.matter(quotes)

    def keep(request: Request, made: Prose) -> Mapping[str, Any]:
        words = say("Mô hình đã viết xong {n} câu.", n=len(made.sentences))
        return _changed(house, request, lambda held: replace(held, prose=made), words)

    def drop_prose(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        return _changed(house, request, lambda held: replace(held, prose=None), say("Đã bỏ đoạn văn."))

    one = f"{pages.NOTEBOOK}/{{id}}"
    item = f"{one}/muc/{{pin}}"
    change = partial(Route, methods=["POST"])
    return [
        Route(pages.NOTEBOOK, shown(listing)),
        change(f"{pages.NOTEBOOK}/moi", done(make)),
        change(f"{pages.NOTEBOOK}/ghim", done(take)),
        Route(f"{one}/tai-ve.{{suffix}}", shown(export)),
        Route(one, shown(opened)),
        change(f"{one}/ten", done(rename)),
        change(f"{one}/xoa", done(remove)),
        change(f"{one}/dip", done(occasion)),
        change(f"{one}/nhom", done(move_group)),
        change(f"{one}/to-du-kien", done(take_facts)),
        change(f"{one}/bo-doan-van", done(drop_prose)),
        *([change(f"{one}/viet", written(pen, "speech", matter, keep))] if pen else []),
        change(f"{item}/sua", done(annotate)),
        change(f"{item}/chuyen", done(move)),
        change(f"{item}/bo", done(drop)),
    ]


def _gone() -> Refusal:
    return Refusal(404, say("Không có sổ tay này. Sổ có thể đã được xóa."))


def _of(house: House, id: str) -> Notebook:
    """Raises Refusal where the visitor has no such notebook."""
    found = kept.notebook(house.records, visit().owner, id)
    if found is None:
        raise _gone()
    return found


def _changed(
    house: House, request: Request, how: Callable[[Notebook], Notebook], words: str
) -> Mapping[str, Any]:
    """Changes the visitor's notebook; its page shows that and says these words."""
    if kept.change(house.records, visit().owner, request.path_params["id"], how) is None:
        raise _gone()
    return {"done": words}


def _moved(by: int) -> str:
    return say("Đã đưa lên.") if by < 0 else say("Đã đưa xuống.")


def _take(house: House, id: str, pins: Sequence[Pin]) -> tuple[str, int]:
    """Pins into the visitor's notebook what is not there yet: its name, and how many these were. Raises
    Refusal."""
    fresh: dict[str, Pin] = {}

    def add(held: Notebook) -> Notebook:
        fresh.update((pin.id, pin) for pin in pins if notebooks.held(held, pin.id) is None)
        if len(held.pins) + len(fresh) > MOST_PINS:
            words = say("Sổ tay này đã có {n} mục. Hãy mở một sổ tay mới.", n=len(held.pins))
            raise Refusal(409, words)
        return replace(held, pins=(*held.pins, *fresh.values()))

    changed = kept.change(house.records, visit().owner, id, add)
    if changed is None:
        raise _gone()
    return changed.name, len(fresh)


# --- what is typed ---------------------------------------------------------------------------------


def _line(text: str) -> str:
    return " ".join(nfc(text).split())


def _name(typed: str) -> str:
    """Raises Refusal."""
    name = _line(typed)
    wrong = None
    if not name:
        wrong = say("Hãy đặt tên cho sổ tay.")
    elif len(name) > LONGEST_NAME:
        wrong = say("Dài quá {n} chữ. Hãy viết ngắn lại.", n=LONGEST_NAME)
    if wrong:
        raise Refusal(422, say("Chưa lưu. Hãy sửa những chỗ được chỉ ra."), {"name": wrong})
    return name


def _day(typed: str) -> date:
    """Raises Refusal."""
    with suppress(ValueError):
        if found := _DAY.fullmatch(typed):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(typed)
    words = say("Không hiểu ngày “{typed}”. Hãy viết ngày/tháng/năm, ví dụ 18/10/2030.", typed=typed[:40])
    raise Refusal(422, say("Chưa lưu. Hãy sửa những chỗ được chỉ ra."), {"day": words})


def _step(fields: Mapping[str, str]) -> int:
    return -1 if fields.get("by") == "-1" else 1


# --- what is pinned --------------------------------------------------------------------------------


def _asked_for(house: House, fields: Mapping[str, str]) -> list[Pin]:
    """The pins for what a page has sent, read again from the kept conversation or the article. Raises
    Refusal."""
    if "conversation" in fields:
        return _said(house, fields)
    start, end = _number(fields.get("start")), _number(fields.get("end"))
    article = house.library.article(fields.get("article", ""))
    if start is None or end is None:
        raise _nothing()
    span = notebooks.selected(article.text, start, end, fields.get("words"))
    if span is None:
        raise _nothing()
    return [notebooks.quoted(cited(article, span))]


def _said(house: House, fields: Mapping[str, str]) -> list[Pin]:
    """The statements of an answer, or one of them."""
    n = _number(fields.get("exchange")) or 0
    exchange = conversations.exchange(house.records, visit().owner, fields["conversation"], n)
    answer = exchange.answer if exchange else None
    if answer is None or answer.status != "answered":
        raise _nothing()
    statements = answer.statements
    if "statement" in fields:
        at = _number(fields["statement"]) or 0
        if not 1 <= at <= len(statements):
            raise _nothing()
        statements = statements[at - 1 : at]
    by_number = {c.n: c for c in answer.citations}
    return [
        notebooks.pin(
            s.text,
            [by_number[n] for n in s.citations if n in by_number],
            worded=answer.mode == MODEL,
            approved=answer.approved,
        )
        for s in statements
    ]


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


def _nothing() -> Refusal:
    return Refusal(404, say("Không tìm thấy điều cần ghim. Hãy tải lại trang rồi thử lại."))
