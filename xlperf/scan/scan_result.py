"""The whole result of a scan: all blocks together, judged among each other, and written."""

from __future__ import annotations

import os
from collections import Counter
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np

from xlperf import outcome
from xlperf.excel.saving import flush_folder
from xlperf.frozen import NamedTuple
from xlperf.periods import Period, twelve_months_to
from xlperf.scan.block import FIGURES, SIGNALS, WORDS
from xlperf.scan.chances import FALSE_CHARTS, AmongSeries, among_series
from xlperf.scan.gathering import (
    block_counts,
    connected,
    files_text,
    insert,
    keys_of,
    quoted_name,
    quoted_text,
)
from xlperf.scan.scan_sheet import scan_sheet
from xlperf.stats.scoring import YEAR
from xlperf.tables.data import Direction

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xlperf.periods import Month
    from xlperf.scan.gathering import GatheredTable, TableColumns
    from xlperf.scan.running import BlockWork, ScanRequest

MOST_SHOWN = 24
"""Series with a chart."""
MOST_FAULTS = 1000
"""Faults in the workbook; all are in the file beside the result."""
WORSE = {
    Direction.DOWN: ("rise", "above"),
    Direction.UP: ("fall", "below"),
    Direction.NONE: ("rise", "above", "fall", "below"),
}
"""Findings that are for the worse; any, where no way is better."""
AMONG = ("change_q", "change_counts", "chart_q", "chart_counts")
"""Columns of what the tests are among all."""
FAULT_TITLES = ("data_row", "month", "count", "fault")
"""Columns of the file of faults, besides those of the series."""
PLACE, LINE = "xlperf_place", "xlperf_line"
"""Columns that order the faults, under names that no series has."""
WHOLE = ("known", "gaps", *SIGNALS, "trends", "trends_reaching")
"""Columns of whole numbers."""


class WorstSeries(NamedTuple):
    """A series that is shown."""

    names: tuple[str, ...]
    counts: tuple[float | None, ...]
    """Of each month up to the period end."""
    answers: dict[str, Any]


class ScanResult(NamedTuple):
    """What a scan found, and what it wrote."""

    source: str
    files: tuple[Path, Path, Path]
    """Result, faults, workbook."""
    series: int
    period: Period
    """Months of the table up to the period end."""
    baseline: Period
    direction: Direction
    change: AmongSeries
    chart: AmongSeries
    findings: Counter[str]
    """How many that count among all are a rise, a fall, above, below."""
    reasons: tuple[Counter[str], Counter[str]]
    """How many have no verdict, by reason: of the change, of the control chart."""
    signals: Counter[str]
    """How many belong to a pattern in the last month."""
    faults: Counter[str]
    worst: tuple[WorstSeries, ...]
    first_faults: tuple[tuple[Any, ...], ...]
    """Rows of the file of faults, `MOST_FAULTS` at most."""
    titles: tuple[str, ...]
    """Of the columns that make a series."""
    notes: tuple[str, ...]

    @property
    def latest(self) -> Period:
        """The twelve months judged."""
        return twelve_months_to(self.period.last)


def written_files(output: Path) -> tuple[Path, Path, Path]:
    """Files that a scan writes: result, faults, workbook."""
    return output, output.with_suffix(".faults.parquet"), output.with_suffix(".xlsx")


