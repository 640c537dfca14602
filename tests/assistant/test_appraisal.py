from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assistant import appraisal
from assistant.records.reviews import Approval, Line, Place
from assistant.types import EDITOR, Statement
from ingest.types import Article, Passage
from tests.assistant.office import answered, article, citation, holding
from vectorstore.types import Hit

KHE = article(
    "khe",
    "Văn phòng Huyện ủy Suối Khê",
    "Văn phòng Huyện ủy Suối Khê được thành lập ngày 02/9/1946. Trụ sở đặt tại làng Trà.",
    "Năm 2005, Văn phòng được tặng Huân chương Lao động hạng Ba.",
    unit="Văn phòng Huyện ủy Suối Khê",
)
FOUNDED = "Văn phòng Huyện ủy Suối Khê được thành lập ngày 02/9/1946."


def unit(id: str) -> str | None:
    return KHE.unit


def place(words: str, of: Article = KHE) -> Place:
    start = of.text.index(words)
    return Place(of.id, start, start + len(words), words)


def test_a_passage_is_told_in_sentences_that_are_the_article_s_own_words() -> None:
    hit = Hit(KHE, Passage("p", KHE.id, 0, 0, len(KHE.text), 1), 1.0, None, None)
    (one,) = appraisal.found([hit])
    assert [s.of(KHE.text) for s in one.sentences] == [
        "Văn phòng Huyện ủy Suối Khê",
        FOUNDED,
        "Trụ sở đặt tại làng Trà.",
        "Năm 2005, Văn phòng được tặng Huân chương Lao động hạng Ba.",
    ]


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (5, 5), (9, 4), (0, 10**6)])
def test_a_stretch_outside_of_an_article_is_not_chosen(start: int, end: int) -> None:
    assert appraisal.chosen(KHE, start, end) is None


def test_a_chosen_place_becomes_a_citation_byte_for_byte_while_its_words_stand() -> None:
    chosen = place(FOUNDED)
    made = appraisal.cited(chosen, holding(KHE))
    assert made is not None
    assert KHE.text[made.start : made.end] == made.quote == FOUNDED
    moved = replace(KHE, text="x" + KHE.text)
    assert appraisal.cited(chosen, holding(moved)) is None
    assert appraisal.cited(chosen, holding()) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Văn phòng được thành lập ngày 02/9/1946.", None),
        ("Văn phòng được thành lập ngày 03/9/1946.", "03/9/1946"),
        ("Văn phòng được thành lập ngày 02/9/1946, có 12 người.", "12"),
        ("Văn phòng Huyện ủy Bến Nghé được thành lập ngày 02/9/1946.", "Bến Nghé"),
        ("Đồng chí Trần Văn Bình thành lập Văn phòng ngày 02/9/1946.", "Trần Văn Bình"),
    ],
)
def test_a_statement_is_told_what_its_evidence_does_not_say(text: str, why: str | None) -> None:
    made = appraisal.cited(place(FOUNDED), holding(KHE))
    assert made is not None
    told = appraisal.fault(text, [made], unit)
    assert told is None if why is None else told is not None and why in told


def test_a_statement_without_evidence_is_not_borne_out() -> None:
    assert appraisal.fault(FOUNDED, [], unit) == "Câu này chưa gắn với câu trích nào."


@pytest.mark.parametrize(
    ("question", "strangers"),
    [
        ("Văn phòng Huyện ủy Suối Khê được thành lập ngày nào?", []),
        ("Văn phòng Huyện ủy Bến Nghé được thành lập ngày nào?", ["Văn phòng Huyện ủy Bến Nghé"]),
        ("Ngày thành lập Văn phòng là ngày nào?", []),
        ("Bà Tống Thị Mây làm ở đâu?", ["Tống Thị Mây"]),
    ],
)
def test_evidence_about_others_than_the_question_is_noticed(question: str, strangers: list[str]) -> None:
    made = appraisal.cited(place(FOUNDED), holding(KHE))
    assert made is not None
    assert appraisal.strangers(question, [made], unit) == strangers


def test_what_was_written_is_an_answer_numbered_in_the_order_of_its_sources() -> None:
    citations = {}
    for n, words in enumerate(["Trụ sở đặt tại làng Trà.", FOUNDED], 1):
        made = appraisal.cited(place(words), holding(KHE))
        assert made is not None
        citations[n] = made
    answer = appraisal.made([Line("Lập năm 1946.", (2,)), Line(" Trụ sở\nở làng Trà. ", (1, 2))], citations)
    assert answer.statements == (
        Statement("Lập năm 1946.", (1,)),
        Statement("Trụ sở ở làng Trà.", (2, 1)),
    )
    assert [(c.n, c.quote) for c in answer.citations] == [(1, FOUNDED), (2, "Trụ sở đặt tại làng Trà.")]
    assert (answer.status, answer.mode) == ("answered", EDITOR)


def approval(*quotes: str) -> Approval:
    answer = answered(*(citation(n, KHE, q) for n, q in enumerate(quotes, 1)))
    around = tuple(f"quanh {q}" for q in quotes)
    return Approval("i", "?", answer, {"khe": "d"}, around, frozenset(), "Lan", datetime.now(UTC))


def test_what_became_of_the_evidence_is_shown_beside_what_it_was() -> None:
    changed = article("khe", KHE.title, FOUNDED.replace("1946", "1947"), "Trụ sở đặt tại làng Trà.")
    kept = approval(FOUNDED, "Trụ sở đặt tại làng Trà.", "Huân chương Lao động hạng Ba")
    date, seat, award = appraisal.moved(kept, {"khe": changed})
    assert (date.old, date.new, date.stands) == (
        f"quanh {FOUNDED}",
        FOUNDED.replace("1946", "1947"),
        False,
    )
    assert (seat.new, seat.stands) == ("Trụ sở đặt tại làng Trà.", True)
    assert (award.new, award.stands, award.gone) == (None, False, False)
    assert [one.gone for one in appraisal.moved(kept, {"khe": None})] == [True] * 3
    assert list(appraisal.moved(kept, {})) == []


def test_an_answer_is_worked_on_with_its_evidence_where_that_stands_now() -> None:
    answer = answered(citation(1, KHE, FOUNDED), citation(2, KHE, "Trụ sở đặt tại làng Trà."))
    later = article("khe", "Tên mới dài hơn", "Câu thêm vào.", FOUNDED)
    places, lines = appraisal.carried(answer, holding(later))
    assert [later.text[p.start : p.end] for p in places] == [FOUNDED]
    assert [line.places for line in lines] == [(1,), ()]
    assert appraisal.carried(answer, holding())[0] == ()
    assert appraisal.stand(answer, holding(KHE))
    assert not appraisal.stand(answer, holding(later))
