"""What is written into a page: every text escaped, every mark at its place, every colour readable."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import pages
from assistant.conversation import Exchange, excerpt, turns
from assistant.site import chat_pages
from assistant.types import Answer, Dropped, Statement, Turn
from assistant.visit import Theme, Visit, visiting
from ingest.types import Article, Block, BlockKind, Span
from tests.assistant.office import answered, article, citation, refused

HOSTILE = """<script>alert(1)</script><img src=x onerror="alert('2')"> "kép" 'đơn' &amp; {{value}} ${value}"""

STORY = article(
    "chang-duong",
    "Chặng đường “bảy mươi năm” của cơ quan",
    "Mở đầu dài dòng. Ngày 12-4-1954, Văn phòng được thành lập. Từ đó đến nay đã lâu.",
    "Năm 2014, Văn phòng được tặng Huân chương Lao động hạng Nhì & Bằng khen.",
    captions=["Ảnh: Buổi lễ năm 2014."],
    published=date(2024, 4, 9),
    author="Minh Hòa",
    source="Báo Hải Lâm",
    unit="Văn phòng Tỉnh ủy Hải Lâm",
)
FOUNDED = "Ngày 12-4-1954, Văn phòng được thành lập."


class Read(HTMLParser):
    """What a browser would make of a page: its text, the text of each mark, its tags, all closed."""

    VOID = frozenset({"meta", "link", "img", "br", "input"})

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.marks: list[str] = []
        self.strong: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self._open.append(tag)
        if tag == "mark":
            self.marks.append("")
        if tag == "strong":
            self.strong.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "mark" in self._open:
            self.marks[-1] += data
        if "strong" in self._open:
            self.strong[-1] += data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def classed(self, name: str) -> list[dict[str, str | None]]:
        return [a for _, a in self.tags if name in (a.get("class") or "").split()]


def said(answer: Answer, question: str = "Hỏi gì?", of: Article = STORY) -> Exchange:
    return Exchange(question, answer, tuple(excerpt(of.text, c) for c in answer.citations))


# --- marks and positions -------------------------------------------------------------------------


@given(st.data())
def test_marked_text_without_its_tags_is_the_text_and_marks_are_exact(data: st.DataObject) -> None:
    text = data.draw(st.text("ab<&\"'\n đế", min_size=1, max_size=40))
    span = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(lambda p: Span(*sorted(p)))
    shown, cited = data.draw(span), data.draw(span)
    answering = data.draw(st.lists(span, max_size=4))
    read = Read(pages.marked(text, shown, cited, answering))
    assert read.text == shown.of(text)
    start, end = max(shown.start, cited.start), min(shown.end, cited.end)
    assert "".join(read.marks) == (text[start:end] if start < end else "")
    inside = {i for a in answering for i in range(a.start, a.end) if start <= i < end}
    assert "".join(read.strong) == "".join(text[i] for i in sorted(inside))


@given(st.integers(-5, len(STORY.text) + 5), st.integers(-5, len(STORY.text) + 5))
def test_an_article_marks_exactly_the_cited_place_block_by_block(start: int, end: int) -> None:
    read = Read(pages.article(STORY, str(start), str(end)))
    if 0 <= start < end <= len(STORY.text):
        parts = [STORY.text[max(b.start, start) : min(b.end, end)] for b in STORY.blocks]
        assert read.marks == [p for p in parts if p]
    else:
        assert read.marks == []
    anchors = [a for a in read.named("mark") if a.get("id") == "trich"]
    assert len(anchors) == (1 if read.marks else 0)
    assert anchors == read.named("mark")[: len(anchors)]


def test_a_place_over_two_paragraphs_is_marked_in_both() -> None:
    start, end = STORY.text.index("Từ đó"), STORY.text.index(", Văn phòng được tặng")
    read = Read(pages.article(STORY, str(start), str(end)))
    assert "\n\n".join(read.marks) == STORY.text[start:end]


@pytest.mark.parametrize(
    "place", [("x", "9"), ("9", "x"), ("9", "9"), ("9", None), ("9" * 5000, "1"), (" ", "")]
)
def test_a_place_that_is_not_in_the_text_is_left_out_of_account(place: tuple[str, str | None]) -> None:
    assert pages.article(STORY, *place) == pages.article(STORY)


def test_an_excerpt_holds_the_quote_at_its_position_and_ends_at_blanks() -> None:
    words = " ".join(f"chữ{i}" for i in range(200))
    long = article("dai", "Dài", words)
    shown = citation(1, long, "chữ100 chữ101")
    part = excerpt(long.text, shown)
    assert long.text[part.start : part.start + len(part.text)] == part.text
    assert part.text.startswith("chữ")
    assert set(part.text.split()) <= set(words.split())
    assert shown.quote in part.text
    assert len(part.text) < 400
    assert (part.more_before, part.more_after) == (True, True)
    assert long.title not in part.text


def test_an_excerpt_stays_in_the_paragraph_of_its_quote() -> None:
    whole = Span(0, len(STORY.text))
    part = excerpt(STORY.text, replace(citation(1, STORY, FOUNDED), passage=whole))
    block = STORY.blocks[1]
    assert (part.text, part.start) == (STORY.text[block.start : block.end], block.start)
    assert (part.more_before, part.more_after) == (False, False)


@given(st.data())
def test_an_excerpt_always_holds_its_quote(data: st.DataObject) -> None:
    text = data.draw(st.text("ab \n", min_size=1, max_size=900))
    ends = st.lists(st.integers(0, len(text)), min_size=4, max_size=4).map(sorted)
    first, start, end, last = data.draw(ends)
    quoted = replace(
        citation(1, STORY, FOUNDED), start=start, end=end, quote=text[start:end], passage=Span(first, last)
    )
    part = excerpt(text, quoted)
    stop = part.start + len(part.text)
    assert text[part.start : stop] == part.text
    assert first <= part.start <= start <= end <= stop <= last
    assert part.start >= start - 160
    assert stop <= end + 160


# --- the conversation ----------------------------------------------------------------------------


def test_an_answer_carries_numbered_links_to_the_exact_places() -> None:
    first = citation(1, STORY, FOUNDED, "12-4-1954")
    second = citation(2, STORY, "Huân chương Lao động hạng Nhì")
    html = chat_pages.conversation([said(answered(first, second))])
    links = Read(html).classed("number")
    assert [a["href"] for a in links] == [
        f"/bai/chang-duong?tu={c.start}&den={c.end}#trich" for c in (first, second)
    ]
    assert [a["aria-label"] for a in links] == [f"Nguồn {n}: {STORY.title}" for n in (1, 2)]
    assert "09/04/2024" in html


def test_the_cited_words_are_marked_and_the_answering_words_stronger() -> None:
    read = Read(chat_pages.conversation([said(answered(citation(1, STORY, FOUNDED, "12-4-1954")))]))
    assert read.marks == [FOUNDED]
    assert read.strong == ["12-4-1954", "12-4-1954"]  # in the answer and in its source


def test_sentences_on_the_same_sources_are_one_paragraph_numbered_once() -> None:
    one = citation(1, STORY, "Mở đầu dài dòng. " + FOUNDED)
    answer = replace(answered(one), statements=(Statement("Mở đầu.", (1,)), Statement("Rồi lập.", (1,))))
    read = Read(chat_pages.conversation([said(answer)]))
    assert len(read.classed("statement")) == len(read.classed("number")) == 1
    assert "Mở đầu. Rồi lập." in read.text


def test_a_refusal_names_what_is_missing_and_marks_nothing() -> None:
    answer = refused("không có bài nào nhắc đến “Thanh Hóa”.", citation(1, STORY, FOUNDED, "12-4-1954"))
    read = Read(chat_pages.conversation([said(answer)]))
    assert "Tư liệu không có câu trả lời" in read.text
    assert "Không có bài nào nhắc đến “Thanh Hóa”." in read.text
    assert "không phải câu trả lời" in read.text
    assert FOUNDED in read.text
    assert (read.marks, read.strong, read.classed("number"), read.classed("answered")) == ([], [], [], [])
    assert len(read.classed("refused")) == 1


def test_the_question_as_understood_is_shown() -> None:
    answer = answered(citation(1, STORY, FOUNDED), read_as="Văn phòng thành lập ngày nào?")
    assert (
        "Hiểu câu hỏi là: Văn phòng thành lập ngày nào?" in Read(chat_pages.conversation([said(answer)])).text
    )
    assert "Hiểu câu hỏi" not in chat_pages.conversation([said(replace(answer, read_as=None))])


WORDED = replace(
    answered(citation(1, STORY, FOUNDED)),
    mode="model",
    dropped=(Dropped("Năm <b>1900</b>.", "không dẫn nguồn"),),
)


def test_a_model_s_wording_says_so_and_what_was_left_out_can_be_opened() -> None:
    html = chat_pages.conversation([said(WORDED)])
    assert "từng câu đã được đối chiếu với nguồn" in Read(html).text
    assert "1 câu của mô hình không hiện" in html
    assert "Năm &lt;b&gt;1900&lt;/b&gt;." in html
    assert '<details class="dropped">' in html


def test_while_a_model_writes_the_answer_stands_and_says_so() -> None:
    drawn = said(answered(citation(1, STORY, FOUNDED)))
    html = chat_pages.conversation([replace(drawn, standing=drawn)])
    assert FOUNDED in Read(html).text
    assert "đang viết lại" in html
    assert "đang viết" not in chat_pages.conversation([drawn])
    assert "mô hình" not in chat_pages.conversation([drawn])


def test_why_a_wording_does_not_stand_is_shown_as_text() -> None:
    html = chat_pages.conversation([said(replace(answered(citation(1, STORY, FOUNDED)), note="Quá <chậm>."))])
    assert "Quá &lt;chậm&gt;." in html


def test_a_reading_that_is_a_guess_is_asked_back() -> None:
    answer = replace(answered(citation(1, STORY, FOUNDED), read_as="Thành lập <ngày> nào?"), guessed=True)
    read = Read(chat_pages.conversation([said(answer)]))
    assert "Bạn muốn hỏi: Thành lập <ngày> nào??" in read.text
    assert "Hiểu câu hỏi" not in read.text
    refusal = replace(refused("không có."), read_as="Ngày nào?", guessed=True)
    assert "Bạn muốn hỏi: Ngày nào?" in Read(chat_pages.conversation([said(refusal)])).text


def test_what_was_taken_as_it_stands_is_not_asked_back() -> None:
    answer = replace(answered(citation(1, STORY, FOUNDED)), guessed=True)
    assert "Bạn muốn hỏi" not in chat_pages.conversation([said(answer)])


def test_small_talk_is_replied_to_without_sources_and_without_a_refusal() -> None:
    reply = "Xin chào! Tôi là <Nếp>."
    html = chat_pages.conversation(
        [said(Answer("refused", reply, (), (), reply, None, "talk", 1.0), "Chào bạn")]
    )
    read = Read(html)
    assert reply in read.text
    assert "Tư liệu không có câu trả lời" not in read.text
    assert (read.classed("sources"), read.classed("label"), read.classed("number")) == ([], [], [])


def test_a_question_being_worked_on_and_one_that_could_not_be_asked_say_so() -> None:
    assert "Đang tìm" in chat_pages.conversation([Exchange("Hỏi?")])
    read = Read(chat_pages.conversation([Exchange("🙂", notice="Hãy hỏi bằng lời.")]))
    assert "Hãy hỏi bằng lời." in read.text
    assert read.classed("mend")[0]["data-mend"] == "🙂"
    assert Read(chat_pages.conversation([Exchange(" ", notice="Câu hỏi trống.")])).classed("mend") == []


def test_a_very_long_question_is_cut_where_it_is_shown_and_whole_where_it_is_mended() -> None:
    question = "dài " * 2500
    read = Read(chat_pages.conversation([Exchange(question, notice="Dài quá.")]))
    assert len(read.text) < 1000
    assert read.classed("mend")[0]["data-mend"] == question


def test_the_log_grows_at_its_end_alone() -> None:
    talk = [said(answered(citation(1, STORY, FOUNDED)), f"Câu {i}?") for i in range(3)]
    longer = [chat_pages.conversation(talk[: n + 1]) for n in range(3)]
    for before, after in pairwise(longer):
        assert after.startswith(before.removesuffix("</div></div>"))
    assert all('role="log"' in html for html in longer)


def test_the_welcome_offers_the_questions_or_says_that_the_library_is_empty() -> None:
    read = Read(chat_pages.conversation([], ["Ngày nào?", 'Ai "đó"?']))
    assert [a["data-ask"] for a in read.classed("example")] == ["Ngày nào?", 'Ai "đó"?']
    empty = chat_pages.conversation([], empty=True)
    assert "Kho bài đang trống" in empty
    assert 'href="/tu-lieu"' in empty
    assert Read(chat_pages.conversation([Exchange("Hỏi?")], ["Ngày nào?"])).classed("example") == []


def test_history_is_what_was_answered_or_refused() -> None:
    talk = [
        said(answered(citation(1, STORY, FOUNDED)), "Một?"),
        Exchange("Hai?", notice="Trục trặc."),
        said(refused("không có."), "Ba?"),
    ]
    assert turns(talk) == (
        Turn("user", "Một?"),
        Turn("assistant", FOUNDED),
        Turn("user", "Ba?"),
        Turn("assistant", "Tư liệu không có câu trả lời: không có."),
    )


# --- the article ---------------------------------------------------------------------------------


def test_an_article_page_shows_what_is_known_and_keeps_captions_apart() -> None:
    html = pages.article(STORY)
    text = Read(html).text
    for line in ("09/04/2024", "Minh Hòa", "Báo Hải Lâm", "Văn phòng Tỉnh ủy Hải Lâm"):
        assert line in text
    assert text.index("Bằng khen.") < text.index("Chú thích ảnh") < text.index("Ảnh: Buổi lễ năm 2014.")
    assert html.startswith('<!doctype html><html lang="vi" ')


def test_what_an_article_does_not_say_is_not_shown() -> None:
    text = Read(pages.article(article("tran", "Trần trụi", "Một dòng."))).text
    for label in ("Ngày đăng", "Tác giả", "Nguồn", "Đơn vị", "None", "Chú thích ảnh"):
        assert label not in text


def laid(*lines: tuple[BlockKind, str], pages: tuple[tuple[int, int], ...] = ()) -> Article:
    """An article of these blocks."""
    blocks, at = [], 0
    for kind, line in lines:
        blocks.append(Block(kind, at, at + len(line)))
        at += len(line) + 2
    text = "\n\n".join(line for _, line in lines)
    return replace(article("bai", lines[0][1]), text=text, blocks=tuple(blocks), pages=pages)


REPORT = laid(
    ("title", "Báo cáo"),
    ("heading", "I. Kết quả"),
    ("item", "Tiếp 128 lượt công dân"),
    ("item", "1. Công tác văn thư"),
    ("item", "b) Công tác cơ yếu"),
    ("item", "12-4-1954 là ngày thành lập"),
    ("paragraph", "Cụ thể như sau:"),
    ("header", "Năm | Văn bản | Cuộc họp"),
    ("row", "2022 | 934 | 45"),
    ("row", "2023 | 48"),
    ("header", "Tên | Chức vụ"),
    ("row", "Lê Hòa | Chánh Văn phòng"),
    ("caption", "Ảnh: Hội nghị."),
)


def shape(html: str) -> list[str]:
    """The tags of an article's body in order, from the first heading on."""
    tags = [name for name, _ in Read(html).tags]
    return [
        t
        for t in tags[tags.index("h2") :]
        if t in {"h2", "p", "ul", "li", "table", "thead", "tr", "th", "td"}
    ]


