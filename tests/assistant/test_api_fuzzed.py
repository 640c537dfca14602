"""What nobody would send: the routes for programs, on the real application with a real library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode, checks
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi import checks as described

from assistant.answer import Assistant
from tests.assistant.test_api import served
from vectorstore import encoders
from vectorstore.library import Library


@pytest.fixture(scope="module")
def real(samples_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    with Library.open(samples_home, encoders.load()) as library:
        yield served(Assistant(library), library, tmp_path_factory.mktemp("Nep"))


@pytest.fixture(scope="module")
def described_by_itself(real: FastAPI) -> BaseSchema:
    config = schemathesis.Config.from_dict({"base-url": "http://127.0.0.1"})
    return schemathesis.openapi.from_asgi("/openapi.json", real, config=config, headers={"host": "127.0.0.1"})


CHECKS = [
    checks.not_a_server_error,
    described.status_code_conformance,
    described.content_type_conformance,
    described.response_headers_conformance,
    described.response_schema_conformance,
    described.negative_data_rejection,
]
OPERATIONS = [
    ("/api/ask", "POST"),
    ("/api/articles", "GET"),
    ("/api/articles/{id}", "GET"),
    ("/health", "GET"),
    ("/v1/models", "GET"),
    ("/v1/chat/completions", "POST"),
]


def test_these_are_all_that_is_described(described_by_itself: BaseSchema) -> None:
    paths = described_by_itself.raw_schema["paths"]
    assert {(path, method.upper()) for path in paths for method in paths[path]} == set(OPERATIONS)


# A GET sends nothing that could be wrong.
INPUTS = [
    (*operation, mode)
    for operation in OPERATIONS
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or operation[1] == "POST"
]


@pytest.mark.parametrize(("path", "method", "mode"), INPUTS)
def test_every_input_is_answered_as_described_and_none_breaks_the_server(
    described_by_itself: BaseSchema, path: str, method: str, mode: GenerationMode
) -> None:
    @given(described_by_itself[path][method].as_strategy(mode))
    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    def every_one(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(checks=CHECKS)

    every_one()
