"""The words of web pages that are no article: menus, counters, buttons, datelines, bylines.

The tables are lists of words, matched on folded text (no diacritics, lower case), so that each holds
however a portal spells it. Add a phrase to the table that fits; no code need change.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from ingest.encodings import is_well_formed
from ingest.vietnamese import UPPER, dates, fold

# --- tables --------------------------------------------------------------------------------------


def _table(words: str) -> re.Pattern[str]:
    """One pattern of a list: entries between ``|``, ``#`` for a number, ``…`` for any few words. It
    matches an entry by itself, with a count or a mark after it (``Bình luận (2)``, ``Xem thêm »``)."""
    entries = []
    for entry in re.split(r"[|\n]", words.strip()):
        pattern = re.escape(entry.strip()).replace("…", ".{1,80}").replace(r"\#", rf"{_NUMBER}")
        entries.append(pattern.replace(r"\ ", r"\s*[-_]?\s*"))
    return re.compile(rf"\W*(?:{'|'.join(entries)})\s*(?:\(\s*\d*\s*\)|:?\s*{_NUMBER})?\W*")


_NUMBER = r"\d[\d.,  ]*[kmKM]?"

#: Furniture wherever it stands: no sentence of an article is exactly this.
_ANYWHERE = _table("""
    responsive image | image may contain… | image | no image | photo | picture | advertisement
    quang cao | chia se | chia se bai viet | chia se facebook | chia se:…
    chia se len mang xa hoi | chia se qua email | share | share on… | share this… | tweet | like
    like # | thich | thich # | facebook | twitter | zalo | youtube | linkedin | pinterest | google+
    google news | theo doi…tren google news | email | gui email | gui mail | gui cho ban be
    gui bai viet cho ban be | send to friend | print | print this… | in | in trang | in trang nay
    in bai viet | in bai | in ra | in tin | in noi dung | ban in | luu bai viet | luu bai viet nay
    luu | save | copy link | sao chep lien ket | sao chep | co chu | co chu:…
    co chu nho co chu lon | kich co chu | tang co chu | giam co chu | tang giam co chu
    thay doi co chu | xem co chu | xem voi co chu… | font size | font | do tuong phan
    tuong phan | dinh dang trang in | nghe bai viet | nghe doc bai | nghe noi dung bai viet
    doc bai viet | nghe audio | doc tin | audio | trinh duyet cua ban khong ho tro…
    trinh duyet khong ho tro… | your browser does not support… | current time | current time…
    duration | duration… | remaining time… | play | pause | mute | unmute | tam dung | toc do doc…
    #x | giong nu | giong nam | giong doc… | luot xem | luot xem #
    so luot xem | so luot xem # | luot doc | so lan doc | so luot doc | so lan xem | luot truy cap
    so luot truy cap | so nguoi truy cap | tong truy cap | tong luot truy cap | da xem | da doc
    da xem # lan | # luot xem | # luot doc | # luot | # views | # xem | # lan xem | views | hits
    read | # binh luan | # comments | xem nhanh | danh gia bai viet
    click de danh gia bai viet | hay danh gia bai viet | xep hang…phieu bau
    tong so diem cua bai viet… | quay lai | tro lai | tro ve | back | tro ve dau trang
    ve dau trang | len dau trang | dau trang | cuoi trang | back to top | top | trang truoc
    trang sau | trang ke | bai truoc | bai sau | bai ke tiep | next | previous | prev | xem them
    xem tiep | xem tat ca | xem chi tiet | chi tiet | doc them | doc tiep | read more | see more
    view all | xem them:…… | doc them:……
    tin moi nhat | tin moi | tin moi dang | tin noi bat | tin tieu diem | tin nong
    tin hot | tin doc nhieu | tin xem nhieu | doc nhieu | doc nhieu nhat | xem nhieu
    xem nhieu nhat | tin anh | su kien noi bat | latest news | breaking news | hot news
    popular posts | nguoi dang:… | nguoi dang bai viet:… | dang boi:… | nguoi duyet:… | posted by…
    bai viet dang cap nhat | dang cap nhat | skip to content | skip to main content
    chuyen den noi dung chinh | loading | dang tai | toggle navigation | tep dinh kem | tai ve
    download
