"""A language model, where the office runs one: one setting, and a stream of text behind it.

    ollama:MODEL[@http://host:11434]      Ollama
    openai:MODEL@http://host:8000/v1      any server that speaks OpenAI's protocol: vLLM, llama.cpp, LM Studio
    gguf:/path/model.gguf                 a file, run inside this process

The libraries behind each are extras; whoever has none of them needs none.
"""

from __future__ import annotations

import os
import queue
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from ingest.errors import NepError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

#: How many tokens a prompt and its answer may take together where the model does not say.
CONTEXT = 4096
#: A model is not asked to write longer than this, in tokens.
LONGEST_ANSWER = 512

INSTALL = "Hãy chạy: make llm"


class ModelError(NepError):
    """The language model could not be had, or not be asked."""


class ModelSlow(ModelError):
    """It was silent, or at work, for too long."""


class ModelBusy(ModelError):
    """Others are being answered."""


@dataclass(frozen=True, slots=True)
class Message:
    role: Literal["system", "user", "assistant"]
    content: str


class LanguageModel(Protocol):
    """What writes. ``name`` is shown to people; ``context`` is how many of its tokens a prompt and the
    answer may have together."""

    @property
    def name(self) -> str: ...

    @property
    def context(self) -> int: ...

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """The answer, piece by piece as it is written. Closing the iterator stops the model."""
        ...

    def close(self) -> None:
        """Give back what the model holds; it can be asked no more."""
        ...


# --- reaching one ---------------------------------------------------------------------------------

_OLLAMA = re.compile(r"ollama:(?P<model>[^@\s]+)(?:@(?P<url>https?://\S+))?")
_OPENAI = re.compile(r"openai:(?P<model>[^@\s]+)@(?P<url>https?://\S+)")
_GGUF = re.compile(r"gguf:(?P<path>.+)")
_FORMS = "ollama:TÊN-MÔ-HÌNH, openai:TÊN-MÔ-HÌNH@http://MÁY-CHỦ/v1 hoặc gguf:/đường-dẫn/tệp.gguf"


def connect(setting: str, key: str | None = None, *, silence: float = 60.0) -> LanguageModel:
    """The model that a setting names; asks it nothing yet. ``key`` is sent to a server that wants one;
    ``silence`` is after how many seconds without a word a server's connection is given up. Raises ModelError
    for a setting of no known form, a library that is not installed, or a file that is not there."""
    setting = setting.strip()
    if m := _OLLAMA.fullmatch(setting):
        return _LangChain(m["model"], CONTEXT, _ollama(m["model"], m["url"], silence))
    if m := _OPENAI.fullmatch(setting):
        return _LangChain(m["model"], CONTEXT, _openai(m["model"], m["url"], key, silence))
    if m := _GGUF.fullmatch(setting):
        return _gguf(Path(m["path"]).expanduser(), silence)
    # Nothing of the setting is repeated: whoever mistypes it may have typed a key into it.
    raise ModelError(f"Biến NEP_LLM không đúng dạng. Hãy đặt theo một trong các dạng: {_FORMS}.")


# What the last piece of an answer carries, by the kind of server.
_FINISHED = frozenset({"finish_reason", "done_reason"})


class _LangChain:
    """Any chat model of LangChain's."""

    def __init__(self, name: str, context: int, chat: BaseChatModel) -> None:
        self.name, self.context, self._chat = name, context, chat

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        chunks = self._chat.stream([(m.role, m.content) for m in messages])
        finished = False
        try:
            for chunk in chunks:
                finished = finished or not _FINISHED.isdisjoint(chunk.response_metadata)
                if text := str(chunk.text):
                    yield text
        except Exception as error:
            raise ModelError(_told(error)) from error
        if not finished:  # a server that goes away may leave no other trace
            raise ModelError("Mô hình ngôn ngữ dừng giữa chừng.")

    def close(self) -> None:
        pass


def _told(error: Exception) -> str:
    """What went wrong at the server, without anything that was sent to it: its words may hold a key."""
    status = getattr(error, "status_code", None)
    if status in (401, 403):
        return "Máy chủ mô hình không nhận khóa truy cập. Hãy kiểm tra biến NEP_LLM_KEY."
    if status == 404:
        return "Máy chủ không có mô hình này. Hãy kiểm tra tên mô hình trong biến NEP_LLM."
    if status == 429:
        return "Máy chủ mô hình đang quá tải. Hãy hỏi lại sau ít phút."
    if isinstance(status, int) and status >= 500:
        return f"Máy chủ mô hình gặp lỗi ({status})."
    if status == 400:
        return "Máy chủ mô hình không nhận câu hỏi: có thể tư liệu dài hơn mức mô hình đọc được."
    return "Không liên lạc được với mô hình ngôn ngữ. Hãy kiểm tra máy chủ mô hình có đang chạy không."


