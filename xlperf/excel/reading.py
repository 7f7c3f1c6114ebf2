"""Values of a sheet's cells. python-calamine reads whole sheets fast; what it cannot be trusted with is done here.

It takes memory for the whole rectangle up to the furthest cell (and ends the process on a cell at XFD1048576), so
sheets with a far-off cell are read cell by cell; so are those it cannot read. It reads error values, and formulas
without a result, as blanks, so those are put back.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta
from io import BytesIO
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from xlperf.excel import markup
from xlperf.excel.areas import Area, split_address
from xlperf.excel.port import CellError, NoResult, Outside, Scalar
from xlperf.excel.scanning import PHONETIC, TEXT, element_text
from xlperf.excel.values import from_serial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from xlperf.excel.scanning import Cell
    from xlperf.excel.sheet import Sheet
    from xlperf.excel.styles import Styles

MOST_CELLS = 30_000_000
"""Largest rectangle read at once: above it a sheet is read cell by cell."""
FAR_COLUMN = re.compile(rb'r="[A-Z]{3}')
WIDE_COLUMN = re.compile(rb'r="[A-Z]{2}')
ODD = rb'(?:c(?=[\s/>])(?! r="[A-Z]{1,3}[1-9][0-9]{0,6}"[\s/>])|row(?=[\s/>])(?! r="[1-9][0-9]{0,6}"[\s/>]))'
ODD_PLACE, ODD_PREFIXED = re.compile(b"<" + ODD), re.compile(rb"<\w+:" + ODD)
"""Cells and rows that do not say where they are in the usual way: calamine may take them for others, far away."""
LAST_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\sr=[\"'](\d+)")
TAIL = 100_000
"""Bytes at the end of a sheet's cells in which its last row is looked for."""
ERROR_MARKS = (b't="e"', b"t='e'")
ERROR_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*\st=[\"']e[\"'][^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
FORMULA_CELL = rb"<(?:\w+:)?c\b([^<>]*)>\s*<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)\s*%s\s*</(?:\w+:)?c>"
NO_RESULT = re.compile(FORMULA_CELL % rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v(?:\s[^<>]*)?></(?:\w+:)?v>)?")
PLACEHOLDER = re.compile(FORMULA_CELL % rb"<(?:\w+:)?v>0</(?:\w+:)?v>")
"""A formula with the result 0, which is what some programs write for all they have not worked out."""
RESULT_IS_TEXT = re.compile(rb"\st=[\"']str[\"']")
REFERENCE = re.compile(rb"\sr=[\"']([A-Z]{1,3}\d+)[\"']")
ERROR_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)</")
ITEM = re.compile(rb"<si>(.*?)</si>|<si/>", re.DOTALL)
AS_THEY_ARE = frozenset((int, float, bool, date, type(None), CellError))


def is_far(data: bytes) -> bool:
    """Whether a sheet's cells span too large a rectangle to be read at once, or cannot be told not to.

    Every cell and row must be written in the usual way, and none may lie ten times as far down as the last row.
    """
    declared = markup.ENCODING.match(data)
    if declared is not None and declared.group(1).lower().decode() not in markup.UTF8:
        return True
    if b"r='" in data or b"<!" in data or data.find(b"xmlns", data.find(b"sheetData"), data.rfind(b"sheetData>")) >= 0:
        return True
    wide = WIDE_COLUMN.search(data)
    if wide is not None and FAR_COLUMN.search(data, wide.start()):
        return True
    close = data.rfind(b"sheetData>")
    tail = LAST_ROW.findall(data, max(0, close - TAIL))
    last = max(map(int, tail), default=0) or MOST_CELLS
    if last * 26 > MOST_CELLS or _is_odd(data, last):
        return True
    return wide is not None and last * 702 > MOST_CELLS


def _is_odd(data: bytes, last: int) -> bool:
    """Whether a cell or row is not written in the usual way, or lies ten times as far down as the last row."""
    if ODD_PLACE.search(data) or ((b":c" in data or b":row" in data) and ODD_PREFIXED.search(data)):
        return True
    return re.search(rb'<(?:c r="[A-Z]{1,3}|row r=")[0-9]{%d}' % (len(str(last)) + 1), data) is not None


