"""The pages of the orientation material: values in, escaped HTML out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape as _esc
from string import ascii_uppercase
from urllib.parse import urlencode

from assistant import handouts, pages
from assistant.glossary import TermKind
from assistant.handouts import Copy
from assistant.records.materials import Kept
from assistant.site import prose_pages
from assistant.training import (
    LONGEST_TITLE,
    LONGEST_WORDS,
    Change,
    Choice,
    Item,
    Material,
    Part,
    on_a_page,
    told_anew,
)
from assistant.types import SCANNED, Citation, written
from assistant.visit import at, say
from ingest.types import Span
from vectorstore.catalogue import Shelved

#: Where new material is chosen and made.
NEW = f"{pages.TRAINING}/moi"
#: The most items that are offered at a time.
_MOST_OFFERED = 150

_PARTS = {
    Part.SUMMARY: "Tóm tắt",
    Part.TERM: "Thuật ngữ",
    Part.QUESTION: "Câu hỏi và lời đáp",
    Part.QUIZ: "Trắc nghiệm",
}
_TERMS = {kind.name: kind.value for kind in TermKind}


@dataclass(frozen=True, slots=True)
class Opened:
    """Material with what has changed since, by the ids of its stale items."""

    kept: Kept
    stale: Mapping[str, tuple[Change, ...]]


@dataclass(frozen=True, slots=True)
class Picked:
    """What is chosen so far, while further ``words`` are searched for; the ``title`` as typed."""

    words: str
    choice: Choice
    title: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The chosen articles and units as the library has them, then those found, without the chosen ones, and
    how many more of each there are; whether the library is ``empty``."""

    chosen_articles: tuple[Shelved, ...]
    chosen_units: tuple[str, ...]
    articles: tuple[Shelved, ...]
    units: tuple[str, ...]
    more_articles: int
    more_units: int
    empty: bool


def path(id: str, rest: str = "") -> str:
    """The address of material."""
    return f"{pages.TRAINING}/{id}{rest}"


def choosing_path(picked: Picked) -> str:
    """The address at which a search goes on with what is chosen."""
    query = [("tim", picked.words)]
    query += [("ten", picked.title)] if picked.title else []
    query += [("bai", id) for id in picked.choice.articles]
    query += [("don-vi", unit) for unit in picked.choice.units]
    return f"{NEW}?{urlencode(query)}#tim-thay"


def _page(title: str, main: str, *, foot: str = "") -> str:
    return pages.frame(
        title,
        main,
        kind="reading training",
        here=pages.TRAINING,
        sheets=["training", "prose"],
        foot=foot,
    )


# --- the list ----------------------------------------------------------------------------------------


def overview(mine: Sequence[Opened], others: Sequence[Kept]) -> str:
    """The visitor's own material, the last changed first, and the quizzes that others have opened."""
    items = "".join(map(_listed, mine))
    listed = f'<ul class="listed">{items}</ul>' if mine else f"<p>{_esc(say('Chưa có tài liệu nào.'))}</p>"
    learn = ""
    if others:
        links = "".join(
            f'<li><a href="{at(path(k.id, "/lam-bai"))}">{_esc(k.material.title)}</a></li>' for k in others
        )
        learn = (
            f"<section><h2>{_esc(say('Bài trắc nghiệm được mở cho người học'))}</h2>"
            f'<ul class="quizzes">{links}</ul></section>'
        )
    lead = say(
        "Soạn từ các bài viết đã chọn: tóm tắt một trang, bảng thuật ngữ, câu hỏi có lời đáp và bài trắc "
        "nghiệm. Mục nào cũng kèm đúng câu của bài."
    )
    return _page(
        say("Tài liệu định hướng"),
        f"<h1>{_esc(say('Tài liệu định hướng'))}</h1><p class='lead'>{_esc(lead)}</p>"
        f'<p><a class="main" href="{at(NEW)}">{_esc(say("Soạn tài liệu mới"))}</a></p>'
        f"<section><h2>{_esc(say('Tài liệu của tôi'))}</h2>{listed}</section>{learn}",
    )


