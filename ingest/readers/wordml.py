"""What every part of a Word document is written in: its elements, how they are wrapped, what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

#: Elements that only hold others: what they hold stands where they stand. Changes that are tracked are
#: taken as accepted.
_WRAPPERS = frozenset(
    W + name for name in "ins moveTo smartTag customXml hyperlink fldSimple bdo dir sdtContent".split()
)


def inside(parent: _Element) -> Iterator[_Element]:
    """What stands in an element as its reader sees it, out of all wrappings."""
    for child in parent:
        if child.tag in _WRAPPERS:
            yield from inside(child)
        elif child.tag == W + "sdt":
            if not _is_filler(child.find(W + "sdtPr")):
                yield from inside(child)
        elif child.tag == MC + "AlternateContent":  # the same for newer and for older programs
            yield from inside(next(iter(child), child))
        else:
            yield child


def _is_filler(properties: _Element | None) -> bool:
    """Whether a field to be filled in still asks for it, or is filled by Word with the table of contents."""
    if properties is None:
        return False
    gallery = properties.find(f"{W}docPartObj/{W}docPartGallery")
    contents = gallery is not None and gallery.get(W + "val") == "Table of Contents"
    return contents or is_on(properties, "showingPlcHdr")


def children(parent: _Element | None) -> list[_Element]:
    return [] if parent is None else list(parent)


def value(parent: _Element | None, name: str) -> str | None:
    found = None if parent is None else parent.find(W + name)
    return None if found is None else found.get(W + "val")


def number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else None


def is_on(parent: _Element | None, name: str) -> bool:
    found = None if parent is None else parent.find(W + name)
    return found is not None and found.get(W + "val") not in ("0", "false", "off")
