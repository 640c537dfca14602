"""The reader: what it knows of a syllable, which answer is likeliest, and that it is the network trained."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from assistant.asked import Asked
from assistant.question import Kind, understand
from assistant.reader import (
    DECAY,
    FEATURES,
    FORMS,
    LONGEST_ANSWER,
    NO_WORDS,
    WARMTH,
    Reader,
    Reading,
    States,
    asking,
    best_span,
    by_syllable,
    cosines,
    features_of,
    kind_names,
    kinds_vector,
    states_of,
)
from assistant.texts import read
from bench.train_reader import STATES, Batch, Example, Network, stored, weights_of
from ingest.types import Span
from vectorstore.e5 import E5
from vectorstore.types import Vectors

QUESTION = "Văn phòng có bao nhiêu cán bộ?"
SENTENCES = (
    "Hiện nay, Văn phòng có 46 cán bộ, công chức.",
    "Năm 1997, đồng chí Trần Văn Bình được tặng Huân chương Lao động hạng Nhì.",
    "Đúng vậy.",
)


def _asked(question: str = QUESTION) -> Asked:
    understood = understand(question)
    return Asked.of(understood, dict.fromkeys(understood.words, 1.0))


@dataclass(frozen=True)
class Seen:
    pieces: tuple[Span, ...]
    states: Vectors
    last: Vectors


class Spelling:
    """Reads a text as its syllables, each with a state that depends on its letters and its place."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def read(self, text: str, *, query: bool) -> Seen:
        self.texts.append(text)
        here = read(text).tokens
        states = [
            np.random.default_rng([*t.exact.encode(), i, query]).standard_normal(STATES)
            for i, t in enumerate(here)
        ]
        rows = np.array(states, np.float32).reshape(len(here), STATES)
        return Seen(tuple(Span(t.start, t.end) for t in here), rows, np.sin(rows))


def _network(seed: int) -> Network:
    """A network with weights that half a float holds, as they are stored."""
    torch.manual_seed(seed)
    network = Network(len(kind_names())).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_((torch.randn_like(parameter) / 8).half().float())
    return network


def _reader(folder: Path, *networks: Network, encoder: Spelling | None = None) -> Reader:
    file = folder / "reader.npz"
    stored([weights_of(network) for network in networks or [_network(1)]], file)
    read = encoder or Spelling()
    return Reader(lambda: read, file)


# --- the network ----------------------------------------------------------------------------------


def _by_training(network: Network, asked: Asked, sentences: tuple[str, ...]) -> list[tuple[Vectors, ...]]:
    """What the network says of the sentences in training: where the answer begins and ends, and how
    relevant each is, all sentences in one batch, padded to the longest."""
    encoder = Spelling()
    question, asks = states_of(encoder, asked.reading, query=True), asking(asked)
    own = [states_of(encoder, s, query=False) for s in sentences]
    rows = tuple(
        (o.middle, features_of(asked, s), cosines(o.directions, question, asks))
        for o, s in zip(own, sentences, strict=True)
    )
    example = Example(question.middle, asks, kinds_vector(asked, kind_names()), rows, ())
    with torch.no_grad():
        begins, ends, whole = (
            t.numpy() for t in network(Batch.of([(example, k) for k in range(len(sentences))]))
        )
    return [
        (begins[n, : len(rows[n][0])], ends[n, : len(rows[n][0])], whole[n]) for n in range(len(sentences))
    ]


@pytest.mark.parametrize("question", [QUESTION, "Trần Văn Bình làm gì khi đó?", "Năm 1997", "ai tang gi"])
def test_use_is_the_network_that_was_trained(tmp_path: Path, question: str) -> None:
    network, asked = _network(1), _asked(question)
    readings = _reader(tmp_path, network).read(asked, SENTENCES)
    for reading, (begins, ends, whole) in zip(readings, _by_training(network, asked, SENTENCES), strict=True):
        np.testing.assert_allclose(reading.begins, begins, atol=1e-3, rtol=1e-3)
        np.testing.assert_allclose(reading.ends, ends, atol=1e-3, rtol=1e-3)
        assert reading.relevance == pytest.approx(float(whole), abs=1e-3, rel=1e-3)


def test_several_copies_vote_by_their_mean(tmp_path: Path) -> None:
    alone = []
    for seed in (1, 2, 3):
        alone.append(_reader(tmp_path, _network(seed)).read(_asked(), SENTENCES[:1])[0])
    (voted,) = _reader(tmp_path, *map(_network, (1, 2, 3))).read(_asked(), SENTENCES[:1])
    np.testing.assert_allclose(voted.begins, np.mean([r.begins for r in alone], axis=0), atol=1e-4)
    np.testing.assert_allclose(voted.ends, np.mean([r.ends for r in alone], axis=0), atol=1e-4)
    assert voted.relevance == pytest.approx(np.mean([r.relevance for r in alone]), abs=1e-4)


