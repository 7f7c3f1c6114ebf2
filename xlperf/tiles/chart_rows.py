"""Rows of the sheet Chart data: what the charts of the sheet Charts draw, their titles, and what
each shows in words.

Blank where nothing is drawn. A chart whose measure is gone has a title that says so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, assert_never

from xlperf.assessment.charts import MonthsChart
from xlperf.assessment.evidence import Limits
from xlperf.assessment.judgement_charts import CountsChart, PlaceChart, SurveyChart, WayChart
from xlperf.excel.areas import quoted_sheet
from xlperf.excel.port import SetResults, column_letters
from xlperf.periods import month_of, month_short
from xlperf.stats.projection import TrendName
from xlperf.stats.rounding import as_written
from xlperf.tables import schema
from xlperf.tables.lines import CHARTS_SHEET, NEW_SHEET, POSITION, SPC
from xlperf.tables.measure_kinds import FORMS, KINDS, Comparison, FigureForm, LineKind
from xlperf.tiles.chart_sentences import chart_sentence
from xlperf.tiles.chart_titles import ChartedMeasure
from xlperf.tiles.figures import rounded
from xlperf.tiles.written import in_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xlperf.assessment.charts import Chart
    from xlperf.assessment.judgement_charts import JudgementChart, MonthSignal
    from xlperf.excel.port import Grid, Scalar
    from xlperf.tables.data import Tables
    from xlperf.tiles.written import Record

    Points = Sequence[Scalar]

CHART_ROWS = {
    LineKind.SPC: schema.MONTHS_ROWS,
    LineKind.OFFENCES: schema.WAY_ROWS,
    LineKind.SURVEY: schema.SURVEY_ROWS,
    LineKind.POSITION: schema.PLACE_ROWS,
}
"""Rows of a chart by the kind of line that it shows; the first one has its title."""
FIRST_ROWS = frozenset(names[0] for names in CHART_ROWS.values())
WAY_POINTS = 25
"""Points on the way to a target: one in three months, if the target date is not too far."""
WAY_STEP, MOST_AHEAD = 3, 16
"""Months from point to point, at least, and points after the latest month, at most."""
SURVEY_POINTS = 12
"""Results of a survey."""


class ChartMeasure(ChartedMeasure, Protocol):
    """What decides which charts a measure has, and their titles."""

    @property
    def label(self) -> str:
        """What it is, in words."""

    @property
    def compared(self) -> Comparison:
        """What it is compared with."""


def kinds_of_charts(measure: ChartMeasure) -> tuple[LineKind, ...]:
    """Kinds of charts of a measure, in the order of the sheet Charts."""
    kinds: list[LineKind] = []
    record = KINDS[measure.kind]
    if record.monthly:
        kinds.append(LineKind.SPC)
        if measure.compared is Comparison.BASELINE:
            kinds.append(LineKind.OFFENCES)
    if record.line is LineKind.SURVEY:
        kinds.append(LineKind.SURVEY)
    if measure.msg_measure:
        kinds.append(LineKind.POSITION)
    return tuple(kinds)


def line_charted(measure: str, kind: LineKind) -> str:
    """Line that a chart of a measure shows."""
    return measure + {LineKind.SPC: SPC, LineKind.POSITION: POSITION}.get(kind, "")


def chart_name(measure: ChartMeasure, kind: LineKind, titles: Mapping[str, str]) -> str:
    """Title of a chart. `titles`: of the plan, by priority."""
    title = titles.get(measure.priority) or measure.name
    match kind:
        case LineKind.SPC:
            text = f"{title}: number a month"
        case LineKind.OFFENCES:
            text = f"{title}: twelve-month total, and the way to the target"
        case LineKind.POSITION:
            text = f"{measure.msg_measure}: position in the group, {group_unit(measure)}"
        case _:
            text = f"{measure.label}: per cent, with range"
    return f"{measure.priority}  {text}"


def group_unit(measure: ChartMeasure) -> str:
    """Say what the axis of a position counts."""
    axis = FORMS[KINDS[measure.kind].form].axis
    return "points from its mean" if axis == FORMS[FigureForm.SHARE].axis else axis


def chart_rows(charts: Iterable[JudgementChart], tables: Tables, grid: Grid | None) -> list[Record]:
    """Rows in the order in which they stand in the workbook: charts point at rows."""
    titles = _titles(tables)
    rows = [row for chart in charts for row in _rows(chart, titles)]
    return [_titled(row) for row in in_place(grid, rows)]


def _titles(tables: Tables) -> dict[tuple[str, LineKind], str]:
    plan = {item.priority: tables.priority(item.priority) for item in tables.measures}
    by_code = {item.code: item.title for item in plan.values()}
    measures = [replace(item, priority=plan[item.priority].code) for item in tables.measures]
    return {
        (item.name, kind): chart_name(item, kind, by_code)
        for item in measures
        for kind in kinds_of_charts(item)
    }


def _rows(chart: JudgementChart, titles: Mapping[tuple[str, LineKind], str]) -> Iterable[Record]:
    names = CHART_ROWS[chart.kind]
    said: Record = {
        schema.CHART_TITLE: titles.get((chart.measure, chart.kind)),
        schema.CHART_SENTENCE: chart_sentence(chart),
    }
    for name, values in zip(names, _points(chart), strict=True):
        points = {f"Point {i}": value for i, value in enumerate(values, 1)}
        yield {"Measure": chart.measure, "Series": name, **points, **said}
        said = {}


def _titled(row: Record) -> Record:
    """Say of a chart that it has no figures now, where nothing is drawn of it."""
    if row.get("Series") not in FIRST_ROWS or row.get(schema.CHART_TITLE):
        return row
    return row | {schema.CHART_TITLE: f"{row['Measure']}: no figures now"}


def _points(chart: JudgementChart) -> Sequence[Points]:
    match chart:
        case CountsChart():
            return _of_counts(chart)
        case WayChart():
            return _of_way(chart)
        case SurveyChart():
            return _of_survey(chart)
        case PlaceChart():
            return _of_place(chart)
        case _:
            assert_never(chart)


def _where(flags: Iterable[object], values: Iterable[Scalar]) -> Points:
    """Values where a flag is set, else blank."""
    return [value if flag else None for flag, value in zip(flags, values, strict=True)]


# -- months


def _of_counts(chart: CountsChart) -> Sequence[Points]:
    last, missing = chart.months[-1], schema.CHART_POINTS - len(chart.months)
    months = range(last - schema.CHART_POINTS + 1, last + 1)
    limits = chart.limits or (None, None)
    inside = [place >= chart.limits_from for place in range(len(chart.months))]
    levels = [_where(inside, [level] * len(inside)) for level in (chart.centre, *limits)]
    changed = [month in chart.breaks for month in chart.months]
    drawn = [
        value
        for values in (chart.counts, chart.average, (chart.baseline, *limits))
        for value in values
        if value is not None
    ]
    top, bottom = (max(drawn), min(drawn)) if drawn else (None, None)
    height = None if top is None or bottom is None else as_written(top - bottom)
    series = [
        chart.counts,
        _where(chart.provisional, chart.counts),
        chart.average,
        *levels,
        [chart.baseline] * len(inside),
        *(_signals(chart, better=better) for better in (False, True, None)),
        _where(changed, [top] * len(changed)),
        _where(changed, [height] * len(changed)),
    ]
    blank = [None] * missing
    return [[month_short(month) for month in months], *([*blank, *points] for points in series)]


def _signals(chart: CountsChart, *, better: bool | None) -> Points:
    def marked(signal: MonthSignal | None) -> bool:
        return signal is not None and signal.better(chart.direction) is better

    return _where(map(marked, chart.signals), chart.counts)


def _of_way(chart: WayChart) -> Sequence[Points]:
    ahead = chart.months[-1] - chart.latest
    step = max(WAY_STEP, -(-ahead // MOST_AHEAD))
    later = [*range(chart.latest + step, chart.months[-1], step)]
    later += [chart.months[-1]] * (ahead > 0)
    first = chart.latest - (WAY_POINTS - 1 - len(later)) * step
    months = [*range(first, chart.latest + 1, step), *later]
    places = [month - chart.months[0] for month in months]

    def of(values: Sequence[float | None]) -> list[float | None]:
        return [values[place] if place >= 0 else None for place in places]

    lower, upper = of(chart.lower), of(chart.upper)
    trends = {trend.name: of(trend.totals) for trend in chart.trends}
    totals = of(chart.totals)
    levels = (chart.target, chart.baseline)
    top = max((value for value in (*totals, *levels) if value is not None), default=None)
    shown = [min((m for m in months if m >= item), default=None) for item in chart.breaks]
    return [
        [month_short(month) for month in months],
        totals,
        *(trends.get(name, ()) for name in TrendName),
        lower,
        [
            None if low is None or high is None else as_written(high - low)
            for low, high in zip(lower, upper, strict=True)
        ],
        *([level] * len(months) for level in levels),
        _where((month in shown for month in months), [top] * len(months)),
    ]


# -- surveys and groups


def _of_survey(chart: SurveyChart) -> Sequence[Points]:
    points = chart.points[-SURVEY_POINTS:]
    shares = [as_written(100 * point.share) for point in points]
    ranges = [
        None if point.limits is None else Limits(*(100 * limit for limit in point.limits))
        for point in points
    ]
    level = None if chart.baseline is None else as_written(100 * chart.baseline)
    names = [
        month_short(month_of(point.period_end)) + (f"\nn {point.n:,}" if point.n else "")
        for point in points
    ]
    return [
        names,
        shares,
        _where((point.provisional for point in points), shares),
        *_ends(ranges),
        [level] * (SURVEY_POINTS if points else 0),
    ]


def _ends(ranges: Sequence[Limits | None]) -> Sequence[Points]:
    """Lower ends, upper ends and lengths of ranges."""
    ends = [(None,) * 3 if item is None else (*item, item.upper - item.lower) for item in ranges]
    return [[as_written(end[place]) for end in ends] for place in range(3)]


def _of_place(chart: PlaceChart) -> Sequence[Points]:
    group = chart.group
    known = [value for value in group.values if value is not None]
    zero = 0.0
    if not chart.from_zero and known:
        zero = sum(known) / len(known) if chart.centre is None else chart.centre
    values = [None if value is None else as_written(value - zero) for value in group.values]
    levels = [
        None if level is None else as_written(level - zero)
        for level in (group.lower, chart.centre, group.upper)
    ]
    decimals = max(form.decimals for form in FORMS.values() if form.axis == group.unit)
    ranges = [
        None if limits is None else Limits(limits.lower - zero, limits.upper - zero)
        for limits in chart.ranges
    ]
    return [
        [
            force if value is None else f"{force}  {rounded(value, decimals)}"
            for force, value in zip(group.forces, group.values, strict=True)
        ],
        _where((not own for own in group.own), values),
        _where(group.own, values),
        *_ends(ranges),
        *([level] * len(values) for level in levels),
    ]


# -- what stands beside the charts, and what is left to Series


def charts_of_series(charts: Iterable[Chart], grids: Mapping[str, Grid]) -> list[Chart]:
    """Charts whose figures Series holds: all of an older workbook; those of months, and groups that
    stand there already, where a workbook has the sheet Chart data.
    """
    grid = grids.get(schema.SERIES.name)
    if schema.CHART_DATA.name not in grids or grid is None:
        return list(charts)
    there = {tuple(map(str, cells[:2])) for cells in grid.rows}
    return [
        chart
        for chart in charts
        if isinstance(chart, MonthsChart) or (chart.measure, schema.GROUP_SERIES[0]) in there
    ]


def sentence_formula(sheet: str, column: int, row: int) -> str:
    """Formula of a cell beside a chart that says what it shows; column and row from 1."""
    return f"T({quoted_sheet(sheet)}!${column_letters(column)}${row})"


def sentence_results(grid: Grid, rows: Sequence[Record], cells: Iterable[str]) -> list[SetResults]:
    """Give those cells their results in files. `rows`: of the table, as they will stand; `cells`:
    names of cells of the workbook.
    """
    at = grid.column(schema.CHART_SENTENCE)
    if at is None:
        return []
    results: dict[str, Scalar | tuple[str, ...]] = {}
    for place, row in enumerate(rows, grid.header_row + 1):
        if row.get("Series") in FIRST_ROWS:
            said = str(row.get(schema.CHART_SENTENCE) or "")
            results[sentence_formula(grid.sheet, grid.first_column + at, place)] = said
    quoted = quoted_sheet(grid.sheet)
    results |= {text.replace(quoted, grid.sheet): said for text, said in results.items()}
    sheets = (name for name in cells if name.startswith((CHARTS_SHEET, NEW_SHEET)))
    return [SetResults(name, results) for name in sheets]
