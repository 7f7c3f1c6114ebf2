"""A grid to rows: columns found by title, each cell coerced, each fault noted with its address.

A cell has one of three states: a value, blank (None), or unreadable (`Unreadable`). What follows
from the third is declared for each column in the schema. A row whose every cell is blank, in the
columns of the schema, is no row. A row that lacks a needed cell, and is not used because of that,
is left out, with the fault that says why. All other rows are kept. Asking a row for a cell that
cannot be read raises `CannotRead`, unless its column is declared as simply not used: so no code can
take it for blank by forgetting the case.

Columns are read one at a time, and equal cells of a column once: a table of 100,000 rows has few
different measures, months and statuses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from xlperf.excel.port import Grid, NoResult
from xlperf.frozen import frozen
from xlperf.tables.coercion import (
    Fault,
    Value,
    cell_text,
    coerce,
    is_blank,
    quoted,
    with_consequence,
)
from xlperf.tables.headers import find_columns
from xlperf.tables.problems import LONGEST_QUOTED, MOST_PROBLEMS, Code, Problem, Severity, too_many
from xlperf.tables.schema import Consequence, Holds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from xlperf.excel.port import Scalar
    from xlperf.periods import Period
    from xlperf.tables.schema import Column, Table

T = TypeVar("T")
Faults: TypeAlias = list[tuple[int, int, Fault]]
"""Row, column (both from 0, in the grid) and what is wrong there."""

NAMING = ("Measure", "Line")
"""Columns that say what a row is about."""


@frozen
class Unreadable:
    """A cell that says something nobody can know: it cannot be read, is needed and blank, or its
    column is missing.
    """

    column: Column
    sheet: str
    cell: str
    """Its address; that of the table's first header, where the column is missing."""

    missing: bool = False
    """The column is not there."""

    @property
    def where(self) -> str:
        """Sheet and address, as a finding has them."""
        return f"{self.sheet}!{self.cell}"

    def __str__(self) -> str:
        if self.missing:
            return (
                f"the table on the sheet {self.sheet} (from {self.cell}) has no column"
                f" '{self.column.title}'"
            )
        return f"'{self.column.title}' ({self.sheet}!{self.cell}) cannot be read"


class CannotRead(Exception):  # noqa: N818 - what happened, not an error of the program
    """A row was asked for a cell that cannot be read. Caught where rows are read."""

    def __init__(self, cell: Unreadable) -> None:
        super().__init__(str(cell))
        self.cell = cell


@frozen
class Frame:
    """What rows of a table share: its grid, and where each column is in it and in a row."""

    grid: Grid
    places: Mapping[str, int]
    order: Mapping[str, int]
    missing: Mapping[str, Unreadable]
    """Columns that are not there and should be."""


@dataclass(frozen=True, slots=True, eq=False)
class DataRow:
    """One data row, by column title. Optional columns that are missing give None."""

    frame: Frame
    index: int
    values: tuple[Value | Unreadable, ...]

    def state(self, title: str) -> Value | Unreadable:
        """Value of a column, None when blank, or what cannot be read."""
        place = self.frame.order.get(title)
        return self.frame.missing.get(title) if place is None else self.values[place]

    def value(self, title: str) -> Value:
        """Value of a column, whatever it holds. Raises `CannotRead`."""
        state = self.state(title)
        if isinstance(state, Unreadable):
            if state.column.unreadable is Consequence.NOT_USED:
                return None
            raise CannotRead(state)
        return state

    def if_readable(self, read: Callable[[str], T], title: str) -> T | None:
        """What `read` gives of a cell that is not needed; None also where unreadable (reported)."""
        return None if self.unreadable(title) else read(title)

    def unreadable(self, title: str) -> bool:
        """Whether a cell cannot be read, or its column is missing (which has been reported)."""
        return isinstance(self.state(title), Unreadable)

    def has(self, title: str) -> bool:
        """Whether a cell holds a value that can be read."""
        return not self.unreadable(title) and self.state(title) is not None

    def cell(self, title: str) -> str:
        """Address of one cell of the row (of the row's first cell, if the column is missing)."""
        return self.frame.grid.address(self.index, self.frame.places.get(title, 0))

    @property
    def where(self) -> str:
        """Sheet and address of the row's first cell."""
        return f"{self.frame.grid.sheet}!{self.frame.grid.address(self.index, 0)}"

    def text(self, title: str) -> str:
        """Value of a text or key column; empty text when blank."""
        value = self.value(title)
        return value if isinstance(value, str) else ""

    def as_typed(self, title: str) -> str:
        """Content of a cell as a text, readable or not; empty text when blank or not there."""
        place = self.frame.places.get(title)
        return "" if place is None else cell_text(self.frame.grid.rows[self.index][place])

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

    def named(self, title: str, name: str) -> DataRow:
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
            measure or self.name("Measure"),
            table=self.frame.grid.table,
            column=title,
            row=self,
            months=months,
            mentions=mentions,
        )

    def name(self, title: str) -> str:
        """Value of a text or key column; empty text also where it cannot be read: for messages."""
        state = self.state(title)
        return state if isinstance(state, str) else ""


NOWHERE = DataRow(Frame(Grid("", "", (), (), 1, 1), {}, {}, {}), 0, ())
"""Row of what comes from no sheet, or must not lead back to one."""


