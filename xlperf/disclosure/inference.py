"""What a reader who has kept everything ever published can work out about a count that was
withheld.

Every count is a number of events in whole months that follow each other, so it is a sum over a
*span* of one *chain* of months, whether the months themselves are known or not. Each published
figure bounds one span: from both sides by the figure itself, or by its rounding interval. No count
is negative.

Within one chain these are difference constraints on running totals. The tightest bounds that follow
from all of them are shortest paths (Bellman), they are whole numbers, and every whole number
between them is possible. Where one chain is the sum of others (a total and its parts) that no
longer holds; then each possible value is found by an integer programme and counted only with a data
set that meets every constraint exactly.

Source of the problem: the auditing of linear relations between cells, Hundepool et al., Statistical
Disclosure Control (Wiley, 2012), chapter 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy.typing as npt

    from xlperf.periods import Month

    Integers = npt.NDArray[np.int64]

UNBOUNDED = 1 << 60
"""Stands for no upper bound; far above any sum of counts, far below the limit of 64 bits."""

Limits: TypeAlias = tuple[int, int | None]
"""Least and greatest value, both possible; None: no greatest."""


Unit: TypeAlias = tuple[tuple[str, ...], int]
"""Months between two neighbouring ends of spans, on a chain: nothing smaller is distinguished."""
Row: TypeAlias = tuple[tuple[tuple[Unit, int], ...], int, int | None]
"""Signed stretches, and the least and greatest value of their sum."""
Part: TypeAlias = tuple[tuple[tuple[Unit, Limits], ...], tuple[Row, ...]]
"""Stretches with their limits, and the rows that hold among them."""


class Span(NamedTuple):
    """Months from `first` to `last`, both included, of one chain: what is counted, of which
    measure.
    """

    chain: tuple[str, ...]
    first: Month
    last: Month

    def covers(self, other: Span) -> bool:
        """Whether the other lies wholly in this one."""
        return self.chain == other.chain and self.first <= other.first and other.last <= self.last

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a month."""
        return self.chain == other.chain and self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Sum:
    """A span that is the sum of spans of other chains."""

    whole: Span
    parts: tuple[Span, ...]

    @property
    def members(self) -> tuple[Span, ...]:
        """The whole and its parts."""
        return (self.whole, *self.parts)


