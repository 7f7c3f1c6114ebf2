"""Survey shares against the baseline year (rule 4), other proportions by the same test, and star ratings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlperf.assess import rag as rules
from xlperf.assess.basis import as_at_or_end, twelve_months_ending
from xlperf.assess.evidence import Assessment, Caveat, Evidence, Form
from xlperf.assess.rag import Rag, Reason
from xlperf.config import CHOICE, SmallSurvey
from xlperf.periods import month_name
from xlperf.stats import intervals

if TYPE_CHECKING:
    from xlperf.assess.basis import Case
    from xlperf.tables.tables import SurveyResult

READING = (
    f"Change: Newcombe's interval for the difference of two shares, method 10 ({CHOICE}; the report asks for 95 %)."
)


def assess_survey(case: Case) -> Assessment:
    """Judge a share against that of the baseline year."""
    latest, baseline = _newest(case), _of_baseline(case)
    if latest is None or latest.proportion is None:
        known = Evidence(form=Form.SHARE, baseline=baseline.proportion if baseline else None)
        return case.without_data("There is no result for the period.", known)
    window = twelve_months_ending(latest.period_end)
    evidence = Evidence(
        form=Form.SHARE,
        period=str(window),
        latest=latest.proportion,
        n_latest=latest.n,
        baseline=baseline.proportion if baseline else None,
        n_baseline=baseline.n if baseline else None,
        baseline_name=case.settings.baseline_name,
        as_at=as_at_or_end(latest.as_at, window),
        design_effect=case.measure.design_effect,
        reading=READING,
    )
    caveats = case.stale(latest.period_end)
    if latest.n is None or (baseline is not None and baseline.n is None):
        which = "The latest result" if latest.n is None else "The baseline result"
        return case.judged(Rag.NA, Reason.NO_N, replace(evidence, missing=f"{which} comes without its n."), caveats)
    caveats += _percent_caveats(latest) + (_percent_caveats(baseline) if baseline else [])
    margin = max(_margin(case, result) for result in (latest, baseline) if result is not None)
    if margin > case.settings.largest_margin:
        small = Rag.AMBER if case.settings.small_survey is SmallSurvey.AMBER else Rag.NA
        return case.judged(small, Reason.SMALL_N, _interval_of_one(case, replace(evidence, statistic=margin)), caveats)
    if baseline is None or baseline.proportion is None:
        missing = f"There is no result for {case.settings.baseline_name} to compare with."
        alone = _interval_of_one(case, replace(evidence, missing=missing))
        return case.judged(Rag.NA, Reason.NO_BASELINE, alone, caveats)
    if stopped := _cannot_compare(case, latest):
        return case.judged(Rag.NA, stopped[0], replace(evidence, missing=stopped[1]), caveats)
    effect = case.measure.design_effect
    before_n, now_n = (baseline.n or 0) / effect, (latest.n or 0) / effect
    difference = intervals.newcombe(
        baseline.proportion * before_n, before_n, latest.proportion * now_n, now_n, z=case.settings.z
    )
    lower, upper = float(difference.lower), float(difference.upper)
    tested = replace(
        evidence, statistic=float(difference.estimate), lower=lower, upper=upper, method="Newcombe hybrid score"
    )
    return case.judged(*rules.change(lower, upper, 0.0, case.measure.direction), tested, caveats)


def assess_rating(case: Case) -> Assessment:
    """Judge a mean of stars, 1 to 5, against that of the baseline year.

    Only mean and n are known, not the spread: the widest spread a mean of that size can have is assumed, so a colour
    is given only where any spread would give it.
    """
    latest, baseline = _newest(case), _of_baseline(case)
    if latest is None or latest.score is None:
        return case.without_data("There is no rating for the period.", Evidence(form=Form.SCORE))
    window = twelve_months_ending(latest.period_end)
    evidence = Evidence(
        form=Form.SCORE,
        period=str(window),
        latest=latest.score,
        n_latest=latest.n,
        baseline=baseline.score if baseline else None,
        n_baseline=baseline.n if baseline else None,
        baseline_name=case.settings.baseline_name,
        as_at=as_at_or_end(latest.as_at, window),
        reading=f"Change: difference of two means, each with the widest spread it can have ({CHOICE}).",
    )
    caveats = case.stale(latest.period_end)
    if latest.n is None:
        return case.judged(Rag.NA, Reason.NO_N, replace(evidence, missing="The mean comes without its n."), caveats)
    if baseline is None or baseline.score is None or baseline.n is None:
        missing = f"There is no rating for {case.settings.baseline_name} to compare with."
        return case.judged(Rag.NA, Reason.NO_BASELINE, replace(evidence, missing=missing), caveats)
    if stopped := _cannot_compare(case, latest):
        return case.judged(Rag.NA, stopped[0], replace(evidence, missing=stopped[1]), caveats)
    difference = intervals.rating_difference(baseline.score, baseline.n, latest.score, latest.n, z=case.settings.z)
    lower, upper = float(difference.lower), float(difference.upper)
    tested = replace(evidence, statistic=float(difference.estimate), lower=lower, upper=upper, method="widest spread")
    caveats.append((Caveat.WORST_CASE_SPREAD, ""))
    return case.judged(*rules.change(lower, upper, 0.0, case.measure.direction), tested, caveats)


def _newest(case: Case) -> SurveyResult | None:
    """Newest result not after the period end; of two for one period the first, as the check says."""
    results = [
        result
        for result in case.tables.surveys.get(case.measure.name, ())
        if case.settings.baseline_end < result.period_end <= case.settings.period_end
    ]
    return max(results, key=lambda result: result.period_end) if results else None


def _of_baseline(case: Case) -> SurveyResult | None:
    return next(
        (
            result
            for result in case.tables.surveys.get(case.measure.name, ())
            if result.period_end == case.settings.baseline_end
        ),
        None,
    )


def _margin(case: Case, result: SurveyResult) -> float:
    """Worst-case margin of a result, in percentage points."""
    return 100 * float(intervals.worst_margin((result.n or 0) / case.measure.design_effect, z=case.settings.z))


def _interval_of_one(case: Case, evidence: Evidence) -> Evidence:
    """Add the Wilson interval of the latest share, for a line that is not compared with anything."""
    n = (evidence.n_latest or 0) / case.measure.design_effect
    interval = intervals.wilson(float(evidence.latest or 0) * n, n, z=case.settings.z)
    return replace(evidence, lower=float(interval.lower), upper=float(interval.upper), method="Wilson interval")


def _cannot_compare(case: Case, latest: SurveyResult) -> tuple[Reason, str] | None:
    window, baseline = twelve_months_ending(latest.period_end), case.settings.baseline
    if window.overlaps(baseline):
        return Reason.OVERLAP, f"The twelve months share months with the baseline year {case.settings.baseline_name}."
    if broken := case.broken(baseline.first, window.last):
        return Reason.BREAK, f"The method changed in {month_name(broken)}."
    return None


def _percent_caveats(result: SurveyResult) -> list[tuple[Caveat, str]]:
    if result.successes is not None or result.percent is None or result.n is None:
        return []
    text = f"{result.percent:.10f}".rstrip("0").rstrip(".")
    if not intervals.attainable(text, result.n, len(text.partition(".")[2])):
        return [(Caveat.IMPOSSIBLE_PERCENTAGE, f"{text} % of n = {result.n:,}")]
    return [(Caveat.PERCENT_ONLY, "")]
