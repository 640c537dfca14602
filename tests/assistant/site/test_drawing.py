"""The picture of a timeline: nothing in it covers anything else, and nothing in it runs."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import combinations
from random import Random
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

from assistant.site import drawing
from assistant.site.drawing import Heading, Mark, Picture
from assistant.timeline import Kind, Years

WORDS = (
    "Văn phòng Huyện ủy được thành lập trên cơ sở hợp nhất ba bộ phận giúp việc của cấp ủy huyện",
    "Huân chương Lao động hạng\xa0Nhì",
    "Hội nghị",
    "Thưthưthưthưthưthưthưthưthưthưthưthưthưthưthưthưthư không có dấu cách",
)
SVG = "{http://www.w3.org/2000/svg}"


def mark(first: date, last: date | None = None, words: str = WORDS[0], **others: Any) -> Mark:
    last = last or first
    plain: dict[str, Any] = {
        "kind": Kind.FOUNDING,
        "when": f"{first:%d/%m/%Y}",
        "words": words,
        "href": "/bai/a?tu=1&den=2#trich",
        "told": f"{first:%d/%m/%Y}: {words}",
        "whose": "Văn phòng Thành ủy một nơi nào đó rất xa",
        "opens": True,
    }
    return Mark(first, last, **(plain | others))


def picture(marks: Sequence[Mark], years: Years) -> Picture:
    def shown(members: Sequence[int]) -> Mark:
        if len(members) == 1:
            return marks[members[0]]
        some = [marks[n] for n in members]
        first, last = min(m.first for m in some), max(m.last for m in some)
        words = f"{len(some)} sự kiện"
        return mark(first, last, words, whose="", count=len(some), href="/xem", opens=False, told=words)

    return Picture(years, tuple((m.first, m.last) for m in marks), shown)


def scattered(count: int, years: Years, seed: int) -> Picture:
    random = Random(seed)
    days = (date(years.last, 12, 31) - date(years.first, 1, 1)).days
    marks = []
    for n in range(count):
        first = date(years.first, 1, 1) + timedelta(random.randint(0, days))
        last = date(first.year, 12, 31) if n % 4 == 0 else first
        doubt = "Bài khác nói: 1986" if n % 5 == 0 else ""
        marks.append(mark(first, last, WORDS[n % 4], kind=list(Kind)[n % 6], doubt=doubt))
    return picture(sorted(marks, key=lambda m: m.first), years)


HEADING = Heading("Dòng thời gian", "Mọi đơn vị · 1930–2020", {kind: kind.name for kind in Kind}, "Nếp lập")


def boxes(figure: Any) -> Iterator[tuple[str, str, Any]]:
    """The words of a figure: whose they are, what they say, and where its renderer puts them."""
    from matplotlib.text import Text

    renderer = figure.canvas.get_renderer()
    for text in figure.findobj(Text):
        if text.get_text():
            yield text.get_gid() or "", text.get_text(), text.get_window_extent(renderer)


CASES = [
    (1, Years(1930, 1930)),
    (12, Years(1930, 2020)),
    (40, Years(1930, 2020)),
    (40, Years(2019, 2020)),
    (300, Years(1930, 2020)),
    (300, Years(1950, 1950)),
    (2000, Years(1800, 2020)),
]


@pytest.mark.parametrize(("count", "years"), CASES)
@pytest.mark.parametrize("layout", ["wide", "narrow", "paper"])
def test_no_words_cover_other_words_or_leave_the_picture(count: int, years: Years, layout: str) -> None:
    some = scattered(count, years, count)
    with drawing._one, drawing._settings():
        sheet = (
            drawing._down(some)
            if layout == "narrow"
            else drawing._across(some, HEADING if layout == "paper" else None)
        )
        found = list(boxes(sheet.figure))
        width, height = sheet.figure.get_size_inches() * 72
    assert len(found) > 2
    for gid, words, box in found:
        assert box.x0 >= -0.5, words
        assert box.x1 <= width + 0.5, words
        assert box.y0 >= -0.5, words
        assert box.y1 <= height + 0.5, (gid, words)
    for (gid, words, one), (other_gid, other_words, other) in combinations(found, 2):
        # The lines of one label lie close: letters hang below one and rise above the next.
        slack = 4.0 if gid and gid == other_gid else 0.0
        apart = (
            one.x1 <= other.x0 + 0.5
            or other.x1 <= one.x0 + 0.5
            or one.y1 - slack <= other.y0
            or other.y1 - slack <= one.y0
        )
        assert apart, (words, other_words)


@pytest.mark.parametrize("wide", [True, False])
def test_every_event_is_in_one_link_of_the_picture(wide: bool) -> None:
    some = scattered(60, Years(1930, 2020), 1)
    root = ElementTree.fromstring(drawing.svg(some, "Dòng thời gian", "ke", wide=wide))
    links = root.findall(f"{SVG}a")
    counted = 0
    for link in links:
        told = link.get("aria-label") or ""
        title = link.find(f"{SVG}title")
        assert title is not None
        assert title.text == told
        several = re.fullmatch(r"(\d+) sự kiện", told)
        counted += int(several[1]) if several else 1
        assert ("data-article" in link.attrib) == (several is None)
        assert link.get("href") == ("/xem" if several else "/bai/a?tu=1&den=2#trich")
    assert counted == 60
    assert root.get("aria-describedby") == "ke"
    assert root.get("role") == "group"


@pytest.mark.parametrize("wide", [True, False])
def test_a_picture_in_a_page_has_no_style_no_name_and_no_script_of_its_own(wide: bool) -> None:
    hostile = "</text><script>alert(1)</script><style>*{fill:red}</style> $x^2$ “&amp;” \x0b\u202e😀"
    some = picture([mark(date(1950, 1, 1), words=hostile, told=hostile[:40])], Years(1950, 1950))
    drawn = drawing.svg(some, "Tên", "ke", wide=wide)
    root = ElementTree.fromstring(drawn)
    tags = {node.tag.removeprefix(SVG) for node in root.iter()}
    assert tags <= {"svg", "a", "title", "path", "text"}
    for node in root.iter():
        assert not node.attrib.keys() & {"style", "id", "onload", "transform", "clip-path"}
        assert all("url(" not in value for value in node.attrib.values())
    said = " ".join(text.text or "" for text in root.iter(f"{SVG}text"))
    assert "<script>" in said
    assert "$x^2$" in said
    assert "\u202e" not in said
    assert "<script" not in drawn


def test_every_colour_of_the_picture_is_one_that_a_theme_can_change() -> None:
    drawn = ElementTree.fromstring(drawing.svg(scattered(60, Years(1930, 2020), 2), "n", "ke", wide=True))
    for node in drawn.iter():
        names = (node.get("class") or "").split()
        for attribute, letter in (("fill", "f"), ("stroke", "s")):
            value = node.get(attribute, "none")
            if value != "none":
                assert drawing.COLOURS[next(n for n in names if n.startswith(f"{letter}-"))[2:]] == value


def test_the_colours_of_paper_are_those_of_the_page_by_day() -> None:
    css = (drawing._FONTS / "nep.css").read_text(encoding="utf-8")
    root = css[css.index(":root") : css.index("}", css.index(":root"))]
    for name, colour in drawing.COLOURS.items():
        assert f"--{name}: {colour};" in root


def test_the_faces_of_the_picture_have_every_vietnamese_letter() -> None:
    letters = "aàáảãạăằắẳẵặâầấẩẫậđeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵ"
    from matplotlib.font_manager import get_font

    for name in ("nep-serif", "nep-serif-bold"):
        known = get_font(drawing._FONTS / f"{name}.ttf").get_charmap()
        assert [c for c in letters + letters.upper() + "“”–…·" if ord(c) not in known] == []


def test_the_picture_for_paper_is_large_and_not_blank() -> None:
    image = Image.open(io.BytesIO(drawing.png(scattered(30, Years(1930, 2020), 3), HEADING)))
    assert image.format == "PNG"
    assert image.width > 3000
    assert image.height > 1000
    colours = image.convert("RGB").getcolors(1 << 24)
    assert colours is not None
    assert max(colours)[1] == (255, 255, 255)
    assert len(colours) > 50


def test_the_picture_of_one_thread_is_that_of_every_other() -> None:
    some = [scattered(25, Years(1930, 2020), n) for n in range(4)]

    def draw(n: int) -> str:
        return drawing.svg(some[n % 4], "n", "ke", wide=n % 2 == 0)

    alone = [draw(n) for n in range(4)]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(draw, range(12))) == alone * 3
