"""What is asked: the question made whole from the conversation, the kind of answer it expects, the
names that the evidence must be about, and the words that it must be found by. Pure.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

from assistant.types import Turn
from ingest.errors import BadQuestion
from ingest.mentions import awards, documents, names, people, post
from ingest.vietnamese import dates, fold, has_marks, nfc, normalise, tokens
from vectorstore.types import Hit

#: More than any question needs; a pasted document is not a question.
MAX_CHARACTERS = 2_000


class Kind(Enum):
    """The kind of answer that a question expects. The value is what a refusal calls it."""

    DATE = "ngày tháng"
    YEAR = "năm"
    NUMBER = "con số"
    ORDINAL = "thứ tự"
    AWARD = "phần thưởng, danh hiệu"
    PERSON = "tên người"
    AGENT = "người hoặc cơ quan"
    PLACE = "địa điểm"
    UNIT = "cơ quan, đơn vị"
    QUOTE = "câu nói"
    MOTTO = "phương châm, khẩu hiệu"
    NAME = "tên gọi"
    OFFICE = "chức vụ"
    DOCUMENT = "văn bản"
    FUNCTION = "chức năng, nhiệm vụ"
    OTHER = "nội dung"


# What asks, by kind, in the order in which it is looked for: the first that fits a stretch of the
# question wins it. Matched against the normalised question, or folded against one typed bare.
_ASKING: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (
        Kind.DATE,
        (
            r"(?:ngày tháng năm|ngày tháng|ngày) (?:nào|mấy|bao nhiêu|gì)",
            r"(?:khi|lúc|hôm|dịp|thời gian|thời điểm) nào|bao giờ|when|(?:what|which) (?:date|day)",
        ),
    ),
    (Kind.YEAR, (r"(?:từ |vào |trong )?(?:tháng|năm|thế kỷ) (?:nào|mấy|bao nhiêu)|(?:what|which) year",)),
    (
        Kind.AWARD,
        (
            r"(?<!xếp )hạng (?:mấy|nào|gì)|(?:what|which) (?:awards?|medals?)",
            r"(?:phần thưởng|huân chương|bằng khen|danh hiệu|khen thưởng|giải thưởng|huy chương)"
            r"(?: \w+ \w+)? (?:gì|nào)",
            r"(?:tặng|thưởng|trao tặng|khen|nhận)(?: những| các)? gì",
        ),
    ),
    (Kind.ORDINAL, (r"(?:lần )?thứ (?:mấy|bao nhiêu)",)),
    (Kind.NUMBER, (r"bao nhiêu|số lượng|how (?:many|much)|mấy(?= \w)",)),
    (
        Kind.PERSON,
        (
            r"là ai|ai (?:đang |đã )?(?:là|làm|giữ)\b|who (?:is|was|are|were)",
            r"(?:người|ông|bà|vị|đồng chí) nào",
        ),
    ),
    (Kind.AGENT, (r"\bai\b|\bwho\b",)),
    (
        Kind.PLACE,
        (
            r"(?:ở|tại) đâu\b|đâu(?=\W*$|,)|(?:(?:ở|tại) )?(?:nơi|chỗ|địa điểm|địa phương) nào|where",
            r"(?:(?:ở|tại) )?(?:đường|phố|tỉnh|huyện|xã|thành phố|quận|phường|nước|quốc gia) nào",
        ),
    ),
    (Kind.UNIT, (r"(?:cơ quan|đơn vị|tổ chức|văn phòng|ban|công ty|đội|nhóm)(?: \w+ ủy)? nào",)),
    (
        Kind.QUOTE,
        (
            r"(?:nói|căn dặn|khuyên)(?! (?:về|đến|tới|lên)\b)(?: \w+){0,2} (?:gì|thế nào|ra sao)",
            r"(?:câu nói|lời dạy|lời căn dặn|lời dặn)(?=.* (?:gì|nào))",
        ),
    ),
    (Kind.MOTTO, (r"(?:phương châm|khẩu hiệu|tôn chỉ)(?=.* (?:gì|nào))|motto",)),
    (
        Kind.NAME,
        (
            r"tên(?: gọi)?(?: đầy đủ| chính thức| thật| khác)?(?: là)? gì|gọi là gì",
            r"mang tên (?:là )?gì|\btên\b(?=.* gì)",
        ),
    ),
    (Kind.OFFICE, (r"chức (?:vụ|danh)?(?: \w+)? ?(?:gì|nào)|giữ chức",)),
    (
        Kind.DOCUMENT,
        (r"(?:văn bản|nghị quyết|chỉ thị|quyết định|đề án|kết luận)(?: số)? (?:nào|gì|mấy|bao nhiêu)",),
    ),
    (Kind.FUNCTION, (r"(?:chức năng|nhiệm vụ)(?=.* (?:gì|nào|ra sao))",)),
)
# The same for questions with their marks alone: bare, "dạy" is also đầy, đây and dãy.
_ASKING_MARKED: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (Kind.QUOTE, (r"(?:dặn|dạy)(?: \w+){0,2} (?:gì|thế nào|ra sao)",)),
)
# Kinds whose asking is answered by the kind itself: a date answers "ngày nào" without the word "ngày".
# "Huân chương gì" on the other hand wants a huân chương.
_SAID_BY_KIND = frozenset(
    {
        Kind.DATE,
        Kind.YEAR,
        Kind.NUMBER,
        Kind.PERSON,
        Kind.AGENT,
        Kind.MOTTO,
        Kind.NAME,
        Kind.OFFICE,
        Kind.ORDINAL,
        Kind.QUOTE,
    }
)
# Words of asking that say nothing of what is asked for.
_ASKING_WORDS = (
    r"là gì|(?:như )?thế nào|ra sao|vì sao|tại sao|(?:thì|như) sao|(?:phải|đúng|hay) không|"
    r"(?:hãy |xin |vui lòng )?cho (?:tôi |em |mình |chúng tôi )?(?:biết|hỏi)|"
    r"liệt kê|kể tên|trình bày|so sánh|\bnêu\b|\bgì\b|\bnào\b|\bsao\b"
)
_STOP = frozenset(
    normalise(w)
    for w in """là của được có đã và các những cho với trong ở tại vào về theo khi thì mà này đó ấy kia
    hãy xin tôi em anh chị ạ nhé vậy bị do bởi từ đến để một sự việc như còn nữa cũng bằng trên dưới ra
    lên đang sẽ rằng nhưng hoặc hay cùng tới qua lại rất bao nhiêu mấy ai đâu nào gì sao thế làm nên từng
    vẫn đều thuộc gồm điều the of a an in on at is was were are to and for by did does do what which how
    many much when where who whom with from it its their be been has have had that this""".split()
)
# The office asked about, which nearly every sentence of its articles names, and what a motto is called.
_OFFICE = (
    r"\b(?:văn phòng )?(?:(?:tỉnh|thành|huyện|quận|thị|đảng|cấp|khu) ủy|đảng bộ|chi bộ|ủy ban nhân dân|ubnd|"
    r"hội đồng nhân dân|hđnd|trung ương(?: đảng)?)\b|\bvăn phòng\b|\b(?:phương châm|khẩu hiệu|tôn chỉ)\b"
)
# Words that open a question with a capital before a name: "Trước Cách mạng tháng Tám".
_OPENING_WORDS = _STOP | frozenset("trước sau người theo ngoài nhà đội cuộc trận giữa nhờ liệu".split())
# What ends the name of the things counted: "bao nhiêu chỉ thị | trong nhiệm kỳ này".
_ENDS_COUNT = frozenset(
    """trong vào từ của được đã là ở tại cho khi và để do bị với về đến mà thì trên có in of did were
    was are""".split()
)
# Bare, these are words of grammar too seldom to be dropped: "van" is vẫn, but văn far more often.
_AMBIGUOUS_BARE = frozenset("van chi lam len hay dang thuoc den nen ban su vay ra".split())
_SEVERAL = r"\b(?:những|các) (?:\w+ ){1,4}(?:nào|gì)\b|\bliệt kê\b|\bkể tên\b|\bso sánh\b|\bgồm những\b"


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is understood.

    ``text`` is the whole question, ``asked`` what was typed; they differ where a follow-up was
    completed from the conversation. ``kinds`` are the kinds of answer expected, at least one, in the
    order asked for. ``names`` are the proper names the evidence must be about, ``years`` the years,
    ``awards`` the awards with their class as far as given, folded. ``suspects`` are what may be the
    names of places in a bare question: two syllables behind a committee.
    ``words`` are the terms that say what is asked for (see ``vietnamese.terms``), without the names;
    those in ``office_words`` say which office (Văn phòng Tỉnh ủy …) rather than what of it, or only
    what kind of thing is asked for ("phương châm"); those in ``topic`` stand after "về". ``post`` is
    the post that is asked about, None where none is. ``counted`` are the first syllables of what a
    number should count; ``had`` tells that it is asked how many of them there are, not how many did
    something. All of these are folded where the question is ``bare``, typed without diacritics, and in
    ``normalise``d form else. ``several`` asks for every instance rather than for one.
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
    return _parse(asked, _complete(asked, history, units))


def recognise(question: Question, hits: Sequence[Hit]) -> Question:
    """A question typed without diacritics, with the names in it that its hits write with capitals:
    they are what it is about, no longer words to be found. Any other question as it is."""
    if not question.bare:
        return question
    read = f" {' '.join(t.folded for t in tokens(question.text))} "
    sources = {text for h in hits for text in (h.text, h.article.title, h.article.unit or "")}
    known = {part.of(text) for text in sources for name in names(text) for part in name.proper}
    found = [n for n in sorted(known, key=len, reverse=True) if " " in n and f" {fold(n)} " in read]
    found = [n for i, n in enumerate(found) if not any(fold(n) in fold(m) for m in found[:i])]
    rest = {w for n in found for w in fold(n).split()}
    words = tuple(w for w in question.words if not rest & set(w.split("_")))
    return replace(question, names=tuple(found), words=words)


# --- the kind, the names, the words --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Grammar:
    """The tables above in the spelling of one question: with marks, or folded."""

    asking: tuple[tuple[re.Pattern[str], Kind], ...]
    asking_words: re.Pattern[str]
    several: re.Pattern[str]
    office: re.Pattern[str]
    topic: re.Pattern[str]
    counting: re.Pattern[str]
    had: re.Pattern[str]
    stop: frozenset[str]
    ends_count: frozenset[str]


@lru_cache(maxsize=2)
def _grammar(bare: bool) -> _Grammar:
    # The patterns hold no capital class (\\S, \\W), so folding them folds the words alone.
    spell = fold if bare else str
    return _Grammar(
        asking=tuple(
            (re.compile(rf"\b(?:{spell('|'.join(patterns))})"), kind)
            for kind, patterns in (*_ASKING, *(() if bare else _ASKING_MARKED))
        ),
        asking_words=re.compile(spell(_ASKING_WORDS)),
        several=re.compile(spell(_SEVERAL)),
        office=re.compile(spell(_OFFICE)),
        topic=re.compile(spell(r"\bvề (.+)")),
        counting=re.compile(spell(r"(?:bao nhiêu|mấy|how many) (.*)")),
        had=re.compile(
            spell(r"\bcó bao nhiêu(?:,? \w+){1,4}\W*$|how many (?:\w+ ){1,3}(?:are|does|do|has)\b")
        ),
        stop=frozenset(map(spell, _STOP)) - _AMBIGUOUS_BARE if bare else _STOP,
        ends_count=frozenset(map(spell, _ENDS_COUNT)),
    )


# What follows a committee and is no place: what it did, or what is asked of it.
_DEEDS = "|".join(
    """duoc co la tang hop nhan tham nam hien dat ra o tai va voi cho trong gom giu tuyen ve theo khi do thi
    nao gi vien to ban thanh ky phuc quyet chi lanh vinh bao lap nay cua den tu trao khen""".split()
)
_BEHIND_COMMITTEE = re.compile(
    r"\b(?:tinh|thanh|huyen|quan|thi|dang|khu) uy "
    rf"(?!(?:(?:da|dang|se) )?(?:{_DEEDS})\b)([a-z]+ [a-z]+)\b"
)
_ADDRESS = r"(?i:đồng chí|đ/c|ông|bà|anh|chị|bác) "


def _parse(asked: str, text: str) -> Question:
    bare = not has_marks(text)
    grammar = _grammar(bare)
    read = fold(text) if bare else normalise(text)
    kinds, rest = _kinds(read, grammar)
    names = _proper_names(text)
    form = fold if bare else normalise
    for name in names:
        rest = re.sub(rf"\b{re.escape(form(name))}\b", "|", rest)
    counting = grammar.counting.search(read)
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
        words=_words(rest, grammar.stop),
        office_words=_office_words(read, grammar),
        topic=frozenset(_words(" ".join(m[1] for m in grammar.topic.finditer(rest)), grammar.stop)),
        post=post(text, bare=bare),
        counted=_first_words(counting[1], grammar.ends_count) if counting else (),
        had=bool(grammar.had.search(read)),
        awards=_awards(text),
        several=bool(grammar.several.search(read)),
        bare=bare,
    )


def _office_words(read: str, grammar: _Grammar) -> frozenset[str]:
    return frozenset(w for m in grammar.office.finditer(read) for w in _words(m[0], frozenset()))


def _kinds(read: str, grammar: _Grammar) -> tuple[tuple[Kind, ...], str]:
    """The kinds asked for, in order, and the question with the words of asking blanked out; the
    ``|`` that stands for them keeps the words on its two sides from forming a term. What is named in
    the asking stays: "huân chương gì" is about a huân chương."""
    found: list[tuple[int, Kind]] = []
    taken: list[tuple[int, int]] = []
    for pattern, kind in grammar.asking:
        for m in pattern.finditer(read):
            if not any(start < m.end() and m.start() < end for start, end in taken):
                found.append((m.start(), kind))
                taken.append((m.start(), m.end()))
    for (start, end), kind in zip(taken, (k for _, k in found), strict=True):
        if kind in _SAID_BY_KIND:
            read = read[:start] + "|" * (end - start) + read[end:]
    rest = grammar.asking_words.sub(lambda m: "|" * len(m[0]), read)
    return tuple(dict.fromkeys(kind for _, kind in sorted(found, key=lambda f: f[0]))), rest


def _words(rest: str, stop: frozenset[str]) -> tuple[str, ...]:
    words: list[str] = []
    last = None
    for token in tokens(rest):
        if token.exact in stop:
            last = None
            continue
        words.append(token.exact)
        if last is not None and rest[last.end : token.start] == " ":
            words.append(f"{last.exact}_{token.exact}")
        last = token
    return tuple(dict.fromkeys(words))


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


# Not "Bác", which is how one man is named.
_HONORIFIC = re.compile(r"^(?:Ông|Bà|Anh|Chị|Cô|Chú) ")


def _proper_names(text: str) -> tuple[str, ...]:
    found = []
    codes = list(documents(text))
    for name in names(text):
        for part in name.proper:
            if any(c.start <= part.start < c.end for c in codes):
                continue  # the letters of a document's number
            words = part.of(text)
            first_capital = name.opens and part.start == name.start
            # "Trụ sở …" begins with a capital by grammar, "Phan Hồng Vân …" by right.
            if _HONORIFIC.match(words):
                words = _HONORIFIC.sub("", words)
            elif first_capital and normalise(words.split()[0]) in _OPENING_WORDS:
                words = " ".join(words.split()[1:])
            elif first_capital and " " not in words:
                words = ""
            if words:
                found.append(words)
    return tuple(dict.fromkeys(found))


# --- follow-ups ----------------------------------------------------------------------------------
# The patterns are matched on the folded text, letter for letter as long as the text itself, so that
# they serve questions typed with and without marks, and what they find can be replaced.

_HOW_ABOUT = re.compile(
    r"^(?:the |vay )?con (?:o |tai |voi |cua |ve |doi voi )?(?P<what>.+?)"
    r"(?: (?:thi sao|the nao|ra sao|thi the nao))?[ ?]*$|^(?P<other>.+?) thi sao[ ?]*$"
)
_PERSON_PRONOUN = re.compile(r"\b(?:ong|ba|anh|chi|co|dong chi|nguoi|vi)(?: ay| nay| do| ta)\b")
_UNIT_PRONOUN = re.compile(
    r"\b(?:co quan|don vi|van phong|noi|to chuc|ban|cho) (?:ay|nay|do|tren)\b"
    r"|(?:(?<=\bo )|(?<=\btai ))(?:do|day)\b"
)
#: A question with fewer words of its own than this leans on the one before it.
_FEWEST_WORDS = 2


def _even_fold(text: str) -> str:
    return "".join((fold(c) or c)[0] for c in text)


def _complete(asked: str, history: Sequence[Turn], units: Sequence[str]) -> str:
    """The question with what it lacks taken from the last question and the last answer."""
    before = _last(history, "user")
    if before is None:
        return asked
    said = _last(history, "assistant") or ""
    folded = _even_fold(asked)
    how_about = _HOW_ABOUT.search(folded)
    if how_about:
        group = "what" if how_about["what"] else "other"
        return _in_place(before, asked[how_about.start(group) : how_about.end(group)], units)
    # The office first: "đơn vị này" holds "vị này".
    pronoun = _UNIT_PRONOUN.search(folded)
    if pronoun:
        unit = next((n for t in (before, said) for n in _unit_names(t)), None)
        return _replace(asked, pronoun.span(), unit) if unit else asked
    pronoun = _PERSON_PRONOUN.search(folded)
    if pronoun:
        person = next((p.of(t) for t in (said, before) for p in people(t)), None)
        return _replace(asked, pronoun.span(), person) if person else asked
    question = _parse(asked, asked)
    if not question.names and sum("_" not in w for w in question.words) < _FEWEST_WORDS:
        return f"{before.rstrip(' ?.!')} — {asked[0].lower()}{asked[1:]}"
    return asked


def _last(history: Sequence[Turn], role: str) -> str | None:
    content = next((t.content for t in reversed(history) if t.role == role and t.content.strip()), None)
    return None if content is None else " ".join(nfc(content).split())


def _replace(text: str, span: tuple[int, int], words: str) -> str:
    """The text with other words in place of the span; bare words if the text is bare."""
    return text[: span[0]] + (words if has_marks(text) else fold(words)) + text[span[1] :]


def _unit_names(text: str) -> Iterator[str]:
    """The offices a text names with their place: ``Văn phòng Thành ủy Cần Thơ``."""
    for name in names(text):
        if name.office and name.proper:
            yield text[name.start : name.end]


def _in_place(before: str, what: str, units: Sequence[str]) -> str:
    """The question before, asked of something else: of another office, year or person."""
    folded = fold(what)
    unit = next((u for u in units if f" {folded} " in f" {fold(u)} " or fold(u) in folded), None)
    year = next((d for d in dates(what) if d.year), None)
    old_year = next((d for d in dates(before) if d.year), None)
    if year and old_year and not unit:
        return _replace(before, (old_year.start, old_year.end), what[year.start : year.end])
    if unit and not has_marks(before):
        old = next((u for u in units if fold(u) in fold(before)), None)
        if old:
            return fold(before).replace(fold(old), fold(unit))
    for name in names(before):
        if name.proper and not (name.opens and not name.office and " " not in before[name.start : name.end]):
            if unit and name.office:
                return _replace(before, (name.start, name.end), unit)
            span = name.proper[-1]
            new = next((p.of(what) for n in names(what) for p in n.proper[-1:]), what)
            return _replace(before, (span.start, span.end), new)
    return f"{before.rstrip(' ?.!')} — {what}"
