"""The tables of a library, and how those of older programs become ours."""

from __future__ import annotations

import sqlite3
from hashlib import sha256
from pathlib import Path

from ingest.facts import FACTS_VERSION
from ingest.vietnamese import NORMALISER_VERSION
from vectorstore.types import unit_key

SCHEMA_VERSION = 3
#: The former ones, which are brought to ours when they are opened. The first had no tables of facts and of
#: sentences, which are filled when the library is opened for writing; neither of them kept where an
#: article came from.
_FORMER_SCHEMAS = (1, 2)

#: What an article's seal covers: the first had not the name of its file.
SEAL_VERSION = 2

#: How long a connection waits for another's transaction, in milliseconds. One article is written in
#: a few hundredths of a second; a disk that makes us wait longer than this is in trouble.
BUSY_MS = 15_000

TERMS = (
    """CREATE VIRTUAL TABLE terms USING fts5(
        exact, folded, about_exact, about_folded,
        tokenize = "unicode61 remove_diacritics 0 tokenchars '_'"
    )""",
    "CREATE VIRTUAL TABLE vocabulary USING fts5vocab(terms, 'col')",
)

FACTS = """CREATE TABLE facts (
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
SENTENCES = """CREATE TABLE IF NOT EXISTS sentences (
        passage INTEGER PRIMARY KEY REFERENCES passages(number) ON DELETE CASCADE,
        vectors BLOB NOT NULL
    )"""

# Where the articles come from: ``file`` is a document's path, inside an archive the archive's path and its
# own in there; ``container`` the file on the disk, ``sha256`` that of its bytes when it was read by the
# version ``readers`` of the readers. An article stays as long as one file holds it.
_SOURCES = (
    """CREATE TABLE sources (
        file TEXT PRIMARY KEY,
        container TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        readers INTEGER NOT NULL,
        article TEXT NOT NULL REFERENCES articles(id) ON DELETE CASCADE
    ) WITHOUT ROWID""",
    "CREATE INDEX sources_container ON sources (container)",
    "CREATE INDEX sources_article ON sources (article)",
    "CREATE INDEX articles_original ON articles (original)",
)

# What an article is kept with: the pages its positions stand on, the copy of its document in the library,
# what the document says of itself, where people have put something else, and when it came. Then what tells
# that nothing of it changed since: ``seal`` for what cannot be made again, ``indexed`` for its terms and
# facts, ``embedded`` for the vectors of its sentences; none where an older program stored it.
_KEPT_WITH = (
    ("pages", "TEXT NOT NULL DEFAULT '[]'"),
    ("original", "TEXT"),
    ("said", "TEXT NOT NULL DEFAULT '{}'"),
    ("added", "TEXT"),
    ("seal", "TEXT"),
    ("indexed", "TEXT"),
    ("embedded", "TEXT"),
)

_SCHEMA = (
    """CREATE TABLE meta (
        key TEXT PRIMARY KEY,
        value NOT NULL
    ) WITHOUT ROWID""",
    f"""CREATE TABLE articles (
        id TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        published TEXT,
        author TEXT,
        source TEXT,
        unit TEXT,
        file TEXT NOT NULL UNIQUE,
        digest TEXT NOT NULL UNIQUE,
        {", ".join(" ".join(column) for column in _KEPT_WITH)}
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
        ('facts', {FACTS_VERSION}), ('sentences', 1), ('sealed', {SEAL_VERSION}),
        ('library', lower(hex(randomblob(16))))""",
    *TERMS,
    FACTS,
    SENTENCES,
    *_SOURCES,
)


class Foreign(sqlite3.DatabaseError):
    """A database, but of another program."""


def connect(file: Path) -> sqlite3.Connection:
    # Each connection serves one thread at a time, but not always the same one.
    db = sqlite3.connect(file, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA foreign_keys = ON")
        # What was said to be stored stays through a power cut: one more wait for the disk an article, which
        # took many times as long to embed.
        db.execute("PRAGMA synchronous = FULL")
        db.create_function("unit_key", 1, lambda unit: unit and unit_key(unit), deterministic=True)
    except BaseException:
        db.close()
        raise
    return db


def prepare(db: sqlite3.Connection) -> None:
    """Make the tables, or those that an older program did not make; of several that try at once, one does.
    Tables of a schema that is not known are left alone."""
    if schema_of(db) not in (None, *_FORMER_SCHEMAS):
        return
    write_ahead(db)
    db.execute("BEGIN IMMEDIATE")
    match schema_of(db):
        case None:
            make(db)
        case former if former in _FORMER_SCHEMAS:
            for name, type in _KEPT_WITH:
                db.execute(f"ALTER TABLE articles ADD COLUMN {name} {type}")
            for statement in _SOURCES:
                db.execute(statement)
            db.execute("INSERT INTO sources SELECT file, file, '', 0, id FROM articles")
            db.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (SCHEMA_VERSION,))
            note(db)
    db.execute("COMMIT")


def write_ahead(db: sqlite3.Connection) -> None:
    """Have readers go on while one writes."""
    if db.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        db.execute("PRAGMA journal_mode = WAL")


def make(db: sqlite3.Connection) -> None:
    """The tables of an empty library."""
    for statement in _SCHEMA:
        db.execute(statement)
    note(db)


def note(db: sqlite3.Connection) -> None:
    """Note what the tables are, after a change of them."""
    db.execute("INSERT OR REPLACE INTO meta VALUES ('tables', ?)", (_tables(db),))


def is_as_noted(db: sqlite3.Connection) -> bool:
    """Whether the tables are what they were made as: a letter of their description that has changed would
    give what they hold another meaning."""
    noted = db.execute("SELECT value FROM meta WHERE key = 'tables'").fetchone()
    return noted is None or noted[0] == _tables(db)


def _tables(db: sqlite3.Connection) -> str:
    described = db.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name, type"
    ).fetchall()
    return sha256(repr(described).encode()).hexdigest()


def schema_of(db: sqlite3.Connection) -> int | None:
    """The version of the tables, None where there are none. Raises Foreign for other tables than ours."""
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return None
    if not {"meta", "articles", "passages"} <= tables:
        raise Foreign("not a library")
    row = db.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    if row is None:
        raise Foreign("no version")
    try:
        return int(row[0])
    except (TypeError, ValueError) as e:
        raise Foreign("no version") from e
