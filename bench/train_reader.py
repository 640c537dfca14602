"""Trains the reader's weights, and says how well they read what they have not seen.

    python -m bench.train_reader XQUAD_FOLDER HEAPS_FOLDER [--out assistant/reader.npz]

The first folder is that of ``bench.evaluate``. The articles are dealt into HEAPS heaps, and each heap is read
by COPIES networks trained on the others, which are kept in the second folder (those there already are not
trained again): the only honest figures that the training articles can give, and what ``bench.learn_weights``
learns from. With ``--out`` a committee of such networks, one each of the first heaps, is written for the
program. Takes about 18 minutes a heap of two cores, and 6 GB.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from assistant.asked import Asked, idf
from assistant.question import understand
from assistant.reader import (
    FEATURES,
    NEAR,
    Matrix,
    Reader,
    States,
    asking,
    cosines,
    features_of,
    kind_names,
    kinds_vector,
    states_of,
    syllables_in,
)
from assistant.texts import read
from bench.cloze import cloze
from bench.heaps import HEAPS, heap_of
from bench.measures import exact, f1
from ingest.types import Span
from ingest.vietnamese import nfc, sentences
from vectorstore.e5 import E5

#: Copies of the network that vote, and the steps and questions a step each is trained for. With the 612
#: development questions alone, more than 600 steps learned the articles by heart; with those of ``reading``
#: one copy was still the better for 2,600.
COPIES, STEPS, BATCH = 2, 6000, 16
#: Questions made from sentences, and their share among those trained on.
CLOZES, CLOZE_SHARE = 1500, 0.1
#: Training draws each real question with other wrong sentences so many times.
DRAWS = 2
#: Dropped at random while training; with the development questions alone 0.45 was better.
DROPOUT = 0.3
RATE, DECAY = 1.5e-3, 0.02
#: How many of the sentences nearest to a question are known, and of how many the wrong ones are drawn.
NEAREST, WRONG = 16, 8
#: Sentences that go through the network together.
AT_ONCE = 12
#: Width of what is made of the states, of the convolutions, of the kind asked for.
STATE, CHANNELS, KIND = 48, 96, 16
STATES = 384
#: Questions written for this training, about the paragraphs of the same articles and about others that stand
#: there too; see its README.
FURTHER = Path(__file__).with_name("reading")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and at which character of its paragraph it begins."""

    article: str
    paragraph: int
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a paragraph, the ways in which its answer may be worded, and where in the paragraph it
    stands; None is wherever one of the ways does."""

    text: str
    article: str
    paragraph: int
    answers: tuple[str, ...]
    place: Span | None


@dataclass(frozen=True, slots=True)
class Example:
    """A question with sentences that may answer; ``gold`` are the sentences that do, by their place,
    with the first and the last syllable of the answer."""

    question: Matrix
    asks: Matrix
    kinds: Matrix
    sentences: tuple[tuple[Matrix, Matrix, Matrix], ...]
    gold: tuple[tuple[int, int, int], ...]


class Network(nn.Module):
    """The network of ``assistant.reader``, for training; the parameters' names are the stored ones."""

    def __init__(self, kinds: int) -> None:
        super().__init__()
        self.ph, self.pq, self.qp = (nn.Linear(STATES, STATE) for _ in range(3))
        self.al, self.wh = (nn.Linear(STATES, STATE, bias=False) for _ in range(2))
        self.k, self.kg = nn.Linear(kinds, KIND), nn.Linear(kinds, FEATURES)
        self.inp = nn.Linear(3 * STATE + NEAR + 2 * FEATURES + KIND, CHANNELS)
        self.convs = nn.ModuleList(
            nn.Conv1d(CHANNELS, CHANNELS, 5, padding=2 * d, dilation=d) for d in (1, 2, 4)
        )
        self.out, self.sen = nn.Linear(CHANNELS, 2), nn.Linear(CHANNELS, 1)
        self.null, self.nz = nn.Parameter(torch.zeros(2)), nn.Parameter(torch.zeros(1))

    def forward(self, b: Batch) -> tuple[Tensor, Tensor, Tensor]:
        h, q = (self._dropped(F.layer_norm(x, (STATES,))) for x in (b.states, b.question))
        attention = self.al(h) @ self.al(q).transpose(1, 2) / 8
        attention = torch.softmax(attention.masked_fill(~b.asked[:, None], -1e4), -1)
        aligned = attention @ q
        asks = (q * b.asks[..., None]).sum(1) / b.asks.sum(1, keepdim=True).clamp(min=1)
        ph, kind = self.ph(h), self.k(b.kinds)[:, None]
        x = torch.cat(
            [
                ph,
                ph * self.pq(aligned),
                self.wh(asks)[:, None] * self.qp(h),
                b.near,
                b.features,
                kind.expand(-1, h.shape[1], -1),
                b.features * torch.sigmoid(self.kg(b.kinds))[:, None],
            ],
            -1,
        )
        x = (self._dropped(F.relu(self.inp(x))) * b.here[..., None]).transpose(1, 2)
        for conv in self.convs:
            x = x + self._dropped(F.relu(conv(x))) * b.here[:, None]
        x = x.transpose(1, 2)
        out = (self.out(x) - self.null).masked_fill(~b.here[..., None], -1e4)
        whole = (self.sen(x).squeeze(-1)).masked_fill(~b.here, -1e4).amax(1) - self.nz
        return out[..., 0], out[..., 1], whole

    def _dropped(self, x: Tensor) -> Tensor:
        return F.dropout(x, DROPOUT, self.training)


