"""Charts of the report as pictures, drawn by matplotlib: a line of months with its lines, bars of a
group of forces.

The same chart gives the same bytes wherever matplotlib of one version draws it: nothing of the
computer's own settings or fonts is used (the font comes with matplotlib), and the file says neither
when nor by what it was made. What a line or bar is stands beside it, so that no colour has to be
distinguished from another.
"""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import TYPE_CHECKING, Any

from xlperf.assessment.charts import MonthsChart
from xlperf.newbook.look import BLACK, GREY, INK, LINE, NAVY, OTHERS, WHITE
from xlperf.periods import first_day, month_abbreviation
from xlperf.tiles.figures import rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from xlperf.assessment.charts import Chart, GroupChart
    from xlperf.periods import Month

WIDTH = 6.7
"""Inches: the width of the text of an A4 page with margins of 2 cm."""
MONTHS_HEIGHT = 2.35
BAR_HEIGHT, BARS_FRAME = 0.2, 0.62
"""Inches a bar takes, and its axis and labels beside."""
DPI = 220
"""Dots an inch: what Word keeps of a picture when it saves one for print."""
STYLE = {
    "font.family": ["DejaVu Sans"],
    "font.size": 8.0,
    "text.parse_math": False,
    "axes.edgecolor": LINE,
    "axes.labelcolor": GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": BLACK,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.major.size": 0.0,
    "ytick.major.size": 0.0,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
}
"""A text with a dollar sign is a text, not mathematics."""
ROOM = 0.12
"""Share of the range of values left free above and below."""


def picture(chart: Chart) -> bytes:
    """Draw a chart: the bytes of a PNG file."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    plain: dict[Any, Any] = {
        key: value for key, value in mpl.rcParamsDefault.items() if not key.startswith("backend")
    }
    with warnings.catch_warnings(), mpl.rc_context(rc=plain | STYLE):
        warnings.simplefilter(
            "ignore"
        )  # a sign that the font lacks is drawn as a box; the table has it as text
        figure = Figure(figsize=(WIDTH, _height(chart)), facecolor=WHITE, layout="constrained")
        FigureCanvasAgg(figure)
        if isinstance(chart, MonthsChart):
            _draw_months(figure, chart)
        else:
            _draw_group(figure, chart)
        memory = BytesIO()
        figure.savefig(memory, format="png", dpi=DPI, metadata={"Software": None})
    return memory.getvalue()


def _height(chart: Chart) -> float:
    return (
        MONTHS_HEIGHT
        if isinstance(chart, MonthsChart)
        else BARS_FRAME + BAR_HEIGHT * len(chart.forces)
    )


def _shown(value: float) -> str:
    return rounded(value, 0 if float(value).is_integer() else 1)


# -- months
# --------------------------------------------------------------------------------------------------


def _draw_months(figure: Figure, chart: MonthsChart) -> None:
    axes = figure.add_subplot()
    counts = [float("nan") if count is None else count for count in chart.counts]
    places = range(len(counts))
    levels = [
        (name, level, style)
        for name, level, style in (
            ("Upper line", chart.upper, "--"),
            ("Mean", chart.centre, "-"),
            ("Lower line", chart.lower, "--"),
        )
        if level is not None
    ]
    for _name, level, style in levels:
        axes.axhline(level, color=GREY, linewidth=1.0, linestyle=style, zorder=1)
    axes.plot(places, counts, color=NAVY, linewidth=1.8, marker="o", markersize=4.0, zorder=3)
    _scale(axes, chart, [level for _name, level, _style in levels])
    _name_levels(axes, [(name, level) for name, level, _style in levels])
    _name_last(axes, chart)
    axes.set_xticks(list(places), _month_labels(chart.months))
    axes.set_xlim(-0.5, len(counts) - 0.5)
    axes.grid(axis="y")
    _thousands(axes.yaxis)


def _scale(axes: Axes, chart: MonthsChart, levels: list[float]) -> None:
    """Fit the axis to figures and lines; where it does not begin at zero, it says so."""
    values = [count for count in chart.counts if count is not None] + levels
    low, high = min(values), max(values)
    spread = (high - low) or max(abs(high), 1.0)
    bottom = max(0.0, low - ROOM * spread) if low >= 0 else low - ROOM * spread
    axes.set_ylim(bottom, high + 1.6 * ROOM * spread)
    _head(axes, "Number a month" + ("; the axis does not begin at 0" if bottom > 0 else ""))


def _head(axes: Axes, text: str) -> None:
    """Say over the left edge of an axis what it measures: level text reads best."""
    axes.annotate(
        text, (0.0, 1.0), xycoords="axes fraction", xytext=(0, 3), textcoords="offset points",
        va="bottom", color=GREY,
        annotation_clip=False,
    )  # fmt: skip


def _name_levels(axes: Axes, levels: list[tuple[str, float]]) -> None:
    """Name the lines beside their ends, no name over another."""
    bottom, top = axes.get_ylim()
    least = 0.085 * (top - bottom)
    heights: list[float] = []
    for _name, level in sorted(levels, key=lambda item: item[1]):
        heights.append(max(level, heights[-1] + least) if heights else level)
    for (name, level), height in zip(
        sorted(levels, key=lambda item: item[1]), heights, strict=True
    ):
        axes.annotate(
            f"{name} {rounded(level, 1)}",
            (1.0, height),
            xycoords=("axes fraction", "data"),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            color=GREY,
            annotation_clip=False,
        )


def _name_last(axes: Axes, chart: MonthsChart) -> None:
    """Write the latest month's figure over its point."""
    points = [(place, count) for place, count in enumerate(chart.counts) if count is not None]
    place, count = points[-1]
    axes.annotate(
        _shown(count), (place, count), xytext=(0, 6), textcoords="offset points", ha="center",
        weight="bold", color=INK,
        bbox={"facecolor": WHITE, "edgecolor": "none", "pad": 0.8}, zorder=4,
    )  # fmt: skip


