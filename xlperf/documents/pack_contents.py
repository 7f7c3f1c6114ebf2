"""What the panel pack holds, as plain values: every document of the pack is made from this and from
nothing else.

Rules. It is made from assessments from which small numbers are gone already
(`xlperf.disclosure.suppression`), with the words of the tiles, so that no document can say other
than the dashboard. A text of the workbook stays a text. The one hand-written part is the comments;
they stand under the role of who wrote them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlperf.assessment.charts import GroupChart, MonthsChart
from xlperf.assessment.rag import Rag
from xlperf.documents.chart_marks import NOT_SHOWN, group_marks, shown_count
from xlperf.documents.pack_sheets import changes_since, sheets
from xlperf.documents.pack_summary import printed_actions, standing_texts, summary
from xlperf.documents.pack_values import (
    NOTES,
    PackContents,
    PrintedChart,
    PrintedComment,
    Section,
    TileRow,
)
from xlperf.excel.port import Link, Scalar
from xlperf.newbook.measures import MeasureRow
from xlperf.newbook.priorities import bands
from xlperf.periods import day_name, month_name
from xlperf.stats.rounding import as_written, to_decimals
from xlperf.tables.comments import ALL_PRIORITIES
from xlperf.tables.lines import TITLE_CELLS, cell_name
from xlperf.tables.measure_kinds import FORMS
from xlperf.tiles import layout
from xlperf.tiles.caveat_sentences import analyst_caveats
from xlperf.tiles.explanations import explain
from xlperf.tiles.figures import figure, rounded
from xlperf.tiles.headings import comparisons_of
from xlperf.tiles.wording import STATUS, status
from xlperf.tiles.written import series_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from xlperf.assessment.charts import Chart
    from xlperf.assessment.evidence import Assessment
    from xlperf.config import Settings
    from xlperf.tables.measure_kinds import FigureForm
    from xlperf.tiles.assessed import Assessed

CHECKS_CELL = "dash_checks"
"""Cell at the head of the dashboard that counts the checks raised."""


def contents(
    assessed: Assessed, *, prepared: date, withheld: frozenset[str] = frozenset()
) -> PackContents:
    """Gather what the pack holds.

    Parameters
    ----------
    assessed
        Its tables and lines are those that may be shown.
    prepared
        Day printed on the cover.
    withheld
        Measures of which something is not shown: nothing is said of their revisions.
    """
    settings, lines, tables = assessed.settings, assessed.lines, assessed.tables
    cells, colours = layout.face(
        lines, tables, settings, assessed.problems, rest_in=f"the sheet {NOTES}"
    )
    cells[CHECKS_CELL] = (
        f"Prepared {day_name(prepared)}"  # doubts about the data are the office's business
    )
    cells |= _cells_as_printed(cells, lines)
    charts = tuple(chart.as_printed() for chart in assessed.charts)
    rows = tuple(
        {title: str(value) if isinstance(value, Link) else value for title, value in row.items()}
        for row in series_rows(charts)
    )
    head = {name: str(cells[name]) for name in TITLE_CELLS}
    changes = changes_since(assessed)
    grid = bands(list(dict.fromkeys(measure.priority for measure in tables.measures)))
    notes, missing = tuple(layout.notes(lines, tables)), tuple(layout.missing(lines, tables))
    pack = PackContents(
        settings.dashboard_title,
        head["dash_period"],
        settings.period_end,
        head["dash_basis"],
        head["dash_counts"],
        settings.office,
        settings.own_force,
        settings.marking,
        settings.data_note,
        prepared,
        cells,
        colours,
        {rag: layout.fill_of(rag, settings) for rag in Rag},
        tuple((STATUS[rag], rag) for rag in Rag),
        grid,
        tuple(map(MeasureRow.of, tables.measures)),
        tuple(_section(name, assessed, charts, prepared) for band in grid for name in band),
        notes,
        missing,
        (),
        rows,
        len(tables.group),
        summary(assessed, changes, prepared),
        standing_texts(tables),
        printed_actions(tables, ALL_PRIORITIES, prepared),
    )
    return replace(pack, sheets=sheets(pack, assessed, changes, withheld))


def _cells_as_printed(
    cells: Mapping[str, Scalar], lines: Sequence[Assessment]
) -> dict[str, Scalar]:
    """Figures of tiles with the decimals that are printed: more would tell the counts behind."""
    printed: dict[str, Scalar] = {}
    for line in lines:
        form = FORMS[line.evidence.form]
        for field in ("baseline", "latest"):
            name = cell_name(line.line, field)
            value = cells.get(name)
            if isinstance(value, float) and not value.is_integer():
                decimals = form.decimals or 1
                printed[name] = as_written(to_decimals(value * form.scale, decimals) / form.scale)
    return printed


# -- sections of the report


def _section(priority: str, assessed: Assessed, drawn: Sequence[Chart], prepared: date) -> Section:
    lines = [line for line in assessed.lines if line.measure.priority == priority]
    comments = [
        item for item in assessed.tables.comments if item.priority == priority and item.text
    ]
    own = {line.measure.name for line in lines}
    charts = {(chart.measure, chart.kind): chart for chart in drawn}
    plan = assessed.tables.priority(priority)
    monthly = [item for item in drawn if isinstance(item, MonthsChart)]
    title = plan.title if sum(item.measure in own for item in monthly) == 1 else ""
    printed: list[PrintedChart] = []
    for line in lines:
        match charts.get((line.measure.name, line.kind)):
            case MonthsChart() as chart:
                printed += _months_chart(line, chart, title)
            case GroupChart() as chart:
                printed += _group_chart(line, chart, assessed.settings)
    return Section(
        priority,
        plan.heading,
        tuple(_row(line, assessed.settings) for line in lines),
        tuple(PrintedComment(item.role, item.printed) for item in comments),
        tuple(printed),
        tuple(
            f"{name}{text}"
            for name, text in (("", plan.text), ("Owner: ", plan.owner), ("Board: ", plan.board))
            if text
        ),
        tuple(comparisons_of(lines)),
        printed_actions(assessed.tables, priority, prepared),
        tuple(layout.remarks(lines)),
    )


def _row(line: Assessment, settings: Settings) -> TileRow:
    fields, said = layout.fields(line), explain(line, settings)
    return TileRow(
        line.line,
        line.label,
        line.kind,
        _printed(fields.get("baseline"), line.evidence.form),
        _printed(fields.get("latest"), line.evidence.form),
        str(fields.get("change") or ""),
        str(fields.get("outlook") or ""),
        status(line),
        line.shown,
        line.rag,
        _decided(line),
        said.summary,
        said.analysts,
        analyst_caveats(line),
    )


def _decided(line: Assessment) -> str:
    if line.override is None or not line.overruled:
        return ""
    decision = f"worked out {line.rag}, shown {line.shown}, decided by {line.override.who}"
    return f"{line.label} ({decision}: {line.override.reason.strip()})"


def _printed(value: Scalar, form: FigureForm) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return figure(value, form)
    return "" if value is None else str(value)


def _months_chart(line: Assessment, chart: MonthsChart, title: str) -> list[PrintedChart]:
    counts = [count for count in chart.counts if count is not None]
    if len(counts) < len(chart.counts) / 2:
        return []  # single points among months that are withheld are no line
    heading = f"{line.measure.priority}  {title or line.measure.label}: number a month"
    return [PrintedChart(heading, f"{_figures_said(chart)}{_levels_said(chart)}", chart)]


def _figures_said(chart: MonthsChart) -> str:
    """Every month in words: the year stands where it begins."""
    figures, year_before = [], ""
    for month, count in zip(chart.months, chart.counts, strict=True):
        name, _space, year = month_name(month).rpartition(" ")
        said = NOT_SHOWN if count is None else shown_count(count)
        figures.append(f"{said} in {name}" + (f" {year}" if year != year_before else ""))
        year_before = year
    first, last = month_name(chart.months[0]), month_name(chart.months[-1])
    return f"Line chart of the number a month, from {first} to {last}: {', '.join(figures)}."


def _levels_said(chart: MonthsChart) -> str:
    if chart.centre is None:
        return ""
    ends = "".join(
        f", the {name} limit {rounded(level, 1)}"
        for name, level in (("lower", chart.lower), ("upper", chart.upper))
        if level is not None
    )
    return f" The mean of the first twelve months is {rounded(chart.centre, 1)}{ends}."


def _group_chart(line: Assessment, chart: GroupChart, settings: Settings) -> list[PrintedChart]:
    forces = chart.forces
    if not forces:
        return []
    title = (
        f"{line.measure.priority}  {line.measure.msg_measure}: position in the group, {chart.unit}"
    )
    drawn = group_marks(chart)
    figures = "; ".join(f"{bar.force} {bar.text}" for bar in drawn.bars)
    position = layout.fields(line).get("latest") or "no position"
    alt = f"Bar chart of {len(forces)} forces, {chart.unit}, best first: {figures}."
    if drawn.limits:
        alt += f" {'; '.join(limit.text for limit in drawn.limits)}."
    alt += f" {settings.own_force} {position}."
    return [PrintedChart(title, alt, chart)]
