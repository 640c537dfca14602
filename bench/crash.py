"""What is left of a library whose program is killed: ``python -m bench.crash [--kills 200] [--seed N]``.

A mixed folder changes at random between runs: files come, go and change. Each run is the real command
``sync`` in a process of its own, ended by SIGKILL: half of the runs at a moment drawn from all of a run's
time, the other half as soon as the files of Chroma begin to change, and at most so long after as writing them
takes. Then the library is opened as at any start, and must be whole: ``verify`` holds (every passage finds
itself by its own vector, a query for all of them returns all), what was told of as added is there, and no
file's article is there twice. At the end one run is left undisturbed, and the library must equal one that
was made of the same folder in one go, to the last vector.

The baseline is what the same kills leave of a plain Chroma collection that is filled with the same passages
without anything beside it (``--no-baseline`` leaves it out).
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.types import Article
from vectorstore import encoders
from vectorstore.library import Library

ROOT = Path(__file__).parents[1]
#: Files of the folder; each is there, changed or not, with these chances at each run.
FILES, THERE, CHANGED = 16, 0.8, 0.25
#: Writing the files of Chroma takes no longer than so many seconds here.
CHROMA_SECONDS = 0.4


# --- a folder that changes -------------------------------------------------------------------------


def text(n: int, version: int) -> str:
    """A short article, another one for every number and version."""
    year = 1930 + n
    return (
        f"Truyền thống Văn phòng Huyện ủy số {n}\n\n"
        f"Văn phòng Huyện ủy số {n} được thành lập ngày {n % 27 + 1} tháng 10 năm {year}, ban đầu có {n + 3} "
        f"cán bộ. Đến năm {year + 40} cơ quan được tặng thưởng Huân chương Lao động hạng Ba.\n\n"
        f"Trong {version + 5} năm gần đây, Văn phòng đã tham mưu {100 + 7 * version + n} kết luận và phục vụ "
        f"{40 + version} hội nghị của Ban Thường vụ. Đó là bản ghi thứ {version} của bài này.\n"
    )


def _as_text(words: str) -> bytes:
    return words.encode()


def _as_markdown(words: str) -> bytes:
    return f"# {words}".encode()


def _as_page(words: str) -> bytes:
    title, *paragraphs = words.strip().split("\n\n")
    body = "".join(f"<p>{p}</p>" for p in paragraphs)
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>".encode()


def _as_word(words: str) -> bytes:
    import io

    from docx import Document

    document = Document()
    title, *paragraphs = words.strip().split("\n\n")
    document.add_heading(title, 0)
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


FORMATS: Mapping[str, Callable[[str], bytes]] = {
    ".txt": _as_text,
    ".md": _as_markdown,
    ".html": _as_page,
    ".docx": _as_word,
}


def change(folder: Path, versions: dict[int, int], chance: random.Random) -> None:
    """Makes the folder another one; ``versions`` is which version of each file is there, and is kept."""
    for n in range(FILES):
        suffix = list(FORMATS)[n % len(FORMATS)]
        file = folder / f"bai-{n}{suffix}"
        if chance.random() > THERE:
            file.unlink(missing_ok=True)
            versions.pop(n, None)
            continue
        if n not in versions or chance.random() < CHANGED:
            versions[n] = chance.randrange(1_000)
            file.write_bytes(FORMATS[suffix](text(n, versions[n])))


# --- a run, and its end ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that was killed: after ``seconds``, ``amid`` Chroma's writing or not, and what it had said."""

    seconds: float
    amid: bool
    said: tuple[str, ...]
    finished: bool