def _month_labels(months: Sequence[Month]) -> list[str]:
    """Write April 2013 as Apr over 2013; later months of the same year without the year."""
    labels, year_before = [], None
    for month in months:
        name, year = month_abbreviation(month), first_day(month).year
        labels.append(name if year == year_before else f"{name}\n{year}")
        year_before = year
    return labels


def _thousands(axis: Any) -> None:
    axis.set_major_formatter(
        lambda value, _place: f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
    )


# -- group
# --------------------------------------------------------------------------------------------------


def _draw_group(figure: Figure, chart: GroupChart) -> None:
    """Draw bars from zero, best first; the figures stand in a column beside them, clear of the
    lines.
    """
    axes = figure.add_subplot()
    places = list(range(len(chart.forces)))
    values = [0.0 if value is None else value for value in chart.values]
    axes.barh(
        places, values, height=0.74, color=[INK if own else OTHERS for own in chart.own], zorder=2
    )
    decimals = 1 if chart.unit == "per cent" else 2
    for place, own, value in zip(places, chart.own, chart.values, strict=True):
        axes.annotate(
            "not shown" if value is None else rounded(value, decimals), (1.0, place),
            xycoords=("axes fraction", "data"), xytext=(34, 0), textcoords="offset points",
            ha="right", va="center",
            weight="bold" if own else "normal", annotation_clip=False,
        )  # fmt: skip
    axes.set_yticks(places, list(chart.forces))
    for own, tick in zip(chart.own, axes.get_yticklabels(), strict=True):
        tick.set(color=INK if own else BLACK, weight="bold" if own else "normal")
    axes.set_ylim(len(places) - 0.4, -0.6)
    lines = [("Lower line", chart.lower, "right"), ("Upper line", chart.upper, "left")]
    limits = [(name, level, side) for name, level, side in lines if level is not None]
    axes.set_xlim(0, 1.06 * max([*values, *(level for _name, level, _side in limits), 0.01]))
    for name, level, side in limits:
        axes.axvline(level, color=GREY, linewidth=1.0, linestyle="--", zorder=3)
        axes.annotate(
            f"{name} {rounded(level, decimals)}", (level, 1.0), xycoords=("data", "axes fraction"),
            xytext=(2 if side == "right" else -2, 3), textcoords="offset points", ha=side,
            va="bottom", color=GREY,
            annotation_clip=False,
        )  # fmt: skip
    axes.set_xlabel(chart.unit[:1].upper() + chart.unit[1:])
    axes.grid(axis="x")
    axes.spines["bottom"].set_visible(False)
