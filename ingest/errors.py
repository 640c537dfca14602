"""What can go wrong, in words for the person at the screen: what happened, and what to do next."""

from __future__ import annotations


class NepError(Exception):
    """An error that is shown as it stands. Its text is Vietnamese and names the next step."""


class UnreadableFile(NepError):
    """A file that yields no article: wrong format, wrong encoding, empty, too large, no permission."""


class ProgramUpdated(NepError):
    """The program was replaced by another version while this process of it runs: no document is at fault."""


class LibraryError(NepError):
    """The stored library cannot do what was asked."""


class LibraryLocked(LibraryError):
    """Another process is writing to the library."""


class UnknownArticle(LibraryError):
    """No article has that id."""


class EncoderMismatch(LibraryError):
    """The library was built by another encoder or another version of the normaliser."""


class BadQuestion(NepError):
    """A question that cannot be asked: empty, too long, or without a word in it."""
