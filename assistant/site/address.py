"""Under which address people reach the program: behind a proxy, another one than it listens at."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.errors import NepError

if TYPE_CHECKING:
    from starlette.routing import BaseRoute
    from starlette.types import Scope


@dataclass(frozen=True, slots=True)
class Address:
    """``scheme`` is http or https, ``host`` the name with its port where that is not the usual one, ``base``
    the path under which the program is ("/nep"), empty without one."""

    scheme: str
    host: str
    base: str

    @property
    def secure(self) -> bool:
        return self.scheme == "https"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}{self.base}"


def read(url: str) -> Address:
    """The address that was written. Raises NepError."""
    with suppress(ValueError):
        parts = urlsplit(url.strip())
        base = parts.path.rstrip("/")
        usual = {"http": 80, "https": 443}.get(parts.scheme)
        plain = not (parts.query or parts.fragment or parts.username or parts.password)
        if usual and parts.hostname and plain and re.fullmatch(r"(?:/[\w.~-]+)*", base, re.ASCII):
            name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
            if name.isascii():
                port = f":{parts.port}" if parts.port not in (None, usual) else ""
                return Address(parts.scheme, f"{name}{port}", base)
    raise NepError(
        f"Không hiểu địa chỉ “{url}”. Hãy ghi đủ như người dùng gõ vào trình duyệt, ví dụ https://ten-may/nep."
    )


def must_be_clear(address: Address, routes: Iterable[BaseRoute]) -> None:
    """Raises NepError where a page of our own lies at the base or below it. A proxy may take the base away or
    leave it: "/so-tay/x" under the base "/so-tay" would be one page with the one and another with the other,
    and nothing tells which was meant."""
    if any(_lies_below(address.base, path) for path in _paths(routes)):
        raise NepError(
            f"Không dùng được địa chỉ “{address.url}”: chính Nếp có trang ở đường dẫn “{address.base}”, nên "
            f"có trang sẽ mở nhầm. Hãy chọn đường dẫn khác, ví dụ {address.scheme}://{address.host}/nep."
        )


def _paths(routes: Iterable[BaseRoute], above: str = "") -> Iterator[str]:
    """The patterns of what is answered, those of applications within the application too."""
    for route in routes:
        path = above + getattr(route, "path", "")
        if inner := getattr(route, "routes", None):
            yield from _paths(inner, path)
        elif path and not hasattr(route, "methods"):  # whatever is asked for below it
            yield f"{path}/{{rest:path}}"
        else:
            yield path


def _lies_below(base: str, pattern: str) -> bool:
    """Whether a path that the pattern stands for is the base, or begins with it."""
    from starlette.routing import compile_path

    own = [part for part in pattern.split("/") if part]
    for n, part in enumerate(part for part in base.split("/") if part):
        if n == len(own):
            return False
        if ":path}" in own[n]:
            return True
        if not compile_path(own[n])[0].fullmatch(part):
            return False
    return bool(base)


def ours(host: str, address: Address | None) -> bool:
    """Whether a Host header names this machine: by the name that the office gave it, by an address, or as
    localhost. Any other name may have been made, by someone else's page, to lead here: such a page could
    read every article."""
    name = re.sub(r":\d+$", "", host).lower()
    if address is not None and name == re.sub(r":\d+$", "", address.host):
        return True
    name = name.strip("[]")
    with suppress(ValueError):
        return name == "localhost" or bool(ipaddress.ip_address(name))
    return False


def inside(scope: Scope, address: Address) -> Scope:
    """A request as it would have come had people asked the program itself: with the host and the scheme that
    they typed, and a path without the base, which a proxy may leave in place or take away."""
    headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
    headers.append((b"host", address.host.encode("ascii")))
    path, raw = scope["path"], scope.get("raw_path") or b""
    base = address.base
    if base and (path == base or path.startswith(f"{base}/")):
        path, raw = path[len(base) :] or "/", raw[len(base) :] or b"/"
    return {**scope, "headers": headers, "scheme": address.scheme, "path": path, "raw_path": raw}
