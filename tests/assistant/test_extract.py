"""The stretch that answers: chosen for what it says, marked where it answers, refused by its lack."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from assistant.asked import Asked
from assistant.candidates import LONGEST_QUOTE, Features
from assistant.extract import (
    LIKELY,
    LONGEST_TOGETHER,
    MOST_TOGETHER,
    RATHER,
    READ,
    SURE,
    Extract,
    Reads,
    extract,
    weigh,
    weights,
)
from assistant.question import Kind, understand
from assistant.reader import Reading
from ingest.types import Article, Block, Passage, Span
from ingest.vietnamese import tokens
from tests.fakes import ENOUGH, CountingReader
from vectorstore.types import Hit

pytestmark = pytest.mark.usefixtures("plain_weights")


def _article(id: str, *paragraphs: str, unit: str | None = None, title: str = "Bài viết") -> Article:
    blocks: list[Block] = []
    at = 0
    for i, line in enumerate((title, *paragraphs)):
        blocks.append(Block("paragraph" if i else "title", at, at + len(line)))
        at += len(line) + 2
    text = "\n\n".join((title, *paragraphs))
    return Article(id, title, text, tuple(blocks), date(2020, 1, 1), None, None, unit, id, id)


def _asked(question: str) -> Asked:
    """All words weigh the same, those that say which office less."""
    understood = understand(question)
    return Asked.of(understood, {w: 0.1 if w in understood.office_words else 1.0 for w in understood.words})


def _ask(question: str, *articles: Article, reader: Reads | None = None) -> Extract:
    """Every article is one passage, the first the best placed."""
    hits = [
        Hit(a, Passage(a.id, a.id, 0, 0, len(a.text), 1), 1.0 - i / 10, None, None)
        for i, a in enumerate(articles)
    ]
    found = extract(_asked(question), hits, reader or CountingReader())
    for e in (*found.answers, *found.nearest, *(s for some in found.support for s in some)):
        assert 0 <= e.passage.start <= e.span.start < e.span.end <= e.passage.end <= len(e.article.text)
        assert e.sentences[0].start == e.span.start
        assert e.sentences[-1].end == e.span.end
        assert all(e.span.start <= m.start < m.end <= e.span.end for m in e.marks)
    assert len(found.support) == len(found.answers)
    return found


LAM = "Văn phòng Tỉnh ủy Sông Lam"
NGHE = "Văn phòng Thành ủy Bến Nghé"


def test_the_sentence_that_answers_is_chosen_and_its_answer_marked() -> None:
    a = _article("a", f"Năm qua có nhiều đổi mới. {LAM} có 19 cán bộ, đảng viên. Mọi việc đều tốt.")
    found = _ask(f"{LAM} có bao nhiêu cán bộ?", a)
    (best,) = found.answers
    assert best.span.of(a.text) == f"{LAM} có 19 cán bộ, đảng viên."
    assert [m.of(a.text) for m in best.marks] == ["19"]


def test_the_number_marked_is_the_one_that_counts_what_is_asked() -> None:
    a = _article("a", f"{LAM} đã ban hành 18 nghị quyết, 43 chỉ thị, 915 kết luận.")
    (best,) = _ask(f"{LAM} đã ban hành bao nhiêu chỉ thị?", a).answers
    assert [m.of(a.text) for m in best.marks] == ["43"]


def test_of_near_identical_sentences_the_unit_asked_about_speaks() -> None:
    award = "được Chủ tịch nước tặng thưởng Huân chương Lao động hạng"
    a = _article("a", f"{LAM} {award} Ba.", unit=LAM)
    b = _article("b", f"{NGHE} {award} Nhất.", unit=NGHE)
    (best,) = _ask(f"{LAM} được tặng Huân chương Lao động hạng mấy?", b, a).answers
    assert best.article.id == "a"
    assert [m.of(a.text) for m in best.marks] == ["Huân chương Lao động hạng Ba"]


def test_an_office_named_short_is_that_of_its_article() -> None:
    a = _article("a", "Văn phòng Tỉnh ủy được tặng Huân chương Lao động hạng Ba.", unit=LAM)
    b = _article("b", "Văn phòng Thành ủy được tặng Huân chương Lao động hạng Nhất.", unit=NGHE)
    (best,) = _ask(f"{NGHE} được tặng Huân chương gì?", a, b).answers
    assert best.article.id == "b"


def test_an_article_that_never_names_what_is_asked_about_does_not_answer() -> None:
    a = _article("a", f"{LAM} có 19 cán bộ.", unit=LAM)
    assert _ask(f"{NGHE} có bao nhiêu cán bộ?", a).answers == ()


def test_without_the_kind_asked_for_the_outcome_is_its_lack() -> None:
    a = _article("a", f"{LAM} có đội ngũ cán bộ đông đảo.", unit=LAM)
    found = _ask(f"{LAM} có bao nhiêu cán bộ?", a)
    assert found.answers == ()
    assert found.lacking == (Kind.NUMBER,)
    assert found.nearest


def test_without_the_words_asked_for_the_outcome_names_them() -> None:
    a = _article("a", f"{LAM} họp mặt kỷ niệm ngày truyền thống.", unit=LAM)
    found = _ask("Giá vé máy bay thế nào?", a)
    assert found.answers == ()
    assert {"giá", "vé", "máy", "bay"} <= set(found.unsaid)


def test_the_first_date_of_an_anniversary_is_the_answer() -> None:
    a = _article("a", "Kỷ niệm Ngày truyền thống văn phòng cấp ủy (18/10/1930 - 18/10/2020).")
    (best,) = _ask("Ngày truyền thống văn phòng cấp ủy là ngày nào?", a).answers
    assert [m.of(a.text) for m in best.marks] == ["18/10/1930"]


def test_of_the_same_day_the_full_date_speaks_first_and_the_other_supports_it() -> None:
    a = _article("a", "Ngày truyền thống văn phòng cấp ủy là ngày 18/10 hằng năm.")
    b = _article("b", "Ban Bí thư lấy ngày 18-10-1930 làm ngày truyền thống văn phòng cấp ủy.")
    found = _ask("Ngày truyền thống văn phòng cấp ủy là ngày nào?", a, b)
    assert [e.article.id for e in found.answers] == ["b"]
    assert [[e.article.id for e in s] for s in found.support] == [["a"]]


def test_the_same_fact_in_two_articles_is_one_answer_with_two_sources() -> None:
    a = _article("a", "Ban Bí thư quyết định lấy ngày 18/10/1930 làm ngày truyền thống.")
    b = _article("b", "Ngày 18-10-1930 được Ban Bí thư quyết định lấy làm ngày truyền thống.")
    found = _ask("Ai quyết định lấy ngày 18/10/1930 làm ngày truyền thống?", a, b)
    assert len(found.answers) == 1
    assert len(found.support[0]) == 1


def test_dates_that_differ_are_two_answers_and_support_none() -> None:
    a = _article("a", "Ngày truyền thống của ngành là ngày 14/10/1930.")
    b = _article("b", "Ngày truyền thống của ngành là ngày 15/10/1930.")
    found = _ask("Ngày truyền thống của ngành là ngày nào?", a, b)
    assert [e.article.id for e in found.answers] == ["a", "b"]
    assert found.support == ((), ())


def test_a_list_has_a_line_for_each_article_that_answers() -> None:
    award = "được tặng Huân chương Lao động hạng"
    a = _article("a", f"{LAM} {award} Ba.", unit=LAM)
    b = _article("b", f"{NGHE} {award} Nhất.", unit=NGHE)
    found = _ask("Những văn phòng nào được tặng Huân chương Lao động?", a, b)
    assert sorted(e.article.id for e in found.answers) == ["a", "b"]


def test_a_quotation_is_given_to_its_end() -> None:
    words = "“Công tác này rất quan trọng. Phải làm cho cẩn thận”."
    a = _article("a", f"Đồng chí Trần Văn Bình đã dạy: {words} Mọi người ghi nhớ.")
    best, *_ = _ask("Trần Văn Bình đã dạy gì?", a).answers
    assert best.span.of(a.text).endswith("cẩn thận”.")


def test_a_long_sentence_is_cut_at_a_clause_and_says_so() -> None:
    filler = "; tham mưu xây dựng chương trình công tác toàn khóa của ban chấp hành đảng bộ tỉnh" * 6
    a = _article("a", f"Nổi bật là triển khai nhiều việc{filler}; Đề án 25 về “Tinh giản bộ máy” của tỉnh.")
    (best,) = _ask("Đề án 25 có tên là gì?", a).answers
    quote = best.span.of(a.text)
    assert len(quote) <= LONGEST_QUOTE
    assert "“Tinh giản bộ máy”" in quote
    assert best.cuts == (True, False)
    assert [m.of(a.text) for m in best.marks] == ["Tinh giản bộ máy"]


def test_a_list_is_given_whole_with_its_lead_in() -> None:
    items = ("Giúp Tỉnh ủy xây dựng chương trình;", "Quản lý tài chính của Đảng bộ;", "Tiếp nhận đơn thư.")
    a = _article("a", "Nhiệm vụ của Văn phòng gồm:", *items, "Năm qua có nhiều đổi mới.", unit=LAM)
    (best,) = _ask(f"Nhiệm vụ của {LAM} là gì?", a).answers
    assert [s.of(a.text) for s in best.sentences] == ["Nhiệm vụ của Văn phòng gồm:", *items]


def test_a_year_is_that_of_the_award_asked_about() -> None:
    a = _article(
        "a",
        f"Năm 1997 {LAM} được tặng Huân chương Lao động hạng Nhì; năm 2010, được tặng Huân chương Lao động "
        "hạng Nhất.",
    )
    (best,) = _ask(f"{LAM} được tặng Huân chương Lao động hạng Nhất năm nào?", a).answers
    assert [m.of(a.text) for m in best.marks] == ["năm 2010"]


def test_a_year_in_brackets_is_that_of_the_award_before_it() -> None:
    a = _article(
        "a",
        f"{LAM} được tặng Huân chương Kháng chiến hạng Nhất (năm 1985) và Huân chương Lao động hạng Nhì "
        "(năm 2006).",
    )
    (best,) = _ask(f"{LAM} được tặng Huân chương Lao động năm nào?", a).answers
    assert [m.of(a.text) for m in best.marks] == ["năm 2006"]


def test_of_two_classes_of_one_award_each_has_its_year() -> None:
    a = _article(
        "a",
        f"Năm 2014, {LAM} được Chủ tịch nước tặng thưởng Huân chương Lao động hạng Ba; năm 2019, được tặng "
        "thưởng Huân chương Lao động hạng Nhì.",
    )
    for grade, year in (("Ba", "Năm 2014"), ("Nhì", "năm 2019")):
        (best,) = _ask(f"{LAM} được tặng Huân chương Lao động hạng {grade} năm nào?", a).answers
        assert [m.of(a.text) for m in best.marks] == [year]


def test_a_date_is_that_of_the_person_asked_about() -> None:
    a = _article(
        "a",
        f"{LAM} được thành lập ngày 20 tháng 4 năm 2009. Chánh Văn phòng đầu tiên là đồng chí Vũ Đình "
        "Khoát; từ tháng 7 năm 2020 đến nay là đồng chí Phạm Thị Ngân.",
        unit=LAM,
    )
    (best,) = _ask("Phạm Thị Ngân làm Chánh Văn phòng từ khi nào?", a).answers
    assert [m.of(a.text) for m in best.marks] == ["tháng 7 năm 2020"]
    assert _ask("Vũ Đình Khoát làm Chánh Văn phòng từ khi nào?", a).answers == ()


def test_another_class_of_award_is_no_answer() -> None:
    a = _article("a", f"Năm 1997 {LAM} được tặng Huân chương Lao động hạng Nhì.")
    assert _ask(f"{LAM} được tặng Huân chương Lao động hạng Nhất năm nào?", a).answers == ()


def test_how_many_there_are_is_not_how_many_were_rewarded() -> None:
    a = _article("a", f"Năm 2016, 23 cán bộ {LAM} được tặng Bằng khen.", unit=LAM)
    assert _ask(f"{LAM} có bao nhiêu cán bộ?", a).answers == ()


def test_the_holder_of_another_post_is_no_answer() -> None:
    a = _article("a", "Đồng chí Trần Văn Bình, Phó Bí thư Tỉnh ủy, phát biểu.", unit=LAM)
    assert _ask("Bí thư Tỉnh ủy Sông Lam là ai?", a).answers == ()


def test_what_a_higher_body_did_is_not_said_of_the_office() -> None:
    a = _article("a", "Năm 1930 Ban Chấp hành Trung ương quyết định thành lập bộ máy giúp việc.", unit=LAM)
    assert _ask(f"{LAM} được thành lập năm nào?", a).answers == ()


def test_a_year_that_is_not_the_one_asked_about_is_no_answer() -> None:
    a = _article("a", f"{LAM} kỷ niệm 90 năm ngày truyền thống.", unit=LAM)
    assert _ask(f"Năm 2026 {LAM} kỷ niệm bao nhiêu năm?", a).answers == ()


def test_a_motto_is_found_though_the_article_calls_it_a_tradition() -> None:
    words = "“trung thành, tận tụy, sáng tạo”"
    a = _article("a", f"{LAM} phấn đấu xứng đáng với truyền thống {words}.", unit=LAM)
    (best,) = _ask(f"Phương châm của {LAM} là gì?", a).answers
    assert [m.of(a.text) for m in best.marks] == [words.strip("“”")]


def test_the_name_of_an_award_is_no_motto() -> None:
    a = _article("a", f"{LAM} được tặng Kỷ niệm chương “Vì sự nghiệp văn phòng”.", unit=LAM)
    assert _ask(f"Phương châm của {LAM} là gì?", a).answers == ()


def test_a_share_is_asked_for_in_hundredths() -> None:
    a = _article("a", f"{LAM} có 46 cán bộ; gần 90% có trình độ đại học.", unit=LAM)
    (best,) = _ask(f"Bao nhiêu phần trăm cán bộ {LAM} có trình độ đại học?", a).answers
    assert [m.of(a.text) for m in best.marks] == ["gần 90%"]


def test_who_somebody_is_is_told_by_the_post() -> None:
    a = _article("a", "Dự họp có đồng chí Trần Văn Bình, Bí thư Tỉnh ủy; các ban và 64 đại biểu.", unit=LAM)
    (best,) = _ask("Trần Văn Bình là ai?", a).answers
    assert [m.of(a.text) for m in best.marks] == ["Bí thư Tỉnh ủy"]


def test_a_street_is_marked_with_its_number() -> None:
    a = _article("a", "Trụ sở đặt tại số 12 đường Hùng Vương.", unit=LAM)
    (best,) = _ask(f"Trụ sở {LAM} ở đâu?", a).answers
    assert [m.of(a.text) for m in best.marks] == ["số 12 đường Hùng Vương"]


def test_a_sentence_that_leans_on_the_one_before_brings_it_along_when_needed() -> None:
    a = _article(
        "a",
        "Đầu năm 1941, hội nghị tại Bàu Sen quyết định lập các bộ phận giúp việc. "
        "Các bộ phận này là tiền thân của Văn phòng Tỉnh ủy Sông Lam.",
        unit=LAM,
    )
    (best,) = _ask(f"Tiền thân của {LAM} ra đời năm nào và ở đâu?", a).answers
    assert len(best.sentences) == 2
    assert [m.of(a.text) for m in best.marks] == ["năm 1941", "Bàu Sen"]


def test_a_question_typed_bare_is_answered_alike() -> None:
    a = _article("a", f"{LAM} có 19 cán bộ, đảng viên.", unit=LAM)
    (best,) = _ask("van phong tinh uy co bao nhieu can bo", a).answers
    assert [m.of(a.text) for m in best.marks] == ["19"]


def test_no_hits_give_no_answer() -> None:
    found = _ask("Ngày truyền thống là ngày nào?")
    assert (found.answers, found.nearest) == ((), ())
    assert {"ngày", "truyền", "thống"} <= set(found.unsaid)


# --- how much is said -----------------------------------------------------------------------------


class Judge:
    """Finds a sentence as relevant as it was told by a word of it, any other not at all."""

    def __init__(self, **relevance: float) -> None:
        self._relevance = relevance
        self.asked: list[Sequence[str]] = []

    def read(self, asked: Asked, sentences: Sequence[str]) -> list[Reading]:
        self.asked.append(sentences)
        return [self._reading(sentence) for sentence in sentences]

    def _reading(self, sentence: str) -> Reading:
        relevance = next((r for word, r in self._relevance.items() if word in sentence), 0.0)
        here = tuple(tokens(sentence))
        flat = np.zeros(len(here), np.float32)
        return Reading(Span(here[-1].start, here[-1].end), 0.0, relevance, here, flat, flat)


def _alike(*colours: str, length: int = 0) -> Article:
    """Sentences that differ in a word of three letters only, and are brought to a length."""
    filler = " và cành cây rất dài" * (length // 20)
    return _article("vuon", " ".join(f"Cây bưởi vườn nhà ta nở hoa {c}{filler}." for c in colours))


GARDEN = "Cây bưởi vườn nhà ta nở hoa thế nào?"
COLOURS = ("đen", "tím", "hồn", "cam", "nâu", "xám")


def _said(found: Extract) -> list[str]:
    """The colours of the answers."""
    return [c for e in found.answers for c in COLOURS if c in e.span.of(e.article.text)]


@pytest.mark.parametrize("colour", COLOURS)
def test_the_first_is_the_one_that_is_read_as_the_answer(colour: str) -> None:
    assert _said(_ask(GARDEN, _alike(*COLOURS), reader=Judge(**{colour: 3.0})))[0] == colour


def test_the_passages_come_anew_in_the_order_in_which_they_answer() -> None:
    told, read = _article("a", "Cây bưởi vườn nhà ta nở hoa đen."), _article("b", GARDEN[:-1] + " tím.")
    for likely, order in ((0.0, "ab"), (9.0, "ba")):
        found = _ask(GARDEN, told, read, reader=Judge(tím=likely))
        assert [hit.article.id for hit in found.hits] == list(order)


def test_the_passages_of_an_article_that_answers_stand_before_those_of_others() -> None:
    garden = "Cây bưởi vườn nhà ta nở hoa tím.\n\nCây bưởi vườn nhà ta nở hoa."
    a, b = _article("a", "Cây bưởi vườn nhà ta nở hoa đen."), _article("b", *garden.split("\n\n"))
    first, second = (
        Passage(f"b{i}", "b", i, block.start, block.end, 1) for i, block in enumerate(b.blocks[1:])
    )
    hits = [Hit(a, Passage("a", "a", 0, 0, len(a.text), 1), 2.0, None, None)]
    hits += [Hit(b, passage, score, None, None) for passage, score in ((second, 1.0), (first, 0.9))]
    for likely, order in ((-9.0, "a b1 b0"), (30.0, "b0 b1 a")):
        found = extract(_asked(GARDEN), hits, Judge(tím=likely))
        assert [hit.passage.id for hit in found.hits] == order.split()


def test_how_surely_a_stretch_is_about_what_is_named_counts_most_among_offices_only() -> None:
    named = "Vườn nhà bà Trần Thị Lê nở hoa đen. Cây cam chín vàng. Vườn nhà ta nở hoa tím."
    question, reader = "Vườn nhà bà Trần Thị Lê nở hoa thế nào?", Judge(tím=2.5)
    for unit, colour in ((None, "tím"), (LAM, "đen")):
        assert _said(_ask(question, _article("a", named, unit=unit), reader=reader))[0] == colour


def test_a_name_that_its_article_never_has_is_outweighed_where_no_office_speaks() -> None:
    question, words = "Đội Carolina Panthers có bao nhiêu cầu thủ?", "Đội có 53 cầu thủ."
    for reads, stands in ((0.0, True), (-9.0, False)):
        found = _ask(question, _article("a", words), reader=Judge(**{"53": reads}))
        assert bool(found.answers) is stands, reads
    assert not _ask(question, _article("a", words, unit=LAM), reader=Judge(**{"53": 9.0})).answers


def test_a_list_out_of_one_article_is_all_that_is_likely_there() -> None:
    a = _article("vuon", *(f"Cây bưởi vườn nhà ta nở những hoa {c}." for c in COLOURS[:3]), unit=LAM)
    found = _ask("Cây bưởi vườn nhà ta nở những hoa nào?", a, reader=Judge())
    assert _said(found) == list(COLOURS[:3])


def test_where_no_office_speaks_a_form_that_is_not_known_stands_if_all_else_speaks_for_it() -> None:
    question, words = "Cây bưởi vườn nhà ta nở hoa khi nào?", "Cây bưởi vườn nhà ta nở hoa lúc gió về."
    for reads, stands in ((0.0, True), (-9.0, False)):
        found = _ask(question, _article("a", words), reader=Judge(gió=reads))
        assert bool(found.answers) is stands, reads
    assert _ask(question, _article("a", words, unit=LAM), reader=Judge(gió=9.0)).lacking == (Kind.DATE,)


def test_sentences_in_which_a_weak_form_finds_the_same_words_both_stand() -> None:
    a = _article(
        "a", "Vườn nhà ta nở hoa Tử Đằng buổi sáng trong.", "Vườn nhà ta nở hoa Tử Đằng và hoa Mộc Lan."
    )
    found = _ask("Vườn nhà ta nở hoa nào?", a, reader=Judge())
    assert len(found.answers) == 2


def test_one_that_is_sure_stands_alone() -> None:
    assert _said(_ask(GARDEN, _alike(*COLOURS), reader=Judge(tím=8.0))) == ["tím"]


def test_others_stand_beside_in_their_order_until_it_is_sure_that_one_answers() -> None:
    found = _ask(GARDEN, _alike(*COLOURS), reader=Judge(cam=8.0, tím=7.5))
    assert _said(found) == ["cam", "tím"]
    assert found.answers[0].likely < SURE <= sum(e.likely for e in found.answers) <= 1


def test_nothing_unlikely_stands_beside_though_the_first_is_not_sure() -> None:
    # Of six read, one by so much likelier than the others that each of them is just too unlikely.
    much = math.log(1 / (LIKELY * 0.99) - (READ - 1))
    found = _ask(GARDEN, _alike(*COLOURS), reader=Judge(nâu=much))
    assert _said(found) == ["nâu"]
    assert found.answers[0].likely < SURE


@pytest.mark.parametrize("length", [0, 160, 240])
def test_an_answer_holds_a_few_stretches_and_590_characters_at_most(length: int) -> None:
    found = _ask(GARDEN, _alike(*COLOURS, length=length), reader=Judge())
    one = found.answers[0].span.end - found.answers[0].span.start
    assert len(found.answers) == min(MOST_TOGETHER, LONGEST_TOGETHER // (one + 1))
    lines = "\n".join(e.span.of(e.article.text) for e in found.answers)
    assert len(lines) <= LONGEST_TOGETHER == 590


def test_where_a_sentence_does_not_fit_beside_the_first_a_clause_of_it_does() -> None:
    filler = " và cành cây rất dài"
    long = f"Cây bưởi vườn nhà ta nở hoa tím{filler * 7}; cây bưởi vườn nhà ta nở hoa cam{filler * 9}."
    found = _ask(
        GARDEN, _alike("đen", length=240), _article("b", long), reader=Judge(đen=8.0, cam=7.9, tím=7.8)
    )
    first, second = (e.span.of(e.article.text) for e in found.answers)
    assert len(first) + len(long) > LONGEST_TOGETHER >= len(first) + len(second)
    assert "đen" in first
    assert second in long
    assert second != long


def test_no_answer_overlaps_another() -> None:
    found = _ask("Tiền thân ra đời năm nào và ở đâu?", _article("a", *THREE), reader=Judge())
    spans = sorted(e.span for e in (*found.answers, *found.nearest))
    assert all(before.end <= after.start for before, after in pairwise(spans))


THREE = (
    "Tiền thân ra đời năm 1941 tại Bàu Sen. Tiền thân ra đời năm 1942 tại Bàu Đá. Năm 1943 có mưa ở Bàu Cạn.",
)


def test_no_more_than_the_most_promising_are_read() -> None:
    judge = Judge()
    _ask(GARDEN, _alike(*COLOURS), _article("b", "Cây bưởi vườn nhà ta nở hoa."), reader=judge)
    assert [len(sentences) for sentences in judge.asked] == [READ]


def test_among_offices_what_the_rules_refuse_is_not_read() -> None:
    told, other = "Cây bưởi vườn nhà ta nở hoa đen.", "Hoa cam nở trắng."
    for unit, texts in ((LAM, {told}), (None, {told, other})):
        judge = Judge()
        found = _ask(GARDEN, _article("a", f"{told} {other}", unit=unit), reader=judge)
        assert {told, other}.intersection(*judge.asked) == texts
        assert _said(found)[0] == "đen"


def test_what_reads_as_no_answer_is_none_whatever_words_it_shares() -> None:
    found = _ask(GARDEN, _alike("tím"), reader=Judge(tím=-100.0))
    assert found.answers == ()
    nearest = [e.span.of(e.article.text) for e in found.nearest]
    assert "Cây bưởi vườn nhà ta nở hoa tím." in nearest


# --- what is marked -------------------------------------------------------------------------------


def test_the_stretch_read_as_the_answer_is_marked_where_no_form_answers() -> None:
    a = _article("a", "Cây bưởi vườn nhà trĩu quả vàng, ong bay.")
    (best,) = _ask("Cây bưởi vườn nhà thế nào?", a).answers
    assert [m.of(a.text) for m in best.marks] == ["trĩu quả vàng, ong bay"]


WEATHER = "Sáng nay trời quang mây tạnh gió nhẹ, đơn vị có 19 cán bộ."


@pytest.mark.parametrize(
    ("rather", "marked"),
    [(RATHER - 0.1, "19"), (RATHER + 0.1, "Sáng nay trời quang mây tạnh gió nhẹ")],
)
def test_a_form_is_marked_unless_other_words_are_read_as_the_answer_far_rather(
    rather: float, marked: str
) -> None:
    a = _article("a", WEATHER)
    (best,) = _ask("Đơn vị có bao nhiêu cán bộ?", a, reader=CountingReader(rather)).answers
    assert [m.of(a.text) for m in best.marks] == [marked]


def test_of_what_is_read_as_the_answer_the_part_with_its_form_is_marked() -> None:
    a = _article("a", "Đơn vị có đúng 19 đảng viên và cán bộ.")
    (best,) = _ask("Đơn vị có bao nhiêu cán bộ?", a, reader=CountingReader(RATHER + 9)).answers
    assert [m.of(a.text) for m in best.marks] == ["19"]


def test_what_is_told_in_a_whole_sentence_has_no_words_marked() -> None:
    a = _article("a", f"{LAM} có chức năng tham mưu tổng hợp cho Tỉnh ủy.", unit=LAM)
    (best,) = _ask(f"{LAM} có chức năng gì?", a).answers
    assert best.marks == ()


# --- the weights ----------------------------------------------------------------------------------


def test_the_weights_that_come_with_the_program_name_every_feature_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    assert weights().keys() == {"first", "read", "enough"}
    assert {len(column) for column in weights().values()} == {len(fields(Features)) + 1}


def test_a_stretch_weighs_the_sum_of_its_features_and_the_constant() -> None:
    features = Features(*[1.0] * len(fields(Features)))
    assert weigh("enough", features) == pytest.approx(sum(ENOUGH.values()))
    assert weigh("enough", replace(features, own=0.0)) == pytest.approx(sum(ENOUGH.values()) - ENOUGH["own"])
