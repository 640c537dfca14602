"""What a folder may hold of files that are broken, hostile or strange, read in one go: each is refused in a
sentence that says what to do, and none keeps another from being read or the computer from its work."""

from __future__ import annotations

import io
import os
import struct
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from ingest.load import Document, documents, find
from ingest.types import Article
from ingest.worker import Readers

TITLE = "Văn phòng Huyện ủy Trường Lạc"
TEXT = "Văn phòng được thành lập ngày 18 tháng 10 năm 1947 với 05 cán bộ, đảng viên."

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pipes, links and limits of another kind")


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of each file: its articles, or why it was refused, by what stands behind the folder in the
    path; how long each took in seconds; and the most megabytes that a process that reads held."""

    said: Mapping[str, Article | str]
    seconds: Mapping[str, float]
    megabytes: int

    def refusal(self, name: str) -> str:
        said = self.said[name]
        assert isinstance(said, str), f"{name} was read"
        assert "Hãy" in said  # the next step
        return said

    def article(self, name: str) -> Article:
        said = self.said[name]
        assert isinstance(said, Article), f"{name}: {said}"
        return said


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    folder = tmp_path_factory.mktemp("batch")
    for name, make in BAD.items():
        make(folder / name)
    said: dict[str, Article | str] = {}
    seconds: dict[str, float] = {}
    with Readers() as readers:
        for path in find([folder]).files:
            began = time.monotonic()
            for one in documents(path, readers):
                name = one.file.removeprefix(f"{folder}/")
                assert name not in said
                said[name] = one.article if isinstance(one, Document) else one.reason
            seconds[path.name] = time.monotonic() - began
    return Batch(said, seconds, readers.peak)


# --- the files ---------------------------------------------------------------------------------------


def docx(path: Path) -> None:
    import docx

    document = docx.Document()
    document.add_heading(TITLE, 0)
    document.add_paragraph(TEXT)
    document.save(str(path))


def repacked(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    """A Word file of which one part is changed."""
    docx(path)
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as old, zipfile.ZipFile(path, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))


def entities(path: Path) -> None:
    """Each entity is ten of the one before: a word becomes gigabytes."""
    declared = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    start = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a0 "bomb">{declared}]>'.encode()

    def bomb(xml: bytes) -> bytes:
        return start + xml.partition(b"?>")[2].replace(TEXT.encode(), b"&a9;")

    repacked(path, "word/document.xml", bomb)


def swollen(path: Path) -> None:
    repacked(path, "word/document.xml", lambda xml: xml.replace(TEXT.encode(), b"a" * 60_000_000))


def compound(path: Path, *streams: str) -> None:
    """The first sectors of a file as Office 97 made them, with a directory of streams that have no bytes."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<LLLLLLLL", header, 44, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<109L", header, 76, 0, *[0xFFFFFFFF] * 108)
    table = struct.pack("<128L", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126)
    entries = bytearray(512)
    for n, name in enumerate(("Root Entry", *streams)):
        written = name.encode("utf-16-le") + b"\0\0"
        struct.pack_into("<64sHBB", entries, 128 * n, written, len(written), 5 if n == 0 else 2, 1)
        right = 0xFFFFFFFF if n in (0, len(streams)) else n + 1
        struct.pack_into("<LLL", entries, 128 * n + 68, 0xFFFFFFFF, right, 1 if n == 0 else 0xFFFFFFFF)
        struct.pack_into("<LQ", entries, 128 * n + 116, 0xFFFFFFFE, 0)
    path.write_bytes(bytes(header) + table + bytes(entries) + bytes(512))


def locked_docx(path: Path) -> None:
    compound(path, "EncryptedPackage", "EncryptionInfo")


def jpeg(path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (60, 40), "red").save(path, "JPEG")


def sentences(page: int) -> list[str]:
    """The lines of a page, each different from those of all other pages by more than its figures."""
    random = Random(page)
    words = ["".join(random.choices("abcdeghiklmnopqrstuvxy", k=6)) for _ in range(30)]
    return [f"Trang {page}: {word} có 15 món và {words[n - 1]} 20 bàn." for n, word in enumerate(words)]


def pdf(path: Path, pages: int = 1, password: str | None = None) -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    lock = StandardEncryption(password) if password else None
    canvas = Canvas(str(path), encrypt=lock)
    for page in range(1, pages + 1):
        for n, sentence in enumerate(sentences(page)):
            canvas.drawString(72, 760 - 20 * n, sentence)
        canvas.showPage()
    canvas.save()


