"""What a trainer keeps: drawn from what is chosen, changed at will, and told when its sources change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from assistant import training
from assistant.drafts import MOST_OF_ONE
from assistant.evidence import state
from assistant.training import Choice, Item, Material, Offer, Part
from ingest.facts import facts
from ingest.load import find, load
from ingest.types import Article
from tests.conftest import SAMPLES
from tests.vectorstore.articles import made

LAC_SON, DONG_HA = "Văn phòng Huyện ủy Lạc Sơn", "Văn phòng Huyện ủy Đông Hà"


def story(id: str, unit: str, *sentences: str) -> Article:
    return made(id, *(s.format(unit=unit) for s in sentences), title=f"Chuyện {unit}", unit=unit)[0]


ONE = story(
    "mot",
    LAC_SON,
    "{unit} được thành lập ngày 02/9/1948.",
    "Năm 2005, {unit} được Chủ tịch nước tặng thưởng Huân chương Lao động hạng Ba.",
    "{unit} có chức năng tham mưu, giúp Huyện ủy tổ chức công việc lãnh đạo.",
    "Phương châm của {unit} là “Chủ động, chính xác, kịp thời”.",
)
TWO = story(
    "hai",
    DONG_HA,
    "{unit} được thành lập ngày 12/4/1954.",
    "Năm 2010, {unit} được Chủ tịch nước tặng thưởng Huân chương Lao động hạng Nhì.",
    "Phương châm của {unit} là “Gương mẫu, tận tâm, hiệu quả”.",
)
BARE, _ = made("rong", "Trời hôm nay đẹp.", title="Ngày mới")


def offered(choice: Choice, *articles: Article) -> Offer:
    by_id = {a.id: a for a in articles}
    return training.offer(choice, [f for a in articles for f in facts(a)], by_id.__getitem__, "s")


def drawn(choice: Choice, *articles: Article) -> Material:
    return training.material("Tên", choice, "s", offered(choice, *articles))


def changes(item: Item, *articles: Article) -> list[tuple[str, str]]:
    ledger = [f for a in articles for f in facts(a)]
    by_id = {a.id: a for a in articles}
    return [(c.what, c.title) for c in training.changes(item, by_id.get, ledger)]


def quiz_of(material: Material, words: str) -> Item:
    return next(item for item in material.of(Part.QUIZ) if words in item.ask)


ALL = Choice(("mot", "hai"), ())


def test_an_article_and_a_unit_may_be_chosen_together() -> None:
    by_article = offered(Choice(("mot",), ()), ONE, TWO)
    assert {i.evidence.article for i in by_article.items} == {"mot"}
    both = offered(Choice(("mot",), (DONG_HA,)), ONE, TWO)
    assert {i.evidence.article for i in both.items} == {"mot", "hai"}
    assert {i.id for i in both.items} > {i.id for i in by_article.items}


def test_every_item_quotes_its_article() -> None:
    by_id = {"mot": ONE, "hai": TWO}
    items = offered(ALL, ONE, TWO).items
    assert {i.part for i in items} == set(Part)
    for item in items:
        for c in (item.evidence, *(o.evidence for o in item.wrong)):
            assert by_id[c.article].text[c.start : c.end] == c.quote
            assert dict(item.states)[c.article] == state(by_id[c.article])


def test_no_fact_is_asked_twice_and_no_question_tells_another_s_answer() -> None:
    for chosen in (ALL, Choice(("mot",), ())):
        made_of = drawn(chosen, ONE, TWO)
        asked = [*made_of.of(Part.QUESTION), *made_of.of(Part.QUIZ)]
        about = [one for item in asked for one in item.about]
        assert len(about) == len(set(about))
        for item in asked:
            for other in asked:
                assert item is other or f" {other.says.casefold()}" not in f" {item.ask.casefold()}"


def test_what_articles_disagree_about_is_not_asked_and_counted() -> None:
    other = story("ba", LAC_SON, "{unit} được thành lập ngày 03/9/1950.")
    given = offered(ALL, ONE, TWO, other)
    assert not [i for i in given.items if i.ask.startswith(f"{LAC_SON} được thành lập")]
    assert given.disputed == 1
    assert offered(ALL, ONE, TWO).disputed == 0


def test_an_article_that_tells_nothing_is_named() -> None:
    assert drawn(Choice(("mot", "rong"), ()), ONE, BARE).silent == ("Ngày mới",)


def test_questions_without_another_unit_s_facts_are_counted() -> None:
    alone = drawn(Choice(("mot",), ()), ONE)
    assert alone.of(Part.QUIZ) == ()
    assert alone.alone > 0
    assert alone.of(Part.QUESTION)


def test_a_summary_is_no_longer_than_a_page_and_articles_come_in_turn() -> None:
    many = [story(f"bai-{n}", f"Văn phòng Huyện ủy Số{chr(97 + n)}", *ONE_MORE) for n in range(12)]
    given = drawn(Choice(tuple(a.id for a in many), ()), *many)
    told = given.of(Part.SUMMARY)
    assert training.on_a_page(told) == told
    assert len({i.evidence.article for i in told}) > len(told) / 3
    more = given
    for item in offered(given.choice, *many).items:
        more = training.added(more, item)
    assert len(training.on_a_page(more.of(Part.SUMMARY))) < len(more.of(Part.SUMMARY))
    assert len(more.of(Part.SUMMARY)) <= 12 * MOST_OF_ONE


ONE_MORE = (
    "{unit} được thành lập ngày 02/9/1948.",
    "Năm 2005, {unit} được Chủ tịch nước tặng thưởng Huân chương Lao động hạng Ba.",
    "Phương châm của {unit} là “Chủ động, chính xác, kịp thời”.",
)


# --- changed by the trainer ------------------------------------------------------------------------


def test_items_move_within_their_part_and_no_further() -> None:
    material = drawn(ALL, ONE, TWO)
    first, second, *_ = material.of(Part.SUMMARY)
    down = training.moved(material, first.id, 1)
    assert down.of(Part.SUMMARY)[:2] == (second, first)
    assert training.moved(down, first.id, -1) == material
    assert training.moved(material, first.id, -1) == material
    last = material.of(Part.QUIZ)[-1]
    assert training.moved(material, last.id, 1) == material
    assert training.moved(material, "không có", 1) == material


def test_a_trainer_s_words_stand_beside_the_evidence_and_can_be_taken_back() -> None:
    question = drawn(ALL, ONE, TWO).of(Part.QUESTION)[0]
    own = training.reworded(question, "Hỏi lại?", "Đáp lại.")
    assert (own.asked, own.said, own.reworded) == ("Hỏi lại?", "Đáp lại.", True)
    assert (own.ask, own.says, own.evidence) == (question.ask, question.says, question.evidence)
    assert training.reworded(own, "", "") == question
    assert training.reworded(own, question.ask, question.says) == question


def test_the_right_option_stays_the_fact_s_words() -> None:
    quiz = drawn(ALL, ONE, TWO).of(Part.QUIZ)[0]
    assert training.reworded(quiz, "Hỏi lại?", "Bịa").said == quiz.says


def test_a_further_item_is_added_to_its_part_once() -> None:
    material = drawn(ALL, ONE, TWO)
    held = {i.id for i in material.items}
    more = next(i for i in offered(ALL, ONE, TWO).items if i.id not in held)
    now = training.added(material, more)
    assert now.of(more.part)[-1] == more
    assert training.added(now, more) == now


def test_options_stand_in_the_same_order_for_every_copy() -> None:
    material = drawn(ALL, ONE, TWO)
    for item in material.of(Part.QUIZ):
        assert sorted(material.options(item)) == sorted([item.says, *(o.words for o in item.wrong)])
        reordered = replace(item, wrong=item.wrong[::-1])
        assert material.options(item) == material.options(reordered)


# --- what has changed ------------------------------------------------------------------------------


def edited(of: Article, was: str, now: str) -> Article:
    unit = of.unit or ""
    text = [of.text[b.start : b.end].replace(was, now) for b in of.blocks if b.kind == "paragraph"]
    return made(of.id, *text, title=of.title, unit=unit)[0]


def test_an_item_is_fresh_while_its_articles_are_as_they_were() -> None:
    for item in drawn(ALL, ONE, TWO).items:
        assert changes(item, ONE, TWO) == []


def test_a_changed_source_is_told_by_what_became_of_the_quote() -> None:
    material = drawn(ALL, ONE, TWO)
    founding = next(i for i in material.of(Part.SUMMARY) if "02/9/1948" in i.says)
    award = next(i for i in material.of(Part.SUMMARY) if "hạng Ba" in i.says)
    corrected = edited(ONE, "02/9/1948", "03/9/1948")
    longer = edited(ONE, "02/9/1948", "02 tháng 9 năm 1948")
    other = [i for i in material.of(Part.SUMMARY) if i.evidence.article == "hai"]
    assert changes(founding, corrected, TWO) == [("lost", ONE.title)]
    assert changes(award, corrected, TWO) == [("kept", ONE.title)]
    assert changes(award, longer, TWO) == [("moved", ONE.title)]
    assert changes(founding, TWO) == [("gone", ONE.title)]
    assert all(changes(i, corrected, TWO) == [] for i in other)


def test_a_question_is_stale_when_the_source_of_a_wrong_option_changes() -> None:
    quiz = quiz_of(drawn(Choice(("mot",), ()), ONE, TWO), "thành lập")
    assert changes(quiz, ONE, edited(TWO, "12/4/1954", "13/4/1954")) == [("lost", TWO.title)]


def test_a_question_is_stale_when_a_new_article_makes_a_wrong_option_right() -> None:
    quiz = quiz_of(drawn(ALL, ONE, TWO), f"{LAC_SON} được thành lập")
    late = story("ba", LAC_SON, "{unit} được thành lập ngày 12/4/1954.")
    assert changes(quiz, ONE, TWO, late) == [("right", late.title)]


@pytest.mark.parametrize(
    ("part", "was", "now"),
    [
        (Part.SUMMARY, "02/9/1948", "03/9/1948"),
        (Part.TERM, "công việc lãnh đạo", "việc lãnh đạo"),
        (Part.QUESTION, "02/9/1948", "03/9/1948"),
        (Part.QUIZ, "02/9/1948", "03/9/1948"),
    ],
)
def test_an_item_is_made_anew_from_the_corrected_article(part: Part, was: str, now: str) -> None:
    material = drawn(ALL, ONE, TWO)
    given = offered(ALL, ONE, TWO).items
    old = next(i for i in given if i.part is part and was in i.evidence.quote)
    corrected = edited(ONE, was, now)
    others = [i for i in material.items if i.id != old.id]
    fresh = training.anew(replace(old, left_out=True), offered(ALL, corrected, TWO), others)
    assert fresh is not None
    assert now in fresh.evidence.quote
    assert fresh.left_out
    assert changes(fresh, corrected, TWO) == []


def test_what_the_library_no_longer_says_is_not_made_anew() -> None:
    old = next(i for i in drawn(ALL, ONE, TWO).of(Part.SUMMARY) if "02/9/1948" in i.says)
    assert training.anew(old, offered(Choice(("hai",), ()), TWO)) is None


def test_what_stands_in_the_material_already_is_not_made_of_another_item() -> None:
    material = drawn(ALL, ONE, TWO)
    old = material.of(Part.SUMMARY)[0]
    assert training.anew(old, offered(ALL, ONE, TWO), material.items) is None


def test_a_title_is_suggested_that_fits() -> None:
    assert training.suggested_title([], [LAC_SON]) == f"Tài liệu định hướng: {LAC_SON}"
    long = training.suggested_title(["Chuyện " * 40, "Hai"], [])
    assert len(long) <= training.LONGEST_TITLE
    assert long.endswith("… và 1 nguồn khác")


def test_the_samples_give_material_of_every_kind() -> None:
    articles: Sequence[Article] = [load(file) for file in find([SAMPLES]).files]
    material = drawn(Choice(tuple(a.id for a in articles), ()), *articles)
    assert len(material.of(Part.QUIZ)) == training.QUIZZES
    assert len({i.kind for i in material.of(Part.QUIZ)}) >= 4
    assert all(material.of(part) for part in Part)
    assert len({i.id for i in material.items}) == len(material.items)