@dataclass(frozen=True, slots=True)
class Batch:
    """A row a sentence, padded."""

    states: Tensor
    features: Tensor
    near: Tensor
    here: Tensor
    question: Tensor
    asked: Tensor
    asks: Tensor
    kinds: Tensor

    @classmethod
    def of(cls, sentences: Sequence[tuple[Example, int]]) -> Batch:
        """``sentences`` are named by an example and the place there."""
        rows = [e.sentences[k] for e, k in sentences]
        of = [e for e, _ in sentences]
        return cls(
            states=_padded([s[0] for s in rows]),
            features=_padded([s[1] for s in rows]),
            near=_padded([s[2] for s in rows]),
            here=_padded([np.ones(len(s[0]), np.float32) for s in rows]) > 0,
            question=_padded([e.question for e in of]),
            asked=_padded([np.ones(len(e.question), np.float32) for e in of]) > 0,
            asks=_padded([e.asks for e in of]),
            kinds=torch.from_numpy(np.stack([e.kinds for e in of])),
        )


def _padded(arrays: Sequence[Matrix]) -> Tensor:
    return nn.utils.rnn.pad_sequence([torch.from_numpy(a) for a in arrays], batch_first=True)


def loss(network: Network, examples: Sequence[Example]) -> Tensor:
    """How unlikely the network holds the answers, against all other stretches and no answer at all."""
    scores = _scores(network, examples)
    total = torch.zeros(())
    for n, example in enumerate(examples):
        own = [scores[n, place] for place in range(len(example.sentences))]
        offsets = [0, *accumulate(len(begins) for begins, _, _ in own)]
        for which, place in ((0, 1), (1, 2)):
            gold = [1 + offsets[g[0]] + g[place] for g in example.gold]
            total = total + _unlikely(torch.cat([row[which] for row in own]), gold) / 2
        whole = torch.stack([row[2] for row in own])
        total = total + _unlikely(whole, sorted({1 + g[0] for g in example.gold})) / 2
    return total / len(examples)


