"""Questions that gather and compare, answered from the ledger: a line an item, each with its own quote. Pure.

Everything that a question says must be accounted for: the kind of fact it asks for, the offices, the
awards, the giver, the years. What is left over narrows it further and must stand in the fact itself, so
that a question about something else gathers nothing rather than what looks like it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from assistant.asked import Asked
from assistant.ledger import disagreements, unit_key
from assistant.question import Form, Kind, Question
from ingest.facts import Fact, FactKind, Role, compatible, fuller
from ingest.types import Article, Span
from ingest.vietnamese import UPPER, curled, fold

#: An answer has no more lines, and its quotes no more characters together: what is read at one sitting.
MOST_LINES, MOST_CHARACTERS = 12, 1_700
#: A sentence longer than this is cut to the part that tells the fact, where that stands alone.
LONG_QUOTE = 200
#: One quote has no more characters, or it crowds out all the others.
LONGEST_QUOTE = 700
#: Words told twice: of the shorter's words the other has so many.
SAME_WORDS = 0.85


@dataclass(frozen=True, slots=True)
class Line:
    """One item: ``span`` is a verbatim quote in the text of the article ``article``, ``marks`` the words in
    it that answer. ``label`` says whose it is where the quote does not, None where it does."""

    label: str | None
    article: str
    span: Span
    marks: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """``lines`` in order of unit and time; events in order of time. ``missing`` are the offices asked about,
    named as the library or the question does, of which the articles do not say it. ``more`` is how many
    further lines there are beyond the longest answer."""

    lines: tuple[Line, ...] = ()
    missing: tuple[str, ...] = ()
    more: int = 0

    def __bool__(self) -> bool:
        return bool(self.lines)


NOTHING = Gathered()


def gather(question: Question, facts: Sequence[Fact], articles: Mapping[str, Article]) -> Gathered:
    """The lines that answer a question for a list or a comparison; ``NOTHING`` where it is none, or where
    the facts do not clearly answer it. ``articles`` by id must hold every article of the facts."""
    wish = _wish(question, facts)
    if wish is None:
        return NOTHING

    def lines(side: _Side | None) -> list[Line]:
        chosen = _chosen(wish, _matching(wish, facts, articles, side))
        return _lines(wish, _holders(wish, chosen) if wish.tenure else chosen, articles)

    if not wish.sides:
        return _shown([lines(None)], ())
    found = [(side, lines(side)) for side in wish.sides]
    missing = tuple(side.name for side, of_side in found if not of_side)
    return _shown([of_side for _, of_side in found if of_side], missing)


def contradicting(
    article: str,
    span: Span,
    facts: Sequence[Fact],
    articles: Mapping[str, Article],
    marks: Sequence[Span] = (),
) -> tuple[Line, ...]:
    """What other articles say otherwise than a fact that stands in ``span`` of ``article``; of the facts
    there only those that have one of the ``marks`` in them, if any are given. Each label names the article by
    its title, with its date where it has one."""
    told = [f for f in facts if f.article == article and _is_told(f, span, marks)]
    keys = {(f.kind, _key(f.unit), f.subject) for f in told if f.unit}
    kinds = {kind for kind, _, _ in keys}
    rivals: dict[tuple[FactKind, str, str], list[Fact]] = {key: [] for key in keys}
    for fact in facts:
        if fact.kind in kinds and fact.unit:
            key = (fact.kind, _key(fact.unit), fact.subject)
            if key in rivals:
                rivals[key].append(fact)
    lines: dict[tuple[str, Span], Line] = {}
    for group in rivals.values():
        for other in dict.fromkeys(f.article for f in group if f.article != article):
            between = [f for f in group if f.article in (article, other)]
            for against in disagreements(between):
                if any(f in told for f in against):
                    for fact in against:
                        if fact.article == other:
                            line = _contradiction(fact, articles[other])
                            lines.setdefault((other, line.span), line)
    return tuple(lines.values())


def _is_told(fact: Fact, span: Span, marks: Sequence[Span]) -> bool:
    told = [s for role in _ANSWERS[fact.kind] for s in fact.all(role)]
    inside = bool(told) and all(span.start <= s.start and s.end <= span.end for s in told)
    return inside and (not marks or any(s.overlaps(m) for _, s in fact.parts for m in marks))


def _contradiction(fact: Fact, article: Article) -> Line:
    day = article.published
    title = f"“{article.title}”" + (f" ({day.day:02}/{day.month:02}/{day.year})" if day else "")
    quote = _quote(article.text, fact)
    return Line(title, article.id, quote, _within(quote, _answers(fact, _ANSWERS[fact.kind])))


# --- what is asked for ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Side:
    """An office that the question names, and the keys of the library's units that it may be."""

    name: str
    units: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Wish:
    """What must be true of a fact that answers. ``scope`` is how the names of the units begin that are asked
    for, empty for any; ``subject`` a pattern of the fact's subject; ``awards`` the awards of which it must be
    one, as far as named, none of ``without``; ``names`` the other names that it must have, each in one of its
    forms; ``giver`` and ``words`` what else must stand in it. ``years`` are the spans of years it must be of.
    ``to_people`` asks for the people given something, not for offices; None for both. ``best`` takes the
    highest class or the earliest date alone, ``by_time`` orders by time before unit, ``gatherings`` lets
    meetings be events too. ``tenure`` asks who held a post, and when; of all who did, ``of_all`` is who was
    the first or is the last. ``marks`` are the roles that answer."""

    kind: FactKind
    sides: tuple[_Side, ...] = ()
    scope: str = ""
    subject: re.Pattern[str] | None = None
    awards: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    names: tuple[tuple[str, ...], ...] = ()
    giver: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    years: tuple[tuple[int, int], ...] = ()
    to_people: bool | None = False
    best: bool = False
    by_time: bool = False
    gatherings: bool = False
    tenure: bool = False
    of_all: Literal["first", "last"] | None = None
    marks: tuple[Role, ...] = field(default=())


