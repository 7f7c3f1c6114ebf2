"""The content of a workbook when it was read: filled cells by sheet, tables and names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from xlperf.excel.areas import Area, without_totals
from xlperf.excel.cell_values import EPOCH_1900, from_serial
from xlperf.excel.live.live_values import is_live, shows_nothing
from xlperf.excel.port import UNNAMED_ERROR, CellError, CellOutside, NoResult, Scalar, error_value
from xlperf.excel.refusals import cells_outside
from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
"""A date as Lite returns it (``toISOString`` of JavaScript)."""
Place = tuple[int, int]
"""Row and column of a cell, counted from 1."""


class SnapshotCell(NamedTuple):
    """The content of a cell."""

    value: Scalar
    formula: Any
    """Its formula, or its raw value: a serial number for a date."""


BLANK = SnapshotCell(None, "")


@dataclass(slots=True)
class SheetCells:
    """The cells of a sheet."""

    filled: dict[Place, SnapshotCell] = field(default_factory=dict)
    fills: dict[Place, str] = field(default_factory=dict)
    """Fills of status cells as ``#RRGGBB``; cells without a fill are left out."""
    refusals: dict[Place, str] = field(default_factory=dict)
    """Why a named cell must not be written: it is inside a merged area but is not its
    first cell.
    """
    covered: set[Place] = field(default_factory=set)
    """Status cells under a conditional format."""

    def __getitem__(self, place: Place) -> SnapshotCell:
        return self.filled.get(place, BLANK)

    def rows(self, area: Area) -> Iterator[list[SnapshotCell]]:
        """Yield the cells of an area, row by row."""
        for row in area.rows:
            yield [self[row, column] for column in area.columns]


@dataclass(slots=True)
class TableState:
    """A table. The area includes the header, and the totals row if there is one."""

    name: str
    sheet: str
    area: Area
    headers: bool
    totals: bool
    merged_below: bool
    """Whether cells somewhere below the table are merged, so that it cannot grow."""

    @property
    def without_totals(self) -> Area:
        """Header and data rows of the table."""
        return without_totals(self.area, totals=self.totals)

    @property
    def body(self) -> range:
        """Row numbers of the data rows."""
        return range(self.area.top + 1, self.area.bottom + (0 if self.totals else 1))


@dataclass(slots=True)
class Snapshot:
    """A workbook as it was read. Edits change the snapshot before they are written to Excel."""

    sheets: dict[str, SheetCells]
    tables: dict[str, TableState]
    """Tables by name in lower case."""
    names: dict[str, tuple[str, str, Place]]
    """Names of single cells: name in lower case to (name as written, sheet, cell)."""
    broken: tuple[str, ...] = ()
    """Names of cells that were deleted."""

    def outside(self, table: TableState) -> tuple[CellOutside, ...]:
        """Return the filled cells that are outside every table, on the sheet of a table.

        Cells from the table's header row on count, except headers and data rows of tables; row by
        row.
        """
        others = [other for other in self.tables.values() if other.sheet == table.sheet]
        areas = [other.without_totals for other in others]
        totals = [other.area for other in others if other.totals]
        cells = self.sheets[table.sheet]
        places = sorted(
            place
            for place, content in cells.filled.items()
            if place[0] >= table.area.top
            and content.value is not None
            and not any(place in area for area in areas)
        )
        filled_cells = ((*place, cells[place].value) for place in places)
        return cells_outside(filled_cells, totals, table.name, table.sheet)


def snapshot_cell(value: Any, formula: Any) -> SnapshotCell:
    """Return the content of a cell from its value as Lite returns it and its formula.

    If a cell shows a date, Lite turns its number into a text by the rule for days after February
    1900 (`convertDateValues` of its JavaScript). The formula of such a cell is still the raw
    number. The formula of a text cell is the text, even if it looks like a date.
    """
    if is_live(formula) and shows_nothing(value):
        return SnapshotCell(NoResult.EMPTY_TEXT, formula)
    if value is None or value == "":
        return BLANK
    return SnapshotCell(_filled(value, formula), formula)


def _filled(value: Any, formula: Any) -> Scalar:
    if isinstance(value, bool):
        return value
    if is_number(value):
        return float(value)
    if not isinstance(value, str):
        return CellError(UNNAMED_ERROR)
    if is_number(formula):
        return from_serial(float(formula), date1904=False)
    if is_live(formula) and DATE.fullmatch(value):
        days = (datetime.fromisoformat(value.removesuffix("Z")) - EPOCH_1900) / timedelta(days=1)
        return from_serial(days, date1904=False)
    return error_value(value) or value


def is_number(value: object) -> bool:
    """Whether a value is a number, and not TRUE or FALSE."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def outgoing_date(value: datetime) -> str:
    """Return a date in the form in which xlwings passes it to Excel: 2014-09-30 12:30:00.

    Excel reads this form in every language.
    """
    if value.time() == time():
        return value.date().isoformat()
    return value.isoformat(sep=" ", timespec="seconds")
