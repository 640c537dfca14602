"""Files found, read and decoded; each one that yields no article says why and what to do."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ingest
from ingest import formats
from ingest.errors import UnreadableFile
from ingest.limits import Limits
from ingest.load import ID_CHARS, Document, Found, Refused, article_id, documents, find, load
from ingest.worker import Readers

TEXT = "Văn phòng Huyện ủy Lạc Bình\n\nVăn phòng có 15 cán bộ, đảng viên. Trụ sở đặt tại thị trấn Lạc Bình.\n"
SAMPLES = Path(ingest.__file__).parent / "samples"


def put(folder: Path, name: str, data: bytes | str = TEXT) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableFile) as refused:
        load(path)
    said = str(refused.value)
    assert said.startswith(f"{path.name}: ")
    assert "Hãy" in said  # the next step
    return said


# --- find ----------------------------------------------------------------------------------------


def test_folders_are_searched_to_any_depth_and_other_formats_reported(tmp_path: Path) -> None:
    b, a = put(tmp_path, "b.txt"), put(tmp_path, "a/sau/x.MD")
    pdf, film = put(tmp_path, "a/y.pdf"), put(tmp_path, "a/y.mp4")
    put(tmp_path, ".an.txt")
    put(tmp_path, ".git/z.txt")
    found = find([tmp_path])
    assert found.files == (a, pdf, b)
    assert found.skipped == (film,)


def test_a_file_is_found_once_however_often_it_is_named(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt")
    found = find([path, tmp_path, tmp_path / "." / "a.txt", tmp_path / "b" / ".." / "a.txt"])
    assert found.files == (path,)


def test_a_file_that_was_named_is_taken_whatever_its_format(tmp_path: Path) -> None:
    path = put(tmp_path, "a.mp4", b"film")
    assert find([path, tmp_path]).files == (path,)
    assert find([path, tmp_path]).skipped == ()
    assert formats.READABLE in refusal(path)


def test_every_format_that_is_read_is_found(tmp_path: Path) -> None:
    files = {put(tmp_path, f"a{suffix.upper()}") for suffix in formats.SUFFIXES}
    found = find([tmp_path])
    assert set(found.files) == files
    assert found.skipped == ()


def test_what_computers_put_into_a_folder_by_themselves_is_left_alone(tmp_path: Path) -> None:
    for name in ("~$Bài 1.docx", "desktop.ini", "Thumbs.db", "__MACOSX/a.txt", ".~lock.a.odt#"):
        put(tmp_path, name)
    assert find([tmp_path]) == Found((), ())


def test_a_file_without_a_suffix_is_found_by_its_bytes(tmp_path: Path) -> None:
    pdf = put(tmp_path, "Báo cáo tháng 12.2020", b"%PDF-1.4\n")
    text, backup = put(tmp_path, "Makefile"), put(tmp_path, "a.bak", b"%PDF-1.4\n")
    found = find([tmp_path])
    assert found.files == (pdf,)
    assert set(found.skipped) == {text, backup}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
def test_a_pipe_in_a_folder_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert find([tmp_path]).files == ()


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    assert find([tmp_path]).files == ()


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"Không tìm thấy “.*khong-co”\. Hãy"):
        find([tmp_path / "khong-co"])


def test_paths_are_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, "a.txt")
    monkeypatch.chdir(tmp_path)
    assert find([Path("a.txt")]).files == (path,)
    assert load(Path("a.txt")).file == str(path)


def test_a_link_that_leads_back_up_ends(tmp_path: Path) -> None:
    path = put(tmp_path, "a/b.txt")
    (tmp_path / "a" / "len").symlink_to(tmp_path)
    assert find([tmp_path]).files == (path,)


# --- load ----------------------------------------------------------------------------------------


def test_the_id_is_the_stem(tmp_path: Path) -> None:
    assert load(put(tmp_path, "bài viết.số 1.txt")).id == "bài viết.số 1"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        b"\xff\xfe" + TEXT.encode("utf-16-le"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.replace("\n", "\r\n").encode(),
    ],
    ids=["utf-8", "bom", "utf-16", "le+bom", "be+bom", "le", "be", "crlf"],
)
def test_unicode_is_read_in_every_dress(tmp_path: Path, data: bytes) -> None:
    a = load(put(tmp_path, "a.txt", data))
    assert a.text == TEXT.strip()
    assert a.unit == "Văn phòng Huyện ủy Lạc Bình"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-32", "shift-jis", "cp1251", "gb18030"])
def test_other_encodings_are_refused_and_never_guessed(tmp_path: Path, encoding: str) -> None:
    data = {
        "cp1252": "L’été dernier, l’élève était à la forêt où naît la rivière.",
        "shift-jis": "人間は、生まれながらにして自由である。",
        "cp1251": "Все люди рождаются свободными и равными.",
        "gb18030": "人人生而自由,在尊严和权利上一律平等。",
    }.get(encoding, TEXT)
    said = refusal(put(tmp_path, "a.txt", data.encode(encoding)))
    assert "UTF-8" in said
    assert "TCVN3, VNI, VISCII, VPS, Windows-1258" in said


def test_a_damaged_text_is_refused(tmp_path: Path) -> None:
    assert "UTF-8" in refusal(put(tmp_path, "a.txt", TEXT.encode() + b"\xff\xc3"))
    assert "UTF-8" in refusal(put(tmp_path, "b.txt", b"\xc0\xc1 V+ANI-n"))


#: TEXT as the charsets before Unicode had it.
BEFORE_UNICODE = {
    "TCVN3": "V¨n phßng HuyÖn ñy L¹c B×nh\n\nV¨n phßng cã 15 c¸n bé, ®¶ng viªn. "
    "Trô së ®Æt t¹i thÞ trÊn L¹c B×nh.\n",
    "VNI": "Vaên phoøng Huyeän uûy Laïc Bình\n\nVaên phoøng coù 15 caùn boä, ñaûng vieân. "
    "Truï sôû ñaët taïi thò traán Laïc Bình.\n",
    "windows-1258": "Vãn phoÌng Huyêòn uÒy Laòc BiÌnh\n\nVãn phoÌng coì 15 caìn bôò, ðaÒng viên. "
    "Truò sõÒ ðãòt taòi thiò trâìn Laòc BiÌnh.\n",
    "VISCII": "V\u00e5n phòng Huy®n üy L\u00d5c Bình\n\nV\u00e5n phòng có 15 cán bµ, ð\u00e4ng viên. "
    "Tr\u00f8 s\u00b7 ð£t t\u00d5i th¸ tr¤n L\u00d5c Bình.\n",
    "VPS": "Væn phòng HuyŒn ûy Låc Bình\n\nVæn phòng có 15 cán b¶, Çäng viên. "
    "Trø sª Ç¥t tåi thÎ trÃn Låc Bình.\n",
}


@pytest.mark.parametrize("charset", BEFORE_UNICODE)
def test_a_text_from_before_unicode_is_read(tmp_path: Path, charset: str) -> None:
    old = BEFORE_UNICODE[charset]
    for name, encoding in (("a.txt", "cp1252"), ("b.txt", "utf-8"), ("c.txt", "utf-16"), ("d.md", "utf-8")):
        a = load(put(tmp_path, name, old.encode(encoding)))
        assert a.text == TEXT.strip()
        assert a.unit == "Văn phòng Huyện ủy Lạc Bình"


def test_an_old_paragraph_in_a_text_of_today_is_read(tmp_path: Path) -> None:
    old = [BEFORE_UNICODE[charset].split("\n")[2] for charset in ("TCVN3", "VNI")]
    old = [line.replace("15", count) for line, count in zip(old, ("16", "17"), strict=True)]
    a = load(put(tmp_path, "a.txt", "\n\n".join([TEXT, *old])))
    for count in ("15", "16", "17"):
        assert f"Văn phòng có {count} cán bộ, đảng viên. Trụ sở đặt tại thị trấn Lạc Bình." in a.text


def test_capitals_that_stood_at_control_characters_are_read(tmp_path: Path) -> None:
    old = BEFORE_UNICODE["VPS"].encode("cp1252").replace(b"15 c", b"15 \xf1\x81NG B\x12, c")
    assert "Văn phòng có 15 ĐẢNG BỘ, cán bộ, đảng viên." in load(put(tmp_path, "a.txt", old)).text


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", "\ufeff\u00a0\n".encode(), b"\0" * 64])
def test_a_file_without_a_word_is_refused(tmp_path: Path, data: bytes) -> None:
    assert "trống" in refusal(put(tmp_path, "a.txt", data))


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)),
        b"PK\x03\x04\x14\x00\x00\x00\x08\x00 word/document.xml",
        b"GIF89a\x01\x02 text",
        bytes(range(256)) * 8,
        TEXT.encode("utf-16-le") + b"a",
    ],
)
def test_a_binary_file_named_txt_is_refused(tmp_path: Path, data: bytes) -> None:
    assert "không phải tệp văn bản" in refusal(put(tmp_path, "a.txt", data))


def test_a_text_of_20_megabytes_is_refused_by_its_size(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt", "Văn phòng có 15 cán bộ. " * 700_000)
    assert path.stat().st_size > 20_000_000
    assert "quá mức 2 MB" in refusal(path)


def test_a_file_that_has_gone_is_refused(tmp_path: Path) -> None:
    assert "không còn ở đó" in refusal(tmp_path / "a.txt")


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert "không phải là tệp thường" in refusal(tmp_path / "a.txt")


def test_furniture_alone_is_refused(tmp_path: Path) -> None:
    assert "không còn nội dung" in refusal(put(tmp_path, "a.txt", "Trang chủ\nLiên hệ\n1 2 3 »\n"))


def test_broken_front_matter_is_refused_with_its_line(tmp_path: Path) -> None:
    assert "dòng 3" in refusal(put(tmp_path, "a.md", "---\nauthor: A\ntitle: a: b\n---\nMột bài."))


# The superuser may read everything, so the user changes; the packages are imported before, since they
# may lie where no other user looks.
AS_NOBODY = """
import os, sys
from pathlib import Path
from ingest.errors import UnreadableFile
from ingest.load import find, load
os.setgroups([]); os.setgid(65534); os.setuid(65534)
for path in find([Path(sys.argv[1])]).files:
    try:
        print(load(path).id)
    except UnreadableFile as e:
        print(e)
