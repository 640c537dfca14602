"""The routes of the orientation material: chosen, drawn, changed, handed out, and done as a quiz."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, Any

from assistant import handouts, pages, prose, training
from assistant.documents import FORMATS, attachment
from assistant.handouts import Copy
from assistant.ledger import unit_key
from assistant.prose import Prose
from assistant.records import materials
from assistant.records.materials import Kept
from assistant.site import training_pages as own
from assistant.site.house import House
from assistant.site.requests import Refusal, done, shown
from assistant.site.training_pages import Found, Opened, Picked, path
from assistant.site.wording import Pen, written
from assistant.training import Change, Choice, Item, Material, Offer, Part
from assistant.types import Answer
from assistant.visit import say, visit
from ingest.errors import UnknownArticle
from ingest.facts import Fact
from ingest.types import Article
from ingest.vietnamese import fold

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

#: So many articles and units a search shows; material is made of no more of them.
FOUND, MOST_CHOSEN = 40, 200

_GONE = "Không có tài liệu định hướng này. Tài liệu có thể đã được xóa."
_NO_ITEM = "Mục này không còn trong tài liệu. Hãy tải lại trang."
_DONE = {
    "bo": "Đã để ra ngoài.",
    "dua": "Đã đưa lại.",
    "len": "Đã đưa lên.",
    "xuong": "Đã đưa xuống.",
    "xoa": "Đã bỏ hẳn.",
}
_NOTHING_CHOSEN = "Chưa chọn gì. Hãy đánh dấu ít nhất một bài viết hoặc một đơn vị."
_NOTHING_SAID = (
    "Những bài và đơn vị đã chọn không nêu mốc thời gian, khen thưởng, chức năng hay con người nào để soạn. "
    "Hãy chọn thêm bài khác."
)
_TOO_MANY = "Đã chọn quá {n} bài và đơn vị. Hãy bỏ bớt, hoặc soạn thành nhiều tài liệu."
_NOTHING_ANEW = (
    "Thư viện không còn nêu điều này, nên không làm lại được. Hãy bỏ mục này ra, hoặc thêm mục khác."
)


@dataclass(frozen=True, slots=True)
class _Library:
    """What the library holds at one moment: its ledger, and its articles by their ids."""

    ledger: Sequence[Fact]
    article: Callable[[str], Article | None]

    def sure(self, id: str) -> Article:
        """Raises UnknownArticle."""
        found = self.article(id)
        if found is None:
            raise UnknownArticle(id)
        return found

    def offer(self, choice: Choice, seed: str) -> Offer:
        there = tuple(id for id in choice.articles if self.article(id))
        ledger = [fact for fact in self.ledger if self.article(fact.article)]
        return training.offer(replace(choice, articles=there), ledger, self.sure, seed)

    def changes(self, of: Material) -> dict[str, tuple[Change, ...]]:
        """What has changed since, by the ids of the items that are stale."""
        told = {item.id: training.changes(item, self.article, self.ledger) for item in of.items}
        return {id: changes for id, changes in told.items() if changes}


def routes(house: House, pen: Pen | None = None) -> list[BaseRoute]:
    """The routes of this page; ``pen`` is what words a summary, None where no language model is."""
    from starlette.responses import HTMLResponse, Response
    from starlette.routing import Route

    lock = Lock()
    known: tuple[tuple[bool, int], Sequence[Fact]] | None = None

    def library() -> _Library:
        nonlocal known
        now = house.demo(), house.library.generation()
        with lock:
            if known is None or known[0] != now:
                known = now, house.library.facts()
            ledger = known[1]
        read: dict[str, Article | None] = {}

        def article(id: str) -> Article | None:
            if id not in read:
                try:
                    read[id] = house.library.article(id)
                except UnknownArticle:
                    read[id] = None
            return read[id]

        return _Library(ledger, article)

    def held(request: Request) -> Kept:
        kept = materials.held(house.records, visit().owner, request.path_params["id"])
        if kept is None:
            raise Refusal(404, say(_GONE))
        return kept

    def change(request: Request, how: Callable[[Material], Material]) -> Material:
        now = materials.change(house.records, visit().owner, request.path_params["id"], how)
        if now is None:
            raise Refusal(404, say(_GONE))
        return now

    # --- the list, and what is new

    def overview(request: Request) -> Response:
        held_now = library()
        mine = [
            Opened(kept, held_now.changes(kept.material))
            for kept in materials.listed(house.records, visit().owner)
        ]
        others = materials.opened_by_others(house.records, visit().owner)
        return HTMLResponse(own.overview(mine, others))

    def choosing(request: Request) -> Response:
        query = request.query_params
        picked = Picked(
            query.get("tim", "").strip()[:200],
            Choice(tuple(dict.fromkeys(query.getlist("bai"))), tuple(dict.fromkeys(query.getlist("don-vi")))),
            query.get("ten", "")[: training.LONGEST_TITLE],
        )
        return HTMLResponse(own.choosing(picked, _found(house, library().ledger, picked)))

    def make(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        choice = Choice(_lines(fields, "bai"), _lines(fields, "don-vi"))
        if fields.get("viec") == "tim":
            return {"to": own.choosing_path(Picked(fields.get("tim", ""), choice, fields.get("ten", "")))}
        now = library()
        units = {unit_key(fact.unit) for fact in now.ledger if fact.unit}
        choice = Choice(
            tuple(id for id in choice.articles if now.article(id)),
            tuple(unit for unit in choice.units if unit_key(unit) in units),
        )
        if not choice.articles and not choice.units:
            raise Refusal(422, say(_NOTHING_CHOSEN))
        if len(choice.articles) + len(choice.units) > MOST_CHOSEN:
            raise Refusal(422, say(_TOO_MANY, n=MOST_CHOSEN))
        seed = secrets.token_hex(8)
        given = now.offer(choice, seed)
        if not given.items:
            raise Refusal(422, say(_NOTHING_SAID))
        titles = [now.sure(id).title for id in choice.articles]
        title = _title(fields.get("ten", "")) or training.suggested_title(titles, choice.units)
        made = training.material(title, choice, seed, given)
        id = materials.keep(house.records, visit().owner, made)
        return {"to": path(id)}

    # --- one material

    def opened(request: Request) -> Response:
        kept = held(request)
        one = Opened(kept, library().changes(kept.material))
        return HTMLResponse(own.material(one, writes=pen is not None))

    def rename(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        title = _title(fields.get("ten", ""))
        if not title:
            words = say("Tài liệu phải có tên. Hãy nhập tên.")
            raise Refusal(422, words, {"ten": words})
        change(request, lambda m: replace(m, title=title))
        return {"done": say("Đã đổi tên.")}

    def remove(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        if not materials.remove(house.records, visit().owner, request.path_params["id"]):
            raise Refusal(404, say(_GONE))
        return {"to": pages.TRAINING}

    def open_up(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        opened = fields.get("mo") == "1"
        change(request, lambda m: replace(m, opened=opened))
        return {"done": say("Đã mở cho người học.") if opened else say("Đã đóng lại.")}

    def act(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        id, what = fields.get("item", ""), fields.get("do", "")

        def how(m: Material) -> Material:
            if m.item(id) is None:
                raise Refusal(404, say(_NO_ITEM))
            match what:
                case "bo" | "dua":
                    return training.changed(m, id, lambda i: replace(i, left_out=what == "bo"))
                case "len" | "xuong":
                    return training.moved(m, id, -1 if what == "len" else 1)
                case "xoa":
                    return replace(m, items=tuple(i for i in m.items if i.id != id))
            raise Refusal(400, say("Không rõ việc cần làm. Hãy tải lại trang rồi thử lại."))

        change(request, how)
        return {"done": say(_DONE[what])}

    def anew(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        """The stale item that is named, or all of them; what cannot be made anew stays as it is."""
        now, kept = library(), held(request)
        given = now.offer(kept.material.choice, kept.material.seed)
        stale = now.changes(kept.material)
        wanted = [fields["item"]] if "item" in fields else list(stale)
        renewed = 0

        def how(m: Material) -> Material:
            nonlocal renewed
            for id in wanted:
                old = m.item(id)
                others = [item for item in m.items if item.id != id]
                fresh = training.anew(old, given, others) if old and id in stale else None
                if fresh:
                    m = training.changed(m, id, lambda _, fresh=fresh: fresh)  # type: ignore[misc]
                    renewed += 1
            return m

        change(request, how)
        if not renewed:
            raise Refusal(422, say(_NOTHING_ANEW))
        return {"done": say("Đã làm lại {n} mục.", n=renewed)}

    def word(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        id = fields.get("item", "")
        ask, says = (" ".join(fields.get(name, "").split()) for name in ("ask", "says"))
        long = {name: v for name, v in (("ask", ask), ("says", says)) if len(v) > training.LONGEST_WORDS}
        if long:
            words = say("Dài quá {n} chữ cái. Hãy viết ngắn lại.", n=training.LONGEST_WORDS)
            raise Refusal(422, words, dict.fromkeys(long, words))

        def how(m: Material) -> Material:
            if m.item(id) is None:
                raise Refusal(404, say(_NO_ITEM))
            return training.changed(m, id, lambda item: training.reworded(item, ask, says))

        change(request, how)
        return {"done": say("Đã lưu.")}

    def adding(request: Request) -> Response:
        kept = held(request)
        try:
            part = Part(request.query_params.get("loai", Part.QUESTION.value))
        except ValueError:
            part = Part.QUESTION
        given = library().offer(kept.material.choice, kept.material.seed)
        return HTMLResponse(own.adding(kept, part, _further(kept.material, given, part)))

    def add(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        kept = held(request)
        given = library().offer(kept.material.choice, kept.material.seed)
        item = next((item for item in given.items if item.id == fields.get("item")), None)
        if item is None:
            raise Refusal(404, say("Thư viện không còn nêu điều này. Hãy tải lại trang."))
        change(request, lambda m: training.added(m, item))
        return {"done": say("Đã thêm.")}

    # --- the summary in a language model's words

    def matter(request: Request) -> Answer:
        kept = held(request)
        items = training.summed(kept.material, library().changes(kept.material))
        if not items:
            raise Refusal(422, say("Phần tóm tắt chưa có câu nào còn đúng nguồn. Hãy thêm rồi viết."))
        return prose.matter(item.evidence for item in items)

    def keep(request: Request, made: Prose) -> Mapping[str, Any]:
        change(request, lambda m: replace(m, prose=made))
        return {"done": say("Mô hình đã viết xong {n} câu.", n=len(made.sentences))}

    def drop_prose(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        change(request, lambda m: replace(m, prose=None))
        return {"done": say("Đã bỏ đoạn văn.")}

    # --- handed out

    def download(request: Request) -> Response:
        kept, now = held(request), library()
        suffix = request.path_params["suffix"]
        try:
            copy = Copy(request.path_params["copy"])
            form = FORMATS[suffix]
        except (KeyError, ValueError):
            raise Refusal(404, say("Không có bản tài liệu này.")) from None
        stale = frozenset(now.changes(kept.material))
        document = handouts.document(copy, kept.material, stale, date.today())
        if not document.blocks:
            raise Refusal(422, say("Chưa có mục nào để đưa vào bản này. Hãy thêm hoặc đưa lại vài mục."))
        name = f"{handouts.NAMES[copy]} - {kept.material.title}"
        return Response(form.write(document), media_type=form.media_type, headers=attachment(name, suffix))

    def quiz(request: Request) -> Response:
        kept = materials.to_learn(house.records, visit().owner, request.path_params["id"])
        if kept is None:
            raise Refusal(404, say("Không có bài trắc nghiệm này, hoặc người soạn chưa mở cho người học."))
        stale = library().changes(kept.material)
        asked = [i for i in kept.material.of(Part.QUIZ) if not i.left_out and i.id not in stale]
        dropped = sum(not i.left_out and i.id in stale for i in kept.material.of(Part.QUIZ))
        query = request.query_params
        given = {i.id: query.get(f"cau-{i.id}", "") for i in asked} if "cham" in query else None
        return HTMLResponse(own.quiz(kept, asked, dropped, given))

    of_one = f"{pages.TRAINING}/{{id}}"
    return [
        Route(pages.TRAINING, shown(overview)),
        Route(own.NEW, shown(choosing)),
        Route(own.NEW, done(make), methods=["POST"]),
        Route(of_one, shown(opened)),
        Route(f"{of_one}/ten", done(rename), methods=["POST"]),
        Route(f"{of_one}/xoa", done(remove), methods=["POST"]),
        Route(f"{of_one}/mo", done(open_up), methods=["POST"]),
        Route(f"{of_one}/muc", done(act), methods=["POST"]),
        Route(f"{of_one}/lam-lai", done(anew), methods=["POST"]),
        Route(f"{of_one}/loi", done(word), methods=["POST"]),
        Route(f"{of_one}/bo-doan-van", done(drop_prose), methods=["POST"]),
        *([Route(f"{of_one}/viet", written(pen, "summary", matter, keep), methods=["POST"])] if pen else []),
        Route(f"{of_one}/them", shown(adding)),
        Route(f"{of_one}/them", done(add), methods=["POST"]),
        Route(f"{of_one}/tai/{{copy}}.{{suffix}}", shown(download)),
        Route(f"{of_one}/lam-bai", shown(quiz)),
    ]


def _lines(fields: Mapping[str, str], name: str) -> tuple[str, ...]:
    """The values of several fields of one name: a line each."""
    return tuple(dict.fromkeys(filter(None, (line.strip() for line in fields.get(name, "").split("\n")))))


def _title(typed: str) -> str:
    return " ".join(typed.split())[: training.LONGEST_TITLE]


def _found(house: House, ledger: Sequence[Fact], picked: Picked) -> Found:
    """The articles and units that are searched for, those chosen apart, and how many more there are."""
    words = fold(picked.words).split()
    shelf = house.library.shelf()
    titled = sorted(shelf, key=lambda a: fold(a.title))
    articles = [
        a
        for a in titled
        if a.id not in picked.choice.articles
        and all(w in fold(" ".join(filter(None, (a.title, a.unit, a.source)))) for w in words)
    ]
    named: dict[str, str] = {}
    for fact in ledger:
        if fact.unit:
            named.setdefault(unit_key(fact.unit), fact.unit)
    taken = {unit_key(unit) for unit in picked.choice.units}
    units = sorted(
        (u for key, u in named.items() if key not in taken and all(w in fold(u) for w in words)), key=fold
    )
    return Found(
        tuple(a for a in titled if a.id in picked.choice.articles),
        tuple(named[unit_key(u)] for u in picked.choice.units if unit_key(u) in named),
        tuple(articles[:FOUND]),
        tuple(units[:FOUND]),
        max(0, len(articles) - FOUND),
        max(0, len(units) - FOUND),
        not shelf,
    )


def _further(of: Material, given: Offer, part: Part) -> list[Item]:
    """What is offered and not in the material yet, in whatever state it is there."""
    held = {(item.ask, item.says, item.evidence.article) for item in of.of(part)}
    asks = {item.ask for item in of.of(part) if item.ask}
    return [
        item
        for item in given.items
        if item.part is part
        and (item.ask, item.says, item.evidence.article) not in held
        and item.ask not in asks
    ]
