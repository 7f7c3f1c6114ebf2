"""The content of a workbook open in Excel. Sheets, tables and names are read once, and blocks of
cells in one call.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from xlperf.errors import LayoutError
from xlperf.excel.areas import Area, parse_reference, without_totals
from xlperf.excel.live.live_values import Block, incoming, is_live, shows_nothing
from xlperf.excel.live.names_macro import answers_of
from xlperf.excel.port import CellOutside, Grid, NoResult
from xlperf.excel.refusals import cells_outside, no_header
from xlperf.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlperf.excel.live.names_macro import NameAnswer

MOST_OUTSIDE = 2_000_000
"""Maximum number of cells of a sheet outside its table that are read. Excel counts cells with a
format as in use.
"""


@frozen
class NamePlace:
    """The place of a name: its sheet and the top left cell."""

    sheet: str
    row: int
    column: int


@frozen
class LiveTable:
    """A table: its name and the name of its sheet, read once."""

    name: str
    sheet: str
    table: Any


class Reader:
    """Reads a workbook. Expensive lookups are cached, so each refresh needs a new reader."""

    def __init__(self, book: Any) -> None:
        """`book`: an ``xlwings.Book``."""
        self.book = book
        self._found_tables: dict[str, LiveTable] | None = None
        self._found_names: dict[str, tuple[str, str]] | None = None
        self._found_sheets: dict[str, Any] | None = None
        self._answers: dict[NamePlace, NameAnswer] = {}
        """What the macro of the workbook said of the first cells of names."""

    def sheets(self) -> dict[str, Any]:
        """Return the sheets by name."""
        if self._found_sheets is None:
            self._found_sheets = {sheet.name: sheet for sheet in self.book.sheets}
        return self._found_sheets

    def tables(self) -> dict[str, LiveTable]:
        """Return the tables by name in lower case."""
        if self._found_tables is None:
            tables = [
                LiveTable(table.name, name, table)
                for name, sheet in self.sheets().items()
                for table in sheet.tables
            ]
            self._found_tables = {live_table.name.lower(): live_table for live_table in tables}
        return self._found_tables

    def read(self, names: Iterable[str]) -> dict[str, Grid]:
        """Read the tables in `names` that exist, each in one call.

        Raises `LayoutError` for one without a header row.
        """
        grids = {}
        for name in names:
            live_table = self.tables().get(name.lower())
            if live_table is None:
                continue
            table = live_table.table
            if not table.show_headers:
                raise no_header(live_table.name, live_table.sheet)
            rng = table.range
            block = self._with_empty_texts(rng, self.values(rng))
            header, *rows = block
            totals = bool(table.show_totals)
            body = rows[:-1] if totals else rows
            titles = tuple("" if title is None else str(title) for title in header)
            top, left = rng.row, rng.column
            own = Area(top, left, top + len(block) - 1, left + len(header) - 1)
            outside = self._outside(live_table, own, totals=totals)
            grids[name] = Grid(
                live_table.name,
                live_table.sheet,
                titles,
                tuple(map(tuple, body)),
                top,
                left,
                outside,
            )
        return grids

    def _with_empty_texts(self, rng: Any, values: Block) -> Block:
        """Mark formulas whose result is an empty text or only spaces; xlwings returns an empty text
        as blank.
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
        """Return the filled cells that are outside every table, on the sheet of a table.

        Cells from the table's header row on count, except headers and data rows of tables; row by
        row.
        """
        used, top = area_of(self.sheets()[table.sheet].used_range), own.top
        others = [
            other
            for other in self.tables().values()
            if other.sheet == table.sheet and other is not table
        ]
        areas = [
            (own, totals),
            *((area_of(item.table.range), bool(item.table.show_totals)) for item in others),
        ]
        tables = [without_totals(area, totals=has_totals) for area, has_totals in areas]
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
        return cells_outside(
            cells, [area for area, has_totals in areas if has_totals], table.name, table.sheet
        )

    @staticmethod
    def values(rng: Any) -> Block:
        """Read the values of a range in one call, as rows.

        Excel returns a cell that shows money with four decimals (documentation of Range.Value2). If
        there is such a cell, the values are read a second time in full, if the engine can do this.
        """
        rows: Block = rng.options(ndim=2, err_to_str=True).value
        if any(isinstance(value, Decimal) for row in rows for value in row):
            rows = _in_full(rng, rows)
        return [[incoming(value) for value in row] for row in rows]

    @staticmethod
    def formulas(rng: Any) -> Block:
        """Read the formulas of a range in one call, as rows. The formula of a constant is the
        constant.
        """
        formula = rng.formula
        if not isinstance(formula, (list, tuple)):
            return [[formula]]
        return [list(row) if isinstance(row, (list, tuple)) else [row] for row in formula]

    def names(self) -> dict[str, tuple[str, str]]:
        """Return the workbook-level names: name in lower case to (name as written, its
        reference).
        """
        if self._found_names is None:
            answers = answers_of(self.book)
            names = (
                [(item.name, item.refers_to) for item in self.book.names]
                if answers is None
                else [(answer.name, answer.refers_to) for answer in answers]
            )
            self._answers = {
                NamePlace(target[0], target[1].top, target[1].left): answer
                for answer in answers or ()
                if answer.merged and (target := parse_reference(answer.refers_to)) is not None
            }
            self._found_names = {
                name.lower(): (name, str(refers).removeprefix("="))
                for name, refers in names
                if "!" not in name
            }
        return self._found_names

    def forget_answers(self) -> None:
        """Ask for merged areas and fills singly from now on: cells may have changed."""
        self._answers.clear()

    def known_merged(self, place: NamePlace) -> Area | None:
        """Return the merged area of a named cell, or the cell; None if it must be asked for."""
        answer = self._answers.get(place)
        return None if answer is None else Area.of(answer.merged)

    def colour(self, place: NamePlace) -> tuple[int, int, int] | None:
        """Return red, green and blue of a cell's fill; None if it has none."""
        answer = self._answers.get(place)
        if answer is not None:
            return answer.colour
        rng = self.range(place.sheet, Area(place.row, place.column, place.row, place.column))
        colour: tuple[int, int, int] | None = rng.color
        return colour

    def forget_names(self) -> None:
        """Read the names anew when they are next needed."""
        self._found_names = None

    def place(self, name: str) -> NamePlace | None:
        """Return the place of a name.

        Returns None if the name points to no cell, or to several cells that are not one merged
        area.
        """
        place = self.names().get(name.lower())
        target = parse_reference(place[1]) if place else None
        if target is None or target[0] not in self.sheets():
            return None
        sheet, area = target
        first = Area(area.top, area.left, area.top, area.left)
        found = NamePlace(sheet, area.top, area.left)
        if first != area:
            merged = self.known_merged(found) or area_of(self.range(sheet, first).merge_area)
            if merged != area:
                return None
        return found

    def range(self, sheet: str, area: Area) -> Any:
        """Return the range of an area of a sheet."""
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
    """Return the area of a range."""
    return Area.of(rng.get_address(row_absolute=False, column_absolute=False))
