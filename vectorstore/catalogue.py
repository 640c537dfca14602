"""SQLite: articles, passages, vectors, terms and facts. The one source of truth; the rest is derived.

Every change is one transaction, so what a reader sees is always a whole state: all of an article or
nothing of it. Readers in any thread or process go on reading while one process writes (WAL).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, wraps
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt

import ingest
from ingest.errors import LibraryError, UnknownArticle
from ingest.facts import FACTS_VERSION, Fact, FactKind, Role, facts
from ingest.types import Article, Block, Passage, Span
from ingest.vietnamese import NORMALISER_VERSION, Terms
from vectorstore import indexed, salvage, schema
from vectorstore.salvage import SEALED, SEALED_BLOCK, SEALED_PASSAGE, Damaged, seal
from vectorstore.types import Filter, Vectors, unit_key

#: Distinct terms of a question that are looked up. Real questions have 10 to 40; a pasted page of
#: thousands would cost seconds and means no more for it.
QUERY_TERMS = 128

#: Terms of which is remembered in how many passages they stand.
KEPT_COUNTS = 1 << 16

Numbers = npt.NDArray[np.int64]

_P = ParamSpec("_P")
_T = TypeVar("_T")


def _legible(read: Callable[_P, _T]) -> Callable[_P, _T]:
    """What cannot be made sense of was damaged: nobody stored it so."""

    @wraps(read)
    def checked(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return read(*args, **kwargs)
        except (ValueError, TypeError, KeyError) as e:
            raise Damaged(f"{type(e).__name__}: {e}") from e

    return checked


#: Behind the number of a page that text recognition read.
_SCANNED = "scanned"


def _turns(article: Article) -> str:
    """The pages of an article as JSON: from which position on the text stands on the page of which number,
    and behind it that it was read off a picture."""
    scanned = article.scanned
    turns = [(start, page, _SCANNED) if page in scanned else (start, page) for start, page in article.pages]
    return json.dumps(turns)


@dataclass(frozen=True, slots=True)
class Meta:
    """Who built this library. ``encoder`` and ``dimensions`` are None until the first passage is stored,
    ``facts`` (whose rules found the facts) where none are kept; ``sentences`` says whether every passage has
    the vectors of its sentences, ``sealed`` whether every article has a seal; ``generation`` rises with every
    change; ``library`` names this library among others."""

    library: str
    generation: int
    schema: int
    normaliser: int
    facts: int | None
    sentences: bool
    sealed: bool
    encoder: str | None
    dimensions: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage with all that is stored for it: its vector, those of its sentences (a row each, no row for
    a passage of one sentence), its own terms, its article's."""

    passage: Passage
    vector: Vectors
    sentences: Vectors
    own: Terms
    about: Terms


@dataclass(frozen=True, slots=True)
class Source:
    """The document that an article was read from. ``container`` is the file on the disk, ``sha256`` that of
    its bytes, empty where it is to be read again whatever it holds; ``readers`` the version of the readers
    that read it. ``file`` is ``container`` itself, or the document's place inside it."""

    file: str
    container: str
    sha256: str
    readers: int


@dataclass(frozen=True, slots=True)
class Shelved:
    """An article as the list of the library shows it: all but its text. ``files`` are all the documents that
    hold it, its own first; ``original`` is the name of the copy kept of that, None in a library from before
    copies were kept; ``edited`` are the fields in which people have put something else than the document
    says; ``added`` is when it came or last changed, in UTC, None where nobody noted it; ``characters`` counts
    code points."""

    id: str
    title: str
    published: date | None
    author: str | None
    source: str | None
    unit: str | None
    characters: int
    passages: int
    files: tuple[str, ...]
    original: str | None
    edited: frozenset[str]
    added: datetime | None


class Counts:
    """In how many passages the terms of earlier questions stand: the next ones ask for the same common
    words, and to count one FTS5 reads its whole list. They hold for one generation, and are forgotten when
    they are more than KEPT_COUNTS, which take 15 MB."""

    def __init__(self) -> None:
        self._kept: tuple[int, dict[tuple[str, str], tuple[int, int]]] = (-1, {})

    def of(self, generation: int) -> dict[tuple[str, str], tuple[int, int]]:
        """By column and term the passages that have it in there, and those whose article's title has it."""
        kept = self._kept
        if kept[0] != generation or len(kept[1]) > KEPT_COUNTS:
            kept = self._kept = (generation, {})
        return kept[1]


