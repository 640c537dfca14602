"""Damaged files of every format, read the way they are read when an office gives them: by a process apart,
within limits. Each must be read or refused in a sentence; what else becomes of one is a finding.

    python -m bench.fuzz [--seconds 300] [--seed N] [--formats .docx .pdf] [--out FOLDER]

A real file of each format is made and damaged: bytes and stretches of it, numbers and tags of its text, and
of the formats that are zip files the parts inside as well. The same seed damages in the same ways. Prints a
table, and keeps in the folder an input for each distinct finding, beside it what is known of it; exit code 1
where there is any.
"""

from __future__ import annotations

import argparse
import io
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic

from ingest import clean, formats
from ingest.errors import UnreadableFile
from ingest.limits import Limits
from ingest.worker import ReaderFailed, Readers

TITLE = "Văn phòng Huyện ủy Bình Lãng qua các thời kỳ"
TEXT = (
    "Ngày 18 tháng 10 năm 1947, Văn phòng Huyện ủy Bình Lãng được thành lập với 05 cán bộ.",
    "Năm 1998, Văn phòng được tặng Huân chương Lao động hạng Ba; năm 2008, hạng Nhì.",
    "Hiện nay Văn phòng có 15 cán bộ, công chức, trong đó 12 đồng chí có trình độ đại học.",
)
TABLE = (
    ("Họ và tên", "Chức vụ", "Từ năm"),
    ("Trần Văn Bình", "Chánh Văn phòng", "2015"),
    ("Lê Thị Hạnh", "Phó", "2019"),
)

# --- one real file a format ------------------------------------------------------------------------


def specimens() -> dict[str, bytes]:
    """A small file of each format that can be made here, by its suffix: those of LibreOffice where it is
    installed. A format of several suffixes is made once."""
    made = {suffix: make() for suffix, make in _MAKERS.items()}
    return made | _by_libreoffice(made[".docx"])


def _docx() -> bytes:
    import docx

    document = docx.Document()
    document.core_properties.author = "Văn phòng"
    document.add_heading(TITLE, 0)
    for text in TEXT:
        document.add_paragraph(text)
    document.add_paragraph("Mục đầu", style="List Bullet")
    table = document.add_table(len(TABLE), 3)
    for row, texts in zip(table.rows, TABLE, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.sections[0].header.paragraphs[0].text = "Huyện ủy Bình Lãng"
    return _saved(document.save)


def _xlsx() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append([TITLE])
    for row in TABLE:
        sheet.append(row)
    sheet.append([*TEXT, 3.5])
    sheet.merge_cells("A1:C1")
    return _saved(book.save)


def _pptx() -> bytes:
    import pptx

    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = TITLE
    slide.placeholders[1].text_frame.text = "\n".join(TEXT)
    return _saved(deck.save)


def _pdf() -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    for texts in ((TITLE, *TEXT), [cell for row in TABLE for cell in row]):
        for n, text in enumerate(texts):
            canvas.drawString(72, 760 - 20 * n, text.encode("ascii", "ignore").decode())
        canvas.rect(70, 600, 300, 40)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _picture(format: str) -> bytes:
    from PIL import Image, ImageDraw

    picture = Image.new("L", (900, 160), 255)
    for n, text in enumerate(TEXT):
        ImageDraw.Draw(picture).text((20, 20 + 40 * n), text.encode("ascii", "ignore").decode(), 0)
    return _saved(lambda out: picture.save(out, format))


def _html() -> bytes:
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in TABLE)
    body = "".join(f"<p class='x'>{text}</p>" for text in TEXT)
    return (
        f"<!DOCTYPE html><html lang='vi'><head><meta charset='utf-8'><title>{TITLE}</title></head><body>"
        f"<nav><a href='/'>Trang chủ</a></nav><article><h1>{TITLE}</h1>{body * 3}<table>{rows}</table>"
        "</article></body></html>"
    ).encode()


def _mht() -> bytes:
    message = EmailMessage()
    message["Subject"] = TITLE
    message["MIME-Version"] = "1.0"
    message.set_content(_html().decode(), subtype="html", cte="quoted-printable")
    message.make_related()
    return bytes(message)


def _eml() -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "Văn phòng <vp@example.com>", "banbientap@example.com"
    message["Subject"], message["Date"] = TITLE, "Mon, 19 Oct 2020 08:00:00 +0700"
    message.set_content("\n\n".join(TEXT))
    message.add_alternative(_html().decode(), subtype="html")
    message.add_attachment(b"\0" * 99, maintype="application", subtype="pdf", filename="Bài số 1.pdf")
    return bytes(message)


def _rtf() -> bytes:
    def escaped(text: str) -> str:
        return "".join(c if c.isascii() else f"\\u{ord(c)}?" for c in text)

    body = "".join(f"\\pard {escaped(text)}\\par\n" for text in (TITLE, *TEXT))
    return f"{{\\rtf1\\ansi\\ansicpg1258{{\\fonttbl{{\\f0 Times New Roman;}}}}\n{body}}}".encode()


