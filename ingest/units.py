"""Which office an article is about, as the article itself says: ``Văn phòng Huyện ủy`` and its place.

There is no list of places: a place is the run of capitalised words after the office's name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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


_WORD = rf"[{UPPER}][^\W\d_]*(?:['’][^\W\d_]+)?"
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
