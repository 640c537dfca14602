"""How somebody reads: in which language and which colours, kept by the browser for a year."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from assistant import pages
from assistant.site.door import LANGUAGE, THEME
from assistant.visit import at

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

#: Seconds for which a choice is kept.
KEPT = 365 * 24 * 60 * 60
# A choice is a few letters; of a longer form no more is kept in mind.
_LONGEST = 1 << 10
# For each field its cookie and what may be chosen; no colours are those of the system.
_CHOICES = {"language": (LANGUAGE, {"vi", "en"}), "theme": (THEME, {"light", "dark", ""})}


def way_back(address: str) -> str:
    """The address if it is one of this server's pages ("/path?query"), else the first page's: nobody is sent
    elsewhere by a form that somebody else has filled in."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return pages.HOME
    foreign = parts.scheme or parts.netloc or not address.startswith("/")
    return pages.HOME if foreign or address.startswith("//") or _odd(address) else address


def _odd(address: str) -> bool:
    """Whether a browser may read it otherwise than it is written: "/\\\\host" is another server's."""
    return any(letter in "\\\x7f" or letter <= " " or letter > "~" for letter in address)


def routes() -> list[BaseRoute]:
    """The form of the masthead: what is chosen in it is kept, and its page shown again."""
    from starlette.responses import RedirectResponse
    from starlette.routing import Route

    async def choose(request: Request) -> Response:
        body = b""
        async for some in request.stream():
            body = (body + some)[:_LONGEST]
        fields = parse_qs(body.decode("latin-1"), keep_blank_values=True)
        chosen = {name: values[0] for name, values in fields.items()}
        response = RedirectResponse(at(way_back(request.query_params.get("back", ""))), 303)
        # A form of another site's changes nothing; it is seen by where it comes from alone, since a form that
        # goes without a script names no origin under our referrer policy.
        if request.headers.get("sec-fetch-site", "none") in ("same-origin", "none"):
            for field, (cookie, choices) in _CHOICES.items():
                value = chosen.get(field)
                if value in choices:
                    if value:
                        response.set_cookie(
                            cookie, value, max_age=KEPT, path=at("/"), httponly=True, samesite="lax"
                        )
                    else:
                        response.delete_cookie(cookie, path=at("/"))
        return response

    return [Route(pages.DISPLAY, choose, methods=["POST"])]
