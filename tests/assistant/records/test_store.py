"""What is written is kept or taken back whole; and whoever changes something says so."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT

#: What is written without a word, and why.
SILENT = {
    "conversations.keep": "the question is in the log with its passages",
    "entrance.come_in": "whoever comes in is told by the page that lets them in, with the address",
    "reviews.drop_draft": "a paper that its writer works on",
    "reviews.keep_draft": "a paper that its writer works on",
    "sessions.begin": "told as coming in",
    "sessions.end": "told as going out",
    "sessions.end_all": "part of a restore",
    "sessions.used": "nobody changes anything",
}


def functions() -> Iterator[tuple[str, str]]:
    """The functions of the records, each with its source."""
    for file in sorted((ROOT / "assistant" / "records").glob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                yield f"{file.stem}.{node.name}", ast.unparse(node)


def test_every_change_is_told_by_the_function_that_makes_it() -> None:
    writing = {name: source for name, source in functions() if ".writing()" in source}
    assert len(writing) > 20
    told = {name for name, source in writing.items() if "store.tell(" in source}
    assert writing.keys() - told == SILENT.keys()


@pytest.mark.parametrize("source", [source for _, source in functions() if "store.tell(" in source])
def test_a_change_is_told_after_it_is_kept(source: str) -> None:
    """Within it, what is told might still be taken back."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.With) and ".writing()" in ast.unparse(node.items[0]):
            assert "store.tell(" not in ast.unparse(node)