def test_headings_lists_and_tables_stand_as_they_stood() -> None:
    assert shape(pages.article(REPORT)) == [
        *("h2", "ul", "li", "li", "li", "li", "p"),
        *("table", "thead", "tr", "th", "th", "th", "tr", "td", "td", "td", "tr", "td"),
        *("table", "thead", "tr", "th", "th", "tr", "td", "td"),
        *("h2", "ul", "li"),
    ]


def test_an_item_that_says_its_number_has_no_bullet_beside() -> None:
    html = pages.article(REPORT)
    html = re.sub(r"</?span[^>]*>", "", html)
    numbered = re.findall(r'<li class="numbered">(.*?)</li>', html)
    assert numbered == ["1. Công tác văn thư", "b) Công tác cơ yếu"]
    assert "<li>12-4-1954 là ngày thành lập</li>" in html


def test_a_row_with_a_cell_missing_is_not_shown_under_names_that_may_be_wrong() -> None:
    assert '<td colspan="3">2023 | 48</td>' in re.sub(r"</?span[^>]*>", "", pages.article(REPORT))


@pytest.mark.parametrize(
    ("item", "numbered"),
    [("IV. Kết luận", True), ("đ) Khác", True), ("(2) Hai", True), ("1.2. Mục", True), ("Văn - thư", False)],
)
def test_letters_and_roman_numbers_number_too(item: str, numbered: bool) -> None:
    assert ('class="numbered"' in pages.article(laid(("title", "T"), ("item", item)))) == numbered


