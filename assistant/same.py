"""Are two questions the same question? For giving an answer that somebody has approved for the one to the
other, so a doubt is a no: a question that names another unit, year, class or person, or asks for something
else, is another one. Pure.

Both are brought to one order of words by what is certain of the language: who asks politely, where a time
stands, whether "of" is said, how a giving is turned. After that they must be the same words in the same
order. What only often means the same (``Sense.nearly``) needs a second proof: that the library answers both
with the very same words (``Rest``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.grammar import Form, form_of
from assistant.types import Answer
from ingest.mentions import names, people
from ingest.vietnamese import fold, nfc, normalise, tokens

#: The words that answer, each with its article and its place there.
Rest = frozenset[tuple[str, int, int, str]]


@dataclass(frozen=True, slots=True)
class Sense:
    """What a question asks: the ``form`` of the answer, and its words in one order, with everything that may
    stand anywhere (a time, "when", "where") behind. ``nearly`` is the same with near synonyms as one, and
    without the words that seldom matter."""

    form: Form
    words: tuple[str, ...]
    nearly: tuple[str, ...]


def rest(answer: Answer) -> Rest:
    """The marked words on which an answer rests: those of its first citation, or of all where it gathers
    several. Empty for a refusal, and where nothing is marked."""
    if answer.status != "answered":
        return frozenset()
    first = answer.citations[:1]
    shown = first if first and answer.statements[0].citations[:1] == (first[0].n,) else answer.citations
    return frozenset(
        (c.article, m.start, m.end, c.quote[m.start - c.start : m.end - c.start])
        for c in shown
        for m in c.marks
    )


def same(asked: Sense, known: Sense, of_asked: Rest, of_known: Rest, *, typed: bool, sure: bool) -> bool:
    """Whether a question is one that is known, by what both mean and by what the library's own answers to
    them rest on. Words that were not ``typed`` but read (marks put where there were none) prove nothing
    alone: the answers must rest on the same; where the known one had none, the reading must be ``sure``."""
    if asked.form is not known.form:
        return False
    proven = bool(of_known) and of_asked == of_known
    if asked.words == known.words:
        return typed or proven or (sure and not of_known)
    return proven and asked.nearly == known.nearly


def restores(typed: str, read: str) -> bool:
    """Whether a reading only puts marks on what was typed."""
    return [t.folded for t in tokens(typed)] == [t.folded for t in tokens(read)]


def depends_on_today(text: str) -> bool:
    """Whether the answer changes with the day on which it is asked."""
    return bool(_TODAY.search(normalise(text)))


_TODAY = re.compile(
    r"\b(?:(?:hôm|ngày|năm|tháng|tuần|quý) (?:nay|qua|kia|mai|ngoái|tới|sau|trước(?=[^\w]*$))"
    r"|ngày mai|sang năm|sắp tới|vừa qua|mới đây|cách đây"
    r"|(?:bao nhiêu|mấy) (?:năm|tháng|ngày) (?:rồi|nay|qua)|bao lâu rồi|(?:bao nhiêu|mấy) tuổi)\b"
)


# --- the parties -----------------------------------------------------------------------------------


def parties(text: str) -> tuple[tuple[str, ...], ...]:
    """The offices and people that a question names, each as its words, in order."""
    found = [(n.start, n.end) for n in names(text) if n.office and n.proper]
    found += [(p.start, p.end) for p in people(text) if not any(a <= p.start < b for a, b in found)]
    runs = (tuple(t.exact for t in tokens(text[a:b])) for a, b in sorted(found))
    return tuple(dict.fromkeys(run for run in runs if len(run) > 1))


def _placed(words: Sequence[str], runs: Sequence[tuple[str, ...]]) -> str:
    """The words in one line, every party as ``#`` with its number: nothing in a name is read as anything
    else."""
    said = list(words)
    for number, run in sorted(enumerate(runs), key=lambda r: -len(r[1])):
        n, i = len(run), 0
        while i + n <= len(said):
            if tuple(said[i : i + n]) == run:
                said[i : i + n] = [f"#{number}"]
            i += 1
    return f" {' '.join(said)} "


# --- one order of words ------------------------------------------------------------------------------


def _rules(table: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """A rule a line: a pattern of whole words, ``=>``, what stands for it."""
    found = []
    for line in table.strip().splitlines():
        pattern, _, said = (part.strip() for part in line.partition("=>"))
        found.append((re.compile(rf"(?<= )(?:{pattern})(?= )"), said))
    return tuple(found)


_I = "(?:tôi|em|mình|chúng tôi|anh|chị)"
_LEAD = re.compile(
    rf"^ (?:(?:xin chào|chào(?: bạn| nếp)?|xin hỏi|xin|dạ|thưa(?: anh| chị| đồng chí)?|"
    rf"(?:bạn|em|anh|chị|nếp) (?:ơi|à)|"
    rf"(?:hãy |vui lòng |làm ơn |nhờ )?(?:cho|giúp)(?: {_I})?(?: (?:hỏi|biết))+(?: (?:là|rằng|về))?|"
    rf"{_I} (?:muốn|cần)(?: được)? (?:hỏi|biết)(?: (?:là|rằng|về))?|thế|vậy) )+"
)
_TAIL = re.compile(
    rf"(?: (?:ạ|nhé|nha|nhỉ|vậy|thế|với|hả|à|(?:{_I} )?(?:xin )?(?:cảm|cám) ơn(?: bạn| nhiều)?))+ $"
)
_DAY, _MONTH, _YEAR = r"(\d{1,2})", r"(\d{1,2})", r"([12]\d{3})"
_NOUN = r"(?:[^\W\d?#@]\w* ?)+"

# Certain: each side means what the other does.
_CERTAIN = _rules(
    rf"""
    vp => văn phòng
    đ c => đồng chí
    (?:ngày |mùng )?{_DAY} (?:tháng )?{_MONTH} (?:năm )?{_YEAR} => @\3-\2-\1
    ngày {_DAY} tháng {_MONTH} => @\2-\1
    tháng {_MONTH} (?:năm )?{_YEAR} => @\2-\1
    nhiệm kỳ {_YEAR} {_YEAR} => @\1..\2
    năm {_YEAR} => @\1
    (?:vào |trong |lúc )?(?:ngày tháng năm|ngày tháng|ngày|hôm|khi|lúc|thời gian|thời điểm) nào => ?khi
    (?:vào |trong )?ngày (?:mấy|bao nhiêu) => ?khi
    (?:vào |lúc )?bao giờ => ?khi
    (?:vào |trong )?năm (?:nào|mấy|bao nhiêu) => ?năm
    (?:ở |tại )?(?:nơi|chỗ|địa điểm) nào => ?đâu
    (?:ở |tại )?đâu => ?đâu
    (?:vì|tại|do) sao => ?sao
    (?:như )?thế nào|ra sao|như nào => ?thế
    (?:người|đồng chí|vị) nào|ai => ?ai
    (?:là )?số (?:bao nhiêu|mấy) => số_?
    (?:(?:tổng )?số|số lượng) ({_NOUN})(?: của| ở| tại| thuộc)? (#\d) là bao nhiêu => ?mấy \1 \2
    bao nhiêu|(?<!hạng )(?<!thứ )(?<!khóa )(?<!lần )mấy => ?mấy
    cái gì|điều gì|những gì|gì => ?gì
    là \?ai|\?ai là => ?là_ai
    \?ai (?:(?:đang|hiện) )*(?:giữ|nắm|đảm nhiệm|đảm nhận) (?:chức(?: vụ| danh)?|cương vị) => ?là_ai
    (?:ông|bà|đồng chí|cô|chú|bác|anh|chị) (#\d) => \1
    tặng thưởng|trao tặng => tặng
    được tặng => được_tặng
    được (?:thành lập|lập ra) => thành lập
    (#\d) được (?!tặng |trao )((?:[^ @?#]+ ){{0,6}}?(?:[^ @#]+)) tặng => \2 tặng \1
    tặng ({_NOUN}) cho (#\d) => tặng \2 \1
    (#\d) thành lập => thành lập \1
    (?:ngày|thời gian|thời điểm) thành lập(?=.* \?khi ) => thành lập
    năm thành lập(?=.* \?năm ) => thành lập
    (#\d) có (\?mấy |)({_NOUN})(?= $| [@?]) => \2\3 \1
    """
)
#: What says nothing where it stands.
_EMPTY = frozenset("là thì của đã vào ở tại có các những trong".split())
#: What makes of a time or a place another one: it goes with it.
_BEFORE = frozenset("từ đến tới trước sau hết khỏi về qua khoảng ngoài".split())
#: What may stand anywhere in a question.
_FREE = re.compile(r"@.*|\?(?:khi|năm|đâu|sao|là_ai)")
# What often means the same.
_NEAR = _rules(
    r"""
    ra đời => thành lập
    (#\d) thành lập => thành lập \1
    (?:ngày|thời gian|thời điểm) thành lập(?=.* \?khi ) => thành lập
    (?:vinh dự )?(?:được )?(?:đón nhận|nhận được|nhận|trao) => được_tặng
    trao => tặng
    vinh dự được_tặng => được_tặng
    ((?:[^ @?#]+ )+)được_tặng (?:cho )?(#\d) => \2 được_tặng \1
    nào => ?gì
    (?:nằm|đặt|đóng)(?= \?đâu | $) =>
    bắt đầu|hiện nay|hiện tại|hiện|đang|bây giờ|chính thức|cụ thể|tất cả|tổng cộng =>
    """
)


def _applied(line: str, rules: Iterable[tuple[re.Pattern[str], str]]) -> str:
    for pattern, said in rules:
        line = f" {' '.join(pattern.sub(said, line).split())} "
    return line


@lru_cache(maxsize=1 << 12)
def sense(text: str, runs: tuple[tuple[str, ...], ...]) -> Sense:
    """What a question asks, where the ``runs`` are parties (see ``parties``): those of one of the two
    questions that are compared."""
    text = nfc(text)
    line = _placed([t.exact for t in tokens(text)], runs)
    line = _TAIL.sub(" ", _LEAD.sub(" ", line))
    line = _applied(line, _CERTAIN)
    return Sense(form_of(normalise(text), False), _ordered(line), _ordered(_applied(line, _NEAR)))


def _ordered(line: str) -> tuple[str, ...]:
    """The words without the empty ones; what may stand anywhere at the end, each with the word that belongs
    to it. Two times are told apart by where they stand, and stay there."""
    words = [w for w in line.split() if w not in _EMPTY]
    times = sum(w.startswith("@") for w in words)
    kept: list[str] = []
    free: list[str] = []
    for word in words:
        if not _FREE.fullmatch(word):
            kept.append(word)
        elif kept and kept[-1] in _BEFORE:
            free.append(f"{kept.pop()} {word}")
        elif word.startswith("@") and times > 1:
            kept.append(word)
        else:
            free.append(word)
    return (*kept, *sorted(free))


def key(text: str) -> str:
    """One text for questions of the same words, however they are spelled: of the same entry in a list."""
    told = sense(text, parties(text))
    names = " ".join(" ".join(run) for run in parties(text))
    return fold(f"{told.form.name} {' '.join(told.words)} {names}")
