"""How long records take to count, beside pandas and polars, and how much memory they need.

`python -m tests.benchmarks.count_records [--rows N] [--peers PYTHON]`.

Lines like those of street files of police.uk (43 forces, 60 months, 14 categories, 210 bytes a
line) in one CSV file. Each run is a process of its own, one after the other; seconds are of the
clock. Peers are run by a Python that has them, and left out where it has not. There is no pass or
fail.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

from tests.benchmarks.ratios import PEAK

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
from datetime import date
from pathlib import Path
from xlperf.counting.count_query import read_query
from xlperf.counting.counting import count_records
query = read_query(Path(sys.argv[2]))
rows = count_records(sys.argv[1], query, as_at=date(2020, 1, 1)).rows
number = sum(row["m0_SP12_offences"] for row in rows)
"""
KEYS = '["Month", "Falls within", "Crime type"]'
PANDAS = f"""
import pandas
counts = pandas.read_csv(sys.argv[1]).groupby({KEYS}).size()
number = int(counts.xs("Type 3", level=2).sum())
"""
POLARS = f"""
import polars
counts = polars.read_csv(sys.argv[1]).group_by({KEYS}).len()
number = counts.filter(polars.col("Crime type") == "Type 3")["len"].sum()
"""
STREAM = f"""
import polars
counts = polars.scan_csv(sys.argv[1]).group_by({KEYS}).len().collect(engine="streaming")
number = counts.filter(polars.col("Crime type") == "Type 3")["len"].sum()
"""
WAYS = {"xlperf": OURS, "polars, as a stream": STREAM, "polars": POLARS, "pandas": PANDAS}


def measured(python: str, way: str, file: Path) -> tuple[float, float, int] | None:
    """Seconds, peak memory in GB, and the count; None: this Python cannot."""
    code = (
        f"{PEAK}\nimport json, sys, time\nstart = time.perf_counter()\n{way}\n"
        "print(json.dumps([time.perf_counter() - start, peak() / 2**20, number]))"
    )
    done = subprocess.run(
        [python, "-c", code, str(file), str(file.with_name("query.toml"))],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        return None
    seconds, memory, number = json.loads(done.stdout)
    return seconds, memory, number


def main(arguments: list[str] | None = None) -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000_000, metavar="N")
    parser.add_argument("--peers", default=sys.executable, metavar="PYTHON")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "records.csv"
        duckdb.execute("SET enable_progress_bar = false")
        duckdb.execute(RECORDS.format(rows=options.rows, file=file))
        file.with_name("query.toml").write_text(QUERY, encoding="utf-8")
        print(f"{options.rows:,} records, {file.stat().st_size / 1e9:.1f} GB")
        numbers = set()
        for way, code in WAYS.items():
            run = measured(sys.executable if way == "xlperf" else options.peers, code, file)
            if run is None:
                print(f"{way}: not installed, or it failed")
                continue
            numbers.add(run[2])
            print(f"{way}: {run[0]:.1f} s, {run[1]:.2f} GB")
    print("the same counts" if len(numbers) == 1 else "OTHER COUNTS")
    return 0


if __name__ == "__main__":
    sys.exit(main())
