"""Whether an article reads the same from every format: its words, its fields, and the answers drawn from it.

    python -m bench.corpus [OUT] [--articles FOLDER] [--questions FILE] [--formats NAME...]

Makes the corpus of ``bench.make_corpus`` in ``OUT`` (a folder that goes again, where none is given; one that
holds a corpus is taken as it is) and loads it by one command, ``app.py ingest OUT``. Then each document is
read: its characters, how far they are from the original's (edit distance in per cent, every mark and every
break counted), how many of its figures are not the original's, what plain extraction of the same file is
off, the seconds it takes, and which of title (t), day (p) and author (a) it states and gives rightly. Then
for each format a library with all articles in that format is asked: an answer is the same as from .txt files
if it has the same status, quotes the same words and marks the same in them. ``--questions`` takes the
questions from a file of JSON lines (``question``, ``history``) instead of those about the samples.

Exit code 1 where a target is missed; the misses are listed at the end.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from assistant.answer import Assistant
from assistant.types import Answer, Turn
from bench.make_corpus import (
    FIELDS,
    FORMATS,
    MANIFEST,
    SAMPLES,
    Entry,
    Format,
    Manifest,
    Reference,
    make,
    soffice,
)
from bench.make_corpus import reference as reference_of
from ingest.chunk import passages
from ingest.load import Document, Refused, documents
from ingest.types import Article
from ingest.worker import Readers
from vectorstore import encoders
from vectorstore.library import Library
from vectorstore.types import Encoder, Vectors

#: The share of its characters by which a document may differ from the original; of one that is a picture.
ALLOWED, ALLOWED_OF_PICTURES = 0.01, 0.10
#: The format that the others are compared with.
BASE = "txt-utf8"

#: About what the samples say, and of two things that they do not.
QUESTIONS = """
    Văn phòng Tỉnh ủy Hà Lương được tặng thưởng Huân chương Lao động hạng Nhất năm nào?
    Tiền thân của Văn phòng Tỉnh ủy Hà Lương ra đời khi nào, ở đâu?
    Phương châm của tập thể Văn phòng Tỉnh ủy Hà Lương là gì?
    Chánh Văn phòng Tỉnh ủy Hà Lương là ai?
    Văn phòng Tỉnh ủy Hà Lương có bao nhiêu cán bộ, công chức, người lao động?
    Văn phòng Thành ủy Sơn Khê được thành lập ngày nào?
    Trụ sở Văn phòng Thành ủy Sơn Khê đặt ở đâu?
    Chánh Văn phòng đầu tiên của Thành ủy Sơn Khê là ai?
    Nhiệm vụ của Văn phòng Thành ủy Sơn Khê gồm những gì?
    Văn phòng Huyện ủy Bình Lãng được thành lập ngày nào?
    Năm 2018 Văn phòng Huyện ủy Bình Lãng được tặng phần thưởng gì?
    Bí thư Huyện ủy Bình Lãng là ai?
    Văn phòng Huyện ủy Trường Lạc được tặng thưởng huân chương gì?
    Ai là Chánh Văn phòng Huyện ủy Trường Lạc từ năm 1976 đến năm 1991?
    Bà Tống Thị Mây bắt đầu làm văn thư từ ngày nào?
    Sáng kiến “Sổ tay nghị quyết” ra đời năm nào?
    Cán bộ văn phòng cấp ủy lấy ngày nào làm ngày truyền thống?
    van phong huyen uy binh lang duoc thanh lap ngay nao
    Những văn phòng nào được tặng Huân chương Lao động hạng Nhì?
    Văn phòng Tỉnh ủy Lục Giang được thành lập năm nào?
    Giá vé xe từ Hà Lương đi Sơn Khê là bao nhiêu?
