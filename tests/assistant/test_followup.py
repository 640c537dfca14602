"""What a follow-up takes from the conversation, and what a whole question does not."""

from __future__ import annotations

import pytest

import prompts
from assistant.question import understand
from assistant.types import Turn

UNITS = (
    "Văn phòng Tỉnh ủy Hà Lương",
    "Văn phòng Thành ủy Sơn Khê",
    "Văn phòng Huyện ủy Bình Lãng",
    "Văn phòng Huyện ủy Trường Lạc",
)
REFUSAL = prompts.load("refusal").fill(missing="các bài về Sơn Khê không nêu tên người được hỏi.")
CHIEF = "Đồng chí Lê Quang Thạch, Tỉnh ủy viên, Chánh Văn phòng Tỉnh ủy."
SHE = "Ôn lại truyền thống, đồng chí Hoàng Thị Nhàn, Chánh Văn phòng Huyện ủy, nêu rõ quá trình ra đời."
BOTH = "Dự buổi gặp mặt có đồng chí Trịnh Văn Hòe, Bí thư Huyện ủy; đồng chí Hoàng Thị Nhàn, Chánh Văn phòng."
FIRST = "Văn phòng được Chủ tịch nước tặng thưởng Huân chương Lao động hạng Ba."

AWARD = "Văn phòng Tỉnh ủy Hà Lương được Chủ tịch nước tặng thưởng gì?"
FOUNDED = "Văn phòng Huyện ủy Bình Lãng được thành lập ngày nào?"
STAFF = "Văn phòng Thành ủy Sơn Khê có bao nhiêu biên chế?"
ISSUED = "Năm 2021 Văn phòng Thành ủy Sơn Khê ban hành bao nhiêu nghị quyết?"
WHO = "Chánh Văn phòng Tỉnh ủy Hà Lương là ai?"
GRADE = "Văn phòng Huyện ủy Trường Lạc được tặng Huân chương Lao động hạng mấy?"
BARE = "van phong tinh uy ha luong duoc tang huan chuong gi"

Conversation = tuple[str, ...]