def _scores(
    network: Network, examples: Sequence[Example]
) -> dict[tuple[int, int], tuple[Tensor, Tensor, Tensor]]:
    """What the network makes of each sentence, by its example and its place there. Sentences of like length
    go through it together: a batch is as wide as its longest."""
    places = [(n, k) for n, e in enumerate(examples) for k in range(len(e.sentences))]
    places.sort(key=lambda at: len(examples[at[0]].sentences[at[1]][0]))
    found = {}
    for some in (places[at : at + AT_ONCE] for at in range(0, len(places), AT_ONCE)):
        begins, ends, whole = network(Batch.of([(examples[n], k) for n, k in some]))
        for row, (n, k) in enumerate(some):
            size = len(examples[n].sentences[k][0])
            found[n, k] = begins[row, :size], ends[row, :size], whole[row]
    return found


def _unlikely(scores: Tensor, gold: Sequence[int]) -> Tensor:
    scores = torch.cat([torch.zeros(1), scores])  # no answer scores 0
    return torch.logsumexp(scores, 0) - torch.logsumexp(scores[list(gold) or [0]], 0)


def trained(examples: Callable[[Random], Example], kinds: int, seed: int) -> Network:
    torch.manual_seed(seed)
    coin = Random(seed)
    network = Network(kinds).train()
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    for step in range(STEPS):
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / 50) * max(0.02, 1 - step / STEPS)
        loss(network, [examples(coin) for _ in range(BATCH)]).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimiser.step()
        optimiser.zero_grad()
    return network.eval()


#: The weights of one network by their names.
Weights = Mapping[str, npt.NDArray[Any]]


def weights_of(network: Network) -> Weights:
    return {name: values.numpy() for name, values in network.state_dict().items()}


def stored(networks: Sequence[Weights], file: Path) -> None:
    """Writes networks that vote together as the reader reads them: half precision, by number and name."""
    arrays: dict[str, Any] = {"kinds": np.array(kind_names()), "copies": np.array(len(networks))}
    for n, network in enumerate(networks):
        arrays |= {f"{n}/{name}": values.astype(np.float16) for name, values in network.items()}
    np.savez_compressed(file, **arrays)


def committee(heaps: Path) -> list[Weights]:
    """The first network of each of the first COPIES heaps: every article was seen by all of them but one."""
    found: list[Weights] = []
    for heap in range(COPIES):
        with np.load(heaps / f"{heap}.npz") as kept:
            found.append({key.removeprefix("0/"): kept[key] for key in kept if key.startswith("0/")})
    return found


# --- what is trained on ---------------------------------------------------------------------------


def _paragraphs(file: Path) -> list[str]:
    """The paragraphs of an article below its title."""
    return [p for p in nfc(file.read_text(encoding="utf-8")).split("\n\n") if p.strip()][1:]


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in nfc(file.read_text(encoding="utf-8")).splitlines() if line.strip()]


def _asked(row: Mapping[str, Any]) -> Question:
    return Question(row["question"], row["sources"][0], row["paragraph"], tuple(row["must"][0]), None)


def _further(row: Mapping[str, Any], paragraph: str) -> Question:
    around = row.get("in") or row["answer"]
    start = paragraph.index(around) + around.index(row["answer"])
    place = Span(start, start + len(row["answer"]))
    return Question(row["question"], row["article"], row["paragraph"], (row["answer"],), place)