_ANSWERS: Mapping[FactKind, tuple[Role, ...]] = {
    FactKind.DATE: (Role.DATE,),
    FactKind.AWARD: (Role.AWARD,),
    FactKind.FUNCTION: (Role.WORDS,),
    FactKind.MOTTO: (Role.WORDS,),
    FactKind.QUOTE: (Role.WORDS,),
    FactKind.PERSON: (Role.PERSON,),
    FactKind.COUNT: (Role.NUMBER, Role.COUNTED),
}

# All of the following are read in the folded question, abbreviations written out (see ``unit_key``).
_COMMITTEE = r"(?:tinh|thanh|huyen|quan|thi|dang|khu|xu|lien tinh) uy"
_BODY = rf"{_COMMITTEE}|dang bo|uy ban nhan dan|hoi dong nhan dan|doan dai bieu quoc hoi"
_OFFICE = (
    r"van phong|ban to chuc|ban tuyen giao va dan van|ban tuyen giao|ban dan van|ban noi chinh|"
    r"(?:co quan )?uy ban kiem tra"
)
_LEVEL = r"tinh|thanh pho|huyen|quan|thi xa|xa|phuong|thi tran|dac khu"
_NAMED_OFFICE = re.compile(
    rf"(?:(?<!\S)(?P<office>{_OFFICE}) )?(?:(?<!\S)(?P<body>{_BODY}) )?(?:(?<!\S)(?P<level>{_LEVEL}) )?$"
)

# What a question asks for, by the words for it: any event, or one.
_MILESTONES = (
    r"(?:cac |nhung )?(?:cot moc|dau moc|moc son|moc)(?: thoi gian| lich su| quan trong)*|"
    r"su kien(?: lich su)?|"
    r"nien bieu|chang duong(?: lich su| phat trien)*|"
    r"(?:qua trinh|lich su) (?:hinh thanh|ra doi|xay dung|phat trien|truong thanh)"
)
_ONE_EVENT = {
    r"(?:duoc )?(?:thanh lap|ra doi)": r"thanh lap$",
    r"tai lap": r"tai lap$",
    r"doi ten": r"doi ten\b",
    r"sap nhap|hop nhat": r"sap nhap\b",
    r"(?:chia )?tach": r"tach\b",
    r"giai the": r"giai the\b",
    r"ngay truyen thong": r"ngay truyen thong$",
}
_AWARD_NAMES = (
    r"phan thuong|khen thuong|hinh thuc khen(?: thuong)?|danh hieu(?: thi dua)?|giai thuong|huan chuong|"
    r"huy chuong|"
    r"bang khen|giay khen|ky niem chuong|co thi dua"
)
_GIVEN = (
    r"(?:(?:vinh du|don|da|tung) )*(?:trao tang|tang thuong|phong tang|truy tang|khen tang|trao thuong|trao|"
    r"tang|"
    r"don nhan|nhan|dat|gianh)"
)
_KIND_WORDS: tuple[tuple[FactKind, str], ...] = (
    (FactKind.AWARD, rf"{_AWARD_NAMES}|duoc {_GIVEN}(?: nhung| cac)? gi"),
    (FactKind.MOTTO, r"phuong cham(?: hanh dong| cong tac| lam viec)?|khau hieu|ton chi|cham ngon"),
    (FactKind.FUNCTION, r"chuc nang|nhiem vu"),
    (
        FactKind.QUOTE,
        r"(?:loi|cau) (?:phat bieu|noi|day|can dan|dan do|dan|khuyen|chia se)|phat bieu|can dan",
    ),
    (FactKind.DATE, _MILESTONES),
    (FactKind.DATE, "|".join(_ONE_EVENT)),
    (FactKind.COUNT, r"so lieu|con so"),
)
_KINDS = tuple((kind, re.compile(rf"(?<!\S)(?:{words})(?!\S)")) for kind, words in _KIND_WORDS)
_COUNTED = re.compile(r"(?<!\S)(?:so luong|tong so|bao nhieu|so)(?= (?!voi|sanh|sach|hieu)\S)")
_POST = re.compile(
    r"(?<!\S)(?P<head>(?:(?:nguyen|quyen|pho|tong) )*(?:chanh van phong|chanh thanh tra|bi thu|chu tich|"
    r"chu nhiem|"
    r"giam doc|truong (?:ban|phong|doan)|uy vien|to truong)(?: thuong truc| ban thuong vu)?)"
    rf"(?: (?P<body>{_BODY}))?(?!\S)"
)
_POST_BEFORE = re.compile(
    r"(?<!\S)(?:chanh|bi thu|thuong truc|thuong vu|chu tich|pho|truong|uy vien|giam doc) $"
)
_LEADERS = re.compile(r"(?<!\S)(?:lanh dao|nguoi dung dau|nhan su)(?!\S)")
_HEADS = r"(?:(?:nguyen|quyen|pho) )*(?:chanh|bi thu|chu tich|chu nhiem|giam doc|truong|to truong)\b"
_OFFICES_HELD = re.compile(r"(?<!\S)(?:chuc vu|cuong vi|chuc danh)(?!\S)")
_CLASS = re.compile(
    rf"(?<!\S)(?:(?P<office>van phong)(?: (?P<of>{_BODY}|cap uy))?|(?P<body>{_BODY})|"
    r"co quan|don vi|tap the|noi|ben|dia phuong)(?!\S)"
)
_BOTH = re.compile(r"(?<!\S)(?:tap the|don vi) (?:va )?(?:ca nhan|can bo)(?!\S)")
_PEOPLE = re.compile(r"(?<!\S)(?:nhung nguoi|nguoi nao|ca nhan|dong chi|can bo|nhung ai|ai)(?!\S)")

# Who gives: "được Thủ tướng tặng …", "Chủ tịch nước đã tặng … cho …".
_BY = re.compile(
    rf"(?<!\S)duoc (?!{_GIVEN}(?!\S))(?P<giver>(?:(?!nhung|cac)\S+ ){{1,8}}?)(?:khen )?{_GIVEN}(?!\S)"
)
_GIVES = re.compile(
    rf"^(?P<giver>(?:(?!duoc |nhung |cac |van phong )\S+ ){{1,8}}?)(?:da |tung )*{_GIVEN} .*(?<!\S)cho(?!\S)"
)
_WHO_GAVE = re.compile(r"(?<!\S)(?:nao|ai|nhung ai|cap nao) (?:da |tung )*(?:trao tang|tang|trao|khen)(?!\S)")

