"""WordprocessingML of paragraphs, tables and pictures (ISO/IEC 29500-1, 17), as text.

Styles are given by their identifiers, widths in twentieths of a point.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from xlperf.documents.plain_text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BREAKS = re.compile("([\n\t])")
BREAK = {"\n": "<w:br/>", "\t": "<w:tab/>"}


def word_elements(xml: str) -> list[Any]:
    """Give the elements that a text of markup is made of."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    return list(parse_xml(f"<w:body {nsdecls('w', 'r', 'a', 'pic', 'wp')}>{xml}</w:body>"))


def run(text: str) -> str:
    """Write a text, with its line breaks and tabs."""
    pieces = (
        BREAK.get(piece) or f'<w:t xml:space="preserve">{escape(piece)}</w:t>'
        for piece in BREAKS.split(plain(text))
        if piece
    )
    return f"<w:r>{''.join(pieces)}</w:r>"


def paragraph(text: str, style: str, *, keep: bool = False, bookmark: int = 0) -> str:
    """Write a paragraph. `keep`: on the page of the next; `bookmark`: number of a place that the
    list of contents leads to, or 0.
    """
    body = run(text)
    if bookmark:
        body = (
            f'<w:bookmarkStart w:id="{bookmark}" w:name="{_bookmark(bookmark)}"/>{body}'
            f'<w:bookmarkEnd w:id="{bookmark}"/>'
        )
    return (
        f"<w:p><w:pPr><w:pStyle w:val={quoteattr(style)}/>{'<w:keepNext/>' * keep}</w:pPr>"
        f"{body}</w:p>"
    )


def empty_paragraph(style: str) -> str:
    """Write a paragraph that carries the end of a section alone."""
    return f"<w:p><w:pPr><w:pStyle w:val={quoteattr(style)}/></w:pPr></w:p>"


def contents_entry(text: str, bookmark: int, style: str) -> str:
    """Write a line of the list of contents: a link, and an empty field for the page."""

    def field(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    place = _bookmark(bookmark)
    return (
        f"<w:p><w:pPr><w:pStyle w:val={quoteattr(style)}/></w:pPr>"
        f'<w:hyperlink w:anchor="{place}" w:history="1">{run(text.strip())}'
        f"<w:r><w:tab/></w:r>{field('begin')}"
        f'<w:r><w:instrText xml:space="preserve"> PAGEREF {place} \\h </w:instrText></w:r>'
        f"{field('separate')}<w:r><w:t></w:t></w:r>{field('end')}</w:hyperlink></w:p>"
    )


def captioned(drawing: str, number: int, title: str, picture_style: str, caption: str) -> str:
    """Write a picture and its caption, whose number is a field."""
    return (
        f"<w:p><w:pPr><w:pStyle w:val={quoteattr(picture_style)}/></w:pPr>"
        f"<w:r><w:drawing>{drawing}</w:drawing></w:r></w:p>"
        f"<w:p><w:pPr><w:pStyle w:val={quoteattr(caption)}/></w:pPr>{run('Figure ')}"
        f'<w:fldSimple w:instr=" SEQ Figure \\* ARABIC ">{run(str(number))}</w:fldSimple>'
        f"{run(f': {title}')}</w:p>"
    )


def table(
    name: str, description: str, style: str, widths: Sequence[int], rows: Iterable[str]
) -> str:
    """Write a table whose first row is its header."""
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f"<w:tbl><w:tblPr><w:tblStyle w:val={quoteattr(style)}/>"
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0"'
        f' w:noHBand="1" w:noVBand="1"/><w:tblCaption w:val={_attribute(name)}/>'
        f"<w:tblDescription w:val={_attribute(description)}/></w:tblPr>"
        f"<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def side_by_side(parts: Sequence[tuple[str, int]]) -> str:
    """Write paragraphs beside each other, each of a width: a table for its layout alone, read in
    order, without lines.
    """
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for _xml, width in parts)
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{xml}</w:tc>'
        for xml, width in parts
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(width for _xml, width in parts)}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/>'
        '<w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>"
        f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr></w:tbl>"
    )


def row(cells: Iterable[str], *, header: bool = False) -> str:
    """Write a row that is never split; `header`: repeated on each page."""
    repeated = "<w:tblHeader/>" * header
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(cells)}</w:tr>"


def cell(text: str, style: str, width: int, *, fill: str = "", keep: bool = False) -> str:
    """Write a cell; `fill`: #RRGGBB behind it, or empty."""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill.removeprefix("#")}"/>'
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade if fill else ""}'
        f'<w:vAlign w:val="center"/></w:tcPr>{paragraph(text, style, keep=keep)}</w:tc>'
    )


def _attribute(text: str) -> str:
    return quoteattr(" ".join(plain(text).splitlines()))


def _bookmark(number: int) -> str:
    return f"_Toc{number:08d}"