def test_a_kind_that_the_weights_do_not_know_counts_for_nothing() -> None:
    asked = _asked()
    assert asked.question.kinds == (Kind.NUMBER,)
    assert kinds_vector(asked, ["DATE", "NUMBER"]).tolist() == [0, 1]
    assert kinds_vector(asked, ["DATE"]).tolist() == [0]
    assert kind_names() == [kind.name for kind in Kind]


# --- a reading ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """A reader with weights drawn at random."""
    return _reader(tmp_path_factory.mktemp("reader"))


words = st.lists(
    st.sampled_from("Hà Lương có 46 cán bộ, năm 1997 “tận tụy” ( ) … . và –".split()), max_size=40
)


@given(sentence=words.map(" ".join))
def test_what_is_read_stands_in_the_sentence_and_fits_as_none_does_better(
    reader: Reader, sentence: str
) -> None:
    (reading,) = reader.read(_asked(), [sentence])
    assert len(reading.begins) == len(reading.ends) == len(reading.tokens) == len(read(sentence).tokens)
    if not reading.tokens:
        assert (reading.span, reading.fit, reading.relevance) == (Span(0, 0), -NO_WORDS, -NO_WORDS)
        return
    starts, ends = [t.start for t in reading.tokens], [t.end for t in reading.tokens]
    first, last = starts.index(reading.span.start), ends.index(reading.span.end)
    assert 0 <= last - first < LONGEST_ANSWER
    assert reading.fit_of(reading.span) <= reading.fit + 1e-4
    assert reading.span.of(sentence) == sentence[starts[first] : ends[last]]
    for i, j in product(range(len(starts)), repeat=2):
        if i <= j < i + LONGEST_ANSWER:
            assert reading.fit_of(Span(starts[i], ends[j])) <= reading.fit + 1e-4


def test_readings_come_in_the_order_of_the_sentences_and_each_for_itself(reader: Reader) -> None:
    together = reader.read(_asked(), SENTENCES)
    apart = [reader.read(_asked(), [s])[0] for s in SENTENCES]
    assert [r.span for r in together] == [r.span for r in apart]
    np.testing.assert_allclose([r.relevance for r in together], [r.relevance for r in apart], atol=1e-4)
    assert reader.read(_asked(), []) == []


def test_a_stretch_without_a_syllable_fits_not_at_all(reader: Reader) -> None:
    (reading,) = reader.read(_asked(), ["Đúng vậy … thưa."])
    assert reading.fit_of(Span(9, 11)) == -np.inf
    assert np.isfinite(reading.fit_of(Span(0, 2)))


def test_a_sentence_is_encoded_once_however_often_it_is_read(tmp_path: Path) -> None:
    encoder = Spelling()
    reader = _reader(tmp_path, encoder=encoder)
    for _ in range(3):
        reader.read(_asked(), SENTENCES)
    assert sorted(encoder.texts) == sorted([_asked().reading, *SENTENCES])


def test_a_sentence_and_a_question_of_the_same_words_are_encoded_apart(tmp_path: Path) -> None:
    encoder = Spelling()
    _reader(tmp_path, encoder=encoder).read(_asked(), [QUESTION])
    assert encoder.texts == [QUESTION, QUESTION]


def test_the_question_is_read_as_it_was_respelled(tmp_path: Path) -> None:
    encoder = Spelling()
    understood = understand("van phong co bao nhieu can bo")
    asked = Asked.of(understood, {}, {}, "văn phòng có bao nhiêu cán bộ")
    _reader(tmp_path, encoder=encoder).read(asked, SENTENCES[:1])
    assert encoder.texts[0] == "văn phòng có bao nhiêu cán bộ"


def test_no_encoder_is_asked_for_before_something_is_read(tmp_path: Path) -> None:
    stored([weights_of(_network(1))], tmp_path / "reader.npz")

    def none() -> Spelling:
        raise AssertionError

    Reader(none, tmp_path / "reader.npz")


def test_threads_read_as_one_does(reader: Reader) -> None:
    def once(n: int) -> list[tuple[Span, float]]:
        texts = SENTENCES if n % 2 else SENTENCES[::-1]
        found = reader.read(_asked(), texts)
        return [(r.span, round(r.relevance, 3)) for r in (found if n % 2 else found[::-1])]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(once, range(12)))
    assert all(a == answers[0] for a in answers)


def test_the_reader_that_comes_with_the_program_reads_with_the_bundled_encoder() -> None:
    first, *_ = readings = Reader(E5.bundled).read(_asked(), SENTENCES)
    assert len(readings) == len(SENTENCES)
    assert all(np.isfinite([r.fit, r.relevance]).all() for r in readings)
    assert first.span.of(SENTENCES[0])


