"""What a language model has written is kept sentence by sentence, and stands while its sources say so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.documents.types import Paragraph
from assistant.prose import Prose, Sentence, matter, paragraphs, prose
from assistant.types import MODEL, Dropped, Statement
from ingest.types import Article
from tests.assistant.office import article, citation, holding

ONE = article("mot", "Một", "Văn phòng được thành lập ngày 12-4-1954.", "Năm 2005 xây trụ sở mới.")
TWO = article("hai", "Hai", "Năm 2010, Văn phòng được tặng Huân chương.")
BORN = citation(1, ONE, "Văn phòng được thành lập ngày 12-4-1954.")
GIVEN = citation(2, TWO, "Năm 2010, Văn phòng được tặng Huân chương.")


WRITTEN = Prose(
    (Sentence("Văn phòng ra đời ngày 12-4-1954.", (BORN,)), Sentence("Được tặng.", (GIVEN, BORN)))
)


def test_the_matter_is_every_quote_once_in_order() -> None:
    told = matter([BORN, GIVEN, replace(BORN, n=7)])
    assert [(c.n, c.quote) for c in told.citations] == [(1, BORN.quote), (2, GIVEN.quote)]
    assert matter([]).status == "refused"


def test_each_sentence_comes_with_the_quotes_that_it_cites_and_what_was_dropped_with_all() -> None:
    dropped = (Dropped("Có từ 1930.", "không có"),)
    answer = replace(
        matter([BORN, GIVEN]),
        statements=(Statement("Ra đời ngày 12-4-1954.", (1,)), Statement("Được tặng.", (2, 1))),
        mode=MODEL,
        dropped=dropped,
    )
    made = prose(answer)
    assert made is not None
    assert [(s.text, [c.quote for c in s.evidence]) for s in made.sentences] == [
        ("Ra đời ngày 12-4-1954.", [BORN.quote]),
        ("Được tặng.", [GIVEN.quote, BORN.quote]),
    ]
    assert made.dropped == dropped


def test_what_is_not_the_model_s_is_no_prose() -> None:
    assert prose(replace(matter([BORN]), note="Mô hình trả lời quá chậm.")) is None


@pytest.mark.parametrize(
    ("articles", "left"),
    [
        pytest.param((ONE, TWO), 2, id="unchanged"),
        pytest.param((ONE,), 1, id="gone"),
        pytest.param((ONE, article("hai", "Hai", "Khác.")), 1, id="changed"),
        pytest.param((TWO,), 0, id="of which all need"),
    ],
)
def test_a_sentence_stands_while_all_its_sources_do(articles: tuple[Article, ...], left: int) -> None:
    assert WRITTEN.standing(holding(*articles)).sentences == WRITTEN.sentences[:left]


def test_a_document_has_it_as_one_paragraph_with_its_notes_and_says_whose_it_is() -> None:
    told, worded = paragraphs(WRITTEN, "Lời của máy.")
    assert isinstance(told, Paragraph)
    assert isinstance(worded, Paragraph)
    assert "".join(run.text for run in told.runs) == "Văn phòng ra đời ngày 12-4-1954. Được tặng."
    assert [note.quote for run in told.runs for note in run.notes] == [BORN.quote, GIVEN.quote, BORN.quote]
    assert worded.runs[0].text == "Lời của máy."
    assert paragraphs(Prose(()), "Lời của máy.") == ()