""")

#: Furniture before the title and after the end; inside the article the same words may be a heading.
_MARGIN = _table("""
    trang chu | trang chinh | home | home page | gioi thieu | gioi thieu chung | about | about us
    lien he | lien he - gop y | contact | contact us | so do cong | so do trang | so do website
    site map | sitemap | rss | dang nhap | dang ky | dang xuat | dang ky nhan tin | login | log in
    sign in | sign up | register | logout | quen mat khau | tim kiem | tim kiem nang cao
    nhap tu khoa… | search | tu khoa | menu | danh muc | chuyen muc | tieng viet | english
    vietnamese | ngon ngu | tin tuc | tin tuc su kien | tin tuc - su kien | tin tuc va su kien
    news | tin trong tinh | tin dia phuong | tin hoat dong | tin tong hop | tin trong nuoc
    tin trong nuoc va quoc te | the gioi | thoi su | thoi su - chinh tri | chinh tri | kinh te
    van hoa - xa hoi | xay dung dang | quoc phong - an ninh | thong bao | thong bao moi
    thong tin can biet | thong tin tuyen truyen | van ban | van ban moi | van ban moi ban hanh
    van ban phap luat | van ban chi dao dieu hanh | he thong van ban | thu tuc hanh chinh
    dich vu cong | dich vu cong truc tuyen | hoi dap | hoi - dap | gop y | gop y van ban
    gop y du thao… | hinh anh | hinh anh hoat dong | thu vien anh | thu vien hinh anh
    thu vien video | thu vien | video | video clip | video clips | media | multimedia | album anh
    lich cong tac | lich lam viec | lich tuan | du bao thoi tiet | du bao khi tuong | thoi tiet
    ty gia | ty gia ngoai te | gia vang | lien ket | lien ket website | lien ket web
    lien ket trang | lien ket nhanh | website lien ket | trang lien ket | links | quang cao
    tham do y kien | tham do du luan | binh chon | tu khoa:… | tu khoa … | tags | tags:… | tag:…
    the:… | chu de:… | keywords:… | thong ke | thong ke truy cap | thong ke luot truy cap
    thong tin truy cap | luot truy cap… | so luot truy cap… | tong so luot truy cap…
    tong truy cap… | dang truy cap | dang online | dang truc tuyen | truc tuyen | online | hom nay
    hom qua | trong ngay | trong tuan | tuan nay | tuan truoc | trong thang | thang nay
    thang truoc | trong nam | nam nay | tat ca | tong cong | tong so | tong | visitors | khach
    thanh vien | dang truy cap… | khach vieng tham… | ban quyen… | ban quyen thuoc ve… | (c) … | © …
    copyright… | all rights reserved… | ghi ro nguon… | vui long ghi ro nguon…
    de nghi ghi ro nguon… | yeu cau ghi ro nguon… | giay phep so… | giay phep thiet lap…
    chiu trach nhiem noi dung… | chiu trach nhiem chinh… | truong ban bien tap…
    nguoi chiu trach nhiem… | co quan chu quan… | don vi chu quan… | don vi quan ly:…
    thiet ke boi… | thiet ke:… | phat trien boi… | powered by… | designed by… | developed by…
    chinh sach bao mat… | privacy policy | terms of use | dieu khoan su dung | ma bao mat…
    ma xac nhan… | ho va ten | ho ten | ten cua ban | dia chi email | noi dung | tieu de
    gui di | huy bo | danh gia | mien bac | mien nam | reset | submit | cancel | nhap lai | tra loi
    reply | javascript…
    cookie… | your email address… | required fields… | save my name… | connect with
""")

#: A portal's name for itself, unless it is a whole sentence.
_BANNER = _table("""
    chao mung den voi…… | chao mung ban den voi…… | chao mung cac ban den voi……
    chao mung quy vi den voi…… | welcome to…… | cong thong tin…… | trang thong tin……
    trang tin dien tu…… | website……
""")

#: Where an office is to be found; in the margin, where the portal's office is.
_CONTACT = _table("""
    dia chi:…… | dien thoai:…… | dt:… | sdt:… | tel:… | phone:… | fax:… | hotline:… | duong day nong:…
    email:… | e-mail:… | hop thu:… | website:…
