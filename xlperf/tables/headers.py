"""The header of a table: where its columns are, which are there twice, and which are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.excel.port import normalised
from xlperf.tables.problems import Code, Problem, Severity
from xlperf.tables.schema import Consequence, Holds

if TYPE_CHECKING:
    from xlperf.excel.port import Grid
    from xlperf.tables.schema import Column, Table


def find_columns(
    grid: Grid, table: Table
) -> tuple[dict[str, int], dict[str, list[int]], list[Problem]]:
    """Find the place of each column by its title, those of other columns with the same title, and
    what is wrong with the header.
    """
    places: dict[str, int] = {}
    twins: dict[str, list[int]] = {}
    problems: list[Problem] = []
    titles = {normalised(column.title): column.title for column in table.columns}
    for place, header in enumerate(grid.header):
        title = titles.get(normalised(header))
        if title is None:
            continue
        if title in places:
            twins.setdefault(title, []).append(place)
            problems.append(
                Problem(
                    Severity.WARNING,
                    Code.COLUMN_TWICE,
                    grid.sheet,
                    grid.address(-1, place),
                    f"The table {grid.table} has two columns titled '{title}': a cell is used where"
                    " both say the same.",
                    "Rename or delete one of them.",
                    table=grid.table,
                )
            )
        else:
            places[title] = place
    missing = (
        column for column in table.columns if column.title not in places and not column.optional
    )
    problems += [column_missing(grid, column) for column in missing]
    return places, twins, problems


def column_missing(grid: Grid, column: Column) -> Problem:
    """A column for colours or safeguards is an error; one of words alone is information."""
    words = column.holds is Holds.TEXT and not column.choices
    if column.needed or column.cost or column.unreadable is not Consequence.NOT_USED:
        severity = Severity.ERROR
    else:
        severity = Severity.NOTE if words else Severity.WARNING
    cost = column.consequence or (
        "none of its rows can be used" if column.needed else "nothing is known of it"
    )
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
