"""Letters: what the sender wrote, and what is attached."""

from __future__ import annotations

import base64
import datetime as dt
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import clean
from ingest.errors import UnreadableFile
from ingest.layout import Page
from ingest.limits import Limits
from ingest.readers import mail

SUBJECT = "Tư liệu về Văn phòng Huyện ủy Bình Lãng"
FIRST = "Văn phòng Huyện ủy được thành lập tháng 3 năm 1946 tại xã Trường Lạc."
SECOND = "Lúc đầu Văn phòng có ba cán bộ, làm việc tại nhà dân."


def letter(
    text: str = f"{FIRST}\n\n{SECOND}\n", html: str | None = None, subject: str = SUBJECT
) -> EmailMessage:
    made = EmailMessage(policy=SMTP)
    made["From"] = "Trần Thị Hạnh <hanh@binhlang.example>"
    made["To"] = "van-phong@binhlang.example"
    made["Subject"] = subject
    made["Date"] = "Thu, 12 Mar 2020 23:30:00 +0700"
    if text:
        made.set_content(text)
    if html and text:
        made.add_alternative(html, subtype="html")
    elif html:
        made.set_content(html, subtype="html")
    return made


def put(folder: Path, made: EmailMessage | bytes) -> Path:
    path = folder / "a.eml"
    path.write_bytes(made if isinstance(made, bytes) else made.as_bytes())
    return path


def read(folder: Path, made: EmailMessage | bytes, limits: Limits | None = None) -> Page:
    return mail.read(put(folder, made), limits or Limits())


def texts(page: Page) -> list[str]:
    return [line.text for line in page.lines]


def refusal(folder: Path, made: EmailMessage | bytes, limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableFile) as refused:
        read(folder, made, limits)
    assert "Hãy" in str(refused.value)
    return str(refused.value)


# --- headers -------------------------------------------------------------------------------------


def test_a_letter_has_its_subject_its_sender_and_the_day_it_was_sent(tmp_path: Path) -> None:
    page = read(tmp_path, letter())
    # The day is that of the sender: in Greenwich it was still the 12th, in Tokyo the 13th.
    assert page.front == {"title": SUBJECT, "author": "Trần Thị Hạnh", "date": dt.date(2020, 3, 12)}
    assert texts(page) == [FIRST, SECOND]
    assert page.whole
    cleaned = clean.clean(page)
    assert (cleaned.title, cleaned.published) == (SUBJECT, dt.date(2020, 3, 12))


@pytest.mark.parametrize(
    ("raw", "read_as"),
    [
        ("=?utf-8?B?VMawIGxp4buHdQ==?=", "Tư liệu"),
        ("=?UTF-8?Q?T=C6=B0?=\n =?UTF-8?Q?_li=E1=BB=87u?=", "Tư liệu"),
        ("=?utf-8?Q?T=C6?= =?utf-8?Q?=B0?=", "Tư"),  # broken in the middle of a letter
        ("Tư liệu", "Tư liệu"),  # not encoded at all
        ("Re: FW: =?utf-8?B?VMawIGxp4buHdQ==?=", "Tư liệu"),
        ("Trả lời: Tư liệu", "Tư liệu"),
        ("=?no-such?Q?Tu_lieu?=", "Tu lieu"),
        ("=?utf-8?B?!!?= x", "x"),
        ("=?utf-8?B?VMawIGxp4buHdQ==?=\n lich su", "Tư liệu lich su"),  # a blank where it was folded …
        ("Lich su\n =?utf-8?Q?v=C3=A0?=\n\ttu lieu", "Lich su và tu lieu"),
        ("=?utf-8?Q?T=C6=B0?=\n\t=?us-ascii?Q?_lieu?=", "Tư lieu"),  # … and none between what is encoded
        ("=?windows-1258?Q?T=FD_li=EA=F2u?= 2020", "Tư liệu 2020"),
        ("=?windows-1258?B?VP0=?= =?utf-8?B?IGxp4buHdQ==?= (2)", "Tư liệu (2)"),
        ("=?utf-8*vi?Q?T=C6=B0?= lieu", "Tư lieu"),
    ],
)
def test_a_subject_is_read_however_it_is_written(tmp_path: Path, raw: str, read_as: str) -> None:
    made = f"From: a@b.example\nSubject: {raw}\nContent-Type: text/plain; charset=utf-8\n\n{FIRST}\n"
    assert str(read(tmp_path, made.encode()).front["title"]).endswith(read_as)


