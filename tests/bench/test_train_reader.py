"""The training of the reader, at the size of a toy."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch

from assistant.reader import Reader, kind_names
from bench import train_reader
from bench.train_reader import COPIES, Examples, committee, loss, side_by_side, stored, trained, weights_of
from ingest.types import Span
from vectorstore.e5 import E5

ARTICLE = (
    "Cầu Bến Đá\n\n"
    "Cầu Bến Đá khánh thành năm 1936. Cây cầu dài 210 m và rộng 6 m.\n\n"
    "Ông Vũ Trí dạy học ở làng bên cầu."
)
QUESTIONS = [
    {"question": "Cầu Bến Đá dài bao nhiêu?", "must": [["210 m", "210"]], "sources": ["cau"], "paragraph": 0},
    {"question": "Ai dạy học ở làng bên cầu?", "must": [["Ông Vũ Trí"]], "sources": ["cau"], "paragraph": 1},
    {"question": "Cầu Bến Đá giá bao nhiêu?", "must": [["9 đồng"]], "sources": ["cau"], "paragraph": 0},
]


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Examples:
    folder = tmp_path_factory.mktemp("toy")
    (folder / "articles").mkdir()
    (folder / "articles" / "cau.txt").write_text(ARTICLE, encoding="utf-8")
    lines = "\n".join(json.dumps(q, ensure_ascii=False) for q in QUESTIONS)
    (folder / "questions.jsonl").write_text(lines, encoding="utf-8")
    return Examples(folder, further=folder / "none")


def test_the_title_is_no_sentence_and_paragraphs_are_counted(examples: Examples) -> None:
    assert [(s.paragraph, s.text) for s in examples.sentences] == [
        (0, "Cầu Bến Đá khánh thành năm 1936."),
        (0, "Cây cầu dài 210 m và rộng 6 m."),
        (1, "Ông Vũ Trí dạy học ở làng bên cầu."),
    ]


def test_the_answer_is_found_in_its_sentence_by_its_longest_wording(examples: Examples) -> None:
    first, second, none = (examples.gold(q) for q in examples.questions)
    assert {n: s.of(examples.sentences[n].text) for n, s in first.items()} == {1: "210 m"}
    assert {n: s.of(examples.sentences[n].text) for n, s in second.items()} == {2: "Ông Vũ Trí"}
    assert none == {}


def test_further_questions_bring_their_paragraphs_or_go_with_those_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "cau.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "questions.jsonl").write_text("", encoding="utf-8")
    (tmp_path / "further").mkdir()
    rows: list[dict[str, object]] = [
        {"article": "cau", "paragraph": 0, "question": "Cầu rộng mấy mét?", "answer": "6", "in": "rộng 6"},
        {"article": "ben", "paragraph": 0, "text": "Bến đò mở năm 1950. Năm 1950 có hai đò."},
        {"article": "ben", "paragraph": 0, "question": "Có mấy đò?", "answer": "hai"},
        {"article": "not there", "paragraph": 0, "question": "Ở đâu?", "answer": "đây"},
    ]
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (tmp_path / "further" / "some.jsonl").write_text(lines, encoding="utf-8")
    examples = Examples(tmp_path, further=tmp_path / "further")
    assert (examples.measured, examples.articles) == (0, ["cau"])
    found = [examples.gold(q) for q in examples.questions]
    texts = [
        [(examples.sentences[n].text, s.of(examples.sentences[n].text)) for n, s in g.items()] for g in found
    ]
    assert texts == [[("Cây cầu dài 210 m và rộng 6 m.", "6")], [("Năm 1950 có hai đò.", "hai")]]


def test_an_example_gives_the_syllables_of_the_answer(examples: Examples) -> None:
    text = examples.sentences[1].text
    at = text.index("210 m")
    made = examples.example("Cầu dài bao nhiêu?", [0, 1], {1: Span(at, at + 5)})
    assert made.gold == ((1, 3, 4),)
    assert [len(rows[0]) for rows in made.sentences] == [7, 9]


def test_two_steps_are_stored_and_read_back_as_the_network_in_use(
    examples: Examples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_reader, "STEPS", 2)
    monkeypatch.setattr(train_reader, "BATCH", 2)
    network = trained(lambda coin: examples.real(coin.randrange(2), coin), len(kind_names()), seed=3)
    stored([weights_of(network)], tmp_path / "toy.npz")
    texts = [s.text for s in examples.sentences]
    asked = examples.asked(examples.questions[0].text)
    readings = Reader(E5.bundled, tmp_path / "toy.npz").read(asked, texts)
    example = examples.example(examples.questions[0].text, range(len(texts)), {})
    with torch.no_grad():
        begins, ends, whole = network(train_reader.Batch.of([(example, k) for k in range(len(texts))]))
    for n, reading in enumerate(readings):
        size = len(reading.tokens)
        # What half a float forgets.
        np.testing.assert_allclose(reading.begins, begins[n, :size].numpy(), atol=0.02)
        np.testing.assert_allclose(reading.ends, ends[n, :size].numpy(), atol=0.02)
        assert reading.relevance == pytest.approx(float(whole[n]), abs=0.02)


def test_training_makes_the_answer_likelier(examples: Examples, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_reader, "BATCH", 1)
    n = 1
    at = examples.gold(examples.questions[n])
    example = examples.example(examples.questions[n].text, [0, 2], at)
    lost = []
    for steps in (1, 40):
        monkeypatch.setattr(train_reader, "STEPS", steps)
        network = trained(lambda _: example, len(kind_names()), seed=1)
        with torch.no_grad():
            lost.append(float(loss(network, [example])))
    assert lost[1] < lost[0] / 2


def test_the_same_seed_trains_the_same_weights(examples: Examples, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_reader, "STEPS", 1)
    monkeypatch.setattr(train_reader, "BATCH", 1)
    one, other = (
        trained(lambda coin: examples.made(range(3), coin), len(kind_names()), seed=5) for _ in range(2)
    )
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


def test_a_made_question_has_its_own_sentence_first_and_as_the_answer(examples: Examples) -> None:
    for seed in range(8):
        made = examples.made(range(len(examples.sentences)), Random(seed))
        assert [place for place, _, _ in made.gold] == [0]
        assert 1 <= len(made.sentences) <= 3


@pytest.mark.timeout(120)
def test_copies_trained_side_by_side_are_those_trained_one_after_the_other(
    examples: Examples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_reader, "STEPS", 1)
    monkeypatch.setattr(train_reader, "BATCH", 1)

    def train(seed: int) -> train_reader.Network:
        return trained(lambda coin: examples.made(range(3), coin), len(kind_names()), seed)

    for seed, weights in enumerate(side_by_side(train, 2)):
        for name, values in weights_of(train(seed)).items():
            np.testing.assert_allclose(weights[name], values, atol=1e-5)


def test_a_committee_has_the_first_network_of_each_of_the_first_heaps(tmp_path: Path) -> None:
    networks = [weights_of(train_reader.Network(len(kind_names()))) for _ in range(2 * COPIES)]
    for heap in range(COPIES):
        stored(networks[2 * heap : 2 * heap + 2], tmp_path / f"{heap}.npz")
    for chosen, network in zip(committee(tmp_path), networks[::2], strict=True):
        assert chosen.keys() == network.keys()
        for name, values in network.items():
            np.testing.assert_array_equal(chosen[name], values.astype(np.float16))