def _csv() -> bytes:
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in TABLE * 5).encode("utf-8-sig")


def _md() -> bytes:
    front = f'---\ntitle: "{TITLE}"\ndate: 2020-10-18\ntags: [a, b]\n---\n'
    body = "\n\n".join((f"# {TITLE}", "![Ảnh](a.png)", *TEXT, "- **một** [hai](x)"))
    return (front + body).encode()


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    out = io.BytesIO()
    save(out)
    return out.getvalue()


_MAKERS: Mapping[str, Callable[[], bytes]] = {
    ".txt": lambda: "\n\n".join((TITLE, *TEXT)).encode("utf-16"),
    ".md": _md,
    ".docx": _docx,
    ".rtf": _rtf,
    ".pdf": _pdf,
    ".png": lambda: _picture("PNG"),
    ".jpg": lambda: _picture("JPEG"),
    ".tif": lambda: _picture("TIFF"),
    ".bmp": lambda: _picture("BMP"),
    ".webp": lambda: _picture("WEBP"),
    ".html": _html,
    ".mht": _mht,
    ".eml": _eml,
    ".xlsx": _xlsx,
    ".csv": _csv,
    ".pptx": _pptx,
}


def _by_libreoffice(docx: bytes) -> dict[str, bytes]:
    program = shutil.which("soffice")
    if program is None:
        return {}
    with TemporaryDirectory() as folder:
        Path(folder, "a.docx").write_bytes(docx)
        for suffix in ("doc", "odt"):
            profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
            command = [program, profile, "--headless", "--convert-to", suffix, "--outdir", folder, "a.docx"]
            subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=120)
        return {suffix: Path(folder, f"a{suffix}").read_bytes() for suffix in (".doc", ".odt")}


# --- damage ----------------------------------------------------------------------------------------

#: Bytes, lengths and numbers at which programs go wrong.
_EDGES = (
    b"\0",
    b"\xff",
    b"\x7f",
    b"\x80",
    b"\0" * 4,
    b"\xff" * 4,
    b"\xff\xff\xff\x7f",
    b"\0\0\0\x80",
    b"\0\x10\0\0",
)
_NUMBERS = (b"0", b"-1", b"1e309", b"2147483648", b"4294967296", b"99999999999999999999", b"NaN", b"")
_INSERTS = (
    b"<",
    b">",
    b"&",
    b"&#0;",
    b"&x;",
    b"]]>",
    b"<!--",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"%s",
    b"\\u-1?",
    b"{" * 500,
)


def damaged(data: bytes, random: Random) -> bytes:
    """The file with one to four things done to it; in a zip file, half of the time, to its parts."""
    if data.startswith(b"PK\x03\x04") and random.random() < 0.75:
        return _repacked(data, random)
    for _ in range(random.randint(1, 4)):
        data = random.choice(_DAMAGES)(data, random)
    return data


def _repacked(data: bytes, random: Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        chosen = set(random.choices(names, k=random.randint(1, 2)))
        for name in names:
            part = old.read(name)
            if name in chosen:
                what = random.random()
                if what < 0.08:
                    continue
                part = old.read(random.choice(names)) if what < 0.16 else damaged(part, random)
            new.writestr(name, part)
    return out.getvalue()


def _stretch(data: bytes, random: Random, most: int = 2000) -> tuple[int, int]:
    start = random.randrange(len(data) + 1)
    return start, min(len(data), start + random.randint(1, random.choice((4, 64, most))))


def _flipped(data: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 4, 30))):
        if changed:
            changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _overwritten(data: bytes, random: Random) -> bytes:
    start, end = _stretch(data, random)
    filled = random.choice((bytes(end - start), b"\xff" * (end - start), random.randbytes(end - start)))
    return data[:start] + filled + data[end:]


def _edged(data: bytes, random: Random) -> bytes:
    start = random.randrange(len(data) + 1)
    edge = random.choice(_EDGES)
    return data[:start] + edge + data[start + len(edge) :]


def _cut(data: bytes, random: Random) -> bytes:
    start, end = _stretch(data, random)
    return data[:start] + data[end:]


def _repeated(data: bytes, random: Random) -> bytes:
    start, end = _stretch(data, random)
    return data[:start] + data[start:end] * random.choice((2, 10, 500)) + data[end:]


def _moved(data: bytes, random: Random) -> bytes:
    start, end = _stretch(data, random)
    rest = data[:start] + data[end:]
    at = random.randrange(len(rest) + 1)
    return rest[:at] + data[start:end] + rest[at:]


