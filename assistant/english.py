"""Questions in English, read as Vietnamese ones: the words of office life by a table, the way of asking
by a few rules; what the table does not know is kept as it is, so that nothing is answered past it. Pure.

This is no translation: the reading has to find the Vietnamese sources and to show what was understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.mentions import names
from ingest.vietnamese import UPPER, fold, has_marks

# --- is it English? --------------------------------------------------------------------------------

# Words that no bare Vietnamese syllable is spelled like ("the", "to", "in", "them", "that" are).
_SURE = frozenset(
    """what when where which who whom whose how why is are was were did does has have been of and with from
    for by this these those its many much tell about list name give please compare between year there office
    received awarded founded established he she they it his her""".split()
)
_GRAMMAR = _SURE | frozenset(
    "the a an to in on at do be as or that i you me my our we us not than did".split()
)
#: From this share of its words on that are English grammar or known here, a question is in English.
_SHARE = 0.4
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+(?:[/.,-]\d+)*")


def is_english(text: str) -> bool:
    """Whether a question is in English. Foreign names in a Vietnamese one do not make it so, nor
    Vietnamese names in an English one the reverse."""
    found = list(_WORD.finditer(text))
    # A capital inside the question is a name's, and says nothing of its language.
    small = [m[0].lower() for k, m in enumerate(found) if m[0].islower() or k == 0]
    if not small or any(has_marks(w) for w in small[1:]) or not _SURE & set(small):
        return False
    known = sum(w in _GRAMMAR or bool(_look_up((w,))) for w in small)
    return known / len(small) >= _SHARE


# --- the lexicon -----------------------------------------------------------------------------------

# English = Vietnamese. The longest entry that fits wins; plurals are found by their singular.
_LEXICON = """
party committee office = văn phòng cấp ủy
party committee's office = văn phòng cấp ủy
office of the party committee = văn phòng cấp ủy
office of party committee = văn phòng cấp ủy
party office = văn phòng cấp ủy
provincial party committee office = Văn phòng Tỉnh ủy
provincial party committee's office = Văn phòng Tỉnh ủy
provincial party office = Văn phòng Tỉnh ủy
office of the provincial party committee = Văn phòng Tỉnh ủy
provincial party committee = Tỉnh ủy
province party committee = Tỉnh ủy
provincial committee = Tỉnh ủy
city party committee office = Văn phòng Thành ủy
city party committee's office = Văn phòng Thành ủy
municipal party committee office = Văn phòng Thành ủy
municipal party office = Văn phòng Thành ủy
office of the city party committee = Văn phòng Thành ủy
office of the municipal party committee = Văn phòng Thành ủy
city party committee = Thành ủy
municipal party committee = Thành ủy
municipal committee = Thành ủy
district party committee office = Văn phòng Huyện ủy
district party committee's office = Văn phòng Huyện ủy
district party office = Văn phòng Huyện ủy
office of the district party committee = Văn phòng Huyện ủy
district party committee = Huyện ủy
district committee = Huyện ủy
urban district party committee = Quận ủy
town party committee = Thị ủy
commune party committee office = Văn phòng Đảng ủy xã
commune party committee = Đảng ủy xã
ward party committee = Đảng ủy phường
grassroots party committee = Đảng ủy cơ sở
party committee = cấp ủy
party committees and party organizations = cấp ủy, tổ chức đảng
central party office = Văn phòng Trung ương Đảng
party central committee's office = Văn phòng Trung ương Đảng
office of the party central committee = Văn phòng Trung ương Đảng
office of the central committee = Văn phòng Trung ương Đảng
party central committee = Ban Chấp hành Trung ương Đảng
central committee = Ban Chấp hành Trung ương
central executive committee = Ban Chấp hành Trung ương
executive committee = Ban Chấp hành
standing committee = Ban Thường vụ
standing board = Thường trực
secretariat = Ban Bí thư
party central secretariat = Ban Bí thư Trung ương Đảng
central secretariat = Ban Bí thư Trung ương
politburo = Bộ Chính trị
political bureau = Bộ Chính trị
communist party of vietnam = Đảng Cộng sản Việt Nam
communist party = Đảng Cộng sản
party = Đảng
party organization = tổ chức đảng
party cell = chi bộ
party branch = chi bộ
party chapter = đảng bộ
party congress = đại hội Đảng
congress = đại hội
party member = đảng viên
party building = xây dựng Đảng
party work = công tác đảng
party resolution = nghị quyết của Đảng
organization commission = Ban Tổ chức
propaganda commission = Ban Tuyên giáo
propaganda department = Ban Tuyên giáo
mass mobilization commission = Ban Dân vận
inspection commission = Ủy ban Kiểm tra
inspection committee = Ủy ban Kiểm tra
internal affairs commission = Ban Nội chính
people's committee = Ủy ban nhân dân
people's council = Hội đồng nhân dân
provincial people's committee = Ủy ban nhân dân tỉnh
city people's committee = Ủy ban nhân dân thành phố
district people's committee = Ủy ban nhân dân huyện
fatherland front = Mặt trận Tổ quốc
national assembly = Quốc hội
government = Chính phủ
state = Nhà nước
president of vietnam = Chủ tịch nước
state president = Chủ tịch nước
president = Chủ tịch nước
prime minister = Thủ tướng Chính phủ
general secretary = Tổng Bí thư
president ho chi minh = Chủ tịch Hồ Chí Minh
ho chi minh = Hồ Chí Minh
uncle ho = Bác Hồ
minister = Bộ trưởng
ministry = bộ
department = ban
division = phòng
unit = đơn vị
agency = cơ quan
organization = tổ chức
organisation = tổ chức
body = cơ quan
authority = cơ quan
office = văn phòng
headquarters = trụ sở
head office = trụ sở
address = địa chỉ
building = tòa nhà
street = đường
road = đường
house = nhà
village = làng
commune = xã
ward = phường
town = thị xã
district = huyện
city = thành phố
province = tỉnh
region = khu vực
area = khu vực
country = nước
cave = hang
base = căn cứ
chief of office = Chánh Văn phòng
chief of the office = Chánh Văn phòng
head of office = Chánh Văn phòng
head of the office = Chánh Văn phòng
office chief = Chánh Văn phòng
office head = Chánh Văn phòng
chief of staff = Chánh Văn phòng
deputy chief of office = Phó Chánh Văn phòng
deputy chief of the office = Phó Chánh Văn phòng
deputy head of office = Phó Chánh Văn phòng
deputy head of the office = Phó Chánh Văn phòng
deputy office chief = Phó Chánh Văn phòng
former chief of office = nguyên Chánh Văn phòng
secretary = Bí thư
party secretary = Bí thư
secretary of the provincial party committee = Bí thư Tỉnh ủy
secretary of the city party committee = Bí thư Thành ủy
secretary of the district party committee = Bí thư Huyện ủy
provincial party secretary = Bí thư Tỉnh ủy
city party secretary = Bí thư Thành ủy
district party secretary = Bí thư Huyện ủy
deputy secretary = Phó Bí thư
permanent deputy secretary = Phó Bí thư Thường trực
standing deputy secretary = Phó Bí thư Thường trực
chairman = Chủ tịch
chairwoman = Chủ tịch
chairperson = Chủ tịch
vice chairman = Phó Chủ tịch
deputy chairman = Phó Chủ tịch
director = giám đốc
deputy director = phó giám đốc
head of department = trưởng phòng
head of the organization commission = Trưởng Ban Tổ chức
leader = lãnh đạo
leadership = lãnh đạo
head = người đứng đầu
founder = người sáng lập
member = thành viên
predecessor = tiền thân
forerunner = tiền thân
successor = người kế nhiệm
delegate = đại biểu
comrade = đồng chí
archivist = cán bộ lưu trữ
clerk = văn thư
specialist = chuyên viên
expert = chuyên gia
position = chức vụ
post = chức vụ
title = danh hiệu
role = vai trò
first-class labour order = Huân chương Lao động hạng Nhất
first-class labor order = Huân chương Lao động hạng Nhất
first class labour order = Huân chương Lao động hạng Nhất
first class labor order = Huân chương Lao động hạng Nhất
first-class labour medal = Huân chương Lao động hạng Nhất
first-class labor medal = Huân chương Lao động hạng Nhất
first class labour medal = Huân chương Lao động hạng Nhất
first class labor medal = Huân chương Lao động hạng Nhất
labour order first class = Huân chương Lao động hạng Nhất
labor order first class = Huân chương Lao động hạng Nhất
labour medal first class = Huân chương Lao động hạng Nhất
second-class labour order = Huân chương Lao động hạng Nhì
second-class labor order = Huân chương Lao động hạng Nhì
second class labour order = Huân chương Lao động hạng Nhì
second class labor order = Huân chương Lao động hạng Nhì
second-class labour medal = Huân chương Lao động hạng Nhì
second class labour medal = Huân chương Lao động hạng Nhì
second class labor medal = Huân chương Lao động hạng Nhì
labour order second class = Huân chương Lao động hạng Nhì
third-class labour order = Huân chương Lao động hạng Ba
third-class labor order = Huân chương Lao động hạng Ba
third class labour order = Huân chương Lao động hạng Ba
third class labor order = Huân chương Lao động hạng Ba
third-class labour medal = Huân chương Lao động hạng Ba
third class labour medal = Huân chương Lao động hạng Ba
third class labor medal = Huân chương Lao động hạng Ba
labour order third class = Huân chương Lao động hạng Ba
labour order = Huân chương Lao động
labor order = Huân chương Lao động
labour medal = Huân chương Lao động
labor medal = Huân chương Lao động
order of labour = Huân chương Lao động
order of labor = Huân chương Lao động
independence order = Huân chương Độc lập
independence medal = Huân chương Độc lập
resistance order = Huân chương Kháng chiến
resistance war order = Huân chương Kháng chiến
resistance medal = Huân chương Kháng chiến
military exploit order = Huân chương Quân công
feat order = Huân chương Chiến công
gold star order = Huân chương Sao vàng
ho chi minh order = Huân chương Hồ Chí Minh
first class = hạng Nhất
second class = hạng Nhì
third class = hạng Ba
first-class = hạng Nhất
second-class = hạng Nhì
third-class = hạng Ba
class = hạng
grade = hạng
order = huân chương
medal = huân chương
award = phần thưởng
reward = phần thưởng
prize = giải thưởng
honour = phần thưởng
honor = phần thưởng
distinction = danh hiệu
certificate of merit = Bằng khen
merit certificate = Bằng khen
certificate of commendation = Giấy khen
commendation = khen thưởng
commemorative medal = Kỷ niệm chương
souvenir badge = Kỷ niệm chương
insignia = Kỷ niệm chương
emulation flag = Cờ thi đua
emulation = thi đua
emulation movement = phong trào thi đua
awarded = được tặng thưởng
was awarded = được tặng thưởng
were awarded = được tặng thưởng
been awarded = được tặng thưởng
presented = trao tặng
conferred = tặng thưởng
granted = tặng
give = tặng
gave = tặng
receive = được nhận
received = được nhận
win = được nhận
won = được nhận
earn = được nhận
earned = được nhận
honoured = vinh danh
honored = vinh danh
recognized = công nhận
recognised = công nhận
traditional day = ngày truyền thống
tradition day = ngày truyền thống
tradition = truyền thống
traditional = truyền thống
anniversary = kỷ niệm
founding anniversary = kỷ niệm ngày thành lập
founding day = ngày thành lập
founding date = ngày thành lập
date of establishment = ngày thành lập
date of birth = ngày sinh
founding = thành lập
founded = thành lập
found = thành lập
established = thành lập
establish = thành lập
establishment = thành lập
set up = thành lập
formed = thành lập
created = thành lập
born = sinh
come into being = ra đời
came into being = ra đời
renamed = đổi tên
merged = sáp nhập
merge = sáp nhập
separated = tách
dissolved = giải thể
upgraded = nâng cấp
moved = chuyển
relocated = chuyển
evacuated = sơ tán
located = đặt
situated = đặt
based = đóng
held = tổ chức
hold = giữ
holds = giữ
take place = diễn ra
took place = diễn ra
happen = diễn ra
happened = diễn ra
meeting = họp
meet = họp
met = họp
conference = hội nghị
first conference = hội nghị lần thứ nhất
ceremony = lễ
gathering = gặp mặt
celebration = lễ kỷ niệm
celebrate = kỷ niệm
celebrated = kỷ niệm
commemorate = kỷ niệm
event = sự kiện
history = lịch sử
historical = lịch sử
period = giai đoạn
term = nhiệm kỳ
tenure = nhiệm kỳ
resistance war = kháng chiến
war = chiến tranh
revolution = cách mạng
august revolution = Cách mạng tháng Tám
liberation = giải phóng
reunification = thống nhất
renovation = đổi mới
motto = phương châm
slogan = khẩu hiệu
guiding principle = phương châm
watchword = phương châm
function and duty = chức năng, nhiệm vụ
functions and duties = chức năng, nhiệm vụ
functions and tasks = chức năng, nhiệm vụ
duties and functions = chức năng, nhiệm vụ
functions = chức năng
function = chức năng
duty = nhiệm vụ
duties = nhiệm vụ
task = nhiệm vụ
mission = nhiệm vụ
responsibility = trách nhiệm
power = quyền hạn
advise = tham mưu
advising = tham mưu
advisory work = tham mưu
advisory = tham mưu
synthesis = tổng hợp
serve = phục vụ
serving = phục vụ
service = phục vụ
quality = chất lượng
achievement = thành tích
merit = thành tích
contribution = đóng góp
result = kết quả
success = thành công
experience = kinh nghiệm
lesson = bài học
solution = giải pháp
difficulty = khó khăn
shortcoming = hạn chế
virtue = phẩm chất
spirit = tinh thần
staff = cán bộ
staff member = cán bộ
staffer = cán bộ
employee = cán bộ
personnel = cán bộ
civil servant = công chức
official = cán bộ
cadre = cán bộ
worker = người lao động
payroll = biên chế
people = người
person = người
women = nữ
woman = nữ
young = trẻ
degree = trình độ
university degree = trình độ đại học
master's degree = trình độ thạc sĩ
bachelor's degree = trình độ đại học
postgraduate = sau đại học
office work = công tác văn phòng
clerical work = công tác văn thư
paperwork = công tác văn thư
records work = công tác văn thư
archive = lưu trữ
archives = lưu trữ
records and archives = văn thư, lưu trữ
information technology = công nghệ thông tin
digital transformation = chuyển đổi số
digitize = số hóa
digital signature = chữ ký số
cryptography = cơ yếu
administration = hành chính
finance = tài chính
asset = tài sản
budget = ngân sách
fund = kinh phí
document = văn bản
paper = văn bản
resolution = nghị quyết
directive = chỉ thị
decision = quyết định
conclusion = kết luận
regulation = quy định
plan = kế hoạch
project = đề án
scheme = đề án
programme = chương trình
program = chương trình
report = báo cáo
circular = thông tư
decree = nghị định
law = luật
book = sách
newspaper = tờ báo
initiative = sáng kiến
movement = phong trào
issue = ban hành
issued = ban hành
promulgated = ban hành
adopt = thông qua
adopted = thông qua
approve = phê duyệt
approved = phê duyệt
sign = ký
signed = ký
decide = quyết định
decided = quyết định
choose = chọn
chose = chọn
chosen = chọn
process = xử lý
processed = xử lý
appraised = thẩm định
lead = lãnh đạo
led = lãnh đạo
headed = phụ trách
work = làm việc
worked = làm việc
working = công tác
say = nói
said = nói
says = nói
state that = nói
speak = nói
spoke = phát biểu
quote = câu nói
saying = câu nói
advice = lời căn dặn
speech = phát biểu
full name = tên đầy đủ
official name = tên chính thức
original name = tên ban đầu
former name = tên cũ
name = tên
called = gọi là
purpose = mục đích
reason = lý do
meaning = ý nghĩa
importance = tầm quan trọng
number = số
total = tổng số
percentage = phần trăm
percent = phần trăm
how many = bao nhiêu
how much = bao nhiêu
old = tuổi
age = tuổi
year = năm
month = tháng
day = ngày
date = ngày
century = thế kỷ
decade = thập kỷ
today = hiện nay
currently = hiện nay
now = hiện nay
at present = hiện nay
current = hiện nay
present = hiện nay
last year = năm ngoái
this year = năm nay
before = trước
after = sau
since = từ
until = đến
during = trong
first time = lần đầu tiên
first = đầu tiên
second = thứ hai
third = thứ ba
fourth = thứ tư
fifth = thứ năm
new = mới
former = nguyên
main = chính
big = lớn
largest = lớn nhất
oldest = lâu đời nhất
earliest = sớm nhất
earlier = trước
same = giống nhau
different = khác nhau
difference = khác nhau
article = bài viết
source = nguồn
library = thư viện
vietnam = Việt Nam
vietnamese = Việt Nam
hanoi = Hà Nội
"""
_MONTHS = "january february march april may june july august september october november december".split()


@lru_cache(maxsize=1)
def _table() -> dict[tuple[str, ...], str]:
    lines = (line.partition(" = ") for line in _LEXICON.strip().splitlines())
    return {tuple(re.split(r"[\s-]+", english)): vietnamese for english, _, vietnamese in lines}


@lru_cache(maxsize=1)
def _longest() -> int:
    return max(map(len, _table()))


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def _look_up(words: Sequence[str]) -> str | None:
    table = _table()
    return table.get(tuple(words)) or table.get(tuple(map(_singular, words)))


# --- the reading -----------------------------------------------------------------------------------

# Grammar without a word of its own in the reading.
_DROPPED = frozenset(
    """the a an of to in on at by for from with is are was were be been being did does do has have had and or
    its it's as that which who whom whose what when where how why please me us tell i you we my our
    would could there their them into under than about""".split()
)
_POINTING = {
    "he": "ông ấy",
    "him": "ông ấy",
    "his": "của ông ấy",
    "she": "bà ấy",
    "her": "bà ấy",
    "they": "đơn vị này",
    "it": "đơn vị này",
    "its": "của đơn vị này",
}
_AUXILIARY = frozenset("is are was were did does do has have had can could will would".split())
_YES_NO = frozenset("is are was were did does do has have had".split())
_BODY = re.compile(
    r"(?:[Vv]ăn phòng|(?:Phó )?Chánh Văn phòng|(?:Phó )?[Bb]í thư)?\s?(?:Tỉnh|Thành|Huyện|Quận|Thị"
    r"|cấp|Đảng) ?ủy.*|[Vv]ăn phòng|tỉnh|huyện|xã|thành phố|phường|thị xã|quận|Ủy ban nhân dân.*"
)
_HOW_ABOUT = re.compile(
    r"^(?:(?:and |so )?(?:what|how) about|and(?: what about)?|what of)\b(?! (?:when|where|who|what"
    r"|which|how|why)\b)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Item:
    """One piece of a reading: Vietnamese ``words``, and whether they are a ``name`` kept as it was, or
    ``unknown``, a word kept as it was."""

    words: str
    name: bool = False
    unknown: bool = False


def read(text: str, units: Sequence[str] = ()) -> str:
    """The question in Vietnamese, names as they were, or as ``units``, the library's offices, write
    them; a question that is not in English as it is."""
    if not is_english(text):
        return text
    text = _with_known_places(text.replace("’", "'"), units)
    text = _with_dates(text)
    about = _HOW_ABOUT.match(text)
    if about:
        return f"Còn {_joined(_items(text[about.end() :]))} thì sao?"
    lowered = text.lower()
    front, tail, rest = _asking(text, lowered)
    content = _joined(_items(rest), units)
    if tail == "gì" and "tặng thưởng" in content:
        content, tail = content.replace("tặng thưởng", "tặng thưởng gì", 1), ""
    elif tail == "gì" and re.search(r"\bnói\b", content):
        content, tail = re.sub(r"\bnói\b", "nói gì về", content, count=1).removesuffix(" về"), ""
    elif tail == "là gì" and re.match(r"ngày\b", content):
        tail = "là ngày nào"
    whole = " ".join(part for part in (front, content, tail) if part)
    whole = " ".join(whole.split())
    # A capital would make a name of a word that is no Vietnamese.
    return f"{whole[:1].upper() if has_marks(whole.partition(' ')[0]) else whole[:1]}{whole[1:]}?"


def _asking(text: str, lowered: str) -> tuple[str, str, str]:
    """What stands before and behind the content of the question in Vietnamese, and the content."""
    lead = re.match(
        r"(?:please |can you |could you |would you )?(?:tell me |let me know |do you know )?(?:about )?",
        lowered,
    )
    start = lead.end() if lead else 0
    words = list(_WORD.finditer(text, start))
    if not words:
        return "", "", text
    first = words[0][0].lower()
    rest = text[words[0].end() :]
    second = words[1][0].lower() if len(words) > 1 else ""
    inner = re.search(r"\b(when|where|why|who|by whom|how)\b(?! (?:many|much))", lowered)
    if re.match(r"(?:list|name|give|enumerate)\b", first):
        return "Liệt kê các", "", rest
    if first == "compare":
        return "So sánh", "", re.sub(r"\b(?:and|with|to)\b", " và ", rest)
    if first in ("in", "on", "at", "by", "for", "since", "from", "to") and second in (
        "which",
        "what",
        "whom",
        "when",
    ):
        return _asking(text[words[1].start() :], lowered[words[1].start() :])
    if first == "when":
        return "", "khi nào", rest
    if first == "where":
        return "", "ở đâu", rest
    if first == "why":
        return "", "vì sao", rest
    if first in ("who", "whom", "whose"):
        third = words[2][0].lower() if len(words) > 2 else ""
        if second in ("is", "are", "was", "were") and not (_is_participle(third) and third != "led"):
            return "", "là ai", rest
        return "ai", "", rest
    if first == "how":
        if second in ("many", "much"):
            return _counted(rest[words[1].end() - words[0].end() :])
        if second == "long":
            return "", "bao lâu", rest[words[1].end() - words[0].end() :]
        if second == "old":
            return "", "bao nhiêu tuổi", rest[words[1].end() - words[0].end() :]
        return "", "như thế nào", rest
    if first in ("what", "which"):
        return _which(rest)
    if first in _YES_NO:
        return "Có phải", "không", rest
    if inner:
        tails = {
            "when": "khi nào",
            "where": "ở đâu",
            "why": "vì sao",
            "who": "là ai",
            "by whom": "do ai",
            "how": "như thế nào",
        }
        return "", tails[inner[1]], text[start : inner.start()] + text[inner.end() :]
    return "", "", text[start:]


def _noun(rest: str) -> tuple[str, str]:
    """The noun phrase that a text begins with, up to the verb, and what follows."""
    words = list(_WORD.finditer(rest))
    known, size = _phrase_at([m[0].lower() for m in words], 0) if words else (None, 0)
    if known:
        return rest[: words[size - 1].end()], rest[words[size - 1].end() :]
    return (rest[: words[0].end()], rest[words[0].end() :]) if words else ("", rest)


def _counted(rest: str) -> tuple[str, str, str]:
    """ "How many staff does X have" asks "X có bao nhiêu cán bộ"."""
    noun, after = _noun(rest)
    said = _joined(_items(noun))
    more = re.match(r"\s*(?:and|or)\s", after)
    if more:
        other, after = _noun(after[more.end() :])
        said = f"{said}, {_joined(_items(other))}"
    # "How many directives were issued": what was done goes before, as in "ban hành bao nhiêu chỉ thị".
    owner = re.match(
        r"\s*(?:are|were|is|was|do|does|did|has|have)\b(?P<whose>.*?)(?:\bhave\b|\bhas\b"
        r"|\bthere\b)?\s*(?P<more>[?.!]*)$",
        after,
        re.S,
    )
    if owner and re.search(r"\b(?:have|has|there)\b\s*[?.!]*$", after):
        return "", f"có bao nhiêu {said}", owner["whose"]
    inside = re.match(r"\s*(?:are there|were there|work|working)\b", after)
    if inside:
        return "", f"có bao nhiêu {said}", after[inside.end() :]
    return "", f"bao nhiêu {said}", after


def _which(rest: str) -> tuple[str, str, str]:
    """ "What is the motto of X" asks "phương châm của X là gì", "what awards did X receive" "X được
    nhận phần thưởng nào", "which offices received" "văn phòng nào được nhận"."""
    words = [m[0].lower() for m in _WORD.finditer(rest)]
    if not words:
        return "", "gì", rest
    if words[0] in ("is", "are", "was", "were"):
        passive = re.search(r"\b(?:awarded|called|named|renamed|given|presented)\b", rest.lower())
        called = passive and passive[0] in ("called", "named")
        if called:
            return "", "gọi là gì", re.sub(r"\b(?:called|named)\b", "", rest, flags=re.I)
        return "", "gì" if passive else "là gì", rest
    if words[0] in _AUXILIARY or words[0] in ("happened", "happens"):
        return "", "gì", rest
    share = re.match(r"\s*(?:percentage|percent|proportion|share) of\b", rest, re.I)
    if share:
        return "bao nhiêu phần trăm", "", rest[share.end() :]
    noun, after = _noun(rest)
    plural = bool(re.search(r"[^s]s$", noun.strip().lower())) and _look_up([noun.strip().lower()]) is not None
    asked = f"{'những ' if plural else ''}{_joined(_items(noun))} nào"
    following = [m[0].lower() for m in _WORD.finditer(after)]
    if following and following[0] in _AUXILIARY and not (len(following) > 1 and _is_participle(following[1])):
        return "", asked, after
    return asked, "", after


