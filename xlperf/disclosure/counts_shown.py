"""The cells of a pack: every figure that could be shown, the counts it reveals, and which counts
add up to which.

A cell is small when one of the counts it reveals is below the threshold of its measure, 0 included.
A share reveals three counts, those who answered, those who were satisfied and those who were not,
and is a cell as a whole. A share or a mean without its n cannot be judged, so it counts as small.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING, TypeAlias

from xlperf.assessment.basis import Case
from xlperf.assessment.positions import is_own
from xlperf.disclosure.inference import Span, Sum
from xlperf.periods import Period, day_name, month_of, month_short, twelve_months_to
from xlperf.tables import schema
from xlperf.tables.comparison import compared_periods
from xlperf.tables.measure_kinds import KINDS, FigureForm
from xlperf.tables.records import SUPPRESS_ALL

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence
    from datetime import date

    from xlperf.config import Settings
    from xlperf.periods import Month
    from xlperf.tables.data import CouncilFamilies, Measure, PeerFigure, SurveyResult, Tables

MOST_PARTS = 4
"""Parts of a total that are looked for among the measures of a priority."""


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


ORDER = tuple(Sort)
"""A month of a chart is given up before a total, an earlier total before the latest, and the
baseline last: it comes again in every issue, so that once shown it cannot be taken back.
"""

Key: TypeAlias = "tuple[Hashable, ...]"


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

    @property
    def small(self) -> tuple[Count, ...]:
        """Counts below the threshold."""
        return tuple(count for count in self.counts if count.value < self.threshold)

    @property
    def primary(self) -> bool:
        """Whether it must not be shown for its own sake."""
        return self.threshold > 0 and (bool(self.small) or not self.judged)

    @property
    def spans(self) -> frozenset[Span]:
        """Spans of the counts it reveals."""
        return frozenset(count.span for count in self.counts)


def threshold_of(measure: Measure) -> int:
    """Counts below this are not shown outside the office; 0: none."""
    return measure.suppress_below or 0


def peer_threshold(msg_measure: str, tables: Tables) -> int:
    """Threshold of the group's figures: the highest of the measures that are compared by them."""
    compared = (measure for measure in tables.measures if measure.msg_measure == msg_measure)
    return max(map(threshold_of, compared), default=0)


def at(settings: Settings, measure: Measure, tables: Tables) -> list[ShownFigure]:
    """Every cell of a measure in the issue of a period end, in a fixed order."""
    table = KINDS[measure.kind].table
    readers = READERS[table.name] if table else ()
    cells = [cell for cells_of in readers for cell in cells_of(settings, measure, tables)]
    return [*cells, *_peers(settings, measure, tables)]


def month_key(measure: str, month: Month) -> Key:
    """Key of a month."""
    return (Sort.MONTH, measure, month)


def year_key(measure: str, period: Period) -> Key:
    """Key of the total that a line of monthly counts shows for twelve months."""
    return ("year", measure, period.first, period.last)


def total_key(measure: str, period: Period) -> Key:
    """Key of a total of the Totals sheet."""
    return ("total", measure, period.first, period.last)


def survey_key(measure: str, end: date) -> Key:
    """Key of a result of a survey."""
    return (Sort.SURVEY, measure, end)


def families_key(measure: str, row: CouncilFamilies) -> Key:
    """Key of the families of a council."""
    return (Sort.FAMILIES, measure, row.period_end, row.council)


def peer_key(msg_measure: str, figure: PeerFigure) -> Key:
    """Key of a figure of the group."""
    return (Sort.PEER, msg_measure, figure.period_end, figure.force)


def amount_key(measure: str) -> Key:
    """Key of an amount of money."""
    return (Sort.AMOUNT, measure)


def _months(settings: Settings, measure: Measure, tables: Tables) -> Iterator[ShownFigure]:
    for month, item in sorted(tables.monthly.get(measure.name, {}).items()):
        if month <= settings.latest.last:
            count = Count(Span((measure.name,), month, month), round(item.count))
            key = month_key(measure.name, month)
            yield ShownFigure(
                Sort.MONTH,
                key,
                measure.name,
                f"month {month_short(month)}",
                (count,),
                threshold_of(measure),
            )


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
            count = Count(Span((measure.name,), period.first, period.last), round(total))
            key = year_key(measure.name, period)
            yield ShownFigure(
                sort, key, measure.name, f"total of {name}", (count,), threshold_of(measure)
            )


def _totals(settings: Settings, measure: Measure, tables: Tables) -> Iterator[ShownFigure]:
    past = [
        total
        for total in tables.totals.get(measure.name, ())
        if total.period.last <= settings.latest.last
    ]
    newest = max((total.period.last for total in past), default=0)
    for total in past:
        period = total.period
        sort = Sort.LATEST if period.last == newest else Sort.EARLIER
        sort = Sort.BASELINE if period == settings.baseline else sort
        count = Count(Span((measure.name,), period.first, period.last), total.count)
        key = total_key(measure.name, period)
        yield ShownFigure(
            sort, key, measure.name, f"total of {period}", (count,), threshold_of(measure)
        )


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
            counts = _answers(
                result, (measure.name,), twelve_months_to(month_of(result.period_end))
            )
            key = survey_key(measure.name, result.period_end)
            what = f"survey of the year to {day_name(result.period_end)}"
            threshold = threshold_of(measure)
            yield ShownFigure(
                Sort.SURVEY, key, measure.name, what, counts, threshold, judged=bool(counts)
            )


