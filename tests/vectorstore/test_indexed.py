from __future__ import annotations

from ingest.chunk import passages
from ingest.clean import Cleaned, Piece, article
from ingest.vietnamese import terms
from tests.vectorstore.articles import made
from vectorstore.indexed import about, above, embedded_sentences, embedded_text, own


def test_a_passage_is_embedded_under_its_office() -> None:
    article, (passage,) = made("a", "Đoạn một.", unit="Văn phòng Huyện ủy")
    assert embedded_text(article, passage) == "Văn phòng Huyện ủy\nĐoạn một."


def test_where_no_office_is_named_the_words_stand_alone() -> None:
    article, (passage,) = made("a", "Đoạn một.")
    assert embedded_text(article, passage) == "Đoạn một."


def test_each_sentence_is_embedded_under_its_office_too() -> None:
    article, (passage,) = made("a", "Câu một. Câu hai.", unit="Huyện ủy")
    assert embedded_sentences(article, passage) == ["Huyện ủy\nCâu một.", "Huyện ủy\nCâu hai."]


def test_a_passage_of_one_sentence_needs_no_vector_beside_its_own() -> None:
    article, (passage,) = made("a", "Đoạn một.")
    assert embedded_sentences(article, passage) == []


def test_title_and_office_are_found_without_being_in_the_passage() -> None:
    article, (passage,) = made("a", "Đoạn một.", title="Kỷ niệm", unit="Huyện ủy")
    assert own(article, passage) == terms("Đoạn một.")
    assert set(about(article, passage).exact) == {"kỷ", "niệm", "kỷ_niệm", "huyện", "ủy", "huyện_ủy"}


TABLE = article(
    "a",
    "/a.docx",
    Cleaned(
        (
            Piece("title", "Danh sách"),
            Piece("heading", "II. Các đồng chí Chánh Văn phòng"),
            Piece("header", "Họ và tên | Chức vụ | Nhiệm kỳ"),
            *(Piece("row", f"Nguyễn Văn {name} | Chánh Văn phòng | 19{n}0 - 19{n}5") for n, name in
              enumerate("An Bình Cường Dũng Giang Hải Khánh Lâm Minh Nam".split())),
        )
    ),
)  # fmt: skip


def test_a_line_of_a_table_is_found_for_the_names_of_its_columns_and_for_its_heading() -> None:
    (first, *_, last) = passages(TABLE)
    assert "Nguyễn Văn Nam" in TABLE.text[last.start : last.end]
    assert "Nhiệm kỳ" not in TABLE.text[last.start : last.end]
    assert {"nhiệm_kỳ", "đồng_chí"} <= set(about(TABLE, last).exact)
    assert above(TABLE, last) == "II. Các đồng chí Chánh Văn phòng\nHọ và tên | Chức vụ | Nhiệm kỳ"
    assert embedded_text(TABLE, last).startswith("Họ và tên | Chức vụ | Nhiệm kỳ\n")
    assert embedded_sentences(TABLE, last)[-1] == (
        "Họ và tên | Chức vụ | Nhiệm kỳ\nNguyễn Văn Nam | Chánh Văn phòng | 1990 - 1995"
    )
    assert above(TABLE, first) == ""
