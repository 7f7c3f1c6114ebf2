"""A worksheet part read element by element, through an XML parser."""

from __future__ import annotations

import re

from xlperf.errors import LayoutError
from xlperf.excel import markup
from xlperf.excel.areas import Area, split_address
from xlperf.excel.scanned import (
    SPREADS,
    Range,
    ScanData,
    ScannedCell,
    ScannedRow,
    row_number,
    style_number,
)

SHARED_RANGE = "http://schemas.microsoft.com/office/excel/2006/main sqref"


class Surroundings:
    """Reads everything but the cells: merged areas, column styles, the dimension, areas of
    conditional formats.
    """

    def __init__(self, result: ScanData) -> None:
        self.result = result
        self._range_start = -1

    def start(self, name: str, attributes: dict[str, str], offset: int) -> None:
        """Handle the beginning of an element."""
        result, tag = self.result, markup.local(name)
        if tag == "mergeCell":
            result.merged.append(Area.of(attributes["ref"]))
        elif tag == "col" and "style" in attributes:
            result.column_styles.append(
                (int(attributes["min"]), int(attributes["max"]), int(attributes["style"]))
            )
        elif tag == "dimension":
            result.dimension = (
                offset,
                markup.tag_end(result.data, offset),
                attributes.get("ref", ""),
            )
        elif tag in ("conditionalFormatting", "dataValidation") and "sqref" in attributes:
            end, colours = markup.tag_end(result.data, offset), tag == "conditionalFormatting"
            result.ranges.append(
                Range(offset, end, attributes["sqref"], in_tag=True, colours=colours)
            )
        elif name == SHARED_RANGE:
            self._range_start = markup.tag_end(result.data, offset)

    def end(self, name: str, offset: int) -> None:
        """Handle the end of an element."""
        if name == SHARED_RANGE and self._range_start >= 0:
            text = self.result.data[self._range_start : offset].decode()
            if re.fullmatch(r"[A-Za-z0-9:$ ]+", text):
                self.result.ranges.append(Range(self._range_start, offset, text, in_tag=False))
            self._range_start = -1


class ThoroughScan(Surroundings):
    """Reads a whole part, element by element."""

    def __init__(self, result: ScanData) -> None:
        super().__init__(result)
        self._row: ScannedRow | None = None
        self._numbered = False
        """Whether the row has a number; if not, its cells may have one."""
        self._cell: ScannedCell | None = None
        self._last_row = self._last_column = 0
        self._texts: list[str] | None = None
        self._phonetic = False

    def start(self, name: str, attributes: dict[str, str], offset: int) -> None:
        """Handle the beginning of an element."""
        data, tag = self.result.data, markup.local(name)
        if tag == "c" and self._row is not None:
            self._start_cell(self._row, attributes, offset)
        elif tag == "row" and self.result.data_start >= 0 and self.result.data_close < 0:
            self._numbered = "r" in attributes
            self._last_row = row_number(attributes.get("r", str(self._last_row + 1)))
            end = markup.tag_end(data, offset)
            styled = attributes.get("customFormat") in ("1", "true") and "s" in attributes
            style = style_number(attributes["s"]) if styled else None
            self._cells: dict[int, ScannedCell | re.Match[bytes]] = {}
            self._row = ScannedRow(self._last_row, offset, end, end, end, style, self._cells)
            self._last_column = 0
        elif tag == "sheetData" and self.result.data_start < 0:
            self.result.data_start, self.result.data_tag_end = offset, markup.tag_end(data, offset)
            self.result.prefix = data[offset + 1 : data.index(b"sheetData", offset)]
        elif self._cell is not None and tag:
            self._start_content(tag, attributes)
        else:
            super().start(name, attributes, offset)

    def _start_cell(self, row: ScannedRow, attributes: dict[str, str], offset: int) -> None:
        reference = attributes.get("r")
        if reference is None:
            number, self._last_column = row.number, self._last_column + 1
        else:
            number, self._last_column = split_address(reference)
        if number != row.number and (self._numbered or self._cells):
            raise ValueError(f"the cell {reference} stands in row {row.number}")
        row.number = self._last_row = number
        end = markup.tag_end(self.result.data, offset)
        self._cell = ScannedCell(
            offset, offset, end, style_number(attributes.get("s", "")), attributes.get("t", "n")
        )
        cells = self._cells
        if self._last_column in cells:
            raise LayoutError(
                f"The part {self.result.part} holds a cell of row {self._last_row} twice. Open and"
                " save it in Excel."
            )
        cells[self._last_column] = self._cell

    def _start_content(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "rPh":
            self._phonetic = True
        elif tag == "v" or (tag == "t" and not self._phonetic):
            self._texts = []
        elif tag == "f" and self._cell is not None:
            self._texts = []
            self._cell.formula_kind = attributes.get("t", "normal")
            self._cell.covers = attributes.get("ref", "")
            if self._cell.formula_kind in SPREADS and self._cell.covers:
                self.result.arrays.append(Area.of(self._cell.covers))

    def end(self, name: str, offset: int) -> None:
        """Handle the end of an element."""
        data, tag = self.result.data, markup.local(name)
        if tag in ("v", "t", "f") and self._cell is not None and self._texts is not None:
            self._end_content(tag, "".join(self._texts))
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "c" and self._cell is not None:
            self._cell.end = markup.element_end(data, self._cell.start, offset)
            self._cell = None
        elif tag == "row" and self._row is not None:
            self._row.end = markup.element_end(data, self._row.start, offset)
            self._row.content_end = (
                self._row.tag_end if markup.is_empty(data, self._row.tag_end) else offset
            )
            self.result.add_row(self._row)
            self._row = None
        elif tag == "sheetData" and self.result.data_close < 0:
            empty = markup.is_empty(data, self.result.data_tag_end)
            self.result.data_close = -1 if empty else offset
        else:
            super().end(name, offset)

    def _end_content(self, tag: str, text: str) -> None:
        assert self._cell is not None  # noqa: S101 - checked by the caller
        self._texts = None
        if tag == "v":
            self._cell.value = text
        elif tag == "t":
            self._cell.value = (self._cell.value or "") + text
        else:
            self._cell.formula = text
            self.result.formulas = self.result.formulas or not text.startswith('HYPERLINK("#')

    def text(self, content: str) -> None:
        """Collect a piece of text, as the parser passes it."""
        if self._texts is not None:
            self._texts.append(content)
