"""PDF files for the tests of the readers, as programs print them, and pictures of their pages."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from xml.sax.saxutils import escape

import matplotlib
import pypdfium2  # type: ignore[import-untyped]
import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph

FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
for name, file in (
    ("Text", "DejaVuSerif.ttf"),
    ("Bold", "DejaVuSerif-Bold.ttf"),
    ("Italic", "DejaVuSerif-Italic.ttf"),
):
    pdfmetrics.registerFont(TTFont(name, str(FONTS / file)))

TITLE = "Văn phòng Huyện ủy Hà Lương: 90 năm xây dựng và trưởng thành"
PARAGRAPHS = (
    "Ngày 18/10/1930, tại làng Sơn Khê, Văn phòng Huyện ủy Hà Lương được thành lập với 03 đồng chí. Trải "
    "qua 90 năm xây dựng và trưởng thành, Văn phòng đã không ngừng lớn mạnh, tham mưu cho cấp ủy nhiều "
    "chủ trương lớn trong giai đoạn 1930-1945, góp phần vào thắng lợi của Cách mạng Tháng Tám ở địa "
    "phương.",
    "Trong kháng chiến chống thực dân Pháp, cơ quan phải di chuyển hơn 20 lần giữa các xã Bình Lãng, "
    "Trường Lạc và vùng căn cứ phía tây huyện. Dù điều kiện làm việc thiếu thốn, cán bộ văn phòng vẫn giữ"
    " gìn tài liệu an toàn, in ấn kịp thời hàng nghìn trang văn bản, bảo đảm thông tin liên lạc thông "
    "suốt.",
    "Ghi nhận những đóng góp ấy, năm 1985 tập thể Văn phòng được Nhà nước tặng thưởng Huân chương Lao "
    "động hạng Ba; năm 1995 được tặng thưởng Huân chương Lao động hạng Nhì; năm 2010 được Thủ tướng Chính"
    " phủ tặng Bằng khen. Hiện nay, cơ quan có 19 cán bộ, đảng viên, trong đó gần 80% có trình độ đại học"
    " trở lên.",
    "Phát huy truyền thống “Trung thành, trách nhiệm, tận tụy, sáng tạo”, mỗi cán bộ, chuyên viên tiếp "
    "tục thi đua học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh, thực hiện tốt Nghị quyết "
    "số 12-NQ/HU ngày 05/3/2018 của Huyện ủy về công tác văn phòng.",
)

BODY = ParagraphStyle("body", fontName="Text", fontSize=12, leading=16, firstLineIndent=24, alignment=4)
HEADLINE = ParagraphStyle("headline", fontName="Bold", fontSize=17, leading=22, alignment=1, spaceAfter=14)
HEADING = ParagraphStyle("heading", fontName="Bold", fontSize=12, leading=16, spaceBefore=8, spaceAfter=4)
CAPTION = ParagraphStyle("caption", fontName="Italic", fontSize=10, leading=13, alignment=1, spaceAfter=8)
WIDTH, HEIGHT = A4
WHOLE = (60.0, 60.0, WIDTH - 120, HEIGHT - 120)


def paragraph(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    return Paragraph(escape(text), style)


def article() -> list[Flowable]:
    return [paragraph(TITLE, HEADLINE), *map(paragraph, PARAGRAPHS)]


def printed(
    path: Path,
    story: Sequence[Flowable],
    frames: Sequence[tuple[float, float, float, float]] = (WHOLE,),
    margin: Callable[[Canvas, int], None] = lambda canvas, page: None,
    encrypt: StandardEncryption | None = None,
) -> Path:
    """The story, set in frames (left, lower edge, width, height) on each page; ``margin`` draws around it."""

    def drawn(canvas: Canvas, template: BaseDocTemplate) -> None:
        canvas.setFont("Text", 9)
        margin(canvas, template.page)

    template = PageTemplate(frames=[Frame(*frame, 0, 0, 0, 0) for frame in frames], onPage=drawn)
    BaseDocTemplate(str(path), pagesize=A4, pageTemplates=[template], encrypt=encrypt).build(list(story))
    return path


def canvas(path: Path) -> Canvas:
    drawn = Canvas(str(path), pagesize=A4)
    drawn.setFont("Text", 12)
    return drawn


def pictures(path: Path, dpi: int = 200) -> list[Image.Image]:
    """The pages of a PDF file in grey."""
    with pypdfium2.PdfDocument(path) as document:
        return [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in document]


def picture_file(path: Path, pages: Sequence[Image.Image]) -> Path:
    """A PDF file of nothing but pictures."""
    drawn = canvas(path)
    for n, page in enumerate(pages):
        file = path.with_name(f"{path.stem}-{n}.png")
        page.save(file)
        drawn.drawImage(str(file), 0, 0, WIDTH, HEIGHT)
        drawn.showPage()
    drawn.save()
    return path


def difference(got: str, meant: str) -> float:
    """Which share of the characters differs, between 0 and 1."""
    a, b = got.split(), meant.split()
    changes = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    return sum(_distance(" ".join(a[i:j]), " ".join(b[k:m])) for _, i, j, k, m in changes) / len(meant)


def _distance(got: str, meant: str) -> int:
    """Levenshtein's: how many characters must be put in, left out or changed."""
    if got == meant:
        return 0
    row = list(range(len(meant) + 1))
    for n, a in enumerate(got, 1):
        last, row[0] = row[0], n
        for m, b in enumerate(meant, 1):
            last, row[m] = row[m], min(row[m] + 1, row[m - 1] + 1, last + (a != b))
    return row[-1]


needs_tesseract = pytest.mark.skipif(not shutil.which("tesseract"), reason="Tesseract is not installed")
needs_office = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")


def office_print(path: Path) -> Path:
    """The PDF file that LibreOffice makes of a document."""
    folder = path.parent
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
         "--convert-to", "pdf", "--outdir", str(folder), str(path)],
        capture_output=True, check=True, timeout=120,
    )  # fmt: skip
    return path.with_suffix(".pdf")
