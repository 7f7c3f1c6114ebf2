"""The workbook as the rest of xlperf sees it: the snapshot with all edits made so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.errors import LayoutError
from xlperf.excel.areas import address, split_address
from xlperf.excel.lite.lite_plan import LitePlan, apply_to_snapshot, plan_edits
from xlperf.excel.live.live_values import is_formula, is_live
from xlperf.excel.port import ApplyResult, CellState, Edit, Grid, MarkedCell, SetRows, Workbook
from xlperf.excel.refusals import no_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from xlperf.excel.lite.snapshot import Snapshot, TableState


class LiteWorkbook(Workbook):
    """A workbook that was read whole. Excel changes only in `xlperf.excel.lite.write_edits`."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.plans: list[LitePlan] = []
        """Plans to be written, in this order."""

    def table_names(self) -> frozenset[str]:
        """Names of all tables."""
        return frozenset(table.name for table in self.snapshot.tables.values())

    def read(self, tables: Iterable[str]) -> Mapping[str, Grid]:
        """Return the tables in `tables` that exist."""
        tables_by_name = {name: self.snapshot.tables.get(name.lower()) for name in tables}
        return {
            name: self._grid(table) for name, table in tables_by_name.items() if table is not None
        }

    def _grid(self, table: TableState) -> Grid:
        if not table.headers:
            raise no_header(table.name, table.sheet)
        area, cells = table.area, self.snapshot.sheets[table.sheet]
        header, *rows = ([content.value for content in row] for row in cells.rows(area))
        titles = tuple("" if title is None else str(title) for title in header)
        body = tuple(map(tuple, rows[:-1] if table.totals else rows))
        return Grid(
            table.name, table.sheet, titles, body, area.top, area.left, self.snapshot.outside(table)
        )

    def defined_names(self, prefix: str) -> tuple[str, ...]:
        """Names that begin with `prefix`, of single cells and of those that were deleted."""
        names = (*(name for name, _, _ in self.snapshot.names.values()), *self.snapshot.broken)
        return tuple(sorted(name for name in names if name.lower().startswith(prefix.lower())))

    def cells(self, names: Iterable[str]) -> Mapping[str, CellState]:
        """Look up cells by name; unknown names are left out."""
        states = {name: self._state(name) for name in names if name.lower() in self.snapshot.names}
        return {name: state._replace(name=name) for name, state in states.items()}

    def _state(self, name: str) -> CellState:
        own, sheet, place = self.snapshot.names[name.lower()]
        cells = self.snapshot.sheets[sheet]
        value, formula = cells[place]
        refusal = "holds a formula" if is_formula(formula, value) else cells.refusals.get(place)
        fill, covered = cells.fills.get(place), place in cells.covered
        return CellState(own, sheet, address(*place), value, fill, refusal, covered=covered)

    def texts_before(self, names: Iterable[str]) -> Mapping[str, tuple[MarkedCell, ...]]:
        """Texts left of named cells."""
        places = {name: self.snapshot.names.get(name.lower()) for name in names}
        return {name: self._texts(place[1], *place[2]) for name, place in places.items() if place}

    def _texts(self, sheet: str, row: int, column: int) -> tuple[MarkedCell, ...]:
        cells = self.snapshot.sheets[sheet]
        before = ((left, cells[row, left]) for left in range(column - 1, 0, -1))
        return tuple(
            MarkedCell(sheet, address(row, left), cell.value)
            for left, cell in before
            if isinstance(cell.value, str) and cell.value.strip() and not is_live(cell.formula)
        )

    def call_cells(self, cells: Mapping[str, MarkedCell]) -> None:
        """Let names stand for cells of the snapshot."""
        for name, cell in cells.items():
            self.snapshot.names[name.lower()] = name, cell.sheet, split_address(cell.address)

    def apply(self, edits: Sequence[Edit]) -> ApplyResult:
        """Make all edits in the snapshot, or none. Raises `LayoutError` if one cannot be made."""
        plan = plan_edits(
            self.snapshot,
            self.cells(edit.name for edit in edits if not isinstance(edit, SetRows)),
            edits,
        )
        values, fills = plan.values, len(plan.colours)
        if values or fills:
            apply_to_snapshot(self.snapshot, plan)
            self.plans.append(plan)
        return ApplyResult(values, fills, needs_recalculation=False)

    def refusal(self, edit: Edit) -> str | None:
        """Return why an edit cannot be made; None if it can."""
        try:
            plan_edits(
                self.snapshot, self.cells([] if isinstance(edit, SetRows) else [edit.name]), [edit]
            )
        except LayoutError as error:
            return str(error)
        return None

    def save(self, output: Path | None = None, *, force: bool = False) -> Path | None:  # noqa: ARG002 - the port's
        """Save nothing: the workbook is open in front of a person, or Excel saves it
        automatically.
        """
        return None
