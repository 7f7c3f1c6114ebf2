"""Monthly counts against the baseline year, with their projection (rule 1)."""

from __future__ import annotations

from math import isfinite, log, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xlperf.assess import rag as rules
from xlperf.assess.basis import Case, name_months
from xlperf.assess.caveats import Provisional, Remark, SmallNumbers, TrendsShort
from xlperf.assess.chart import assess_chart, chart_without_data
from xlperf.assess.evidence import (
    FINDINGS,
    Assessment,
    AtTarget,
    ChangeFinding,
    ChangeTest,
    Figures,
    Limits,
    Offences,
    Projection,
    TrendLine,
    TurningFigure,
    trends_required,
)
from xlperf.assess.monthly_counts import LEAST_YEARS, MonthlyCounts
from xlperf.assess.rag import Rag, Reason
from xlperf.config import Dispersion
from xlperf.periods import Period, last_day, month_name, twelve_months_to
from xlperf.stats import change, projection
from xlperf.stats.change import Method
from xlperf.stats.distributions import t_quantile
from xlperf.stats.rounding import same
from xlperf.tables.data import Direction

if TYPE_CHECKING:
    from xlperf.assess.caveats import Caveat
    from xlperf.config import Settings
    from xlperf.stats.change import YearChange

LARGEST_SEARCHED = 400
"""Totals tried when the exact test is asked at which count it would find an improvement."""


def assess_offences(case: Case) -> list[Assessment]:
    """Judge the two lines of a measure of monthly counts: against the baseline, and the control
    chart.
    """
    if not case.series.by_month:
        main = case.without_data("There are no monthly counts.")
        return [main, chart_without_data(case, main.reason, main.missing)]
    return [_against_baseline(case), assess_chart(case)]


def _against_baseline(case: Case) -> Assessment:
    settings, series = case.settings, case.series
    latest, baseline = settings.latest, settings.baseline
    months = [series.by_month[month] for month in latest.months if month in series.by_month]
    dates = [item.as_at for item in months if item.as_at]
    before = series.total(baseline)
    figures = Figures(
        period=latest,
        latest=series.total(latest),
        as_at=max(dates) if dates else last_day(max(series.by_month)),
        against=baseline,
        baseline=before,
    )
    caveats: list[Caveat] = []
    if provisional := sum(item.provisional for item in months):
        caveats.append(Provisional(provisional))
    caveats += case.revised(before)
    if settings.target <= latest.last:
        return _at_target(case, figures, caveats)
    if stopped := _cannot_compare(case, latest):
        return case.unjudged(*stopped, figures, caveats)
    compared = compare_years(series, baseline, latest, settings)
    tested = _test_change(case, compared, caveats)
    threshold = _threshold(case, compared.totals[0])
    aimed = case.measure.direction is not Direction.NONE
    trends, achieves = _project(case, threshold, caveats)
    verdict = rules.offences(
        improved=tested.finding is ChangeFinding.BETTER,
        achieves=achieves,
        unsustained=Rag(settings.improved_not_sustained),
    )
    if not any(compared.totals):
        verdict = Rag.AMBER, Reason.NO_CHANGE_FROM_ZERO
    missing = (
        "Each trend needs at least 24 months without a gap or a change of recording, up to the"
        " period end."
    )
    outlook = Projection(trends, settings.trend_rule, threshold if aimed else None)
    judged = Offences(figures, tested, outlook)
    return case.judged(*verdict, judged, caveats, missing="" if trends else missing)


def _threshold(case: Case, baseline: float) -> float:
    """Twelve-month total the target stands for: any change the right way, unless the measure asks
    for more.
    """
    return baseline * (1 + case.measure.target_change / 100)


