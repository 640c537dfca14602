"""The baseline: the retrieval pipeline of the LangChain tutorial, as it stands there.

Chunks of 500 characters with 50 shared, the same encoder as ours, Chroma's similarity search for five;
the top chunk is the answer. It never refuses and knows no history. It is given the cleaned texts, so
that what is compared is the answering alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from uuid import uuid4

from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from bench.measures import Question, Quote, Said
from ingest.types import Article, Span
from ingest.vietnamese import sentences
from vectorstore.types import Encoder

#: The tutorial's own figures.
CHUNK_SIZE, CHUNK_OVERLAP, K = 500, 50, 5


class _Embeddings(Embeddings):
    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        rows: list[list[float]] = self._encoder.passages(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        row: list[float] = self._encoder.query(text).tolist()
        return row


class Tutorial:
    """The pipeline over some articles, its vectors in memory until it is closed."""

    def __init__(self, articles: Sequence[Article], encoder: Encoder) -> None:
        splitter = RecursiveCharacterTextSplitter(
            chunk_size=CHUNK_SIZE, chunk_overlap=CHUNK_OVERLAP, add_start_index=True
        )
        # All stores in memory are one within a process: a name of its own keeps this one apart.
        self._store = Chroma(uuid4().hex, _Embeddings(encoder))
        for article in articles:  # one at a time: Chroma takes some thousand chunks in one call
            whole = Document(article.text, metadata={"article": article.id})
            self._store.add_documents(splitter.split_documents([whole]))

    def __enter__(self) -> Tutorial:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._store.delete_collection()

    def ask(self, question: Question) -> Said:
        """Its statements are the sentences of the chunk, and like an answer of ours in which no words
        are marked, it highlights the first of them."""
        found = tuple(_quote(d) for d in self._store.similarity_search(question.text, k=K))
        top = found[0]
        first = sentences(top.text)[0].of(top.text)
        return Said(
            refused=False,
            answer=top.text,
            found=found,
            statement=first,
            carried=(Quote(top.article, Span(top.span.start, top.span.start + len(first)), first),),
            highlight=first,
            cited=(top,),
        )


def _quote(document: Document) -> Quote:
    start, text = document.metadata["start_index"], document.page_content
    return Quote(document.metadata["article"], Span(start, start + len(text)), text)
