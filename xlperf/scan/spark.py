"""The same statistics in Spark, a partition at a time, for tables that no single computer holds.

Series are spread over some partitions of many series each, sorted there, and judged block by block
(`judge_block`): a group a series would take some twenty times as long.
"""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from xlperf.frozen import NamedTuple
from xlperf.periods import Period
from xlperf.scan.block import FIGURES, WORDS, judge_block
from xlperf.scan.block_counts import BLOCK, judged_block, placed_counts
from xlperf.scan.gathering import WHOLE
from xlperf.scan.record_counts import cells_sql

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy.typing as npt

    from xlperf.scan.block import Columns, ScanChoices
    from xlperf.scan.gathering import GatheredTable, TableColumns
    from xlperf.scan.running import BlockWork


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


class BlocksAsked(NamedTuple):
    """What a partition needs to judge the blocks that fall into it."""

    series: int
    """Number of all series."""
    size: int
    """Series of a block."""
    period: Period
    choices: ScanChoices
    present: Mapping[str, npt.NDArray[np.int64]] | None
    """Places of the months in which a force has records, and a series without a row counts 0; None:
    such a month is not known.
    """


def judged_blocks(
    table: GatheredTable, work: BlockWork, size: int, con: Any, keys: Sequence[str]
) -> Iterator[tuple[int, dict[str, Columns]]]:
    """Judge the series that `xlperf.scan.record_counts.gather_records` has left in Spark, in the
    blocks in which one computer judges them; gives number, faults and answers of each.
    """
    from pyspark import StorageLevel

    spark = session()
    period = Period(work.first, work.last)
    present = _present(con, period) if work.absent_is_none else None
    asked = BlocksAsked(table.series, size, period, work.choices, present)
    rows = spark.sql(cells_sql(keys, also=f"k0, series div {asked.size} AS block"))
    blocks = -(-asked.series // asked.size)
    parts = min(blocks, 4 * spark.sparkContext.defaultParallelism)
    spread = rows.repartition(parts, "block").sortWithinPartitions("series", "month")
    judged = spread.mapInArrow(partial(_whole_blocks, asked), "block BIGINT, columns BINARY")
    judged.persist(StorageLevel.DISK_ONLY)
    judged.count()  # all partitions at once; what follows takes one after the other
    for row in judged.toLocalIterator():
        yield row["block"], _unpacked(row["columns"])
    judged.unpersist()


def _present(con: Any, period: Period) -> dict[str, npt.NDArray[np.int64]]:
    """Places of the months in which each force has records."""
    got = con.execute(
        f"SELECT k0, list(month - {period.first}) FROM present"
        f" WHERE month BETWEEN {period.first} AND {period.last} GROUP BY k0"
    ).fetchall()
    return {force: np.array(months, dtype=np.int64) for force, months in got}


def fetch_cells(keys: Sequence[str], con: Any, series: Sequence[int]) -> None:
    """Bring the counts of some series into the table ``cells`` of a connection to DuckDB."""
    some = ", ".join(map(str, series)) or "NULL"
    con.register("worst", session().sql(f"{cells_sql(keys)} AND series IN ({some})").toArrow())
    con.execute("CREATE TEMP TABLE cells AS FROM worst")


def session() -> Any:
    """Give the session of Spark, which may be another's too."""
    from pyspark.sql import SparkSession

    return SparkSession.builder.getOrCreate()


def _whole_blocks(asked: BlocksAsked, batches: Iterator[Any]) -> Iterator[Any]:
    """Judge the rows of a partition, sorted by series, as soon as a block of them is whole."""
    import pyarrow as pa

    rest: list[Any] = []
    for batch in batches:
        rest.append(batch)
        table = pa.Table.from_batches(rest)
        block = table["block"].to_numpy()
        if block.size and block[-1] > block[0]:
            cut = int(np.searchsorted(block, block[-1]))
            yield from _packed(asked, table.slice(0, cut))
            rest = table.slice(cut).to_batches()
    if rest:
        yield from _packed(asked, pa.Table.from_batches(rest))


def _packed(asked: BlocksAsked, table: Any) -> Iterator[Any]:
    """Judge whole blocks, and pack their columns for the way."""
    import pyarrow as pa

    block = table["block"].to_numpy()
    starts = np.flatnonzero(np.diff(block, prepend=-1))
    for start, end in zip(starts, [*starts[1:], block.size], strict=True):
        number, stream = int(block[start]), BytesIO()
        judged = _judged_block(asked, number, table.slice(start, end - start))
        named: dict[str, Any] = {f"{kind}.{name}": values for kind, columns in judged.items()
                                 for name, values in columns.items()}  # fmt: skip
        np.savez(stream, **named)
        yield pa.RecordBatch.from_pydict({"block": [number], "columns": [stream.getvalue()]})


def _unpacked(packed: bytes) -> dict[str, Columns]:
    judged: dict[str, Columns] = {"faults": {}, "answers": {}}
    with np.load(BytesIO(packed)) as arrays:
        for named in arrays.files:
            kind, _, name = named.partition(".")
            judged[kind][name] = arrays[named]
    return judged


def _judged_block(asked: BlocksAsked, number: int, table: Any) -> dict[str, Columns]:
    start, width = number * asked.size, asked.period.length
    shape = min(asked.size, asked.series - start), width
    row = table["series"].to_numpy() - start
    month = table["month"].to_numpy() - asked.period.first
    within = (month >= 0) & (month < width)
    place = row[within] * width + month[within]
    counts = table["count"].to_numpy()[within]
    there = None
    if asked.present is not None:
        firsts = np.flatnonzero(np.diff(row, prepend=-1))
        forces = table["k0"].take(firsts).to_pylist()
        places = [row[first] * width + asked.present[force]
                  for first, force in zip(firsts, forces, strict=True)
                  if force in asked.present]  # fmt: skip
        there = np.concatenate(places or [np.zeros(0, dtype=np.int64)])
    block = placed_counts(shape, place, counts, there)
    return judged_block(block, start, asked.period.first, asked.choices)
