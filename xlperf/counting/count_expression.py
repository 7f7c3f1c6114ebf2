r"""The one expression that counts records by month, area and measure, and its SQL.

Only this module knows ibis, which is loaded when something is counted. What makes the expression
mean the same on every engine: conditions become numbers by `ifelse`, sums are 64-bit integers,
texts are cut by place and searched for single characters by LIKE alone, `trim` takes blanks away
and is not asked for other characters (ibis asks for ``\v`` and ``\f``, which some engines read as
the letters), the order of rows is stated where one of several is taken, and the codes stand in the
expression, so that no table is made.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from functools import cache, reduce
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from xlperf.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from xlperf.counting.count_query import CodeSpan, CountedMeasure, CountQuery
    from xlperf.periods import Month

MONTH, AREA, UNCODED = "month", "area", "uncoded"
NUMBER = "number"
FIRST_ROW = "xlperf_row_of_record"
NO_MONTH = -1
"""Instead of the number of a month: there is a text, and it is no month."""
NOT_UNDERSTOOD = "?"
"""Instead of the part of a day that is its month."""
MONTH_LENGTH, DAY_LENGTH = 7, 10
"""Letters of 2014-09 and of 2014-09-30."""
FIRST_YEAR = 1000
OTHER_BLANKS = ("\t", "\r", "\n", "\u00a0")
"""Blanks that `trim` leaves around a text on some engines: tab, ends of line, no-break space."""
ZONE_MARKS = ("Z", "z", "+", "-", "/")
"""In a text after its day: the time has a zone (Z, +01:00, Europe/London)."""
ZONE_LETTERS = ("T", "t")
"""In a text after the sign that begins its time: most names of zones have it (UTC, GMT, BST)."""
HALF_DAY = ("M", "m")
"""In a time: AM or PM, whose order is not that of their texts."""
NOT_INSTALLED = "What counts records is not installed: python -m pip install 'xlperf[{}]'."
NEEDED = ("ibis", "duckdb", "sqlglot")


def require_installed() -> None:
    """Refuse to count without the extra; raises `UsageError`."""
    if not all(map(find_spec, NEEDED)):
        raise UsageError(NOT_INSTALLED.format("warehouse"))


def table_of(engine: str, connection: Any, name: str) -> Any:
    """Give a table of a connection of an engine's own driver; ``schema.table`` too. Raises
    `UsageError` where there is none of this name.
    """
    import ibis
    from ibis.common.exceptions import TableNotFound

    schema, _, bare = name.rpartition(".")
    backend = getattr(ibis, engine)
    reader = backend.connect if engine == "pyspark" else backend.from_connection
    with _zone_kept(engine, connection):
        source = reader(connection)
    if engine == "duckdb":
        connection.execute("SET enable_progress_bar = false")  # it would stand in the output
    try:
        table = source.table(bare, database=schema or None)
    except TableNotFound:  # no IbisError
        raise UsageError(f"There is no table '{name}' there. Correct it in the query.") from None
    return _zones_marked(table, connection.table(name)) if engine == "pyspark" else table


@contextmanager
def _zone_kept(engine: str, connection: Any) -> Iterator[None]:
    """Keep the zone of a session, which ibis sets to UTC: the days of a view may depend on it."""
    if engine == "pyspark":
        setting = "spark.sql.session.timeZone"
        zone = connection.conf.get(setting)
        yield
        connection.conf.set(setting, zone)
        return
    (zone,) = connection.execute("SELECT current_setting('TimeZone')").fetchone()
    yield
    connection.execute("SET TimeZone = '{}'".format(zone.replace("'", "''")))


def _zones_marked(table: Any, frame: Any) -> Any:
    """Mark times of Spark that have a zone: ibis takes them for times that have none."""
    import ibis
    from pyspark.sql.types import TimestampType

    zoned = {column.name for column in frame.schema if isinstance(column.dataType, TimestampType)}
    kinds = {name: ibis.dtype("timestamp('UTC')") if name in zoned else kind
             for name, kind in table.schema().items()}  # fmt: skip
    return table.op().copy(schema=ibis.schema(kinds)).to_expr()


def expression_fault() -> type[Exception]:
    """Give the type of what ibis raises."""
    from ibis.common.exceptions import IbisError

    fault: type[Exception] = IbisError
    return fault


def rows_of(expression: Any) -> list[dict[str, Any]]:
    """Run an expression, and give its rows."""
    rows: list[dict[str, Any]] = expression.to_pyarrow().to_pylist()
    return rows


def in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give rows in one order, whatever the collation of the engine."""
    return sorted(rows, key=lambda row: (row[MONTH] is None, row[MONTH] or 0, row[AREA] or ""))


