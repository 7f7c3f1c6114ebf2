"""What to bear in mind about a line: one type for each caveat that has numbers or names. `tiles` has the sentences.

Two caveats are equal only when they are of one type: what may be said of a line outside is found by comparing them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from xlperf.assess.evidence import Form
    from xlperf.assess.rag import Rag
    from xlperf.periods import Month, Period


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


@dataclass(frozen=True, slots=True)
class Proxy:
    """The group is compared on a near measure."""

    measure: str


@dataclass(frozen=True, slots=True)
class Stale:
    """The figure is older than the period: its last month."""

    month: Month


@dataclass(frozen=True, slots=True)
class Provisional:
    """How many of the latest twelve months are provisional."""

    months: int


@dataclass(frozen=True, slots=True)
class Revised:
    """The baseline figure was another one in the last issue."""

    was: float
    published: Month
    now: float
    form: Form


@dataclass(frozen=True, slots=True)
class Annualised:
    """A total of part of a year, as it was counted."""

    count: int
    months: int


@dataclass(frozen=True, slots=True)
class LastYear:
    """The baseline year has no total; this period of a year before takes its place."""

    period: Period


@dataclass(frozen=True, slots=True)
class AssumedDispersion:
    """Only totals are known."""

    phi: float


@dataclass(frozen=True, slots=True)
class SmallNumbers:
    """Two counts so small that an exact test compares them."""

    before: int
    now: int
    yearly: bool
    """Both are of a year."""


@dataclass(frozen=True, slots=True)
class Season:
    """What the control chart would say with the season taken out."""

    rag: Rag
    mean: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Autocorrelated:
    """Correlation of one month with the next."""

    rho: float


@dataclass(frozen=True, slots=True)
class ReadingMatters:
    """Colour by lines for single months, and by lines for the average."""

    points: Rag
    mean: Rag


@dataclass(frozen=True, slots=True)
class TrendsShort:
    """How many of the trends have months enough."""

    known: int
    of: int


@dataclass(frozen=True, slots=True)
class PeersMissing:
    """Forces of the group without a figure."""

    forces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CountedDifferently:
    """Councils with their ways of counting, and the share that either way would give everywhere."""

    ways: tuple[tuple[str, str], ...]
    both: float
    either: float


@dataclass(frozen=True, slots=True)
class ImpossiblePercentage:
    """No number of satisfied out of n gives this percentage, as printed."""

    percent: str
    n: int


@dataclass(frozen=True, slots=True)
class Note:
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
    | SmallNumbers
    | Season
    | Autocorrelated
    | ReadingMatters
    | TrendsShort
    | PeersMissing
    | CountedDifferently
    | ImpossiblePercentage
    | Note
)
