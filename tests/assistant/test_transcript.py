"""What is taken along: the copied answer to the letter, and the Markdown that shows what was written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation import Exchange
from assistant.narrow import Narrowed
from assistant.transcript import copied, limits, markdown
from assistant.types import SCANNED, Answer
from tests.assistant.office import answered, article, citation, refused

STORY = article(
    "chang-duong",
    "Chặng đường",
    "Ngày 12-4-1954, Văn phòng được thành lập.",
    "Năm 2014 được tặng Huân chương.",
    published=date(2024, 4, 9),
)
FOUNDED = replace(
    citation(1, STORY, "Ngày 12-4-1954, Văn phòng được thành lập."), source="Báo Hải Lâm", page=3
)
GIVEN = replace(citation(2, STORY, "Năm 2014 được tặng Huân chương."), scanned=True)


def test_a_copied_answer_has_numbered_statements_and_every_source() -> None:
    exchange = Exchange(
        "Thành lập khi nào? ", answered(FOUNDED, GIVEN), within=Narrowed(("Văn phòng",), (), 1990)
    )
    assert copied(exchange) == "\n\n".join(
        (
            "Thành lập khi nào?",
            f"1. {FOUNDED.quote} [1]\n2. {GIVEN.quote} [2]",
            "Chỉ tìm trong: Văn phòng, từ năm 1990",
            "Nguồn:",
            f"[1] Chặng đường. Báo Hải Lâm. 09/04/2024. trang 3\n“{FOUNDED.quote}”",
            f"[2] Chặng đường. 09/04/2024. {SCANNED}\n“{GIVEN.quote}”",
        )
    )


@given(st.text(min_size=1))
def test_quoted_words_are_copied_to_the_letter(words: str) -> None:
    quoted = replace(FOUNDED, quote=words)
    assert copied(Exchange("Gì?", answered(quoted))).endswith(f"“{words}”")


def test_a_refusal_is_copied_as_one_and_what_is_no_answer_is_not() -> None:
    assert copied(Exchange("Gì?", refused("không nói."))) == "Gì?\n\nTư liệu không có câu trả lời: không nói."
    talk = Answer("refused", "Chào bạn.", (), (), None, None, "talk", 0.0)
    assert (
        copied(Exchange("Chào", talk)) == copied(Exchange("x", notice="lỗi")) == copied(Exchange("x")) == ""
    )


def test_limits_are_said_in_words() -> None:
    assert limits(Narrowed(("A",), ("B",), 1990, 2000)) == ("A", "B", "1990–2000")
    assert limits(Narrowed(from_year=1990, to_year=1990)) == ("năm 1990",)
    assert limits(Narrowed(to_year=1990)) == ("đến năm 1990",)


def test_a_conversation_is_taken_along_with_every_question_and_source() -> None:
    told = markdown(
        "Thành *lập*",
        [
            Exchange("Khi nào?", answered(FOUNDED, GIVEN)),
            Exchange("Ở đâu?", refused("không nói ở đâu.", FOUNDED)),
            Exchange("🙂", notice="Hãy hỏi bằng lời."),
        ],
    )
    assert told.startswith("# Thành \\*lập\\*\n\n## Khi nào?\n")
    assert f"> “{FOUNDED.quote}”" in told
    assert "\\[1\\] Chặng đường. Báo Hải Lâm. 09/04/2024. trang 3" in told
    assert "## Ở đâu?\n\n**Tư liệu không có câu trả lời.** không nói ở đâu.\n" in told
    assert "## 🙂\n\nHãy hỏi bằng lời.\n" in told


def test_nothing_that_was_written_is_read_as_markdown() -> None:
    hostile = "<img src=x> [a](http://b) *c* `d`\n# e\n- f\n1. g\n---\n> h"
    told = markdown(hostile.replace("\n", " "), [Exchange("x", answered(replace(FOUNDED, quote=hostile)))])
    for line in (
        "\\<img src=x\\> \\[a\\](http://b) \\*c\\* \\`d\\`",
        "\\# e",
        "\\- f",
        "1\\. g",
        "\\---",
        "\\> h",
    ):
        assert line in told