# --- the stretch chosen ---------------------------------------------------------------------------


def _scores(size: int, best: dict[tuple[int, int], float]) -> Vectors:
    """What each stretch scores, first by last: 0 but for the best; -inf where it ends before it begins."""
    together = np.where(np.tri(size, size, -1, dtype=bool), -np.inf, 0.0).astype(np.float32)
    for at, score in best.items():
        together[at] = score
    return together


def test_a_stretch_that_is_likely_alone_is_chosen() -> None:
    assert best_span(_scores(6, {(2, 4): 40})) == (2, 4)
    assert best_span(_scores(6, {(0, 0): 40})) == (0, 0)
    assert best_span(_scores(1, {})) == (0, 0)


def test_of_stretches_as_likely_the_one_that_shares_most_with_all_is_chosen() -> None:
    # Syllables 0 and 1 are in both, 2 and 3 in one; the answer has 3 on average: F1 is 4/5, 5/6 or 6/7.
    assert best_span(_scores(8, {(0, 1): 60, (0, 3): 60})) == (0, 3)
    # 0 is in both, 1 to 7 in one; the answer has 4.5 on average: F1 is 2/5.5 to 9/12.5.
    assert best_span(_scores(8, {(0, 0): 60, (0, 7): 60})) == (0, 7)


@given(st.data())
def test_the_stretch_chosen_is_expected_to_share_most_with_the_answer(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 9))
    drawn = st.lists(st.integers(-4, 4), min_size=size, max_size=size)
    begins, ends = (np.array(data.draw(drawn), float) for _ in range(2))
    stretches = [(i, j) for i in range(size) for j in range(i, size)]
    odds = {(i, j): np.exp((begins[i] + ends[j]) / WARMTH) for i, j in stretches}
    likely = {s: o / sum(odds.values()) for s, o in odds.items()}
    inside = [sum(p for (i, j), p in likely.items() if i <= k <= j) for k in range(size)]
    shares = {(i, j): 2 * sum(inside[i : j + 1]) / (j - i + 1 + sum(inside)) for i, j in stretches}
    together = np.where(np.tri(size, size, -1, dtype=bool), -np.inf, begins[:, None] + ends[None, :])
    assert shares[best_span(together.astype(np.float32))] == pytest.approx(max(shares.values()), abs=1e-4)


def test_the_stretch_read_is_never_too_long(reader: Reader) -> None:
    long = " ".join(f"chữ{n}a" for n in range(4 * LONGEST_ANSWER))
    (reading,) = reader.read(_asked(), [long])
    assert len(reading.span.of(long).split()) <= LONGEST_ANSWER


# --- what is known of a syllable ------------------------------------------------------------------


def test_a_syllable_has_the_mean_state_of_its_pieces() -> None:
    here = read("Lương, 46!").tokens
    pieces = (Span(0, 2), Span(2, 5), Span(5, 6), Span(7, 9))  # "Lư", "ơng", ",", "46"
    states = np.array([[1, 0], [3, 2], [9, 9], [4, 5]], np.float32)
    assert by_syllable(here, pieces, states).tolist() == [[2, 1], [4, 5]]


def test_a_syllable_that_the_encoder_did_not_reach_has_no_state() -> None:
    here = read("một hai ba").tokens
    assert by_syllable(here, (Span(0, 3),), np.ones((1, 2), np.float32)).tolist() == [[1, 1], [0, 0], [0, 0]]
    assert by_syllable((), (), np.ones((0, 2), np.float32)).shape == (0, 2)


def test_a_piece_over_two_syllables_is_of_both() -> None:
    pieces = (Span(0, 7),)
    assert by_syllable(read("một hai").tokens, pieces, np.ones((1, 2), np.float32)).tolist() == [
        [1, 1],
        [1, 1],
    ]


def test_the_words_that_ask_are_known() -> None:
    assert asking(_asked("Ai làm gì ở đâu?")).tolist() == [1, 0, 1, 0, 1]


def _column(question: str, sentence: str, n: int) -> dict[str, float]:
    """One feature by syllable."""
    features = features_of(_asked(question), sentence)
    here = read(sentence).tokens
    assert features.shape == (len(here), FEATURES)
    assert features.dtype == np.float32
    return {t.exact: round(float(x), 4) for t, x in zip(here, features[:, n], strict=True) if x}


SENTENCE = "Năm 1997, đồng chí Trần Văn Bình được tặng 2 Bằng khen: “Dân vận khéo”"


@pytest.mark.parametrize(
    ("form", "begins", "inside"),
    [
        (0, "năm", {"năm", "1997"}),
        (1, "2", {"2"}),
        (2, "trần", {"trần", "văn", "bình"}),
        (4, "dân", {"dân", "vận", "khéo"}),
        (5, "bằng", {"bằng", "khen"}),
    ],
)
def test_a_syllable_is_known_by_the_form_that_it_stands_in(form: int, begins: str, inside: set[str]) -> None:
    assert _column("Thế nào?", SENTENCE, 2 * form) == dict.fromkeys(inside, 1)
    assert _column("Thế nào?", SENTENCE, 2 * form + 1) == {begins: 1}


