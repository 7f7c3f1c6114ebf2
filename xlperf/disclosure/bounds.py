"""Facts in their shortest form: one row a sum, bounds of each atom, and parts that know nothing of
each other.

Everything here is exact, in Python's own integers, and keeps every set of counts that agrees with
the facts.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from math import gcd
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from xlperf.disclosure.facts import Atom, Form

Ends: TypeAlias = tuple[int | None, int | None]
"""Least and greatest value of a sum; None: no limit."""
Terms: TypeAlias = tuple[tuple[int, int], ...]
"""Columns and coefficients: ascending, not zero, the first above zero, no common divisor."""

LEAST_CHANGE = 20
"""A new bound is followed up if the room became smaller by more than one part in this many: a pair
of rows such as x - y and y - x could tighten by one for ever.
"""


class Columns:
    """Numbers of atoms, in their own order."""

    def __init__(self, atoms: Iterable[Atom]) -> None:
        self.atoms = tuple(sorted(set(atoms)))
        self.number = {atom: column for column, atom in enumerate(self.atoms)}

    def terms(self, form: Form) -> list[tuple[int, int]]:
        """Columns and coefficients of a sum."""
        return [(self.number[atom], coefficient) for atom, coefficient in form]


def row(terms: Iterable[tuple[int, int]], low: int | None, high: int | None) -> tuple[Terms, Ends]:
    """Bring a row into the form of `Terms`; empty terms where nothing is left of it."""
    sums: dict[int, int] = {}
    for column, coefficient in terms:
        sums[column] = sums.get(column, 0) + coefficient
    short = sorted(item for item in sums.items() if item[1])
    if not short:
        return (), (low, high)
    divisor = gcd(*(coefficient for _, coefficient in short))
    if short[0][1] < 0:
        divisor = -divisor
        low, high = high, low
    least = None if low is None else -(-low // divisor)
    most = None if high is None else high // divisor
    return tuple((column, coefficient // divisor) for column, coefficient in short), (least, most)


def both(one: Ends, other: Ends) -> Ends:
    """Ends that hold together."""
    low = one[0] if other[0] is None else other[0] if one[0] is None else max(one[0], other[0])
    high = one[1] if other[1] is None else other[1] if one[1] is None else min(one[1], other[1])
    return low, high


@dataclass(slots=True)
class Presolved:
    """Rows that say more than the bounds of their columns, and these bounds."""

    low: list[int]
    high: list[int | None]
    rows: dict[Terms, Ends] = field(default_factory=dict)

    def is_fixed(self, column: int) -> bool:
        """Whether a column has one value only."""
        return self.low[column] == self.high[column]

    def without_fixed(
        self, terms: Iterable[tuple[int, int]], low: int | None, high: int | None
    ) -> tuple[Terms, Ends]:
        """Put the values of fixed columns into a row."""
        left, known = [], 0
        for column, coefficient in terms:
            if self.is_fixed(column):
                known += coefficient * self.low[column]
            else:
                left.append((column, coefficient))
        return row(
            left, None if low is None else low - known, None if high is None else high - known
        )

    def extent(self, terms: Iterable[tuple[int, int]]) -> Ends:
        """Least and greatest value of a sum by the bounds of its columns alone."""
        ends = [_ends(self, column, factor) for column, factor in terms]
        lows = [low for low, _ in ends if low is not None]
        highs = [high for _, high in ends if high is not None]
        return (
            sum(lows) if len(lows) == len(ends) else None,
            sum(highs) if len(highs) == len(ends) else None,
        )

    def says_nothing(self, terms: Terms, limits: Ends) -> bool:
        """Whether a row follows from the bounds of its columns."""
        (low, high), (least, most) = limits, self.extent(terms)
        below = low is None or (least is not None and least >= low)
        return below and (high is None or (most is not None and most <= high))


def presolve(
    width: int, rows: Iterable[tuple[Sequence[tuple[int, int]], int, int | None]]
) -> Presolved:
    """Merge equal rows, propagate bounds until nothing much changes, put in fixed values and drop
    rows that say nothing.

    The rows must agree with some counts; where they do not, the result means nothing.
    """
    state = Presolved([0] * width, [None] * width)
    merged: dict[Terms, Ends] = {}
    for terms, low, high in rows:
        short, limits = row(terms, low, high)
        if short:
            merged[short] = both(merged.get(short, (None, None)), limits)
    _propagate(state, merged)
    for terms, limits in merged.items():
        short, rest = state.without_fixed(terms, *limits)
        if short:
            state.rows[short] = both(state.rows.get(short, (None, None)), rest)
    state.rows = {
        terms: limits
        for terms, limits in sorted(state.rows.items())
        if not state.says_nothing(terms, limits)
    }
    return state


def _propagate(state: Presolved, rows: Mapping[Terms, Ends]) -> None:
    of_column: dict[int, list[Terms]] = {}
    for terms in rows:
        for column, _ in terms:
            of_column.setdefault(column, []).append(terms)
    waiting = deque(sorted(rows, key=len))
    queued = set(waiting)
    while waiting:
        terms = waiting.popleft()
        queued.discard(terms)
        for column in _tighten(state, terms, rows[terms]):
            for other in of_column[column]:
                if other not in queued and other is not terms:
                    queued.add(other)
                    waiting.append(other)


def _tighten(state: Presolved, terms: Terms, limits: Ends) -> Iterator[int]:
    """Tighten the bounds of the columns of a row; gives the columns whose change matters."""
    low, high = limits
    pairs = [_ends(state, column, factor) for column, factor in terms]
    least, most = _EndSum([pair[0] for pair in pairs]), _EndSum([pair[1] for pair in pairs])
    for (column, factor), (near, far) in zip(terms, pairs, strict=True):
        below, above = least.without(near), most.without(far)
        top = None if high is None or below is None else high - below
        bottom = None if low is None or above is None else low - above
        ends = (bottom, top) if factor > 0 else (top, bottom)
        if _narrow(
            state,
            column,
            None if ends[0] is None else -(-ends[0] // factor),
            None if ends[1] is None else ends[1] // factor,
        ):
            yield column


def _ends(state: Presolved, column: int, factor: int) -> Ends:
    """Least and greatest value of one term of a row."""
    low, high = factor * state.low[column], state.high[column]
    far = None if high is None else factor * high
    return (low, far) if factor > 0 else (far, low)


class _EndSum:
    """A sum of which some terms may be without limit."""

    def __init__(self, terms: Sequence[int | None]) -> None:
        self.limited = sum(term for term in terms if term is not None)
        self.unlimited = sum(term is None for term in terms)

    def without(self, term: int | None) -> int | None:
        """Give the sum of all but one term; None: no limit."""
        if self.unlimited > (term is None):
            return None
        return self.limited - (term or 0)


def _narrow(state: Presolved, column: int, low: int | None, high: int | None) -> bool:
    """Take tighter bounds of a column; whether the change is worth following up."""
    old_low, old_high = state.low[column], state.high[column]
    new_low = old_low if low is None else max(old_low, low)
    new_high = high if old_high is None else old_high if high is None else min(old_high, high)
    if (new_low, new_high) == (old_low, old_high):
        return False
    state.low[column], state.high[column] = new_low, new_high
    if old_high is None or new_high is None:
        return True
    gained = (new_low - old_low) + (old_high - new_high)
    return new_low == new_high or gained * LEAST_CHANGE > old_high - old_low


def roots(width: int, linked: Iterable[Iterable[int]]) -> list[int]:
    """Give for each column the least column that it is linked with, directly or through others."""
    root = list(range(width))

    def find(column: int) -> int:
        while root[column] != column:
            root[column] = root[root[column]]
            column = root[column]
        return column

    for group in linked:
        ends = sorted({find(column) for column in group})
        for other in ends[1:]:
            root[other] = ends[0]
    return [find(column) for column in range(width)]
