"""Excel as xlwings Lite shows it to a script with a ``BookAsync``: xlwings' own names, over
openpyxl.

What it does, and where that is written:

- Changes are queued until ``flush``, and every question flushes first (lite.xlwings.org, Async API;
  `client_read`, `Book.flush` of xlwings/pro/_xlremote.py). Actions run one after the other; the
  first that fails ends them, what ran before stays, and the queue is not kept (`dispatchActions`,
  `Book.flush`).
- Names, tables and sheets are answered from what was loaded last (`Book.load`): a table that was
  resized too.
- Values, unconverted: the serial number of a cell that shows a date comes as a text of the date so
  many days after 30 December 1899 (`convertDateValues` of workbook-metadata.js), also in January
  1900, where Excel counts otherwise; errors as texts, blanks as empty ones; whole numbers as int
  (type translations of Pyodide). xlwings' own conversion would make dates of texts that look like
  one, and fail on 2014-09-30T12:00:00+00:00 (`_clean_value_data_element`). Formulas: the bare value
  of a cell without one (`getRangeData`).
- A value handed over is taken as typed: a leading apostrophe marks a text, "=" a formula; an empty
  text empties the cell; null leaves it as it is (Excel.Range.values, Office Add-ins reference).
- A protected sheet refuses every action on it with AccessDenied (error codes of Office.js).
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from copy import copy
from datetime import date, datetime, timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from openpyxl.formula.translate import Translator
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.datetime import to_excel

from tests.openpyxl_books import openpyxl_book
from xlperf.excel.lite import LiteWorkbook, read_snapshot, write_edits

if TYPE_CHECKING:
    from collections.abc import Callable

JUMP = re.compile(r'=HYPERLINK\("(?:[^"]|"")*","((?:[^"]|"")*)"\)')
ERRORS = {"#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!"}


class RichApiError(Exception):
    """What Office.js answers when it refuses."""


class Book:
    """A workbook open in Excel, with Lite's add-in."""

    def __init__(self, data: bytes) -> None:
        self.book = openpyxl_book(data, keep_vba=True)
        self.results = openpyxl_book(data, data_only=True)
        self.calls: Counter[str] = Counter()
        self.queue: list[tuple[str, Callable[[], None]]] = []
        self.fails_at: set[int] = set()
        """Which actions, counted from 1, are refused."""
        self.changes: dict[tuple[str, Any], Any] = {}
        """What Excel makes of a value that is written to a cell, by the cell's address and the
        value.
        """
        self.edited = False
        """A cell is being edited."""
        self.app = App(self)
        self.selected: Range | None = None
        self._load()

    def _load(self) -> None:
        self.refs = {
            table.name: table.ref for sheet in self.book for table in sheet.tables.values()
        }

    @property
    def sheets(self) -> list[Sheet]:
        return [Sheet(self, name) for name in self.book.sheetnames]

    @property
    def names(self) -> list[SimpleNamespace]:
        names = [
            SimpleNamespace(name=n, refers_to=f"={d.attr_text}")
            for n, d in self.book.defined_names.items()
        ]
        return names + [
            SimpleNamespace(name=f"{sheet.title}!{n}", refers_to=f"={d.attr_text}")
            for sheet in self.book
            for n, d in sheet.defined_names.items()
        ]

    def act(self, kind: str, sheet: str, action: Callable[[], None]) -> None:
        """Queue an action."""

        def run() -> None:
            if self.book[sheet].protection.sheet:
                raise RichApiError("AccessDenied: You can't perform the requested operation.")
            action()

        self.queue.append((kind, run))

    async def ask(self, kind: str) -> None:
        """Come back from a question."""
        if self.queue:
            await self.flush()
        await asyncio.sleep(0)
        self.calls[f"read {kind}"] += 1
        if self.edited:
            raise RichApiError("InvalidOperationInCellEditMode: Excel is in cell-editing mode.")

    async def flush(self) -> None:
        queue, self.queue = self.queue, []
        self.calls["flush"] += 1
        for number, (kind, action) in enumerate(queue, 1):
            self.calls[f"act {kind}"] += 1
            try:
                self._refuse()
                action()
            except RichApiError as error:
                raise RichApiError(
                    f"Action {number} ({kind}) failed: {error}. Up to {number} actions may already"
                    " have been applied."
                ) from error

    def _refuse(self) -> None:
        if self.edited:
            raise RichApiError("InvalidOperationInCellEditMode: Excel is in cell-editing mode.")
        if self.actions in self.fails_at:
            raise RichApiError("GeneralException")

    @property
    def actions(self) -> int:
        return sum(n for kind, n in self.calls.items() if kind.startswith("act"))

    @property
    def reads(self) -> int:
        return sum(n for kind, n in self.calls.items() if kind.startswith("read"))

    async def load(self) -> Book:
        await self.ask("book")
        self._load()
        return self

    async def get_selection(self) -> Range | None:
        await self.ask("selection")
        return self.selected

    def to_bytes(self) -> bytes:
        """The workbook as it would be saved."""
        out = BytesIO()
        self.book.save(out)
        return out.getvalue()


