from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.vietnamese import fold, nfc, normalise, terms, tokens
from vectorstore.respell import Respelling, Vocabulary, is_syllable, respell

ARTICLE = """
Văn phòng Tỉnh ủy Hà Lương được tặng Huân chương Lao động hạng Nhì năm 1999. Văn phòng Tỉnh ủy
Hà Lương được thành lập năm 1947, có ba mươi cán bộ. Chức năng của văn phòng cấp ủy là tham mưu.
Trưởng ban tuyên giáo là đồng chí Nguyễn Văn Bình. Các ban đảng làm việc trong những năm khó khăn.
Đồng chí thủ kho giữ chìa khóa. Bạn đọc gửi thư về tòa soạn. Bản tin ra hằng tuần, tính năng đã đủ.
"""
FOREIGN = "Thư của Stephenson gửi về hằng năm."


def learned(text: str) -> Vocabulary:
    return Vocabulary.of(Counter(terms(nfc(text)).exact).items())


VOCABULARY = learned(f"{ARTICLE}\n{FOREIGN}")


def read(question: str) -> str:
    return respell(question, VOCABULARY).text


def bare(text: str) -> str:
    split = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in split if not unicodedata.combining(c))


# --- marks -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        "Văn phòng Tỉnh ủy Hà Lương được thành lập năm nào?",
        "văn phòng tỉnh ủy Hà Lương được tặng Huân chương gì, năm 1999?",
        "VĂN PHÒNG CẤP ỦY CÓ BAO NHIÊU CÁN BỘ?",
        "Chức năng của văn phòng cấp ủy là gì?",
        "Trưởng ban tuyên giáo là ai?",
    ],
)
def test_a_question_without_marks_gets_those_of_the_articles(question: str) -> None:
    assert read(bare(question)) == question
    assert read(question) == question


def test_neighbours_decide_between_words_that_look_alike_without_marks() -> None:
    assert read("truong ban la ai") == "trưởng ban là ai"
    assert read("ban doc la ai") == "bạn đọc là ai"
    assert read("ban tin la gi") == "bản tin là gì"


def test_question_words_are_known_though_no_article_has_them() -> None:
    assert respell("co bao nhieu nguoi, o dau, khi nao, vi sao", learned("Một.")).text == (
        "có bao nhiêu người, ở đâu, khi nào, vì sao"
    )


def test_in_a_half_marked_question_every_mark_is_kept() -> None:
    assert read("van phong tỉnh ủy có bao nhieu can bo") == "văn phòng tỉnh ủy có bao nhiêu cán bộ"


def test_a_bare_word_of_a_marked_question_is_meant_bare() -> None:
    for question in ("Trưởng ban tuyên giáo là ai?", "Ban nào do ai thay?", "Trong ban có ai?"):
        assert respell(question, VOCABULARY) == Respelling(question, ())


def test_what_stands_between_words_and_numbers_stay_as_typed() -> None:
    assert read("  van phong…(cap uy): 1999,\n18/10/1930 ?! 😀 ") == (
        "  văn phòng…(cấp ủy): 1999,\n18/10/1930 ?! 😀 "
    )


def test_words_that_nobody_knows_stay_as_typed() -> None:
    assert read("van phong Sapa co wifi khong") == "văn phòng Sapa có wifi không"


def test_an_unknown_name_becomes_no_other_word() -> None:
    assert read("Van phong Tinh uy Da Nang") == "Văn phòng Tỉnh ủy Da Nang"
    assert read("Van phong Tinh uy Ha Luong") == "Văn phòng Tỉnh ủy Hà Lương"
    assert read("Văn phòng Tỉnh ủy Hà Lường") == "Văn phòng Tỉnh ủy Hà Lường"


@pytest.mark.parametrize("question", ["who is the chief of the office?", "What is the motto of Ha Luong"])
def test_a_question_in_another_language_is_left_alone(question: str) -> None:
    vocabulary = learned(f"{ARTICLE} Thể dục, thể thao, óc chó.")
    assert respell(question, vocabulary) == Respelling(question, ())


# --- slips of typing -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("văn phonng tỉnh ủy", "văn phòng tỉnh ủy"),
        ("vănn phòng tỉnh ủy", "văn phòng tỉnh ủy"),
        ("vna phong tinh uy", "văn phòng tỉnh ủy"),
        ("huân chưong lao động", "huân chương lao động"),
        ("huân chướng lao động", "huân chương lao động"),
        ("huân chuơng lao động", "huân chương lao động"),
        ("tuyên gíao", "tuyên giáo"),
        ("Phonng tỉnh ủy", "Phòng tỉnh ủy"),
        ("đồng chí Nguyễn Văn Bihnh", "đồng chí Nguyễn Văn Bình"),
        ("thư của Stehpenson", "thư của Stephenson"),
        ("thư của Setphenson", "thư của Stephenson"),
        ("thư của Stepehnson gửi ai", "thư của Stephenson gửi ai"),
    ],
)
def test_one_slip_is_mended_and_asked_about(typed: str, meant: str) -> None:
    found = respell(typed, VOCABULARY)
    assert found.text == meant
    assert fold(typed) == fold(meant) or not found.sure


