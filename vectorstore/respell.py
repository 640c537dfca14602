"""A question read as it was meant: marks restored and slips of typing mended from the library's words.

Pure. What is known of the language is a :class:`Vocabulary`: the words and the pairs of neighbours of
the library's own articles, and of a short list of what questions are made of (``vectorstore.phrases``).
A word that it does not know stays as typed: an honest "not in the library" beats a guess.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from math import log

import numpy as np
import numpy.typing as npt

from ingest.types import Span
from ingest.vietnamese import ONSETS, fold, nfc, normalise, terms, toneless
from vectorstore.phrases import PHRASES

# All figures: syllables of 612 XQuAD-vi questions typed without marks that are read as they were meant.

#: What a place in the built-in phrases counts, where one in the articles counts 1. Level from 1 to 8.
PHRASE_COUNT = 2.0

#: How many times a word must have been followed by others for those pairs to weigh as much as the
#: frequency of the single words (the Dirichlet prior of the pair model). 2: 0.964, 8 to 16: 0.970.
PRIOR = 8.0

#: Share of marked syllables in ordinary Vietnamese. What a question has less of it was typed without.
ORDINARY_MARKS = 0.75

#: From this share on a question has its marks, and its bare syllables are meant bare unless the words on
#: both sides say otherwise; the odds that such a syllable lacks its marks nevertheless.
USUAL_MARKS, STRAY = 0.6, 0.01

#: The odds that a syllable was mistyped, and that a word is none of those known.
SLIP, UNKNOWN = 1e-3, 1e-6

#: A change is sure where every other reading of the word is at least this many times less likely.
SURE_ODDS = 20.0

#: Letters of what may be a mistyped syllable: "nghiêng" has 7, and of 2 nothing can be told.
MENDED_LETTERS = range(3, 9)

#: Letters of what may be mistyped in a name.
NAME_LETTERS = range(5, 15)

#: Words that are read; the rest of a pasted page stays as typed.
READ_WORDS = 128

_NUMBER = "0"  # stands for every number: what "năm 1930" tells holds of "năm 1945" too
_NONE = -1  # the number of a word that the vocabulary does not have

Floats = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of the typed text, what was typed there, and what it is read as. ``sure`` where only
    marks were restored, nothing else is likely, and the articles have the word beside its neighbour."""

    span: Span
    typed: str
    read: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Respelling:
    """A question as it is read: ``text`` is the typed text with every one of ``changes`` made, which
    come in the order of the text."""

    text: str
    changes: tuple[Change, ...]

    @property
    def sure(self) -> bool:
        """Whether nothing but marks was added, and those without doubt: there is nothing to ask."""
        return all(change.sure for change in self.changes)


