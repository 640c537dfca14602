from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant.types import Answer, Citation, Statement, Turn
from bench.evaluate import Corpus, halved, main, read, said_by, unseen, without_marks
from bench.heaps import HEAPS, heap_of
from bench.measures import Question
from ingest.types import Span
from tests.assistant.office import article
from tests.conftest import SAMPLES
from tests.fakes import CountingEncoder, CountingReader

OFFICE_QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "award",
        "question": "Văn phòng Tỉnh ủy Hà Lương được tặng thưởng Huân chương Lao động hạng Nhất năm nào?",
        "kind": "date",
        "must": [["2010"]],
        "sources": ["van-phong-tinh-uy-ha-luong"],
    },
    {
        "id": "motto",
        "question": "Phương châm của tập thể Văn phòng Tỉnh ủy Hà Lương là gì?",
        "must": [["Trung thành, tận tụy, sáng tạo, kỷ cương"]],
        "sources": ["van-phong-tinh-uy"],
    },
    {
        "id": "elsewhere",
        "question": "Văn phòng Tỉnh ủy Lục Giang được thành lập năm nào?",
        "must": [],
        "sources": [],
    },
]
BRIDGE = (
    "\ufeffCầu Bến Đá\n\n"
    "Làng có chợ họp từ sáng sớm.\nChợ bán cá và muối.\n\n"
    "Cầu Bến Đá khánh thành năm 1936. Cây cầu dài 210 m.\n"
)
BRIDGE_QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "bridge",
        "question": "Cầu Bến Đá khánh thành năm nào?",
        "must": [["1936"]],
        "sources": ["cau-ben-da"],
        "paragraph": 1,
        "history": [{"role": "user", "content": "Xin chào"}],
    }
]


def lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def bridge(tmp_path: Path) -> Path:
    """A folder of articles and questions that place their answers."""
    folder = tmp_path / "bridge"
    (folder / "articles").mkdir(parents=True)
    (folder / "articles" / "cau-ben-da.txt").write_text(BRIDGE, encoding="utf-8")
    lines(folder / "questions.jsonl", BRIDGE_QUESTIONS)
    return folder


