"""Which office an article is about, as the article itself says: ``Văn phòng Huyện ủy`` and its place.

There is no list of places: a place is the run of capitalised words after the office's name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.types import Span
from ingest.vietnamese import UPPER, fold, normalise

# Offices and bodies as they are usually spelled; found in any case and with either place of the tone.
_OFFICES = (
    "Văn phòng|VP|Ban Tổ chức|Ban Tuyên giáo và Dân vận|Ban Tuyên giáo|Ban Dân vận|Ban Nội chính|"
    "Cơ quan Ủy ban Kiểm tra|Ủy ban Kiểm tra"
)
_BODIES = (
    "Tỉnh ủy|Thành ủy|Huyện ủy|Quận ủy|Thị ủy|Đảng ủy|Khu ủy|Liên tỉnh ủy|Xứ ủy|Đảng bộ|"
    "Đoàn đại biểu Quốc hội|Đoàn ĐBQH|Hội đồng nhân dân|HĐND|Ủy ban nhân dân|UBND|"
    "Ủy ban Mặt trận Tổ quốc Việt Nam|Ủy ban MTTQ Việt Nam|Ủy ban Mặt trận Tổ quốc|MTTQ"
)
_AGENCIES = (
    "Công an|Bộ Chỉ huy Quân sự|Ban Chỉ huy Quân sự|Liên đoàn Lao động|Hội Nông dân|"
    "Hội Liên hiệp Phụ nữ|Hội Cựu chiến binh|Tỉnh đoàn|Thành đoàn|Huyện đoàn|Quận đoàn|Trường Chính trị|"
    "Trung tâm Chính trị|Viện kiểm sát nhân dân|Tòa án nhân dân|Sở Nội vụ|Sở Tư pháp|Sở Tài chính"
)
_SECTORS = (
    "Khối các cơ quan và doanh nghiệp|Khối Cơ quan và Doanh nghiệp|Khối các cơ quan|Khối Doanh nghiệp|"
    "các cơ quan Đảng|Quân sự|Công an|Bộ đội Biên phòng"
)
_LEVELS = "tỉnh|thành phố|TP|huyện|quận|thị xã|TX|phường|xã|thị trấn|đặc khu"
# One office in the whole country each: complete without a place.
_CENTRAL = "Văn phòng Trung ương Đảng|Văn phòng Quốc hội|Văn phòng Chính phủ|Văn phòng Chủ tịch nước"
_SPELLING = {fold(w): w for w in "|".join((_OFFICES, _BODIES, _AGENCIES, _SECTORS)).split("|")} | {
    "vp": "Văn phòng"
}

#: Capitalised words that come after an office's name but are not its place: a title in capitals or
#: with every word capitalised runs on, and so does a list of the offices of a person.
_NOT_A_PLACE = re.compile(
    r"(?:"
    + re.sub(
        r"\s*[|\n]\s*",
        "|",
        """tổ chức | họp mặt | gặp mặt | tọa đàm | kỷ niệm | nhân kỷ niệm | nhân dịp | tự hào
        phát huy | hội nghị | hội thảo | triển khai | tổng kết | sơ kết | nâng cao | đẩy mạnh
        chú trọng | quyết tâm | tiếp tục | không ngừng | xứng đáng | trung thành | qua các
        trải qua | với | và | trong | tại | tham mưu | tham gia | đón nhận | được | vinh dự
        chào mừng | hướng tới | xây dựng | truyền thống | ngày truyền | lần thứ | khóa | nhiệm kỳ
        đại hội | lễ | hoàn thành | thực hiện | làm tốt | đổi mới | chung | cùng | vượt | một
        nhiều | những | chặng | dấu ấn | ban (?:thường|chấp|tổ|tuyên|dân|nội|bí) | ủy ban | hội đồng
        thường trực | trung ương | đảng | bí thư | chủ tịch | chánh
        phó (?:bí|chủ|chánh|trưởng|ban) | trưởng (?:ban|phòng) | đồng chí | các | văn phòng
        [ivx]{2,}""",
    )
    + r")(?!\S)"
)
# The commonest family names: a place may be followed by a person without a comma.
_FAMILY_NAME = re.compile(
    r"(?:Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Ngô|Dương|Lý|Đinh|Trịnh|Trương|Đoàn|Lưu|Mai|Hồ)$"
)
#: A place has no more words than this, dashes not counted (Bà Rịa - Vũng Tàu).
PLACE_WORDS = 4
#: The office of the running text must have so much more weight than the next.
DOMINANCE = 2
#: … and at least this much: twice by name, or once in the first paragraph.
ENOUGH = 2


def _any(words: str) -> str:
    """A pattern of the words, the longest first, in any case and with either place of the tone."""
    listed = "|".join(re.escape(w) for w in sorted(words.split("|"), key=len, reverse=True))
    for old, new in (("ủy", "uỷ"), ("Ủy", "Uỷ"), ("òa", "oà")):
        listed = listed.replace(old, f"(?:{old}|{new})")
    return f"(?i:{listed})"


# A word of a place is not the beginning of an award that is given to it, nor of the next office.
_AWARD = (
    r"(?!(?i:huân chương|huy chương|bằng khen|giấy khen|cờ thi đua|kỷ niệm chương|danh hiệu|văn phòng)(?!\w))"
)
_WORD = rf"{_AWARD}[{UPPER}][^\W\d_]*(?:['’][^\W\d_]+)?"
_MENTION = re.compile(
    rf"(?<!\w)(?:(?P<office>(?:{_any(_OFFICES)}\s+)?{_any(_BODIES)}"
    rf"(?:(?:\s?[-–,]\s?|\s(?:và|VÀ)\s){_any(_BODIES)})*(?:\s{_any(_SECTORS)})?)|(?P<agency>{_any(_AGENCIES)}))(?!\w)"
    rf"(?:\s(?:(?P<level>{_any(_LEVELS)})\.?\s)?(?P<place>{_WORD}(?:(?:\s?[-–]\s?|\s){_WORD})*|(?<=\s)\d{{1,2}}(?![\d/.,-])))?"
)
_LOCATED = re.compile(rf"(?<!\w){_any(_LEVELS)}\.?\s(?P<place>{_WORD}(?:(?:\s?[-–]\s?|\s){_WORD})*)")
_COMPONENT = re.compile(_any("|".join((_OFFICES, _BODIES, _AGENCIES, _SECTORS))))
_LEVEL = re.compile(rf"(?<!\w){_any('tỉnh|thành phố|huyện|quận|thị xã|phường|xã|thị trấn|đặc khu')}(?!\w)")
_IN_CENTRE = re.compile(rf"{_any(_CENTRAL)}(?!\w)")


@dataclass(frozen=True, slots=True)
class _Mention:
    """An office and the words of its place as they stand there; ``place`` is empty where none does.
    ``leads``: an office of a body, rather than the body itself or an agency of its own."""

    office: str
    level: str
    place: str
    leads: bool

    @property
    def key(self) -> tuple[str, str]:
        return fold(self.office), fold(self.place)

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.office, self.level, self.place) if part)


def unit(title: str, lead: str = "", rest: Sequence[str] = ()) -> str | None:
    """The office that the article is about, with its place, in normal case: the one its title names,
    else the one its running text, above all the ``lead``, names far more than any other. None where
    no office is named with its place."""
    paragraphs = (lead, *rest)
    known = _places("\n".join(paragraphs))
    titled = list(_mentions(title, known))
    for mention in titled:
        if mention.leads and mention.place:
            return mention.name
    central = _IN_CENTRE.search(title)
    if central:
        return next(w for w in _CENTRAL.split("|") if fold(w) == fold(central[0]))
    body = next((m for m in titled if m.place), None)
    dominant = _dominant(paragraphs, known, {fold(m.office) for m in titled if m.leads})
    if body and not (dominant and _is_office_of(dominant, body)):
        return body.name
    return dominant.name if dominant else None


def in_normal_case(words: str) -> str:
    """The name of a place or a body that stands in capitals: ``HUYỆN ỦY X`` as ``Huyện ủy X``."""
    small = " ".join(word.capitalize() for word in words.split())
    small = _LEVEL.sub(lambda m: m[0].lower(), small)
    return _COMPONENT.sub(lambda m: _SPELLING[fold(m[0])], small)


def _is_office_of(office: _Mention, body: _Mention) -> bool:
    return fold(office.office).endswith(fold(body.office)) and fold(office.place) == fold(body.place)


def _dominant(paragraphs: Sequence[str], known: set[str], named: set[str]) -> _Mention | None:
    """The office with a place that the paragraphs are about; only those ``named``, if any are."""
    weight: Counter[tuple[str, str]] = Counter()
    bare: Counter[str] = Counter()
    spelling: dict[tuple[str, str], Counter[_Mention]] = {}
    for n, paragraph in enumerate(paragraphs):
        for mention in _mentions(paragraph, known):
            if not mention.leads or (named and fold(mention.office) not in named):
                continue
            if mention.place:
                weight[mention.key] += 1 if n else ENOUGH
                spelling.setdefault(mention.key, Counter())[mention] += 1
            else:
                bare[fold(mention.office)] += 1
    for key in weight:  # "Văn phòng Huyện ủy" alone speaks for the one Huyện ủy that has a place
        weight[key] += bare[key[0]] // sum(key[0] == other[0] for other in weight)
    best = weight.most_common(2)
    if not best or best[0][1] < ENOUGH or (len(best) > 1 and best[0][1] < DOMINANCE * best[1][1]):
        return None
    return spelling[best[0][0]].most_common(1)[0][0]


def _mentions(text: str, known: set[str]) -> Iterator[_Mention]:
    for m in _MENTION.finditer(text):
        office = m["office"] or m["agency"]
        canonical = _COMPONENT.sub(lambda c: _SPELLING[fold(c[0])], " ".join(office.split()))
        leads = bool(m["office"]) and bool(re.match(_any(_OFFICES), office))
        place = _place(m["place"] or "", known)
        level = m["level"] or ""
        level = level if level.upper() in ("TP", "TX") else level.lower()
        yield _Mention(canonical, level if place else "", place, leads)


def _place(run: str, known: set[str]) -> str:
    """The place at the beginning of a capitalised run, empty where there is none."""
    words = run.split()
    for n in range(len(words)):
        rest = " ".join(words[n:])
        person = n > 0 and len(words) >= PLACE_WORDS and _FAMILY_NAME.match(words[n]) and n + 1 < len(words)
        if _NOT_A_PLACE.match(normalise(rest)) or (person and words[n - 1] not in ("-", "–")):
            words = words[:n]
            break
    while words and words[-1] in ("-", "–"):
        words.pop()
    shouted = len(run) > 2 and run.isupper()
    for n in range(len(words), 0, -1):
        if fold(" ".join(words[:n])) in known:
            words = words[:n]
            break
    else:
        if len([w for w in words if w not in ("-", "–")]) > PLACE_WORDS:
            return ""
    return " ".join(w.capitalize() if shouted else w for w in words)


def _places(text: str) -> set[str]:
    """The places, folded, that stand in normal case after a level or an office and are short enough to
    be one place and nothing more."""
    runs = [m["place"] for p in (_LOCATED, _MENTION) for m in p.finditer(text) if m["place"]]
    places = {_place(run, set()) for run in runs if not run.isupper()}
    return {fold(p) for p in places if 0 < len(p.replace("-", " ").replace("–", " ").split()) < PLACE_WORDS}


# --- offices where they stand ----------------------------------------------------------------------

# Bodies that a text names without a place and that are complete so: those of the whole country, of all
# committees together, and the branches of the work ("ngành Tổ chức xây dựng Đảng").
_GENERAL = (
    r"(?i:văn phòng (?:các )?cấp (?:ủy|uỷ))(?: Đảng| đảng)?(?!\w)"
    r"|(?i:ban chấp hành trung ương đảng|ban bí thư trung ương đảng|văn phòng trung ương đảng|"
    r"văn phòng trung ương|văn phòng quốc hội|văn phòng chính phủ|văn phòng chủ tịch nước|"
    r"(?:ban tổ chức|ban tuyên giáo và dân vận|ban tuyên giáo|ban dân vận|ban nội chính|"
    r"ủy ban kiểm tra|uỷ ban kiểm tra) trung ương|"
    r"đảng cộng sản việt nam|trung ương đảng)(?!\w)"
    rf"|(?i:ngành|công tác)\s{_WORD}(?:\s(?:{_WORD}|chức|giáo|vận|tra|chính|và|xây dựng|của(?=\sĐảng)))*"
)
_NAMED = re.compile(
    rf"(?<!\w)(?P<general>{_GENERAL})|{_MENTION.pattern}|(?<!\w)(?P<bare>(?i:văn phòng))(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Office:
    """An office named in a text at ``span``: ``kind`` is its name without the place ("Văn phòng Huyện
    ủy"), ``place`` the place with its level, both in the usual spelling; ``place`` is empty where the
    text leaves it out, and ``general`` tells that none belongs there ("Văn phòng cấp ủy")."""

    span: Span
    kind: str
    place: str
    general: bool

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.kind, self.place) if part)


def offices(text: str) -> Iterator[Office]:
    """The offices and bodies that a text names, in order, with their place or without."""
    known = _places(text)
    for m in _NAMED.finditer(text):
        if m["general"]:
            yield Office(Span(m.start(), m.end()), _general(m["general"]), "", True)
        elif m["bare"]:
            yield Office(Span(m.start(), m.end()), "Văn phòng", "", False)
        else:
            yield _office(m, known)


def _office(m: re.Match[str], known: set[str]) -> Office:
    office = m["office"] or m["agency"]
    kind = _COMPONENT.sub(lambda c: _SPELLING[fold(c[0])], " ".join(office.split()))
    place = _place(m["place"] or "", known)
    level = m["level"] or ""
    level = level if level.upper() in ("TP", "TX") else level.lower()
    if place:
        # As far as the run is the place; a run cut inside keeps the words that stand there.
        end = m.start("place") + len(" ".join(m["place"].split()[: len(place.split())]))
        return Office(Span(m.start(), end), kind, f"{level} {place}".strip(), False)
    end = m.end("office") if m["office"] else m.end("agency")
    bare = _BARE_LEVEL.match(m.string, end)
    if bare:
        return Office(Span(m.start(), bare.end()), f"{kind} {bare['level'].lower()}", "", False)
    return Office(Span(m.start(), end), kind, "", False)


# "Ủy ban nhân dân tỉnh" without the name of the province, "HĐND thành phố".
_BARE_LEVEL = re.compile(r"\s(?P<level>(?i:tỉnh|thành phố|huyện|quận|thị xã|phường|xã))(?!\w)")


def _general(words: str) -> str:
    if fold(words).startswith("van phong"):
        words = re.sub(r"(?i:các |\s*đảng$)", "", words) if "cap" in fold(words) else words
    return words[0].upper() + re.sub("(?i)cấp uỷ", "cấp ủy", words[1:])


def whose(office: Office, unit: str | None) -> str | None:
    """The full name of an office that an article about ``unit`` names: "Huyện ủy" in an article about
    the Văn phòng Huyện ủy X is X's, "Văn phòng" that office itself. None where the text does not say
    whose it is."""
    if office.general or office.place:
        same = unit is not None and fold(unit) == fold(office.name)
        return unit if same else office.name
    own = next(offices(unit), None) if unit else None
    if own is None or not own.place:
        return unit if unit and fold(unit) == fold(office.kind) else None
    named, bodied = fold(office.kind), fold(own.kind)
    if named == bodied or named == "van phong":
        return unit
    if bodied.endswith(f" {named}"):
        return f"{office.kind} {own.place}"
    body = " ".join(own.kind.split()[-2:])
    if named.endswith(f" {fold(body)}"):  # "Ban Tổ chức Tỉnh ủy" in one about the Văn phòng Tỉnh ủy X
        return f"{office.kind} {own.place}"
    # "Đảng ủy xã" in an article about the Văn phòng Đảng ủy xã X.
    if f"{bodied} {fold(own.place)}".startswith(named) or f" {named} " in f"{bodied} {fold(own.place)}":
        return f"{' '.join(office.kind.split()[: -own.place.split()[0].islower() or None])} {own.place}"
    level = _LEVEL_OF.get(own.kind.split()[-2].casefold() if " " in own.kind else "")
    found = re.fullmatch(r"(?P<kind>.+?) (?P<level>\S+|thành phố|thị xã)", office.kind)
    if level and found and found["level"] == level:
        return f"{office.kind} {own.place}"
    return None


# The level of a place by the first word of its committee.
_LEVEL_OF = {"tỉnh": "tỉnh", "thành": "thành phố", "huyện": "huyện", "quận": "quận", "thị": "thị xã"}
