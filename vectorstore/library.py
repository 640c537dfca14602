"""The stored library: articles in, ranked passages out. The one facade of this package."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np

from ingest.errors import EncoderMismatch, LibraryError, LibraryLocked
from ingest.facts import Fact, FactKind
from ingest.types import Article, Passage, Span, passage_id
from ingest.vietnamese import NORMALISER_VERSION, nfc
from ingest.vietnamese import terms as terms_of
from vectorstore import fuse
from vectorstore.catalogue import Catalogue, Entry, View
from vectorstore.chroma import Chroma
from vectorstore.indexed import about, embedded_sentences, embedded_text, own, sentences_of
from vectorstore.lock import Lock
from vectorstore.nearest import Nearest
from vectorstore.respell import Respelling, Vocabulary, respell
from vectorstore.types import Encoder, Filter, Hit, Outcome, Progress, Vectors

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever

#: Passages that each of the two ways of searching puts forward for the fusion.
CANDIDATES = 100

#: The best of the first fusion, in which a passage is one vector; these are ranked anew with the vectors of
#: their sentences. docs/decisions/002-how-passages-are-ranked.md
RERANKED = 50

#: Passages that are embedded at a time, between two words of progress.
EMBEDDED_AT_ONCE = 16

#: Articles kept in memory, the last used first to stay.
KEPT_ARTICLES = 256

#: Questions kept as they were read: each is read for the search and again for the answer.
KEPT_QUESTIONS = 64

# The vector of a passage, and those of its sentences.
_Embedded = tuple[Vectors, Vectors]

_REBUILD = "Hãy chạy «python app.py rebuild» để dựng lại thư viện."


class Library:
    """The library in one folder. Any number may be open for reading; one process writes.

    Safe for use from several threads. A reader sees what a writer in another process has completed,
    without being opened again.
    """

    def __init__(
        self, encoder: Encoder, catalogue: Catalogue, nearest: Nearest, writing: Lock | None
    ) -> None:
        self._encoder = encoder
        self._catalogue = catalogue
        self._nearest = nearest
        self._writing = writing
        self._changed = False
        self._beside = ThreadPoolExecutor(thread_name_prefix="nep-question")
        self._kept = lru_cache(KEPT_ARTICLES)(self._read_article)
        self._vocabulary = lru_cache(1)(self._read_vocabulary)
        self._respelled = lru_cache(KEPT_QUESTIONS)(self._respell)
        self._all_facts = lru_cache(1)(self._read_facts)  # every question may be one for the ledger

    @classmethod
    def open(
        cls,
        home: Path,
        encoder: Encoder,
        *,
        chroma_url: str | None = None,
        write: bool = False,
        mend: bool = False,
    ) -> Library:
        """The library in ``home``, made where there is none. With ``chroma_url`` the vectors are
        searched on that Chroma server, else in an embedded one in ``home``.

        ``mend`` opens for writing even what another encoder or another version of the normaliser
        built, so that ``rebuild`` can make it ours.

        Raises LibraryLocked where another process writes, EncoderMismatch where another encoder or
        normaliser built it, LibraryError where the folder cannot be used.
        """
        try:
            home.mkdir(parents=True, exist_ok=True)
            writing = Lock(home / "writing.lock") if write or mend else None
            if writing is not None and not writing.take():
                raise LibraryLocked(
                    f"Một chương trình khác đang ghi vào thư viện {home}. Hãy đợi việc đó xong rồi thử lại."
                )
        except OSError as e:
            raise LibraryError(
                f"Không tạo hoặc không ghi được thư mục thư viện {home} ({e.strerror or e}). Hãy kiểm tra "
                "quyền ghi, hoặc chọn thư mục khác qua --home hoặc biến NEP_HOME."
            ) from e
        catalogue: Catalogue | None = None
        try:
            catalogue = Catalogue.open(home / "library.sqlite3")
            with catalogue.reading() as view:
                meta = view.meta()
                if not mend:
                    _agree(view, encoder, deep=False)
            if writing is not None:
                catalogue.mend()
        except BaseException:
            if catalogue is not None:
                catalogue.close()
            if writing is not None:
                writing.release()
            raise
        connect = (
            partial(Chroma.embedded, home / "chroma", meta.library)
            if chroma_url is None
            else partial(Chroma.server, chroma_url, meta.library)
        )
        nearest = Nearest(catalogue, connect, Lock(home / "chroma.lock"), shared=chroma_url is not None)
        return cls(encoder, catalogue, nearest, writing)

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Bring Chroma up to date with what was written, and let go of every file and lock. Should
        Chroma fail, nothing is lost: the next one to open the library brings it up to date."""
        if self._changed:
            self._nearest.try_to_follow()
            self._changed = False
        self._beside.shutdown()
        self._nearest.close()
        self._catalogue.close()
        if self._writing is not None:
            self._writing.release()

    # --- changing

    def add(self, article: Article, passages: Sequence[Passage], progress: Progress | None = None) -> Outcome:
        """Store an article and its passages, and say what became of it.

        The same file with other content takes the old one's place and keeps its id; the same content
        from another file is stored once; an id already taken by another file gets a number. Only
        passages not stored yet are embedded, which is what ``progress`` tells about.
        """
        self._must_write()
        with self._catalogue.reading() as view:
            _agree(view, self._encoder)
            known, twin = view.article_of_file(article.file), view.article_of_digest(article.digest)
            if twin is not None and twin == known:
                return Outcome("unchanged", twin)
            if twin is not None:
                moved = known is None and not Path(view.article(twin).file).exists()
            else:
                id = known or _free_id(view, article.id)
                article, passages = _under_id(article, passages, id)
                kept = _vectors_kept(view, article, passages)
        if twin is not None:
            self._meet_twin(twin, known, article.file if moved else None)
            return Outcome("duplicate", twin)
        entries = self._entries(article, passages, kept, progress)
        with self._catalogue.writing() as pen:
            pen.describe(self._encoder.name, self._encoder.dimensions)
            pen.store(article, entries)
        self._changed = True
        return Outcome("added" if known is None else "updated", article.id)

    def _meet_twin(self, twin: str, known: str | None, moved_to: str | None) -> None:
        """A file turned out to hold what is stored as ``twin``. What the file held before (``known``)
        is no more; and where twin's own file is gone, this is where it was moved to."""
        if known is None and moved_to is None:
            return
        with self._catalogue.writing() as pen:
            if known is not None:
                pen.remove(known)
            if moved_to is not None:
                pen.move(twin, moved_to)
        self._changed = True

    def _entries(
        self,
        article: Article,
        passages: Sequence[Passage],
        kept: dict[str, _Embedded],
        progress: Progress | None,
    ) -> list[Entry]:
        new = [p for p in passages if p.id not in kept]
        vectors = kept | dict(zip((p.id for p in new), self._embed(article, new, progress), strict=True))
        of_article = about(article)
        return [Entry(p, *vectors[p.id], own(article, p), of_article) for p in passages]

    def _embed(
        self, article: Article, passages: Sequence[Passage], progress: Progress | None
    ) -> list[_Embedded]:
        done: list[_Embedded] = []
        known: dict[str, Vectors] = {}  # neighbours share a sentence
        for at in range(0, len(passages), EMBEDDED_AT_ONCE):
            texts = [
                (embedded_text(article, p), embedded_sentences(article, p))
                for p in passages[at : at + EMBEDDED_AT_ONCE]
            ]
            new = list(dict.fromkeys(t for whole, parts in texts for t in (whole, *parts) if t not in known))
            if new:
                known |= zip(new, self._checked(self._encoder.passages(new), len(new)), strict=True)
            done.extend((known[whole], self._rows(known[part] for part in parts)) for whole, parts in texts)
            if progress is not None:
                progress(len(done), len(passages), article.title)
        if progress is not None and not passages:
            progress(0, 0, article.title)
        return done

    def _rows(self, vectors: Iterable[Vectors]) -> Vectors:
        """As many rows as there are vectors, be there none."""
        return np.array(list(vectors), dtype=np.float32).reshape(-1, self._encoder.dimensions)

    def _checked(self, vectors: Vectors, rows: int) -> Vectors:
        if vectors.shape != (rows, self._encoder.dimensions) or not np.isfinite(vectors).all():
            raise LibraryError(
                f"Bộ mã hóa {self._encoder.name} trả về vector không hợp lệ. Hãy dùng mô hình khác qua biến "
                "NEP_ENCODER."
            )
        return vectors

    def remove(self, article_id: str) -> None:
        """Leave nothing of an article. Raises UnknownArticle."""
        self._must_write()
        with self._catalogue.writing() as pen:
            pen.remove(article_id)
        self._changed = True

    def rebuild(self, progress: Progress | None = None) -> None:
        """Chroma, the terms and the facts made anew from SQLite alone, nothing embedded again but what
        lacks: an older library has no vectors of sentences. Where another encoder made the vectors all are
        made again, which takes as long as adding all the articles for the first time. Raises LibraryLocked
        where another process holds Chroma."""
        self._must_write()
        with self._catalogue.reading() as view:
            meta, articles = view.meta(), view.articles()
            foreign = meta.encoder != self._encoder.name or meta.dimensions != self._encoder.dimensions
        if articles:
            self._renew(articles, progress, foreign)
        if not self._nearest.rebuild(progress):
            raise LibraryLocked(
                "Kho vector Chroma đang do một chương trình khác của thư viện này giữ. Hãy dừng chương trình "
                "đó (thường là «serve») rồi chạy lại «python app.py rebuild»."
            )

    def _renew(self, articles: Sequence[Article], progress: Progress | None, embed: bool) -> None:
        """All terms and facts, and all vectors or only those that lack, made anew in one transaction: a
        library is never half one encoder's and half another's."""
        with self._catalogue.reading() as view:
            work = [(article, view.passages_of(article.id)) for article in articles]
            numbers = {id: n for article in articles for id, n in view.ids_of(article.id).items()}
            kept: set[str] = set()
            for article, passages in () if embed else work:
                kept.update(_vectors_kept(view, article, passages))
        lacking = [(article, [p for p in passages if p.id not in kept]) for article, passages in work]
        total, done = sum(len(passages) for _, passages in lacking), 0
        vectors: dict[str, _Embedded] = {}
        for article, passages in lacking:
            if not passages:
                continue
            vectors |= zip((p.id for p in passages), self._embed(article, passages, None), strict=True)
            done += len(passages)
            if progress is not None:
                progress(done, total, article.title)
        with self._catalogue.writing() as pen:
            pen.clear_terms()
            pen.renew_facts()
            for article, passages in work:
                of_article = about(article)
                for p in passages:
                    pen.put_terms(numbers[p.id], own(article, p), of_article)
                    if p.id in vectors:
                        vector, sentences = vectors[p.id]
                        pen.replace_vector(numbers[p.id], p.id, vector)
                        pen.put_sentences(numbers[p.id], sentences)
            pen.keep_sentences()
            pen.describe(self._encoder.name, self._encoder.dimensions)

    def _must_write(self) -> None:
        if self._writing is None:
            raise LibraryError("Thư viện đang mở để đọc. Hãy mở với write=True rồi thử lại.")

    # --- reading

    def articles(self, where: Filter | None = None) -> list[Article]:
        """The articles that pass the filter, by id."""
        with self._catalogue.reading() as view:
            return view.articles(where)

    def units(self) -> list[str]:
        """The offices that articles are about, each once, by name."""
        with self._catalogue.reading() as view:
            return view.units()

    def article(self, article_id: str) -> Article:
        """Raises UnknownArticle."""
        with self._catalogue.reading() as view:
            generation = view.generation()
        return self._kept(generation, article_id)

    def _read_article(self, generation: int, id: str) -> Article:
        with self._catalogue.reading() as view:
            return view.article(id)

    def passages(self, article_id: str) -> list[Passage]:
        """The passages of an article in reading order. Raises UnknownArticle."""
        with self._catalogue.reading() as view:
            view.article(article_id)
            return view.passages_of(article_id)

    def passage_count(self) -> int:
        with self._catalogue.reading() as view:
            return view.count()

    def facts(
        self, unit: str | None = None, kind: FactKind | None = None, where: Filter | None = None
    ) -> list[Fact]:
        """The facts of the articles that pass the filter, by article and position: all, or those of one
        ``unit`` (its full name, without regard to case, tone placement or diacritics) or one kind."""
        with self._catalogue.reading() as view:
            if unit or kind or where:
                return view.facts(unit, kind, where)
            generation = view.generation()
        return list(self._all_facts(generation))

    def _read_facts(self, generation: int) -> tuple[Fact, ...]:
        with self._catalogue.reading() as view:
            return tuple(view.facts())

    def document_frequency(self, terms: Collection[str], *, folded: bool = False) -> dict[str, int]:
        """In how many passages each term stands, 0 where in none. Terms are those of
        ``ingest.vietnamese.terms``, exact or ``folded``."""
        with self._catalogue.reading() as view:
            return view.frequency(terms, "folded" if folded else "exact")

    def respell(self, question: str) -> Respelling:
        """The question as it is searched for: with the marks that it was typed without, and its slips
        of typing mended, as far as the words of the articles tell; see ``vectorstore.respell``."""
        with self._catalogue.reading() as view:
            generation = view.generation()
        return self._respelled(generation, question)

    def _respell(self, generation: int, question: str) -> Respelling:
        return respell(question, self._vocabulary(generation))

    def _read_vocabulary(self, generation: int) -> Vocabulary:
        with self._catalogue.reading() as view:
            return Vocabulary.of(view.vocabulary())

    def search(self, question: str, k: int = 10, where: Filter | None = None) -> list[Hit]:
        """At most ``k`` passages that may answer, best first; of those alone that pass the filter. The
        question is searched for as ``respell`` reads it, its words also as they were typed."""
        typed = nfc(question)
        question = self.respell(typed).text
        terms = terms_of(question) if question == typed else terms_of(f"{question}\n{typed}")
        with self._catalogue.reading() as view:
            only = view.numbers(where) if where else None
            if k <= 0 or (only is not None and not len(only)) or not view.count():
                return []
            _agree(view, self._encoder)
            # The encoder and SQLite each keep a core busy for some milliseconds.
            encoded = self._beside.submit(self._encoder.query, question)
            scores = view.rank(terms)
            vector = self._checked(encoded.result()[None, :], 1)[0]
            candidates = max(k, CANDIDATES)
            near = self._nearest.nearest(view, vector, candidates, only)
            if only is not None:
                allowed = set(only.tolist())
                scores = {n: s for n, s in scores.items() if n in allowed}
            by_terms = sorted(scores, key=lambda n: (-scores[n], n))[:candidates]
            missing = [n for n in by_terms if n not in near]
            if missing:
                numbers, rows = view.vectors(missing)
                near |= {int(n): float(c) for n, c in zip(numbers, rows @ vector, strict=True)}
            found = {n: scores.get(n, 0.0) for n in near}
            weights = fuse.weights(question, first=True)
            first = fuse.blend([(weights.passage, near), (weights.terms, found)])
            best = [n for n, _ in first[: max(k, RERANKED)]]
            # A passage of one sentence is its own best, and so is one whose sentences are not stored.
            sentences = {n: rows @ vector for n, rows in view.sentences(best).items()}
            said = {n: near[n] for n in best} | {n: float(of.max()) for n, of in sentences.items()}
            weights = fuse.weights(question)
            ranked = fuse.blend(
                [
                    (weights.passage, {n: near[n] for n in best}),
                    (weights.sentence, said),
                    (weights.terms, {n: found[n] for n in best}),
                ]
            )[:k]
            passages = view.passages([n for n, _ in ranked])
            generation = view.generation()
            articles = {p.article for p in passages.values()}
            held = {id: self._kept(generation, id) for id in articles}
        return [
            Hit(
                article=held[passages[n].article],
                passage=passages[n],
                score=score,
                similarity=near[n],
                terms=scores.get(n),
                sentences=_each(held[passages[n].article], passages[n], sentences.get(n)),
            )
            for n, score in ranked
        ]

    def retriever(self, k: int = 5, where: Filter | None = None) -> BaseRetriever:
        """This library as a LangChain retriever; what its Documents carry, ``vectorstore.retriever``
        says."""
        from vectorstore.retriever import retriever

        return retriever(self, k, where)

    # --- trust

    def verify(self) -> list[str]:
        """What is wrong with the stored library, a Vietnamese sentence each; empty where every
        invariant holds."""
        from vectorstore.verify import faults

        with self._catalogue.reading() as view:
            return faults(view, self._nearest, self._encoder)


