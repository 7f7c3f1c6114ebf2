"""What a workbook must have before anything is read from it: the tables of a dashboard, and the
period asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.errors import UsageError, WorkbookError
from xlperf.tables import schema
from xlperf.tables.schema import Consequence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlperf.config import Settings
    from xlperf.excel.port import Grid, Workbook
    from xlperf.tables.data import Tables


def require_dashboard(book: Workbook, grids: Mapping[str, Grid]) -> None:
    """Refuse, as WorkbookError, a workbook without the tables or the columns that no measure can be
    read without.
    """
    absent = [table.name for table in schema.NEEDED if table.name not in grids]
    if absent:
        names = ", ".join(sorted(book.table_names())) or "no table at all"
        raise WorkbookError(
            f"This is not an xlperf dashboard: it has no table named {' or '.join(absent)}. Found:"
            f" {names}. Make one with: python -m xlperf new FILE; or keep this one and add the"
            " sheets to it with: python -m xlperf adopt FILE."
        )
    grid = grids[schema.MEASURES.name]
    missing = grid.lacks(
        column.title
        for column in schema.MEASURES.columns
        if column.needed and column.unreadable is Consequence.NOT_USED
    )
    if missing:
        raise WorkbookError(
            f"{grid.sheet}!{grid.address(-1, 0)}: the table {grid.table} has no column"
            f" {' or '.join(missing)}, so no measure can be read. Found: {', '.join(grid.header)}."
            " Give the column its title again."
        )


def require_period(tables: Tables, settings: Settings) -> None:
    """Refuse, as UsageError, a period that the monthly data does not reach to."""
    months = {month for series in tables.monthly.values() for month in series}
    if months and not min(months) <= settings.latest.last <= max(months):
        raise UsageError(
            f"The period {settings.period_end:%Y-%m} is outside the monthly data, which goes from"
            f" {min(months) // 12}-{min(months) % 12 + 1:02d} to"
            f" {max(months) // 12}-{max(months) % 12 + 1:02d}."
        )


def require_history(grids: Mapping[str, Grid]) -> None:
    """Refuse, as WorkbookError, a workbook that has lost the table of earlier periods."""
    if schema.HISTORY.name not in grids:
        raise WorkbookError(
            f"There is no table named {schema.HISTORY.name}, so nothing is known of earlier"
            " periods. Restore the sheet History, or name its table again (Table Design, Table"
            " Name)."
        )
