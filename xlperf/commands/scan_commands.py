"""The command that judges many series at once: scan."""

from __future__ import annotations

from argparse import ArgumentTypeError
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.command_line import JSON, argument, command, flag, month_typed, progress_shown
from xlperf.config import SETTINGS_BY_KEY
from xlperf.ending import DONE, say
from xlperf.json_output import print_json

if TYPE_CHECKING:
    import argparse

    from xlperf.periods import Period

RATE = 0.05
"""Largest share of chance findings, on average, among those that count."""
BASES = SETTINGS_BY_KEY["spc_basis"].choices


def _number(least: float, most: float) -> object:
    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not least <= value <= most:
            raise ArgumentTypeError(f"'{text}' is no number from {least:g} to {most:g}")
        return value

    return read


def _year(text: str) -> Period:
    from xlperf.periods import financial_year, twelve_months_to

    try:
        return financial_year(text)
    except ValueError:
        return twelve_months_to(month_typed(text))


@command(
    argument(
        "file",
        metavar="FILE",
        type=Path,
        help="a table of monthly counts (.csv, .csv.gz, .parquet), or a folder of street files of"
        " police.uk",
    ),
    argument("--output", metavar="FILE", type=Path, required=True, help="the result, .parquet"),
    argument(
        "--series",
        metavar="COLUMN",
        nargs="+",
        default=[],
        help="columns that together name a series, such as Force Area Category; a folder needs"
        " none",
    ),
    argument(
        "--month",
        metavar="COLUMN",
        default="Month",
        help="column of the months (Month); without one, each column whose title is a month",
    ),
    argument("--count", metavar="COLUMN", default="Count", help="column of the counts (Count)"),
    flag(
        "--absent-is-none",
        "the table leaves counts of 0 out: a month without a row is 0, where another series"
        " with the same first name has one",
    ),
    argument(
        "--period",
        metavar="YYYY-MM",
        type=month_typed,
        help="last month of the twelve judged, instead of the last one of the table",
    ),
    argument(
        "--baseline",
        metavar="YEAR",
        type=_year,
        help="year compared with, such as 2012/13, or its last month, such as 2013-03; instead of"
        " the twelve months before",
    ),
    argument(
        "--direction",
        choices=["down", "up", "none"],
        default="none",
        help="which way is better, for colours (none)",
    ),
    argument(
        "--target",
        metavar="YYYY-MM",
        type=month_typed,
        help="target date, for the colour of the change, which needs trends and a direction",
    ),
    argument(
        "--basis",
        choices=BASES,
        default="levels",
        help="limits of the control charts, as the setting spc_basis (levels)",
    ),
    argument("--z", metavar="Z", type=_number(0.5, 6), default=1.96, help="width of limits (1.96)"),
    argument(
        "--rate",
        metavar="SHARE",
        type=_number(0.0001, 0.5),
        default=RATE,
        help=f"largest share of chance findings among those that count ({RATE})",
    ),
    argument("--workers", metavar="N", type=int, default=1, help="processes at work (1)"),
    JSON,
)
def scan(options: argparse.Namespace) -> int:
    """Judge many series at once, every area and category of a table, and which changes count among
    so many.
    """
    from xlperf.config import SpcBasis
    from xlperf.scan.gathering import TableColumns, duckdb
    from xlperf.scan.running import ScanRequest, run_scan
    from xlperf.scan.scan_sentences import scan_output, scan_sentences
    from xlperf.tables.data import Direction

    duckdb()
    columns = TableColumns(
        tuple(options.series), options.month, options.count, options.absent_is_none
    )
    request = ScanRequest(
        options.file,
        options.output,
        columns,
        options.period,
        options.baseline,
        options.target,
        Direction(options.direction),
        SpcBasis(options.basis),
        options.z,
        options.rate,
        options.workers,
    )
    with progress_shown(options) as progress:
        result = run_scan(request, progress)
    if options.json:
        among = {
            name: {
                "tested": int(test.tested.sum()),
                "alone": int(test.alone.sum()),
                "expected_alone": test.expected,
                "counts": int(test.counts.sum()),
                "expected_among": test.expected_among,
            }
            for name, test in (("change", result.change), ("chart", result.chart))
        }
        print_json(
            {"series": result.series, **among, "findings": result.findings,
             "faults": result.faults, "files": list(map(str, result.files)),
             "sentences": scan_sentences(result)}
        )  # fmt: skip
    else:
        say(scan_output(result))
    return DONE
