from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.errors import LibraryError, UnknownArticle
from ingest.facts import Fact, FactKind, facts
from ingest.types import Article
from ingest.vietnamese import terms
from tests.fakes import CountingEncoder
from tests.vectorstore.articles import Made, made
from tests.vectorstore.older import as_earlier_programs_left_it, with_former_seals, without_facts
from vectorstore import catalogue as catalogue_module
from vectorstore import schema
from vectorstore.catalogue import Catalogue, Entry
from vectorstore.indexed import about, own
from vectorstore.types import Filter


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "library.sqlite3"


@pytest.fixture
def catalogue(file: Path) -> Iterator[Catalogue]:
    catalogue = Catalogue.open(file)
    yield catalogue
    catalogue.close()


def store(catalogue: Catalogue, *articles: Made) -> None:
    encoder = CountingEncoder()
    for article, passages in articles:
        vectors = encoder.passages([article.text[p.start : p.end] for p in passages])
        with catalogue.writing() as pen:
            pen.describe(encoder.name, encoder.dimensions)
            pen.store(
                article,
                [
                    Entry(p, v, v[None, :].repeat(2, axis=0), own(article, p), about(article, p))
                    for p, v in zip(passages, vectors, strict=True)
                ],
            )


def test_what_is_stored_comes_back_equal(catalogue: Catalogue) -> None:
    article, passages = made("a", "Đoạn một.", "Đoạn hai 😀.", unit="Huyện ủy", published=date(2020, 10, 18))
    store(catalogue, (article, passages))
    with catalogue.reading() as view:
        assert view.article("a") == article
        assert view.articles() == [article]
        assert view.passages_of("a") == list(passages)
        assert view.count() == 2
        assert view.units() == ["Huyện ủy"]


def test_pages_come_back_with_what_was_read_off_pictures(catalogue: Catalogue, file: Path) -> None:
    article, passages = made("a", "Đoạn một.", "Đoạn hai.")
    paged = replace(article, pages=((0, 1), (3, 2), (9, 3)), scanned=frozenset([2]))
    store(catalogue, (paged, passages))
    with catalogue.reading() as view:
        assert view.article("a") == paged
    with catalogue.writing() as pen:
        pen.store(replace(paged, scanned=frozenset()), [])
        as_before = pen.article("a")
    assert as_before.pages == paged.pages
    with closing(sqlite3.connect(file)) as db:  # as all were kept once
        assert db.execute("SELECT pages FROM articles").fetchone() == ("[[0, 1], [3, 2], [9, 3]]",)


def test_storing_again_replaces(catalogue: Catalogue) -> None:
    store(catalogue, made("a", "Cũ một.", "Cũ hai."), made("a", "Mới."))
    with catalogue.reading() as view:
        assert [p.ordinal for p in view.passages_of("a")] == [0]
        assert view.faults() == []
        assert view.rank(terms("cũ")) == {}


def test_removing_leaves_nothing(catalogue: Catalogue, file: Path) -> None:
    store(catalogue, made("a", "Một."), made("b", "Hai."))
    with catalogue.writing() as pen:
        pen.remove("a")
        pen.remove("b")
    with sqlite3.connect(file) as db:
        for table in ("articles", "blocks", "passages", "vectors", "sentences", "terms", "facts"):
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
    db.close()


def test_an_unknown_article_is_refused_with_the_command_that_lists_them(catalogue: Catalogue) -> None:
    with catalogue.reading() as view, pytest.raises(UnknownArticle, match="articles"):
        view.article("không có")


def move_and_fail(catalogue: Catalogue) -> None:
    with catalogue.writing() as pen:
        pen.move("a", "/khác.txt")
        pen.remove("không có")


def test_every_change_raises_the_generation_and_a_failed_one_does_not(catalogue: Catalogue) -> None:
    with catalogue.reading() as view:
        before = view.generation()
    store(catalogue, made("a", "Một."))
    with pytest.raises(UnknownArticle):
        move_and_fail(catalogue)
    with catalogue.reading() as view:
        assert view.generation() == before + 1
        assert view.article("a").file == "/bai/a.txt"


