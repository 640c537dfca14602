"""Articles in every format and encoding that an office may have them in, written by the real tools.

    python -m bench.make_corpus OUT [--articles FOLDER]

``--articles`` (default: the samples) holds articles as .txt and .md files. ``OUT`` becomes a folder a format,
each with every article under its own name, and ``manifest.json``: of each article what ``ingest.load`` reads
from the original, of each file whose words it holds, which fields it states and which lines it has besides.
``OUT`` must not exist, or be empty. What LibreOffice makes is left out where there is none.
"""

from __future__ import annotations

import argparse
import csv
import html
import io
import json
import re
import shutil
import subprocess
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from email.header import Header
from email.message import EmailMessage
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.utils import formataddr
from functools import cache, partial
from itertools import cycle
from pathlib import Path
from quopri import encodestring
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import ingest
from ingest.encodings import CHARSETS
from ingest.load import find, load
from ingest.types import Article

if TYPE_CHECKING:
    from PIL.Image import Image

SAMPLES = Path(ingest.__file__).parent / "samples"
MANIFEST = "manifest.json"

#: The fields that are compared.
FIELDS = ("title", "published", "author")


@dataclass(frozen=True, slots=True)
class Original:
    """An article as it lies in its folder (``raw``, and whether that is Markdown), and as it is loaded."""

    raw: str
    markdown: bool
    article: Article

    @property
    def stem(self) -> str:
        return self.article.id


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of the corpus. ``file`` is its path from the corpus's folder, and for a document inside a
    file that file's followed by the path inside. ``article`` is the article whose words it holds, None for
    one that is only there to carry another. ``carries`` are the fields that it states; the others it leaves
    open. ``also`` are lines that it rightly has besides the article's."""

    file: str
    format: str
    article: str | None
    carries: tuple[str, ...]
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """What reading an article must give."""

    title: str
    published: str | None
    author: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """``left_out`` are the formats that this computer cannot write, each with the reason."""

    articles: Mapping[str, Reference]
    files: tuple[Entry, ...]
    left_out: Mapping[str, str]

    @classmethod
    def of(cls, folder: Path) -> Manifest:
        """The manifest of a corpus that was made."""
        data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return cls(
            {id: Reference(**reference) for id, reference in data["articles"].items()},
            tuple(
                Entry(**row | {"carries": tuple(row["carries"]), "also": tuple(row["also"])})
                for row in data["files"]
            ),
            data["left_out"],
        )

    def only(self, formats: Sequence[str]) -> Manifest:
        """What it says of these formats."""
        left_out = {name: reason for name, reason in self.left_out.items() if name in formats}
        return Manifest(self.articles, tuple(e for e in self.files if e.format in formats), left_out)


def original(path: Path) -> Original:
    return Original(path.read_text(encoding="utf-8-sig"), path.suffix.lower() == ".md", load(path))


def reference(article: Article) -> Reference:
    published = article.published.isoformat() if article.published else None
    return Reference(article.title, published, article.author, article.text)


# --- an article's parts ----------------------------------------------------------------------------

#: A part's kind is a block's, or ``date`` or ``author``.
Part = tuple[str, str]

_FRONT = re.compile(r"\s*---[ \t]*\n.*?\n---[ \t]*\n", re.DOTALL)


def parts(o: Original) -> list[Part]:
    """The article as an office sets it: title, day, text, captions, and below them who wrote it."""
    article = o.article
    title, *blocks = [(str(b.kind), article.text[b.start : b.end]) for b in article.blocks]
    day = [("date", _day(article.published))] if article.published else []
    return [title, *day, *blocks, *([("author", article.author)] if article.author else [])]


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def plain(o: Original) -> str:
    """The article as a .txt file: the original if it is one."""
    if not o.markdown:
        return o.raw
    _, *blocks = [p for p in parts(o) if p[0] not in ("date", "author")]
    return _front(o.article) + "\n\n".join(_plainly(*p) for p in blocks) + "\n"


