"""The engines in which records lie: files in DuckDB, a DuckDB database, PostgreSQL, Spark.

A connection reads only. A password is taken from the environment or the keyring of the computer,
never from an address.
"""

from __future__ import annotations

import os
import re
import sys
import zipfile
import zlib
from contextlib import contextmanager
from glob import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from xlperf.counting.count_expression import NOT_INSTALLED, expression_fault, require_installed
from xlperf.counting.record_files import (
    WAYS,
    delimiter_of,
    files_of,
    require_once,
    require_same_kinds,
    require_titles,
)
from xlperf.errors import UsageError, WorkbookError
from xlperf.frozen import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlperf.counting.count_query import CountQuery

USER, PASSWORD = "XLPERF_DATABASE_USER", "XLPERF_DATABASE_PASSWORD"
"""Variables of the environment."""
SPARK, SPARK_ENGINE, POSTGRES = "spark", "pyspark", ("postgres", "postgresql")
FEW_PARTITIONS = "spark.sql.optimizer.canChangeCachedPlanOutputPartitioning"
"""Setting of Spark: what is held has as many partitions as its size needs, and not always 200."""
VIEW = "xlperf_records"
"""Name under which files are a table, in this session alone."""
DATABASE = ".duckdb"
READ_ONLY = "-c default_transaction_read_only=on"
"""Advice to PostgreSQL that a session could take back: the role should have SELECT alone."""
LONGEST_REASON = 300
MEMORY = "2GB"
"""What DuckDB may hold: without a limit it holds what it has read of many files, up to 80% of the
memory of the computer.
"""
AT_ONCE = 100_000
"""Rows of counts that come back at once."""
SECRET = re.compile(r"(passw(or)?d|pwd|secret|token|sig|signature)\s*=", re.IGNORECASE)
"""What may stand before a password, or before a key of a store of files."""
NOT_TEXT = "\ufffd"
"""What Spark reads instead of bytes that are no UTF-8: two names could become one."""
NOT_A_TABLE = (
    "Spark cannot read a file. A line may have more or fewer cells than titles, a cell an end of"
    " line, or the file other titles than the first. Its log says more"
)
READ_IN_SPARK = re.compile(r"\.(parquet|csv(\.\w+)?)$", re.IGNORECASE)


class CountedTable(NamedTuple):
    """A table that can be counted."""

    engine: str
    """As ibis calls it."""
    connection: Any
    """Of the engine's own driver."""
    name: str
    """Of the table there."""


@contextmanager
def opened(address: str, query: CountQuery) -> Iterator[CountedTable]:
    """Open the table of a query, and close it.

    Raises
    ------
    UsageError
        The address is not understood or has a password, or what reads it is not installed.
    WorkbookError
        The engine cannot be reached, or fails.
    """
    if _has_password(address):
        raise UsageError(
            f"The address has a password, which others could read. Leave it out, and set {PASSWORD}"
            " or keep it in the keyring of this computer."
        )
    require_installed()
    with engine_faults(address), TemporaryDirectory(prefix="xlperf-") as folder:
        source = _opened(address, query, Path(folder))
        try:
            yield source
        finally:
            if source.engine != SPARK_ENGINE:  # a session of Spark may be another's too
                source.connection.close()


def fetched_batches(source: CountedTable, sql: str, numbers: Sequence[str]) -> Any:
    """Run a statement in DuckDB or PostgreSQL; gives a reader of Arrow batches, which holds one at
    a time. Columns of PostgreSQL are texts, or whole numbers where they are named.
    """
    if source.engine == "duckdb":
        return source.connection.execute(sql).to_arrow_reader(AT_ONCE)
    import pyarrow as pa

    def batches(cursor: Any, schema: Any) -> Iterator[Any]:
        with cursor:
            while rows := cursor.fetchmany(AT_ONCE):
                columns = [
                    [int(value) if value is not None and field.name in numbers else value
                     for value in values]
                    for field, values in zip(schema, zip(*rows, strict=True), strict=True)
                ]  # fmt: skip
                yield pa.record_batch(columns, schema=schema)

    cursor = source.connection.cursor("xlperf_counts", withhold=True)
    cursor.execute(sql)
    titles = [column.name for column in cursor.description]
    kinds = [pa.int64() if title in numbers else pa.string() for title in titles]
    schema = pa.schema(list(zip(titles, kinds, strict=True)))
    return pa.RecordBatchReader.from_batches(schema, batches(cursor, schema))


