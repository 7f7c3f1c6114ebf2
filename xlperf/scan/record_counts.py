"""Records of an engine -> cells by series and month, counted where they lie.

The same few statements of SQL make the tables of a scan in DuckDB here and, for records in Spark,
there: then only names, months and faults come back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlperf.counting.count_expression import MONTH, NUMBER, last_month_over, series_counts, table_of
from xlperf.counting.count_sql import written_for
from xlperf.counting.counting import NAMES, notes_after, require_months
from xlperf.counting.engines import SPARK, SPARK_ENGINE, fetched_batches, file_marks, opened
from xlperf.errors import UsageError, XlperfError
from xlperf.frozen import NamedTuple
from xlperf.scan.gathering import GatheredTable, TableColumns, connected, keys_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from xlperf.counting.count_query import CountQuery
    from xlperf.counting.engines import CountedTable
    from xlperf.periods import Month

FETCHED, COUNTED, SERIES = "xlperf_fetched", "xlperf_counted", "xlperf_series"
"""Names of tables of a session: what was counted, of that the months that are over, the series."""
MONTH_TEXT = "strftime(make_date(month // 12, month % 12 + 1, 1), '%Y-%m')"


class RecordSource(NamedTuple):
    """Records that a scan counts, instead of a file of counts."""

    address: str
    query: CountQuery
    as_at: date
    since: Month | None = None

    @property
    def name(self) -> str:
        """What a scan calls its input."""
        return self.query.name

    @property
    def in_spark(self) -> bool:
        """Whether series are judged where they are counted."""
        return self.address.partition(":")[0].lower() == SPARK

    @property
    def columns(self) -> TableColumns:
        """What makes a series. A month without records counts 0 where the force has others in it,
        if small counts may leave; else it may be a small one, and is not known.
        """
        query = self.query
        if query.series is None or not query.series_names:
            within = f" within each '{query.area}'" if query.area else ""
            alone = f" (series = []: one for each '{query.area}')" if query.area else ""
            raise UsageError(
                f"The query {self.name} does not say what makes a series. Add the line [scan] to"
                f" {self.name}.toml and, below it, the columns that make one{within}: series ="
                f' ["COLUMN", "COLUMN"]{alone}; or name all columns with --series. All records that'
                " 'only' leaves are counted, whatever the measures of the query."
            )
        return TableColumns(query.series_names, absent_is_none=not self.query.withholds_series)

    @property
    def mark(self) -> str:
        """What tells other records or another question: the state of files, but not of tables."""
        return f"{file_marks(self.address)} {self!r}"


def records_sql(source: RecordSource) -> str:
    """Give the SQL that a scan would run; raises as `xlperf.counting.engines.opened`, and where
    the query does not say what makes a series.
    """
    _ = source.columns
    with opened(source.address, source.query) as table:
        return _sql(source, table)


def _sql(source: RecordSource, table: CountedTable) -> str:
    expression = series_counts(
        table_of(*table), source.query, as_at=source.as_at, since=source.since
    )
    return written_for(expression, table.engine)


def gather_records(source: RecordSource, database: Path, workers: int) -> GatheredTable:
    """Count records into a new database, as `xlperf.scan.gathering.gather` reads a table.

    For records in Spark the cells stay there: `SERIES` and `COUNTED` are tables of its session.

    Raises
    ------
    WorkbookError
        The engine cannot be reached, or fails.
    XlperfError
        There is nothing to count.
    """
    columns = source.columns
    keys = keys_of(columns)
    with (
        opened(source.address, source.query) as table,
        connected(database, threads=max(workers, 1)) as con,
    ):
        run, make = _fetched(source, table, con)
        months = [row[0] for row in run(f"SELECT DISTINCT {MONTH} FROM {FETCHED}")]
        require_months(source.address, source.query, months)
        over = last_month_over(source.as_at)
        known = sorted(month for month in months if month is not None and month <= over)
        if not known:
            raise XlperfError(_nothing(source))
        view = "TEMPORARY VIEW" if source.in_spark else "VIEW"
        run(
            f"CREATE OR REPLACE {view} {COUNTED} AS SELECT * FROM {FETCHED}"
            f" WHERE month IS NULL OR month <= {over}"
        )
        _make_tables(keys, make)
        _faults(con, keys)
        if not source.in_spark:
            con.execute(f"CREATE TABLE cells AS {cells_sql(keys, 'series')} ORDER BY series, month")
            con.execute(f"DROP VIEW {COUNTED}; DROP TABLE {FETCHED}")
        series = con.execute("SELECT count(*) FROM series").fetchone()[0]
        notes = (*_notes(source, table.engine), *notes_after(months, over, source.as_at))
        return GatheredTable(series, known[0], known[-1], notes)


def _fetched(
    source: RecordSource, table: CountedTable, con: Any
) -> tuple[Callable[[str], Sequence[Any]], Callable[[str, str], None]]:
    """Count; gives what runs a statement where the counts are, and what makes a table here of one.
    Whole numbers may be wider there than here.
    """
    columns = f"month, {', '.join(keys_of(source.columns))}, CAST({NUMBER} AS BIGINT) AS {NUMBER}"
    sql = _sql(source, table)
    if table.engine != SPARK_ENGINE:
        con.register("fetched", fetched_batches(table, sql, (MONTH, NUMBER)))
        con.execute(f"CREATE TABLE {FETCHED} AS SELECT {columns} FROM fetched")
        con.unregister("fetched")
        return (
            lambda sql: con.execute(sql).fetchall(),
            lambda name, sql: con.execute(f"CREATE TABLE {name} AS {sql}"),
        )
    session = table.connection

    def make(name: str, sql: str) -> None:
        frame = session.sql(sql)
        if name == "series":  # which the counts are joined to there
            frame.cache().createOrReplaceTempView(SERIES)
        con.register("made", frame.toArrow())
        con.execute(f"CREATE TABLE {name} AS FROM made")
        con.unregister("made")

    forget(session)  # or what a scan that failed has left would be counted, whatever files are now
    session.sql(sql).cache().createOrReplaceTempView(FETCHED)
    return lambda sql: session.sql(sql).collect(), make


def forget(session: Any) -> None:
    """Drop what a scan has left in a session of Spark, which may be another's too."""
    for name in (FETCHED, COUNTED, SERIES):
        if session.catalog.tableExists(name):
            session.catalog.uncacheTable(name)
            session.catalog.dropTempView(name)


