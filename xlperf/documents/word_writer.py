"""The report as a Word document: the blocks of `xlperf.documents.report_blocks` written into a
template.

The template (`xlperf.documents.report_template`, or one that the office has restyled) gives styles,
page sizes, headers and footers. Properties, dates and parts of the package are set here, whatever
it carries; the same report and template give the same bytes.
"""

from __future__ import annotations

import zipfile
from copy import deepcopy
from datetime import datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any

from xlperf.documents.pictures import pictures
from xlperf.documents.plain_text import LANGUAGE, plain
from xlperf.documents.report_blocks import (
    TEXT_WIDTH,
    Align,
    Bullets,
    ChartRow,
    ContentsList,
    Heading,
    Look,
    Paragraph,
    TableBlock,
    TextRole,
)
from xlperf.documents.report_template import fill_tags, packed, report_place, template
from xlperf.documents.template_file import read, refusing
from xlperf.documents.word_markup import (
    captioned,
    cell,
    contents_entry,
    empty_paragraph,
    paragraph,
    row,
    side_by_side,
    table,
    word_elements,
)
from xlperf.errors import PackError
from xlperf.tiles.layout import is_dark

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xlperf.documents.report_blocks import Block, NumberedChart, Report, TableCell, TableColumn

LONGEST_PROPERTY = 255
"""Characters python-docx takes for a property."""
TWIP, MILLIMETRE = 635, 36_000
"""EMU in a twentieth of a point, in which Word writes lengths, and in a millimetre."""
HEADINGS = {1: "heading 1", 2: "heading 2", 3: "heading 3"}
UNLISTED = "Contents Heading"
LOOKS = {
    Look.TEXT: "Table Text",
    Look.FINE: "Table Fine",
    Look.FIGURE: "Table Figure",
    Look.NUMBER: "Number",
}
HEADS = {
    Align.START: "Table Head",
    Align.CENTRE: "Table Head Centre",
    Align.END: "Table Head Right",
}


def word_report(report: Report, template_file: Path | None = None) -> bytes:
    """Give the bytes of the report, a .docx.

    Parameters
    ----------
    report
        What to write.
    template_file
        A restyled template; None: the one that comes with the program.

    Raises
    ------
    PackError
        The template cannot be read, lacks a style or the place of the report, or has a tag that
        nobody knows.
    """
    import docx

    name = (
        "The template that comes with the program"
        if template_file is None
        else f"The template {template_file}"
    )
    data = template() if template_file is None else read(template_file, name)
    memory = BytesIO()
    with refusing(name, foreign=template_file is not None):
        document = docx.Document(BytesIO(data))
        place = report_place(document, name)
        fill_tags(document, report, name)
        _WordWriter(document, name).write(report, place)
        _drop_unused_heads(document)
        _set_properties(document, report)
        document.save(memory)
    with zipfile.ZipFile(memory) as package:
        return packed({part: package.read(part) for part in sorted(package.namelist(), key=_place)})


def _place(part: str) -> tuple[bool, str]:
    """Place of a part in the package: the list of types first, as readers expect."""
    return part != "[Content_Types].xml", part


class _WordWriter:
    """Writes a report into a document of python-docx, once."""

    def __init__(self, document: Any, name: str) -> None:
        self._document, self._name = document, name
        self._styles: dict[str, str] = {
            style.element.name_val: style.style_id for style in document.styles
        }
        self._listed: list[Heading] = []
        self._bookmarks = 0
        self._pictures: dict[int, bytes] = {}
        self._width = 0
        self._first_id = document.part.next_id
        self._narrowest = min(map(_text_width, _setups(document)))

    def write(self, report: Report, place: Any) -> None:
        """Put every part in the place of a paragraph; each is a section of its own."""
        blocks = [block for part in report.parts for block in part.blocks]
        self._listed = [
            block for block in blocks if isinstance(block, Heading) and _in_contents(block)
        ]
        rows = [block for block in blocks if isinstance(block, ChartRow)]
        charts = [(item, width) for row in rows for item, width in _with_widths(row)]
        drawn = pictures([(item.chart, width) for item, width in charts])
        self._pictures = {
            item.number: data for (item, _width), data in zip(charts, drawn, strict=True)
        }
        upright, sideways = _page_setups(self._document)
        end = place.getnext()
        for part in report.parts:
            setup = sideways if part.sideways else upright
            self._width = _text_width(setup)
            written = word_elements("".join(map(self._block, part.blocks)))
            if part is report.parts[-1] and end is not None and end.tag == setup.tag:
                end.getparent().replace(end, deepcopy(setup))  # nothing follows: the last section
            else:
                _end_section(written, setup, self._style(TextRole.BODY))
            for element in written:
                place.addprevious(element)
        place.getparent().remove(place)

    def _style(self, name: str) -> str:
        if name not in self._styles:
            raise PackError(
                f"{self._name} has no style '{name}'. Copy it from the template that comes with the"
                " program, or begin with that one."
            )
        return self._styles[name]

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph(text, role):
                return paragraph(text, self._style(role.value))
            case Heading():
                return self._heading(block)
            case Bullets(texts, small):
                style = self._style("List Bullet Small" if small else "List Bullet")
                return "".join(paragraph(text, style) for text in texts)
            case TableBlock():
                return self._table(block)
            case ChartRow():
                return self._charts(block)
            case ContentsList():
                return self._contents()

    def _heading(self, heading: Heading) -> str:
        style = self._style(HEADINGS[heading.level] if heading.listed else UNLISTED)
        mark = 0
        if _in_contents(heading):
            self._bookmarks += 1
            mark = self._bookmarks
        return paragraph(heading.text, style, bookmark=mark)

    def _contents(self) -> str:
        """Every listed heading, each a link to its place.

        The number of the page is a field. It is empty until a program lays the pages out and fills
        it: a number printed before that could only be a guess.
        """
        return "".join(
            contents_entry(heading.text, number, self._style(f"toc {heading.level}"))
            for number, heading in enumerate(self._listed, 1)
        )

    def _charts(self, block: ChartRow) -> str:
        charts = [(self._chart(item, width), width) for item, width in _with_widths(block)]
        if len(charts) == 1:
            return charts[0][0]
        return side_by_side([(xml, int(width * MILLIMETRE / TWIP)) for xml, width in charts])

    def _chart(self, item: NumberedChart, width: int) -> str:
        """Write a chart as wide as so many millimetres, or as the share of a narrower page."""
        share = width / TEXT_WIDTH
        data = BytesIO(self._pictures[item.number])
        wide = min(width * MILLIMETRE, int(self._narrowest * share))
        drawing = self._document.part.new_pic_inline(data, wide)
        for side in ("distT", "distB", "distL", "distR"):
            drawing.set(side, "0")
        drawing.docPr.set("descr", plain(item.alt))
        drawing.docPr.set("id", str(self._first_id + item.number))
        drawing.docPr.set("name", f"Chart {item.number}")
        styles = self._style("Picture"), self._style("caption")
        return captioned(str(drawing.xml), item.number, item.title, *styles)

    def _table(self, block: TableBlock) -> str:
        widths = _widths(block.columns, self._width)
        titles = (
            cell(column.title, self._head(column), width, fill=column.fill)
            for column, width in zip(block.columns, widths, strict=True)
        )
        head = row(titles, header=True)
        rows = (
            row(
                cell(item.text, self._look(item), width, fill=item.fill, keep=block.together)
                for item, width in zip(cells, widths, strict=True)
            )
            for cells in block.rows
        )
        style = self._style("Report Table")
        return table(block.name, block.description, style, widths, (head, *rows))

    def _head(self, column: TableColumn) -> str:
        return self._style(_on(column.fill) if column.fill else HEADS[column.align])

    def _look(self, item: TableCell) -> str:
        return self._style(_on(item.fill) if item.look is Look.STATUS else LOOKS[item.look])