"""


# --- texts compared --------------------------------------------------------------------------------


def distance(a: str, b: str) -> int:
    """How many characters must be put in, left out or changed to make the one text the other (Levenshtein),
    by the bits of whole numbers: Myers, JACM 46 (1999), as Hyyrö (2001) puts it, a column of the table in one
    step."""
    if not a or not b or a == b:
        return 0 if a == b else len(a) + len(b)
    at: dict[str, int] = {}  # in which places of a column each character stands
    for n, character in enumerate(a):
        at[character] = at.get(character, 0) | 1 << n
    full, last = (1 << len(a)) - 1, 1 << (len(a) - 1)
    up, down, found = full, 0, len(a)  # where the column rises by one, where it falls, its last value
    for character in b:
        same = at.get(character, 0)
        falls = same | down
        level = (((same & up) + up) ^ up) | same
        right_up = down | (full & ~(level | up))
        right_down = up & level
        found += bool(right_up & last) - bool(right_down & last)
        right_up = (right_up << 1 | 1) & full
        right_down = right_down << 1 & full
        up = right_down | (full & ~(falls | right_up))
        down = right_up & falls
    return found


_FIGURE = re.compile(r"\d+(?:[./-]\d+)*")


def figures(text: str) -> Counter[str]:
    """The dates and numbers of a text, and how often each stands there."""
    return Counter(_FIGURE.findall(text))


def wrong_figures(text: str, original: str) -> int:
    """How many figures the text lacks or has too many."""
    has, wanted = figures(text), figures(original)
    return (has - wanted).total() + (wanted - has).total()


_BREAK = re.compile(r"\n+")


def without(text: str, also: Iterable[str]) -> str:
    """The text without those of its lines that are nothing but one of ``also``, however set."""
    left_out = {_bare(line) for line in also}
    return "\n\n".join(line for line in _BREAK.split(text) if _bare(line) not in left_out)


def _bare(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()


def one_line(text: str) -> str:
    return " ".join(text.split())


# --- a document compared ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compared:
    """One document as it was read, beside its original. ``off`` is the edit distance as a share of the
    original's characters and ``plain`` that of plain extraction (None where no library extracts it);
    ``figures`` counts those that are wrong; ``wrong`` are the fields that were read otherwise, with what was
    read. ``refused`` is why it was not read; there is no article then."""

    entry: Entry
    article: Article | None
    off: float
    figures: int
    wrong: Mapping[str, str | None]
    seconds: float
    plain: float | None
    refused: str | None = None

    @property
    def allowed(self) -> float:
        return ALLOWED_OF_PICTURES if FORMATS[self.entry.format].scanned else ALLOWED

    @property
    def misses(self) -> list[str]:
        """What is wrong with it, in words."""
        if self.refused:
            return [f"refused: {self.refused}"]
        far = [f"{self.off:.2%} of its characters"] if self.off > self.allowed else []
        return [*far, *(f"{field}: {value!r}" for field, value in self.wrong.items())]


def compared(
    entry: Entry, article: Article, original: Reference, seconds: float, plain: str | None
) -> Compared:
    form = FORMATS[entry.format]
    wanted, text = form.told(original.text), form.told(without(article.text, entry.also))
    read = reference_of(article)
    fields = {field: (getattr(read, field), getattr(original, field)) for field in FIELDS}
    return Compared(
        entry,
        article,
        off=distance(text, wanted) / len(wanted),
        figures=wrong_figures(text, wanted),
        wrong={field: found for field, (found, was) in fields.items() if not _right(form, found, was)},
        seconds=seconds,
        plain=None if plain is None else _off_in_one_line(form.told(without(plain, entry.also)), wanted),
    )


def _right(form: Format, found: str | None, wanted: str | None) -> bool:
    """Whether a field is as it should be. Words off a picture may be misread as its text may, figures not."""
    if found is None or wanted is None:
        return found is wanted
    found, wanted = form.told(found), form.told(wanted)
    misread = form.scanned and not wrong_figures(found, wanted)
    return distance(found, wanted) <= (ALLOWED_OF_PICTURES * len(wanted) if misread else 0)


def _off_in_one_line(text: str, wanted: str) -> float:
    """Where lines break is held against no plain extraction."""
    return distance(one_line(text), one_line(wanted)) / len(one_line(wanted))


def read(folder: Path, manifest: Manifest, say: Callable[[Compared], object]) -> list[Compared]:
    """Every document of the corpus read and compared, told as soon as it is."""
    entries = {str(folder / e.file): e for e in manifest.files}
    found: list[Compared] = []
    with Readers() as readers:
        for form in dict.fromkeys(e.format for e in manifest.files):
            plainly = plain_texts(folder / form)
            for file in sorted((folder / form).iterdir()):
                began = time.perf_counter()
                given = list(documents(file, readers))
                seconds = (time.perf_counter() - began) / len(given)
                for one in given:
                    entry = entries.pop(one.file)
                    row = _row(entry, one, manifest, seconds, plainly.get(file.name))
                    if row:
                        say(row)
                        found.append(row)
    return [*found, *(_refused(e, 0.0, "nothing was read") for e in entries.values() if e.article)]


def _refused(entry: Entry, seconds: float, reason: str) -> Compared:
    return Compared(entry, None, 1.0, 0, {}, seconds, None, reason)


def _row(
    entry: Entry, one: Document | Refused, manifest: Manifest, seconds: float, plain: str | None
) -> Compared | None:
    if isinstance(one, Refused):
        return _refused(entry, seconds, one.reason)
    if entry.article is None:
        return None
    return compared(entry, one.article, manifest.articles[entry.article], seconds, plain)


# --- plain extraction ------------------------------------------------------------------------------


def plain_texts(folder: Path) -> dict[str, str]:
    """What the usual libraries give of the files of a folder, as they give it, by the files' names; of
    formats that none of them reads nothing."""
    files = sorted(folder.iterdir())
    suffix = files[0].suffix
    if suffix in (".doc", ".rtf", ".odt"):
        return _by_office(files)
    return {file.name: _PLAIN[suffix](file) for file in files} if suffix in _PLAIN else {}


def _bytes_as_text(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "replace")


def _of_word(file: Path) -> str:
    from docx import Document as WordDocument

    return "\n".join(p.text for p in WordDocument(str(file)).paragraphs)


def _of_pdf(file: Path) -> str:
    import pypdfium2  # type: ignore[import-untyped]

    with pypdfium2.PdfDocument(file) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def _of_page(file: Path) -> str:
    from trafilatura import extract

    return extract(file.read_bytes()) or ""


def _of_slides(file: Path) -> str:
    from pptx import Presentation

    shapes = (shape for slide in Presentation(str(file)).slides for shape in slide.shapes)
    return "\n".join(shape.text_frame.text for shape in shapes if shape.has_text_frame)


def _of_workbook(file: Path) -> str:
    from openpyxl import load_workbook

    return _rows(row for sheet in load_workbook(file, read_only=True) for row in sheet.values)


def _of_table(file: Path) -> str:
    return _rows(csv.reader(io.StringIO(_bytes_as_text(file))))


def _rows(rows: Iterable[Iterable[Any]]) -> str:
    return "\n".join(" ".join(str(cell) for cell in row if cell is not None) for row in rows)


def _of_letter(file: Path) -> str:
    from email import message_from_bytes, policy

    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    return str(body.get_content()) if body else ""


_PLAIN: Mapping[str, Callable[[Path], str]] = {
    ".txt": _bytes_as_text,
    ".md": _bytes_as_text,
    ".html": _of_page,
    ".htm": _of_page,
    ".docx": _of_word,
    ".pdf": _of_pdf,
    ".pptx": _of_slides,
    ".xlsx": _of_workbook,
    ".csv": _of_table,
    ".eml": _of_letter,
}


def _by_office(files: Sequence[Path]) -> dict[str, str]:
    with TemporaryDirectory() as name:
        soffice("txt:Text (encoded):UTF8", files, Path(name))
        made = {file.name: Path(name, f"{file.stem}.txt") for file in files}
        return {name: text.read_text(encoding="utf-8-sig") for name, text in made.items()}


# --- the answers -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    question: str
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What is compared of an answer: its status, the words it quotes and those it marks, white space single.
    A refusal quotes nothing."""

    status: str
    quotes: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()

    @classmethod
    def of(cls, answer: Answer) -> Reply:
        if answer.status == "refused":
            return cls("refused")
        quotes = (c.quote for c in answer.citations)
        marks = (m.moved(-c.start).of(c.quote) for c in answer.citations for m in c.marks)
        return cls("answered", tuple(map(one_line, quotes)), tuple(map(one_line, marks)))

    def told(self, told: Callable[[str], str]) -> Reply:
        return Reply(self.status, tuple(map(told, self.quotes)), tuple(map(told, self.marks)))


