"""A question read as it was meant: marks restored and slips of typing mended from the library's words.

Pure. What is known of the language is a :class:`Vocabulary`: the words and the pairs of neighbours of
the library's own articles, and of a short list of what questions are made of (``vectorstore.phrases``).
A syllable that it does not know stays as typed: an honest "not in the library" beats a guess.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ingest.types import Span
from ingest.vietnamese import fold, nfc, normalise, terms
from vectorstore.phrases import PHRASES

#: What a phrase of the built-in list counts, where a place in the library's articles counts 1.
PHRASE_COUNT = 2.0

#: How many times a word must have been followed by others before those pairs weigh as much as the
#: frequency of the words alone (the Dirichlet prior of the pair model).
PRIOR = 8.0

#: A question with this share of marked syllables has its marks: its bare syllables are meant bare.
USUAL_MARKS, FLOOR = 0.5, 0.01

#: Share of marked syllables in ordinary text; what a question has less of it was typed without.
ORDINARY_MARKS = 0.75

#: A change is sure where the next best reading of the whole question with another form in its place
#: is at least this many times less likely.
SURE_ODDS = 20.0

#: Syllables that are read; the rest of a pasted page stays as typed.
READ = 128

_NONE = -1
_NUMBER = "0"  # what stands for every number in a pair: "năm 1930" tells of "năm 1945" too

Floats = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of the typed text, what was typed there, and what it is read as. ``sure`` where only
    marks were restored and nothing else is likely."""

    span: Span
    typed: str
    read: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Respelling:
    """A question as it is read: ``text`` is the typed text with every change made, in order."""

    text: str
    changes: tuple[Change, ...]

    @property
    def sure(self) -> bool:
        """Whether nothing but marks was added, and those without doubt: there is nothing to ask."""
        return all(change.sure for change in self.changes)


# --- what is known of the language -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words in their exact forms, each with a number, and how often they and their pairs occur.

    ``numbers`` gives the number of a form, ``forms`` the form of a number, ``folded`` the numbers of all
    forms of a bare word; ``counts`` how often each form occurs and ``before`` how often in front of
    another. ``keys`` are the known pairs as ``first * len(forms) + second``, ascending, ``pairs`` how
    often each occurs.
    """

    forms: tuple[str, ...]
    numbers: Mapping[str, int]
    folded: Mapping[str, tuple[int, ...]]
    counts: Floats
    before: Floats
    keys: Ids
    pairs: Floats

    @classmethod
    def of(cls, counted: Iterable[tuple[str, float]]) -> Vocabulary:
        """From terms (exact, see ``ingest.vietnamese.terms``) and how often each occurs. Terms of more
        than two words, such as dates, are left out."""
        words: dict[str, float] = {}
        pairs: dict[tuple[str, str], float] = {}
        for term, count in (*counted, *_phrases()):
            first, *rest = [_NUMBER if part.isdigit() else part for part in term.split("_")]
            if not rest:
                words[first] = words.get(first, 0) + count
            elif len(rest) == 1 and (first, rest[0]) != (_NUMBER, _NUMBER):
                pairs[first, rest[0]] = pairs.get((first, rest[0]), 0) + count
        for pair in pairs:  # each stands in some text, but a caller may count them apart
            for word in pair:
                words.setdefault(word, 1)
        forms = tuple(words)
        numbers = {form: n for n, form in enumerate(forms)}
        folded: dict[str, tuple[int, ...]] = {}
        for n, form in enumerate(forms):
            bare = fold(form)
            folded[bare] = (*folded.get(bare, ()), n)
        keys = np.array([numbers[a] * len(forms) + numbers[b] for a, b in pairs], dtype=np.int64)
        order = np.argsort(keys)
        keys, often = keys[order], np.array(list(pairs.values()), dtype=np.float64)[order]
        before = np.bincount(keys // max(1, len(forms)), often, minlength=len(forms))
        return cls(forms, numbers, folded, np.array(list(words.values())), before, keys, often)

    def together(self, first: Sequence[int], second: Sequence[int]) -> Floats:
        """How often each of ``first`` stands before each of ``second``: shape (first, second)."""
        a, b = np.asarray(first, dtype=np.int64)[:, None], np.asarray(second, dtype=np.int64)[None, :]
        wanted = a * len(self.forms) + b
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        known = (self.keys[at] == wanted) & (a != _NONE) & (b != _NONE)
        return np.where(known, self.pairs[at], 0.0)


@cache
def _phrases() -> tuple[tuple[str, float], ...]:
    return tuple((term, PHRASE_COUNT) for term in terms(PHRASES).exact)


# --- reading a question ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the question with the forms that it may be read as: their numbers, and what is lost
    (in logarithms of likelihood) by reading it so. ``slip`` tells of each form whether it takes
    more than adding marks or putting one in its usual place."""

    span: Span
    typed: str
    exact: str
    joined: bool  # to the word before, nothing but blanks between
    readings: tuple[int, ...]
    losses: tuple[float, ...]
    slips: tuple[bool, ...]


