"""Web pages: the article, and what the page sure knows of it; nothing of the portal around."""

from __future__ import annotations

import datetime as dt
import logging
import re
import socket
import time
import unicodedata
from collections import Counter
from contextlib import suppress
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.quoprimime import body_encode
from html import escape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import clean, layout
from ingest.clean import Cleaned
from ingest.encodings import TCVN3, VNI
from ingest.errors import UnreadableFile
from ingest.layout import Page
from ingest.limits import Limits
from ingest.readers import page

TITLE = "Gặp mặt kỷ niệm 90 năm Ngày truyền thống Văn phòng cấp ủy"
SITE = "Cổng thông tin điện tử huyện Bình Lãng"
LEAD = "Sáng 18/10, Văn phòng Huyện ủy Bình Lãng gặp mặt các thế hệ cán bộ trong không khí ấm áp, thân tình."
BODY = [
    "Dự buổi gặp mặt có các đồng chí trong Ban Thường vụ Huyện ủy và hơn 60 cán bộ đã nghỉ hưu, chuyển việc.",
    "Văn phòng Huyện ủy được thành lập tháng 3 năm 1946, lúc đầu có ba cán bộ làm việc tại xã Trường Lạc. "
    "Trải qua các thời kỳ, bộ máy của Văn phòng từng bước được kiện toàn.",
    "Năm 2015, Văn phòng được tặng thưởng Huân chương Lao động hạng Ba; năm 2018 được tặng Cờ thi đua.",
    "Đồng chí Bí thư Huyện ủy đề nghị cán bộ Văn phòng tiếp tục rèn luyện, nâng cao chất lượng tham mưu, giữ "
    "gìn đoàn kết và phục vụ chu đáo.",
]
MENU = (
    "<li><a href='/'>Trang chủ</a></li><li><a href='/g'>Giới thiệu</a></li><li><a href='/v'>Văn bản</a></li>"
)
OTHERS = """<h3>Tin liên quan</h3><ul>
<li><a href='/a'>Hội nghị tổng kết công tác văn phòng năm 2019</a> (12/01/2020)</li>
<li><a href='/b'>Văn phòng Huyện ủy Sơn Khê giao lưu thể thao chào mừng năm mới</a> (05/05/2020)</li></ul>"""
COMMENTS = """<h3>Ý kiến bạn đọc</h3><div><b>Trần Bình</b> 20/10/2020<p>Theo tôi nhớ thì Văn phòng
thành lập từ năm 1950 ở đình làng Hà Lương, không phải năm 1946 như bài đã viết.</p></div>"""
TEASER = """<h3>Tiêu điểm</h3><div><a href='/c'>Khai mạc hội thi nấu ăn</a><p>Hội thi nấu ăn chào
mừng ngày 20/10 đã thu hút 20 đội tham gia, mang lại không khí vui tươi cho cán bộ các cơ quan.</p></div>"""
IMPRINT = "Bản quyền thuộc về Huyện ủy Bình Lãng. Giấy phép số 12/GP-STTTT ngày 01/01/2015."


def paragraphs(tag: str = "p") -> str:
    return "".join(f"<{tag}>{text}</{tag}>" for text in BODY)


def portal(head: str = "", *, dateline: str = "19/10/2020 06:30", content: str | None = None) -> str:
    """A page as portals build them today, with elements and names that say what they are for."""
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{TITLE} - {SITE}</title>{head}
<style>.a {{color: red}}</style><script>var ngay = "01/01/2001";</script></head><body>
<header><div class="logo"><a href="/"><img src="logo.png" width="60">{SITE}</a></div>
<span id="clock">Thứ Hai, 02/11/2026</span><nav class="main-menu"><ul>{MENU}</ul></nav></header>
<div class="container"><div class="row"><div class="col-md-8">
<ol class="breadcrumb"><li><a href="/">Trang chủ</a></li><li><a href="/t">Tin</a></li><li>{TITLE}</li></ol>
<div class="detail"><h1>{TITLE}</h1>
<div class="meta"><span>{dateline}</span><span>Lượt xem: 1234</span></div>
<div class="share"><a href="#">Facebook</a> <a href="#">Zalo</a></div>
<div class="sapo"><strong>{LEAD}</strong></div><div class="content">{content or paragraphs()}</div>
<div class="by">Thu Hạnh</div><div class="from">Nguồn: Báo Bình Lãng</div></div>
<div class="related-news">{OTHERS}</div><div class="comments">{COMMENTS}</div></div>
<div class="col-md-4 sidebar">{TEASER}<div>Đang truy cập: 15<br>Hôm nay: 320</div></div></div></div>
<footer>{IMPRINT}</footer></body></html>"""


def old_portal() -> str:
    """A page as they were built twenty years ago: one form, tables in tables, breaks for paragraphs."""
    return f"""<html><head><title>Trang thông tin điện tử huyện Bình Lãng</title></head><body>