@pytest.mark.usefixtures("plain_weights")
def test_one_run_measures_both_ways_and_writes_the_figures_and_what_went_wrong(
    bridge: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.answer.Reader", lambda _: CountingReader())
    questions, out = lines(tmp_path / "office.jsonl", OFFICE_QUESTIONS), tmp_path / "figures.json"
    arguments = ["--office", SAMPLES, "--office-questions", questions, "--xquad", bridge, "--out", out]
    main([*map(str, arguments)], CountingEncoder())
    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["questions"] == {"office": 3, "xquad": 1}
    assert report["articles"] == {"office": 5, "xquad": 1}

    office = report["figures"]["office"]["as_typed"]
    assert office["assistant"]["grounded"] == 1
    assert office["assistant"]["refused_unanswerable"] == 1
    assert office["baseline"]["refused_unanswerable"] == 0
    assert "found_first" not in office["assistant"]

    xquad = report["figures"]["xquad"]["as_typed"]
    for way in ("assistant", "baseline"):
        assert xquad[way]["found_in_five"] == 1
        assert xquad[way]["contained"] == 1
    assert xquad["assistant"]["sentence_first"] == 1
    assert xquad["assistant"]["f1"] >= xquad["baseline"]["f1"]
    assert report["figures"]["xquad"].keys() == {"as_typed", "without_marks"}

    for crossed in ("xquad_of_office", "office_of_xquad"):
        cells = report["figures"][crossed]["as_typed"]
        assert cells["assistant"].keys() == {"refused_unanswerable", "ms_median", "ms_p95"}
        assert cells["baseline"]["refused_unanswerable"] == 0

    assert 0 < report["both"]["ms_median"] <= report["both"]["ms_p95"]
    printed = capsys.readouterr().out
    assert "| | assistant, as typed | baseline, as typed | assistant, without marks |" in printed
    assert printed.count("### ") == 4
    assert "award (" not in (tmp_path / "figures-wrong.txt").read_text(encoding="utf-8")


@pytest.mark.usefixtures("plain_weights")
def test_the_half_without_its_article_is_asked_what_it_does_not_answer(
    bridge: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.answer.Reader", lambda _: CountingReader())
    (bridge / "articles" / "cho.txt").write_text("Chợ Gò Vấp\n\nChợ bán hoa từ năm 1950.", encoding="utf-8")
    market = BRIDGE_QUESTIONS[0] | {"id": "market", "question": "Chợ bán hoa từ năm nào?", "must": [["1950"]]}
    questions = [*BRIDGE_QUESTIONS, market | {"sources": ["cho"], "paragraph": 0}]
    corpus = read(bridge / "articles", lines(bridge / "questions.jsonl", questions))
    found = halved(corpus, "halves", CountingEncoder(), lambda _: None)
    assert len(found.ms) == len(questions) == 2
    assert found.cells["as_typed"]["assistant"]["refused_unanswerable"] == 1
    assert found.cells["as_typed"]["baseline"]["refused_unanswerable"] == 0
    assert found.title == "halves: 0 questions with an answer, 2 without"


def test_a_paragraph_is_found_where_cleaning_put_it(bridge: Path) -> None:
    corpus = read(bridge / "articles", bridge / "questions.jsonl")
    (article,) = corpus.articles
    gold = corpus.golds["bridge"]
    assert gold.paragraph.of(article.text) == "Cầu Bến Đá khánh thành năm 1936. Cây cầu dài 210 m."
    assert [s.of(article.text) for s in gold.sentences] == ["Cầu Bến Đá khánh thành năm 1936."]


def test_a_paragraph_of_several_lines_is_one(bridge: Path) -> None:
    market = BRIDGE_QUESTIONS[0] | {"must": [["cá và muối"]], "paragraph": 0}
    corpus = read(bridge / "articles", lines(bridge / "questions.jsonl", [market]))
    text = corpus.articles[0].text
    assert [s.of(text) for s in corpus.golds["bridge"].sentences] == ["Chợ bán cá và muối."]


def test_a_paragraph_that_cleaning_took_away_stops_the_run(bridge: Path) -> None:
    article = bridge / "articles" / "cau-ben-da.txt"
    article.write_text("Cầu Bến Đá\n\nCầu dài 210 m.\n\nLượt xem: 512", encoding="utf-8")
    with pytest.raises(ValueError, match="paragraph 1 is not in the article"):
        read(bridge / "articles", bridge / "questions.jsonl")


def test_a_question_and_what_was_said_before_it_lose_every_mark() -> None:
    question = Question("q", "Đơn vị ấy ở đâu?", "", (), (), None, (Turn("user", "Văn phòng Tỉnh ủy"),))
    stripped = without_marks(question)
    assert stripped.text == "Don vi ay o dau?"
    assert stripped.history == (Turn("user", "Van phong Tinh uy"),)


def test_each_question_is_read_by_what_was_not_trained_on_its_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.evaluate.Reader", lambda _, file: file.name)
    articles = tuple(article(f"bai-{n}", "Bài") for n in range(5))
    asked = tuple(Question(f"q{n}", "?", "", (("a",),), (f"bai-{n}",), 0, ()) for n in range(5))
    reader_for = unseen(Corpus(articles, asked, {}), tmp_path)
    names = [a.id for a in articles]
    assert [str(reader_for(q)) for q in asked] == [f"{heap_of(q.sources[0], names)}.npz" for q in asked]
    assert str(reader_for(Question("office", "?", "", (), (), None, ()))) in {
        f"{n}.npz" for n in range(HEAPS)
    }


def citation(quote: str, start: int, *marks: Span) -> Citation:
    end = start + len(quote)
    return Citation(1, "a", "A", date(2020, 1, 1), quote, start, end, marks, Span(start, end))


@pytest.mark.parametrize(
    ("marks", "highlight"),
    [((Span(108, 116), Span(100, 103)), "năm 1936"), ((), "Cầu xây năm 1936.")],
)
def test_what_an_answer_highlights_is_its_first_mark_or_else_its_first_statement(
    marks: tuple[Span, ...], highlight: str
) -> None:
    cited = citation("Cầu xây năm 1936. Cầu dài 210 m.", 100, *marks)
    statements = (Statement("Cầu xây năm 1936.", (1,)), Statement("Cầu dài 210 m.", (1,)))
    said = said_by(
        Answer("answered", "Cầu xây năm 1936. Cầu dài 210 m.", statements, (cited,), None, None, "x", 1.0), ()
    )
    assert said.highlight == highlight
    assert said.statement == "Cầu xây năm 1936."
    assert said.carried[0].span == Span(100, 132)
