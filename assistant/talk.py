"""Small talk: a message that is all greeting, thanks or farewell, or that asks who answers. Pure."""

from __future__ import annotations

import re
from enum import Enum

from ingest.vietnamese import tokens


class Talk(Enum):
    """What kind of small talk a message is. The value names its reply: ``prompts.load(value)``."""

    GREETING = "talk_greeting"
    THANKS = "talk_thanks"
    GOODBYE = "talk_goodbye"
    WHO = "talk_who"
    HELP = "talk_help"
    ASSENT = "talk_assent"


# Whom one speaks to, and how one ends, in folded spelling; between and after anything said.
_YOU = (
    r"(?: (?:ban|em|anh|chi|co|chu|bac|may|nep|bot|tro ly|ad|admin|ca nha|moi nguoi|toi|minh|dong chi|"
    r"there|everyone|all|you|assistant))*"
)
_END = (
    r"(?: (?:a|nhe|nha|nhi|oi|vay|the|nao|lam|nhieu|that nhieu|rat nhieu|da|roi|day|so much"
    r"|very much|a lot))*"
)
_SAID: tuple[tuple[Talk, str], ...] = (
    (
        Talk.GREETING,
        r"(?:xin |em |toi |minh )?(?:kinh )?chao(?: buoi (?:sang|trua|chieu|toi))?|alo|a lo|hello|hi|hey|"
        r"good (?:morning|afternoon|evening)|xin chao|ban khoe khong|how are you",
    ),
    (
        Talk.THANKS,
        r"(?:vang |da |ok |rat |xin |chan thanh |toi |minh |em )*cam on(?: (?:vi|da|ve) .{1,40})?|thanks|"
        r"thank you|tks|many thanks",
    ),
    (
        Talk.GOODBYE,
        r"(?:chao )?tam biet|hen gap lai|bye(?: bye)?|goodbye|good night|chuc ngu ngon|chao tam biet|see you",
    ),
    (
        Talk.WHO,
        r"(?:ban|em|anh|nep|may|day) la (?:ai|gi|cai gi|chuong trinh gi|nguoi hay may)|"
        r"(?:ban|em) ten(?: la)? gi|ten(?: cua)? (?:ban|em) la gi|nep la (?:ai|gi)|ai tao ra (?:ban|nep)|"
        r"who are you|what are you|what is your name|gioi thieu ve (?:ban|minh|ban than)|"
        r"ban co phai (?:la )?(?:nguoi|robot|ai|may)(?: that)? khong",
    ),
    (
        Talk.HELP,
        r"(?:ban|em|nep|toi|minh)? ?(?:co the )?(?:biet )?(?:lam|giup|tra loi|biet)(?: toi"
        r"| minh)?(?: duoc)?(?: nhung)? gi|"
        r"(?:toi|minh|em)(?: co the| nen)? hoi(?: ban| duoc)?(?: nhung)? gi|huong dan(?: su dung)?|help|"
        r"(?:cach )?su dung(?: the nao)?|giup(?: toi| minh| em)?|what can (?:you do|i ask)(?: you)?|"
        r"(?:ban|nep) co the giup gi cho (?:toi|minh|em)",
    ),
    (
        Talk.ASSENT,
        r"ok(?:e|ay)?|vang|da|u|uhm?|um|dung roi|dung|hay|tot|tot lam|hay qua|tuyet|tuyet voi|duoc|"
        r"(?:toi |minh )?(?:hieu|ro|biet) roi|duoc roi|the a|vay a|great|good|nice|yes|no|khong|khong co gi",
    ),
)
_TALK = tuple((kind, re.compile(rf"(?:{said}){_YOU}{_END}{_YOU}")) for kind, said in _SAID)
#: Small talk is short.
_MOST_WORDS = 12


def recognise(message: str) -> Talk | None:
    """The small talk that the whole message is, one or several after another (the last but a greeting
    counts: "Xin chào, bạn là ai?" asks who answers); None where anything else is said."""
    found: list[Talk] = []
    for part in re.split(r"[.,;:!?…~\n]+", message):
        words = " ".join(t.folded for t in tokens(part))
        if not words:
            continue
        if words.count(" ") >= _MOST_WORDS:
            return None
        kind = next((kind for kind, pattern in _TALK if pattern.fullmatch(words)), None)
        # "Nếp ơi, …" calls; alone, it greets.
        if kind is None and re.fullmatch(rf"\w+{_YOU} oi|(?:ban|nep|em) oi", words):
            kind = Talk.GREETING
        if kind is None:
            return None
        found.append(kind)
    weighty = [k for k in found if k not in (Talk.GREETING, Talk.ASSENT)]
    return (weighty or found or [None])[-1]
