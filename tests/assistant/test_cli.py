"""The machine contract, kept by the real program in a process of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest

from assistant.cli import Arriving
from ingest.errors import LibraryError
from ingest.types import Article
from tests.assistant.language import server
from tests.conftest import ROOT, SAMPLES, Nep, Ran
from tests.ingest.readers import printing
from vectorstore.library import Library

TRADITION = "Ngày truyền thống của văn phòng cấp ủy là ngày nào?"
BINH_LANG = "van-phong-huyen-uy-binh-lang"
UNKNOWN = "Giá vé tàu hỏa từ Hà Nội đi Lào Cai là bao nhiêu?"


def listed(nep: Nep, home: Path) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in json.loads(nep("articles", "--json", home=home).out)}


def statuses(ran: Ran) -> list[str]:
    return [line.split()[0] for line in ran.lines]


def written(path: Path, title: str, words: str) -> Path:
    path.write_text(f"{title}\n\n{words}\n", encoding="utf-8")
    return path


@pytest.fixture
def article(tmp_path: Path) -> Path:
    return written(
        tmp_path / "họp mặt.txt",
        "Văn phòng họp mặt truyền thống",
        "Ngày 12-5-2021, Văn phòng tổ chức họp mặt truyền thống. Buổi họp mặt có 45 đồng chí tham dự.",
    )


# --- ingest ----------------------------------------------------------------------------------------


def test_ingest_tells_a_line_a_file_and_adding_again_changes_nothing(
    nep: Nep, seeds: Path, seeds_home: Path
) -> None:
    again = nep("ingest", seeds, home=seeds_home)
    assert again.code == 0
    assert statuses(again) == ["unchanged"] * 5
    assert [line.split()[1] for line in again.lines] == sorted(p.stem for p in seeds.iterdir())


def test_ingest_follows_a_changed_file_and_stores_a_renamed_copy_once(
    nep: Nep, own_home: Path, article: Path
) -> None:
    before = listed(nep, own_home)
    assert statuses(nep("ingest", article, home=own_home)) == ["added"]
    article.write_text(article.read_text(encoding="utf-8").replace("45", "46"), encoding="utf-8")
    changed = nep("ingest", article, home=own_home)
    assert statuses(changed) == ["updated"]
    copy = shutil.copy(article, article.with_name("bản sao.txt"))
    copied = nep("ingest", copy, home=own_home)
    assert copied.code == 0
    assert copied.lines[0].startswith("unchanged  họp mặt ")
    assert "bản sao.txt" in copied.lines[0]
    assert listed(nep, own_home).keys() == before.keys() | {"họp mặt"}
    assert "46 đồng chí" in nep("show", "họp mặt", home=own_home).out


def test_a_folder_name_with_blanks_and_vietnamese_letters_works(
    nep: Nep, own_home: Path, article: Path
) -> None:
    folder = article.parent / "Bài viết của cơ quan" / "năm 2021"
    folder.mkdir(parents=True)
    article.rename(folder / article.name)
    (folder / "phim.mp4").write_bytes(b"\xff\xd8")
    ran = nep("ingest", folder.parent, home=own_home)
    assert (ran.code, statuses(ran)) == (0, ["added"])
    assert "1 bài mới; 1 tệp bỏ qua" in ran.err


def bad_file(kind: str, folder: Path) -> Path:
    path = folder / f"{kind}.txt"
    if kind == "empty":
        path.touch()
    elif kind == "binary":
        path.write_bytes(bytes(range(256)) * 40)
    elif kind == "huge":
        path.write_text("Văn phòng họp.\n" * 1_200_000, encoding="utf-8")
        assert path.stat().st_size > 20_000_000
    elif kind == "unreadable":
        written(path, "Bài không ai đọc được", "Nội dung.").chmod(0)
    return path  # "missing" stays missing


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("empty", "trống"),
        ("binary", "văn bản"),
        ("huge", "quá mức"),
        ("unreadable", "quyền"),
        ("missing", "Không tìm thấy"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason_and_the_others_are_kept(
    nep: Nep, own_home: Path, article: Path, bound: tuple[str, ...], kind: str, said: str
) -> None:
    before = listed(nep, own_home)
    bad = bad_file(kind, article.parent)
    ran = nep("ingest", bad, article, home=own_home, prefix=bound)
    assert ran.code == 1
    assert statuses(ran) == ["refused", "added"]
    assert str(bad) in ran.lines[0]
    assert said in ran.lines[0]
    assert "1 tệp bị từ chối" in ran.err
    assert listed(nep, own_home).keys() == before.keys() | {"họp mặt"}


def test_an_empty_folder_is_said_to_be_empty(nep: Nep, own_home: Path, tmp_path: Path) -> None:
    before = listed(nep, own_home)
    folder = tmp_path / "trống"
    folder.mkdir()
    ran = nep("ingest", folder, home=own_home)
    assert (ran.code, ran.out) == (1, "")
    assert "Không có tệp nào để nạp" in ran.err
    assert listed(nep, own_home) == before


def test_a_library_in_a_folder_without_write_permission_is_refused(
    nep: Nep, article: Path, tmp_path: Path, bound: tuple[str, ...]
) -> None:
    folder = tmp_path / "chỉ đọc"
    folder.mkdir()
    folder.chmod(0o555)
    for command in (("ingest", article), ("serve",)):
        ran = nep(*command, home=folder / "Nep", prefix=bound)
        assert ran.code == 1
        assert "quyền" in ran.err
        assert str(folder / "Nep") in ran.err
    assert list(folder.iterdir()) == []


def test_a_stored_library_without_write_permission_is_said_to_be_so_and_stays_whole(
    nep: Nep, own_home: Path, article: Path, bound: tuple[str, ...]
) -> None:
    before = listed(nep, own_home)
    paths = [own_home, *own_home.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    for command in (("ingest", article), ("remove", next(iter(before))), ("ask", TRADITION)):
        ran = nep(*command, home=own_home, prefix=bound)
        assert (ran.code, ran.out) == (1, "")
        assert "quyền ghi" in ran.err
    for path in paths:
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert listed(nep, own_home) == before
    assert nep("verify", home=own_home).code == 0


def test_an_interrupted_ingest_ends_quietly_and_keeps_what_was_done(nep: Nep, tmp_path: Path) -> None:
    home, folder = tmp_path / "Nep", tmp_path / "bài"
    folder.mkdir()
    many = 100  # some seconds of work: the signal comes long before the last
    for n in range(many):
        told = " ".join(f"Năm {1900 + n}, tổ {n} có {m} cán bộ và {m + n} tập hồ sơ." for m in range(40))
        (folder / f"{n:03}.txt").write_text(f"Chuyện của tổ {n}\n\n{told}\n", encoding="utf-8")
    command = [sys.executable, str(ROOT / "app.py"), "ingest", str(folder), "--home", str(home)]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # What is started in the background of a shell is deaf to the signal, and so is all that it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("added")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.strip() == "Đã dừng."
    assert 1 <= len(listed(nep, home)) < many
    assert nep("verify", home=home).code == 0


# --- ask -------------------------------------------------------------------------------------------


def test_ask_says_the_answer_first_and_then_its_sources(nep: Nep, seeds_home: Path) -> None:
    ran = nep("ask", TRADITION, home=seeds_home)
    assert (ran.code, ran.err) == (0, "")
    first, _, rest = ran.out.partition("Nguồn:")
    assert "18-10" in first or "18/10" in first
    assert "[1]" in first
    assert "[1] " in rest
    assert "“" in rest


def test_ask_gives_each_item_of_a_list_a_line_with_its_numbers(nep: Nep, seeds_home: Path) -> None:
    ran = nep("ask", "Liệt kê các văn phòng được tặng huân chương", home=seeds_home)
    first, _, _ = ran.out.partition("Nguồn:")
    lines = first.strip().splitlines()
    assert len(lines) >= 2
    assert all(line.endswith("]") for line in lines)


def test_ask_json_keeps_the_contract_and_every_quote_is_in_its_article(nep: Nep, seeds_home: Path) -> None:
    ran = nep("ask", TRADITION, "--json", home=seeds_home)
    row = json.loads(ran.out)
    assert {"id", "status", "answer", "statements", "citations", "missing", "mode", "ms"} <= row.keys()
    assert row["status"] == "answered"
    numbers = {c["n"] for c in row["citations"]}
    assert row["statements"]
    assert all(set(s["citations"]) <= numbers and s["citations"] for s in row["statements"])
    for citation in row["citations"]:
        text = nep("show", citation["article"], home=seeds_home).out
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_a_question_the_library_does_not_answer_is_refused_as_an_outcome(nep: Nep, seeds_home: Path) -> None:
    row = json.loads(nep("ask", UNKNOWN, "--json", home=seeds_home).out)
    assert row["status"] == "refused"
    assert row["missing"]
    ran = nep("ask", UNKNOWN, home=seeds_home)
    assert ran.code == 0
    assert row["missing"] in " ".join(ran.out.split())


def test_a_slip_of_typing_is_mended_and_asked_back(nep: Nep, samples_home: Path) -> None:
    typed = "Văn phòng Tỉnh ủy Hà Lương cos bao nhiêu cán bộ?"
    ran = nep("ask", typed, home=samples_home)
    assert (ran.code, ran.err) == (0, "")
    assert "(Bạn muốn hỏi: “Văn phòng Tỉnh ủy Hà Lương có bao nhiêu cán bộ?”?)" in " ".join(ran.out.split())
    row = json.loads(nep("ask", typed, "--json", home=samples_home).out)
    assert (row["read_as"], row["guessed"]) == ("Văn phòng Tỉnh ủy Hà Lương có bao nhiêu cán bộ?", True)


@pytest.mark.parametrize(
    ("question", "marked"),
    [
        ("Năm 2018 Văn phòng Huyện ủy Bình Lãng được tặng phần thưởng gì?", "Bằng khen"),
        ("Năm 2005 Văn phòng Huyện ủy Bình Lãng được tặng phần thưởng gì?", "Huân chương Lao động hạng Ba"),
        ("Bà Tống Thị Mây bắt đầu làm văn thư từ ngày nào?", "05/3/2001"),
        ("Năm 1980 ai là Chánh Văn phòng Huyện ủy Trường Lạc?", "Đặng Hữu Phúc"),
    ],
)
def test_the_words_of_the_year_the_person_and_the_post_asked_about_are_marked(
    nep: Nep, samples_home: Path, question: str, marked: str
) -> None:
    row = json.loads(nep("ask", question, "--json", home=samples_home).out)
    first = row["citations"][0]
    marks = [first["quote"][a - first["start"] : b - first["start"]] for a, b in first["marks"]]
    assert (row["status"], marks) == ("answered", [marked])


def test_a_draft_is_made_of_the_articles_own_words_with_their_sources(nep: Nep, samples_home: Path) -> None:
    ran = nep("draft", "questions", "--unit", "Bình Lãng", home=samples_home)
    assert (ran.code, ran.err) == (0, "")
    assert "Hỏi: Văn phòng Huyện ủy Bình Lãng được thành lập khi nào?" in ran.lines
    (row,) = map(json.loads, nep("draft", "summary", BINH_LANG, "--json", home=samples_home).lines)
    text = nep("show", BINH_LANG, home=samples_home).out
    assert row["statements"]
    assert all(c["quote"] in text and c["article"] == BINH_LANG for c in row["citations"])


@pytest.mark.parametrize("arguments", [(), (BINH_LANG, "--unit", "Bình Lãng")])
def test_a_draft_is_of_articles_or_of_a_unit(
    nep: Nep, samples_home: Path, arguments: tuple[str, ...]
) -> None:
    ran = nep("draft", "summary", *arguments, home=samples_home)
    assert ran.code == 2
    assert "cần mã các bài, hoặc --unit" in ran.err


@pytest.mark.parametrize("command", [("draft", "summary"), ("facts",)])
def test_a_unit_that_no_article_is_about_is_told_with_those_there_are(
    nep: Nep, samples_home: Path, command: tuple[str, ...]
) -> None:
    ran = nep(*command, "--unit", "Lục Giang", home=samples_home)
    assert ran.code == 1
    assert "Không có dữ kiện nào của đơn vị “Lục Giang”" in ran.err
    assert "Văn phòng Huyện ủy Bình Lãng" in ran.err


# --- with a language model --------------------------------------------------------------------------

FOUNDED = "Văn phòng Huyện ủy Bình Lãng được thành lập ngày nào?"


def worded(asked: Mapping[str, Any]) -> list[str | float | None]:
    """A sentence on the founding that is proven, and one that is not."""
    evidence = re.findall(r"^\[([A-Z]\d)\] (.*)$", asked["messages"][-1]["content"], re.MULTILINE)
    key = next((key for key, text in evidence if "02/9/1948" in text), "")
    told = "Văn phòng Huyện ủy Bình Lãng được thành lập ngày"
    return [f"{told} 02/9/1948. [{key}]\n", f"{told} 03/9/1948. [{key}]"]


def test_a_language_model_words_the_answer_as_far_as_it_is_proven(nep: Nep, samples_home: Path) -> None:
    with server(worded) as url:
        env = {"NEP_LLM": f"openai:thu@{url}", "NEP_LLM_KEY": "khoa-bi-mat"}
        row = json.loads(nep("ask", FOUNDED, "--json", home=samples_home, env=env).out)
        spoken = nep("ask", FOUNDED, home=samples_home, env=env)
        doctor = nep("doctor", home=samples_home, env=env)
    assert row["answer"] == "Văn phòng Huyện ủy Bình Lãng được thành lập ngày 02/9/1948."
    assert (row["status"], row["mode"], row["note"]) == ("answered", "model", None)
    assert ["03/9/1948" in d["text"] for d in row["dropped"]] == [True]
    assert "1 câu của mô hình không hiện" in spoken.out
    said = " ".join(doctor.out.split())
    assert "Mô hình ngôn ngữ thu" in said
    assert "Mô hình đọc được 4096 mã" in said
    assert re.search(r"Mô hình viết được \d+ mã mỗi giây", said)
    assert not any("khoa-bi-mat" in ran.out + ran.err for ran in (spoken, doctor))


@pytest.mark.parametrize(
    ("setting", "told"),
    [("openai:khoa-bi-mat", "NEP_LLM không đúng dạng"), ("gguf:khong-co.gguf", "Không thấy tệp mô hình")],
)
def test_a_language_model_that_cannot_be_had_is_told(
    nep: Nep, samples_home: Path, setting: str, told: str
) -> None:
    ran = nep("ask", FOUNDED, home=samples_home, env={"NEP_LLM": setting})
    assert (ran.code, ran.out) == (1, "")
    assert told in ran.err
    assert "khoa-bi-mat" not in ran.err


def test_small_talk_gets_its_reply(nep: Nep, samples_home: Path) -> None:
    ran = nep("ask", "Xin chào!", home=samples_home)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Xin chào!")
    assert "Tư liệu không có câu trả lời" not in ran.out
    row = json.loads(nep("ask", "Xin chào!", "--json", home=samples_home).out)
    assert (row["status"], row["mode"], row["statements"], row["citations"]) == ("refused", "talk", [], [])
    assert row["missing"] == row["answer"]


def test_a_question_may_stand_without_quotation_marks(nep: Nep, seeds_home: Path) -> None:
    together = json.loads(nep("ask", TRADITION, "--json", home=seeds_home).out)
    apart = json.loads(nep("ask", *TRADITION.split(), "--json", home=seeds_home).out)
    assert apart["answer"] == together["answer"]


@pytest.mark.parametrize(
    "question",
    ["", "   ", "🎉🎉🎉", "Ngày nào? " * 1_000],
    ids=["empty", "blank", "emoji", "10000 characters"],
)
def test_a_question_that_cannot_be_asked_says_why(nep: Nep, samples_home: Path, question: str) -> None:
    ran = nep("ask", question, home=samples_home)
    assert (ran.code, ran.out) == (1, "")
    assert "câu hỏi" in ran.err.lower()
    assert len(ran.err) < 500


def test_asking_a_library_without_articles_names_the_next_step(nep: Nep, tmp_path: Path) -> None:
    ran = nep("ask", TRADITION, home=tmp_path / "Nep")
    assert (ran.code, ran.out) == (1, "")
    assert "ingest" in ran.err
    assert not (tmp_path / "Nep").exists()


def test_a_batch_answers_every_line_it_can_and_numbers_those_it_cannot(
    nep: Nep, seeds_home: Path, tmp_path: Path
) -> None:
    lines = [
        {"id": "a", "question": TRADITION},
        "{không phải JSON",
        {"id": "b", "question": "🎉"},
        {"question": "thiếu mã"},
        {
            "id": "c",
            "question": "Ai quyết định ngày đó?",
            "history": [
                {"role": "user", "content": TRADITION},
                {"role": "assistant", "content": "Ngày 18-10-1930."},
            ],
        },
        {"id": "d", "question": UNKNOWN, "history": [{"role": "hệ thống", "content": "?"}]},
        {"id": "e", "question": UNKNOWN, "history": None},
    ]
    batch, out = tmp_path / "hỏi.jsonl", tmp_path / "đáp.jsonl"
    text = "\n\n".join(x if isinstance(x, str) else json.dumps(x, ensure_ascii=False) for x in lines)
    batch.write_text(f"\ufeff{text}\n", encoding="utf-8")
    ran = nep("ask", "--batch", batch, "--out", out, home=seeds_home)
    assert (ran.code, ran.out) == (1, "")
    assert "Dòng 3 " in ran.err
    assert "Dòng 5:" in ran.err
    assert "Dòng 7 " in ran.err
    assert "Dòng 11 " in ran.err
    rows = {row["id"]: row for row in map(json.loads, out.read_text(encoding="utf-8").splitlines())}
    assert {k: r["status"] for k, r in rows.items()} | {"c": ""} == {
        "a": "answered",
        "b": "refused",
        "c": "",
        "e": "refused",
    }
    assert rows["b"]["missing"]
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_batch_that_fails_leaves_the_old_answers(nep: Nep, tmp_path: Path) -> None:
    batch, out = tmp_path / "q.jsonl", tmp_path / "a.jsonl"
    batch.write_text(json.dumps({"id": "a", "question": TRADITION}), encoding="utf-8")
    out.write_text("cũ", encoding="utf-8")
    assert nep("ask", "--batch", batch, "--out", out, home=tmp_path / "Nep").code == 1
    assert out.read_text(encoding="utf-8") == "cũ"
    assert nep("ask", "--batch", tmp_path / "không có", "--out", out, home=tmp_path / "Nep").code == 1
    assert nep("ask", "--batch", batch, "--out", batch, home=tmp_path / "Nep").code == 1
    assert json.loads(batch.read_text(encoding="utf-8"))["id"] == "a"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.jsonl", "q.jsonl"]


# --- articles, show, remove ------------------------------------------------------------------------


def test_articles_lists_what_the_contract_names(nep: Nep, seeds: Path, seeds_home: Path) -> None:
    rows = listed(nep, seeds_home)
    assert sorted(rows) == sorted(p.stem for p in seeds.iterdir())
    for row in rows.values():
        assert list(row) == ["id", "title", "published", "author", "source", "unit", "chars", "passages"]
        assert row["passages"] > 0
        assert row["chars"] == len(nep("show", row["id"], home=seeds_home).out)


def test_articles_is_a_table_with_straight_columns(nep: Nep, samples_home: Path) -> None:
    rows = listed(nep, samples_home)
    head, *body = nep("articles", home=samples_home).lines
    at = head.index("Tiêu đề")
    assert [line[at:] for line in body] == [row["title"] for row in rows.values()]


def test_facts_prints_the_ledger_unit_by_unit_with_quotes_and_sources(nep: Nep, samples_home: Path) -> None:
    ran = nep("facts", "--unit", "ha luong", home=samples_home)
    assert (ran.code, ran.err) == (0, "")
    heads = [line for line in ran.lines if line and not line.startswith(" ")]
    assert heads == ["Tỉnh ủy Hà Lương", "Văn phòng Tỉnh ủy Hà Lương"]
    assert "  Khen thưởng" in ran.lines
    assert (
        "Huân chương Lao động hạng Nhì (1997) · Chủ tịch nước trao · Văn phòng Tỉnh ủy Hà Lương nhận"
        in ran.out
    )
    assert "16/10/2020 · van-phong-tinh-uy-ha-luong" in ran.out


def test_facts_json_is_a_line_a_fact_and_every_quote_is_in_its_article(nep: Nep, samples_home: Path) -> None:
    ran = nep("facts", "--json", home=samples_home)
    rows = [json.loads(line) for line in ran.lines]
    assert {r["type"] for r in rows} == {"date", "award", "function", "motto", "quote", "person", "count"}
    texts = {id: nep("show", id, home=samples_home).out for id in {r["article"] for r in rows}}
    for row in rows:
        assert {
            "unit",
            "type",
            "value",
            "subject",
            "parts",
            "quote",
            "article",
            "title",
            "published",
        } <= row.keys()
        assert texts[row["article"]][row["start"] : row["end"]] == row["quote"]
        assert row["parts"]


@pytest.mark.parametrize("typed", ["award", "AWARD", "Khen thưởng", "khen thuong"])
def test_facts_of_one_type_are_asked_for_by_name_or_label(nep: Nep, samples_home: Path, typed: str) -> None:
    ran = nep("facts", "--json", "--type", typed, "--unit", "SƠN KHÊ", home=samples_home)
    rows = [json.loads(line) for line in ran.lines]
    assert [(r["value"], r["when"]) for r in rows] == [
        ("huan chuong lao dong hang ba", "2014"),
        ("huan chuong lao dong hang nhi", "2019"),
    ]


def test_an_unknown_unit_or_type_lists_the_known_ones(nep: Nep, samples_home: Path) -> None:
    unknown = nep("facts", "--unit", "Đà Nẵng", home=samples_home)
    assert (unknown.code, unknown.out) == (1, "")
    assert "Văn phòng Thành ủy Sơn Khê" in unknown.err
    wrong = nep("facts", "--type", "giá vé", home=samples_home)
    assert (wrong.code, wrong.out) == (2, "")
    assert "award (Khen thưởng)" in wrong.err


def test_facts_that_articles_disagree_about_stand_together(nep: Nep, own_home: Path, tmp_path: Path) -> None:
    other = written(
        tmp_path / "khác.txt",
        "Văn phòng Huyện ủy Bình Lãng kỷ niệm",
        "Văn phòng Huyện ủy Bình Lãng được thành lập ngày 05/9/1948.",
    )
    assert nep("ingest", other, home=own_home).code == 0
    lines = nep("facts", "--type", "date", "--unit", "van phong huyen uy binh lang", home=own_home).lines
    at = lines.index("    Các bài viết nêu khác nhau:")
    block = "\n".join(lines[at : at + 7])
    assert "02/09/1948" in block
    assert "05/09/1948" in block
    rows = [json.loads(line) for line in nep("facts", "--type", "date", "--json", home=own_home).lines]
    assert {r["value"] for r in rows if r["disputed"]} == {"1948-09-02", "1948-09-05"}


def test_show_prints_the_text_and_not_a_byte_more(nep: Nep, samples_home: Path) -> None:
    for id, row in listed(nep, samples_home).items():
        ran = nep("show", id, home=samples_home)
        assert ran.out.startswith(row["title"])
        assert not ran.raw.endswith(b"\n")
        assert b"\r" not in ran.raw


def test_remove_takes_one_article_and_leaves_the_others(nep: Nep, own_home: Path) -> None:
    before = listed(nep, own_home)
    gone = next(iter(before))
    ran = nep("remove", gone, home=own_home)
    assert (ran.code, ran.out) == (0, "")
    assert before[gone]["title"] in ran.err
    assert listed(nep, own_home).keys() == before.keys() - {gone}
    assert nep("show", gone, home=own_home).code == 1
    assert nep("verify", home=own_home).code == 0


@pytest.mark.parametrize("command", ["show", "remove"])
def test_an_unknown_article_is_said_to_be_unknown(nep: Nep, own_home: Path, command: str) -> None:
    before = listed(nep, own_home)
    ran = nep(command, "không-có-bài-này", home=own_home)
    assert (ran.code, ran.out) == (1, "")
    assert "không-có-bài-này" in ran.err
    assert listed(nep, own_home) == before


# --- verify, rebuild, doctor -----------------------------------------------------------------------


def test_rebuild_restores_a_library_whose_vectors_are_gone(nep: Nep, own_home: Path) -> None:
    whole = nep("verify", home=own_home)
    assert whole.code == 0
    assert "nguyên vẹn" in whole.out
    before = json.loads(nep("ask", TRADITION, "--json", home=own_home).out)
    ran = nep("rebuild", home=own_home)
    assert ran.code == 0, ran.err
    assert nep("verify", home=own_home).code == 0
    after = json.loads(nep("ask", TRADITION, "--json", home=own_home).out)
    assert after | {"ms": 0} == before | {"ms": 0}


def test_doctor_tells_what_a_support_call_needs(nep: Nep, samples_home: Path) -> None:
    ran = nep("doctor", "--json", home=samples_home)
    assert ran.code == 0, ran.out
    found = json.loads(ran.out)
    assert {"python", "system", "sqlite", "chromadb", "home", "disk", "library", "encoder"} <= found.keys()
    assert found["HF_HUB_OFFLINE"] == "1"
    assert str(samples_home) in found["home"]
    assert {"libreoffice", "tesseract"} <= found.keys()
    told = nep("doctor", home=samples_home).out
    assert all(value in told for key, value in found.items() if key != "disk")  # others write meanwhile


def test_doctor_looks_at_a_new_computer_without_changing_it(nep: Nep, tmp_path: Path) -> None:
    ran = nep("doctor", home=tmp_path / "Nep")
    assert ran.code == 0, ran.out
    assert list(tmp_path.iterdir()) == []


# --- serve -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.10", "::", "nep.example"])
def test_serve_refuses_an_address_that_others_reach(nep: Nep, samples_home: Path, host: str) -> None:
    ran = nep("serve", "--host", host, home=samples_home)
    assert (ran.code, ran.out) == (1, "")
    assert "tài khoản" in ran.err


def test_serve_refuses_a_port_that_is_taken(nep: Nep, samples_home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = nep("serve", "--port", str(taken.getsockname()[1]), home=samples_home)
    assert ran.code == 1
    assert "--port" in ran.err


def test_serve_opens_the_samples_where_the_office_has_no_articles_and_keeps_them_apart(
    nep: Nep, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    home = tmp_path / "Nep"
    command = [sys.executable, str(ROOT / "app.py"), "serve", "--port", str(port), "--home", str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            page = fetched(f"http://127.0.0.1:{port}/", process)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
        finally:
            process.kill()
    assert "Nếp" in page
    assert process.returncode in (0, 130)
    assert "Traceback" not in err
    assert f"http://127.0.0.1:{port}" in out + err
    assert listed(nep, home) == {}
    assert len(listed(nep, home / "bai-mau")) == len(list(SAMPLES.iterdir()))


def fetched(url: str, process: subprocess.Popen[str]) -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(600):
        try:
            with opener.open(url, timeout=10) as response:
                page: str = response.read().decode()
                return page
        except OSError:
            assert process.poll() is None, process.communicate()
            time.sleep(0.1)
    raise AssertionError("the server did not answer within a minute")


# --- usage -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("không-có-lệnh",),
        ("ingest",),
        ("ask",),
        ("ask", "--batch", "q.jsonl"),
        ("ask", TRADITION, "--batch", "q.jsonl", "--out", "a.jsonl"),
        ("show",),
        ("serve", "--port", "bảy"),
        ("articles", "--bogus"),
        ("--home",),
    ],
)
def test_a_wrong_usage_ends_with_2_and_a_hint(nep: Nep, arguments: tuple[str, ...]) -> None:
    ran = nep(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "Lệnh chưa đúng" in ran.err
    assert "--help" in ran.err
    assert "usage" not in ran.err
    assert "argument" not in ran.err


def test_home_may_stand_before_or_after_the_command(nep: Nep, samples_home: Path, tmp_path: Path) -> None:
    before = nep("--home", samples_home, "articles", home=tmp_path / "khác")
    after = nep("articles", "--home", samples_home, home=tmp_path / "khác")
    assert before.out == after.out != ""


def test_help_is_vietnamese_throughout(nep: Nep) -> None:
    for command in (
        "",
        "ingest",
        "ask",
        "articles",
        "show",
        "remove",
        "verify",
        "rebuild",
        "serve",
        "doctor",
    ):
        ran = nep(*([command] if command else []), "--help")
        assert ran.code == 0
        assert ran.out.startswith("Cách dùng: app.py")
        assert not {"usage:", "options:", "arguments:", "show this"} & set(ran.out.split("\n"))


def test_a_reader_that_leaves_early_is_no_error(samples_home: Path) -> None:
    command = [sys.executable, str(ROOT / "app.py"), "articles", "--home", str(samples_home)]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_whoever_asks_while_the_samples_are_loaded_waits_for_them() -> None:
    shelved: list[Article] = []

    class Shelf:
        def articles(self) -> list[Article]:
            return shelved

    loading: Future[Library] = Future()
    with ThreadPoolExecutor(1) as reader:
        asked = reader.submit(Arriving(loading).articles)
        assert not asked.done()
        loading.set_result(cast(Library, Shelf()))
        assert asked.result(timeout=10) is shelved


def test_samples_that_never_come_are_told_as_what_went_wrong() -> None:
    loading: Future[Library] = Future()
    loading.set_exception(LibraryError("Ổ đĩa đầy."))
    with pytest.raises(LibraryError, match="Ổ đĩa đầy"):
        Arriving(loading).answered("Ngày truyền thống là ngày nào?")


# --- a folder kept in step, and copies of the library ----------------------------------------------


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder of an office's documents."""
    folder = tmp_path / "Tài liệu"
    (folder / "2021").mkdir(parents=True)
    written(
        folder / "mot.txt", "Bài thứ nhất của Văn phòng", "Văn phòng có 45 đồng chí làm công tác tổng hợp."
    )
    written(
        folder / "2021" / "hai.txt", "Bài thứ hai của Văn phòng", "Văn phòng có 12 chi bộ trực thuộc đảng ủy."
    )
    return folder


