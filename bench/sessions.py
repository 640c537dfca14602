"""Whether many people can ask at once: browser sessions at one server, for as long as is asked.

    python -m bench.sessions --articles FOLDER --questions FILE.jsonl [--sessions 30] [--seconds 120]
        [--pause 6]

Starts ``app.py serve`` over those articles and opens so many sessions of a real Chromium, each with cookies
and a conversation of its own. Each asks one question after the other, pausing before each as a reader does
(up to twice ``--pause`` seconds, in the mean that; 0 asks without a breath). The time of an answer is what
its reader waits: from the click until it stands on the page. One session alone, before the others, is the
baseline. In the end all ask once more in the same moment, which no readers do: told by itself, it shows how
long the last of a crowd waits. The browsers take most of the processors that they share with the server here.

That no conversation took in another's words is seen twice: the questions on a session's page are those that
it asked, in their order, and its answers are those that the server gives over ``/api/ask`` to the same
questions with the same history. The server's memory is read through the whole time: flat is when the last
third of it needs no more than MOST_GROWTH above the first third.

Prints a table. Exit code 1 where there was an error, a mixed conversation, a p95 beyond SLOWEST seconds or
memory that grew.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from bench.measures import quantile

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

ROOT = Path(__file__).parents[1]
CHROMIUM = Path("/usr/bin/chromium")
#: Seconds that 95 of 100 answers may take.
SLOWEST = 1.5
#: By how much the server may hold more memory in the last third than in the first.
MOST_GROWTH = 0.05
#: Seconds until a session gives an answer up.
GIVEN_UP = 30

# Types a question as a person does, presses the button, and tells how long the answer took to stand there.
ASK = """
([question, most]) => new Promise((resolve) => {
  const done = () => document.querySelectorAll(".exchange:not(.working)").length;
  const before = done();
  const box = document.querySelector("#asking textarea");
  box.value = question;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  setTimeout(() => {
    const begun = performance.now();
    const end = (told) => { watch.disconnect(); clearTimeout(timer); resolve(told); };
    const look = () => { if (done() > before) end((performance.now() - begun) / 1000); };
    const watch = new MutationObserver(look);
    watch.observe(document.body, { childList: true, subtree: true, attributes: true });
    const timer = setTimeout(() => end(null), most * 1000);
    document.getElementById("send").click();
  }, 50);
})
"""
# The conversation as it stands on the page: of each exchange the question, its state and its words.
SHOWN = """
() => [...document.querySelectorAll(".exchange")].map((one) => [
  one.querySelector(".question")?.lastChild.textContent ?? "",
  [...one.classList].find((name) => ["answered", "refused", "notice", "working"].includes(name)) ?? "",
  one.querySelector(".reply")?.textContent ?? "",
])
"""


@dataclass(slots=True)
class Session:
    """What one session asked, how long each answer took in seconds (None: it never came), and what stood on
    its page in the end."""

    asked: list[str] = field(default_factory=list)
    took: list[float | None] = field(default_factory=list)
    shown: list[tuple[str, str, str]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outcome:
    """``memory`` are the server's megabytes, a value a second; ``worked`` the seconds its processors did;
    ``crowd`` how long each waited when all asked in one moment."""

    sessions: tuple[Session, ...]
    memory: tuple[float, ...]
    worked: float
    crowd: tuple[float | None, ...] = ()

    @property
    def took(self) -> list[float]:
        return [t for session in self.sessions for t in session.took if t is not None]

    @property
    def errors(self) -> list[str]:
        """What went wrong: answers that never came, notices in place of answers, failures of the page."""
        found = [failure for session in self.sessions for failure in session.failures]
        for session in self.sessions:
            found += [
                f"no answer to {q}" for q, t in zip(session.asked, session.took, strict=True) if t is None
            ]
            found += [f"{state}: {words}" for _, state, words in session.shown if state == "notice"]
        return [*found, *("no answer in the crowd" for t in self.crowd if t is None)]

    @property
    def growth(self) -> float:
        """Of the memory in the first third, the share by which that in the last third is more."""
        third = max(1, len(self.memory) // 3)
        return median(self.memory[-third:]) / median(self.memory[:third]) - 1


# --- the server --------------------------------------------------------------------------------------


@contextmanager
def served(articles: Path, home: Path) -> Iterator[tuple[str, int]]:
    """A server of its own over the articles: its address and its process."""
    command = [sys.executable, str(ROOT / "app.py"), "serve", "--home", str(home), "--port", "0"]
    with subprocess.Popen(
        [*command, "--articles", str(articles)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if found := re.search(r"http://\S+", line):
                    yield found[0], process.pid
                    return
            raise RuntimeError("the server did not start")
        finally:
            process.terminate()


def memory(pid: int) -> float:
    """Megabytes of real memory that the process holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


