"""One normaliser for the index and the question: whatever way a word is typed, it finds itself.

Everything here is pure, and keeps positions where it cuts: a token or a sentence is a stretch of
the very text that was given. Three readings of a text, from the strictest to the loosest:

- ``nfc``: the text as stored and shown. NFC, with Ð (U+00D0, the Icelandic eth) mended to Đ.
- ``normalise``: for comparing. Also lower case, and one place for the tone mark (``hoà`` is
  ``hòa``, ``uỷ`` is ``ủy``), since both spellings are in daily use.
- ``fold``: for questions typed without diacritics. No marks at all, and d for đ.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ingest.types import Span

#: Stored with every library; raise it when ``terms`` comes to give other words for the same text, or a
#: passage to be found for other words.
NORMALISER_VERSION = 2

_ETH = str.maketrans({"Ð": "Đ", "ð": "đ"})
TONES = "\u0300\u0301\u0309\u0303\u0323"  # grave, acute, hook above, tilde, dot below
_MARK = "[\u0300-\u036f]"
_MARKS = re.compile(_MARK)
#: The capital letters of a Vietnamese text, for use inside a character class. (No range serves: from
#: U+1EA0 on, capital and small letters alternate.)
UPPER = "".join(c for c in map(chr, range(0x41, 0x1EFA)) if c.isupper())

_WORD = rf"[^\W\d_](?:[^\W\d_]|{_MARK})*"

# In an open syllable ending in oa, oe or uy the tone stands on the first vowel by the old rule
# (hòa, ủy) and on the second by the new one (hoà, uỷ). We keep the old place. After q the u is part
# of the consonant (quý), and before a final consonant both rules agree (hoàn, thuyết).
_NEW_PLACE = re.compile(rf"(?<!q)(oa|oe|uy)([{TONES}])$")


@lru_cache(maxsize=1 << 16)
def _normalise_word(word: str) -> str:
    word = unicodedata.normalize("NFD", nfc(word).casefold())
    word = _NEW_PLACE.sub(lambda m: m[1][0] + m[2] + m[1][1], word)
    return unicodedata.normalize("NFC", word)


def nfc(text: str) -> str:
    """The text in NFC with Đ for its look-alike Ð. May be shorter than the text given."""
    return unicodedata.normalize("NFC", text).translate(_ETH)


def normalise(text: str) -> str:
    """Lower-case NFC with one spelling of every syllable, for comparing. The length may change."""
    return re.sub(_WORD, lambda m: _normalise_word(m[0]), nfc(text)).casefold()


def fold(text: str) -> str:
    """Lower case without any mark: ``Đảng uỷ`` becomes ``dang uy``. The length may change."""
    bare = unicodedata.normalize("NFD", nfc(text).casefold()).replace("đ", "d")
    return unicodedata.normalize("NFC", _MARKS.sub("", bare))


#: What a syllable may begin with, for use in a pattern.
ONSETS = "b|ch?|d|đ|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu|r|s|th?|tr?|v|x"


def toneless(word: str) -> tuple[str, str]:
    """A word in NFC without its tones, and these as combining marks, in order."""
    split = unicodedata.normalize("NFD", word)
    plain = unicodedata.normalize("NFC", "".join(c for c in split if c not in TONES))
    return plain, "".join(c for c in split if c in TONES)


def even_fold(text: str) -> str:
    """The text folded letter for letter, so that positions stay."""
    return "".join(map(_fold_letter, text))


@lru_cache(maxsize=1 << 12)
def _fold_letter(letter: str) -> str:
    return (fold(letter) or letter)[0]


@lru_cache(maxsize=1 << 16)
def _fold_word(word: str) -> str:
    return fold(word)


def has_marks(text: str) -> bool:
    """Whether any letter of the text carries a Vietnamese mark; if none does, it was typed bare."""
    return fold(text) != nfc(text).casefold()


# --- quotation marks ---------------------------------------------------------------------------

_OUTSIDE = r"(?:^|(?<=[\s(\[{/–—-]))"
_DOUBLE = re.compile(
    rf"(?P<opens>(?:{_OUTSIDE}|(?<=[“‘«\"']))(?:[\"“”„]|'')(?=[^\W_]|[“‘«\"'(]\S)|«)"
    r"|(?<=[^\s(\[{])(?:[\"“”]|'')(?![^\W_])|»"
)
_SINGLE = re.compile(
    rf"{_OUTSIDE}['‘](?=[^\W_])(?P<words>(?:[^“”\"'‘’\n]|(?<=\w)['’](?=\w)){{3,}}?)"
    r"(?<=[^\s(\[{])['’](?![^\W_])"
)


def curled(text: str) -> str:
    """The text, position for position, with every quotation mark whose side is plain as “ or ”: straight
    ones, «guillemets», two apostrophes, curly ones that look the wrong way; and single ones, which may be
    apostrophes, in a line that has no others. For finding what is quoted, not for showing."""
    if not _MAY_QUOTE.search(text):
        return text
    return "\n".join(map(_curled_line, text.split("\n")))


_MAY_QUOTE = re.compile("[\"'“”„‘’«»]")


def _curled_line(line: str) -> str:
    line = _DOUBLE.sub(_curled_mark, line)
    if "“" not in line and "”" not in line and '"' not in line:
        line = _SINGLE.sub(lambda m: f"“{m['words']}”", line)
    return line


def _curled_mark(m: re.Match[str]) -> str:
    blank = " " * (len(m[0]) - 1)
    return f"{blank}“" if m["opens"] else f"”{blank}"


# --- words ---------------------------------------------------------------------------------------

# 16.665 and 16,665 are one number; 18.10.1930 is three.
_TOKEN = re.compile(rf"(?P<number>\d{{1,3}}(?:[.,]\d{{3}})+(?!\d|[.,]\d)|\d+)|(?P<word>{_WORD})")
# Words on the two sides of one of these do not form a term together.
_BREAK = re.compile(r"[.,;:!?…()\[\]“”\"\n/|•–—]|\s-\s")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a number of a text, ``text[start:end]``, with the forms by which it is compared:
    ``exact`` (see ``normalise``; a number without separators or leading zeros) and ``folded``."""

    start: int
    end: int
    exact: str
    folded: str

    @property
    def is_number(self) -> bool:
        return self.exact.isdigit()