def _ollama(model: str, url: str | None, silence: float) -> BaseChatModel:
    with _installed("langchain-ollama"):
        from langchain_ollama import ChatOllama

    return ChatOllama(
        model=model,
        base_url=url or "http://127.0.0.1:11434",
        temperature=0,
        num_ctx=CONTEXT,
        num_predict=LONGEST_ANSWER,
        client_kwargs={"timeout": silence},
    )


def _openai(model: str, url: str, key: str | None, silence: float) -> BaseChatModel:
    with _installed("langchain-openai"):
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

    return ChatOpenAI(
        model=model,
        base_url=url,
        api_key=SecretStr(key or "none"),
        temperature=0,
        max_completion_tokens=LONGEST_ANSWER,
        timeout=silence,
        max_retries=0,
        stream_usage=False,
    )


class _installed:
    """Says which extra brings a library that is missing."""

    def __init__(self, package: str) -> None:
        self._package = package

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, ImportError):
            raise ModelError(f"Chưa cài gói {self._package} để dùng mô hình ngôn ngữ. {INSTALL}") from error


# --- a file, in this process ----------------------------------------------------------------------


def _gguf(path: Path, silence: float) -> LanguageModel:
    if not path.is_file():
        raise ModelError(f"Không thấy tệp mô hình “{path}”. Hãy kiểm tra đường dẫn trong biến NEP_LLM.")
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise ModelError(f"Tệp “{path.name}” không phải mô hình GGUF. Hãy chọn tệp có đuôi .gguf.")
    with _installed("xllamacpp"):
        import xllamacpp
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx = CONTEXT
    params.n_parallel = 1
    # Four threads is what it takes of itself; more than there are cores spin and wait for one another.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = os.cpu_count() or 1
    params.verbosity = -1
    try:
        server = xllamacpp.Server(params)
    except Exception as error:
        raise ModelError(
            f"Không mở được mô hình “{path.name}”. Hãy tải lại tệp, hoặc chọn tệp khác."
        ) from error
    return _Gguf(path.stem, server, silence)


class _Gguf(_LangChain):
    """A model run by llama.cpp in this process; asked as a server is."""

    def __init__(self, name: str, server: Any, silence: float) -> None:
        super().__init__(name, CONTEXT, _openai(name, f"{server.listening_address}/v1", None, silence))
        self._server = server

    def close(self) -> None:
        self._server = None  # its threads end and its memory goes with it


# --- waiting for one ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Patience:
    """For how many seconds a model is waited for: to begin, between two pieces of text, in all, and for
    others who ask to be done."""

    first: float = 60.0
    next: float = 20.0
    total: float = 180.0
    queue: float = 30.0


_END = object()


class Waiting:
    """A model behind a queue and a clock: so many are answered ``at_once``, nobody waits longer than
    ``patience``, and whoever stops reading stops the model."""

    def __init__(self, model: LanguageModel, patience: Patience = Patience(), at_once: int = 1) -> None:
        self._model, self._patience = model, patience
        self._places = threading.BoundedSemaphore(at_once)

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def context(self) -> int:
        return self._model.context

    def close(self) -> None:
        self._model.close()

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """As the model's own. Raises ModelBusy and ModelSlow where patience ends."""
        if not self._places.acquire(timeout=self._patience.queue):
            raise ModelBusy("Mô hình đang trả lời người khác.")
        pieces: queue.Queue[object] = queue.Queue()
        unwanted = threading.Event()
        # The place is free again when the model has really stopped, however long ago its reader left.
        threading.Thread(
            target=self._write, args=(messages, pieces.put, unwanted), name="nep-model", daemon=True
        ).start()
        began = time.monotonic()
        wait = self._patience.first
        try:
            while True:
                left = began + self._patience.total - time.monotonic()
                try:
                    piece = pieces.get(timeout=max(0.0, min(wait, left)))
                except queue.Empty:
                    raise ModelSlow("Mô hình trả lời quá chậm.") from None
                if piece is _END:
                    return
                if isinstance(piece, BaseException):
                    raise piece
                wait = self._patience.next
                yield str(piece)
        finally:
            unwanted.set()

    def _write(
        self, messages: Sequence[Message], put: Callable[[object], None], unwanted: threading.Event
    ) -> None:
        try:
            stream = self._model.stream(messages)
            for piece in stream:
                if unwanted.is_set():
                    break
                put(piece)
            with suppress(Exception):
                stream.close()  # type: ignore[attr-defined]  # a generator's: the connection ends with it
            put(_END)
        except Exception as error:
            put(error if isinstance(error, NepError) else ModelError(_told(error)))
        finally:
            self._places.release()
