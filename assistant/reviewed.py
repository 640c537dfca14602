"""The assistant with the editors before it: what they have approved is given first to the same question,
however it is worded, for as long as its sources are what they were."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from assistant.anniversary import asked_anniversary
from assistant.answer import Answered
from assistant.evidence import state
from assistant.question import Question, understand
from assistant.records import reviews
from assistant.records.reviews import Approval
from assistant.records.store import RecordsError, Store
from assistant.same import Sense, depends_on_today, parties, rest, restores, same, sense
from assistant.types import Answer, Citation, Turn
from assistant.writer import Answers
from ingest.errors import UnknownArticle
from ingest.types import Article
from ingest.vietnamese import has_marks
from vectorstore.types import Filter

_log = logging.getLogger(__name__)


def is_of_its_day(question: str) -> bool:
    """Whether the answer to a question counts from the day on which it is asked: none is right for long."""
    reckoned = asked_anniversary(understand(question))
    return depends_on_today(question) or (
        reckoned is not None and reckoned.asked != "year" and reckoned.year is None
    )


def changed(approval: Approval, article: Callable[[str], Article]) -> Mapping[str, Article | None]:
    """The sources of an approval that are not what they were: by their id as they are now, None for one that
    is gone. Empty while the approval stands."""
    now: dict[str, Article | None] = {}
    for id, known in approval.sources.items():
        found = _had(article, id)
        if found is None or state(found) != known:
            now[id] = found
    return now


def _had(article: Callable[[str], Article], id: str) -> Article | None:
    try:
        return article(id)
    except UnknownArticle:
        return None


@dataclass(frozen=True, slots=True)
class _Known:
    """An approval with the parties of its question, and what it asks."""

    approval: Approval
    parties: tuple[tuple[str, ...], ...]
    sense: Sense


class Reviewed:
    """Answers as the assistant does, or with what an editor approved. Serves any number of threads."""

    def __init__(self, assistant: Answers, article: Callable[[str], Article], records: Store) -> None:
        """``article`` gives an article by its id, as it is now (UnknownArticle where it is gone)."""
        self._assistant, self._article, self._records = assistant, article, records
        self._lock = Lock()
        self._read: tuple[int, tuple[_Known, ...]] = (0, ())

    def ask(self, question: str, history: Sequence[Turn] = (), where: Filter | None = None) -> Answer:
        """What an editor approved for this question, else what the library says; see ``Assistant.ask``. Where
        ``where`` leaves out a source of what was approved, it is not given."""
        return self.answered(question, history, where).answer

    def answered(self, question: str, history: Sequence[Turn] = (), where: Filter | None = None) -> Answered:
        """As ``ask``. What was approved comes without passages: nobody is to word it anew."""
        found = self._assistant.answered(question, history, where)
        if found.question.talk:
            return found
        approval = self._approval(found, where)
        return found if approval is None else Answered(found.question, _given(approval, found.answer))

    def _approval(self, found: Answered, where: Filter | None) -> Approval | None:
        known = self._known()
        if not known:
            return None
        text, typed, sure = _read_as(found.question, found.answer)
        if is_of_its_day(text):
            return None
        resting = rest(found.answer)
        for one in known:
            asked = sense(text, one.parties)
            is_same = same(asked, one.sense, resting, one.approval.rest, typed=typed, sure=sure)
            if is_same and self._stands(one.approval, where):
                return one.approval
        return None

    def _stands(self, approval: Approval, where: Filter | None) -> bool:
        if changed(approval, self._article):
            return False
        return where is None or all(where.admits(self._article(id)) for id in approval.sources)

    def _known(self) -> tuple[_Known, ...]:
        """What is approved now, the latest first. None where the records cannot be read: the library answers
        nevertheless."""
        try:
            last = reviews.changes(self._records)
            with self._lock:
                if self._read[0] != last:
                    approved, _ = reviews.approvals(self._records, withdrawn=False)
                    self._read = last, tuple(_known(one) for one in approved)
                return self._read[1]
        except RecordsError:
            _log.warning("the approved answers could not be read", exc_info=True)
            return ()


def _known(approval: Approval) -> _Known:
    runs = parties(approval.question)
    return _Known(approval, runs, sense(approval.question, runs))


def _read_as(question: Question, answer: Answer) -> tuple[str, bool, bool]:
    """A question as it is compared, whether it was typed so (not: given marks that it was typed without, or
    read from English), and whether a reading is sure."""
    typed, read = question.text, answer.read_as
    if question.english:
        return typed, False, False
    if read and not has_marks(question.asked) and restores(typed, read):
        return read, False, not answer.guessed
    return typed, True, True


def _given(approval: Approval, found: Answer) -> Answer:
    """The approved answer to the question as it was understood this time."""
    return replace(
        approval.answer,
        read_as=found.read_as,
        guessed=found.guessed,
        ms=found.ms,
        dropped=(),
        note=None,
        approved=approval.approved,
    )


def sources(citations: Sequence[Citation], article: Callable[[str], Article]) -> dict[str, str]:
    """The state of each cited article, by its id. Raises UnknownArticle."""
    return {id: state(article(id)) for id in dict.fromkeys(c.article for c in citations)}
