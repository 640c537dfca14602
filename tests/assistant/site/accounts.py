"""An office with accounts, one a role, for the tests of who may do what."""

from __future__ import annotations

from pathlib import Path

from assistant.audit import Audit
from assistant.records import accounts, records
from assistant.records.accounts import Role
from assistant.records.store import Store
from assistant.site.house import House
from assistant.visit import visit
from tests.assistant.office import Office, answered, article, citation

PASSWORD = "trời thu xanh ngắt mấy tầng cao"
#: By the name of the account.
PEOPLE = {
    "an": ("Nguyễn Thị An", Role.READER),
    "binh": ("Lê Bình", Role.EDITOR),
    "chi": ("Trần Chi", Role.ADMINISTRATOR),
}
DAY = article(
    "ngay-vui",
    "Ngày truyền thống của Văn phòng Tỉnh ủy Hải Lâm",
    "Ngày 12-4-1930, Văn phòng Tỉnh ủy Hải Lâm được thành lập.",
    unit="Văn phòng Tỉnh ủy Hải Lâm",
)
QUESTION = "Văn phòng Tỉnh ủy Hải Lâm thành lập ngày nào?"


def office() -> Office:
    quote = "Ngày 12-4-1930, Văn phòng Tỉnh ủy Hải Lâm được thành lập."
    return Office([DAY], {QUESTION: answered(citation(1, DAY, quote, "12-4-1930"))})


def peopled(home: Path) -> Store:
    """The records in ``home``, with an account for each of PEOPLE."""
    store = records(home)
    for name, (full, role) in sorted(PEOPLE.items(), key=lambda one: -one[1][1]):
        accounts.add(store, name, full, role, PASSWORD)
    return records(home, Audit(home).telling(lambda: visit().owner))


def house(of: Office, home: Path, store: Store) -> House:
    return House(of, of, store, lambda: False, Audit(home))
