"""The pages of events and awards as they are served: what is asked is shown with its source; nothing runs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from assistant import pages
from assistant.records import records
from assistant.site import drawing, timeline, timeline_pages
from assistant.site.door import Door
from assistant.site.house import House
from assistant.site.timeline_pages import AWARDS, Asked, AwardsAsked
from assistant.timeline import Kind, Wanted, Years
from ingest.types import Article
from tests.assistant.office import Office, article, house
from vectorstore import encoders
from vectorstore.library import Library

A, B = "Văn phòng Huyện ủy Bình Lãng", "Văn phòng Thành ủy Sơn Khê"
HOSTILE = '<img src=x onerror="window.hacked=1">'
ARTICLES = [
    article(
        "a",
        f"Chuyện Bình Lãng {HOSTILE}",
        f"Ngày 12-4-1954, {A} được thành lập.",
        f"Năm 1990, Chủ tịch nước tặng thưởng {A} Huân chương Lao động hạng Ba.",
        f"Năm 2001, Chủ tịch nước tặng thưởng {A} Huân chương Lao động hạng Nhì.",
        f"{A} được Thủ tướng Chính phủ tặng Bằng khen.",
        published=date(2020, 10, 16),
        unit=A,
    ),
    article("b", "Tài liệu khác", f"Ngày 3-5-1956, {A} được thành lập.", published=date(2021, 1, 2), unit=A),
    article(
        "c",
        "Chuyện Sơn Khê",
        "Hằng năm, lấy ngày 18-10 là Ngày truyền thống Văn phòng cấp ủy.",
        f"Ngày 20-4-2009, {B} được thành lập.",
        f"Năm 2014, Chủ tịch nước tặng thưởng {B} Huân chương Lao động hạng Ba.",
        unit=B,
    ),
]


def client(tmp_path: Path, articles: list[Article], *, demo: bool = False) -> TestClient:
    within = house(Office(articles), tmp_path, lambda: demo)
    served = Starlette(routes=timeline.routes(within))
    served.add_middleware(Door, store=within.records)
    return TestClient(served, base_url="http://127.0.0.1")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return client(tmp_path_factory.mktemp("Nep"), ARTICLES)


class Read(HTMLParser):
    """A page: its tags with their attributes, its words, and the rows of its tables by their captions."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[tuple[str, list[list[str]]]] = []
        self.words = ""
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("caption", "th", "td", "tr", "table"):
            self._open.append(tag)
        if tag == "table":
            self.tables.append(("", []))
        elif tag == "tr":
            self.tables[-1][1].append([])
        elif tag in ("th", "td"):
            self.tables[-1][1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self.words += data
        if not self._open:
            return
        name, rows = self.tables[-1]
        if self._open[-1] == "caption":
            self.tables[-1] = (name + data, rows)
        elif self._open[-1] in ("th", "td"):
            rows[-1][-1] += data

    def links(self, **wanted: str) -> list[str]:
        return [
            attributes.get("href") or ""
            for tag, attributes in self.tags
            if tag == "a" and all(attributes.get(name) == value for name, value in wanted.items())
        ]


def read(office: TestClient, path: str, **query: Any) -> Read:
    answer = office.get(path, params=query)
    assert answer.status_code == 200
    return Read(answer.text)


def column(page: Read, n: int, table: int = 0) -> list[str]:
    return [row[n] for row in page.tables[table][1][1:]]


# --- events ----------------------------------------------------------------------------------------


def test_every_event_is_a_row_that_leads_to_its_words(office: TestClient) -> None:
    page = read(office, pages.TIMELINE)
    assert column(page, 0) == ["12/04/1954", "03/05/1956", "1990", "2001", "20/04/2009", "2014"]
    text = {one.id: one.text for one in ARTICLES}
    opened = [urlsplit(link) for link in page.links() if link.startswith("/bai/")]
    assert opened
    for link in opened:
        asked = parse_qs(link.query)
        words = text[link.path.removeprefix("/bai/")][int(asked["tu"][0]) : int(asked["den"][0])]
        assert words.endswith(".")
        assert re.match(r"Ngày|Năm|Hằng năm", words)
    assert all(
        "data-article" in a for tag, a in page.tags if tag == "a" and (a.get("href") or "")[:5] == "/bai/"
    )


def test_articles_that_disagree_are_shown_with_what_each_says(office: TestClient) -> None:
    first, second = column(read(office, pages.TIMELINE), 1)[:2]
    assert "Các bài nói khác nhau" in first
    assert "03/05/1956" in first
    assert "12/04/1954" in second


def test_a_day_without_its_year_is_in_a_table_of_its_own(office: TestClient) -> None:
    page = read(office, pages.TIMELINE)
    assert [row[0] for row in page.tables[1][1][1:]] == ["18/10"]


def test_events_are_chosen_by_unit_kind_and_years(office: TestClient) -> None:
    assert column(read(office, pages.TIMELINE, **{"don-vi": B}), 0) == ["20/04/2009", "2014"]
    assert column(read(office, pages.TIMELINE, loai=["khen-thuong", "nhu-the"]), 0) == [
        "1990",
        "2001",
        "2014",
    ]
    assert column(read(office, pages.TIMELINE, tu="1956", den="2001"), 0) == ["03/05/1956", "1990", "2001"]
    assert column(read(office, pages.TIMELINE, tu="2009"), 0) == ["20/04/2009", "2014"]
    assert column(read(office, pages.TIMELINE, den="1956"), 0) == ["12/04/1954", "03/05/1956"]


def test_the_choice_is_kept_by_the_form_and_by_what_zooms(office: TestClient) -> None:
    page = read(office, pages.TIMELINE, **{"don-vi": A, "loai": "khen-thuong"})
    assert any(a.get("value") == A and "selected" in a for tag, a in page.tags if tag == "option")
    assert [a["value"] for tag, a in page.tags if a.get("type") == "checkbox" and "checked" in a] == [
        "khen-thuong"
    ]
    (zoomed,) = page.links(**{"class": "in"})
    asked = parse_qs(urlsplit(zoomed).query)
    assert (asked["don-vi"], asked["loai"]) == ([A], ["khen-thuong"])
    assert int(asked["den"][0]) - int(asked["tu"][0]) + 1 == 6  # of twelve years


def test_zooming_in_and_out_again_arrives_at_all_years(office: TestClient) -> None:
    address, seen = pages.TIMELINE, 0
    while links := Read(office.get(address).text).links(**{"class": "in"}):
        (address,) = links
        seen += 1
    assert seen >= 5
    while links := Read(office.get(address).text).links(**{"class": "out"}):
        (address,) = links
    assert "tu=" not in address


def test_the_picture_tells_every_event_of_the_table_and_leads_there(office: TestClient) -> None:
    page = read(office, pages.TIMELINE, **{"don-vi": A})
    drawn = [a for tag, a in page.tags if tag == "svg" and a.get("class") == "drawn"]
    assert len(drawn) == 2
    assert all(a["aria-describedby"] == "ke" for a in drawn)
    assert any(a.get("id") == "ke" for _, a in page.tags)
    assert "Hình vẽ 4 sự kiện từ năm 1954 đến năm 2001" in page.words
    told = [a["aria-label"] or "" for tag, a in page.tags if tag == "a" and a.get("aria-label")]
    assert sum("12/04/1954" in words and "Nguồn: Chuyện Bình Lãng" in words for words in told) == 2
    tables = [a for tag, a in page.tags if tag == "th"]
    assert tables
    assert all(a.get("scope") in ("col", "row") for a in tables)


def test_no_words_of_an_article_run_in_the_page(office: TestClient) -> None:
    for path in (pages.TIMELINE, AWARDS):
        page = read(office, path)
        assert not [a for tag, a in page.tags if tag == "img" and a.get("src") == "x"]
        assert HOSTILE in page.words
        for tag, attributes in page.tags:
            assert tag != "style"
            assert not any(name == "style" or name.startswith("on") for name in attributes), (tag, attributes)
            assert tag != "script" or attributes.get("src")


def test_what_is_to_be_pinned_is_the_sentence(office: TestClient) -> None:
    text = {one.id: one.text for one in ARTICLES}
    for path in (pages.TIMELINE, AWARDS):
        pins = [a for tag, a in read(office, path).tags if a.get("data-send") == "/so-tay/ghim"]
        assert len(pins) >= 4
        for pin in pins:
            words = text[pin["data-article"] or ""][int(pin["data-start"] or 0) : int(pin["data-end"] or 0)]
            assert words.endswith(".")
            assert pin["data-fact"]
            assert pin["aria-label"] == f"Ghim vào sổ tay: {pin['data-fact']}"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"tu": "năm ngoái"}, "“năm ngoái” không phải là một năm"),
        ({"den": "99999"}, "“99999” không phải là một năm"),
        ({"tu": "0"}, "“0” không phải là một năm"),
        ({"tu": "２０００"}, "“２０００” không phải là một năm"),
        ({"tu": "2001", "den": "1990"}, "đã đổi chỗ: từ 1990 đến 2001"),
    ],
)
def test_a_year_that_is_none_is_said_and_all_is_shown(
    office: TestClient, query: dict[str, str], said: str
) -> None:
    for path in (pages.TIMELINE, AWARDS):
        page = read(office, path, **query)
        assert said in page.words
        assert page.tables


