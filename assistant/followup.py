"""A follow-up made whole: what it leaves out is taken from the conversation. Pure.

A conversation is read turn by turn from its beginning, so that "Năm nào?" after "Còn ở … thì sao?" leans
on what that one came to mean. The patterns are matched on the folded text, letter for letter as long as
the text itself, so that they serve questions typed with and without marks, and what they find can be
replaced in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import prompts
from assistant import english, talk
from assistant.grammar import Kind, asking_spans, asks, grammar, kinds_of, proper_names, words_of
from assistant.types import Turn
from ingest.mentions import awards, names, people, post
from ingest.types import Span
from ingest.vietnamese import dates, even_fold, fold, has_marks, nfc, normalise

#: So many turns back a follow-up reaches; what was said before them is forgotten.
MEMORY = 12
#: A question with more words than this is whole, even where it names no office.
_MOST_WORDS = 9
#: A question with fewer words of its own than this, and no name, leans on the one before it.
_FEWEST_WORDS = 2


@dataclass(frozen=True, slots=True)
class _Before:
    """The last question, whole, what was answered ("" where nothing was, or a refusal), and the
    offices the library knows. ``earlier`` holds all that was said before, latest first."""

    question: str
    answer: str
    units: Sequence[str]
    earlier: tuple[str, ...]


def complete(asked: str, history: Sequence[Turn], units: Sequence[str]) -> str:
    """The question, in Vietnamese, with what it lacks taken from the questions and answers before it."""
    question, answer = "", ""
    earlier: tuple[str, ...] = ()
    for turn in history[-MEMORY:]:
        content = " ".join(nfc(turn.content).split())
        if not content:
            continue
        if turn.role == "user":
            if talk.recognise(content):
                continue
            earlier = tuple(t for t in (answer, question, *earlier) if t)
            question = _whole(english.read(content, units), _Before(question, answer, units, earlier))
            answer = ""
        elif not _is_refusal(content):
            answer = content
    return _whole(english.read(asked, units), _Before(question, answer, units, earlier))


def _is_refusal(content: str) -> bool:
    beginning, _, _ = prompts.load("refusal").text.partition("{")
    return content.startswith(nfc(beginning).strip())


# --- the ways in which a question leans on another ---------------------------------------------------

_OPENING = re.compile(
    r"^(?:(?:the|vay|a|u|uh|vang|da|roi|ok|thoi|nhung|va|con)(?:,? ))*(?=con )|^(?:(?:the|vay|va"
    r"|roi|nhung|a|u) )+"
)
_CLOSING = re.compile(
    r"(?:,? (?:thi sao|the nao|ra sao|thi the nao|thi nhu the nao|nhu the nao|sao))?(?: (?:a"
    r"|(?<!hang )nhi|vay|nhe|the))*[ ?.!]*$"
)
_HOW_ABOUT = re.compile(
    r"^(?:the |vay |va |roi |a,? |u,? )*con (?:o |tai |voi |cua |ve |doi voi |ben )?(?P<what>.+)"
)
_AND_SO = re.compile(
    r"^(?:the |vay |va )*(?:o |tai |voi |cua |ve |doi voi |ben )?(?P<what>.+?) (?:thi sao|thi the nao)[ ?]*$"
)
_PERSON = re.compile(
    r"\b(?:ong|ba|anh|chi|co|chu|bac|cu|dong chi|nguoi|vi|thay)(?: ay| nay| do| ta| kia"
    r"| noi tren)\b|\b(?:ho|y)(?= (?:la|giu|lam|sinh|noi|da)\b)"
)
_UNIT = re.compile(
    r"\b(?:co quan|don vi|van phong|noi|to chuc|ban|cho|tinh|huyen|thanh pho|dia phuong)"
    r" (?:ay|nay|do|tren|noi tren|vua neu)\b|(?:(?<=\bo )|(?<=\btai ))(?:do|day)(?=[ ,?.]|$)"
)
_THING = re.compile(
    r"\b(?:phan thuong|huan chuong|bang khen|danh hieu|ky niem chuong|co thi dua|giai thuong"
    r"|giai)(?: cao quy)? (?:ay|nay|do|tren|kia)\b"
)
_THAT_YEAR = re.compile(r"\bnam (?:ay|do|nay)\b")
_THIS_FACT = re.compile(
    r"\b(?:viec|su kien|dieu|quyet dinh|nghi quyet|chi thi|van ban|cau|hoi nghi|le) (?:ay|nay|do|tren)\b"
)


def _whole(asked: str, before: _Before) -> str:
    """The question with what it lacks, or as it is."""
    if not before.question:
        return asked
    folded = even_fold(asked)
    how_about = _HOW_ABOUT.match(folded) or _AND_SO.match(folded)
    if how_about:
        start, end = how_about.span("what")
        what = asked[start:end]
        if how_about.re is _HOW_ABOUT:
            what = what[: _CLOSING.search(folded[start:end]).start()]  # type: ignore[union-attr]
        return _asked_of(what.strip(), before)
    if _is_topic_alone(asked, before):
        return _asked_of(
            re.sub(r"^(?:[ỞởTtCcVv]\w* )?(?=\S)", "", asked) if _LED.match(folded) else asked, before
        )
    pointed = _pointed(asked, folded, before)
    if pointed:
        return pointed
    opening = _OPENING.match(folded)
    return _continued(asked[opening.end() :] if opening else asked, before) or asked


def _pointed(asked: str, folded: str, before: _Before) -> str | None:
    """The question with the office, the person, the award or the year that it points back to; None
    where it points to nothing that was said."""
    # The office first: "đơn vị này" holds "vị này".
    for pattern, find in (
        (_UNIT, _last_unit),
        (_PERSON, _last_person),
        (_THING, _last_award),
        (_THAT_YEAR, _last_year),
    ):
        m = pattern.search(folded)
        if not m:
            continue
        found = find(before, m[0])
        if not found:
            continue
        whole = _replace(asked, m.span(), found)
        # "Năm đó đơn vị này được tặng gì?" points twice.
        return _pointed(whole, even_fold(whole), before) or whole
    if _PERSON.search(folded) or _UNIT.search(folded):
        return asked  # nobody knows whom or what it means
    if _THIS_FACT.search(folded) and not proper_names(asked):
        return f"{_without_asking(before)} — {_lower(asked)}"
    return None


def _asked_of(what: str, before: _Before) -> str:
    """The question before, asked of something else: "Còn … thì sao?"."""
    what = what.strip(" ?.!,")
    read = fold(what) if not has_marks(what) else normalise(what)
    bare = not has_marks(what)
    if not asks(read, bare):
        for change in (_other_unit, _other_year, _other_post, _other_award, _other_count, _other_name):
            changed = change(what, before)
            if changed:
                return changed
        return _of_unit(what, before) or f"{before.question.rstrip(' ?.!')} — {what}"
    return _continued(what, before) or what


def _continued(asked: str, before: _Before) -> str | None:
    """A question that lacks its subject or all but the asking, made whole; None where it lacks
    nothing."""
    bare = not has_marks(asked)
    read = fold(asked) if bare else normalise(asked)
    if proper_names(asked) or any(True for _ in dates(asked)) or _names_place(asked, before.units):
        return None
    kinds, rest = kinds_of(read, bare)
    words = [w for w in words_of(rest, grammar(bare).stop) if "_" not in w]
    if len(words) > _MOST_WORDS or not asks(read, bare):
        return None
    own = {fold(w) for w in words} - set(re.findall(r"\w+", fold(before.question)))
    attributes = _ATTRIBUTE.search(fold(asked)) and not _ANY_OFFICE.search(fold(asked))
    leans = len(own) < _FEWEST_WORDS or (len(own) <= _MOST_BEHIND_ASKING and _ASKS_FIRST.match(fold(asked)))
    if leans and not attributes:
        return (
            f"{_without_asking(before, kinds)} {_lower(asked)}"
            if len(words) < _FEWEST_WORDS
            else (f"{_without_asking(before, kinds)} — {_lower(asked)}")
        )
    return _of_unit(asked, before) if attributes else None


#: "Ai ký quyết định?" leans on what is before it too: it begins with asking and has few words behind.
_MOST_BEHIND_ASKING = 3
_ASKS_FIRST = re.compile(
    r"(?:do |boi |nho |vao |tu )?(?:ai(?! la\b)|khi nao|nam nao|ngay nao|o dau|vi sao|tai sao|bao gio)\b"
)
# Offices in general, or whichever of them, folded.
_ANY_OFFICE = re.compile(
    r"\bvan phong (?:[a-z]+ uy )?nao\b|\b(?:nhung|cac|moi) (?:van phong|don vi|co quan)\b"
    r"|\b(?:nganh|nghe|cong tac|can bo|nguoi lam|cong tac o) van phong\b|\b(?:van phong )?cap uy\b"
)
# What one asks of an office without naming it again, folded.
_ATTRIBUTE = re.compile(
    r"\b(phuong cham|khau hieu|tru so|chuc nang|nhiem vu|bien che|can bo|cong chuc|dang vien"
    r"|chanh van phong|bi thu|"
    r"tien than|thanh lap|ra doi|huan chuong|phan thuong|bang khen|khen thuong|danh hieu|thanh tich"
    r"|ngay truyen thong|"
    r"lich su|truyen thong|lanh dao|phong ban|chi bo|co cau|to chuc bo may|nhan su|van phong"
    r"|tham muu|ban hanh|ket qua|"
    r"so luong|doi ngu|nguoi dung dau|thu truong|ten goi|quyet dinh thanh lap|dia chi|giai thuong|thi dua)\b"
)
# Offices that are complete without a place, or that name another level than a unit's own.
_COMMITTEE = re.compile(
    r"\b(?:(?:tinh|thanh|huyen|quan|thi|dang|khu|cap) uy|trung uong|chinh phu|quoc hoi|nha nuoc"
    r"|bo chinh tri|ban bi thu)\b"
)


def _of_unit(asked: str, before: _Before) -> str | None:
    """A question of an office that it does not name, with the office last spoken of; None where that
    is not known, or where the question names another level's."""
    unit = _last_unit(before, "")
    if not unit:
        return None
    folded = even_fold(asked)
    office = re.search(
        r"\b(?:van phong|don vi|co quan)(?: (?:tinh|thanh|huyen|quan|thi|dang|khu) uy)?\b(?! cap uy)",
        re.sub(r"\bchanh van phong\b", lambda m: "." * len(m[0]), folded),
    )
    own = _COMMITTEE.search(folded)
    if own and (own[0] not in fold(unit) or own[0] == "cap uy"):
        return None
    if office and (not own or own.end() <= office.end()):
        return _replace(asked, office.span(), unit)
    if own:
        place = next((p.of(unit) for n in names(unit) for p in n.proper[-1:]), "")
        return (
            f"{asked[: own.end()]} {place if has_marks(asked) else fold(place)}{asked[own.end() :]}"
            if place
            else None
        )
    spelled = unit if has_marks(asked) else fold(unit)
    if _STARTS_AS_PREDICATE.match(folded):
        return f"{spelled} {_lower(asked)}"
    verb = _PREDICATE.search(folded)
    of = "của" if has_marks(asked) else "cua"
    if verb:
        return f"{asked[: verb.start()]} {of} {spelled}{asked[verb.start() :]}"
    return f"{asked.rstrip(' ?.!')} {of} {spelled}"


