from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.types import Answer, Citation, Statement
from bench.corpus import (
    QUESTIONS,
    Asked,
    Remembering,
    Reply,
    by_command,
    compared,
    distance,
    main,
    plain_texts,
    questions,
    same,
    without,
    wrong_figures,
)
from bench.make_corpus import MANIFEST, Entry, make, reference
from ingest import clean
from ingest.types import Article, Span
from tests.conftest import SAMPLES
from tests.fakes import CountingEncoder, CountingReader


def naive(a: str, b: str) -> int:
    """The table of Wagner and Fischer (1974), row by row."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


@given(st.text("aăâ ", max_size=40), st.text("aăâ ", max_size=40))
def test_the_distance_is_that_of_the_whole_table(a: str, b: str) -> None:
    assert distance(a, b) == naive(a, b) == distance(b, a)


@given(st.text(max_size=80), st.integers(0, 80), st.characters())
def test_a_character_put_in_is_one_step(text: str, at: int, character: str) -> None:
    assert distance(text, text[:at] + character + text[at:]) == 1
    assert distance(text, text) == 0


def test_a_mark_is_a_whole_character() -> None:
    assert distance("Hội nghị", "Hôi nghi") == 2
    assert distance("", "ủy") == distance("ủy", "") == 2


def test_figures_are_wrong_where_one_is_changed_lost_or_added() -> None:
    text = "Ngày 15/8/1947 có 08 cán bộ; năm 2010 có 08 phòng."
    assert wrong_figures(text, text) == 0
    assert wrong_figures(text.replace("15/8/1947", "15/3/1947"), text) == 2
    assert wrong_figures(text.replace("có 08 phòng", "có phòng"), text) == 1
    assert wrong_figures(f"{text} 7", text) == 1


def test_lines_that_belong_there_are_taken_out_however_they_are_set() -> None:
    assert without("Bài\n\nThu Hạnh.\n\nMục – Số tờ\n\nHết", ["Thu Hạnh", "Mục | Số tờ"]) == "Bài\n\nHết"
    assert without("Bài của Thu Hạnh", ["Thu Hạnh"]) == "Bài của Thu Hạnh"


TEXT = "Văn phòng Huyện ủy\n\nVăn phòng ra đời ngày 15/8/1947 với ba cán bộ."


def article(text: str, published: date | None = None) -> Article:
    title, *lines = text.split("\n\n")
    pieces = (clean.Piece("title", title), *(clean.Piece("paragraph", line) for line in lines))
    return clean.article("a", "/a.txt", clean.Cleaned(pieces, published=published))


ENTRY = Entry("docx-pasted/a.docx", "docx-pasted", "a", ("title",), ("Thu Hạnh",))


def test_a_document_as_it_should_be_misses_nothing() -> None:
    whole = article(TEXT)
    row = compared(ENTRY, article(f"{TEXT}\n\nThu Hạnh"), reference(whole), 0.1, "Văn phòng")
    assert (row.off, row.figures, row.wrong, row.misses) == (0, 0, {}, [])
    assert row.plain is not None
    assert row.plain > 0.5


def test_a_wrong_day_is_a_miss_and_so_is_one_that_nobody_stated() -> None:
    whole = article(TEXT)
    dated = article(TEXT, published=date(2013, 12, 23))
    assert compared(ENTRY, dated, reference(whole), 0.1, None).misses == ["published: '2013-12-23'"]
    assert compared(ENTRY, whole, reference(dated), 0.1, None).misses == ["published: None"]


def test_one_character_in_a_hundred_is_allowed_and_ten_of_a_picture() -> None:
    whole = article(TEXT)
    spoilt = article(TEXT.replace("ba cán bộ", "ba can bo"))
    row = compared(ENTRY, spoilt, reference(whole), 0.1, None)
    assert row.off == pytest.approx(2 / len(TEXT))
    assert row.misses == [f"{row.off:.2%} of its characters"]
    assert compared(replace(ENTRY, format="png"), spoilt, reference(whole), 0.1, None).misses == []


def test_a_title_off_a_picture_may_be_misread_by_a_letter_and_a_day_by_nothing() -> None:
    whole = article(TEXT, published=date(2010, 8, 15))
    misread = article(TEXT.replace("Huyện ủy\n", "Huyện uy\n"), published=date(2010, 8, 16))
    assert set(compared(ENTRY, misread, reference(whole), 0.1, None).wrong) == {"title", "published"}
    scanned = replace(ENTRY, format="pdf-scanned")
    assert set(compared(scanned, misread, reference(whole), 0.1, None).wrong) == {"published"}


def test_a_charset_is_not_blamed_for_what_it_cannot_say() -> None:
    capital = article(TEXT.replace("Văn phòng ra đời", "Ủy ban ra đời"))
    small = article(TEXT.replace("Văn phòng ra đời", "ủy ban ra đời"))
    old = replace(ENTRY, format="txt-tcvn3")
    assert compared(old, small, reference(capital), 0.1, None).misses == []
    assert compared(ENTRY, small, reference(capital), 0.1, None).misses == [
        f"{1 / len(capital.text):.2%} of its characters"
    ]


# --- the answers -----------------------------------------------------------------------------------


def answer(status: str, quote: str, *marks: Span) -> Answer:
    cited = Citation(1, "a", "A", None, quote, 10, 10 + len(quote), marks, Span(10, 10 + len(quote)))
    answered = status == "answered"
    return Answer(
        "answered" if answered else "refused",
        quote,
        (Statement(quote, (1,)),) if answered else (),
        (cited,),
        None,
        None,
        "extractive",
        1.0,
    )


def test_of_an_answer_the_quotes_and_the_marked_words_are_compared() -> None:
    said = Reply.of(answer("answered", "Cầu xây\nnăm 1936.", Span(18, 26)))
    assert said == Reply("answered", ("Cầu xây năm 1936.",), ("năm 1936",))
    assert Reply.of(answer("refused", "Cầu dài.")) == Reply("refused")


def test_answers_are_the_same_to_the_letter_and_of_pictures_to_the_figure() -> None:
    base = Reply("answered", ("Cầu Bến Đá xây năm 1936.",), ("năm 1936",))
    misread = Reply("answered", ("Cầu Bên Đá xây năm 1936.",), ("năm 1936",))
    wrong = Reply("answered", ("Cầu Bến Đá xây năm 1986.",), ("năm 1986",))
    assert same(base, base)
    assert not same(misread, base)
    assert same(misread, base, 0.1)
    assert not same(wrong, base, 0.1)
    assert not same(Reply("refused"), base, 0.1)
    assert not same(Reply("answered", base.quotes), base, 0.1)


def test_there_are_questions_about_every_sample_and_a_file_may_bring_others(tmp_path: Path) -> None:
    assert len(questions(None)) >= 16
    for name in ("Hà Lương", "Sơn Khê", "Bình Lãng", "Trường Lạc", "Mây"):
        assert name in QUESTIONS
    file = tmp_path / "q.jsonl"
    file.write_text('{"id": "1", "question": "Ở đâu?", "history": []}\n\n', encoding="utf-8")
    assert questions(file) == (Asked("Ở đâu?"),)


def test_a_text_is_embedded_once() -> None:
    encoder = CountingEncoder()
    remembering = Remembering(encoder)
    assert (remembering.passages(["a", "b", "a"]) == encoder.passages(["a", "b", "a"])).all()
    encoder.texts.clear()
    remembering.passages(["b", "c"])
    assert encoder.texts == ["c"]


# --- all of it -------------------------------------------------------------------------------------


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, plain_weights: None) -> None:
    monkeypatch.setattr("assistant.answer.Reader", lambda _: CountingReader())
    monkeypatch.setattr("bench.corpus.by_command", lambda _: (1.5, ["added  a", "refused  b: trống"]))


@pytest.mark.usefixtures("quick")
def test_texts_are_the_same_in_every_encoding_and_a_table_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--formats", "txt-vni"], CountingEncoder()) == 0
    printed = capsys.readouterr().out
    asked = len(questions(None))
    for form in ("txt-utf8", "txt-vni"):
        assert f"| {form} | 5 | 0.00% | 0.00% | 0 | 15/15 | {asked}/{asked} |" in printed
    assert "app.py ingest: 1.5 s, 1 added, 1 refused\nrefused  b: trống\n" in printed
    assert "every target met" in printed


@pytest.mark.usefixtures("quick")
def test_a_document_that_reads_otherwise_fails_the_run_and_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "corpus"
    manifest = make(out, SAMPLES, ["txt-utf8", "txt-bom", "md"])
    spoilt, lost = (next(e for e in manifest.files if e.format == form) for form in ("txt-bom", "md"))
    text = (out / spoilt.file).read_text(encoding="utf-8-sig")
    (out / spoilt.file).write_text(text.replace("2001", "2011"), encoding="utf-8")
    (out / lost.file).write_bytes(b"\x89PNG\r\n\x1a\n\0")
    assert main([str(out), "--formats", "txt-bom", "md"], CountingEncoder()) == 1
    printed = capsys.readouterr().out
    assert "targets missed" in printed
    assert f"{lost.file}: refused: " in printed
    assert next(row for row in printed.splitlines() if row.startswith("txt-bom")).split()[4] == "2"
    assert (out / MANIFEST).is_file()


def test_one_command_loads_a_corpus_and_tells_of_each_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = tmp_path / "app.py"
    app.write_text(
        "import sys\n"
        "assert sys.argv[1] == '--home' and sys.argv[3:] == ['ingest', 'bài viết']\n"
        "print('added      a\\nadded      b\\nrefused    c.txt: trống\\n\\n2 bài mới')",
        encoding="utf-8",
    )
    monkeypatch.setattr("bench.corpus._APP", app)
    seconds, told = by_command(Path("bài viết"))
    assert 0 < seconds < 60
    assert told == ["added      a", "added      b", "refused    c.txt: trống"]


@pytest.mark.parametrize("form", ["txt-utf8", "docx-styled", "pdf", "html", "pptx", "xlsx", "csv", "eml"])
def test_plain_extraction_brings_the_words_of_a_format(form: str, tmp_path: Path) -> None:
    folder = tmp_path / "bai"
    folder.mkdir()
    (folder / "a.txt").write_text(f"{TEXT}\n", encoding="utf-8")
    make(tmp_path / "out", folder, [form])
    (text,) = plain_texts(tmp_path / "out" / form).values()
    assert "ra đời ngày 15/8/1947 với ba cán bộ." in " ".join(text.split())
