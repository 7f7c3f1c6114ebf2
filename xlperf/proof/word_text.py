"""The text of a Word document: paragraphs, tables by rows, headers, footers and notes.

Deleted text, and the second form of a drawing, are no text. Of a note that gives an n, the n is put
where the note is referred to.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlperf.proof.passages import NUMBER_ASKED, Passage, ProofText, TextCell, with_notes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from xlperf.excel.office_parts import Parts

STORIES = ("header", "footer", "footnotes", "endnotes")
NOTES = {"endnotes": "endnote", "footnotes": "footnote"}
NO_TEXT = frozenset(("del", "moveFrom", "Fallback", "pPr", "rPr", "tblPr"))
"""Elements whose content is not read: tracked deletions, second forms of drawings, properties
(ISO/IEC 29500-1, 17.13.5; 29500-3, 10.2.1).
"""
HEADINGS = re.compile(r"(?:heading|title|subtitle) ?(\d)?", re.IGNORECASE)


def text_of_document(parts: Parts, main: str) -> ProofText:
    """Read a document; raises `WorkbookError` where a part is damaged."""
    stories = [("", main)]
    stories += [(f"{kind}, ", part) for kind in STORIES for part in parts.targets(main, kind)]
    notes = _numbers_asked(parts, main)
    passages: list[Passage] = []
    lines: list[Passage] = []
    tables = []
    for name, part in stories:
        root = parts.tree(part)
        for number, paragraph in enumerate(_all(root, "p"), 1):
            text = _text(paragraph, notes)
            if text.strip():
                passages.append(Passage(f"{name}paragraph {number}", text, _level(paragraph)))
        for number, table in enumerate(_all(root, "tbl"), 1):
            rows = list(_rows(table, f"{name}table {number}", notes))
            lines += [
                Passage(row[0].where, " ".join(cell.text for cell in row)) for row in rows if row
            ]
            tables.append(tuple(rows))
    lines += [
        Passage(item.where, line) for item in passages for line in item.text.splitlines() if line
    ]
    return ProofText(with_notes(passages), tuple(lines), tuple(tables))


def _numbers_asked(parts: Parts, main: str) -> dict[tuple[str, str], str]:
    """The n of notes, by kind and number of the note."""
    found = {}
    for kind, tag in NOTES.items():
        for part in parts.targets(main, kind):
            for note in parts.tree(part).iter(tag):
                n = re.search(NUMBER_ASKED, "".join(item.text or "" for item in note.iter("t")))
                if n is not None:
                    found[tag, note.get("id", "")] = n[1]
    return found


def _all(root: Element, tag: str) -> Iterator[Element]:
    """Elements of a tag, nested ones too, outside what has no text."""
    for child in root:
        if child.tag == tag:
            yield child
        if child.tag not in NO_TEXT:
            yield from _all(child, tag)


def _text(paragraph: Element, notes: dict[tuple[str, str], str]) -> str:
    """Text of a paragraph, without that of paragraphs in text boxes inside it."""
    text = ""
    for child in paragraph:
        if child.tag in ("endnoteReference", "footnoteReference"):
            n = notes.get((child.tag.removesuffix("Reference"), child.get("id", "")))
            text += f" (n={n})" if n else ""
        elif child.tag != "p" and child.tag not in NO_TEXT:
            text += _piece(child) or _text(child, notes)
    return text


def _piece(item: Element) -> str:
    """Text that an element of a run shows itself."""
    match item.tag:
        case "t":
            return item.text or ""
        case "tab" | "ptab":
            return "\t"
        case "br" | "cr":
            return "\n"
        case "noBreakHyphen":
            return "-"
        case _:
            return ""


def _level(paragraph: Element) -> int | None:
    """Level of a heading; None for other paragraphs."""
    style = paragraph.find("pPr/pStyle")
    match = HEADINGS.match(style.get("val", "")) if style is not None else None
    return None if match is None else int(match[1] or 1)


def _rows(
    table: Element, name: str, notes: dict[tuple[str, str], str]
) -> Iterator[tuple[TextCell, ...]]:
    for number, row in enumerate(table.findall("tr"), 1):
        yield tuple(
            TextCell(
                f"{name}, row {number}",
                " ".join(_text(paragraph, notes) for paragraph in cell.findall("p")).strip(),
            )
            for cell in row.findall("tc")
            for _ in range(_span(cell))
        )


def _span(cell: Element) -> int:
    """Columns a cell stands for."""
    span = cell.find("tcPr/gridSpan")
    width = "1" if span is None else span.get("val", "1")
    return int(width) if width.isdigit() and 1 <= int(width) <= 63 else 1
