"""Messages with which every engine refuses an edit that cannot be made safely."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from xlperf.errors import LayoutError
from xlperf.excel.port import CellOutside

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlperf.excel.areas import Area
    from xlperf.excel.port import Scalar

MOST_OUTSIDE = 100_000
"""Maximum number of filled cells outside a table that are checked. Dashboard sheets
have far fewer.
"""


def no_header(table: str, sheet: str) -> LayoutError:
    """The table has no header row, so its columns are not known."""
    return LayoutError(
        f"The table {table} on the sheet '{sheet}' shows no header row, so its columns are not"
        " known. Switch it on (Table Design, Header Row)."
    )


def no_table(table: str) -> LayoutError:
    """The table to be written does not exist."""
    return LayoutError(
        f"There is no table named {table}. Restore its sheet, or give the table its name again."
    )


def no_cell(name: str) -> LayoutError:
    """The name of a cell to be written does not point to a single cell."""
    return LayoutError(
        f"The name {name} points to no single cell. Correct it (Formulas, Name Manager)."
    )


def not_ours(sheet: str, cell: str, name: str, refusal: str) -> LayoutError:
    """A named cell holds something that xlperf must not overwrite."""
    return LayoutError(f"{sheet}!{cell} ({name}) {refusal}. Clear it, then refresh again.")


def cells_outside(
    filled_cells: Iterable[tuple[int, int, Scalar]], totals: Sequence[Area], table: str, sheet: str
) -> tuple[CellOutside, ...]:
    """Collect the filled cells outside a table. Raises `LayoutError` if they are too many.

    Parameters
    ----------
    filled_cells
        Row, column and value of cells in no header and no data row of a table.
    totals
        Areas of the sheet's tables that have a totals row.
    """
    cells = tuple(
        CellOutside(row, column, value, any((row, column) in area for area in totals))
        for row, column, value in islice(filled_cells, MOST_OUTSIDE + 1)
    )
    if len(cells) > MOST_OUTSIDE:
        raise LayoutError(
            f"On the sheet '{sheet}' more than {MOST_OUTSIDE:,} filled cells stand outside the"
            f" table {table}, from {cells[0].address} on: too many to look at for what belongs to"
            " it. Move them to another sheet, or delete them, save, then try again; nothing was"
            " written."
        )
    return cells


def totals_row(table: str) -> LayoutError:
    """A table with a totals row would have to grow."""
    return LayoutError(
        f"The table {table} has a totals row, so it cannot grow. Switch it off, then refresh."
    )


def column_formula(sheet: str, table: str, title: str) -> LayoutError:
    """A column to be written holds formulas in some of its cells."""
    return LayoutError(
        f"{sheet}, table {table}, column '{title}', holds a formula. Clear it, then refresh again."
    )
