"""Statistics: one function, limits and rules of many series, and a scan."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tests.benchmarks.measuring import Beside, NotMeasuredError, Result, elsewhere, scaled
from tests.functions.eighteen import EIGHTEEN
from tests.honesty.series import draw, like_london

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.benchmarks.measuring import Bench, Run

MONTHS = 60
AREAS = 14
"""Categories of an area."""
NHSR_SECONDS = {1_000: 2.80, 10_000: 26.1, 100_000: 284.0}
"""Seconds that the R package NHSRplotthedots took for the same limits and rules on so many series
of 60 months, in one call, on another computer. Not measured here: R is not needed for xlperf.
"""
SAMPLE = 100
"""Series that packages are given that take one after the other; more take in proportion."""
ABSPC = """
import numpy, pandas, abspc
series = numpy.load(sys.argv[1])
begin()
for values in series:
    table = pandas.DataFrame({'value': values})
    abspc.detect_special_causes(abspc.calculate_control_limits(table, 'XmR'))
end()
"""
PYCONTROLCHARTS = """
import numpy, pycontrolcharts
series = numpy.load(sys.argv[1])
begin()
for values in series: pycontrolcharts.calc_xmr(list(values))
end()
"""
STATSMODELS = """
from statsmodels.stats.rates import confint_poisson_2indep, test_poisson_2indep
counts = json.loads(sys.argv[1])
begin()
for more in range(100):
    totals = sum(counts[:12]) + more, 12, sum(counts[12:]), 6
    test_poisson_2indep(*totals), confint_poisson_2indep(*totals)
end()
"""
SCAN = """
import shutil
from pathlib import Path
from xlperf.config import SpcBasis
from xlperf.scan.gathering import TableColumns
from xlperf.scan.running import ScanRequest, run_scan
from xlperf.tables.data import Direction
marks = []
def used():
    return sum(os.times()[:4])
def progress(step):
    marks.append((step, used()))
columns = TableColumns(("Force", "Area", "Category"))
folder = Path(sys.argv[2])
request = ScanRequest(Path(sys.argv[1]), folder / "scan.parquet", columns, None, None, None,
    Direction.DOWN, SpcBasis.LEVELS, 1.96, 0.05, int(sys.argv[3]))
def main():
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    begin()
    marks.append(("start", used()))
    run_scan(request, progress)
    reading = next(at for step, at in marks if step.startswith("0 of"))
    judging = marks[-1][1]
    parts = reading - marks[0][1], judging - reading, used() - judging
    (folder / "parts.json").write_text(json.dumps(parts))
    end()
if __name__ == "__main__":
    main()
"""
GATHER = """
import duckdb
begin()
duckdb.execute("SET enable_progress_bar = false")
duckdb.sql(f"SELECT * FROM '{sys.argv[1]}' ORDER BY ALL").write_parquet(sys.argv[2])
end()
"""


def function(bench: Bench) -> Iterator[Result]:
    """Measure a custom function of cells, other counts each time, or memory would answer."""
    from xlperf.functions.cells import answer

    asked = 0

    def ask() -> None:
        nonlocal asked
        asked += 1
        answer("XP_SPC", ([[count + asked] for count in EIGHTEEN],))

    file = _saved(bench, np.array([EIGHTEEN] * SAMPLE, dtype=float))
    counts = json.dumps(EIGHTEEN)
    yield from bench.compare(
        "XP_SPC on 18 cells, in Python",
        0,
        bench.here(ask, times=10 if bench.quick else 200),
        {
            "a thousandth of a second": elsewhere(0.001),
            "abspc": scaled(bench.child(ABSPC, file, peer=True), 1 / SAMPLE),
            "statsmodels: two Poisson rates": scaled(
                bench.child(STATSMODELS, counts, peer=True), 1 / 100
            ),
        },
        {"a thousandth of a second": ["≤ 1"]},
    )


def charts(bench: Bench) -> Iterator[Result]:
    """Measure XmR limits and the four rules, in this process."""
    from xlperf.stats.control import chart

    for size in bench.sizes((100, 1_000), (1_000, 10_000, 100_000)):
        counts = np.random.default_rng(20140930).poisson(100, (size, MONTHS)).astype(float)
        file, target = _saved(bench, counts[:SAMPLE]), np.empty_like(counts)
        others: dict[str, Run] = {}
        if size in NHSR_SECONDS:
            others["NHSRplotthedots, elsewhere"] = elsewhere(NHSR_SECONDS[size])
        others["floor: the array copied"] = bench.here(partial(np.copyto, target, counts))
        others["pandas, groupby and rolling"] = bench.here(_by_pandas(counts))
        for name, code in (("abspc", ABSPC), ("pycontrolcharts", PYCONTROLCHARTS)):
            others[f"{name}, from {SAMPLE} series"] = scaled(
                bench.child(code, file, peer=True), size / SAMPLE
            )
        budget = ["≤ 1/5,000"] if size == max(NHSR_SECONDS) else []
        budgets = {"NHSRplotthedots, elsewhere": budget}
        ours = bench.here(partial(chart, counts))
        yield from bench.compare("series, limits and rules", size, ours, others, budgets)


def _by_pandas(counts: np.ndarray) -> Callable[[], object]:
    from tests.benchmarks.yardsticks import lines_and_rules, long_table

    table = long_table(counts)
    return lambda: lines_and_rules(table)


def _saved(bench: Bench, values: np.ndarray) -> Path:
    file = bench.folder / "series.npy"
    np.save(file, values)
    return file


def scan(bench: Bench) -> Iterator[Result]:
    """Measure a scan of series like London's, a CSV of one row a month, by one worker.

    The parts are seconds of processors. With `large`, two workers must write the same bytes.
    """
    for size in bench.sizes((100,), (1_000, 10_000), (100_000,)):
        table, one, two = (bench.folder / name for name in ("counts.csv", "one", "two"))
        write_table(table, size)
        ours = bench.child(SCAN, table, one, 1, script=True)
        floor = bench.child(GATHER, table, bench.folder / "sorted.parquet")
        others = {"floor: DuckDB sorts the table": floor}
        if bench.large:
            others["the same by two workers"] = bench.child(SCAN, table, two, 2, script=True)
        results = list(bench.compare("series scanned", size, ours, others))
        shares = json.loads((one / "parts.json").read_text())
        names = ("reading", "judging", "writing")
        for result in results:
            shown = [
                Beside(f"of that {name}", share)
                for name, share in zip(names, shares, strict=True)
                if result.unit == "s"
            ]
            yield result._replace(beside=(*shown, *result.beside))
        files = [folder / "scan.parquet" for folder in (one, two)]
        if bench.large and files[0].read_bytes() != files[1].read_bytes():
            raise NotMeasuredError("TWO WORKERS WROTE OTHER BYTES THAN ONE")


def write_table(path: Path, series: int) -> None:
    """Write counts as an analyst has them."""
    rng = np.random.default_rng(20140930)
    counts = draw(rng, like_london(rng, series), MONTHS).astype(int)
    months = [f"{2010 + at // 12}-{at % 12 + 1:02d}" for at in range(MONTHS)]
    with path.open("w", encoding="utf-8") as stream:
        stream.write("Force,Area,Category,Month,Count\n")
        for row, own in enumerate(counts.tolist()):
            name = f"Force {row % 43},Area {row // AREAS},Category {row % AREAS}"
            lines = zip(months, own, strict=True)
            stream.writelines(f"{name},{month},{count}\n" for month, count in lines)
