"""Why a line has its colour, in sentences with its numbers.

Every sentence is derived from the reason code and the evidence, never read back from text.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, assert_never

from xlperf.assessment import evidence as kinds
from xlperf.assessment.evidence import ChangeFinding
from xlperf.assessment.rag import Rag, Reason
from xlperf.config import TrendRule
from xlperf.periods import month_name
from xlperf.stats.change import Method
from xlperf.tables.data import Direction
from xlperf.tables.measure_kinds import FORMS, FigureForm, LineKind
from xlperf.tiles import readings
from xlperf.tiles.chance_sentences import of_blocks, of_targets, smallest_change
from xlperf.tiles.figures import (
    bare,
    compared_with,
    figure,
    p_text,
    percent_change,
    place,
    place_range,
    rounded,
    signed,
    with_n,
    within,
)
from xlperf.tiles.wording import SHORT_REASONS, WITHOUT_FIGURES, sentence_of, total_now, trends_text

if TYPE_CHECKING:
    from decimal import Decimal

    from xlperf.assessment.evidence import Assessment
    from xlperf.config import Settings


ENOUGH = {
    TrendRule.ANY: "one is enough",
    TrendRule.MAJORITY: "more than half are needed",
    TrendRule.ALL: "all are needed",
}


def explain(line: Assessment, settings: Settings) -> str:
    """Say in sentences why the line has its colour, with its numbers; an override comes first."""
    owed = line.reason in WITHOUT_FIGURES and line.figures.latest is not None
    sentence = f"{line.rag}: {_without_colour(line) if owed else _explained(line, settings)}"
    if line.override:
        return (
            f"Shown {line.override.colour} by decision of {line.override.who}:"
            f" {sentence_of(line.override.reason)} Worked out as {sentence}"
        )
    return sentence


UNCOLOURED = (Reason.NO_DIRECTION, Reason.CONFIG)
"""There are figures and a test, but they must not be coloured."""


NOT_BETTER_EITHER_WAY = "Neither more nor less is better for this measure, so it is not coloured."


def _explained(line: Assessment, settings: Settings) -> str:
    evidence = line.evidence
    match evidence:
        case kinds.Offences():
            said = _offences(line, evidence, settings)
        case kinds.Position():
            said = _position(line, evidence)
        case kinds.Blocks():
            said = _blocks(line, evidence, settings)
        case kinds.Survey() | kinds.Rating():
            said = _survey(line, evidence, settings)
        case kinds.Families():
            said = _families(line, evidence, settings)
        case kinds.Total():
            said = _total(line, evidence.test, settings)
        case kinds.AmountComparison():
            said = _money(evidence.value)
        case kinds.Words():
            said = _words(evidence.text)
        case kinds.Unjudged():
            said = _unjudged(line, evidence)
        case _:
            assert_never(evidence)
    return said


def _unjudged(line: Assessment, evidence: kinds.Unjudged) -> str:
    """Say what is known of a line that is not judged, and why it is not."""
    figures, text = evidence.figures, evidence.text
    known = figures.latest is not None
    match evidence.kind:
        case LineKind.TEXT if text:
            said = _words(text)
        case LineKind.FAMILIES if known:
            reduction = _reduction(figures.latest, figures.n_latest)
            said = f"{reduction} {within(figures.period)}. {line.missing}{_of_board(text)}"
        case LineKind.FAMILIES:
            said = _without_colour(line) + _of_board(text)
        case LineKind.AMOUNT if known:
            said = _money(figures.latest)
        case LineKind.TOTAL if known:
            said = f"{total_now(line).rstrip(',')}. {line.missing}"
        case LineKind.SURVEY | LineKind.RATING if known:
            now = with_n(figures.latest, figures.n_latest, evidence.form)
            said = f"{now} {within(figures.period)}. {line.missing}"
        case _:
            said = _without_colour(line)
    return said


def _without_colour(line: Assessment) -> str:
    """Reason and detail of a line without anything to judge; what is known of it comes first."""
    figures, known = line.figures, ""
    if figures.latest is not None:
        last = "Last known:" if line.reason in WITHOUT_FIGURES else ""
        known = (
            f"{_joined(last, figure(figures.latest, line.evidence.form), within(figures.period))}. "
        )
    short, detail = SHORT_REASONS.get(line.reason, ""), line.missing
    text = f"{short}: {detail}" if detail and line.reason in WITHOUT_FIGURES else detail or short
    return known + sentence_of(text[:1].upper() + text[1:] if known else text)


def _joined(*texts: str) -> str:
    return " ".join(filter(None, texts))


def _why_uncoloured(line: Assessment) -> str:
    """Say why figures that could be judged have no colour. A reason without words is a KeyError:
    no sentence is better than a false one.
    """
    return {Reason.CONFIG: line.missing, Reason.NO_DIRECTION: NOT_BETTER_EITHER_WAY}[line.reason]


def _offences(line: Assessment, evidence: kinds.Offences, settings: Settings) -> str:
    figures, outlook = evidence.figures, evidence.outlook
    change = figures.change_percent
    compared = (
        f"{figure(figures.latest, FigureForm.COUNT)} {within(figures.period)} against "
        f"{figure(figures.baseline, FigureForm.COUNT)} in {settings.baseline_name}"
        + (f" ({percent_change(change)})" if change is not None else "")
    )
    if line.reason is Reason.NO_CHANGE_FROM_ZERO:
        return f"{compared}: none then and none now."
    said = f"{compared}{_of_test(evidence.test, line.direction, settings)}."
    match outlook:
        case kinds.AtTarget(total, threshold):
            first = f"{said} " if figures.latest is not None else ""
            met = "met" if line.reason is Reason.TARGET_MET else "did not meet"
            verdict = f" {met} the target, {_target(line, threshold)}; that verdict stands."
            return (
                f"{first}The target date has passed: {figure(total, FigureForm.COUNT)} in the"
                f" twelve months to {month_name(settings.target)}"
                + (f". {_why_uncoloured(line)}" if line.reason in UNCOLOURED else verdict)
            )
        case kinds.Projection():
            if line.reason in UNCOLOURED:
                return f"{said} {_why_uncoloured(line)}"
            improved = evidence.test is not None and evidence.test.finding is ChangeFinding.BETTER
            return f"{said} {_projection(line, outlook, settings, improved=improved)}"
        case _:
            assert_never(outlook)


FINDING_WORDS = {
    ChangeFinding.BETTER: ": statistically an improvement",
    ChangeFinding.WORSE: ": statistically worse",
    ChangeFinding.NEITHER: ": no evidence of a change",
    None: "",
}


def _of_test(test: kinds.ChangeTest | None, direction: Direction, settings: Settings) -> str:
    if test is None:
        return ""
    said = FINDING_WORDS[test.finding] + _test_text(test, settings)
    return said + smallest_change(test, direction)


def _projection(
    line: Assessment, outlook: kinds.Projection, settings: Settings, *, improved: bool
) -> str:
    """Say what the trends promise."""
    if line.reason is Reason.TREND_UNKNOWN:
        pair = (
            (str(Rag.GREEN), settings.improved_not_sustained)
            if improved
            else (str(Rag.RED), str(Rag.AMBER))
        )
        return (
            f"No trend can be worked out, so {pair[0]} and {pair[1]} cannot be told apart."
            f" {line.missing}"
        )
    if outlook.threshold == 0 and line.direction is Direction.DOWN:
        return f"There were none in {settings.baseline_name}, so no trend can fall below that."
    return (
        f"{trends_text(line)} trends {'reaches' if outlook.achieving == 1 else 'reach'} the target,"
        f" {_target(line, outlook.threshold)} in the twelve months to"
        f" {month_name(settings.target)}; {ENOUGH[outlook.rule]}."
        f"{of_targets(outlook, settings, improved=improved)}"
    )


def _target(line: Assessment, threshold: float | None) -> str:
    word = "more" if line.direction is Direction.UP else "fewer"
    return f"{word} than {figure(threshold, FigureForm.COUNT)}"


def _test_text(test: kinds.ChangeTest, settings: Settings) -> str:
    """Write the test of a ratio, in brackets."""
    if test.limits is None:
        return f" (exact test, p {p_text(test.p)})"
    if test.ratio is None:
        return f" (p {p_text(test.p)})"
    lower, upper = test.limits
    above = f"to {upper:.3f}" if isfinite(upper) else "upwards without limit"
    return f" (ratio {test.ratio:.3f}, {readings.confidence(settings)} range {lower:.3f} {above})"


def _position(line: Assessment, evidence: kinds.Position) -> str:
    likely = place_range(evidence.place)
    first = "highest" if line.direction is Direction.UP else "lowest"
    text = f"{place(evidence.place)} (the {first} is 1st{f'; likely {likely}' if likely else ''})"
    lines = evidence.lines
    if lines is None:
        return f"{text}. {line.missing}"
    own = f"{figure(evidence.figures.latest, evidence.form)} {within(evidence.figures.period)}"
    if line.reason is Reason.SD_ZERO:
        return f"{text}. All forces have the same figure, {own}."
    if line.reason in UNCOLOURED:
        return f"{own}; {text}. {_why_uncoloured(line)}"
    lower, centre, upper = (
        bare(value, evidence.form) for value in (lines.lower, lines.centre, lines.upper)
    )
    return (
        f"{own} is {WHERE[line.reason]} {lower} to {upper} (mean of the group {centre}); {text}."
        " The rank does not decide the colour."
    )


WHERE = {
    Reason.ABOVE_UPPER: "above the upper line of",
    Reason.BELOW_LOWER: "below the lower line of",
    Reason.BETWEEN_LINES: "between the lines,",
    Reason.ON_LINE: "on one of the lines, which counts as between them,",
}


def _blocks(line: Assessment, evidence: kinds.Blocks, settings: Settings) -> str:
    mean = f"the mean {within(evidence.period)}, {rounded(evidence.mean, 1)} a month,"
    before = f"{rounded(evidence.centre, 1)} a month {within(evidence.before)}"
    last_year = f"The same six months a year before: {rounded(evidence.last_year, 1)}."
    if line.reason is Reason.SMALL_NUMBERS:
        few = evidence.centre < settings.small_months
        why = (
            f"below {settings.small_months:g} a month"
            if few
            else "and no month differs from another"
        )
        return f"{mean} follows {before}, {why}: too little for lines to tell anything. {last_year}"
    lines = f"{rounded(evidence.limits.lower, 1)} to {rounded(evidence.limits.upper, 1)}"
    test = of_blocks(evidence, settings)
    if line.reason in UNCOLOURED:
        return (
            f"{mean} is shown with the lines {lines}, drawn from {before}. {test} {last_year}"
            f" {_why_uncoloured(line)}"
        )
    return f"{mean} is {WHERE[line.reason]} {lines}, drawn from {before}. {test} {last_year}"


def _survey(
    line: Assessment, evidence: kinds.Survey | kinds.Rating | kinds.Families, settings: Settings
) -> str:
    figures, form, result = evidence.figures, evidence.form, evidence.result
    confidence = readings.confidence(settings)
    now = f"{with_n(figures.latest, figures.n_latest, form)} {within(figures.period)}"
    if isinstance(result, (kinds.TooFew, kinds.Alone)) and result.limits is not None:
        lower, upper = (figure(limit, FigureForm.SHARE) for limit in result.limits)
        now += f" ({confidence} range {lower} to {upper})"
    match result:
        case None | kinds.Alone():
            said = f"{now}. {line.missing}"
        case kinds.TooFew():
            said = (
                f"{now}. {_why_uncoloured(line) if line.reason in UNCOLOURED else _too_few(result)}"
            )
        case kinds.ShareDifference():
            before = with_n(figures.baseline, figures.n_baseline, form)
            finding = {
                Reason.BETTER: f"better, with {confidence} confidence",
                Reason.WORSE: f"worse, with {confidence} confidence",
                Reason.NO_EVIDENCE: "no evidence of a change",
            }.get(line.reason, "")
            compared = (
                f"{now} against {before} in {settings.baseline_name}:"
                f" {_range(result, form, confidence)}"
            )
            said = f"{compared}; {finding}." if finding else f"{compared}. {_why_uncoloured(line)}"
        case _:
            assert_never(result)
    return said


def _too_few(few: kinds.TooFew) -> str:
    n = few.n_baseline
    which = "a survey of that size" if n is None else f"the baseline survey (n = {n:,})"
    margin = f"the margin of {which} can be {rounded(few.margin, 1)} points"
    return f"Small numbers: {margin}, so nothing is said of better or worse."


def _range(result: kinds.ShareDifference, form: FigureForm, confidence: str) -> str:
    """Write a difference with its range: +4.5 points, 95% range −0.2 to +9.1."""
    scale, unit = FORMS[form].scale, f" {FORMS[form].difference}"
    lower, upper = (signed(limit * scale, 1, "") for limit in result.limits)
    return f"{signed(result.estimate * scale, 1, unit)}, {confidence} range {lower} to {upper}"


def _total(line: Assessment, tested: kinds.ChangeTest, settings: Settings) -> str:
    figures = line.figures
    change = figures.change_percent
    finding = {
        Reason.BETTER: "a significant improvement",
        Reason.WORSE: "a significant deterioration",
        Reason.NO_EVIDENCE: "no evidence of a change",
        Reason.NO_CHANGE_FROM_ZERO: "none then and none now",
    }.get(line.reason, "")
    test = "" if line.reason is Reason.NO_CHANGE_FROM_ZERO else _test_text(tested, settings)
    before = figure(figures.baseline, FigureForm.COUNT)
    against = (
        f"a target of {before}"
        if tested.method is Method.TARGET
        else f"{before} {compared_with(figures.against, settings)}"
    )
    compared = f"{total_now(line)} against {against}" + (
        f" ({percent_change(change)})" if change is not None else ""
    )
    return (
        f"{compared}: {finding}{test}." if finding else f"{compared}{test}. {_why_uncoloured(line)}"
    )


def _reduction(share: float | Decimal | None, engaged: int | None) -> str:
    """Write a share of families: 24% of 2,130 families show a reduction; without their number where
    it is withheld.
    """
    of = "the" if engaged is None else f"{engaged:,}"
    return f"{figure(share, FigureForm.SHARE, decimals=0)} of {of} families show a reduction"


def _of_board(text: str) -> str:
    return f" Assessment of the board: {sentence_of(text)}" if text else ""


def _families(line: Assessment, evidence: kinds.Families, settings: Settings) -> str:
    figures, said = evidence.figures, _of_board(evidence.text)
    if figures.latest is None:
        return _without_colour(line) + said
    if evidence.result is None:
        return (
            f"{_reduction(figures.latest, evidence.engaged)} {within(figures.period)}."
            f" {line.missing}{said}"
        )
    return _survey(line, evidence, settings) + said


def _money(value: float | Decimal | None) -> str:
    return f"{figure(value, FigureForm.MONEY)}. Amounts are shown, not coloured."


def _words(text: str) -> str:
    return f"{sentence_of(text)} Words are shown, not coloured."
