"""What an analyst asks next of a line: the numbers of its test, the chances, what was expected.

What a panel reads first is in `xlperf.tiles.panel_sentences`, and is not repeated here.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, assert_never

from xlperf.assessment import evidence as kinds
from xlperf.assessment.evidence import ChangeFinding
from xlperf.assessment.rag import Reason
from xlperf.config import TrendRule
from xlperf.tables.data import Direction
from xlperf.tables.measure_kinds import FORMS, FigureForm
from xlperf.tiles import readings
from xlperf.tiles.chance_sentences import (
    of_blocks,
    outlook_of_targets,
    record_of_targets,
    smallest_change,
)
from xlperf.tiles.figures import figure, p_text, rounded, signed
from xlperf.tiles.wording import UNCOLOURED, capital

if TYPE_CHECKING:
    from xlperf.assessment.evidence import Assessment
    from xlperf.config import Settings

ENOUGH = {
    TrendRule.ANY: "One trend that reaches the target is enough.",
    TrendRule.MAJORITY: "More than half of the trends must reach the target.",
    TrendRule.ALL: "All trends must reach the target.",
}
RARE = 2.0
"""Offences a month below which the days between them are the better figure to chart."""
RARE_EVENTS = "Where their dates are known, chart the days between them (XP_GCHART)."


def analyst_sentences(line: Assessment, settings: Settings) -> str:
    """Give the sentences of a line; empty where nothing was tested."""
    evidence = line.evidence
    match evidence:
        case kinds.Offences():
            said = _offences(line, evidence, settings)
        case kinds.Blocks():
            said = _blocks(line, evidence, settings)
        case kinds.Survey() | kinds.Rating() | kinds.Families():
            said = _joined(_shares(evidence, settings), smallest_change(line))
        case kinds.Total(test=test):
            tested = line.reason is not Reason.NO_CHANGE_FROM_ZERO
            said = _joined(_test(test, settings), smallest_change(line)) if tested else ""
        case kinds.Position() | kinds.AmountComparison() | kinds.Words() | kinds.Unjudged():
            said = ""
        case _:
            assert_never(evidence)
    return said


def _joined(*texts: str) -> str:
    return " ".join(filter(None, texts))


def _blocks(line: Assessment, evidence: kinds.Blocks, settings: Settings) -> str:
    if line.reason is not Reason.SMALL_NUMBERS:
        return of_blocks(evidence, settings)
    return RARE_EVENTS if evidence.centre < RARE else ""


def _offences(line: Assessment, evidence: kinds.Offences, settings: Settings) -> str:
    test, outlook = evidence.test, evidence.outlook
    if line.reason is Reason.NO_CHANGE_FROM_ZERO:
        return ""
    sentences = []
    if test is not None:
        sentences += [_test(test, settings), smallest_change(line)]
    if isinstance(outlook, kinds.Projection) and _has_target(line, outlook):
        improved = test is not None and test.finding is ChangeFinding.BETTER
        sentences.append(ENOUGH[outlook.rule])
        if outlook.achieving < outlook.required:
            record = record_of_targets(outlook, improved=improved)
            sentences.append(f"{capital(record)}." if record else "")
        sentences.append(outlook_of_targets(outlook, settings))
    return _joined(*sentences)


def _has_target(line: Assessment, outlook: kinds.Projection) -> bool:
    """Whether there is a target that trends may reach."""
    if not outlook.trends or outlook.threshold is None or line.reason in UNCOLOURED:
        return False
    return outlook.threshold > 0 or line.direction is Direction.UP


def _test(test: kinds.ChangeTest, settings: Settings) -> str:
    """Write the test of a ratio."""
    if test.limits is None:
        return f"Exact test, p {p_text(test.p)}."
    if test.ratio is None:
        return f"p {p_text(test.p)}."
    lower, upper = test.limits
    above = f"to {upper:.3f}" if isfinite(upper) else "upwards without limit"
    return f"Ratio {test.ratio:.3f}, {readings.confidence(settings)} range {lower:.3f} {above}."


def _shares(evidence: kinds.Survey | kinds.Rating | kinds.Families, settings: Settings) -> str:
    confidence, result = readings.confidence(settings), evidence.result
    match result:
        case None:
            return ""
        case kinds.TooFew():
            return " ".join(filter(None, (_range(result.limits, confidence), _margin(result))))
        case kinds.Alone():
            return _range(result.limits, confidence)
        case kinds.ShareDifference():
            form = FORMS[evidence.form]
            lower, upper = (signed(limit * form.scale, 1, "") for limit in result.limits)
            change = signed(result.estimate * form.scale, 1, f" {form.difference}")
            return f"Difference {change}, {confidence} range {lower} to {upper}."
        case _:
            assert_never(result)


def _range(limits: kinds.Limits | None, confidence: str) -> str:
    if limits is None:
        return ""
    lower, upper = (figure(limit, FigureForm.SHARE) for limit in limits)
    return f"{confidence} range {lower} to {upper}."


def _margin(few: kinds.TooFew) -> str:
    n = few.n_baseline
    which = "a survey of that size" if n is None else f"the baseline survey (n = {n:,})"
    return f"The margin of {which} can be {rounded(few.margin, 1)} points."
