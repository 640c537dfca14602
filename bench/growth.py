"""Whether a library stays as quick and as small a passage while it grows.

    python -m bench.growth [--passages 10000] [--out FILE.png]

Adds invented articles one by one, as ``app.py ingest`` does, and takes after each thousand passages the time
that ``Library.add`` took, by the clock and of the processor, and the memory that this process holds. So that
it is the library that is measured (terms, facts, SQLite) the encoder is one that only hashes: it takes next
to nothing, and its vectors mean nothing. At some sizes one more article is added with the bundled encoder,
which is what a person waits for. Then the library is closed, opened (Chroma catches up) and rebuilt, which
may take REBUILD_SECONDS.

Prints the figures, how the last thousand compares with the first, and draws the curve with ``--out``. Exit
code 1 where the rebuild takes too long.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np

from bench.make_corpus import SAMPLES
from ingest import clean
from ingest.chunk import passages
from ingest.layout import Line, Page
from ingest.load import find, load
from ingest.types import RUNNING, Article
from ingest.vietnamese import sentences
from vectorstore import encoders
from vectorstore.library import Library
from vectorstore.types import Encoder, Vectors

#: How many passages a library that large may take seconds to rebuild.
REBUILD_SECONDS = 30
#: How many passages lie between two points of the curve.
STEP = 1_000
#: At how many sizes an article is added with the real encoder too.
SAMPLED = 4
#: Sentences of an invented article, and of each of its paragraphs.
ARTICLE_SENTENCES, PARAGRAPH_SENTENCES = 40, 5


# --- what is added ---------------------------------------------------------------------------------


def articles(random: Random) -> Iterator[Article]:
    """Articles without end, each other than all before: sentences of the samples in any order, with other
    numbers, about an office of its own with its own people."""
    stock = [
        words
        for file in find([SAMPLES]).files
        for article in [load(file)]
        for block in article.blocks
        if block.kind in RUNNING
        for words in (s.of(article.text) for s in sentences(article.text, block.start, block.end))
        if len(words) > 40
    ]
    n = 0
    while True:
        n += 1
        place = f"{_name(random)} {_name(random)}"
        chosen = [_renamed(random.choice(stock), place, random) for _ in range(ARTICLE_SENTENCES)]
        body = [
            " ".join(chosen[at : at + PARAGRAPH_SENTENCES])
            for at in range(0, len(chosen), PARAGRAPH_SENTENCES)
        ]
        lines = [
            Line(f"Văn phòng Huyện ủy {place}: bài số {n}", "title"),
            *(Line(t, "paragraph") for t in body),
        ]
        front = {"date": date(2000 + n % 25, 1 + n % 12, 1 + n % 28)}
        yield clean.article(f"bai-{n:06}", f"/bai/{n:06}.txt", clean.clean(Page(tuple(lines), front)))


_ONSETS = "B C Ch D Đ G H K L M N Ng Nh Ph Qu S T Th Tr V X".split()
_RHYMES = "an anh ao áo ân âu ềm êu ình inh iên oa oan oài ong ông ơn ung uân ương ượng ưu".split()
_NUMBER = re.compile(r"(?<![\d./-])\d{2,3}(?![\d./-])")
_PLACE = re.compile(r"Hà Lương|Sơn Khê|Bình Lãng|Trường Lạc|Kim Hòa")


def _name(random: Random) -> str:
    return random.choice(_ONSETS) + random.choice(_RHYMES)


def _renamed(sentence: str, place: str, random: Random) -> str:
    numbered = _NUMBER.sub(lambda _: str(random.randint(10, 999)), sentence)
    return _PLACE.sub(place, numbered)


class Switching:
    """Vectors that a hash of the text makes, or, while ``real``, the bundled encoder's."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dimensions = "growth", encoder.dimensions
        self.real = False
        self._encoder = encoder

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._encoder.passages(texts) if self.real else np.stack([*map(self._hashed, texts)])

    def query(self, text: str) -> Vectors:
        return self._encoder.query(text) if self.real else self._hashed(text)

    def _hashed(self, text: str) -> Vectors:
        seed = int.from_bytes(sha256(text.encode()).digest()[:8], "big")
        vector = np.random.default_rng(seed).standard_normal(self.dimensions, dtype=np.float32)
        unit: Vectors = vector / np.linalg.norm(vector)
        return unit


# --- measuring -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Point:
    """The library at a size: the milliseconds a passage that adding took since the point before, by the clock
    (``ms``) and of the processor, the memory of the process, in MB, and the bytes on the disk a passage.
    ``real`` are the milliseconds a passage of an article added with the real encoder, None where none was."""

    passages: int
    ms: float
    processor: float
    memory: float
    disk: float
    real: float | None = None


@dataclass(frozen=True, slots=True)
class Grown:
    """The points of the curve, and how many seconds it then took to close the library, which brings Chroma up
    to date, to open it again and search once, and to rebuild it."""

    points: tuple[Point, ...]
    close: float
    reopen: float
    rebuild: float

    @property
    def flatness(self) -> float:
        """The time a passage in the last stretch as a multiple of that in the first, by the clock."""
        return self.points[-1].ms / self.points[0].ms

    @property
    def flatness_of_work(self) -> float:
        """The same in time of the processor, which a computer that does other things beside leaves alone."""
        return self.points[-1].processor / self.points[0].processor