<form action="/d.aspx"><table width="1000"><tr><td colspan="3"><img src="banner.jpg" width="1000"></td></tr>
<tr><td colspan="3">Thứ Hai, ngày 02 tháng 11 năm 2026</td></tr>
<tr><td width="200"><table><tr><td><a href="/">Trang chủ</a></td></tr>
<tr><td><a href="/g">Giới thiệu</a></td></tr></table>
<div>TIN NỔI BẬT</div><div><a href="/x">Đại hội Đảng bộ xã Trường Lạc thành công tốt đẹp</a></div></td>
<td width="600"><div>Tin tức » Xây dựng Đảng</div><span id="lblTitle">{TITLE}</span><br>
<span id="lblDate">Cập nhật lúc: 09:00 19/10/2020</span><br>
<div id="lblContent"><div align="center"><img src="1.jpg"></div>{"<br><br>".join([LEAD, *BODY])}<br>
<div align="right"><b>Thu Hạnh</b></div></div><hr><b>Các tin khác</b><br>
<a href="/a">Hội nghị tổng kết công tác văn phòng</a> (12/01/2020)<br></td>
<td width="200"><div>Đang online: 12</div></td></tr><tr><td colspan="3">{IMPRINT}</td></tr></table></form>
</body></html>"""


def div_portal() -> str:
    """A page of nothing but ``div``, with names that say nothing."""
    return f"""<html><head><meta charset="utf-8"><title>{TITLE} | Bình Lãng</title></head><body>
