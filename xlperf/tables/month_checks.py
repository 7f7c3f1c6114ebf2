"""Checks of monthly counts: months that are not over, gaps, slips and copies."""

from __future__ import annotations

from itertools import pairwise
from math import exp, log
from types import MappingProxyType
from typing import TYPE_CHECKING

from xlperf.message_texts import first_few
from xlperf.periods import Month, Period, day_name, last_day, month_name
from xlperf.tables.copies import Pair, chance_of_equal, copied
from xlperf.tables.plausibility import CORRECT_ZERO, LOOK, MONTH, NOTHING, departure, likely
from xlperf.tables.problems import Code, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xlperf.config import Settings
    from xlperf.tables.data import LostMonth, MonthCount, Tables

NONE_LOST: Mapping[Month, LostMonth] = MappingProxyType({})
MOST_NAMED = 6
"""Months that a sentence names."""
JUMP_MONTHS = 6
"""Months looked at on each side, and the least that must be there altogether."""
REPEATED = {1: 2, 3: 3, 12: 3}
"""Months that must be equal in a row to those so many months before to be looked at as copies:
fill-down, last quarter, last year.
"""
SHARED_MONTHS, SHARED_LEAST = 6, 20
"""Months in a row, from the first of a quarter, with equal counts of at least so many: figures of
one measure typed for another.
"""

ADD = (
    "Add the months. A month with no offences needs a row with 0: a missing month is never taken"
    " as 0."
)


def complete(item: MonthCount) -> bool:
    """Whether a month was over when its figure was taken (a blank date is taken as yes)."""
    return item.as_at is None or item.as_at >= last_day(item.month)


def check_months(
    series: Mapping[Month, MonthCount],
    settings: Settings,
    breaks: Sequence[Month] = (),
    lost: Mapping[Month, LostMonth] = NONE_LOST,
) -> Iterator[Problem]:
    """Check the months of one measure up to the period end, none across a change of recording."""
    newest = settings.latest.last
    yield from _lost(lost, newest)
    past = [series[month] for month in sorted(series) if month <= newest]
    for item in past:
        if item.as_at is not None and not complete(item):
            found = (
                f"The figure for {month_name(item.month)} was taken on {day_name(item.as_at)},"
                " before the month was over; the month counts as missing."
            )
            remedy = "Enter the complete month, with the date it was taken."
            yield item.row.problem(Severity.WARNING, Code.INCOMPLETE, "As at", found, remedy)
    usable = [item for item in past if complete(item)]
    if usable:
        yield from _gaps(usable, frozenset((*series, *lost)), settings)
        for alike in _alike(usable, breaks):
            yield from check_plausible(alike)
    provisional = [
        item for item in usable if item.provisional and item.month in settings.latest.months
    ]
    if provisional:
        found = (
            f"{len(provisional)} of the latest twelve months"
            f" {'is' if len(provisional) == 1 else 'are'} provisional."
        )
        remedy = "Refresh again when they are final."
        yield provisional[0].row.problem(Severity.NOTE, Code.PROVISIONAL, "Status", found, remedy)


def _lost(lost: Mapping[Month, LostMonth], newest: Month) -> Iterator[Problem]:
    """Say once of a measure which months will never come."""
    months = [month for month in sorted(lost) if month <= newest]
    if not months:
        return
    yield lost[months[0]].row.problem(
        Severity.NOTE,
        Code.MONTH_LOST,
        "Status",
        f"No count will come for {first_few([*map(month_name, months)], MOST_NAMED)}: it is taken"
        " neither as 0 nor as awaited.",
        "Leave it; if a count comes after all, enter it and change the status.",
        months=Period(months[0], months[-1]),
    )


def _gaps(
    usable: list[MonthCount], accounted: frozenset[Month], settings: Settings
) -> Iterator[Problem]:
    """Find months without a usable count: before the first in the baseline year, between two, and
    at the end.

    Months with a row that cannot be used (not over), and those that will never come, have been
    reported (`accounted`); a long silence at the end is stale data.
    """
    first, newest = usable[0], usable[-1]
    baseline, last = settings.baseline, settings.latest.last
    if not accounted.issuperset(range(baseline.first, min(first.month, baseline.last + 1))):
        until = month_name(min(first.month - 1, baseline.last))
        yield first.row.problem(
            Severity.WARNING,
            Code.GAP,
            "Month",
            f"The counts begin in {month_name(first.month)}: the baseline year lacks"
            f" {month_name(baseline.first)} to {until}.",
            "Add the months, or leave it if nothing was recorded then: there is no comparison with"
            " the baseline.",
            months=Period(baseline.first, min(first.month - 1, baseline.last)),
        )
    rows = {item.month: item.row for item in usable}
    ends = [(item.month, following.month) for item, following in pairwise(usable)]
    if last - newest.month <= settings.stale_months:
        ends.append((newest.month, last + 1))
    for before, after in ends:
        missing = [month for month in range(before + 1, after) if month not in accounted]
        if missing:
            span = month_name(missing[0]) + (
                f" to {month_name(missing[-1])}" if len(missing) > 1 else ""
            )
            yield rows[before].problem(
                Severity.ERROR if missing[-1] >= baseline.first else Severity.WARNING,
                Code.GAP,
                "Month",
                f"After {month_name(before)} there is no usable count for {span}.",
                ADD,
                months=Period(missing[0], missing[-1]),
            )