""")

#: Begins a list of other articles.
_RELATED = _table("""
    tin lien quan | tin bai lien quan | cac tin lien quan | cac bai lien quan
    cac bai viet lien quan | bai lien quan | bai viet lien quan | tin cung chuyen muc
    cung chuyen muc | bai cung chuyen muc | tin tuc lien quan | tin khac | tin tuc khac
    cac tin khac | cac tin tuc khac | cac bai khac | cac bai viet khac | bai viet khac
    tin bai khac | cac tin bai khac | tin da dua | cac tin da dua | cac tin da dang | tin cu hon
    tin moi hon | cac tin cu hon | cac tin moi hon | nhung tin moi hon | nhung tin cu hon
    cac bai moi | cac bai da dang | bai moi | bai moi nhat | bai moi hon | bai cu hon | bai viet moi
    bai viet moi nhat | tin moi nhat | tin moi | tin noi bat | tin tieu diem | tin doc nhieu
    tin xem nhieu | doc nhieu | doc nhieu nhat | xem nhieu | xem nhieu nhat | xem them | doc them
    co the ban quan tam | ban co the quan tam | theo dong su kien | su kien lien quan
    tin noi bat khac | related news | related articles | related posts | other news | latest news
    you may also like
""")

#: Begins the readers' comments.
_TALK = _table("""
    binh luan | cac binh luan | # binh luan | binh luan cua ban | gui binh luan | viet binh luan
    them binh luan | y kien | y kien ban doc | y kien cua ban | y kien binh luan | gui y kien
    gui y kien cua ban | phan hoi | gui phan hoi | phan hoi cua ban | comments | comment
    leave a comment | leave a reply | post a comment
""")


# A page asks the same of a line several times, and a portal's pages share most of their lines.
_remembered = lru_cache(maxsize=1 << 12)


@_remembered
def is_furniture(text: str) -> bool:
    """Whether the line is no part of an article, wherever it stands: a button, a counter, a mark."""
    if _LETTER.search(text):
        known = len(text) <= IMPRINT_CHARS and bool(_ANYWHERE.fullmatch(fold(text)))
        return known or is_photo_placeholder(text)
    return not any(d.day and d.month for d in dates(text))


#: The longest line of furniture, an imprint at a page's foot.
MARGIN_CHARS = 300


@_remembered
def is_margin(text: str) -> bool:
    """Whether the line is furniture when it stands before the title or after the end."""
    if len(text) > MARGIN_CHARS:
        return False
    bare = fold(text)
    return (
        is_furniture(text)
        or (not text.endswith(".") and bool(_BANNER.fullmatch(bare)))
        or any(t.fullmatch(bare) for t in (_MARGIN, _CONTACT, _RELATED, _TALK))
        or is_menu(text)
    )


def is_contact(text: str) -> bool:
    """Whether the line is an address, a telephone number or the like."""
    return len(text) <= MARGIN_CHARS and bool(_CONTACT.fullmatch(fold(text)))


@_remembered
def begins_related(text: str) -> bool:
    """Whether a list of other articles begins here."""
    return bool(_RELATED.fullmatch(fold(text)))


@_remembered
def begins_comments(text: str) -> bool:
    """Whether the readers' comments begin here."""
    return bool(_TALK.fullmatch(fold(text)))


def is_photo_placeholder(text: str) -> bool:
    """Whether the line stands where a photo was, so that the next line is likely its caption."""
    return len(text) <= IMPRINT_CHARS and bool(_PLACEHOLDER.fullmatch(text))


_LETTER = re.compile(r"[^\W\d_]")
_PLACEHOLDER = re.compile(
    r"\W*(?:responsive image|(?:no )?image|photo|picture|[\w -]+\.(?:jpe?g|png|gif|webp|bmp))\W*",
    re.IGNORECASE,
)
_MENU_SEPARATOR = re.compile(r"\s*[>»›|•→]+\s*|\s+/\s+")
#: No entry of a menu or a breadcrumb has more words, save the last, which may be the article's title.
MENU_WORDS = 6


