from __future__ import annotations

import asyncio
from datetime import date

from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda

from tests.vectorstore.articles import made
from vectorstore.library import Library
from vectorstore.types import Filter


def test_a_langchain_program_uses_it_as_it_is(library: Library) -> None:
    article, (passage, _) = made(
        "a", "Huân chương Lao động.", "Cờ thi đua.", unit="Huyện ủy", published=date(2020, 10, 18)
    )
    library.add(article, (passage, _))
    retriever = library.retriever(k=1)
    assert isinstance(retriever, BaseRetriever)
    (document,) = retriever.invoke("Huân chương")
    score = document.metadata.pop("score")
    assert isinstance(score, float)
    assert document.id == passage.id
    assert document.page_content == article.text[passage.start : passage.end] == "Huân chương Lao động."
    assert document.metadata == {
        "article": "a",
        "title": "Tiêu đề",
        "date": "2020-10-18",
        "start": passage.start,
        "end": passage.end,
        "unit": "Huyện ủy",
    }


def test_what_an_article_does_not_say_is_none(library: Library) -> None:
    library.add(*made("a", "Một."))
    (document,) = library.retriever().invoke("một")
    assert document.metadata["date"] is None
    assert document.metadata["unit"] is None


def names(documents: list[Document]) -> list[str]:
    return [document.metadata["article"] for document in documents]


def test_it_chains_filters_and_runs_asynchronously(library: Library) -> None:
    library.add(*made("a", "Một."))
    library.add(*made("b", "Một hai."))
    retriever = library.retriever(k=5, where=Filter(articles=frozenset({"b"})))
    chain = retriever | RunnableLambda(names)
    assert asyncio.run(chain.ainvoke("một")) == ["b"]
    assert retriever.batch(["một", "hai"])[1][0].page_content == "Một hai."
