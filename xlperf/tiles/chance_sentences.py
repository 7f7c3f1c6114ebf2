"""What chance does, in sentences: to the lines of a control chart, to a change, and to a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.assessment import evidence as kinds
from xlperf.assessment.evidence_parts import projection_of, test_of
from xlperf.assessment.rag import Rag, Reason
from xlperf.assessment.survey_parts import MOST_TRIED
from xlperf.config import SpcBasis
from xlperf.stats.chance import ChanceClass
from xlperf.stats.change import Method
from xlperf.stats.horizon import fifth_record, trend_record
from xlperf.tables.data import Direction
from xlperf.tables.measure_kinds import FORMS, FigureForm
from xlperf.tiles.figures import figure, number_in_words, p_text, percent_change, rounded, signed
from xlperf.tiles.readings import confidence
from xlperf.tiles.wording import TREND_NAMES

if TYPE_CHECKING:
    from xlperf.assessment.evidence import Assessment
    from xlperf.assessment.expectations import TargetOutlook
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


def smallest_change(line: Assessment) -> str:
    """Say which figure would have been found an improvement; empty where a change was found, or
    none is looked for.
    """
    test = test_of(line.evidence)
    if test is None or not _nothing_found(line, test):
        return ""
    by_itself = " by itself" if line.among else ""
    at = next((turn.at for turn in test.turns if turn.rag is Rag.GREEN), None)
    if at is None:
        return f"No figure would have been an improvement{by_itself}." if _all_tried(line) else ""
    form, up = line.evidence.form, line.direction is Direction.UP
    less = "less" if form is FigureForm.SCORE else "fewer"
    word = "more" if up else "lower" if form is FigureForm.SHARE else less
    last = at >= 1 if up and form is FigureForm.SHARE else not up and at == 0
    there = f"Only {figure(at, form)}" if last else f"{figure(at, form)} or {word}"
    against_target = isinstance(test, kinds.ChangeTest) and test.method is Method.TARGET
    what = "better than the target by more than chance" if against_target else "an improvement"
    return f"{there}{_change_to(at, test, form)} would have been {what}{by_itself}."


def _nothing_found(line: Assessment, test: kinds.ChangeTest | kinds.ShareDifference) -> bool:
    """Whether a test that could find a change found none, and no date has settled the matter."""
    if isinstance(test, kinds.ShareDifference):
        return line.reason is Reason.NO_EVIDENCE
    settled = isinstance(line.evidence, kinds.Offences) and not projection_of(line.evidence)
    none = line.reason is Reason.NO_CHANGE_FROM_ZERO
    return test.finding is kinds.ChangeFinding.NEITHER and not settled and not none


def _all_tried(line: Assessment) -> bool:
    """Whether every figure was tried: counts down to 0, shares where few enough answered."""
    if line.evidence.form is FigureForm.COUNT:
        return line.direction is Direction.DOWN
    return (line.figures.n_latest or 0) <= MOST_TRIED


def _change_to(at: float, test: kinds.ChangeTest | kinds.ShareDifference, form: FigureForm) -> str:
    """Write the change that a figure would be, in brackets; empty after none."""
    if isinstance(test, kinds.ChangeTest):
        return f" ({percent_change(100 * (at / test.before - 1))})" if test.before else ""
    before, record = test.latest - test.estimate, FORMS[form]
    return f" ({signed((at - before) * record.scale, 1, f' {record.difference}')})"


def together_in_short(line: Assessment) -> str:
    """Say, for a panel, that a line would have another colour if it were judged alone."""
    if line.among is None or line.reason is not Reason.AMONG_MANY:
        return ""
    return (
        f"That holds for this line by itself, which would be {line.among.alone[0]}; among"
        f" {line.among.tested} lines tested together one such finding may well be chance."
    )


def among_many(line: Assessment) -> str:
    """Say what the test of a line is among all lines tested; empty where lines are judged alone."""
    among = line.among
    if among is None:
        return ""
    adjusted = f"adjusted for the {among.tested} lines tested p {p_text(among.adjusted)}"
    if line.reason is Reason.AMONG_MANY:
        return (
            f"By itself it would be {among.alone[0]}{_p_alone(line, among.p)}, but {adjusted},"
            f" more than the {among.rate:g} allowed: AMBER."
        )
    if among.p == 1:
        return f"It is one of the {among.tested} lines tested together, and AMBER by itself."
    return f"Judged together: {adjusted}, within the {among.rate:g} allowed."


def record_of_targets(outlook: kinds.Projection, *, improved: bool) -> str:
    """Say how many targets were met that as many of four trends reached as long before, as a part
    of a sentence; empty where that is not known.
    """
    if outlook.outlook is None or len(outlook.trends) < len(TREND_NAMES):
        return ""
    record = trend_record(outlook.outlook.months_ahead)
    if improved and outlook.achieving == len(TREND_NAMES):
        return f"of 100 such improvements in London's boroughs {record.improved} were sustained"
    if improved:
        return ""
    met = record.unimproved[outlook.achieving]
    return f"of 100 such targets in London's boroughs {met} were met"


def _p_alone(line: Assessment, p: float) -> str:
    """Write the p that is adjusted; of totals without months beside that of the test."""
    if isinstance(line.evidence, kinds.Total) and line.evidence.test.p != p:
        tested = p_text(line.evidence.test.p)
        return f" (p {tested}; {p:.3f} among many, since some totals vary more than most)"
    return f" (p {p_text(p)})"


def expected_range(line: Assessment, settings: Settings) -> str:
    """Write where the twelve months to the target date are expected; empty: not known."""
    projection = projection_of(line.evidence)
    if projection is None or projection.outlook is None:
        return ""
    return _range(projection.outlook, settings)


def _range(expected: TargetOutlook, settings: Settings) -> str:
    lower, upper = expected.limits
    return (
        f"about {rounded(expected.centre)}, {confidence(settings)} range {rounded(lower)} to"
        f" {rounded(upper)}"
    )


def outlook_of_targets(outlook: kinds.Projection, settings: Settings) -> str:
    """Say where the total is expected, and how likely the target is; empty: not known."""
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
        f"Expected are {_range(expected, settings)}; {FIFTHS[expected.fifths]} (of 100 such"
        f" chances {where})."
    )
