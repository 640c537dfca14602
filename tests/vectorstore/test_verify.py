"""Every fault that can be put into a stored library by hand is named."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from ingest.facts import Fact
from ingest.types import Article
from tests.fakes import CountingEncoder
from tests.vectorstore.articles import made
from tests.vectorstore.conftest import Open
from vectorstore.chroma import Chroma
from vectorstore.types import Vectors

NAN = np.full(64, np.nan, dtype=np.float32).tobytes()
HUGE = np.full(64, 1e30, dtype=np.float32).tobytes()  # whose square is no number of that kind
LONG = np.full(64, 1.0, dtype=np.float32).tobytes()
TURNED = np.eye(64, dtype=np.float32)[63].tobytes()
TWICE = np.eye(64, dtype=np.float16)[[63, 62]].tobytes()


@pytest.fixture
def stored(open_library: Open) -> None:
    with open_library(write=True) as library:
        library.add(*made("a", "Huân chương Lao động.", "Ngày 18/10/1930.", unit="Huyện ủy"))
        library.add(*made("b", "Đảng bộ xã Kim Hòa được thành lập năm 1962."))
        library.add(*made("c", "Câu thứ nhất. Câu thứ hai."))
        assert library.verify() == []


RESTORE, REBUILD = "python app.py restore TỆP", "python app.py rebuild"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE passages SET id = 'x' WHERE number = 1", "mã đoạn không khớp"),
        ('UPDATE passages SET "end" = 9999 WHERE number = 1', "vị trí"),
        ("UPDATE passages SET ordinal = 7 WHERE number = 2", "số thứ tự"),
        ("UPDATE passages SET tokens = 99 WHERE number = 1", "không còn như lúc được lưu"),
        ('UPDATE blocks SET "start" = 9999', "khối 9999"),
        ("UPDATE blocks SET kind = 'caption' WHERE ordinal = 1", "không còn như lúc được lưu"),
        ("UPDATE articles SET text = 'Thư viện' || char(0x6f, 0x0301) || text WHERE id = 'a'", "NFC"),
        ("UPDATE articles SET unit = 'Tỉnh ủy' WHERE id = 'a'", "không còn như lúc được lưu"),
        ("UPDATE articles SET published = '1931-01-01' WHERE id = 'a'", "không còn như lúc được lưu"),
        ("UPDATE articles SET file = '/khác.txt' WHERE id = 'a'", "không còn như lúc được lưu"),
        ("UPDATE articles SET said = '{\"unit\": null}' WHERE id = 'a'", "không còn như lúc được lưu"),
        ("UPDATE articles SET pages = '[[0, 1], [9999, 2]]' WHERE id = 'a'", "sang trang"),
        ("UPDATE articles SET pages = '[[5, 1], [3, 2]]' WHERE id = 'a'", "sang trang"),
        ("UPDATE articles SET pages = 'x' WHERE id = 'a'", "không đọc được"),
        ("UPDATE articles SET published = 'hôm qua' WHERE id = 'a'", "không đọc được"),
        ("DELETE FROM articles WHERE id = 'b'", "không còn trong bảng articles"),
    ],
)
@pytest.mark.usefixtures("stored")
def test_each_fault_in_what_cannot_be_made_again_is_named_with_the_command_that_repairs_it(
    open_library: Open, home: Path, change: str, told: str
) -> None:
    done(home, change)
    found = open_library().verify()
    assert any(told in sentence for sentence in found), found
    assert all(RESTORE in sentence and REBUILD not in sentence for sentence in found), found


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE terms SET exact = 'khác' WHERE rowid = 1", "từ khóa"),
        ("DELETE FROM terms WHERE rowid = 1", "1 đoạn không có dòng từ khóa"),
        ("DELETE FROM terms_data WHERE id > 10", "Chỉ mục từ khóa bị hỏng"),
        ("DELETE FROM vectors WHERE passage = 1", "1 đoạn không có vector"),
        ("UPDATE vectors SET vector = x'00000000' WHERE passage = 1", "sai kích thước"),
        (f"UPDATE vectors SET vector = x'{NAN.hex()}' WHERE passage = 1", "không hữu hạn"),
        (f"UPDATE vectors SET vector = x'{HUGE.hex()}' WHERE passage = 1", "không hữu hạn"),
        (f"UPDATE vectors SET vector = x'{LONG.hex()}' WHERE passage = 1", "độ dài 1"),
        (f"UPDATE vectors SET vector = x'{TURNED.hex()}' WHERE passage = 2", "không còn như lúc được ghi"),
        ("DELETE FROM sentences", "thiếu hoặc thừa vector của câu"),
        ("INSERT INTO sentences SELECT 1, vectors FROM sentences", "thiếu hoặc thừa vector của câu"),
        ("UPDATE sentences SET vectors = x'0000'", "thiếu hoặc thừa vector của câu"),
        ("UPDATE sentences SET vectors = zeroblob(length(vectors))", "vector của câu không hữu hạn"),
        (
            f"UPDATE sentences SET vectors = x'{TWICE.hex()}'",
            "vector của câu không còn như lúc được ghi",
        ),
        ("UPDATE meta SET value = 32 WHERE key = 'dimensions'", "32 chiều"),
        ("UPDATE facts SET value = '1931' WHERE article = 'b'", "dữ kiện đã lưu khác"),
        ("DELETE FROM facts WHERE article = 'b'", "dữ kiện đã lưu khác"),
        ('UPDATE facts SET "end" = 9999', "nằm ngoài văn bản"),
        ("UPDATE facts SET parts = 'x'", "không đọc được"),
        ("UPDATE facts SET kind = 'X'", "không đọc được"),
        ("DELETE FROM sources WHERE article = 'b'", "không có trong sổ các tệp"),
        ("UPDATE sources SET file = '/khác.txt' WHERE article = 'b'", "không có trong sổ các tệp"),
        ("CREATE TABLE thêm (x)", "Cấu trúc các bảng"),
    ],
)
@pytest.mark.usefixtures("stored")
def test_each_fault_in_what_is_made_from_articles_is_named_and_rebuild_mends_it(
    open_library: Open, home: Path, change: str, told: str
) -> None:
    done(home, change)
    with open_library(mend=True) as library:
        found = library.verify()
        assert any(told in sentence for sentence in found), found
        assert all(REBUILD in sentence and RESTORE not in sentence for sentence in found), found
        library.rebuild()
        assert library.verify() == []


def done(home: Path, change: str) -> None:
    with sqlite3.connect(home / "library.sqlite3") as db:
        db.execute(change)
    db.close()


@pytest.mark.parametrize("change", ["UPDATE terms SET exact = 'khác'", "UPDATE facts SET value = '1931'"])
@pytest.mark.usefixtures("stored")
def test_a_look_at_the_seals_alone_finds_what_was_changed(
    open_library: Open, home: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made_again(article: Article) -> list[Fact]:
        raise AssertionError(article.id)

    with monkeypatch.context() as shallow:
        shallow.setattr("vectorstore.verify.facts", made_again)
        library = open_library()
        assert library.verify(deep=False) == []
    done(home, f"{change} WHERE article = 'b'" if "facts" in change else f"{change} WHERE rowid = 3")
    assert library.verify(deep=False)


@pytest.mark.usefixtures("stored")
def test_an_encoder_that_changed_under_its_name_is_noticed(open_library: Open) -> None:
    class Changed(CountingEncoder):
        def _vector(self, text: str) -> Vectors:
            return np.roll(super()._vector(text), 1)

    (sentence,) = open_library(encoder=Changed()).verify()
    assert "nay cho vector khác" in sentence


@pytest.mark.usefixtures("stored")
def test_a_chroma_that_lost_a_passage_is_noticed(open_library: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    library = open_library()
    assert library.verify() == []
    whole = Chroma.nearest
    monkeypatch.setattr(Chroma, "nearest", lambda self, vector, k: whole(self, vector, k)[1:])
    found = library.verify()
    assert len(found) == 2
    assert "không tự tìm thấy mình" in found[0]
    assert "chỉ nhận được 3 đoạn" in found[1]