def _listed(one: Opened) -> str:
    m = one.kept.material
    counts = " · ".join(
        f"{say(_PARTS[part])}: {sum(not i.left_out for i in m.of(part))}" for part in Part if m.of(part)
    )
    stale = ""
    if one.stale:
        words = say("{n} mục có nguồn đã thay đổi", n=len(one.stale))
        stale = f'<p class="stale">{_esc(words)}</p>'
    made = say("Soạn ngày {day}", day=written(one.kept.made.astimezone().date()))
    return (
        f'<li><h3><a href="{at(path(one.kept.id))}">{_esc(m.title)}</a></h3>'
        f'<p class="about">{_esc(made)} · {_esc(counts)}</p>{stale}</li>'
    )


# --- choosing ------------------------------------------------------------------------------------------


def choosing(picked: Picked, found: Found) -> str:
    """The choice of articles and units, with what a search has found below what is chosen already."""
    if found.empty:
        words = say("Thư viện chưa có bài viết nào. Hãy đưa tài liệu vào ở trang Tư liệu trước.")
        main = f'<p>{_esc(words)} <a href="{at(pages.SHELF)}">{_esc(say("Tới trang Tư liệu"))}</a></p>'
        return _page(say("Soạn tài liệu mới"), f"<h1>{_esc(say('Soạn tài liệu mới'))}</h1>{main}")
    chosen = "".join(_article_box(a, True) for a in found.chosen_articles)
    chosen += "".join(_unit_box(u, True) for u in found.chosen_units)
    first = _boxes(say("Đã chọn"), f"<ul>{chosen}</ul>") if chosen else ""
    more = _more(found.more_articles, "Còn {n} bài khác. Hãy tìm bằng từ trong tên bài.")
    more_units = _more(found.more_units, "Còn {n} đơn vị khác. Hãy tìm bằng từ trong tên đơn vị.")
    articles = _rows((_article_box(a, False) for a in found.articles), picked.words)
    units = _rows((_unit_box(u, False) for u in found.units), picked.words)
    lead = say(
        "Chọn bài viết, đơn vị, hoặc cả hai. Chọn một đơn vị là lấy mọi điều các bài nói về đơn vị ấy."
    )
    return _page(
        say("Soạn tài liệu mới"),
        f'<p class="back"><a href="{at(pages.TRAINING)}">{_esc(say("Tài liệu định hướng"))}</a></p>'
        f"<h1>{_esc(say('Soạn tài liệu mới'))}</h1>"
        f'<p class="lead">{_esc(lead)}</p>'
        f'<form class="choose" data-send="{NEW}">'
        f'<p class="search"><label for="tim">{_esc(say("Tìm bài viết, đơn vị"))}</label>'
        f'<input id="tim" name="tim" type="search" value="{_esc(picked.words)}" maxlength="200">'
        f'<button name="viec" value="tim">{_esc(say("Tìm"))}</button></p>'
        f'{first}<div class="found" id="tim-thay">'
        f"{_boxes(say('Các bài viết'), articles + more)}{_boxes(say('Các đơn vị'), units + more_units)}"
        f'</div><p class="name"><label for="ten">{_esc(say("Tên tài liệu (có thể để trống)"))}</label>'
        f'<input id="ten" name="ten" value="{_esc(picked.title)}" maxlength="{LONGEST_TITLE}"></p>'
        f'<p><button class="main" name="viec" value="soan">{_esc(say("Soạn tài liệu"))}</button></p></form>',
    )


def _more(n: int, words: str) -> str:
    return f'<p class="about">{_esc(say(words, n=n))}</p>' if n else ""


def _boxes(legend: str, inside: str) -> str:
    return f'<fieldset class="boxes"><legend>{_esc(legend)}</legend>{inside}</fieldset>'


def _rows(boxes: Iterable[str], words: str) -> str:
    none = say("Không tìm thấy “{said}”.", said=words) if words else say("Không còn mục nào để chọn.")
    found = "".join(boxes)
    return f"<ul>{found}</ul>" if found else f'<p class="none">{_esc(none)}</p>'


