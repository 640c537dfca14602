"""The library as a LangChain retriever, for programs that speak LangChain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from vectorstore.types import Filter, Hit

if TYPE_CHECKING:
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever


class Searchable(Protocol):
    """What the retriever needs of a library."""

    def search(self, question: str, k: int = 10, where: Filter | None = None) -> list[Hit]: ...


def retriever(library: Searchable, k: int, where: Filter | None) -> BaseRetriever:
    """Finds the ``k`` best passages, best first. Each Document's ``page_content`` is
    ``text[start:end]`` of its article, its ``id`` the passage's; its metadata holds ``article`` (the
    id), ``title``, ``date`` (ISO, or None), ``start``, ``end``, ``unit`` (or None) and ``score``."""
    # The class is made here because its base takes 0.6 s to import, and few programs need it.
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.retrievers import BaseRetriever

    class LibraryRetriever(BaseRetriever):
        def _get_relevant_documents(
            self, query: str, *, run_manager: CallbackManagerForRetrieverRun
        ) -> list[Document]:
            return [_document(hit) for hit in library.search(query, k, where)]

    return LibraryRetriever()


def _document(hit: Hit) -> Document:
    from langchain_core.documents import Document

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
