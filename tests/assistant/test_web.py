"""The web application over HTTP: what it answers, what it refuses, and with which headers."""

from __future__ import annotations

import logging
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant import web
from assistant.conversation import Exchange
from assistant.site import chat
from assistant.types import Turn
from ingest.errors import BadQuestion, NepError
from tests.assistant.office import Office, answered, article, citation, desk, house

ROOT = Path(__file__).parents[2]
DAY = article("ngay-vui", "Ngày vui", "Ngày truyền thống là 12-4.", unit="Văn phòng Tỉnh ủy Hải Lâm")
ODD = article("a/b c?d#e%f&đ", "Tên lạ", "Một dòng.")
QUESTION = "Ngày truyền thống là ngày nào?"
#: What a page of ours sends with whatever it asks for.
OURS = {"x-nep": "1"}


def application(office: Office, home: Path, *, demo: bool = False) -> FastAPI:
    return web.app(house(office, home, lambda: demo), desk(office, home))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    app = application(Office([DAY, ODD]), tmp_path_factory.mktemp("Nep"), demo=True)
    with TestClient(app, base_url="http://127.0.0.1:7860") as client:
        yield client


# --- pages ---------------------------------------------------------------------------------------


def test_the_start_page_is_ours_and_in_vietnamese(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert re.search(r'<html\s+lang="vi"', page.text)
    assert "<title>Nếp</title>" in page.text
    assert "Đây là bài mẫu." in page.text


def test_an_article_has_an_address_and_a_place_in_it(client: TestClient) -> None:
    start = DAY.text.index("12-4")
    page = client.get(f"/bai/ngay-vui?tu={start}&den={start + 4}")
    assert page.status_code == 200
    assert '<mark id="trich" tabindex="-1">12-4</mark>' in page.text


@pytest.mark.parametrize("place", ["?tu=abc&den=9", "?tu=9", "?tu=-1&den=99999", "?tu=&den="])
def test_a_place_that_does_not_exist_still_opens_the_article(client: TestClient, place: str) -> None:
    page = client.get("/bai/ngay-vui" + place)
    assert page.status_code == 200
    assert "<mark" not in page.text


def test_an_article_with_any_letters_in_its_id_is_found(client: TestClient) -> None:
    page = client.get("/bai/a%2Fb%20c%3Fd%23e%25f%26%C4%91")
    assert page.status_code == 200
    assert "Tên lạ" in page.text


def test_an_unknown_article_is_a_page_that_says_so(client: TestClient) -> None:
    page = client.get("/bai/khong-co")
    assert page.status_code == 404
    assert "Trong kho không có bài viết này." in page.text
    assert '<html lang="vi" ' in page.text


def test_an_article_that_cannot_be_read_is_a_page_that_says_so(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    office = Office([DAY])
    with TestClient(application(office, tmp_path), base_url="http://localhost") as client:
        for error, shown in ((NepError("Kho hỏng."), "Kho hỏng."), (RuntimeError("bí"), "lỗi ngoài dự kiến")):
            office.broken = error
            page = client.get("/bai/ngay-vui")
            assert page.status_code == 500
            assert shown in page.text
            assert "bí" not in page.text
    assert "RuntimeError: bí" in caplog.text


# --- what is not there ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/docs",
        "/redoc",
        "/config",
        "/login",
        "/monitoring",
        "/manifest.json",
        "/gradio_api/info",
        "/gradio_api/openapi.json",
        "/gradio_api/runs",
        "/gradio_api/file=http://127.0.0.1:1/x",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file/etc/passwd",
        "/gradio_api/proxy=http://127.0.0.1:1/x",
        "/gradio_api/upload_progress",
    ],
)
def test_what_the_page_does_not_need_of_gradio_is_not_there(client: TestClient, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 404
    assert "Không có trang này." in page.text


@pytest.mark.parametrize(
    "path", ["upload", "queue/join", "run/word", "call/ask", "predict", "cancel", "reset"]
)
def test_nothing_is_uploaded_or_called_but_what_the_page_calls(client: TestClient, path: str) -> None:
    assert client.post(f"/gradio_api/{path}", json={"data": ["x"]}, headers=OURS).status_code == 404


def test_another_site_s_page_cannot_ask_in_a_visitor_s_name(client: TestClient) -> None:
    def ask(headers: dict[str, str]) -> int:
        return client.post("/gradio_api/run/ask", json={"data": ["x", {}]}, headers=headers).status_code

    assert ask(OURS) == 200
    assert ask({}) == 403
    assert ask({**OURS, "origin": "http://evil.example"}) == 403
    assert ask({**OURS, "sec-fetch-site": "cross-site"}) == 403


@pytest.mark.parametrize(
    "data", [[], ["x"], [{}, []], [None, None], ["x", {"within": {"from": "năm"}}], ["x" * 9_000, {}]]
)
def test_what_no_page_of_ours_would_send_breaks_nothing(client: TestClient, data: list[object]) -> None:
    answer = client.post("/gradio_api/run/ask", json={"data": data}, headers=OURS)
    if len(data) == 2:
        (news,) = answer.json()["data"]
        assert len(news["sections"]) == 1
    else:
        assert answer.status_code in (422, 500)
        assert "Traceback" not in answer.text


def test_a_request_too_long_to_be_a_question_is_refused(client: TestClient) -> None:
    sent = client.post("/gradio_api/run/ask", content=b" " * (1 << 21))
    assert sent.status_code == 413
    assert "quá dài" in sent.text


def test_a_document_may_be_longer_than_a_question(client: TestClient) -> None:
    headers = {"x-nep": "1", "x-nep-name": "a.txt"}
    sent = client.post("/tu-lieu/tep", content=b" " * (1 << 21), headers=headers)
    assert (sent.status_code, list(sent.json())) == (200, ["id"])


@pytest.mark.parametrize("host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", ""])
def test_a_name_that_someone_else_pointed_here_is_not_answered(client: TestClient, host: str) -> None:
    assert client.get("/bai/ngay-vui", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost:7860", "127.0.0.1", "[::1]:7860", "192.168.1.5:80"])
def test_the_machine_s_own_addresses_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/bai/ngay-vui", headers={"host": host}).status_code == 200


# --- headers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/bai/ngay-vui",
        "/bai/khong-co",
        "/tu-lieu",
        "/tu-lieu/hang-doi",
        "/giao-dien/nep.css",
        "/docs",
        "/theme.css",
    ],
)
def test_every_response_keeps_the_browser_at_this_server(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    for rule in (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "frame-ancestors 'self'",
        "base-uri 'self'",
        "form-action 'self'",
    ):
        assert rule in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers


@pytest.mark.parametrize("path", ["/", "/bai/ngay-vui", "/tu-lieu"])
def test_no_page_holds_a_script_or_a_style_and_none_would_run(client: TestClient, path: str) -> None:
    page = client.get(path)
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=", page.text)


def test_a_document_that_is_downloaded_is_kept_from_running(tmp_path: Path) -> None:
    document = tmp_path / "a.html"
    document.write_text("<script>parent.hacked = 1</script>")

    class Keeping(Office):
        def original(self, id: str) -> Path | None:
            return document

    office = Keeping([DAY])
    with TestClient(application(office, tmp_path), base_url="http://localhost") as client:
        got = client.get("/bai/ngay-vui/goc")
        assert got.text == document.read_text()
        assert got.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert got.headers["x-content-type-options"] == "nosniff"
        assert got.headers["content-disposition"].startswith("attachment")
        assert "Tải tệp gốc" in client.get("/bai/ngay-vui").text


# --- a library that changes -----------------------------------------------------------------------


def test_whether_it_is_a_demo_is_asked_each_time_a_page_is_opened(tmp_path: Path) -> None:
    office, demo = Office([DAY]), [True]
    app = web.app(house(office, tmp_path, lambda: demo[0]), desk(office, tmp_path))
    with TestClient(app, base_url="http://localhost") as client:
        for said in (True, False):
            demo[0] = said
            assert ("Đây là bài mẫu." in client.get("/").text) == said
            assert ("bài mẫu" in client.get("/tu-lieu").text) == said


def test_examples_are_looked_for_again_when_the_library_has_changed_and_only_then() -> None:
    question = "Ngày truyền thống của Văn phòng Tỉnh ủy Hải Lâm là ngày nào?"
    office = Office([], {question: answered(citation(1, DAY, "Ngày truyền thống là 12-4."))})
    demo = [False]
    look = chat.answered_examples(office, office, lambda: demo[0])
    assert look() == ((), True)
    office._articles.append(DAY)
    assert look() == ((question,), False)
    count = len(office.asked)
    assert look() == ((question,), False)
    assert len(office.asked) == count
    demo[0] = True  # another library, with as many changes
    look()
    assert len(office.asked) > count


# --- a question becomes an exchange --------------------------------------------------------------


def test_the_conversation_so_far_goes_with_the_question() -> None:
    office = Office([DAY], {QUESTION: answered(citation(1, DAY, "Ngày truyền thống là 12-4."))})
    first = chat.exchange(office, office, QUESTION, ())
    chat.exchange(office, office, "Còn gì nữa?", (first, Exchange("x", notice="lỗi")))
    assert office.asked[1] == (
        "Còn gì nữa?",
        (Turn("user", QUESTION), Turn("assistant", "Ngày truyền thống là 12-4.")),
    )


def test_a_question_that_cannot_be_asked_becomes_its_own_words() -> None:
    office = Office([], {"": BadQuestion("Câu hỏi đang trống.")})
    assert chat.exchange(office, office, "", ()) == Exchange("", notice="Câu hỏi đang trống.")


def test_a_failure_nobody_foresaw_is_an_apology_and_a_log_without_the_question(
    caplog: pytest.LogCaptureFixture,
) -> None:
    office = Office([], {"Bí mật?": RuntimeError("hỏng")})
    with caplog.at_level(logging.ERROR):
        got = chat.exchange(office, office, "Bí mật?", ())
    assert got.question == "Bí mật?"
    assert got.notice is not None
    assert got.notice.startswith("Xin lỗi")
    assert "hỏng" not in got.notice
    assert "RuntimeError: hỏng" in caplog.text
    assert "Bí mật" not in caplog.text


def test_an_article_removed_or_changed_meanwhile_leaves_its_quote() -> None:
    reply = answered(citation(1, DAY, "Ngày truyền thống là 12-4.", "12-4"))
    changed = article("ngay-vui", "Ngày vui khác", "Ngày truyền thống là 13-4.")
    for shelf in ([], [changed]):
        office = Office(shelf, {QUESTION: reply})
        got = chat.exchange(office, office, QUESTION, ())
        assert [(e.text, e.start) for e in got.excerpts] == [
            (reply.citations[0].quote, reply.citations[0].start)
        ]


# --- serving -------------------------------------------------------------------------------------

SERVE = """
import sys
from pathlib import Path
from assistant import web
from tests.assistant.office import Office, desk, house
office, home = Office([]), Path(sys.argv[1])
web.serve(house(office, home), desk(office, home), "127.0.0.1", 0)
"""


def test_serving_says_one_line_answers_and_stops_quietly(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SERVE, str(tmp_path)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            said = re.fullmatch(
                r"Nếp đang phục vụ tại (http://127\.0\.0\.1:\d+) — bấm Ctrl\+C để dừng\.\n", line
            )
            assert said, line
            with urllib.request.urlopen(said[1] + "/", timeout=20) as page:
                assert "Nếp" in page.read().decode()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)
            assert (out, err, process.returncode) == ("", "", 0)
        finally:
            process.kill()


def test_a_port_in_use_is_told_with_the_way_out(tmp_path: Path) -> None:
    office = Office([])
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(NepError, match=rf"cổng {port}.*--port"):
            web.serve(house(office, tmp_path), desk(office, tmp_path), "127.0.0.1", port)


def test_an_address_of_another_machine_is_told_with_the_way_out(tmp_path: Path) -> None:
    office = Office([])
    with pytest.raises(NepError, match="--host"):
        web.serve(house(office, tmp_path), desk(office, tmp_path), "khong-co.invalid", 0)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:7860"),
        ("localhost", "http://localhost:7860"),
        ("::1", "http://[::1]:7860"),
        ("0.0.0.0", "http://127.0.0.1:7860"),
        ("::", "http://[::1]:7860"),
    ],
)
def test_the_address_said_can_be_typed(host: str, address: str) -> None:
    assert web._address(host, 7860) == address
