"""Whether a stretch is about what the question names."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.asked import Asked
from assistant.question import understand
from assistant.scope import ANOTHER_YEAR, IN_PARTS, UNDATED, UNNAMED, Around, meant, names_another, scope
from ingest.types import Article
from ingest.vietnamese import fold

LAM = "Văn phòng Tỉnh ủy Sông Lam"


def _article(unit: str | None, text: str = "", published: date | None = None) -> Article:
    return Article("a", "Bài viết", text, (), published, None, None, unit, "a", "a")


def _scope(question: str, stretch: str, article: Article, paragraph: str = "") -> float:
    q = understand(question)
    asked = Asked.of(q, dict.fromkeys(q.words, 1.0))
    around = Around(
        article,
        fold(article.unit or ""),
        fold(f"{article.title}\n{article.unit or ''}"),
        fold(paragraph or stretch),
        fold(f"{article.text} {paragraph} {stretch}"),
    )
    return scope(asked, fold(stretch), names_another(stretch, asked, article), around)


def test_a_stretch_that_has_the_name_is_about_it() -> None:
    assert _scope(f"{LAM} được tặng gì?", f"{LAM} được tặng Bằng khen.", _article(None)) == 1


def test_an_article_that_never_has_the_name_is_not_about_it() -> None:
    assert _scope(f"{LAM} được tặng gì?", "Văn phòng được tặng Bằng khen.", _article(None)) == 0


def test_a_foreign_name_that_an_article_has_in_parts_only_leads_to_its_parts() -> None:
    asked, article = "Carolina Panthers có bao nhiêu cầu thủ?", _article(None, "Đội bóng của Carolina.")
    assert _scope(asked, "Panthers có 53 cầu thủ.", article) == IN_PARTS
    assert _scope(asked, "Đội có 53 cầu thủ.", article, "Panthers thắng.") == UNNAMED
    assert _scope(asked, "Panthers có 53 cầu thủ.", _article(None, "Đội bóng.")) == UNNAMED
    assert _scope(asked, "Panthers có 53 cầu thủ.", _article(LAM, "Đội bóng của Carolina.")) == 0


def test_a_prize_is_the_same_by_either_word_for_it() -> None:
    asked = "Năm nào được trao giải thưởng Grammy?"
    assert _scope(asked, "Năm 2010 được trao giải Grammy.", _article(None)) == 1
    assert _scope(asked, "Năm 2010 được trao giải Oscar.", _article(None)) == 0


def test_the_short_name_of_an_office_is_that_of_its_article() -> None:
    assert _scope(f"{LAM} được tặng gì?", "Văn phòng Tỉnh ủy được tặng Bằng khen.", _article(LAM)) == 1


@pytest.mark.parametrize(
    "stretch",
    [
        "Trung ương Đảng được tặng Bằng khen.",
        "Văn phòng Thành ủy Bến Nghé được tặng Bằng khen.",
    ],
)
def test_what_is_said_of_another_body_is_hardly_about_the_article_s_office(stretch: str) -> None:
    assert _scope(f"{LAM} được tặng gì?", stretch, _article(LAM)) <= 0.5


def test_a_person_named_is_no_other_office() -> None:
    stretch = "Đồng chí Trần Văn Bình, Chánh Văn phòng Tỉnh ủy, phát biểu."
    assert _scope(f"Chánh {LAM} là ai?", stretch, _article(LAM)) == 1


def test_the_year_asked_about_must_be_near() -> None:
    article = _article(LAM)
    assert _scope("Năm 2010 được tặng gì?", "Năm 2010 được tặng Bằng khen.", article) == 1
    assert 0 < _scope("Năm 2010 được tặng gì?", "Được tặng Bằng khen.", article, "Đó là năm 2010.") < 1
    other = "Năm 2014 được tặng Bằng khen."
    assert _scope("Năm 2010 Văn phòng Tỉnh ủy được tặng gì?", other, article) == 0
    assert _scope("Năm 2010 được tặng gì?", other, article) == 0
    encyclopaedia = _article(None)  # may not repeat the year of what it tells
    assert _scope("Năm 2010 được tặng gì?", other, encyclopaedia) == UNDATED


def test_the_year_of_an_article_is_that_of_its_date() -> None:
    article = _article(LAM, published=date(2010, 5, 1))
    assert _scope("Năm 2010 được tặng gì?", "Được tặng Bằng khen.", article) > 0.9


def test_the_award_asked_about_must_be_there_with_its_class() -> None:
    question = "Năm nào được tặng Huân chương Lao động hạng Nhất?"
    assert _scope(question, "được tặng Huân chương Lao động hạng Nhất", _article(LAM)) == 1
    assert _scope(question, "được tặng Huân chương Lao động hạng Nhì", _article(LAM)) == 0


def test_the_number_of_the_document_asked_about_must_be_there() -> None:
    question, article = "Đề án 30 có tên đầy đủ là gì?", _article(LAM)
    assert _scope(question, "Đề án 30 về “Phòng đọc của xã”.", article) == 1
    assert _scope(question, "Đề án 25 về “Phòng đọc của xã”.", article) == 0
    assert _scope(question, "Đề án về “Phòng đọc của xã”.", article, "Tỉnh có Đề án 30.") > 0


def test_a_stretch_of_another_year_is_less_apt_than_one_of_none() -> None:
    paragraph = "Năm 2018 có nhiều đổi mới. Năm 2005 được tặng Cờ thi đua. Văn phòng được tặng Bằng khen."
    article = _article(LAM, paragraph)
    asked = "Năm 2018 được tặng gì?"
    assert _scope(asked, "Năm 2005 được tặng Cờ thi đua.", article, paragraph) == ANOTHER_YEAR
    assert _scope(asked, "Văn phòng được tặng Bằng khen.", article, paragraph) > ANOTHER_YEAR


@pytest.mark.parametrize(
    ("before", "stretch", "who"),
    [
        ("Bà Ngô Thị Lành sinh năm 1968. ", "Bà làm văn thư từ năm 2001.", ("ngo thi lanh",)),
        # The one who is so called, whoever is named in between.
        (
            "Bà Ngô Thị Lành sinh năm 1968, được ông Trần Văn Bình nhận về. ",
            "Bà làm văn thư từ năm 2001.",
            ("ngo thi lanh",),
        ),
        ("Đồng chí Trần Văn Bình và đồng chí Lương Văn Bảy dự. ", "Đồng chí nói thêm.", ("luong van bay",)),
        ("Bà Ngô Thị Lành sinh năm 1968. ", "Bà Tống Thị Mây làm văn thư.", ()),
        ("Bà Ngô Thị Lành sinh năm 1968. ", "Văn phòng có 12 người.", ()),
        ("", "Bà làm văn thư từ năm 2001.", ()),
        ("Bà Ngô Thị Lành sinh năm 1968. " + "Việc gì cũng xong. " * 60, "Bà làm văn thư.", ()),
    ],
)
def test_a_title_alone_means_the_one_named_last(before: str, stretch: str, who: tuple[str, ...]) -> None:
    assert meant(_article(LAM, before + stretch), len(before)) == who