def counts(
    table: Any,
    query: CountQuery,
    *,
    as_at: date | None = None,
    since: Month | None = None,
    until: Month | None = None,
) -> Any:
    """Give the expression of a table of ibis.

    Columns: `MONTH` (12 times the year, plus the month from 0; null: the record has no date),
    `AREA` (null: none), `UNCODED` (records without a code), and `CountQuery.count_columns`. A count
    below the threshold of the query is null, unless its measure lets it leave.

    Parameters
    ----------
    as_at
        Rows entered after this day are not counted; it needs `CountQuery.entered`.
    since, until
        First and last month that are counted.

    Raises
    ------
    UsageError
        The table lacks a column, or one of days holds something else.
    """
    import ibis

    groups = _since(_groups(_rows(table, query, as_at), query), since)
    if until is not None:
        groups = groups.filter((groups[MONTH] <= until) | groups[MONTH].isnull())
    measures = dict(zip(query.count_columns, query.measures, strict=True))
    sums = {column: _sum(groups, _is_of(groups, measure)) for column, measure in measures.items()}
    totals = groups.group_by(MONTH, AREA).aggregate(
        records=groups.number.sum().cast("int64"),
        **{UNCODED: _sum(groups, groups.code.isnull())},
        **sums,
    )
    if not any(measure.small_counts for measure in query.measures):
        totals = totals.filter((totals.records >= query.least) | (totals[MONTH] < 0))
    shown = {
        column: totals[column] if measure.small_counts else _shown(totals[column], query.least)
        for column, measure in measures.items()
    }
    uncoded = ibis.ifelse(
        totals[UNCODED] == 0, totals[UNCODED], _shown(totals[UNCODED], query.least)
    )
    return totals.select(MONTH, AREA, **{UNCODED: uncoded}, **shown).order_by(MONTH, AREA)


def series_counts(
    table: Any, query: CountQuery, *, as_at: date | None = None, since: Month | None = None
) -> Any:
    """Give the expression that counts records by month and by the columns of a series.

    Columns: `MONTH` as in `counts`, ``k0``, ``k1`` and so on (`CountQuery.series_names`, null where
    there is no text), `NUMBER`. A count below the threshold of the query has no row, unless the
    query lets it leave. Parameters and errors are those of `counts`.
    """
    rows = _rows(table, query, as_at)
    names = {
        f"k{place}": rows[name].cast("string") for place, name in enumerate(query.series_names)
    }
    parts = rows.select(day=_month_entered(rows, query), **names)
    keys = {MONTH: _month(parts.day), **{key: _text(parts[key]) for key in names}}
    # in one step: groups are nearly as many as records, and not understood any faster
    totals = parts.group_by(**keys).aggregate(**{NUMBER: parts.count().cast("int64")})
    totals = _since(totals, since)
    if query.withholds_series:
        totals = totals.filter((totals[NUMBER] >= query.least) | (totals[MONTH] < 0))
    return totals


def _rows(table: Any, query: CountQuery, as_at: date | None) -> Any:
    """Give the rows that count."""
    _require_columns(table, query)
    _require_days(table, query)
    rows = table
    if query.entered and as_at is not None:
        rows = rows.filter(_not_after(rows[query.entered], as_at))
    if query.record:
        rows = _last_rows(rows, query)
    if query.only:  # of the last rows: a record may be cancelled later
        kept = [_text(rows[column].cast("string")) == value.strip()
                for column, value in query.only.items()]  # fmt: skip
        wanted = reduce(lambda left, right: left & right, kept)
        if query.record and rows[query.entered].type().is_string():
            wanted = wanted | _is_unclear(_trimmed(rows[query.entered]))  # is it the last?
        rows = rows.filter(wanted)
    return rows


def _since(groups: Any, since: Month | None) -> Any:
    if since is None:
        return groups
    month = groups[MONTH]
    return groups.filter((month >= since) | month.isnull() | (month < 0))


def _require_columns(table: Any, query: CountQuery) -> None:
    lacking = [column for column in query.columns if column not in table.columns]
    if lacking:
        raise UsageError(
            f"The table has no column {', '.join(map(repr, lacking))}. It has"
            f" {', '.join(table.columns)}. Correct the query {query.name}."
        )


