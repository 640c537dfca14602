"""The entrance and the page of one's own account, as HTML. Pure."""

from __future__ import annotations

import math
from html import escape as _esc

from assistant import pages
from assistant.records.accounts import SHORTEST, Role
from assistant.site.door import ONWARD
from assistant.visit import say, visit

_ROLES = {Role.READER: "Người đọc", Role.EDITOR: "Biên tập", Role.ADMINISTRATOR: "Quản trị"}


def role(role: Role) -> str:
    """What a role is called."""
    return say(_ROLES.get(role, "Người đọc"))


def slowed(seconds: float) -> str:
    """That one has to wait before trying again, and how long."""
    if seconds <= 90:
        wait = say("{n} giây", n=max(1, math.ceil(seconds)))
    else:
        wait = say("{n} phút", n=math.ceil(seconds / 60))
    return say("Đã nhập sai nhiều lần. Hãy đợi {wait} rồi thử lại.", wait=wait)


def field(
    name: str, label: str, *, kind: str = "text", value: str = "", complete: str = "off", hint: str = ""
) -> str:
    """A field of a form under its label; ``kind`` is the type of the input, ``complete`` what a browser may
    fill in."""
    told = f'<span class="hint" id="goi-y-{name}">{_esc(hint)}</span>' if hint else ""
    described = f' aria-describedby="goi-y-{name}"' if hint else ""
    return (
        f'<p class="field"><label for="o-{name}">{_esc(label)}</label>'
        f'<input id="o-{name}" name="{name}" type="{kind}" value="{_esc(value)}" autocomplete="{complete}" '
        f'autocapitalize="none" spellcheck="false" required{described}>{told}</p>'
    )


def entering(onward: str) -> str:
    """The entrance; ``onward`` is the path where one goes on to."""
    title = say("Đăng nhập")
    script = say("Đăng nhập cần JavaScript. Hãy bật lên rồi tải lại trang.")
    help = say("Chưa có tài khoản hoặc quên mật khẩu? Hãy hỏi người quản trị Nếp của cơ quan.")
    return pages.frame(
        title,
        f'<form class="entrance" data-send="{pages.ENTRANCE}" method="post" novalidate><h1>{_esc(title)}</h1>'
        f'<noscript><p class="problem">{_esc(script)}</p></noscript>'
        f"{field('name', say('Tên đăng nhập'), complete='username')}"
        f"{field('password', say('Mật khẩu'), kind='password', complete='current-password')}"
        f'<input type="hidden" name="{ONWARD}" value="{_esc(onward)}">'
        f'<p class="acts"><button type="submit">{_esc(title)}</button></p>'
        f'<p class="hint">{_esc(help)}</p></form>',
        kind="accounts",
        sheets=["accounts"],
        scripts=["accounts"],
    )


def own() -> str:
    """The page of one's own account."""
    account = visit().account
    title = say("Tài khoản của bạn")
    if account is None or not account.name:
        none = say("Nếp trên máy này chưa dùng tài khoản: ai ngồi ở máy cũng làm được mọi việc.")
        return pages.frame(
            title,
            f'<h1>{_esc(title)}</h1><p class="note">{_esc(none)}</p>',
            kind="accounts",
            sheets=["accounts"],
        )
    facts = (
        (say("Tên đăng nhập"), account.name),
        (say("Họ tên"), account.full),
        (say("Vai trò"), role(account.role)),
    )
    about = "".join(f"<div><dt>{_esc(name)}</dt><dd>{_esc(text)}</dd></div>" for name, text in facts)
    return pages.frame(
        title,
        f'<h1>{_esc(title)}</h1><dl class="about">{about}</dl>'
        f'<h2>{_esc(say("Đổi mật khẩu"))}</h2><form data-send="{pages.OWN}" method="post" novalidate>'
        f"{field('old', say('Mật khẩu hiện nay'), kind='password', complete='current-password')}"
        f"{password(say('Mật khẩu mới'))}"
        f"{field('again', say('Nhập lại mật khẩu mới'), kind='password', complete='new-password')}"
        f'<p class="acts"><button type="submit">{_esc(say("Đổi mật khẩu"))}</button></p></form>',
        kind="accounts",
        sheets=["accounts"],
        scripts=["accounts"],
    )


def password(label: str) -> str:
    """The field of a password that is chosen."""
    hint = say("Ít nhất {n} ký tự; một câu ngắn dễ nhớ là mật khẩu tốt.", n=SHORTEST)
    return field("password", label, kind="password", complete="new-password", hint=hint)