def read_rows(grid: Grid, table: Table) -> tuple[list[DataRow], list[Problem]]:
    """Read every row of a grid as the table's columns say."""
    places, twins, problems = find_columns(grid, table)
    present = [column for column in table.columns if column.title in places]
    missing = {
        column.title: Unreadable(column, grid.sheet, grid.address(-1, 0), missing=True)
        for column in table.columns
        if column.title not in places and not column.optional
    }
    frame = Frame(grid, places, {column.title: i for i, column in enumerate(present)}, missing)
    if not present or any(
        cell.column.needed and _leaves_out(cell.column) for cell in frame.missing.values()
    ):
        return [], problems
    faults: Faults = []
    columns = [_column(grid, places[column.title], column, faults) for column in present]
    for column, cells in zip(present, columns, strict=True):
        _compare_twins(
            grid, column, cells, (places[column.title], twins.get(column.title, ())), faults
        )
    doubtful, waiting = {index for index, _, _ in faults}, set()
    rows: list[DataRow] = []
    for index, values in enumerate(zip(*columns, strict=True)):
        if None in values or index in doubtful:
            if _is_waiting(grid.rows[index], places):
                waiting.add(index)
                continue
            values = _checked(frame, index, values, present, faults)  # noqa: PLW2901
        if values:
            rows.append(DataRow(frame, index, values))
    faults = sorted(
        (fault for fault in faults if fault[0] not in waiting), key=lambda found: found[:2]
    )
    naming = next((title for title in NAMING if title in frame.order), NAMING[0])
    titles = {place: title for title, place in places.items()}
    for index, place, fault in faults:
        row = DataRow(frame, index, tuple(column[index] for column in columns))
        what = fault.severity, fault.code, titles[place], fault.found, fault.remedy
        problems.append(row.problem(*what, row.name(naming)))
    return rows, problems


def _decides(column: Column) -> bool:
    """Whether something is lost where a cell of this column cannot be read."""
    return column.unreadable is not Consequence.NOT_USED


def _leaves_out(column: Column) -> bool:
    """Whether a row that lacks this needed cell is left out."""
    return column.unreadable is Consequence.NOT_USED


def _column(grid: Grid, place: int, column: Column, faults: Faults) -> list[Value | Unreadable]:
    """Read one column; cells without a fault are remembered by type (1, 1.0, TRUE are equal)."""
    known: dict[tuple[type, Scalar], Value] = {(type(None), None): None}
    words = column.holds is Holds.TEXT and not (column.choices or column.needed or _decides(column))
    values: list[Value | Unreadable] = []
    for index, cells in enumerate(grid.rows):
        cell = cells[place]
        kind = (type(cell), cell)
        if kind in known:
            values.append(known[kind])
        elif is_blank(cell) or (words and cell is NoResult.EMPTY_TEXT):
            values.append(None)
        else:
            value, fault = coerce(cell, column)
            values.append(
                Unreadable(column, grid.sheet, grid.address(index, place))
                if value is None
                else value
            )
            if fault is None:
                known[kind] = value
            else:
                faults.append((index, place, fault))
                if len(faults) > MOST_PROBLEMS:
                    where = f"{grid.sheet}!{grid.address(faults[0][0], faults[0][1])}"
                    raise too_many(
                        grid.sheet, len(faults), f"{where}: {faults[0][2].found[:LONGEST_QUOTED]}"
                    )
    return values


def _compare_twins(
    grid: Grid,
    column: Column,
    values: list[Value | Unreadable],
    where: tuple[int, Sequence[int]],
    faults: Faults,
) -> None:
    """Make unreadable the cells of a column that differ from another column with its title."""
    place, others = where
    for other in others:
        for index, cells in enumerate(grid.rows):
            one, two = cells[place], cells[other]
            if one == two or (is_blank(one) and is_blank(two)):
                continue
            values[index] = Unreadable(column, grid.sheet, grid.address(index, place))
            contents = " and ".join(
                f"{'blank' if is_blank(cell) else quoted(cell)} in {grid.address(index, at)}"
                for cell, at in ((one, place), (two, other))
            )
            found = f"Two columns are titled '{column.title}', and say {contents}."
            fault = Fault(Severity.ERROR, Code.COLUMN_TWICE, found, "Rename or delete one of them.")
            faults.append((index, place, with_consequence(fault, column)))


def _is_waiting(cells: tuple[Scalar, ...], places: Mapping[str, int]) -> bool:
    """Whether all cells of ours are blank in a row, or hold formulas that give no text yet.

    A column that people added may be filled in every row of the table.
    """
    return all(
        is_blank(cells[place]) or cells[place] is NoResult.EMPTY_TEXT for place in places.values()
    )


def _checked(
    frame: Frame,
    index: int,
    values: tuple[Value | Unreadable, ...],
    present: list[Column],
    faults: Faults,
) -> tuple[Value | Unreadable, ...]:
    """Values of a row in which a cell is blank or cannot be read; none when it is not used.

    Cells that cannot be read have been reported; needed ones that are blank are reported here.
    """
    grid, places = frame.grid, frame.places
    checked = list(values)
    for i, column in enumerate(present):
        if column.needed and values[i] is None:
            found = f"'{column.title}' is blank, so {column.consequence or 'the row is not used'}."
            fault = Fault(Severity.ERROR, Code.BLANK, found, "Fill it in, or delete the row.")
            faults.append((index, places[column.title], fault))
            checked[i] = Unreadable(column, grid.sheet, grid.address(index, places[column.title]))
    unused = any(
        column.needed and _leaves_out(column) and isinstance(state, Unreadable)
        for column, state in zip(present, checked, strict=True)
    )
    return () if unused else tuple(checked)
