"""What is asked: the kind of answer, the names, and what a follow-up takes from before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question import MAX_CHARACTERS, Form, Kind, recognise, understand
from assistant.types import Turn
from ingest.errors import BadQuestion
from ingest.types import Article, Passage
from vectorstore.types import Hit

UNITS = ("Văn phòng Tỉnh ủy Sông Lam", "Văn phòng Thành ủy Bến Nghé")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Ngày truyền thống là ngày nào?", (Kind.DATE,)),
        ("Văn phòng được thành lập khi nào?", (Kind.DATE,)),
        ("ngay truyen thong la ngay nao", (Kind.DATE,)),
        ("Văn phòng ra đời năm nào và ở đâu?", (Kind.YEAR, Kind.PLACE)),
        ("Văn phòng có bao nhiêu cán bộ?", (Kind.NUMBER,)),
        ("Được tặng Huân chương Lao động hạng mấy?", (Kind.AWARD,)),
        ("Năm 2010 văn phòng được tặng phần thưởng gì?", (Kind.AWARD,)),
        ("van phong duoc tang huan chuong gi", (Kind.AWARD,)),
        ("Chánh Văn phòng là ai?", (Kind.PERSON,)),
        ("Ai là Chánh Văn phòng?", (Kind.PERSON,)),
        ("Ai quyết định lấy ngày 18/10 làm ngày truyền thống?", (Kind.AGENT,)),
        ("Hội nghị họp ở đâu?", (Kind.PLACE,)),
        ("Trụ sở nằm ở đường nào?", (Kind.PLACE,)),
        ("Bác Hồ nói gì về công tác văn phòng?", (Kind.QUOTE,)),
        ("Phương châm của văn phòng là gì?", (Kind.MOTTO,)),
        ("Đề án 25 có tên đầy đủ là gì?", (Kind.NAME,)),
        ("Chức năng, nhiệm vụ của văn phòng là gì?", (Kind.FUNCTION,)),
        ("Những văn phòng nào đã được tặng Huân chương?", (Kind.UNIT,)),
        ("Đồng chí Bình giữ chức vụ gì?", (Kind.OFFICE,)),
        ("Trần Văn Bình là ai?", (Kind.OFFICE,)),
        ("Đồng chí Trần Văn Bình là ai?", (Kind.OFFICE,)),
        ("Văn phòng chính thức mang tên từ khi nào?", (Kind.DATE,)),
        ("nhung van phong nao da duoc tang huan chuong", (Kind.UNIT,)),
        ("tu dau nhiem ky da ban hanh bao nhieu chi thi", (Kind.NUMBER,)),
        ("tru so van phong o dau", (Kind.PLACE,)),
        ("de an 25 co ten day du la gi", (Kind.NAME,)),
        ("When is the traditional day?", (Kind.DATE,)),
        ("Công tác văn thư thế nào?", (Kind.OTHER,)),
        ("Ngày mấy thì họp?", (Kind.DATE,)),
        ("Hội nghị diễn ra vào thời gian nào?", (Kind.DATE,)),
        ("hoi nghi dien ra bao gio", (Kind.DATE,)),
        ("Chữ ký số được dùng từ thập kỷ nào?", (Kind.YEAR,)),
        ("Văn phòng sơ tán trong bao lâu?", (Kind.NUMBER,)),
        ("Bao nhiêu phần trăm cán bộ có trình độ đại học?", (Kind.NUMBER,)),
        ("Số lượng đảng viên là bao nhiêu?", (Kind.NUMBER,)),
        ("Văn phòng xếp thứ mấy trong khối?", (Kind.ORDINAL,)),
        ("Đại hội lần thứ mấy?", (Kind.ORDINAL,)),
        ("Chi bộ được nhận danh hiệu gì?", (Kind.AWARD,)),
        ("Tập thể được trao tặng hình thức khen thưởng nào?", (Kind.AWARD,)),
        ("Cán bộ nào làm văn thư lâu nhất?", (Kind.PERSON,)),
        ("Nhà thơ nào đã viết về văn phòng?", (Kind.PERSON,)),
        ("Người nào đứng đầu Tổ giúp việc?", (Kind.PERSON,)),
        ("Văn phòng do ai phụ trách?", (Kind.PERSON,)),
        ("Quyết định thuộc về ai?", (Kind.AGENT,)),
        ("Cấp ủy nào ra quyết định?", (Kind.UNIT,)),
        ("Công ty nào cung cấp phần mềm?", (Kind.UNIT,)),
        ("Huyện nào đi đầu?", (Kind.PLACE,)),
        ("Tổ văn thư đóng tại làng nào?", (Kind.PLACE,)),
        ("Địa chỉ của văn phòng là gì?", (Kind.PLACE,)),
        ("dia chi cua van phong la gi", (Kind.PLACE,)),
        ("Đồng chí Bí thư căn dặn điều gì?", (Kind.QUOTE,)),
        ("khau hieu cua van phong la gi", (Kind.MOTTO,)),
        ("Sáng kiến được gọi là gì?", (Kind.NAME,)),
        ("Tiền thân của văn phòng là gì?", (Kind.NAME,)),
        ("Tờ báo nào ra đời trước?", (Kind.NAME,)),
        ("Đồng chí ấy giữ cương vị gì?", (Kind.OFFICE,)),
        ("Văn phòng thực hiện theo nghị quyết số mấy?", (Kind.DOCUMENT,)),
        ("Nhiệm vụ của văn phòng gồm những gì?", (Kind.FUNCTION,)),
        ("Văn phòng có vai trò gì?", (Kind.FUNCTION,)),
        ("Vì sao văn phòng phải sơ tán?", (Kind.CAUSE,)),
        ("vi sao van phong phai so tan", (Kind.CAUSE,)),
        ("Nguyên nhân nào dẫn đến thành công?", (Kind.CAUSE,)),
        ("Văn phòng cấp ủy là gì?", (Kind.OTHER,)),
        ("Điều gì làm nên thành công?", (Kind.OTHER,)),
        ("Why was the office moved?", (Kind.CAUSE,)),
    ],
)
def test_the_kind_of_answer_is_read_from_the_question(text: str, kinds: tuple[Kind, ...]) -> None:
    assert understand(text).kinds == kinds


def test_names_are_what_the_evidence_must_be_about_and_no_words_to_find() -> None:
    q = understand("Văn phòng Tỉnh ủy Sông Lam được Chủ tịch nước tặng gì?")
    assert q.names == ("Sông Lam",)
    assert not {"sông", "lam"} & set(q.words)
    assert {"chủ_tịch", "tặng"} <= set(q.words)


def test_a_form_of_address_is_no_part_of_a_name() -> None:
    assert understand("Bà Mây làm văn thư từ khi nào?").names == ("Mây",)
    assert understand("Bác Hồ nói gì?").names == ("Bác Hồ",)


@pytest.mark.parametrize("text", ["Trụ sở ở đâu?", "Hiện nay có gì mới?", "Trước đó là ai?"])
def test_the_capital_that_opens_a_question_makes_no_name(text: str) -> None:
    assert understand(text).names == ()


def test_the_office_asked_about_is_told_from_what_is_asked_of_it() -> None:
    q = understand("Văn phòng Tỉnh ủy Sông Lam có bao nhiêu cán bộ?")
    assert "văn_phòng" in q.office_words
    assert "cán_bộ" not in q.office_words
    assert q.counted == ("cán", "bộ")


def test_what_follows_about_is_the_topic() -> None:
    q = understand("Đồng chí ấy phát biểu gì về công tác văn thư?")
    assert "văn_thư" in q.topic
    assert "phát_biểu" not in q.topic


def test_years_are_constraints() -> None:
    assert understand("Năm 2010 văn phòng được tặng gì?").years == (2010,)


def test_every_instance_is_asked_for_with_a_plural() -> None:
    assert understand("Những văn phòng nào được tặng Huân chương?").several
    assert understand("Liệt kê các phần thưởng của văn phòng").several
    assert not understand("Văn phòng nào được tặng Huân chương?").several


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (
            "So sánh Huân chương của Văn phòng Tỉnh ủy Sông Lam và Văn phòng Thành ủy Bến Nghé",
            Form.COMPARISON,
        ),
        ("so sanh van phong tinh uy song lam va van phong thanh uy ben nghe", Form.COMPARISON),
        ("Văn phòng Tỉnh ủy Sông Lam khác Văn phòng Thành ủy Bến Nghé thế nào?", Form.COMPARISON),
        ("Giữa Sông Lam và Bến Nghé, nơi nào thành lập trước?", Form.COMPARISON),
        ("Sông Lam so với Bến Nghé có nhiều cán bộ hơn bao nhiêu?", Form.COMPARISON),
        ("Kể tên các Chánh Văn phòng qua các thời kỳ", Form.LIST),
        ("Nhiệm vụ của văn phòng gồm những gì?", Form.LIST),
        ("nhung ai da duoc tang ky niem chuong", Form.LIST),
        ("Nêu các phần thưởng của văn phòng", Form.LIST),
        ("Có phải văn phòng thành lập năm 1948 không?", Form.YES_NO),
        ("Văn phòng đã được tặng Huân chương Lao động chưa?", Form.YES_NO),
        ("Văn phòng thành lập năm 1948, đúng không?", Form.YES_NO),
        ("van phong co duoc tang bang khen khong", Form.YES_NO),
        ("Văn phòng được tặng gì?", Form.ONE),
        ("Văn phòng có bao nhiêu cán bộ?", Form.ONE),
        ("Cả nước có mấy đơn vị không tổ chức họp mặt?", Form.ONE),
    ],
)
def test_the_form_of_the_answer_is_read_from_the_question(text: str, form: Form) -> None:
    assert understand(text).form is form


@pytest.mark.parametrize(
    "text",
    [
        "So sánh Văn phòng Tỉnh ủy Sông Lam và Văn phòng Thành ủy Bến Nghé",
        "so sanh song lam va ben nghe",
        "Sông Lam khác Bến Nghé ở điểm nào?",
        "Giữa Sông Lam và Bến Nghé, nơi nào thành lập trước?",
    ],
)
def test_what_is_compared_is_named_as_the_library_names_it(text: str) -> None:
    assert understand(text, (), UNITS).compares == UNITS


def test_what_no_library_knows_is_compared_by_the_names_it_has() -> None:
    q = understand("So sánh Văn phòng Huyện ủy Ngọc Trì và Văn phòng Huyện ủy Tân Thuận")
    assert q.compares == ("Văn phòng Huyện ủy Ngọc Trì", "Văn phòng Huyện ủy Tân Thuận")


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("Văn phòng được nhận giải thưởng nào?", ("giải", "thưởng")),
        ("Loại máy chữ nào được dùng?", ("loại", "máy", "chữ")),
        ("Công ty nào cung cấp phần mềm?", ("công", "ty")),
        ("Tên của sáng kiến là gì?", ("sáng", "kiến")),
        ("Sự kiện lớn nào mở đầu giai đoạn này?", ("sự", "kiện", "lớn")),
        ("van phong duoc nhan giai thuong nao", ("giai", "thuong")),
        ("Điều gì làm nên thành công?", ()),
        ("Phương châm là gì?", ()),
        ("Văn phòng thành lập khi nào?", ()),
    ],
)
def test_the_noun_that_is_asked_for_is_told(text: str, head: tuple[str, ...]) -> None:
    assert understand(text).head == head


def test_a_document_named_by_its_number_is_a_constraint() -> None:
    assert understand("Nghị quyết số 45-NQ/TW nói về gì?").documents == ("nghi quyet so 45-nq/tw",)


def _after(question: str, asked: str, said: str = "", units: tuple[str, ...] = UNITS) -> str:
    history = [Turn("user", asked)] + ([Turn("assistant", said)] if said else [])
    return understand(question, history, units).text


@pytest.mark.parametrize("again", ["Còn ở Sông Lam thì sao?", "con o song lam thi sao", "Còn Sông Lam?"])
def test_how_about_another_place_means_that_places_office(again: str) -> None:
    before = "Văn phòng Thành ủy Bến Nghé được Chủ tịch nước tặng thưởng gì?"
    assert _after(again, before) == "Văn phòng Tỉnh ủy Sông Lam được Chủ tịch nước tặng thưởng gì?"


def test_a_bare_follow_up_to_a_bare_question_stays_bare() -> None:
    before = "van phong thanh uy ben nghe duoc chu tich nuoc tang thuong gi"
    assert (
        _after("con o song lam thi sao", before)
        == "van phong tinh uy song lam duoc chu tich nuoc tang thuong gi"
    )


def test_how_about_another_year_keeps_the_question() -> None:
    before = "Năm 2010 Văn phòng Tỉnh ủy Sông Lam được tặng gì?"
    assert _after("Còn năm 2014 thì sao?", before) == "Năm 2014 Văn phòng Tỉnh ủy Sông Lam được tặng gì?"


def test_a_pronoun_means_the_person_last_named() -> None:
    read = _after("Ông ấy giữ chức vụ gì?", "Ai phát biểu?", "Đồng chí Trần Văn Bình, Chánh Văn phòng.")
    assert read == "Trần Văn Bình giữ chức vụ gì?"


def test_that_office_means_the_office_last_named() -> None:
    before = "Văn phòng Tỉnh ủy Sông Lam có bao nhiêu cán bộ?"
    read = _after("Đơn vị này được tặng thưởng gì?", before)
    assert read == "Văn phòng Tỉnh ủy Sông Lam được tặng thưởng gì?"


def test_a_question_of_two_words_leans_on_the_one_before() -> None:
    before = "Văn phòng Tỉnh ủy Sông Lam được thành lập ở đâu?"
    q = understand("Năm nào?", [Turn("user", before)], UNITS)
    assert q.text.startswith("Văn phòng Tỉnh ủy Sông Lam được thành lập")
    assert q.names == ("Sông Lam",)
    assert Kind.YEAR in q.kinds


def test_a_whole_question_takes_nothing_from_before() -> None:
    whole = "Văn phòng Thành ủy Bến Nghé có bao nhiêu cán bộ?"
    assert _after(whole, "Văn phòng Tỉnh ủy Sông Lam được tặng gì?") == whole


def test_without_history_a_follow_up_stands_as_it_is() -> None:
    assert understand("Năm nào?").text == "Năm nào?"


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_an_empty_question_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(BadQuestion, match="đang trống"):
        understand(text)


@pytest.mark.parametrize("text", ["😀😀", "???", "1930"])
def test_a_question_without_a_word_is_refused(text: str) -> None:
    with pytest.raises(BadQuestion, match="chưa có chữ nào"):
        understand(text)


def test_a_question_that_is_too_long_is_refused_with_its_length() -> None:
    with pytest.raises(BadQuestion, match="10000 ký tự"):
        understand("a" * 10_000)
    understand("văn " * (MAX_CHARACTERS // 4))


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_is_understood_or_refused(text: str, before: str) -> None:
    try:
        q = understand(text, [Turn("user", before)], UNITS)
    except BadQuestion:
        return
    assert q.kinds
    assert q.text


def _hit(text: str) -> Hit:
    article = Article("a", "Bài viết", text, (), None, None, None, None, "a", "a")
    return Hit(article, Passage("a0", "a", 0, 0, len(text), 1), 1.0, None, None)


def test_a_name_that_hits_write_in_capitals_too_is_read_as_written_small() -> None:
    hits = [_hit("TỈNH ỦY HÀ LƯƠNG họp mặt."), _hit("Tỉnh ủy Hà Lương họp mặt.")]
    for found in (hits, hits[::-1]):
        assert recognise(understand("tinh uy ha luong thanh lap nam nao"), found).names == ("Hà Lương",)


def test_names_typed_small_are_those_that_the_hits_write_with_capitals() -> None:
    hits = [_hit("Văn phòng Tỉnh ủy Hà Lương được thành lập năm 1947.")]
    question = recognise(understand("văn phòng tỉnh ủy hà lương thành lập năm nào?"), hits)
    assert question.names == ("Hà Lương",)
    assert not {"hà", "lương", "hà_lương"} & set(question.words)
    assert {"trọng", "lượng"} <= set(recognise(understand("trọng lượng xe ở hà lương?"), hits).words)
    assert recognise(understand("khoảng hạ lượng là gì?"), hits).names == ()


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Van phong Thanh uy Ha Luong duoc tang Huan chuong Lao dong nam nao?", ("Ha Luong",)),
        ("Ai la Chanh Van phong Tinh uy Song Lam?", ("Song Lam",)),
        ("Nhung van phong nao da duoc tang Huan chuong Lao dong?", ()),
        ("Ban Bi thu va Chu tich nuoc quyet dinh gi?", ()),
        ("Dong chi Dang Van Minh la ai?", ("Dang Van Minh",)),
    ],
)
def test_words_of_office_life_are_no_names_in_a_question_typed_bare(
    typed: str, names: tuple[str, ...]
) -> None:
    assert understand(typed).names == names


# --- a topic in place of a question ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "read", "kind"),
    [
        ("Ngày truyền thống của văn phòng", "Ngày truyền thống của văn phòng là ngày nào?", Kind.DATE),
        ("ngay truyen thong cua van phong", "ngay truyen thong cua van phong la ngay nao?", Kind.DATE),
        ("năm thành lập chi bộ Hà Lương", "năm thành lập chi bộ Hà Lương là năm nào?", Kind.YEAR),
        ("trụ sở Huyện ủy Hà Lương.", "trụ sở Huyện ủy Hà Lương ở đâu?", Kind.PLACE),
        ("Chánh Văn phòng Huyện ủy Hà Lương", "Chánh Văn phòng Huyện ủy Hà Lương là ai?", Kind.PERSON),
        ("phuong cham cua van phong", "phuong cham cua van phong la gi?", Kind.MOTTO),
        ("chức năng, nhiệm vụ văn phòng", "chức năng, nhiệm vụ văn phòng là gì?", Kind.FUNCTION),
        ("số cán bộ của Văn phòng Hà Lương", "Văn phòng Hà Lương có bao nhiêu cán bộ?", Kind.NUMBER),
        ("so dang vien huyen uy ha luong", "huyen uy ha luong co bao nhieu dang vien?", Kind.NUMBER),
        ("huân chương của Huyện ủy Hà Lương", "Huyện ủy Hà Lương được tặng huân chương gì?", Kind.AWARD),
        ("Văn phòng cấp ủy làm gì?", "chức năng, nhiệm vụ của Văn phòng cấp ủy là gì?", Kind.FUNCTION),
        (
            "van phong cap uy lam nhung viec gi",
            "chuc nang, nhiem vu cua van phong cap uy la gi?",
            Kind.FUNCTION,
        ),
    ],
)
def test_a_topic_is_read_as_the_question_about_it(typed: str, read: str, kind: Kind) -> None:
    q = understand(typed)
    assert (q.asked, q.text, q.kinds) == (typed, read, (kind,))


@pytest.mark.parametrize(
    "typed",
    [
        "Ngày 18/10/1930",
        "Ngày truyền thống là ngày nào?",
        "Bí thư Huyện ủy phát biểu",
        "Chánh Văn phòng được tặng Bằng khen",
        "Văn phòng đã làm gì năm 1997?",
        "Liệt kê huân chương của Huyện ủy",
        "So sánh phương châm của Hà Lương và Sông Lam",
        "Văn phòng Huyện ủy Hà Lương",
    ],
)
def test_what_is_a_question_or_no_topic_is_read_as_it_is(typed: str) -> None:
    assert understand(typed).text == typed


def test_a_topic_after_a_question_is_one_of_its_own() -> None:
    before = (
        Turn("user", "Chánh Văn phòng Huyện ủy Hà Lương là ai?"),
        Turn("assistant", "Là Trần Văn Bình."),
    )
    assert understand("ngày truyền thống của văn phòng", before).kinds == (Kind.DATE,)


def test_a_general_word_for_an_award_only_asks_for_one() -> None:
    assert not {"phần", "thưởng"} & set(understand("Huyện ủy được nhận phần thưởng nào?").words)
    assert "huân_chương" in understand("Huyện ủy được nhận huân chương nào?").words


@pytest.mark.parametrize(
    "typed",
    ["Trần Văn Bình giữ chức vụ gì?", "tran van binh giu chuc vu gi", "Chức vụ của Trần Văn Bình là gì?"],
)
def test_the_words_for_a_post_only_ask_for_one(typed: str) -> None:
    q = understand(typed)
    assert q.kinds == (Kind.OFFICE,)
    assert not {"vụ", "vu", "chức", "chuc"} & set(q.words)
