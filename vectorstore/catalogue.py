"""SQLite: articles, passages, vectors, terms and facts. The one source of truth; the rest is derived.

Every change is one transaction, so what a reader sees is always a whole state: all of an article or
nothing of it. Readers in any thread or process go on reading while one process writes (WAL).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt

from ingest.errors import LibraryError, UnknownArticle
from ingest.facts import FACTS_VERSION, Fact, FactKind, Role, facts
from ingest.types import Article, Block, Passage, Span
from ingest.vietnamese import NORMALISER_VERSION, Terms, fold
from vectorstore.types import Filter, Vectors

SCHEMA_VERSION = 2
#: Without tables of facts and of sentences: read as it is, and given them when it is opened for writing.
_FORMER_SCHEMA = 1

#: How long a connection waits for another's transaction, in milliseconds. One article is written in
#: a few hundredths of a second; a disk that makes us wait longer than this is in trouble.
BUSY_MS = 15_000

#: Distinct terms of a question that are looked up. Real questions have 10 to 40; a pasted page of
#: thousands would cost seconds and means no more for it.
QUERY_TERMS = 128

_TERMS = (
    """CREATE VIRTUAL TABLE terms USING fts5(
        exact, folded, about_exact, about_folded,
        tokenize = "unicode61 remove_diacritics 0 tokenchars '_'"
    )""",
    "CREATE VIRTUAL TABLE vocabulary USING fts5vocab(terms, 'col')",
)

_FACTS = """CREATE TABLE facts (
        article TEXT NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        kind TEXT NOT NULL,
        unit TEXT,
        "start" INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        parts TEXT NOT NULL,
        value TEXT NOT NULL,
        subject TEXT NOT NULL,
        "when" TEXT,
        PRIMARY KEY (article, ordinal)
    ) WITHOUT ROWID"""

# The vectors of a passage's sentences one after the other, in half precision; none for one sentence alone.
_SENTENCES = """CREATE TABLE IF NOT EXISTS sentences (
        passage INTEGER PRIMARY KEY REFERENCES passages(number) ON DELETE CASCADE,
        vectors BLOB NOT NULL
    )"""

_SCHEMA = (
    """CREATE TABLE meta (
        key TEXT PRIMARY KEY,
        value NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE articles (
        id TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        published TEXT,
        author TEXT,
        source TEXT,
        unit TEXT,
        file TEXT NOT NULL UNIQUE,
        digest TEXT NOT NULL UNIQUE
    )""",
    """CREATE TABLE blocks (
        article TEXT NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        kind TEXT NOT NULL,
        "start" INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        PRIMARY KEY (article, ordinal)
    ) WITHOUT ROWID""",
    """CREATE TABLE passages (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        article TEXT NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        "start" INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        tokens INTEGER NOT NULL,
        record TEXT NOT NULL UNIQUE,
        UNIQUE (article, ordinal)
    )""",
    """CREATE TABLE vectors (
        passage INTEGER PRIMARY KEY REFERENCES passages(number) ON DELETE CASCADE,
        vector BLOB NOT NULL
    )""",
    f"""INSERT INTO meta VALUES
        ('schema', {SCHEMA_VERSION}), ('generation', 0), ('normaliser', {NORMALISER_VERSION}),
        ('facts', {FACTS_VERSION}), ('sentences', 1), ('library', lower(hex(randomblob(16))))""",
    *_TERMS,
    _FACTS,
    _SENTENCES,
)

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Meta:
    """Who built this library. ``encoder`` and ``dimensions`` are None until the first passage is
    stored, ``facts`` (whose rules found the facts) where none are kept; ``sentences`` says whether every
    passage has the vectors of its sentences; ``generation`` rises with every change; ``library`` names this
    library among others."""

    library: str
    generation: int
    schema: int
    normaliser: int
    facts: int | None
    sentences: bool
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


class View:
    """The library as it is at one moment; see ``Catalogue.reading``."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def meta(self) -> Meta:
        kept = dict(self._db.execute("SELECT key, value FROM meta"))
        return Meta(
            library=kept["library"],
            generation=kept["generation"],
            schema=kept["schema"],
            normaliser=kept["normaliser"],
            facts=kept.get("facts"),
            sentences=bool(kept.get("sentences")),
            encoder=kept.get("encoder"),
            dimensions=kept.get("dimensions"),
        )

    def generation(self) -> int:
        row = self._db.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
        return int(row[0])

    # --- articles

    def articles(self, where: Filter | None = None) -> list[Article]:
        """The articles that pass the filter, by id."""
        condition, values = _condition(where)
        ids = self._db.execute(f"SELECT id FROM articles a WHERE {condition} ORDER BY id", values)
        return [self.article(id) for (id,) in ids.fetchall()]

    def units(self) -> list[str]:
        """The offices that the articles are about, each once, in order of the alphabet."""
        rows = self._db.execute("SELECT DISTINCT unit FROM articles WHERE unit IS NOT NULL ORDER BY unit")
        return [unit for (unit,) in rows]

    def article(self, id: str) -> Article:
        """Raises UnknownArticle."""
        row = self._db.execute(
            "SELECT id, title, text, published, author, source, unit, file, digest "
            "FROM articles WHERE id = ?",
            (id,),
        ).fetchone()
        if row is None:
            raise UnknownArticle(
                f"Không có bài viết nào mang mã “{id}” trong thư viện. "
                "Lệnh «articles» liệt kê các mã bài hiện có."
            )
        blocks = self._db.execute(
            'SELECT kind, "start", "end" FROM blocks WHERE article = ? ORDER BY ordinal', (id,)
        )
        return Article(
            id=row[0],
            title=row[1],
            text=row[2],
            blocks=tuple(Block(*block) for block in blocks),
            published=date.fromisoformat(row[3]) if row[3] else None,
            author=row[4],
            source=row[5],
            unit=row[6],
            file=row[7],
            digest=row[8],
        )

    def has_article(self, id: str) -> bool:
        return self._db.execute("SELECT 1 FROM articles WHERE id = ?", (id,)).fetchone() is not None

    def article_of_file(self, file: str) -> str | None:
        return self._one("SELECT id FROM articles WHERE file = ?", file)

    def article_of_digest(self, digest: str) -> str | None:
        return self._one("SELECT id FROM articles WHERE digest = ?", digest)

    def _one(self, query: str, value: str) -> str | None:
        row = self._db.execute(query, (value,)).fetchone()
        return None if row is None else str(row[0])

    # --- passages

    def passages_of(self, article: str) -> list[Passage]:
        """The passages of one article in reading order."""
        rows = self._db.execute(f"{_PASSAGE} WHERE article = ? ORDER BY ordinal", (article,))
        return [Passage(*row[1:]) for row in rows]

    def passages(self, numbers: Collection[int]) -> dict[int, Passage]:
        """The passages of these numbers; a number that is gone is left out."""
        rows = self._db.execute(f"{_PASSAGE} WHERE number IN {_LISTED}", (_list(numbers),))
        return {row[0]: Passage(*row[1:]) for row in rows}

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
        exact, folded = self._telling(terms.exact, "exact"), self._telling(terms.folded, "folded")
        scores: dict[int, float] = {}
        for columns in ("{exact}", "{folded}"), ("{exact about_exact}", "{folded about_folded}"):
            query = [f"{c} : ({t})" for c, t in zip(columns, (exact, folded), strict=True) if t]
            if query:
                rows = self._db.execute(
                    "SELECT rowid, -bm25(terms) FROM terms WHERE terms MATCH ?", (" OR ".join(query),)
                )
                for number, score in rows:
                    scores[number] = scores.get(number, 0.0) + score
        return scores

    def _telling(self, terms: Sequence[str], column: str) -> str:
        """An FTS5 query for any of the terms, those left out that stand in more than half of all
        passages: BM25 gives them no weight, and they take most of the time."""
        some = list(dict.fromkeys(terms))[:QUERY_TERMS]
        frequency, half = self.frequency(some, column), self.count() / 2
        return " OR ".join(f'"{term}"' for term in some if frequency[term] <= half)

    def frequency(self, terms: Collection[str], column: str) -> dict[str, int]:
        """In how many passages each of these terms stands, in the column ``exact`` or ``folded``."""
        rows = self._db.execute(
            f"SELECT term, doc FROM vocabulary WHERE term IN {_LISTED} AND col = ?", (_list(terms), column)
        )
        return dict.fromkeys(terms, 0) | dict(rows)

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
        meta = self.meta()
        return meta.schema == SCHEMA_VERSION and meta.facts == FACTS_VERSION

    # --- trust

    def faults(self) -> list[str]:
        """What SQLite itself finds wrong, and rows that hang loose; empty where all is well."""
        found = [
            f"Cơ sở dữ liệu bị hỏng: {line}."
            for (line,) in self._db.execute("PRAGMA integrity_check")
            if line != "ok"
        ]
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

    def store(self, article: Article, entries: Sequence[Entry]) -> None:
        """The article, its passages and its facts, in place of what was stored under its id."""
        if self.has_article(article.id):
            self.remove(article.id)
        published = article.published.isoformat() if article.published else None
        self._db.execute(
            "INSERT INTO articles (id, title, text, published, author, source, unit, file, digest) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                article.id,
                article.title,
                article.text,
                published,
                article.author,
                article.source,
                article.unit,
                article.file,
                article.digest,
            ),
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
        self._put_facts(article)

    def _put_facts(self, article: Article) -> None:
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

    def renew_facts(self) -> None:
        """The facts of every article found anew, whatever became of the table that held them."""
        self._db.execute("DROP TABLE IF EXISTS facts")
        self._db.execute(_FACTS)
        for article in self.articles():
            self._put_facts(article)
        self._db.executemany(
            "INSERT OR REPLACE INTO meta VALUES (?, ?)",
            [("schema", SCHEMA_VERSION), ("facts", FACTS_VERSION)],
        )

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
        self._db.execute(_SENTENCES)

    def keep_sentences(self) -> None:
        """Note that every passage has the vectors of its sentences."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES ('sentences', 1)")

    def clear_terms(self) -> None:
        """No terms at all, whatever became of the table that held them."""
        self._db.execute("DROP TABLE vocabulary")
        self._db.execute("DROP TABLE terms")
        for statement in _TERMS:
            self._db.execute(statement)

    def put_terms(self, number: int, own: Terms, about: Terms) -> None:
        """The terms of a passage that has none."""
        self._db.execute(
            "INSERT INTO terms (rowid, exact, folded, about_exact, about_folded) VALUES (?, ?, ?, ?, ?)",
            (number, *term_columns(own, about)),
        )

    def move(self, article: str, file: str) -> None:
        """Note that the article's file is now called ``file``."""
        self._db.execute("UPDATE articles SET file = ? WHERE id = ?", (file, article))

    def remove(self, article: str) -> None:
        """Leave nothing of the article. Raises UnknownArticle."""
        self.article(article)
        self._db.execute(
            "DELETE FROM terms WHERE rowid IN (SELECT number FROM passages WHERE article = ?)", (article,)
        )
        self._db.execute("DELETE FROM articles WHERE id = ?", (article,))


class Catalogue:
    """The database file, and as many connections to it as there are readers at one time."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._idle: list[sqlite3.Connection] = []
        self._lock = Lock()
        self._closed = False

    @classmethod
    def open(cls, file: Path) -> Catalogue:
        """The catalogue in that file, made where there is none. One that was made before facts were kept
        opens too; see ``mend``. Raises LibraryError."""
        catalogue = cls(file)
        with catalogue._connection() as db:
            _prepare(db)
        with catalogue.reading() as view:
            schema = view.meta().schema
        if schema not in (_FORMER_SCHEMA, SCHEMA_VERSION):
            catalogue.close()
            raise LibraryError(
                "Thư viện này do một phiên bản khác của chương trình tạo ra "
                f"(cấu trúc {schema}, chương trình dùng cấu trúc {SCHEMA_VERSION}). "
                "Hãy dùng đúng phiên bản đó, hoặc nạp lại các bài vào một thư viện mới."
            )
        return catalogue

    def mend(self) -> None:
        """Make the tables that an older library lacks, and find the facts of all articles where those kept
        are not what our rules find: in one transaction, so that whoever dies or reads meanwhile has the
        library as it was. For the one process that writes."""
        with self.reading() as view:
            has_facts, has_sentences = view.keeps_facts(), view.has_sentences()
        if has_facts and has_sentences:
            return
        with self.writing() as pen:
            pen.make_sentences()
            if not has_facts:
                pen.renew_facts()

    @contextmanager
    def reading(self) -> Iterator[View]:
        """One unchanging state of the library, whatever is written meanwhile."""
        with self._connection() as db:
            db.execute("BEGIN")
            try:
                yield View(db)
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[Pen]:
        """One transaction: all of it is stored, with a new generation, or none of it."""
        with self._connection() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield Pen(db)
                db.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection that no other thread uses meanwhile."""
        with _translated(self._file):
            with self._lock:
                if self._closed:
                    raise LibraryError("Thư viện đã đóng. Hãy mở lại rồi thử lại.")
                db = self._idle.pop() if self._idle else None
            if db is None:
                db = _connect(self._file)
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
        with self._lock:
            if not self._closed:
                self._idle.append(db)
                return
        db.close()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for db in idle:
            db.close()


def record_of(id: str, vector: Vectors) -> str:
    """What a passage with this vector is called in Chroma: a passage that got another vector, because
    its article's unit or the encoder changed, is another record there."""
    return f"{id}-{sha256(_blob(vector)).hexdigest()[:8]}"


def term_columns(own: Terms, about: Terms) -> tuple[str, str, str, str]:
    """What the four columns of ``terms`` hold for a passage."""
    return " ".join(own.exact), " ".join(own.folded), " ".join(about.exact), " ".join(about.folded)


def unit_key(unit: str) -> str:
    """What units are compared by: neither case, marks nor blanks tell them apart."""
    return " ".join(fold(unit).split())


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


def _connect(file: Path) -> sqlite3.Connection:
    # Each connection serves one thread at a time, but not always the same one.
    db = sqlite3.connect(file, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA foreign_keys = ON")
    # In WAL mode NORMAL keeps the file whole through a power cut; only the last commits may be lost.
    db.execute("PRAGMA synchronous = NORMAL")
    db.create_function("unit_key", 1, lambda unit: unit and unit_key(unit), deterministic=True)
    return db


def _prepare(db: sqlite3.Connection) -> None:
    """Make the tables, unless they are there; of several that try at once, one does."""
    if _is_prepared(db):
        return
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("BEGIN IMMEDIATE")
    if _is_prepared(db):
        db.execute("ROLLBACK")
        return
    for statement in _SCHEMA:
        db.execute(statement)
    db.execute("COMMIT")


def _is_prepared(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone() is not None


@contextmanager
def _translated(file: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as e:
        if "locked" in str(e):
            raise LibraryError(
                "Thư viện đang bận ghi quá lâu. Hãy đợi việc nạp bài đang chạy xong rồi thử lại."
            ) from e
        raise LibraryError(
            f"Không đọc hoặc ghi được thư viện {file} ({e}). "
            "Hãy kiểm tra quyền ghi và dung lượng trống của ổ đĩa."
        ) from e
    except sqlite3.DatabaseError as e:
        raise LibraryError(
            f"Tệp thư viện {file} bị hỏng ({e}). "
            "Hãy chép lại bản sao lưu, hoặc xóa thư mục thư viện và nạp lại các bài."
        ) from e
