"""The numbers that a rule compared, of any kind of line, side by side: for the columns of Workings and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, assert_never

from xlperf.assess.evidence import (
    Alone,
    Amount,
    Blocks,
    Difference,
    Families,
    Offences,
    Position,
    Rating,
    Survey,
    TooFew,
    Total,
    Unjudged,
    Words,
)

if TYPE_CHECKING:
    from xlperf.assess.evidence import ChangeTest, Evidence, GroupLines


class Numbers(NamedTuple):
    """None for those that a kind of line does not have."""

    statistic: float | None = None
    """The quantity compared: a ratio, a difference, a mean, a rate, or the margin of a survey that is too small."""
    lower: float | None = None
    centre: float | None = None
    upper: float | None = None
    """`lower` and `upper` are control lines, or the limits of the change, or of a share that stands alone."""
    p: float | None = None
    phi: float | None = None
    rho: float | None = None
    design_effect: float | None = None
    target: float | None = None


def numbers_of(evidence: Evidence) -> Numbers:
    """Gather them."""
    match evidence:
        case Offences(test=test, outlook=outlook):
            return _of_change(test)._replace(target=outlook.threshold)
        case Total(test=test):
            return _of_change(test)
        case Position():
            return _of_lines(evidence.lines)
        case Blocks():
            return Numbers(evidence.mean, evidence.limits.lower, evidence.centre, evidence.limits.upper, evidence.p)
        case Survey(design_effect=effect, result=result):
            return _of_result(result)._replace(design_effect=effect)
        case Rating(result=result) | Families(result=result):
            return _of_result(result)
        case Amount() | Words() | Unjudged():
            return Numbers()
        case _:
            assert_never(evidence)


def _of_change(test: ChangeTest | None) -> Numbers:
    if test is None:
        return Numbers()
    lower, upper = test.limits or (None, None)
    return Numbers(test.ratio, lower, None, upper, test.p, phi=test.phi, rho=test.rho, design_effect=test.design_effect)


def _of_lines(lines: GroupLines | None) -> Numbers:
    if lines is None:
        return Numbers()
    return Numbers(lines.own, lines.lower, lines.centre, lines.upper, phi=lines.dispersion)


def _of_result(result: Difference | TooFew | Alone | None) -> Numbers:
    match result:
        case None:
            return Numbers()
        case Difference(estimate=statistic, limits=limits) | TooFew(margin=statistic, limits=limits):
            lower, upper = limits or (None, None)
            return Numbers(statistic, lower, None, upper)
        case Alone(limits=limits):
            return Numbers(None, limits.lower, None, limits.upper)
        case _:
            assert_never(result)
