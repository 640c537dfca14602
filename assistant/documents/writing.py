"""What all formats share: the words as a file can hold them, and the name that a download has. Pure."""

from __future__ import annotations

import re
from urllib.parse import quote

from ingest.vietnamese import fold

#: The longest name of a file, in characters: as UTF-8 it is less than the 255 bytes that a disk allows.
_LONGEST = 80

_LINE = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# What no format can hold: it is left out where it has no look, else a mark stands in its place.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_IMPOSSIBLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
# What Windows allows in no name, and what turns the direction of writing around to hide an ending.
_NO_NAME = re.compile('[\\\\/:*?"<>|\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]')


def writable(text: str) -> str:
    """The text as XML, PDF and UTF-8 can hold it, letter for letter; every end of a line is a ``\\n``."""
    return _IMPOSSIBLE.sub("\ufffd", _UNSEEN.sub("", _LINE.sub("\n", text)))


def attachment(name: str, suffix: str) -> dict[str, str]:
    """The header by which a browser keeps an answer as the file ``name.suffix``: with its Vietnamese letters
    (RFC 5987), and in plain letters for what cannot read those. What no file may be called is left out."""
    whole = " ".join(_NO_NAME.sub(" ", writable(name)).split())[:_LONGEST].strip(" .") or "Tài liệu"
    plain = re.sub(r"[^a-z0-9]+", "-", fold(whole)).strip("-") or "tai-lieu"
    kept = quote(f"{whole}.{suffix}", safe="")
    return {
        "content-disposition": f"attachment; filename=\"{plain}.{suffix}\"; filename*=UTF-8''{kept}",
    }