KINDS: list[BlockKind] = ["heading", "paragraph", "item", "header", "row", "caption"]


@given(st.data())
def test_any_place_in_lists_tables_and_paged_text_is_marked_exactly(data: st.DataObject) -> None:
    line = st.text("ab<đ", min_size=1, max_size=6)
    lines: list[tuple[BlockKind, str]] = [("title", data.draw(line))]
    kinds = data.draw(st.lists(st.sampled_from(KINDS), max_size=6))
    for kind in sorted(kinds, key=lambda k: k == "caption"):
        cells = data.draw(st.lists(line, min_size=1, max_size=3 if kind in ("header", "row") else 1))
        lines.append((kind, " | ".join(cells)))
    plain = laid(*lines)
    places = st.integers(0, len(plain.text))
    turns = sorted(set(data.draw(st.lists(places, max_size=4))))
    paged = replace(plain, pages=tuple((at, n) for n, at in enumerate(turns, 1)))
    start, end = sorted((data.draw(places), data.draw(places)))
    read = Read(pages.article(paged, str(start), str(end)))
    expected = []
    for block in paged.blocks:
        at = block.start
        for cell in paged.text[block.start : block.end].split(" | "):
            expected.append(paged.text[max(at, start) : max(at, start, min(at + len(cell), end))])
            at += len(cell) + 3
    assert read.marks == [part for part in expected if part]
    assert len([a for a in read.named("mark") if a.get("id") == "trich"]) == bool(read.marks)
    shown = [a["data-page"] for a in read.classed("turn")]
    assert len(shown) == len(set(shown)) <= len(turns)
    if len(turns) > 1 and turns[-1] < paged.blocks[-1].end:
        assert shown[-1] == str(len(turns))