@pytest.mark.parametrize("page", ["-1", "0", "9999999", "x", "1000"])
def test_a_page_that_is_none_is_the_nearest(office: TestClient, page: str) -> None:
    assert len(column(read(office, pages.TIMELINE, trang=page), 0)) == 6


# --- nothing to show -------------------------------------------------------------------------------


def test_an_empty_library_says_so_and_leads_to_the_documents(tmp_path: Path) -> None:
    empty = client(tmp_path, [])
    for path in (pages.TIMELINE, AWARDS):
        page = read(empty, path)
        assert "Thư viện chưa có bài nào" in page.words
        assert pages.SHELF in page.links()
    assert empty.get(f"{pages.TIMELINE}/anh.png").status_code == 404
    assert "Không có sự kiện nào để vẽ" in empty.get(f"{pages.TIMELINE}/anh.png").text


def test_a_library_without_dates_or_awards_says_so(tmp_path: Path) -> None:
    plain = client(tmp_path, [article("a", "Bài", "Văn phòng làm việc tốt.")])
    assert "chưa nêu sự kiện nào có năm" in read(plain, pages.TIMELINE).words
    assert "chưa kể khen thưởng nào" in read(plain, AWARDS).words


def test_years_without_events_say_which_years_have_some(office: TestClient) -> None:
    page = read(office, pages.TIMELINE, tu="1960", den="1970")
    assert "Không có sự kiện nào từ năm 1960 đến năm 1970." in page.words
    assert "Xem mọi năm (1954–2014)" in page.words
    assert "/dong-thoi-gian" in page.links()