def _article_box(article: Shelved, chosen: bool) -> str:
    day = written(article.published) if article.published else None
    about = " · ".join(filter(None, (article.unit, article.source, day)))
    return _box("bai", article.id, article.title, about, chosen)


def _unit_box(unit: str, chosen: bool) -> str:
    return _box("don-vi", unit, unit, "", chosen)


def _box(name: str, value: str, label: str, about: str, chosen: bool) -> str:
    told = f'<span class="about">{_esc(about)}</span>' if about else ""
    return (
        f'<li><label><input type="checkbox" name="{name}" value="{_esc(value)}"'
        f"{' checked' if chosen else ''}><span>{_esc(label)}{told}</span></label></li>"
    )


# --- one material ----------------------------------------------------------------------------------------


def material(one: Opened, *, writes: bool = False) -> str:
    """Material with everything that can be done with it; ``writes`` tells whether a language model is there
    to word the summary."""
    kept, m = one.kept, one.kept.material
    sections = "".join(_section(one, part, writes=writes) for part in Part)
    return _page(
        m.title,
        f'<p class="back"><a href="{at(pages.TRAINING)}">{_esc(say("Tài liệu định hướng"))}</a></p>'
        f"<h1>{_esc(m.title)}</h1>{_about(kept)}{_stale_notice(one)}{_downloads(one)}{sections}{_manage(kept)}",
        foot=pages.reader(),
    )


def _about(kept: Kept) -> str:
    m = kept.material
    told = [say("Soạn ngày {day}", day=written(kept.made.astimezone().date()))]
    if m.choice.articles:
        told.append(say("từ {n} bài viết", n=len(m.choice.articles)))
    if m.choice.units:
        told.append(say("về {units}", units=", ".join(m.choice.units)))
    notes = []
    if m.silent:
        titles = "; ".join(f"“{title}”" for title in m.silent)
        notes.append(say("Không rút được gì từ: {titles}.", titles=titles))
    if m.alone:
        notes.append(
            say(
                "{n} câu không đặt được thành trắc nghiệm vì không đơn vị nào khác có dữ kiện cùng loại để "
                "làm phương án sai.",
                n=m.alone,
            )
        )
    if m.disputed:
        notes.append(say("{n} dữ kiện không hỏi vì các bài nêu khác nhau.", n=m.disputed))
    listed = "".join(f"<li>{_esc(note)}</li>" for note in notes)
    return f'<p class="about">{_esc(", ".join(told))}</p>' + (
        f'<ul class="notes">{listed}</ul>' if notes else ""
    )


def _stale_notice(one: Opened) -> str:
    if not one.stale:
        return ""
    words = say(
        "Nguồn đã thay đổi ở {n} mục. Những mục này không có trong các bản tải xuống và bài trắc nghiệm cho "
        "tới khi được làm lại.",
        n=len(one.stale),
    )
    return (
        f'<div class="stale notice"><p>{_esc(words)}</p><p><button type="button" '
        f'data-send="{path(one.kept.id, "/lam-lai")}">{_esc(say("Làm lại tất cả"))}</button></p></div>'
    )


def _downloads(one: Opened) -> str:
    m = one.kept.material
    rows = []
    for copy in Copy:
        wanted = {
            Copy.TEACHER: tuple(Part),
            Copy.LEARNER: (Part.QUESTION, Part.QUIZ),
            Copy.SUMMARY: (Part.SUMMARY,),
            Copy.GLOSSARY: (Part.TERM,),
        }[copy]
        if not any(i.part in wanted and not i.left_out and i.id not in one.stale for i in m.items):
            continue
        name = say(handouts.NAMES[copy])
        links = "".join(
            f'<a href="{at(path(one.kept.id, f"/tai/{copy.value}.{suffix}"))}" download '
            f'aria-label="{_esc(f"{name}, {label}")}">{label}</a>'
            for suffix, label in (("docx", "Word"), ("pdf", "PDF"), ("md", "Markdown"))
        )
        rows.append(f'<li><span class="copy">{_esc(name)}</span> {links}</li>')
    quiz = ""
    if any(not i.left_out and i.id not in one.stale for i in m.of(Part.QUIZ)):
        quiz = (
            f'<p class="do-quiz"><a class="main" href="{at(path(one.kept.id, "/lam-bai"))}">'
            f"{_esc(say('Làm bài trắc nghiệm'))}</a> {_opening(one.kept)}</p>"
        )
    return f'<section class="out"><h2>{_esc(say("Tải xuống"))}</h2><ul>{"".join(rows)}</ul>{quiz}</section>'


