"""The library as a LangChain retriever, for programs that speak LangChain."""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from vectorstore.library import Library
from vectorstore.types import Filter, Hit


class LibraryRetriever(BaseRetriever):
    """Finds the ``k`` best passages, best first. Each Document's ``page_content`` is
    ``text[start:end]`` of its article; its metadata holds ``article`` (the id), ``title``, ``date``
    (ISO, or None), ``start``, ``end``, ``unit`` (or None) and ``score``."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    k: int = 5
    where: Filter | None = None

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [_document(hit) for hit in self.library.search(query, self.k, self.where)]


def _document(hit: Hit) -> Document:
    article, passage = hit.article, hit.passage
    return Document(
        id=passage.id,
        page_content=hit.text,
        metadata={
            "article": article.id,
            "title": article.title,
            "date": article.published.isoformat() if article.published else None,
            "start": passage.start,
            "end": passage.end,
            "unit": article.unit,
            "score": hit.score,
        },
    )
