"""What to bear in mind about a line: one type for each caveat that has numbers or names. `tiles`
has the sentences.

They are tuples, since a class of the kind that knows its type when it is compared takes six times
as long to make, and every refresh waits for them. So compare them with `among`, never with ``==``
or ``in`` alone.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlperf.assessment.evidence import Limits
    from xlperf.assessment.rag import Rag
    from xlperf.periods import Month, Period
    from xlperf.tables.measure_kinds import FigureForm


class Remark(StrEnum):
    """A caveat that is always the same."""

    WORSE_NOW = "WORSE_NOW"
    SEASON_TAKEN_OUT = "SEASON_TAKEN_OUT"
    NO_LOWER_LINE = "NO_LOWER_LINE"
    NO_UPPER_LINE = "NO_UPPER_LINE"
    TREND_FLOORED = "TREND_FLOORED"
    TREND_CAPPED = "TREND_CAPPED"
    PERCENT_ONLY = "PERCENT_ONLY"
    WORST_CASE_SPREAD = "WORST_CASE_SPREAD"
    WANDERS = "WANDERS"
    CHOSEN_FOR_OFFENDING = "CHOSEN_FOR_OFFENDING"


class Proxy(NamedTuple):
    """The group is compared on a near measure."""

    measure: str


class Stale(NamedTuple):
    """The figure is older than the period: its last month."""

    month: Month


class Provisional(NamedTuple):
    """How many of the latest twelve months are provisional; None: it is one figure, and it is."""

    months: int | None


class Revised(NamedTuple):
    """The baseline figure was another one in the last issue."""

    was: float
    published: Month
    now: float
    form: FigureForm


class Annualised(NamedTuple):
    """A total of part of a year, as it was counted."""

    counted: int
    months: int


class LastYear(NamedTuple):
    """The baseline year has no total; this period of a year before takes its place."""

    period: Period


class AssumedDispersion(NamedTuple):
    """Only totals are known."""

    phi: float


class PooledVariation(NamedTuple):
    """Totals are compared alone: coefficient of variation of yearly totals of like series."""

    variation: float
    monthly: bool = False
    """Whether months are known too."""


class SmallNumbers(NamedTuple):
    """Two counts so small that an exact test compares them."""

    before: int
    now: int
    yearly: bool
    """Both are of a year."""


class Season(NamedTuple):
    """What the control chart would say with the season taken out."""

    rag: Rag
    mean: float
    lower: float
    upper: float


class Autocorrelated(NamedTuple):
    """Correlation of one month with the next."""

    rho: float


class ReadingMatters(NamedTuple):
    """Colour by lines for single months, and by the test of levels."""

    points: Rag
    levels: Rag


class TrendsShort(NamedTuple):
    """How many of the trends have months enough."""

    known: int
    of: int


class PeersMissing(NamedTuple):
    """Forces of the group without a figure."""

    forces: tuple[str, ...]


class CountedDifferently(NamedTuple):
    """Councils with their ways of counting, and the share that either way would give everywhere."""

    ways: tuple[tuple[str, str], ...]
    both: float
    either: float


class FixedMixUsed(NamedTuple):
    """Parts are compared at one mix: the change of the parts added up as they came, and what of it
    is of the mix alone, as shares.
    """

    parts: int
    baseline: str
    """Name of the baseline year, whose mix it is; empty: people typed the weights."""
    added_up: float
    by_mix: float


class PartsCountDifferently(NamedTuple):
    """Parts with their ways of counting."""

    ways: tuple[tuple[str, str], ...]


class AssumedDesignEffect(NamedTuple):
    """A design effect of 1 is assumed; what another would do."""

    other: float
    rag: Rag | None
    """Colour with it; None where nothing can be said of colours."""
    as_it_is: Rag | None
    """Colour without it; None as above."""
    limits: Limits | None
    """Of the difference with it, or of a share that stands alone; None: not worked out."""
    margin: float | None
    """Worst case in percentage points with it, where the survey is then too small."""
    alone: bool = False
    """Whether the limits are of a share that is compared with none."""


class ImpossiblePercentage(NamedTuple):
    """No number of satisfied out of n gives this percentage, as printed."""

    percent: str
    n: int


class Note(NamedTuple):
    """What people typed beside the measure."""

    text: str


Caveat: TypeAlias = (
    Remark
    | Proxy
    | Stale
    | Provisional
    | Revised
    | Annualised
    | LastYear
    | AssumedDispersion
    | PooledVariation
    | SmallNumbers
    | Season
    | Autocorrelated
    | ReadingMatters
    | TrendsShort
    | PeersMissing
    | CountedDifferently
    | FixedMixUsed
    | PartsCountDifferently
    | AssumedDesignEffect
    | ImpossiblePercentage
    | Note
)


def among(caveats: Iterable[Caveat], others: Iterable[Caveat]) -> tuple[Caveat, ...]:
    """Give those caveats that are among others: of the same type, and equal."""
    known = {(type(other), other) for other in others}
    return tuple(caveat for caveat in caveats if (type(caveat), caveat) in known)
