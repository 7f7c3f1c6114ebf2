"""Records counted in their engine -> a file of counts as `xlperf.imports` reads them."""

from __future__ import annotations

import csv
from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING, Any, NamedTuple

from xlperf.counting.count_expression import (
    AREA,
    MONTH,
    UNCODED,
    counts,
    rows_of,
    table_of,
    written_for,
)
from xlperf.counting.engines import opened
from xlperf.excel.port import normalised
from xlperf.imports.label_targets import OurNames
from xlperf.imports.sources import ImportSource, read_sources
from xlperf.periods import month_name, month_of
from xlperf.tables import schema
from xlperf.tables.intake_tables import SourceItem
from xlperf.tables.workbook import read_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from xlperf.counting.count_query import CountQuery
    from xlperf.excel.port import Workbook
    from xlperf.imports.import_plan import ImportPlan
    from xlperf.imports.importing import ImportRequest
    from xlperf.periods import Month

TITLES = ("Month", "Force", "Measure", "Count")
WITHHELD = "[c]"
"""Instead of a count that has not left the engine: the mark of the Government Statistical Service
for confidential figures, which an import leaves out and says.
"""
MOST_NAMED = 6
NAMES = {"duckdb": "DuckDB", "postgres": "PostgreSQL", "pyspark": "Spark"}
COLUMNS = {
    SourceItem.PERIOD: "Month",
    SourceItem.FORCE: "Force",
    SourceItem.MEASURE: "Measure",
    SourceItem.FIGURE: "Count",
}


class Origin(NamedTuple):
    """Where records are counted, and by what."""

    address: str
    name: str
    """Of the query, as a person has named it."""
    query: CountQuery


class Counted(NamedTuple):
    """What came back."""

    engine: str
    sql: str
    rows: tuple[Mapping[str, Any], ...]
    """As `xlperf.counting.count_expression.counts` gives them."""
    notes: tuple[str, ...]
    file: bytes
    """The counts as CSV: a row a month, force and measure."""

    def said(self, *, with_sql: bool) -> str:
        """Say where the counts come from."""
        sentence = f"Counted in {NAMES[self.engine]}; no record has left it."
        return f"{sentence} Its SQL:\n\n{self.sql}" if with_sql else sentence


def count_records(
    address: str, query: CountQuery, *, as_at: date, since: Month | None = None
) -> Counted:
    """Count; raises as `xlperf.counting.engines.opened` and `counts`."""
    with opened(address, query) as source:
        table = table_of(*source)
        expression = counts(table, query, as_at=as_at, since=since)
        sql = written_for(expression, source.engine)
        rows = tuple(rows_of(expression))
    latest = max((row[MONTH] for row in rows if row[MONTH] is not None), default=0)
    late = (min(latest, month_of(as_at)) if latest else 0) - query.late_months
    return Counted(source.engine, sql, rows, tuple(_notes(rows, query)), _csv(rows, query, late))


def remembered_source(book: Workbook, name: str) -> ImportSource:
    """Give a source as the sheet Sources has it; one that says nothing where it has none."""
    data = read_workbook(book)
    grid = book.read([schema.SOURCES.name]).get(schema.SOURCES.name)
    known = read_sources(grid, OurNames.of(data.tables.measures))
    return known.get(normalised(name), ImportSource(name))


def counted_request(
    request: ImportRequest, origin: Origin, folder: Path
) -> tuple[ImportRequest, Counted]:
    """Count, and give the import of what came back, as a file in a folder.

    Labels are the measures of the query. Raises as `count_records`.
    """
    as_at = request.as_at or request.today
    assert as_at is not None  # noqa: S101 - a command knows its day
    since = request.instructions.since
    query = origin.query
    counted = count_records(origin.address, query, as_at=as_at, since=since)
    file = folder / f"{query.name}.csv"
    file.write_bytes(counted.file)
    columns = {item: title for item, title in COLUMNS.items() if title != "Force" or query.area}
    return request._replace(
        files=(file,),
        source=request.source or query.name,
        instructions=replace(request.instructions, columns=columns),
        pairs=tuple((measure.name, measure.name) for measure in query.measures),
    ), counted


def counted_plan(plan: ImportPlan, counted: Counted, origin: Origin) -> ImportPlan:
    """Have a planned import remember where it was counted, and say what was not."""
    source = replace(plan.source, origin=origin.address, query=origin.name)
    return replace(plan, source=source, notes=(*counted.notes, *plan.notes))


def _csv(rows: Sequence[Mapping[str, Any]], query: CountQuery, late: Month) -> bytes:
    """Write counts; those of months after `late` are provisional."""
    memory = StringIO(newline="")
    writer = csv.writer(memory)
    writer.writerow(TITLES if query.area else [title for title in TITLES if title != "Force"])
    for row in _placed(rows, query):
        for number, measure in enumerate(query.measures):
            if any(span.holds(row[MONTH]) for span in measure.spans):
                count = row[f"m{number}"]
                text = WITHHELD if count is None else f"{count}{'p' if row[MONTH] > late else ''}"
                force = [row[AREA]] if query.area else []
                writer.writerow([_month_text(row[MONTH]), *force, measure.name, text])
    return memory.getvalue().encode("utf-8-sig")


def _placed(rows: Sequence[Mapping[str, Any]], query: CountQuery) -> Iterator[Mapping[str, Any]]:
    """Rows with a month and, where there are areas, an area."""
    return (row for row in rows if row[MONTH] is not None and (row[AREA] or not query.area))


def _month_text(month: Month) -> str:
    return f"{month // 12}-{month % 12 + 1:02}"


def _notes(rows: Sequence[Mapping[str, Any]], query: CountQuery) -> Iterator[str]:
    """Say what is not counted: records without date, area or code; months without any record."""
    placed = list(_placed(rows, query))
    lost = [row for row in rows if row[MONTH] is None or (query.area and not row[AREA])]
    if lost:
        known = sum(row[f"m{n}"] or 0 for row in lost for n in range(len(query.measures)))
        yield f"Records of these measures without date or area are not counted: {_some(known)}."
    uncoded = sum(row[UNCODED] or 0 for row in placed)
    if any(row[UNCODED] != 0 for row in placed):
        yield f"Records without a code are not counted: {_some(uncoded)}."
    for area in dict.fromkeys(row[AREA] for row in placed):
        months = {row[MONTH] for row in placed if row[AREA] == area}
        missing = [month for month in range(min(months), max(months)) if month not in months]
        if missing:
            names = ", ".join(map(month_name, missing[:MOST_NAMED]))
            more = f" and {len(missing) - MOST_NAMED} more" if len(missing) > MOST_NAMED else ""
            whose = f" of {area}" if area else ""
            yield f"There are no records, or too few to say so, in {names}{more}{whose}."
    for measure in query.measures:
        for span in measure.spans[1:]:
            if span.first is not None:
                yield (
                    f"{measure.name} has other codes from {month_name(span.first)} on. If that"
                    " changes what is counted, add a row to the sheet Breaks."
                )


def _some(known: int) -> str:
    return f"{known:,} or more" if known else "a few, if any"
