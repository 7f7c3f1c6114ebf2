"""Engines of other programs that tests count records in; a test is skipped where there is none."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

POSTGRES = "XLPERF_TEST_POSTGRES"
"""Address of a server on which tables may be made, such as postgresql://postgres@localhost/test."""
SPARK = "XLPERF_TEST_SPARK"
"""Set where Spark may be started on this computer."""


def postgres_table(name: str, columns: str, rows: Iterable[Sequence[str | None]]) -> str:
    """Make a table of a PostgreSQL server anew, and give the address of that."""
    address = os.environ.get(POSTGRES)
    if not address:
        pytest.skip(f"{POSTGRES} names no PostgreSQL server")
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"DROP TABLE IF EXISTS {name}")
        connection.execute(f"CREATE TABLE {name} ({columns})")
        with connection.cursor() as cursor, cursor.copy(f"COPY {name} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    return address


def spark_address(files: str) -> str:
    """Give the address of files that Spark reads."""
    if not os.environ.get(SPARK):
        pytest.skip(f"{SPARK} is not set: Spark takes a minute and 500 MB")
    pytest.importorskip("pyspark", reason="the extra spark is not installed")
    return f"spark:{files}"
