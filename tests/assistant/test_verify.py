"""A statement holds if, and only if, its quotes say all of it: a table of statements worded by hand over the
sample articles, and what must hold of any text."""

from __future__ import annotations

import json
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.verify import Source, Verdict, Wrong, verify
from ingest.load import load
from ingest.types import Article
from ingest.vietnamese import sentences

TABLE = Path(__file__).with_name("verify_statements.jsonl")
OTHERS = Path(__file__).with_name("verify_other_offices.txt")
SAMPLES = Path(__file__).parents[2] / "ingest" / "samples"
SEEDS = Path(__file__).parents[3] / "shared" / "seeds"


@dataclass(frozen=True)
class Row:
    statement: str
    holds: bool
    kind: str | None
    quotes: tuple[tuple[str, str], ...]

    @property
    def sources(self) -> list[Source]:
        return [_source(_articles()[name], quote) for name, quote in self.quotes]

    def verdict(self) -> Verdict:
        return verify(self.statement, self.sources)


def _source(article: Article, quote: str) -> Source:
    return Source(quote, article.unit, article.title, article.published)


@cache
def _articles() -> dict[str, Article]:
    return {a.id: a for a in map(load, sorted(SAMPLES.iterdir()))}


@cache
def _rows() -> tuple[Row, ...]:
    rows = map(json.loads, TABLE.read_text("utf-8").splitlines())
    return tuple(
        Row(r["statement"], r["holds"], r["kind"], tuple((a, q) for a, q in r["sources"])) for r in rows
    )


@cache
def _kept() -> tuple[Row, ...]:
    return tuple(r for r in _rows() if r.holds and r.verdict().holds)


@cache
def _sentences() -> tuple[tuple[str, Article], ...]:
    seeds = map(load, sorted(SEEDS.glob("*.txt"))) if SEEDS.is_dir() else ()
    articles = [*_articles().values(), *seeds]
    return tuple((s.of(a.text), a) for a in articles for s in sentences(a.text) if s.end - s.start > 10)


# --- the table ------------------------------------------------------------------------------------


def test_every_quote_stands_in_its_article() -> None:
    assert not [q for row in _rows() for name, q in row.quotes if q not in _articles()[name].text]


def test_the_table_is_large_and_has_every_kind() -> None:
    true, false = [r for r in _rows() if r.holds], [r for r in _rows() if not r.holds]
    assert len(true) >= 130
    assert len(false) >= 170
    assert {r.kind for r in false} == {kind.name for kind in Wrong}
    assert len({(r.statement, r.quotes) for r in _rows()}) == len(_rows())


def test_false_statements_are_caught() -> None:
    false = [r for r in _rows() if not r.holds]
    missed = [f"{r.kind}: {r.statement}" for r in false if r.verdict().holds]
    assert len(missed) <= 0.01 * len(false), "\n".join(missed)


def test_true_statements_are_kept() -> None:
    true = [r for r in _rows() if r.holds]
    lost = [
        f"{r.statement}: {[(f.kind.name, f.words.of(r.statement)) for f in (*v.unsupported, *v.flags)]}"
        for r in true
        if not (v := r.verdict()).holds
    ]
    assert len(lost) <= 0.03 * len(true), "\n".join(lost)