def test_sync_makes_the_library_equal_to_the_folder_and_then_does_nothing(
    nep: Nep, tmp_path: Path, office: Path
) -> None:
    home = tmp_path / "Nep"
    assert statuses(nep("sync", office, home=home)) == ["added", "added"]
    again = nep("sync", office, home=home)
    assert (again.code, again.out) == (0, "")
    assert "không có gì thay đổi" in again.err

    one = office / "mot.txt"
    one.write_text(one.read_text(encoding="utf-8").replace("45", "46"), encoding="utf-8")
    (office / "2021" / "hai.txt").rename(office / "hai chuyển chỗ.txt")
    written(
        office / "ba.txt", "Bài thứ ba của Văn phòng", "Đây là bài mới được chép vào thư mục của cơ quan."
    )
    ran = nep("sync", office, home=home)
    assert sorted(statuses(ran)) == ["added", "unchanged", "updated"]
    assert listed(nep, home).keys() == {"mot", "hai", "ba"}

    (office / "ba.txt").unlink()
    ran = nep("sync", office, home=home)
    assert statuses(ran) == ["removed"]
    assert "Bài thứ ba của Văn phòng" in ran.out
    assert listed(nep, home).keys() == {"mot", "hai"}
    assert "không có gì thay đổi" in nep("sync", office, home=home).err
    assert nep("verify", home=home).code == 0