def grow(home: Path, total: int, encoder: Encoder, step: int = STEP, sampled: int = SAMPLED) -> Grown:
    """Fills the library in ``home``. The time is that of ``Library.add`` alone."""
    switching = Switching(encoder)
    encoder.passages(["Văn phòng"])  # read the model now, so that its memory is in no difference
    stock = articles(Random(7))
    points: list[Point] = []
    every = max(1, total // step // sampled) if sampled else 0
    with Library.open(home, switching, write=True) as library:
        count = _add(library, next(stock)).passages  # what is read at the first use is not counted either
        while count < total:
            done = Added(0, 0.0, 0.0)
            while done.passages < step:
                done += _add(library, next(stock))
            count += done.passages
            real = None
            if every and (len(points) + 1) % every == 0:
                switching.real = True
                one = _add(library, next(stock))
                switching.real = False
                count, real = count + one.passages, one.ms
            points.append(Point(count, done.ms, done.processor_ms, memory(), _size(home) / count, real))
        filled = time.perf_counter()
    closed = time.perf_counter()
    with Library.open(home, switching, write=True) as library:
        library.search("Văn phòng", 1)
        reopened = time.perf_counter()
        library.rebuild()
        rebuilt = time.perf_counter()
    return Grown(tuple(points), closed - filled, reopened - closed, rebuilt - reopened)


@dataclass(frozen=True, slots=True)
class Added:
    """How many passages were added, and in how many seconds, by the clock and of the processor."""

    passages: int
    seconds: float
    processor: float

    def __add__(self, more: Added) -> Added:
        return Added(
            self.passages + more.passages, self.seconds + more.seconds, self.processor + more.processor
        )

    @property
    def ms(self) -> float:
        return 1000 * self.seconds / self.passages

    @property
    def processor_ms(self) -> float:
        return 1000 * self.processor / self.passages


def _add(library: Library, article: Article) -> Added:
    cut = passages(article)
    began, worked = time.perf_counter(), time.process_time()
    library.add(article, cut)
    return Added(len(cut), time.perf_counter() - began, time.process_time() - worked)


def memory() -> float:
    """The memory that this process holds now, in MB."""
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text(encoding="ascii"))
        assert found is not None  # every kernel says so
        return int(found[1]) * 1024 / 1e6
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # macOS: the most so far, in bytes


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


# --- showing ---------------------------------------------------------------------------------------


def table(grown: Grown) -> str:
    lines = [
        "| passages | ms a passage, storing | of the processor | with the real encoder | memory, MB "
        "| KB a passage on disk |",
        "| ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for p in grown.points:
        real = f"{p.real:.1f}" if p.real is not None else ""
        row = [
            f"{p.passages}",
            f"{p.ms:.2f}",
            f"{p.processor:.2f}",
            real,
            f"{p.memory:.0f}",
            f"{p.disk / 1e3:.1f}",
        ]
        lines.append(f"| {' | '.join(row)} |")
    first, last = grown.points[0], grown.points[-1]
    kilobytes = 1e3 * (last.memory - first.memory) / max(1, last.passages - first.passages)
    return "\n".join(
        [
            *lines,
            "",
            f"time a passage, last stretch / first: {grown.flatness:.2f}, "
            f"of the processor: {grown.flatness_of_work:.2f}",
            f"memory: {kilobytes:.1f} KB a passage more",
            f"closed: {grown.close:.1f} s; opened again, and the first search: {grown.reopen:.1f} s",
            f"rebuild of {last.passages} passages: {grown.rebuild:.1f} s (at most {REBUILD_SECONDS})",
        ]
    )


def draw(grown: Grown, file: Path) -> None:
    """The curves: the time a passage, without the encoder and with it, and the memory, against the size of
    the library."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    real = [(p.passages, p.real) for p in grown.points if p.real is not None]
    sizes = [p.passages for p in grown.points]
    curves = [
        ("lưu trữ, mili giây một đoạn", sizes, [p.ms for p in grown.points]),
        ("cả bộ mã hóa, mili giây một đoạn", [n for n, _ in real], [ms for _, ms in real]),
        ("bộ nhớ (RSS), MB", sizes, [p.memory for p in grown.points]),
    ]
    figure, rows = pyplot.subplots(len(curves), 1, sharex=True, figsize=(8, 8))
    for axes, (label, across, up) in zip(rows, curves, strict=True):
        axes.plot(across, up, "o-", color="#1f5f8b")
        axes.set_ylabel(label)
        axes.set_ylim(0, 1.25 * max(up, default=1))
        axes.grid(alpha=0.3)
    rows[0].plot(sizes, [p.processor for p in grown.points], ":", color="#b4531a", label="riêng bộ xử lý")
    rows[0].legend(loc="lower right")
    rows[0].set_title(
        f"Mỗi đoạn lúc cuối tốn {grown.flatness:.2f} lần lúc đầu (bộ xử lý: {grown.flatness_of_work:.2f}); "
        f"rebuild {grown.points[-1].passages} đoạn: {grown.rebuild:.1f} giây",
        fontsize=11,
    )
    rows[-1].set_xlabel("số đoạn trong thư viện")
    figure.tight_layout()
    figure.savefig(file, dpi=120)
    pyplot.close(figure)


def main(argv: Sequence[str] | None = None, encoder: Encoder | None = None) -> int:
    """Runs it all. ``encoder`` is the bundled one where none is given."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--passages", type=int, default=10_000, metavar="N")
    parser.add_argument("--step", type=int, default=STEP, metavar="N")
    parser.add_argument("--out", type=Path, metavar="FILE.png")
    given = parser.parse_args(argv)
    with TemporaryDirectory() as home:
        grown = grow(Path(home), given.passages, encoder or encoders.load(), given.step)
    print(table(grown))
    if given.out:
        draw(grown, given.out)
        print(f"{given.out} shows the curve")
    return 1 if grown.rebuild > REBUILD_SECONDS else 0


if __name__ == "__main__":
    sys.exit(main())