def _front(article: Article) -> str:
    fields = {
        "title": article.title,
        "date": article.published and article.published.isoformat(),
        "author": article.author,
        "source": article.source,
    }
    # Words on a line of their own need no quotes, which some charsets would change.
    rows = (f"{name}: >-\n  {value}\n" for name, value in fields.items() if value)
    return f"---\n{''.join(rows)}---\n"


def _plainly(kind: str, text: str) -> str:
    return {"item": f"- {text}", "caption": f"Ảnh: {text}"}.get(kind, text)


def markdown(o: Original) -> str:
    """The article as a .md file: the original if it is one."""
    if o.markdown:
        return o.raw
    marks = {"title": "# ", "heading": "## ", "item": "- "}
    rows = (
        f"![{text}](anh.jpg)" if kind == "caption" else _escaped(marks.get(kind, ""), text)
        for kind, text in parts(o)
        if kind not in ("date", "author")
    )
    return _front(o.article) + "\n\n".join(rows) + "\n"


def _escaped(mark: str, text: str) -> str:
    return mark + re.sub(r"([\\*_`\[\]<>]|^#)", r"\\\1", text)


def pasted(o: Original) -> list[str]:
    """The lines as they are pasted from the page into another program, blank ones left out."""
    if o.markdown:
        return [_plainly(*p) for p in parts(o)]
    return [line for line in _FRONT.sub("", o.raw, count=1).split("\n") if line.strip()]


# --- encodings -------------------------------------------------------------------------------------

# In these two the signs of windows-1252 are letters: a text in them has none.
_PLAIN_SIGNS = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "•": "-", "\u00a0": " "}
)


@cache
def letters(charset: str) -> dict[str, bytes]:
    """How each letter is written in a charset: what that one's reader reads as the letter, found by trying
    every byte, and every byte behind every letter."""
    read = next(c.read for c in CHARSETS if c.name == charset)
    high = [chr(code) for code in range(0x80, 0x100)]
    low = [chr(code) for code in range(1, 0x20) if chr(code) not in "\t\n\v\f\r"]
    ascii_letters = [chr(code) for code in range(0x80) if chr(code).isalpha()]
    pairs = [a + b for a in (*ascii_letters, *high) for b in high]
    found: dict[str, bytes] = {}
    # What stands for itself comes last: in VNI such a letter is none of the charset's, if a pair gives it.
    for written in sorted((*high, *low, *pairs), key=lambda w: (read(w) == w, len(w))):
        letter = read(written)
        capital = letter == written and letter.isupper() and charset == "TCVN3"  # which it has none of
        if len(letter) == 1 and letter.isalpha() and letter not in ascii_letters and not capital:
            found.setdefault(letter, written.encode("latin-1"))
    return found


def written(text: str, charset: str) -> bytes:
    """The text in a charset; a capital that it does not have as the small letter."""
    table = letters(charset)
    text = told(text.replace("\u00d0", "Đ"), charset)  # an Icelandic letter that only looks like it
    return b"".join(table.get(c) or table.get(c.lower()) or c.encode("cp1252", "ignore") for c in text)


def told(text: str, charset: str) -> str:
    """What of a text a charset can say: TCVN3 has no capitals with a tone, VISCII and VPS no typographic
    signs."""
    if charset == "TCVN3":
        has = letters(charset)
        return "".join(c.lower() if c not in has and c.lower() in has else c for c in text)
    return text.translate(_PLAIN_SIGNS) if charset in ("VISCII", "VPS") else text


def western(text: str, charset: str) -> str:
    """The text in a charset as it stands after it was copied out of Word."""
    return "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in written(text, charset))


#: A shorter line is left in Unicode in a mixed file: it is paragraphs that are pasted from elsewhere.
_PASTED_CHARS = 80


def mixed(o: Original) -> bytes:
    """Paragraphs from old files among others of today."""
    charsets = cycle(("", "TCVN3", "VNI"))
    rows = (
        western(line, charset) if len(line) >= _PASTED_CHARS and (charset := next(charsets)) else line
        for line in plain(o).split("\n")
    )
    return "\n".join(rows).encode()


# --- web pages -------------------------------------------------------------------------------------

