"""Survey shares against the baseline year (rule 4), other proportions by the same test, and star ratings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from xlperf.assess import rag as rules
from xlperf.assess import readings
from xlperf.assess.basis import as_at_or_end
from xlperf.assess.evidence import Assessment, Caveat, Evidence, Form, Turn
from xlperf.assess.rag import Rag, Reason
from xlperf.config import SmallSurvey
from xlperf.periods import month_name, month_of, twelve_months_to
from xlperf.stats import intervals
from xlperf.stats.rounding import same
from xlperf.tables.tables import Direction

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from xlperf.assess.basis import Case
    from xlperf.tables.tables import SurveyResult

WILSON, NEWCOMBE, WIDEST = "Wilson interval", "Newcombe hybrid score", "widest spread"
MOST_TRIED = 200_000
"""Respondents up to which every possible number of satisfied is tried for the distance to the next colour."""


def assess_survey(case: Case) -> Assessment:
    """Judge a share against that of the baseline year."""
    latest, baseline = _newest(case, _share), _of_baseline(case, _share)
    if latest is None or latest.proportion is None:
        known = Evidence(
            form=Form.SHARE,
            baseline=baseline.proportion if baseline else None,
            n_baseline=baseline.n if baseline else None,
            baseline_name=case.settings.baseline_name,
        )
        return case.without_data("There is no result for the period.", known)
    window = twelve_months_to(month_of(latest.period_end))
    before = baseline.proportion if baseline else None
    effect = case.measure.design_effect
    evidence = Evidence(
        form=Form.SHARE,
        period=str(window),
        latest=latest.proportion,
        n_latest=latest.n,
        baseline=before,
        n_baseline=baseline.n if baseline else None,
        baseline_name=case.settings.baseline_name,
        as_at=as_at_or_end(latest.as_at, window),
        design_effect=effect,
        reading=readings.survey(case.settings, effect),
    )
    caveats = [*case.stale(latest.period_end), *case.revised(before, decimals=1, scale=100.0)]
    caveats += _percent_caveats(latest) + (_percent_caveats(baseline) if baseline else [])
    if baseline is not None and (stopped := _cannot_compare(case, latest)):
        return case.judged(Rag.NA, stopped[0], replace(evidence, missing=stopped[1]), caveats)
    if latest.n is None or (baseline is not None and baseline.n is None):
        which = "latest" if latest.n is None else "baseline"
        missing = f"The {which} result comes without its n, the number who answered."
        return case.judged(Rag.NA, Reason.NO_N, replace(evidence, missing=missing), caveats)
    smallest = min(result.n or 0 for result in (latest, baseline) if result is not None)
    if small := too_small(smallest / effect, case):
        rag, margin = small
        return case.judged(rag, Reason.SMALL_N, _interval_of_one(case, replace(evidence, statistic=margin)), caveats)
    if baseline is None or before is None:
        missing = f"There is no result for {case.settings.baseline_name} to compare with."
        alone = _interval_of_one(case, replace(evidence, missing=missing))
        return case.judged(Rag.NA, Reason.NO_BASELINE, alone, caveats)
    tested = compare_shares(
        evidence, (before, (baseline.n or 0) / effect), (latest.proportion, latest.n, latest.n / effect), case
    )
    return case.judged(*verdict_of(tested, case), tested, caveats)


def too_small(effective: float, case: Case) -> tuple[Rag, float] | None:
    """Colour and worst-case margin, in percentage points, of a survey too small to judge; None when it is not."""
    margin, largest = 100 * float(intervals.worst_margin(effective, z=case.settings.z)), case.settings.largest_margin
    if margin <= largest or same(margin, largest):
        return None
    return (Rag.AMBER if case.settings.small_survey is SmallSurvey.AMBER else Rag.NA), margin


def compare_shares(
    evidence: Evidence, before: tuple[float, float], now: tuple[float, int, float], case: Case
) -> Evidence:
    """Add the interval of the difference of two shares, and the nearest results that would give another colour.

    `before` is a share and its effective number; `now` also has, between them, the number who answered.
    """
    share, effective = before
    latest, n, latest_effective = now
    z, direction = case.settings.z, case.measure.direction
    found = intervals.newcombe(share * effective, effective, latest * latest_effective, latest_effective, z=z)
    lower, upper = float(found.lower), float(found.upper)
    turns: tuple[Turn, ...] = ()
    if n <= MOST_TRIED and direction is not Direction.NONE:
        possible = np.arange(n + 1) / n
        tried = intervals.newcombe(
            np.full(n + 1, share * effective), effective, possible * latest_effective, latest_effective, z=z
        )
        turns = turns_of(possible, tried, latest, direction)
    return replace(evidence, statistic=float(found.estimate), lower=lower, upper=upper, method=NEWCOMBE, turns=turns)


def turns_of(
    possible: npt.NDArray[np.float64], tried: intervals.Interval, latest: float, direction: Direction
) -> tuple[Turn, ...]:
    """Nearest results below and above the latest at which the colour is another. `possible` ascends."""
    rise = (tried.lower > 0).astype(np.int8) - (tried.upper < 0)
    better = rise if direction is Direction.UP else -rise
    here = int(np.argmin(np.abs(possible - latest)))
    other = np.flatnonzero(better != better[here])
    nearest = [int(places[at]) for places, at in ((other[other < here], -1), (other[other > here], 0)) if places.size]
    colours = {1: Rag.GREEN, 0: Rag.AMBER, -1: Rag.RED}
    return tuple(Turn(colours[int(better[place])], float(possible[place])) for place in nearest)


def verdict_of(evidence: Evidence, case: Case) -> rules.Verdict:
    """Colour of a difference whose interval is in the evidence."""
    return rules.change(evidence.lower or 0.0, evidence.upper or 0.0, 0.0, case.measure.direction)


def assess_rating(case: Case) -> Assessment:
    """Judge a mean of stars, 1 to 5, against that of the baseline year.

    Only mean and n are known, not the spread: the widest spread a mean of that size can have is assumed, so a colour
    is given only where any spread would give it.
    """
    latest, baseline = _newest(case, _score), _of_baseline(case, _score)
    if latest is None or latest.score is None:
        known = Evidence(
            form=Form.SCORE,
            baseline=baseline.score if baseline else None,
            baseline_name=case.settings.baseline_name,
        )
        return case.without_data("There is no rating for the period.", known)
    window = twelve_months_to(month_of(latest.period_end))
    before = baseline.score if baseline else None
    evidence = Evidence(
        form=Form.SCORE,
        period=str(window),
        latest=latest.score,
        n_latest=latest.n,
        baseline=before,
        n_baseline=baseline.n if baseline else None,
        baseline_name=case.settings.baseline_name,
        as_at=as_at_or_end(latest.as_at, window),
        reading=readings.rating(case.settings),
    )
    caveats = [*case.stale(latest.period_end), *case.revised(before, decimals=1)]
    if baseline is None or before is None:
        missing = f"There is no rating for {case.settings.baseline_name} to compare with."
        return case.judged(Rag.NA, Reason.NO_BASELINE, replace(evidence, missing=missing), caveats)
    if stopped := _cannot_compare(case, latest):
        return case.judged(Rag.NA, stopped[0], replace(evidence, missing=stopped[1]), caveats)
    if latest.n is None or baseline.n is None:
        which = "latest" if latest.n is None else "baseline"
        missing = f"The {which} mean comes without its n, the number of ratings."
        return case.judged(Rag.NA, Reason.NO_N, replace(evidence, missing=missing), caveats)
    z, direction = case.settings.z, case.measure.direction
    difference = intervals.rating_difference(before, baseline.n, latest.score, latest.n, z=z)
    possible = np.arange(10, 51) / 10
    tried = intervals.rating_difference(before, baseline.n, possible, latest.n, z=z)
    tested = replace(
        evidence,
        statistic=float(difference.estimate),
        lower=float(difference.lower),
        upper=float(difference.upper),
        method=WIDEST,
        turns=() if direction is Direction.NONE else turns_of(possible, tried, latest.score, direction),
    )
    caveats.append((Caveat.WORST_CASE_SPREAD, ""))
    return case.judged(*verdict_of(tested, case), tested, caveats)


def _share(result: SurveyResult) -> float | None:
    return result.proportion


def _score(result: SurveyResult) -> float | None:
    return result.score


def _newest(case: Case, figure: Callable[[SurveyResult], float | None]) -> SurveyResult | None:
    """Newest result with a figure, not after the period end; of two for one period the first, as the check says."""
    results = [
        result
        for result in case.tables.surveys.get(case.measure.name, ())
        if case.settings.baseline_end < result.period_end <= case.settings.period_end and figure(result) is not None
    ]
    return max(results, key=lambda result: result.period_end) if results else None


def _of_baseline(case: Case, figure: Callable[[SurveyResult], float | None]) -> SurveyResult | None:
    results = case.tables.surveys.get(case.measure.name, ())
    end = case.settings.baseline_end
    return next((result for result in results if result.period_end == end and figure(result) is not None), None)


def _interval_of_one(case: Case, evidence: Evidence) -> Evidence:
    """Add the Wilson interval of the latest share, for a line that is not compared with anything."""
    n = (evidence.n_latest or 0) / case.measure.design_effect
    interval = intervals.wilson(float(evidence.latest or 0) * n, n, z=case.settings.z)
    return replace(evidence, lower=float(interval.lower), upper=float(interval.upper), method=WILSON)


def _cannot_compare(case: Case, latest: SurveyResult) -> tuple[Reason, str] | None:
    window, baseline = twelve_months_to(month_of(latest.period_end)), case.settings.baseline
    if window.overlaps(baseline):
        return Reason.OVERLAP, f"The twelve months share months with the baseline year {case.settings.baseline_name}."
    if broken := case.broken(baseline.first, window.last):
        return Reason.BREAK, f"The method changed in {month_name(broken)}, so the two do not compare."
    return None


def _percent_caveats(result: SurveyResult) -> list[tuple[Caveat, str]]:
    if result.successes is not None or result.percent is None or result.n is None:
        return []
    text = intervals.printed_percent(result.percent)
    if not intervals.attainable(text, result.n):
        return [(Caveat.IMPOSSIBLE_PERCENTAGE, f"{text}|{result.n:,}")]
    return [(Caveat.PERCENT_ONLY, "")]