<div id="a1"><div><a href="/">Trang chủ</a></div><div><a href="/t">Tin tức</a></div>
<div>Thứ Hai, 02/11/2026</div></div>
<div id="a2"><div class="b1">{TEASER}</div><div class="b2"><div class="c1">{TITLE}</div>
<div class="c2">Đăng ngày: 19-10-2020</div><div class="c3">{LEAD}</div>
<div class="c4">{paragraphs("div")}</div><div class="c5">Thu Hạnh</div></div></div>
<div id="a3"><div>Cơ quan chủ quản: Huyện ủy Bình Lãng</div></div></body></html>"""


def put(folder: Path, markup: str | bytes, name: str = "a.html") -> Path:
    path = folder / name
    path.write_bytes(markup if isinstance(markup, bytes) else markup.encode())
    return path


def read(folder: Path, markup: str | bytes, name: str = "a.html", limits: Limits | None = None) -> Page:
    return page.read(put(folder, markup, name), limits or Limits())


def article(folder: Path, markup: str | bytes, name: str = "a.html") -> Cleaned:
    return clean.clean(read(folder, markup, name))


def running(cleaned: Cleaned) -> list[str]:
    return [piece.text for piece in cleaned.pieces if piece.kind == "paragraph"]


def refusal(folder: Path, markup: str | bytes, name: str = "a.html", limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableFile) as refused:
        read(folder, markup, name, limits)
    assert "Hãy" in str(refused.value)
    return str(refused.value)


# --- the article and nothing else ----------------------------------------------------------------


@pytest.mark.parametrize("built", [portal, old_portal, div_portal])
def test_the_article_is_all_of_it_and_nothing_around_it(tmp_path: Path, built: object) -> None:
    assert callable(built)
    found = article(tmp_path, built())
    assert found.title == TITLE
    assert running(found) == [LEAD, *BODY]
    assert {piece.kind for piece in found.pieces} == {"title", "paragraph"}
    assert found.published == dt.date(2020, 10, 19)
    assert found.author == "Thu Hạnh"


def test_headings_lists_tables_and_captions_stay_in_their_places(tmp_path: Path) -> None:
    content = f"""<p>{BODY[0]}</p>
    <figure><img src=a.jpg><figcaption>Các đại biểu chụp ảnh lưu niệm</figcaption></figure>
    <h3>Một số kết quả</h3><ul><li>Tham mưu 120 văn bản;</li><li>Phục vụ 85 cuộc họp.</li></ul>
    <p>{BODY[1]}</p>
    <table border=1><tr><th>Năm</th><th>Hình thức</th></tr><tr><td>2015</td><td>Huân chương</td></tr>
    <tr><td>2018</td><td>Cờ thi đua</td></tr></table>
    <p style='text-align:center'><img src=b.jpg><br><em>Quang cảnh buổi gặp mặt</em></p><p>{BODY[2]}</p>"""
    found = article(tmp_path, portal(content=content))
    assert [(piece.kind, piece.text) for piece in found.pieces] == [
        ("title", TITLE),
        ("paragraph", LEAD),
        ("paragraph", BODY[0]),
        ("heading", "Một số kết quả"),
        ("item", "Tham mưu 120 văn bản;"),
        ("item", "Phục vụ 85 cuộc họp."),
        ("paragraph", BODY[1]),
        ("header", "Năm | Hình thức"),
        ("row", "2015 | Huân chương"),
        ("row", "2018 | Cờ thi đua"),
        ("paragraph", BODY[2]),
        ("caption", "Các đại biểu chụp ảnh lưu niệm"),
        ("caption", "Quang cảnh buổi gặp mặt"),
    ]


def test_short_paragraphs_between_long_ones_are_kept(tmp_path: Path) -> None:
    short = [
        "Văn phòng có 15 cán bộ, đảng viên.",
        "Trụ sở đặt tại thị trấn Bình Lãng.",
        "Có hai phòng chuyên môn.",
    ]
    content = "".join(f"<p>{text}</p>" for pair in zip(BODY, short, strict=False) for text in pair)
    assert set(short) <= set(running(article(tmp_path, portal(content=content))))


def test_an_article_in_two_parts_is_read_to_its_end(tmp_path: Path) -> None:
    first, second = ("".join(f"<p>{text}</p>" for text in half) for half in (BODY[:2], BODY[2:]))
    halves = f"<div class=x1>{first}</div><div class=x2>{second}</div>"
    assert running(article(tmp_path, portal(content=halves))) == [LEAD, *BODY]
    beside = portal().replace(f"<p>{BODY[3]}</p></div>", f"</div><div class='box'>{BODY[3]}</div>")
    assert running(article(tmp_path, beside)) == [LEAD, *BODY]


def test_an_article_that_is_shorter_than_what_is_beside_it_is_not_lost(tmp_path: Path) -> None:
    about = "".join(
        f"<p>{text} Huyện nằm ở phía bắc, có mười hai xã và một thị trấn.</p>" for text in BODY * 3
    )
    head = f"<head><meta charset=utf-8><meta property='og:title' content='{TITLE}'></head>"
    pages = (
        f"<div><h1>{TITLE}</h1></div><div><p>{LEAD}</p></div><div class='article'>{about}</div>",
        f"<div class='article'>{about}</div><div><h1>{TITLE}</h1></div><div><p>{LEAD}</p></div>",
    )
    for body in pages:
        lines = [line.text for line in read(tmp_path, f"<html>{head}<body>{body}</body></html>").lines]
        assert {TITLE, LEAD} <= set(lines)


def test_a_list_of_other_articles_in_the_middle_is_left_out(tmp_path: Path) -> None:
    others = (
        "<p>Xem thêm:</p><ul><li><a href='/a'>Hội nghị tổng kết công tác văn phòng năm 2019</a></li></ul>"
    )
    content = f"<p>{BODY[0]}</p><p>{BODY[1]}</p>{others}<p>{BODY[2]}</p><p>{BODY[3]}</p>"
    words = " ".join(piece.text for piece in article(tmp_path, portal(content=content)).pieces)
    assert "năm 2019" not in words
    assert BODY[3] in words


def test_the_seeds_as_pages_are_what_they_are_as_text(tmp_path: Path, seeds: Path) -> None:
    """Each as a page of its lines, lines of one paragraph with a break between them, its title set as one."""
    for path in sorted(seeds.glob("*.txt")):
        raw = path.read_text(encoding="utf-8")
        wanted = clean.clean(layout.plain(raw))
        lines = "\n".join(
            f"<h1>{escape(row)}</h1>" if row.strip() == wanted.title else f"<p>{escape(row)}</p>"
            for row in raw.splitlines()
            if row.strip()
        )
        whole = re.sub(r"</p>\n<p>(?=\s*[a-zà-ỹđ])", "<br>", lines)
        found = article(tmp_path, f"<html><head><meta charset=utf-8></head><body>{whole}</body></html>")
        before, after = (Counter(piece.text for piece in a.pieces) for a in (wanted, found))
        different = sum(map(len, ((before - after) + (after - before)).elements()))
        assert different <= 0.01 * sum(map(len, before.elements())), path.name
        assert (found.title, found.published) == (wanted.title, wanted.published)


# --- what the page says of its article -----------------------------------------------------------


def meta(**fields: str) -> str:
    return "".join(
        f'<meta property="{k.replace("__", ":")}" content="{escape(v)}">' for k, v in fields.items()
    )


def linked(**fields: str) -> str:
    given = ", ".join(f'"{key}": "{value}"' for key, value in fields.items())
    return f'<script type="application/ld+json">{{"@graph": [{{"@type": "NewsArticle", {given}}}]}}</script>'


@pytest.mark.parametrize(
    "head",
    [
        meta(article__published_time="2020-10-19T06:30:00+07:00"),
        meta(article__published_time="2020-10-18T23:30:00Z"),  # in Viet Nam it is the next day
        meta(article__published_time="2020-10-18T23:30:00+0000"),
        '<meta itemprop="datePublished" content="2020-10-19">',
        '<meta name="pubdate" content="19/10/2020 06:30">',
        linked(datePublished="2020-10-19T06:30:00.000+07:00"),
    ],
)
def test_a_day_that_the_page_declares_is_the_day(tmp_path: Path, head: str) -> None:
    for dateline in ("19/10/2020 06:30", ""):
        assert read(tmp_path, portal(head, dateline=dateline)).front["date"] == dt.date(2020, 10, 19)


@pytest.mark.parametrize(
    "said",
    [
        meta(article__modified_time="2026-10-19T06:30:00+07:00"),
        meta(og__updated_time="2026-10-19"),
        meta(article__published_time="sáng nay"),
        meta(article__published_time="0001-01-01T00:00:00Z"),
        meta(article__published_time="10/3/2020 9:00:00 AM"),  # March or October?
        meta(article__published_time="2020-02-31"),
        '<meta name="date" content="2026-01-01">',
        '<link rel="canonical" href="https://binhlang.example/2019/05/04/gap-mat.html">',
        linked(dateCreated="2019-01-01"),
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": </script>',
        '<script type="application/ld+json">' + "[" * 100_000 + "</script>",
    ],
)
def test_a_day_that_nobody_declared_is_not_guessed(tmp_path: Path, said: str) -> None:
    found = read(tmp_path, portal(said, dateline=""))
    assert "date" not in {**found.front, **found.hints}
    assert clean.clean(found).published is None


def test_a_day_that_the_page_shows_goes_before_one_that_it_declares(tmp_path: Path) -> None:
    """A portal that was moved declares the day of the move for everything that was on it."""
    head = meta(article__published_time="2024-05-01T00:00:00+07:00")
    assert article(tmp_path, portal(head)).published == dt.date(2020, 10, 19)
    assert article(tmp_path, portal(head, dateline="")).published == dt.date(2024, 5, 1)


def test_a_day_that_is_marked_up_beside_the_title_counts(tmp_path: Path) -> None:
    ago = '<time datetime="2020-10-19T06:30:00+07:00">3 ngày trước</time>'
    assert read(tmp_path, portal(dateline=ago)).front["date"] == dt.date(2020, 10, 19)
    updated = '<time class="updated" datetime="2021-01-01">hôm qua</time>'
    assert "date" not in read(tmp_path, portal(dateline=updated)).front


def test_the_days_of_other_articles_are_not_this_ones(tmp_path: Path) -> None:
    others = OTHERS.replace("<li>", '<li><meta itemprop="datePublished" content="2019-01-01">', 1).replace(
        "<li><a", '<li><meta itemprop="datePublished" content="2018-01-01"><a'
    )
    lists = linked(headline="Tin khác", datePublished="2019-01-01") + linked(
        headline="Tin nữa", datePublished="2018-01-01"
    )
    found = read(tmp_path, portal(lists, dateline="").replace(OTHERS, others))
    assert "date" not in {**found.front, **found.hints}
    this = linked(headline=TITLE, datePublished="2020-10-19")
    assert read(tmp_path, portal(lists + this, dateline="")).front["date"] == dt.date(2020, 10, 19)


def test_the_clock_of_the_portal_is_not_the_day_of_the_article(tmp_path: Path) -> None:
    assert article(tmp_path, portal(dateline="")).published is None


@pytest.mark.parametrize(
    "title",
    [
        TITLE,
        f"{TITLE} - {SITE}",
        f"{TITLE} | {SITE}",
        f"{SITE} :: {TITLE}",
        f"{TITLE} » Tin tức » binhlang.gov.vn",
    ],
)
def test_the_title_is_without_the_name_of_its_site(tmp_path: Path, title: str) -> None:
    pictured = portal(meta(og__title=title)).replace(f"<h1>{TITLE}</h1>", "<h1><img src=title.png></h1>")
    bare = re.sub(r"<title>.*?</title>", "", pictured).replace(f"<li>{TITLE}</li>", "")
    assert article(tmp_path, bare).title == TITLE


def test_a_site_that_calls_every_page_by_its_own_name_tells_no_title(tmp_path: Path) -> None:
    head = meta(og__title=SITE, og__site_name=SITE)
    markup = re.sub(r"<title>.*?</title>", f"<title>{SITE}</title>", portal(head))
    assert article(tmp_path, markup).title == TITLE


@pytest.mark.parametrize(
    ("author", "taken"),
    [
        ("Hồng Vân", "Hồng Vân"),
        ("Admin", None),
        ("BBT", None),
        ("Ban Biên tập", None),
        ("vanphonghuyenuy", None),
        ("nguyenvana@binhlang.example", None),
        (SITE, None),
    ],
)
def test_an_author_is_a_person_and_the_page_itself_goes_before(
    tmp_path: Path, author: str, taken: str | None
) -> None:
    head = meta(og__site_name=SITE) + f'<meta name="author" content="{author}">'
    assert article(tmp_path, portal(head)).author == "Thu Hạnh"
    unsigned = portal(head).replace('<div class="by">Thu Hạnh</div>', "")
    assert article(tmp_path, unsigned).author == taken


def test_the_name_of_the_site_is_the_source_where_the_article_names_none(tmp_path: Path) -> None:
    head = meta(og__site_name=SITE)
    assert article(tmp_path, portal(head)).source == "Báo Bình Lãng"
    assert article(tmp_path, portal(head).replace("Nguồn: Báo Bình Lãng", "")).source == SITE


# --- pages of office programs --------------------------------------------------------------------

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns="http://www.w3.org/TR/REC-html40">
<head><meta http-equiv=Content-Type content="text/html; charset=utf-8">
<meta name=ProgId content=Word.Document>
<meta name=Generator content="Microsoft Word 15"><title>HUYỆN ỦY</title><style>p.MsoNormal {margin:0}</style>
</head><body lang=VI><div class=WordSection1>
<table class=MsoNormalTable border=0><tr><td><p class=MsoNormal>HUYỆN ỦY BÌNH
LÃNG<o:p></o:p></p></td><td><p class=MsoNormal>ĐẢNG CỘNG SẢN VIỆT NAM</p></td></tr><tr><td><p>Số 12-BC/HU</p>
</td><td><p class=MsoNormal><i>Bình Lãng, ngày 12 tháng 3 năm 2020</i></p></td></tr></table>
<p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoTitle>BÁO CÁO</p>
<p class=MsoNormal>Kết quả công tác năm 2019</p><h1>I. Kết quả</h1>
<p class=MsoNormal>Văn phòng đã tham mưu 120 văn bản <span class=SpellE>và</span> phục vụ
85 cuộc họp của cấp ủy.</p>
<p class=MsoListParagraph><![if !supportLists]><span style='mso-list:Ignore'>·<span>
&nbsp;</span></span><![endif]>Tham mưu kịp thời.</p><p class=MsoCaption>Bảng 1. Khen thưởng</p>
<table border=1><tr><td>Năm</td><td>Hình thức</td></tr><tr><td>2019</td><td>Cờ thi đua</td></tr></table>
<p class=MsoNormal>Thống kê</p><p class=MsoNormal>T/M BAN THƯỜNG VỤ</p></div></body></html>"""


