from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from ingest.errors import EncoderMismatch, LibraryError, LibraryLocked, UnknownArticle
from ingest.facts import FactKind, facts
from ingest.types import Article, passage_id
from tests.fakes import CountingEncoder
from tests.vectorstore.articles import made
from tests.vectorstore.conftest import Open
from vectorstore import catalogue as catalogue_module
from vectorstore import library as library_module
from vectorstore.library import Library
from vectorstore.types import Filter, Outcome, Vectors

CAN_THO = made(
    "can-tho",
    "Văn phòng được tặng Huân chương Lao động hạng Nhất.",
    "Ngày 18/10/1930 là ngày truyền thống.",
    title="Kỷ niệm 90 năm",
    unit="Văn phòng Thành ủy Cần Thơ",
    published=date(2020, 10, 16),
)
BINH_THUAN = made(
    "binh-thuan",
    "Văn phòng được tặng cờ thi đua.",
    "Cán bộ đi thực tế ở đảo.",
    title="Họp mặt",
    unit="Văn phòng Tỉnh ủy Bình Thuận",
    published=date(2019, 10, 16),
)


@pytest.fixture
def full(library: Library) -> Library:
    library.add(*CAN_THO)
    library.add(*BINH_THUAN)
    return library


def renamed(article: Article, file: str) -> Article:
    return replace(article, id=Path(file).stem, file=file)


# --- adding ----------------------------------------------------------------------------------------


def test_what_was_added_is_there_and_every_invariant_holds(full: Library) -> None:
    assert full.article("can-tho") == CAN_THO[0]
    assert full.passages("can-tho") == list(CAN_THO[1])
    assert [a.id for a in full.articles()] == ["binh-thuan", "can-tho"]
    assert full.units() == ["Văn phòng Thành ủy Cần Thơ", "Văn phòng Tỉnh ủy Bình Thuận"]
    assert full.passage_count() == 4
    assert full.verify() == []


def test_adding_again_changes_nothing(open_library: Open) -> None:
    encoder = CountingEncoder()
    library = open_library(write=True, encoder=encoder)
    assert library.add(*CAN_THO) == Outcome("added", "can-tho")
    embedded = list(encoder.texts)
    assert library.add(*CAN_THO) == Outcome("unchanged", "can-tho")
    assert encoder.texts == embedded
    assert library.passage_count() == 2


def test_a_changed_file_keeps_its_id_and_the_vectors_of_unchanged_passages(open_library: Open) -> None:
    encoder = CountingEncoder()
    library = open_library(write=True, encoder=encoder)
    library.add(*made("a", "Đoạn một.", "Đoạn hai.", "Đoạn ba."))
    encoder.texts.clear()
    changed = made("a", "Đoạn một.", "Đoạn 2.", "Đoạn bốn.")
    assert library.add(*changed) == Outcome("updated", "a")
    assert encoder.texts == ["Đoạn 2.", "Đoạn bốn."]
    assert library.passages("a") == list(changed[1])
    assert library.article("a") == changed[0]
    assert library.search("ba")[0].text != "Đoạn ba."
    assert library.verify() == []


def test_a_changed_office_embeds_its_passages_anew(open_library: Open) -> None:
    encoder = CountingEncoder()
    library = open_library(write=True, encoder=encoder)
    library.add(*made("a", "Đoạn một.", unit="Huyện ủy"))
    library.add(*made("a", "Đoạn một.", unit="Tỉnh ủy"))
    assert encoder.texts == ["Huyện ủy\nĐoạn một.", "Tỉnh ủy\nĐoạn một."]
    assert library.verify() == []


def test_renamed_duplicate_is_stored_once(library: Library, tmp_path: Path) -> None:
    article, passages = CAN_THO
    kept = tmp_path / "kept.txt"
    kept.write_text("")
    library.add(renamed(article, str(kept)), passages)
    copy = renamed(article, str(tmp_path / "copy.txt"))
    assert library.add(copy, passages) == Outcome("duplicate", "kept")
    assert [(a.id, a.file) for a in library.articles()] == [("kept", str(kept))]


