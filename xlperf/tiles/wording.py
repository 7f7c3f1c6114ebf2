"""Assessments in words. Every sentence is derived from the reason code and the evidence, never read
back from text.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, assert_never

from xlperf.assess import evidence as kinds
from xlperf.assess.caveats import Annualised, Stale
from xlperf.assess.evidence import ChangeFinding, projection_of
from xlperf.assess.rag import Rag, Reason
from xlperf.config import SpcBasis, TrendRule
from xlperf.periods import NAMES, month_name, month_of, month_short
from xlperf.stats.chance import ChanceClass
from xlperf.stats.horizon import FIFTH_RECORDS, trend_record
from xlperf.stats.projection import TrendName
from xlperf.tables.data import Direction
from xlperf.tables.measure_kinds import FigureForm, LineKind
from xlperf.tiles import readings
from xlperf.tiles.figures import (
    bare,
    compared_with,
    figure,
    number_in_words,
    p_text,
    percent_change,
    place,
    place_range,
    rounded,
    signed,
    with_n,
    within,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from xlperf.assess.evidence import Assessment
    from xlperf.config import Settings
    from xlperf.periods import Month

STATUS = {Rag.GREEN: "● Green", Rag.AMBER: "♦ Amber", Rag.RED: "■ Red", Rag.NA: "– NA"}
"""Text of a status cell: a shape and a word, so that colour is never alone."""
OVERRIDE_MARK = "*"
WITHHELD = "[c]"
"""Stands for a figure that is not shown: the shorthand of official statistics for confidential."""
UP, DOWN, LEVEL = "▲", "▼", "►"

SHORT_REASONS = {
    Reason.INSUFFICIENT_DATA: "month missing",
    Reason.TOO_SHORT: "too few months",
    Reason.TREND_UNKNOWN: "no trend",
    Reason.NO_BASELINE: "no baseline",
    Reason.NO_N: "n not given",
    Reason.OVERLAP: "overlaps baseline",
    Reason.BREAK: "recording changed",
    Reason.TOO_FEW_PEERS: "too few forces",
    Reason.NO_DATA: "no data",
    Reason.NOT_RECEIVED: "not received",
    Reason.NOT_AVAILABLE: "not available",
    Reason.IN_DEVELOPMENT: "in development",
    Reason.NOT_APPLICABLE: "not applicable",
    Reason.NO_DIRECTION: "not coloured",
    Reason.CONFIG: "see Checks",
    Reason.NOT_ASSESSED: "",
    Reason.SUPPRESSED: "too few to show",
    Reason.NO_CHANGE_FROM_ZERO: "none then or now",
    Reason.SMALL_N: "small numbers",
    Reason.SMALL_NUMBERS: "small numbers",
}

TREND_NAMES = {
    TrendName.OLS24: "straight line over 24 months",
    TrendName.OLS36: "straight line over 36 months",
    TrendName.YEAR_ON_YEAR: "year-on-year ratio, halved",
    TrendName.DAMPED: "seasonal trend over 36 months, damped",
}


ENOUGH = {
    TrendRule.ANY: "one is enough",
    TrendRule.MAJORITY: "more than half are needed",
    TrendRule.ALL: "all are needed",
}


def status(line: Assessment) -> str:
    """Text of the status cell."""
    return STATUS[line.shown] + (OVERRIDE_MARK if line.override else "")


def arrow(line: Assessment) -> str:
    """Projected direction: the middle of the trends against the latest total, level within one per
    cent.
    """
    projection, latest = projection_of(line.evidence), line.figures.latest
    if projection is None or not projection.trends or latest is None:
        return ""
    totals = sorted(trend.total for trend in projection.trends)
    middle = (totals[(len(totals) - 1) // 2] + totals[len(totals) // 2]) / 2
    if middle > float(latest) * 1.01:
        return UP
    return DOWN if middle < float(latest) * 0.99 else LEVEL


def trends_text(line: Assessment) -> str:
    """Say how many trends reach the target: 1 of 4. Blank where no way is better, so that there is
    no target.
    """
    projection = projection_of(line.evidence)
    if projection is None or not projection.trends or projection.threshold is None:
        return ""
    return f"{projection.achieving} of {len(projection.trends)}"


def position_text(line: Assessment) -> str:
    """Position as on the tile: 5th of 8, with its month when it is older than the dashboard."""
    if not isinstance(line.evidence, kinds.Position):
        return unknown(line)
    older = older_month(line)
    return place(line.evidence.place) + (f" ({older})" if older else "")


def older_month(line: Assessment) -> str:
    """Month of a figure that is older than the dashboard: Jun ’14; empty when it is not."""
    month = next((caveat.month for caveat in line.caveats if isinstance(caveat, Stale)), None)
    return "" if month is None else f"{NAMES[month % 12][:3]} ’{month // 12 % 100:02d}"


def unknown(line: Assessment) -> str:
    """Text in place of a figure that there is not, or that is not shown."""
    return WITHHELD if line.reason is Reason.SUPPRESSED else "NA"


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


def sentence_of(text: str) -> str:
    """End a text typed by a person with a full stop, unless it has its own ending."""
    stripped = text.strip()
    return stripped if stripped.endswith((".", "!", "?")) else f"{stripped}."


WITHOUT_FIGURES = (
    Reason.NOT_RECEIVED,
    Reason.NOT_AVAILABLE,
    Reason.IN_DEVELOPMENT,
    Reason.NOT_APPLICABLE,
    Reason.NO_DATA,
)
"""Reasons that come before what is known of the line; for the others that says it all."""
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
    return line.missing if line.reason is Reason.CONFIG else NOT_BETTER_EITHER_WAY


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
    said = f"{compared}{_of_test(evidence.test, settings)}."
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
    ChangeFinding.NEITHER: ": statistically not an improvement",
    None: "",
}


def _of_test(test: kinds.ChangeTest | None, settings: Settings) -> str:
    return "" if test is None else FINDING_WORDS[test.finding] + _test_text(test, settings)


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
    said = (
        f"{trends_text(line)} trends {'reaches' if outlook.achieving == 1 else 'reach'} the target,"
        f" {_target(line, outlook.threshold)} in the twelve months to"
        f" {month_name(settings.target)}; {ENOUGH[outlook.rule]}."
    )
    return f"{said}{_of_record(outlook, improved=improved)}{_of_outlook(outlook, settings)}"


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
    lower, upper = projection.outlook.limits
    return (
        f"about {rounded(projection.outlook.centre)}, {readings.confidence(settings)} range"
        f" {rounded(lower)} to {rounded(upper)}"
    )


def _of_outlook(outlook: kinds.Projection, settings: Settings) -> str:
    """Say where the total is expected, and how likely the target is."""
    expected = outlook.outlook
    if expected is None or expected.fifths is None:
        return ""
    lower, upper = expected.limits
    record = FIFTH_RECORDS[expected.fifths]
    return (
        f" Expected are about {rounded(expected.centre)}, {readings.confidence(settings)} range"
        f" {rounded(lower)} to {rounded(upper)}; {FIFTHS[expected.fifths]} (of 100 such chances"
        f" {record.forces} came true in police forces, {record.london} in London's boroughs)."
    )


FIFTHS = (
    "the target is very unlikely",
    "the target has a chance of about 1 in 5",
    "the target has a chance of about 2 in 5",
    "the target has a chance of about 3 in 5",
    "the target has a chance of about 4 in 5",
    "the target is very likely",
)
"""By fifths, 0 to 5."""


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
    test = _of_levels(evidence, settings)
    if line.reason in UNCOLOURED:
        return (
            f"{mean} is shown with the lines {lines}, drawn from {before}. {test} {last_year}"
            f" {_why_uncoloured(line)}"
        )
    return f"{mean} is {WHERE[line.reason]} {lines}, drawn from {before}. {test} {last_year}"


CHANCES = {
    ChanceClass.UNDER_ONE: "fewer than 1",
    ChanceClass.ONE_TO_THREE: "1 to 3",
    ChanceClass.THREE_TO_TEN: "3 to 10",
    ChanceClass.ABOVE_TEN: "more than 10",
}


def _of_levels(evidence: kinds.Blocks, settings: Settings) -> str:
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
    scale, unit = (100.0, " points") if form is FigureForm.SHARE else (1.0, " stars")
    lower, upper = (signed(limit * scale, 1, "") for limit in result.limits)
    return f"{signed(result.estimate * scale, 1, unit)}, {confidence} range {lower} to {upper}"


def total_now(line: Assessment, month: Callable[[Month], str] = month_short) -> str:
    """Write the latest total with its period; one of part of a year also as the year it
    stands for.
    """
    figures = line.figures
    counted = next(
        (caveat.counted for caveat in line.caveats if isinstance(caveat, Annualised)), None
    )
    if counted is None:
        return f"{figure(figures.latest, FigureForm.COUNT)} {within(figures.period, month)}"
    yearly = figure(figures.latest, FigureForm.COUNT)
    return f"{counted:,} {within(figures.period, month)}, {yearly} a year,"


def _total(line: Assessment, tested: kinds.ChangeTest, settings: Settings) -> str:
    figures = line.figures
    change = figures.change_percent
    finding = {
        Reason.BETTER: "a significant improvement",
        Reason.WORSE: "a significant deterioration",
        Reason.NO_EVIDENCE: "no significant change",
        Reason.NO_CHANGE_FROM_ZERO: "none then and none now",
    }.get(line.reason, "")
    test = "" if line.reason is Reason.NO_CHANGE_FROM_ZERO else _test_text(tested, settings)
    against = (
        f"{figure(figures.baseline, FigureForm.COUNT)} {compared_with(figures.against, settings)}"
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


def data_as_at(line: Assessment) -> str:
    """Month of the data."""
    as_at = line.figures.as_at
    return month_name(month_of(as_at)) if as_at else ""