def _with_widths(block: ChartRow) -> list[tuple[NumberedChart, int]]:
    return list(zip(block.charts, block.widths, strict=True))


def _on(fill: str) -> str:
    return "Status On Dark" if is_dark(fill) else "Status On Light"


def _in_contents(heading: Heading) -> bool:
    return heading.listed and heading.level <= 2


def _widths(columns: Sequence[TableColumn], total: int) -> list[int]:
    """Widths of columns that share out a length in EMU, in twentieths of a point."""
    whole = sum(column.width for column in columns)
    return [int(total / TWIP * column.width / whole) for column in columns]


# -- pages


def _setups(document: Any) -> list[Any]:
    """Every setup of pages of a document, the elements that end its sections."""
    return [section._sectPr for section in document.sections]  # noqa: SLF001 - python-docx has no public way


def _page_setups(document: Any) -> tuple[Any, Any]:
    """Setups of upright and of sideways pages; where there is one alone, the other is it turned."""
    from docx.enum.section import WD_ORIENT

    setups = _setups(document)
    by_way = {_lies(setup): setup for setup in reversed(setups)}
    for lies in (False, True):
        if lies not in by_way:
            turned = deepcopy(by_way[not lies])
            turned.page_width, turned.page_height = turned.page_height, turned.page_width
            turned.orientation = WD_ORIENT.LANDSCAPE if lies else WD_ORIENT.PORTRAIT
            by_way[lies] = turned
    return by_way[False], by_way[True]


def _lies(setup: Any) -> bool:
    return bool((setup.page_width or 0) > (setup.page_height or 0))


def _text_width(setup: Any) -> int:
    """Width of the text of a page, in EMU."""
    return int(setup.page_width - setup.left_margin - setup.right_margin)


def _drop_unused_heads(document: Any) -> None:
    """Drop headers and footers that no section has any more, as where no page is on its side."""
    from docx.oxml.ns import qn

    used = {
        reference.get(qn("r:id"))
        for reference in document.element.iter(qn("w:headerReference"), qn("w:footerReference"))
    }
    for key, relation in list(document.part.rels.items()):
        if relation.reltype.endswith(("/header", "/footer")) and key not in used:
            del document.part.rels[key]


def _end_section(written: list[Any], setup: Any, style: str) -> None:
    """End a section with its last paragraph, or with an empty one behind a table."""
    from docx.oxml.ns import qn

    if not written or written[-1].tag != qn("w:p"):
        written.append(word_elements(empty_paragraph(style))[0])
    written[-1].get_or_add_pPr().append(deepcopy(setup))


def _set_properties(document: Any, report: Report) -> None:
    """Set the properties on purpose, and drop every other part that speaks of the file."""
    properties = document.core_properties
    moment = datetime.combine(report.prepared, time())
    properties.title = plain(f"{report.title}: {report.period}")[:LONGEST_PROPERTY]
    properties.subject = plain(report.force)[:LONGEST_PROPERTY]
    properties.author = properties.last_modified_by = plain(report.office)[:LONGEST_PROPERTY]
    properties.keywords = plain(report.marking)[:LONGEST_PROPERTY]
    properties.language = LANGUAGE
    properties.created = properties.modified = moment
    properties.revision = 1
    for name in ("category", "comments", "content_status", "identifier", "version"):
        setattr(properties, name, "")
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if not relation.reltype.endswith(("/officeDocument", "/core-properties")):
            del package.rels[key]
