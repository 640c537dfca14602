"""Behind a real nginx that speaks HTTPS and gives the program a path of its own, in a real Chromium."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from assistant import web
from assistant.site import address as addresses
from tests.assistant.browsing import DESK, browser, serving
from tests.assistant.office import desk
from tests.assistant.site.accounts import PASSWORD, QUESTION, house, office, peopled

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
#: A name that leads here in this test's browser alone.
NAME = "ten-may.co-quan.example"

CONF = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
  log_format asked '$request_method $request_uri $status';
  access_log {folder}/access.log asked;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {folder}/cert.pem;
    ssl_certificate_key {folder}/key.pem;
    location /nep/ {{
      proxy_pass {behind};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_buffering off;
      client_max_body_size 200m;
    }}
    location / {{ return 418; }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Proxied:
    """The address that people type, and the file in which nginx writes what it was asked."""

    url: str
    log: Path

    def asked(self) -> list[tuple[str, str, str]]:
        """Method, path and status of every request."""
        return [(m, p, s) for m, p, s in (line.split(" ") for line in self.log.read_text().splitlines())]


@contextmanager
def proxied(folder: Path, port: int, behind: str) -> Iterator[None]:
    assert NGINX is not None
    certificate = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    certificate += ["-subj", f"/CN={NAME}", "-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"]
    subprocess.run(certificate, check=True, capture_output=True)
    (folder / "nginx.conf").write_text(CONF.format(folder=folder, port=port, behind=behind))
    command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            until = time.monotonic() + 20
            while time.monotonic() < until and process.poll() is None:
                with socket.socket() as trying:
                    if trying.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            assert process.poll() is None, (folder / "error.log").read_text()
            yield
        finally:
            process.terminate()
            process.wait(20)


# A proxy may take the path away or leave it: either is common.
@pytest.fixture(scope="module", params=["taken away", "left"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    if NGINX is None or shutil.which("openssl") is None:
        pytest.skip("there is no nginx or no openssl here: the page was not tried behind a proxy")
    folder, home = tmp_path_factory.mktemp("nginx"), tmp_path_factory.mktemp("Nep")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"https://{NAME}:{port}/nep"
    of = office()
    app = web.app(house(of, home, peopled(home)), desk(of, home), address=addresses.read(url))
    with serving(app) as behind:
        to = f"{behind}/" if request.param == "taken away" else behind
        with proxied(folder, port, to):
            yield Proxied(url, folder / "access.log")


def test_the_whole_job_is_done_under_the_path_over_https(place: Proxied) -> None:
    requests: list[str] = []
    faults: list[str] = []
    with browser(f"--host-resolver-rules=MAP {NAME} 127.0.0.1") as chromium:
        context = chromium.new_context(viewport=DESK, ignore_https_errors=True, locale="vi-VN")  # type: ignore[arg-type]
        context.on("request", lambda r: requests.append(r.url))
        context.on("weberror", lambda e: faults.append(str(e.error)))
        context.on("response", lambda r: faults.append(f"{r.status} {r.url}") if r.status >= 400 else None)
        page = context.new_page()
        first = page.goto(f"{place.url}/tu-lieu")
        assert first is not None
        assert first.headers["strict-transport-security"] == "max-age=31536000"
        assert urlsplit(page.url).path == "/nep/dang-nhap"
        page.get_by_label("Tên đăng nhập").fill("binh")
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        page.wait_for_url(f"{place.url}/tu-lieu")
        (cookie,) = [c for c in context.cookies() if c["name"] == "nep_session"]
        assert (cookie["path"], cookie["secure"], cookie["httpOnly"]) == ("/nep/", True, True)

        # the documents
        page.get_by_label("Tìm trong tên bài").fill("không có")
        page.locator(".empty").wait_for()
        with page.expect_navigation():
            page.get_by_role("link", name="Xem tất cả").click()
        page.locator(".library a.title").click()
        page.locator("#reader[open] .article h1").wait_for()
        page.get_by_role("button", name="Đóng").click()
        page.get_by_role("button", name="Sửa: ").click()
        page.locator("#editor[open] input[name=title]").wait_for()
        page.locator("#editor .sheet .close").click()
        page.set_input_files("#files", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"Xin"})
        page.locator("#queue .upload").wait_for()

        # the question
        with page.expect_navigation():
            page.get_by_role("link", name="Hỏi đáp").click()
        field = page.locator("#asking textarea")
        field.wait_for()
        field.fill(QUESTION)
        field.press("Enter")
        page.locator(".exchange.answered").wait_for()
        page.locator(".exchange .number").first.click()
        page.locator("#reader[open] mark").wait_for()
        with context.expect_page() as opened:
            page.locator("#reader .apart").click()
        opened.value.locator("#trich").wait_for()
        assert urlsplit(opened.value.url).path == "/nep/bai/ngay-vui"
        fonts = page.evaluate(
            "document.fonts.ready.then(all => [...all].filter(f => f.status === 'error').length)"
        )
        assert fonts == 0
        page.get_by_role("button", name="Đóng").click()
        page.goto(f"{place.url}/trang-thai")
        page.get_by_role("button", name="Đăng xuất").click()
        page.wait_for_url(f"{place.url}/dang-nhap")
        context.close()
    assert not faults
    ours = [url for url in requests if not url.startswith(("data:", "blob:"))]
    assert len(ours) > 30
    assert all(url.startswith(f"{place.url}/") for url in ours)
    assert all(path.startswith("/nep/") for _, path, _ in place.asked())
    fonts_asked = [path for _, path, _ in place.asked() if path.endswith(".woff2")]
    assert any("SourceSansPro" in path for path in fonts_asked)
