"""The figures of a pack: each one that could be shown, and the counts it reveals.

Everything else in the pack (percentages, changes, averages, limits, places, colours, charts,
sentences) is calculated from these figures alone. A figure is taken to reveal its counts exactly,
or within the base it is rounded to, even where what is printed of it is coarser: a reader never
knows more than is assumed here.

A cell is small when one of the counts it reveals is below the threshold of its measure, 0 included.
A share reveals three counts, those who answered, those who were satisfied and those who were not,
and is a cell as a whole. A share or a mean without its n cannot be judged, so it counts as small.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from xlperf.assessment.basis import Case
from xlperf.assessment.positions import is_own
from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple
from xlperf.periods import Period, day_name, month_of, month_short, twelve_months_to
from xlperf.tables import schema
from xlperf.tables.comparison import compared_periods
from xlperf.tables.measure_kinds import KINDS
from xlperf.tables.records import SUPPRESS_ALL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from xlperf.config import Settings
    from xlperf.periods import Month
    from xlperf.tables.data import CouncilFamilies, Measure, PeerFigure, SurveyResult, Tables


class Sort(StrEnum):
    """What a cell is; the order is that in which cells are given up, what costs a reader least
    first.
    """

    MONTH = "month"
    EARLIER = "earlier total"
    SURVEY = "survey"
    FAMILIES = "families"
    PEER = "peer"
    AMOUNT = "amount"
    LATEST = "latest total"
    BASELINE = "baseline total"


Key: TypeAlias = str
"""Names a figure, the same in every issue."""


class Span(NamedTuple):
    """Whole months of a series: the chain names the measure, and what of it is counted."""

    chain: tuple[str, ...]
    first: Month
    last: Month


@dataclass(frozen=True, slots=True)
class Count:
    """One count: of which months of what, and how many."""

    span: Span
    value: int


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """One figure as it would be shown."""

    sort: Sort
    key: Key
    measure: str
    what: str
    counts: tuple[Count, ...]
    threshold: int
    judged: bool = True
    """False: the counts behind it are not known."""
    printed: bool = True
    """False: it stands nowhere, but colours and limits are made of it."""

    @property
    def small(self) -> tuple[Count, ...]:
        """Counts below the threshold."""
        return tuple(count for count in self.counts if count.value < self.threshold)

    @property
    def primary(self) -> bool:
        """Whether it must not be shown for its own sake."""
        return self.threshold > 0 and (bool(self.small) or not self.judged)


def threshold_of(measure: Measure) -> int:
    """Counts below this are not shown outside the office; 0: none."""
    return measure.suppress_below or 0


def peer_threshold(msg_measure: str, tables: Tables) -> int:
    """Threshold of the group's figures: the highest of the measures that are compared by them."""
    compared = (measure for measure in tables.measures if measure.msg_measure == msg_measure)
    return max(map(threshold_of, compared), default=0)


def at(settings: Settings, measure: Measure, tables: Tables) -> list[ShownFigure]:
    """Every cell of a measure in the issue of a period end, in a fixed order.

    What is below 0 is no count, and cannot be judged: a sum of money may be.
    """
    table = KINDS[measure.kind].table
    readers = READERS[table.name] if table else ()
    cells = [cell for cells_of in readers for cell in cells_of(settings, measure, tables)]
    return [
        replace(cell, counts=(), judged=False)
        if any(count.value < 0 for count in cell.counts)
        else cell
        for cell in (*cells, *_peers(settings, measure, tables))
    ]


def series_of(measure: str) -> str:
    """Name of the series of a measure: however it is written."""
    return normalised(measure)