# --- what is known of the language -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The known words in their exact forms, each with a number, and how often they and their pairs occur.

    ``numbers`` has the number of each of ``forms``, ``folded`` those of all forms of a bare word;
    ``shares`` how much of all text each form is and ``before`` how often it precedes another. ``pairs``
    are the known pairs as ``first * len(forms) + second``, ascending, ``often`` how often each occurs.
    """

    forms: tuple[str, ...]
    numbers: Mapping[str, int]
    folded: Mapping[str, Sequence[int]]
    shares: Floats
    before: Floats
    pairs: Ids
    often: Floats

    @classmethod
    def of(cls, counted: Iterable[tuple[str, float]]) -> Vocabulary:
        """From the exact terms of a library (see ``ingest.vietnamese.terms``) and how often each
        occurs, and from the built-in phrases. Dates and other terms of several numbers are left out."""
        numbers: dict[str, int] = {}
        words: dict[int, float] = {}
        pairs: dict[tuple[int, int], float] = {}
        for term, count in (*_phrases(), *counted):
            parts = [_NUMBER if part[:1].isdigit() else part for part in term.split("_")]
            if len(parts) > 2 or parts == [_NUMBER, _NUMBER]:
                continue
            first, *rest = [numbers.setdefault(part, len(numbers)) for part in parts]
            if rest:
                pairs[first, rest[0]] = pairs.get((first, rest[0]), 0.0) + count
            else:
                words[first] = words.get(first, 0.0) + count
        forms = tuple(numbers)
        folded: dict[str, list[int]] = {}
        for form, n in numbers.items():
            folded.setdefault(fold(form), []).append(n)
        counts = np.array([words.get(n, 1.0) for n in range(len(forms))])
        keys = np.array([first * len(forms) + second for first, second in pairs], dtype=np.int64)
        order = np.argsort(keys)
        keys, often = keys[order], np.array(list(pairs.values()))[order]
        before = np.bincount(keys // len(forms), often, minlength=len(forms)).astype(np.float64)
        return cls(forms, numbers, folded, counts / counts.sum(), before, keys, often)

    def together(self, first: Sequence[int], second: Sequence[int]) -> Floats:
        """How often each of the words ``first`` stands before each of ``second``, by their numbers:
        shape (first, second)."""
        a, b = np.array(first)[:, None], np.array(second)[None, :]
        wanted = np.where((a == _NONE) | (b == _NONE), _NONE, a * len(self.forms) + b)
        at = np.minimum(self.pairs.searchsorted(wanted), len(self.pairs) - 1)
        return np.where(self.pairs[at] == wanted, self.often[at], 0.0)


@cache
def _phrases() -> tuple[tuple[str, float], ...]:
    return tuple((term, PHRASE_COUNT) for term in terms(PHRASES).exact)


# --- reading a question ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a word may be read as: the number of that form, and the odds that one who meant it typed
    this. ``slip`` where that takes more than leaving out marks or putting them in an unusual place."""

    form: int
    odds: float
    slip: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the question in its exact form. ``joined`` to the word before, with nothing but blanks
    between; a ``name`` where it has a capital that does not open the question."""

    span: Span
    typed: str
    exact: str
    joined: bool
    name: bool
    readings: tuple[_Reading, ...]


def respell(question: str, vocabulary: Vocabulary) -> Respelling:
    """The question with the marks that it was typed without, and its slips of typing mended, where
    the vocabulary tells how. Capitals, numbers, all that stands between words and every word that is
    not changed stay exactly as typed; so does a question in another language."""
    words = _words(question, vocabulary)
    changes = []
    for n, (reading, certain) in enumerate(best := _best(words, vocabulary)):
        word = words[n]
        if reading.form == _NONE or vocabulary.forms[reading.form] == word.exact:
            continue
        vouched = _vouched(words, [r.form for r, _ in best], n, vocabulary)
        if reading.slip and is_syllable(word.exact):
            # It may be a word that the library lacks: all around must say that it is not.
            only_marks = fold(vocabulary.forms[reading.form]) == word.exact
            stands = all(vouched) and len(vouched) >= (1 if only_marks else 2)
        else:
            stands = any(vouched) or not (reading.slip or word.name)
        if stands:
            read = _in_capitals_of(word.typed, vocabulary.forms[reading.form])
            sure = certain and any(vouched) and not reading.slip
            changes.append(Change(word.span, word.typed, read, sure))
    return Respelling(_applied(question, changes), tuple(changes))


def _applied(question: str, changes: Sequence[Change]) -> str:
    parts, at = [], 0
    for change in changes:
        parts += [question[at : change.span.start], change.read]
        at = change.span.end
    return "".join([*parts, question[at:]])


def _in_capitals_of(typed: str, form: str) -> str:
    if len(typed) > 1 and typed.isupper():
        return form.upper()
    return form[:1].upper() + form[1:] if typed[:1].isupper() else form


_WORD = re.compile("(?:[^\\W_]|[\u0300-\u036f])+")


def _words(question: str, vocabulary: Vocabulary) -> list[_Word]:
    """The words of the question; none where it is not in Vietnamese."""
    found = list(_WORD.finditer(question))[:READ_WORDS]
    exact = [_NUMBER if m[0].isdigit() else normalise(m[0]) for m in found]
    struck = {word: _struck(word, vocabulary) for word in exact if word not in vocabulary.numbers}
    syllables = [word for word in exact if is_syllable(word)]
    foreign = [word for word in exact if word != _NUMBER and not is_syllable(word) and not struck.get(word)]
    if 2 * len(foreign) > len(exact) - exact.count(_NUMBER):
        return []
    marked = sum(word != fold(word) for word in syllables) / max(1, len(syllables))
    # Who typed a mark at all and no word that needs one without it, meant "ban" when typing "ban".
    lost = any(word in vocabulary.folded and word not in vocabulary.numbers for word in syllables)
    complete = marked >= USUAL_MARKS or (marked and not lost)
    dropped = STRAY if complete else 1 - marked / ORDINARY_MARKS
    words = []
    for n, (m, word) in enumerate(zip(found, exact, strict=True)):
        joined = n > 0 and question[found[n - 1].end() : m.start()].isspace()
        capital = m[0][:1].isupper() and not question.isupper()
        readings = (
            _readings(word, vocabulary, dropped)
            or [_Reading(form, 1.0, slip=word == fold(word)) for form in struck.get(word, ())]
            or (_mended_name if capital else _mended)(word, vocabulary)
        )
        if not readings or readings[0].slip:
            readings = [_Reading(_NONE, UNKNOWN), *readings]
        words.append(_Word(Span(*m.span()), m[0], word, joined, capital and n > 0, tuple(readings)))
    return words


def _readings(word: str, vocabulary: Vocabulary, dropped: float) -> list[_Reading]:
    """A known word as it stands, and with marks where it has none; ``dropped`` are the odds that
    whoever typed the question left them out."""
    as_typed = vocabulary.numbers.get(word, _NONE)
    readings = [_Reading(as_typed, 1.0)] if as_typed != _NONE else []
    if word == fold(word):
        marked = (n for n in vocabulary.folded.get(word, ()) if n != as_typed)
        readings += [_Reading(n, dropped, slip=dropped == STRAY) for n in marked]
    return readings


def _struck(word: str, vocabulary: Vocabulary) -> list[int]:
    """The known forms that an unknown word is when its tone is put where it belongs, or when the keys
    struck are read as Telex or VNI."""
    keys = set(_keys(word))
    forms = {n for plain, _ in keys for n in vocabulary.folded.get(fold(plain), ())}
    return [n for n in forms if _key(vocabulary.forms[n]) in keys]


def _mended(word: str, vocabulary: Vocabulary) -> list[_Reading]:
    """The known syllables that an unknown word is one slip away from: a wrong mark, or a letter."""
    bare = fold(word)
    if len(bare) not in MENDED_LETTERS or not (bare.isascii() and bare.isalpha()):
        return []
    near = vocabulary.folded.get(bare) or {n for b in _one_edit(bare) for n in vocabulary.folded.get(b, ())}
    return [_Reading(n, SLIP, slip=True) for n in near if is_syllable(vocabulary.forms[n])]


def _mended_name(word: str, vocabulary: Vocabulary) -> list[_Reading]:
    """The known words that part of a name is one slip away from, none where it may be a name that the library
    lacks: only what cannot be a Vietnamese syllable is mended, and long enough to be told from others."""
    if len(word) not in NAME_LETTERS or is_syllable(word) or not (word.isascii() and word.isalpha()):
        return []
    near = {n for b in (*_one_edit(word), *_moved(word)) for n in vocabulary.folded.get(b, ())}
    return [_Reading(n, SLIP, slip=True) for n in near]


def _best(words: Sequence[_Word], vocabulary: Vocabulary) -> list[tuple[_Reading, bool]]:
    """The most likely reading of all words together (Viterbi), and of each whether it is certain:
    whether the best reading of the question with this word read otherwise is far less likely."""
    if not words:
        return []
    forms = [[reading.form for reading in word.readings] for word in words]
    shares = [np.array([vocabulary.shares[n] if n != _NONE else 1.0 for n in some]) for some in forms]
    odds = [np.log([reading.odds for reading in word.readings]) for word in words]
    steps: list[Floats] = []
    for n, (left, right) in enumerate(pairwise(forms), 1):
        often = vocabulary.together(left, right) if words[n].joined else np.zeros((len(left), len(right)))
        before = [vocabulary.before[f] if f != _NONE and words[n].joined else 0.0 for f in left]
        steps.append(np.log((often + PRIOR * shares[n]) / (np.array(before)[:, None] + PRIOR)) + odds[n])
    forward = [np.log(shares[0]) + odds[0]]
    for step in steps:
        forward.append((forward[-1][:, None] + step).max(axis=0))
    backward = [np.zeros(len(forms[-1]))]
    for step in reversed(steps):
        backward.append((step + backward[-1]).max(axis=1))
    best = []
    for word, there, onward in zip(words, forward, reversed(backward), strict=True):
        likely = (there + onward).tolist()
        first = likely.index(max(likely))
        second = max((x for i, x in enumerate(likely) if i != first), default=-np.inf)
        best.append((word.readings[first], likely[first] - second >= log(SURE_ODDS)))
    return best


def _vouched(words: Sequence[_Word], forms: Sequence[int], n: int, vocabulary: Vocabulary) -> list[bool]:
    """Of each known neighbour whether the word is known beside it; of a name, whether the rest of
    the name is: "ủy đã" says nothing about "Thanh uy Da Nang"."""
    beside = []
    if words[n].joined and forms[n - 1] != _NONE:
        beside.append((words[n - 1].name, vocabulary.together([forms[n - 1]], [forms[n]])))
    if n + 1 < len(words) and words[n + 1].joined and forms[n + 1] != _NONE:
        beside.append((words[n + 1].name, vocabulary.together([forms[n]], [forms[n + 1]])))
    of_name = [bool(known.any()) for name, known in beside if name and words[n].name]
    return of_name or [bool(known.any()) for _, known in beside]


# --- how Vietnamese is spelled and typed -----------------------------------------------------------

_RHYMES = (
    "uyê|uya|uyu|uây|uôi|ươi|ươu|oai|oay|oao|oeo|iêu|yêu|iê|yê|uô|ươ|uâ|uê|uy|oa|oă|oe|oo|uơ|"
    "ia|ua|ưa|ai|ao|au|ay|âu|ây|eo|êu|iu|oi|ôi|ơi|ui|ưi|ưu|[aăâeêioôơuưy]"
)
_CODAS = "ch|c|ng|nh|m|n|p|t"
_STOPS = ("ch", "c", "p", "t")
_SYLLABLE = re.compile(f"(?:{ONSETS})?(?:{_RHYMES})(?:{_CODAS})?")
_BARE_SYLLABLE = re.compile(f"(?:{ONSETS})?(?:{fold(_RHYMES)})(?:{_CODAS})?")

# Grave, acute, hook above, tilde, dot below, and the key that Telex has for each.
_TONE_KEYS = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j"}

Key = tuple[str, str]


@lru_cache(maxsize=1 << 14)
def _key(word: str) -> Key:
    """A syllable without its tone, and the key of the tone: the same wherever the tone was put."""
    plain, tones = toneless(nfc(word))
    return plain, "".join(_TONE_KEYS[tone] for tone in tones)


@lru_cache(maxsize=1 << 14)
def is_syllable(word: str) -> bool:
    """Whether a word (normalised) is spelled as Vietnamese syllables are, be there such a word or not;
    one without any mark, whether it could be one that was typed so."""
    plain, tone = _key(word)
    if word.isascii():
        return _BARE_SYLLABLE.fullmatch(word) is not None
    # A syllable that ends in a stop has one of two tones.
    toned = tone in ("s", "j") if plain.endswith(_STOPS) else len(tone) <= 1
    return toned and _SYLLABLE.fullmatch(plain) is not None


def _keys(word: str) -> Iterator[Key]:
    """What a word says if its tone stands in an unusual place, or if it is the keys of Telex
    (``vawn phofng``) or of VNI (``van8 phong2``) as they were struck."""
    yield _key(word)
    if word.isascii():
        struck = _telex_of_vni(word) if not word.isalpha() else word
        key = struck and _from_telex(struck)
        if key:
            yield key


_VNI_TONES = str.maketrans("12345", "sfrxj")


def _telex_of_vni(word: str) -> str | None:
    """The keys of Telex for those of VNI; None where they are not."""
    if not re.fullmatch("[a-z]+[1-9][a-z1-9]*", word):
        return None
    word = re.sub("^d(.*)9", r"dd\1", word)
    word = re.sub("([aeo])(.*)6", r"\1\1\2", word)
    word = re.sub("[78]", "w", word).translate(_VNI_TONES)
    return word if word.isalpha() else None


def _from_telex(word: str) -> Key | None:
    """What the keys make; None where they make no syllable, or nothing but themselves."""
    m = re.fullmatch("([bcdghklmnpqrstvx]*)([aeiouyw].*)", word)
    if not m:
        return None
    onset, rest = m.groups()
    if onset == "dd" or (onset == "d" and "d" in rest):  # the stroke may be struck last: duongdf
        onset, rest = "đ", rest.replace("d", "")
    tone = "".join(re.findall("[sfrxj]", rest))
    rest = re.sub("^w", "uw", re.sub("[sfrxj]", "", rest))
    rest = re.sub(r"([aeo])([a-z]*?)\1", lambda m: "âêô"["aeo".index(m[1])] + m[2], rest, count=1)
    if "w" in rest:
        rest = rest.replace("w", "")
        pairs = [("uo", "ươ"), ("ua", "ưa"), ("a", "ă"), ("o", "ơ"), ("u", "ư")]
        for plain, horned in pairs:
            if plain in rest and (onset, plain) != ("q", "ua"):
                rest = rest.replace(plain, horned, 1)
                break
    made = onset + rest
    if len(tone) > 1 or (made, tone) == (word, "") or not _SYLLABLE.fullmatch(made):
        return None
    return made, tone


def _one_edit(word: str) -> Iterator[str]:
    """Every string of a to z that is one letter more, less or other, or two neighbours swapped."""
    for i in range(len(word) + 1):
        head, tail = word[:i], word[i:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in string.ascii_lowercase:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]


def _moved(word: str) -> Iterator[str]:
    """The word with one letter in another place."""
    for i, letter in enumerate(word):
        rest = word[:i] + word[i + 1 :]
        for j in range(len(word)):
            yield rest[:j] + letter + rest[j:]
