"""The cheapest cells of one part to withhold, so that its narrow counts get the values they need.

The programme looks, for each narrow count, for two data sets that are as far apart as needed. Both
meet what is fixed; a cell that is shown may be missed at its cost. With a whole variable a cell,
shared by all counts, that is the exact optimum; with a continuous one it is a linear programme in
which a cell costs in proportion to how far it is missed. What comes out is checked: the counts must
have their values in data sets that hold in integers, and each added cell is tried again at the end,
the most expensive first.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from xlperf.disclosure.solving import UNLIMITED, Programme

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from xlperf.disclosure.linked_counts import LinkedCounts
    from xlperf.disclosure.solving import Flags, Integers, Solution

FIXED = -1
"""Owner of a row that holds whatever is withheld."""
EXACT_COLUMNS, EXACT_COUNTS = 80, 10
"""Unknown counts and narrow ones of a part, up to which the exact optimum is cheap."""
REACH = 2
"""How far a cell may be missed, in units of the spread asked for."""


class PartChoice:
    """Cells of one part and its narrow counts."""

    def __init__(
        self,
        counts: LinkedCounts,
        owners: Sequence[int],
        costs: Mapping[int, int],
        needed: Mapping[Hashable, int],
    ) -> None:
        """`owners`: the cell of each row, or `FIXED`; `costs`: of each cell; `needed`: values that
        each of the sums of `counts` should have, in their order.
        """
        self.counts, self.costs = counts, costs
        self.owners = np.array(owners, np.int64)
        self.cells = sorted({owner for owner in owners if owner != FIXED})
        self.fixed = self.owners == FIXED
        self._wanted = dict(enumerate(needed.values()))
        counts.lacking(self._wanted, self.fixed)
        self.needed = {
            number: min(want, len(counts.values_of(number, self.fixed)))
            for number, want in self._wanted.items()
        }
        """As many values as each count can have when all cells are withheld."""
        self.obtainable = dict(zip(needed, self.needed.values(), strict=True))

    def cheapest(self) -> frozenset[int]:
        """Give the cheapest cells that were found; they suffice."""
        on = self.on(())
        lacking = self.counts.lacking(self.needed, on)
        if not lacking:
            return frozenset()
        self.needed = {number: self.needed[number] for number in lacking}
        lacking.sort(key=lambda number: len(self.counts.values_of(number, on)))
        ways = []
        if len(self.counts.columns) <= EXACT_COLUMNS and len(lacking) <= EXACT_COUNTS:
            missed, least = self._missed(lacking, frozenset(), whole=True)
            ways.append(self._completed(lacking, missed))
            if self._cost(ways[0]) <= least:
                return ways[0]
        ways += [self._one_at_a_time(lacking, whole=whole) for whole in (False, True)]
        return min(ways, key=lambda cells: (self._cost(cells), sorted(cells)))

    def proofs(self, withheld: Iterable[int]) -> tuple[Integers, Integers]:
        """Columns, and data sets that break nothing known while some cells are withheld."""
        return self.counts.columns, self.counts.proofs(self._wanted, self.on(withheld))

    def on(self, withheld: Iterable[int]) -> Flags:
        """Rows that a reader knows."""
        return ~np.isin(self.owners, list(withheld))

    def _cost(self, cells: Iterable[int]) -> int:
        return sum(self.costs[cell] for cell in cells)

    def _has_enough(self, number: int, withheld: frozenset[int]) -> bool:
        return self.counts.widen(number, self.needed[number], self.on(withheld))

    def _one_at_a_time(self, lacking: Sequence[int], *, whole: bool) -> frozenset[int]:
        withheld: frozenset[int] = frozenset()
        for number in lacking:
            if not self._has_enough(number, withheld):
                withheld |= self._missed([number], withheld, whole=whole)[0]
                withheld |= self._rest(number, withheld)
        return self._without_needless(withheld)

    def _completed(self, lacking: Sequence[int], withheld: frozenset[int]) -> frozenset[int]:
        for number in lacking:
            withheld |= self._rest(number, withheld)
        return self._without_needless(withheld)

    def _rest(self, number: int, withheld: frozenset[int]) -> frozenset[int]:
        """Give the cells that data sets of the pool miss, the cheapest first, until a count has
        what it needs: values between the ends of a spread may be missing.
        """
        added: frozenset[int] = frozenset()
        while not self._has_enough(number, withheld | added):
            had = self.counts.values_of(number, self.on(withheld | added))
            agree = ~self.counts.breaks[:, self.fixed].any(axis=1)
            others = [
                self._broken(place) - withheld - added
                for place in np.flatnonzero(agree)
                if int(self.counts.values[place, number]) not in had
            ]
            added |= min(others, key=lambda cells: (self._cost(cells), sorted(cells)))
        return added

    def _broken(self, place: np.intp) -> frozenset[int]:
        return frozenset(self.owners[self.counts.breaks[place]].tolist())

    def _without_needless(self, withheld: frozenset[int]) -> frozenset[int]:
        """Show each cell again that is not needed, the most expensive first."""
        numbers = list(self.needed)
        for cell in sorted(withheld, key=lambda cell: (-self.costs[cell], cell)):
            fewer = withheld - {cell}
            short = next((one for one in numbers if not self._has_enough(one, fewer)), None)
            if short is None:
                withheld = fewer
            else:  # it is likely to be the one that needs the next cell too
                numbers.remove(short)
                numbers.insert(0, short)
        return withheld

    def _missed(
        self, numbers: Sequence[int], withheld: frozenset[int], *, whole: bool
    ) -> tuple[frozenset[int], float]:
        """Solve the programme for some counts; gives the cells that its data sets miss, and a cost
        that none can be below, -1 where that was not proved.
        """
        cells = [cell for cell in self.cells if cell not in withheld]
        spread = _Spread(self, numbers, cells)
        found = spread.solve(whole=whole)
        if found is None:
            return frozenset(), -1
        for counts in spread.data_sets(found):
            self.counts.add(counts, self.fixed)
        misses = zip(cells, found.values[spread.first_cell :], strict=True)
        missed = frozenset(cell for cell, miss in misses if miss > (0.5 if whole else 1e-6))
        return missed, self._cost(missed) if found.is_best else -1


class _Spread:
    """The programme for some counts: two data sets each, then a variable from 0 to 1 a cell."""

    def __init__(self, part: PartChoice, numbers: Sequence[int], cells: Sequence[int]) -> None:
        self.counts = part.counts
        self.copies = 2 * len(numbers)
        self.first_cell = self.copies * len(self.counts.columns)
        self.apart = np.array([part.needed[number] - 1 for number in numbers], np.int64)
        self.sums = self.counts.sums[list(numbers)]
        self.fixed = np.flatnonzero(part.fixed)
        self.free = np.flatnonzero(np.isin(part.owners, cells))
        place = {cell: number for number, cell in enumerate(cells)}
        self.cell_of = np.array([place[int(part.owners[row])] for row in self.free], np.int64)
        self.costs = np.array([part.costs[cell] for cell in cells], np.float64)

    def solve(self, *, whole: bool) -> Solution | None:
        """Give the values of all columns; None: no solution."""
        low, high = self._limits
        if not whole:
            return self._programme.solve(low, high)
        flags = np.zeros(self.first_cell + len(self.costs), np.bool_)
        flags[self.first_cell :] = True
        return self._programme.solve(low, high, flags)

    def data_sets(self, found: Solution) -> Integers:
        """Data sets of a solution, rounded."""
        return found.whole[: self.first_cell].reshape(self.copies, -1)

    @cached_property
    def _limits(self) -> tuple[Integers, Integers]:
        counts, copies = self.counts, self.copies
        none = np.full(len(self.free) * copies, UNLIMITED, np.int64)
        fixed, free = (
            [np.tile(limits[rows], copies) for limits in (counts.low, counts.high)]
            for rows in (self.fixed, self.free)
        )
        low, high = (fixed[0], -none, free[0]), (fixed[1], free[1], none)
        far = np.full(len(self.apart), UNLIMITED, np.int64)
        return np.concatenate([*low, self.apart]), np.concatenate([*high, far])

    @cached_property
    def _programme(self) -> Programme:
        from scipy.sparse import block_array, csr_array, eye_array, kron, vstack

        counts, copies = self.counts, eye_array(self.copies, dtype=np.int64)
        fixed, free = kron(copies, counts.rows[self.fixed]), kron(copies, counts.rows[self.free])
        missed = kron(csr_array(np.ones((self.copies, 1), np.int64)), self._most_missed())
        difference = csr_array(np.array([[-1, 1]], np.int64))
        apart = vstack(
            [
                kron(self._unit(number), kron(difference, self.sums[[number]]))
                for number in range(len(self.apart))
            ]
        )
        matrix = block_array([[fixed, None], [free, -missed], [free, missed], [apart, None]])
        cost = np.concatenate([np.zeros(self.first_cell), self.costs])
        ones = np.ones(len(self.costs), np.int64)
        lower = np.concatenate([np.tile(counts.lower, self.copies), 0 * ones])
        upper = np.concatenate([np.tile(counts.upper, self.copies), ones])
        return Programme(matrix, lower, upper, cost)

    def _unit(self, number: int) -> Any:
        from scipy.sparse import csr_array

        unit = np.zeros((1, len(self.apart)), np.int64)
        unit[0, number] = 1
        return csr_array(unit)

    def _most_missed(self) -> Any:
        """How far each row of a cell may be missed, in the column of its cell."""
        from scipy.sparse import csr_array

        largest = abs(self.counts.rows[self.free]).max(axis=1).toarray().ravel()
        most = REACH * int(self.apart.max()) * largest
        rows = np.arange(len(self.free))
        shape = (len(self.free), len(self.costs))
        return csr_array((most, (rows, self.cell_of)), shape=shape)
