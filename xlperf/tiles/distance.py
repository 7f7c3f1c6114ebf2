"""How far a line is from another colour, in its own units: which colour, and how many more or fewer it takes.

Each distance moves one thing and holds the rest: control lines stay where they are, dispersion and n as they are.
"""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING, assert_never

from xlperf.assess import rag as rules
from xlperf.assess.evidence import (
    Amount,
    AtTarget,
    Blocks,
    Difference,
    Families,
    Finding,
    Form,
    Offences,
    Position,
    Projection,
    Rating,
    Survey,
    Total,
    Unjudged,
    Words,
)
from xlperf.assess.rag import Rag, Reason, Side
from xlperf.tables.tables import Direction
from xlperf.tiles.figures import figure, rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.assess.evidence import Assessment, ChangeTest, Turn
    from xlperf.config import Settings


NO_DISTANCE = {
    Reason.SMALL_NUMBERS: "no other colour while the twelve months before are so few, or all equal",
    Reason.SD_ZERO: "no other colour while all forces have the same figure",
    Reason.NO_CHANGE_FROM_ZERO: "no other colour while there are none",
}


def to_next_colour(line: Assessment, settings: Settings) -> str:
    """Say how far the line is from another colour; blank where it has none."""
    evidence = line.evidence
    if line.reason is Reason.SMALL_N:
        effect = evidence.design_effect if isinstance(evidence, Survey) else 1.0
        return f"a colour needs about {_needed_n(effect, settings):,} answers in each survey"
    if line.rag is Rag.NA or line.reason in NO_DISTANCE:
        return NO_DISTANCE.get(line.reason, "")
    match evidence:
        case Offences(test=test, outlook=Projection() as outlook):
            return _offences(line, test, outlook, settings)
        case Offences(outlook=AtTarget() as outlook):
            return _at_target(line, outlook)
        case Blocks(limits=limits):
            return _lines(line, evidence.mean, *limits)
        case Position(lines=lines):
            return _lines(line, lines.own, lines.lower, lines.upper) if lines else ""
        case Survey(result=Difference() as found) | Rating(result=Difference() as found):
            return _turns(line, found.now, found.turns)
        case Families(result=Difference() as found):
            return _turns(line, found.now, found.turns)
        case Total(test=test):
            return _turns(line, test.now, test.turns)
        case Offences() | Survey() | Rating() | Families() | Amount() | Words() | Unjudged():
            return ""
        case _:
            assert_never(evidence)


def _needed_n(effect: float, settings: Settings) -> int:
    """Answers from which the worst-case margin is within the limit."""
    return ceil(0.25 * (100 * settings.z / settings.largest_margin) ** 2 * effect)


def _at_target(line: Assessment, outlook: AtTarget) -> str:
    gap = abs(outlook.total - outlook.threshold)
    if line.reason is Reason.TARGET_MET:
        return f"the target was met with {rounded(gap)} to spare"
    return f"the target was missed by {rounded(gap)}"


def _offences(line: Assessment, test: ChangeTest | None, outlook: Projection, settings: Settings) -> str:
    unsustained = Rag(settings.improved_not_sustained)
    improved = test is not None and test.finding is Finding.BETTER
    achieves = outlook.achieving >= outlook.required
    better, worse = ("more", "fewer") if line.direction is Direction.UP else ("fewer", "more")
    parts = []
    if outlook.trends and outlook.threshold is not None:
        ordered = sorted((trend.total for trend in outlook.trends), reverse=line.direction is Direction.UP)
        gap = abs(ordered[outlook.required - 1] - outlook.threshold)
        other = rules.offences(improved=improved, achieves=not achieves, unsustained=unsustained)[0]
        if achieves:
            parts.append((other, f"with {rounded(max(1, ceil(gap)))} {worse} in the projection that decides"))
        elif outlook.threshold > 0 or line.direction is Direction.UP:
            parts.append((other, f"with another {rounded(floor(gap) + 1)} {better} in the nearest projection"))
    if test is not None and test.turns:
        at = test.turns[0].at
        gap = abs(test.now - at)
        other = rules.offences(improved=not improved, achieves=achieves, unsustained=unsustained)[0]
        if improved:
            parts.append((other, f"with {rounded(gap + 1)} {worse} in the latest year, no longer an improvement"))
        else:
            parts.append(
                (other, f"with another {rounded(gap)} {better} in the latest year ({rounded(at)}), an improvement")
            )
    if not parts and not line.figures.baseline:
        return "no other colour while the baseline year has none"
    return "; ".join(f"{rag} {text}" for rag, text in parts if rag is not line.rag)


def _lines(line: Assessment, value: float, lower: float, upper: float) -> str:
    if line.reason is Reason.ABOVE_UPPER:
        return f"AMBER if {_amount(line, value - upper)} lower, back on the line"
    if line.reason is Reason.BELOW_LOWER:
        return f"AMBER if {_amount(line, lower - value)} higher, back on the line"
    above, below = (rules.lines(where, line.direction)[0] for where in (Side.ABOVE, Side.BELOW))
    parts = []
    if line.evidence.form is not Form.SHARE or upper < 1:
        parts.append(f"{above} if more than {_amount(line, max(0.0, upper - value))} higher")
    if lower > 0:
        parts.append(f"{below} if more than {_amount(line, max(0.0, value - lower))} lower")
    return "; ".join(parts) + ", the lines as they are" if parts else ""


def _amount(line: Assessment, gap: float) -> str:
    if isinstance(line.evidence, Blocks):
        return f"{rounded(gap, 1)} a month"
    if line.evidence.form is Form.SHARE:
        return f"{rounded(gap * 100, 1)} points"
    return figure(gap, line.evidence.form)


def _turns(line: Assessment, now: float, turns: Sequence[Turn]) -> str:
    return "; ".join(_turn(turn, now, line.evidence.form, line.figures.n_latest) for turn in turns)


def _turn(turn: Turn, now: float, form: Form, n: int | None) -> str:
    """Write one other colour and where it begins."""
    word = "more" if turn.at > now else "less" if form is Form.SCORE else "fewer"
    gap = abs(turn.at - now)
    match form:
        case Form.SHARE if n:
            of = f", {rounded(max(1, round(gap * n)))} {word} of the {n:,}"
        case Form.SCORE:
            of = f", {rounded(gap, 1)} {word}"
        case _:
            of = f", {rounded(gap)} {word}"
    return f"{turn.rag} at {figure(turn.at, form)}{of}"
