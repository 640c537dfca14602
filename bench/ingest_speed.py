"""How fast text is taken in, beside plain sentence-transformers in numbers of 32 bits on the same two cores.

    python -m bench.ingest_speed [--passages 200]

sentence-transformers runs a model of the shape of multilingual-e5-small (12 layers of 384 numbers, 12 heads,
1,536 inside, 250,037 pieces) with random weights, made on the spot: how long it takes does not depend on
what the weights say. It cuts texts into the same pieces, and encodes the passages' texts and nothing more,
as the usual pipeline does. Ours encodes the same texts; then ``Library.add`` does all that it does: the
passages, each of their sentences, terms, facts, SQLite. Each in a process of its own, one after the other.

Prints passages and tokens a second and how many times faster ours is. Where adding is slower than plain
encoding, what it spends its time on follows, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import json
import os
import pstats
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from bench import growth
from ingest.chunk import passages
from ingest.types import Article, Passage
from vectorstore.e5 import E5, PASSAGE, PIECES
from vectorstore.encoders import Bundled
from vectorstore.indexed import embedded_sentences, embedded_text
from vectorstore.library import EMBEDDED_AT_ONCE, Library
from vectorstore.types import Vectors

if TYPE_CHECKING:
    from tokenizers import Tokenizer

CORES = 2
#: The shape of multilingual-e5-small.
SHAPE: Mapping[str, Any] = {
    "vocab_size": 250_037,
    "hidden_size": 384,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 1536,
    "max_position_embeddings": 512,
}
#: Lines of the profile that are shown.
PROFILED = 25


@dataclass(frozen=True, slots=True)
class Speed:
    """``tokens`` counts the model's pieces, of the passages and, where ``sentences`` were encoded too, of
    those."""

    name: str
    passages: int
    tokens: int
    seconds: float
    sentences: bool = False

    @property
    def passages_a_second(self) -> float:
        return self.passages / self.seconds

    @property
    def tokens_a_second(self) -> float:
        return self.tokens / self.seconds


Stock = list[tuple[Article, tuple[Passage, ...]]]


def stock(count: int) -> Stock:
    """Articles that hold so many passages together, or a few more."""
    found: Stock = []
    for article in growth.articles(Random(11)):
        found.append((article, passages(article)))
        if sum(len(cut) for _, cut in found) >= count:
            break
    return found


def texts(articles: Stock) -> list[str]:
    """What is embedded for the passages."""
    return [embedded_text(article, p) for article, cut in articles for p in cut]


def tokens(of: Sequence[str]) -> int:
    """The pieces that the model reads of these texts, those at both ends included."""
    cut = E5.bundled().vocabulary.cut
    return sum(len(cut(PASSAGE + text, PIECES)[0]) + 2 for text in of)


# --- each way --------------------------------------------------------------------------------------


def by_sentence_transformers(articles: Stock) -> Speed:
    import torch

    torch.set_num_threads(CORES)
    given = texts(articles)
    with TemporaryDirectory() as folder:
        model = plain_model(Path(folder))
        model.encode(given[:2], prompt=PASSAGE)
        began = time.perf_counter()
        model.encode(given, prompt=PASSAGE, normalize_embeddings=True, show_progress_bar=False)
        return Speed("sentence-transformers, fp32", len(given), tokens(given), time.perf_counter() - began)


def by_encoder(articles: Stock) -> Speed:
    given, encoder = texts(articles), Bundled()
    encoder.passages(given[:2])
    began = time.perf_counter()
    for at in range(0, len(given), EMBEDDED_AT_ONCE):
        encoder.passages(given[at : at + EMBEDDED_AT_ONCE])
    return Speed("ours, the encoder alone", len(given), tokens(given), time.perf_counter() - began)


def by_library(articles: Stock, wrap: Callable[[Callable[[], None]], None] | None = None) -> Speed:
    """``wrap`` calls the work that is timed, be it under a profiler."""
    encoder = OneThread() if wrap else Bundled()
    encoder.passages(["Văn phòng"])
    given = texts(articles)
    with TemporaryDirectory() as home, Library.open(Path(home), encoder, write=True) as library:

        def add() -> None:
            for article, cut in articles:
                library.add(article, cut)

        began = time.perf_counter()
        wrap(add) if wrap else add()
        seconds = time.perf_counter() - began
    count = tokens([text for article, cut in articles for text in _embedded(article, cut)])
    return Speed("ours, Library.add", len(given), count, seconds, sentences=True)


def _embedded(article: Article, cut: Sequence[Passage]) -> set[str]:
    """All that is embedded for an article: neighbours share sentences, which are embedded once."""
    return {text for p in cut for text in (embedded_text(article, p), *embedded_sentences(article, p))}


class OneThread(Bundled):
    """The bundled encoder without threads, into which a profiler does not see."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        return np.stack([E5.bundled().vector(text, query=False) for text in texts])


