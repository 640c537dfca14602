"""Questions that a library can be asked, made from what its articles speak of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.types import Article
from ingest.vietnamese import normalise

#: The most questions that are made: twice what is shown, since some turn out not to be answered.
MOST = 8
# Articles looked at: the questions are a beginning, not a survey.
_ARTICLES = 40


@dataclass(frozen=True, slots=True)
class _Subject:
    """Something articles tell of a unit: the words that show it (in normalised text) and its question."""

    shown_by: re.Pattern[str]
    question: str


def _near(first: str, second: str) -> re.Pattern[str]:
    """Both in one sentence, not far from each other, in either order."""
    between = r"[^.\n]{0,80}?"
    return re.compile(rf"(?:{first}){between}(?:{second})|(?:{second}){between}(?:{first})")


_DAY = r"\d{1,2}\s*[-/.]\s*\d{1,2}|\d{1,2} tháng \d{1,2}"
_SUBJECTS = (
    _Subject(_near("ngày truyền thống", _DAY), "Ngày truyền thống của {unit} là ngày nào?"),
    _Subject(_near("tặng", "huân chương"), "{unit} được tặng thưởng Huân chương gì?"),
    _Subject(_near("thành lập", _DAY), "{unit} được thành lập ngày nào?"),
    _Subject(re.compile("phương châm"), "Phương châm của {unit} là gì?"),
    _Subject(_near("chức năng", "tham mưu|tổng hợp|phục vụ"), "Chức năng của {unit} là gì?"),
)


def examples(articles: Iterable[Article]) -> tuple[str, ...]:
    """At most ``MOST`` questions about units the articles name, the most varied first: other
    subjects before other units. Whether each is answered is for the assistant to say; articles
    that name no unit give none."""
    told = [_told(article) for article, _ in zip(articles, range(_ARTICLES), strict=False) if article.unit]
    found: dict[str, None] = {}
    # One question a unit and round, each round another subject for it.
    for turn in range(len(_SUBJECTS)):
        for shift, (unit, subjects) in enumerate(told):
            if subjects:
                chosen = subjects[(turn + shift) % len(subjects)]
                found.setdefault(_sentence(chosen.question, unit))
    return tuple(found)[:MOST]


def _told(article: Article) -> tuple[str, Sequence[_Subject]]:
    text = normalise(article.text)
    return article.unit or "", [s for s in _SUBJECTS if s.shown_by.search(text)]


def _sentence(question: str, unit: str) -> str:
    said = question.format(unit=unit)
    return said[:1].upper() + said[1:]