def _cannot_compare(case: Case, latest: Period) -> tuple[Reason, str] | None:
    """Say why a year cannot be compared with the baseline year, if it cannot."""
    baseline, name, series = case.settings.baseline, case.settings.baseline_name, case.series
    if gaps := series.missing(latest):
        reason = (
            Reason.TOO_SHORT if min(series.by_month) > latest.first else Reason.INSUFFICIENT_DATA
        )
        return reason, f"There is no complete count for {name_months(gaps)}."
    if latest.first <= baseline.last:
        return Reason.OVERLAP, f"The twelve months are not wholly after the baseline year {name}."
    if gaps := series.missing(baseline):
        return (
            Reason.NO_BASELINE,
            f"In the baseline year there is no complete count for {name_months(gaps)}.",
        )
    if broken := case.broken(baseline.first, latest.last):
        return (
            Reason.BREAK,
            f"Recording changed in {month_name(broken)}, so the two years do not compare.",
        )
    return None


class YearsCompared(NamedTuple):
    """Twelve months against twelve others, and the test of their difference."""

    result: change.YearChange
    method: Method
    """`Method.E_TEST` where both totals are small, `Method.EXACT` where one is 0, else that of
    `result`.
    """
    p: float
    rho: float | None
    effect: float
    years: int
    """Complete years that rho was taken from; 0: from the two years themselves."""

    @property
    def by_interval(self) -> bool:
        """Whether the interval of the ratio decides; else p does."""
        return self.method is self.result.method

    @property
    def totals(self) -> tuple[float, float]:
        """Total of the earlier and of the later year."""
        return float(self.result.baseline_total), float(self.result.latest_total)

    def verdict(self, direction: Direction, z: float) -> rules.Verdict:
        """Judge the change, lines at `z`."""
        if self.by_interval:
            return rules.change(float(self.result.lower), float(self.result.upper), 1.0, direction)
        then, latest = self.totals
        return rules.by_p(
            self.p, fewer=latest < then, level=change.two_sided_level(z), direction=direction
        )


def compare_years(
    series: MonthlyCounts, before: Period, now: Period, settings: Settings
) -> YearsCompared:
    """Compare twelve months with twelve earlier ones, neither with a gap, no change of recording
    between them.
    """
    earlier = series.counts(before)
    later = np.roll(
        series.counts(now), (now.first - before.first) % 12
    )  # the same calendar month side by side
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
    if max(then, latest) < change.E_TEST_LIMIT:
        method, p = Method.E_TEST, change.e_test(then, 1.0, latest, 1.0)
    elif min(then, latest) == 0:
        method = Method.EXACT
    return YearsCompared(result, method, p, rho, effect, years)


def _test_change(case: Case, compared: YearsCompared, caveats: list[Caveat]) -> ChangeTest:
    """Test the latest twelve months against the baseline year."""
    settings, direction = case.settings, case.measure.direction
    result, (then, latest) = compared.result, compared.totals
    turns: tuple[TurningFigure, ...] = ()
    if compared.method is Method.E_TEST:
        turns = _turns_of_exact(then, latest, change.two_sided_level(settings.z), direction)
        caveats.append(SmallNumbers(round(then), round(latest), yearly=True))
    elif compared.by_interval:
        turns = _turn_of_ratio(result, settings.z, direction)
    verdict = compared.verdict(direction, settings.z)
    finding = FINDINGS[verdict[0]] if direction is not Direction.NONE else None
    if finding is ChangeFinding.WORSE:
        caveats.append(Remark.WORSE_NOW)
    by_interval = compared.by_interval
    return ChangeTest(
        method=compared.method,
        before=then,
        latest=latest,
        p=compared.p,
        ratio=float(result.ratio) if isfinite(float(result.ratio)) else None,
        limits=Limits(float(result.lower), float(result.upper)) if by_interval else None,
        phi=float(result.phi) if by_interval else None,
        rho=compared.rho if by_interval else None,
        design_effect=compared.effect if by_interval else None,
        years=compared.years,
        finding=finding,
        turns=turns,
    )


