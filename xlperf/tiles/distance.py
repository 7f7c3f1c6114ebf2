"""How far a line is from another colour, in its own units: which colour, and how many more or fewer it takes.

Each distance moves one thing and holds the rest: control lines stay where they are, dispersion and n as they are.
"""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

from xlperf.assess import rag as rules
from xlperf.assess.evidence import Finding, Form, LineKind, Turn
from xlperf.assess.rag import Rag, Reason, Side
from xlperf.tables.tables import Direction
from xlperf.tiles.figures import figure, rounded

if TYPE_CHECKING:
    from xlperf.assess.evidence import Assessment
    from xlperf.config import Settings


NO_DISTANCE = {
    Reason.SMALL_NUMBERS: "no other colour while the twelve months before are so few, or all equal",
    Reason.SD_ZERO: "no other colour while all forces have the same figure",
    Reason.NO_CHANGE_FROM_ZERO: "no other colour while there are none",
}


def to_next_colour(line: Assessment, settings: Settings) -> str:
    """Say how far the line is from another colour; blank where it has none."""
    if line.reason is Reason.SMALL_N:
        return f"a colour needs about {_needed_n(line, settings):,} answers in each survey"
    if line.rag is Rag.NA or line.reason in NO_DISTANCE:
        return NO_DISTANCE.get(line.reason, "")
    if line.kind in (LineKind.POSITION, LineKind.SPC):
        return _lines(line)
    if line.kind is not LineKind.OFFENCES:
        return "; ".join(_turn(line, turn) for turn in line.evidence.turns)
    return _offences(line, settings) if line.evidence.at_target is None else _at_target(line)


def _needed_n(line: Assessment, settings: Settings) -> int:
    """Answers from which the worst-case margin is within the limit."""
    return ceil(0.25 * (100 * settings.z / settings.largest_margin) ** 2 * (line.evidence.design_effect or 1.0))


def _at_target(line: Assessment) -> str:
    gap = abs((line.evidence.at_target or 0.0) - (line.evidence.threshold or 0.0))
    if line.reason is Reason.TARGET_MET:
        return f"the target was met with {rounded(gap)} to spare"
    return f"the target was missed by {rounded(gap)}"


def _offences(line: Assessment, settings: Settings) -> str:
    evidence, unsustained = line.evidence, Rag(settings.improved_not_sustained)
    improved = evidence.finding is Finding.BETTER
    achieves = evidence.achieving >= evidence.required
    better, worse = ("more", "fewer") if line.direction is Direction.UP else ("fewer", "more")
    parts = []
    if evidence.trends and evidence.threshold is not None:
        ordered = sorted((trend.total for trend in evidence.trends), reverse=line.direction is Direction.UP)
        gap = abs(ordered[evidence.required - 1] - evidence.threshold)
        other = rules.offences(improved=improved, achieves=not achieves, unsustained=unsustained)[0]
        if achieves:
            parts.append((other, f"with {rounded(max(1, ceil(gap)))} {worse} in the projection that decides"))
        elif evidence.threshold > 0 or line.direction is Direction.UP:
            parts.append((other, f"with another {rounded(floor(gap) + 1)} {better} in the nearest projection"))
    if evidence.turns and evidence.latest is not None:
        at = evidence.turns[0].at
        gap = abs(float(evidence.latest) - at)
        other = rules.offences(improved=not improved, achieves=achieves, unsustained=unsustained)[0]
        if improved:
            parts.append((other, f"with {rounded(gap + 1)} {worse} in the latest year, no longer an improvement"))
        else:
            parts.append(
                (other, f"with another {rounded(gap)} {better} in the latest year ({rounded(at)}), an improvement")
            )
    if not parts and not evidence.baseline:
        return "no other colour while the baseline year has none"
    return "; ".join(f"{rag} {text}" for rag, text in parts if rag is not line.rag)


def _lines(line: Assessment) -> str:
    evidence = line.evidence
    if evidence.lower is None or evidence.upper is None or evidence.statistic is None:
        return ""
    value, lower, upper = evidence.statistic, evidence.lower, evidence.upper
    if line.reason is Reason.ABOVE_UPPER:
        return f"AMBER if {_amount(line, value - upper)} lower, back on the line"
    if line.reason is Reason.BELOW_LOWER:
        return f"AMBER if {_amount(line, lower - value)} higher, back on the line"
    above, below = (rules.lines(where, line.direction)[0] for where in (Side.ABOVE, Side.BELOW))
    parts = []
    if evidence.form is not Form.SHARE or upper < 1:
        parts.append(f"{above} if more than {_amount(line, max(0.0, upper - value))} higher")
    if lower > 0:
        parts.append(f"{below} if more than {_amount(line, max(0.0, value - lower))} lower")
    return "; ".join(parts) + ", the lines as they are" if parts else ""


def _amount(line: Assessment, gap: float) -> str:
    if line.kind is LineKind.SPC:
        return f"{rounded(gap, 1)} a month"
    if line.evidence.form is Form.SHARE:
        return f"{rounded(gap * 100, 1)} points"
    return figure(gap, line.evidence.form)


def _turn(line: Assessment, turn: Turn) -> str:
    """Write one other colour and where it begins."""
    evidence = line.evidence
    latest = float(evidence.latest or 0)
    word = "more" if turn.at > latest else "less" if evidence.form is Form.SCORE else "fewer"
    gap = abs(turn.at - latest)
    match evidence.form:
        case Form.SHARE if evidence.n_latest:
            of = f", {rounded(max(1, round(gap * evidence.n_latest)))} {word} of the {evidence.n_latest:,}"
        case Form.SCORE:
            of = f", {rounded(gap, 1)} {word}"
        case _:
            of = f", {rounded(gap)} {word}"
    return f"{turn.rag} at {figure(turn.at, evidence.form)}{of}"