"""


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions of another kind")
def test_files_and_folders_without_permission_are_refused_and_the_others_read() -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to other users
        folder = Path(name)
        folder.chmod(0o755)
        for file in ("a.txt", "c.txt", "kín/b.txt"):
            put(folder, file)
        (folder / "a.txt").chmod(0)
        (folder / "kín").chmod(0)
        program = AS_NOBODY if os.geteuid() == 0 else AS_NOBODY.replace("os.setgroups", "# ")
        run = subprocess.run(
            [sys.executable, "-c", program, name], capture_output=True, text=True, check=False
        )
        (folder / "kín").chmod(0o755)
    assert run.stderr == ""
    a, c, closed = run.stdout.splitlines()
    assert a.startswith("a.txt: không có quyền đọc tệp. Hãy")
    assert closed.startswith("kín: là thư mục không mở được. Hãy")
    assert c == "c"


def test_what_the_disk_says_reaches_the_user_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path, "a.txt")

    def broken(self: Path) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "read_bytes", broken)
    assert "Input/output error" in refusal(path)


def test_the_article_is_the_same_each_time(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt")
    assert load(path) == load(path)


# --- what a file may be called ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Bài 1.docx", "Bài 1"),
        ("Ba\u0300i 1.docx", "Bài 1"),  # as a Mac writes it
        ("hai\ndòng\tvà.txt", "hai dòng và"),
        (" \u202etrái phải.txt", "trái phải"),
        ("😀.txt", "😀"),
        ("Báo cáo 12.2020", "Báo cáo 12.2020"),
        ("Tiểu sử đ.c Lê", "Tiểu sử đ.c Lê"),
        ("a.tar.zip", "a.tar"),
        ("\n.txt", "không tên"),
        (".txt", ".txt"),
        ("\udcff.txt", "không tên"),
        ("a" * 300 + ".txt", "a" * ID_CHARS),
        ("a" * 99 + " b.txt", "a" * 99),
    ],
)
def test_an_id_is_one_line_that_can_be_shown(name: str, id: str) -> None:
    assert article_id(name) == id


@given(st.text(st.characters(exclude_characters="/"), max_size=150))
def test_every_name_gives_an_id_that_can_be_stored_and_shown(name: str) -> None:
    id = article_id(name)
    assert 0 < len(id) <= ID_CHARS
    assert id.encode().decode().splitlines() == [id]
    assert id == id.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="names are characters there")
def test_a_name_of_bytes_that_are_no_characters_can_be_stored(tmp_path: Path) -> None:
    path = put(tmp_path, os.fsdecode(b"V\xe3n.txt"))
    article = load(path)
    assert article.id == "V n"
    assert article.file == f"{tmp_path}/V\\udce3n.txt"
    path.write_bytes(b"")
    with pytest.raises(UnreadableFile) as refused:
        load(path)
    assert str(refused.value).encode()


def test_links_that_lead_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "b.txt")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    assert "vòng tròn" in refusal(tmp_path / "a.txt")
    (tmp_path / "c.txt").symlink_to(tmp_path / "khong-co.txt")
    assert "không còn ở đó" in refusal(tmp_path / "c.txt")


@pytest.mark.parametrize(("name", "other"), [("a.xls", ".xlsx"), ("a.rar", ".zip"), ("a.msg", ".eml")])
def test_a_known_format_that_is_not_read_is_refused_with_the_one_to_save_it_as(
    tmp_path: Path, name: str, other: str
) -> None:
    assert f"lưu lại thành dạng {other}" in refusal(put(tmp_path, name))


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, "a.pdf")
    os.truncate(path, 200_000_000)

    def opened(*args: object, **options: object) -> None:
        raise AssertionError("it was opened")

    monkeypatch.setattr(Path, "open", opened)
    assert "tệp nặng 200 MB, quá mức 50 MB" in refusal(path)


# --- what a file is by its bytes ------------------------------------------------------------------------


def package(*parts: str, mimetype: str | None = None) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in [("mimetype", mimetype)] if mimetype else []:
            archive.writestr(name, data or "")
        for part in parts:
            archive.writestr(part, "x" * 2000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (b"%PDF-1.7\n", ".pdf"),
        (b"{\\rtf1 a}", ".rtf"),
        (b"\x89PNG\r\n\x1a\n\0", ".png"),
        (b"\xff\xd8\xff\xe0", ".jpg"),
        (b"II*\0", ".tif"),
        (b"RIFF\0\0\0\0WEBPVP8", ".webp"),
        (b"\xef\xbb\xbf \n<!DOCTYPE html><p>", ".html"),
        (b'<?xml version="1.0"?><html xmlns="x">', ".html"),
        (package("[Content_Types].xml", "word/document.xml", "x" * 99), ".docx"),
        (package("xl/workbook.xml"), ".xlsx"),
        (package("ppt/presentation.xml"), ".pptx"),
        (package("content.xml", mimetype="application/vnd.oasis.opendocument.text"), ".odt"),
        (package("content.xml", mimetype="application/vnd.oasis.opendocument.spreadsheet"), None),
        (package("a.txt"), None),
        (b"RIFF\0\0\0\0WAVE", None),
        (b"V\xc4\x83n", None),
        (b"<htmlx>", None),
        (b"PK\x03\x04", None),
        (b"", None),
    ],
)
def test_a_file_is_what_its_bytes_say_where_they_leave_no_doubt(
    tmp_path: Path, data: bytes, suffix: str | None
) -> None:
    assert formats.sniffed(put(tmp_path, "a", data)) == suffix


def test_a_file_of_an_unknown_suffix_is_read_by_its_bytes_and_keeps_its_whole_name(tmp_path: Path) -> None:
    page = f"<!DOCTYPE html><meta charset='utf-8'><h1>Văn phòng Huyện ủy Lạc Bình</h1><p>{TEXT}</p>".encode()
    assert load(put(tmp_path, "Tiểu sử đ.c Lê", page)).id == "Tiểu sử đ.c Lê"
    assert load(put(tmp_path, "Bài 1.html_", page)).id == "Bài 1"


def test_every_format_has_its_reader() -> None:
    for suffix in formats.READERS:
        assert callable(formats.reader_of(suffix))


# --- documents ---------------------------------------------------------------------------------------


def drawn(path: Path, limits: Limits | None = None) -> list[Document | Refused]:
    """What is in a file. Whatever is drawn is asserted to be what it says."""
    found = []
    with Readers(limits) as readers:
        for one in documents(path, readers):
            found.append(one)
            if isinstance(one, Document):
                assert one.article.file == one.file
                assert one.original.is_file()
            else:
                assert "Hãy" in one.reason
            assert one.file.startswith(str(path))
    return found


def zipped(folder: Path, name: str, members: Mapping[str, bytes | str]) -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    return path


def test_a_file_is_one_document_and_its_own_original(tmp_path: Path) -> None:
    path = put(tmp_path, "Bài 1.txt")
    assert drawn(path) == [Document(load(path), str(path), path)]


def test_a_refused_file_says_why_without_its_name(tmp_path: Path) -> None:
    (refused,) = drawn(put(tmp_path, "a.txt", b""))
    assert isinstance(refused, Refused)
    assert refused.file == str(tmp_path / "a.txt")
    assert refused.reason.startswith("tệp trống")


def test_every_member_of_an_archive_is_a_document_with_the_archive_in_its_file(tmp_path: Path) -> None:
    path = zipped(tmp_path, "bài.zip", {"a.txt": TEXT, "năm 2020/b.md": f"# B\n\n{TEXT}"})
    with Readers() as readers:
        found = [
            (one.file, one.article.id, one.original.read_bytes().decode())
            for one in documents(path, readers)
            if isinstance(one, Document)
        ]
    assert found == [(f"{path}/a.txt", "a", TEXT), (f"{path}/năm 2020/b.md", "b", f"# B\n\n{TEXT}")]


def test_a_member_that_cannot_be_read_is_refused_by_itself(tmp_path: Path) -> None:
    inner = zipped(tmp_path, "trong.zip", {"a.txt": TEXT}).read_bytes()
    path = zipped(
        tmp_path, "a.zip", {"a.txt": b"", "b.mp4": b"film", "c.zip": inner, "d.pdf": b"", "../e.txt": TEXT}
    )
    *refused, read = drawn(path)
    reasons = {one.file.removeprefix(f"{path}/"): one.reason for one in refused if isinstance(one, Refused)}
    assert list(reasons) == ["a.txt", "b.mp4", "c.zip", "d.pdf"]
    assert reasons["a.txt"].startswith("tệp trống")
    assert "chưa đọc được" in reasons["b.mp4"]
    assert "nằm trong một tệp nén khác" in reasons["c.zip"]
    assert isinstance(read, Document)
    assert read.file == f"{path}/e.txt"


def test_a_broken_archive_is_refused_once(tmp_path: Path) -> None:
    path = put(tmp_path, "a.zip", b"PK\x03\x04 and no more")
    (refused,) = drawn(path)
    assert isinstance(refused, Refused)
    assert refused.file == str(path)
    assert "tệp nén hỏng" in refused.reason


def test_an_archive_is_no_single_article(tmp_path: Path) -> None:
    assert "là tệp nén" in refusal(zipped(tmp_path, "a.zip", {"a.txt": TEXT}))


def test_an_original_is_there_until_the_next_document_is_drawn(tmp_path: Path) -> None:
    path = zipped(tmp_path, "a.zip", {f"{n}.txt": TEXT for n in range(3)})
    with Readers() as readers:
        before: list[Path] = []
        for one in documents(path, readers):
            assert isinstance(one, Document)
            assert not any(original.exists() for original in before)
            before.append(one.original)
    assert not before[-1].exists()


def test_a_letter_comes_with_what_is_attached_to_it(tmp_path: Path) -> None:
    path = tmp_path / "thư.eml"
    path.write_bytes(
        bytes(letter(TEXT, {"Bài 1.txt": TEXT.encode(), "bài.zip": b"PK", "thư khác.eml": b"a: b"}))
    )
    first, *attached = drawn(path)
    assert isinstance(first, Document)
    assert first.file == str(path)
    said = {one.file: one.reason if isinstance(one, Refused) else one.article.id for one in attached}
    assert list(said) == [f"{path}/Bài 1.txt", f"{path}/bài.zip", f"{path}/thư khác.eml"]
    article, archive, other = said.values()
    assert article == "Bài 1"
    assert "tệp nén hỏng" in archive
    assert "trong một thư khác" in other


def test_what_is_attached_to_a_letter_without_a_word_is_read(tmp_path: Path) -> None:
    path = tmp_path / "thư.eml"
    path.write_bytes(bytes(letter("", {"a.txt": TEXT.encode()})))
    assert [one.file for one in drawn(path) if isinstance(one, Document)] == [f"{path}/a.txt"]


def test_a_broken_letter_is_refused_once(tmp_path: Path) -> None:
    (refused,) = drawn(put(tmp_path, "thư.eml", b"\0" * 5_000))
    assert isinstance(refused, Refused)


def letter(body: str, attached: dict[str, bytes]) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "vanphong@example.com", "banbientap@example.com"
    message["Subject"] = "Gửi bài viết"
    message.set_content(body)
    for name, data in attached.items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message


# --- the samples ---------------------------------------------------------------------------------


def test_every_sample_is_an_article_with_its_office_and_its_origin() -> None:
    found = find([SAMPLES])
    articles = [load(path) for path in found.files]
    assert len(articles) == 5
    assert found.skipped == ()
    assert {a.source for a in articles} == {"Bài mẫu của Nếp"}
    assert len({a.unit for a in articles if a.unit}) == 5
    assert sum("18/10/1930" in a.text or "18 tháng 10 năm 1930" in a.text for a in articles) >= 2
    for a in articles:
        assert 200 <= len(a.text.split()) <= 500
        assert "Lượt xem" not in a.text
        assert "Thống kê" not in a.text


# --- prose that is not an office's ----------------------------------------------------------------


def test_encyclopaedia_articles_lose_no_word_and_gain_no_field(seeds: Path) -> None:
    folder = seeds.parent / "eval" / "xquad_vi_dev" / "articles"
    if not folder.is_dir():
        pytest.skip("the articles are not beside this checkout")
    for path in find([folder]).files:
        a = load(path)
        words = path.read_text(encoding="utf-8").replace("\ufeff", "").split()
        assert a.text.split() == words, path.name
        assert {b.kind for b in a.blocks[1:]} == {"paragraph"}, path.name
        assert (a.published, a.author, a.source, a.unit) == (None, None, None, None), path.name