_TAGS = {"title": "h1", "heading": "h2", "item": "li", "caption": "figcaption"}


def _elements(o: Original) -> str:
    rows = []
    for kind, text in parts(o):
        tag, words = _TAGS.get(kind, "p"), html.escape(text, quote=False)
        row = f"<{tag}>{words}</{tag}>"
        if kind == "caption":
            row = f'<figure><img src="anh.jpg" alt="">{row}</figure>'
        rows.append(f"<ul>{row}</ul>" if kind == "item" else row)
    return "\n".join(rows).replace("</ul>\n<ul>", "\n")


def web_page(o: Original) -> str:
    title = html.escape(o.article.title)
    return (
        '<!DOCTYPE html>\n<html lang="vi"><head><meta charset="utf-8">'
        f"<title>{title}</title></head>\n<body>\n{_elements(o)}\n</body></html>\n"
    )


_PORTAL = """<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>{title} - Trang thông tin điện tử Đảng bộ</title>
<meta property="og:type" content="article"><meta property="og:title" content="{title}">{meta}
<style>.menu li {{ float: left }}</style><script>var luotXem = 1204;</script></head>
<body>
<header><a href="/">TRANG THÔNG TIN ĐIỆN TỬ ĐẢNG BỘ</a>
<nav class="menu"><ul><li><a href="/">Trang chủ</a></li><li><a href="/gt">Giới thiệu</a></li>
<li><a href="/tt">Tin tức - Sự kiện</a></li><li><a href="/vb">Văn bản</a></li>
<li><a href="/lh">Liên hệ</a></li></ul></nav></header>
<div class="breadcrumb"><a href="/">Trang chủ</a> &gt; <a href="/tt">Tin tức - Sự kiện</a></div>
<main><article>
{article}
<div class="share"><a href="#">Chia sẻ</a> <a href="#">In trang</a> Lượt xem: 1204</div>
</article>
<section class="related"><h3>Tin liên quan</h3><ul>
<li><a href="/1">Huyện Bình Lãng phát động thi đua chào mừng đại hội</a> (03/02/2024)</li>
<li><a href="/2">Bí thư Huyện ủy kiểm tra công tác phòng, chống lụt bão</a> (12/09/2024)</li>
</ul></section></main>
<aside><h3>Tin mới nhất</h3><ul><li><a href="/3">Khai giảng lớp bồi dưỡng nghiệp vụ năm 2024</a></li>
<li><a href="/4">Lịch tiếp công dân tháng 9 năm 2024</a></li></ul>
<h3>Thống kê truy cập</h3><p>Đang online: 12</p><p>Hôm nay: 305</p></aside>
<footer><p>Bản quyền thuộc về Đảng bộ. Giấy phép số 12/GP-TTĐT ngày 05/01/2015.</p>
<p>Địa chỉ: số 1 đường Lê Lợi. Điện thoại: 0200.123.456</p></footer>
</body></html>
"""


def portal_page(o: Original) -> str:
    """The article on a portal's page, whose menu, other news and footer have dates of their own."""
    named = {
        "article:published_time": o.article.published and f"{o.article.published.isoformat()}T08:30:00+07:00"
    }
    meta = "".join(f'<meta property="{name}" content="{value}">' for name, value in named.items() if value)
    if o.article.author:
        meta += f'<meta name="author" content="{html.escape(o.article.author)}">'
    return _PORTAL.format(title=html.escape(o.article.title), meta=meta, article=_elements(o))