def test_a_syllable_is_known_by_its_place() -> None:
    at = 2 * len(FORMS)
    sentence = "Hà Lương có 46 (bốn sáu) người, và"
    assert _column("Thế nào?", sentence, at) == {"có": 1, "người": 1, "và": 1}
    assert _column("Thế nào?", sentence, at + 1) == {"hà": 1, "lương": 1}
    assert _column("Thế nào?", sentence, at + 2) == {"46": 1}
    assert _column("Thế nào?", sentence, at + 3) == {"hà": 1, "bốn": 1, "người": 1, "và": 1}
    assert _column("Thế nào?", sentence, at + 4) == {"46": 1, "sáu": 1, "người": 1, "và": 1}
    assert _column("Thế nào?", sentence, at + 5) == {"hà": 1}
    assert _column("Thế nào?", sentence, at + 6) == {"và": 1}


BESIDE = 2 * len(FORMS) + 7


def test_a_syllable_is_known_by_the_words_of_the_question() -> None:
    question, sentence = "Cán bộ của phòng là ai?", "Phòng của cán bộ, can bộ của Lan"
    assert set(_column(question, sentence, BESIDE)) == {"phòng", "cán", "bộ"}
    assert set(_column(question, sentence, BESIDE + 1)) == {"phòng", "của", "cán", "bộ"}
    assert set(_column(question, sentence, BESIDE + 2)) == {"phòng", "của", "cán", "bộ", "can"}
    features = features_of(_asked(question), sentence)
    first_of_pair = features[:, BESIDE + 3].tolist()
    assert first_of_pair == [0, 0, 1, 0, 0, 1, 0, 0]  # "cán bộ", and "bộ của"
    assert features[:, BESIDE + 4].tolist() == [0, *first_of_pair[:-1]]


def test_a_syllable_is_known_by_the_neighbours_of_the_word_that_asks() -> None:
    question, sentence = "Đội thua bao nhiêu điểm?", "Đội thua 308 điểm"
    assert set(_column(question, sentence, BESIDE + 5)) == {"308"}
    assert set(_column(question, sentence, BESIDE + 6)) == {"308"}


def test_how_near_the_words_asked_for_stand_fades_with_every_syllable_between() -> None:
    left = _column("Vườn xuân thế nào?", "vườn a bê xuân cê", BESIDE + 7)
    assert left == pytest.approx({"a": 1, "bê": DECAY, "xuân": DECAY**2, "cê": DECAY**3 + 1}, abs=1e-4)
    right = _column("Vườn xuân thế nào?", "vườn a bê xuân cê", BESIDE + 8)
    assert right == pytest.approx({"vườn": DECAY**2, "a": DECAY, "bê": 1}, abs=1e-4)


def test_a_syllable_is_known_by_the_kind_asked_for() -> None:
    best = _column(QUESTION, SENTENCES[0], BESIDE + 10)
    assert set(best) == {"46"}
    assert 0 < best["46"] <= 1
    assert _column(QUESTION, SENTENCES[0], BESIDE + 11) == best == _column(QUESTION, SENTENCES[0], BESIDE + 9)
    assert _column("Ai được tặng?", SENTENCES[2], BESIDE + 9) == {}


@given(words.map(" ".join))
def test_every_feature_is_finite_and_one_row_a_syllable(sentence: str) -> None:
    features = features_of(_asked(), sentence)
    assert features.shape == (len(read(sentence).tokens), FEATURES)
    assert np.isfinite(features).all()
    assert features.min(initial=0) >= 0


def test_syllables_come_near_to_those_of_the_question_and_to_those_that_ask() -> None:
    middle, last = np.array([[1, 0], [0, 1]], np.float32), np.array([[5, 0], [0, 7]], np.float32)
    states = States.of(middle, last)
    near = cosines(states.directions, states, np.array([0, 1], np.float32))
    np.testing.assert_allclose(near, [[1, -1, 1, -1], [1, 1, 1, 1]], atol=1e-4)
    assert cosines(states.directions, states, np.zeros(2, np.float32))[:, [1, 3]].tolist() == [[0, 0], [0, 0]]


def test_a_reading_is_by_its_syllables() -> None:
    here = read("một hai ba").tokens
    begins, ends = np.array([1, 2, 4], np.float32), np.array([10, 20, 40], np.float32)
    reading = Reading(Span(0, 3), 0, 0, here, begins, ends)
    assert reading.fit_of(Span(4, 10)) == 42
    assert reading.fit_of(Span(1, 5)) == 21
