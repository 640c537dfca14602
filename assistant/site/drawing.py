"""Pictures of a timeline, drawn with Matplotlib: for a page as SVG whose marks are links, for paper as PNG.

Both have the same layout, measured with the faces that the browser shows. An SVG has no style of its own: its
attributes are a picture on paper, and the classes beside them (``f-red`` is filled red, ``s-ink`` drawn in
ink) let a style sheet give it the colours of the page. Everything here may be called from several threads.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal
from xml.etree import ElementTree

from assistant.site.placing import MARK, across, down
from assistant.timeline import Kind, Years

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: The widths of the two layouts, in units that are pixels where the picture has its full size.
WIDE, NARROW = 1200, 356

_FONTS = Path(__file__).parents[1] / "static"
# DejaVu comes with Matplotlib and has the letters of other languages.
_FAMILY = ("Nep Serif", "DejaVu Sans")
# The colours of nep.css by day, by the name that they have there.
COLOURS = {
    "paper": "#faf6ee",
    "sheet": "#fffdf8",
    "shade": "#f1eadc",
    "line": "#ddd2bd",
    "edge": "#8f8169",
    "ink": "#241f19",
    "soft": "#5d5345",
    "red": "#8c1d18",
    "cream": "#fff9ec",
    "answers": "#f8d568",
    "focus": "#1b4f94",
}
_NAMES = {colour: name for name, colour in COLOURS.items()}
# How a sort of events is marked: a form of Matplotlib's, its size, what it is filled with and drawn in. The
# forms alone tell them apart, without colours.
_MARKS: Mapping[Kind, tuple[str, float, str, str]] = {
    Kind.FOUNDING: ("o", 6.5, "red", "red"),
    Kind.KEPT: ("D", 5.5, "red", "red"),
    Kind.MEETING: ("s", 5.5, "focus", "focus"),
    Kind.LIFE: ("^", 6.5, "soft", "soft"),
    Kind.AWARD: ("*", 9.5, "answers", "ink"),
    Kind.OTHER: ("o", 5.5, "sheet", "ink"),
}

_TEXT, _SMALL, _LEADING = 15.0, 13.0, 19.0
# A label is no wider, and its words run over no more lines.
_LABEL, _LINES = 208.0, 3
_MONTHS_UP_TO = 3  # years shown by their months

_one = Lock()  # Matplotlib's settings are everybody's


@dataclass(frozen=True, slots=True)
class Mark:
    """What is drawn for an event, or for ``count`` of them together. ``when`` and ``words`` are its label,
    with ``whose`` and ``doubt`` as further lines where they say something. ``href`` is where it leads, to an
    article's place if it ``opens`` one; ``told`` is all of it in a sentence."""

    first: date
    last: date
    kind: Kind
    when: str
    words: str
    href: str
    told: str
    whose: str = ""
    doubt: str = ""
    opens: bool = False
    count: int = 1


