"""What is drawn of a chart: where each point, bar, limit and label stands, in shares of the plot.

Texts are here, so that the leak check can be told of them; a writer adds none. What a line or bar
is stands beside it, so that no colour has to be distinguished from another.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10
from typing import TYPE_CHECKING, TypeAlias

from xlperf.assessment.charts import MonthsChart
from xlperf.periods import first_day, month_abbreviation
from xlperf.tiles.figures import rounded
from xlperf.tiles.wording import capital

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlperf.assessment.charts import Chart, GroupChart
    from xlperf.periods import Month

ROOM = 0.12
"""Share of the range of values that is left free above and below."""
APART = 0.085
"""Share of the height that the names of two limits are apart at least."""
FEWEST_STEPS = 3
"""Steps between the marks of an axis, at least."""
STEPS = (5.0, 2.5, 2.0, 1.0)
"""Of the marks of an axis, times a power of ten, coarse to fine."""
NOT_SHOWN = "not shown"
"""Stands for a figure of the group that is withheld or missing."""
PER_CENT_DECIMALS, RATE_DECIMALS = 1, 2
"""Decimals of the figures beside the bars of a group."""


@dataclass(frozen=True, slots=True)
class AxisMark:
    """A text at a place of an axis, 0 to 1."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class ChartLevel:
    """A limit or the mean: its height, and the height of its name, which is clear of others."""

    at: float
    name_at: float
    text: str
    dashed: bool


@dataclass(frozen=True, slots=True)
class MonthsMarks:
    """A line of months. `points`: their heights, None where there is none."""

    head: str
    scale: tuple[AxisMark, ...]
    levels: tuple[ChartLevel, ...]
    points: tuple[float | None, ...]
    months: tuple[tuple[str, str], ...]
    """Month, and year where it begins or else nothing."""
    last: str
    """Figure of the latest month that has one; empty where none has."""


@dataclass(frozen=True, slots=True)
class ForceBar:
    """A bar of a force: its length, None where its figure is not shown, and its text."""

    force: str
    length: float | None
    text: str
    own: bool


@dataclass(frozen=True, slots=True)
class GroupMarks:
    """Bars of the forces of a group, best first."""

    unit: str
    scale: tuple[AxisMark, ...]
    bars: tuple[ForceBar, ...]
    limits: tuple[AxisMark, ...]


Marks: TypeAlias = MonthsMarks | GroupMarks


def marks(chart: Chart) -> Marks:
    """Lay a chart out."""
    return months_marks(chart) if isinstance(chart, MonthsChart) else group_marks(chart)


def mark_texts(drawn: Marks) -> Iterator[str]:
    """Every text that is drawn."""
    yield from (mark.text for mark in drawn.scale)
    if isinstance(drawn, MonthsMarks):
        yield from (drawn.head, drawn.last)
        yield from (level.text for level in drawn.levels)
        yield from (text for month in drawn.months for text in month)
    else:
        yield drawn.unit
        yield from (text for bar in drawn.bars for text in (bar.force, bar.text))
        yield from (limit.text for limit in drawn.limits)


def shown_count(value: float) -> str:
    """Write a count of a month: whole where it is."""
    return rounded(value, 0 if float(value).is_integer() else 1)


# -- months


def months_marks(chart: MonthsChart) -> MonthsMarks:
    """Lay a line of months out."""
    levels = (
        ("Upper limit", chart.upper, True),
        ("Mean", chart.centre, False),
        ("Lower limit", chart.lower, True),
    )
    named = [(name, level, dashed) for name, level, dashed in levels if level is not None]
    counts = [count for count in chart.counts if count is not None]
    low, high = axis_range([*counts, *(level for _name, level, _dashed in named)])

    def height(value: float) -> float:
        return (value - low) / (high - low)

    return MonthsMarks(
        "Number a month" + ("; the axis does not begin at 0" if low > 0 else ""),
        axis_marks(low, high),
        placed_levels([(f"{name} {rounded(level, 1)}", height(level), dashed)
                 for name, level, dashed in named]),
        tuple(None if count is None else height(count) for count in chart.counts),
        tuple(month_labels(chart.months)),
        shown_count(counts[-1]) if counts else "",
    )  # fmt: skip


def axis_range(values: Sequence[float]) -> tuple[float, float]:
    """Ends of an axis that has room above and below; counts have no room below 0."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    spread = (high - low) or max(abs(high), 1.0)
    bottom = max(0.0, low - ROOM * spread) if low >= 0 else low - ROOM * spread
    return bottom, high + 1.6 * ROOM * spread


def axis_marks(low: float, high: float) -> tuple[AxisMark, ...]:
    """Marks at round values within an axis."""
    power = 10.0 ** floor(log10((high - low) / FEWEST_STEPS))
    step = next(part * power for part in STEPS if (high - low) / (part * power) >= FEWEST_STEPS)
    decimals = max(0, -floor(log10(step)), 1 if not float(step).is_integer() and step > 1 else 0)
    first = -floor(-low / step)
    return tuple(
        AxisMark((number * step - low) / (high - low), rounded(number * step, decimals))
        for number in range(first, floor(high / step) + 1)
    )


def placed_levels(levels: Sequence[tuple[str, float, bool]]) -> tuple[ChartLevel, ...]:
    """Place the names beside the ends of the lines, none over another."""
    placed: list[ChartLevel] = []
    for text, at, dashed in sorted(levels, key=lambda level: level[1]):
        name_at = max(at, placed[-1].name_at + APART) if placed else at
        placed.append(ChartLevel(at, name_at, text, dashed))
    return tuple(placed)


def month_labels(months: Sequence[Month]) -> Iterator[tuple[str, str]]:
    """Write April 2013 as Apr and 2013; later months of the same year without the year."""
    year_before = None
    for month in months:
        year = first_day(month).year
        yield month_abbreviation(month), "" if year == year_before else str(year)
        year_before = year


# -- group


def group_marks(chart: GroupChart) -> GroupMarks:
    """Lay bars out, from zero; the figures stand in a column beside them."""
    decimals = PER_CENT_DECIMALS if chart.unit == "per cent" else RATE_DECIMALS
    named = [
        (name, level)
        for name, level in (("Lower limit", chart.lower), ("Upper limit", chart.upper))
        if level is not None
    ]
    values = [value for value in chart.values if value is not None]
    longest = 1.06 * max([*values, *(level for _name, level in named), 0.01])
    bars = tuple(
        ForceBar(
            force,
            None if value is None else max(value, 0.0) / longest,
            NOT_SHOWN if value is None else rounded(value, decimals),
            own,
        )
        for force, value, own in zip(chart.forces, chart.values, chart.own, strict=True)
    )
    limits = tuple(
        AxisMark(level / longest, f"{name} {rounded(level, decimals)}") for name, level in named
    )
    return GroupMarks(capital(chart.unit), axis_marks(0.0, longest), bars, limits)
