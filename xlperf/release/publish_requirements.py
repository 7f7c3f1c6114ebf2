"""What must hold before a pack is written: each function refuses what does not, in a sentence that
says what to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.config import SETTINGS
from xlperf.errors import PackError, UsageError
from xlperf.excel.port import normalised
from xlperf.tables import schema
from xlperf.tables.lines import line_of_status
from xlperf.tables.rows import Unreadable
from xlperf.tiles import written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from xlperf.config import Settings
    from xlperf.leaks import Leak
    from xlperf.tables.data import Measure
    from xlperf.tiles.assessed import Assessed

SHOWN_FIRST = 5
"""Lines or leaks named in a sentence; the others are counted."""
COMPARED = ("Colour", "Reason code", "Explanation")
"""Columns of Workings that must say what the pack will say."""


def require_refreshed(assessed: Assessed) -> None:
    """Refuse a workbook that shows other than what would be published. One that was never refreshed
    shows nothing.
    """
    grid = assessed.grids.get(schema.WORKINGS.name)
    if grid is None and any(
        state.value for name, state in assessed.cells.items() if line_of_status(name)
    ):
        raise UsageError(
            f"There is no table named {schema.WORKINGS.name}, so it is not known what the last"
            " refresh has shown. Restore the sheet Workings, or name its table again (Table"
            " Design, Table Name), refresh it, then publish."
        )
    rows = written.records(grid, schema.WORKINGS)
    workings = {str(row["Line"]): row for row in rows if row.get("Line")}
    if not workings:
        return
    now = {
        line.line: written.working(line, assessed.settings, assessed.record)
        for line in assessed.lines
    }
    differing = [
        line
        for line in dict.fromkeys([*now, *workings])
        if line not in now
        or line not in workings
        or any(now[line][at] != workings[line].get(at) for at in COMPARED)
    ]
    if differing:
        raise UsageError(
            f"Workings says otherwise than the data does now, for {_some(differing)}: something was"
            " changed since the last refresh. Refresh the workbook, look at it, then publish."
        )


def require_safeguards(settings: Settings) -> None:
    """Refuse a workbook without the row of a setting that keeps something in the building."""
    absent = [
        setting.key
        for setting in SETTINGS
        if setting.safeguard and setting.key not in settings.places
    ]
    if absent:
        raise PackError(
            f"Nothing was published: the table {schema.SETTINGS.name} has no row for"
            f" {' and '.join(absent)}, so it is not known what must not leave the office. Add a row"
            " with that key and your value, refresh, then publish."
        )


def require_thresholds(measures: Sequence[Measure]) -> None:
    """Refuse a workbook of which no threshold can be read: its column is missing, or was given
    another title.
    """
    unknown = [
        state
        for measure in measures
        if isinstance(state := measure.row.state(schema.THRESHOLD), Unreadable)
    ]
    if unknown and len(unknown) == len(measures):
        raise PackError(
            f"Nothing was published: {unknown[0]}, so it is not known which counts must not leave"
            f" the office. Give the column the title '{schema.THRESHOLD}' again, or correct its"
            " cells, refresh, then publish."
        )


def require_history(assessed: Assessed) -> None:
    """Refuse a workbook with thresholds of which it is not known what earlier issues have shown."""
    grid, titles_needed = assessed.grids.get(schema.HISTORY.name), ("Period end", "Line")
    titles = () if grid is None else tuple(map(normalised, grid.header))
    if all(normalised(title) in titles for title in titles_needed):
        return
    if any(measure.suppress_below for measure in assessed.tables.measures):
        columns = " and ".join(f"'{title}'" for title in titles_needed)
        raise PackError(
            f"Nothing was published: there is no table named {schema.HISTORY.name} with the columns"
            f" {columns}, so it is not known what earlier issues have shown, and what could be"
            " worked out with them. Restore the sheet History, or give table and columns their"
            " names again."
        )


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN_FIRST} more" if len(names) > SHOWN_FIRST else ""
    return ", ".join(names[:SHOWN_FIRST]) + more


def require_plain(template: Path, leaks_found: Sequence[Leak]) -> None:
    """Refuse a template that brings into the report what the program would not write there."""
    blocking = [f"{leak.where}: {leak.found}" for leak in leaks_found if leak.blocks]
    if blocking:
        raise PackError(
            f"Nothing was made: the template {template} holds what no report has."
            f" {'; '.join(blocking[:SHOWN_FIRST])}"
            + (f"; and {len(blocking) - SHOWN_FIRST} more" if len(blocking) > SHOWN_FIRST else "")
            + ". Remove it in Word (fields, bookmarks, controls, permissions, comments, styles and"
            " fonts of your own), save it, then publish again."
        )


def require_clean(leaks_found: Mapping[str, Sequence[Leak]]) -> None:
    """Refuse documents in which the leak check has found what must not leave."""
    blocking = [
        f"{name}, {leak.where}: {leak.title}"
        for name, some in leaks_found.items()
        for leak in some
        if leak.blocks
    ]
    if blocking:
        raise PackError(
            "Nothing was published: the leak check found what must not leave."
            f" {'; '.join(blocking[:SHOWN_FIRST])}"
            + (f"; and {len(blocking) - SHOWN_FIRST} more" if len(blocking) > SHOWN_FIRST else "")
            + ". What people typed (comments, remarks, names) is the first place to look."
        )