def write_result(
    request: ScanRequest,
    columns: TableColumns,
    table: GatheredTable,
    work: BlockWork,
    fetch: Callable[[Any, list[int]], None] | None = None,
) -> ScanResult:
    """Join the finished blocks, judge all series together, and write the three files.

    `fetch` brings the cells of the worst series where they are not here.
    """
    period, begin = Period(work.first, work.last), work.first + work.choices.baseline
    with connected(request.kept / "input.duckdb", read_only=True) as con:
        for kind in ("answers", "faults"):
            blocks = files_text(request.kept, f"{kind}-*.parquet")
            con.execute(f"CREATE TEMP VIEW block_{kind} AS FROM read_parquet({blocks})")
        change, chart = _among(con, request)
        con.execute(
            "CREATE TEMP TABLE among (series BIGINT, change_q DOUBLE, change_counts BOOLEAN,"
            " chart_q DOUBLE, chart_counts BOOLEAN)"
        )
        insert(con, "among", {
            "series": np.arange(table.series), "q": change.q, "counts": change.counts,
            "chart_q": chart.q, "chart_counts": chart.counts,
        })  # fmt: skip
        made = [request.kept / path.name for path in written_files(request.output)]
        names = _names(columns)
        _copy(con, _answers(names, work.first), made[0])
        _copy(con, _faults(names), made[1])
        con.execute(f"CREATE TEMP VIEW result AS FROM read_parquet({quoted_text(str(made[0]))})")
        result = ScanResult(
            request.source.name,
            written_files(request.output),
            table.series,
            period,
            Period(begin, begin + YEAR - 1),
            request.direction,
            change,
            chart,
            _counted(con, "change", "change_counts") + _counted(con, "chart", "chart_counts"),
            (_counted(con, "change_reason", "change_reason IS NOT NULL"),
             _counted(con, "chart_reason", "chart_reason IS NOT NULL")),
            Counter({name: _one(con, f"count(*) FILTER ({name} <> 0)") for name in SIGNALS}),
            _fault_counts(con, made[1]),
            _worst(con, columns, request.direction, period, fetch),
            tuple(con.execute(f"FROM read_parquet({quoted_text(str(made[1]))}) LIMIT {MOST_FAULTS}")
                  .fetchall()),
            columns.series,
            table.notes,
        )  # fmt: skip
    made[2].write_bytes(scan_sheet(result))
    _put_in_place(made, result.files)
    return result


def _among(con: Any, request: ScanRequest) -> tuple[AmongSeries, AmongSeries]:
    """Judge the changes together, and the control charts together."""
    got = con.execute(
        "SELECT change_p, change IS NOT NULL AND change_reason IS NULL AS changes,"
        " coalesce(change IN ('rise', 'fall'), false) AS changed,"
        " (before + latest) / 24 AS monthly, chart_p, chart IS NOT NULL AS charted,"
        " coalesce(chart IN ('above', 'below'), false) AS outside, centre"
        " FROM block_answers ORDER BY series"
    ).fetchnumpy()
    flags = [name for name, values in got.items() if values.dtype == bool]
    of = {name: np.ma.filled(values, name not in flags and np.nan) for name, values in got.items()}
    change = (of[name] for name in ("change_p", "changes", "changed", "monthly"))
    chart = (of[name] for name in ("chart_p", "charted", "outside", "centre"))
    false = FALSE_CHARTS[request.spc_basis]
    return (
        among_series(*change, z=request.z, rate=request.rate),
        among_series(*chart, z=request.z, rate=request.rate, false=false),
    )


def _names(columns: TableColumns) -> str:
    """Columns of the series under the titles of the table; one that is ours is marked."""
    ours = {*FIGURES, *WORDS, *AMONG, *FAULT_TITLES, "gaps", "first_month"}
    titles = [
        f"{title} (series)" if title.casefold() in ours else title for title in columns.series
    ]
    return ", ".join(f"{key} AS {quoted_name(title)}"
                     for key, title in zip(keys_of(columns), titles, strict=True))  # fmt: skip


def _month(number: str) -> str:
    return f"make_date({number} // 12, {number} % 12 + 1, 1)"


def _answers(names: str, first: Month) -> str:
    whole = ", ".join(f"CAST({name} AS INTEGER) AS {name}" for name in WHOLE)
    begins = _month(f"(CAST(first AS INTEGER) + {first})")
    return (
        f"SELECT {names}, {begins} AS first_month, block_answers.* EXCLUDE (series, first)"
        f" REPLACE ({whole}), {', '.join(AMONG)} FROM series"
        " JOIN block_answers USING (series) JOIN among USING (series) ORDER BY series.series"
    )


