"""The routes of the orientation material over HTTP: what they do, for whom, and what they refuse."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from starlette.testclient import TestClient

from assistant import pages, web
from assistant.audit import Audit, read
from assistant.handouts import NAMES, Copy
from assistant.models import Message
from assistant.records import materials, records
from assistant.records.materials import Kept
from assistant.records.store import Store
from assistant.site import training
from assistant.site.house import House
from assistant.training import Part
from assistant.visit import visit
from assistant.writer import Writer
from ingest.types import Article
from tests.assistant.language import ToldModel, key_of
from tests.assistant.office import Office, article, desk, house

OURS = {"X-Nep": "1"}
LAC_SON, DONG_HA = "Văn phòng Huyện ủy Lạc Sơn", "Văn phòng Huyện ủy Đông Hà"


def story(id: str, unit: str, founded: str, award: str) -> Article:
    return article(
        id,
        f"Chuyện {unit}",
        f"{unit} được thành lập ngày {founded}.",
        f"Năm 2005, {unit} được Chủ tịch nước tặng thưởng {award}.",
        f"{unit} có chức năng tham mưu, giúp Huyện ủy tổ chức công việc lãnh đạo.",
        unit=unit,
        source="Báo Huyện",
    )


ONE = story("mot", LAC_SON, "02/9/1948", "Huân chương Lao động hạng Ba")
TWO = story("hai", DONG_HA, "12/4/1954", "Huân chương Lao động hạng Nhì")
BARE = article("rong", "Ngày mới", "Trời hôm nay đẹp.")


class Changing(Office):
    """An office whose articles may be others at the next request."""

    def put(self, *articles: Article) -> None:
        self._articles = list(articles)
        self._at += 1

    _at = 0

    def generation(self) -> int:
        return self._at


class Place:
    def __init__(self, home: Path) -> None:
        self.office = Changing([ONE, TWO, BARE])
        self.home = home
        self.house: House = house(self.office, home)
        self.store: Store = records(home)
        app = web.app(self.house, desk(self.office, home))
        self.client = TestClient(app, base_url="http://127.0.0.1")

    def send(self, path: str, **fields: str) -> tuple[int, dict[str, str]]:
        answer = self.client.post(path, json=fields, headers=OURS)
        return answer.status_code, answer.json()

    def make(self, **fields: str) -> str:
        """The path of new material."""
        status, told = self.send("/dinh-huong/moi", viec="soan", **fields)
        assert status == 200, told
        return told["to"]

    def kept(self, path: str) -> Kept:
        found = materials.held(self.store, "", path.rpartition("/")[2])
        assert found is not None
        return found

    def page(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return unescape(answer.text)


@pytest.fixture(scope="module")
def open_place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("Nep"))


@pytest.fixture
def place(open_place: Place) -> Place:
    open_place.office.put(ONE, TWO, BARE)
    for kept in materials.listed(open_place.store, ""):
        materials.remove(open_place.store, "", kept.id)
    return open_place


def test_material_is_made_of_chosen_articles_and_units(place: Place) -> None:
    made = place.make(**{"bai": "mot", "don-vi": DONG_HA, "ten": "  Bài   giảng "})
    kept = place.kept(made)
    assert kept.material.title == "Bài giảng"
    assert kept.material.choice.articles == ("mot",)
    assert kept.material.choice.units == (DONG_HA,)
    page = place.page(made)
    for item in kept.material.items:
        assert item.says in page
        assert item.evidence.quote in re.sub(r"</?(?:mark|strong)>", "", page)
    assert "Bài giảng" in place.page("/dinh-huong")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Chưa chọn gì"),
        ({"bai": "không có"}, "Chưa chọn gì"),
        ({"don-vi": "Văn phòng Huyện ủy Không Đâu"}, "Chưa chọn gì"),
        ({"bai": "rong"}, "Hãy chọn thêm bài khác"),
    ],
)
def test_what_cannot_be_made_is_told_with_a_way_out(place: Place, fields: dict[str, str], words: str) -> None:
    status, told = place.send("/dinh-huong/moi", viec="soan", **fields)
    assert status == 422
    assert words in told["error"]


def test_too_much_is_refused(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "MOST_CHOSEN", 1)
    status, told = place.send("/dinh-huong/moi", viec="soan", bai="mot\nhai")
    assert status == 422
    assert "quá 1" in told["error"]


def test_a_search_keeps_what_is_chosen(place: Place) -> None:
    _, told = place.send("/dinh-huong/moi", viec="tim", tim="dong ha", bai="mot", ten="Tên")
    page = place.page(told["to"])
    assert 'value="mot" checked' in page
    assert 'value="hai"' in page
    assert 'value="rong"' not in page
    assert f'value="{DONG_HA}"' in page
    assert f'value="{LAC_SON}"' not in page
    assert 'value="Tên"' in page
    assert "Không tìm thấy “zzz”" in place.page("/dinh-huong/moi?tim=zzz")


def test_items_are_left_out_put_back_moved_and_removed(place: Place) -> None:
    made = place.make(bai="mot\nhai")
    first, second, *_ = place.kept(made).material.of(Part.SUMMARY)

    def act(do: str, item: str) -> int:
        return place.send(f"{made}/muc", item=item, do=do)[0]

    assert act("bo", first.id) == 200
    assert "Đã để ra ngoài" in place.page(made)
    assert place.kept(made).material.item(first.id).left_out  # type: ignore[union-attr]
    assert act("dua", first.id) == 200
    assert act("xuong", first.id) == 200
    assert [i.id for i in place.kept(made).material.of(Part.SUMMARY)][:2] == [second.id, first.id]
    assert act("xoa", first.id) == 200
    assert place.kept(made).material.item(first.id) is None
    assert act("bo", first.id) == 404
    assert act("gì đó", second.id) == 400


def test_words_are_the_trainer_s_and_marked_and_the_evidence_stays(place: Place) -> None:
    made = place.make(bai="mot\nhai")
    item = place.kept(made).material.of(Part.QUESTION)[0]
    status, _ = place.send(f"{made}/loi", item=item.id, ask="Hỏi  lại?", says="Đáp <b>lại</b>.")
    assert status == 200
    now = place.kept(made).material.item(item.id)
    assert now is not None
    assert (now.asked, now.said, now.evidence) == ("Hỏi lại?", "Đáp <b>lại</b>.", item.evidence)
    raw = place.client.get(made).text
    assert "Đã sửa lời" in raw
    assert "Đáp &lt;b&gt;lại&lt;/b&gt;." in raw
    status, told = place.send(f"{made}/loi", item=item.id, ask="a" * 3_000, says="")
    assert status == 422
    assert "Hãy viết ngắn lại" in told["error"]


def test_a_further_question_is_added_from_those_offered(place: Place) -> None:
    made = place.make(bai="mot\nhai")
    item = place.kept(made).material.of(Part.QUIZ)[0]
    assert item.id not in place.page(f"{made}/them?loai=quiz")
    place.send(f"{made}/muc", item=item.id, do="xoa")
    page = place.page(f"{made}/them?loai=quiz")
    offered = re.findall(r'data-item="([0-9a-f]+)" data-do="them"', page)
    assert offered == [item.id]
    assert place.send(f"{made}/them", item=offered[0])[0] == 200
    assert place.kept(made).material.of(Part.QUIZ)[-1].id == offered[0]
    assert offered[0] not in place.page(f"{made}/them?loai=quiz")
    assert place.send(f"{made}/them", item="zzz")[0] == 404
    assert place.client.get(f"{made}/them?loai=zzz").status_code == 200


def test_a_changed_source_makes_items_stale_and_they_are_made_anew(place: Place) -> None:
    made = place.make(bai="mot\nhai")
    assert "Nguồn đã thay đổi" not in place.page(made)
    place.office.put(story("mot", LAC_SON, "03/9/1948", "Huân chương Lao động hạng Ba"), TWO)
    place.office._articles[0] = changed(place.office._articles[0])
    page = place.page(made)
    assert "Nguồn đã thay đổi" in page
    assert "không còn câu" in page
    assert "có nguồn đã thay đổi" in place.page("/dinh-huong")
    assert place.send(f"{made}/lam-lai")[0] == 200
    page = place.page(made)
    assert "Nguồn đã thay đổi" not in page
    assert "03/9/1948" in page
    assert "02/9/1948" not in page


def changed(of: Article) -> Article:
    """The article after somebody has put another author into its fields."""
    return replace(of, author="Người khác")


def test_what_the_library_no_longer_says_stays_stale_with_a_sentence(place: Place) -> None:
    made = place.make(bai="mot\nhai")
    item = next(i for i in place.kept(made).material.items if i.evidence.article == "mot")
    place.office.put(TWO)
    assert "không còn trong thư viện" in place.page(made)
    status, told = place.send(f"{made}/lam-lai", item=item.id)
    assert status == 422
    assert "không làm lại được" in told["error"]
    assert place.kept(made).material.item(item.id) == item


def test_material_is_renamed_and_deleted(place: Place) -> None:
    made = place.make(bai="mot")
    assert place.send(f"{made}/ten", ten="Tên mới")[0] == 200
    assert "<h1>Tên mới</h1>" in place.page(made)
    status, told = place.send(f"{made}/ten", ten="  ")
    assert (status, set(told["fields"])) == (422, {"ten"})
    assert place.send(f"{made}/xoa") == (200, {"to": pages.TRAINING})
    assert place.client.get(made).status_code == 404
    assert place.send(f"{made}/ten", ten="a")[0] == 404


@pytest.mark.parametrize("rest", ["", "/them", "/tai/giao-vien.docx", "/lam-bai"])
def test_material_of_others_is_not_there(place: Place, rest: str) -> None:
    made = place.make(bai="mot\nhai")
    theirs = materials.keep(place.store, "lan", place.kept(made).material)
    answer = place.client.get(f"/dinh-huong/{theirs}{rest}")
    assert answer.status_code == 404
    for path in ("muc", "loi", "ten", "xoa", "mo", "lam-lai", "them"):
        item = place.kept(made).material.items[0].id
        status, _ = place.send(f"/dinh-huong/{theirs}/{path}", item=item, do="bo", ten="a", mo="1")
        assert status == 404, path


def test_a_quiz_shows_no_answers_until_it_is_done_and_keeps_nothing(place: Place) -> None:
    made = place.make(bai="mot\nhai")
    material = place.kept(made).material
    page = place.page(f"{made}/lam-bai")
    quiz = material.of(Part.QUIZ)
    assert quiz
    for item in quiz:
        assert item.asked in page
        assert item.evidence.quote not in page
        assert page.count(item.says) == sum(
            item.says in i.ask or item.says in material.options(i) for i in quiz
        )
    right = {f"cau-{i.id}": "ABCD"[material.options(i).index(i.says)] for i in quiz}
    done = unescape(place.client.get(f"{made}/lam-bai", params={"cham": "1", **right}).text)
    assert f"Đúng {len(quiz)} trên {len(quiz)} câu" in done
    wrong = {name: "B" if letter == "A" else "A" for name, letter in right.items()}
    wrong.pop(f"cau-{quiz[0].id}")
    done = unescape(place.client.get(f"{made}/lam-bai", params={"cham": "1", **wrong}).text)
    assert f"Đúng 0 trên {len(quiz)} câu" in done
    assert "Chưa trả lời" in done
    for item in quiz:
        assert item.evidence.quote in re.sub(r"</?(?:mark|strong)>", "", done)
    assert place.kept(made).material == material


def test_learners_do_a_quiz_that_is_opened(place: Place) -> None:
    made = place.make(bai="mot\nhai")
    theirs = materials.keep(place.store, "lan", place.kept(made).material)
    materials.change(place.store, "lan", theirs, lambda m: replace(m, opened=True))
    assert f"/dinh-huong/{theirs}/lam-bai" in place.page("/dinh-huong")
    assert place.client.get(f"/dinh-huong/{theirs}/lam-bai").status_code == 200
    assert place.client.get(f"/dinh-huong/{theirs}").status_code == 404


def test_a_stale_question_is_out_of_the_quiz_and_counted(place: Place) -> None:
    made = place.make(bai="mot\nhai")
    place.office.put(changed(ONE), TWO)
    page = place.page(f"{made}/lam-bai")
    assert "tạm để ra vì nguồn đã thay đổi" in page


def test_only_our_own_pages_change_anything(place: Place) -> None:
    made = place.make(bai="mot")
    for path in ("/dinh-huong/moi", *(f"{made}/{p}" for p in ("muc", "loi", "ten", "xoa", "mo", "them"))):
        assert place.client.post(path, json={"viec": "soan"}).status_code == 403
    assert place.client.get(made).status_code == 200


@pytest.mark.parametrize("copy", list(Copy))
@pytest.mark.parametrize("suffix", ["docx", "pdf", "md"])
def test_a_copy_comes_under_its_vietnamese_name(place: Place, copy: Copy, suffix: str) -> None:
    made = place.make(bai="mot\nhai", ten="Bài giảng: truyền thống")
    answer = place.client.get(f"{made}/tai/{copy.value}.{suffix}")
    assert answer.status_code == 200
    assert answer.content
    named = unquote(answer.headers["content-disposition"].partition("filename*=UTF-8''")[2])
    assert named == f"{NAMES[copy]} - Bài giảng truyền thống.{suffix}"
    if suffix == "md":
        told = answer.content.decode()
        proven = "được thành lập ngày 02/9/1948." in told
        assert proven is (copy in (Copy.TEACHER, Copy.SUMMARY))


def test_a_copy_of_nothing_is_refused_with_a_sentence(place: Place) -> None:
    made = place.make(bai="mot\nhai")
    for item in place.kept(made).material.items:
        place.send(f"{made}/muc", item=item.id, do="bo")
    answer = place.client.get(f"{made}/tai/giao-vien.docx")
    assert answer.status_code == 422
    assert "Chưa có mục nào để đưa vào bản này" in unescape(answer.text)


@pytest.mark.parametrize("path", ["/tai/giao-vien.exe", "/tai/lạ.docx", "/tai/giao-vien.__init__"])
def test_there_is_no_other_copy(place: Place, path: str) -> None:
    made = place.make(bai="mot")
    assert place.client.get(made + quote(path)).status_code == 404


def test_who_made_and_changed_material_is_noted(tmp_path: Path) -> None:
    office = Office([ONE, TWO])
    told = Audit(tmp_path).telling(lambda: visit().owner)
    own = replace(house(office, tmp_path), records=records(tmp_path, told))
    client = TestClient(web.app(own, desk(office, tmp_path)), base_url="http://127.0.0.1")
    made = client.post("/dinh-huong/moi", json={"viec": "soan", "bai": "mot"}, headers=OURS).json()["to"]
    client.post(f"{made}/ten", json={"ten": "Khác"}, headers=OURS)
    client.post(f"{made}/xoa", json={}, headers=OURS)
    assert [line.what for line in read(tmp_path)] == ["material.make", "material.change", "material.remove"]


def test_without_a_model_the_summary_stands_alone(place: Place) -> None:
    made = place.make(bai="mot")
    assert "/viet" not in place.page(made)
    assert place.client.post(f"{made}/viet", json={}, headers=OURS).status_code in (404, 405)


def test_the_model_words_the_summary_and_the_copies_have_it_while_it_stands(place: Place) -> None:
    born = f"{LAC_SON} ra đời ngày 02/9/1948."

    def summary(messages: Sequence[Message]) -> str:
        key = key_of(messages, "02/9/1948")
        return f"{born} [{key}]\nCó từ năm 1930. [{key}]\n"

    writer = Writer(place.office, place.office.article, ToldModel(summary))  # type: ignore[arg-type]
    app = web.app(place.house, desk(place.office, place.home), writer=writer)
    made = place.make(bai="mot")
    with TestClient(app, base_url="http://127.0.0.1", headers=OURS) as client:
        assert f'data-send="{made}/viet"' in client.get(made).text
        assert client.post(f"{made}/viet", json={}).json() == {"done": "Mô hình đã viết xong 1 câu."}
    page = place.page(made)
    for words in (
        born,
        "Lời văn của mô hình ngôn ngữ; từng câu",
        "1 câu của mô hình đã bị bỏ",
        "Có từ năm 1930.",
    ):
        assert words in page
    assert born in place.client.get(f"{made}/tai/tom-tat.md").text
    assert "1930" not in place.client.get(f"{made}/tai/tom-tat.md").text

    place.office.put(story("mot", LAC_SON, "03/9/1948", "Huân chương Lao động hạng Ba"), TWO, BARE)
    assert born not in place.client.get(f"{made}/tai/giao-vien.md").text
    assert "1 câu không còn ở đây" in place.page(made)
    place.send(f"{made}/bo-doan-van")
    assert place.kept(made).material.prose is None
