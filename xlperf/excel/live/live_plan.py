"""All edits compared with what the cells hold, before the first is made; each with its reversal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlperf.errors import LayoutError
from xlperf.excel.live.live_values import alike, outgoing, restored
from xlperf.excel.live.named_cells import writable
from xlperf.excel.live.table_rows import body_of
from xlperf.excel.port import Edit, SetFill, SetRows, SetValue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.excel.live.live_reading import Reader
    from xlperf.excel.live.live_values import Cells
    from xlperf.excel.live.named_cells import NamedCells
    from xlperf.excel.live.table_rows import Body


@dataclass(slots=True)
class LivePlan:
    """All changes that will be written, and the old values: values and colours by sheet, and the
    bodies of tables.
    """

    values: dict[str, Cells] = field(default_factory=dict)
    old_values: dict[str, Cells] = field(default_factory=dict)
    colours: dict[str, dict[tuple[int, int], tuple[str, str]]] = field(default_factory=dict)
    blank: dict[str, set[tuple[int, int]]] = field(default_factory=dict)
    """Cells of ours that are blank, so a block may include them."""
    bodies: list[Body] = field(default_factory=list)


def plan_edits(reader: Reader, named_cells: NamedCells, edits: Sequence[Edit]) -> LivePlan:
    """Return what to write. Raises `LayoutError` if one edit cannot be made."""
    tables = reader.structure.tables()
    bodies = [tables.get(edit.table.lower()) for edit in edits if isinstance(edit, SetRows)]
    reader.load(table.sheet for table in bodies if table is not None)
    names = dict.fromkeys(edit.name for edit in edits if not isinstance(edit, SetRows))
    states = named_cells.look(names, {edit.name for edit in edits if isinstance(edit, SetFill)})
    plan = LivePlan()
    for name in {edit.name for edit in edits if isinstance(edit, SetValue)} & states.keys():
        if (cell := states[name]).formula in ("", None) and cell.state.refusal is None:
            plan.blank.setdefault(cell.place.sheet, set()).add((cell.place.row, cell.place.column))
    for edit in edits:
        match edit:
            case SetRows():
                body = body_of(reader, edit)
                if body is not None:
                    plan.bodies.append(body)
            case SetValue():
                cell = writable(edit.name, states)
                value = outgoing(edit.value)
                new_cells, old_cells = (
                    cells.setdefault(cell.place.sheet, {})
                    for cells in (plan.values, plan.old_values)
                )
                at = (cell.place.row, cell.place.column)
                new_cells.pop(at, None)
                if not alike(cell.state.value, edit.value, cell.formula):
                    new_cells[at], old_cells[at] = value, restored(cell.state.value, cell.formula)
            case SetFill():
                cell = writable(edit.name, states)
                if cell.state.fill != edit.fill.upper():
                    new_cells = plan.colours.setdefault(cell.place.sheet, {})
                    new_cells[cell.place.row, cell.place.column] = (
                        edit.fill.upper(),
                        edit.font.upper(),
                    )
    _refuse_protected(reader, plan)
    return plan


def _refuse_protected(reader: Reader, plan: LivePlan) -> None:
    """Refuse to write to a protected sheet before anything is written: Excel would stop in the
    middle.
    """
    changed_places = [
        name
        for cells in (plan.values, plan.colours)
        for name, sheet_cells in cells.items()
        if sheet_cells
    ]
    for name in dict.fromkeys([*changed_places, *(body.table.sheet for body in plan.bodies)]):
        if reader.structure.is_protected(name):
            raise LayoutError(
                f"The sheet '{name}' is protected, so nothing was written. Take the protection off"
                " (Review, Unprotect Sheet), then refresh again."
            )