def _faults(names: str) -> str:
    """Faults of rows as they stand in the table, then those of months of a series."""
    return (
        f"SELECT * EXCLUDE ({PLACE}, {LINE}) FROM (SELECT 0 AS {PLACE}, rowid AS {LINE}, data_row,"
        f" {names}, month, count, fault FROM faults UNION ALL"
        f" SELECT 1, row_number() OVER (ORDER BY series.series, first), NULL, {names},"
        f" strftime({_month('CAST(first AS INTEGER)')}, '%Y-%m') || CASE WHEN first < last THEN"
        f" ' to ' || strftime({_month('CAST(last AS INTEGER)')}, '%Y-%m') ELSE '' END, NULL,"
        " CASE WHEN twice THEN 'the month has two rows' ELSE 'there is no count' END"
        f" FROM block_faults JOIN series USING (series)) ORDER BY {PLACE}, {LINE}"
    )


def _copy(con: Any, query: str, path: Path) -> None:
    con.execute(f"COPY ({query}) TO {quoted_text(str(path))} (FORMAT parquet, COMPRESSION zstd)")


def _one(con: Any, expression: str) -> Any:
    return con.execute(f"SELECT {expression} FROM result").fetchone()[0]


def _counted(con: Any, column: str, where: str) -> Counter[str]:
    query = f"SELECT {column}, count(*) FROM result WHERE {where} GROUP BY ALL ORDER BY ALL"
    return Counter({word: number for word, number in con.execute(query).fetchall() if word})


def _fault_counts(con: Any, path: Path) -> Counter[str]:
    faults = f"FROM read_parquet({quoted_text(str(path))})"
    return Counter(dict(con.execute(f"SELECT fault, count(*) {faults} GROUP BY 1").fetchall()))


def _worst(
    con: Any,
    columns: TableColumns,
    direction: Direction,
    period: Period,
    fetch: Callable[[Any, list[int]], None] | None,
) -> tuple[WorstSeries, ...]:
    """Series that changed for the worse: those that count among all first, by their p."""
    words = ", ".join(map(quoted_text, WORSE[direction]))
    query = (
        "SELECT series, change_q, change_counts, chart_q, chart_counts, block_answers.* EXCLUDE"
        f" (series), [{', '.join(keys_of(columns))}] AS names"
        " FROM series JOIN block_answers USING (series) JOIN among USING (series)"
        f" WHERE change IN ({words}) OR chart IN ({words}) ORDER BY"
        f" (change_counts AND change IN ({words})) OR (chart_counts AND chart IN ({words}))"
        f" IS TRUE DESC, least(CASE WHEN change IN ({words}) THEN change_p END,"
        f" CASE WHEN chart IN ({words}) THEN chart_p END), series LIMIT {MOST_SHOWN}"
    )
    cursor = con.execute(query)
    titles = [item[0] for item in cursor.description]
    rows = [dict(zip(titles, row, strict=True)) for row in cursor.fetchall()]
    if fetch is not None:
        fetch(con, [row["series"] for row in rows])
    return tuple(
        WorstSeries(tuple(row["names"]), _counts(con, row["series"], columns, period), row)
        for row in rows
    )


def _counts(
    con: Any, series: int, columns: TableColumns, period: Period
) -> tuple[float | None, ...]:
    block = block_counts(
        con, series, series + 1, period.months, absent_is_none=columns.absent_is_none
    )
    return tuple(None if isnan(count) else count for count in block.counts[0].tolist())


def _put_in_place(made: list[Path], files: tuple[Path, ...]) -> None:
    """Move the finished files beside each other, the result last."""
    record = outcome.current()
    for path, target in reversed(list(zip(made, files, strict=True))):
        with path.open("rb+") as stream:
            os.fsync(stream.fileno())
        write = record.announce(outcome.MADE, target.name, minor=target != files[0])
        with write.happening():
            path.replace(target)
    flush_folder(files[0].parent)