# What no ledger can tell: what is not so, how often, of which most, and what holds only now.
_BEYOND = re.compile(
    r"(?<!\S)(?:chua|khong|tru|nhieu nhat|it nhat|lon nhat|nho nhat|nhieu hon|it hon|hon \d+|tren \d+|"
    r"duoi \d+|"
    r"vi sao|tai sao|sap|se|du kien)(?!\S)"
)
_BEST = re.compile(r"(?<!\S)(?:cao nhat|hang cao nhat|som nhat|lau doi nhat)(?!\S)")
_BESIDE = re.compile(r"^(?:ngoai|ben canh) [^,]+,")

# Words that ask, or that say only that something is told, is of the past or matters.
_IDLE = re.compile(
    r"(?<!\S)(?:quan trong|tieu bieu|noi bat|dang nho|dang chu y|cu the|day du|tat ca|toan bo|danh sach|"
    r"qua cac thoi ky|cac thoi ky|thoi ky|trong lich su|lich su|hinh thanh|phat trien|xay dung|truong thanh|"
    r"ra doi|"
    r"bai viet|bai bao|cac bai(?: viet| bao)?|thu vien|tu lieu|tai lieu|duoc neu|neu|nhac den|nhac toi|"
    r"trich dan|trich|nguyen van|"
    r"ghi nhan|tu truoc den nay|tu truoc toi nay|den nay|toi nay|tung|giu|chuc|dam nhiem|lam|thoi gian|"
    r"thoi diem|"
    r"nam|ngay|thang|thu tu|trinh tu|theo thu tu|lan luot|moi|tung|hai|ba|van phong|giua|tren dia ban|"
    r"cho biet|"
    r"va|voi|cung|vinh du|thanh tich|cao quy|chinh(?! (?:phu|sach|tri|quyen))|chu yeu|co ban|chu|"
    rf"dien ra|xay ra|trai qua|liet ke|ke ten|ke ra|so sanh|doi chieu|su|{_GIVEN}|thuong|duoc|khen)(?!\S)"
)
_IDLE_IN_COMPARISON = re.compile(
    r"(?<!\S)(?:khac nhau|giong nhau|khac biet|diem khac|diem giong|khac|giong|nhau|hon|truoc|sau|som|muon|"
    r"cao|nhieu|"
    r"it|lau doi|diem)(?!\S)"
)


def _wish(question: Question, facts: Sequence[Fact]) -> _Wish | None:
    """What is asked for; None where it is no gathering question or one that facts cannot answer."""
    tenure = question.post is not None and not question.several and set(question.kinds) <= _TENURE_KINDS
    if not question.several and not tenure and not set(question.kinds) <= _PLURAL_KINDS:
        return None
    read = unit_key(question.text)
    if _BEYOND.search(read) or question.documents or question.talk:
        return None
    without, rest = _beside(question, read)
    rest = _blank(_BEST, rest)
    best = rest != read and bool(_BEST.search(read))
    giver, rest = _giver(rest)
    comparison = question.form is Form.COMPARISON
    sides, other_names, rest = _offices(question, facts, rest)
    if comparison and len(sides) < 2:
        return None
    awards = tuple(a for a in _awards(question) if a not in without)
    if not awards and without and not re.search(r"(?<!\S)(?:phan thuong|danh hieu|khen|tang|nhan)", rest):
        return None
    years, rest = _years(question, rest)
    names = tuple(forms for forms in Asked.of(question, {}).names if forms[0] in other_names)
    found = _kind(question, rest, awards, bool(names), bool(sides))
    if found is None:
        return None
    wish, rest = found
    if not (question.several or best or _is_plural(question, bool(sides))):
        tenured = _tenure(question, wish, rest, bool(names)) if tenure else None
        if tenured is None:
            return None
        wish, rest = tenured
    if wish.kind is FactKind.PERSON or (wish.kind is FactKind.QUOTE and names):
        rest = _blank(_PEOPLE, rest)
    if wish.kind is FactKind.AWARD:
        if _WHO_GAVE.search(read) and _scope(rest)[0]:
            return None  # "văn phòng nào đã tặng …": who gave is told, but seldom what sort of office
        wish, rest = _to_whom(wish, rest, read, bool(names))
    scope, rest = (wish.scope, _blank(_CLASS, rest)) if wish.scope else _scope(rest)
    if (
        wish.kind in _OF_ONE_UNIT
        and not wish.subject
        and not sides
        and not _only_unit(facts, scope, wish.kind)
    ):
        return None
    if best and not (
        (wish.kind is FactKind.AWARD and awards) or (wish.kind is FactKind.DATE and wish.subject)
    ):
        return None
    words = _left_over(question, rest, comparison, awards)
    return replace(
        wish,
        sides=sides,
        scope="" if sides else scope,
        awards=awards,
        without=without,
        names=names,
        giver=giver,
        words=words,
        years=years,
        best=best,
    )


_OF_ONE_UNIT = frozenset({FactKind.DATE, FactKind.COUNT, FactKind.FUNCTION})


def _blank(pattern: re.Pattern[str], text: str) -> str:
    return " ".join(pattern.sub(" | ", text).split())


# --- its offices, names and awards ----------------------------------------------------------------


