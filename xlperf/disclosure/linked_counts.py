"""Counts that facts link, and the data sets found that agree with the facts.

All numbers are deviations from the true counts, so they are small whatever the counts are, and the
truth itself is the first data set. A data set that is found once serves for every count and every
choice of what is shown: it counts as long as it breaks no row that is switched on.
"""

from __future__ import annotations

from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np

from xlperf.disclosure.bounds import roots
from xlperf.disclosure.solving import UNLIMITED, Programme
from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlperf.disclosure.bounds import Ends, Presolved, Terms
    from xlperf.disclosure.solving import Flags, Integers


def sparse(rows: Sequence[Sequence[tuple[int, int]]], width: int) -> Any:
    """Rows as a sparse matrix of whole numbers."""
    from scipy.sparse import csr_array

    entries = [(place, column, factor) for place, row in enumerate(rows) for column, factor in row]
    places, columns, factors = zip(*entries, strict=True) if entries else ((), (), ())
    shape = (len(rows), width)
    return csr_array(
        (np.array(factors, np.int64), (np.array(places, int), np.array(columns, int))), shape=shape
    )


def limit_arrays(limits: Sequence[Ends]) -> tuple[Integers, Integers]:
    """Limits as two arrays."""
    low = [-UNLIMITED if low is None else low for low, _ in limits]
    high = [UNLIMITED if high is None else high for _, high in limits]
    return np.array(low, np.int64), np.array(high, np.int64)


def shifted(limits: Integers, by: Integers) -> Integers:
    """Limits less something, no limits unchanged."""
    return np.where(abs(limits) >= UNLIMITED, limits, limits - by)


class LinkedCounts:
    """Columns that rows link, with the sums that are asked for, and a pool of data sets."""

    def __init__(
        self,
        columns: Sequence[int],
        rows: Sequence[tuple[Terms, Ends]],
        sums: Sequence[Sequence[tuple[int, int]]],
        bounds: Presolved,
        truth: Integers,
    ) -> None:
        """Take columns, rows and sums in the numbers of the whole; `truth` has all columns."""
        self.columns = np.array(columns)
        place = {column: number for number, column in enumerate(columns)}
        self.rows = sparse([_renumbered(terms, place) for terms, _ in rows], len(columns))
        self.sums = sparse([_renumbered(terms, place) for terms in sums], len(columns))
        here = truth[self.columns]
        low, high = limit_arrays([limits for _, limits in rows])
        activity = self.rows @ here
        self.low, self.high = shifted(low, activity), shifted(high, activity)
        ends = limit_arrays([(bounds.low[column], bounds.high[column]) for column in columns])
        self.lower, self.upper = (shifted(limits, here) for limits in ends)
        self.pool = np.zeros((1, len(columns)), np.int64)
        self.values = np.zeros((1, len(sums)), np.int64)
        self.breaks = np.zeros((1, len(rows)), np.bool_)

    def values_of(self, number: int, on: Flags) -> set[int]:
        """Values of a sum, less the true one, that data sets of the pool prove."""
        agree = ~(self.breaks[:, on].any(axis=1))
        return {int(value) for value in np.unique(self.values[agree, number])}

    def lacking(self, needed: Mapping[int, int], on: Flags) -> list[int]:
        """Look for as many values of some sums as each needs; gives the sums that have fewer."""
        had = {number: self.values_of(number, on) for number in needed}
        gained = {1: True, -1: True}
        sign = 1
        while any(gained.values()):
            short = [number for number in needed if len(had[number]) < needed[number]]
            gained[sign] = len(short) > 1 and self._move(short, had, sign, on) > 1
            sign = -sign
        return [number for number in needed if not self.widen(number, needed[number], on)]

    def _move(self, numbers: Sequence[int], had: dict[int, set[int]], sign: int, on: Flags) -> int:
        """Move many sums at once, each to its next value at most; how many have a new value."""
        low, high = self._limits(on)
        for number in numbers:
            aim = next(value for value in count(sign, sign) if value not in had[number])
            (high if sign > 0 else low)[len(on) + number] = aim
        cost = -sign * (self.sums[list(numbers)].sum(axis=0)).astype(np.float64)
        found = self._programme.solve(low, high, cost=cost)
        if found is None or not self.add(found.whole, on):
            return 0
        fresh = [number for number in numbers if int(self.values[-1, number]) not in had[number]]
        for number in fresh:
            had[number].add(int(self.values[-1, number]))
        return len(fresh)

    def widen(self, number: int, needed: int, on: Flags) -> bool:
        """Look for data sets until a sum has as many values as needed; whether it has."""
        values = self.values_of(number, on)
        for sign in (1, -1):
            value: int | None = 0
            while value is not None and len(values) < needed:
                value = self._next(number, value, sign, on, values)
                values |= set() if value is None else {value}
        return len(values) >= needed

    def _next(self, number: int, value: int, sign: int, on: Flags, values: set[int]) -> int | None:
        """Give the next value of a sum that has a data set, from the pool or a new one."""
        aim = value + sign
        if aim in values:
            return aim
        found = self._programme.solve(*self._limits(on, number, (aim, aim)))
        if found is None:  # the values of a linear programme have no holes: none lies beyond
            return None
        if self.add(found.whole, on) and self.values[-1, number] == aim:
            return aim
        ends = (aim, UNLIMITED) if sign > 0 else (-UNLIMITED, aim)
        cost = sign * self.sums[[number]].toarray()[0].astype(np.float64)
        whole = np.ones(len(self.columns), np.bool_)
        found = self._programme.solve(*self._limits(on, number, ends), whole, cost)
        if found is None or not self.add(found.whole, on):
            return None
        reached = int(self.values[-1, number])
        return reached if ends[0] <= reached <= ends[1] else None

    def add(self, counts: Integers, on: Flags) -> bool:
        """Put counts into the pool unless they break a bound or a row that is switched on."""
        activity = self.rows @ counts
        breaks = (activity < self.low) | (activity > self.high)
        if breaks[on].any() or (counts < self.lower).any() or (counts > self.upper).any():
            return False
        self.pool = np.vstack([self.pool, counts])
        self.values = np.vstack([self.values, self.sums @ counts])
        self.breaks = np.vstack([self.breaks, breaks])
        return True

    def proofs(self, needed: Mapping[int, int], on: Flags) -> Integers:
        """Few data sets of the pool that prove as many values of each sum as needed, or all that it
        has.
        """
        had: dict[int, set[int]] = {number: set() for number in needed}
        chosen = []
        for place in np.flatnonzero(~self.breaks[:, on].any(axis=1)):
            values = {number: int(self.values[place, number]) for number in needed}
            if any(
                len(had[number]) < needed[number] and value not in had[number]
                for number, value in values.items()
            ):
                chosen.append(place)
                for number, value in values.items():
                    had[number].add(value)
        return self.pool[chosen]

    @cached_property
    def _programme(self) -> Programme:
        from scipy.sparse import vstack

        cost = np.zeros(len(self.columns))
        return Programme(vstack([self.rows, self.sums]), self.lower, self.upper, cost)

    def _limits(
        self, on: Flags, number: int = 0, ends: tuple[int, int] = (-UNLIMITED, UNLIMITED)
    ) -> tuple[Integers, Integers]:
        """Limits of the rows and then of the sums, all without limits but one."""
        free = np.full(self.sums.shape[0], UNLIMITED, np.int64)
        low = np.concatenate([np.where(on, self.low, -UNLIMITED), -free])
        high = np.concatenate([np.where(on, self.high, UNLIMITED), free])
        low[len(on) + number], high[len(on) + number] = ends
        return low, high


