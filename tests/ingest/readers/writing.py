"""Word documents written for tests, part by part, and what their reader makes of them."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from docx.document import Document

from ingest.errors import UnreadableFile
from ingest.layout import Page
from ingest.limits import Limits
from ingest.readers import word

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
NAMES = f'xmlns:w="{W}" xmlns:mc="{MC}" xmlns:m="{M}" xmlns:a="{A}"'
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

Lines = list[tuple[str | None, str]]


# --- making documents ------------------------------------------------------------------------------


def package(
    path: Path, body: str, parts: Mapping[str, str] | None = None, main: str = "word/document.xml"
) -> Path:
    """A Word file of the XML of its body and of other parts by their names, ``styles`` or ``footnotes``."""
    parts = parts or {}
    roots = {"styles": "styles", "numbering": "numbering", "footnotes": "footnotes", "endnotes": "endnotes"}
    beside = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/{name}" Target="{name}.xml"/>'
        for n, name in enumerate(parts)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r" Type="{OFFICE}/officeDocument" '
            f'Target="{main}"/></Relationships>',
        )
        folder, _, name = main.rpartition("/")
        rels = f'<Relationships xmlns="{RELATIONS}">{beside}</Relationships>'
        file.writestr(f"{folder}/_rels/{name}.rels", rels)
        file.writestr(main, f"<w:document {NAMES}><w:body>{body}</w:body></w:document>")
        for part, inside in parts.items():
            xml = f"<w:{roots[part]} {NAMES}>{inside}</w:{roots[part]}>" if part in roots else inside
            file.writestr(f"word/{part}.xml", xml)
    return path


def saved(path: Path, document: Document) -> Path:
    document.save(str(path))
    return path


def changed(path: Path, part: str, old: str, new: str) -> Path:
    """The file with every ``old`` in one of its parts replaced."""
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    assert old.encode() in parts[part]
    parts[part] = parts[part].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return path


def run(text: str, font: str = "", more: str = "") -> str:
    fonts = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>' if font else ""
    return f'<w:r><w:rPr>{fonts}{more}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*inside: str, style: str = "", more: str = "") -> str:
    """The XML of a paragraph; what is no XML is a run."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    runs = "".join(part if part.startswith("<") else run(part) for part in inside)
    return f"<w:p><w:pPr>{named}{more}</w:pPr>{runs}</w:p>"


def in_list(text: str, level: int = 0, id: int = 1) -> str:
    return p(text, more=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{id}"/></w:numPr>')


def style(id: str, name: str, more: str = "", base: str = "", default: int = 0) -> str:
    based = f'<w:basedOn w:val="{base}"/>' if base else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{id}" w:default="{default}"><w:name w:val="{name}"/>'
        f"{based}{more}</w:style>"
    )


def level(n: int, format: str, text: str, more: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{n}"><w:start w:val="{start}"/><w:numFmt w:val="{format}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(*levels: str, more: str = "") -> str:
    return (
        f'<w:abstractNum w:abstractNumId="7">{"".join(levels)}</w:abstractNum>{more}'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    )


def table(*rows: str, ruled: bool = True) -> str:
    borders = '<w:tblBorders><w:top w:val="single"/></w:tblBorders>' if ruled else ""
    return f"<w:tbl><w:tblPr>{borders}</w:tblPr>{''.join(rows)}</w:tbl>"


def tr(*cells: str, more: str = "") -> str:
    inside = "".join(c if c.startswith("<w:tc") else tc(c) for c in cells)
    return f"<w:tr><w:trPr>{more}</w:trPr>{inside}</w:tr>"


def tc(inside: str, more: str = "") -> str:
    return f"<w:tc><w:tcPr>{more}</w:tcPr>{inside if inside.startswith('<') else p(inside)}</w:tc>"


# --- reading them ----------------------------------------------------------------------------------


def read(path: Path, limits: Limits | None = None) -> Page:
    return word.read(path, limits or Limits())


def lines(path: Path) -> Lines:
    return [(line.kind, line.text) for line in read(path).lines]


def body(folder: Path, xml: str, **parts: str) -> Lines:
    """The lines of a document of this XML."""
    return lines(package(folder / "a.docx", xml, parts))


def texts(folder: Path, xml: str, **parts: str) -> list[str]:
    return [text for _, text in body(folder, xml, **parts)]


def refusal(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableFile) as refused:
        read(path, limits)
    said = str(refused.value)
    assert "Hãy" in said  # the next step
    return said