def declared_sums(tables: Tables) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Give the sums that the column Part of declares: series of the whole, series of its parts."""
    parts: dict[str, list[str]] = {}
    for measure in tables.measures:
        for whole in measure.part_of:
            parts.setdefault(series_of(whole), []).append(series_of(measure.name))
    return tuple((whole, tuple(some)) for whole, some in parts.items())


def _key(sort: str, *parts: object) -> Key:
    return " | ".join((sort, *map(str, parts)))


def month_key(measure: str, month: Month) -> Key:
    """Key of a month."""
    return _key("month", series_of(measure), month)


def year_key(measure: str, period: Period) -> Key:
    """Key of the total that a line of monthly counts shows for twelve months."""
    return _key("year", series_of(measure), period.first, period.last)


def total_key(measure: str, period: Period) -> Key:
    """Key of a total of the Totals sheet."""
    return _key("total", series_of(measure), period.first, period.last)


def survey_key(measure: str, end: date) -> Key:
    """Key of a result of a survey."""
    return _key("survey", series_of(measure), end)


def families_key(measure: str, row: CouncilFamilies) -> Key:
    """Key of the families of a council."""
    return _key("families", series_of(measure), row.period_end, normalised(row.council))


def peer_key(msg_measure: str, figure: PeerFigure) -> Key:
    """Key of a figure of the group."""
    return _key("peer", normalised(msg_measure), figure.period_end, normalised(figure.force))


def amount_key(measure: str) -> Key:
    """Key of an amount of money."""
    return _key("amount", series_of(measure))


def _count(measure: Measure, first: Month, last: Month, value: float) -> Count:
    """Count of a measure as a whole."""
    return Count(Span((series_of(measure.name),), first, last), round(value))


def _months(settings: Settings, measure: Measure, tables: Tables) -> Iterator[ShownFigure]:
    for month, item in sorted(tables.monthly.get(measure.name, {}).items()):
        if month <= settings.latest.last:
            key, what = month_key(measure.name, month), f"month {month_short(month)}"
            counts = (_count(measure, month, month, item.count),)
            printed = month > settings.latest.last - schema.SERIES_LENGTH
            yield _shown(Sort.MONTH, key, measure, what, counts, printed=printed)


def _shown(
    sort: Sort,
    key: Key,
    measure: Measure,
    what: str,
    counts: tuple[Count, ...],
    *,
    judged: bool = True,
    printed: bool = True,
) -> ShownFigure:
    threshold = threshold_of(measure)
    return ShownFigure(sort, key, measure.name, what, counts, threshold, judged, printed)


def _years(settings: Settings, measure: Measure, tables: Tables) -> Iterator[ShownFigure]:
    """Totals that the main line of monthly counts shows."""
    series = Case(measure, tables, settings).series
    latest, against = compared_periods(measure, settings)
    totals_shown = {latest: Sort.LATEST}
    if against is not None:
        totals_shown[against] = Sort.BASELINE
    for period, sort in totals_shown.items():
        total = series.total(period) if period.last <= settings.latest.last else None
        if total is not None:
            name = settings.baseline_name if period == settings.baseline else f"the {period}"
            counts = (_count(measure, period.first, period.last, total),)
            yield _shown(sort, year_key(measure.name, period), measure, f"total of {name}", counts)


def _totals(settings: Settings, measure: Measure, tables: Tables) -> Iterator[ShownFigure]:
    past = [
        total
        for total in tables.totals.get(measure.name, ())
        if total.period.last <= settings.latest.last
    ]
    newest = max((total.period.last for total in past), default=0)
    against = compared_periods(measure, settings).against
    for total in past:
        period = total.period
        sort = Sort.LATEST if period.last == newest else Sort.EARLIER
        sort = Sort.BASELINE if period == settings.baseline else sort
        counts = (_count(measure, period.first, period.last, total.count),)
        key, what = total_key(measure.name, period), f"total of {period}"
        printed = sort is not Sort.EARLIER or period == against
        yield _shown(sort, key, measure, what, counts, printed=printed)


def _shares(chain: tuple[str, ...], period: Period, satisfied: int, n: int) -> tuple[Count, Count]:
    """Give the two counts that a share reveals."""
    return (
        Count(Span((*chain, "satisfied"), period.first, period.last), satisfied),
        Count(Span((*chain, "not satisfied"), period.first, period.last), n - satisfied),
    )


def _answers(result: SurveyResult, chain: tuple[str, ...], period: Period) -> tuple[Count, ...]:
    """Counts that a result of a survey reveals, those of its parts too, since a figure at a fixed
    mix is made of them; none when they are not known.
    """
    if result.n is None:
        return ()
    if result.proportion is None:
        return (Count(Span((*chain, "answered"), period.first, period.last), result.n),)
    whole = _shares(chain, period, round(result.proportion * result.n), result.n)
    of_parts = [_answers(part, (*chain, "part", part.part), period) for part in result.parts]
    return sum(of_parts, whole)


def _surveys(settings: Settings, measure: Measure, tables: Tables) -> Iterator[ShownFigure]:
    for result in tables.surveys.get(measure.name, ()):
        if result.period_end <= settings.period_end:
            period = twelve_months_to(month_of(result.period_end))
            counts = _answers(result, (series_of(measure.name),), period)
            key = survey_key(measure.name, result.period_end)
            what = f"survey of the year to {day_name(result.period_end)}"
            yield _shown(Sort.SURVEY, key, measure, what, counts, judged=bool(counts))


def _families(settings: Settings, measure: Measure, tables: Tables) -> Iterator[ShownFigure]:
    for row in tables.families.get(measure.name, ()):
        if row.period_end <= settings.period_end:
            month = month_of(row.period_end)
            chain = (series_of(measure.name), normalised(row.council))
            counts = tuple(
                Count(Span((*chain, name), month, month), value)
                for name, value in family_counts(row).items()
            )
            key = families_key(measure.name, row)
            what = f"families of {row.council} to {day_name(row.period_end)}"
            yield _shown(Sort.FAMILIES, key, measure, what, counts)


def family_counts(row: CouncilFamilies) -> dict[str, int]:
    """Families of a council by what they reduced; they add up to those engaged."""
    neither = row.engaged - row.asb_only - row.offending_only - row.both
    reduced = {"asb": row.asb_only, "offending": row.offending_only, "both": row.both}
    return {**reduced, "neither": neither}


def _amounts(_settings: Settings, measure: Measure, tables: Tables) -> Iterator[ShownFigure]:
    """Sum of an amount, in the smallest unit of all. A threshold of counts says nothing of
    money.

    Only a threshold that cannot be read withholds it, as it does everything of its measure.
    """
    amounts = tables.amounts.get(measure.name, ())
    if amounts:
        total = sum((amount.value for amount in amounts), Decimal(0)).scaleb(_decimals(tables))
        threshold = SUPPRESS_ALL if threshold_of(measure) >= SUPPRESS_ALL else 0
        counts = (Count(Span((series_of(measure.name),), 0, 0), int(total)),)
        key = amount_key(measure.name)
        yield ShownFigure(Sort.AMOUNT, key, measure.name, "amount", counts, threshold)


def _decimals(tables: Tables) -> int:
    exponents = [
        exponent
        for amounts in tables.amounts.values()
        for amount in amounts
        if isinstance(exponent := amount.value.as_tuple().exponent, int)
    ]
    return -min(exponents, default=0)


def _peers(settings: Settings, measure: Measure, tables: Tables) -> Iterator[ShownFigure]:
    """Figures of the group. The own force's is tied to own months or survey where the same."""
    threshold = peer_threshold(measure.msg_measure, tables)
    for figure in tables.peers.get(measure.msg_measure, ()):
        if figure.period_end <= settings.period_end:
            counts = _peer_counts(settings, measure, tables, figure)
            key = peer_key(measure.msg_measure, figure)
            what = f"{measure.msg_measure} of {figure.force}, year to {day_name(figure.period_end)}"
            yield ShownFigure(
                Sort.PEER, key, measure.name, what, counts, threshold, judged=bool(counts)
            )


