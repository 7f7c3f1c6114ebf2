"""What an assessment rests on: one type for each kind of line, so that what a kind always has is
never optional.

Whatever else a kind has, its `Figures` are all that a tile shows of it besides the colour. They are
the only numbers of a line that is not judged, or not to be shown as judged: that is `Unjudged`,
which has no place for any other.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from xlperf.assessment.rag import Rag, Reason
from xlperf.config import TrendRule
from xlperf.frozen import NamedTuple, frozen
from xlperf.tables.measure_kinds import FigureForm, LineKind

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from xlperf.assessment.among_many import AmongMany
    from xlperf.assessment.caveats import Caveat
    from xlperf.assessment.expectations import TargetOutlook
    from xlperf.config import SpcBasis
    from xlperf.periods import Period
    from xlperf.stats.chance import LineChance
    from xlperf.stats.change import Method
    from xlperf.stats.projection import TrendName
    from xlperf.tables.data import Direction, Measure, Override


class ChangeFinding(StrEnum):
    """What a test of the change says, whatever the colour is made of besides."""

    BETTER = "better"
    WORSE = "worse"
    NEITHER = "neither"


FINDINGS = {
    Rag.GREEN: ChangeFinding.BETTER,
    Rag.RED: ChangeFinding.WORSE,
    Rag.AMBER: ChangeFinding.NEITHER,
}
"""What a test says that would give this colour."""


def trends_required(rule: TrendRule, trends: int) -> int:
    """How many of the trends must reach the target: one, more than half, or all."""
    return {TrendRule.ANY: 1, TrendRule.MAJORITY: trends // 2 + 1, TrendRule.ALL: trends}[rule]


# -- parts that kinds share


class Figures(NamedTuple):
    """The two figures of a line, None where unknown or withheld, and what they are of."""

    period: Period | None = None
    """Of the latest figure; None: there is none, or it has no period."""
    latest: float | Decimal | None = None
    n_latest: int | None = None
    """How many answered, or were engaged."""
    as_at: date | None = None
    """When the latest figure was taken."""
    against: Period | None = None
    """Of the figure it is compared with."""
    baseline: float | Decimal | None = None
    n_baseline: int | None = None

    @property
    def change_percent(self) -> float | None:
        """Latest against baseline, in per cent of it; None when there is none or it is zero."""
        if self.baseline is None or self.latest is None or not self.baseline:
            return None
        return (float(self.latest) / float(self.baseline) - 1) * 100


NO_FIGURES = Figures()


class Limits(NamedTuple):
    """Two ends of a range, or two lines."""

    lower: float
    upper: float


class TurningFigure(NamedTuple):
    """A latest figure, in the figure's own unit, at which the line would have another colour, all
    else as it is.
    """

    rag: Rag
    at: float


class ChangeTest(NamedTuple):
    """Test of a count against an earlier one."""

    method: Method
    before: float
    latest: float
    """The two figures, as shown: a latest one of part of a year as the year it stands for."""
    p: float
    ratio: float | None
    """Latest over earlier; None where there was none to compare with."""
    limits: Limits | None
    """Of the ratio, where they decide; None where an exact test does."""
    phi: float | None
    """Dispersion; None where an exact test decides."""
    rho: float | None = None
    """Correlation of one month with the next; None: not known, or not used."""
    design_effect: float | None = None
    years: int = 0
    """Complete years that rho was taken from; 0: from the two years, or there are no months."""
    months: int = 0
    """Months known that a test of levels rests on; 0 for the others."""
    finding: ChangeFinding | None = None
    """None where no way is better."""
    turns: tuple[TurningFigure, ...] = ()
    """Nearest latest figures that would give another finding; for offences, the total that would be
    an improvement.
    """


class TrendLine(NamedTuple):
    """One trend: the twelve-month total it gives for the target date, and whether it reaches it."""

    name: TrendName
    total: float
    achieves: bool


class Projection(NamedTuple):
    """Where the trends lead."""

    trends: tuple[TrendLine, ...]
    """Those with months enough; may be none."""
    rule: TrendRule
    threshold: float | None
    """Twelve-month total that the target stands for; None where no way is better."""
    outlook: TargetOutlook | None = None
    """None where 24 months are not known."""

    @property
    def achieving(self) -> int:
        """How many trends reach the target."""
        return sum(trend.achieves for trend in self.trends)

    @property
    def required(self) -> int:
        """How many trends must reach the target."""
        return trends_required(self.rule, len(self.trends))


class AtTarget(NamedTuple):
    """The target date has passed."""

    total: float
    """Of the twelve months to the target date."""
    threshold: float


class GroupPlace(NamedTuple):
    """Position in the group: 1 is best; equal ranks share the better one."""

    rank: int
    of: int
    tied: bool
    low: int | None
    high: int | None


class PositionLimits(NamedTuple):
    """Lines around the figures of a group."""

    own: float
    """The figure compared with them."""
    lower: float
    centre: float
    upper: float
    spread: float | None
    """Variance of the own force's year over its mean, from its months; None: not known."""


class ShareDifference(NamedTuple):
    """Two shares, or two means of stars, compared: latest less baseline, with its range."""

    estimate: float
    limits: Limits
    latest: float
    """The latest of the two."""
    turns: tuple[TurningFigure, ...]
    """Nearest latest figures that would give another colour."""
    p: float | None = None
    """Two-sided, where the limits just reach 0; None: of stars, or lines are judged alone."""


