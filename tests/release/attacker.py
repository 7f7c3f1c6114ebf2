"""An attacker: reads what packs print, and looks for values that a small count can still have.

Written apart from the product: what is known are rows of sums between two bounds, taken from the
contents of packs alone, and the values are found with `scipy.optimize.milp`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.optimize import LinearConstraint, milp
from scipy.sparse import csr_array

from xlperf.assessment.charts import GroupChart, MonthsChart

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from xlperf.documents.pack_values import PackContents, TileRow

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Row(NamedTuple):
    """A sum of unknown counts, and where it lies."""

    terms: tuple[tuple[Hashable, int], ...]
    low: float
    high: float


def whole(text: str) -> int | None:
    """A count as a tile prints it; None: it prints none."""
    return int(text.replace(",", "")) if re.fullmatch(r"[\d,]+", text) else None


def month_number(label: str) -> int:
    """Month of "Sep 2014"."""
    name, year = label.split()
    return 12 * int(year) + MONTHS.index(name)


def months_shown(pack: PackContents, measure: str) -> dict[int, int]:
    """Counts of months that the chart of a measure, or its data, print."""
    shown: dict[int, int] = {}
    rows = {str(row["Series"]): row for row in pack.series if row["Measure"] == measure}
    if "Month" in rows:
        for point, label in rows["Month"].items():
            count = rows["Count"][point]
            if point.startswith("Point") and label and count is not None:
                shown[month_number(str(label))] = int(count)
    for section in pack.sections:
        for printed in section.charts:
            if isinstance(printed.chart, MonthsChart) and printed.chart.measure == measure:
                pairs = zip(printed.chart.month_labels, printed.chart.counts, strict=True)
                shown |= {month_number(m): int(c) for m, c in pairs if c is not None}
    return shown


def rates_shown(pack: PackContents, measure: str) -> dict[str, float]:
    """Rates of forces that the chart of the group prints."""
    return {
        force: value
        for section in pack.sections
        for printed in section.charts
        if isinstance(printed.chart, GroupChart) and printed.chart.measure == measure
        for force, value in zip(printed.chart.forces, printed.chart.values, strict=True)
        if value is not None
    }


def tile(pack: PackContents, line: str) -> TileRow:
    """The row of a line."""
    return next(row for section in pack.sections for row in section.rows if row.line == line)


def satisfied_of(percent: str, n: int) -> tuple[int, int]:
    """Least and greatest number of a whole that prints as a percentage with one decimal."""
    printed = Decimal(percent.rstrip("%"))
    fitting = [
        count
        for count in range(n + 1)
        if Decimal(repr(count / n * 100)).quantize(Decimal("0.1"), ROUND_HALF_UP) == printed
    ]
    return min(fitting), max(fitting)


class Solver:
    """All that is known, as one integer programme."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """Take rows over atoms, each of them a whole number, 0 or more."""
        merged: dict[tuple[tuple[Hashable, int], ...], tuple[float, float]] = {}
        for row in rows:
            sums: dict[Hashable, int] = defaultdict(int)
            for atom, factor in row.terms:
                sums[atom] += factor
            terms = tuple(sorted(((a, f) for a, f in sums.items() if f), key=repr))
            low, high = merged.get(terms, (-np.inf, np.inf))
            merged[terms] = (max(low, row.low), min(high, row.high))
        self.rows = [Row(terms, *ends) for terms, ends in merged.items()]

    def feasible(self, terms: tuple[tuple[Hashable, int], ...], value: int) -> bool:
        """Whether a sum can have a value."""
        return self._solve([*self._near(terms), Row(terms, value, value)])

    def _near(self, terms: tuple[tuple[Hashable, int], ...]) -> list[Row]:
        """Rows that are linked to a sum through any others."""
        reached, near, left = {atom for atom, _ in terms}, [], list(self.rows)
        while True:
            linked = [row for row in left if any(atom in reached for atom, _ in row.terms)]
            if not linked:
                return near
            near += linked
            left = [row for row in left if row not in linked]
            reached |= {atom for row in linked if len(row.terms) > 1 for atom, _ in row.terms}

    def _solve(self, rows: list[Row]) -> bool:
        place: dict[Hashable, int] = {}
        entries = [
            (number, place.setdefault(atom, len(place)), factor)
            for number, row in enumerate(rows)
            for atom, factor in row.terms
        ]
        lines, columns, factors = zip(*entries, strict=True)
        matrix = csr_array((factors, (lines, columns)), shape=(len(rows), len(place)))
        constraint = LinearConstraint(matrix, [row.low for row in rows], [row.high for row in rows])
        solved = milp(np.zeros(len(place)), integrality=np.ones(len(place)), constraints=constraint)
        if solved.x is None:
            return False
        counts = np.round(solved.x)
        sums = matrix @ counts
        return bool(
            counts.min() >= 0
            and all(row.low <= value <= row.high for row, value in zip(rows, sums, strict=True))
        )

    def values(
        self, terms: tuple[tuple[Hashable, int], ...], truth: Mapping[Hashable, int], enough: int
    ) -> list[int]:
        """Values that a sum can have, up to `enough`, looked for next to the true one."""
        true = sum(factor * truth[atom] for atom, factor in terms)
        found = [true] if self.feasible(terms, true) else []
        for step in range(1, 3 * enough):
            for value in (true - step, true + step):
                if len(found) < enough and value >= 0 and self.feasible(terms, value):
                    found.append(value)
        return found