def is_menu(text: str) -> bool:
    """Whether the line is a breadcrumb or a row of menu entries: ``Trang chủ > Tin tức``."""
    entries = [e for e in _MENU_SEPARATOR.split(text) if e]
    short = all(len(e.split()) <= MENU_WORDS for e in entries[:-1])
    home = bool(_HOME.match(fold(entries[0]))) if entries else False
    return short and (len(entries) > 2 or (len(entries) == 2 and home))


_HOME = re.compile(r"\W*(?:trang (?:chu|nhat|tin)|home|tin tuc|ban dang o)\b")


# --- dateline and byline -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Imprint:
    """What a line about the article, not of it, says: when, by whom, from where. None where it does
    not say; all None for a line of counters."""

    published: date | None = None
    author: str | None = None
    source: str | None = None


_SEPARATOR = re.compile(r"\s*[|•·]\s*|\s+[-–—/]\s+|^[/-]\s+|\s+[/-]$|;\s+|\s{2,}")
_DATE_WORDS = re.compile(
    r"(?:ngay|dang|duoc|tin|luc|cap nhat|lan cuoi|xuat ban|ngay viet|ngay tao|viet|tao|thoi gian|gio|phut|"
    r"thu (?:hai|ba|tu|nam|sau|bay|[2-7])|t[2-7]|chu nhat|cn|sa|ch|am|pm|gmt|utc|"
    r"published|updated|posted|last|modified|date|on|at|(?:mon|tues|wednes|thurs|fri|satur|sun)day)(?![^\W\d_])"
)
_CLOCK = re.compile(
    r"\d{1,2}\s*(?:[:h]|gio)\s*\d{2}(?::\d{2})?(?:\s*(?:phut|p)\b)?|(?:gmt|utc)\s*[+-]?\s*\d+(?::\d+)?"
)
_UPLOADER = re.compile(r"\s(?:by|bởi)\s+\S+(?:\s\S+){0,3}$", re.IGNORECASE)  # who posts is not who wrote
_PLACED_DATE = re.compile(rf"[{UPPER}][^\d,.:;]{{1,40}},\s*(?=ngày\s)")

_AUTHOR_LABEL = re.compile(
    r"(?:tac gia(?: bai viet)?|nguoi (?:viet(?: bai)?|thuc hien|tong hop|trinh bay|bao cao|soan)|"
    r"bao cao vien|t/h|th|by|author|written by|"
    r"(?:tin|bai)(?:\s*(?:,|va|&|-|/)?\s*(?:tin|bai|anh|clip|video))*|anh\s*(?:,|va|&|-)\s*bai)\s*:\s*"
)
# Words that begin a sentence as often as a credit: what follows must look like a signature.
_DOER_LABEL = re.compile(r"(?:bai viet|thuc hien|tong hop|bien tap|bien soan)\s*:\s*")
_PHOTO_CREDIT = re.compile(r"(?:anh|photo|video|clip)\s*(?:minh hoa)?\s*:\s*")
_SOURCE_LABEL = re.compile(r"\(?(?:nguon(?: tin)?|source|theo)\s*:\s*")
_AFTER = re.compile(
    rf"Theo\s+(?!Nghị|Chỉ thị|Quyết|Kế hoạch|Kết luận|Chủ tịch|Bác)"
    rf"(?=(?:[{UPPER}]|\w+\.\w)\S*(?:\s\S+){{0,7}}$)"
)
# A label may go without its colon if a name follows: "Tin, ảnh Thu Hạnh".
_BARE_LABEL = re.compile(r"(?:tin|bai|anh)(?:\s*(?:,|va|&|-)\s*(?:tin|bai|anh))+\s+|viet boi\s*:?\s*")
_ROLE = re.compile(
    r"\s*\((?:t/h|th|tổng hợp|ghi|thực hiện|thực hiện và ghi|sưu tầm|biên soạn|lược ghi)\)?$", re.IGNORECASE
)
_CREDIT_SEPARATOR = re.compile(
    r"\s*\((?=(?:Theo|Nguồn)\b)|\s*[;|]\s*|\s+[-–—]\s+(?=(?:Ảnh|Nguồn|Theo|Video|Clip|Tin|Bài)\b)|"
    r",?\s+(?=(?:Ảnh|Nguồn)\s*:)"
)