def _peer_counts(
    settings: Settings, measure: Measure, tables: Tables, figure: PeerFigure
) -> tuple[Count, ...]:
    period = twelve_months_to(month_of(figure.period_end))
    chain: tuple[str, ...] = (
        "peer",
        normalised(measure.msg_measure),
        normalised(figure.force),
        figure.period_end.isoformat(),
    )
    if figure.count is not None:
        count = Count(Span(chain, period.first, period.last), figure.count)
        if is_own(figure.force, settings):
            own = Case(measure, tables, settings).series.total(period)
            if own is not None and round(own) == figure.count:
                count = _count(measure, period.first, period.last, figure.count)
        residents = Span((*chain, "denominator"), period.first, period.last)
        return (count, Count(residents, int(figure.denominator or 0)))
    if figure.n is None:
        return ()
    counts: tuple[Count, ...] = _shares(chain, period, round(figure.rate * figure.n), figure.n)
    if is_own(figure.force, settings):
        results = (
            item
            for item in tables.surveys.get(measure.name, ())
            if item.period_end == figure.period_end
        )
        own_counts = [_answers(result, (series_of(measure.name),), period) for result in results]
        values = [count.value for count in counts]
        counts = next(
            (own for own in own_counts if [count.value for count in own] == values), counts
        )
    return counts


READERS = {
    schema.MONTHLY.name: (_months, _years),
    schema.TOTALS.name: (_totals,),
    schema.SURVEYS.name: (_surveys,),
    schema.FAMILIES.name: (_families,),
    schema.AMOUNTS.name: (_amounts,),
}
"""Figures that a measure shows, by the table they stand in."""