_WORD = re.compile("(?:[^\\W_]|[\u0300-\u036f])+")
#: What it costs to read a slip of typing (one syllable in a thousand), and a word nobody knows.
_SLIP, _UNKNOWN = -float(np.log(1e-3)), -float(np.log(1e-6))
#: Letters that a word may have to be a syllable with a slip: "nghiêng" has 7.
_LETTERS = range(3, 9)


def respell(question: str, vocabulary: Vocabulary) -> Respelling:
    """The question with the marks that it was typed without, and its slips of typing mended, where
    the vocabulary tells how. Everything between the words, and every word that is not changed, stays
    exactly as typed; numbers and capitals too."""
    words = _words(question, vocabulary)
    chosen, sure = _best(words, vocabulary)
    chosen = [form if _holds(words, chosen, n, vocabulary) else _NONE for n, form in enumerate(chosen)]
    changes = []
    for (
        word,
        form,
        certain,
    ) in zip(words, chosen, sure, strict=True):
        if form == _NONE or vocabulary.forms[form] == word.exact:
            continue
        read = _like(word.typed, vocabulary.forms[form])
        slip = word.slips[word.readings.index(form)]
        changes.append(Change(word.span, word.typed, read, certain and not slip))
    return Respelling(_applied(question, changes), tuple(changes))


def _applied(question: str, changes: Sequence[Change]) -> str:
    parts, at = [], 0
    for change in changes:
        parts += [question[at : change.span.start], change.read]
        at = change.span.end
    return "".join([*parts, question[at:]])


def _like(typed: str, form: str) -> str:
    """The form in the capitals of what was typed."""
    if typed[:1].isupper():
        return form.upper() if len(typed) > 1 and typed.isupper() else form[:1].upper() + form[1:]
    return form


def _words(question: str, vocabulary: Vocabulary) -> list[_Word]:
    found = list(_WORD.finditer(question))[:READ]
    exact = [_NUMBER if m[0].isdigit() else normalise(m[0]) for m in found]
    letters = [e for e in exact if e.isalpha()]
    marked = sum(e != fold(e) for e in letters) / max(1, len(letters))
    # The likelihood that a syllable without marks was meant to have some.
    dropped = 1 - marked / ORDINARY_MARKS if marked < USUAL_MARKS else FLOOR
    capitals = question.isupper()
    words = []
    for n, (m, word) in enumerate(zip(found, exact, strict=True)):
        joined = n > 0 and question[found[n - 1].end() : m.start()].isspace()
        name = m[0][:1].isupper() and not capitals
        readings = list(_readings(word, vocabulary, dropped, name))
        numbers, losses, slips = zip(*readings, strict=True)
        words.append(_Word(Span(*m.span()), m[0], word, joined, numbers, losses, slips))
    return words


