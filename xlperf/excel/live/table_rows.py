"""The new rows of a table: which columns are ours, what changes, and whether there is
room below.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from xlperf.errors import LayoutError
from xlperf.excel.areas import Area
from xlperf.excel.cell_values import movable
from xlperf.excel.live.live_values import Block, Cells, alike, is_formula, outgoing, restored
from xlperf.excel.port import KEEP, SetRows, normalised
from xlperf.excel.refusals import column_formula, no_table, totals_row

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from xlperf.excel.live.live_reading import Reader
    from xlperf.excel.live.live_structure import LiveTable


@dataclass(slots=True)
class Body:
    """The new rows of a table; both areas include its header."""

    table: LiveTable
    cells: Cells
    area: Area
    old_cells: Cells
    old_area: Area
    changes: int


def body_of(reader: Reader, edit: SetRows) -> Body | None:
    """Return the new rows of a table; None if the table holds them already."""
    table = reader.structure.tables().get(edit.table.lower())
    if table is None:
        raise no_table(edit.table)
    top, left, totals = table.area.top + 1, table.area.left, table.totals
    _, (header, *values), (_, *formulas) = reader.cells(table.sheet, table.area)
    if totals:
        values, formulas = values[:-1], formulas[:-1]
    height = max(1, len(edit.rows))
    if totals and height > len(values):
        raise totals_row(table.name)
    if totals:
        height = len(values)
    area = Area(top, left, top + height - 1, left + len(header) - 1)
    _make_room(reader, table, area, len(values))
    columns, number_changed = _columns(edit, header, values, formulas, height, table)
    if not number_changed and height == len(values):
        return None
    others = _formula_columns(values, formulas, columns.keys())
    cells: Cells = {}
    old_cells: Cells = {}
    for row in range(max(height, len(values))):
        new = row >= len(values)
        cells_of_row = _row(columns, others, row, height, new=new)
        cells |= {(top + row, left + place): value for place, value in cells_of_row.items()}
        for place in range(len(header)) if new else cells_of_row:
            old_cells[top + row, left + place] = (
                None if new else restored(values[row][place], formulas[row][place])
            )
    was = Area(top - 1, left, top + len(values) - 1, area.right)
    return Body(
        table,
        cells,
        replace(was, bottom=area.bottom),
        old_cells,
        was,
        max(1, number_changed),
    )


def _row(
    columns: Mapping[int, list[Any]],
    others: Mapping[int, str | None],
    row: int,
    height: int,
    *,
    new: bool,
) -> dict[int, Any]:
    """Return what to write into a row, by place in the table.

    In a row that is removed, our cells and the formulas of other columns are cleared.
    """
    if row >= height:
        return dict.fromkeys([*columns, *others])
    cells_of_row = {place: column[row] for place, column in columns.items()}
    if not new:
        return {place: value for place, value in cells_of_row.items() if value is not KEEP}
    cells_of_row = {
        place: None if value is KEEP else value for place, value in cells_of_row.items()
    }
    return cells_of_row | {place: text for place, text in others.items() if text is not None}


def _make_room(reader: Reader, table: LiveTable, area: Area, rows: int) -> None:
    """Refuse to grow over cells that are filled, merged or in another table."""
    below = Area(area.top + rows, area.left, area.bottom, area.right)
    if below.bottom < below.top:
        return
    for other in reader.structure.tables().values():
        if other.sheet == table.sheet and other != table and other.area.overlaps(below):
            raise LayoutError(
                f"The table {table.name} needs the rows {below.top} to {below.bottom} of the sheet"
                f" '{table.sheet}', where the table {other.name} stands. Move it, then refresh"
                " again."
            )
    formulas = reader.cells(table.sheet, below).formulas
    if any(text not in ("", None) for row in formulas for text in row):
        raise LayoutError(
            f"The table {table.name} needs {below} of the sheet '{table.sheet}', which is not"
            " empty. Move its content, then refresh again."
        )
    if reader.structure.has_merged_cells(table.sheet, below):
        raise LayoutError(
            f"The table {table.name} needs {below} of the sheet '{table.sheet}', where cells are"
            " merged. Undo that, then refresh again."
        )


def _formula_columns(values: Block, formulas: Block, ours: Container[int]) -> dict[int, str | None]:
    """Return the columns that are not ours and whose filled cells are all formulas.

    The value is the formula for new rows: that of all rows, if they have the same and it names
    columns, not cells. Otherwise it is None, and Excel fills the new rows.
    """
    formulas_by_column: dict[int, str | None] = {}
    for place, column in enumerate(zip(*formulas, strict=True)):
        filled = [
            (text, values[row][place]) for row, text in enumerate(column) if text not in ("", None)
        ]
        if (
            place in ours
            or not filled
            or not all(is_formula(text, value) for text, value in filled)
        ):
            continue
        first = filled[0][0]
        same = all(text == first for text, _ in filled)
        formulas_by_column[place] = first if same and movable(first[1:]) is not None else None
    return formulas_by_column


def _columns(
    edit: SetRows,
    header: Sequence[Any],
    values: Block,
    formulas: Block,
    height: int,
    table: LiveTable,
) -> tuple[dict[int, list[Any]], int]:
    """Return the columns to be written (place in the table: values), and the number of changed
    cells.

    Raises `LayoutError` if a column holds formulas in some of its cells.
    """
    titles = {normalised(title): place for place, title in enumerate(header)}
    columns: dict[int, list[Any]] = {}
    number_changed = 0
    for at, title in enumerate(edit.columns):
        place = titles.get(normalised(title))
        if place is None:
            continue
        old_values = [
            is_formula(formula[place], value[place])
            for formula, value in zip(formulas, values, strict=True)
        ]
        new_values = [
            edit.rows[row][at] if row < len(edit.rows) else None
            for row in range(max(height, len(old_values)))
        ]
        if old_values and all(old_values) and KEEP not in new_values:
            continue  # a calculated column
        if any(
            value is not KEEP
            for value, formula in zip(new_values, old_values, strict=False)
            if formula
        ):
            raise column_formula(table.sheet, table.name, title)
        columns[place] = [
            value if value is KEEP else outgoing(value) for value in new_values[:height]
        ]
        for row, value in enumerate(new_values[:height]):
            if value is KEEP:
                continue
            now = values[row][place] if row < len(values) else None
            formula = formulas[row][place] if row < len(formulas) else None
            number_changed += not alike(now, value, formula)
    return columns, number_changed
