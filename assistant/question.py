"""What is asked: the question made whole from the conversation, the kind of answer it expects, the
names that the evidence must be about, and the words that it must be found by. Pure.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant import english, talk
from assistant.followup import complete
from assistant.grammar import (
    Form,
    Kind,
    asked_about,
    form_of,
    grammar,
    head_of,
    kinds_of,
    proper_names,
    words_of,
)
from assistant.types import Turn
from ingest.errors import BadQuestion
from ingest.mentions import awards, documents, names, post
from ingest.vietnamese import dates, fold, has_marks, nfc, normalise, tokens
from vectorstore.types import Hit

__all__ = ["MAX_CHARACTERS", "Form", "Kind", "Question", "recognise", "understand"]

#: More than any question needs; a pasted document is not a question.
MAX_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is understood.

    ``text`` is the whole question, ``asked`` what was typed; they differ where a follow-up was
    completed from the conversation, and where English was read as Vietnamese. ``kinds`` are the kinds
    of answer expected, at least one, in the order asked for. ``names`` are the proper names the
    evidence must be about, ``years`` the years, ``awards`` the awards with their class as far as given,
    folded. ``suspects`` are what may be the names of places in a bare question: two syllables behind a
    committee.
    ``words`` are the terms that say what is asked for (see ``vietnamese.terms``), without the names;
    those in ``office_words`` say which office (Văn phòng Tỉnh ủy …) rather than what of it, or only
    what kind of thing is asked for ("phương châm"); those in ``topic`` stand after "về". ``post`` is
    the post that is asked about, None where none is. ``counted`` are the first syllables of what a
    number should count; ``had`` tells that it is asked how many of them there are, not how many did
    something. All of these are folded where the question is ``bare``, typed without diacritics, and in
    ``normalise``d form else. ``several`` asks for every instance rather than for one.

    ``form`` is the form of the answer. ``compares`` are the units or names that are compared, as the
    question or the library writes them, empty where nothing is; a single one where the other could not
    be told. ``head`` are the syllables of the noun asked for (("giải", "thưởng") of "giải thưởng nào"),
    empty where none is named, and ``documents`` the documents named by their number, folded; both
    spelled like ``words`` else. ``english`` tells that it was asked in English. ``talk`` names the
    small talk that the whole message is (see ``assistant.talk``), None for a question.
    """

    asked: str
    text: str
    kinds: tuple[Kind, ...]
    names: tuple[str, ...]
    suspects: tuple[str, ...]
    years: tuple[int, ...]
    words: tuple[str, ...]
    office_words: frozenset[str]
    topic: frozenset[str]
    post: str | None
    counted: tuple[str, ...]
    had: bool
    awards: tuple[str, ...]
    several: bool
    bare: bool
    form: Form = Form.ONE
    compares: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    english: bool = False
    talk: talk.Talk | None = None


def understand(asked: str, history: Sequence[Turn] = (), units: Sequence[str] = ()) -> Question:
    """The question as it is understood after the turns before it. ``units`` are the names of the
    offices the library knows: a follow-up that names a place means that place's office.

    Raises BadQuestion for one that is empty, longer than MAX_CHARACTERS or without a word.
    """
    if len(asked) > MAX_CHARACTERS:
        raise BadQuestion(
            f"Câu hỏi dài {len(asked)} ký tự, quá giới hạn {MAX_CHARACTERS} ký tự. "
            "Xin rút gọn câu hỏi rồi thử lại."
        )
    asked = " ".join(nfc(asked).split())
    if not asked:
        raise BadQuestion("Câu hỏi đang trống. Xin gõ câu hỏi rồi thử lại.")
    if not any(not t.is_number for t in tokens(asked)):
        raise BadQuestion("Câu hỏi chưa có chữ nào. Xin đặt câu hỏi bằng lời.")
    said = talk.recognise(asked)
    text = asked if said else asked_about(complete(asked, history, units))
    return replace(_parse(asked, text, units), english=english.is_english(asked), talk=said)


def recognise(question: Question, hits: Sequence[Hit]) -> Question:
    """A question typed without diacritics or without capitals, or asked in English, with the names in it that
    its hits write with capitals: they are what it is about, no longer words to be found. Any other question
    as it is."""
    if not (question.bare or question.english or question.text.islower()):
        return question
    # Who types marks means them: "lượng" is no part of "Lương".
    spell = fold if question.bare or question.english else normalise
    read = f" {' '.join(spell(question.text[t.start : t.end]) for t in tokens(question.text))} "
    sources = {text for h in hits for text in (h.text, h.article.title, h.article.unit or "")}
    known = {part.of(text) for text in sources for name in names(text) for part in name.proper}
    found = [
        n
        for n in sorted(known, key=lambda n: (-len(n), n.isupper(), n))
        if " " in n and f" {spell(n)} " in read
    ]
    found = [n for i, n in enumerate(found) if not any(fold(n) in fold(m) for m in found[:i])]
    # What an English question writes with capitals is a name, whether the hits have it or not.
    others = [n for n in question.names if not any(fold(n) in fold(m) or fold(m) in fold(n) for m in found)]
    rest = {w for n in found for w in spell(n).split()}
    words = tuple(w for w in question.words if not rest & set(spell(w).split("_")))
    return replace(question, names=(*found, *others), words=words)


