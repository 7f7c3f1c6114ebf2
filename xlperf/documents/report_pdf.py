"""The report as a PDF: the blocks of `xlperf.documents.report_blocks` laid out by Typst."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from xlperf.documents.chart_marks import marks
from xlperf.documents.column_widths import fitted, longest_word
from xlperf.documents.report_blocks import (
    Bullets,
    ChartRow,
    ContentsList,
    Heading,
    Paragraph,
    TableBlock,
)
from xlperf.documents.typesetting import pdf_pages
from xlperf.tiles.layout import is_dark

if TYPE_CHECKING:
    from xlperf.documents.report_blocks import Block, NumberedChart, Report, TableCell, TableColumn

TEXT_WIDTHS = {False: 482.0, True: 729.0}
"""Points of the text of an upright page, and of one on its side: A4 with margins of 2 cm."""
LETTER, BESIDE = 4.7, 8.0
"""Points of a letter of a table, of 9 points, and of the room beside a text."""
MOST_TOGETHER = 24.0
"""Rows of the tallest table that is kept on one page."""
LETTERS_A_ROW = 90
"""Letters of a cell that make a row as tall as another."""


def report_pdf(report: Report) -> bytes:
    """Give the bytes of the report, a .pdf; raises `PackError` where it cannot be made."""
    data = {
        "foot": f"{report.title}: {report.period}",
        "parts": [
            {
                "sideways": part.sideways,
                "blocks": [_block_data(block, sideways=part.sideways) for block in part.blocks],
            }
            for part in report.parts
        ],
    }
    return pdf_pages("report", "Report", report, data)


def _block_data(block: Block, *, sideways: bool) -> dict[str, Any]:
    match block:
        case Paragraph():
            return {"kind": "paragraph", **asdict(block)}
        case Heading():
            return {"kind": "heading", **asdict(block)}
        case Bullets():
            return {"kind": "bullets", **asdict(block)}
        case TableBlock():
            return _table_data(block, TEXT_WIDTHS[sideways])
        case ChartRow(charts):
            widths = block.widths
            drawn = [_chart_data(*item) for item in zip(charts, widths, strict=True)]
            return {"kind": "charts", "charts": drawn}
        case ContentsList():
            return {"kind": "contents"}


def _chart_data(item: NumberedChart, width: int) -> dict[str, Any]:
    return {
        "caption": f"Figure {item.number}: {item.title}",
        "alt": item.alt,
        "marks": marks(item.chart),
        "width": width,
    }


def _table_data(block: TableBlock, text_width: float) -> dict[str, Any]:
    whole = sum(column.width for column in block.columns)
    widths = [text_width * column.width / whole for column in block.columns]
    needs = [
        LETTER * longest_word([column.title, *(row[place].text for row in block.rows)]) + BESIDE
        for place, column in enumerate(block.columns)
    ]
    return {
        "kind": "table",
        "together": block.together and _fits_a_page(block),
        "columns": [asdict(column) | _dark(column) for column in block.columns],
        "widths": fitted(widths, needs),
        "rows": [[asdict(cell) | _dark(cell) for cell in row] for row in block.rows],
    }


def _dark(item: TableColumn | TableCell) -> dict[str, bool]:
    """Whether white stands on its fill."""
    return {"dark": bool(item.fill) and is_dark(item.fill)}


def _fits_a_page(block: TableBlock) -> bool:
    """Whether a table is small enough for one page, by a rough count of its rows."""
    rows = (1 + max(len(cell.text) for cell in row) / LETTERS_A_ROW for row in block.rows)
    return sum(rows) <= MOST_TOGETHER