def open_book(data: bytes) -> Any:
    """Open a workbook with calamine; None when it cannot."""
    import python_calamine

    return _trusted(lambda: python_calamine.CalamineWorkbook.from_filelike(BytesIO(data)))


def whole_sheet(data: bytes, name: str, book: Any, *, calculated: bool) -> list[list[Any]] | None:
    """Read all cells of a sheet from A1; None when calamine cannot.

    Errors are put back as `CellError`, formulas that give nothing as `NoResult`. `calculated`: whether the program that
    wrote the workbook works formulas out (see `WorkbookPart.calculated`).
    """
    grid: list[list[Any]] | None = _trusted(lambda: book.get_sheet_by_name(name).to_python(skip_empty_area=False))
    if grid is None:
        return None
    found: list[tuple[bytes, Scalar]] = []
    if any(mark in data for mark in ERROR_MARKS):
        for attributes, content in ERROR_CELL.findall(data):
            value = ERROR_VALUE.search(content)
            if value is None:
                return None
            found.append((attributes, CellError(value.group(1).decode())))
    if b"<f" in data or b":f" in data:
        for attributes in NO_RESULT.findall(data):
            empty = RESULT_IS_TEXT.search(attributes)
            found.append((attributes, NoResult.EMPTY_TEXT if empty else NoResult.NOT_CALCULATED))
        if not calculated:
            found += [(attributes, NoResult.NOT_CALCULATED) for attributes in PLACEHOLDER.findall(data)]
    return grid if all(_put_back(grid, attributes, value) for attributes, value in found) else None


def _put_back(grid: list[list[Any]], attributes: bytes, value: Scalar) -> bool:
    """Put a value that calamine does not give into its cell; False when the cell does not say where it is."""
    reference = REFERENCE.search(attributes)
    if reference is None:
        return False
    row, column = split_address(reference.group(1).decode())
    while len(grid) < row:
        grid.append([])
    cells = grid[row - 1]
    cells += [None] * (column - len(cells))
    cells[column - 1] = value
    return True


def _trusted(read: Callable[[], Any]) -> Any:
    """What `read` gives; None when it fails. A panic of calamine is no Exception."""
    try:
        return read()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001 - whatever it is, the other way of reading is taken, and says what is wrong
        return None


def block(grid: list[list[Any]], area: Area) -> tuple[tuple[Scalar, ...], ...]:
    """Cut the cells of an area out of a sheet, column by column: most columns need no look at each cell."""
    width, height = area.right - area.left + 1, area.bottom - area.top + 1
    rows = grid[area.top - 1 : area.bottom]
    if area.left > 1 or max(map(len, rows), default=width) > width:
        rows = [row[area.left - 1 : area.right] for row in rows]
    if set(map(len, rows)) - {width}:
        rows = [row + [None] * (width - len(row)) for row in rows]
    for place in range(width):
        column = itemgetter(place)
        kinds = set(map(type, map(column, rows)))
        if not (kinds <= AS_THEY_ARE or (kinds == {str} and "" not in map(column, rows))):
            rows = [[*row[:place], _scalar(row[place]), *row[place + 1 :]] for row in rows]
    return (*map(tuple, rows), *[(None,) * width] * (height - len(rows)))


def _scalar(value: Any) -> Scalar:
    if isinstance(value, str):
        return value or None
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86400
    if isinstance(value, timedelta):
        return value.total_seconds() / 86400
    return value  # type: ignore[no-any-return]


def outside(grid: list[list[Any]], tables: Sequence[Area], top: int) -> tuple[Outside, ...]:
    """Filled cells of a sheet from row `top` on that are in none of its tables, which come with headers and totals."""
    if len(tables) == 1 and tables[0].left == 1 and max(map(len, grid), default=0) <= tables[0].right:
        top = max(top, tables[0].bottom + 1)
    return tuple(
        Outside(row, column, value)
        for row, cells in enumerate(grid[top - 1 :], top)
        for column, value in _filled_outside(row, cells, tables)
    )


