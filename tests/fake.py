"""A workbook of lists and dictionaries that keeps the contract of `xlperf.excel.port.Workbook`.

For tests of what stands on the port. `tests/excel/test_contract.py` runs the same tests on it and
on the file engine, which keeps it honest.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import TYPE_CHECKING

from xlperf.errors import LayoutError
from xlperf.excel.areas import split_address
from xlperf.excel.cell_values import encoded, kept_text
from xlperf.excel.port import (
    KEEP,
    ApplyResult,
    CellOutside,
    CellState,
    Edit,
    Grid,
    Link,
    MarkedCell,
    NoResult,
    Scalar,
    SetFill,
    SetRows,
    SetValue,
    Workbook,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    Rows = Sequence[Sequence[Scalar]]


@dataclass
class FakeWorkbook(Workbook):
    """Tables by name as (header, rows); single cells by defined name."""

    tables: Mapping[str, tuple[Sequence[str], Rows]]
    cells_by_name: Mapping[str, Scalar] = field(default_factory=dict)
    sheets: Mapping[str, str] = field(default_factory=dict)
    """Sheet of a table; its name without ``tbl`` where none is given. All named cells are on the
    sheet Dashboard.
    """
    fills: Mapping[str, str] = field(default_factory=dict)
    refusals: Mapping[str, str] = field(default_factory=dict)
    """Why the cell of a name must not be written, such as ``holds a formula``."""
    covered: frozenset[str] = frozenset()
    """Names of cells under a conditional format."""
    broken: tuple[str, ...] = ()
    """Names whose cells were deleted."""
    has_formulas: bool = False
    outside: Mapping[str, Mapping[str, Scalar]] = field(default_factory=dict)
    """Cells beside and below a table, by its name: value by address."""
    beside: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Texts left of the cell of a name, nearest first: text by address."""
    saves: list[Path | None] = field(default_factory=list)
    """Output of each save that wrote something (None: in place)."""

    def __post_init__(self) -> None:
        self._grids = {name: self._grid(name, *table) for name, table in self.tables.items()}
        self._cells = {
            name: CellState(
                name,
                "Dashboard",
                f"B{number}",
                _kept(value),
                self.fills.get(name),
                self.refusals.get(name),
                covered=name in self.covered,
            )
            for number, (name, value) in enumerate(self.cells_by_name.items(), 2)
        }
        self._fonts: dict[str, str] = {}
        self._unsaved = False

    def _grid(self, name: str, header: Sequence[str], rows: Rows) -> Grid:
        blank: list[Scalar] = [None] * len(header)
        body = tuple(tuple(_kept(value) for value in row) for row in rows or [blank])
        sheet = self.sheets.get(name, name.removeprefix("tbl"))
        outside = tuple(
            CellOutside(*split_address(at), value)
            for at, value in self.outside.get(name, {}).items()
        )
        return Grid(name, sheet, tuple(header), body, 1, 1, outside)

    def table_names(self) -> frozenset[str]:
        return frozenset(self._grids)

    def read(self, tables: Iterable[str]) -> Mapping[str, Grid]:
        return {
            name: self._grids[own]
            for name in tables
            if (own := _find(self._grids, name)) is not None
        }

    def cells(self, names: Iterable[str]) -> Mapping[str, CellState]:
        found = {
            name: self._cells[own]
            for name in names
            if (own := _find(self._cells, name)) is not None
        }
        return {name: state._replace(name=name) for name, state in found.items()}

    def defined_names(self, prefix: str) -> tuple[str, ...]:
        return tuple(
            sorted(
                name
                for name in (*self._cells, *self.broken)
                if name.lower().startswith(prefix.lower())
            )
        )

    def apply(self, edits: Sequence[Edit]) -> ApplyResult:
        before = self._grids.copy(), self._cells.copy(), self._fonts.copy()
        values = fills = 0
        try:
            for edit in edits:
                match edit:
                    case SetValue():
                        values += self._set_value(edit)
                    case SetFill():
                        fills += self._set_fill(edit)
                    case SetRows():
                        values += self._set_rows(edit)
        except LayoutError:
            self._grids, self._cells, self._fonts = before
            raise
        changed = bool(values or fills)
        self._unsaved = self._unsaved or changed
        return ApplyResult(values, fills, needs_recalculation=changed and self.has_formulas)

    def _named(self, name: str) -> CellState:
        own = _find(self._cells, name)
        if own is None:
            raise LayoutError(
                f"The name {name} points to no single cell. Correct it (Formulas, Name Manager)."
            )
        state = self._cells[own]
        if state.refusal:
            raise LayoutError(
                f"{state.sheet}!{state.address} ({name}) {state.refusal}. Clear it, then refresh"
                " again."
            )
        return state

    def _set_value(self, edit: SetValue) -> int:
        state, value = self._named(edit.name), _kept(edit.value)
        self._cells[state.name] = state._replace(value=value)
        return int(_differ(state.value, value))

    def _set_fill(self, edit: SetFill) -> int:
        state, fill, font = self._named(edit.name), edit.fill.upper(), edit.font.upper()
        changed = (state.fill, self._fonts.get(state.name)) != (fill, font)
        self._cells[state.name], self._fonts[state.name] = state._replace(fill=fill), font
        return int(changed)

    def _set_rows(self, edit: SetRows) -> int:
        own = _find(self._grids, edit.table)
        if own is None:
            raise LayoutError(
                f"There is no table named {edit.table}. Restore its sheet, or give it its name"
                " again."
            )
        old = self._grids[own]
        titles = {" ".join(title.split()).lower(): place for place, title in enumerate(old.header)}
        places = {
            titles.get(" ".join(title.split()).lower()): place
            for place, title in enumerate(edit.columns)
        }
        rows: list[tuple[Scalar, ...]] = []
        changed = 0
        blank: tuple[Scalar, ...] = (None,) * len(old.header)
        for index in range(max(len(edit.rows), len(old.rows))):
            was = old.rows[index] if index < len(old.rows) else blank
            record = edit.rows[index] if index < len(edit.rows) else None
            now = tuple(
                (
                    value
                    if column not in places
                    or (record is not None and record[places[column]] is KEEP)
                    else _kept(None if record is None else record[places[column]])
                )
                for column, value in enumerate(was)
            )
            changed += sum(map(_differ, was, now))
            rows.append(now)
        self._grids[own] = replace(old, rows=tuple(rows[: max(1, len(edit.rows))]))
        return changed or int(len(self._grids[own].rows) != len(old.rows))

    def texts_before(self, names: Iterable[str]) -> Mapping[str, Sequence[MarkedCell]]:
        return {
            name: [
                MarkedCell("Dashboard", at, text) for at, text in self.beside.get(name, {}).items()
            ]
            for name in names
        }

    def call_cells(self, cells: Mapping[str, MarkedCell]) -> None:
        for name, cell in cells.items():
            self._cells[name] = CellState(name, cell.sheet, cell.address, cell.text, None, None)

    def refusal(self, edit: Edit) -> str | None:
        before = self._grids.copy(), self._cells.copy(), self._fonts.copy(), self._unsaved
        try:
            self.apply([edit])
        except LayoutError as error:
            return str(error)
        finally:
            self._grids, self._cells, self._fonts, self._unsaved = before
        return None

    def save(self, output: Path | None = None, *, force: bool = False) -> Path | None:
        if self._unsaved or output is not None:
            self.saves.append(output)
        self._unsaved = False
        return None


def _find(known: Mapping[str, object], name: str) -> str | None:
    return next((own for own in known if own.lower() == name.lower()), None)


def _kept(value: Scalar | Link) -> Scalar:
    """What a cell gives back of what was written; refused when no cell can hold it."""
    if isinstance(value, NoResult):
        return value
    encoded(value, date1904=False)
    if isinstance(value, Link):
        return str(value)
    if isinstance(value, str):
        return kept_text(value) or None
    return value.date() if isinstance(value, datetime) and value.time() == time() else value


def _differ(one: Scalar, other: Scalar) -> bool:
    return one != other or isinstance(one, bool) != isinstance(other, bool)