_WORD_PAGE = """<html xmlns:v="urn:schemas-microsoft-com:vml"\r
xmlns:o="urn:schemas-microsoft-com:office:office"\r
xmlns:w="urn:schemas-microsoft-com:office:word"\r
xmlns="http://www.w3.org/TR/REC-html40">\r
\r
<head>\r
<meta http-equiv=Content-Type content="text/html; charset=windows-1258">\r
<meta name=Generator content="Microsoft Word 11">\r
<!--[if gte mso 9]><xml>\r
 <o:DocumentProperties>\r
  <o:Author>Admin</o:Author>\r
  <o:Created>2003-05-05T02:10:00Z</o:Created>\r
 </o:DocumentProperties>\r
</xml><![endif]-->\r
<style>\r
<!--\r
 p.MsoNormal, li.MsoNormal {{margin:0cm; font-size:14.0pt; font-family:"Times New Roman"}}\r
-->\r
</style>\r
</head>\r
\r
<body lang=EN-US>\r
<div class=Section1>\r
{paragraphs}\r
</div>\r
</body>\r
\r
</html>\r
"""
#: Word breaks the lines of a page that it saves, inside paragraphs too.
_WORD_COLUMNS = 78


def word_page(o: Original) -> bytes:
    """The article as Word saves it as a web page: no headings, lists as paragraphs, letters that the charset
    lacks as entities."""
    rows = []
    for kind, text in parts(o):
        words = html.escape(text, quote=False)
        words = f"<b>{words}</b>" if kind in ("title", "heading") else words
        if kind == "item":
            words = f"-<span\nstyle='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp; </span>{words}"
        if kind == "caption":
            words = f"<i>Ảnh: {words}</i>"
        row = f"<p class=MsoNormal style='text-align:justify'><span lang=VI>{words}<o:p></o:p></span></p>"
        rows.append(_broken(row))
        rows.append("<p class=MsoNormal><o:p>&nbsp;</o:p></p>")
    page = _WORD_PAGE.format(paragraphs="\r\n\r\n".join(rows))
    return page.encode("cp1258", "xmlcharrefreplace")


def _broken(row: str) -> str:
    lines, line = [], ""
    for word in row.split(" "):
        if line and len(line) + len(word) >= _WORD_COLUMNS:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\r\n".join([*lines, line])


def web_archive(o: Original) -> bytes:
    """The portal's page as a browser saves it in one file."""
    whole = MIMEMultipart("related", type="text/html")
    whole["From"] = "<Saved by Blink>"
    whole["Snapshot-Content-Location"] = "https://dangbo.example/tin/1"
    whole["Subject"] = o.article.title
    whole["Date"] = "Mon, 4 Nov 2024 03:20:00 -0000"
    page = MIMENonMultipart("text", "html")
    page["Content-Transfer-Encoding"] = "quoted-printable"
    page["Content-Location"] = "https://dangbo.example/tin/1"
    page.set_payload(encodestring(portal_page(o).encode()).decode("ascii"))
    whole.attach(page)
    photo = MIMEImage(_photo(), "png")
    photo["Content-Location"] = "https://dangbo.example/tin/anh.jpg"
    whole.attach(photo)
    return whole.as_bytes()


def _photo() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (60, 40), "#7a2").save(out, "PNG")
    return out.getvalue()


# --- Word ------------------------------------------------------------------------------------------

#: A page of every document says so above and below its text, and no word of it belongs to the article.
RUNNING_HEAD, RUNNING_FOOT = "Tài liệu lưu hành nội bộ", "Trang"
#: A table that stands in documents with styles. It answers no question.
TABLE = (("Phụ lục", "Số tờ"), ("Ảnh tư liệu", "3"), ("Bản sao văn bản", "5"))
TABLE_LINES = tuple(" | ".join(row) for row in TABLE)


def word_pasted(o: Original) -> bytes:
    """Paragraphs without any style, as they come from a page that was copied."""
    from docx import Document

    document = Document()
    for line in pasted(o):
        document.add_paragraph(line)
    return _saved(document)


