"""Libraries as earlier versions of the program left them."""

from __future__ import annotations

import sqlite3
from pathlib import Path


def without_facts(file: Path) -> None:
    """The catalogue in ``file`` as if the facts of its articles had never been kept."""
    with sqlite3.connect(file) as db:
        db.execute("DROP TABLE facts")
        db.execute("DELETE FROM meta WHERE key IN ('facts', 'tables')")
    db.close()


def as_earlier_programs_left_it(file: Path, schema: int) -> None:
    """The catalogue in ``file`` without what came with the third schema, and the second."""
    if schema == 1:
        without_facts(file)
    with sqlite3.connect(file) as db:
        db.execute("DROP TABLE sources")
        db.execute("DROP INDEX articles_original")
        for column in ("pages", "original", "said", "added", "seal", "indexed", "embedded"):
            db.execute(f"ALTER TABLE articles DROP COLUMN {column}")
        db.execute("DELETE FROM meta WHERE key IN ('sealed', 'tables')")
        db.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (schema,))
    db.close()


def with_former_seals(file: Path) -> None:
    """The catalogue in ``file`` with seals that only the program which made them could compare."""
    with sqlite3.connect(file) as db:
        db.execute("UPDATE articles SET seal = substr(seal, 3)")
        db.execute("UPDATE meta SET value = 1 WHERE key = 'sealed'")
    db.close()
