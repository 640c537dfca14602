"""Vietnamese from before Unicode: which way of writing it a text is in, and the same text in Unicode.

Until about 2005 offices wrote with fonts: the file held the characters of Western Europe, and the font
drew Vietnamese letters for them. Such text is met as bytes (``decoded``), and as Unicode text into which
the Western characters were copied as they stood (``repaired``): ``§¶ng bé`` for ``Đảng bộ``.

No byte says which charset it is of, so each line is read in each, and the reading that is most likely as
Vietnamese is taken, if it is likelier by far than that the line is right as it stands. What is known of
the language: how its syllables are built, which marked ones are the most frequent, and that words in
which a mark stands on an impossible syllable hardly occur. A line too short to tell goes with the
charset that most lines of its text are sure to be in. A text of nothing but words that are well-formed
Vietnamese as they stand, or bare of marks, and punctuation is never changed; nor are mail and web addresses.

The charsets are those that were in wide use: TCVN3 with the ABC fonts in the north, VNI in the south,
VISCII and VPS abroad, windows-1258 where Windows 98 was set to Vietnamese.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import accumulate
from math import log

from ingest.vietnamese import ABBREVIATION, ONSETS, TONES, toneless

# --- the charsets --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Charset:
    """A way of writing Vietnamese. ``read`` gives the Unicode, in NFC, of a line of text in this charset
    whose bytes became the characters of windows-1252 or Latin-1; what is no letter in it stays."""

    name: str
    read: Callable[[str], str]


#: What windows-1252 has in the place of the controls of Latin-1, but for five bytes that it leaves open.
_WESTERN = {b: bytes([b]).decode("cp1252", "ignore") or chr(b) for b in range(0x80, 0xA0)}


def _table(runs: Mapping[int, str]) -> dict[int, str]:
    """For ``str.translate``: the letters that stand from each byte on, under both the characters that
    the byte may have become, that of windows-1252 and that of Latin-1."""
    letters = {first + i: letter for first, run in runs.items() for i, letter in enumerate(run)}
    return letters | {ord(_WESTERN[b]): letter for b, letter in letters.items() if b in _WESTERN}


#: TCVN 5712:1993 in the part that the ABC fonts (.VnTime, .VnArial …) draw: the small letters, and of
#: the capitals those without a tone. The others were set in fonts of capitals (.VnTimeH), which draw a
#: capital for a small letter's byte.
_TCVN3 = _table(
    {
        0xA1: "ĂÂÊÔƠƯĐăâêôơưđ",
        0xB5: "àảãáạ",
        0xBB: "ằẳẵắ",
        0xC6: "ặầẩẫấậè",
        0xCE: "ẻẽéẹềểễếệìỉ",
        0xDC: "ĩíịò",
        0xE1: "ỏõóọồổỗốộờởỡớợù",
        0xF1: "ủũúụừửữứựỳỷỹýỵ",
    }
)

#: VISCII 1.1, RFC 1456, table 1: six capitals stand where ASCII has control characters.
_VISCII = _table(
    {
        0x02: "Ẳ",
        0x05: "ẴẪ",
        0x14: "Ỷ",
        0x19: "Ỹ",
        0x1E: "Ỵ",
        0x80: "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐ",
        0x90: "ỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ",
        0xA0: "Õắằặấầẩậẽẹếềểễệố",
        0xB0: "ồổỗỠƠộờởịỰỨỪỬơớƯ",
        0xC0: "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳ",
        0xD0: "ĐứÒÓÔạỷừửÙÚỹỵÝỡư",
        0xE0: "àáâãảăữẫèéêẻìíĩỉ",
        0xF0: "đựòóôõỏọụùúũủýợỮ",
    }
)

#: The fonts of the Vietnamese Professionals Society (VPS Times …), after the chart of the Vietnamese
#: Unicode Project: fourteen capitals stand where ASCII has control characters.
_VPS = _table(
    {
        0x02: "ẠẬẶẸỆ",
        0x10: "ỊỌỘỢỤỰ",
        0x19: "Ỵ",
        0x1C: "ẪỮ",
        0x80: "ÀẢÃẤẦẨọỗĂếềểệẮẰẲẾ",
        0x93: "ỀỂỄỐỒỔỖýỷỵỚỜỞ",
        0xA1: "ắằẳẵặỠớÙờởỡŨỨợỪ",
        0xB0: "ổỬỲỸÍÌộỈĨÓửữÒỎÕự",
        0xC0: "ầÁÂấẩẫậđẻÉÊẹỉễịỹ",
        0xD0: "ƯỦồốÔỏơÈừứÚũưÝẺ",
        0xE0: "àáâãảạă",
        0xE8: "èéêẽìí",
        0xEF: "ĩẴĐòóôõ",
        0xF7: "Ơụùúủ",
        0xFD: "ỶẼỳ",
    }
)

# VNI for Windows (VNI-Times …): a letter, and behind it another that draws its mark. The second may be
# small behind a capital, as it came when the key was struck without Shift.
_CIRCUMFLEX, _BREVE = "\u0302", "\u0306"
_VNI_PLAIN = dict(zip("øùûõï", TONES, strict=True))  # of every vowel
_VNI_HAT = dict(zip("âàáåãä", ["", *TONES], strict=True))  # â ầ ấ ẩ ẫ ậ, and so for e and o
_VNI_BOWL = dict(zip("êèéúüë", ["", *TONES], strict=True))  # ă ằ ắ ẳ ẵ ặ
_VNI_SINGLE = dict(zip("ñôöìíæóòî", "đơưìíỉĩịỵ", strict=True))


def _vni() -> dict[str, str]:
    small = dict(_VNI_SINGLE)
    for vowel in "aeouyôö":
        letter = _VNI_SINGLE.get(vowel, vowel)
        small |= {vowel + mark: letter + tone for mark, tone in _VNI_PLAIN.items()}
    small |= {v + mark: v + _CIRCUMFLEX + tone for v in "aeo" for mark, tone in _VNI_HAT.items()}
    small |= {"a" + mark: "a" + _BREVE + tone for mark, tone in _VNI_BOWL.items()}
    return {
        written: unicodedata.normalize("NFC", letter.upper() if written[0].isupper() else letter)
        for typed, letter in small.items()
        for written in {typed, typed.upper(), typed[0].upper() + typed[1:]}
    }


_VNI = _vni()
_VNI_LETTER = re.compile("|".join(sorted(_VNI, key=len, reverse=True)))

#: windows-1258, where it is not windows-1252: letters, and the tones as marks that stand behind them.
_WINDOWS_1258 = _table(
    {b: bytes([b]).decode("cp1258") for b in bytes.fromhex("c3 cc d0 d2 d5 dd de e3 ec f0 f2 f5 fd fe")}
)


def _read_tcvn3(text: str) -> str:
    """With the capitals that the fonts of capitals drew, where the letters around them were typed as
    capitals: ``V¡N PHßNG``. Where all were typed small, small letters come out."""
    read = text.translate(_TCVN3)
    if not _TYPED_CAPITAL.search(read):
        return read
    if not _ASCII_SMALL.search(text):
        return read.upper()
    return _TYPED_CAPITAL.sub(lambda m: m[0].upper(), read)


# A word without a small ASCII letter, and with a capital one that is not its first: what is small in it
# is so because ABC has no capital of it. In a line without small ASCII letters that holds of every word.
_TYPED_CAPITAL = re.compile(r"(?<![^\W\d_])[^\W\d_a-z]+[A-Z][^\W\d_a-z]*(?![^\W\d_])")
_ASCII_SMALL = re.compile("[a-z]")


def _read_vni(text: str) -> str:
    return _VNI_LETTER.sub(lambda m: _VNI[m[0]], text)


def _read_table(table: dict[int, str], text: str) -> str:
    return unicodedata.normalize("NFC", text.translate(table))


TCVN3 = Charset("TCVN3", _read_tcvn3)
VNI = Charset("VNI", _read_vni)
VISCII = Charset("VISCII", partial(_read_table, _VISCII))
VPS = Charset("VPS", partial(_read_table, _VPS))
WINDOWS_1258 = Charset("windows-1258", partial(_read_table, _WINDOWS_1258))

CHARSETS = (TCVN3, VNI, VISCII, VPS, WINDOWS_1258)


# --- how Vietnamese is spelled -------------------------------------------------------------------

#: The rhymes: what may stand behind each vowel or group of vowels, "-" where nothing need.
_CODAS = {
    "a": "- c ch i m n ng nh o p t u y",
    "ă": "c m n ng p t",
    "â": "- c m n ng p t u y",
    "e": "- c m n ng o p t",
    "ê": "- c ch m n ng nh p t u",
    "i": "- c ch m n ng nh p t u a",
    "o": "- c i m n ng p t",
    "ô": "- c i m n ng p t",
    "ơ": "- i m n p t u",
    "u": "- a c i m n ng p t",
    "ư": "- a c i m n ng t u",
    "y": "- ch n nh p t u",
    "iê": "c m n ng p t u",
    "yê": "m n ng t u",
    "uô": "c i m n ng p t",
    "ươ": "c i m n ng p t u",
    "oa": "- c ch i m n ng nh o p t y",
    "oă": "c m n ng t",
    "oe": "- n o t",
    "oo": "c n ng",
    "uâ": "n ng t y",
    "uê": "- ch n nh",
    "uơ": "-",
    "uy": "- a ch n nh p t u",
    "uyê": "n t",
}
_RHYMES = "|".join(vowels + coda.strip("-") for vowels, codas in _CODAS.items() for coda in codas.split())
_SYLLABLE = re.compile(f"(?:{ONSETS})?(?:{_RHYMES})")
_STOPPED = re.compile(".*(?:c|ch|p|t)")
#: The tones that a syllable ending in c, ch, p or t may have: acute and dot below.
_SHORT_TONES = ("\u0301", "\u0323")
_CASES = (str.islower, str.isupper, str.istitle)


@lru_cache(maxsize=1 << 15)
def is_well_formed(word: str) -> bool:
    """Whether a word (NFC, of any case) is a Vietnamese syllable with its marks, strictly: a rhyme that there
    is, at most one tone, and one that the ending allows. ``toan`` is one, ``tơt`` is none."""
    plain, tones = toneless(word.lower())
    if len(tones) > 1 or not _SYLLABLE.fullmatch(plain) or not any(case(word) for case in _CASES):
        return False
    return word.isascii() or not _STOPPED.fullmatch(plain) or tones in _SHORT_TONES


#: The most frequent syllables with marks.
_FREQUENT = frozenset(
    """
    và của các được là năm một đã có người với ở vào số thành đến sự không từ những văn chính này công để
    về đầu thể việc đó ủy uỷ định học pháp phòng họ bộ thời nhà khác tại trường quốc như dân đại nhất đồng
    dịch nguyên bị hơn lập lý phát hành nhiều chủ hiện cách hội cũng đề rằng thống phương nhân hình nhận
    bản phần cấp kỳ độ chiến dụng hoặc vụ lại bằng hợp động trên sử lớn làm ngày phía trình phố phải tính
    thế lần liên vì nước tiếp địa ông bà tháng tiên thường xuất bởi cơ viên truyền thị quyền cuộc trở điểm
    gồm tiếng cả chỉ giáo phủ đường mới kết điều thực trước cầu hóa hoá đông còn cùng lực trị đạo tư giải
    huyện toàn phân sĩ đối mình đổi tăng bài dưới quyết tên thứ tập đặc mặt tế rộng ý xây chức tạo sẽ giữa
    xã tỉnh đảng bí luật biểu nghĩa lãnh cán nghị thưởng dựng mạng vẫn đây
    """.split()
)


# --- how likely a reading is ---------------------------------------------------------------------

# The logarithms of the odds of what a text is made of. Of the 16,445 marked words of 24 encyclopaedia
# articles in Vietnamese 60.5 of 100 are among the frequent, 39.2 are other syllables, and 0.25 are neither,
# nearly all of those in foreign names. The other figures are estimates, on the side of leaving a text as it
# is; by the end of one sentence the right reading is ahead by more than any of them.
_FREQUENT_WORD = log(0.605 / len(_FREQUENT))
_OTHER_SYLLABLE = log(0.392 / 21_000)  # so many marked syllables can be built by the rules above
_MISFIT = log(0.001)  # in Vietnamese, a marked word that is no syllable; and then its letters
_FOREIGN = log(0.1)  # a word of a Western language; and then its letters
_ASCII_LETTER = log(1 / 26)
_MARKED_LETTER = log(0.05 / 20)  # of the letters of Western languages one in twenty has a mark
# A sign of windows-1252 that is no letter: one that joins, closes or opens words as any text has them,
# one that stands at a word's edge (5 µm, m², § 3), and one amid letters, which no spelling knows.
_PUNCTUATION = log(0.05)
_SIGN = log(0.005)
_SIGN_AMID = log(0.00005)
_CONTROL = log(0.000001)
# Text of another script in a charset of its own, where any character may follow any other: how often a
# line is that, and then each of its characters.
_OTHER_SCRIPT, _ANY_CHARACTER = log(0.001), log(1 / 128)

_COMMON_SIGNS = frozenset("“”‘’–—…•«»\u00a0\u00ad")


def _likelihood(stretch: str, oddity: float) -> float:
    """The logarithm of how likely a stretch of text without white space is; ``oddity`` that of a marked
    word that is no Vietnamese syllable. Left out is what all readings share: digits, ASCII signs."""
    total = 0.0
    for m in _PART.finditer(stretch):
        part = m[0]
        if _LETTERS.match(part):
            total += _word(part, oddity)
        elif part in _COMMON_SIGNS:
            total += _PUNCTUATION
        elif unicodedata.category(part) == "Cc":
            total += _CONTROL
        else:
            amid = _AMID.fullmatch(stretch[max(0, m.start() - 1) : m.end() + 1])
            total += _SIGN_AMID if amid else _SIGN
    return total


_LETTERS = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f])+")
_PART = re.compile(rf"{_LETTERS.pattern}|[^\x20-\x7e]")
_AMID = re.compile(r"(?:[^\W\d_]|[\u00a1-\u00bf]).(?:[^\W\d_]|[\u00a1-\u00bf])", re.DOTALL)


def _word(word: str, oddity: float) -> float:
    letters = sum(_ASCII_LETTER if c.isascii() else _MARKED_LETTER for c in word)
    foreign = letters + (_FOREIGN if word.isascii() else oddity)
    if not is_well_formed(word):
        return foreign
    syllable = _FREQUENT_WORD if word.lower() in _FREQUENT else _OTHER_SYLLABLE
    return max(syllable, foreign) if word.isascii() else syllable


# --- which charset a line is in ------------------------------------------------------------------

#: How often a line with marks that one meets is in one of the charsets, while nothing speaks for it; and
#: how many times worse it is to spoil a line that was right than to leave one as it came.
_USUAL, _WORSE = 1e-5, 100
_BAR = log(_WORSE / _USUAL)
#: Between two charsets the better must be so many times likelier.
_APART = log(100)

_SPACE = re.compile("[ \t\v\f]+")
_BREAK = re.compile("([\r\n]+)")
_STRANGE = re.compile(r"[^\t\v\f\x20-\x7e]")
# A letter or mark that none of the charsets' bytes became: the line was written in Unicode.
_UNICODE = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f])(?<![\x00-\xffŠŒŽšœžŸƒˆ])")
_ADDRESS = re.compile(r"([^ \t\v\f]*(?:@|://|\bwww\.)[^ \t\v\f]*)")


@dataclass(frozen=True, slots=True)
class _Line:
    """What speaks for each charset, by its name: the logarithm of how many times likelier the line is in
    it than as it stands. Nothing does for a line that is ASCII or has letters of Unicode alone.
    ``sound`` says that as it stands all its words are Vietnamese or bare of marks."""

    text: str
    evidence: Mapping[str, float]
    sound: bool

    @classmethod
    def of(cls, text: str) -> _Line:
        if not _STRANGE.search(text) or _UNICODE.search(text):
            return cls(text, {}, True)
        # A word that comes again is no second witness.
        stretches = {s for s in _SPACE.split(text) if _STRANGE.search(s) and not _ADDRESS.match(s)}
        if not stretches:
            return cls(text, {}, True)
        western, *vietnamese = (sum(column) for column in zip(*map(_readings, stretches), strict=True))
        as_it_is = max(western, _OTHER_SCRIPT + _ANY_CHARACTER * sum(map(len, stretches)))
        evidence = {c.name: likely - as_it_is for c, likely in zip(CHARSETS, vietnamese, strict=True)}
        return cls(text, evidence, all(map(_is_sound, stretches)))

    def sure(self) -> Charset | None:
        """The charset that the line is in beyond doubt, whatever is around it."""
        if self.sound:
            return None
        best, *others = sorted(CHARSETS, key=lambda charset: -self.evidence[charset.name])
        clear = self.evidence[best.name] - _APART
        if self.evidence[best.name] < _BAR or any(
            self.evidence[other.name] > clear and other.read(self.text) != best.read(self.text)
            for other in others
        ):
            return None
        return best

    def is_better_as_it_is(self) -> bool:
        """Whether the line has marks and is likelier as it stands than in any charset."""
        return max(self.evidence.values()) < 0 if self.evidence else bool(_UNICODE.search(self.text))


@lru_cache(maxsize=1 << 15)
def _readings(stretch: str) -> tuple[float, ...]:
    """The likelihood of a stretch as it stands, and in each of the charsets."""
    read = (_likelihood(charset.read(stretch), _MISFIT) for charset in CHARSETS)
    return _likelihood(stretch, _FOREIGN), *read


@lru_cache(maxsize=1 << 15)
def _is_sound(stretch: str) -> bool:
    parts = (m[0] for m in _PART.finditer(stretch))
    return all(part.isascii() or part in _COMMON_SIGNS or is_well_formed(part) for part in parts)


def _charsets(lines: list[_Line], whole: _Line) -> list[Charset | None]:
    """The charset of each line, None for one that is right as it stands."""
    sure = [line.sure() for line in lines]
    votes = [charset for charset in sure if charset]
    if not votes:  # of a list of names no line may be sure, and yet all together
        votes = [charset for charset in [whole.sure()] if charset]
    most = max(votes, key=votes.count, default=None)
    if most is None or votes.count(most) <= sum(line.is_better_as_it_is() for line in lines):
        return sure
    unlike = -log(votes.count(most))
    return [
        own or (most if line.evidence and line.evidence[most.name] > unlike else None)
        for own, line in zip(sure, lines, strict=True)
    ]


def _read(charset: Charset, line: str) -> str:
    parts = _ADDRESS.split(line)  # the addresses are at the odd places
    return "".join(part if i % 2 else charset.read(part) for i, part in enumerate(parts))


# --- capitals that TCVN3 has not got ---------------------------------------------------------------

#: The small letters of TCVN3 of which it has no capital.
_SMALL_ONLY = frozenset(c for c in _TCVN3.values() if c.islower() and c.upper() not in _TCVN3.values())
# Where something begins: behind a full stop; or a line, behind one that ends in a full stop or is blank. What
# trails off in dots may go on.
_BEGINS = re.compile(
    r"(?:(?P<stop>(?<![.…])[.!?])[”\"')\]»]*[^\S\n]+|(?:\A|(?:(?<![.…])[.!?][”\"')\]»]*|\n)[ \t\r]*\n)\s*)"
    r"[“‘\"'(\[«•+*–-]*[ \t]*(?P<first>[^\W\d_])"
)
#: A text begins its sentences with capitals if so many do, and so many for each that does not.
_CAPITALS, _TO_EACH_SMALL = 2, 10


def _with_capitals(text: str, lines: Iterable[tuple[int, int]]) -> str:
    """The text with a capital where a sentence begins with a letter of which TCVN3 has none, in the lines
    that are of it, given by their positions: if the text's other sentences begin with capitals, and for what
    begins a line, its other lines."""
    begins: dict[bool, list[int]] = {True: [], False: []}
    for m in _BEGINS.finditer(text):
        stop = m.start("stop") if m["stop"] == "." else None
        if stop is None or not ABBREVIATION.search(text, text.rfind("\n", 0, stop) + 1, stop):
            begins[m["stop"] is not None].append(m.start("first"))
    raised = set[int]()
    for found in begins.values():
        told = [text[n].isupper() for n in found if text[n] not in _SMALL_ONLY]
        if sum(told) >= max(_CAPITALS, _TO_EACH_SMALL * told.count(False)):
            raised |= {n for n in found if text[n] in _SMALL_ONLY}
    letters = list(text)
    for start, end in lines:
        for n in raised.intersection(range(start, end)):
            letters[n] = letters[n].upper()
    return "".join(letters)


# --- the two entrances ---------------------------------------------------------------------------


def repaired(text: str) -> str:
    """The text with each line that is in an older charset put into Unicode; the others, and every break
    of a line, are as they were. A text that is right comes back the same."""
    return text if text.isascii() else _in_unicode(text)[0]


def decoded(data: bytes) -> str | None:
    """The text of a file in one of the charsets; lines that are in none of them as windows-1252 has
    them. None where the file as a whole does not read as Vietnamese in any."""
    text, evidence = _in_unicode(data.decode("latin-1").translate(_WESTERN))
    return text if evidence > 0 and not _LEFT_OVER.search(text) else None


_LEFT_OVER = re.compile(r"[\x80-\x9f]")  # a byte that is nothing in the charset found


def _in_unicode(text: str) -> tuple[str, float]:
    """The text with its lines put into Unicode, and what speaks for that, over all lines."""
    pieces = _BREAK.split(text)  # the breaks are at the odd places
    lines = [_Line.of(piece) for piece in pieces[::2]]
    charsets = _charsets(lines, _Line.of(_BREAK.sub(" ", text)))
    evidence = 0.0
    for i, (line, charset) in enumerate(zip(lines, charsets, strict=True)):
        if charset:
            pieces[2 * i] = _read(charset, line.text)
            evidence += line.evidence[charset.name]
        elif line.evidence:
            evidence += min(0.0, max(line.evidence.values()))
    ends = list(accumulate(map(len, pieces)))
    small = [(ends[2 * i] - len(pieces[2 * i]), ends[2 * i]) for i, c in enumerate(charsets) if c is TCVN3]
    read = "".join(pieces)
    return _with_capitals(read, small) if small else read, evidence