def word_styled(o: Original) -> bytes:
    """Title, headings, lists, captions and a table by their styles, numbered pages with a running head."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.oxml import OxmlElement

    document = Document()
    document.core_properties.author = "Admin"
    section = document.sections[0]
    section.header.paragraphs[0].text = RUNNING_HEAD
    foot = section.footer.paragraphs[0]
    foot.add_run(f"{RUNNING_FOOT} ")
    field = OxmlElement("w:fldSimple")
    field.set("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}instr", "PAGE")
    foot._p.append(field)
    styles = {"title": "Title", "heading": "Heading 1", "item": "List Bullet", "caption": "Caption"}
    for kind, text in parts(o):
        if kind == "author":
            _table(document)
        paragraph = document.add_paragraph(text, styles.get(kind))
        if kind == "author":
            paragraph.alignment = ALIGN.RIGHT
    if not o.article.author:
        _table(document)
    return _saved(document)


def _table(document: Any) -> None:
    table = document.add_table(rows=len(TABLE), cols=2, style="Table Grid")
    for row, words in zip(table.rows, TABLE, strict=True):
        for cell, word in zip(row.cells, words, strict=True):
            cell.text = word


def word_vntime(o: Original) -> bytes:
    """The fonts of TCVN3: .VnTime, and .VnTimeH for the capitals that it lacks."""
    from docx import Document

    has = letters("TCVN3")
    document = Document()
    for kind, text in parts(o):
        paragraph = document.add_paragraph()
        for stretch in re.split("([^\\W\\d_a-zA-Z]+)", _plainly(kind, text)):
            for lacking, same in _runs(stretch, lambda c: c not in has and c.lower() in has):
                run = paragraph.add_run(western(same, "TCVN3"))
                run.font.name = ".VnTimeH" if lacking else ".VnTime"
    return _saved(document)


def _runs(text: str, of: Callable[[str], bool]) -> Iterator[tuple[bool, str]]:
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or of(text[end]) != of(text[start]):
            yield of(text[start]), text[start:end]
            start = end


def _saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


# --- PDF and pictures ------------------------------------------------------------------------------

_FONT = "DejaVu"
#: How finely pages are scanned, in dots an inch.
_DPI = 200


def pdf(o: Original, columns: int = 1, one_page: bool = False) -> bytes:
    """The article on pages with a running head and their numbers, or on one page as long as it needs."""
    from reportlab.lib.pagesizes import A4, A5, landscape
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    fonts = _fonts()
    out = io.BytesIO()
    width, height = A4 if one_page else landscape(A5) if columns > 1 else A5
    if one_page:
        height *= 1 + len(o.article.text) // 3_000
    margin, gap = 50, 14
    each = (width - 2 * margin - gap * (columns - 1)) / columns
    frames = [
        Frame(margin + n * (each + gap), margin, each, height - 2 * margin, 0, 0, 0, 0)
        for n in range(columns)
    ]

    def dressed(canvas: Any, document: Any) -> None:
        canvas.setFont(fonts[0], 8)
        canvas.drawCentredString(width / 2, height - 32, RUNNING_HEAD)
        canvas.drawCentredString(width / 2, 28, f"{RUNNING_FOOT} {document.page}")

    document = BaseDocTemplate(out, pagesize=(width, height), pageTemplates=[])
    document.addPageTemplates(PageTemplate(frames=frames, onPage=dressed))
    document.build(list(_flowing(o, *fonts)))
    return out.getvalue()


@cache
def _fonts() -> tuple[str, str]:
    """A font with every Vietnamese letter, and its bold one: they come with matplotlib."""
    from matplotlib import get_data_path
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    names = (_FONT, f"{_FONT}-Bold")
    for name, file in zip(names, ("DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf"), strict=True):
        registerFont(TTFont(name, Path(get_data_path(), "fonts", "ttf", file)))
    return names


def _flowing(o: Original, font: str, bold: str) -> Iterator[Any]:
    from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    body = ParagraphStyle("body", fontName=font, fontSize=11, leading=15, spaceAfter=6, alignment=TA_JUSTIFY)
    styles = {
        "title": ParagraphStyle("title", body, fontName=bold, fontSize=15, leading=20, alignment=TA_CENTER),
        "heading": ParagraphStyle("heading", body, fontName=bold, spaceBefore=8),
        "item": ParagraphStyle("item", body, leftIndent=14, bulletIndent=2),
        "caption": ParagraphStyle("caption", body, fontSize=9, leading=12, alignment=TA_CENTER),
        "author": ParagraphStyle("author", body, fontName=bold, alignment=TA_RIGHT),
    }
    for kind, text in parts(o):
        words = f"Ảnh: {text}" if kind == "caption" else text
        bullet = "-" if kind == "item" else None
        yield Paragraph(html.escape(words, quote=False), styles.get(kind, body), bulletText=bullet)


def _scanned(page: Any, seed: int) -> Image:
    """A picture of a page as a scanner gives it: grey, grained, and a little askew."""
    import numpy as np
    from PIL import Image

    clean = page.render(scale=_DPI / 72, grayscale=True).to_pil()
    askew = clean.rotate(0.4 if seed % 2 else -0.3, Image.Resampling.BICUBIC, fillcolor=255)
    grey = np.asarray(askew, dtype=np.float32)
    grain = np.random.default_rng(seed).normal(-8, 8, grey.shape)
    return Image.fromarray(np.clip(grey + grain, 0, 255).astype(np.uint8))


def _pictures(document: bytes) -> list[Image]:
    import pypdfium2  # type: ignore[import-untyped]

    with pypdfium2.PdfDocument(document) as opened:
        return [_scanned(opened[n], n) for n in range(len(opened))]


def scanned_pdf(o: Original) -> bytes:
    """Pictures of the pages of ``pdf``, without a word of text."""
    first, *others = _pictures(pdf(o))
    out = io.BytesIO()
    first.save(out, "PDF", save_all=True, append_images=others, resolution=_DPI, quality=75)
    return out.getvalue()


def png(o: Original) -> bytes:
    """A picture of the article on one page."""
    (page,) = _pictures(pdf(o, one_page=True))
    out = io.BytesIO()
    page.save(out, "PNG", dpi=(_DPI, _DPI))
    return out.getvalue()


# --- slides, sheets, letters -----------------------------------------------------------------------

#: A slide is full with so many characters.
_SLIDE_CHARS = 600


def slides(o: Original) -> bytes:
    """A slide with the title, the day and the author, then a slide a heading, or more where it is full."""
    from pptx import Presentation

    show = Presentation()
    first = show.slides.add_slide(show.slide_layouts[0])
    first.shapes.title.text = o.article.title
    day = _day(o.article.published) if o.article.published else None
    first.placeholders[1].text = "\n".join(filter(None, (day, o.article.author)))
    body = None
    for kind, text in parts(o)[1:]:
        if kind in ("date", "author"):
            continue
        if kind == "heading" or body is None or len(body.text) + len(text) > _SLIDE_CHARS:
            slide = show.slides.add_slide(show.slide_layouts[1])
            body = slide.placeholders[1].text_frame
            if kind == "heading":
                slide.shapes.title.text = text
                continue
        paragraph = body.add_paragraph() if body.text else body.paragraphs[0]
        paragraph.text = _plainly(kind, text) if kind == "caption" else text
    return _saved(show)


def workbook(o: Original) -> bytes:
    """The paragraphs pasted into a sheet, a cell each, one below the other."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None  # a new workbook has one
    for kind, text in parts(o):
        sheet.append([_plainly(kind, text)])
    return _saved(book)


