"""The pages of the accounts, as HTML. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape as _esc
from urllib.parse import quote

from assistant import pages
from assistant.records import belongings
from assistant.records.accounts import Listed, Role
from assistant.records.belongings import Belongings
from assistant.site.entrance_pages import field, password, role
from assistant.types import written
from assistant.visit import at, say, visit

#: How the first account is made.
FIRST = (
    "Chưa có tài khoản nào: Nếp chỉ mở trên máy này, và ai ngồi ở máy cũng làm được mọi việc. Tài khoản quản "
    "trị đầu tiên được tạo bằng lệnh: python app.py accounts add TÊN --role administrator"
)


def path(name: str) -> str:
    """The path of an account's page."""
    return f"{pages.MEMBERS}/{quote(name, safe='')}"


def all_of_them(members: Sequence[Listed]) -> str:
    """The list of the accounts, and the form for a new one."""
    title = say("Quản trị")
    if not members:
        return _framed(title, f'<h1>{_esc(title)}</h1><p class="note">{_esc(say(FIRST))}</p>')
    heads = (say("Tên đăng nhập"), say("Họ tên"), say("Vai trò"), say("Tình trạng"), say("Dùng lần cuối"))
    head = "".join(f'<th scope="col">{_esc(name)}</th>' for name in heads)
    rows = "".join(_row(member, heads) for member in members)
    return _framed(
        title,
        f"<h1>{_esc(title)}</h1>"
        f'<table class="members"><caption>{_esc(say("Tài khoản"))} ({len(members)})</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        f"<section><h2>{_esc(say('Thêm tài khoản'))}</h2>"
        f'<form data-send="{pages.MEMBERS}" method="post" novalidate>'
        f"{field('name', say('Tên đăng nhập'), hint=say('Chữ cái, chữ số, dấu . - _ @; không có dấu cách.'))}"
        f"{field('full', say('Họ tên'))}{_roles(Role.READER)}{password(say('Mật khẩu ban đầu'))}"
        f'<p class="acts"><button type="submit">{_esc(say("Thêm tài khoản"))}</button></p></form></section>',
    )


def _row(member: Listed, heads: Sequence[str]) -> str:
    account = member.account
    seen = _moment(datetime.fromtimestamp(member.seen)) if member.seen is not None else "—"
    cells = (account.full, role(account.role), _state(member), seen)
    data = "".join(
        f'<td data-name="{_esc(head)}">{_esc(cell)}</td>' for head, cell in zip(heads[1:], cells, strict=True)
    )
    link = f'<a href="{_esc(at(path(account.name)))}">{_esc(account.name)}</a>'
    return f'<tr><th scope="row">{link}</th>{data}</tr>'


def _state(member: Listed) -> str:
    return say("Đã khóa") if member.disabled else say("Đang dùng")


def _moment(moment: datetime) -> str:
    return f"{moment:%H:%M} {written(moment.date())}"


def one(member: Listed, held: Belongings) -> str:
    """The page of one account, with what would go with it."""
    account = member.account
    to = _esc(path(account.name))
    mine = account.name == visit().owner
    facts = (
        (say("Tình trạng"), _state(member)),
        (say("Tạo ngày"), written(member.made.astimezone().date())),
        (say("Đang giữ"), _counted(held) or say("Chưa có gì")),
    )
    about = "".join(f"<div><dt>{_esc(name)}</dt><dd>{_esc(text)}</dd></div>" for name, text in facts)
    if member.disabled:
        shut = pages.button(f"{to}/khoa", say("Mở khóa tài khoản"), id="khoa", disabled="0")
    else:
        sure = say(
            "Khóa tài khoản “{name}”? Người này bị đăng xuất ngay và không vào được nữa.", name=account.name
        )
        shut = pages.button(f"{to}/khoa", say("Khóa tài khoản"), sure=sure, id="khoa", disabled="1")
    revoke = ""
    if member.tokens:
        sure = say("Thu hồi mọi mã? Chương trình đang dùng các mã ấy sẽ không vào được nữa.")
        revoke = pages.button(f"{to}/thu-hoi", say("Thu hồi mã của chương trình"), sure=sure)
    remove = pages.button(f"{to}/xoa", say("Xóa tài khoản"), sure=_last_words(member, held))
    if mine:
        own = f'<a href="{_esc(at(pages.OWN))}">{_esc(say("Tài khoản của bạn"))}</a>'
        words = _esc(say("Đây là tài khoản của bạn; đổi mật khẩu ở trang {link}.")).format(link=own)
        chosen = f"<p>{words}</p>"
    else:
        chosen = (
            f'<form data-send="{to}/mat-khau" method="post" novalidate>{password(say("Mật khẩu mới"))}'
            f'<p class="acts"><button type="submit">{_esc(say("Đặt mật khẩu mới"))}</button></p></form>'
        )
    return _framed(
        account.full,
        f'<p class="back"><a href="{_esc(at(pages.MEMBERS))}">{_esc(say("Mọi tài khoản"))}</a></p>'
        f'<h1>{_esc(account.full)} <span>{_esc(account.name)}</span></h1><dl class="about">{about}</dl>'
        f"<section><h2>{_esc(say('Họ tên và vai trò'))}</h2>"
        f'<form data-send="{to}" method="post" novalidate>{field("full", say("Họ tên"), value=account.full)}'
        f"{_roles(account.role)}"
        f'<p class="acts"><button type="submit">{_esc(say("Lưu"))}</button></p></form></section>'
        f"<section><h2>{_esc(say('Mật khẩu'))}</h2>{chosen}</section>"
        f"<section><h2>{_esc(say('Khóa, xóa'))}</h2>"
        f'<div class="acts">{_acts(shut, revoke, remove)}</div></section>',
    )


def _counted(held: Belongings) -> str:
    return ", ".join(say(words, n=held[what]) for what, words in belongings.WORDS.items() if what in held)


def _last_words(member: Listed, held: Belongings) -> str:
    """What is asked back before an account is removed."""
    told = [say("Xóa tài khoản “{name}”?", name=member.account.name)]
    if held:
        told.append(say("Cùng với tài khoản sẽ xóa {held}.", held=_counted(held)))
    told.append(say("Việc này không hoàn lại được, và tên này không dùng lại được nữa."))
    told.append(say("Câu trả lời đã thẩm định, lời đánh giá và nhật ký vẫn còn, dưới tên này."))
    if not member.disabled:
        told.append(say("Muốn giữ lại tất cả, hãy chọn “Khóa tài khoản”."))
    return " ".join(told)


def _acts(*buttons: str) -> str:
    """Each in a place of its own: what it is told stands there."""
    return "".join(f"<div>{button}</div>" for button in buttons if button)


def _roles(chosen: Role) -> str:
    means = {
        Role.READER: say("hỏi, đọc bài, dùng sổ tay"),
        Role.EDITOR: say("thêm: đưa tài liệu vào, sửa, gỡ, thẩm định"),
        Role.ADMINISTRATOR: say("thêm: quản lý tài khoản"),
    }
    options = "".join(
        f'<option value="{one.value}"{" selected" if one is chosen else ""}>'
        f"{_esc(f'{role(one)} — {means[one]}')}</option>"
        for one in Role
    )
    return (
        f'<p class="field"><label for="o-role">{_esc(say("Vai trò"))}</label>'
        f'<select id="o-role" name="role">{options}</select></p>'
    )


def _framed(title: str, main: str) -> str:
    return pages.frame(
        title, main, kind="accounts", here=pages.MEMBERS, sheets=["accounts"], scripts=["accounts"]
    )
