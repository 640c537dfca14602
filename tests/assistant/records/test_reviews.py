from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.conversation import Exchange, Verdict
from assistant.records import records, reviews
from assistant.records.accounts import Account, Role
from assistant.records.reviews import Asked, Draft, Line, Place
from assistant.records.store import Store
from assistant.types import Answer, Turn
from tests.assistant.office import answered, article, citation, refused
from tests.assistant.records.heard import Heard

LAN = Account("lan", "Trần Thị Lan", Role.READER)
NAM = Account("nam", "Lê Văn Nam", Role.EDITOR)
STORY = article("a", "Bài", "Văn phòng Huyện ủy Suối Khê được thành lập ngày 02/9/1946.")
QUESTION = "Văn phòng Huyện ủy Suối Khê được thành lập ngày nào?"
ANSWER = answered(citation(1, STORY, "được thành lập ngày 02/9/1946", "02/9/1946"))
HISTORY = (Turn("user", "Trước đó?"), Turn("assistant", "Đáp."))


def asked(question: str = QUESTION, answer: Answer = ANSWER) -> Asked:
    exchange = Exchange(question, answer)
    return Asked(exchange, HISTORY, reviews.understood(exchange), 7, "1.2")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return records(tmp_path)


# --- feedback --------------------------------------------------------------------------------------


def test_a_verdict_is_kept_with_all_that_was_seen_and_by_whom(store: Store) -> None:
    reviews.judge(store, LAN, "c", 1, asked(), good=False, words="Thiếu nơi.")
    (one,), count = reviews.feedback(store)
    assert count == 1
    assert one.asked == asked()
    assert (one.good, one.words, one.by) == (False, "Thiếu nơi.", LAN.full)
    assert datetime.now(UTC) - one.at < timedelta(minutes=1)
    assert reviews.one_feedback(store, one.id) == one
    assert reviews.one_feedback(store, one.id + 1) is None


def test_a_second_verdict_stands_in_place_of_the_first_and_another_s_beside_it(store: Store) -> None:
    reviews.judge(store, LAN, "c", 1, asked(), good=False, words="sai")
    reviews.judge(store, LAN, "c", 1, asked(), good=True, words="")
    reviews.judge(store, NAM, "c", 1, asked(), good=False, words="")
    assert reviews.judged(store, LAN.name, "c") == {(1, QUESTION): Verdict(True)}
    assert reviews.judged(store, NAM.name, "c") == {(1, QUESTION): Verdict(False)}
    assert reviews.judged(store, LAN.name, "d") == {}
    assert reviews.feedback(store)[1] == 2


def test_a_question_asked_anew_in_the_same_place_is_judged_by_itself(store: Store) -> None:
    reviews.judge(store, LAN, "c", 1, asked(), good=False, words="")
    reviews.judge(store, LAN, "c", 1, asked("Câu khác?"), good=True, words="")
    assert [one.good for one in reviews.feedback(store)[0]] == [True, False]
    of = reviews.judged(store, LAN.name, "c")
    assert of == {(1, QUESTION): Verdict(False), (1, "Câu khác?"): Verdict(True)}


def test_feedback_is_found_by_its_words_without_marks_and_by_its_verdict(store: Store) -> None:
    reviews.judge(store, LAN, "c", 1, asked(), good=False, words="Thiếu nơi")
    reviews.judge(store, LAN, "c", 2, asked(), good=True, words="Hay")
    assert [f.words for f in reviews.feedback(store, "thieu SUOI khe")[0]] == ["Thiếu nơi"]
    assert [f.words for f in reviews.feedback(store, good=True)[0]] == ["Hay"]
    assert reviews.feedback(store, "không có chữ này") == ([], 0)
    assert reviews.feedback(store, "100%") == ([], 0), "signs of SQL are letters like others"


def test_a_page_holds_its_part_and_knows_of_all(store: Store) -> None:
    for n in range(5):
        reviews.judge(store, LAN, "c", n + 1, asked(f"Câu {n} là gì?"), good=True, words="")
    page, count = reviews.feedback(store, page=slice(2, 4))
    assert [f.asked.question for f in page] == ["Câu 2 là gì?", "Câu 1 là gì?"]
    assert count == 5
    assert reviews.feedback(store, page=slice(0, 0)) == ([], 5)


# --- questions that had no answer ----------------------------------------------------------------------


def test_the_same_question_of_several_people_is_one_entry_with_their_count(store: Store) -> None:
    none = refused("không có.")
    first = reviews.send(store, LAN, asked("Cho hỏi Huyện ủy Suối Khê có bao nhiêu xe?", none))
    again = reviews.send(store, LAN, asked("Huyện ủy Suối Khê có bao nhiêu xe?", none))
    other = reviews.send(store, NAM, asked("HUYỆN ỦY SUỐI KHÊ có bao nhiêu xe ạ", none))
    assert first.id == again.id == other.id
    assert (first.count, again.count, other.count) == (1, 1, 2)
    assert other.by == LAN.full
    assert [who for who, _, _ in reviews.senders(store, first.id)] == [LAN.full, NAM.full]
    apart = reviews.send(store, NAM, asked("Huyện ủy Suối Khê có bao nhiêu máy?", none))
    found, count = reviews.unanswered(store)
    assert ([u.id for u in found], count) == ([first.id, apart.id], 2)


