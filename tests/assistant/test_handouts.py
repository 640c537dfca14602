"""The learner's copy gives nothing away, the teacher's proves everything, and the summary is short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from assistant import handouts, training
from assistant.documents.types import Block, Document, Heading, Note, Paragraph, Run, Table
from assistant.handouts import Copy
from assistant.prose import WORDED, Prose, Sentence
from assistant.training import Choice, Material, Part
from ingest.facts import facts
from ingest.load import find, load
from tests.conftest import SAMPLES

ARTICLES = {a.id: a for a in (load(file) for file in find([SAMPLES]).files)}
LEDGER = [f for a in ARTICLES.values() for f in facts(a)]
TODAY = date(2024, 10, 18)


def drawn() -> Material:
    choice = Choice(tuple(ARTICLES), ())
    given = training.offer(choice, LEDGER, ARTICLES.__getitem__, "s")
    return training.material("Truyền thống văn phòng", choice, "s", given)


def copy(of: Copy, material: Material, *stale: str) -> Document:
    return handouts.document(of, material, frozenset(stale), TODAY)


def runs(document: Document) -> Iterator[Run]:
    for block in document.blocks:
        match block:
            case Paragraph(told):
                yield from told
            case Table(_, rows):
                yield from (run for row in rows for cell in row for run in cell)


def text(document: Document) -> str:
    told = [block.text for block in document.blocks if isinstance(block, Heading)]
    return "\n".join((document.title, *document.about, *told, *(run.text for run in runs(document))))


def notes(document: Document) -> list[Note]:
    return [note for run in runs(document) for note in run.notes]


def test_the_teacher_s_copy_has_every_item_with_its_quote() -> None:
    material = drawn()
    document = copy(Copy.TEACHER, material)
    quotes = {note.quote for note in notes(document)}
    for item in material.items:
        assert item.said in text(document)
        assert item.asked in text(document)
        assert {item.evidence.quote, *(o.evidence.quote for o in item.wrong)} <= quotes
    assert {note.source for note in notes(document)} == {a.source for a in ARTICLES.values()}
    for item in material.of(Part.QUIZ):
        letter = "ABCD"[material.options(item).index(item.says)]
        marked = [r for r in runs(document) if r.text == f"{letter}. {item.says}" and r.bold]
        assert marked


def test_the_learner_s_copy_has_the_questions_and_options_without_answers_or_evidence() -> None:
    material = drawn()
    document = copy(Copy.LEARNER, material)
    words = text(document)
    assert notes(document) == []
    questions = [i for i in material.items if i.part in (Part.QUESTION, Part.QUIZ)]
    assert questions
    for item in questions:
        assert item.asked in words
    options = {o for i in material.of(Part.QUIZ) for o in material.options(i)}
    said = "\n".join(run.text for run in runs(document) if run.text[3:] not in options)
    for item in questions:
        assert item.said not in said
        assert item.evidence.quote not in words
    # Right and wrong options look alike.
    looks = {(run.bold, run.italic) for run in runs(document) if run.text[3:] in options}
    assert looks == {(False, False)}
    for item in (*material.of(Part.SUMMARY), *material.of(Part.TERM)):
        assert item.said not in words


def test_both_copies_have_the_options_in_the_same_order() -> None:
    material = drawn()
    every = {o for i in material.of(Part.QUIZ) for o in material.options(i)}
    orders = []
    for one in (Copy.TEACHER, Copy.LEARNER):
        in_order = [b for b in copy(one, material).blocks if isinstance(b, Paragraph)]
        orders.append([b.runs[0].text for b in in_order if b.runs[0].text[3:] in every])
    assert orders[0] == orders[1] != []


def test_room_to_write_follows_the_length_of_the_answer() -> None:
    def lines(document: Document) -> list[int]:
        counts: list[int] = []
        for block in document.blocks:
            if isinstance(block, Paragraph) and block.runs[0].text.startswith("Câu "):
                counts.append(0)
            elif isinstance(block, Paragraph) and set(block.runs[0].text) == {"."}:
                counts[-1] += 1
        return [n for n in counts if n]

    material = drawn()
    found = lines(copy(Copy.LEARNER, material))
    assert len(found) == len(material.of(Part.QUESTION))
    assert min(found) == 2
    assert max(found) > 2


def test_what_is_left_out_or_stale_is_in_no_copy_and_stale_items_are_counted() -> None:
    material = drawn()
    first, second, *_ = material.of(Part.QUIZ)
    without = training.changed(material, first.id, lambda i: replace(i, left_out=True))
    document = copy(Copy.TEACHER, without, first.id, second.id)
    assert first.asked not in text(document)
    assert second.asked not in text(document)
    assert "Đã để ra ngoài 1 mục vì nguồn đã thay đổi sau khi soạn." in document.about
    assert not any("Đã để ra ngoài" in line for line in copy(Copy.TEACHER, without).about)


def test_a_trainer_s_own_words_are_said_to_be_that_to_the_teacher_alone() -> None:
    material = drawn()
    item = material.of(Part.QUESTION)[0]
    own = training.changed(material, item.id, lambda i: training.reworded(i, "Hỏi khác?", "Đáp khác."))
    teacher, learner = copy(Copy.TEACHER, own), copy(Copy.LEARNER, own)
    assert f"({handouts.REWORDED})" in text(teacher)
    assert "Đáp khác." in text(teacher)
    assert item.evidence.quote in {note.quote for note in notes(teacher)}
    assert "Hỏi khác?" in text(learner)
    assert handouts.REWORDED not in text(learner)


def test_the_summary_names_its_sources_instead_of_saying_every_sentence_twice() -> None:
    material = drawn()
    document = copy(Copy.SUMMARY, material)
    words = text(document)
    assert notes(document) == []
    for item in training.on_a_page(material.of(Part.SUMMARY)):
        assert words.count(item.said) == 1
        assert item.evidence.title in words
    own = training.changed(
        material, material.of(Part.SUMMARY)[0].id, lambda i: training.reworded(i, "", "Lời khác.")
    )
    assert "Lời khác.*" in text(copy(Copy.SUMMARY, own))
    assert "* Lời của người soạn" in text(copy(Copy.SUMMARY, own))


def test_the_glossary_has_every_term_with_its_sentence() -> None:
    material = drawn()
    found = [b.runs for b in copy(Copy.GLOSSARY, material).blocks if isinstance(b, Paragraph)]
    assert {told[0].text for told in found} == {f"{i.asked}: " for i in material.of(Part.TERM)}
    assert all(told[1].notes for told in found)


@pytest.mark.parametrize("of", list(Copy))
def test_a_copy_of_nothing_has_no_blocks(of: Copy) -> None:
    empty = replace(drawn(), items=())
    found: tuple[Block, ...] = copy(of, empty).blocks
    assert found == ()


@pytest.mark.parametrize("many", [1, 3, len(ARTICLES)])
def test_the_summary_is_one_page_however_much_is_offered_and_however_long_its_title(many: int) -> None:
    import pypdfium2  # type: ignore[import-untyped]

    from assistant.documents import pdf

    choice = Choice(tuple(ARTICLES)[:many], ())
    given = training.offer(choice, LEDGER, ARTICLES.__getitem__, "s")
    material = training.material("Truyền thống " * 9, choice, "s", given)
    for item in given.items:
        material = training.added(material, item)
    with pypdfium2.PdfDocument(pdf.write(copy(Copy.SUMMARY, material))) as made:
        assert len(made) == 1


def worded(material: Material) -> Material:
    """With its first two sentences in a model's words."""
    first, second, *_ = material.of(Part.SUMMARY)
    said = (Sentence("Câu của máy.", (first.evidence,)), Sentence("Câu nữa.", (second.evidence,)))
    return replace(material, prose=Prose(said))


@pytest.mark.parametrize("of", [Copy.TEACHER, Copy.SUMMARY])
def test_a_summary_worded_by_a_model_says_so_and_keeps_its_evidence(of: Copy) -> None:
    material = worded(drawn())
    document = copy(of, material)
    assert "Câu của máy. Câu nữa." in "".join(run.text for run in runs(document))
    assert WORDED in text(document)
    quotes = {note.quote for note in notes(document)}
    assert {item.evidence.quote for item in material.of(Part.SUMMARY)[:2]} <= quotes


@pytest.mark.parametrize("how", ["stale", "left out"])
def test_a_wording_of_what_is_no_longer_handed_out_gives_way_to_the_articles_words(how: str) -> None:
    material = worded(drawn())
    first, second, *_ = material.of(Part.SUMMARY)
    stale = (first.id,) if how == "stale" else ()
    if how == "left out":
        material = training.changed(material, first.id, lambda item: replace(item, left_out=True))
    told = text(copy(Copy.SUMMARY, material, *stale))
    assert "Câu nữa." not in told
    assert WORDED not in told
    assert second.said in told
