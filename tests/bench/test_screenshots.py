"""The page of pictures shows every page that there is."""

from __future__ import annotations

import re

from assistant import pages
from bench.screenshots import LOOKS, ROOT, SCREENS, listed, name_of, title_of
from tests.assistant.browsing import Place

TOLD = (ROOT / "docs" / "SCREENS.md").read_text(encoding="utf-8")


def test_every_page_of_the_masthead_has_its_pictures_in_every_look() -> None:
    for way in pages.WAYS:
        for look in LOOKS:
            name = f"{name_of(Place(way.path))}-{look.name}.png"
            assert (SCREENS / name).is_file(), f"{name}: run `make screenshots`"
            assert f"screens/{name}" in TOLD, name


def test_what_is_shown_is_there_and_what_is_there_is_shown() -> None:
    assert set(re.findall(r"screens/([^)]+)\)", TOLD)) == {path.name for path in SCREENS.glob("*.png")}


def test_pictures_are_small() -> None:
    assert all(path.stat().st_size < 400_000 for path in SCREENS.glob("*.png"))


def test_pages_of_one_kind_have_one_name_and_others_another() -> None:
    assert name_of(Place("/bai/a?tu=1&den=2#trich")) == name_of(Place("/bai/b?tu=3&den=9#trich"))
    assert name_of(Place("/")) != name_of(Place("/", "asked")) != name_of(Place("/bai/a"))


def test_a_title_is_the_same_each_time_though_addresses_are_drawn_by_lot() -> None:
    for id in ("ZzeL0hkDsJLYZ922", "OFahVQC-qKDciu4A"):
        assert title_of(Place(f"/dinh-huong/{id}/lam-bai", "quiz")) == "`/dinh-huong/…/lam-bai`, quiz"
        assert title_of(Place(f"/so-tay/{id}")) == "`/so-tay/…`"
    assert title_of(Place("/bai/van-phong-tinh-uy-ha-luong")) == "`/bai/van-phong-tinh-uy-ha-luong`"


def test_the_page_of_pictures_names_each_and_how_it_was_looked_at() -> None:
    html = listed([("hoi-dap", "Hỏi đáp", list(LOOKS))])
    assert html.count("![Hỏi đáp") == len(LOOKS)
    assert "screens/hoi-dap-desk-dark.png" in html
