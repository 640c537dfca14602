"""The Model Context Protocol: the messages by themselves, and over the real application."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from assistant import api, mcp
from assistant.answer import Assistant
from assistant.export import answer_row
from assistant.types import Turn
from ingest.errors import BadQuestion, NepError
from tests.assistant.office import Office, Reply
from tests.assistant.test_api import DAY, FOREIGN, ODD, QUESTION, REPLY, served
from vectorstore import encoders
from vectorstore.library import Library

SERVER = mcp.Server("nep", "Nếp", "1.2.3", api.TOOLS)


def message(method: str, params: object = None, **others: object) -> dict[str, Any]:
    sent = {"jsonrpc": "2.0", "id": 1, "method": method} | others
    return sent if params is None else sent | {"params": params}


def answer(sent: object) -> Any:
    return mcp.answer(json.dumps(sent).encode(), SERVER)


def call(tool: str, **arguments: object) -> dict[str, Any]:
    return message("tools/call", {"name": tool, "arguments": arguments})


# --- messages --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", mcp.VERSIONS)
def test_a_published_version_is_spoken_as_it_is_named(version: str) -> None:
    result = answer(message("initialize", {"protocolVersion": version}))["result"]
    assert result["protocolVersion"] == version
    assert result["capabilities"] == {"tools": {}}
    assert result["serverInfo"] == {"name": "nep", "title": "Nếp", "version": "1.2.3"}


@pytest.mark.parametrize("version", ["2020-01-01", "2099-01-01", ""])
def test_to_any_other_version_the_newest_is_offered(version: str) -> None:
    result = answer(message("initialize", {"protocolVersion": version}))["result"]
    assert result["protocolVersion"] == mcp.VERSIONS[-1]


@pytest.mark.parametrize("id", [0, 1, -7, "a", "ă", ""])
def test_a_reply_has_the_id_of_its_request(id: object) -> None:
    assert answer(message("ping", id=id)) == {"jsonrpc": "2.0", "id": id, "result": {}}


@pytest.mark.parametrize(
    "sent",
    [
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}},
        {"jsonrpc": "2.0", "method": "tools/call", "params": {"name": "ask"}},
        {"jsonrpc": "2.0", "id": 1, "result": {}},
    ],
)
def test_what_expects_no_reply_has_none(sent: object) -> None:
    assert answer(sent) is None


def test_the_tools_are_described_in_vietnamese_and_in_few_words() -> None:
    tools = answer(message("tools/list"))["result"]["tools"]
    assert [tool["name"] for tool in tools] == ["ask", "search"]
    for tool in tools:
        schema = tool["inputSchema"]
        assert (schema["type"], schema["required"]) == ("object", ["question"])
        assert not {"title", "description"} & set(schema)
        for told in (tool["description"], *(p["description"] for p in schema["properties"].values())):
            assert not told.isascii()
            assert len(told) < 120
    k = tools[1]["inputSchema"]["properties"]["k"]
    assert (k["type"], k["minimum"], k["maximum"]) == ("integer", 1, 20)


def test_a_call_is_handed_on_with_its_arguments() -> None:
    asked = answer(call("ask", question="b", history=[{"role": "user", "content": "a"}]))
    said = [api.Said(role="user", content="a")]
    assert asked == mcp.Call(1, "ask", api.Questioned(question="b", history=said))
    assert answer(call("search", question="b")).arguments.k == 5


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", mcp.NO_JSON),
        (b"{", mcp.NO_JSON),
        (b"\xff", mcp.NO_JSON),
        (b"[" * 100_000, mcp.NO_JSON),
        (b"1" * 5_000, mcp.NO_JSON),
        (b"1", mcp.NO_REQUEST),
        (b"{}", mcp.NO_REQUEST),
        (b'{"jsonrpc": "1.0", "id": 1, "method": "ping"}', mcp.NO_REQUEST),
        (b'{"jsonrpc": "2.0", "id": 1}', mcp.NO_REQUEST),
        (b'{"jsonrpc": "2.0", "id": 1, "method": 2}', mcp.NO_REQUEST),
        (b'{"jsonrpc": "2.0", "id": null, "method": "ping"}', mcp.NO_REQUEST),
        (b'{"jsonrpc": "2.0", "id": true, "method": "ping"}', mcp.NO_REQUEST),
        (b'{"jsonrpc": "2.0", "id": "\\ud800", "method": "ping"}', mcp.NO_REQUEST),
        (b'[{"jsonrpc": "2.0", "id": 1, "method": "ping"}]', mcp.NO_REQUEST),
        (b"[]", mcp.NO_REQUEST),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "\\ud800"}', mcp.NO_METHOD),
    ],
)
def test_what_is_no_message_is_told_so(raw: bytes, code: int) -> None:
    reply = mcp.answer(raw, SERVER)
    assert isinstance(reply, dict)
    assert reply["error"]["code"] == code
    json.dumps(reply, ensure_ascii=False).encode()


@pytest.mark.parametrize("method", ["resources/list", "server/discover", "notifications/initialized"])
def test_another_method_is_not_found(method: str) -> None:
    assert answer(message(method))["error"]["code"] == mcp.NO_METHOD


@pytest.mark.parametrize(
    "sent",
    [
        message("ping", [1]),
        message("initialize", {}),
        message("tools/call", {}),
        message("tools/call", {"name": ["ask"]}),
        message("tools/call", {"name": "ask"}),
        message("tools/call", {"name": "ask", "arguments": ["a"]}),
        call("xoa", question="a"),
        call("ask", question=1),
        call("ask", question="\ud800"),
        call("ask", question="a", history=[{"role": "system", "content": "b"}]),
        call("ask", question="a", khac=1),
        call("search", question="a", k=0),
        call("search", question="a", k=21),
        call("search", question="a", k="5"),
    ],
)
def test_what_a_method_does_not_take_is_named(sent: dict[str, Any]) -> None:
    reply = answer(sent)
    assert (reply["id"], reply["error"]["code"]) == (1, mcp.WRONG_PARAMS)
    assert not reply["error"]["message"].isascii()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
METHODS = st.sampled_from(["initialize", "ping", "tools/list", "tools/call", "notifications/x"]) | st.text()


@given(
    JSON
    | st.fixed_dictionaries(
        {"jsonrpc": st.just("2.0"), "method": METHODS | JSON},
        optional={
            "id": JSON,
            "params": JSON | st.fixed_dictionaries({"name": st.just("search"), "arguments": JSON}),
        },
    )
)
def test_whatever_is_sent_is_answered_with_json_or_not_at_all(sent: object) -> None:
    reply = mcp.answer(json.dumps(sent).encode(), SERVER)
    if isinstance(reply, dict):
        assert ("result" in reply) != ("error" in reply)
        json.dumps(reply, ensure_ascii=False).encode()


# --- over the application ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def office() -> Office:
    replies: dict[str, Reply] = {
        QUESTION: REPLY,
        "": BadQuestion("Câu hỏi đang trống."),
        "hỏng": NepError("Kho hỏng."),
        "bí": RuntimeError("mật"),
    }
    return Office([DAY, ODD], replies)


@pytest.fixture(scope="module")
def client(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    application = served(office, office, tmp_path_factory.mktemp("Nep"))
    with TestClient(application, "http://127.0.0.1:7860", raise_server_exceptions=False) as client:
        yield client


def result(client: TestClient, sent: object) -> Any:
    got = client.post("/mcp", json=sent)
    assert got.status_code == 200
    return got.json()["result"]


def test_an_answer_is_text_with_sources_and_the_row_of_the_command_line(client: TestClient) -> None:
    got = result(client, call("ask", question=QUESTION))
    assert got["content"] == [{"type": "text", "text": api.content(REPLY)}]
    assert got["structuredContent"] == json.loads(json.dumps(answer_row(REPLY)))
    assert got["isError"] is False


def test_what_was_said_before_goes_with_the_question(client: TestClient, office: Office) -> None:
    said = [
        {"role": "user", "content": QUESTION},
        {"role": "assistant", "content": api.content(REPLY)},
    ]
    got = result(client, call("ask", question="Còn gì nữa?", history=said))
    assert got["structuredContent"]["status"] == "refused"
    assert office.asked[-1] == ("Còn gì nữa?", (Turn("user", QUESTION), Turn("assistant", REPLY.text)))


def test_passages_are_found(client: TestClient) -> None:
    got = result(client, call("search", question=QUESTION, k=1))
    assert got["structuredContent"]["passages"] == [
        {
            "article": "ngay-vui",
            "title": "Ngày vui",
            "published": "2020-10-16",
            "page": None,
            "start": 0,
            "end": len(DAY.text),
            "text": DAY.text,
            "score": 1.0,
        }
    ]
    assert got["content"][0]["text"] == f"[1] Ngày vui · 16/10/2020\n{DAY.text}"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (call("ask", question=""), "Câu hỏi đang trống."),
        (call("ask", question="hỏng"), "Kho hỏng."),
        (call("ask", question="bí"), "Nếp gặp lỗi ngoài dự kiến."),
        (call("search", question=" "), "Câu hỏi đang trống."),
        (call("search", question="12"), "Câu hỏi chưa có chữ nào."),
        (call("search", question="a" * 100_000), "Câu hỏi dài"),
    ],
)
def test_what_a_tool_cannot_do_is_a_result_that_says_so(
    client: TestClient, sent: dict[str, Any], words: str
) -> None:
    got = result(client, sent)
    assert got["isError"] is True
    assert got["content"][0]["text"].startswith(words)
    assert "mật" not in got["content"][0]["text"]


def test_what_expects_no_reply_is_accepted(client: TestClient) -> None:
    got = client.post("/mcp", json={"jsonrpc": "2.0", "method": "notifications/initialized"})
    assert (got.status_code, got.content) == (202, b"")


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_nothing_but_posting_is_offered(client: TestClient, method: str) -> None:
    got = client.request(method, "/mcp")
    assert (got.status_code, got.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"content": b"{"}, 400),
        ({"json": [message("ping")]}, 400),
        ({"json": message("ping"), "headers": {"mcp-protocol-version": "2099-01-01"}}, 400),
        ({"content": b"{}", "headers": {"content-type": "text/plain"}}, 415),
        ({"content": b" " * (1 << 21)}, 413),
        ({"content": (b" " * (1 << 20) for _ in range(2))}, 413),
        *(({"json": message("ping"), "headers": headers}, 403) for headers in FOREIGN),
    ],
)
def test_what_is_not_taken_is_json_rpc_s_error(client: TestClient, sent: dict[str, Any], status: int) -> None:
    headers = {"content-type": "application/json"} | sent.pop("headers", {})
    got = client.post("/mcp", headers=headers, **sent)
    assert got.status_code == status
    reply = got.json()
    assert (reply["jsonrpc"], reply["id"]) == ("2.0", None)
    assert reply["error"]["code"] in (mcp.NO_JSON, mcp.NO_REQUEST)


def test_a_real_library_is_asked_and_searched(samples_home: Path, tmp_path: Path) -> None:
    with Library.open(samples_home, encoders.load()) as library:
        application = served(Assistant(library), library, tmp_path)
        with TestClient(application, "http://127.0.0.1") as client:
            question = "Chánh Văn phòng Thành ủy Sơn Khê là ai?"
            found = result(client, call("search", question=question, k=3))["structuredContent"]["passages"]
            assert len(found) == 3
            for row in found:
                assert row["text"] == library.article(row["article"]).text[row["start"] : row["end"]]
            asked = result(client, call("ask", question=question))
            assert asked["structuredContent"]["status"] == "answered"
            assert "\nNguồn:\n[1] " in asked["content"][0]["text"]
