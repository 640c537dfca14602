"""Pictures of pages: photographs, scans, and pages of PDF files that are pictures, as Tesseract reads them.

Tesseract is a program of its own that offices install beside this one. It runs once a page, two pages at a
time, each on one processor. What it says of each word, and of the line that the word stands on, goes the way
of a PDF file's words (``columns``, ``paragraphs``).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import unicodedata
import warnings
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, pairwise, takewhile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from ingest import layout, worker
from ingest.errors import UnreadableFile
from ingest.limits import Limits
from ingest.readers import paragraphs
from ingest.readers.columns import Box, Sheet, Stroke, Word

if TYPE_CHECKING:
    from PIL import Image

#: How fine pages are looked at, in dots per inch: a finer picture takes longer and reads no better.
DPI = 300
#: The most dots of a picture of one page: A3 at 300 dpi has 17 million.
MOST_DOTS = 18_000_000
#: Letters of a smaller picture are drawn larger before it is read: a page at 75 dpi has 0.5 million dots.
FEW_DOTS = 1_500_000
AT_A_TIME = 2


@dataclass(frozen=True, slots=True)
class Picture:
    """A page in grey, one byte a dot, row by row from the top."""

    width: int
    height: int
    dots: bytes
    dpi: float = DPI


def read(path: Path, limits: Limits) -> layout.Page:
    """The page of a picture, or of the pages of a TIFF file. Raises UnreadableFile where there is no text in
    it, it is none, too large or damaged, or where Tesseract or its Vietnamese is missing; OSError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is odd in a picture, which is looked at all the same
        found = list(sheets(enumerate(_pictures(path, limits), 1), limits))
    drafts = paragraphs.drafts(found)
    if not drafts:
        raise UnreadableFile(
            "không thấy chữ nào trong ảnh. Hãy chụp hoặc quét lại cho rõ, thẳng và đủ sáng, rồi nạp lại."
        )
    return layout.document(drafts, scanned=(sheet.number for sheet in found))


# --- pictures ------------------------------------------------------------------------------------

#: A picture of more dots is refused: so many take 270 MB when it is opened.
TOO_MANY_DOTS = 90_000_000

_DAMAGED = (
    "không mở được ảnh: tệp hỏng, hoặc không phải ảnh như tên tệp ghi. Hãy mở tệp bằng chương trình xem "
    "ảnh, lưu lại thành .png hoặc .jpg, rồi nạp lại."
)
_TOO_LARGE = (
    f"ảnh quá lớn, hơn {TOO_MANY_DOTS // 1_000_000} triệu điểm ảnh. Hãy thu nhỏ ảnh, hoặc cắt lấy phần có "
    "chữ, rồi nạp lại."
)
_SUBFILE_TYPE = 254  # the tag of a page of a TIFF file that says whether it is a smaller copy of another


def _pictures(path: Path, limits: Limits) -> Iterator[Picture]:
    """The pages of a file: one, but for TIFF. In other formats, more are previews or animations."""
    from PIL import Image

    try:
        with Image.open(path) as image:
            frames = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
            check_number(frames, limits)
            for n in range(frames):
                image.seek(n)
                if n == 0 or not _is_copy(image):
                    yield _picture(image)
    except (UnreadableFile, MemoryError):
        raise
    except Image.DecompressionBombError as e:
        raise UnreadableFile(_TOO_LARGE) from e
    except Exception as e:  # a damaged file raises whatever its parser stumbles over
        if isinstance(e, OSError) and e.errno is not None:
            raise
        raise UnreadableFile(_DAMAGED) from e


def check_number(pages: int, limits: Limits) -> None:
    """Raises UnreadableFile where more pages are pictures than may be."""
    if pages > limits.scanned:
        raise UnreadableFile(
            f"tệp có {pages} trang là ảnh, quá mức {limits.scanned} trang mỗi lần nhận dạng chữ. Hãy tách "
            f"tệp thành nhiều tệp, mỗi tệp không quá {limits.scanned} trang, rồi nạp lại."
        )


