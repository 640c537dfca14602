"""What of a worded statement is not in its quotes, found without the program's own verifier.

Deliberately plain, so that it shares no mistake with ``assistant.verify``: every number of the statement,
read as a whole number, must be a number of its quotes; every word with a capital letter that does not open
the statement must be a word of its quotes, of their articles' titles or of the offices these are about;
what stands between quotation marks must stand in a quote word for word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+")
_QUOTED = re.compile(r"[“\"]([^“”\"]+)[”\"]")
_SPACE = re.compile(r"\s+")


def missing(statement: str, quotes: Sequence[str], around: Sequence[str] = ()) -> list[str]:
    """The numbers, names and quotations of a statement that its quotes do not have, as they stand there;
    ``around`` are the titles and offices of their articles, where names may stand too."""
    text = " ".join(quotes)
    numbers = {int(n) for n in _NUMBER.findall(text)}
    found = [n for n in _NUMBER.findall(statement) if int(n) not in numbers]
    known = {_bare(w) for w in _WORD.findall(" ".join((text, *around)))}
    opening = _WORD.search(statement)
    for m in _WORD.finditer(statement):
        opens = opening is not None and m.start() == opening.start()
        if m[0][0].isupper() and not opens and _bare(m[0]) not in known:
            found.append(m[0])
    plain = _plain(text)
    found += [m[1] for m in _QUOTED.finditer(statement) if _plain(m[1]).strip(" .,;:!?") not in plain]
    return found


def _plain(text: str) -> str:
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip().lower()


def _bare(word: str) -> str:
    """A word without marks or case: capitals and the place of a tone are spelled in more than one way."""
    letters = unicodedata.normalize("NFD", word.lower().replace("đ", "d"))
    return "".join(c for c in letters if not unicodedata.combining(c))
