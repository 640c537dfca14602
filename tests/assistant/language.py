"""Language models for the tests: one that writes what it is told to, and a server that speaks OpenAI's
protocol and misbehaves on demand."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from assistant.models import Message

_OFFERED = re.compile(r"^\[([A-Z]\d)\] (.*)$", re.MULTILINE)


def offered(messages: Sequence[Message]) -> dict[str, str]:
    """The evidence that a model is offered: each sentence by its key."""
    return dict(_OFFERED.findall(messages[-1].content))


def key_of(messages: Sequence[Message], words: str) -> str:
    """The key of the first evidence that has the words."""
    return next(key for key, text in offered(messages).items() if words in text)


class ToldModel:
    """Writes what ``reply`` makes of the messages, a few characters at a time. ``asked`` keeps every
    prompt, ``closed`` counts the answers that were broken off."""

    name, context = "giả", 4096

    def __init__(self, reply: Callable[[Sequence[Message]], str | Iterable[str]]) -> None:
        self._reply = reply
        self.asked: list[Sequence[Message]] = []
        self.closed = 0

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        self.asked.append(messages)
        reply = self._reply(messages)
        pieces = (reply[i : i + 7] for i in range(0, len(reply), 7)) if isinstance(reply, str) else reply
        try:
            yield from pieces
        except GeneratorExit:
            self.closed += 1
            raise

    def close(self) -> None:
        pass


Pieces = Iterable[str | float | None]


@contextmanager
def server(reply: Callable[[Mapping[str, Any]], int | Pieces]) -> Iterator[str]:
    """The address of a server that streams chat completions. ``reply`` takes the request and gives a status
    code, or the pieces of the answer: a number waits so many seconds, None breaks the connection off."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            asked["authorization"] = self.headers.get("authorization", "")
            told = reply(asked)
            if isinstance(told, int):
                body = json.dumps({"error": {"message": f"lỗi, khóa {asked['authorization']}"}}).encode()
                self.send_response(told)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                return
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("connection", "close")
            self.end_headers()
            self.close_connection = True
            try:
                for piece in told:
                    if piece is None:
                        self.connection.close()
                        return
                    if isinstance(piece, float):
                        time.sleep(piece)
                        continue
                    self._event(piece, None)
                self._event("", "stop")
                self.wfile.write(b"data: [DONE]\n\n")
            except OSError:
                pass  # the client has gone

        def _event(self, content: str, finished: str | None) -> None:
            choice = {
                "index": 0,
                "delta": {"role": "assistant", "content": content},
                "finish_reason": finished,
            }
            chunk = {
                "id": "a",
                "object": "chat.completion.chunk",
                "created": 1,
                "model": "m",
                "choices": [choice],
            }
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
            self.wfile.flush()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    threading.Thread(target=running.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{running.server_port}/v1"
    finally:
        running.shutdown()
        running.server_close()
