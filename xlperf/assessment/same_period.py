"""Monthly counts that are not compared with the baseline year: the year to date or a quarter
against the same months a year before, or twelve months against a target (the totals rule).
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from xlperf.assessment.caveats import Remark, SmallNumbers
from xlperf.assessment.chart import WANDERS
from xlperf.assessment.evidence import FINDINGS, Total, TurningFigure
from xlperf.assessment.months_compared import (
    PeriodWords,
    change_test,
    earlier_gap,
    latest_gap,
    month_figures,
)
from xlperf.assessment.rag import Rag, Reason
from xlperf.assessment.totals import against_target, compare_totals
from xlperf.assessment.two_years import compare_same_months
from xlperf.stats import change
from xlperf.tables.comparison import compared_periods
from xlperf.tables.data import Direction, PeriodTotal

if TYPE_CHECKING:
    from datetime import date

    from xlperf.assessment.basis import Case
    from xlperf.assessment.caveats import Caveat
    from xlperf.assessment.evidence import Assessment, Figures
    from xlperf.assessment.two_years import YearsCompared
    from xlperf.periods import Period


def assess_same_period(case: Case) -> Assessment:
    """Judge the main line of a measure of monthly counts by what it is compared with."""
    settings, series = case.settings, case.series
    latest, against = compared_periods(case.measure, settings)
    baseline = case.measure.target if against is None else series.total(against)
    figures, caveats = month_figures(case, latest, against, baseline)
    if stopped := _cannot_compare(case, latest, against):
        return case.unjudged(*stopped, figures, caveats)
    now = _total(case, latest, figures.as_at)
    if against is None:
        return against_target(case, now, caveats)
    compared = compare_same_months(series, against, latest, settings.z)
    if compared is None:
        return compare_totals(case, _total(case, against, None), now, figures, caveats)
    return _judged(case, compared, figures, caveats)


def _total(case: Case, period: Period, as_at: date | None) -> PeriodTotal:
    return PeriodTotal(period, round(case.series.counts(period).sum()), as_at, case.measure.row)


def _cannot_compare(
    case: Case, latest: Period, against: Period | None
) -> tuple[Reason, str] | None:
    """Say why the periods cannot be compared, if they cannot."""
    if (stopped := latest_gap(case, latest)) or against is None:
        return stopped
    words = PeriodWords("Of the same months a year before", str(against), "periods")
    return earlier_gap(case, latest, against, words)


def _judged(
    case: Case, compared: YearsCompared, figures: Figures, caveats: list[Caveat]
) -> Assessment:
    direction = case.measure.direction
    if not (compared.before or compared.latest):
        rag, reason = Rag.AMBER, Reason.NO_CHANGE_FROM_ZERO
    else:
        rag, reason = compared.verdict(direction, case.settings.z)
        if max(compared.before, compared.latest) < change.E_TEST_LIMIT:
            caveats.append(
                SmallNumbers(round(compared.before), round(compared.latest), yearly=False)
            )
    if compared.wandering > WANDERS:
        caveats.append(Remark.WANDERS)
    coloured = direction is not Direction.NONE
    finding = FINDINGS[rag] if coloured else None
    tested = change_test(compared, finding, _turns(compared, direction) if coloured else ())
    return case.judged(rag, reason, Total(figures, tested), caveats)


def _turns(compared: YearsCompared, direction: Direction) -> tuple[TurningFigure, ...]:
    """Nearest latest totals that would give another colour, where the months stay as they are."""
    fewer, more = (Rag.RED, Rag.GREEN) if direction is Direction.UP else (Rag.GREEN, Rag.RED)
    here, fall, rise = compared.latest, compared.fall, compared.rise
    turns = (
        (fewer, fall) if here > fall else (Rag.AMBER, fall + 1),
        (more, rise) if here < rise else (Rag.AMBER, rise - 1),
    )
    return tuple(TurningFigure(rag, at) for rag, at in turns if isfinite(at))