def tokens(text: str) -> Iterator[Token]:
    """The words and numbers of a text, in order."""
    for m in _TOKEN.finditer(text):
        if m["number"]:
            exact = re.sub(r"[.,]", "", m[0]).lstrip("0") or "0"
            yield Token(m.start(), m.end(), exact, exact)
        else:
            exact = _normalise_word(m[0])
            yield Token(m.start(), m.end(), exact, _fold_word(exact))


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms by which a text is indexed and asked for, with repetitions, in reading order: each
    word, each pair of neighbours as ``first_second``, each date as ``18_10_1930``, ``18_10`` and
    ``10_1930``. ``folded`` is the same without marks."""

    exact: tuple[str, ...]
    folded: tuple[str, ...]


def terms(text: str) -> Terms:
    """The terms of a text; the same function serves articles and questions."""
    exact: list[str] = []
    folded: list[str] = []
    last: Token | None = None
    for token in tokens(text):
        exact.append(token.exact)
        folded.append(token.folded)
        if last is not None and not _BREAK.search(text, last.end, token.start):
            exact.append(f"{last.exact}_{token.exact}")
            folded.append(f"{last.folded}_{token.folded}")
        last = token
    for date in dates(text):
        exact.extend(date.terms)
        folded.extend(date.terms)
    return Terms(tuple(exact), tuple(folded))


# --- dates ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date as a text gives it, ``text[start:end]``; what it leaves out is None."""

    start: int
    end: int
    day: int | None
    month: int | None
    year: int | None

    @property
    def terms(self) -> tuple[str, ...]:
        """What the index calls this date: itself and the shorter dates it contains."""
        d, m, y = self.day, self.month, self.year
        names = []
        if d and m and y:
            names.append(f"{d}_{m}_{y}")
        if d and m:
            names.append(f"{d}_{m}")
        if m and y:
            names.append(f"{m}_{y}")
        return tuple(names)


_D = r"(?P<{0}>0?[1-9]|[12]\d|3[01])"
_M = r"(?P<{0}>0?[1-9]|1[0-2])"
_Y = r"(?P<{0}>1[0-9]\d\d|20\d\d)"


def _alternatives(*patterns: str) -> re.Pattern[str]:
    """One pattern of several; the group names are numbered, since a name may stand once only."""
    numbered = []
    for i, p in enumerate(patterns):
        p = p.replace("<D>", _D.format(f"d{i}")).replace("<M>", _M.format(f"m{i}"))
        numbered.append(p.replace("<Y>", _Y.format(f"y{i}")).replace("<SEP>", f"s{i}"))
    return re.compile("|".join(numbered), re.IGNORECASE)


