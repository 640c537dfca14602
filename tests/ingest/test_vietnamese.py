"""The normaliser: every way of typing a word finds that word, and what is cut keeps its place."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.types import Span
from ingest.vietnamese import (
    curled,
    dates,
    fold,
    has_marks,
    nfc,
    normalise,
    sentences,
    terms,
    tokens,
    toneless,
)

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
texts = st.text(
    st.sampled_from(LETTERS + LETTERS.upper() + " .,;:!?…\n“”\"'()-/0123456789\u00d0"), max_size=200
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Uỷ ban", "Ủy ban"),
        ("hoà bình", "hòa bình"),
        ("HOÀ BÌNH", "Hòa Bình"),
        ("khoẻ", "khỏe"),
        ("Thuỷ", "thủy"),
        ("\u00d0ảng", "Đảng"),
        (unicodedata.normalize("NFD", "Đảng uỷ Khánh Hoà"), "Đảng ủy Khánh Hòa"),
    ],
)
def test_spellings_of_one_word_are_equal(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(("one", "other"), [("quý", "qúy"), ("hoàn", "hòan"), ("ma", "má"), ("thu", "thư")])
def test_different_words_stay_different(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


def test_folding_maps_d_with_stroke_and_its_lookalike() -> None:
    assert fold("Đảng ủy \u00d0à Nẵng") == "dang uy da nang"


def test_a_syllable_parts_into_its_letters_and_its_tone() -> None:
    assert toneless("đường") == ("đương", "\u0300")
    assert toneless("tỉnh") == ("tinh", "\u0309")
    assert toneless("nghĩa") == ("nghia", "\u0303")
    assert toneless("ngành") == ("nganh", "\u0300")
    assert toneless("cân") == ("cân", "")


def test_text_typed_bare_is_known_as_such() -> None:
    assert not has_marks("van phong cap uy 18/10/1930?")
    assert has_marks("van phòng")
    assert has_marks("đi")


@given(texts)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert fold(fold(text)) == fold(text)


@given(texts)
def test_composed_and_decomposed_text_are_one(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert nfc(decomposed) == nfc(text)
    assert normalise(decomposed) == normalise(text)
    assert fold(decomposed) == fold(text)
    assert terms(nfc(decomposed)) == terms(nfc(text))


@given(texts)
def test_folding_forgets_what_normalising_keeps(text: str) -> None:
    assert fold(normalise(text)) == fold(text)


@given(texts)
def test_tokens_lie_in_order_and_are_words_or_numbers(text: str) -> None:
    end = 0
    for token in tokens(text):
        assert end <= token.start < token.end <= len(text)
        assert text[token.start : token.end].strip() == text[token.start : token.end]
        end = token.end


@given(texts, st.integers(0, 50), st.integers(0, 200))
def test_sentences_cover_the_stretch_and_do_not_overlap(text: str, start: int, length: int) -> None:
    start = min(start, len(text))
    end = min(start + length, len(text))
    at = start
    for s in sentences(text, start, end):
        assert not text[at : s.start].strip(), "nothing but white space lies between sentences"
        assert at <= s.start < s.end <= end
        assert "\n" not in s.of(text)
        assert s.of(text) == s.of(text).strip()
        at = s.end
    assert not text[at:end].strip()


@given(texts)
def test_dates_lie_in_order_in_the_text(text: str) -> None:
    end = 0
    for d in dates(text):
        assert end <= d.start < d.end <= len(text)
        assert d.day is None or 1 <= d.day <= 31
        assert d.month is None or 1 <= d.month <= 12
        end = d.end


@pytest.mark.parametrize(
    "text",
    [
        "18-10-1930",
        "18/10/1930",
        "18.10.1930",
        "ngày 18/10/1930",
        "ngày 18 tháng 10 năm 1930",
        "Ngày 18 tháng 10, 1930",
        "ngay 18 thang 10 nam 1930",
    ],
)
def test_every_form_of_a_day_is_that_day(text: str) -> None:
    (found,) = dates(text)
    assert (found.day, found.month, found.year) == (18, 10, 1930)
    assert text[found.start : found.end] == text
    assert "18_10_1930" in terms(text).exact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tháng 10/1930", (None, 10, 1930)),
        ("tháng 10 năm 1930", (None, 10, 1930)),
        ("Chiều 15/10, văn phòng", (15, 10, None)),
        ("ngày 18-10 hằng năm", (18, 10, None)),
        ("năm 1941", (None, None, 1941)),
        ("đầu 1941 có", (None, None, 1941)),
    ],
)
def test_a_date_says_only_what_is_written(text: str, expected: tuple[int | None, ...]) -> None:
    (found,) = dates(text)
    assert (found.day, found.month, found.year) == expected


@pytest.mark.parametrize(
    "text", ["24/24 giờ", "Chỉ thị 05-CT/TW", "45-NQ/TW", "3395648", "16.665", "tỷ lệ 80%"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert list(dates(text)) == []


def test_numbers_are_compared_without_separators_and_leading_zeros() -> None:
    assert [t.exact for t in tokens("07 cá nhân, 1.234 người, 18.10.1930")] == [
        *("7", "cá", "nhân", "1234", "người", "18", "10", "1930")
    ]


def test_terms_join_neighbours_but_not_across_punctuation() -> None:
    assert "văn_phòng" in terms("Văn phòng, cấp uỷ").exact
    assert "cấp_ủy" in terms("Văn phòng, cấp uỷ").exact
    assert "phòng_cấp" not in terms("Văn phòng, cấp uỷ").exact
    assert "van_phong" in terms("Văn phòng").folded


def _sentences(text: str) -> list[str]:
    return [s.of(text) for s in sentences(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Đ/c. Nguyễn Văn A dự họp.",
        "Lễ họp tại TP. Cần Thơ sáng nay.",
        "Theo chỉ đạo của T.Ư. Đảng bộ đã họp.",
        "Ngày truyền thống là 18.10.1930 theo quyết định.",
        "GS. Trần B. Nam phát biểu.",
        "Làm đúng... rồi mới báo cáo.",
        "1. Trần Văn Bình (1951 - 1960)",
        "IV. Khen thưởng",
    ],
)
def test_a_stop_inside_a_word_ends_no_sentence(sentence: str) -> None:
    assert _sentences(sentence) == [sentence]


def test_sentences_end_before_a_capital_a_quote_or_a_digit() -> None:
    assert _sentences("Họp xong. Đại biểu về. “Tốt lắm!” 19 người ở lại… Ủy ban họp tiếp?") == [
        *("Họp xong.", "Đại biểu về.", "“Tốt lắm!”", "19 người ở lại…", "Ủy ban họp tiếp?")
    ]


def test_a_line_break_ends_a_sentence() -> None:
    assert _sentences("Tiêu đề không chấm\n\nĐoạn một") == ["Tiêu đề không chấm", "Đoạn một"]


def test_a_closing_quote_stays_with_its_sentence() -> None:
    text = "Bác dặn: “Phải cẩn thận…”. Khắc ghi lời dạy."
    assert sentences(text) == [Span(0, 26), Span(27, 44)]


# --- quotation marks -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ('Bác dặn: "Phải cẩn thận".', "Bác dặn: “Phải cẩn thận”."),
        ("phong trào «Dân vận khéo» và", "phong trào “Dân vận khéo” và"),
        ("phong trào ''Dân vận khéo'' và", "phong trào  “Dân vận khéo”  và"),
        ("phong trào 'Dân vận khéo' và", "phong trào “Dân vận khéo” và"),
        ("phong trào ‘Dân vận khéo’ và", "phong trào “Dân vận khéo” và"),
        ("phong trào ”Dân vận khéo”, và", "phong trào “Dân vận khéo”, và"),
        ('("Dân vận khéo")', "(“Dân vận khéo”)"),
        ('Bác dặn: "Phải cẩn thận. Phải', "Bác dặn: “Phải cẩn thận. Phải"),
        ('giữ bí mật...".', "giữ bí mật...”."),
        ('"Ông nói: "Phải cẩn thận"', "“Ông nói: “Phải cẩn thận”"),
    ],
)
def test_every_quotation_mark_is_known_by_its_side(typed: str, meant: str) -> None:
    assert curled(typed) == meant


@pytest.mark.parametrize(
    "text", ["xã Đắk R'lấp và xã Ea H'leo", "“gọi là 'ba phục vụ'”", 'cách " ra', "không có dấu nào"]
)
def test_what_may_be_no_quotation_mark_stays(text: str) -> None:
    assert curled(text) == text


@given(st.text(st.sampled_from("ab Đ .,(\n“”\"'‘’«»„-")))
def test_a_text_with_its_quotation_marks_curled_keeps_every_position(text: str) -> None:
    found = curled(text)
    assert len(found) == len(text)
    assert all(a == b or {a, b} & set("“” ") for a, b in zip(text, found, strict=True))
