"""What of a line can be another number: a lever changes the tables, everything else stays as it is.

A lever is one whole number: offences in the months to come, people satisfied, answers, a count, the
own figure in the group. `Lever.changed` gives the tables and settings with another one.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from functools import partial
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from xlperf.assessment.basis import Basis
from xlperf.assessment.positions import is_own, newest_group
from xlperf.frozen import frozen
from xlperf.periods import Period, last_day
from xlperf.tables.data import MonthCount
from xlperf.tables.measure_kinds import FigureForm
from xlperf.tables.mixes import parts_of, whole_results
from xlperf.tables.records import MOST_ASKED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlperf.assessment.basis import Case
    from xlperf.assessment.evidence import Assessment
    from xlperf.periods import Month
    from xlperf.tables.data import CouncilFamilies, PeerFigure, PeriodTotal, SurveyResult
    from xlperf.tables.rows import DataRow

LARGEST, FEW = 8, 60
"""Counts up to so many times the largest one known, or this many, are tried (our choice)."""
TENTHS = 10
"""Steps of a star, and of a percentage point of a force, as they are published."""


class Quantity(StrEnum):
    """What is another number."""

    MONTHS = "offences in the months to come"
    SATISFIED = "answers that count"
    ASKED = "answers, the share as it is"
    REDUCED = "families with a reduction"
    COUNT = "count of the latest period"
    SCORE = "mean of the stars"
    OWN_COUNT = "own count in the group"
    OWN_SHARE = "own share in the group"


@frozen
class Lever:
    """One whole number that a line rests on."""

    quantity: Quantity
    now: int
    """What it is; of months to come: as many as in the same months before."""
    least: int
    most: int
    changed: Callable[[int], Basis]
    """The tables and settings with another number."""
    open_ended: bool = False
    """Whether it could be larger than any number tried."""
    unit: float = 1.0
    """What one step is of the figure shown."""
    form: FigureForm = FigureForm.COUNT
    """Of the figure shown."""
    period: Period | None = None
    """Months to come, or those that the count is of."""
    filled: bool = False
    """Whether some of the same months before are not known, and others stand for them."""


def share_out(total: int, weights: Sequence[float]) -> list[int]:
    """Whole numbers that add up to a total, in proportion to weights; equal ones where all are 0.

    Each partial sum is rounded, so that no partial sum falls when the total grows by one.
    """
    parts = list(weights) if sum(weights) else [1.0] * len(weights)
    sums = [round(total * part / sum(parts)) for part in accumulate(parts, initial=0.0)]
    return [later - earlier for earlier, later in pairwise(sums)]


# -- months to come


def months_to(case: Case, until: Month) -> Lever | None:
    """Offences from the month after the period end up to `until`, with the season of the latest
    year; None where no month is known.
    """
    last = case.settings.latest.last
    known = {month: item.count for month, item in case.series.by_month.items()}
    if not known:
        return None
    ahead = range(last + 1, until + 1)
    before = [_same_month(known, month, last) for month in ahead]
    weights = [known[month] if month is not None else _mean(known) for month in before]
    now = round(sum(weights))
    largest = max(now, round(_mean(known) * len(ahead)), FEW)
    window = range(last - 11, last + 1)
    return Lever(
        *(Quantity.MONTHS, now, 0, LARGEST * largest),
        partial(_with_months, case, until, weights),
        open_ended=True,
        period=Period(last + 1, until),
        filled=any(month is None or month not in window for month in before),
    )


def _same_month(known: dict[Month, float], month: Month, last: Month) -> Month | None:
    """Find the newest known month with the same place in the year; None: there is none."""
    newest = last - (last - month) % 12
    earlier = range(newest, min(known) - 1, -12)
    return next((item for item in earlier if item in known), None)


def _mean(known: dict[Month, float]) -> float:
    return sum(known.values()) / len(known)


def _with_months(case: Case, until: Month, weights: Sequence[float], total: int) -> Basis:
    last, name = case.settings.latest.last, case.measure.name
    past = {month: item for month, item in case.tables.monthly[name].items() if month <= last}
    counts = enumerate(spread(total, weights), last + 1)
    ahead = {month: _count_of(month, count, case.measure.row) for month, count in counts}
    tables = replace(case.tables, monthly={**case.tables.monthly, name: past | ahead})
    return Basis(tables, replace(case.settings, period_end=last_day(until)))


def _count_of(month: Month, count: float, row: DataRow) -> MonthCount:
    return MonthCount(month, count, provisional=False, as_at=None, row=row)


def spread(total: int, weights: Sequence[float]) -> list[float]:
    """Give each month to come its part of a total, in proportion to weights.

    Each twelve months, counted back from the last, have a whole number together, as a year of
    offences has; the months of one have its season exactly. Whole numbers in each month would make
    a test of months jump from one total to the next.
    """
    starts = [0, *range(len(weights) % 12 or 12, len(weights), 12)]
    years = [weights[start:end] for start, end in pairwise([*starts, len(weights)])]
    totals = share_out(total, [sum(year) for year in years])
    return [
        count * weight / sum(year) if sum(year) else count / len(year)
        for count, year in zip(totals, years, strict=True)
        for weight in year
    ]


# -- surveys and ratings


def answers(case: Case, line: Assessment) -> list[Lever]:
    """People satisfied out of those asked, and asked at the share as it is; none without n."""
    latest = _latest_survey(case, line)
    if latest is None or any(
        part.n is None or part.proportion is None for part in parts_of(latest)
    ):
        return []
    parts = parts_of(latest)
    asked = sum(part.n or 0 for part in parts)
    satisfied = [_satisfied(part) for part in parts]
    if not asked:
        return []
    share = FigureForm.SHARE
    return [
        Lever(
            *(Quantity.SATISFIED, sum(satisfied), 0, asked),
            partial(_with_satisfied, case, latest),
            unit=1 / asked,
            form=share,
        ),
        Lever(
            *(Quantity.ASKED, asked, len(parts), MOST_ASKED),
            partial(_with_asked, case, latest),
            open_ended=True,
        ),
    ]


def stars(case: Case, line: Assessment) -> list[Lever]:
    """Mean of stars, 1 to 5 by tenths, with as many ratings; none where there is no mean."""
    latest = _latest_survey(case, line)
    if latest is None or latest.score is None or latest.parts:
        return []
    return [
        Lever(
            *(Quantity.SCORE, round(TENTHS * latest.score), TENTHS, 5 * TENTHS),
            lambda tenths: _with_result(case, latest, replace(latest, score=tenths / TENTHS)),
            unit=1 / TENTHS,
            form=FigureForm.SCORE,
        )
    ]


def _latest_survey(case: Case, line: Assessment) -> SurveyResult | None:
    """The result whose period the line shows."""
    if line.figures.period is None or line.figures.latest is None:
        return None
    end = last_day(line.figures.period.last)
    results = case.tables.surveys.get(case.measure.name, ())
    return next((result for result in results if result.period_end == end), None)


def _satisfied(part: SurveyResult) -> int:
    if part.successes is not None:
        return part.successes
    return round((part.n or 0) * (part.proportion or 0.0))


def _with_satisfied(case: Case, latest: SurveyResult, satisfied: int) -> Basis:
    """Parts move together: fewer satisfied in one proportion, or fewer of the others."""
    parts = parts_of(latest)
    asked, now = [part.n or 0 for part in parts], [_satisfied(part) for part in parts]
    counts = _moved_together(satisfied, now, asked)
    changed = [
        replace(part, successes=count, percent=None)
        for part, count in zip(parts, counts, strict=True)
    ]
    return _with_parts(case, latest, changed)


def _moved_together(total: int, now: Sequence[int], of: Sequence[int]) -> list[int]:
    """Counts that add up to a total: all fewer in one proportion, or those left of each fewer."""
    if total <= sum(now):
        return share_out(total, now)
    left = [n - count for n, count in zip(of, now, strict=True)]
    others = share_out(sum(of) - total, left)
    return [n - other for n, other in zip(of, others, strict=True)]


def _with_asked(case: Case, latest: SurveyResult, asked: int) -> Basis:
    """Each part asks as large a share of the people as before, and has the share it had."""
    parts = parts_of(latest)
    weights = [float(part.n or 0) for part in parts]
    changed = [
        replace(part, n=max(1, n), successes=None, percent=100 * (part.proportion or 0.0))
        for part, n in zip(parts, share_out(asked, weights), strict=True)
    ]
    return _with_parts(case, latest, changed)


def _with_parts(case: Case, latest: SurveyResult, parts: Sequence[SurveyResult]) -> Basis:
    (changed,) = whole_results(parts)
    return _with_result(case, latest, changed)


def _with_result(case: Case, latest: SurveyResult, changed: SurveyResult) -> Basis:
    name, tables = case.measure.name, case.tables
    results = tuple(changed if item is latest else item for item in tables.surveys[name])
    return Basis(replace(tables, surveys={**tables.surveys, name: results}), case.settings)


# -- totals and families


def count_of_period(case: Case, line: Assessment) -> list[Lever]:
    """Count of the latest period of a total; none where there is no total."""
    period = line.figures.period
    totals = case.tables.totals.get(case.measure.name, ())
    latest = next((total for total in totals if total.period == period), None)
    if latest is None or line.figures.latest is None:
        return []
    unit = float(line.figures.latest) / latest.count if latest.count else 1.0
    largest = max(latest.count, round(float(line.figures.baseline or 0)), FEW)
    counts, basis = (latest.count, 0, LARGEST * largest), partial(_with_count, case, latest)
    return [Lever(Quantity.COUNT, *counts, basis, open_ended=True, unit=unit, period=period)]


def _with_count(case: Case, latest: PeriodTotal, count: int) -> Basis:
    name, tables = case.measure.name, case.tables
    changed = replace(latest, count=count)
    totals = tuple(changed if item is latest else item for item in tables.totals[name])
    return Basis(replace(tables, totals={**tables.totals, name: totals}), case.settings)


def reduced_families(case: Case, line: Assessment) -> list[Lever]:
    """Families with a reduction out of those engaged; none where nobody was."""
    end = line.figures.as_at
    rows = case.tables.families.get(case.measure.name, ())
    newest = {row.council: row for row in reversed(rows) if row.period_end == end}
    latest = list(newest.values())
    engaged = sum(row.engaged for row in latest)
    if not engaged:
        return []
    reduced = [row.reduced(row.counting) for row in latest]
    counts, basis = (sum(reduced), 0, engaged), partial(_with_reduced, case, latest)
    return [Lever(Quantity.REDUCED, *counts, basis, unit=1 / engaged, form=FigureForm.SHARE)]


def _with_reduced(case: Case, latest: Sequence[CouncilFamilies], reduced: int) -> Basis:
    """Councils move together, as the parts of a survey do."""
    engaged = [row.engaged for row in latest]
    now = [row.reduced(row.counting) for row in latest]
    pairs = zip(latest, _moved_together(reduced, now, engaged), strict=True)
    changed = {
        id(row): replace(row, asb_only=0, offending_only=0, both=count) for row, count in pairs
    }
    name, tables = case.measure.name, case.tables
    rows = tuple(changed.get(id(row), row) for row in tables.families[name])
    return Basis(replace(tables, families={**tables.families, name: rows}), case.settings)


# -- positions


def own_figure(case: Case, line: Assessment) -> list[Lever]:
    """The own figure in the group; none where the own force has none."""
    group = newest_group(case)
    own = next((figure for figure in group if is_own(figure.force, case.settings)), None)
    if own is None or line.figures.latest is None:
        return []
    if own.count is None or not own.denominator:
        steps = 100 * TENTHS
        return [
            Lever(
                *(Quantity.OWN_SHARE, round(own.rate * steps), 0, steps),
                lambda step: _with_own(case, own, replace(own, rate=step / steps)),
                unit=1 / steps,
                form=FigureForm.SHARE,
            )
        ]
    denominator = own.denominator
    largest = max(round(max(figure.rate for figure in group) * denominator), FEW)
    return [
        Lever(
            *(Quantity.OWN_COUNT, own.count, 0, LARGEST * largest),
            lambda count: _with_own(case, own, replace(own, count=count, rate=count / denominator)),
            open_ended=True,
            unit=1 / denominator,
            form=FigureForm.RATE,
        )
    ]


def _with_own(case: Case, own: PeerFigure, changed: PeerFigure) -> Basis:
    name, tables = case.measure.msg_measure, case.tables
    figures = tuple(changed if item is own else item for item in tables.peers[name])
    return Basis(replace(tables, peers={**tables.peers, name: figures}), case.settings)
