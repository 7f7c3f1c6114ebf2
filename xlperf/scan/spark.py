"""The same statistics in Spark, a partition at a time, for tables that no single computer holds.

Series are spread over some partitions of many series each, sorted there, and judged block by block
(`judge_block`): a group a series would take some twenty times as long.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from xlperf.scan.block import FIGURES, WORDS, judge_block
from xlperf.scan.gathering import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlperf.periods import Period
    from xlperf.scan.block import ScanChoices
    from xlperf.scan.gathering import TableColumns

BLOCK = 2048
"""Series judged together: some megabytes of rows."""


def judged_frame(
    frame: Any,
    columns: TableColumns,
    period: Period,
    choices: ScanChoices,
    *,
    partitions: int = 16,
    block: int = BLOCK,
) -> Any:
    """Judge every series of a Spark data frame.

    Parameters
    ----------
    frame
        One row a month of a series: the columns of `columns`, the month a date, the count a number
        or a text. What is no whole number is not known, and neither is a month with two rows.
    period
        Months of the series; the last is the period end.
    partitions
        Into how many parts the series are spread; each needs memory for a block of them.
    block
        Series judged together.

    Returns
    -------
    DataFrame
        One row a series: its names, then `FIGURES` and `WORDS`; null where there is none. Nothing
        is calculated before it is asked for. `xlperf.scan.chances.among_series` judges the p of all
        together.
    """
    from pyspark.sql import functions as sql
    from pyspark.sql import types

    keys = list(columns.series)
    text = sql.trim(sql.col(columns.counts).cast("string"))
    rows = frame.select(
        *(sql.col(key).cast("string").alias(key) for key in keys),
        (12 * sql.year(columns.month) + sql.month(columns.month) - 1).alias("xlperf_month"),
        sql.when(text.rlike(f"^{WHOLE}$"), text.cast("double")).alias("xlperf_count"),
    )
    schema = types.StructType(
        [types.StructField(name, types.StringType()) for name in keys]
        + [types.StructField(name, types.DoubleType()) for name in FIGURES]
        + [types.StructField(name, types.StringType()) for name in WORDS]
    )
    spread = rows.repartition(partitions, *keys).sortWithinPartitions(*keys)
    return spread.mapInArrow(partial(_judged, len(keys), period, choices, block), schema)


def _judged(
    keys: int, period: Period, choices: ScanChoices, block: int, batches: Iterator[Any]
) -> Iterator[Any]:
    """Judge the rows of a partition, sorted by series, a block at a time."""
    import pyarrow as pa

    rest: list[Any] = []
    for batch in batches:
        rest.append(batch)
        table = pa.Table.from_batches(rest)
        starts = _starts(table, keys)
        if starts.size > block:  # the last series may go on in the next batch
            yield from _answers(table.slice(0, starts[-1]), starts[:-1], period, choices)
            rest = table.slice(starts[-1]).combine_chunks().to_batches()
    if rest:
        table = pa.Table.from_batches(rest)
        yield from _answers(table, _starts(table, keys), period, choices)


def _starts(table: Any, keys: int) -> Any:
    """First row of each series."""
    import pyarrow.compute as pc

    new = np.ones(table.num_rows, dtype=bool)
    if table.num_rows:
        names = [pc.fill_null(table.column(place), "\0") for place in range(keys)]
        same = [pc.equal(name.slice(1), name.slice(0, len(name) - 1)) for name in names]
        new[1:] = ~np.logical_and.reduce([np.asarray(column) for column in same])
    return np.flatnonzero(new)


def _answers(table: Any, starts: Any, period: Period, choices: ScanChoices) -> Iterator[Any]:
    import pyarrow as pa

    width = period.length
    series = np.repeat(np.arange(starts.size), np.diff([*starts, table.num_rows]))
    month = table["xlperf_month"].to_numpy() - period.first
    count = table["xlperf_count"].to_numpy()
    within = (month >= 0) & (month < width)
    place = (series * width + np.where(within, month, 0))[within].astype(np.int64)
    counts = np.full(starts.size * width, np.nan)
    counts[place] = count[within]
    counts[np.bincount(place, minlength=counts.size) > 1] = np.nan
    answers = judge_block(counts.reshape(-1, width), choices)
    names = table.select(table.column_names[:-2]).take(starts)
    figures = [pa.array(answers[name], from_pandas=True) for name in FIGURES]
    words = [
        pa.array([word or None for word in answers[name].tolist()], pa.string()) for name in WORDS
    ]
    columns = [*(column.combine_chunks() for column in names.columns), *figures, *words]
    yield pa.RecordBatch.from_arrays(columns, names=[*names.column_names, *FIGURES, *WORDS])
