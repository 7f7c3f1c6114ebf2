"""The last arrow: the edits that show an assessment in its workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.tables import schema
from xlperf.tiles import formulas, layout, written
from xlperf.tiles.chart_rows import chart_rows, charts_of_series, sentence_results
from xlperf.tiles.chart_titles import with_chart_titles
from xlperf.tiles.record_sentences import record_edits
from xlperf.tiles.stored_inputs import inputs_edit

if TYPE_CHECKING:
    from datetime import datetime

    from xlperf.excel.port import Edit, SetRows
    from xlperf.tiles.assessed import Assessed


def edits(assessed: Assessed) -> list[Edit]:
    """Make every edit of a refresh but the Log."""
    lines, tables, settings = assessed.lines, assessed.tables, assessed.settings
    grids = assessed.grids
    history, series = grids.get(schema.HISTORY.name), grids.get(schema.SERIES.name)
    small = written.series_rows(charts_of_series(assessed.charts, grids))
    shown = with_chart_titles(written.in_place(series, small), tables)
    rows: list[tuple[schema.Table, list[written.Record], tuple[str, ...]]] = [
        (
            schema.WORKINGS,
            [written.working(line, settings, assessed.record) for line in lines],
            ("Line",),
        ),
        (schema.CHECKS, written.check_rows(assessed.problems, lines), ("Where", "Code", "Found")),
        (schema.HISTORY, written.history(lines, settings, history), ("Period end", "Line")),
        (schema.SERIES, shown, ("Measure", "Series")),
    ]
    drawn = grids.get(schema.CHART_DATA.name)
    if drawn is not None:
        charted = chart_rows(assessed.judgement_charts, tables, drawn)
        rows.append((schema.CHART_DATA, charted, ("Measure", "Series")))
    made: list[Edit] = list(
        layout.lay_out(lines, tables, settings, assessed.problems, assessed.cells)
    )
    made += assessed.titled
    made += record_edits(assessed.record, assessed.cells)
    if assessed.drafted is not None:
        made.append(assessed.drafted)
    for table, records, key in rows:
        edit = written.set_rows(table, grids.get(table.name), records, key)
        if edit is not None:
            made.append(edit)
    if (kept := inputs_edit(assessed)) is not None:
        made.append(kept)
    workings, history_rows = (
        records for table, records, _ in rows if table in (schema.WORKINGS, schema.HISTORY)
    )
    if drawn is not None:
        made += sentence_results(drawn, charted, assessed.cells)
    return [*made, *formulas.result_edits(assessed.cells, workings, history_rows)]


def log_edits(assessed: Assessed, *, now: datetime, who: str, seconds: float) -> list[SetRows]:
    """Put a row for this refresh below the earlier ones of the Log; nothing without a Log."""
    grid = assessed.grids.get(schema.LOG.name)
    kept = written.records(grid, schema.LOG)
    row = written.log_row(
        assessed.lines,
        assessed.settings,
        when=now,
        who=who,
        fingerprint=assessed.fingerprint,
        checks=len(assessed.problems),
        seconds=seconds,
    )
    edit = written.set_rows(schema.LOG, grid, [*kept, row], ("When",))
    return [edit] if edit else []