def test_a_unit_without_events_leads_to_all_units_and_to_its_awards(office: TestClient) -> None:
    page = read(office, pages.TIMELINE, **{"don-vi": "Văn phòng <b>nào đó</b>"})
    assert "Các bài không nêu sự kiện nào có năm của Văn phòng <b>nào đó</b>." in page.words
    assert any(link.startswith(f"{AWARDS}?don-vi=") for link in page.links())


def test_no_such_award_leads_to_all(office: TestClient) -> None:
    page = read(office, AWARDS, hang="4")
    assert "không kể khen thưởng nào như đã chọn" in page.words
    assert AWARDS in page.links()


def test_samples_are_told_as_such(tmp_path: Path) -> None:
    assert "chỉ có bài mẫu" in read(client(tmp_path, ARTICLES, demo=True), pages.TIMELINE).words


# --- awards ----------------------------------------------------------------------------------------


def test_awards_are_chosen_and_sorted_by_the_address(office: TestClient) -> None:
    everything = read(office, AWARDS)
    assert [row[4] for row in everything.tables[0][1][1:]] == ["2001", "1990", "", "2014"]
    assert column(read(office, AWARDS, theo="nam", chieu="giam"), 4) == ["2014", "2001", "1990", ""]
    assert column(read(office, AWARDS, sap="nam.tang"), 4) == ["1990", "2001", "2014", ""]
    assert column(read(office, AWARDS, hang="3"), 0) == [A, B]
    assert column(read(office, AWARDS, **{"don-vi": B}), 4) == ["2014"]
    assert column(read(office, AWARDS, trao="Thủ tướng Chính phủ"), 0) == [A]
    assert column(read(office, AWARDS, tu="2000", den="2010"), 4) == ["2001"]
    sorted_by = read(office, AWARDS, theo="nam", chieu="giam")
    assert [a["aria-sort"] for tag, a in sorted_by.tags if "aria-sort" in a] == ["descending"]