def test_a_reader_sees_one_state_while_another_writes(catalogue: Catalogue) -> None:
    store(catalogue, made("a", "Một."))
    with catalogue.reading() as view:
        assert view.count() == 1
        store(catalogue, made("b", "Hai."))
        assert view.count() == 1
        assert view.rank(terms("hai")) == {}
    with catalogue.reading() as view:
        assert view.count() == 2


def test_words_find_their_passage_with_marks_and_without(catalogue: Catalogue) -> None:
    store(catalogue, made("a", "Huân chương Lao động.", "Trường học."))
    with catalogue.reading() as view:
        first, second = (view.ids_of("a")[p.id] for p in view.passages_of("a"))
        assert set(view.rank(terms("huân chương"))) == {first}
        assert set(view.rank(terms("huan chuong"))) == {first}
        assert set(view.rank(terms("TRƯỜNG"))) == {second}
        assert view.rank(terms("😀")) == {}


def test_a_title_finds_all_its_passages(catalogue: Catalogue) -> None:
    store(catalogue, made("a", "Một.", "Hai.", title="Bình Thuận"), made("b", "Ba."))
    with catalogue.reading() as view:
        assert set(view.rank(terms("Bình Thuận"))) == {view.ids_of("a")[p.id] for p in view.passages_of("a")}


@pytest.mark.parametrize(
    "text", ['"', "a OR b", "NEAR(a b)", "a*", "{x}: y", "';--", "x" * 10_000, "từ " * 9_000]
)
def test_no_question_breaks_the_term_index(catalogue: Catalogue, text: str) -> None:
    store(catalogue, made("a", "Một."))
    with catalogue.reading() as view:
        view.rank(terms(text))


def test_frequency_counts_passages_and_is_zero_for_the_unknown(catalogue: Catalogue) -> None:
    store(catalogue, made("a", "Huyện ủy, huyện ủy.", "Huyện.", title="Thành ủy"))
    with catalogue.reading() as view:
        assert view.frequency(["huyện", "huyện_ủy", "thành", "huyen"], "exact") == {
            "huyện": 2,
            "huyện_ủy": 1,
            "thành": 0,
            "huyen": 0,
        }
        assert view.frequency({"huyen"}, "folded") == {"huyen": 2}


def test_a_score_is_that_of_the_passage_alone_and_that_with_its_title(
    catalogue: Catalogue, file: Path
) -> None:
    store(
        catalogue,
        made("a", "Cây lúa trổ bông.", "Lúa chín vàng.", "Gặt về.", title="Mùa lúa"),
        made("b", "Cây ngô.", "Bông ngô vàng.", "Bẻ ngô.", "Phơi.", title="Mùa ngô"),
    )
    asked = terms("mùa lúa bông vàng không có")
    exact, folded = (
        " OR ".join(f'"{t}"' for t in dict.fromkeys(some)) for some in (asked.exact, asked.folded)
    )
    expected: dict[int, float] = {}
    with sqlite3.connect(file) as db:
        for own_column, bare_column in (("exact", "folded"), ("exact about_exact", "folded about_folded")):
            query = f"{{{own_column}}} : ({exact}) OR {{{bare_column}}} : ({folded})"
            for number, score in db.execute(
                "SELECT rowid, -bm25(terms) FROM terms WHERE terms MATCH ?", (query,)
            ):
                expected[number] = expected.get(number, 0.0) + score
    db.close()
    with catalogue.reading() as view:
        assert view.rank(asked) == pytest.approx(expected)


def test_frequency_follows_what_is_stored(catalogue: Catalogue) -> None:
    store(catalogue, made("a", "Cây lúa."))
    with catalogue.reading() as before:
        assert before.frequency(["lúa", "ngô"], "exact") == {"lúa": 1, "ngô": 0}
        store(catalogue, made("b", "Cây lúa.", "Cây ngô."))
        with catalogue.reading() as after:
            assert after.frequency(["lúa", "ngô"], "exact") == {"lúa": 2, "ngô": 1}
        # Who began to read before it was stored goes on reading what there was.
        assert before.frequency(["lúa", "ngô", "cây"], "exact") == {"lúa": 1, "ngô": 0, "cây": 1}


