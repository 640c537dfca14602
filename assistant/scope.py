"""Is a stretch of text about what the question names? Pure.

Near-identical sentences stand in the articles of many offices: the office, the year and the award
of the evidence must be those asked about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.asked import Asked, has
from assistant.texts import read
from assistant.timing import tells_of
from ingest.types import Article
from ingest.vietnamese import fold
from vectorstore.respell import is_syllable

#: How apt a stretch is that speaks of one office when the question names none.
PARTICULAR = 0.93

#: How apt a stretch is whose article never names the year asked about; none at all where an office is asked
#: about or its article is, whose years are what it differs in from others.
UNDATED = 0.6
#: How apt one is that tells of another year than the one asked about, of which its paragraph tells too.
ANOTHER_YEAR = 0.5

#: How apt one is that has a word of a name which its article has in parts only, and one whose article never
#: has it, which may spell it otherwise; none at all among the articles of offices.
IN_PARTS, UNNAMED = 0.5, 0.05

_NUMBER = re.compile(r"\d+")

#: What makes a name that of a body rather than of a post, folded.
BODY = re.compile(r"\b(?:uy|van phong|ubnd|hdnd|uy ban|hoi dong|ban|dang bo|so|cuc|chi bo)\b")
#: The committees by whose level a body is told from another, folded.
COMMITTEE = re.compile(r"\b(?:trung uong|cap uy|(?:tinh|thanh|huyen|quan|thi|dang|khu) uy)\b")


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a stretch: its article, and folded its unit, its title with its unit, its
    paragraph and the whole text; and whether it is a line of a list or a table."""

    article: Article
    unit: str
    title: str
    block: str
    whole: str
    is_line: bool = False


@lru_cache(1 << 13)
def _places_of_bodies(text: str) -> tuple[str, ...]:
    """The names proper, folded, of the offices that a text names with their place."""
    persons = read(text).people
    return tuple(
        fold(part.of(text))
        for name in read(text).names
        if BODY.search(fold(text[name.start : name.end]))
        for part in name.proper
        if part not in persons
    )


def names_another(text: str, asked: Asked, article: Article) -> bool:
    """Whether the text names an office of another place than the question does, or the article that
    the question's names lead to."""
    places = _places_of_bodies(text)
    if not places:
        return False
    own = " ".join(
        [*(n for forms in asked.names for n in forms), fold(article.unit or "") if asked.names else ""]
    )
    return any(place not in own for place in places)


# "Bà bắt đầu …": a title alone, for the person of whom the sentence before tells.
_PRONOUN = re.compile(r"(?P<title>Ông|Bà|Anh|Chị|Cô|Cụ|Chú|Bác|Đồng chí) (?=[a-zà-ỹđ])")
#: How far back such a person is named, in characters.
_MEANT_WITHIN = 600


def meant(article: Article, start: int) -> tuple[str, ...]:
    """Whom the pronoun means with which a stretch at ``start`` begins, as the article names them, folded, the
    one named last; none where it begins with none, or nobody is named shortly before."""
    pronoun = _PRONOUN.match(article.text, start)
    if not pronoun:
        return ()
    before = [p for p in read(article.text).people if start - _MEANT_WITHIN <= p.start and p.end <= start]
    title = re.compile(rf"\b{pronoun['title']} $", re.IGNORECASE)
    titled = [p for p in before if title.search(article.text[max(0, p.start - 10) : p.start])]
    return tuple(read(p.of(article.text)).folded for p in (titled or before)[-1:])


def scope(asked: Asked, stretch: str, elsewhere: bool, around: Around) -> float:
    """How sure it is that a folded stretch is about every name of the question: 1 for a name in it,
    or in the title or the unit, if the stretch names no other office (``elsewhere``); less for one
    elsewhere in the article; hardly sure where the article never has it, and 0 if an office is asked about or
    tells it. An award asked about must be in the
    stretch with its class, the number of a document in it, near it or in the title. A year must stand in
    it, near it, in the title, or be that of the article."""
    article = around.article
    scope = 1.0
    for forms in asked.names:
        if any(has(stretch, n) for n in forms):
            continue
        if any(has(around.title, n) for n in forms):
            scope *= 0.5 if elsewhere else _by_short_name(stretch, around.unit)
        elif any(has(around.whole, n) for n in forms):
            scope *= 0.4 if elsewhere or article.unit else 0.7
        elif asked.offices or article.unit:
            return 0.0
        else:
            scope *= IN_PARTS if any(_in_parts(n, stretch, around.whole) for n in forms) else UNNAMED
    if not asked.names and not asked.question.several and elsewhere:
        scope *= PARTICULAR
    if not all(_briefly(award) in _briefly(stretch) for award in asked.question.awards):
        return 0.0
    for document in asked.question.documents:
        # By its number: "Nghị quyết 45" is "Nghị quyết số 45-NQ/TW".
        number = _NUMBER.search(document)
        if number and not any(has(text, number[0]) for text in (stretch, around.title, around.block)):
            return 0.0
    years = [str(y) for y in asked.question.years]
    # The period of a line is all its years: "Trần Văn Bình (1976 - 1991)".
    if around.is_line and tells_of(stretch, asked.question.years):
        return scope
    if years and not any(y in stretch for y in years):
        if str(article.published)[:4] in years or any(y in around.title for y in years):
            scope *= 0.95
        elif any(y in around.block for y in years):
            scope *= 0.75 if tells_of(stretch, asked.question.years) is None else ANOTHER_YEAR
        elif asked.offices or around.unit:
            return 0.0
        else:
            scope *= UNDATED
    return scope


def _briefly(folded: str) -> str:
    """A prize as it is mostly written: "giải thưởng Grammy" is "giải Grammy"."""
    return folded.replace("giai thuong ", "giai ")


def _in_parts(name: str, stretch: str, whole: str) -> bool:
    """Whether a stretch has a word of a foreign name of which the whole text has all: "Carolina Panthers" is
    "Panthers" there, and "Carolina" elsewhere."""
    words = name.split()
    return (
        not any(map(is_syllable, words))
        and any(has(stretch, w) for w in words)
        and all(has(whole, w) for w in words)
    )


def _by_short_name(stretch: str, unit: str) -> float:
    """How sure it is that a stretch speaks of its article's office without its place: it does where
    it has the short name ("Văn phòng Tỉnh ủy"), hardly where it has that of others only ("Trung
    ương", "cấp ủy"), almost surely where it names none."""
    own = set(COMMITTEE.findall(unit))
    named = set(COMMITTEE.findall(stretch))
    return 1.0 if not own or own & named else 0.5 if named else 0.97