def run(folder: Path, home: Path, out: Path) -> subprocess.Popen[bytes]:
    """The command, begun."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("NEP_")} | {"NEP_HOME": str(home)}
    with out.open("wb") as stdout:
        return subprocess.Popen(
            [sys.executable, str(ROOT / "app.py"), "sync", str(folder), "--emptied"],
            stdout=stdout,
            stderr=subprocess.DEVNULL,
            env=environ,
            start_new_session=True,
        )


def kill(process: subprocess.Popen[bytes]) -> bool:
    """Whether the process had ended by itself."""
    finished = process.poll() is not None
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return finished


def _state(home: Path) -> tuple[tuple[str, int, int], ...]:
    """The files of Chroma, each with its size and time of change."""
    found = []
    for folder, _, names in os.walk(home / "chroma"):
        for name in names:
            with suppress(OSError):
                stat = os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118 (a thousand times a second)
                found.append((name, stat.st_size, stat.st_mtime_ns))
    return tuple(sorted(found))


def disturbed(
    folder: Path, home: Path, out: Path, amid: bool, longest: float, chance: random.Random
) -> Ended:
    """One run that is killed."""
    began = time.monotonic()
    process = run(folder, home, out)
    if amid:
        before = _state(home)
        while process.poll() is None and _state(home) == before:
            time.sleep(0.001)
        time.sleep(chance.random() * CHROMA_SECONDS)
    else:
        with suppress(subprocess.TimeoutExpired):
            process.wait(chance.random() * longest)
    seconds = time.monotonic() - began
    finished = kill(process)
    lines = out.read_bytes().split(b"\n")[:-1]  # a line that was not ended was not said
    return Ended(seconds, amid, tuple(line.decode() for line in lines), finished)


# --- what is left ----------------------------------------------------------------------------------


def faults(library: Library, said: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with a library after a run that had said so much: which sort of wrong, and what."""
    shelf = library.shelf()
    for fault in library.verify():
        yield "unsound", fault
    ids = {article.id for article in shelf}
    gone = {line.split()[1] for line in said if line.startswith("removed")}
    for line in said:
        status, id = line.split()[:2]
        if status in ("added", "updated", "unchanged") and id not in ids | gone:
            yield "lost", f"{id} was said to be {status}"
    files = [file for article in shelf for file in article.files]
    titles = [article.title for article in shelf]
    for name, all_of_them in (("file", files), ("title", titles)):
        for one in sorted(set(all_of_them)):
            if all_of_them.count(one) > 1:
                yield "doubled", f"{name} {one}"


def content(library: Library) -> dict[str, Any]:
    """All that a library holds, by the file of each article."""
    held: dict[str, Any] = {}
    with library._catalogue.reading() as view:
        for article in view.articles():
            passages = view.passages_of(article.id)
            numbers = view.ids_of(article.id)
            _, vectors = view.vectors(list(numbers.values()))
            held[article.file] = (
                _plain(article),
                [(p.start, p.end, p.tokens) for p in passages],
                [view.terms_of(numbers[p.id]) for p in passages],
                sorted(vector.round(5).tobytes() for vector in vectors),
                [(f.kind, f.value, f.subject, f.when) for f in library.facts() if f.article == article.id],
                view.original(article.id),
            )
    return held


def _plain(article: Article) -> tuple[Any, ...]:
    """All of an article but its id, which may have a number behind it where another file once had the
    name."""
    a = article
    return a.title, a.text, a.blocks, a.published, a.author, a.source, a.unit, a.file, a.digest, a.pages


# --- the table -------------------------------------------------------------------------------------


@dataclass(slots=True)
class Tally:
    """What came of the runs killed in one phase."""

    kills: int = 0
    finished: int = 0
    wrong: dict[str, int] = field(default_factory=lambda: {"lost": 0, "doubled": 0, "unsound": 0})