def _opening(kept: Kept) -> str:
    """The button by which learners are let in, or not any more."""
    opened = kept.material.opened
    told = say("Đang mở cho người học.") if opened else say("Chưa mở cho người học.")
    label = say("Đóng lại") if opened else say("Mở cho người học")
    return (
        f'<span class="opening"><span>{_esc(told)}</span> <button type="button" id="mo" '
        f'data-send="{path(kept.id, "/mo")}" data-mo="{int(not opened)}">{_esc(label)}</button></span>'
    )


def _section(one: Opened, part: Part, *, writes: bool) -> str:
    m = one.kept.material
    items = m.of(part)
    further = f'<p><a href="{at(path(one.kept.id, f"/them?loai={part.value}"))}">{_esc(_ADD[part]())}</a></p>'
    if not items:
        return (
            f'<section class="part"><h2>{_esc(say(_PARTS[part]))}</h2>'
            f"<p>{_esc(say('Chưa có mục nào.'))}</p>{further}</section>"
        )
    note = ""
    if part is Part.SUMMARY:
        told = [i for i in items if not i.left_out and i.id not in one.stale]
        over = len(told) - len(on_a_page(told))
        words = (
            say("{n} câu không vừa một trang A4 nên không có trong bản tóm tắt.", n=over)
            if over
            else say("Vừa một trang A4.")
        )
        note = f'<p class="about">{_esc(words)}</p>'
    rows = "".join(_row(one, item, n, len(items)) for n, item in enumerate(items, 1))
    return (
        f'<section class="part {part.value}"><h2>{_esc(say(_PARTS[part]))}</h2>{note}'
        f"<ol>{rows}</ol>{further}{_prose(one, writes=writes) if part is Part.SUMMARY else ''}</section>"
    )


def _prose(one: Opened, *, writes: bool) -> str:
    """The summary in a language model's words, below that in the articles'."""
    m, told = one.kept.material, told_anew(one.kept.material, one.stale)
    acts = ""
    if writes:
        name = say("Viết lại") if told else say("Viết lại bằng mô hình ngôn ngữ")
        acts += prose_pages.button(path(one.kept.id, "/viet"), name)
    if m.prose is None or told is None:
        return f'<p class="acts">{acts}</p>' if acts else ""
    acts += pages.button(path(one.kept.id, "/bo-doan-van"), say("Bỏ đoạn văn"), sure=say("Bỏ đoạn văn này?"))
    used = (
        say("Các bản tải xuống có đoạn văn này ở phần tóm tắt.")
        if told == m.prose
        else say("Các bản tải xuống có lời của bài ở phần tóm tắt cho tới khi viết lại.")
    )
    return (
        f"<h3>{_esc(say('Tóm tắt thành đoạn văn'))}</h3>{prose_pages.prose(m.prose, told)}"
        f'<p class="about">{_esc(used)}</p><p class="acts">{acts}</p>'
    )


_ADD = {
    Part.SUMMARY: lambda: say("Thêm câu vào tóm tắt"),
    Part.TERM: lambda: say("Thêm thuật ngữ"),
    Part.QUESTION: lambda: say("Thêm câu hỏi"),
    Part.QUIZ: lambda: say("Thêm câu trắc nghiệm"),
}


def _row(one: Opened, item: Item, n: int, last: int) -> str:
    changes = one.stale.get(item.id, ())
    kind = " ".join(name for name, told in (("out-of-it", item.left_out), ("stale", bool(changes))) if told)
    return (
        f'<li id="muc-{item.id}" class="item {kind}">{_words(one.kept.material, item)}'
        f"{_marks(item)}{_changed(changes)}{_evidence(item)}"
        f'<div class="foot">{_acts(one, item, n, last)}{_wording(one.kept, item)}</div></li>'
    )


