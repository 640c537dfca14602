"""The pages of the editors: questions that had no answer, what people think of answers, and what was
approved. Pure: values in, escaped HTML out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape as _esc
from urllib.parse import quote as _url
from urllib.parse import urlencode

from assistant import pages
from assistant.appraisal import Found, Moved
from assistant.conversation import Excerpt
from assistant.records.reviews import Approval, Closing, Draft, Event, Feedback, Line, Unanswered
from assistant.transcript import approved
from assistant.types import EDITOR, MODEL, Answer, Citation, written
from assistant.visit import at, say
from ingest.types import Span

#: Where an answer is judged, a question is sent, and an answer is worked on.
JUDGE, SEND, DRAFT = f"{pages.REVIEW}/danh-gia", f"{pages.REVIEW}/thieu", f"{pages.REVIEW}/soan"
APPROVED, EXPORT = f"{pages.REVIEW}/duyet", f"{pages.REVIEW}/cau-hoi.jsonl"
#: Entries on one page of a list.
PER_PAGE = 20

#: The lists, by their name in the address, each with the states that it can be narrowed to; the first is what
#: is shown unless another is asked for.
LISTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "thieu": (
        "Câu hỏi chưa có tư liệu",
        {"mo": "Chưa xử lý", "dong": "Đã đóng", "het": "Tất cả"},
    ),
    "danh-gia": ("Đánh giá", {"khong": "Chưa đúng", "tot": "Đúng, hữu ích", "het": "Tất cả"}),
    "duyet": (
        "Đã thẩm định",
        {"het": "Tất cả", "dung": "Đang dùng", "doi": "Nguồn đã thay đổi", "rut": "Đã rút"},
    ),
}
CLOSINGS: Mapping[Closing, str] = {
    "answered": "Đã có câu trả lời",
    "not_ours": "Không thuộc việc của cơ quan",
    "no_source": "Chưa có tư liệu, sẽ bổ sung",
    "other": "Lý do khác",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the lists: one of LISTS, one of its states, words to find, the page from 1."""

    list: str = "thieu"
    state: str = "mo"
    words: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Vetted:
    """An approval and the articles of it that have changed, by id, each with the day on which it last did
    (None where nobody knows, as of one that is gone)."""

    approval: Approval
    changed: Mapping[str, date | None]

    @property
    def state(self) -> str:
        return "rut" if self.approval.withdrawn else "doi" if self.changed else "dung"


@dataclass(frozen=True, slots=True)
class Listing:
    """The ``entries`` of one page, of the ``found`` on the list; ``open`` counts what waits on each list."""

    wanted: Wanted
    entries: Sequence[Unanswered | Feedback | Vetted]
    found: int
    open: Mapping[str, int]


def address(wanted: Wanted) -> str:
    given = {
        "xem": wanted.list,
        "loc": wanted.state,
        "tim": wanted.words,
        "trang": str(wanted.page) if wanted.page > 1 else "",
    }
    return f"{pages.REVIEW}?{urlencode({name: value for name, value in given.items() if value})}"


# --- the lists -------------------------------------------------------------------------------------


def lists(listing: Listing) -> str:
    """The page of the three lists."""
    wanted = listing.wanted
    tabs = "".join(
        f'<a href="{_esc(at(address(Wanted(key, next(iter(states))))))}"'
        f"{_HERE if key == wanted.list else ''}>{_esc(say(name))}"
        f' <span class="many">{listing.open[key]}</span></a>'
        for key, (name, states) in LISTS.items()
    )
    name = say(LISTS[wanted.list][0])
    entries = "".join(map(_entry, listing.entries))
    body = (
        f'<ol class="entries">{entries}</ol>' if entries else f'<p class="empty">{_esc(_nothing(wanted))}</p>'
    )
    main = (
        f"<h1>{_esc(say('Thẩm định'))}</h1>"
        f'<p class="lead">{_esc(say(_LEAD))}</p>'
        f'<nav class="tabs" aria-label="{_esc(say("Các danh sách"))}">{tabs}</nav>'
        f'<section aria-label="{_esc(name)}"><h2 class="unseen">{_esc(name)}</h2>'
        f"{_search(wanted)}"
        f'<p class="count">{_esc(say("{n} mục", n=listing.found))}</p>{body}{_pager(listing)}</section>'
        f'<section class="own" aria-labelledby="tu-dat"><h2 id="tu-dat">'
        f"{_esc(say('Thẩm định một câu hỏi khác'))}</h2>"
        f'<form data-send="{DRAFT}" class="ask"><label for="hoi">'
        f"{_esc(say('Câu hỏi, viết đủ ý và có tên đơn vị'))}</label>"
        f'<input id="hoi" name="question" required maxlength="2000" autocomplete="off">'
        f'<button type="submit">{_esc(say("Xem câu trả lời"))}</button></form></section>'
        f'<section class="own" aria-labelledby="xuat"><h2 id="xuat">'
        f"{_esc(say('Tệp câu hỏi để đo chất lượng'))}</h2><p>{_esc(say(_EXPORTED))}</p>"
        f'<p><a class="button" href="{at(EXPORT)}" download>{_esc(say("Tải tệp câu hỏi"))}</a></p></section>'
    )
    return _page(say("Thẩm định"), main)


