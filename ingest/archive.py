"""A .zip file taken apart: each file in it on its own, under a name of ours, never more than a PC can hold.

Nothing that the archive says is believed: not the sizes (it is counted while unpacking), not the paths
(nothing is ever written under one), not that a member is a file.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import chain, count
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest import encodings, formats
from ingest.errors import UnreadableFile
from ingest.limits import Limits

#: What deflate makes of a blank page's picture is a three-hundredth, and a thousandth the most it can; a
#: member that unpacks to less than BULKY bytes does no harm whatever its ratio.
MAX_RATIO = 300
BULKY = 10_000_000
#: What the table of contents of a file of documents may have of entries, for each file that may be in it: it
#: is read as a whole, and an archive of nothing but entries would fill the memory.
ENTRIES_A_FILE = 50

_PIECE = 1 << 16
_ENTRY = b"PK\x01\x02"
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)

_BROKEN = (
    "tệp nén hỏng hoặc chép chưa hết. Hãy chép lại tệp từ nơi lưu gốc, hoặc nén lại thành .zip, rồi nạp lại."
)
_BROKEN_MEMBER = "tệp này trong tệp nén bị hỏng. Hãy nén lại từ tệp gốc, hoặc nạp riêng tệp gốc."
_TOO_MANY = "tệp nén có {n} tệp, quá mức {most} tệp. Hãy chia thành nhiều tệp nén nhỏ hơn, rồi nạp lại."
_LOCKED = "tệp này trong tệp nén có mật khẩu. Hãy giải nén bằng mật khẩu, rồi nạp thư mục đã giải nén."
_METHOD = (
    "tệp này được nén bằng một cách chưa đọc được. Hãy giải nén rồi nạp thư mục đã giải nén, hoặc nén lại "
    "thành .zip thông thường."
)
_NO_FILE = "không phải là tệp thường mà là liên kết hoặc thiết bị. Hãy nén chính tệp bài viết, rồi nạp lại."
_TOO_LARGE = "tệp này trong tệp nén nặng hơn {most} MB. Hãy tách thành từng bài, rồi nạp lại."
_TOTAL = (
    "chưa đọc tệp này, vì tệp nén khi bung ra lớn hơn {most} MB. Hãy chia thành nhiều tệp nén nhỏ hơn, rồi "
    "nạp lại."
)
_UNLIKELY = (
    "tệp này bị nén bất thường (bung ra lớn gấp hơn {ratio} lần), có thể gây hại. Hãy nạp riêng tệp gốc."
)


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive. ``name`` is its path inside, as the archive says it, without what would lead
    out of a folder; no two members of an archive have the same. ``content`` is a file that holds it, until
    the next member is drawn, or why there is none."""

    name: str
    content: Path | UnreadableFile


def members(path: Path, limits: Limits) -> Iterator[Member]:
    """The files in an archive, in its order, without what computers add by themselves. Raises UnreadableFile
    for an archive that cannot be opened, is empty, or has more than ``limits.files``; OSError."""
    with _opened(path, limits) as archive, TemporaryDirectory(prefix="nep-") as folder:
        listed = [
            (info, _parts(_name(info))) for info in archive.infolist() if not info.filename.endswith("/")
        ]
        wanted = [(info, parts) for info, parts in listed if not _is_clutter(parts)]
        if not wanted:
            raise UnreadableFile("tệp nén không có tệp nào bên trong. Hãy kiểm tra lại tệp.")
        if len(wanted) > limits.files:
            raise UnreadableFile(_TOO_MANY.format(n=len(wanted), most=limits.files))
        names = unique("/".join(parts) for _, parts in wanted)
        left = limits.expanded * 1_000_000
        for n, ((info, _), name) in enumerate(zip(wanted, names, strict=True)):
            target = Path(folder, f"{n}{formats.extension(name)}")
            try:
                _unpack(archive, info, target, left, limits)
                content: Path | UnreadableFile = target
            except UnreadableFile as e:
                content = e
            left -= target.stat().st_size if target.exists() else 0
            yield Member(name, content)
            target.unlink(missing_ok=True)


def unique(names: Iterable[str]) -> list[str]:
    """The names, each that was there before with its number behind: ``a.txt``, ``a (2).txt``."""
    out: dict[str, None] = {}
    for name in names:
        stem = formats.stem(name)
        numbered = (f"{stem} ({n}){name[len(stem) :]}" for n in count(2))
        out[next(x for x in chain([name], numbered) if x not in out)] = None
    return list(out)


def _opened(path: Path, limits: Limits) -> zipfile.ZipFile:
    data = path.read_bytes()
    if data.count(_ENTRY) > ENTRIES_A_FILE * limits.files:
        raise UnreadableFile(_TOO_MANY.format(n="quá nhiều", most=limits.files))
    try:
        return zipfile.ZipFile(BytesIO(data))  # so that an OSError is the disk's, and not a wrong number's
    except _DAMAGE as e:
        raise UnreadableFile(_BROKEN) from e


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, left: int, limits: Limits) -> None:
    """Writes a member. Raises UnreadableFile, be it after having written a part of it."""
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        raise UnreadableFile(_NO_FILE)
    if info.flag_bits & 1:
        raise UnreadableFile(_LOCKED)
    # Of the others one (bzip2) makes gigabytes of a few bytes at once, before anyone can count them.
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnreadableFile(_METHOD)
    likely = max(BULKY, MAX_RATIO * info.compress_size)
    _check(info.file_size, left, likely, limits)
    written = 0
    try:
        with archive.open(info) as packed, target.open("wb") as file:
            while piece := packed.read(_PIECE):
                written += len(piece)
                _check(written, left, likely, limits)
                file.write(piece)
    except _DAMAGE as e:
        raise UnreadableFile(_BROKEN_MEMBER) from e


def _check(size: int, left: int, likely: int, limits: Limits) -> None:
    if size > limits.megabytes * 1_000_000:
        raise UnreadableFile(_TOO_LARGE.format(most=limits.megabytes))
    if size > likely:
        raise UnreadableFile(_UNLIKELY.format(ratio=MAX_RATIO))
    if size > left:
        raise UnreadableFile(_TOTAL.format(most=limits.expanded))


# --- names -----------------------------------------------------------------------------------------

_UTF8 = 0x800
#: The extra field in which programs put a name that their computer's own charset cannot write.
_UNICODE_PATH = 0x7075


def _name(info: zipfile.ZipInfo) -> str:
    """The path of a member, from the bytes that the archive has: in UTF-8 if it says so or they are, else in
    a Vietnamese charset from before Unicode, else as the first PCs had them."""
    name = info.orig_filename
    if info.flag_bits & _UTF8:
        return name
    data = name.encode("cp437", "replace")
    given = _unicode_path(info.extra, data)
    if given is not None:
        return given
    try:
        return data.decode()
    except UnicodeDecodeError:
        return encodings.decoded(data) or name


def _unicode_path(extra: bytes, name: bytes) -> str | None:
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        # It counts only for the name that it was made for: some programs rename and leave it behind.
        if kind == _UNICODE_PATH and field[1:5] == struct.pack("<L", zlib.crc32(name)):
            return field[5:].decode("utf-8", "replace")
    return None


def _parts(name: str) -> list[str]:
    """The folders and the file of a path, without a root, a drive, or steps upwards."""
    parts = name.partition("\0")[0].replace("\\", "/").split("/")
    return [part for part in parts if part not in ("", ".", "..") and not part.endswith(":")]


def _is_clutter(parts: list[str]) -> bool:
    return not parts or any(map(formats.is_clutter, parts))
