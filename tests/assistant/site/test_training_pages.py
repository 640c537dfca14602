"""What somebody has written, in an article, a title, a unit or a wording, is shown and runs nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest

from assistant.pages import STATIC
from assistant.quiz import Form, Option
from assistant.records.materials import Kept
from assistant.site import training_pages as pages
from assistant.site.training_pages import Found, Opened, Picked
from assistant.training import Change, Choice, Item, Material, Part
from assistant.types import Citation
from assistant.visit import Visit, visiting
from ingest.types import Span
from tests.assistant.office import article, shelved

BAD = [
    "<script>window.hacked=1</script>",
    '"><img src=x onerror=window.hacked=1>',
    "'><svg onload=window.hacked=1>",
    "</textarea><script>1</script>",
    "</title><style>*{display:none}</style>",
    '" autofocus onfocus="window.hacked=1',
    "javascript:alert(1)",
    "<a href=//evil.example>x</a>",
]
#: Elements that our pages have.
OURS = set(
    """html head meta title link script body a header img span nav main h1 h2 h3 p ul ol li div section
    form label input button fieldset legend details summary figure blockquote figcaption mark strong textarea
    dialog""".split()
)


def everywhere(words: str) -> tuple[Opened, Picked, Found, Item]:
    quote = Citation(
        1, words, words, date(2020, 1, 2), words, 0, len(words), (Span(0, 1),), Span(0, len(words)), 3, True
    )
    digests = ((words, words),)
    item = Item("a1", Part.QUESTION, words, words, quote, (words,), digests, kind="DATE", unit=words)
    term = replace(item, id="a2", part=Part.TERM, kind="SHORT", own_ask=words, own_says=words, left_out=True)
    told = replace(item, id="a3", part=Part.SUMMARY, ask="")
    wrong = (Option(f"{words}!", words, words, quote),)
    quiz = replace(item, id="a4", part=Part.QUIZ, form=Form.WHEN, wrong=wrong)
    material = Material(words, Choice((words,), (words,)), "s", (told, term, item, quiz), 2, 1, (words,))
    now = datetime(2024, 1, 2, tzinfo=UTC)
    changes = tuple(Change(what, words, words) for what in ("gone", "lost", "moved", "kept", "right"))
    held = Opened(Kept("id", "", now, now, material), {"a3": changes})
    box = shelved(article(words, words, words, unit=words, source=words))
    found = Found((box,), (words,), (box,), (words,), 3, 4, False)
    return held, Picked(words, material.choice, words), found, quiz


class Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        values = dict(attrs)
        if tag not in OURS or any(name.startswith("on") or name in ("style", "autofocus") for name in names):
            self.wrong.append(f"<{tag} {attrs}>")
        if tag == "script" and not (values.get("src") or "").startswith(f"{STATIC}/"):
            self.wrong.append(f"<{tag} {attrs}>")
        for name in ("href", "src", "action"):
            address = values.get(name) or "/"
            if not address.startswith(("/", "#")) or address.startswith("//"):
                self.wrong.append(f"<{tag} {name}={address}>")


@pytest.mark.parametrize("words", BAD)
def test_nothing_that_is_written_becomes_part_of_a_page(words: str) -> None:
    held, picked, found, quiz = everywhere(words)
    shown = [
        pages.overview([held], [held.kept]),
        pages.choosing(picked, found),
        pages.material(held),
        pages.adding(held.kept, Part.QUESTION, held.kept.material.items),
        pages.quiz(held.kept, [quiz], 1, None),
        pages.quiz(held.kept, [quiz], 0, {"a4": words}),
        pages.quiz(held.kept, [quiz], 0, {"a4": "A"}),
        pages.quiz(held.kept, [quiz], 0, {"a4": "B"}),
    ]
    for html in shown:
        reading = Reading()
        reading.feed(html)
        assert reading.wrong == []


def test_every_address_stands_under_the_path_of_a_proxy() -> None:
    held, picked, found, quiz = everywhere("Chuyện")
    with visiting(Visit(base="/nep-office")):
        shown = [
            pages.overview([held], [held.kept]),
            pages.choosing(picked, found),
            pages.material(held),
            pages.adding(held.kept, Part.QUESTION, held.kept.material.items),
            pages.quiz(held.kept, [quiz], 0, None),
        ]

    class Addresses(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            for name, value in attrs:
                if name in ("href", "src", "action") and value and value[0] != "#":
                    assert value.startswith("/nep-office/"), (tag, value)
                # Our script puts the path before these itself.
                assert name != "data-send" or not (value or "").startswith("/nep-office"), (tag, value)

    for html in shown:
        Addresses().feed(html)


def test_an_empty_library_leads_to_where_documents_are_brought() -> None:
    nothing = Found((), (), (), (), 0, 0, True)
    html = pages.choosing(Picked("", Choice((), ())), nothing)
    assert "Thư viện chưa có bài viết nào" in html
    assert 'href="/tu-lieu"' in html
    assert "<form class" not in html