def _make_tables(keys: list[str], make: Callable[[str, str], None]) -> None:
    """Make the tables of a scan."""
    listed, named = ", ".join(keys), " AND ".join(f"{key} IS NOT NULL" for key in keys)
    dated = f"FROM {COUNTED} WHERE {MONTH} IS NOT NULL"
    make(
        "series",
        f"SELECT CAST(row_number() OVER (ORDER BY {listed}) - 1 AS BIGINT) AS series, {listed}"
        f" FROM (SELECT DISTINCT {listed} {dated} AND {named}) AS names ORDER BY series",
    )
    make("present", f"SELECT DISTINCT k0, month {dated} AND k0 IS NOT NULL")
    make("unplaced", f"SELECT {listed}, month, {NUMBER} FROM {COUNTED}"
                     f" WHERE month IS NULL OR NOT ({named})")  # fmt: skip


def cells_sql(keys: Sequence[str], series: str = SERIES, *, also: str = "") -> str:
    """Write what selects the cells of the series of a table: series, month, count, and what `also`
    adds.
    """
    return (
        f"SELECT series, month, CAST({NUMBER} AS DOUBLE) AS count{also and f', {also}'}"
        f" FROM {series} JOIN {COUNTED} USING ({', '.join(keys)}) WHERE month IS NOT NULL"
    )


def _faults(con: Any, keys: list[str]) -> None:
    """List records that are in no series, or in no month."""
    named = " AND ".join(f"{key} IS NOT NULL" for key in keys)
    con.execute(
        f"CREATE TABLE faults AS SELECT CAST(NULL AS BIGINT) AS data_row, {', '.join(keys)},"
        f" {MONTH_TEXT} AS month, CAST({NUMBER} AS VARCHAR) AS count, CASE WHEN {named} THEN"
        " 'the records have no date' ELSE 'a part of the name of the series is blank' END AS fault"
        " FROM unplaced ORDER BY ALL"
    )
    con.execute("DROP TABLE unplaced")


def _notes(source: RecordSource, engine: str) -> list[str]:
    """Say where the counts come from, and what has not left."""
    query = source.query
    names = ", ".join(query.series_names)
    counted = f"Counted in {NAMES[engine]} as at {source.as_at.isoformat()}"
    notes = [f"{counted}, a series for each {names}."]
    if query.withholds_series:
        notes.append(
            f"Counts below {query.least} stay there: such a month is unknown here, and so is one"
            " without records."
        )
    return notes


def _nothing(source: RecordSource) -> str:
    query = source.query
    few = f", or each count is below {query.least}" if query.withholds_series else ""
    return (
        f"No count came back from {source.address}: there are no records of a month that is over on"
        f" {source.as_at.isoformat()}{few}. Nothing was written."
    )
