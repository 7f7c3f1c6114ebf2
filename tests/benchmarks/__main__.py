"""How fast the work is on this computer, beside other ways to do it, measured side by side.

`python -m tests.benchmarks [--quick] [--large] [--runs N] [--only NAME ...] [--peers PYTHON]`.

What is compared runs in turn (A B C A B C ...); printed are the medians, and the median of the
ratios of each round, so that a computer that slows down for a while slows all. There is no pass or
fail; budgets stand beside the ratios. Peers are what others would use; they are run by a Python that
has them, and left out with the reason where it has not.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks import records, refreshing, series, tables
from tests.benchmarks.measuring import Bench, NotMeasuredError, Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

MEASUREMENTS: Mapping[str, Callable[[Bench], Iterator[Result]]] = {
    "refresh": refreshing.refresh,
    "cold": refreshing.cold,
    "button": refreshing.button,
    "live": refreshing.live,
    "write": tables.write,
    "read": tables.read,
    "function": series.function,
    "charts": series.charts,
    "scan": series.scan,
    "count": records.count,
}
FORM = "{:<41} {:>11} {:>6}  {:<40.40} {:>9} {:>8}  {:<8}"
HEAD = ("work", "xlperf", "growth", "beside", "takes", "ratio", "budget")
NOTES = """
ratio: xlperf / the other. growth: time or memory for ten times as much / for this much before.
floor: what nobody can do without. elsewhere: measured on another computer, not here."""


def lines(result: Result, before: Result | None) -> Iterator[str]:
    """Write a result as lines of the table; `before` is that of a tenth of the size."""
    work = f"{result.size:,} {result.work}" if result.size else result.work
    growth = f"{result.ours / before.ours:.1f}" if before else ""
    first = (work, _figure(result.ours, result.unit), growth)
    for item in result.beside:
        takes = "-" if item.takes is None else _figure(item.takes, result.unit)
        yield FORM.format(*first, item.name, takes, _ratio(item.ratio), item.budget).rstrip()
        if item.note:
            yield f"{'':64}{item.note:.68}"
        first = ("", "", "")


def _figure(value: float, unit: str) -> str:
    if unit == "s":
        return f"{value:,.3g} s" if value >= 1 else f"{value * 1000:.3g} ms"
    return f"{value:,.0f} {unit}"


def _ratio(ratio: float | None) -> str:
    if ratio is None:
        return ""
    if ratio < 0.1:
        return f"1/{1 / ratio:,.0f}"
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:,.0f}"


def run(bench: Bench, names: Iterable[str]) -> None:
    """Measure, and print each result when it is there."""
    seconds = "seconds of processors" if bench.processor else "seconds of the clock"
    print(f"Median of {bench.runs} rounds, {seconds}.\n\n{FORM.format(*HEAD).rstrip()}")
    for name in names:
        known: dict[tuple[str, str, int], Result] = {}
        print(f"-- {name} {'-' * (127 - len(name))}", flush=True)
        try:
            for result in MEASUREMENTS[name](bench):
                known[result.work, result.unit, result.size] = result
                before = known.get((result.work, result.unit, result.size // 10))
                print(*lines(result, before if result.size else None), sep="\n", flush=True)
        except NotMeasuredError as reason:
            print(f"left out: {reason}")
    print(NOTES)


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="small sizes: a look")
    parser.add_argument("--large", action="store_true", help="also what takes minutes")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="rounds (default 5)")
    parser.add_argument(
        "--only", nargs="+", choices=MEASUREMENTS, default=list(MEASUREMENTS), metavar="NAME",
        help=f"of {', '.join(MEASUREMENTS)} (default all)",
    )  # fmt: skip
    parser.add_argument(
        "--peers", default=sys.executable, metavar="PYTHON", help="the Python that has the peers"
    )
    parser.add_argument(
        "--processor", action="store_true", help="seconds of processors, for a busy computer"
    )
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(
            Path(folder),
            max(1, options.runs),
            options.quick,
            options.large,
            options.peers,
            options.processor,
        )
        run(bench, options.only)
    return 0


if __name__ == "__main__":
    sys.exit(main())
