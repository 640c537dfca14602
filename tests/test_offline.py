"""No word leaves: the main job with the network cut, in a network namespace that holds loopback alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, SAMPLES

# Runs inside the namespace: brings loopback up, makes sure that nothing else is there, and does what
# an office does on its first day.
JOB = """
import fcntl, json, os, signal, socket, struct, subprocess, sys, time, urllib.request

app, samples, home = sys.argv[1:]
with socket.socket() as s:
    fcntl.ioctl(s, 0x8914, struct.pack("16sh14x", b"lo", 0x41))  # SIOCSIFFLAGS: IFF_UP | IFF_RUNNING
assert [name for _, name in socket.if_nameindex()] == ["lo"], socket.if_nameindex()

def nep(*arguments):
    done = subprocess.run([sys.executable, app, *arguments, "--home", home], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr

result = {"ingest": nep("ingest", samples), "ask": nep("ask", "--json", "Văn phòng được thành lập ngày nào?")}
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
server = subprocess.Popen([sys.executable, app, "serve", "--port", str(port), "--home", home])
try:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as response:
                result["serve"] = response.status
            with open(f"/proc/{server.pid}/maps") as maps:
                result["torch"] = "libtorch" in maps.read()
            break
        except OSError:
            assert server.poll() is None
            time.sleep(0.1)
finally:
    server.send_signal(signal.SIGINT)
    server.wait(30)
print(json.dumps(result))
"""


@pytest.fixture
def cut() -> tuple[str, ...]:
    """The command that runs another with every network but its own loopback cut."""
    for prefix in (("unshare", "-n"), ("unshare", "-rn")):
        works = (
            shutil.which("unshare") and not subprocess.run([*prefix, "true"], capture_output=True).returncode
        )
        if works:
            return prefix
    pytest.skip("this system does not let the test cut the network (unshare -n)")


def test_ingest_ask_and_serve_work_with_the_network_cut(cut: tuple[str, ...], tmp_path: Path) -> None:
    unwanted = ("nep_", "http_proxy", "https_proxy", "all_proxy")
    environ = {k: v for k, v in os.environ.items() if not k.lower().startswith(unwanted)}
    command = [*cut, sys.executable, "-c", JOB, str(ROOT / "app.py"), str(SAMPLES), str(tmp_path / "Nep")]
    done = subprocess.run(command, capture_output=True, text=True, env=environ, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["ingest"][0] == 0, result["ingest"]
    assert result["ask"][0] == 0, result["ask"]
    assert json.loads(result["ask"][1])["status"] in ("answered", "refused")
    assert result["serve"] == 200
    assert not result["torch"], "the bundled encoder needs no torch"


def test_the_bundled_encoder_needs_neither_torch_nor_sentence_transformers(samples_home: Path) -> None:
    program = (
        "import os, sys; sys.argv[0] = 'app.py'; import app; from assistant.cli import main\n"
        "code = main(['ask', 'Văn phòng được thành lập ngày nào?', '--json'], os.environ, app.OFFLINE)\n"
        "print(code, *sys.modules, file=sys.stderr)"
    )
    environ = os.environ | {"NEP_HOME": str(samples_home)}
    environ.pop("NEP_ENCODER", None)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environ, cwd=ROOT, check=True
    )
    code, *modules = done.stderr.splitlines()[-1].split()
    assert code == "0"
    assert "onnxruntime" in modules
    roots = {module.partition(".")[0] for module in modules}
    assert not roots & {"torch", "sentence_transformers", "transformers", "gradio"}
