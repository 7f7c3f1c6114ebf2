"""Which figures are withheld besides the small ones, so that each protected count keeps enough
values.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from xlperf.disclosure.audit import Audit, Narrow, Reader, joined
from xlperf.disclosure.bounds import Columns, presolve
from xlperf.disclosure.facts import VALUES
from xlperf.disclosure.linked_counts import linked_parts
from xlperf.disclosure.spread import FIXED, PartChoice

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
    contradiction = Reader(everything, (), truth).contradiction
    if contradiction:
        return Choice(frozenset(cell.key for cell in cells), (), Audit((), contradiction))
    before = frozenset(cell.key for cell in cells if cell.withheld_before)
    free = [cell for cell in cells if not cell.withheld_before]
    first = Reader(_known(fixed, free), protected, truth)
    narrow = {item.key for item in first.audit(values).narrow}
    parts = _parts(fixed, free, [item for item in protected if item.key in narrow], truth, values)
    chosen = [(part, part.cheapest()) for part in parts]
    withheld = {free[number].key for _, numbers in chosen for number in numbers}
    shown = [cell for cell in free if cell.key not in withheld]
    last = Reader(_known(fixed, shown), protected, truth)
    last.learn(first.data_sets)
    last.learn(joined([part.proofs(numbers) for part, numbers in chosen], last.truth))
    obtainable = {key: count for part, _ in chosen for key, count in part.obtainable.items()}
    out = tuple(
        replace(item, obtainable=obtainable.get(item.key, 1)) for item in last.audit(values).narrow
    )
    return Choice(before | withheld, out, Audit(out))


def _known(fixed: Sequence[Fact], shown: Sequence[Cell]) -> list[Fact]:
    return [*fixed, *(fact for cell in shown for fact in cell.facts)]


def _parts(
    fixed: Sequence[Fact],
    cells: Sequence[Cell],
    narrow: Sequence[Protected],
    truth: Mapping[Atom, int],
    values: int,
) -> list[PartChoice]:
    """Split cells and narrow counts into parts that no row links."""
    columns = Columns(truth)
    terms = columns.terms
    counts = np.array([truth[atom] for atom in columns.atoms], np.int64)
    bounds = presolve(len(counts), ((terms(fact.form), fact.low, fact.high) for fact in fixed))
    rows, owners = list(bounds.rows.items()), [FIXED] * len(bounds.rows)
    for number, cell in enumerate(cells):
        for fact in cell.facts:
            short, ends = bounds.without_fixed(terms(fact.form), fact.low, fact.high)
            if short and not bounds.says_nothing(short, ends):
                rows.append((short, ends))
                owners.append(number)
    costs = {number: cell.cost for number, cell in enumerate(cells)}
    sums = [terms(item.form) for item in narrow]
    return [
        PartChoice(
            part.counts,
            [owners[row] for row in part.rows],
            costs,
            [narrow[number].key for number in part.sums],
            values,
        )
        for part in linked_parts(bounds, rows, sums, counts)
    ]
