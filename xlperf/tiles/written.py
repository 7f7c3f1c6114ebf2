"""Rows of the sheets that xlperf writes: Workings, Checks, History, Log, Series.

A row belongs to a key (a line; a line and a period; a measure and a series). Users may add columns
of their own to these tables: what they typed stays with its key when rows move.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, TypeAlias

from xlperf.assessment.charts import MonthsChart
from xlperf.assessment.evidence import Assessment, Blocks, Position
from xlperf.assessment.evidence_parts import projection_of
from xlperf.assessment.rag import Rag
from xlperf.excel.port import Link, NoResult, Scalar, SetRows, normalised
from xlperf.periods import first_day, last_day
from xlperf.stats.distributions import two_sided_level
from xlperf.stats.projection import TrendName
from xlperf.stats.rounding import as_written
from xlperf.tables import schema
from xlperf.tables.coercion import MOST
from xlperf.tables.kept_projections import COLUMNS, aim_of
from xlperf.tables.measure_kinds import LINES, LineKind
from xlperf.tiles.caveat_sentences import caveats_text
from xlperf.tiles.chance_sentences import expected_range
from xlperf.tiles.compared_numbers import numbers_of
from xlperf.tiles.counting import effect_text, line_names, listed, rows_of_checks
from xlperf.tiles.distance import to_next_colour
from xlperf.tiles.explanations import explain
from xlperf.tiles.figures import place, place_range
from xlperf.tiles.layout import colour_counts
from xlperf.tiles.readings import reading
from xlperf.tiles.record_sentences import of_line
from xlperf.tiles.settling import BETWEEN, can_be_settled
from xlperf.tiles.wording import trends_text
from xlperf.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xlperf.assessment.charts import Chart, GroupChart
    from xlperf.assessment.evidence import TrendLine
    from xlperf.assessment.track_record import TrackRecord
    from xlperf.config import Settings
    from xlperf.excel.port import Grid
    from xlperf.tables.problems import Problem
    from xlperf.tiles.counting import AlikeFindings, LineName

Record: TypeAlias = dict[str, Scalar | Link]


def working(line: Assessment, settings: Settings, record: TrackRecord) -> Record:
    """Row of Workings: what a line's colour was made of, and how its earlier projections did."""
    evidence = line.evidence
    figures = line.figures
    numbers = numbers_of(line.evidence)
    projection = _trends(line)
    explanation = explain(line, settings)
    trends = {trend.name: as_written(trend.total) for trend in projection}
    others = ""
    if isinstance(evidence, Blocks):
        others = ", ".join(f"{basis} {rag}" for basis, rag in evidence.others)
    return {
        "Line": line.line,
        "Priority": line.measure.priority,
        "Label": line.label,
        "Colour": str(line.shown),
        "Reason code": str(line.reason),
        "Explanation": explanation.summary,
        "For analysts": explanation.analysts,
        "Rule": LINES[line.kind].rule,
        "Reading": reading(evidence, settings) + (f" Other readings: {others}." if others else ""),
        "Period": str(figures.period or ""),
        "Baseline": as_written(figures.baseline),
        "Latest": as_written(figures.latest),
        "Change %": as_written(figures.change_percent),
        "n baseline": figures.n_baseline,
        "n latest": figures.n_latest,
        "Lower line": as_written(numbers.lower),
        "Upper line": as_written(numbers.upper),
        "Statistic": as_written(numbers.statistic),
        "p": as_written(numbers.p),
        "Dispersion": as_written(numbers.phi),
        "Autocorrelation": as_written(numbers.rho),
        "Design effect": as_written(numbers.design_effect),
        "Trends": trends_text(line),
        "Trend OLS 24": trends.get(TrendName.OLS24),
        "Trend OLS 36": trends.get(TrendName.OLS36),
        "Trend year on year": trends.get(TrendName.YEAR_ON_YEAR),
        "Trend seasonal damped": trends.get(TrendName.DAMPED),
        "Trend ranges": expected_range(line, settings),
        "Position": place(evidence.place) if isinstance(evidence, Position) else "",
        "Position range": place_range(evidence.place) if isinstance(evidence, Position) else "",
        "To next colour": to_next_colour(line, settings),
        "Data as at": figures.as_at,
        "Proxy": line.measure.msg_measure
        if line.measure.proxy and line.kind is LineKind.POSITION
        else "",
        "Caveats": caveats_text(line),
        "Override": f"worked out {line.rag}; {line.override.who}: {line.override.reason}"
        if line.override
        else "",
        "Own record": of_line(line, record),
    }


def _trends(line: Assessment) -> Sequence[TrendLine]:
    projection = projection_of(line.evidence)
    return projection.trends if projection else ()


def check_rows(problems: Iterable[Problem], lines: Iterable[Assessment]) -> list[Record]:
    """Rows of the Checks sheet; `lines` are the names of what findings are about."""
    names = line_names(lines)
    return [_check_row(alike, names) for alike in rows_of_checks(problems)]


