"""Edits compared with what the cells hold now. The plan contains only real differences; an edit
that cannot be made raises an error that says why.

Nothing is written here: `EditPlan.parts` returns the parts with the edits.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from xlperf.errors import LayoutError
from xlperf.excel import markup
from xlperf.excel.areas import LAST_ROW, Area, address
from xlperf.excel.cell_values import encoded, movable
from xlperf.excel.parts import resized
from xlperf.excel.port import KEEP, normalised
from xlperf.excel.refusals import no_cell, no_table, not_ours
from xlperf.excel.results import result_changes
from xlperf.excel.sheet import CellContent, Stretch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlperf.excel.cell_values import Writable
    from xlperf.excel.contents import WorkbookParts
    from xlperf.excel.parts import SheetEntry, TableColumn, TablePart
    from xlperf.excel.port import Keep, SetFill, SetResults, SetRows, SetValue
    from xlperf.excel.scanned import ScannedCell
    from xlperf.excel.sheet import WorksheetPart

QUOTE_LENGTH = 40
"""Number of characters of a cell that a message quotes."""


class EditPlan:
    """The planned edits to one workbook."""

    def __init__(self, contents: WorkbookParts) -> None:
        self._contents = contents
        self._cells: dict[SheetEntry, dict[tuple[int, int], CellContent]] = {}
        self._resized: dict[str, tuple[TablePart, int]] = {}
        self._results: dict[SheetEntry, dict[tuple[int, int], CellContent]] = {}
        self.calculated: dict[str, int] = {}
        """For each part, the number of formulas that have their results once the plan
        is applied.
        """
        self._formulas_moved = False

    @property
    def values(self) -> int:
        """Number of cells whose content changes. A table that only grows or shrinks
        counts as one.
        """
        fresh = sum(
            target.inner is not None for cells in self._cells.values() for target in cells.values()
        )
        return fresh or len(self._resized) or sum(map(len, self._results.values()))

    @property
    def fills(self) -> int:
        """Number of cells whose colours change."""
        return sum(target.recoloured for cells in self._cells.values() for target in cells.values())

    @property
    def chain_is_stale(self) -> bool:
        """Whether formula cells are added or removed."""
        return self._formulas_moved

    def parts(self) -> dict[str, bytes]:
        """Return the parts that change, with their new bytes."""
        stretches: dict[SheetEntry, list[Stretch]] = {}
        parts_by_name: dict[str, bytes] = {}
        for table, bottom in self._resized.values():
            parts_by_name[table.part] = resized(
                self._contents.content(table.part), table.part, table, bottom
            )
            if bottom > table.body.bottom:
                stretches.setdefault(table.sheet, []).append(Stretch(table.body, bottom))
        for entry in self._cells.keys() | stretches.keys() | self._results.keys():
            changes = self._results.get(entry, {}) | self._cells.get(entry, {})
            parts_by_name[entry.part] = self._contents.sheet(entry).edited(
                changes, stretches.get(entry, ())
            )
        return {
            part: data
            for part, data in parts_by_name.items()
            if data != self._contents.content(part)
        }

    # -- single cells
    # ----------------------------------------------------------------------------------------------

    def set_value(self, edit: SetValue) -> None:
        """Plan the new value of one cell."""
        entry, row, column = self._writable(edit.name)
        cell = self._contents.sheet(entry).cell(row, column)
        self._set_cell(
            entry, (row, column), cell, edit.value, self._style(entry, cell, row, column)
        )

    def set_fill(self, edit: SetFill) -> None:
        """Plan the new fill and font colour of one cell."""
        entry, row, column = self._writable(edit.name)
        cell = self._contents.sheet(entry).cell(row, column)
        before = self._style(entry, cell, row, column)
        after = self._contents.styles().coloured(before, edit.fill, edit.font)
        if after == before:
            return
        cells = self._cells.setdefault(entry, {})
        target = cells.setdefault((row, column), CellContent(None, "", after))
        target.style = after
        target.recoloured = after != self._contents.sheet(entry).style_of(cell, row, column)

    def set_results(self, edit: SetResults) -> None:
        """Plan the results of formulas on the sheet of a name. If the name does not exist, plan
        nothing.
        """
        place = self._contents.place(edit.name)
        if place is None:
            return
        entry = place[0]
        sheet, date1904 = self._contents.sheet(entry), self._contents.date1904
        changes, self.calculated[entry.part] = result_changes(
            sheet, edit.results, date1904=date1904
        )
        if changes:
            self._results[entry] = changes

    def _writable(self, name: str) -> tuple[SheetEntry, int, int]:
        place = self._contents.place(name)
        if place is None:
            raise no_cell(name)
        entry, row, column = place
        refusal = self._contents.sheet(entry).refusal(row, column)
        if refusal:
            raise not_ours(entry.name, address(row, column), name, refusal)
        return place

    def _style(self, entry: SheetEntry, cell: ScannedCell | None, row: int, column: int) -> int:
        planned_cell = self._cells.get(entry, {}).get((row, column))
        if planned_cell is not None:
            return planned_cell.style
        return self._contents.sheet(entry).style_of(cell, row, column)

    def _set_cell(
        self,
        entry: SheetEntry,
        place: tuple[int, int],
        cell: ScannedCell | None,
        value: Writable,
        style: int,
    ) -> None:
        """Plan a value, unless the cell already holds it."""
        if self._contents.holds(cell, value):
            self._plan_cell(entry, place, cell, style)
        else:
            self._plan_cell(
                entry, place, cell, style, encoded(value, date1904=self._contents.date1904)
            )

    def _plan_cell(
        self,
        entry: SheetEntry,
        place: tuple[int, int],
        cell: ScannedCell | None,
        style: int,
        content: tuple[str, bytes] | None = None,
    ) -> None:
        """Plan a cell's style and content (type and inner XML). Content None: it does
        not change.
        """
        cells = self._cells.setdefault(entry, {})
        before = cells.pop(place, None) if cells else None
        recoloured = before is not None and before.recoloured
        if content is None:
            if style != self._contents.sheet(entry).style_of(cell, *place):
                cells[place] = CellContent(None, "", style, recoloured=recoloured)
            return
        kind, inner = content
        cells[place] = CellContent(inner, kind, style, recoloured=recoloured)
        if (cell is not None and cell.formula is not None) or inner.startswith(b"<f"):
            self._formulas_moved = True

    # -- tables
    # ----------------------------------------------------------------------------------------------

    def set_rows(self, edit: SetRows) -> None:
        """Plan the body of a table."""
        table = self._contents.tables().get(edit.table.lower())
        if table is None:
            raise no_table(edit.table)
        places = _columns(table, edit.columns)
        body, sheet, entry = table.body, self._contents.sheet(table.sheet), table.sheet
        bottom = body.top + max(1, len(edit.rows)) - 1
        if bottom > body.bottom:
            self._make_room(table, bottom)
        elif table.totals:
            bottom = body.bottom  # blank rows stay above the totals, which do not move
        columns = [column for column, _ in places]
        styles = [
            self._style(entry, sheet.cell(body.top, column), body.top, column) for column in columns
        ]
        bottom_needed = body.top + len(edit.rows)
        is_free = sheet.is_free(replace(body, bottom=max(body.bottom, bottom)))
        for row in chain(
            range(body.top, bottom_needed),
            sheet.rows_between(bottom_needed, max(body.bottom, bottom)),
        ):
            record = edit.rows[row - body.top] if row < bottom_needed else None
            values = [None if record is None else record[place] for _, place in places]
            self._put_row(table, row, zip(columns, values, styles, strict=True), is_free=is_free)
        self._other_columns(table, sheet, set(columns), bottom)
        if bottom != body.bottom or (table.waiting and edit.rows):
            self._resized[table.part] = (table, bottom)

    def _put_row(
        self,
        table: TablePart,
        row: int,
        values: Iterable[tuple[int, Writable | Keep, int]],
        *,
        is_free: bool,
    ) -> None:
        """Plan one row of a table's body. `values` are column, value and the style of a new row's
        cell; `is_free`: no cell of the body is part of anything larger (`WorksheetPart.is_free`).
        """
        entry = table.sheet
        sheet = self._contents.sheet(table.sheet)
        is_new = row > table.body.bottom
        planned = self._cells.setdefault(entry, {})
        present = sheet.columns(row)
        may_skip = is_free and not is_new
        for column, value, first in values:
            if value is None and column not in present and may_skip:
                continue
            cell = sheet.cell(row, column) if column in present else None
            if value is KEEP:
                if is_new:
                    self._plan_cell(entry, (row, column), cell, first)
                continue
            plain = is_free and (cell is None or cell.formula is None)
            if plain and (row, column) not in planned:
                if not self._contents.holds(cell, value):
                    style = first if is_new else sheet.style_of(cell, row, column)
                    planned[row, column] = self._target(value, style)
                elif is_new and first != sheet.style_of(cell, row, column):
                    planned[row, column] = CellContent(None, "", first)
                continue
            refusal = None if plain else sheet.refusal_of(cell, row, column)
            if refusal:
                where = f"{entry.name}!{address(row, column)}"
                raise LayoutError(
                    f"{where}, in the table {table.name}, {refusal}. Clear it, then refresh again."
                )
            style = first if is_new else self._style(entry, cell, row, column)
            self._set_cell(entry, (row, column), cell, value, style)

    def _target(self, value: Writable, style: int) -> CellContent:
        """Return the new state of a cell that holds no formula and is not planned yet."""
        kind, inner = encoded(value, date1904=self._contents.date1904)
        self._formulas_moved |= inner.startswith(b"<f")
        return CellContent(inner, kind, style)

    def _other_columns(
        self, table: TablePart, sheet: WorksheetPart, ours: set[int], bottom: int
    ) -> None:
        """Plan the columns that are not ours.

        New rows get the style of these columns, and the formula of calculated ones. Rows that are
        removed lose their formulas.
        """
        body = table.body
        for index, own in enumerate(table.columns):
            column = body.left + index
            if column in ours:
                continue
            title = _with_formula(
                own, [sheet.cell(row, column) for row in sheet.rows_between(body.top, body.bottom)]
            )
            style = sheet.style_at(body.top, column)
            for row in range(body.bottom + 1, bottom + 1):
                formula = movable(title.formula)
                content = (
                    None if formula is None else ("", f"<f>{markup.escaped(formula)}</f>".encode())
                )
                self._plan_cell(table.sheet, (row, column), sheet.cell(row, column), style, content)
            for row in sheet.rows_between(bottom + 1, body.bottom) if title.calculated else ():
                cell = sheet.cell(row, column)
                if cell is None or cell.blank:
                    continue
                if (
                    cell.covers
                    and cell.formula_kind == "shared"
                    and Area.of(cell.covers).bottom > body.bottom
                ):
                    raise LayoutError(
                        f"{table.sheet.name}!{address(row, column)}, in the table {table.name},"
                        " shares its formula with cells below the table. Clear those, then refresh"
                        " again."
                    )
                self._plan_cell(table.sheet, (row, column), cell, cell.style, ("", b""))

    def _make_room(self, table: TablePart, bottom: int) -> None:
        """Refuse to let a table grow over cells that are not blank."""
        contents, where, sheet = self._contents, table.sheet.name, self._contents.sheet(table.sheet)
        needs = f"The table {table.name} on '{where}' needs {bottom - table.body.bottom} more rows"
        if table.totals:
            raise LayoutError(
                f"{needs}, but shows a totals row. Switch it off (Table Design, Total Row), then"
                " refresh again."
            )
        if bottom > LAST_ROW:
            raise LayoutError(
                f"{needs}, past the last row of a sheet. Delete rows that are no longer needed."
            )
        area = Area(table.area.bottom + 1, table.area.left, bottom, table.area.right)
        for other in contents.tables().values():
            if other is not table and other.sheet == table.sheet and other.area.overlaps(area):
                raise LayoutError(
                    f"{needs}, but the table {other.name} is below it. Move one of them, then"
                    " refresh again."
                )
        if any(merged.overlaps(area) for merged in sheet.merged):
            raise LayoutError(
                f"{needs}, but cells below it are merged. Undo that, then refresh again."
            )
        for row in sheet.rows_between(area.top, area.bottom):
            for column in area.columns:
                cell = sheet.cell(row, column)
                if cell is not None and not cell.blank:
                    content = (
                        str(contents.value(cell))[:QUOTE_LENGTH]
                        if cell.formula is None
                        else f"={cell.formula[:QUOTE_LENGTH]}"
                    )
                    raise LayoutError(
                        f"{needs}, but {where}!{address(row, column)} below it holds '{content}'."
                        " Move that away, or insert rows above it, then refresh again."
                    )


def _with_formula(title: TableColumn, cells: Sequence[ScannedCell | None]) -> TableColumn:
    """Treat a column as calculated if all its filled cells hold formulas.

    If all rows have the same formula, it becomes the formula of the column; else the column's
    formula is unknown (an empty text).
    """
    filled = [cell for cell in cells if cell is not None and not cell.blank]
    if title.calculated or not filled or any(cell.formula is None for cell in filled):
        return title
    texts = {cell.formula for cell in filled}
    return title._replace(formula=texts.pop() if len(texts) == 1 else "")


def _columns(table: TablePart, titles_wanted: Sequence[str]) -> list[tuple[int, int]]:
    """Return sheet column and place in the record of each title that the table has.

    A column that the user deleted is left out, and so is one that Excel fills with a formula.
    """
    titles = {
        normalised(column.name): i
        for i, column in enumerate(table.columns)
        if not column.calculated
    }
    places = []
    for place, title in enumerate(titles_wanted):
        index = titles.get(normalised(title))
        if index is not None:
            places.append((table.area.left + index, place))
    return places