@_remembered
def imprint(text: str) -> Imprint | None:
    """What a dateline, a byline, a source line or a row of them says; None for any other line. A name
    without a label counts only beside a date: ``TT / 16/10/2019``."""
    if len(text) > IMPRINT_CHARS:
        return None
    whole = _labelled(text)
    if whole:
        return whole
    if any(d.day and (d.year or FIRST_YEAR) < FIRST_YEAR for d in dates(text)):
        return None
    found = Imprint()
    names: list[str] = []
    parts = [p for p in _SEPARATOR.split(_joined_date(text)) if p]
    for part in parts:
        day = dateline(part)
        labelled = _labelled(part)
        if day:
            found = Imprint(found.published or day, found.author, found.source)
        elif labelled:
            found = merge(found, labelled)
        elif is_name(part) and len(parts) > 1 and not is_margin(part):
            names.append(part)
        elif not is_furniture(part) and not _only_clock(part):
            return None
    if names and (not found.published or len(names) > 1):
        return None
    return merge(found, Imprint(author=names[0] if names else None)) if parts else None


def merge(first: Imprint, then: Imprint) -> Imprint:
    """What either says; the first where both do."""
    return Imprint(
        first.published or then.published, first.author or then.author, first.source or then.source
    )


#: No page is older. A line with an earlier date tells of an event.
FIRST_YEAR = 1990


def dateline(text: str) -> date | None:
    """The day of a line that holds a full date and nothing else but weekday, time and labels."""
    text = _PLACED_DATE.sub("", _UPLOADER.sub("", text.strip(" ()[]")))
    text = _in_figures(text)
    full = [d for d in dates(text) if d.day and d.month and d.year]
    if not full or any((d.year or 0) < FIRST_YEAR for d in full):
        return None
    rest = text
    for mention in reversed(full):
        rest = rest[: mention.start] + " " + rest[mention.end :]
    if not _only_clock(rest):
        return None
    first = full[0]
    try:
        return date(first.year or 0, first.month or 0, first.day or 0)
    except ValueError:  # 31/02
        return None


_VIETNAMESE_MONTHS = "một|hai|ba|tư|năm|sáu|bảy|tám|chín|mười|mười một|mười hai".split("|")
_ENGLISH_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december".split("|")
)
_MONTHS = {
    name: number
    for names in (_VIETNAMESE_MONTHS, _ENGLISH_MONTHS, [m[:3] for m in _ENGLISH_MONTHS])
    for number, name in enumerate(names, 1)
}
_MONTH = (
    rf"(?P<m>(?<!\w)(?:th|tháng)\s*(?:\d{{1,2}}|{'|'.join(reversed(_VIETNAMESE_MONTHS))})|"
    rf"(?:{'|'.join(_ENGLISH_MONTHS)})|(?:{'|'.join(m[:3] for m in _ENGLISH_MONTHS)}))"
)
_WRITTEN_DATES = [
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})\s+{_MONTH}\s*,?\s+(?P<y>\d{{4}})", re.IGNORECASE),
    re.compile(rf"(?<!\w){_MONTH}\s+(?P<d>\d{{1,2}})\s*,\s*(?P<y>\d{{4}})", re.IGNORECASE),
    re.compile(r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?:T(?=\d))?"),
]


def _in_figures(text: str) -> str:
    """The text with ``16 Tháng Mười, 2020``, ``Th10 16, 2020``, ``October 16, 2020`` and ``2020-10-16``
    as ``16/10/2020``: how page builders write, and no article does."""
    for pattern in _WRITTEN_DATES:
        text = pattern.sub(lambda m: f"{m['d']}/{_month(m['m'])}/{m['y']} ", text)
    return text


def _month(words: str) -> str:
    bare = re.sub(r"^th(?:áng)?\s*(?!u)", "", words.lower())
    return str(_MONTHS.get(bare, bare))


