"""What people thought of answers as a question file, scored by the real score.py where it is at hand."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.answer import Assistant
from assistant.conversation import Exchange
from assistant.export import answer_row
from assistant.gold import gathered, must, rows
from assistant.records import records, reviews
from assistant.records.accounts import ALONE
from assistant.records.reviews import Approval, Asked, Feedback, Unanswered
from assistant.reviewed import Reviewed, sources
from assistant.same import rest
from assistant.types import EDITOR, Answer, Statement, Turn
from tests.assistant.office import answered, article, citation, refused
from tests.conftest import SEEDS
from vectorstore import encoders
from vectorstore.library import Library

SCORE = SEEDS.parent / "eval" / "score.py"
NOW = datetime.now(UTC)
KHE = article(
    "khe",
    "Suối Khê",
    "Văn phòng Huyện ủy Suối Khê được thành lập ngày 02/9/1946.",
    "Phương châm là tận tụy.",
)
OWN = answered(citation(1, KHE, "được thành lập ngày 02/9/1946", "02/9/1946"))
QUESTION = "Văn phòng Huyện ủy Suối Khê được thành lập ngày nào?"


def asked(question: str, answer: Answer, *history: Turn) -> Asked:
    exchange = Exchange(question, answer)
    return Asked(exchange, history, reviews.understood(exchange), 1, "1")


def judged(id: int, question: str, answer: Answer, *, good: bool) -> Feedback:
    return Feedback(id, asked(question, answer), good, "", "Lan", NOW)


def approval(question: str = QUESTION, answer: Answer = OWN) -> Approval:
    return Approval("a", question, answer, {"khe": "d"}, (), frozenset(), "Lan", NOW)


def sent(id: int, question: str) -> Unanswered:
    return Unanswered(id, asked(question, refused("không.")), 1, "Lan", NOW, None, "", None, None)


def test_a_liked_answer_is_gold_with_its_evidence() -> None:
    turns = (Turn("user", "Trước?"), Turn("assistant", "Đáp."))
    liked = Feedback(3, asked(QUESTION, OWN, *turns), True, "", "Lan", NOW)
    assert list(rows([], [liked], [])) == [
        {
            "id": "danh-gia-3",
            "question": QUESTION,
            "kind": "date",
            "history": [{"role": "user", "content": "Trước?"}, {"role": "assistant", "content": "Đáp."}],
            "must": [["02/9/1946", "2/9/1946"]],
            "sources": ["khe"],
        }
    ]


def test_a_disliked_answer_and_a_question_without_one_are_questions_without_gold() -> None:
    found = list(rows([], [judged(1, QUESTION, OWN, good=False)], [sent(2, "Khê có bao nhiêu xe?")]))
    assert [(r["id"], r["kind"], r["must"], r["sources"]) for r in found] == [
        ("danh-gia-1", "disliked", [], []),
        ("thieu-2", "unanswerable", [], []),
    ]


def test_a_question_comes_once_and_what_an_editor_approved_stands_for_it() -> None:
    judgements = [judged(1, QUESTION, OWN, good=True), judged(2, f"Cho hỏi {QUESTION}", OWN, good=False)]
    assert [r["id"] for r in rows([approval()], judgements, [sent(3, QUESTION)])] == ["duyet-a"]
    assert [r["id"] for r in rows([], judgements, [sent(3, QUESTION)])] == ["danh-gia-2"]


def test_a_refusal_that_was_right_is_to_be_a_refusal_again() -> None:
    (row,) = rows([], [judged(1, "Khê có bao nhiêu xe?", refused("không."), good=True)], [])
    assert (row["kind"], row["must"]) == ("unanswerable", [])


@pytest.mark.parametrize(
    ("quote", "text", "wanted"),
    [
        # What answers is marked nowhere: the date that both say; else the sentence, or what it cites.
        ("được thành lập ngày 02/9/1946", "Văn phòng thành lập ngày 02/9/1946.", [["02/9/1946", "2/9/1946"]]),
        ("Phương châm là tận tụy.", "Tận tụy là chính.", [["Tận tụy là chính.", "Phương châm là tận tụy."]]),
    ],
)
def test_what_an_editor_wrote_must_be_said_as_its_evidence_says_it(
    quote: str, text: str, wanted: list[list[str]]
) -> None:
    cited = citation(1, KHE, quote)
    written = Answer("answered", text, (Statement(text, (1,)),), (cited,), None, None, EDITOR, 0.0)
    assert must(written) == wanted


def test_score_py_finds_the_approved_and_liked_answers_right_and_grounded(
    samples_home: Path, tmp_path: Path
) -> None:
    if not SCORE.is_file():
        pytest.skip("score.py is not beside this checkout")
    store = records(tmp_path)
    questions = (
        "Văn phòng Thành ủy Sơn Khê được thành lập ngày nào?",
        "Chánh Văn phòng Tỉnh ủy Hà Lương là ai?",
        "Năm 2014 Văn phòng Thành ủy Sơn Khê được tặng thưởng gì?",
    )
    with Library.open(samples_home, encoders.load("e5-small")) as library:
        plain = Assistant(library)
        for n, question in enumerate(questions, 1):
            own = plain.ask(question)
            if n == 1:
                cited = sources(own.citations, library.article)
                reviews.approve(store, ALONE, question, own, cited, (), rest(own))
            else:
                reviews.judge(store, ALONE, "c", n, asked(question, own), good=True, words="")
        nothing = "Văn phòng Huyện ủy Bình Lãng có bao nhiêu xe ô tô?"
        reviews.send(store, ALONE, asked(nothing, plain.ask(nothing)))
        rows = gathered(store, library.article)
        reviewed = Reviewed(plain, library.article, store)
        answers = [answer_row(reviewed.ask(row["question"]), row["id"]) for row in rows]
    assert len(rows) == 4
    told = score(tmp_path, rows, answers)
    assert (told["answerable"], told["correct"], told["grounded"]) == (3, 1.0, 1.0)
    assert (told["unanswerable"], told["refused_when_unanswerable"]) == (1, 1.0)
    refusals = [answer_row(refused("không."), row["id"]) for row in rows]
    assert score(tmp_path, rows, refusals)["correct"] == 0.0, "the gold asks for something"


def score(folder: Path, rows: list[dict[str, Any]], answers: list[dict[str, Any]]) -> dict[str, Any]:
    files = []
    for name, lines in (("hoi", rows), ("dap", answers)):
        file = folder / f"{name}.jsonl"
        file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        files.append(file)
    done = subprocess.run([sys.executable, SCORE, "--json", *files], capture_output=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found