def test_awards_are_counted_by_unit_and_class_and_units_with_the_same_stand_together(
    office: TestClient,
) -> None:
    _, counted, shared = read(office, AWARDS).tables
    assert counted[1][0] == ["Đơn vị", "Hạng Nhì", "Hạng Ba", "Không có hạng", "Tất cả"]
    assert counted[1][1:] == [[A, "1", "1", "1", "3"], [B, "", "1", "", "1"]]
    assert shared[1][1][:2] == ["Huân chương Lao động hạng Ba", "2"]


# --- files -----------------------------------------------------------------------------------------


def saved_as(answer: Any) -> str:
    disposition = answer.headers["content-disposition"]
    assert disposition.isascii()
    return unquote(disposition.partition("UTF-8''")[2])


def rows(answer: Any) -> list[list[str]]:
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_table_of_events_is_a_file_with_its_sources_and_quotes(office: TestClient) -> None:
    answer = office.get(f"{pages.TIMELINE}/bang.csv", params={"don-vi": A, "tu": "1950"})
    assert saved_as(answer) == f"Dòng thời gian - {A} - 1950-2001.csv"
    names, first, *_ = rows(answer)
    told = dict(zip(names, first, strict=True))
    assert told["Thời gian"] == "12/04/1954"
    assert told["Nguyên văn"] == f"Ngày 12-4-1954, {A} được thành lập."
    assert told["Nguồn"] == f"Chuyện Bình Lãng {HOSTILE} (16/10/2020)"
    assert "03/05/1956" in told["Bài khác nói"]


def test_the_table_of_awards_is_a_file(office: TestClient) -> None:
    answer = office.get(f"{AWARDS}/bang.csv", params={"hang": "3"})
    assert saved_as(answer) == "Thành tích.csv"
    names, *found = rows(answer)
    assert [dict(zip(names, row, strict=True))["Đơn vị"] for row in found] == [A, B]


def test_a_title_that_is_a_formula_is_words_in_the_file(tmp_path: Path) -> None:
    titled = article("a", "=HYPERLINK(1)", f"Ngày 12-4-1954, {A} được thành lập.", unit=A)
    answer = client(tmp_path, [titled]).get(f"{pages.TIMELINE}/bang.csv")
    assert "'=HYPERLINK(1)" in rows(answer)[1]


def test_the_picture_is_a_file_that_is_not_blank(office: TestClient) -> None:
    answer = office.get(f"{pages.TIMELINE}/anh.png", params={"don-vi": B})
    assert answer.headers["content-type"] == "image/png"
    assert saved_as(answer) == f"Dòng thời gian - {B} - 2009-2014.png"
    colours = Image.open(io.BytesIO(answer.content)).convert("RGB").getcolors(1 << 24)
    assert colours is not None
    assert len(colours) > 50


# --- what is kept ----------------------------------------------------------------------------------


