"""How earlier projections did: what History keeps, beside what came.

Each kept row states two ranges (of the twelve months to the target date, and of the twelve after
its period) and the chance of the target. One whose date has come is scored once the twelve months
to that date are known, by the figures of today:

- Where recording changed in between, or is now said to have changed before, the twelve months are
  not those that were projected: neither range nor chance is scored (*definition*). Where the target
  is another one now, the chance alone is not.
- A target is met as the tile says it is, by today's figures of the baseline year.
- A range that the total is outside of is a miss. If the twelve months that it was made from have
  been revised since, and the same method would have held with the months as they are now, the miss
  is one of *revision*; any other of *level*: the level itself moved further than the range allows.

Projections of one line whose twelve months overlap are not independent. `first_made` takes of those
the one made first, which nobody could choose with hindsight.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from xlperf.assessment.targets import meets_target, target_level
from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple, frozen
from xlperf.periods import month_of, twelve_months_to
from xlperf.stats.horizon import outlook_of
from xlperf.stats.rounding import same
from xlperf.stats.scoring import YEAR, without_shared_months
from xlperf.tables.kept_projections import KeptProjection, Unscorable, aim_of
from xlperf.tables.measure_kinds import LineKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from xlperf.assessment.basis import Basis, Case
    from xlperf.periods import Month
    from xlperf.tables.data import PastLine
    from xlperf.tables.kept_projections import KeptRange


class Horizon(StrEnum):
    """How far ahead something was stated."""

    TARGET = "target date"
    YEAR_AHEAD = "year ahead"


class RangeOutcome(StrEnum):
    """What became of a range."""

    HELD = "held"
    REVISION = "revision"
    """Missed; with the figures as they are now the same method would have held."""
    LEVEL = "level"
    """Missed, and not because of revised figures."""
    DEFINITION = "definition"
    """Not scored: what is counted changed."""
    NO_FIGURES = "no figures"
    """Not scored: the twelve months are not known, or in doubt, or the measure is gone."""


SCORED = (RangeOutcome.HELD, RangeOutcome.REVISION, RangeOutcome.LEVEL)


class Statement(NamedTuple):
    """A projection whose date has come, and what became of it."""

    line: str
    """As the Measures sheet spells it, where the measure is there."""
    horizon: Horizon
    stated_at: Month
    """Last month that was known then."""
    due: Month
    """Last of the twelve months projected."""
    stated: KeptRange
    confidence: float
    outcome: RangeOutcome
    total: float | None
    """Of the twelve months; None where the outcome is not scored."""
    chance: float | None = None
    """Stated chance of the target; None: not of the target date, or not scored."""
    met: bool | None = None


@frozen
class TrackRecord:
    """Every kept projection whose date has come, by line, horizon, due month, month stated."""

    statements: tuple[Statement, ...] = ()
    waiting: int = 0
    """Kept ranges whose date is still to come."""
    unreadable: int = 0
    """Rows of History whose projection cannot be read."""

    def of_line(self, line: str) -> TrackRecord:
        """Give what concerns one line alone."""
        own = normalised(line)
        return TrackRecord(tuple(item for item in self.statements if normalised(item.line) == own))

    def without(self, measures: Collection[str]) -> TrackRecord:
        """Leave out what concerns some measures, by name."""
        gone = set(map(normalised, measures))
        statements = tuple(item for item in self.statements if normalised(item.line) not in gone)
        return replace(self, statements=statements)


def first_made(statements: Iterable[Statement]) -> list[Statement]:
    """Take of each line and horizon those that share no months, the one made first of each.

    `statements` in the order of a `TrackRecord`.
    """
    groups: dict[tuple[str, Horizon], list[Statement]] = {}
    for item in statements:
        groups.setdefault((item.line, item.horizon), []).append(item)
    return [
        group[place]
        for group in groups.values()
        for place in without_shared_months([item.due for item in group])
    ]


def track_record(basis: Basis) -> TrackRecord:
    """Score what History keeps, for periods before this one, by the figures up to this one."""
    names = {normalised(measure.name): measure.name for measure in basis.tables.measures}
    latest = basis.settings.latest.last
    kept, unreadable = _kept_rows(basis)
    statements: list[Statement] = []
    waiting = 0
    for past, projection in kept:
        name = names.get(normalised(past.line))
        case = None if name is None else basis.case(name)
        for horizon, due in _due(past, projection):
            if due > latest:
                waiting += 1
            else:
                statements.append(_scored(past, projection, (horizon, due), case))
    order = list(Horizon)
    statements.sort(
        key=lambda item: (item.line, order.index(item.horizon), item.due, item.stated_at)
    )
    return TrackRecord(tuple(statements), waiting, unreadable)


def _kept_rows(basis: Basis) -> tuple[list[tuple[PastLine, KeptProjection]], int]:
    """Rows of earlier periods with a projection, and how many cannot be read; of two rows of one
    line and period the lower counts.
    """
    rows = {
        (normalised(past.line), past.period_end): past
        for past in basis.tables.history
        if past.kept is not None and past.period_end < basis.settings.period_end
    }
    kept = [(past, past.kept) for past in rows.values() if isinstance(past.kept, KeptProjection)]
    return kept, sum(isinstance(past.kept, Unscorable) for past in rows.values())


def _due(past: PastLine, projection: KeptProjection) -> Iterator[tuple[Horizon, Month]]:
    yield Horizon.TARGET, projection.target
    yield Horizon.YEAR_AHEAD, month_of(past.period_end) + YEAR


def _scored(
    past: PastLine, kept: KeptProjection, at: tuple[Horizon, Month], case: Case | None
) -> Statement:
    horizon, due = at
    stated_at = month_of(past.period_end)
    stated = kept.at_target if horizon is Horizon.TARGET else kept.year_ahead
    name = past.line if case is None else case.measure.name
    missed = Statement(
        name, horizon, stated_at, due, stated, kept.confidence, RangeOutcome.NO_FIGURES, None
    )
    if case is None or case.doubt(LineKind.OFFENCES):
        return missed
    total = case.series.total(twelve_months_to(due))
    if total is None:
        return missed
    if case.broken(stated_at, due) or kept.counted_since != case.counted_since(stated_at):
        return missed._replace(outcome=RangeOutcome.DEFINITION)
    known = missed._replace(total=total, outcome=_range_outcome(kept, missed, total, case))
    if horizon is Horizon.YEAR_AHEAD or kept.chance is None:
        return known
    met = _target_met(kept, total, due, case)
    return known if met is None else known._replace(chance=kept.chance, met=met)


def _range_outcome(kept: KeptProjection, item: Statement, total: float, case: Case) -> RangeOutcome:
    if item.stated.holds(total):
        return RangeOutcome.HELD
    base = case.series.total(twelve_months_to(item.stated_at))
    if base is None or same(base, kept.made_from):
        return RangeOutcome.LEVEL
    from statistics import NormalDist

    again = outlook_of(
        case.series.counts(case.series.run_back(item.stated_at)),
        months_ahead=item.due - item.stated_at,
        drift=case.settings.drift,
        z=NormalDist().inv_cdf((1 + kept.confidence) / 2),
    )
    held = again is not None and again.lower <= total <= again.upper
    return RangeOutcome.REVISION if held else RangeOutcome.LEVEL


def _target_met(kept: KeptProjection, total: float, due: Month, case: Case) -> bool | None:
    """Whether the target was met, by the figures of today; None where it is another one now, or the
    baseline year is not known or does not compare.
    """
    baseline = case.settings.baseline
    before = case.series.total(baseline)
    if (
        kept.aim != aim_of(case.measure, case.settings)
        or before is None
        or case.broken(baseline.first, due)
    ):
        return None
    return meets_target(total, target_level(case, before), case.measure.direction)