_STARTS_AS_PREDICATE = re.compile(
    r"(?:co|duoc|do|da|ra doi|thanh lap|dat|nam|o|gom|hien|tung|ban hanh|tham muu|khi nao|nam nao"
    r"|bao gio|vi sao|tai sao|ai|lan dau)\b"
)
_PREDICATE = re.compile(
    r" (?:la|o|nam|co|duoc|do|gom|dat|ra doi|thanh lap|nhu the nao|the nao|ra sao|tu khi|tu nam)\b"
)


# --- what is asked of instead ------------------------------------------------------------------------


_LED = re.compile(r"^(?:o|tai|cua|ve|voi) (?=\w)")


def _is_topic_alone(asked: str, before: _Before) -> bool:
    """Whether a message is but another office, year or person: "Sông Lam?", "ở Sông Lam", "năm 2014"."""
    bare = not has_marks(asked)
    read = fold(asked) if bare else normalise(asked)
    if asks(read, bare):
        return False
    rest = re.sub(r"^(?:o|tai|cua|ve|voi|y toi la|toi hoi) ", "", even_fold(asked).strip(" ?.!"))
    if re.fullmatch(r"(?:nam )?\d{4}", rest):
        return True
    if any(rest in fold(u) or fold(u) == rest for u in before.units) and len(rest) > 3:
        return True
    whole = next((n for n in names(asked) if n.proper and n.end - n.start >= len(rest) - 1), None)
    return whole is not None