def test_page_numbers_stand_where_the_pages_begin_and_are_none_of_the_words() -> None:
    text: list[tuple[BlockKind, str]] = [
        ("title", "Kỷ yếu"),
        ("paragraph", "Trang một. Sang trang hai."),
        ("paragraph", "Còn nữa."),
    ]
    at = len("Kỷ yếu") + 2 + len("Trang một. ")
    value = laid(*text, pages=((0, 1), (at, 2)))
    html = pages.article(value)
    assert re.search(r'Trang một\. <span class="turn"[^>]*data-page="2"[^>]*></span>Sang trang hai\.', html)
    assert [a["aria-label"] for a in Read(html).classed("turn")] == ["Trang 1", "Trang 2"]
    assert "Trang một. Sang trang hai." in Read(html).text
    assert "Tới đoạn được trích (trang 2)" in pages.article(value, str(at), str(at + 5))
    assert "(trang" not in pages.article(laid(*text), str(at), str(at + 5))


def test_a_document_of_one_page_shows_no_number() -> None:
    assert (
        Read(pages.article(laid(("title", "Thư"), ("paragraph", "Kính gửi."), pages=((0, 1),)))).classed(
            "turn"
        )
        == []
    )


def test_the_document_itself_is_offered_where_it_is_kept() -> None:
    links = [a for a in Read(pages.article(STORY, original=True)).named("a") if "download" in a]
    assert [a["href"] for a in links] == ["/bai/chang-duong/goc"]
    assert "Tải tệp gốc" not in pages.article(STORY)


