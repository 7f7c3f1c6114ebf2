"""Charts that carry the judgement of a line, as drawings (SVG) with a title and a description."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from xlperf.assessment.judgement_charts import CountsChart, PlaceChart, SurveyChart, WayChart
from xlperf.documents.chart_marks import axis_marks, axis_range
from xlperf.periods import month_of
from xlperf.tables.measure_kinds import FORMS, FigureForm
from xlperf.tiles.chart_sentences import chart_sentence
from xlperf.tiles.figures import figure, place, place_range, rounded
from xlperf.tiles.wording import capital
from xlperf.views.elements import element
from xlperf.views.plots import (
    FOOT,
    HIGH,
    LEFT,
    LETTER,
    TOP,
    WIDTH,
    Plot,
    PlotLevel,
    bar,
    key,
    line,
    mark,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from xlperf.assessment.judgement_charts import JudgementChart, MonthSignal
    from xlperf.periods import Month
    from xlperf.tables.data import Direction

TITLES: dict[type, str] = {
    CountsChart: "Number a month, with the average of six and the limits",
    WayChart: "The way to the target: totals of twelve months",
    SurveyChart: "Results, each with its range",
    PlaceChart: "Place in the group",
}
STEP, NAMES_SHARE, LONGEST_NAME = 18.0, 0.36, 24
"""Height of a force, largest share of the width of its name, and letters of that."""
FIGURES = 48.0
"""Room for the figures of forces."""


def title_of(chart: JudgementChart) -> str:
    """Say what a chart is of."""
    return TITLES[type(chart)]


def has_figures(chart: JudgementChart) -> bool:
    """Whether there is anything to draw."""
    match chart:
        case CountsChart():
            return any(count is not None for count in chart.counts)
        case WayChart():
            return any(total is not None for total in chart.totals)
        case SurveyChart():
            return bool(chart.points)
        case PlaceChart():
            return any(value is not None for value in chart.group.values)


def drawing(chart: JudgementChart, name: str) -> Element:
    """Draw a chart; `name` is its identity, which no other element of its page has."""
    match chart:
        case CountsChart():
            parts, height = _counts(chart)
        case WayChart():
            parts, height = _way(chart)
        case SurveyChart():
            parts, height = _survey(chart)
        case PlaceChart():
            parts, height = _group(chart)
        case _:
            assert_never(chart)
    return element(
        "svg",
        element("title", title_of(chart), id=f"{name}-title"),
        element("desc", chart_sentence(chart), id=f"{name}-text"),
        *parts,
        viewBox=f"0 0 {WIDTH:g} {height:g}",
        role="img",
        aria_labelledby=f"{name}-title {name}-text",
    )


def _count(value: float) -> str:
    return figure(value, FigureForm.COUNT)


def _breaks(plot: Plot, months: tuple[Month, ...], breaks: tuple[Month, ...]) -> list[Element]:
    return [plot.upright(months.index(month) - 0.5, "break") for month in breaks]


def _break_key(breaks: tuple[Month, ...]) -> list[tuple[str, str]]:
    return [("break", "recording changed")] if breaks else []


# -- months


def _counts(chart: CountsChart) -> tuple[list[Element], float]:
    levels = list(_counts_levels(chart))
    plot = Plot.of(len(chart.months), [*chart.counts, *chart.average], levels)
    parts = [
        *plot.frame("Number a month"),
        *plot.months(chart.months),
        *_breaks(plot, chart.months, chart.breaks),
        *plot.course(chart.counts, "course thin"),
        *plot.course(chart.average, "course"),
        *plot.levels(levels),
    ]
    looks = set()
    for at, (count, is_provisional, signal) in enumerate(
        zip(chart.counts, chart.provisional, chart.signals, strict=True)
    ):
        if count is not None:
            look = _look(signal, chart.direction) + (" hollow" if is_provisional else "")
            looks.add(look)
            parts.append(mark(plot.x(at), plot.y(count), look))
    named, used = key(_counts_key(chart, looks), TOP + HIGH + FOOT)
    return [*parts, *named], used


def _counts_levels(chart: CountsChart) -> Iterator[PlotLevel]:
    if chart.limits is not None and chart.centre is not None:
        lower, upper = chart.limits
        yield PlotLevel(f"Upper {rounded(upper, 1)}", upper, "limit")
        yield PlotLevel(f"Mean {rounded(chart.centre, 1)}", chart.centre, "level")
        yield PlotLevel(f"Lower {rounded(lower, 1)}", lower, "limit")
    if chart.baseline is not None:
        yield PlotLevel(f"Baseline {rounded(chart.baseline, 1)}", chart.baseline, "baseline")


def _look(signal: MonthSignal | None, direction: Direction) -> str:
    if signal is None:
        return "dot"
    better = signal.better(direction)
    return "either" if better is None else "better" if better else "worse"


def _counts_key(chart: CountsChart, looks: set[str]) -> Iterator[tuple[str, str]]:
    shapes = {look.split()[0] for look in looks}
    yield "course", "average of six months"
    if chart.limits is not None:
        season = ", without season" if chart.deseasonalised else ""
        yield "limit", f"limits{season}"
    yield from _break_key(chart.breaks)
    signals = {"worse": "signal, worse", "better": "signal, better", "either": "signal"}
    for shape, words in signals.items():
        if shape in shapes:
            yield shape, words
    if any("hollow" in look for look in looks):
        yield "dot hollow", "provisional"


# -- the way to the target


def _way(chart: WayChart) -> tuple[list[Element], float]:
    levels = list(_target_levels(chart))
    ahead = (total for trend in chart.trends for total in trend.totals)
    drawn = [*chart.totals, *chart.lower, *chart.upper, *ahead]
    plot = Plot.of(len(chart.months), drawn, levels)
    parts = [
        *plot.frame("Total of twelve months"),
        *plot.band(chart.lower, chart.upper, "fan"),
        *plot.months(chart.months),
        *_breaks(plot, chart.months, chart.breaks),
        *plot.levels(levels),
    ]
    for trend in chart.trends:
        look = "trend reaches" if trend.achieves else "trend"
        parts += plot.course(trend.totals, look)
    parts += plot.course(chart.totals, "course")
    at = chart.months.index(chart.latest)
    total = chart.totals[at]
    if total is not None:
        x, y = plot.x(at), plot.y(total)
        parts += [mark(x, y, "dot"), text(x, y - 7, _count(total), "last", "middle")]
    named, used = key(_way_key(chart), TOP + HIGH + FOOT)
    return [*parts, *named], used


def _target_levels(chart: WayChart) -> Iterator[PlotLevel]:
    if chart.target is not None:
        yield PlotLevel(f"Target {_count(chart.target)}", chart.target, "limit")
    if chart.baseline is not None and chart.baseline != chart.target:
        yield PlotLevel(f"Baseline {_count(chart.baseline)}", chart.baseline, "baseline")


def _way_key(chart: WayChart) -> Iterator[tuple[str, str]]:
    yield "course", "totals so far"
    if chart.target is not None and chart.target == chart.baseline:
        yield "limit", "target, the baseline year"
    if chart.achieving:
        yield "trend reaches", "trend that reaches the target"
    if chart.achieving < len(chart.trends):
        yield "trend", "other trend" if chart.achieving else "trend"
    if any(value is not None for value in chart.upper):
        yield "fan", "range to be expected"
    yield from _break_key(chart.breaks)


# -- surveys


def _survey(chart: SurveyChart) -> tuple[list[Element], float]:
    scale = FORMS[FigureForm.SHARE].scale
    ends = [limit for point in chart.points if point.limits for limit in point.limits]
    shares = [point.share for point in chart.points]
    before = chart.baseline
    levels = [] if before is None else [
        PlotLevel(f"Baseline {figure(before, FigureForm.SHARE)}", before * scale, "baseline")
    ]  # fmt: skip
    plot = Plot.of(len(chart.points), [value * scale for value in (*ends, *shares)], levels)
    parts = [*plot.frame("Per cent"), *plot.levels(levels)]
    parts += plot.months([month_of(point.period_end) for point in chart.points])
    for at, point in enumerate(chart.points):
        x, y = plot.x(at), plot.y(point.share * scale)
        if point.limits is not None:
            low, high = (plot.y(limit * scale) for limit in point.limits)
            parts += [line(x, low, x, high, "range"), *_ends(x, (low, high))]
        parts.append(mark(x, y, "dot hollow" if point.provisional else "dot"))
    latest = chart.points[-1]
    top = plot.y((latest.limits.upper if latest.limits else latest.share) * scale)
    said = figure(latest.share, FigureForm.SHARE)
    parts.append(text(plot.x(len(chart.points) - 1), top - 5, said, "last", "middle"))
    numbers = [("range", "range of a result")] if ends else []
    if any(point.provisional for point in chart.points):
        numbers.append(("dot hollow", "provisional"))
    named, used = key(numbers, TOP + HIGH + FOOT)
    return [*parts, *named], used


def _ends(x: float, heights: tuple[float, float]) -> Iterator[Element]:
    for y in heights:
        yield line(x - 3, y, x + 3, y, "range")


# -- group


def _group(chart: PlaceChart) -> tuple[list[Element], float]:
    group = chart.group
    names = [_cut(force) for force in group.forces]
    longest = max((len(name) for name in names), default=0)
    left = min(longest * LETTER + 10, WIDTH * NAMES_SHARE)
    low, high = _reach(chart)
    wide, foot = WIDTH - left - FIGURES, TOP + 12 + STEP * len(names)
    decimals = max(form.decimals for form in FORMS.values() if form.axis == group.unit)

    def x_of(value: float) -> float:
        return left + (value - low) / (high - low) * wide

    parts = [text(LEFT / 8, 11, _head(chart))]
    for item in axis_marks(low, high):
        x = left + item.at * wide
        parts += [line(x, TOP + 6, x, foot, "rule"), text(x, foot + 12, item.text, "", "middle")]
    for at, (name, value, own) in enumerate(zip(names, group.values, group.own, strict=True)):
        y = TOP + 12 + at * STEP
        look = "own" if own else "other"
        said = "not shown" if value is None else rounded(value, decimals)
        parts.append(text(left - 5, y + 12, name, look, "end"))
        parts.append(text(WIDTH - 2, y + 12, said, look, "end"))
        if value is not None and chart.from_zero:
            parts.append(bar(left, y + 2.5, x_of(value) - left, STEP - 5, look))
        elif value is not None:
            limits = chart.ranges[at]
            if limits is not None:
                ends = x_of(limits.lower), x_of(limits.upper)
                parts.append(line(ends[0], y + 8, ends[1], y + 8, "range"))
            parts.append(mark(x_of(value), y + 8, f"dot {look}"))
    levels = _group_levels(chart)
    parts += [line(x_of(value), TOP + 6, x_of(value), foot, look) for _, value, look in levels]
    keyed = [(look, f"{name} {rounded(value, decimals)}") for name, value, look in levels]
    if not chart.from_zero and any(chart.ranges):
        keyed.append(("range", "range of a figure"))
    named, used = key(keyed, foot + 18)
    return [*parts, *named], used


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _reach(chart: PlaceChart) -> tuple[float, float]:
    """Ends of the axis: from zero, or around what is drawn."""
    group = chart.group
    levels = [value for _, value, _ in _group_levels(chart)]
    values = [value for value in group.values if value is not None]
    ends = [] if chart.from_zero else [end for item in chart.ranges if item for end in item]
    if chart.from_zero:
        return 0.0, 1.06 * max([*values, *levels, 0.01])
    return axis_range([*values, *levels, *ends])


def _group_levels(chart: PlaceChart) -> list[PlotLevel]:
    named = (
        ("lower limit", chart.group.lower, "limit"),
        ("mean", chart.centre, "level"),
        ("upper limit", chart.group.upper, "limit"),
    )
    return [PlotLevel(name, value, look) for name, value, look in named if value is not None]


def _head(chart: PlaceChart) -> str:
    unit = capital(chart.group.unit)
    if chart.place is None:
        return unit
    likely = place_range(chart.place)
    return f"{unit}; {place(chart.place)}" + (f", likely {likely}" if likely else "")
