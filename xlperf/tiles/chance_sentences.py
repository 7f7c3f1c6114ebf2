"""What chance does, in sentences: to the lines of a control chart, to a change, and to a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.assessment import evidence as kinds
from xlperf.assessment.evidence_parts import projection_of
from xlperf.config import SpcBasis
from xlperf.stats.chance import ChanceClass
from xlperf.stats.horizon import fifth_record, trend_record
from xlperf.tables.data import Direction
from xlperf.tiles.figures import number_in_words, p_text, percent_change, rounded
from xlperf.tiles.readings import confidence
from xlperf.tiles.wording import TREND_NAMES

if TYPE_CHECKING:
    from xlperf.assessment.evidence import Assessment
    from xlperf.config import Settings

CHANCES = {
    ChanceClass.UNDER_ONE: "fewer than 1",
    ChanceClass.ONE_TO_THREE: "1 to 3",
    ChanceClass.THREE_TO_TEN: "3 to 10",
    ChanceClass.ABOVE_TEN: "more than 10",
}
"""Of 100 cases."""
FIFTHS = (
    "the target is very unlikely",
    "the target has a chance of about 1 in 5",
    "the target has a chance of about 2 in 5",
    "the target has a chance of about 3 in 5",
    "the target has a chance of about 4 in 5",
    "the target is very likely",
)
"""By fifths, 0 to 5."""


def of_blocks(evidence: kinds.Blocks, settings: Settings) -> str:
    """Say what the test of levels says, and how often chance crosses the lines."""
    test = evidence.test
    if test.season:
        said = f"Season and neighbouring months allowed for, p {p_text(test.p)}"
    else:
        said = f"By 18 months, which cannot tell season, drift and change apart, p {p_text(test.p)}"
    same = evidence.same_months
    if same is not None and same.p is not None:
        years = number_in_words(same.years)
        said += f"; against the same months of {years} earlier years p {p_text(same.p)}"
    if settings.spc_basis is not SpcBasis.POINTS:
        return f"{said}."
    of = "a series like this one" if evidence.chance.own else "series of this kind"
    crossed = f"Chance alone crosses such lines in {CHANCES[evidence.chance.kind]} of 100 cases"
    return f"{said}. {crossed} of {of}."


def smallest_change(test: kinds.ChangeTest, direction: Direction) -> str:
    """Say which figure would have been found an improvement; empty where none would, or one was."""
    if test.finding is not kinds.ChangeFinding.NEITHER or not test.turns:
        return ""
    at, up = test.turns[0].at, direction is Direction.UP
    change = f" ({percent_change(100 * (at / test.before - 1))})" if test.before else ""
    more = "more" if up else "fewer"
    return f"; {rounded(at)} or {more}{change} would have been an improvement"


def of_targets(outlook: kinds.Projection, settings: Settings, *, improved: bool) -> str:
    """Say how many such targets were met, where the total is expected, and how likely the target
    is.
    """
    return _of_record(outlook, improved=improved) + _of_outlook(outlook, settings)


def _of_record(outlook: kinds.Projection, *, improved: bool) -> str:
    """Say how many targets were met that as many of four trends reached as long before."""
    if outlook.outlook is None or len(outlook.trends) < len(TREND_NAMES):
        return ""
    record = trend_record(outlook.outlook.months_ahead)
    if improved and outlook.achieving == len(TREND_NAMES):
        return f" Of 100 such improvements in London's boroughs {record.improved} were sustained."
    if improved:
        return ""
    met = record.unimproved[outlook.achieving]
    return f" Of 100 such targets in London's boroughs {met} were met."


def expected_range(line: Assessment, settings: Settings) -> str:
    """Write where the twelve months to the target date are expected; empty: not known."""
    projection = projection_of(line.evidence)
    if projection is None or projection.outlook is None:
        return ""
    return _range(projection.outlook, settings)


def _range(expected: kinds.TargetOutlook, settings: Settings) -> str:
    lower, upper = expected.limits
    return (
        f"about {rounded(expected.centre)}, {confidence(settings)} range {rounded(lower)} to"
        f" {rounded(upper)}"
    )


def _of_outlook(outlook: kinds.Projection, settings: Settings) -> str:
    expected = outlook.outlook
    if expected is None or expected.fifths is None:
        return ""
    record = fifth_record(expected.fifths, expected.months_ahead)
    where = (
        f"{record.london} came true in London's boroughs"
        if record.forces is None
        else f"{record.forces} came true in police forces, {record.london} in London's boroughs"
    )
    return (
        f" Expected are {_range(expected, settings)}; {FIFTHS[expected.fifths]} (of 100 such"
        f" chances {where})."
    )