def _unit_called(what: str, units: Sequence[str]) -> str | None:
    """The unit that the words name, by its place or whole."""
    folded = f" {fold(what).strip(' ?.!,')} "
    for unit in units:
        places = [fold(p.of(unit)) for n in names(unit) for p in n.proper[-1:]]
        if any(f" {place} " in folded for place in places) or folded in f" {fold(unit)} ":
            return unit
    return None


def _names_place(text: str, units: Sequence[str]) -> bool:
    """Whether a text, bare perhaps, names the place of a unit the library knows."""
    folded = f" {fold(text)} "
    return any(
        re.search(rf"\b{re.escape(fold(p.of(u)))}\b", folded)
        for u in units
        for n in names(u)
        for p in n.proper[-1:]
    )


def _other_unit(what: str, before: _Before) -> str | None:
    """The question before about another office: its name is replaced as far as it went, "Tỉnh ủy X" by
    "Thành ủy Y", where the library knows that one; else its place by the words given."""
    old = before.question
    unit = _unit_called(what, before.units)
    is_year = any(d.year for d in dates(what))
    if is_year and not unit:
        return None
    if not has_marks(old):
        known = next((u for u in before.units if _places_in(u, old)), None)
        if known:
            place = _places_in(known, old)
            whole = fold(known)
            if unit:
                folded = fold(old)
                short = whole.removeprefix("van phong ")
                if whole in folded:
                    return folded.replace(whole, fold(unit))
                if short in folded:
                    return folded.replace(short, fold(unit).removeprefix("van phong "))
                return folded.replace(place, next(iter(_places(unit)), fold(unit)))
            if (
                not post(what, bare=not has_marks(what))
                and not _ATTRIBUTE.search(fold(what))
                and what[:1].isupper()
            ):
                return fold(old).replace(place, fold(what))
        return None
    for name in names(old):
        if not name.proper or (name.opens and not name.office and " " not in old[name.start : name.end]):
            continue
        if unit and name.office:
            said = old[name.start : name.end]
            begin = name.start
            if _post_in(said):  # "Chánh Văn phòng Tỉnh ủy X" stays the post of the other
                begin = name.start + _post_in(said)
            rest = even_fold(old[begin : name.end])
            new = (
                unit
                if rest.startswith("van phong") or not unit.startswith("Văn phòng ")
                else unit[len("Văn phòng ") :]
            )
            return _replace(old, (begin, name.end), new)
        if unit or _is_place(what, before):
            span = name.proper[-1]
            if any(span == p for p in people(old)):
                continue
            new = next((p.of(what) for n in names(what) for p in n.proper[-1:]), what)
            return _replace(old, (span.start, span.end), new)
    return None


