"""What is set in a Word document once its template is filled: the list of contents, orders, widths,
properties.
"""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from xlperf.documents.report_template import LANGUAGE
from xlperf.excel.markup import NOT_XML

if TYPE_CHECKING:
    from collections.abc import Iterable

    from docx.shared import Emu

    from xlperf.documents.pack_values import PackContents, PrintedTable

NO_TEXT = "\ufffd"
"""Stands for a character that XML cannot hold."""
PRIVATE_USE = re.compile("[\ue000\ue001]")
LISTED = ("Heading 1", "Heading 2")
"""Styles of the headings in the list of contents, as python-docx names them."""
CELL_ORDER = (
    "tcW",
    "gridSpan",
    "vMerge",
    "tcBorders",
    "shd",
    "noWrap",
    "tcMar",
    "textDirection",
    "tcFitText",
    "vAlign",
)
"""Order of the properties of a cell (ISO/IEC 29500-1, 17.4.66)."""


LONGEST_PROPERTY = 255
"""Characters python-docx takes for a property."""
LEAST_WIDTH = 8
"""Characters of the narrowest column of an appendix."""
PART_OF_LETTER = 0.45
"""Share of a letter, where a column of nine letters has 9 ** 0.62."""
LONGEST_WORD = 24
"""Letters from which a word may be broken: no column can be as wide as every word."""
MARK = "\ue000contents\ue001"
"""Text, of private characters, whose paragraph becomes the list of contents."""


def plain(text: str) -> str:
    """Give a text as XML can hold it; line breaks are kept."""
    broken = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n")
    return PRIVATE_USE.sub(NO_TEXT, NOT_XML.sub(NO_TEXT, broken))


def list_contents(document: Any) -> None:
    """Put the headings into the list of contents, each a link to its place.

    The number of the page is a field. It is empty until a program lays the pages out and fills it:
    a number printed before that could only be a guess.
    """
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn

    levels = {
        style.style_id: int(style.name[-1]) for style in document.styles if style.name in LISTED
    }
    paragraphs = list(document.element.body.iter(qn("w:p")))
    mark = next((paragraph for paragraph in paragraphs if _words(paragraph) == MARK), None)
    headings = [
        paragraph for paragraph in paragraphs if paragraph.style in levels and _words(paragraph)
    ]
    for number, heading in enumerate(headings, 1):
        place = f"_Toc{number:08d}"
        heading.pPr.addnext(
            parse_xml(f'<w:bookmarkStart {nsdecls("w")} w:id="{number}" w:name="{place}"/>')
        )
        heading.append(parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="{number}"/>'))
        if mark is not None:
            mark.addprevious(_entry(_words(heading), place, levels[heading.style]))
    if mark is not None:
        _keep_section(mark)
        mark.getparent().remove(mark)


def _keep_section(mark: Any) -> None:
    """Hand on the end of a section to the paragraph before, where a template has put it at the list
    of contents.
    """
    from docx.oxml.ns import qn

    end, before = mark.find(f"{qn('w:pPr')}/{qn('w:sectPr')}"), mark.getprevious()
    if end is not None and before is not None:
        before.get_or_add_pPr().append(end)


def _words(paragraph: Any) -> str:
    from docx.oxml.ns import qn

    return "".join(text.text or "" for text in paragraph.iter(qn("w:t"))).strip()


def _entry(text: str, place: str, level: int) -> Any:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from markupsafe import escape

    def field(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    return parse_xml(
        f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="TOC{level}"/></w:pPr>'
        f'<w:hyperlink w:anchor="{place}" w:history="1"><w:r><w:t'
        f' xml:space="preserve">{escape(text)}</w:t></w:r>'
        f"<w:r><w:tab/></w:r>{field('begin')}"
        f'<w:r><w:instrText xml:space="preserve"> PAGEREF {place} \\h </w:instrText></w:r>'
        f"{field('separate')}<w:r><w:t></w:t></w:r>{field('end')}</w:hyperlink></w:p>"
    )


def order_cells(document: Any) -> None:
    """Put the shading that docxtpl has added into its place among a cell's properties."""
    from docx.oxml.ns import qn

    order = {qn(f"w:{name}"): place for place, name in enumerate(CELL_ORDER)}
    for properties in document.element.body.iter(qn("w:tcPr")):
        properties[:] = sorted(properties, key=lambda child: order.get(child.tag, len(order)))


def widen(document: Any, appendices: Iterable[PrintedTable]) -> None:
    """Give the columns of the appendices the widths of the sheets they are made from."""
    from docx.oxml.ns import qn

    named = {sheet.name: sheet for sheet in appendices}
    for table in document.element.body.iter(qn("w:tbl")):
        caption = table.tblPr.find(qn("w:tblCaption"))
        sheet = named.get("" if caption is None else caption.get(qn("w:val")))
        if sheet is None:
            continue
        columns = table.tblGrid.gridCol_lst
        widths = _shares(sheet, sum(column.w or 0 for column in columns))
        for column, width in zip(columns, widths, strict=True):
            column.w = width
        for row in table.tr_lst:
            for cell, width in zip(row.tc_lst, widths, strict=True):
                cell.width = width


def _shares(sheet: PrintedTable, total: int) -> list[Emu]:
    """Share a width out: in proportion, but the root of it, so that short columns can hold their
    titles; and so that no word is broken, up to `LONGEST_WORD`.
    """
    from docx.shared import Emu

    parts = [
        max(max(width, LEAST_WIDTH) ** 0.62, PART_OF_LETTER * _longest_word(sheet, place))
        for place, width in enumerate(sheet.widths)
    ]
    return [Emu(total * part / sum(parts)) for part in parts]


def _longest_word(sheet: PrintedTable, place: int) -> int:
    """Letters of the longest word of a column."""
    texts = (str(row[place]) for row in sheet.rows if row[place] is not None)
    return min(max((len(word) for text in texts for word in text.split()), default=0), LONGEST_WORD)


def set_properties(document: Any, contents: PackContents) -> None:
    """Set the properties on purpose, and drop every other part that speaks of the file."""
    properties = document.core_properties
    moment = datetime.combine(contents.prepared, time())
    properties.title = plain(f"{contents.title}: {contents.period}")[:LONGEST_PROPERTY]
    properties.subject = plain(contents.force)[:LONGEST_PROPERTY]
    properties.author = properties.last_modified_by = plain(contents.office)[:LONGEST_PROPERTY]
    properties.keywords = plain(contents.marking)[:LONGEST_PROPERTY]
    properties.language = LANGUAGE
    properties.created = properties.modified = moment
    properties.revision = 1
    for name in ("category", "comments", "content_status", "identifier", "version"):
        setattr(properties, name, "")
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if not relation.reltype.endswith(("/officeDocument", "/core-properties")):
            del package.rels[key]
