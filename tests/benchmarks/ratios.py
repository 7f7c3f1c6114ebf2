"""How fast the work is on this computer, as ratios to well-known yardsticks measured side by side.

`python -m tests.benchmarks.ratios [--quick] [--runs N]`.

The two things compared run in turn (A B A B ...), each pair gives a ratio, and the median ratio is
printed: so a computer that slows down for a while slows both. There is no pass or fail; the budgets
are printed beside the ratios.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.functions.eighteen import EIGHTEEN

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE, QUICK = 100_000, 5_000
"""Rows of the large data table, and series of the control charts; and as many for a quick look."""
MONTHS = 60
NHSR_SECONDS = 284.0
"""Seconds that the R package NHSRplotthedots was measured to take for the same limits and rules on
100,000 series of 60 months, in one call, on another computer. Not measured here: R is not needed
for xlperf.
"""

LOAD_AND_SAVE = (
    "import sys, openpyxl; b = openpyxl.load_workbook(sys.argv[1], keep_vba=True);"
    " b.save(sys.argv[2])"
)
IMPORTS = "import numpy, scipy.special"
REFRESH = """
import os, sys; from xlperf.cli import program
if os.path.exists(sys.argv[2]): os.unlink(sys.argv[2])
sys.exit(program(['refresh', sys.argv[1], '--output', sys.argv[2]]))
"""
BUTTON = """
from xlperf.excel.light import xlwings_alone
xlwings_alone()
import xlperf.button, xlperf.ribbon, xlperf.excel.live, xlperf.pipeline, xlperf.terminal
"""
"""What the macro of a button loads, the way `xlperf.button` loads it."""
PEAK = """
import sys
def peak():
    try:
        with open('/proc/self/status') as status:
            return next(int(line.split()[1]) for line in status if line.startswith('VmHWM'))
    except (OSError, StopIteration):
        return 0