def test_a_file_that_was_moved_keeps_its_article_and_is_known_by_its_new_name(library: Library) -> None:
    article, passages = CAN_THO
    library.add(article, passages)
    assert library.add(renamed(article, "/bai/moi.txt"), passages) == Outcome("duplicate", "can-tho")
    assert library.article("can-tho").file == "/bai/moi.txt"
    changed, new = made("moi", "Nội dung mới.", file="/bai/moi.txt")
    assert library.add(changed, new) == Outcome("updated", "can-tho")
    assert [a.id for a in library.articles()] == ["can-tho"]
    assert library.verify() == []


def test_a_file_that_became_a_copy_of_another_leaves_nothing_of_what_it_was(full: Library) -> None:
    copy = replace(CAN_THO[0], id="binh-thuan", file=BINH_THUAN[0].file)
    assert full.add(copy, CAN_THO[1]) == Outcome("duplicate", "can-tho")
    assert [a.id for a in full.articles()] == ["can-tho"]
    assert full.verify() == []


def test_the_same_name_in_two_folders_is_two_articles(library: Library) -> None:
    library.add(*made("x", "Một.", "Chung.", file="/a/x.txt"))
    second, passages = made("x", "Hai.", "Chung.", file="/b/x.txt")
    assert library.add(second, passages) == Outcome("added", "x-2")
    third = made("x", "Ba.", file="/c/x.txt")
    assert library.add(*third) == Outcome("added", "x-3")
    stored = library.passages("x-2")
    assert [p.article for p in stored] == ["x-2", "x-2"]
    assert stored[0].id == passage_id("x-2", stored[0].start, stored[0].end, "Hai.")
    assert library.add(second, passages) == Outcome("unchanged", "x-2")
    assert library.verify() == []


def test_an_article_without_passages_is_stored(library: Library) -> None:
    said: list[tuple[int, int, str]] = []
    assert library.add(*made("a"), progress=lambda *what: said.append(what)).status == "added"
    assert said == [(0, 0, "Tiêu đề")]
    assert library.verify() == []


def test_progress_counts_passages(library: Library) -> None:
    said: list[tuple[int, int, str]] = []
    library.add(*made("a", *(f"Đoạn {n}." for n in range(20))), progress=lambda *what: said.append(what))
    assert said == [(16, 20, "Tiêu đề"), (20, 20, "Tiêu đề")]


def test_an_encoder_that_fails_midway_leaves_nothing(open_library: Open) -> None:
    class Broken(CountingEncoder):
        def passages(self, texts: Sequence[str]) -> Vectors:
            return np.full((len(texts), self.dimensions), np.nan, dtype=np.float32)

    library = open_library(write=True, encoder=Broken())
    with pytest.raises(LibraryError, match="vector không hợp lệ"):
        library.add(*CAN_THO)
    assert library.articles() == []


# --- removing --------------------------------------------------------------------------------------


def test_removing_leaves_nothing_behind(full: Library) -> None:
    full.remove("can-tho")
    assert [a.id for a in full.articles()] == ["binh-thuan"]
    assert {hit.article.id for hit in full.search("Huân chương Lao động")} == {"binh-thuan"}
    with pytest.raises(UnknownArticle, match="articles"):
        full.article("can-tho")
    with pytest.raises(UnknownArticle):
        full.passages("can-tho")
    with pytest.raises(UnknownArticle):
        full.remove("can-tho")
    full.remove("binh-thuan")
    assert full.search("Huân chương") == []
    assert full.verify() == []


# --- searching -------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["Huân chương Lao động hạng nào?", "huan chuong lao dong hang nao"])
def test_a_question_finds_its_passage_with_marks_and_without(full: Library, question: str) -> None:
    best = full.search(question)[0]
    assert best.text == "Văn phòng được tặng Huân chương Lao động hạng Nhất."
    assert best.article == CAN_THO[0]
    assert best.passage == CAN_THO[1][0]


def test_every_hit_has_both_scores_where_it_has_a_word_in_common(full: Library) -> None:
    hits = full.search("văn phòng được tặng cờ", 4)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(hit.similarity is not None and -1.001 <= hit.similarity <= 1.001 for hit in hits)
    assert hits[0].text == "Văn phòng được tặng cờ thi đua."
    assert hits[0].terms is not None
    assert hits[0].terms > 0


