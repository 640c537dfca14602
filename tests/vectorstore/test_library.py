from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from ingest.errors import EncoderMismatch, LibraryError, LibraryLocked, UnknownArticle
from ingest.facts import FactKind, facts
from ingest.types import Article, Passage, passage_id
from tests.fakes import CountingEncoder
from tests.vectorstore.articles import made
from tests.vectorstore.conftest import Open
from tests.vectorstore.older import as_earlier_programs_left_it
from vectorstore import catalogue as catalogue_module
from vectorstore import library as library_module
from vectorstore.catalogue import Source, View
from vectorstore.library import Library
from vectorstore.salvage import LibraryDamaged
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


def test_every_change_of_an_article_is_told_once_it_is_stored(home: Path, tmp_path: Path) -> None:
    heard: list[tuple[str, str, dict[str, object]]] = []

    def told(what: str, article: str, about: Mapping[str, object]) -> None:
        assert not home_library.verify(deep=False)  # it can be read again, and is whole
        heard.append((what, article, dict(about)))

    with Library.open(home, CountingEncoder(), write=True, told=told) as home_library:
        home_library.add(*CAN_THO)
        home_library.add(*CAN_THO)
        home_library.add(*made("can-tho", "Đã sửa.", title="Kỷ niệm 90 năm"))
        home_library.add(*BINH_THUAN)
        home_library.edit("binh-thuan", {"title": "Họp mặt", "source": "Báo Bình Thuận"})
        home_library.edit("binh-thuan", {"source": "Báo Bình Thuận"})
        home_library.add(*made("a", "Một câu."))
        home_library.add(
            renamed(made("can-tho", "Đã sửa.", title="Kỷ niệm 90 năm")[0], made("a", "x")[0].file), []
        )
        home_library.let_go(CAN_THO[0].file)
        home_library.let_go(made("a", "x")[0].file)
        home_library.remove("binh-thuan")
        with pytest.raises(UnknownArticle):
            home_library.remove("binh-thuan")
    assert heard == [
        ("add", "can-tho", {"title": "Kỷ niệm 90 năm", "file": CAN_THO[0].file}),
        ("update", "can-tho", {"title": "Kỷ niệm 90 năm", "file": CAN_THO[0].file}),
        ("add", "binh-thuan", {"title": "Họp mặt", "file": BINH_THUAN[0].file}),
        ("edit", "binh-thuan", {"source": "Báo Bình Thuận"}),
        ("add", "a", {"title": made("a", "x")[0].title, "file": made("a", "x")[0].file}),
        ("remove", "a", {"title": made("a", "x")[0].title}),  # its file holds the other one now
        ("remove", "can-tho", {"title": "Kỷ niệm 90 năm"}),
        ("remove", "binh-thuan", {"title": "Họp mặt"}),
    ]


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
        db.execute("DELETE FROM meta WHERE key IN ('sentences', 'tables')")
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
        assert len(encoder.texts) == 1 + 6
        assert library.verify() == []
        assert library.search("Chương huân") == found
        encoder.texts.clear()
        library.rebuild()
        assert len(encoder.texts) == 1


# --- rebuilding ------------------------------------------------------------------------------------


def test_rebuild_embeds_nothing_but_what_tells_whether_the_encoder_is_the_same(open_library: Open) -> None:
    encoder = CountingEncoder()
    library = open_library(write=True, encoder=encoder)
    library.add(*CAN_THO)
    encoder.texts.clear()
    said: list[tuple[int, int, str]] = []
    library.rebuild(lambda *what: said.append(what))
    assert encoder.texts == [
        "Văn phòng Thành ủy Cần Thơ\nVăn phòng được tặng Huân chương Lao động hạng Nhất."
    ]
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
        assert len(encoder.texts) == 1
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
    as_earlier_programs_left_it(home / "library.sqlite3", 1)
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


# --- where articles come from ------------------------------------------------------------------------


def source(file: str, container: str | None = None, sha256: str = "1") -> Source:
    return Source(file, container or file, sha256, 1)