def _offices(
    question: Question, facts: Sequence[Fact], read: str
) -> tuple[tuple[_Side, ...], frozenset[str], str]:
    """The offices that a question names, in order; its other names; and the question without both."""
    known = {_key(unit): unit for unit in {f.unit for f in facts} if unit}
    named = {_key(name): (fold(name), name) for name in question.names}
    if question.bare or question.english:
        places = {_place(key) for key in known}
        named |= {
            p: (p, known_as) for p in places if p and _at(read, p) >= 0 for known_as in (p,) if p not in named
        }
    order = sorted((n for n in named if _at(read, n) >= 0), key=lambda n: (_at(read, n), -len(n)))
    sides: list[_Side] = []
    others = set()
    rest = read
    before: re.Match[str] | None = None
    for name in order:
        at = _at(rest, name)
        if at < 0:
            continue  # inside a longer name
        here = _NAMED_OFFICE.search(rest[:at])
        prefix = here[0] if here else ""
        joined = (
            not prefix
            and before is not None
            and before[0]
            and re.search(r"\|(?: va| voi)?(?: cua)? $", rest[:at])
        )
        units = _units(known, name, before if joined else here, inherited=bool(joined))
        if not units and not prefix and not joined and question.form is not Form.COMPARISON:
            others.add(named[name][0])
        else:
            sides.append(_Side(_called(question, named[name][1], units, known), units))
            before = before if joined else here
        # "Chánh Văn phòng X": the words of the office belong to the post as well.
        begins = at if _POST_BEFORE.search(rest[: at - len(prefix)]) else at - len(prefix)
        rest = f"{rest[:begins]}| {rest[at + len(name) :].strip()}".strip()
    if not sides:
        general = [
            k for k in known if k.count(" ") >= 2 and _at(rest, k) >= 0 and not _plural_before(rest, k)
        ]
        for key in sorted(general, key=len, reverse=True)[:1]:
            sides.append(_Side(known[key], frozenset({key})))
            rest = rest.replace(key, "|")
    merged = {side.units or frozenset({side.name}): side for side in sides}
    return tuple(merged.values()), frozenset(others), rest


def _at(text: str, words: str) -> int:
    """Where the words stand in the text as whole words, -1 where they do not."""
    return f" {text} ".find(f" {words} ")


def _plural_before(text: str, words: str) -> bool:
    return bool(re.search(rf"(?<!\S)(?:nhung|cac|moi|tung) {re.escape(words)}", text))


@lru_cache(1 << 12)
def _key(unit: str) -> str:
    return unit_key(unit)


def _place(key: str) -> str:
    """What stands behind the words of an office: "ha luong" of "van phong tinh uy ha luong"."""
    m = re.match(rf"(?:(?:{_OFFICE}) )?(?:(?:{_BODY}) )?(?:(?:{_LEVEL}) )?", key)
    place = key[m.end() :] if m and m.end() else ""
    return place if " " in place or place.isdigit() else ""


def _units(
    known: Mapping[str, str], name: str, said: re.Match[str] | None, *, inherited: bool
) -> frozenset[str]:
    """Of the known units those that the question means by ``name`` with the words of an office before it.
    Of a place alone its offices, else its other bodies; behind "A và", a body of the same sort."""
    of_place = {k: _NAMED_OFFICE.search(k[: -len(name)]) for k in known if k.endswith(f" {name}")}
    office, body, level = (said["office"], said["body"], said["level"]) if said else (None, None, None)
    found = set()
    for key, here in of_place.items():
        prefix = key[: -len(name)]
        if here is None or here[0] != prefix:
            continue  # the name is only the end of a longer place, or of a body of another sort
        same = here["office"] == office and (inherited or not body or here["body"] == body)
        levels = inherited or not level or not here["level"] or level == here["level"]
        if (not office and not body and not inherited) or (same and levels):
            found.add(key)
    if not office and not body and not inherited:
        found = {k for k in found if k.startswith("van phong ")} or found
    return frozenset(found)


def _called(question: Question, name: str, units: frozenset[str], known: Mapping[str, str]) -> str:
    if len(units) == 1:
        return known[next(iter(units))]
    return next((c for c in question.compares if fold(c).endswith(fold(name))), name)


def _awards(question: Question) -> tuple[str, ...]:
    """The awards named, without those they are of: "bang khen" of "bang khen cua thu tuong"."""
    return tuple(dict.fromkeys(re.sub(r" cua .*", "", award) for award in question.awards))


def _beside(question: Question, read: str) -> tuple[tuple[str, ...], str]:
    """The awards that are set aside ("Ngoài Huân chương Lao động, …"), and the question without them."""
    words = fold(" ".join(question.text.split()))
    m = _BESIDE.match(words)
    if not m:
        return (), read
    first = unit_key(m[0])
    return tuple(a for a in _awards(question) if a in m[0]), read.removeprefix(first).strip()


def _giver(read: str) -> tuple[tuple[str, ...], str]:
    """The words of who gave, and the question without them."""
    m = _BY.search(read) or _GIVES.match(read)
    if not m or re.search(r"(?<!\S)(?:ai|nao|gi)(?!\S)", m["giver"]):
        return (), read
    words = tuple(w for w in m["giver"].split() if w not in ("da", "tung", "nam") and not w.isdigit())
    return words, f"{read[: m.start('giver')]}| {read[m.end('giver') :]}"


_RANGE = re.compile(
    r"(?<!\S)(?:(?:tu|giai doan|nhiem ky|trong) )*(?:nam )?(?P<a>(?:1[89]|20)\d\d) (?:(?:den|toi) )?(?:nam )?"
    r"(?P<b>(?:1[89]|20)\d\d)(?!\S)"
)
_BOUND = re.compile(
    r"(?<!\S)(?P<how>sau|truoc|tu|ke tu) (?:nam )?(?P<year>(?:1[89]|20)\d\d)(?: den nay| toi nay)?(?!\S)"
)
_YEAR = re.compile(r"(?<!\S)(?:(?:vao|trong|cua) )?(?:nam )?(?P<year>(?:1[89]|20)\d\d)(?!\S)")


def _years(question: Question, read: str) -> tuple[tuple[tuple[int, int], ...], str]:
    """The spans of years, first and last included, of one of which the fact must be."""
    found: list[tuple[int, int]] = []
    if re.search(r"(?<!\S)(?:va|hay|hoac) (?:nam )?\d{4}", read) is None:
        found = [(int(m["a"]), int(m["b"])) for m in _RANGE.finditer(read)]
        read = _blank(_RANGE, read)
    for m in _BOUND.finditer(read):
        year = int(m["year"])
        found.append({"sau": (year + 1, 9999), "truoc": (0, year - 1)}.get(m["how"], (year, 9999)))
    read = _blank(_BOUND, read)
    found += [(int(m["year"]), int(m["year"])) for m in _YEAR.finditer(read)]
    return tuple(found), _blank(_YEAR, read)


