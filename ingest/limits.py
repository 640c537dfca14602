"""How much of a machine one document may take: what is beyond is refused with a sentence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may need. ``megabytes`` (of 1,000,000 bytes) bounds the file itself, ``expanded`` what
    is packed inside it when unpacked, ``characters`` its text. ``pages`` is the most pages of a document,
    ``scanned`` the most that are read from a picture of them, at some seconds a page. ``seconds`` is the time
    that reading may take, to which each scanned page adds ``page_seconds``; ``memory`` in megabytes what it
    may hold. ``files`` is the most files of one archive."""

    megabytes: int = 50
    expanded: int = 200
    characters: int = 2_000_000
    pages: int = 500
    scanned: int = 60
    seconds: int = 30
    page_seconds: int = 15
    memory: int = 1_000
    files: int = 1_000
