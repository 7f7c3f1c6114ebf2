"""What a worksheet part holds, and at which byte offsets.

There are two ways with the same results. The quick way looks for rows and parses the cells of a row
only when they are needed. It is for parts in the form that Excel, LibreOffice and the common
libraries write. All other parts (a prefix on the main namespace, comments, CDATA, rows or cells
without ``r``, alternate content) go the thorough way: an XML parser reads them cell by cell.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from xlperf.errors import LayoutError, WorkbookError
from xlperf.excel import markup, plain
from xlperf.excel.areas import Area
from xlperf.excel.port import column_number
from xlperf.excel.scanned import (
    SPREADS,
    ScanData,
    ScannedCell,
    ScannedRow,
    row_number,
    style_number,
)
from xlperf.excel.thorough_scan import Surroundings, ThoroughScan

if TYPE_CHECKING:
    from collections.abc import Container

ATTRIBUTES = rb'(?P<attributes>(?:\s+[\w:]+="[^"<>]*")*)\s*'
ROW = re.compile(rb"\s*<row" + ATTRIBUTES + rb"(/?)>")
CELL = re.compile(
    rb"\s*<c r=\"(?P<letters>[A-Z]{1,3})(?P<number>[1-9][0-9]{0,6})\"" + ATTRIBUTES + rb"(?:/>|>"
    rb"(?:<f(?P<f>(?:\s[^<>]*?)?)(?:/>|>(?P<formula>[^<]*)</f>))?"
    rb"(?:<v\s*/>|<v(?:\s[^<>]*)?>(?P<value>[^<]*)</v>)?"
    rb"(?:<is>(?P<inline>.*?)</is>)?</c>)",
    re.DOTALL,
)
ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
FORMULA = re.compile(rb"<f(\s[^<>]*?)?/?>")
TEXT = re.compile(rb"<t(?:\s[^<>]*)?>([^<]*)</t>")
PHONETIC = re.compile(rb"<rPh\b.*?</rPh>", re.DOTALL)
LINK_STARTS = (b'HYPERLINK("#', b"HYPERLINK(&quot;#")
LONGEST = 100  #: characters of a fault that a sentence quotes


class Scan(ScanData):
    """A scanned worksheet part. The cells of a row are parsed when they are first needed."""

    __slots__ = ()

    def cell(self, row: ScannedRow, column: int) -> ScannedCell | None:
        """Return a cell of a row; None if the part does not have it."""
        if row.cells is not None:
            scanned = row.cells.get(column)
            if scanned is None or isinstance(scanned, ScannedCell):
                return scanned
        try:
            cells = self._cells(row)
            scanned = cells.get(column)
            if scanned is not None and not isinstance(scanned, ScannedCell):
                scanned = cells[column] = quick_cell(self.data, scanned)
        except (ValueError, KeyError) as error:
            raise _damage(self.part, error) from None
        return scanned

    def cells(self, row: ScannedRow) -> list[tuple[int, ScannedCell]]:
        """Return the cells of a row with their columns."""
        return [
            (column, cell)
            for column in self._cells(row)
            if (cell := self.cell(row, column)) is not None
        ]

    def columns(self, row: ScannedRow) -> Container[int]:
        """Return the columns of the cells of a row."""
        try:
            return self._cells(row)
        except (ValueError, KeyError) as error:
            raise _damage(self.part, error) from None

    def following(self, row: ScannedRow, column: int) -> int:
        """Return the offset of the first cell of a row to the right of a column.

        If there is none, returns the offset of the end of the row's content.
        """
        for place, scanned in self._cells(row).items():
            if place > column:
                return scanned.start if isinstance(scanned, ScannedCell) else _start(scanned)
        return row.content_end

    def _cells(self, row: ScannedRow) -> dict[int, ScannedCell | re.Match[bytes]]:
        if row.cells is None:
            row.cells = _quick_cells(self.data, row)
        if row.cells is None:
            try:
                for number, other in _thorough(self.data, self.part).rows.items():
                    self.rows[number].cells = other.cells
            except (ValueError, KeyError, OverflowError) as error:
                raise _damage(self.part, error) from None
        return row.cells if row.cells is not None else {}


def scan(data: bytes, part: str, cells: plain.Cells | None = None) -> Scan:
    """Scan a worksheet part; `cells` is what `plain.cells` found in it, if that is known.

    Raises `WorkbookError` if it is damaged, `LayoutError` if it cannot be edited safely.
    """
    try:
        scan_result = _quick(data, part, cells) or _thorough(data, part)
    except (ValueError, KeyError, OverflowError) as error:
        raise _damage(part, error) from None
    if scan_result.data_start < 0:
        raise LayoutError(f"The part {part} is not a worksheet.")
    return scan_result


def _damage(part: str, error: Exception) -> WorkbookError:
    return WorkbookError(
        f"The part {part} is damaged ({str(error)[:LONGEST]}). Restore the workbook from a backup."
    )


# -- the quick way
# --------------------------------------------------------------------------------------------------


def _quick(data: bytes, part: str, cells: plain.Cells | None = None) -> Scan | None:
    cells = cells or plain.cells(data, part)
    if cells is None:
        return None
    closed = cells.end > cells.last
    scan_result = Scan(
        data, part, data_tag_end=cells.first, data_close=cells.last if closed else -1
    )
    _surroundings(scan_result, cells)
    if not _quick_rows(scan_result, cells.last):
        return None
    _quick_formulas(scan_result, cells.last)
    return scan_result


def _surroundings(scan_result: Scan, cells: plain.Cells) -> None:
    """Scan what is around the cells: parse the part without its cells, and correct the offsets."""
    shift = cells.end - cells.start - len(plain.NO_CELLS)
    reader = Surroundings(scan_result)

    def at(offset: int) -> int:
        return offset if offset <= cells.start else offset + shift

    def begin(name: str, attributes: dict[str, str], offset: int) -> None:
        if offset == cells.start:
            scan_result.data_start = offset
        else:
            reader.start(name, attributes, at(offset))

    markup.parse(
        plain.without_cells(scan_result.data, cells),
        scan_result.part,
        start=begin,
        end=lambda name, offset: reader.end(name, at(offset)),
    )


def _quick_rows(scan_result: Scan, close: int) -> bool:
    data, place = scan_result.data, scan_result.data_tag_end
    while match := ROW.match(data, place, close):
        attributes = dict(ATTRIBUTE.findall(match.group(1)))
        number = attributes.get(b"r", b"").decode()
        start, tag_end = match.start("attributes") - len(b"<row"), match.end()
        content_end = end = tag_end
        if not match.group(2):
            content_end = data.find(b"</row>", tag_end, close)
            if content_end < 0:
                return False
            end = content_end + len(b"</row>")
        styled = attributes.get(b"customFormat") in (b"1", b"true") and b"s" in attributes
        style = style_number(attributes[b"s"].decode()) if styled else None
        scan_result.add_row(ScannedRow(row_number(number), start, tag_end, content_end, end, style))
        place = end
    return not data[place:close].strip()


def _quick_formulas(scan_result: Scan, close: int) -> None:
    data = scan_result.data
    if data.find(b"<f", scan_result.data_tag_end, close) < 0:
        return
    for match in FORMULA.finditer(data, scan_result.data_tag_end, close):
        scan_result.formulas = scan_result.formulas or not data.startswith(LINK_STARTS, match.end())
        if match.group(1):
            attributes = dict(ATTRIBUTE.findall(match.group(1)))
            if attributes.get(b"t", b"").decode() in SPREADS and b"ref" in attributes:
                scan_result.arrays.append(Area.of(attributes[b"ref"].decode()))


def _quick_cells(data: bytes, row: ScannedRow) -> dict[int, ScannedCell | re.Match[bytes]] | None:
    cells: dict[int, ScannedCell | re.Match[bytes]] = {}
    place, number = row.tag_end, b"%d" % row.number
    while match := CELL.match(data, place, row.content_end):
        column = _column(match["letters"])
        inline = match["inline"]
        if match["number"] != number or column in cells or (inline is not None and b"<c" in inline):
            return None
        cells[column] = match
        place = match.end()
    return None if data[place : row.content_end].strip() else cells


@lru_cache(maxsize=20_000)
def _column(letters: bytes) -> int:
    return column_number(letters.decode())


def _start(match: re.Match[bytes]) -> int:
    return match.start("letters") - len(b'<c r="')


@lru_cache(maxsize=20_000)
def _style_and_type(attributes: bytes) -> tuple[int, str]:
    values = dict(ATTRIBUTE.findall(attributes))
    return style_number(values.get(b"s", b"").decode()), values.get(b"t", b"n").decode()


def quick_cell(data: bytes, match: re.Match[bytes]) -> ScannedCell:
    """Return the cell that a match of `CELL` in `data` is. Raises ValueError if it is damaged."""
    tag_end = data.index(b">", match.end("attributes")) + 1
    cell = ScannedCell(_start(match), match.end(), tag_end, *_style_and_type(match["attributes"]))
    formula, about = match["formula"], match["f"]
    if about is not None:
        kind = dict(ATTRIBUTE.findall(about))
        cell.formula = element_text(formula or b"")
        cell.formula_kind = kind.get(b"t", b"normal").decode()
        cell.covers = kind.get(b"ref", b"").decode()
    if match["value"] is not None:
        cell.value = element_text(match["value"])
    elif match["inline"] is not None:
        cell.value = "".join(map(element_text, TEXT.findall(PHONETIC.sub(b"", match["inline"]))))
    return cell


def element_text(content: bytes) -> str:
    """Return the text of an element's bytes, as an XML parser would. Raises ValueError for a
    reference to what is no character.
    """
    text = content.decode()
    return markup.unescaped(text.replace("\r\n", "\n").replace("\r", "\n"))


def _thorough(data: bytes, part: str) -> Scan:
    scan_result = Scan(data, part)
    reader = ThoroughScan(scan_result)
    markup.parse(data, part, start=reader.start, end=reader.end, text=reader.text)
    return scan_result
