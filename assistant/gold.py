"""What people think of answers as questions to measure with, each with what a right answer says. Pure but for
``gathered``.

A row has ``id``, ``question``, ``kind``, ``history`` [{role, content}], ``must`` and ``sources``: ``must`` is
a list of groups of alternatives, one of each of which must stand in the answer and in what it cites of the
articles ``sources``. It is empty where the articles do not answer, and for an answer that somebody found
wrong: until an editor has approved a right one, a refusal is better than that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from assistant.claims import claims
from assistant.question import Form, Kind, understand
from assistant.records import reviews
from assistant.records.reviews import Approval, Asked, Feedback, Unanswered
from assistant.records.store import Store
from assistant.reviewed import changed
from assistant.same import key
from assistant.types import Answer, Turn
from ingest.errors import BadQuestion
from ingest.types import Article
from ingest.vietnamese import dates, fold

Row = dict[str, Any]

_KINDS = {
    Kind.DATE: "date",
    Kind.YEAR: "date",
    Kind.NUMBER: "number",
    Kind.ORDINAL: "number",
    Kind.AWARD: "award",
    Kind.PERSON: "who",
    Kind.AGENT: "who",
    Kind.PLACE: "where",
    Kind.UNIT: "who",
    Kind.QUOTE: "quote",
    Kind.MOTTO: "motto",
    Kind.FUNCTION: "function",
}
#: The kinds of the questions whose answer was found wrong, and of those that had none.
DISLIKED, UNANSWERABLE = "disliked", "unanswerable"


def gathered(store: Store, article: Callable[[str], Article]) -> list[Row]:
    """The rows of all that is kept there; an approval whose sources have changed is none."""
    approved = [a for a in reviews.approvals(store, withdrawn=False)[0] if not changed(a, article)]
    return list(rows(approved, reviews.feedback(store)[0], reviews.unanswered(store, closed=None)[0]))


def rows(
    approved: Sequence[Approval], feedback: Sequence[Feedback], unanswered: Sequence[Unanswered]
) -> Iterator[Row]:
    """A row a question: what an editor approved stands for it, else that somebody found its answer wrong,
    else that somebody found it right, else that it had none."""
    told: set[str] = set()

    def first(question: str) -> bool:
        is_new = key(question) not in told
        told.add(key(question))
        return is_new

    for approval in approved:
        if first(approval.question):
            answer = approval.answer
            yield _row(f"duyet-{approval.id}", approval.question, _kind(approval.question), (), answer)
    for one in sorted(feedback, key=lambda f: f.good):
        shown = one.asked.exchange.answer
        if shown is not None and first(one.asked.question):
            right = one.good and shown.status == "answered"
            kind = _kind(one.asked.question) if right else DISLIKED
            if shown.status == "refused" and one.good:
                kind = UNANSWERABLE
            yield _asked(f"danh-gia-{one.id}", one.asked, kind, shown if right else None)
    for sent in unanswered:
        if first(sent.asked.question):
            yield _asked(f"thieu-{sent.id}", sent.asked, UNANSWERABLE, None)


def _asked(id: str, asked: Asked, kind: str, right: Answer | None) -> Row:
    return _row(id, asked.exchange.question, kind, asked.history, right)


def _row(id: str, question: str, kind: str, history: Iterable[Turn], right: Answer | None) -> Row:
    return {
        "id": id,
        "question": question,
        "kind": kind,
        "history": [{"role": turn.role, "content": turn.content} for turn in history],
        "must": must(right) if right else [],
        "sources": list(dict.fromkeys(c.article for c in right.citations)) if right else [],
    }


def _kind(question: str) -> str:
    try:
        asked = understand(question)
    except BadQuestion:
        return "other"
    if asked.form in (Form.LIST, Form.COMPARISON):
        return "aggregate"
    return _KINDS.get(asked.kinds[0], "other")


def must(answer: Answer) -> list[list[str]]:
    """What an answer says that another right one must say too, and that its sources say: the words that
    answer; without any, the dates, numbers and names in it; else its first sentence, or what that cites."""
    quotes = fold("\n".join(c.quote for c in answer.citations))
    said = fold(answer.text)
    first = answer.statements[0]
    cited = [c for c in answer.citations if c.n in first.citations[:1]] or list(answer.citations[:1])
    if len(answer.statements) > 1 and all(s.citations for s in answer.statements) and not cited[0].marks:
        cited = list(answer.citations)
    words = [c.quote[m.start - c.start : m.end - c.start] for c in cited for m in c.marks]
    found = [w for w in dict.fromkeys(words) if fold(w) in said]
    if not found:
        told = claims(first.text)
        spans = (*(w.span for w in told.whens), *(c.span for c in told.counts), *told.people)
        plain = (re.sub(r"^(?:ngày|năm) ", "", span.of(first.text)) for span in spans)
        found = [w for w in dict.fromkeys(plain) if fold(w) in quotes]
    return [_written(words) for words in found] or [
        list(dict.fromkeys([first.text, *(c.quote for c in cited)]))
    ]


def _written(words: str) -> list[str]:
    """The words, and a whole day in figures too: in whichever way another answer writes it."""
    days = [f"{d.day}/{d.month}/{d.year}" for d in dates(words) if d.day and d.month and d.year]
    return [words, *(day for day in days if len(days) == 1 and day != words)]
