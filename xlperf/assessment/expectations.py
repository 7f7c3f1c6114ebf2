"""What is to be expected of a series of monthly counts: a range, and the chance of its target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.frozen import NamedTuple
from xlperf.stats.horizon import in_fifths

if TYPE_CHECKING:
    from xlperf.assessment.evidence import Limits
    from xlperf.periods import Month


class YearAhead(NamedTuple):
    """Where the twelve months after the latest are to be expected."""

    centre: float
    limits: Limits


class TargetOutlook(NamedTuple):
    """Where the twelve months to the target date are to be expected."""

    centre: float
    limits: Limits
    chance: float | None
    """Chance of reaching the target, 0 to 1; None where there is no target."""
    months_ahead: int
    year_ahead: YearAhead
    counted_since: Month | None
    """First month of the way of recording; None: no change of it is known."""

    @property
    def fifths(self) -> int | None:
        """That chance in fifths, as it is printed; None where there is no target."""
        return None if self.chance is None else in_fifths(self.chance)