def test_all_of_a_page_that_word_exported_is_kept(tmp_path: Path) -> None:
    found = read(tmp_path, WORD, "a.htm")
    assert found.whole
    assert [(line.kind, line.text) for line in found.lines] == [
        (None, "HUYỆN ỦY BÌNH LÃNG"),
        (None, "ĐẢNG CỘNG SẢN VIỆT NAM"),
        (None, "Số 12-BC/HU"),
        (None, "Bình Lãng, ngày 12 tháng 3 năm 2020"),
        ("title", "BÁO CÁO"),
        (None, "Kết quả công tác năm 2019"),
        ("heading", "I. Kết quả"),
        (None, "Văn phòng đã tham mưu 120 văn bản và phục vụ 85 cuộc họp của cấp ủy."),
        ("item", "Tham mưu kịp thời."),
        ("caption", "Bảng 1. Khen thưởng"),
        ("header", "Năm | Hình thức"),
        ("row", "2019 | Cờ thi đua"),
        (None, "Thống kê"),
        (None, "T/M BAN THƯỜNG VỤ"),
    ]


def test_what_was_pasted_from_word_into_a_portal_does_not_make_it_a_document(tmp_path: Path) -> None:
    pasted = f'<meta name="ProgId" content="Word.Document"><p class="MsoNormal">{"</p><p>".join(BODY)}</p>'
    found = read(tmp_path, portal(content=pasted))
    assert not found.whole
    assert running(clean.clean(found)) == [LEAD, *BODY]