def crash(kills: int, seed: int, folder: Path, home: Path, tell: Callable[[str], None]) -> dict[bool, Tally]:
    """Kills so many runs; the tallies of those amid Chroma's writing (True) and of the others. Raises
    RuntimeError where the library at the end is not that of an undisturbed run."""
    chance = random.Random(seed)
    encoder = encoders.load()
    versions: dict[int, int] = {}
    out = folder.parent / "said"
    change(folder, versions, chance)
    began = time.monotonic()
    run(folder, home, out).wait()
    longest = 1.1 * (time.monotonic() - began)
    tallies = {False: Tally(), True: Tally()}
    for n in range(kills):
        change(folder, versions, chance)
        ended = disturbed(folder, home, out, bool(n % 2), longest, chance)
        tally = tallies[ended.amid]
        tally.kills += 1
        tally.finished += ended.finished
        with Library.open(home, encoder, write=True) as library:
            for sort, what in faults(library, ended.said):
                tally.wrong[sort] += 1
                tell(f"kill {n} after {ended.seconds:.2f} s: {sort}: {what}")
        if not (n + 1) % 20:
            tell(f"{n + 1} of {kills}")
    run(folder, home, out).wait()
    fresh = home.with_name(f"{home.name}-fresh")
    run(folder, fresh, out).wait()
    with Library.open(home, encoder) as library, Library.open(fresh, encoder) as other:
        mine, wanted = content(library), content(other)
    if mine != wanted:
        different = sorted(f for f in mine.keys() | wanted.keys() if mine.get(f) != wanted.get(f))
        raise RuntimeError(f"not what an undisturbed run makes: {', '.join(different)}")
    return tallies


# --- the baseline ----------------------------------------------------------------------------------

_PLAIN_CHROMA = """
import sys, time, chromadb, numpy as np
folder, count = sys.argv[1], int(sys.argv[2])
client = chromadb.PersistentClient(folder)
hnsw = {"hnsw": {"sync_threshold": 100}}
c = client.get_or_create_collection("a", embedding_function=None, configuration=hnsw)
rng = np.random.default_rng(0)
while True:
    ids = [str(i) for i in rng.integers(0, count, 50)]
    c.upsert(ids=list(dict.fromkeys(ids)), embeddings=rng.normal(size=(len(set(ids)), 384)).astype("f4"))
"""

_LOOK = """
import sys, chromadb, numpy as np
c = chromadb.PersistentClient(sys.argv[1]).get_collection("a", embedding_function=None)
held = c.get(include=["embeddings"])
found = c.query(query_embeddings=held["embeddings"][:1], n_results=len(held["ids"]), include=[])["ids"][0]
sys.exit(0 if len(found) == len(held["ids"]) else 3)
"""


def baseline(kills: int, seed: int, folder: Path) -> int:
    """Of so many kills of a program that fills a plain Chroma collection, how many leave one that cannot be
    opened, or a query for all of whose records does not return all. A broken one is begun anew."""
    chance = random.Random(seed)
    broken = 0
    for n in range(kills):
        place = folder / f"plain-{broken}"
        process = subprocess.Popen(
            [sys.executable, "-c", _PLAIN_CHROMA, str(place), "2000"],
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(1.5 + chance.random())
        kill(process)
        if (place / "chroma.sqlite3").is_file():
            looked = subprocess.run(
                [sys.executable, "-c", _LOOK, str(place)], stderr=subprocess.DEVNULL, check=False
            )
            broken += looked.returncode != 0
        del n
    return broken


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-baseline", action="store_true")
    args = parser.parse_args(argv)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="nep-crash-") as place:
        folder = Path(place, "tài liệu")
        folder.mkdir()
        try:
            tallies = crash(args.kills, args.seed, folder, Path(place, "Nep"), lambda s: print(s, flush=True))
        except RuntimeError as error:
            print(error)
            return 1
        minutes = (time.monotonic() - began) / 60
        print("\n| killed | runs | ended before | lost | doubled | verify fails |")
        print("| --- | ---: | ---: | ---: | ---: | ---: |")
        for amid, name in ((False, "at any moment"), (True, "while Chroma writes")):
            t = tallies[amid]
            w = t.wrong
            print(f"| {name} | {t.kills} | {t.finished} | {w['lost']} | {w['doubled']} | {w['unsound']} |")
        if not args.no_baseline:
            plain = args.kills // 4
            broken = baseline(plain, args.seed, Path(place))
            print(f"| plain Chroma, no copy beside it | {plain} | 0 | | | {broken} |")
        print(f"\nThe library equals that of an undisturbed run. {minutes:.1f} minutes.")
    return 1 if any(sum(t.wrong.values()) for t in tallies.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
