"""The rules, on one screen. Each takes findings, never data, and gives a colour and the reason for
it.

The direction says which way is better; it mirrors the colours and nothing else. A value on a line
is inside it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

from xlperf.stats.rounding import same
from xlperf.tables.data import Direction


class Rag(StrEnum):
    """Colour of a line. NA: there is none, and the reason says why."""

    RED = "RED"
    AMBER = "AMBER"
    GREEN = "GREEN"
    NA = "NA"


class Reason(StrEnum):
    """Why a line has its colour. The wording is derived from it, never the other way round."""

    IMPROVED_SUSTAINED = "IMPROVED_SUSTAINED"
    """Green: improved, and enough trends hold it."""
    IMPROVED_NOT_SUSTAINED = "IMPROVED_NOT_SUSTAINED"
    """Amber (setting): improved, but too few trends hold it."""
    NOT_IMPROVED_PROJECTED = "NOT_IMPROVED_PROJECTED"
    """Amber: not improved, but enough trends reach the target."""
    NOT_IMPROVED_NOT_PROJECTED = "NOT_IMPROVED_NOT_PROJECTED"
    """Red: not improved, and too few trends reach the target."""
    TARGET_MET = "TARGET_MET"
    """Green: the target date has passed, and the actual figure met it."""
    TARGET_NOT_MET = "TARGET_NOT_MET"
    """Red: the target date has passed, and the actual figure did not meet it."""
    ABOVE_UPPER = "ABOVE_UPPER"
    """Red or Green: above the upper limit; the direction says which."""
    BELOW_LOWER = "BELOW_LOWER"
    """Green or Red: below the lower limit; the direction says which."""
    BETWEEN_LINES = "BETWEEN_LINES"
    """Amber: between the limits."""
    ON_LINE = "ON_LINE"
    """Amber: exactly on a limit, which counts as inside."""
    BETTER = "BETTER"
    """Green: the change is significant, for the better."""
    WORSE = "WORSE"
    """Red: the change is significant, for the worse."""
    NO_EVIDENCE = "NO_EVIDENCE"
    """Amber: no significant change."""
    NO_CHANGE_FROM_ZERO = "NO_CHANGE_FROM_ZERO"
    """Amber: none then, none now."""
    AMONG_MANY = "AMONG_MANY"
    """Amber (setting): a colour alone, but not among as many lines tested."""
    SMALL_NUMBERS = "SMALL_NUMBERS"
    """Amber: a mean below 5 a month, or months that are all equal."""
    SMALL_N = "SMALL_N"
    """Amber (setting): the survey is so small that its margin can exceed 10 points."""
    SD_ZERO = "SD_ZERO"
    """Amber: all forces have the same figure."""
    # No colour:
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"
    """No colour: a month is missing or incomplete."""
    MONTH_LOST = "MONTH_LOST"
    """No colour: a month that is needed will never come (status *missing* in *Monthly*)."""
    TOO_SHORT = "TOO_SHORT"
    """No colour: the series begins too late."""
    TREND_UNKNOWN = "TREND_UNKNOWN"
    """No colour: no trend can be calculated, so red and amber cannot be distinguished."""
    NO_BASELINE = "NO_BASELINE"
    """No colour: there is nothing comparable to compare with."""
    RECORDED_LATER = "RECORDED_LATER"
    """No colour: what it is compared with is of a time before recording began (*Breaks*)."""
    NO_N = "NO_N"
    """No colour: a percentage or a mean without its n."""
    MIX = "MIX"
    """No colour: the parts of the two periods cannot be compared at one mix."""
    OVERLAP = "OVERLAP"
    """No colour: the period shares months with the baseline, or is not after it."""
    BREAK = "BREAK"
    """No colour: recording or method changed in between."""
    TOO_FEW_PEERS = "TOO_FEW_PEERS"
    """No colour: the position is shown, but the forces are too few for limits."""
    NO_DATA = "NO_DATA"
    """No colour: no figures, and *Returns* gives no reason."""
    NOT_RECEIVED = "NOT_RECEIVED"
    """No colour: owed, and not received; the last figure known is shown with its month."""
    NOT_SEEN = "NOT_SEEN"
    """No colour: received, and not yet seen by its board; the last figure known is shown with its
    month.
    """
    NOT_AVAILABLE = "NOT_AVAILABLE"
    """No colour: not available from its source."""
    IN_DEVELOPMENT = "IN_DEVELOPMENT"
    """No colour: the measure is not ready yet."""
    NOT_APPLICABLE = "NOT_APPLICABLE"
    """No colour: the measure does not apply."""
    NO_DIRECTION = "NO_DIRECTION"
    """No colour: neither way is better."""
    CONFIG = "CONFIG"
    """No colour: a cell of *Measures* that decides the colour cannot be read."""
    NOT_ASSESSED = "NOT_ASSESSED"
    """No colour: amounts and words are shown, not coloured."""
    # Outside the office only:
    SUPPRESSED = "SUPPRESSED"
    """No colour, outside the office only: what the colour was made of is too few to show."""


class Side(StrEnum):
    """Where a value lies with respect to two lines."""

    ABOVE = "above"
    INSIDE = "inside"
    ON = "on"
    BELOW = "below"


Verdict: TypeAlias = tuple[Rag, Reason]


def offences(*, improved: bool, achieves: bool | None, unsustained: Rag = Rag.AMBER) -> Verdict:
    """Rule 1, offences against the baseline year.

    The report: GREEN, improved now and at least one trend projects that it lasts; AMBER, not
    improved now, but at least one trend projects achievement; RED, neither. Silent on: improved
    now, no trend holds it. We answer AMBER (a setting). `achieves` is None when no trend could be
    worked out: then AMBER and RED cannot be told apart.
    """
    if achieves is None:
        return Rag.NA, Reason.TREND_UNKNOWN
    if improved and achieves:
        return Rag.GREEN, Reason.IMPROVED_SUSTAINED
    if improved:
        return unsustained, Reason.IMPROVED_NOT_SUSTAINED
    if achieves:
        return Rag.AMBER, Reason.NOT_IMPROVED_PROJECTED
    return Rag.RED, Reason.NOT_IMPROVED_NOT_PROJECTED


def by_p(p: float, *, fewer: bool, level: float, direction: Direction) -> Verdict:
    """Judge a change by an exact test, where the ratio has no interval: small numbers, or 0."""
    if p >= level:
        return Rag.AMBER, Reason.NO_EVIDENCE
    better = fewer is (direction is not Direction.UP)
    return (Rag.GREEN, Reason.BETTER) if better else (Rag.RED, Reason.WORSE)


def target_passed(*, met: bool) -> Verdict:
    """Rule 1 when the target date has come: the actual figure takes the place of the trends."""
    return (Rag.GREEN, Reason.TARGET_MET) if met else (Rag.RED, Reason.TARGET_NOT_MET)


def side(value: float, lower: float, upper: float) -> Side:
    """Place a value against two lines; equal to twelve significant digits is on the line, which
    counts as inside.
    """
    if same(value, upper) or same(value, lower):
        return Side.ON
    if value > upper:
        return Side.ABOVE
    return Side.BELOW if value < lower else Side.INSIDE


def lines(where: Side, direction: Direction) -> Verdict:
    """Rules 2, 3 and 5: outside the lines on the worse side RED, on the better side GREEN, between
    them AMBER.

    The report prints it for offences (above is RED) and mirrored for satisfaction (below is RED).
    """
    match where:
        case Side.INSIDE:
            return Rag.AMBER, Reason.BETWEEN_LINES
        case Side.ON:
            return Rag.AMBER, Reason.ON_LINE
        case Side.ABOVE:
            return _better(direction is Direction.UP), Reason.ABOVE_UPPER
        case Side.BELOW:
            return _better(direction is Direction.DOWN), Reason.BELOW_LOWER


def change(lower: float, upper: float, no_change: float, direction: Direction) -> Verdict:
    """Rule 4 and the totals rule: an interval of the change that leaves out "no change" is
    evidence, else AMBER.

    The report for surveys: GREEN 95% confident better, RED 95% confident worse, AMBER no evidence
    either way.
    """
    match side(no_change, lower, upper):
        case Side.INSIDE | Side.ON:
            return Rag.AMBER, Reason.NO_EVIDENCE
        case Side.BELOW:
            rag = _better(direction is Direction.UP)
        case Side.ABOVE:
            rag = _better(direction is Direction.DOWN)
    return rag, Reason.BETTER if rag is Rag.GREEN else Reason.WORSE


def _better(better: bool) -> Rag:  # noqa: FBT001 - one answer to one question
    return Rag.GREEN if better else Rag.RED