"""
"""Peak memory of a process in KiB, as Linux tells it (``ru_maxrss`` begins with the parent's); 0
elsewhere.
"""
READ_OURS = (
    PEAK
    + """
from pathlib import Path
import time
from xlperf.excel.file import FileWorkbook
from xlperf.tables import schema
start = time.perf_counter()
book = FileWorkbook.open(Path(sys.argv[1]))
grid = book.read(['tblMonthly'])['tblMonthly']
print(time.perf_counter() - start, peak(), len(grid.rows))
"""
)
READ_CALAMINE = (
    PEAK
    + """
import time, python_calamine
start = time.perf_counter()
rows = python_calamine.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_name('Monthly').to_python()
print(time.perf_counter() - start, peak(), len(rows))
"""
)


@dataclass(frozen=True, slots=True)
class Result:
    """One comparison: medians of both, and the median of the ratios."""

    work: str
    ours: float
    yardstick: str
    theirs: float
    ratio: float
    budget: str
    unit: str = "s"


def run(*, runs: int = 5, quick: bool = False) -> int:
    """Measure everything that can be measured here, and print it."""
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 132)
    absent = [name for name in ("openpyxl", "pandas", "xlwings") if find_spec(name) is None]
    results: list[Result] = []
    with tempfile.TemporaryDirectory() as folder, console.status("Measuring") as spinner:
        for name, measure in MEASUREMENTS.items():
            spinner.update(f"Measuring: {name}")
            results += measure(Path(folder), runs, QUICK if quick else SIZE)
    table = Table(title=f"Median of {runs} pairs; ratio = xlperf / yardstick", title_justify="left")
    for title in ("Work", "xlperf", "Yardstick", "it takes", "Ratio", "Budget"):
        table.add_column(
            title, justify="left" if title in ("Work", "Yardstick", "Budget") else "right"
        )
    for item in results:
        table.add_row(
            item.work,
            f"{item.ours:.3g} {item.unit}",
            item.yardstick,
            f"{item.theirs:.3g} {item.unit}",
            f"{item.ratio:.2f}" if item.ratio >= 0.1 else f"1/{1 / item.ratio:,.0f}",
            item.budget,
        )
    console.print(table)
    if absent:
        console.print(f"Left out, since not installed: what needs {', '.join(absent)}.")
    return 0


def _paired(
    ours: Callable[[], float], theirs: Callable[[], float], runs: int, yardstick: str
) -> tuple[float, str, float, float]:
    """Run both in turn; gives our median, the yardstick and its median, and the median ratio, as
    `Result` has them.

    One pair first does not count.
    """
    ours(), theirs()
    pairs = [(ours(), theirs()) for _ in range(runs)]
    return (
        median(a for a, _ in pairs),
        yardstick,
        median(b for _, b in pairs),
        median(a / b for a, b in pairs),
    )


def _process(code: str, *arguments: str) -> Callable[[], float]:
    """Seconds of a whole Python process that may keep compiled modules, as Python does unless told
    otherwise.
    """
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }

    def seconds() -> float:
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            capture_output=True,
            check=False,
            env=environment,
        )
        if done.returncode:
            raise RuntimeError(
                f"A measured program failed: {done.stderr.decode(errors='replace').strip()[-300:]}"
            )
        return time.perf_counter() - start

    return seconds


def _shipped(folder: Path) -> Path:
    from xlperf.newbook.builder import workbook_bytes

    path = folder / "Dashboard.xlsm"
    if not path.exists():
        path.write_bytes(workbook_bytes(macros=False))
    return path


def _refresh(folder: Path, runs: int, _size: int) -> list[Result]:
    book = _shipped(folder)
    refresh = _process(REFRESH, str(book), str(folder / "refreshed.xlsm"))
    results = []
    if find_spec("openpyxl") is not None:
        load = _process(LOAD_AND_SAVE, str(book), str(folder / "saved.xlsm"))
        results.append(
            Result(
                "refresh, whole process",
                *_paired(refresh, load, runs, "openpyxl: load and save it"),
                "≤ 0.6",
            )
        )
    bare = _process(IMPORTS)
    results.append(
        Result(
            "refresh, whole process",
            *_paired(refresh, bare, runs, "import numpy, scipy.special"),
            "≤ 2.5",
        )
    )
    return results


def _write(folder: Path, runs: int, _size: int) -> list[Result]:
    if find_spec("openpyxl") is None:
        return []
    import openpyxl

    from xlperf.excel.file import FileWorkbook
    from xlperf.excel.port import Edit, SetFill, SetValue

    path = _shipped(folder)
    names = [
        name for name in FileWorkbook.open(path).defined_names("tile_") if name.endswith("_rag")
    ][:25]
    edits: list[Edit] = []
    for place, name in enumerate(names):
        edits += [SetValue(name, f"● {place}"), SetFill(name, "#9D1020", "#FFFFFF")]

    def ours(target: Path | None) -> float:
        if target is not None:
            target.unlink(missing_ok=True)
        start = time.perf_counter()
        book = FileWorkbook.open(path)
        book.apply(edits)
        if target is None:
            book.to_bytes()
        else:
            book.save(target)
        return time.perf_counter() - start

    def theirs(target: Path | BytesIO) -> float:
        start = time.perf_counter()
        openpyxl.load_workbook(path, keep_vba=True).save(target)
        return time.perf_counter() - start

    work, yardstick = "25 values and fills written, in process", "openpyxl: load and save"
    in_memory = _paired(
        lambda: ours(None), lambda: theirs(BytesIO()), runs, f"{yardstick}, in memory"
    )
    on_disk = _paired(
        lambda: ours(folder / "ours.xlsm"),
        lambda: theirs(folder / "theirs.xlsm"),
        runs,
        f"{yardstick} (no flush)",
    )
    return [
        Result(f"{work}, in memory", *in_memory, "≤ 1/50"),
        Result(f"{work}, to disk and flushed", *on_disk, ""),
    ]


def _read(folder: Path, runs: int, size: int) -> list[Result]:
    path = folder / "large.xlsx"
    _large(path, size)

    def child(code: str) -> tuple[float, float]:
        done = subprocess.run(
            [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
        )
        seconds, kilobytes, _rows = done.stdout.split()
        return float(seconds), float(kilobytes)

    child(READ_OURS), child(READ_CALAMINE)
    pairs = [(child(READ_OURS), child(READ_CALAMINE)) for _ in range(runs)]
    work, yardstick = f"a table of {size:,} rows read", "python-calamine alone"
    results = []
    for index, (budget, unit, scale) in enumerate((("≤ 2", "s", 1.0), ("≤ 3", "MB", 1024.0))):
        ours, theirs = [a[index] / scale for a, _ in pairs], [b[index] / scale for _, b in pairs]
        if min(theirs) > 0:
            ratio = median(a / b for a, b in zip(ours, theirs, strict=True))
            title = work if unit == "s" else f"{work}: peak memory"
            results.append(
                Result(title, median(ours), yardstick, median(theirs), ratio, budget, unit)
            )
    return results


def _large(path: Path, size: int) -> None:
    from datetime import date

    from xlsxwriter import Workbook

    from xlperf.tables.schema import MONTHLY

    with Workbook(path) as book:
        sheet = book.add_worksheet(MONTHLY.sheet)
        day = book.add_format({"num_format": "mmm yyyy"})
        for row in range(size):
            sheet.write_string(row + 1, 0, f"SP{row % 500}_offences")
            sheet.write_datetime(
                row + 1, 1, date(2000 + row // 500 // 12 % 25, row // 500 % 12 + 1, 1), day
            )
            sheet.write_number(row + 1, 2, row * 7919 % 5000)
            sheet.write_string(row + 1, 3, "final")
            sheet.write_datetime(row + 1, 4, date(2014, 10, 12), day)
        columns = [{"header": title} for title in MONTHLY.titles]
        sheet.add_table(0, 0, size, len(columns) - 1, {"name": MONTHLY.name, "columns": columns})


def _charts(_folder: Path, runs: int, size: int) -> list[Result]:
    import numpy as np

    from xlperf.stats.control import chart

    counts = np.random.default_rng(20140930).poisson(100, (size, MONTHS)).astype(float)

    def ours() -> float:
        start = time.perf_counter()
        chart(counts)
        return time.perf_counter() - start

    work = f"lines and four rules, {size:,} series of {MONTHS} months"
    ours()
    usual = median(ours() for _ in range(runs))
    elsewhere = NHSR_SECONDS * size / SIZE
    results = [
        Result(
            work, usual, "NHSRplotthedots (elsewhere)", elsewhere, usual / elsewhere, "≤ 1/1,000"
        )
    ]
    if find_spec("pandas") is not None:
        from tests.benchmarks.yardsticks import lines_and_rules, long_table

        table = long_table(counts)

        def theirs() -> float:
            start = time.perf_counter()
            lines_and_rules(table)
            return time.perf_counter() - start

        compared = _paired(ours, theirs, max(1, runs // 2), "pandas, groupby and rolling")
        results.append(Result(work, *compared, "≤ 1/25"))
    return results


def _button(_folder: Path, runs: int, _size: int) -> list[Result]:
    if find_spec("xlwings") is None:
        return []
    pair = _paired(_process(BUTTON), _process(IMPORTS), runs, "import numpy, scipy.special")
    return [Result("what a button in Excel loads, whole process", *pair, "")]


def _functions(_folder: Path, runs: int, _size: int) -> list[Result]:
    from xlperf.functions.cells import answer

    asked = 0

    def ours() -> float:
        nonlocal asked
        start = time.perf_counter()
        for _ in range(100):
            asked += 1  # other counts each time, or the answer would come from memory
            answer("XP_SPC", ([[count + asked] for count in EIGHTEEN],))
        return (time.perf_counter() - start) / 100

    ours()
    usual = median(ours() for _ in range(runs))
    return [
        Result(
            "a custom function on 18 cells, in Python", usual, "1 ms", 0.001, usual / 0.001, "≤ 1"
        )
    ]


MEASUREMENTS: dict[str, Callable[[Path, int, int], list[Result]]] = {
    "refresh": _refresh,
    "writing": _write,
    "reading": _read,
    "control charts": _charts,
    "functions": _functions,
    "button": _button,
}


def main(arguments: list[str] | None = None) -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--runs",
        type=int,
        default=5,
        metavar="N",
        help="runs of each, the median counts (default 5)",
    )
    parser.add_argument(
        "--quick", action="store_true", help="smaller tables: faster, and less steady"
    )
    options = parser.parse_args(arguments)
    return run(runs=max(1, options.runs), quick=options.quick)


if __name__ == "__main__":
    sys.exit(main())
