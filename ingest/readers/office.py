"""Documents of older or other office programs (.doc, .rtf, .odt): LibreOffice turns them into .docx, which is
read as one.

What a file is called says little: what offices keep as .doc is in truth RTF, a web page or .docx as often. So
a file is taken for what it is, and LibreOffice is told so: left to guess, it reads what is damaged as plain
text, and gives pages of signs.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from struct import error, unpack_from
from tempfile import TemporaryDirectory

from ingest import formats
from ingest.errors import UnreadableFile
from ingest.layout import Page
from ingest.limits import Limits
from ingest.readers import word
from ingest.readers.package import checked, seems

#: How much of the time that reading may take LibreOffice may: it shall be ended before the reader is.
CONVERTING_SHARE = 0.8
#: Of the letters of a readable document no more than this share are of scripts other than Latin and Greek.
STRANGE_SHARE = 0.3

_DAMAGED = (
    "tệp bị hỏng hoặc chép chưa hết. Hãy chép lại tệp từ nơi lưu gốc; nếu vẫn vậy, hãy mở tệp bằng Word hoặc "
    "LibreOffice để sửa, lưu thành .docx, rồi nạp lại."
)
_LOCKED = (
    "tệp có mật khẩu. Hãy mở tệp bằng mật khẩu, bỏ mật khẩu trong mục bảo vệ tài liệu, lưu lại, rồi nạp lại."
)
_MISTAKEN = (
    "không phải tài liệu Word, RTF hay OpenDocument, dù tên tệp ghi như vậy{seeming}. Hãy mở tệp bằng đúng "
    "chương trình đã tạo ra nó, lưu thành dạng mới (.docx, .xlsx, .pptx) hoặc PDF, rồi nạp lại."
)
_MISSING = (
    "máy này chưa có LibreOffice, chương trình cần để đọc tệp .doc, .rtf, .odt. Hãy mở tệp bằng Word, lưu "
    "thành .docx, rồi nạp tệp mới; hoặc cài LibreOffice rồi nạp lại: trên Windows, macOS tải bộ cài từ trang "
    "libreoffice.org, trên Ubuntu, Debian chạy lệnh “sudo apt install libreoffice-writer”."
)
_SLOW = (
    "LibreOffice mở tệp này quá lâu (hơn {seconds} giây), nên đã dừng. Hãy mở tệp bằng Word, lưu thành "
    ".docx, rồi nạp tệp mới."
)


def read(path: Path, limits: Limits) -> Page:
    """The lines of a document, as ``word.read`` gives them; of one that is in truth a .docx, a web page with
    its pictures in one file, or plain text, as the reader of these does. No macro runs, and nothing that the
    document refers to is fetched.

    Raises UnreadableFile, also where LibreOffice is not installed, or OSError."""
    data = path.read_bytes()
    suffix = _suffix(path, data)
    if suffix == ".docx":
        return word.read(path, limits)
    if suffix in (".mht", ".txt"):
        return formats.reader_of(suffix)(path, limits)
    if suffix == ".odt":
        _check_open_document(path, limits)
    elif suffix == ".rtf" and not data.rstrip(b"\0\x1a \t\r\n").endswith(b"}"):  # which closes the document
        raise UnreadableFile(_DAMAGED)
    filter = _word_filter(data) if suffix == ".doc" else _FILTERS[suffix]
    with TemporaryDirectory() as folder:
        original = Path(folder, f"document{suffix}")
        original.write_bytes(_marked(data) if suffix == ".html" else data)
        page = word.read(_converted(original, filter, limits), limits)
    if _is_garbage(page):
        raise UnreadableFile(_DAMAGED)
    return page


# --- what a file is ------------------------------------------------------------------------------

#: LibreOffice's names for the formats that it is given beside Word's own, by the usual suffix.
_FILTERS: Mapping[str, str] = {
    ".rtf": "Rich Text Format",
    ".odt": "writer8",
    ".html": "HTML (StarWriter)",
    ".xml": "MS Word 2003 XML",
}
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WEB_PAGE = re.compile(rb"<(?:!doctype html|html|head|meta|title|style|body|div|p|table|span|font|h\d)\b")
_LETTER = re.compile(rb"mime-version:|from: <saved by|content-type: multipart/")


def _suffix(path: Path, data: bytes) -> str:
    """The usual suffix of the format that a file is in by its bytes. Raises UnreadableFile for one that is no
    document."""
    start = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not data.strip(b"\0 \t\r\n"):
        raise UnreadableFile("tệp trống. Hãy chép lại tệp từ nơi lưu gốc, rồi nạp lại.")
    if data.startswith(_COMPOUND):
        return ".doc"
    if data.startswith(b"PK\x03\x04"):
        return ".odt" if _is_open_document(path) else ".docx"
    if start.startswith(b"{\\rtf"):
        return ".rtf"
    if b'progid="word.document"' in start and b"<!DOCTYPE" not in data:
        return ".xml"
    if _WEB_PAGE.match(start) or (start.startswith(b"<?xml") and b"<html" in start):
        return ".html"
    if _LETTER.match(start):
        return ".mht"
    seen = seems(data[:1024])
    if seen or b"\0" in data:
        raise UnreadableFile(_mistaken(seen))
    return ".txt"


def _mistaken(seen: str | None) -> str:
    return _MISTAKEN.format(seeming=f", có vẻ là {seen}" if seen else "")


def _is_open_document(path: Path) -> bool:
    """Whether a zip file is a text of LibreOffice and its kin."""
    try:
        with zipfile.ZipFile(path) as package, package.open("mimetype") as kind:
            return kind.read(100).startswith(b"application/vnd.oasis.opendocument.text")
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return False


def _check_open_document(path: Path, limits: Limits) -> None:
    """Raises UnreadableFile where it is damaged, too large, or has a password."""
    checked(path, limits, "content.xml", "OpenDocument (.odt)")
    with zipfile.ZipFile(path) as package:
        manifests = [name for name in package.namelist() if name == "META-INF/manifest.xml"]
        if any(b"encryption-data" in package.read(manifest) for manifest in manifests):
            raise UnreadableFile(_LOCKED)


def _marked(page: bytes) -> bytes:
    """A web page with the mark of UTF-8 before it, if it is in that: one saved as .doc often does not say."""
    try:
        return page.decode("utf-8-sig").encode("utf-8-sig")
    except UnicodeDecodeError:
        return page


# --- Word 97 -------------------------------------------------------------------------------------

#: A chain of sectors ends in a number from here on.
_NO_SECTOR = 0xFFFFFFFA
#: Streams of fewer bytes are not kept in sectors of their own.
_SMALL = 4096
#: How the main stream of a document begins, in Word 97 to 2003 and in Word 6 and 95.
_WORD_97, _WORD_6 = 0xA5EC, 0xA5DC
#: The highest version of its format that Word 6 wrote.
_LAST_OF_WORD_6 = 103
_ENCRYPTED = 0x0100


def _word_filter(data: bytes) -> str:
    """LibreOffice's name for the version of Word that wrote a compound file, after [MS-CFB] and [MS-DOC] 2.5.
    Raises UnreadableFile for any other compound file, and for one that is cut off or locked."""
    if _entry(data, "EncryptedPackage"):
        raise UnreadableFile(_LOCKED)
    main = _entry(data, "WordDocument")
    try:
        sector = {9: 512, 12: 4096}[unpack_from("<H", data, 30)[0]]
        unpack_from("<128s", data, (unpack_from("<I", data, 48)[0] + 1) * sector)  # there is a directory
        if main is None:
            raise UnreadableFile(_mistaken(seems(data)))
        fat = _fat(data, sector)
        streams = (main, _entry(data, "0Table"), _entry(data, "1Table"))
        whole = all(_is_whole(data, sector, fat, entry) for entry in streams if entry)
        begin = (unpack_from("<I", data, main + 116)[0] + 1) * sector
        magic, version = unpack_from("<HH", data, begin)
        flags = unpack_from("<H", data, begin + 10)[0]
    except (error, KeyError):
        raise UnreadableFile(_DAMAGED) from None
    if not whole or magic not in (_WORD_97, _WORD_6):
        raise UnreadableFile(_DAMAGED)
    if flags & _ENCRYPTED:
        raise UnreadableFile(_LOCKED)
    if magic == _WORD_97:
        return "MS Word 97"
    return "MS WinWord 6.0" if version <= _LAST_OF_WORD_6 else "MS Word 95"


def _entry(data: bytes, name: str) -> int | None:
    """Where in a compound file the entry of a stream stands in its directory."""
    written = name.encode("utf-16-le") + b"\0\0"
    at = data.find(written, 512)
    while at >= 0 and (at % 128 or data[at + 64 : at + 66] != len(written).to_bytes(2, "little")):
        at = data.find(written, at + 1)
    return at if at >= 0 else None


def _fat(data: bytes, sector: int) -> list[int]:
    """Which sector follows each, in the streams of a compound file."""
    per = sector // 4
    tables = len(data) // sector // per + 2  # no more are needed for a file of this length
    places = list(unpack_from("<109I", data, 76))
    more, count = unpack_from("<II", data, 68)
    for _ in range(min(count, tables // per + 2)):
        *further, more = unpack_from(f"<{per}I", data, (more + 1) * sector)
        places += further
    used = islice((place for place in places if place < _NO_SECTOR), tables)
    return [follows for place in used for follows in unpack_from(f"<{per}I", data, (place + 1) * sector)]


def _is_whole(data: bytes, sector: int, fat: list[int], entry: int) -> bool:
    """Whether all the sectors of a stream are there."""
    at: int
    size: int
    at, size = unpack_from("<II", data, entry + 116)
    count = 0
    while size >= _SMALL and at < len(fat) and count <= len(fat) and (at + 1) * sector < len(data):
        at, count = fat[at], count + 1
    return size < _SMALL or (at >= _NO_SECTOR and count * sector >= size)


# --- LibreOffice ---------------------------------------------------------------------------------

#: Where its installers put it when they do not add it to the path.
_INSTALLED = (
    Path("C:/Program Files/LibreOffice/program/soffice.com"),
    Path("C:/Program Files (x86)/LibreOffice/program/soffice.com"),
    Path("/Applications/LibreOffice.app/Contents/MacOS/soffice"),
    Path("/opt/libreoffice/program/soffice"),
)

_SECURITY = "Office.Common/Security/Scripting"
#: What LibreOffice is set to: nothing that a document refers to is fetched or brought up to date, and nothing
#: in it runs. Whatever would go out in spite of that goes to a port of this computer where nobody listens.
_SETTINGS: Mapping[tuple[str, str], str] = {
    (_SECURITY, "BlockUntrustedRefererLinks"): "true",
    (_SECURITY, "DisableActiveContent"): "true",
    (_SECURITY, "DisableMacrosExecution"): "true",
    (_SECURITY, "MacroSecurityLevel"): "3",
    ("Office.Writer/Content/Update", "Link"): "0",
    ("Inet/Settings", "ooInetProxyType"): "2",
    ("Inet/Settings", "ooInetHTTPProxyName"): "127.0.0.1",
    ("Inet/Settings", "ooInetHTTPProxyPort"): "9",
    ("Inet/Settings", "ooInetHTTPSProxyName"): "127.0.0.1",
    ("Inet/Settings", "ooInetHTTPSProxyPort"): "9",
    ("Inet/Settings", "ooInetNoProxy"): "",
}


def _converted(original: Path, filter: str, limits: Limits) -> Path:
    """The document as .docx, made in the same folder. LibreOffice gets a profile of its own there: it neither
    disturbs nor waits for one that is open on the desktop."""
    program = libreoffice()
    if program is None:
        raise UnreadableFile(_MISSING)
    folder = original.parent
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_profile(), encoding="utf-8")
    _run(
        [
            program,
            f"-env:UserInstallation={profile.as_uri()}",
            *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo"),
            f"--infilter={filter}",
            *("--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder / "out"), str(original)),
        ],
        folder,
        max(1, int(limits.seconds * CONVERTING_SHARE)),
    )
    made = folder / "out" / f"{original.stem}.docx"
    if not made.is_file():
        raise UnreadableFile(_DAMAGED)
    return made


def libreoffice() -> str | None:
    """Where LibreOffice is; None where it is not installed."""
    on_path = shutil.which("soffice") or shutil.which("libreoffice")
    return on_path or next((str(path) for path in _INSTALLED if path.is_file()), None)


def _profile() -> str:
    items = (
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for (path, name), value in _SETTINGS.items()
    )
    return f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{"".join(items)}</oor:items>'


def _run(command: list[str], folder: Path, seconds: int) -> None:
    """Runs a program to its end, whatever that is. It stays in the group of processes of this one: who ends
    the reader with its group ends LibreOffice too."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        raise UnreadableFile(_SLOW.format(seconds=seconds)) from None
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends LibreOffice, which is two processes: the one that was started ends the other when it is asked to
    end itself."""
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _is_garbage(page: Page) -> bool:
    """Whether what was read is no writing that the offices use: bytes of something else, read as letters."""
    letters = [c for line in page.lines for c in line.text if c.isalpha()]
    strange = sum(not (c < "\u0400" or "\u1e00" <= c <= "\u1fff") for c in letters)
    return strange > STRANGE_SHARE * len(letters)
