from __future__ import annotations

import threading
from pathlib import Path

import pytest

from assistant.conversation import Excerpt, Exchange
from assistant.records import conversations, records
from assistant.records.store import RECORDS, RecordsError, Store
from assistant.types import Answer, Citation, Dropped, Statement
from ingest.types import Span
from tests.assistant.records.heard import Heard

ANSWER = Answer(
    "answered",
    "Lập ngày 12-4-1954.",
    (Statement("Lập ngày 12-4-1954.", (1,)),),
    (Citation(1, "a", "Bài", None, "12-4-1954", 5, 14, (Span(5, 14),), Span(0, 20), 2, True),),
    None,
    "đọc là",
    "model",
    1.5,
    dropped=(Dropped("bịa", "không có"),),
    note="ghi chú",
)
ASKED = Exchange("Lập năm nào?", ANSWER, (Excerpt("12-4-1954", 5, True, False),))
LOST = Exchange("Hỏi gì?", notice="Chưa hỏi được")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return records(tmp_path)


def test_an_exchange_comes_back_as_it_was_kept() -> None:
    for one in (ASKED, LOST, Exchange("x", ANSWER, ASKED.excerpts, standing=ASKED)):
        assert conversations.from_json(conversations.to_json(one)) == one


def test_a_conversation_is_named_by_its_first_question_and_read_by_its_owner_alone(store: Store) -> None:
    id = conversations.keep(store, "an", None, [ASKED])
    assert conversations.keep(store, "an", id, [ASKED, LOST]) == id
    (kept,) = conversations.listed(store, "an")
    assert (kept.id, kept.name) == (id, "Lập năm nào?")
    assert conversations.exchanges(store, "an", id) == (ASKED, LOST)
    assert conversations.exchange(store, "an", id, 2) == LOST
    assert conversations.exchange(store, "an", id, 3) is None
    assert conversations.listed(store, "binh") == []
    assert conversations.exchanges(store, "binh", id) is None
    assert not conversations.rename(store, "binh", id, "khác")
    assert not conversations.remove(store, "binh", id)
    # Who keeps under somebody else's id begins a conversation of their own.
    assert conversations.keep(store, "binh", id, [LOST]) != id
    assert conversations.exchanges(store, "an", id) == (ASKED, LOST)


def test_a_conversation_that_was_cut_back_is_kept_so(store: Store) -> None:
    id = conversations.keep(store, "", None, [ASKED, LOST])
    conversations.keep(store, "", id, [LOST])
    assert conversations.exchanges(store, "", id) == (LOST,)


def test_a_conversation_is_found_by_words_of_its_questions_and_answers_without_marks(store: Store) -> None:
    id = conversations.keep(store, "", None, [ASKED])
    conversations.keep(store, "", None, [LOST])
    assert [k.id for k in conversations.listed(store, "", "lap 1954")] == [id]
    assert conversations.listed(store, "", "1955") == []


def test_it_is_renamed_and_removed(store: Store) -> None:
    id = conversations.keep(store, "", None, [ASKED])
    assert conversations.rename(store, "", id, "Ngày lập " * 20)
    (kept,) = conversations.listed(store, "")
    assert kept.name.startswith("Ngày lập")
    assert len(kept.name) <= conversations.LONGEST_NAME + 2
    assert conversations.remove(store, "", id)
    assert conversations.listed(store, "") == []
    assert conversations.exchanges(store, "", id) is None


def test_many_write_at_once_and_nothing_is_lost(store: Store, tmp_path: Path) -> None:
    def write(owner: str) -> None:
        mine = Store(tmp_path, conversations.TABLES)
        for _ in range(10):
            conversations.keep(mine, owner, None, [ASKED])

    threads = [threading.Thread(target=write, args=(f"{n % 2}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(conversations.listed(store, owner)) for owner in ("0", "1")] == [20, 20]


def test_a_broken_file_is_told_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / RECORDS).write_bytes(b"no database at all" * 100)
    with pytest.raises(RecordsError, match="sao lưu"):
        conversations.listed(records(tmp_path), "")


def test_what_is_renamed_and_removed_is_told(tmp_path: Path) -> None:
    heard = Heard()
    store = records(tmp_path, heard)
    id = conversations.keep(store, "an", None, [ASKED])
    assert not conversations.rename(store, "binh", id, "khác")
    assert not conversations.remove(store, "binh", id)
    assert conversations.rename(store, "an", id, "Năm thành lập")
    assert conversations.remove(store, "an", id)
    assert not conversations.remove(store, "an", id)
    about = {"conversation": id, "name": "Năm thành lập"}
    assert heard == [("conversation.rename", about), ("conversation.remove", about)]