def held(library: Library) -> dict[str, tuple[str, ...]]:
    """The files that hold each article, its own first."""
    return {shelved.id: shelved.files for shelved in library.shelf()}


@pytest.fixture
def here(tmp_path: Path) -> Callable[[str], str]:
    """A file that is there, by its name."""

    def path(name: str) -> str:
        (tmp_path / name).touch()
        return str(tmp_path / name)

    return path


def test_an_article_stays_until_both_files_that_hold_it_are_gone(
    library: Library, here: Callable[[str], str]
) -> None:
    a, b = here("a.txt"), here("b.txt")
    library.add(*made("a", "Chung.", file=a))
    assert library.add(*made("a", "Chung.", file=b)) == Outcome("duplicate", "a")
    assert held(library) == {"a": (a, b)}
    assert library.let_go(a) == []
    assert held(library) == {"a": (b,)}
    assert library.article("a").file == b
    assert library.verify() == []
    assert [article.id for article in library.let_go(b)] == ["a"]
    assert held(library) == {}
    assert library.let_go(b) == []


def test_a_file_that_changes_while_its_copy_stays_does_not_take_the_copys_article(
    library: Library, here: Callable[[str], str]
) -> None:
    a, b = here("a.txt"), here("b.txt")
    library.add(*made("a", "Chung.", file=a))
    library.add(*made("b", "Chung.", file=b))
    library.edit("a", {"unit": "Huyện ủy"})
    assert library.add(*made("a", "Riêng.", file=a)) == Outcome("updated", "a-2")
    assert held(library) == {"a": (b,), "a-2": (a,)}
    assert library.article("a").unit == "Huyện ủy"
    assert library.article("a-2").unit is None  # what people said, they said of the other
    assert library.verify() == []


def test_both_copies_that_change_alike_are_one_article_again(
    library: Library, here: Callable[[str], str]
) -> None:
    a, b = here("a.txt"), here("b.txt")
    for file in (a, b):
        library.add(*made("a", "Chung.", file=file))
    assert library.add(*made("a", "Mới.", file=a)) == Outcome("updated", "a-2")
    assert library.add(*made("a", "Mới.", file=b)) == Outcome("duplicate", "a-2")
    assert held(library) == {"a-2": (a, b)}
    assert library.verify() == []


def test_documents_of_an_archive_come_and_go_with_it(library: Library) -> None:
    zip = "/thư/2021.zip"
    for name in ("a", "b"):
        article, passages = made(name, f"Bài {name}.", file=f"{zip}/{name}.docx")
        library.add(article, passages, source=source(article.file, zip))
    assert library.containers() == {zip: ("1", 1)}
    assert [a.id for a in library.let_go(zip, keep=[f"{zip}/a.docx"])] == ["b"]
    assert held(library) == {"a": (f"{zip}/a.docx",)}
    assert [a.id for a in library.let_go(zip)] == ["a"]
    assert library.containers() == {}


def test_an_archive_of_which_one_document_is_to_be_read_again_is_to_be_read_again(library: Library) -> None:
    zip = "/thư/2021.zip"
    for name, sha256 in (("a", "1"), ("b", "")):
        article, passages = made(name, f"Bài {name}.", file=f"{zip}/{name}.docx")
        library.add(article, passages, source=source(article.file, zip, sha256))
    assert library.containers() == {zip: ("", 1)}


def test_a_moved_file_keeps_its_article_and_what_people_put_there(
    library: Library, here: Callable[[str], str]
) -> None:
    library.add(*made("cu", "Nội dung.", file="/đã/xóa/cu.txt"))
    library.edit("cu", {"author": "Nguyễn Văn An"})
    new = here("mới.txt")
    assert library.add(*made("mới", "Nội dung.", file=new)) == Outcome("duplicate", "cu")
    assert held(library) == {"cu": (new,)}
    assert library.article("cu").author == "Nguyễn Văn An"


