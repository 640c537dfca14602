"""The stored library: articles in, ranked passages out. The one facade of this package."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np

from ingest.errors import EncoderMismatch, LibraryError, LibraryLocked
from ingest.facts import FACTS_VERSION, Fact, FactKind
from ingest.types import Article, Passage, Span, passage_id
from ingest.vietnamese import NORMALISER_VERSION, nfc
from ingest.vietnamese import terms as terms_of
from vectorstore import fuse
from vectorstore.catalogue import Catalogue, Entry, Pen, Shelved, Source, View
from vectorstore.chroma import Chroma
from vectorstore.indexed import about, above, embedded_sentences, embedded_text, own, sentences_of
from vectorstore.lock import Lock
from vectorstore.nearest import Nearest
from vectorstore.originals import Originals, digest
from vectorstore.respell import Respelling, Vocabulary, respell
from vectorstore.salvage import DATABASE, ORIGINALS, REBUILD, LibraryDamaged, must_be_there
from vectorstore.types import Encoder, Filter, Hit, Outcome, Progress, Told, Vectors

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

#: The fields of an article in which people may put something else than its document says.
EDITABLE = frozenset({"title", "published", "author", "source", "unit"})

#: How far the cosine of a stored vector with that of the same passage embedded again may be from 1: threads
#: and machines may round otherwise.
SAME = 0.999

_REBUILD = "Hãy chạy «python app.py rebuild» để dựng lại thư viện."


def _nobody(what: str, article: str, about: Mapping[str, object]) -> None:
    """Nobody wants to know of changes."""


class Library:
    """The library in one folder. Any number may be open for reading; one process writes.

    Safe for use from several threads. A reader sees what a writer in another process has completed,
    without being opened again.
    """

    def __init__(
        self,
        encoder: Encoder,
        catalogue: Catalogue,
        nearest: Nearest,
        originals: Originals,
        writing: Lock | None,
        home: Path,
        told: Told = _nobody,
    ) -> None:
        self._encoder = encoder
        self._catalogue = catalogue
        self._nearest = nearest
        self._originals = originals
        self._writing = writing
        self._home = home
        self._told = told
        self._changing = threading.RLock()  # one thread at a time changes something
        self._changed = False
        self._beside = ThreadPoolExecutor(thread_name_prefix="nep-question")
        self._kept: OrderedDict[str, tuple[int, Article]] = OrderedDict()
        self._keeping = threading.Lock()
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
        told: Told = _nobody,
    ) -> Library:
        """The library in ``home``, made where there is none. With ``chroma_url`` the vectors are
        searched on that Chroma server, else in an embedded one in ``home``.

        ``told`` hears of every change of an article.

        ``mend`` opens for writing even what another encoder or another version of the normaliser
        built, so that ``rebuild`` can make it ours.

        Raises LibraryLocked where another process writes, EncoderMismatch where another encoder or
        normaliser built it, LibraryDamaged where it is not what was stored, LibraryError where the folder
        cannot be used.
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
        originals = Originals(home / ORIGINALS)
        try:
            must_be_there(home)
            catalogue = Catalogue.open(home / DATABASE)
            with catalogue.reading() as view:
                meta = view.meta()
                if not mend:
                    _agree(view, encoder, deep=False)
            if writing is not None:
                with suppress(*([LibraryDamaged] if mend else [])):  # ``rebuild`` sees to it
                    catalogue.mend()
                    with catalogue.reading() as view:
                        originals.sweep(view.originals())
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
        return cls(encoder, catalogue, nearest, originals, writing, home, told)

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

    def add(
        self,
        article: Article,
        passages: Sequence[Passage],
        progress: Progress | None = None,
        *,
        source: Source | None = None,
        original: Path | None = None,
    ) -> Outcome:
        """Store an article and its passages, and say what became of it. ``source`` tells where it was read
        from, ``article.file`` if not given; of ``original``, the document itself, a copy is kept.

        The same file with other content takes the old one's place and keeps its id, its copy and what people
        have put in its fields; the same content from another file is stored once, and stays until both files
        are gone; an id already taken by another file gets a number. Only passages not stored yet are
        embedded, which is what ``progress`` tells about."""
        self._must_write()
        source = source or Source(article.file, article.file, "", 0)
        with self._changing:
            name = self._originals.keep(original) if original is not None else None
            with self._catalogue.reading() as view:
                _agree(view, self._encoder)
                known, twin = view.article_of_file(source.file), view.article_of_digest(article.digest)
                if twin is not None:
                    has_copy = name in (None, view.original(twin))
                    same = twin == known and has_copy and source in view.sources_of(twin)
                else:
                    if known is not None and len(view.sources_of(known)) > 1:
                        id, stored = _free_id(view, article.id), None  # the other file keeps what it holds
                    elif known is not None:
                        id, stored = known, known
                    else:
                        id, stored = _free_id(view, article.id), None
                    article, said = _as_edited(view, article, stored)
                    article, passages = _under_id(article, passages, id)
                    kept = _vectors_kept(view, article, passages)
            if twin is not None:
                if not same:
                    self._meet_twin(twin, known, source, name)
                return Outcome("unchanged" if twin == known else "duplicate", twin)
            entries = self._entries(article, passages, kept, progress)
            with self._catalogue.writing() as pen:
                before = pen.original(id) if stored is not None else None
                pen.describe(self._encoder.name, self._encoder.dimensions)
                if known not in (None, id):
                    pen.let_go(source.file)
                pen.store(article, entries, said=said, original=name)
                pen.hold(source, id)
            self._drop(before)
            self._changed = True
        about = {"title": article.title, "file": source.file}
        self._told("add" if known is None else "update", id, about)
        return Outcome("added" if known is None else "updated", id)

    def _meet_twin(self, twin: str, known: str | None, source: Source, original: str | None) -> None:
        """A document turned out to hold what is stored as ``twin``. What it held before (``known``) is no
        more; and the files that held twin and are gone from the disk were moved here, but for those that
        were brought to the library itself: they are gone from where they were brought to in any case."""
        with self._catalogue.writing() as pen:
            before = [pen.original(id) for id in (known, twin) if id is not None]
            gone = pen.let_go(source.file) if known not in (None, twin) else None
            pen.hold(source, twin)
            for other in pen.sources_of(twin):
                brought = Path(other.container).is_relative_to(self._home)
                if other != source and not brought and is_gone(other.container):
                    pen.let_go(other.file)
            if original is not None and (known == twin or pen.original(twin) is None):
                pen.keep_original(twin, original)
        self._drop(original, *before)
        self._changed = True
        self._tell_removed([gone] if gone else [])

    def edit(self, article_id: str, changes: Mapping[str, str | date | None]) -> Article:
        """Put other values into the fields of an article, of those in EDITABLE, and give it as it is now.
        They stay when its file is read again. A value that the document itself gives is no change any more,
        and a blank one says that there is none. Raises UnknownArticle, and LibraryError for an empty
        title."""
        self._must_write()
        if unknown := changes.keys() - EDITABLE:
            raise ValueError(f"no fields of people's: {sorted(unknown)}")
        put = {field: _tidy(value) for field, value in changes.items()}
        if "title" in put and not put["title"]:
            raise LibraryError("Bài phải có tên. Hãy nhập tên bài rồi lưu lại.")
        with self._changing:
            with self._catalogue.reading() as view:
                _agree(view, self._encoder)
                article, said = view.article(article_id), view.said(article_id)
                original, passages = view.original(article_id), view.passages_of(article_id)
                as_read = {field: _plain(getattr(article, field)) for field in put} | said
                edited = replace(article, **put)  # type: ignore[arg-type]  # the fields' own types
                if edited == article:
                    return article
                kept = _vectors_kept(view, edited, passages)
            said |= {field: as_read[field] for field in put}
            said = {field: value for field, value in said.items() if _plain(getattr(edited, field)) != value}
            entries = self._entries(edited, passages, kept, None)
            with self._catalogue.writing() as pen:
                pen.store(edited, entries, said=said, original=original)
            self._changed = True
        news = {field: value for field, value in put.items() if value != getattr(article, field)}
        self._told("edit", article_id, news)
        return edited

    def _entries(
        self,
        article: Article,
        passages: Sequence[Passage],
        kept: dict[str, _Embedded],
        progress: Progress | None,
    ) -> list[Entry]:
        new = [p for p in passages if p.id not in kept]
        vectors = kept | dict(zip((p.id for p in new), self._embed(article, new, progress), strict=True))
        return [Entry(p, *vectors[p.id], own(article, p), about(article, p)) for p in passages]

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
        with self._changing:
            with self._catalogue.writing() as pen:
                title, original = pen.title(article_id), pen.original(article_id)
                pen.remove(article_id)
            self._drop(original)
            self._changed = True
        self._told("remove", article_id, {"title": title})

    def let_go(self, container: str, keep: Collection[str] = ()) -> list[Article]:
        """Note that a file on the disk is gone, or of an archive that it holds no other documents than
        ``keep``: the articles that went with it, since no other file holds them."""
        self._must_write()
        with self._changing:
            with self._catalogue.reading() as view:
                gone = [source.file for source in view.sources_in(container) if source.file not in keep]
            if not gone:
                return []
            removed: list[Article] = []
            originals: list[str | None] = []
            with self._catalogue.writing() as pen:
                self._let_go(pen, gone, removed, originals)
            self._drop(*originals)
            self._changed = True
        self._tell_removed(removed)
        return removed

    def rename(self, moved: Mapping[str, str]) -> tuple[list[Article], list[Article]]:
        """Note that files on the disk have other names now, from the old to the new, all at once: names may
        be swapped. Gives the articles of these files, and those that went, since only a file held them whose
        name another has taken."""
        self._must_write()
        with self._changing:
            removed: list[Article] = []
            originals: list[str | None] = []
            with self._catalogue.writing() as pen:
                overwritten = [c for c in moved.values() if c not in moved]
                gone = [source.file for container in overwritten for source in pen.sources_in(container)]
                self._let_go(pen, gone, removed, originals)
                pen.rename(moved)
                held = {pen.article_of_file(s.file): None for c in moved.values() for s in pen.sources_in(c)}
                renamed = [pen.known(id) for id in held if id is not None]
            self._drop(*originals)
            self._changed = True
        self._tell_removed(removed)
        return renamed, removed

    def _tell_removed(self, removed: Iterable[Article]) -> None:
        for article in removed:
            self._told("remove", article.id, {"title": article.title})

    @staticmethod
    def _let_go(pen: Pen, files: Iterable[str], removed: list[Article], originals: list[str | None]) -> None:
        """Note that documents are no more, adding the articles that go with them and what they were kept
        with."""
        for file in files:
            id = pen.article_of_file(file)
            if id is not None and len(pen.sources_of(id)) == 1:
                removed.append(pen.known(id))
                originals.append(pen.original(id))
            pen.let_go(file)

    def _drop(self, *originals: str | None) -> None:
        """Delete those of these copies that no article names any more."""
        names = {name for name in originals if name is not None}
        if names:
            with self._catalogue.reading() as view:
                names -= view.originals(names).keys()
            self._originals.drop(names)

    def rebuild(self, progress: Progress | None = None) -> list[str]:
        """All that is made from the articles made anew, where it is not what it should be: Chroma always, and
        the terms, the facts and the vectors that were damaged, lack, or were made by other rules. Nothing
        else is embedded but one passage, which tells whether this is still the encoder that built the
        library; if not, all are, which takes as long as adding all the articles for the first time.

        Gives what could not be mended, and matters less: copies of documents that are gone, a Vietnamese
        sentence each. Raises LibraryLocked where another process holds Chroma, or of a database that is
        damaged itself has it open; LibraryDamaged where only a backup helps."""
        self._must_write()
        with self._changing:
            is_broken = self._catalogue.is_broken()
            if not is_broken:
                try:
                    self._renew(self._catalogue, progress)
                except LibraryDamaged:  # which SQLite did not see
                    is_broken = True
            if is_broken:  # only here, where no error holds on to a connection any more
                self._rebuild_apart(progress)
            told = self._mend_originals()
            if not self._nearest.rebuild(progress):
                raise LibraryLocked(
                    "Kho vector Chroma đang do một chương trình khác của thư viện này giữ. Hãy dừng chương "
                    "trình đó (thường là «serve») rồi chạy lại «python app.py rebuild»."
                )
            return told

    def _rebuild_apart(self, progress: Progress | None) -> None:
        """What still holds of a damaged database, in a new one, which takes its place when it is complete."""
        fresh = self._catalogue.salvaged()
        catalogue = Catalogue.open(fresh)
        try:
            catalogue.mend()
            self._renew(catalogue, progress)
        finally:
            catalogue.close()
        self._catalogue.replace(fresh)

    def _renew(self, catalogue: Catalogue, progress: Progress | None) -> None:
        """Terms, facts and vectors made anew where they are not what they should be, in one transaction: a
        library is never half one encoder's and half another's."""
        with catalogue.reading() as view:
            meta, articles = view.meta(), view.articles()
            embed = not self._is_encoder_of(view)
            older = meta.normaliser != NORMALISER_VERSION
            work = [(a, view.passages_of(a.id)) for a in articles]
            unsound = {a.id for a in articles if older or not view.index_is_sound(a.id)}
            kept: set[str] = set()
            for article, passages in () if embed else work:
                if article.id not in unsound:  # made by these rules, so of the same words
                    kept.update(_sound_vectors(view, article.id))
                else:
                    # Those lack too that were made without what their passage stands under.
                    same = [p for p in passages if not (older and above(article, p))]
                    kept.update(_vectors_kept(view, article, same))
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
        with catalogue.writing() as pen:
            if meta.facts != FACTS_VERSION:
                pen.clear_facts()
            for article, passages in work:
                embedded = [p for p in passages if p.id in vectors]
                if article.id not in unsound and not embedded:
                    continue
                numbers = pen.ids_of(article.id)
                for p in embedded:
                    vector, sentences = vectors[p.id]
                    pen.replace_vector(numbers[p.id], p.id, vector)
                    pen.put_sentences(numbers[p.id], sentences)
                for p in passages:
                    pen.put_terms(numbers[p.id], own(article, p), about(article, p))
                pen.put_facts(article)
                pen.seal(article.id)
            pen.give_sources()
            pen.keep_sentences()
            pen.describe(self._encoder.name, self._encoder.dimensions)

    def _is_encoder_of(self, view: View) -> bool:
        """Whether this encoder makes the vectors that are stored: told by its name, and by one passage."""
        meta = view.meta()
        if (meta.encoder, meta.dimensions) != (self._encoder.name, self._encoder.dimensions):
            return False
        for id in view.ids():
            for p in view.passages_of(id):
                vector = view.sound_vectors(id).get(p.id)
                if vector is not None:
                    again = self._encoder.passages([embedded_text(view.article(id), p)])
                    return again.shape == (1, len(vector)) and bool(again[0] @ vector >= SAME)
        return True

    def _mend_originals(self) -> list[str]:
        """Copies that are gone or changed taken again from the documents, where these still are what they
        were. Where not: one that is gone is forgotten, one that has changed is from now on what it is."""
        with self._catalogue.reading() as view:
            names = view.originals()
            lost, changed = self._originals.lost(names), self._originals.changed(names)
            files = {
                name: [s.file for id in names[name] for s in view.sources_of(id)]
                for name in (*lost, *changed)
            }
        told = []
        for name in (*lost, *changed):
            again = next((file for file in files[name] if _has(Path(file), name)), None)
            if again is not None and self._originals.keep(Path(again)) == name:
                continue
            new = None if name in lost else self._originals.renamed(name)
            with self._catalogue.writing() as pen:
                for id in names[name]:
                    pen.keep_original(id, new)
            what = "không còn bản sao của tệp gốc" if new is None else "có bản sao của tệp gốc đã bị thay đổi"
            told.append(f"Bài “{', '.join(names[name])}” {what}. Nội dung bài không bị ảnh hưởng.")
        return told

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
            return self._article(view, article_id)

    def _article(self, view: View, id: str, *, known: bool = False) -> Article:
        """The article as it is in that view, be it read from there or kept in memory; ``known`` where the
        view itself gave the id."""
        generation = view.generation()
        with self._keeping:
            kept = self._kept.get(id)
            if kept is not None and kept[0] == generation:
                self._kept.move_to_end(id)
                return kept[1]
        article = view.known(id) if known else view.article(id)
        with self._keeping:
            self._kept[id] = generation, article
            while len(self._kept) > KEPT_ARTICLES:
                self._kept.popitem(last=False)
        return article

    def shelf(self) -> list[Shelved]:
        """Every article as the list of the library shows it, without its text, by id."""
        with self._catalogue.reading() as view:
            return view.shelf()

    def containers(self) -> dict[str, tuple[str, int]]:
        """The files on the disk that articles came from, each with the SHA-256 (hex) of its bytes then and
        the version of the readers that read it; no hash where it is to be read again."""
        with self._catalogue.reading() as view:
            return view.containers()

    def original(self, article_id: str) -> Path | None:
        """The copy of the document that an article was read from; None where none is kept. Raises
        UnknownArticle."""
        with self._catalogue.reading() as view:
            name = view.original(article_id)
        return self._originals.path(name) if name else None

    def said(self, article_id: str) -> dict[str, str | None]:
        """What the document says in the fields that people have changed, by their names; dates in ISO
        form."""
        with self._catalogue.reading() as view:
            return view.said(article_id)

    def generation(self) -> int:
        """A number that rises with every change."""
        with self._catalogue.reading() as view:
            return view.generation()

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
            held = {id: self._article(view, id, known=True) for id in {p.article for p in passages.values()}}
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

    def verify(self, *, deep: bool = True) -> list[str]:
        """What is wrong with the stored library, a Vietnamese sentence each, which names the command that
        repairs it; empty where every invariant holds. ``deep`` makes all terms and facts anew to compare,
        which takes 5 ms a passage, and asks Chroma for every passage; else the seals in the database must be
        whole."""
        from vectorstore.verify import faults

        with self._catalogue.reading() as view:
            found = faults(view, self._nearest, self._encoder, deep=deep)
            if lost := self._originals.lost(view.originals()):
                found.append(f"Mất {len(lost)} tệp gốc trong thư mục {ORIGINALS}. {REBUILD}")
            if changed := self._originals.changed(view.originals()):
                found.append(f"{len(changed)} tệp gốc không còn như lúc được nạp: {changed[0]} … {REBUILD}")
            return found


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


