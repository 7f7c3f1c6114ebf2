"""Drafts from patterns in the months of a measure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.assessment import evidence as kinds
from xlperf.assessment.patterns import find_patterns
from xlperf.assessment.rag import Reason
from xlperf.periods import month_name
from xlperf.tables.lines import SPC
from xlperf.tables.measure_kinds import LineKind
from xlperf.tiles.draft_rules import Draft, DraftRule, draft_of, in_brackets, in_months, ratio_range
from xlperf.tiles.figures import number_in_words, rounded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlperf.assessment.basis import Basis
    from xlperf.assessment.evidence import Assessment
    from xlperf.assessment.monthly_counts import MonthlyCounts
    from xlperf.assessment.patterns import MonthsOutside, MonthsTrend, Run, YearBefore
    from xlperf.config import Settings


MONTH_RULES = (DraftRule.RUN, DraftRule.OUTSIDE, DraftRule.TREND, DraftRule.YEAR_BEFORE)


def monthly(lines: Sequence[Assessment]) -> Iterator[Assessment]:
    """Lines of offences whose months may be spoken of: they and their chart show figures."""
    known = {line.line: line for line in lines}
    for line in lines:
        chart = known.get(line.line + SPC)
        shown = (
            line.kind is LineKind.OFFENCES
            and line.figures.latest is not None
            and line.reason is not Reason.CONFIG
        )
        if shown and chart is not None and isinstance(chart.evidence, kinds.Blocks):
            yield line


def drafts_of_months(lines: Sequence[Assessment], basis: Basis) -> Iterator[Draft]:
    """Draft the patterns of every line whose months may be spoken of."""
    for line in monthly(lines):
        case = basis.case(line.measure.name)
        found = find_patterns(case)
        if found.run:
            yield _run(line, found.run)
        if found.outside:
            yield _outside(line, found.outside, case.series)
        if found.trend:
            yield _trend(line, found.trend)
        if found.year:
            yield _year_before(line, found.year, basis.settings)


def _run(line: Assessment, run: Run) -> Draft:
    side = "above" if run.above else "below"
    comparator = f"the average of {rounded(run.average, 1)} a month {in_months(run.average_of)}"
    months = f"each of the {number_in_words(run.months.length)} months {in_months(run.months)}"
    return draft_of(line, DraftRule.RUN, comparator, f"{months} was {side} {comparator}")


def _outside(line: Assessment, outside: MonthsOutside, series: MonthlyCounts) -> Draft:
    months = " and ".join(
        f"{rounded(count)} in {month_name(month)}" for month, count in outside.months
    )
    side = "above the upper" if outside.above else "below the lower"
    comparator = f"{side} line of {rounded(outside.line, 1)} for single months"
    source = (
        f"three sigma from the average of the {number_in_words(outside.lines_of.length)} months"
    )
    until = f"to {month_name(outside.lines_of.last)}"
    text = f"{months}, {comparator} ({source} {until})"
    return draft_of(line, DraftRule.OUTSIDE, comparator, text + _record_of_months(outside, series))


def _record_of_months(outside: MonthsOutside, series: MonthlyCounts) -> str:
    """Say which of the months is the highest (lowest) of the series, if one is, alone."""
    last = outside.months[-1][0]
    history = series.run_back(last)
    counts = sorted(series.counts(history).tolist(), reverse=outside.above)
    month, count = (max if outside.above else min)(outside.months, key=lambda pair: pair[1])
    if counts[0] != count or counts[1] == count:
        return ""
    which = "" if len(outside.months) == 1 else f"{month_name(month)} is "
    word = "highest" if outside.above else "lowest"
    return f"; {which}the {word} month in the series, which begins in {month_name(history.first)}"


def _trend(line: Assessment, trend: MonthsTrend) -> Draft:
    word, side = ("rose", "above") if trend.rising else ("fell", "below")
    steps = trend.months.length - 1
    comparator = f"each month {side} the one before"
    text = (
        f"{word} {number_in_words(steps)} months in a row, from {rounded(trend.first)} in"
        f" {month_name(trend.months.first)} to {rounded(trend.last)} in"
        f" {month_name(trend.months.last)}, {comparator}"
    )
    return draft_of(line, DraftRule.TREND, comparator, text)


def _year_before(line: Assessment, year: YearBefore, settings: Settings) -> Draft:
    then, now = year.compared.before, year.compared.latest
    comparator = f"against {rounded(then)} in the same months a year before"
    word = "higher" if now > then else "lower"
    by_ratio = ratio_range(*year.compared.limits, settings)
    brackets = in_brackets(
        100 * (now / then - 1) if then else None,
        by_ratio if year.compared.by_interval else "exact test",
    )
    text = f"{rounded(now)} {in_months(year.latest)} {comparator}, statistically {word} {brackets}"
    return draft_of(line, DraftRule.YEAR_BEFORE, comparator, text)
