"""A track record in numbers: how many ranges held, why others missed, how good the chances were."""

from __future__ import annotations

from collections import Counter
from math import fsum
from typing import TYPE_CHECKING

from xlperf.assessment.track_record import SCORED, Horizon, RangeOutcome, first_made
from xlperf.frozen import NamedTuple, frozen
from xlperf.stats.scoring import FEWEST_OUTCOMES, base_rate_score, brier_score, in_bins

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.assessment.track_record import Statement, TrackRecord
    from xlperf.stats.scoring import ChanceBin


class RangeScore(NamedTuple):
    """What became of ranges of one horizon. Those of a line that share months count once."""

    horizon: Horizon
    held: int
    revision: int
    """Missed because of figures revised since."""
    level: int
    """Missed otherwise."""
    definition: int
    """Not scored: what is counted changed."""
    no_figures: int
    """Not scored: the twelve months are not known."""
    stated: float
    """Mean confidence stated of those scored; 0 where none is."""
    overlapping: int
    """Scored ones that share months with another of their line, and are not counted."""

    @property
    def scored(self) -> int:
        """How many were scored."""
        return self.held + self.revision + self.level


class ChanceScore(NamedTuple):
    """How good the stated chances of targets were. Those of a line that share months count once."""

    outcomes: int
    met: int
    brier: float
    base_rate: float
    """Brier score of stating each time how many of 100 were met."""
    bins: tuple[ChanceBin, ...]

    @property
    def met_share(self) -> float:
        """Share of the targets that were met."""
        return self.met / self.outcomes


@frozen
class Scorecard:
    """A track record in numbers."""

    ranges: tuple[RangeScore, ...] = ()
    """One for each horizon of which something has come due."""
    chances: ChanceScore | None = None
    """None: no chance has been scored."""
    waiting: int = 0
    unreadable: int = 0


def scorecard(record: TrackRecord) -> Scorecard:
    """Count and score a record."""
    ranges = (
        _range_score(horizon, [item for item in record.statements if item.horizon is horizon])
        for horizon in Horizon
    )
    return Scorecard(
        tuple(score for score in ranges if score is not None),
        _chance_score([item for item in record.statements if item.chance is not None]),
        record.waiting,
        record.unreadable,
    )


def is_few(outcomes: int) -> bool:
    """Whether so few outcomes say nothing yet of how good the projections are."""
    return outcomes < FEWEST_OUTCOMES


def _range_score(horizon: Horizon, due: Sequence[Statement]) -> RangeScore | None:
    if not due:
        return None
    scored = [item for item in due if item.outcome in SCORED]
    counted = first_made(scored)
    others = first_made(item for item in due if item.outcome not in SCORED)
    outcomes = Counter(item.outcome for item in (*counted, *others))
    return RangeScore(
        horizon,
        outcomes[RangeOutcome.HELD],
        outcomes[RangeOutcome.REVISION],
        outcomes[RangeOutcome.LEVEL],
        outcomes[RangeOutcome.DEFINITION],
        outcomes[RangeOutcome.NO_FIGURES],
        fsum(item.confidence for item in counted) / len(counted) if counted else 0.0,
        len(scored) - len(counted),
    )


def _chance_score(stated: Sequence[Statement]) -> ChanceScore | None:
    counted = first_made(stated)
    if not counted:
        return None
    chances = [item.chance or 0.0 for item in counted]
    met = [bool(item.met) for item in counted]
    return ChanceScore(
        len(met), sum(met), brier_score(chances, met), base_rate_score(met), in_bins(chances, met)
    )
