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
    IMPROVED_NOT_SUSTAINED = "IMPROVED_NOT_SUSTAINED"
    NOT_IMPROVED_PROJECTED = "NOT_IMPROVED_PROJECTED"
    NOT_IMPROVED_NOT_PROJECTED = "NOT_IMPROVED_NOT_PROJECTED"
    TARGET_MET = "TARGET_MET"
    TARGET_NOT_MET = "TARGET_NOT_MET"
    ABOVE_UPPER = "ABOVE_UPPER"
    BELOW_LOWER = "BELOW_LOWER"
    BETWEEN_LINES = "BETWEEN_LINES"
    ON_LINE = "ON_LINE"
    BETTER = "BETTER"
    WORSE = "WORSE"
    NO_EVIDENCE = "NO_EVIDENCE"
    NO_CHANGE_FROM_ZERO = "NO_CHANGE_FROM_ZERO"
    SMALL_NUMBERS = "SMALL_NUMBERS"
    SMALL_N = "SMALL_N"
    SD_ZERO = "SD_ZERO"
    # No colour:
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"
    TOO_SHORT = "TOO_SHORT"
    TREND_UNKNOWN = "TREND_UNKNOWN"
    NO_BASELINE = "NO_BASELINE"
    NO_N = "NO_N"
    OVERLAP = "OVERLAP"
    BREAK = "BREAK"
    TOO_FEW_PEERS = "TOO_FEW_PEERS"
    NO_DATA = "NO_DATA"
    NOT_RECEIVED = "NOT_RECEIVED"
    NOT_AVAILABLE = "NOT_AVAILABLE"
    IN_DEVELOPMENT = "IN_DEVELOPMENT"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    NO_DIRECTION = "NO_DIRECTION"
    CONFIG = "CONFIG"
    NOT_ASSESSED = "NOT_ASSESSED"
    # Outside the office only:
    SUPPRESSED = "SUPPRESSED"


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
    """Judge a change by an exact test, where no interval of the ratio can be had: small numbers, or
    a year of none.
    """
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
