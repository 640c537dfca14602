"""The editors' pages, and the ways in which people say what they think of an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from assistant import appraisal, gold
from assistant.conversation import Exchange, turns
from assistant.doctor import program_version
from assistant.question import understand
from assistant.records import conversations, reviews
from assistant.records.accounts import ALONE, Account, Role
from assistant.records.reviews import Approval, Asked, Draft, Line, Unanswered
from assistant.reviewed import changed, is_of_its_day, sources
from assistant.same import rest, restores
from assistant.site import review_pages as shown_as
from assistant.site.house import House
from assistant.site.requests import Refusal, done, shown
from assistant.site.review_pages import APPROVED, DRAFT, EXPORT, JUDGE, LISTS, PER_PAGE, SEND, Vetted, Wanted
from assistant.types import TALK, Answer, Citation
from assistant.visit import say, visit
from ingest.errors import BadQuestion
from ingest.types import Article
from ingest.vietnamese import has_marks

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

#: Passages shown for the words that are sought.
_PASSAGES = 6
#: Characters of a sentence that goes with a verdict, and the statements and places of one answer.
_SENTENCE, _MOST_LINES, _MOST_PLACES = 1000, 12, 12

_DONE = {
    "add": "Đã chọn căn cứ.",
    "drop": "Đã bỏ căn cứ.",
    "more": "Đã thêm một câu.",
    "less": "Đã bỏ câu.",
    "search": "Đã tìm xong: kết quả ở ngay dưới ô tìm.",
}
_NO_ENTRY = "Không có mục này. Có thể mục đã được gỡ."
_NO_EXCHANGE = "Không còn câu trả lời này trong cuộc trò chuyện. Hãy tải lại trang rồi thử lại."
_OF_ITS_DAY = (
    "Câu trả lời cho câu này tính theo ngày hỏi, nên không thẩm định một lần cho mọi lúc được. Hãy ghi rõ "
    "năm trong câu hỏi."
)


def routes(house: House) -> list[BaseRoute]:
    """The pages under ``/tham-dinh``."""
    from starlette.responses import HTMLResponse
    from starlette.responses import Response as Plain
    from starlette.routing import Route

    records, library = house.records, house.library

    # --- what everybody may do ---

    def judge(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        held, n = _exchange(house, fields)
        if fields.get("good") not in ("0", "1"):
            raise Refusal(400, say("Trang gửi lên không đúng dạng. Hãy tải lại trang rồi thử lại."))
        words = " ".join(fields.get("words", "").split())
        if len(words) > _SENTENCE:
            raise Refusal(400, say("Lời nhận xét dài quá {n} ký tự. Hãy viết ngắn lại.", n=_SENTENCE))
        good = fields["good"] == "1"
        reviews.judge(
            records, _who(), fields["conversation"], n, _asked(house, held, n), good=good, words=words
        )
        if good:
            return {"say": say("Đã ghi nhận: câu trả lời đúng, hữu ích. Cảm ơn bạn.")}
        return {"say": say("Đã ghi nhận: câu trả lời chưa đúng. Biên tập viên sẽ xem lại.")}

    def send(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        held, n = _exchange(house, fields)
        answer = held[n - 1].answer
        if answer is None or answer.status != "refused" or answer.mode == TALK:
            raise Refusal(400, say("Câu này đã có câu trả lời. Nếu chưa đúng, hãy đánh giá câu trả lời."))
        sent = reviews.send(records, _who(), _asked(house, held, n))
        if sent.closed:
            told = " ".join(filter(None, [f"{say(shown_as.CLOSINGS[sent.closed])}.", sent.words]))
            return {"say": say("Biên tập viên đã xem câu này: {told}", told=told)}
        if sent.count > 1:
            words = say("Đã gửi tới biên tập viên. {n} người cùng hỏi câu này.", n=sent.count)
        else:
            words = say("Đã gửi tới biên tập viên, ở danh sách “Câu hỏi chưa có tư liệu”.")
        return {"say": words}

    # --- the lists ---

    def lists(request: Request) -> Response:
        wanted = _wanted(request.query_params)
        page = slice((wanted.page - 1) * PER_PAGE, wanted.page * PER_PAGE)
        entries: Sequence[Any]
        match wanted.list:
            case "thieu":
                closed = {"mo": False, "dong": True}.get(wanted.state)
                entries, found = reviews.unanswered(records, wanted.words, closed, page)
            case "danh-gia":
                good = {"khong": False, "tot": True}.get(wanted.state)
                entries, found = reviews.feedback(records, wanted.words, good, page)
            case _:
                # Whether its sources have changed is seen in the articles alone.
                every = _vetted(house, reviews.approvals(records, wanted.words)[0])
                kept = [one for one in every if wanted.state in ("het", one.state)]
                entries, found = kept[page], len(kept)
        waiting = {
            "thieu": reviews.unanswered(records, page=slice(0, 0))[1],
            "danh-gia": reviews.feedback(records, good=False, page=slice(0, 0))[1],
            "duyet": reviews.approvals(records, withdrawn=False, page=slice(0, 0))[1],
        }
        return HTMLResponse(shown_as.lists(shown_as.Listing(wanted, entries, found, waiting)))

    def export(request: Request) -> Response:
        rows = gold.gathered(records, library.article)
        body = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        named = f'attachment; filename="nep-cau-hoi-{date.today().isoformat()}.jsonl"'
        return Plain(body, media_type="application/x-ndjson", headers={"content-disposition": named})

    # --- one entry ---

    def unanswered(request: Request) -> Response:
        entry = _there(_of(request, reviews.one_unanswered))
        return HTMLResponse(shown_as.unanswered(entry, reviews.senders(records, entry.id)))

    def close(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        closing = next((key for key in shown_as.CLOSINGS if key == fields.get("closing")), None)
        words = " ".join(fields.get("words", "").split())[:500]
        entry = _there(_of(request, reviews.one_unanswered))
        if closing is None:
            raise Refusal(400, say("Hãy chọn kết quả rồi đóng câu hỏi."))
        reviews.close(records, _who(), entry.id, closing, words)
        return {"done": say("Đã đóng câu hỏi.")}

    def reopen(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        reviews.reopen(records, _there(_of(request, reviews.one_unanswered)).id)
        return {"done": say("Đã mở lại câu hỏi.")}

    def feedback(request: Request) -> Response:
        return HTMLResponse(shown_as.feedback(_there(_of(request, reviews.one_feedback))))

    def approval(request: Request) -> Response:
        kept = _there(reviews.approval(records, request.path_params["id"]))
        (vetted,) = _vetted(house, [kept])
        moved = list(appraisal.moved(kept, changed(kept, library.article)))
        excerpts = appraisal.excerpts(kept.answer, library.article)
        return HTMLResponse(shown_as.approval(vetted, excerpts, moved, reviews.events(records, kept.id)))

    def withdraw(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        words = " ".join(fields.get("words", "").split())[:500]
        if not words:
            told = say("Hãy ghi lý do rút.")
            raise Refusal(400, told, {"words": told})
        kept = _there(reviews.approval(records, request.path_params["id"]))
        if not reviews.withdraw(records, _who(), kept.id, words):
            raise Refusal(404, say(_NO_ENTRY))
        return {"done": say("Đã rút câu trả lời.")}

    # --- working on an answer ---

    def begin(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        made = _begun(house, fields)
        return {"to": f"{DRAFT}/{reviews.keep_draft(records, visit().owner, made)}"}

    def work(request: Request) -> Response:
        id = request.path_params["id"]
        value = _there(reviews.draft(records, visit().owner, id))
        hits = library.search(value.sought, _PASSAGES) if value.sought else ()
        answer = value.exchange.answer if value.exchange else None
        return HTMLResponse(
            shown_as.draft(
                id,
                value,
                [appraisal.cited(place, library.article) for place in value.places],
                list(appraisal.found(hits)),
                keepable=_keepable(house, answer),
            )
        )

    def change(request: Request, fields: dict[str, str]) -> Mapping[str, Any]:
        id = request.path_params["id"]
        value = _filled(_there(reviews.draft(records, visit().owner, id)), fields)
        do, _, what = fields.get("do", "save").partition(":")
        value = _changed(house, value, do, what)
        reviews.keep_draft(records, visit().owner, value, id)  # whatever comes of it, nothing typed is lost
        if do not in ("keep", "approve"):
            return {"done": say(_DONE[do])} if do in _DONE else {"say": say("Đã lưu bản đang soạn.")}
        answer = _kept(house, value) if do == "keep" else _written(house, value)
        made = _approved(house, value, answer)
        reviews.drop_draft(records, visit().owner, id)
        return {"to": f"{APPROVED}/{made.id}"}

    def _of(request: Request, read: Any) -> Any:
        return read(records, int(request.path_params["id"]))

    editor = Role.EDITOR
    return [
        Route("/tham-dinh", shown(lists, editor)),
        Route(EXPORT, shown(export, editor)),
        Route(JUDGE, done(judge), methods=["POST"]),
        Route(SEND, done(send), methods=["POST"]),
        Route(f"{SEND}/{{id:int}}", shown(unanswered, editor)),
        Route(f"{SEND}/{{id:int}}/dong", done(close, editor), methods=["POST"]),
        Route(f"{SEND}/{{id:int}}/mo", done(reopen, editor), methods=["POST"]),
        Route(f"{JUDGE}/{{id:int}}", shown(feedback, editor)),
        Route(f"{APPROVED}/{{id}}", shown(approval, editor)),
        Route(f"{APPROVED}/{{id}}/rut", done(withdraw, editor), methods=["POST"]),
        Route(DRAFT, done(begin, editor), methods=["POST"]),
        Route(f"{DRAFT}/{{id}}", shown(work, editor)),
        Route(f"{DRAFT}/{{id}}", done(change, editor), methods=["POST"]),
    ]


def _there(found: Any) -> Any:
    if found is None:
        raise Refusal(404, say(_NO_ENTRY))
    return found


def _who() -> Account:
    return visit().account or ALONE


def _exchange(house: House, fields: Mapping[str, str]) -> tuple[tuple[Exchange, ...], int]:
    """The visitor's conversation that the fields name, and the number of an exchange that has an answer."""
    held = conversations.exchanges(house.records, visit().owner, fields.get("conversation", "")) or ()
    with suppress(ValueError):
        n = int(fields.get("exchange", ""))
        if 1 <= n <= len(held) and held[n - 1].answer is not None:
            return held, n
    raise Refusal(404, say(_NO_EXCHANGE))