def same(reply: Reply, base: Reply, allowed: float = 0.0) -> bool:
    """Whether two answers say the same. Where ``allowed`` is not 0, as much of the words may have been
    misread, though no figure, and their order may be another, which hangs on the least of scores."""
    if not allowed:
        return reply == base
    return reply.status == base.status and all(
        len(a) == len(b)
        and figures(" ".join(a)) == figures(" ".join(b))
        and all(any(distance(x, y) <= allowed * len(y) for x in a) for y in b)
        for a, b in ((reply.quotes, base.quotes), (reply.marks, base.marks))
    )


class Remembering:
    """An encoder that embeds no text twice: from each format come the same."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}
        self.name, self.dimensions = encoder.name, encoder.dimensions
        self.query = encoder.query

    def passages(self, texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known |= zip(new, self._encoder.passages(new), strict=True)
        return np.stack([self._known[text] for text in texts])


def replies(articles: Iterable[Article], asked: Sequence[Asked], encoder: Encoder) -> list[Reply]:
    """What a library of these articles says to the questions."""
    with TemporaryDirectory() as home, Library.open(Path(home), encoder, write=True) as library:
        for article in articles:
            library.add(article, passages(article))
        assistant = Assistant(library)
        return [Reply.of(assistant.ask(a.question, a.history)) for a in asked]


@dataclass(frozen=True, slots=True)
class Different:
    """A question that one format answers otherwise than the base."""

    question: str
    reply: Reply
    base: Reply


def differences(
    form: str, found: Sequence[Reply], base: Sequence[Reply], asked: Sequence[Asked]
) -> list[Different]:
    told, allowed = FORMATS[form].told, ALLOWED_OF_PICTURES if FORMATS[form].scanned else 0.0
    return [
        Different(a.question, reply, wanted)
        for a, reply, wanted in zip(asked, found, base, strict=True)
        if not same(reply.told(told), wanted.told(told), allowed)
    ]


def questions(file: Path | None) -> tuple[Asked, ...]:
    """Those of the file, or those about the samples."""
    if file is None:
        return tuple(Asked(line.strip()) for line in QUESTIONS.strip().splitlines())
    rows = map(json.loads, filter(str.strip, file.read_text(encoding="utf-8").splitlines()))
    return tuple(Asked(r["question"], tuple(Turn(**t) for t in r.get("history", ()))) for r in rows)


# --- in one command --------------------------------------------------------------------------------

_APP = Path(__file__).parents[1] / "app.py"


def by_command(folder: Path) -> tuple[float, list[str]]:
    """How many seconds ``app.py ingest`` takes for the corpus, and what it tells of each document."""
    with TemporaryDirectory() as home:
        began = time.perf_counter()
        command = [sys.executable, str(_APP), "--home", home, "ingest", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - began
    known = ("added", "updated", "unchanged", "refused")
    return seconds, [told for told in done.stdout.splitlines() if told.startswith(known)]


# --- showing ---------------------------------------------------------------------------------------


def row_of(row: Compared) -> str:
    fields = "".join(
        field[0] if field in row.entry.carries else "." for field in FIELDS if field not in row.wrong
    )
    wrong = " ".join(f"{field}={value!r}" for field, value in row.wrong.items())
    plain = "" if row.plain is None else f"{row.plain:.2%}"
    told = f"refused: {row.refused}" if row.refused else f"{fields:<4}{wrong}"
    characters = len(row.article.text) if row.article else 0
    name = row.entry.article or row.entry.file
    return (
        f"{row.entry.format:<17} {name:<46.46} {characters:>6} {row.off:>7.2%} "
        f"{row.figures:>3} {plain:>8} {row.seconds:>6.2f} s  {told}"
    )


def table(rows: Sequence[Compared], different: Mapping[str, Sequence[Different]], asked: int) -> str:
    """A line a format, in Markdown."""
    lines = [
        "| format | documents | off, mean | off, most | figures wrong | fields right | same answers "
        "| plain extraction off, mean | s a document |",
        "| --- |" + " ---: |" * 8,
    ]
    for form in dict.fromkeys(row.entry.format for row in rows):
        of = [row for row in rows if row.entry.format == form]
        plain = [row.plain for row in of if row.plain is not None]
        right = sum(len(FIELDS) - len(row.wrong) for row in of if not row.refused)
        answers = f"{asked - len(different[form])}/{asked}" if form in different else ""
        lines.append(
            f"| {form} | {len(of)} | {_mean(row.off for row in of):.2%} | {max(row.off for row in of):.2%} "
            f"| {sum(row.figures for row in of)} | {right}/{len(FIELDS) * len(of)} | {answers} "
            f"| {f'{_mean(plain):.2%}' if plain else ''} | {_mean(row.seconds for row in of):.2f} |"
        )
    return "\n".join(lines)


def _mean(values: Iterable[float]) -> float:
    values = list(values)
    return sum(values) / len(values)


def told_difference(form: str, d: Different) -> str:
    """How an answer differs: what it alone has, and what the base alone has, marks in brackets."""

    def shown(reply: Reply, other: Reply) -> str:
        quotes = [q for q in reply.quotes if q not in other.quotes]
        marks = [f"[{m}]" for m in reply.marks if m not in other.marks]
        return " ".join([reply.status, *(quotes + marks or [f"({len(reply.quotes)} quotes, in this order)"])])

    return f"{form}: {d.question}\n    is   {shown(d.reply, d.base)}\n    was  {shown(d.base, d.reply)}"


def main(argv: Sequence[str] | None = None, encoder: Encoder | None = None) -> int:
    """Runs it all. ``encoder`` is the bundled one where none is given."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path, nargs="?", metavar="OUT")
    parser.add_argument("--articles", type=Path, default=SAMPLES, metavar="FOLDER")
    parser.add_argument("--questions", type=Path, metavar="FILE")
    parser.add_argument("--formats", nargs="+", default=list(FORMATS), choices=list(FORMATS), metavar="NAME")
    given = parser.parse_args(argv)
    names = [BASE, *(name for name in given.formats if name != BASE)]
    asked = questions(given.questions)
    with nullcontext(given.out) if given.out else TemporaryDirectory() as where:
        folder = Path(where).absolute()
        ready = (folder / MANIFEST).is_file()
        manifest = Manifest.of(folder) if ready else make(folder, given.articles, names)
        manifest = manifest.only(names)
        return _measure(folder, manifest, asked, Remembering(encoder or encoders.load()))


