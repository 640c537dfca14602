from __future__ import annotations

import json
import unicodedata
import zipfile
from pathlib import Path

import pytest

from bench.make_corpus import (
    ARCHIVE,
    FORMATS,
    MANIFEST,
    OFFICE,
    RUNNING_HEAD,
    Manifest,
    has_soffice,
    letters,
    main,
    make,
    mixed,
    original,
    plain,
    reference,
    scanned_pdf,
    told,
    western,
    written,
)
from ingest.encodings import CHARSETS, decoded, repaired
from ingest.load import find, load
from tests.conftest import SAMPLES

#: What can be written in a moment.
QUICK = [name for name, form in FORMATS.items() if name not in OFFICE and not form.scanned]
ARTICLE = (
    "---\nsource: Bài thử\n---\nVĂN PHÒNG HUYỆN ỦY LẠC BÌNH: NHỮNG CHẶNG ĐƯỜNG\n16/10/2020\n\n"
    "Văn phòng Huyện ủy Lạc Bình được thành lập ngày 15/8/1947 ở bản Nà Mèo, với ba cán bộ “giao liên”.\n\n"
    "Ủy ban nhân dân tỉnh tặng Văn phòng 02 Cờ thi đua – năm 2010 và năm 2015, ghi nhận bao nỗ lực.\n\n"
    "Thu Hạnh\n"
)
NAMES = [c.name for c in CHARSETS]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Manifest]:
    """The samples in all that can be written in a moment."""
    out = tmp_path_factory.mktemp("corpus")
    return out, make(out, SAMPLES, QUICK)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of one article."""
    path = tmp_path / "bai" / "lac-binh.txt"
    path.parent.mkdir()
    path.write_text(ARTICLE, encoding="utf-8")
    return path.parent


def test_there_are_more_than_forty_files_and_some_of_every_format(samples: tuple[Path, Manifest]) -> None:
    out, manifest = samples
    files = [file for file in out.rglob("*.*") if file.name != MANIFEST]
    assert len(files) >= 40
    assert {file.parent.name for file in files} == set(QUICK)
    for form in QUICK:
        assert {file.suffix for file in (out / form).iterdir()} == {FORMATS[form].suffix}
        of = [e.article for e in manifest.files if e.format == form and e.article]
        assert sorted(of) == sorted(manifest.articles)


def test_every_file_that_the_manifest_names_is_there(samples: tuple[Path, Manifest]) -> None:
    out, manifest = samples
    for entry in manifest.files:
        form, name, *inside = entry.file.split("/", 2)
        file = out / form / name
        assert file.is_file()
        if file.name == ARCHIVE:
            with zipfile.ZipFile(file) as archive:
                assert inside[0] in archive.namelist()


def test_the_manifest_can_be_read_back(samples: tuple[Path, Manifest]) -> None:
    out, manifest = samples
    assert Manifest.of(out) == manifest
    assert {e.format for e in manifest.only(["md", "zip"]).files} == {"md", "zip"}


def test_a_reference_is_what_load_gives_of_the_original(samples: tuple[Path, Manifest]) -> None:
    _, manifest = samples
    for file in find([SAMPLES]).files:
        article = load(file)
        assert manifest.articles[article.id] == reference(article)
        stated = [e.carries for e in manifest.files if e.article == article.id]
        assert all(("author" in fields) == (article.author is not None) for fields in stated)
        assert all("title" in fields for fields in stated)


def test_a_text_file_is_the_original_itself(samples: tuple[Path, Manifest]) -> None:
    out, _ = samples
    for file in SAMPLES.glob("*.txt"):
        assert (out / "txt-utf8" / file.name).read_bytes() == file.read_bytes()
        decomposed = (out / "txt-nfd" / file.name).read_text(encoding="utf-8")
        assert decomposed == unicodedata.normalize("NFD", file.read_text(encoding="utf-8"))
        assert not unicodedata.is_normalized("NFC", decomposed)


def test_a_markdown_file_becomes_a_text_file_of_the_same_words(samples: tuple[Path, Manifest]) -> None:
    out, manifest = samples
    for file in SAMPLES.glob("*.md"):
        assert load(out / "txt-utf8" / f"{file.stem}.txt").text == manifest.articles[file.stem].text


@pytest.mark.parametrize("charset", NAMES)
def test_a_text_in_a_charset_is_read_by_it(charset: str) -> None:
    read = decoded(written(ARTICLE, charset))
    assert read is not None
    assert told(read, charset) == told(ARTICLE, charset)
    assert told(repaired(western(ARTICLE, charset)), charset) == told(ARTICLE, charset)


def test_tcvn3_has_no_capitals_with_a_tone_and_viscii_no_typographic_quotes() -> None:
    assert told("Ủy ban ĐẢNG “Ơ”", "TCVN3") == "ủy ban ĐảNG “Ơ”"
    assert told("Ủy ban “Ơ” –", "VISCII") == 'Ủy ban "Ơ" -'
    assert told("Ủy ban “Ơ” –", "VNI") == "Ủy ban “Ơ” –"
    assert western("Ðảng", "TCVN3") == western("Đảng", "TCVN3") == "§¶ng"


def test_in_vni_a_letter_is_a_pair_where_the_charset_makes_it_one() -> None:
    assert letters("VNI")["à"] == "aø".encode("latin-1")
    assert letters("VNI")["í"] == "í".encode("latin-1")


def test_a_mixed_file_has_lines_of_today_and_of_old_charsets(folder: Path) -> None:
    o = original(folder / "lac-binh.txt")
    pairs = list(zip(plain(o).split("\n"), mixed(o).decode().split("\n"), strict=True))
    changed = [(was, row) for was, row in pairs if was != row]
    assert 0 < len(changed) < len(pairs) - 1
    assert all(told(repaired(row), "TCVN3") == told(was, "TCVN3") for was, row in changed)


def test_a_scan_has_pages_and_no_text(folder: Path) -> None:
    import pypdfium2  # type: ignore[import-untyped]

    with pypdfium2.PdfDocument(scanned_pdf(original(folder / "lac-binh.txt"))) as scan:
        assert len(scan) == 1
        assert scan[0].get_textpage().get_text_range() == ""
        width, height = scan[0].get_size()
        assert height > width > 300


def test_pages_have_a_running_head_that_is_none_of_the_article(samples: tuple[Path, Manifest]) -> None:
    import pypdfium2

    out, manifest = samples
    for id, article in manifest.articles.items():
        assert RUNNING_HEAD not in article.text
        with pypdfium2.PdfDocument(out / "pdf" / f"{id}.pdf") as document:
            assert len(document) > 1
            assert all(RUNNING_HEAD in page.get_textpage().get_text_range() for page in document)


def test_libreoffice_writes_its_formats(folder: Path, tmp_path: Path) -> None:
    if not has_soffice():
        pytest.skip("LibreOffice is not installed")
    manifest = make(tmp_path / "out", folder, ["rtf"])
    assert [e.file for e in manifest.files] == ["rtf/lac-binh.rtf"]
    assert (tmp_path / "out/rtf/lac-binh.rtf").read_bytes().startswith(b"{\\rtf")


def test_without_libreoffice_its_formats_are_left_out_with_a_reason(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.make_corpus.has_soffice", lambda: False)
    manifest = make(tmp_path / "out", folder, ["md", *OFFICE])
    assert set(manifest.left_out) == set(OFFICE)
    assert {e.format for e in manifest.files} == {"md"}


def test_a_folder_with_something_in_it_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thư.txt").write_text("của tôi", encoding="utf-8")
    with pytest.raises(SystemExit):
        main([str(tmp_path)])
    assert "is not empty" in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["thư.txt"]


def test_the_manifest_is_plain_json(samples: tuple[Path, Manifest]) -> None:
    out, manifest = samples
    data = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    assert data["articles"].keys() == manifest.articles.keys()
    assert {"file", "format", "article", "carries", "also"} == data["files"][0].keys()
