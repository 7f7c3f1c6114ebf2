"""What a workbook open in Excel holds: sheets, tables and names are asked for once, blocks of cells
in one call.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from xlperf.errors import LayoutError
from xlperf.excel.areas import Area, referenced, without_totals
from xlperf.excel.live.live_values import Block, incoming, is_live, shows_nothing
from xlperf.excel.port import CellOutside, Grid, NoResult
from xlperf.excel.refusals import few_outside, no_header

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_OUTSIDE = 2_000_000
"""Cells of a sheet, outside its table, that are asked for at most: Excel counts cells with a format
as in use.
"""


@dataclass(frozen=True, slots=True)
class NamePlace:
    """Where a name points: its sheet, and the top left cell."""

    sheet: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class LiveTable:
    """A table: its name and its sheet's, asked once."""

    name: str
    sheet: str
    table: Any


class Reader:
    """Reads a workbook. What is expensive to ask for is asked for once, so a reader is made anew
    for each refresh.
    """

    def __init__(self, book: Any) -> None:
        """`book`: an ``xlwings.Book``."""
        self.book = book
        self._found_tables: dict[str, LiveTable] | None = None
        self._found_names: dict[str, tuple[str, str]] | None = None
        self._found_sheets: dict[str, Any] | None = None

    def sheets(self) -> dict[str, Any]:
        """Sheets by name."""
        if self._found_sheets is None:
            self._found_sheets = {sheet.name: sheet for sheet in self.book.sheets}
        return self._found_sheets

    def tables(self) -> dict[str, LiveTable]:
        """Tables by name in lower case."""
        if self._found_tables is None:
            tables = [
                LiveTable(table.name, name, table)
                for name, sheet in self.sheets().items()
                for table in sheet.tables
            ]
            self._found_tables = {found.name.lower(): found for found in tables}
        return self._found_tables

    def read(self, names: Iterable[str]) -> dict[str, Grid]:
        """Read the tables asked for that exist, each in one call."""
        grids = {}
        for name in names:
            known = self.tables().get(name.lower())
            if known is None:
                continue
            table = known.table
            if not table.show_headers:
                raise no_header(known.name, known.sheet)
            rng = table.range
            block = self._with_empty_texts(rng, self.values(rng))
            header, *rows = block
            totals = bool(table.show_totals)
            body = rows[:-1] if totals else rows
            titles = tuple("" if title is None else str(title) for title in header)
            top, left = rng.row, rng.column
            own = Area(top, left, top + len(block) - 1, left + len(header) - 1)
            outside = self._outside(known, own, totals=totals)
            grids[name] = Grid(
                known.name, known.sheet, titles, tuple(map(tuple, body)), top, left, outside
            )
        return grids

    def _with_empty_texts(self, rng: Any, values: Block) -> Block:
        """Mark formulas whose result is an empty text, which xlwings gives as blanks, or only
        spaces.
        """
        if not any(shows_nothing(value) for row in values for value in row):
            return values
        return [
            [
                NoResult.EMPTY_TEXT if is_live(formula) and shows_nothing(value) else value
                for value, formula in zip(*rows, strict=True)
            ]
            for rows in zip(values, self.formulas(rng), strict=True)
        ]

    def _outside(self, table: LiveTable, own: Area, *, totals: bool) -> tuple[CellOutside, ...]:
        """Filled cells of a table's sheet, from its header's row on, in no header and no data row:
        row by row.
        """
        used, top = area_of(self.sheets()[table.sheet].used_range), own.top
        others = [
            other
            for other in self.tables().values()
            if other.sheet == table.sheet and other is not table
        ]
        areas = [
            (own, totals),
            *((area_of(found.table.range), bool(found.table.show_totals)) for found in others),
        ]
        tables = [without_totals(area, totals=shown) for area, shown in areas]
        width, height = used.right - used.left + 1, used.bottom - top + 1
        if height < 1 or (
            used.bottom <= tables[0].bottom and own.left <= used.left and used.right <= own.right
        ):
            return ()
        if width * height > MOST_OUTSIDE:
            raise LayoutError(
                f"The sheet '{table.sheet}' is in use down to row {used.bottom:,}, so what stands"
                f" outside the table {table.name} cannot be looked at. Delete the rows below the"
                " table (not only their content), save, then try again; nothing was written."
            )
        rng = self.range(table.sheet, Area(top, used.left, used.bottom, used.right))
        cells = (
            (row, column, value)
            for row, values in enumerate(self._with_empty_texts(rng, self.values(rng)), top)
            for column, value in enumerate(values, used.left)
            if value is not None and not any((row, column) in area for area in tables)
        )
        return few_outside(cells, [area for area, shown in areas if shown], table.name, table.sheet)

    @staticmethod
    def values(rng: Any) -> Block:
        """Values of a range in one call, as rows.

        A cell that shows money is given with four decimals (documentation of Range.Value2): where
        one is among them, they are asked for a second time in full, if the engine can.
        """
        rows: Block = rng.options(ndim=2, err_to_str=True).value
        if any(isinstance(value, Decimal) for row in rows for value in row):
            rows = _in_full(rng, rows)
        return [[incoming(value) for value in row] for row in rows]

    @staticmethod
    def formulas(rng: Any) -> Block:
        """Formulas of a range in one call, as rows; a constant is its own formula."""
        formula = rng.formula
        if not isinstance(formula, (list, tuple)):
            return [[formula]]
        return [list(row) if isinstance(row, (list, tuple)) else [row] for row in formula]

    def names(self) -> dict[str, tuple[str, str]]:
        """Workbook-level names: in lower case, then as written and what they refer to."""
        if self._found_names is None:
            names = [(item.name, item.refers_to) for item in self.book.names]
            self._found_names = {
                name.lower(): (name, str(refers).removeprefix("="))
                for name, refers in names
                if "!" not in name
            }
        return self._found_names

    def place(self, name: str) -> NamePlace | None:
        """Cell that a name points to; None when it is none, or several that are not merged into
        one.
        """
        place = self.names().get(name.lower())
        target = referenced(place[1]) if place else None
        if target is None or target[0] not in self.sheets():
            return None
        sheet, area = target
        first = Area(area.top, area.left, area.top, area.left)
        if first != area and area_of(self.range(sheet, first).merge_area) != area:
            return None
        return NamePlace(sheet, area.top, area.left)

    def range(self, sheet: str, area: Area) -> Any:
        """Range of an area of a sheet."""
        return self.sheets()[sheet].range(str(area))


def _in_full(rng: Any, rows: Block) -> Block:
    try:
        full = rng.api.Value2
    except AttributeError:
        return rows
    full = full if isinstance(full, (list, tuple)) else ((full,),)
    return [
        [exact if isinstance(value, Decimal) else value for value, exact in zip(*pair, strict=True)]
        for pair in zip(rows, full, strict=True)
    ]


def area_of(rng: Any) -> Area:
    """Area of a range."""
    return Area.of(rng.get_address(row_absolute=False, column_absolute=False))
