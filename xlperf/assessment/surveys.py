"""Survey shares against the baseline year (rule 4), other proportions likewise, and stars."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from xlperf.assessment.basis import as_at_or_end
from xlperf.assessment.caveats import AssumedDesignEffect, ImpossiblePercentage, Remark
from xlperf.assessment.evidence import (
    Alone,
    Assessment,
    Figures,
    Limits,
    Rating,
    ShareDifference,
    Survey,
    TooFew,
)
from xlperf.assessment.rag import Rag, Reason
from xlperf.assessment.survey_parts import (
    Sample,
    Shares,
    compare_shares,
    mix_caveats,
    share_difference,
    too_small,
    turns_of,
    verdict_of,
)
from xlperf.frozen import NamedTuple
from xlperf.periods import month_name, month_of, twelve_months_to
from xlperf.stats import intervals
from xlperf.tables.data import Direction
from xlperf.tables.mixes import mix_of, parts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from xlperf.assessment import rag as rules
    from xlperf.assessment.basis import Case
    from xlperf.assessment.caveats import Caveat
    from xlperf.tables.data import SurveyResult

OTHER_DESIGN_EFFECT = 1.5
"""Design effect that is tried where none is given (our choice): errors 22% larger than those of a
simple random sample.
"""


def assess_survey(case: Case) -> Assessment:
    """Judge a share against that of the baseline year."""
    latest, baseline = _newest(case, _share), _of_baseline(case, _share)
    figures = _figures(case, latest, baseline, _share)
    if latest is None:
        return case.without_data("There is no result for the period.", figures)
    effect = case.measure.design_effect
    caveats = case.of_latest(latest)
    if baseline is None:
        return _alone(case, latest, Survey(figures, effect, None), caveats)
    shares = _shares(case, baseline, latest)
    if isinstance(shares, Shares):
        figures = figures._replace(latest=shares.latest.share, baseline=shares.baseline.share)
    elif shares[0] is Reason.MIX:  # the two are of other things: no change is shown either
        figures = figures._replace(baseline=None, n_baseline=None)
    untested = Survey(figures, effect, None)
    caveats += case.revised(None if figures.baseline is None else float(figures.baseline))
    caveats += _percent_caveats(latest) + _percent_caveats(baseline)
    if stopped := _cannot_compare(case, latest):
        return case.judged(Rag.NA, stopped[0], untested, caveats, missing=stopped[1])
    if not isinstance(shares, Shares):
        return case.judged(Rag.NA, shares[0], untested, caveats, missing=shares[1])
    ways = [(part.part, part.counting) for part in parts_of(latest)]
    caveats += mix_caveats(shares, ways, case.settings.baseline_name)
    (rag, reason), result = _judged(shares, case)
    line = case.judged(rag, reason, Survey(figures, effect, result), caveats)
    return _with_assumed_effect(case, line, shares)


class SurveyPoint(NamedTuple):
    """A result of a survey with its range."""

    period_end: date
    share: float
    """0 to 1; of the two periods that are compared, at the mix they are compared at."""
    limits: Limits | None
    """None where n is not known, or parts are not combined at a mix."""
    n: int | None
    provisional: bool


def survey_points(case: Case) -> tuple[SurveyPoint, ...]:
    """Every result of a survey up to the period end, oldest first; of two for one period the first,
    as the check says.
    """
    latest, baseline = _newest(case, _share), _of_baseline(case, _share)
    at_mix: dict[date, Sample] = {}
    if latest is not None and baseline is not None:
        shares = _shares(case, baseline, latest)
        if isinstance(shares, Shares):
            at_mix = {latest.period_end: shares.latest, baseline.period_end: shares.baseline}
    by_end: dict[date, SurveyResult] = {}
    for result in case.tables.surveys.get(case.measure.name, ()):
        if result.period_end <= case.settings.period_end:
            by_end.setdefault(result.period_end, result)
    points = (_point(case, by_end[end], at_mix.get(end)) for end in sorted(by_end))
    return tuple(point for point in points if point is not None)


def _point(case: Case, result: SurveyResult, at_mix: Sample | None) -> SurveyPoint | None:
    sample = at_mix
    if sample is None and not result.parts:
        sample = Sample.of(result, case.measure.design_effect)
    share = result.proportion if sample is None else sample.share
    if share is None:
        return None
    limits = None if sample is None else _interval_of_one(sample, case)
    n = result.n if sample is None else sample.n
    return SurveyPoint(result.period_end, share, limits, n, result.provisional)


def _alone(case: Case, latest: SurveyResult, untested: Survey, caveats: list[Caveat]) -> Assessment:
    """Give the range of a share that there is nothing to compare with."""
    caveats = [*caveats, *case.revised(None), *_percent_caveats(latest)]
    now = Sample.of(latest, untested.design_effect)
    if now is None:
        missing = "The latest result comes without its n, the number who answered."
        return case.judged(Rag.NA, Reason.NO_N, untested, caveats, missing=missing)
    if small := too_small(now, case):
        rag, found = small
        few = replace(untested, result=found._replace(limits=_interval_of_one(now, case)))
        line = case.judged(rag, Reason.SMALL_N, few, caveats)
        return _with_assumed_effect(case, line, now)
    missing = f"There is no result for {case.settings.baseline_name} to compare with."
    alone = replace(untested, result=Alone(_interval_of_one(now, case)))
    line = case.judged(Rag.NA, Reason.NO_BASELINE, alone, caveats, missing=missing)
    return _with_assumed_effect(case, line, now)


def _shares(
    case: Case, baseline: SurveyResult, latest: SurveyResult
) -> Shares | tuple[Reason, str]:
    """Shares of the two periods at one mix, or why they cannot be compared."""
    mix = mix_of(baseline, latest, case.settings.baseline_name)
    if isinstance(mix, str):
        return Reason.MIX, mix
    effect, parts = case.measure.design_effect, parts_of(latest)
    now = _samples([parts[place] for place in mix.order], effect)
    before = _samples(parts_of(baseline), effect)
    if now is None or before is None:
        which = "latest" if now is None else "baseline"
        return Reason.NO_N, f"The {which} result comes without its n, the number who answered."
    return Shares(mix, before, now)


def _samples(parts: Sequence[SurveyResult], effect: float) -> tuple[Sample, ...] | None:
    """Samples of the parts; None where one of them lacks its share or its n."""
    samples = [Sample.of(part, effect) for part in parts]
    known = tuple(sample for sample in samples if sample is not None)
    return known if len(known) == len(samples) else None


def _judged(
    shares: Shares, case: Case, *, turning: bool = True
) -> tuple[rules.Verdict, ShareDifference | TooFew]:
    """Colour of two shares, and what it rests on."""
    if small := too_small(shares, case):
        rag, found = small
        alone = _interval_of_one(shares.newest[0], case) if len(shares.newest) == 1 else None
        return (rag, Reason.SMALL_N), found._replace(limits=alone)
    difference = compare_shares(shares, case, turning=turning)
    return verdict_of(difference, case), difference


def _with_assumed_effect(case: Case, line: Assessment, shares: Shares | Sample) -> Assessment:
    """Add what another design effect would do, where that of 1 is only assumed.

    Nothing is said of colours where a line has none for another reason.
    """
    if not case.measure.effect_assumed or not isinstance(line.evidence, Survey):
        return line
    other = OTHER_DESIGN_EFFECT
    uncoloured = line.reason in (Reason.CONFIG, Reason.NO_DIRECTION)
    rag: Rag | None
    limits: Limits | None
    if isinstance(shares, Sample):
        sample = shares._replace(effective=shares.n / other)
        rag, few = too_small(sample, case) or (None, None)
        limits, margin = _interval_of_one(sample, case), few.margin if few else None
    else:
        (rag, _), result = _judged(shares.at(other), case, turning=False)
        if isinstance(result, TooFew):
            limits, margin = None, result.margin
        else:
            limits, margin = result.limits, None
    now, rag = (None, None) if uncoloured else (line.rag, rag)
    caveat = AssumedDesignEffect(other, rag, now, limits, margin, isinstance(shares, Sample))
    return replace(line, caveats=(*line.caveats, caveat))


def assess_rating(case: Case) -> Assessment:
    """Judge a mean of stars, 1 to 5, against that of the baseline year.

    Only mean and n are known, not the spread: the widest spread a mean of that size can have is
    assumed, so a colour is given only where any spread would give it.
    """
    latest, baseline = _newest(case, _score), _of_baseline(case, _score)
    figures = _figures(case, latest, baseline, _score)
    if any(result is not None and result.parts for result in (latest, baseline)):
        missing = "Stars that come in parts are not combined. Enter one row for each period."
        return case.unjudged(Reason.MIX, missing)
    if latest is None or latest.score is None:
        return case.without_data(
            "There is no rating for the period.", figures._replace(n_baseline=None)
        )
    untested = Rating(figures, None)
    before = baseline.score if baseline else None
    caveats = [*case.of_latest(latest), *case.revised(before)]
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
    n0, n1 = (n / case.measure.design_effect for n in (baseline.n, latest.n))
    found = intervals.rating_difference(before, n0, latest.score, n1, z=z)
    possible = np.arange(10, 51) / 10
    tried = intervals.rating_difference(before, n0, possible, n1, z=z)
    turns = (
        () if direction is Direction.NONE else turns_of(possible, tried, latest.score, direction)
    )
    difference = share_difference(found, latest.score, turns)
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
    """Newest result with a figure, not after the period end; of two for one period the first."""
    results = [
        result
        for result in case.tables.surveys.get(case.measure.name, ())
        if case.settings.baseline_end < result.period_end <= case.settings.period_end
        and (figure(result) is not None or result.parts)
    ]
    return max(results, key=lambda result: result.period_end) if results else None


def _of_baseline(case: Case, figure: Callable[[SurveyResult], float | None]) -> SurveyResult | None:
    results = case.tables.surveys.get(case.measure.name, ())
    end = case.settings.baseline_end
    of_end = (result for result in results if result.period_end == end)
    return next((item for item in of_end if figure(item) is not None or item.parts), None)


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
    """What to bear in mind about percentages of which no counts are known, each once."""
    of_each = [caveat for part in parts_of(result) for caveat in _percent_caveat(part)]
    return list({(type(caveat), caveat): caveat for caveat in of_each}.values())


def _percent_caveat(result: SurveyResult) -> list[Caveat]:
    if result.successes is not None or result.percent is None or result.n is None:
        return []
    text = intervals.printed_percent(result.percent)
    if not intervals.attainable(text, result.n):
        return [ImpossiblePercentage(text, result.n)]
    return [Remark.PERCENT_ONLY]
