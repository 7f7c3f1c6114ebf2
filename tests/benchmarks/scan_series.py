"""How long a scan of many series takes, where the time goes, and how much memory it needs.

`python -m tests.benchmarks.scan_series [--series N] [--workers 1 2]`.

Series are like London's (`tests.honesty.series`), 60 months each, as a CSV file of one row a month.
Each run is a process of its own; seconds are of processors, its workers' included. There is no pass
or fail.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from tests.benchmarks.ratios import PEAK
from tests.honesty.series import draw, like_london

MONTHS = 60
AREAS = 14
"""Categories of an area."""
RUN = (
    PEAK
    + """
import json, os, time
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
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
request = ScanRequest(Path(sys.argv[1]), Path(sys.argv[2]), columns, None, None, None,
    Direction.DOWN, SpcBasis.LEVELS, 1.96, 0.05, int(sys.argv[3]))
def main():
    run_scan(request, progress)
    reading = next(at for step, at in marks if step.startswith("0 of"))
    judging = marks[-1][1]
    print(json.dumps([reading, judging - reading, used() - judging, peak() / 1024]))
if __name__ == "__main__":
    main()
"""
)


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


def main(arguments: list[str] | None = None) -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--series", type=int, default=100_000, metavar="N")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2], metavar="N")
    options = parser.parse_args(arguments)
    results = set()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_table(folder / "counts.csv", options.series)
        (folder / "run.py").write_text(RUN, encoding="utf-8")
        print(f"{options.series:,} series of {MONTHS} months; seconds of processors")
        for workers in options.workers:
            output = folder / f"result{workers}.parquet"
            command = [folder / "run.py", folder / "counts.csv", output, str(workers)]
            done = subprocess.run(
                [sys.executable, *map(str, command)], capture_output=True, check=True
            )
            reading, judging, writing, peak = json.loads(done.stdout)
            print(
                f"{workers} workers: reading {reading:.1f}, judging {judging:.1f}, writing"
                f" {writing:.1f}; peak memory of the main process {peak:.0f} MB"
            )
            results.add(output.read_bytes())
    print("the same bytes" if len(results) == 1 else "OTHER BYTES")
    return 0


if __name__ == "__main__":
    sys.exit(main())