def _is_place(what: str, before: _Before) -> bool:
    """Whether the words are the name of a place rather than of a person or a thing."""
    named = [n for n in names(what) if n.proper]
    return bool(named) and not any(True for _ in people(what) if " " in what and what.count(" ") > 1)


def _places(unit: str) -> Iterator[str]:
    return (fold(p.of(unit)) for n in names(unit) for p in n.proper[-1:])


def _places_in(unit: str, bare: str) -> str:
    folded = f" {fold(bare)} "
    return next((place for place in _places(unit) if f" {place} " in folded.replace("?", " ")), "")


_POST_ALONE = re.compile(
    r"(?:(?:nguyen|pho|quyen) )*(?:chanh(?= van phong)|bi thu|chu tich|truong (?:ban|phong)"
    r"|giam doc)(?: thuong truc)? "
)


def _post_in(office: str) -> int:
    """How many letters of an office's name are a post in front of it: "Phó Chánh " + "Văn phòng …"."""
    m = _POST_ALONE.match(even_fold(office))
    return m.end() if m else 0


def _other_year(what: str, before: _Before) -> str | None:
    year = next((d for d in dates(what) if d.year), None)
    if year is None:
        return None
    old = next((d for d in dates(before.question) if d.year), None)
    if old is None:
        return f"{what[:1].upper()}{what[1:]} {_lower(before.question)}"
    new = what[year.start : year.end]
    if fold(before.question[old.start : old.end]).startswith("nam") and not fold(new).startswith("nam"):
        new = f"năm {new}"
    return _replace(before.question, (old.start, old.end), new)