def test_a_writer_counts_what_it_has_written(catalogue: Catalogue) -> None:
    store(catalogue, made("a", "Cây lúa."))
    with catalogue.writing() as pen:
        assert pen.frequency(["lúa"], "exact") == {"lúa": 1}
        pen.remove("a")
        assert pen.frequency(["lúa"], "exact") == {"lúa": 0}
    with catalogue.reading() as view:
        assert view.frequency(["lúa"], "exact") == {"lúa": 0}


def test_frequency_holds_however_many_terms_were_asked_for(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue_module, "KEPT_COUNTS", 2)
    store(catalogue, made("a", "Một hai ba bốn."))
    with catalogue.reading() as view:
        for _ in range(2):
            assert set(view.frequency(["một", "hai", "ba", "bốn"], "exact").values()) == {1}


def test_the_vocabulary_counts_every_place_in_the_text_and_a_title_once(catalogue: Catalogue) -> None:
    store(catalogue, made("a", "Huyện ủy, huyện ủy.", "Huyện.", title="Thành ủy"))
    with catalogue.reading() as view:
        counted = dict(view.vocabulary())
    assert counted["huyện"] == 3
    assert counted["huyện_ủy"] == 2
    assert counted["thành_ủy"] == 1
    assert "huyen" not in counted


def test_filters_by_article_unit_and_date(catalogue: Catalogue) -> None:
    store(
        catalogue,
        made("a", "Một.", unit="Văn phòng Huyện uỷ", published=date(2020, 1, 1)),
        made("b", "Hai.", unit="Văn phòng Tỉnh ủy", published=date(2021, 1, 1)),
        made("c", "Ba."),
    )

    def found(where: Filter) -> list[str]:
        with catalogue.reading() as view:
            assert len(view.numbers(where)) == len(view.articles(where))
            return [a.id for a in view.articles(where)]

    assert found(Filter()) == ["a", "b", "c"]
    assert found(Filter(articles=frozenset({"a", "c", "x"}))) == ["a", "c"]
    assert found(Filter(articles=frozenset())) == []
    assert found(Filter(units=frozenset({"VAN PHONG  HUYEN UY"}))) == ["a"]
    assert found(Filter(published_from=date(2020, 6, 1))) == ["b"]
    assert found(Filter(published_from=date(2020, 1, 1), published_to=date(2020, 1, 1))) == ["a"]
    assert found(Filter(articles=frozenset({"b"}), units=frozenset({"Văn phòng Huyện ủy"}))) == []


def test_vectors_come_back_by_number(catalogue: Catalogue) -> None:
    store(catalogue, made("a", "Một.", "Hai.", "Ba."))
    with catalogue.reading() as view:
        numbers, rows = view.vectors()
        some, row = view.vectors([int(numbers[1]), 999])
        none, empty = view.vectors([])
    assert np.array_equal(rows, CountingEncoder().passages(["Một.", "Hai.", "Ba."]))
    assert some.tolist() == [numbers[1]]
    assert np.array_equal(row, rows[1:2])
    assert len(none) == len(empty) == 0


def test_the_vectors_of_sentences_come_back_in_half_precision(catalogue: Catalogue) -> None:
    store(catalogue, made("a", "Một.", "Hai."))
    with catalogue.reading() as view:
        numbers, rows = view.vectors()
        found = view.sentences([int(numbers[1]), 999])
        assert list(found) == [numbers[1]]
        np.testing.assert_allclose(found[int(numbers[1])], rows[[1, 1]], atol=5e-4)
    with catalogue.writing() as pen:
        pen.put_sentences(int(numbers[1]), rows[:0])
        assert pen.sentences([int(numbers[1])]) == {}