def pdf_without_a_page(path: Path) -> None:
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"]
    data, places = b"%PDF-1.4\n", []
    for n, part in enumerate(parts, 1):
        places.append(len(data))
        data += b"%d 0 obj%s endobj\n" % (n, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"xref\n0 3\n0000000000 65535 f \n%strailer<</Size 3/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(data),
    )
    path.write_bytes(data)


def pdf_of_pictures(path: Path) -> None:
    """A page of nothing but a picture on which nothing is written."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path))
    canvas.drawImage(ImageReader(Image.linear_gradient("L")), 72, 300, 400, 400)
    canvas.showPage()
    canvas.save()


def zipped(path: Path, *members: tuple[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)


def lying_bomb(path: Path) -> None:
    """Says of its first member that it has ten bytes."""
    zipped(path, ("bom.txt", bytes(60_000_000)), ("bài.txt", article("trong tệp nén")))
    data = bytearray(path.read_bytes())
    struct.pack_into("<L", data, data.index(b"PK\x03\x04") + 22, 10)
    struct.pack_into("<L", data, data.index(b"PK\x01\x02") + 24, 10)
    path.write_bytes(data)


def nested_bomb(path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.txt", bytes(10_000_000))
    zipped(path, *((f"{n}.zip", inner.getvalue()) for n in range(16)))


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(200_000_000)


def loop(path: Path) -> None:
    path.symlink_to(path)


def article(which: str) -> bytes:
    return f"{TITLE} {which}\n\n{TEXT}\n".encode()


def text(which: str) -> Callable[[Path], None]:
    return data(article(which))


def data(content: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(content)

    return write


LONG = "đ" * 125 + "a.txt"
assert len(LONG.encode()) == 255

BAD: Mapping[str, Callable[[Path], None]] = {
    "bom.zip": lambda path: zipped(path, ("bom.txt", bytes(60_000_000)), ("bài.txt", article("bên cạnh"))),
    "bom nói dối.zip": lying_bomb,
    "bom lồng.zip": nested_bomb,
    "lối ra.zip": lambda path: zipped(path, ("../../x/bài.txt", article("ra")), ("/bài.txt", article("gốc"))),
    "thực thể.docx": entities,
    "phình.docx": swollen,
    "khóa.docx": locked_docx,
    "khóa.pdf": lambda path: pdf(path, password="mật khẩu"),
    "ảnh.docx": jpeg,
    "trống.docx": data(b""),
    "trống.pdf": data(b""),
    "không trang.pdf": pdf_without_a_page,
    "toàn ảnh.pdf": pdf_of_pictures,
    "rác.pdf": data(Random(2).randbytes(20_000)),
    "300 trang.pdf": lambda path: pdf(path, pages=300),
    "200 MB.pdf": sparse,
    "200 MB.txt": sparse,
    "sâu.html": data(b"<div>" * 10_000 + article("sâu") + b"</div>" * 10_000),
    "bảng sâu.html": data(b"<table><tr><td>" * 10_000 + article("bảng sâu")),
    "ống.txt": os.mkfifo,
    "ống.pdf": os.mkfifo,
    "vòng.txt": loop,
    "vòng.docx": loop,
    "😀 emoji 🏛️.txt": text("emoji"),
    "hai\ndòng\n.txt": text("hai dòng"),
    LONG: text("tên dài"),
    "~$khóa.docx": data(b"\x05Admin"),
    "desktop.ini": data(b"[.ShellClassInfo]"),
    # Between and behind the others, those of the same formats that are right.
    "a tốt.docx": docx,
    "a tốt.pdf": pdf,
    "y tốt.txt": text("tốt"),
    "z tốt.docx": docx,
    "z tốt.pdf": pdf,
}  # fmt: skip


# --- what becomes of them ------------------------------------------------------------------------------


def test_every_file_is_accounted_for_and_no_reader_breaks(batch: Batch) -> None:
    files = {name.partition("/")[0] for name in batch.said}
    assert files == BAD.keys() - {"~$khóa.docx", "desktop.ini"}
    for name, said in batch.said.items():
        if isinstance(said, str):
            assert "Hãy" in said, name
            for wrong in ("Traceback", "Error", "Errno", "viết sai quy cách", "dừng giữa chừng"):
                assert wrong not in said, name


@pytest.mark.parametrize("name", ["a tốt.docx", "z tốt.docx", "y tốt.txt"])
def test_the_right_files_are_read_before_and_after_the_others(batch: Batch, name: str) -> None:
    assert TEXT in batch.article(name).text


@pytest.mark.parametrize("name", ["a tốt.pdf", "z tốt.pdf"])
def test_the_right_pdf_files_are_read(batch: Batch, name: str) -> None:
    assert all(sentence in batch.article(name).text for sentence in sentences(1))


def test_no_process_held_a_gigabyte(batch: Batch) -> None:
    assert 20 < batch.megabytes < 1_000


def test_a_bomb_in_an_archive_is_refused_and_its_neighbour_read(batch: Batch) -> None:
    assert "nặng hơn 50 MB" in batch.refusal("bom.zip/bom.txt")
    assert TEXT in batch.article("bom.zip/bài.txt").text


def test_a_bomb_that_lies_is_refused_and_its_neighbour_read(batch: Batch) -> None:
    assert "hỏng" in batch.refusal("bom nói dối.zip/bom.txt")
    assert TEXT in batch.article("bom nói dối.zip/bài.txt").text


def test_archives_in_an_archive_are_not_opened(batch: Batch) -> None:
    assert all("nằm trong một tệp nén khác" in batch.refusal(f"bom lồng.zip/{n}.zip") for n in range(16))


def test_paths_that_lead_out_of_an_archive_do_not(batch: Batch) -> None:
    assert batch.article("lối ra.zip/x/bài.txt").id == "bài"
    assert batch.article("lối ra.zip/bài.txt").id == "bài"


def test_entities_in_a_word_file_are_not_unfolded(batch: Batch) -> None:
    assert "khai báo lạ" in batch.refusal("thực thể.docx")
    assert batch.seconds["thực thể.docx"] < 10


def test_a_word_file_that_swells_is_refused(batch: Batch) -> None:
    assert batch.refusal("phình.docx")
    assert batch.seconds["phình.docx"] < 10


@pytest.mark.parametrize("name", ["khóa.docx", "khóa.pdf"])
def test_a_locked_file_is_refused_for_its_password(batch: Batch, name: str) -> None:
    assert "mật khẩu" in batch.refusal(name)


def test_a_picture_called_a_word_file_is_refused_as_a_picture(batch: Batch) -> None:
    assert "JPEG" in batch.refusal("ảnh.docx")


@pytest.mark.parametrize("name", ["trống.docx", "trống.pdf", "không trang.pdf", "rác.pdf"])
def test_a_file_with_nothing_in_it_is_refused(batch: Batch, name: str) -> None:
    assert batch.refusal(name)


def test_what_is_said_of_one_file_is_not_left_over_from_another(batch: Batch) -> None:
    # A library that keeps its last error has read the locked file in the same process just before.
    assert "mật khẩu" not in batch.refusal("không trang.pdf")


def test_a_pdf_of_pictures_without_a_word_is_refused(batch: Batch) -> None:
    assert batch.refusal("toàn ảnh.pdf")


def test_a_pdf_of_300_pages_is_read_within_the_limits(batch: Batch) -> None:
    article = batch.article("300 trang.pdf")
    assert all(sentence in article.text for page in range(1, 301) for sentence in sentences(page))


@pytest.mark.parametrize("name", ["200 MB.pdf", "200 MB.txt"])
def test_a_file_of_200_megabytes_is_refused_at_once(batch: Batch, name: str) -> None:
    assert "tệp nặng 200 MB, quá mức 50 MB" in batch.refusal(name)
    assert batch.seconds[name] < 0.5


@pytest.mark.parametrize("name", ["sâu.html", "bảng sâu.html"])
def test_a_web_page_ten_thousand_deep_is_read_or_refused(batch: Batch, name: str) -> None:
    said = batch.said[name]
    assert "Hãy" in said if isinstance(said, str) else TEXT in said.text


@pytest.mark.parametrize("name", ["ống.txt", "ống.pdf"])
def test_a_pipe_is_not_waited_for(batch: Batch, name: str) -> None:
    assert "không phải là tệp thường" in batch.refusal(name)
    assert batch.seconds[name] < 0.5


@pytest.mark.parametrize("name", ["vòng.txt", "vòng.docx"])
def test_a_link_to_itself_is_refused(batch: Batch, name: str) -> None:
    assert "vòng tròn" in batch.refusal(name)


@pytest.mark.parametrize(
    ("name", "id"),
    [("😀 emoji 🏛️.txt", "😀 emoji 🏛️"), ("hai\ndòng\n.txt", "hai dòng"), (LONG, ("đ" * 125)[:100])],
)
def test_a_name_of_any_characters_is_a_name(batch: Batch, name: str, id: str) -> None:
    article = batch.article(name)
    assert article.id == id
    assert TEXT in article.text