COMPARE = "hãy đối chiếu với bản gốc"


def test_a_source_off_a_scan_asks_to_be_compared() -> None:
    typed, scan = (replace(citation(1, STORY, FOUNDED), scanned=yes) for yes in (False, True))
    read = Read(chat_pages.conversation([said(answered(scan))]))
    assert COMPARE in read.text.partition("(1)")[2][:60]  # also while the sources are folded
    assert read.text.count(COMPARE) == 2
    assert COMPARE not in Read(chat_pages.conversation([said(answered(typed))])).text
    assert COMPARE in Read(chat_pages.conversation([said(refused("không có.", scan))])).text


def test_an_article_off_a_scan_says_so_and_on_which_pages() -> None:
    lines: list[tuple[BlockKind, str]] = [("title", "Kỷ yếu"), ("paragraph", "Trang một. Sang trang hai.")]
    paged = laid(*lines, pages=((0, 1), (19, 2)))
    assert "nhận dạng" not in pages.article(paged)
    assert "trong bài (trang 2) do máy nhận dạng" in pages.article(replace(paged, scanned=frozenset([2])))
    assert "trong bài do máy nhận dạng" in pages.article(replace(paged, scanned=frozenset([1, 2])))


def test_a_source_names_its_page_beside_its_date() -> None:
    cited = replace(citation(1, STORY, FOUNDED), page=3)
    assert "09/04/2024 · trang 3" in Read(chat_pages.conversation([said(answered(cited))])).text
    undated = replace(cited, published=None)
    assert "trang 3" in Read(chat_pages.conversation([said(answered(undated))])).text
    assert "trang" not in Read(chat_pages.conversation([said(answered(citation(1, STORY, FOUNDED)))])).text


