"""Small talk is known for what it is, only where the whole message is that."""

from __future__ import annotations

import pytest

import prompts
from assistant.question import understand
from assistant.talk import Talk


@pytest.mark.parametrize(
    ("message", "talk"),
    [
        ("Xin chào", Talk.GREETING),
        ("chào bạn nhé!", Talk.GREETING),
        ("chao ban", Talk.GREETING),
        ("Chào buổi sáng", Talk.GREETING),
        ("Nếp ơi", Talk.GREETING),
        ("Hello!", Talk.GREETING),
        ("Cảm ơn bạn nhiều!", Talk.THANKS),
        ("cam on", Talk.THANKS),
        ("Vâng, cảm ơn Nếp", Talk.THANKS),
        ("thank you very much", Talk.THANKS),
        ("Tạm biệt nhé", Talk.GOODBYE),
        ("bye bye", Talk.GOODBYE),
        ("Bạn là ai?", Talk.WHO),
        ("Xin chào, bạn tên là gì?", Talk.WHO),
        ("ban la ai vay", Talk.WHO),
        ("Who are you?", Talk.WHO),
        ("Bạn có thể giúp gì?", Talk.HELP),
        ("Tôi có thể hỏi gì?", Talk.HELP),
        ("Bạn biết làm gì?", Talk.HELP),
        ("Hướng dẫn sử dụng", Talk.HELP),
        ("ok", Talk.ASSENT),
        ("Tôi hiểu rồi", Talk.ASSENT),
    ],
)
def test_small_talk_is_known_for_what_it_is(message: str, talk: Talk) -> None:
    assert understand(message).talk is talk


@pytest.mark.parametrize(
    "message",
    [
        "Xin chào, ngày truyền thống là ngày nào?",
        "Cảm ơn, còn ở Sơn Khê thì sao?",
        "Chánh Văn phòng là ai?",
        "Ai là Chánh Văn phòng?",
        "Trần Văn Bình là ai?",
        "Năm nào?",
        "Văn phòng làm gì?",
        "Văn phòng chào cờ thứ mấy?",
        "Thời tiết thế nào?",
        "Bác Hồ là ai?",
        "Nguyễn ơi cho hỏi phương châm",
    ],
)
def test_a_message_that_asks_anything_is_no_small_talk(message: str) -> None:
    assert understand(message).talk is None


@pytest.mark.parametrize("talk", list(Talk))
def test_every_small_talk_has_a_reply_of_one_line(talk: Talk) -> None:
    reply = prompts.load(talk.value)
    assert not reply.variables
    assert "\n" not in reply.text
