"""Reaching a language model, and waiting for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.models import Message, ModelBusy, ModelError, ModelSlow, Patience, Waiting, connect
from tests.assistant.language import ToldModel, server

HELLO = [Message("system", "Hãy chào."), Message("user", "Chào bạn")]
KEY = "khoa-bi-mat-123"


def test_a_server_that_speaks_openai_s_protocol_is_asked_and_streams() -> None:
    seen: list[Mapping[str, Any]] = []

    def reply(asked: Mapping[str, Any]) -> list[str]:
        seen.append(asked)
        return ["Xin ", "chào ", "bạn."]

    with server(reply) as url:
        model = connect(f"openai:ten-mo-hinh@{url}", KEY)
        assert list(model.stream(HELLO)) == ["Xin ", "chào ", "bạn."]
    (asked,) = seen
    assert asked["model"] == "ten-mo-hinh"
    assert asked["messages"] == [{"role": m.role, "content": m.content} for m in HELLO]
    assert asked["temperature"] == 0
    assert asked["authorization"] == f"Bearer {KEY}"
    assert model.name == "ten-mo-hinh"


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (500, "gặp lỗi (500)"),
        (503, "gặp lỗi (503)"),
        (401, "NEP_LLM_KEY"),
        (404, "không có mô hình này"),
        (429, "quá tải"),
        (400, "dài hơn"),
    ],
)
def test_what_a_server_refuses_is_told_in_vietnamese_without_the_key(status: int, told: str) -> None:
    with server(lambda asked: status) as url, pytest.raises(ModelError) as error:
        list(connect(f"openai:m@{url}", KEY).stream(HELLO))
    assert told in str(error.value)
    assert KEY not in str(error.value)


def test_a_connection_that_breaks_off_gives_what_came_and_then_an_error() -> None:
    with server(lambda asked: ["Xin ", "chào", None]) as url:
        stream = connect(f"openai:m@{url}").stream(HELLO)
        came = [next(stream)]
        with pytest.raises(ModelError):
            came += stream
    assert came[:1] == ["Xin "]


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(ModelError, match="Không liên lạc được"):
        list(connect("openai:m@http://127.0.0.1:9/v1").stream(HELLO))
    with pytest.raises(ModelError, match="Không liên lạc được"):
        list(connect("ollama:m@http://127.0.0.1:9").stream(HELLO))


@pytest.mark.parametrize("setting", ["", "gpt-4", f"openai:{KEY}", "ollama:", "gguf:", "http://localhost"])
def test_a_setting_of_no_known_form_is_refused_and_not_repeated(setting: str) -> None:
    with pytest.raises(ModelError, match="NEP_LLM không đúng dạng") as error:
        connect(setting)
    assert KEY not in str(error.value)


def test_a_model_file_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="Không thấy tệp"):
        connect(f"gguf:{tmp_path}/khong-co.gguf")
    (tmp_path / "anh.gguf").write_bytes(b"\xff\xd8\xff\xe0 not a model")
    with pytest.raises(ModelError, match="không phải mô hình GGUF"):
        connect(f"gguf:{tmp_path}/anh.gguf")


# --- waiting ---------------------------------------------------------------------------------------

QUICK = Patience(first=0.3, next=0.2, total=1.0, queue=0.2)


def said_with_pauses(*pauses: float) -> ToldModel:
    def reply(messages: Sequence[Message]) -> Iterator[str]:
        for pause in pauses:
            time.sleep(pause)
            yield "chữ "

    return ToldModel(reply)


def test_a_model_that_answers_in_time_is_passed_on() -> None:
    assert "".join(Waiting(ToldModel(lambda m: "Xin chào bạn."), QUICK).stream(HELLO)) == "Xin chào bạn."


@pytest.mark.parametrize("pauses", [(0.6,), (0.0, 0.5), (0.1,) * 20])
def test_silence_at_the_beginning_or_amid_and_an_endless_answer_end(pauses: tuple[float, ...]) -> None:
    began = time.monotonic()
    with pytest.raises(ModelSlow):
        list(Waiting(said_with_pauses(*pauses), QUICK).stream(HELLO))
    assert time.monotonic() - began < 3


def test_whoever_comes_while_another_is_answered_waits_and_is_told() -> None:
    go = threading.Event()

    def reply(messages: Sequence[Message]) -> Iterator[str]:
        yield "một"
        go.wait(10)
        yield "hai"

    waiting = Waiting(ToldModel(reply), Patience(first=5, next=5, total=10, queue=0.1))
    first = waiting.stream(HELLO)
    assert next(first) == "một"
    with pytest.raises(ModelBusy):
        next(waiting.stream(HELLO))
    go.set()
    assert list(first) == ["hai"]
    assert next(waiting.stream(HELLO)) == "một"


def test_whoever_stops_reading_stops_the_model_and_frees_its_place() -> None:
    written = []

    def reply(messages: Sequence[Message]) -> Iterator[str]:
        for n in range(200):
            written.append(n)
            time.sleep(0.01)
            yield "chữ "

    waiting = Waiting(ToldModel(reply), Patience(queue=5))
    stream = waiting.stream(HELLO)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert next(waiting.stream(HELLO)) == "chữ "  # the place was freed
    assert len(written) < 100


def test_a_mistake_of_the_model_s_is_told_without_its_words() -> None:
    def reply(messages: Sequence[Message]) -> Iterator[str]:
        yield "một"
        raise RuntimeError(KEY)

    with pytest.raises(ModelError) as error:
        list(Waiting(ToldModel(reply), QUICK).stream(HELLO))
    assert KEY not in str(error.value)
