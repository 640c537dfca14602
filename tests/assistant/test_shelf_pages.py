"""The page of the documents as HTML: what it says, and that nothing in it is anybody's but ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from assistant import shelf_pages
from assistant.inbox import State, Taken, Upload
from assistant.shelf_pages import COLUMNS, Alike, Asked, File, Listing, Row
from ingest.limits import Limits
from tests.assistant.office import article, shelved
from tests.assistant.test_pages import HOSTILE, Read, harmless

STORY = article(
    "chang-duong",
    "Chặng đường bảy mươi năm",
    "Ngày 12-4-1954, Văn phòng được thành lập.",
    published=date(2024, 4, 9),
    author="Minh Hòa",
    source="Báo Hà Lương",
    unit="Văn phòng Tỉnh ủy Hà Lương",
)
WHEN = datetime(2026, 11, 22, 5, 30, tzinfo=UTC)
LISTED = Row(shelved(STORY, characters=12_345, added=WHEN), (File("Lịch sử.docx", None),), ())
UPLOAD = Upload("20261122-091502-731845-9f3a1c", "Báo cáo.docx", 1_234_567, WHEN)


def listing(*rows: Row, asked: Asked | None = None, pages: int = 1, total: int | None = None) -> Listing:
    return Listing(asked or Asked(), rows, len(rows), len(rows) if total is None else total, pages, 7)


def page(*rows: Row, uploads: tuple[Upload, ...] = (), demo: bool = False) -> str:
    return shelf_pages.page(listing(*rows), uploads, Limits(megabytes=20), demo=demo)


# --- what waits ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "đang đợi đến lượt"),
        ({"state": "working"}, "Đang đọc tài liệu"),
        ({"state": "working", "stage": "storing", "progress": 0.456}, "Đang nạp vào thư viện: 46 %"),
        ({"state": "working", "stage": "held up"}, "Đang đợi chương trình khác"),
        ({"state": "refused", "reason": "tệp trống."}, "Chưa nạp được. Tệp trống."),
    ],
)
def test_a_row_says_what_becomes_of_its_file(changed: dict[str, object], said: str) -> None:
    html = shelf_pages.queue([replace(UPLOAD, **changed)], 1)  # type: ignore[arg-type]
    assert said in Read(html).text
    assert "Báo cáo.docx 1,2 MB" in Read(html).text


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        (Taken("added", "", "a", "Bài A"), "Đã nạp thành bài Bài A"),
        (Taken("duplicate", "", "a", "Bài A"), "Trùng nội dung với bài đã có, nên không thêm bài mới: Bài A"),
        (Taken("unchanged", "", "a", "Bài A"), "Đã có sẵn, không đổi: Bài A"),
        (
            Taken("added", "", "a-2", "Bài A", namesake="a"),
            "bài khác từ tệp cùng tên; cả hai được giữ: xem bài kia",
        ),
        (Taken("refused", "", reason="tệp hỏng."), "Chưa nạp được. Tệp hỏng."),
    ],
)
def test_an_outcome_names_the_article_or_the_reason(taken: Taken, said: str) -> None:
    state: State = "refused" if taken.status == "refused" else "done"
    read = Read(shelf_pages.queue([replace(UPLOAD, state=state, documents=(taken,))], 1))
    assert said in read.text
    opened = [a["href"] for a in read.named("a")]
    assert opened == [f"/bai/{id}" for id in (taken.article, taken.namesake) if id]


def test_an_archive_tells_of_each_document_the_refused_first_and_folds_the_rest() -> None:
    held = tuple(Taken("added", f"{n}.txt", str(n), f"Bài {n}") for n in range(6))
    upload = replace(
        UPLOAD, state="refused", documents=(*held, Taken("refused", "hỏng.pdf", reason="tệp hỏng."))
    )
    text = Read(shelf_pages.queue([upload], 1)).text
    assert "Có 6 tài liệu trong thư viện, 1 chưa nạp được:" in text
    assert (
        text.index("hỏng.pdf") < text.index("0.txt") < text.index("Và 3 tài liệu khác") < text.index("5.txt")
    )


def test_only_what_can_be_done_is_offered() -> None:
    def acts(state: str) -> list[str | None]:
        read = Read(shelf_pages.queue([replace(UPLOAD, state=state)], 1))  # type: ignore[arg-type]
        return [a["data-do"] for a in read.named("button")]

    assert [acts(s) for s in ("waiting", "working", "done", "refused")] == [
        ["bo-qua"],
        [],
        ["bo-qua"],
        ["thu-lai", "bo-qua"],
    ]


def test_the_queue_says_whether_anyone_need_look_again() -> None:
    busy = [Read(shelf_pages.queue([replace(UPLOAD, state=s)], 3)).tags[0][1] for s in ("working", "done")]
    assert [(a["data-busy"], a["data-generation"]) for a in busy] == [("1", "3"), ("0", "3")]


def test_many_uploads_are_summed_up_and_what_asks_for_a_decision_stands_first() -> None:
    states = ("done", "done", "waiting", "refused", "working")
    uploads = [replace(UPLOAD, id=f"{n}", name=f"{n}.txt", state=s) for n, s in enumerate(states)]  # type: ignore[arg-type]
    read = Read(shelf_pages.queue(uploads, 1))
    assert "2 tệp đang nạp hoặc đang đợi · 1 tệp chưa nạp được · 2 tệp đã nạp xong" in read.text
    assert [a["data-id"] for a in read.named("li")] == ["4", "3", "2", "0", "1"]
    assert "Ẩn 2 tệp đã nạp xong" in read.text


def test_of_very_many_uploads_the_first_hundred_are_shown() -> None:
    read = Read(shelf_pages.queue([replace(UPLOAD, id=f"{n}") for n in range(250)], 1))
    assert len(read.named("li")) == 100
    assert "250 tệp đang nạp hoặc đang đợi · chỉ hiện 100 tệp" in read.text


# --- what is there ---------------------------------------------------------------------------------


def test_a_row_shows_all_that_is_known_of_an_article() -> None:
    text = Read(page(LISTED)).text
    local = WHEN.astimezone()
    for said in (
        "Chặng đường bảy mươi năm",
        "09/04/2024",
        "Văn phòng Tỉnh ủy Hà Lương",
        "Báo Hà Lương",
        "Minh Hòa",
        "Word",
        "12.345",
        f"{local:%d/%m/%Y %H:%M}",
        "Lịch sử.docx",
    ):
        assert said in text


def test_what_is_not_known_is_left_empty() -> None:
    bare = Row(shelved(article("tran", "Trần trụi", "Một dòng.")), (File("a.txt", None),), ())
    assert "None" not in page(bare)


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("a.docx", "Word"),
        ("a.RTF", "Word"),
        ("a.pdf", "PDF"),
        ("a.xlsx", "Bảng tính"),
        ("Tệp nén.zip › thư › b.eml", "Thư"),
        ("a.jpg", "Ảnh"),
        ("a.xyz", "XYZ"),
        ("Báo cáo 12.2020", "Khác"),
    ],
)
def test_a_file_s_kind_is_called_as_people_call_it(file: str, kind: str) -> None:
    assert shelf_pages.kind(file) == kind


def test_the_document_is_offered_only_where_it_is_kept() -> None:
    kept = replace(LISTED, article=shelved(STORY, original="abc.docx"))
    for row, links in ((kept, ["/bai/chang-duong/goc"]), (LISTED, [])):
        assert [a["href"] for a in Read(page(row)).named("a") if "download" in a] == links


def test_what_is_double_says_with_what() -> None:
    row = replace(
        LISTED,
        files=(File("a.txt", "/bai/a.txt"), File("b.txt", None)),
        alike=(Alike("x", "Bài X", None), Alike("y", "Bài Y", 0.6999)),
    )
    read = Read(page(row))
    assert "Cùng nội dung trong 2 tệp: a.txt; b.txt" in read.text
    assert "Gần trùng với Bài X (cùng tên), Bài Y (giống 69 %)" in read.text
    assert {"/bai/x", "/bai/y"} <= {a["href"] for a in read.named("a")}
    assert [a["title"] for a in read.named("span") if "title" in a] == ["/bai/a.txt"]
    many = replace(row, alike=tuple(Alike(str(n), f"Bài {n}", 0.8) for n in range(9)))
    assert "và 6 bài khác" in Read(page(many)).text


def test_the_column_sorted_by_says_so_and_turns_round_when_chosen_again() -> None:
    asked = Asked(words="hà lương", by="ngay", down=True)
    html = shelf_pages.table(listing(LISTED, asked=asked))
    heads = [a for a in Read(html).named("th") if a.get("scope") == "col" and a.get("class")]
    assert [a.get("aria-sort") for a in heads] == [None, "descending", *[None] * 6]
    assert [a["class"] for a in heads] == list(COLUMNS)
    links = [parse_qs(urlsplit(a["href"] or "").query) for a in Read(html).named("a") if "data-list" in a]
    assert links[1] == {"tim": ["hà lương"], "theo": ["ngay"], "chieu": ["tang"]}
    assert links[0]["theo"] == ["ten"]
    assert links[0]["chieu"] == ["tang"]


def test_a_long_list_is_shown_page_by_page() -> None:
    html = shelf_pages.table(listing(LISTED, asked=Asked(page=2), pages=3, total=120))
    assert "Trang 2 trong 3" in Read(html).text
    assert [a["href"] for a in Read(html).named("a") if a.get("data-key") in ("prev", "next")] == [
        "/tu-lieu",
        "/tu-lieu?trang=3",
    ]
    assert "Trang" not in Read(shelf_pages.table(listing(LISTED))).text


def test_an_empty_list_says_why() -> None:
    assert "Thư viện chưa có bài nào" in shelf_pages.table(listing())
    none = shelf_pages.table(listing(asked=Asked(words="tàu <hỏa>"), total=3))
    assert "Không có bài nào có “tàu <hỏa>”" in Read(none).text


def test_the_page_says_what_may_be_brought_and_where_answers_come_from_meanwhile() -> None:
    text = Read(page(demo=True)).text
    assert "Word (.docx" in text
    assert "không quá 20 MB" in text
    assert "bài mẫu" in text
    assert "bài mẫu" not in Read(page()).text


def test_a_thousand_articles_share_their_dialogs() -> None:
    rows = [replace(LISTED, article=shelved(STORY, id=f"bai-{n}")) for n in range(50)]
    html = page(*rows)
    assert len(Read(html).named("dialog")) == 3
    assert len(html) < 120_000


# --- editing ---------------------------------------------------------------------------------------


def test_the_form_has_what_is_there_and_what_the_document_says_of_it() -> None:
    said = {"published": "2023-04-09", "author": None}
    html = shelf_pages.editing(STORY, said, {"unit": ["Văn phòng Tỉnh ủy Hà Lương"]})
    read = Read(html)
    assert [(a["name"], a["value"]) for a in read.named("input")] == [
        ("title", "Chặng đường bảy mươi năm"),
        ("published", "09/04/2024"),
        ("unit", "Văn phòng Tỉnh ủy Hà Lương"),
        ("source", "Báo Hà Lương"),
        ("author", "Minh Hòa"),
    ]
    assert "Theo tài liệu: 09/04/2023" in read.text
    assert "Theo tài liệu: không ghi" in read.text
    assert read.text.count("Theo tài liệu") == 2
    assert [a["value"] for a in read.named("option")] == ["Văn phòng Tỉnh ủy Hà Lương"]


def test_every_field_has_its_label_and_the_place_of_its_fault() -> None:
    read = Read(shelf_pages.editing(STORY, {}, {}))
    ids = {a.get("id") for _, a in read.tags}
    assert {a["for"] for a in read.named("label")} == {a["id"] for a in read.named("input")}
    for field in read.named("input"):
        assert set((field["aria-describedby"] or "").split()) <= ids


# --- escaping --------------------------------------------------------------------------------------


def test_nothing_of_a_name_a_title_or_a_reason_becomes_a_tag() -> None:
    evil = replace(
        STORY, id='x"><script>', title=HOSTILE, unit=HOSTILE, source=HOSTILE, author=HOSTILE, published=None
    )
    row = Row(
        shelved(evil, original="abc"),
        (File(HOSTILE, HOSTILE), File(HOSTILE, None)),
        (Alike('"><img>', HOSTILE, 0.9),),
    )
    taken = (
        Taken("refused", HOSTILE, reason=HOSTILE),
        Taken("added", HOSTILE, '"><b>', HOSTILE, namesake='"><i>'),
    )
    uploads = [
        replace(UPLOAD, id='"><u>', name=HOSTILE, state=state, reason=HOSTILE, documents=taken)
        for state in ("waiting", "working", "done", "refused")
    ]
    asked = Asked(words=HOSTILE)
    whole = shelf_pages.page(listing(row, asked=asked, pages=3), uploads, Limits())
    none = shelf_pages.table(listing(asked=asked, total=2))
    form = shelf_pages.editing(evil, {"title": HOSTILE}, {"unit": [HOSTILE]})
    for html in (whole, none, form):
        harmless(html, "/giao-dien/nep.js", "/giao-dien/shelf.js")
        assert HOSTILE in Read(html).text
    assert Read(form).named("input")[0]["value"] == HOSTILE
