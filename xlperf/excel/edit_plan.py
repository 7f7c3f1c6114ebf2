"""Edits worked out against what the cells hold now: only real differences are left, or a sentence
says why not.

Nothing is written here: `Plan.parts` gives the parts as they would be.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    from collections.abc import Sequence

    from xlperf.excel.cell_values import Writable
    from xlperf.excel.contents import WorkbookParts
    from xlperf.excel.parts import SheetEntry, TableColumn, TablePart
    from xlperf.excel.port import Keep, SetFill, SetResults, SetRows, SetValue
    from xlperf.excel.scanned import ScannedCell
    from xlperf.excel.sheet import WorksheetPart

SHOWN = 40
"""Characters of a cell quoted in a sentence."""


@dataclass(slots=True)
class _Wanted:
    """What a cell is to be: encoded content (None: as it is) and style; whether each differs from
    what it is.
    """

    kind: str
    inner: bytes | None
    style: int
    fresh: bool = False
    recoloured: bool = False


class EditPlan:
    """A plan of edits to one workbook."""

    def __init__(self, contents: WorkbookParts) -> None:
        self._contents = contents
        self._cells: dict[SheetEntry, dict[tuple[int, int], _Wanted]] = {}
        self._resized: dict[str, tuple[TablePart, int]] = {}
        self._results: dict[SheetEntry, dict[tuple[int, int], CellContent]] = {}
        self.settled: dict[str, int] = {}
        """Formulas of a part that have their results once the plan is carried out."""
        self._formulas_moved = False

    @property
    def values(self) -> int:
        """Cells whose content changes; a table that only grows or shrinks counts as one."""
        fresh = sum(wanted.fresh for cells in self._cells.values() for wanted in cells.values())
        return fresh or len(self._resized) or sum(map(len, self._results.values()))

    @property
    def fills(self) -> int:
        """Cells whose colours change."""
        return sum(wanted.recoloured for cells in self._cells.values() for wanted in cells.values())

    @property
    def chain_is_stale(self) -> bool:
        """Whether formula cells come or go."""
        return self._formulas_moved

    def parts(self) -> dict[str, bytes]:
        """Give the parts that change, as they become."""
        stretches: dict[SheetEntry, list[Stretch]] = {}
        parts_by_name: dict[str, bytes] = {}
        for table, bottom in self._resized.values():
            parts_by_name[table.part] = resized(
                self._contents.content(table.part), table.part, table, bottom
            )
            if bottom > table.body.bottom:
                stretches.setdefault(table.sheet, []).append(Stretch(table.body, bottom))
        for entry in self._cells.keys() | stretches.keys() | self._results.keys():
            cells = self._cells.get(entry, {})
            changes = {
                place: CellContent(cell.inner, cell.kind, cell.style)
                for place, cell in cells.items()
            }
            changes = self._results.get(entry, {}) | changes
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
        """Plan one value."""
        entry, row, column = self._writable(edit.name)
        cell = self._contents.sheet(entry).cell(row, column)
        self._set_cell(
            entry, (row, column), cell, edit.value, self._style(entry, cell, row, column)
        )

    def set_fill(self, edit: SetFill) -> None:
        """Plan one pair of colours."""
        entry, row, column = self._writable(edit.name)
        cell = self._contents.sheet(entry).cell(row, column)
        before = self._style(entry, cell, row, column)
        after = self._contents.styles().coloured(before, edit.fill, edit.font)
        if after == before:
            return
        cells = self._cells.setdefault(entry, {})
        wanted = cells.setdefault((row, column), _Wanted("", None, after))
        wanted.style = after
        wanted.recoloured = after != self._contents.sheet(entry).style_of(cell, row, column)

    def set_results(self, edit: SetResults) -> None:
        """Plan the results of formulas, on the sheet of a name if there is one."""
        place = self._contents.place(edit.name)
        if place is None:
            return
        entry = place[0]
        sheet, date1904 = self._contents.sheet(entry), self._contents.date1904
        changes, self.settled[entry.part] = result_changes(sheet, edit.results, date1904=date1904)
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
        return (
            planned_cell.style
            if planned_cell is not None
            else self._contents.sheet(entry).style_of(cell, row, column)
        )

    def _set_cell(
        self,
        entry: SheetEntry,
        place: tuple[int, int],
        cell: ScannedCell | None,
        value: Writable,
        style: int,
    ) -> None:
        """Plan a value, unless the cell holds it already."""
        if self._contents.holds(cell, value):
            self._keep(entry, place, cell, style)
        else:
            self._keep(entry, place, cell, style, encoded(value, date1904=self._contents.date1904))

    def _keep(
        self,
        entry: SheetEntry,
        place: tuple[int, int],
        cell: ScannedCell | None,
        style: int,
        content: tuple[str, bytes] | None = None,
    ) -> None:
        """Plan a cell's style, and its content (type and inner XML) unless that stays."""
        cells = self._cells.setdefault(entry, {})
        before = cells.pop(place, None) if cells else None
        recoloured = before is not None and before.recoloured
        if content is None:
            if style != self._contents.sheet(entry).style_of(cell, *place):
                cells[place] = _Wanted("", None, style, recoloured=recoloured)
            return
        kind, inner = content
        cells[place] = _Wanted(kind, inner, style, fresh=True, recoloured=recoloured)
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
        first = {
            column: self._style(entry, sheet.cell(body.top, column), body.top, column)
            for column, _ in places
        }
        bottom_needed = body.top + len(edit.rows)
        for row in chain(
            range(body.top, bottom_needed),
            sheet.rows_between(bottom_needed, max(body.bottom, bottom)),
        ):
            record = edit.rows[row - body.top] if row < bottom_needed else None
            values = [
                (column, None if record is None else record[place], first[column])
                for column, place in places
            ]
            self._put_row(table, row, values)
        self._other_columns(table, sheet, {column for column, _ in places}, bottom)
        if bottom != body.bottom or (table.waiting and edit.rows):
            self._resized[table.part] = (table, bottom)

    def _put_row(
        self, table: TablePart, row: int, values: Sequence[tuple[int, Writable | Keep, int]]
    ) -> None:
        """Plan one row of a table's body: each column's value, and the style that a new row takes
        there.
        """
        entry, sheet, is_new = (
            table.sheet,
            self._contents.sheet(table.sheet),
            row > table.body.bottom,
        )
        may_skip = sheet.is_free and not is_new
        for column, value, first in values:
            cell = sheet.cell(row, column)
            if cell is None and value is None and may_skip:
                continue
            if value is KEEP:
                if is_new:
                    self._keep(entry, (row, column), cell, first)
                continue
            refusal = sheet.refusal_of(cell, row, column)
            if refusal:
                where = f"{entry.name}!{address(row, column)}"
                raise LayoutError(
                    f"{where}, in the table {table.name}, {refusal}. Clear it, then refresh again."
                )
            style = first if is_new else self._style(entry, cell, row, column)
            self._set_cell(entry, (row, column), cell, value, style)

    def _other_columns(
        self, table: TablePart, sheet: WorksheetPart, ours: set[int], bottom: int
    ) -> None:
        """Give new rows the style of other columns too, and calculated ones their formula; rows
        that go lose theirs.
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
                self._keep(table.sheet, (row, column), sheet.cell(row, column), style, content)
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
                self._keep(table.sheet, (row, column), cell, cell.style, ("", b""))

    def _make_room(self, table: TablePart, bottom: int) -> None:
        """Refuse to grow over anything that is not blank."""
        contents, where, sheet = self._contents, table.sheet.name, self._contents.sheet(table.sheet)
        needs = f"The table {table.name} on '{where}' needs {bottom - table.body.bottom} more rows"
        if table.totals:
            raise LayoutError(
                f"{needs}, but shows a totals row. Switch it off (Table Design, Total Row), then"
                " refresh again."
            )
        if bottom > LAST_ROW:
            raise LayoutError(
                f"{needs}, past the last row of a sheet. Delete rows that are no longer wanted."
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
                        str(contents.value(cell))[:SHOWN]
                        if cell.formula is None
                        else f"={cell.formula[:SHOWN]}"
                    )
                    raise LayoutError(
                        f"{needs}, but {where}!{address(row, column)} below it holds '{content}'."
                        " Move that away, or insert rows above it, then refresh again."
                    )


def _with_formula(title: TableColumn, cells: Sequence[ScannedCell | None]) -> TableColumn:
    """Take a column for a calculated one if it holds nothing but formulas: the one that all have,
    or an unknown one.
    """
    filled = [cell for cell in cells if cell is not None and not cell.blank]
    if title.calculated or not filled or any(cell.formula is None for cell in filled):
        return title
    texts = {cell.formula for cell in filled}
    return title._replace(formula=texts.pop() if len(texts) == 1 else "")


def _columns(table: TablePart, wanted: Sequence[str]) -> list[tuple[int, int]]:
    """Sheet column and place in the record of each wanted column the table has. One the user
    deleted is passed over, and so is one that Excel fills by a formula.
    """
    titles = {
        normalised(column.name): i
        for i, column in enumerate(table.columns)
        if not column.calculated
    }
    places = []
    for place, title in enumerate(wanted):
        index = titles.get(normalised(title))
        if index is not None:
            places.append((table.area.left + index, place))
    return places
