"""What to bear in mind about a line, one sentence for each caveat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.assess.evidence import Caveat
from xlperf.tiles.wording import sentence_of

if TYPE_CHECKING:
    from xlperf.assess.evidence import Assessment


def caveat_sentence(caveat: Caveat, detail: str) -> str:  # noqa: C901, PLR0911, PLR0912 - a table: one entry a caveat
    """Write one caveat as a sentence. The parts of `detail` are separated by bars."""
    first, second, third = [*detail.split("|"), "", ""][:3]
    match caveat:
        case Caveat.PROXY:
            return f"The position is that of a near measure, a proxy: {detail}."
        case Caveat.STALE:
            return f"The figure is of {detail}, older than the period."
        case Caveat.PROVISIONAL:
            return f"{detail} of the latest twelve months {'is' if detail == '1' else 'are'} provisional."
        case Caveat.REVISED:
            return f"The baseline figure was {first} when {second} was published; it is {third} now."
        case Caveat.ANNUALISED:
            return f"Annualised: {first} in {second} months; tested at its true length."
        case Caveat.LAST_YEAR:
            return f"There is no total for the baseline year: compared with {detail}."
        case Caveat.ASSUMED_DISPERSION:
            return f"Only totals are known, so a dispersion of {detail} was assumed."
        case Caveat.SMALL_NUMBERS:
            return f"Small numbers: {detail}."
        case Caveat.WORSE_NOW:
            return "Worse: the change is a deterioration, statistically."
        case Caveat.SEASON if detail == "used":
            return "The season was taken out before the comparison."
        case Caveat.SEASON:
            return (
                f"The months of the year differ: with the season taken out the mean is {second}, the lines are "
                f"{third}, and the colour would be {first}."
            )
        case Caveat.AUTOCORRELATED:
            return f"Each month follows the one before (correlation {detail}), so chance crosses the lines more often."
        case Caveat.READING_MATTERS:
            return f"The reading matters: lines for single months give {first}, lines for the average {second}."
        case Caveat.NO_LOWER_LINE:
            return "The lower line is at or below 0, so no fall can cross it."
        case Caveat.NO_UPPER_LINE:
            return "The upper line is at or above 100%, so no rise can cross it."
        case Caveat.TREND_FLOORED:
            return "A trend fell below 0 and was held at 0."
        case Caveat.TREND_CAPPED:
            return "A trend grew beyond four times the latest total and was held there."
        case Caveat.TRENDS_SHORT:
            return f"Only {detail} trends have months enough."
        case Caveat.PEERS_MISSING:
            return f"The group has no figure for: {detail}."
        case Caveat.COUNTED_DIFFERENTLY:
            return (
                f"Councils count differently ({first}): with 'and' everywhere it would be {second}, with 'or' {third}."
            )
        case Caveat.PERCENT_ONLY:
            return "Only the percentage is known, not the number satisfied."
        case Caveat.IMPOSSIBLE_PERCENTAGE:
            return f"{first}% is impossible with n = {second}; n may be another, or the figure weighted."
        case Caveat.WORST_CASE_SPREAD:
            return "The widest possible spread of the stars was assumed, so a real change may go unseen."
        case Caveat.NOTE:
            return sentence_of(detail)


def caveats_text(line: Assessment) -> str:
    """All caveats of a line, each once."""
    return " ".join(dict.fromkeys(caveat_sentence(caveat, detail) for caveat, detail in line.caveats))