@pytest.mark.parametrize("error", [PermissionError, OSError])
def test_a_file_on_a_disk_that_does_not_answer_is_not_taken_for_gone(
    library: Library, monkeypatch: pytest.MonkeyPatch, error: type[OSError]
) -> None:
    library.add(*made("a", "Nội dung.", file="/mạng/a.txt"))

    def silent(path: str) -> None:
        raise error(5, "Input/output error")

    monkeypatch.setattr(os, "lstat", silent)
    library.add(*made("b", "Nội dung.", file="/mạng/b.txt"))
    assert held(library) == {"a": ("/mạng/a.txt", "/mạng/b.txt")}


def test_files_that_swap_their_names_keep_their_articles(library: Library) -> None:
    for id in ("a", "b", "c"):
        library.add(*made(id, f"Bài {id}."))
        library.edit(id, {"author": f"Tác giả {id}"})
    renamed, removed = library.rename({"/bai/a.txt": "/bai/b.txt", "/bai/b.txt": "/bai/a.txt"})
    assert ({a.id for a in renamed}, removed) == ({"a", "b"}, [])
    assert held(library) == {"a": ("/bai/b.txt",), "b": ("/bai/a.txt",), "c": ("/bai/c.txt",)}
    assert library.article("a").author == "Tác giả a"
    assert library.verify() == []


def test_a_file_that_takes_the_name_of_another_leaves_nothing_of_that(library: Library) -> None:
    for id in ("a", "b", "c"):
        library.add(*made(id, f"Bài {id}."))
    chain = {"/bai/a.txt": "/bai/b.txt", "/bai/b.txt": "/bai/c.txt"}
    renamed, removed = library.rename(chain)
    assert ({a.id for a in renamed}, [a.id for a in removed]) == ({"a", "b"}, ["c"])
    assert held(library) == {"a": ("/bai/b.txt",), "b": ("/bai/c.txt",)}
    assert library.verify() == []


def test_an_archive_that_was_renamed_takes_its_documents_along(library: Library) -> None:
    article, passages = made("a", "Bài a.", file="/cũ.zip/a.docx")
    library.add(article, passages, source=source(article.file, "/cũ.zip"))
    library.rename({"/cũ.zip": "/mới.zip"})
    assert held(library) == {"a": ("/mới.zip/a.docx",)}
    assert library.containers() == {"/mới.zip": ("1", 1)}
    assert library.verify() == []


# --- what people put in a field ----------------------------------------------------------------------


def test_an_edited_field_survives_the_file_being_read_again(library: Library) -> None:
    library.add(*made("a", "Một.", title="Tên trong tệp"))
    library.edit("a", {"title": "Tên đúng", "published": date(2020, 10, 18)})
    assert library.add(*made("a", "Hai.", title="Tên trong tệp")) == Outcome("updated", "a")
    article = library.article("a")
    assert (article.title, article.published) == ("Tên đúng", date(2020, 10, 18))
    (shelved,) = library.shelf()
    assert shelved.edited == {"title", "published"}
    assert library.add(*made("a", "Hai.", title="Tên trong tệp")) == Outcome("unchanged", "a")
    assert library.verify() == []


def test_a_field_set_back_to_what_the_document_says_is_no_longer_edited(library: Library) -> None:
    library.add(*made("a", "Một.", unit="Huyện ủy", published=date(2020, 1, 2)))
    library.edit("a", {"unit": "Tỉnh ủy", "published": None})
    assert library.shelf()[0].edited == {"unit", "published"}
    library.edit("a", {"unit": "Huyện ủy"})
    assert library.shelf()[0].edited == {"published"}
    library.edit("a", {"published": date(2020, 1, 2)})
    assert library.shelf()[0].edited == set()
    library.add(*made("a", "Hai.", unit="Thành ủy"))
    assert library.article("a").unit == "Thành ủy"