class Examples:
    """The questions and the sentences of a folder with those of ``further``, and examples made of them."""

    def __init__(self, folder: Path, further: Path = FURTHER) -> None:
        self._encoder = E5.bundled()
        self.sentences: list[Sentence] = []
        paragraphs = {
            (file.stem, n): text
            for file in sorted((folder / "articles").glob("*.txt"))
            for n, text in enumerate(_paragraphs(file))
        }
        self.articles = sorted({article for article, _ in paragraphs})
        self.questions = [_asked(row) for row in _rows(folder / "questions.jsonl")]
        #: How many of the questions, the first, are those that figures are made of.
        self.measured = len(self.questions)
        for row in (row for file in sorted(further.glob("*.jsonl")) for row in _rows(file)):
            if "text" in row:
                paragraphs[row["article"], row["paragraph"]] = row["text"]
            elif (row["article"], row["paragraph"]) in paragraphs:
                self.questions.append(_further(row, paragraphs[row["article"], row["paragraph"]]))
        for (article, n), text in paragraphs.items():
            self.sentences += [Sentence(article, n, span.start, span.of(text)) for span in sentences(text)]
        # Of each paragraph its sentences, and of each term the sentences that say it.
        self._within: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
        self._saying: defaultdict[str, list[int]] = defaultdict(list)
        for n, s in enumerate(self.sentences):
            self._within[s.article, s.paragraph].append(n)
            for term in read(s.text).terms[0]:
                self._saying[term].append(n)
        self._seen: dict[tuple[str, bool], States] = {}
        self._rows: dict[tuple[str, int], tuple[Matrix, Matrix, Matrix]] = {}
        self._near = self._nearest()

    def rarity(self, term: str) -> float:
        return idf(len(self._saying.get(term, ())), len(self.sentences))

    def asked(self, question: str) -> Asked:
        understood = understand(question)
        return Asked.of(understood, {w: self.rarity(w) for w in understood.words})

    def gold(self, question: Question) -> dict[int, Span]:
        """The sentences of the paragraph that hold the answer, and where."""
        found: dict[int, Span] = {}
        for n in self._within[question.article, question.paragraph]:
            s = self.sentences[n]
            if question.place is not None:
                place = question.place.moved(-s.start)
                if place.start >= 0 and place.end <= len(s.text):
                    found[n] = place
                continue
            for words in sorted(question.answers, key=len, reverse=True):
                at = s.text.find(words)
                if at >= 0 and n not in found:
                    found[n] = Span(at, at + len(words))
        return found

    def near(self, n: int, most: int) -> list[int]:
        """The sentences nearest to question ``n``, best first."""
        return self._near[n][:most]

    def _nearest(self) -> list[list[int]]:
        rows = np.stack([self._encoder.vector(s.text, query=False) for s in self.sentences])
        measured = np.array([s.article in self.articles for s in self.sentences])
        order = []
        for n, q in enumerate(self.questions):
            words = read(q.text).terms[0]
            total = sum(map(self.rarity, words))
            said = np.zeros(len(self.sentences))
            for word in words & self._saying.keys():
                said[self._saying[word]] += self.rarity(word)
            cosine = rows @ self._encoder.vector(q.text, query=True)
            score = said / total + 4 * cosine
            if n < self.measured:  # among the articles that it is asked of
                score = np.where(measured, score, -np.inf)
            order.append([int(k) for k in np.argsort(-score)[:NEAREST]])
        return order

    def states(self, text: str, *, query: bool) -> States:
        key = text, query
        if key not in self._seen:
            self._seen[key] = states_of(self._encoder, text, query=query)
        return self._seen[key]

    def example(self, question: str, chosen: Sequence[int], gold: Mapping[int, Span]) -> Example:
        asked = self.asked(question)
        states, asks = self.states(asked.question.text, query=True), asking(asked)
        rows = []
        for n in chosen:
            if (question, n) not in self._rows:
                text = self.sentences[n].text
                own = self.states(text, query=False)
                near = cosines(own.directions, states, asks)
                self._rows[question, n] = own.middle, features_of(asked, text), near
            rows.append(self._rows[question, n])
        places = []
        for place, n in enumerate(chosen):
            if n in gold:
                here = read(self.sentences[n].text).tokens
                inside = syllables_in(here, gold[n])
                places += [(place, inside[0], inside[-1])] if inside else []
        return Example(states.middle, asks, kinds_vector(asked, kind_names()), tuple(rows), tuple(places))

    def real(self, n: int, coin: Random, out: Collection[str] = ()) -> Example:
        """A question with one sentence that answers and a few near ones that do not, now and then with
        these alone; none is of the articles left ``out``."""
        q = self.questions[n]
        gold = self.gold(q)
        allowed = [s for s in self.near(n, NEAREST) if self.sentences[s].article not in out]
        wrong = [s for s in allowed if s not in gold][:WRONG]
        if coin.random() < 0.3:
            coin.shuffle(wrong)
        some = coin.choice((2, 3))
        right = [coin.choice(sorted(gold))] if gold and coin.random() > 0.1 else []
        return self.example(q.text, [*right, *wrong[: some + 1 - len(right)]], gold)

    def made(self, among: Sequence[int], coin: Random) -> Example:
        """A question made from one of these sentences, with its neighbours as the wrong ones."""
        while True:
            n = coin.choice(among)
            made = cloze(self.sentences[n].text, coin)
            if made:
                break
        own = self.sentences[n]
        beside = [
            m
            for m in among
            if m != n
            and (self.sentences[m].article, self.sentences[m].paragraph) == (own.article, own.paragraph)
        ]
        coin.shuffle(beside)
        wrong = [*beside, *(coin.choice(among) for _ in range(3))][:2]
        return self.example(made[0], [n, *(m for m in wrong if m != n)], {n: made[1]})