@pytest.mark.parametrize(
    "written", ["", "hôm nay", "Thu, 45 Mar 2020 09:00:00 +0700", "Thu, 1 Jan 1970 00:00:00 +0000"]
)
def test_a_day_that_is_none_is_not_guessed(tmp_path: Path, written: str) -> None:
    made = letter()
    del made["Date"]
    made["Received"] = "from x by y; Fri, 13 Mar 2020 09:00:00 +0700"
    data = (f"Date: {written}\r\n".encode() if written else b"") + made.as_bytes()
    assert "date" not in read(tmp_path, data).front


@pytest.mark.parametrize(
    "sender", ["a@b.example", "Admin <a@b.example>", '"a@b.example" <a@b.example>', "<no-reply@b>"]
)
def test_an_address_is_no_author(tmp_path: Path, sender: str) -> None:
    made = letter()
    del made["From"]
    made["From"] = sender
    assert "author" not in read(tmp_path, made).front


# --- the text ------------------------------------------------------------------------------------

HTML = f"<html><body><h2>Thành lập</h2><p>{FIRST}</p><ul><li>{SECOND}</li></ul></body></html>"


def test_the_plain_text_is_read_where_there_is_one(tmp_path: Path) -> None:
    assert texts(read(tmp_path, letter(html=f"<p><b>{FIRST}</b></p><p>{SECOND}</p>"))) == [FIRST, SECOND]


@pytest.mark.parametrize("text", ["", "Thư này cần chương trình đọc HTML."])
def test_the_page_is_read_where_there_is_no_text(tmp_path: Path, text: str) -> None:
    page = read(tmp_path, letter(text, HTML))
    assert [(line.kind, line.text) for line in page.lines] == [
        ("heading", "Thành lập"),
        (None, FIRST),
        ("item", SECOND),
    ]


def test_lines_that_were_wrapped_are_whole_again(tmp_path: Path) -> None:
    long = " ".join([FIRST, SECOND] * 3)
    wrapped = f"{FIRST.replace(' tại', chr(10) + 'tại')} Lúc đầu Văn phòng có ba cán bộ,\n"
    assert texts(read(tmp_path, letter(wrapped * 3)))[0].startswith(FIRST)
    flowed = letter()
    flowed.set_content(long.replace(" có ", " có \n"))
    flowed.set_param("format", "flowed")
    assert texts(read(tmp_path, flowed)) == [long]


def test_lines_of_dashes_are_no_front_matter(tmp_path: Path) -> None:
    assert texts(read(tmp_path, letter(f"---\nsai: [\n---\n{FIRST}\n=====\n{SECOND}\n"))) == [
        "sai: [",
        FIRST,
        SECOND,
    ]


@pytest.mark.parametrize("charset", ["us-ascii", "iso-8859-1", "utf-8", "no-such"])
def test_a_letter_in_an_old_charset_is_put_into_unicode(tmp_path: Path, charset: str) -> None:
    body = "V¨n phßng HuyÖn ñy ®\xadîc thµnh lËp th¸ng 3 n¨m 1946 t¹i x· Tr\xadêng L¹c. BÝ th\xad ®Õn dù."
    headers = f"From: a@b.example\nSubject: T\xad liÖu lÞch sö\nContent-Type: text/plain; charset={charset}\n"
    page = read(tmp_path, f"{headers}\n{body}\n".encode("latin-1"))
    assert texts(page) == [f"{FIRST} Bí thư đến dự."]
    assert page.front["title"] == "Tư liệu lịch sử"


# --- answers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "quoted",
    [
        "Vào Th 5, 12 thg 3, 2020 vào lúc 09:00 Lê Bình <b@c.example> đã viết:\n> Đề nghị gửi.\n> Cảm ơn.",
        "Vào Th 5, 12 thg 3, 2020 vào lúc 09:00 Lê Văn Bình <binh@c.example>\nđã viết:\n\n> Đề nghị gửi.",
        "On Thu, Mar 12, 2020 at 9:00 AM Le Binh <b@c.example> wrote:\n> Đề nghị gửi tư liệu.",
        "-----Original Message-----\nFrom: Lê Bình\nSent: Thu\nTo: Hạnh\nSubject: Tư liệu\n\nĐề nghị gửi.",
        "________________________________\nTừ: Lê Bình <b@c.example>\nĐã gửi: 12 Tháng Ba 2020\nĐến: Hạnh\n"
        "Chủ đề: Tư liệu\n\nĐề nghị gửi tư liệu.",
        "> Đề nghị gửi tư liệu.\n>> Cảm ơn.",
        "-- \nTrần Thị Hạnh\nĐiện thoại: 0123",
    ],
)
def test_what_is_quoted_and_the_signature_are_left_out(tmp_path: Path, quoted: str) -> None:
    page = read(tmp_path, letter(f"{FIRST}\n\n{SECOND}\n\n{quoted}\n", subject=f"Re: {SUBJECT}"))
    assert texts(page) == [FIRST, SECOND]
    assert page.front["title"] == SUBJECT