def separated(o: Original) -> bytes:
    """The same sheet, saved by Excel as "CSV UTF-8"."""
    out = io.StringIO()
    csv.writer(out).writerows([_plainly(kind, text)] for kind, text in parts(o))
    return out.getvalue().encode("utf-8-sig")


def letter(o: Original) -> bytes:
    """The article in a letter of its author, in plain text and as a page. Its day is the article's; where
    that has none, the letter is a draft, which has none either."""
    message = _letter(o)
    message.set_content("\n\n".join(_plainly(kind, text) for kind, text in parts(o) if kind != "title"))
    message.add_alternative(web_page(o), subtype="html")
    return _about(o.article.title, message)


#: What a letter says that only carries the article.
COVER = "Kính gửi đồng chí. Xin gửi kèm bài viết để đồng chí xem. Trân trọng cảm ơn."


def covering_letter(o: Original) -> bytes:
    """A letter to which the article is attached."""
    message = _letter(o)
    message.set_content(COVER)
    message.add_attachment(
        word_styled(o),
        maintype="application",
        subtype="vnd.openxmlformats-officedocument.wordprocessingml.document",
        filename=f"{o.stem}.docx",
    )
    return _about("Gửi bài viết", message)


def _about(subject: str, message: EmailMessage) -> bytes:
    """The letter under its subject, which EmailMessage would break without the blanks at the breaks."""
    header = Header(subject, "utf-8", header_name="Subject").encode()
    return f"Subject: {header}\n".encode("ascii") + message.as_bytes()


