"""The documents as they came: a copy of each, kept beside the database under the hash of its bytes."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from ingest.errors import LibraryError

#: What a copy is called: its hash, and the suffix of the document, so that it opens with its program.
NAME = re.compile(r"[0-9a-f]{64}(\.[a-z0-9]{1,8})?")
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
_HALF = "half-"
_CHUNK = 1 << 20


class Originals:
    """The copies in one folder. A copy is whole or not there: it is written beside, and put in its place in
    one step. Written before the article that names it, and deleted after that is gone, so that a process that
    dies in between leaves a copy too many at worst, which ``sweep`` takes away. One process writes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, document: Path) -> str:
        """Copy a document, unless it is kept already, and give the copy's name. Raises LibraryError where it
        cannot be written."""
        try:
            name = digest(document) + _suffix(document)
            if not self.is_sound(name):
                name = self._copy(document)
        except OSError as e:
            raise LibraryError(
                f"Không chép được tệp gốc vào thư viện ({e.strerror or e}). Hãy kiểm tra quyền ghi và dung "
                "lượng trống của ổ đĩa rồi nạp lại."
            ) from e
        return name

    def _copy(self, document: Path) -> str:
        """The name is that of what was copied, should the document have changed since somebody looked."""
        self._folder.mkdir(exist_ok=True)
        beside = self._folder / f"{_HALF}{os.getpid()}"
        try:
            with document.open("rb") as source, beside.open("wb") as out:
                total = sha256()
                while chunk := source.read(_CHUNK):
                    total.update(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            name = total.hexdigest() + _suffix(document)
            beside.replace(self._folder / name)
        except BaseException:
            with suppress(OSError):
                beside.unlink()
            raise
        synced(self._folder)
        return name

    def path(self, name: str) -> Path | None:
        """Where a copy is; None where it is gone."""
        place = self._folder / name
        return place if place.is_file() else None

    def is_sound(self, name: str) -> bool:
        """Whether a copy is there as it was kept. Raises OSError where it cannot be read."""
        place = self.path(name)
        return place is not None and digest(place) == name.partition(".")[0]

    def renamed(self, name: str) -> str:
        """A copy whose bytes have changed, as if they had come so: its name from now on."""
        place = self._folder / name
        new = digest(place) + place.suffix
        place.replace(self._folder / new)
        return new

    def drop(self, names: Iterable[str]) -> None:
        """Delete these copies, which no article names any more."""
        for name in names:
            with suppress(OSError):  # it is swept another time
                (self._folder / name).unlink()

    def sweep(self, wanted: Collection[str]) -> None:
        """Delete the copies that no article names, and halves of copies; nothing that is not ours."""
        ours = (name for name in self._names() if name.startswith(_HALF) or NAME.fullmatch(name))
        self.drop(name for name in ours if name not in wanted)

    def lost(self, wanted: Iterable[str]) -> list[str]:
        """Those of these copies that are gone."""
        return [name for name in wanted if self.path(name) is None]

    def changed(self, wanted: Iterable[str]) -> list[str]:
        """Those of these copies that are there, but not as they were kept."""
        return [name for name in wanted if self.path(name) is not None and not self._is_readable(name)]

    def _is_readable(self, name: str) -> bool:
        try:
            return self.is_sound(name)
        except OSError:
            return False

    def __bool__(self) -> bool:
        """Whether there is any copy."""
        return any(NAME.fullmatch(name) for name in self._names())

    def _names(self) -> list[str]:
        try:
            return [entry.name for entry in self._folder.iterdir()]
        except OSError:
            return []


def digest(file: Path) -> str:
    """The SHA-256 (hex) of a file's bytes."""
    total = sha256()
    with file.open("rb") as source:
        while chunk := source.read(_CHUNK):
            total.update(chunk)
    return total.hexdigest()


def _suffix(document: Path) -> str:
    suffix = document.suffix.lower()
    return suffix if _SUFFIX.fullmatch(suffix) else ""


def synced(folder: Path) -> None:
    """Make a change of names outlast a power cut, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
