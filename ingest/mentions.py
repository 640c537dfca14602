"""What a text names: people, offices, awards, documents, numbers, quotations, with positions.

Pure, and free of any list of places or persons: a name is a run of capitalised syllables. The
words of office life (Văn phòng, Tỉnh ủy, Bí thư …), which Vietnamese half capitalises, are known,
so that a run is cut into the office and the name proper: ``Văn phòng Tỉnh ủy`` + ``Hà Lương``.
The texts must be NFC, as every article's text is.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.types import Span
from ingest.vietnamese import UPPER, Token, curled, dates, fold, normalise, tokens

# --- names ---------------------------------------------------------------------------------------

# Only words that do not also begin or end the names of places: "hội" is left out for Hội An,
# "trường" for Phú Trường, "phòng" for Hải Phòng; their compounds are in.
_MARKED = frozenset(
    tuple(normalise(word).split())
    for word in re.split(
        r"[|\n]\s*",
        """văn phòng|tỉnh ủy|thành ủy|huyện ủy|quận ủy|thị ủy|đảng ủy|khu ủy|xứ ủy|liên tỉnh ủy|cấp ủy
        đảng bộ|chi bộ|chi ủy|đảng đoàn|ban cán sự|trung ương|đảng cộng sản|cộng sản|đảng|thường trực
        ban bí thư|bộ chính trị|ban chấp hành|ban thường vụ|thường vụ|chấp hành|ban tổ chức|tổ chức
        ban tuyên giáo|ban dân vận|ban nội chính|ủy ban kiểm tra|kiểm tra|tuyên giáo|dân vận|nội chính
        ủy ban nhân dân|hội đồng nhân dân|ủy ban|hội đồng|nhân dân|ubnd|hđnd|mttq|mặt trận tổ quốc
        mặt trận|quốc hội|chính phủ|nhà nước|nước|tổng bí thư|bí thư|phó bí thư|thủ tướng|chủ tịch
        phó thủ tướng|phó chủ tịch|chủ tịch nước|ủy viên|thành ủy viên|tỉnh ủy viên|huyện ủy viên
        trưởng ban|phó ban|phó trưởng ban|trưởng đoàn|đoàn đại biểu|đại biểu|đại hội|hội nghị
        chánh văn phòng|phó chánh văn phòng|chánh|phó|trưởng|trưởng phòng|phó trưởng phòng|giám đốc
        phó giám đốc|bộ trưởng|thứ trưởng|tổng biên tập|hiệu trưởng|nguyên|ban|bộ|sở|cục|công đoàn
        học viện|đại học|trường chính trị|công an|quân khu|bộ chỉ huy|quân sự|tòa án|viện kiểm sát
        liên đoàn lao động|hội nông dân|hội phụ nữ|hội cựu chiến binh|đoàn thanh niên|lao động
        thanh niên|thành phố|tỉnh|huyện|quận|thị xã|thị trấn|xã|phường|ấp|thôn|khóm|tp|tx|nghị quyết
        chỉ thị|quyết định|kết luận|quy định|kế hoạch|đề án|chương trình|báo cáo|thông báo|huân chương
        huy chương|bằng khen|giấy khen|kỷ niệm chương|cờ thi đua|danh hiệu|đồng chí|đc|ngày|tháng|kỷ niệm
        độc lập|kháng chiến|chiến công|quân công|ngày truyền thống|hạng nhất|hạng nhì|hạng ba|nhất|nhì
        ba|cương lĩnh|điều lệ|tổ quốc""",
    )
)
# A question typed bare writes "Huan chuong". One syllable alone would be a name as often: "Dang" is Đặng too.
_OFFICE_WORDS = _MARKED | {tuple(map(fold, word)) for word in _MARKED if len(word) > 1}
_LONGEST = max(map(len, _OFFICE_WORDS))
# Pairs in which the second syllable is written small though the name goes on: (Văn) phòng.
_PAIRS = frozenset(pair for word in _OFFICE_WORDS for pair in itertools.pairwise(word))

_PAIR_TERMS = frozenset(map("_".join, _PAIRS))

_POST = re.compile(
    r"(?:(?:tổng|phó|nguyên|quyền) )*(?:chánh văn phòng|chánh thanh tra|bí thư|chủ tịch|chủ nhiệm|thủ tướng|"
    r"tổng bí thư|bộ trưởng|thứ trưởng|giám đốc|hiệu trưởng|viện trưởng|tổng biên tập|cục trưởng|"
    r"(?:phó )?trưởng (?:ban|phòng|đoàn)|ủy viên)"
    r"(?: thường trực)?(?: (?:tỉnh|thành|huyện|quận|thị|đảng|khu) ủy| ubnd| hđnd| ủy ban nhân dân"
    r"| hội đồng nhân dân| nước| quốc hội| tổ chức| tuyên giáo| dân vận| nội chính| kiểm tra)?"
)
_POST_FOLDED = re.compile(fold(_POST.pattern))


def post(text: str, *, bare: bool = False) -> str | None:
    """The first post that a text names, as far as its words go (``Chánh Văn phòng``, ``Phó Bí thư
    Thường trực Tỉnh ủy``), normalised, or folded from a bare text; None where it names none."""
    found = _POST_FOLDED.search(fold(text)) if bare else _POST.search(normalise(text))
    return found[0] if found else None


def is_office_pair(pair: str) -> bool:
    """Whether ``first_second`` are neighbours in a word of office life, with marks or folded."""
    return pair in _PAIR_TERMS


@dataclass(frozen=True, slots=True)
class Name:
    """A capitalised run, ``text[start:end]``. ``proper`` are the stretches of it that are not words
    of office life (``Hà Lương``; none in ``Ban Bí thư``), ``office`` tells whether it has any such
    word, ``opens`` whether it begins a sentence, where a capital letter proves nothing."""

    start: int
    end: int
    proper: tuple[Span, ...]
    office: bool
    opens: bool


_OPENING = re.compile(r"(?:^|[.!?…:;“\"‘«(\n•]|\s[–-])\s*$")


def names(text: str) -> Iterator[Name]:
    """The capitalised runs of a text, in order."""
    run: list[Token] = []
    for token in tokens(text):
        if run and not _continues(text, run[-1], token):
            yield _name(text, run)
            run = []
        if run or text[token.start] in UPPER:
            run.append(token)
    if run:
        yield _name(text, run)


# Words of grammar that begin a sentence with a capital before a name.
_GRAMMAR = frozenset(
    """ở tại từ trước sau trong theo với về khi do các những cùng ngoài trên dưới giữa nhờ vì để tuy nếu đến
    đối riêng cả mọi mỗi là và hay hoặc được bị""".split()
)


_AWARD_BEGINS = re.compile(
    r"(?:Huân chương|Huy chương|Bằng khen|Giấy khen|Kỷ niệm chương|Cờ)\b", re.IGNORECASE
)


def _continues(text: str, last: Token, token: Token) -> bool:
    if _AWARD_BEGINS.match(text, token.start):
        return False  # "… tặng Văn phòng Tỉnh ủy X Huân chương …" holds two names
    gap = text[last.end : token.start]
    if gap == " ":
        return text[token.start] in UPPER or (last.exact, token.exact) in _PAIRS
    after_abbreviation = gap in (".", ". ") and last.end - last.start <= 2  # TP. Hà Lương, T.Ư
    return text[token.start] in UPPER and (after_abbreviation or gap in ("-", "’", "'"))


# The number of a heading, and what one calls a person before the name.
_NUMERAL = re.compile(r"[IVX]+\. ")
_TITLES = frozenset("ông bà anh chị cô cụ chú bác thầy".split())


def _name(text: str, run: list[Token]) -> Name:
    start = run[0].start
    opens = bool(_OPENING.search(text[max(0, start - 4) : start]))
    if opens and len(run) > 1 and _NUMERAL.match(text, start) and run[1].start - run[0].end == 2:
        run = run[1:]  # "IV. Các đồng chí …"
    if opens and len(run) > 2 and run[0].exact in _TITLES and run[1].folded in _FAMILY_NAMES:
        run, opens = run[1:], False  # "Bà Ngô Thị Lành …"
    if opens and len(run) > 1 and (run[0].exact in _GRAMMAR or _lone(run)):
        run, opens = run[1:], False
    proper: list[Span] = []
    office = False
    i = 0
    joins = False  # whether the syllable before was a proper one too
    while i < len(run):
        size = _office_word_at(run, i)
        if size:
            office, joins = True, False
        else:
            start = proper.pop().start if joins else run[i].start
            proper.append(Span(start, run[i].end))
            size, joins = 1, True
        i += size
    return Name(run[0].start, run[-1].end, tuple(proper), office, opens)


def _lone(run: list[Token]) -> bool:
    """Whether the run begins with one syllable that is neither office nor name: "Giúp Tỉnh ủy"."""
    return not _office_word_at(run, 0) and bool(_office_word_at(run, 1))


def _office_word_at(run: list[Token], i: int) -> int:
    """How many syllables from ``run[i]`` on are one word of office life, at most; 0 for none."""
    forms = tuple(t.exact for t in run[i : i + _LONGEST])
    return next((n for n in range(len(forms), 0, -1) if forms[:n] in _OFFICE_WORDS), 0)


# The family names that nine in ten Vietnamese bear, folded; a run of two to five syllables that
# begins with one is a person's name.
_FAMILY_NAMES = frozenset(
    [
        "nguyen",
        "tran",
        "le",
        "pham",
        "hoang",
        "huynh",
        "phan",
        "vu",
        "vo",
        "dang",
        "bui",
        "do",
        "ho",
        "ngo",
        "duong",
        "ly",
        "luu",
        "lu",
        "dinh",
        "trinh",
        "mai",
        "dao",
        "doan",
        "cao",
        "chau",
        "kieu",
        "thai",
        "ta",
        "to",
        "ha",
        "quach",
        "lam",
        "la",
        "luong",
        "truong",
        "chu",
        "tang",
        "nghiem",
        "vuong",
        "trieu",
        "ong",
        "thach",
        "khuc",
        "mac",
        "tong",
        "uong",
        "hua",
        "luc",
        "kim",
        "son",
        "nong",
        "lo",
        "giang",
        "dam",
        "vi",
        "than",
        "quan",
        "diep",
        "ninh",
        "bach",
        "cu",
        "au",
        "phung",
        "phuong",
        "ton",
        "tu",
        "lai",
        "danh",
        "doan",
        "du",
        "ung",
        "van",
    ]
)
_PERSON_CUE = re.compile(
    r"(?<!\w)(?:đồng chí|đ/c|đc|ông|bà|anh|chị|bác|cụ|thầy|cô|chủ tịch|bí thư|thủ tướng|tổng bí thư|"
    r"chánh văn phòng|"
    r"trưởng ban|giám đốc|nhà báo|tác giả|bác sĩ|giáo sư|gs|ts|pgs|ths|đại tá|trung tá|thượng tá|đại tướng|"
    r"vua|nữ hoàng|hoàng đế|tướng|mục sư|linh mục|tổng thống|giáo hoàng)[.:]?\s+$",
    re.IGNORECASE,
)


def people(text: str) -> Iterator[Span]:
    """The names of people, without their offices: after a form of address or an office, or by the
    family name."""
    for name in names(text):
        for part in name.proper:
            person = _after_place(text, part) if name.office else part
            words = person.of(text).split()
            addressed = bool(_PERSON_CUE.search(text[max(0, person.start - 20) : person.start]))
            by_name = 2 <= len(words) <= 5 and fold(words[0]) in _FAMILY_NAMES
            # Two syllables behind a committee are its place: "Tỉnh ủy Hà Lương"; a person's are three.
            place = len(words) == 2 and bool(
                _BODY_BEFORE.search(text[max(0, person.start - 12) : person.start])
            )
            if (by_name and not place) or (addressed and len(words) <= 5):
                yield person


_BODY_BEFORE = re.compile(
    r"(?:ủy|uỷ|đảng bộ|UBND|HĐND|nhân dân|tỉnh|huyện|quận|thị xã|xã|phường|thành phố|TP\.?) $", re.I
)


def _after_place(text: str, part: Span) -> Span:
    """Of "(Phó Bí thư Thành ủy) Sông Lam Trần Văn Bình" the person: from a family name on that leaves
    at least a place of two syllables before it and a given name behind it."""
    words = list(re.finditer(r"\S+", part.of(text)))
    for word in words[2:-1]:
        if fold(word[0]) in _FAMILY_NAMES:
            return Span(part.start + word.start(), part.end)
    return part


# --- awards, documents, quotations, numbers -------------------------------------------------------

_AWARD = re.compile(
    r"(?:(?i:huân chương|huy chương|huy hiệu|bằng khen|giấy khen|kỷ niệm chương|cờ thi đua|danh hiệu|"
    r"giải thưởng)|[Cc]ờ(?=\s(?i:đơn vị|truyền thống|luân lưu|xuất sắc)(?!\w)|\s+“)|Cúp)"
    rf"(?:\s(?:(?i:thi đua|xuất sắc|dẫn đầu|phong trào|đơn vị|tập thể|chiến sĩ|anh hùng|truyền thống|"
    rf"luân lưu|"
    rf"tiên tiến|tiêu biểu|toàn quốc|cơ sở|hạng (?:nhất|nhì|ba|tư))(?!\w)|[{UPPER}][^\W\d_]*"
    # The second halves of what such a name is half written in capitals: Lao động, Thủ tướng …
    r"|(?:động|lập|vàng|chiến|công|phủ|tướng|ương|dân|tịch|nước|ủy|uỷ|phòng|bộ)(?!\w)"
    rf"|của(?=\s[{UPPER}])))*"
    r"(?:\s(?:trong )?thời kỳ đổi mới)?"
    r"(?:\s+[“\"][^”\"\n]{2,80}[”\"])?"
)


def awards(text: str) -> Iterator[Span]:
    """Awards with their class and their name: ``Huân chương Lao động hạng Nhất``."""
    return (Span(m.start(), m.end()) for m in _AWARD.finditer(curled(text)))


_QUOTATION = re.compile(r"[“\"](?P<words>[^“”\"\n]{3,}?)[”\"]|“(?P<open>[^”\n]{3,})(?:”|$)")


def quotations(text: str) -> Iterator[Span]:
    """What stands between quotation marks, without them."""
    for m in _QUOTATION.finditer(curled(text)):
        group = "words" if m["words"] else "open"
        yield Span(m.start(group), m.end(group))


# Not "năm" and "một" alone, which are a year and an article far more often than five and one.
_NUMBER_WORD = (
    r"(?:(?:hai|ba|bốn|sáu|bảy|tám|chín|mười)|(?:một|năm)(?=\s+(?:mươi|trăm|nghìn|ngàn|triệu|tỷ|tỉ)))"
    r"(?:\s+(?:mươi|mốt|một|hai|ba|tư|bốn|lăm|sáu|bảy|tám|chín|mười|trăm|nghìn|ngàn|triệu|tỷ|tỉ)(?!\w))*"
)
_NUMBER = re.compile(
    r"(?<![\w/:-])(?:(?:gần|hơn|trên|khoảng|dưới|ít nhất|tối đa|đến)\s+)?"
    r"(?:\d+(?:[.,]\d+)*(?:\s*(?:%|phần trăm|triệu|tỷ|tỉ|nghìn|ngàn|trăm)(?!\w))*"
    rf"|{_NUMBER_WORD}(?!\w))(?![/:-]?\w)",
    re.IGNORECASE,
)


def numbers(text: str) -> Iterator[Span]:
    """The counts of a text, in digits or in words, with "gần", "hơn" and the sign of a share; what
    is counted follows. Dates, years and the numbers of documents are not counts."""
    taken = [Span(d.start, d.end) for d in dates(text)] + list(documents(text))
    for m in _NUMBER.finditer(text):
        if not any(s.start < m.end() and m.start() < s.end for s in taken):
            yield Span(m.start(), m.end())


_ORDINAL = re.compile(
    rf"\bthứ\s+(?:\d+|[IVXLC]+(?!\w)|(?:nhất|nhì|ba|tư|năm|sáu|bảy|tám|chín|{_NUMBER_WORD})(?!\w))"
)


def ordinals(text: str) -> Iterator[Span]:
    """Places in a row: ``thứ nhất``, ``thứ XIV``."""
    return (Span(m.start(), m.end()) for m in _ORDINAL.finditer(text))


_DOCUMENT = re.compile(
    r"(?:Nghị quyết|Chỉ thị|Quyết định|Kết luận|Quy định|Thông tri|Hướng dẫn|Kế hoạch|Đề án|Chương trình|"
    r"Thông báo|Công văn|Luật|Nghị định|Thông tư)\s+(?:số\s+)?\d+(?:[-/]\w+)*|\b\d+-[A-ZĐ]{2,}/[A-ZĐ]{2,}",
)


def documents(text: str) -> Iterator[Span]:
    """Documents by their number: ``Nghị quyết số 45-NQ/TW``."""
    return (Span(m.start(), m.end()) for m in _DOCUMENT.finditer(text))