def _asked(house: House, held: Sequence[Exchange], n: int) -> Asked:
    one = replace(held[n - 1], standing=None)
    before = turns(held[: n - 1])
    return Asked(one, before, reviews.understood(one), house.library.generation(), program_version())


def _wanted(query: Mapping[str, str]) -> Wanted:
    """What the address asks of the lists; what it does not say, or says wrong, is as it is at first."""
    which = query.get("xem", "")
    which = which if which in LISTS else "thieu"
    states = LISTS[which][1]
    state = query.get("loc", "")
    page = query.get("trang", "1")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 7 else 1
    return Wanted(
        which, state if state in states else next(iter(states)), query.get("tim", "")[:200], max(1, number)
    )


def _vetted(house: House, approvals: Sequence[Approval]) -> list[Vetted]:
    """Each with what has changed since, and when: for what is still in the library, the list knows."""
    days: dict[str, date | None] | None = None
    found = []
    for one in approvals:
        now = changed(one, house.library.article)
        if now and days is None:
            days = {a.id: a.added.astimezone().date() if a.added else None for a in house.library.shelf()}
        found.append(Vetted(one, {id: (days or {}).get(id) for id in now}))
    return found


# --- a draft -----------------------------------------------------------------------------------------


def _begun(house: House, fields: Mapping[str, str]) -> Draft:
    """A draft from an entry of a list (``origin``), from an answer of the editor's own conversation, or from
    a question, which is asked."""
    kind, _, id = fields.get("origin", "").partition(":")
    number = int(id) if id.isascii() and id.isdecimal() and len(id) < 18 else 0
    match kind:
        case "thieu":
            entry: Unanswered = _there(reviews.one_unanswered(house.records, number))
            # The library may have an answer by now.
            return _from(house, _answered(house, entry.asked.question), f"thieu:{entry.id}")
        case "danh-gia":
            said = _there(reviews.one_feedback(house.records, number))
            return _from(house, said.asked.exchange, f"danh-gia:{said.id}")
        case "duyet":
            kept: Approval = _there(reviews.approval(house.records, id))
            excerpts = appraisal.excerpts(kept.answer, house.library.article)
            exchange = Exchange(kept.question, kept.answer, excerpts)
            return _from(house, exchange, f"duyet:{kept.id}")
    if "conversation" in fields:
        held, n = _exchange(house, fields)
        return _from(house, replace(held[n - 1], standing=None))
    return _from(house, _answered(house, _question(fields.get("question", ""))))