class App:
    def __init__(self, book: Book) -> None:
        self.book = book
        self.calculation = "automatic"

    def calculate(self) -> None:
        self.book.queue.append(("calculate", lambda: None))


class Sheet:
    def __init__(self, book: Book, name: str) -> None:
        self.book, self.name = book, name

    @property
    def cells(self) -> Any:
        return self.book.book[self.name]

    @property
    def tables(self) -> list[Table]:
        return [Table(self, table) for table in self.cells.tables.values()]

    def range(self, address: str) -> Range:
        left, top, right, bottom = range_boundaries(address)
        return Range(self, top, left, bottom, right)

    async def get_used_range(self) -> Range | None:
        await self.book.ask("used range")
        return (
            None
            if self.cells.max_row == 1 and self.cells["A1"].value is None
            else self.range(self.cells.dimensions)
        )


class Table:
    def __init__(self, sheet: Sheet, table: Any) -> None:
        self.sheet, self.table, self.name = sheet, table, table.displayName

    show_headers = property(lambda self: self.table.headerRowCount != 0)
    show_totals = property(lambda self: bool(self.table.totalsRowCount))

    @property
    def range(self) -> Range:
        return self.sheet.range(self.sheet.book.refs[self.table.name])

    def resize(self, rng: Range) -> None:
        def resized() -> None:
            self.table.ref = rng.address.replace("$", "")
            if self.table.autoFilter is not None:
                self.table.autoFilter.ref = self.table.ref

        self.sheet.book.act("resizeTable", self.sheet.name, resized)


class Range:
    def __init__(self, sheet: Sheet, top: int, left: int, bottom: int, right: int) -> None:
        self.sheet, self.bounds = sheet, (left, top, right, bottom)
        self.row, self.column, self.bottom, self.right = top, left, bottom, right

    @property
    def address(self) -> str:
        first, last = (
            f"${get_column_letter(self.column)}${self.row}",
            f"${get_column_letter(self.right)}${self.bottom}",
        )
        return first if first == last else f"{first}:{last}"

    @property
    def rows(self) -> Rows:
        return Rows(self)

    @property
    def font(self) -> RangeFont:
        return RangeFont(self)

    def options(self, convert: str | None = None, *, ndim: int = 2) -> Range:
        self.convert = convert
        return self

    def _rows(self) -> Any:
        return self.sheet.cells.iter_rows(self.row, self.bottom, self.column, self.right)

    def _cells(self) -> list[Any]:
        return [cell for row in self._rows() for cell in row]

    async def get_value(self) -> list[list[Any]]:
        await self.sheet.book.ask("values")
        assert self.convert == "raw"
        results = self.sheet.book.results[self.sheet.name]
        return [[_value(cell, results) for cell in row] for row in self._rows()]

    async def get_formula(self) -> list[list[Any]]:
        await self.sheet.book.ask("formulas")
        return [[_formula(cell) for cell in row] for row in self._rows()]

    async def get_colors(self) -> list[list[tuple[int, ...] | None]]:
        await self.sheet.book.ask("colours")
        return [
            [_rgb(cell.fill.fgColor) if cell.fill.fill_type else None for cell in row]
            for row in self._rows()
        ]

    async def get_merge_cells(self) -> bool | None:
        await self.sheet.book.ask("merge cells")
        areas = [area for area in self.sheet.cells.merged_cells.ranges if self._touches(area)]
        inside = [
            any(
                area.min_row <= cell.row <= area.max_row
                and area.min_col <= cell.column <= area.max_col
                for area in areas
            )
            for cell in self._cells()
        ]
        return True if all(inside) else None if any(inside) else False

    async def get_merge_area(self) -> Range:
        await self.sheet.book.ask("merge area")
        for area in self.sheet.cells.merged_cells.ranges:
            if (area.min_row <= self.row <= area.max_row) and (
                area.min_col <= self.column <= area.max_col
            ):
                return self.sheet.range(area.coord)
        return self

    async def get_conditional_formats(self) -> list[Any]:
        await self.sheet.book.ask("conditional formats")
        return [
            rule
            for rules in self.sheet.cells.conditional_formatting
            for area in rules.sqref.ranges
            if self._touches(area)
            for rule in rules.rules
        ]

    def _touches(self, area: Any) -> bool:
        left, top, right, bottom = self.bounds
        return (
            area.min_col <= right
            and left <= area.max_col
            and area.min_row <= bottom
            and top <= area.max_row
        )

    def _act(self, kind: str, action: Callable[[], None]) -> None:
        self.sheet.book.act(kind, self.sheet.name, action)

    def _set(self, block: list[list[Any]]) -> None:
        def written() -> None:
            for cells, values in zip(self._rows(), block, strict=True):
                for cell, value in zip(cells, values, strict=True):
                    _take(cell, self.sheet.book.changes.get((cell.coordinate, value), value))

        for row in block:
            for value in row:
                assert type(value) in (
                    bool,
                    int,
                    float,
                    str,
                ), f"JSON has no {type(value)}, and null changes nothing"
        self._act("setValues", written)

    raw_value = property(None, _set)

    def _colour(self, colour: Any) -> None:
        def coloured() -> None:
            for cell in self._cells():
                cell.fill = (
                    PatternFill() if colour is None else PatternFill("solid", fgColor=_argb(colour))
                )

        self._act("setRangeColor", coloured)

    color = property(None, _colour)

    def clear_contents(self) -> None:
        def cleared() -> None:
            for cell in self._cells():
                cell.value = None

        self._act("rangeClearContents", cleared)

    def copy_from(self, source_range: Range, copy_type: str = "all") -> None:
        def copied() -> None:
            for cells in self._rows():
                for source, cell in zip(source_range._cells(), cells, strict=True):
                    if copy_type == "formats":
                        cell._style = copy(source._style)
                    else:
                        cell.value = Translator(source.value, source.coordinate).translate_formula(
                            cell.coordinate
                        )

        self._act("copyFromRange", copied)


