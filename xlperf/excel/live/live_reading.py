"""The content of a workbook open in Excel. What was read is remembered until cells are written: a
sheet that is not too large is read whole, in one call.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from xlperf.errors import LayoutError
from xlperf.excel.areas import Area, without_totals
from xlperf.excel.live.live_structure import LiveStructure
from xlperf.excel.live.live_values import CellBlock, incoming
from xlperf.excel.live.workbook_macros import RawBlock, WorkbookMacros, as_rows
from xlperf.excel.port import CellOutside, Grid
from xlperf.excel.refusals import cells_outside, no_header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from xlperf.excel.live.live_structure import LiveTable
    from xlperf.excel.live.live_values import Block

MOST_OUTSIDE = 2_000_000
"""Maximum number of cells of a sheet outside its table that are read. Excel counts cells with a
format as in use.
"""
MOST_AT_ONCE = 100_000
"""Number of cells in use up to which a sheet is read whole. Of a larger one, only the areas that
are needed are read.
"""
MOST_IN_A_CALL = 200_000
"""Number of cells that the macro reads in one call: 32 bits leave Excel little memory for copies
of them.
"""


class Reader:
    """Reads a workbook. Expensive lookups are cached, so each refresh needs a new reader."""

    def __init__(self, book: Any) -> None:
        """`book`: an ``xlwings.Book``."""
        self.book = book
        self.macros = WorkbookMacros(book)
        self.structure = LiveStructure(book, self.macros)
        self._sheets: dict[str, CellBlock] = {}
        """Cells in use of sheets that were read whole."""

    def forget(self) -> None:
        """Forget what was read: cells were written, formulas may depend on them, or somebody else
        may have changed something meanwhile.
        """
        self._sheets.clear()
        self.structure.forget()

    def load(self, sheets: Iterable[str]) -> None:
        """Read sheets whole that are not too large, in one call if the workbook's macro answers."""
        places = [
            (sheet, used)
            for sheet in dict.fromkeys(sheets)
            if sheet not in self._sheets
            and (used := self.structure.used(sheet)) is not None
            and used.number_of_cells <= MOST_AT_ONCE
        ]
        blocks = self.read_now(places) if places else []
        self._sheets |= {place[0]: block for place, block in zip(places, blocks, strict=True)}

    def cells(self, sheet: str, area: Area) -> CellBlock:
        """Return the values and formulas of an area."""
        self.load([sheet])
        if sheet in self._sheets:
            return self._sheets[sheet].part(area)
        return self.read_now([(sheet, area)])[0]

    def read_now(self, places: Sequence[tuple[str, Area]]) -> list[CellBlock]:
        """Read areas from Excel, whatever is remembered."""
        blocks: list[CellBlock] = []
        for some in _batches(places):
            raw = self.macros.read(some) if _cells_of(some) <= MOST_IN_A_CALL else None
            blocks += (
                [self._read_singly(*place) for place in some]
                if raw is None
                else self.converted(some, raw)
            )
        return blocks

    def _read_singly(self, sheet: str, area: Area) -> CellBlock:
        rng = self.range(sheet, area)
        rows = rng.options(ndim=2, err_to_str=True).value
        return self._block(sheet, area, rows, as_rows(rng.formula))

    def converted(
        self, places: Sequence[tuple[str, Area]], blocks: Sequence[RawBlock]
    ) -> list[CellBlock]:
        """Convert what the macro returned, as xlwings converts the values of a range."""
        from xlwings import conversion

        read: Callable[..., Block] = conversion.read
        options = {"ndim": 2, "err_to_str": True}
        return [
            self._block(sheet, area, read(None, raw.values, options), raw.formulas)
            for (sheet, area), raw in zip(places, blocks, strict=True)
        ]

    def _block(self, sheet: str, area: Area, rows: Block, formulas: Block) -> CellBlock:
        """Excel returns a cell that shows money with four decimals (documentation of Range.Value2).
        If there is such a cell, the values are read a second time in full, if the engine can do
        this.
        """
        if any(isinstance(value, Decimal) for row in rows for value in row):
            rows = _in_full(self.range(sheet, area), rows)
        return CellBlock(area, [[incoming(value) for value in row] for row in rows], formulas)

    def read(self, names: Iterable[str]) -> dict[str, Grid]:
        """Read the tables in `names` that exist.

        Raises `LayoutError` for one without a header row.
        """
        known = self.structure.tables()
        tables = {name: known[name.lower()] for name in names if name.lower() in known}
        self.load(table.sheet for table in tables.values())
        return {name: self._grid(table) for name, table in tables.items()}

    def _grid(self, table: LiveTable) -> Grid:
        if not table.headers:
            raise no_header(table.name, table.sheet)
        header, *rows = self.cells(table.sheet, table.area).shown()
        return Grid(
            table.name,
            table.sheet,
            tuple("" if title is None else str(title) for title in header),
            tuple(map(tuple, rows[:-1] if table.totals else rows)),
            table.area.top,
            table.area.left,
            self._outside(table),
        )

    def _outside(self, table: LiveTable) -> tuple[CellOutside, ...]:
        """Return the filled cells that are outside every table, on the sheet of a table.

        Cells from the table's header row on count, except headers and data rows of tables; row by
        row.
        """
        used, own = self.structure.used(table.sheet), table.area
        here = [table] + [
            other
            for other in self.structure.tables().values()
            if other.sheet == table.sheet and other is not table
        ]
        tables = [without_totals(item.area, totals=item.totals) for item in here]
        if used is None or used.bottom < own.top:
            return ()
        area = Area(own.top, used.left, used.bottom, used.right)
        if tables[0].contains(area):
            return ()
        if area.number_of_cells > MOST_OUTSIDE:
            raise LayoutError(
                f"The sheet '{table.sheet}' is in use down to row {used.bottom:,}, so what stands"
                f" outside the table {table.name} cannot be looked at. Delete the rows below the"
                " table (not only their content), save, then try again; nothing was written."
            )
        cells = (
            (row, column, value)
            for row, values in enumerate(self.cells(table.sheet, area).shown(), area.top)
            for column, value in enumerate(values, area.left)
            if value is not None and not any((row, column) in item for item in tables)
        )
        return cells_outside(
            cells, [item.area for item in here if item.totals], table.name, table.sheet
        )

    def range(self, sheet: str, area: Area) -> Any:
        """Return the range of an area of a sheet."""
        return self.structure.sheet(sheet).range(str(area))


def _cells_of(places: Sequence[tuple[str, Area]]) -> int:
    return sum(area.number_of_cells for _, area in places)


def _batches(places: Sequence[tuple[str, Area]]) -> Iterator[list[tuple[str, Area]]]:
    """Group areas into lists of at most `MOST_IN_A_CALL` cells; a larger area is alone."""
    some: list[tuple[str, Area]] = []
    for place in places:
        if some and _cells_of([*some, place]) > MOST_IN_A_CALL:
            yield some
            some = []
        some.append(place)
    if some:
        yield some


def _in_full(rng: Any, rows: Block) -> Block:
    try:
        full = rng.api.Value2
    except AttributeError:
        return rows
    return [
        [exact if isinstance(value, Decimal) else value for value, exact in zip(*pair, strict=True)]
        for pair in zip(rows, as_rows(full), strict=True)
    ]
