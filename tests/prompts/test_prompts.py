"""Wording is text with strict variables."""

from __future__ import annotations

from importlib import resources

import pytest

import prompts


def test_a_prompt_is_filled_in() -> None:
    assert "“Sông Lam”" in prompts.load("missing_name").fill(names="“Sông Lam”")


def test_a_missing_and_an_unknown_variable_are_both_named() -> None:
    with pytest.raises(ValueError, match=r"missing \['names'\], unknown \['who'\]"):
        prompts.load("missing_name").fill(who="x")


def test_an_unknown_prompt_lists_those_there_are() -> None:
    with pytest.raises(ValueError, match="refusal"):
        prompts.load("no_such_prompt")


def test_every_prompt_loads_and_ends_without_a_line_break() -> None:
    files = [f.name for f in resources.files("prompts").iterdir() if f.name.endswith(".txt")]
    assert files
    for file in files:
        prompt = prompts.load(file.removesuffix(".txt"))
        assert prompt.text
        assert prompt.text == prompt.text.strip()