def _filled_outside(row: int, cells: Sequence[Any], tables: Sequence[Area]) -> Iterator[tuple[int, Scalar]]:
    column = 1
    for area in sorted((area for area in tables if row in area.rows), key=lambda area: area.left):
        yield from _filled(cells, column, area.left - 1)
        column = max(column, area.right + 1)
    if len(cells) >= column:
        yield from _filled(cells, column, len(cells))


def _filled(cells: Sequence[Any], first: int, last: int) -> Iterator[tuple[int, Scalar]]:
    for column, cell in enumerate(cells[first - 1 : last], first):
        if cell is not None and cell != "":
            yield column, _scalar(cell)


def block_by_cell(sheet: Sheet, area: Area, value: Callable[[Cell | None], Scalar]) -> tuple[tuple[Scalar, ...], ...]:
    """Read the cells of an area one by one, for sheets that cannot be read at once."""
    return tuple(tuple(value(sheet.cell(row, column)) for column in area.columns) for row in area.rows)


def value_of(  # noqa: PLR0911
    cell: Cell | None, texts: SharedTexts | Sequence[str], styles: Styles, *, date1904: bool, calculated: bool
) -> Scalar:
    """Value of one scanned cell."""
    if cell is None:
        return None
    value = cell.value
    if cell.formula is not None and (not value or (value == "0" and not calculated)):
        return NoResult.EMPTY_TEXT if cell.kind == "str" else NoResult.NOT_CALCULATED
    if value is None:
        return None
    match cell.kind:
        case "s":
            index = int(value) if value.strip().isdigit() else -1
            return (texts[index] or None) if 0 <= index < len(texts) else None
        case "str" | "inlineStr":
            return markup.plain_text(value) or None
        case "b":
            return value.strip() in ("1", "true")
        case "e":
            return CellError(value)
        case "d":
            return _iso_date(value)
        case _:
            return _number(value, cell.style, styles, date1904=date1904)


def _number(text: str, style: int, styles: Styles, *, date1904: bool) -> Scalar:
    try:
        number = float(text)
    except ValueError:
        return text or None
    if not math.isfinite(number):
        return text
    if styles.is_date(style):
        return from_serial(number, date1904=date1904)
    return int(number) if number.is_integer() and "." not in text and "e" not in text.lower() else number


def _iso_date(text: str) -> Scalar:
    try:
        return _scalar(datetime.fromisoformat(text.strip().removesuffix("Z")))
    except ValueError:
        return text or None


class SharedTexts:
    """The shared strings, each taken apart when it is asked for; phonetic guides left out."""

    def __init__(self, data: bytes, part: str) -> None:
        """Find the items of a part."""
        data = markup.as_utf8(data)
        markup.parse(data, part)
        self._items: list[bytes] = [] if b"<!" in data else ITEM.findall(data)
        self._texts: list[str] | None = None
        if len(self._items) != data.count(b"<si") or b":si>" in data:
            self._texts = _all_texts(data, part)

    def __getitem__(self, index: int) -> str:
        """Text of an item; raises IndexError when there is none."""
        if self._texts is not None:
            return self._texts[index]
        pieces = TEXT.findall(PHONETIC.sub(b"", self._items[index]))
        return markup.plain_text("".join(map(element_text, pieces)))

    def __len__(self) -> int:
        return len(self._items if self._texts is None else self._texts)


def _all_texts(data: bytes, part: str) -> list[str]:
    texts: list[str] = []
    parts: list[str] = []
    collected = phonetic = False

    def start(name: str, _attributes: dict[str, str], _offset: int) -> None:
        nonlocal collected, phonetic
        tag = markup.local(name)
        collected = tag == "t" and not phonetic
        phonetic = phonetic or tag == "rPh"

    def end(name: str, _offset: int) -> None:
        nonlocal collected, phonetic
        tag = markup.local(name)
        collected = False
        phonetic = phonetic and tag != "rPh"
        if tag == "si":
            texts.append(markup.plain_text("".join(parts)))
            parts.clear()

    def text(content: str) -> None:
        if collected:
            parts.append(content)

    markup.parse(data, part, start=start, end=end, text=text)
    return texts
