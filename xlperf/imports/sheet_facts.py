"""What the bytes of a workbook say before it is read: how far its sheets reach, what is hidden, and
formulas that no program has calculated.

calamine takes memory for the whole rectangle up to the last cell, so a cell far out has to be found
first. It says nothing of hidden rows, and gives the 0 that some programs store for a formula that
has not been calculated ([MS-OI29500] 2.1.727, ``fullCalcOnLoad``; XlsxWriter, "Formula Results").
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlperf.errors import WorkbookError
from xlperf.excel.port import column_number
from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlperf.excel.package import Package

MOST_CELLS = 30_000_000
"""Largest sheet, in cells of the rectangle that is in use."""
CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br\s*=\s*[\"']([A-Za-z]{1,3})([0-9]{1,7})[\"']")
HIDDEN = re.compile(rb"<(?:\w+:)?(?:row|col)\s[^>]*?\bhidden\s*=\s*[\"'](?:1|true)[\"']")
NO_RESULT = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f[^>]*/>)\s*(?:<(?:\w+:)?v>0?</|</(?:\w+:)?c>)"
)
"""A formula whose result is 0, or is not there."""
NOT_CALCULATED = re.compile(rb"\bfullCalcOnLoad\s*=\s*[\"'](?:1|true)[\"']")
ODS_ROW = re.compile(rb"<table:table-row\b([^>]*?)/?>")
ODS_CELL = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*?)(/?)>")
ODS_ROWS_REPEATED = re.compile(rb"number-rows-repeated\s*=\s*[\"']([0-9]{1,9})[\"']")
ODS_COLUMNS_REPEATED = re.compile(rb"number-columns-repeated\s*=\s*[\"']([0-9]{1,9})[\"']")
SHEETS, BINARY_SHEETS, ODS_CONTENT = "xl/worksheets/", ".bin", "content.xml"
ROW_RECORD, CELL_RECORDS = 0, range(1, 12)
"""Types of records of a binary sheet: a row, and its cells ([MS-XLSB] 2.3, BrtRowHdr, BrtCellBlank
to BrtFmlaError)."""


class Extent(NamedTuple):
    """How far a sheet reaches."""

    rows: int
    columns: int


def require_small(package: Package) -> None:
    """Refuse a workbook with a cell so far out that the rectangle up to it takes all memory."""
    for extent in _extents(package):
        if extent.rows * extent.columns > MOST_CELLS:
            raise WorkbookError(
                f"{package.what} uses {extent.rows:,} rows by {extent.columns:,} columns of a"
                f" sheet, more than is read ({MOST_CELLS:,} cells). Delete what stands far from the"
                " table."
            )


def _extents(package: Package) -> Iterator[Extent]:
    for member in package.by_name:
        if member.startswith(SHEETS) and member.endswith(BINARY_SHEETS):
            yield _of_binary(package.read(member))
        elif member.startswith("xl/") and member.endswith(".xml"):
            places = CELL.findall(package.read(member))
            rows = max((int(row) for _, row in places), default=0)
            columns = {letters.upper() for letters, _ in places}
            yield Extent(rows, max((column_number(item.decode()) for item in columns), default=0))
        elif member == ODS_CONTENT:
            yield from _of_ods(package.read(member))


def _of_binary(data: bytes) -> Extent:
    """Extent of a sheet of .xlsb: records of a type, a size and as many bytes."""
    rows = columns = place = 0
    while place < len(data):
        kind, place = _number(data, place, 2)
        size, place = _number(data, place, 4)
        value = int.from_bytes(data[place : place + 4], "little")
        if kind == ROW_RECORD:
            rows = max(rows, value + 1)
        elif kind in CELL_RECORDS:
            columns = max(columns, value + 1)
        place += size
    return Extent(rows, columns)


def _number(data: bytes, place: int, most: int) -> tuple[int, int]:
    """A number of at most so many bytes, seven bits in each; and the place after it."""
    number = 0
    for index in range(most):
        byte = data[place + index] if place + index < len(data) else 0
        number |= (byte & 0x7F) << (7 * index)
        if not byte & 0x80:
            return number, place + index + 1
    return number, place + most


def _of_ods(data: bytes) -> Iterator[Extent]:
    """Extents of the sheets of an .ods; rows and cells may be written once and stand for many.
    What is repeated to the end of a sheet without a value takes no memory.
    """
    for sheet in data.split(b"<table:table ")[1:]:
        rows = columns = filled_rows = 0
        for part in re.split(rb"(?=<table:table-row\b)", sheet)[1:]:
            match = ODS_ROW.match(part)
            rows += _repeated(ODS_ROWS_REPEATED, match[1] if match else b"")
            width = filled = 0
            for attributes, _ in ODS_CELL.findall(part):
                width += _repeated(ODS_COLUMNS_REPEATED, attributes)
                if b"value" in attributes or b"formula" in attributes:
                    filled = width
            if filled:
                filled_rows, columns = rows, max(columns, filled)
        yield Extent(filled_rows, columns)


def _repeated(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    match = pattern.search(attributes)
    return int(match[1]) if match else 1


def hidden_parts(package: Package) -> bool:
    """Whether rows or columns of a sheet are hidden, by a filter or by hand; of an .xlsx."""
    return any(HIDDEN.search(package.read(member)) for member in _sheets(package))


def has_uncalculated(package: Package) -> bool:
    """Whether a workbook asks to be calculated when it is opened, and has formulas with 0 for a
    result: programs write it where they have none.
    """
    book = "xl/workbook.xml"
    return (
        book in package.by_name
        and NOT_CALCULATED.search(package.read(book)) is not None
        and any(NO_RESULT.search(package.read(member)) for member in _sheets(package))
    )


def _sheets(package: Package) -> list[str]:
    return [name for name in package.by_name if name.startswith(SHEETS) and name.endswith(".xml")]