def test_a_page_that_someone_wrote_by_hand_is_kept(tmp_path: Path) -> None:
    markup = (
        f"<h1>{TITLE}</h1><p>Văn phòng có 15 cán bộ, đảng viên.</p><p>Trụ sở đặt tại thị trấn Bình Lãng.</p>"
    )
    found = article(tmp_path, markup)
    assert [piece.text for piece in found.pieces] == [
        TITLE,
        "Văn phòng có 15 cán bộ, đảng viên.",
        "Trụ sở đặt tại thị trấn Bình Lãng.",
    ]


# --- saved with its pictures ---------------------------------------------------------------------


def bundle(markup: str, charset: str | None = None, first: str = "") -> bytes:
    """A page as Chrome saves it in one file."""
    made = MIMEMultipart("related", type="text/html", start="<frame-0@mhtml.blink>")
    made["From"] = "<Saved by Blink>"
    made["Snapshot-Content-Location"] = "https://binhlang.example/gap-mat.html"
    made["Subject"] = "=?utf-8?Q?G=E1=BA=B7p=20m=E1=BA=B7t?="
    made["Date"] = "Mon, 2 Nov 2026 08:00:00 +0700"
    for id, content in (("<ad@mhtml.blink>", first), ("<frame-0@mhtml.blink>", markup)):
        if content:
            part = MIMENonMultipart("text", "html")
            if charset:
                part.set_param("charset", charset)
            part["Content-ID"] = id
            part["Content-Transfer-Encoding"] = "quoted-printable"
            data = content.encode(charset or "utf-8").decode("latin-1")
            part.set_payload(body_encode(data.replace("\n", "\r\n")))
            made.attach(part)
    made.attach(MIMEImage(b"\x89PNG" + bytes(1000), "png"))
    return made.as_bytes()