def test_a_true_statement_does_not_hold_by_the_quote_of_another_office() -> None:
    """The facts of one office are not proved by what an article says of another."""
    named = [r for r in _rows() if r.holds and len(r.quotes) == 1 and any(c.isdigit() for c in r.statement)]
    others = [
        (r.statement, other.quotes[0][1][:40])
        for r in named
        for other in _rows()[:: len(_rows()) // 20]
        if other.quotes[0][0] != r.quotes[0][0] and verify(r.statement, other.sources).holds
    ]
    assert not [o for o in others if "1930" not in o[0]]  # the one day that two articles tell


def test_it_takes_less_than_five_milliseconds() -> None:
    took = []
    for row in _rows():
        sources = row.sources
        start = time.process_time()
        verify(row.statement, sources)
        took.append(time.process_time() - start)
    assert median(took) < 0.005


def _of_other_offices() -> Iterator[tuple[bool, str, Verdict]]:
    """Quotes of invented articles, worded unlike the samples: ``Q|unit|quote``, then ``T|`` what it proves
    and ``F|`` what it does not."""
    for line in OTHERS.read_text("utf-8").splitlines():
        sort, rest = line.split("|", 1)
        if sort == "Q":
            unit, quote = rest.split("|", 1)
            source = Source(quote, unit, unit, None)
        else:
            yield sort == "T", rest, verify(rest, [source])


def test_the_same_of_offices_worded_otherwise() -> None:
    rows = list(_of_other_offices())
    missed = [said for true, said, verdict in rows if not true and verdict.holds]
    lost = [said for true, said, verdict in rows if true and not verdict.holds]
    assert len(missed) <= 0.01 * sum(not true for true, _, _ in rows), "\n".join(missed)
    assert len(lost) <= 0.03 * sum(true for true, _, _ in rows), "\n".join(lost)


# --- of any text ----------------------------------------------------------------------------------


@given(st.integers(min_value=0))
def test_a_verbatim_sentence_holds_by_itself(n: int) -> None:
    sentence, article = _sentences()[n % len(_sentences())]
    assert verify(sentence, [_source(article, sentence)]).holds


@given(st.integers(min_value=0), st.integers(min_value=0), st.integers(1, 9))
@settings(max_examples=200)
def test_a_changed_digit_never_holds(n: int, at: int, by: int) -> None:
    told = [(s, a) for s, a in _sentences() if any(c in "0123456789" for c in s)]
    sentence, article = told[n % len(told)]
    digits = [i for i, c in enumerate(sentence) if c in "0123456789"]
    i = digits[at % len(digits)]
    changed = f"{sentence[:i]}{(int(sentence[i]) + by) % 10}{sentence[i + 1 :]}"
    assert not verify(changed, [_source(article, sentence)]).holds


@given(st.integers(min_value=0), st.sampled_from(["NFC", "NFD", "**", "[1]", "  ", "«"]))
def test_spelling_and_markup_change_nothing(n: int, how: str) -> None:
    row = _kept()[n % len(_kept())]
    words = row.statement
    if how in ("NFC", "NFD"):
        words = unicodedata.normalize("NFD" if how == "NFD" else "NFC", words)
    elif how == "**":
        words = f"**{words}**"
    elif how == "[1]":
        words = f"{words.rstrip('.')} [1]."
    elif how == "  ":
        words = words.replace(" ", "  ")
    else:
        words = words.replace("“", "«").replace("”", "»")
    assert verify(words, row.sources).holds


@given(st.text(), st.text(), st.text())
def test_it_never_raises(statement: str, quote: str, title: str) -> None:
    verdict = verify(statement, [Source(quote, None, title, None), Source(quote, title, quote, None)])
    for finding in (*verdict.unsupported, *verdict.flags):
        assert 0 <= finding.words.start <= finding.words.end <= len(statement)


_PIECES = st.lists(
    st.sampled_from(
        """ngày 18/10 18/10/1930 năm 2005 - ( ) “ ” " Huân chương Lao động hạng Nhất Nhì , ; . : \n được tặng
        Chủ tịch nước Văn phòng Huyện ủy Bình Lãng đồng chí Trịnh Văn Hòe Bí thư là 07 % phần trăm hai không
        nhất đầu tiên thứ XXIII khóa Nghị quyết số 45-NQ/TW * [1] \u0301 2/3 tháng TP. đ/c của
        do nói""".split(" ")
    )
)


@given(_PIECES, _PIECES)
@settings(max_examples=200)
def test_it_never_raises_on_the_words_of_offices(statement: list[str], quote: list[str]) -> None:
    verify(" ".join(statement), [Source(" ".join(quote), "Văn phòng Huyện ủy Bình Lãng", "", None)])


@pytest.mark.parametrize("statement", ["", "   ", "Văn phòng có 46 cán bộ.", "năm 2005"])
def test_without_sources_nothing_holds(statement: str) -> None:
    assert not verify(statement, []).holds


# --- single rules, over words of its own -----------------------------------------------------------

UNIT = "Văn phòng Huyện ủy An Khê"


def _holds(statement: str, quote: str) -> bool:
    return verify(statement, [Source(quote, UNIT, UNIT, None)]).holds


@pytest.mark.parametrize(
    ("quote", "true", "false"),
    [
        (  # the number and the symbol of a document
            "Văn phòng tham mưu triển khai Nghị quyết số 45-NQ/TW của Bộ Chính trị.",
            "Văn phòng tham mưu triển khai Nghị quyết 45 của Bộ Chính trị.",
            "Văn phòng tham mưu triển khai Nghị quyết số 45-NQ/TU của Bộ Chính trị.",
        ),
        (  # another sort of document
            "Văn phòng tham mưu triển khai Nghị quyết số 45-NQ/TW của Bộ Chính trị.",
            "Nghị quyết số 45-NQ/TW được Văn phòng tham mưu triển khai.",
            "Văn phòng tham mưu triển khai Chỉ thị số 45-CT/TW của Bộ Chính trị.",
        ),
        (  # a rank in Roman or Arabic
            "Đại hội Đảng bộ huyện lần thứ XXIV thành công tốt đẹp.",
            "Đại hội Đảng bộ huyện lần thứ 24 thành công tốt đẹp.",
            "Đại hội Đảng bộ huyện lần thứ XIV thành công tốt đẹp.",
        ),
        (  # five and year
            "Văn phòng có năm phòng và 20 năm truyền thống.",
            "Văn phòng có 5 phòng.",
            "Văn phòng có năm phòng và năm 20 biên chế.",
        ),
        (  # part of a year
            "Cuối năm 1950, Văn phòng chuyển về xã Phú Lộc.",
            "Năm 1950, Văn phòng chuyển về xã Phú Lộc.",
            "Đầu năm 1950, Văn phòng chuyển về xã Phú Lộc.",
        ),
        (  # before and after
            "Sau ngày 30/4/1975, Văn phòng chuyển về thị trấn.",
            "Văn phòng chuyển về thị trấn sau ngày 30 tháng 4 năm 1975.",
            "Văn phòng chuyển về thị trấn trước ngày 30 tháng 4 năm 1975.",
        ),
        (  # what is meant is not done
            "Văn phòng phấn đấu số hóa 100% tài liệu trước năm 2030.",
            "Văn phòng phấn đấu trước năm 2030 số hóa 100% tài liệu.",
            "Văn phòng đã số hóa 100% tài liệu trước năm 2030.",
        ),
        (  # who gave it
            "Văn phòng được Tỉnh ủy, UBND tỉnh tặng Bằng khen.",
            "Văn phòng được Ủy ban nhân dân tỉnh tặng Bằng khen.",
            "Văn phòng được Chính phủ tặng Bằng khen.",
        ),
        (  # a former post
            "Đồng chí Lê Văn Tám, nguyên Bí thư Huyện ủy, dự họp mặt.",
            "Nguyên Bí thư Huyện ủy Lê Văn Tám dự họp mặt.",
            "Bí thư Huyện ủy Lê Văn Tám dự họp mặt.",
        ),
        (  # two people with two posts
            "Dự có đồng chí Lê Văn Tám, Bí thư Huyện ủy; đồng chí Vũ Thị Na, Chánh Văn phòng Huyện ủy.",
            "Chánh Văn phòng Huyện ủy Vũ Thị Na dự.",
            "Chánh Văn phòng Huyện ủy Lê Văn Tám dự.",
        ),
    ],
)
def test_what_a_quote_proves(quote: str, true: str, false: str) -> None:
    assert _holds(true, quote)
    assert not _holds(false, quote)


def test_a_finding_stands_where_the_words_do_in_the_text_given() -> None:
    statement = unicodedata.normalize("NFD", "**Văn phòng** được thành lập năm 1949.")
    source = Source("Văn phòng được thành lập năm 1948.", UNIT, "", None)
    (finding,) = verify(statement, [source]).unsupported
    assert finding.kind is Wrong.DATE
    assert unicodedata.normalize("NFC", finding.words.of(statement)) == "năm 1949"
