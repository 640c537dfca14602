from __future__ import annotations

from email.message import Message

import pytest

from assistant.documents.writing import attachment, writable
from tests.assistant.documents.papers import BAD, LETTERS


def names(name: str) -> tuple[str, str]:
    """What a browser that knows RFC 5987 calls the file, and what another does."""
    header = attachment(name, "docx")["content-disposition"]
    header.encode("ascii")
    plain, whole = header.removeprefix("attachment; ").split("; ")
    one, other = Message(), Message()
    one["content-disposition"] = f"attachment; {whole}"
    other["content-disposition"] = f"attachment; {plain}"
    return str(one.get_filename()), str(other.get_filename())


def test_vietnamese_names_survive_and_have_a_plain_form() -> None:
    assert names("Sổ tay: 95 năm “Đường Kách mệnh”") == (
        "Sổ tay 95 năm “Đường Kách mệnh”.docx",
        "so-tay-95-nam-duong-kach-menh.docx",
    )


@pytest.mark.parametrize(
    "name", ["", " . ", "a/b\\c", 'x"; filename="y.exe', "r\r\nset-cookie: a", "x\u202excod", BAD]
)
def test_no_name_breaks_the_header_or_leaves_its_folder(name: str) -> None:
    whole, plain = names(name)
    for one in (whole, plain):
        assert one.endswith(".docx")
        assert len(one) > len(".docx")
        assert not set('/\\"\r\n:\u202e') & set(one)


def test_a_long_name_fits_a_disk() -> None:
    whole, _ = names(LETTERS * 3)
    assert len(whole.encode()) <= 255


def test_ends_of_lines_are_one_sign_and_letters_stay() -> None:
    assert writable("a\r\nb\rc\u2028d") == "a\nb\nc\nd"
    assert writable(f"{LETTERS}  “”\t😀") == f"{LETTERS}  “”\t😀"