class TooFew(NamedTuple):
    """Too few answered to tell a change."""

    margin: float
    """Worst case, in percentage points, of the smaller of the two numbers."""
    n_baseline: int | None
    """Number of the baseline, where that is the smaller one."""
    limits: Limits | None
    """Of the latest share, where they are worked out."""


class Alone(NamedTuple):
    """Range of a share that is compared with none."""

    limits: Limits


class LevelsTest(NamedTuple):
    """Whether the level of the latest months differs from that of the months before."""

    p: float
    limits: Limits
    """Of the ratio of the two levels."""
    months: int
    """Months known that it rests on."""
    season: bool
    """Whether calendar months were taken out."""


class SameMonths(NamedTuple):
    """The latest months against the same months of earlier years."""

    ratio: float
    p: float | None
    """None where the earlier years do not differ."""
    years: int


# -- kinds of line


@frozen
class Offences:
    """Monthly counts against the baseline year."""

    kind: ClassVar = LineKind.OFFENCES
    form: ClassVar = FigureForm.COUNT
    figures: Figures
    test: ChangeTest | None
    """None only after the target date, where the latest year cannot be compared."""
    outlook: Projection | AtTarget


@frozen
class Position:
    """Place in the group."""

    kind: ClassVar = LineKind.POSITION
    form: FigureForm
    """Rates, or shares."""
    figures: Figures
    place: GroupPlace
    forces: tuple[str, ...]
    lines: PositionLimits | None
    """None where the group is too small for any, or what they need is not known."""


@frozen
class Blocks:
    """Control chart: the mean of the latest months against lines from the months before."""

    kind: ClassVar = LineKind.SPC
    form: ClassVar = FigureForm.COUNT
    period: Period
    mean: float
    as_at: date
    before: Period
    centre: float
    limits: Limits
    test: LevelsTest
    chance: LineChance
    """That chance alone crosses lines for single months."""
    last_year: float
    """Mean of the same months a year before."""
    same_months: SameMonths | None
    """Against the same months of earlier years; None where fewer than two are known."""
    season_of: Period | None
    """Months asked for a season to take out of the lines; None: not asked for, or too few."""
    deseasonalised: bool
    others: tuple[tuple[SpcBasis, Rag], ...]
    """What the readings not in use would say; none where there is no colour to compare with."""

    @property
    def figures(self) -> Figures:
        """The two means."""
        return Figures(self.period, self.mean, None, self.as_at, self.before, self.centre)


@frozen
class Survey:
    """A share against that of the baseline year."""

    kind: ClassVar = LineKind.SURVEY
    form: ClassVar = FigureForm.SHARE
    figures: Figures
    design_effect: float
    result: ShareDifference | TooFew | Alone | None
    """None where the two cannot be compared."""


@frozen
class Rating:
    """A mean of stars against that of the baseline year."""

    kind: ClassVar = LineKind.RATING
    form: ClassVar = FigureForm.SCORE
    figures: Figures
    result: ShareDifference | None
    """None where the two cannot be compared."""


@frozen
class Families:
    """Share of families with a reduction, against that of the baseline year."""

    kind: ClassVar = LineKind.FAMILIES
    form: ClassVar = FigureForm.SHARE
    figures: Figures
    engaged: int
    text: str
    """Assessment of the board; may be empty."""
    result: ShareDifference | TooFew | None
    """None where the two cannot be compared."""


@frozen
class Total:
    """A total against that of the baseline year, or of the same months a year before."""

    kind: ClassVar = LineKind.TOTAL
    form: ClassVar = FigureForm.COUNT
    figures: Figures
    test: ChangeTest


@frozen
class AmountComparison:
    """An amount of money, £ million."""

    kind: ClassVar = LineKind.AMOUNT
    form: ClassVar = FigureForm.MONEY
    value: Decimal
    as_at: date | None

    @property
    def figures(self) -> Figures:
        """The amount; it is compared with none."""
        return Figures(latest=self.value, as_at=self.as_at)


@frozen
class Words:
    """What the owner says of a line that has no figure."""

    kind: ClassVar = LineKind.TEXT
    form: ClassVar = FigureForm.COUNT
    text: str
    as_at: date | None

    @property
    def figures(self) -> Figures:
        """None, but the date."""
        return Figures(as_at=self.as_at)


@frozen
class Unjudged:
    """What is left of a line when there is nothing to judge, or no judgement to show."""

    kind: LineKind
    form: FigureForm = FigureForm.COUNT
    figures: Figures = NO_FIGURES
    text: str = ""
    """Words of the owner, or of the board; may be empty."""


Evidence: TypeAlias = (
    Offences
    | Position
    | Blocks
    | Survey
    | Rating
    | Families
    | Total
    | AmountComparison
    | Words
    | Unjudged
)


@frozen
class Assessment:
    """One line of one tile, judged."""

    line: str
    measure: Measure
    label: str
    direction: Direction
    rag: Rag
    reason: Reason
    evidence: Evidence
    missing: str = ""
    """What is missing, in words, when data is not enough."""
    caveats: tuple[Caveat, ...] = ()
    override: Override | None = None
    among: AmongMany | None = None
    """Its test among all lines tested; None: not tested, or lines are judged one by one."""

    @property
    def kind(self) -> LineKind:
        """What the line shows."""
        return self.evidence.kind

    @property
    def figures(self) -> Figures:
        """Its two figures."""
        return self.evidence.figures

    @property
    def shown(self) -> Rag:
        """Colour to show: the one worked out, unless a person overruled it."""
        return Rag(self.override.colour) if self.override else self.rag

    @property
    def overruled(self) -> bool:
        """Whether a person decided on another colour than the one worked out."""
        return self.shown is not self.rag