def test_a_library_from_before_sentences_were_kept_is_read_and_given_a_table(
    catalogue: Catalogue, file: Path
) -> None:
    store(catalogue, made("a", "Một."))
    with sqlite3.connect(file) as db:
        db.execute("DROP TABLE sentences")
        db.execute("DELETE FROM meta WHERE key = 'sentences'")
    db.close()
    with catalogue.reading() as view:
        assert not view.meta().sentences
        assert view.sentences([1]) == {}
    catalogue.mend()
    store(catalogue, made("b", "Hai."))
    with catalogue.reading() as view:
        assert not view.meta().sentences
        assert list(view.sentences(list(view.ids_of("b").values()))) != []


def test_many_threads_read_while_one_writes(catalogue: Catalogue) -> None:
    def read(_: int) -> bool:
        with catalogue.reading() as view:
            return len(view.articles()) == view.count() == len(view.vectors()[0])

    with ThreadPoolExecutor(4) as pool:
        whole = pool.map(read, range(80))
        for n in range(20):
            store(catalogue, made(f"a{n}", f"Đoạn {n}."))
        assert all(whole)


def test_a_file_that_is_no_library_is_refused(file: Path) -> None:
    file.write_bytes(b"not a database" * 100)
    with pytest.raises(LibraryError, match="bị hỏng"):
        Catalogue.open(file)


def test_a_library_of_another_schema_is_refused(catalogue: Catalogue, file: Path) -> None:
    with sqlite3.connect(file) as db:
        db.execute("UPDATE meta SET value = 99 WHERE key = 'schema'")
    db.close()
    with pytest.raises(LibraryError, match="phiên bản khác"):
        Catalogue.open(file)


def test_a_closed_catalogue_says_so(catalogue: Catalogue) -> None:
    catalogue.close()
    with pytest.raises(LibraryError, match="đã đóng"), catalogue.reading():
        pass


def test_faults_name_what_hangs_loose(catalogue: Catalogue, file: Path) -> None:
    store(catalogue, made("a", "Một.", "Hai."))
    with sqlite3.connect(file) as db:
        db.execute("DELETE FROM vectors")
        db.execute("DELETE FROM terms WHERE rowid = 1")
        db.execute("INSERT INTO terms (rowid, exact) VALUES (99, 'x')")
        db.execute("UPDATE passages SET article = 'mất' WHERE number = 2")
    db.close()
    with catalogue.reading() as view:
        text = "\n".join(view.faults())
    for told in (
        "2 đoạn không có vector",
        "1 đoạn không có dòng từ khóa",
        "1 dòng từ khóa không thuộc",
        "articles",
    ):
        assert told in text


# --- facts -----------------------------------------------------------------------------------------

FOUNDED = made(
    "a",
    "Văn phòng Huyện ủy Bình Lãng được thành lập ngày 02/9/1948.",
    "Năm 2005, Văn phòng được Chủ tịch nước tặng Huân chương Lao động hạng Ba.",
    unit="Văn phòng Huyện ủy Bình Lãng",
    published=date(2021, 10, 15),
)
STAFF = made("b", "Hiện nay, Văn phòng có 46 cán bộ.", unit="Văn phòng Tỉnh ủy Hà Lương")


def of(*articles: Article) -> list[Fact]:
    return [fact for article in articles for fact in facts(article)]


def test_the_facts_of_an_article_come_back_equal_in_order(catalogue: Catalogue) -> None:
    store(catalogue, STAFF, FOUNDED)
    with catalogue.reading() as view:
        assert view.facts() == of(FOUNDED[0], STAFF[0])
        assert view.keeps_facts()
    store(catalogue, made("a", "Không còn gì."))
    with catalogue.reading() as view:
        assert view.facts() == of(STAFF[0])