def _measure(folder: Path, manifest: Manifest, asked: Sequence[Asked], encoder: Encoder) -> int:
    for name, reason in manifest.left_out.items():
        print(f"{name}: left out, {reason}")
    seconds, told = by_command(folder)
    became = Counter(line.partition(" ")[0] for line in told)
    print(f"python app.py ingest: {seconds:.1f} s, {', '.join(f'{n} {word}' for word, n in became.items())}")
    print("\n".join([*(line for line in told if line.startswith("refused")), ""]))
    rows = read(folder, manifest, lambda row: print(row_of(row), flush=True))
    said = {
        form: replies([r.article for r in rows if r.entry.format == form and r.article], asked, encoder)
        for form in dict.fromkeys(row.entry.format for row in rows)
    }
    base = said[BASE]
    different = {form: differences(form, found, base, asked) for form, found in said.items()}
    print(f"\n{table(rows, different, len(asked))}\n")
    refused = sum(reply.status == "refused" for reply in base)
    print(f"{len(asked)} questions, of which {refused} are refused from {BASE}")
    misses = [f"{row.entry.file}: {'; '.join(row.misses)}" for row in rows if row.misses]
    misses += [told_difference(form, d) for form, found in different.items() for d in found]
    print("\n".join([f"\n{len(misses)} targets missed", *misses]) if misses else "every target met")
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(main())