_DATE = _alternatives(
    r"(?:ng[àa]y\s+)?<D>\s+th[áa]ng\s+<M>(?:\s+n[ăa]m|\s*[,/])\s*<Y>(?!\d)",
    r"(?:ng[àa]y\s+)?(?<![\d/.,-])<D>(?P<<SEP>>[-/.])<M>(?P=<SEP>)<Y>(?![\d])",
    r"(?:ng[àa]y\s+)?<D>\s+th[áa]ng\s+<M>(?!\d)",
    r"th[áa]ng\s+<M>\s*(?:n[ăa]m|[-/.,])\s*<Y>(?!\d)",
    r"(?<![\d/.,-])<M>[-/]<Y>(?![\d/])",
    r"(?:ng[àa]y\s+)?(?<![\d/.,-])<D>(?:/|(?<=ng.y \d)-|(?<=ng.y \d\d)-)<M>(?![\d/%]|[.,]\d)",
    r"n[ăa]m\s+<Y>(?!\d)",
    r"(?<![\d/.,-])<Y>(?!\d|[/.,-]\d)",
)


def dates(text: str) -> Iterator[DateMention]:
    """The dates of a text in order: ``18-10-1930``, ``ngày 18 tháng 10 năm 1930``, ``tháng
    10/1930``, ``15/10``, ``năm 1930``, ``1930``. The text must be NFC for the words to be known."""
    for m in _DATE.finditer(text):
        parts = {k[0]: int(v) for k, v in m.groupdict().items() if v and k[0] in "dmy"}
        yield DateMention(m.start(), m.end(), parts.get("d"), parts.get("m"), parts.get("y"))


# --- lists ---------------------------------------------------------------------------------------

#: How a line of a list begins where nothing but its words says that it is one: by a bullet, or by its number
#: or letter.
LIST_ITEM = re.compile(r"(?:[-–•+*]|\(?(?P<number>\d{1,2}|[a-zđ])[.)])\s")


# --- sentences -----------------------------------------------------------------------------------

# A stop, whatever closes after it, then white space and the beginning of something new.
_STOP = re.compile(
    rf"(?P<stop>[.!?…]+)(?P<close>[”’\"')\]»]*[.!?…]*)(?P<gap>\s+)(?=[“‘\"'(\[«•+*–-]*\s?[{UPPER}\d])"
)
_LINE = re.compile(r"\s*\n\s*")
#: A full stop right behind one of these belongs to the word: đ/c. Nguyễn, TP. Hà Lương, GS. Trần, v.v. ...
ABBREVIATION = re.compile(
    r"(?:^|[\s(“\"/])(?:đ/?c|tp|tx|tt|q|p|h|t|x|gs|pgs|ts|ths|bs|ks|ls|cn|mr|mrs|dr|st|jr|no|vs|tr|nxb|"
    r"[^\W\d_](?:\.[^\W\d_])*)$",
    re.IGNORECASE,
)


# "1." and "IV." at the beginning of a line count its item.
_ENUMERATOR = re.compile(r"\d{1,3}(?:\.\d{1,2})*|[IVXLC]+")


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The sentences of ``text[start:end]``, as positions in ``text``, in order, without the white
    space around them. A line break ends a sentence; the stop in ``TP.``, ``đ/c.``, ``T.Ư``, an
    initial, ``18.10.1930`` or the number of an item does not."""
    end = len(text) if end is None else end
    found: list[Span] = []
    for line_start, line_end in _between(_LINE, text, start, end):
        at = line_start
        for m in _STOP.finditer(text, line_start, line_end):
            word = at == line_start and _ENUMERATOR.fullmatch(text, at, m.start())
            if m["stop"] == "." and not m["close"] and (word or ABBREVIATION.search(text, at, m.start())):
                continue
            found.append(Span(at, m.start("gap")))
            at = m.end()
        if at < line_end:
            found.append(Span(at, line_end))
    return found


def _between(separator: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The non-blank stretches between separators, without white space at their ends."""
    at = start
    for m in [*separator.finditer(text, start, end), None]:
        stop = m.start() if m else end
        while at < stop and text[at].isspace():
            at += 1
        while stop > at and text[stop - 1].isspace():
            stop -= 1
        if at < stop:
            yield at, stop
        at = m.end() if m else end