_HERE = ' aria-current="page"'
_LEAD = (
    "Câu trả lời đã thẩm định được đưa ra trước cho cùng câu hỏi ấy, dù hỏi cách khác, cho tới khi một nguồn "
    "của nó thay đổi."
)
_EXPORTED = (
    "Các đánh giá, câu hỏi chưa có tư liệu và câu trả lời đã thẩm định, mỗi dòng một câu hỏi kèm điều mà câu "
    "trả lời đúng phải nói."
)


def _search(wanted: Wanted) -> str:
    _, states = LISTS[wanted.list]
    options = "".join(
        f'<option value="{key}"{" selected" if key == wanted.state else ""}>{_esc(say(name))}</option>'
        for key, name in states.items()
    )
    return (
        f'<form class="find" action="{at(pages.REVIEW)}" role="search">'
        f'<input type="hidden" name="xem" value="{wanted.list}">'
        f'<p><label for="tim">{_esc(say("Tìm trong danh sách"))}</label>'
        f'<input type="search" id="tim" name="tim" value="{_esc(wanted.words)}" autocomplete="off"></p>'
        f'<p><label for="loc">{_esc(say("Tình trạng"))}</label>'
        f'<select id="loc" name="loc">{options}</select></p>'
        f'<p><button type="submit">{_esc(say("Lọc"))}</button></p></form>'
    )


def _nothing(wanted: Wanted) -> str:
    if wanted.words:
        return say("Không có mục nào có những chữ này.")
    return say("Chưa có mục nào ở đây.")


def _entry(entry: Unanswered | Feedback | Vetted) -> str:
    match entry:
        case Unanswered():
            people = say("{n} người hỏi", n=entry.count)
            closed = say(CLOSINGS[entry.closed]) if entry.closed else ""
            about = [people, say("lần cuối {day}", day=_day(entry.at)), closed]
            return _item(f"{SEND}/{entry.id}", entry.asked.question, about)
        case Feedback():
            about = [_verdict(entry.good), entry.by, _day(entry.at)]
            return _item(f"{JUDGE}/{entry.id}", entry.asked.question, about, entry.words, good=entry.good)
        case Vetted():
            approval = entry.approval
            about = [approved(approval.approved), _state(entry)]
            return _item(
                f"{APPROVED}/{_url(approval.id)}",
                approval.question,
                about,
                approval.answer.text,
                state=entry.state,
            )


def _item(
    path: str, question: str, about: Sequence[str], words: str = "", state: str = "", good: bool | None = None
) -> str:
    kind = state or ("" if good is None else "good" if good else "bad")
    said = f'<p class="words">{_esc(_short(words))}</p>' if words else ""
    told = " · ".join(_esc(one) for one in about if one)
    return (
        f'<li class="entry {kind}"><p class="question"><a href="{_esc(at(path))}">'
        f"{_esc(_short(question))}</a></p>"
        f'{said}<p class="about">{told}</p></li>'
    )


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= 240 else words[:240].rsplit(" ", 1)[0] + " …"


def _verdict(good: bool) -> str:
    return say("Đúng, hữu ích") if good else say("Chưa đúng")


def _state(vetted: Vetted) -> str:
    if vetted.approval.withdrawn:
        return say("Đã rút")
    if not vetted.changed:
        return say("Đang dùng")
    days = [day for day in vetted.changed.values() if day is not None]
    if days:
        return say("Nguồn đã thay đổi từ ngày {day}: cần thẩm định lại", day=written(min(days)))
    return say("Nguồn không còn trong kho: cần thẩm định lại")