def test_a_closed_question_leaves_the_list_and_says_why(store: Store) -> None:
    sent = reviews.send(store, LAN, asked(answer=refused("không có.")))
    assert reviews.close(store, NAM, sent.id, "not_ours", "Việc của huyện.")
    assert reviews.unanswered(store) == ([], 0)
    (closed,), _ = reviews.unanswered(store, closed=True)
    assert (closed.closed, closed.words, closed.closer) == ("not_ours", "Việc của huyện.", NAM.full)
    assert reviews.send(store, NAM, asked(answer=refused("không có."))).closed == "not_ours"
    assert reviews.reopen(store, sent.id)
    assert reviews.unanswered(store)[1] == 1
    assert not reviews.close(store, NAM, sent.id + 1, "other")


def test_a_question_closed_as_answered_that_has_no_answer_again_is_open(store: Store) -> None:
    sent = reviews.send(store, LAN, asked(answer=refused("không có.")))
    reviews.close(store, NAM, sent.id, "answered")
    assert reviews.send(store, NAM, asked(answer=refused("không có."))).closed is None


# --- approvals -----------------------------------------------------------------------------------------


def approve(store: Store, question: str = QUESTION, who: Account = NAM) -> reviews.Approval:
    rested = frozenset({("a", 1, 4, "abc")})
    return reviews.approve(store, who, question, ANSWER, {"a": "d1"}, ("quanh đó",), rested)


def test_an_approval_comes_back_as_it_was_made(store: Store) -> None:
    made = approve(store)
    assert reviews.approval(store, made.id) == made
    assert reviews.approval(store, "khác") is None
    assert made.approved.by == NAM.full


def test_the_same_question_approved_again_is_one_approval_with_its_history(store: Store) -> None:
    before = reviews.changes(store)
    made = approve(store)
    assert reviews.withdraw(store, LAN, made.id, "sai năm")
    assert not reviews.withdraw(store, LAN, made.id, "nữa"), "it does not stand any more"
    assert reviews.approvals(store, withdrawn=False) == ([], 0)
    again = approve(store, f"Cho tôi hỏi {QUESTION}")
    assert again.id == made.id
    assert reviews.approvals(store)[1] == 1
    told = [(e.what, e.by, e.words) for e in reviews.events(store, made.id)]
    assert told == [
        ("approved", NAM.full, ""),
        ("withdrawn", LAN.full, "sai năm"),
        ("approved", NAM.full, ""),
    ]
    assert reviews.changes(store) > before
    assert not reviews.approvals(store)[0][0].withdrawn


def test_approvals_of_different_questions_stand_beside_each_other(store: Store) -> None:
    approve(store)
    approve(store, QUESTION.replace("Suối Khê", "Bến Nghé"))
    approve(store, QUESTION.replace("ngày nào", "năm nào"))
    assert reviews.approvals(store)[1] == 3
    assert [a.question for a in reviews.approvals(store, "ben nghe")[0]] == [
        QUESTION.replace("Suối Khê", "Bến Nghé")
    ]


# --- drafts --------------------------------------------------------------------------------------------


def test_a_draft_is_its_owner_s_alone_and_keeps_everything(store: Store) -> None:
    draft = Draft(
        QUESTION, "thieu:1", Exchange(QUESTION, ANSWER), "lập", (Place("a", 0, 3, "abc"),), (Line("x", (1,)),)
    )
    id = reviews.keep_draft(store, NAM.name, draft)
    assert reviews.draft(store, NAM.name, id) == draft
    assert reviews.draft(store, LAN.name, id) is None
    changed = replace(draft, sought="khác")
    assert reviews.keep_draft(store, NAM.name, changed, id) == id
    assert reviews.draft(store, NAM.name, id) == changed
    reviews.keep_draft(store, LAN.name, draft, id)
    assert reviews.draft(store, NAM.name, id) == changed, "nobody writes into another's"
    reviews.drop_draft(store, NAM.name, id)
    assert reviews.draft(store, NAM.name, id) is None


def test_of_many_drafts_the_oldest_go(store: Store) -> None:
    ids = [reviews.keep_draft(store, NAM.name, Draft(str(n))) for n in range(reviews.MOST_DRAFTS + 2)]
    assert [reviews.draft(store, NAM.name, id) is None for id in ids].count(True) == 2
    assert reviews.draft(store, NAM.name, ids[-1]) is not None


def test_what_people_and_editors_do_is_told_with_the_question(tmp_path: Path) -> None:
    heard = Heard()
    store = records(tmp_path, heard)
    reviews.judge(store, LAN, "c", 1, asked(), good=False, words="Thiếu nơi.")
    sent = reviews.send(store, LAN, asked(answer=refused("không có bài nào.")))
    assert reviews.close(store, NAM, sent.id, "no_source")
    assert reviews.reopen(store, sent.id)
    made = reviews.approve(store, NAM, QUESTION, ANSWER, {}, (), frozenset())
    assert reviews.withdraw(store, NAM, made.id, "sai")
    assert not reviews.withdraw(store, NAM, made.id, "sai")
    assert not reviews.close(store, NAM, 99, "other")
    assert heard == [
        ("review.judge", {"question": QUESTION, "good": False}),
        ("review.send", {"question": QUESTION}),
        ("review.close", {"question": QUESTION, "closing": "no_source"}),
        ("review.reopen", {"question": QUESTION}),
        ("review.approve", {"question": QUESTION, "approval": made.id}),
        ("review.withdraw", {"question": QUESTION, "approval": made.id}),
    ]