def test_a_document_that_comes_to_say_what_people_said_is_right_again(library: Library) -> None:
    library.add(*made("a", "Một.", unit="Huyện ủy"))
    library.edit("a", {"unit": "Tỉnh ủy"})
    library.add(*made("a", "Hai.", unit="Tỉnh ủy"))
    assert library.shelf()[0].edited == set()
    assert library.article("a").unit == "Tỉnh ủy"


def test_an_edited_office_embeds_anew_and_changes_the_facts(open_library: Open) -> None:
    encoder = CountingEncoder()
    library = open_library(write=True, encoder=encoder)
    library.add(*made("a", "Năm 2005, Văn phòng được tặng Huân chương Lao động hạng Ba."))
    encoder.texts.clear()
    edited = library.edit("a", {"unit": "Văn phòng Huyện ủy Bình Lãng"})
    assert len(encoder.texts) == 1
    assert encoder.texts[0].startswith("Văn phòng Huyện ủy Bình Lãng\n")
    assert library.facts("Văn phòng Huyện ủy Bình Lãng") == list(facts(edited))
    assert library.search("Bình Lãng")[0].article == edited
    assert library.verify() == []
    encoder.texts.clear()
    library.edit("a", {"author": "Trần Thị Bình"})
    assert encoder.texts == []


def test_what_was_typed_is_tidied_and_a_blank_says_that_there_is_none(library: Library) -> None:
    library.add(*made("a", "Một.", unit="Huyện ủy"))
    edited = library.edit("a", {"author": "  Nguyễn   Văn An ", "unit": "   "})
    assert (edited.author, edited.unit) == ("Nguyễn Văn An", None)
    assert library.verify() == []


def test_an_article_keeps_a_title_and_its_words(library: Library) -> None:
    library.add(*made("a", "Một."))
    before = library.generation()
    with pytest.raises(LibraryError, match="phải có tên"):
        library.edit("a", {"title": " "})
    with pytest.raises(ValueError, match="text"):
        library.edit("a", {"text": "Khác."})
    with pytest.raises(UnknownArticle):
        library.edit("b", {"author": "An"})
    assert library.edit("a", {"author": None}) == library.article("a")
    assert library.generation() == before


def test_an_edit_keeps_the_copy_of_the_document(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("Một", encoding="utf-8")
    library.add(*made("a", "Một.", file=str(file)), original=file)
    kept = library.original("a")
    library.edit("a", {"author": "An"})
    assert kept is not None
    assert library.original("a") == kept


# --- several at once ---------------------------------------------------------------------------------


def test_threads_that_change_the_same_things_at_once_leave_a_sound_library(
    library: Library, tmp_path: Path
) -> None:
    file = tmp_path / "gốc.txt"
    file.write_text("Gốc", encoding="utf-8")

    def work(n: int) -> None:
        article, passages = made(f"a{n % 3}", f"Bài {n % 5}.", file=f"/bai/{n % 4}.txt")
        library.add(article, passages, original=file)
        if n % 4 == 3:
            library.let_go(f"/bai/{n % 3}.txt")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(40)))
    assert library.verify() == []


