"""A table of monthly counts -> cells by series and month, in a database beside the result.

DuckDB reads the file (CSV or Parquet), sorts it outside memory where it must, and gives each block
of series to the process that asks for it. What is no count is never one: it is a fault, and the
month stays unknown.
"""

from __future__ import annotations

import csv
import zlib
from glob import escape
from importlib import import_module
from itertools import count as numbers
from typing import TYPE_CHECKING, Any

import numpy as np

from xlperf.errors import UsageError, XlperfError
from xlperf.frozen import NamedTuple
from xlperf.imports.period_texts import MONTH, read_periods
from xlperf.imports.published_files import (
    SEPARATORS,
    file_bytes,
    opened_bytes,
    unpacked_files,
    unpacked_length,
)
from xlperf.imports.street_archives import count_lines, is_street_file, street_figures
from xlperf.scan.block_counts import placed_counts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from types import ModuleType

    from xlperf.periods import Month
    from xlperf.scan.block_counts import BlockCounts

REQUIREMENT = "duckdb>=1.5,<2"
"""What the optional dependencies ``warehouse`` ask for."""
MEMORY = "1GB"
"""What DuckDB may hold before it sorts on the disk."""
WHOLE = r"\+?[0-9]{1,15}(\.0*)?"
"""What a count looks like: a whole number, with .0 perhaps, as some programs write it."""
UTF_8 = (
    "A table is Parquet, or CSV in UTF-8 (in Excel: Save As, CSV UTF-8) with as many cells in each"
    " row as in the first. Nothing was written."
)
STREET_COLUMNS = ("Force", "Category")
"""What a series is in a folder of street files."""


class TableColumns(NamedTuple):
    """Titles of the columns of a table."""

    series: tuple[str, ...]
    """What makes a series: force, area, category."""
    month: str = "Month"
    """Not used where no column has this title: then each month has a column of its own."""
    counts: str = "Count"
    absent_is_none: bool = False
    """Whether the table leaves counts of 0 out: a month without a row is 0 where another series
    with the same first name (the force) has one; else it stays unknown.
    """


class GatheredTable(NamedTuple):
    """What a table holds."""

    series: int
    first: Month
    last: Month
    """Of all months with a row."""
    notes: tuple[str, ...]


def duckdb() -> ModuleType:
    """Load DuckDB, which is not part of the plain installation; raises `XlperfError`."""
    try:
        engine = import_module("duckdb")
    except ImportError:
        raise XlperfError(
            "The command scan needs DuckDB, which is not installed. Nothing was written. Install it"
            f' with: python -m pip install "{REQUIREMENT}"'
        ) from None
    return engine


def connected(database: Path | None = None, *, read_only: bool = False, threads: int = 1) -> Any:
    """Open a database; None: one in memory."""
    options: dict[str, str | int] = {"memory_limit": MEMORY, "threads": threads}
    if database is not None:
        options["temp_directory"] = str(database.with_suffix(".spill"))
    name = ":memory:" if database is None else str(database)
    con = duckdb().connect(name, read_only=read_only, config=options)
    con.execute("SET enable_progress_bar = false")  # it is drawn on the standard output
    return con


def quoted_name(name: str) -> str:
    """Write a name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def quoted_text(text: str) -> str:
    """Write a text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"


def insert(con: Any, table: str, columns: dict[str, Any]) -> None:
    """Add arrays of one length to a table, in the order of its columns; an empty word is none."""
    con.execute(f"INSERT INTO {table} {selected(columns)}")  # finds them by the name ``columns``


def selected(columns: dict[str, Any]) -> str:
    """Write the SQL that selects from arrays of one length, which the caller has as ``columns``."""
    listed = (
        f"nullif({name}, '') AS {name}" if values.dtype.kind == "U" else name
        for name, values in columns.items()
    )
    return f"SELECT {', '.join(listed)} FROM columns"


def files_text(folder: Path, pattern: str) -> str:
    """Write the files of a folder that fit a pattern as SQL has them; the name of the folder is no
    pattern.
    """
    return quoted_text(f"{escape(str(folder))}/{pattern}")


def keys_of(columns: TableColumns) -> list[str]:
    """Names of the columns of a series in the database."""
    return [f"k{place}" for place in range(len(columns.series))]


def gather(source: Path, columns: TableColumns, database: Path, workers: int) -> GatheredTable:
    """Read a table, or a folder of street files, into a new database.

    Tables: ``series`` (series, k0, k1, ...), ``cells`` (series, month, count; count NULL where it
    is no count), ``faults`` and ``gathered``. Series are numbered in the order of their names.

    Raises
    ------
    XlperfError
        The file cannot be read, a column is not there, or no month can be read.
    """
    with connected(database, threads=max(workers, 1)) as con:
        try:
            notes = _load(con, source, columns)
            return _sorted_cells(con, columns, notes)
        except (duckdb().IOException, duckdb().TransactionException) as error:
            raise XlperfError(
                f"{source.name} was not read ({in_short(error)}). Is the disk of the result full?"
                " Nothing was written."
            ) from None
        except duckdb().Error as error:
            raise XlperfError(
                f"{source.name} cannot be read ({in_short(error)}). {UTF_8}"
            ) from None