@pytest.mark.parametrize("name", ["a.mhtml", "a.mht", "a.html"])
def test_a_page_saved_with_its_pictures_is_read_like_one_without(tmp_path: Path, name: str) -> None:
    found = article(tmp_path, bundle(portal()), name)
    assert running(found) == [LEAD, *BODY]
    assert found.published == dt.date(2020, 10, 19)  # not the day on which it was saved


def test_the_page_that_a_bundle_starts_with_is_its_page(tmp_path: Path) -> None:
    advertisement = f"<p>{'Mua ngay hôm nay để được giảm giá cho mọi đơn hàng. ' * 20}</p>"
    assert running(article(tmp_path, bundle(portal(), first=advertisement), "a.mht")) == [LEAD, *BODY]


def test_the_charset_of_a_bundle_is_that_of_its_part(tmp_path: Path) -> None:
    undeclared = portal().replace('<meta charset="utf-8">', "")
    assert article(tmp_path, bundle(undeclared, "utf-16"), "a.mht").title == TITLE


def test_of_frames_the_largest_is_read(tmp_path: Path) -> None:
    frames = "<html><frameset cols='20%,80%'><frame src=a><frame src=b></frameset></html>"
    assert article(tmp_path, bundle(frames, first=portal()), "a.mht").title == TITLE


