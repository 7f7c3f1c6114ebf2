"""Rows of a table with some cells changed and rows added; all other cells stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.excel.port import KEEP, SetRows
from xlperf.tables.coercion import is_blank, number_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlperf.excel.port import Grid, Scalar
    from xlperf.tables.columns import Table


def how_to_add(table: Table) -> str:
    """Say how a table that an older workbook lacks is added by hand."""
    return (
        f"Add a sheet {table.sheet}, type into one row: {', '.join(table.titles)}; select these"
        f" cells and the row below, Insert, Table (with headers), and name it {table.name} (Table"
        " Design)."
    )


def has_column(grid: Grid, title: str) -> bool:
    """Whether a table has a column."""
    return grid.column(title) is not None


def value_text(value: Scalar) -> str:
    """Write what stands in a cell, without rounding."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number_text(value)
    return str(value)


def table_rows(
    grid: Grid,
    table: Table,
    changed: Mapping[int, Mapping[str, Scalar]],
    added: Iterable[Mapping[str, Scalar]],
) -> SetRows:
    """Rows of a table with some cells changed, and rows added: into blank ones, then below."""
    titles = table.titles
    rows = [
        tuple(changed.get(index, {}).get(title, KEEP) for title in titles)
        for index in range(len(grid.rows))
    ]
    blank = iter([index for index, cells in enumerate(grid.rows) if all(map(is_blank, cells))])
    for cells in added:
        row = tuple(cells.get(title) for title in titles)
        index = next(blank, None)
        if index is None:
            rows.append(row)
        else:
            rows[index] = row
    return SetRows(table.name, titles, tuple(rows))