def _check_row(alike: AlikeFindings, names: Mapping[str, LineName]) -> Record:
    first, problems = alike.first, alike.problems
    measures = dict.fromkeys(problem.measure for problem in problems if problem.measure)
    effect = effect_text(problems, names)
    if (item := first.settled) is not None:
        number = f" ({len(problems)} findings of this kind)" if len(problems) > 1 else ""
        effect = f"Settled ({item.role}): {item.reason}{number}"
    return {
        "Effect": effect,
        "About": listed(measures, names),
        "Found": first.found,
        "To do": first.remedy,
        "Where": Link(first.sheet, first.cell) if first.cell else first.sheet,
        "Severity": str(first.severity),
        "Code": str(first.code),
        "Measure": ", ".join(measures),
        "Settle with": BETWEEN.join(
            problem.identity for problem in problems if can_be_settled(problem)
        ),
    }


def history_row(line: Assessment, settings: Settings) -> Record:
    """Row of the History sheet."""
    return {
        "Period end": settings.period_end,
        "Line": line.line,
        "Baseline": as_written(line.figures.baseline),
        "Latest": as_written(line.figures.latest),
        "Colour": str(line.shown),
        "Reason code": str(line.reason),
        "Position": place(line.evidence.place) if isinstance(line.evidence, Position) else "",
        "Trends": trends_text(line),
        "Worked out": str(line.rag),
        **_kept(line, settings),
    }


def _kept(line: Assessment, settings: Settings) -> Record:
    """What is stated of the months to come, to be scored when their date has come."""
    projection = projection_of(line.evidence)
    if projection is None or projection.outlook is None:
        return {}
    stated = projection.outlook
    if not max(stated.limits.upper, stated.year_ahead.limits.upper) < MOST:
        return {}  # a range that no cell can hold says nothing
    year, since = stated.year_ahead, stated.counted_since
    values: tuple[Scalar, ...] = (
        last_day(settings.target),
        as_written(projection.threshold),
        aim_of(line.measure, settings),
        as_written(stated.chance),
        *map(as_written, (stated.centre, *stated.limits, year.centre, *year.limits)),
        as_written(1 - two_sided_level(settings.z)),
        as_written(line.figures.latest),
        None if since is None else first_day(since),
    )
    return {column.title: value for column, value in zip(COLUMNS, values, strict=True)}


def history(lines: Sequence[Assessment], settings: Settings, grid: Grid | None) -> list[Record]:
    """Earlier periods as they stand, then this one; ordered by period, so that refreshing again
    changes nothing.

    Where a later period is there already, what was stated of the months to come stays as well: who
    refreshes an earlier period again must not improve it by hindsight.
    """
    end = settings.period_end
    listed = [record for record in records(grid, schema.HISTORY) if record.get("Line")]
    kept = [record for record in listed if day_of(record.get("Period end")) != end]
    fresh = [history_row(line, settings) for line in lines]
    if any(_later(row, end) for row in kept):
        replaced = [row for row in listed if day_of(row.get("Period end")) == end]
        stated = {normalised(str(row["Line"])): row for row in replaced}
        fresh = [_as_stated(row, stated.get(normalised(str(row["Line"])), {})) for row in fresh]
    earlier = [row for row in kept if not _later(row, end)]
    later = [row for row in kept if _later(row, end)]
    return [*earlier, *fresh, *later]


def _as_stated(row: Record, stated: Record) -> Record:
    """Take what a row says of the months to come from another; blank where that says nothing."""
    return row | {column.title: stated.get(column.title) for column in COLUMNS}


def _later(row: Record, end: date) -> bool:
    day = day_of(row.get("Period end"))
    return day is not None and day > end


def log_row(
    lines: Sequence[Assessment],
    settings: Settings,
    *,
    when: datetime,
    who: str,
    fingerprint: str,
    checks: int,
    seconds: float,
) -> Record:
    """Row of the Log sheet."""
    counts = colour_counts(lines)
    return {
        "When": when.isoformat(timespec="seconds"),
        "Who": who,
        "Version": VERSION,
        "Period end": settings.period_end,
        "Data": fingerprint,
        "Red": counts[Rag.RED],
        "Amber": counts[Rag.AMBER],
        "Green": counts[Rag.GREEN],
        "NA": counts[Rag.NA],
        "Overrides": sum(line.override is not None for line in lines),
        "Checks": checks,
        "Seconds": round(seconds, 2),
    }


def series_rows(charts: Iterable[Chart]) -> list[Record]:
    """Rows of the Series sheet: months and limits of each count measure, forces and limits of each
    compared measure.
    """
    rows = []
    for chart in charts:
        if isinstance(chart, MonthsChart):
            series = zip(schema.CHART_SERIES, _of_months(chart), strict=True)
        else:
            series = zip(schema.GROUP_SERIES, _of_group(chart), strict=True)
        rows += [_points(chart.measure, title, values) for title, values in series]
    return rows