def _is_participle(word: str) -> bool:
    return word.endswith("ed") or word in ("given", "held", "won", "set", "been", "born", "led")


def _items(text: str) -> Iterator[_Item]:
    """The content of a question word by word: known phrases in Vietnamese, names and unknown words as
    they are, grammar left out."""
    words = list(_WORD.finditer(text))
    lower = [re.sub(r"'s$", "", m[0].lower()) for m in words]
    i = 0
    while i < len(words):
        said, size = _phrase_at(lower, i)
        if said:
            yield _Item(said)
            i += size
            continue
        word = words[i][0]
        last = i
        if lower[i] in _POINTING:
            yield _Item(_POINTING[lower[i]])
        elif lower[i] in ("to", "and") and _capital(words, i - 1) and _capital(words, i + 1):
            yield _Item("đến" if lower[i] == "to" else "và")
        elif word[0] in UPPER:
            while (
                _capital(words, last + 1)
                and not _phrase_at(lower, last + 1)[0]
                and not re.search(r"[^ ]", text[words[last].end() : words[last + 1].start()])
                and not words[last][0].endswith("'s")
            ):
                last += 1
            yield _Item(re.sub(r"'s$", "", text[words[i].start() : words[last].end()]), name=True)
        elif lower[i] not in _DROPPED:
            yield _Item(re.sub(r"'s$", "", word), unknown=not word[0].isdigit())
        i = last + 1