# The conversation so far (asked, answered, asked …), what is asked now, the whole question.
EXACT: tuple[tuple[Conversation, str, str], ...] = (
    # Another office.
    ((AWARD,), "Còn ở Sơn Khê thì sao?", "Văn phòng Thành ủy Sơn Khê được Chủ tịch nước tặng thưởng gì?"),
    ((AWARD, FIRST), "Còn Bình Lãng?", "Văn phòng Huyện ủy Bình Lãng được Chủ tịch nước tặng thưởng gì?"),
    ((AWARD,), "Thế còn Sơn Khê?", "Văn phòng Thành ủy Sơn Khê được Chủ tịch nước tặng thưởng gì?"),
    ((AWARD,), "con o son khe thi sao", "Văn phòng Thành ủy Sơn Khê được Chủ tịch nước tặng thưởng gì?"),
    (
        (AWARD,),
        "Vậy còn Văn phòng Huyện ủy Bình Lãng thì sao ạ?",
        "Văn phòng Huyện ủy Bình Lãng được Chủ tịch nước tặng thưởng gì?",
    ),
    ((AWARD,), "Sơn Khê thì sao?", "Văn phòng Thành ủy Sơn Khê được Chủ tịch nước tặng thưởng gì?"),
    ((AWARD,), "Ở Sơn Khê thì thế nào?", "Văn phòng Thành ủy Sơn Khê được Chủ tịch nước tặng thưởng gì?"),
    ((AWARD,), "Sơn Khê?", "Văn phòng Thành ủy Sơn Khê được Chủ tịch nước tặng thưởng gì?"),
    ((AWARD,), "son khe", "Văn phòng Thành ủy Sơn Khê được Chủ tịch nước tặng thưởng gì?"),
    ((BARE,), "con o son khe thi sao", "van phong thanh uy son khe duoc tang huan chuong gi"),
    ((BARE,), "Còn Sơn Khê thì sao?", "van phong thanh uy son khe duoc tang huan chuong gi"),
    ((BARE,), "the con truong lac", "van phong huyen uy truong lac duoc tang huan chuong gi"),
    ((WHO,), "Còn ở Bình Lãng?", "Chánh Văn phòng Huyện ủy Bình Lãng là ai?"),
    (("Bí thư Huyện ủy Bình Lãng là ai?",), "Còn Trường Lạc thì sao?", "Bí thư Huyện ủy Trường Lạc là ai?"),
    (("Tỉnh ủy Hà Lương thành lập khi nào?",), "Còn Sơn Khê?", "Thành ủy Sơn Khê thành lập khi nào?"),
    ((AWARD,), "Còn ở Đông Mỹ thì sao?", "Văn phòng Tỉnh ủy Đông Mỹ được Chủ tịch nước tặng thưởng gì?"),
    # Another year.
    ((ISSUED,), "Còn năm 2020?", "Năm 2020 Văn phòng Thành ủy Sơn Khê ban hành bao nhiêu nghị quyết?"),
    ((ISSUED,), "con nam 2019 thi sao", "Nam 2019 Văn phòng Thành ủy Sơn Khê ban hành bao nhiêu nghị quyết?"),
    (
        (ISSUED,),
        "Thế năm 2020 thì sao?",
        "Năm 2020 Văn phòng Thành ủy Sơn Khê ban hành bao nhiêu nghị quyết?",
    ),
    ((AWARD,), "Còn năm 2010?", "Năm 2010 Văn phòng Tỉnh ủy Hà Lương được Chủ tịch nước tặng thưởng gì?"),
    # Another post, award, count, person.
    ((WHO,), "Còn Phó Chánh Văn phòng?", "Phó Chánh Văn phòng Tỉnh ủy Hà Lương là ai?"),
    (
        ("Văn phòng Huyện ủy Trường Lạc được tặng Huân chương Lao động hạng Nhì năm nào?",),
        "Còn Huân chương Kháng chiến hạng Nhất?",
        "Văn phòng Huyện ủy Trường Lạc được tặng Huân chương Kháng chiến hạng Nhất năm nào?",
    ),
    (
        ("Văn phòng Thành ủy Sơn Khê được tặng Huân chương Lao động hạng Ba năm nào?",),
        "Thế còn hạng Nhì?",
        "Văn phòng Thành ủy Sơn Khê được tặng Huân chương Lao động hạng Nhì năm nào?",
    ),
    ((ISSUED,), "Còn chỉ thị thì sao?", "Năm 2021 Văn phòng Thành ủy Sơn Khê ban hành bao nhiêu chỉ thị?"),
    ((ISSUED,), "con chi thi", "Năm 2021 Văn phòng Thành ủy Sơn Khê ban hành bao nhiêu chi thi?"),
    (
        ("Cao Văn Tường làm Chánh Văn phòng từ năm nào?",),
        "Còn Ngô Thị Bưởi?",
        "Ngô Thị Bưởi làm Chánh Văn phòng từ năm nào?",
    ),
    (
        ("Đồng chí Trịnh Văn Hòe giữ chức vụ gì?",),
        "Còn đồng chí Hoàng Thị Nhàn?",
        "Đồng chí Hoàng Thị Nhàn giữ chức vụ gì?",
    ),
    # Pronouns.
    ((WHO, CHIEF), "Ông ấy nói gì?", "Lê Quang Thạch nói gì?"),
    ((WHO, CHIEF), "ong ay giu chuc vu gi", "le quang thach giu chuc vu gi"),
    ((WHO, CHIEF), "Đồng chí ấy giữ chức vụ gì?", "Lê Quang Thạch giữ chức vụ gì?"),
    (("Ai phát biểu tại buổi gặp mặt?", BOTH), "Bà ấy giữ chức vụ gì?", "Hoàng Thị Nhàn giữ chức vụ gì?"),
    (("Ai phát biểu tại buổi gặp mặt?", BOTH), "Ông ấy giữ chức vụ gì?", "Trịnh Văn Hòe giữ chức vụ gì?"),
    (
        ("Bà Tống Thị Mây sinh năm nào?", "Bà Tống Thị Mây, sinh năm 1968."),
        "Bà ấy làm văn thư từ khi nào?",
        "Tống Thị Mây làm văn thư từ khi nào?",
    ),
    ((FOUNDED, SHE), "Bà ấy đã phát biểu gì?", "Hoàng Thị Nhàn đã phát biểu gì?"),
    ((FOUNDED,), "Đơn vị này được tặng thưởng gì?", "Văn phòng Huyện ủy Bình Lãng được tặng thưởng gì?"),
    ((FOUNDED,), "don vi do co bao nhieu can bo", "van phong huyen uy binh lang co bao nhieu can bo"),
    ((FOUNDED,), "Ở đó có bao nhiêu cán bộ?", "Ở Văn phòng Huyện ủy Bình Lãng có bao nhiêu cán bộ?"),
    (
        (GRADE, "Huân chương Kháng chiến hạng Nhất (năm 1985)."),
        "Huân chương đó được tặng năm nào?",
        "Huân chương Kháng chiến hạng Nhất được tặng năm nào?",
    ),
    (
        ("Văn phòng Huyện ủy Bình Lãng thành lập năm nào?", "được thành lập ngày 02/9/1948"),
        "Năm đó Bí thư Huyện ủy là ai?",
        "Năm 1948 Bí thư Huyện ủy là ai?",
    ),
    # What an office has, the office being understood.
    ((FOUNDED,), "Phương châm là gì?", "Phương châm của Văn phòng Huyện ủy Bình Lãng là gì?"),
    ((FOUNDED,), "phuong cham la gi", "phuong cham cua van phong huyen uy binh lang la gi"),
    ((FOUNDED,), "Trụ sở ở đâu?", "Trụ sở của Văn phòng Huyện ủy Bình Lãng ở đâu?"),
    ((STAFF,), "Có bao nhiêu đảng viên?", "Văn phòng Thành ủy Sơn Khê có bao nhiêu đảng viên?"),
    ((STAFF,), "Văn phòng được tặng Huân chương gì?", "Văn phòng Thành ủy Sơn Khê được tặng Huân chương gì?"),
    ((STAFF,), "Văn phòng Thành ủy có chức năng gì?", "Văn phòng Thành ủy Sơn Khê có chức năng gì?"),
    ((STAFF,), "Chánh Văn phòng là ai?", "Chánh Văn phòng của Văn phòng Thành ủy Sơn Khê là ai?"),
    ((STAFF,), "Bí thư Thành ủy là ai?", "Bí thư Thành ủy Sơn Khê là ai?"),
    ((BARE,), "chuc nang nhiem vu la gi", "chuc nang nhiem vu cua van phong tinh uy ha luong la gi"),
    ((FOUNDED,), "Còn phương châm thì sao?", "phương châm của Văn phòng Huyện ủy Bình Lãng là gì"),
    ((FOUNDED,), "Thế còn trụ sở ở đâu?", "trụ sở của Văn phòng Huyện ủy Bình Lãng ở đâu"),
    # The same fact asked further.
    (
        (AWARD, "Huân chương Lao động hạng Nhì (năm 1997) và hạng Nhất, Huân chương Độc lập hạng Ba"),
        "Năm nào?",
        "Văn phòng Tỉnh ủy Hà Lương được Chủ tịch nước tặng thưởng năm nào?",
    ),
    (
        (AWARD, FIRST),
        "Năm nào?",
        "Văn phòng Tỉnh ủy Hà Lương được Chủ tịch nước tặng thưởng Huân chương Lao động hạng Ba năm nào?",
    ),
    (
        ("Văn phòng Huyện ủy Bình Lãng thành lập khi nào?", "ngày 02/9/1948"),
        "Ở đâu?",
        "Văn phòng Huyện ủy Bình Lãng thành lập ở đâu?",
    ),
    (
        ("Tổ giúp việc Huyện ủy Trường Lạc được lập ở đâu?",),
        "nam nao",
        "Tổ giúp việc Huyện ủy Trường Lạc được lập nam nao",
    ),
    ((WHO, CHIEF), "Từ năm nào?", "Chánh Văn phòng Tỉnh ủy Hà Lương là Lê Quang Thạch từ năm nào?"),
    (
        ("Văn phòng Huyện ủy Bình Lãng được tặng Bằng khen năm nào?", "năm 2018"),
        "Vì sao?",
        "Văn phòng Huyện ủy Bình Lãng được tặng Bằng khen vì sao?",
    ),
    # Chains.
    (
        (AWARD, FIRST, "Còn Sơn Khê?", "năm 2014 …"),
        "Còn Bình Lãng?",
        "Văn phòng Huyện ủy Bình Lãng được Chủ tịch nước tặng thưởng gì?",
    ),
    (
        (FOUNDED, "ngày 02/9/1948", "Còn Sơn Khê?", "ngày 20 tháng 4 năm 2009"),
        "Phương châm là gì?",
        "Phương châm của Văn phòng Thành ủy Sơn Khê là gì?",
    ),
    ((WHO, CHIEF, "Còn ở Bình Lãng?", SHE), "Bà ấy nói gì?", "Hoàng Thị Nhàn nói gì?"),
    (
        (ISSUED, "09 nghị quyết", "Còn chỉ thị?", "14 chỉ thị"),
        "Còn năm 2020?",
        "Năm 2020 Văn phòng Thành ủy Sơn Khê ban hành bao nhiêu chỉ thị?",
    ),
    (
        (FOUNDED, "ngày 02/9/1948", "Cảm ơn bạn"),
        "Trụ sở ở đâu?",
        "Trụ sở của Văn phòng Huyện ủy Bình Lãng ở đâu?",
    ),
    (
        (BARE, "Huân chương", "con son khe", "hạng Ba"),
        "phuong cham la gi",
        "phuong cham cua van phong thanh uy son khe la gi",
    ),
    # After a refusal.
    (("Ai là Bí thư Thành ủy Sơn Khê?", REFUSAL), "Còn Bình Lãng?", "Ai là Bí thư Huyện ủy Bình Lãng?"),
    (
        ("Văn phòng Huyện ủy Bình Lãng có mấy ô tô?", REFUSAL),
        "Có bao nhiêu cán bộ?",
        "Văn phòng Huyện ủy Bình Lãng có bao nhiêu cán bộ?",
    ),
    (("Ai là Chánh Văn phòng Thành ủy Sơn Khê?", REFUSAL), "Ông ấy là ai?", "Ông ấy là ai?"),
)

