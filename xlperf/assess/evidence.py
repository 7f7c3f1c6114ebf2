"""What an assessment rests on: one record for every line, with the numbers its rule used and None for the others."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from xlperf.assess.rag import Rag, Reason

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from xlperf.tables.tables import Direction, Measure, Override


class LineKind(StrEnum):
    """What a line of a tile shows."""

    OFFENCES = "offences"
    POSITION = "position"
    SPC = "spc"
    SURVEY = "survey"
    TOTAL = "total"
    FAMILIES = "families"
    RATING = "rating"
    AMOUNT = "amount"
    TEXT = "text"


class Form(StrEnum):
    """How a figure is written."""

    COUNT = "count"
    SHARE = "share"
    RATE = "rate"
    SCORE = "score"
    MONEY = "money"


class Caveat(StrEnum):
    """Something to bear in mind about a line. The wording has the sentence for each."""

    PROXY = "PROXY"
    STALE = "STALE"
    PROVISIONAL = "PROVISIONAL"
    REVISED = "REVISED"
    ANNUALISED = "ANNUALISED"
    LAST_YEAR = "LAST_YEAR"
    ASSUMED_DISPERSION = "ASSUMED_DISPERSION"
    SMALL_NUMBERS = "SMALL_NUMBERS"
    WORSE_NOW = "WORSE_NOW"
    SEASON = "SEASON"
    AUTOCORRELATED = "AUTOCORRELATED"
    READING_MATTERS = "READING_MATTERS"
    NO_LOWER_LINE = "NO_LOWER_LINE"
    NO_UPPER_LINE = "NO_UPPER_LINE"
    TREND_FLOORED = "TREND_FLOORED"
    TREND_CAPPED = "TREND_CAPPED"
    TRENDS_SHORT = "TRENDS_SHORT"
    PEERS_MISSING = "PEERS_MISSING"
    COUNTED_DIFFERENTLY = "COUNTED_DIFFERENTLY"
    PERCENT_ONLY = "PERCENT_ONLY"
    IMPOSSIBLE_PERCENTAGE = "IMPOSSIBLE_PERCENTAGE"
    WORST_CASE_SPREAD = "WORST_CASE_SPREAD"
    NOTE = "NOTE"


class Finding(StrEnum):
    """What a test of the change says, whatever the colour is made of besides."""

    BETTER = "better"
    WORSE = "worse"
    NEITHER = "neither"


def trends_required(rule: str, trends: int) -> int:
    """How many of the trends must reach the target: one, more than half, or all."""
    return {"any": 1, "majority": trends // 2 + 1, "all": trends}[rule]


@dataclass(frozen=True, slots=True)
class Turn:
    """A latest figure, in the figure's own unit, at which the line would have another colour, all else as it is."""

    rag: Rag
    at: float


@dataclass(frozen=True, slots=True)
class TrendLine:
    """One trend: the twelve-month total it gives for the target date, its 95% range, and whether it reaches it."""

    name: str
    total: float
    lower: float
    upper: float
    achieves: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Position in the group: 1 is best; equal ranks share the better one."""

    rank: int
    of: int
    tied: bool
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Numbers behind one line; which are set depends on its kind.

    `lower` and `upper` are control lines (position, control chart) or the limits of the change (ratio of totals for
    counts, difference of shares for surveys). `statistic` is the quantity compared with them.
    """

    form: Form = Form.COUNT
    period: str = ""
    baseline: float | Decimal | None = None
    baseline_name: str = ""
    latest: float | Decimal | None = None
    text: str = ""
    n_baseline: int | None = None
    n_latest: int | None = None
    lower: float | None = None
    upper: float | None = None
    centre: float | None = None
    statistic: float | None = None
    p: float | None = None
    phi: float | None = None
    rho: float | None = None
    design_effect: float | None = None
    method: str = ""
    reading: str = ""
    finding: Finding | None = None
    """Outcome of the test of the change."""
    turns: tuple[Turn, ...] = ()
    """Nearest latest figures that would give another colour; for offences, the total that would be an improvement."""
    threshold: float | None = None
    """Twelve-month total that the target stands for."""
    at_target: float | None = None
    """Actual total of the twelve months to the target date, once it has passed."""
    trends: tuple[TrendLine, ...] = ()
    trends_needed: str = ""
    place: Place | None = None
    as_at: date | None = None
    last_year: float | None = None
    """Control chart: mean of the same six months a year before."""
    other_verdicts: tuple[tuple[str, str], ...] = ()
    """Verdicts of the readings not in use, by reading."""
    missing: str = ""
    """What is missing, in words, when data is not enough."""

    @property
    def achieving(self) -> int:
        """How many trends reach the target."""
        return sum(trend.achieves for trend in self.trends)

    @property
    def required(self) -> int:
        """How many trends must reach the target."""
        return trends_required(self.trends_needed or "any", len(self.trends))

    @property
    def change_percent(self) -> float | None:
        """Latest against baseline, in per cent of the baseline; None when there is none or it is zero."""
        if self.baseline is None or self.latest is None or not self.baseline:
            return None
        return (float(self.latest) / float(self.baseline) - 1) * 100


@dataclass(frozen=True, slots=True)
class Assessment:
    """One line of one tile, judged."""

    line: str
    kind: LineKind
    measure: Measure
    label: str
    direction: Direction
    rag: Rag
    reason: Reason
    evidence: Evidence
    caveats: tuple[tuple[Caveat, str], ...] = ()
    override: Override | None = None

    @property
    def shown(self) -> Rag:
        """Colour to show: the one worked out, unless a person overruled it."""
        return Rag(self.override.colour) if self.override else self.rag

    @property
    def overruled(self) -> bool:
        """Whether a person decided on another colour than the one worked out."""
        return self.shown is not self.rag