# --- its kind -------------------------------------------------------------------------------------


def _kind(
    question: Question, rest: str, awards: Sequence[str], named: bool, sided: bool
) -> tuple[_Wish, str] | None:
    """The kind of fact asked for and the question without the words for it. None where
    no kind is asked for, or two at once."""
    found: set[tuple[FactKind, str]] = set()
    left = rest
    for award in awards:
        at = _at(left, award)
        if at >= 0:
            found.add((FactKind.AWARD, ""))
            left = re.sub(rf"(?<!\S){re.escape(award)}(?: hang (?:nhat|nhi|ba|tu))?(?!\S)", "|", left)
    for kind, pattern in _KINDS:
        for m in pattern.finditer(left):
            subject = ""
            if kind is FactKind.DATE and not re.fullmatch(_MILESTONES, m[0]):
                subject = next(s for w, s in _ONE_EVENT.items() if re.fullmatch(w, m[0]))
            found.add((kind, subject))
        left = _blank(pattern, left)
    kinds = {kind for kind, _ in found}
    if (FactKind.DATE, "") in found:  # "lịch sử hình thành, … ngày thành lập": all of them
        found = {(kind, subject) for kind, subject in found if kind is not FactKind.DATE or not subject}
    if len(found) > 1 or len(kinds) > 1:
        return None
    if not found:
        return _person(rest, named) or _count(question, rest)
    ((kind, subject),) = found
    marks = _ANSWERS[kind]
    if subject and not sided:  # "những văn phòng nào được thành lập …"
        marks = (Role.EVENT, *marks)
    wish = _Wish(
        kind,
        subject=re.compile(subject) if subject else None,
        by_time=kind is FactKind.DATE,
        gatherings="su kien" in rest,
        marks=marks,
    )
    if (
        re.fullmatch(r".*(?<!\S)danh hieu(?: thi dua)?(?!\S).*", rest)
        and kind is FactKind.AWARD
        and not awards
    ):
        others = re.search(r"(?<!\S)(?:phan thuong|khen thuong|hinh thuc khen)", rest)
        wish = wish if others else replace(wish, subject=re.compile(r"danh hieu|co (?:thi dua|don vi)"))
    return wish, left


def _person(rest: str, named: bool) -> tuple[_Wish, str] | None:
    post = _POST.search(rest)
    if post:
        head = post["head"]
        former = "" if head.startswith(("nguyen ", "quyen ")) else r"(?:(?:nguyen|quyen) )?"
        held = re.compile(rf"{former}{re.escape(head)}(?: thuong truc)?$")
        body = post["body"] or ""
        scope = f"van phong {body}".strip() if head.endswith("van phong") else body
        wish = _Wish(FactKind.PERSON, scope=scope, subject=held, marks=(Role.PERSON,))
        return wish, rest[: post.start()] + "| " + rest[post.end() :]
    leaders = _LEADERS.search(rest)
    if leaders:
        wish = _Wish(
            FactKind.PERSON,
            subject=None if leaders[0] == "nhan su" else re.compile(_HEADS),
            marks=(Role.PERSON, Role.POST),
        )
        return wish, _blank(_LEADERS, rest)
    held_by = _OFFICES_HELD.search(rest)
    if held_by and named:
        return _Wish(FactKind.PERSON, marks=(Role.POST,)), _blank(_OFFICES_HELD, rest)
    return None


def _count(question: Question, rest: str) -> tuple[_Wish, str] | None:
    m = _COUNTED.search(rest)
    each = question.form is Form.COMPARISON or re.search(
        r"(?<!\S)(?:moi|tung) (?:van phong|don vi|co quan)", rest
    )
    if not m or not each:
        return None
    after = [w for w in rest[m.end() :].split() if w != "|"]
    ends = next((i for i, w in enumerate(after) if w in _ENDS_COUNTED), len(after))
    counted = " ".join(after[:ends][:4])
    if not counted:
        return None
    wish = _Wish(
        FactKind.COUNT,
        subject=re.compile(rf"{re.escape(counted)}(?= |$)"),
        marks=(Role.NUMBER, Role.COUNTED),
    )
    left = rest[: m.start()] + "| " + rest[m.end() :].replace(counted, "|", 1)
    return wish, left


_ENDS_COUNTED = frozenset("cua o tai trong va voi giua duoc da hien la cho thi do |".split())


# Who was first or is now, of all who held a post; how long or when one did.
_OF_ALL: tuple[tuple[Literal["first", "last"], re.Pattern[str]], ...] = (
    ("first", re.compile(r"(?<!\S)(?:dau tien|thu nhat|som nhat)(?!\S)")),
    ("last", re.compile(r"(?<!\S)(?:hien nay|hien tai|hien thoi|bay gio|duong nhiem|duong chuc)(?!\S)")),
)
_HOW_LONG = re.compile(r"(?<!\S)(?:giai doan|nhiem ky|khoang)(?!\S)")
_TENURE_KINDS = frozenset({Kind.PERSON, Kind.DATE, Kind.YEAR, Kind.OFFICE})


def _tenure(question: Question, wish: _Wish, rest: str, named: bool) -> tuple[_Wish, str] | None:
    """The wish of a question who held a post, or when somebody did; None where it is none."""
    asks_who = Kind.PERSON in question.kinds
    asks_when = not {Kind.DATE, Kind.YEAR}.isdisjoint(question.kinds)
    # "Trước đồng chí X, ai là …?" names somebody else than it asks for.
    if wish.kind is not FactKind.PERSON or wish.subject is None or asks_who is named or asks_who is asks_when:
        return None
    of_all = next((which for which, pattern in _OF_ALL if asks_who and pattern.search(rest)), None)
    for _, pattern in _OF_ALL if of_all else ():
        rest = _blank(pattern, rest)
    marks = (Role.PERSON,) if asks_who else (Role.DATE,)
    return replace(wish, tenure=True, of_all=of_all, marks=marks), _blank(_HOW_LONG, rest)


