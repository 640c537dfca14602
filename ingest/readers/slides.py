"""Presentations: the words of each slide in the order they are read, and what its speaker noted to say."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingest import furniture
from ingest.errors import UnreadableFile
from ingest.layout import Draft, Page, document
from ingest.limits import Limits
from ingest.readers.package import checked
from ingest.readers.sheet import Merged, given_name, table
from ingest.vietnamese import sentences

_POWERPOINT = "PowerPoint (.pptx)"


def read(path: Path, limits: Limits) -> Page:
    """The words of a presentation, ``page`` being the number of the slide: titles, lists, tables, diagrams,
    text boxes from the top to the bottom and from the left to the right, and the notes behind them. Hidden
    slides are left out, and the date, footer and number that stand on every slide."""
    import pptx

    checked(path, limits, "ppt/presentation.xml", _POWERPOINT)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            slides = list(pptx.Presentation(str(path)).slides)
            if len(slides) > limits.pages:
                raise UnreadableFile(
                    f"tệp có {len(slides)} trang chiếu, quá mức {limits.pages} trang. Hãy tách thành nhiều "
                    "tệp, rồi nạp lại."
                )
            drafts = [draft for n, slide in enumerate(slides, 1) for draft in _slide(slide, n)]
            author, largest = (_author(slides[0]), _largest(slides[0])) if slides else (None, None)
    except (UnreadableFile, OSError, MemoryError):
        raise
    except Exception as e:  # a damaged presentation surfaces as whatever its parts trip over
        raise UnreadableFile(
            f"tệp {_POWERPOINT} bị hỏng, không mở được. Hãy mở tệp bằng PowerPoint để sửa, lưu thành tệp mới "
            "dạng .pptx, rồi nạp lại."
        ) from e
    if not any(c.isalnum() for draft in drafts for c in draft.text):
        raise UnreadableFile(
            "các trang chiếu chỉ có hình, không có chữ. Hãy mở tệp, lưu thành PDF, rồi nạp tệp PDF để máy "
            "nhận dạng chữ trong hình."
        )
    if author and furniture.is_name(author):  # an office that signs is also what the slides are about
        drafts = [draft for draft in drafts if draft.page != 1 or draft.text != author]
    hints = {"title": given_name(path.stem) or "Trang chiếu", "author": author}
    return document(_titled(drafts, largest), hints={key: value for key, value in hints.items() if value})


def _titled(drafts: Sequence[Draft], largest: str | None) -> list[Draft]:
    """The first slide's title, if it has one, is that of the whole; or what is ``largest`` there."""
    of_first = [n for n, draft in enumerate(drafts) if draft.page == 1]
    first = next((n for n in of_first if drafts[n].kind == "heading"), None)
    if first is None and largest:
        first = next((n for n in of_first if drafts[n].text == largest), None)
    return [replace(draft, kind="title") if n == first else draft for n, draft in enumerate(drafts)]


def _largest(slide: Any) -> str | None:
    """The line of a slide that is set in larger type than all others, as far as boxes say their size."""
    sizes: list[tuple[int, str]] = []
    for shape in slide.shapes:
        for paragraph in shape.text_frame.paragraphs if shape.has_text_frame else ():
            size = max((run.font.size or 0 for run in paragraph.runs if run.text.strip()), default=0)
            sizes.append((size, _words(paragraph)))
    most = max((size for size, _ in sizes), default=0)
    largest = [text for size, text in sizes if size == most]
    return largest[0] if most and len(largest) == 1 else None


def _author(slide: Any) -> str | None:
    """Who signs below the title of the first slide: the last line there that is a name or an office."""
    from pptx.enum.shapes import PP_PLACEHOLDER

    subtitles = (s for s in slide.placeholders if s.placeholder_format.type == PP_PLACEHOLDER.SUBTITLE)
    lines = [_words(paragraph) for shape in subtitles for paragraph in shape.text_frame.paragraphs]
    return next((line for line in reversed(lines) if furniture.is_byline(line)), None)


def _slide(slide: Any, number: int) -> Iterator[Draft]:
    if slide.element.get("show") in ("0", "false"):
        return
    title = slide.shapes.title
    if title is not None:
        yield Draft(" ".join(map(_words, title.text_frame.paragraphs)), "heading", number)
    others = (shape for shape in slide.shapes if title is None or shape._element is not title._element)
    for draft in _shapes(others):
        # Only the first slide says who wrote it and when.
        yield replace(draft, kind=draft.kind or (None if number == 1 else "paragraph"), page=number)
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    for paragraph in notes.paragraphs if notes is not None else ():
        yield Draft(_words(paragraph), "paragraph", number)


# --- shapes --------------------------------------------------------------------------------------

#: A caption is no longer.
CAPTION_CHARS = 350
#: Shapes whose tops differ by less stand in one row: half a centimetre, in the units of the format.
_ROW = 180_000


def _shapes(shapes: Iterable[Any]) -> Iterator[Draft]:
    ordered = _in_reading_order(shapes)
    pictures = [shape for shape in ordered if hasattr(shape, "crop_top")]
    for shape in ordered:
        if _is_furniture(shape):
            continue
        if shape.has_text_frame and any(_is_below(shape, picture) for picture in pictures):
            yield Draft(" ".join(map(_words, shape.text_frame.paragraphs)), "caption")
            continue
        if hasattr(shape, "shapes"):  # a group
            yield from _shapes(shape.shapes)
        elif getattr(shape, "has_table", False):
            yield from _table(shape.table)
        elif shape.has_text_frame:
            yield from _text(shape)
        else:
            yield from _diagram(shape)


