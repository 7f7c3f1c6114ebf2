"""The figures of one measure of the group as a table of forces by periods, and how they moved."""

from __future__ import annotations

from functools import cached_property
from math import log
from typing import TYPE_CHECKING

from xlperf.frozen import frozen
from xlperf.periods import month_of
from xlperf.tables.plausibility import NOTHING, neighbours

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from xlperf.periods import Month
    from xlperf.tables.data import PeerFigure

FEWEST_OTHERS = 3
"""Other forces needed to say how the group moved, or what its rates are."""


@frozen
class Moves:
    """Logarithm of the ratio of each force's figure to its figure in another period."""

    by_force: Mapping[str, float]

    @cached_property
    def middle(self) -> tuple[float, float]:
        """Two values that the median of the others is between, whichever force is left out."""
        ordered = sorted(self.by_force.values())
        half = len(ordered) // 2
        return ordered[half - 1], ordered[half if len(ordered) % 2 == 0 else half + 1]

    def alike(self, force: str, limit: float) -> bool:
        """Whether a force surely moved as the others did, within a limit."""
        if len(self.by_force) <= FEWEST_OTHERS:
            return False
        low, high = self.middle
        return high - limit <= self.by_force[force] <= low + limit

    def others(self, force: str) -> list[float]:
        """Moves of the others."""
        return [move for name, move in self.by_force.items() if name != force]


@frozen
class PeerColumn:
    """One column of one measure: values by period, in each by force, in the order of the sheet."""

    title: str
    values: Mapping[date, Mapping[str, float]]
    figures: Mapping[date, Mapping[str, PeerFigure]]
    broken: tuple[Month, ...]
    """Months from which the measure is recorded in a new way."""

    @cached_property
    def ends(self) -> tuple[date, ...]:
        """Periods, oldest first."""
        return tuple(sorted(self.values))

    def era(self, end: date) -> int:
        """Number of changes of recording up to a period."""
        return sum(month <= month_of(end) for month in self.broken)

    @cached_property
    def compared(self) -> Mapping[tuple[str, date], tuple[date, ...]]:
        """Periods that a force's figure is compared with, nearest first."""
        own: dict[tuple[str, int], list[date]] = {}
        for end in self.ends:
            for force in self.values[end]:
                own.setdefault((force, self.era(end)), []).append(end)
        return {
            (force, end): tuple(ends[other] for other in neighbours(place, len(ends)))
            for (force, _), ends in own.items()
            for place, end in enumerate(ends)
        }

    @cached_property
    def _known_moves(self) -> dict[tuple[date, date], Moves]:
        return {}

    def moves(self, end: date, other: date) -> Moves:
        """How the forces moved between two periods."""
        key = end, other
        if key not in self._known_moves:
            now, before = self.values[end], self.values[other]
            self._known_moves[key] = Moves(
                {
                    force: log(max(value, NOTHING) / max(before[force], NOTHING))
                    for force, value in now.items()
                    if force in before
                }
            )
        return self._known_moves[key]


def column_of(figures: Sequence[PeerFigure], title: str, broken: tuple[Month, ...]) -> PeerColumn:
    """Values of one column of the Peers sheet; shares come from *Percent*."""
    read: dict[str, Callable[[PeerFigure], float | None]] = {
        "Count": lambda figure: figure.count,
        "n": lambda figure: figure.n,
        "Percent": lambda figure: None if figure.count is not None else figure.rate,
    }
    values: dict[date, dict[str, float]] = {}
    placed: dict[date, dict[str, PeerFigure]] = {}
    for figure in figures:
        value = read[title](figure)
        if value is not None:
            values.setdefault(figure.period_end, {})[figure.force] = value
            placed.setdefault(figure.period_end, {})[figure.force] = figure
    return PeerColumn(title, values, placed, broken)