@printing.needs_tesseract
def test_what_was_read_off_a_scan_is_told_also_where_an_earlier_version_stored_it(
    nep: Nep, tmp_path: Path
) -> None:
    home, office = tmp_path / "Nep", tmp_path / "office"
    office.mkdir()
    pages = printing.pictures(printing.printed(tmp_path / "a.pdf", printing.article()), 150)
    printing.picture_file(office / "bai.pdf", pages)
    (office / "bai-0.png").unlink()
    asked = "Văn phòng Huyện ủy Hà Lương được thành lập ngày nào?"

    def told() -> list[bool]:
        return [c["scanned"] for c in json.loads(nep("ask", asked, "--json", home=home).out)["citations"]]

    assert statuses(nep("sync", office, home=home)) == ["added"]
    assert told() == [True]
    assert "(Bản quét: hãy đối chiếu với bản gốc.)" in nep("ask", asked, home=home).out
    assert "(Bản quét: hãy đối chiếu với bản gốc.)" in nep("facts", home=home).out

    with closing(sqlite3.connect(home / "library.sqlite3")) as db:
        db.execute("UPDATE articles SET pages = '[[0, 1]]', digest = 'of the words alone', seal = NULL")
        db.execute("UPDATE sources SET readers = 1")
        db.commit()
    assert told() == [False]
    assert statuses(nep("sync", office, home=home)) == ["updated"]
    assert told() == [True]
    assert nep("verify", home=home).code == 0


