"""Documents of older office programs give the lines that the same document gives as .docx."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import docx
import pytest

from ingest.errors import UnreadableFile
from ingest.limits import Limits
from ingest.readers import office, word

PROGRAM = shutil.which("soffice") or shutil.which("libreoffice")
converts = pytest.mark.skipif(PROGRAM is None, reason="LibreOffice is not installed")

Lines = list[tuple[str | None, str]]


def lines(path: Path) -> Lines:
    return [(line.kind, line.text) for line in office.read(path, Limits()).lines]


def refusal(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableFile) as refused:
        office.read(path, limits or Limits())
    said = str(refused.value)
    assert "Hãy" in said  # the next step
    return said


def put(path: Path, data: bytes | bytearray | str) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


# --- an article as an office wrote it, in every format -----------------------------------------------

ARTICLE: Lines = [
    ("title", "Văn phòng Huyện ủy Trường Lạc: 75 năm xây dựng và trưởng thành"),
    ("heading", "Sự ra đời"),
    (None, "Ngày 12/4/1947, tại xã Bình Lãng, Văn phòng Huyện ủy Trường Lạc được thành lập với 5 cán bộ."),
    (None, "Người phụ trách đầu tiên là đồng chí Đinh Văn Lâm."),
    ("heading", "Những chặng đường"),
    (None, "Giai đoạn 1954 - 1975, văn phòng vừa phục vụ sản xuất, vừa phục vụ chiến đấu:"),
    ("item", "1. Tham mưu cho cấp ủy về chủ trương;"),
    ("item", "2. Bảo đảm thông tin liên lạc thông suốt."),
    (None, "Chánh Văn phòng qua các thời kỳ:"),
    ("header", "Họ và tên | Thời gian | Ghi chú"),
    ("row", "Đinh Văn Lâm | 1947 - 1951 | Đã mất"),
    ("row", "Lò Thị Sơn | 1951 - 1960"),
    (None, "Năm 1997, văn phòng được tặng Huân chương Lao động hạng Ba."),
    (None, "Đảng bộ huyện Lương Sơn giao nhiệm vụ mới."),
    (None, "ĐẢNG BỘ HUYỆN"),
    (None, "Cán bộ Văn phòng Huyện ủy đoàn kết."),
]


def article() -> docx.document.Document:
    d = docx.Document()
    rows = [text.split(" | ") for kind, text in ARTICLE if kind in ("header", "row")]
    for kind, text in ARTICLE[:-3]:
        if kind == "title":
            d.add_heading(text, 0)
        elif kind == "heading":
            d.add_heading(text, 1)
        elif kind == "item":
            d.add_paragraph(text[3:], style="List Number")
        elif kind == "header":
            t = d.add_table(3, 3, style="Table Grid")
            for row, cells in zip(t.rows, rows, strict=True):
                for cell, words in zip(row.cells, cells, strict=False):
                    cell.text = words
        elif kind is None:
            d.add_paragraph(text)
    for font, old in (
        (".VnTime", "§¶ng bé huyÖn L\u00ad¬ng S¬n giao nhiÖm vô míi."),
        (".VnTimeH", "®¶ng bé huyÖn"),
        ("VNI-Times", "Caùn boä Vaên phoøng Huyeän uûy ñoaøn keát."),
    ):
        d.add_paragraph().add_run(old).font.name = font
    return d


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the article as bai.docx, .doc, .rtf and .odt."""
    folder = tmp_path_factory.mktemp("made")
    article().save(str(folder / "bai.docx"))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    for format in ("doc", "rtf", "odt") if PROGRAM else ():
        command = [str(PROGRAM), profile, "--headless", "--convert-to", format, "bai.docx"]
        subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return folder


def test_the_article_is_read_from_the_docx_that_the_others_are_made_of(made: Path) -> None:
    page = word.read(made / "bai.docx", Limits())
    assert [(line.kind, line.text) for line in page.lines] == ARTICLE