def test_a_picture_is_drawn_once_until_the_library_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[bool] = []

    def draw(picture: Any, name: str, about: str, *, wide: bool) -> str:
        drawn.append(wide)
        return "<svg></svg>"

    monkeypatch.setattr(drawing, "svg", draw)
    library = Office(ARTICLES)
    served = TestClient(Starlette(routes=timeline.routes(house(library, tmp_path))))
    for _ in range(3):
        served.get(pages.TIMELINE)
    assert drawn == [True, False]
    served.get(pages.TIMELINE, params={"tu": "1990"})
    assert len(drawn) == 4
    library._articles.append(article("d", "Mới", f"Ngày 1-1-1999, {A} đổi tên thành Văn phòng mới.", unit=A))
    served.get(pages.TIMELINE)
    assert len(drawn) == 6


def test_an_address_says_again_what_was_asked() -> None:
    asked = Asked(A, (Kind.KEPT, Kind.AWARD), Years(1930, 1950), 3)
    query = parse_qs(urlsplit(timeline_pages.address(asked)).query)
    plain = {name: values[0] for name, values in query.items()}
    assert timeline.asked(plain, query["loai"]) == (asked, ())
    wish = AwardsAsked(Wanted(A, "huan chuong", 0, "Chủ tịch nước", Years(1930, 1950)), "nam", True, 2)
    query = parse_qs(urlsplit(timeline_pages.awards_address(wish)).query)
    assert timeline.awards_asked({name: values[0] for name, values in query.items()}) == (wish, ())


# --- the language ----------------------------------------------------------------------------------


@pytest.fixture
def english(office: TestClient) -> Iterator[TestClient]:
    office.cookies.set("nep_language", "en")
    yield office
    office.cookies.clear()


def test_in_english_everything_but_the_articles_is(english: TestClient) -> None:
    page = read(english, pages.TIMELINE)
    assert "Table of events" in page.words
    assert "Zoom in" in page.words
    assert "Timeline" in page.words
    awards = read(english, AWARDS)
    assert "second class" in awards.words


# --- clusters, and a real library ------------------------------------------------------------------


def test_many_events_of_one_year_are_one_mark_that_opens_that_year_and_then_their_lines(
    tmp_path: Path,
) -> None:
    units = [
        f"Văn phòng Huyện ủy {name}" for name in "An Bình Cầu Dương Hà Kim Long Mai Nam Phú Sơn Tân".split()
    ]
    many = [
        article(f"u{n}", f"Bài {n}", f"Năm 1990, {unit} được Thủ tướng Chính phủ tặng Bằng khen.", unit=unit)
        for n, unit in enumerate(units)
    ]
    served = client(tmp_path, [*many, *ARTICLES])

    def together(path: str) -> list[str]:
        return [
            a["href"] or ""
            for tag, a in Read(served.get(path).text).tags
            if tag == "a" and (a.get("aria-label") or "").startswith("13 sự kiện, 1990")
        ]

    (wide, narrow) = together(pages.TIMELINE)
    assert wide == narrow
    assert parse_qs(urlsplit(wide).query) == {"tu": ["1990"], "den": ["1990"]}
    (line, _) = together(wide)
    assert urlsplit(line).fragment == "su-kien-1"
    assert 'id="su-kien-1"' in served.get(line).text


def test_a_real_library_is_shown_with_links_to_its_very_words(seeds_home: Path, tmp_path: Path) -> None:
    with Library.open(seeds_home, encoders.load()) as library:
        office = House(Office([]), library, records(tmp_path), lambda: False)
        served = TestClient(Starlette(routes=timeline.routes(office)))
        for path in (pages.TIMELINE, AWARDS):
            page = read(served, path)
            pins = [a for tag, a in page.tags if a.get("data-send")]
            assert len(pins) >= 5
            for pin in pins:
                text = library.article(pin["data-article"] or "").text
                quote = text[int(pin["data-start"] or 0) : int(pin["data-end"] or 0)]
                year = re.search(r"\d{4}", pin["data-fact"] or "")
                assert year is None or year[0] in quote
        assert "18/10/1930" in column(read(served, pages.TIMELINE), 0)