def is_gone(file: str) -> bool:
    """Whether a file is no more; not where its disk does not answer, or nobody may look."""
    try:
        os.lstat(file)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def _has(file: Path, name: str) -> bool:
    """Whether a file is the document that was kept under that name."""
    try:
        return file.is_file() and digest(file) == name.partition(".")[0]
    except (OSError, ValueError):
        return False


def _as_edited(view: View, article: Article, known: str | None) -> tuple[Article, dict[str, str | None]]:
    """An article that was read again, with what people put into the fields of the one known from its file;
    and what the document says there now."""
    if known is None:
        return article, {}
    stored = view.article(known)
    edited = replace(article, **{field: getattr(stored, field) for field in view.said(known)})
    fields = ((field, _plain(getattr(article, field))) for field in view.said(known))
    return edited, {field: value for field, value in fields if value != _plain(getattr(edited, field))}


def _plain(value: str | date | None) -> str | None:
    return value.isoformat() if isinstance(value, date) else value


def _tidy(value: str | date | None) -> str | date | None:
    """What people typed, as the readers would have it."""
    return (nfc(" ".join(value.split())) or None) if isinstance(value, str) else value


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
    if not view.has_article(article.id):
        return {}
    stored, vectors = view.article(article.id), _sound_vectors(view, article.id)
    same = {
        p.id: p for p in passages if p.id in vectors and embedded_text(stored, p) == embedded_text(article, p)
    }
    numbers = view.ids_of(article.id)
    sentences = view.sentences([numbers[id] for id in same])
    kept: dict[str, _Embedded] = {}
    for id, p in same.items():
        of_sentences = sentences.get(numbers[id], vectors[id][None, :][:0])
        if len(of_sentences) == len(embedded_sentences(article, p)):
            kept[id] = vectors[id], of_sentences
    return kept


def _sound_vectors(view: View, article: str) -> dict[str, Vectors]:
    """The vectors of an article's passages by their ids: those that are as they were stored, none where those
    of the sentences are not."""
    return view.sound_vectors(article) if view.sentences_are_sound(article) else {}
