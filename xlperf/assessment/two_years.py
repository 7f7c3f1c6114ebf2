"""Twelve months of a monthly count against twelve earlier ones, by the reading of the settings."""

from __future__ import annotations

from math import isnan, log, nan, sqrt
from typing import TYPE_CHECKING

import numpy as np

from xlperf.assessment import rag as rules
from xlperf.assessment.evidence import Limits, TurningFigure
from xlperf.assessment.monthly_counts import LEAST_YEARS
from xlperf.assessment.rag import Rag
from xlperf.config import Dispersion
from xlperf.frozen import NamedTuple
from xlperf.periods import Period
from xlperf.stats import change, levels
from xlperf.stats.change import Method
from xlperf.stats.detection import detectable_totals
from xlperf.stats.distributions import t_quantile, two_sided_level
from xlperf.tables.data import Direction

if TYPE_CHECKING:
    from xlperf.assessment.monthly_counts import MonthlyCounts
    from xlperf.config import Settings

LARGEST_SEARCHED = 400
"""Totals tried when the exact test is asked at which count it would find an improvement."""


class YearsCompared(NamedTuple):
    """Two years, and the test of their difference."""

    method: Method
    before: float
    latest: float
    """Totals of the earlier and of the later year."""
    ratio: float
    """Of the two totals; not a number, or infinite, where the earlier year has none."""
    limits: Limits
    p: float
    by_interval: bool
    """Whether the limits decide; else p does."""
    phi: float
    rho: float | None
    effect: float | None
    years: int
    """Complete years that rho was taken from; 0: from the two years themselves, or from months."""
    months: int
    """Months known that a test of levels rests on; 0 for the others."""
    wandering: float
    """Weight, in a test of levels, on a series without a level of its own; 0 for the others."""
    fall: float
    rise: float
    """Total of the later year from which it would be a fall, or a rise; NaN where none would."""

    def verdict(self, direction: Direction, z: float) -> rules.Verdict:
        """Judge the change, lines at `z`."""
        if self.by_interval:
            return rules.change(*self.limits, 1.0, direction)
        level = two_sided_level(z)
        return rules.by_p(self.p, fewer=self.latest < self.before, level=level, direction=direction)

    def turns(self, direction: Direction) -> tuple[TurningFigure, ...]:
        """Total of the later year that would be an improvement, if there is one."""
        at = self.rise if direction is Direction.UP else self.fall
        return () if isnan(at) else (TurningFigure(Rag.GREEN, at),)


def compare_years(
    series: MonthlyCounts, before: Period, now: Period, settings: Settings
) -> YearsCompared:
    """Compare twelve months with twelve earlier ones, without a gap or change of recording."""
    if settings.change_dispersion is Dispersion.AVERAGED:
        return _by_levels(series, before, now, settings.z)
    return _by_quasi_poisson(series, before, now, settings)


def _by_levels(series: MonthlyCounts, before: Period, now: Period, z: float) -> YearsCompared:
    """Use every month known since recording last changed before the earlier year; a month that is
    not known is left out.
    """
    first = series.since(before.first)
    counts = series.known(Period(first, now.last))
    found = levels.two_years_change(counts, baseline=before.first - first, z=z)
    return _of_levels(found, series, before, now)


def compare_same_months(
    series: MonthlyCounts, before: Period, now: Period, z: float
) -> YearsCompared | None:
    """Compare months with the same ones a year before, neither with a gap, no change of recording
    between them. None: fewer than 24 months are known.
    """
    first = series.since(before.first)
    known = Period(first, now.last)
    if known.length < levels.SAME_PERIOD_NEEDS:
        return None
    found = levels.same_period_change(series.known(known), period=now.length, z=z)
    return _of_levels(found, series, before, now)


