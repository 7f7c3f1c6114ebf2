"""What to bear in mind about a line, one sentence for each caveat."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from xlperf.assessment import caveats
from xlperf.assessment.evidence import ChangeFinding, Offences, Projection
from xlperf.assessment.rag import Rag
from xlperf.periods import month_name
from xlperf.tables.measure_kinds import FigureForm
from xlperf.tiles.figures import figure, number_in_words, rounded, signed
from xlperf.tiles.wording import sentence_of

if TYPE_CHECKING:
    from xlperf.assessment.evidence import Assessment

PANEL_REMARKS = {
    caveats.Remark.WORSE_NOW: (
        "The change is for the worse, and chance alone is unlikely to explain it."
    ),
    caveats.Remark.CHOSEN_FOR_OFFENDING: (
        "A group chosen for much offending offends less afterwards whatever is done, so part of a"
        " fall, or all of it, may be that: regression to the mean."
    ),
    caveats.Remark.WANDERS: (
        "The months drift up and down without a lasting level, so the change may be one more drift."
    ),
    caveats.Remark.WORST_CASE_SPREAD: (
        "How much the stars differ is assumed, so a real change may go unseen."
    ),
}
"""Remarks that change how a colour should be read, as a panel reads them."""
REMARKS = {
    caveats.Remark.WORSE_NOW: "Worse: the change is a deterioration, statistically.",
    caveats.Remark.SEASON_TAKEN_OUT: "The season was taken out before the comparison.",
    caveats.Remark.NO_LOWER_LINE: "The lower line is at or below 0, so no fall can cross it.",
    caveats.Remark.NO_UPPER_LINE: "The upper line is at or above 100%, so no rise can cross it.",
    caveats.Remark.TREND_FLOORED: "A trend fell below 0 and was held at 0.",
    caveats.Remark.TREND_CAPPED: (
        "A trend grew beyond four times the latest total and was held there."
    ),
    caveats.Remark.PERCENT_ONLY: "Only the percentage is known, not the number satisfied.",
    caveats.Remark.CHOSEN_FOR_OFFENDING: PANEL_REMARKS[caveats.Remark.CHOSEN_FOR_OFFENDING],
    caveats.Remark.WANDERS: (
        "The months drift up and down without a lasting level, so a change that is found may be"
        " one more drift, and only a large one is found."
    ),
    caveats.Remark.WORST_CASE_SPREAD: (
        "The widest possible spread of the stars was assumed, so a real change may go unseen."
    ),
}


def caveat_sentence(caveat: caveats.Caveat) -> str:  # noqa: C901, PLR0911, PLR0912 - a table
    """Write one caveat as a sentence."""
    match caveat:
        case caveats.Remark():
            return REMARKS[caveat]
        case caveats.Proxy(measure):
            return f"The group is compared on a near measure, a proxy: {measure}."
        case caveats.Stale(month):
            return f"The figure is of {month_name(month)}, older than the period."
        case caveats.Provisional(months):
            if months is None:
                return "The latest figure is provisional and may change."
            number, are = number_in_words(months).capitalize(), "is" if months == 1 else "are"
            return f"{number} of the latest months {are} provisional and may change."
        case caveats.Revised(was, published, now, form):
            then, today = (_of_revision(value, form) for value in (was, now))
            return (
                f"The baseline figure was {then} when {month_name(published)} was published; it is"
                f" {today} now."
            )
        case caveats.Annualised(count, months):
            return f"Annualised: {count:,} in {months} months; tested at its true length."
        case caveats.LastYear(period):
            return f"There is no total for the baseline year: compared with {period}."
        case caveats.AssumedDispersion(phi):
            return f"Only totals are known, so a dispersion of {phi:g} was assumed."
        case caveats.PooledVariation(variation, monthly):
            known = "Yearly" if monthly else "Only totals are known: yearly"
            return (
                f"{known} totals of this size are taken to vary by {100 * variation:.0f}% beyond"
                " chance, as those of other series do."
            )
        case caveats.SmallNumbers(before, now, yearly):
            return f"Small numbers: {before} and {now}{' a year' if yearly else ''}."
        case caveats.Season(rag, mean, lower, upper):
            return (
                f"The months of the year differ: with the season taken out the mean is {mean:,.1f},"
                f" the lines are {lower:,.1f} to {upper:,.1f}, and the colour would be {rag}."
            )
        case caveats.Autocorrelated(rho):
            return (
                f"Each month follows the one before (correlation {rho:.2f}), so chance crosses the"
                " lines more often."
            )
        case caveats.ReadingMatters(points, levels):
            return (
                f"The reading matters: lines for single months give {points}, the test of levels"
                f" {levels}."
            )
        case caveats.TrendsShort(known, of):
            return f"Only {known} of {of} trends have months enough."
        case caveats.PeersMissing(forces):
            return f"The group has no figure for: {', '.join(forces)}."
        case caveats.CountedDifferently(ways, both, either):
            counting = ", ".join(f"{council} counts '{way}'" for council, way in ways)
            return (
                f"Councils count differently ({counting}): with 'and' everywhere it would be"
                f" {both:.1%}, with 'or' {either:.1%}."
            )
        case caveats.FixedMixUsed(parts, baseline, added_up, by_mix):
            return (
                f"The {parts} parts are compared at one mix, {_mix(baseline)}; added up as they"
                f" came, the change would be {_points(added_up)}, of which the mix alone makes"
                f" {signed(100 * by_mix, 1, '')}."
            )
        case caveats.PartsCountDifferently(ways):
            counting = ", ".join(f"{part} '{way}'" for part, way in ways)
            return f"The parts count differently ({counting}); each is compared with itself."
        case caveats.AssumedDesignEffect():
            return _assumed_effect(caveat)
        case caveats.ImpossiblePercentage(percent, n):
            return (
                f"{percent}% is impossible with n = {n:,}; n may be another, or the figure"
                " weighted."
            )
        case caveats.Note(text):
            return sentence_of(text)
        case _:
            assert_never(caveat)


def panel_caveat(caveat: caveats.Caveat, rag: Rag) -> str:  # noqa: C901, PLR0912 - a table
    """Write a caveat that changes how this colour should be read, in words that need no statistics;
    empty for any other.
    """
    match caveat:
        case caveats.Remark():
            said = PANEL_REMARKS.get(caveat, "")
        case caveats.Annualised(_, months):
            said = f"The figure for a year is that of {number_in_words(months)} months scaled up."
        case caveats.AssumedDispersion():
            said = "How far chance moves totals of this size is assumed."
        case caveats.PooledVariation():
            said = "How far chance moves totals of this size is taken from other series."
        case caveats.SmallNumbers():
            said = "The numbers are small, so chance moves them much."
        case caveats.Season(other):
            said = f"With the season allowed for, it would be {other}." if other is not rag else ""
        case caveats.ReadingMatters(points, levels):
            others = [other for other in dict.fromkeys((points, levels)) if other is not rag]
            said = f"Another test of the same months gives {' or '.join(others)}."
        case caveats.CountedDifferently(_, both, either):
            said = (
                f"The councils count differently: by one rule for both it would be {both:.1%}, by"
                f" the other {either:.1%}."
            )
        case caveats.FixedMixUsed(_, baseline, _, by_mix) if matters(caveat):
            said = f"Compared at one mix, {_mix(baseline)}: the mix alone makes {_points(by_mix)}."
        case caveats.PartsCountDifferently():
            said = "The parts count differently; each is compared with itself."
        case caveats.AssumedDesignEffect():
            said = _assumed_in_short(caveat, rag)
        case caveats.FixedMixUsed():
            said = ""
        case caveats.ImpossiblePercentage(percent, n):
            said = f"{percent}% cannot come from {n:,} answers: one of the two may be wrong."
        case caveats.Autocorrelated() | caveats.TrendsShort():
            said = ""
        case _:
            said = caveat_sentence(caveat)
    return said


def _assumed_in_short(caveat: caveats.AssumedDesignEffect, rag: Rag) -> str:
    """Say that a colour hangs on what is assumed; empty where it does not, or another is shown."""
    if rag is Rag.NA or caveat.as_it_is is not rag or not matters(caveat):
        return ""
    return (
        "How exact the survey is has been assumed; if less exact, it would be"
        f" {caveat.rag} instead of {caveat.as_it_is}."
    )


def panel_caveats(line: Assessment) -> str:
    """Caveats of a line that a panel should know, each once."""
    of_line = (caveat for caveat in line.caveats if not _adds_nothing(caveat, line))
    said = (panel_caveat(caveat, line.rag) for caveat in of_line)
    return " ".join(filter(None, dict.fromkeys(said)))


def _adds_nothing(caveat: caveats.Caveat, line: Assessment) -> bool:
    """Whether the sentences of the line say a caveat already, or it doubts a change that they do
    not speak of.
    """
    evidence = line.evidence
    if caveat is caveats.Remark.WORSE_NOW:
        return isinstance(evidence, Offences) and isinstance(evidence.outlook, Projection)
    if caveat is not caveats.Remark.WANDERS:
        return False
    if isinstance(evidence, Offences) and evidence.test is not None:
        return evidence.test.finding is ChangeFinding.NEITHER
    return line.rag is Rag.AMBER


def analyst_caveats(line: Assessment) -> str:
    """Caveats of a line as analysts know them, without those its panel reads in the same words."""
    pairs = ((caveat_sentence(caveat), panel_caveat(caveat, line.rag)) for caveat in line.caveats)
    return " ".join(dict.fromkeys(said for said, panel in pairs if said != panel))


def _points(share: float) -> str:
    return signed(100 * share, 1, " points")


def _mix(baseline: str) -> str:
    return f"that of {baseline}" if baseline else "that of the weights given"


def _assumed_effect(caveat: caveats.AssumedDesignEffect) -> str:
    """Say that a design effect is assumed, and what another would do to range and colour."""
    assumed = f"A design effect of 1 is assumed, not measured; with {caveat.other:g}"
    if caveat.margin is not None:
        what = f"it is too small to judge, with a margin of {rounded(caveat.margin, 1)} points"
    elif caveat.alone:
        ends = " to ".join(figure(end, FigureForm.SHARE) for end in caveat.limits or ())
        what = f"the range is {ends}"
    else:
        ends = " to ".join(signed(100 * end, 1, "") for end in caveat.limits or ())
        what = f"the range is {ends} points"
    return f"{assumed} {what}{_colour_with(caveat)}."


def _colour_with(caveat: caveats.AssumedDesignEffect) -> str:
    if caveat.rag is None or caveat.as_it_is is None or caveat.as_it_is is Rag.NA is caveat.rag:
        return ""
    if caveat.rag is caveat.as_it_is:
        return f", {caveat.as_it_is} as it is"
    return f", and the colour {caveat.rag} instead of {caveat.as_it_is}"


def matters(caveat: caveats.Caveat) -> bool:
    """Whether the colour would be another with another design effect, or the change with the parts
    added up, at the decimals printed.
    """
    match caveat:
        case caveats.AssumedDesignEffect(_, rag, now):
            return rag is not None and rag is not now
        case caveats.FixedMixUsed(by_mix=by_mix):
            return bool(_points(by_mix).strip("0. points"))
        case _:
            return False


def _of_revision(value: float, form: FigureForm) -> str:
    """Write a baseline figure as compared: a count, a percentage without its sign, or stars."""
    decimals = 0 if form is FigureForm.COUNT else 1
    return f"{100 * value if form is FigureForm.SHARE else value:,.{decimals}f}"


def caveats_text(line: Assessment) -> str:
    """All caveats of a line, each once."""
    return " ".join(dict.fromkeys(map(caveat_sentence, line.caveats)))