def _of_months(chart: MonthsChart) -> list[Sequence[Scalar]]:
    limits = (chart.centre, chart.lower, chart.upper)
    labels = chart.month_labels
    known = [count for count in chart.counts if count is not None]
    zero = chart.centre if chart.centre is not None else sum(known) / max(1, len(known))
    months = [_from(zero, count) for count in chart.counts]
    return [
        labels,
        chart.counts,
        *(_level(limit, labels) for limit in limits),
        months,
        [*[None] * (len(months) - 1), *months[-1:]],
        *(_level(_from(zero, limit), labels) for limit in limits[1:]),
    ]


def _from(zero: float, value: float | None) -> float | None:
    return None if value is None else value - zero


def _of_group(chart: GroupChart) -> list[Sequence[Scalar]]:
    pairs = list(zip(chart.values, chart.own, strict=True))
    return [
        chart.forces,
        [None if own else value for value, own in pairs],
        [value if own else None for value, own in pairs],
        *(_level(limit, chart.forces) for limit in (chart.lower, chart.upper)),
    ]


def _level(value: float | None, points: Sequence[str]) -> Sequence[Scalar]:
    """One value throughout: a level of a chart; blank where there is none."""
    return [] if value is None else [value] * len(points)


def _points(measure: str, series: str, values: Sequence[Scalar]) -> Record:
    padded = [*values[: schema.SERIES_LENGTH], *[None] * (schema.SERIES_LENGTH - len(values))]
    points = {f"Point {i}": value for i, value in enumerate(padded, 1)}
    return {"Measure": measure, "Series": series, **points}


def records(grid: Grid | None, table: schema.Table) -> list[Record]:
    """Rows of a table as they stand, by the schema's titles; no other columns, no blank rows."""
    if grid is None:
        return []
    ours = {normalised(title): title for title in table.titles}
    titles = [ours.get(normalised(title)) for title in grid.header]
    places = [(title, i) for i, title in enumerate(titles) if title is not None]
    return [
        {title: _plain(cells[i]) for title, i in places}
        for cells in grid.rows
        if any(_plain(cells[i]) is not None for _, i in places)
    ]


def _plain(cell: Scalar) -> Scalar:
    """Cell of a table of ours, to be written again; a formula without a result is not ours."""
    return None if isinstance(cell, NoResult) else cell


def day_of(value: Scalar | Link) -> date | None:
    """Date of a cell, if it is one."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def set_rows(
    table: schema.Table, grid: Grid | None, rows: Sequence[Record], key: Sequence[str]
) -> SetRows | None:
    """Make the edit that gives a table these rows; None when the workbook has no such table.

    Cells of columns that are not ours move with their row, found again by the columns of `key`; of
    rows with the same key the first takes what the first had. Where no row moves, those columns are
    not touched at all.
    """
    if grid is None:
        return None
    titles = [normalised(title) for title in grid.header]
    own_titles = table.titles
    ours = {normalised(title) for title in own_titles}
    extra = [i for i, title in enumerate(titles) if title not in ours]
    known = [title for title in key if normalised(title) in titles]
    key_places = [titles.index(normalised(title)) for title in known]
    stand = [tuple(_plain(cells[i]) for i in extra) for cells in grid.rows]
    kept: dict[tuple[str, ...], list[tuple[Scalar, ...]]] = {}
    for cells, own in zip(grid.rows, stand, strict=True):
        kept.setdefault(tuple(_key(cells[i]) for i in key_places), []).append(own)
    blank: tuple[Scalar, ...] = (None,) * len(extra)
    wanted = []
    for row in rows:
        of_key = kept.get(tuple(_key(row.get(title)) for title in known))
        wanted.append(of_key.pop(0) if of_key else blank)
    length = max(len(stand), len(wanted))
    padded = ([*cells, *[blank] * (length - len(cells))] for cells in (stand, wanted))
    moved = next(padded) != next(padded)
    return SetRows(
        table.name,
        (*own_titles, *(grid.header[i] for i in extra if moved)),
        tuple(
            (*map(row.get, own_titles), *(own if moved else ()))
            for row, own in zip(rows, wanted, strict=True)
        ),
    )


def _key(value: Scalar | Link) -> str:
    """Write a cell in one form: a date with or without its midnight, 3 or 3.0, are the same."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def in_place(grid: Grid | None, rows: list[Record]) -> list[Record]:
    """Order the rows of Series as they stand in the workbook: charts point at rows.

    New ones follow, lost ones are blank.
    """
    if grid is None:
        return rows
    at_measure, at_series = grid.column("Measure"), grid.column("Series")
    if at_measure is None or at_series is None:
        return rows
    fresh = {(row["Measure"], row["Series"]): row for row in rows}
    ordered: list[Record] = []
    for cells in grid.rows:
        measure, series = cells[at_measure], cells[at_series]
        if measure is None and series is None:
            continue
        ordered.append(fresh.pop((measure, series), {}) or {"Measure": measure, "Series": series})
    return [*ordered, *fresh.values()]