def _of_levels(
    found: levels.LevelChange, series: MonthlyCounts, before: Period, now: Period
) -> YearsCompared:
    totals = detectable_totals(found, series.counts(now))
    then, latest = float(series.counts(before).sum()), float(series.counts(now).sum())
    lower, upper, p = map(float, levels.about_the_totals(found, then, latest))
    return YearsCompared(
        method=Method.LEVELS,
        before=then,
        latest=latest,
        ratio=latest / then if then else float("nan"),
        limits=Limits(lower, upper),
        p=p,
        by_interval=True,
        phi=float(found.phi),
        rho=float(found.rho),
        effect=None,
        years=0,
        months=found.months,
        wandering=float(found.wandering),
        fall=_nearer_zero(float(totals.fall), then),
        rise=max(float(totals.rise), then + 1),
    )


def _nearer_zero(fall: float, then: float) -> float:
    """Largest total that is a fall and below the earlier one; NaN where there is none."""
    return min(fall, then - 1) if then >= 1 else nan


def _by_quasi_poisson(
    series: MonthlyCounts, before: Period, now: Period, settings: Settings
) -> YearsCompared:
    earlier = series.counts(before)
    # the same calendar month side by side
    later = np.roll(series.counts(now), (now.first - before.first) % 12)
    complete = series.complete_years(settings.latest.last)
    years = len(complete)
    rho: float | None = None
    phi: float | None = None
    if years >= LEAST_YEARS:
        rho = float(change.autocorrelation(complete))
        effect = float(change.design_effect(rho))
        if settings.change_dispersion is Dispersion.ALL_YEARS:
            phi = float(change.dispersion(complete))
    else:
        years, effect = 0, float(change.design_effect_two_years(earlier, later))
    result = change.year_change(earlier, later, design_effect=effect, phi=phi, z=settings.z)
    then, latest = float(result.baseline_total), float(result.latest_total)
    method, p = result.method, float(result.p)
    fall, rise = _turns_of_ratio(result, settings.z)
    if max(then, latest) < change.E_TEST_LIMIT:
        method, p = Method.E_TEST, change.e_test(then, 1.0, latest, 1.0)
        fall, rise = _turns_of_exact(then, latest, two_sided_level(settings.z))
    elif min(then, latest) == 0:
        method, fall, rise = Method.EXACT, float("nan"), float("nan")
    return YearsCompared(
        method=method,
        before=then,
        latest=latest,
        ratio=float(result.ratio),
        limits=Limits(float(result.lower), float(result.upper)),
        p=p,
        by_interval=method is result.method,
        phi=float(result.phi),
        rho=rho,
        effect=effect,
        years=years,
        months=0,
        wandering=0.0,
        fall=fall,
        rise=rise,
    )


def _turns_of_ratio(result: change.YearChange, z: float) -> tuple[float, float]:
    """Latest totals at which the interval would just leave out "no change", dispersion as it is.

    The half-width of the log ratio is ``t sqrt(phi V (1/T0 + 1/T1))``, of which only T1 moves.
    """
    before = float(result.baseline_total)
    if not before:
        return float("nan"), float("nan")
    spread = t_quantile(result.df, z) ** 2 * float(result.phi) * float(result.design_effect)

    def nearest(sign: int) -> float:
        def changed(total: float) -> bool:
            return sign * log(total / before) > sqrt(spread * (1 / before + 1 / total))

        inner, outer = before, before * 1000.0**sign
        if not changed(outer):
            return float("nan")
        for _ in range(60):
            middle = sqrt(inner * outer)
            inner, outer = (inner, middle) if changed(middle) else (middle, outer)
        return outer

    return float(np.floor(nearest(-1))), float(np.ceil(nearest(1)))


def _turns_of_exact(then: float, now: float, level: float) -> tuple[float, float]:
    """Find the same for the exact test: the nearest totals that count as changed."""
    if then == now == 0:
        return float("nan"), float("nan")

    def nearest(totals: range) -> float:
        found = (total for total in totals if change.e_test(then, 1.0, float(total), 1.0) < level)
        return float(next(found, float("nan")))

    return nearest(range(int(then) - 1, -1, -1)), nearest(range(int(then) + 1, LARGEST_SEARCHED))
