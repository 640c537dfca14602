from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import notebook
from assistant.documents.types import Heading, Paragraph
from assistant.evidence import Standing
from assistant.notebook import Notebook, Pin, added, annotated, differences, group_moved, moved, without
from assistant.occasion import Kept, Occasion
from tests.assistant.office import article, citation, holding

STORY = article("a", "Chuyện", "Ngày 12-4-1954, văn phòng ra đời.", "Năm 1960 dời nhà.", source="Báo Hải Lâm")
QUOTE = citation(1, STORY, "Ngày 12-4-1954, văn phòng ra đời.")


def book(*groups: str) -> Notebook:
    """A pin a group, named by their place."""
    pins = tuple(Pin(str(n), f"Mục {n}", (QUOTE,), group=group) for n, group in enumerate(groups))
    return Notebook("Diễn văn", pins)


def order(held: Notebook) -> list[str]:
    return [p.id for _, pins in held.groups for p in pins]


def test_the_same_words_of_the_same_place_are_pinned_once() -> None:
    one = notebook.pin("Ra đời.", [QUOTE])
    held = added(added(Notebook("x"), one), notebook.pin("Ra đời.", [QUOTE]))
    assert held.pins == (one,)
    other = citation(1, STORY, "Năm 1960 dời nhà.")
    assert len(added(held, notebook.pin("Ra đời.", [other])).pins) == 2


def test_pins_without_a_group_stand_before_all_groups() -> None:
    assert [name for name, _ in book("b", "", "a", "b").groups] == ["", "b", "a"]
    assert order(book("b", "", "a", "b")) == ["1", "0", "3", "2"]


def test_a_pin_moves_among_those_of_its_group_and_no_further() -> None:
    held = book("a", "b", "a", "a")
    assert order(moved(held, "2", -1)) == ["2", "0", "3", "1"]
    assert order(moved(held, "0", -1)) == order(held)
    assert order(moved(held, "3", 1)) == order(held)
    assert moved(held, "nobody", 1) == held


def test_a_group_moves_whole() -> None:
    held = book("a", "", "b", "a", "c")
    assert [name for name, _ in group_moved(held, "a", 1).groups] == ["", "b", "a", "c"]
    assert group_moved(held, "a", -1) == held
    assert group_moved(held, "nobody", 1) == held


def test_a_remark_and_a_group_are_kept_and_a_pin_comes_last_into_another_group() -> None:
    held = annotated(book("a", "b", "b"), "0", "  nhắc ở phần mở đầu ", " b  ")
    assert order(held) == ["1", "2", "0"]
    assert held.pins[-1].note == "nhắc ở phần mở đầu"
    assert annotated(held, "1", "x", "b").pins[0].note == "x"
    assert annotated(held, "nobody", "x", "y") == held


moves = st.lists(
    st.one_of(
        st.tuples(st.just(moved), st.sampled_from("01234"), st.sampled_from([-1, 1])),
        st.tuples(st.just(group_moved), st.sampled_from(["", "a", "b"]), st.sampled_from([-1, 1])),
    )
)


@given(st.lists(st.sampled_from(["", "a", "b"]), min_size=5, max_size=5), moves)
def test_no_move_loses_or_doubles_a_pin_or_takes_it_out_of_its_group(
    groups: list[str], steps: list[tuple[Callable[[Notebook, str, int], Notebook], str, int]]
) -> None:
    held = book(*groups)
    before = {p.id: p for p in held.pins}
    for step, what, by in steps:
        held = step(held, what, by)
        assert {p.id: p for p in held.pins} == before
        assert len(held.pins) == len(before)


def test_whether_a_source_still_stands_is_seen_by_its_words() -> None:
    pin = notebook.pin("Ra đời.", [QUOTE])
    assert pin.standing(holding(STORY)) is Standing.UNCHANGED
    later = replace(STORY, text=STORY.text + "\n\nThêm một đoạn.", digest="khác")
    assert pin.standing(holding(later)) is Standing.UNCHANGED
    other = replace(STORY, text=STORY.text.replace("1954", "1955"), digest="khác")
    assert pin.standing(holding(other)) is Standing.CHANGED
    assert pin.standing(holding()) is Standing.GONE
    both = replace(pin, evidence=(QUOTE, replace(QUOTE, article="b")))
    assert both.standing(holding(STORY)) is Standing.GONE