def _has_password(address: str) -> bool:
    """Whether a password may be in an address. Engines read addresses in their own ways (a ``#``
    may be part of a password), so all that comes before the last ``@`` may be one.
    """
    plain = unquote(address)
    scheme, _, rest = plain.partition("://" if "://" in plain else ":")
    of_file = len(scheme) < 2  # a drive of Windows
    return SECRET.search(plain) is not None or (not of_file and ":" in rest.rpartition("@")[0])


def _opened(address: str, query: CountQuery, folder: Path) -> CountedTable:
    scheme = address.partition(":")[0].lower()
    if scheme in POSTGRES and "://" in address:
        return CountedTable("postgres", _postgres(address), _table_name(query))
    if scheme == SPARK:
        return _spark(address.partition(":")[2], query)
    if "://" in address:
        raise UsageError(f"'{address}' is not understood. {WAYS}.")
    import duckdb

    if address.lower().endswith(DATABASE):
        if not Path(address).is_file():
            raise UsageError(f"There is no file {address}. {WAYS}.")
        connection = duckdb.connect(  # nothing is put beside the database
            address, read_only=True, config=_limits(folder)
        )
        return CountedTable("duckdb", connection, _table_name(query))
    files = files_of(address, folder)
    connection = duckdb.connect(config=_limits(folder))
    _of_files(connection, files, query).create_view(VIEW)
    return CountedTable("duckdb", connection, VIEW)


def _limits(folder: Path) -> dict[str, Any]:
    """Have DuckDB put more than it may hold on the disk, in a folder."""
    return {"temp_directory": str(folder / "spill"), "memory_limit": MEMORY}


def _table_name(query: CountQuery) -> str:
    if not query.table:
        raise UsageError(f'The query {query.name} names no table: table = "NAME".')
    return query.table


def _of_files(connection: Any, files: Sequence[str], query: CountQuery) -> Any:
    """Read files as one table: CSV as texts, every row or none.

    Nothing of a CSV is guessed: a guess may take a row for a comment, or a table for one column.
    """
    names = [escape(file) for file in files]  # or crimes[1].csv would be crimes1.csv
    if files[0].lower().endswith(".parquet"):
        require_same_kinds(files, query.columns)
        return connection.read_parquet(names)
    delimiter = delimiter_of(files[0])
    require_titles(files, delimiter, query.columns)
    return connection.read_csv(
        names,
        all_varchar=True,
        comment="",
        delimiter=delimiter,
        escapechar='"',
        header=True,
        ignore_errors=False,
        quotechar='"',
        skiprows=0,
        union_by_name=True,
    )


def file_marks(address: str) -> list[tuple[str, int, int]]:
    """Give names, lengths and times of the files of an address: other ones are other records."""
    name = address.removeprefix(f"{SPARK}:")
    place = Path(name)
    if not name or place.is_file():
        paths = [place]
    else:
        paths = sorted(place.rglob("*") if place.is_dir() else place.parent.glob(place.name))
    kept = [(path, path.stat()) for path in paths if path.is_file()]
    return [(str(path), stat.st_size, stat.st_mtime_ns) for path, stat in kept]


def _postgres(address: str) -> Any:
    try:
        import psycopg
    except ImportError:
        raise UsageError(NOT_INSTALLED.format("warehouse")) from None
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise UsageError(f"'{address}' is not understood ({error}). {WAYS}.") from None
    user = unquote(parts.username or "") or os.environ.get(USER, "")
    password = password_of(f"{parts.hostname or ''}{parts.path}", user)
    own = psycopg.conninfo.conninfo_to_dict(address).get("options", os.environ.get("PGOPTIONS"))
    return psycopg.connect(  # None: not given
        address, options=f"{own or ''} {READ_ONLY}", autocommit=True, user=user or None,
        password=password or None,
    )  # fmt: skip


def password_of(service: str, user: str) -> str | None:
    """Give the password of a user: of the environment, else of the keyring under ``xlperf`` with
    host and database; None: the engine asks for none, or has another way.
    """
    if PASSWORD in os.environ:
        return os.environ[PASSWORD]
    try:
        import keyring
    except ImportError:
        return None
    try:
        password: str | None = keyring.get_password(f"xlperf {service}", user)
    except keyring.errors.KeyringError:
        return None
    return password


def _spark(files: str, query: CountQuery) -> CountedTable:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise UsageError(NOT_INSTALLED.format("spark")) from None
    builder = SparkSession.builder.appName("xlperf").config("spark.sql.ansi.enabled", "true")
    builder = builder.config("spark.ui.showConsoleProgress", "false")
    builder = builder.config(FEW_PARTITIONS, "true")
    own = SparkSession.getActiveSession() is None
    session = builder.getOrCreate()
    if own:
        session.sparkContext.setLogLevel("ERROR")  # warnings of its own would stand in the output
    if not files:
        return CountedTable(SPARK_ENGINE, session, _table_name(query))
    _spark_frame(session, files, query).createOrReplaceTempView(VIEW)
    return CountedTable(SPARK_ENGINE, session, VIEW)