def _letter(o: Original) -> EmailMessage:
    message = EmailMessage()
    message["From"] = formataddr((o.article.author or "", "vanthu@dangbo.example"))
    message["To"] = "Văn phòng <vanphong@dangbo.example>"
    if o.article.published:
        day = o.article.published
        message["Date"] = datetime(day.year, day.month, day.day, 8, 30).astimezone()
    return message


# --- the formats -----------------------------------------------------------------------------------


def _nothing(o: Original) -> tuple[str, ...]:
    return ()


def _signed(o: Original) -> tuple[str, ...]:
    """A signature is a line of a document, though not of a portal's page."""
    return (o.article.author,) if o.article.author else ()


def _with_table(o: Original) -> tuple[str, ...]:
    return (*_signed(o), *TABLE_LINES)


@dataclass(frozen=True, slots=True)
class Format:
    """How articles are written in one format, in files of that ``suffix``: by ``write``, or by LibreOffice
    from the documents with styles. ``told`` gives what of a text it can say, ``also`` what lines it has
    besides. A ``scanned`` one is a picture."""

    name: str
    suffix: str
    write: Callable[[Original], bytes] | None = None
    also: Callable[[Original], tuple[str, ...]] = _nothing
    told: Callable[[str], str] = str
    scanned: bool = False


def _in_utf8(write: Callable[[Original], str], o: Original) -> bytes:
    return write(o).encode()


def _as_text(encoding: str, o: Original) -> bytes:
    return plain(o).encode(encoding)


def _decomposed(o: Original) -> bytes:
    return unicodedata.normalize("NFD", plain(o)).encode()


def _in_charset(charset: str, o: Original) -> bytes:
    return written(plain(o), charset)


_OLD = ("TCVN3", "VNI", "VISCII", "VPS", "windows-1258")
_FROM_STYLED = ("doc", "rtf", "odt")

FORMATS: Mapping[str, Format] = {
    f.name: f
    for f in (
        Format("txt-utf8", ".txt", partial(_as_text, "utf-8")),
        Format("txt-bom", ".txt", partial(_as_text, "utf-8-sig")),
        Format("txt-utf16", ".txt", partial(_as_text, "utf-16")),
        Format("txt-nfd", ".txt", _decomposed),
        *(
            Format(
                f"txt-{name.lower()}", ".txt", partial(_in_charset, name), told=partial(told, charset=name)
            )
            for name in _OLD
        ),
        Format("txt-mixed", ".txt", mixed, told=partial(told, charset="TCVN3")),
        Format("md", ".md", partial(_in_utf8, markdown)),
        Format("html", ".html", partial(_in_utf8, web_page)),
        Format("html-word", ".htm", word_page, _signed),
        Format("html-portal", ".html", partial(_in_utf8, portal_page)),
        Format("mht", ".mht", web_archive),
        Format("docx-pasted", ".docx", word_pasted, _signed),
        Format("docx-styled", ".docx", word_styled, _with_table),
        Format("docx-vntime", ".docx", word_vntime, _signed),
        *(Format(name, f".{name}", None, _with_table) for name in _FROM_STYLED),
        Format("pdf", ".pdf", pdf, _signed),
        Format("pdf-columns", ".pdf", partial(pdf, columns=2), _signed),
        Format("pdf-office", ".pdf", None, _with_table),
        Format("pdf-scanned", ".pdf", scanned_pdf, _signed, scanned=True),
        Format("png", ".png", png, _signed, scanned=True),
        Format("pptx", ".pptx", slides, _signed),
        Format("xlsx", ".xlsx", workbook, _signed),
        Format("csv", ".csv", separated, _signed),
        Format("eml", ".eml", letter, _signed),
        Format("eml-attached", ".eml", covering_letter, _with_table),
        Format("zip", ".zip", None, _with_table),
    )
}
#: What an archive holds: the articles in turn in one of these.
PACKED = ("txt-utf8", "docx-styled", "html-portal")
ARCHIVE = "bai-viet.zip"
#: What LibreOffice makes of a document with styles.
OFFICE = (*_FROM_STYLED, "pdf-office")