def _readings(
    word: str, vocabulary: Vocabulary, dropped: float, name: bool
) -> Iterator[tuple[int, float, bool]]:
    """What a word may be read as: the number of the form, its loss, and whether that is a slip."""
    bare = fold(word)
    as_typed = vocabulary.numbers.get(word, _NONE)
    marked = vocabulary.folded.get(bare, ()) if word == bare else ()
    if as_typed != _NONE:
        yield as_typed, 0.0, False
    elif not marked:
        yield _NONE, _UNKNOWN, False
    if marked:
        loss = -float(np.log(dropped))
        yield from ((n, loss, dropped == FLOOR) for n in marked if n != as_typed)
    elif as_typed == _NONE:
        yield from _mended(word, bare, vocabulary, name)


def _mended(word: str, bare: str, vocabulary: Vocabulary, name: bool) -> Iterator[tuple[int, float, bool]]:
    """What an unknown word may be a slip for. A name is never one: that would make an unknown name a
    known one."""
    same = {
        n
        for key in _keys(word)
        for n in vocabulary.folded.get(fold(key[0]), ())
        if _key(vocabulary.forms[n]) == key
    }
    if same:
        yield from ((n, 0.0, word == bare) for n in same)
    elif not name and len(bare) in _LETTERS and bare.isalpha() and bare.isascii():
        near = vocabulary.folded.get(bare) or {
            n for b in _one_edit(bare) for n in vocabulary.folded.get(b, ())
        }
        yield from ((n, _SLIP, True) for n in near if is_syllable(vocabulary.forms[n]))


def _best(words: Sequence[_Word], vocabulary: Vocabulary) -> tuple[list[int], list[bool]]:
    """The most likely reading of all words together, and of each word whether it is beyond doubt."""
    if not words:
        return [], []
    total = vocabulary.counts.sum()
    alone = [
        np.array([vocabulary.counts[r] / total if r != _NONE else 1.0 for r in w.readings]) for w in words
    ]
    steps: list[Floats] = []
    for (left, right), share in zip(pairwise(words), alone[1:], strict=True):
        if not right.joined:
            steps.append(np.log(np.broadcast_to(share, (len(left.readings), len(share)))))
            continue
        often = vocabulary.together(left.readings, right.readings)
        before = np.array([vocabulary.before[r] if r != _NONE else 0.0 for r in left.readings])
        steps.append(np.log((often + PRIOR * share) / (before[:, None] + PRIOR)))
    losses = [np.array(w.losses) for w in words]
    forward = [np.log(alone[0]) - losses[0]]
    for step, loss in zip(steps, losses[1:], strict=True):
        forward.append((forward[-1][:, None] + step).max(axis=0) - loss)
    backward = [np.zeros(len(words[-1].readings))]
    for step, loss in zip(reversed(steps), reversed(losses[1:]), strict=True):
        backward.append((step + (backward[-1] - loss)[None, :]).max(axis=1))
    chosen, sure = [], []
    for word, there, on in zip(words, forward, reversed(backward), strict=True):
        through = there + on
        best = int(through.argmax())
        others = np.delete(through, best)
        chosen.append(word.readings[best])
        sure.append(not len(others) or bool(through[best] - others.max() >= np.log(SURE_ODDS)))
    return chosen, sure


def _holds(words: Sequence[_Word], chosen: Sequence[int], n: int, vocabulary: Vocabulary) -> bool:
    """Whether what a word is read as stands: names and slips need a neighbour that vouches for them."""
    word, form = words[n], chosen[n]
    if form == _NONE or vocabulary.forms[form] == word.exact:
        return True
    sides = []
    if word.joined and chosen[n - 1] != _NONE:
        sides.append(bool(vocabulary.together([chosen[n - 1]], [form])[0, 0]))
    if n + 1 < len(words) and words[n + 1].joined and chosen[n + 1] != _NONE:
        sides.append(bool(vocabulary.together([form], [chosen[n + 1]])[0, 0]))
    if word.slips[word.readings.index(form)]:
        return bool(sides) and (all(sides) if is_syllable(word.exact) else any(sides))
    if word.typed[:1].isupper() and n:
        return any(sides)
    return True