def test_a_bundle_without_a_page_is_refused(tmp_path: Path) -> None:
    assert "không chứa trang nào" in refusal(
        tmp_path, b"MIME-Version: 1.0\nContent-Type: image/png\n\nabc", "a.mht"
    )


# --- encodings -----------------------------------------------------------------------------------


def encoded(text: str, letters: dict[str, str]) -> bytes:
    """The bytes of a text of small letters in an old charset, of which ``letters`` are these."""
    text = unicodedata.normalize("NFC", text.lower())
    return "".join(letters.get(c, c) for c in text).encode("latin-1", "replace")


ONE_BYTE = [bytes([b]).decode("latin-1") for b in range(0x80, 0x100)]
OLD = {
    "tcvn3": {TCVN3.read(c): c for c in ONE_BYTE},
    "vni": {VNI.read(c): c for c in ONE_BYTE}
    | {VNI.read(a + b): a + b for a in "aeiouydôö" for b in ONE_BYTE if len(VNI.read(a + b)) == 1},
}


@pytest.mark.parametrize("charset", ["tcvn3", "vni"])
@pytest.mark.parametrize("declared", ["", '<meta charset="utf-8">', '<meta charset="iso-8859-1">'])
def test_a_page_in_an_old_charset_is_read_whatever_it_declares(
    tmp_path: Path, charset: str, declared: str
) -> None:
    head = f"<html><head>{declared}<meta property='og:title' content='{TITLE}'></head>"
    markup = f"{head}<body><h1>{TITLE}</h1><p>{LEAD}</p>{paragraphs()}</body></html>"
    found = article(tmp_path, encoded(markup, OLD[charset]))
    assert found.title == TITLE.lower()
    assert running(found) == [text.lower() for text in (LEAD, *BODY)]


def test_old_letters_written_as_entities_are_read(tmp_path: Path) -> None:
    old = "".join(
        f"&#{ord(c)};" if ord(c) > 127 else c for c in encoded(LEAD + BODY[1], OLD["tcvn3"]).decode("latin-1")
    )
    assert (LEAD + BODY[1]).lower() in " ".join(line.text for line in read(tmp_path, f"<p>{old}</p>").lines)


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_unicode_is_read_in_whatever_form_it_is_written(tmp_path: Path, charset: str) -> None:
    for declared in ('<meta charset="utf-8">', '<meta charset="windows-1252">', ""):
        markup = portal().replace('<meta charset="utf-8">', declared)
        assert running(article(tmp_path, markup.encode(charset))) == [LEAD, *BODY]