def _words(of: Material, item: Item) -> str:
    match item.part:
        case Part.SUMMARY:
            return f'<p class="says">{_esc(item.said)}</p>'
        case Part.TERM:
            kind = say(_TERMS[item.kind])
            return (
                f'<p class="asks">{_esc(item.asked)} <span class="kind">{_esc(kind)}</span></p>'
                f'<p class="says">{_esc(item.said)}</p>'
            )
        case Part.QUESTION:
            return f'<p class="asks">{_esc(item.asked)}</p><p class="says">{_esc(item.said)}</p>'
    right = f' <span class="right">{_esc(say("đúng"))}</span>'
    options = "".join(
        f"<li>{_esc(words)}{right if words == item.says else _whose(item, words)}</li>"
        for words in of.options(item)
    )
    return f'<p class="asks">{_esc(item.asked)}</p><ol class="options">{options}</ol>'


def _whose(item: Item, words: str) -> str:
    unit = next(o.unit for o in item.wrong if o.words == words)
    return f' <span class="whose">{_esc(say("của {unit}", unit=unit))}</span>'


def _marks(item: Item) -> str:
    told = []
    if item.left_out:
        told.append(say("Đã để ra ngoài"))
    if item.reworded:
        told.append(say("Đã sửa lời"))
    return f'<p class="marks">{" · ".join(map(_esc, told))}</p>' if told else ""


def _changed(changes: Sequence[Change]) -> str:
    if not changes:
        return ""
    told = "".join(f"<li>{_esc(words)}</li>" for words in dict.fromkeys(map(_told, changes)))
    return (
        f'<div class="changed"><p><strong>{_esc(say("Nguồn đã thay đổi"))}</strong></p><ul>{told}</ul></div>'
    )


def _told(change: Change) -> str:
    match change.what:
        case "gone":
            return say("Bài “{title}” không còn trong thư viện.", title=change.title)
        case "lost":
            return say(
                "Bài “{title}” đã sửa, và không còn câu “{said}”.", title=change.title, said=change.words
            )
        case "moved":
            return say("Bài “{title}” đã sửa; câu trích vẫn còn, ở chỗ khác.", title=change.title)
        case "kept":
            return say("Bài “{title}” đã sửa; câu trích vẫn còn nguyên.", title=change.title)
        case "right":
            return say(
                "Phương án “{said}” nay cũng đúng theo bài “{title}”.",
                title=change.title,
                said=change.words,
            )


def _evidence(item: Item) -> str:
    """The quotes that an item rests on, folded; a right option first."""
    wrong = "".join(
        f'<p class="of">{_esc(option.words)} — {_esc(option.unit)}</p>{_quote(option.evidence)}'
        for option in item.wrong
    )
    if wrong:
        wrong = f'<p class="of">{_esc(say("Phương án sai, lấy từ đơn vị khác:"))}</p>{wrong}'
    summary = say("Nguồn: {title}", title=item.evidence.title)
    quotes = _quote(item.evidence) + wrong
    return f'<details class="evidence"><summary>{_esc(summary)}</summary>{quotes}</details>'


def _quote(c: Citation) -> str:
    whole = Span(0, len(c.quote))
    words = pages.marked(c.quote, whole, whole, [m.moved(-c.start) for m in c.marks])
    day = written(c.published) if c.published else None
    page = say("trang {n}", n=c.page) if c.page is not None else None
    about = ", ".join(filter(None, (c.title, day, page)))
    scanned = f'<p class="scanned">{_esc(say(SCANNED))}</p>' if c.scanned else ""
    opened = _esc(say("Mở bài: {title}", title=c.title))
    link = pages.cited_link(c, _esc(say("Mở bài")), f'aria-label="{opened}"')
    return (
        f'<figure class="quote"><blockquote>{words}</blockquote>{scanned}<figcaption>{_esc(about)} · {link}'
        "</figcaption></figure>"
    )