def _is_plural(question: Question, sides: bool) -> bool:
    """Whether a question that does not look like one for a list asks for all there are."""
    read = unit_key(question.text)
    if re.search(rf"(?<!\S)(?:{_MILESTONES})(?!\S)", read):
        return True
    if re.search(
        rf"(?<!\S)(?:nhung|cac) (?:\S+ ){{0,2}}?(?:{_ANY_KIND})(?!\S)|qua cac thoi ky|(?:moi|tung) van phong",
        read,
    ):
        return True
    # "Văn phòng nào được tặng …?" is answered by every office that was.
    return not sides and bool(re.search(r"(?<!\S)(?:van phong|don vi|co quan)(?: \S+ uy)? nao(?!\S)", read))


_PLURAL_KINDS = frozenset(
    {
        Kind.OTHER,
        Kind.AWARD,
        Kind.PERSON,
        Kind.UNIT,
        Kind.QUOTE,
        Kind.MOTTO,
        Kind.NAME,
        Kind.OFFICE,
        Kind.FUNCTION,
    }
    | {Kind.NUMBER}
)
_ANY_KIND = "|".join([*(words for _, words in _KIND_WORDS), r"chanh van phong|pho chanh|bi thu|lanh dao"])


def _to_whom(wish: _Wish, rest: str, read: str, named: bool) -> tuple[_Wish, str]:
    """Of awards: whether those who gave are asked for, or the people who received."""
    if _WHO_GAVE.search(read):
        return replace(wish, marks=(Role.GIVER,)), _blank(_CLASS, _blank(_PEOPLE, rest))
    people = None if _BOTH.search(read) else named or bool(_PEOPLE.search(rest))
    marks = (Role.RECEIVER, Role.AWARD) if (people and not named) or _CLASS.search(rest) else (Role.AWARD,)
    return replace(wish, to_people=people, marks=marks), _blank(_PEOPLE, rest)


def _scope(rest: str) -> tuple[str, str]:
    """How the names of the offices begin that are asked for in general, and the question without them."""
    for m in _CLASS.finditer(rest):
        if m["office"]:
            of = m["of"] if m["of"] and m["of"] != "cap uy" else ""
            return f"van phong {of}".strip(), _blank(_CLASS, rest)
        if m["body"]:
            return m["body"], _blank(_CLASS, rest)
    return "", _blank(_CLASS, rest)


def _only_unit(facts: Sequence[Fact], scope: str, kind: FactKind) -> bool:
    """Whether the library has such facts of one office alone, so that it needs no name."""
    units = {_key(f.unit) for f in facts if f.unit and f.kind is kind}
    return len({u for u in units if u.startswith(scope)}) == 1


def _left_over(question: Question, rest: str, comparison: bool, awards: Sequence[str]) -> frozenset[str]:
    """The words that nothing has accounted for."""
    rest = _blank(_IDLE, rest)
    if comparison:
        rest = _blank(_IDLE_IN_COMPARISON, rest)
    said = {fold(w) for w in question.words if "_" not in w}
    return frozenset(w for w in rest.split() if w in said or (w.isdigit()))


# --- the facts that answer --------------------------------------------------------------------------


def _matching(
    wish: _Wish, facts: Iterable[Fact], articles: Mapping[str, Article], side: _Side | None
) -> list[Fact]:
    """The facts that are as wished, of the offices of one side."""
    return [
        fact
        for fact in facts
        if fact.kind is wish.kind
        and _is_of(fact, wish, side)
        and (wish.subject is None or wish.subject.match(fact.subject))
        and (not wish.years or any(_falls_in(fact, since, until) for since, until in wish.years))
        and (fact.kind not in _CHECKS or _CHECKS[fact.kind](fact, wish))
        and _says(fact, articles[fact.article].text, wish)
    ]


def _is_of(fact: Fact, wish: _Wish, side: _Side | None) -> bool:
    if fact.unit is None:
        return fact.kind is FactKind.QUOTE and side is None and not wish.scope
    if side is None:
        return f"{_key(fact.unit)} ".startswith(f"{wish.scope} ") if wish.scope else True
    # Who is quoted in an article about an office need not speak for it.
    return fact.kind is not FactKind.QUOTE and _key(fact.unit) in side.units


def _says(fact: Fact, text: str, wish: _Wish) -> bool:
    """Whether the fact's own stretches have what else is asked for."""
    if not (wish.giver or wish.words or wish.names):
        return True
    if wish.giver and not set(wish.giver) <= _words(fact, text, Role.GIVER):
        return False
    whole = " ".join(unit_key(span.of(text)) for _, span in fact.parts)
    # Who speaks is not whom the words name.
    who = fact.subject if fact.kind is FactKind.QUOTE else f"{whole} | {fact.subject}"
    if any(not any(_at(who, form) >= 0 for form in forms) for forms in wish.names):
        return False
    return wish.words <= {*whole.split(), *fact.subject.split()}


def _words(fact: Fact, text: str, role: Role) -> set[str]:
    return {w for span in fact.all(role) for w in unit_key(span.of(text)).split()}


def _award_is_apt(fact: Fact, wish: _Wish) -> bool:
    _, _, to = fact.subject.partition(" | ")
    if (wish.to_people is not None and bool(to) is not wish.to_people) or _NO_NAME.match(to):
        return False
    if wish.awards and not any(_begins(fact.value, award) for award in wish.awards):
        return False
    if any(_begins(fact.value, award) for award in wish.without):
        return False
    return Role.GIVER not in wish.marks or fact.part(Role.GIVER) is not None


# Who was given something without being named: "07 cá nhân", "nhiều tập thể".
_NO_NAME = re.compile(r"\d|nhieu |cac |mot so |hang |tap the|can bo|ca nhan|dong chi$")


def _begins(value: str, award: str) -> bool:
    return f"{value} ".startswith(f"{award} ")


