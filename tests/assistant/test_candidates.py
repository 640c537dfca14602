"""The stretches that may answer, and what is known of each: figures that a person can check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.asked import APART, Asked
from assistant.candidates import (
    CONTEXT,
    LONG_SENTENCE,
    LONGEST_QUOTE,
    MOST_ITEMS,
    OTHER_MARKS,
    Candidate,
    stretches,
    with_lists,
)
from assistant.question import Kind, understand
from ingest.types import Article, Passage, Span
from tests.assistant.office import article
from vectorstore.types import Hit

LAM = "Văn phòng Tỉnh ủy Sông Lam"


def _asked(question: str, every: dict[str, float] | None = None) -> Asked:
    understood = understand(question)
    return Asked.of(understood, dict.fromkeys(understood.words, 1.0), every)


def _hit(of: Article, span: Span | None = None, score: float = 1.0, similarity: float | None = 0.8) -> Hit:
    start, end = (span.start, span.end) if span else (0, len(of.text))
    return Hit(of, Passage(f"{of.id}{start}", of.id, 0, start, end, 1), score, similarity, None)


def candidates(asked: Asked, hits: Sequence[Hit]) -> list[Candidate]:
    """The stretches with all that is known of them."""
    return [s.inspected().candidate() for s in stretches(asked, hits)]


def _found(question: str, *hits: Hit, every: dict[str, float] | None = None) -> dict[str, Candidate]:
    """The candidates by their words."""
    return {c.text: c for c in candidates(_asked(question, every), hits)}


GARDEN = article("vuon", "Bài viết", "Vườn nhà rộng. Nơi đây trồng 20 cây. Quả ngọt.", captions=["Vườn nhà."])
HOW_MANY = "Vườn nhà trồng bao nhiêu cây?"  # vườn, nhà, vườn_nhà, trồng, nhà_trồng, cây


# --- features -------------------------------------------------------------------------------------


def test_the_words_that_a_stretch_says_itself_are_a_share_of_all() -> None:
    found = _found(HOW_MANY, _hit(GARDEN))
    assert found["Vườn nhà rộng."].features.own == pytest.approx(3 / 6)
    # "trồng" stands apart from the "nhà" that the question joins it to.
    assert found["Nơi đây trồng 20 cây."].features.own == pytest.approx((1 + APART) / 6)
    assert found["Quả ngọt."].features.own == 0


def test_what_the_neighbours_and_the_title_say_counts_in_part() -> None:
    found = _found(HOW_MANY, _hit(GARDEN))
    assert found["Vườn nhà rộng."].features.beside == pytest.approx(CONTEXT * (1 + APART) / 6)
    assert found["Nơi đây trồng 20 cây."].features.beside == pytest.approx(CONTEXT * 3 / 6)
    titled = article("a", "Vườn nhà", "Quả ngọt.")
    assert _found(HOW_MANY, _hit(titled))["Quả ngọt."].features.beside == pytest.approx(CONTEXT * 3 / 6)


def test_a_word_with_other_marks_counts_nearly() -> None:
    features = _found("Vườn ra sao?", _hit(article("a", "Bài", "vuon rộng.")))["vuon rộng."].features
    assert features.own == pytest.approx(OTHER_MARKS)


def test_the_office_of_the_title_counts_in_full_where_more_than_the_office_is_asked() -> None:
    a = article("a", "Văn phòng Tỉnh ủy", "Quả ngọt.")
    asked = _asked("Văn phòng Tỉnh ủy trồng cây gì?")
    offices = asked.total - asked.topics
    assert 0 < offices < asked.total
    assert next(c for c in candidates(asked, [_hit(a)]) if c.text == "Quả ngọt.").features.beside == (
        pytest.approx(offices / asked.total)
    )


def test_every_syllable_of_the_question_counts_by_its_rarity_names_too() -> None:
    a = article("a", "Bài", "Lan trồng cây.")
    every = {"lan": 3.0, "trồng": 2.0, "rau": 5.0}
    features = _found("Lan trồng gì?", _hit(a), every=every)["Lan trồng cây."].features
    assert features.every == pytest.approx(5 / 10)


def test_a_question_of_names_alone_lacks_no_word() -> None:
    a = article("a", "Bài", "Đồng chí Trần Văn Bình phát biểu.")
    asked = Asked.of(understand("Trần Văn Bình là ai?"), {})
    assert next(c for c in candidates(asked, [_hit(a)]) if "Bình" in c.text).coverage == 1


def test_the_search_s_figures_are_those_of_the_best_placed_passage() -> None:
    first, second = Span(0, 24), Span(10, 45)
    hits = [_hit(GARDEN, second, 0.5, 0.6), _hit(GARDEN, first, 0.9, None)]
    found = _found(HOW_MANY, *hits)
    assert (found["Vườn nhà rộng."].features.passage, found["Vườn nhà rộng."].features.cosine) == (0.9, 0)
    other = found["Nơi đây trồng 20 cây."]
    assert (other.features.passage, other.features.cosine) == (0.5, 0.6)
    assert other.passage == Span(10, other.span.end)


def test_a_stretch_has_the_cosine_of_its_nearest_sentence_else_that_of_the_passage() -> None:
    first, second = (GARDEN.text.index(words) for words in ("Vườn nhà rộng.", "Nơi đây"))
    near = (
        (Span(first, second - 1), 0.9),
        (Span(second, second + 8), 0.7),
        (Span(second + 9, second + 21), 0.6),
    )
    found = _found(HOW_MANY, replace(_hit(GARDEN), sentences=near))
    of = {text: c.features.sentence for text, c in found.items()}
    assert of["Vườn nhà rộng."] == 0.9
    assert of["Nơi đây trồng 20 cây."] == 0.7
    assert of["Quả ngọt."] == 0.8


def test_a_stretch_outside_of_the_passages_is_none() -> None:
    block = GARDEN.blocks[1]
    found = _found(HOW_MANY, _hit(GARDEN, Span(block.start, block.start + 5)))
    assert list(found) == ["Vườn nhà rộng."]
    assert _found(HOW_MANY) == {}


def test_the_kind_asked_for_is_held_or_not() -> None:
    found = _found(HOW_MANY, _hit(GARDEN))
    holds, lacks = found["Nơi đây trồng 20 cây."], found["Vườn nhà rộng."]
    assert holds.features.typed > 0.6
    assert (holds.features.untyped, holds.lacking) == (0, ())
    assert (lacks.features.typed, lacks.features.untyped, lacks.lacking) == (0, 1, (Kind.NUMBER,))
    assert [m.of(GARDEN.text) for m in holds.marks] == ["20"]
    assert (holds.value, lacks.value) == ("20", None)


def test_of_two_kinds_asked_for_one_held_is_half() -> None:
    a = article("a", "Bài", "Vườn lập năm 1941.")
    (c,) = (c for c in candidates(_asked("Vườn lập năm nào và ở đâu?"), [_hit(a)]) if "lập" in c.text)
    (alone,) = (c for c in candidates(_asked("Vườn lập năm nào?"), [_hit(a)]) if "lập" in c.text)
    assert c.features.typed == pytest.approx(alone.features.typed / 2, abs=0.1)
    assert c.features.untyped == 0
    assert c.lacking == (Kind.PLACE,)


def test_a_question_of_no_kind_lacks_none() -> None:
    assert all(not c.features.untyped for c in candidates(_asked("Vườn nhà thế nào?"), [_hit(GARDEN)]))


def test_the_length_is_in_hundreds() -> None:
    assert _found(HOW_MANY, _hit(GARDEN))["Vườn nhà rộng."].features.hundreds == 0.14


def test_a_sentence_that_leans_on_the_one_before_is_known_unless_none_is_before() -> None:
    a = article("a", "Bài", "Đó là vườn. Đó là cây.")
    found = _found("Vườn thế nào?", _hit(a))
    assert (found["Đó là vườn."].features.leaning, found["Đó là cây."].features.leaning) == (0, 1)


def test_a_caption_is_known() -> None:
    found = _found(HOW_MANY, _hit(GARDEN))
    assert (found["Vườn nhà."].features.caption, found["Vườn nhà rộng."].features.caption) == (1, 0)


@pytest.mark.parametrize(("text", "unclosed"), [("Ông nói: “Vườn", 1), ("Ông nói: “Vườn”.", 0), ('"Vườn', 1)])
def test_a_stretch_that_ends_inside_a_quotation_is_known(text: str, unclosed: int) -> None:
    a = article("a", "Bài", text)
    assert _found("Vườn thế nào?", _hit(a))[text].features.unclosed == unclosed


def test_at_a_glance_all_is_known_but_the_kinds() -> None:
    for stretch in stretches(_asked(HOW_MANY), [_hit(GARDEN)]):
        known = stretch.inspected().candidate().features
        assert stretch.features == replace(known, typed=0.0, untyped=0.0)


def test_nothing_is_read_yet() -> None:
    assert {(c.features.relevance, c.features.fit) for c in candidates(_asked(HOW_MANY), [_hit(GARDEN)])} == {
        (0, 0)
    }


# --- whom it is about -----------------------------------------------------------------------------


def test_a_stretch_of_another_office_is_hardly_about_the_one_asked_about() -> None:
    a = article("a", "Bài", f"{LAM} có 5 người. Văn phòng Thành ủy Bến Nghé có 6 người.", unit=LAM)
    found = [c for c in candidates(_asked(f"{LAM} có bao nhiêu người?"), [_hit(a)]) if "người" in c.text]
    assert [c.scope for c in found] == [1, 0.5]
    assert [c.lacking for c in found] == [(), (Kind.NUMBER,)]


def test_what_is_said_leaves_out_the_words_for_the_office() -> None:
    a = article("a", "Bài", "Văn phòng Tỉnh ủy họp.")
    found = _found("Văn phòng Tỉnh ủy trồng cây gì?", _hit(a))["Văn phòng Tỉnh ủy họp."]
    assert found.features.own > 0
    assert found.said == 0


def test_told_are_the_words_of_the_stretch_and_of_what_stands_around_it() -> None:
    asked = _asked(HOW_MANY)
    told = {c.text: c.told for c in candidates(asked, [_hit(GARDEN)])}
    assert set(asked.unsaid(told["Nơi đây trồng 20 cây."])) == set()
    assert set(asked.unsaid(told["Quả ngọt."])) == {"vườn", "nhà"}


# --- runs -----------------------------------------------------------------------------------------


def _texts(question: str, *paragraphs: str) -> list[str]:
    a = article("a", "Bài viết", *paragraphs)
    return [c.text for c in candidates(_asked(question), [_hit(a)]) if c.text != "Bài viết"]


THREE = ("Vườn lập năm 1941.", "Nơi ấy là Bàu Sen.", "Trời mưa.", "Gió lặng.")


def test_one_thing_asked_for_is_sought_in_single_sentences() -> None:
    assert _texts("Vườn lập năm nào?", " ".join(THREE)) == [*THREE]


def test_two_things_asked_for_are_sought_in_up_to_three_sentences_side_by_side() -> None:
    found = _texts("Vườn lập năm nào và ở đâu?", " ".join(THREE))
    runs = [" ".join(THREE[i:j]) for i in range(4) for j in range(i + 1, min(i + 3, 4) + 1)]
    assert found == runs


def test_no_stretch_runs_over_two_paragraphs() -> None:
    assert _texts("Vườn lập năm nào và ở đâu?", THREE[0], THREE[1]) == [*THREE[:2]]


CLAUSE = "vườn cây trên đồi trồng bưởi và cam cho cả làng cùng ăn quả trong nhiều năm liền"


def test_a_long_sentence_is_offered_by_its_clauses_and_by_runs_of_them() -> None:
    sentence = "; ".join([CLAUSE] * 4) + "."
    assert len(sentence) > LONG_SENTENCE
    a = article("a", "Bài viết", sentence)
    found = [c for c in candidates(_asked("Đồi trồng gì?"), [_hit(a)]) if c.text != "Bài viết"]
    starts = [10 + n * (len(CLAUSE) + 2) for n in range(4)]
    ends = [s + len(CLAUSE) + 1 for s in starts]
    assert {c.span for c in found} == {Span(s, e) for n, s in enumerate(starts) for e in ends[n:]}
    for c in found:
        assert c.cuts == (c.span.start > starts[0], c.span.end < ends[-1])
        assert c.features.cuts == sum(c.cuts)
        assert c.sentences == (c.span,)


def test_a_sentence_that_is_not_long_is_whole() -> None:
    assert _texts("Đồi trồng gì?", f"{CLAUSE}; {CLAUSE}.") == [f"{CLAUSE}; {CLAUSE}."]


def test_a_quotation_is_not_cut_into_clauses() -> None:
    found = _texts("Đồi trồng gì?", f"Ông nói “{'; '.join([CLAUSE] * 3)}”; {CLAUSE}.")
    assert all(t.count("“") == t.count("”") for t in found)
    assert len(found) == 3


ITEMS = ("Trồng bưởi;", "Trồng cam;", "Trồng chè.")


@pytest.mark.parametrize("bullet", ["", "- ", "+ ", "• ", "a) "])
def test_a_list_is_offered_with_its_lead_in_and_ends_where_it_ends(bullet: str) -> None:
    items = tuple(bullet + item for item in ITEMS)
    found = _texts("Đồi trồng gì?", "Đồi trồng gồm:", *items, "Năm ấy được mùa.")
    whole = "\n\n".join(("Đồi trồng gồm:", *items))
    assert whole in found
    assert "Năm ấy được mùa." in found
    assert not any("được mùa" in t and "Trồng" in t for t in found)


def test_a_list_that_is_cut_short_is_known() -> None:
    a = article("a", "Bài viết", "Đồi trồng gồm:", *ITEMS)
    found = _found("Đồi trồng gì?", _hit(a))
    assert found["\n\n".join(("Đồi trồng gồm:", *ITEMS))].features.unclosed == 0
    assert found["\n\n".join(("Đồi trồng gồm:", *ITEMS[:2]))].features.unclosed == 1


def test_a_list_is_offered_up_to_its_most_items() -> None:
    found = _texts("Đồi trồng gì?", "Đồi gồm:", *[f"- cây {n};" for n in range(20)])
    assert max(t.count("\n\n") + 1 for t in found) == MOST_ITEMS


def test_blocks_of_an_article_are_its_own_where_there_is_no_list() -> None:
    assert with_lists(GARDEN) == GARDEN.blocks
    ended = article("a", "Bài", "Đồi gồm:")
    assert with_lists(ended) == ended.blocks
    captions = article("a", "Bài", "Đồi gồm:", captions=["- Ảnh."])
    assert with_lists(captions) == captions.blocks


pieces = st.lists(
    st.sampled_from(
        [
            "Vườn lập năm 1941.",
            "Đó là “đồi",
            "chè”.",
            "gồm:",
            "- bưởi;",
            f"{CLAUSE},",
            f"{CLAUSE};",
            "Nơi ấy",
            "\n",
        ]
    ),
    min_size=1,
    max_size=12,
)


@given(pieces, st.sampled_from(["Vườn lập năm nào và ở đâu?", "Đồi trồng gì?", "Vườn có nhiệm vụ gì?"]))
def test_every_stretch_stands_in_its_article_and_is_short_enough(parts: list[str], question: str) -> None:
    lines = [line.strip() for line in " ".join(parts).split("\n") if line.strip()] or ["Vườn."]
    a = article("a", "Bài viết", *lines)
    for c in candidates(_asked(question), [_hit(a)]):
        assert c.text == c.span.of(a.text) == c.text.strip()
        assert c.passage.start <= c.span.start < c.span.end <= c.passage.end
        assert c.sentences[0].start == c.span.start
        assert c.sentences[-1].end == c.span.end
        assert all(x.end <= y.start for x, y in pairwise(c.sentences))
        assert all(c.span.start <= m.start < m.end <= c.span.end for m in c.marks)
        # One clause that no mark divides is taken as it is, however long.
        assert len(c.text) <= LONGEST_QUOTE or ";" not in c.text[:-1] or "“" in c.text
        assert 0 <= c.features.own <= 1.001
        assert 0 <= c.scope <= 1
