"""Files of records: which there are, and whether they can be read as one table."""

from __future__ import annotations

import csv
import gzip
import re
import zipfile
import zlib
from collections import Counter
from glob import escape
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.errors import UsageError, WorkbookError
from xlperf.imports.published_files import opened_bytes, unpacked_length

if TYPE_CHECKING:
    from collections.abc import Sequence

DELIMITERS = (",", ";", "\t", "|")
READ = (".csv", ".parquet", ".zip", ".gz")
WAYS = (
    "Give files (.csv, .csv.gz, .parquet, .zip), a folder of them, a DuckDB database (.duckdb),"
    " postgresql://HOST/DATABASE, or spark:FILES"
)
STREET_FILE = re.compile(r"\d{4}-\d{2}-.+-street\.csv")
"""Name that police.uk gives to a month of a force: there is one."""
WHOLE_NUMBERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"}
"""Kinds of DuckDB that are one as a text; those without a sign have a U before."""


def files_of(address: str, folder: Path) -> list[str]:
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
    require_once(files)
    kinds = {Path(file.removesuffix(".gz")).suffix.lower() for file in files}
    if len(kinds) != 1 or not kinds <= {".csv", ".parquet"}:
        raise UsageError(f"{address} has files of several kinds, or none to read. {WAYS}.")
    return files


def delimiter_of(file: str) -> str:
    """Give what parts the titles of a CSV."""
    return max(DELIMITERS, key=_first_line(file).count)


def require_titles(files: Sequence[str], delimiter: str, columns: Sequence[str]) -> None:
    """Refuse a CSV that lacks a column, or has it twice."""
    for file in files:
        (titles,) = csv.reader([_first_line(file)], delimiter=delimiter)
        _require_columns(file, columns, titles)
        number = Counter(title.casefold() for title in titles)
        if doubled := [column for column in columns if number[column.casefold()] > 1]:
            raise UsageError(
                f"{Path(file).name} has more than one column {doubled[0]!r}: which one counts?"
            )


def _require_columns(file: str, columns: Sequence[str], titles: Sequence[str]) -> None:
    if lacking := [column for column in columns if column not in titles]:
        raise UsageError(
            f"{Path(file).name} has no column {', '.join(map(repr, lacking))}. Its columns:"
            f" {', '.join(titles)}."
        )


def require_same_kinds(files: Sequence[str], columns: Sequence[str]) -> None:
    """Refuse Parquet files of which one lacks a column, or has it of another kind: it would be read
    as that of the first, 007 as 7, and a time with its zone as a day of another zone.
    """
    import duckdb

    kinds: dict[str, tuple[str, str]] = {}
    with duckdb.connect() as connection:
        for file in files:
            relation = connection.read_parquet(escape(file))
            own = dict(zip(relation.columns, map(str, relation.dtypes), strict=True))
            _require_columns(file, columns, list(own))
            for column in columns:
                whole = own[column].removeprefix("U") in WHOLE_NUMBERS
                first, kind = kinds.setdefault(
                    column, (file, "whole numbers" if whole else own[column])
                )
                if ("whole numbers" if whole else own[column]) != kind:
                    raise UsageError(
                        f"Column {column!r} is {kind} in {Path(first).name}, and {own[column]} in"
                        f" {Path(file).name}. Save the files with columns of one kind."
                    )


def _first_line(file: str) -> str:
    opening = gzip.open if file.lower().endswith(".gz") else open
    with opening(file, "rt", encoding="utf-8-sig") as stream:
        return stream.readline().rstrip("\r\n")


def require_once(files: Sequence[str]) -> None:
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