def _truncated(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def _inserted(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.choice(_INSERTS) + data[at:]


def _renumbered(data: bytes, random: Random) -> bytes:
    found = list(re.finditer(rb"-?\d+", data))
    return _replaced(data, random.choice(found), random.choice(_NUMBERS)) if found else data


_TAG = re.compile(rb"</?[A-Za-z][^<>]{0,300}>")


def _retagged(data: bytes, random: Random) -> bytes:
    """A tag left out, put in the place of another, or opened again and again."""
    found = list(_TAG.finditer(data))
    if not found:
        return data
    tag = random.choice(found)
    other = random.choice(found)[0]
    return _replaced(data, tag, random.choice((b"", other, tag[0] * 2, tag[0] * 3000)))


_VALUE = re.compile(rb"""=\s*(?:"[^"]{0,200}"|'[^']{0,200}')""")


def _revalued(data: bytes, random: Random) -> bytes:
    found = list(_VALUE.finditer(data))
    if not found:
        return data
    value = random.choice(
        (random.choice(found)[0], b'=""', b'="-1"', b'="' + b"9" * 400 + b'"', b'="\xc4\x90"')
    )
    return _replaced(data, random.choice(found), value)


def _replaced(data: bytes, place: re.Match[bytes], new: bytes) -> bytes:
    return data[: place.start()] + new + data[place.end() :]


_DAMAGES: Sequence[Callable[[bytes, Random], bytes]] = (
    _flipped,
    _overwritten,
    _edged,
    _cut,
    _repeated,
    _moved,
    _truncated,
    _inserted,
    _renumbered,
    _retagged,
    _revalued,
)


# --- the run ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class Row:
    """What became of the files of a format. ``found`` counts each distinct finding."""

    read: int = 0
    refused: int = 0
    found: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    slowest: float = 0.0

    @property
    def findings(self) -> int:
        return self.found.total()

    @property
    def files(self) -> int:
        return self.read + self.refused + self.findings


def outcome(path: Path, readers: Readers) -> tuple[str, str]:
    """``read``, ``refused``, or what kind of finding the file is; and what is known of it."""
    try:
        suffix = path.suffix
        clean.clean(readers.page(path, suffix))
        if suffix in formats.LETTERS:
            with TemporaryDirectory() as folder:
                readers.attachments(path, Path(folder))
    except ReaderFailed as e:
        return e.how, e.trace
    except UnreadableFile as e:
        return "refused", str(e)
    except OSError as e:  # the disk is sound: a library makes an error of the system out of a wrong number
        return "error", f"OSError: {e}"
    except Exception as e:
        import traceback

        return "error", "".join(traceback.format_exception(e))
    return "read", ""


def _signature(how: str, known: str) -> str:
    """By what a finding is told from others: its kind, where in our code it came out, what was said."""
    ours = re.findall(r'File "[^"]*?((?:ingest|bench)/[^"]+)", line (\d+)', known)
    last = known.strip().splitlines()[-1][:100] if known.strip() else ""
    return " ".join([how, ":".join(ours[-1]) if ours else "", re.sub(r"\d+", "N", last)]).strip()


def fuzz(
    made: Mapping[str, bytes], seed: int, rounds: Iterable[object], readers: Readers, out: Path | None = None
) -> dict[str, Row]:
    """What becomes of the files of ``made`` when damaged: one each round, of the format that has had the
    least time. An input of each distinct finding is put into ``out``."""
    rows = {suffix: Row() for suffix in made}
    with TemporaryDirectory() as folder:
        for _ in rounds:
            suffix, row = min(rows.items(), key=lambda item: item[1].seconds)
            path = Path(folder, f"input{suffix}")
            path.write_bytes(damaged(made[suffix], Random(f"{seed}/{suffix}/{row.files}")))
            began = monotonic()
            how, known = outcome(path, readers)
            took = monotonic() - began
            row.seconds += took
            row.slowest = max(row.slowest, took)
            if how == "read":
                row.read += 1
            elif how == "refused":
                row.refused += 1
            else:
                signature = _signature(how, known)
                row.found[signature] += 1
                if out and row.found[signature] == 1:
                    _keep(path, out / f"{suffix[1:]}-{len(row.found)}-{how}{suffix}", known)
    return rows


def _keep(path: Path, target: Path, known: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)
    Path(f"{target}.log").write_text(known, encoding="utf-8", errors="backslashreplace")


def _for(seconds: float) -> Iterator[float]:
    end = monotonic() + seconds
    while (now := monotonic()) < end:
        yield now


def table(rows: Mapping[str, Row]) -> str:
    """A line a format, and below them each distinct finding."""
    lines = [f"{'format':<8}{'files':>8}{'read':>8}{'refused':>9}{'findings':>10}{'slowest':>10}"]
    for suffix, row in rows.items():
        counts = f"{suffix:<8}{row.files:>8}{row.read:>8}{row.refused:>9}{row.findings:>10}"
        lines.append(f"{counts}{row.slowest:>8.1f} s")
    for suffix, row in rows.items():
        lines += [f"{suffix}: {count} × {what}" for what, count in row.found.most_common()]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--formats", nargs="+", metavar="SUFFIX")
    parser.add_argument("--out", type=Path, default=Path("fuzz-findings"))
    args = parser.parse_args()
    made = specimens()
    if args.formats:
        made = {suffix: made[suffix] for suffix in args.formats}
    with Readers(Limits()) as readers:
        rows = fuzz(made, args.seed, _for(args.seconds), readers, args.out)
    print(table(rows))
    return 1 if any(row.found for row in rows.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
