"""How far a line is from another colour, in its own units: which colour, and how many more or fewer
it takes.

Each distance moves one thing and holds the rest: control limits stay where they are, dispersion and
n as they are. The limits of a group are made of the own figure too, so they move with it.
"""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

from xlperf.assessment import evidence as kinds
from xlperf.assessment import rag as rules
from xlperf.assessment.caveats import Annualised
from xlperf.assessment.evidence import ChangeFinding
from xlperf.assessment.evidence_parts import test_of
from xlperf.assessment.rag import Rag, Reason, Side
from xlperf.config import PositionLines
from xlperf.stats.ranks import group_crossings
from xlperf.tables.data import Direction
from xlperf.tables.measure_kinds import FORMS, FigureForm
from xlperf.tiles.figures import figure, rounded

if TYPE_CHECKING:
    from xlperf.assessment.evidence import Assessment
    from xlperf.config import Settings


AS_THEY_ARE = ", the limits as they are"
OTHERS_AS_THEY_ARE = ", the other forces as they are"
NO_FIGURE = "no other colour with the other forces as they are"
NO_DISTANCE = {
    Reason.SMALL_NUMBERS: "no other colour while the twelve months before are so few, or all equal",
    Reason.SD_ZERO: "no other colour while all forces have the same figure",
    Reason.NO_CHANGE_FROM_ZERO: "no other colour while there are none",
}


def to_next_colour(line: Assessment, settings: Settings) -> str:
    """Say how far the line is from another colour; blank where it has none.

    Of a line judged among many: with which p it would have its colour, or how far by itself.
    """
    among = line.among
    if among is not None and line.reason is Reason.AMONG_MANY:
        return f"{among.alone[0]} if p were {among.largest:.2g} or less, other lines as they are"
    said = _by_itself(line, settings)
    return f"{said}; judged by itself" if said and among is not None else said


def _by_itself(line: Assessment, settings: Settings) -> str:
    evidence = line.evidence
    if line.reason is Reason.SMALL_N:
        effect = evidence.design_effect if isinstance(evidence, kinds.Survey) else 1.0
        return f"a colour needs about {_needed_n(effect, settings):,} answers in each survey"
    if line.rag is Rag.NA or line.reason in NO_DISTANCE:
        return NO_DISTANCE.get(line.reason, "")
    match evidence:
        case kinds.Offences(test=test, outlook=kinds.Projection() as outlook):
            said = _offences(line, test, outlook, settings)
        case kinds.Offences(outlook=kinds.AtTarget() as outlook):
            said = _at_target(line, outlook)
        case kinds.Blocks(mean=mean, limits=limits):
            said = _lines(line, mean, *limits, AS_THEY_ARE)
        case kinds.Position(lines=kinds.PositionLimits() as lines, place=place):
            if settings.position_lines is PositionLines.GROUP:
                said = _within_group(line, lines, place.of, settings.z)
            else:
                said = _lines(line, lines.own, lines.lower, lines.upper, AS_THEY_ARE)
        case _:
            said = _turns(line)
    return said


def _needed_n(effect: float, settings: Settings) -> int:
    """Answers from which the worst-case margin is within the limit."""
    return ceil(0.25 * (100 * settings.z / settings.largest_margin) ** 2 * effect)


def _at_target(line: Assessment, outlook: kinds.AtTarget) -> str:
    gap = abs(outlook.total - outlook.threshold)
    if line.reason is Reason.TARGET_MET:
        return f"the target was met with {rounded(gap)} to spare"
    return f"the target was missed by {rounded(gap)}"


