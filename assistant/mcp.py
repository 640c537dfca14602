"""The Model Context Protocol, as far as tools need it: a JSON-RPC message in, a reply or none out. Pure.

Nothing is remembered from one message to the next, so there are no sessions, and nothing is ever sent that
was not asked for. A call of a tool is handed back as a ``Call``: whoever runs the tool says what came of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from pydantic import BaseModel, ValidationError

#: The published versions that begin with ``initialize``, oldest first.
VERSIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")

#: JSON-RPC's codes for what is no JSON, no request, no method of ours, and not what the method takes.
NO_JSON, NO_REQUEST, NO_METHOD, WRONG_PARAMS = -32700, -32600, -32601, -32602

Id = str | int
Reply = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tool:
    """What a program may call, with ``arguments`` of that shape."""

    name: str
    title: str
    description: str
    arguments: type[BaseModel]

    def row(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "inputSchema": _bare(self.arguments.model_json_schema()),
            "annotations": {"readOnlyHint": True, "openWorldHint": False},
        }


@dataclass(frozen=True, slots=True)
class Server:
    """Who answers, and with which tools."""

    name: str
    title: str
    version: str
    tools: Sequence[Tool]


@dataclass(frozen=True, slots=True)
class Call:
    """A tool that is to be run, with arguments of its shape."""

    id: Id
    tool: str
    arguments: BaseModel

    def done(self, text: str, structured: dict[str, Any]) -> Reply:
        """The reply where the tool has run."""
        content = [{"type": "text", "text": text}]
        return _result(self.id, {"content": content, "structuredContent": structured, "isError": False})

    def failed(self, words: str) -> Reply:
        """The reply where it could not: for the language model that called it, which may mend its call."""
        return _result(self.id, {"content": [{"type": "text", "text": words}], "isError": True})


def error(id: Id | None, code: int, words: str) -> Reply:
    # A name that was sent may be no text: JSON can write half of a surrogate pair.
    words = words.encode(errors="replace").decode()
    return {"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": words}}


def answer(raw: bytes, server: Server) -> Reply | Call | None:
    """What is to be done about what was sent: a reply, a call, or nothing where no reply is expected."""
    try:
        message = json.loads(raw.decode())
    except (ValueError, RecursionError):
        return error(None, NO_JSON, "Nội dung gửi lên không phải JSON đúng dạng.")
    if isinstance(message, list):
        return error(None, NO_REQUEST, "Hãy gửi mỗi lần một thông điệp, không gửi cả danh sách.")
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        return error(None, NO_REQUEST, "Nội dung gửi lên phải là một thông điệp JSON-RPC 2.0.")
    if "method" not in message and ("result" in message or "error" in message):
        return None  # a reply, though nothing was asked
    method, id = message.get("method"), message.get("id")
    if not isinstance(method, str):
        return error(id if _is_id(id) else None, NO_REQUEST, "Thông điệp thiếu “method”.")
    if "id" not in message:
        return None
    if not _is_id(id):
        return error(None, NO_REQUEST, "“id” phải là chuỗi ký tự hoặc số nguyên.")
    params = message.get("params", {})
    if not isinstance(params, dict):
        return error(id, WRONG_PARAMS, "“params” phải là một đối tượng.")
    match method:
        case "initialize":
            return _initialize(id, params, server)
        case "ping":
            return _result(id, {})
        case "tools/list":
            return _result(id, {"tools": [tool.row() for tool in server.tools]})
        case "tools/call":
            return _call(id, params, server.tools)
    return error(id, NO_METHOD, f"Không có phương thức “{method[:100]}”.")


def _is_id(id: object) -> TypeGuard[Id]:
    if isinstance(id, str):
        return id == id.encode(errors="replace").decode()
    return isinstance(id, int) and not isinstance(id, bool)


def _initialize(id: Id, params: Mapping[str, Any], server: Server) -> Reply:
    """The version that the client names where it is known, else the newest: the client may leave then."""
    version = params.get("protocolVersion")
    if not isinstance(version, str):
        return error(id, WRONG_PARAMS, "Thiếu “protocolVersion”.")
    return _result(
        id,
        {
            "protocolVersion": version if version in VERSIONS else VERSIONS[-1],
            "capabilities": {"tools": {}},
            "serverInfo": {"name": server.name, "title": server.title, "version": server.version},
        },
    )


def _call(id: Id, params: Mapping[str, Any], tools: Sequence[Tool]) -> Reply | Call:
    name = params.get("name")
    tool = next((tool for tool in tools if tool.name == name), None)
    if tool is None:
        return error(id, WRONG_PARAMS, f"Không có công cụ “{str(name)[:100]}”.")
    try:
        return Call(id, tool.name, tool.arguments.model_validate(params.get("arguments", {})))
    except ValidationError as wrong:
        return error(id, WRONG_PARAMS, _wrong(wrong))


def _wrong(wrong: ValidationError) -> str:
    first = wrong.errors(include_url=False, include_context=False, include_input=False)[0]
    field = ".".join(str(part)[:50] for part in first["loc"])
    if not field:
        return "“arguments” phải là một đối tượng."
    match first["type"]:
        case "missing":
            return f"Thiếu “{field}”."
        case "extra_forbidden":
            return f"Không có tham số “{field}”."
    return f"“{field}” không đúng dạng."


def _result(id: Id, result: dict[str, Any]) -> Reply:
    return {"jsonrpc": "2.0", "id": id, "result": result}


def _bare(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema without the names of our classes and what they say to whoever reads the code: a language
    model pays for every word of it."""
    ours = {"title", "description"} if "properties" in schema else {"title"}
    bare = {name: value for name, value in schema.items() if name not in ours}
    for name in ("properties", "$defs"):
        if name in bare:
            bare[name] = {field: _bare(value) for field, value in bare[name].items()}
    return bare