def _require_days(table: Any, query: CountQuery) -> None:
    """Refuse a column of days that is none. A time with its zone has no day before a zone is
    chosen: in another one it may be of another month.
    """
    for column in filter(None, (query.date, query.entered)):
        kind = table[column].type()
        zone = getattr(kind, "timezone", None)
        if zone or not (kind.is_string() or kind.is_date() or kind.is_timestamp()):
            raise UsageError(
                f"Column '{column}' holds {kind}, from which no day can be taken. Count a view in"
                " which it is a date."
            )


@cache
def _trim() -> Any:
    """Give the engine's own function that takes the blanks around a text away."""
    import ibis

    def trim(text: str) -> str: ...  # type: ignore[empty-body]

    return ibis.udf.scalar.builtin(trim)


def _trimmed(column: Any) -> Any:
    """Give a text without blanks around it; null where nothing is left."""
    return _trim()(column).nullif("")


def _holds(column: Any, character: str) -> Any:
    """Whether a text holds a character. As LIKE, which every engine has: CONTAINS of SQL Server
    searches the words of an index that the table would need.
    """
    return column.like(f"%{character}%")


def _holds_any(column: Any, characters: Sequence[str]) -> Any:
    found = [_holds(column, character) for character in characters]
    return reduce(lambda left, right: left | right, found)


def _text(column: Any) -> Any:
    """Give a text without any blanks around it (`OTHER_BLANKS`); null where nothing is left."""
    import ibis

    spaced = reduce(lambda text, blank: text.replace(blank, " "), OTHER_BLANKS, column)
    return _trimmed(ibis.ifelse(_holds_any(column, OTHER_BLANKS), spaced, column))


def _is_no_day(text: Any) -> Any:
    """Whether a text, without blanks around it, does not begin as 2014-09-30."""
    return ~((text.substr(4, 1) == "-") & (text.substr(7, 1) == "-"))


def _is_zoned(text: Any) -> Any:
    """Whether a text, without blanks around it, has a time with its zone after its day."""
    zone = _holds_any(text.substr(DAY_LENGTH), ZONE_MARKS)
    return zone | _holds_any(text.substr(DAY_LENGTH + 1), ZONE_LETTERS)


def _is_unclear(text: Any) -> Any:
    """Whether a text is no day of entry whose order among others is that of their texts: no day, a
    time with its zone, AM or PM, an hour as 9:00.
    """
    hour = text.substr(DAY_LENGTH + 2, 1) == ":"
    return _is_no_day(text) | _is_zoned(text) | hour | _holds_any(text.substr(DAY_LENGTH), HALF_DAY)


def _not_after(column: Any, day: date) -> Any:
    """Whether a day is not after another, or not known; a text begins with its day."""
    import ibis

    if column.type().is_string():
        text = _trimmed(column)
        return text.isnull() | _is_unclear(text) | (text.left(DAY_LENGTH) <= day.isoformat())
    after = day + timedelta(days=1)  # a column said to be of days may hold times
    return column.isnull() | (column < ibis.date(after.year, after.month, after.day))


def _groups(rows: Any, query: CountQuery) -> Any:
    """Count rows by what they have in three columns, then understand it: a few thousand groups are
    quickly read, millions of rows are not.
    """
    import ibis

    area = rows[query.area].cast("string") if query.area else ibis.literal("")
    keys = {
        "day": _month_entered(rows, query),
        AREA: area,
        "code": rows[query.code].cast("string"),
    }
    groups = rows.group_by(**keys).aggregate(number=rows.count().cast("int64"))
    return groups.select(
        **{MONTH: _month(groups.day), AREA: _text(groups[AREA]) if query.area else groups[AREA]},
        code=_text(groups.code),
        number=groups.number,
    )


def _month_entered(rows: Any, query: CountQuery) -> Any:
    """Give the part of the month; null where nobody knows when the row was entered."""
    import ibis

    part = _month_part(rows[query.date])
    if not query.entered:
        return part
    entered = rows[query.entered]
    if entered.type().is_string():
        text = _trimmed(entered)
        wrong: Any = NOT_UNDERSTOOD if part.type().is_string() else NO_MONTH
        part = ibis.ifelse(_is_unclear(text), ibis.literal(wrong, part.type()), part)
        entered = text
    return ibis.ifelse(entered.isnull(), ibis.null(part.type()), part)