class View:
    """The library as it is at one moment; see ``Catalogue.reading``."""

    def __init__(self, db: sqlite3.Connection, counts: Counts | None = None) -> None:
        self._db = db
        self._counts = counts

    @_legible
    def meta(self) -> Meta:
        kept = dict(self._db.execute("SELECT key, value FROM meta"))
        return Meta(
            library=kept["library"],
            generation=kept["generation"],
            schema=kept["schema"],
            normaliser=kept["normaliser"],
            facts=kept.get("facts"),
            sentences=bool(kept.get("sentences")),
            sealed=kept.get("sealed") == schema.SEAL_VERSION,
            encoder=kept.get("encoder"),
            dimensions=kept.get("dimensions"),
        )

    @_legible
    def generation(self) -> int:
        row = self._db.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
        return int(row[0])

    # --- articles

    def ids(self, where: Filter | None = None) -> list[str]:
        """The ids of the articles that pass the filter, in order."""
        condition, values = _condition(where)
        return [
            id
            for (id,) in self._db.execute(f"SELECT id FROM articles a WHERE {condition} ORDER BY id", values)
        ]

    def articles(self, where: Filter | None = None) -> list[Article]:
        """The articles that pass the filter, by id."""
        return [self.known(id) for id in self.ids(where)]

    def units(self) -> list[str]:
        """The offices that the articles are about, each once, in order of the alphabet."""
        rows = self._db.execute("SELECT DISTINCT unit FROM articles WHERE unit IS NOT NULL ORDER BY unit")
        return [unit for (unit,) in rows]

    def article(self, id: str) -> Article:
        """Raises UnknownArticle, and Damaged unless it is what was stored."""
        article, is_sound = self.as_stored(id)
        if not is_sound:
            raise Damaged(f"bài “{id}” không còn như lúc được lưu")
        return article

    def known(self, id: str) -> Article:
        """The article of an id that the library itself has given. Raises Damaged."""
        try:
            return self.article(id)
        except UnknownArticle as e:
            raise Damaged(f"bài “{id}” không còn") from e

    def as_stored(self, id: str) -> tuple[Article, bool]:
        """The article as it stands there, and whether it and its passages are what was stored, as far as that
        was noted. Raises UnknownArticle, and Damaged where nothing can be read."""
        article, given, now = self._stored(id)
        return article, not salvage.is_sealed(given) or given == now

    @_legible
    def _stored(self, id: str) -> tuple[Article, str | None, str]:
        """The article as it stands there, the seal that it was given, and the one that it has now."""
        row = self._db.execute(f"SELECT {SEALED}, seal FROM articles WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise _unknown(id)
        *sealed, given = row
        _, title, text, published, author, source, unit, file, digest, pages, _ = sealed
        turns = json.loads(pages)
        blocks = self._db.execute(
            f"SELECT {SEALED_BLOCK} FROM blocks WHERE article = ? ORDER BY ordinal", (id,)
        ).fetchall()
        article = Article(
            id=id,
            title=title,
            text=text,
            blocks=tuple(Block(*block) for block in blocks),
            published=date.fromisoformat(published) if published else None,
            author=author,
            source=source,
            unit=unit,
            file=file,
            digest=digest,
            pages=tuple((start, page) for start, page, *_ in turns),
            scanned=frozenset(page for _, page, *marks in turns if _SCANNED in marks),
        )
        passages = self._db.execute(
            f"SELECT {SEALED_PASSAGE} FROM passages WHERE article = ? ORDER BY ordinal", (id,)
        ).fetchall()
        return article, given, seal(tuple(sealed), blocks, passages)

    def has_article(self, id: str) -> bool:
        return self._db.execute("SELECT 1 FROM articles WHERE id = ?", (id,)).fetchone() is not None

    def title(self, id: str) -> str | None:
        """The title of an article, be the rest of it damaged; None where there is none of that id."""
        return self._one("SELECT title FROM articles WHERE id = ?", id)

    def article_of_file(self, file: str) -> str | None:
        """The article that a document holds, be it that article's first or a copy."""
        return self._one("SELECT article FROM sources WHERE file = ?", file)

    def sources_of(self, article: str) -> list[Source]:
        """The documents that hold an article, by file."""
        return self._sources("article = ?", article)

    def sources_in(self, container: str) -> list[Source]:
        """The documents that a file on the disk held when it was read, by file."""
        return self._sources("container = ?", container)

    def containers(self) -> dict[str, tuple[str, int]]:
        """Every file on the disk that articles came from, with the SHA-256 of its bytes and the version of
        the readers that read it."""
        rows = self._db.execute("SELECT container, min(sha256), min(readers) FROM sources GROUP BY container")
        return {container: (sha256, readers) for container, sha256, readers in rows}

    def _sources(self, condition: str, value: str) -> list[Source]:
        rows = self._db.execute(
            f"SELECT file, container, sha256, readers FROM sources WHERE {condition} ORDER BY file", (value,)
        )
        return [Source(*row) for row in rows]

    def original(self, article: str) -> str | None:
        """The name of the copy kept of the article's document. Raises UnknownArticle."""
        if not self.has_article(article):
            raise _unknown(article)
        return self._one("SELECT original FROM articles WHERE id = ?", article)

    def originals(self, of: Collection[str] | None = None) -> dict[str, list[str]]:
        """The names of the copies that articles are kept with, each with these articles; of the names in
        ``of`` alone, if given."""
        some = "" if of is None else f"AND original IN {_LISTED}"
        rows = self._db.execute(
            f"SELECT original, id FROM articles WHERE original IS NOT NULL {some} ORDER BY id",
            () if of is None else (_list(of),),
        )
        found: dict[str, list[str]] = {}
        for name, article in rows:
            found.setdefault(name, []).append(article)
        return found

    @_legible
    def said(self, article: str) -> dict[str, str | None]:
        """What the document says in the fields that people have changed, by their names."""
        stored = self._one("SELECT said FROM articles WHERE id = ?", article)
        return dict(json.loads(stored)) if stored else {}

    @_legible
    def shelf(self) -> list[Shelved]:
        """Every article as the list of the library shows it, by id."""
        files: dict[str, list[str]] = {}
        for article, file in self._db.execute("SELECT article, file FROM sources ORDER BY file"):
            files.setdefault(article, []).append(file)
        counts = dict(self._db.execute("SELECT article, count(*) FROM passages GROUP BY article"))
        rows = self._db.execute(
            "SELECT id, title, published, author, source, unit, length(text), file, original, said, added "
            "FROM articles ORDER BY id"
        )
        return [
            Shelved(
                id=id,
                title=title,
                published=date.fromisoformat(published) if published else None,
                author=author,
                source=source,
                unit=unit,
                characters=characters,
                passages=counts.get(id, 0),
                files=(file, *(other for other in files.get(id, ()) if other != file)),
                original=original,
                edited=frozenset(json.loads(said)),
                added=datetime.fromisoformat(added) if added else None,
            )
            for id, title, published, author, source, unit, characters, file, original, said, added in rows
        ]

    def article_of_digest(self, digest: str) -> str | None:
        return self._one("SELECT id FROM articles WHERE digest = ?", digest)

    def _one(self, query: str, value: str) -> str | None:
        row = self._db.execute(query, (value,)).fetchone()
        return None if row is None or row[0] is None else str(row[0])

    # --- passages

    def passages_of(self, article: str) -> list[Passage]:
        """The passages of one article in reading order."""
        rows = self._db.execute(f"{_PASSAGE} WHERE article = ? ORDER BY ordinal", (article,))
        return [Passage(*row[1:]) for row in rows]

    def passages(self, numbers: Collection[int]) -> dict[int, Passage]:
        """The passages of these numbers, which the library itself has given. Raises Damaged."""
        rows = self._db.execute(f"{_PASSAGE} WHERE number IN {_LISTED}", (_list(numbers),))
        found = {row[0]: Passage(*row[1:]) for row in rows}
        if len(found) < len(numbers):
            raise Damaged(f"thiếu {len(numbers) - len(found)} đoạn")
        return found

    def count(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM passages").fetchone()[0])

    def ids_of(self, article: str) -> dict[str, int]:
        """The numbers of an article's passages by their ids."""
        return dict(self._db.execute("SELECT id, number FROM passages WHERE article = ?", (article,)))

    def records(self) -> dict[str, int]:
        """Every passage's number by its record; see ``record_of``."""
        return dict(self._db.execute("SELECT record, number FROM passages"))

    def numbers_of(self, records: Collection[str]) -> dict[str, int]:
        """The numbers of the passages with these records; a record that is gone is left out."""
        return dict(
            self._db.execute(
                f"SELECT record, number FROM passages WHERE record IN {_LISTED}", (_list(records),)
            )
        )

    def numbers(self, where: Filter) -> Numbers:
        """The numbers of the passages whose article passes the filter, ascending."""
        condition, values = _condition(where)
        rows = self._db.execute(
            "SELECT number FROM passages p JOIN articles a ON a.id = p.article "
            f"WHERE {condition} ORDER BY number",
            values,
        )
        return np.fromiter((n for (n,) in rows), dtype=np.int64)

    # --- vectors

    @_legible
    def vectors(self, numbers: Collection[int] | None = None) -> tuple[Numbers, Vectors]:
        """The numbers, ascending, and as many rows of vectors; None is all of them."""
        if numbers is None:
            rows = self._db.execute("SELECT passage, vector FROM vectors ORDER BY passage").fetchall()
        else:
            rows = self._db.execute(
                f"SELECT passage, vector FROM vectors WHERE passage IN {_LISTED} ORDER BY passage",
                (_list(numbers),),
            ).fetchall()
        found = np.fromiter((n for n, _ in rows), dtype=np.int64, count=len(rows))
        matrix = np.frombuffer(b"".join(v for _, v in rows), dtype=np.float32)
        return found, matrix.reshape(len(rows), -1 if rows else 0)

    def sound_vectors(self, article: str) -> dict[str, Vectors]:
        """The vectors of an article's passages by their ids, without those that are not what was stored."""
        rows = self._db.execute(
            "SELECT p.id, p.record, v.vector FROM passages p JOIN vectors v ON v.passage = p.number "
            "WHERE p.article = ? ORDER BY p.ordinal",
            (article,),
        )
        return {
            id: np.frombuffer(vector, dtype="<f4")
            for id, record, vector in rows
            if isinstance(vector, bytes) and record == _record(id, vector)
        }

    def vector_sizes(self) -> set[int]:
        """The sizes in bytes that the stored vectors have; one, unless something went wrong."""
        return {n for (n,) in self._db.execute("SELECT DISTINCT length(vector) FROM vectors")}

    def sentences(self, numbers: Collection[int]) -> dict[int, Vectors]:
        """The vectors of the sentences of these passages, a row a sentence in reading order; left out are
        passages of one sentence, and those for which none were stored."""
        if not self.has_sentences():
            return {}
        rows = self._db.execute(
            f"SELECT passage, vectors FROM sentences WHERE passage IN {_LISTED}", (_list(numbers),)
        )
        size = self.meta().dimensions or 1
        return {
            number: np.frombuffer(stored, dtype=_HALF).reshape(-1, size).astype(np.float32)
            for number, stored in rows
            if len(stored) % (size * _HALF.itemsize) == 0
        }

    def has_sentences(self) -> bool:
        """Whether there is a table for the vectors of sentences; an older library has none."""
        return self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'sentences'").fetchone() is not None

    # --- terms

    def rank(self, terms: Terms) -> dict[int, float]:
        """The term score of every passage that has any of these terms, higher is better: words with
        their marks are looked for among marked words, and bare among bare.

        It is the BM25 score of the passage alone plus that of the passage with its article's title
        and unit. The first keeps apart the passages of articles that are all about one thing, the
        second those of articles about different things; docs/decisions/002-how-passages-are-ranked.md.
        """
        telling = {
            column: self._telling(some, column)
            for column, some in (("exact", terms.exact), ("folded", terms.folded))
        }
        # A term that no title has scores the same in both: it is looked for once.
        alone = {column: [t for t, titled in some if not titled] for column, some in telling.items()}
        both = {column: [t for t, titled in some if titled] for column, some in telling.items()}
        with_title = {f"{column} about_{column}": some for column, some in both.items()}
        scores = {number: 2 * score for number, score in self._bm25(alone)}
        for number, score in self._bm25(both | with_title):
            scores[number] = scores.get(number, 0.0) + score
        return scores

    def _bm25(self, sought: Mapping[str, Sequence[str]]) -> Iterable[tuple[int, float]]:
        """The sum of the BM25 scores of terms, given by the columns in which each is looked for."""
        query = [f"{{{columns}}} : ({' OR '.join(some)})" for columns, some in sought.items() if some]
        if not query:
            return ()
        return self._db.execute(
            "SELECT rowid, -bm25(terms) FROM terms WHERE terms MATCH ?", (" OR ".join(query),)
        )

    def _telling(self, terms: Sequence[str], column: str) -> list[tuple[str, bool]]:
        """Of the terms those that tell passages apart, each as FTS5 quotes it, and whether a title has it.
        Left out are those that stand in more than half of all passages: BM25 gives them no weight, and they
        take most of the time; and those that stand nowhere, as most pairs do, over which FTS5 takes as long
        as over others."""
        some = list(dict.fromkeys(terms))[:QUERY_TERMS]
        counts, half = self._counted(some, column), self.count() / 2
        return [
            (f'"{term}"', about > 0)
            for term, (own, about) in counts.items()
            if (own or about) and own <= half
        ]

    def frequency(self, terms: Collection[str], column: str) -> dict[str, int]:
        """In how many passages each of these terms stands, in the column ``exact`` or ``folded``."""
        counts = self._counted(terms, column)
        return {term: counts[term][0] for term in terms}

    def _counted(self, terms: Collection[str], column: str) -> dict[str, tuple[int, int]]:
        """In how many passages each of these terms stands, and about how many passages it is said."""
        kept = (self._counts or Counts()).of(self.generation())
        new = dict.fromkeys((term for term in terms if (column, term) not in kept), (0, 0))
        if new:
            rows = self._db.execute(
                "SELECT term, sum(doc * (col = ?1)), sum(doc * (col <> ?1)) FROM vocabulary "
                f"WHERE term IN {_LISTED.replace('?', '?2')} AND col IN (?1, 'about_' || ?1) GROUP BY term",
                (column, _list(new.keys())),
            )
            new |= {term: (own, about) for term, own, about in rows}
            kept.update(((column, term), counts) for term, counts in new.items())
        return {term: new[term] if term in new else kept[column, term] for term in terms}

    def vocabulary(self) -> Iterator[tuple[str, int]]:
        """Every exact term and how often it stands in the articles; in a title once. Reads the whole
        index: 1.5 µs a term."""
        return iter(
            self._db.execute(
                "SELECT term, sum(CASE col WHEN 'exact' THEN cnt ELSE 1 END) FROM vocabulary "
                "WHERE col IN ('exact', 'about_exact') GROUP BY term"
            )
        )

    def terms_of(self, number: int) -> tuple[str, str, str, str] | None:
        """The four columns stored for a passage, as one string each."""
        row = self._db.execute(
            "SELECT exact, folded, about_exact, about_folded FROM terms WHERE rowid = ?", (number,)
        ).fetchone()
        return None if row is None else (row[0], row[1], row[2], row[3])

    # --- facts

    def facts(
        self, unit: str | None = None, kind: FactKind | None = None, where: Filter | None = None
    ) -> list[Fact]:
        """The facts of the articles that pass the filter, by article and position: those of one ``unit``
        (compared as ``Filter`` compares them), or of one kind, or all. Where those kept were found by other
        rules than ours, or none are kept, they are found again, which takes 5 ms an article."""
        if not self.keeps_facts():
            found = [fact for article in self.articles(where) for fact in facts(article)]
            wanted = unit_key(unit) if unit is not None else None
            return [
                fact
                for fact in found
                if (kind is None or fact.kind is kind)
                and (wanted is None or (fact.unit is not None and unit_key(fact.unit) == wanted))
            ]
        condition, values = _condition(where)
        if unit is not None:
            condition, values = f"{condition} AND unit_key(f.unit) = ?", [*values, unit_key(unit)]
        if kind is not None:
            condition, values = f"{condition} AND f.kind = ?", [*values, kind.name]
        rows = self._db.execute(
            'SELECT f.kind, f.article, f.unit, f."start", f."end", f.parts, f.value, f.subject, f."when" '
            f"FROM facts f JOIN articles a ON a.id = f.article WHERE {condition} "
            "ORDER BY f.article, f.ordinal",
            values,
        )
        return [_fact(row) for row in rows]

    def keeps_facts(self) -> bool:
        """Whether the facts kept are those that our rules find."""
        return self.meta().facts == FACTS_VERSION

    # --- trust

    def indexed(self, article: str) -> str:
        """What changes with every change of the terms and the facts stored for an article, and of the rules
        that find them."""
        terms = self._db.execute(
            "SELECT p.id, t.exact, t.folded, t.about_exact, t.about_folded FROM passages p "
            "LEFT JOIN terms t ON t.rowid = p.number WHERE p.article = ? ORDER BY p.ordinal",
            (article,),
        )
        facts = self._db.execute("SELECT * FROM facts WHERE article = ? ORDER BY ordinal", (article,))
        return f"{_rules()}-{_hash((*terms, *facts))}"

    def embedded(self, article: str) -> str:
        """What changes with every change of the sentences' vectors stored for an article."""
        return _hash(
            self._db.execute(
                "SELECT p.id, s.vectors FROM passages p LEFT JOIN sentences s ON s.passage = p.number "
                "WHERE p.article = ? ORDER BY p.ordinal",
                (article,),
            )
        )

    def index_is_sound(self, article: str) -> bool:
        """Whether the terms and the facts of an article are those that our rules have found."""
        return self._one("SELECT indexed FROM articles WHERE id = ?", article) == self.indexed(article)

    def sentences_are_sound(self, article: str) -> bool:
        """Whether the sentences' vectors are those that were stored, as far as that was noted."""
        stored = self._one("SELECT embedded FROM articles WHERE id = ?", article)
        return stored is None or stored == self.embedded(article)

    def is_whole(self) -> bool:
        """Whether all that cannot be made again is there as it was stored, whatever became of the rest."""
        return salvage.is_whole(self._db)

    def faults(self) -> list[str]:
        """What SQLite itself finds wrong, and rows that hang loose; empty where all is well."""
        found = [
            f"Cơ sở dữ liệu bị hỏng: {line}."
            for (line,) in self._db.execute("PRAGMA integrity_check")
            if line != "ok"
        ]
        if not schema.is_as_noted(self._db):
            found.append("Cấu trúc các bảng không còn như lúc được tạo.")
        found += [
            f"Bảng {table} có dòng {row} trỏ tới một mục không còn trong bảng {parent}."
            for table, row, parent, _ in self._db.execute("PRAGMA foreign_key_check")
        ]
        try:
            # Reads alone, though SQL must call it an INSERT.
            self._db.execute("INSERT INTO terms (terms) VALUES ('integrity-check')")
        except sqlite3.OperationalError:
            pass  # another process is writing, or this one may not: then it cannot be checked now
        except sqlite3.DatabaseError:
            found.append("Chỉ mục từ khóa bị hỏng.")
        for table, what in (("vectors", "vector"), ("terms", "dòng từ khóa")):
            key = "passage" if table == "vectors" else "rowid"
            (without,) = self._db.execute(
                f"SELECT count(*) FROM passages WHERE number NOT IN (SELECT {key} FROM {table})"
            ).fetchone()
            (loose,) = self._db.execute(
                f"SELECT count(*) FROM {table} WHERE {key} NOT IN (SELECT number FROM passages)"
            ).fetchone()
            if without:
                found.append(f"{without} đoạn không có {what}.")
            if loose:
                found.append(f"{loose} {what} không thuộc đoạn nào.")
        return found


class Pen(View):
    """A View that can change what it sees; see ``Catalogue.writing``."""

    def describe(self, encoder: str, dimensions: int) -> None:
        """Say who makes the vectors and the terms from now on."""
        self._db.executemany(
            "INSERT OR REPLACE INTO meta VALUES (?, ?)",
            [("encoder", encoder), ("dimensions", dimensions), ("normaliser", NORMALISER_VERSION)],
        )

    def store(
        self,
        article: Article,
        entries: Sequence[Entry],
        *,
        said: Mapping[str, str | None] | None = None,
        original: str | None = None,
    ) -> None:
        """The article, its passages and its facts, in place of what was stored under its id. ``said`` is what
        its document says in fields that people have changed; ``original`` the name of the document's copy."""
        self._clear(article.id)
        row = {
            "id": article.id,
            "title": article.title,
            "text": article.text,
            "published": article.published.isoformat() if article.published else None,
            "author": article.author,
            "source": article.source,
            "unit": article.unit,
            "file": article.file,
            "digest": article.digest,
            "pages": _turns(article),
            "original": original,
            "said": json.dumps(dict(said or {}), ensure_ascii=False),
            "added": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        put = ", ".join(f"{column} = excluded.{column}" for column in row)
        self._db.execute(
            f"INSERT INTO articles ({', '.join(row)}) VALUES ({', '.join('?' * len(row))}) "
            f"ON CONFLICT (id) DO UPDATE SET {put}",
            tuple(row.values()),
        )
        self._db.executemany(
            "INSERT INTO blocks VALUES (?, ?, ?, ?, ?)",
            [(article.id, n, b.kind, b.start, b.end) for n, b in enumerate(article.blocks)],
        )
        for entry in entries:
            p = entry.passage
            number = self._db.execute(
                'INSERT INTO passages (id, article, ordinal, "start", "end", tokens, record) '
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (p.id, p.article, p.ordinal, p.start, p.end, p.tokens, record_of(p.id, entry.vector)),
            ).lastrowid
            assert number is not None  # an INSERT that did not raise has a row
            self._db.execute("INSERT INTO vectors VALUES (?, ?)", (number, _blob(entry.vector)))
            self.put_sentences(number, entry.sentences)
            self.put_terms(number, entry.own, entry.about)
        self.put_facts(article)
        self.seal(article.id)

    def seal(self, article: str) -> None:
        """Note that what is stored of an article now is what shall be."""
        self._seal_words(article)
        self._db.execute(
            "UPDATE articles SET indexed = ?, embedded = ? WHERE id = ?",
            (self.indexed(article), self.embedded(article), article),
        )

    def _seal_words(self, article: str) -> None:
        _, _, now = self._stored(article)
        self._db.execute("UPDATE articles SET seal = ? WHERE id = ?", (now, article))

    def seal_older(self) -> None:
        """Note that of each article that an older program stored, without our seal, is to stay what is there.
        How its terms were found nobody knows."""
        for id, given in self._db.execute("SELECT id, seal FROM articles").fetchall():
            if not salvage.is_sealed(given):
                self._seal_words(id)
                self._db.execute("UPDATE articles SET embedded = ? WHERE id = ?", (self.embedded(id), id))
        self._db.execute("INSERT OR REPLACE INTO meta VALUES ('sealed', ?)", (schema.SEAL_VERSION,))

    def _clear(self, article: str) -> None:
        """Nothing of an article but its row."""
        self._db.execute(
            "DELETE FROM terms WHERE rowid IN (SELECT number FROM passages WHERE article = ?)", (article,)
        )
        for table in ("passages", "blocks", "facts"):
            self._db.execute(f"DELETE FROM {table} WHERE article = ?", (article,))

    def hold(self, source: Source, article: str) -> None:
        """Note that a document holds the article, and no other any more."""
        self._db.execute(
            "INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?)",
            (source.file, source.container, source.sha256, source.readers, article),
        )

    def let_go(self, file: str) -> Article | None:
        """Note that a document is no more. An article that no other holds goes with it, and is what is given;
        one that another holds is that one's from now on."""
        article = self.article_of_file(file)
        if article is None:
            return None
        self._db.execute("DELETE FROM sources WHERE file = ?", (file,))
        others = self.sources_of(article)
        if not others:
            gone = self.article(article)
            self.remove(article)
            return gone
        if self._one("SELECT file FROM articles WHERE id = ?", article) == file:
            self.move(article, others[0].file)
        return None

    def rename(self, moved: Mapping[str, str]) -> None:
        """Note that files on the disk have other names now, from the old to the new. None of the new ones may
        be that of a file known of, unless that has another name now too."""
        rows = [
            (new, container, source)
            for container, new in moved.items()
            for source in self.sources_in(container)
        ]
        holds = {source.file: self.article_of_file(source.file) for _, _, source in rows}
        own = [(source.file, new + source.file.removeprefix(old)) for new, old, source in rows]
        self._db.executemany("DELETE FROM sources WHERE file = ?", [(source.file,) for _, _, source in rows])
        # By way of names that no file has: one may be that of another in this list.
        self._db.executemany(
            "UPDATE articles SET file = char(0) || ? WHERE file = ?", [(b, a) for a, b in own]
        )
        self._db.executemany(
            "UPDATE articles SET file = ? WHERE file = char(0) || ?", [(b, b) for _, b in own]
        )
        for (new, _, source), (old, file) in zip(rows, own, strict=True):
            article = holds[old]
            assert article is not None  # it was among the sources
            self._seal_words(article)
            self.hold(Source(file, new, source.sha256, source.readers), article)

    def put_facts(self, article: Article) -> None:
        """The facts of an article, in place of those it had."""
        self._db.execute("DELETE FROM facts WHERE article = ?", (article.id,))
        self._db.executemany(
            "INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    article.id,
                    n,
                    fact.kind.name,
                    fact.unit,
                    fact.sentence.start,
                    fact.sentence.end,
                    json.dumps([(role.value, span.start, span.end) for role, span in fact.parts]),
                    fact.value,
                    fact.subject,
                    fact.when,
                )
                for n, fact in enumerate(facts(article))
            ],
        )

    def clear_facts(self) -> None:
        """No facts at all, whatever became of the table that held them; kept from now on are ours."""
        self._db.execute("DROP TABLE IF EXISTS facts")
        self._db.execute(schema.FACTS)
        schema.note(self._db)
        self._db.execute("INSERT OR REPLACE INTO meta VALUES ('facts', ?)", (FACTS_VERSION,))

    def replace_vector(self, number: int, id: str, vector: Vectors) -> None:
        """Another vector for the passage of that number and id."""
        self._db.execute("INSERT OR REPLACE INTO vectors VALUES (?, ?)", (number, _blob(vector)))
        self._db.execute("UPDATE passages SET record = ? WHERE number = ?", (record_of(id, vector), number))

    def put_sentences(self, number: int, vectors: Vectors) -> None:
        """The vectors of a passage's sentences, in place of those it had."""
        self._db.execute("DELETE FROM sentences WHERE passage = ?", (number,))
        if len(vectors):
            half = np.asarray(vectors, dtype=_HALF).tobytes()
            self._db.execute("INSERT INTO sentences VALUES (?, ?)", (number, half))

    def make_sentences(self) -> None:
        """The table of the sentences' vectors, empty where there was none."""
        self._db.execute(schema.SENTENCES)
        schema.note(self._db)

    def keep_sentences(self) -> None:
        """Note that every passage has the vectors of its sentences."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES ('sentences', 1)")

    def put_terms(self, number: int, own: Terms, about: Terms) -> None:
        """The terms of a passage, in place of those it had."""
        self._db.execute(
            "INSERT OR REPLACE INTO terms (rowid, exact, folded, about_exact, about_folded) "
            "VALUES (?, ?, ?, ?, ?)",
            (number, *term_columns(own, about)),
        )

    def give_sources(self) -> None:
        """A source for each article that has not the one that it was read from: to be read again."""
        salvage.give_sources(self._db)

    def keep_original(self, article: str, name: str | None) -> None:
        """Note which copy is that of the article's document, None for none."""
        self._db.execute("UPDATE articles SET original = ? WHERE id = ?", (name, article))

    def move(self, article: str, file: str) -> None:
        """Note that the article's file is now called ``file``."""
        self._db.execute("UPDATE articles SET file = ? WHERE id = ?", (file, article))
        self._seal_words(article)

    def remove(self, article: str) -> None:
        """Leave nothing of the article. Raises UnknownArticle."""
        if not self.has_article(article):
            raise _unknown(article)
        self._clear(article)
        self._db.execute("DELETE FROM articles WHERE id = ?", (article,))


class Catalogue:
    """The database file, and as many connections to it as there are readers at one time."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._idle: list[sqlite3.Connection] = []
        self._counts = Counts()
        self._lock = Lock()
        self._closed = False

    @classmethod
    def open(cls, file: Path) -> Catalogue:
        """The catalogue in that file, made where there is none. One of an older program is brought up to
        ours; see also ``mend``. Raises LibraryError."""
        catalogue = cls(file)
        try:
            with catalogue._connection() as db:
                schema.prepare(db)
            with catalogue.reading() as view:
                version = view.meta().schema
        except BaseException:
            catalogue.close()
            raise
        if version != schema.SCHEMA_VERSION:
            catalogue.close()
            raise LibraryError(
                "Thư viện này do một phiên bản khác của chương trình tạo ra "
                f"(cấu trúc {version}, chương trình dùng cấu trúc {schema.SCHEMA_VERSION}). "
                "Hãy dùng đúng phiên bản đó, hoặc nạp lại các bài vào một thư viện mới."
            )
        return catalogue

    def mend(self) -> None:
        """Make the tables that an older library lacks, seal its articles, and find the facts of all where
        those kept are not what our rules find: in one transaction, so that whoever dies or reads meanwhile
        has the library as it was. For the one process that writes."""
        salvage.clear(self._fresh)
        with self._connection() as db:
            schema.write_ahead(db)
        with self.reading() as view:
            has_facts, has_sentences, is_sealed = (
                view.keeps_facts(),
                view.has_sentences(),
                view.meta().sealed,
            )
        if has_facts and has_sentences and is_sealed:
            return
        with self.writing() as pen:
            pen.make_sentences()
            if not has_facts:
                pen.clear_facts()
                for article in pen.articles():
                    pen.put_facts(article)
            pen.seal_older()

    @contextmanager
    def reading(self) -> Iterator[View]:
        """One unchanging state of the library, whatever is written meanwhile."""
        with self._connection() as db:
            db.execute("BEGIN")
            yield View(db, self._counts)

    @contextmanager
    def writing(self) -> Iterator[Pen]:
        """One transaction: all of it is stored, with a new generation, or none of it."""
        with self._connection() as db:
            db.execute("BEGIN IMMEDIATE")
            yield Pen(db)
            db.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
            db.execute("COMMIT")

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection that no other thread uses meanwhile. What is not committed at the end is undone."""
        with salvage.translated(self._file):
            with self._lock:
                if self._closed:
                    raise LibraryError("Thư viện đã đóng. Hãy mở lại rồi thử lại.")
                db = self._idle.pop() if self._idle else None
            if db is None:
                db = schema.connect(self._file)
            try:
                yield db
            except sqlite3.DatabaseError:
                db.close()
                raise
            except BaseException:
                self._give_back(db)
                raise
            else:
                self._give_back(db)

    def _give_back(self, db: sqlite3.Connection) -> None:
        with suppress(sqlite3.DatabaseError):
            if db.in_transaction:
                db.execute("ROLLBACK")
            with self._lock:
                if not self._closed:
                    self._idle.append(db)
                    return
        db.close()

    # --- trust

    def is_broken(self) -> bool:
        """Whether SQLite finds its own structure damaged, or rows hang loose. Reads all of it: 2 s for 10,000
        passages."""
        try:
            with self.reading() as view:
                return bool(view.faults())
        except salvage.LibraryDamaged:
            return True

    def salvaged(self) -> Path:
        """Another database beside this one, with all that holds in this, and nothing that is made from it.
        Raises LibraryError where only a backup helps."""
        salvage.salvaged(self._file, self._fresh)
        return self._fresh

    @property
    def _fresh(self) -> Path:
        return self._file.with_name(f"{self._file.name}.new")

    def replace(self, fresh: Path) -> None:
        """Have another database in this one's place, at once. Raises LibraryLocked where a connection to this
        one is in use, here or in another process."""
        self._let_go()
        salvage.put(fresh, self._file)

    def close(self) -> None:
        with self._lock:
            self._closed = True
        self._let_go()

    def _let_go(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for db in idle:
            db.close()


def record_of(id: str, vector: Vectors) -> str:
    """What a passage with this vector is called in Chroma: a passage that got another vector, because
    its article's unit or the encoder changed, is another record there."""
    return _record(id, _blob(vector))


def _record(id: str, vector: bytes) -> str:
    return f"{id}-{sha256(vector).hexdigest()[:8]}"


def term_columns(own: Terms, about: Terms) -> tuple[str, str, str, str]:
    """What the four columns of ``terms`` hold for a passage."""
    return " ".join(own.exact), " ".join(own.folded), " ".join(about.exact), " ".join(about.folded)


def _unknown(id: str) -> UnknownArticle:
    return UnknownArticle(
        f"Không có bài viết nào mang mã “{id}” trong thư viện. Lệnh «articles» liệt kê các mã bài hiện có."
    )


@cache
def _rules() -> str:
    """What changes with the code that finds terms and facts, be its version noted anew or forgotten."""
    code = [indexed.__file__, *sorted(map(str, Path(ingest.__file__).parent.glob("*.py")))]
    return _hash([(Path(file).read_bytes(),) for file in code])[:16]


def _hash(rows: Iterable[Iterable[str | bytes | int | None]]) -> str:
    total = sha256()
    for row in rows:
        for cell in row:
            data = cell if isinstance(cell, bytes) else str(cell).encode("utf-8", "surrogatepass")
            total.update(len(data).to_bytes(8, "little"))
            total.update(data)
    return total.hexdigest()


@_legible
def _fact(row: tuple[str, str, str | None, int, int, str, str, str, str | None]) -> Fact:
    kind, article, unit, start, end, parts, value, subject, when = row
    placed = tuple((Role(role), Span(a, b)) for role, a, b in json.loads(parts))
    return Fact(FactKind[kind], article, unit, Span(start, end), placed, value, subject, when)


_PASSAGE = 'SELECT number, id, article, ordinal, "start", "end", tokens FROM passages'
_HALF = np.dtype("<f2")
# One parameter for a list of any length; SQLite allows 32,766 parameters at most.
_LISTED = "(SELECT value FROM json_each(?))"


def _list(values: Collection[int] | Collection[str]) -> str:
    return json.dumps([v if isinstance(v, str) else int(v) for v in values])


def _blob(vector: Vectors) -> bytes:
    return np.asarray(vector, dtype="<f4").tobytes()


def _condition(where: Filter | None) -> tuple[str, list[str]]:
    """A filter as SQL about the table articles, called ``a``."""
    conditions, values = ["1"], []
    if where is not None:
        if where.articles is not None:
            conditions.append(f"a.id IN {_LISTED}")
            values.append(_list(where.articles))
        if where.units is not None:
            conditions.append(f"unit_key(a.unit) IN {_LISTED}")
            values.append(_list({unit_key(unit) for unit in where.units}))
        if where.published_from is not None:
            conditions.append("a.published >= ?")
            values.append(where.published_from.isoformat())
        if where.published_to is not None:
            conditions.append("a.published <= ?")
            values.append(where.published_to.isoformat())
    return " AND ".join(conditions), values
