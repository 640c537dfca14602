"""What a question that gathers or compares asks for: facts of a kind, of offices, awards and years. Pure.

Everything that a question says must be accounted for: the kind of fact it asks for, the offices, the
awards, the giver, the years. What is left over narrows it further and must stand in the fact itself, so
that a question about something else gathers nothing rather than what looks like it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.asked import Asked
from assistant.ledger import unit_key
from assistant.question import Form, Kind, Question
from ingest.facts import Fact, FactKind, Role
from ingest.vietnamese import fold


@dataclass(frozen=True, slots=True)
class Side:
    """An office that the question names, and the keys of the library's units that it may be."""

    name: str
    units: frozenset[str]


@dataclass(frozen=True, slots=True)
class Wish:
    """What must be true of a fact that answers. ``scope`` is how the names of the units begin that are asked
    for, empty for any; ``subject`` a pattern of the fact's subject; ``awards`` the awards of which it must be
    one, as far as named, none of ``without``; ``names`` the other names that it must have, each in one of its
    forms; ``giver`` and ``words`` what else must stand in it. ``years`` are the spans of years it must be of.
    ``to_people`` asks for the people given something, not for offices; None for both. ``best`` takes the
    highest class or the earliest date alone, ``by_time`` orders by time before unit, ``gatherings`` lets
    meetings be events too. ``tenure`` asks who held a post, and when; of all who did, ``of_all`` is who was
    the first or is the last. ``marks`` are the roles that answer."""

    kind: FactKind
    sides: tuple[Side, ...] = ()
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
    marks: tuple[Role, ...] = ()


#: The roles that answer where a fact of a kind is asked for.
ANSWERS: Mapping[FactKind, tuple[Role, ...]] = {
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
#: The offices that a question may mean by their kind alone.
OFFICE = (
    r"van phong|ban to chuc|ban tuyen giao va dan van|ban tuyen giao|ban dan van|ban noi chinh|"
    r"(?:co quan )?uy ban kiem tra"
)
_LEVEL = r"tinh|thanh pho|huyen|quan|thi xa|xa|phuong|thi tran|dac khu"
_NAMED_OFFICE = re.compile(
    rf"(?:(?<!\S)(?P<office>{OFFICE}) )?(?:(?<!\S)(?P<body>{_BODY}) )?(?:(?<!\S)(?P<level>{_LEVEL}) )?$"
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


def wished(question: Question, facts: Sequence[Fact]) -> Wish | None:
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
) -> tuple[tuple[Side, ...], frozenset[str], str]:
    """The offices that a question names, in order; its other names; and the question without both."""
    known = {unit_key(unit): unit for unit in {f.unit for f in facts} if unit}
    named = {unit_key(name): (fold(name), name) for name in question.names}
    if question.bare or question.english:
        places = {_place(key) for key in known}
        named |= {p: (p, p) for p in places if p and p not in named and stands_at(read, p) >= 0}
    order = sorted((n for n in named if stands_at(read, n) >= 0), key=lambda n: (stands_at(read, n), -len(n)))
    sides: list[Side] = []
    others = set()
    rest = read
    before: re.Match[str] | None = None
    for name in order:
        at = stands_at(rest, name)
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
            sides.append(Side(_called(question, named[name][1], units, known), units))
            before = before if joined else here
        # "Chánh Văn phòng X": the words of the office belong to the post as well.
        begins = at if _POST_BEFORE.search(rest[: at - len(prefix)]) else at - len(prefix)
        rest = f"{rest[:begins]}| {rest[at + len(name) :].strip()}".strip()
    if not sides:
        general = [
            k for k in known if k.count(" ") >= 2 and stands_at(rest, k) >= 0 and not _plural_before(rest, k)
        ]
        for key in sorted(general, key=len, reverse=True)[:1]:
            sides.append(Side(known[key], frozenset({key})))
            rest = rest.replace(key, "|")
    merged = {side.units or frozenset({side.name}): side for side in sides}
    return tuple(merged.values()), frozenset(others), rest


def stands_at(text: str, words: str) -> int:
    """Where in a folded text words begin as whole words, -1 where they do not stand there."""
    return f" {text} ".find(f" {words} ")


def _plural_before(text: str, words: str) -> bool:
    return bool(re.search(rf"(?<!\S)(?:nhung|cac|moi|tung) {re.escape(words)}", text))


def _place(key: str) -> str:
    """What stands behind the words of an office: "ha luong" of "van phong tinh uy ha luong"."""
    m = re.match(rf"(?:(?:{OFFICE}) )?(?:(?:{_BODY}) )?(?:(?:{_LEVEL}) )?", key)
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
) -> tuple[Wish, str] | None:
    """The kind of fact asked for and the question without the words for it. None where
    no kind is asked for, or two at once."""
    found: set[tuple[FactKind, str]] = set()
    left = rest
    for award in awards:
        at = stands_at(left, award)
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
    marks = ANSWERS[kind]
    if subject and not sided:  # "những văn phòng nào được thành lập …"
        marks = (Role.EVENT, *marks)
    wish = Wish(
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


def _person(rest: str, named: bool) -> tuple[Wish, str] | None:
    post = _POST.search(rest)
    if post:
        head = post["head"]
        former = "" if head.startswith(("nguyen ", "quyen ")) else r"(?:(?:nguyen|quyen) )?"
        held = re.compile(rf"{former}{re.escape(head)}(?: thuong truc)?$")
        body = post["body"] or ""
        scope = f"van phong {body}".strip() if head.endswith("van phong") else body
        wish = Wish(FactKind.PERSON, scope=scope, subject=held, marks=(Role.PERSON,))
        return wish, rest[: post.start()] + "| " + rest[post.end() :]
    leaders = _LEADERS.search(rest)
    if leaders:
        wish = Wish(
            FactKind.PERSON,
            subject=None if leaders[0] == "nhan su" else re.compile(_HEADS),
            marks=(Role.PERSON, Role.POST),
        )
        return wish, _blank(_LEADERS, rest)
    held_by = _OFFICES_HELD.search(rest)
    if held_by and named:
        return Wish(FactKind.PERSON, marks=(Role.POST,)), _blank(_OFFICES_HELD, rest)
    return None


def _count(question: Question, rest: str) -> tuple[Wish, str] | None:
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
    wish = Wish(
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


def _tenure(question: Question, wish: Wish, rest: str, named: bool) -> tuple[Wish, str] | None:
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


def _to_whom(wish: Wish, rest: str, read: str, named: bool) -> tuple[Wish, str]:
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
    units = {unit_key(f.unit) for f in facts if f.unit and f.kind is kind}
    return len({u for u in units if u.startswith(scope)}) == 1


def _left_over(question: Question, rest: str, comparison: bool, awards: Sequence[str]) -> frozenset[str]:
    """The words that nothing has accounted for."""
    rest = _blank(_IDLE, rest)
    if comparison:
        rest = _blank(_IDLE_IN_COMPARISON, rest)
    said = {fold(w) for w in question.words if "_" not in w}
    return frozenset(w for w in rest.split() if w in said or (w.isdigit()))