def _acts(one: Opened, item: Item, n: int, last: int) -> str:
    send = path(one.kept.id, "/muc")
    of = item.asked or item.said

    def button(do: str, label: str, *, sure: str = "", to: str = send, id: str = "") -> str:
        return pages.button(to, label, label=f"{label}: {of}", sure=sure, id=id, item=item.id, do=do)

    turn = f"dua-{item.id}"

    acts = [
        button("lai", say("Làm lại"), to=path(one.kept.id, "/lam-lai")) if item.id in one.stale else "",
        button("dua", say("Đưa lại"), id=turn)
        if item.left_out
        else button("bo", say("Để ra ngoài"), id=turn),
        button("len", say("Lên")) if n > 1 else "",
        button("xuong", say("Xuống")) if n < last else "",
        button("xoa", say("Bỏ hẳn"), sure=say("Bỏ hẳn mục này khỏi tài liệu?")) if item.left_out else "",
    ]
    return f'<p class="acts">{"".join(acts)}</p>'


def _wording(kept: Kept, item: Item) -> str:
    fields = []
    if item.part is not Part.SUMMARY:
        label = say("Từ ngữ") if item.part is Part.TERM else say("Câu hỏi")
        fields.append(_field("ask", label, item, item.asked))
    if item.part is not Part.QUIZ:
        label = say("Lời đáp") if item.part is Part.QUESTION else say("Lời")
        fields.append(_field("says", label, item, item.said))
    hint = say("Để trống một ô là dùng lại lời của bài. Nguồn vẫn được giữ.")
    summary = f'{_esc(say("Sửa lời"))}<span class="unseen">: {_esc(item.asked or item.said)}</span>'
    return (
        f'<details class="wording"><summary>{summary}</summary>'
        f'<form data-send="{path(kept.id, "/loi")}"><input type="hidden" name="item" value="{item.id}">'
        f'{"".join(fields)}<p class="about">{_esc(hint)}</p>'
        f"<p><button>{_esc(say('Lưu'))}</button></p></form></details>"
    )


def _field(name: str, label: str, item: Item, words: str) -> str:
    id = f"{name}-{item.id}"
    return (
        f'<p class="field"><label for="{id}">{_esc(label)}</label>'
        f'<textarea id="{id}" name="{name}" rows="3" maxlength="{LONGEST_WORDS}">{_esc(words)}</textarea></p>'
    )


def _manage(kept: Kept) -> str:
    return (
        f'<section class="manage"><h2>{_esc(say("Tài liệu này"))}</h2>'
        f'<form data-send="{path(kept.id, "/ten")}"><p class="name">'
        f'<label for="ten">{_esc(say("Tên tài liệu"))}</label>'
        f'<input id="ten" name="ten" value="{_esc(kept.material.title)}" maxlength="{LONGEST_TITLE}">'
        f"</p><p><button>{_esc(say('Đổi tên'))}</button></p></form>"
        f'<p><button type="button" class="remove" data-send="{path(kept.id, "/xoa")}" '
        f'data-sure="{_esc(say("Xóa hẳn tài liệu này? Việc này không hoàn lại được."))}">'
        f"{_esc(say('Xóa tài liệu'))}</button></p></section>"
    )


# --- what else is offered ----------------------------------------------------------------------------------


def adding(kept: Kept, part: Part, items: Sequence[Item]) -> str:
    """What may be added to a part, with its evidence."""
    title = _ADD[part]()
    of_one, label = path(kept.id), say("Thêm")
    rows = "".join(
        f'<li class="item">{_words(kept.material, item)}{_evidence(item)}<p class="acts"><button '
        f'type="button" data-send="{of_one}/them" data-item="{item.id}" data-do="them" '
        f'aria-label="{_esc(f"{label}: {item.asked or item.said}")}">{_esc(label)}</button></p></li>'
        for item in items[:_MOST_OFFERED]
    )
    listed = f"<ol>{rows}</ol>" if items else f"<p>{_esc(say('Đã dùng hết những gì các bài nêu.'))}</p>"
    over = len(items) - _MOST_OFFERED
    more = _more(max(over, 0), "Còn {n} mục khác; hãy thêm vài mục ở trên để xem tiếp.")
    back = say("Trở lại tài liệu")
    return _page(
        title,
        f'<p class="back"><a href="{at(of_one)}">{_esc(back)}: {_esc(kept.material.title)}</a></p>'
        f'<h1>{_esc(title)}</h1><section class="part {part.value}">{listed}{more}</section>',
        foot=pages.reader(),
    )


