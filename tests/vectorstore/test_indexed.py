from __future__ import annotations

from ingest.vietnamese import terms
from tests.vectorstore.articles import made
from vectorstore.indexed import about, embedded_sentences, embedded_text, own


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
    assert set(about(article).exact) == {"kỷ", "niệm", "kỷ_niệm", "huyện", "ủy", "huyện_ủy"}
