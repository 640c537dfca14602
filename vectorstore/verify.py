"""Every promise of a stored library, checked one by one. Reads all of it: for people, not for start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ingest.errors import UnknownArticle
from ingest.facts import facts
from ingest.types import Article, Passage, passage_id
from ingest.vietnamese import NORMALISER_VERSION, nfc
from vectorstore.catalogue import View, record_of, term_columns
from vectorstore.chroma import ChromaError
from vectorstore.indexed import about, embedded_sentences, embedded_text, own
from vectorstore.nearest import Nearest
from vectorstore.salvage import REBUILD, RESTORE, Damaged
from vectorstore.types import Encoder, Filter, Vectors

#: How far a stored vector's length may be from 1 (rounding to float32 takes 1e-7, to float16 5e-4 at most),
#: and its cosine from that of the same passage embedded again (threads and machines may round otherwise).
LENGTH, SAME = 1e-3, 0.999

#: Passages that are looked up by their own vector, evenly spread where there are more: an index
#: that has lost records has lost some among so many.
LOOKED_UP = 2_000


def faults(view: View, nearest: Nearest, encoder: Encoder, *, deep: bool = True) -> list[str]:
    """What is wrong, a Vietnamese sentence each, which ends with the command that repairs it; empty where
    every invariant holds. Not ``deep`` takes the word of an article's seals for its terms and facts, where
    they were made by our rules (making them again to compare takes 5 ms a passage), and leaves Chroma
    alone."""
    found = view.faults()
    if found:  # what hangs on broken tables would only repeat it
        command = REBUILD if view.is_whole() else RESTORE
        return [f"{fault} {command}" for fault in found]
    found = [f"{fault} {RESTORE}" for id in view.ids() for fault in _article(view, id)]
    found += [f"{fault} {REBUILD}" for fault in _meta(view, encoder)]
    if found:
        return found
    view.shelf()  # raises where what only the list of the library shows cannot be read
    for article in view.articles():
        if article.file not in {source.file for source in view.sources_of(article.id)}:
            found.append(f"Bài “{article.id}”: tệp {article.file} không có trong sổ các tệp. {REBUILD}")
        if deep or not view.index_is_sound(article.id):
            found += [f"{fault} {REBUILD}" for fault in (*_terms(view, article), *_facts(view, article))]
        found += [f"{fault} {REBUILD}" for fault in _sentences(view, article)]
    found += [f"{fault} {REBUILD}" for fault in _vectors(view, encoder)]
    return found or (_index(view, nearest) if deep and view.count() else [])


def _article(view: View, id: str) -> list[str]:
    """What is wrong with all of an article that cannot be made again."""
    try:
        article, is_sound = view.as_stored(id)
        passages = view.passages_of(id)
    except (Damaged, UnknownArticle):
        return [f"Bài “{id}”: không đọc được."]
    found = [*_positions(article), *_passages(article, passages)]
    return found or ([] if is_sound else [f"Bài “{id}”: không còn như lúc được lưu."])


def _meta(view: View, encoder: Encoder) -> Iterator[str]:
    meta = view.meta()
    if not view.count():
        return
    if (meta.encoder, meta.dimensions) != (encoder.name, encoder.dimensions):
        yield (
            f"Thư viện ghi bộ mã hóa “{meta.encoder}” {meta.dimensions} chiều, chương trình dùng "
            f"“{encoder.name}” {encoder.dimensions} chiều."
        )
    if meta.normaliser != NORMALISER_VERSION:
        yield f"Từ khóa do bộ chuẩn hóa phiên bản {meta.normaliser} tạo ra, không phải {NORMALISER_VERSION}."


def _positions(article: Article) -> Iterator[str]:
    if nfc(article.text) != article.text:
        yield f"Bài “{article.id}”: văn bản không ở dạng NFC."
    last = 0
    for block in article.blocks:
        if not last <= block.start < block.end <= len(article.text):
            yield f"Bài “{article.id}”: khối {block.start}–{block.end} nằm ngoài văn bản hoặc sai thứ tự."
        last = block.end
    turns = [start for start, _ in article.pages]
    if turns != sorted(set(turns)) or not all(0 <= start < len(article.text) for start in turns):
        yield f"Bài “{article.id}”: vị trí sang trang nằm ngoài văn bản hoặc sai thứ tự."


def _passages(article: Article, passages: Sequence[Passage]) -> Iterator[str]:
    for n, p in enumerate(passages):
        where = f"Bài “{article.id}”, đoạn {p.ordinal}"
        if p.ordinal != n or p.tokens < 0 or not 0 <= p.start < p.end <= len(article.text):
            yield f"{where}: vị trí {p.start}–{p.end} hoặc số thứ tự không hợp lệ."
        elif p.id != passage_id(article.id, p.start, p.end, article.text[p.start : p.end]):
            yield f"{where}: mã đoạn không khớp với nội dung."


def _terms(view: View, article: Article) -> Iterator[str]:
    numbers = view.ids_of(article.id)
    for p in view.passages_of(article.id):
        if view.terms_of(numbers[p.id]) != term_columns(own(article, p), about(article, p)):
            yield f"Bài “{article.id}”, đoạn {p.ordinal}: từ khóa đã lưu khác với từ khóa của nội dung."


def _facts(view: View, article: Article) -> Iterator[str]:
    if not view.keeps_facts():
        return  # found at every question, as nothing is kept
    try:
        kept = view.facts(where=Filter(articles=frozenset([article.id])))
    except Damaged:
        yield f"Bài “{article.id}”: dữ kiện đã lưu không đọc được."
        return
    for fact in kept:
        for span in (fact.sentence, *(span for _, span in fact.parts)):
            if not 0 <= span.start < span.end <= len(article.text):
                yield f"Bài “{article.id}”: dữ kiện ở {span.start}–{span.end} nằm ngoài văn bản."
                return
    if kept != list(facts(article)):
        yield f"Bài “{article.id}”: dữ kiện đã lưu khác với dữ kiện của nội dung."


def _sentences(view: View, article: Article) -> Iterator[str]:
    """What is wrong with the vectors of the sentences."""
    if not view.meta().sentences:
        return  # an older library does not keep them, and answers without
    numbers = view.ids_of(article.id)
    rows = view.sentences(list(numbers.values()))
    for p in view.passages_of(article.id):
        where, found = f"Bài “{article.id}”, đoạn {p.ordinal}", rows.get(numbers[p.id])
        if (0 if found is None else len(found)) != len(embedded_sentences(article, p)):
            yield f"{where}: thiếu hoặc thừa vector của câu."
            return
        if found is not None and _odd(found):
            yield f"{where}: vector của câu không hữu hạn hoặc không có độ dài 1."
            return
    if not view.sentences_are_sound(article.id):
        yield f"Bài “{article.id}”: vector của câu không còn như lúc được ghi."


def _odd(vectors: Vectors) -> int:
    """How many rows are not of length 1."""
    with np.errstate(over="ignore", invalid="ignore"):  # what is too long to be told, and no number
        lengths = np.linalg.norm(vectors, axis=1).tolist()
    return sum(not abs(length - 1) <= LENGTH for length in lengths)  # nan is never near 1


def _vectors(view: View, encoder: Encoder) -> Iterator[str]:
    sizes = view.vector_sizes()
    if sizes - {4 * (view.meta().dimensions or 0)}:
        yield f"Có vector sai kích thước ({sorted(sizes)} byte)."
        return
    numbers, matrix = view.vectors()
    bad = _odd(matrix)
    row_of = dict(zip(numbers.tolist(), matrix, strict=True))
    changed = sum(record != record_of(record[:-9], row_of[n]) for record, n in view.records().items())
    if bad:
        yield f"{bad} vector không hữu hạn hoặc không có độ dài 1."
    elif changed:
        yield f"{changed} vector không còn như lúc được ghi."
    elif len(numbers):
        # One passage embedded again tells whether this is still the encoder that built the library.
        (p,) = view.passages([int(numbers[0])]).values()
        again: Vectors = encoder.passages([embedded_text(view.article(p.article), p)])
        if again.shape != (1, matrix.shape[1]) or again[0] @ matrix[0] < SAME:
            yield f"Bộ mã hóa “{encoder.name}” nay cho vector khác với vector đã lưu của cùng một đoạn."


def _index(view: View, nearest: Nearest) -> list[str]:
    """Whether the vectors in Chroma are those of SQLite. Where another process holds Chroma, it is
    that one's to keep in step, and searches here do not use it; where one wrote meanwhile, there is
    nothing to compare with."""
    try:
        if nearest.follow() != view.generation():
            return []
        held, stored = nearest.ids(), view.records()
        if held is None:
            return []
        more, less = len(held - stored.keys()), len(stored.keys() - held)
        if more or less:
            return [f"Chroma thừa {more} đoạn và thiếu {less} đoạn so với SQLite. {REBUILD}"]
        return list(_lookups(view, nearest))
    except ChromaError as e:
        return [str(e)]


def _lookups(view: View, nearest: Nearest) -> Iterator[str]:
    numbers, matrix = view.vectors()
    lost = 0
    for i in range(0, len(numbers), max(1, len(numbers) // LOOKED_UP)):
        # Several passages may say the same: one of them found with this cosine is as good.
        near = nearest.by_chroma(view, matrix[i], 1)
        lost += not near or max(near.values()) < SAME
    if lost:
        yield f"{lost} đoạn không tự tìm thấy mình qua vector của chính nó. {REBUILD}"
    if len(numbers) <= LOOKED_UP:
        found = len(nearest.by_chroma(view, matrix[0], len(numbers)))
        if found < len(numbers):
            yield f"Một câu hỏi lấy tất cả {len(numbers)} đoạn chỉ nhận được {found} đoạn. {REBUILD}"