@dataclass(frozen=True, slots=True)
class Picture:
    """The ``years`` from January to December; the first and the last day that each event may be of; and what
    is drawn for one of them, or for several (by their numbers) that stand too close."""

    years: Years
    times: tuple[tuple[date, date], ...]
    mark: Callable[[Sequence[int]], Mark]


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands around a picture on paper: its title, a line below it, the names of the sorts of events,
    and a line at the foot."""

    title: str
    about: str
    kinds: Mapping[Kind, str]
    foot: str


def svg(picture: Picture, name: str, about: str, *, wide: bool) -> str:
    """The picture as an element for a page: ``name`` is what it is called there, and ``about`` the id of what
    tells the same in words."""
    with _one, _settings():
        drawn = _across(picture) if wide else _down(picture)
        out = io.StringIO()
        drawn.figure.savefig(out, format="svg", transparent=True, metadata={"Date": None})
    return _page_element(out.getvalue(), drawn.links, name, about)


def png(picture: Picture, heading: Heading) -> bytes:
    """The picture for paper: 200 dots an inch where it is as wide as the longer side of A3, 285 on A4."""
    with _one, _settings():
        drawn = _across(picture, heading)
        out = io.BytesIO()
        drawn.figure.savefig(out, format="png", dpi=200, facecolor="white", metadata={"Software": "Nep"})
        return out.getvalue()


# --- the sheet that is drawn on --------------------------------------------------------------------


def _settings() -> Any:
    import matplotlib

    _register()
    return matplotlib.rc_context({"svg.fonttype": "none", "text.hinting": "none", "text.parse_math": False})


@lru_cache(1)
def _register() -> None:
    from matplotlib import font_manager

    for name in ("nep-serif", "nep-serif-bold"):
        font_manager.fontManager.addfont(_FONTS / f"{name}.ttf")


@lru_cache(1)
def _letters() -> frozenset[int]:
    """What can be drawn."""
    from matplotlib import font_manager

    _register()
    files = (font_manager.findfont(name) for name in _FAMILY)
    return frozenset(code for file in files for code in font_manager.get_font(file).get_charmap())


def _drawable(text: str) -> str:
    """The text in one line, without characters that no face has. What keeps two words together stays."""
    plain = _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()
    return "".join(c for c in plain if c in " \xa0" or (c.isprintable() and ord(c) in _letters()))


_SPACES = re.compile(r"[^\S\xa0]+")


@lru_cache(20_000)
def _width(text: str, size: float, bold: bool) -> float:
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.font_manager import FontProperties

    renderer: Any = RendererAgg(10, 10, 72)  # type: ignore[no-untyped-call]
    face = FontProperties(family=_FAMILY, size=size, weight=700 if bold else 400)
    return float(renderer.get_text_width_height_descent(text, face, ismath=False)[0])


class _Sheet:
    """A figure of so many pixels, the first at the top left; what is drawn later lies on what was before."""

    def __init__(self, width: float, height: float) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.figure: Figure = Figure(figsize=(width / 72, height / 72), dpi=72)
        FigureCanvasAgg(self.figure)
        self._axes: Axes = self.figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(height, 0)
        self.links: dict[str, Mark] = {}
        self._link = ""

    def linked(self, mark: Mark | None) -> None:
        """What is drawn from now on is part of that mark's link, or of none."""
        self._link = ""
        if mark:
            self._link = f"m{len(self.links)}"
            self.links[self._link] = mark

    def _add(self, artist: Artist) -> None:
        artist.set_zorder(1)
        artist.set_clip_on(False)
        artist.set_gid(self._link or None)
        self._axes.add_artist(artist)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = _TEXT,
        colour: str = "ink",
        bold: bool = False,
        align: Literal["left", "center", "right"] = "left",
    ) -> None:
        """Words whose letters stand on the line ``y``."""
        from matplotlib.text import Text

        self._add(
            Text(
                x,
                y,
                words,
                color=COLOURS[colour],
                fontfamily=_FAMILY,
                fontsize=size,
                fontweight=700 if bold else 400,
                horizontalalignment=align,
                verticalalignment="baseline",
                parse_math=False,
            )
        )

    def line(self, xs: Sequence[float], ys: Sequence[float], colour: str, width: float = 1.0) -> None:
        from matplotlib.lines import Line2D

        self._add(Line2D(xs, ys, color=COLOURS[colour], linewidth=width, solid_capstyle="butt"))

    def box(self, x: float, y: float, width: float, height: float, colour: str | None) -> None:
        """A filled box; without a colour one that is there to be pointed at."""
        from matplotlib.patches import Rectangle

        face = COLOURS[colour] if colour else "none"
        self._add(Rectangle((x, y), width, height, facecolor=face, edgecolor="none"))

    def mark(self, x: float, y: float, kind: Kind) -> None:
        from matplotlib.markers import MarkerStyle
        from matplotlib.patches import PathPatch
        from matplotlib.transforms import Affine2D

        form, size, fill, edge = _MARKS[kind]
        style = MarkerStyle(form)
        unit = style.get_path().transformed(style.get_transform())
        box = unit.get_extents()
        extent = max(-box.x0, box.x1, -box.y0, box.y1)
        path = unit.transformed(Affine2D().scale(size / extent, -size / extent).translate(x, y))
        self._add(PathPatch(path, facecolor=COLOURS[fill], edgecolor=COLOURS[edge], linewidth=1.3))

    def several(self, x: float, y: float, count: int) -> None:
        """The mark of several events: their number, or that there are many."""
        from matplotlib.patches import Circle

        number = str(count) if count < 1000 else "…"
        size = _SMALL if count < 100 else 10.5
        self._add(
            Circle(
                (x, y), MARK / 2 - 0.5, facecolor=COLOURS["ink"], edgecolor=COLOURS["sheet"], linewidth=1.5
            )
        )
        self.text(x, y + 4.5, number, size, "sheet", bold=True, align="center")


# --- labels ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Line:
    words: str
    size: float
    colour: str
    bold: bool


