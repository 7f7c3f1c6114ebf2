"""The command that judges many series at once: scan."""

from __future__ import annotations

from argparse import ArgumentTypeError
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.command_line import (
    JSON,
    argument,
    command,
    day_typed,
    flag,
    month_typed,
    progress_shown,
)
from xlperf.config import SETTINGS_BY_KEY
from xlperf.ending import DONE, say
from xlperf.errors import UsageError
from xlperf.json_output import print_json

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from xlperf.periods import Period
    from xlperf.scan.record_counts import RecordSource

RATE = 0.05
"""Largest share of chance findings, on average, among those that count."""
MONTH_TITLE, COUNT_TITLE = "Month", "Count"
BASES = SETTINGS_BY_KEY["spc_basis"].choices


def _number(least: float, most: float) -> Callable[[str], float]:
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
        "FILE",
        "a table of monthly counts (.csv, .csv.gz, .parquet), or a folder of street files of"
        " police.uk",
        Path,
        nargs="?",
    ),
    argument("--output", "FILE", "the result, .parquet", Path, required=True),
    argument(
        "--from",
        "ADDRESS",
        "count records there instead, as import does, and judge the counts; in Spark both are"
        " done there",
        dest="origin",
    ),
    argument(
        "--query",
        "NAME",
        "the file that says what is counted (.toml), or its name beside the result",
    ),
    argument(
        "--as-at",
        "YYYY-MM-DD",
        "day of the records: months that are not over on it are not counted (today)",
        day_typed,
    ),
    argument("--since", "YYYY-MM", "first month of the records that is counted", month_typed),
    flag("--preview", "print the SQL that would count, and end"),
    argument(
        "--series",
        "COLUMN",
        "columns that together name a series, such as Force Area Category, the force first; a"
        " folder needs none; of records: instead of those of the query",
        nargs="+",
        default=[],
    ),
    argument(
        "--month",
        "COLUMN",
        f"column of the months ({MONTH_TITLE}); without one, each column whose title is a month",
    ),
    argument("--count", "COLUMN", f"column of the counts ({COUNT_TITLE})"),
    flag(
        "--absent-is-none",
        "the table leaves counts of 0 out: a month without a row is 0, where another series"
        " with the same first name has one",
    ),
    argument(
        "--period",
        "YYYY-MM",
        "last month of the twelve judged, instead of the last one of the table",
        month_typed,
    ),
    argument(
        "--baseline",
        "YEAR",
        "year compared with, such as 2012/13, or its last month, such as 2013-03; instead of"
        " the twelve months before",
        _year,
    ),
    argument(
        "--direction",
        None,
        "which way is better, for colours (none)",
        choices=["down", "up", "none"],
        default="none",
    ),
    argument(
        "--target",
        "YYYY-MM",
        "target date, for the colour of the change, which needs trends and a direction",
        month_typed,
    ),
    argument(
        "--basis",
        None,
        "limits of the control charts, as the setting spc_basis (levels)",
        choices=BASES,
        default="levels",
    ),
    argument("--z", "Z", "width of limits (1.96)", _number(0.5, 6), default=1.96),
    argument(
        "--rate",
        "SHARE",
        f"largest share of chance findings among those that count ({RATE})",
        _number(0.0001, 0.5),
        default=RATE,
    ),
    argument("--workers", "N", "processes at work (1)", int, default=1),
    JSON,
)
def scan(options: argparse.Namespace) -> int:
    """Judge many series at once, every area and category of a table, and which changes count among
    so many.
    """
    from xlperf.config import SpcBasis
    from xlperf.scan.gathering import TableColumns, duckdb
    from xlperf.scan.record_counts import records_sql
    from xlperf.scan.running import ScanRequest, run_scan
    from xlperf.scan.scan_sentences import scan_output, scan_sentences
    from xlperf.tables.data import Direction

    duckdb()
    source = _source(options)
    if options.preview:
        if isinstance(source, Path):
            raise UsageError("--preview shows the SQL of --from and --query.")
        say(records_sql(source))
        return DONE
    request = ScanRequest(
        source,
        options.output,
        TableColumns(
            tuple(options.series),
            options.month or MONTH_TITLE,
            options.count or COUNT_TITLE,
            options.absent_is_none,
        ),
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


def _source(options: argparse.Namespace) -> Path | RecordSource:
    """Give the table, or the records and their query."""
    from xlperf.counting.count_query import read_query
    from xlperf.scan.record_counts import RecordSource

    of_records = (options.origin, options.query, options.as_at, options.since)
    if options.file and not any(of_records):
        return Path(options.file)
    if options.file or not (options.origin and options.query):
        raise UsageError(
            "Give a table of counts (FILE), or records (--from ADDRESS and --query NAME)."
        )
    _require_options_of_records(options)
    named = Path(options.query)
    if named.suffix.lower() != ".toml":
        named = named.with_name(f"{named.name}.toml")
    beside = options.output.parent / named
    places = [place for place in (named, beside) if place.is_file()]
    if not places:
        looked = " and no ".join(dict.fromkeys(str(path.absolute()) for path in (named, beside)))
        raise UsageError(f"There is no {looked}: --query names a file as docs/scale.md shows it.")
    query = read_query(places[0], scan=True)
    if options.series:
        query = replace(query, series=tuple(options.series), area="")
    as_at = options.as_at or datetime.now().astimezone().date()
    return RecordSource(options.origin, query, as_at, options.since)


def _require_options_of_records(options: argparse.Namespace) -> None:
    """Refuse options that say something of a table of counts alone, or of processes here."""
    from xlperf.counting.engines import SPARK

    names = ("month", "count", "absent_is_none")
    of_table = [f"--{name.replace('_', '-')}" for name in names if getattr(options, name)]
    if of_table:
        raise UsageError(
            f"{' and '.join(of_table)}: only for a table of counts. Of records the query says what"
            " the month is (date), and whether one without any counts 0 (small_counts = true below"
            " [scan])."
        )
    if options.workers > 1 and options.origin.partition(":")[0].lower() == SPARK:
        raise UsageError("--workers: only for processes here. Spark has workers of its own.")