def _answered(house: House, question: str) -> Exchange:
    answer = (house.unreviewed or house.assistant).ask(question)
    return Exchange(question, answer, appraisal.excerpts(answer, house.library.article))


def _from(house: House, exchange: Exchange, origin: str = "") -> Draft:
    answer, question = exchange.answer, reviews.understood(exchange)
    if answer is None or answer.status == "refused":
        return Draft(question, origin, exchange, sought=question)
    places, lines = appraisal.carried(answer, house.library.article)
    return Draft(question, origin, exchange, places=places, lines=lines)


def _filled(value: Draft, fields: Mapping[str, str]) -> Draft:
    """The draft as it stands in the form."""
    places = range(1, len(value.places) + 1)
    lines = []
    for n, line in enumerate(value.lines, 1):
        ties = fields.get(f"s{n}-n", "").split()
        lines.append(Line(fields.get(f"s{n}", line.text)[:2000], tuple(i for i in places if str(i) in ties)))
    return replace(
        value,
        question=fields.get("question", value.question)[:2000],
        sought=" ".join(fields.get("sought", value.sought).split())[:500],
        lines=tuple(lines),
    )


def _changed(house: House, value: Draft, do: str, what: str) -> Draft:
    """The draft with what a button does to it."""
    number = int(what) if what.isascii() and what.isdecimal() and len(what) < 5 else 0
    match do:
        case "add":
            start, _, rest_of = what.partition(":")
            end, _, id = rest_of.partition(":")
            article: Article = house.library.article(id)
            place = appraisal.chosen(article, int(start), int(end)) if (start + end).isdecimal() else None
            if place is None:
                raise Refusal(400, say("Không còn câu này trong bài. Hãy tìm lại rồi chọn."))
            if len(value.places) >= _MOST_PLACES:
                raise Refusal(400, say("Một câu trả lời có nhiều nhất {n} căn cứ.", n=_MOST_PLACES))
            if place in value.places:
                return value
            # What is chosen carries the statement that is still without evidence.
            added = len(value.places) + 1
            lines = [line if line.places else replace(line, places=(added,)) for line in value.lines]
            return replace(value, places=(*value.places, place), lines=tuple(lines))
        case "drop" if 1 <= number <= len(value.places):
            left = [n for n in range(1, len(value.places) + 1) if n != number]
            again = {old: new for new, old in enumerate(left, 1)}
            lines = [
                replace(line, places=tuple(again[n] for n in line.places if n in again))
                for line in value.lines
            ]
            return replace(value, places=tuple(value.places[n - 1] for n in left), lines=tuple(lines))
        case "more":
            if len(value.lines) >= _MOST_LINES:
                raise Refusal(400, say("Một câu trả lời có nhiều nhất {n} câu.", n=_MOST_LINES))
            return replace(value, lines=(*value.lines, Line()))
        case "less" if 1 <= number <= len(value.lines) and len(value.lines) > 1:
            return replace(value, lines=tuple(s for n, s in enumerate(value.lines, 1) if n != number))
    return value