@dataclass(frozen=True, slots=True)
class _Label:
    """Lines of words, the first on top."""

    lines: tuple[_Line, ...]

    @property
    def width(self) -> float:
        # A browser may round what it sets.
        return 1.02 * max(_width(line.words, line.size, line.bold) for line in self.lines) + 2

    @property
    def height(self) -> float:
        return len(self.lines) * _LEADING

    def draw(self, sheet: _Sheet, x: float, top: float) -> None:
        for n, line in enumerate(self.lines):
            y = top + n * _LEADING + 0.76 * _LEADING
            sheet.text(x, y, line.words, line.size, line.colour, line.bold)


def _label(mark: Mark, width: float) -> _Label:
    def lines(text: str, most: int, size: float, colour: str, bold: bool = False) -> Iterator[_Line]:
        for words in _wrapped(_drawable(text), width, most, size, bold):
            yield _Line(words, size, colour, bold)

    return _Label(
        (
            *lines(mark.when, 1, _TEXT, "ink", bold=True),
            *lines(mark.words, _LINES, _TEXT, "ink"),
            *lines(mark.whose, 2, _SMALL, "soft"),
            *lines(mark.doubt, 2, _SMALL, "red"),
        )
    )


def _wrapped(text: str, width: float, most: int, size: float, bold: bool) -> list[str]:
    """The text in lines of that width; what has no room in the ``most`` lines is cut."""
    lines: list[str] = []
    for word in filter(None, text.split(" ")):
        if lines and _fits(f"{lines[-1]} {word}", width, size, bold):
            lines[-1] += f" {word}"
            continue
        while len(word) > 1 and not _fits(word, width, size, bold):
            end = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or _fits(word[:n], width, size, bold))
            lines.append(word[:end])
            word = word[end:]
        lines.append(word)
        if len(lines) > most:
            break
    if len(lines) > most:
        lines = lines[:most]
        cut = lines[-1]
        while cut and not _fits(f"{cut} …", width, size, bold):
            cut = cut.rpartition(" ")[0] or cut[:-1]
        lines[-1] = f"{cut} …".strip()
    return [line.replace("\xa0", " ") for line in lines]


def _fits(text: str, width: float, size: float, bold: bool) -> bool:
    return _width(text, size, bold) <= width


