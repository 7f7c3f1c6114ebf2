"""A grid to rows: columns found by title, each cell coerced, each fault noted with its address.

A row whose every cell is blank is no row. A row whose needed cells cannot be read is left out, with the fault that says
why. All other rows are kept, with None where a cell was blank or could not be used.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from xlperf.tables.coercion import Value, coerce
from xlperf.tables.problems import Code, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlperf.excel.port import Grid
    from xlperf.tables.schema import Table


@dataclass(frozen=True, slots=True)
class Row:
    """One data row, by column title. Titles of columns that are missing give None."""

    grid: Grid
    index: int
    values: Mapping[str, Value]
    places: Mapping[str, int]

    def cell(self, title: str) -> str:
        """Address of one cell of the row (of the row's first cell, if the column is missing)."""
        return self.grid.address(self.index, self.places.get(title, 0))

    def text(self, title: str) -> str:
        """Value of a text or key column; empty text when blank."""
        value = self.values.get(title)
        return value if isinstance(value, str) else ""

    def whole(self, title: str) -> int | None:
        """Value of a column of whole numbers."""
        value = self.values.get(title)
        return value if isinstance(value, int) else None

    def number(self, title: str) -> float | None:
        """Value of a column of numbers."""
        value = self.values.get(title)
        return float(value) if isinstance(value, (int, float)) else None

    def day(self, title: str) -> date | None:
        """Value of a date column."""
        value = self.values.get(title)
        return value if isinstance(value, date) else None

    def decimal(self, title: str) -> Decimal | None:
        """Value of a column of exact decimals."""
        value = self.values.get(title)
        return value if isinstance(value, Decimal) else None

    def flag(self, title: str) -> bool:
        """Value of a yes/no column; blank is no."""
        return self.values.get(title) is True

    def problem(
        self, severity: Severity, code: Code, title: str, found: str, remedy: str, measure: str = ""
    ) -> Problem:
        """Make a problem that points at one cell of this row."""
        return Problem(
            severity, code, self.grid.sheet, self.cell(title), found, remedy, measure or self.text("Measure")
        )


def normalised(title: str) -> str:
    """A column's title as it is compared: without case, surplus spaces or line breaks."""
    return " ".join(str(title).split()).lower()


def read_rows(grid: Grid, table: Table) -> tuple[list[Row], list[Problem]]:
    """Read every row of a grid as the table's columns say."""
    problems: list[Problem] = []
    places = _places(grid, table, problems)
    readers = [(column, places[column.title]) for column in table.columns if column.title in places]
    rows: list[Row] = []
    if any(column.needed and column.title not in places for column in table.columns):
        return rows, problems
    for index, cells in enumerate(grid.rows):
        if all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells):
            continue
        values: dict[str, Value] = {}
        faults: list[Problem] = []
        usable = True
        for column, place in readers:
            cell = cells[place]
            if cell is None or (isinstance(cell, str) and not cell.strip()):
                if column.needed:
                    usable = False
                    faults.append(
                        Problem(
                            Severity.ERROR,
                            Code.BLANK,
                            grid.sheet,
                            grid.address(index, place),
                            f"'{column.title}' is blank, so the row is not used.",
                            "Fill it in, or delete the row.",
                        )
                    )
                continue
            value, fault = coerce(cell, column)
            if fault is not None:
                faults.append(
                    Problem(
                        fault.severity, fault.code, grid.sheet, grid.address(index, place), fault.found, fault.remedy
                    )
                )
            if value is None:
                usable = usable and not column.needed
            else:
                values[column.title] = value
        measure = values.get("Measure") or values.get("Line")
        problems += [_named(fault, measure) for fault in faults]
        if usable:
            rows.append(Row(grid, index, values, places))
    return rows, problems


def _named(problem: Problem, measure: Value) -> Problem:
    if not isinstance(measure, str):
        return problem
    return Problem(problem.severity, problem.code, problem.sheet, problem.cell, problem.found, problem.remedy, measure)


def _places(grid: Grid, table: Table, problems: list[Problem]) -> dict[str, int]:
    found: dict[str, int] = {}
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
                )
            )
        else:
            found[title] = place
    for column in table.columns:
        if column.title not in found and (column.needed or table.name == "tblSettings"):
            problems.append(
                Problem(
                    Severity.ERROR,
                    Code.COLUMN_MISSING,
                    grid.sheet,
                    grid.address(-1, 0),
                    f"The table {grid.table} has no column '{column.title}', so none of its rows can be used.",
                    f"Add the column. Found: {', '.join(grid.header)}.",
                )
            )
    return found