def test_a_passage_put_forward_by_its_words_alone_has_its_cosine_too(
    open_library: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_module, "CANDIDATES", 1)

    class Blind(CountingEncoder):
        def query(self, text: str) -> Vectors:
            return self._vector("khác hẳn")

    library = open_library(write=True, encoder=Blind())
    library.add(*made("a", "Khác hẳn.", "Huân chương."))
    hits = library.search("huân chương", 1)
    assert len(hits) == 1
    both = library.search("huân chương", 2)
    assert all(hit.similarity is not None for hit in both)


def test_no_more_than_k_and_all_when_asked_for_all(full: Library) -> None:
    assert len(full.search("văn phòng", 3)) == 3
    assert len(full.search("văn phòng", 100)) == 4
    assert full.search("văn phòng", 0) == []


@pytest.mark.parametrize(
    "question", ["", "   ", "😀😀", '"*:()', "?" * 10_000, "từ " * 5_000, "\0", "ủy" * 3_000]
)
def test_no_question_breaks_the_search(full: Library, question: str) -> None:
    assert len(full.search(question)) == 4


def test_an_empty_library_finds_nothing(open_library: Open) -> None:
    library = open_library()
    assert library.search("Huân chương") == []
    assert library.articles() == []
    assert library.passage_count() == 0
    assert library.document_frequency(["a"]) == {"a": 0}
    assert library.verify() == []


def test_filters_leave_nothing_else_in(full: Library) -> None:
    def found(where: Filter) -> set[str]:
        return {hit.article.id for hit in full.search("Huân chương Lao động", 10, where)}

    assert found(Filter(articles=frozenset({"binh-thuan"}))) == {"binh-thuan"}
    assert found(Filter(units=frozenset({"van phong thanh uy can tho"}))) == {"can-tho"}
    assert found(Filter(published_to=date(2019, 12, 31))) == {"binh-thuan"}
    assert found(Filter(published_from=date(2020, 1, 1))) == {"can-tho"}
    assert found(Filter(articles=frozenset({"không có"}))) == set()
    assert found(Filter()) == {"can-tho", "binh-thuan"}


def test_a_filtered_search_ranks_like_an_unfiltered_one(full: Library) -> None:
    where = Filter(articles=frozenset({"can-tho", "binh-thuan"}))
    free, bound = full.search("ngày truyền thống"), full.search("ngày truyền thống", 10, where)
    assert [h.passage for h in free] == [h.passage for h in bound]
    assert [h.score for h in bound] == pytest.approx([h.score for h in free], abs=1e-4)


def test_document_frequency_speaks_of_passages(full: Library) -> None:
    assert full.document_frequency({"văn_phòng", "đảo", "không"}) == {"văn_phòng": 2, "đảo": 1, "không": 0}
    assert full.document_frequency(["van_phong", "văn_phòng"], folded=True) == {
        "van_phong": 2,
        "văn_phòng": 0,
    }


def test_many_threads_ask_while_one_adds(library: Library) -> None:
    library.add(*CAN_THO)
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(library.search, "Huân chương Lao động", 3) for _ in range(40)]
        for n in range(8):
            library.add(*made(f"a{n}", f"Bài thứ {n} nói chuyện khác."))
        assert all(f.result()[0].article.id == "can-tho" for f in asked)
    assert library.verify() == []


# --- opening ---------------------------------------------------------------------------------------


def test_what_was_stored_is_there_when_opened_again(open_library: Open) -> None:
    with open_library(write=True) as library:
        library.add(*CAN_THO)
    library = open_library()
    assert library.article("can-tho") == CAN_THO[0]
    assert library.search("Huân chương")[0].article.id == "can-tho"


def test_a_second_writer_is_refused_and_readers_are_not(open_library: Open, full: Library) -> None:
    with pytest.raises(LibraryLocked, match="đang ghi"):
        open_library(write=True)
    assert open_library().passage_count() == 4
    full.close()
    open_library(write=True)


def test_a_reader_does_not_write(open_library: Open) -> None:
    library = open_library()
    for change in (lambda: library.add(*CAN_THO), lambda: library.remove("a"), library.rebuild):
        with pytest.raises(LibraryError, match="để đọc"):
            change()


