"""The engines in which records lie: files in DuckDB, a DuckDB database, PostgreSQL, Spark.

A connection reads only. A password is taken from the environment or the keyring of the computer,
never from an address.
"""

from __future__ import annotations

import csv
import gzip
import os
import sys
import zipfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from xlperf.counting.count_expression import NOT_INSTALLED, expression_fault, require_installed
from xlperf.errors import UsageError, WorkbookError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlperf.counting.count_query import CountQuery

USER, PASSWORD = "XLPERF_DATABASE_USER", "XLPERF_DATABASE_PASSWORD"
"""Variables of the environment."""
SPARK, SPARK_ENGINE, POSTGRES = "spark", "pyspark", ("postgres", "postgresql")
VIEW = "xlperf_records"
"""Name under which files are a table, in this session alone."""
DATABASE = ".duckdb"
DELIMITERS = (",", ";", "\t", "|")
READ = (".csv", ".parquet", ".zip", ".gz")
READ_ONLY = "-c default_transaction_read_only=on"
"""Advice to PostgreSQL that a session could take back: the role should have SELECT alone."""
WAYS = (
    "Give files (.csv, .csv.gz, .parquet, .zip), a folder of them, a DuckDB database (.duckdb),"
    " postgresql://HOST/DATABASE, or spark:FILES"
)
LONGEST_REASON = 300


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
    parts = urlsplit(address)
    if parts.password is not None or "password" in parse_qs(parts.query):
        raise UsageError(
            f"The address has a password, which others could read. Leave it out, and set {PASSWORD}"
            " or keep it in the keyring of this computer."
        )
    require_installed()
    with _faults(address), TemporaryDirectory(prefix="xlperf-") as folder:
        source = _opened(address, query, Path(folder))
        try:
            yield source
        finally:
            if source.engine != SPARK_ENGINE:  # a session of Spark may be another's too
                source.connection.close()


def _opened(address: str, query: CountQuery, folder: Path) -> CountedTable:
    scheme = urlsplit(address).scheme
    if scheme in POSTGRES:
        return CountedTable("postgres", _postgres(address), _table_name(query))
    if scheme == SPARK:
        return _spark(address.partition(":")[2], query)
    if "://" in address:
        raise UsageError(f"'{address}' is not understood. {WAYS}.")
    import duckdb

    if address.lower().endswith(DATABASE):
        if not Path(address).is_file():
            raise UsageError(f"There is no file {address}. {WAYS}.")
        connection = duckdb.connect(address, read_only=True)
        return CountedTable("duckdb", connection, _table_name(query))
    files = _files(address, folder)
    connection = duckdb.connect(config={"temp_directory": str(folder / "spill")})
    _of_files(connection, files, query).create_view(VIEW)
    return CountedTable("duckdb", connection, VIEW)


def _table_name(query: CountQuery) -> str:
    if not query.table:
        raise UsageError(f'The query {query.name} names no table: table = "NAME".')
    return query.table


def _of_files(connection: Any, files: Sequence[str], query: CountQuery) -> Any:
    """Read files as one table: CSV as texts, every row or none.

    Nothing of a CSV is guessed: a guess may take a row for a comment, or a table for one column.
    """
    if files[0].lower().endswith(".parquet"):
        return connection.read_parquet(files)
    delimiter = max(DELIMITERS, key=_first_line(files[0]).count)
    for file in files:
        (titles,) = csv.reader([_first_line(file)], delimiter=delimiter)
        lacking = [column for column in query.columns if column not in titles]
        if lacking:
            raise UsageError(f"{Path(file).name} has no column {', '.join(map(repr, lacking))}.")
    return connection.read_csv(
        files,
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


def _first_line(file: str) -> str:
    opening = gzip.open if file.lower().endswith(".gz") else open
    with opening(file, "rt", encoding="utf-8-sig", errors="replace") as stream:
        return stream.readline().rstrip("\r\n")


def _files(address: str, folder: Path) -> list[str]:
    """Give the files of an address, all of one kind; those of archives are unpacked to a folder."""
    place = Path(address)
    if place.is_dir():
        names = sorted(str(path) for path in place.rglob("*") if path.suffix.lower() in READ)
    elif "*" in place.name:
        names = sorted(map(str, place.parent.glob(place.name)))
    else:
        names = [address]
    if not names or not all(Path(name).is_file() for name in names):
        raise UsageError(f"There is no file {address}. {WAYS}.")
    files = [file for name in names for file in _unpacked(Path(name), folder)]
    _require_once(files)
    kinds = {Path(file.removesuffix(".gz")).suffix.lower() for file in files}
    if len(kinds) != 1 or not kinds <= {".csv", ".parquet"}:
        raise UsageError(f"{address} has files of several kinds, or none to read. {WAYS}.")
    return files


def _require_once(files: Sequence[str]) -> None:
    """Refuse a file that is there twice, as in two archives of police.uk: it would count twice."""
    names = Counter("/".join(Path(file).parts[-2:]) for file in files)
    name, number = names.most_common(1)[0] if names else ("", 0)
    if number > 1:
        raise UsageError(
            f"{name} is there {number} times: it would be counted each time. Keep one."
        )


def _unpacked(path: Path, folder: Path) -> list[str]:
    """Give a file, or those of an archive that are lists of records (police.uk: ...-street.csv)."""
    if path.suffix.lower() != ".zip":
        return [str(path)]
    with zipfile.ZipFile(path) as archive:
        inside = [item for item in archive.infolist() if item.filename.lower().endswith(".csv")]
        street = [item for item in inside if item.filename.lower().endswith("-street.csv")]
        target = folder / f"{len(list(folder.iterdir()))}"
        return [archive.extract(item, target) for item in street or inside]


def _postgres(address: str) -> Any:
    try:
        import psycopg
    except ImportError:
        raise UsageError(NOT_INSTALLED.format("warehouse")) from None
    parts = urlsplit(address)
    user = unquote(parts.username or "") or os.environ.get(USER, "")
    password = password_of(f"{parts.hostname or ''}{parts.path}", user)
    return psycopg.connect(  # None: not given
        address, options=READ_ONLY, autocommit=True, user=user or None, password=password or None
    )


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
    session = builder.getOrCreate()
    if not files:
        return CountedTable(SPARK_ENGINE, session, _table_name(query))
    if files.endswith(".parquet"):
        frame = session.read.parquet(files)
    else:
        frame = session.read.csv(files, header=True, mode="FAILFAST", escape='"', multiLine=True)
    frame.createOrReplaceTempView(VIEW)
    return CountedTable(SPARK_ENGINE, session, VIEW)


@contextmanager
def _faults(address: str) -> Iterator[None]:
    """Say in one sentence what an engine says in many."""
    try:
        yield
    except _engine_errors() as error:
        why = " ".join(str(error).split())[:LONGEST_REASON]
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