def _spark_frame(session: Any, files: str, query: CountQuery) -> Any:
    """Read files in Spark as one table, all of them or none; CSV as texts, a record a line: a
    quotation mark left open would take all lines to the end of the file into one.
    """
    names = _spark_listing(session, files)
    kinds = {name.lower().endswith(".parquet") for name in names}
    if len(kinds) != 1:
        raise UsageError(f"Spark finds no .csv and no .parquet in {files}, or both. {WAYS}.")
    (parquet,) = kinds
    read = session.read.option("columnPruning", "false")  # or cells not asked for may lack
    read = read.option("pathGlobFilter", "*.parquet" if parquet else "*.csv*")
    frame = read.parquet(files) if parquet else read.csv(
        files, header=True, mode="FAILFAST", escape='"', enforceSchema=False
    )  # fmt: skip
    places = sorted(map(_place, frame.inputFiles()))
    if places != sorted(names):
        raise UsageError(
            f"Spark would read {len(places)} of {len(names)} files in {files}: it leaves out a"
            " folder in a folder, and names that begin with _ or a dot. Give a pattern, as"
            " FOLDER/*/*.csv."
        )
    if all(place.startswith("file:") for place in places):
        _require_alike([place.removeprefix("file:") for place in places], query, parquet=parquet)
    return frame if parquet else _texts_required(frame, query)


def _place(address: str) -> str:
    """Give one form to the address of a file: Spark writes file:/, file:// and file:///."""
    return unquote(re.sub(r"^(\w+:)/+", r"\1/", address))


def _spark_listing(session: Any, files: str) -> list[str]:
    """Give the addresses of all files of records there, those too that Spark leaves out; elsewhere
    than on this computer not those whose names begin with _ or a dot.
    """
    listed = session.read.format("binaryFile").option("recursiveFileLookup", "true").load(files)
    names = list(map(_place, listed.inputFiles()))
    if Path(files).is_dir() and all(name.startswith("file:") for name in names):
        names = [f"file:{path.absolute()}" for path in Path(files).rglob("*") if path.is_file()]
    return list(filter(READ_IN_SPARK.search, names))


def _require_alike(files: Sequence[str], query: CountQuery, *, parquet: bool) -> None:
    """Refuse files of this computer that are no one table; a column may be a part of their names:
    FOLDER/force=Kent/1.csv.
    """
    require_once(files)
    columns = [name for name in query.columns if not all(f"/{name}=" in file for file in files)]
    if parquet:
        require_same_kinds(files, columns)
    else:
        require_titles(files, ",", columns)


def _texts_required(frame: Any, query: CountQuery) -> Any:
    """Have Spark stop at what is no UTF-8."""
    from pyspark.sql import functions as sql

    for name in query.columns:
        column = sql.col("`" + name.replace("`", "``") + "`")
        wrong = sql.raise_error(sql.lit("a text is not UTF-8. Save the file as such"))
        frame = frame.withColumn(name, sql.when(column.contains(NOT_TEXT), wrong).otherwise(column))
    return frame


@contextmanager
def engine_faults(address: str) -> Iterator[None]:
    """Say in one sentence what an engine says in many."""
    try:
        yield
    except UnicodeError:
        raise WorkbookError(
            f"{address} cannot be counted: its text is not UTF-8. Save it as such (in Excel: CSV"
            " UTF-8)."
        ) from None
    except (EOFError, zlib.error) as error:
        raise WorkbookError(
            f"{address} cannot be counted: a file is not whole ({error})."
        ) from None
    except _engine_errors() as error:
        reason = str(error).partition("Original Line")[0]  # no line of records is shown
        if "FAILED_READ_FILE.NO_HINT" in reason:
            reason = NOT_A_TABLE
        why = " ".join(reason.split())[:LONGEST_REASON]
        raise WorkbookError(f"{address} cannot be counted: {why}") from None


def _engine_errors() -> tuple[type[Exception], ...]:
    import duckdb

    errors: list[type[Exception]] = [expression_fault(), duckdb.Error, zipfile.BadZipFile, OSError]
    if "psycopg" in sys.modules:
        errors.append(sys.modules["psycopg"].Error)
    if "pyspark" in sys.modules:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        errors += [PySparkException, Py4JError]
    return tuple(errors)