# --- how Vietnamese is spelled and typed -----------------------------------------------------------

_TONES = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_SYLLABLE = re.compile(
    "(?:b|ch?|d|đ|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu|r|s|th?|tr?|v|x)?"
    "(?:uyê|uya|uyu|uây|uôi|ươi|ươu|oai|oay|oao|oeo|iêu|yêu|iê|yê|uô|ươ|uâ|uê|uy|oa|oă|oe|oo|uơ|"
    "ia|ua|ưa|ai|ao|au|ay|âu|ây|eo|êu|iu|oi|ôi|ơi|ui|ưi|ưu|[aăâeêioôơuưy])"
    "(?:ch|c|ng|nh|m|n|p|t)?"
)
_MODIFIED = str.maketrans({"ă": "a", "â": "a", "ê": "e", "ô": "o", "ơ": "o", "ư": "u", "đ": "d"})


@lru_cache(maxsize=1 << 14)
def _key(form: str) -> tuple[str, str]:
    """A syllable without its tone, and the tone: the same wherever the tone was put."""
    split = unicodedata.normalize("NFD", nfc(form).casefold())
    tones = "".join(_TONES[c] for c in split if c in _TONES)
    return unicodedata.normalize("NFC", "".join(c for c in split if c not in _TONES)), tones


@lru_cache(maxsize=1 << 14)
def is_syllable(word: str) -> bool:
    """Whether a word is spelled as Vietnamese syllables are, whether or not there is such a word."""
    plain, tone = _key(word)
    return len(tone) <= 1 and _SYLLABLE.fullmatch(plain) is not None


def _keys(word: str) -> Iterator[tuple[str, str]]:
    """What a word says if its tone stands in an unusual place, or if it is the keys of Telex
    (``vawn phofng``) or VNI (``van8 phong2``) as they were struck."""
    yield _key(word)
    if word.isascii():
        struck = _from_vni(word) if any(c.isdigit() for c in word) else word
        key = struck and _from_telex(struck)
        if key:
            yield key


_VNI = str.maketrans("12345", "sfrxj")


def _from_vni(word: str) -> str | None:
    """The keys of Telex for those of VNI; None where they are not."""
    if not re.fullmatch(r"[a-z]+[1-9][a-z1-9]*", word):
        return None
    word = re.sub(r"^d([a-z1-8]*)9", r"dd\1", word)
    word = re.sub(r"([aeo])([a-z]*)6", r"\1\1\2", word)
    word = re.sub("[78]", "w", word)
    return None if re.search(r"\d", word.translate(_VNI)) else word.translate(_VNI)


def _from_telex(word: str) -> tuple[str, str] | None:
    m = re.fullmatch(r"(d(?=.*d)|[bcdghklmnpqrstvx]*)([aeiouyw].*)", word)
    if not m:
        return None
    start, rest = m[1], m[2]
    if start == "dd":
        start = "đ"
    elif start == "d" and rest.count("d") == 1:  # duongdf: the stroke struck late
        start, rest = "đ", rest.replace("d", "")
    tone = re.findall("[sfrxj]", rest)
    rest = re.sub("[sfrxj]", "", rest)
    rest = re.sub(r"([aeo])([a-z]*?)\1", lambda m: "âêô"["aeo".index(m[1])] + m[2], rest, count=1)
    if "w" in rest:
        rest = re.sub("w", "", rest) if re.search("[aou]", rest.replace("w", "")) else rest.replace("w", "u")
        for plain, horned in (("uo", "ươ"), ("ua", "ưa"), ("a", "ă"), ("o", "ơ"), ("u", "ư")):
            if plain in rest and not (plain == "ua" and start == "q"):
                rest = rest.replace(plain, horned, 1)
                break
    plain = start + rest
    if len(tone) > 1 or plain == word or _SYLLABLE.fullmatch(plain) is None:
        return None
    return plain, "".join(tone)


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