# --- approving ---------------------------------------------------------------------------------------


def _question(text: str) -> str:
    """A question that can be approved. Raises Refusal."""
    text = " ".join(text.split())
    try:
        told: str | None = say("Đây không phải câu hỏi. Hãy viết câu hỏi.") if understand(text).talk else None
    except BadQuestion as error:
        told = str(error)
    if not told and is_of_its_day(text):
        told = say(_OF_ITS_DAY)
    if told:
        raise Refusal(400, told, {"question": told})
    return text


def _keepable(house: House, answer: Answer | None) -> bool:
    """Whether an answer may be approved as it stands: it says something, and all that it cites is there."""
    return (
        answer is not None
        and answer.status == "answered"
        and bool(answer.citations)
        and appraisal.stand(answer, house.library.article)
    )


def _kept(house: House, value: Draft) -> Answer:
    answer = value.exchange.answer if value.exchange else None
    if answer is None or not _keepable(house, answer):
        raise Refusal(
            409, say("Nguồn của câu trả lời này đã thay đổi, nên không duyệt nguyên được. Hãy viết lại.")
        )
    return replace(answer, read_as=None, guessed=False, dropped=(), note=None, approved=None)


def _written(house: House, value: Draft) -> Answer:
    """What was written, each statement proven by its evidence. Raises Refusal, which says of each that is not
    what is missing."""
    lines = tuple(line for line in value.lines if line.text.strip())
    if not lines:
        told = say("Chưa viết câu nào. Hãy viết câu trả lời rồi gắn với căn cứ.")
        raise Refusal(400, told, {"s1": told})
    citations: dict[int, Citation] = {}
    for n, place in enumerate(value.places, 1):
        found = appraisal.cited(place, house.library.article)
        if found is not None:
            citations[n] = found

    def unit(id: str) -> str | None:
        return house.library.article(id).unit

    wrong = {}
    for n, line in enumerate(value.lines, 1):
        if line.text.strip():
            gone = [i for i in line.places if i not in citations]
            fault = None if gone else appraisal.fault(line.text, [citations[i] for i in line.places], unit)
            if gone:
                fault = say("Căn cứ [{n}] không còn như khi chọn. Hãy chọn lại.", n=gone[0])
            if fault:
                wrong[f"s{n}"] = fault
    used = [citations[i] for line in lines for i in line.places if i in citations]
    if not wrong and (others := appraisal.strangers(value.question, used, unit)):
        told = say("Câu hỏi nêu {names}, nhưng không căn cứ nào nói về đó.", names=", ".join(others))
        raise Refusal(400, told, {"question": told})
    if wrong:
        raise Refusal(400, say("Chưa duyệt: {n} câu chưa được căn cứ bảo đảm.", n=len(wrong)), wrong)
    return appraisal.made(lines, citations)


def _approved(house: House, value: Draft, answer: Answer) -> Approval:
    question = _question(value.question)
    own = (house.unreviewed or house.assistant).ask(question)
    if own.read_as and not has_marks(question) and restores(question, own.read_as):
        question = own.read_as  # as everybody will be understood who asks it
    article = house.library.article
    excerpts = [part.text for part in appraisal.excerpts(answer, article)]
    made = reviews.approve(
        house.records,
        _who(),
        question,
        answer,
        sources(answer.citations, article),
        excerpts,
        rest(own),
    )
    kind, _, id = value.origin.partition(":")
    if kind == "thieu":
        reviews.close(house.records, _who(), int(id), "answered")
    return made