def _is_copy(image: Image.Image) -> bool:
    tags = getattr(image, "tag_v2", {})
    return bool(tags.get(_SUBFILE_TYPE, 0) & 1)


def _picture(image: Image.Image) -> Picture:
    """The picture upright, in grey, on white, of the size in which letters are read best."""
    from PIL import Image, ImageOps

    if image.width * image.height > TOO_MANY_DOTS:
        raise UnreadableFile(_TOO_LARGE)
    image.draft("L", _fitting(image.width, image.height))  # JPEG files open smaller, and faster
    grey = ImageOps.exif_transpose(image)
    if grey.has_transparency_data:
        layers = grey.convert("RGBA")
        grey = Image.alpha_composite(Image.new("RGBA", layers.size, "white"), layers)
    if grey.mode.startswith("I;16"):
        grey = grey.convert("I").point(lambda value: value * (1 / 256))
    grey = grey.convert("L").resize(_fitting(grey.width, grey.height), Image.Resampling.BICUBIC)
    return Picture(grey.width, grey.height, grey.tobytes())


def _fitting(width: int, height: int) -> tuple[int, int]:
    dots = width * height
    scale = (MOST_DOTS / dots) ** 0.5 if dots > MOST_DOTS else 2 if dots < FEW_DOTS else 1
    return max(1, round(width * scale)), max(1, round(height * scale))


# --- Tesseract -----------------------------------------------------------------------------------

_MISSING = (
    "tệp là ảnh chụp trang giấy, mà máy chưa có chương trình nhận dạng chữ Tesseract. Trên Ubuntu, Debian "
    "hãy chạy “sudo apt install tesseract-ocr tesseract-ocr-vie”; trên Windows hãy tải Tesseract-OCR về cài "
    "và chọn thêm tiếng Việt (Vietnamese). Sau đó nạp lại."
)
_NO_VIETNAMESE = (
    "tệp là ảnh chụp trang giấy, mà chương trình nhận dạng chữ Tesseract trên máy chưa có tiếng Việt. Trên "
    "Ubuntu, Debian hãy chạy “sudo apt install tesseract-ocr-vie”; trên Windows hãy cài lại Tesseract-OCR "
    "và chọn thêm tiếng Việt (Vietnamese). Sau đó nạp lại."
)
_FAILED = (
    "chương trình nhận dạng chữ Tesseract gặp lỗi. Hãy kiểm tra lại việc cài đặt Tesseract và tiếng Việt "
    "của nó, rồi nạp lại."
)
#: Where its Windows installer puts it, without telling the system.
_ON_WINDOWS = Path(r"C:\Program Files\Tesseract-OCR\tesseract.exe")


def available() -> bool:
    """Whether Tesseract is there and reads Vietnamese."""
    try:
        return bool(_program())
    except UnreadableFile:
        return False


def _program() -> str:
    """Raises UnreadableFile where Tesseract or its Vietnamese is missing."""
    program = shutil.which("tesseract") or (str(_ON_WINDOWS) if _ON_WINDOWS.is_file() else None)
    if not program:
        raise UnreadableFile(_MISSING)
    listed = subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=False)
    if "vie" not in f"{listed.stdout}\n{listed.stderr}".split():
        raise UnreadableFile(_NO_VIETNAMESE)
    return program


def sheets(pictures: Iterable[tuple[int, Picture]], limits: Limits) -> Iterator[Sheet]:
    """What is written on the pictures, which are numbered by their pages; asked for one by one, so that few
    are held at a time. Raises UnreadableFile where Tesseract is missing, or takes too long over a page."""
    program = _program()
    os.putenv("OMP_THREAD_LIMIT", "1")  # two processes of one thread each read faster than one of four
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        running: deque[Future[Sheet]] = deque()
        for number, picture in pictures:
            worker.extend(limits.page_seconds)
            running.append(pool.submit(_sheet, program, number, picture, AT_A_TIME * limits.page_seconds))
            if len(running) == AT_A_TIME:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