def _turn_of_ratio(result: YearChange, z: float, direction: Direction) -> tuple[TurningFigure, ...]:
    """Latest total at which the interval would just leave out "no change" on the better side,
    dispersion as it is now.

    The half-width of the log ratio is ``t sqrt(phi V (1/T0 + 1/T1))``, of which only T1 moves.
    """
    before = float(result.baseline_total)
    spread = t_quantile(result.df, z) ** 2 * float(result.phi) * float(result.design_effect)
    sign = -1 if direction is Direction.UP else 1

    def improved(total: float) -> bool:
        return sign * log(total / before) + sqrt(spread * (1 / before + 1 / total)) < 0

    inner, outer = before, before * (0.001 if sign > 0 else 1000.0)
    if not improved(outer):
        return ()
    for _ in range(60):
        middle = sqrt(inner * outer)
        inner, outer = (inner, middle) if improved(middle) else (middle, outer)
    return (TurningFigure(Rag.GREEN, float(np.floor(outer) if sign > 0 else np.ceil(outer))),)


def _turns_of_exact(
    then: float, now: float, level: float, direction: Direction
) -> tuple[TurningFigure, ...]:
    """Find the same for the exact test: the total nearest to the baseline that counts as an
    improvement.
    """
    if then == now == 0:
        return ()
    totals = (
        range(int(then) + 1, LARGEST_SEARCHED)
        if direction is Direction.UP
        else range(int(then) - 1, -1, -1)
    )
    found = next(
        (total for total in totals if change.e_test(then, 1.0, float(total), 1.0) < level), None
    )
    return () if found is None else (TurningFigure(Rag.GREEN, float(found)),)


def _at_target(case: Case, figures: Figures, caveats: list[Caveat]) -> Assessment:
    """Target date reached: the twelve months to it are known, and the verdict stays as it was then.

    What came after, a gap or a change of recording, cannot alter it. The test of the latest year is
    shown beside it, where it can be made.
    """
    settings, series = case.settings, case.series
    at_target = twelve_months_to(settings.target)
    if stopped := _cannot_compare(case, at_target):
        return case.unjudged(*stopped, figures, caveats)
    tested = None
    if _cannot_compare(case, settings.latest) is None:
        compared = compare_years(series, settings.baseline, settings.latest, settings)
        tested = _test_change(case, compared, caveats)._replace(turns=())
    actual = float(series.counts(at_target).sum())
    threshold = _threshold(case, float(series.counts(settings.baseline).sum()))
    if actual == threshold == 0:
        verdict = Rag.AMBER, Reason.NO_CHANGE_FROM_ZERO
    else:
        verdict = rules.target_passed(met=_reaches(actual, threshold, case.measure.direction))
    return case.judged(*verdict, Offences(figures, tested, AtTarget(actual, threshold)), caveats)


def _reaches(total: float, threshold: float, direction: Direction) -> bool:
    """Whether a total reaches the target. Where no way is better there is no target to reach."""
    if direction is Direction.NONE:
        return False
    if same(total, threshold):
        return False
    return total > threshold if direction is Direction.UP else total < threshold


def _project(
    case: Case, threshold: float, caveats: list[Caveat]
) -> tuple[tuple[TrendLine, ...], bool | None]:
    """Project every trend that has months enough; says whether enough reach the target, None if
    none is known.
    """
    settings, series = case.settings, case.series
    history = series.run_back(settings.latest.last)
    results = projection.project(
        series.counts(history),
        months_ahead=settings.target - settings.latest.last,
        drift=settings.drift,
        z=settings.z,
    )
    available = [trend for trend in results if trend.available]
    trends = tuple(
        TrendLine(
            trend.name,
            float(trend.total),
            float(trend.lower),
            float(trend.upper),
            _reaches(float(trend.total), threshold, case.measure.direction),
        )
        for trend in available
    )
    if not trends:
        return (), None
    if len(trends) < len(results):
        caveats.append(TrendsShort(len(trends), len(results)))
    if any(trend.floored for trend in available):
        caveats.append(Remark.TREND_FLOORED)
    if any(trend.capped for trend in available):
        caveats.append(Remark.TREND_CAPPED)
    agreeing = sum(trend.achieves for trend in trends)
    return trends, agreeing >= trends_required(settings.trend_rule, len(trends))
