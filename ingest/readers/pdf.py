"""PDF files: the text with its places as the file draws it, and pages that are pictures as they are seen."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import atan2, degrees, hypot
from pathlib import Path
from typing import Any, Literal

from ingest import furniture, layout, worker
from ingest.encodings import TCVN3, VNI, Charset, is_well_formed
from ingest.errors import UnreadableFile
from ingest.limits import Limits
from ingest.readers import paragraphs, scan
from ingest.readers.columns import Box, Sheet, Stroke, Word
from ingest.vietnamese import fold, nfc

_DAMAGED = (
    "không mở được tệp PDF: tệp hỏng, hoặc chưa tải về hết. Hãy tải hoặc chép lại tệp, hoặc mở tệp bằng "
    "chương trình đọc PDF, in ra tệp PDF mới, rồi nạp lại."
)
_RENAMED = (
    "không phải tệp PDF, dù tên tệp ghi như vậy. Hãy mở tệp bằng đúng chương trình đã tạo ra nó, lưu lại "
    "thành PDF, rồi nạp lại."
)
_LOCKED = (
    "tệp PDF có mật khẩu mở. Hãy mở tệp bằng mật khẩu, in ra tệp PDF mới không đặt mật khẩu, rồi nạp lại."
)
_EMPTY = "tệp PDF không có chữ nào. Hãy kiểm tra lại tệp, rồi nạp lại."

#: A PDF file says so within so many bytes of its beginning.
_HEAD = 1024
#: A slow computer reads no more: 288 pages of text took 10 seconds of a busy processor.
PAGES_A_SECOND = 10


def read(path: Path, limits: Limits) -> layout.Page:
    """The page of a PDF file. Raises UnreadableFile where it has no text, is none, is damaged or locked, or
    has too many pages, and where pages are pictures and Tesseract is missing; OSError."""
    import pypdfium2  # type: ignore[import-untyped]

    with path.open("rb") as file:
        if b"%PDF-" not in file.read(_HEAD):
            raise UnreadableFile(_RENAMED)
    try:
        with pypdfium2.PdfDocument(path) as document:
            return _read(document, limits)
    except pypdfium2.PdfiumError as e:
        # The library may still have the number of the file before, so the file itself must say so too.
        locked = e.err_code == _PASSWORD and b"/Encrypt" in path.read_bytes()
        raise UnreadableFile(_LOCKED if locked else _DAMAGED) from e


_PASSWORD = 4  # the library's number for a file that only a password opens


def _read(document: Any, limits: Limits) -> layout.Page:
    if len(document) > limits.pages:
        raise UnreadableFile(
            f"tệp PDF có {len(document)} trang, quá mức {limits.pages} trang. Hãy tách tệp thành nhiều tệp, "
            f"mỗi tệp không quá {limits.pages} trang, rồi nạp lại."
        )
    worker.extend(len(document) // PAGES_A_SECOND)
    seen = [_seen(document, number) for number in range(1, len(document) + 1)]
    sheets = [page.sheet for page in seen]
    pictures = [sheet.number for sheet, page in zip(sheets, seen, strict=True) if page.look == "must"]
    scan.check_number(len(pictures), limits)
    perhaps = [sheet.number for sheet, page in zip(sheets, seen, strict=True) if page.look == "may"]
    if len(pictures) + len(perhaps) <= limits.scanned and (pictures or scan.available()):
        pictures = sorted(pictures + perhaps)
    if pictures:
        for sheet in scan.sheets(((n, _picture(document, n)) for n in pictures), limits):
            n = sheet.number - 1
            if seen[n].look == "must" or _letters(sheet) > 2 * _letters(sheets[n]):
                sheets[n] = sheet
    drafts = paragraphs.drafts(sheets)
    if not drafts:
        raise UnreadableFile(_EMPTY)
    scanned = (s.number for s, page in zip(sheets, seen, strict=True) if s.scanned or page.recognised)
    return layout.document(drafts, hints=_hints(document), scanned=scanned)


def _letters(sheet: Sheet) -> int:
    return sum(len(word.text) for word in sheet.words)


# --- what the file says of itself ------------------------------------------------------------------

_NO_TITLE = re.compile(
    r"\W*|(?:microsoft )?(?:word|excel|powerpoint)\b.*|\w+://.*|about:blank|untitled.*|title|tieu de"
    r"|.*\.(?:docx?|rtf|odt|xlsx?|pptx?|pdf|html?|tmp|wpd|indd|cdr|qxd)(?:\s.*)?"
    r"|(?:document|van ban|tai lieu|slide|scan|img|doc|file)[\W_]*\d.*"
    r"|(?:bo|uy ban nhan dan|dang cong san viet nam|cong hoa xa hoi chu nghia viet nam)"
)
_NO_PERSON = re.compile(
    r"(?:admin|administrator|user|owner|unknown|anonymous|guest|windows|microsoft|office|pc|may tinh|home"
    r"|computer|scanner|canon|acer|dell|hp|asus|lenovo|nguoi dung)\b.*"
)


def _hints(document: Any) -> dict[str, str]:
    """The title and the author that the file's fields name. Programs fill these with names of files and of
    accounts; and when a file was made is not when an article was published."""
    title = _field(document, "Title")
    author = _field(document, "Author")
    hints = {}
    if len(title.split()) > 2 and not _NO_TITLE.fullmatch(fold(title)):
        hints["title"] = title
    if " " in author and furniture.is_name(author) and not _NO_PERSON.fullmatch(fold(author)):
        hints["author"] = author
    return hints


def _field(document: Any, name: str) -> str:
    return " ".join(nfc(document.get_metadata_value(name).replace("\0", "")).split())


# --- pages ---------------------------------------------------------------------------------------

#: A picture over so much of a page is the page, unless so many letters stand on it that one sees.
WHOLE_PAGE = 0.6
FEW_LETTERS = 100
#: Where so many letters of a hundred are none that one knows, the file does not say what its letters are.
GARBLED = 0.04
#: Of the words of a Vietnamese text more than half have marks; of one that was recognized as another
#: language, hardly any.
MARKED_WORDS = 0.2
#: A page on which so much is drawn, and nothing written, has its letters drawn.
DRAWINGS = 100

_ODD = re.compile(r"[\x00\x01\x03-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the file writes on a page, and whether one must look at the page as a picture to know what stands
    there, or may, as there could be more. ``recognised`` says that what the file writes is itself what text
    recognition saw on the picture."""

    sheet: Sheet
    look: Literal["must", "may", "no"]
    recognised: bool = False