@converts
@pytest.mark.parametrize(("format", "suffix"), [("doc", "doc"), ("rtf", "doc"), ("odt", "odt")])
def test_every_format_gives_the_same_lines_by_whatever_name_and_leaves_no_file(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str, suffix: str
) -> None:
    path = Path(shutil.copy(made / f"bai.{format}", tmp_path / f"bài “số 1”.{suffix}"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    assert lines(path) == ARTICLE
    assert list((tmp_path / "temporary").iterdir()) == []


# --- what is called .doc -----------------------------------------------------------------------------


def test_docx_that_is_called_doc_is_read_without_libreoffice(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "libreoffice", lambda: None)
    assert lines(Path(shutil.copy(made / "bai.docx", tmp_path / "a.doc"))) == ARTICLE


def test_plain_text_that_is_called_doc_is_read(tmp_path: Path) -> None:
    text = "Văn phòng Huyện ủy Trường Lạc\n\nVăn phòng có 15 cán bộ, đảng viên."
    assert [words for _, words in lines(put(tmp_path / "a.doc", text))] == text.split("\n\n")


def test_a_web_page_in_one_file_that_is_called_doc_is_read(tmp_path: Path) -> None:
    text = "Văn phòng Huyện ủy Trường Lạc được thành lập ngày 12/4/1947 tại xã Bình Lãng, với 5 cán bộ."
    bundle = (
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\n'
        'Content-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
        f"<html><body><p>{text}</p></body></html>\r\n--b--\r\n"
    )
    assert lines(put(tmp_path / "a.doc", bundle)) == [(None, text)]


@pytest.fixture
def visits() -> Iterator[list[bytes]]:
    """What is asked of the web server at the port that the last of them names."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        asked = [str(server.getsockname()[1]).encode()]

        def listen() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                asked.append(client.recv(1000))
                client.close()

        thread = Thread(target=listen, daemon=True)
        thread.start()
        yield asked
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


@converts
def test_a_web_page_that_is_called_doc_is_read_and_its_pictures_are_not_fetched(
    tmp_path: Path, visits: list[bytes]
) -> None:
    picture = f"http://127.0.0.1:{visits[0].decode()}/a.png"
    page = (  # as portals give it for Word, without a word on its encoding
        f"<html><body><h1>Sự ra đời</h1><p>Văn phòng ra đời năm 1947.<img src='{picture}'></p>"
        f"<p style='background-image:url({picture})'><font face='.VnTime'>c¸ l¸</font></p>"
        "<table border=1><tr><th>Họ và tên</th><th>Năm</th></tr><tr><td>Lâm</td><td>1947</td></tr></table>"
        "</body></html>"
    )
    assert lines(put(tmp_path / "a.doc", page)) == [
        ("heading", "Sự ra đời"),
        (None, "Văn phòng ra đời năm 1947."),
        (None, "cá lá"),
        ("header", "Họ và tên | Năm"),
        ("row", "Lâm | 1947"),
    ]
    assert len(visits) == 1


MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"


def open_document(path: Path, body: str, entry: str = "") -> Path:
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "script")
    )
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        file.writestr(
            "content.xml",
            f'<office:document-content {names} xmlns:xlink="http://www.w3.org/1999/xlink"><office:body>'
            f"<office:text>{body}</office:text></office:body></office:document-content>",
        )
        file.writestr(
            "META-INF/manifest.xml",
            f'<m:manifest xmlns:m="{MANIFEST}"><m:file-entry m:full-path="/" '
            'm:media-type="application/vnd.oasis.opendocument.text"/><m:file-entry m:full-path="content.xml" '
            f'm:media-type="text/xml">{entry}</m:file-entry></m:manifest>',
        )
    return path


@converts
def test_an_opendocument_text_brings_in_no_other_file(tmp_path: Path, visits: list[bytes]) -> None:
    secret = put(tmp_path / "other.txt", "Không thuộc về bài.")
    sources = (secret.as_uri(), f"http://127.0.0.1:{visits[0].decode()}/a.odt")
    sections = "".join(
        f'<text:section text:name="s{n}"><text:section-source xlink:href="{source}"/>'
        f"<text:p>Mục {n}.</text:p></text:section>"
        for n, source in enumerate(sources)
    )
    path = open_document(tmp_path / "a.odt", f"<text:p>Bài viết.</text:p>{sections}")
    assert [text for _, text in lines(path)] == ["Bài viết.", "Mục 0.", "Mục 1."]
    assert len(visits) == 1


@converts
def test_what_keeps_libreoffice_at_home_is_set_under_the_names_that_it_knows() -> None:
    known = Path(PROGRAM or "").resolve().parents[1] / "share" / "registry" / "main.xcd"
    if not known.is_file():
        pytest.skip("LibreOffice keeps the list of its settings elsewhere")
    names = known.read_text(encoding="utf-8")
    for name in (
        "BlockUntrustedRefererLinks",
        "MacroSecurityLevel",
        "ooInetProxyType",
        "ooInetHTTPProxyName",
    ):
        assert f'oor:name="{name}"' in names
        assert f'oor:name="{name}"' in office._profile()


# --- what is refused -----------------------------------------------------------------------------------


def test_without_libreoffice_it_is_said_how_to_get_it_and_how_to_do_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(office, "_INSTALLED", ())
    said = refusal(put(tmp_path / "a.rtf", "{\\rtf1 A}"))
    assert "sudo apt install libreoffice-writer" in said
    assert "lưu thành .docx" in said


def compound(*streams: str) -> bytes:
    """The beginning of a compound file with a directory of these streams, which are empty."""
    entries = b""
    for stream in streams:
        name = f"{stream}\0".encode("utf-16-le")
        entries += (name.ljust(64, b"\0") + len(name).to_bytes(2, "little")).ljust(128, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(30, b"\0") + b"\x09\0"
    return header.ljust(512, b"\0") + entries.ljust(512, b"\0")


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"\xff\xd8\xff\xe0" + bytes(100), "ảnh JPEG"),
        (b"%PDF-1.7\n" + bytes(100), "tệp PDF"),
        (b"\x00\x01\x02" * 50, "không phải tài liệu"),
        (compound("Workbook"), "Excel 97-2003"),
        (b"", "trống"),
        (bytes(3000), "trống"),
        (b"PK\x03\x04" + bytes(100), "hỏng"),
    ],
)
def test_another_format_is_named(tmp_path: Path, data: bytes, named: str) -> None:
    assert named in refusal(put(tmp_path / "a.doc", data))


def main_stream(data: bytes | bytearray) -> int:
    """Where the main stream of a Word file of LibreOffice begins."""
    return next(at for at in range(512, len(data), 512) if data[at : at + 2] == b"\xec\xa5")


@converts
def test_a_doc_with_a_password_is_refused(made: Path, tmp_path: Path) -> None:
    data = bytearray((made / "bai.doc").read_bytes())
    data[main_stream(data) + 11] |= 1
    assert "có mật khẩu" in refusal(put(tmp_path / "a.doc", data))


def test_a_docx_with_a_password_that_is_called_doc_is_refused(tmp_path: Path) -> None:
    data = compound("EncryptedPackage", "EncryptionInfo")
    assert "có mật khẩu" in refusal(put(tmp_path / "a.doc", data))


def test_an_opendocument_text_with_a_password_is_refused(tmp_path: Path) -> None:
    path = open_document(tmp_path / "a.odt", "", '<m:encryption-data m:checksum="x"/>')
    assert "có mật khẩu" in refusal(path)


@converts
def test_a_file_that_was_not_copied_to_its_end_is_refused(made: Path, tmp_path: Path) -> None:
    for format in ("doc", "rtf", "odt"):
        data = (made / f"bai.{format}").read_bytes()
        for share in (0.3, 0.6, 0.9):
            assert "hỏng" in refusal(put(tmp_path / f"a.{format}", data[: int(share * len(data))]))


@converts
def test_a_doc_whose_beginning_is_overwritten_is_refused(made: Path, tmp_path: Path) -> None:
    data = bytearray((made / "bai.doc").read_bytes())
    at = main_stream(data)
    for begin in (30, at):
        bad = bytes(data[:begin]) + b"\x55" * 64 + bytes(data[begin + 64 :])
        assert "hỏng" in refusal(put(tmp_path / "a.doc", bad))


@converts
def test_a_doc_that_comes_out_as_other_signs_is_refused(made: Path, tmp_path: Path) -> None:
    data = (made / "bai.doc").read_bytes()
    words = "Văn phòng Huyện ủy".encode("utf-16-le")
    assert words in data
    begin, end = data.index("75 năm".encode("utf-16-le")), data.rindex("Huân chương".encode("utf-16-le"))
    bad = data[:begin] + bytes((c * 7 + 0x4E) % 251 for c in data[begin:end]) + data[end:]
    assert "hỏng" in refusal(put(tmp_path / "a.doc", bad))


# --- the other program -----------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script of the shell")
def test_libreoffice_is_ended_when_it_takes_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in, like LibreOffice, is a process with another that does the work."""
    left = tmp_path / "left"
    script = f"sleep 30 & echo $! > {left}; trap 'kill -KILL $!; exit' TERM; wait"
    slow = put(tmp_path / "soffice", f"#!/bin/sh\n{script}\n")
    slow.chmod(0o755)
    monkeypatch.setattr(office, "libreoffice", lambda: str(slow))
    began = time.monotonic()
    said = refusal(put(tmp_path / "a.rtf", "{\\rtf1 A}"), Limits(seconds=2))
    assert "quá lâu" in said
    assert time.monotonic() - began < 2
    state = Path(f"/proc/{left.read_text().strip()}/stat")
    assert not state.exists() or state.read_text().split()[2] == "Z"