def networks(examples: Examples, heaps: set[int]) -> list[Weights]:
    """The voting copies, trained on the questions and the sentences of the articles in these heaps."""
    coin = Random(1)
    out = {a for a in examples.articles if heap_of(a, examples.articles) not in heaps}
    own = [n for n, q in enumerate(examples.questions) if q.article not in out]
    among = [n for n, s in enumerate(examples.sentences) if s.article not in out]
    real = [[examples.real(n, coin, out) for _ in range(DRAWS)] for n in own]
    made = [examples.made(among, coin) for _ in range(CLOZES)]

    def draw(coin: Random) -> Example:
        return coin.choice(made) if coin.random() < CLOZE_SHARE else coin.choice(coin.choice(real))

    return side_by_side(lambda seed: trained(draw, len(kind_names()), seed), COPIES)


def side_by_side(train: Callable[[int], Network], copies: int) -> list[Weights]:
    """What ``train`` makes of the seeds from 0, each in a process of its own, which begins with all that this
    one holds."""
    context = multiprocessing.get_context("fork")

    def send(seed: int, end: Connection) -> None:
        torch.set_num_threads(1)  # those of this process do not go on in its child, which would wait for them
        end.send(weights_of(train(seed)))

    pipes = [context.Pipe(duplex=False) for _ in range(copies)]
    works = [context.Process(target=send, args=(seed, there)) for seed, (_, there) in enumerate(pipes)]
    for work in works:
        work.start()
    for _, there in pipes:
        there.close()  # only its process has it now, so that a process that dies is heard of
    made = [here.recv() for here, _ in pipes]
    for work in works:
        work.join()
    return made


def held_out(examples: Examples, folder: Path) -> Iterator[tuple[float, float]]:
    """Exact match and F1 of the best answer among the five nearest sentences, a question each."""
    for heap in range(HEAPS):
        out = {a for a in examples.articles if heap_of(a, examples.articles) == heap}
        file = folder / f"{heap}.npz"
        if not file.exists():
            stored(networks(examples, set(range(HEAPS)) - {heap}), file)
        reader = Reader(E5.bundled, file)
        for n, q in enumerate(examples.questions[: examples.measured]):
            if q.article in out:
                texts = [examples.sentences[k].text for k in examples.near(n, 5)]
                readings = reader.read(examples.asked(q.text), texts)
                best = max(range(len(texts)), key=lambda k: readings[k].fit - 0.5 * k)
                said = readings[best].span.of(texts[best])
                yield exact(said, q.answers), f1(said, q.answers)
        print(f"heap {heap + 1} of {HEAPS} read", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("heaps", type=Path)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    examples = Examples(options.folder)
    print(f"{len(examples.questions)} questions, {len(examples.sentences)} sentences", flush=True)
    options.heaps.mkdir(parents=True, exist_ok=True)
    figures = list(held_out(examples, options.heaps))
    print(f"exact match {statistics.fmean(e for e, _ in figures):.3f}")
    print(f"F1 {statistics.fmean(f for _, f in figures):.3f}")
    if options.out:
        stored(committee(options.heaps), options.out)


if __name__ == "__main__":
    main()