def _month_part(column: Any) -> Any:
    """Give what of a day is of its month: the number of the month, of a text its beginning. A text
    with a time and its zone is not understood. Months and days alone, of millions of rows most, are
    told by their length: that takes a fifth of the time.
    """
    import ibis

    if column.type().is_string():
        text = _trim()(column)
        part = ibis.ifelse(_is_zoned(text), NOT_UNDERSTOOD, text.left(MONTH_LENGTH))
        day = (column.length() <= DAY_LENGTH) & (column.substr(4, 1) == "-")  # no blank before it
        part = ibis.ifelse(day, column.left(MONTH_LENGTH), part)
        return ibis.ifelse(column.length() <= MONTH_LENGTH, column, part)
    year = column.year().cast("int64")
    number = (year * 12 + column.month().cast("int64") - 1).cast("int64")
    return ibis.ifelse(year < FIRST_YEAR, ibis.literal(NO_MONTH, "int64"), number)


def _month(part: Any) -> Any:
    """Number of a month; null without a date, `NO_MONTH` where a text does not begin as 2014-09."""
    import ibis

    if not part.type().is_string():
        return part
    text = _trimmed(part)
    year, month = text.left(4).cast("int64"), text.substr(5, 2).cast("int64")
    understood = (text.substr(4, 1) == "-") & month.between(1, 12) & (year >= FIRST_YEAR)
    number = ibis.ifelse(understood, year * 12 + month - 1, ibis.literal(NO_MONTH, "int64"))
    number = ibis.ifelse(text == NOT_UNDERSTOOD, ibis.literal(NO_MONTH, "int64"), number)
    return ibis.ifelse(text.isnull(), ibis.null("int64"), number)


def _last_rows(rows: Any, query: CountQuery) -> Any:
    """Take of each record the row that was entered last; of several entered at once that whose code
    and date come last, then whose other columns do: all that the count asks for, or it could be
    another one tomorrow. A text that is no day comes first of all, so that it is not overlooked.
    """
    import ibis

    entered: Any = rows[query.entered]
    order = [entered]
    if entered.type().is_string():
        text = _trimmed(entered)
        order = [ibis.ifelse(_is_unclear(text), 1, 0), text.replace("T", " ")]
    others = dict.fromkeys((query.code, query.date, *query.columns))
    order += [rows[name] for name in others if name not in ("", query.entered, query.record)]
    window = ibis.window(group_by=_record(rows, query), order_by=[ibis.desc(key) for key in order])
    numbered = rows.mutate(**{FIRST_ROW: ibis.row_number().over(window)})
    return numbered.filter((numbered[FIRST_ROW] == 0) | _record(numbered, query).isnull())


def _record(rows: Any, query: CountQuery) -> Any:
    number = rows[query.record]
    return _text(number) if number.type().is_string() else number


def _is_of(rows: Any, measure: CountedMeasure) -> Any:
    spans = [_in_span(rows, span) for span in measure.spans]
    condition = spans[0]
    for other in spans[1:]:
        condition = condition | other
    return condition


def _in_span(rows: Any, span: CodeSpan) -> Any:
    condition = rows.code.isin(span.codes)
    if span.first is not None:
        condition = condition & (rows[MONTH] >= span.first)
    if span.last is not None:
        condition = condition & (rows[MONTH] <= span.last)
    return condition


def _sum(groups: Any, condition: Any) -> Any:
    """Add up the groups of which something holds."""
    import ibis

    none = ibis.literal(0, "int64")
    return ibis.ifelse(condition, groups.number, none).sum().cast("int64")


def _shown(count: Any, least: int) -> Any:
    import ibis

    return ibis.ifelse(count >= least, count, ibis.null("int64"))


def last_month_over(day: date) -> Month:
    """Last month of which a day is not before the last day."""
    tomorrow = day + timedelta(days=1)
    return tomorrow.year * 12 + tomorrow.month - 2


def table_to_be(query: CountQuery) -> Any:
    """Give the table of a query without looking at it: dates are days, or texts where the query
    says so; all else is text.
    """
    import ibis

    *places, name = (query.table or query.name).split(".")
    kind = "string" if query.dates_are_texts else "date"
    days = {query.date, query.entered}
    schema = {column: kind if column in days else "string" for column in query.columns}
    schema_name, catalog = (*places[::-1], None, None)[:2]
    return ibis.table(schema, name=name, database=schema_name, catalog=catalog)