def _phrase_at(lower: Sequence[str], i: int) -> tuple[str | None, int]:
    """The longest known phrase that begins with the i-th word, and how many words it has."""
    for size in range(min(_longest(), len(lower) - i), 0, -1):
        said = _look_up(lower[i : i + size])
        if said:
            return said, size
    return None, 0


def _capital(words: Sequence[re.Match[str]], i: int) -> bool:
    return 0 <= i < len(words) and words[i][0][0] in UPPER


# What goes behind its noun in Vietnamese.
_ADJECTIVES = frozenset("đầu tiên|mới|chính|lớn nhất|lâu đời nhất|sớm nhất|hiện nay|trẻ".split("|"))
#: A place has no more syllables than this.
_PLACE_WORDS = 3


def _joined(items: Iterator[_Item], units: Sequence[str] = ()) -> str:
    """The pieces in Vietnamese order: an office goes before its place, a noun before its adjective."""
    found: list[_Item] = []
    for item in items:
        place = found[-1] if found else None
        if place and item.words and _BODY.fullmatch(item.words):
            small = 0
            while small < min(_PLACE_WORDS, len(found)) and found[-1 - small].unknown:
                small += 1
            if small:  # "song lam party committee"
                name = " ".join(f.words.capitalize() for f in found[-small:])
                found[-small:] = [item, _Item(name, name=True)]
                continue
            if place.name:
                found[-1:] = [item, place]
                continue
        if place and place.words in _ADJECTIVES and not item.name and not item.unknown:
            found[-1:] = [item, place]
            continue
        if place and place.name and item.name:
            found.append(_Item(","))
        found.append(item)
    text = " ".join(item.words for item in found).replace(" ,", ",")
    text = re.sub(r"\bvăn phòng (Tỉnh|Thành|Huyện|Quận|Thị|Đảng) ủy", r"Văn phòng \1 ủy", text)
    for unit in units:
        for place_name in (p.of(unit) for n in names(unit) for p in n.proper[-1:]):
            text = re.sub(rf"\b[Vv]ăn phòng(?: cấp ủy)? {re.escape(place_name)}", unit, text)
            text = re.sub(
                rf"(?<!phòng )\bcấp ủy {re.escape(place_name)}", unit.removeprefix("Văn phòng "), text
            )
    return text


