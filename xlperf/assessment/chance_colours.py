"""What chance does to the colour of a line: how often it alone makes it red or green, and the p.

The colour of most lines rests on a test: limits that a figure crosses, or a range that leaves out
"no change". Each such rule also speaks, at a known rate, of figures in which nothing has changed. A
red of offences against the baseline year rests on none: it says that no improvement is found and no
trend reaches the target, which is true where nothing has changed. So it has no such rate; the green
of the same rule has, since it needs an improvement that the test finds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import numpy as np

from xlperf.assessment.evidence import (
    AmountComparison,
    Blocks,
    ChangeTest,
    Families,
    LevelsTest,
    Offences,
    Position,
    PositionLimits,
    Rating,
    ShareDifference,
    Survey,
    Total,
    Unjudged,
    Words,
)
from xlperf.assessment.rag import Rag, Reason
from xlperf.config import Dispersion, PositionLines, SpcBasis
from xlperf.frozen import NamedTuple
from xlperf.stats import intervals, many_tests, pooled, ranks
from xlperf.stats.change import Method
from xlperf.stats.defaults import Z
from xlperf.stats.distributions import two_sided_level

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlperf.assessment.evidence import Assessment, Figures
    from xlperf.config import Settings

LEVEL = two_sided_level(Z)
"""Error probability of the width that is printed; the rates below are for it."""
FALSE_BLOCKS: Mapping[SpcBasis, float] = {
    SpcBasis.LEVELS: LEVEL,
    SpcBasis.MEAN: 0.145,
    SpcBasis.XMR: 0.06,
}
"""How often the average of six months leaves the limits of a control chart while nothing changes,
over series like London's; of limits for single months each line has its own chance.
"""
FALSE_CHANGES: Mapping[Dispersion, float] = {
    Dispersion.AVERAGED: LEVEL,
    Dispersion.TWO_YEARS: 0.11,
    Dispersion.ALL_YEARS: 0.09,
}
"""How often a year of monthly counts differs from another, by the reading of the change, while
nothing changes, over series like London's.
"""
FALSE_TOTALS = (100, 1_000, 10_000), (0.002, 0.061, 0.198, 0.367)
"""Totals up to which, and beyond, and how often a dispersion of 4 assumed finds them changed while
nothing changes: police forces and boroughs.
"""
NOT_TESTED = frozenset(
    {
        *(Reason.SMALL_NUMBERS, Reason.SMALL_N, Reason.SD_ZERO, Reason.NO_CHANGE_FROM_ZERO),
        *(Reason.TARGET_MET, Reason.TARGET_NOT_MET),
    }
)
"""Reasons of a colour that no test could have made another."""
NOT_BY_TEST = NOT_TESTED | {Reason.NOT_IMPROVED_NOT_PROJECTED}
"""Reasons of a colour that no test has made."""
OFTEN = 0.975
"""Probability up to which a number of colours by chance is usual."""


def is_tested(line: Assessment) -> bool:
    """Whether a test could have made the line green or red; no line without a colour."""
    return line.rag is not Rag.NA and line.reason not in NOT_TESTED


def by_test(line: Assessment) -> bool:
    """Whether the line is green or red because of a test."""
    return line.rag in (Rag.GREEN, Rag.RED) and line.reason not in NOT_BY_TEST


def false_rate(line: Assessment, settings: Settings) -> float:
    """Chance that a tested line is found green or red while nothing has changed, 0 to 1.

    Of offences against the baseline year at most: an improvement by chance that no trend holds is
    counted too. Rates over series like London's grow with the width z as those of a normal
    distribution do.
    """
    level, evidence = two_sided_level(settings.z), line.evidence
    match evidence:
        case Offences(test=ChangeTest() as test):
            rate = (
                _rate_of_months(test, settings) / 2
            )  # green needs an improvement, one of two ways
        case Blocks():
            rate = rate_of_blocks(evidence, settings)
        case Total(test=test):
            rate = _rate_of_totals(test, settings)
        case Position(lines=PositionLimits()) if settings.position_lines is PositionLines.GROUP:
            rate = ranks.outside_chance(1.0, evidence.place.of, z=settings.z)
        case Position() | Survey() | Rating() | Families():
            rate = level
        case Offences() | AmountComparison() | Words() | Unjudged():
            rate = 0.0
        case _:
            assert_never(evidence)
    return min(1.0, rate)


def rate_of_blocks(evidence: Blocks, settings: Settings) -> float:
    """How often the control chart of a line speaks when nothing has changed."""
    if settings.spc_basis is SpcBasis.POINTS:
        return evidence.chance.chance
    return FALSE_BLOCKS[settings.spc_basis] * two_sided_level(settings.z) / LEVEL


def _rate_of_months(test: ChangeTest, settings: Settings) -> float:
    exact = test.method in (Method.E_TEST, Method.EXACT)
    rate = LEVEL if exact else FALSE_CHANGES[settings.change_dispersion]
    return rate * two_sided_level(settings.z) / LEVEL


def _rate_of_totals(test: ChangeTest, settings: Settings) -> float:
    if test.method is not Method.ASSUMED:
        return two_sided_level(settings.z)
    sizes, rates = FALSE_TOTALS
    rate = rates[int(np.searchsorted(sizes, (test.before + test.latest) / 2))]
    return rate * two_sided_level(settings.z) / LEVEL


def p_of(line: Assessment, settings: Settings) -> float:
    """Two-sided p of a line tested, where lines are judged together; else a ValueError.

    Counts: that of the test of the change; of totals without months one that is true where it is
    small. Control charts: that of the test of levels, whatever
    limits are drawn, since it alone allows for season and neighbouring months. Shares and stars:
    that at which the limits of the difference reach 0. Positions: the chance to lie so far out of a
    group of forces that do not differ.
    """
    evidence = line.evidence
    match evidence:
        case Total(test=ChangeTest(method=Method.POOLED | Method.TARGET, p=p)):
            value = pooled.small_p(p)
        case (
            Offences(test=ChangeTest(p=p))
            | Blocks(test=LevelsTest(p=p))
            | Total(test=ChangeTest(p=p))
        ):
            value = p
        case Position(lines=PositionLimits() as lines):
            value = _p_of_position(lines, evidence.place.of, settings)
        case (
            Survey(result=ShareDifference(p=float() as p))
            | Families(result=ShareDifference(p=float() as p))
        ):
            value = p
        case Rating(result=ShareDifference()):
            value = _p_of_stars(evidence.figures)
        case _:
            raise ValueError(f"{line.line} has no test.")
    return value


def _p_of_position(lines: PositionLimits, forces: int, settings: Settings) -> float:
    distance = abs(lines.own - lines.centre) / (lines.upper - lines.centre)
    return ranks.outside_chance(
        distance, forces, reading=str(settings.position_lines), z=settings.z
    )


def _four(figures: Figures) -> tuple[float, int, float, int]:
    """Baseline and its n, latest and its n, of two that are compared."""
    before, now = figures.baseline, figures.latest
    if before is None or now is None or figures.n_baseline is None or figures.n_latest is None:
        raise ValueError("two figures are compared without both and their n.")
    return float(before), figures.n_baseline, float(now), figures.n_latest


def _p_of_stars(figures: Figures) -> float:
    before, n_before, now, n_now = _four(figures)
    return intervals.p_of_limits(
        lambda z: intervals.rating_difference(before, n_before, now, n_now, z=z)
    )


class ChanceColours(NamedTuple):
    """The green and red of a dashboard, and how many chance alone would make."""

    coloured: int
    """Lines with a colour, as calculated."""
    tested: int
    """Those of them that a test could make green or red."""
    expected: float
    """How many of these chance alone would make green or red, each judged alone."""
    seldom_above: int
    """As many, or fewer, in 975 of 1,000 cases, if the lines were independent."""
    found: int
    """How many are green or red because of a test."""
    without_test: int
    """Lines that are green or red for another reason: by trends, or by a target date passed."""


def chance_colours(lines: Sequence[Assessment], settings: Settings) -> ChanceColours:
    """Count the colours of a dashboard, and those chance alone would make, from each line's rate.

    The expected number is a sum: it is true however lines depend on each other.
    """
    rates = [false_rate(line, settings) for line in lines if is_tested(line)]
    up_to = np.cumsum(many_tests.successes(rates))
    decided = [line for line in lines if line.rag in (Rag.GREEN, Rag.RED)]
    found = sum(map(by_test, decided))
    return ChanceColours(
        coloured=sum(line.rag is not Rag.NA for line in lines),
        tested=len(rates),
        expected=float(sum(rates)),
        seldom_above=int(np.argmax(up_to >= OFTEN)),
        found=found,
        without_test=len(decided) - found,
    )
