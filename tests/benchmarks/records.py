"""Records counted by month, force and category."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks.measuring import NotMeasuredError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.benchmarks.measuring import Bench, Result

WHOLE_IN_MEMORY = 10_000_000
"""Most records for those who hold all of them in memory."""
RECORDS = """
COPY (SELECT md5(i::varchar) || md5((i * 7)::varchar) AS "Crime ID",
 strftime(make_date(2010 + (i * 5) // {rows}, (1 + (i * 60 // {rows}) % 12)::int, 1), '%Y-%m')
 AS "Month", 'Force ' || (hash(i) % 43) AS "Reported by", 'Force ' || (hash(i) % 43) AS
 "Falls within", round(-3 + random() * 4, 6) AS Longitude, round(51 + random() * 3, 6) AS Latitude,
 'On or near Street ' || (hash(i * 3) % 20000) AS Location, 'E010' ||
 lpad((hash(i * 5) % 34753)::varchar, 5, '0') AS "LSOA code", 'Area ' || (hash(i * 5) % 34753) AS
 "LSOA name", 'Type ' || (hash(i * 11) % 14) AS "Crime type",
 'Investigation complete; no suspect identified' AS "Last outcome category", '' AS Context
 FROM range({rows}) AS records(i)) TO '{file}' (HEADER)
"""
"""Like the street files of police.uk: 43 forces, 60 months, 14 categories, 210 bytes a line."""
QUERY = """
date = "Month"
code = "Crime type"
area = "Falls within"
least = 0
[[measures]]
name = "SP12_offences"
codes = ["Type 3"]
"""
OURS = """
begin()
from datetime import date
from pathlib import Path
from xlperf.counting.count_query import read_query
from xlperf.counting.counting import count_records
query = read_query(Path(sys.argv[2]))
rows = count_records(sys.argv[1], query, as_at=date(2020, 1, 1)).rows
end(sum(row["m0_SP12_offences"] for row in rows))
"""
KEYS = '["Month", "Falls within", "Crime type"]'
PANDAS = f"""
begin()
import pandas
counts = pandas.read_csv(sys.argv[1]).groupby({KEYS}).size()
end(int(counts.xs("Type 3", level=2).sum()))
"""
POLARS = f"""
begin()
import polars
counts = polars.read_csv(sys.argv[1]).group_by({KEYS}).len()
end(counts.filter(polars.col("Crime type") == "Type 3")["len"].sum())
"""
STREAM = f"""
begin()
import polars
counts = polars.scan_csv(sys.argv[1]).group_by({KEYS}).len().collect(engine="streaming")
end(counts.filter(polars.col("Crime type") == "Type 3")["len"].sum())
"""
FLOOR = """
begin()
with open(sys.argv[1], 'rb', buffering=0) as stream:
    piece = bytearray(1 << 20)
    while stream.readinto(piece): piece.count(10)
end()
"""


def count(bench: Bench) -> Iterator[Result]:
    """Measure one CSV file counted in a process of its own; all must give the same counts."""
    try:
        import duckdb
    except ImportError as error:
        raise NotMeasuredError(str(error)) from None
    file, query = bench.folder / "records.csv", bench.folder / "query.toml"
    query.write_text(QUERY, encoding="utf-8")
    for rows in bench.sizes((5_000,), (1_000_000,), (10_000_000, 50_000_000)):
        duckdb.execute("SET enable_progress_bar = false")
        duckdb.execute(RECORDS.format(rows=rows, file=file))
        others = {
            "floor: read and scan": bench.child(FLOOR, file),
            "polars, as a stream": bench.child(STREAM, file, peer=True),
        }
        if rows <= WHOLE_IN_MEMORY:
            others["polars, read whole"] = bench.child(POLARS, file, peer=True)
            others["pandas"] = bench.child(PANDAS, file, peer=True)
        yield from bench.compare("records counted", rows, bench.child(OURS, file, query), others)
        file.unlink()
