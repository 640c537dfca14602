"""What other programs are given: rows as the command line prints them, and answers in OpenAI's protocol."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx
import openai
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant import api, web
from assistant.answer import Assistant
from assistant.export import answer_row, article_row
from assistant.generate import Task
from assistant.models import Message
from assistant.records import records
from assistant.site import chat
from assistant.site.house import House
from assistant.types import SCANNED, Answer, Dropped, Statement, Turn
from assistant.writer import Writer
from ingest.errors import BadQuestion, NepError
from tests.assistant.browsing import serving
from tests.assistant.office import Office, Reply, answered, article, citation, desk, refused, shelved
from vectorstore import encoders
from vectorstore.library import Library
from vectorstore.types import Filter

DAY = article(
    "ngay-vui",
    "Ngày vui",
    "Ngày truyền thống là 12-4.",
    published=date(2020, 10, 16),
    source="Báo Hải Lâm",
    unit="Văn phòng Tỉnh ủy Hải Lâm",
)
ODD = article("a/b c?d#e%f&đ", "Tên lạ", "Một dòng.")
QUESTION = "Ngày truyền thống là ngày nào?"
REPLY = answered(replace(citation(1, DAY, "Ngày truyền thống là 12-4.", "12-4"), page=3))
WORDED = replace(
    REPLY,
    text="Đó là ngày 12-4.",
    statements=(Statement("Đó là ngày 12-4.", (1,)),),
    mode="model",
    dropped=(Dropped("Năm 1950.", "nguồn không có"),),
)


class Wording:
    """A writer whose answers are told to it: after ``first`` those of ``then``, each ``pause`` seconds after
    the other. ``closed`` is set once nobody wants more."""

    model = "thử"

    def __init__(self, first: Answer, then: Sequence[Answer | Exception], pause: float = 0.0) -> None:
        self._first, self._then, self._pause = first, then, pause
        self.asked: list[tuple[str, tuple[Turn, ...]]] = []
        self.closed = threading.Event()

    def ask(
        self, question: str, history: Sequence[Turn] = (), where: Filter | None = None
    ) -> Iterator[Answer]:
        self.asked.append((question, tuple(history)))
        try:
            yield self._first
            for one in self._then:
                time.sleep(self._pause)
                if isinstance(one, Exception):
                    raise one
                yield one
        finally:
            self.closed.set()

    def reword(
        self, task: Task, drawn: Answer, question: str = "", must: Sequence[str] = ()
    ) -> Iterator[Answer]:
        yield drawn


class Copying:
    """A language model that says the first piece of evidence word for word, and cites it."""

    name, context = "chép", 4096

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        found = re.search(r"^\[([A-Z]\d)\] (.+)$", messages[-1].content, re.MULTILINE)
        assert found
        yield from (found[2], f" [{found[1]}]")

    def close(self) -> None:
        pass


def served(
    assistant: api.Asked, library: Office | Library, home: Path, writer: api.Words | None = None
) -> FastAPI:
    office = Office([])
    house = House(assistant, library, records(home), lambda: False)
    return web.app(house, desk(office, home), writer=writer)


@pytest.fixture(scope="module")
def office() -> Office:
    replies: dict[str, Reply] = {
        QUESTION: REPLY,
        "": BadQuestion("Câu hỏi đang trống."),
        "bí": RuntimeError("mật"),
    }
    return Office([DAY, ODD], replies | {"hỏng": NepError("Kho hỏng.")})


@pytest.fixture(scope="module")
def client(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    application = served(office, office, tmp_path_factory.mktemp("Nep"))
    with TestClient(application, "http://127.0.0.1:7860", raise_server_exceptions=False) as client:
        yield client


# --- rows ----------------------------------------------------------------------------------------------


def test_an_answer_is_the_row_of_the_command_line(client: TestClient) -> None:
    got = client.post("/api/ask", json={"question": QUESTION})
    assert got.status_code == 200
    assert got.json() == json.loads(json.dumps(answer_row(REPLY)))
    assert list(got.json()) == list(answer_row(REPLY))


def test_what_the_articles_do_not_say_is_no_error(client: TestClient) -> None:
    got = client.post("/api/ask", json={"question": "Ai là Chánh Văn phòng?"})
    assert (got.status_code, got.json()["status"]) == (200, "refused")
    assert got.json()["missing"]


def test_the_conversation_so_far_goes_with_the_question(client: TestClient, office: Office) -> None:
    said = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": "x" * 9_000}]
    client.post("/api/ask", json={"question": "Còn gì nữa?", "history": said})
    question, history = office.asked[-1]
    assert question == "Còn gì nữa?"
    assert history == (Turn("user", QUESTION), Turn("assistant", "x" * api.LONGEST_TURN))


def test_articles_are_the_rows_of_the_command_line(client: TestClient) -> None:
    assert client.get("/api/articles").json() == [article_row(shelved(one)) for one in (DAY, ODD)]


@pytest.mark.parametrize(("path", "one"), [("ngay-vui", DAY), ("a%2Fb%20c%3Fd%23e%25f%26%C4%91", ODD)])
def test_one_article_has_its_text(client: TestClient, path: str, one: object) -> None:
    assert isinstance(one, type(DAY))
    assert client.get(f"/api/articles/{path}").json() == article_row(shelved(one)) | {"text": one.text}


def test_health_says_what_is_there(client: TestClient) -> None:
    health = client.get("/health").json()
    assert re.fullmatch(r"\d+\.\d+.*", health.pop("version"))
    assert health == {"status": "ok", "articles": 2, "passages": 2, "model": None}


def test_the_description_is_of_these_routes_alone(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    paths = {
        "/api/ask",
        "/api/articles",
        "/api/articles/{id}",
        "/health",
        "/v1/models",
        "/v1/chat/completions",
    }
    assert set(described["paths"]) == paths
    assert client.get("/docs").status_code == 404
    # What FastAPI says of its own accord of mistakes is not how they are told here.
    assert "HTTPValidationError" not in described["components"]["schemas"]


# --- filters -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ({}, Filter()),
        ({"unit": "hai lam"}, Filter(units=frozenset({"Văn phòng Tỉnh ủy Hải Lâm"}))),
        ({"unit": "Nơi khác"}, Filter(units=frozenset({"Nơi khác"}))),
        ({"source": "báo hải lâm"}, Filter(articles=frozenset({"ngay-vui"}))),
        ({"source": "Báo khác"}, Filter(articles=frozenset())),
        (
            {"from_year": 1990, "to_year": 2000},
            Filter(published_from=date(1990, 1, 1), published_to=date(2000, 12, 31)),
        ),
    ],
)
def test_names_of_a_filter_are_found_among_the_library_s(
    office: Office, sent: dict[str, object], meant: Filter
) -> None:
    assert api.narrowed(api.Where.model_validate(sent), office.shelf) == meant


# --- what goes wrong ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"question": ""}, 400, "Câu hỏi đang trống."),
        ({}, 422, "Thiếu trường “question”."),
        ([], 422, "đối tượng JSON"),
        ({"question": 1}, 422, "“question” không đúng dạng"),
        ({"question": "x", "fitler": {}}, 422, "Không có trường “fitler”."),
        ({"question": "x", "filter": {"from_year": 0}}, 422, "filter.from_year"),
        ({"question": "hỏng"}, 503, "Kho hỏng."),
        ({"question": "bí"}, 500, "Nếp gặp lỗi ngoài dự kiến"),
    ],
)
def test_a_mistake_is_a_vietnamese_sentence(
    client: TestClient, body: object, status: int, words: str
) -> None:
    got = client.post("/api/ask", json=body)
    assert (got.status_code, list(got.json())) == (status, ["detail"])
    assert words in got.json()["detail"]
    assert "mật" not in got.text


@pytest.mark.parametrize(
    "raw", [b"{", b"\xff", b'{"question": "\\ud800"}', b'{"\\ud800": 1}', b"[" * 9_000, b"9" * 9_000]
)
def test_what_is_no_sound_json_is_refused(client: TestClient, raw: bytes) -> None:
    got = client.post("/api/ask", content=raw, headers={"content-type": "application/json"})
    assert got.status_code in (400, 422)
    assert got.json()["detail"]


def test_half_a_character_in_a_conversation_is_refused(client: TestClient) -> None:
    raw = b'{"messages": [{"role": "user", "content": "\\ud800"}]}'
    got = client.post("/v1/chat/completions", content=raw, headers={"content-type": "application/json"})
    assert (got.status_code, list(got.json())) == (400, ["error"])


@pytest.mark.parametrize(("path", "shape"), [("/api/ask", "detail"), ("/v1/chat/completions", "error")])
def test_only_json_of_a_sensible_length_is_taken(client: TestClient, path: str, shape: str) -> None:
    kinds = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")
    for kind in kinds:
        got = client.post(path, content=b'{"question": "x"}', headers={"content-type": kind})
        assert (got.status_code, list(got.json())) == (415, [shape])
    long = json.dumps({"question": "x" * (1 << 20), "messages": []}).encode()
    for content in (long, iter([long[:100], long[100:]])):  # the second does not say how long it is
        got = client.post(path, content=content, headers={"content-type": "application/json"})
        assert (got.status_code, list(got.json())) == (413, [shape])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/articles/khong-co", 404),
        ("GET", "/api/khong-co", 404),
        ("GET", "/api", 404),
        ("GET", "/v1/khong-co", 404),
        ("POST", "/api/articles", 405),
        ("GET", "/api/ask", 405),
        ("DELETE", "/health", 405),
    ],
)
def test_what_is_not_there_is_said_in_json(client: TestClient, method: str, path: str, status: int) -> None:
    got = client.request(method, path)
    assert got.status_code == status
    assert list(got.json()) == ["error" if path.startswith("/v1") else "detail"]
    assert ("allow" in got.headers) == (status == 405)


@pytest.mark.parametrize(
    ("path", "body", "shape"),
    [
        ("/api/ask", {"question": QUESTION}, "detail"),
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": QUESTION}]}, "error"),
        (
            "/v1/chat/completions",
            {"messages": [{"role": "user", "content": QUESTION}], "stream": True},
            "error",
        ),
    ],
)
def test_who_finds_the_line_full_is_told_so_and_reading_goes_on(
    path: str, body: object, shape: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat, "AT_ONCE", 1)
    monkeypatch.setattr(chat, "WAITING", 0)
    begun, go = threading.Event(), threading.Event()

    def slow() -> Answer:
        begun.set()
        go.wait(20)
        return REPLY

    office = Office([DAY], {QUESTION: slow})
    with (
        TestClient(served(office, office, tmp_path), "http://127.0.0.1") as client,
        ThreadPoolExecutor(1) as beside,
    ):
        first = beside.submit(client.post, "/api/ask", json={"question": QUESTION})
        assert begun.wait(20)
        got = client.post(path, json=body)
        assert (got.status_code, list(got.json())) == (503, [shape])
        assert client.get("/api/articles").status_code == 200
        go.set()
        assert first.result(20).status_code == 200


# --- other sites' pages ---------------------------------------------------------------------------------

FOREIGN = [
    {"origin": "http://evil.example"},
    {"origin": "http://127.0.0.1:1"},
    {"origin": "null"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_page_of_another_site_neither_reads_nor_asks(client: TestClient, headers: dict[str, str]) -> None:
    for path in ("/api/articles", "/api/articles/ngay-vui", "/health", "/v1/models", "/openapi.json"):
        assert client.get(path, headers=headers).status_code == 403
    assert client.post("/api/ask", json={"question": QUESTION}, headers=headers).status_code == 403
    got = client.post("/v1/chat/completions", json={"messages": []}, headers=headers)
    assert (got.status_code, list(got.json())) == (403, ["error"])


def test_no_browser_is_told_that_another_site_may(client: TestClient) -> None:
    asking = {"origin": "http://evil.example", "access-control-request-method": "POST"}
    for got in (client.options("/api/ask", headers=asking), client.get("/health")):
        assert not [name for name in got.headers if name.startswith("access-control")]
    assert client.options("/api/ask", headers=asking).status_code == 403


@pytest.mark.parametrize("headers", [{"origin": "http://127.0.0.1:7860"}, {"sec-fetch-site": "none"}, {}])
def test_our_own_page_an_address_typed_and_a_program_are_answered(
    client: TestClient, headers: dict[str, str]
) -> None:
    assert client.get("/api/articles", headers=headers).status_code == 200


def test_a_name_that_someone_else_pointed_here_is_not_answered(client: TestClient) -> None:
    got = client.get("/api/articles", headers={"host": "evil.example"})
    assert (got.status_code, list(got.json())) == (421, ["detail"])


# --- an answer as text ----------------------------------------------------------------------------------


def test_an_answer_as_text_has_its_numbers_and_after_it_its_sources() -> None:
    assert api.content(REPLY) == (
        "Ngày truyền thống là 12-4. [1]\n\nNguồn:\n"
        "[1] Ngày vui · 16/10/2020 · trang 3 · “Ngày truyền thống là 12-4.”"
    )


def test_a_source_that_was_read_off_a_picture_says_so_to_programs_too() -> None:
    scan = replace(REPLY, citations=(replace(REPLY.citations[0], scanned=True),))
    assert api.content(scan).endswith(f"“Ngày truyền thống là 12-4.” · ({SCANNED}.)")


def test_a_refusal_as_text_says_what_is_missing_and_that_the_nearest_is_no_answer() -> None:
    text = api.content(
        refused("không có bài nào về việc này.", citation(1, DAY, "Ngày truyền thống là 12-4."))
    )
    assert text.startswith(
        "Tư liệu không có câu trả lời: không có bài nào về việc này.\n\nĐoạn gần nhất (không"
    )
    assert "Nguồn" not in text


@pytest.mark.parametrize("answer", [REPLY, WORDED, replace(REPLY, read_as="Ngày nào?"), refused("thiếu.")])
def test_an_answer_that_comes_back_in_a_history_is_what_was_said(answer: Answer) -> None:
    for guessed in (False, True):
        assert api.told(api.content(replace(answer, guessed=guessed))) == answer.text


# --- OpenAI's protocol, by its own client ---------------------------------------------------------------


@contextmanager
def asking(application: FastAPI) -> Iterator[openai.OpenAI]:
    with (
        serving(application) as address,
        openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def library(samples_home: Path) -> Iterator[Library]:
    with Library.open(samples_home, encoders.load()) as library:
        yield library


@pytest.fixture(scope="module")
def real(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[openai.OpenAI]:
    assistant = Assistant(library)
    writer = Writer(assistant, library.article, Copying())
    with asking(served(assistant, library, tmp_path_factory.mktemp("Nep"), writer)) as client:
        yield client


AWARD = "Văn phòng Tỉnh ủy Hà Lương được tặng thưởng Huân chương Lao động hạng Nhất năm nào?"


def said(
    client: openai.OpenAI, *messages: str, model: str = "nep-extractive"
) -> openai.types.chat.ChatCompletion:
    roles = ("user", "assistant")
    turns = [{"role": roles[n % 2], "content": one} for n, one in enumerate(messages)]
    return client.chat.completions.create(model=model, messages=turns)  # type: ignore[arg-type]


def test_the_models_are_listed(real: openai.OpenAI) -> None:
    assert [model.id for model in real.models.list()] == ["nep", "nep-extractive"]


def test_a_question_is_answered_with_its_sources(real: openai.OpenAI) -> None:
    got = said(real, AWARD)
    (choice,) = got.choices
    text = choice.message.content
    assert text is not None
    assert re.search(r"2010.* \[1\]\n\nNguồn:\n\[1\] .+ · “.*2010.*”", text)
    row = choice.message.model_extra["nep"]  # type: ignore[index]
    assert (row["status"], row["mode"], choice.finish_reason) == ("answered", "extractive", "stop")
    assert got.model == "nep-extractive"


def test_a_follow_up_takes_what_it_lacks_from_the_messages_before(real: openai.OpenAI) -> None:
    first = "Chánh Văn phòng Thành ủy Sơn Khê là ai?"
    answer = said(real, first).choices[0].message.content
    assert answer is not None
    got = said(real, first, answer, "Còn ở Hà Lương thì sao?").choices[0].message
    assert "Hà Lương" in got.model_extra["nep"]["read_as"]  # type: ignore[index]
    assert (got.content or "").startswith("(Hiểu câu hỏi là: ")


def test_a_refusal_is_a_message_that_says_what_is_missing(real: openai.OpenAI) -> None:
    question = "Văn phòng Thành ủy Sơn Khê được tặng thưởng Huân chương Lao động hạng Nhất năm nào?"
    got = said(real, question).choices[0]
    assert got.finish_reason == "stop"
    assert got.message.content is not None
    assert got.message.content.startswith("Tư liệu không có câu trả lời: ")
    assert got.message.model_extra["nep"]["status"] == "refused"  # type: ignore[index]


def test_the_office_s_own_model_words_the_answer_and_is_named(real: openai.OpenAI) -> None:
    row = said(real, AWARD, model="nep").choices[0].message.model_extra["nep"]  # type: ignore[index]
    assert (row["mode"], row["status"]) == ("model", "answered")
    assert "2010" in row["answer"]
    assert httpx.get(f"{real.base_url}".replace("v1/", "health")).json()["model"] == "chép"


def test_a_stream_adds_up_to_the_same_answer(real: openai.OpenAI) -> None:
    whole = said(real, AWARD).choices[0].message
    chunks = list(
        real.chat.completions.create(
            model="nep-extractive",
            messages=[{"role": "system", "content": "Hãy bịa."}, {"role": "user", "content": AWARD}],
            stream=True,
            stream_options={"include_usage": True},
            temperature=0.7,
            seed=1,
            extra_body={"unknown": {"x": 1}},
        )
    )
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole.content
    assert [chunk.choices[0].finish_reason for chunk in chunks][-1] == "stop"
    assert chunks[0].choices[0].delta.role == "assistant"
    streamed, at_once = chunks[-1].model_extra["nep"], whole.model_extra["nep"]  # type: ignore[index]
    assert streamed | {"ms": 0} == at_once | {"ms": 0}


def test_a_message_in_parts_is_read(real: openai.OpenAI) -> None:
    got = real.chat.completions.create(
        model="nep", messages=[{"role": "user", "content": [{"type": "text", "text": AWARD}]}]
    )
    assert "2010" in (got.choices[0].message.content or "")


@pytest.mark.parametrize("stream", [False, True])
def test_a_bad_request_is_one_to_the_client_too(real: openai.OpenAI, stream: bool) -> None:
    with pytest.raises(openai.BadRequestError, match="Câu hỏi đang trống") as error:
        real.chat.completions.create(model="nep", messages=[{"role": "user", "content": " "}], stream=stream)
    assert error.value.type == "invalid_request_error"
    with pytest.raises(openai.BadRequestError, match="Chưa có câu hỏi"):
        real.chat.completions.create(
            model="nep", messages=[{"role": "system", "content": "x"}], stream=stream
        )
    with pytest.raises(openai.BadRequestError, match="messages"):
        real.chat.completions.create(model="nep", messages="x", stream=stream)  # type: ignore[arg-type]
    with pytest.raises(openai.NotFoundError, match="gpt-4") as missing:
        real.chat.completions.create(
            model="gpt-4", messages=[{"role": "user", "content": AWARD}], stream=stream
        )
    assert missing.value.code == "model_not_found"


# --- with a language model ------------------------------------------------------------------------------


def events(address: str, **body: object) -> list[str]:
    asked = {"messages": [{"role": "user", "content": QUESTION}], "stream": True} | body
    got = httpx.post(f"{address}/v1/chat/completions", json=asked, timeout=20)
    assert got.headers["content-type"].startswith("text/event-stream")
    return got.text.split("\n\n")


def text_of(events: list[str]) -> str:
    chunks = [json.loads(e[6:]) for e in events if e.startswith("data: {")]
    return "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)


@pytest.fixture
def with_writer(office: Office, tmp_path: Path) -> Callable[[Wording], FastAPI]:
    return lambda writer: served(office, office, tmp_path, writer)


def test_only_what_stands_is_streamed_and_the_wait_is_filled_with_comments(
    with_writer: Callable[[Wording], FastAPI],
) -> None:
    note = replace(REPLY, note="Lời văn không đủ ý.")
    for last in (WORDED, note):
        wording = Wording(REPLY, [replace(WORDED, text="Đó"), last], pause=0.05)
        with serving(with_writer(wording)) as address:
            sent = events(address, model="nep")
        assert text_of(sent) == api.content(last)
        assert [e for e in sent if e.startswith(":")]
        assert sent[-2:] == ["data: [DONE]", ""]
        assert json.loads(sent[-3][6:])["nep"]["note"] == last.note


def test_the_extractive_model_asks_no_language_model(
    with_writer: Callable[[Wording], FastAPI], office: Office
) -> None:
    wording = Wording(REPLY, [WORDED])
    with TestClient(with_writer(wording), "http://127.0.0.1") as client:
        body = {"messages": [{"role": "user", "content": QUESTION}], "model": "nep-extractive"}
        got = client.post("/v1/chat/completions", json=body).json()
        assert got["choices"][0]["message"]["nep"]["mode"] == "extractive"
        assert wording.asked == []
        assert client.post("/api/ask", json={"question": QUESTION}).json()["mode"] == "model"


def test_a_failure_in_the_middle_of_a_stream_is_told_in_it(
    with_writer: Callable[[Wording], FastAPI],
) -> None:
    broken = with_writer(Wording(REPLY, [RuntimeError("mật")], pause=0.05))
    with asking(broken) as client, pytest.raises(openai.APIError, match="ngoài dự kiến"):
        list(
            client.chat.completions.create(
                model="nep", messages=[{"role": "user", "content": QUESTION}], stream=True
            )
        )


@pytest.mark.parametrize("stream", [True, False])
def test_a_client_that_leaves_stops_the_model(
    with_writer: Callable[[Wording], FastAPI], stream: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "PULSE", 0.05)
    wording = Wording(REPLY, [WORDED] * 1_000, pause=0.1)
    body = {"messages": [{"role": "user", "content": QUESTION}], "stream": stream}
    with serving(with_writer(wording)) as address:
        url = f"{address}/v1/chat/completions"
        if stream:
            with httpx.stream("POST", url, json=body) as response:
                next(response.iter_lines())
        else:
            with pytest.raises(httpx.ReadTimeout):
                httpx.post(url, json=body, timeout=0.5)
        assert wording.closed.wait(5)
