"""An archive is taken apart without believing a word of it."""

from __future__ import annotations

import os
import stat
import struct
import tempfile
import time
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.archive import members, unique
from ingest.errors import UnreadableFile
from ingest.limits import Limits

TEXT = "Văn phòng Huyện ủy Sơn Khê có 15 cán bộ.".encode()


def packed(
    tmp_path: Path, *files: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED
) -> Path:
    path = tmp_path / "bài.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data, compress_type=method)
    return path


def contents(path: Path, limits: Limits | None = None) -> dict[str, bytes | str]:
    """Each member's name with its bytes, or with what is said instead."""
    found: dict[str, bytes | str] = {}
    for member in members(path, limits or Limits()):
        assert member.name not in found
        content = member.content
        found[member.name] = str(content) if isinstance(content, UnreadableFile) else content.read_bytes()
    assert all("Hãy" in said for said in found.values() if isinstance(said, str))
    return found


def refusal(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableFile) as refused:
        list(members(path, limits or Limits()))
    assert "Hãy" in str(refused.value)
    return str(refused.value)


def test_every_file_comes_out_with_its_path_and_its_bytes(tmp_path: Path) -> None:
    path = packed(
        tmp_path, ("b.txt", TEXT), ("năm 2020/", b""), ("năm 2020/a.md", b"# A"), ("trống.txt", b"")
    )
    assert contents(path) == {"b.txt": TEXT, "năm 2020/a.md": b"# A", "trống.txt": b""}


def test_a_member_lies_under_a_name_of_ours_with_its_suffix_and_is_gone_when_the_next_is_drawn(
    tmp_path: Path,
) -> None:
    drawn: list[Path] = []
    for member in members(packed(tmp_path, ("x/Bài 1.TXT", TEXT), ("b.md", TEXT)), Limits()):
        assert isinstance(member.content, Path)
        assert [path for path in drawn if path.exists()] == []
        assert "Bài" not in str(member.content)
        drawn.append(member.content)
    assert [path.suffix for path in drawn] == [".txt", ".md"]
    assert not drawn[0].parent.exists()


def test_what_computers_put_there_by_themselves_is_passed_over(tmp_path: Path) -> None:
    clutter = ["__MACOSX/._a.txt", ".DS_Store", "a/Thumbs.db", "a/desktop.ini", "~$a.docx", ".git/a.txt"]
    assert list(contents(packed(tmp_path, *((name, TEXT) for name in clutter), ("a.txt", TEXT)))) == ["a.txt"]


# --- paths ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../ra ngoài.txt", "ra ngoài.txt"),
        ("/etc/a.txt", "etc/a.txt"),
        ("C:\\Users\\a.txt", "Users/a.txt"),
        ("..\\..\\a.txt", "a.txt"),
        ("a/./../b.txt", "a/b.txt"),
        ("//máy/chung/a.txt", "máy/chung/a.txt"),
    ],
)
def test_no_path_leads_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, shown: str) -> None:
    temporary = tmp_path / "tmp" / "sâu" / "hơn"
    temporary.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    path = packed(tmp_path, (name, TEXT))
    before = sorted(tmp_path.rglob("*"))
    assert contents(path) == {shown: TEXT}
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_a_link_or_a_device_is_no_file(tmp_path: Path, kind: int) -> None:
    link = zipfile.ZipInfo("a.txt")
    link.create_system = 3
    link.external_attr = (kind | 0o777) << 16
    found = contents(packed(tmp_path, (link, b"/etc/passwd"), ("b.txt", TEXT)))
    assert "liên kết hoặc thiết bị" in str(found["a.txt"])
    assert found["b.txt"] == TEXT