def profile(articles: Stock) -> str:
    """What adding spends its time on, in one thread."""
    profiler, out = cProfile.Profile(), io.StringIO()
    by_library(articles, lambda add: profiler.runcall(add))
    pstats.Stats(profiler, stream=out).strip_dirs().sort_stats("tottime").print_stats(PROFILED)
    return out.getvalue()


def plain_model(folder: Path) -> Any:
    """A sentence-transformers model of SHAPE with random weights, and with the bundled encoder's pieces."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    BertModel(BertConfig(**SHAPE)).save_pretrained(folder)
    begin, end = _ends()
    words: Any = PreTrainedTokenizerFast
    words(tokenizer_object=tokenizer(), bos_token=begin, eos_token=end, pad_token="<pad>").save_pretrained(
        folder
    )
    transformer = Transformer(str(folder), max_seq_length=SHAPE["max_position_embeddings"])
    pooling = Pooling(SHAPE["hidden_size"], pooling_mode="mean")
    return SentenceTransformer(modules=[transformer, pooling, Normalize()], device="cpu")


def tokenizer() -> Tokenizer:
    """The bundled encoder's pieces and scores, in the library that cuts texts for sentence-transformers."""
    from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram

    known = E5.bundled().vocabulary
    unknown, _ = known._unknown
    scored = list(zip(_pieces(), known._scores, strict=True))
    made = Tokenizer(Unigram(scored, unknown, byte_fallback=False))
    blanks = normalizers.Replace(Regex(" {2,}"), " ")
    made.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), blanks])
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    begin, end = _ends()
    made.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}", special_tokens=[(begin, known.begin), (end, known.end)]
    )
    return made


def _pieces() -> list[str]:
    known = E5.bundled().vocabulary
    pieces = ["<unk>"] * len(known._scores)
    for piece, number in known._pieces.items():
        pieces[number] = piece
    return pieces


def _ends() -> tuple[str, str]:
    known, pieces = E5.bundled().vocabulary, _pieces()
    return pieces[known.begin], pieces[known.end]


WAYS: dict[str, Callable[[Stock], Speed]] = {
    "sentence-transformers": by_sentence_transformers,
    "encoder": by_encoder,
    "library": by_library,
}


# --- side by side ----------------------------------------------------------------------------------


def apart(way: str, count: int) -> str:
    """What ``--one way`` prints, in a process of its own that reaches no network."""
    switches = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "OMP_NUM_THREADS": str(CORES)}
    command = [sys.executable, "-m", "bench.ingest_speed", "--passages", str(count), "--one", way]
    root = Path(__file__).parents[1]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=True, cwd=root, env=os.environ | switches
    )
    return done.stdout


def table(speeds: Sequence[Speed]) -> str:
    """The first is what the others are compared with."""
    lines = [
        "| | passages | passages a second | tokens a second | times as many passages | and tokens |",
        "| --- |" + " ---: |" * 5,
    ]
    base = speeds[0]
    for s in speeds:
        name = f"{s.name} (sentences too)" if s.sentences else s.name
        lines.append(
            f"| {name} | {s.passages} | {s.passages_a_second:.1f} | {s.tokens_a_second:.0f} "
            f"| {s.passages_a_second / base.passages_a_second:.2f} "
            f"| {s.tokens_a_second / base.tokens_a_second:.2f} |"
        )
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--passages", type=int, default=200, metavar="N")
    parser.add_argument("--one", choices=[*WAYS, "profile"], help=argparse.SUPPRESS)
    given = parser.parse_args(argv)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, set(islice(sorted(os.sched_getaffinity(0)), CORES)))
    if given.one == "profile":
        print(profile(stock(given.passages)))
        return 0
    if given.one:
        found = WAYS[given.one](stock(given.passages))
        print(json.dumps([found.name, found.passages, found.tokens, found.seconds, found.sentences]))
        return 0
    speeds = [Speed(*json.loads(apart(way, given.passages))) for way in WAYS]
    print(table(speeds))
    slower = speeds[-1].passages_a_second < speeds[0].passages_a_second
    if slower:
        print(f"\nWhat Library.add spends its time on, in one thread:\n{apart('profile', given.passages)}")
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())