def test_sync_leaves_what_came_from_elsewhere(nep: Nep, own_home: Path, office: Path) -> None:
    before = listed(nep, own_home)
    nep("sync", office, home=own_home)
    (office / "mot.txt").unlink()
    nep("sync", office, home=own_home)
    assert listed(nep, own_home).keys() == before.keys() | {"hai"}


def test_a_refused_file_is_told_of_at_every_sync_and_stops_nothing(
    nep: Nep, tmp_path: Path, office: Path
) -> None:
    (office / "hỏng.docx").write_bytes(b"\xff\xd8\xff\xe0 not a document")
    home = tmp_path / "Nep"
    assert sorted(statuses(nep("sync", office, home=home))) == ["added", "added", "refused"]
    again = nep("sync", office, home=home)
    assert (again.code, statuses(again)) == (1, ["refused"])


def test_a_folder_that_looks_empty_takes_nothing_away_until_that_is_said_to_be_so(
    nep: Nep, tmp_path: Path, office: Path
) -> None:
    home = tmp_path / "Nep"
    nep("sync", office, home=home)
    aside = office.rename(tmp_path / "đi vắng")
    missing = nep("sync", office, home=home)
    assert (missing.code, missing.out) == (1, "")
    assert "Không tìm thấy thư mục" in missing.err
    office.mkdir()
    empty = nep("sync", office, home=home)
    assert empty.code == 1
    assert "--emptied" in empty.err
    assert listed(nep, home).keys() == {"mot", "hai"}
    assert statuses(nep("sync", office, "--emptied", home=home)) == ["removed", "removed"]
    aside.rename(tmp_path / "khác")