def _with_known_places(text: str, units: Sequence[str]) -> str:
    """The places of the library's offices as the library writes them."""
    for place in {p.of(u) for u in units for n in names(u) for p in n.proper[-1:]}:
        text = re.sub(rf"\b{re.escape(fold(place))}\b", place, text, flags=re.IGNORECASE)
    return text


_MONTH = "|".join(_MONTHS)
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})(?:,? (\d{{4}}))?\b", re.I)
_MONTH_FIRST = re.compile(rf"\b({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (\d{{4}}))?", re.I)
_MONTH_ALONE = re.compile(rf"\b({_MONTH})(?: of)? (\d{{4}})\b", re.I)
_YEAR = re.compile(r"\b(?:in|of|since|from|year|for)(?: the year)? (\d{4})\b", re.I)


def _with_dates(text: str) -> str:
    """The dates in the Vietnamese way."""

    def date(day: str, month: str, year: str | None) -> str:
        number = _MONTHS.index(month.lower()) + 1
        return f"{day}/{number}{'/' + year if year else ''}"

    text = _DAY_FIRST.sub(lambda m: f"ngày {date(m[1], m[2], m[3])}", text)
    text = _MONTH_FIRST.sub(lambda m: f"ngày {date(m[2], m[1], m[3])}", text)
    text = _MONTH_ALONE.sub(lambda m: f"tháng {_MONTHS.index(m[1].lower()) + 1}/{m[2]}", text)
    return _YEAR.sub(lambda m: f" năm {m[1]}", text)