def _other_post(what: str, before: _Before) -> str | None:
    new = post(what, bare=not has_marks(what))
    old = post(before.question, bare=not has_marks(before.question))
    if not new or not old:
        return None
    at = _find(before.question, old)
    # "Chánh Văn phòng Tỉnh ủy X" and "Phó Chánh Văn phòng": what names whose post it is stays.
    committee = _COMMITTEE.search(fold(old))
    if committee and not _COMMITTEE.search(fold(new)):
        at = _find(before.question, fold(old)[: committee.start()].strip())
    return _replace(before.question, at, what.strip()) if at else None


def _other_award(what: str, before: _Before) -> str | None:
    old = next(awards(before.question), None)
    new = next(awards(what), None)
    if old is None:
        return None
    if new:
        return _replace(before.question, (old.start, old.end), new.of(what))
    grade = re.fullmatch(r"(?:loai )?hang (?:nhat|nhi|ba|tu)", fold(what))
    was = re.search(r"hang (?:nhat|nhi|ba|tu)\b", even_fold(before.question))
    return _replace(before.question, was.span(), what) if grade and was else None


def _other_count(what: str, before: _Before) -> str | None:
    """ "Còn chỉ thị?" after "… bao nhiêu nghị quyết?"."""
    folded = even_fold(before.question)
    m = re.search(r"\b(?:bao nhieu|may) (?P<what>[a-z]+ [a-z]+)\b", folded)
    if not m or proper_names(what) or len(what.split()) > 3 or _ATTRIBUTE_OF_ITS_OWN.search(fold(what)):
        return None
    return _replace(before.question, m.span("what"), what)


# What is not counted by the same question, folded.
_ATTRIBUTE_OF_ITS_OWN = re.compile(
    r"\b(?:phuong cham|tru so|chuc nang|nhiem vu|tien than|thanh lap|ngay truyen thong"
    r"|chanh van phong|bi thu)\b"
)


def _other_name(what: str, before: _Before) -> str | None:
    """Another person's name, or whatever else has one, in place of the one asked about."""
    new = next((p for n in names(what) for p in n.proper[-1:]), None)
    if new is None:
        return None
    for person in _people(before.question):
        return _replace(before.question, _find(before.question, person), new.of(what))
    for name in names(before.question):
        for part in name.proper[-1:]:
            if not (name.opens and not name.office and " " not in part.of(before.question)):
                return _replace(before.question, (part.start, part.end), new.of(what))
    return None


# --- what was spoken of last ---------------------------------------------------------------------------


def _said(before: _Before) -> tuple[str, ...]:
    return tuple(t for t in (before.question, before.answer, *before.earlier) if t)


def _last_unit(before: _Before, pointer: str) -> str | None:
    """The office with its place that was spoken of last, the questions before their answers."""
    for text in _said(before):
        for name in names(text):
            if name.office and name.proper and _is_body(text[name.start : name.end]):
                return text[name.start + _post_in(text[name.start : name.end]) : name.end]
        if not has_marks(text):
            known = next((u for u in before.units if _places_in(u, text)), None)
            if known:
                return known
        known = next((u for u in before.units for p in _proper(u) if p in text), None)
        if known:
            return known
    return None


def _proper(unit: str) -> Iterator[str]:
    return (p.of(unit) for n in names(unit) for p in n.proper[-1:])


def _is_body(words: str) -> bool:
    return bool(re.search(r"\b(?:uy|van phong|ubnd|uy ban|ban|dang bo|chi bo|so|hoi)\b", fold(words)))


_SHE = re.compile(r"^(?:ba|chi|co)\b")
_HE = re.compile(r"^(?:ong|anh|chu)\b")


def _last_person(before: _Before, pointer: str) -> str | None:
    """The person spoken of last: the one asked about, else the one answered. "Bà ấy" is no one who has
    no Thị in her name where somebody has, nor "ông ấy" anyone who has."""
    bare = not has_marks(before.question)
    wants_person = {Kind.PERSON, Kind.AGENT} & set(
        kinds_of(fold(before.question) if bare else normalise(before.question), bare)[0]
    )
    texts = (before.question, before.answer, *before.earlier)
    if wants_person:
        texts = (before.answer, before.question, *before.earlier)
    for text in texts:
        found = list(_people(text))
        women = [p for p in found if " thi " in f" {fold(p)} "]
        if _SHE.match(pointer) and women:
            return women[0]
        if _HE.match(pointer):
            found = [p for p in found if p not in women]
        if found:
            return found[0]
    return None