def _seen(document: Any, number: int) -> _Seen:
    page = document[number - 1]
    runs = list(_runs(page))
    drawn = _drawn(page)
    box: Box = page.get_bbox()
    page.close()
    sheet = _sheet(number, runs, drawn, box)
    letters = "".join(run.text for run in runs)
    hidden = sum(len(run.text) for run in runs if run.font.hidden)
    covered = sum(map(_area, drawn.pictures)) / max(1.0, _area(box))
    if not letters:
        return _Seen(sheet, "must" if covered or drawn.paths > DRAWINGS else "no")
    if len(_ODD.findall(letters)) > GARBLED * len(letters):
        return _Seen(sheet, "must")
    if hidden > len(letters) / 2 and covered > WHOLE_PAGE:
        return _Seen(sheet, "no" if _is_vietnamese(sheet) else "must", recognised=True)
    return _Seen(sheet, "may" if covered > WHOLE_PAGE and len(letters) < FEW_LETTERS else "no")


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _is_vietnamese(sheet: Sheet) -> bool:
    words = [word.text for word in sheet.words if word.text.isalpha()]
    marked = sum(not word.isascii() and is_well_formed(nfc(word)) for word in words)
    return marked >= MARKED_WORDS * len(words)


def _picture(document: Any, number: int) -> scan.Picture:
    page = document[number - 1]
    width, height = page.get_size()
    dpi = min(scan.DPI, 72 * (scan.MOST_DOTS / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=dpi / 72, grayscale=True, may_draw_forms=False)
    dots = bytes(bitmap.buffer)
    if bitmap.stride != bitmap.width:
        rows = (dots[n * bitmap.stride :][: bitmap.width] for n in range(bitmap.height))
        dots = b"".join(rows)
    picture = scan.Picture(bitmap.width, bitmap.height, dots, dpi)
    bitmap.close()
    page.close()
    return picture


def _sheet(number: int, runs: Sequence[_Run], drawn: _Drawn, box: Box) -> Sheet:
    """The page as it is read: the way round that most of its text runs. Text that runs another way, across
    the page or along its edge, is no part of it."""
    turns = Counter[int]()
    for run in runs:
        turns[run.turn] += len(run.text)
    turn = max(QUARTERS, key=lambda quarter: turns[quarter])
    words = _words([_upright(run, turn, box) for run in runs if run.turn == turn and _is_seen(run)])
    strokes = tuple(_upright_stroke(ends, turn, box) for ends in drawn.strokes)
    width, height = max(1.0, box[2] - box[0]), max(1.0, box[3] - box[1])
    if turn in (90, 270):
        width, height = height, width
    pictures = tuple(_upright_box(picture, turn, box) for picture in drawn.pictures)
    return Sheet(number, width, height, tuple(words), strokes, pictures)


def _is_seen(run: _Run) -> bool:
    """Whether text has a size and a place, as numbers that a damaged file gives may not."""
    return run.size >= SMALLEST and all(abs(x) < FARTHEST for x in (*run.box, *run.origin))


def _turned(x: float, y: float, turn: int, box: Box) -> tuple[float, float]:
    """A place on the page as one reads it, from the left and from the top."""
    left, bottom, right, top = box
    if turn == 0:
        return x - left, top - y
    if turn == 90:
        return y - bottom, x - left
    return (right - x, y - bottom) if turn == 180 else (top - y, right - x)


def _upright(run: _Run, turn: int, box: Box) -> Word:
    a, _ = _turned(run.box[0], run.box[1], turn, box)
    b, _ = _turned(run.box[2], run.box[3], turn, box)
    left, right = (a, b) if a < b else (b, a)
    _, base = _turned(*run.origin, turn, box)
    text = _text(run.text, right - left, run.size, run.font)
    return Word(text, left, right, base, run.size, run.font.bold, run.font.slanted, blank=run.blank)


def _upright_box(edges: Box, turn: int, box: Box) -> Box:
    (a, b), (c, d) = _turned(*edges[:2], turn, box), _turned(*edges[2:], turn, box)
    return min(a, c), min(b, d), max(a, c), max(b, d)


def _upright_stroke(ends: Box, turn: int, box: Box) -> Stroke:
    left, top, right, bottom = _upright_box(ends, turn, box)
    upright = right - left < bottom - top
    return Stroke(left, top, bottom - top if upright else right - left, upright)


# --- text ----------------------------------------------------------------------------------------

QUARTERS = (0, 90, 180, 270)
#: No one reads smaller type, in points, or looks farther from the corner of a page: the largest has 14,400.
SMALLEST = 1.0
FARTHEST = 50_000


@dataclass(frozen=True, slots=True)
class _Font:
    """``charset`` is that of a font from before Unicode, whose letters ``capitals`` draws as capitals.
    ``hidden`` text is there for searching, over the picture of a page."""

    bold: bool = False
    slanted: bool = False
    charset: Charset | None = None
    capitals: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    """Letters in one font on one base line. As the file has it, the y of the box (left, bottom, right, top)
    and of the origin grow upwards; ``turn`` tells in degrees which way the text runs, 0 to the right.
    ``blank`` says that white space stands before it in the file."""

    text: str
    box: Box
    origin: tuple[float, float]
    size: float
    turn: int
    font: _Font
    blank: bool


_BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
_SLANTED = re.compile(r"italic|oblique|slant", re.IGNORECASE)
_ABC = re.compile(r"\.?Vn(?=[A-Z3])")
_VNI_NAME = re.compile(r"VNI[- ]")
_STROKED, _HIDDEN = 2, 3  # modes of drawing: letters that are filled and stroked look bold


def _font(name: str, mode: int) -> _Font:
    name = name.partition("+")[2] or name
    family = re.sub(r"[-,].*", "", name)
    bold = mode == _STROKED or bool(_BOLD.search(name))
    charset = TCVN3 if _ABC.match(name) else VNI if _VNI_NAME.match(name) else None
    capitals = charset is TCVN3 and family.endswith("H")
    return _Font(bold, bool(_SLANTED.search(name)), charset, capitals, mode == _HIDDEN)


_WORD = re.compile(r"\S+")
_FIGURE = re.compile(r"\d")
#: The feet of the letters of a font are level but for so much of their height.
SAME_FOOT = 0.05


def _runs(page: Any) -> Iterator[_Run]:
    """The text of a page. Of a word only the first and the last letter are looked at, as a look costs some
    microseconds, unless their feet are not level, or it has a figure, which a note's mark may be."""
    import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

    page_text = page.get_textpage()
    handle = page_text.raw
    around, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    name = ctypes.create_string_buffer(256)
    styles: dict[int, tuple[_Font, float, int]] = {}

    def look(n: int) -> Box:
        pdfium.FPDFText_GetLooseCharBox(handle, n, around)
        return around.left, around.bottom, around.right, around.top

    def style(n: int) -> tuple[_Font, float, int]:
        drawn = pdfium.FPDFText_GetTextObject(handle, n)
        if not drawn:
            return _Font(), 0.0, -1
        address = ctypes.addressof(drawn.contents)
        if address not in styles:
            name.value = b""
            pdfium.FPDFFont_GetBaseFontName(pdfium.FPDFTextObj_GetFont(drawn), name, len(name))
            font = _font(name.value.decode("utf-8", "replace"), pdfium.FPDFTextObj_GetTextRenderMode(drawn))
            pdfium.FPDFText_GetMatrix(handle, n, matrix)
            size = pdfium.FPDFText_GetFontSize(handle, n) * hypot(matrix.c, matrix.d)
            styles[address] = font, size, _quarter(degrees(atan2(matrix.b, matrix.a)))
        return styles[address]

    def run(text: str, first: int, left: Box, right: Box, blank: bool) -> _Run:
        pdfium.FPDFText_GetCharOrigin(handle, first, x, y)
        font, size, turn = style(first)
        box = min(left[0], right[0]), min(left[1], right[1]), max(left[2], right[2]), max(left[3], right[3])
        return _Run(text, box, (x.value, y.value), size, turn, font, blank)

    text = _characters(page_text)
    for word in _WORD.finditer(text):
        start, end = word.span()
        left, right = look(start), look(end - 1)
        level = abs(left[1] - right[1]) < SAME_FOOT * (left[3] - left[1])
        blank = start > 0 and _stands_before(look(start - 1), left)
        if level and not _FIGURE.search(word[0]):
            yield run(word[0], start, left, right, blank)
            continue
        for first, last in _level([look(n) for n in range(start, end)], word[0]):
            left, right = look(start + first), look(start + last)
            yield run(word[0][first : last + 1], start + first, left, right, blank and first == 0)
    page_text.close()


def _stands_before(blank: Box, letter: Box) -> bool:
    """Whether a blank is where it would divide a letter from one before: what comes before in a file may
    stand elsewhere, and blanks that the library has put in have no width."""
    height = letter[3] - letter[1]
    apart = max(blank[0] - letter[2], letter[0] - blank[2], blank[1] - letter[3], letter[1] - blank[3])
    return (blank[2] - blank[0]) * (blank[3] - blank[1]) > 0 and apart < GAP * height


def _level(letters: Sequence[Box], text: str) -> Iterator[tuple[int, int]]:
    """The first and the last letter of each part of a word: one whose feet are level, or a hyphen."""
    first = 0
    for n in range(1, len(letters) + 1):
        if n < len(letters) and _HYPHEN not in text[n - 1 : n + 1]:
            height = letters[n][3] - letters[n][1]
            if abs(letters[n][1] - letters[n - 1][1]) < SAME_FOOT * height:
                continue
        yield first, n - 1
        first = n


def _quarter(angle: float) -> int:
    """The way that text runs, -1 for one that is no page's."""
    return next((q for q in QUARTERS if abs((angle - q + 180) % 360 - 180) < 5), -1)


def _characters(page_text: Any) -> str:
    """The characters of a page, each at the number that the library knows it by."""
    import pypdfium2.raw as pdfium

    count = page_text.count_chars()
    buffer = (ctypes.c_ushort * (count + 1))()
    written = pdfium.FPDFText_GetText(page_text.raw, 0, count, buffer)
    codes = buffer[:count]
    if written != count + 1 or any(0xD800 <= code < 0xE000 for code in codes):
        codes = [pdfium.FPDFText_GetUnicode(page_text.raw, n) for n in range(count)]
    return "".join(map(chr, codes)).replace("\ufffe", _HYPHEN)


# --- words ---------------------------------------------------------------------------------------

#: Where the file sets no white space, a word ends where the gap is wider, in sizes of the font.
GAP = 0.12
#: Small type is raised if it is smaller than its line by this factor, and higher by such shares of its size.
SMALL = 0.85
RAISED = (0.1, 0.7)
#: In the ABC fonts the soft hyphen is the letter ư, which is wider than a hyphen, in sizes of the font.
WIDE_HYPHEN = 0.42

_HYPHEN = "\x02"  # what the library makes of a hyphen, or a soft one, at the end of a line


def _words(runs: Sequence[Word]) -> list[Word]:
    """The runs put together to words: those that touch on one line, without white space between."""
    words: list[list[Word]] = []
    line: Word | None = None  # what was last written in the size of its line
    for word in runs:
        if words and unicodedata.combining(word.text[0]):
            words[-1][-1] = replace(words[-1][-1], text=words[-1][-1].text + word.text)
            continue
        if line and _is_raised(word, line):
            word = replace(word, raised=True, base=line.base)
        else:
            if line and _is_raised(line, word):
                words[-1] = [replace(part, raised=True, base=word.base) for part in words[-1]]
            line = word
        if words and _touches(words[-1][-1], word):
            words[-1].append(word)
        else:
            words.append([word])
    return [_joined(parts) if len(parts) > 1 else parts[0] for parts in words]


def _is_raised(word: Word, line: Word) -> bool:
    """Whether small type stands above the foot of its line, close before or behind what is on it."""
    if word.size >= SMALL * line.size:
        return False
    near = max(word.left, line.left) - min(word.right, line.right) < line.size
    return near and RAISED[0] < (line.base - word.base) / line.size < RAISED[1]


def _touches(last: Word, word: Word) -> bool:
    size = min(last.size, word.size)
    return (
        not word.blank
        and word.raised == last.raised
        and abs(word.base - last.base) < size / 3
        and -size < word.left - last.right < GAP * size
    )


def _joined(parts: Sequence[Word]) -> Word:
    bold = sum(len(part.text) for part in parts if part.bold)
    text = "".join(part.text for part in parts)
    size = max(part.size for part in parts)
    return replace(parts[0], text=text, right=parts[-1].right, size=size, bold=2 * bold > len(text))


def _text(text: str, width: float, size: float, font: _Font) -> str:
    """The letters that a font draws for its characters."""
    if not font.charset:
        return text.replace(_HYPHEN, "-")
    wide = text == _HYPHEN and width > WIDE_HYPHEN * size
    text = font.charset.read(text.replace(_HYPHEN, "\xad" if wide else "-"))
    return text.upper() if font.capitals else text


# --- drawings ------------------------------------------------------------------------------------

#: A page with more paths than this has a map or a chart on it, not a table.
MOST_PATHS = 3000
MOST_SEGMENTS = 200


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What is on a page beside text, as the file has it: ``pictures``, the number of ``paths``, and the ends
    (x, y, x, y) of level and upright strokes."""

    pictures: tuple[Box, ...]
    paths: int
    strokes: tuple[Box, ...]


def _drawn(page: Any) -> _Drawn:
    import pypdfium2.raw as pdfium

    pictures: list[Box] = []
    paths = []
    a, b, c, d = (ctypes.c_float() for _ in range(4))
    for n in range(pdfium.FPDFPage_CountObjects(page.raw)):
        drawn = pdfium.FPDFPage_GetObject(page.raw, n)
        kind = pdfium.FPDFPageObj_GetType(drawn)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            paths.append(drawn)
        elif kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM):
            pdfium.FPDFPageObj_GetBounds(drawn, a, b, c, d)
            pictures.append((a.value, b.value, c.value, d.value))
    few = paths if len(paths) <= MOST_PATHS else []
    return _Drawn(
        tuple(pictures), len(paths), tuple(stroke for path in few for stroke in _path_strokes(path))
    )


def _path_strokes(path: Any) -> Iterator[Box]:
    """The level and upright lines of a path, be they drawn as lines or as the edges of narrow areas."""
    import pypdfium2.raw as pdfium

    matrix = pdfium.FS_MATRIX()
    x, y = ctypes.c_float(), ctypes.c_float()
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    count = pdfium.FPDFPath_CountSegments(path)
    if not (fill.value or stroke.value) or count > MOST_SEGMENTS:
        return
    pdfium.FPDFPageObj_GetMatrix(path, matrix)
    last: tuple[float, float] | None = None
    begin: tuple[float, float] | None = None
    for n in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(path, n)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        at = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            begin = at
        elif kind == pdfium.FPDF_SEGMENT_LINETO and last:
            yield from _straight(last, at)
        if pdfium.FPDFPathSegment_GetClose(segment) and begin:
            yield from _straight(at, begin)
        last = at


def _straight(start: tuple[float, float], end: tuple[float, float]) -> Iterator[Box]:
    if min(abs(start[0] - end[0]), abs(start[1] - end[1])) < 1 and start != end:
        yield (*start, *end)