def worked(pid: int) -> float:
    """Seconds of processor time that the process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def answer(address: str, question: str, history: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """What the server says to programs; ``history`` are the questions and answers before."""
    turns = [
        {"role": role, "content": words}
        for exchange in history
        for role, words in zip(("user", "assistant"), exchange, strict=True)
    ]
    body = json.dumps({"question": question, "history": turns}).encode()
    request = urllib.request.Request(
        f"{address}/api/ask", body, {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=GIVEN_UP) as reply:
        found: dict[str, Any] = json.load(reply)
        return found


# --- the sessions ------------------------------------------------------------------------------------


async def ask_on(
    page: Page, session: Session, questions: Sequence[str], until: float, pause: float, random: Random
) -> None:
    """One question after the other until the time is over."""
    while time.monotonic() + (wait := random.uniform(0, 2 * pause)) < until:
        await asyncio.sleep(wait)
        question = random.choice(questions)
        session.asked.append(question)
        session.took.append(await page.evaluate(ASK, [question, GIVEN_UP]))
    session.shown = [(q, state, words) for q, state, words in await page.evaluate(SHOWN)]


def _fail(session: Session, error: object) -> None:
    session.failures.append(str(error))


@asynccontextmanager
async def watched(pid: int) -> AsyncIterator[list[float]]:
    """The memory of a process, taken each second."""
    taken: list[float] = []

    async def take() -> None:
        while True:
            taken.append(memory(pid))
            await asyncio.sleep(1)

    task = asyncio.create_task(take())
    try:
        yield taken
    finally:
        task.cancel()


async def together(
    browser: Browser,
    address: str,
    pid: int,
    questions: Sequence[str],
    many: int,
    seconds: float,
    pause: float,
) -> Outcome:
    """So many sessions for so many seconds; pages are opened before the time begins."""
    opened: list[tuple[Page, Session]] = []
    for _ in range(many):
        context = await browser.new_context(
            viewport={"width": 1280, "height": 800}, locale="vi-VN", reduced_motion="reduce"
        )
        page, session = await context.new_page(), Session()
        page.on("pageerror", partial(_fail, session))
        await page.goto(address)
        await page.wait_for_selector("#asking textarea")
        opened.append((page, session))
    until, before = time.monotonic() + seconds, worked(pid)
    async with watched(pid) as taken:
        await asyncio.gather(
            *(
                ask_on(page, session, questions, until, pause, Random(n))
                for n, (page, session) in enumerate(opened)
            )
        )
    spent = worked(pid) - before
    crowd = await asyncio.gather(
        *(page.evaluate(ASK, [questions[n % len(questions)], GIVEN_UP]) for n, (page, _) in enumerate(opened))
    )
    for page, _ in opened:
        await page.context.close()
    return Outcome(tuple(session for _, session in opened), tuple(taken), spent, tuple(crowd))


def mixed(address: str, session: Session) -> list[str]:
    """Where the page of a session shows other questions than it asked, or other answers than they have."""
    if [question for question, _, _ in session.shown] != session.asked:
        return [f"asked {session.asked}, shown {[question for question, _, _ in session.shown]}"]
    found = []
    history: list[tuple[str, str]] = []
    for question, _, words in session.shown:
        said = answer(address, question, history)
        for statement in said["statements"]:
            if _plain(statement["text"]) not in _plain(words):
                found.append(f"{question}: {statement['text']} is not in {words}")
        history.append((question, said["answer"]))
    return found


def _plain(text: str) -> str:
    """A text without what the page puts between its words."""
    return re.sub(r"\[\d+\]|\s+|\u2060", "", text)


# --- the program -------------------------------------------------------------------------------------


async def measure(args: argparse.Namespace, questions: Sequence[str], address: str, pid: int) -> bool:
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        alone = await together(browser, address, pid, questions, 1, args.seconds / 4, args.pause)
        crowd = await together(browser, address, pid, questions, args.sessions, args.seconds, args.pause)
        await browser.close()
    strays = [stray for session in crowd.sessions for stray in mixed(address, session)]
    p95 = quantile(crowd.took, 0.95)
    rows = [
        ("sessions", "1", f"{args.sessions}"),
        ("answers", f"{len(alone.took)}", f"{len(crowd.took)}"),
        ("errors", f"{len(alone.errors)}", f"{len(crowd.errors)}"),
        ("mixed conversations", "", f"{len(strays)}"),
        ("seconds, median", f"{median(alone.took):.2f}", f"{median(crowd.took):.2f}"),
        ("seconds, 95 of 100", f"{quantile(alone.took, 0.95):.2f}", f"{p95:.2f}"),
        ("seconds, the longest", f"{max(alone.took):.2f}", f"{max(crowd.took):.2f}"),
        ("all in one moment, the last", "", f"{max(t or GIVEN_UP for t in crowd.crowd):.2f}"),
        (
            "server's processor, ms an answer",
            f"{1000 * alone.worked / len(alone.took):.0f}",
            f"{1000 * crowd.worked / len(crowd.took):.0f}",
        ),
        ("server's MB, begin", f"{alone.memory[0]:.0f}", f"{crowd.memory[0]:.0f}"),
        ("server's MB, end", f"{alone.memory[-1]:.0f}", f"{crowd.memory[-1]:.0f}"),
        ("growth, last third over first", "", f"{crowd.growth:+.1%}"),
    ]
    print(f"### {args.sessions} sessions, {args.seconds:g} s, a pause of {args.pause:g} s\n")
    print("| | alone | together |\n| --- | ---: | ---: |")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    for problem in [*crowd.errors, *strays][:10]:
        print(f"\n- {problem}", file=sys.stderr)
    return not crowd.errors and not strays and p95 <= SLOWEST and crowd.growth <= MOST_GROWTH


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.sessions")
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--pause", type=float, default=6)
    args = parser.parse_args()
    lines = [json.loads(line) for line in args.questions.read_text(encoding="utf-8").splitlines() if line]
    # What stands on what was said before is no question for somebody who begins.
    questions = [line["question"] for line in lines if not line.get("history")]
    with TemporaryDirectory() as folder, served(args.articles, Path(folder) / "home") as (address, pid):
        good = asyncio.run(measure(args, questions, address, pid))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