def _in_reading_order(shapes: Iterable[Any]) -> list[Any]:
    """From the top to the bottom in rows, and in each row from the left to the right. A shape without a
    place of its own stands where the layout puts it, which python-pptx looks up."""
    placed = sorted(_stacks(shapes), key=lambda stack: (_top(stack[0]), _left(stack[0])))
    rows: list[list[list[Any]]] = []
    for stack in placed:
        if rows and _top(stack[0]) - _top(rows[-1][0][0]) < _ROW:
            rows[-1].append(stack)
        else:
            rows.append([stack])
    ordered = (stack for row in rows for stack in sorted(row, key=lambda stack: _left(stack[0])))
    return [shape for stack in ordered for shape in stack]


def _stacks(shapes: Iterable[Any]) -> list[list[Any]]:
    """The shapes, each with those that belong under it: of a layout that compares, what each side holds
    stands under what it is called."""
    stacks: list[list[Any]] = []
    for shape in sorted(shapes, key=_place):
        above = stacks[-1][-1] if stacks else None
        follows = above is not None and 0 < _place(above) == _place(shape) - 1
        if above is not None and follows and abs(_left(above) - _left(shape)) < _ROW:
            stacks[-1].append(shape)
        else:
            stacks.append([shape])
    return stacks


def _place(shape: Any) -> int:
    """Which of the places of its layout a shape fills, counted from the title's, which is 0; -1 for none."""
    return shape.placeholder_format.idx if shape.is_placeholder else -1


def _top(shape: Any) -> int:
    return shape.top or 0


def _left(shape: Any) -> int:
    return shape.left or 0


def _is_below(box: Any, picture: Any) -> bool:
    """Whether a box stands right below a picture and is no wider: it says what is on it."""
    gap = _top(box) - _top(picture) - (picture.height or 0)
    right = _left(box) + (box.width or 0) - _left(picture) - (picture.width or 0)
    within = _left(box) > _left(picture) - _ROW and right < _ROW
    return abs(gap) < 2 * _ROW and within and len(box.text_frame.text) <= CAPTION_CHARS


def _is_furniture(shape: Any) -> bool:
    from pptx.enum.shapes import PP_PLACEHOLDER

    margins = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.HEADER, PP_PLACEHOLDER.SLIDE_NUMBER)
    return shape.is_placeholder and shape.placeholder_format.type in margins


def _text(shape: Any) -> Iterator[Draft]:
    paragraphs = [
        (_words(paragraph), _has_bullet(shape, paragraph)) for paragraph in shape.text_frame.paragraphs
    ]
    given = [text for text, bullet in paragraphs if bullet is None and text.strip()]
    prose = len(given) == 1 or any(len(sentences(text)) > 1 for text in given)
    for text, bullet in paragraphs:
        listed = not (prose and _ENDED.search(text)) if bullet is None else bullet
        yield Draft(text, "item" if listed else None)


_ENDED = re.compile(r"[.!?…:][”’\"')\]»]*\s*$")


def _words(paragraph: Any) -> str:
    """A paragraph's words, without the number of the slide and the day it is shown on, which change."""
    from pptx.oxml.ns import qn

    words = []
    for part in paragraph._p:
        if part.tag == qn("a:br"):
            words.append(" ")
        elif part.tag == qn("a:r") or (part.tag == qn("a:fld") and not _changes(part.get("type"))):
            words.append(part.findtext(qn("a:t")) or "")
    return "".join(words)


def _changes(field: str | None) -> bool:
    return bool(field) and str(field).startswith(("slidenum", "datetime"))


def _has_bullet(shape: Any, paragraph: Any) -> bool | None:
    """Whether a paragraph is one of a list, as it says itself, or the shape, its layout, or its sort do. None
    where only its sort does, which gives a bullet to all that is typed or pasted there."""
    from pptx.enum.shapes import PP_PLACEHOLDER
    from pptx.oxml.ns import qn

    level = qn(f"a:lvl{paragraph.level + 1}pPr")
    settings = [paragraph._p.find(qn("a:pPr"))]
    for holder in (shape, getattr(shape, "_base_placeholder", None)):
        styles = holder.text_frame._txBody.find(qn("a:lstStyle")) if holder is not None else None
        settings.append(None if styles is None else styles.find(level))
    for setting in settings:
        if setting is not None and setting.find(qn("a:buNone")) is not None:
            return False
        if setting is not None and any(setting.find(qn(f"a:{bu}")) is not None for bu in _BULLETS):
            return True
    lists = (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY)
    return None if shape.is_placeholder and shape.placeholder_format.type in lists else False


_BULLETS = ("buChar", "buAutoNum", "buBlip")


def _table(found: Any) -> Iterator[Draft]:
    rows: list[list[str]] = []
    merged: list[Merged] = []
    for n, row in enumerate(found.rows):
        rows.append([])
        for m, cell in enumerate(row.cells):
            rows[-1].append(" ".join(map(_words, cell.text_frame.paragraphs)) if not cell.is_spanned else "")
            if cell.is_merge_origin:
                merged.append((n, m, n + cell.span_height - 1, m + cell.span_width - 1))
    yield from table(rows, merged, None if found.first_row else False)


def _diagram(shape: Any) -> Iterator[Draft]:
    """The words of a drawn diagram (SmartArt), which stand in a part of their own: one item a node."""
    from lxml import etree
    from pptx.oxml.ns import qn

    relations = shape._element.find(f".//{_DIAGRAM}relIds")
    relation = None if relations is None else shape.part.rels.get(relations.get(qn("r:dm")))
    if relation is None or relation.is_external:
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(relation.target_part.blob, parser)
    for point in root.iterfind(f"{_DIAGRAM}ptLst/{_DIAGRAM}pt"):
        paragraphs = point.iterfind(f"{_DIAGRAM}t/{qn('a:p')}")
        yield Draft(" ".join("".join(p.itertext(qn("a:t"))) for p in paragraphs), "item")


_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
