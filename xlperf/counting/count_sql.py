"""The expression of counts as SQL of an engine."""

from __future__ import annotations

import re
from functools import reduce
from typing import TYPE_CHECKING, Any

from xlperf.counting.count_expression import (
    OTHER_BLANKS,
    counts,
    last_month_over,
    require_installed,
    table_to_be,
)
from xlperf.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from sqlglot import exp

    from xlperf.counting.count_query import CountQuery
    from xlperf.periods import Month

COMPILERS = {
    "bigquery": "BigQueryCompiler",
    "databricks": "DatabricksCompiler",
    "duckdb": "DuckDBCompiler",
    "mssql": "MSSQLCompiler",
    "postgres": "PostgresCompiler",
    "pyspark": "PySparkCompiler",
    "snowflake": "SnowflakeCompiler",
}
"""Compilers of ibis by the name of the engine: they need no driver of it."""
LISTED, LONGEST_CASE, SHOWN_WIDTH = 3, 160, 160
"""Values of a list that people see, if it has twice as many; the longest CASE that they see, and
the width up to which SQL stands in one row for them, both in characters.
"""
SPELT_AS = {"mssql": "tsql", "pyspark": "spark"}
"""What sqlglot calls an engine, where it has another name."""


def sql_of(query: CountQuery, engine: str, *, as_at: date | None, since: Month | None) -> str:
    """Write the SQL of an engine without looking at its table; raises `UsageError` for another.

    Dates are days, or texts where the query says so; all else is text.
    """
    require_installed()
    table = table_to_be(query)
    until = None if as_at is None else last_month_over(as_at)  # nobody will know the day later
    return written_for(counts(table, query, as_at=as_at, since=since, until=until), engine)


def _characters_by_number(node: Any) -> Any:
    """Write blanks in a text of SQL Server by their numbers: it has no letters for them, and an end
    of line as it is becomes another one in a file of Windows. Letters beyond ASCII are marked:
    without N they become those of the code page of the database, which may lack them
    (https://learn.microsoft.com/sql/t-sql/data-types/constants-transact-sql).
    """
    from sqlglot import exp

    if not (isinstance(node, exp.Literal) and node.is_string):
        return node

    def written(part: str) -> exp.Expression:
        if part in OTHER_BLANKS:
            return exp.Var(this=f"{'' if part.isascii() else 'N'}CHAR({ord(part)})")
        return exp.Literal.string(part) if part.isascii() else exp.National(this=part)

    pieces = [written(part) for part in re.split(f"([{''.join(OTHER_BLANKS)}])", node.this) if part]
    return reduce(lambda left, right: exp.Add(this=left, expression=right), pieces or [node])


def written_for(expression: Any, engine: str) -> str:
    """Write an expression as SQL of an engine, checked by reading it again."""
    import importlib

    import sqlglot

    if engine not in COMPILERS:
        raise UsageError(f"'{engine}' is no engine. Give one of {', '.join(COMPILERS)}.")
    compilers = importlib.import_module("ibis.backends.sql.compilers")
    compiler = getattr(compilers, COMPILERS[engine])()
    dialect = SPELT_AS.get(engine, engine)
    tree = compiler.to_sqlglot(expression)
    if dialect == "tsql":
        for window in tree.find_all(sqlglot.exp.Window):  # no tuple is looked into
            window.set("partition_by", list(window.args["partition_by"]))
        tree = tree.transform(_characters_by_number)
    text: str = tree.sql(dialect=dialect, pretty=True)
    sqlglot.parse_one(text, read=dialect)
    return text


def short_sql(sql: str, engine: str) -> tuple[str, bool]:
    """Write SQL for people to read, in few rows; and whether parts are left out of it, so that no
    engine would take it: most of the values of a long list, most of many conditions, and how texts
    are read as days or freed of blanks.
    """
    import sqlglot
    from sqlglot import exp

    dialect = SPELT_AS.get(engine, engine)
    whole = sqlglot.parse_one(sql, read=dialect)
    tree = whole.copy()
    for values in list(tree.find_all(exp.In)):
        if (more := len(values.expressions) - LISTED) >= LISTED:
            left = exp.Var(this=f"… and {more} more")
            values.set("expressions", [*values.expressions[:LISTED], left])
    for case in list(tree.find_all(exp.Case)):
        if case.find(exp.In) is None and len(case.sql(dialect=dialect)) > LONGEST_CASE:
            case.replace(exp.Var(this="CASE … END"))
    for connector in list(tree.find_all(exp.Connector)):
        first, *others = connector.flatten()
        if not isinstance(connector.parent, type(connector)) and len(others) >= LISTED:
            left = exp.Var(this=f"… {len(others)} more conditions")
            connector.replace(type(connector)(this=first, expression=left))
    text = tree.sql(dialect=dialect, pretty=True, max_text_width=SHOWN_WIDTH)
    return text, tree != whole
