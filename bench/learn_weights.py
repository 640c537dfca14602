"""Learns what each feature of a stretch counts, from the development questions.

    python -m bench.learn_weights XQUAD_FOLDER HEAPS_FOLDER OFFICE_FOLDER OFFICE_QUESTIONS
        [--out assistant/weights.txt]

HEAPS_FOLDER is that of ``bench.train_reader``, as many of its heaps as are there: every question
is read by weights that have not seen its article, else the reader would be trusted too much. The columns
``first`` and ``read`` are learned so that the stretches with the gold answer come before the others (the
likelihood of a choice, as of conditional logit: McFadden, 1974); ``enough`` so that questions asked of
articles that answer them are told from those asked of articles that do not (logistic regression). Prints
what the columns reach on articles held out.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from torch import Tensor

from assistant.answer import Assistant, Prepared
from assistant.candidates import Candidate, Features
from assistant.extract import READ, Weighed, first_look, read
from assistant.question import understand
from assistant.reader import Reader
from bench.evaluate import Corpus
from bench.evaluate import read as read_corpus
from bench.heaps import HEAPS, heap_of
from bench.measures import Gold, Question, holds
from ingest.chunk import passages
from ingest.types import Article
from vectorstore import encoders
from vectorstore.e5 import E5
from vectorstore.library import Library
from vectorstore.types import Filter

#: All that is looked at is read and weighed as where no office speaks: what the rules of offices refuse is
#: learned from too.
STRICT = False
#: Stretches of a question that the first look is learned from.
LOOKED_AT = 40
#: The questions are dealt into so many parts for figures, by their articles.
PARTS = 4
#: What features count after reading, at least and at most, whatever an encyclopaedia teaches. There the
#: reader makes the kind of answer idle; in the articles of offices that tells the day that is kept from that
#: of the meeting. There are no lists, whose items may stand alone, and no photos, whose captions repeat who
#: spoke and where, not what was said. And no sentence says more for leaning on one that is left out.
LEAST = {"typed": 1.5, "unclosed": -2.5}
MOST = {"caption": -2.0, "leaning": 0.0}
#: How much large weights are held back.
RIDGE = 1e-3
#: A question that should be refused weighs so much beside one that should be answered.
REFUSALS = 2.0
NAMES = [f.name for f in fields(Features)]
READ_ONLY = ("relevance", "fit")


@dataclass(frozen=True, slots=True)
class Choice:
    """The features of a question's stretches, and which of them hold the answer."""

    part: int
    rows: Tensor
    gold: Tensor


@dataclass(frozen=True, slots=True)
class Verdict:
    """The features of the best stretch, and whether the articles answer the question."""

    part: int
    row: Tensor
    answers: bool


@contextmanager
def filled(articles: Sequence[Article]) -> Iterator[Library]:
    with TemporaryDirectory() as home, Library.open(Path(home), encoders.load(), write=True) as library:
        for article in articles:
            library.add(article, passages(article))
        yield library


def row_of(features: Features) -> list[float]:
    return [float(x) for x in astuple(features)]


def is_gold(candidate: Candidate, question: Question, gold: Gold) -> bool:
    """Whether a stretch holds the answer where it stands: a short one stands elsewhere in its article too."""
    here = any(candidate.span.overlaps(sentence) for sentence in gold.sentences)
    return here and question.may_cite(candidate.article.id) and holds(question.must, candidate.text)


def prepared(library: Library, assistant: Assistant, question: Question, where: Filter | None) -> Prepared:
    return assistant.prepare(understand(question.text, question.history, library.units()), where)


def learned(choices: Sequence[Choice]) -> Tensor:
    """Weights of the columns under which the gold stretches are likeliest; 0 for one that never differs."""
    scale = torch.cat([c.rows for c in choices]).std(0).clamp(min=1e-6)
    weights = torch.zeros(len(scale), requires_grad=True)
    some = [c for c in choices if c.gold.any() and not c.gold.all()]

    def unlikely() -> Tensor:
        w = weights / scale
        parts = [torch.logsumexp(c.rows @ w, 0) - torch.logsumexp((c.rows @ w)[c.gold], 0) for c in some]
        return torch.stack(parts).mean() + RIDGE * (weights**2).sum()

    return _minimised(weights, unlikely) / scale


