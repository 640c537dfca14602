"""Files found, read and decoded; each one that yields no article says why and what to do."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import ingest
from ingest.errors import UnreadableFile
from ingest.load import MAX_BYTES, find, load

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
    pdf = put(tmp_path, "a/y.pdf")
    put(tmp_path, ".an.txt")
    put(tmp_path, ".git/z.txt")
    found = find([tmp_path])
    assert found.files == (a, b)
    assert found.skipped == (pdf,)


def test_a_file_is_found_once_however_often_it_is_named(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt")
    found = find([path, tmp_path, tmp_path / "." / "a.txt", tmp_path / "b" / ".." / "a.txt"])
    assert found.files == (path,)


def test_a_file_that_was_named_is_taken_whatever_its_format(tmp_path: Path) -> None:
    path = put(tmp_path, "a.pdf", b"%PDF")
    assert find([path, tmp_path]).files == (path,)
    assert find([path, tmp_path]).skipped == ()
    assert ".txt, .md" in refusal(path)


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
    assert f"quá mức {MAX_BYTES // 1_000_000} MB" in refusal(path)


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