def test_windows_1258_and_letters_in_parts_are_put_together(tmp_path: Path) -> None:
    split = unicodedata.normalize("NFD", portal())
    assert running(article(tmp_path, split)) == [LEAD, *BODY]
    windows = '<meta charset="windows-1258"><p>Vị trí của Bình Lãng</p>'
    data = "".join(
        c if c in "ăâđêôơưĂÂĐÊÔƠƯ" else unicodedata.normalize("NFD", c)
        for c in unicodedata.normalize("NFC", windows)
    ).encode("cp1258")
    assert [line.text for line in read(tmp_path, data).lines] == ["Vị trí của Bình Lãng"]


def test_xhtml_with_its_declarations_is_read(tmp_path: Path) -> None:
    head = "<?xml version='1.0' encoding='UTF-8'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0//EN' 'x.dtd'>"
    assert running(article(tmp_path, head + portal()[15:], "a.xhtml")) == [LEAD, *BODY]


# --- whatever is wrong with it -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "seen"),
    [
        ("", "không có chữ"),
        ("<html><body><p>&nbsp;</p><img src=a></body></html>", "không có chữ"),
        ("<html><frameset cols='1,2'><frame src=a><frame src=b></frameset></html>", "khung"),
        ("<html><body><div id=app></div><script>start()</script></body></html>", "trình duyệt"),
        (
            "<form><h2>Đăng nhập hệ thống</h2><input type=password><a href=q>Quên mật khẩu?</a></form>",
            "đăng nhập",
        ),
        (b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(100), "ảnh JPEG"),
        (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3", "PDF"),
    ],
)
def test_what_is_no_article_is_refused_for_what_it_is(tmp_path: Path, markup: str | bytes, seen: str) -> None:
    assert seen in refusal(tmp_path, markup)


def test_a_page_with_more_characters_than_an_article_is_refused(tmp_path: Path) -> None:
    markup = f"<p>{LEAD}</p>" * 20_000
    assert "hơn 10000 ký tự" in refusal(tmp_path, markup, limits=Limits(characters=10_000))


def test_an_unclosed_and_a_deep_page_are_read(tmp_path: Path) -> None:
    text = "".join(f"<p><font><b>{text}" for text in [LEAD, *BODY])
    for markup in (f"<h1>{TITLE}</h1>{text}", f"{'<div>' * 10_000}<h1>{TITLE}</h1>{text}"):
        assert running(article(tmp_path, markup)) == [LEAD, *BODY]


def test_reading_says_nothing_asks_nobody_and_does_not_depend_on_the_day(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    with caplog.at_level(logging.DEBUG):
        now = read(tmp_path, portal())
        read(tmp_path, "<p>x</p>")
    monkeypatch.setattr(time, "time", lambda: 4e9)
    assert read(tmp_path, portal()) == now
    assert [record for record in caplog.records if record.levelno >= logging.INFO] == []
    assert capfd.readouterr() == ("", "")


TAGS = st.sampled_from(
    "p div span li ul h1 h2 td tr table br a img nav article time title script form".split()
)
PIECES = st.sampled_from([TITLE, LEAD, *BODY, "Thu Hạnh", "19/10/2020", "Tin liên quan", "x", ""])


@settings(max_examples=50)
@given(st.lists(st.tuples(TAGS, PIECES, st.booleans()), max_size=15))
def test_whatever_the_page_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, parts: list[tuple[str, str, bool]]
) -> None:
    markup = "".join(f"<{tag} class={tag}>{text}{f'</{tag}>' * closed}" for tag, text, closed in parts)
    with suppress(UnreadableFile):
        assert any(line.text for line in read(tmp_path_factory.getbasetemp(), markup).lines)
