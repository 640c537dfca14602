"""Passages: exact positions, whole sentences, nothing lost, nothing too large."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import chunk, load
from ingest.chunk import MAX_TOKENS, OVERLAP_TOKENS, Context, context, count, passages
from ingest.clean import Cleaned, Piece, article
from ingest.types import Article, BlockKind
from ingest.vietnamese import sentences

SENTENCE = "Văn phòng Huyện ủy có 15 cán bộ, đảng viên. "


def made(*pieces: Piece, id: str = "bai") -> Article:
    return article(id, "/bai.txt", Cleaned(pieces))


def paragraph(text: str) -> Article:
    return made(Piece("title", "Truyền thống vẻ vang"), Piece("paragraph", text.strip()))


def words_of(a: Article) -> list[str]:
    return [a.text[p.start : p.end] for p in passages(a)]


words = st.sampled_from(
    "Văn phòng Huyện ủy họp. Năm 1947, TP. Đông Hà; cán bộ ơi! “Dạ”: 15%… - và rồi".split()
)
texts = st.lists(words, min_size=1, max_size=400).map(" ".join)
pieces = st.lists(
    st.builds(
        Piece,
        st.sampled_from(["heading", "paragraph", "paragraph", "item", "header", "row", "caption"]),
        texts,
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(pieces)
def test_passages_are_exact_ordered_small_and_cover_every_word(found: list[Piece]) -> None:
    ordered = sorted(found, key=lambda piece: piece.kind == "caption")
    a = made(Piece("title", "Truyền thống"), *ordered)
    all_passages = passages(a)
    covered = bytearray(len(a.text))
    for n, p in enumerate(all_passages):
        quoted = a.text[p.start : p.end]
        assert quoted == quoted.strip()
        assert p.ordinal == n
        assert p.article == a.id
        assert p.tokens == count(quoted) <= MAX_TOKENS
        covered[p.start : p.end] = b"\1" * (p.end - p.start)
    assert all(seen or letter.isspace() for seen, letter in zip(covered, a.text, strict=True))
    spans = [(p.start, p.end) for p in all_passages]
    assert spans == sorted(set(spans))


@settings(max_examples=60, deadline=None)
@given(texts)
def test_two_passages_share_whole_sentences_only(text: str) -> None:
    a = paragraph(text)
    starts = {s.start for s in sentences(a.text)}
    ends = {s.end for s in sentences(a.text)}
    found = passages(a)
    for one, two in pairwise(found):
        if two.start < one.end:
            assert two.start in starts
            assert one.end in ends
            assert count(a.text[two.start : one.end]) <= OVERLAP_TOKENS


@given(st.text(max_size=3000))
@settings(max_examples=60, deadline=None)
def test_any_characters_at_all_keep_the_limit(text: str) -> None:
    line = " ".join(text.split())
    a = made(Piece("title", "Bài"), *([Piece("paragraph", line)] if line else []))
    assert all(p.tokens <= MAX_TOKENS for p in passages(a))
    assert "".join("".join(words_of(a)).split()).startswith("Bài")


def test_the_title_begins_the_first_passage() -> None:
    a = paragraph(SENTENCE * 3)
    assert words_of(a) == [a.text]


def test_a_short_article_is_one_passage() -> None:
    assert len(passages(made(Piece("title", "Chỉ có tên bài")))) == 1


def test_a_passage_begins_with_the_last_sentence_of_the_one_before() -> None:
    a = paragraph(" ".join(f"Văn phòng có {n} cán bộ, đảng viên và người lao động." for n in range(40)))
    one, two = words_of(a)[:2]
    assert two.startswith(sentences(one)[-1].of(one))
    assert one.count(".") > 3


def test_no_passage_runs_from_the_text_into_a_caption() -> None:
    a = made(
        Piece("title", "Truyền thống"),
        Piece("paragraph", SENTENCE.strip()),
        Piece("caption", "Tập thể Văn phòng"),
        Piece("caption", "Quang cảnh hội nghị"),
    )
    assert words_of(a)[1:] == ["Tập thể Văn phòng", "Quang cảnh hội nghị"]


def test_a_heading_goes_with_the_text_under_it() -> None:
    a = made(
        Piece("title", "Truyền thống"),
        Piece("paragraph", (SENTENCE * 16).strip()),
        Piece("heading", "Khen thưởng"),
        Piece("paragraph", (SENTENCE * 16).strip()),
    )
    with_heading = [text for text in words_of(a) if "Khen thưởng" in text]
    assert len(with_heading) == 1
    assert not with_heading[0].endswith("Khen thưởng")


def test_a_sentence_that_is_too_long_is_cut_between_clauses() -> None:
    clause = "tham mưu, giúp cấp ủy xây dựng chương trình công tác của nhiệm kỳ"
    a = paragraph("Văn phòng có nhiệm vụ: " + "; ".join([clause] * 30) + ".")
    found = words_of(a)
    assert len(found) > 2
    assert all(text.endswith((";", ".")) for text in found)


def test_a_word_without_end_is_cut_all_the_same() -> None:
    a = paragraph("a" * 20_000)
    assert sum(len(text) for text in words_of(a) if set(text) == {"a"}) == 20_000


def test_the_words_of_special_tokens_are_words() -> None:
    assert count("<|endoftext|>") > 1


def test_an_id_stays_while_the_words_and_their_place_stay() -> None:
    text = " ".join(f"Văn phòng có {n} cán bộ, đảng viên và người lao động." for n in range(60))
    before, after = passages(paragraph(text)), passages(paragraph(text + " Câu thêm vào cuối bài."))
    assert before[0].id == after[0].id
    assert before[-1].id != after[-1].id
    assert len({p.id for p in after}) == len(after)
    assert all(len(p.id) == 16 and int(p.id, 16) >= 0 for p in after)


def test_the_same_words_in_another_article_have_another_id() -> None:
    title = Piece("title", "Một bài")
    assert passages(made(title, id="a"))[0].id != passages(made(title, id="b"))[0].id


def test_real_articles_are_cut_at_the_ends_of_sentences(seeds: Path) -> None:
    for path in load.find([seeds]).files:
        a = load.load(path)
        edges = {s.end for b in a.blocks for s in sentences(a.text, b.start, b.end)}
        inside = [p for p in passages(a) if p.end not in edges]
        long = [s for s in sentences(a.text) if count(s.of(a.text)) > MAX_TOKENS]
        assert len(inside) <= 3 * len(long)


def test_no_word_is_counted_by_downloading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "")
    chunk._encoding.cache_clear()
    assert count("Văn phòng") > 1


ITEMS = [f"Giải thưởng số {n} của Hội thi văn nghệ các cơ quan đảng năm 20{n:02}." for n in range(1, 8)]
LEAD = Piece("paragraph", "Những năm qua, Văn phòng đã nhận các giải thưởng sau đây:")


def test_a_list_that_fits_is_not_cut_from_the_words_before_it() -> None:
    before = Piece("paragraph", SENTENCE * 15)
    short = ITEMS[:5]
    a = made(Piece("title", "Bài"), before, LEAD, *(Piece("item", text) for text in short))
    whole = next(words for words in words_of(a) if LEAD.text in words)
    assert all(item in whole for item in short)
    assert whole.startswith(LEAD.text)


@pytest.mark.parametrize("kind", ["item", "paragraph"])
def test_the_rest_of_a_long_list_has_the_words_before_it_in_mind(kind: BlockKind) -> None:
    many = [Piece(kind, f"{n}) {text}") for n, text in enumerate(ITEMS * 4, 1)]
    a = made(
        Piece("title", "Bài"), Piece("heading", "Khen thưởng"), LEAD, *many, Piece("paragraph", SENTENCE)
    )
    first, *rest = passages(a)
    assert LEAD.text in a.text[first.start : first.end]
    assert len(rest) > 1
    for p in rest:
        if a.text[p.start : p.end] != SENTENCE.strip():
            found = context(a, p.start)
            assert found.leads is not None
            assert found.leads.of(a.text) == LEAD.text
            assert found.heading is not None
            assert found.heading.of(a.text) == "Khen thưởng"
    assert context(a, a.text.index(SENTENCE.strip())).leads is None


def test_a_line_that_names_the_columns_stands_with_the_first_row() -> None:
    rows = [Piece("row", f"{n} | Nguyễn Văn {n} | {1950 + n}") for n in range(40)]
    a = made(
        Piece("title", "Bài"),
        Piece("paragraph", SENTENCE * 12),
        Piece("header", "Số | Họ tên | Năm"),
        *rows,
        Piece("header", "Số | Đơn vị"),
        Piece("row", "1 | Phòng Tổng hợp"),
    )
    found = words_of(a)
    assert all("Số | Họ tên | Năm" not in words or "0 | Nguyễn Văn 0" in words for words in found)
    assert not any(words.endswith("Số | Họ tên | Năm") for words in found)
    last = a.text.index("39 | Nguyễn")
    leads = context(a, last).leads
    assert leads is not None
    assert leads.of(a.text) == "Số | Họ tên | Năm"
    other = context(a, a.text.index("1 | Phòng")).leads
    assert other is not None
    assert other.of(a.text) == "Số | Đơn vị"


def test_nothing_is_in_mind_at_a_title_a_heading_or_a_caption() -> None:
    a = made(
        Piece("title", "Bài"),
        Piece("heading", "I. Mở"),
        Piece("paragraph", SENTENCE),
        Piece("caption", "Ảnh"),
    )
    for words in ("Bài", "I. Mở", "Ảnh"):
        assert context(a, a.text.index(words)) == Context()