_ADDRESS = re.compile(r"^(?:Ông|Bà|Anh|Chị|Cô|Chú|Cụ) (?=\w+ )")


def _people(text: str) -> Iterator[str]:
    """The people a text names; "Bà Mây" at the beginning of a sentence is one run of capitals."""
    spans = list(people(text))
    for name in names(text):
        for part in name.proper:
            if part in spans or _ADDRESS.match(part.of(text)):
                yield _ADDRESS.sub("", part.of(text))


def _last_award(before: _Before, pointer: str) -> str | None:
    kind = re.match(r"[a-z]+ [a-z]+", pointer)
    for text in (before.answer, before.question, *before.earlier):
        found = [a.of(text) for a in awards(text)]
        same = [a for a in found if kind and fold(a).startswith(kind[0])]
        if same or found:
            return (same or found)[0]
    return None


def _last_year(before: _Before, pointer: str) -> str | None:
    for text in (before.answer, before.question, *before.earlier):
        year = next((d.year for d in dates(text) if d.year), None)
        if year:
            return f"năm {year}"
    return None


# --- texts -------------------------------------------------------------------------------------------


def _without_asking(before: _Before, kinds: Sequence[Kind] = ()) -> str:
    """The last question as a statement: without its words of asking, and with the person or the award
    that answered it where there was just one."""
    text = before.question.rstrip(" ?.!")
    bare = not has_marks(text)
    read = fold(text) if bare else normalise(text)
    if len(read) != len(text):
        return text
    if " — " in text:  # itself a continuation: what it continued is what counts
        text, read = text.split(" — ")[0], read.split(" — ")[0]
    found = sorted(asking_spans(read, bare))
    for start, end, kind, _ in reversed(found):
        known = _only_answer(kind, before.answer)
        at = re.search(r"\b(?:ai|gi|nao|may|bao nhieu|dau|sao)\b", even_fold(text[start:end]))
        if known and at and kind in (Kind.PERSON, Kind.AGENT, Kind.AWARD):
            whole = (
                start
                if kind is Kind.AWARD
                and even_fold(text[start:end]).startswith(("huan", "bang", "phan", "danh", "hang"))
                else start + at.start()
            )
            text = _replace(text, (whole, start + at.end() if whole != start else end), known)
        elif kind is Kind.AWARD:
            text = (
                text[:start]
                + re.sub(r"\s*\b(?:[gG]ì|[nN]ào|mấy|gi|nao|may)\b", "", text[start:end])
                + text[end:]
            )
        else:
            text = text[:start] + text[end:]
    bare = not has_marks(text)
    words = grammar(bare).asking_words
    read = fold(text) if bare else normalise(text)
    if len(read) == len(text):
        for m in reversed(list(words.finditer(read))):
            text = text[: m.start()] + text[m.end() :]
    text = re.sub(
        r"\s+(?:và|va|ở|o|tại|tai|vào|vao|từ|tu|là|la)\s*$", "", " ".join(text.split()).strip(" ,?")
    )
    return f"{text[:1].upper()}{text[1:]}" if has_marks(text) else text


def _only_answer(kind: Kind, answer: str) -> str | None:
    """The person or the award of an answer that has just one."""
    spans: Iterator[Span] = awards(answer) if kind is Kind.AWARD else people(answer)
    found = list(dict.fromkeys(s.of(answer) for s in spans))
    return found[0] if len(found) == 1 else None


def _find(text: str, words: str) -> tuple[int, int] | None:
    at = even_fold(text).find(fold(words))
    return (at, at + len(words)) if at >= 0 else None


def _replace(text: str, span: tuple[int, int] | None, words: str) -> str:
    """The text with other words in place of the span; bare words if the text is bare."""
    if span is None:
        return text
    new = words if has_marks(text) else fold(words)
    if span[0] == 0:
        new = f"{new[:1].upper()}{new[1:]}" if has_marks(text) and text[:1].isupper() else new
    return text[: span[0]] + new + text[span[1] :]


def _lower(text: str) -> str:
    """The text going on inside a sentence: with a small letter, unless a name begins it."""
    first = next((n for n in names(text) if n.start == 0), None)
    if first and ((first.proper and " " in text[first.start : first.end]) or text[:2].isupper()):
        return text
    return f"{text[:1].lower()}{text[1:]}"