def in_short(error: Exception) -> str:
    """Give the first two lines of what DuckDB says."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return ": ".join(lines[:2]).rstrip(".")[:200]


def _load(con: Any, source: Path, columns: TableColumns) -> list[str]:
    """Fill the table ``raw``: one row a count, all texts."""
    if source.is_dir():
        return _load_street(con, source)
    titles, reader = _reader(con, source)
    known = {title.strip().casefold(): title for title in titles}
    chosen = [_column(title, known, source) for title in columns.series]
    keys = ", ".join(
        f"nullif(trim(CAST({quoted_name(title)} AS VARCHAR)), '') AS {key}"
        for key, title in zip(keys_of(columns), chosen, strict=True)
    )
    if columns.month.casefold() in known:
        month = _column(columns.month, known, source)
        count = _column(columns.counts, known, source)
        cells = ", ".join(
            f"nullif(trim(CAST({quoted_name(title)} AS VARCHAR)), '') AS {name}"
            for title, name in ((month, "month"), (count, "count"))
        )
        con.execute(f"CREATE TABLE raw AS SELECT {keys}, {cells} FROM {reader}")
        return []
    others = [title for title in titles if title not in chosen]
    read = read_periods(others, MONTH)
    months = [
        title
        for title, found in zip(others, read, strict=True)
        if found.period and found.period.length == 1
    ]
    if not months:
        raise UsageError(
            f"{source.name} has no column '{columns.month}', and no other whose title is a month."
            f" Name the column with --month. Its columns: {', '.join(titles)}."
        )
    wide = ", ".join(f"CAST({quoted_name(title)} AS VARCHAR) AS {quoted_name(title)}"
                     for title in months)  # fmt: skip
    spread = ", ".join(map(quoted_name, months))
    con.execute(
        f"CREATE TABLE raw AS SELECT * EXCLUDE (month, count), month, nullif(trim(count), '') AS"
        f" count FROM (SELECT {keys}, {wide} FROM {reader})"
        f" UNPIVOT INCLUDE NULLS (count FOR month IN ({spread}))"
    )
    ignored = [title for title in others if title not in months]
    return [f"Columns not read: {', '.join(ignored)}."] if ignored else []


def _column(title: str, known: dict[str, str], source: Path) -> str:
    if title.strip().casefold() not in known:
        raise UsageError(
            f"{source.name} has no column '{title}'. Its columns: {', '.join(known.values())}."
        )
    return known[title.strip().casefold()]


def _reader(con: Any, source: Path) -> tuple[list[str], str]:
    """Titles of the columns of a file, and the SQL that reads it."""
    if not source.is_file():
        raise XlperfError(f"There is no file {source}. Nothing was written.")
    file = quoted_text(escape(str(source)))  # a name is no pattern
    if source.suffix.lower() in (".parquet", ".pq"):
        described = con.execute(f"DESCRIBE SELECT * FROM read_parquet({file})").fetchall()
        return [row[0] for row in described], f"read_parquet({file})"
    try:
        unpacked_length(source)
        with opened_bytes(source) as stream:
            line = stream.readline().decode("utf-8-sig")
    except UnicodeError:
        raise XlperfError(f"{source.name} cannot be read. {UTF_8}") from None
    except (OSError, EOFError, zlib.error) as error:
        raise XlperfError(f"{source.name} cannot be read ({error}). Nothing was written.") from None
    separator = max(SEPARATORS, key=line.count)
    titles = next(csv.reader([line], delimiter=separator), [])
    if len(set(titles)) < len(titles) or not titles:
        raise XlperfError(
            f"{source.name}: the first line needs one title a column, each another one."
            " Nothing was written."
        )
    types = ", ".join(f"{quoted_text(title)}: 'VARCHAR'" for title in titles)
    return titles, (
        f"read_csv({file}, auto_detect=false, header=true, delim={quoted_text(separator)},"
        f" quote='\"', escape='\"', nullstr='', strict_mode=true, columns={{{types}}})"
    )


def _load_street(con: Any, folder: Path) -> list[str]:
    """Count the lines of the street files of a folder, file by file, by force and category."""
    street = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        for name, data in unpacked_files(path.name, file_bytes(path)):
            if is_street_file(data):
                street.append(count_lines(name, data))
    if not street:
        raise UsageError(f"No file in {folder} is a street file of police.uk.")
    rows = [
        (figure.force, figure.label, month_text(figure.period.period.last), figure.cell.value)
        for figure in street_figures(street)
        if figure.period.period is not None
    ]
    con.execute("CREATE TABLE raw (k0 VARCHAR, k1 VARCHAR, month VARCHAR, count VARCHAR)")
    columns = (np.array(column, dtype=str) for column in zip(*rows, strict=True))
    insert(con, "raw", dict(zip(("k0", "k1", "month", "count"), columns, strict=True)))
    return [f"{len(street)} street files, {sum(file.lines for file in street):,} lines."]


def month_text(month: Month) -> str:
    """Write a month as 2014-09."""
    return f"{month // 12}-{month % 12 + 1:02d}"


def _sorted_cells(con: Any, columns: TableColumns, notes: list[str]) -> GatheredTable:
    """Number the series, read the months, and sort the counts; what cannot be read is a fault."""
    keys = keys_of(columns)
    listed, named = ", ".join(keys), " AND ".join(f"{key} IS NOT NULL" for key in keys)
    texts = [row[0] for row in con.execute("SELECT DISTINCT month FROM raw ORDER BY 1").fetchall()]
    read = [
        (text, found.period.last if found.period and found.period.length == 1 else None)
        for text, found in zip(texts, read_periods(texts, MONTH), strict=True)
    ]
    known = [month for _, month in read if month is not None]
    if not known:
        raise XlperfError(
            f"No month can be read in the column '{columns.month}'. Nothing was written."
        )
    con.execute("CREATE TABLE months (text VARCHAR, number INTEGER)")
    con.executemany("INSERT INTO months VALUES (?, ?)", read)
    con.execute(
        f"CREATE TABLE series AS SELECT row_number() OVER (ORDER BY {listed}) - 1 AS series, *"
        f" FROM (SELECT DISTINCT {listed} FROM raw WHERE {named}) ORDER BY series"
    )
    con.execute(
        "CREATE TABLE cells AS SELECT series, number AS month,"
        f" CASE WHEN regexp_full_match(count, '{WHOLE}') THEN CAST(count AS DOUBLE)"
        " WHEN count IS NOT NULL THEN CAST('nan' AS DOUBLE) END AS count"
        f" FROM raw JOIN series USING ({listed}) JOIN months ON months.text = raw.month"
        " WHERE number IS NOT NULL ORDER BY series, number"
    )
    con.execute(
        "CREATE TABLE present AS SELECT DISTINCT k0, number AS month"
        " FROM raw JOIN months ON months.text = raw.month WHERE number IS NOT NULL"
    )
    con.execute(
        f"CREATE TABLE faults AS SELECT raw.rowid + 1 AS data_row, {listed}, month, count,"
        f" CASE WHEN NOT ({named}) THEN 'a part of the name of the series is blank'"
        " WHEN number IS NULL THEN 'the month cannot be read'"
        r" WHEN regexp_full_match(count, '-\s*[0-9.,]+') THEN 'the count is negative'"
        " WHEN isfinite(TRY_CAST(count AS DOUBLE)) THEN 'the count is not a whole number'"
        " ELSE 'the count is a text' END AS fault"
        " FROM raw LEFT JOIN months ON months.text = raw.month"
        f" WHERE NOT ({named}) OR number IS NULL OR NOT regexp_full_match(count, '{WHOLE}')"
        " ORDER BY raw.rowid"
    )
    con.execute("DROP TABLE raw")
    series = con.execute("SELECT count(*) FROM series").fetchone()[0]
    return GatheredTable(series, min(known), max(known), tuple(notes))


def blocks_of(series: int, size: int) -> Iterator[tuple[int, int, int]]:
    """Number, first series and end of each block."""
    for number, start in zip(numbers(), range(0, series, size), strict=False):
        yield number, start, min(start + size, series)


def block_counts(
    con: Any, start: int, end: int, months: Sequence[Month], *, absent_is_none: bool = False
) -> BlockCounts:
    """Give the counts of a block of series in the months asked for."""
    shape, asked = (end - start, len(months)), [start, end, months[0], months[-1]]
    within = "series >= ? AND series < ? AND month BETWEEN ? AND ?"

    def placed(columns: str) -> tuple[Any, Any]:
        got = con.execute(f"SELECT {columns} WHERE {within}", asked).fetchnumpy()
        return got, (got["series"] - start) * shape[1] + (got["month"] - months[0])

    got, place = placed("series, month, count FROM cells")
    there = None
    if absent_is_none:
        _, there = placed("series, month FROM series JOIN present USING (k0)")
    values = np.ma.asarray(got["count"], dtype=np.float64)
    return placed_counts(shape, place, values, there)
