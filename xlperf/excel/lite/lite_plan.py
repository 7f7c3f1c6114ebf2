"""Edits compared with what was read: for every cell, its new content and its old content."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from xlperf.errors import LayoutError
from xlperf.excel.areas import LAST_ROW, Area
from xlperf.excel.cell_values import jump, kept_text
from xlperf.excel.lite.snapshot import BLANK, SnapshotCell
from xlperf.excel.live.live_values import alike, is_formula, outgoing
from xlperf.excel.port import KEEP, Link, SetFill, SetRows, SetValue, normalised
from xlperf.excel.refusals import column_formula, no_cell, no_table, not_ours, totals_row
from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlperf.excel.lite.snapshot import SheetCells, Snapshot, TableState
    from xlperf.excel.port import CellState, Edit, Scalar

Spot = tuple[str, int, int]
"""Sheet, row and column of a cell."""


class CellWrite(NamedTuple):
    """A cell to be written: its new value and its old content."""

    value: Scalar | Link
    before: SnapshotCell

    @property
    def needed(self) -> bool:
        """Whether the new value is different from the old one."""
        return not alike(self.before.value, self.value, self.before.formula)


class FillWrite(NamedTuple):
    """A cell to be coloured: its new fill and font colour, and the fill it had."""

    fill: str
    font: str
    before: str | None


@dataclass(slots=True)
class Resizing:
    """A table whose height changes; both areas include the header."""

    table: TableState
    was: Area
    area: Area
    calculated: tuple[int, ...]
    """Columns of the sheet in which every row of the table holds a formula of the user."""


@dataclass(slots=True)
class LitePlan:
    """All changes that will be written."""

    resized: list[Resizing] = field(default_factory=list)
    cells: dict[Spot, CellWrite] = field(default_factory=dict)
    same: dict[Spot, CellWrite] = field(default_factory=dict)
    """Cells of ours that already hold their new value, so a block may include them."""
    colours: dict[Spot, FillWrite] = field(default_factory=dict)
    values: int = 0
    """Number of changes as a person counts them: a table that only grew counts as one."""


def plan_edits(
    snapshot: Snapshot, states: Mapping[str, CellState], edits: Sequence[Edit]
) -> LitePlan:
    """Return what to write. Raises `LayoutError` if one edit cannot be made."""
    plan = LitePlan()
    for edit in edits:
        if isinstance(edit, SetRows):
            _plan_rows(snapshot, edit, plan)
            continue
        state = states.get(edit.name)
        if state is None:
            raise no_cell(edit.name)
        if state.refusal:
            raise not_ours(state.sheet, state.address, edit.name, state.refusal)
        _, sheet, place = snapshot.names[edit.name.lower()]
        spot, before = (sheet, *place), snapshot.sheets[sheet][place]
        if isinstance(edit, SetFill):
            plan.colours.pop(spot, None)
            if state.fill != edit.fill.upper():
                plan.colours[spot] = FillWrite(edit.fill.upper(), edit.font.upper(), state.fill)
        elif isinstance(edit, SetValue):
            outgoing(edit.value)
            plan.values -= plan.cells.pop(spot, None) is not None
            change = CellWrite(edit.value, before)
            if change.needed:
                plan.cells[spot] = change
                plan.values += 1
            else:
                plan.same[spot] = change
    return plan


def _plan_rows(snapshot: Snapshot, edit: SetRows, plan: LitePlan) -> None:
    """Add the new rows of a table to the plan. Raises `LayoutError` if they cannot be written."""
    table = snapshot.tables.get(edit.table.lower())
    if table is None:
        raise no_table(edit.table)
    cells, area, rows = snapshot.sheets[table.sheet], table.area, len(table.body)
    height = max(1, len(edit.rows))
    if table.totals and height > rows:
        raise totals_row(table.name)
    height = rows if table.totals else height
    _require_room(snapshot, table, height)
    ours = _columns(cells, table, edit)
    calculated = tuple(
        column
        for column in area.columns
        if column not in ours and all(_has_formula(cells[row, column]) for row in table.body)
    )
    every = _cells(cells, table, edit, ours, height)
    changes = {spot: change for spot, change in every.items() if change.needed}
    if height < rows:  # formulas left below a table would stop it from growing again
        formulas = _formula_columns(cells, table, ours)
        rows_to_clear = [
            (row, column)
            for row in table.body[height:]
            for column in formulas
            if cells[row, column] != BLANK
        ]
        changes |= {(table.sheet, *place): CellWrite(None, cells[place]) for place in rows_to_clear}
    plan.cells |= changes
    plan.same |= {spot: change for spot, change in every.items() if spot not in changes}
    plan.values += len([spot for spot in changes if spot[2] in ours])
    if height != rows:
        plan.values += not changes
        plan.resized.append(
            Resizing(table, area, replace(area, bottom=area.top + height), calculated)
        )


def _formula_columns(cells: SheetCells, table: TableState, ours: Mapping[int, int]) -> list[int]:
    """Return the columns that are not ours and whose filled cells are all formulas."""
    contents = {
        column: [cells[row, column] for row in table.body]
        for column in table.area.columns
        if column not in ours
    }
    filled = {
        column: [cell for cell in column_cells if cell != BLANK]
        for column, column_cells in contents.items()
    }
    return [
        column
        for column, filled_cells in filled.items()
        if filled_cells and all(map(_has_formula, filled_cells))
    ]


def _columns(cells: SheetCells, table: TableState, edit: SetRows) -> dict[int, int]:
    """Return the sheet columns to be written, with their places in the edit. Calculated ones are
    left out.
    """
    titles = {
        normalised(str(cells[table.area.top, column].value or "")): column
        for column in table.area.columns
    }
    columns = {}
    for at, title in enumerate(edit.columns):
        column = titles.get(normalised(title))
        if column is None:
            continue
        formulas = [row for row in table.body if _has_formula(cells[row, column])]
        values = [row[at] for row in edit.rows]
        if len(formulas) == len(table.body) and KEEP not in values:
            continue
        if any(_new_value(edit, row - table.body[0], at) is not KEEP for row in formulas):
            raise column_formula(table.sheet, table.name, title)
        columns[column] = at
    return columns


def _cells(
    cells: SheetCells, table: TableState, edit: SetRows, ours: Mapping[int, int], height: int
) -> dict[Spot, CellWrite]:
    """Return the cells of a table that are ours to write."""
    changes = {}
    first, rows = table.body[0], len(table.body)
    for row in range(max(height, rows)):
        for column, at in ours.items():
            value = _new_value(edit, row, at)
            if value is not KEEP:
                outgoing(value)
                changes[table.sheet, first + row, column] = CellWrite(
                    value, cells[first + row, column]
                )
    return changes


def _new_value(edit: SetRows, row: int, at: int) -> Any:
    return edit.rows[row][at] if row < len(edit.rows) else None


def _has_formula(content: SnapshotCell) -> bool:
    return is_formula(content.formula, content.value)


def _require_room(snapshot: Snapshot, table: TableState, height: int) -> None:
    """Refuse to grow over cells that are filled, merged or in another table."""
    area = table.area
    below = Area(area.bottom + 1, area.left, area.top + height, area.right)
    if below.bottom < below.top:
        return
    where = f"The table {table.name} needs {below} of the sheet '{table.sheet}', "
    if below.bottom > LAST_ROW:
        raise LayoutError(f"{where}which are more rows than a sheet has.")
    for other in snapshot.tables.values():
        if other is not table and other.sheet == table.sheet and other.area.overlaps(below):
            raise LayoutError(
                f"{where}where the table {other.name} stands. Move it, then refresh again."
            )
    if any(place in below for place in snapshot.sheets[table.sheet].filled):
        raise LayoutError(f"{where}which is not empty. Move its content, then refresh again.")
    if table.merged_below:
        raise LayoutError(
            f"{where}and cells below the table are merged. Undo that, then refresh again."
        )


def apply_to_snapshot(snapshot: Snapshot, plan: LitePlan) -> None:
    """Make the planned changes in the snapshot."""
    for (sheet, *place), change in plan.cells.items():
        filled = snapshot.sheets[sheet].filled
        after = after_writing(change.value)
        if after == BLANK:
            filled.pop((place[0], place[1]), None)
        else:
            filled[place[0], place[1]] = after
    for (sheet, *place), colour in plan.colours.items():
        snapshot.sheets[sheet].fills[place[0], place[1]] = colour.fill
    for resizing in plan.resized:
        resizing.table.area = resizing.area


def after_writing(value: Scalar | Link) -> SnapshotCell:
    """Return what a cell holds after a value was written to it."""
    if value is None or value == "":
        return BLANK
    if isinstance(value, Link):
        formula = jump(value)
        return SnapshotCell(str(value), str(value) if formula is None else f"={formula}")
    if isinstance(value, str):
        return SnapshotCell(kept_text(value), kept_text(value))
    if isinstance(value, datetime) and value.time() == time():
        return SnapshotCell(value.date(), value.date())
    if isinstance(value, date):
        return SnapshotCell(value, value)
    return SnapshotCell(value, str(value))
