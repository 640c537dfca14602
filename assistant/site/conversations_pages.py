"""The list of conversations beside the chat. Pure: values in, escaped HTML out."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape as _esc

from assistant import pages
from assistant.records.conversations import Kept
from assistant.site.chat_pages import TALKS, address
from assistant.visit import at, say

#: The most that are shown at a time; older ones are found by their words.
MOST = 50
#: The longest name that a conversation may be given, as in the records.
LONGEST_NAME = 80


def talks(kept: Sequence[Kept]) -> str:
    """The list with its search box, to stand beside the conversation."""
    title = _esc(say("Các cuộc trò chuyện"))
    return (
        f'<aside id="talks" aria-label="{title}"><div class="talks-head"><h2>{title}</h2>'
        f'<button type="button" class="plain" id="hide-talks" aria-label="{_esc(say("Ẩn danh sách"))}" '
        f'title="{_esc(say("Ẩn danh sách"))}"></button></div>'
        f'<a class="plain new" href="{at(pages.HOME)}">{_esc(say("Cuộc trò chuyện mới"))}</a>'
        f'<p class="search"><label for="tim-chuyen">{_esc(say("Tìm trong các cuộc trò chuyện"))}</label>'
        f'<input id="tim-chuyen" type="search" autocomplete="off"></p>'
        f'<p id="talks-said" class="said" role="status"></p>'
        f'<div id="talk-list">{listed(kept)}</div></aside>'
    )


def listed(kept: Sequence[Kept], words: str = "") -> str:
    """The conversations, the newest first; ``words`` are those they were found by."""
    if not kept:
        none = say("Không có cuộc trò chuyện nào có những từ này.") if words else ""
        return f'<p class="none">{_esc(none or say("Chưa có cuộc trò chuyện nào."))}</p>'
    more = ""
    if len(kept) > MOST:
        told = say("Còn {n} cuộc trò chuyện cũ hơn: tìm bằng từ ở ô trên.", n=len(kept) - MOST)
        more = f'<p class="none">{_esc(told)}</p>'
    return f"<ol>{''.join(_one(one) for one in kept[:MOST])}</ol>{more}"


def _one(kept: Kept) -> str:
    path, name = f"{TALKS}/{kept.id}", _esc(kept.name)
    sure = _esc(say("Xóa cuộc trò chuyện “{name}”? Xóa rồi thì không lấy lại được.", name=kept.name))
    more = _esc(say("Việc khác với “{name}”", name=kept.name))
    field = f"ten-{kept.id}"
    return (
        f'<li data-conversation="{kept.id}"><a class="talk-name" href="{at(address(kept.id))}">{name}</a>'
        f'<details name="talk"><summary><span class="unseen">{more}</span>'
        f'</summary><div class="menu"><form data-send="{path}/ten"><label for="{field}">'
        f'{_esc(say("Tên cuộc trò chuyện"))}</label><p class="line"><input id="{field}" name="name" '
        f'value="{name}" maxlength="{LONGEST_NAME}" autocomplete="off" required>'
        f"<button>{_esc(say('Đổi tên'))}</button></p></form>"
        f'<p class="line"><a class="plain" href="{at(path)}/tai-ve" download>{_esc(say("Tải về"))}</a>'
        f'<button type="button" class="plain" data-send="{path}/xoa" data-sure="{sure}">{_esc(say("Xóa"))}'
        f"</button></p></div></details></li>"
    )