def _offences(
    line: Assessment, test: kinds.ChangeTest | None, outlook: kinds.Projection, settings: Settings
) -> str:
    unsustained = Rag(settings.improved_not_sustained)
    improved = test is not None and test.finding is ChangeFinding.BETTER
    achieves = outlook.achieving >= outlook.required
    better, worse = ("more", "fewer") if line.direction is Direction.UP else ("fewer", "more")
    parts = []
    if outlook.trends and outlook.threshold is not None:
        totals = (trend.total for trend in outlook.trends)
        ordered = sorted(totals, reverse=line.direction is Direction.UP)
        deciding = ordered[outlook.required - 1]
        gap = abs(deciding - outlook.threshold)
        total = rounded(deciding)
        other = rules.offences(improved=improved, achieves=not achieves, unsustained=unsustained)[0]
        if achieves:
            needed = rounded(max(1, ceil(gap)))
            parts.append((other, f"with {needed} {worse} in the projection that decides ({total})"))
        elif outlook.threshold > 0 or line.direction is Direction.UP:
            needed = rounded(floor(gap) + 1)
            text = f"with another {needed} {better} in the nearest projection ({total})"
            parts.append((other, text))
    if test is not None and test.turns:
        at = test.turns[0].at
        gap = abs(test.latest - at)
        other = rules.offences(improved=not improved, achieves=achieves, unsustained=unsustained)[0]
        if improved:
            text = f"with {rounded(gap + 1)} {worse} in the latest year, no longer an improvement"
        else:
            text = (
                f"with another {rounded(gap)} {better} in the latest year ({rounded(at)}), an"
                " improvement"
            )
        parts.append((other, text))
    if not parts and not line.figures.baseline:
        return "no other colour while the baseline year has none"
    return "; ".join(f"{rag} {text}" for rag, text in parts if rag is not line.rag)


def _within_group(line: Assessment, limits: kinds.PositionLimits, forces: int, z: float) -> str:
    sd = (limits.upper - limits.centre) / z
    ends = group_crossings(limits.own, limits.centre, sd, forces, z=z)
    if ends is None:
        return NO_FIGURE
    return _lines(line, limits.own, *ends, OTHERS_AS_THEY_ARE) or NO_FIGURE


def _lines(line: Assessment, value: float, lower: float, upper: float, held: str) -> str:
    if line.reason is Reason.ABOVE_UPPER:
        return f"AMBER if {_amount(line, value - upper)} lower, back on the limit"
    if line.reason is Reason.BELOW_LOWER:
        return f"AMBER if {_amount(line, lower - value)} higher, back on the limit"
    above, below = (rules.lines(where, line.direction)[0] for where in (Side.ABOVE, Side.BELOW))
    parts = []
    if line.evidence.form is not FigureForm.SHARE or upper < 1:
        parts.append(f"{above} if more than {_amount(line, max(0.0, upper - value))} higher")
    if lower > 0:
        parts.append(f"{below} if more than {_amount(line, max(0.0, value - lower))} lower")
    return "; ".join(parts) + held if parts else ""


def _amount(line: Assessment, gap: float) -> str:
    if isinstance(line.evidence, kinds.Blocks):
        return f"{rounded(gap, 1)} a month"
    form = FORMS[line.evidence.form]
    if line.evidence.form is FigureForm.SHARE:
        return f"{rounded(gap * form.scale, form.decimals)} {form.difference}"
    return figure(gap, line.evidence.form)


def _turns(line: Assessment) -> str:
    test = test_of(line.evidence)
    if test is None:
        return ""
    yearly = " a year" if any(isinstance(item, Annualised) for item in line.caveats) else ""
    return "; ".join(
        _turn(turn, test.latest, line.evidence.form, line.figures.n_latest, yearly)
        for turn in test.turns
    )


def _turn(
    turn: kinds.TurningFigure, now: float, form: FigureForm, n: int | None, yearly: str
) -> str:
    """Write one other colour and where it begins. `yearly`: words after a count of part of a year,
    which is turned into that of a year.
    """
    word = "more" if turn.at > now else "less" if form is FigureForm.SCORE else "fewer"
    gap = abs(turn.at - now)
    match form:
        case FigureForm.SHARE if n:
            of = f", {rounded(max(1, round(gap * n)))} {word} of the {n:,}"
        case FigureForm.SCORE:
            of = f", {rounded(gap, 1)} {word}"
        case _:
            of = f", {rounded(gap)} {word}"
    return f"{turn.rag} at {figure(turn.at, form)}{yearly}{of}"