def test_a_hit_is_of_one_state_though_its_article_changes_meanwhile(
    open_library: Open, full: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = open_library()
    ranked = View.passages

    def changed_meanwhile(self: View, numbers: Collection[int]) -> dict[int, Passage]:
        full.add(*made("can-tho", "Nay đã khác hẳn rồi."))
        return ranked(self, numbers)

    monkeypatch.setattr(View, "passages", changed_meanwhile)
    best = reader.search("Huân chương Lao động hạng nào?")[0]
    assert best.text == "Văn phòng được tặng Huân chương Lao động hạng Nhất."
    monkeypatch.undo()
    assert {hit.text for hit in reader.search("Huân chương") if hit.article.id == "can-tho"} == {
        "Nay đã khác hẳn rồi."
    }


# --- libraries of earlier programs -------------------------------------------------------------------


@pytest.mark.parametrize("schema", [1, 2])
def test_every_article_of_an_older_library_is_kept_and_has_a_source(
    open_library: Open, home: Path, schema: int, tmp_path: Path
) -> None:
    with open_library(write=True) as library:
        library.add(*CAN_THO)
        library.add(*BINH_THUAN)
    as_earlier_programs_left_it(home / "library.sqlite3", schema)
    with open_library() as library:
        assert library.articles() == [BINH_THUAN[0], CAN_THO[0]]
        assert library.verify() == []
    with open_library(write=True) as library:
        assert library.articles() == [BINH_THUAN[0], CAN_THO[0]]
        assert held(library) == {"binh-thuan": (BINH_THUAN[0].file,), "can-tho": (CAN_THO[0].file,)}
        # To be read again, and then kept with a copy.
        assert library.containers() == {a.file: ("", 0) for a, _ in (CAN_THO, BINH_THUAN)}
        assert library.original("can-tho") is None
        file = tmp_path / "can-tho.txt"
        file.write_text("Gốc", encoding="utf-8")
        library.edit("can-tho", {"author": "An"})
        assert library.original("can-tho") is None
        outcome = library.add(*CAN_THO, source=source(CAN_THO[0].file), original=file)
        assert outcome == Outcome("unchanged", "can-tho")
        assert library.original("can-tho") is not None
        assert library.article("can-tho").author == "An"
        library.rebuild()
        assert library.verify() == []


def test_a_migration_that_was_broken_off_begins_anew(
    open_library: Open, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_library(write=True) as library:
        library.add(*CAN_THO)
    as_earlier_programs_left_it(home / "library.sqlite3", 2)
    with monkeypatch.context() as broken:
        broken.setattr("vectorstore.schema._SOURCES", ("CREATE TABLE sources (file TEXT)", "SELECT nothing"))
        with pytest.raises(LibraryError):
            open_library(write=True)
    with open_library(write=True) as library:
        assert library.articles() == [CAN_THO[0]]
        assert library.verify() == []


# --- damage ------------------------------------------------------------------------------------------


def test_an_article_that_is_not_what_was_stored_is_never_shown(open_library: Open, home: Path) -> None:
    with open_library(write=True) as library:
        library.add(*CAN_THO)
        library.add(*BINH_THUAN)
    with sqlite3.connect(home / "library.sqlite3") as db:
        db.execute("UPDATE articles SET text = replace(text, '1930', '1931') WHERE id = 'can-tho'")
    db.close()
    library = open_library()
    for read in (lambda: library.article("can-tho"), library.articles, lambda: library.search("ngày 18/10")):
        with pytest.raises(LibraryDamaged, match=r"can-tho.*app\.py restore"):
            read()
    assert library.article("binh-thuan") == BINH_THUAN[0]
    (fault,) = library.verify()
    assert "app.py restore" in fault


@pytest.mark.parametrize("state", ["gone", "empty"])
def test_a_library_whose_database_is_gone_is_not_taken_for_a_new_one(
    open_library: Open, home: Path, tmp_path: Path, state: str
) -> None:
    file = tmp_path / "a.txt"
    file.write_text("Một", encoding="utf-8")
    with open_library(write=True) as library:
        library.add(*made("a", "Một.", file=str(file)), original=file)
    database = home / "library.sqlite3"
    database.unlink() if state == "gone" else database.write_bytes(b"")
    for write in (False, True):
        with pytest.raises(LibraryDamaged, match=r"mất tệp library\.sqlite3.*app\.py restore TỆP"):
            open_library(write=write)
    assert len(list((home / "originals").iterdir())) == 1


def test_a_database_of_another_program_is_left_alone(open_library: Open, home: Path) -> None:
    home.mkdir()
    with sqlite3.connect(home / "library.sqlite3") as db:
        db.execute("CREATE TABLE moz_places (url TEXT)")
    db.close()
    before = (home / "library.sqlite3").read_bytes()
    with pytest.raises(LibraryDamaged, match="không phải là thư viện của Nếp"):
        open_library(write=True)
    assert (home / "library.sqlite3").read_bytes() == before


def test_rebuild_mends_each_kind_of_what_is_made_from_articles(open_library: Open, home: Path) -> None:
    with open_library(write=True) as library:
        library.add(*CAN_THO)
        library.add(*made("hai", "Câu thứ nhất. Câu thứ hai.", "Năm 2005, Văn phòng có 46 cán bộ."))
        before = snapshot(home)
    for damage in (
        "UPDATE terms SET exact = 'khác' WHERE rowid = 1",
        "DELETE FROM terms WHERE rowid = 2",
        "DELETE FROM terms_data WHERE id > 10",
        "INSERT INTO terms (rowid, exact) VALUES (99, 'x')",
        "UPDATE facts SET value = '1931'",
        "DELETE FROM facts",
        "DELETE FROM vectors WHERE passage = 1",
        "UPDATE vectors SET vector = x'00000000' WHERE passage = 2",
        "UPDATE vectors SET vector = zeroblob(length(vector)) WHERE passage = 3",
        "DELETE FROM sentences",
        "UPDATE sentences SET vectors = zeroblob(length(vectors))",
        "UPDATE sentences SET vectors = x'0000'",
        "INSERT INTO sentences SELECT 1, vectors FROM sentences",
    ):
        with sqlite3.connect(home / "library.sqlite3") as db:
            db.execute(damage)
        db.close()
        with open_library(write=True) as library:
            found = library.verify()
            assert found, damage
            assert all(fault.endswith("Hãy chạy «python app.py rebuild».") for fault in found), found
            assert library.rebuild() == []
            assert library.verify() == [], damage
        assert snapshot(home) == before, damage


def test_an_encoder_that_changed_under_its_name_is_mended_by_rebuild(open_library: Open) -> None:
    class Changed(CountingEncoder):
        def _vector(self, text: str) -> Vectors:
            return np.roll(super()._vector(text), 1)

    with open_library(write=True) as library:
        library.add(*CAN_THO)
    with open_library(write=True, encoder=Changed()) as library:
        assert library.verify()
        library.rebuild()
        assert library.verify() == []


def test_rules_that_changed_without_a_word_are_noticed_by_rebuild(
    open_library: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_library(write=True) as library:
        library.add(*CAN_THO)
    monkeypatch.setattr(catalogue_module, "facts", lambda article: ())
    monkeypatch.setattr("vectorstore.verify.facts", lambda article: ())
    monkeypatch.setattr(catalogue_module, "_rules", lambda: "others")
    with open_library(write=True) as library:
        assert library.verify()
        library.rebuild()
        assert library.facts() == []
        assert library.verify() == []


def test_while_a_reader_has_a_broken_database_open_it_is_not_replaced(open_library: Open, home: Path) -> None:
    with open_library(write=True) as library:
        library.add(*CAN_THO)
    with sqlite3.connect(home / "library.sqlite3") as db:
        db.execute("DELETE FROM terms_data WHERE id > 10")
    db.close()
    reader = open_library()
    assert reader.article("can-tho") == CAN_THO[0]
    with open_library(write=True) as library:
        with pytest.raises(LibraryLocked, match="Hãy dừng Nếp"):
            library.rebuild()
        reader.close()
        library.rebuild()
        assert library.verify() == []


def snapshot(home: Path) -> list[object]:
    """All that is stored, but for what counts changes and moments."""
    with sqlite3.connect(home / "library.sqlite3") as db:
        rows: list[object] = [
            db.execute(
                "SELECT id, title, text, published, author, source, unit, file, digest, pages, said, "
                "seal, indexed, embedded FROM articles ORDER BY id"
            ).fetchall()
        ]
        for table, order in (
            ("blocks", "article, ordinal"),
            ("passages", "number"),
            ("vectors", "passage"),
            ("sentences", "passage"),
            ("facts", "article, ordinal"),
            ("sources", "file"),
            ("terms", "rowid"),
        ):
            rows.append(db.execute(f"SELECT * FROM {table} ORDER BY {order}").fetchall())
    db.close()
    return rows
