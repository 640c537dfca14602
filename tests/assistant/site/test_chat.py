"""How a question becomes a kept exchange: in whose conversation, at which place, and what it replaces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.conversation import Exchange
from assistant.narrow import EVERYWHERE, Narrowed
from assistant.records import conversations
from assistant.records.store import RecordsError
from assistant.site.chat import Place, Step, Told, asked
from assistant.site.house import House
from assistant.types import Answer, Turn
from ingest.errors import BadQuestion
from tests.assistant.office import Office, answered, article, citation, house, refused
from vectorstore.types import Filter

DAY = article("ngay-vui", "Ngày vui", "Ngày truyền thống là 12-4.", source="Báo Hải Lâm", unit="Văn phòng A")
GIVEN = answered(citation(1, DAY, "Ngày truyền thống là 12-4."))


class Narrow(Office):
    """Keeps also where it was asked to look."""

    wheres: Sequence[Filter | None] = ()

    def ask(self, question: str, history: Sequence[Turn] = (), where: Filter | None = None) -> Answer:
        self.wheres = (*self.wheres, where)
        return super().ask(question, history, where)


@pytest.fixture
def office() -> Narrow:
    return Narrow([DAY], {"Ngày nào?": GIVEN, "Và nữa?": GIVEN, "🙂": BadQuestion("Hãy hỏi bằng lời.")})


@pytest.fixture
def home(office: Narrow, tmp_path: Path) -> House:
    return house(office, tmp_path)


def ask(home: House, question: str, told: Told, owner: str = "an") -> Step:
    return asked(home, owner, question, told)


def held(home: House, id: str | None, owner: str = "an") -> tuple[Exchange, ...]:
    assert id is not None
    return conversations.exchanges(home.records, owner, id) or ()


def test_a_first_answer_begins_a_conversation_and_the_next_goes_on_with_it(
    home: House, office: Narrow
) -> None:
    first = ask(home, "Ngày nào?", Told("t"))
    id = first.place.conversation
    assert first.place == Place("t", id, 1)
    second = ask(home, "Ở đâu?", Told("u", id))
    assert second.place == Place("u", id, 2)
    assert [n for n, _ in second.made] == [2]
    assert [one.question for one in held(home, id)] == ["Ngày nào?", "Ở đâu?"]
    assert office.asked[1] == ("Ở đâu?", (Turn("user", "Ngày nào?"), Turn("assistant", GIVEN.text)))


def test_another_s_conversation_is_not_there(home: House, office: Narrow) -> None:
    id = ask(home, "Ngày nào?", Told()).place.conversation
    other = ask(home, "Ở đâu?", Told("", id), owner="binh").place.conversation
    assert other != id
    assert office.asked[1][1] == ()
    assert len(held(home, id)) == 1
    assert len(held(home, other, "binh")) == 1


def test_asked_again_an_exchange_is_replaced_and_those_behind_it_are_given_up(home: House) -> None:
    id = ask(home, "Ngày nào?", Told()).place.conversation
    ask(home, "Và nữa?", Told("", id))
    ask(home, "Ở đâu?", Told("", id))
    step = ask(home, "Và nữa?", Told("", id, again=1))
    assert (step.place.number, step.wrong) == (1, None)
    assert [one.question for one in held(home, id)] == ["Và nữa?"]


def test_asked_again_what_cannot_be_asked_costs_nothing(home: House) -> None:
    id = ask(home, "Ngày nào?", Told()).place.conversation
    ask(home, "Và nữa?", Told("", id))
    step = ask(home, "🙂", Told("", id, again=1))
    assert (step.wrong, step.made) == ("Hãy hỏi bằng lời.", ())
    assert [one.question for one in held(home, id)] == ["Ngày nào?", "Và nữa?"]


def test_a_question_that_failed_is_kept_until_it_is_answered(home: House, office: Narrow) -> None:
    office._replies["Hỏng?"] = RuntimeError("x")
    id = ask(home, "Hỏng?", Told()).place.conversation
    assert held(home, id)[0].notice is not None
    office._replies["Hỏng?"] = GIVEN
    step = ask(home, "Hỏng?", Told("", id))
    assert [(n, one.answer) for n, one in step.made] == [(1, GIVEN)]
    assert len(held(home, id)) == 1


def test_an_empty_question_begins_nothing(home: House, office: Narrow) -> None:
    office._replies[" "] = BadQuestion("Câu hỏi đang trống.")
    step = ask(home, " ", Told())
    assert (step.place.conversation, len(step.made)) == (None, 1)
    assert conversations.listed(home.records, "an") == []


def test_where_it_was_looked_goes_to_the_search_and_is_kept(home: House, office: Narrow) -> None:
    within = Narrowed(("Văn phòng A",), ("Báo Hải Lâm",))
    id = ask(home, "Ngày nào?", Told(within=within)).place.conversation
    assert office.wheres == (Filter(frozenset({"ngay-vui"}), frozenset({"Văn phòng A"})),)
    assert held(home, id)[0].within == within


def test_whoever_asks_on_stops_the_model_and_the_first_answer_stands(home: House) -> None:
    id = ask(home, "Ngày nào?", Told()).place.conversation
    step = ask(home, "Và nữa?", Told("", id, writing=1))
    (first, stopped), (second, _) = step.made
    assert (first, second) == (1, 2)
    assert stopped.answer is not None
    assert stopped.answer.note is not None
    assert held(home, id)[0] == stopped


def test_an_answer_that_cannot_be_kept_is_shown_and_told(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> str:
        raise RecordsError("Ổ đĩa đầy.")

    monkeypatch.setattr(conversations, "keep", fail)
    step = ask(home, "Ngày nào?", Told())
    assert (step.said, len(step.made)) == ("Ổ đĩa đầy.", 1)
    assert step.news()["said"] == "Ổ đĩa đầy."


@pytest.mark.parametrize(
    "sent", [None, "", "x", [], {"again": "1"}, {"turn": 5}, {"again": -1}, {"writing": []}]
)
def test_what_a_browser_says_without_sense_is_a_new_question(sent: object) -> None:
    assert Told.of(sent) == Told()


def test_a_browser_says_which_conversation_and_where_to_look() -> None:
    sent = {"turn": "t", "conversation": "c", "again": 2, "shown": 3, "within": {"units": ["A"]}}
    assert Told.of(sent) == Told("t", "c", 2, 3, within=Narrowed(("A",)))
    assert Told.of({**sent, "within": None}).within == EVERYWHERE


def test_no_evidence_is_taken_from_the_browser(home: House) -> None:
    """What a page may say names things; it brings no words of an article, of an answer or of an owner."""
    assert set(Told.__dataclass_fields__) == {"turn", "conversation", "again", "shown", "writing", "within"}
    changed = replace(GIVEN, text="Sửa")
    id = ask(home, "Ngày nào?", Told()).place.conversation
    assert held(home, id)[0].answer != changed
    assert refused("x") != held(home, id)[0].answer
