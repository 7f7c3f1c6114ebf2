"""A planned import -> edits of the workbook: figures, the revisions they make, and the source.

Only cells whose figures are added or changed are written; all others of a table stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.errors import LayoutError
from xlperf.imports.comparing import AS_AT, STATUS, key_of
from xlperf.imports.sources import merged_rows, rows_of
from xlperf.imports.stated_status import StatedStatus
from xlperf.periods import first_day, last_day
from xlperf.tables import schema
from xlperf.tables.row_edits import has_column, how_to_add, table_rows, value_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from xlperf.excel.port import Edit, Grid, Scalar, SetRows
    from xlperf.imports.comparing import CellChange, Key, StatusChange
    from xlperf.imports.import_plan import ImportPlan
    from xlperf.imports.our_figures import OurFigure
    from xlperf.tables.schema import Table

    Cells = dict[str, Scalar]

COUNT, DENOMINATOR = "Count", "Denominator"


def import_edits(plan: ImportPlan, grids: Mapping[str, Grid], today: date) -> list[Edit]:
    """Make the edits of an import.

    Raises `LayoutError` where figures would be replaced and there is no table to keep them in.
    """
    edits: list[Edit] = [_figure_rows(grids[name], plan) for name in plan.comparison.tables]
    if plan.comparison.changed or plan.comparison.restated:
        edits.append(_revisions(plan, grids.get(schema.REVISIONS.name), today))
    if schema.SOURCES.name in grids:
        grid = grids[schema.SOURCES.name]
        facts = rows_of(plan.source, plan.files, plan.instructions, plan.mapping)
        changed, added = merged_rows(grid, facts)
        if changed or added:
            edits.append(table_rows(grid, schema.SOURCES, changed, added))
    return edits


def _figure_rows(grid: Grid, plan: ImportPlan) -> SetRows:
    table = next(item for item in schema.DATA if item.name == grid.table)
    carried = {
        key_of(figure, figure.period): value
        for figure, value in plan.comparison.carried
        if figure.period is not None
    }
    changed: dict[int, Cells] = {}
    added: dict[Key, Cells] = {}
    for change in (*plan.comparison.added, *plan.comparison.changed):
        figure = change.figure
        if figure.period is None or figure.target.table != table.name:
            continue
        key = key_of(figure, figure.period)
        if change.row is None:
            cells = added.setdefault(key, _new_row(figure, table))
            if figure.target.column == COUNT and key in carried:
                cells.setdefault(DENOMINATOR, carried[key])
        else:
            cells = changed.setdefault(change.row, {})
        cells[figure.target.column] = figure.value
        _add_circumstances(cells, change, table, plan)
    for status in (*plan.comparison.restated, *plan.comparison.marked):
        if status.figure.target.table == table.name:
            cells = changed.setdefault(status.row, {})
            cells[STATUS] = status.figure.stated.value
            if plan.as_at is not None:
                cells[AS_AT] = plan.as_at
    return table_rows(grid, table, changed, added.values())


def _new_row(figure: OurFigure, table: Table) -> Cells:
    """The cells that say what a new row is of."""
    period = figure.period
    assert period is not None  # noqa: S101 - a new row has one
    cells: Cells = {"Measure": figure.target.measure}
    places: Cells = {
        "Month": first_day(period.last),
        "Period start": first_day(period.first),
        "Period end": last_day(period.last),
    }
    if table is schema.PEERS:
        cells["Force"] = figure.force
    return cells | {title: value for title, value in places.items() if title in table.titles}


def _add_circumstances(cells: Cells, change: CellChange, table: Table, plan: ImportPlan) -> None:
    """The mark of a new row, and the date the figure was taken.

    A figure that replaces another does not keep its date: without one of its own it has none.
    """
    if AS_AT in table.titles and (plan.as_at is not None or not change.is_new):
        cells[AS_AT] = plan.as_at
    stated = change.figure.stated
    if STATUS in table.titles and change.row is None and stated is StatedStatus.PROVISIONAL:
        cells[STATUS] = stated.value


def _revisions(plan: ImportPlan, grid: Grid | None, today: date) -> SetRows:
    comparison = plan.comparison
    if grid is None:
        replaced = len(comparison.changed) + len(comparison.restated)
        raise LayoutError(
            f"Figures, or their status, would be replaced ({replaced}), and there is no table"
            f" {schema.REVISIONS.name} to keep those of before. {how_to_add(schema.REVISIONS)}"
            " Nothing was imported."
        )
    missing = [title for title in schema.REVISIONS.titles if not has_column(grid, title)]
    if missing:
        raise LayoutError(
            f"The table {grid.table} ({grid.sheet}) has no column {', '.join(missing)}, so what is"
            " replaced could not be kept. Add it. Nothing was imported."
        )
    rows = [_revision(change, plan, today) for change in comparison.changed]
    rows += [
        _revision(status, plan, today)
        | {"Column": STATUS, "Before": status.before, "Now": status.figure.stated.value}
        for status in comparison.restated
    ]
    return table_rows(grid, schema.REVISIONS, {}, rows)


def _revision(change: CellChange | StatusChange, plan: ImportPlan, today: date) -> Cells:
    figure, period = change.figure, change.figure.period
    return {
        "Date": today,
        "Source": plan.source.name,
        "File": figure.file,
        "Place": figure.place,
        "Table": figure.target.table,
        "Measure": figure.target.measure,
        "Force": figure.force or None,
        "Period start": first_day(period.first) if period else None,
        "Period end": last_day(period.last) if period else None,
        "Column": figure.target.column,
        "Before": value_text(change.before),
        "Now": value_text(figure.value),
        "As at before": change.as_at,
    }
