"""How Vietnamese asks: which wordings ask for which kind of answer, and in which form. Tables, and the
patterns made of them in the two spellings that questions come in: with their marks, or folded. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from ingest.mentions import documents, names
from ingest.vietnamese import fold, has_marks, normalise, tokens


class Kind(Enum):
    """The kind of answer that a question expects. The value is what a refusal calls it."""

    DATE = "ngày tháng"
    YEAR = "năm"
    NUMBER = "con số"
    ORDINAL = "thứ tự"
    AWARD = "phần thưởng, danh hiệu"
    PERSON = "tên người"
    AGENT = "người hoặc cơ quan"
    PLACE = "địa điểm"
    UNIT = "cơ quan, đơn vị"
    QUOTE = "câu nói"
    MOTTO = "phương châm, khẩu hiệu"
    NAME = "tên gọi"
    OFFICE = "chức vụ"
    DOCUMENT = "văn bản"
    FUNCTION = "chức năng, nhiệm vụ"
    CAUSE = "lý do"
    OTHER = "nội dung"


class Form(Enum):
    """What an answer should look like: one thing, every instance, two or more things side by side, or
    whether it is so."""

    ONE = "một"
    LIST = "liệt kê"
    COMPARISON = "so sánh"
    YES_NO = "có hay không"


# --- the tables ----------------------------------------------------------------------------------
# In normalised spelling. A pattern that is to serve bare questions too may hold no \S, \W or \D, since
# folding it folds everything in it.

# What asks, by kind, in the order in which it is looked for: the first that fits a stretch of the
# question wins it. The words of these patterns only ask.
_ASKING: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (
        Kind.DATE,
        (
            r"(?:ngày tháng năm|ngày tháng|ngày|mùng|mồng|hôm) (?:nào|mấy|bao nhiêu|gì)",
            r"(?:khi|lúc|hôm|dịp|thời gian|thời điểm|thời kỳ|thời kì|giai đoạn|buổi) nào|bao giờ|lúc mấy giờ",
        ),
    ),
    (
        Kind.YEAR,
        (
            r"(?:từ |vào |trong )?(?:những |các )?(?:tháng|năm|thế kỷ|thế kỉ|thập kỷ|thập kỉ|thập niên) "
            r"(?:nào|mấy|bao nhiêu|gì)\b",
        ),
    ),
    (
        Kind.AWARD,
        (
            r"(?<!xếp )(?<!xếp thứ )hạng (?:mấy|nào|gì)",
            r"(?:phần thưởng|huân chương|bằng khen|giấy khen|kỷ niệm chương|danh hiệu|khen thưởng|giải thưởng"
            r"|huy chương|hình thức khen|cờ thi đua)(?: \w+ \w+){0,2} (?:gì|nào)",
            r"(?:tặng|thưởng|trao tặng|khen|phong tặng)(?: những| các)? gì",
            r"(?:đón nhận|nhận|đạt|giành)(?: được)?(?: những| các)? gì",
        ),
    ),
    (
        Kind.ORDINAL,
        (
            r"(?:lần |khóa |kỳ )?thứ (?:mấy|bao nhiêu)|(?:xếp|đứng)(?: hạng| thứ)? (?:mấy"
            r"|bao nhiêu)|lần mấy\b",
        ),
    ),
    (
        Kind.CAUSE,
        (r"vì sao|tại sao|do đâu|nhờ đâu|(?:vì |do |nhờ )?(?:lý do|nguyên nhân)(?: chính)? (?:gì|nào)",),
    ),
    (
        Kind.NUMBER,
        (
            r"bao nhiêu|bao lâu|bao xa|mấy(?= (?!(?:tinh|bay|moc|chu|anh|in|phat|vi|cua|man|do|moi"
            r"|nay)\b)\w)|số lượng(?! .*(?:nào|gì)\b)|tổng số(?! .*(?:nào|gì)\b)",
        ),
    ),
    (
        Kind.PERSON,
        (
            r"(?:là|tên) ai\b|\bai (?:đang |đã |sẽ |từng )?(?:là|làm|giữ|lãnh đạo|phụ trách|đứng đầu|thay)\b",
            r"(?<!nhóm )(?:người|ông|bà|vị|đồng chí|đ c) nào",
        ),
    ),
    (Kind.AGENT, (r"\bai\b",)),
    (
        Kind.PLACE,
        (
            r"(?:ở|tại|nơi) đâu\b|(?<!do )(?<!nhờ )đâu(?=[^a-z]*$|,)",
            r"(?:(?:ở|tại) )?(?:nơi|chỗ|địa điểm|địa phương|địa chỉ) nào",
            r"địa chỉ(?= .*gì\b)",
        ),
    ),
    (
        Kind.QUOTE,
        (
            r"(?:nói|căn dặn|khuyên)(?! (?:về|đến|tới|lên)\b)(?: \w+){0,2} (?:gì|thế nào|ra sao|như nào)",
            r"(?:câu nói|lời dạy|lời căn dặn|lời dặn|lời khuyên)(?=.* (?:gì|nào|ra sao))",
        ),
    ),
    (
        Kind.MOTTO,
        (r"(?:phương châm|khẩu hiệu|tôn chỉ|châm ngôn|slogan)(?=.* (?:gì|nào|ra sao|thế nào))",),
    ),
    (
        Kind.NAME,
        (
            r"\btên(?: gọi)?(?: đầy đủ| chính thức| thật| khác| cũ| mới)?(?: là)? gì|(?:gọi"
            r"|đổi tên)(?: \w+){0,2}"
            r" (?:là|thành) (?:cái )?gì|\bhọ (?=của .* gì)",
            r"mang tên (?:là )?gì|\btên\b(?=.* gì)|\btên nào\b",
        ),
    ),
    (
        Kind.OFFICE,
        (
            r"(?:giữ )?chức (?:vụ|danh)?(?: \w+)? ?(?:gì|nào)|giữ chức(?: vụ| danh)?\b"
            r"|(?:cương vị|chức trách)(?: \w+)? (?:gì|nào)|chức (?:vụ|danh)(?= của .* (?:gì|nào)\b)",
        ),
    ),
    (
        Kind.DOCUMENT,
        (
            r"(?:văn bản|nghị quyết|chỉ thị|quyết định|đề án|kết luận|quy định|nghị định|thông tư|công văn)"
            r"(?: số)? (?:nào|gì|mấy|bao nhiêu)",
        ),
    ),
    (
        Kind.FUNCTION,
        (
            r"(?<!một )(?:chức năng|nhiệm vụ)(?! (?:của )?(?:ông|bà|đồng chí)\b)(?=.* (?:gì|nào"
            r"|ra sao|thế nào))",
            r"\b(?:văn phòng|cơ quan|đơn vị)\b.* (?:vai trò|trách nhiệm|làm nhiệm vụ) (?:gì|nào"
            r"|ra sao|thế nào)",
        ),
    ),
)
# The same for questions with their marks alone: bare, "dạy" is also đầy
# and dãy, and "từ đâu" từ đầu.
_ASKING_MARKED: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (Kind.QUOTE, (r"(?:dặn|dạy)(?: \w+){0,2} (?:gì|thế nào|ra sao)",)),
    (Kind.PLACE, (r"(?:từ|về|đến|tới|đi) đâu\b",)),
)
# The nouns whose "… nào" or "… gì" asks for a kind. The noun itself stays a word to be found.
_NOUNS: tuple[tuple[Kind, str], ...] = (
    (
        Kind.PERSON,
        r"""người|lãnh đạo|cán bộ|cầu thủ|thủ môn|hậu vệ|tiền đạo|diễn viên|nghệ sĩ|ca sĩ|nhạc sĩ
        họa sĩ|đạo diễn|tác giả|nhà (?:thơ|văn|báo|nghiên cứu|khoa học|hóa học)
        nhà (?:vật lý|toán học|lãnh đạo|sử học|thám hiểm|vua|triết học)|vua|nữ hoàng|hoàng đế
        hoàng tử|tổng thống|thủ tướng|chủ tịch|bí thư|chánh văn phòng|giám đốc|bộ trưởng|tướng
        đại tướng|giáo sư|bác sĩ|kỹ sư|học giả|nhân vật|anh hùng|liệt sĩ|huấn luyện viên
        phi hành gia|đại biểu|nhà cách mạng|chiến sĩ|lãnh tụ|trưởng phòng|trưởng ban""",
    ),
    (
        Kind.UNIT,
        r"""cơ quan|đơn vị|tổ chức|văn phòng(?: \w+ ủy)?|ban|công ty|tập đoàn|hãng|đội|nhóm|ban nhạc
        trường đại học|trường|mạng lưới|hiệp hội|hội|đảng|đảng bộ|chi bộ|tỉnh ủy|huyện ủy
        thành ủy|bộ|sở|bệnh viện|ngân hàng|câu lạc bộ|doanh nghiệp|tòa án|quân đội|cấp ủy|cấp""",
    ),
    (
        Kind.PLACE,
        r"""nước|đất nước|quốc gia|thành phố|tỉnh|huyện|xã|phường|quận|thị trấn|thị xã|làng|thôn|bản
        đường|phố|con đường|tuyến đường|con sông|sông|hồ|đảo|núi|biển|châu lục|lục địa|bang
        tiểu bang|hành tinh|khu phố|thuộc địa|đại lộ|pháo đài|tòa nhà|cây cầu|sân vận động
        bảo tàng|cảng|căn cứ|chiến khu|hang""",
    ),
    (
        Kind.NAME,
        r"""bài hát|bài thơ|bài|tập phim|bộ phim|phim|vở kịch|cuốn sách|sách|tác phẩm|tờ báo|tạp chí
        báo cáo|tuyên bố|trận chiến|trận|chiến dịch|sự kiện|cơn bão|đạo luật|luật|hiệp ước
        hiệp định|vệ tinh|tàu|kênh|ngôn ngữ|tiếng|chương trình truyền hình|phong trào
        cuộc vận động|tôn giáo|quốc tịch|dân tộc|bộ lạc|công trình|giải|chợ|vụ kiện|định lý
        giả thuyết""",
    ),
    (Kind.OFFICE, r"vai trò|vị trí công tác"),
)
# Nouns whose "… là gì" asks for a name, and which stay words to be found.
_NAMED = r"\b(?:tiền thân|biệt danh|bí danh|tên viết tắt)\b(?=.* là gì)"
# What may stand between such a noun and "nào": "diễn viên người Đức nổi tiếng nào". No verb.
_BETWEEN = (
    r"(?: (?!(?:là|đã|được|bị|có|và|sẽ|đang|từ|ở|tại|trong|với|để|khi|mà|thì|cho|trao|gọi|mang|của"
    r"|cùng|đặt|nằm|họp|thế|như|gồm|những|các|lúc|cách|khác|giống|điều|cái|vấn)\b)\w+){0,4}?"
    r"(?: của \w+(?: \w+)?)?"
)
# Kinds whose asking is answered by the kind itself: a date answers "ngày nào" without the word "ngày".
# "Huân chương gì" on the other hand wants a huân chương.
_SAID_BY_KIND = frozenset(
    {
        Kind.DATE,
        Kind.YEAR,
        Kind.NUMBER,
        Kind.PERSON,
        Kind.AGENT,
        Kind.MOTTO,
        Kind.NAME,
        Kind.OFFICE,
        Kind.ORDINAL,
        Kind.QUOTE,
        Kind.CAUSE,
    }
)
# Words of asking that say nothing of what is asked for.
_ASKING_WORDS = (
    r"là gì|(?:cái|điều) gì|(?:như )?thế nào|ra sao|vì sao|tại sao|(?:thì|như) sao|bằng cách nào|"
    r"(?:phải|đúng|hay) không|có phải(?: là)?\b|đúng là\b|không(?=[^a-z]*$)|chưa(?=[^a-z]*$)|"
    r"(?:hãy |xin |vui lòng )?cho (?:tôi |em |mình |chúng tôi )?(?:biết|hỏi)|"
    r"liệt kê|kể tên|trình bày|so sánh|\bnêu\b|\bgì\b|\bnào\b|\bsao\b|"
    r"(?:phần thưởng|hình thức khen thưởng)(?=(?: \w+ \w+){0,2} (?:gì|nào)\b)"
)
STOP = frozenset(
    normalise(w)
    for w in """là của được có đã và các những cho với trong ở tại vào về theo khi thì mà này đó ấy kia
    hãy xin tôi em anh chị ạ nhé vậy bị do bởi từ đến để một sự việc như còn nữa cũng bằng trên dưới ra
    lên đang sẽ rằng nhưng hoặc hay cùng tới qua lại rất bao nhiêu mấy ai đâu nào gì sao thế làm nên từng
    vẫn đều thuộc gồm điều""".split()
)
# The office asked about, which nearly every sentence of its articles names, and what a motto is called.
_OFFICE = (
    r"\b(?:văn phòng )?(?:(?:tỉnh|thành|huyện|quận|thị|đảng|cấp|khu) ủy|đảng bộ|chi bộ|ủy ban nhân dân|ubnd|"
    r"hội đồng nhân dân|hđnd|trung ương(?: đảng)?)\b|\bvăn phòng\b|\b(?:phương châm|khẩu hiệu|tôn chỉ)\b"
)
# A topic is typed as often as a question: how it is asked about, by how it begins.
_TOPICS = (
    (
        r"(?:số lượng|tổng số|số) (cán bộ|đảng viên|nhân viên|công chức)(?: của| ở| tại)? (.+)",
        r"\2 có bao nhiêu \1",
    ),
    (
        r"((?:phần|giải) thưởng|huân chương|huy chương|bằng khen|giấy khen|danh hiệu)(?: của| cho) (.+)",
        r"\2 được tặng \1 gì",
    ),
    (r"((?:ngày|thời điểm)\b(?! \d).*)", r"\1 là ngày nào"),
    (r"(năm (?:thành lập|ra đời|sinh|mất)\b.*)", r"\1 là năm nào"),
    (r"((?:trụ sở|địa chỉ|địa điểm)\b.*)", r"\1 ở đâu"),
    (r"((?:(?:phó )?chánh văn phòng|(?:phó )?bí thư|trưởng (?:ban|phòng))\b.*)", r"\1 là ai"),
    (
        r"((?:phương châm|khẩu hiệu|tôn chỉ|châm ngôn|chức năng|nhiệm vụ|tiền thân|tên gọi)\b.*)",
        r"\1 là gì",
    ),
)
# What an office does is what it is there for.
_DOES = (
    r"((?:văn phòng|cơ quan|đơn vị)\b(?: (?!đã |vừa |sẽ )\w+){0,6}) "
    r"làm (?:những |các )?(?:công )?(?:việc )?gì",
    r"chức năng, nhiệm vụ của \1 là gì",
)
# What is told of somebody or something makes a sentence of it, and no topic; bare, "dang" is Đảng, "co" cơ.
_TOLD = "là|được|tặng|phát biểu|khẳng định|biểu dương|nhấn mạnh"
_TOLD_MARKED = f"{_TOLD}|đã|đang|sẽ|bị|có|trao|nhận|nói|dự|ký"
# What ends the name of the things counted: "bao nhiêu chỉ thị | trong nhiệm kỳ này".
_ENDS_COUNT = frozenset(
    "trong vào từ của được đã là ở tại cho khi và để do bị với về đến mà thì trên có".split()
)
# Bare, these are words of grammar too seldom to be dropped: "van" is vẫn, but văn far more often.
_AMBIGUOUS_BARE = frozenset("van chi lam len hay dang thuoc den nen ban su vay ra".split())

_LIST = (
    r"\b(?:những|các) (?:\w+ ){1,4}(?:nào|gì)\b|\bliệt kê\b|\bkể (?:tên|ra)\b"
    r"|\b(?:bao )?gồm (?:những|các|gì)\b|"
    r"\bnhững (?:ai|đâu|gì)\b|\bdanh sách\b|\bnêu (?:những|các)\b|\b(?:tất cả|toàn bộ) (?:các|những)\b"
)
_COMPARISON = (
    r"\bso sánh\b|\bso với\b|\bđối chiếu\b|\bkhác (?:nhau )?(?:\w+ ){0,8}(?:thế nào|ra sao|gì"
    r"|chỗ nào|điểm nào|ở đâu)|"
    r"\bkhác (?:gì )?(?:so )?với\b|\bgiống (?:và khác )?nhau\b|\bđiểm (?:giống|khác)\b"
    r"|\bsự khác (?:nhau|biệt)\b|"
    r"\bgiữa (?:.+?) và (?:.+?)(?:,| thì| ai| cơ quan nào| đơn vị nào| nơi nào| văn phòng nào| bên nào)|"
    r"\b(?:nơi|đơn vị|văn phòng|cơ quan|bên|đâu) nào .*(?:hơn|trước|sau|sớm|muộn)(?=[^a-z]*$)"
)
_YES_NO = (
    r"\b(?:có|đã|còn|từng)\b.*\b(?:không|chưa|hay không|hay chưa)(?: (?:ạ|nhỉ|vậy|thế))?(?=[^a-z]*$)|"
    r"\b(?:phải|đúng) (?:không|chưa)\b|\bcó phải\b|\bliệu\b.*\bkhông\b|\bhay (?:không|chưa)(?=[^a-z]*$)"
)

# --- the tables in one spelling --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Grammar:
    """The tables in the spelling of one question: with marks, or folded. ``asking`` in the order in
    which it is looked for; with each pattern, whether its words only ask."""

    asking: tuple[tuple[re.Pattern[str], Kind, bool], ...]
    asking_words: re.Pattern[str]
    list: re.Pattern[str]
    comparison: re.Pattern[str]
    yes_no: re.Pattern[str]
    office: re.Pattern[str]
    topic: re.Pattern[str]
    counting: re.Pattern[str]
    had: re.Pattern[str]
    stop: frozenset[str]
    ends_count: frozenset[str]
    ends_head: frozenset[str]
    head: re.Pattern[str]
    named: re.Pattern[str]
    sort: frozenset[str]
    empty_heads: frozenset[str]
    topics: tuple[tuple[re.Pattern[str], str], ...]
    told: re.Pattern[str]
    does: tuple[re.Pattern[str], str]


@lru_cache(maxsize=2)
def grammar(bare: bool) -> Grammar:
    """The tables for questions with their marks or, ``bare``, without."""
    spell = fold if bare else str

    def pattern(words: str) -> re.Pattern[str]:
        return re.compile(spell(words))

    def asked(of: tuple[str, str]) -> tuple[re.Pattern[str], str]:
        return re.compile(spell(of[0]), re.IGNORECASE), spell(of[1])

    asking = [
        (pattern(rf"\b(?:{'|'.join(patterns)})"), kind, kind in _SAID_BY_KIND)
        for kind, patterns in (*_ASKING, *(() if bare else _ASKING_MARKED))
    ]
    for kind, nouns in _NOUNS:
        # A bare syllable is too many words: it must stand right before "nao".
        long, short = _alternatives(nouns, of_one=False), _alternatives(nouns, of_one=True)
        if not bare:
            long, short = f"{long}|{short}", ""
        asking.append((pattern(rf"\b(?:{long}){_BETWEEN} (?:nào|gì)\b"), kind, False))
        if short:
            asking.append((pattern(rf"\b(?!(?:{_TOO_MANY_WORDS}) )(?:{short}) nào\b"), kind, False))
    asking.append((pattern(_NAMED), Kind.NAME, False))
    return Grammar(
        asking=tuple(asking),
        asking_words=pattern(_ASKING_WORDS),
        list=pattern(_LIST),
        comparison=pattern(_COMPARISON),
        yes_no=pattern(_YES_NO),
        office=pattern(_OFFICE),
        topic=pattern(r"\bvề (.+)"),
        counting=pattern(r"(?:bao nhiêu|mấy|số lượng|tổng số) (?:các |những )?(.*)"),
        had=pattern(r"\bcó (?:tất cả |tổng cộng )?bao nhiêu(?:,? \w+){1,4}[^a-z]*$"),
        stop=frozenset(map(spell, STOP)) - _AMBIGUOUS_BARE if bare else STOP,
        ends_count=frozenset(map(spell, _ENDS_COUNT)),
        ends_head=frozenset(map(spell, _ENDS_HEAD)) - (_KEPT_IN_HEAD if bare else frozenset()),
        head=pattern(r"(?<!là )(?<!cái )(?<!điều )\b(?:nào|gì)\b"),
        named=pattern(
            r"\b(?:tên|tên gọi|tên khác|biệt danh|thuật ngữ)(?: của| cho)? (?:các |những |một )?(.+)"
        ),
        sort=frozenset(map(spell, ("loại", "kiểu", "dạng"))),
        empty_heads=frozenset(map(spell, ("cái", "điều", "việc", "khi", "lúc", "thế", "như", "cách"))),
        topics=tuple(map(asked, _TOPICS)),
        does=asked(_DOES),
        told=pattern(rf"\b(?:{_TOLD if bare else _TOLD_MARKED})\b"),
    )


# Bare syllables that are other words far oftener than the nouns above: số, bỏ, dạng, cấp …
_TOO_MANY_WORDS = "so|bo|dang|cap|ban|cho|tran|bai|hang|bang|cang"


def _alternatives(nouns: str, *, of_one: bool) -> str:
    """The nouns of one syllable, or those of several, the longest first."""
    found = [n for n in re.split(r"[|\n]\s*(?![^(]*\))", nouns) if (" " in n) is not of_one]
    return "|".join(sorted(found, key=len, reverse=True)) or "$."


def kinds_of(read: str, bare: bool) -> tuple[tuple[Kind, ...], str]:
    """The kinds asked for, in order, and the question with the words of asking blanked out; the
    ``|`` that stands for them keeps the words on its two sides from forming a term. What is named in
    the asking stays: "huân chương gì" is about a huân chương. ``read`` is normalised, or folded."""
    found = asking_spans(read, bare)
    for start, end, _, only_asks in found:
        if only_asks:
            read = read[:start] + "|" * (end - start) + read[end:]
    rest = grammar(bare).asking_words.sub(lambda m: "|" * len(m[0]), read)
    return tuple(dict.fromkeys(kind for _, _, kind, _ in sorted(found, key=lambda f: f[0]))), rest


def asking_spans(read: str, bare: bool) -> list[tuple[int, int, Kind, bool]]:
    """Where a question asks, for what, and whether the words there only ask; none overlap."""
    found: list[tuple[int, int, Kind, bool]] = []
    for pattern, kind, only_asks in grammar(bare).asking:
        for m in pattern.finditer(read):
            if not any(start < m.end() and m.start() < end for start, end, _, _ in found):
                found.append((m.start(), m.end(), kind, only_asks))
    return found


def asks(read: str, bare: bool) -> bool:
    """Whether a text asks for anything."""
    return bool(asking_spans(read, bare) or grammar(bare).asking_words.search(read))


def asked_about(text: str) -> str:
    """A topic as the question about it: "phương châm của …" with "là gì?", and what an office does as its
    function. Any other text as it is."""
    bare = not has_marks(text)
    here, words = grammar(bare), text.rstrip(" ?.!")
    form, asked = here.does
    if does := form.fullmatch(words):
        return f"{does.expand(asked)}?"
    found = ((form.fullmatch(words), asked) for form, asked in here.topics)
    topic = next((f"{m.expand(asked)}?" for m, asked in found if m), None)
    # Most questions are none: only what begins like one is looked at for what it asks or tells.
    read = fold(text) if bare else normalise(text)
    if topic is None or asks(read, bare) or form_of(read, bare) is not Form.ONE or here.told.search(read):
        return text
    return topic


def form_of(read: str, bare: bool) -> Form:
    """What the answer should look like."""
    here = grammar(bare)
    if here.comparison.search(read):
        return Form.COMPARISON
    if here.list.search(read):
        return Form.LIST
    return Form.YES_NO if here.yes_no.search(read) else Form.ONE


# What ends the noun phrase before "nào", seen from there: words of grammar and what is commonly done
# with things.
_ENDS_HEAD = STOP | frozenset(
    """không phải bởi nhằm hơn nhất giữa sau trước ngoài cả mỗi lần trao tặng nhận giành viết nói dựa thấy
    gây dẫn mang giữ họp nằm đặt lấy chọn gọi xem hát mặc biết cần dùng sử dụng thuộc""".split()
)
#: Syllables that end no noun phrase bare, since they are too often part of one: "su dung", but "su kien".
_KEPT_IN_HEAD = frozenset("su dung lan can ca van chi ban dat sao viet".split()) | _AMBIGUOUS_BARE
#: A noun phrase has two syllables, or this many where the question begins with it.
_LONGEST_HEAD = 4


def head_of(read: str, bare: bool) -> tuple[str, ...]:
    """The syllables of the noun that is asked for: ("giải", "thưởng") of "… giải thưởng nào", ("lâu",
    "đài") of "tên của lâu đài … là gì". Empty where the question names no noun ("Điều gì …?")."""
    here = grammar(bare)
    asked = here.head.search(read)
    if not asked:
        named = here.named.search(read)
        return _up_to(here, [t.exact for t in tokens(named[1])][:_LONGEST_HEAD], 2) if named else ()
    for start, end, _, only_asks in asking_spans(read, bare):
        if not only_asks and start < asked.start() < end:
            return _up_to(here, [t.exact for t in tokens(read[start : asked.start()])], _LONGEST_HEAD)
    clause = re.split(r"[,;:()“”\"]", read[: asked.start()])[-1]
    before = [t.exact for t in tokens(clause)]
    words: list[str] = []
    for word in reversed(before):
        if word in here.ends_head and word not in here.sort:
            break
        words.insert(0, word)
        if word in here.sort:
            break
    if len(words) == len(before) or (words and words[0] in here.sort):
        words = words[:_LONGEST_HEAD]  # the clause begins with it
    else:
        words = words[-2:]
    return tuple(words) if not here.empty_heads & set(words[-1:]) else ()


def _up_to(here: Grammar, words: list[str], most: int) -> tuple[str, ...]:
    kept: list[str] = []
    for word in words[:most]:
        if kept and word in here.ends_head:
            break
        kept.append(word)
    return tuple(kept)


# --- words and names -------------------------------------------------------------------------------


def words_of(rest: str, stop: frozenset[str]) -> tuple[str, ...]:
    """The words of a question and the pairs of neighbours among them, without the ``stop`` words."""
    words: list[str] = []
    last = None
    for token in tokens(rest):
        if token.exact in stop:
            last = None
            continue
        words.append(token.exact)
        if last is not None and rest[last.end : token.start] == " ":
            words.append(f"{last.exact}_{token.exact}")
        last = token
    return tuple(dict.fromkeys(words))


# Words that open a question with a capital before a name: "Trước Cách mạng tháng Tám".
_OPENING_WORDS = STOP | frozenset("trước sau người theo ngoài nhà đội cuộc trận giữa nhờ liệu".split())
# Not "Bác", which is how one man is named.
_HONORIFIC = re.compile(r"^(?:Ông|Bà|Anh|Chị|Cô|Chú) ")


def proper_names(text: str) -> tuple[str, ...]:
    """The proper names in a question, without forms of address, the letters of a document's number or
    the capital that only opens the question."""
    found = []
    codes = list(documents(text))
    for name in names(text):
        for part in name.proper:
            if any(c.start <= part.start < c.end for c in codes):
                continue
            words = part.of(text)
            first_capital = name.opens and part.start == name.start
            # "Trụ sở …" begins with a capital by grammar, "Trần Văn Bình …" by right.
            if _HONORIFIC.match(words):
                words = _HONORIFIC.sub("", words)
            elif first_capital and normalise(words.split()[0]) in _OPENING_WORDS:
                words = " ".join(words.split()[1:])
            elif first_capital and " " not in words:
                words = ""
            if words:
                found.append(words)
    return tuple(dict.fromkeys(found))