@pytest.mark.parametrize("kept", [True, False])
def test_facts_are_chosen_by_unit_kind_and_article(catalogue: Catalogue, file: Path, kept: bool) -> None:
    store(catalogue, FOUNDED, STAFF)
    if not kept:
        without_facts(file)
    chosen: list[tuple[dict[str, Any], list[FactKind]]] = [
        ({"unit": "VĂN PHÒNG HUYỆN UỶ BÌNH LÃNG"}, [FactKind.DATE, FactKind.AWARD]),
        ({"kind": FactKind.COUNT}, [FactKind.COUNT]),
        ({"unit": "Văn phòng Tỉnh ủy Hà Lương", "kind": FactKind.AWARD}, []),
        ({"where": Filter(published_from=date(2021, 1, 1))}, [FactKind.DATE, FactKind.AWARD]),
        ({"unit": "Bình Lãng"}, []),
    ]
    with catalogue.reading() as view:
        assert view.keeps_facts() is kept
        for arguments, kinds in chosen:
            assert [fact.kind for fact in view.facts(**arguments)] == kinds


def test_a_library_from_before_facts_were_kept_tells_them_and_is_mended_by_whoever_writes(
    catalogue: Catalogue, file: Path
) -> None:
    store(catalogue, FOUNDED, STAFF)
    catalogue.close()
    as_earlier_programs_left_it(file, 1)
    older = Catalogue.open(file)
    with older.reading() as view:
        assert not view.keeps_facts()
        assert view.facts() == of(FOUNDED[0], STAFF[0])
    older.mend()
    with older.reading() as view:
        assert view.keeps_facts()
        assert view.meta().schema == schema.SCHEMA_VERSION
        assert view.facts() == of(FOUNDED[0], STAFF[0])
        generation = view.generation()
    older.mend()
    with older.reading() as view:
        assert view.generation() == generation
    older.close()


def test_the_seals_of_an_earlier_program_are_taken_for_none_and_made_anew_by_whoever_writes(
    catalogue: Catalogue, file: Path
) -> None:
    store(catalogue, FOUNDED, STAFF)
    with catalogue.reading() as view:
        sealed = view.index_is_sound(FOUNDED[0].id), view.meta()
    catalogue.close()
    with_former_seals(file)
    older = Catalogue.open(file)
    with older.reading() as view:
        assert view.article(FOUNDED[0].id) == FOUNDED[0]
        assert not view.meta().sealed
    older.mend()
    with older.reading() as view:
        assert view.meta().sealed
        assert (view.index_is_sound(FOUNDED[0].id), view.is_whole()) == (sealed[0], True)
    older.close()
    with sqlite3.connect(file) as db:
        db.execute("UPDATE articles SET file = 'khac.txt' WHERE id = ?", (FOUNDED[0].id,))
    db.close()
    changed = Catalogue.open(file)
    with changed.reading() as view, pytest.raises(sqlite3.DatabaseError):
        view.article(FOUNDED[0].id)
    changed.close()


def test_a_mending_that_fails_leaves_the_library_as_it_was(
    catalogue: Catalogue, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(catalogue, FOUNDED, STAFF)
    without_facts(file)

    def broken(article: Article) -> tuple[Fact, ...]:
        if article.id == "b":
            raise RuntimeError
        return facts(article)

    monkeypatch.setattr(catalogue_module, "facts", broken)
    with pytest.raises(RuntimeError):
        catalogue.mend()
    monkeypatch.undo()
    with catalogue.reading() as view:
        assert not view.keeps_facts()
        assert view.facts() == of(FOUNDED[0], STAFF[0])


def test_facts_found_by_other_rules_are_found_again(catalogue: Catalogue, file: Path) -> None:
    store(catalogue, FOUNDED)
    with sqlite3.connect(file) as db:
        db.execute("UPDATE meta SET value = 0 WHERE key = 'facts'")
        db.execute("DELETE FROM facts WHERE ordinal = 0")
    db.close()
    with catalogue.reading() as view:
        assert view.facts() == of(FOUNDED[0])
    catalogue.mend()
    with catalogue.reading() as view:
        assert view.keeps_facts()
        assert view.facts() == of(FOUNDED[0])