# --- the kind, the names, the words --------------------------------------------------------------


# What follows a committee and is no place: what it did, or what is asked of it.
_DEEDS = "|".join(
    """duoc co la tang hop nhan tham nam hien dat ra o tai va voi cho trong gom giu tuyen ve theo khi do thi
    nao gi vien to ban thanh ky phuc quyet chi lanh vinh bao lap nay cua den tu trao khen khac so""".split()
)
_BEHIND_COMMITTEE = re.compile(
    r"\b(?:tinh|thanh|huyen|quan|thi|dang|khu) uy "
    rf"(?!(?:(?:da|dang|se) )?(?:{_DEEDS})\b)([a-z]+ [a-z]+)\b"
)
_ADDRESS = r"(?i:đồng chí|đ/c|ông|bà|anh|chị|bác) "


def _parse(asked: str, text: str, units: Sequence[str]) -> Question:
    bare = not has_marks(text)
    here = grammar(bare)
    read = fold(text) if bare else normalise(text)
    kinds, rest = kinds_of(read, bare)
    names = proper_names(text)
    form = form_of(read, bare)
    spell = fold if bare else normalise
    for name in names:
        rest = re.sub(rf"\b{re.escape(spell(name))}\b", "|", rest)
    counting = here.counting.search(read)
    if Kind.PERSON in kinds and re.match(
        rf"(?:{_ADDRESS})?(?:{'|'.join(map(re.escape, names)) or '$.'}) là ai\b", text
    ):
        # "Trần Văn Bình là ai?" has the name and wants what he is.
        kinds = tuple(Kind.OFFICE if k is Kind.PERSON else k for k in kinds)
    return Question(
        asked=asked,
        text=text,
        kinds=kinds or (Kind.OTHER,),
        names=names,
        suspects=tuple(m[1] for m in _BEHIND_COMMITTEE.finditer(read)) if bare else (),
        years=tuple(d.year for d in dates(text) if d.year),
        words=words_of(rest, here.stop),
        office_words=frozenset(w for m in here.office.finditer(read) for w in words_of(m[0], frozenset())),
        topic=frozenset(words_of(" ".join(m[1] for m in here.topic.finditer(rest)), here.stop)),
        post=post(text, bare=bare),
        counted=_first_words(counting[1], here.ends_count) if counting else (),
        had=bool(here.had.search(read)),
        awards=_awards(text),
        several=form in (Form.LIST, Form.COMPARISON),
        bare=bare,
        form=form,
        compares=_compared(text, names, units) if form is Form.COMPARISON else (),
        head=head_of(read, bare),
        documents=tuple(dict.fromkeys(fold(d.of(text)) for d in documents(text))),
    )


def _compared(text: str, proper: Sequence[str], units: Sequence[str]) -> tuple[str, ...]:
    """What is compared, in the order of the question: the library's units that it names, the offices
    and the other names it writes with capitals."""
    read = f" {' '.join(t.folded for t in tokens(text))} "
    at: dict[str, int] = {}
    for unit in units:
        for name in names(unit):
            for part in name.proper[-1:]:
                place = f" {fold(part.of(unit))} "
                if place in read:
                    at.setdefault(unit, read.index(place))
    for name in names(text):
        for part in name.proper[-1:]:
            place = f" {fold(part.of(text))} "
            whole = text[name.start : name.end] if name.office else part.of(text)
            taken = any(place in f" {fold(known)} " for known in at)
            if part.of(text) in proper and not taken and place in read:
                at[whole] = read.index(place)
    return tuple(sorted(at, key=at.__getitem__))


# "Phần thưởng", "danh hiệu" and "giải thưởng" ask for any award.
_ANY_AWARD = re.compile(r"^(?:danh hieu|giai thuong|phan thuong)$")


def _awards(text: str) -> tuple[str, ...]:
    """The awards a question names, folded, as far as it names them: "huan chuong", "huan chuong lao
    dong hang ba". From a bare question, by their first word alone."""
    named = [re.sub(r" hang$", "", fold(a.of(text))) for a in awards(text)]
    bare = _BARE_AWARD.findall(fold(text)) if not named else []
    return tuple(dict.fromkeys(a for a in [*named, *bare] if not _ANY_AWARD.match(a)))


_BARE_AWARD = re.compile(
    r"\b(?:huan chuong(?: (?:lao dong|doc lap|khang chien|quan cong|chien cong|sao vang))?"
    r"(?: hang (?:nhat|nhi|ba))?|huy chuong|bang khen|giay khen|ky niem chuong|co thi dua)\b"
)


def _first_words(text: str, ends: frozenset[str]) -> tuple[str, ...]:
    """The first three syllables at most, up to one that ends the name of what is counted."""
    return tuple(
        itertools.islice(itertools.takewhile(lambda w: w not in ends, (t.exact for t in tokens(text))), 3)
    )