def test_what_no_longer_stands_is_left_out_of_the_document_and_counted() -> None:
    good = notebook.pin("Ra đời năm 1954.", [QUOTE])
    lost = notebook.pin("Mất nguồn.", [replace(QUOTE, article="b")])
    held = added(added(Notebook("Diễn văn"), good), lost)
    held = annotated(held, good.id, "đọc chậm", "Mở đầu")
    made = notebook.document(held, None, holding(STORY), date(2026, 11, 22))
    assert made.title == "Diễn văn"
    assert any("1 mục không đưa vào" in line for line in made.about)
    runs = [run for block in made.blocks if isinstance(block, Paragraph) for run in block.runs]
    assert [run.text for run in runs] == ["Ra đời năm 1954.", "Ghi chú: đọc chậm"]
    (note,) = runs[0].notes
    assert (note.quote, note.source) == (QUOTE.quote, "Báo Hải Lâm")
    assert [b.text for b in made.blocks if isinstance(b, Heading)] == ["Mở đầu"]


@pytest.mark.parametrize("worded", [True, False])
def test_a_model_s_wording_says_so_and_the_occasion_comes_first(worded: bool) -> None:
    held = added(Notebook("x"), replace(notebook.pin("Ra đời.", [QUOTE]), worded=worded))
    kept = Kept(72, "2026 − 1954 = 72: …", (QUOTE,))
    occasion = Occasion("Văn phòng", date(2026, 4, 12), (kept,), ("Không rõ năm khác.",))
    made = notebook.document(held, occasion, holding(STORY), date(2026, 1, 2))
    texts = [run.text for block in made.blocks if isinstance(block, Paragraph) for run in block.runs]
    assert texts[:2] == ["2026 − 1954 = 72: …", "Không rõ năm khác."]
    assert ("Lời văn của mô hình ngôn ngữ." in texts) is worded


def test_a_pin_is_taken_out_alone() -> None:
    assert order(without(book("a", "a"), "0")) == ["1"]


@given(st.text("ab 1\n|", max_size=30), st.integers(-2, 32), st.integers(-2, 32))
def test_what_was_selected_is_that_stretch_without_blanks_at_its_ends(
    text: str, start: int, end: int
) -> None:
    span = notebook.selected(text, start, end)
    inside = 0 <= start < end <= len(text)
    if span is None:
        assert not inside or not text[start:end].strip()
    else:
        assert start <= span.start < span.end <= end
        assert span.of(text) == text[start:end].strip()


@given(st.text("abđ1 \n|,", max_size=30), st.data())
def test_what_a_page_showed_of_a_stretch_is_known_again_and_nothing_else(
    text: str, data: st.DataObject
) -> None:
    """A page shows neither ends of lines nor the signs between cells."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    shown = text[start:end].replace("\n", "").replace(" | ", "")
    if text[start:end].strip():
        assert notebook.selected(text, start, end, shown)
        assert notebook.selected(text, start, end, f"{shown}x") is None


def test_what_was_done_to_a_notebook_is_seen_in_how_it_differs() -> None:
    held = book("", "a", "a", "b")
    place = {"article": "a", "start": QUOTE.start, "end": QUOTE.end}
    more = replace(held.pins[0], id="9")
    for after, told in (
        (held, []),
        (replace(held, name="Khác"), [("rename", {"name": "Khác"})]),
        (
            replace(held, unit="U", day=date(2030, 4, 12)),
            [("occasion", {"unit": "U", "day": date(2030, 4, 12)})],
        ),
        (added(held, more), [("pin", {"pin": "9", "passages": [place]})]),
        (without(held, "1"), [("unpin", {"pin": "1"})]),
        (annotated(held, "1", "lời dặn", "a"), [("note", {"pin": "1"})]),
        (annotated(held, "1", "", "b"), [("note", {"pin": "1"})]),
        (moved(held, "1", 1), [("order", {})]),
        (group_moved(held, "b", -1), [("order", {})]),
    ):
        assert list(differences(held, after)) == told