def test_an_answer_of_nothing_but_what_it_quotes_is_kept(tmp_path: Path) -> None:
    quoted = f"> {FIRST}\n> {SECOND}\n"
    assert [text.lstrip("> ") for text in texts(read(tmp_path, letter(quoted)))] == [FIRST, SECOND]


def test_words_that_a_letter_shares_with_a_heading_are_its_own(tmp_path: Path) -> None:
    own = f"Ngày: 12/3/1946\n{FIRST}\nTừ: năm 1946\n{SECOND}\n"
    assert texts(read(tmp_path, letter(own))) == own.splitlines()


def test_what_is_passed_on_stays_and_is_not_the_senders(tmp_path: Path) -> None:
    passed = (
        "Kính chuyển các đồng chí.\n\n---------- Forwarded message ---------\nTừ: Lê Bình <b@c.example>\n"
        f"Date: Th 2, 2 thg 3, 2020\nSubject: Tư liệu\nTo: Hạnh\n\n{FIRST}\n"
    )
    page = read(tmp_path, letter(passed, subject=f"Fwd: {SUBJECT}"))
    assert texts(page) == ["Kính chuyển các đồng chí.", FIRST]
    assert page.front == {"title": SUBJECT}
    assert page.hints == {"date": dt.date(2020, 3, 12)}


@pytest.mark.parametrize(
    "quoted",
    [
        "<div class='gmail_quote'><div>Lê Bình đã viết:</div><blockquote>Đề nghị gửi.</blockquote></div>",
        "<blockquote type='cite'><p>Đề nghị gửi tư liệu.</p></blockquote>",
        "<div id='divRplyFwdMsg'>Đề nghị gửi tư liệu.</div>",
        "<div><b>Từ:</b> Lê Bình<br><b>Đã gửi:</b> thứ Năm<br><b>Đến:</b> Hạnh<br></div><p>Đề nghị.</p>",
        "<div class='gmail_signature'>Trần Thị Hạnh<br>0123</div>",
    ],
)
def test_what_a_page_quotes_is_left_out(tmp_path: Path, quoted: str) -> None:
    assert texts(read(tmp_path, letter("", f"<div>{FIRST}</div><div>{SECOND}</div>{quoted}"))) == [
        FIRST,
        SECOND,
    ]


def test_a_page_of_nothing_but_a_quotation_is_kept(tmp_path: Path) -> None:
    assert texts(read(tmp_path, letter("", f"<blockquote type='cite'><p>{FIRST}</p></blockquote>"))) == [
        FIRST
    ]


# --- attachments ---------------------------------------------------------------------------------


def attached(
    made: EmailMessage, data: bytes, name: str | None, kind: str = "application/pdf"
) -> EmailMessage:
    main, sub = kind.split("/")
    made.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return made


def test_attachments_are_given_by_name_and_content(tmp_path: Path) -> None:
    made = attached(letter(), b"%PDF-1", "Báo cáo năm 2019.pdf")
    attached(made, b"PK", "so-lieu.xlsx", "application/octet-stream")
    path = put(tmp_path, made)
    assert mail.attachments(path) == [("Báo cáo năm 2019.pdf", b"%PDF-1"), ("so-lieu.xlsx", b"PK")]
    assert texts(mail.read(path, Limits())) == [FIRST, SECOND]


@pytest.mark.parametrize(
    "header",
    [
        'Content-Disposition: attachment; filename="=?utf-8?Q?B=C3=A1o_c=C3=A1o.pdf?="',
        "Content-Disposition: attachment; filename*=utf-8''B%C3%A1o%20c%C3%A1o.pdf",
        "Content-Disposition: attachment; filename*0*=utf-8''B%C3%A1o%20; filename*1*=c%C3%A1o.pdf",
        'Content-Disposition: attachment; filename="Báo cáo.pdf"',
        'Content-Disposition: attachment; filename="C:\\\\Thu muc\\\\Báo cáo.pdf"',
        'Content-Disposition: attachment; filename="../../Báo cáo.pdf"',
    ],
)
def test_a_name_is_read_however_it_is_written_and_leads_nowhere(tmp_path: Path, header: str) -> None:
    raw = (
        "From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n"
        f"Content-Type: application/pdf\n{header}\nContent-Transfer-Encoding: base64\n\n"
        f"{base64.b64encode(b'%PDF').decode()}\n--x--\n"
    )
    assert mail.attachments(put(tmp_path, raw.encode())) == [("Báo cáo.pdf", b"%PDF")]


