"""The numbers that a rule compared, of any kind of line, side by side: for the columns of Workings
and their like.
"""

from __future__ import annotations

from typing import assert_never

from xlperf.assessment import evidence as kinds
from xlperf.frozen import NamedTuple


class Numbers(NamedTuple):
    """None for those that a kind of line does not have."""

    statistic: float | None = None
    """The quantity compared: a ratio, difference, mean, rate, or margin of a small survey."""
    lower: float | None = None
    centre: float | None = None
    upper: float | None = None
    """`lower` and `upper` are control lines, or limits of the change or of a share alone."""
    p: float | None = None
    phi: float | None = None
    rho: float | None = None
    design_effect: float | None = None
    target: float | None = None


def numbers_of(evidence: kinds.Evidence) -> Numbers:
    """Gather them."""
    match evidence:
        case kinds.Offences(test=test, outlook=outlook):
            found = _of_change(test)._replace(target=outlook.threshold)
        case kinds.Total(test=test):
            found = _of_change(test)
        case kinds.Position():
            found = _of_lines(evidence.lines)
        case kinds.Blocks(mean=mean, centre=centre, limits=limits, test=test):
            found = Numbers(mean, limits.lower, centre, limits.upper, test.p)
        case kinds.Survey(design_effect=effect, result=result):
            found = _of_result(result)._replace(design_effect=effect)
        case kinds.Rating(result=result) | kinds.Families(result=result):
            found = _of_result(result)
        case kinds.AmountComparison() | kinds.Words() | kinds.Unjudged():
            found = Numbers()
        case _:
            assert_never(evidence)
    return found


def _of_change(test: kinds.ChangeTest | None) -> Numbers:
    if test is None:
        return Numbers()
    lower, upper = test.limits or (None, None)
    effect = test.design_effect
    return Numbers(test.ratio, lower, None, upper, test.p, test.phi, test.rho, effect)


def _of_lines(lines: kinds.PositionLimits | None) -> Numbers:
    if lines is None:
        return Numbers()
    return Numbers(lines.own, lines.lower, lines.centre, lines.upper, phi=lines.spread)


def _of_result(result: kinds.ShareDifference | kinds.TooFew | kinds.Alone | None) -> Numbers:
    match result:
        case None:
            return Numbers()
        case (
            kinds.ShareDifference(estimate=statistic, limits=limits)
            | kinds.TooFew(margin=statistic, limits=limits)
        ):
            lower, upper = limits or (None, None)
            return Numbers(statistic, lower, None, upper)
        case kinds.Alone(limits=limits):
            return Numbers(None, limits.lower, None, limits.upper)
        case _:
            assert_never(result)
