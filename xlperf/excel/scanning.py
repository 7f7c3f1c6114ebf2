"""What a worksheet part holds, and at which bytes.

Two ways to the same answer. The quick one looks for rows and takes a row's cells apart only when
they are asked for; it is for parts in the form that Excel, LibreOffice and the common libraries
write. Whatever is not in exactly that form (a prefix on the main namespace, comments, CDATA, rows
or cells without ``r``, alternate content) goes the thorough way, through an XML parser, cell by
cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from xlperf.errors import LayoutError, WorkbookError
from xlperf.excel import markup, plain
from xlperf.excel.areas import LAST_ROW, Area, split_address
from xlperf.excel.port import column_number

ATTRIBUTES = rb'(?P<attributes>(?:\s+[\w:]+="[^"<>]*")*)\s*'
ROW = re.compile(rb"\s*<row" + ATTRIBUTES + rb"(/?)>")
CELL = re.compile(
    rb"\s*<c r=\"(?P<letters>[A-Z]{1,3})(?P<number>[1-9][0-9]{0,6})\"" + ATTRIBUTES + rb"(?:/>|>"
    rb"(?:<f(?P<f>\s[^<>]*?)?(?:/>|>(?P<formula>[^<]*)</f>))?"
    rb"(?:<v(?:\s[^<>]*)?>(?P<value>[^<]*)</v>|<v/>)?"
    rb"(?:<is>(?P<inline>.*?)</is>)?</c>)",
    re.DOTALL,
)
ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
FORMULA = re.compile(rb"<f(\s[^<>]*?)?/?>")
TEXT = re.compile(rb"<t(?:\s[^<>]*)?>([^<]*)</t>")
PHONETIC = re.compile(rb"<rPh\b.*?</rPh>", re.DOTALL)
LINK_STARTS = (b'HYPERLINK("#', b"HYPERLINK(&quot;#")
SHARED_RANGE = "http://schemas.microsoft.com/office/excel/2006/main sqref"
SPREADS = ("array", "dataTable")
SHOWN, LONGEST = 40, 100
"""Characters of an attribute, and of a whole fault, that a sentence quotes."""


@dataclass(slots=True)
class ScannedCell:
    """One cell element as it stands."""

    start: int
    end: int
    tag_end: int
    style: int
    kind: str
    formula: str | None = None
    formula_kind: str = ""
    covers: str = ""
    """Cells that a shared formula's first cell speaks for."""
    value: str | None = None
    """Text of ``v``, or of the inline string."""

    @property
    def blank(self) -> bool:
        """Whether it holds neither value nor formula."""
        return self.value is None and self.formula is None


@dataclass(slots=True)
class ScannedRow:
    """One row element; its cells by column once they have been taken apart."""

    number: int
    start: int
    tag_end: int
    content_end: int
    end: int
    style: int | None
    cells: dict[int, ScannedCell | re.Match[bytes]] | None = None
    """Cells by column, in the order of the part; a match is a cell nobody has looked at yet."""


@dataclass(frozen=True, slots=True)
class Range:
    """A list of areas that a conditional format or a validation covers: an attribute of a tag, or
    an element's text.
    """

    start: int
    end: int
    text: str
    in_tag: bool
    colours: bool = False
    """It is that of a conditional format, which may hide a cell's own fill."""