def _sheet(program: str, number: int, picture: Picture, seconds: int) -> Sheet:
    try:
        level, lines = _seen(program, picture, seconds)
    except subprocess.TimeoutExpired as e:
        raise UnreadableFile(
            f"nhận dạng chữ ở trang {number} mất hơn {seconds} giây. Hãy quét lại trang đó ở 300 dpi, trắng "
            "đen, rồi nạp lại."
        ) from e
    points = 72 / picture.dpi
    words = tuple(
        Word(word.text, word.left * points, word.right * points, line.base * points, line.size * points)
        for line in lines
        for word in line.words
    )
    strokes = tuple(
        Stroke(stroke.x * points, stroke.y * points, stroke.length * points, stroke.upright)
        for stroke in chain(_strokes(level, upright=False), _strokes(level, upright=True))
    )
    return Sheet(number, level.width * points, level.height * points, words, strokes, scanned=True)


def _seen(program: str, picture: Picture, seconds: int) -> tuple[Image.Image, list[_Line]]:
    """The picture put right, and the lines that are read on it."""
    from PIL import Image

    image = _even(Image.frombytes("L", (picture.width, picture.height), picture.dots))
    level = _level(image)
    blocks = _read(program, level, _PAGE, seconds)
    if _lies(blocks) and (turn := _turn(program, image, seconds)):
        other = _level(image.rotate(-turn, expand=True))
        turned = _read(program, other, _PAGE, seconds)
        if not _lies(turned) or _sure(chain(*turned)) > _sure(chain(*blocks)):
            level, blocks = other, turned
    lines = [line for block in blocks if _sure(block) >= SURE_BLOCK for line in block]
    rest = _without(level, lines)
    if _has_lines(rest, lines):
        more = chain(*_read(program, rest, _ONE_BLOCK, seconds))
        lines += [line for line in more if _sure([line]) >= SURE_REST]
        rest = _without(rest, lines)
    return level, [_marked(line, rest) for line in lines]


# --- preparation ---------------------------------------------------------------------------------

#: The angles that are tried, in degrees: pages lie no further off in a scanner or under a camera.
MOST_SKEW = 10
#: Light changes slowly over a page: how large a patch is, in dots, whose lightest part is taken for paper.
PATCH = 16