def _date_is_apt(fact: Fact, wish: _Wish) -> bool:
    """Of all events those of the office: neither a person's birth nor the first day of a thing."""
    if wish.subject:
        return True
    found = _OF_OFFICE.match(fact.subject)
    return found is not None and not fact.value.startswith("-") and (wish.gatherings or not found["met"])


_OF_OFFICE = re.compile(
    r"(?:thanh lap(?:$| (?:van phong|dang bo|chi bo|to|ban|bo phan)\b)|(?:tien than|tai lap|doi ten|tach|"
    r"sap nhap|"
    r"giai the|nang cap|chuyen tru so|di vao hoat dong|ngay truyen thong|khoi cong|khanh thanh|giai phong|"
    r"van phong|co quan|(?P<met>to chuc|khai mac|hop|hoi nghi|dai hoi))\b)"
)


def _count_is_apt(fact: Fact, wish: _Wish) -> bool:
    """Not the count of those of whom more is said ("07 cán bộ hy sinh") where all are asked about."""
    return wish.subject is None or not _SAID_OF.search(fact.subject)


_SAID_OF = re.compile(r" (?:duoc|bi|la|co|dat|hy|o|tham)\b")

_CHECKS: Mapping[FactKind, Callable[[Fact, _Wish], bool]] = {
    FactKind.AWARD: _award_is_apt,
    FactKind.DATE: _date_is_apt,
    FactKind.COUNT: _count_is_apt,
}


def _falls_in(fact: Fact, since: int, until: int) -> bool:
    when = fact.value if fact.kind is FactKind.DATE else fact.when
    if not when or when.startswith("-"):
        return False
    first, _, last = when.partition("/")
    begins = int(first[:4])
    ends = begins if "/" not in when else int(last[:4]) if last else 9999
    if fact.kind is FactKind.PERSON:  # who held the post at any time of it
        return begins <= until and since <= ends
    return since <= begins and ends <= until


def _chosen(wish: _Wish, found: list[Fact]) -> list[Fact]:
    """The facts, each once, of those that tell the same the one that tells most; in order."""
    kept: list[Fact] = []
    for fact in sorted(found, key=_fullness, reverse=True):
        if not any(_same(one, fact) for one in kept):
            kept.append(fact)
    if wish.best:
        kept = _best(wish, kept)
    place = {id(fact): i for i, fact in enumerate(found)}

    def order(fact: Fact) -> tuple[str, str, int]:
        when = fact.value if fact.kind is FactKind.DATE else fact.when or "9999"
        whose = "" if wish.by_time else _key(fact.unit) if fact.unit else ""
        return whose, when, place[id(fact)]

    return sorted(kept, key=order)


def _holders(wish: _Wish, facts: Sequence[Fact]) -> list[Fact]:
    """Of those who held a post, in order of time, who is asked for: with a year or a name all that matched,
    of the very period asked about those who held it then, the first or the last of several, else all of
    several. None unless the articles give their periods."""
    held = [f for f in facts if f.when]
    if wish.years or wish.names:
        asked = {f"{since}/{until}" for since, until in wish.years}
        return [f for f in held if f.when in asked] or held
    several = len({f.value for f in held}) > 1
    if wish.of_all is None:
        return held if several else []
    begins = [(f.when or "").partition("/")[0][:4] for f in held]
    if wish.of_all == "first":
        first = [f for f, began in zip(held, begins, strict=True) if began == min(begins)]
    else:
        first = [f for f in held if (f.when or "").endswith("/")]
    return first if several and len(first) == 1 else []


def _fullness(fact: Fact) -> tuple[int, int, int]:
    return len(fact.value), fact.part(Role.DATE) is not None, len(fact.parts)


def _same(one: Fact, other: Fact) -> bool:
    """Whether the fuller ``one`` tells what ``other`` does."""
    if fact_words := one.kind in (FactKind.QUOTE, FactKind.MOTTO, FactKind.FUNCTION):
        if one.kind is not FactKind.QUOTE and one.unit != other.unit:
            return False
        words = set(other.value.split())
        return fact_words and len(words & set(one.value.split())) >= SAME_WORDS * len(words)
    if _key(one.unit or "") != _key(other.unit or ""):
        return False
    if one.kind is FactKind.DATE:
        return one.subject == other.subject and (one.value == other.value or fuller(one.value, other.value))
    if one.kind is FactKind.AWARD:
        _, _, to = one.subject.partition(" | ")
        if to != other.subject.partition(" | ")[2] or not _begins(one.value, other.value):
            return False
        return not (one.when and other.when) or (one.value == other.value and _at_once(one.when, other.when))
    if one.kind is FactKind.PERSON:
        named = one.value == other.value or one.value.endswith(f" {other.value}")
        return named and one.subject.removeprefix("nguyen ") == other.subject.removeprefix("nguyen ")
    return (one.subject, one.value, one.when) == (other.subject, other.value, other.when)


def _at_once(one: str, other: str) -> bool:
    return one == other or ("/" not in one + other and compatible(one, other))


_CLASSES = ("nhat", "nhi", "ba", "tu")


def _best(wish: _Wish, facts: list[Fact]) -> list[Fact]:
    """Those with the highest class, or of the earliest date; none where another may be higher or earlier."""
    if wish.kind is FactKind.DATE:
        years = {f.value[:4] for f in facts}
        first = [f for f in facts if f.value[:4] == min(years, default="")]
        return first if len({f.unit for f in first}) == 1 and len({f.unit for f in facts}) > 1 else []
    levels = [re.search(r" hang (nhat|nhi|ba|tu)$", f.value) for f in facts]
    known = [_CLASSES.index(m[1]) for m in levels if m]
    if not known or (min(known) > 0 and len(known) < len(facts)):
        return []
    return [f for f, m in zip(facts, levels, strict=True) if m and _CLASSES.index(m[1]) == min(known)]


# --- their lines ------------------------------------------------------------------------------------