@dataclass(slots=True)
class Scan:
    """A worksheet part, scanned."""

    data: bytes
    part: str
    rows: dict[int, ScannedRow] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    arrays: list[Area] = field(default_factory=list)
    """Array formulas, their spills, data tables."""
    column_styles: list[tuple[int, int, int]] = field(default_factory=list)
    ranges: list[Range] = field(default_factory=list)
    dimension: tuple[int, int, str] | None = None
    formulas: bool = False
    """Whether a cell holds a formula other than a jump to a cell."""
    data_start: int = -1
    data_tag_end: int = -1
    data_close: int = -1
    prefix: bytes = b""

    def add_row(self, row: ScannedRow) -> None:
        """Take in a row, in the order of the part."""
        if row.number in self.rows:
            raise LayoutError(
                f"The part {self.part} holds row {row.number} twice. Open and save it in Excel."
            )
        self.rows[row.number] = row

    def cell(self, row: ScannedRow, column: int) -> ScannedCell | None:
        """Cell of a row."""
        try:
            cells = self._cells(row)
            scanned = cells.get(column)
            if scanned is not None and not isinstance(scanned, ScannedCell):
                scanned = cells[column] = _quick_cell(self.data, scanned)
        except (ValueError, KeyError) as error:
            raise _damaged(self.part, error) from None
        return scanned

    def cells(self, row: ScannedRow) -> list[tuple[int, ScannedCell]]:
        """Cells of a row with their columns."""
        return [
            (column, cell)
            for column in self._cells(row)
            if (cell := self.cell(row, column)) is not None
        ]

    def following(self, row: ScannedRow, column: int) -> int:
        """Offset of the first cell of a row that is right of a column, or of the end of its
        content.
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
                raise _damaged(self.part, error) from None
        return row.cells if row.cells is not None else {}


def scan(data: bytes, part: str) -> Scan:
    """Scan a worksheet part; `WorkbookError` when it is damaged, `LayoutError` when it cannot be
    edited safely.
    """
    try:
        scan_result = _quick(data, part) or _thorough(data, part)
    except (ValueError, KeyError, OverflowError) as error:
        raise _damaged(part, error) from None
    if scan_result.data_start < 0:
        raise LayoutError(f"The part {part} is no worksheet.")
    return scan_result


def _row_number(text: str) -> int:
    """Number of a row, as written."""
    if not (text.isascii() and text.isdigit() and len(text) <= 7 and 0 < int(text) <= LAST_ROW):
        raise ValueError(f"'{text[:SHOWN]}' is no row of a sheet")
    return int(text)


def _style(text: str) -> int:
    """Number of a style, as written; without one, that of the workbook."""
    if text and not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise ValueError(f"'{text[:SHOWN]}' is no style of a cell")
    return int(text or "0")


def _damaged(part: str, error: Exception) -> WorkbookError:
    return WorkbookError(
        f"The part {part} is damaged ({str(error)[:LONGEST]}). Restore the workbook from a backup."
    )


# -- the quick way
# --------------------------------------------------------------------------------------------------


def _quick(data: bytes, part: str) -> Scan | None:
    cells = plain.cells(data, part)
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


def _surroundings(found: Scan, cells: plain.Cells) -> None:
    """Scan what is around the cells: the part with its cells left out, offsets put right."""
    shift = cells.end - cells.start - len(plain.HOLLOW)
    reader = _Surroundings(found)

    def at(offset: int) -> int:
        return offset if offset <= cells.start else offset + shift

    def begin(name: str, attributes: dict[str, str], offset: int) -> None:
        if offset == cells.start:
            found.data_start = offset
        else:
            reader.start(name, attributes, at(offset))

    markup.parse(
        plain.hollow(found.data, cells),
        found.part,
        start=begin,
        end=lambda name, offset: reader.end(name, at(offset)),
    )


def _quick_rows(found: Scan, close: int) -> bool:
    data, place = found.data, found.data_tag_end
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
        style = _style(attributes[b"s"].decode()) if styled else None
        found.add_row(ScannedRow(_row_number(number), start, tag_end, content_end, end, style))
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


def _quick_cell(data: bytes, match: re.Match[bytes]) -> ScannedCell:
    attributes = dict(ATTRIBUTE.findall(match["attributes"]))
    cell = ScannedCell(
        _start(match),
        match.end(),
        data.index(b">", match.end("attributes")) + 1,
        _style(attributes.get(b"s", b"").decode()),
        attributes.get(b"t", b"n").decode(),
    )
    formula, about = match["formula"], match["f"]
    if formula is not None or about is not None:
        kind = dict(ATTRIBUTE.findall(about or b""))
        cell.formula = element_text(formula or b"")
        cell.formula_kind = kind.get(b"t", b"normal").decode()
        cell.covers = kind.get(b"ref", b"").decode()
    if match["value"] is not None:
        cell.value = element_text(match["value"])
    elif match["inline"] is not None:
        cell.value = "".join(map(element_text, TEXT.findall(PHONETIC.sub(b"", match["inline"]))))
    return cell


def element_text(content: bytes) -> str:
    """Text of an element's bytes, as an XML parser gives it."""
    return markup.unescaped(content.decode()).replace("\r\n", "\n")


# -- the thorough way
# --------------------------------------------------------------------------------------------------