# --- time as places --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Scale:
    """Days as places from ``start`` to ``end``."""

    years: Years
    start: float
    end: float

    def at(self, day: date) -> float:
        """Where a day begins, or the nearest that there is."""
        first, last = date(self.years.first, 1, 1), date(self.years.last, 12, 31)
        share = (min(max(day, first), last) - first) / (last - first + timedelta(days=1))
        return self.start + share * (self.end - self.start)

    def between(self, first: date, last: date) -> float:
        """The middle of a time."""
        return (self.at(first) + self.at(last)) / 2

    def ticks(self, apart: float) -> Iterator[tuple[float, str]]:
        """Where the numbers of years stand, or of months where there are few years, no closer than that."""
        length = abs(self.end - self.start)
        n = len(self.years)
        if n <= _MONTHS_UP_TO:
            step = next((m for m in (1, 2, 3, 6) if length / (12 * n) * m >= apart), 12)
            for year in range(self.years.first, self.years.last + 1):
                for month in range(1, 13, step):
                    yield self.at(date(year, month, 1)), f"{month}/{year}"
            return
        step = next((s for s in (1, 2, 5, 10, 20, 25, 50, 100, 200, 500) if length / n * s >= apart), 1000)
        for year in range(-(-self.years.first // step) * step, self.years.last + 1, step):
            yield self.at(date(year, 1, 1)), str(year)


# --- across ----------------------------------------------------------------------------------------

_LANES = 4
_BAND, _EDGE, _GAP = 42.0, 14.0, 12.0
_INSET = 7.0  # between a pole and its words


def _across(picture: Picture, heading: Heading | None = None) -> _Sheet:
    """Time from left to right, labels on poles above and below it."""
    # Room for the label of the last day, which stands to the right of its pole.
    scale = _Scale(picture.years, _EDGE, WIDE - _LABEL - _INSET - _EDGE)
    places = [scale.between(*time) for time in picture.times]
    order = sorted(range(len(places)), key=lambda n: places[n])
    known: dict[tuple[int, int], tuple[Mark, _Label]] = {}

    def shown(first: int, end: int) -> tuple[Mark, _Label]:
        if (first, end) not in known:
            mark = picture.mark(order[first:end])
            known[first, end] = mark, _label(mark, _LABEL)
        return known[first, end]

    flags = across(
        [places[n] for n in order],
        lambda first, end: shown(first, end)[1].width + _INSET,
        lanes=_LANES,
        gap=_GAP,
    )
    heights = {
        (up, lane): max(
            (shown(f.first, f.end)[1].height + 10 for f in flags if (f.up, f.lane) == (up, lane)), default=0.0
        )
        for up in (True, False)
        for lane in range(_LANES)
    }
    # A circle with a number, or a mark, stands on the edge of the band.
    clear = 16.0
    above = sum(heights[True, lane] for lane in range(_LANES)) + clear
    below = sum(heights[False, lane] for lane in range(_LANES)) + clear
    top = 92.0 if heading else 4.0
    band = top + above
    foot = 78.0 if heading else 4.0
    sheet = _Sheet(WIDE, band + _BAND + below + foot)
    if heading:
        _around(sheet, heading, WIDE, band + _BAND + below + 16)
    sheet.box(0, band, WIDE, _BAND, "shade")
    for edge in (band, band + _BAND):
        sheet.line((0, WIDE), (edge, edge), "edge")
    for x, words in scale.ticks(58):
        sheet.line((x, x), (band, band + _BAND), "edge")
        sheet.text(x + 6, band + 0.5 * _BAND + 4.5, words, _SMALL, "soft")
    for flag in flags:  # poles first: no mark is crossed
        y = band if flag.up else band + _BAND
        reach = clear + sum(heights[flag.up, lane] for lane in range(flag.lane))
        label = shown(flag.first, flag.end)[1]
        tip = y - reach - label.height if flag.up else y + reach + label.height
        sheet.line((flag.at, flag.at), (y, tip), "edge")
    for flag in flags:
        mark, label = shown(flag.first, flag.end)
        y = band if flag.up else band + _BAND
        reach = clear + sum(heights[flag.up, lane] for lane in range(flag.lane))
        label_top = y - reach - label.height if flag.up else y + reach
        sheet.linked(mark)
        sheet.box(flag.at, label_top, label.width + _INSET, label.height, None)
        low, high = scale.at(mark.first), scale.at(mark.last)
        if high - low > 14:
            sheet.line((low, high), (y, y), "soft", 3.0)
        if mark.count > 1:
            sheet.several(flag.at, y, mark.count)
        else:
            sheet.mark(flag.at, y, mark.kind)
        label.draw(sheet, flag.at + _INSET, label_top)
        sheet.linked(None)
    return sheet


def _around(sheet: _Sheet, heading: Heading, width: float, y: float) -> None:
    """Title and legend."""
    for words in _wrapped(_drawable(heading.title), width - 2 * _EDGE, 1, 26, True):
        sheet.text(_EDGE, 38, words, 26, "red", bold=True)
    for words in _wrapped(_drawable(heading.about), width - 2 * _EDGE, 1, _TEXT, False):
        sheet.text(_EDGE, 66, words, _TEXT, "soft")
    x = _EDGE + 8
    sheet.line((_EDGE, width - _EDGE), (y, y), "line")
    for kind, name in heading.kinds.items():
        sheet.mark(x, y + 20, kind)
        sheet.text(x + 15, y + 25, name, _SMALL)
        x += 15 + _width(name, _SMALL, False) + 28
    sheet.text(_EDGE, y + 50, _drawable(heading.foot), _SMALL, "soft")


# --- down ------------------------------------------------------------------------------------------

_AXIS, _BESIDE = 64.0, 94.0
_SHORTEST, _LONGEST, _REACH = 320.0, 980.0, 130.0


def _down(picture: Picture) -> _Sheet:
    """Time from the top to the foot, labels to its right."""
    width = NARROW - _BESIDE - 4
    order = list(range(len(picture.times)))
    known: dict[tuple[int, int], tuple[Mark, _Label]] = {}

    def shown(first: int, end: int) -> tuple[Mark, _Label]:
        if (first, end) not in known:
            mark = picture.mark(order[first:end])
            known[first, end] = mark, _label(mark, width)
        return known[first, end]

    if len(order) <= _LONGEST / (2 * _LEADING):
        needed = sum(shown(n, n + 1)[1].height + _GAP for n in order)
    else:
        needed = _LONGEST
    length = min(max(1.15 * needed, _SHORTEST), _LONGEST)
    scale = _Scale(picture.years, 12, 12 + length)
    places = [scale.between(*time) for time in picture.times]
    order.sort(key=lambda n: places[n])
    known.clear()
    lines = down(
        [places[n] - 12 for n in order],
        lambda first, end: shown(first, end)[1].height,
        length=length,
        gap=_GAP,
        reach=_REACH,
    )
    sheet = _Sheet(NARROW, length + 28)
    sheet.line((_AXIS, _AXIS), (8, length + 16), "edge", 2.0)
    for y, words in scale.ticks(42):
        sheet.line((_AXIS - 5, _AXIS), (y, y), "edge")
        sheet.text(_AXIS - 15, y + 4.5, words, _SMALL, "soft", align="right")
    for line in lines:
        top = 12 + line.top + _GAP / 2
        at, level = 12 + line.at, top + 0.5 * _LEADING
        sheet.line((_AXIS, _BESIDE - 14, _BESIDE - 5), (at, level, level), "edge")
    for line in lines:
        mark, label = shown(line.first, line.end)
        at, top = 12 + line.at, 12 + line.top + _GAP / 2
        sheet.linked(mark)
        sheet.box(_BESIDE - 4, top, width + 4, label.height, None)
        low, high = scale.at(mark.first), scale.at(mark.last)
        if high - low > 14:
            sheet.line((_AXIS, _AXIS), (low, high), "soft", 4.0)
        if mark.count > 1:
            sheet.several(_AXIS, at, mark.count)
        else:
            sheet.mark(_AXIS, at, mark.kind)
        label.draw(sheet, _BESIDE, top)
        sheet.linked(None)
    return sheet


# --- what goes into a page -------------------------------------------------------------------------

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_KEPT_STYLES = (
    "fill",
    "stroke",
    "stroke-width",
    "stroke-linejoin",
    "font-size",
    "font-weight",
    "text-anchor",
)


def _page_element(drawn: str, links: Mapping[str, Mark], name: str, about: str) -> str:
    """What Matplotlib wrote, without styles, names and files of its own, each mark a link."""
    ElementTree.register_namespace("", _SVG)
    root = ElementTree.fromstring(drawn)
    *_, width, height = root.attrib["viewBox"].split()
    out = ElementTree.Element(f"{{{_SVG}}}svg", {"viewBox": f"0 0 {width} {height}"})
    out.attrib |= {"role": "group", "aria-label": name, "aria-describedby": about, "class": "drawn"}
    around: ElementTree.Element | None = None
    for id, shape in _shapes(root, ""):
        if id not in links:
            around = None
            shape.set("aria-hidden", "true")
            out.append(shape)
            continue
        if around is None or around.get("id") != id:
            around = _anchor(id, links[id])
            out.append(around)
        around.append(shape)
    for anchor in out:
        anchor.attrib.pop("id", None)
    return ElementTree.tostring(out, encoding="unicode")


def _anchor(id: str, mark: Mark) -> ElementTree.Element:
    anchor = ElementTree.Element(f"{{{_SVG}}}a", {"id": id, "href": mark.href, "aria-label": mark.told})
    if mark.opens:
        anchor.set("data-article", "")
    ElementTree.SubElement(anchor, f"{{{_SVG}}}title").text = mark.told
    return anchor


def _shapes(node: ElementTree.Element, id: str) -> Iterator[tuple[str, ElementTree.Element]]:
    """The shapes and words in order, each with the name of the group it is in."""
    for child in node:
        tag = child.tag.rpartition("}")[2]
        if tag == "g":
            yield from _shapes(child, child.get("id", id))
        elif tag in ("path", "text"):
            yield id, _plain(child, tag)


def _plain(shape: ElementTree.Element, tag: str) -> ElementTree.Element:
    kept = {k: v for k, v in shape.attrib.items() if k in ("d", "x", "y")}
    styles = _styles(shape.get("style", ""))
    kept |= {k: v for k, v in styles.items() if k in _KEPT_STYLES}
    kept["class"] = " ".join(_classes(styles, tag))
    out = ElementTree.Element(f"{{{_SVG}}}{tag}", kept)
    out.text = shape.text
    return out


def _styles(style: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in style.split(";") if ":" in part)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _classes(styles: Mapping[str, str], tag: str) -> Iterable[str]:
    fill, stroke = styles.get("fill"), styles.get("stroke")
    if fill == "none" and not stroke:
        yield "hit"
    if name := _NAMES.get(fill or ""):
        yield f"f-{name}"
    if name := _NAMES.get(stroke or ""):
        yield f"s-{name}"
