"""Checks that need several rows, or the settings: gaps, future months, sums, impossible percentages, stale figures.

Nothing here changes a figure. What must not be used (an incomplete month) is left out by the assessment, which asks
the functions of this module; what is only doubtful is used and reported.
"""

from __future__ import annotations

from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING

from xlperf.periods import Month, day_name, last_day, month_name, month_of
from xlperf.stats.intervals import attainable
from xlperf.tables.problems import Code, Problem, Severity
from xlperf.tables.tables import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xlperf.config import Settings
    from xlperf.tables.tables import Measure, MonthCount, PeerFigure, SurveyResult, Tables

JUMP_RATIO = 5.0
"""A month this many times above or below the median of its year is queried: a slip of a digit is a factor of ten."""
JUMP_LEAST = 30
"""... if that median is at least this many offences a month."""
FORCE_POPULATION = (1_000, 20_000_000)
"""Denominators outside this range cannot be those of a force: the City of London has some 7,000 residents, the
Metropolitan Police some 9,000,000."""


def complete(item: MonthCount) -> bool:
    """Whether a month was over when its figure was taken (a blank date is taken as yes)."""
    return item.as_at is None or item.as_at > last_day(item.month) or item.as_at == last_day(item.month)


def check(tables: Tables, settings: Settings) -> list[Problem]:
    """Run every check on what was read."""
    problems: list[Problem] = []
    for measure in tables.measures:
        problems += _months(measure, tables, settings)
        problems += _surveys(measure, tables, settings)
        problems += _totals(measure, tables, settings)
    problems += _peers(tables, settings)
    problems += _amounts(tables)
    problems += _overrides(tables, settings)
    problems += _revisions(tables, settings)
    return problems


def _months(measure: Measure, tables: Tables, settings: Settings) -> Iterator[Problem]:
    series = tables.monthly.get(measure.name, {})
    if not series:
        return
    period = settings.latest.last
    for item in series.values():
        if item.month > period:
            yield item.row.problem(
                Severity.NOTE,
                Code.FUTURE,
                "Month",
                f"{month_name(item.month)} is after the period end, {month_name(period)}; it is not used.",
                "Change period_end in Settings when you report on it.",
            )
        elif not complete(item):
            yield item.row.problem(
                Severity.WARNING,
                Code.INCOMPLETE_MONTH,
                "As at",
                f"The figure for {month_name(item.month)} was taken on {day_name(item.as_at or last_day(period))}, before the "
                "month was over; the month counts as missing.",
                "Enter the complete month, with the date it was taken.",
            )
    usable = sorted(month for month, item in series.items() if complete(item) and month <= period)
    if usable:
        yield from _gaps(measure, tables, usable, settings)
    provisional = [item for month, item in series.items() if item.provisional and month in settings.latest.months]
    if provisional:
        yield provisional[0].row.problem(
            Severity.NOTE,
            Code.PROVISIONAL,
            "Status",
            f"{len(provisional)} of the latest twelve months are provisional.",
            "Refresh again when they are final.",
        )
    yield from _jumps(series.values())


def _gaps(measure: Measure, tables: Tables, usable: list[Month], settings: Settings) -> Iterator[Problem]:
    series = tables.monthly[measure.name]
    present = set(usable)
    last = settings.latest.last
    missing = [month for month in range(usable[0], last + 1) if month not in present and month not in series]
    for first, final in _runs(missing):
        before = max(month for month in usable if month < first)
        span = month_name(first) if first == final else f"{month_name(first)} to {month_name(final)}"
        yield series[before].row.problem(
            Severity.ERROR if final >= settings.baseline.first else Severity.WARNING,
            Code.GAP,
            "Month",
            f"After {month_name(before)} there is no usable count for {span}.",
            "Add the months. A month with no offences needs a row with 0: a missing month is never taken as 0.",
        )


def _runs(months: list[Month]) -> Iterator[tuple[Month, Month]]:
    start = previous = None
    for month in months:
        if start is None or previous is None:
            start = month
        elif month != previous + 1:
            yield start, previous
            start = month
        previous = month
    if start is not None and previous is not None:
        yield start, previous


def _jumps(items: Iterable[MonthCount]) -> Iterator[Problem]:
    ordered = sorted(items, key=lambda item: item.month)
    for place, item in enumerate(ordered):
        around = [other.count for other in ordered[max(0, place - 6) : place + 7] if other is not item]
        if len(around) < 6:
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


