"""Documents to hand out: what is put together here is written as Word, PDF or Markdown, with its evidence in
footnotes. ``types`` says what a document is; each other file writes one format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from assistant.documents.types import Document
from assistant.documents.writing import attachment

__all__ = ["FORMATS", "Document", "Format", "attachment"]


@dataclass(frozen=True, slots=True)
class Format:
    """What a document may be written as: its ``name`` as people know it, what it is called on the web."""

    name: str
    media_type: str
    module: str

    def write(self, document: Document) -> bytes:
        """The document's file."""
        # Loaded only for a document that is written: the libraries behind it take their time.
        written: bytes = import_module(f"assistant.documents.{self.module}").write(document)
        return written


#: By the ending of the file's name.
FORMATS: Mapping[str, Format] = {
    "docx": Format("Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "word"),
    "pdf": Format("PDF", "application/pdf", "pdf"),
    "md": Format("Markdown", "text/markdown; charset=utf-8", "markdown"),
}
