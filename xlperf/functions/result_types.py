"""What the functions give: frozen values with named attributes, which turn into tables of pandas.

A number that does not exist is None here, and NaN in a table. Only `to_frame` loads pandas.
"""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from xlperf.assessment.chart import BEFORE
from xlperf.assessment.evidence import ChangeFinding
from xlperf.assessment.rag import Rag, Reason
from xlperf.tiles.wording import SHORT_REASONS, TREND_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from xlperf.stats.projection import TrendName

Value: TypeAlias = float | str | None

COLOURS = {
    ChangeFinding.BETTER: Rag.GREEN,
    ChangeFinding.WORSE: Rag.RED,
    ChangeFinding.NEITHER: Rag.AMBER,
}
"""Colour of a finding."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Result:
    """What all results have in common: a short repr, and a table."""

    def __repr__(self) -> str:
        shown = (f"{item.name}={_short(getattr(self, item.name))}" for item in self._named())
        return f"{type(self).__name__}({', '.join(shown)})"

    def to_frame(self) -> pd.DataFrame:
        """Give the result as a table: a row for each month or trend, or else one row.

        Rows for the months of a Series or a table of pandas have its index.
        """
        import pandas as pd

        columns = {
            name: [_table_value(value) for value in column]
            for name, column in self._columns().items()
        }
        return pd.DataFrame(columns, index=self._labels())

    def _named(self) -> list[Field[Any]]:
        return [item for item in fields(self) if item.repr]

    def _columns(self) -> Mapping[str, Sequence[Value]]:
        return {item.name: [getattr(self, item.name)] for item in self._named()}

    def _labels(self) -> pd.Index | None:
        """Labels of the rows; None: they are numbered from 0."""
        index: pd.Index | None = getattr(self, "index", None)
        return index


def _short(value: object) -> str:
    """Write a value in a repr: numbers with six digits."""
    if isinstance(value, StrEnum):
        return value.name
    if isinstance(value, float):
        return f"{value:.6g}" if abs(value) < 1e6 else f"{value:.0f}"
    return repr(value)


def _each(items: Iterable[Result], *names: str) -> dict[str, list[Value]]:
    """Columns of a table with a row for each item, by the names of its attributes."""
    return {name: [getattr(item, name) for item in items] for name in names}


def _table_value(value: Value) -> float | str:
    if value is None:
        return float("nan")
    return str(value) if isinstance(value, StrEnum) else value


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Judgement(Result):
    """A colour with its reason."""

    colour: Rag
    reason: Reason
    missing: str = field(default="", repr=False)
    """What is missing, as a sentence, where the colour is NA."""

    @property
    def verdict(self) -> str:
        """The colour, or NA and why."""
        if self.colour is not Rag.NA:
            return str(self.colour)
        return f"NA: {self.missing or SHORT_REASONS.get(self.reason, str(self.reason))}"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SpcResult(Judgement):
    """Mean of the latest six months beside limits from the twelve months before."""

    mean: float
    """Of the latest six months."""
    lower: float
    centre: float
    """Mean of the twelve months before."""
    upper: float
    p: float
    """Two-sided, of the test of levels, from all months given."""
    values: tuple[float, ...] = field(repr=False)
    """The 18 months compared, oldest first."""
    index: pd.Index | None = field(default=None, repr=False, compare=False)
    """Their labels, where they came in a Series or a table of pandas."""

    def _columns(self) -> Mapping[str, Sequence[Value]]:
        block = ["before"] * BEFORE + ["latest"] * (len(self.values) - BEFORE)
        return {"value": self.values, "block": block, **_chart(self)}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ChangeResult(Result):
    """A year compared with the baseline year."""

    finding: ChangeFinding
    ratio: float | None
    """Latest over baseline; None where the baseline is 0."""
    lower: float | None
    """Limits of the ratio; None where an exact test decides. `upper` may be infinite."""
    upper: float | None
    p: float
    """Two-sided."""

    @property
    def colour(self) -> Rag:
        """GREEN: better; RED: worse; AMBER: neither."""
        return COLOURS[self.finding]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class TrendResult(Result):
    """Twelve-month total that one trend gives; None where it has too few months."""

    trend: TrendName
    total: float | None
    lower: float | None
    upper: float | None

    @property
    def label(self) -> str:
        """Name of the trend, in words."""
        return TREND_NAMES[self.trend]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ProjectionResult(Result):
    """Twelve-month totals that the four trends give."""

    months_ahead: int
    trends: tuple[TrendResult, ...]

    def _columns(self) -> Mapping[str, Sequence[Value]]:
        names = [item.label for item in self.trends]
        return {"trend": names, **_each(self.trends, "total", "lower", "upper")}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class OffencesResult(Judgement):
    """The latest twelve months against the baseline year and the target."""

    baseline: float | None
    """Total of the baseline year; None: a month is missing."""
    latest: float | None
    """Total of the latest twelve months."""
    change: ChangeResult | None = field(repr=False)
    """None where the two years cannot be compared."""
    target_total: float | None
    """Twelve-month total that the target stands for; None where there is no judgement."""
    trends: tuple[TrendResult, ...] = field(repr=False)
    """Those with months enough."""
    trends_reaching: int
    """How many of them reach the target."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LevelResult(Result):
    """How many offences in the months to come give a colour."""

    colour: Rag
    """The colour asked for."""
    months: int
    """Months to come."""
    now: int
    """As many as in the same months before."""
    now_colour: Rag
    """Colour that they would give."""
    least: int | None
    """Least number that gives the colour asked for; None: no number does."""
    most: int | None
    """Most that does; None: there is no end, or no number does."""
    tried: int = field(repr=False)
    """Largest number tried."""
    missing: str = field(default="", repr=False)
    """What is missing, where no number gives any colour."""

    @property
    def nearest(self) -> int | None:
        """The end that is nearest to as many as before: what it would take; None: no number."""
        if self.least is None:
            return None
        return self.least if self.most is None or self.now < self.least else self.most

    def in_cells(self) -> str | list[list[Value]]:
        """Give what cells show: least, most, the nearest end a month, and in per cent of as many as
        before; or that no number gives the colour.
        """
        end = self.nearest
        if end is None:
            why = f" {self.missing}" if self.now_colour is Rag.NA and self.missing else ""
            return f"no number up to {self.tried:,} gives {self.colour}.{why}"
        percent = 100 * (end / self.now - 1) if self.now else None
        return [[self.least, self.most, end / self.months, percent]]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PositionResult(Judgement):
    """Place of a figure in its group, and limits around the group."""

    place: int
    """1 is best; equal figures share the better place."""
    of: int
    tied: bool
    lower: float | None
    """Limits and mean; None with fewer than six figures."""
    centre: float | None
    upper: float | None
    text: str
    """The place in words: 5th of 8."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SurveyChange(Judgement):
    """A percentage of a survey against that of the baseline year, in percentage points."""

    difference: float | None
    """Latest less baseline; None where a survey is too small."""
    lower: float | None
    """Limits of the difference."""
    upper: float | None
    margin: float
    """Largest margin that the smaller of the two surveys can have."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ShareInterval(Result):
    """Wilson's interval of a percentage, in per cent."""

    percent: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class XmrResult(Result):
    """Limits of an individuals chart."""

    lower: float
    """May be negative, where counts cannot be, unless `least` was given."""
    centre: float
    upper: float
    values: tuple[float | None, ...] = field(repr=False)
    """What was given, oldest first; None: a blank before the first figure or after the last."""
    index: pd.Index | None = field(default=None, repr=False, compare=False)
    """Their labels, where they came in a Series or a table of pandas."""

    def _columns(self) -> Mapping[str, Sequence[Value]]:
        return _chart(self)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RunsResult(XmrResult):
    """Limits of an individuals chart, and the signals of the four run rules."""

    signals: tuple[str, ...] = field(repr=False)
    """One for each value: empty, or the rules that it is part of."""

    @property
    def count(self) -> int:
        """How many values are part of a signal."""
        return sum(map(bool, self.signals))

    def _columns(self) -> Mapping[str, Sequence[Value]]:
        return {**_chart(self), "signal": self.signals}


