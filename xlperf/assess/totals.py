"""Counts that come only as period totals (the totals rule), cohorts among them; a half year is annualised and says so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlperf.assess import rag as rules
from xlperf.assess.basis import as_at_or_end
from xlperf.assess.evidence import Assessment, Caveat, Evidence
from xlperf.assess.rag import Rag, Reason
from xlperf.config import CHOICE
from xlperf.periods import Period, last_day, month_name
from xlperf.stats import change
from xlperf.tables.tables import Direction

if TYPE_CHECKING:
    from xlperf.assess.basis import Case
    from xlperf.tables.tables import PeriodTotal


def assess_total(case: Case) -> Assessment:
    """Judge the newest total against the baseline year, or, without one, against the same months a year before."""
    totals = [
        total
        for total in case.tables.totals.get(case.measure.name, ())
        if case.settings.baseline.last < total.period.last <= case.settings.latest.last
    ]
    baseline = _total_for(case, case.settings.baseline)
    if not totals:
        return case.without_data("There is no total for the period.", _known(baseline))
    latest = max(totals, key=lambda total: (total.period.last, total.period.length))
    caveats = case.stale(last_day(latest.period.last))
    name = case.settings.baseline_name
    if baseline is None:
        before = Period(latest.period.first - 12, latest.period.last - 12)
        baseline = _total_for(case, before)
        if baseline is not None:
            name = str(before)
            caveats.append((Caveat.LAST_YEAR, name))
    exposure = latest.period.length / 12
    compared_exposure = baseline.period.length / 12 if baseline else 1.0
    scale = compared_exposure / exposure if baseline else 1.0
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
        missing = f"Recording changed in {month_name(broken)}."
        return case.judged(Rag.NA, Reason.BREAK, replace(evidence, missing=missing), caveats)
    return _tested(case, baseline, latest, evidence, caveats)


def _total_for(case: Case, period: Period) -> PeriodTotal | None:
    return next((total for total in case.tables.totals.get(case.measure.name, ()) if total.period == period), None)


def _known(baseline: PeriodTotal | None) -> Evidence:
    return Evidence() if baseline is None else Evidence(baseline=float(baseline.count))


def _tested(
    case: Case, baseline: PeriodTotal, latest: PeriodTotal, evidence: Evidence, caveats: list[tuple[Caveat, str]]
) -> Assessment:
    phi = case.settings.assumed_dispersion
    result = change.totals_change(
        float(baseline.count),
        float(latest.count),
        baseline_exposure=baseline.period.length / 12,
        latest_exposure=latest.period.length / 12,
        phi=phi,
        z=case.settings.z,
    )
    p, lower, upper = float(result.p), float(result.lower), float(result.upper)
    tested = replace(
        evidence,
        statistic=float(result.ratio),
        lower=lower,
        upper=upper,
        p=p,
        phi=float(result.phi),
        method=result.method,
        reading=f"Change: rate ratio of the two totals at their true lengths, {result.method} ({CHOICE}).",
    )
    if baseline.count == 0 and latest.count == 0:
        return case.judged(Rag.AMBER, Reason.NO_CHANGE_FROM_ZERO, tested, caveats)
    if result.method == "E-test":
        caveats.append((Caveat.SMALL_NUMBERS, f"{baseline.count} and {latest.count}"))
        if p >= change.two_sided_level(case.settings.z):
            return case.judged(Rag.AMBER, Reason.NO_EVIDENCE, tested, caveats)
        fewer = latest.count / latest.period.length < baseline.count / baseline.period.length
        better = fewer is (case.measure.direction is not Direction.UP)
        verdict = (Rag.GREEN, Reason.BETTER) if better else (Rag.RED, Reason.WORSE)
        return case.judged(*verdict, tested, caveats)
    caveats.append((Caveat.ASSUMED_DISPERSION, f"{phi:g}"))
    return case.judged(*rules.change(lower, upper, 1.0, case.measure.direction), tested, caveats)