class Knowledge:
    """What is known of some spans, and what follows from it for others."""

    def __init__(
        self,
        known: Mapping[Span, Limits],
        sums: Sequence[Sum] = (),
        asked: Iterable[Span] = (),
        memory: dict[object, int] | None = None,
    ) -> None:
        """Take the limits of each span published, the sums that hold, and the spans that will be
        asked for.

        `memory` keeps what integer programmes found, for all that are given the same one.
        """
        self.known = known
        self._memory: dict[object, int] = {} if memory is None else memory
        self.sums = tuple(sums)
        ends: dict[tuple[str, ...], set[Month]] = {}
        for span in (*known, *asked, *(member for item in sums for member in item.members)):
            ends.setdefault(span.chain, set()).update((span.first, span.last + 1))
        self._nodes = {
            chain: {end: place for place, end in enumerate(sorted(places))}
            for chain, places in ends.items()
        }
        self._distances: dict[tuple[str, ...], Integers] = {}
        self._of_chain: dict[tuple[str, ...], list[tuple[Span, Limits]]] = {}
        for span, limits in known.items():
            self._of_chain.setdefault(span.chain, []).append((span, limits))

    def limits(self, span: Span) -> Limits:
        """Tightest limits that follow within the chain of a span, without sums with other
        chains.
        """
        distances, nodes = self._chain(span.chain), self._nodes[span.chain]
        start, end = nodes[span.first], nodes[span.last + 1]
        upper = int(distances[start, end])
        return -int(distances[end, start]), None if upper >= UNBOUNDED else upper

    def contradictory(self, chain: tuple[str, ...]) -> bool:
        """Whether no counts at all agree with what is known of a chain."""
        return bool((np.diagonal(self._chain(chain)) < 0).any())

    def narrow(self, chain: tuple[str, ...], below: int, values: int) -> list[Span]:
        """Spans of a chain that are surely below a count and have fewer possible values than
        these.
        """
        distances, ends = self._chain(chain), list(self._nodes[chain])
        upper, lower = distances, -distances.T
        narrow_pairs = np.triu((upper < below) & (upper - lower + 1 < values), k=1)
        return [
            Span(chain, ends[first], ends[last] - 1) for first, last in np.argwhere(narrow_pairs)
        ]

    def totals(self, chain: tuple[str, ...]) -> list[tuple[Span, Limits]]:
        """Known spans of a chain, the shortest first."""
        totals = self._of_chain.get(chain, ())
        return sorted(totals, key=lambda item: (item[0].last - item[0].first, item[0].first))

    def possible(self, span: Span, enough: int) -> int:
        """How many values a span can have, counted up to `enough`; 0 when what is known contradicts
        itself.

        Where sums of chains hold, a number below `enough` may be that of the chain alone, which is
        already too low.
        """
        if self.contradictory(span.chain):
            return 0
        lower, upper = self.limits(span)
        within_chain = enough if upper is None else min(enough, upper - lower + 1)
        return (
            within_chain if within_chain < enough or not self.sums else self._counted(span, enough)
        )

    def _chain(self, chain: tuple[str, ...]) -> Integers:
        """Shortest paths between the ends of spans: entry (i, j) is the most that can lie between
        end i and end j.
        """
        if chain not in self._distances:
            nodes = self._nodes[chain]
            distances = np.full((len(nodes), len(nodes)), UNBOUNDED, dtype=np.int64)
            np.fill_diagonal(distances, 0)
            later = np.arange(1, len(nodes))
            distances[later, later - 1] = 0  # no count is negative
            for span, (lower, upper) in self._of_chain.get(chain, ()):
                start, end = nodes[span.first], nodes[span.last + 1]
                distances[end, start] = min(distances[end, start], -lower)
                if upper is not None:
                    distances[start, end] = min(distances[start, end], upper)
            for via in range(len(nodes)):
                through = distances[:, via, None] + distances[None, via, :]
                through[
                    (distances[:, via, None] == UNBOUNDED) | (distances[None, via, :] == UNBOUNDED)
                ] = UNBOUNDED
                distances = np.minimum(distances, through)
            self._distances[chain] = distances
        return self._distances[chain]

    def _counted(self, span: Span, enough: int) -> int:
        """Count the values of a span with regard to sums with other chains, from the part of the
        system that is connected with it.
        """
        unknown = [unit for unit in self._units(span) if not self._is_fixed(unit)]
        if not unknown:
            return 1
        part = self._part(unknown)
        key = (part, tuple(unknown), enough)
        if key not in self._memory:
            self._memory[key] = _count(part, unknown, enough)
        return self._memory[key]

    def _units(self, span: Span) -> list[Unit]:
        """Stretches between two neighbouring ends that a span consists of."""
        nodes = self._nodes[span.chain]
        return [(span.chain, place) for place in range(nodes[span.first], nodes[span.last + 1])]

    @cached_property
    def _system(self) -> tuple[dict[Unit, Limits], dict[Unit, list[Row]]]:
        """Limits of each stretch, and the rows of which it is a part: signed stretches, least and
        greatest sum.
        """
        limits: dict[Unit, Limits] = {}
        rows: list[tuple[list[tuple[Unit, int]], int, int | None]] = []
        for span, (lower, upper) in self.known.items():
            units = self._units(span)
            if len(units) == 1:
                limits[units[0]] = (max(lower, 0), upper)
            else:
                rows.append(([(unit, 1) for unit in units], lower, upper))
        for item in self.sums:
            signed = [(unit, 1) for unit in self._units(item.whole)]
            signed += [(unit, -1) for part in item.parts for unit in self._units(part)]
            rows.append((signed, 0, 0))
        of_unit: dict[Unit, list[Row]] = {}
        for signed, lower, upper in rows:
            fixed = [(limits[unit][0], sign) for unit, sign in signed if _fixed(limits.get(unit))]
            less = sum(value * sign for value, sign in fixed)
            left = tuple((unit, sign) for unit, sign in signed if not _fixed(limits.get(unit)))
            for unit, _ in left:
                of_unit.setdefault(unit, []).append(
                    (left, lower - less, None if upper is None else upper - less)
                )
        return limits, of_unit

    def _is_fixed(self, unit: Unit) -> bool:
        return _fixed(self._system[0].get(unit))

    def _part(self, units: Iterable[Unit]) -> Part:
        """Find the stretches that rows connect with some, with their limits, and these rows."""
        limits, of_unit = self._system
        near, units_reached, rows = list(units), dict.fromkeys(units), dict[Row, None]()
        while near:
            fresh = [row for unit in near for row in of_unit.get(unit, ())]
            rows |= dict.fromkeys(fresh)
            near = [
                unit
                for unit in dict.fromkeys(unit for row in fresh for unit, _ in row[0])
                if unit not in units_reached
            ]
            units_reached |= dict.fromkeys(near)
        return tuple((unit, limits.get(unit, (0, None))) for unit in sorted(units_reached)), tuple(
            sorted(rows, key=repr)
        )


def _fixed(limits: Limits | None) -> bool:
    return limits is not None and limits[0] == limits[1]


def _count(part: Part, wanted: Sequence[Unit], enough: int) -> int:
    """Count the values, up to `enough`, of the sum of some stretches of a part: each proven by
    counts that fit.
    """
    place = {unit: column for column, (unit, _) in enumerate(part[0])}
    matrix = np.zeros((len(part[1]) + 1, len(place)), dtype=np.int64)
    for row, (signed, _, _) in enumerate(part[1]):
        for unit, sign in signed:
            matrix[row, place[unit]] += sign
    for unit in wanted:
        matrix[-1, place[unit]] += 1
    rows, cells = [(lower, upper) for _, lower, upper in part[1]], [limits for _, limits in part[0]]
    values, floor = 0, 0
    while values < enough and (value := _least(matrix, [*rows, (floor, None)], cells)) is not None:
        values, floor = values + 1, value + 1
    return values


def _least(matrix: Integers, rows: Sequence[Limits], cells: Sequence[Limits]) -> int | None:
    """Least possible value of the last row, or None; checked in whole numbers, whatever the solver
    says.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    (least, most), (lowest, highest) = (_arrays(limits) for limits in (rows, cells))
    solved = milp(
        matrix[-1],
        integrality=np.ones(matrix.shape[1]),
        bounds=Bounds(lowest, np.where(highest == UNBOUNDED, np.inf, highest)),
        constraints=LinearConstraint(matrix, least, np.where(most == UNBOUNDED, np.inf, most)),
    )
    if solved.x is None:
        return None
    counts = np.rint(solved.x).astype(np.int64)
    sums = matrix @ counts
    fits = ((sums >= least) & (sums <= most)).all() and (
        (counts >= lowest) & (counts <= highest)
    ).all()
    return int(sums[-1]) if fits else None


def _arrays(limits: Sequence[Limits]) -> tuple[Integers, Integers]:
    least = np.array([lower for lower, _ in limits], dtype=np.int64)
    return least, np.array(
        [UNBOUNDED if upper is None else upper for _, upper in limits], dtype=np.int64
    )