def _even(image: Image.Image) -> Image.Image:
    """The picture as if it had been lit evenly. Of an invented page with a shadow over one side Tesseract
    alone read 3 letters of 100, and so all but one in a thousand."""
    from PIL import Image, ImageChops, ImageFilter, ImageOps, ImageStat

    if ImageStat.Stat(image).mean[0] < 100:  # light letters on a dark ground
        image = ImageOps.invert(image)
    small = image.resize((image.width // PATCH + 1, image.height // PATCH + 1), Image.Resampling.BOX)
    paper = small.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.GaussianBlur(4))
    paper = paper.resize(image.size, Image.Resampling.BICUBIC)
    return ImageChops.invert(ImageChops.subtract(paper, image))


def _level(image: Image.Image) -> Image.Image:
    """The picture turned until its lines are level. Of pages that are three degrees off Tesseract leaves out
    whole paragraphs; of pages put right so, none."""
    from PIL import Image, ImageOps

    width = 500
    small = ImageOps.invert(
        image.resize((width, max(1, image.height * width // image.width)), Image.Resampling.BOX)
    )

    def sharpness(tenths: int) -> int:
        """How much darker the rows of letters are than those between, with the picture turned."""
        turned = small.rotate(tenths / 10, Image.Resampling.BILINEAR)
        rows = turned.resize((1, turned.height), Image.Resampling.BOX).tobytes()
        return sum((a - b) ** 2 for a, b in pairwise(rows))

    near = max(range(-10 * MOST_SKEW, 10 * MOST_SKEW + 1, 5), key=sharpness)
    skew = max(range(near - 4, near + 5), key=sharpness)
    return image.rotate(skew / 10, Image.Resampling.BICUBIC, expand=True, fillcolor=255) if skew else image


#: A stroke around cells holds at least so many parts of so many dots; the strokes of bold letters do not.
STROKE_PARTS = 3
PART = 40

_DARK_RUN = re.compile(rb"\x01{%d,}" % STROKE_PARTS)
#: Which values count as ink, and which mean of a patch of a line's height is that of text.
INK = 128
TEXT_INK = range(20, 150)
#: So many such patches side by side are a line of text: a word or two.
TEXT_PATCHES = 1


def _strokes(image: Image.Image, *, upright: bool) -> Iterator[Stroke]:
    """The straight lines on a level picture: those that are drawn around the cells of a table."""
    from PIL import Image

    dark = image.point(lambda value: value < INK)
    if upright:
        dark = dark.transpose(Image.Transpose.TRANSPOSE)
    dots, width = dark.tobytes(), dark.width
    parts = dark.point(lambda value: 255 * value).resize(
        (max(1, width // PART), dark.height), Image.Resampling.BOX
    )
    full = parts.point(lambda value: value > 200).tobytes()
    for n in range(parts.height):
        for run in _DARK_RUN.finditer(full, n * parts.width, (n + 1) * parts.width):
            start, end = (n * width + PART * (at - n * parts.width) for at in run.span())
            start = dots.rfind(b"\0", n * width, start) + 1 or n * width
            end = (dots.find(b"\0", end, (n + 1) * width) + 1 or (n + 1) * width + 1) - 1
            length = end - start
            start -= n * width
            yield Stroke(n, start, length, True) if upright else Stroke(start, n, length, False)


def _without(image: Image.Image, lines: Iterable[_Line]) -> Image.Image:
    from PIL import ImageDraw

    rest = image.copy()
    draw = ImageDraw.Draw(rest)
    for line in lines:
        left, top, right, bottom = line.box
        draw.rectangle((left - 3, top - 3, right + 3, bottom + 3), fill=255)
    return rest


def _has_lines(image: Image.Image, lines: Sequence[_Line]) -> bool:
    """Whether something is left on a picture that may be text. Now and then Tesseract leaves out a line,
    clear as it is, which it reads well when no other is there."""
    from PIL import Image

    size = max(8, round(median(line.size for line in lines))) if lines else DPI // 6
    ink = image.point(lambda value: 255 * (value < INK))
    patches = ink.resize((max(1, image.width // size), max(1, image.height // size)), Image.Resampling.BOX)
    texts = patches.point(lambda value: value in TEXT_INK).tobytes()
    rows = (texts[n : n + patches.width] for n in range(0, len(texts), patches.width))
    return any(b"\1" * TEXT_PATCHES in row for row in rows)


def _marked(line: _Line, rest: Image.Image) -> _Line:
    """The line with the mark of an item that stands before it unread, if there is one on what is left of the
    picture: Tesseract leaves out most hyphens before a wide gap."""
    left, top = line.box[:2]
    start, foot = max(0, round(left - MARK_AWAY * line.size)), round(line.base + 0.1 * line.size)
    ink = rest.crop((start, round(top), max(start + 1, round(left) - 4), max(round(top) + 1, foot)))
    seen = ink.point(lambda value: 255 * (value < INK)).getbbox()
    if not seen or line.words[0].text in (_ITEM, "-"):
        return line
    width, height = seen[2] - seen[0], seen[3] - seen[1]
    low, high = (part * line.size for part in MARK_SIZE)
    if not (low < width < high and height < high and seen[0] > 0):
        return line
    mark = replace(line.words[0], left=start + seen[0])
    return replace(line, words=(_item(mark, line.words[0]), *line.words))


# --- what Tesseract says ---------------------------------------------------------------------------

#: Blocks that Tesseract is less sure of, in percent, are stains and pictures.
SURE_BLOCK = 55
#: A page that it is less sure of may be the wrong way round.
SURE_PAGE = 70
#: A line that it sees only when the others are gone is one if it is as sure of it: of true ones it was by 92.
SURE_REST = 80

#: What Tesseract makes of the strokes of a table; between words, narrow ones are dashes.
_RULE = re.compile(r"[|¦_=—–~]+")
_DASH = re.compile(r"[—–~]")
#: No dash is wider, in sizes of the font.
DASH = 1.3
_HYPHEN = re.compile(r"[-–—_~=¬]")
_ITEM = "•"
#: What it makes of the mark of an item, which few texts have taught it: a hyphen before a wide gap is "-_", a
#: dot "»", "„ -" or a letter. No line begins in any of them otherwise.
_MARK = re.compile(r"[^\w\s“”\"'‘’(\[…/%]{1,2}[_.]?")
_LETTER_MARK = re.compile(r"[seo]")
#: Behind a letter that is a mark the gap is as wide at least, in sizes of the font.
MARK_GAP = 0.4
#: Where a mark is looked for that Tesseract leaves out: so far left of its line at most, and how wide and how
#: high it may be, in sizes of the font.
MARK_AWAY = 2.5
MARK_SIZE = (0.1, 0.6)


@dataclass(frozen=True, slots=True)
class _Word:
    """In dots, as its line is; ``sure`` is in percent."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    sure: float


@dataclass(frozen=True, slots=True)
class _Line:
    words: tuple[_Word, ...]
    box: Box
    base: float
    size: float


# What Tesseract is to take a picture for, in its own numbers.
_PAGE, _TURNED, _ONE_BLOCK = "3", "0", "6"


def _read(program: str, image: Image.Image, mode: str, seconds: int) -> list[list[_Line]]:
    """The lines that Tesseract sees, by the blocks that they stand in."""
    said = _run(program, image, seconds, "-l", "vie", "--psm", mode, "--dpi", str(DPI), "hocr")
    try:
        page = ElementTree.fromstring(said)
    except ElementTree.ParseError as e:  # it has said nothing
        raise UnreadableFile(_FAILED) from e
    blocks = (block for block in page.iter() if block.get("class") == "ocr_carea")
    return [[line for element in block.iter() if (line := _line(element))] for block in blocks]


def _line(element: ElementTree.Element) -> _Line | None:
    """The line that an element is, None for one that is none or has no words."""
    said = element.get("title", "")
    if "baseline" not in said:
        return None
    words = [word for part in element if (word := _word(part))]
    heights = [(word.bottom - word.top) / height for word in words if (height := sum(_extent(word.text)))]
    if not heights:
        return None
    size = median(heights)
    feet = (word.bottom - _extent(word.text)[1] * size for word in words if any(_extent(word.text)))
    left, top, right, bottom = _numbers("bbox", said)
    return _Line(tuple(_written(words, size)), (left, top, right, bottom), median(feet), size)


def _word(element: ElementTree.Element) -> _Word | None:
    text, said = "".join(element.itertext()).strip(), element.get("title", "")
    if not text or "x_wconf" not in said:
        return None
    return _Word(text, *_numbers("bbox", said), *_numbers("x_wconf", said))


def _written(words: Sequence[_Word], size: float) -> Iterator[_Word]:
    """The words of a line as they are written, without strokes: the mark of an item and dashes as such."""
    marks = len(list(takewhile(lambda pair: _is_mark(*pair, size), pairwise(words))))
    if marks:
        yield _item(words[0], words[marks])
    for n, word in enumerate(words[marks:], marks):
        narrow = word.right - word.left < DASH * size
        if 0 < n < len(words) - 1 and narrow and _DASH.fullmatch(word.text):
            yield replace(word, text="–")
        elif not _RULE.fullmatch(word.text):
            yield word


def _item(mark: _Word, following: _Word) -> _Word:
    """The mark of an item, which reaches up to the text: a wide gap would part the two like columns."""
    text = "-" if _HYPHEN.match(mark.text) else _ITEM  # which may be a dash that a line was broken before
    return replace(mark, text=text, right=max(mark.left, following.left - 1))


def _is_mark(word: _Word, following: _Word, size: float) -> bool:
    """Whether a word at the beginning of a line is the mark of an item, neither of its text nor a stroke."""
    if word.right - word.left > size or "|" in word.text:
        return False
    letter = _LETTER_MARK.fullmatch(word.text) and following.left - word.right > MARK_GAP * size
    return bool(letter or _MARK.fullmatch(word.text))


#: How high letters rise over the line, in sizes of the font: small ones, those with a stem and capitals, each
#: without marks, with one, and with two above; and how far below it they reach. Fonts differ by a tenth.
_RISE = {"small": (0.50, 0.76, 0.94), "tall": (0.72, 0.94, 1.08)}
_FALL = {"gpqy\u0323": 0.22, "()[]|": 0.18, ",;": 0.14, "/": 0.08}
_SMALL = frozenset("acegmnopqrsuvwxyzıơư")
_ABOVE = 230  # the Unicode class of marks above a letter
_LOW = frozenset(".,;:-–—_~…·")


@lru_cache(maxsize=1 << 12)
def _extent(text: str) -> tuple[float, float]:
    """How high the highest of some characters rises, and how far the lowest reaches below the line, in sizes
    of the font; zeros where none tells. By this sizes are told to one in thirty. What Tesseract says of a
    line is too much by a fifth for one in capitals, and by two for one of figures alone; and the foot of a
    short line is often off."""
    rise = 0.0
    decomposed = unicodedata.normalize("NFD", text)
    for letter, *marks in re.findall(r".[\u0300-\u036f]*", decomposed):
        above = min(2, sum(unicodedata.combining(mark) == _ABOVE for mark in marks))
        if letter not in _LOW:
            low = letter in _SMALL or (letter == "i" and above)
            rise = max(rise, _RISE["small" if low else "tall"][above])
    falls = (fall for letters, fall in _FALL.items() if not set(letters).isdisjoint(decomposed))
    return (rise, max(falls, default=0.0)) if rise else (0.0, 0.0)


def _sure(lines: Iterable[_Line]) -> float:
    """How sure Tesseract is of the letters of some lines, in percent."""
    words = [word for line in lines for word in line.words]
    letters = sum(len(word.text) for word in words)
    return sum(len(word.text) * word.sure for word in words) / letters if letters else 0.0


def _numbers(name: str, said: str) -> list[float]:
    """The numbers behind a name in what is said of an element."""
    found = re.search(rf"\b{name}((?: -?[\d.]+)+)", said)
    return [float(number) for number in found[1].split()] if found else []


def _lies(blocks: Iterable[Iterable[_Line]]) -> bool:
    """Whether a page may lie on its side, or upside down: Tesseract is not sure of its letters, or sees
    lines that run down the page."""
    lines = list(chain(*blocks))
    long = [line.box for line in lines if len(line.words) > 2]
    down = sum(bottom - top > right - left for left, top, right, bottom in long)
    return 2 * down > len(long) or _sure(lines) < SURE_PAGE


def _turn(program: str, image: Image.Image, seconds: int) -> int:
    """By how many degrees, clockwise, a picture must be turned for its text to stand upright."""
    said = _run(program, image, seconds, "--psm", _TURNED, "--dpi", str(DPI))
    found = re.search(rb"Rotate: (\d+)", said)
    return int(found[1]) if found else 0


def _run(program: str, image: Image.Image, seconds: int, *arguments: str) -> bytes:
    header = f"P5 {image.width} {image.height} 255\n".encode()
    done = subprocess.run(
        [program, "stdin", "stdout", *arguments],
        input=header + image.tobytes(),
        capture_output=True,
        timeout=seconds,
        check=False,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    return done.stdout