def _chart(result: SpcResult | XmrResult) -> dict[str, Sequence[Value]]:
    limits = (result.lower, result.centre, result.upper)
    columns = ([limit] * len(result.values) for limit in limits)
    return {"value": result.values, **dict(zip(("lower", "centre", "upper"), columns, strict=True))}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LimitsByPoint(Result):
    """A chart whose limits may differ from point to point; none lies below 0.

    Each tuple has an entry for each cell given; None (of signals: empty) where it is blank.
    """

    values: tuple[float | None, ...] = field(repr=False)
    """Shares, rates, or numbers between events."""
    lower: tuple[float | None, ...] = field(repr=False)
    centre: tuple[float | None, ...] = field(repr=False)
    upper: tuple[float | None, ...] = field(repr=False)
    spread: float
    """How many times as much as by chance alone the points vary (Laney's sigma z); 1 where that is
    not asked.
    """
    signals: tuple[str, ...] = field(repr=False)
    """Empty, or the rules that the point is part of."""
    index: pd.Index | None = field(default=None, repr=False, compare=False)
    """Labels of the cells, where they came in a Series or a table of pandas."""

    @property
    def count(self) -> int:
        """How many points are part of a signal."""
        return sum(map(bool, self.signals))

    def rows(self) -> list[list[Value]]:
        """Value, lower limit, centre, upper limit and signal of each point."""
        return [list(row) for row in zip(*self._columns().values(), strict=True)]

    def _columns(self) -> Mapping[str, Sequence[Value]]:
        limits = {"lower": self.lower, "centre": self.centre, "upper": self.upper}
        return {"value": self.values, **limits, "signal": self.signals}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class FunnelResult(LimitsByPoint):
    """Rates of areas beside the limits that areas of their sizes have."""

    between: float
    """Variance between areas beyond chance; 0: none was found."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class StepResult(Result):
    """A lasting step that is proposed."""

    position: int
    """Which of the cells given is the first of the new level; 1 is the first."""
    before: float
    """Mean of the months of the level before, and of the new one."""
    after: float
    of_100: int | None
    """How many of 100 such series without a step show one as clear, at most; None for figures that
    are no months.
    """


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class StepsResult(Result):
    """Lasting steps that are proposed, oldest first."""

    steps: tuple[StepResult, ...]
    index: pd.Index | None = field(default=None, repr=False, compare=False)
    """Labels of the months, where they came in a Series or a table of pandas."""

    def rows(self) -> list[list[Value]]:
        """Position, level before, level after, and how many of 100 without a step, of each."""
        return [list(row) for row in zip(*self._columns().values(), strict=True)]

    def _columns(self) -> Mapping[str, Sequence[Value]]:
        return _each(self.steps, "position", "before", "after", "of_100")

    def _labels(self) -> pd.Index | None:
        first = [step.position - 1 for step in self.steps]
        return None if self.index is None else self.index[first]