def learned_on(first: Tensor, choices: Sequence[Choice]) -> Tensor:
    """Weights for stretches that have been read: those of the ``first`` look, as much as they go on counting,
    and the reader's. (With every weight learned anew from the few stretches that are read, the one that
    answers comes first for 2 in a hundred fewer of the questions held out.)"""
    reader = [NAMES.index(name) for name in READ_ONLY]
    kept, *own = learned(
        [
            Choice(c.part, torch.cat([(c.rows @ first)[:, None], c.rows[:, reader]], 1), c.gold)
            for c in choices
        ]
    )
    weights: Tensor = first * kept
    weights[reader] = torch.stack(own)
    return weights


def _minimised(weights: Tensor, loss) -> Tensor:  # type: ignore[no-untyped-def]
    optimiser = torch.optim.LBFGS([weights], max_iter=300, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        value = loss()
        value.backward()
        return value  # type: ignore[no-any-return]

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return weights.detach()


def verdict_weights(verdicts: Sequence[Verdict]) -> tuple[Tensor, float]:
    """Weights and a constant whose sum is above 0 where the articles answer."""
    rows = torch.stack([v.row for v in verdicts])
    answers = torch.tensor([float(v.answers) for v in verdicts])
    scale = rows.std(0).clamp(min=1e-6)
    weights = torch.zeros(len(NAMES) + 1, requires_grad=True)

    def unlikely() -> Tensor:
        z = rows / scale @ weights[:-1] + weights[-1]
        loss = torch.nn.functional.binary_cross_entropy_with_logits(z, answers, reduction="none")
        return (loss * (answers + (1 - answers) * REFUSALS)).mean() + RIDGE * (weights[:-1] ** 2).sum()

    found = _minimised(weights, unlikely)
    return found[:-1] / scale, float(found[-1])


def part_of(article: str, articles: Sequence[str]) -> int:
    """Which part of the questions an article's belong to, for figures: apart from the reader's heaps."""
    return sorted(articles).index(article) // HEAPS % PARTS


def written(columns: Mapping[str, Sequence[float]], file: Path) -> None:
    head = [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    lines = [*head, f"{'feature':<10}" + "".join(f"{c:>9}" for c in columns)]
    for n, name in enumerate([*NAMES, "constant"]):
        lines.append(f"{name:<10}" + "".join(f"{values[n]:>9.3f}" for values in columns.values()))
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


# --- what is learned from -------------------------------------------------------------------------


def first_choices(library: Library, corpus: Corpus, assistant: Assistant) -> Iterator[Choice]:
    articles = [a.id for a in corpus.articles]
    for q in corpus.questions:
        ready = prepared(library, assistant, q, None)
        found = first_look(ready.asked, ready.hits, STRICT, LOOKED_AT, within=math.inf)
        if found:
            gold = torch.tensor([is_gold(c, q, corpus.golds[q.id]) for c in found])
            part = part_of(q.sources[0], articles)
            yield Choice(part, torch.tensor([row_of(c.features) for c in found]), gold)


def weighed(
    library: Library, assistant: Assistant, reader: Reader, question: Question, where: Filter | None = None
) -> list[Weighed]:
    ready = prepared(library, assistant, question, where)
    return read(ready.asked, first_look(ready.asked, ready.hits, STRICT), reader, STRICT)


def choices_and_verdicts(
    library: Library, corpus: Corpus, assistant: Assistant, readers: Mapping[int, Reader]
) -> Iterator[tuple[Choice, Verdict | None, Verdict | None]]:
    """For each question its choice after reading, its verdict where its own article is there and, as one
    that the articles do not answer, where that is left out."""
    articles = [a.id for a in corpus.articles]
    for q in corpus.questions:
        heap = heap_of(q.sources[0], articles)
        if heap not in readers:
            continue
        part = part_of(q.sources[0], articles)
        there = weighed(library, assistant, readers[heap], q)
        gold = torch.tensor([is_gold(w.candidate, q, corpus.golds[q.id]) for w in there])
        rows = torch.tensor([row_of(w.candidate.features) for w in there])
        others = Filter(articles=frozenset(articles) - {q.sources[0]})
        away = weighed(library, assistant, readers[heap], q, others)
        yield (
            Choice(part, rows, gold),
            Verdict(part, rows[0], True),
            Verdict(part, torch.tensor(row_of(away[0].candidate.features)), False) if away else None,
        )


def reached(choices: Sequence[Choice], without: Sequence[Tensor]) -> str:
    """The share of questions whose gold stretch comes first and among the first few; ``without`` has for each
    part the weights learned without it."""
    ranks = []
    for part, weights in enumerate(without):
        for c in choices:
            if c.part == part:
                score = c.rows @ weights
                ranks.append(int((score > score[c.gold].max()).sum()) if c.gold.any() else READ)
    return " ".join(f"{most}: {np.mean([r < most for r in ranks]):.3f}" for most in (1, 2, 3, READ))


def bounded(weights: Tensor) -> Tensor:
    """The weights, none below its least or above its most."""
    least = torch.tensor([LEAST.get(name, -torch.inf) for name in NAMES])
    most = torch.tensor([MOST.get(name, torch.inf) for name in NAMES])
    return torch.clamp(weights, least, most)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for name in ("xquad", "heaps", "office", "questions"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    xquad = read_corpus(options.xquad / "articles", options.xquad / "questions.jsonl")
    office = read_corpus(options.office, options.questions)
    articles = [a.id for a in xquad.articles]
    files = {heap: options.heaps / f"{heap}.npz" for heap in range(HEAPS)}
    readers = {heap: Reader(E5.bundled, file) for heap, file in files.items() if file.exists()}
    some = next(iter(readers.values()))
    verdicts: list[Verdict] = []
    with filled(xquad.articles) as library:
        assistant = Assistant(library, some)
        first = list(first_choices(library, xquad, assistant))
        first_without = [learned([c for c in first if c.part != part]) for part in range(PARTS)]
        print("first look, gold among the first", reached(first, first_without), flush=True)
        choices = []
        for choice, *two in choices_and_verdicts(library, xquad, assistant, readers):
            choices.append(choice)
            verdicts += [v for v in two if v]
        read_without = [
            learned_on(weights, [c for c in choices if c.part != part])
            for part, weights in enumerate(first_without)
        ]
        print("after reading", reached(choices, read_without), flush=True)
        crossed = [weighed(library, assistant, some, q) for q in office.questions]
    with filled(office.articles) as library:
        assistant = Assistant(library, some)
        for q in xquad.questions:
            heap = heap_of(q.sources[0], articles)
            if heap in readers:
                crossed.append(weighed(library, assistant, readers[heap], q))
    for n, found in enumerate(crossed):
        if found:
            row = torch.tensor(row_of(found[0].candidate.features))
            verdicts.append(Verdict(n % PARTS, row, False))
    right: dict[bool, list[bool]] = {True: [], False: []}
    for part in range(PARTS):
        weights, constant = verdict_weights([v for v in verdicts if v.part != part])
        for v in verdicts:
            if v.part == part:
                right[v.answers].append((float(v.row @ weights) + constant > 0) == v.answers)
    print(f"answered where they answer {np.mean(right[True]):.3f}, else refused {np.mean(right[False]):.3f}")
    if options.out:
        enough, constant = verdict_weights(verdicts)
        looked = learned(first)
        columns = {
            "first": [*looked.tolist(), 0.0],
            "read": [*bounded(learned_on(looked, choices)).tolist(), 0.0],
            "enough": [*enough.tolist(), constant],
        }
        written(columns, options.out)


if __name__ == "__main__":
    main()
