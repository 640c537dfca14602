from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from assistant.export import answer_row, article_row, refused_row
from assistant.types import Answer, Citation, Statement
from ingest.types import Article, Block, Span
from tests.assistant.office import shelved

TEXT = "Kỷ niệm\n\nVăn phòng thành lập ngày 18-10-1930."
START = TEXT.index("Văn")


def an_answer() -> Answer:
    day = TEXT.index("18")
    citation = Citation(
        1,
        "bai",
        "Kỷ niệm",
        date(2020, 10, 18),
        TEXT[START:],
        START,
        len(TEXT),
        (Span(day, day + 10),),
        Span(START, len(TEXT)),
    )
    return Answer(
        "answered",
        "Ngày 18-10-1930.",
        (Statement("Ngày 18-10-1930.", (1,)),),
        (citation,),
        None,
        None,
        "extractive",
        12.345,
    )


def test_an_answer_line_has_every_key_of_the_contract() -> None:
    row = answer_row(an_answer(), "q1")
    assert list(row)[:6] == ["id", "status", "answer", "statements", "citations", "missing"]
    assert row["id"] == "q1"
    assert row["statements"] == [{"text": "Ngày 18-10-1930.", "citations": [1]}]
    assert row["mode"] == "extractive"
    assert row["ms"] == 12.3
    assert json.loads(json.dumps(row)) == row


def test_a_quote_off_a_scan_is_told() -> None:
    answer = an_answer()
    scan = replace(answer, citations=tuple(replace(c, scanned=True) for c in answer.citations))
    assert [answer_row(a)["citations"][0]["scanned"] for a in (answer, scan)] == [False, True]


def test_positions_and_marks_are_those_of_the_article() -> None:
    (citation,) = answer_row(an_answer())["citations"]
    assert TEXT[citation["start"] : citation["end"]] == citation["quote"]
    assert [TEXT[start:end] for start, end in citation["marks"]] == ["18-10-1930"]
    assert citation["published"] == "2020-10-18"


def test_a_question_that_cannot_be_asked_has_the_same_shape() -> None:
    row = refused_row("Câu hỏi trống.", 7)
    assert row.keys() == answer_row(an_answer()).keys()
    assert (row["id"], row["status"], row["answer"], row["missing"]) == (7, "refused", "", "Câu hỏi trống.")


def test_an_article_row_says_none_for_what_the_article_does_not_say() -> None:
    blocks = (Block("title", 0, 7), Block("paragraph", START, len(TEXT)))
    article = Article("bai", "Kỷ niệm", TEXT, blocks, None, None, None, None, "/bai.txt", "0" * 64)
    assert article_row(shelved(article, passages=3)) == {
        "id": "bai",
        "title": "Kỷ niệm",
        "published": None,
        "author": None,
        "source": None,
        "unit": None,
        "chars": len(TEXT),
        "passages": 3,
    }
