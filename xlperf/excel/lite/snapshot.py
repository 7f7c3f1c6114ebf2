"""What a workbook held when it was read: filled cells by sheet, tables, names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from xlperf.excel.areas import Area, without_totals
from xlperf.excel.cell_values import EPOCH_1900, from_serial
from xlperf.excel.live.live_values import is_live, shows_nothing
from xlperf.excel.port import UNNAMED_ERROR, CellError, CellOutside, NoResult, Scalar, error_value
from xlperf.excel.refusals import few_outside

if TYPE_CHECKING:
    from collections.abc import Iterator


DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
"""A date as Lite gives it (``toISOString`` of JavaScript)."""
Place = tuple[int, int]
"""Row and column of a cell, counted from 1."""


class Held(NamedTuple):
    """What a cell holds."""

    value: Scalar
    formula: Any
    """Its formula, or its bare value: a serial number for a date."""


BLANK = Held(None, "")


@dataclass(slots=True)
class SheetCells:
    """Cells of a sheet."""

    filled: dict[Place, Held] = field(default_factory=dict)
    fills: dict[Place, str] = field(default_factory=dict)
    """Fills of status cells, as ``#RRGGBB``; one without a fill is absent."""
    refusals: dict[Place, str] = field(default_factory=dict)
    """Why a named cell must not be written: it is inside a merged area, and not its first cell."""
    covered: set[Place] = field(default_factory=set)
    """Status cells under a conditional format."""

    def __getitem__(self, place: Place) -> Held:
        return self.filled.get(place, BLANK)

    def rows(self, area: Area) -> Iterator[list[Held]]:
        """Cells of an area, row by row."""
        for row in area.rows:
            yield [self[row, column] for column in area.columns]


@dataclass(slots=True)
class TableState:
    """A table as it is: the area has the header, and the totals row if there is one."""

    name: str
    sheet: str
    area: Area
    headers: bool
    totals: bool
    merged_below: bool
    """Cells are merged somewhere below it, so it cannot grow."""

    @property
    def without_totals(self) -> Area:
        """Its header and data rows."""
        return without_totals(self.area, totals=self.totals)

    @property
    def body(self) -> range:
        """Its data rows."""
        return range(self.area.top + 1, self.area.bottom + (0 if self.totals else 1))


@dataclass(slots=True)
class Snapshot:
    """A workbook as it was read; edits change it until they are written."""

    sheets: dict[str, SheetCells]
    tables: dict[str, TableState]
    """By name in lower case."""
    names: dict[str, tuple[str, str, Place]]
    """Names of single cells in lower case: as written, sheet, cell."""

    def outside(self, table: TableState) -> tuple[CellOutside, ...]:
        """Filled cells of a table's sheet, from its header's row on, in no header and no data row:
        row by row.
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
        found = ((*place, cells[place].value) for place in places)
        return few_outside(found, totals, table.name, table.sheet)


def held(value: Any, formula: Any) -> Held:
    """What a cell holds, from the value as Lite gives it and from its formula.

    Of a number in a cell that shows a date, Lite makes a text by the rule for days after February
    1900 (`convertDateValues` of its JavaScript). The formula of such a cell is the bare number
    still; that of a text, however it looks, is the text.
    """
    if is_live(formula) and shows_nothing(value):
        return Held(NoResult.EMPTY_TEXT, formula)
    if value is None or value == "":
        return BLANK
    return Held(_filled(value, formula), formula)


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
    """A date in the form in which xlwings hands it to Excel, which reads it in every language:
    2014-09-30 12:30:00.
    """
    return (
        value.date().isoformat()
        if value.time() == time()
        else value.isoformat(sep=" ", timespec="seconds")
    )
