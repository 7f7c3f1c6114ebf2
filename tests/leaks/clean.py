"""Files of each kind as they should leave: made by the usual libraries, with nothing in them but
what they show.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO
from typing import TYPE_CHECKING, Any

import docx
import xlsxwriter
from docx.shared import RGBColor

from tests.excel.torture import packed, png, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable

WHEN = datetime(2014, 10, 20, 9, 0, tzinfo=UTC)
MEASURES = (
    ("Domestic burglary", 4253, 0.081),
    ("Violence with injury", 5466, 0.044),
    ("Hate crime", 0, 0.0),
)
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def workbook(add: Callable[[Any, Any], None] | None = None) -> bytes:
    """A panel workbook: a table, a chart of it with its picture's text, a coloured head, a link;
    `add` adds to it.
    """
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties(
            {"title": "Performance dashboard", "created": WHEN.replace(tzinfo=None)}
        )
        board, notes = book.add_worksheet("Dashboard"), book.add_worksheet("Notes")
        head = book.add_format({"bg_color": "#1F3864", "font_color": "#FFFFFF", "bold": True})
        share = book.add_format({"num_format": "+0.0%;−0.0%;0.0%"})
        board.merge_range("A1:C1", "Performance", head)
        headings = ("Measure", "Count", "Change")
        board.add_table(
            2,
            0,
            5,
            2,
            {
                "name": "tblMeasures",
                "columns": [{"header": text, "header_format": head} for text in headings],
            },
        )
        for row, (name, count, change) in enumerate(MEASURES, 3):
            board.write(row, 0, name)
            board.write(row, 1, count)
            board.write(row, 2, change, share)
        board.set_column("A:A", 30)
        board.set_footer("&L&8Protective marking: OFFICIAL&R&8Page &P of &N")
        board.print_area("A1:M26")
        board.set_landscape()
        board.set_paper(9)
        board.fit_to_pages(1, 1)
        chart = book.add_chart({"type": "bar"})
        chart.add_series(
            {
                "name": "=Dashboard!$B$3",
                "categories": "=Dashboard!$A$4:$A$6",
                "values": "=Dashboard!$B$4:$B$6",
                "categories_data": [name for name, _, _ in MEASURES],
                "values_data": [count for _, count, _ in MEASURES],
            }
        )
        chart.set_title({"name": "Offences in the year"})
        board.insert_chart(
            "E3", chart, {"description": "Bars of three measures; burglary is 4,253."}
        )
        board.insert_image(
            "E22", "logo.png", {"image_data": png(), "description": "The office's mark"}
        )
        notes.write("A1", "Years end in September. Marked [p]: provisional.")
        notes.write_url("A2", "https://www.gov.uk/police", string="Where figures come from")
        if add is not None:
            add(book, board)
    return out.getvalue()


def document(add: Callable[[Any], None] | None = None) -> bytes:
    """A report: a heading, paragraphs, a table with a dark head, a header, a picture; `add` adds to
    it.
    """
    made = docx.Document()
    properties = made.core_properties
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.title, properties.created, properties.modified = "Report to the panel", WHEN, WHEN
    made.add_heading("Performance", 1)
    made.add_paragraph("There were 4,253 domestic burglaries in the year to September 2014.")
    table = made.add_table(2, 2)
    table.style = "Light Grid Accent 1"
    table.cell(0, 0).text, table.cell(0, 1).text = "Measure", "Count"
    table.cell(1, 0).text, table.cell(1, 1).text = "Domestic burglary", "4,253"
    shaded(table.cell(0, 0), "1F3864")
    table.cell(0, 0).paragraphs[0].runs[0].font.color.rgb = RGBColor(255, 255, 255)
    made.sections[0].header.paragraphs[0].text = "OFFICIAL"
    picture = made.add_picture(png())
    picture._inline.docPr.set("descr", "The office's mark")
    if add is not None:
        add(made)
    out = BytesIO()
    made.save(out)
    return without_template(out.getvalue())


def shaded(cell: Any, colour: str) -> None:
    """Give a cell of a table a background."""
    from docx.oxml import parse_xml

    cell._tc.get_or_add_tcPr().append(
        parse_xml(f'<w:shd xmlns:w="{WORD}" w:val="clear" w:fill="{colour}"/>')
    )


def without_template(data: bytes) -> bytes:
    """Without what the library's own template carries along: a thumbnail, custom XML, editing
    sessions.
    """
    parts = {
        name: part
        for name, part in unpacked(data).items()
        if not re.match("customXml|docProps/thumb", name)
    }
    for name in ("_rels/.rels", "word/_rels/document.xml.rels"):
        parts[name] = re.sub(
            rb"<Relationship [^>]*(?:customXml|thumbnail)[^>]*/>", b"", parts[name]
        )
    types = "[Content_Types].xml"
    parts[types] = re.sub(
        rb'<Override [^>]*customXml[^>]*/>|<Default [^>]*"jpeg"[^>]*/>', b"", parts[types]
    )
    settings = "word/settings.xml"
    parts[settings] = re.sub(rb"<w:rsids>.*?</w:rsids>", b"", parts[settings], flags=re.DOTALL)
    return packed(parts)


PLAIN_PAGE = (
    "BT /F1 11 Tf 72 720 Td (Domestic burglary 4,253) Tj 0 -20 Td (Violence with injury 5,466)"
    " Tj ET"
)


def pdf(operations: str = "", change: Callable[[Any, Any], None] | None = None) -> bytes:
    """A page of two lines; `operations` are drawn after them, `change` gets the writer and its
    page.
    """
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    names = {
        "/Type": "/Font",
        "/Subtype": "/Type1",
        "/BaseFont": "/Helvetica",
        "/Encoding": "/WinAnsiEncoding",
    }
    font = DictionaryObject({NameObject(key): NameObject(value) for key, value in names.items()})
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    content = DecodedStreamObject()
    content.set_data(f"{PLAIN_PAGE}\n{operations}".encode("latin-1"))
    page[NameObject("/Contents")] = writer._add_object(content)
    writer.add_metadata({"/Title": "Performance dashboard"})
    if change is not None:
        change(writer, page)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def mail(
    change: Callable[[EmailMessage], None] | None = None, *, html: str = "", attach: bool = True
) -> bytes:
    """A draft to the panel with a plain body and the workbook attached."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "office@pcc.example"
    message["To"] = "panel@council.example"
    message["Subject"] = "OFFICIAL: performance dashboard, September 2014"
    message["X-Unsent"] = "1"
    message.set_content("The dashboard is attached.\n")
    if html:
        message.add_alternative(html, subtype="html")
    if attach:
        attached(message, workbook(), "Dashboard.xlsx")
    if change is not None:
        change(message)
    return message.as_bytes()


def attached(message: EmailMessage, data: bytes, name: str) -> None:
    """Attach a file."""
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