def _surveys(measure: Measure, tables: Tables, settings: Settings) -> Iterator[Problem]:
    results = tables.surveys.get(measure.name, ())
    seen: dict[object, SurveyResult] = {}
    for result in results:
        if result.period_end in seen:
            yield result.row.problem(
                Severity.ERROR,
                Code.DUPLICATE,
                "Period end",
                f"There are two results for the twelve months to {day_name(result.period_end)} (also in "
                f"{seen[result.period_end].row.cell('Period end')}); the first is used.",
                "Delete the wrong row.",
            )
        seen.setdefault(result.period_end, result)
        if result.period_end > settings.period_end:
            yield result.row.problem(
                Severity.NOTE,
                Code.FUTURE,
                "Period end",
                f"The result is for a later period than {day_name(settings.period_end)}; it is not used.",
                "Change period_end in Settings when you report on it.",
            )
        yield from _percentages(result)
    used = [result for result in results if result.period_end <= settings.period_end]
    if used:
        newest = max(used, key=lambda result: result.period_end)
        age = settings.latest.last - month_of(newest.period_end)
        if age > settings.stale_months:
            yield newest.row.problem(
                Severity.WARNING,
                Code.STALE,
                "Period end",
                f"The newest result is {age} months older than the period end.",
                "Ask its owner for a newer one.",
            )


def _percentages(result: SurveyResult) -> Iterator[Problem]:
    percent = result.percent
    if percent is None or result.n is None:
        return
    text = f"{percent:.10f}".rstrip("0").rstrip(".")
    decimals = len(text.partition(".")[2])
    if result.successes is not None:
        if result.successes not in attainable(text, result.n, decimals):
            yield result.row.problem(
                Severity.WARNING,
                Code.DISAGREES,
                "Percent",
                f"{result.successes:,} of {result.n:,} is {100 * result.successes / result.n:.{max(1, decimals)}f} %, not "
                f"{text} %; the counts are used.",
                "Correct the percentage or the counts.",
            )
    elif not attainable(text, result.n, decimals):
        nearest = round(percent * result.n / 100)
        below, above = (100 * k / result.n for k in (nearest - 1, nearest + 1))
        yield result.row.problem(
            Severity.WARNING,
            Code.IMPOSSIBLE_PERCENTAGE,
            "Percent",
            f"{text} % is impossible with n = {result.n:,}: {nearest:,} is {100 * nearest / result.n:.{decimals}f} %, its "
            f"neighbours are {below:.{decimals}f} % and {above:.{decimals}f} %.",
            "Ask for the number satisfied; n may be another, or the figure weighted.",
        )


def _totals(measure: Measure, tables: Tables, settings: Settings) -> Iterator[Problem]:
    seen: dict[object, int] = {}
    for total in tables.totals.get(measure.name, ()):
        if total.period in seen:
            same = seen[total.period] == total.count
            yield total.row.problem(
                Severity.WARNING if same else Severity.ERROR,
                Code.DUPLICATE,
                "Count",
                f"There are two totals for the {total.period}; " + ("they agree." if same else "the first is used."),
                "Delete the wrong row.",
            )
        seen.setdefault(total.period, total.count)
        if total.period.last > settings.latest.last:
            yield total.row.problem(
                Severity.NOTE,
                Code.FUTURE,
                "Period end",
                f"The total is for a later period than {day_name(settings.period_end)}; it is not used.",
                "Change period_end in Settings when you report on it.",
            )
    ends = [total for total in tables.totals.get(measure.name, ()) if total.period.last <= settings.latest.last]
    if ends:
        newest = max(ends, key=lambda total: total.period.last)
        age = settings.latest.last - newest.period.last
        if age > settings.stale_months:
            yield newest.row.problem(
                Severity.WARNING,
                Code.STALE,
                "Period end",
                f"The newest total ends {age} months before the period end.",
                "Ask its owner for a newer one.",
            )


def _peers(tables: Tables, settings: Settings) -> Iterator[Problem]:
    for measure in tables.measures:
        figures = tables.peers.get(measure.msg_measure, ())
        used = [figure for figure in figures if figure.period_end <= settings.period_end]
        if not used:
            continue
        newest = max(figure.period_end for figure in used)
        now = [figure for figure in used if figure.period_end == newest and figure.force in tables.group]
        missing = [force for force in tables.group if force not in {figure.force for figure in now}]
        if missing and now:
            yield now[0].row.problem(
                Severity.WARNING,
                Code.PEER_MISSING,
                "Force",
                f"No figure to {day_name(newest)} for: {', '.join(missing)}.",
                "Add their rows, or correct the group in the Forces sheet.",
                measure.name,
            )
        yield from _populations(measure, now)
        own = next((figure for figure in now if figure.force == settings.own_force), None)
        if own is not None and own.count is not None and not measure.proxy:
            yield from _own_total(measure, own, tables)