# … and a whole question stands as it is.
WHOLE: tuple[tuple[Conversation, str], ...] = (
    ((AWARD, FIRST), "Văn phòng Thành ủy Sơn Khê có bao nhiêu biên chế?"),
    ((AWARD, FIRST), "Ngày truyền thống của Văn phòng cấp ủy là ngày nào?"),
    ((AWARD, FIRST), "ngay truyen thong cua van phong cap uy la ngay nao"),
    ((AWARD, FIRST), "Bác Hồ nói gì về công tác văn phòng?"),
    ((AWARD, FIRST), "Bà Tống Thị Mây sinh năm nào?"),
    ((AWARD, FIRST), "Đảng bộ xã Kim Hòa có bao nhiêu đảng viên?"),
    ((WHO, CHIEF), "Ban Bí thư Trung ương Đảng chọn ngày nào làm ngày truyền thống?"),
    ((WHO, CHIEF), "Những văn phòng nào được tặng Huân chương Lao động?"),
    ((WHO, CHIEF), "Thời tiết ngày mai thế nào?"),
    ((WHO, CHIEF), "Giá vé máy bay đi Đông Mỹ là bao nhiêu?"),
    ((BARE,), "van phong thanh uy son khe co bao nhieu bien che"),
    ((STAFF, REFUSAL), "Văn phòng Huyện ủy Trường Lạc do ai lãnh đạo?"),
    ((AWARD,), "So sánh Huân chương của Văn phòng Tỉnh ủy Hà Lương và Văn phòng Thành ủy Sơn Khê"),
    ((), "Còn ở Sơn Khê thì sao?"),
    ((), "Ông ấy giữ chức vụ gì?"),
)


def _history(conversation: Conversation) -> list[Turn]:
    return [Turn("user" if i % 2 == 0 else "assistant", said) for i, said in enumerate(conversation)]


@pytest.mark.parametrize(("conversation", "asked", "whole"), EXACT)
def test_a_follow_up_takes_what_it_lacks(conversation: Conversation, asked: str, whole: str) -> None:
    read = understand(asked, _history(conversation), UNITS).text
    assert read.rstrip("?").casefold() == whole.rstrip("?").casefold()


@pytest.mark.parametrize(("conversation", "asked"), WHOLE)
def test_a_whole_question_takes_nothing(conversation: Conversation, asked: str) -> None:
    assert understand(asked, _history(conversation), UNITS).text == asked