def test_a_reader_sees_what_is_added_while_it_is_open(open_library: Open, full: Library) -> None:
    reader = open_library()
    assert reader.search("Xuân Trường")[0].text != "Huyện Xuân Trường."
    full.add(*made("moi", "Huyện Xuân Trường."))
    assert reader.search("Xuân Trường")[0].text == "Huyện Xuân Trường."
    full.remove("moi")
    assert reader.search("Xuân Trường")[0].text != "Huyện Xuân Trường."
    with pytest.raises(UnknownArticle):
        reader.article("moi")


def test_another_encoder_is_refused_with_the_command_that_mends_it(open_library: Open) -> None:
    with open_library(write=True) as library:
        library.add(*CAN_THO)
    for write in (False, True):
        with pytest.raises(EncoderMismatch, match=r"“counting”.*“other”.*app\.py rebuild"):
            open_library(encoder=CountingEncoder(name="other"), write=write)


def test_other_dimensions_are_refused_where_vectors_are_needed(open_library: Open) -> None:
    with open_library(write=True) as library:
        library.add(*CAN_THO)
    other = open_library(encoder=CountingEncoder(32), write=True)
    assert other.article("can-tho") == CAN_THO[0]
    with pytest.raises(EncoderMismatch, match="64 chiều.*32 chiều".replace(".", r".")):
        other.search("Huân chương")
    with pytest.raises(EncoderMismatch):
        other.add(*BINH_THUAN)


def test_an_empty_library_takes_any_encoder(open_library: Open) -> None:
    with open_library(write=True) as library:
        library.add(*CAN_THO)
        library.remove("can-tho")
    with open_library(write=True, encoder=CountingEncoder(32, name="other")) as library:
        library.add(*CAN_THO)
        assert library.verify() == []


def test_a_folder_that_cannot_be_made_is_refused(open_library: Open, tmp_path: Path) -> None:
    (tmp_path / "tệp").write_text("")
    with pytest.raises(LibraryError, match="chọn thư mục khác"):
        open_library(home=tmp_path / "tệp" / "thư viện", write=True)