def _only_clock(text: str) -> bool:
    rest = _DATE_WORDS.sub(" ", _CLOCK.sub(" ", fold(text)))
    return not re.search(r"[^\W_]", rest)


def _joined_date(text: str) -> str:
    """The line with ``18 / 10 / 2020`` and ``18 - 10 - 2020`` drawn together."""
    return re.sub(r"(?<=\d)\s*([/-])\s*(\d{1,2})\s*\1\s*(?=\d{4})", r"\1\2\1", text)


def _labelled(text: str) -> Imprint | None:
    """The author and the source of ``Tin, ảnh: A``, ``Nguồn: B``, ``Bài: A - Ảnh: C``, ``A (Theo D)``."""
    bare = fold(text)
    if len(bare) != len(text):
        return None
    found = Imprint()
    labelled = False
    for part in _CREDIT_SEPARATOR.split(text.strip(" ()")):
        bare = fold(part)
        author = _AUTHOR_LABEL.match(bare)
        if named := _BARE_LABEL.match(bare) or _DOER_LABEL.match(bare):
            author = named if is_signature(part[named.end() :]) else None
        source = _SOURCE_LABEL.match(bare) or _AFTER.match(part)
        if author:
            found = merge(found, Imprint(author=_credit(part[author.end() :])))
            labelled = True
        elif source:
            found = merge(found, Imprint(source=_credit(part[source.end() :])))
            labelled = True
        elif is_name(part):
            found = merge(found, Imprint(author=_credit(part)))
        elif not _PHOTO_CREDIT.match(bare):
            return None
    return found if labelled and (found.author or found.source) else None


#: A line of credits is no longer than this; what is longer is a sentence that begins like one.
IMPRINT_CHARS = 120


_NOBODY = re.compile(r"(?:admin|administrator|quan tri)\b")


def _credit(text: str) -> str | None:
    text = _ROLE.sub("", text.strip()).strip(" ()[].;,-–")
    return text if _LETTER.search(text) and not _NOBODY.match(fold(text)) else None


_W = rf"[{UPPER}][^\W\d_]*"  # a word with a capital letter
_NAME = re.compile(
    rf"{_W}(?: {_W}){{1,4}}|[{UPPER}]{{2,6}}|"  # Thu Hạnh, THU HẠNH, TT
    rf"{_W}(?:\.\s?{_W}){{1,3}}(?: {_W}){{0,4}}"  # T.Hà, Th. Giang
)
_ORGANISATION = re.compile(
    r"(?:vp|van phong|ban (?:bien tap|bt)|bbt|phong|to (?:bien tap|thu ky)|trung tam|ban tuyen giao|ban tin|"
    r"pv|nhom pv|phong vien|cong tac vien|ctv|can bo|chuyen vien|"
    r"(?:pho )?(?:chanh van phong|truong|bi thu))\b"
)
_NAMES_BETWEEN = re.compile(r"\s*(?:[-–—,&/]|\bvà\b)\s*")


def is_name(text: str) -> bool:
    """Whether the line is nothing but one name or a few: ``Thu Hạnh``, ``TT``, ``Hà An - Lê Vy``."""
    return all(bool(_NAME.fullmatch(part)) for part in _NAMES_BETWEEN.split(signature(text)))


def is_byline(text: str) -> bool:
    """Whether a line right below the title or beside the day signs: a name or an editing body. In capitals
    the sort of a document stands there as often, so that only initials do."""
    initials = len(text.split()) == 1 and not is_well_formed(text)
    return is_signature(text) and (initials or not text.isupper())


#: Two names, or a name and its office: what is longer is a line of the article.
SIGNATURE_WORDS = 12


def is_signature(text: str) -> bool:
    """Whether the line is a signature: names, or an editing body, and short."""
    parts = [p for p in re.split(r"\s+[-–—]\s+", signature(text)) if p]
    known = [is_name(part) or bool(_ORGANISATION.match(fold(part))) for part in parts]
    return bool(parts) and all(known) and len(text.split()) <= SIGNATURE_WORDS


def signature(text: str) -> str:
    """A signature without brackets and without what its author did: ``Hà Vy (tổng hợp)``."""
    return _ROLE.sub("", text.strip(" *")).strip(" ()*.")
