"""Which figures are withheld besides the small ones, so that each protected count keeps enough
values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlperf.disclosure.audit import Audit, Narrow, audit, witnesses
from xlperf.disclosure.facts import VALUES, holds

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from xlperf.disclosure.facts import Atom, Cell, Fact, Protected


@dataclass(frozen=True, slots=True)
class Choice:
    """Cells that are withheld, and what that leaves of the protected counts."""

    withheld: frozenset[Hashable]
    """Keys of cells, those withheld before among them."""
    already_out: tuple[Narrow, ...]
    """Protected counts that cannot have as many values as asked for, whatever is withheld."""
    audit: Audit
    """Of the fixed facts and the cells that are shown; `narrow` holds what is already out."""


def choose(
    fixed: Sequence[Fact],
    cells: Sequence[Cell],
    protected: Sequence[Protected],
    truth: Mapping[Atom, int],
    values: int = VALUES,
) -> Choice:
    """Choose cells to withhold; small figures are withheld by the caller and are not among them.

    `fixed`: what is known whatever is withheld: earlier issues, sums, kinds. A contradiction
    withholds every cell.
    """
    everything = [*fixed, *(fact for cell in cells for fact in cell.facts)]
    contradiction = audit(everything, (), truth).contradiction
    if contradiction:
        return Choice(frozenset(cell.key for cell in cells), (), Audit((), contradiction))
    obtainable = {item.key: witnesses(fixed, item.form, truth, values) for item in protected}
    withheld = {cell.key for cell in cells if cell.withheld_before}

    def enough(item: Protected) -> bool:
        shown = [fact for cell in cells if cell.key not in withheld for fact in cell.facts]
        needed = len(obtainable[item.key])
        return len(witnesses([*fixed, *shown], item.form, truth, needed)) >= needed

    added = [
        cell
        for item in protected
        if not enough(item)
        for cell in cells
        if not cell.withheld_before
        and any(not holds(fact, x) for fact in cell.facts for x in obtainable[item.key].values())
    ]
    withheld |= {cell.key for cell in added}
    for cell in sorted(dict.fromkeys(added), key=lambda cell: -cell.cost):
        withheld.remove(cell.key)
        if not all(enough(item) for item in protected):
            withheld.add(cell.key)
    shown = [fact for cell in cells if cell.key not in withheld for fact in cell.facts]
    left = audit([*fixed, *shown], protected, truth, values)
    out = tuple(Narrow(item.key, item.values, len(obtainable[item.key])) for item in left.narrow)
    return Choice(frozenset(withheld), out, Audit(out))