@pytest.mark.skipif(os.getuid() == 0, reason="an administrator may write everywhere")
def test_a_folder_that_cannot_be_written_is_refused(open_library: Open, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(LibraryError, match="quyền ghi"):
        open_library(home=tmp_path, write=True)


def test_closing_twice_is_closing_once(library: Library) -> None:
    library.close()
    library.close()
    with pytest.raises(LibraryError, match="đã đóng"):
        library.articles()


# --- sentences -------------------------------------------------------------------------------------

# The same words, so the same vector and term scores; but in one they are a sentence.
APART = made("a", "Huân hai. Chương ba bốn năm.", "Huân chương. Hai ba bốn năm.")


def forget_sentences(home: Path) -> None:
    """What an earlier version of the program left behind."""
    with sqlite3.connect(home / "library.sqlite3") as db:
        db.execute("DROP TABLE sentences")
        db.execute("DELETE FROM meta WHERE key = 'sentences'")
    db.close()


def test_of_equal_passages_the_one_with_the_nearest_sentence_comes_first(
    open_library: Open, home: Path
) -> None:
    with open_library(write=True) as library:
        library.add(*APART)
        assert [hit.passage.ordinal for hit in library.search("Chương huân")] == [1, 0]
    forget_sentences(home)
    assert [hit.passage.ordinal for hit in open_library().search("Chương huân")] == [0, 1]


def test_a_hit_has_its_sentences_each_with_its_cosine(open_library: Open, home: Path) -> None:
    with open_library(write=True) as library:
        library.add(*APART)
        library.add(*made("b", "Huân chương."))
        found = {hit.text: hit for hit in library.search("Huân chương")}
        for text, hit in found.items():
            said = {span.of(hit.article.text) for span, _ in hit.sentences}
            assert said == (set() if text == "Huân chương." else set(re.findall(r"\S[^.]*\.", text)))
        first = found["Huân chương. Hai ba bốn năm."]
        assert [round(cosine, 2) for _, cosine in first.sentences] == [1.0, 0.0]
    forget_sentences(home)
    assert [hit.sentences for hit in open_library().search("Huân chương")] == [(), (), ()]


def test_a_sentence_that_two_passages_share_is_embedded_once(open_library: Open) -> None:
    encoder = CountingEncoder()
    library = open_library(write=True, encoder=encoder)
    library.add(*made("a", "Một. Chung.", "Chung. Hai."))
    assert sorted(encoder.texts) == sorted(["Một. Chung.", "Một.", "Chung.", "Chung. Hai.", "Hai."])
    encoder.texts.clear()
    library.add(*made("a", "Một. Chung.", "Mới."))
    assert encoder.texts == ["Mới."]
    assert library.verify() == []


def test_rebuild_fills_in_the_sentences_of_an_older_library(open_library: Open, home: Path) -> None:
    with open_library(write=True) as library:
        library.add(*APART)
        found = library.search("Chương huân")
    forget_sentences(home)
    with open_library() as library:
        assert library.search("Huân chương")
        assert library.verify() == []
    encoder = CountingEncoder()
    with open_library(mend=True, encoder=encoder) as library:
        library.rebuild()
        assert len(encoder.texts) == 6
        assert library.verify() == []
        assert library.search("Chương huân") == found
        encoder.texts.clear()
        library.rebuild()
        assert encoder.texts == []


# --- rebuilding ------------------------------------------------------------------------------------


def test_rebuild_embeds_nothing(open_library: Open) -> None:
    encoder = CountingEncoder()
    library = open_library(write=True, encoder=encoder)
    library.add(*CAN_THO)
    encoder.texts.clear()
    said: list[tuple[int, int, str]] = []
    library.rebuild(lambda *what: said.append(what))
    assert encoder.texts == []
    assert said == [(2, 2, "Chroma")]
    assert library.verify() == []


def test_rebuild_mends_a_broken_term_index(open_library: Open, home: Path) -> None:
    with open_library(write=True) as library:
        library.add(*CAN_THO)
    with sqlite3.connect(home / "library.sqlite3") as db:
        db.execute("DELETE FROM terms_data WHERE id > 10")
        db.execute("DELETE FROM terms_content")
    db.close()
    with open_library(write=True) as library:
        assert library.verify() != []
        library.rebuild()
        assert library.verify() == []
        assert library.search("huan chuong lao dong")[0].passage == CAN_THO[1][0]


def test_rebuild_with_another_encoder_embeds_anew(open_library: Open) -> None:
    with open_library(write=True) as library:
        library.add(*CAN_THO)
    other = CountingEncoder(32, name="other")
    with open_library(encoder=other, mend=True) as library:
        library.rebuild()
        assert len(other.texts) == 2 + 0
        assert library.verify() == []
    assert open_library(encoder=other).search("Huân chương Lao động")[0].passage == CAN_THO[1][0]


def test_a_new_normaliser_is_refused_and_rebuild_makes_the_terms_anew(
    open_library: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_library(write=True) as library:
        library.add(*CAN_THO)
    for module in (catalogue_module, library_module):
        monkeypatch.setattr(module, "NORMALISER_VERSION", 99)
    monkeypatch.setattr("vectorstore.verify.NORMALISER_VERSION", 99)
    with pytest.raises(EncoderMismatch, match=r"chuẩn hóa.*rebuild"):
        open_library()
    encoder = CountingEncoder()
    with open_library(encoder=encoder, mend=True) as library:
        library.rebuild()
        assert encoder.texts == []
        assert library.verify() == []
    assert open_library().search("huan chuong")[0].passage == CAN_THO[1][0]


# --- with a Chroma server --------------------------------------------------------------------------


def test_a_chroma_server_serves_alike_and_keeps_nothing_in_the_folder(
    open_library: Open, home: Path, url: str
) -> None:
    with open_library(write=True, chroma_url=url) as library:
        library.add(*CAN_THO)
        library.add(*BINH_THUAN)
        assert library.verify() == []
        library.rebuild()
    reader = open_library(chroma_url=url)
    with open_library(write=True, chroma_url=url) as library:
        library.remove("binh-thuan")
        library.add(*made("moi", "Huyện Xuân Trường."))
    assert reader.search("Xuân Trường")[0].text == "Huyện Xuân Trường."
    assert {hit.article.id for hit in reader.search("thi đua")} == {"can-tho", "moi"}
    assert reader.verify() == []
    assert not (home / "chroma").exists()


def test_without_its_chroma_server_a_library_answers_and_stores(open_library: Open) -> None:
    nowhere = "http://127.0.0.1:9"
    with open_library(write=True, chroma_url=nowhere) as library:
        library.add(*CAN_THO)
        assert library.search("Huân chương Lao động")[0].passage == CAN_THO[1][0]
        (sentence,) = library.verify()
        assert "Không dùng được kho vector Chroma" in sentence
        with pytest.raises(LibraryError, match="Không dùng được kho vector Chroma"):
            library.rebuild()
    assert open_library().search("Huân chương Lao động")[0].passage == CAN_THO[1][0]


# --- reading a question as it was meant --------------------------------------------------------------


def test_a_question_is_read_in_the_words_of_the_articles_as_they_are_now(library: Library) -> None:
    assert library.respell("kiem sat la gi").text == "kiem sat là gì"
    library.add(*made("a", "Viện kiểm sát."))
    assert library.respell("kiem sat la gi").text == "kiểm sát là gì"
    library.remove("a")
    assert library.respell("kiem sat la gi").text == "kiem sat là gì"


def test_a_question_without_marks_is_searched_for_with_them(full: Library) -> None:
    marked, bare = full.search("Huân chương Lao động"), full.search("Huan chuong Lao dong")
    assert [(h.passage, h.similarity) for h in bare] == [(h.passage, h.similarity) for h in marked]


def test_a_mended_question_is_also_searched_for_as_typed(full: Library) -> None:
    assert full.respell("Huân chưong Lao động").text == "Huân chương Lao động"
    mended, meant = full.search("Huân chưong Lao động")[0], full.search("Huân chương Lao động")[0]
    assert (mended.passage, mended.similarity) == (meant.passage, meant.similarity)
    full.add(*made("c", "Huân chưong Lao động.", "Hai.", "Ba.", "Bốn."))
    assert full.search("Huân chưong Lao động")[0].article.id == "c"


# --- facts -----------------------------------------------------------------------------------------


def test_facts_come_and_go_with_their_article(full: Library) -> None:
    assert {fact.article for fact in full.facts()} == {"can-tho", "binh-thuan"}
    (award,) = full.facts("van phong thanh uy can tho", FactKind.AWARD)
    assert award.value == "huan chuong lao dong hang nhat"
    assert full.facts(where=Filter(articles=frozenset(["binh-thuan"]))) == list(facts(BINH_THUAN[0]))
    full.remove("can-tho")
    assert {fact.article for fact in full.facts()} == {"binh-thuan"}
    assert full.verify() == []


def test_rebuild_finds_the_facts_anew(open_library: Open, home: Path) -> None:
    with open_library(write=True) as library:
        library.add(*CAN_THO)
        kept = library.facts()
    with sqlite3.connect(home / "library.sqlite3") as db:
        db.execute("UPDATE facts SET parts = 'x'")
    db.close()
    with open_library(mend=True) as library:
        assert library.verify()
        library.rebuild()
        assert library.facts() == kept
        assert library.verify() == []


def test_an_older_library_answers_before_it_is_written_to_and_keeps_facts_after(
    open_library: Open, home: Path
) -> None:
    with open_library(write=True) as library:
        library.add(*CAN_THO)
        kept = library.facts()
    with sqlite3.connect(home / "library.sqlite3") as db:
        db.execute("DROP TABLE facts")
        db.execute("UPDATE meta SET value = 1 WHERE key = 'schema'")
        db.execute("DELETE FROM meta WHERE key = 'facts'")
    db.close()
    with open_library() as library:
        assert library.search("huân chương")
        assert library.facts() == kept
        assert library.verify() == []
    with open_library(write=True) as library:
        library.add(*BINH_THUAN)
        assert library.verify() == []
    with sqlite3.connect(home / "library.sqlite3") as db:
        assert {a for (a,) in db.execute("SELECT article FROM facts")} == {"can-tho", "binh-thuan"}
    db.close()
