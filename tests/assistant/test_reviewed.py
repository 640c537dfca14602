"""What an editor approved is given to the same question, and to no other: shown on pairs of questions over
the sample articles and the real ones, of which those ``kept apart`` were written before the program and
looked at for the figures alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.answer import Answered, Assistant
from assistant.question import understand
from assistant.records import records, reviews
from assistant.records.accounts import ALONE, Account, Role
from assistant.records.store import RECORDS, Store
from assistant.reviewed import Reviewed, changed, is_of_its_day, sources
from assistant.same import rest
from assistant.types import EDITOR, Answer, Statement, Turn
from ingest.errors import UnknownArticle
from ingest.types import Article
from tests.assistant.office import answered, article, citation, refused
from vectorstore import encoders
from vectorstore.library import Library
from vectorstore.types import Filter

PAIRS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "same_questions.json").read_text(encoding="utf-8")
)
#: Of the same questions in other words, the share that is to be known: 40 of 42 were, and of 67 others none.
LEAST_KNOWN = 0.9


# --- the pairs --------------------------------------------------------------------------------------


@contextmanager
def library(home: Path) -> Iterator[Library]:
    with Library.open(home, encoders.load("e5-small")) as found:
        yield found


@pytest.mark.parametrize("part", ["tuned", "kept apart", "kept apart, over real articles"])
def test_an_approved_answer_is_given_to_the_same_question_and_never_to_another(
    part: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    home: Path = request.getfixturevalue("seeds_home" if "real" in part else "samples_home")
    wrong, missed, total = [], [], 0
    with library(home) as held:
        plain = Assistant(held)
        for n, group in enumerate(PAIRS[part]):
            store = records(tmp_path / str(n))
            reviewed = Reviewed(plain, held.article, store)
            own = plain.ask(group["question"])
            cited = sources(own.citations, held.article) if own.status == "answered" else {}
            reviews.approve(store, ALONE, group["question"], own, cited, (), rest(own))
            for kind in ("same", "other"):
                for asked in group[kind]:
                    before: list[Turn] = []
                    question = asked
                    if isinstance(asked, dict):
                        question = asked["asked"]
                        for earlier in asked["after"]:
                            before += Turn("user", earlier), Turn("assistant", plain.ask(earlier).text)
                    given = reviewed.ask(question, before).approved is not None
                    total += kind == "same"
                    if kind == "same" and not given:
                        missed.append(question)
                    if kind == "other" and given:
                        wrong.append((group["question"], question))
    assert not wrong
    assert len(missed) <= (1 - LEAST_KNOWN) * total + 1, missed


def test_the_pairs_are_enough_to_tell() -> None:
    apart = [g for part, groups in PAIRS.items() if part != "tuned" for g in groups]
    assert sum(len(g["same"]) for g in apart) >= 40
    assert sum(len(g["other"]) for g in apart) >= 60


# --- an office of one article ------------------------------------------------------------------------

OFFICE = article(
    "khe",
    "Văn phòng Huyện ủy Suối Khê",
    "Văn phòng Huyện ủy Suối Khê được thành lập ngày 02/9/1946 tại làng Trà.",
    published=date(2016, 9, 2),
    unit="Văn phòng Huyện ủy Suối Khê",
)
QUESTION = "Văn phòng Huyện ủy Suối Khê được thành lập ngày nào?"
OWN = answered(citation(1, OFFICE, "được thành lập ngày 02/9/1946", "02/9/1946"))
WRITTEN = replace(
    OWN,
    text="Văn phòng được thành lập ngày 02/9/1946.",
    statements=(Statement("Văn phòng được thành lập ngày 02/9/1946.", (1,)),),
    mode=EDITOR,
)
EDITORS = Account("lan", "Trần Thị Lan", Role.EDITOR)


class Desk:
    """Answers every question with ``own``, from articles that can be changed."""

    def __init__(self, own: Answer = OWN) -> None:
        self.own = own
        self.articles = {OFFICE.id: OFFICE}

    def article(self, id: str) -> Article:
        if id not in self.articles:
            raise UnknownArticle(id)
        return self.articles[id]

    def answered(self, question: str, history: Any = (), where: Filter | None = None) -> Answered:
        return Answered(understand(question, history), self.own, (), ("02/9/1946",))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return records(tmp_path)


def approve(store: Store, desk: Desk, own: Answer = OWN, question: str = QUESTION) -> reviews.Approval:
    cited = sources(WRITTEN.citations, desk.article)
    return reviews.approve(store, EDITORS, question, WRITTEN, cited, (), rest(own))


def test_what_is_given_is_what_was_approved_and_says_by_whom(store: Store) -> None:
    desk = Desk()
    approve(store, desk)
    given = Reviewed(desk, desk.article, store).answered(QUESTION)
    assert given.answer.text == WRITTEN.text
    assert given.answer.mode == EDITOR
    assert given.answer.approved is not None
    assert (given.answer.approved.by, given.answer.approved.on) == (
        "Trần Thị Lan",
        datetime.now(UTC).astimezone().date(),
    )
    assert given.answer.ms == OWN.ms
    assert not given.hits, "a language model is to find nothing to word anew"


@pytest.mark.parametrize(
    "change",
    [
        {"text": OFFICE.text.replace("1946", "1947")},
        {"title": "Tên khác"},
        {"published": date(2017, 1, 1)},
        {"unit": "Văn phòng Huyện ủy Khác"},
        {"author": "Người khác"},
    ],
)
def test_an_approval_is_void_at_once_when_a_source_changes_and_stands_again_with_it(
    store: Store, change: dict[str, Any]
) -> None:
    desk = Desk()
    approval = approve(store, desk)
    reviewed = Reviewed(desk, desk.article, store)
    assert reviewed.ask(QUESTION).approved
    desk.articles[OFFICE.id] = replace(OFFICE, **change)
    assert reviewed.ask(QUESTION) == OWN
    assert list(changed(approval, desk.article)) == [OFFICE.id]
    desk.articles[OFFICE.id] = OFFICE
    assert reviewed.ask(QUESTION).approved


def test_an_approval_is_void_when_a_source_is_gone(store: Store) -> None:
    desk = Desk()
    approval = approve(store, desk)
    del desk.articles[OFFICE.id]
    assert Reviewed(desk, desk.article, store).ask(QUESTION).approved is None
    assert changed(approval, desk.article) == {OFFICE.id: None}


def test_a_withdrawn_answer_is_not_given_and_one_approved_anew_is(store: Store) -> None:
    desk = Desk()
    approval = approve(store, desk)
    reviewed = Reviewed(desk, desk.article, store)
    assert reviewed.ask(QUESTION).approved
    assert reviews.withdraw(store, ALONE, approval.id, "sai")
    assert reviewed.ask(QUESTION).approved is None
    assert approve(store, desk).id == approval.id
    assert reviewed.ask(QUESTION).approved


@pytest.mark.parametrize(
    ("where", "given"),
    [
        (Filter(articles=frozenset({"khe"})), True),
        (Filter(units=frozenset({"van phong HUYỆN UỶ suối khê"})), True),
        (Filter(published_from=date(2016, 9, 2), published_to=date(2016, 9, 2)), True),
        (Filter(articles=frozenset({"khác"})), False),
        (Filter(units=frozenset({"Văn phòng Huyện ủy Khác"})), False),
        (Filter(published_from=date(2016, 9, 3)), False),
        (Filter(published_to=date(2016, 9, 1)), False),
    ],
)
def test_a_filter_that_leaves_out_a_source_leaves_out_what_was_approved(
    store: Store, where: Filter, *, given: bool
) -> None:
    desk = Desk()
    approve(store, desk)
    answer = Reviewed(desk, desk.article, store).ask(QUESTION, (), where)
    assert (answer.approved is not None) is given


def test_near_words_are_the_same_question_only_where_the_library_answers_both_with_the_same_words(
    store: Store,
) -> None:
    desk = Desk()
    approve(store, desk)
    reviewed = Reviewed(desk, desk.article, store)
    near = "Văn phòng Huyện ủy Suối Khê ra đời ngày nào?"
    assert reviewed.ask(near).approved
    desk.own = answered(citation(1, OFFICE, "tại làng Trà", "làng Trà"))
    assert reviewed.ask(near).approved is None
    assert reviewed.ask(QUESTION).approved, "the very question needs no second proof"
    desk.own = refused("không có.")
    assert reviewed.ask(near).approved is None


def test_a_question_typed_without_marks_is_known_only_with_a_second_proof(store: Store) -> None:
    read = QUESTION.lower()
    desk = Desk(replace(OWN, read_as=read, guessed=True))
    approve(store, desk)
    reviewed = Reviewed(desk, desk.article, store)
    bare = "van phong huyen uy suoi khe duoc thanh lap ngay nao?"
    assert reviewed.ask(bare).approved
    desk.own = replace(answered(citation(1, OFFICE, "tại làng Trà", "làng Trà")), read_as=read)
    assert reviewed.ask(bare).approved is None


def test_a_marked_name_is_not_read_as_another(store: Store) -> None:
    desk = Desk(replace(OWN, read_as=QUESTION))
    approve(store, desk)
    other = QUESTION.replace("Khê", "Khe")
    assert Reviewed(desk, desk.article, store).ask(other).approved is None


def test_what_was_refused_and_then_written_is_given_to_the_very_question_alone(store: Store) -> None:
    desk = Desk(refused("không có."))
    approve(store, desk, desk.own)
    reviewed = Reviewed(desk, desk.article, store)
    assert reviewed.ask(f"Cho tôi hỏi {QUESTION[:-1]} ạ?").approved
    assert reviewed.ask("Văn phòng Huyện ủy Suối Khê ra đời ngày nào?").approved is None


@pytest.mark.parametrize(
    "question",
    [
        "Năm nay Văn phòng Huyện ủy Suối Khê được tặng gì?",
        "Văn phòng Huyện ủy Suối Khê được thành lập bao nhiêu năm rồi?",
    ],
)
def test_what_counts_from_today_is_answered_anew_each_day(store: Store, question: str) -> None:
    desk = Desk()
    assert is_of_its_day(question)
    approve(store, desk, question=question)
    assert Reviewed(desk, desk.article, store).ask(question).approved is None
    assert not is_of_its_day(QUESTION)


def test_small_talk_is_answered_as_ever(store: Store) -> None:
    desk = Desk()
    approve(store, desk, question="Xin chào")
    assert Reviewed(desk, desk.article, store).ask("Xin chào").approved is None


def test_records_that_cannot_be_read_stop_no_answer(tmp_path: Path) -> None:
    (tmp_path / RECORDS).write_bytes(b"no database at all, and long enough to be taken for one" * 40)
    desk = Desk()
    assert Reviewed(desk, desk.article, records(tmp_path)).ask(QUESTION) == OWN


# --- the command line --------------------------------------------------------------------------------


def test_the_command_line_gives_what_was_approved_and_makes_no_records(own_home: Path, nep: Any) -> None:
    question = "Văn phòng Thành ủy Sơn Khê được thành lập ngày nào?"
    before = json.loads(nep("ask", "--json", question, home=own_home).out)
    assert before["approved"] is None
    assert not (own_home / RECORDS).exists()
    with library(own_home) as held:
        own = Assistant(held).ask(question)
        cited = sources(own.citations, held.article)
    reviews.approve(records(own_home), EDITORS, question, own, cited, (), rest(own))
    other = "Cho hỏi ngày thành lập Văn phòng Thành ủy Sơn Khê là ngày nào?"
    row = json.loads(nep("ask", "--json", other, home=own_home).out)
    assert row["approved"]["by"] == "Trần Thị Lan"
    assert date.fromisoformat(row["approved"]["on"])
    spoken = nep("ask", other, home=own_home).out
    assert "Đã thẩm định bởi Trần Thị Lan ngày " in spoken
    out = own_home.parent / "hoi.jsonl"
    assert nep("feedback", "--out", out, home=own_home).code == 0
    (asked,) = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert (asked["question"], asked["kind"]) == (question, "date")
    assert asked["must"] == [["20 tháng 4 năm 2009", "20/4/2009"]]
