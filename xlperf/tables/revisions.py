"""Figures that differ from those published for an earlier period: the latest of then, and what it
was compared with.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlperf.periods import Period, day_name, month_of
from xlperf.tables import schema
from xlperf.tables.comparison import compared_periods
from xlperf.tables.measure_kinds import KINDS, FigureForm
from xlperf.tables.mixes import mix_of, share_at
from xlperf.tables.month_checks import complete
from xlperf.tables.problems import Code, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlperf.config import Settings
    from xlperf.tables.data import Measure, PastLine, SurveyResult, Tables


def check_revisions(tables: Tables, settings: Settings) -> Iterator[Problem]:
    """Compare with the newest earlier period in History.

    The row of the period itself is left aside: a refresh replaces it, and a second refresh must
    find the same.
    """
    newest: dict[str, PastLine] = {}
    for past in tables.history:
        line = past.line.lower()
        if past.period_end < settings.period_end and (
            line not in newest or past.period_end > newest[line].period_end
        ):  # fmt: skip
            newest[line] = past
    for measure in tables.measures:
        earlier = newest.get(measure.name.lower())
        if earlier is None:
            continue
        periods = compared_periods(measure, replace(settings, period_end=earlier.period_end))
        compared = (
            ("Baseline", "baseline", earlier.baseline, periods.against),
            ("Latest", "latest figure", earlier.latest, periods.latest),
        )
        for title, name, published, period in compared:
            now = None if period is None else _figure(measure, tables, period, settings)
            if (
                now is None
                or published is None
                or not _revised(published, now, settings.revision_limit)
            ):
                continue
            yield earlier.row.problem(
                Severity.WARNING,
                Code.REVISED,
                title,
                f"The {name} of {measure.name} was {_figure_text(published, measure)} when"
                f" {day_name(earlier.period_end)} was refreshed; it is"
                f" {_figure_text(now, measure)} now.",
                "If the figures were revised, say so in Comments; otherwise look for the row that"
                " was changed.",
                measure.name,
                months=period,
            )


def _figure(measure: Measure, tables: Tables, period: Period, settings: Settings) -> float | None:
    """Figure of a measure for a period, from today's data; None when it has none for it."""
    table = KINDS[measure.kind].table
    if table is schema.MONTHLY:
        series = tables.monthly.get(measure.name, {})
        counts = [
            series[month].count
            for month in period.months
            if month in series and complete(series[month])
        ]
        return sum(counts) if len(counts) == period.length else None
    if table is schema.SURVEYS:
        by_month = {
            month_of(result.period_end): result
            for result in reversed(tables.surveys.get(measure.name, ()))
        }
        result, baseline = by_month.get(period.last), by_month.get(settings.baseline.last)
        return None if result is None else _share_shown(result, baseline, settings)
    totals = tables.totals.get(measure.name, ())
    return next((total.count for total in totals if total.period == period), None)


def _share_shown(
    result: SurveyResult, baseline: SurveyResult | None, settings: Settings
) -> float | None:
    """Share as a line shows it: of parts at the mix they are compared at, where there is one."""
    if baseline is None or not result.parts:
        return result.proportion
    mix = mix_of(baseline, result, settings.baseline_name)
    if isinstance(mix, str):
        return result.proportion
    return share_at(mix, [result.parts[place] for place in mix.order])


def _revised(published: float, now: float, limit: float) -> bool:
    """Whether two figures differ by more than `limit` per cent of the published; from 0: at all."""
    return abs(now - published) * 100 > limit * abs(published)


def _figure_text(figure: float, measure: Measure) -> str:
    return (
        f"{100 * figure:.1f}%" if KINDS[measure.kind].form is FigureForm.SHARE else f"{figure:,.0f}"
    )
