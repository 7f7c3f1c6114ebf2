"""Checks of monthly counts: months that are not over, gaps, and slips of a digit."""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from xlperf.periods import Month, Period, day_name, last_day, month_name
from xlperf.tables.problems import Code, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlperf.config import Settings
    from xlperf.tables.tables import MonthCount

JUMP_RATIO = 5.0
"""A month this many times above or below the median of its year is queried: a slip of a digit is a factor of ten."""
JUMP_LEAST = 30
"""... if that median is at least this many offences a month."""
JUMP_MONTHS = 6
"""Months looked at on each side, and the least that must be there altogether."""

ADD = "Add the months. A month with no offences needs a row with 0: a missing month is never taken as 0."


def complete(item: MonthCount) -> bool:
    """Whether a month was over when its figure was taken (a blank date is taken as yes)."""
    return item.as_at is None or item.as_at >= last_day(item.month)


def check_months(series: Mapping[Month, MonthCount], settings: Settings) -> Iterator[Problem]:
    """Check the months of one measure up to the period end."""
    past = [series[month] for month in sorted(series) if month <= settings.latest.last]
    for item in past:
        if item.as_at is not None and not complete(item):
            yield item.row.problem(
                Severity.WARNING,
                Code.INCOMPLETE,
                "As at",
                f"The figure for {month_name(item.month)} was taken on {day_name(item.as_at)}, before the month was "
                "over; the month counts as missing.",
                "Enter the complete month, with the date it was taken.",
            )
    usable = [item for item in past if complete(item)]
    if usable:
        yield from _gaps(usable, series, settings)
        yield from _jumps(usable)
    provisional = [item for item in usable if item.provisional and item.month in settings.latest.months]
    if provisional:
        yield provisional[0].row.problem(
            Severity.NOTE,
            Code.PROVISIONAL,
            "Status",
            f"{len(provisional)} of the latest twelve months {'is' if len(provisional) == 1 else 'are'} provisional.",
            "Refresh again when they are final.",
        )


def _gaps(usable: list[MonthCount], series: Mapping[Month, MonthCount], settings: Settings) -> Iterator[Problem]:
    """Find months without a usable count: before the first in the baseline year, between two, and at the end.

    Months with a row that cannot be used (not over) have been reported; a long silence at the end is stale data.
    """
    first, newest = usable[0], usable[-1]
    baseline, last = settings.baseline, settings.latest.last
    if first.month > baseline.first:
        until = month_name(min(first.month - 1, baseline.last))
        yield first.row.problem(
            Severity.WARNING,
            Code.GAP,
            "Month",
            f"The counts begin in {month_name(first.month)}: the baseline year lacks {month_name(baseline.first)} to "
            f"{until}.",
            "Add the months, or leave it if nothing was recorded then: there is no comparison with the baseline.",
            months=Period(baseline.first, min(first.month - 1, baseline.last)),
        )
    ends = [(item.month, following.month) for item, following in pairwise(usable)]
    if last - newest.month <= settings.stale_months:
        ends.append((newest.month, last + 1))
    for before, after in ends:
        missing = [month for month in range(before + 1, after) if month not in series]
        if missing:
            span = month_name(missing[0]) + (f" to {month_name(missing[-1])}" if len(missing) > 1 else "")
            yield series[before].row.problem(
                Severity.ERROR if missing[-1] >= baseline.first else Severity.WARNING,
                Code.GAP,
                "Month",
                f"After {month_name(before)} there is no usable count for {span}.",
                ADD,
                months=Period(missing[0], missing[-1]),
            )


def _jumps(ordered: list[MonthCount]) -> Iterator[Problem]:
    counts = [item.count for item in ordered]
    for place, item in enumerate(ordered):
        around = counts[max(0, place - JUMP_MONTHS) : place] + counts[place + 1 : place + 1 + JUMP_MONTHS]
        if len(around) < JUMP_MONTHS:
            continue
        usual = median(around)
        if usual >= JUMP_LEAST and (item.count > JUMP_RATIO * usual or item.count * JUMP_RATIO < usual):
            yield item.row.problem(
                Severity.WARNING,
                Code.JUMP,
                "Count",
                f"{item.count:,} in {month_name(item.month)}, while the months around it have about {usual:,.0f}.",
                "Look for a slip of a digit; if the figure is right, leave it.",
            )
