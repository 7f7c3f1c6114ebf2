"""Assessments in words. Every sentence is derived from the reason code and the evidence, never read back from text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.assess.evidence import Caveat, Form, LineKind
from xlperf.assess.rag import Rag, Reason
from xlperf.periods import month_name, month_of
from xlperf.tables.tables import Direction
from xlperf.tiles.figures import figure, percent_change, place, place_range, rounded, signed

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlperf.assess.evidence import Assessment, Evidence
    from xlperf.config import Settings

STATUS = {Rag.GREEN: "● Green", Rag.AMBER: "♦ Amber", Rag.RED: "■ Red", Rag.NA: "– NA"}
"""Text of a status cell: a shape and a word, so that colour is never alone."""
OVERRIDE_MARK = "*"
UP, DOWN, LEVEL = "▲", "▼", "►"

RULES = {
    LineKind.OFFENCES: "1: offences against the baseline year",
    LineKind.POSITION: "2 and 5: position v most similar forces",
    LineKind.SPC: "3: control chart, latest 6 v previous 12 months",
    LineKind.SURVEY: "4: satisfaction or confidence against the baseline year",
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
    Reason.NOT_ASSESSED: "",
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
    """Say how many trends agree: 1 of 4."""
    return f"{line.evidence.achieving} of {len(line.evidence.trends)}" if line.evidence.trends else ""


def position_text(line: Assessment) -> str:
    """Position as on the tile: 5th of 8, with its month when it is older than the dashboard."""
    if line.evidence.place is None:
        return "NA"
    older = next((detail for caveat, detail in line.caveats if caveat is Caveat.STALE), "")
    month, _, year = older.partition(" ")
    return place(line.evidence.place) + (f" ({month[:3]} ’{year[2:]})" if older else "")


def explain(line: Assessment, settings: Settings) -> str:
    """Say in sentences why the line has its colour, with its numbers; an override comes first."""
    sentence = f"{line.rag}: {EXPLAINERS[line.kind](line, settings)}"
    if line.override:
        return (
            f"Shown {line.override.colour} by decision of {line.override.who}: {line.override.reason} "
            f"Worked out as {sentence}"
        )
    return sentence


def _without_colour(line: Assessment) -> str:
    evidence = line.evidence
    known = (
        f"{figure(evidence.latest, evidence.form)} in the {evidence.period}. " if evidence.latest is not None else ""
    )
    reasons = {
        Reason.NOT_RECEIVED: "not received",
        Reason.NOT_AVAILABLE: "not available",
        Reason.IN_DEVELOPMENT: "in development",
        Reason.NOT_APPLICABLE: "not applicable",
        Reason.NO_DATA: "no data",
        Reason.NO_DIRECTION: "neither more nor fewer is better for this measure, so it is not coloured",
        Reason.NOT_ASSESSED: "shown, not coloured",
        Reason.TREND_UNKNOWN: "no trend can be worked out, so RED and AMBER cannot be told apart",
    }
    reason = reasons.get(line.reason, "")
    detail = evidence.missing
    joined = f"{reason}: {detail}" if reason and detail else reason or detail
    text = known + (joined[:1].upper() + joined[1:] if known else joined)
    return text if text.endswith(".") else text + "."


def _offences(line: Assessment, settings: Settings) -> str:
    evidence = line.evidence
    if line.rag is Rag.NA and evidence.statistic is None:
        return _without_colour(line)
    change = evidence.change_percent
    compared = (
        f"{figure(evidence.latest, Form.COUNT)} in the {evidence.period} against "
        f"{figure(evidence.baseline, Form.COUNT)} in {evidence.baseline_name}"
        + (f" ({percent_change(change)})" if change is not None else "")
    )
    if line.reason is Reason.NO_CHANGE_FROM_ZERO:
        return f"{compared}; none then and none now."
    improved = line.reason in (Reason.IMPROVED_SUSTAINED, Reason.IMPROVED_NOT_SUSTAINED) or (
        line.reason in (Reason.TARGET_MET, Reason.TARGET_NOT_MET) and not _worse(line) and _outside(evidence)
    )
    finding = "an improvement" if improved else "worse, statistically" if _worse(line) else "not an improvement"
    test = _ratio_text(evidence)
    if line.reason in (Reason.TARGET_MET, Reason.TARGET_NOT_MET):
        reached = "below" if line.direction is not Direction.UP else "above"
        met = "" if line.reason is Reason.TARGET_MET else "not "
        return (
            f"{compared}; {finding}{test}. The target date has passed: {figure(evidence.recent, Form.COUNT)} in the twelve "
            f"months to it is {met}{reached} {figure(evidence.threshold, Form.COUNT)}."
        )
    if line.rag is Rag.NA:
        return f"{compared}; {finding}{test}. {_without_colour(line).removeprefix(_known(line))}"
    reaching = (
        f"{trends_text(line)} trends {'reaches' if evidence.achieving == 1 else 'reach'} "
        f"{'more' if line.direction is Direction.UP else 'fewer'} than {figure(evidence.threshold, Form.COUNT)} "
        f"in the twelve months to {month_name(settings.target)}"
    )
    needed = {"any": "one is enough", "majority": "more than half are needed", "all": "all are needed"}
    return f"{compared}; {finding}{test}; {reaching} ({needed[evidence.trends_needed]})."


def _known(line: Assessment) -> str:
    return f"{figure(line.evidence.latest, line.evidence.form)} in the {line.evidence.period}. "


def _worse(line: Assessment) -> bool:
    return any(caveat is Caveat.WORSE_NOW for caveat, _ in line.caveats)


def _outside(evidence: Evidence) -> bool:
    return evidence.lower is not None and evidence.upper is not None and not evidence.lower <= 1 <= evidence.upper


def _ratio_text(evidence: Evidence) -> str:
    if evidence.statistic is None or evidence.lower is None or evidence.upper is None:
        return ""
    if evidence.method == "E-test":
        return f" (E-test, p = {p_text(evidence.p)})"
    return f" (ratio {evidence.statistic:.3f}, 95% {evidence.lower:.3f} to {_limit(evidence.upper)})"


def _limit(value: float) -> str:
    return "infinity" if value == float("inf") else f"{value:.3f}"


def p_text(p: float | None) -> str:
    """Write a p value: three decimals, or below 0.001."""
    if p is None:
        return "not known"
    return "below 0.001" if p < 0.001 else f"{p:.3f}"


def _position(line: Assessment, _settings: Settings) -> str:
    evidence = line.evidence
    if evidence.place is None:
        return _without_colour(line)
    likely = place_range(evidence.place)
    text = f"{place(evidence.place)} ({'lowest' if line.direction is not Direction.UP else 'highest'} is 1st" + (
        f"; likely {likely})" if likely else ")"
    )
    if line.rag is Rag.NA:
        return f"{text}. {evidence.missing}" if evidence.missing else f"{text}, {SHORT_REASONS[line.reason]}."
    if line.reason is Reason.SD_ZERO:
        return f"{text}. All forces have the same figure, {figure(evidence.latest, evidence.form)}."
    where = {
        Reason.ABOVE_UPPER: "above the upper line",
        Reason.BELOW_LOWER: "below the lower line",
        Reason.BETWEEN_LINES: "between the lines",
    }[line.reason]
    return (
        f"{figure(evidence.statistic, evidence.form)} is {where}, {figure(evidence.lower, evidence.form)} to "
        f"{figure(evidence.upper, evidence.form)} (mean {figure(evidence.centre, evidence.form)}), in the "
        f"{evidence.period}; {text}. The rank does not decide the colour."
    )


def _chart(line: Assessment, _settings: Settings) -> str:
    evidence = line.evidence
    if evidence.statistic is None:
        return _without_colour(line)
    where = {
        Reason.ABOVE_UPPER: "above the upper line of",
        Reason.BELOW_LOWER: "below the lower line of",
        Reason.BETWEEN_LINES: "between the lines,",
        Reason.SMALL_NUMBERS: "judged by small numbers; the lines are",
        Reason.NO_DIRECTION: "shown with the lines,",
    }[line.reason]
    last_year = (
        f" The same six months a year before: {rounded(evidence.last_year, 1)}."
        if evidence.last_year is not None
        else ""
    )
    if line.reason is Reason.ABOVE_UPPER:
        lines = rounded(evidence.upper or 0, 1)
    elif line.reason is Reason.BELOW_LOWER:
        lines = rounded(evidence.lower or 0, 1)
    else:
        lines = f"{rounded(evidence.lower or 0, 1)} to {rounded(evidence.upper or 0, 1)}"
    return (
        f"the mean of {evidence.period}, {rounded(evidence.statistic, 1)} a month, is {where} {lines}, from the mean "
        f"{rounded(evidence.centre or 0, 1)} of {evidence.baseline_name}; as a comparison of two averages p = "
        f"{p_text(evidence.p)}.{last_year}"
    )


def _survey(line: Assessment, _settings: Settings) -> str:
    evidence = line.evidence
    if evidence.latest is None:
        return _without_colour(line)
    now = f"{figure(evidence.latest, evidence.form)}" + (f" (n = {evidence.n_latest:,})" if evidence.n_latest else "")
    now += f" in the {evidence.period}"
    interval = ""
    if evidence.method == "Wilson interval" and evidence.lower is not None and evidence.upper is not None:
        interval = f" (95% {figure(evidence.lower, Form.SHARE)} to {figure(evidence.upper, Form.SHARE)})"
    if line.reason is Reason.SMALL_N:
        return (
            f"{now}{interval}; small numbers: the margin of a survey of that size is up to "
            f"{rounded(evidence.statistic or 0, 1)} points, so the colour says nothing of better or worse."
        )
    if evidence.baseline is None or evidence.statistic is None:
        return f"{now}{interval}. {evidence.missing}".strip()
    before = f"{figure(evidence.baseline, evidence.form)}" + (
        f" (n = {evidence.n_baseline:,})" if evidence.n_baseline else ""
    )
    finding = {
        Reason.BETTER: "better, with 95% confidence",
        Reason.WORSE: "worse, with 95% confidence",
        Reason.NO_EVIDENCE: "no evidence of a change",
        Reason.NO_DIRECTION: "not coloured",
    }[line.reason]
    scale, unit = (100.0, "points") if evidence.form is Form.SHARE else (1.0, "stars")
    return (
        f"{now} against {before} in {evidence.baseline_name}: {signed(evidence.statistic * scale, 1, ' ' + unit)}, "
        f"95% {signed((evidence.lower or 0) * scale, 1, '')} to {signed((evidence.upper or 0) * scale, 1, '')}; {finding}."
    )


def _total(line: Assessment, _settings: Settings) -> str:
    evidence = line.evidence
    if evidence.latest is None:
        return _without_colour(line)
    now = f"{figure(evidence.latest, Form.COUNT)} in {evidence.period}" + _annualised(line)
    if evidence.statistic is None:
        return f"{now}. {evidence.missing}"
    change = evidence.change_percent
    finding = {
        Reason.BETTER: "a significant improvement",
        Reason.WORSE: "a significant deterioration",
        Reason.NO_EVIDENCE: "no significant change",
        Reason.NO_CHANGE_FROM_ZERO: "none then and none now",
        Reason.NO_DIRECTION: "not coloured",
    }[line.reason]
    return (
        f"{now} against {figure(evidence.baseline, Form.COUNT)} in {evidence.baseline_name}"
        + (f" ({percent_change(change)})" if change is not None else "")
        + f"; {finding}{_ratio_text(evidence)}."
    )


def _annualised(line: Assessment) -> str:
    detail = next((detail for caveat, detail in line.caveats if caveat is Caveat.ANNUALISED), "")
    if not detail:
        return ""
    count, _, months = detail.partition("|")
    return f" ({count} in {months} months, annualised)"


def _families(line: Assessment, _settings: Settings) -> str:
    evidence = line.evidence
    if evidence.latest is None:
        return _without_colour(line)
    said = f" Assessment of the board: {evidence.text}." if evidence.text else ""
    if evidence.statistic is None:
        return (
            f"{figure(evidence.latest, Form.SHARE, decimals=0)} of {evidence.n_latest or 0:,} families show a reduction, "
            f"{evidence.period}. {evidence.missing}{said}"
        )
    return _survey(line, _settings) + said


def _amount(line: Assessment, _settings: Settings) -> str:
    if line.evidence.latest is None:
        return _without_colour(line)
    return f"{figure(line.evidence.latest, Form.MONEY)}. Amounts are shown, not coloured."


def _text(line: Assessment, _settings: Settings) -> str:
    if line.evidence.text:
        return f"{line.evidence.text.rstrip('.')}. Words are shown, not coloured."
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


def to_next_colour(line: Assessment) -> str:
    """Say how far the line is from another colour, in its own units; blank where there is no such distance."""
    evidence = line.evidence
    if line.rag is Rag.NA or evidence.statistic is None:
        return ""
    match line.kind:
        case LineKind.OFFENCES:
            return _offences_distance(line)
        case LineKind.POSITION | LineKind.SPC:
            return _line_distance(line)
        case LineKind.SURVEY | LineKind.RATING | LineKind.FAMILIES:
            return _difference_distance(line)
        case _:
            return _ratio_distance(line)


def _offences_distance(line: Assessment) -> str:
    evidence = line.evidence
    parts = []
    if evidence.improvement_at is not None and evidence.latest is not None:
        gap = abs(float(evidence.latest) - evidence.improvement_at)
        word = "more" if line.direction is Direction.UP else "fewer"
        if line.reason in (Reason.IMPROVED_SUSTAINED, Reason.IMPROVED_NOT_SUSTAINED):
            word = "fewer" if word == "more" else "more"
            parts.append(f"no longer an improvement with about {rounded(gap + 1)} {word}")
        else:
            parts.append(
                f"an improvement would show at about {rounded(evidence.improvement_at)}, {rounded(gap)} {word} than now"
            )
    if evidence.trends and evidence.threshold is not None:
        best = (max if line.direction is Direction.UP else min)(trend.total for trend in evidence.trends)
        gap = abs(best - evidence.threshold)
        if evidence.achieving:
            parts.append(f"the best trend clears the target by {rounded(gap)}")
        else:
            parts.append(f"the best trend, {rounded(best)}, misses the target by {rounded(gap)}")
    return "; ".join(parts)


def _line_distance(line: Assessment) -> str:
    evidence = line.evidence
    if evidence.lower is None or evidence.upper is None or evidence.statistic is None:
        return ""
    value = evidence.statistic
    if line.kind is LineKind.SPC:

        def write(number: float) -> str:
            return f"{rounded(number, 1)} a month"
    else:

        def write(number: float) -> str:
            return (
                figure(number, evidence.form)
                if evidence.form is not Form.SHARE
                else f"{rounded(number * 100, 1)} points"
            )

    if line.reason is Reason.BETWEEN_LINES:
        return f"{write(evidence.upper - value)} below the upper line, {write(value - evidence.lower)} above the lower"
    beyond = value - evidence.upper if value > evidence.upper else evidence.lower - value
    return f"{write(beyond)} outside the line" if beyond > 0 else ""


def _difference_distance(line: Assessment) -> str:
    evidence = line.evidence
    if evidence.lower is None or evidence.upper is None or evidence.method == "Wilson interval":
        return ""
    scale, unit = (100.0, "points") if evidence.form is Form.SHARE else (1.0, "stars")
    if line.reason is Reason.NO_EVIDENCE:
        return (
            f"the interval reaches {rounded(-evidence.lower * scale, 1)} {unit} below and "
            f"{rounded(evidence.upper * scale, 1)} {unit} above no change"
        )
    nearest = min(abs(evidence.lower), abs(evidence.upper))
    return f"the interval clears no change by {rounded(nearest * scale, 1)} {unit}"


def _ratio_distance(line: Assessment) -> str:
    evidence = line.evidence
    if evidence.lower is None or evidence.upper is None or evidence.method == "E-test":
        return ""
    if line.reason is Reason.NO_EVIDENCE:
        return f"the ratio's interval, {evidence.lower:.2f} to {_limit(evidence.upper)}, holds 1"
    nearest = min(abs(1 - evidence.lower), abs(evidence.upper - 1))
    return f"the ratio's interval clears 1 by {nearest:.2f}"


def caveat_sentence(caveat: Caveat, detail: str) -> str:
    """Write one caveat as a sentence."""
    first, _, rest = detail.partition("|")
    second, _, third = rest.partition("|")
    sentences = {
        Caveat.PROXY: f"The position is that of a near measure: {detail}.",
        Caveat.STALE: f"The figure is of {detail}, older than the period.",
        Caveat.PROVISIONAL: f"{detail} of the latest twelve months {'is' if detail == '1' else 'are'} provisional.",
        Caveat.ANNUALISED: f"{first} in {second} months, annualised; tested at its true length.",
        Caveat.LAST_YEAR: f"There is no total for the baseline year: compared with {detail}.",
        Caveat.ASSUMED_DISPERSION: f"Only totals are known, so a dispersion of {detail} was assumed.",
        Caveat.SMALL_NUMBERS: f"Small numbers ({detail}).",
        Caveat.WORSE_NOW: "The change is a deterioration, statistically.",
        Caveat.SEASON: (
            "The season was taken out before the comparison."
            if detail == "used"
            else f"The months of the year differ; with the season taken out the mean is {second} and the colour {first}."
        ),
        Caveat.READING_MATTERS: "The lines for single months and those for the average give different colours.",
        Caveat.NO_LOWER_LINE: "The lower line is at or below 0, so a fall cannot show.",
        Caveat.TREND_FLOORED: "A trend fell below 0 and was held at 0.",
        Caveat.TRENDS_SHORT: f"Only {detail} trends have months enough.",
        Caveat.PEERS_MISSING: f"No figure for: {detail}.",
        Caveat.COUNTED_DIFFERENTLY: (
            f"Councils count differently ({first}): with 'and' everywhere it would be {second}, with 'or' {third}."
        ),
        Caveat.PERCENT_ONLY: "Only the percentage is known, not the number satisfied.",
        Caveat.IMPOSSIBLE_PERCENTAGE: f"{detail} is impossible; n may be another, or the figure weighted.",
        Caveat.WORST_CASE_SPREAD: "The widest possible spread of the stars was assumed.",
        Caveat.NOTE: detail if detail.endswith(".") else detail + ".",
    }
    return sentences[caveat]


def caveats_text(line: Assessment) -> str:
    """All caveats of a line."""
    return " ".join(caveat_sentence(caveat, detail) for caveat, detail in line.caveats)


def data_as_at(line: Assessment) -> str:
    """Month of the data."""
    return month_name(month_of(line.evidence.as_at)) if line.evidence.as_at else ""
