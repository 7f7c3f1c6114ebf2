"""Two periods of monthly counts: their figures, why they may not compare, and the test of them."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from xlperf.assessment.basis import Case, name_months
from xlperf.assessment.caveats import Provisional
from xlperf.assessment.evidence import ChangeTest, Figures
from xlperf.assessment.rag import Reason
from xlperf.frozen import NamedTuple
from xlperf.periods import last_day, month_name

if TYPE_CHECKING:
    from xlperf.assessment.caveats import Caveat
    from xlperf.assessment.evidence import ChangeFinding, TurningFigure
    from xlperf.assessment.two_years import YearsCompared
    from xlperf.periods import Period


def month_figures(
    case: Case, latest: Period, against: Period | None, baseline: float | None
) -> tuple[Figures, list[Caveat]]:
    """Give the two figures, and a caveat where latest months are provisional."""
    series = case.series
    months = [series.by_month[month] for month in latest.months if month in series.by_month]
    dates = [item.as_at for item in months if item.as_at]
    provisional = sum(item.provisional for item in months)
    as_at = max(dates) if dates else last_day(max(series.by_month))
    figures = Figures(
        period=latest, latest=series.total(latest), as_at=as_at, against=against, baseline=baseline
    )
    return figures, [Provisional(provisional)] if provisional else []


class PeriodWords(NamedTuple):
    """How the sentences name the earlier period."""

    of_it: str
    """Such as: In the baseline year."""
    name: str
    both: str
    """It and the latest one: years."""


def latest_gap(case: Case, period: Period) -> tuple[Reason, str] | None:
    """Say which months up to now lack, if some do, and which of them will never come."""
    gaps = case.series.missing(period)
    if not gaps:
        return None
    lost = [month for month in gaps if month in case.series.lost]
    others = [month for month in gaps if month not in case.series.lost]
    said = [f"There is no complete count for {name_months(others)}."] if others else []
    if lost:
        said.append(f"There is no count for {name_months(lost)}, and none will come.")
    if not others:
        return Reason.MONTH_LOST, said[0]
    begins = min(case.series.by_month) > period.first
    return Reason.TOO_SHORT if begins else Reason.INSUFFICIENT_DATA, " ".join(said)


def earlier_gap(
    case: Case, latest: Period, against: Period, words: PeriodWords
) -> tuple[Reason, str] | None:
    """Say which of the earlier months lack, or that recording changed between, if so."""
    if gaps := case.series.missing(against):
        if later := case.recorded_later(against, min(case.series.by_month)):
            return Reason.RECORDED_LATER, f"{later} So there is no {words.name} to compare with."
        if case.series.lost.issuperset(gaps):
            lost = f"{words.of_it} there is no count for {name_months(gaps)}, and none will come."
            return Reason.MONTH_LOST, lost
        lacking = f"{words.of_it} there is no complete count for {name_months(gaps)}."
        return Reason.NO_BASELINE, lacking
    if broken := case.broken(against.first, latest.last):
        changed = f"Recording changed in {month_name(broken)}"
        return Reason.BREAK, f"{changed}, so the two {words.both} do not compare."
    return None


def change_test(
    compared: YearsCompared, finding: ChangeFinding | None, turns: tuple[TurningFigure, ...]
) -> ChangeTest:
    """Keep the test of two periods as evidence; limits and dispersion only where they decide."""
    by_interval = compared.by_interval
    return ChangeTest(
        method=compared.method,
        before=compared.before,
        latest=compared.latest,
        p=compared.p,
        ratio=compared.ratio if isfinite(compared.ratio) else None,
        limits=compared.limits if by_interval else None,
        phi=compared.phi if by_interval else None,
        rho=compared.rho if by_interval else None,
        design_effect=compared.effect if by_interval else None,
        years=compared.years,
        months=compared.months,
        finding=finding,
        turns=turns,
    )