def _populations(measure: Measure, figures: list[PeerFigure]) -> Iterator[Problem]:
    low, high = FORCE_POPULATION
    seen: dict[float, str] = {}
    for figure in figures:
        if figure.denominator is None:
            continue
        if not low <= figure.denominator <= high:
            yield figure.row.problem(
                Severity.WARNING,
                Code.POPULATION,
                "Denominator",
                f"{figure.denominator:,.0f} is no population or number of households of a force.",
                "Give heads or households, not thousands.",
                measure.name,
            )
        elif figure.denominator in seen:
            yield figure.row.problem(
                Severity.WARNING,
                Code.POPULATION,
                "Denominator",
                f"{figure.force} and {seen[figure.denominator]} have the same denominator, {figure.denominator:,.0f}.",
                "One of the two was probably copied: correct it.",
                measure.name,
            )
        seen.setdefault(figure.denominator, figure.force)
    rates = [figure.rate for figure in figures]
    if len(rates) < 4 or median(rates) <= 0:
        return
    for figure in figures:
        if figure.rate > JUMP_RATIO * median(rates) or figure.rate * JUMP_RATIO < median(rates):
            yield figure.row.problem(
                Severity.WARNING,
                Code.JUMP,
                "Denominator" if figure.denominator is not None else "Percent",
                f"The rate of {figure.force} is far from the others': {figure.rate:.3g} against a median of "
                f"{median(rates):.3g}.",
                "Look for a slip of a digit in the count or the denominator.",
                measure.name,
            )


def _own_total(measure: Measure, own: PeerFigure, tables: Tables) -> Iterator[Problem]:
    series = tables.monthly.get(measure.name, {})
    last = month_of(own.period_end)
    months = [series.get(month) for month in range(last - 11, last + 1)]
    if any(item is None for item in months):
        return
    total = sum(item.count for item in months if item is not None)
    if total != own.count:
        yield own.row.problem(
            Severity.WARNING,
            Code.DOES_NOT_ADD,
            "Count",
            f"{own.force} has {own.count:,} here, but its months to {month_name(last)} add up to {total:,}.",
            "Use figures taken on the same day, or say that the MSG measure is a proxy.",
            measure.name,
        )


def _amounts(tables: Tables) -> Iterator[Problem]:
    by_priority: dict[str, list[str]] = {}
    for measure in tables.measures:
        if measure.kind is Kind.AMOUNT:
            by_priority.setdefault(measure.priority, []).append(measure.name)
    for priority, names in by_priority.items():
        items = [amount for name in names for amount in tables.amounts.get(name, ())]
        required = [amount for amount in items if amount.item == "required"]
        parts = [amount for amount in items if amount.item in ("realised", "identified", "to find")]
        if (
            len(required) == 1
            and len(parts) == 3
            and sum((part.value for part in parts), Decimal(0)) != required[0].value
        ):
            yield required[0].row.problem(
                Severity.WARNING,
                Code.DOES_NOT_ADD,
                "£ million",
                f"{priority}: realised, identified and to find add up to "
                f"£{sum((part.value for part in parts), Decimal(0))} million, not £{required[0].value} million.",
                "Correct the amount that is wrong.",
            )


def _overrides(tables: Tables, settings: Settings) -> Iterator[Problem]:
    for override in tables.overrides:
        if override.until < settings.period_end:
            yield override.row.problem(
                Severity.NOTE,
                Code.OVERRIDE_ENDED,
                "Until",
                f"The override of {override.line} ended on {day_name(override.until)}; the colour is the one worked out.",
                "Delete the row, or give a later date and say why.",
                override.line,
            )


def _revisions(tables: Tables, settings: Settings) -> Iterator[Problem]:
    """Baseline figures that differ from those published for an earlier period."""
    for measure in tables.measures:
        series = tables.monthly.get(measure.name, {})
        months = [series.get(month) for month in settings.baseline.months]
        if any(item is None for item in months):
            continue
        now = sum(item.count for item in months if item is not None)
        earlier = [
            past for past in tables.history if past.line == measure.name and past.period_end < settings.period_end
        ]
        if not earlier:
            continue
        latest = max(earlier, key=lambda past: past.period_end)
        if latest.baseline and abs(now / latest.baseline - 1) * 100 > settings.revision_limit:
            yield latest.row.problem(
                Severity.WARNING,
                Code.REVISED,
                "Baseline",
                f"The baseline of {measure.name} was {latest.baseline:,.0f} when {day_name(latest.period_end)} was refreshed; "
                f"it is {now:,} now.",
                "If the force revised its figures, say so in Comments.",
                measure.name,
            )
