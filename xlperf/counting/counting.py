"""Records counted in their engine -> a file of counts as `xlperf.imports` reads them."""

from __future__ import annotations

import csv
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlperf.counting.count_expression import (
    AREA,
    MONTH,
    NO_MONTH,
    UNCODED,
    counts,
    in_order,
    last_month_over,
    rows_of,
    table_of,
)
from xlperf.counting.count_sql import short_sql, written_for
from xlperf.counting.engines import opened
from xlperf.errors import WorkbookError
from xlperf.excel.port import normalised
from xlperf.frozen import NamedTuple
from xlperf.imports.force_names import known_force
from xlperf.imports.label_targets import OurNames
from xlperf.imports.sources import ImportSource, read_sources
from xlperf.message_texts import first_few
from xlperf.periods import month_name
from xlperf.tables import schema
from xlperf.tables.forces import force_key
from xlperf.tables.intake_tables import SourceItem
from xlperf.tables.workbook import read_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

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
SAVED = "saved"
"""Instead of an engine: a file has what one gave for the SQL of the query."""
NAMES = {SAVED: "another engine", "duckdb": "DuckDB", "postgres": "PostgreSQL", "pyspark": "Spark"}
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
    doubts: tuple[str, ...]
    """Codes that may not be those of the records: they stop an import."""
    file: bytes
    """The counts as CSV: a row a month, force and measure."""

    @property
    def said(self) -> str:
        """Say where the counts come from."""
        return f"Counted in {NAMES[self.engine]}: no record has left it."

    def sql_shown(self, *, whole: bool) -> str:
        """The SQL under a heading; empty: there is none. `whole`: as it was run."""
        if not self.sql:
            return ""
        text, shortened = (self.sql, False) if whole else short_sql(self.sql, self.engine)
        what = ", with long parts left out (whole: --whole-sql)" if shortened else ""
        return f"Its SQL{what}:\n\n{text}"


def count_records(
    address: str, query: CountQuery, *, as_at: date, since: Month | None = None
) -> Counted:
    """Count; raises as `xlperf.counting.engines.opened` and `counts`."""
    rows = _saved_rows(Path(address), query)
    engine, sql = SAVED, ""
    if rows is None:
        with opened(address, query) as source:
            expression = counts(table_of(*source), query, as_at=as_at, since=since)
            engine, sql = source.engine, written_for(expression, source.engine)
            rows = rows_of(expression)
    rows = in_order(rows)
    months = [row[MONTH] for row in rows]
    require_months(address, query, months)
    _require_one_name(address, rows)
    over = last_month_over(as_at)
    ended = [row for row in rows if row[MONTH] is None or row[MONTH] <= over]
    latest = max((row[MONTH] for row in ended if row[MONTH] is not None), default=0)
    late = latest - query.late_months
    notes = (*notes_on(ended, query), *notes_after(months, over, as_at))
    doubts = tuple(doubts_on(ended, query))
    return Counted(engine, sql, tuple(rows), notes, doubts, counts_file(ended, query, late))


def require_months(address: str, query: CountQuery, months: Sequence[Month | None]) -> None:
    """Refuse counts of what is no month; raises `WorkbookError`."""
    if NO_MONTH in months:
        raise WorkbookError(
            f"{address} cannot be counted: in column {_day_columns(query)} are texts that do not"
            " begin as 2014-09-30, times with their zone (of entry: with AM, PM or an hour as 9:00"
            " too) or days before the year 1000. Correct them, or count a view in which there are"
            " none."
        )


