"""What is written as Markdown is read with markdown-it; its footnotes, which that does not know, by hand."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.documents import markdown
from assistant.documents.types import Document, Heading, Note, Paragraph, Run, Table
from assistant.documents.writing import writable
from tests.assistant.documents.papers import BAD, FIRST, SECOND, WHOLE

READER = MarkdownIt("gfm-like", {"linkify": False})


class Seen(HTMLParser):
    """The tags and the words of a page; an end of a line is where the page breaks one."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        self.words += "\n" if tag == "br" else ""

    def handle_data(self, data: str) -> None:
        self.words += data


def written(document: Document) -> tuple[str, dict[int, str]]:
    """The body, and the notes by their numbers, each as Markdown."""
    text = markdown.write(document).decode()
    notes = {
        int(n): words.replace("\n    ", "\n")
        for n, words in re.findall(r"(?m)^\[\^(\d+)\]: (.*(?:\n    .*)*)", text)
    }
    return re.split(r"(?m)^\[\^\d+\]: ", text)[0], notes


def test_equal_notes_have_one_number_and_show_where_from_and_the_words() -> None:
    body, notes = written(WHOLE)
    assert "Cơ quan được lập năm 1931.[^1][^2] **Đậm**" in body
    assert list(notes) == [1, 2]
    first, second = (Seen(READER.render(text)).words for text in notes.values())
    assert first.startswith(f"{FIRST.title}, Báo Thử, 16/10/2020, trang 3: “")
    # Readers of Markdown close up nothing but the ends of lines.
    assert f"“{FIRST.quote}”" in first.replace("\n\n", "\n")
    assert f"{SECOND.title}: “{SECOND.quote}” (Bản quét" in second


def test_headings_lists_quotes_and_tables_are_read_as_such() -> None:
    tags = Seen(READER.render(written(WHOLE)[0])).tags
    assert [tags.count(tag) for tag in ("h1", "h2", "h3", "ul", "ol", "blockquote", "table", "hr")] == [
        *(1, 2, 1, 1, 2, 2, 1, 1)
    ]
    assert tags.count("td") == 4


MARKUP = [
    "# tiêu đề",
    "- việc",
    "+ việc",
    "1. việc",
    "12) việc",
    "> lời",
    "    mã",
    "\tmã",
    "```\nmã\n```",
    "~~~",
    "dòng\n===",
    "dòng\n---",
    "*nghiêng* _nghiêng_ **đậm**",
    "[chữ](http://a.b)",
    "![hình](x.png)",
    "[^1]",
    "[a]: http://a.b",
    "<script>alert(1)</script>",
    "<http://a.b>",
    "&lt;b&gt; &amp; &#35;",
    "a | b\n--|--\n1 | 2",
    "\\*",
    "~~bỏ~~ `mã`",
    "cuối dòng\n",
    "hai dấu \\\\",
    "\n\nđầu dòng",
]


@pytest.mark.parametrize("text", MARKUP)
def test_a_text_never_becomes_markup(text: str) -> None:
    _as_it_is(text)


@given(st.text(st.sampled_from("a1 .)\n\t-+=#>*_`~[]()!<>&|\\:^\"'/đ"), min_size=1, max_size=24))
def test_no_row_of_signs_becomes_markup(text: str) -> None:
    _as_it_is(text)


def _as_it_is(text: str) -> None:
    note = Note(text, None, None, None, text)
    row = ((Run(text),),)
    document = Document(
        "x", (), (Heading(1, text), Paragraph((Run(text, notes=(note,)),)), Table(("a",), (row,)))
    )
    body, notes = written(document)
    seen = Seen(READER.render(body))
    assert set(seen.tags) <= {"h1", "h2", "p", "br", "table", "thead", "tbody", "tr", "th", "td"}
    assert "".join(seen.words.split()) == "".join(f"x{text * 2}[^1]a{text}".split())
    said = Seen(READER.render(notes[1]))
    assert set(said.tags) <= {"p", "em", "br"}
    assert "".join(said.words.split()) == "".join(f"{text}:“{text}”".split())


def test_addresses_do_not_become_links_by_themselves() -> None:
    body, _ = written(Document("x", (), (Paragraph((Run("http://a.b www.a.b"),)),)))
    assert "http\\://a.b www\\.a.b" in body


def test_what_utf_8_cannot_hold_breaks_nothing() -> None:
    note = Note(BAD, BAD, None, 1, BAD)
    text = markdown.write(Document(BAD, (BAD,), (Paragraph((Run(BAD, bold=True, notes=(note,)),)),))).decode()
    assert "\x00" not in text
    assert writable(BAD).count("\ufffd") == text.count("\ufffd") / 6