def _each(article: Article, passage: Passage, cosines: Vectors | None) -> tuple[tuple[Span, float], ...]:
    """The sentences of a passage, each with its cosine."""
    if cosines is None:
        return ()
    spans = sentences_of(article, passage)
    return tuple(zip(spans, cosines.tolist(), strict=True)) if len(spans) == len(cosines) else ()


def _agree(view: View, encoder: Encoder, *, deep: bool = True) -> None:
    """Raises EncoderMismatch unless this encoder and this normaliser built what is stored. Not
    ``deep`` leaves out what needs the model itself: a large one takes 10 s to load, which a list of
    the articles need not wait for."""
    meta = view.meta()
    if meta.encoder is None or not view.count():
        return
    if meta.encoder != encoder.name:
        raise EncoderMismatch(
            f"Thư viện được tạo bằng bộ mã hóa “{meta.encoder}”, còn chương trình đang dùng "
            f"“{encoder.name}”. Hãy đặt lại biến NEP_ENCODER={meta.encoder}; hoặc nếu muốn đổi bộ mã hóa thì "
            "chạy «python app.py rebuild» để mã hóa lại toàn bộ."
        )
    if meta.normaliser != NORMALISER_VERSION:
        raise EncoderMismatch(
            "Thư viện được tạo bằng một phiên bản khác của bộ chuẩn hóa tiếng Việt "
            f"({meta.normaliser}, chương trình dùng {NORMALISER_VERSION}). {_REBUILD}"
        )
    if deep and meta.dimensions != encoder.dimensions:
        raise EncoderMismatch(
            f"Thư viện lưu vector {meta.dimensions} chiều, còn bộ mã hóa “{encoder.name}” cho vector "
            f"{encoder.dimensions} chiều. {_REBUILD}"
        )


