"""Counts that come only as period totals, cohorts among them (the totals rule). A half year is
annualised where it is compared with a year.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from xlperf.assessment import rag as rules
from xlperf.assessment.basis import as_at_or_end
from xlperf.assessment.caveats import (
    Annualised,
    AssumedDispersion,
    LastYear,
    PooledVariation,
    Remark,
    SmallNumbers,
)
from xlperf.assessment.evidence import (
    FINDINGS,
    Assessment,
    ChangeTest,
    Figures,
    Limits,
    Total,
    TurningFigure,
)
from xlperf.assessment.rag import Rag, Reason
from xlperf.config import TotalsVariation
from xlperf.frozen import NamedTuple
from xlperf.periods import Period, month_name
from xlperf.stats import change, pooled
from xlperf.stats.change import Method
from xlperf.stats.distributions import two_sided_level
from xlperf.tables.comparison import compared_periods, fits, year_before
from xlperf.tables.data import Direction
from xlperf.tables.measure_kinds import KINDS, Comparison, MeasureKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlperf.assessment.basis import Case
    from xlperf.assessment.caveats import Caveat
    from xlperf.config import Settings
    from xlperf.tables.data import PeriodTotal

LARGEST_SEARCHED = 1 << 24
"""Count beyond which no other colour is looked for."""


def assess_total(case: Case) -> Assessment:
    """Judge the newest total by what the measure is compared with; against the baseline year, or,
    without one, against the same months a year before.
    """
    compared = case.measure.compared
    after = case.settings.baseline.last if compared is Comparison.BASELINE else 0
    totals = [
        total
        for total in case.tables.totals.get(case.measure.name, ())
        if after < total.period.last <= case.settings.latest.last
        and fits(total.period, case.measure, case.settings)
    ]
    if not totals:
        known = _compared_total(case, None)
        return case.without_data("There is no total for the period.", known.figures)
    latest = max(totals, key=lambda total: (total.period.last, total.period.length))
    caveats = case.of_latest(latest)
    if compared is Comparison.TARGET:
        return against_target(case, latest, caveats)
    earlier = _compared_total(case, latest.period)
    baseline, against = earlier.total, earlier.period
    if earlier.instead:
        caveats.append(LastYear(against))
    elif baseline is not None:
        caveats += case.revised(float(baseline.count))
    scale = baseline.period.length / latest.period.length if baseline else 1.0
    if scale != 1:
        caveats.append(Annualised(latest.count, latest.period.length))
    figures = earlier.figures._replace(
        period=latest.period,
        latest=latest.count * scale,
        as_at=as_at_or_end(latest.as_at, latest.period),
    )
    if baseline is None:
        first = min(total.period.first for total in case.tables.totals[case.measure.name])
        later = case.recorded_later(against, first)
        reason = Reason.RECORDED_LATER if later else Reason.NO_BASELINE
        return case.unjudged(reason, later or earlier.missing, figures, caveats)
    if latest.period.overlaps(baseline.period):
        missing = f"The period shares months with {earlier.name}."
        return case.unjudged(Reason.OVERLAP, missing, figures, caveats)
    if broken := case.broken(baseline.period.first, latest.period.last):
        missing = f"Recording changed in {month_name(broken)}, so the two totals do not compare."
        return case.unjudged(Reason.BREAK, missing, figures, caveats)
    return compare_totals(case, baseline, latest, figures, caveats)


class EarlierTotal(NamedTuple):
    """What a total is compared with."""

    total: PeriodTotal | None
    period: Period
    name: str
    missing: str
    """What is said where there is no such total."""
    instead: bool = False
    """Whether the same months a year before take the place of the baseline year."""

    @property
    def figures(self) -> Figures:
        """Its own figure and period."""
        baseline = None if self.total is None else float(self.total.count)
        return Figures(against=self.period, baseline=baseline)


def _compared_total(case: Case, latest: Period | None) -> EarlierTotal:
    """Find what the newest total is compared with; None: there is no newest."""
    if case.measure.compared is not Comparison.BASELINE:
        now = compared_periods(case.measure, case.settings).latest if latest is None else latest
        before = year_before(now)
        missing = f"There is no total for {before}."
        return EarlierTotal(_total_for(case, before), before, str(before), missing)
    name, against = case.settings.baseline_name, case.settings.baseline
    total = _total_for(case, against)
    if total is None and latest is not None:
        before = year_before(latest)
        if (instead := _total_for(case, before)) is not None:
            return EarlierTotal(instead, before, str(before), "", instead=True)
    missing = f"There is no total for {name}, nor for the same months a year before."
    return EarlierTotal(total, against, name, missing)


def against_target(case: Case, latest: PeriodTotal, caveats: list[Caveat]) -> Assessment:
    """Judge a total against the target of its measure."""
    settings, direction, target = case.settings, case.measure.direction, case.measure.target
    period = latest.period
    scale, exposure = 12 / period.length, period.length / 12
    if scale != 1:
        caveats.append(Annualised(latest.count, period.length))
    as_at = as_at_or_end(latest.as_at, period)
    figures = Figures(period=period, latest=latest.count * scale, as_at=as_at, baseline=target)
    if target is None:
        return case.unjudged(Reason.NO_BASELINE, "There is no target.", figures, caveats)
    if broken := case.broken(period.first, period.last):
        missing = (
            f"Recording changed in {month_name(broken)}, so the figure adds up what was counted in"
            " two ways."
        )
        return case.unjudged(Reason.BREAK, missing, figures, caveats)

    def verdict(count: int) -> rules.Verdict:
        found = pooled.against_target(target, count, exposure=exposure, z=settings.z)
        return rules.change(found.lower, found.upper, 1.0, direction)

    found = pooled.against_target(target, latest.count, exposure=exposure, z=settings.z)
    rag, reason = verdict(latest.count)
    uncoloured = direction is Direction.NONE
    turns = () if uncoloured else _turns(lambda count: verdict(count)[0], latest.count, scale)
    tested = ChangeTest(
        method=Method.TARGET,
        before=target,
        latest=latest.count * scale,
        p=found.p,
        ratio=found.ratio,
        limits=Limits(found.lower, found.upper),
        phi=None,
        finding=None if uncoloured else FINDINGS[rag],
        turns=turns,
    )
    caveats.append(PooledVariation(found.variation, KINDS[case.measure.kind].monthly))
    return case.judged(rag, reason, Total(figures, tested), caveats)


def _total_for(case: Case, period: Period) -> PeriodTotal | None:
    totals = case.tables.totals.get(case.measure.name, ())
    return next((total for total in totals if total.period == period), None)


class TotalsCompared(NamedTuple):
    """Two totals, and the test of their difference."""

    method: Method
    ratio: float
    limits: Limits
    p: float
    phi: float | None
    """Assumed; None where the variation is that of other series."""
    by_interval: bool
    """Whether the limits decide; else p does."""


def _compare(baseline: PeriodTotal, count: int, months: int, settings: Settings) -> TotalsCompared:
    """Compare a count of so many months with the baseline total, each at its true length."""
    given = float(baseline.count), float(count)
    exposures = {
        "baseline_exposure": baseline.period.length / 12,
        "latest_exposure": months / 12,
        "z": settings.z,
    }
    if settings.totals_variation is TotalsVariation.POOLED:
        of_pool = pooled.pooled_change(*given, **exposures)
        limits = Limits(of_pool.lower, of_pool.upper)
        return TotalsCompared(
            Method.POOLED, of_pool.ratio, limits, of_pool.p, None, by_interval=True
        )
    found = change.totals_change(*given, phi=settings.assumed_dispersion, **exposures)
    exact = found.method is Method.E_TEST or min(given) == 0
    limits = Limits(found.lower, found.upper)
    return TotalsCompared(
        found.method, found.ratio, limits, found.p, found.phi, by_interval=not exact
    )


def compare_totals(
    case: Case, baseline: PeriodTotal, latest: PeriodTotal, figures: Figures, caveats: list[Caveat]
) -> Assessment:
    """Judge a total against an earlier one, each at its true length."""
    settings, direction, months = case.settings, case.measure.direction, latest.period.length

    def verdict(count: int) -> rules.Verdict:
        found = _compare(baseline, count, months, settings)
        if found.by_interval:
            return rules.change(*found.limits, 1.0, direction)
        fewer = count * baseline.period.length < baseline.count * months
        level = two_sided_level(settings.z)
        return rules.by_p(found.p, fewer=fewer, level=level, direction=direction)

    found = _compare(baseline, latest.count, months, settings)
    scale = baseline.period.length / months
    uncoloured = direction is Direction.NONE
    turns = () if uncoloured else _turns(lambda count: verdict(count)[0], latest.count, scale)
    rag, reason = verdict(latest.count)
    tested = ChangeTest(
        method=found.method,
        before=float(baseline.count),
        latest=latest.count * scale,
        p=found.p,
        ratio=found.ratio if isfinite(found.ratio) else None,
        limits=found.limits if found.by_interval else None,
        phi=found.phi,
        finding=None if uncoloured else FINDINGS[rag],
        turns=turns,
    )
    if baseline.count == 0 and latest.count == 0:
        return case.judged(Rag.AMBER, Reason.NO_CHANGE_FROM_ZERO, Total(figures, tested), caveats)
    if max(baseline.count, latest.count) < change.E_TEST_LIMIT:
        caveats.append(SmallNumbers(baseline.count, latest.count, yearly=False))
    if case.measure.kind is MeasureKind.COHORT and latest.count * scale < baseline.count:
        caveats.append(Remark.CHOSEN_FOR_OFFENDING)
    if found.method is Method.POOLED:
        yearly = (baseline.count + latest.count) * 12 / (baseline.period.length + months)
        variation = float(pooled.yearly_variation(yearly + 0.5))
        caveats.append(PooledVariation(variation, KINDS[case.measure.kind].monthly))
    elif found.phi is not None and found.method is not Method.E_TEST:
        caveats.append(AssumedDispersion(found.phi))
    return case.judged(rag, reason, Total(figures, tested), caveats)


def _turns(colour: Callable[[int], Rag], now: int, scale: float) -> tuple[TurningFigure, ...]:
    """Nearest counts below and above with another colour, in the unit of the figure shown."""
    here = colour(now)
    turns = []
    for bound in (0, LARGEST_SEARCHED):
        inner, step = now, 1
        outer = now
        while outer != bound and colour(outer) is here:
            inner, outer = outer, max(bound, now - step) if bound < now else min(bound, now + step)
            step *= 2
        if colour(outer) is here:
            continue
        while abs(outer - inner) > 1:
            middle = (inner + outer) // 2
            inner, outer = (middle, outer) if colour(middle) is here else (inner, middle)
        turns.append(TurningFigure(colour(outer), outer * scale))
    return tuple(turns)
