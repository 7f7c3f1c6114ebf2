"""Charts that carry the judgement of a line: what decides its colour, and where the figure lies.

For those who may see every figure: the office, its sheet Charts, its explanations. What leaves the
office draws `xlperf.assessment.charts`, where disclosure knows which figures each chart reveals; a
six-month average or a trend would reveal more.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, TypeAlias

import numpy as np

from xlperf.assessment.chart import BEFORE, RECENT
from xlperf.assessment.charts import GroupChart
from xlperf.assessment.evidence import AtTarget, Blocks, Limits, Offences, Position, Projection
from xlperf.assessment.positions import newest_group, standard_errors
from xlperf.assessment.rag import Reason
from xlperf.assessment.surveys import survey_points
from xlperf.assessment.targets import target_level
from xlperf.config import SpcBasis
from xlperf.frozen import NamedTuple, frozen
from xlperf.periods import Period
from xlperf.stats import control, horizon, projection
from xlperf.stats.rounding import as_written
from xlperf.tables.data import Direction
from xlperf.tables.measure_kinds import FORMS, Comparison, FigureForm, LineKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlperf.assessment.basis import Basis, Case
    from xlperf.assessment.evidence import Assessment, GroupPlace
    from xlperf.assessment.monthly_counts import MonthlyCounts
    from xlperf.assessment.surveys import SurveyPoint
    from xlperf.periods import Month
    from xlperf.stats.projection import TrendName

    Levels: TypeAlias = tuple[float | None, ...]
    """One value a month; None where there is none."""

SPC_MONTHS = 36
"""Months of a control chart: three years, for a season seen twice before those judged."""
LIMITS_MONTHS = BEFORE + RECENT
"""Months that the limits are drawn over: those they come from, and those compared with them."""
WAY_HISTORY, MOST_HISTORY = 24, 72
"""Months of twelve-month totals before the latest on the way to a target, at least and at most."""
MOST_RESULTS = 12
"""Results of a survey that are drawn."""


class SignalRule(StrEnum):
    """Patterns that chance alone seldom makes, the clearest first (`stats.control.run_rules`)."""

    OUTSIDE = "outside"
    SHIFT = "shift"
    TREND = "trend"
    TWO_OF_THREE = "two_of_three"


class MonthSignal(NamedTuple):
    """Why a month stands out."""

    rule: SignalRule
    above: bool
    """Above, or rising; else below, or falling."""

    def better(self, direction: Direction) -> bool | None:
        """Whether that is the better way; None where no way is better."""
        return None if direction is Direction.NONE else self.above == (direction is Direction.UP)


@frozen
class CountsChart:
    """Control chart of monthly counts, up to the period end, oldest month first.

    All that is of months has one entry for each of `months`.
    """

    kind: ClassVar = LineKind.SPC
    measure: str
    direction: Direction
    months: tuple[Month, ...]
    """From the first that is known on; 18 at least, 36 at most."""
    counts: Levels
    provisional: tuple[bool, ...]
    """Whether the count may still change."""
    average: Levels
    """Of six months to each, none of them missing, recording the same in all."""
    centre: float | None
    """Mean of the twelve months before the latest six; None, and so are the limits, where the chart
    is not judged.
    """
    limits: Limits | None
    """That the mean of the latest six is compared with."""
    reading: SpcBasis
    """How the limits are made. Those of `POINTS` and `XMR` are of single months, the others of an
    average of six.
    """
    deseasonalised: bool
    """Whether the season is taken out of centre and limits; counts and average are as counted."""
    baseline: float | None
    """Average a month of the baseline year; None where it is not known, or does not compare."""
    signals: tuple[MonthSignal | None, ...]
    """Of the months that the limits are drawn over. Months are not compared with limits of averages
    or limits without season, and means below the smallest have no signals.
    """
    breaks: tuple[Month, ...]
    """First months of a new way of recording, those drawn."""

    @property
    def limits_from(self) -> int:
        """Place of the first month that the limits are drawn over."""
        return len(self.months) - LIMITS_MONTHS

    @classmethod
    def of(cls, case: Case, line: Assessment) -> CountsChart:
        """Draw the line of a control chart."""
        last, series = case.settings.latest.last, case.series
        first = min(series.by_month, default=last)
        shown = Period(min(max(first, last - SPC_MONTHS + 1), last - LIMITS_MONTHS + 1), last)
        judged = line.evidence if isinstance(line.evidence, Blocks) else None
        counts = _counts(series, shown)
        by_month = series.by_month
        return cls(
            case.measure.name,
            line.direction,
            tuple(shown.months),
            counts,
            tuple(m in by_month and by_month[m].provisional for m in shown.months),
            tuple(_average(series, month) for month in shown.months),
            as_written(judged.centre) if judged else None,
            _written(judged.limits) if judged else None,
            case.settings.spc_basis,
            judged.deseasonalised if judged else False,
            _baseline_average(case),
            _signals(counts, judged, line.reason, case.settings.spc_basis),
            tuple(month for month in case.breaks if month in shown.months),
        )


def _counts(series: MonthlyCounts, period: Period) -> Levels:
    known = series.by_month
    return tuple(known[m].count if m in known else None for m in period.months)


def _written(limits: Limits) -> Limits | None:
    lower, upper = as_written(limits.lower), as_written(limits.upper)
    return None if lower is None or upper is None else Limits(lower, upper)


def _sum_to(series: MonthlyCounts, month: Month, length: int) -> float | None:
    """Total of so many months to a month; None where one is missing, or recording changed."""
    period = Period(month - length + 1, month)
    if any(period.first < changed <= month for changed in series.breaks):
        return None
    return series.total(period)


def _average(series: MonthlyCounts, month: Month) -> float | None:
    total = _sum_to(series, month, RECENT)
    return None if total is None else as_written(total / RECENT)


def _baseline_total(case: Case) -> float | None:
    """Total of the baseline year, where that is compared with, and recording is the same."""
    settings, baseline = case.settings, case.settings.baseline
    if case.measure.compared is not Comparison.BASELINE:
        return None
    if case.broken(baseline.first, settings.latest.last):
        return None
    return case.series.total(baseline)


def _baseline_average(case: Case) -> float | None:
    total = _baseline_total(case)
    return None if total is None else as_written(total / case.settings.baseline.length)


def _signals(
    counts: Levels, judged: Blocks | None, reason: Reason, reading: SpcBasis
) -> tuple[MonthSignal | None, ...]:
    none = (None,) * len(counts)
    if judged is None or judged.deseasonalised or reason is Reason.SMALL_NUMBERS:
        return none
    months = np.array(counts[-LIMITS_MONTHS:], dtype=np.float64)
    found = control.run_rules(months, judged.centre, *judged.limits)
    rules = [rule for rule in SignalRule if _applies(rule, reading)]

    def signal(place: int) -> MonthSignal | None:
        for rule in rules:
            if mark := getattr(found, rule)[place]:
                return MonthSignal(rule, bool(mark > 0))
        return None

    signals = map(signal, range(LIMITS_MONTHS))
    return (*none[:-LIMITS_MONTHS], *signals)


def _applies(rule: SignalRule, reading: SpcBasis) -> bool:
    """Whether a rule may be asked: limits of an average say nothing of single months."""
    of_months = reading in (SpcBasis.POINTS, SpcBasis.XMR)
    return of_months or rule in (SignalRule.SHIFT, SignalRule.TREND)


# -- the way to the target


class TrendWay(NamedTuple):
    """Totals that a trend gives on the way to the target date."""

    name: TrendName
    totals: Levels
    """One for each month of the chart: from the latest month on, where it begins."""
    achieves: bool
    """Whether the total at the target date reaches the target."""


@frozen
class WayChart:
    """Twelve-month totals to each month, and where they lead until the target date."""

    kind: ClassVar = LineKind.OFFENCES
    measure: str
    direction: Direction
    months: tuple[Month, ...]
    """To the target date, or to the latest month if that is later."""
    latest: Month
    totals: Levels
    """One a month; None after the latest, and where a month of the twelve is missing or recording
    changed within them.
    """
    trends: tuple[TrendWay, ...]
    """Those that decide the colour; none after the target date, or where nothing is judged."""
    lower: Levels
    upper: Levels
    """Range in which the total is to be expected, after the latest month; at it, the total."""
    target_month: Month
    target: float | None
    """Total that the target stands for; None: no way is better, or it is not known."""
    baseline: float | None
    """Total of the baseline year; None: not known, or not to be compared."""
    breaks: tuple[Month, ...]
    """First months of a new way of recording, those drawn."""

    @property
    def achieving(self) -> int:
        """How many trends reach the target."""
        return sum(trend.achieves for trend in self.trends)

    @classmethod
    def of(cls, case: Case, line: Assessment) -> WayChart:
        """Draw the main line of a measure that is compared with the baseline year."""
        settings, series = case.settings, case.series
        latest = settings.latest.last
        begins = min(series.by_month, default=latest) + 11
        first = max(latest - MOST_HISTORY, min(begins, latest - WAY_HISTORY))
        shown = Period(first, max(latest, settings.target))
        totals = tuple(
            _sum_to(series, month, 12) if month <= latest else None for month in shown.months
        )
        before = _baseline_total(case)
        outlook = line.evidence.outlook if isinstance(line.evidence, Offences) else None
        trends, lower, upper = _ahead(case, outlook, totals)
        return cls(
            case.measure.name,
            line.direction,
            tuple(shown.months),
            latest,
            totals,
            trends,
            lower,
            upper,
            settings.target,
            _target(case, outlook, before),
            before,
            tuple(month for month in case.breaks if month in shown.months),
        )


def _target(
    case: Case, outlook: Projection | AtTarget | None, before: float | None
) -> float | None:
    if case.measure.direction is Direction.NONE:
        return None
    if outlook is not None:
        return as_written(outlook.threshold)
    return None if before is None else as_written(target_level(case, before))


def _ahead(
    case: Case, outlook: Projection | AtTarget | None, totals: Levels
) -> tuple[tuple[TrendWay, ...], Levels, Levels]:
    """Trends and range for each month drawn."""
    nothing: Levels = (None,) * len(totals)
    if not isinstance(outlook, Projection) or not outlook.trends:
        return (), nothing, nothing
    settings = case.settings
    latest, ahead = settings.latest.last, settings.target - settings.latest.last
    counts = case.series.counts(case.series.run_back(latest))
    known = len(totals) - ahead
    start = (*nothing[: known - 1], totals[known - 1])
    trends = []
    for trend in outlook.trends:
        path = projection.trend_path(trend.name, counts, months_ahead=ahead)
        if path is not None:
            way = (*start, *map(as_written, path))
            trends.append(TrendWay(trend.name, way, trend.achieves))
    if outlook.outlook is None:
        return tuple(trends), nothing, nothing
    fan = horizon.outlook_path(counts, months_ahead=ahead, drift=settings.drift, z=settings.z)
    lower = (*start, *(as_written(item.lower) for item in fan))
    return tuple(trends), lower, (*start, *(as_written(item.upper) for item in fan))


# -- surveys and groups


@frozen
class SurveyChart:
    """Results of a survey, or of another share, with their ranges, oldest first."""

    kind: ClassVar = LineKind.SURVEY
    measure: str
    direction: Direction
    points: tuple[SurveyPoint, ...]
    """Shares, 0 to 1."""
    baseline: float | None
    """Share of the baseline year; None where it is not known, or not to be compared."""

    @classmethod
    def of(cls, case: Case, line: Assessment) -> SurveyChart:
        """Draw the main line of a survey."""
        baseline = line.figures.baseline
        return cls(
            case.measure.name,
            line.direction,
            survey_points(case)[-MOST_RESULTS:],
            None if baseline is None else float(baseline),
        )


@frozen
class PlaceChart:
    """Figures of the group, best first, with what its position says."""

    kind: ClassVar = LineKind.POSITION
    group: GroupChart
    direction: Direction
    centre: float | None
    """Mean of the group, in its unit; None, as the limits are, where the group has none."""
    place: GroupPlace | None
    """Rank of the own force, with its likely range; None where it has none."""
    ranges: tuple[Limits | None, ...]
    """Of each figure, in its unit; None where it is not known how much it varies."""

    @property
    def measure(self) -> str:
        """Name of the measure."""
        return self.group.measure

    @property
    def from_zero(self) -> bool:
        """Whether bars show it; else dots with ranges: 0 says nothing beside percentages."""
        return self.group.unit != FORMS[FigureForm.SHARE].axis

    @classmethod
    def of(cls, case: Case, line: Assessment) -> PlaceChart:
        """Draw the position of a measure in its group."""
        group = GroupChart.of(case, line)
        judged = line.evidence if isinstance(line.evidence, Position) else None
        scale = FORMS[line.evidence.form].scale
        limits = judged.lines if judged else None
        return cls(
            group,
            line.direction,
            as_written(limits.centre * scale) if limits else None,
            judged.place if judged else None,
            _ranges(case, group, scale, limits.spread if limits else None),
        )


def _ranges(
    case: Case, group: GroupChart, scale: int, own_spread: float | None
) -> tuple[Limits | None, ...]:
    figures = newest_group(case)
    errors = standard_errors(case, figures, own_spread)
    if errors is None:
        return (None,) * len(group.forces)
    most = 100.0 if scale == FORMS[FigureForm.SHARE].scale else np.inf
    found = {}
    for figure, error in zip(figures, errors, strict=True):
        middle, half = figure.rate * scale, case.settings.z * float(error) * scale
        found[figure.force] = _written(Limits(max(middle - half, 0.0), min(middle + half, most)))
    return tuple(found.get(force) for force in group.forces)


JudgementChart: TypeAlias = CountsChart | WayChart | SurveyChart | PlaceChart


def judgement_chart(line: Assessment, basis: Basis) -> JudgementChart | None:
    """Draw a line; None where its kind has no chart. `basis` must be what it was judged by."""
    case = basis.case(line.measure.name)
    match line.kind:
        case LineKind.SPC:
            return CountsChart.of(case, line)
        case LineKind.POSITION:
            return PlaceChart.of(case, line)
        case LineKind.SURVEY:
            return SurveyChart.of(case, line)
        case _ if case.kind.monthly and case.measure.compared is Comparison.BASELINE:
            return WayChart.of(case, line)
    return None


def judgement_charts(lines: Iterable[Assessment], basis: Basis) -> tuple[JudgementChart, ...]:
    """Draw every line that has a chart, in order."""
    drawn = (judgement_chart(line, basis) for line in lines)
    return tuple(chart for chart in drawn if chart is not None)
