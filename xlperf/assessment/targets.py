"""The target of a measure of monthly counts: the total it stands for, and what reaches it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.stats.rounding import same
from xlperf.tables.data import Direction

if TYPE_CHECKING:
    from xlperf.assessment.basis import Case


def target_level(case: Case, baseline: float) -> float:
    """Twelve-month total the target stands for: any change the right way, or more if asked."""
    return baseline * (1 + case.measure.target_change / 100)


def meets_target(total: float, level: float, direction: Direction) -> bool:
    """Whether a total reaches the target. Where no way is better there is no target to reach."""
    if direction is Direction.NONE or same(total, level):
        return False
    return total > level if direction is Direction.UP else total < level