def test_members_of_one_name_are_told_apart(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        path = packed(tmp_path, ("a.txt", b"1"), ("a.txt", b"2"), ("/a.txt", b"3"))
    assert contents(path) == {"a.txt": b"1", "a (2).txt": b"2", "a (3).txt": b"3"}


@given(st.lists(st.sampled_from(["a.txt", "a (2).txt", "a", "b.txt", "a (2) (2).txt", ""])))
def test_names_made_unique_are_and_those_that_were_stay(names: list[str]) -> None:
    made = unique(names)
    assert len(set(made)) == len(made) == len(names)
    assert len(set(names)) < len(names) or made == names


# --- names from before Unicode ----------------------------------------------------------------------


def renamed(path: Path, ours: str, theirs: bytes) -> Path:
    """The archive with the name of a member, of as many bytes, replaced in both places; the flag of UTF-8 is
    not set, since the name that was written is ASCII."""
    assert len(ours) == len(theirs)
    data = path.read_bytes()
    assert data.count(ours.encode()) == 2
    path.write_bytes(data.replace(ours.encode(), theirs))
    return path


@pytest.mark.parametrize(
    "name",
    [
        "Văn phòng Huyện ủy.txt".encode(),
        "Vãn phoÌng Huyêòn uÒy.txt".encode("cp1252"),  # windows-1258
        "V¨n phßng HuyÖn ñy.txt".encode("cp1252"),  # TCVN3
    ],
    ids=["utf-8 without its flag", "windows-1258", "TCVN3"],
)
def test_vietnamese_names_are_read_in_every_dress(tmp_path: Path, name: bytes) -> None:
    ours = "x" * len(name)
    assert list(contents(renamed(packed(tmp_path, (ours, TEXT)), ours, name))) == ["Văn phòng Huyện ủy.txt"]


def test_a_name_that_is_nothing_else_is_read_as_the_first_computers_wrote_it(tmp_path: Path) -> None:
    path = renamed(packed(tmp_path, ("xxx.txt", TEXT)), "xxx.txt", b"\x9c\xe1\xf8.txt")
    assert list(contents(path)) == ["£ß°.txt"]


def extra(name: bytes, of: bytes) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(of.decode())
    field = struct.pack("<BL", 1, zlib.crc32(of)) + name
    info.extra = struct.pack("<HH", 0x1234, 2) + b"??" + struct.pack("<HH", 0x7075, len(field)) + field
    return info


def test_the_name_in_unicode_that_a_member_has_beside_goes_before(tmp_path: Path) -> None:
    assert list(contents(packed(tmp_path, (extra("Bài số 1.txt".encode(), b"B_i s_ 1.txt"), TEXT)))) == [
        "Bài số 1.txt"
    ]


def test_the_name_beside_counts_only_for_the_name_it_was_made_for(tmp_path: Path) -> None:
    info = extra(b"khac.txt", b"a.txt")
    info.filename = info.orig_filename = "b.txt"
    assert list(contents(packed(tmp_path, (info, TEXT)))) == ["b.txt"]


# --- what is locked, damaged, too large --------------------------------------------------------------


def changed(path: Path, local: tuple[int, bytes], central: tuple[int, bytes]) -> Path:
    """The archive with bytes of its first member's two headers replaced, from a place in each header on."""
    data = bytearray(path.read_bytes())
    for mark, (at, new) in ((b"PK\x03\x04", local), (b"PK\x01\x02", central)):
        start = data.index(mark) + at
        data[start : start + len(new)] = new
    path.write_bytes(data)
    return path


def test_a_locked_member_is_refused_by_itself(tmp_path: Path) -> None:
    path = packed(tmp_path, ("a.txt", TEXT), ("b.txt", TEXT))
    found = contents(changed(path, (6, b"\x01"), (8, b"\x01")))
    assert "mật khẩu" in str(found["a.txt"])
    assert found["b.txt"] == TEXT


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_ways_of_packing_that_cannot_be_counted_are_refused(tmp_path: Path, method: int) -> None:
    assert "một cách chưa đọc được" in str(
        contents(packed(tmp_path, ("a.txt", TEXT), method=method))["a.txt"]
    )


def test_a_damaged_member_is_refused_by_itself(tmp_path: Path) -> None:
    path = packed(tmp_path, ("a.txt", os.urandom(200)), ("b.txt", TEXT), method=zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)
    found = contents(path)
    assert "hỏng" in str(found["a.txt"])
    assert found["b.txt"] == TEXT


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no archive at all", b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    assert "tệp nén hỏng" in refusal(path)


@given(st.data())
def test_a_damaged_archive_is_refused_or_read_whatever_the_damage(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = packed(Path(folder), ("Bài 1.txt", TEXT * 20), ("b/b.md", TEXT))
        whole = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 6))):
            whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
        path.write_bytes(whole[: data.draw(st.integers(len(whole) // 2, len(whole)))])
        with suppress(UnreadableFile):
            contents(path)


def test_an_empty_archive_is_refused(tmp_path: Path) -> None:
    assert "không có tệp nào" in refusal(packed(tmp_path))
    assert "không có tệp nào" in refusal(packed(tmp_path, (".DS_Store", b"x")))


def test_more_files_than_may_be_are_refused(tmp_path: Path) -> None:
    path = packed(tmp_path, *((f"{n}.txt", TEXT) for n in range(4)))
    assert "có 4 tệp, quá mức 3 tệp" in refusal(path, Limits(files=3))
    assert len(contents(path, Limits(files=4))) == 4


def test_an_archive_of_nothing_but_entries_is_refused_before_they_are_read(tmp_path: Path) -> None:
    path = packed(tmp_path, ("a.txt", TEXT))
    data = path.read_bytes()
    at = data.index(b"PK\x01\x02")
    entry, end = data[at : data.index(b"PK\x05\x06")], bytearray(data[data.index(b"PK\x05\x06") :])
    count = 500_000
    struct.pack_into("<HHL", end, 8, 0xFFFF, 0xFFFF, len(entry) * count)
    path.write_bytes(data[:at] + entry * count + end)
    began = time.monotonic()
    assert "quá nhiều" in refusal(path)
    assert time.monotonic() - began < 1


def bomb(megabytes: int) -> bytes:
    return bytes(megabytes * 1_000_000)


def test_a_bomb_is_refused_by_the_size_it_declares(tmp_path: Path) -> None:
    found = contents(packed(tmp_path, ("a.txt", bomb(60)), ("b.txt", bomb(20)), ("c.txt", TEXT)))
    assert "nặng hơn 50 MB" in str(found["a.txt"])
    assert "nén bất thường" in str(found["b.txt"])
    assert found["c.txt"] == TEXT


def lying(tmp_path: Path, megabytes: int, *others: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    """An archive whose first member says that it has ten bytes."""
    path = packed(tmp_path, ("a.txt", bomb(megabytes)), *others)
    return changed(path, (22, struct.pack("<L", 10)), (24, struct.pack("<L", 10)))


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    found = contents(lying(tmp_path, 60, ("b.txt", TEXT)))
    assert "hỏng" in str(found["a.txt"])
    assert found["b.txt"] == TEXT


def test_many_members_that_are_large_together_are_read_as_far_as_there_is_room(tmp_path: Path) -> None:
    part = os.urandom(400_000)
    path = packed(tmp_path, ("a.txt", part), ("b.txt", part), ("c.txt", part), ("d.txt", TEXT))
    found = contents(path, Limits(expanded=1))
    assert found["a.txt"] == found["b.txt"] == part
    assert "bung ra lớn hơn 1 MB" in str(found["c.txt"])
    assert found["d.txt"] == TEXT


def test_members_that_share_their_bytes_do_not_get_round_the_count(tmp_path: Path) -> None:
    # The table of contents names the same stretch of the file a hundred times.
    path = packed(tmp_path, ("a.txt", os.urandom(300_000)))
    data = path.read_bytes()
    at, last = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry, end = data[at:last], bytearray(data[last:])
    struct.pack_into("<HHL", end, 8, 100, 100, len(entry) * 100)
    path.write_bytes(data[:at] + entry * 100 + end)
    found = contents(path, Limits(expanded=1))
    assert sum(isinstance(content, bytes) for content in found.values()) <= 3
    assert len(found) == 100


def test_an_archive_may_begin_with_something_else(tmp_path: Path) -> None:
    path = packed(tmp_path, ("a.txt", TEXT))
    path.write_bytes(b"#!/bin/sh unpacks itself\n" + path.read_bytes())
    assert contents(path) == {"a.txt": TEXT}