def _free_id(view: View, wanted: str) -> str:
    """``wanted``, or the first of ``wanted-2``, ``wanted-3`` … that no article has."""
    id, n = wanted, 1
    while view.has_article(id):
        n += 1
        id = f"{wanted}-{n}"
    return id


def _under_id(article: Article, passages: Sequence[Passage], id: str) -> tuple[Article, tuple[Passage, ...]]:
    """The article and its passages as if it had always had that id."""
    named = tuple(
        replace(p, article=id, id=passage_id(id, p.start, p.end, article.text[p.start : p.end]))
        for p in passages
    )
    return replace(article, id=id), named


def _vectors_kept(view: View, article: Article, passages: Sequence[Passage]) -> dict[str, _Embedded]:
    """The stored vectors of those passages whose embedded text has not changed, and that lack none."""
    if not view.has_article(article.id) or view.article(article.id).unit != article.unit:
        return {}
    numbers = view.ids_of(article.id)
    same = {numbers[p.id]: p for p in passages if p.id in numbers}
    found, rows = view.vectors(list(same))
    sentences = view.sentences(list(same))
    kept: dict[str, _Embedded] = {}
    for n, row in zip(found.tolist(), rows, strict=True):
        of_sentences = sentences.get(n, row[None, :][:0])
        if len(of_sentences) == len(embedded_sentences(article, same[n])):
            kept[same[n].id] = row, of_sentences
    return kept