def _alike(ordered: list[MonthCount], breaks: Sequence[Month]) -> Iterator[list[MonthCount]]:
    """Split months at changes of recording."""
    starts = [ordered[0].month, *sorted(set(breaks)), ordered[-1].month + 1]
    for first, after in pairwise(starts):
        part = [item for item in ordered if first <= item.month < after] if breaks else ordered
        if part:
            yield part


def check_plausible(ordered: Sequence[MonthCount]) -> Iterator[Problem]:
    """Check that months recorded in one way have counts like those around them, and no copies."""
    counts = [item.count for item in ordered]
    yield from _jumps(ordered, counts)
    for lag, least in REPEATED.items():
        yield from _repeated(ordered, counts, lag, least)


def _jumps(ordered: Sequence[MonthCount], counts: list[float]) -> Iterator[Problem]:
    if max(counts) <= MONTH.factor * min(counts):
        return  # none can be that far from the others
    by_month = {item.month: item.count for item in ordered}
    for place, count in enumerate(counts):
        around = (
            counts[max(0, place - JUMP_MONTHS) : place]
            + counts[place + 1 : place + 1 + JUMP_MONTHS]
        )
        if len(around) < JUMP_MONTHS:
            continue
        usual = _middle(sorted(around))
        if usual <= MONTH.factor * count and count <= MONTH.factor * usual:
            continue
        item = ordered[place]
        moves = sorted(abs(log(max(other, NOTHING) / max(usual, NOTHING))) for other in around)
        departed = departure(count, usual, MONTH.limit(1.4826 * _middle(moves)))
        seasonal = [
            by_month[month] for month in (item.month - 12, item.month + 12) if month in by_month
        ]
        if departed and all(
            departure(count, other, MONTH.limit()) * departed > 0 for other in seasonal
        ):
            yield _jump(item, usual, departed)


def _middle(ordered: Sequence[float]) -> float:
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _jump(item: MonthCount, usual: float, departed: float) -> Problem:
    around = f"the months around it have about {usual:,.0f}"
    if not item.count:
        found = f"0 in {month_name(item.month)}, while {around}."
        return item.row.problem(Severity.WARNING, Code.ZERO, "Count", found, CORRECT_ZERO)
    found = f"{item.count:,} in {month_name(item.month)}, while {around}.{likely(exp(departed), 1)}"
    return item.row.problem(Severity.WARNING, Code.JUMP, "Count", found, LOOK)


def _repeated(
    ordered: Sequence[MonthCount], counts: Sequence[float], lag: int, least: int
) -> Iterator[Problem]:
    """Report months in a row whose counts are those of a month, a quarter or a year before."""
    same = [
        place
        for place, (now, before) in enumerate(zip(counts[lag:], counts, strict=False), lag)
        if now == before
    ]
    equal = [place for place in same if ordered[place].month - ordered[place - lag].month == lag]
    if len(equal) < least:
        return
    # How far apart such months are when they are no copies; 0 if more than half of them are equal:
    # no evidence then.
    apart = _middle(
        sorted(abs(now - before) for now, before in zip(counts[lag:], counts, strict=False))
    )
    for run in _runs(equal):
        spread = (1.4826 * apart) ** 2
        chances = [chance_of_equal(max(2 * counts[place], spread)) for place in run]
        pairs = [
            Pair(ordered[place].row, "", chance, equal=True)
            for place, chance in zip(run, chances, strict=True)
        ]
        if apart and len(run) >= least and copied(pairs, among=len(counts)):
            first, last = ordered[run[0]], ordered[run[-1]]
            found = (
                f"The counts of {month_name(first.month)} to {month_name(last.month)} are those of"
                f" {month_name(first.month - lag)} to {month_name(last.month - lag)}. Were they"
                " copied?"
            )
            remedy = "Enter the counts of the months; if they are right, leave them."
            yield first.row.problem(Severity.WARNING, Code.COPIED, "Count", found, remedy)


def _runs(places: Sequence[int]) -> Iterator[list[int]]:
    """Places in a row."""
    run: list[int] = []
    for place in places:
        if run and place != run[-1] + 1:
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def check_shared_months(tables: Tables) -> Iterator[Problem]:
    """Report months of a measure that are another's where the two differ elsewhere."""
    seen: dict[tuple[float, ...], str] = {}
    reported: set[tuple[str, str]] = set()
    for name, series in tables.monthly.items():
        months = sorted(series)
        if len(months) < SHARED_MONTHS:
            continue
        counts = [series[month].count for month in months]
        for place in range(
            -months[0] % 3, len(months) - SHARED_MONTHS + 1, 3
        ):  # from each first month of a quarter
            window = counts[place : place + SHARED_MONTHS]
            if (
                min(window) < SHARED_LEAST
                or months[place + SHARED_MONTHS - 1] - months[place] >= SHARED_MONTHS
            ):
                continue
            other = seen.setdefault((months[place], *window), name)
            if other != name and (other, name) not in reported and len(set(window)) > 1:
                reported.add((other, name))
                if _differ(series, tables.monthly[other]):
                    yield _shared(series[months[place]], other)


def _differ(one: Mapping[Month, MonthCount], other: Mapping[Month, MonthCount]) -> bool:
    return any(month in other and other[month].count != item.count for month, item in one.items())


def _shared(first: MonthCount, other: str) -> Problem:
    found = (
        f"From {month_name(first.month)} on, {SHARED_MONTHS} or more counts are those of {other},"
        " while other months differ. Are they in the wrong rows?"
    )
    remedy = "Enter the counts of the measure; if they are right, leave them."
    return first.row.problem(Severity.WARNING, Code.COPIED, "Count", found, remedy)