def test_every_page_leads_to_the_others() -> None:
    for html in (
        pages.article(STORY),
        pages.failure("Không có."),
        pages.asking("", demo=False),
    ):
        links = [a["href"] for a in Read(html).named("a")]
        assert {"/", "/tu-lieu"} <= set(links)


class Stretches(HTMLParser):
    """The words of a page that say where they stand in the article, by that position."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[int, str] = {}
        self._open: list[str | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "span":
            self._open.append(dict(attributes).get("data-at"))
            if self._open[-1] is not None:
                self.found[int(self._open[-1])] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "span":
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if at := next((at for at in reversed(self._open) if at is not None), None):
            self.found[int(at)] += data


@given(st.integers(0, 80), st.integers(0, 80))
def test_every_stretch_of_an_article_says_where_it_stands(start: int, end: int) -> None:
    """By this a selection is found in the text, whatever marks stand in it."""
    for value in (STORY, REPORT):
        found = Stretches(pages.article(value, str(start), str(end))).found
        assert all(value.text.startswith(words, at) for at, words in found.items())
        shown = "".join("".join(found.values()).split())
        assert shown == "".join(value.text.replace(" | ", "").split())


# --- escaping ------------------------------------------------------------------------------------


def harmless(html: str, *scripts: str) -> None:
    """Nothing that runs but our own ``scripts``, no picture but our own, no handler."""
    read = Read(html)
    assert [
        a
        for a in read.named("script")
        if a.get("src") not in ("/giao-dien/nep.js", "/giao-dien/forms.js", "/giao-dien/pin.js", *scripts)
    ] == []
    assert [a for a in read.named("img") if a.get("src") != "/giao-dien/nep.svg"] == []
    assert not any(name.startswith("on") for _, attributes in read.tags for name in attributes)


def test_text_of_articles_and_people_is_escaped_wherever_it_is_shown() -> None:
    evil = article('x"><script>', HOSTILE, HOSTILE + " Hết.", captions=[HOSTILE])
    evil = replace(evil, author=HOSTILE, source=HOSTILE, unit=HOSTILE)
    quote = HOSTILE + " Hết."
    answer = answered(citation(1, evil, quote, HOSTILE), read_as=HOSTILE)
    nearest = refused(HOSTILE, citation(1, evil, quote))
    talk = [
        said(answer, HOSTILE, evil),
        said(nearest, HOSTILE, evil),
        Exchange(HOSTILE, notice=HOSTILE),
        Exchange(HOSTILE),
    ]
    for html in (
        chat_pages.conversation(talk),
        chat_pages.conversation([], [HOSTILE]),
        pages.article(evil, "0", str(len(evil.text)), original=True),
        pages.article(laid(("title", HOSTILE), ("item", HOSTILE), ("header", HOSTILE), ("row", HOSTILE))),
        pages.failure(HOSTILE),
    ):
        harmless(html)
        assert HOSTILE in Read(html).text


def test_an_id_of_any_letters_makes_one_path_segment() -> None:
    assert pages.article_path("a/b c?d#e%f&đ") == "/bai/a%2Fb%20c%3Fd%23e%25f%26%C4%91"


# --- the pages around ----------------------------------------------------------------------------


def test_the_start_page_tells_what_it_is_before_what_is_asked() -> None:
    page = pages.asking("<main>\0</main>", demo=False)
    assert [a["src"] for a in Read(page).named("script")] == [
        "/giao-dien/nep.js",
        "/giao-dien/forms.js",
        "/giao-dien/pin.js",
        "/giao-dien/ask.js",
    ]
    assert page.index("<title>Nếp</title>") < page.index("</head>") < page.index('class="masthead"')
    assert page.index('class="masthead"') < page.index("\0")
    assert pages.PROMISE in page
    assert "Đây là bài mẫu." not in page


def test_sample_articles_are_announced_with_the_way_to_one_s_own() -> None:
    page = pages.asking("", demo=True)
    assert "Đây là bài mẫu." in page
    assert '<a href="/tu-lieu">Tư liệu</a>; xong bài đầu tiên' in page


def test_nothing_of_ours_points_to_another_server() -> None:
    static = Path(pages.__file__).parent / "static"
    ours = [p.read_text() for p in static.iterdir() if p.suffix in {".css", ".js", ".svg"}]
    ours += [pages.article(STORY), pages.failure("Không có.")]
    ours += [pages.asking("", demo=True)]
    for text in ours:
        foreign = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+", text))
        assert foreign <= {"http://www.w3.org"}, foreign  # the name of SVG, which nobody fetches


STATIC = Path(pages.__file__).parent / "static"


def colours(sheet: str) -> dict[str, str]:
    """The colours of a set, by name: those of the light pages, or of the dark ones."""
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", (STATIC / f"{sheet}.css").read_text()))


SETS = {"light": colours("nep"), "dark": colours("dark")}


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, from relative luminance: 1 to 21."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.fixture(params=SETS)
def colour(request: pytest.FixtureRequest) -> dict[str, str]:
    return SETS[request.param]


@pytest.mark.parametrize("ground", ["paper", "sheet", "shade", "cited", "answers"])
def test_text_is_readable_on_every_ground(colour: dict[str, str], ground: str) -> None:
    # AAA for what is read, save the few words that answer, which are bold as well.
    assert contrast(colour["ink"], colour[ground]) >= (4.5 if ground == "answers" else 7)
    if ground in {"paper", "sheet", "shade"}:
        assert contrast(colour["soft"], colour[ground]) >= 4.5
        assert contrast(colour["red"], colour[ground]) >= 4.5
        assert contrast(colour["deep"], colour[ground]) >= 4.5


@pytest.mark.parametrize("ground", ["red", "deep", "soft"])
def test_the_words_of_buttons_are_readable(colour: dict[str, str], ground: str) -> None:
    assert contrast(colour["cream"], colour[ground]) >= 4.5


@pytest.mark.parametrize("line", ["edge", "focus", "red"])
def test_borders_of_controls_and_the_focus_are_seen(colour: dict[str, str], line: str) -> None:
    for ground in ("paper", "sheet", "shade"):
        assert contrast(colour[line], colour[ground]) >= 3


def test_what_is_cited_is_seen_beside_what_is_not(colour: dict[str, str]) -> None:
    assert len({colour[name] for name in ("paper", "sheet", "shade", "cited", "answers")}) == 5
    assert SETS["light"].keys() == SETS["dark"].keys()


#: Where the colours are named; everything else takes them by name.
NAMED = re.compile(r":root \{.*?\n\}", re.DOTALL)
COLOUR = re.compile(
    r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|oklch|color-mix|light-dark)\("
    r"|(?<![\w-])(?:white|black|gray|grey|silver|red|maroon|yellow|orange|green|blue|navy|brown|gold)(?![\w-])"
)


@pytest.mark.parametrize("sheet", sorted(STATIC.glob("*.css")), ids=lambda path: path.stem)
def test_colours_are_taken_by_name(sheet: Path) -> None:
    """A page is as readable in the dark as by day because no sheet has colours of its own."""
    css = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
    if sheet.stem in ("nep", "dark"):
        css = NAMED.sub("", css, count=1)
    used = [
        match[0]
        for _, value in re.findall(r"([\w-]+):([^;{}]+)[;}]", css)
        for match in COLOUR.finditer(value)
    ]
    assert used == []
    for name in re.findall(r"var\(--(\w+)", css):
        assert name in SETS["light"] or f"--{name}:" in (STATIC / "nep.css").read_text(), name


def test_the_dark_colours_are_for_the_screen_of_who_wants_them() -> None:
    def media(theme: Theme) -> list[str | None]:
        with visiting(Visit(theme=theme)):
            links = Read(pages.frame("x", "y")).named("link")
        return [a.get("media") for a in links if a["href"] == "/giao-dien/dark.css"]

    assert media(None) == ["screen and (prefers-color-scheme: dark)"]
    assert media("dark") == ["screen"]
    assert media("light") == []


def test_the_fonts_come_with_the_program() -> None:
    css = (Path(pages.__file__).parent / "static" / "nep.css").read_text()
    fonts = re.findall(r'url\("([^"]+)"\)', css)
    found = importlib.util.find_spec("gradio")
    assert found is not None
    assert found.origin is not None
    for font in fonts:
        if font.startswith("../static/"):  # beside ours, as Gradio serves it, under whatever path
            assert (Path(found.origin).parent / "templates/frontend" / font.removeprefix("../")).is_file()
        else:
            assert (Path(pages.__file__).parent / "static" / font).is_file()
