"""The fonts of before Unicode: which charset a name tells, and whether a text needs to be read in it."""

from __future__ import annotations

import re
from collections.abc import Callable

from ingest.encodings import TCVN3, VNI, is_well_formed

#: What the characters of an old font stand for.
Reading = Callable[[str], str]


def _read_capitals(text: str) -> str:
    return TCVN3.read(text).upper()


def reading_of(font: str) -> Reading | None:
    """How the characters in a font are meant: the ABC fonts are called .VnTime, and .VnTimeH where small
    letters are drawn as capitals; those of VNI VNI-Times. None for fonts of Unicode."""
    if font.lower().startswith(".vn"):
        return _read_capitals if font.endswith("H") else TCVN3.read
    return VNI.read if re.match(r"vni[- ]", font, re.IGNORECASE) else None


# A letter that no old charset has: whatever its font, the text was typed in Unicode.
UNICODE = re.compile("[ĂăĐđĨĩŨũƠơƯư\u0300-\u036f\u1e00-\u1eff]")
_SIGNS = "“”‘’–—…\u00a0"  # that are no letters in any charset
_MARKED_WORD = re.compile(rf"[^\W\d_]*[^\x00-\x7f{_SIGNS}](?:[^\W\d_]|[^\x00-\x7f{_SIGNS}])*")


def is_spelled(text: str) -> bool:
    """Whether all words of a text with marks are Vietnamese as they stand."""
    return all(map(is_well_formed, _MARKED_WORD.findall(text)))
