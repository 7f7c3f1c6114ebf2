"""Functions of percentages of a survey."""

from __future__ import annotations

from xlperf.assessment.evidence import ShareDifference, Survey
from xlperf.assessment.surveys import assess_survey
from xlperf.errors import FunctionError
from xlperf.functions.arguments import (
    Better,
    better_direction,
    design_effect_of,
    like_setting,
    one,
    percentage,
    respondents,
    whole,
)
from xlperf.functions.cases import (
    BASELINE,
    LATEST,
    evidence_of,
    make_case,
    make_measure,
    make_settings,
)
from xlperf.functions.result_types import ShareInterval, SurveyChange
from xlperf.periods import last_day
from xlperf.stats import intervals
from xlperf.stats.defaults import Z
from xlperf.tables.coercion import stripped
from xlperf.tables.data import SurveyResult
from xlperf.tables.measure_kinds import MeasureKind
from xlperf.tables.rows import NOWHERE


def survey(
    baseline_percent: float | str,
    baseline_n: int,
    latest_percent: float | str,
    latest_n: int,
    design_effect: float = 1.0,
    direction: Better = "up",
    z: float = Z,
) -> SurveyChange:
    """Judge a percentage of a survey against that of the baseline year (rule 4).

    Parameters
    ----------
    baseline_percent
        Percentage of the baseline year, as 84.2: 100 times the cell if it is formatted as %.
    baseline_n
        How many answered then.
    latest_percent
        Latest percentage, as 83.4.
    latest_n
        How many answered.
    design_effect
        Variance relative to simple random sampling.
    direction
        Which way is better: down or up.
    z
        Width in standard deviations.

    Returns
    -------
    SurveyChange
        GREEN: better with 95% confidence at z = 1.96; RED: worse; AMBER: no evidence either way, or
        a survey so small that its margin can exceed 10 points.

    Raises
    ------
    FunctionError
        An argument cannot be used; a percentage of 1 or less must have its sign, as "0.8%".

    Examples
    --------
    >>> change = survey(84.2, 410, 83.4, 395)
    >>> change.verdict, round(change.difference, 1), round(change.lower, 1), round(change.upper, 1)
    ('AMBER', -0.8, -5.9, 4.3)
    """
    surveys = (("baseline", baseline_percent, baseline_n), ("latest", latest_percent, latest_n))
    results = []
    for (name, share, n), period in zip(surveys, (BASELINE, LATEST), strict=True):
        asked, percent = respondents(f"{name}_n", n), percentage(f"{name}_percent", share)
        day = last_day(period.last)
        results.append(SurveyResult(day, asked, None, percent, None, None, NOWHERE))
    better, effect = better_direction(direction), design_effect_of(design_effect)
    measure = make_measure(MeasureKind.SURVEY, better, effect=effect)
    settings = make_settings(z=like_setting("z", z))
    line = assess_survey(make_case(measure, settings, surveys=tuple(results)))
    result = evidence_of(line, Survey).result
    points = result if isinstance(result, ShareDifference) else None
    smaller = min(result.n or 0 for result in results) / effect
    return SurveyChange(
        colour=line.rag,
        reason=line.reason,
        missing=line.missing,
        difference=points and 100 * points.estimate,
        lower=points and 100 * points.limits.lower,
        upper=points and 100 * points.limits.upper,
        margin=100 * float(intervals.worst_margin(smaller, z=settings.z)),
    )


def wilson(percent: float | str, n: int, design_effect: float = 1.0, z: float = Z) -> ShareInterval:
    """Give Wilson's interval of a percentage.

    Parameters
    ----------
    percent
        The percentage, as 90.6.
    n
        How many answered.
    design_effect
        Variance relative to simple random sampling.
    z
        Width in standard deviations.

    Returns
    -------
    ShareInterval
        Its limits, in per cent.

    Raises
    ------
    FunctionError
        An argument cannot be used; a percentage of 1 or less must have its sign, as "0.8%".

    Examples
    --------
    >>> wilson(90.625, 32)
    ShareInterval(percent=90.625, lower=75.7815, upper=96.7599)
    """
    share = percentage("percent", percent)
    effective = respondents("n", n) / design_effect_of(design_effect)
    interval = intervals.wilson(share / 100 * effective, effective, z=like_setting("z", z))
    return ShareInterval(
        percent=share, lower=100 * float(interval.lower), upper=100 * float(interval.upper)
    )


def margin(n: int, design_effect: float = 1.0, z: float = Z) -> float:
    """Give the largest margin that a percentage of n answers can have, in points.

    Parameters
    ----------
    n
        How many answered.
    design_effect
        Variance relative to simple random sampling.
    z
        Width in standard deviations.

    Raises
    ------
    FunctionError
        An argument cannot be used.

    Examples
    --------
    >>> round(margin(32), 1)
    17.3
    """
    effective = respondents("n", n) / design_effect_of(design_effect)
    return 100 * float(intervals.worst_margin(effective, z=like_setting("z", z)))


def attainable(percent: float | str, n: int, decimals: int | None = None) -> bool:
    """Say whether a whole number of n gives a percentage, rounded as it is printed.

    Parameters
    ----------
    percent
        The percentage, as printed.
    n
        How many answered.
    decimals
        Decimals it is printed with: 1 for 90.0. Left out: as given.

    Raises
    ------
    FunctionError
        An argument cannot be used, or the percentage has more decimals than that.

    Examples
    --------
    >>> attainable(37.5, 65), attainable(37.5, 64), attainable(90, 105), attainable(90, 105, 1)
    (False, True, True, False)
    """
    size = respondents("n", n)
    share = percentage("percent", percent)
    cell = one("percent", percent)
    as_typed = ""
    if isinstance(cell, str):
        as_typed = stripped(cell).removesuffix("%").strip().replace("\u2212", "-")
    printed = as_typed or intervals.printed_percent(share)
    digits = printed.partition(".")[2]
    places = len(digits) if decimals is None else whole("decimals", decimals, least=0, most=6)
    if len(digits.rstrip("0")) > places:
        raise FunctionError(
            f"percent is {printed}, which has more than {places} decimals. Give the percentage as"
            " printed."
        )
    return bool(intervals.attainable(printed, size, places))
