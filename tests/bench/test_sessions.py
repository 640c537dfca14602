from __future__ import annotations

import os

import pytest

from bench import sessions
from bench.sessions import Outcome, Session


def session(*exchanges: tuple[str, str, str], asked: list[str] | None = None) -> Session:
    questions = [question for question, _, _ in exchanges] if asked is None else asked
    return Session(questions, [0.5] * len(questions), list(exchanges))


def test_an_answer_that_never_came_a_notice_and_a_failing_script_are_errors() -> None:
    lost = session(("Một?", "answered", "…"), ("Hai?", "notice", "Quá nhiều câu hỏi."))
    lost.took[0] = None
    lost.failures.append("TypeError")
    outcome = Outcome((lost, session(("Ba?", "answered", "…"))), (1.0,), 0.0)
    assert outcome.errors == ["TypeError", "no answer to Một?", "notice: Quá nhiều câu hỏi."]
    assert outcome.took == [0.5, 0.5]


def test_growth_compares_the_last_third_with_the_first() -> None:
    assert Outcome((), (100, 100, 100, 900, 110, 110), 0.0).growth == pytest.approx(0.1)
    assert Outcome((), (100.0,), 0.0).growth == 0


def test_a_page_that_shows_other_questions_than_it_asked_is_mixed() -> None:
    stray = session(("Một?", "answered", "…"), asked=["Hai?"])
    assert sessions.mixed("http://nobody", stray)


def test_answers_are_held_against_those_with_the_same_history(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def answer(address: str, question: str, history: list[tuple[str, str]]) -> dict[str, object]:
        asked.append((question, list(history)))
        return {"answer": f"{question} Đáp.", "statements": [{"text": f"{question}  Đáp."}]}

    monkeypatch.setattr(sessions, "answer", answer)
    own = ("Một?", "answered", "Một? Đáp.[1]"), ("Hai?", "answered", "Hai? Đáp.\u2060[1]")
    assert sessions.mixed("http://nobody", session(*own)) == []
    assert asked == [("Một?", []), ("Hai?", [("Một?", "Một? Đáp.")])]
    another = ("Một?", "answered", "Ba? Đáp.[1]")
    assert len(sessions.mixed("http://nobody", session(another))) == 1


def test_memory_and_work_of_a_process_are_read() -> None:
    assert sessions.memory(os.getpid()) > 5
    before = sessions.worked(os.getpid())
    sum(n * n for n in range(2_000_000))
    assert sessions.worked(os.getpid()) >= before > 0