def test_an_attachment_without_a_name_gets_one(tmp_path: Path) -> None:
    assert mail.attachments(put(tmp_path, attached(letter(), b"%PDF", None))) == [("đính kèm 1.pdf", b"%PDF")]


def test_pictures_in_the_text_are_not_attached_but_those_beside_it_are(tmp_path: Path) -> None:
    made = letter("", HTML)
    made.add_related(b"logo", "image", "png", cid="<logo>", filename="logo.png", disposition="inline")
    made.make_mixed()
    attached(made, b"scan", "quyet-dinh.jpg", "image/jpeg")
    assert mail.attachments(put(tmp_path, made)) == [("quyet-dinh.jpg", b"scan")]


def test_a_letter_that_is_attached_is_a_file_of_its_own(tmp_path: Path) -> None:
    inner = attached(letter(SECOND, subject="Thư cũ"), b"%PDF", "trong.pdf")
    made = letter(FIRST)
    made.add_attachment(inner)
    path = put(tmp_path, made)
    ((name, data),) = mail.attachments(path)
    assert name == "Thư cũ.eml"
    assert texts(mail.read(path, Limits())) == [FIRST]
    assert texts(read(tmp_path, data)) == [SECOND]
    assert mail.attachments(put(tmp_path, data)) == [("trong.pdf", b"%PDF")]


def test_text_files_that_are_attached_are_not_the_letters_own_words(tmp_path: Path) -> None:
    made = letter(FIRST)
    made.add_attachment("Không phải lời thư.", filename="ghi-chu.txt")
    path = put(tmp_path, made)
    assert texts(mail.read(path, Limits())) == [FIRST]
    assert [name for name, _ in mail.attachments(path)] == ["ghi-chu.txt"]


def test_text_that_has_a_name_is_the_letters_own_all_the_same(tmp_path: Path) -> None:
    made = letter()
    made.set_param("name", "thu.txt")
    path = put(tmp_path, made)
    assert texts(mail.read(path, Limits())) == [FIRST, SECOND]
    assert mail.attachments(path) == []


def test_signatures_of_programs_are_not_attached(tmp_path: Path) -> None:
    made = attached(letter(), b"-----BEGIN", "signature.asc", "application/pgp-signature")
    assert mail.attachments(put(tmp_path, made)) == []


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"V\xc4\x83n ph\xc3\xb2ng", b"\0" * 100, b"Subject: x\n\nabc"])
def test_what_is_no_letter_is_refused(tmp_path: Path, data: bytes) -> None:
    assert "không phải thư điện tử" in refusal(tmp_path, data)
    with pytest.raises(UnreadableFile):
        mail.attachments(tmp_path / "a.eml")


def test_a_letter_saved_by_outlook_is_called_what_it_is(tmp_path: Path) -> None:
    assert "Office 97" in refusal(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


def test_a_letter_without_words_is_refused(tmp_path: Path) -> None:
    assert "không có chữ nào. " in refusal(tmp_path, letter(" \n"))
    assert "đính kèm" in refusal(tmp_path, attached(letter(" \n"), b"%PDF", "a.pdf"))


def test_a_locked_letter_is_refused(tmp_path: Path) -> None:
    made = letter()
    made.replace_header("Content-Type", "application/pkcs7-mime; smime-type=enveloped-data")
    assert "mã hóa" in refusal(tmp_path, made)


def test_a_letter_with_more_characters_than_an_article_is_refused(tmp_path: Path) -> None:
    assert "hơn 1000 ký tự" in refusal(tmp_path, letter(f"{FIRST}\n" * 100), Limits(characters=1000))
    assert "hơn 1000 ký tự" in refusal(tmp_path, letter("", f"<p>{FIRST}</p>" * 100), Limits(characters=1000))


def test_parts_in_parts_without_end_are_read_as_far_as_it_makes_sense(tmp_path: Path) -> None:
    raw = "From: a@b.example\nSubject: x\nMIME-Version: 1.0\n"
    nested = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(300))
    assert "không" in refusal(tmp_path, f"{raw}{nested}Content-Type: text/plain\n\nabc\n".encode())


@given(st.integers(0, 5000), st.integers(0, 255), st.integers(0, 5000))
def test_whatever_is_broken_in_a_letter_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, place: int, byte: int, cut: int
) -> None:
    data = bytearray(attached(letter(html=HTML), b"%PDF", "Báo cáo.pdf").as_bytes())
    data[place % len(data)] = byte
    path = put(tmp_path_factory.getbasetemp(), bytes(data[: len(data) - cut % len(data)]))
    for reader in (lambda: mail.read(path, Limits()), lambda: mail.attachments(path)):
        with suppress(UnreadableFile):
            reader()