class Rows:
    def __init__(self, rng: Range) -> None:
        self.rng = rng

    async def get_hidden(self) -> bool | None:
        await self.rng.sheet.book.ask("hidden rows")
        dimensions = self.rng.sheet.cells.row_dimensions
        hidden = {dimensions[row].hidden for row in range(self.rng.row, self.rng.bottom + 1)}
        return None if len(hidden) > 1 else hidden.pop()


class RangeFont:
    def __init__(self, rng: Range) -> None:
        self.rng = rng

    async def get_color(self) -> tuple[int, ...] | None:
        await self.rng.sheet.book.ask("font")
        colours = {_rgb(cell.font.color) or (0, 0, 0) for cell in self.rng._cells()}
        return colours.pop() if len(colours) == 1 else None

    def _set(self, colour: Any) -> None:
        def coloured() -> None:
            for cell in self.rng._cells():
                kept = {name: getattr(cell.font, name) for name in ("name", "sz", "b", "i", "u")}
                cell.font = Font(**kept, color=_argb(colour))

        self.rng._act("setFontProperty", coloured)

    color = property(None, _set)


def _rgb(colour: Any) -> tuple[int, ...] | None:
    text = getattr(colour, "rgb", None)
    return tuple(int(text[i : i + 2], 16) for i in (2, 4, 6)) if isinstance(text, str) else None


def _argb(colour: Any) -> str:
    return "FF" + (
        colour.removeprefix("#")
        if isinstance(colour, str)
        else "{:02X}{:02X}{:02X}".format(*colour)
    )


def _plain(value: Any) -> Any:
    """A number as Pyodide gives it; a date as its serial number."""
    if isinstance(value, (date, timedelta)):
        value = to_excel(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _value(cell: Any, results: Any) -> Any:
    value = cell.value
    if cell.data_type == "f":
        jump = JUMP.fullmatch(str(value))
        value = (
            jump.group(1).replace('""', '"') if jump else results.cell(cell.row, cell.column).value
        )
    value = _plain(value)
    if (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and is_date_format(cell.number_format)
    ):
        moment = datetime(1899, 12, 30) + timedelta(milliseconds=round(value * 86400 * 1000))
        return f"{moment.isoformat(timespec='milliseconds')}Z"
    return "" if value is None else value


def _formula(cell: Any) -> Any:
    return "" if cell.value is None else _plain(cell.value)


def _take(cell: Any, value: Any) -> None:
    """Put a value into a cell as Excel does with what is typed."""
    if not isinstance(value, str):
        cell.value = value
        return
    dated = re.fullmatch(r"(\d{4}-\d\d-\d\d)( \d\d:\d\d:\d\d)?", value)
    percent, number = (
        re.fullmatch(r"[+\-]?\d+(\.\d+)?%", value),
        re.fullmatch(r"[+\-]?\d+(\.\d+)?", value),
    )
    if value.startswith("'"):
        cell.value = value[1:] or None
        if cell.data_type in ("f", "e"):
            cell.data_type = "s"
    elif dated:
        shown = cell.number_format
        cell.value = datetime.fromisoformat(value)
        cell.number_format = "yyyy-mm-dd" if shown == "General" else shown
    elif percent or number:
        cell.value = float(value[:-1]) / 100 if percent else float(value)
    else:
        cell.value = value or None


class Opened(LiteWorkbook):
    """A workbook read by a script, with the Excel it was read from."""

    def __init__(self, excel: Book, prefixes: tuple[str, ...] = ("",)) -> None:
        super().__init__(asyncio.run(read_snapshot(excel, prefixes=prefixes)))
        self.excel = excel

    def write(self) -> None:
        """Write what was applied."""
        asyncio.run(write_edits(self.excel, self))

    def again(self) -> Opened:
        """Write what was applied, and read the workbook anew."""
        self.write()
        return Opened(self.excel)