@pytest.mark.parametrize(
    "typed",
    [
        "Vawn phofng Tinhr uyr Haf Luwowng dduowcj thanhf laapj nawm naof",
        "Van8 phong2 Tinh3 uy3 Ha2 Luong7 d9uoc75 thanh2 lap65 nam8 nao2",
        "Vawn phongf Tỉnh uyr Hà Lwowng dduwocj thanhf lapaj nawm naof",
    ],
)
def test_the_keys_of_telex_and_vni_are_read_as_what_they_make(typed: str) -> None:
    assert read(typed) == "Văn phòng Tỉnh ủy Hà Lương được thành lập năm nào"


@pytest.mark.parametrize(
    "typed",
    [
        "tỉnh ủy hà lng",
        "12a 1a 9b covid19 x2",
        "tỉnh ủy hà lưng",
        "đồng chí Nguyễn Văn Dinh",  # somebody else may be called so
        "đồng chí Lê Thị Bihnh",  # nobody of that name is known
        "tập thơ của Stehpensen",
        "bác Stephensen",
    ],
)
def test_what_is_no_clear_slip_stays_as_typed(typed: str) -> None:
    assert read(typed) == typed


# --- how sure --------------------------------------------------------------------------------------


def test_marks_beyond_doubt_need_no_question() -> None:
    assert respell("van phong tinh uy ha luong", VOCABULARY).sure
    assert respell("Văn phòng", VOCABULARY).sure


def test_a_word_without_a_neighbour_that_vouches_for_it_is_not_sure() -> None:
    (change,) = respell("ban", learned("bạn bản")).changes
    assert not change.sure


def test_changes_say_where_what_and_as_what() -> None:
    question = "văn phonng: cap uy"
    found = respell(question, VOCABULARY)
    assert [(c.typed, c.read) for c in found.changes] == [("phonng", "phòng"), ("cap", "cấp"), ("uy", "ủy")]
    assert [question[c.span.start : c.span.end] for c in found.changes] == [c.typed for c in found.changes]


WORDS = st.sampled_from(sorted({t.exact for t in tokens(ARTICLE)}))
WAYS: list[Callable[[str], str]] = [str, bare, str.upper, str.title]
TYPED = st.lists(
    st.tuples(WORDS, st.sampled_from(WAYS), st.sampled_from([" ", ", ", "\n", "-"])),
    max_size=20,
).map(lambda words: "".join(way(word) + after for word, way, after in words))


@given(TYPED)
def test_only_marks_are_added_to_words_that_are_known(question: str) -> None:
    assert fold(read(question)) == fold(question)


@given(
    st.one_of(TYPED, st.text(max_size=60), st.text("aăâbcdđeêfghijsrxw126 789ơư\u0301\u0323.A", max_size=40))
)
def test_the_changes_make_the_text_and_nothing_else_changes(question: str) -> None:
    found = respell(question, VOCABULARY)
    text = question
    for change in reversed(found.changes):
        assert text[change.span.start : change.span.end] == change.typed
        text = text[: change.span.start] + change.read + text[change.span.end :]
    assert text == found.text
    assert sorted(found.changes, key=lambda c: c.span.start) == list(found.changes)


# --- the parts -------------------------------------------------------------------------------------


def test_a_vocabulary_counts_words_and_pairs_and_takes_all_numbers_for_one() -> None:
    vocabulary = learned("Kon Tum, Kon Tum 1930 quắc 1945. Ngày 2/9/1945.")
    kon, tum, number, quac = (vocabulary.numbers[w] for w in ("kon", "tum", "0", "quắc"))
    assert vocabulary.together([kon, tum], [kon, tum]).tolist() == [[0, 2], [0, 0]]
    assert vocabulary.together([tum, quac, -1], [number]).tolist() == [[1], [1], [0]]
    assert vocabulary.folded["quac"] == [quac]
    assert vocabulary.shares.sum() == pytest.approx(1)


@pytest.mark.parametrize(("word", "is_one"), [("lập", True), ("lâp", False), ("lấp", True), ("lap", True)])
def test_a_syllable_that_ends_in_a_stop_has_one_of_two_tones(word: str, is_one: bool) -> None:
    assert is_syllable(word) is is_one


def test_every_word_of_the_articles_is_a_syllable_or_not_as_it_is_spelled() -> None:
    assert all(is_syllable(t.exact) and is_syllable(t.folded) for t in tokens(ARTICLE) if not t.is_number)
    for foreign in ("the", "who", "office", "chưong", "phonng", "wifi", "ủyy", "1930", "q"):
        assert is_syllable(foreign) == (foreign == "the"), foreign


def test_both_ways_of_placing_a_tone_are_one() -> None:
    vocabulary = learned("Tòa soạn, hòa bình.")
    assert respell("toà soạn hoà bình", vocabulary).text == "toà soạn hoà bình"
    assert normalise(respell("toa soan hoa binh", vocabulary).text) == "tòa soạn hòa bình"
