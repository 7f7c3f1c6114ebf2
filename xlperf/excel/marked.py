"""Cells of a closed workbook that hold markers, and why some cannot be filled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlperf.excel import markup
from xlperf.excel.areas import address
from xlperf.excel.port import OPENING, MarkedCell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xlperf.excel.contents import WorkbookParts
    from xlperf.excel.parts import SheetEntry
    from xlperf.excel.scanned import ScannedCell

SHARED = re.compile(rb"\st\s*=\s*[\"']s[\"'][^>]*>\s*<(?:[^\s/>:]+:)?v\b[^>]*>\s*(\d{1,9})\s*<")
"""Number of the shared text of a cell."""
UNUSUAL = re.compile(rb"&#(?:0*91|x0*5[bB]);|<!\[CDATA\[|\[</")
"""An opening bracket in another writing, or at the end of a run of a rich text."""


def marked_cells(contents: WorkbookParts, tables: Iterable[str]) -> tuple[MarkedCell, ...]:
    """Return the cells whose text or formula holds a marker, on sheets without any of `tables`."""
    names = {name.lower() for name in tables}
    ours = {table.sheet for name, table in contents.tables().items() if name in names}
    shared = contents.texts()
    numbers = frozenset(number for number in range(len(shared)) if OPENING in shared[number])
    return tuple(
        cell
        for entry in contents.workbook.sheets
        if entry.kind == "worksheet" and entry not in ours
        for cell in _of_sheet(contents, entry, numbers)
    )


def texts_before(
    contents: WorkbookParts, entry: SheetEntry, row: int, column: int
) -> tuple[MarkedCell, ...]:
    """Return the texts left of a cell, no formulas, nearest first."""
    sheet = contents.sheet(entry)
    values = (
        (left, contents.value(cell))
        for left in range(column - 1, 0, -1)
        if (cell := sheet.cell(row, left)) is not None and cell.formula is None
    )
    return tuple(
        MarkedCell(entry.name, address(row, left), value)
        for left, value in values
        if isinstance(value, str) and value.strip()
    )


def _of_sheet(
    contents: WorkbookParts, entry: SheetEntry, numbers: frozenset[int]
) -> Iterator[MarkedCell]:
    """Cells of a sheet that hold markers; `numbers`: those of the shared texts with a marker."""
    if not _may_hold(markup.as_utf8(contents.content(entry.part)), numbers):
        return
    sheet = contents.sheet(entry)
    for row, column, cell in sheet.cells(1):
        text = _text(contents, cell)
        if OPENING in text:
            fault = _fault(contents, entry, row, column, cell)
            yield MarkedCell(entry.name, address(row, column), text.strip(), fault)


def _may_hold(data: bytes, numbers: frozenset[int]) -> bool:
    """Whether a sheet may hold a text with a marker: of its own, or one of the shared texts."""
    if OPENING.encode() in data or UNUSUAL.search(data):
        return True
    return bool(numbers) and any(int(match[1]) in numbers for match in SHARED.finditer(data))


def _text(contents: WorkbookParts, cell: ScannedCell) -> str:
    if cell.formula is not None and OPENING in cell.formula:
        return cell.formula
    if cell.kind not in ("s", "str", "inlineStr"):
        return ""
    value = contents.value(cell)
    return value if isinstance(value, str) else ""


def _fault(
    contents: WorkbookParts, entry: SheetEntry, row: int, column: int, cell: ScannedCell
) -> str | None:
    sheet = contents.sheet(entry)
    if cell.formula is not None:
        return "holds a formula"
    merged = sheet.merged_at(row, column)
    if merged is not None:
        return f"is inside the merged area {merged}"
    for table in contents.tables().values():
        inside = table.area.left <= column <= table.area.right
        if table.sheet == entry and inside and table.header and row == table.area.top:
            return f"is a header of the table {table.name}"
        if table.sheet == entry and inside and table.totals and row == table.area.bottom:
            return f"is in the total row of the table {table.name}"
    return sheet.refusal(row, column)
