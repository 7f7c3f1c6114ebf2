"""Counts that come only as period totals, cohorts among them (the totals rule). A half year is annualised."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING

from xlperf.assess import rag as rules
from xlperf.assess import readings
from xlperf.assess.basis import as_at_or_end
from xlperf.assess.evidence import Assessment, Caveat, Evidence, Turn
from xlperf.assess.rag import Rag, Reason
from xlperf.periods import Period, last_day, month_name
from xlperf.stats import change
from xlperf.tables.tables import Direction

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlperf.assess.basis import Case
    from xlperf.tables.tables import PeriodTotal

LARGEST_SEARCHED = 1 << 24
"""Count beyond which no other colour is looked for."""


def assess_total(case: Case) -> Assessment:
    """Judge the newest total against the baseline year, or, without one, against the same months a year before."""
    totals = [
        total
        for total in case.tables.totals.get(case.measure.name, ())
        if case.settings.baseline.last < total.period.last <= case.settings.latest.last
    ]
    name = case.settings.baseline_name
    baseline = _total_for(case, case.settings.baseline)
    if not totals:
        known = Evidence(baseline=None if baseline is None else float(baseline.count), baseline_name=name)
        return case.without_data("There is no total for the period.", known)
    latest = max(totals, key=lambda total: (total.period.last, total.period.length))
    caveats = case.stale(last_day(latest.period.last))
    if baseline is None:
        before = Period(latest.period.first - 12, latest.period.last - 12)
        baseline = _total_for(case, before)
        if baseline is not None:
            name = str(before)
            caveats.append((Caveat.LAST_YEAR, name))
    else:
        caveats += case.revised(float(baseline.count))
    scale = baseline.period.length / latest.period.length if baseline else 1.0
    if scale != 1:
        caveats.append((Caveat.ANNUALISED, f"{latest.count:,}|{latest.period.length}"))
    evidence = Evidence(
        period=str(latest.period),
        baseline_name=name,
        baseline=None if baseline is None else float(baseline.count),
        latest=latest.count * scale,
        as_at=as_at_or_end(latest.as_at, latest.period),
    )
    if baseline is None:
        missing = f"There is no total for {name}, nor for the same months a year before."
        return case.judged(Rag.NA, Reason.NO_BASELINE, replace(evidence, missing=missing), caveats)
    if latest.period.overlaps(baseline.period):
        missing = f"The period shares months with {name}."
        return case.judged(Rag.NA, Reason.OVERLAP, replace(evidence, missing=missing), caveats)
    if broken := case.broken(baseline.period.first, latest.period.last):
        missing = f"Recording changed in {month_name(broken)}, so the two totals do not compare."
        return case.judged(Rag.NA, Reason.BREAK, replace(evidence, missing=missing), caveats)
    return _tested(case, baseline, latest, evidence, caveats)


def _total_for(case: Case, period: Period) -> PeriodTotal | None:
    return next((total for total in case.tables.totals.get(case.measure.name, ()) if total.period == period), None)


def _tested(
    case: Case, baseline: PeriodTotal, latest: PeriodTotal, evidence: Evidence, caveats: list[tuple[Caveat, str]]
) -> Assessment:
    settings, direction = case.settings, case.measure.direction
    before_years, now_years = baseline.period.length / 12, latest.period.length / 12

    def test(count: int) -> change.TotalsChange:
        return change.totals_change(
            float(baseline.count),
            float(count),
            baseline_exposure=before_years,
            latest_exposure=now_years,
            phi=settings.assumed_dispersion,
            z=settings.z,
        )

    def exact(count: int, found: change.TotalsChange) -> bool:
        return found.method == "E-test" or min(baseline.count, count) == 0

    def verdict(count: int, found: change.TotalsChange) -> rules.Verdict:
        if exact(count, found):
            fewer = count * baseline.period.length < baseline.count * latest.period.length
            level = change.two_sided_level(settings.z)
            return rules.by_p(found.p, fewer=fewer, level=level, direction=direction)
        return rules.change(found.lower, found.upper, 1.0, direction)

    def colour(count: int) -> Rag:
        return verdict(count, test(count))[0]

    found = test(latest.count)
    by_interval = not exact(latest.count, found)
    scale = baseline.period.length / latest.period.length
    turns = () if direction is Direction.NONE else _turns(colour, latest.count, scale)
    tested = replace(
        evidence,
        statistic=found.ratio if isfinite(found.ratio) else None,
        lower=found.lower if by_interval else None,
        upper=found.upper if by_interval else None,
        p=found.p,
        phi=found.phi,
        method=found.method,
        turns=turns,
        reading=readings.totals(settings, found.method),
    )
    if baseline.count == 0 and latest.count == 0:
        return case.judged(Rag.AMBER, Reason.NO_CHANGE_FROM_ZERO, tested, caveats)
    if found.method == "E-test":
        caveats.append((Caveat.SMALL_NUMBERS, f"{baseline.count} and {latest.count}"))
    else:
        caveats.append((Caveat.ASSUMED_DISPERSION, f"{found.phi:g}"))
    return case.judged(*verdict(latest.count, found), tested, caveats)


def _turns(colour: Callable[[int], Rag], now: int, scale: float) -> tuple[Turn, ...]:
    """Nearest counts below and above at which the colour is another, in the unit of the figure shown."""
    here = colour(now)
    turns = []
    for bound in (0, LARGEST_SEARCHED):
        inner, step = now, 1
        outer = now
        while outer != bound and colour(outer) is here:
            inner, outer = outer, max(bound, now - step) if bound < now else min(bound, now + step)
            step *= 2
        if colour(outer) is here:
            continue
        while abs(outer - inner) > 1:
            middle = (inner + outer) // 2
            inner, outer = (middle, outer) if colour(middle) is here else (inner, middle)
        turns.append(Turn(colour(outer), outer * scale))
    return tuple(turns)