def _lines(wish: _Wish, facts: Sequence[Fact], articles: Mapping[str, Article]) -> list[Line]:
    """A line a fact, those of one stretch of text together."""
    lines: list[tuple[Line, str | None]] = []
    for fact in facts:
        article = articles[fact.article]
        roles = tuple(r for r in wish.marks if fact.part(r)) or _ANSWERS[fact.kind]
        for span, marks in _quotes(article.text, fact, roles):
            line = Line(_label(fact, article.text, span), fact.article, span, _within(span, marks))
            at = next(
                (i for i, (other, unit) in enumerate(lines) if unit == fact.unit and _meet(other, line)), -1
            )
            if at < 0:
                lines.append((line, fact.unit))
            else:
                lines[at] = _together(lines[at][0], line), fact.unit
    return [line for line, _ in lines]


def _meet(one: Line, other: Line) -> bool:
    return one.article == other.article and one.span.overlaps(other.span)


def _together(one: Line, other: Line) -> Line:
    span = Span(min(one.span.start, other.span.start), max(one.span.end, other.span.end))
    label = one.label if one.label and other.label else None
    return Line(label, one.article, span, tuple(sorted({*one.marks, *other.marks})))


def _answers(fact: Fact, roles: Iterable[Role]) -> list[Span]:
    return [span for role in roles for span in fact.all(role)]


def _within(span: Span, marks: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(sorted({m for m in marks if span.start <= m.start and m.end <= span.end}))


def _quotes(text: str, fact: Fact, roles: Sequence[Role]) -> Iterator[tuple[Span, list[Span]]]:
    """What is quoted of a fact with the marks in it: one stretch, or an item of a long enumeration each."""
    marks = _answers(fact, roles)
    if fact.kind is FactKind.FUNCTION and len(marks) > 1:
        yield from ((mark, [mark]) for mark in marks)
    else:
        yield _quote(text, fact), marks


def _quote(text: str, fact: Fact) -> Span:
    """The fact's sentence, or what of a long one tells the fact and stands alone: its clauses between
    semicolons, without what leads up to it with a colon and what follows of others."""
    whole = fact.sentence
    told = [s for _, s in fact.parts if whole.start <= s.start and s.end <= whole.end]
    if fact.kind is FactKind.QUOTE or not told:
        return whole
    begins, ends = min(s.start for s in told), max(s.end for s in told)
    start, end = whole.start, whole.end
    if end - start > LONG_QUOTE or fact.kind is FactKind.AWARD:
        clauses = _clauses(text, whole)
        first = next(i for i, c in enumerate(clauses) if begins < c.end)
        last = next(i for i, c in enumerate(clauses) if ends <= c.end)
        # A person with the post stands without a verb.
        while (
            first
            and fact.kind is not FactKind.PERSON
            and not _STANDS.search(text, clauses[first].start, clauses[last].end)
        ):
            first -= 1
        start, end = clauses[first].start, clauses[last].end
    if end - start > LONG_QUOTE and (lead := list(_LEADS_UP.finditer(text, start, begins + 1))):
        start = lead[-1].end()
    if end - start > LONG_QUOTE and (tail := _OF_OTHERS.search(text, ends, end)):
        end = tail.start()
    while text[end - 1] in " ;,:":
        end -= 1
    return Span(start, end)


# A clause without a verb leans on the one before it.
_STANDS = re.compile(
    r"(?i)(?<!\w)(?:được|là|có|tặng|trao|nhận|đạt|giành|thành lập|ra đời|tách|đổi tên|mang tên|tổ chức|"
    r"ban hành|phục vụ|tham mưu|tiếp nhận|họp|gồm|sáp nhập|chuyển|do)(?!\w)"
)
_LEADS_UP = re.compile(rf":\s+(?=[{UPPER}])")
_OF_OTHERS = re.compile(
    r"[:,]\s+[“\"«]|,\s+(?=(?:và\s+)?(?:nhiều|các|một số|\d+|hàng)\s[^,;.]{2,100}?\s(?:được|đã|đạt)(?!\w))",
    re.IGNORECASE,
)


def _clauses(text: str, sentence: Span) -> list[Span]:
    """The stretches of a sentence between semicolons, quotations and brackets left whole."""
    found, at, depth = [], sentence.start, 0
    for m in re.finditer(r"[“(\[]|[”)\]]|;\s+", curled(sentence.of(text))):
        if m[0][0] == ";":
            if depth == 0:
                found.append(Span(at, sentence.start + m.start()))
                at = sentence.start + m.end()
        else:
            depth = max(0, depth + (1 if m[0] in "“([" else -1))
    return [*found, Span(at, sentence.end)]


def _label(fact: Fact, text: str, quote: Span) -> str | None:
    """Whose the fact is, where the quote does not say it; with the post that a heading above it names."""
    post = fact.part(Role.POST)
    above = post is not None and post.end <= quote.start
    if fact.unit is None or (not above and _names(unit_key(quote.of(text)), _key(fact.unit))):
        return None
    return f"{fact.unit}, {' '.join(post.of(text).split())}" if above and post else fact.unit


def _names(quote: str, unit: str) -> bool:
    """Whether a quote names the unit itself, not only an office of it."""
    found = re.finditer(rf"(?<!\S){re.escape(unit)}(?!\S)", quote)
    return any(not re.search(rf"(?<!\S)(?:{_OFFICE}) $", quote[: m.start()]) for m in found)


def _shown(sides: Sequence[Sequence[Line]], missing: tuple[str, ...]) -> Gathered:
    """The lines of every side as far as there is room, shared out evenly; no line twice."""
    shown: dict[tuple[str, Span], Line] = {}
    more = 0
    for i, lines in enumerate(sides):
        left = len(sides) - i
        room = (MOST_CHARACTERS - sum(s.end - s.start for _, s in shown)) // left
        places = (MOST_LINES - len(shown)) // left
        for line in lines:
            size = line.span.end - line.span.start
            key = line.article, line.span
            if key in shown:
                continue
            if places < 1 or size > min(room, LONGEST_QUOTE):
                more += 1
                continue
            shown[key] = line
            room, places = room - size, places - 1
    return Gathered(tuple(shown.values()), missing, more) if shown else NOTHING
