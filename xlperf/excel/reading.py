"""Values of a sheet's cells. python-calamine reads whole sheets fast; what it cannot be trusted with is done here.

It takes memory for the whole rectangle up to the furthest cell (and ends the process on a cell at XFD1048576), so
sheets with a far-off cell are read cell by cell; and it reads error values as blanks, so those are put back.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from xlperf.errors import WorkbookError
from xlperf.excel import markup
from xlperf.excel.port import CellError, Scalar
from xlperf.excel.sheet import Area, Cell, Sheet, split_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.excel.styles import Styles

MOST_CELLS = 30_000_000
"""Largest rectangle read at once: above it a sheet is read cell by cell."""
FAR_COLUMN = re.compile(rb"[\s]r=[\"'][A-Z]{3}\d")
WIDE_COLUMN = re.compile(rb"[\s]r=[\"'][A-Z]{2}\d")
LAST_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\sr=[\"'](\d+)")
ERROR_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*\st=[\"']e[\"'][^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
REFERENCE = re.compile(rb"\sr=[\"']([A-Z]{1,3}\d+)[\"']")
ERROR_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)</")
EPOCH_1900, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - a cell's date has no time zone


def is_far(data: bytes) -> bool:
    """Whether a sheet's cells span too large a rectangle to be read at once."""
    if FAR_COLUMN.search(data):
        return True
    tail = LAST_ROW.findall(data, max(0, data.rfind(b"row ", 0, max(0, len(data))) - 4000))
    last = int(tail[-1]) if tail else data.count(b"<row")
    if last * 26 > MOST_CELLS:
        return True
    return last * 702 > MOST_CELLS and WIDE_COLUMN.search(data) is not None


def whole_sheet(data: bytes, name: str, book: Any) -> list[list[Any]]:
    """Read all cells of a sheet from A1; errors are put back as `CellError`."""
    try:
        grid: list[list[Any]] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except Exception as error:
        raise WorkbookError(
            f"The sheet '{name}' cannot be read: {error}. Open the workbook in Excel and save it."
        ) from None
    for attributes, content in ERROR_CELL.findall(data):
        reference, value = REFERENCE.search(attributes), ERROR_VALUE.search(content)
        if reference is None or value is None:
            continue
        row, column = split_address(reference.group(1).decode())
        if row <= len(grid) and column <= len(grid[row - 1]):
            grid[row - 1][column - 1] = CellError(value.group(1).decode())
    return grid


def open_book(data: bytes, what: str) -> Any:
    """Open a workbook with calamine."""
    import python_calamine

    try:
        return python_calamine.CalamineWorkbook.from_filelike(BytesIO(data))
    except Exception as error:
        raise WorkbookError(f"{what} cannot be read: {error}. Open it in Excel and save it, then try again.") from None


def block(grid: list[list[Any]], area: Area) -> tuple[tuple[Scalar, ...], ...]:
    """Cut the cells of an area out of a sheet."""
    width = area.right - area.left + 1
    blank = (None,) * width
    rows = []
    for row in grid[area.top - 1 : area.bottom]:
        cells = tuple(map(_scalar, row[area.left - 1 : area.right]))
        rows.append(cells if len(cells) == width else cells + blank[len(cells) :])
    rows += [blank] * (area.bottom - area.top + 1 - len(rows))
    return tuple(rows)


def _scalar(value: Any) -> Scalar:
    kind = type(value)
    if kind is str:
        return value or None
    if kind is datetime:
        return value.date() if value.time() == time() else value
    if kind is time:
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86400
    if kind is timedelta:
        return value.total_seconds() / 86400
    return value  # type: ignore[no-any-return]


def block_by_cell(
    sheet: Sheet, area: Area, texts: Sequence[str], styles: Styles, *, date1904: bool
) -> tuple[tuple[Scalar, ...], ...]:
    """Read the cells of an area one by one, for sheets that are too wide to read at once."""
    return tuple(
        tuple(
            value_of(sheet.cells.get((row, column)), texts, styles, date1904=date1904)
            for column in range(area.left, area.right + 1)
        )
        for row in range(area.top, area.bottom + 1)
    )


def value_of(cell: Cell | None, texts: Sequence[str], styles: Styles, *, date1904: bool) -> Scalar:
    """Value of one scanned cell."""
    if cell is None or cell.value is None:
        return None
    value = cell.value
    match cell.kind:
        case "s":
            index = int(value) if value.isdigit() else -1
            return (texts[index] or None) if 0 <= index < len(texts) else None
        case "str" | "inlineStr":
            return markup.plain_text(value) or None
        case "b":
            return value.strip() in ("1", "true")
        case "e":
            return CellError(value)
        case "d":
            return datetime.fromisoformat(value.removesuffix("Z"))
    try:
        number = float(value)
    except ValueError:
        return value
    if styles.is_date(cell.style):
        return from_serial(number, date1904=date1904)
    return int(number) if number.is_integer() and "." not in value and "e" not in value.lower() else number


def from_serial(number: float, *, date1904: bool) -> date | datetime | float:
    """Date of an Excel serial number; the number itself outside the calendar."""
    days = number if date1904 or number >= 60 else number + 1
    try:
        moment = (EPOCH_1904 if date1904 else EPOCH_1900) + timedelta(days=days)
    except OverflowError:
        return number
    moment = moment.replace(microsecond=0) + timedelta(seconds=round(moment.microsecond / 1e6))
    return moment.date() if moment.time() == time() else moment


def to_serial(day: date, *, date1904: bool) -> float:
    """Excel serial number of a date; raises ValueError before the calendar of Excel begins."""
    moment = day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)  # noqa: DTZ001 - no time zone
    if moment.tzinfo is not None:
        raise ValueError(f"{day} has a time zone, and a cell has none.")
    serial = (moment - (EPOCH_1904 if date1904 else EPOCH_1900)) / timedelta(days=1)
    if serial < (0 if date1904 else 61):
        raise ValueError(f"{day} is before the calendar of Excel.")
    return int(serial) if serial == int(serial) else serial


def shared_texts(data: bytes, part: str) -> list[str]:
    """Read the shared strings: text of each, phonetic guides left out."""
    texts: list[str] = []
    parts: list[str] = []
    state = {"text": False, "phonetic": False}

    def start(name: str, _attributes: dict[str, str], _offset: int) -> None:
        tag = markup.local(name)
        if tag == "si":
            parts.clear()
        elif tag == "t":
            state["text"] = not state["phonetic"]
        elif tag == "rPh":
            state["phonetic"] = True

    def end(name: str, _offset: int) -> None:
        tag = markup.local(name)
        if tag == "si":
            texts.append(markup.plain_text("".join(parts)))
        elif tag == "t":
            state["text"] = False
        elif tag == "rPh":
            state["phonetic"] = False

    def text(content: str) -> None:
        if state["text"]:
            parts.append(content)

    markup.parse(markup.as_utf8(data), part, start=start, end=end, text=text)
    return texts