# --- the quiz ----------------------------------------------------------------------------------------------


def quiz(kept: Kept, asked: Sequence[Item], dropped: int, given: Mapping[str, str] | None) -> str:
    """The questions to be answered; with what was ``given`` (a letter by the question's id, empty where
    none), how it was answered, with the evidence."""
    m = kept.material
    left = ""
    if dropped:
        words = say("{n} câu tạm để ra vì nguồn đã thay đổi.", n=dropped)
        left = f'<p class="about">{_esc(words)}</p>'
    if not asked:
        body = f"<p>{_esc(say('Chưa có câu trắc nghiệm nào để làm.'))}</p>"
    elif given is None:
        rows = "".join(_to_answer(m, item, n) for n, item in enumerate(asked, 1))
        body = (
            f'<form class="quiz" method="get" action="{at(path(kept.id, "/lam-bai"))}">'
            f'{rows}<p><button class="main" name="cham" value="1">{_esc(say("Chấm bài"))}</button></p></form>'
        )
    else:
        right = sum(given.get(item.id) == _letter(m, item) for item in asked)
        score = say("Đúng {n} trên {of} câu", n=right, of=len(asked))
        rows = "".join(_answered(m, item, n, given.get(item.id, "")) for n, item in enumerate(asked, 1))
        body = (
            f'<p class="score" role="status">{_esc(score)}</p><ol class="marked">{rows}</ol>'
            f'<p><a class="main" href="{at(path(kept.id, "/lam-bai"))}">{_esc(say("Làm lại từ đầu"))}</a></p>'
        )
    return _page(
        m.title,
        f'<p class="back"><a href="{at(pages.TRAINING)}">{_esc(say("Tài liệu định hướng"))}</a></p>'
        f"<h1>{_esc(say('Trắc nghiệm'))}: {_esc(m.title)}</h1>{left}{body}",
        foot=pages.reader(),
    )


def _letter(of: Material, item: Item) -> str:
    return ascii_uppercase[of.options(item).index(item.says)]


def _to_answer(of: Material, item: Item, n: int) -> str:
    options = "".join(
        f'<label><input type="radio" name="cau-{item.id}" value="{letter}"> '
        f"<span>{letter}. {_esc(words)}</span></label>"
        for letter, words in zip(ascii_uppercase, of.options(item), strict=False)
    )
    return f"<fieldset><legend>{n}. {_esc(item.asked)}</legend>{options}</fieldset>"


def _answered(of: Material, item: Item, n: int, letter: str) -> str:
    lettered = dict(zip(ascii_uppercase, of.options(item), strict=False))
    right = _letter(of, item)
    if letter == right:
        kind, said = "right", say("Đúng: {letter}. {said}", letter=right, said=item.says)
    elif letter in lettered:
        kind = "wrong"
        said = say("Chưa đúng: {letter}. {said}", letter=letter, said=lettered[letter])
    else:
        kind, said = "wrong", say("Chưa trả lời")
    answer = ""
    if kind == "wrong":
        words = say("Đáp án: {letter}. {said}", letter=right, said=item.says)
        answer = f'<p class="says">{_esc(words)}</p>'
        option = next((o for o in item.wrong if o.words == lettered.get(letter)), None)
        if option:
            told = say("“{said}” là của {unit}.", said=option.words, unit=option.unit)
            answer += f'<p class="about">{_esc(told)}</p>'
    return (
        f'<li class="{kind}"><h2>{_esc(item.asked)}</h2><p class="verdict">{_esc(said)}</p>{answer}'
        f"{_quote(item.evidence)}</li>"
    )