def test_a_watched_folder_is_followed_until_it_is_stopped(tmp_path: Path, office: Path) -> None:
    home = tmp_path / "Nep"
    environ = {k: v for k, v in os.environ.items() if not k.startswith("NEP_")} | {"NEP_HOME": str(home)}
    command = [sys.executable, str(ROOT / "app.py"), "sync", str(office), "--watch"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environ
    ) as watching:
        assert watching.stdout is not None
        assert watching.stderr is not None
        try:
            first = [watching.stdout.readline().split()[0] for _ in range(2)]
            assert first == ["added", "added"]
            while "Đang theo dõi" not in watching.stderr.readline():
                assert watching.poll() is None
            time.sleep(1)  # until the folder is really watched, which nothing tells of
            written(
                office / "ba.txt", "Bài thứ ba của Văn phòng", "Bài mới được chép vào thư mục của cơ quan."
            )
            assert watching.stdout.readline().split()[:2] == ["added", "ba"]
        finally:
            watching.terminate()


def test_a_library_comes_back_from_its_backup_as_it_was(nep: Nep, own_home: Path, tmp_path: Path) -> None:
    before = listed(nep, own_home)
    copy = tmp_path / "sao lưu" / "nep.zip"
    made = nep("backup", copy, home=own_home)
    assert made.code == 0
    assert "Đã sao lưu 5 bài" in made.out
    assert nep("backup", copy, home=own_home).code == 1
    nep("remove", next(iter(before)), home=own_home)

    restored = nep("restore", copy, home=own_home)
    assert restored.code == 0
    assert "Đã phục hồi 5 bài" in restored.out
    assert listed(nep, own_home) == before
    assert nep("verify", home=own_home).code == 0
    (aside,) = own_home.parent.glob("Nep-truoc-*")
    assert listed(nep, aside).keys() < before.keys()
    assert nep("restore", copy, home=tmp_path / "máy khác").code == 0
    assert listed(nep, tmp_path / "máy khác") == before


def test_what_is_no_backup_replaces_nothing(nep: Nep, own_home: Path, tmp_path: Path) -> None:
    before = listed(nep, own_home)
    bad = tmp_path / "nep.zip"
    bad.write_bytes(b"PK\x03\x04 no such thing")
    ran = nep("restore", bad, home=own_home)
    assert ran.code == 1
    assert "không phải là bản sao lưu" in ran.err
    assert listed(nep, own_home) == before
    assert {p.name for p in own_home.parent.iterdir()} == {"Nep", "nep.zip"}


def test_limits_are_settings(nep: Nep, own_home: Path, article: Path) -> None:
    ran = nep("ingest", article, home=own_home, env={"NEP_MAX_CHARACTERS": "50"})
    assert (ran.code, statuses(ran)) == (1, ["refused"])
    wrong = nep("ingest", article, home=own_home, env={"NEP_MAX_MB": "nhiều"})
    assert wrong.code == 2
    assert "NEP_MAX_MB" in wrong.err
