"""Functions that compare a period with a baseline year."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from xlperf.assessment.evidence import ChangeFinding, ChangeTest, Offences, Total
from xlperf.assessment.evidence_parts import projection_of
from xlperf.assessment.offences import assess_offences
from xlperf.assessment.totals import assess_total
from xlperf.config import TotalsVariation, TrendRule
from xlperf.errors import FunctionError
from xlperf.functions.arguments import (
    Better,
    Cells,
    better_direction,
    choice,
    count,
    counts,
    day,
    how_many,
    like_setting,
    month,
    number,
    one,
    series,
    text,
    whole,
)
from xlperf.functions.cases import (
    BASELINE,
    LATEST,
    evidence_of,
    make_case,
    make_measure,
    make_months,
    make_settings,
)
from xlperf.functions.labels import label_months, labels, require_same_labels
from xlperf.functions.result_types import ChangeResult, OffencesResult, TrendResult
from xlperf.periods import Period, financial_year, last_day, month_name, month_of
from xlperf.stats.defaults import Z
from xlperf.stats.projection import TrendName
from xlperf.tables.coercion import is_blank, quoted
from xlperf.tables.data import MonthCount, PeriodTotal
from xlperf.tables.measure_kinds import MeasureKind
from xlperf.tables.records import target_fault
from xlperf.tables.rows import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from xlperf.assessment.basis import Case
    from xlperf.assessment.evidence import Assessment, Projection
    from xlperf.excel.port import Scalar
    from xlperf.functions.arguments import NumberSeries
    from xlperf.periods import Month


def change(
    baseline: Cells,
    latest: Cells,
    direction: Better = "down",
    z: float = Z,
    before: Cells | None = None,
    between: Cells | None = None,
) -> ChangeResult:
    """Compare twelve months with the twelve of a baseline year.

    Parameters
    ----------
    baseline
        Twelve monthly counts of the baseline year, oldest first; or one total, which is taken to
        vary as other totals of its size do.
    latest
        Twelve monthly counts of the latest year, of the same months as the baseline year unless
        `between` is given; or one total.

        For a total of fewer than twelve months there is `total`.
    direction
        Which way is better: down or up.
    z
        Width in standard deviations.
    before
        Monthly counts up to the month before the baseline year. Left out: not known.
    between
        Monthly counts between the two years. Left out: not known.

    Returns
    -------
    ChangeResult
        The ratio of the totals with its limits, the two-sided p, and better, worse or neither. No
        ratio where the baseline year has none.

    Raises
    ------
    FunctionError
        An argument cannot be used.

    Notes
    -----
    A line of a tile uses every month known since recording last changed: they say how much months
    vary, how alike neighbours are, and what is season. Given the same months in `before` and
    `between`, the answer is that of the tile. From the two years alone less is known: limits are
    wider as a rule, and of 100 unchanged series whose months are much alike 9 are found changed
    where 5 should be. Without `between` the months between the two years are not known: as many as
    their dates say, or a year of them where they have no dates.

    Examples
    --------
    >>> change([100] * 12, [80] * 12)
    ChangeResult(finding=BETTER, ratio=0.8, lower=0.715442, upper=0.895909, p=0.00671918)
    """
    then, now = counts("baseline", baseline), counts("latest", latest)
    if len(then.numbers) == len(now.numbers) == 1:
        for name, cells in (("before", before), ("between", between)):
            if cells is not None:
                raise FunctionError(
                    f"{name} is for months, and baseline and latest are totals. Leave {name} out,"
                    " or give the months of both years."
                )
        return total(then.numbers[0], now.numbers[0], direction=direction, z=z)
    for name, year in (("baseline", then), ("latest", now)):
        if len(year.numbers) != 12:
            raise FunctionError(
                f"{name} has {how_many(year.numbers)}. Give twelve months, or one total in both."
            )
    older = None if before is None else counts("before", before)
    gap = None if between is None else counts("between", between)
    if older is not None:
        _require_next("before", older, "baseline", then)
    if gap is None:
        apart = _months_apart(then, now)
    else:
        apart = len(gap.numbers)
        _require_next("baseline", then, "between", gap)
        _require_next("between", gap, "latest", now)
        _require_next("baseline", then, "latest", now, len(gap.numbers))
    last = BASELINE.last + 12 + apart
    months = {
        **make_months(older.numbers if older else [], BASELINE.first - 1),
        **make_months(then.numbers, BASELINE.last),
        **make_months(gap.numbers if gap else [], last - 12),
        **make_months(now.numbers, last),
    }
    settings = make_settings(period_end=last_day(last), target=last + 12, z=like_setting("z", z))
    measure = make_measure(MeasureKind.OFFENCES, better_direction(direction))
    line = assess_offences(make_case(measure, settings, months=months))[0]
    return _change(evidence_of(line, Offences).test)


def _months_apart(before: NumberSeries, now: NumberSeries) -> int:
    """Number of months between two years: from their dates, or a year where they have none.
    Refuses two years whose dates show that they do not compare.
    """
    for earlier, later in zip(_dates(before)[:1], _dates(now)[:1], strict=False):
        if later <= earlier or (later - earlier) % 12:
            raise FunctionError(
                f"latest begins in {month_name(later)}, and baseline in {month_name(earlier)}. Give"
                " the same months of a later year."
            )
        return later - earlier - 12
    return 12


def _require_next(
    name: str, earlier: NumberSeries, other: str, later: NumberSeries, between: int = 0
) -> None:
    """Refuse two rows of months whose dates show that not so many months lie between them."""
    for end, begin in zip(_dates(earlier)[-1:], _dates(later)[:1], strict=False):
        if begin - end - 1 != between:
            raise FunctionError(
                f"{name} ends in {month_name(end)}, and {other} begins in {month_name(begin)}. Give"
                " every month between them once."
            )


def _dates(year: NumberSeries) -> Sequence[Month]:
    """Months of the figures, without those of blank cells around them."""
    return year.months[year.first : year.first + len(year.numbers)]


def _change(test: ChangeTest | None) -> ChangeResult:
    if test is None:
        raise FunctionError("The two years cannot be compared.")
    return ChangeResult(
        finding=test.finding or ChangeFinding.NEITHER,
        ratio=test.ratio,
        lower=test.limits and test.limits.lower,
        upper=test.limits and test.limits.upper,
        p=test.p,
    )


def total(
    baseline: float,
    latest: float,
    months: int = 12,
    direction: Better = "down",
    dispersion: float | None = None,
    z: float = Z,
) -> ChangeResult:
    """Compare a period's total with that of a baseline year, when there are no months.

    Parameters
    ----------
    baseline
        Total of twelve months.
    latest
        Total of `months` months, as it was counted, not annualised.
    months
        Months that the latest total is of, 1 to 12.
    direction
        Which way is better: down or up.
    dispersion
        How much more than Poisson the counts are taken to vary. Left out: as other totals of their
        size do.
    z
        Width in standard deviations.

    Returns
    -------
    ChangeResult
        The ratio of the yearly rates with its limits, the two-sided p, and better, worse or
        neither.

    Raises
    ------
    FunctionError
        An argument cannot be used.

    Examples
    --------
    >>> year = total(372, 97)
    >>> year.finding, year.colour
    (<ChangeFinding.BETTER: 'better'>, <Rag.GREEN: 'GREEN'>)
    """
    length = whole("months", months, least=1, most=12)
    totals = [
        count(name, one(name, value))
        for name, value in (("baseline", baseline), ("latest", latest))
    ]
    settings = make_settings(z=like_setting("z", z))
    if dispersion is not None:
        varies = like_setting("dispersion", dispersion, "assumed_dispersion")
        assumed = TotalsVariation.ASSUMED
        settings = replace(settings, totals_variation=assumed, assumed_dispersion=varies)
    periods = (BASELINE, Period(LATEST.last - length + 1, LATEST.last))
    rows = tuple(
        PeriodTotal(period, number, None, NOWHERE)
        for period, number in zip(periods, totals, strict=True)
    )
    measure = make_measure(MeasureKind.TOTAL, better_direction(direction))
    return _change(evidence_of(assess_total(make_case(measure, settings, totals=rows)), Total).test)


def offences(
    months: Cells,
    counts: Cells,
    baseline: str,
    target: date | str,
    direction: Better = "down",
    target_change: float = 0.0,
    rule: Literal["any", "majority", "all"] = "any",
) -> OffencesResult:
    """Judge the latest twelve months against a baseline year and a target (rule 1).

    Parameters
    ----------
    months
        First day of each month.

        They may be in any order.
    counts
        Count of each month, in the same order; blank if there is none.
    baseline
        Financial year, as 2012/13.
    target
        Last month of the twelve the target is for.
    direction
        Which way is better: down or up.
    target_change
        Change wanted, per cent of the baseline: -10. Left out: any.
    rule
        Trends needed: any, majority or all.

    Returns
    -------
    OffencesResult
        RED, AMBER or GREEN in `colour`; or NA, with why in `verdict`.

    Raises
    ------
    FunctionError
        An argument cannot be used.

    Examples
    --------
    >>> months = [f"{2012 + (3 + i) // 12}-{(3 + i) % 12 + 1}" for i in range(30)]
    >>> result = offences(months, [400] * 12 + [360] * 18, "2012/13", "2017-03")
    >>> result.verdict, result.latest, result.trends_reaching
    ('GREEN', 4320.0, 2)
    >>> offences(months[:11], [400] * 11, "2012/13", "2017-03").verdict
    'NA: There is no complete count for March 2012.'
    """
    case = offences_case(months, counts, baseline, target, direction, target_change, rule)
    return _offences(assess_offences(case)[0])


def offences_case(
    months: Cells,
    counts: Cells,
    baseline: str,
    target: date | str,
    direction: Better,
    target_change: float,
    rule: str,
) -> Case:
    """Read the arguments of `offences` as the case that is judged. Raises `FunctionError`."""
    require_same_labels(months, counts)
    figures = series("counts", counts)
    dates = label_months("counts", labels(counts, len(figures)))
    by_month = _by_month(series("months", months), figures, dates)
    named = text("baseline", baseline)
    try:
        year = financial_year(named)
    except ValueError:
        raise FunctionError(
            f"baseline is {quoted(named)}. Give a financial year as text, such as 2012/13."
        ) from None
    settings = make_settings(
        period_end=last_day(max(by_month)),
        baseline=year,
        target=_target(target, year),
        trend_rule=choice("rule", rule, TrendRule),
    )
    wanted, better = number("target_change", target_change), better_direction(direction)
    fault = target_fault(wanted, better)
    if fault is not None:
        raise FunctionError(" ".join(fault[1:]))
    measure = make_measure(MeasureKind.OFFENCES, better, target=wanted)
    return make_case(measure, settings, months=by_month)


def _target(value: object, baseline: Period) -> Month:
    """Read the month of the target, which must lie after the baseline year."""
    target = month_of(day("target", value))
    if target <= baseline.last:
        raise FunctionError(
            f"target is {month_name(target)}, which is not after the baseline year. Give a later"
            " date."
        )
    return target


def _by_month(
    days: list[Scalar], figures: list[Scalar], dates: Sequence[Month]
) -> dict[Month, MonthCount]:
    """Counts by month. A month whose count is blank is one that has none, as in the data sheet.

    `dates` are those of the labels of the counts, which must be the months too; or none.
    """
    if len(days) != len(figures):
        raise FunctionError(
            f"months has {len(days)} cells and counts {len(figures)}. Give one count a month."
        )
    by_month: dict[Month, MonthCount] = {}
    for place, (day_cell, cell) in enumerate(zip(days, figures, strict=True), 1):
        if is_blank(cell):
            continue
        of = month_of(month(f"months, cell {place}", day_cell))
        if of in by_month:
            raise FunctionError(f"months has {month_name(of)} twice. Give each month once.")
        if dates and dates[place - 1] != of:
            raise FunctionError(
                f"counts has {month_name(dates[place - 1])} where months has {month_name(of)}."
                " Give both in the same order."
            )
        by_month |= make_months([count(f"counts, cell {place}", cell)], of)
    if not by_month:
        raise FunctionError("counts has no value. Give the cells that hold the figures.")
    return by_month


def _offences(line: Assessment) -> OffencesResult:
    known = line.evidence if isinstance(line.evidence, Offences) else None
    outlook = known.outlook if known else None
    projection = projection_of(line.evidence)
    figures = line.figures
    return OffencesResult(
        colour=line.rag,
        reason=line.reason,
        missing=line.missing,
        baseline=None if figures.baseline is None else float(figures.baseline),
        latest=None if figures.latest is None else float(figures.latest),
        change=_change(known.test) if known and known.test else None,
        target_total=outlook.threshold if outlook else None,
        trends=_trends(projection) if projection else (),
        trends_reaching=projection.achieving if projection else 0,
    )


def _trends(projection: Projection) -> tuple[TrendResult, ...]:
    """Give each trend its total, and the one range that holds to the trend it is drawn about."""
    about = {TrendName.YEAR_ON_YEAR: projection.outlook.limits} if projection.outlook else {}
    results = []
    for item in projection.trends:
        lower, upper = about.get(item.name, (None, None))
        results.append(TrendResult(trend=item.name, total=item.total, lower=lower, upper=upper))
    return tuple(results)