class LinkedPart(NamedTuple):
    """Counts that rows link, with the numbers of their rows and of their sums in the whole."""

    counts: LinkedCounts
    rows: tuple[int, ...]
    sums: tuple[int, ...]


def linked_parts(
    bounds: Presolved,
    rows: Sequence[tuple[Terms, Ends]],
    sums: Sequence[Sequence[tuple[int, int]]],
    truth: Integers,
) -> list[LinkedPart]:
    """Split columns into parts that no row and no sum links; only parts with a sum."""
    open_sums = [
        [(column, factor) for column, factor in terms if not bounds.is_fixed(column)]
        for terms in sums
    ]
    linked = [terms for terms, _ in rows] + open_sums
    root = roots(len(truth), ([column for column, _ in terms] for terms in linked))
    members: dict[int, list[int]] = {}
    for column, first in enumerate(root):
        members.setdefault(first, []).append(column)
    of_rows = _by_root([terms for terms, _ in rows], root)
    result = []
    for first, numbers in sorted(_by_root(open_sums, root).items()):
        own = of_rows.get(first, [])
        counts = LinkedCounts(
            members[first],
            [rows[number] for number in own],
            [open_sums[number] for number in numbers],
            bounds,
            truth,
        )
        result.append(LinkedPart(counts, tuple(own), tuple(numbers)))
    return result


def _by_root(
    items: Sequence[Sequence[tuple[int, int]]], root: Sequence[int]
) -> dict[int, list[int]]:
    """Numbers of rows by the part that they are of; empty rows are of none."""
    numbers: dict[int, list[int]] = {}
    for number, terms in enumerate(items):
        if terms:
            numbers.setdefault(root[terms[0][0]], []).append(number)
    return numbers


def _renumbered(
    terms: Sequence[tuple[int, int]], place: Mapping[int, int]
) -> list[tuple[int, int]]:
    return [(place[column], factor) for column, factor in terms]
