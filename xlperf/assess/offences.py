"""Monthly counts: the change against the baseline year with its projection (rule 1), and the control chart (rule 3)."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt
from typing import TYPE_CHECKING

import numpy as np

from xlperf.assess import rag as rules
from xlperf.assess.basis import Case, name_months
from xlperf.assess.evidence import Assessment, Caveat, Evidence, LineKind, TrendLine
from xlperf.assess.rag import Rag, Reason
from xlperf.config import CHOICE, PRINTED, SeasonUse, SpcBasis, TrendRule
from xlperf.periods import Month, Period, first_day, last_day, month_name, month_short
from xlperf.stats import change, control, projection, season
from xlperf.tables.checks import complete
from xlperf.tables.lines import SPC
from xlperf.tables.tables import Direction

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from xlperf.tables.tables import MonthCount

    Counts = npt.NDArray[np.float64]

BOTH_SMALL = 50
"""Below this many a year in both years the exact E-test takes the place of the approximation (Krishnamoorthy and
Thomson 2004 show it holds its level there)."""
RECENT, BEFORE = 6, 12
"""Months averaged, and months before them that the lines are drawn from (the report, SPC)."""
SEASON_MONTHS = 36
"""Months of history needed to tell a season."""


@dataclass(frozen=True, slots=True)
class Series:
    """Usable months of one measure: complete, not after the period end."""

    by_month: dict[Month, MonthCount]

    @classmethod
    def of(cls, case: Case) -> Series:
        """Take the usable months of a case."""
        last = case.settings.latest.last
        months = case.tables.monthly.get(case.measure.name, {})
        return cls({month: item for month, item in months.items() if month <= last and complete(item)})

    def missing(self, period: Period) -> list[Month]:
        """Months of a period that have no usable count."""
        return [month for month in period.months if month not in self.by_month]

    def counts(self, period: Period) -> Counts:
        """Counts of a period without gaps, oldest first."""
        return np.array([self.by_month[month].count for month in period.months], dtype=np.float64)

    def run_back(self, last: Month, since: Month | None) -> Period:
        """Longest unbroken run of months that ends in `last` and does not begin before `since`."""
        first = last
        while first - 1 in self.by_month and (since is None or first - 1 >= since):
            first -= 1
        return Period(first, last)


def assess_offences(case: Case) -> list[Assessment]:
    """Judge the two lines of a measure of monthly counts: against the baseline, and the control chart."""
    series = Series.of(case)
    if not series.by_month:
        main = case.without_data("There are no monthly counts.")
        return [main, _chart_line(case, (Rag.NA, main.reason), Evidence(missing=main.evidence.missing))]
    return [_against_baseline(case, series), _control_chart(case, series)]


def _against_baseline(case: Case, series: Series) -> Assessment:
    settings, latest, baseline = case.settings, case.settings.latest, case.settings.baseline
    months = [series.by_month[month] for month in latest.months if month in series.by_month]
    dates = [item.as_at for item in months if item.as_at]
    evidence = Evidence(
        period=str(latest),
        baseline_name=settings.baseline_name,
        baseline=None if series.missing(baseline) else float(series.counts(baseline).sum()),
        latest=None if series.missing(latest) else float(series.counts(latest).sum()),
        as_at=max(dates) if dates else last_day(latest.last),
    )
    caveats: list[tuple[Caveat, str]] = []
    if provisional := sum(item.provisional for item in months):
        caveats.append((Caveat.PROVISIONAL, str(provisional)))
    if stopped := _cannot_compare(case, series, evidence):
        return case.judged(Rag.NA, stopped[0], stopped[1], caveats)

    tested, improved = _test_change(case, series, evidence, caveats)
    threshold = (evidence.baseline or 0.0) * (1 + case.measure.target_change / 100)
    if settings.target <= latest.last:
        return _at_target(case, series, tested, threshold, caveats)
    trends, achieves = _project(case, series, threshold, caveats)
    verdict = rules.offences(improved=improved, achieves=achieves, unsustained=Rag(settings.improved_not_sustained))
    if evidence.baseline == 0 and evidence.latest == 0:
        verdict = Rag.AMBER, Reason.NO_CHANGE_FROM_ZERO
    judged = case.judged(*verdict, tested, caveats)
    return judged.with_evidence(
        trends=trends,
        trends_needed=settings.trend_rule.value,
        threshold=threshold,
        reading=f"{tested.reading} Trends: {settings.trend_rule} of four must reach the target "
        f"({PRINTED if settings.trend_rule is TrendRule.ANY else CHOICE}); which four is {CHOICE}.",
        missing="" if trends else "Each trend needs at least 24 unbroken months up to the period end.",
    )


def _cannot_compare(case: Case, series: Series, evidence: Evidence) -> tuple[Reason, Evidence] | None:
    """Say why the two years cannot be compared, if they cannot."""
    latest, baseline = case.settings.latest, case.settings.baseline
    reason, missing = None, ""
    if gaps := series.missing(latest):
        reason = Reason.TOO_SHORT if min(series.by_month) > latest.first else Reason.INSUFFICIENT_DATA
        missing = f"No complete count for {name_months(gaps)}."
    elif latest.overlaps(baseline):
        reason = Reason.OVERLAP
        missing = f"The twelve months share months with the baseline year {case.settings.baseline_name}."
    elif gaps := series.missing(baseline):
        reason, missing = (
            Reason.NO_BASELINE,
            f"In the baseline year there is no complete count for {name_months(gaps)}.",
        )
    elif broken := case.broken(baseline.first, latest.last):
        reason, missing = Reason.BREAK, f"Recording changed in {month_name(broken)}."
    if reason is None:
        return None
    return reason, Evidence(
        period=evidence.period,
        baseline_name=evidence.baseline_name,
        baseline=evidence.baseline,
        latest=evidence.latest,
        as_at=evidence.as_at,
        missing=missing,
    )


def _test_change(
    case: Case, series: Series, evidence: Evidence, caveats: list[tuple[Caveat, str]]
) -> tuple[Evidence, bool]:
    """Test the latest twelve months against the baseline year; gives the evidence and whether it is an improvement."""
    settings, direction = case.settings, case.measure.direction
    before, now = series.counts(settings.baseline), series.counts(settings.latest)
    now = np.roll(now, (settings.latest.first - settings.baseline.first) % 12)  # the same calendar month side by side
    history = series.run_back(settings.latest.last, case.breaks[-1] if case.breaks else None)
    years = history.length // 12
    rho: float | None = None
    if years >= 3:
        rho = float(change.autocorrelation(series.counts(history)[-12 * years :].reshape(years, 12)))
        effect = float(change.design_effect(rho))
    else:
        effect = float(change.design_effect_two_years(before, now))
    result = change.year_change(before, now, design_effect=effect, z=settings.z)
    ratio, lower, upper = float(result.ratio), float(result.lower), float(result.upper)
    verdict = rules.change(lower, upper, 1.0, Direction.DOWN if direction is Direction.NONE else direction)[0]
    p, method = float(result.p), result.method
    total_before, total_now = float(result.baseline_total), float(result.latest_total)
    if max(total_before, total_now) < BOTH_SMALL:
        p, method = float(change.e_test(total_before, 1.0, total_now, 1.0)), "E-test"
        caveats.append((Caveat.SMALL_NUMBERS, f"{total_before:.0f} and {total_now:.0f} a year"))
        better = (total_now < total_before) is (direction is not Direction.UP)
        verdict = Rag.AMBER if p >= change.two_sided_level(settings.z) else Rag.GREEN if better else Rag.RED
    if verdict is Rag.RED:
        caveats.append((Caveat.WORSE_NOW, ""))
    tested = Evidence(
        period=evidence.period,
        baseline_name=evidence.baseline_name,
        baseline=total_before,
        latest=total_now,
        as_at=evidence.as_at,
        statistic=ratio,
        lower=lower,
        upper=upper,
        p=p,
        phi=float(result.phi),
        rho=rho,
        design_effect=effect,
        method=method,
        reading=f"Change: {method} on the two years month by month ({CHOICE}; the report names no formula).",
        improvement_at=_improvement_at(total_before, ratio, lower, upper, total_now, direction),
    )
    return tested, verdict is Rag.GREEN


def _improvement_at(
    before: float, ratio: float, lower: float, upper: float, now: float, direction: Direction
) -> float | None:
    """Latest total at which the interval would just leave out "no change", with dispersion as it is now.

    The half-width of the log ratio is ``sqrt(c (1/T0 + 1/T1))``; c follows from the interval found.
    """
    if not (before > 0 and now > 0 and lower > 0 and np.isfinite(upper)):
        return None
    spread = (log(upper / lower) / 2) ** 2 / (1 / before + 1 / now)
    sign = 1 if direction is not Direction.UP else -1
    inner, outer = before, before * (0.001 if sign > 0 else 1000.0)
    for _ in range(60):
        middle = sqrt(inner * outer)
        short = sign * log(middle / before) + sqrt(spread * (1 / before + 1 / middle)) > 0
        inner, outer = (middle, outer) if short else (inner, middle)
    return float(np.floor(outer) if sign > 0 else np.ceil(outer))


def _at_target(
    case: Case, series: Series, tested: Evidence, threshold: float, caveats: list[tuple[Caveat, str]]
) -> Assessment:
    """Target date reached: the twelve months to it are known, and the verdict stays as it was then."""
    at_target = Period(case.settings.target - 11, case.settings.target)
    if gaps := series.missing(at_target):
        judged = case.judged(Rag.NA, Reason.INSUFFICIENT_DATA, tested, caveats)
        return judged.with_evidence(missing=f"No complete count for {name_months(gaps)}.")
    actual = float(series.counts(at_target).sum())
    met = _reaches(actual, threshold, case.measure.direction)
    judged = case.judged(*rules.target_passed(met=met), tested, caveats)
    return judged.with_evidence(
        threshold=threshold,
        recent=actual,
        reading=f"{tested.reading} The target date has passed: the actual figure takes the place of the trends ({CHOICE}).",
    )


def _reaches(total: float, threshold: float, direction: Direction) -> bool:
    return total > threshold if direction is Direction.UP else total < threshold


def _project(
    case: Case, series: Series, threshold: float, caveats: list[tuple[Caveat, str]]
) -> tuple[tuple[TrendLine, ...], bool | None]:
    """Project every trend that has months enough; says whether the rule (any, majority, all) is met, None if unknown."""
    settings = case.settings
    history = series.run_back(settings.latest.last, case.breaks[-1] if case.breaks else None)
    results = projection.project(
        series.counts(history), months_ahead=settings.target - settings.latest.last, drift=settings.drift, z=settings.z
    )
    trends = tuple(
        TrendLine(
            str(trend.name),
            float(trend.total),
            float(trend.lower),
            float(trend.upper),
            _reaches(float(trend.total), threshold, case.measure.direction),
        )
        for trend in results
        if trend.available
    )
    if not trends:
        return (), None
    if len(trends) < len(results):
        caveats.append((Caveat.TRENDS_SHORT, f"{len(trends)} of {len(results)}"))
    if any(trend.available and trend.floored for trend in results):
        caveats.append((Caveat.TREND_FLOORED, ""))
    agreeing = sum(trend.achieves for trend in trends)
    needed = {TrendRule.ANY: 1, TrendRule.MAJORITY: len(trends) // 2 + 1, TrendRule.ALL: len(trends)}
    return trends, agreeing >= needed[settings.trend_rule]


def _chart_line(
    case: Case, verdict: rules.Verdict, evidence: Evidence, caveats: Sequence[tuple[Caveat, str]] = ()
) -> Assessment:
    return case.judged(
        *verdict, evidence, caveats, kind=LineKind.SPC, suffix=SPC, label=f"Latest {RECENT} months v previous {BEFORE}"
    )


def _control_chart(case: Case, series: Series) -> Assessment:
    settings, last = case.settings, case.settings.latest.last
    window = Period(last - RECENT - BEFORE + 1, last)
    evidence = Evidence(period=f"{month_short(last - RECENT + 1)} to {month_short(last)}")
    if gaps := series.missing(window):
        reason = Reason.TOO_SHORT if min(series.by_month) > window.first else Reason.INSUFFICIENT_DATA
        missing = f"No complete count for {name_months(gaps)}."
        return _chart_line(case, (Rag.NA, reason), Evidence(period=evidence.period, missing=missing))
    if broken := case.broken(window.first, last):
        missing = f"Recording changed in {month_name(broken)}."
        return _chart_line(case, (Rag.NA, Reason.BREAK), Evidence(period=evidence.period, missing=missing))
    counts = series.counts(window)
    direction = Direction.DOWN if case.measure.direction is Direction.NONE else case.measure.direction
    verdicts = {str(basis): _compare(counts, basis, settings.z, direction) for basis in SpcBasis}
    compared, verdict = verdicts[settings.spc_basis]
    caveats: list[tuple[Caveat, str]] = []
    adjusted = _without_season(series, window)
    if adjusted is not None:
        adjusted_compared, adjusted_verdict = _compare(adjusted, settings.spc_basis, settings.z, direction)
        if settings.spc_season is SeasonUse.USE:
            compared, verdict = adjusted_compared, adjusted_verdict
            caveats.append((Caveat.SEASON, "used"))
        else:
            caveats.append((Caveat.SEASON, f"{adjusted_verdict[0]}|{float(adjusted_compared.recent_mean):.1f}"))
    centre, sd = float(compared.baseline_mean), float(compared.sd)
    small = centre < settings.small_months
    if small or sd == 0:
        verdict = Rag.AMBER, Reason.SMALL_NUMBERS
    elif len({verdicts[basis][1][0] for basis in (SpcBasis.POINTS, SpcBasis.MEAN)}) > 1:
        caveats.append((Caveat.READING_MATTERS, ""))
    if float(compared.lower) <= 0 and not small:
        caveats.append((Caveat.NO_LOWER_LINE, ""))
    return _chart_line(
        case,
        verdict,
        Evidence(
            period=evidence.period,
            baseline=centre,
            baseline_name=f"{month_short(window.first)} to {month_short(last - RECENT)}",
            latest=float(compared.recent_mean),
            centre=centre,
            statistic=float(compared.recent_mean),
            lower=float(compared.lower),
            upper=float(compared.upper),
            p=_finite(float(compared.p)),
            method=str(settings.spc_basis),
            reading=_spc_reading(settings.spc_basis),
            last_year=float(counts[:RECENT].mean()),
            as_at=series.by_month[last].as_at or first_day(last + 1),
            other_verdicts=tuple(
                (name, str(other[1][0])) for name, other in verdicts.items() if name != settings.spc_basis
            ),
        ),
        caveats,
    )


def _compare(
    counts: Counts, basis: SpcBasis | str, z: float, direction: Direction
) -> tuple[control.BlockComparison, rules.Verdict]:
    compared = control.compare_blocks(counts[:BEFORE], counts[BEFORE:], basis=str(basis), z=z)
    where = rules.side(float(compared.recent_mean), float(compared.lower), float(compared.upper))
    return compared, rules.lines(where, direction)


def _without_season(series: Series, window: Period) -> Counts | None:
    """Counts of the window with the season taken out, or None when no season can be told.

    The factors come from the months before the six that are judged.
    """
    before = window.last - RECENT
    history = series.run_back(before, None)
    if history.length < SEASON_MONTHS:
        return None
    counts, first_month = series.counts(history), history.first % 12
    tested = season.season_test(counts, first_month)
    if not float(tested.p) < 0.05:
        return None
    factors = season.month_factors(counts, first_month)
    return np.asarray(season.deseasonalise(series.counts(window), window.first % 12, factors), dtype=np.float64)


def _spc_reading(basis: SpcBasis) -> str:
    match basis:
        case SpcBasis.POINTS:
            return f"Lines for single months, mean ± z × SD ({PRINTED}); about a 99.8 % line for an average of six."
        case SpcBasis.MEAN:
            return f"Lines for the average of six, an exact 95 % comparison ({CHOICE})."
        case SpcBasis.XMR:
            return f"Lines for single months from the average moving range ({CHOICE})."


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