class _Surroundings:
    """Reads what is not a cell: merged areas, column styles, the dimension, areas of conditional
    formats.
    """

    def __init__(self, found: Scan) -> None:
        self.found = found
        self._range_start = -1

    def start(self, name: str, attributes: dict[str, str], offset: int) -> None:
        found, tag = self.found, markup.local(name)
        if tag == "mergeCell":
            found.merged.append(Area.of(attributes["ref"]))
        elif tag == "col" and "style" in attributes:
            found.column_styles.append(
                (int(attributes["min"]), int(attributes["max"]), int(attributes["style"]))
            )
        elif tag == "dimension":
            found.dimension = (
                offset,
                markup.tag_end(found.data, offset),
                attributes.get("ref", ""),
            )
        elif tag in ("conditionalFormatting", "dataValidation") and "sqref" in attributes:
            end, colours = markup.tag_end(found.data, offset), tag == "conditionalFormatting"
            found.ranges.append(
                Range(offset, end, attributes["sqref"], in_tag=True, colours=colours)
            )
        elif name == SHARED_RANGE:
            self._range_start = markup.tag_end(found.data, offset)

    def end(self, name: str, offset: int) -> None:
        if name == SHARED_RANGE and self._range_start >= 0:
            text = self.found.data[self._range_start : offset].decode()
            if re.fullmatch(r"[A-Za-z0-9:$ ]+", text):
                self.found.ranges.append(Range(self._range_start, offset, text, in_tag=False))
            self._range_start = -1


def _thorough(data: bytes, part: str) -> Scan:
    reader = _Thorough(Scan(data, part))
    markup.parse(data, part, start=reader.start, end=reader.end, text=reader.text)
    return reader.found


class _Thorough(_Surroundings):
    """Reads a whole part, element by element."""

    def __init__(self, found: Scan) -> None:
        super().__init__(found)
        self._row: ScannedRow | None = None
        self._numbered = False
        """The row says its number; otherwise its cells may."""
        self._cell: ScannedCell | None = None
        self._last_row = self._last_column = 0
        self._texts: list[str] | None = None
        self._phonetic = False

    def start(self, name: str, attributes: dict[str, str], offset: int) -> None:
        data, tag = self.found.data, markup.local(name)
        if tag == "c" and self._row is not None:
            self._start_cell(self._row, attributes, offset)
        elif tag == "row" and self.found.data_start >= 0 and self.found.data_close < 0:
            self._numbered = "r" in attributes
            self._last_row = _row_number(attributes.get("r", str(self._last_row + 1)))
            end = markup.tag_end(data, offset)
            styled = attributes.get("customFormat") in ("1", "true") and "s" in attributes
            style = _style(attributes["s"]) if styled else None
            self._cells: dict[int, ScannedCell | re.Match[bytes]] = {}
            self._row = ScannedRow(self._last_row, offset, end, end, end, style, self._cells)
            self._last_column = 0
        elif tag == "sheetData" and self.found.data_start < 0:
            self.found.data_start, self.found.data_tag_end = offset, markup.tag_end(data, offset)
            self.found.prefix = data[offset + 1 : data.index(b"sheetData", offset)]
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
        end = markup.tag_end(self.found.data, offset)
        self._cell = ScannedCell(
            offset, offset, end, _style(attributes.get("s", "")), attributes.get("t", "n")
        )
        cells = self._cells
        if self._last_column in cells:
            raise LayoutError(
                f"The part {self.found.part} holds a cell of row {self._last_row} twice. Open and"
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
                self.found.arrays.append(Area.of(self._cell.covers))

    def end(self, name: str, offset: int) -> None:
        data, tag = self.found.data, markup.local(name)
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
            self.found.add_row(self._row)
            self._row = None
        elif tag == "sheetData" and self.found.data_close < 0:
            empty = markup.is_empty(data, self.found.data_tag_end)
            self.found.data_close = -1 if empty else offset
        else:
            super().end(name, offset)

    def _end_content(self, tag: str, text: str) -> None:
        assert self._cell is not None  # noqa: S101 - looked at by the caller
        self._texts = None
        if tag == "v":
            self._cell.value = text
        elif tag == "t":
            self._cell.value = (self._cell.value or "") + text
        else:
            self._cell.formula = text
            self.found.formulas = self.found.formulas or not text.startswith('HYPERLINK("#')

    def text(self, content: str) -> None:
        if self._texts is not None:
            self._texts.append(content)