def _pager(listing: Listing) -> str:
    wanted = listing.wanted

    def to(page: int) -> str:
        return address(Wanted(wanted.list, wanted.state, wanted.words, page))

    last = max(1, -(-listing.found // PER_PAGE))
    return pages.pager(wanted.page, last, to, say("Các trang của danh sách"))


# --- one entry, whole ------------------------------------------------------------------------------


def unanswered(entry: Unanswered, wordings: Sequence[tuple[str, str, datetime]]) -> str:
    """A question that had no answer; ``wordings`` says who sent it, how, and when."""
    answer = entry.asked.exchange.answer
    senders = "".join(
        f"<li><q>{_esc(asked)}</q> <span>{_esc(who)}, {_esc(_day(when))}</span></li>"
        for who, asked, when in wordings
    )
    if entry.closed:
        by = say("{by} ngày {day}", by=entry.closer or "", day=_day(entry.closed_at or entry.at))
        words = f" “{_esc(entry.words)}”" if entry.words else ""
        closing = (
            f'<p class="closed"><strong>{_esc(say(CLOSINGS[entry.closed]))}</strong>{words} ({_esc(by)})</p>'
            f'<p><button type="button" id="dong-mo" data-send="{SEND}/{entry.id}/mo">'
            f"{_esc(say('Mở lại'))}</button></p>"
        )
    else:
        closing = _closing(entry)
    main = (
        f"{_back('thieu')}<h1>{_esc(entry.asked.question)}</h1>"
        f'<p class="about">{_esc(say("{n} người hỏi", n=entry.count))}</p>'
        f"{_before(entry.asked.history)}"
        f"<h2>{_esc(say('Nếp đã trả lời'))}</h2>"
        f"{_answer(answer, entry.asked.exchange.excerpts) if answer else ''}"
        f"{_work(f'thieu:{entry.id}', say('Soạn câu trả lời'))}"
        f'<h2>{_esc(say("Ai đã hỏi"))}</h2><ul class="senders">{senders}</ul>'
        f"<h2>{_esc(say('Đóng câu hỏi'))}</h2>{closing}"
    )
    return _page(entry.asked.question, main)


def _closing(entry: Unanswered) -> str:
    options = "".join(f'<option value="{key}">{_esc(say(name))}</option>' for key, name in CLOSINGS.items())
    return (
        f'<form data-send="{SEND}/{entry.id}/dong" class="closing"><p><label for="closing">'
        f'{_esc(say("Kết quả"))}</label><select id="closing" name="closing">{options}</select></p>'
        f'<p><label for="words">{_esc(say("Ghi thêm (không bắt buộc)"))}</label>'
        f'<input id="words" name="words" maxlength="500"></p>'
        f'<p><button type="submit" id="dong-mo">{_esc(say("Đóng"))}</button></p></form>'
    )


def feedback(entry: Feedback) -> str:
    """What somebody thinks of an answer, with all of it."""
    answer = entry.asked.exchange.answer
    words = f"<blockquote>{_esc(entry.words)}</blockquote>" if entry.words else ""
    told = say(
        "{verdict}: {by}, {day}. Kho khi ấy ở lần thay đổi {generation}, Nếp {version}.",
        verdict=_verdict(entry.good),
        by=entry.by,
        day=_day(entry.at),
        generation=entry.asked.generation,
        version=entry.asked.version,
    )
    main = (
        f"{_back('danh-gia')}<h1>{_esc(entry.asked.question)}</h1>"
        f'<section class="verdict {"good" if entry.good else "bad"}"><p>{_esc(told)}</p>{words}</section>'
        f"{_before(entry.asked.history)}"
        f"<h2>{_esc(say('Câu trả lời lúc ấy'))}</h2>"
        f"{_answer(answer, entry.asked.exchange.excerpts) if answer else ''}"
        f"{_work(f'danh-gia:{entry.id}', say('Thẩm định câu trả lời'))}"
    )
    return _page(entry.asked.question, main)


def approval(
    vetted: Vetted, excerpts: Sequence[Excerpt], moved: Sequence[Moved], history: Sequence[Event]
) -> str:
    """An approved answer with all of it; ``moved`` is what became of its evidence, ``history`` of itself."""
    kept = vetted.approval
    told = "".join(
        f"<li>{_esc(_event(event))}{f' <q>{_esc(event.words)}</q>' if event.words else ''}</li>"
        for event in history
    )
    acts = _work(
        f"duyet:{kept.id}", say("Thẩm định lại") if vetted.state != "dung" else say("Sửa câu trả lời")
    )
    if not kept.withdrawn:
        acts += (
            f'<form data-send="{APPROVED}/{_esc(_url(kept.id))}/rut" class="closing"><p><label for="words">'
            f'{_esc(say("Lý do rút"))}</label><input id="words" name="words" required maxlength="500"></p>'
            f'<p><button type="submit">{_esc(say("Rút câu trả lời này"))}</button></p></form>'
        )
    main = (
        f"{_back('duyet')}<h1>{_esc(kept.question)}</h1>"
        f'<p class="state {vetted.state}">{_esc(approved(kept.approved))} · {_esc(_state(vetted))}</p>'
        f"{''.join(map(_moved, moved))}"
        f"<h2>{_esc(say('Câu trả lời đã thẩm định'))}</h2>{_answer(kept.answer, excerpts)}"
        f'<h2>{_esc(say("Việc cần làm"))}</h2><div class="acts">{acts}</div>'
        f'<h2>{_esc(say("Quá trình"))}</h2><ul class="history">{told}</ul>'
    )
    return _page(kept.question, main)


def _event(event: Event) -> str:
    words = "{day}: {by} thẩm định" if event.what == "approved" else "{day}: {by} rút"
    return say(words, day=_day(event.at), by=event.by)


def _moved(one: Moved) -> str:
    if one.gone:
        now = f"<p>{_esc(say('Bài này không còn trong kho.'))}</p>"
    elif one.new is None:
        now = f"<p>{_esc(say('Không còn đoạn nào gần giống.'))}</p>"
    else:
        now = f"<blockquote>{_esc(one.new)}</blockquote>"
    note = f'<p class="note">{_esc(say(_ELSEWHERE))}</p>' if one.stands else ""
    return (
        f'<section class="moved"><h2>{_esc(say("Nguồn {n} đã thay đổi", n=one.citation.n))}: '
        f'{_esc(one.citation.title)}</h2><div class="sides"><div><h3>{_esc(say("Khi thẩm định"))}</h3>'
        f"<blockquote>{_esc(one.old)}</blockquote></div><div><h3>{_esc(say('Bây giờ'))}</h3>{now}{note}"
        f"</div></div></section>"
    )


_ELSEWHERE = (
    "Câu được trích vẫn còn nguyên; bài đã thay đổi ở chỗ khác hoặc ở thông tin bài (tên, ngày, tác giả, "
    "đơn vị)."
)


def _work(origin: str, name: str) -> str:
    return (
        f'<p><button type="button" class="main" data-send="{DRAFT}" data-origin="{_esc(origin)}">'
        f"{_esc(name)}</button></p>"
    )


def _back(key: str) -> str:
    name, states = LISTS[key]
    path = at(address(Wanted(key, next(iter(states)))))
    return f'<p class="back"><a href="{_esc(path)}">← {_esc(say(name))}</a></p>'


def _before(history: Sequence[object]) -> str:
    if not history:
        return ""
    words = say("Câu này hỏi tiếp trong một cuộc trò chuyện; trên đây là câu đã hiểu.")
    return f'<p class="note">{_esc(words)}</p>'


# --- an answer with its evidence -----------------------------------------------------------------------


def _answer(answer: Answer, excerpts: Sequence[Excerpt]) -> str:
    if answer.statements:
        said = "".join(
            f'<p>{_esc(s.text)} <span class="n">{"".join(f"[{n}]" for n in s.citations)}</span></p>'
            for s in answer.statements
        )
    else:
        missing = answer.missing or answer.text
        said = f"<p>{_esc(missing[:1].upper() + missing[1:])}</p>"
    modes = {MODEL: say("Lời văn của mô hình ngôn ngữ."), EDITOR: say("Biên tập viên viết.")}
    mode = f'<p class="note">{_esc(modes[answer.mode])}</p>' if answer.mode in modes else ""
    answers = bool(answer.statements)
    # An exchange of a program may come without the text around its quotes.
    around = excerpts or [Excerpt(c.quote, c.start, False, False) for c in answer.citations]
    cards = "".join(_evidence(c, e, answers) for c, e in zip(answer.citations, around, strict=True))
    name = say("Căn cứ") if answers else say("Đoạn gần nhất (không phải câu trả lời)")
    evidence = f'<h3>{_esc(name)}</h3><ol class="evidence">{cards}</ol>' if cards else ""
    return f'<div class="answer"><div class="told">{said}{mode}</div>{evidence}</div>'


def _evidence(citation: Citation, part: Excerpt, answers: bool) -> str:
    """A quote in the text around it; in what is no answer nothing is marked."""
    whole = Span(0, len(part.text))
    cited = Span(citation.start - part.start, citation.end - part.start)
    marks = [Span(m.start - part.start, m.end - part.start) for m in citation.marks]
    words = pages.marked(part.text, whole, cited if answers else None, marks)
    before, after = "… " * part.more_before, " …" * part.more_after
    return f'<li value="{citation.n}"><blockquote>{before}{words}{after}</blockquote>{_where(citation)}</li>'


def _where(citation: Citation) -> str:
    path = at(pages.article_path(citation.article, citation.start, citation.end))
    about = [written(citation.published) if citation.published else "", _number(citation.page)]
    told = "".join(f" · {_esc(one)}" for one in about if one)
    return (
        f'<p class="about"><a href="{_esc(path)}" target="_blank" rel="noopener">{_esc(citation.title)}</a>'
        f"{told}</p>"
    )


def _number(page: int | None) -> str:
    return say("trang {page}", page=page) if page is not None else ""


# --- working on an answer ------------------------------------------------------------------------------


def draft(
    id: str,
    value: Draft,
    citations: Sequence[Citation | None],
    found: Sequence[Found],
    *,
    keepable: bool,
) -> str:
    """The page where an answer is worked on. ``citations`` are its evidence, None where that is not there any
    more; ``found`` the passages for the words sought; ``keepable`` says that the answer there is may be
    approved as it stands."""
    path = f"{DRAFT}/{_esc(id)}"
    kept = ""
    if value.exchange is not None and value.exchange.answer is not None:
        answer = value.exchange.answer
        keep = (
            f'<p><button type="submit" name="do" value="keep">{_esc(say("Duyệt nguyên câu trả lời này"))}'
            f"</button></p>"
            if keepable
            else ""
        )
        name = say("Câu trả lời hiện có")
        kept = (
            f'<section aria-labelledby="hien-co"><h2 id="hien-co">{_esc(name)}</h2>'
            f"{_answer(answer, value.exchange.excerpts)}{keep}</section>"
        )
    chosen = "".join(_chosen(n, c) for n, c in enumerate(citations, 1))
    chosen = chosen and f'<ol class="evidence">{chosen}</ol>'
    results = "".join(map(_found, found[:_SHOWN]))
    if more := found[_SHOWN:]:
        folded = "".join(map(_found, more))
        results += f"<details><summary>{_esc(say('Thêm {n} đoạn', n=len(more)))}</summary>{folded}</details>"
    if value.sought and not results:
        results = f"<p>{_esc(say('Không tìm thấy đoạn nào. Hãy thử những chữ khác.'))}</p>"
    lines = "".join(
        _line(n, line, len(citations), alone=len(value.lines) == 1) for n, line in enumerate(value.lines, 1)
    )
    main = (
        f'<p class="back"><a href="{at(pages.REVIEW)}">← {_esc(say("Thẩm định"))}</a></p>'
        f"<h1>{_esc(say('Soạn câu trả lời thẩm định'))}</h1>"
        f'<form data-send="{path}" class="work" autocomplete="off">'
        # Enter in a field presses the first button of a form.
        f'<button type="submit" class="unseen" name="do" value="search" tabindex="-1" aria-hidden="true">'
        f"{_esc(say('Tìm'))}</button>"
        f'<p class="field"><label for="question">{_esc(say("Câu hỏi"))}</label>'
        f'<textarea id="question" name="question" rows="2" maxlength="2000" aria-describedby="ve-hoi">'
        f'{_esc(value.question)}</textarea><span class="hint" id="ve-hoi">'
        f"{_esc(say(_WHOLE))}"
        f"</span></p>{kept}"
        f'<section aria-labelledby="can-cu"><h2 id="can-cu">{_esc(say("1. Chọn căn cứ"))}</h2>'
        f"<h3>{_esc(say('Căn cứ đã chọn'))}</h3>{chosen or f'<p>{_esc(say(_NO_EVIDENCE))}</p>'}"
        f'<p class="field find"><label for="sought">{_esc(say("Tìm trong kho"))}</label>'
        f'<span class="pair"><input id="sought" type="search" name="sought" maxlength="500" '
        f'value="{_esc(value.sought)}"> <button type="submit" name="do" value="search">{_esc(say("Tìm"))}'
        f"</button></span></p>{results}</section>"
        f'<section aria-labelledby="loi"><h2 id="loi">{_esc(say("2. Viết câu trả lời"))}</h2>{lines}'
        f'<p><button type="submit" name="do" value="more">{_esc(say("Thêm một câu"))}</button></p></section>'
        f'<p class="acts"><button type="submit" class="main" name="do" value="approve">'
        f"{_esc(say('Kiểm tra và duyệt'))}</button>"
        f'<button type="submit" name="do" value="save">{_esc(say("Lưu bản đang soạn"))}</button></p></form>'
    )
    return _page(say("Soạn câu trả lời thẩm định"), main)


#: Passages found that are shown at once; the others are unfolded.
_SHOWN = 3
_WHOLE = "Viết đủ ý, có tên đơn vị, năm, hạng: câu hỏi khác một trong những điều ấy là câu khác."
_NO_EVIDENCE = "Chưa chọn căn cứ nào. Hãy tìm rồi chọn đúng câu nói điều cần trả lời."


def _chosen(n: int, citation: Citation | None) -> str:
    if citation is None:
        words = f'<p class="wrong">{_esc(say("Câu này không còn như khi chọn. Hãy bỏ đi và chọn lại."))}</p>'
    else:
        words = f"<blockquote>{_esc(citation.quote)}</blockquote>{_where(citation)}"
    return (
        f'<li value="{n}">{words}<p><button type="submit" name="do" value="drop:{n}" '
        f'aria-label="{_esc(say("Bỏ căn cứ {n}", n=n))}">{_esc(say("Bỏ"))}</button></p></li>'
    )


def _found(one: Found) -> str:
    rows = "".join(
        f'<li><span>{_esc(span.of(one.article.text))}</span> <button type="submit" name="do" '
        f'value="add:{span.start}:{span.end}:{_esc(one.article.id)}" '
        f'aria-label="{_esc(say("Chọn câu: {sentence}", sentence=_short(span.of(one.article.text))[:80]))}">'
        f"{_esc(say('Chọn'))}</button></li>"
        for span in one.sentences
    )
    path = at(pages.article_path(one.article.id, one.passage.start, one.passage.end))
    published = f" · {written(one.article.published)}" if one.article.published else ""
    return (
        f'<section class="passage"><h3><a href="{_esc(path)}" target="_blank" rel="noopener">'
        f'{_esc(one.article.title)}</a>{published}</h3><ul class="sentences">{rows}</ul></section>'
    )


def _line(n: int, line: Line, places: int, *, alone: bool) -> str:
    boxes = "".join(
        f'<label><input type="checkbox" name="s{n}-n" value="{i}"{" checked" if i in line.places else ""}> '
        f"[{i}]</label>"
        for i in range(1, places + 1)
    )
    tied = f"<legend>{_esc(say('Căn cứ của câu này'))}</legend>{boxes}" if boxes else ""
    tied = f'<fieldset class="ties">{tied}</fieldset>' if tied else ""
    drop = (
        ""
        if alone
        else f'<button type="submit" name="do" value="less:{n}" '
        f'aria-label="{_esc(say("Bỏ câu {n}", n=n))}">{_esc(say("Bỏ câu này"))}</button>'
    )
    return (
        f'<div class="line"><p class="field"><label for="s{n}">{_esc(say("Câu {n}", n=n))}</label>'
        f'<textarea id="s{n}" name="s{n}" rows="2" maxlength="2000">{_esc(line.text)}</textarea></p>'
        f"{tied}{drop}</div>"
    )


# --- small pieces ------------------------------------------------------------------------------------


def _day(at: datetime) -> str:
    return written(at.astimezone().date())


def _page(title: str, main: str) -> str:
    return pages.frame(
        title, f'<div class="review">{main}</div>', kind="reviewing", here=pages.REVIEW, sheets=("review",)
    )
