"""Assessments in words. Every sentence is derived from the reason code and the evidence, never read back from text."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from xlperf.assess import readings
from xlperf.assess.evidence import Caveat, Finding, Form, LineKind
from xlperf.assess.rag import Rag, Reason
from xlperf.assess.surveys import WILSON
from xlperf.periods import month_name, month_of
from xlperf.tables.tables import Direction
from xlperf.tiles.figures import figure, percent_change, place, place_range, rounded, signed

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from xlperf.assess.evidence import Assessment, Evidence
    from xlperf.config import Settings

STATUS = {Rag.GREEN: "● Green", Rag.AMBER: "♦ Amber", Rag.RED: "■ Red", Rag.NA: "– NA"}
"""Text of a status cell: a shape and a word, so that colour is never alone."""
OVERRIDE_MARK = "*"
WITHHELD = "[c]"
"""Stands for a figure that is not shown: the shorthand of official statistics for confidential."""
UP, DOWN, LEVEL = "▲", "▼", "►"

RULES = {
    LineKind.OFFENCES: "1: offences against the baseline year",
    LineKind.POSITION: "2 and 5: position v most similar forces",
    LineKind.SPC: "3: control chart, latest 6 v previous 12 months",
    LineKind.SURVEY: "4: satisfaction, confidence or another share against the baseline year",
    LineKind.TOTAL: "Totals: significant change against the baseline year",
    LineKind.FAMILIES: "Families with a reduction",
    LineKind.RATING: "Star ratings against the baseline year",
    LineKind.AMOUNT: "None: an amount",
    LineKind.TEXT: "None: words",
}

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
    "OLS24": "straight line over 24 months",
    "OLS36": "straight line over 36 months",
    "YEAR_ON_YEAR": "year-on-year ratio, halved",
    "DAMPED": "seasonal trend over 36 months, damped",
}


def status(line: Assessment) -> str:
    """Text of the status cell."""
    return STATUS[line.shown] + (OVERRIDE_MARK if line.override else "")


def arrow(line: Assessment) -> str:
    """Projected direction: the middle of the trends against the latest total, level within one per cent."""
    totals = sorted(trend.total for trend in line.evidence.trends)
    latest = line.evidence.latest
    if not totals or latest is None:
        return ""
    middle = (totals[(len(totals) - 1) // 2] + totals[len(totals) // 2]) / 2
    if middle > float(latest) * 1.01:
        return UP
    return DOWN if middle < float(latest) * 0.99 else LEVEL


def trends_text(line: Assessment) -> str:
    """Say how many trends reach the target: 1 of 4. Blank where no way is better, so that there is no target."""
    if not line.evidence.trends or line.direction is Direction.NONE:
        return ""
    return f"{line.evidence.achieving} of {len(line.evidence.trends)}"


def position_text(line: Assessment) -> str:
    """Position as on the tile: 5th of 8, with its month when it is older than the dashboard."""
    if line.evidence.place is None:
        return unknown(line)
    older = older_month(line)
    return place(line.evidence.place) + (f" ({older})" if older else "")


def older_month(line: Assessment) -> str:
    """Month of a figure that is older than the dashboard: Jun ’14; empty when it is not."""
    older = next((detail for caveat, detail in line.caveats if caveat is Caveat.STALE), "")
    month, _, year = older.partition(" ")
    return f"{month[:3]} ’{year[2:]}" if older else ""


def unknown(line: Assessment) -> str:
    """Text in place of a figure that there is not, or that is not shown."""
    return WITHHELD if line.reason is Reason.SUPPRESSED else "NA"


def explain(line: Assessment, settings: Settings) -> str:
    """Say in sentences why the line has its colour, with its numbers; an override comes first."""
    owed = line.reason in WITHOUT_FIGURES and line.evidence.latest is not None
    sentence = f"{line.rag}: {_without_colour(line) if owed else EXPLAINERS[line.kind](line, settings)}"
    if line.override:
        return (
            f"Shown {line.override.colour} by decision of {line.override.who}: {sentence_of(line.override.reason)} "
            f"Worked out as {sentence}"
        )
    return sentence


def sentence_of(text: str) -> str:
    """End a text typed by a person with a full stop, unless it has its own ending."""
    stripped = text.strip()
    return stripped if stripped.endswith((".", "!", "?")) else f"{stripped}."


def within(period: str) -> str:
    """Put a period into a sentence: in the year to Sep 2014; from Apr 2014 to Sep 2014; in 2012/13."""
    if period.startswith("year "):
        return f"in the {period}"
    return f"from {period}" if " to " in period else f"in {period}"


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


def _without_colour(line: Assessment) -> str:
    """Reason and detail of a line without anything to judge; what is known of it comes first."""
    evidence = line.evidence
    known = (
        f"{figure(evidence.latest, evidence.form)} {within(evidence.period)}. " if evidence.latest is not None else ""
    )
    if known and line.reason in WITHOUT_FIGURES:
        known = f"Last known: {known}"
    short, detail = SHORT_REASONS.get(line.reason, ""), evidence.missing
    text = f"{short}: {detail}" if detail and line.reason in WITHOUT_FIGURES else detail or short
    return known + sentence_of(text[:1].upper() + text[1:] if known else text)


def _why_uncoloured(line: Assessment) -> str:
    return line.evidence.missing if line.reason is Reason.CONFIG else NOT_BETTER_EITHER_WAY


def _offences(line: Assessment, settings: Settings) -> str:
    evidence = line.evidence
    passed = evidence.at_target is not None
    if evidence.finding is None and evidence.p is None and not passed:
        return _without_colour(line)
    change = evidence.change_percent
    compared = (
        f"{figure(evidence.latest, Form.COUNT)} {within(evidence.period)} against "
        f"{figure(evidence.baseline, Form.COUNT)} in {evidence.baseline_name}"
        + (f" ({percent_change(change)})" if change is not None else "")
    )
    if line.reason is Reason.NO_CHANGE_FROM_ZERO:
        return f"{compared}: none then and none now."
    finding = {
        Finding.BETTER: ": statistically an improvement",
        Finding.WORSE: ": statistically worse",
        Finding.NEITHER: ": statistically not an improvement",
        None: "",
    }[evidence.finding]
    said = f"{compared}{finding}{_test_text(evidence, settings)}."
    if passed:
        first = f"{said} " if evidence.latest is not None else ""
        met = "met" if line.reason is Reason.TARGET_MET else "did not meet"
        verdict = f" {met} the target, {_target(line)}; that verdict stands."
        return (
            f"{first}The target date has passed: {figure(evidence.at_target, Form.COUNT)} in the twelve months to "
            f"{month_name(settings.target)}" + (f". {_why_uncoloured(line)}" if line.reason in UNCOLOURED else verdict)
        )
    if line.reason in UNCOLOURED:
        return f"{said} {_why_uncoloured(line)}"
    return f"{said} {_projection(line, settings)}"


def _projection(line: Assessment, settings: Settings) -> str:
    """Say what the trends promise."""
    evidence = line.evidence
    if line.reason is Reason.TREND_UNKNOWN:
        improved = evidence.finding is Finding.BETTER
        pair = (str(Rag.GREEN), settings.improved_not_sustained) if improved else (str(Rag.RED), str(Rag.AMBER))
        return f"No trend can be worked out, so {pair[0]} and {pair[1]} cannot be told apart. {evidence.missing}"
    if evidence.threshold == 0 and line.direction is Direction.DOWN:
        return f"There were none in {evidence.baseline_name}, so no trend can fall below that."
    enough = {"any": "one is enough", "majority": "more than half are needed", "all": "all are needed"}
    return (
        f"{trends_text(line)} trends {'reaches' if evidence.achieving == 1 else 'reach'} the target, {_target(line)} "
        f"in the twelve months to {month_name(settings.target)}; {enough[evidence.trends_needed]}."
    )


def _target(line: Assessment) -> str:
    word = "more" if line.direction is Direction.UP else "fewer"
    return f"{word} than {figure(line.evidence.threshold, Form.COUNT)}"


def _test_text(evidence: Evidence, settings: Settings) -> str:
    """Write the test of a ratio, in brackets."""
    if evidence.p is None:
        return ""
    if evidence.statistic is None or evidence.lower is None or evidence.upper is None:
        return f" (exact test, p {p_text(evidence.p)})"
    above = f"to {evidence.upper:.3f}" if isfinite(evidence.upper) else "upwards without limit"
    return f" (ratio {evidence.statistic:.3f}, {readings.confidence(settings)} range {evidence.lower:.3f} {above})"


def p_text(p: float | None) -> str:
    """Write a p value: = 0.012, or < 0.001."""
    if p is None:
        return "not known"
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def _position(line: Assessment, _settings: Settings) -> str:
    evidence = line.evidence
    if evidence.place is None:
        return _without_colour(line)
    likely = place_range(evidence.place)
    first = "highest" if line.direction is Direction.UP else "lowest"
    text = f"{place(evidence.place)} (the {first} is 1st{f'; likely {likely}' if likely else ''})"
    if line.reason in (Reason.TOO_FEW_PEERS, Reason.NO_N):
        return f"{text}. {evidence.missing}"

    def short(value: float | None) -> str:
        return figure(value, evidence.form).removesuffix(" per 1,000")

    own = f"{figure(evidence.latest, evidence.form)} {within(evidence.period)}"
    if line.reason is Reason.SD_ZERO:
        return f"{text}. All forces have the same figure, {own}."
    if line.reason in UNCOLOURED:
        return f"{own}; {text}. {_why_uncoloured(line)}"
    return (
        f"{own} is {WHERE[line.reason]} {short(evidence.lower)} to {short(evidence.upper)} "
        f"(mean of the group {short(evidence.centre)}); {text}."
        " The rank does not decide the colour."
    )


WHERE = {
    Reason.ABOVE_UPPER: "above the upper line of",
    Reason.BELOW_LOWER: "below the lower line of",
    Reason.BETWEEN_LINES: "between the lines,",
    Reason.ON_LINE: "on one of the lines, which counts as between them,",
}


def _chart(line: Assessment, settings: Settings) -> str:
    evidence = line.evidence
    if evidence.statistic is None or evidence.lower is None or evidence.upper is None:
        return _without_colour(line)
    mean = f"the mean {within(evidence.period)}, {rounded(evidence.statistic, 1)} a month,"
    before = f"{rounded(evidence.centre or 0, 1)} a month {within(evidence.baseline_name)}"
    last_year = f"The same six months a year before: {rounded(evidence.last_year or 0, 1)}."
    if line.reason is Reason.SMALL_NUMBERS:
        few = (evidence.centre or 0) < settings.small_months
        why = f"below {settings.small_months:g} a month" if few else "and no month differs from another"
        return f"{mean} follows {before}, {why}: too little for lines to tell anything. {last_year}"
    lines = f"{rounded(evidence.lower, 1)} to {rounded(evidence.upper, 1)}"
    test = f"As a comparison of two averages p {p_text(evidence.p)}."
    if line.reason in UNCOLOURED:
        return (
            f"{mean} is shown with the lines {lines}, drawn from {before}. {test} {last_year} {_why_uncoloured(line)}"
        )
    return f"{mean} is {WHERE[line.reason]} {lines}, drawn from {before}. {test} {last_year}"


def _survey(line: Assessment, settings: Settings) -> str:
    evidence, confidence = line.evidence, readings.confidence(settings)
    if evidence.latest is None:
        return _without_colour(line)
    now = f"{with_n(evidence.latest, evidence.n_latest, evidence.form)} {within(evidence.period)}"
    if evidence.method == WILSON and evidence.lower is not None and evidence.upper is not None:
        now += f" ({confidence} range {figure(evidence.lower, Form.SHARE)} to {figure(evidence.upper, Form.SHARE)})"
    if line.reason is Reason.SMALL_N:
        of_baseline = evidence.n_baseline is not None and evidence.n_baseline < (evidence.n_latest or 0)
        which = f"the baseline survey (n = {evidence.n_baseline:,})" if of_baseline else "a survey of that size"
        return (
            f"{now}. Small numbers: the margin of {which} can be {rounded(evidence.statistic or 0, 1)} points, so "
            "nothing is said of better or worse."
        )
    if evidence.baseline is None or evidence.statistic is None:
        return f"{now}. {_why_uncoloured(line) if line.reason in UNCOLOURED else evidence.missing}".strip()
    before = with_n(evidence.baseline, evidence.n_baseline, evidence.form)
    scale, unit = (100.0, " points") if evidence.form is Form.SHARE else (1.0, " stars")
    difference = (
        f"{signed(evidence.statistic * scale, 1, unit)}, {confidence} range "
        f"{signed((evidence.lower or 0) * scale, 1, '')} to {signed((evidence.upper or 0) * scale, 1, '')}"
    )
    finding = {
        Reason.BETTER: f"better, with {confidence} confidence",
        Reason.WORSE: f"worse, with {confidence} confidence",
        Reason.NO_EVIDENCE: "no evidence of a change",
    }.get(line.reason, "")
    compared = f"{now} against {before} in {evidence.baseline_name}: {difference}"
    return f"{compared}; {finding}." if finding else f"{compared}. {_why_uncoloured(line)}"


def with_n(value: float | Decimal, n: int | None, form: Form) -> str:
    """Write a figure with its number: 84.2% (n = 410)."""
    return figure(value, form) + (f" (n = {n:,})" if n else "")


def total_now(line: Assessment) -> str:
    """Write the latest total with its period; one of part of a year also as the year it stands for."""
    evidence = line.evidence
    annualised = next((detail for caveat, detail in line.caveats if caveat is Caveat.ANNUALISED), "")
    count = annualised.partition("|")[0] or figure(evidence.latest, Form.COUNT)
    now = f"{count} {within(evidence.period)}"
    return f"{now}, {figure(evidence.latest, Form.COUNT)} a year," if annualised else now


def _total(line: Assessment, settings: Settings) -> str:
    evidence = line.evidence
    if evidence.latest is None:
        return _without_colour(line)
    now = total_now(line)
    if evidence.p is None:
        return f"{now.rstrip(',')}. {evidence.missing}"
    change = evidence.change_percent
    finding = {
        Reason.BETTER: "a significant improvement",
        Reason.WORSE: "a significant deterioration",
        Reason.NO_EVIDENCE: "no significant change",
        Reason.NO_CHANGE_FROM_ZERO: "none then and none now",
    }.get(line.reason, "")
    test = "" if line.reason is Reason.NO_CHANGE_FROM_ZERO else _test_text(evidence, settings)
    compared = f"{now} against {figure(evidence.baseline, Form.COUNT)} {within(evidence.baseline_name)}" + (
        f" ({percent_change(change)})" if change is not None else ""
    )
    return f"{compared}: {finding}{test}." if finding else f"{compared}{test}. {_why_uncoloured(line)}"


def _families(line: Assessment, settings: Settings) -> str:
    evidence = line.evidence
    said = f" Assessment of the board: {sentence_of(evidence.text)}" if evidence.text else ""
    if evidence.latest is None:
        return _without_colour(line) + said
    share = f"{figure(evidence.latest, Form.SHARE, decimals=0)} of {evidence.n_latest or 0:,} families show a reduction"
    if evidence.statistic is None:
        return f"{share} {within(evidence.period)}. {evidence.missing}{said}"
    return _survey(line, settings) + said


def _amount(line: Assessment, _settings: Settings) -> str:
    if line.evidence.latest is None:
        return _without_colour(line)
    return f"{figure(line.evidence.latest, Form.MONEY)}. Amounts are shown, not coloured."


def _text(line: Assessment, _settings: Settings) -> str:
    if line.evidence.text:
        return f"{sentence_of(line.evidence.text)} Words are shown, not coloured."
    return _without_colour(line)


EXPLAINERS: dict[LineKind, Callable[[Assessment, Settings], str]] = {
    LineKind.OFFENCES: _offences,
    LineKind.POSITION: _position,
    LineKind.SPC: _chart,
    LineKind.SURVEY: _survey,
    LineKind.RATING: _survey,
    LineKind.TOTAL: _total,
    LineKind.FAMILIES: _families,
    LineKind.AMOUNT: _amount,
    LineKind.TEXT: _text,
}


def data_as_at(line: Assessment) -> str:
    """Month of the data."""
    return month_name(month_of(line.evidence.as_at)) if line.evidence.as_at else ""
