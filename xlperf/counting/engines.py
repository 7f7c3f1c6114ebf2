"""The engines in which records lie: files in DuckDB, a DuckDB database, PostgreSQL, Spark.

A connection reads only. A password is taken from the environment or the keyring of the computer,
never from an address.
"""

from __future__ import annotations

import csv
import gzip
import os
import re
import sys
import zipfile
import zlib
from collections import Counter
from contextlib import contextmanager
from glob import escape
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from xlperf.counting.count_expression import NOT_INSTALLED, expression_fault, require_installed
from xlperf.errors import UsageError, WorkbookError
from xlperf.frozen import NamedTuple
from xlperf.imports.published_files import opened_bytes, unpacked_length

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
DELIMITERS = (",", ";", "\t", "|")
READ = (".csv", ".parquet", ".zip", ".gz")
READ_ONLY = "-c default_transaction_read_only=on"
"""Advice to PostgreSQL that a session could take back: the role should have SELECT alone."""
WAYS = (
    "Give files (.csv, .csv.gz, .parquet, .zip), a folder of them, a DuckDB database (.duckdb),"
    " postgresql://HOST/DATABASE, or spark:FILES"
)
LONGEST_REASON = 300
MEMORY = "2GB"
"""What DuckDB may hold: without a limit it holds what it has read of many files, up to 80% of the
memory of the computer.
"""
AT_ONCE = 100_000
"""Rows of counts that come back at once."""
SECRET = re.compile(r"(password|pwd)\s*=", re.IGNORECASE)
STREET_FILE = re.compile(r"\d{4}-\d{2}-.+-street\.csv")
"""Name that police.uk gives to a month of a force: there is one."""


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
    files = _files(address, folder)
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
        return connection.read_parquet(names)
    delimiter = max(DELIMITERS, key=_first_line(files[0]).count)
    for file in files:
        (titles,) = csv.reader([_first_line(file)], delimiter=delimiter)
        lacking = [column for column in query.columns if column not in titles]
        if lacking:
            raise UsageError(
                f"{Path(file).name} has no column {', '.join(map(repr, lacking))}. Its columns:"
                f" {', '.join(titles)}."
            )
        number = Counter(title.casefold() for title in titles)
        if doubled := [column for column in query.columns if number[column.casefold()] > 1]:
            raise UsageError(
                f"{Path(file).name} has more than one column {doubled[0]!r}: which one counts?"
            )
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


def _first_line(file: str) -> str:
    opening = gzip.open if file.lower().endswith(".gz") else open
    with opening(file, "rt", encoding="utf-8-sig") as stream:
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


def _require_once(files: Sequence[str]) -> None:
    """Refuse records that are there twice, as in two archives of police.uk: they would count twice.
    Files of streets are one by their name, others by their content.
    """
    seen: dict[object, str] = {}
    lengths = {file: unpacked_length(Path(file)) for file in files}
    shared = Counter(lengths.values())
    for file in files:
        name = Path(file).name.lower().removesuffix(".gz")
        key: object = "/".join(Path(file).parts[-2:])
        if STREET_FILE.fullmatch(name):
            key = name
        elif shared[lengths[file]] > 1 and _has_rows(file, lengths[file]):
            key = _digest(file)
        if key in seen:
            first, second = Path(seen[key]).name, Path(file).name
            pair = f"{first} and {second} hold" if first != second else f"Two files {first} hold"
            raise UsageError(f"{pair} the same records: they would count twice. Keep one.")
        seen[key] = file


def _has_rows(file: str, length: int) -> bool:
    """Whether a file is longer than a mark of UTF-8, titles and an end of line."""
    return file.lower().endswith(".parquet") or length > len(_first_line(file).encode()) + 5


def _digest(file: str) -> bytes:
    digest = blake2b(digest_size=16)
    with opened_bytes(Path(file)) as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.digest()


def _unpacked(path: Path, folder: Path) -> list[str]:
    """Give a file, or those of an archive that are lists of records (police.uk: ...-street.csv)."""
    if path.suffix.lower() != ".zip":
        return [str(path)]
    with zipfile.ZipFile(path) as archive:
        inside = []
        for item in archive.infolist():
            kind = Path(item.filename).suffix.lower()
            if kind == ".csv":
                inside.append(item)
            elif kind in READ:
                raise UsageError(
                    f"{path.name} has {item.filename} inside, which is not read there. Unpack the"
                    " archive, and give the folder."
                )
        street = [item for item in inside if item.filename.lower().endswith("-street.csv")]
        target = folder / f"{len(list(folder.iterdir()))}"
        try:
            return [archive.extract(item, target) for item in street or inside]
        except (RuntimeError, zlib.error) as error:  # with a password, or of a kind not known
            raise WorkbookError(f"{path.name} cannot be unpacked: {error}.") from None


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
    builder = builder.config(FEW_PARTITIONS, "true")
    own = SparkSession.getActiveSession() is None
    session = builder.getOrCreate()
    if own:
        session.sparkContext.setLogLevel("ERROR")  # warnings of its own would stand in the output
    if not files:
        return CountedTable(SPARK_ENGINE, session, _table_name(query))
    if files.endswith(".parquet"):
        frame = session.read.parquet(files)
    else:
        frame = session.read.csv(files, header=True, mode="FAILFAST", escape='"', multiLine=True)
    frame.createOrReplaceTempView(VIEW)
    return CountedTable(SPARK_ENGINE, session, VIEW)


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
