"""A document with everything in it that a document can have, for the tests of what writes them."""

from __future__ import annotations

from datetime import date

from assistant.documents.types import Document, Heading, Note, PageBreak, Paragraph, Run, Table

#: Every letter of Vietnamese.
LETTERS = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
    "AÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬBCDĐEÈẺẼÉẸÊỀỂỄẾỆGHIÌỈĨÍỊKLMNOÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢPQRSTUÙỦŨÚỤƯỪỬỮỨỰVXYỲỶỸÝỴ"
)

FIRST = Note(
    "Lịch sử một cơ quan “được ghi lại”",
    "Báo Thử",
    date(2020, 10, 16),
    3,
    "Ngày 02/5/1931,  cơ quan <được> lập & giao “hai” việc\n- một: *giữ* [dấu]\n1. hai: gửi thư",
)
SECOND = Note("Bài không rõ nguồn", None, None, None, "đạt 90% #1", scanned=True)

WHOLE = Document(
    "Sổ tay: 95 năm ngày truyền thống",
    ("Văn phòng Tỉnh ủy", "Lập ngày 01/6/2026"),
    (
        Heading(1, "Thành lập"),
        Paragraph((Run("Cơ quan được lập năm 1931.", notes=(FIRST, SECOND)), Run(" Đậm", bold=True))),
        Paragraph((Run("Việc một", notes=(SECOND,)),), "item"),
        Paragraph((Run("Việc hai"),), "item"),
        Heading(2, "Trình tự"),
        Paragraph((Run("Bước đầu"),), "numbered"),
        Paragraph((Run("Bước sau"),), "numbered"),
        Paragraph((Run("Lời được dẫn", notes=(FIRST,)),), "quote"),
        Paragraph((Run("Bước đầu của trình tự khác"),), "numbered"),
        Paragraph((Run("Ghi chú của người soạn", italic=True),), "remark"),
        Table(
            ("Năm", "Hình thức"),
            (
                ((Run("1990"),), (Run("Huân chương | hạng Ba", notes=(SECOND,)),)),
                ((Run("2000"),), (Run("Huân chương hạng Nhì"),)),
            ),
        ),
        PageBreak(),
        Heading(1, "Phần sau"),
        Paragraph((Run(LETTERS),)),
    ),
)

#: What no file can hold, and what means something to one format or another.
BAD = "a\x00b\x0bc\x1fd\ud800e\ufffef\r\ng & <w:t> ]]> </p> \u2028h\x7f"