# --- making ----------------------------------------------------------------------------------------


def make(out: Path, articles: Path = SAMPLES, names: Sequence[str] = tuple(FORMATS)) -> Manifest:
    """Writes the corpus in these formats. Raises FileExistsError for a folder with something in it."""
    if out.is_dir() and any(out.iterdir()):
        raise FileExistsError(f"{out} is not empty")
    originals = [original(path) for path in find([articles]).files if path.suffix.lower() in (".txt", ".md")]
    left_out = {
        name: "LibreOffice is not installed" for name in names if name in OFFICE and not has_soffice()
    }
    made = [FORMATS[name] for name in names if name not in left_out]
    files: list[Entry] = []
    for form in made:
        folder = out / form.name
        folder.mkdir(parents=True)
        if form.write:
            for o in originals:
                (folder / f"{o.stem}{form.suffix}").write_bytes(form.write(o))
        elif form.name == "zip":
            _pack(originals, folder / ARCHIVE)
        else:
            _by_office(originals, form, folder)
        files += (entry for n, o in enumerate(originals) for entry in _entries(o, n, form))
    manifest = Manifest({o.stem: reference(o.article) for o in originals}, tuple(files), left_out)
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    (out / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return manifest


def _entries(o: Original, n: int, form: Format) -> Iterator[Entry]:
    file = f"{form.name}/{o.stem}{form.suffix}"
    carries = tuple(field for field in FIELDS if getattr(o.article, field) is not None)
    if form.name == "zip":
        file = f"{form.name}/{ARCHIVE}/{_member(o, n)}"
    elif form.name == "eml-attached":
        yield Entry(file, form.name, None, (), ())
        file = f"{file}/{o.stem}.docx"
    yield Entry(file, form.name, o.stem, carries, form.also(o))


def _member(o: Original, n: int) -> str:
    return f"Bài viết/{o.stem}{FORMATS[PACKED[n % len(PACKED)]].suffix}"


def _pack(originals: Sequence[Original], archive: Path) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for n, o in enumerate(originals):
            write = FORMATS[PACKED[n % len(PACKED)]].write
            assert write is not None
            packed.writestr(_member(o, n), write(o))


def _by_office(originals: Sequence[Original], form: Format, folder: Path) -> None:
    with TemporaryDirectory() as name:
        styled = [Path(name, f"{o.stem}.docx") for o in originals]
        for path, o in zip(styled, originals, strict=True):
            path.write_bytes(word_styled(o))
        soffice(form.suffix[1:], styled, folder)


def has_soffice() -> bool:
    return _soffice() is not None


def _soffice() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


def soffice(to: str, files: Sequence[Path], folder: Path) -> None:
    """Has LibreOffice write these files into ``folder`` in the format that it calls ``to``."""
    with TemporaryDirectory() as profile:
        command = [
            str(_soffice()),
            f"-env:UserInstallation={Path(profile).as_uri()}",  # one that is in use elsewhere is locked
            "--headless",
            "--convert-to",
            to,
            "--outdir",
            str(folder),
            *map(str, files),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=300)


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("--articles", type=Path, default=SAMPLES, metavar="FOLDER")
    given = parser.parse_args(argv)
    try:
        manifest = make(given.out, given.articles)
    except FileExistsError as e:
        parser.error(str(e))
    formats = {entry.format for entry in manifest.files}
    print(f"{len(manifest.files)} documents of {len(manifest.articles)} articles in {len(formats)} formats")
    for name, reason in manifest.left_out.items():
        print(f"{name}: left out, {reason}")


if __name__ == "__main__":
    main()