def _require_one_name(address: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a force that has two names in a month: an import would take one figure of the two;
    raises `WorkbookError`.
    """
    names: dict[tuple[Month | None, str], str] = {}
    for row in rows:
        name = row[AREA] or ""
        other = names.setdefault((row[MONTH], force_key(known_force(name) or name) or name), name)
        if other != name:
            raise WorkbookError(
                f"{address} cannot be counted: '{other}' and '{name}' are one force, whose records"
                " would be counted apart. Count a view in which each force has one name."
            )


def notes_after(months: Sequence[Month | None], over: Month, as_at: date) -> Iterator[str]:
    """Name months that are not over: a part of one is no count of it."""
    if later := sorted({month for month in months if month is not None and month > over}):
        names = first_few([*map(month_name, later)], MOST_NAMED)
        yield (
            f"Months that are not over on {as_at.isoformat()} are not counted: {names}. The day is"
            " that of --as-at, or today."
        )


def _day_columns(query: CountQuery) -> str:
    return " or ".join(f"'{column}'" for column in (query.date, query.entered) if column)


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
    return replace(
        plan,
        source=replace(plan.source, origin=origin.address, query=origin.name),
        notes=(*counted.notes, *plan.notes),
        doubts=(*counted.doubts, *plan.doubts),
    )


def _saved_rows(path: Path, query: CountQuery) -> list[dict[str, Any]] | None:
    """Read what another engine gave for the SQL of a query; None: the file is no such result.

    Raises `WorkbookError` where a cell is no whole number.
    """
    if path.suffix.lower() != ".csv" or not path.is_file():
        return None
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        titles = [MONTH, AREA, UNCODED, *query.count_columns]
        try:
            if list(reader.fieldnames or ()) != titles:
                return None
        except (UnicodeError, csv.Error):
            return None
        try:
            return [_saved_row(row, query) for row in reader]
        except (ValueError, TypeError, AttributeError, csv.Error) as error:
            raise WorkbookError(f"{path.name} is no result of the query: {error}.") from None


def _saved_row(row: Mapping[str, str], query: CountQuery) -> dict[str, Any]:
    texts = {title: "" if text.upper() == "NULL" else text for title, text in row.items()}
    area = texts.pop(AREA)
    numbers = {title: int(text) if text else None for title, text in texts.items()}
    return {**numbers, AREA: area or None if query.area else ""}


def counts_file(rows: Sequence[Mapping[str, Any]], query: CountQuery, late: Month) -> bytes:
    """Write counts; those of months after `late` are provisional."""
    memory = StringIO(newline="")
    writer = csv.writer(memory)
    writer.writerow(TITLES if query.area else [title for title in TITLES if title != "Force"])
    for row in _placed(rows, query):
        for column, measure in zip(query.count_columns, query.measures, strict=True):
            if any(span.holds(row[MONTH]) for span in measure.spans):
                count = row[column]
                text = f"{WITHHELD if count is None else count}{' [p]' * (row[MONTH] > late)}"
                force = [row[AREA]] if query.area else []
                writer.writerow([_month_text(row[MONTH]), *force, measure.name, text])
    return memory.getvalue().encode("utf-8-sig")


def _placed(rows: Sequence[Mapping[str, Any]], query: CountQuery) -> Iterator[Mapping[str, Any]]:
    """Rows with a month and, where there are areas, an area."""
    return (row for row in rows if row[MONTH] is not None and (row[AREA] or not query.area))


def _month_text(month: Month) -> str:
    return f"{month // 12}-{month % 12 + 1:02}"


def notes_on(rows: Sequence[Mapping[str, Any]], query: CountQuery) -> Iterator[str]:
    """Say what is not counted: records without date, area or code; months without any record."""
    placed = list(_placed(rows, query))
    lost = [row for row in rows if row[MONTH] is None or (query.area and not row[AREA])]
    if lost:
        known = sum(row[column] or 0 for row in lost for column in query.count_columns)
        lacking = "date, area or day of entry" if query.entered else "date or area"
        yield f"Records of these measures without {lacking} are not counted: {_some(known)}."
    uncoded = sum(row[UNCODED] or 0 for row in placed)
    if any(row[UNCODED] != 0 for row in placed):
        yield f"Records without a code are not counted: {_some(uncoded)}."
    for area in dict.fromkeys(row[AREA] for row in placed):
        months = {row[MONTH] for row in placed if row[AREA] == area}
        missing = [month for month in range(min(months), max(months)) if month not in months]
        if missing:
            whose = f" of {area}" if area else ""
            names = first_few([*map(month_name, missing)], MOST_NAMED)
            yield f"There are no records, or too few to say so, in {names}{whose}."
    for measure in query.measures:
        for span in measure.spans[1:]:
            if span.first is not None:
                yield (
                    f"{measure.name} has other codes from {month_name(span.first)} on. If that"
                    " changes what is counted, add a row to the sheet Breaks."
                )


def doubts_on(rows: Sequence[Mapping[str, Any]], query: CountQuery) -> Iterator[str]:
    """Doubt codes under which no count came back: they may be written otherwise there."""
    for column, measure in zip(query.count_columns, query.measures, strict=True):
        for span in measure.spans:
            of_span = [row[column] for row in _placed(rows, query) if span.holds(row[MONTH])]
            if of_span and not any(of_span):
                codes = ", ".join(map(repr, span.codes))
                yield (
                    f"{measure.name}: no count came back for {codes}. Are the codes written so in"
                    " the records, or is every count too small to leave?"
                )


def _some(known: int) -> str:
    return f"{known:,} or more" if known else "a few, if any"
