"""Survey shares against the baseline year (rule 4), other proportions by the same test, and star
ratings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xlperf.assessment import rag as rules
from xlperf.assessment.basis import as_at_or_end
from xlperf.assessment.caveats import ImpossiblePercentage, Remark
from xlperf.assessment.evidence import (
    Alone,
    Assessment,
    Figures,
    Limits,
    Rating,
    ShareDifference,
    Survey,
    TooFew,
    TurningFigure,
)
from xlperf.assessment.rag import Rag, Reason
from xlperf.config import SmallSurvey
from xlperf.periods import month_name, month_of, twelve_months_to
from xlperf.stats import intervals
from xlperf.stats.rounding import same
from xlperf.tables.data import Direction

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from xlperf.assessment.basis import Case
    from xlperf.assessment.caveats import Caveat
    from xlperf.tables.data import SurveyResult

MOST_TRIED = 200_000
"""Respondents up to which every possible number of satisfied is tried for the distance to the next
colour.
"""


class Sample(NamedTuple):
    """A share of some, and how many they count as."""

    share: float
    n: int
    effective: float

    @classmethod
    def of(cls, result: SurveyResult | None, effect: float) -> Sample | None:
        """Take a result that has a share and its n; None where there is none."""
        if result is None or result.proportion is None or result.n is None:
            return None
        return cls(result.proportion, result.n, result.n / effect)


def assess_survey(case: Case) -> Assessment:
    """Judge a share against that of the baseline year."""
    latest, baseline = _newest(case, _share), _of_baseline(case, _share)
    figures = _figures(case, latest, baseline, _share)
    if latest is None:
        return case.without_data("There is no result for the period.", figures)
    effect = case.measure.design_effect
    untested = Survey(figures, effect, None)
    caveats = [
        *case.stale(latest.period_end),
        *case.revised(baseline.proportion if baseline else None),
    ]
    caveats += _percent_caveats(latest) + (_percent_caveats(baseline) if baseline else [])
    if baseline is not None and (stopped := _cannot_compare(case, latest)):
        return case.judged(Rag.NA, stopped[0], untested, caveats, missing=stopped[1])
    now, before = Sample.of(latest, effect), Sample.of(baseline, effect)
    if now is None or (baseline is not None and before is None):
        which = "latest" if now is None else "baseline"
        missing = f"The {which} result comes without its n, the number who answered."
        return case.judged(Rag.NA, Reason.NO_N, untested, caveats, missing=missing)
    if small := too_small(before, now, case):
        rag, found = small
        few = Survey(figures, effect, found._replace(limits=_interval_of_one(now, case)))
        return case.judged(rag, Reason.SMALL_N, few, caveats)
    if before is None:
        missing = f"There is no result for {case.settings.baseline_name} to compare with."
        alone = Survey(figures, effect, Alone(_interval_of_one(now, case)))
        return case.judged(Rag.NA, Reason.NO_BASELINE, alone, caveats, missing=missing)
    difference = compare_shares(before, now, case)
    return case.judged(*verdict_of(difference, case), Survey(figures, effect, difference), caveats)


def too_small(before: Sample | None, now: Sample, case: Case) -> tuple[Rag, TooFew] | None:
    """Colour of a survey too small to judge, and how far it can be off; None when it is not too
    small.
    """
    smallest = min(sample.effective for sample in (now, before) if sample is not None)
    margin, largest = (
        100 * float(intervals.worst_margin(smallest, z=case.settings.z)),
        case.settings.largest_margin,
    )
    if margin <= largest or same(margin, largest):
        return None
    rag = Rag.AMBER if case.settings.small_survey is SmallSurvey.AMBER else Rag.NA
    return rag, TooFew(margin, before.n if before is not None and before.n < now.n else None, None)


def compare_shares(before: Sample, now: Sample, case: Case) -> ShareDifference:
    """Give the interval of the difference of two shares, and the nearest results that would give
    another colour.
    """
    z, direction = case.settings.z, case.measure.direction
    satisfied, effective = before.share * before.effective, before.effective
    found = intervals.newcombe(satisfied, effective, now.share * now.effective, now.effective, z=z)
    turns: tuple[TurningFigure, ...] = ()
    if now.n <= MOST_TRIED and direction is not Direction.NONE:
        possible = np.arange(now.n + 1) / now.n
        tried = intervals.newcombe(
            np.full(now.n + 1, satisfied), effective, possible * now.effective, now.effective, z=z
        )
        turns = turns_of(possible, tried, now.share, direction)
    return _difference(found, now.share, turns)


def _difference(
    found: intervals.Interval, now: float, turns: tuple[TurningFigure, ...]
) -> ShareDifference:
    return ShareDifference(
        float(found.estimate), Limits(float(found.lower), float(found.upper)), now, turns
    )


def turns_of(
    possible: npt.NDArray[np.float64],
    tried: intervals.Interval,
    latest: float,
    direction: Direction,
) -> tuple[TurningFigure, ...]:
    """Nearest results below and above the latest at which the colour is another. `possible`
    ascends.
    """
    rise = (tried.lower > 0).astype(np.int8) - (tried.upper < 0)
    better = rise if direction is Direction.UP else -rise
    here = int(np.argmin(np.abs(possible - latest)))
    other = np.flatnonzero(better != better[here])
    nearest = [
        int(places[at])
        for places, at in ((other[other < here], -1), (other[other > here], 0))
        if places.size
    ]
    colours = {1: Rag.GREEN, 0: Rag.AMBER, -1: Rag.RED}
    return tuple(
        TurningFigure(colours[int(better[place])], float(possible[place])) for place in nearest
    )


def verdict_of(difference: ShareDifference, case: Case) -> rules.Verdict:
    """Colour of a difference by its range."""
    return rules.change(*difference.limits, 0.0, case.measure.direction)


def assess_rating(case: Case) -> Assessment:
    """Judge a mean of stars, 1 to 5, against that of the baseline year.

    Only mean and n are known, not the spread: the widest spread a mean of that size can have is
    assumed, so a colour is given only where any spread would give it.
    """
    latest, baseline = _newest(case, _score), _of_baseline(case, _score)
    figures = _figures(case, latest, baseline, _score)
    if latest is None or latest.score is None:
        return case.without_data(
            "There is no rating for the period.", figures._replace(n_baseline=None)
        )
    untested = Rating(figures, None)
    before = baseline.score if baseline else None
    caveats = [*case.stale(latest.period_end), *case.revised(before)]
    if baseline is None or before is None:
        missing = f"There is no rating for {case.settings.baseline_name} to compare with."
        return case.judged(Rag.NA, Reason.NO_BASELINE, untested, caveats, missing=missing)
    if stopped := _cannot_compare(case, latest):
        return case.judged(Rag.NA, stopped[0], untested, caveats, missing=stopped[1])
    if latest.n is None or baseline.n is None:
        which = "latest" if latest.n is None else "baseline"
        missing = f"The {which} mean comes without its n, the number of ratings."
        return case.judged(Rag.NA, Reason.NO_N, untested, caveats, missing=missing)
    z, direction = case.settings.z, case.measure.direction
    found = intervals.rating_difference(before, baseline.n, latest.score, latest.n, z=z)
    possible = np.arange(10, 51) / 10
    tried = intervals.rating_difference(before, baseline.n, possible, latest.n, z=z)
    turns = (
        () if direction is Direction.NONE else turns_of(possible, tried, latest.score, direction)
    )
    difference = _difference(found, latest.score, turns)
    caveats.append(Remark.WORST_CASE_SPREAD)
    return case.judged(*verdict_of(difference, case), Rating(figures, difference), caveats)


def _figures(
    case: Case,
    latest: SurveyResult | None,
    baseline: SurveyResult | None,
    figure: Callable[[SurveyResult], float | None],
) -> Figures:
    known = Figures(against=case.settings.baseline)
    if baseline is not None:
        known = known._replace(baseline=figure(baseline), n_baseline=baseline.n)
    if latest is None:
        return known
    window = twelve_months_to(month_of(latest.period_end))
    as_at = as_at_or_end(latest.as_at, window)
    return known._replace(period=window, latest=figure(latest), n_latest=latest.n, as_at=as_at)


def _share(result: SurveyResult) -> float | None:
    return result.proportion


def _score(result: SurveyResult) -> float | None:
    return result.score


def _newest(case: Case, figure: Callable[[SurveyResult], float | None]) -> SurveyResult | None:
    """Newest result with a figure, not after the period end; of two for one period the first, as
    the check says.
    """
    results = [
        result
        for result in case.tables.surveys.get(case.measure.name, ())
        if case.settings.baseline_end < result.period_end <= case.settings.period_end
        and figure(result) is not None
    ]
    return max(results, key=lambda result: result.period_end) if results else None


def _of_baseline(case: Case, figure: Callable[[SurveyResult], float | None]) -> SurveyResult | None:
    results = case.tables.surveys.get(case.measure.name, ())
    end = case.settings.baseline_end
    return next(
        (result for result in results if result.period_end == end and figure(result) is not None),
        None,
    )


def _interval_of_one(sample: Sample, case: Case) -> Limits:
    """Wilson interval of a share, for a line that is not compared with anything."""
    found = intervals.wilson(sample.share * sample.effective, sample.effective, z=case.settings.z)
    return Limits(float(found.lower), float(found.upper))


def _cannot_compare(case: Case, latest: SurveyResult) -> tuple[Reason, str] | None:
    window, baseline = twelve_months_to(month_of(latest.period_end)), case.settings.baseline
    if window.overlaps(baseline):
        return (
            Reason.OVERLAP,
            f"The twelve months share months with the baseline year {case.settings.baseline_name}.",
        )
    if broken := case.broken(baseline.first, window.last):
        return (
            Reason.BREAK,
            f"The method changed in {month_name(broken)}, so the two do not compare.",
        )
    return None


def _percent_caveats(result: SurveyResult) -> list[Caveat]:
    if result.successes is not None or result.percent is None or result.n is None:
        return []
    text = intervals.printed_percent(result.percent)
    if not intervals.attainable(text, result.n):
        return [ImpossiblePercentage(text, result.n)]
    return [Remark.PERCENT_ONLY]
