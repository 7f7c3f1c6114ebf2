"""A grid to rows: columns found by title, each cell coerced, each fault noted with its address.

A row whose every cell is blank, in the columns of the schema, is no row. A row whose needed cells cannot be read is
left out, with the fault that says why. All other rows are kept, with None where a cell was blank or could not be used.

Columns are read one at a time, and equal cells of a column once: a table of 100,000 rows has few different measures,
months and statuses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from xlperf.excel.port import Grid, normalised
from xlperf.tables.coercion import Fault, Value, coerce, is_blank, typed
from xlperf.tables.problems import Code, Problem, Severity
from xlperf.tables.schema import Holds

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from xlperf.excel.port import Scalar
    from xlperf.periods import Period
    from xlperf.tables.schema import Column, Table

Faults: TypeAlias = list[tuple[int, int, Fault]]
"""Row, column (both from 0, in the grid) and what is wrong there."""

NAMING = ("Measure", "Line")
"""Columns that say what a row is about."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What the rows of a table share: its grid, and where each column is in it and among the values of a row."""

    grid: Grid
    places: Mapping[str, int]
    order: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One data row, by column title. Titles of columns that are missing give None."""

    frame: Frame
    index: int
    values: tuple[Value, ...]

    def value(self, title: str) -> Value:
        """Value of a column, whatever it holds."""
        place = self.frame.order.get(title)
        return None if place is None else self.values[place]

    def cell(self, title: str) -> str:
        """Address of one cell of the row (of the row's first cell, if the column is missing)."""
        return self.frame.grid.address(self.index, self.frame.places.get(title, 0))

    def text(self, title: str) -> str:
        """Value of a text or key column; empty text when blank."""
        value = self.value(title)
        return value if isinstance(value, str) else ""

    def as_typed(self, title: str) -> str:
        """Content of a cell as a text, whether or not it can be read; empty text when blank or not there."""
        place = self.frame.places.get(title)
        return "" if place is None else typed(self.frame.grid.rows[self.index][place])

    def whole(self, title: str) -> int | None:
        """Value of a column of whole numbers."""
        value = self.value(title)
        return value if isinstance(value, int) else None

    def number(self, title: str) -> float | None:
        """Value of a column of numbers."""
        value = self.value(title)
        return float(value) if isinstance(value, (int, float)) else None

    def day(self, title: str) -> date | None:
        """Value of a date column."""
        value = self.value(title)
        return value if isinstance(value, date) else None

    def decimal(self, title: str) -> Decimal | None:
        """Value of a column of exact decimals."""
        value = self.value(title)
        return value if isinstance(value, Decimal) else None

    def flag(self, title: str) -> bool:
        """Value of a yes/no column; blank is no."""
        return self.value(title) is True

    def blank(self, title: str) -> bool:
        """Whether the column is there and its cell is blank."""
        place = self.frame.places.get(title)
        return place is not None and is_blank(self.frame.grid.rows[self.index][place])

    def unusable(self, title: str) -> bool:
        """Whether the cell holds something that could not be read (which has been reported)."""
        place = self.frame.places.get(title)
        return place is not None and self.value(title) is None and not is_blank(self.frame.grid.rows[self.index][place])

    def named(self, title: str, name: str) -> Row:
        """Make the same row with another spelling of a name."""
        place = self.frame.order[title]
        return replace(self, values=(*self.values[:place], name, *self.values[place + 1 :]))

    def problem(
        self,
        severity: Severity,
        code: Code,
        title: str,
        found: str,
        remedy: str,
        measure: str = "",
        *,
        months: Period | None = None,
        mentions: tuple[str, ...] = (),
    ) -> Problem:
        """Make a problem that points at one cell of this row.

        Parameters
        ----------
        months
            What it is about, if not the months of the row.
        mentions
            Addresses that `found` names.
        """
        return Problem(
            severity,
            code,
            self.frame.grid.sheet,
            self.cell(title),
            found,
            remedy,
            measure or self.text("Measure"),
            table=self.frame.grid.table,
            column=title,
            row=self,
            months=months,
            mentions=mentions,
        )


NOWHERE = Row(Frame(Grid("", "", (), (), 1, 1), {}, {}), 0, ())
"""Row of what comes from no sheet, or must not lead back to one."""


def read_rows(grid: Grid, table: Table, *, lenient: Collection[str] = ()) -> tuple[list[Row], list[Problem]]:
    """Read every row of a grid as the table's columns say.

    Parameters
    ----------
    lenient
        Titles of needed columns without which a row is kept all the same; the caller reports them.
    """
    places, problems = _places(grid, table)
    present = [column for column in table.columns if column.title in places]
    if not present or any(column.needed and column.title not in places for column in table.columns):
        return [], problems
    frame = Frame(grid, places, {column.title: i for i, column in enumerate(present)})
    needed = [i for i, column in enumerate(present) if column.needed and column.title not in lenient]
    faults: Faults = []
    columns = [_column(grid.rows, places[column.title], column, faults) for column in present]
    rows: list[Row] = []
    for index, values in enumerate(zip(*columns, strict=True)):
        if None in values:
            lacking = [present[i] for i in needed if values[i] is None]
            if lacking or all(value is None for value in values):
                _refuse(grid, index, lacking, places, faults)
                continue
        rows.append(Row(frame, index, values))
    faults.sort(key=lambda found: found[:2])
    naming = next((title for title in NAMING if title in frame.order), NAMING[0])
    titles = {place: title for title, place in places.items()}
    for index, place, fault in faults:
        row = Row(frame, index, tuple(column[index] for column in columns))
        problems.append(
            row.problem(fault.severity, fault.code, titles[place], fault.found, fault.remedy, row.text(naming))
        )
    return rows, problems


def _column(rows: tuple[tuple[Scalar, ...], ...], place: int, column: Column, faults: Faults) -> list[Value]:
    """Read one column; cells without a fault are remembered by type and value (1, 1.0 and TRUE are equal in Python)."""
    known: dict[tuple[type, Scalar], Value] = {(type(None), None): None}
    values: list[Value] = []
    for index, cells in enumerate(rows):
        cell = cells[place]
        kind = (type(cell), cell)
        if kind in known:
            values.append(known[kind])
        elif is_blank(cell):
            values.append(None)
        else:
            value, fault = coerce(cell, column)
            values.append(value)
            if fault is None:
                known[kind] = value
            else:
                faults.append((index, place, fault))
    return values


def _refuse(grid: Grid, index: int, lacking: list[Column], places: Mapping[str, int], faults: Faults) -> None:
    """Say which needed cells of a row are blank, unless all of ours are; those that cannot be read have been said.

    A column that people added may be filled in every row of the table, by a formula for one.
    """
    cells = grid.rows[index]
    if all(is_blank(cells[place]) for place in places.values()):
        return
    faults.extend(
        (
            index,
            places[column.title],
            Fault(
                Severity.ERROR,
                Code.BLANK,
                f"'{column.title}' is blank, so the row is not used.",
                "Fill it in, or delete the row.",
            ),
        )
        for column in lacking
        if is_blank(cells[places[column.title]])
    )


def _places(grid: Grid, table: Table) -> tuple[dict[str, int], list[Problem]]:
    found: dict[str, int] = {}
    problems: list[Problem] = []
    titles = {normalised(column.title): column.title for column in table.columns}
    for place, header in enumerate(grid.header):
        title = titles.get(normalised(header))
        if title is None:
            continue
        if title in found:
            problems.append(
                Problem(
                    Severity.WARNING,
                    Code.COLUMN_TWICE,
                    grid.sheet,
                    grid.address(-1, place),
                    f"The table {grid.table} has two columns titled '{title}'; the left one is used.",
                    "Rename or delete one of them.",
                    table=grid.table,
                )
            )
        else:
            found[title] = place
    missing = (column for column in table.columns if column.title not in found and not column.optional)
    problems += [_column_missing(grid, column) for column in missing]
    return found, problems


def _column_missing(grid: Grid, column: Column) -> Problem:
    """A column that every row needs is an error; one that holds words alone is only for information."""
    if column.needed:
        severity, cost = Severity.ERROR, "none of its rows can be used"
    else:
        severity = Severity.NOTE if column.holds is Holds.TEXT and not column.choices else Severity.WARNING
        cost = "it counts as blank"
    return Problem(
        severity,
        Code.COLUMN_MISSING,
        grid.sheet,
        grid.address(-1, 0),
        f"The table {grid.table} has no column '{column.title}', so {cost}.",
        f"Add the column, or give it its title again. Found: {', '.join(grid.header)}.",
        table=grid.table,
        column=column.title,
    )
