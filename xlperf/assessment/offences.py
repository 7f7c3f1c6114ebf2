"""Monthly counts against the baseline year, with their projection (rule 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.assessment import rag as rules
from xlperf.assessment.caveats import Remark, SmallNumbers, TrendsShort
from xlperf.assessment.chart import WANDERS, assess_chart, chart_without_data
from xlperf.assessment.evidence import (
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
    trends_required,
)
from xlperf.assessment.expectations import TargetOutlook, YearAhead
from xlperf.assessment.months_compared import (
    PeriodWords,
    change_test,
    earlier_gap,
    latest_gap,
    month_figures,
)
from xlperf.assessment.rag import Rag, Reason
from xlperf.assessment.same_period import assess_same_period
from xlperf.assessment.targets import meets_target, target_level
from xlperf.assessment.two_years import compare_years
from xlperf.periods import Period, month_name, twelve_months_to
from xlperf.stats import change, horizon, projection
from xlperf.stats.scoring import YEAR
from xlperf.tables.data import Direction
from xlperf.tables.measure_kinds import Comparison

if TYPE_CHECKING:
    from xlperf.assessment.basis import Case
    from xlperf.assessment.caveats import Caveat
    from xlperf.assessment.monthly_counts import Counts
    from xlperf.assessment.two_years import YearsCompared


def assess_offences(case: Case) -> list[Assessment]:
    """Judge the two lines of a measure of monthly counts: its change, and the control chart."""
    main = assess_months(case)
    if not case.series.by_month:
        return [main, chart_without_data(case, main.reason, main.missing)]
    return [main, assess_chart(case)]


def assess_months(case: Case) -> Assessment:
    """Judge the main line alone."""
    if not case.series.by_month:
        return case.without_data("There are no monthly counts.")
    if case.measure.compared is Comparison.BASELINE:
        return _against_baseline(case)
    return assess_same_period(case)


def _against_baseline(case: Case) -> Assessment:
    settings, series = case.settings, case.series
    latest, baseline = settings.latest, settings.baseline
    before = series.total(baseline)
    figures, caveats = month_figures(case, latest, baseline, before)
    caveats += case.revised(before)
    if settings.target <= latest.last:
        return _at_target(case, figures, caveats)
    if stopped := _cannot_compare(case, latest):
        return case.unjudged(*stopped, figures, caveats)
    compared = compare_years(series, baseline, latest, settings)
    tested = _test_change(case, compared, caveats)
    threshold = target_level(case, compared.before)
    aimed = case.measure.direction is not Direction.NONE
    trends, achieves, expected = _project(case, threshold, caveats)
    verdict = rules.offences(
        improved=tested.finding is ChangeFinding.BETTER,
        achieves=achieves,
        unsustained=Rag(settings.improved_not_sustained),
    )
    if not (compared.before or compared.latest):
        verdict = Rag.AMBER, Reason.NO_CHANGE_FROM_ZERO
    missing = (
        "Each trend needs at least 24 months without a gap or a change of recording, up to the"
        " period end."
    )
    before_run = series.run_back(latest.last).first - 1
    if verdict[1] is Reason.TREND_UNKNOWN and before_run in series.lost:
        verdict = Rag.NA, Reason.MONTH_LOST
        missing = f"There is no count for {month_name(before_run)}, and none will come. {missing}"
    outlook = Projection(trends, settings.trend_rule, threshold if aimed else None, expected)
    judged = Offences(figures, tested, outlook)
    return case.judged(*verdict, judged, caveats, missing="" if trends else missing)


def _cannot_compare(case: Case, latest: Period) -> tuple[Reason, str] | None:
    """Say why a year cannot be compared with the baseline year, if it cannot."""
    baseline, name = case.settings.baseline, case.settings.baseline_name
    if stopped := latest_gap(case, latest):
        return stopped
    if latest.first <= baseline.last:
        return Reason.OVERLAP, f"The twelve months are not wholly after the baseline year {name}."
    words = PeriodWords("In the baseline year", f"year {name}", "years")
    return earlier_gap(case, latest, baseline, words)


def _test_change(case: Case, compared: YearsCompared, caveats: list[Caveat]) -> ChangeTest:
    """Test the latest twelve months against the baseline year."""
    settings, direction = case.settings, case.measure.direction
    then, latest = compared.before, compared.latest
    if max(then, latest) < change.E_TEST_LIMIT:
        caveats.append(SmallNumbers(round(then), round(latest), yearly=True))
    if compared.wandering > WANDERS:
        caveats.append(Remark.WANDERS)
    verdict = compared.verdict(direction, settings.z)
    finding = FINDINGS[verdict[0]] if direction is not Direction.NONE else None
    if finding is ChangeFinding.WORSE:
        caveats.append(Remark.WORSE_NOW)
    return change_test(compared, finding, compared.turns(direction))


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
    threshold = target_level(case, float(series.counts(settings.baseline).sum()))
    if actual == threshold == 0:
        verdict = Rag.AMBER, Reason.NO_CHANGE_FROM_ZERO
    else:
        verdict = rules.target_passed(met=meets_target(actual, threshold, case.measure.direction))
    return case.judged(*verdict, Offences(figures, tested, AtTarget(actual, threshold)), caveats)


def _project(
    case: Case, threshold: float, caveats: list[Caveat]
) -> tuple[tuple[TrendLine, ...], bool | None, TargetOutlook | None]:
    """Project every trend that has months enough; says whether enough reach the target (None if no
    trend is known), and where the total is to be expected.
    """
    settings, series = case.settings, case.series
    counts = series.counts(series.run_back(settings.latest.last))
    results = projection.project(
        counts,
        months_ahead=settings.target - settings.latest.last,
        drift=settings.drift,
        z=settings.z,
    )
    available = [trend for trend in results if trend.available]
    direction = case.measure.direction
    totals = {trend.name: float(trend.total) for trend in available}
    trends = tuple(
        TrendLine(name, total, meets_target(total, threshold, direction))
        for name, total in totals.items()
    )
    if not trends:
        return (), None, None
    if len(trends) < len(results):
        caveats.append(TrendsShort(len(trends), len(results)))
    if any(trend.floored for trend in available):
        caveats.append(Remark.TREND_FLOORED)
    if any(trend.capped for trend in available):
        caveats.append(Remark.TREND_CAPPED)
    agreeing = sum(trend.achieves for trend in trends)
    expected = _expected(case, counts, threshold)
    return trends, agreeing >= trends_required(settings.trend_rule, len(trends)), expected


def _expected(case: Case, counts: Counts, threshold: float) -> TargetOutlook | None:
    """One range that holds, about the year-on-year trend, and the chance of reaching the target."""
    settings, direction = case.settings, case.measure.direction
    ahead = settings.target - settings.latest.last
    found, year = (
        horizon.outlook_of(counts, months_ahead=months, drift=settings.drift, z=settings.z)
        for months in (ahead, YEAR)
    )
    if found is None or year is None:
        return None
    below = found.probability_below(threshold)
    chance = {Direction.DOWN: below, Direction.UP: 1 - below}.get(direction)
    next_year = YearAhead(year.centre, Limits(year.lower, year.upper))
    limits = Limits(found.lower, found.upper)
    since = case.counted_since(settings.latest.last)
    return TargetOutlook(found.centre, limits, chance, ahead, next_year, since)