def _families(settings: Settings, measure: Measure, tables: Tables) -> Iterator[ShownFigure]:
    for row in tables.families.get(measure.name, ()):
        if row.period_end <= settings.period_end:
            month = month_of(row.period_end)
            counts = tuple(
                Count(Span((measure.name, row.council, name), month, month), value)
                for name, value in family_counts(row).items()
            )
            key = families_key(measure.name, row)
            what = f"families of {row.council} to {day_name(row.period_end)}"
            yield ShownFigure(Sort.FAMILIES, key, measure.name, what, counts, threshold_of(measure))


def family_counts(row: CouncilFamilies) -> dict[str, int]:
    """Families of a council by what they reduced; they add up to those engaged."""
    neither = row.engaged - row.asb_only - row.offending_only - row.both
    return {
        "asb": row.asb_only,
        "offending": row.offending_only,
        "both": row.both,
        "neither": neither,
    }


def _amounts(_settings: Settings, measure: Measure, tables: Tables) -> Iterator[ShownFigure]:
    """Sum of an amount, in the smallest unit of its priority. A threshold of counts says nothing of
    money.

    Only a threshold that cannot be read withholds it, as it does everything of its measure.
    """
    amounts = tables.amounts.get(measure.name, ())
    if amounts:
        total = sum((amount.value for amount in amounts), Decimal(0)).scaleb(
            _decimals(measure.priority, tables)
        )
        threshold = SUPPRESS_ALL if threshold_of(measure) >= SUPPRESS_ALL else 0
        counts = (Count(Span((measure.name,), 0, 0), int(total)),)
        yield ShownFigure(
            Sort.AMOUNT, amount_key(measure.name), measure.name, "amount", counts, threshold
        )


def _decimals(priority: str, tables: Tables) -> int:
    of_priority = {measure.name for measure in tables.measures if measure.priority == priority}
    exponents = [
        exponent
        for name in of_priority
        for amount in tables.amounts.get(name, ())
        if isinstance(exponent := amount.value.as_tuple().exponent, int)
    ]
    return -min(exponents, default=0)


def _peers(settings: Settings, measure: Measure, tables: Tables) -> Iterator[ShownFigure]:
    """Figures of the group. The own force's is tied to the own months or survey where it is the
    same figure.
    """
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
        measure.msg_measure,
        figure.force,
        figure.period_end.isoformat(),
    )
    if figure.count is not None:
        count = Count(Span(chain, period.first, period.last), figure.count)
        if is_own(figure.force, settings):
            own = Case(measure, tables, settings).series.total(period)
            if own is not None and round(own) == figure.count:
                count = Count(Span((measure.name,), period.first, period.last), figure.count)
        people = Count(
            Span((*chain, "denominator"), period.first, period.last), int(figure.denominator or 0)
        )
        return (count, people)
    if figure.n is None:
        return ()
    counts: tuple[Count, ...] = _shares(chain, period, round(figure.rate * figure.n), figure.n)
    if is_own(figure.force, settings):
        results = (
            item
            for item in tables.surveys.get(measure.name, ())
            if item.period_end == figure.period_end
        )
        own_counts = [_answers(result, (measure.name,), period) for result in results]
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


def sums(measures: Sequence[Measure], cells: Mapping[str, Sequence[ShownFigure]]) -> list[Sum]:
    """Find the measures of one priority that are the sum of others, or equal to another, from their
    figures alone.

    A measure is taken as a sum where it is one in more than half of the periods that it has in
    common with its parts. Figures that agree by chance are taken for a sum too: then a little more
    is withheld.
    """
    figures = {measure.name: _by_period(cells.get(measure.name, ())) for measure in measures}
    sums_found: dict[frozenset[Span], Sum] = {}
    for measure in measures:
        others = [other for other in measures if _may_add(measure, other) and figures[other.name]]
        for size in range(1, MOST_PARTS + 1):
            for parts in combinations(others, size):
                for item in _adding(figures[measure.name], [figures[part.name] for part in parts]):
                    sums_found.setdefault(frozenset(item.members), item)
    return list(sums_found.values())


def _may_add(measure: Measure, other: Measure) -> bool:
    if other.name == measure.name or other.priority != measure.priority:
        return False
    kinds = KINDS[measure.kind], KINDS[other.kind]
    return all(kind.counted for kind in kinds) or all(
        kind.form is FigureForm.MONEY for kind in kinds
    )


def _by_period(cells: Sequence[ShownFigure]) -> dict[tuple[int, int], Count]:
    own = (Sort.MONTH, Sort.EARLIER, Sort.LATEST, Sort.BASELINE, Sort.AMOUNT)
    counts = (cell.counts[0] for cell in cells if cell.sort in own)
    return {(count.span.first, count.span.last): count for count in counts}


def _adding(
    whole: Mapping[tuple[int, int], Count], parts: Sequence[Mapping[tuple[int, int], Count]]
) -> list[Sum]:
    common = [period for period in whole if all(period in part for part in parts)]
    holds = [
        period
        for period in common
        if whole[period].value == sum(part[period].value for part in parts)
    ]
    if 2 * len(holds) <= len(common):
        return []
    return [Sum(whole[period].span, tuple(part[period].span for part in parts)) for period in holds]


def issued_at(settings: Settings, end: date) -> Settings:
    """Give the settings with which the issue of an earlier period end was made, as far as they are
    known.
    """
    return replace(settings, period_end=end)
