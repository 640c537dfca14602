"""What people leave behind, beside the library: their accounts, conversations, notebooks and reviews, in one
SQLite file of its own in the library's folder. ``store`` opens it; each other file here has the tables of one
matter and the functions that read and write them. Nothing here knows of pages."""

from __future__ import annotations

from pathlib import Path

from assistant.records.store import Store, Told, nobody


def records(home: Path, told: Told = nobody) -> Store:
    """The records in the library's folder, with the tables of every matter. ``told`` hears of each change."""
    # Here, since what is kept may itself say words to a visitor, who has an account.
    from assistant.records import (
        accounts,
        conversations,
        entrance,
        materials,
        notebooks,
        reviews,
        sessions,
    )

    matters = (accounts, sessions, entrance, conversations, notebooks, reviews, materials)
    return Store(home, *(matter.TABLES for matter in matters), told=told)
