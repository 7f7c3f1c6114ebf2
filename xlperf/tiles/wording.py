"""Short texts of an assessment: its status, its trends, its place, its month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.assessment import evidence as kinds
from xlperf.assessment.caveats import Annualised, FixedMixUsed, Stale
from xlperf.assessment.evidence_parts import projection_of
from xlperf.assessment.rag import Rag, Reason
from xlperf.frozen import NamedTuple
from xlperf.periods import NAMES, month_name, month_of, month_short
from xlperf.stats.projection import TrendName
from xlperf.tables.measure_kinds import FigureForm
from xlperf.tiles.figures import figure, place, within

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlperf.assessment.evidence import Assessment
    from xlperf.periods import Month

STATUS = {Rag.GREEN: "● Green", Rag.AMBER: "♦ Amber", Rag.RED: "■ Red", Rag.NA: "– NA"}
"""Text of a status cell: a shape and a word, so that colour is never alone."""
COLOUR_WORDS = {Rag.RED: "red", Rag.AMBER: "amber", Rag.GREEN: "green", Rag.NA: "no colour"}
"""Colours in a sentence."""
OVERRIDE_MARK = "*"
WITHHELD = "[c]"
"""Stands for a figure that is not shown: the shorthand of official statistics for confidential."""
UP, DOWN, LEVEL = "▲", "▼", "►"

SHORT_REASONS = {
    Reason.INSUFFICIENT_DATA: "month missing",
    Reason.MONTH_LOST: "month lost",
    Reason.TOO_SHORT: "too few months",
    Reason.TREND_UNKNOWN: "no trend",
    Reason.NO_BASELINE: "no baseline",
    Reason.RECORDED_LATER: "recorded later",
    Reason.NO_N: "n not given",
    Reason.MIX: "parts differ",
    Reason.OVERLAP: "overlaps baseline",
    Reason.BREAK: "recording changed",
    Reason.TOO_FEW_PEERS: "too few forces",
    Reason.NO_DATA: "no data",
    Reason.NOT_RECEIVED: "not received",
    Reason.NOT_SEEN: "not seen by board",
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


def status(line: Assessment) -> str:
    """Text of the status cell."""
    return STATUS[line.shown] + (OVERRIDE_MARK if line.override else "")


class TrendsLeading(NamedTuple):
    """How many trends lead up, down, or stay within one per cent of the latest total."""

    up: int
    level: int
    down: int

    @property
    def disagree(self) -> bool:
        """Whether as many lead up as down."""
        return self.up == self.down > 0


def trends_leading(line: Assessment) -> TrendsLeading | None:
    """Count where the trends of a line lead; None where it has none."""
    projection, latest = projection_of(line.evidence), line.figures.latest
    if projection is None or not projection.trends or latest is None:
        return None
    totals = [trend.total for trend in projection.trends]
    up = sum(total > float(latest) * 1.01 for total in totals)
    down = sum(total < float(latest) * 0.99 for total in totals)
    return TrendsLeading(up, len(totals) - up - down, down)


def arrow(line: Assessment) -> str:
    """Projected direction: the middle of the trends against the latest total, level within one per
    cent; both ways where the trends disagree.
    """
    projection = projection_of(line.evidence)
    latest = line.figures.latest
    leading = trends_leading(line)
    if projection is None or leading is None or latest is None:
        return ""
    if leading.disagree:
        return UP + DOWN
    totals = sorted(trend.total for trend in projection.trends)
    middle = (totals[(len(totals) - 1) // 2] + totals[len(totals) // 2]) / 2
    if middle > float(latest) * 1.01:
        return UP
    return DOWN if middle < float(latest) * 0.99 else LEVEL


def trends_text(line: Assessment) -> str:
    """Say how many trends reach the target: 1 of 4. Blank where there is no target."""
    projection = projection_of(line.evidence)
    if projection is None or not projection.trends or projection.threshold is None:
        return ""
    return f"{projection.achieving} of {len(projection.trends)}"


def at_one_mix(line: Assessment) -> str:
    """Say that the two figures of a line are of its parts at one mix; empty where they are not."""
    used = any(isinstance(caveat, FixedMixUsed) for caveat in line.caveats)
    return ", both at one mix of the parts" if used else ""


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


def sentence_of(text: str) -> str:
    """End a text typed by a person with a full stop, unless it has its own ending."""
    stripped = text.strip()
    return stripped if stripped.endswith((".", "!", "?")) else f"{stripped}."


def capital(text: str) -> str:
    """Begin a text with a capital letter."""
    return text[:1].upper() + text[1:]


WITHOUT_FIGURES = (
    Reason.NOT_RECEIVED,
    Reason.NOT_SEEN,
    Reason.NOT_AVAILABLE,
    Reason.IN_DEVELOPMENT,
    Reason.NOT_APPLICABLE,
    Reason.NO_DATA,
)
"""Reasons that come before what is known of the line; for the others that says it all."""
UNCOLOURED = (Reason.NO_DIRECTION, Reason.CONFIG)
"""There are figures and a test, but they must not be coloured."""


def total_now(line: Assessment, month: Callable[[Month], str] = month_short) -> str:
    """Write the latest total with its period; of part of a year also the year it stands for."""
    figures = line.figures
    counted = next(
        (caveat.counted for caveat in line.caveats if isinstance(caveat, Annualised)), None
    )
    if counted is None:
        return f"{figure(figures.latest, FigureForm.COUNT)} {within(figures.period, month)}"
    yearly = figure(figures.latest, FigureForm.COUNT)
    return f"{counted:,} {within(figures.period, month)}, {yearly} a year,"


def data_as_at(line: Assessment) -> str:
    """Month of the data."""
    as_at = line.figures.as_at
    return month_name(month_of(as_at)) if as_at else ""
