"""Which figures are withheld besides the small ones, so that these keep enough values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from xlperf.disclosure.audit import Audit, Auditor, Narrow, joined
from xlperf.disclosure.bounds import Columns, presolve
from xlperf.disclosure.facts import VALUES
from xlperf.disclosure.linked_counts import linked_parts
from xlperf.disclosure.spread import FIXED, PartChoice

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence

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

    `fixed`: what is known whatever is withheld: earlier issues, sums, which counts are small.
    `truth` and `values`: as of `audit`. A contradiction withholds every cell.
    """
    contradiction = Auditor(_known(fixed, cells), (), truth).contradiction
    if contradiction:
        return Choice(frozenset(cell.key for cell in cells), (), Audit((), contradiction))
    withheld = frozenset(cell.key for cell in cells if cell.withheld_before)
    free = [cell for cell in cells if cell.key not in withheld]
    added, narrow = _Problem(fixed, free, protected, truth, values).solve()
    return Choice(withheld | added, narrow, Audit(narrow))


def passed_over(
    cells: Sequence[Cell],
    withheld: Collection[Hashable],
    sums: Iterable[Fact],
    protected: Iterable[Protected],
    room: Mapping[str, int],
) -> frozenset[Hashable]:
    """Cells that could stand in for a withheld one, cost no more, and leave a small count too few
    values for some of its values: were they shown, a reader who knows how cells are chosen would
    learn that it has one of these.

    `sums`: what ties counts to each other besides the cells. `room`: of each cell, how far its
    count is above the least that a reader knows it to be.
    """
    small = {atom for item in protected for atom, _ in item.form}
    atoms = {cell.key: {atom for fact in cell.facts for atom, _ in fact.form} for cell in cells}
    tied = [
        form
        for form in {frozenset(atom for atom, _ in fact.form) for fact in sums}
        | {frozenset(some) for some in atoms.values()}
        if not form.isdisjoint(small)
    ]
    chosen = [(cell.cost, atoms[cell.key]) for cell in cells if cell.key in withheld]

    def stands_in(cell: Cell) -> bool:
        cheaper = (others for cost, others in chosen if cell.cost <= cost)
        return any(atoms[cell.key] | others <= form for others in cheaper for form in tied)

    left = (cell for cell in cells if cell.key not in withheld)
    near = (cell for cell in left if room[str(cell.key)] < VALUES - 1)
    return frozenset(cell.key for cell in near if stands_in(cell))


@dataclass(frozen=True, slots=True)
class _Problem:
    """Cells to choose from."""

    fixed: Sequence[Fact]
    cells: Sequence[Cell]
    protected: Sequence[Protected]
    truth: Mapping[Atom, int]
    values: int

    def solve(self) -> tuple[frozenset[Hashable], tuple[Narrow, ...]]:
        """Give the cells to withhold and the counts that cannot have as many values."""
        first = Auditor(_known(self.fixed, self.cells), self.protected, self.truth)
        narrow = {item.key for item in first.audit(self.values).narrow}
        if not narrow:
            return frozenset(), ()
        parts = self._parts([item for item in self.protected if item.key in narrow])
        chosen = [(part, part.cheapest()) for part in parts]
        withheld = {self.cells[number].key for _, numbers in chosen for number in numbers}
        shown = [cell for cell in self.cells if cell.key not in withheld]
        last = Auditor(_known(self.fixed, shown), self.protected, self.truth)
        last.learn(first.data_sets)
        last.learn(joined([part.proofs(numbers) for part, numbers in chosen], last.truth))
        obtainable = {key: count for part, _ in chosen for key, count in part.obtainable.items()}
        return frozenset(withheld), tuple(
            replace(item, obtainable=obtainable.get(item.key, 1))
            for item in last.audit(self.values).narrow
        )

    def _parts(self, narrow: Sequence[Protected]) -> list[PartChoice]:
        """Split cells and narrow counts into parts that no row links."""
        columns = Columns(self.truth)
        terms = columns.terms
        counts = np.array([self.truth[atom] for atom in columns.atoms], np.int64)
        bounds = presolve(
            len(counts), ((terms(fact.form), fact.low, fact.high) for fact in self.fixed)
        )
        rows, owners = list(bounds.rows.items()), [FIXED] * len(bounds.rows)
        for number, cell in enumerate(self.cells):
            for fact in cell.facts:
                short, ends = bounds.without_fixed(terms(fact.form), fact.low, fact.high)
                if short and not bounds.says_nothing(short, ends):
                    rows.append((short, ends))
                    owners.append(number)
        costs = {number: cell.cost for number, cell in enumerate(self.cells)}
        sums = [terms(item.form) for item in narrow]
        return [
            PartChoice(
                part.counts,
                [owners[row] for row in part.rows],
                costs,
                {narrow[number].key: self.values for number in part.sums},
            )
            for part in linked_parts(bounds, rows, sums, counts)
        ]


def _known(fixed: Sequence[Fact], shown: Sequence[Cell]) -> list[Fact]:
    return [*fixed, *(fact for cell in shown for fact in cell.facts)]
